//! From what was written to what is seen: the whole document for staff, and of it the public
//! projection. The public side is built from [`PublicEnterprise`] alone and cannot see the rest.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::{ConsentTo, Existence, Kind, LegalForm, Publication, Review, Sector, Sex};
use super::enterprise::{
    Capacity, Contact, Draft, Enterprise, Kbli, LocatedIn, Owner, Precision, PublicPlace,
    PublicationBasis, Source, Visit, Workers,
};
use super::quality;
use super::reference::Reference;
use super::region::{Level, RegionCode};
use super::restricted::Restricted;
use super::size::{SizeClasses, SizeInputs};
use super::text::{fold, squash};
use super::trade::{Certificate, Channel, PriceBand};
use crate::geography::round7;

/// What stands beside the draft in a record and is not computed from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub id: Uuid,
    pub revision: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub sample: bool,
    pub review: Review,
    pub review_since: Option<DateTime<Utc>>,
    pub author: Option<String>,
    pub publication: Publication,
    pub publication_basis: Option<PublicationBasis>,
    pub existence: Existence,
    pub ceased_on: Option<NaiveDate>,
    pub duplicate_of: Option<Uuid>,
    pub last_visit: Option<Visit>,
    pub sources: Vec<Source>,
}

impl Standing {
    /// A new record's: a draft at its first revision, not published.
    pub fn new(id: Uuid, now: DateTime<Utc>) -> Self {
        Self {
            id,
            revision: 1,
            created_at: now,
            updated_at: now,
            sample: false,
            review: Review::Draft,
            review_since: None,
            author: None,
            publication: Publication::Unpublished,
            publication_basis: None,
            existence: Existence::Active,
            ceased_on: None,
            duplicate_of: None,
            last_visit: None,
            sources: Vec::new(),
        }
    }

    /// The standing that a document has now.
    pub fn of(enterprise: &Enterprise) -> Self {
        Self {
            id: enterprise.id,
            revision: enterprise.revision,
            created_at: enterprise.created_at,
            updated_at: enterprise.updated_at,
            sample: enterprise.sample,
            review: enterprise.review,
            review_since: enterprise.review_since,
            author: enterprise.author.clone(),
            publication: enterprise.publication,
            publication_basis: enterprise.publication_basis.clone(),
            existence: enterprise.existence,
            ceased_on: enterprise.ceased_on,
            duplicate_of: enterprise.duplicate_of,
            last_visit: enterprise.last_visit.clone(),
            sources: enterprise.sources.clone(),
        }
    }

    /// Notes when its review came to stand where it does, if that is elsewhere than before.
    pub fn note_review(&mut self, before: Review, now: DateTime<Utc>) {
        if self.review != before {
            self.review_since = Some(now);
        }
    }
}

/// The whole document of a checked draft: its place, its quality and who leads it are computed.
/// None if the draft's region is not in the gazetteer, which [`super::validate::check`] rules out.
pub fn assemble(
    draft: Draft,
    standing: Standing,
    size: SizeClasses,
    reference: &Reference,
) -> Option<Enterprise> {
    let region = draft.region.clone()?;
    let located_in = draft.point.as_ref().map_or_else(LocatedIn::default, |point| {
        let located = reference.gazetteer.locate(point.lon, point.lat);
        let district = located.as_ref().and_then(|located| located.district.clone());
        LocatedIn {
            regency: located.map(|located| located.regency),
            approximate: district.as_ref().is_some_and(|district| district.approximate),
            district: district.map(|district| district.code),
        }
    });
    let exact = draft.consents.iter().any(|consent| consent.to == ConsentTo::ExactPoint);
    let public_place = match &draft.point {
        Some(point) if exact => {
            PublicPlace { lon: point.lon, lat: point.lat, precision: Precision::Exact }
        }
        _ => {
            let stands_for = reference.gazetteer.get(&region)?;
            let precision = match region.level() {
                Level::Village => Precision::Village,
                Level::District => Precision::District,
                Level::Regency | Level::Province => Precision::Regency,
            };
            PublicPlace { lon: round7(stands_for.lon), lat: round7(stands_for.lat), precision }
        }
    };
    Some(Enterprise {
        id: standing.id,
        revision: standing.revision,
        created_at: standing.created_at,
        updated_at: standing.updated_at,
        sample: standing.sample,
        region_name: reference.gazetteer.full_name(&region),
        responsible_region: region.at(Level::Regency)?,
        quality: quality::check(&draft, &located_in, reference),
        located_in,
        women_led: women_led(&draft),
        public_place,
        size,
        review: standing.review,
        review_since: standing.review_since,
        author: standing.author,
        publication: standing.publication,
        publication_basis: standing.publication_basis,
        existence: standing.existence,
        ceased_on: standing.ceased_on,
        duplicate_of: standing.duplicate_of,
        last_visit: standing.last_visit,
        sources: standing.sources,
        draft,
    })
}

/// The size classes of a draft with what is restricted of it, in a year.
pub fn size_classes(draft: &Draft, restricted: &Restricted, this_year: i32) -> SizeClasses {
    SizeClasses::of(&SizeInputs {
        business_capital: restricted.business_capital,
        annual_sales: restricted.annual_sales.as_ref().map(|sales| sales.value),
        investment: restricted.investment_value,
        workers: draft.workers.as_ref().and_then(Workers::count),
        founded_year: draft.founded_year,
        this_year,
    })
}

/// A kopwan is led by women; otherwise the first owner's sex tells, where it is known.
fn women_led(draft: &Draft) -> Option<bool> {
    if draft.registrations.iter().any(|entry| entry.kind == Kind::Kopwan) {
        return Some(true);
    }
    draft.owners.first().and_then(|owner| owner.sex).map(|sex| sex == Sex::Female)
}

/// The public tier of a published record: all that a signed-out visitor can ever learn of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicEnterprise {
    pub id: Uuid,
    pub revision: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Sample data, not a real enterprise.
    pub sample: bool,
    /// The business name; where it is only an owner's name and that owner gave no consent for it,
    /// `Usaha {product}, {village}`.
    #[schema(example = "Usaha Sepatu kulit, Surodinawan")]
    pub name: String,
    pub registrations: Vec<PublicRegistration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_form: Option<LegalForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub founded_year: Option<i32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kbli: Vec<Kbli>,
    #[schema(value_type = Vec<String>)]
    pub sectors: Vec<Sector>,
    pub commodities: Vec<String>,
    pub products: Vec<PublicProduct>,
    #[schema(value_type = String, example = "35.15.06.2001")]
    pub region: RegionCode,
    /// Names of the region, narrowest first.
    pub region_name: String,
    #[schema(value_type = String, example = "35.15")]
    pub responsible_region: RegionCode,
    pub public_place: PublicPlace,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub women_led: Option<bool>,
    #[serde(flatten)]
    pub size: SizeClasses,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Certificate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooperative: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentra: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    pub existence: Existence,
    /// The day on which it was recorded as closed or moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceased_on: Option<NaiveDate>,
}

/// The public part of a registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicRegistration {
    pub kind: Kind,
}

/// The public part of a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicProduct {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_band: Option<PriceBand>,
    /// Only with the owner's consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
}

/// The public projection; None for a record that is not published.
pub fn public(enterprise: &Enterprise, reference: &Reference) -> Option<PublicEnterprise> {
    if enterprise.publication != Publication::Published {
        return None;
    }
    let draft = &enterprise.draft;
    let mut kinds: Vec<Kind> = draft.registrations.iter().map(|entry| entry.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let capacity = enterprise.consents_to(ConsentTo::Capacity);
    Some(PublicEnterprise {
        id: enterprise.id,
        revision: enterprise.revision,
        created_at: enterprise.created_at,
        updated_at: enterprise.updated_at,
        sample: enterprise.sample,
        name: public_name(enterprise, reference),
        registrations: kinds.into_iter().map(|kind| PublicRegistration { kind }).collect(),
        legal_form: draft.legal_form,
        founded_year: draft.founded_year,
        kbli: draft.kbli.clone(),
        sectors: draft.sectors.clone(),
        commodities: draft.commodities.clone(),
        products: draft
            .products
            .iter()
            .map(|product| PublicProduct {
                name: impersonal(&product.name, enterprise)
                    .unwrap_or_else(|| what_it_makes(enterprise, reference)),
                commodity: product.commodity.clone(),
                price_band: product.price_band.clone(),
                capacity: product.capacity.clone().filter(|_| capacity),
            })
            .collect(),
        region: draft.region.clone()?,
        region_name: enterprise.region_name.clone(),
        responsible_region: enterprise.responsible_region.clone(),
        public_place: enterprise.public_place.clone(),
        women_led: enterprise.women_led,
        size: enterprise.size.clone(),
        certificates: draft.certificates.clone(),
        channels: draft.channels.clone(),
        cooperative: draft.cooperative,
        sentra: draft.sentra,
        contact: draft.contact.clone().filter(|_| enterprise.consents_to(ConsentTo::Contact)),
        existence: enterprise.existence,
        ceased_on: enterprise.ceased_on,
    })
}

/// The name as the public may see it (contract: the personal-name rule).
pub fn public_name(enterprise: &Enterprise, reference: &Reference) -> String {
    impersonal(&enterprise.draft.name, enterprise)
        .unwrap_or_else(|| neutral_name(enterprise, reference))
}

/// A text that may be public: None where it is or holds the full name of an owner who gave no
/// consent for that. A single name inside a longer text (`Batik Siti`) is a trade name.
fn impersonal(text: &str, enterprise: &Enterprise) -> Option<String> {
    let folded = format!(" {} ", fold(text));
    let names = |owner: &Owner| {
        let name = fold(&owner.name);
        squash(text) == squash(&name)
            || (name.contains(' ') && folded.contains(&format!(" {name} ")))
    };
    let named = !enterprise.consents_to(ConsentTo::PersonalName)
        && enterprise.draft.owners.iter().any(names);
    (!named).then(|| text.to_owned())
}

/// A name that is nobody's: `Usaha {product}, {village}`.
pub fn neutral_name(enterprise: &Enterprise, reference: &Reference) -> String {
    let makes = what_it_makes(enterprise, reference);
    let place = enterprise.region_name.split(", ").next().unwrap_or_default();
    format!("Usaha {makes}, {place}")
}

/// Its first product whose name is nobody's, else its commodity, else its sector.
fn what_it_makes(enterprise: &Enterprise, reference: &Reference) -> String {
    let draft = &enterprise.draft;
    let of_commodity = || {
        let code = draft.commodities.first()?;
        reference.commodity(code).map(|commodity| commodity.name.clone())
    };
    let of_sector =
        || draft.sectors.first().map(|sector| Sector::all()[sector.index()].name.clone());
    let product = draft.products.iter().find_map(|product| impersonal(&product.name, enterprise));
    product.or_else(of_commodity).or_else(of_sector).unwrap_or_default()
}

/// Today where the registry is: dates are of Asia/Jakarta (UTC+7, no summer time).
pub fn jakarta_date(at: DateTime<Utc>) -> NaiveDate {
    (at + chrono::TimeDelta::hours(7)).date_naive()
}

/// The first microsecond of a day where the registry is.
pub fn micros(day: NaiveDate) -> i64 {
    let days = i64::from(day.num_days_from_ce()) - 719_163;
    (days * 24 - 7) * 3_600_000_000
}

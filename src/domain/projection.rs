//! From what was written to what is seen: the whole document for staff, and of it the public
//! projection. The public side is built from [`PublicEnterprise`] alone and cannot see the rest.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::{ConsentTo, Existence, Kind, LegalForm, Publication, Review, Sector, Sex};
use super::enterprise::{
    Capacity, Contact, Draft, Enterprise, Kbli, LocatedIn, Precision, PublicPlace,
    PublicationBasis, Source,
};
use super::quality;
use super::reference::Reference;
use super::region::{Level, RegionCode};
use super::text::squash;

/// What stands beside the draft in a record and is not computed from it.
#[derive(Debug, Clone)]
pub struct Standing {
    pub id: Uuid,
    pub revision: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub sample: bool,
    pub review: Review,
    pub publication: Publication,
    pub publication_basis: Option<PublicationBasis>,
    pub existence: Existence,
    pub sources: Vec<Source>,
}

impl Standing {
    /// The standing that a document has now.
    pub fn of(enterprise: &Enterprise) -> Self {
        Self {
            id: enterprise.id,
            revision: enterprise.revision,
            created_at: enterprise.created_at,
            updated_at: enterprise.updated_at,
            sample: enterprise.sample,
            review: enterprise.review,
            publication: enterprise.publication,
            publication_basis: enterprise.publication_basis.clone(),
            existence: enterprise.existence,
            sources: enterprise.sources.clone(),
        }
    }
}

/// The whole document of a checked draft: its place, its quality and who leads it are computed.
/// None if the draft's region is not in the gazetteer, which [`super::validate::check`] rules out.
pub fn assemble(draft: Draft, standing: Standing, reference: &Reference) -> Option<Enterprise> {
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
            PublicPlace { lon: stands_for.lon, lat: stands_for.lat, precision }
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
        review: standing.review,
        publication: standing.publication,
        publication_basis: standing.publication_basis,
        existence: standing.existence,
        sources: standing.sources,
        draft,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    pub existence: Existence,
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
                name: product.name.clone(),
                commodity: product.commodity.clone(),
                capacity: product.capacity.clone().filter(|_| capacity),
            })
            .collect(),
        region: draft.region.clone()?,
        region_name: enterprise.region_name.clone(),
        responsible_region: enterprise.responsible_region.clone(),
        public_place: enterprise.public_place.clone(),
        women_led: enterprise.women_led,
        contact: draft.contact.clone().filter(|_| enterprise.consents_to(ConsentTo::Contact)),
        existence: enterprise.existence,
    })
}

/// The name as the public may see it (contract: the personal-name rule).
fn public_name(enterprise: &Enterprise, reference: &Reference) -> String {
    let draft = &enterprise.draft;
    let name = squash(&draft.name);
    let personal = draft.owners.iter().any(|owner| squash(&owner.name) == name);
    if !personal || enterprise.consents_to(ConsentTo::PersonalName) {
        return draft.name.clone();
    }
    let of_commodity = || {
        let code = draft.commodities.first()?;
        reference.commodity(code).map(|commodity| commodity.name.clone())
    };
    let of_sector =
        || draft.sectors.first().map(|sector| Sector::all()[sector.index()].name.clone());
    let product = draft.products.first().map(|product| product.name.clone());
    let makes = product.or_else(of_commodity).or_else(of_sector).unwrap_or_default();
    let place = enterprise.region_name.split(", ").next().unwrap_or_default();
    format!("Usaha {makes}, {place}")
}

/// Today where the registry is: dates are of Asia/Jakarta (UTC+7, no summer time).
pub fn jakarta_date(at: DateTime<Utc>) -> NaiveDate {
    (at + chrono::TimeDelta::hours(7)).date_naive()
}

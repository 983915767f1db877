//! A record as it comes to the atlas, and whether it passes a filter, in plain words: what the
//! packed columns answer is held against this.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::dictionaries::Supply;
use super::traits::{kind_bits, sector_bits};
use crate::domain::actor::Whose;
use crate::domain::codes::{Existence, LegalForm, Publication, Review, Sector};
use crate::domain::enterprise::{Draft, Enterprise, Kbli, Precision, Severity, Workers};
use crate::domain::filter::{Filter, InternalFilter, PublicFilter};
use crate::domain::projection::PublicEnterprise;
pub use crate::domain::projection::micros;
use crate::domain::quality;
use crate::domain::quantity::convert::{Monthly, monthly};
use crate::domain::reference::Reference;
use crate::domain::region::RegionCode;
use crate::domain::size::SizeClass;
use crate::domain::text::fold;
use crate::domain::trade::{Certificate, Need, Origin, Platform, Practice};
use crate::geography::{mercator, round7};

/// Who asks: what their rows hold beyond the common columns, and how a filter meets them.
pub trait Audience: Sized + Send + Sync + 'static {
    /// Internal values, or nothing.
    type Extra: Send + Sync + Clone;
    /// The same packed.
    type Columns: Send + Sync + Default + super::columns::ExtraColumns<Self::Extra>;
    /// Whether the part of the filter that is not public passes.
    fn passes(extra: &Self::Extra, filter: &Filter) -> bool;
}

/// Signed-out visitors. Their rows cannot answer an internal filter: it finds nothing.
#[derive(Debug, Clone, Copy)]
pub struct Public;
/// Staff.
#[derive(Debug, Clone, Copy)]
pub struct Internal;

impl Audience for Public {
    type Extra = ();
    type Columns = ();

    fn passes((): &(), filter: &Filter) -> bool {
        filter.internal == InternalFilter::default()
    }
}

/// What only staff may filter by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InternalValues {
    pub author: Option<Box<str>>,
    pub review: Review,
    pub publication: Publication,
    pub workers: Option<u32>,
    /// A bit per quality rule that the record breaks, in the order of the rules.
    pub quality: u32,
    /// The worst that any of them weighs.
    pub worst: Option<Severity>,
    /// Since when its review stands where it does, in seconds since 1970; None where not known.
    pub review_since: Option<i64>,
    pub last_visit: Option<NaiveDate>,
    pub products: Vec<ProductValues>,
    /// A bit per need, and per practice.
    pub needs: u16,
    pub practices: u16,
    pub supply: Supply,
}

/// What a product adds to a sum of capacities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ProductValues {
    pub monthly: Monthly,
}

impl Audience for Internal {
    type Extra = InternalValues;
    type Columns = super::columns::InternalColumns;

    fn passes(extra: &InternalValues, filter: &Filter) -> bool {
        let filter = &filter.internal;
        any(&filter.review, &extra.review)
            && any(&filter.publication, &extra.publication)
            && filter.min_workers.is_none_or(|min| extra.workers.is_some_and(|count| count >= min))
            && filter.max_workers.is_none_or(|max| extra.workers.is_some_and(|count| count <= max))
            && (filter.quality.is_empty()
                || extra.quality & quality_bits(filter.quality.iter().map(String::as_str)) != 0)
            && filter
                .visited_since
                .is_none_or(|since| extra.last_visit.is_some_and(|visit| visit >= since))
            && (filter.needs.is_empty() || extra.needs & need_bits(&filter.needs) != 0)
            && (filter.practices.is_empty()
                || extra.practices & practice_bits(&filter.practices) != 0)
            && supplies(filter, &extra.supply)
    }
}

/// A record for one audience.
#[derive(Debug, Clone)]
pub struct Row<A: Audience> {
    pub common: Common,
    pub extra: A::Extra,
}

/// What both audiences have, each filled from what that audience may see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Common {
    /// Key of the record in the database.
    #[serde(skip)]
    pub key: i64,
    pub id: Uuid,
    pub lon: f64,
    pub lat: f64,
    /// The position is the enterprise's own, not its village's.
    pub exact: bool,
    pub name: Box<str>,
    pub updated_at_micros: i64,
    pub main_sector: Option<Sector>,
    pub responsible_region: RegionCode,
    /// As stated.
    pub region: RegionCode,
    /// A bit per kind and sector.
    pub kinds: u8,
    pub sectors: u16,
    pub kbli: Vec<String>,
    pub commodities: Vec<String>,
    /// A bit per type.
    pub certificates: u16,
    /// A bit per platform.
    pub channels: u16,
    pub legal_form: Option<LegalForm>,
    pub founded_year: Option<i32>,
    pub women_led: Option<bool>,
    pub size_class: SizeClass,
    pub cooperative: Option<Uuid>,
    pub sentra: Option<Uuid>,
    pub sample: bool,
    pub existence: Existence,
    /// The day on which it closed or moved, where that is known.
    pub ceased_on: Option<NaiveDate>,
}

impl Row<Public> {
    /// The row that signed-out visitors are answered from: made of the public projection alone.
    pub fn public(key: i64, enterprise: &PublicEnterprise) -> Self {
        let place = &enterprise.public_place;
        let common = Common {
            key,
            id: enterprise.id,
            lon: round7(place.lon),
            lat: round7(place.lat),
            exact: place.precision == Precision::Exact,
            name: enterprise.name.as_str().into(),
            updated_at_micros: enterprise.updated_at.timestamp_micros(),
            main_sector: enterprise.sectors.first().copied(),
            responsible_region: enterprise.responsible_region.clone(),
            region: enterprise.region.clone(),
            kinds: kind_bits(enterprise.registrations.iter().map(|entry| entry.kind)),
            sectors: sector_bits(&enterprise.sectors),
            kbli: kbli_codes(&enterprise.kbli),
            commodities: enterprise.commodities.clone(),
            certificates: certificate_bits(&enterprise.certificates),
            channels: channel_bits(enterprise.channels.iter().map(|channel| channel.platform)),
            legal_form: enterprise.legal_form,
            founded_year: enterprise.founded_year,
            women_led: enterprise.women_led,
            size_class: enterprise.size.size_class,
            cooperative: enterprise.cooperative,
            sentra: enterprise.sentra,
            sample: enterprise.sample,
            existence: enterprise.existence,
            ceased_on: enterprise.ceased_on,
        };
        Self { common, extra: () }
    }
}

impl Row<Internal> {
    /// The row that staff are answered from. None for a document without a region, which is never
    /// stored.
    pub fn internal(key: i64, enterprise: &Enterprise, reference: &Reference) -> Option<Self> {
        let draft = &enterprise.draft;
        let (lon, lat) = draft
            .point
            .as_ref()
            .map_or((enterprise.public_place.lon, enterprise.public_place.lat), |point| {
                (point.lon, point.lat)
            });
        let common = Common {
            key,
            id: enterprise.id,
            lon: round7(lon),
            lat: round7(lat),
            exact: draft.point.is_some(),
            name: draft.name.as_str().into(),
            updated_at_micros: enterprise.updated_at.timestamp_micros(),
            main_sector: draft.sectors.first().copied(),
            responsible_region: enterprise.responsible_region.clone(),
            region: draft.region.clone()?,
            kinds: kind_bits(draft.registrations.iter().map(|entry| entry.kind)),
            sectors: sector_bits(&draft.sectors),
            kbli: kbli_codes(&draft.kbli),
            commodities: draft.commodities.clone(),
            certificates: certificate_bits(&draft.certificates),
            channels: channel_bits(draft.channels.iter().map(|channel| channel.platform)),
            legal_form: draft.legal_form,
            founded_year: draft.founded_year,
            women_led: enterprise.women_led,
            size_class: enterprise.size.size_class,
            cooperative: draft.cooperative,
            sentra: draft.sentra,
            sample: enterprise.sample,
            existence: enterprise.existence,
            ceased_on: enterprise.ceased_on,
        };
        let extra = InternalValues {
            author: enterprise.author.as_deref().map(Into::into),
            review: enterprise.review,
            publication: enterprise.publication,
            workers: draft.workers.as_ref().and_then(Workers::count),
            quality: quality_bits(enterprise.quality.iter().map(|flag| flag.rule.as_str())),
            worst: enterprise.worst_flag(),
            review_since: enterprise
                .review_since
                .or(enterprise.waits_since())
                .map(|since| since.timestamp()),
            last_visit: enterprise.last_visit.as_ref().map(|visit| visit.on),
            products: draft.products.iter().filter_map(|made| product(made, reference)).collect(),
            needs: need_bits(&draft.needs),
            practices: practice_bits(&draft.practices),
            supply: supply(draft),
        };
        Some(Self { common, extra })
    }

    /// Whose the record is.
    pub fn whose(&self) -> Whose<'_> {
        Whose {
            responsible_region: &self.common.responsible_region,
            author: self.extra.author.as_deref(),
            cooperative: self.common.cooperative,
        }
    }
}

fn product(
    made: &crate::domain::enterprise::Product,
    reference: &Reference,
) -> Option<ProductValues> {
    let commodity = made.commodity.as_deref().and_then(|code| reference.commodity(code));
    let monthly = monthly(made.capacity.as_ref()?, commodity).ok()?;
    Some(ProductValues { monthly })
}

impl<A: Audience> Row<A> {
    /// Whether the record is one that the filter asks for, its words and campaigns aside: see
    /// [`super::View`].
    pub fn passes(&self, filter: &Filter) -> bool {
        self.common.passes(&filter.public) && A::passes(&self.extra, filter)
    }
}

impl Common {
    /// Its place on the curve.
    pub fn morton(&self) -> u64 {
        mercator::morton(self.lon, self.lat)
    }

    fn passes(&self, filter: &PublicFilter) -> bool {
        let existence = any(&filter.existence, &self.existence)
            && (!filter.is_of_active() || self.existence == Existence::Active);
        existence
            && filter.as_of.is_none_or(|day| self.existed_on(day))
            && filter.sample.is_none_or(|sample| sample == self.sample)
            && filter.women_led.is_none_or(|women_led| self.women_led == Some(women_led))
            && any(&filter.size_classes, &self.size_class)
            && (filter.legal_forms.is_empty()
                || self.legal_form.is_some_and(|form| filter.legal_forms.contains(&form)))
            && (filter.certificates.is_empty()
                || filter
                    .certificates
                    .iter()
                    .any(|kind| self.certificates & 1 << *kind as u16 != 0))
            && (filter.channels.is_empty()
                || self.channels & channel_bits(filter.channels.iter().copied()) != 0)
            && filter.updated_since.is_none_or(|since| self.updated_at_micros >= micros(since))
            && any_of(&filter.cooperatives, self.cooperative)
            && any_of(&filter.sentra, self.sentra)
            && (filter.kinds.is_empty()
                || self.kinds & kind_bits(filter.kinds.iter().copied()) != 0)
            && (filter.sectors.is_empty() || self.sectors & sector_bits(&filter.sectors) != 0)
            && (filter.regions.is_empty()
                || filter.regions.iter().any(|region| region.contains(&self.region)))
            && (filter.commodities.is_empty()
                || filter.commodities.iter().any(|code| self.commodities.contains(code)))
            && (filter.kbli.is_empty()
                || filter
                    .kbli
                    .iter()
                    .any(|prefix| self.kbli.iter().any(|code| code.starts_with(prefix))))
            && filter.shapes().iter().all(|shape| shape.contains(self.lon, self.lat))
            && filter
                .expression
                .as_ref()
                .is_none_or(|asked| asked.matches(&|name| self.property(name)))
    }

    /// Whether it existed on a day, as known now. Of when it was founded the year is known at most.
    fn existed_on(&self, day: NaiveDate) -> bool {
        self.founded_year.is_none_or(|year| year <= day.year())
            && (self.existence == Existence::Active
                || self.ceased_on.is_some_and(|ceased| ceased > day))
    }

    /// Its name, for the order by names.
    pub fn folded_name(&self) -> String {
        fold(&self.name)
    }
}

fn any<T: PartialEq>(asked: &[T], value: &T) -> bool {
    asked.is_empty() || asked.contains(value)
}

fn any_of(asked: &[Uuid], value: Option<Uuid>) -> bool {
    asked.is_empty() || value.is_some_and(|value| asked.contains(&value))
}

/// A bit per rule, in the order of the rules.
pub fn quality_bits<'a>(codes: impl Iterator<Item = &'a str>) -> u32 {
    let place = |code| quality::stored().position(|rule| rule == code);
    codes.filter_map(place).fold(0, |bits, place| bits | 1 << place)
}

fn certificate_bits(certificates: &[Certificate]) -> u16 {
    certificates.iter().fold(0, |bits, certificate| bits | 1 << certificate.kind as u16)
}

/// A bit per platform.
pub fn channel_bits(platforms: impl Iterator<Item = Platform>) -> u16 {
    platforms.fold(0, |bits, platform| bits | 1 << platform as u16)
}

/// A bit per need.
pub fn need_bits(needs: &[Need]) -> u16 {
    needs.iter().fold(0, |bits, need| bits | 1 << *need as u16)
}

/// A bit per practice.
pub fn practice_bits(practices: &[Practice]) -> u16 {
    practices.iter().fold(0, |bits, practice| bits | 1 << *practice as u16)
}

/// Whether some raw material is one that is asked for, and some origin.
pub fn supplies(filter: &InternalFilter, supply: &Supply) -> bool {
    let origin = |asked: &Origin| supply.origins.iter().any(|origin| asked.contains(origin));
    (filter.raw_materials.is_empty()
        || filter.raw_materials.iter().any(|asked| supply.materials.contains(asked)))
        && (filter.origins.is_empty() || filter.origins.iter().any(origin))
}

fn supply(draft: &Draft) -> Supply {
    let materials = || draft.products.iter().flat_map(|product| &product.raw_materials);
    Supply {
        materials: materials().map(|material| material.commodity.clone()).collect(),
        origins: materials().filter_map(|material| material.origin.clone()).collect(),
    }
}

fn kbli_codes(codes: &[Kbli]) -> Vec<String> {
    codes.iter().map(|kbli| kbli.code.clone()).collect()
}

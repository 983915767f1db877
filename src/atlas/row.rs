//! A record as the atlas holds it, and whether it passes a filter.

use uuid::Uuid;

use crate::domain::actor::Whose;
use crate::domain::codes::{Existence, Kind, Publication, Review, Sector};
use crate::domain::enterprise::{Enterprise, Kbli, Precision, Workers};
use crate::domain::filter::{Filter, InternalFilter, PublicFilter};
use crate::domain::projection::PublicEnterprise;
use crate::domain::region::RegionCode;
use crate::domain::size::SizeClass;
use crate::domain::text::fold;
use crate::geography::{distance_m, mercator};

/// Who asks: what their rows hold beyond the common columns, and how a filter meets them.
pub trait Audience: Sized {
    /// Internal columns, or nothing.
    type Extra: Send + Sync;
    /// Whether the part of the filter that is not public passes.
    fn passes(extra: &Self::Extra, filter: &Filter) -> bool;
}

/// Signed-out visitors. Their rows cannot answer an internal filter: it finds nothing.
pub struct Public;
/// Staff.
pub struct Internal;

impl Audience for Public {
    type Extra = ();

    fn passes((): &(), filter: &Filter) -> bool {
        filter.internal == InternalFilter::default()
    }
}

/// What only staff may filter by.
pub struct InternalColumns {
    author: Option<Box<str>>,
    review: Review,
    publication: Publication,
    workers: Option<u32>,
    /// Names of the rules that the record breaks.
    pub quality: Vec<String>,
}

impl Audience for Internal {
    type Extra = InternalColumns;

    fn passes(extra: &InternalColumns, filter: &Filter) -> bool {
        let filter = &filter.internal;
        any(&filter.review, &extra.review)
            && any(&filter.publication, &extra.publication)
            && filter.min_workers.is_none_or(|min| extra.workers.is_some_and(|count| count >= min))
            && filter.max_workers.is_none_or(|max| extra.workers.is_some_and(|count| count <= max))
            && (filter.quality.is_empty()
                || filter.quality.iter().any(|rule| extra.quality.contains(rule)))
    }
}

/// A record for one audience.
pub struct Row<A: Audience> {
    pub common: Common,
    pub extra: A::Extra,
}

/// The columns that both audiences have, each filled from what that audience may see.
pub struct Common {
    /// Key of the record in the database.
    pub key: i64,
    pub id: Uuid,
    pub morton: u64,
    pub lon: f64,
    pub lat: f64,
    /// The position is the enterprise's own, not its village's.
    pub exact: bool,
    pub name: Box<str>,
    pub folded_name: Box<str>,
    pub updated_at_micros: i64,
    pub main_sector: Option<Sector>,
    pub responsible_region: RegionCode,
    region: RegionCode,
    /// A bit per kind and sector.
    kinds: u8,
    sectors: u16,
    kbli: Vec<String>,
    commodities: Vec<String>,
    women_led: Option<bool>,
    size_class: SizeClass,
    cooperative: Option<Uuid>,
    sentra: Option<Uuid>,
    sample: bool,
    existence: Existence,
    /// Made of what only staff see.
    pub internal: bool,
}

impl Row<Public> {
    /// The row that signed-out visitors are answered from: made of the public projection alone.
    pub fn public(key: i64, enterprise: &PublicEnterprise) -> Self {
        let place = &enterprise.public_place;
        let common = Common {
            key,
            id: enterprise.id,
            morton: mercator::morton(place.lon, place.lat),
            lon: place.lon,
            lat: place.lat,
            exact: place.precision == Precision::Exact,
            folded_name: fold(&enterprise.name).into(),
            name: enterprise.name.as_str().into(),
            updated_at_micros: enterprise.updated_at.timestamp_micros(),
            main_sector: enterprise.sectors.first().copied(),
            responsible_region: enterprise.responsible_region.clone(),
            region: enterprise.region.clone(),
            kinds: kind_bits(enterprise.registrations.iter().map(|entry| entry.kind)),
            sectors: sector_bits(&enterprise.sectors),
            kbli: kbli_codes(&enterprise.kbli),
            commodities: enterprise.commodities.clone(),
            women_led: enterprise.women_led,
            size_class: enterprise.size.size_class,
            cooperative: enterprise.cooperative,
            sentra: enterprise.sentra,
            sample: enterprise.sample,
            existence: enterprise.existence,
            internal: false,
        };
        Self { common, extra: () }
    }
}

impl Row<Internal> {
    /// The row that staff are answered from. None for a document without a region, which is never
    /// stored.
    pub fn internal(key: i64, enterprise: &Enterprise) -> Option<Self> {
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
            morton: mercator::morton(lon, lat),
            lon,
            lat,
            exact: draft.point.is_some(),
            folded_name: fold(&draft.name).into(),
            name: draft.name.as_str().into(),
            updated_at_micros: enterprise.updated_at.timestamp_micros(),
            main_sector: draft.sectors.first().copied(),
            responsible_region: enterprise.responsible_region.clone(),
            region: draft.region.clone()?,
            kinds: kind_bits(draft.registrations.iter().map(|entry| entry.kind)),
            sectors: sector_bits(&draft.sectors),
            kbli: kbli_codes(&draft.kbli),
            commodities: draft.commodities.clone(),
            women_led: enterprise.women_led,
            size_class: enterprise.size.size_class,
            cooperative: draft.cooperative,
            sentra: draft.sentra,
            sample: enterprise.sample,
            existence: enterprise.existence,
            internal: true,
        };
        let extra = InternalColumns {
            author: enterprise.author.as_deref().map(Into::into),
            review: enterprise.review,
            publication: enterprise.publication,
            workers: draft.workers.as_ref().and_then(Workers::count),
            quality: enterprise.quality.iter().map(|flag| flag.rule.clone()).collect(),
        };
        Some(Self { common, extra })
    }
}

impl Row<Internal> {
    /// Whose the record is.
    pub fn whose(&self) -> Whose<'_> {
        Whose {
            responsible_region: &self.common.responsible_region,
            author: self.extra.author.as_deref(),
            cooperative: self.common.cooperative,
        }
    }
}

impl<A: Audience> Row<A> {
    /// Whether the record is one that the filter asks for, its words aside: see [`super::View`].
    pub fn passes(&self, filter: &Filter) -> bool {
        self.common.passes(&filter.public) && A::passes(&self.extra, filter)
    }
}

impl Common {
    /// The region as stated.
    pub fn region(&self) -> &RegionCode {
        &self.region
    }

    fn passes(&self, filter: &PublicFilter) -> bool {
        let existence = match filter.existence.as_slice() {
            [] => self.existence == Existence::Active,
            asked => asked.contains(&self.existence),
        };
        existence
            && filter.sample.is_none_or(|sample| sample == self.sample)
            && filter.women_led.is_none_or(|women_led| self.women_led == Some(women_led))
            && any(&filter.size_classes, &self.size_class)
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
            && filter.bbox.is_none_or(|bbox| bbox.contains(self.lon, self.lat))
            && filter.near.is_none_or(|circle| {
                circle.radius_m.is_none_or(|radius| {
                    distance_m((circle.lon, circle.lat), (self.lon, self.lat)) <= radius
                })
            })
            && filter.area.as_ref().is_none_or(|area| {
                // An area whose polygon was not filled in finds nothing.
                area.polygon.as_ref().is_some_and(|polygon| polygon.contains(self.lon, self.lat))
            })
    }
}

fn any<T: PartialEq>(asked: &[T], value: &T) -> bool {
    asked.is_empty() || asked.contains(value)
}

fn any_of(asked: &[Uuid], value: Option<Uuid>) -> bool {
    asked.is_empty() || value.is_some_and(|value| asked.contains(&value))
}

fn kind_bits(kinds: impl Iterator<Item = Kind>) -> u8 {
    kinds.fold(0, |bits, kind| bits | 1 << kind as u8)
}

fn sector_bits(sectors: &[Sector]) -> u16 {
    sectors.iter().fold(0, |bits, sector| bits | 1 << sector.index())
}

fn kbli_codes(codes: &[Kbli]) -> Vec<String> {
    codes.iter().map(|kbli| kbli.code.clone()).collect()
}

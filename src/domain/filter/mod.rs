//! The one filter of the registry: list, tile, count, search and export all take it.
//!
//! [`PARAMETERS`] is the whole grammar: each parameter's name, its tier and how it is read. A list
//! by comma means "any of", parameters are and-ed. Beside it features can be asked for by an
//! expression ([`Expression`]), which becomes part of the same filter.

mod cql2;
pub mod expression;
pub mod extent;
mod grammar;
mod lift;
pub mod pattern;
mod read;
mod render;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::NaiveDate;
use strum::VariantNames;
use uuid::Uuid;

use super::codes::{Existence, Kind, LegalForm, Publication, Review, Sector};
use super::fault::{Fault, FieldFault};
use super::reference::Reference;
use super::region::RegionCode;
use super::size::SizeClass;
use super::tier::Tier;
use super::trade::{CertificateType, Need, Origin, Platform, Practice};
use crate::geography::{Area, Bbox, Shape};

pub use self::cql2::Cql2Language;
pub use expression::{Expression, Value};
use extent::Extent;
pub use grammar::{PARAMETERS, Parameter};
pub use read::lon_lat;

/// A circle on the sphere; its edge belongs to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    pub lon: f64,
    pub lat: f64,
    pub radius_m: Option<f64>,
}

/// An area by the id it was stored under; its polygon is filled in before the filter is used.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaRef {
    pub id: String,
    pub polygon: Option<Arc<Area>>,
}

/// The part of a filter that asks for nothing but the public tier.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PublicFilter {
    /// Folded words; each must begin a word of the record's text.
    pub words: Vec<String>,
    pub kinds: Vec<Kind>,
    pub regions: Vec<RegionCode>,
    pub sectors: Vec<Sector>,
    /// Prefixes.
    pub kbli: Vec<String>,
    pub commodities: Vec<String>,
    pub women_led: Option<bool>,
    pub size_classes: Vec<SizeClass>,
    pub legal_forms: Vec<LegalForm>,
    pub certificates: Vec<CertificateType>,
    pub channels: Vec<Platform>,
    /// Last changed on this day or later.
    pub updated_since: Option<NaiveDate>,
    pub cooperatives: Vec<Uuid>,
    pub sentra: Vec<Uuid>,
    pub sample: Option<bool>,
    /// Empty means active only; with `as_of`, or where the expression asks for it, any.
    pub existence: Vec<Existence>,
    /// Existed on this day, as known now.
    pub as_of: Option<NaiveDate>,
    pub bbox: Option<Bbox>,
    pub near: Option<Circle>,
    pub area: Option<AreaRef>,
    /// What positions must meet besides, all of it.
    pub extents: Vec<Extent>,
    /// What must be true besides.
    pub expression: Option<Arc<Expression>>,
    /// An expression asks for `existence`: without the field it is not active ones only.
    pub any_existence: bool,
}

impl PublicFilter {
    /// Whether records must be active because nothing is said of it.
    pub fn is_of_active(&self) -> bool {
        self.existence.is_empty() && self.as_of.is_none() && !self.any_existence
    }

    /// What positions must lie in, all of it.
    pub fn shapes(&self) -> Vec<Shape> {
        let circle = |circle: Circle| {
            let (lon, lat) = (circle.lon, circle.lat);
            circle.radius_m.map(|radius_m| Shape::Circle { lon, lat, radius_m })
        };
        let area = |area: &AreaRef| area.polygon.clone().map_or(Shape::Nowhere, Shape::Area);
        let bbox = self.bbox.map(Shape::of_bbox);
        bbox.into_iter()
            .chain(self.near.and_then(circle))
            .chain(self.area.as_ref().map(area))
            .chain(self.extents.iter().map(Extent::shape))
            .collect()
    }
}

/// The part of a filter that asks for the internal tier.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InternalFilter {
    pub review: Vec<Review>,
    pub publication: Vec<Publication>,
    pub min_workers: Option<u32>,
    pub max_workers: Option<u32>,
    /// Names of quality rules.
    pub quality: Vec<String>,
    /// Last visited on this day or later.
    pub visited_since: Option<NaiveDate>,
    pub needs: Vec<Need>,
    pub practices: Vec<Practice>,
    /// Commodities that products are made of.
    pub raw_materials: Vec<String>,
    /// Where raw materials come from: a region holds all within it.
    pub origins: Vec<Origin>,
    /// In one of which it was visited: the record does not say, its visits do.
    pub campaigns: Vec<Uuid>,
}

/// A whole filter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    pub public: PublicFilter,
    pub internal: InternalFilter,
    /// Its parameters as given, in the order of the grammar: what a cursor is bound to.
    canonical: String,
    used: Vec<&'static str>,
}

impl Filter {
    /// Reads the parameters of a request.
    ///
    /// # Errors
    /// Every unknown, repeated or unreadable parameter, by name.
    pub fn parse(
        pairs: &[(String, String)],
        reference: &Reference,
    ) -> Result<Self, Vec<FieldFault>> {
        let mut filter = Self::default();
        let mut faults = Vec::new();
        for (name, _) in pairs {
            if !PARAMETERS.iter().any(|parameter| parameter.name == name) {
                faults.push(FieldFault::new(name, Fault::UnknownParameter));
            }
        }
        let mut canonical = Vec::new();
        for parameter in PARAMETERS {
            let mut seen = false;
            for (_, value) in pairs.iter().filter(|(name, _)| name == parameter.name) {
                if seen && !parameter.list {
                    faults.push(FieldFault::new(parameter.name, Fault::RepeatedParameter));
                    break;
                }
                seen = true;
                if let Err(fault) = (parameter.read)(&mut filter, value, reference) {
                    faults.push(FieldFault::new(parameter.name, fault));
                }
                canonical.push((parameter.name, value));
                filter.used.push(parameter.name);
            }
        }
        // Pairs of strings always can be written.
        filter.canonical = serde_urlencoded::to_string(canonical).unwrap_or_default();
        if faults.is_empty() { Ok(filter) } else { Err(faults) }
    }

    /// The internal parameters that it uses, by name.
    pub fn internal_parameters(&self) -> Vec<&'static str> {
        let used = |name: &str| self.used.contains(&name);
        PARAMETERS
            .iter()
            .filter(|parameter| parameter.tier == Tier::Internal && used(parameter.name))
            .map(|parameter| parameter.name)
            .collect()
    }

    /// The same, of what existed on another day.
    #[must_use]
    pub fn on_day(&self, day: NaiveDate) -> Self {
        let given: Vec<(String, String)> =
            serde_urlencoded::from_str(&self.canonical).unwrap_or_default();
        let as_of = ("as_of".to_owned(), day.to_string());
        let pairs = given.into_iter().filter(|(name, _)| *name != as_of.0).chain([as_of.clone()]);
        // Pairs of strings always can be written.
        let canonical = serde_urlencoded::to_string(pairs.collect::<Vec<_>>()).unwrap_or_default();
        let public = PublicFilter { as_of: Some(day), ..self.public.clone() };
        Self { public, canonical, ..self.clone() }
    }

    /// The same, whatever is made.
    #[must_use]
    pub fn of_all_goods(&self) -> Self {
        let (sectors, commodities, kbli) = (Vec::new(), Vec::new(), Vec::new());
        let public = PublicFilter { sectors, kbli, commodities, ..self.public.clone() };
        Self { public, ..self.clone() }
    }

    /// The same, wherever it is.
    #[must_use]
    pub fn of_all_places(&self) -> Self {
        let (regions, extents) = (Vec::new(), Vec::new());
        let (bbox, near, area) = (None, None, None);
        let public = PublicFilter { regions, bbox, near, area, extents, ..self.public.clone() };
        Self { public, ..self.clone() }
    }

    /// The parameters as given, in the grammar's order.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

/// The order of a list.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    strum::EnumString,
    strum::IntoStaticStr,
    VariantNames,
)]
pub enum Sort {
    /// Along the space-filling curve: near things are near in the list.
    #[default]
    #[strum(serialize = "curve")]
    Curve,
    #[strum(serialize = "name")]
    Name,
    #[strum(serialize = "-updated_at")]
    UpdatedAtDescending,
    #[strum(serialize = "distance")]
    Distance,
    #[strum(serialize = "relevance")]
    Relevance,
}

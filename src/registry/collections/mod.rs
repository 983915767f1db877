//! What GIS clients read: the registry as collections of features (OGC API - Features). One table
//! says what there is; every answer comes from the use cases' own rows, at the reader's tier.

mod documents;
mod enterprises;
mod flat;
mod places;
mod properties;
mod regions;
mod shelf;
mod within;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::reads::Reader;
use super::{Registry, RegistryError};
use crate::domain::actor::Actor;
use crate::domain::filter::Expression;
use crate::domain::gazetteer::Region;
use crate::domain::queryable::{self, Queryable};
use crate::domain::region::Level;
use crate::geography::round7;

pub use enterprises::EnterpriseQuery;
pub use properties::{Property, PropertyKind};
pub use regions::Boundaries;
pub(super) use regions::LatestBoundaries;
pub(super) use shelf::Shelf;
pub use within::{Boundary, Within, write_polygon};

/// A collection; its id in addresses is its name in lower case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "lowercase")]
pub enum Collection {
    Enterprises,
    Regencies,
    Districts,
    Villages,
    Sentra,
    Cooperatives,
}

/// What is said of a collection: in Indonesian and in English.
pub struct Described {
    pub title: [&'static str; 2],
    pub description: [&'static str; 2],
    /// What `datetime` is held against.
    pub moment: &'static str,
    /// The form of its geometries, as JSON Schema names it.
    pub geometry: &'static str,
    pub properties: &'static [Property],
    pub queryables: &'static [Queryable],
}

const REGION_MOMENT: &str = "valid_from, valid_to";
const RECORD_MOMENT: &str = "updated_at";

impl Collection {
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// The level, where it is one of regions.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Regencies => Some(Level::Regency),
            Self::Districts => Some(Level::District),
            Self::Villages => Some(Level::Village),
            Self::Enterprises | Self::Sentra | Self::Cooperatives => None,
        }
    }

    /// The table.
    pub fn described(self) -> Described {
        let regions = |title, description, geometry| Described {
            title,
            description,
            moment: REGION_MOMENT,
            geometry,
            properties: properties::REGIONS,
            queryables: queryable::REGIONS,
        };
        match self {
            Self::Enterprises => Described {
                title: ["Usaha", "Enterprises"],
                description: [
                    "IKM, UKM, Kopwan dan koperasi yang aktif dan sudah dipublikasikan. Titik: lokasi \
                     tepat bila pemilik setuju, selain itu titik wilayahnya (lihat precision). \
                     datetime menyaring updated_at.",
                    "Active, published small producers. Point: the exact place with the owner's \
                     consent, else the point of its region (see precision). datetime filters \
                     updated_at.",
                ],
                moment: RECORD_MOMENT,
                geometry: "geometry-point",
                properties: properties::ENTERPRISES,
                queryables: queryable::ENTERPRISES,
            },
            Self::Regencies => regions(
                ["Kabupaten dan kota", "Regencies and cities"],
                [
                    "38 kabupaten/kota Jawa Timur dengan batasnya. datetime: masa berlaku.",
                    "The regencies and cities of East Java with their boundaries. datetime: when \
                     they are in force.",
                ],
                "geometry-multipolygon",
            ),
            Self::Districts => regions(
                ["Kecamatan", "Districts"],
                [
                    "Kecamatan dengan batas perkiraan (lihat approximate), atau titiknya. datetime: \
                     masa berlaku.",
                    "Districts with approximate boundaries (see approximate), or their points. \
                     datetime: when they are in force.",
                ],
                "geometry-any",
            ),
            Self::Villages => regions(
                ["Desa dan kelurahan", "Villages"],
                [
                    "Desa dan kelurahan: batasnya bila sudah diimpor, selain itu titiknya. datetime: \
                     masa berlaku.",
                    "Villages: their boundary where it was imported, else their point. datetime: \
                     when they are in force.",
                ],
                "geometry-any",
            ),
            Self::Sentra => Described {
                title: ["Sentra", "Sentra"],
                description: [
                    "Sentra IKM: wilayahnya bila sudah digambar, selain itu titik daerahnya. \
                     datetime menyaring updated_at.",
                    "Clusters of small producers of one commodity: their area where it was drawn, \
                     else the point of their region. datetime filters updated_at.",
                ],
                moment: RECORD_MOMENT,
                geometry: "geometry-any",
                properties: properties::SENTRA,
                queryables: queryable::SENTRA,
            },
            Self::Cooperatives => Described {
                title: ["Koperasi", "Cooperatives"],
                description: [
                    "Koperasi dan koperasi wanita pada titik daerahnya. datetime menyaring \
                     updated_at.",
                    "Cooperatives and women's cooperatives at the point of their region. datetime \
                     filters updated_at.",
                ],
                moment: RECORD_MOMENT,
                geometry: "geometry-point",
                properties: properties::COOPERATIVES,
                queryables: queryable::COOPERATIVES,
            },
        }
    }

    /// The properties that somebody may meet: of the internal tier those who see it somewhere.
    pub fn properties(self, actor: &Actor) -> impl Iterator<Item = &'static Property> {
        let internal = actor.visibility() != crate::domain::actor::Visibility::Public;
        self.described().properties.iter().filter(move |property| internal || !property.internal)
    }
}

/// Where a feature is.
#[derive(Debug, Clone)]
pub enum Geometry {
    Nowhere,
    Point(f64, f64),
    Boundary(Arc<Boundary>),
}

impl Geometry {
    /// The point that stands for a region.
    fn of_region(region: &Region) -> Self {
        Self::Point(round7(region.lon), round7(region.lat))
    }
}

/// A feature as one actor sees it.
#[derive(Debug, Clone)]
pub struct Feature {
    pub id: String,
    pub geometry: Geometry,
    /// JSON: one flat object, all properties of its tier in the order of the table.
    pub properties: Arc<str>,
    /// The revision, of what has one.
    pub revision: Option<i32>,
    /// Which tier it is of.
    pub internal: bool,
}

/// A page of features.
pub struct FeaturePage {
    pub items: Vec<Feature>,
    pub matched: usize,
    /// Where the next page begins, as an opaque text.
    pub next: Option<String>,
}

/// A time of which only one end may be told; both belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

impl Span {
    /// Whether the two have a moment in common.
    pub fn meets(&self, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> bool {
        let starts_in_time = self.to.is_none_or(|end| from.is_none_or(|from| from <= end));
        let ends_in_time = self.from.is_none_or(|start| to.is_none_or(|to| to >= start));
        starts_in_time && ends_in_time
    }
}

/// What is asked of a collection that is not in the atlas.
#[derive(Debug, Default)]
pub struct PlaceQuery {
    pub within: Option<Within>,
    pub span: Option<Span>,
    pub expression: Option<Expression>,
    /// The text of a page's `next`.
    pub after: Option<String>,
    /// How many to leave out from there on.
    pub offset: usize,
    pub limit: usize,
}

impl PlaceQuery {
    /// Whether all that there is passes.
    fn asks_for_all(&self) -> bool {
        self.within.is_none() && self.span.is_none() && self.expression.is_none()
    }
}

impl Registry {
    /// One feature at the tier that the reader sees.
    ///
    /// # Errors
    /// Not found: also for one that is there but not for them.
    pub fn feature<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        collection: Collection,
        id: &str,
    ) -> Result<Feature, RegistryError> {
        match collection {
            Collection::Enterprises => self.enterprise_feature(reader.into(), id),
            Collection::Sentra => {
                self.document_feature::<crate::domain::sentra::Sentra>(reader, id)
            }
            Collection::Cooperatives => {
                self.document_feature::<crate::domain::cooperative::Cooperative>(reader, id)
            }
            Collection::Regencies | Collection::Districts | Collection::Villages => {
                self.region_feature(collection, id)
            }
        }
    }

    /// A page of a collection other than the enterprises.
    ///
    /// # Errors
    /// A page that was never begun; the database's.
    pub fn place_features<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        collection: Collection,
        query: &PlaceQuery,
    ) -> Result<FeaturePage, RegistryError> {
        use crate::domain::cooperative::Cooperative;
        use crate::domain::sentra::Sentra;
        match collection {
            Collection::Sentra => self.document_features::<Sentra>(reader.into(), query),
            Collection::Cooperatives => self.document_features::<Cooperative>(reader.into(), query),
            Collection::Regencies | Collection::Districts | Collection::Villages => {
                self.region_features(collection, query)
            }
            Collection::Enterprises => {
                Err(RegistryError::Internal("enterprises are asked of the atlas"))
            }
        }
    }
}

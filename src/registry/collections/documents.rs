//! Sentra and cooperatives: small documents, at their area or the point of their region.

use std::sync::Arc;

use serde::Deserialize;

use super::{Boundary, Collection, Feature, FeaturePage, Geometry, PlaceQuery, flat, places};
use crate::db;
use crate::db::documents::DocumentQuery;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::cooperative::Cooperative;
use crate::domain::document::Document;
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::region::{Level, RegionCode};
use crate::domain::sentra::Sentra;
use crate::domain::text::fold;
use crate::registry::documents::{SeenDocument, seen};
use crate::registry::reads::{Reader, Reading};
use crate::registry::{Registry, RegistryError};

/// Documents whose pointers are looked up at a time.
const BATCH: i64 = 2_000;

/// A kind of document that is a collection.
pub(super) trait Placed: Document {
    const COLLECTION: Collection;
    /// Its properties; `precision` says what its geometry stands for.
    fn properties(
        document: &str,
        internal: bool,
        precision: Option<&str>,
    ) -> serde_json::Result<String>;
}

impl Placed for Sentra {
    const COLLECTION: Collection = Collection::Sentra;
    fn properties(
        text: &str,
        internal: bool,
        precision: Option<&str>,
    ) -> serde_json::Result<String> {
        flat::sentra(text, internal, precision)
    }
}

impl Placed for Cooperative {
    const COLLECTION: Collection = Collection::Cooperatives;
    fn properties(
        text: &str,
        internal: bool,
        precision: Option<&str>,
    ) -> serde_json::Result<String> {
        flat::cooperative(text, internal, precision)
    }
}

/// As much of a document as tells where and when it is.
#[derive(Deserialize)]
struct Located {
    name: String,
    region: RegionCode,
    #[serde(default)]
    area: Option<geojson::Geometry>,
    updated_at: chrono::DateTime<chrono::Utc>,
}

/// A feature, its place in the order, and when it last changed.
struct Made {
    place: places::Place,
    feature: Feature,
    updated_at: chrono::DateTime<chrono::Utc>,
}

impl Registry {
    pub(super) fn document_feature<'a, D: Placed>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: &str,
    ) -> Result<Feature, RegistryError> {
        let seen = self.document::<D>(reader, id)?;
        Ok(self.feature_of::<D>(&seen)?.feature)
    }

    fn feature_of<D: Placed>(&self, seen: &SeenDocument) -> Result<Made, RegistryError> {
        let at: Located = serde_json::from_str(&seen.document)?;
        let reference = self.reference();
        let area =
            at.area.and_then(|area| Boundary::new(&crate::geography::polygon_of(&area).ok()?));
        let point = reference.gazetteer.get(&at.region);
        let (geometry, precision) = match (area, point) {
            (Some(area), _) => (Geometry::Boundary(Arc::new(area)), Some("area")),
            (None, Some(region)) => {
                let precision = match region.level {
                    Level::Province => "province",
                    Level::Regency => "regency",
                    Level::District => "district",
                    Level::Village => "village",
                };
                (Geometry::of_region(region), Some(precision))
            }
            (None, None) => (Geometry::Nowhere, None),
        };
        let properties = D::properties(&seen.document, seen.internal, precision)?;
        let feature = Feature {
            id: seen.id.clone(),
            geometry,
            properties: properties.into(),
            revision: Some(seen.revision),
            internal: seen.internal,
        };
        Ok(Made { place: (fold(&at.name), seen.id.clone()), feature, updated_at: at.updated_at })
    }

    pub(super) fn document_features<D: Placed>(
        &self,
        reader: Reader,
        query: &PlaceQuery,
    ) -> Result<FeaturePage, RegistryError> {
        let began = self.clock.now_naive();
        let page = if query.asks_for_all() {
            self.plain_page::<D>(reader.actor, query)?
        } else {
            let mut all = Vec::new();
            let mut from = None;
            loop {
                let (batch, last) = self.listed::<D>(reader.actor, from, BATCH)?;
                for seen in &batch {
                    let made = self.feature_of::<D>(seen)?;
                    let moment = Some(made.updated_at);
                    if query.span.as_ref().is_none_or(|span| span.meets(moment, moment)) {
                        all.push((made.place, made.feature));
                    }
                }
                from = last;
                if from.is_none() {
                    break;
                }
            }
            places::page(all.into_iter(), D::COLLECTION, query)?
        };
        let internal = page.items.iter().filter(|feature| feature.internal).count();
        let public = reader.actor.visibility() == Visibility::Public;
        if internal > 0 || (page.items.is_empty() && !public) {
            let reading = Reading {
                count: internal,
                detail: Detail { matched: Some(page.matched), ..Detail::default() },
                ..Reading::of_many(ReadKind::List, D::ENTITY)
            };
            self.log_read(reader, began, reading)?;
        }
        Ok(page)
    }

    /// A page of all that there is, which the database counts and cuts out.
    fn plain_page<D: Placed>(
        &self,
        actor: &Actor,
        query: &PlaceQuery,
    ) -> Result<FeaturePage, RegistryError> {
        let after = query.after.as_deref().map(places::decoded).transpose()?;
        let asked = document_query::<D>(actor);
        let matched = self.db.read(|connection| db::documents::count(connection, &asked))?;
        let end = query.offset + query.limit;
        let wanted = i64::try_from(end + 1).unwrap_or(i64::MAX);
        let (batch, _) = self.listed::<D>(actor, after, wanted)?;
        let of_page = batch.iter().skip(query.offset).take(query.limit);
        let made: Vec<Made> =
            of_page.map(|seen| self.feature_of::<D>(seen)).collect::<Result<_, _>>()?;
        let next = made.last().filter(|_| batch.len() > end);
        let next = next.map(|last| places::encoded(&last.place));
        let items = made.into_iter().map(|made| made.feature).collect();
        Ok(FeaturePage { items, matched: usize::try_from(matched).unwrap_or_default(), next })
    }

    /// Documents by name from behind one on, as the actor sees them, and where the next begin.
    fn listed<D: Placed>(
        &self,
        actor: &Actor,
        after: Option<places::Place>,
        limit: i64,
    ) -> Result<(Vec<SeenDocument>, Option<places::Place>), RegistryError> {
        let visibility = actor.visibility();
        let asked = DocumentQuery { after, limit, ..document_query::<D>(actor) };
        self.db.read(|connection| {
            let rows = db::documents::list(connection, &asked)?;
            let full = i64::try_from(rows.len()).is_ok_and(|count| count == limit);
            let last = rows.last().filter(|_| full).map(|row| (row.name.clone(), row.id.clone()));
            Ok((seen(connection, rows, &visibility)?, last))
        })
    }
}

fn document_query<D: Placed>(actor: &Actor) -> DocumentQuery {
    let visibility = actor.visibility();
    DocumentQuery {
        entity: D::ENTITY,
        own: match &visibility {
            Visibility::Own { cooperative, .. } => cooperative.map(|id| id.to_string()),
            _ => None,
        },
        internal_area: match &visibility {
            Visibility::Public | Visibility::Own { .. } => None,
            Visibility::Internal { area } => {
                Some(area.as_ref().map(ToString::to_string).unwrap_or_default())
            }
        },
        limit: i64::MAX,
        ..DocumentQuery::default()
    }
}

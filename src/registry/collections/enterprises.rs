//! Enterprises as features: pages of the atlas, in the order of the curve.

use std::collections::HashMap;

use uuid::Uuid;

use super::flat::{self, Width};
use super::shelf::Line;
use super::{Feature, FeaturePage, Geometry};
use crate::atlas::{Cursor, Known, Page, PageQuery, View};
use crate::domain::actor::{Actor, Visibility};
use crate::domain::filter::{Filter, Sort};
use crate::domain::reading::{Detail, ReadKind};
use crate::registry::enterprises::{Check, ENTITY, Seen, logged_typos};
use crate::registry::reads::{Reader, Reading, logged_filter};
use crate::registry::{Registry, RegistryError};

/// Records read at a time.
const BATCH: usize = 1_000;

/// What is asked of the enterprises.
pub struct EnterpriseQuery {
    pub filter: Filter,
    pub after: Option<Cursor>,
    /// How many to leave out from there on.
    pub offset: usize,
    pub limit: usize,
}

impl Registry {
    pub(super) fn enterprise_feature(
        &self,
        reader: Reader,
        id: &str,
    ) -> Result<Feature, RegistryError> {
        let id = id.parse().map_err(|_| RegistryError::EnterpriseNotFound(Uuid::nil()))?;
        let seen = self.enterprise(reader, id)?;
        feature_of(&seen, reader.actor)
    }

    /// One page of the enterprises that pass a filter.
    ///
    /// # Errors
    /// As [`Self::list_enterprises`].
    pub fn enterprise_features<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        mut query: EnterpriseQuery,
    ) -> Result<FeaturePage, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let actor = reader.actor;
        let typos = query.after.as_ref().map(|cursor| cursor.typos);
        let view = self.finding_view(actor, &mut query.filter, typos, false)?;
        let page_query = PageQuery {
            filter: &query.filter,
            sort: Sort::Curve,
            after: query.after.as_ref(),
            limit: query.offset + query.limit,
        };
        let Page { keys, matched, next } = view.page(&page_query);
        let keys = keys.get(query.offset..).unwrap_or_default();
        let check = Check { filter: &query.filter, view: &view };
        let public = actor.visibility() == Visibility::Public;
        let items = if public && view.asked().is_none() {
            self.public_features(keys, check)?
        } else {
            let mut items = Vec::with_capacity(keys.len());
            for batch in keys.chunks(BATCH) {
                let seen = self.seen_by_keys(actor, batch, check)?;
                for one in &seen {
                    items.push(feature_of(one, actor)?);
                }
            }
            items
        };
        let internal = items.iter().filter(|feature| feature.internal).count();
        // That nothing was found tells something too.
        if internal > 0 || (items.is_empty() && !public) {
            let reading = Reading {
                filter: Some(logged_filter(query.filter.canonical())),
                count: internal,
                detail: Detail {
                    matched: Some(matched),
                    typos: logged_typos(view.asked()),
                    ..Detail::default()
                },
                ..Reading::of_many(ReadKind::List, ENTITY)
            };
            self.log_read(reader, began, reading)?;
        }
        Ok(FeaturePage { items, matched, next: next.map(|cursor| cursor.encode()) })
    }

    /// Public features of these keys in their order: from the shelf where the atlas knows their
    /// records as they were put there, the rest from the record.
    fn public_features(&self, keys: &[i64], check: Check) -> Result<Vec<Feature>, RegistryError> {
        let view: &View = check.view;
        let mut items: Vec<Option<Feature>> = Vec::with_capacity(keys.len());
        let mut missing = Vec::new();
        for key in keys {
            let known = view.known(false, *key).filter(|known| known.pointers == [None, None]);
            let line = known.and_then(|known| {
                let line = self.shelf.find(*key, known.updated_at_micros)?;
                Some(of_line(&line, &known))
            });
            if line.is_none() {
                missing.push(*key);
            }
            items.push(line);
        }
        let mut made: HashMap<i64, Feature> = HashMap::with_capacity(missing.len());
        for batch in missing.chunks(BATCH) {
            for seen in self.seen_by_keys(&Actor::Anonymous, batch, check)? {
                let feature = feature_of(&seen, &Actor::Anonymous)?;
                let known =
                    view.known(false, seen.key).filter(|known| known.pointers == [None, None]);
                let updated_at_micros = flat::updated_at_micros(&seen.document)?;
                if known.is_some_and(|known| known.updated_at_micros == updated_at_micros) {
                    let (id, revision) = (seen.id, seen.revision);
                    let properties = feature.properties.clone();
                    let line = Line { updated_at_micros, id, revision, properties };
                    self.shelf.keep(seen.key, line);
                }
                made.insert(seen.key, feature);
            }
        }
        let there = keys.iter().zip(items);
        Ok(there.filter_map(|(key, item)| item.or_else(|| made.remove(key))).collect())
    }
}

fn of_line(line: &Line, known: &Known) -> Feature {
    Feature {
        id: line.id.to_string(),
        geometry: Geometry::Point(known.lon, known.lat),
        properties: line.properties.clone(),
        revision: Some(line.revision),
        internal: false,
    }
}

fn feature_of(seen: &Seen, actor: &Actor) -> Result<Feature, RegistryError> {
    let width = match actor.visibility() {
        Visibility::Public => Width::Public,
        _ => Width::All { internal: seen.internal },
    };
    Ok(Feature {
        id: seen.id.to_string(),
        geometry: Geometry::Point(seen.lon, seen.lat),
        properties: flat::enterprise(&seen.document, width)?.into(),
        revision: Some(seen.revision),
        internal: seen.internal,
    })
}

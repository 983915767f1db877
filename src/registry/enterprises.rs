//! Enterprises: read, list, draw.

use uuid::Uuid;

use super::{Registry, RegistryError};
use crate::atlas::{Cell, Cursor, Page, PageQuery, Row, View};
use crate::db;
use crate::db::enterprises::EnterpriseRow;
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility, Whose};
use crate::domain::enterprise::Enterprise;
use crate::domain::fault::FieldFault;
use crate::domain::filter::{Filter, Sort};
use crate::domain::projection::PublicEnterprise;
use crate::domain::reference::Reference;
use crate::geography::mercator::Tile;

/// A record as one actor sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub id: Uuid,
    pub revision: i32,
    /// Which tier `document` is of.
    pub internal: bool,
    /// JSON: [`Enterprise`] or [`PublicEnterprise`].
    pub document: String,
    pub lon: f64,
    pub lat: f64,
}

/// A page of a list.
pub struct List {
    pub items: Vec<Seen>,
    pub matched: usize,
    pub next: Option<Cursor>,
}

/// What a list is asked for.
pub struct ListQuery {
    pub filter: Filter,
    pub sort: Sort,
    pub after: Option<Cursor>,
    pub limit: usize,
}

impl Registry {
    /// One record at the tier that the actor sees.
    ///
    /// # Errors
    /// Not found: also for a record that is there but not for them, by the same way.
    pub fn enterprise(&self, actor: &Actor, id: Uuid) -> Result<Seen, RegistryError> {
        let row = self.db.read(|connection| db::enterprises::by_id(connection, &id.to_string()))?;
        let seen =
            row.map(|row| seen(row, &actor.visibility(), &self.reference(), None)).transpose()?;
        seen.flatten().ok_or(RegistryError::EnterpriseNotFound(id))
    }

    /// One page of the records that pass a filter.
    ///
    /// # Errors
    /// An internal filter without the right to it; an unknown area.
    pub fn list_enterprises(
        &self,
        actor: &Actor,
        mut query: ListQuery,
    ) -> Result<List, RegistryError> {
        let view = self.view_for(actor, &mut query.filter)?;
        let page_query = PageQuery {
            filter: &query.filter,
            sort: query.sort,
            after: query.after.as_ref(),
            limit: query.limit,
        };
        let Page { keys, matched, next } = view.page(&page_query);
        let items = self.seen_by_keys(actor, &keys, &query.filter)?;
        Ok(List { items, matched, next })
    }

    /// Hands all records that pass a filter to `each`, a batch at a time, in the order of the curve.
    ///
    /// # Errors
    /// As [`Self::list_enterprises`], and what `each` fails with.
    pub fn scan_enterprises(
        &self,
        actor: &Actor,
        mut filter: Filter,
        mut each: impl FnMut(Vec<Seen>) -> Result<(), RegistryError>,
    ) -> Result<usize, RegistryError> {
        let view = self.view_for(actor, &mut filter)?;
        let keys: Vec<i64> = view.matching(&filter).iter().map(|row| row.key).collect();
        for batch in keys.chunks(500) {
            each(self.seen_by_keys(actor, batch, &filter)?)?;
        }
        Ok(keys.len())
    }

    /// The cells of a map tile, handed to `draw`.
    ///
    /// # Errors
    /// As [`Self::list_enterprises`].
    pub fn draw_tile<T>(
        &self,
        actor: &Actor,
        mut filter: Filter,
        tile: Tile,
        draw: impl FnOnce(&[Cell]) -> T,
    ) -> Result<T, RegistryError> {
        let view = self.view_for(actor, &mut filter)?;
        Ok(draw(&view.tile(&filter, tile)))
    }

    /// The one door to the atlas.
    fn view_for(&self, actor: &Actor, filter: &mut Filter) -> Result<View, RegistryError> {
        self.allow_filter(actor, filter)?;
        Ok(self.view(actor))
    }

    /// Refuses internal filters to those who may not use them, and fills in the polygon of an area.
    ///
    /// # Errors
    /// As it says.
    pub fn allow_filter(&self, actor: &Actor, filter: &mut Filter) -> Result<(), RegistryError> {
        let internal = filter.internal_parameters();
        if !internal.is_empty() && !actor.may(Right::FilterInternal) {
            let fault = crate::domain::fault::Fault::InternalOnly;
            let faults = internal.into_iter().map(|name| FieldFault::new(name, fault.clone()));
            return Err(RegistryError::InternalOnly(faults.collect()));
        }
        self.resolve_area(filter)
    }

    /// The records of these keys in their order. Each is checked again against tier and filter: it
    /// may have changed since the atlas answered.
    fn seen_by_keys(
        &self,
        actor: &Actor,
        keys: &[i64],
        filter: &Filter,
    ) -> Result<Vec<Seen>, RegistryError> {
        let (visibility, reference) = (actor.visibility(), self.reference());
        let rows = self.db.read(|connection| db::enterprises::by_keys(connection, keys))?;
        let mut by_key: std::collections::HashMap<i64, EnterpriseRow> =
            rows.into_iter().map(|row| (row.key, row)).collect();
        let mut items = Vec::with_capacity(keys.len());
        for row in keys.iter().filter_map(|key| by_key.remove(key)) {
            items.extend(seen(row, &visibility, &reference, Some(filter))?);
        }
        Ok(items)
    }
}

/// Whether the internal tier of a stored record is theirs.
pub(super) fn is_internal_to(row: &EnterpriseRow, visibility: &Visibility) -> bool {
    match visibility {
        Visibility::Public => false,
        Visibility::Internal { .. } => {
            let region = row.responsible_region.parse();
            region.is_ok_and(|region| visibility.sees_internal(Whose::of_region(&region)))
        }
        Visibility::Own { .. } => serde_json::from_str::<Enterprise>(&row.document)
            .is_ok_and(|document| visibility.sees_internal(document.whose())),
    }
}

/// A stored record as somebody sees it: None where they may not, or where it no longer passes.
pub(super) fn seen(
    row: EnterpriseRow,
    visibility: &Visibility,
    reference: &Reference,
    filter: Option<&Filter>,
) -> Result<Option<Seen>, RegistryError> {
    let id = row.id.parse().map_err(|_| RegistryError::Internal("a stored id is a UUID"))?;
    let internal = is_internal_to(&row, visibility);
    let (document, lon, lat) = if internal {
        let enterprise: Enterprise = serde_json::from_str(&row.document)?;
        let Some(at) = Row::internal(row.key, &enterprise, reference) else { return Ok(None) };
        if filter.is_some_and(|filter| !at.passes(filter)) {
            return Ok(None);
        }
        (row.document, at.common.lon, at.common.lat)
    } else {
        let Some(document) = row.public_document else { return Ok(None) };
        let enterprise: PublicEnterprise = serde_json::from_str(&document)?;
        let at = Row::public(row.key, &enterprise, reference);
        if filter.is_some_and(|filter| !at.passes(filter)) {
            return Ok(None);
        }
        (document, at.common.lon, at.common.lat)
    };
    Ok(Some(Seen { id, revision: row.revision, internal, document, lon, lat }))
}

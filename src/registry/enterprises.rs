//! Enterprises: read, list, draw.

use uuid::Uuid;

use super::reads::{Reader, Reading, logged_filter};
use super::{Registry, RegistryError, pointers};
use crate::atlas::{Audience, Cell, Cursor, Known, Page, PageQuery, Row, View};
use crate::db::enterprises::EnterpriseRow;
use crate::db::exports::{Documents, Which};
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility, Whose};
use crate::domain::enterprise::Enterprise;
use crate::domain::fault::FieldFault;
use crate::domain::filter::{Filter, Sort};
use crate::domain::projection::PublicEnterprise;
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::reference::Reference;
use crate::geography::mercator::Tile;
use crate::search::{Asked, Entry};

/// Its name in the logs.
pub(super) const ENTITY: &str = "enterprise";

/// A record as one actor sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The record's, within.
    pub(super) key: i64,
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
    /// One record at the tier that the reader sees.
    ///
    /// # Errors
    /// Not found: also for a record that is there but not for them, by the same way.
    pub fn enterprise<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
    ) -> Result<Seen, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let seen = self.shown(reader.actor, id)?;
        if seen.internal {
            let reading = Reading {
                detail: Detail { revision: Some(seen.revision), ..Detail::default() },
                ..Reading::of_one(ReadKind::Record, ENTITY, &id.to_string(), &seen.document)
            };
            self.log_read(reader, began, reading)?;
        }
        Ok(seen)
    }

    /// One record as it is after a write, which the change log tells of.
    pub(super) fn shown(&self, actor: &Actor, id: Uuid) -> Result<Seen, RegistryError> {
        let (visibility, reference) = (actor.visibility(), self.reference());
        let key = id.to_string();
        let mut found = self.db.read(|connection| {
            let row = match visibility {
                Visibility::Public => db::enterprises::published_by_id(connection, &key)?,
                _ => db::enterprises::by_id(connection, &key)?,
            };
            seen(connection, row, &visibility, &reference, None)
        })?;
        found.pop().ok_or(RegistryError::EnterpriseNotFound(id))
    }

    /// One page of the records that pass a filter.
    ///
    /// # Errors
    /// An internal filter without the right to it; an unknown area.
    pub fn list_enterprises<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        mut query: ListQuery,
    ) -> Result<List, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let actor = reader.actor;
        let ranked = query.sort == Sort::Relevance;
        let typos = query.after.as_ref().map(|cursor| cursor.typos);
        let view = self.finding_view(actor, &mut query.filter, typos, ranked)?;
        let page_query = PageQuery {
            filter: &query.filter,
            sort: query.sort,
            after: query.after.as_ref(),
            limit: query.limit,
        };
        let Page { keys, matched, next } = view.page(&page_query);
        let check = Check { filter: &query.filter, view: &view };
        let items = self.seen_by_keys(actor, &keys, check)?;
        let internal = items.iter().filter(|seen| seen.internal).count();
        // That nothing was found tells something too.
        if internal > 0 || (items.is_empty() && actor.visibility() != Visibility::Public) {
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
        Ok(List { items, matched, next })
    }

    /// The cells of a map tile, 2^`bits` on a side, handed to `draw`.
    ///
    /// # Errors
    /// As [`Self::list_enterprises`].
    pub fn draw_tile<'a, T>(
        &self,
        reader: impl Into<Reader<'a>>,
        mut filter: Filter,
        tile: Tile,
        bits: u8,
        draw: impl FnOnce(&[Cell]) -> T,
    ) -> Result<T, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let view = self.view_for(reader.actor, &mut filter)?;
        let cells = view.tile(&filter, tile, bits);
        if !cells.is_empty() && reader.actor.visibility() != Visibility::Public {
            let reading = Reading {
                filter: Some(logged_filter(filter.canonical())),
                count: 1,
                detail: Detail {
                    bounds: Some(tile.bounds()),
                    typos: logged_typos(view.asked()),
                    ..Detail::default()
                },
                ..Reading::of_many(ReadKind::Tile, ENTITY)
            };
            self.log_read(reader, began, reading)?;
        }
        Ok(draw(&cells))
    }

    /// The one door to the atlas.
    pub(super) fn view_for(
        &self,
        actor: &Actor,
        filter: &mut Filter,
    ) -> Result<View, RegistryError> {
        self.finding_view(actor, filter, None, false)
    }

    /// As [`Self::view_for`], on a page after another one: `typos` says which words were taken with
    /// typos there. `ranked`: for the order by relevance.
    pub(super) fn finding_view(
        &self,
        actor: &Actor,
        filter: &mut Filter,
        typos: Option<u32>,
        ranked: bool,
    ) -> Result<View, RegistryError> {
        self.allow_filter(actor, filter)?;
        let mut view = self.view(actor);
        let campaigns = &filter.internal.campaigns;
        if !campaigns.is_empty() {
            view = view.of_visited(self.projections.visited.in_any(&self.db, campaigns)?);
        }
        let found = self.find(actor, &filter.public.words, typos, ranked)?;
        Ok(match found {
            Some(found) => view.finding(found),
            None => view,
        })
    }

    /// Refuses internal filters to those who may not use them, and campaigns to those who do not see
    /// them, and fills in the polygon of an area.
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
        self.allow_campaigns(actor, &filter.internal.campaigns)?;
        self.hide_pointers(actor, filter)?;
        self.resolve_area(filter)
    }

    /// A cooperative or sentra that the actor does not see finds what one that is not there finds.
    fn hide_pointers(&self, actor: &Actor, filter: &mut Filter) -> Result<(), RegistryError> {
        let asked = [&mut filter.public.cooperatives, &mut filter.public.sentra];
        let ids: Vec<Uuid> = asked.iter().flat_map(|ids| ids.iter().copied()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let visibility = actor.visibility();
        let seen = self.db.read(|connection| pointers::visible(connection, &visibility, ids))?;
        for id in asked.into_iter().flatten().filter(|id| !seen.contains(id)) {
            *id = Uuid::nil();
        }
        Ok(())
    }

    /// The records of these keys in their order. Each is checked again against tier and filter: it
    /// may have changed since the atlas answered.
    pub(super) fn seen_by_keys(
        &self,
        actor: &Actor,
        keys: &[i64],
        check: Check,
    ) -> Result<Vec<Seen>, RegistryError> {
        let (visibility, reference) = (actor.visibility(), self.reference());
        self.db.read(|connection| {
            let which = Which::Keys(keys);
            let rows = db::exports::read(connection, which, documents_for(&visibility))?;
            let mut by_key: std::collections::HashMap<i64, EnterpriseRow> =
                rows.into_iter().map(|row| (row.key, row)).collect();
            let in_order = keys.iter().filter_map(|key| by_key.remove(key));
            seen(connection, in_order, &visibility, &reference, Some(check))
        })
    }
}

/// What is read of the records that somebody asks for.
pub(super) fn documents_for(visibility: &Visibility) -> Documents {
    match visibility {
        Visibility::Public => Documents::Public,
        everywhere if everywhere.is_unbounded() => Documents::Internal,
        _ => Documents::Both,
    }
}

/// What stored records are held against once more.
#[derive(Clone, Copy)]
pub(super) struct Check<'a> {
    pub(super) filter: &'a Filter,
    /// The one that found them.
    pub(super) view: &'a View,
}

impl Check<'_> {
    /// What the atlas knows of a record, if that is how it is stored now: then it passes still.
    /// Words are looked for again in any case, for they were found elsewhere.
    fn unchanged(&self, row: &EnterpriseRow, internal: bool) -> Option<Known> {
        if self.view.asked().is_some() {
            return None;
        }
        let stored = row.updated_at.and_utc().timestamp_micros();
        self.view.known(internal, row.key).filter(|known| known.updated_at_micros == stored)
    }

    fn passes<A: Audience>(
        &self,
        row: &Row<A>,
        entry: impl FnOnce() -> Result<Entry, serde_json::Error>,
    ) -> bool {
        row.passes(self.filter)
            && self.view.asked().is_none_or(|asked| entry().is_ok_and(|entry| entry.answers(asked)))
    }
}

/// Which words of a filter were taken with typos, as it is kept in the log of reads.
pub(super) fn logged_typos(asked: Option<&Asked>) -> Option<u32> {
    asked.map(Asked::typos).filter(|typos| *typos > 0)
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

/// Stored records as somebody sees them, without those that they may not see, or that no longer
/// pass.
pub(super) fn seen(
    connection: &mut AnyConnection,
    rows: impl IntoIterator<Item = EnterpriseRow>,
    visibility: &Visibility,
    reference: &Reference,
    check: Option<Check>,
) -> Result<Vec<Seen>, RegistryError> {
    let mut items = Vec::new();
    // The place in `items` of public documents that point at something, and at what.
    let mut pointing: Vec<(usize, Pointers)> = Vec::new();
    for row in rows {
        let Some((seen, pointers)) = one_seen(row, visibility, reference, check)? else { continue };
        if pointers.iter().any(Option::is_some) {
            pointing.push((items.len(), pointers));
        }
        items.push(seen);
    }
    let ids = pointing.iter().flat_map(|(_, pointers)| pointers.iter().flatten().copied());
    let visible = pointers::visible(connection, visibility, ids)?;
    for (place, pointers) in pointing {
        if pointers.iter().flatten().all(|id| visible.contains(id)) {
            continue;
        }
        let mut public: PublicEnterprise = serde_json::from_str(&items[place].document)?;
        public.cooperative = public.cooperative.filter(|id| visible.contains(id));
        public.sentra = public.sentra.filter(|id| visible.contains(id));
        items[place].document = serde_json::to_string(&public)?;
    }
    Ok(items)
}

/// The cooperative and the sentra that a public document names.
pub(super) type Pointers = [Option<Uuid>; 2];

/// One stored record as somebody sees it, and what its public projection points at where that is
/// what they see.
pub(super) fn one_seen(
    row: EnterpriseRow,
    visibility: &Visibility,
    reference: &Reference,
    check: Option<Check>,
) -> Result<Option<(Seen, Pointers)>, RegistryError> {
    let id = row.id.parse().map_err(|_| RegistryError::Internal("a stored id is a UUID"))?;
    let internal = is_internal_to(&row, visibility);
    let known = check.and_then(|check| check.unchanged(&row, internal));
    let (key, revision) = (row.key, row.revision);
    let seen = |document, (lon, lat)| Seen { key, id, revision, internal, document, lon, lat };
    if internal {
        if let Some(known) = known {
            return Ok(Some((seen(row.document, (known.lon, known.lat)), Pointers::default())));
        }
        let enterprise: Enterprise = serde_json::from_str(&row.document)?;
        let Some(at) = Row::internal(row.key, &enterprise, reference) else { return Ok(None) };
        let entry = || Entry::internal(&row.document, reference);
        let passes = check.is_none_or(|check| check.passes(&at, entry));
        let place = (at.common.lon, at.common.lat);
        return Ok(passes.then(|| (seen(row.document, place), Pointers::default())));
    }
    let Some(document) = row.public_document else { return Ok(None) };
    if let Some(known) = known {
        return Ok(Some((seen(document, (known.lon, known.lat)), known.pointers)));
    }
    let enterprise: PublicEnterprise = serde_json::from_str(&document)?;
    let at = Row::public(row.key, &enterprise);
    let entry = || Entry::public(&document, reference);
    let passes = check.is_none_or(|check| check.passes(&at, entry));
    let place = (at.common.lon, at.common.lat);
    let pointers = [enterprise.cooperative, enterprise.sentra];
    Ok(passes.then(|| (seen(document, place), pointers)))
}

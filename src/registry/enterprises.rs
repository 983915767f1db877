//! Enterprises: read, list, draw, create, change, close.

use chrono::Datelike;
use uuid::Uuid;

use super::{Registry, RegistryError};
use crate::atlas::{Cell, Cursor, Page, PageQuery, Row, View};
use crate::db::enterprises::{EnterpriseRow, EnterpriseWrite, IdempotencyRow};
use crate::db::log::Entry;
use crate::db::{self, AnyConnection, DbError};
use crate::domain::actor::{Actor, Visibility};
use crate::domain::codes::{Existence, Publication, Review};
use crate::domain::enterprise::{Draft, Enterprise, Source};
use crate::domain::fault::FieldFault;
use crate::domain::filter::{Filter, Sort};
use crate::domain::projection::{self, PublicEnterprise, Standing, jakarta_date};
use crate::domain::reference::Reference;
use crate::domain::validate;
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

/// Which revision a write was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMatch {
    Any,
    Revision(i32),
}

/// A client's promise that the same request may come twice: its key and what it says.
pub struct Idempotency {
    pub key: String,
    pub request_hash: String,
}

/// How a draft is to be changed.
pub enum Change {
    Replace(Box<Draft>),
    /// JSON merge patch (RFC 7396).
    Merge(serde_json::Value),
    Close {
        reason: Option<String>,
    },
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
        if *actor == Actor::Anonymous && !internal.is_empty() {
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

    /// Creates a record as a draft that is not published. The flag says whether it is new: an
    /// idempotency key that was used before answers with the record of then.
    ///
    /// # Errors
    /// Not allowed; every field fault at once; a key used for another request.
    pub fn create_enterprise(
        &self,
        actor: &Actor,
        draft: Draft,
        idempotency: Option<&Idempotency>,
    ) -> Result<(Seen, bool), RegistryError> {
        require_writer(actor)?;
        let reference = self.reference();
        let draft = self.checked(draft, &reference)?;
        let now = self.clock.now();
        let standing = Standing {
            id: new_id(now),
            revision: 1,
            created_at: now,
            updated_at: now,
            sample: false,
            review: Review::Draft,
            publication: Publication::Unpublished,
            publication_basis: None,
            existence: Existence::Active,
            sources: vec![Source { name: actor.name().to_owned(), sheet: None, row: None }],
        };
        let enterprise = assembled(draft, standing, &reference)?;
        require_area(actor, &enterprise)?;
        let id = enterprise.id;
        let create = |tx: &mut AnyConnection| {
            if let Some(idempotency) = idempotency {
                if let Some(earlier) =
                    db::enterprises::idempotency_key(tx, actor.name(), &idempotency.key)?
                {
                    return if earlier.request_hash == idempotency.request_hash {
                        Ok(earlier.enterprise_id.parse::<Uuid>().ok())
                    } else {
                        Err(RegistryError::IdempotencyKeyReused)
                    };
                }
                let row = IdempotencyRow {
                    actor: actor.name().to_owned(),
                    key: idempotency.key.clone(),
                    request_hash: idempotency.request_hash.clone(),
                    enterprise_id: id.to_string(),
                    created_at: now.naive_utc(),
                };
                db::enterprises::remember_idempotency_key(tx, &row)?;
            }
            db::enterprises::insert(tx, &[stored(&enterprise, &reference)?])?;
            self.log(tx, actor, &enterprise, "create", None)?;
            Ok::<_, RegistryError>(None)
        };
        let earlier = match self.db.write(create) {
            // Another request with the same key came first: now its answer is there to be found.
            Err(RegistryError::Db(DbError::Unique)) => self.db.write(create)?,
            other => other?,
        };
        self.catch_up_after_write();
        Ok((self.enterprise(actor, earlier.unwrap_or(id))?, earlier.is_none()))
    }

    /// Changes a record, if it is still at the revision that the change was made from. A change
    /// that changes nothing writes nothing.
    ///
    /// # Errors
    /// Not allowed; not found; stale; every field fault at once.
    pub fn change_enterprise(
        &self,
        actor: &Actor,
        id: Uuid,
        if_match: IfMatch,
        change: Change,
    ) -> Result<Seen, RegistryError> {
        require_writer(actor)?;
        let reference = self.reference();
        self.db.write(|tx| {
            let row = db::enterprises::by_id_for_update(tx, &id.to_string())?;
            let row = row.ok_or(RegistryError::EnterpriseNotFound(id))?;
            // After the lock: a later revision has a later time.
            let now = self.clock.now();
            let current: Enterprise = serde_json::from_str(&row.document)?;
            if !actor.may_write(&current.responsible_region) {
                // To those who cannot see the record it is not there.
                let visible = row.public_document.is_some();
                return Err(if visible {
                    RegistryError::Forbidden
                } else {
                    RegistryError::EnterpriseNotFound(id)
                });
            }
            if let IfMatch::Revision(revision) = if_match
                && revision != current.revision
            {
                return Err(RegistryError::RevisionStale { current: current.revision });
            }
            let mut standing = Standing::of(&current);
            let (draft, action, reason) = match change {
                Change::Replace(draft) => (*draft, "replace", None),
                Change::Merge(patch) => (merged(&current.draft, &patch)?, "patch", None),
                Change::Close { reason } => {
                    standing.existence = Existence::Closed;
                    (current.draft.clone(), "close", reason)
                }
            };
            let draft = self.checked(draft, &reference)?;
            if draft == current.draft && standing.existence == current.existence {
                return Ok(());
            }
            standing.revision += 1;
            standing.updated_at = now;
            let enterprise = assembled(draft, standing, &reference)?;
            require_area(actor, &enterprise)?;
            db::enterprises::update(tx, &stored(&enterprise, &reference)?)?;
            self.log(tx, actor, &enterprise, action, reason.as_deref())
        })?;
        self.catch_up_after_write();
        self.enterprise(actor, id)
    }

    /// Appends to the change log. The time is that of the append, when the transaction holds every
    /// lock, so that times are in the order of the log.
    fn log(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        enterprise: &Enterprise,
        action: &'static str,
        reason: Option<&str>,
    ) -> Result<(), RegistryError> {
        let entry = Entry {
            actor: actor.name(),
            job_id: None,
            reason,
            entity: "enterprise",
            entity_id: enterprise.id.to_string(),
            action,
            revision: enterprise.revision,
        };
        Ok(db::log::append(tx, self.clock.now_naive(), &[entry])?)
    }

    /// Checks a draft by every rule.
    pub(super) fn checked(
        &self,
        draft: Draft,
        reference: &Reference,
    ) -> Result<Draft, RegistryError> {
        let this_year = jakarta_date(self.clock.now()).year();
        validate::check(draft, reference, this_year).map_err(RegistryError::Invalid)
    }
}

/// A time-ordered id.
pub(super) fn new_id(now: chrono::DateTime<chrono::Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos()))
}

/// A checked draft's whole document.
pub(super) fn assembled(
    draft: Draft,
    standing: Standing,
    reference: &Reference,
) -> Result<Enterprise, RegistryError> {
    projection::assemble(draft, standing, reference)
        .ok_or(RegistryError::Internal("a checked draft has a region that is known"))
}

/// The row of a document, its public projection beside it.
pub(super) fn stored(
    enterprise: &Enterprise,
    reference: &Reference,
) -> Result<EnterpriseWrite, RegistryError> {
    let public = projection::public(enterprise, reference);
    Ok(EnterpriseWrite {
        id: enterprise.id.to_string(),
        revision: enterprise.revision,
        sample: enterprise.sample,
        responsible_region: enterprise.responsible_region.to_string(),
        updated_at: enterprise.updated_at.naive_utc(),
        document: serde_json::to_string(enterprise)?,
        public_document: public.as_ref().map(serde_json::to_string).transpose()?,
    })
}

/// A stored record as somebody sees it: None where they may not, or where it no longer passes.
pub(super) fn seen(
    row: EnterpriseRow,
    visibility: &Visibility,
    reference: &Reference,
    filter: Option<&Filter>,
) -> Result<Option<Seen>, RegistryError> {
    let id = row.id.parse().map_err(|_| RegistryError::Internal("a stored id is a UUID"))?;
    let region = row.responsible_region.parse();
    let internal = region.is_ok_and(|region| visibility.sees_internal(&region));
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

/// A draft with a JSON merge patch (RFC 7396) applied.
pub(super) fn merged(draft: &Draft, patch: &serde_json::Value) -> Result<Draft, RegistryError> {
    let mut value = serde_json::to_value(draft)?;
    json_patch::merge(&mut value, patch);
    validate::draft_from_json(value).map_err(RegistryError::Invalid)
}

/// # Errors
/// Unless the actor may write somewhere: asked before anything is looked up.
pub fn require_writer(actor: &Actor) -> Result<(), RegistryError> {
    match actor {
        Actor::Anonymous => Err(RegistryError::NotSignedIn),
        actor if actor.writes() => Ok(()),
        _ => Err(RegistryError::Forbidden),
    }
}

fn require_area(actor: &Actor, enterprise: &Enterprise) -> Result<(), RegistryError> {
    if actor.may_write(&enterprise.responsible_region) {
        Ok(())
    } else {
        Err(RegistryError::Forbidden)
    }
}

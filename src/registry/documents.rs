//! Cooperatives, sentra and observations: one way to read, list and write them all.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::reads::{Reader, Reading, logged_filter};
use super::writing::{IfMatch, new_id};
use super::{Registry, RegistryError, pointers};
use crate::db::documents::{DocumentQuery, DocumentRow};
use crate::db::log::Entry;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility, Whose};
use crate::domain::codes::Existence;
use crate::domain::cooperative::Cooperative;
use crate::domain::document::{Base, Document, Pointer, check_texts, responsible};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::observation::Observation;
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::region::RegionCode;
use crate::domain::sentra::Sentra;
use crate::domain::text::fold;

/// Longest chain of cooperatives above one.
const MAX_DEPTH: usize = 10;

/// A document as one actor sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenDocument {
    pub id: String,
    pub revision: i32,
    /// Which tier `document` is of.
    pub internal: bool,
    /// JSON.
    pub document: String,
}

/// What a list of documents is asked for.
#[derive(Debug, Clone, Default)]
pub struct ListedBy {
    pub region: Option<RegionCode>,
    pub subject: Option<String>,
    pub q: Option<String>,
    /// Name and id of the last one of the page before.
    pub after: Option<(String, String)>,
    pub limit: usize,
}

impl ListedBy {
    /// As parameters, for the log.
    fn canonical(&self) -> String {
        let region = self.region.as_ref().map(ToString::to_string);
        let pairs = [("region", region), ("subject", self.subject.clone()), ("q", self.q.clone())];
        let given = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
        // Pairs of strings always can be written.
        serde_urlencoded::to_string(given.collect::<Vec<_>>()).unwrap_or_default()
    }
}

/// A page of documents.
pub struct DocumentPage {
    pub items: Vec<SeenDocument>,
    pub next: Option<(String, String)>,
    /// How many there are on all pages.
    pub matched: i64,
}

/// How a document is to be changed.
pub enum DocumentChange {
    /// JSON merge patch (RFC 7396) of what was written.
    Merge(serde_json::Value),
    Close {
        reason: Option<String>,
    },
}

impl Registry {
    /// One document at the tier that the reader sees.
    ///
    /// # Errors
    /// Not found: also for one that is there but not for them.
    pub fn document<'a, D: Document>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: &str,
    ) -> Result<SeenDocument, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let seen = self.shown_document::<D>(reader.actor, id)?;
        if seen.internal {
            let reading = Reading {
                detail: Detail { revision: Some(seen.revision), ..Detail::default() },
                ..Reading::of_one(ReadKind::Record, D::ENTITY, id, &seen.document)
            };
            self.log_read(reader, began, reading)?;
        }
        Ok(seen)
    }

    /// One document as it is after a write, which the change log tells of.
    fn shown_document<D: Document>(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<SeenDocument, RegistryError> {
        let visibility = actor.visibility();
        let mut found = self.db.read(|connection| {
            let row = match visibility {
                Visibility::Public => db::documents::published_by_id(connection, D::ENTITY, id)?,
                _ => db::documents::by_id(connection, D::ENTITY, id)?,
            };
            seen(connection, row, &visibility)
        })?;
        found.pop().ok_or_else(|| not_found::<D>(id))
    }

    /// A page of documents, by name.
    ///
    /// # Errors
    /// The database's.
    pub fn list_documents<'a, D: Document>(
        &self,
        reader: impl Into<Reader<'a>>,
        by: &ListedBy,
    ) -> Result<DocumentPage, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let visibility = reader.actor.visibility();
        let words = by.q.as_deref().map(fold).unwrap_or_default();
        let query = DocumentQuery {
            entity: D::ENTITY,
            region: by.region.as_ref().map(ToString::to_string),
            subject: by.subject.clone(),
            words: words.split_whitespace().map(str::to_owned).collect(),
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
            about_others: D::ENTITY == Observation::ENTITY,
            after: by.after.clone(),
            // One more tells whether there is a next page.
            limit: i64::try_from(by.limit + 1).unwrap_or(i64::MAX),
        };
        let page = self.db.read(|connection| {
            let mut rows = db::documents::list(connection, &query)?;
            let matched = db::documents::count(connection, &query)?;
            let more = rows.len() > by.limit;
            rows.truncate(by.limit);
            let next = rows.last().filter(|_| more).map(|row| (row.name.clone(), row.id.clone()));
            let items = seen(connection, rows, &visibility)?;
            Ok::<_, RegistryError>(DocumentPage { items, next, matched })
        })?;
        let internal = page.items.iter().filter(|seen| seen.internal).count();
        if internal > 0 || (page.items.is_empty() && visibility != Visibility::Public) {
            let reading = Reading {
                filter: Some(logged_filter(&by.canonical())),
                count: internal,
                detail: Detail { matched: usize::try_from(page.matched).ok(), ..Detail::default() },
                ..Reading::of_many(ReadKind::List, D::ENTITY)
            };
            self.log_read(reader, began, reading)?;
        }
        Ok(page)
    }

    /// Creates a document.
    ///
    /// # Errors
    /// Not allowed; every field fault at once.
    pub fn create_document<D: Document>(
        &self,
        actor: &Actor,
        draft: D::Draft,
    ) -> Result<SeenDocument, RegistryError> {
        actor.require(Right::WriteDocuments)?;
        let now = self.clock.now();
        let id = new_id(now);
        self.db.write(|tx| self.put_document::<D>(tx, actor, id, now, draft, false))?;
        self.catch_up_after_write();
        self.shown_document::<D>(actor, &id.to_string())
    }

    /// Checks and stores a new document under an id.
    pub(super) fn put_document<D: Document>(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        id: Uuid,
        now: DateTime<Utc>,
        draft: D::Draft,
        sample: bool,
    ) -> Result<(), RegistryError> {
        let region = self.checked_document::<D>(tx, actor, id, &draft)?;
        let base = Base {
            id,
            revision: 1,
            created_at: now,
            updated_at: now,
            sample,
            existence: Existence::Active,
            region_name: self.reference().gazetteer.full_name(&region),
            responsible_region: responsible(&region),
        };
        require_area(actor, &base.responsible_region)?;
        let document = D::new(base, draft);
        db::documents::insert(tx, &row_of(&document, &region)?)?;
        self.log_document(tx, actor, &document, "create", None)
    }

    /// Changes a document, if it is still at the revision that the change was made from.
    ///
    /// # Errors
    /// Not allowed; not found; stale; closed; every field fault at once.
    pub fn change_document<D: Document>(
        &self,
        actor: &Actor,
        id: &str,
        if_match: IfMatch,
        change: DocumentChange,
    ) -> Result<SeenDocument, RegistryError> {
        actor.require(Right::WriteDocuments)?;
        self.db.write(|tx| {
            let row = db::documents::by_id_for_update(tx, D::ENTITY, id)?;
            let row = row.ok_or_else(|| not_found::<D>(id))?;
            let current: D = serde_json::from_str(&row.document)?;
            let mut base = current.base().clone();
            if !may_write(actor, &base.responsible_region) {
                let visible = row.public_document.is_some();
                return Err(if visible { RegistryError::Forbidden } else { not_found::<D>(id) });
            }
            if let IfMatch::Revision(revision) = if_match
                && revision != base.revision
            {
                return Err(RegistryError::RevisionStale { current: base.revision });
            }
            let action = match change {
                DocumentChange::Merge(_) => "patch",
                DocumentChange::Close { .. } => "close",
            };
            if base.existence != Existence::Active {
                let value = base.existence.into();
                return Err(RegistryError::WrongTransition { action, field: "existence", value });
            }
            let (draft, reason) = match change {
                DocumentChange::Merge(patch) => {
                    let mut value = serde_json::to_value(current.draft())?;
                    json_patch::merge(&mut value, &patch);
                    (draft_of::<D>(value)?, None)
                }
                DocumentChange::Close { reason } => {
                    base.existence = Existence::Closed;
                    (current.draft().clone(), reason)
                }
            };
            if draft == *current.draft() && base.existence == current.base().existence {
                return Ok(());
            }
            let region = self.checked_document::<D>(tx, actor, base.id, &draft)?;
            base.revision += 1;
            // After the lock: a later revision has a later time.
            base.updated_at = self.clock.now();
            base.region_name = self.reference().gazetteer.full_name(&region);
            base.responsible_region = responsible(&region);
            require_area(actor, &base.responsible_region)?;
            let document = D::new(base, draft);
            db::documents::update(tx, &row, &row_of(&document, &region)?)?;
            self.log_document(tx, actor, &document, action, reason.as_deref())
        })?;
        self.catch_up_after_write();
        self.shown_document::<D>(actor, id)
    }

    /// Holds a draft against every rule and answers where it belongs: the region that it states,
    /// or that of what it is about.
    fn checked_document<D: Document>(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        id: Uuid,
        draft: &D::Draft,
    ) -> Result<RegionCode, RegistryError> {
        let mut faults = check_texts(&serde_json::to_value(draft)?);
        faults.extend(D::faults(draft, &self.reference()));
        let mut region = D::region(draft).cloned();
        for pointer in D::pointers(draft) {
            let target = pointer.id.to_string();
            // One that the writer does not see is refused in the words for one that is not there.
            let seen = pointers::visible(tx, &actor.visibility(), [pointer.id])?;
            let known = db::documents::responsible_region(tx, pointer.entity, &target)?;
            match known.filter(|_| seen.contains(&pointer.id)) {
                Some(at) => region = region.or_else(|| at.parse().ok()),
                None => {
                    let fault = Fault::UnknownCode { value: target, allowed: String::new() };
                    faults.push(FieldFault::new(pointer.field, fault));
                }
            }
            if pointer.entity == D::ENTITY && is_above(tx, D::ENTITY, pointer.id, id)? {
                faults.push(FieldFault::new(pointer.field, Fault::Circular));
            }
        }
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        region.ok_or(RegistryError::Internal("a checked document belongs to a region"))
    }

    fn log_document<D: Document>(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        document: &D,
        action: &'static str,
        reason: Option<&str>,
    ) -> Result<(), RegistryError> {
        let entry = Entry {
            actor: actor.name(),
            job_id: None,
            reason,
            entity: D::ENTITY,
            entity_id: document.base().id.to_string(),
            action,
            revision: document.base().revision,
        };
        Ok(db::log::append(tx, self.clock.now_naive(), &[entry])?)
    }
}

/// A draft from JSON.
///
/// # Errors
/// The first field that is unknown, missing or of the wrong type, with its path.
pub fn draft_of<D: Document>(value: serde_json::Value) -> Result<D::Draft, RegistryError> {
    crate::domain::validate::from_json(value).map_err(RegistryError::Invalid)
}

/// Whether `id` is `above` itself or above it in its chain of parents, or the chain has no end.
fn is_above(
    tx: &mut AnyConnection,
    entity: &str,
    above: Uuid,
    id: Uuid,
) -> Result<bool, RegistryError> {
    let mut at = above.to_string();
    for _ in 0..MAX_DEPTH {
        if at == id.to_string() {
            return Ok(true);
        }
        let row = db::documents::by_id(tx, entity, &at)?;
        match row.and_then(|row| row.subject) {
            Some(parent) => at = parent,
            None => return Ok(false),
        }
    }
    Ok(true)
}

fn row_of<D: Document>(document: &D, region: &RegionCode) -> Result<DocumentRow, RegistryError> {
    let base = document.base();
    let public = document.public();
    Ok(DocumentRow {
        id: base.id.to_string(),
        entity: D::ENTITY.to_owned(),
        revision: base.revision,
        sample: base.sample,
        closed: base.existence != Existence::Active,
        name: fold(D::name(document.draft())),
        region: region.to_string(),
        responsible_region: base.responsible_region.to_string(),
        subject: D::subject(document.draft()),
        document: serde_json::to_string(document)?,
        public_document: public.as_ref().map(serde_json::to_string).transpose()?,
    })
}

/// Stored documents as somebody sees them, without those that they may not see. The public tier
/// names nothing that they do not see, and is not there where it is about that.
pub(super) fn seen(
    connection: &mut AnyConnection,
    rows: impl IntoIterator<Item = DocumentRow>,
    visibility: &Visibility,
) -> Result<Vec<SeenDocument>, RegistryError> {
    let mut items = Vec::new();
    for row in rows {
        let entity = row.entity.clone();
        let Some(seen) = one_seen(row, visibility) else { continue };
        let pointers = if seen.internal { Vec::new() } else { pointers_of(&entity, &seen)? };
        items.push((seen, pointers));
    }
    let ids = items.iter().flat_map(|(_, pointers)| pointers).map(|pointer| pointer.id);
    let visible = pointers::visible(connection, visibility, ids.collect::<Vec<_>>())?;
    let mut left = Vec::with_capacity(items.len());
    for (mut seen, pointers) in items {
        let mut hidden =
            pointers.iter().filter(|pointer| !visible.contains(&pointer.id)).peekable();
        if hidden.peek().is_some() {
            let mut document: serde_json::Map<_, _> = serde_json::from_str(&seen.document)?;
            let names: Vec<&str> = hidden.map(|pointer| pointer.field).collect();
            if names.contains(&"subject") {
                continue;
            }
            document.retain(|field, _| !names.contains(&field.as_str()));
            seen.document = serde_json::to_string(&document)?;
        }
        left.push(seen);
    }
    Ok(left)
}

fn pointers_of(entity: &str, seen: &SeenDocument) -> Result<Vec<Pointer>, RegistryError> {
    fn of<D: Document>(document: &str) -> Result<Vec<Pointer>, RegistryError> {
        Ok(D::pointers(serde_json::from_str::<D>(document)?.draft()))
    }
    match entity {
        Cooperative::ENTITY => of::<Cooperative>(&seen.document),
        Sentra::ENTITY => of::<Sentra>(&seen.document),
        Observation::ENTITY => of::<Observation>(&seen.document),
        _ => Err(RegistryError::Internal("a document is of a kind that is known")),
    }
}

fn one_seen(row: DocumentRow, visibility: &Visibility) -> Option<SeenDocument> {
    let region = row.responsible_region.parse();
    let cooperative = (row.entity == Cooperative::ENTITY).then(|| row.id.parse().ok()).flatten();
    let internal = region.is_ok_and(|region| {
        visibility.sees_internal(Whose { cooperative, ..Whose::of_region(&region) })
    });
    let document = if internal { row.document } else { row.public_document? };
    Some(SeenDocument { id: row.id, revision: row.revision, internal, document })
}

fn not_found<D: Document>(id: &str) -> RegistryError {
    RegistryError::DocumentNotFound { entity: D::ENTITY, id: id.to_owned() }
}

fn require_area(actor: &Actor, region: &RegionCode) -> Result<(), RegistryError> {
    if may_write(actor, region) { Ok(()) } else { Err(RegistryError::Forbidden) }
}

fn may_write(actor: &Actor, region: &RegionCode) -> bool {
    actor.may(Right::WriteDocuments) && actor.visibility().sees_internal(Whose::of_region(region))
}

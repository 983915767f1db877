//! Enterprises: create, change, and every step of their life cycle.

use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

use super::enterprises::Seen;
use super::products::product_rows;
use super::{Registry, RegistryError, pointers};
use crate::atlas::{self, Row};
use crate::db::enterprises::{EnterpriseRow, EnterpriseWrite, IdempotencyRow, Stored};
use crate::db::log::Entry;
use crate::db::{self, AnyConnection, DbError};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::codes::{Existence, Review, VisitOutcome};
use crate::domain::enterprise::{Draft, Enterprise, Source, Visit};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::lifecycle::{self, Action, Doer, Grounds, Refusal};
use crate::domain::projection::{self, Standing, jakarta_date};
use crate::domain::reference::Reference;
use crate::domain::restricted::{self, Restricted};
use crate::domain::validate;

/// Which revision a write was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMatch {
    Any,
    Revision(i32),
}

impl IfMatch {
    /// # Errors
    /// If the record is at another revision.
    pub(super) fn check(self, current: i32) -> Result<(), RegistryError> {
        match self {
            Self::Revision(revision) if revision != current => {
                Err(RegistryError::RevisionStale { current })
            }
            _ => Ok(()),
        }
    }
}

/// A client's promise that the same request may come twice: its key and what it says.
pub struct Idempotency {
    pub key: String,
    pub request_hash: String,
}

/// What was written of an enterprise; restricted values that are not given are kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Written {
    pub draft: Draft,
    pub restricted: Option<Restricted>,
}

impl Written {
    /// Reads what a client sends: a draft, and beside its fields `restricted`.
    ///
    /// # Errors
    /// The first field that is unknown, missing or of the wrong type, with its path.
    pub fn from_json(mut value: serde_json::Value) -> Result<Self, RegistryError> {
        let restricted = take_restricted(&mut value)?;
        let draft = validate::draft_from_json(value).map_err(RegistryError::Invalid)?;
        Ok(Self { draft, restricted })
    }
}

/// Takes the restricted values out of what a client sends.
///
/// # Errors
/// The first of their fields that is unknown, missing or of the wrong type; its value is not
/// repeated.
pub fn take_restricted(value: &mut serde_json::Value) -> Result<Option<Restricted>, RegistryError> {
    let taken = value.as_object_mut().and_then(|fields| fields.remove("restricted"));
    let Some(taken) = taken.filter(|taken| !taken.is_null()) else { return Ok(None) };
    let restricted = private_from_json(taken, "restricted.")?;
    Ok(Some(restricted))
}

/// Reads what holds personal values from JSON.
///
/// # Errors
/// The first field that is unknown, missing or of the wrong type, under a prefix; its value is not
/// repeated.
pub fn private_from_json<T: serde::de::DeserializeOwned>(
    value: serde_json::Value,
    prefix: &str,
) -> Result<T, RegistryError> {
    validate::from_json(value).map_err(|faults| {
        let faults = faults.into_iter().map(|found| {
            let field = format!("{prefix}{}", found.field);
            let fault = match found.fault {
                Fault::UnknownField | Fault::Required => found.fault,
                _ => Fault::WrongType { message: "…".into() },
            };
            FieldFault::new(field.trim_end_matches('.'), fault)
        });
        RegistryError::Invalid(faults.collect())
    })
}

/// How a record is to be changed.
pub enum Change {
    Replace(Box<Written>),
    /// JSON merge patch (RFC 7396) of the draft.
    Merge {
        patch: serde_json::Value,
        restricted: Option<Restricted>,
    },
    /// A step of the life cycle.
    Act {
        action: Action,
        grounds: Grounds,
    },
    /// Nobody was found there: it goes back to its author, to be visited again.
    NotFound {
        grounds: Grounds,
    },
}

impl Change {
    fn restricted(&self) -> Option<&Restricted> {
        match self {
            Self::Replace(written) => written.restricted.as_ref(),
            Self::Merge { restricted, .. } => restricted.as_ref(),
            Self::Act { .. } | Self::NotFound { .. } => None,
        }
    }
}

/// A new state of a record, on its way to the database.
pub(super) struct NewState<'a> {
    pub(super) draft: Draft,
    pub(super) standing: Standing,
    /// None: as it is.
    pub(super) restricted: Option<Restricted>,
    /// As logged.
    pub(super) action: &'static str,
    pub(super) reason: Option<&'a str>,
}

impl Registry {
    /// Creates a record as a draft that is not published. The flag says whether it is new: an
    /// idempotency key that was used before answers with the record of then.
    ///
    /// # Errors
    /// Not allowed; every field fault at once; a key used for another request.
    pub fn create_enterprise(
        &self,
        actor: &Actor,
        written: Written,
        idempotency: Option<&Idempotency>,
    ) -> Result<(Seen, bool), RegistryError> {
        actor.require(Right::WriteRecords)?;
        let reference = self.reference();
        let draft = self.checked(written.draft, &reference)?;
        let restricted = written.restricted.unwrap_or_default();
        check_restricted(&restricted, &draft)?;
        self.vault.prepare(&self.db, &restricted)?;
        let now = self.clock.now();
        let standing = Standing {
            author: Some(actor.name().to_owned()),
            sources: vec![Source { name: actor.name().to_owned(), sheet: None, row: None }],
            ..Standing::new(new_id(now), now)
        };
        let enterprise = assembled(draft, standing, &restricted, now, &reference)?;
        require_area(actor, &enterprise)?;
        let id = enterprise.id;
        let create = |tx: &mut AnyConnection| {
            if let Some(earlier) = made_before(tx, actor, idempotency, id, now)? {
                return Ok(Some(earlier));
            }
            check_pointers(tx, actor, &enterprise.draft, None)?;
            let sealed = self.vault.seal(tx, &id.to_string(), &restricted)?;
            db::restricted::insert(tx, &sealed)?;
            db::enterprises::insert(tx, &[&stored(&enterprise, &reference)?])?;
            self.log(tx, actor, &enterprise, "create", None)?;
            Ok::<_, RegistryError>(None)
        };
        let earlier = self.made_once(create)?;
        self.catch_up_after_write();
        Ok((self.shown(actor, earlier.unwrap_or(id))?, earlier.is_none()))
    }

    /// Writes what begins with [`made_before`], and answers what that found.
    pub(super) fn made_once(
        &self,
        make: impl Fn(&mut AnyConnection) -> Result<Option<Uuid>, RegistryError>,
    ) -> Result<Option<Uuid>, RegistryError> {
        match self.db.write(&make) {
            // Another request with the same key came first: now its answer is there to be found.
            Err(RegistryError::Db(DbError::Unique)) => self.db.write(&make),
            other => other,
        }
    }

    /// Changes a record, if it is still at the revision that the change was made from. A change
    /// that changes nothing writes nothing.
    ///
    /// # Errors
    /// Not allowed; not found; stale; not from this state; every field fault at once.
    pub fn change_enterprise(
        &self,
        actor: &Actor,
        id: Uuid,
        if_match: IfMatch,
        change: Change,
    ) -> Result<Seen, RegistryError> {
        actor.require(Right::WriteRecords)?;
        let reference = self.reference();
        if let Some(restricted) = change.restricted() {
            self.vault.prepare(&self.db, restricted)?;
        }
        self.db.write(|tx| self.change_in(tx, actor, id, if_match, change, &reference))?;
        self.catch_up_after_write();
        self.shown(actor, id)
    }

    /// The same in a transaction that does more.
    pub(super) fn change_in(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        id: Uuid,
        if_match: IfMatch,
        change: Change,
        reference: &Reference,
    ) -> Result<(), RegistryError> {
        let (row, current) = locked(tx, actor, id, if_match)?;
        let mut standing = Standing::of(&current);
        let today = jakarta_date(self.clock.now());
        let (draft, restricted, action, grounds, logged) = match change {
            Change::Replace(written) => {
                let Written { draft, restricted } = *written;
                (draft, restricted, Action::Revise, Grounds::default(), "replace")
            }
            Change::Merge { patch, restricted } => {
                let draft = merged(&current.draft, &patch)?;
                (draft, restricted, Action::Revise, Grounds::default(), "patch")
            }
            Change::Act { action, grounds } => {
                (current.draft.clone(), None, action, grounds, action.name())
            }
            Change::NotFound { grounds } => {
                let (outcome, by) = (VisitOutcome::NotFound, actor.name().to_owned());
                standing.last_visit = Some(Visit { outcome, on: today, by });
                (current.draft.clone(), None, Action::Return, grounds, "not_found")
            }
        };
        let doer = doer(actor, &current);
        lifecycle::check(action, &standing, doer, &grounds)
            .map_err(|refusal| refused(action, &refusal))?;
        lifecycle::apply(action, &mut standing, doer, &grounds, today, None);
        let mut draft = self.checked(draft, reference)?;
        lifecycle::heed_consent(&mut standing, &current.draft, &mut draft);
        let state = NewState {
            draft,
            standing,
            restricted,
            action: logged,
            reason: grounds.reason.as_deref(),
        };
        self.put(tx, actor, &row, &current, state, reference)
    }

    /// Stores a new state of a locked record and logs it, unless nothing is new in it.
    pub(super) fn put(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        row: &EnterpriseRow,
        current: &Enterprise,
        state: NewState,
        reference: &Reference,
    ) -> Result<(), RegistryError> {
        let theirs = |enterprise: &Enterprise| require_area(actor, enterprise);
        self.put_as(tx, actor, row, current, state, reference, theirs)
    }

    /// The same, where something else than the area says whether they may.
    #[expect(clippy::too_many_arguments, reason = "as `put`, and one more")]
    pub(super) fn put_as(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        row: &EnterpriseRow,
        current: &Enterprise,
        state: NewState,
        reference: &Reference,
        allowed: impl FnOnce(&Enterprise) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError> {
        let known = self.vault.of_enterprise(tx, &row.id)?;
        let same_restricted = state.restricted.as_ref().is_none_or(|new| *new == known);
        if state.draft == current.draft
            && state.standing == Standing::of(current)
            && same_restricted
        {
            return Ok(());
        }
        // Kept values are not held against a draft that renames an owner: nobody sent them.
        let restricted = match state.restricted {
            Some(given) => {
                check_restricted(&given, &state.draft)?;
                given
            }
            None => known,
        };
        if state.draft != current.draft {
            check_pointers(tx, actor, &state.draft, Some(&current.draft))?;
        }
        // After the lock: a later revision has a later time.
        let now = self.clock.now();
        let mut standing =
            Standing { revision: current.revision + 1, updated_at: now, ..state.standing };
        standing.note_review(current.review, now);
        let enterprise = assembled(state.draft, standing, &restricted, now, reference)?;
        allowed(&enterprise)?;
        if !same_restricted {
            let sealed = self.vault.seal(tx, &row.id, &restricted)?;
            db::restricted::replace(tx, &row.id, &sealed)?;
        }
        db::enterprises::update(tx, row, &stored(&enterprise, reference)?)?;
        if enterprise.existence != Existence::Active {
            // What is no more is nobody's to correct by a link.
            db::owner_links::revoke_all(tx, &row.id, now.naive_utc(), actor.name())?;
        }
        self.log(tx, actor, &enterprise, state.action, state.reason)
    }

    /// Appends to the change log. The time is that of the append, when the transaction holds every
    /// lock, so that times are in the order of the log.
    pub(super) fn log(
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

/// The id of what an earlier request under the same key made. None: this is the first, and what it
/// makes is remembered by its `id`.
pub(super) fn made_before(
    tx: &mut AnyConnection,
    actor: &Actor,
    idempotency: Option<&Idempotency>,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, RegistryError> {
    let Some(Idempotency { key, request_hash }) = idempotency else { return Ok(None) };
    if let Some(earlier) = db::enterprises::idempotency_key(tx, actor.name(), key)? {
        if earlier.request_hash != *request_hash {
            return Err(RegistryError::IdempotencyKeyReused);
        }
        let id = earlier.made_id.parse();
        return id.map(Some).map_err(|_| RegistryError::Internal("a stored id is a UUID"));
    }
    let row = IdempotencyRow {
        actor: actor.name().to_owned(),
        key: key.clone(),
        request_hash: request_hash.clone(),
        made_id: id.to_string(),
        created_at: now.naive_utc(),
    };
    db::enterprises::remember_idempotency_key(tx, &row)?;
    Ok(None)
}

/// A record that the actor may write, locked, at the revision that they know.
pub(super) fn locked(
    tx: &mut AnyConnection,
    actor: &Actor,
    id: Uuid,
    if_match: IfMatch,
) -> Result<(EnterpriseRow, Enterprise), RegistryError> {
    let row = db::enterprises::by_id_for_update(tx, &id.to_string())?;
    let (row, current) = writable(actor, id, row)?;
    if_match.check(current.revision)?;
    Ok((row, current))
}

/// A record, if there is one that the actor may write.
pub(super) fn writable(
    actor: &Actor,
    id: Uuid,
    row: Option<EnterpriseRow>,
) -> Result<(EnterpriseRow, Enterprise), RegistryError> {
    let row = row.ok_or(RegistryError::EnterpriseNotFound(id))?;
    let current: Enterprise = serde_json::from_str(&row.document)?;
    if !actor.may_write(current.whose()) {
        // To those who cannot see the record it is not there.
        let visible = row.public_document.is_some();
        return Err(if visible {
            RegistryError::Forbidden
        } else {
            RegistryError::EnterpriseNotFound(id)
        });
    }
    Ok((row, current))
}

/// A time-ordered id.
pub(super) fn new_id(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos()))
}

/// A checked draft's whole document.
pub(super) fn assembled(
    draft: Draft,
    standing: Standing,
    restricted: &Restricted,
    now: DateTime<Utc>,
    reference: &Reference,
) -> Result<Enterprise, RegistryError> {
    let size = projection::size_classes(&draft, restricted, jakarta_date(now).year());
    // What comes in as submitted waits from now on.
    let waits = standing.review == Review::Submitted && standing.review_since.is_none();
    let review_since = if waits { Some(standing.updated_at) } else { standing.review_since };
    let standing = Standing { review_since, ..standing };
    projection::assemble(draft, standing, size, reference)
        .ok_or(RegistryError::Internal("a checked draft has a region that is known"))
}

/// The rows of a document: its public projection, its products, and what the atlas knows of it.
pub(super) fn stored(
    enterprise: &Enterprise,
    reference: &Reference,
) -> Result<Stored, RegistryError> {
    let public = projection::public(enterprise, reference);
    let record = EnterpriseWrite {
        id: enterprise.id.to_string(),
        revision: enterprise.revision,
        sample: enterprise.sample,
        responsible_region: enterprise.responsible_region.to_string(),
        updated_at: enterprise.updated_at.naive_utc(),
        document: serde_json::to_string(enterprise)?,
        public_document: public.as_ref().map(serde_json::to_string).transpose()?,
    };
    // Their key is the database's to give, and is not packed.
    let internal = Row::internal(0, enterprise, reference)
        .ok_or(RegistryError::Internal("a checked draft has a region"))?;
    let shown = public.as_ref().map(|public| Row::public(0, public));
    let atlas = atlas::pack(shown.as_ref(), &internal);
    let products = product_rows(&record.id, &enterprise.draft, reference);
    Ok(Stored { record, atlas, products })
}

/// A draft with a JSON merge patch (RFC 7396) applied.
pub(super) fn merged(draft: &Draft, patch: &serde_json::Value) -> Result<Draft, RegistryError> {
    let mut value = serde_json::to_value(draft)?;
    json_patch::merge(&mut value, patch);
    validate::draft_from_json(value).map_err(RegistryError::Invalid)
}

/// The actor as the life cycle's table sees them.
pub(super) fn doer<'a>(actor: &'a Actor, enterprise: &Enterprise) -> Doer<'a> {
    let whose = enterprise.whose();
    let (verifier, officer) = (actor.may_decide(whose), actor.looks_after(whose));
    Doer { name: actor.name(), verifier, officer }
}

/// A refusal of the life cycle's table as an error.
pub(super) fn refused(action: Action, refusal: &Refusal) -> RegistryError {
    match refusal {
        Refusal::Wrong { field, value } => {
            RegistryError::WrongTransition { action: action.name(), field, value }
        }
        Refusal::NotTheirs => RegistryError::Forbidden,
        Refusal::OwnSubmission => RegistryError::OwnSubmission,
        Refusal::Missing(field) => {
            RegistryError::Invalid(vec![FieldFault::new(*field, Fault::Required)])
        }
    }
}

fn check_restricted(restricted: &Restricted, draft: &Draft) -> Result<(), RegistryError> {
    let faults = restricted::faults(restricted, draft);
    if faults.is_empty() { Ok(()) } else { Err(RegistryError::Invalid(faults)) }
}

/// The cooperative and the sentra that a draft names must be there for its writer to see, unless
/// the record named them before.
fn check_pointers(
    tx: &mut AnyConnection,
    actor: &Actor,
    draft: &Draft,
    before: Option<&Draft>,
) -> Result<(), RegistryError> {
    let pointers = [
        ("cooperative", draft.cooperative, before.and_then(|before| before.cooperative)),
        ("sentra", draft.sentra, before.and_then(|before| before.sentra)),
    ];
    let mut faults = Vec::new();
    for (entity, id, before) in pointers {
        let Some(id) = id.filter(|id| Some(*id) != before) else { continue };
        let there = db::documents::responsible_region(tx, entity, &id.to_string())?.is_some();
        let seen = pointers::visible(tx, &actor.visibility(), [id])?;
        if !there || !seen.contains(&id) {
            let fault = Fault::UnknownCode { value: id.to_string(), allowed: String::new() };
            faults.push(FieldFault::new(entity, fault));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(RegistryError::Invalid(faults)) }
}

fn require_area(actor: &Actor, enterprise: &Enterprise) -> Result<(), RegistryError> {
    let theirs = match actor {
        // Only `own_record` writes for an owner, and what the link is good for.
        Actor::Owner(holder) => holder.enterprise == enterprise.id,
        _ => actor.may_write(enterprise.whose()),
    };
    if theirs { Ok(()) } else { Err(RegistryError::Forbidden) }
}

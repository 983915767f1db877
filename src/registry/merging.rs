//! Duplicates: two records of one enterprise are made one, and apart again exactly.

use uuid::Uuid;

use super::duplicates::Status;
use super::enterprises::Seen;
use super::revisions::state_at;
use super::writing::{IfMatch, NewState, doer, locked, refused};
use super::{Registry, RegistryError};
use crate::db::merges::MergeRow;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::difference::take_back;
use crate::domain::enterprise::Enterprise;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::lifecycle::{self, Action, Grounds, Refusal};
use crate::domain::merge::completed;
use crate::domain::projection::{Standing, jakarta_date};
use crate::domain::validate;

/// A record as it is now, and the fields that were changed after the merge and so were left as
/// they are.
pub struct Unmerged {
    pub seen: Seen,
    pub left: Vec<String>,
}

impl Registry {
    /// Makes `duplicate` a duplicate of `survivor`, which is completed from it.
    ///
    /// # Errors
    /// Not allowed in either record's area; not found; stale; not from this state.
    pub fn merge_enterprises(
        &self,
        actor: &Actor,
        survivor: Uuid,
        if_match: IfMatch,
        duplicate: Uuid,
        grounds: &Grounds,
    ) -> Result<Seen, RegistryError> {
        actor.require(Right::Decide)?;
        if survivor == duplicate {
            let fault = FieldFault::new("duplicate", Fault::Together { with: "another id" });
            return Err(RegistryError::Invalid(vec![fault]));
        }
        let reference = self.reference();
        self.db.write(|tx| {
            lock_in_order(tx, survivor, duplicate)?;
            let (row, current) = locked(tx, actor, survivor, if_match)?;
            let (other_row, other) = locked(tx, actor, duplicate, IfMatch::Any)?;
            for record in [&current, &other] {
                let standing = Standing::of(record);
                lifecycle::check(Action::Merge, &standing, doer(actor, record), grounds)
                    .map_err(|refusal| refused(Action::Merge, &refusal))?;
            }
            let draft = self.checked(completed(&current.draft, &other.draft), &reference)?;
            let changes = draft != current.draft;
            let reason = grounds.reason.as_deref();
            let two = (row.id.as_str(), other_row.id.as_str());
            self.mark_pair(tx, actor, two, Status::Merged, reason)?;
            let state = NewState {
                draft,
                standing: Standing::of(&current),
                restricted: None,
                action: "merge",
                reason,
            };
            self.put(tx, actor, &row, &current, state, &reference)?;
            let mut standing = Standing::of(&other);
            let today = jakarta_date(self.clock.now());
            let by = doer(actor, &other);
            lifecycle::apply(Action::Merge, &mut standing, by, grounds, today, Some(survivor));
            let state = NewState {
                draft: other.draft.clone(),
                standing,
                restricted: None,
                action: "merge",
                reason,
            };
            self.put(tx, actor, &other_row, &other, state, &reference)?;
            let merge = MergeRow {
                duplicate_id: duplicate.to_string(),
                survivor_id: survivor.to_string(),
                merged_at: self.clock.now_naive(),
                survivor_before: current.revision,
                survivor_after: current.revision + i32::from(changes),
                duplicate_before: other.revision,
            };
            db::merges::add(tx, &merge)?;
            Ok::<_, RegistryError>(())
        })?;
        self.catch_up_after_write();
        self.shown(actor, survivor)
    }

    /// Takes a merge back: the duplicate stands for itself again, and the survivor loses what it
    /// was completed with, but for fields that were changed since.
    ///
    /// # Errors
    /// Not allowed; not found; stale; not merged.
    pub fn unmerge_enterprises(
        &self,
        actor: &Actor,
        survivor: Uuid,
        if_match: IfMatch,
        duplicate: Uuid,
        reason: Option<&str>,
    ) -> Result<Unmerged, RegistryError> {
        actor.require(Right::Decide)?;
        let reference = self.reference();
        let left = self.db.write(|tx| {
            lock_in_order(tx, survivor, duplicate)?;
            let (row, current) = locked(tx, actor, survivor, if_match)?;
            let (other_row, other) = locked(tx, actor, duplicate, IfMatch::Any)?;
            let merge = db::merges::of_duplicate(tx, &other_row.id)?
                .filter(|merge| merge.survivor_id == row.id);
            let not_merged = |record: &Enterprise| {
                let value = record.existence.into();
                refused(Action::Merge, &Refusal::Wrong { field: "duplicate_of", value })
            };
            let merge = merge.ok_or_else(|| not_merged(&other))?;
            // A survivor that was itself merged away is taken back first.
            if current.duplicate_of.is_some() {
                return Err(not_merged(&current));
            }
            let two = (row.id.as_str(), other_row.id.as_str());
            self.mark_pair(tx, actor, two, Status::Open, None)?;
            let before = state_at(tx, &row, merge.survivor_before)?;
            let after = state_at(tx, &row, merge.survivor_after)?;
            let mut now = object(&current)?;
            let left = take_back(&mut now, &object(&before)?, &object(&after)?);
            let draft = validate::draft_from_json(now.into()).map_err(RegistryError::Invalid)?;
            let state = NewState {
                draft: self.checked(draft, &reference)?,
                standing: Standing::of(&current),
                restricted: None,
                action: "unmerge",
                reason,
            };
            self.put(tx, actor, &row, &current, state, &reference)?;
            let earlier = Standing::of(&state_at(tx, &other_row, merge.duplicate_before)?);
            let standing = Standing {
                existence: earlier.existence,
                ceased_on: earlier.ceased_on,
                duplicate_of: earlier.duplicate_of,
                ..Standing::of(&other)
            };
            let state = NewState {
                draft: other.draft.clone(),
                standing,
                restricted: None,
                action: "unmerge",
                reason,
            };
            self.put(tx, actor, &other_row, &other, state, &reference)?;
            db::merges::remove(tx, &other_row.id)?;
            Ok(left)
        })?;
        self.catch_up_after_write();
        Ok(Unmerged { seen: self.shown(actor, survivor)?, left })
    }
}

/// Both rows are locked in the order of their ids, so that two merges never wait for each other.
fn lock_in_order(tx: &mut AnyConnection, a: Uuid, b: Uuid) -> Result<(), RegistryError> {
    for id in [a.min(b), a.max(b)] {
        db::enterprises::by_id_for_update(tx, &id.to_string())?;
    }
    Ok(())
}

/// What was written of a record, as JSON.
fn object(
    enterprise: &Enterprise,
) -> Result<serde_json::Map<String, serde_json::Value>, RegistryError> {
    match serde_json::to_value(&enterprise.draft)? {
        serde_json::Value::Object(object) => Ok(object),
        _ => Err(RegistryError::Internal("a draft is an object")),
    }
}

//! Clean records verified together, each decided by itself: a bad one never costs a good one.

use uuid::Uuid;

use crate::db::duplicates::OPEN;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::codes::Publication;
use crate::domain::enterprise::Severity;
use crate::domain::lifecycle::{self, Action, BasisDraft, Grounds};
use crate::domain::projection::Standing;
use crate::domain::reference::Reference;
use crate::registry::writing::{Change, IfMatch, doer, locked, refused};
use crate::registry::{Registry, RegistryError};

/// Most records of a batch.
pub const MAX_BATCH: usize = 500;

/// Records to be verified together.
pub struct Batch {
    /// Each with the revision that was looked at.
    pub records: Vec<(Uuid, i32)>,
    /// Given: they are published on it too.
    pub basis: Option<BasisDraft>,
}

/// What became of one of them: the revision that it is at now, or why it was left as it is.
pub struct Decided {
    pub id: Uuid,
    pub outcome: Result<i32, RegistryError>,
}

impl Registry {
    /// Verifies clean records, and publishes them where a basis is given.
    ///
    /// # Errors
    /// Not theirs to decide. What is wrong with one record stands in its outcome.
    pub fn decide_batch(
        &self,
        actor: &Actor,
        batch: &Batch,
    ) -> Result<Vec<Decided>, RegistryError> {
        actor.require(Right::Decide)?;
        self.find_duplicates_if_near()?;
        let reference = self.reference();
        let decide = |&(id, revision): &(Uuid, i32)| {
            let basis = batch.basis.as_ref();
            let outcome =
                self.db.write(|tx| self.decide_clean(tx, actor, (id, revision), basis, &reference));
            if let Err(error @ (RegistryError::Db(_) | RegistryError::Internal(_))) = &outcome {
                tracing::error!(%id, %error, "a record of a batch could not be decided");
            }
            Decided { id, outcome }
        };
        let decided = batch.records.iter().map(decide).collect();
        self.catch_up_after_write();
        Ok(decided)
    }

    fn decide_clean(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        (id, revision): (Uuid, i32),
        basis: Option<&BasisDraft>,
        reference: &Reference,
    ) -> Result<i32, RegistryError> {
        let (row, current) = locked(tx, actor, id, IfMatch::Revision(revision))?;
        let none = Grounds::default();
        let by = doer(actor, &current);
        lifecycle::check(Action::Verify, &Standing::of(&current), by, &none)
            .map_err(|refusal| refused(Action::Verify, &refusal))?;
        if current.worst_flag() >= Some(Severity::Warning) {
            return Err(RegistryError::Flagged);
        }
        let pairs = db::duplicates::of_records(tx, std::slice::from_ref(&row.id))?;
        if pairs.iter().any(|pair| pair.status == OPEN) {
            return Err(RegistryError::MayBeDuplicate);
        }
        let mut step = |action, grounds, at| {
            let change = Change::Act { action, grounds };
            self.change_in(tx, actor, id, IfMatch::Revision(at), change, reference)?;
            Ok::<_, RegistryError>(at + 1)
        };
        let now = step(Action::Verify, none, revision)?;
        let Some(basis) = basis.filter(|_| current.publication == Publication::Unpublished) else {
            return Ok(now);
        };
        let grounds = Grounds { reason: None, basis: Some(basis.clone()) };
        step(Action::Publish, grounds, now)
    }
}

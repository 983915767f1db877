//! From a submission to the record: a new enterprise, a new revision, or a question for the desk.
//! Nothing that was sent is lost: what cannot be written waits with its reason.

use uuid::Uuid;

use super::sent::told_with;
use super::writing::Done;
use crate::db::campaigns::visits::{VisitChange, VisitRow};
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::campaign::{VisitKind, VisitState};
use crate::exchange::openrosa::Submission;
use crate::registry::{Registry, RegistryError};

impl Registry {
    /// Writes a visit that came whole to the record, and those that waited for it.
    pub(super) fn apply(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        visit: &VisitRow,
        submission: &Submission,
    ) -> Result<(), RegistryError> {
        let corrected = Self::supersede(tx, visit, submission)?;
        let done = self.written(tx, actor, visit, submission, corrected.as_deref())?;
        let current = db::campaigns::visits::for_update(tx, &visit.id)?;
        let current = current.ok_or(RegistryError::Internal("a visit is there"))?;
        let change = VisitChange {
            state: <&str>::from(done.state).to_owned(),
            enterprise_id: done.enterprise.clone(),
            applied_revision: done.revision,
            replaced_by: None,
            problems: told_with(&current.problems, &done.faults)?,
        };
        db::campaigns::visits::update(tx, &visit.id, &change)?;
        if done.state == VisitState::Applied {
            self.apply_waiting(tx, visit)?;
        }
        // Which records were visited is kept by the log.
        if done.quiet || submission.deprecated_id.is_some() {
            self.log_visit(tx, actor, &visit.id, "apply", None)?;
        }
        Ok(())
    }

    /// Those that spoke of an enterprise before it came.
    fn apply_waiting(&self, tx: &mut AnyConnection, visit: &VisitRow) -> Result<(), RegistryError> {
        let Some(entity) = &visit.entity_id else { return Ok(()) };
        for waiting in db::campaigns::visits::of_entity(tx, entity)? {
            if waiting.state == <&str>::from(VisitState::Waiting) {
                let submission = self.submission_of(tx, &waiting)?;
                // Of an account that was closed meanwhile it waits on, for the desk.
                let Ok(actor) = self.actor_named(&waiting.enumerator) else { continue };
                self.apply(tx, &actor, &waiting, &submission)?;
            }
        }
        Ok(())
    }

    /// What was sent in, as it was kept.
    pub(super) fn submission_of(
        &self,
        connection: &mut AnyConnection,
        visit: &VisitRow,
    ) -> Result<Submission, RegistryError> {
        let (Some(wrapped), Some(sealed)) = (&visit.wrapped_key, &visit.submission) else {
            return Err(RegistryError::FileGone);
        };
        let key = self.vault.file_key(connection, format!("visit {}", visit.id), wrapped)?;
        let bytes = key.open("submission", 0, sealed)?;
        super::filled_in::read_kept(&bytes)
    }

    /// Marks the visit that this one corrects; answers the enterprise that it was about.
    fn supersede(
        tx: &mut AnyConnection,
        visit: &VisitRow,
        submission: &Submission,
    ) -> Result<Option<String>, RegistryError> {
        let Some(earlier) = &submission.deprecated_id else { return Ok(None) };
        let earlier = db::campaigns::visits::by_instance_for_update(tx, earlier)?;
        let same = |earlier: &VisitRow| {
            earlier.enumerator == visit.enumerator && earlier.campaign_id == visit.campaign_id
        };
        let Some(earlier) = earlier.filter(same) else { return Ok(None) };
        let change = VisitChange {
            state: <&str>::from(VisitState::Superseded).to_owned(),
            replaced_by: Some(visit.instance_id.clone()),
            ..VisitChange::from(&earlier)
        };
        db::campaigns::visits::update(tx, &earlier.id, &change)?;
        Ok(earlier.enterprise_id)
    }

    pub(super) fn written(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        visit: &VisitRow,
        submission: &Submission,
        corrected: Option<&str>,
    ) -> Result<Done, RegistryError> {
        let kind: VisitKind =
            visit.kind.parse().map_err(|_| RegistryError::Internal("visits have a kind"))?;
        match (kind, corrected) {
            (VisitKind::None, _) => Ok(Done::held(VisitState::Applied, Vec::new())),
            (VisitKind::New, None) => match Self::entered(tx, visit)? {
                // The phone sent the same enterprise under another name of the submission.
                Some(id) => self.revisit(tx, actor, visit, submission, &id),
                None => self.enter(tx, actor, visit, submission),
            },
            (VisitKind::New, Some(id)) => self.revisit(tx, actor, visit, submission, id),
            (VisitKind::Revisit, _) => match Self::known_enterprise(tx, visit)? {
                Some(_) if !Self::is_next(tx, visit, submission)? => {
                    Ok(Done::held(VisitState::Waiting, Vec::new()))
                }
                Some(id) => self.revisit(tx, actor, visit, submission, &id),
                None => Ok(Done::held(VisitState::Waiting, Vec::new())),
            },
        }
    }

    /// Whether all that a phone changed before, without a connection, has come: its version less
    /// the last one that came from here is how much that was.
    fn is_next(
        tx: &mut AnyConnection,
        visit: &VisitRow,
        submission: &Submission,
    ) -> Result<bool, RegistryError> {
        let Some(entity) = &submission.entity else { return Ok(true) };
        let (Some(base), Some(branch)) = (entity.base, &entity.branch) else { return Ok(true) };
        let before = usize::try_from(base - entity.trunk.unwrap_or(0)).unwrap_or(0);
        let own = |other: &VisitRow| {
            let line = other.branch_id.as_ref() == Some(branch)
                || (entity.trunk.is_none() && other.kind == <&str>::from(VisitKind::New));
            line && other.id != visit.id
                && other.enumerator == visit.enumerator
                && other.applied_revision.is_some()
        };
        let visits = db::campaigns::visits::of_entity(tx, &entity.id)?;
        Ok(visits.iter().filter(|other| own(other)).count() >= before)
    }

    /// The enterprise that an earlier visit made of the same entity.
    fn entered(tx: &mut AnyConnection, visit: &VisitRow) -> Result<Option<String>, RegistryError> {
        let Some(entity) = &visit.entity_id else { return Ok(None) };
        let visits = db::campaigns::visits::of_entity(tx, entity)?;
        let mut same = visits.into_iter().filter(|other| {
            other.id != visit.id
                && other.kind == <&str>::from(VisitKind::New)
                && other.enumerator == visit.enumerator
        });
        Ok(same.find_map(|other| other.enterprise_id))
    }

    /// The enterprise that a phone means: one of the list, or one that a phone made itself.
    fn known_enterprise(
        tx: &mut AnyConnection,
        visit: &VisitRow,
    ) -> Result<Option<String>, RegistryError> {
        let Some(entity) = &visit.entity_id else { return Ok(None) };
        let visits = db::campaigns::visits::of_entity(tx, entity)?;
        let made = visits.into_iter().find_map(|other| {
            let new = other.kind == <&str>::from(VisitKind::New);
            other.enterprise_id.filter(|_| new)
        });
        if made.is_some() {
            return Ok(made);
        }
        let listed = entity.parse::<Uuid>().ok().map(|id| id.to_string());
        let Some(listed) = listed else { return Ok(None) };
        Ok(db::enterprises::by_id(tx, &listed)?.map(|row| row.id))
    }
}

//! What a visit writes: a new enterprise, or a new revision of a known one; and where it must not,
//! why it is held.

use super::assignments;
use super::sent::told;
use crate::db::campaigns::visits::{VisitChange, VisitRow};
use crate::db::enterprises::EnterpriseRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::campaign::{Finding, VisitState};
use crate::domain::codes::{Existence, Review, VisitOutcome};
use crate::domain::enterprise::{Draft, Enterprise, Source, Visit};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::lifecycle;
use crate::domain::projection::Standing;
use crate::domain::questionnaire::{self, Interview};
use crate::domain::reference::Reference;
use crate::domain::restricted::Restricted;
use crate::exchange::openrosa::Submission;
use crate::registry::writing::{NewState, assembled, new_id, stored};
use crate::registry::{Registry, RegistryError};

/// What is to become of a visit.
pub(super) struct Done {
    pub(super) state: VisitState,
    pub(super) enterprise: Option<String>,
    pub(super) revision: Option<i32>,
    pub(super) faults: Vec<FieldFault>,
    /// The record is as it was, so that the log does not tell of the visit.
    pub(super) quiet: bool,
}

impl Done {
    pub(super) fn held(state: VisitState, faults: Vec<FieldFault>) -> Self {
        Self { state, enterprise: None, revision: None, faults, quiet: false }
    }
}

impl Registry {
    fn interview<'a>(visit: &VisitRow, how: &'a str) -> Interview<'a> {
        Interview { on: visit.visited_on, how }
    }

    /// A new enterprise, submitted for verification.
    pub(super) fn enter(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        visit: &VisitRow,
        submission: &Submission,
    ) -> Result<Done, RegistryError> {
        let campaign = Self::campaign_name(tx, visit)?;
        let how = format!("Wawancara, {campaign}");
        let (mut draft, mut restricted) = (Draft::default(), Restricted::default());
        draft.region = visit.village.parse().ok();
        if let Actor::User(user) = actor {
            draft.cooperative = user.cooperative;
        }
        let interview = Self::interview(visit, &how);
        let mut faults =
            questionnaire::write(&submission.answers, &interview, &mut draft, &mut restricted);
        let reference = self.reference();
        let Some(draft) = self.without_faults(draft, &reference, &mut faults) else {
            return Ok(Done::held(VisitState::Faulty, faults));
        };
        keep_fitting(&mut restricted, &draft);
        let now = self.clock.now();
        let standing = Standing {
            review: Review::Submitted,
            author: Some(actor.name().to_owned()),
            sources: vec![Source { name: campaign, sheet: None, row: None }],
            last_visit: Some(seen(visit, VisitOutcome::Found)),
            ..Standing::new(new_id(now), now)
        };
        let enterprise = assembled(draft, standing, &restricted, now, &reference)?;
        let id = enterprise.id.to_string();
        let sealed = self.vault.seal(tx, &id, &restricted)?;
        db::restricted::insert(tx, &sealed)?;
        db::enterprises::insert(tx, &[&stored(&enterprise, &reference)?])?;
        self.log(tx, actor, &enterprise, "create", None)?;
        let (state, enterprise, revision) = (VisitState::Applied, Some(id), Some(1));
        Ok(Done { state, enterprise, revision, faults, quiet: false })
    }

    /// What a visit says of a known enterprise.
    pub(super) fn revisit(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        visit: &VisitRow,
        submission: &Submission,
        id: &str,
    ) -> Result<Done, RegistryError> {
        let held = |state, field: &str, fault| {
            let faults = vec![FieldFault::new(field, fault)];
            Ok(Done { enterprise: Some(id.to_owned()), ..Done::held(state, faults) })
        };
        let row = db::enterprises::by_id_for_update(tx, id)?;
        let Some(row) = row else { return Ok(Done::held(VisitState::Waiting, Vec::new())) };
        let current: Enterprise = serde_json::from_str(&row.document)?;
        let region = current.draft.region.clone();
        let theirs = current.author.as_deref() == Some(actor.name());
        let sent = match &region {
            Some(region) => assignments::is_sent(tx, actor, &visit.campaign_id, region)?,
            None => false,
        };
        if !sent && !theirs {
            // Nothing is told of a record that is not theirs.
            let value = visit.entity_id.clone().unwrap_or_default();
            let faults = vec![FieldFault::new(
                "enterprise",
                Fault::UnknownCode { value, allowed: String::new() },
            )];
            return Ok(Done::held(VisitState::Faulty, faults));
        }
        if current.existence != Existence::Active {
            let value = current.existence.into();
            return held(
                VisitState::Conflict,
                "existence",
                Fault::WrongState { action: "visit", value },
            );
        }
        if Self::is_stale(tx, visit, &current)? {
            let value = <&str>::from(VisitState::Conflict);
            return held(
                VisitState::Conflict,
                "revision",
                Fault::WrongState { action: "visit", value },
            );
        }
        self.write_visit(tx, actor, visit, submission, (&row, &current))
    }

    /// Whether somebody changed what is known since the phone got it.
    fn is_stale(
        tx: &mut AnyConnection,
        visit: &VisitRow,
        current: &Enterprise,
    ) -> Result<bool, RegistryError> {
        let found: Finding =
            visit.outcome.parse().map_err(|_| RegistryError::Internal("visits have an outcome"))?;
        if found != Finding::Found {
            return Ok(false);
        }
        // What the same phone said one after the other is no other's change.
        let same = |other: &VisitRow| {
            let branch = visit.branch_id.is_some() && other.branch_id == visit.branch_id;
            let corrected = other.replaced_by.as_ref() == Some(&visit.instance_id);
            let begun = [&other.kind, &visit.kind].iter().all(|kind| **kind == "new");
            let own = other.enumerator == visit.enumerator && other.id != visit.id;
            own && (branch || corrected || begun)
        };
        let earlier = match &visit.entity_id {
            Some(entity) => db::campaigns::visits::of_entity(tx, entity)?
                .into_iter()
                .filter(same)
                .filter_map(|other| other.applied_revision)
                .max(),
            None => None,
        };
        let Some(base) = earlier.or(visit.base_revision) else {
            return Ok(false);
        };
        if base >= current.revision {
            return Ok(false);
        }
        let Some(before) = Self::state_at(tx, current, base)? else { return Ok(true) };
        Ok(before.draft != current.draft)
    }

    /// An earlier state of an enterprise.
    pub(in crate::registry) fn state_at(
        tx: &mut AnyConnection,
        current: &Enterprise,
        revision: i32,
    ) -> Result<Option<Enterprise>, RegistryError> {
        if revision == current.revision {
            return Ok(Some(current.clone()));
        }
        let document = db::revisions::get(tx, &current.id.to_string(), revision)?;
        Ok(document.map(|document| serde_json::from_str(&document)).transpose()?)
    }

    /// Gives a record the revision that a visit makes.
    fn write_visit(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        visit: &VisitRow,
        submission: &Submission,
        (row, current): (&EnterpriseRow, &Enterprise),
    ) -> Result<Done, RegistryError> {
        let reference = self.reference();
        let found: Finding =
            visit.outcome.parse().map_err(|_| RegistryError::Internal("visits have an outcome"))?;
        let mut standing = Standing::of(current);
        let mut faults = Vec::new();
        let (mut draft, mut restricted) = (current.draft.clone(), None);
        if found == Finding::Found {
            let campaign = Self::campaign_name(tx, visit)?;
            let how = format!("Wawancara, {campaign}");
            let mut given = Restricted::default();
            let interview = Self::interview(visit, &how);
            faults = questionnaire::write(&submission.answers, &interview, &mut draft, &mut given);
            let Some(checked) = self.without_faults(draft, &reference, &mut faults) else {
                let held = Done::held(VisitState::Faulty, faults);
                return Ok(Done { enterprise: Some(row.id.clone()), ..held });
            };
            draft = checked;
            if given != Restricted::default() {
                let mut whole = self.vault.of_enterprise(tx, &row.id)?.with(&given);
                keep_fitting(&mut whole, &draft);
                restricted = Some(whole);
            }
            if !standing.sources.iter().any(|source| source.name == campaign) {
                standing.sources.push(Source { name: campaign, sheet: None, row: None });
            }
        }
        let reported = matches!(found, Finding::Closed | Finding::Moved);
        if draft != current.draft || restricted.is_some() || reported {
            standing.review = Review::Submitted;
            standing.author = Some(actor.name().to_owned());
        }
        lifecycle::heed_consent(&mut standing, &current.draft, &mut draft);
        standing.last_visit = Some(seen(visit, outcome(found)));
        let (action, reason) = ("visit", Some(<&str>::from(found)));
        let state = NewState { draft, standing, restricted, action, reason };
        // Who was sent there may write it, whoever wrote it before.
        self.put_as(tx, actor, row, current, state, &reference, |_| Ok(()))?;
        let revision = db::enterprises::by_id(tx, &row.id)?.map(|row| row.revision);
        let (enterprise, quiet) = (Some(row.id.clone()), revision == Some(current.revision));
        Ok(Done { state: VisitState::Applied, enterprise, revision, faults, quiet })
    }

    /// A draft that passes every rule: what a phone could not know is wrong is told and left out.
    /// None where that is not enough.
    fn without_faults(
        &self,
        draft: Draft,
        reference: &Reference,
        faults: &mut Vec<FieldFault>,
    ) -> Option<Draft> {
        let mut value = serde_json::to_value(&draft).ok()?;
        let broken = match self.checked(draft, reference) {
            Ok(draft) => return Some(draft),
            Err(RegistryError::Invalid(broken)) => broken,
            Err(_) => return None,
        };
        for found in &broken {
            let end = found.field.find(['.', '[']).unwrap_or(found.field.len());
            value.as_object_mut()?.remove(&found.field[..end]);
        }
        faults.extend(broken);
        let draft = serde_json::from_value(value).ok()?;
        self.checked(draft, reference).ok()
    }

    fn campaign_name(tx: &mut AnyConnection, visit: &VisitRow) -> Result<String, RegistryError> {
        let row = db::campaigns::by_id(tx, &visit.campaign_id)?;
        let row = row.ok_or(RegistryError::Internal("visits belong to a campaign"))?;
        Ok(super::campaign_of(&row)?.draft.name)
    }

    /// Writes a visit that was held, on the desk's word: with these answers only, or all of them.
    pub(super) fn force(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        visit: &VisitRow,
        mut submission: Submission,
        only: Option<&[String]>,
    ) -> Result<(), RegistryError> {
        // Written as the enumerator's: who decided is not who found.
        let author = self.actor_named(&visit.enumerator).unwrap_or_else(|_| actor.clone());
        if let Some(only) = only {
            submission.answers.values.retain(|name, _| only.contains(name));
            if !only.iter().any(|name| name == "products") {
                submission.answers.products.clear();
            }
        }
        let done = match &visit.enterprise_id {
            Some(id) => {
                let row = db::enterprises::by_id_for_update(tx, id)?;
                let row = row.ok_or(RegistryError::FileGone)?;
                let current: Enterprise = serde_json::from_str(&row.document)?;
                if current.existence != Existence::Active {
                    let (action, value) = ("resolve", current.existence.into());
                    let field = "existence";
                    return Err(RegistryError::WrongTransition { action, field, value });
                }
                self.write_visit(tx, &author, visit, &submission, (&row, &current))?
            }
            None => self.written(tx, &author, visit, &submission, None)?,
        };
        if done.state != VisitState::Applied {
            return Err(RegistryError::Invalid(done.faults));
        }
        let change = VisitChange {
            state: <&str>::from(done.state).to_owned(),
            enterprise_id: done.enterprise,
            applied_revision: done.revision,
            problems: told(&done.faults)?,
            ..VisitChange::from(visit)
        };
        Ok(db::campaigns::visits::update(tx, &visit.id, &change)?)
    }
}

fn seen(visit: &VisitRow, outcome: VisitOutcome) -> Visit {
    Visit { outcome, on: visit.visited_on, by: visit.enumerator.clone() }
}

/// What the record keeps of what came of a visit.
fn outcome(found: Finding) -> VisitOutcome {
    match found {
        Finding::Found => VisitOutcome::Found,
        Finding::Refused => VisitOutcome::Refused,
        Finding::NeedsRevisit => VisitOutcome::NeedsRevisit,
        Finding::NotFound | Finding::Closed | Finding::Moved | Finding::NoEnterprises => {
            VisitOutcome::NotFound
        }
    }
}

/// Restricted values of owners and products that the draft has.
fn keep_fitting(restricted: &mut Restricted, draft: &Draft) {
    restricted.persons.retain(|person| draft.owners.iter().any(|owner| owner.name == person.name));
    let products = &draft.products;
    restricted
        .production_values
        .retain(|entry| products.iter().any(|product| product.name == entry.product));
}

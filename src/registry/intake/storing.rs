//! One transaction of the bulk path: what is new is stored, what came in before is revised where it
//! says something else now.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::publishing::{publish, publishable};
use super::target::{Held, Known, Target, writable};
use super::{Load, Origin, Outcome, Ready, Run};
use crate::db::enterprises::{EnterpriseRow, Stored};
use crate::db::imports::records::{CREATED, EarlierSealed, PUBLISHED, RecordRow, UPDATED};
use crate::db::intake::SourceRow;
use crate::db::log::Entry;
use crate::db::restricted::SealedRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, Whose};
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::Publication;
use crate::domain::enterprise::{Draft, Enterprise};
use crate::domain::lifecycle::{self, Action, Grounds};
use crate::domain::projection::{Standing, jakarta_date};
use crate::domain::reference::Reference;
use crate::domain::region::Level;
use crate::registry::writing::{assembled, doer, merged, stored};
use crate::registry::{Registry, RegistryError};

impl Registry {
    pub(super) fn store_in(
        &self,
        tx: &mut AnyConnection,
        load: &Load,
        rows: &[&Ready],
        reference: &Reference,
    ) -> Result<Vec<Outcome>, RegistryError> {
        if let Some(run) = &load.import
            && !db::imports::goes_on(tx, run.key, run.owner)?
        {
            return Err(RegistryError::Stopped);
        }
        let known = Known::of(tx, rows)?;
        let mut held = Held::of(tx, &known, rows, load)?;
        let mut batch = Batch::default();
        for row in rows {
            let outcome = match &row.incoming.origin {
                Origin::Made(id) if known.made.contains(&id.to_string()) => Outcome::Unchanged(*id),
                Origin::Made(_) => batch.create(row, None, load),
                Origin::Listed { identity, content, record } => {
                    match known.target(identity, record.as_ref()) {
                        None => batch.create(row, Some((identity, content)), load),
                        Some(target) => {
                            let says = (&target, content.as_str());
                            self.revise(tx, row, says, load, reference, (&mut held, &mut batch))?
                        }
                    }
                }
            };
            batch.outcomes.push(outcome);
        }
        if let Some(run) = load.import.filter(|run| run.resumed) {
            let outcomes = std::mem::take(&mut batch.outcomes);
            batch.outcomes = as_then(tx, run, rows, &known, outcomes)?;
        }
        batch.sealed = self.vault.renewed(tx, batch.sealed)?;
        batch.store(tx, load, self.clock.now())
    }

    /// The row came in before: it is revised where it says something else now, or is now published.
    fn revise(
        &self,
        tx: &mut AnyConnection,
        row: &Ready,
        (target, content): (&Target, &str),
        load: &Load,
        reference: &Reference,
        (held, batch): (&mut Held, &mut Batch),
    ) -> Result<Outcome, RegistryError> {
        if !held.has(&target.enterprise_id) {
            // An earlier row of the batch was about it: that is to be seen.
            batch.update(tx)?;
        }
        let before = held.record(tx, &target.enterprise_id)?;
        let same = target.earlier.is_some_and(|earlier| earlier.content == content);
        let (before, current) = match writable(load.actor, before, target.named)? {
            Ok(found) => found,
            Err(fault) => {
                return Ok(match target.left(&fault, same) {
                    left @ Outcome::Unchanged(_) if load.publish.is_some() => {
                        Outcome::Unpublished(Box::new(left))
                    }
                    left => left,
                });
            }
        };
        let asked = load.publish.is_some() && current.publication == Publication::Unpublished;
        let publishes = asked && publishable(tx, load, &before, &current)?;
        let told = |stored: Outcome| {
            if asked && !publishes { Outcome::Unpublished(Box::new(stored)) } else { stored }
        };
        if same && !publishes {
            return Ok(told(Outcome::Unchanged(current.id)));
        }
        let mut standing = Standing::of(&current);
        standing.revision += 1;
        standing.updated_at = self.clock.now();
        revised_by(load.actor, &current, &mut standing);
        let revised_at = standing.updated_at;
        standing.note_review(current.review, revised_at);
        if publishes {
            publish(&mut standing, load);
        }
        let mut draft = if same {
            current.draft.clone()
        } else {
            if !standing.sources.contains(&row.incoming.source) {
                standing.sources.push(row.incoming.source.clone());
            }
            // What the list does not say is kept: consents, a contact, a point that was set since.
            merged(&current.draft, &serde_json::to_value(&row.incoming.draft)?)?
        };
        if let Some(fault) = moved_away(load.actor, &current, &draft) {
            return Ok(Outcome::Refused(fault));
        }
        lifecycle::heed_consent(&mut standing, &current.draft, &mut draft);
        let parts = held.sealed(tx, &before.id)?;
        let kept = self.vault.of_parts(tx, &parts)?;
        let restricted =
            if same { kept.clone() } else { kept.clone().with(&row.incoming.restricted) };
        let enterprise = assembled(draft, standing, &restricted, self.clock.now(), reference)?;
        let restricted_changed = restricted != kept;
        if restricted_changed {
            if let Some(run) = &load.import {
                let earlier = |part| EarlierSealed::of(part, run.key, current.revision);
                let parts: Vec<EarlierSealed> = parts.into_iter().map(earlier).collect();
                db::imports::records::keep_sealed(tx, &parts)?;
            }
            let sealed = self.vault.seal(tx, &before.id, &restricted)?;
            db::restricted::replace(tx, &before.id, &sealed)?;
        }
        batch.changed.push((before, stored(&enterprise, reference)?));
        let source = SourceRow {
            identity: target.identity.clone(),
            enterprise_id: target.enterprise_id.clone(),
            content: content.to_owned(),
        };
        match target.earlier {
            Some(_) => batch.known_sources.push(source),
            None => batch.new_sources.push(source),
        }
        batch.records.extend(load.import.map(|run| RecordRow {
            import_key: run.key,
            enterprise_id: target.enterprise_id.clone(),
            revision: enterprise.revision,
            action: if same { PUBLISHED } else { UPDATED }.to_owned(),
            revision_before: Some(current.revision),
            identity: Some(target.identity.clone()),
            content_before: target.earlier.map(|earlier| earlier.content.clone()),
            restricted_changed,
        }));
        let action = if same { "publish" } else { "import" };
        batch.changes.push(Change { id: current.id, revision: enterprise.revision, action });
        Ok(told(Outcome::Updated(current.id)))
    }
}

/// Whether a record would no longer be the actor's to write.
fn moved_away(actor: &Actor, current: &Enterprise, draft: &Draft) -> Option<CellFault> {
    let region = draft.region.as_ref()?.at(Level::Regency)?;
    let whose = Whose {
        responsible_region: &region,
        author: current.author.as_deref(),
        cooperative: draft.cooperative,
    };
    (!actor.may_write(whose)).then_some(CellFault::RecordNotYours)
}

/// What a person's list says goes round as what they type would; a record that nobody has made is
/// theirs, so that they do not verify it.
fn revised_by(actor: &Actor, current: &Enterprise, standing: &mut Standing) {
    if *actor == Actor::Operator {
        return;
    }
    let doer = doer(actor, current);
    let today = jakarta_date(standing.updated_at);
    lifecycle::apply(Action::Revise, standing, doer, &Grounds::default(), today, None);
    if standing.author.is_none() || !doer.verifier {
        standing.author = Some(actor.name().to_owned());
    }
}

/// Rows that this very import stored before it was cut short have the outcome that they had then.
fn as_then(
    tx: &mut AnyConnection,
    run: Run,
    rows: &[&Ready],
    known: &Known,
    mut outcomes: Vec<Outcome>,
) -> Result<Vec<Outcome>, RegistryError> {
    let unchanged: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| match outcome.bare() {
            Outcome::Unchanged(id) => Some(id.to_string()),
            _ => None,
        })
        .collect();
    if unchanged.is_empty() {
        return Ok(outcomes);
    }
    let mut stored: HashMap<String, Vec<RecordRow>> = HashMap::new();
    for record in db::imports::records::of(tx, run.key, &unchanged)? {
        stored.entry(record.enterprise_id.clone()).or_default().push(record);
    }
    for (row, outcome) in rows.iter().zip(&mut outcomes) {
        let outcome = outcome.bare_mut();
        let (Outcome::Unchanged(id), Origin::Listed { identity, record, .. }) =
            (&*outcome, &row.incoming.origin)
        else {
            continue;
        };
        let Some(records) = stored.get(&id.to_string()) else { continue };
        let target = known.target(identity, record.as_ref()).map(|target| target.identity);
        if records.iter().any(|record| record.identity.is_some() && record.identity == target) {
            *outcome = Outcome::Updated(*id);
        } else if records.iter().any(|record| record.action == CREATED) {
            *outcome = Outcome::Created(*id);
        }
    }
    Ok(outcomes)
}

/// What one transaction writes at its end.
#[derive(Default)]
struct Batch<'a> {
    outcomes: Vec<Outcome>,
    new: Vec<&'a Stored>,
    /// With the rows as they were.
    changed: Vec<(EnterpriseRow, Stored)>,
    sealed: Vec<SealedRow>,
    new_sources: Vec<SourceRow>,
    known_sources: Vec<SourceRow>,
    records: Vec<RecordRow>,
    changes: Vec<Change>,
}

struct Change {
    id: Uuid,
    revision: i32,
    action: &'static str,
}

impl<'a> Batch<'a> {
    fn create(
        &mut self,
        row: &'a Ready,
        listed: Option<(&String, &String)>,
        load: &Load,
    ) -> Outcome {
        self.records.extend(load.import.map(|run| RecordRow {
            import_key: run.key,
            enterprise_id: row.id.to_string(),
            revision: 1,
            action: CREATED.to_owned(),
            revision_before: None,
            identity: None,
            content_before: None,
            restricted_changed: false,
        }));
        self.new.push(&row.stored);
        self.sealed.extend_from_slice(&row.sealed);
        self.new_sources.extend(listed.map(|(identity, content)| SourceRow {
            identity: identity.clone(),
            enterprise_id: row.id.to_string(),
            content: content.clone(),
        }));
        self.changes.push(Change { id: row.id, revision: 1, action: "create" });
        Outcome::Created(row.id)
    }

    /// Stores what was revised so far.
    fn update(&mut self, tx: &mut AnyConnection) -> Result<(), RegistryError> {
        Ok(db::enterprises::update_all(tx, &std::mem::take(&mut self.changed))?)
    }

    fn store(
        mut self,
        tx: &mut AnyConnection,
        load: &Load,
        now: DateTime<Utc>,
    ) -> Result<Vec<Outcome>, RegistryError> {
        self.update(tx)?;
        if !self.new.is_empty() {
            db::enterprises::insert(tx, &self.new)?;
        }
        if !self.sealed.is_empty() {
            db::restricted::insert(tx, &self.sealed)?;
        }
        if !self.new_sources.is_empty() {
            db::intake::remember(tx, &self.new_sources)?;
        }
        if !self.known_sources.is_empty() {
            db::intake::remember_again(tx, &self.known_sources)?;
        }
        if !self.records.is_empty() {
            db::imports::records::insert(tx, &self.records)?;
        }
        if !self.changes.is_empty() {
            let entries: Vec<Entry> =
                self.changes.iter().map(|change| change.entry(load)).collect();
            db::log::append(tx, now.naive_utc(), &entries)?;
        }
        Ok(self.outcomes)
    }
}

impl Change {
    fn entry<'a>(&self, load: &'a Load) -> Entry<'a> {
        Entry {
            actor: load.actor.name(),
            job_id: Some(load.job_id),
            reason: Some(load.reason),
            entity: "enterprise",
            entity_id: self.id.to_string(),
            action: self.action,
            revision: self.revision,
        }
    }
}

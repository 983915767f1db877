//! One transaction of the bulk path: what is new is stored, what came in before is revised where it
//! says something else now.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Load, Named, Origin, Outcome, Ready, Run, publish};
use crate::db::enterprises::{EnterpriseRow, Stored};
use crate::db::imports::records::{CREATED, EarlierSealed, PUBLISHED, RecordRow, UPDATED};
use crate::db::intake::SourceRow;
use crate::db::log::Entry;
use crate::db::restricted::SealedRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, Whose};
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::{Existence, Publication};
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
        let mut batch = Batch::default();
        for row in rows {
            let outcome = match &row.incoming.origin {
                Origin::Made(id) if known.made.contains(&id.to_string()) => Outcome::Unchanged(*id),
                Origin::Made(_) => batch.create(row, None, load),
                Origin::Listed { identity, content, record } => {
                    match known.target(identity, record.as_ref()) {
                        None => batch.create(row, Some((identity, content)), load),
                        Some(target) => {
                            self.revise(tx, row, &target, content, load, reference, &mut batch)?
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
    #[expect(clippy::too_many_arguments, reason = "what one row of one load is decided by")]
    fn revise(
        &self,
        tx: &mut AnyConnection,
        row: &Ready,
        target: &Target,
        content: &str,
        load: &Load,
        reference: &Reference,
        batch: &mut Batch,
    ) -> Result<Outcome, RegistryError> {
        let before = db::enterprises::by_id_for_update(tx, &target.enterprise_id)?;
        let (before, current) = match writable(load.actor, before, target.named)? {
            Ok(found) => found,
            Err(fault) => return Ok(Outcome::Refused(fault)),
        };
        let same = target.earlier.is_some_and(|earlier| earlier.content == content);
        let publishes = load.publish.is_some() && current.publication == Publication::Unpublished;
        if same && !publishes {
            return Ok(Outcome::Unchanged(current.id));
        }
        let mut standing = Standing::of(&current);
        standing.revision += 1;
        standing.updated_at = self.clock.now();
        revised_by(load.actor, &current, &mut standing);
        publish(&mut standing, load);
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
        let kept = self.vault.of_enterprise(tx, &before.id)?;
        let restricted =
            if same { kept.clone() } else { kept.clone().with(&row.incoming.restricted) };
        let enterprise = assembled(draft, standing, &restricted, self.clock.now(), reference)?;
        let restricted_changed = restricted != kept;
        if restricted_changed {
            if let Some(run) = &load.import {
                let parts = db::restricted::of(tx, &before.id)?.into_iter();
                let parts: Vec<EarlierSealed> =
                    parts.map(|part| EarlierSealed::of(part, run.key, current.revision)).collect();
                db::imports::records::keep_sealed(tx, &parts)?;
            }
            let sealed = self.vault.seal(tx, &before.id, &restricted)?;
            db::restricted::replace(tx, &before.id, &sealed)?;
        }
        db::enterprises::update(tx, &before, &stored(&enterprise, reference)?)?;
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
        Ok(Outcome::Updated(current.id))
    }
}

/// The record that a row is about.
pub(super) struct Target<'a> {
    pub(super) enterprise_id: String,
    /// Under which the row is remembered.
    pub(super) identity: String,
    /// The row as it came in before.
    pub(super) earlier: Option<&'a SourceRow>,
    /// The row names it.
    pub(super) named: bool,
}

impl<'a> Target<'a> {
    /// None: a new one.
    pub(super) fn of(
        listed: &'a HashMap<String, SourceRow>,
        identity: &str,
        record: Option<&Named>,
    ) -> Option<Self> {
        let earlier = listed.get(identity);
        let Some(Named { id, identity: by_record }) = record else {
            return earlier.map(|row| Self {
                enterprise_id: row.enterprise_id.clone(),
                identity: identity.to_owned(),
                earlier,
                named: false,
            });
        };
        let enterprise_id = id.to_string();
        let (identity, earlier) = match earlier {
            Some(row) if row.enterprise_id != enterprise_id => {
                (by_record.as_str(), listed.get(by_record))
            }
            earlier => (identity, earlier),
        };
        Some(Self { enterprise_id, identity: identity.to_owned(), earlier, named: true })
    }
}

/// A record, if the row may change it; else why not.
pub(super) fn writable(
    actor: &Actor,
    row: Option<EnterpriseRow>,
    named: bool,
) -> Result<Result<(EnterpriseRow, Enterprise), CellFault>, RegistryError> {
    let Some(row) = row else {
        // A source row has its enterprise.
        return if named {
            Ok(Err(CellFault::RecordUnknown))
        } else {
            Err(RegistryError::Internal("a source row has its enterprise"))
        };
    };
    let current: Enterprise = serde_json::from_str(&row.document)?;
    if !actor.may_write(current.whose()) {
        let seen = !named || row.public_document.is_some();
        let fault = if seen { CellFault::RecordNotYours } else { CellFault::RecordUnknown };
        return Ok(Err(fault));
    }
    if named && current.existence != Existence::Active {
        return Ok(Err(CellFault::RecordNotActive));
    }
    Ok(Ok((row, current)))
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
        .filter_map(|outcome| match outcome {
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

/// Which rows of a batch came in before.
struct Known {
    listed: HashMap<String, SourceRow>,
    made: HashSet<String>,
}

impl Known {
    fn of(tx: &mut AnyConnection, rows: &[&Ready]) -> Result<Self, RegistryError> {
        let (mut identities, mut ids) = (Vec::new(), Vec::new());
        for row in rows {
            match &row.incoming.origin {
                Origin::Listed { identity, record, .. } => {
                    identities.push(identity.as_str());
                    identities.extend(record.as_ref().map(|named| named.identity.as_str()));
                }
                Origin::Made(id) => ids.push(id.to_string()),
            }
        }
        let listed = match identities.as_slice() {
            [] => Vec::new(),
            identities => db::intake::by_identities(tx, identities)?,
        };
        let made = if ids.is_empty() { HashSet::new() } else { db::enterprises::taken(tx, &ids)? };
        let listed = listed.into_iter().map(|row| (row.identity.clone(), row)).collect();
        Ok(Self { listed, made })
    }

    fn target<'a>(&'a self, identity: &'a str, record: Option<&'a Named>) -> Option<Target<'a>> {
        Target::of(&self.listed, identity, record)
    }
}

/// What one transaction writes at its end.
#[derive(Default)]
struct Batch<'a> {
    outcomes: Vec<Outcome>,
    new: Vec<&'a Stored>,
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

    fn store(
        self,
        tx: &mut AnyConnection,
        load: &Load,
        now: DateTime<Utc>,
    ) -> Result<Vec<Outcome>, RegistryError> {
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

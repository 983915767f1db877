//! The bulk path: many drafts in, each stored once, however often its list is sent. Imports and
//! the demo both come this way.

use std::collections::HashMap;

use uuid::Uuid;

use super::enterprises::{assembled, merged, new_id, stored};
use super::pace::{Pace, pause};
use super::{Registry, RegistryError};
use crate::db::enterprises::EnterpriseWrite;
use crate::db::intake::SourceRow;
use crate::db::log::Entry;
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::codes::{Existence, Publication, Review};
use crate::domain::enterprise::{Draft, Enterprise, PublicationBasis, Source};
use crate::domain::projection::Standing;
use crate::domain::reference::Reference;

/// A checked draft with where it came from.
pub struct Incoming {
    /// Who the row is about: the same again is the same record.
    pub identity: String,
    /// What it says: the same again changes nothing.
    pub content: String,
    pub draft: Draft,
    pub source: Source,
}

/// What is true of all drafts of one load.
pub struct Load<'a> {
    pub actor: &'a Actor,
    pub job_id: &'a str,
    pub reason: &'a str,
    pub sample: bool,
    /// Publish what comes in, on this ground: the operator vouches for the list.
    pub publish: Option<PublicationBasis>,
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Created(Uuid),
    Updated(Uuid),
    Unchanged(Uuid),
    Failed(String),
}

impl Registry {
    /// Stores drafts in short transactions. After each, `progress` is told the outcomes of its rows
    /// in order, and stops the load by answering false: what was stored stays. A row that the
    /// database refuses fails alone.
    ///
    /// # Errors
    /// [`RegistryError::Stopped`]; the database's, if it is not about one row.
    pub fn load(
        &self,
        load: &Load,
        rows: &[Incoming],
        mut progress: impl FnMut(&[Outcome]) -> bool,
    ) -> Result<(), RegistryError> {
        let reference = self.reference();
        let mut pace = Pace::new();
        let mut rest = rows;
        while !rest.is_empty() {
            let outcomes = pace.batch(|size| {
                let (batch, after) = rest.split_at(size.min(rest.len()));
                rest = after;
                self.load_batch(load, batch, &reference)
            })?;
            if !progress(&outcomes) {
                self.catch_up_after_write();
                return Err(RegistryError::Stopped);
            }
            pause();
        }
        self.catch_up_after_write();
        Ok(())
    }

    /// One transaction; if it fails, its halves, down to the row that is to blame.
    fn load_batch(
        &self,
        load: &Load,
        rows: &[Incoming],
        reference: &Reference,
    ) -> Result<Vec<Outcome>, RegistryError> {
        let store = |tx: &mut AnyConnection| self.store_batch(tx, load, rows, reference);
        let stored = match self.db.write(store) {
            // Another process has taken some of these rows in meanwhile: now they are known.
            Err(RegistryError::Db(db::DbError::Unique)) => self.db.write(store),
            other => other,
        };
        match stored {
            Ok(outcomes) => Ok(outcomes),
            Err(RegistryError::Db(error @ db::DbError::Busy)) => Err(error.into()),
            Err(error) if rows.len() == 1 => Ok(vec![Outcome::Failed(error.to_string())]),
            Err(_) => {
                let (left, right) = rows.split_at(rows.len() / 2);
                let mut outcomes = self.load_batch(load, left, reference)?;
                outcomes.extend(self.load_batch(load, right, reference)?);
                Ok(outcomes)
            }
        }
    }

    fn store_batch(
        &self,
        tx: &mut AnyConnection,
        load: &Load,
        rows: &[Incoming],
        reference: &Reference,
    ) -> Result<Vec<Outcome>, RegistryError> {
        let identities: Vec<&str> = rows.iter().map(|row| row.identity.as_str()).collect();
        let known: HashMap<String, SourceRow> = db::intake::by_identities(tx, &identities)?
            .into_iter()
            .map(|row| (row.identity.clone(), row))
            .collect();
        let mut batch = Batch::default();
        for row in rows {
            let outcome = match known.get(&row.identity) {
                None => self.create(row, load, reference, &mut batch)?,
                Some(earlier) => self.revise(tx, row, earlier, load, reference, &mut batch)?,
            };
            batch.outcomes.push(outcome);
        }
        if !batch.new.is_empty() {
            db::enterprises::insert(tx, &batch.new)?;
        }
        if !batch.new_sources.is_empty() {
            db::intake::remember(tx, &batch.new_sources)?;
        }
        if !batch.known_sources.is_empty() {
            db::intake::remember_again(tx, &batch.known_sources)?;
        }
        if !batch.changes.is_empty() {
            let entries: Vec<Entry> =
                batch.changes.iter().map(|change| change.entry(load)).collect();
            db::log::append(tx, self.clock.now_naive(), &entries)?;
        }
        Ok(batch.outcomes)
    }

    fn create(
        &self,
        row: &Incoming,
        load: &Load,
        reference: &Reference,
        batch: &mut Batch,
    ) -> Result<Outcome, RegistryError> {
        let now = self.clock.now();
        let mut standing = Standing {
            id: new_id(now),
            revision: 1,
            created_at: now,
            updated_at: now,
            sample: load.sample,
            review: Review::Submitted,
            publication: Publication::Unpublished,
            publication_basis: None,
            existence: Existence::Active,
            sources: vec![row.source.clone()],
        };
        publish(&mut standing, load);
        let enterprise = assembled(row.draft.clone(), standing, reference)?;
        batch.new.push(stored(&enterprise, reference)?);
        batch.record(row, &enterprise, "create");
        Ok(Outcome::Created(enterprise.id))
    }

    /// The row came in before: it is revised where it says something else now, or is now published.
    fn revise(
        &self,
        tx: &mut AnyConnection,
        row: &Incoming,
        earlier: &SourceRow,
        load: &Load,
        reference: &Reference,
        batch: &mut Batch,
    ) -> Result<Outcome, RegistryError> {
        let lost = RegistryError::Internal("a source row has its enterprise");
        let current = db::enterprises::by_id_for_update(tx, &earlier.enterprise_id)?.ok_or(lost)?;
        let current: Enterprise = serde_json::from_str(&current.document)?;
        let same = earlier.content == row.content;
        let publishes = load.publish.is_some() && current.publication == Publication::Unpublished;
        if same && !publishes {
            return Ok(Outcome::Unchanged(current.id));
        }
        let mut standing = Standing::of(&current);
        standing.revision += 1;
        standing.updated_at = self.clock.now();
        publish(&mut standing, load);
        let draft = if same {
            current.draft
        } else {
            if !standing.sources.contains(&row.source) {
                standing.sources.push(row.source.clone());
            }
            // What the list does not say is kept: consents, a contact, a point that was set since.
            merged(&current.draft, &serde_json::to_value(&row.draft)?)?
        };
        let enterprise = assembled(draft, standing, reference)?;
        db::enterprises::update(tx, &stored(&enterprise, reference)?)?;
        batch.record(row, &enterprise, if same { "publish" } else { "import" });
        Ok(Outcome::Updated(enterprise.id))
    }
}

/// What one transaction writes at its end.
#[derive(Default)]
struct Batch {
    outcomes: Vec<Outcome>,
    new: Vec<EnterpriseWrite>,
    new_sources: Vec<SourceRow>,
    known_sources: Vec<SourceRow>,
    changes: Vec<Change>,
}

struct Change {
    id: Uuid,
    revision: i32,
    action: &'static str,
}

impl Batch {
    fn record(&mut self, row: &Incoming, enterprise: &Enterprise, action: &'static str) {
        let sources =
            if action == "create" { &mut self.new_sources } else { &mut self.known_sources };
        sources.push(SourceRow {
            identity: row.identity.clone(),
            enterprise_id: enterprise.id.to_string(),
            content: row.content.clone(),
        });
        self.changes.push(Change { id: enterprise.id, revision: enterprise.revision, action });
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

fn publish(standing: &mut Standing, load: &Load) {
    if let Some(basis) = &load.publish {
        standing.review = Review::Verified;
        standing.publication = Publication::Published;
        standing.publication_basis = Some(basis.clone());
    }
}

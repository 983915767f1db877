//! The bulk path: many drafts in, each stored once, however often its list is sent. Imports,
//! synthetic sets and the demo all come this way.

use std::collections::{HashMap, HashSet};
use std::sync::mpsc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::pace::{Pace, pause};
use super::writing::{assembled, merged, new_id, stored};
use super::{Registry, RegistryError};
use crate::db::enterprises::Stored;
use crate::db::intake::SourceRow;
use crate::db::log::Entry;
use crate::db::restricted::SealedRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::codes::{Publication, Review};
use crate::domain::enterprise::{Draft, Enterprise, PublicationBasis, Source};
use crate::domain::lifecycle;
use crate::domain::projection::Standing;
use crate::domain::reference::Reference;
use crate::domain::restricted::Restricted;

/// Rows made ready ahead of the transaction that stores them.
const AHEAD: usize = 4_000;

/// What makes a row the same as one that came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A row of a list.
    Listed {
        /// Who the row is about: the same again is the same record.
        identity: String,
        /// What it says: the same again changes nothing.
        content: String,
    },
    /// Made here under an id of its own: the same id again changes nothing.
    Made(Uuid),
}

impl Origin {
    /// Identity and content of a listed row.
    pub fn listed(&self) -> Option<(&str, &str)> {
        match self {
            Self::Listed { identity, content } => Some((identity, content)),
            Self::Made(_) => None,
        }
    }
}

/// A checked draft with where it came from.
#[derive(Debug, Clone)]
pub struct Incoming {
    pub origin: Origin,
    pub draft: Draft,
    pub restricted: Restricted,
    pub source: Source,
}

/// A row made ready as if it were new, before the transaction that finds out.
struct Ready {
    incoming: Incoming,
    id: Uuid,
    stored: Stored,
    sealed: Vec<SealedRow>,
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
    /// database refuses fails alone. Rows are made ready in a thread of their own meanwhile.
    ///
    /// # Errors
    /// [`RegistryError::Stopped`]; the database's, if it is not about one row; what `rows` fails
    /// with.
    pub fn load<Rows>(
        &self,
        load: &Load,
        rows: Rows,
        mut progress: impl FnMut(&[Outcome]) -> bool,
    ) -> Result<(), RegistryError>
    where
        Rows: IntoIterator<Item = Result<Incoming, RegistryError>> + Send,
    {
        let reference = self.reference();
        let (sender, receiver) = mpsc::sync_channel(AHEAD);
        let loaded = std::thread::scope(|scope| {
            let ahead = scope.spawn(|| self.make_ready(load, rows, &reference, &sender_of(sender)));
            let stored = self.store_all(load, &receiver, &reference, &mut progress);
            // Ends the other thread where this one stopped early.
            drop(receiver);
            let lost = RegistryError::Internal("a thread of the load was lost");
            stored.and(ahead.join().unwrap_or(Err(lost)))
        });
        self.catch_up_after_load();
        loaded
    }

    /// Makes rows ready for as long as somebody takes them.
    fn make_ready<Rows>(
        &self,
        load: &Load,
        rows: Rows,
        reference: &Reference,
        send: &dyn Fn(Result<Ready, String>) -> bool,
    ) -> Result<(), RegistryError>
    where
        Rows: IntoIterator<Item = Result<Incoming, RegistryError>>,
    {
        for row in rows {
            let ready = self.ready(load, row?, reference).map_err(|error| error.to_string());
            if !send(ready) {
                break;
            }
        }
        Ok(())
    }

    fn ready(
        &self,
        load: &Load,
        incoming: Incoming,
        reference: &Reference,
    ) -> Result<Ready, RegistryError> {
        let now = self.clock.now();
        let id = match incoming.origin {
            Origin::Made(id) => id,
            Origin::Listed { .. } => new_id(now),
        };
        let mut standing = Standing {
            sample: load.sample,
            review: Review::Submitted,
            sources: vec![incoming.source.clone()],
            ..Standing::new(id, now)
        };
        publish(&mut standing, load);
        let mut draft = incoming.draft.clone();
        lifecycle::heed_consent(&mut standing, &Draft::default(), &mut draft);
        let restricted = &incoming.restricted;
        let enterprise = assembled(draft, standing, restricted, now, reference)?;
        let sealed = self.vault.seal_ahead(&self.db, &id.to_string(), restricted)?;
        Ok(Ready { stored: stored(&enterprise, reference)?, id, sealed, incoming })
    }

    fn store_all(
        &self,
        load: &Load,
        rows: &mpsc::Receiver<Result<Ready, String>>,
        reference: &Reference,
        progress: &mut impl FnMut(&[Outcome]) -> bool,
    ) -> Result<(), RegistryError> {
        let mut pace = Pace::new();
        loop {
            let outcomes = pace.batch(|size| {
                let batch: Vec<Result<Ready, String>> = rows.iter().take(size).collect();
                let fine: Vec<&Ready> = batch.iter().filter_map(|row| row.as_ref().ok()).collect();
                let mut outcomes = self.store_batch(load, &fine, reference)?.into_iter();
                let outcome = |row: &Result<Ready, String>| match row {
                    Ok(_) => outcomes.next(),
                    Err(told) => Some(Outcome::Failed(told.clone())),
                };
                Ok::<Vec<Outcome>, RegistryError>(batch.iter().filter_map(outcome).collect())
            })?;
            if outcomes.is_empty() {
                return Ok(());
            }
            if !progress(&outcomes) {
                return Err(RegistryError::Stopped);
            }
            pause();
        }
    }

    /// One transaction; if it fails, its halves, down to the row that is to blame.
    fn store_batch(
        &self,
        load: &Load,
        rows: &[&Ready],
        reference: &Reference,
    ) -> Result<Vec<Outcome>, RegistryError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let store = |tx: &mut AnyConnection| self.store_in(tx, load, rows, reference);
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
                let mut outcomes = self.store_batch(load, left, reference)?;
                outcomes.extend(self.store_batch(load, right, reference)?);
                Ok(outcomes)
            }
        }
    }

    fn store_in(
        &self,
        tx: &mut AnyConnection,
        load: &Load,
        rows: &[&Ready],
        reference: &Reference,
    ) -> Result<Vec<Outcome>, RegistryError> {
        let known = Known::of(tx, rows)?;
        let mut batch = Batch::default();
        for row in rows {
            let outcome = match &row.incoming.origin {
                Origin::Made(id) if known.made.contains(&id.to_string()) => Outcome::Unchanged(*id),
                Origin::Made(_) => batch.create(row, None),
                Origin::Listed { identity, content } => match known.listed.get(identity) {
                    None => batch.create(row, Some((identity, content))),
                    Some(earlier) => {
                        self.revise(tx, row, earlier, content, load, reference, &mut batch)?
                    }
                },
            };
            batch.outcomes.push(outcome);
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
        earlier: &SourceRow,
        content: &str,
        load: &Load,
        reference: &Reference,
        batch: &mut Batch,
    ) -> Result<Outcome, RegistryError> {
        let lost = RegistryError::Internal("a source row has its enterprise");
        let before = db::enterprises::by_id_for_update(tx, &earlier.enterprise_id)?.ok_or(lost)?;
        let current: Enterprise = serde_json::from_str(&before.document)?;
        let same = earlier.content == content;
        let publishes = load.publish.is_some() && current.publication == Publication::Unpublished;
        if same && !publishes {
            return Ok(Outcome::Unchanged(current.id));
        }
        let mut standing = Standing::of(&current);
        standing.revision += 1;
        standing.updated_at = self.clock.now();
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
        lifecycle::heed_consent(&mut standing, &current.draft, &mut draft);
        let kept = self.vault.of_enterprise(tx, &before.id)?;
        let restricted =
            if same { kept.clone() } else { kept.clone().with(&row.incoming.restricted) };
        let enterprise = assembled(draft, standing, &restricted, self.clock.now(), reference)?;
        if restricted != kept {
            let sealed = self.vault.seal(tx, &before.id, &restricted)?;
            db::restricted::replace(tx, &before.id, &sealed)?;
        }
        db::enterprises::update(tx, &before, &stored(&enterprise, reference)?)?;
        batch.known_sources.push(SourceRow { content: content.to_owned(), ..earlier.clone() });
        let action = if same { "publish" } else { "import" };
        batch.changes.push(Change { id: current.id, revision: enterprise.revision, action });
        Ok(Outcome::Updated(current.id))
    }
}

fn sender_of(
    sender: mpsc::SyncSender<Result<Ready, String>>,
) -> impl Fn(Result<Ready, String>) -> bool {
    move |row| sender.send(row).is_ok()
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
                Origin::Listed { identity, .. } => identities.push(identity.as_str()),
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
}

/// What one transaction writes at its end.
#[derive(Default)]
struct Batch<'a> {
    outcomes: Vec<Outcome>,
    new: Vec<&'a Stored>,
    sealed: Vec<SealedRow>,
    new_sources: Vec<SourceRow>,
    known_sources: Vec<SourceRow>,
    changes: Vec<Change>,
}

struct Change {
    id: Uuid,
    revision: i32,
    action: &'static str,
}

impl<'a> Batch<'a> {
    fn create(&mut self, row: &'a Ready, listed: Option<(&String, &String)>) -> Outcome {
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

fn publish(standing: &mut Standing, load: &Load) {
    if let Some(basis) = &load.publish {
        standing.review = Review::Verified;
        standing.publication = Publication::Published;
        standing.publication_basis = Some(basis.clone());
    }
}

//! The bulk path: many drafts in, each stored once, however often its list is sent. Imports,
//! synthetic sets and the demo all come this way.

mod foresee;
mod storing;

use std::sync::mpsc;

use uuid::Uuid;

use super::pace::{Pace, pause};
use super::writing::{assembled, new_id, stored};
use super::{Registry, RegistryError};
use crate::db::enterprises::Stored;
use crate::db::restricted::SealedRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::{Publication, Review};
use crate::domain::enterprise::{Draft, PublicationBasis, Source};
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
        /// The record that it names, if it does: whatever else it says, it is about that one.
        record: Option<Named>,
    },
    /// Made here under an id of its own: the same id again changes nothing.
    Made(Uuid),
}

/// A record that a row names by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub id: Uuid,
    /// Under which the row is remembered where its own identity is another record's.
    pub identity: String,
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
    /// The import that remembers what it did to which record.
    pub import: Option<Run<'a>>,
}

/// An import at work.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    pub key: i64,
    /// Who has the lease on it: without that nothing is stored.
    pub owner: &'a str,
    /// It was at work before: rows that it stored then have the outcome that they had then.
    pub resumed: bool,
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Created(Uuid),
    Updated(Uuid),
    Unchanged(Uuid),
    /// Not stored: the record that it is about is not there, or not for the actor to change.
    Refused(CellFault),
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
            author: (*load.actor != Actor::Operator).then(|| load.actor.name().to_owned()),
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
            Err(error @ (RegistryError::Stopped | RegistryError::Db(db::DbError::Busy))) => {
                Err(error)
            }
            Err(error) if rows.len() == 1 => Ok(vec![Outcome::Failed(error.to_string())]),
            Err(_) => {
                let (left, right) = rows.split_at(rows.len() / 2);
                let mut outcomes = self.store_batch(load, left, reference)?;
                outcomes.extend(self.store_batch(load, right, reference)?);
                Ok(outcomes)
            }
        }
    }
}

fn sender_of(
    sender: mpsc::SyncSender<Result<Ready, String>>,
) -> impl Fn(Result<Ready, String>) -> bool {
    move |row| sender.send(row).is_ok()
}

fn publish(standing: &mut Standing, load: &Load) {
    if let Some(basis) = &load.publish {
        standing.review = Review::Verified;
        standing.publication = Publication::Published;
        standing.publication_basis = Some(basis.clone());
    }
}

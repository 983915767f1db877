//! The bulk path: many drafts in, each stored once, however often its list is sent. Imports,
//! synthetic sets and the demo all come this way.

mod foresee;
mod publishing;
mod storing;
mod target;

use std::sync::mpsc;

use uuid::Uuid;

use self::publishing::publish;
pub(super) use self::publishing::was_public;
use super::pace::{Pace, pause};
use super::writing::{assembled, new_id, stored};
use super::{Registry, RegistryError};
use crate::db::AnyConnection;
use crate::db::enterprises::Stored;
use crate::db::restricted::SealedRow;
use crate::domain::actor::Actor;
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::Review;
use crate::domain::enterprise::{Draft, PublicationBasis, Source};
use crate::domain::fault::{Fault, FieldFault};
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
    /// What became of it, but not published, though that was asked for.
    Unpublished(Box<Outcome>),
    /// Not stored: the row itself is to blame.
    Failed(Vec<FieldFault>),
}

impl Outcome {
    /// What became of the record, whether published or not.
    pub fn bare(&self) -> &Self {
        match self {
            Self::Unpublished(stored) => stored.bare(),
            other => other,
        }
    }

    fn bare_mut(&mut self) -> &mut Self {
        match self {
            Self::Unpublished(stored) => stored.bare_mut(),
            other => other,
        }
    }
}

/// A row made ready, or why it cannot be.
type Made = Result<Ready, Vec<FieldFault>>;

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
        send: &dyn Fn(Made) -> bool,
    ) -> Result<(), RegistryError>
    where
        Rows: IntoIterator<Item = Result<Incoming, RegistryError>>,
    {
        for row in rows {
            let ready = match self.ready(load, row?, reference) {
                Ok(ready) => Ok(ready),
                Err(error) => Err(blamed(error)?),
            };
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
        rows: &mpsc::Receiver<Made>,
        reference: &Reference,
        progress: &mut impl FnMut(&[Outcome]) -> bool,
    ) -> Result<(), RegistryError> {
        let mut pace = Pace::new();
        loop {
            let outcomes = pace.batch(|size| {
                let batch: Vec<Made> = rows.iter().take(size).collect();
                let fine: Vec<&Ready> = batch.iter().filter_map(|row| row.as_ref().ok()).collect();
                let mut outcomes = self.store_batch(load, &fine, reference)?.into_iter();
                let outcome = |row: &Made| match row {
                    Ok(_) => outcomes.next(),
                    Err(faults) => Some(Outcome::Failed(faults.clone())),
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
            Err(RegistryError::Db(error)) if error.is_of_the_moment() => self.db.write(store),
            other => other,
        };
        match stored {
            Ok(outcomes) => Ok(outcomes),
            Err(error) if rows.len() == 1 => Ok(vec![Outcome::Failed(blamed(error)?)]),
            Err(error) => {
                blamed(error)?;
                let (left, right) = rows.split_at(rows.len() / 2);
                let mut outcomes = self.store_batch(load, left, reference)?;
                outcomes.extend(self.store_batch(load, right, reference)?);
                Ok(outcomes)
            }
        }
    }
}

fn sender_of(sender: mpsc::SyncSender<Made>) -> impl Fn(Made) -> bool {
    move |row| sender.send(row).is_ok()
}

/// What of a row is to blame for an error; one that is no row's ends the load.
fn blamed(error: RegistryError) -> Result<Vec<FieldFault>, RegistryError> {
    match error {
        RegistryError::Invalid(faults) => Ok(faults),
        RegistryError::Db(error) if error.is_of_a_row() => {
            tracing::warn!(%error, "a row could not be stored");
            Ok(vec![FieldFault::new("", Fault::NotStored)])
        }
        other => Err(other),
    }
}

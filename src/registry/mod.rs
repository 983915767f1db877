//! The use cases: permission, rule, one transaction, then the change is published to the
//! projections. HTTP and the command line call these and nothing below.

mod access_error;
mod access_log;
mod account_rules;
mod account_safety;
pub mod accounts;
pub mod areas;
mod atlas_file;
mod attempts;
pub mod backup;
pub mod boundaries;
pub mod campaigns;
pub mod catalogue;
pub mod changes;
pub mod classification;
pub mod client_usage;
pub mod clients;
mod clock;
pub mod collections;
pub mod demo;
mod demo_documents;
mod dependents;
pub mod desk;
pub mod documents;
pub mod duplicates;
pub mod enterprises;
pub mod erasure;
mod error;
pub mod exporting;
pub mod finding;
pub mod import;
pub mod imports;
pub mod intake;
mod jobs;
pub mod merging;
pub mod outlines;
pub mod own_account;
pub mod own_record;
pub mod owner_links;
mod pace;
pub mod persons;
mod pointers;
mod products;
mod projections;
pub mod quality;
pub mod reads;
pub mod reassign;
pub mod reference;
pub mod releases;
pub mod restore;
pub mod restricted;
pub mod results;
pub mod revisions;
mod secrets;
pub mod seed;
pub mod sessions;
pub mod signing;
pub mod stats;
pub mod vault;
pub mod writing;

use std::path::Path;
use std::sync::{Arc, Weak};

use arc_swap::ArcSwap;
use chrono::NaiveDate;
use tokio::sync::Semaphore;

pub use access_error::AccessError;
pub use clock::Clock;
pub use error::RegistryError;

use crate::atlas::View;
use crate::db::Db;
use crate::domain::actor::Actor;
use crate::domain::projection::jakarta_date;
use crate::domain::reference::Reference;
pub use projections::Progress;
use projections::Projections;
use signing::SigningKeys;
use vault::Vault;

/// The registry of one database, with its projections in this process.
pub struct Registry {
    db: Db,
    clock: Clock,
    reference: ArcSwap<Reference>,
    projections: Projections,
    signing_keys: SigningKeys,
    /// Turns to hash a password.
    hashing: Arc<Semaphore>,
    vault: Vault,
    reads: reads::Buffer,
    client_usage: client_usage::Tallies,
    outlines: outlines::Latest,
    boundaries: collections::LatestBoundaries,
    /// Public features as they were last made.
    shelf: collections::Shelf,
    sealed_releases: releases::AtHand,
    form_hashes: campaigns::FormHashes,
    kept_lists: campaigns::KeptLists,
    /// Of releases that name none.
    licence: String,
    finder: duplicates::Finder,
    /// Threads that work on imports.
    at_work: imports::AtWork,
    /// Uploaded files that requests hold.
    memory: imports::Memory,
    /// The thread that searches for possible sentra.
    searching: results::AtWork,
}

/// See [`Registry::public_state`].
#[derive(Debug, Clone)]
pub struct PublicState {
    version: u64,
    /// Kept alive by nothing but the registry; its place is not given to another meanwhile.
    reference: Weak<Reference>,
}

impl PartialEq for PublicState {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version && self.reference.ptr_eq(&other.reference)
    }
}

impl Registry {
    /// Opens a migrated database and builds the projections from it. Blocks for as long as reading
    /// all records takes.
    ///
    /// # Errors
    /// If the database cannot be reached, is not migrated or not seeded.
    pub fn open(db: Db, clock: Clock) -> Result<Self, RegistryError> {
        let registry = Self::open_telling(db, clock, &|_| {})?;
        registry.fill_search()?;
        Ok(registry)
    }

    /// The same, told how far it is; the search is not filled yet.
    ///
    /// # Errors
    /// As [`Registry::open`].
    pub fn open_telling(
        db: Db,
        clock: Clock,
        told: &dyn Fn(Progress),
    ) -> Result<Self, RegistryError> {
        let registry = Self::open_with(db, clock, |db, reference, seq, day| {
            Projections::build(db, reference, seq, day, told)
        })?;
        registry.catch_up()?;
        Ok(registry)
    }

    /// Fills the search indexes from the record where they are not. Until then everything else works.
    ///
    /// # Errors
    /// The database's and the file system's.
    pub fn fill_search(&self) -> Result<(), RegistryError> {
        self.projections.fill_search(&self.db, &self.reference())
    }

    /// Opens a migrated database for work that only writes, or reads by id: there are no
    /// projections, so every list is empty.
    ///
    /// # Errors
    /// As [`Registry::open`].
    pub fn open_without_projections(db: Db, clock: Clock) -> Result<Self, RegistryError> {
        Self::open_with(db, clock, |_, _, seq, day| Ok(Projections::asleep(seq, day)))
    }

    fn open_with(
        db: Db,
        clock: Clock,
        projections: impl FnOnce(&Db, &Reference, i64, NaiveDate) -> Result<Projections, RegistryError>,
    ) -> Result<Self, RegistryError> {
        let pending = db.pending_migrations()?;
        if pending > 0 {
            return Err(RegistryError::NotMigrated { pending });
        }
        if db.read(crate::db::log::epoch)?.is_none() {
            return Err(RegistryError::NotSeeded);
        }
        // The log's end first: a change during the reading is taken up again, which does no harm.
        let seq = db.read(crate::db::log::last_seq)?;
        let today = jakarta_date(clock.now());
        let reference = db.read(|connection| reference::load(connection, today))?;
        let projections = projections(&db, &reference, seq, today)?;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let vault = Vault::of(db.url());
        Ok(Self {
            vault,
            reads: reads::Buffer::new(db.clone()),
            client_usage: client_usage::Tallies::default(),
            db,
            clock,
            reference: ArcSwap::from_pointee(reference),
            projections,
            signing_keys: SigningKeys::default(),
            hashing: Arc::new(Semaphore::new(processors)),
            outlines: outlines::Latest::default(),
            boundaries: collections::LatestBoundaries::default(),
            shelf: collections::Shelf::default(),
            sealed_releases: releases::AtHand::default(),
            form_hashes: campaigns::FormHashes::default(),
            kept_lists: campaigns::KeptLists::default(),
            licence: releases::LICENCE.to_owned(),
            finder: duplicates::Finder::default(),
            at_work: imports::AtWork::default(),
            memory: imports::Memory::default(),
            searching: results::AtWork::default(),
        })
    }

    /// The same registry with the vault's keys in that file, whatever the environment says.
    #[must_use]
    pub fn with_vault_key_file(self, path: &Path) -> Self {
        Self { vault: Vault::with_key_file(path), ..self }
    }

    /// The same registry, whose releases are given under that licence unless they name another.
    #[must_use]
    pub fn with_licence(self, licence: &str) -> Self {
        Self { licence: licence.to_owned(), ..self }
    }

    /// The reference codes as last loaded.
    pub fn reference(&self) -> Arc<Reference> {
        self.reference.load_full()
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The atlas as this actor may see it.
    pub fn view(&self, actor: &Actor) -> View {
        self.projections.view(actor.visibility())
    }

    /// How many enterprises the atlas knows.
    pub fn known(&self) -> usize {
        self.projections.known()
    }

    /// What the public is told from: another state of the public rows, or other codes, may make
    /// another answer.
    pub fn public_state(&self) -> PublicState {
        PublicState {
            version: self.projections.public_version(),
            reference: Arc::downgrade(&self.reference()),
        }
    }

    /// What the codes alone are told from, whatever the rows.
    pub fn codes_state(&self) -> PublicState {
        PublicState { version: 0, ..self.public_state() }
    }

    /// Takes up what other processes have written, and a new day. Cheap when there is nothing.
    ///
    /// # Errors
    /// The database's.
    pub fn catch_up(&self) -> Result<(), RegistryError> {
        let today = jakarta_date(self.clock.now());
        self.projections.catch_up(&self.db, &self.reference, today)
    }

    /// Takes up the next batch of what other processes have written. Answers whether that was all.
    ///
    /// # Errors
    /// The database's.
    pub fn catch_up_a_batch(&self) -> Result<bool, RegistryError> {
        let today = jakarta_date(self.clock.now());
        self.projections.step(&self.db, &self.reference, today)
    }

    /// Takes up this process's own write. It is stored: if this fails, it is no failure of the
    /// write, and the next look at the log repeats it.
    fn catch_up_after_write(&self) {
        let today = jakarta_date(self.clock.now());
        let done = self.projections.catch_up_if_near(&self.db, &self.reference, today);
        if let Err(error) = done {
            tracing::warn!(%error, "the projections are behind a write");
        }
    }

    /// Takes up all that this process has loaded.
    fn catch_up_after_load(&self) {
        if let Err(error) = self.catch_up() {
            tracing::warn!(%error, "the projections are behind a load");
        }
    }

    /// Writes the atlas's file if it is time; `now`: in any case. The next start reads it.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep_atlas(&self, now: bool) -> Result<(), RegistryError> {
        self.projections.keep(now)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// The database's.
    pub fn health(&self) -> Result<(), RegistryError> {
        self.db.read(crate::db::log::last_seq)?;
        Ok(())
    }
}

//! Imports of the command line: in the log as all others, but their file stays where it is.

use std::time::Duration;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::work::{Ended, LEASE, Lease};
use super::{AllCounts, Counts, Options, State};
use crate::db;
use crate::db::imports::{ImportChange, NewImport};
use crate::domain::actor::Actor;
use crate::domain::projection::jakarta_date;
use crate::domain::text::hex;
use crate::registry::import::{ImportOptions, Job, Report};
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError, import};

/// A process that is alive shows a sign of it within this time.
const WATCHED: Duration = Duration::from_secs(3);
/// States in which an import of the command line may be gone on with.
const GOES_ON: [&str; 3] = ["importing", "stopped", "failed"];

impl Registry {
    /// Takes in a list as [`Registry::import`] does, and keeps in the log what it changed, so that
    /// it can be undone. One of the same bytes that was cut short goes on.
    ///
    /// # Errors
    /// As [`Registry::import`].
    pub fn import_logged(
        &self,
        bytes: &[u8],
        mut options: ImportOptions,
        mut progress: impl FnMut(usize, usize) -> bool,
    ) -> Result<(Uuid, Report), RegistryError> {
        let file = import::read(bytes)?;
        let sha256 = hex(&Sha256::digest(bytes));
        let lease = match self.cut_short(&sha256)? {
            Some(lease) => lease,
            None => self.log_import(&options, bytes.len(), sha256)?,
        };
        let stored: Options = serde_json::from_str(&lease.row.options)?;
        options.today = stored.today;
        let run = Self::run_of(&lease)?;
        let job =
            Job { actor: &Actor::Operator, options: &options, id: &lease.row.id, run: Some(run) };
        let done = self.alive(&lease, |signs| {
            let report = self.take_in(file, &job, &mut |done, total| {
                signs.tell(done, total) && progress(done, total)
            })?;
            let counts =
                Counts { duplicates: self.open_pairs(lease.row.key)?, ..Counts::of(&report) };
            self.settle(&lease, |change| {
                let counts = AllCounts { result: Some(counts), ..AllCounts::default() };
                change.counts = serde_json::to_string(&counts)?;
                State::Done.name().clone_into(&mut change.state);
                Ok(())
            })?;
            Ok(report)
        });
        let id = lease.row.id.parse().map_err(|_| RegistryError::Internal("an id is a UUID"))?;
        match done {
            Ok(report) => Ok((id, report)),
            Err(ended) => {
                self.conclude(&lease, &ended)?;
                Err(match ended {
                    Ended::Failed(error) => error,
                    Ended::Stopped | Ended::Lost => RegistryError::Stopped,
                })
            }
        }
    }

    /// Works on what an import is asked for, unless another process does.
    ///
    /// # Errors
    /// Not allowed; not found; the database's.
    pub fn work_on_import(&self, id: Uuid) -> Result<(), RegistryError> {
        let row = self.own_import(&Actor::Operator, id)?;
        match self.lease(row.key, &["undoing"])? {
            Some(lease) => self.work_on(&lease),
            None => Ok(()),
        }
    }

    /// The last import of these bytes that did not come to its end, if nobody works on it.
    fn cut_short(&self, sha256: &str) -> Result<Option<Lease>, RegistryError> {
        let find = || {
            self.db.read(|connection| {
                db::imports::of_bytes(connection, sha256, Actor::Operator.name(), &GOES_ON)
            })
        };
        let Some(row) = find()? else { return Ok(None) };
        let options: Options = serde_json::from_str(&row.options)?;
        if options.undoing {
            return Ok(None);
        }
        if let Some(owner) = &row.lease_owner {
            // A process that was killed just now still has its lease.
            std::thread::sleep(WATCHED);
            let still = find()?.is_some_and(|now| {
                now.key == row.key
                    && now.lease_owner == row.lease_owner
                    && now.lease_until == row.lease_until
            });
            if !still {
                return Ok(None);
            }
            self.db.write(|tx| db::imports::release(tx, row.key, owner, None))?;
        }
        let Some(lease) = self.lease(row.key, &GOES_ON)? else { return Ok(None) };
        let change = ImportChange {
            state: State::Importing.name().to_owned(),
            problem: None,
            finished_at: None,
            ..lease.row.clone().into()
        };
        self.db.write(|tx| db::imports::update(tx, row.key, &change))?;
        Ok(Some(lease))
    }

    fn log_import(
        &self,
        options: &ImportOptions,
        size: usize,
        sha256: String,
    ) -> Result<Lease, RegistryError> {
        let now = self.clock.now();
        let operator = Actor::Operator.name().to_owned();
        let owner = new_id(now).to_string();
        let asked = Options {
            kind: options.kind,
            all_or_nothing: options.all_or_nothing,
            publish: options.publish.clone(),
            today: Some(jakarta_date(now)),
            attempts: 1,
            stores: true,
            ..Options::default()
        };
        let row = NewImport {
            id: new_id(now).to_string(),
            name: options.name.clone(),
            size: i64::try_from(size).unwrap_or(i64::MAX),
            sha256,
            source: None,
            uploaded_by: operator.clone(),
            area: None,
            actor: operator,
            state: State::Importing.name().to_owned(),
            options: serde_json::to_string(&asked)?,
            counts: serde_json::to_string(&AllCounts::default())?,
            done: 0,
            total: 0,
            cursor: String::new(),
            wrapped_key: None,
            has_file: false,
            created_at: now.naive_utc(),
            updated_at: now.naive_utc(),
            expires_at: None,
            // With its lease: killed between the two, it would be nobody's for ever.
            lease_owner: Some(owner.clone()),
            lease_until: Some((now + LEASE).naive_utc()),
        };
        let row = self.db.write(|tx| {
            let key = db::imports::insert(tx, &row)?;
            db::imports::for_update(tx, key)
        })?;
        Ok(Lease { row, owner })
    }
}

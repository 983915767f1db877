//! The threads that do what imports are asked for. Whoever works has a lease on the import and
//! shows signs of life; what nobody shows signs of any more, any process takes up and goes on with.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use parking_lot::{Condvar, Mutex};

use super::rows::RunKind;
use super::turns::Turn;
use super::{AllCounts, Counts, Failure, Options, State, state};
use crate::db::imports::{ImportChange, ImportRow};
use crate::db::{self, DbError};
use crate::domain::access::Right;
use crate::domain::fault::Lang;
use crate::registry::import::{ImportOptions, Job, Report};
use crate::registry::intake::Run;
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError, import};

/// How long an import is whose process gives no sign of life.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(15);
/// Between two signs of life.
const BEAT: Duration = Duration::from_secs(1);
/// After it found the database busy, a process leaves an import alone for so long.
const LATER: TimeDelta = TimeDelta::seconds(5);
/// Processes that may die over one and the same run.
const ATTEMPTS: u32 = 5;
/// States that a process takes up.
const TAKEN_UP: [&str; 4] = ["previewing", "importing", "stopping", "undoing"];
/// Of those, what never takes long.
const SHORT: [&str; 2] = ["previewing", "stopping"];
/// Of those without a file: the command line has it.
const WITHOUT_FILE: [&str; 2] = ["stopping", "undoing"];

/// An import that this process works on.
pub(super) struct Lease {
    pub(super) row: ImportRow,
    pub(super) owner: String,
}

/// Between the worker and the thread that shows signs of life.
#[derive(Default)]
pub(super) struct Signs {
    done: AtomicUsize,
    total: AtomicUsize,
    /// Somebody wants it stopped.
    stop: AtomicBool,
    /// Another process has it.
    lost: AtomicBool,
    over: Mutex<bool>,
    wake: Condvar,
}

impl Signs {
    /// Tells how far the work is; whether to go on.
    pub(super) fn tell(&self, done: usize, total: usize) -> bool {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        !self.stop.load(Ordering::Relaxed) && !self.lost.load(Ordering::Relaxed)
    }

    fn progress(&self) -> (i64, i64) {
        let number = |counter: &AtomicUsize| {
            i64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(i64::MAX)
        };
        (number(&self.done), number(&self.total))
    }
}

impl Registry {
    /// Does all that imports are asked for and nobody works on, in the calling thread, and takes
    /// away what has expired. Answers how many there were.
    ///
    /// # Errors
    /// The database's.
    pub fn work_on_imports(&self) -> Result<usize, RegistryError> {
        let mut worked = 0;
        loop {
            {
                let Some(_turn) = self.at_work.turn() else { return Ok(worked) };
                self.expire_files()?;
                while let Some((lease, _long)) = self.next_import()? {
                    self.work_on(&lease)?;
                    worked += 1;
                }
            }
            // One may have come while this thread was on its way out.
            let states = Self::taken_up(self.at_work.long().as_ref());
            if self.waiting_imports(states)?.is_empty() {
                return Ok(worked);
            }
        }
    }

    /// What a thread may take up that has a turn for what takes long, or none.
    fn taken_up(long: Option<&Turn>) -> &'static [&'static str] {
        if long.is_some() { &TAKEN_UP } else { &SHORT }
    }

    fn waiting_imports(&self, states: &[&str]) -> Result<Vec<i64>, RegistryError> {
        let now = self.clock.now_naive();
        let without_file: Vec<&str> =
            WITHOUT_FILE.into_iter().filter(|state| states.contains(state)).collect();
        self.db.read(|connection| {
            let mut keys = db::imports::waiting(connection, states, true, now)?;
            keys.extend(db::imports::waiting(connection, &without_file, false, now)?);
            keys.sort_unstable();
            keys.dedup();
            Ok(keys)
        })
    }

    fn next_import(&self) -> Result<Option<(Lease, Option<Turn<'_>>)>, RegistryError> {
        let long = self.at_work.long();
        let states = Self::taken_up(long.as_ref());
        for key in self.waiting_imports(states)? {
            if let Some(lease) = self.lease(key, states)? {
                let long = long.filter(|_| !SHORT.contains(&lease.row.state.as_str()));
                return Ok(Some((lease, long)));
            }
        }
        Ok(None)
    }

    /// Takes up an import in one of these states, if nobody works on it.
    pub(super) fn lease(&self, key: i64, states: &[&str]) -> Result<Option<Lease>, RegistryError> {
        let now = self.clock.now();
        let owner = new_id(now).to_string();
        let until = (now + LEASE).naive_utc();
        self.db.write(|tx| {
            if !db::imports::lease(tx, key, states, &owner, now.naive_utc(), until)? {
                return Ok(None);
            }
            let row = db::imports::for_update(tx, key)?;
            let mut options: Options = serde_json::from_str(&row.options)?;
            options.goes_on |= options.attempts > 0;
            options.attempts += 1;
            let options = serde_json::to_string(&options)?;
            db::imports::update(tx, key, &ImportChange { options, ..row.into() })?;
            let row = db::imports::for_update(tx, key)?;
            Ok::<_, RegistryError>(Some(Lease { row, owner }))
        })
    }

    /// Works on an import to its end, and says in the log what became of it.
    pub(super) fn work_on(&self, lease: &Lease) -> Result<(), RegistryError> {
        let done = self.alive(lease, |signs| self.run(lease, signs));
        match &done {
            Ok(()) => Ok(()),
            Err(ended) => self.conclude(lease, ended),
        }
    }

    /// Does work on an import with signs of life. An error tells whether it was lost to another
    /// process ([`Ended::Lost`]).
    pub(super) fn alive<T>(
        &self,
        lease: &Lease,
        work: impl FnOnce(&Signs) -> Result<T, RegistryError>,
    ) -> Result<T, Ended> {
        let signs = Signs::default();
        std::thread::scope(|scope| {
            scope.spawn(|| self.show_signs(lease, &signs));
            // A reader that panics over a file must not take the process with it, nor be asked again.
            let done = catch_unwind(AssertUnwindSafe(|| work(&signs)));
            *signs.over.lock() = true;
            signs.wake.notify_all();
            match done {
                // Who is done has given the lease back.
                Ok(Ok(done)) => Ok(done),
                _ if signs.lost.load(Ordering::Relaxed) => Err(Ended::Lost),
                // Or the lease was lost between two signs, which is found out when that is said.
                Ok(Err(RegistryError::Stopped)) => Err(Ended::Stopped),
                Ok(Err(error)) => Err(Ended::Failed(error)),
                Err(_) => Err(Ended::Failed(RegistryError::Internal("an import panicked"))),
            }
        })
    }

    fn show_signs(&self, lease: &Lease, signs: &Signs) {
        let mut over = signs.over.lock();
        while !*over {
            signs.wake.wait_for(&mut over, BEAT);
            if *over {
                return;
            }
            let now = self.clock.now();
            let (until, now) = ((now + LEASE).naive_utc(), now.naive_utc());
            let (key, owner, progress) = (lease.row.key, &lease.owner, signs.progress());
            let beat = self.db.write(|tx| db::imports::beat(tx, key, owner, until, now, progress));
            match beat {
                Ok(Some(state)) if state == State::Stopping.name() => {
                    signs.stop.store(true, Ordering::Relaxed);
                }
                Ok(Some(_)) => {}
                Ok(None) => signs.lost.store(true, Ordering::Relaxed),
                Err(error) => tracing::warn!(%error, "an import could show no sign of life"),
            }
        }
    }

    fn run(&self, lease: &Lease, signs: &Signs) -> Result<(), RegistryError> {
        let row = &lease.row;
        let options: Options = serde_json::from_str(&row.options)?;
        if options.attempts > ATTEMPTS {
            return Err(RegistryError::Internal("an import ended its process too often"));
        }
        let kind = match state(row)? {
            State::Previewing => RunKind::Preview,
            State::Importing => RunKind::Result,
            State::Undoing => return self.undo(lease, signs),
            // Its process died before it stopped.
            _ => {
                signs.stop.store(true, Ordering::Relaxed);
                return Err(RegistryError::Stopped);
            }
        };
        let actor = self.actor_named(&row.actor)?;
        actor.require(Right::ImportLists)?;
        if options.publish.is_some() {
            actor.require(Right::Decide)?;
        }
        let file = import::read(&self.file_of(row)?)?;
        let options = ImportOptions {
            name: row.name.clone(),
            dry_run: kind == RunKind::Preview,
            all_or_nothing: options.all_or_nothing,
            kind: options.kind,
            mapping: self.mapping_of(row)?,
            publish: options.publish,
            home: self.home(&actor)?,
            today: options.today,
        };
        let run = Self::run_of(lease)?;
        let job = Job { actor: &actor, options: &options, id: &row.id, run: Some(run) };
        let report = self.take_in(file, &job, &mut |done, total| signs.tell(done, total))?;
        self.keep_report(lease, kind, &report)?;
        let (state, duplicates) = match kind {
            RunKind::Preview => (State::Previewed, 0),
            _ => (State::Done, self.open_pairs(row.key)?),
        };
        let counts = Counts { duplicates, ..Counts::of(&report) };
        self.settle(lease, |change| {
            let mut all: AllCounts = serde_json::from_str(&change.counts)?;
            if kind == RunKind::Preview {
                all.preview = Some(counts);
            } else {
                all.result = Some(counts);
            }
            change.counts = serde_json::to_string(&all)?;
            state.name().clone_into(&mut change.state);
            Ok(())
        })
    }

    /// The import as the bulk path knows it.
    pub(super) fn run_of(lease: &Lease) -> Result<Run<'_>, RegistryError> {
        let options: Options = serde_json::from_str(&lease.row.options)?;
        Ok(Run { key: lease.row.key, owner: &lease.owner, resumed: options.goes_on })
    }

    pub(super) fn open_pairs(&self, key: i64) -> Result<usize, RegistryError> {
        let open = self.db.read(|connection| db::imports::records::open_pairs(connection, key))?;
        Ok(usize::try_from(open).unwrap_or_default())
    }

    /// Says what became of an import and gives the lease back, if it is still there.
    pub(super) fn settle(
        &self,
        lease: &Lease,
        change: impl FnOnce(&mut ImportChange) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError> {
        let (key, now) = (lease.row.key, self.clock.now_naive());
        self.db.write(|tx| {
            if !db::imports::is_leased(tx, key, &lease.owner)? {
                return Err(RegistryError::Stopped);
            }
            let row = db::imports::for_update(tx, key)?;
            let mut changed =
                ImportChange { updated_at: now, finished_at: Some(now), ..row.into() };
            change(&mut changed)?;
            db::imports::update(tx, key, &changed)?;
            Ok(db::imports::release(tx, key, &lease.owner, None)?)
        })
    }

    /// What is left to say of work that did not come to its end.
    pub(super) fn conclude(&self, lease: &Lease, ended: &Ended) -> Result<(), RegistryError> {
        let (key, owner) = (lease.row.key, &lease.owner);
        let said = match ended {
            Ended::Lost => return Ok(()),
            Ended::Stopped => self.settle(lease, |change| {
                State::Stopped.name().clone_into(&mut change.state);
                Ok(())
            }),
            Ended::Failed(RegistryError::Db(DbError::Busy)) => {
                let later = Some((self.clock.now() + LATER).naive_utc());
                self.db.write(|tx| {
                    if !db::imports::is_leased(tx, key, owner)? {
                        return Ok(());
                    }
                    let row = db::imports::for_update(tx, key)?;
                    let mut options: Options = serde_json::from_str(&row.options)?;
                    // It did not die over it, and goes on.
                    options.attempts = options.attempts.saturating_sub(1);
                    options.goes_on = true;
                    let options = serde_json::to_string(&options)?;
                    db::imports::update(tx, key, &ImportChange { options, ..row.into() })?;
                    Ok(db::imports::release(tx, key, owner, later)?)
                })
            }
            Ended::Failed(error) => {
                tracing::error!(%error, import = lease.row.id, "an import failed");
                let problem = serde_json::to_string(&failure(error))?;
                self.settle(lease, |change| {
                    State::Failed.name().clone_into(&mut change.state);
                    change.problem = Some(problem);
                    let mut options: Options = serde_json::from_str(&change.options)?;
                    options.undoing |= lease.row.state == State::Undoing.name();
                    change.options = serde_json::to_string(&options)?;
                    Ok(())
                })
            }
        };
        match said {
            Err(RegistryError::Stopped) => Ok(()),
            other => other,
        }
    }
}

/// Why work on an import ended before its end.
pub(super) enum Ended {
    /// Somebody stopped it.
    Stopped,
    /// Another process has it now.
    Lost,
    Failed(RegistryError),
}

fn failure(error: &RegistryError) -> Failure {
    let (id, en) = match error {
        RegistryError::Invalid(faults) => {
            let said =
                |lang| faults.iter().map(|one| one.fault.text(lang)).collect::<Vec<_>>().join(" ");
            (said(Lang::Id), said(Lang::En))
        }
        RegistryError::Forbidden => (
            "Akun yang memintanya tidak lagi boleh mengimpor.".to_owned(),
            "The account that asked for it may not import any more.".to_owned(),
        ),
        RegistryError::VaultKey(_) => (
            "Brankas tidak tersedia; hubungi pengelola, lalu mulai lagi.".to_owned(),
            "The vault is not available; call the operator, then start again.".to_owned(),
        ),
        RegistryError::FileGone => (
            "Berkasnya sudah tidak ada; unggah lagi.".to_owned(),
            "The file is not there any more; upload it again.".to_owned(),
        ),
        _ => (
            "Terjadi galat pada server; coba mulai lagi.".to_owned(),
            "Something went wrong on the server; try to start it again.".to_owned(),
        ),
    };
    Failure { id, en }
}

impl Counts {
    pub(super) fn of(report: &Report) -> Self {
        Self {
            read: report.read,
            accepted: report.accepted,
            warned: report.warned,
            rejected: report.rejected,
            skipped: report.skipped,
            unchanged: report.unchanged,
            created: report.created,
            updated: report.updated,
            duplicates: 0,
        }
    }
}

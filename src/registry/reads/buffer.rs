//! Readings on their way to the log. Whoever reads hands them over and goes on; a thread writes
//! them, at most four times a second, each time in one transaction.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::db::reads::ReadWrite;
use crate::db::{self, Db, DbError};
use crate::domain::reading::Detail;

/// From one transaction to the next.
const INTERVAL: Duration = Duration::from_millis(250);
/// Readings that may wait; whoever brings one more waits too.
const MOST: usize = 10_000;
/// For how long: then the reading is refused rather than not logged.
const PATIENCE: Duration = Duration::from_secs(10);
/// After a transaction that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// How long a process that ends tries to write what waits.
const LAST_TRIES: u32 = 5;

/// A reading that waits.
pub struct Waiting {
    pub row: ReadWrite,
    pub detail: Detail,
}

/// What readers and the thread share.
struct Shared {
    state: Mutex<State>,
    /// Something waits, or the end has come.
    filled: Condvar,
    /// Something was written, or is about to be.
    emptied: Condvar,
    /// The end has come.
    ending: Condvar,
    db: Db,
}

#[derive(Default)]
struct State {
    waiting: Vec<Waiting>,
    /// Readings taken in, and of them how many are written.
    taken: u64,
    written: u64,
    ended: bool,
}

/// The buffer before the log of reads.
pub struct Buffer {
    shared: Arc<Shared>,
    /// Begun with the first reading.
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Buffer {
    pub fn new(db: Db) -> Self {
        let shared = Shared {
            state: Mutex::new(State::default()),
            filled: Condvar::new(),
            emptied: Condvar::new(),
            ending: Condvar::new(),
            db,
        };
        Self { shared: Arc::new(shared), thread: Mutex::new(None) }
    }

    /// Takes a reading in. Waits while too many do.
    ///
    /// # Errors
    /// [`DbError::Busy`] if that takes too long.
    pub fn add(&self, reading: Waiting) -> Result<(), DbError> {
        self.begin();
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shared.state.lock();
        while state.waiting.len() >= MOST {
            if self.shared.emptied.wait_until(&mut state, deadline).timed_out() {
                return Err(DbError::Busy);
            }
        }
        state.waiting.push(reading);
        state.taken += 1;
        self.shared.filled.notify_one();
        Ok(())
    }

    /// Waits until all that was taken in up to now is written.
    ///
    /// # Errors
    /// [`DbError::Busy`] if that takes too long.
    pub fn flush(&self) -> Result<(), DbError> {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shared.state.lock();
        let taken = state.taken;
        while state.written < taken {
            if self.shared.emptied.wait_until(&mut state, deadline).timed_out() {
                return Err(DbError::Busy);
            }
        }
        Ok(())
    }

    fn begin(&self) {
        let mut thread = self.thread.lock();
        if thread.is_none() {
            let shared = self.shared.clone();
            *thread = Some(std::thread::spawn(move || write_until_the_end(&shared)));
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.shared.state.lock().ended = true;
        self.shared.filled.notify_one();
        self.shared.ending.notify_one();
        if let Some(thread) = self.thread.lock().take() {
            // It ends by itself; if it panicked, that was told.
            let _ = thread.join();
        }
    }
}

fn write_until_the_end(shared: &Shared) {
    let mut failures = 0;
    loop {
        let mut state = shared.state.lock();
        while state.waiting.is_empty() {
            if state.ended {
                return;
            }
            shared.filled.wait(&mut state);
        }
        let batch = std::mem::take(&mut state.waiting);
        shared.emptied.notify_all();
        drop(state);
        let began = Instant::now();
        let count = batch.len() as u64;
        let rows = merged(batch);
        while let Err(error) = shared.db.write(|tx| db::reads::add(tx, &rows)) {
            failures += 1;
            tracing::error!(%error, readings = rows.len(), "the log of reads cannot be written");
            if failures >= LAST_TRIES && shared.state.lock().ended {
                return;
            }
            std::thread::sleep(AFTER_FAILURE);
        }
        let mut state = shared.state.lock();
        state.written += count;
        shared.emptied.notify_all();
        // What comes meanwhile waits for its turn.
        let next = began + INTERVAL;
        while !state.ended && !shared.ending.wait_until(&mut state, next).timed_out() {}
    }
}

/// As rows, the tiles that one account drew with one filter made one.
fn merged(batch: Vec<Waiting>) -> Vec<ReadWrite> {
    let mut rows: Vec<Waiting> = Vec::with_capacity(batch.len());
    type Drawn = (String, String, Option<String>, Option<u32>);
    let mut tiles: HashMap<Drawn, usize> = HashMap::new();
    for reading in batch {
        if let Some(bounds) = reading.detail.bounds {
            let row = &reading.row;
            let typos = reading.detail.typos;
            let key = (row.actor.clone(), row.scope.clone(), row.filter.clone(), typos);
            if let Some(&at) = tiles.get(&key) {
                let all = &mut rows[at];
                all.row.count += row.count;
                all.row.began_at = all.row.began_at.min(row.began_at);
                all.row.at = all.row.at.max(row.at);
                all.detail.bounds = all.detail.bounds.map(|all| joined(all, bounds));
                continue;
            }
            tiles.insert(key, rows.len());
        }
        rows.push(reading);
    }
    rows.into_iter().map(Waiting::into_row).collect()
}

fn joined(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

impl Waiting {
    pub fn into_row(self) -> ReadWrite {
        // Plain values always can be written.
        let detail = serde_json::to_string(&self.detail).unwrap_or_default();
        ReadWrite { detail, ..self.row }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(actor: &str, filter: &str, bounds: [f64; 4]) -> Waiting {
        let at = chrono::NaiveDateTime::default();
        let row = ReadWrite {
            began_at: at,
            at,
            actor: actor.into(),
            scope: "all".into(),
            kind: "tile",
            entity: "enterprise",
            entity_id: None,
            region: None,
            purpose: None,
            filter: Some(filter.into()),
            count: 1,
            detail: String::new(),
            request_id: None,
        };
        Waiting { row, detail: Detail { bounds: Some(bounds), ..Detail::default() } }
    }

    #[test]
    fn tiles_of_one_reader_and_filter_are_one_line() {
        let rows = merged(vec![
            tile("a", "kind=ikm", [1.0, 1.0, 2.0, 2.0]),
            tile("b", "kind=ikm", [1.0, 1.0, 2.0, 2.0]),
            tile("a", "", [1.0, 1.0, 2.0, 2.0]),
            tile("a", "kind=ikm", [2.0, 0.0, 3.0, 1.0]),
        ]);
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.actor.as_str(), row.count, row.detail.contains("[1.0,0.0,3.0,2.0]")))
            .collect();
        assert_eq!(told, [("a", 2, true), ("b", 1, false), ("a", 1, false)]);
    }
}

//! The atlas's file: read at a start, written now and then while the server runs, and at its end.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::RegistryError;
use crate::atlas::{Atlas, Moment, Stamp};
use crate::db::DatabaseUrl;

/// The least time between two writings.
const PAUSE: Duration = Duration::from_secs(60);
/// Writing takes at most one part in so many of the time.
const SHARE: u32 = 50;

/// Where a projection of a database is kept: beside an SQLite file, or where `SENTRA_CACHE` says.
/// None: nowhere.
pub(super) fn place(database: &DatabaseUrl, name: &str) -> Option<PathBuf> {
    match database {
        DatabaseUrl::Sqlite(path) => Some(Path::new(path).with_extension(name)),
        DatabaseUrl::Postgres(_) => {
            let cache = std::env::var_os("SENTRA_CACHE").filter(|cache| !cache.is_empty())?;
            Some(Path::new(&cache).join(name))
        }
    }
}

/// The file of one process's atlas.
pub(super) struct AtlasFile {
    path: Option<PathBuf>,
    /// Held while it is written or removed.
    last: Mutex<Last>,
}

/// What was last read or written.
struct Last {
    seq: i64,
    at: Instant,
    took: Duration,
}

impl AtlasFile {
    pub(super) fn of(database: &DatabaseUrl) -> Self {
        Self::at(place(database, "atlas"))
    }

    /// None: there is none.
    pub(super) fn at(path: Option<PathBuf>) -> Self {
        let last = Last { seq: -1, at: Instant::now(), took: Duration::ZERO };
        Self { path, last: Mutex::new(last) }
    }

    /// The atlas in the file, and the place of the log that it stands for. None where the file is
    /// missing, of another log or another version, or damaged: then it is built from the record.
    pub(super) fn read(&self, log_epoch: &str) -> Option<(Atlas, i64)> {
        let path = self.path.as_ref()?;
        let started = Instant::now();
        match Atlas::read(path, log_epoch) {
            Ok((atlas, seq)) => {
                let took_ms = started.elapsed().as_millis();
                tracing::info!(path = %path.display(), seq, took_ms, "the atlas was read");
                self.last.lock().seq = seq;
                Some((atlas, seq))
            }
            Err(error) => {
                if error.kind() != std::io::ErrorKind::NotFound {
                    tracing::warn!(path = %path.display(), %error, "the atlas is built anew");
                }
                None
            }
        }
    }

    /// Whether it is time to write what stands for this place of the log.
    pub(super) fn is_due(&self, seq: i64) -> bool {
        let last = self.last.lock();
        self.path.is_some()
            && seq > last.seq
            && last.at.elapsed() > PAUSE.max(last.took.saturating_mul(SHARE))
    }

    /// Writes the atlas, unless the file is as new.
    pub(super) fn write(&self, now: impl FnOnce() -> (Moment, Stamp)) -> Result<(), RegistryError> {
        let Some(path) = &self.path else { return Ok(()) };
        let mut last = self.last.lock();
        let (moment, stamp) = now();
        if stamp.seq <= last.seq {
            return Ok(());
        }
        let started = Instant::now();
        moment.write(path, &stamp).map_err(|error| unwritable(path, &error))?;
        *last = Last { seq: stamp.seq, at: Instant::now(), took: started.elapsed() };
        Ok(())
    }

    /// Removes the file: it may hold what must be nowhere.
    pub(super) fn remove(&self) -> Result<(), RegistryError> {
        let Some(path) = &self.path else { return Ok(()) };
        let mut last = self.last.lock();
        last.seq = -1;
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(unwritable(path, &error))
            }
            _ => Ok(()),
        }
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> RegistryError {
    tracing::error!(path = %path.display(), %error, "the atlas's file");
    RegistryError::Internal("the atlas's file cannot be written or removed")
}

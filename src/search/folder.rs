//! Where the indexes lie: a folder that one process has to itself.

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

const PREFIX: &str = "sentra-search-";
const LOCK: &str = "lock";
/// A folder whose lock is younger may be one that its process is just taking.
const SETTLED: Duration = Duration::from_secs(60);

/// A folder of this process, until it is dropped.
pub struct Folder {
    path: PathBuf,
    _lock: Option<File>,
    _temporary: Option<TempDir>,
}

impl Folder {
    /// The folder at `path`, or a temporary one where none is given, another process has it, or it
    /// cannot be written to.
    ///
    /// # Errors
    /// If there is no temporary one either.
    pub fn take(path: Option<&Path>) -> io::Result<Self> {
        if let Some(path) = path {
            match Self::lock(path) {
                Ok(Some(folder)) => return Ok(folder),
                Ok(None) => tracing::info!(
                    path = %path.display(),
                    "another process has the search index: this one makes its own"
                ),
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "no search index can be kept there");
                }
            }
        }
        Self::temporary(&std::env::temp_dir())
    }

    /// A new folder in `parent`, whose leftovers of processes that are gone go, too.
    fn temporary(parent: &Path) -> io::Result<Self> {
        for entry in parent.read_dir().into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(PREFIX) && abandoned(&entry.path()) {
                let path = entry.path();
                match std::fs::remove_dir_all(&path) {
                    Ok(()) => {
                        tracing::info!(path = %path.display(), "left by a process that is gone: removed");
                    }
                    Err(error) => {
                        tracing::warn!(path = %path.display(), %error, "cannot be removed");
                    }
                }
            }
        }
        let temporary = TempDir::with_prefix_in(PREFIX, parent)?;
        let lock = File::create(temporary.path().join(LOCK))?;
        // Where nothing can be locked, nothing is taken for abandoned either.
        let lock = lock.try_lock().is_ok().then_some(lock);
        Ok(Self { path: temporary.path().to_owned(), _lock: lock, _temporary: Some(temporary) })
    }

    fn lock(path: &Path) -> io::Result<Option<Self>> {
        // It names owners as the database does: nobody else's business.
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let lock = File::create(path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { path: path.to_owned(), _lock: Some(lock), _temporary: None })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// An empty folder in it: what was there is gone.
    ///
    /// # Errors
    /// The file system's.
    pub(super) fn empty(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => DirBuilder::new().mode(0o700).create(&path)?,
        }
        Ok(path)
    }
}

/// Whether a temporary folder is this user's and its process gone: nobody holds its lock any more.
fn abandoned(folder: &Path) -> bool {
    let free = || {
        if folder.symlink_metadata()?.uid() != rustix::process::geteuid().as_raw() {
            return Ok(false);
        }
        let lock = File::open(folder.join(LOCK))?;
        let age = lock.metadata()?.modified()?.elapsed().unwrap_or_default();
        Ok::<_, io::Error>(age > SETTLED && lock.try_lock().is_ok())
    };
    free().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn a_temporary_folder_takes_the_place_of_those_whose_processes_are_gone() {
        let parent = tempfile::tempdir().expect("a folder");
        let old = SystemTime::now() - SETTLED * 2;
        let aged = |folder: &Path| {
            File::create(folder.join(LOCK)).expect("a lock").set_modified(old).expect("a time");
        };
        let held = Folder::temporary(parent.path()).expect("a folder");
        aged(held.path());
        let left = |name: &str| {
            let path = parent.path().join(name);
            std::fs::create_dir(&path).expect("a folder");
            path
        };
        let killed = left("sentra-search-killed");
        aged(&killed);
        std::fs::write(killed.join("index"), "words").expect("a file");
        let starting = left("sentra-search-starting");
        File::create(starting.join(LOCK)).expect("a lock");
        let strange = left("somebody-elses");
        aged(&strange);

        let taken = Folder::temporary(parent.path()).expect("a folder");
        assert!(!killed.exists());
        for stays in [held.path(), &starting, &strange, taken.path()] {
            assert!(stays.exists(), "{}", stays.display());
        }
        let path = taken.path().to_owned();
        drop(taken);
        assert!(!path.exists());
    }
}

//! Where the indexes lie: a folder that one process has to itself.

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

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
        let temporary = TempDir::with_prefix("sentra-search-")?;
        Ok(Self { path: temporary.path().to_owned(), _lock: None, _temporary: Some(temporary) })
    }

    fn lock(path: &Path) -> io::Result<Option<Self>> {
        // It names owners as the database does: nobody else's business.
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let lock = File::create(path.join("lock"))?;
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

//! A backup of the whole database in one file, taken while others write. It says what it holds, as
//! counted in the very snapshot that it is.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Clock;
use crate::db::backup::pg_tools::{self, PgUrl, ToolError};
use crate::db::backup::{self, postgres, sqlite};
use crate::db::{DatabaseUrl, DbError};
use crate::exchange::backup_file::{self, Contents, Engine, Manifest};

/// What can go wrong with backing up and restoring.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} is there already: choose another name, or give --force to replace it", .0.display())]
    FileExists(PathBuf),
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error("{} cannot be restored: {reason}", path.display())]
    Unusable { path: PathBuf, reason: String },
    #[error("this is a backup of {backup}: it cannot be restored to {database}")]
    OtherEngine { backup: Engine, database: Engine },
    #[error("the backup is of a newer program (migration {0}): restore it with that one")]
    Newer(String),
    #[error("the database was never set up: there is nothing to back up")]
    NothingThere,
    #[error(
        "the database is damaged: {}\nThe last good backup is the way back; `sentra restore` tells how", .0.join("; ")
    )]
    Damaged(Vec<String>),
    #[error("the database holds records: give --replace to put the backup in their place")]
    Occupied,
    #[error(
        "the database is in use: stop the server and all else that is connected, then restore again"
    )]
    InUse,
    #[error("{} cannot be opened ({error}): move it away, with its -wal and -shm files, and restore again", path.display())]
    Unopenable { path: PathBuf, error: DbError },
    #[error(
        "the role {role} may not put another database in the place of {database}: restore as its \
         owner, who needs the right to create databases (ALTER ROLE … CREATEDB), or as a superuser"
    )]
    NotAllowed { role: String, database: String },
    #[error("what was restored is not what the backup says; the database is as it was: {}", .0.join("; "))]
    Differs(Vec<String>),
    #[error(
        "nothing was changed, for the restored database could not take the old one's place: {0}"
    )]
    NotSwapped(DbError),
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl BackupError {
    /// An error of the file system at that path.
    pub(super) fn file(path: &Path) -> impl Fn(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |error| Self::File { path: path.clone(), error }
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy)]
pub enum Progress {
    /// The database makes its snapshot.
    Snapshot,
    /// Bytes of the database written or read; of how many, where that is known.
    Copied { bytes: u64, of: Option<u64> },
    /// What was restored is checked and brought up to date.
    Check,
}

/// What was backed up.
#[derive(Debug)]
pub struct BackedUp {
    pub contents: Contents,
    /// Size of the file.
    pub bytes: u64,
}

/// Writes a backup to `file`, which is there only when it is whole. With `force` it may replace one.
///
/// # Errors
/// [`BackupError`]; nothing is written then.
pub fn back_up(
    database: &str,
    file: &Path,
    force: bool,
    clock: &Clock,
    progress: &mut dyn FnMut(Progress),
) -> Result<BackedUp, BackupError> {
    if !force && file.exists() {
        return Err(BackupError::FileExists(file.to_owned()));
    }
    let failed = BackupError::file(file);
    let folder = folder(file);
    let beside = || NamedTempFile::with_prefix_in(".sentra-backup-", folder).map_err(&failed);
    let mut out = beside()?;
    let taken_at = clock.now();
    progress(Progress::Snapshot);
    let contents = match DatabaseUrl::parse(database)? {
        DatabaseUrl::Sqlite(path) => {
            let copy = beside()?;
            sqlite::snapshot(&path, copy.path())?;
            let contents = counted(copy.path())?;
            let mut from = copy.reopen().map_err(&failed)?;
            let size = from.metadata().map_err(&failed)?.len();
            let manifest = Manifest::new(Engine::Sqlite, taken_at, contents);
            pack(out.as_file_mut(), &manifest, &mut from, Some(size), progress).map_err(&failed)?;
            manifest.contents
        }
        DatabaseUrl::Postgres(url) => {
            let url = PgUrl::parse(&url);
            let snapshot = postgres::snapshot(&url)?;
            let contents = snapshot.contents.as_ref().ok_or(BackupError::NothingThere)?.clone();
            let manifest = Manifest::new(Engine::Postgres, taken_at, contents);
            let mut dump = pg_tools::dump(&url, &snapshot.id)?;
            pack(out.as_file_mut(), &manifest, &mut dump, None, progress).map_err(&failed)?;
            dump.finish()?;
            manifest.contents
        }
    };
    out.as_file().sync_all().map_err(&failed)?;
    let bytes = out.as_file().metadata().map_err(&failed)?.len();
    if force {
        out.persist(file).map_err(|error| failed(error.error))?;
    } else {
        out.persist_noclobber(file).map_err(|error| failed(error.error))?;
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(&failed)?;
    Ok(BackedUp { contents, bytes })
}

/// Counts a copy of an SQLite database that nobody else knows of, if nothing is wrong with it.
fn counted(copy: &Path) -> Result<Contents, BackupError> {
    let mut connection = sqlite::open_alone(copy)?;
    let contents = backup::contents(&mut connection)?.ok_or(BackupError::NothingThere)?;
    let faults = sqlite::faults(&mut connection)?;
    if faults.is_empty() { Ok(contents) } else { Err(BackupError::Damaged(faults)) }
}

/// The folder that a file is in.
pub(super) fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn pack(
    out: &mut File,
    manifest: &Manifest,
    from: &mut impl Read,
    size: Option<u64>,
    progress: &mut dyn FnMut(Progress),
) -> std::io::Result<()> {
    let mut zip = backup_file::begin(out, manifest)?;
    std::io::copy(&mut Counted { from, bytes: 0, of: size, progress }, &mut zip)?;
    zip.finish()?;
    Ok(())
}

/// Reads and tells how far it is.
pub(super) struct Counted<'a, R> {
    pub from: R,
    pub bytes: u64,
    pub of: Option<u64>,
    pub progress: &'a mut dyn FnMut(Progress),
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.bytes += read as u64;
        (self.progress)(Progress::Copied { bytes: self.bytes, of: self.of });
        Ok(read)
    }
}

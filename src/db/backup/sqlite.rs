//! Snapshots of an SQLite file, and how a restored file takes the place of the old one.
//!
//! A file must not be renamed over a database in use: the old one's write-ahead log would be
//! applied to the new one. So the old database is first held alone: leaving the WAL mode needs
//! every other connection gone, folds the log into the file and removes it. Held exclusively, it
//! is still the old database, whole; the rename then makes it the new one in one step.

use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use tempfile::NamedTempFile;

use crate::db::{AnyConnection, DatabaseUrl, DbError};

/// Longer than SQLite's busy handler sleeps between two attempts (0.1 s).
const LATECOMERS: Duration = Duration::from_millis(300);

#[derive(QueryableByName)]
struct Mode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

#[derive(QueryableByName)]
struct Fault {
    #[diesel(sql_type = Text)]
    fault: String,
}

/// Copies the database as it is at one moment into `into`, an empty file; writers go on meanwhile.
///
/// # Errors
/// If there is no such file, or the database's.
pub fn snapshot(path: &str, into: &Path) -> Result<(), DbError> {
    if !Path::new(path).exists() {
        return Err(DbError::Connect(format!("there is no file {path}")));
    }
    let mut connection = DatabaseUrl::Sqlite(path.to_owned()).connect()?;
    crate::db::on_backend!(&mut connection, |inner| {
        diesel::sql_query("VACUUM INTO $1")
            .bind::<Text, _>(into.to_string_lossy().into_owned())
            .execute(inner)
    })?;
    Ok(())
}

/// One connection without a write-ahead log, which leaves a single file when it is closed.
///
/// # Errors
/// The database's.
pub fn open_alone(path: &Path) -> Result<AnyConnection, DbError> {
    let mut connection = SqliteConnection::establish(&path.to_string_lossy())
        .map_err(|error| DbError::Connect(error.to_string()))?;
    for pragma in
        ["PRAGMA busy_timeout = 100", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"]
    {
        connection.batch_execute(pragma)?;
    }
    Ok(AnyConnection::Sqlite(connection))
}

/// What SQLite finds wrong with the file: damaged pages and indexes, references to nothing.
///
/// # Errors
/// The database's.
pub fn faults(connection: &mut AnyConnection) -> Result<Vec<String>, DbError> {
    let mut told = Vec::new();
    for check in [
        "SELECT integrity_check AS fault FROM pragma_integrity_check \
         WHERE integrity_check <> 'ok'",
        "SELECT 'row ' || coalesce(rowid, '?') || ' of ' || \"table\" || ' refers to nothing in ' \
         || parent AS fault FROM pragma_foreign_key_check",
    ] {
        let rows: Vec<Fault> = crate::db::on_backend!(&mut *connection, |inner| {
            diesel::sql_query(check).load(inner)
        })?;
        told.extend(rows.into_iter().map(|row| row.fault));
    }
    Ok(told)
}

/// A database file that nobody else can read or write, without a write-ahead log.
pub struct Held {
    pub connection: AnyConnection,
    /// Without symbolic links, as SQLite itself names the files beside it.
    path: PathBuf,
}

impl Held {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Keeps everybody else out; a file that is not there is made. None if somebody else has it open.
///
/// # Errors
/// The database's, also for a file that is none.
pub fn hold(path: &Path) -> Result<Option<Held>, DbError> {
    // SQLite's own waiting does not cover leaving the WAL mode.
    super::patiently(|| {
        let mut connection = open_alone(path)?;
        match shut(&mut connection) {
            Ok(true) => {}
            Ok(false) | Err(DbError::Busy) => return Ok(None),
            Err(error) => return Err(error),
        }
        let path = path.canonicalize().map_err(|error| DbError::Connect(error.to_string()))?;
        Ok(Some(Held { connection, path }))
    })
}

fn shut(connection: &mut AnyConnection) -> Result<bool, DbError> {
    leave_wal(connection)?;
    crate::db::on_backend!(&mut *connection, |inner| inner.batch_execute("BEGIN EXCLUSIVE"))?;
    // Whoever came in between may have gone back to WAL, where EXCLUSIVE keeps no reader out.
    let mode: Mode = crate::db::on_backend!(&mut *connection, |inner| {
        diesel::sql_query("PRAGMA journal_mode").get_result(inner)
    })?;
    Ok(mode.journal_mode == "delete")
}

fn leave_wal(connection: &mut AnyConnection) -> Result<(), DbError> {
    let _: Mode = crate::db::on_backend!(connection, |inner| {
        diesel::sql_query("PRAGMA journal_mode = DELETE").get_result(inner)
    })?;
    Ok(())
}

/// Puts `new`, whose only connection is `restored`, in the place of `old`. With `kept` the old
/// file stays under that name. Killed at any moment, it leaves one of the two whole.
///
/// # Errors
/// The file system's; the old database is then in its place.
pub fn put_in_place(
    old: Held,
    new: NamedTempFile,
    mut restored: AnyConnection,
    kept: Option<&Path>,
) -> std::io::Result<()> {
    let folder = std::fs::File::open(old.path.parent().unwrap_or(Path::new("/")))?;
    // The server's account may be another than that of the person who restores.
    let former = old.path.metadata()?;
    new.as_file().set_permissions(former.permissions())?;
    let made = new.as_file().metadata()?;
    if (made.uid(), made.gid()) != (former.uid(), former.gid()) {
        chown(new.path(), Some(former.uid()), Some(former.gid()))?;
    }
    new.as_file().sync_all()?;
    if let Some(kept) = kept {
        std::fs::hard_link(&old.path, kept)?;
    }
    // The removal of the old write-ahead log is on the disk before the new file is.
    folder.sync_all()?;
    let closed = shut(&mut restored).map_err(std::io::Error::other)?;
    if !closed {
        return Err(std::io::Error::other("the restored file is in use"));
    }
    // Closing any handle of a file gives up all locks that the process has on it.
    let file = new.persist(&old.path)?;
    folder.sync_all()?;
    // Who has waited for the old file's lock finds that it was moved and fails, unless a
    // write-ahead log of the new one stands there by then: nobody may begin one that soon.
    drop(old);
    std::thread::sleep(LATECOMERS);
    drop(restored);
    drop(file);
    Ok(())
}

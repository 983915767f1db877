//! Puts a backup in the place of the database. It is restored beside the old one, checked against
//! what the backup says it holds, and then exchanged in one step: until that step, whatever
//! happens, the old database is as it was.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Clock;
use super::backup::{BackupError, Counted, Progress, folder};
use crate::db::backup::pg_tools::{self, PgUrl};
use crate::db::backup::{self, postgres, sqlite};
use crate::db::{self, AnyConnection, DatabaseUrl};
use crate::exchange::backup_file::{Backup, Contents, Engine};

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// What the backup holds.
    pub contents: Contents,
    /// Size of the database's part of the backup.
    pub bytes: u64,
    /// Migrations that the backup did not have yet.
    pub migrations_run: usize,
    /// Name of the former database: a file beside it, or a database on the same server.
    pub kept: Option<String>,
}

/// A backup that is being restored.
struct Restore<'a> {
    file: &'a Path,
    backup: Backup<File>,
    replace: bool,
    /// Ends the name of what is kept: when the restore began.
    time: String,
    progress: &'a mut dyn FnMut(Progress),
}

/// Restores a backup to `database`; with `replace` also where that holds records. The log gets a
/// new epoch.
///
/// # Errors
/// [`BackupError`]; the database is as it was then.
pub fn restore(
    database: &str,
    file: &Path,
    replace: bool,
    clock: &Clock,
    progress: &mut dyn FnMut(Progress),
) -> Result<Restored, BackupError> {
    let url = DatabaseUrl::parse(database)?;
    let opened = File::open(file).map_err(BackupError::file(file))?;
    let backup = Backup::open(opened)
        .map_err(|reason| BackupError::Unusable { path: file.to_owned(), reason })?;
    let manifest = &backup.manifest;
    let engine = match url {
        DatabaseUrl::Sqlite(_) => Engine::Sqlite,
        DatabaseUrl::Postgres(_) => Engine::Postgres,
    };
    if manifest.engine != engine {
        return Err(BackupError::OtherEngine { backup: manifest.engine, database: engine });
    }
    if !db::knows_migration(&manifest.contents.migration)? {
        return Err(BackupError::Newer(manifest.contents.migration.clone()));
    }
    let time = clock.now().format("%Y%m%dt%H%M%S").to_string();
    let restore = Restore { file, backup, replace, time, progress };
    match url {
        DatabaseUrl::Sqlite(path) => restore.sqlite(Path::new(&path)),
        DatabaseUrl::Postgres(url) => restore.postgres(&PgUrl::parse(&url)),
    }
}

impl Restore<'_> {
    fn sqlite(mut self, path: &Path) -> Result<Restored, BackupError> {
        let unopenable = |error| BackupError::Unopenable { path: path.to_owned(), error };
        let mut old = sqlite::hold(path).map_err(unopenable)?.ok_or(BackupError::InUse)?;
        // What cannot be read may be records.
        let occupied = backup::occupied(&mut old.connection).unwrap_or(true);
        self.admit(occupied)?;
        let failed = BackupError::file(old.path());
        let mut new = NamedTempFile::with_prefix_in(".sentra-restore-", folder(old.path()))
            .map_err(&failed)?;
        let bytes = self.unpack(new.as_file_mut()).map_err(&failed)?;
        let mut restored = sqlite::open_alone(new.path())?;
        let faults = sqlite::faults(&mut restored)?;
        if !faults.is_empty() {
            return Err(BackupError::Differs(faults));
        }
        let migrations_run = self.check_and_renew(&mut restored)?;
        let kept: Option<PathBuf> = occupied.then(|| {
            let mut name = old.path().as_os_str().to_owned();
            name.push(format!(".before_restore_{}", self.time));
            name.into()
        });
        sqlite::put_in_place(old, new, restored, kept.as_deref())
            .map_err(BackupError::file(path))?;
        let kept = kept.map(|path| path.display().to_string());
        Ok(Restored { contents: self.backup.manifest.contents, bytes, migrations_run, kept })
    }

    fn postgres(mut self, url: &PgUrl) -> Result<Restored, BackupError> {
        let (target, occupied) = postgres::target(url)?.ok_or(BackupError::InUse)?;
        let name = target.name.clone();
        if !target.replaceable {
            return Err(BackupError::NotAllowed { role: target.role, database: name });
        }
        self.admit(occupied)?;
        let random = uuid::Uuid::now_v7().simple().to_string();
        let beside = postgres::derived_name(&name, &format!("restore_{}", &random[24..]));
        let fresh = postgres::Fresh::create(url, &target, beside)?;
        let mut tool = pg_tools::restore(&fresh.url, &target.owner)?;
        let unpacked = self.unpack(&mut tool);
        // If it ended before its time, it says why.
        tool.finish()?;
        let bytes = unpacked.map_err(BackupError::file(self.file))?;
        let migrations_run = self.check_and_renew(&mut fresh.connect(&target.owner)?)?;
        let kept = postgres::derived_name(&name, &format!("before_restore_{}", self.time));
        fresh.take_place_of(&name, &kept).map_err(BackupError::NotSwapped)?;
        let contents = self.backup.manifest.contents;
        Ok(Restored { contents, bytes, migrations_run, kept: Some(kept) })
    }

    /// What can be known before anything is made: that no records are in the way, and that the
    /// backup is whole.
    fn admit(&mut self, occupied: bool) -> Result<(), BackupError> {
        if occupied && !self.replace {
            return Err(BackupError::Occupied);
        }
        self.unpack(&mut std::io::sink()).map_err(|error| BackupError::Unusable {
            path: self.file.to_owned(),
            reason: format!("it is damaged ({error})"),
        })?;
        Ok(())
    }

    /// Copies the database's part of the backup and answers its size. Reading fails if the bytes
    /// are not those that were written.
    fn unpack(&mut self, to: &mut impl Write) -> std::io::Result<u64> {
        let (from, size) = self.backup.database().map_err(std::io::Error::other)?;
        let progress = &mut *self.progress;
        std::io::copy(&mut Counted { from, bytes: 0, of: Some(size), progress }, to)
    }

    /// Holds what was restored against what the backup says, then makes it current.
    fn check_and_renew(&mut self, restored: &mut AnyConnection) -> Result<usize, BackupError> {
        (self.progress)(Progress::Check);
        let told = match backup::contents(restored)? {
            Some(found) => self.backup.manifest.contents.differences(&found),
            None => vec!["there are no tables of Sentra in it".to_owned()],
        };
        if !told.is_empty() {
            return Err(BackupError::Differs(told));
        }
        Ok(backup::renew(restored, &uuid::Uuid::now_v7().to_string())?)
    }
}

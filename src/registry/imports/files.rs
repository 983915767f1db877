//! Files and reports of imports, in encrypted pieces: written, read, and taken away when they
//! expire, when somebody asks, or when a person who may be in them is erased.

use chrono::NaiveDateTime;

use super::{State, state};
use crate::db::imports::files::PieceRow;
use crate::db::imports::{ARRIVING, ImportChange, ImportRow};
use crate::db::{self, AnyConnection};
use crate::domain::region::RegionCode;
use crate::registry::vault::FileKey;
use crate::registry::{Registry, RegistryError};

/// Bytes of a piece, before it is encrypted.
pub(super) const PIECE: usize = 1 << 20;
/// The kinds of what is in pieces, beside the reports of the runs.
pub(super) const FILE: &str = "file";
pub(super) const SHEETS: &str = "sheets";
pub(super) const MAPPING: &str = "mapping";
/// Pieces that are taken away in one transaction.
const AT_ONCE: i64 = 64;

impl Registry {
    /// The key of an import's pieces; None once they are gone.
    pub(super) fn file_key(
        &self,
        connection: &mut AnyConnection,
        row: &ImportRow,
    ) -> Result<Option<FileKey>, RegistryError> {
        let Some(wrapped) = &row.wrapped_key else { return Ok(None) };
        self.vault.file_key(connection, about(&row.id), wrapped).map(Some)
    }

    /// A key for an import that has none, or none any more; `row` is kept by the caller.
    pub(super) fn new_key(
        &self,
        tx: &mut AnyConnection,
        row: &mut ImportRow,
    ) -> Result<FileKey, RegistryError> {
        let (key, wrapped) = self.vault.new_file_key(tx, about(&row.id))?;
        row.wrapped_key = Some(wrapped);
        Ok(key)
    }

    /// One thing that is in a single piece.
    pub(super) fn piece(
        &self,
        connection: &mut AnyConnection,
        row: &ImportRow,
        kind: &str,
        number: i32,
    ) -> Result<Option<Vec<u8>>, RegistryError> {
        let Some(key) = self.file_key(connection, row)? else { return Ok(None) };
        let sealed = db::imports::files::get(connection, row.key, kind, number)?;
        sealed.map(|sealed| key.open(kind, number, &sealed)).transpose()
    }

    /// The uploaded file.
    pub(super) fn file_of(&self, row: &ImportRow) -> Result<Vec<u8>, RegistryError> {
        let mut bytes = Vec::with_capacity(usize::try_from(row.size).unwrap_or_default());
        self.db.read(|connection| {
            let key = self.file_key(connection, row)?.ok_or(RegistryError::FileGone)?;
            for number in 0.. {
                let sealed = db::imports::files::get(connection, row.key, FILE, number)?;
                let Some(sealed) = sealed else { break };
                bytes.extend(key.open(FILE, number, &sealed)?);
            }
            Ok::<_, RegistryError>(())
        })?;
        // Some may have been taken away since the row was read.
        if i64::try_from(bytes.len()).ok() == Some(row.size) {
            Ok(bytes)
        } else {
            Err(RegistryError::FileGone)
        }
    }

    /// Takes away what has expired; uploads that never came to an end too.
    pub(super) fn expire_files(&self) -> Result<(), RegistryError> {
        let now = self.clock.now_naive();
        if self.db.read(|connection| db::imports::has_orphans(connection, now))? {
            self.db.write(|tx| db::imports::stop_orphans(tx, now))?;
        }
        for key in self.db.read(|connection| db::imports::expired(connection, now))? {
            self.remove_files(key)?;
        }
        // A process died before it had taken them all away.
        for key in self.db.read(db::imports::files::without_key)? {
            self.remove_pieces(key)?;
        }
        Ok(())
    }

    /// Destroys the key of an import's pieces, then takes the pieces away; false if it runs.
    pub(super) fn remove_files(&self, key: i64) -> Result<bool, RegistryError> {
        let arriving = self.db.write(|tx| {
            let row = db::imports::for_update(tx, key)?;
            if row.state != ARRIVING && state(&row)?.is_running() {
                return Ok(None);
            }
            let arriving = row.state == ARRIVING;
            db::imports::update(tx, key, &without_files(row, self.clock.now_naive()))?;
            Ok::<_, RegistryError>(Some(arriving))
        })?;
        let Some(arriving) = arriving else { return Ok(false) };
        self.remove_pieces(key)?;
        if arriving {
            self.db.write(|tx| db::imports::delete(tx, key))?;
        }
        Ok(true)
    }

    /// Takes the pieces of an import away, whose key is destroyed.
    pub(in crate::registry) fn remove_pieces(&self, key: i64) -> Result<(), RegistryError> {
        while self.db.write(|tx| db::imports::files::remove_some(tx, key, AT_ONCE))? > 0 {}
        Ok(())
    }

    /// Destroys the keys of the files in which whoever is erased from a record may stand: of every
    /// import that did something to it, or may have had a row about it. Those that run are stopped:
    /// they have read theirs. Answers whose pieces are to be taken away then.
    pub(in crate::registry) fn forget_files_about(
        &self,
        tx: &mut AnyConnection,
        enterprise_id: &str,
        region: &RegionCode,
    ) -> Result<Vec<i64>, RegistryError> {
        let mut keys = db::imports::with_files_about(tx, enterprise_id)?;
        for (key, area) in db::imports::with_files(tx)? {
            let area: Option<RegionCode> = area.and_then(|area| area.parse().ok());
            let near = area.is_none_or(|area| area.contains(region) || region.contains(&area));
            if near && !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys.sort_unstable();
        for key in &keys {
            let row = db::imports::for_update(tx, *key)?;
            let mut change = without_files(row, self.clock.now_naive());
            if matches!(change.state.as_str(), "previewing" | "importing") {
                State::Stopping.name().clone_into(&mut change.state);
            }
            db::imports::update(tx, *key, &change)?;
        }
        Ok(keys)
    }

    /// Seals and adds a piece.
    pub(super) fn add_piece(
        tx: &mut AnyConnection,
        key: &FileKey,
        (import_key, kind, number): (i64, &str, i32),
        counts: String,
        data: Vec<u8>,
    ) -> Result<(), RegistryError> {
        let sealed = key.seal(kind, number, data)?;
        let kind = kind.to_owned();
        let row = PieceRow { import_key, kind, number, counts, sealed };
        Ok(db::imports::files::add(tx, &row)?)
    }

    /// Puts one thing in a single piece in the place of what was there.
    pub(super) fn put_piece(
        tx: &mut AnyConnection,
        key: &FileKey,
        import_key: i64,
        kind: &str,
        data: Vec<u8>,
    ) -> Result<(), RegistryError> {
        db::imports::files::remove(tx, import_key, kind)?;
        Self::add_piece(tx, key, (import_key, kind, 0), String::new(), data)
    }
}

/// An import whose files are gone. What is only a file cannot go on.
fn without_files(row: ImportRow, now: NaiveDateTime) -> ImportChange {
    let mut counts: super::AllCounts = serde_json::from_str(&row.counts).unwrap_or_default();
    // There is nothing left to see of it.
    counts.preview = None;
    let state = match row.state.as_str() {
        "previewed" => State::Uploaded.name().to_owned(),
        _ => row.state.clone(),
    };
    ImportChange {
        state,
        counts: serde_json::to_string(&counts).unwrap_or_else(|_| row.counts.clone()),
        wrapped_key: None,
        has_file: false,
        updated_at: now,
        ..row.into()
    }
}

/// What the key of an import's pieces is bound to: as in [`db::wrapped::PLACES`].
fn about(id: &str) -> String {
    format!("import {id}")
}

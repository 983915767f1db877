//! Another key for the vault, while others read and write. The new key is there beside the old one
//! before the database says that it is to be wrapped with; whoever meets a mark that they do not
//! know reads the keys again. Then all that the old key wrapped is wrapped anew, a little at a
//! time; killed in the middle, it goes on with what is left.

use std::time::{Duration, Instant};

use super::ring::{KeyFile, Mark, Marked, Ring, Source};
use super::{ANOTHER, PERSON, about_part};
use crate::db::restricted::SealedRow;
use crate::db::wrapped::{PLACES, Place, Wrapped};
use crate::db::{self, DbError};
use crate::domain::restricted::RestrictedPerson;
use crate::registry::pace::{Pace, pause};
use crate::registry::{Registry, RegistryError};

/// How long a rotation tries to be alone for the moment in which the key changes.
const PATIENCE: Duration = Duration::from_secs(60);
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
/// Times that all places are gone through: once does, unless somebody wraps outside the transaction
/// that stores.
const ROUNDS: usize = 5;

/// How far a rotation is.
#[derive(Debug, Clone, Copy)]
pub enum RotationProgress {
    /// The new key is in its place; `made` just now, or before.
    Key {
        made: bool,
    },
    /// The database says that it is to be wrapped with.
    Current,
    Rewrapped {
        done: usize,
        of: usize,
    },
}

/// What a rotation did.
#[derive(Debug, Default)]
pub struct Rotated {
    pub rewrapped: usize,
    /// What none of the keys opens, by table and key: it stays as it is.
    pub unopened: Vec<String>,
    /// The old keys are in a file: the program can take them out.
    pub in_file: bool,
}

/// How many keys were taken out of the file.
#[derive(Debug)]
pub struct Forgotten {
    pub keys: usize,
}

impl Registry {
    /// Puts a new key first in the vault's file, and does no more: for machines that must have the
    /// file before the key is used. A new key that is there already stays. Answers whether one was
    /// made.
    ///
    /// # Errors
    /// If the keys are not in a file that can be written, or are not this database's.
    pub fn prepare_vault_key(&self) -> Result<bool, RegistryError> {
        let Source::File(path) = &self.vault.source else {
            return Err(RegistryError::VaultKey(
                "is in SENTRA_VAULT_KEY: put the new key first there, the old one after it",
            ));
        };
        let current = self.current_mark()?;
        let file = KeyFile::hold(path)?;
        Ok(new_key(&file, &current)?.1)
    }

    /// Rotates the vault's key: to a new one that is put first in the file, or where there is
    /// another key first already (after [`Registry::prepare_vault_key`], in the variable, or where
    /// a rotation was cut short), to that one.
    ///
    /// # Errors
    /// If there is no other key and none can be made; the database's.
    pub fn rotate_vault_key(
        &self,
        mut progress: impl FnMut(RotationProgress),
    ) -> Result<Rotated, RegistryError> {
        let marked = self.current_mark()?;
        // Held to the end: another rotation must not put a third key first meanwhile.
        let file = match &self.vault.source {
            Source::File(path) => Some(KeyFile::hold(path)?),
            _ => None,
        };
        let ring = self.vault.reread()?;
        let current = ring.by_text(&marked).ok_or(ANOTHER)?;
        // Under the key that is current: what is wrapped by another is then of a rotation that was
        // cut short.
        self.hash_known_national_ids()?;
        let (to, made) = if ring.first() == current && self.wraps_still(&ring, current.mark)? {
            (current, false)
        } else {
            match &file {
                Some(file) => new_key(file, &marked)?,
                None => (other_key(&ring, &marked)?, false),
            }
        };
        self.vault.reread()?;
        progress(RotationProgress::Key { made });
        self.switch_to(to.mark)?;
        progress(RotationProgress::Current);
        let mut rotated = Rotated { in_file: file.is_some(), ..Rotated::default() };
        for _ in 0..ROUNDS {
            rotated.unopened.clear();
            let left = self.left_to_wrap(to.mark)?;
            let of = rotated.rewrapped + left;
            progress(RotationProgress::Rewrapped { done: rotated.rewrapped, of });
            for place in PLACES {
                self.rewrap(place, &to, &mut rotated, &mut |done| {
                    progress(RotationProgress::Rewrapped { done, of: of.max(done) });
                })?;
            }
            if self.left_to_wrap(to.mark)? <= rotated.unopened.len() {
                return Ok(rotated);
            }
        }
        Err(RegistryError::VaultKey("before this one is still wrapped with: rotate again"))
    }

    /// Takes all keys but the current one out of the vault's file, if nothing is wrapped by them.
    ///
    /// # Errors
    /// If something is, or the keys are in no file.
    pub fn forget_old_vault_keys(&self) -> Result<Forgotten, RegistryError> {
        let Source::File(path) = &self.vault.source else {
            return Err(RegistryError::VaultKey(
                "is in SENTRA_VAULT_KEY: take the old one out there",
            ));
        };
        let file = KeyFile::hold(path)?;
        let ring = file.read()?;
        let marked = self.current_mark()?;
        let current = ring.by_text(&marked).ok_or(ANOTHER)?;
        if ring.first() != current {
            return Err(RegistryError::VaultKey("before the first in the file is in use: rotate"));
        }
        if self.wraps_still(&ring, current.mark)? {
            return Err(RegistryError::VaultKey("that is old still wraps values: rotate"));
        }
        file.write(&Ring::only(current))?;
        self.vault.reread()?;
        Ok(Forgotten { keys: ring.len() - 1 })
    }

    /// Hashes the NIKs that were sealed by the program that did not hash, and answers how many parts
    /// there were; cheap when there are none.
    ///
    /// # Errors
    /// If there is no key; the database's.
    pub fn hash_known_national_ids(&self) -> Result<usize, RegistryError> {
        let (mut after, mut pace, mut seen) = (Default::default(), Pace::new(), 0);
        loop {
            let rows = pace.batch(|size| self.hash_some(&after, size))?;
            let Some(last) = rows.last() else { return Ok(seen) };
            after = (last.enterprise_id.clone(), last.part.clone());
            seen += rows.len();
            pause();
        }
    }

    fn hash_some(
        &self,
        after: &(String, String),
        size: usize,
    ) -> Result<Vec<SealedRow>, RegistryError> {
        let limit = i64::try_from(size).unwrap_or(i64::MAX);
        let rows = self.db.read(|connection| db::restricted::unmarked(connection, after, limit))?;
        if rows.is_empty() {
            return Ok(rows);
        }
        self.vault.prepare_hashing(&self.db)?;
        self.db.write(|tx| {
            let key = self.vault.current(tx)?;
            for row in &rows {
                let about = about_part(&row.enterprise_id, &row.part);
                let Ok(own) = self.vault.opened(tx, &about, &row.wrapped_key) else {
                    tracing::error!(part = about, "no key of the vault opens a sealed part");
                    continue;
                };
                let hash = if row.part.starts_with(PERSON) {
                    let person: RestrictedPerson = self.vault.open_part(tx, row)?;
                    self.vault.hash_of(tx, &person)?
                } else {
                    None
                };
                db::restricted::mark(tx, row, &key.wrap(&about, own)?, hash.as_deref())?;
            }
            Ok::<_, RegistryError>(())
        })?;
        Ok(rows)
    }

    /// The mark that the database says is current; an error where nothing was wrapped yet.
    fn current_mark(&self) -> Result<String, RegistryError> {
        let marked = self.db.read(db::settings::vault_mark)?;
        marked.ok_or(RegistryError::VaultKey("has wrapped nothing in this database yet"))
    }

    /// Makes a key current. When this returns, whoever wrapped with the one before has committed.
    fn switch_to(&self, mark: Mark) -> Result<(), RegistryError> {
        let started = Instant::now();
        loop {
            match self.db.write(|tx| db::settings::change_vault_mark(tx, &mark.text())) {
                Err(DbError::Busy) if started.elapsed() < PATIENCE => {
                    std::thread::sleep(BETWEEN_TRIES);
                }
                done => return Ok(done?),
            }
        }
    }

    /// Whether a key other than the marked one wraps anything.
    fn wraps_still(&self, ring: &Ring, mark: Mark) -> Result<bool, RegistryError> {
        for place in PLACES {
            let mut after = <[String; 2]>::default();
            loop {
                let batch =
                    self.db.read(|connection| place.without(connection, &mark.0, &after, 1_000))?;
                let Some(last) = batch.last() else { break };
                after.clone_from(&last.key);
                let opened =
                    |row: &Wrapped| ring.open(&(place.about)(&row.key), &row.wrapped).is_some();
                if batch.iter().any(opened) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn left_to_wrap(&self, mark: Mark) -> Result<usize, RegistryError> {
        let mut left = 0;
        for place in PLACES {
            let rows = self.db.read(|connection| place.count_without(connection, &mark.0))?;
            left += usize::try_from(rows).unwrap_or(0);
        }
        Ok(left)
    }

    /// Wraps anew what stands in one place and is wrapped by another key.
    fn rewrap(
        &self,
        place: &Place,
        to: &Marked,
        rotated: &mut Rotated,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), RegistryError> {
        let (mut after, mut pace) = (<[String; 2]>::default(), Pace::new());
        loop {
            let rows = pace.batch(|size| {
                let limit = i64::try_from(size).unwrap_or(i64::MAX);
                let rows: Vec<Wrapped> = self
                    .db
                    .read(|connection| place.without(connection, &to.mark.0, &after, limit))?;
                if rows.is_empty() {
                    return Ok(rows);
                }
                self.db.write(|tx| {
                    for row in &rows {
                        let about = (place.about)(&row.key);
                        match self.vault.opened(tx, &about, &row.wrapped) {
                            Ok(secret) => place.put(tx, row, &to.wrap(&about, secret)?)?,
                            Err(RegistryError::VaultKey(_)) => {
                                rotated.unopened.push(format!("{}: {about}", place.table));
                                continue;
                            }
                            Err(error) => return Err(error),
                        }
                        rotated.rewrapped += 1;
                    }
                    Ok::<_, RegistryError>(())
                })?;
                Ok::<_, RegistryError>(rows)
            })?;
            let Some(last) = rows.last() else { return Ok(()) };
            after.clone_from(&last.key);
            progress(rotated.rewrapped);
            pause();
        }
    }
}

/// The key that a rotation leads to, made where the current one is the first; and whether it was.
fn new_key(file: &KeyFile, current: &str) -> Result<(Marked, bool), RegistryError> {
    let ring = file.read()?;
    match other_key(&ring, current) {
        Ok(key) => Ok((key, false)),
        Err(_) if ring.by_text(current).is_some() => {
            let key = Marked::random()?;
            file.write(&ring.with_first(key))?;
            Ok((key, true))
        }
        Err(error) => Err(error),
    }
}

/// The first key, if it is another than the current one, which must be among the others.
fn other_key(ring: &Ring, current: &str) -> Result<Marked, RegistryError> {
    let known = ring.by_text(current).ok_or(ANOTHER)?;
    let first = ring.first();
    if first == known {
        return Err(RegistryError::VaultKey(
            "comes from SENTRA_VAULT_KEY: put the new key first there and the old one after it, \
             start the servers again with both, and rotate again",
        ));
    }
    Ok(first)
}

//! The vault: restricted values, sealed. Each part (the business's money, each person) has a key
//! of its own, which the vault's key wraps: to take a part away is to destroy its key.
//!
//! The vault's keys come from `SENTRA_VAULT_KEY`, or else from a file: `SENTRA_VAULT_KEY_FILE`, or
//! beside a SQLite database the file with its name and `.key`, which is made when it is first
//! needed. They are never in the database: without them the sealed values are lost. What is wrapped
//! begins with the mark of its key; the database says by its own mark with which key is wrapped
//! now, so that all processes change to another at one moment (`rotation`).

mod files;
mod ring;
mod rotation;
mod seal;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;
use aws_lc_rs::hmac;
use serde::de::DeserializeOwned;

use self::ring::{Marked, Ring, Source, random_key};
use self::seal::{Key, decrypt, encrypt};
use super::RegistryError;
use crate::db::restricted::SealedRow;
use crate::db::{self, AnyConnection, DatabaseUrl, Db};
use crate::domain::restricted::{Restricted, RestrictedPerson};

pub use self::files::FileKey;
pub use self::rotation::{Forgotten, Rotated, RotationProgress};

const BUSINESS: &str = "business";
const PERSON: &str = "person:";
/// The key under which NIKs are hashed: its name.
const NATIONAL_ID: &str = "national_id";

/// Seals and opens restricted values.
pub struct Vault {
    source: Source,
    ring: ArcSwapOption<Ring>,
    /// The key that was last wrapped with: a guess for what is sealed ahead of its transaction.
    last: ArcSwapOption<Marked>,
    /// The key under which NIKs are hashed; it stays when the vault's is rotated.
    hashing: OnceLock<Key>,
}

impl Vault {
    /// The vault of a database, configured by the environment.
    pub fn of(database: &DatabaseUrl) -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        let source = match (variable("SENTRA_VAULT_KEY"), variable("SENTRA_VAULT_KEY_FILE")) {
            (Some(text), _) => Source::Text(text),
            (None, Some(path)) => Source::File(path.into()),
            (None, None) => match database {
                DatabaseUrl::Sqlite(path) => Source::File(Path::new(path).with_extension("key")),
                DatabaseUrl::Postgres(_) => Source::Nowhere,
            },
        };
        Self::from_source(source)
    }

    /// A vault with its keys in that file.
    pub fn with_key_file(path: &Path) -> Self {
        Self::from_source(Source::File(path.to_owned()))
    }

    fn from_source(source: Source) -> Self {
        Self {
            source,
            ring: ArcSwapOption::empty(),
            last: ArcSwapOption::empty(),
            hashing: OnceLock::new(),
        }
    }

    /// Sees to it that these values can be sealed: the first NIK makes the key that all are hashed
    /// under, in a transaction of its own, so that no rollback takes back what others have used.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn prepare(&self, db: &Db, restricted: &Restricted) -> Result<(), RegistryError> {
        let hashed = restricted.persons.iter().any(|person| person.national_id.is_some());
        if hashed { self.prepare_hashing(db) } else { Ok(()) }
    }

    /// As [`Vault::prepare`], for a NIK that is still to come.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn prepare_hashing(&self, db: &Db) -> Result<(), RegistryError> {
        let known = |connection: &mut AnyConnection| {
            Ok::<_, RegistryError>(db::settings::vault_key(connection, NATIONAL_ID)?.is_some())
        };
        if self.hashing.get().is_some() || db.read(known)? {
            return Ok(());
        }
        db.write(|tx| {
            let wrapped = self.wrap(tx, &about_key(NATIONAL_ID), random_key()?.to_vec())?;
            Ok(db::settings::begin_vault_key(tx, NATIONAL_ID, &wrapped)?)
        })
    }

    /// Seals what is restricted of an enterprise, in the transaction that stores it. Call
    /// [`Vault::prepare`] before the transaction.
    ///
    /// # Errors
    /// If there is no key, or it is not the key that this database was sealed with.
    pub fn seal(
        &self,
        tx: &mut AnyConnection,
        enterprise_id: &str,
        restricted: &Restricted,
    ) -> Result<Vec<SealedRow>, RegistryError> {
        if *restricted == Restricted::default() {
            return Ok(Vec::new());
        }
        let key = self.current(tx)?;
        self.sealed_under(&key, tx, enterprise_id, restricted)
    }

    /// Seals ahead of the transaction that stores it, which must call [`Vault::renewed`].
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn seal_ahead(
        &self,
        db: &Db,
        enterprise_id: &str,
        restricted: &Restricted,
    ) -> Result<Vec<SealedRow>, RegistryError> {
        if *restricted == Restricted::default() {
            return Ok(Vec::new());
        }
        self.prepare(db, restricted)?;
        db.read(|connection| match self.last.load_full() {
            Some(key) => self.sealed_under(&key, connection, enterprise_id, restricted),
            None => self.seal(connection, enterprise_id, restricted),
        })
    }

    /// Wraps anew what was sealed ahead under a key that was rotated away meanwhile.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn renewed(
        &self,
        tx: &mut AnyConnection,
        mut rows: Vec<SealedRow>,
    ) -> Result<Vec<SealedRow>, RegistryError> {
        if rows.is_empty() {
            return Ok(rows);
        }
        let key = self.current(tx)?;
        for row in rows.iter_mut().filter(|row| !row.wrapped_key.starts_with(&key.mark.0)) {
            let about = about_part(&row.enterprise_id, &row.part);
            row.wrapped_key = key.wrap(&about, self.opened(tx, &about, &row.wrapped_key)?)?;
        }
        Ok(rows)
    }

    fn sealed_under(
        &self,
        key: &Marked,
        connection: &mut AnyConnection,
        enterprise_id: &str,
        restricted: &Restricted,
    ) -> Result<Vec<SealedRow>, RegistryError> {
        let business = Restricted { persons: Vec::new(), ..restricted.clone() };
        let mut rows = Vec::new();
        if business != Restricted::default() {
            rows.push(seal_part(key, enterprise_id, BUSINESS.into(), &business, None)?);
        }
        for (place, person) in restricted.persons.iter().enumerate() {
            let hash = self.hash_of(connection, person)?;
            rows.push(seal_part(key, enterprise_id, format!("{PERSON}{place}"), person, hash)?);
        }
        Ok(rows)
    }

    /// Opens what [`Vault::seal`] sealed of an enterprise and is stored.
    ///
    /// # Errors
    /// If there is no key, it is another one, or a part was tampered with.
    pub fn of_enterprise(
        &self,
        connection: &mut AnyConnection,
        enterprise_id: &str,
    ) -> Result<Restricted, RegistryError> {
        let parts = db::restricted::of(connection, enterprise_id)?;
        self.of_parts(connection, &parts)
    }

    /// The same of an enterprise's parts that were read before.
    ///
    /// # Errors
    /// As [`Vault::of_enterprise`].
    pub fn of_parts(
        &self,
        connection: &mut AnyConnection,
        parts: &[SealedRow],
    ) -> Result<Restricted, RegistryError> {
        let mut restricted = Restricted::default();
        let mut persons: Vec<(usize, RestrictedPerson)> = Vec::new();
        for row in parts {
            match row.part.strip_prefix(PERSON).and_then(|place| place.parse().ok()) {
                Some(place) => persons.push((place, self.open_part(connection, row)?)),
                None => restricted = self.open_part(connection, row)?,
            }
        }
        // By number: as texts, 10 comes before 2.
        persons.sort_by_key(|(place, _)| *place);
        restricted.persons = persons.into_iter().map(|(_, person)| person).collect();
        Ok(restricted)
    }

    /// Encrypts a secret of the registry's own (a signing key) under the vault's key, in the
    /// transaction that stores it. `about` binds it to its place, which must be in
    /// [`db::wrapped::PLACES`].
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn wrap(
        &self,
        connection: &mut AnyConnection,
        about: &str,
        secret: Vec<u8>,
    ) -> Result<Vec<u8>, RegistryError> {
        self.current(connection)?.wrap(about, secret)
    }

    /// Decrypts what [`Vault::wrap`] encrypted.
    ///
    /// # Errors
    /// As [`Vault::of_enterprise`].
    pub fn unwrap(
        &self,
        connection: &mut AnyConnection,
        about: &str,
        wrapped: &[u8],
    ) -> Result<Vec<u8>, RegistryError> {
        self.opened(connection, about, wrapped)
    }

    /// A keyed hash of restricted values: the same again have the same one, and nobody without the
    /// key finds them out by trying. None while there has been no NIK at all and `prepare` is false.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn fingerprint(
        &self,
        db: &Db,
        restricted: &Restricted,
        prepare: bool,
    ) -> Result<Option<Vec<u8>>, RegistryError> {
        let text = serde_json::to_string(restricted)?;
        if let Some(key) = self.hashing.get() {
            return Ok(Some(keyed_hash(key, &text)));
        }
        if prepare {
            self.prepare_hashing(db)?;
        }
        db.read(|connection| self.national_id_hash(connection, &text))
    }

    /// By what persons with this NIK are found; None while there has been no NIK at all.
    ///
    /// # Errors
    /// As [`Vault::of_enterprise`].
    pub fn national_id_hash(
        &self,
        connection: &mut AnyConnection,
        national_id: &str,
    ) -> Result<Option<Vec<u8>>, RegistryError> {
        let key = match self.hashing.get() {
            Some(key) => key,
            None => {
                let wrapped = db::settings::vault_key(connection, NATIONAL_ID)?;
                let Some(wrapped) = wrapped else { return Ok(None) };
                let key = self.opened(connection, &about_key(NATIONAL_ID), &wrapped)?;
                let key = key.try_into().map_err(|_| OPENS_NOTHING)?;
                self.hashing.get_or_init(|| key)
            }
        };
        Ok(Some(keyed_hash(key, national_id)))
    }

    fn hash_of(
        &self,
        connection: &mut AnyConnection,
        person: &RestrictedPerson,
    ) -> Result<Option<Vec<u8>>, RegistryError> {
        let Some(national_id) = &person.national_id else { return Ok(None) };
        let unprepared = RegistryError::Internal("the key for hashing was prepared");
        self.national_id_hash(connection, national_id)?.ok_or(unprepared).map(Some)
    }

    /// The key that the database is wrapped with now. It stays so until the transaction ends.
    fn current(&self, tx: &mut AnyConnection) -> Result<Marked, RegistryError> {
        let marked = match db::settings::vault_mark_held(tx)? {
            Some(marked) => marked,
            None => {
                let first = self.ring(true)?.first().mark.text();
                db::settings::begin_vault_mark(tx, &first)?;
                db::settings::vault_mark(tx)?.unwrap_or(first)
            }
        };
        let key = match self.ring(false)?.by_text(&marked) {
            Some(key) => key,
            // Perhaps it was rotated since the keys were read.
            None => self.reread()?.by_text(&marked).ok_or(ANOTHER)?,
        };
        if self.last.load().as_deref() != Some(&key) {
            self.last.store(Some(Arc::new(key)));
        }
        Ok(key)
    }

    fn ring(&self, may_make: bool) -> Result<Arc<Ring>, RegistryError> {
        match self.ring.load_full() {
            Some(ring) => Ok(ring),
            None => self.read(may_make),
        }
    }

    fn reread(&self) -> Result<Arc<Ring>, RegistryError> {
        self.read(false)
    }

    fn read(&self, may_make: bool) -> Result<Arc<Ring>, RegistryError> {
        let ring = Arc::new(self.source.read(may_make)?);
        self.ring.store(Some(ring.clone()));
        Ok(ring)
    }

    fn opened(
        &self,
        connection: &mut AnyConnection,
        about: &str,
        wrapped: &[u8],
    ) -> Result<Vec<u8>, RegistryError> {
        if let Some(secret) = self.ring(false)?.open(about, wrapped) {
            return Ok(secret);
        }
        let ring = self.reread()?;
        if let Some(secret) = ring.open(about, wrapped) {
            return Ok(secret);
        }
        let marked = db::settings::vault_mark(connection)?;
        let known = marked.is_none_or(|marked| ring.by_text(&marked).is_some());
        Err(if known { OPENS_NOTHING } else { ANOTHER })
    }

    fn open_part<T: DeserializeOwned>(
        &self,
        connection: &mut AnyConnection,
        row: &SealedRow,
    ) -> Result<T, RegistryError> {
        let about = about_part(&row.enterprise_id, &row.part);
        let own = self.opened(connection, &about, &row.wrapped_key)?;
        let own: Key = own.try_into().map_err(|_| OPENS_NOTHING)?;
        Ok(serde_json::from_slice(&decrypt(&own, &about, &row.sealed)?)?)
    }
}

const ANOTHER: RegistryError =
    RegistryError::VaultKey("is not the one that this database was sealed with");
const OPENS_NOTHING: RegistryError = RegistryError::VaultKey("does not open a sealed value");

fn about_part(enterprise_id: &str, part: &str) -> String {
    format!("{enterprise_id} {part}")
}

fn about_key(name: &str) -> String {
    format!("vault key {name}")
}

fn keyed_hash(key: &Key, text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn seal_part(
    key: &Marked,
    enterprise_id: &str,
    part: String,
    value: &impl serde::Serialize,
    national_id_hash: Option<Vec<u8>>,
) -> Result<SealedRow, RegistryError> {
    let own = random_key()?;
    let about = about_part(enterprise_id, &part);
    Ok(SealedRow {
        wrapped_key: key.wrap(&about, own.to_vec())?,
        sealed: encrypt(&own, &about, serde_json::to_vec(value)?)?,
        enterprise_id: enterprise_id.to_owned(),
        part,
        national_id_hash,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(key: Marked, row: &SealedRow) -> Option<Vec<u8>> {
        let about = about_part(&row.enterprise_id, &row.part);
        let own: Key = Ring::only(key).open(&about, &row.wrapped_key)?.try_into().ok()?;
        decrypt(&own, &about, &row.sealed).ok()
    }

    #[test]
    fn what_was_sealed_opens_in_its_own_place_only() {
        let key = Marked::random().expect("a key");
        let row = seal_part(&key, "a", BUSINESS.into(), &"rahasia", None).expect("sealed");
        assert!(!row.sealed.windows(7).any(|window| window == b"rahasia"));
        assert_eq!(opened(key, &row).as_deref(), Some(b"\"rahasia\"".as_slice()));
        let moved = SealedRow { enterprise_id: "b".into(), ..row.clone() };
        assert_eq!(opened(key, &moved), None);
        assert_eq!(opened(Marked::random().expect("a key"), &row), None);
    }
}

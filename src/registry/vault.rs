//! The vault: restricted values, sealed. Each part (the business's money, each person) has a key
//! of its own, which the vault's key wraps: to take a part away is to destroy its key.
//!
//! The vault's key comes from `SENTRA_VAULT_KEY`, or else from a file: `SENTRA_VAULT_KEY_FILE`, or
//! beside a SQLite database the file with its name and `.key`, which is made when it is first
//! needed. It is never in the database: without it the sealed values are lost.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::RegistryError;
use crate::db::restricted::SealedRow;
use crate::db::{self, AnyConnection, DatabaseUrl};
use crate::domain::restricted::{Restricted, RestrictedPerson};
use crate::domain::text::hex;

const KEY_BYTES: usize = 32;
const BUSINESS: &str = "business";
const PERSON: &str = "person:";

type Key = [u8; KEY_BYTES];

/// Seals and opens restricted values.
pub struct Vault {
    source: Source,
    key: OnceLock<Key>,
}

enum Source {
    /// The key itself, base64.
    Text(String),
    File(PathBuf),
    /// PostgreSQL and nothing configured: processes on other machines must share the key, so none
    /// is made up.
    Nowhere,
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
        Self { source, key: OnceLock::new() }
    }

    /// Seals what is restricted of an enterprise.
    ///
    /// # Errors
    /// If there is no key, or it is not the key that this database was first sealed with.
    pub fn seal(
        &self,
        tx: &mut AnyConnection,
        enterprise_id: &str,
        restricted: &Restricted,
    ) -> Result<Vec<SealedRow>, RegistryError> {
        let business = Restricted { persons: Vec::new(), ..restricted.clone() };
        if *restricted == Restricted::default() {
            return Ok(Vec::new());
        }
        let key = self.key(tx)?;
        let mut rows = Vec::new();
        if business != Restricted::default() {
            rows.push(seal_part(key, enterprise_id, BUSINESS.into(), &business)?);
        }
        for (place, person) in restricted.persons.iter().enumerate() {
            rows.push(seal_part(key, enterprise_id, format!("{PERSON}{place}"), person)?);
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
        let rows = db::restricted::of(connection, enterprise_id)?;
        let mut restricted = Restricted::default();
        if rows.is_empty() {
            return Ok(restricted);
        }
        let key = self.key(connection)?;
        let mut persons = Vec::new();
        for row in &rows {
            if row.part == BUSINESS {
                restricted = open_part(key, row)?;
            } else {
                persons.push(open_part::<RestrictedPerson>(key, row)?);
            }
        }
        restricted.persons = persons;
        Ok(restricted)
    }

    /// Encrypts a secret of the registry's own (a signing key) under the vault's key. `about` binds
    /// it to its place.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn wrap(
        &self,
        connection: &mut AnyConnection,
        about: &str,
        secret: Vec<u8>,
    ) -> Result<Vec<u8>, RegistryError> {
        encrypt(self.key(connection)?, about, secret)
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
        decrypt(self.key(connection)?, about, wrapped)
    }

    /// The key; the first time it is looked at, it is held against the database's mark of it.
    fn key(&self, connection: &mut AnyConnection) -> Result<&Key, RegistryError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let marked = db::settings::vault_mark(connection)?;
        let key = self.source.read(marked.is_none())?;
        let mark = hex(&Sha256::digest([b"sentra vault ".as_slice(), &key].concat())[..8]);
        match marked {
            Some(marked) if marked == mark => {}
            Some(_) => {
                return Err(RegistryError::VaultKey(
                    "is not the one that this database was sealed with",
                ));
            }
            None => db::settings::set_vault_mark(connection, &mark)?,
        }
        Ok(self.key.get_or_init(|| key))
    }
}

impl Source {
    fn read(&self, may_make: bool) -> Result<Key, RegistryError> {
        match self {
            Self::Text(text) => decode(text),
            Self::Nowhere => Err(RegistryError::VaultKey(
                "is not configured: set SENTRA_VAULT_KEY or SENTRA_VAULT_KEY_FILE",
            )),
            Self::File(path) => match std::fs::read_to_string(path) {
                Ok(text) => decode(&text),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_make => {
                    make(path).map_err(|_| RegistryError::VaultKey("file cannot be written"))
                }
                Err(_) => Err(RegistryError::VaultKey("file cannot be read")),
            },
        }
    }
}

fn decode(text: &str) -> Result<Key, RegistryError> {
    let bytes = BASE64_STANDARD.decode(text.trim()).ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(RegistryError::VaultKey("is not 32 bytes in base64"))
}

/// Makes a key and keeps it in a file that only its owner reads. Where another process was first,
/// that one's key is taken.
fn make(path: &Path) -> std::io::Result<Key> {
    use std::os::unix::fs::OpenOptionsExt;
    let key = random_key().map_err(|_| std::io::Error::other("no random bytes could be had"))?;
    let temporary = path.with_extension(format!("key.{}", std::process::id()));
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    writeln!(file, "{}", BASE64_STANDARD.encode(key))?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&temporary, path);
    std::fs::remove_file(&temporary)?;
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let text = std::fs::read_to_string(path)?;
            decode(&text).map_err(|error| std::io::Error::other(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

fn random_key() -> Result<Key, RegistryError> {
    let mut key = [0; KEY_BYTES];
    let failed = RegistryError::Internal("no random bytes could be had");
    SystemRandom::new().fill(&mut key).map_err(|_| failed)?;
    Ok(key)
}

fn seal_part(
    vault_key: &Key,
    enterprise_id: &str,
    part: String,
    value: &impl serde::Serialize,
) -> Result<SealedRow, RegistryError> {
    let own = random_key()?;
    let about = format!("{enterprise_id} {part}");
    Ok(SealedRow {
        wrapped_key: encrypt(vault_key, &about, own.to_vec())?,
        sealed: encrypt(&own, &about, serde_json::to_vec(value)?)?,
        enterprise_id: enterprise_id.to_owned(),
        part,
    })
}

fn open_part<T: DeserializeOwned>(vault_key: &Key, row: &SealedRow) -> Result<T, RegistryError> {
    let about = format!("{} {}", row.enterprise_id, row.part);
    let own = decrypt(vault_key, &about, &row.wrapped_key)?;
    let own: Key = own.try_into().map_err(|_| RegistryError::VaultKey("opens no key"))?;
    Ok(serde_json::from_slice(&decrypt(&own, &about, &row.sealed)?)?)
}

/// AES-256-GCM: nonce, then what was encrypted, then the tag. `about` binds it to its place.
fn encrypt(key: &Key, about: &str, mut data: Vec<u8>) -> Result<Vec<u8>, RegistryError> {
    let failed = |_| RegistryError::Internal("a value could not be sealed");
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(failed)?;
    let nonce =
        key.seal_in_place_append_tag(Aad::from(about.as_bytes()), &mut data).map_err(failed)?;
    Ok([nonce.as_ref().as_slice(), &data].concat())
}

fn decrypt(key: &Key, about: &str, data: &[u8]) -> Result<Vec<u8>, RegistryError> {
    let failed = || RegistryError::VaultKey("does not open a sealed value");
    let (nonce, rest) = data.split_at_checked(NONCE_LEN).ok_or_else(failed)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| failed())?;
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| failed())?;
    let mut rest = rest.to_vec();
    let opened = key
        .open_in_place(nonce, Aad::from(about.as_bytes()), &mut rest)
        .map_err(|_| failed())?
        .to_vec();
    Ok(opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_in_its_own_place_only() {
        let key = random_key().expect("a key");
        let row = seal_part(&key, "a", BUSINESS.into(), &"rahasia").expect("sealed");
        assert!(!row.sealed.windows(7).any(|window| window == b"rahasia"));
        assert_eq!(open_part::<String>(&key, &row).expect("opened"), "rahasia");
        let moved = SealedRow { enterprise_id: "b".into(), ..row.clone() };
        assert!(open_part::<String>(&key, &moved).is_err());
        let other = random_key().expect("a key");
        assert!(open_part::<String>(&other, &row).is_err());
    }

    #[test]
    fn a_key_file_is_made_once_and_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sentra.key");
        let source = Source::File(path.clone());
        assert!(source.read(false).is_err());
        let key = source.read(true).expect("made");
        assert_eq!(source.read(true).expect("read"), key);
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}

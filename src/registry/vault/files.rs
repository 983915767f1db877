//! Keys of files: one each, wrapped by the vault's. To take a file away is to destroy its key.

use super::seal::{Key, decrypt, encrypt};
use super::{OPENS_NOTHING, Vault, random_key};
use crate::db::AnyConnection;
use crate::registry::RegistryError;

/// The key of a file in pieces.
pub struct FileKey {
    key: Key,
    about: String,
}

impl Vault {
    /// A new key and what of it is stored. `about` binds it to its place, which must be in
    /// [`crate::db::wrapped::PLACES`].
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn new_file_key(
        &self,
        tx: &mut AnyConnection,
        about: String,
    ) -> Result<(FileKey, Vec<u8>), RegistryError> {
        let key = random_key()?;
        let wrapped = self.wrap(tx, &about, key.to_vec())?;
        Ok((FileKey { key, about }, wrapped))
    }

    /// A key as it was stored.
    ///
    /// # Errors
    /// As [`Vault::of_enterprise`].
    pub fn file_key(
        &self,
        connection: &mut AnyConnection,
        about: String,
        wrapped: &[u8],
    ) -> Result<FileKey, RegistryError> {
        let key = self.unwrap(connection, &about, wrapped)?;
        Ok(FileKey { key: key.try_into().map_err(|_| OPENS_NOTHING)?, about })
    }
}

impl FileKey {
    /// # Errors
    /// If there is no randomness.
    pub fn seal(&self, kind: &str, number: i32, data: Vec<u8>) -> Result<Vec<u8>, RegistryError> {
        encrypt(&self.key, &self.place(kind, number), data)
    }

    /// # Errors
    /// If it is another key's or another place's.
    pub fn open(&self, kind: &str, number: i32, data: &[u8]) -> Result<Vec<u8>, RegistryError> {
        decrypt(&self.key, &self.place(kind, number), data)
    }

    /// Binds a piece to its place in the file.
    fn place(&self, kind: &str, number: i32) -> String {
        format!("{} {kind} {number}", self.about)
    }
}

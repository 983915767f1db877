//! How values are sealed: AES-256-GCM, bound to their place.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use crate::registry::RegistryError;

pub type Key = [u8; 32];

/// AES-256-GCM: nonce, then what was encrypted, then the tag. `about` binds it to its place.
pub fn encrypt(key: &Key, about: &str, mut data: Vec<u8>) -> Result<Vec<u8>, RegistryError> {
    let failed = |_| RegistryError::Internal("a value could not be sealed");
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(failed)?;
    let nonce =
        key.seal_in_place_append_tag(Aad::from(about.as_bytes()), &mut data).map_err(failed)?;
    Ok([nonce.as_ref().as_slice(), &data].concat())
}

pub fn decrypt(key: &Key, about: &str, data: &[u8]) -> Result<Vec<u8>, RegistryError> {
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

//! Passwords, tokens and one-time codes: how they are made, and what is kept of them. Of what
//! people choose an argon2id hash is kept, of what was drawn at random a SHA-256.

use std::sync::LazyLock;
use std::time::Duration;

use actix_web::rt::time::timeout;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use super::{Registry, RegistryError};
use crate::db::DbError;
use crate::domain::fault::{Fault, FieldFault};

/// Shortest password.
pub const MIN_PASSWORD: usize = 12;
const MAX_PASSWORD_BYTES: usize = 1_000;

/// The least that OWASP asks of argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How long somebody waits for their turn to have a password hashed.
const TURN: Duration = Duration::from_secs(5);

/// Letters and digits that nobody mistakes for one another: 32, five bits each.
const CODE_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CODE_LENGTH: usize = 20;
const CODE_GROUP: usize = 5;

/// A hash to check against where there is no account, so that both take as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("there is no such account").ok());

impl Registry {
    /// A turn to hash a password, which takes a processor and 19 MiB for a while: as many at once
    /// as there are processors, so that a flood of sign-ins holds up only sign-ins.
    ///
    /// # Errors
    /// [`DbError::Busy`] where none comes in time.
    pub async fn hashing_turn(&self) -> Result<HashingTurn, RegistryError> {
        let turn = timeout(TURN, self.hashing.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| DbError::Busy)?;
        let closed = RegistryError::Internal("turns to hash passwords are never closed");
        turn.map(HashingTurn).map_err(|_| closed)
    }
}

/// A turn to hash a password.
pub struct HashingTurn(OwnedSemaphorePermit);

impl HashingTurn {
    /// Does the work in the thread that does it: whoever asked may be gone before it ends.
    pub fn while_it_lasts<T>(self, work: impl FnOnce() -> T) -> T {
        let done = work();
        drop(self.0);
        done
    }
}

/// Random bytes.
pub(super) fn random<const N: usize>() -> Result<[u8; N], RegistryError> {
    let mut bytes = [0; N];
    let failed = RegistryError::Internal("no random bytes could be had");
    SystemRandom::new().fill(&mut bytes).map_err(|_| failed)?;
    Ok(bytes)
}

/// A token of 256 bits that is safe in addresses and headers.
pub(super) fn token() -> Result<String, RegistryError> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// What is kept of a token or a one-time code.
pub(super) fn digest(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

/// Whether a token or code is the one that this is the digest of; takes as long either way.
pub(super) fn is_digest_of(kept: &str, token: &str) -> bool {
    let shown = digest(token);
    aws_lc_rs::constant_time::verify_slices_are_equal(kept.as_bytes(), shown.as_bytes()).is_ok()
}

/// A one-time code of 100 bits that can be read aloud: `XXXXX-XXXXX-XXXXX-XXXXX`.
pub(super) fn one_time_code() -> Result<String, RegistryError> {
    let letters = random::<CODE_LENGTH>()?.map(|byte| CODE_LETTERS[usize::from(byte % 32)]);
    let groups = letters.chunks(CODE_GROUP).map(String::from_utf8_lossy);
    Ok(groups.collect::<Vec<_>>().join("-"))
}

/// A one-time code as it was made, however it was typed.
pub(super) fn tidy_code(typed: &str) -> String {
    let letters: Vec<char> = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    letters.chunks(CODE_GROUP).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// What is wrong with a new password.
pub(super) fn password_fault(field: &str, password: &str) -> Option<FieldFault> {
    let length = password.chars().count();
    let fine = length >= MIN_PASSWORD && password.len() <= MAX_PASSWORD_BYTES;
    let (min, max) = (MIN_PASSWORD.to_string(), MAX_PASSWORD_BYTES.to_string());
    let fault = Fault::OutOfRange { value: length.to_string(), min, max };
    (!fine).then(|| FieldFault::new(field, fault))
}

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What is kept of a password. Takes a while: call it off the HTTP workers.
pub(super) fn hash(password: &str) -> Result<String, RegistryError> {
    let failed = || RegistryError::Internal("a password could not be hashed");
    let hash = argon2().ok_or_else(failed)?.hash_password(password.as_bytes());
    Ok(hash.map_err(|_| failed())?.to_string())
}

/// Whether this is the password; takes as long where there is none to compare with.
pub(super) fn is_password(kept: Option<&str>, password: &str) -> bool {
    let kept = kept.filter(|hash| !hash.is_empty());
    let Some(hash) = kept.or(NOBODY.as_deref()) else { return false };
    let matches = PasswordHash::new(hash).is_ok_and(|hash| {
        argon2().is_some_and(|argon2| argon2.verify_password(password.as_bytes(), &hash).is_ok())
    });
    matches && kept.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_as_owasp_has_it() {
        let kept = hash("kata sandi untuk uji").expect("a hash");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is_password(Some(&kept), "kata sandi untuk uji"));
        assert!(!is_password(Some(&kept), "kata sandi untuk Uji"));
    }

    #[test]
    fn no_password_opens_an_account_without_one() {
        for kept in [None, Some("")] {
            assert!(!is_password(kept, "there is no such account") && !is_password(kept, ""));
        }
    }

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = one_time_code().expect("a code");
        assert_eq!((code.len(), tidy_code(&code)), (23, code.clone()));
        let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
        assert!(is_digest_of(&digest(&code), &tidy_code(&typed)));
        assert!(!is_digest_of(&digest(&code), &tidy_code(&one_time_code().expect("a code"))));
    }
}

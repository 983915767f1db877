//! What signs access tokens (JWT, RFC 9068; Ed25519) and checks them. The keys stand in the
//! database, their private halves sealed by the vault, and all processes share them.
//!
//! A new key is shown before it signs ([`LEAD`]), for longer than any process goes without looking
//! ([`FRESH`]): whoever is shown a token knows its key. The one before it verifies until the last
//! token that it signed has ended ([`GRACE`]).

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::access_log::SIGNING_KEY;
use super::{Registry, RegistryError};
use crate::db::log::Entry;
use crate::db::signing_keys::SigningKeyRow;
use crate::db::{self, AnyConnection, DbError};
use crate::domain::access::Right;
use crate::domain::actor::Actor;

/// How long an access token is good.
pub(super) const ACCESS: TimeDelta = TimeDelta::minutes(10);
/// How long keys that were read count as those of the database.
const FRESH: TimeDelta = TimeDelta::seconds(5);
/// How long a new key is shown before it signs.
const LEAD: TimeDelta = TimeDelta::seconds(6);
/// How long a key verifies after the next one began to sign.
const GRACE: TimeDelta = TimeDelta::minutes(15);
/// Unknown keys are looked for in the database at most this often.
const BETWEEN_LOOKS: TimeDelta = TimeDelta::seconds(1);

const ISSUER: &str = "sentra";
const AUDIENCE: &str = "sentra-api";
/// RFC 9068.
const TOKEN_TYPE: &str = "at+jwt";

/// What an access token says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    iss: String,
    aud: String,
    /// Address of a person, or id of a service client.
    pub(super) sub: String,
    /// The session; of a service client, the version of its secret.
    pub(super) sid: String,
    iat: i64,
    exp: i64,
    jti: String,
    /// Of a service client only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scope: Option<String>,
}

impl Claims {
    pub(super) fn new(sub: String, sid: String, now: DateTime<Utc>) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub,
            sid,
            iat: now.timestamp(),
            exp: (now + ACCESS).timestamp(),
            jti: uuid::Uuid::new_v4().to_string(),
            client_id: None,
            scope: None,
        }
    }

    /// The same of a service client.
    pub(super) fn of_client(self, scope: String) -> Self {
        Self { client_id: Some(self.sub.clone()), scope: Some(scope), ..self }
    }
}

/// The public half of a key, for whoever checks tokens themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    pub kid: String,
    /// Ed25519, 32 bytes.
    pub bytes: Vec<u8>,
}

/// What a rotation did.
#[derive(Debug)]
pub struct Rotated {
    pub kid: String,
    pub signs_from: DateTime<Utc>,
    /// When the keys before it end.
    pub earlier_until: DateTime<Utc>,
}

struct Key {
    row: SigningKeyRow,
    checking: DecodingKey,
    /// Opened when it first signs.
    signing: OnceLock<EncodingKey>,
}

/// The keys as they were read.
struct Ring {
    read_at: DateTime<Utc>,
    /// In the order in which they sign.
    keys: Vec<Arc<Key>>,
}

impl Ring {
    fn is_of(&self, now: DateTime<Utc>, age: TimeDelta) -> bool {
        // A clock that was set back makes nothing fresh.
        self.read_at <= now && now < self.read_at + age
    }

    /// The newest whose time has come; where clocks differ, the oldest.
    fn signing(&self, now: DateTime<Utc>) -> Option<&Arc<Key>> {
        let begun = self.keys.iter().rev().find(|key| key.row.signs_from.and_utc() <= now);
        begun.or(self.keys.first())
    }

    /// Those that verify.
    fn checking(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Arc<Key>> {
        let ended = ended(self.keys.iter().map(|key| &key.row), now);
        self.keys[ended..].iter()
    }
}

/// How many of these keys, in the order in which they sign, have ended.
fn ended<'a>(keys: impl Iterator<Item = &'a SigningKeyRow>, now: DateTime<Utc>) -> usize {
    // A key ends some time after the next one began.
    keys.skip(1).take_while(|next| next.signs_from.and_utc() + GRACE <= now).count()
}

/// The keys that this process knows.
#[derive(Default)]
pub struct SigningKeys {
    ring: ArcSwapOption<Ring>,
    /// One thread reads them, the others wait for what it reads.
    turn: Mutex<()>,
}

impl Registry {
    /// Signs what a token says.
    pub(super) fn sign(&self, claims: &Claims) -> Result<String, RegistryError> {
        let key = self.signing_key()?;
        let signing = match key.signing.get() {
            Some(signing) => signing,
            None => {
                let (about, sealed) = (about(&key.row.kid), &key.row.private_key);
                let opened =
                    self.db.read(|connection| self.vault.unwrap(connection, &about, sealed))?;
                key.signing.get_or_init(|| EncodingKey::from_ed_der(&opened))
            }
        };
        let header = Header {
            typ: Some(TOKEN_TYPE.to_owned()),
            kid: Some(key.row.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, claims, signing)
            .map_err(|_| RegistryError::Internal("an access token could not be signed"))
    }

    /// What a token says, if one of the keys signed it and it has not ended. Where a header names
    /// keys of its own or places to fetch some from, they are not looked at.
    ///
    /// # Errors
    /// [`RegistryError::BadToken`].
    pub(super) fn verified(&self, token: &str) -> Result<Claims, RegistryError> {
        let bad = |_| RegistryError::BadToken;
        let header = jsonwebtoken::decode_header(token).map_err(bad)?;
        let ours = header.alg == Algorithm::EdDSA
            && header.typ.as_deref() == Some(TOKEN_TYPE)
            && header.crit.is_none();
        let kid = header.kid.filter(|_| ours).ok_or(RegistryError::BadToken)?;
        let now = self.clock.now();
        let key = self.checking_key(&kid, now)?.ok_or(RegistryError::BadToken)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // By the registry's clock, below.
        validation.validate_exp = false;
        let claims =
            jsonwebtoken::decode::<Claims>(token, &key.checking, &validation).map_err(bad)?.claims;
        if claims.exp > now.timestamp() { Ok(claims) } else { Err(RegistryError::BadToken) }
    }

    /// The public halves of the keys that verify, and of the one that will sign next.
    ///
    /// # Errors
    /// The vault's, where the first key is to be made; the database's.
    pub fn public_keys(&self) -> Result<Vec<PublicKey>, RegistryError> {
        self.signing_key()?;
        let now = self.clock.now();
        let ring = self.ring(now, FRESH)?;
        let public = |key: &Arc<Key>| PublicKey {
            kid: key.row.kid.clone(),
            bytes: key.row.public_key.clone(),
        };
        Ok(ring.checking(now).map(public).collect())
    }

    /// Makes a new signing key. The earlier ones verify until their tokens have ended; with
    /// `revoke` they end now.
    ///
    /// # Errors
    /// Not allowed; the vault's; the database's.
    pub fn rotate_signing_keys(
        &self,
        actor: &Actor,
        revoke: bool,
    ) -> Result<Rotated, RegistryError> {
        actor.require(Right::ManageAccess)?;
        if !actor.visibility().is_unbounded() {
            return Err(RegistryError::Forbidden);
        }
        let rotate = |tx: &mut AnyConnection| {
            db::signing_keys::lock(tx)?;
            let keys = db::signing_keys::all(tx)?;
            let now = self.clock.now();
            let going = if revoke { keys.len() } else { ended(keys.iter(), now) };
            let gone: Vec<String> = keys[..going].iter().map(|row| row.kid.clone()).collect();
            db::signing_keys::delete(tx, &gone)?;
            let signs_from = match keys[going..].last() {
                None => now,
                // After one that waits for its time, too.
                Some(last) => {
                    (now + LEAD).max(last.signs_from.and_utc() + TimeDelta::microseconds(1))
                }
            };
            let kid = self.make_key(tx, now, signs_from)?;
            let entry = Entry {
                actor: actor.name(),
                job_id: None,
                reason: None,
                entity: SIGNING_KEY,
                entity_id: kid.clone(),
                action: if revoke { "revoke" } else { "rotate" },
                revision: 0,
            };
            db::log::append(tx, now.naive_utc(), &[entry])?;
            let earlier_until = if revoke { now } else { signs_from + GRACE };
            Ok(Rotated { kid, signs_from, earlier_until })
        };
        let rotated = self.once_more(rotate)?;
        self.read_keys(TimeDelta::zero())?;
        Ok(rotated)
    }

    /// The key that signs now; the first one is made when it is first needed.
    fn signing_key(&self) -> Result<Arc<Key>, RegistryError> {
        let now = self.clock.now();
        if let Some(key) = self.ring(now, FRESH)?.signing(now) {
            return Ok(key.clone());
        }
        self.once_more(|tx| {
            db::signing_keys::lock(tx)?;
            // Another process may have been first.
            if db::signing_keys::all(tx)?.is_empty() {
                self.make_key(tx, now, now)?;
            }
            Ok(())
        })?;
        let ring = self.read_keys(TimeDelta::zero())?;
        ring.signing(now).cloned().ok_or(RegistryError::Internal("a key was just made"))
    }

    fn checking_key(
        &self,
        kid: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<Key>>, RegistryError> {
        for age in [FRESH, BETWEEN_LOOKS] {
            let ring = self.ring(now, age)?;
            if let Some(key) = ring.checking(now).find(|key| key.row.kid == kid) {
                return Ok(Some(key.clone()));
            }
        }
        Ok(None)
    }

    /// The keys as they were read at most so long ago.
    fn ring(&self, now: DateTime<Utc>, age: TimeDelta) -> Result<Arc<Ring>, RegistryError> {
        match self.signing_keys.ring.load_full() {
            Some(ring) if ring.is_of(now, age) => Ok(ring),
            _ => self.read_keys(age),
        }
    }

    /// Reads the keys, unless another thread has done so within this time.
    fn read_keys(&self, age: TimeDelta) -> Result<Arc<Ring>, RegistryError> {
        let _turn = self.signing_keys.turn.lock();
        let now = self.clock.now();
        let known = self.signing_keys.ring.load_full();
        if let Some(ring) = known.as_ref().filter(|ring| ring.is_of(now, age)) {
            return Ok(ring.clone());
        }
        let known = known.as_deref().map(|ring| ring.keys.as_slice()).unwrap_or_default();
        let rows = self.db.read(db::signing_keys::all)?;
        let keys = rows.into_iter().map(|row| {
            // Sealed anew, it is opened anew.
            let same = known.iter().find(|key| key.row == row).cloned();
            same.unwrap_or_else(|| {
                let checking = DecodingKey::from_ed_der(&row.public_key);
                Arc::new(Key { row, checking, signing: OnceLock::new() })
            })
        });
        let ring = Arc::new(Ring { read_at: now, keys: keys.collect() });
        self.signing_keys.ring.store(Some(ring.clone()));
        Ok(ring)
    }

    fn make_key(
        &self,
        tx: &mut AnyConnection,
        now: DateTime<Utc>,
        signs_from: DateTime<Utc>,
    ) -> Result<String, RegistryError> {
        let failed = |_| RegistryError::Internal("no signing key could be made");
        let pair = Ed25519KeyPair::generate().map_err(failed)?;
        let document = pair.to_pkcs8v1().map_err(failed)?;
        let public_key = pair.public_key().as_ref().to_vec();
        let kid = thumbprint(&public_key);
        let row = SigningKeyRow {
            private_key: self.vault.wrap(tx, &about(&kid), document.as_ref().to_vec())?,
            kid: kid.clone(),
            public_key,
            created_at: now.naive_utc(),
            signs_from: signs_from.naive_utc(),
        };
        db::signing_keys::insert(tx, &row)?;
        Ok(kid)
    }

    /// Writes, and writes again where another process was first to mark the vault's key.
    fn once_more<T>(
        &self,
        write: impl Fn(&mut AnyConnection) -> Result<T, RegistryError>,
    ) -> Result<T, RegistryError> {
        match self.db.write(&write) {
            Err(RegistryError::Db(DbError::Unique)) => self.db.write(&write),
            done => done,
        }
    }
}

/// What binds a sealed key to its place.
fn about(kid: &str) -> String {
    format!("signing-key {kid}")
}

/// RFC 7638.
fn thumbprint(public_key: &[u8]) -> String {
    let x = BASE64_URL_SAFE_NO_PAD.encode(public_key);
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037, appendix A.3.
    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(x).expect("base64");
        assert_eq!(thumbprint(&bytes), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}

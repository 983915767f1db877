//! Accounts and sign-in. A session is a refresh token (random, kept only as its hash, good for one
//! use) that is exchanged for short-lived access tokens (JWT, EdDSA).
//!
//! The signing key lives in this process's memory: after a restart, clients refresh. Keys that
//! processes share are not here yet.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Registry, RegistryError};
use crate::db;
use crate::db::users::{SessionRow, UserRow};
use crate::domain::actor::{Actor, Role, User};
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::region::{Level, RegionCode};

/// How long an access token is good.
const ACCESS: TimeDelta = TimeDelta::minutes(10);
/// How long a session lasts without being used.
const SESSION: TimeDelta = TimeDelta::days(14);
const ISSUER: &str = "sentra";
const AUDIENCE: &str = "sentra-api";
/// RFC 9068.
const TOKEN_TYPE: &str = "at+jwt";
/// Shortest password.
pub const MIN_PASSWORD: usize = 12;

/// Signs and checks access tokens.
pub struct SessionKeys {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl SessionKeys {
    pub(super) fn generate() -> Result<Self, RegistryError> {
        let failed = |_| RegistryError::Internal("no signing key could be made");
        let pair = Ed25519KeyPair::generate().map_err(failed)?;
        let document = pair.to_pkcs8v1().map_err(failed)?;
        Ok(Self {
            signing: EncodingKey::from_ed_der(document.as_ref()),
            checking: DecodingKey::from_ed_der(pair.public_key().as_ref()),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
}

/// What a sign-in or a refresh answers.
pub struct SignedIn {
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    /// For the cookie only.
    pub refresh_token: String,
    pub session_seconds: i64,
    pub email: String,
    pub role: Role,
    pub area: Option<RegionCode>,
}

/// A hash to check against where there is no account, so that both take as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("there is no such account").ok());

impl Registry {
    /// Adds an account, or replaces the password, role and area of the one with this address.
    ///
    /// # Errors
    /// An address, password or area that will not do.
    pub fn put_user(
        &self,
        email: &str,
        password: &str,
        role: Role,
        area: Option<RegionCode>,
    ) -> Result<(), RegistryError> {
        let email = email.trim().to_lowercase();
        let mut faults = Vec::new();
        if !email.contains('@') || email.len() > 200 || email.contains(char::is_whitespace) {
            let (value, expected) = (email.clone(), Expected::Email);
            faults.push(FieldFault::new("email", Fault::Malformed { value, expected }));
        }
        if password.chars().count() < MIN_PASSWORD || password.len() > 1_000 {
            let (value, min, max) =
                (password.chars().count().to_string(), MIN_PASSWORD.to_string(), "1000".into());
            faults.push(FieldFault::new("password", Fault::OutOfRange { value, min, max }));
        }
        // Records are an office's by their regency: a narrower area would see none of them.
        if let Some(area) = area.as_ref().filter(|area| area.level() > Level::Regency) {
            let (value, expected) = (area.to_string(), Expected::RegionCode);
            faults.push(FieldFault::new("area", Fault::Malformed { value, expected }));
        }
        if let Some(area) =
            area.as_ref().filter(|area| self.reference().gazetteer.get(area).is_none())
        {
            faults.push(FieldFault::new("area", Fault::RegionUnknown { value: area.to_string() }));
        }
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        let role: &'static str = role.into();
        let row = UserRow {
            email,
            password_hash: hash(password)?,
            role: role.to_owned(),
            area: area.map(|area| area.to_string()),
            created_at: self.clock.now_naive(),
        };
        Ok(self.db.write(|tx| db::users::put(tx, &row))?)
    }

    /// Signs a person in. Takes as long for an unknown address as for a wrong password.
    ///
    /// # Errors
    /// Wrong address or password, without saying which.
    pub fn sign_in(&self, email: &str, password: &str) -> Result<SignedIn, RegistryError> {
        // Characters that no address has, and that PostgreSQL does not take, find nobody.
        let email = email.trim().to_lowercase().replace(char::is_control, "");
        let user = self.db.read(|connection| db::users::by_email(connection, &email))?;
        let known = user.as_ref().map(|user| user.password_hash.as_str()).or(NOBODY.as_deref());
        let matches = known.is_some_and(|hash| verify(password, hash));
        match user {
            Some(user) if matches => self.begin_session(&user),
            _ => Err(RegistryError::SignInFailed),
        }
    }

    /// Exchanges a refresh token for a new one and an access token. The old one is used up.
    ///
    /// # Errors
    /// If it is not, or no longer, good.
    pub fn refresh_session(&self, refresh_token: &str) -> Result<SignedIn, RegistryError> {
        let now = self.clock.now_naive();
        let session = self.db.write(|tx| db::users::take_session(tx, &digest(refresh_token)))?;
        let session =
            session.filter(|session| session.expires_at > now).ok_or(RegistryError::BadToken)?;
        let user = self.db.read(|connection| db::users::by_email(connection, &session.email))?;
        self.begin_session(&user.ok_or(RegistryError::BadToken)?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database's; an unknown token is none.
    pub fn end_session(&self, refresh_token: &str) -> Result<(), RegistryError> {
        self.db.write(|tx| db::users::take_session(tx, &digest(refresh_token)))?;
        Ok(())
    }

    /// Who an access token is of. Role and area are read anew each time, so that a change of them
    /// takes effect at once.
    ///
    /// # Errors
    /// If the token is not, or no longer, good, or the account is gone.
    pub fn actor(&self, access_token: &str) -> Result<Actor, RegistryError> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 0;
        let token =
            jsonwebtoken::decode::<Claims>(access_token, &self.session_keys.checking, &validation)
                .map_err(|_| RegistryError::BadToken)?;
        if token.header.typ.as_deref() != Some(TOKEN_TYPE) {
            return Err(RegistryError::BadToken);
        }
        let email = token.claims.sub;
        let user = self.db.read(|connection| db::users::by_email(connection, &email))?;
        let user = user.ok_or(RegistryError::BadToken)?;
        let (role, area) = (role(&user)?, area(&user));
        Ok(Actor::User(User { email, role, area, cooperative: None, restricted: false }))
    }

    fn begin_session(&self, user: &UserRow) -> Result<SignedIn, RegistryError> {
        let now = self.clock.now();
        let mut bytes = [0_u8; 32];
        let failed = RegistryError::Internal("no random bytes could be had");
        SystemRandom::new().fill(&mut bytes).map_err(|_| failed)?;
        let refresh_token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let session = SessionRow {
            token_hash: digest(&refresh_token),
            email: user.email.clone(),
            expires_at: (now + SESSION).naive_utc(),
        };
        self.db.write(|tx| {
            db::users::drop_expired_sessions(tx, now.naive_utc())?;
            db::users::add_session(tx, &session)
        })?;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.email.clone(),
            iat: now.timestamp(),
            exp: (now + ACCESS).timestamp(),
        };
        let header = Header { typ: Some(TOKEN_TYPE.to_owned()), ..Header::new(Algorithm::EdDSA) };
        let access_token = jsonwebtoken::encode(&header, &claims, &self.session_keys.signing)
            .map_err(|_| RegistryError::Internal("an access token could not be signed"))?;
        Ok(SignedIn {
            access_token,
            expires_in: ACCESS.num_seconds(),
            refresh_token,
            session_seconds: SESSION.num_seconds(),
            email: user.email.clone(),
            role: role(user)?,
            area: area(user),
        })
    }
}

fn role(user: &UserRow) -> Result<Role, RegistryError> {
    user.role.parse().map_err(|_| RegistryError::Internal("a stored role is known"))
}

/// An area that cannot be read bounds to nowhere rather than to everywhere.
fn area(user: &UserRow) -> Option<RegionCode> {
    let nowhere = || "00".parse().ok();
    user.area.as_ref().and_then(|area| area.parse().ok().or_else(nowhere))
}

fn digest(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

fn hash(password: &str) -> Result<String, RegistryError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|_| RegistryError::Internal("a password could not be hashed"))?.to_string())
}

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

//! Sign-in. A session is a family of refresh tokens (random, kept only as their hashes, each good
//! for one use) that are exchanged for short-lived access tokens. Access tokens name their session:
//! with it, all that came of it ends at once.
//!
//! Whatever begins, renews or ends a session first locks the account's row: a session that begins
//! in the moment of a reset of the password either sees the new one or is ended by it.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::access_log::Change;
use super::account_rules::normal_email;
use super::secrets::{digest, hash, is_digest_of, is_password, password_fault, tidy_code, token};
use super::signing::{ACCESS, Claims};
use super::writing::new_id;
use super::{AccessError, Registry, RegistryError};
use crate::db::sessions::FamilyRow;
use crate::db::users::UserRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, Role, User};
use crate::domain::region::RegionCode;
use crate::domain::totp;

/// How long a session lasts without being used, and at most.
const IDLE: TimeDelta = TimeDelta::days(14);
const LONGEST: TimeDelta = TimeDelta::days(30);
/// Longest name of a device, in characters.
const MAX_DEVICE: usize = 200;

/// What signs a person in.
#[derive(Default)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// Of the second factor.
    pub code: Option<String>,
    /// As the browser names itself: for the person to know the session by.
    pub device: String,
}

/// What a sign-in or a refresh answers.
pub struct SignedIn {
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    /// For the cookie only.
    pub refresh_token: String,
    pub session_seconds: i64,
    pub user: User,
    /// This session was begun with one.
    pub second_factor: bool,
    /// Until when the grant `restricted` is theirs.
    pub restricted_until: Option<DateTime<Utc>>,
}

/// What became of a refresh token.
enum Refreshed {
    Renewed(Box<(UserRow, FamilyRow)>),
    /// It had been used before: its family has ended.
    Reused(FamilyRow),
    Unknown,
}

impl Registry {
    /// Signs a person in. Takes as long for an unknown address as for a wrong password.
    ///
    /// # Errors
    /// Wrong address or password, without saying which; a second factor that is missing or wrong;
    /// locked out.
    pub fn sign_in(&self, given: &SignIn) -> Result<SignedIn, RegistryError> {
        let email = normal_email(&given.email);
        let attempt = self.attempt(&email)?;
        let user = self.db.read(|connection| db::users::by_email(connection, &email))?;
        let kept = user.as_ref().map(|user| user.password_hash.as_str());
        let matches = is_password(kept, &given.password);
        let user = user.filter(|_| matches).ok_or_else(|| attempt.failed(NO))?;
        let refresh_token = token()?;
        let begun = self.db.write(|tx| {
            // As it was when the password was looked at.
            let current = db::users::for_update(tx, &email)?
                .filter(|current| !current.disabled && current.password_hash == user.password_hash);
            let mut user = current.ok_or(NO)?;
            let second_factor = user.totp_confirmed;
            if second_factor {
                let code = given.code.as_deref().ok_or(AccessError::SecondFactorNeeded)?;
                self.use_code(tx, &mut user, code)?;
            }
            let now = self.clock.now();
            user.last_sign_in_at = Some(now.naive_utc());
            db::users::update(tx, &user)?;
            let family = FamilyRow {
                id: new_id(now).to_string(),
                email: email.clone(),
                created_at: now.naive_utc(),
                last_used_at: now.naive_utc(),
                expires_at: (now + IDLE).naive_utc(),
                second_factor,
                device: given.device.chars().filter(|c| *c != '\0').take(MAX_DEVICE).collect(),
            };
            db::sessions::begin(tx, &family, digest(&refresh_token))?;
            attempt.succeeded(tx)?;
            Ok((user, family))
        });
        match begun {
            Ok((user, family)) => self.signed_in(&user, &family, refresh_token),
            Err(
                error @ (RegistryError::SignInFailed
                | RegistryError::Access(
                    AccessError::SecondFactorNeeded | AccessError::SecondFactorFailed,
                )),
            ) => Err(attempt.failed(error)),
            Err(error) => Err(error),
        }
    }

    /// Exchanges a refresh token for a new one and an access token. The old one is used up: shown
    /// again it ends the session, for one of the two who had it is a thief.
    ///
    /// # Errors
    /// If it is not, or no longer, good.
    pub fn refresh_session(&self, refresh_token: &str) -> Result<SignedIn, RegistryError> {
        let (shown, next) = (digest(refresh_token), token()?);
        let known = self.db.read(|connection| db::sessions::token(connection, &shown))?;
        let (_, family) = known.ok_or(RegistryError::BadToken)?;
        let refreshed = self.db.write(|tx| {
            let user = db::users::for_update(tx, &family.email)?.filter(|user| !user.disabled);
            // As it is now that nobody else can use it.
            let (Some(user), Some((token, mut family))) = (user, db::sessions::token(tx, &shown)?)
            else {
                return Ok(Refreshed::Unknown);
            };
            let now = self.clock.now();
            if token.used_at.is_some() {
                db::sessions::end(tx, &family.email, &family.id)?;
                let change = Change::new("end_session").because("a used refresh token was shown");
                self.log_user(tx, &Actor::Anonymous, &family.email, &change)?;
                return Ok(Refreshed::Reused(family));
            }
            if family.expires_at <= now.naive_utc() {
                return Ok(Refreshed::Unknown);
            }
            family.last_used_at = now.naive_utc();
            family.expires_at = (now + IDLE).naive_utc().min(family.created_at + LONGEST);
            db::sessions::renew(tx, &shown, &family, digest(&next))?;
            Ok::<_, RegistryError>(Refreshed::Renewed(Box::new((user, family))))
        })?;
        match refreshed {
            Refreshed::Renewed(both) => self.signed_in(&both.0, &both.1, next),
            Refreshed::Reused(family) => {
                tracing::warn!(session = family.id, "a used refresh token was shown");
                self.catch_up_after_write();
                Err(RegistryError::BadToken)
            }
            Refreshed::Unknown => Err(RegistryError::BadToken),
        }
    }

    /// Signs out: ends the session of a refresh token, or of an access token. One that is not good
    /// is the token of no session.
    ///
    /// # Errors
    /// The database's.
    pub fn end_session(
        &self,
        refresh_token: Option<&str>,
        access_token: Option<&str>,
    ) -> Result<(), RegistryError> {
        let mut ending = Vec::new();
        if let Some(token) = refresh_token.map(digest)
            && let Some((_, family)) =
                self.db.read(|connection| db::sessions::token(connection, &token))?
        {
            ending.push((family.email, family.id));
        }
        if let Some(Ok(claims)) = access_token.map(|token| self.verified(token))
            && claims.client_id.is_none()
        {
            ending.push((claims.sub, claims.sid));
        }
        self.db.write(|tx| {
            for (email, family) in &ending {
                db::users::for_update(tx, email)?;
                db::sessions::end(tx, email, family)?;
            }
            Ok(())
        })
    }

    /// Sets a password by a one-time code, which is used up. All sessions end.
    ///
    /// # Errors
    /// A password that will not do; wrong address or code, without saying which; locked out.
    pub fn reset_password(
        &self,
        email: &str,
        code: &str,
        password: &str,
    ) -> Result<(), RegistryError> {
        if let Some(fault) = password_fault("password", password) {
            return Err(RegistryError::Invalid(vec![fault]));
        }
        let email = normal_email(email);
        let attempt = self.attempt(&email)?;
        let password_hash = hash(password)?;
        let code = tidy_code(code);
        let reset = self.db.write(|tx| {
            let user = db::users::for_update(tx, &email)?;
            let now = self.clock.now_naive();
            let good = |user: &UserRow| {
                let kept = user.reset_code_hash.as_deref().unwrap_or_default();
                let right = is_digest_of(kept, &code);
                let in_time = user.reset_code_expires_at.is_some_and(|until| until > now);
                right && in_time && !user.disabled
            };
            let user = user.filter(good).ok_or(AccessError::ResetFailed)?;
            attempt.succeeded(tx)?;
            let change = Change::new("reset_password");
            self.set_password(tx, &Actor::Anonymous, user, password_hash.clone(), &change)
        });
        match reset {
            Err(error @ RegistryError::Access(AccessError::ResetFailed)) => {
                Err(attempt.failed(error))
            }
            done => {
                self.catch_up_after_write();
                done
            }
        }
    }

    /// Keeps a new password of an account whose row is locked; all its sessions end, and so does
    /// its one-time code.
    pub(super) fn set_password(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        user: UserRow,
        password_hash: String,
        change: &Change,
    ) -> Result<(), RegistryError> {
        let user =
            UserRow { password_hash, reset_code_hash: None, reset_code_expires_at: None, ..user };
        db::users::update(tx, &user)?;
        db::sessions::end_all(tx, &user.email)?;
        self.log_user(tx, actor, &user.email, change)
    }

    /// Who an access token is of. Role, area and grant are read anew each time, so that a change of
    /// them takes effect at once.
    ///
    /// # Errors
    /// If the token is not, or no longer, good, or what it stands for is gone.
    pub fn actor(&self, access_token: &str) -> Result<Actor, RegistryError> {
        let claims = self.verified(access_token)?;
        if claims.client_id.is_some() {
            return self.client_of(&claims);
        }
        Ok(Actor::User(self.user_of(&claims)?))
    }

    /// A signed-in person and the id of their session.
    ///
    /// # Errors
    /// As [`Registry::actor`]; [`RegistryError::Forbidden`] for a service client.
    pub fn session(&self, access_token: &str) -> Result<(User, String), RegistryError> {
        let claims = self.verified(access_token)?;
        if claims.client_id.is_some() {
            self.client_of(&claims)?;
            return Err(RegistryError::Forbidden);
        }
        Ok((self.user_of(&claims)?, claims.sid))
    }

    /// Whom a name in the logs is of, as they are now; a grant is of a session and not theirs here.
    ///
    /// # Errors
    /// [`RegistryError::Forbidden`] for an account that is no more; the database's.
    pub(super) fn actor_named(&self, name: &str) -> Result<Actor, RegistryError> {
        if name == Actor::Operator.name() {
            return Ok(Actor::Operator);
        }
        let user = self.db.read(|connection| db::users::by_email(connection, name))?;
        let user = user.filter(|user| !user.disabled).ok_or(RegistryError::Forbidden)?;
        Ok(Actor::User(user_from(&user, false)?))
    }

    fn user_of(&self, claims: &Claims) -> Result<User, RegistryError> {
        let now = self.clock.now();
        self.db.read(|connection| {
            let both = db::sessions::signed_in(connection, &claims.sub, &claims.sid)?;
            let good = |(user, family): &(UserRow, FamilyRow)| {
                !user.disabled && family.expires_at > now.naive_utc()
            };
            let (user, family) = both.filter(good).ok_or(RegistryError::BadToken)?;
            // Only with a second factor does the grant count.
            let restricted =
                family.second_factor && restricted_until(connection, &user.email, now)?.is_some();
            user_from(&user, restricted)
        })
    }

    fn signed_in(
        &self,
        user: &UserRow,
        family: &FamilyRow,
        refresh_token: String,
    ) -> Result<SignedIn, RegistryError> {
        let now = self.clock.now();
        let restricted_until =
            self.db.read(|connection| restricted_until(connection, &user.email, now))?;
        let restricted = family.second_factor && restricted_until.is_some();
        Ok(SignedIn {
            access_token: self.sign(&Claims::new(user.email.clone(), family.id.clone(), now))?,
            expires_in: ACCESS.num_seconds(),
            refresh_token,
            session_seconds: (family.expires_at - now.naive_utc()).num_seconds(),
            user: user_from(user, restricted)?,
            second_factor: family.second_factor,
            restricted_until,
        })
    }

    /// Uses a code of the second factor up; the account's row is locked, and kept by the caller.
    pub(super) fn use_code(
        &self,
        tx: &mut AnyConnection,
        user: &mut UserRow,
        code: &str,
    ) -> Result<(), RegistryError> {
        let sealed = user.totp_secret.as_deref().ok_or(AccessError::SecondFactorFailed)?;
        let secret = self.vault.unwrap(tx, &totp_about(&user.email), sealed)?;
        let now = self.clock.now().timestamp();
        let step = totp::step_of(&secret, code, now, user.totp_last_step);
        user.totp_last_step = step.ok_or(AccessError::SecondFactorFailed)?;
        Ok(())
    }
}

const NO: RegistryError = RegistryError::SignInFailed;

/// What binds the sealed secret of a second factor to its place.
pub(super) fn totp_about(email: &str) -> String {
    format!("totp {email}")
}

/// Until when the grant `restricted` is an account's; None if it is not, or no longer.
fn restricted_until(
    connection: &mut AnyConnection,
    email: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, RegistryError> {
    let until = db::grants::until(connection, &[email])?.pop();
    Ok(until.map(|(_, until)| until.and_utc()).filter(|until| *until > now))
}

fn user_from(row: &UserRow, restricted: bool) -> Result<User, RegistryError> {
    Ok(User {
        email: row.email.clone(),
        role: role(row)?,
        area: area(row.area.as_deref()),
        cooperative: row.cooperative.as_ref().and_then(|id| id.parse::<Uuid>().ok()),
        restricted,
    })
}

pub(super) fn role(row: &UserRow) -> Result<Role, RegistryError> {
    row.role.parse().map_err(|_| RegistryError::Internal("a stored role is known"))
}

/// An area that cannot be read bounds to nowhere rather than to everywhere.
pub(super) fn area(stored: Option<&str>) -> Option<RegionCode> {
    let nowhere = || "00".parse().ok();
    stored.and_then(|area| area.parse().ok().or_else(nowhere))
}

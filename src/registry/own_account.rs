//! What everybody does for their own account: password, second factor, sessions.

use uuid::Uuid;

use super::access_log::Change;
use super::account_safety::without_second_factor;
use super::accounts::Account;
use super::attempts::Attempt;
use super::secrets::{hash, is_password, password_fault, random};
use super::sessions::totp_about;
use super::{AccessError, Registry, RegistryError};
use crate::db::sessions::FamilyRow;
use crate::db::users::UserRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, User};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::totp;

/// A second factor that waits to be confirmed, to put into an authenticator app.
pub struct Enrolment {
    /// Base32.
    pub secret: String,
    /// `otpauth:`
    pub uri: String,
}

impl Registry {
    /// The own account.
    ///
    /// # Errors
    /// The database's.
    pub fn own_account(&self, user: &User) -> Result<Account, RegistryError> {
        self.db.read(|connection| {
            let row = db::users::by_email(connection, &user.email)?;
            self.one_represented(connection, row.ok_or(RegistryError::BadToken)?)
        })
    }

    /// Changes the own password. All sessions end, this one too.
    ///
    /// # Errors
    /// A new password that will not do; a current one that is wrong; locked out.
    pub fn change_password(
        &self,
        user: &User,
        current: &str,
        new: &str,
    ) -> Result<(), RegistryError> {
        if let Some(fault) = password_fault("new", new) {
            return Err(RegistryError::Invalid(vec![fault]));
        }
        let (attempt, known) = self.own_password(user, "current", current)?;
        let password_hash = hash(new)?;
        self.own_write(user, &known, |tx, row| {
            attempt.succeeded(tx)?;
            let (actor, change) = (Actor::User(user.clone()), Change::new("change_password"));
            self.set_password(tx, &actor, row, password_hash.clone(), &change)
        })
    }

    /// Begins to set up a second factor: a secret, good once a code of it has been shown.
    ///
    /// # Errors
    /// A wrong password; locked out; there is a second factor; the vault's.
    pub fn begin_second_factor(
        &self,
        user: &User,
        password: &str,
    ) -> Result<Enrolment, RegistryError> {
        let (attempt, known) = self.own_password(user, "password", password)?;
        let secret = random::<{ totp::SECRET_BYTES }>()?;
        let (text, uri) = totp::enrolment(&secret, &user.email)
            .ok_or(RegistryError::Internal("a secret of this length makes a second factor"))?;
        self.own_write(user, &known, |tx, row| {
            if row.totp_confirmed {
                return Err(second_factor_is("begin_second_factor", "confirmed"));
            }
            attempt.succeeded(tx)?;
            let sealed = self.vault.wrap(tx, &totp_about(&row.email), secret.to_vec())?;
            Ok(db::users::update(tx, &UserRow { totp_secret: Some(sealed), ..row })?)
        })?;
        Ok(Enrolment { secret: text, uri })
    }

    /// Confirms the second factor by a code of it: from now on every sign-in asks for one.
    ///
    /// # Errors
    /// A wrong code; locked out; nothing to confirm.
    pub fn confirm_second_factor(&self, user: &User, code: &str) -> Result<Account, RegistryError> {
        let attempt = self.attempt(&user.email)?;
        let confirmed = self.db.write(|tx| {
            let row = db::users::for_update(tx, &user.email)?;
            let mut row = row.ok_or(RegistryError::BadToken)?;
            if row.totp_confirmed || row.totp_secret.is_none() {
                let value = if row.totp_confirmed { "confirmed" } else { "none" };
                return Err(second_factor_is("confirm_second_factor", value));
            }
            self.use_code(tx, &mut row, code)?;
            row.totp_confirmed = true;
            db::users::update(tx, &row)?;
            attempt.succeeded(tx)?;
            let change = Change::new("add_second_factor");
            self.log_user(tx, &Actor::User(user.clone()), &row.email, &change)?;
            self.one_represented(tx, row)
        });
        match confirmed {
            Err(RegistryError::Access(AccessError::SecondFactorFailed)) => {
                Err(attempt.failed(mismatch("code")))
            }
            done => {
                self.catch_up_after_write();
                done
            }
        }
    }

    /// Takes the own second factor away. The sessions stay, as begun without one.
    ///
    /// # Errors
    /// A wrong password or code; locked out; there is none.
    pub fn remove_second_factor(
        &self,
        user: &User,
        password: &str,
        code: &str,
    ) -> Result<(), RegistryError> {
        let (attempt, known) = self.own_password(user, "password", password)?;
        let removed = self.own_write(user, &known, |tx, mut row| {
            if !row.totp_confirmed {
                return Err(second_factor_is("remove_second_factor", "none"));
            }
            self.use_code(tx, &mut row, code)?;
            let row = without_second_factor(row);
            db::users::update(tx, &row)?;
            db::sessions::forget_second_factor(tx, &row.email)?;
            attempt.succeeded(tx)?;
            let change = Change::new("remove_second_factor");
            self.log_user(tx, &Actor::User(user.clone()), &row.email, &change)
        });
        match removed {
            Err(RegistryError::Access(AccessError::SecondFactorFailed)) => {
                Err(attempt.failed(mismatch("code")))
            }
            done => done,
        }
    }

    /// The own sessions, latest first.
    ///
    /// # Errors
    /// The database's.
    pub fn own_sessions(&self, user: &User) -> Result<Vec<FamilyRow>, RegistryError> {
        let now = self.clock.now_naive();
        Ok(self.db.read(|connection| db::sessions::of(connection, &user.email, now))?)
    }

    /// Ends one of the own sessions.
    ///
    /// # Errors
    /// Not found.
    pub fn end_own_session(&self, user: &User, id: &str) -> Result<(), RegistryError> {
        // An id that is none is that of no session.
        let id: Uuid = id.parse().map_err(|_| AccessError::SessionNotFound)?;
        let ended = self.db.write(|tx| {
            db::users::for_update(tx, &user.email)?;
            db::sessions::end(tx, &user.email, &id.to_string())
        })?;
        if ended { Ok(()) } else { Err(AccessError::SessionNotFound.into()) }
    }

    /// Lets an attempt through and checks the own password: a token that was stolen is no password.
    fn own_password(
        &self,
        user: &User,
        field: &'static str,
        password: &str,
    ) -> Result<(Attempt, UserRow), RegistryError> {
        let attempt = self.attempt(&user.email)?;
        let row = self.db.read(|connection| db::users::by_email(connection, &user.email))?;
        let kept = row.as_ref().map(|row| row.password_hash.as_str());
        let matches = is_password(kept, password);
        let row = row.filter(|_| matches).ok_or_else(|| attempt.failed(mismatch(field)))?;
        Ok((attempt, row))
    }

    /// Writes to the own account, locked, if it still has the password that was checked.
    fn own_write<T>(
        &self,
        user: &User,
        known: &UserRow,
        write: impl FnOnce(&mut AnyConnection, UserRow) -> Result<T, RegistryError>,
    ) -> Result<T, RegistryError> {
        let done = self.db.write(|tx| {
            let row = db::users::for_update(tx, &user.email)?;
            let row = row.filter(|row| !row.disabled && row.password_hash == known.password_hash);
            write(tx, row.ok_or(RegistryError::BadToken)?)
        })?;
        self.catch_up_after_write();
        Ok(done)
    }
}

fn mismatch(field: &'static str) -> RegistryError {
    RegistryError::Invalid(vec![FieldFault::new(field, Fault::Mismatch)])
}

fn second_factor_is(action: &'static str, value: &'static str) -> RegistryError {
    RegistryError::WrongTransition { action, field: "second_factor", value }
}

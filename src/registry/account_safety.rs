//! What an administrator does for the safety of an account: the grant `restricted`, the end of
//! sessions, a second factor that was lost.

use chrono::{DateTime, TimeDelta, Utc};

use super::access_log::Change;
use super::accounts::Account;
use super::{Registry, RegistryError};
use crate::db::grants::GrantRow;
use crate::db::users::UserRow;
use crate::db::{self};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::fault::{Fault, FieldFault};

/// Longest grant.
const LONGEST_GRANT: TimeDelta = TimeDelta::days(366);
/// Longest reason, in characters.
const MAX_REASON: usize = 500;

impl Registry {
    /// Gives somebody the grant `restricted` until a time. It counts in sessions that were begun
    /// with a second factor.
    ///
    /// # Errors
    /// Not allowed; not found; to oneself; a time or reason that will not do.
    pub fn grant_restricted(
        &self,
        actor: &Actor,
        email: &str,
        expires_at: DateTime<Utc>,
        reason: &str,
    ) -> Result<Account, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let now = self.clock.now();
        let mut faults = Vec::new();
        faults.extend(time_fault("expires_at", expires_at, now, LONGEST_GRANT));
        let reason = reason.trim();
        if reason.is_empty() {
            faults.push(FieldFault::new("reason", Fault::Required));
        }
        if reason.chars().count() > MAX_REASON || reason.contains('\0') {
            faults.push(FieldFault::new("reason", Fault::TooLong { max: MAX_REASON }));
        }
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        let account = self.db.write(|tx| {
            let row = Self::managed(tx, actor, email)?;
            let grant = GrantRow {
                email: row.email.clone(),
                expires_at: expires_at.naive_utc(),
                granted_by: actor.name().to_owned(),
                reason: reason.to_owned(),
                at: now.naive_utc(),
            };
            db::grants::put(tx, &grant)?;
            let told = format!("until {}: {reason}", expires_at.format("%Y-%m-%dT%H:%MZ"));
            self.log_user(tx, actor, &row.email, &Change::new("grant_restricted").because(told))?;
            self.one_represented(tx, row)
        })?;
        self.catch_up_after_write();
        Ok(account)
    }

    /// Takes the grant `restricted` away, at once.
    ///
    /// # Errors
    /// Not allowed; not found; the own one.
    pub fn revoke_restricted(&self, actor: &Actor, email: &str) -> Result<Account, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let account = self.db.write(|tx| {
            let row = Self::managed(tx, actor, email)?;
            if db::grants::delete(tx, &row.email)? {
                self.log_user(tx, actor, &row.email, &Change::new("revoke_restricted"))?;
            }
            self.one_represented(tx, row)
        })?;
        self.catch_up_after_write();
        Ok(account)
    }

    /// Signs somebody out everywhere. Answers how many sessions there were.
    ///
    /// # Errors
    /// Not allowed; not found; the own account.
    pub fn end_sessions_of(&self, actor: &Actor, email: &str) -> Result<usize, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let ended = self.db.write(|tx| {
            let row = Self::managed(tx, actor, email)?;
            let ended = db::sessions::end_all(tx, &row.email)?;
            self.log_user(tx, actor, &row.email, &Change::new("end_sessions"))?;
            Ok::<_, RegistryError>(ended)
        })?;
        self.catch_up_after_write();
        Ok(ended)
    }

    /// Takes somebody's second factor away, for they lost it; whoever found it is signed out.
    ///
    /// # Errors
    /// Not allowed; not found; the own account.
    pub fn remove_second_factor_of(
        &self,
        actor: &Actor,
        email: &str,
    ) -> Result<Account, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let account = self.db.write(|tx| {
            let row = without_second_factor(Self::managed(tx, actor, email)?);
            db::users::update(tx, &row)?;
            db::sessions::end_all(tx, &row.email)?;
            self.log_user(tx, actor, &row.email, &Change::new("remove_second_factor"))?;
            self.one_represented(tx, row)
        })?;
        self.catch_up_after_write();
        Ok(account)
    }
}

/// The last step stays: a code that was used is not good again.
pub(super) fn without_second_factor(row: UserRow) -> UserRow {
    UserRow { totp_secret: None, totp_confirmed: false, ..row }
}

/// What is wrong with the time at which something given ends.
pub(super) fn time_fault(
    field: &str,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
    longest: TimeDelta,
) -> Option<FieldFault> {
    let fine = until > now && until <= now + longest;
    let text = |time: DateTime<Utc>| time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let (value, min, max) = (text(until), text(now), text(now + longest));
    (!fine).then(|| FieldFault::new(field, Fault::OutOfRange { value, min, max }))
}

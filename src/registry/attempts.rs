//! Guessing: how often an address may fail before it has to wait. An address is counted whether or
//! not there is such an account, so that the waiting tells nothing of it. An attempt is counted
//! before the secret is looked at and forgiven if it was right: many at once gain nothing.

use chrono::{DateTime, TimeDelta, Utc};

use super::secrets::digest;
use super::{AccessError, Registry, RegistryError};
use crate::db;
use crate::db::failures::FailureRow;

/// From this failure on one has to wait.
const LOCKING: i32 = 6;
/// After the first such failure; doubled by each further one.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(15);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);
/// After so long without a failure, the earlier ones are forgotten.
const MEMORY: TimeDelta = TimeDelta::days(1);

/// An attempt that was let through.
pub(super) struct Attempt {
    address_hash: String,
    /// How long to wait if it fails, in seconds.
    wait: Option<i64>,
}

impl Attempt {
    /// Forgets the failures: the attempt succeeded.
    pub(super) fn succeeded(&self, tx: &mut db::AnyConnection) -> Result<(), RegistryError> {
        Ok(db::failures::forget(tx, &self.address_hash)?)
    }

    /// What a failed attempt is told.
    pub(super) fn failed(&self, error: RegistryError) -> RegistryError {
        match self.wait {
            Some(seconds) => AccessError::LockedOut { seconds }.into(),
            None => error,
        }
    }
}

/// What failures are counted by.
pub(super) fn address_hash(email: &str) -> String {
    digest(email)
}

fn wait_after(failures: i32) -> Option<TimeDelta> {
    let doublings = u32::try_from(failures - LOCKING).ok()?;
    let factor = 2_i32.checked_pow(doublings).unwrap_or(i32::MAX);
    Some(FIRST_WAIT.checked_mul(factor).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT))
}

impl Registry {
    /// Lets an attempt through, counted as a failure until it succeeds.
    ///
    /// # Errors
    /// [`AccessError::LockedOut`] where the address has failed too often.
    pub(super) fn attempt(&self, email: &str) -> Result<Attempt, RegistryError> {
        let now = self.clock.now();
        let address_hash = address_hash(email);
        self.db.write(|tx| db::failures::sweep(tx, (now - MEMORY).naive_utc()))?;
        self.db.write(|tx| {
            let row = db::failures::for_update(tx, &address_hash, now.naive_utc())?;
            if let Some(until) = row.locked_until.map(|until| until.and_utc())
                && until > now
            {
                let seconds = seconds_until(until, now);
                return Err(AccessError::LockedOut { seconds }.into());
            }
            let quiet = row.last_at.and_utc() < now - MEMORY;
            let failures = if quiet { 1 } else { row.failures.saturating_add(1) };
            let wait = wait_after(failures);
            let locked_until = wait.map(|wait| (now + wait).naive_utc());
            let row = FailureRow { failures, last_at: now.naive_utc(), locked_until, ..row };
            db::failures::update(tx, &row)?;
            Ok(Attempt { address_hash, wait: wait.map(|wait| wait.num_seconds()) })
        })
    }
}

/// Whole seconds, rounded up.
fn seconds_until(until: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (until - now).num_milliseconds().div_euclid(1000) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waiting_doubles_to_a_quarter_of_an_hour() {
        let seconds = |failures| wait_after(failures).map(|wait| wait.num_seconds());
        assert_eq!(seconds(5), None);
        let waits: Vec<_> = (6..14).filter_map(seconds).collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(seconds(i32::MAX), Some(900));
    }
}

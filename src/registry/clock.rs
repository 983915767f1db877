//! Time comes in from outside.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};

/// The time of day, to the microsecond: what both databases keep.
#[derive(Clone, Copy)]
pub struct Clock(fn() -> DateTime<Utc>);

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
    pub fn system() -> Self {
        Self(Utc::now)
    }

    /// A clock that a test moves.
    pub fn from_fn(now: fn() -> DateTime<Utc>) -> Self {
        Self(now)
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }

    pub fn now_naive(&self) -> NaiveDateTime {
        self.now().naive_utc()
    }
}

//! What can go wrong with accounts, sign-in and service clients: each variant is a fact.

use super::clients::TokenRefusal;

#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The password was right and the account has a second factor.
    #[error("a code of the second factor is needed")]
    SecondFactorNeeded,
    /// Wrong, too old or used already.
    #[error("the code of the second factor is not good")]
    SecondFactorFailed,
    #[error("wrong e-mail address or one-time code")]
    ResetFailed,
    /// Too many failures of this address, whether or not it is one of an account.
    #[error("locked out for {seconds} seconds")]
    LockedOut { seconds: i64 },
    /// A service client gets no token.
    #[error("no token: {}", <&str>::from(.0))]
    NoToken(TokenRefusal),
    /// Nobody changes what they are themselves.
    #[error("the own account")]
    OwnAccount,
    #[error("account {0} not found")]
    UserNotFound(String),
    #[error("there is an account {0} already")]
    UserExists(String),
    #[error("session not found")]
    SessionNotFound,
    /// Of an owner: unknown, forged, over, revoked, or of a record that is no more; never which.
    #[error("the link is not good")]
    LinkNotGood,
    #[error("service client {0} not found")]
    ClientNotFound(String),
}

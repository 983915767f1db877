//! What a use case can fail with: each variant is a fact. `http::problem` maps them to statuses.

use uuid::Uuid;

use crate::db::DbError;
use crate::domain::access::Denied;
use crate::domain::fault::{Expected, Fault, FieldFault};

use super::AccessError;

#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    #[error("the database is {pending} migrations behind: run `sentra migrate`")]
    NotMigrated { pending: usize },
    #[error("the database has no reference codes yet: run `sentra seed`")]
    NotSeeded,
    /// Nobody is signed in and somebody must be.
    #[error("not signed in")]
    NotSignedIn,
    #[error("wrong e-mail address or password")]
    SignInFailed,
    /// The access or refresh token is not, or no longer, good.
    #[error("the token is not valid")]
    BadToken,
    #[error("the role or area does not allow this")]
    Forbidden,
    /// Internal parameters, asked by somebody who may not.
    #[error("internal parameters")]
    InternalOnly(Vec<FieldFault>),
    #[error("invalid parameters")]
    BadParameters(Vec<FieldFault>),
    #[error("invalid content")]
    Invalid(Vec<FieldFault>),
    #[error("enterprise {0} not found")]
    EnterpriseNotFound(Uuid),
    /// A cooperative, sentra or observation, by its kind.
    #[error("{entity} {id} not found")]
    DocumentNotFound { entity: &'static str, id: String },
    #[error("revision {0} not found")]
    RevisionNotFound(i32),
    /// The life cycle does not lead there from here.
    #[error("cannot {action} while {field} is {value}")]
    WrongTransition { action: &'static str, field: &'static str, value: &'static str },
    #[error("the release was withdrawn")]
    ReleaseWithdrawn,
    /// The uploaded file was taken away, or has expired.
    #[error("the file is gone")]
    FileGone,
    /// Something else came under the name of a submission that is there.
    #[error("another submission has this name")]
    SubmissionDiffers,
    /// Nobody verifies their own submission.
    #[error("own submission")]
    OwnSubmission,
    /// Nobody checks what they verified themselves.
    #[error("own verification")]
    OwnVerification,
    /// It has an error or a warning: somebody looks at it by itself.
    #[error("flagged")]
    Flagged,
    /// It may be the same as another record: that is decided first.
    #[error("an open duplicate")]
    MayBeDuplicate,
    /// One of the two records is another office's.
    #[error("another office's record")]
    OtherOffice,
    /// The vault's key is missing or wrong; never which values it was for.
    #[error("the vault's key {0}")]
    VaultKey(&'static str),
    #[error("region {0} not found")]
    RegionNotFound(String),
    #[error("KBLI {edition} has no code {code}")]
    KbliNotFound { edition: String, code: String },
    #[error("no region at {lon}, {lat}")]
    NowhereInTheProvince { lon: f64, lat: f64 },
    /// The write names no revision.
    #[error("If-Match is missing")]
    RevisionMissing,
    /// The write was made from another revision than the current one.
    #[error("the record is at revision {current}")]
    RevisionStale { current: i32 },
    #[error("the idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// The log that a follower knows is not this one: the database was restored since.
    #[error("the change log began anew")]
    LogEpochChanged,
    /// The projections are being built.
    #[error("starting: {done} of {of}")]
    Starting { done: i64, of: i64 },
    /// The search indexes are being built.
    #[error("filling the search index: {done} of {of}")]
    SearchFilling { done: i64, of: i64 },
    #[error("stopped")]
    Stopped,
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("{0}")]
    Internal(&'static str),
}

impl RegistryError {
    /// The `cursor` is from no page of what is asked for.
    pub fn strange_cursor(text: &str) -> Self {
        let fault = Fault::Malformed { value: text.to_owned(), expected: Expected::Cursor };
        Self::BadParameters(vec![FieldFault::new("cursor", fault)])
    }
}

impl From<Denied> for RegistryError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotSignedIn => Self::NotSignedIn,
            Denied::Forbidden => Self::Forbidden,
        }
    }
}

impl From<serde_json::Error> for RegistryError {
    fn from(error: serde_json::Error) -> Self {
        Self::Db(DbError::Document(error))
    }
}

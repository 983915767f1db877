//! All SQL, and nothing else. Differences between the two databases go through `on_backend!`.

pub mod atlas_rows;
pub mod backup;
pub mod campaigns;
pub mod candidate_searches;
pub mod candidates;
pub mod client_usage;
pub mod clients;
mod connection;
pub mod desk_checks;
pub mod documents;
pub mod duplicates;
pub mod editions;
pub mod enterprises;
pub mod exports;
pub mod failures;
pub mod grants;
pub mod imports;
pub mod intake;
pub mod jobs;
pub mod log;
pub mod merges;
pub mod owner_links;
pub mod person_requests;
pub mod reads;
pub mod reference;
pub mod releases;
pub mod restricted;
pub mod revisions;
pub mod schema;
pub mod sessions;
pub mod settings;
pub mod signing_keys;
pub mod users;
pub mod wrapped;

pub use connection::{AnyConnection, DatabaseUrl, Db, knows_migration};
pub(crate) use connection::{insert_rows, on_backend};

use diesel::result::{DatabaseErrorKind, Error};

/// Rows of one statement: SQLite binds 32,766 values.
pub(crate) const ROWS_A_STATEMENT: usize = 1_000;

/// What can go wrong below the use cases.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("{url:?} is not a database URL: {advice}")]
    Url { url: String, advice: &'static str },
    #[error("cannot open the database: {0}")]
    Connect(String),
    #[error("a migration failed: {0}")]
    Migration(String),
    /// No connection came free in time.
    #[error("no database connection came free in time")]
    Busy,
    /// A row with this key is there already.
    #[error("a row with this key is there already")]
    Unique,
    #[error("{0}")]
    Query(Error),
    /// A stored document cannot be read.
    #[error("a stored document cannot be read: {0}")]
    Document(#[from] serde_json::Error),
}

impl DbError {
    /// Another process was quicker: the same once more may do.
    pub fn is_of_the_moment(&self) -> bool {
        match self {
            Self::Unique => true,
            Self::Query(Error::DatabaseError(kind, told)) => {
                matches!(kind, DatabaseErrorKind::SerializationFailure)
                    || told.message().contains("deadlock detected")
            }
            _ => false,
        }
    }

    /// What was to be stored is to blame, not the database.
    pub fn is_of_a_row(&self) -> bool {
        use DatabaseErrorKind as K;
        match self {
            Self::Unique | Self::Document(_) | Self::Query(Error::SerializationError(_)) => true,
            Self::Query(Error::DatabaseError(kind, _)) => matches!(
                kind,
                K::ForeignKeyViolation
                    | K::NotNullViolation
                    | K::CheckViolation
                    | K::RestrictViolation
                    | K::ExclusionViolation
            ),
            _ => false,
        }
    }
}

impl From<Error> for DbError {
    fn from(error: Error) -> Self {
        match error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Unique,
            // SQLite: another process held the lock for longer than one waits.
            Error::DatabaseError(_, told) if told.message().contains("database is locked") => {
                Self::Busy
            }
            // PostgreSQL, where a statement was told not to wait for longer.
            Error::DatabaseError(_, told) if told.message().contains("lock timeout") => Self::Busy,
            other => Self::Query(other),
        }
    }
}

impl From<diesel::r2d2::PoolError> for DbError {
    fn from(_: diesel::r2d2::PoolError) -> Self {
        Self::Busy
    }
}

//! Connections to either database: a pool for reads, and one way to write.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::migration::MigrationSource;
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection};
use diesel::{Connection, PgConnection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use parking_lot::FairMutex;

use super::DbError;

/// A connection to one of the two databases.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Pg(PgConnection),
    Sqlite(SqliteConnection),
}

/// Runs one body per database: for what Diesel's common backend does not offer (upserts, batches).
macro_rules! on_backend {
    ($connection:expr, |$inner:ident| $body:expr) => {
        match $connection {
            $crate::db::AnyConnection::Pg($inner) => $body,
            $crate::db::AnyConnection::Sqlite($inner) => $body,
        }
    };
}
pub(crate) use on_backend;

/// Inserts a slice or vector of rows into a table. PostgreSQL copies many in; SQLite runs one
/// statement, which it keeps, for each: one for all would have to be read anew each time, and what
/// it did would be undone from a journal of its own.
macro_rules! insert_rows {
    ($connection:expr, $table:expr, $rows:expr) => {{
        let rows = $rows;
        match $connection {
            $crate::db::AnyConnection::Pg(pg) if rows.len() > 10 => {
                diesel::copy_from($table).from_insertable(rows).execute(pg).map(drop)
            }
            $crate::db::AnyConnection::Pg(pg) => {
                diesel::insert_into($table).values(rows).execute(pg).map(drop)
            }
            $crate::db::AnyConnection::Sqlite(sqlite) => rows.into_iter().try_for_each(|row| {
                diesel::insert_into($table).values(row).execute(sqlite).map(drop)
            }),
        }
    }};
}
pub(crate) use insert_rows;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How long a statement on SQLite waits for another process's transaction.
const SQLITE_BUSY: &str = "PRAGMA busy_timeout = 15000";
/// The writer keeps the pages of the indexes at hand (64 MB), and folds its log into the file once
/// that holds 128 MB, so that a page of them that many transactions change goes there once: for
/// loading a province.
const SQLITE_WRITER: [&str; 2] =
    ["PRAGMA cache_size = -65536", "PRAGMA wal_autocheckpoint = 16000"];
const SQLITE_WAIT: Duration = Duration::from_secs(15);
/// Between two tries to begin a transaction: shorter than the pauses of a bulk load.
const SQLITE_STEP: Duration = Duration::from_micros(500);
/// How long a request waits for a connection before it is told to come again.
const POOL_TIMEOUT: Duration = Duration::from_secs(5);
const POOL_SIZE: u32 = 8;

/// Which database, from its URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// Path of the file.
    Sqlite(String),
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `sqlite://path` or `postgres://…`.
    ///
    /// # Errors
    /// What the two forms are, if it is neither.
    pub fn parse(url: &str) -> Result<Self, DbError> {
        if let Some(path) = url.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
            if path.contains(":memory:") {
                let advice =
                    "each connection of the pool would get a database of its own: name a file";
                return Err(DbError::Url { url: url.to_owned(), advice });
            }
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let advice = "use sqlite://sentra.db or postgres://user@host/database";
        Err(DbError::Url { url: url.to_owned(), advice })
    }

    /// One connection, outside any pool.
    pub(super) fn connect(&self) -> Result<AnyConnection, DbError> {
        let fail = |error: diesel::ConnectionError| DbError::Connect(error.to_string());
        match self {
            Self::Postgres(url) => {
                Ok(AnyConnection::Pg(PgConnection::establish(url).map_err(fail)?))
            }
            Self::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(path).map_err(fail)?;
                // One PRAGMA a statement, the waiting first: the others may meet a lock. FULL makes
                // a commit that was acknowledged survive a power cut, which NORMAL does not in WAL.
                for pragma in [
                    SQLITE_BUSY,
                    // Of a file that is made now: a record and its public projection fill half of
                    // SQLite's usual page, and the other half would stay empty.
                    "PRAGMA page_size = 8192",
                    "PRAGMA journal_mode = WAL",
                    "PRAGMA synchronous = FULL",
                    "PRAGMA foreign_keys = ON",
                    // What is deleted or overwritten is zeroed: an erased person is gone.
                    "PRAGMA secure_delete = ON",
                ] {
                    connection.batch_execute(pragma).map_err(DbError::from)?;
                }
                Ok(AnyConnection::Sqlite(connection))
            }
        }
    }
}

/// Makes and checks the pool's connections.
struct Manager(DatabaseUrl);

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = DbError;

    fn connect(&self) -> Result<AnyConnection, DbError> {
        self.0.connect()
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), DbError> {
        on_backend!(connection, |inner| inner.ping()).map_err(DbError::from)
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        // A connection whose transaction a panic left open must not be handed out again.
        std::thread::panicking() || on_backend!(connection, |inner| inner.is_broken())
    }
}

/// The record's database.
#[derive(Clone)]
pub struct Db {
    url: DatabaseUrl,
    pool: Pool<Manager>,
    /// SQLite has one writer: this process's writers queue here, first come first served, rather
    /// than in SQLite, which lets the luckiest through. None on PostgreSQL, whose writers lock rows.
    writer: Option<Arc<FairMutex<AnyConnection>>>,
}

impl Db {
    /// Opens the database; on SQLite the file is made if it is not there.
    ///
    /// # Errors
    /// An unknown URL scheme, or the database's own words when it cannot be reached.
    pub fn open(url: &str) -> Result<Self, DbError> {
        let url = DatabaseUrl::parse(url)?;
        let mut first = url.connect()?;
        let writer = match &url {
            DatabaseUrl::Sqlite(_) => {
                for pragma in SQLITE_WRITER {
                    on_backend!(&mut first, |inner| inner.batch_execute(pragma))?;
                }
                Some(Arc::new(FairMutex::new(first)))
            }
            DatabaseUrl::Postgres(_) => None,
        };
        let pool = Pool::builder()
            .max_size(POOL_SIZE)
            .min_idle(Some(1))
            .connection_timeout(POOL_TIMEOUT)
            .build(Manager(url.clone()))
            .map_err(|error| DbError::Connect(error.to_string()))?;
        Ok(Self { url, pool, writer })
    }

    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Lets nothing that was overwritten linger: on SQLite the write-ahead log is folded into the
    /// file and emptied; on PostgreSQL dead rows are vacuumed.
    ///
    /// # Errors
    /// The database's.
    pub fn scrub(&self) -> Result<(), DbError> {
        match &self.writer {
            Some(writer) => on_backend!(&mut *writer.lock(), |inner| inner
                .batch_execute("PRAGMA wal_checkpoint(TRUNCATE)"))?,
            None => on_backend!(&mut *self.pool.get()?, |inner| {
                inner
                .batch_execute("VACUUM enterprises, revisions, products, restricted, changes, duplicates, duplicate_blocks, import_restricted, import_files")
            })?,
        }
        Ok(())
    }

    /// Brings the tables up to date and answers how many migrations were run.
    ///
    /// # Errors
    /// The database's, if a migration fails; it is rolled back.
    pub fn migrate(&self) -> Result<usize, DbError> {
        migrate(&mut *self.pool.get()?)
    }

    /// How many migrations are missing.
    ///
    /// # Errors
    /// The database's.
    pub fn pending_migrations(&self) -> Result<usize, DbError> {
        let mut connection = self.pool.get()?;
        let pending = match &mut *connection {
            AnyConnection::Pg(inner) => {
                inner.pending_migrations(POSTGRES_MIGRATIONS).map(|list| list.len())
            }
            AnyConnection::Sqlite(inner) => {
                inner.pending_migrations(SQLITE_MIGRATIONS).map(|list| list.len())
            }
        };
        pending.map_err(|error| DbError::Migration(error.to_string()))
    }

    /// Reads with a connection of the pool. Blocks: call it off the HTTP workers.
    ///
    /// # Errors
    /// [`DbError::Busy`] when no connection comes free in time; else what `read` fails with.
    pub fn read<T, E: From<DbError>>(
        &self,
        read: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.pool.get().map_err(DbError::from)?;
        read(&mut connection)
    }

    /// Reads everything as it was at one moment, however long that takes. Blocks: call it off the
    /// HTTP workers.
    ///
    /// # Errors
    /// [`DbError::Busy`] when no connection comes free in time; else what `read` fails with.
    pub fn snapshot<T, E: From<DbError>>(
        &self,
        read: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.pool.get().map_err(DbError::from)?;
        match &mut *connection {
            AnyConnection::Pg(inner) => AnsiTransactionManager::begin_transaction_sql(
                inner,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
            AnyConnection::Sqlite(inner) => AnsiTransactionManager::begin_transaction(inner),
        }
        .map_err(DbError::from)?;
        finish(&mut connection, read)
    }

    /// Runs `write` in one transaction: committed if it answers Ok, undone if it fails or panics.
    /// Blocks: call it off the HTTP workers.
    ///
    /// # Errors
    /// [`DbError::Busy`] when no connection comes free in time; else what `write` fails with.
    pub fn write<T, E: From<DbError>>(
        &self,
        write: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        match &self.writer {
            Some(writer) => transaction(&mut writer.lock(), write),
            None => transaction(&mut *self.pool.get().map_err(DbError::from)?, write),
        }
    }
}

/// Runs the migrations that are missing and answers how many there were.
pub(super) fn migrate(connection: &mut AnyConnection) -> Result<usize, DbError> {
    let run = match connection {
        AnyConnection::Pg(inner) => inner.run_pending_migrations(POSTGRES_MIGRATIONS),
        AnyConnection::Sqlite(inner) => inner.run_pending_migrations(SQLITE_MIGRATIONS),
    };
    run.map(|versions| versions.len()).map_err(|error| DbError::Migration(error.to_string()))
}

/// Whether this program has the migration of that version; both databases have the same ones.
///
/// # Errors
/// If the embedded migrations cannot be listed.
pub fn knows_migration(version: &str) -> Result<bool, DbError> {
    let known = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE_MIGRATIONS)
        .map_err(|error| DbError::Migration(error.to_string()))?;
    Ok(known.iter().any(|migration| migration.name().version().to_string() == version))
}

/// Begins, and commits or rolls back. On SQLite the transaction takes the write lock at once: one
/// that reads first and then asks for it fails under load, whatever the busy timeout.
pub(super) fn transaction<T, E: From<DbError>>(
    connection: &mut AnyConnection,
    run: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
) -> Result<T, E> {
    match connection {
        AnyConnection::Pg(inner) => AnsiTransactionManager::begin_transaction(inner),
        AnyConnection::Sqlite(inner) => begin_immediate(inner),
    }
    .map_err(DbError::from)?;
    finish(connection, run)
}

/// Runs what a transaction was begun for, and ends it.
fn finish<T, E: From<DbError>>(
    connection: &mut AnyConnection,
    run: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
) -> Result<T, E> {
    match catch_unwind(AssertUnwindSafe(|| run(connection))) {
        Ok(Ok(value)) => {
            on_backend!(connection, |inner| AnsiTransactionManager::commit_transaction(inner))
                .map_err(DbError::from)?;
            Ok(value)
        }
        Ok(Err(error)) => {
            rollback(connection);
            Err(error)
        }
        Err(panic) => {
            rollback(connection);
            resume_unwind(panic)
        }
    }
}

/// Asks for SQLite's write lock again and again in short steps: its own waiting sleeps for up to a
/// tenth of a second at a time, and would sleep through every pause that another process's bulk
/// load makes for others.
fn begin_immediate(connection: &mut SqliteConnection) -> diesel::QueryResult<()> {
    let started = Instant::now();
    connection.batch_execute("PRAGMA busy_timeout = 0")?;
    let begun = loop {
        let begun = AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE");
        let locked = matches!(&begun, Err(diesel::result::Error::DatabaseError(_, told)) if told.message().contains("database is locked"));
        if !locked || started.elapsed() > SQLITE_WAIT {
            break begun;
        }
        std::thread::sleep(SQLITE_STEP);
    };
    connection.batch_execute(SQLITE_BUSY)?;
    begun
}

fn rollback(connection: &mut AnyConnection) {
    let result =
        on_backend!(connection, |inner| AnsiTransactionManager::rollback_transaction(inner));
    if let Err(error) = result {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_scheme_is_refused_with_advice() {
        for url in ["mysql://x", "sentra.db", "sqlite://", "sqlite://:memory:", ""] {
            assert!(matches!(DatabaseUrl::parse(url), Err(DbError::Url { .. })), "{url}");
        }
    }
}

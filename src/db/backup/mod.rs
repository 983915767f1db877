//! What backing up and restoring ask of a database. The two databases differ in how a snapshot is
//! taken and how a restored one takes the old one's place: `sqlite` and `postgres`.

pub mod pg_tools;
pub mod postgres;
pub mod sqlite;

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{AnyConnection, DbError, connection, log, on_backend};
use crate::exchange::backup_file::Contents;

const MIGRATIONS: &str = "__diesel_schema_migrations";

diesel::table! {
    __diesel_schema_migrations (version) { version -> Text, }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const LOOKS: u32 = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Looks again for two seconds: whoever has just left needs a moment to close the connection.
fn patiently<T>(
    mut look: impl FnMut() -> Result<Option<T>, DbError>,
) -> Result<Option<T>, DbError> {
    for _ in 1..LOOKS {
        if let Some(found) = look()? {
            return Ok(Some(found));
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
    look()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn tables(connection: &mut AnyConnection) -> Result<Vec<String>, DbError> {
    let names: Vec<Name> = match connection {
        AnyConnection::Pg(pg) => diesel::sql_query(
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()",
        )
        .load(pg)?,
        AnyConnection::Sqlite(sqlite) => diesel::sql_query(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'",
        )
        .load(sqlite)?,
    };
    Ok(names.into_iter().map(|row| row.name).collect())
}

/// Counts what the database holds. None if it was never migrated. Exact only where nobody writes
/// meanwhile: in a snapshot.
///
/// # Errors
/// The database's.
pub fn contents(connection: &mut AnyConnection) -> Result<Option<Contents>, DbError> {
    let tables = tables(connection)?;
    if !tables.iter().any(|name| name == MIGRATIONS) {
        return Ok(None);
    }
    let newest: Option<String> = __diesel_schema_migrations::table
        .select(diesel::dsl::max(__diesel_schema_migrations::version))
        .first(connection)?;
    let Some(migration) = newest else { return Ok(None) };
    let mut rows = std::collections::BTreeMap::new();
    for table in tables {
        let query = format!("SELECT count(*) AS count FROM {}", quoted(&table));
        let found: Count =
            on_backend!(connection, |inner| diesel::sql_query(query).get_result(inner))?;
        rows.insert(table, found.count);
    }
    let log_epoch = log::epoch(connection)?;
    let last_seq = log::last_seq(connection)?;
    Ok(Some(Contents { migration, log_epoch, last_seq, rows }))
}

/// Whether there is something to lose: enterprises, logged changes, or tables that are not ours.
///
/// # Errors
/// The database's.
pub fn occupied(connection: &mut AnyConnection) -> Result<bool, DbError> {
    use super::schema::{changes, enterprises};
    let tables = tables(connection)?;
    if !tables.iter().any(|name| name == MIGRATIONS) {
        return Ok(!tables.is_empty());
    }
    let change: Option<i64> = changes::table.select(changes::seq).first(connection).optional()?;
    let enterprise: Option<i64> =
        enterprises::table.select(enterprises::key).first(connection).optional()?;
    Ok(change.is_some() || enterprise.is_some())
}

/// Makes a restored database current: the missing migrations, and a new epoch of the log. Answers
/// how many migrations were run.
///
/// # Errors
/// The database's, if a migration fails.
pub fn renew(connection: &mut AnyConnection, epoch: &str) -> Result<usize, DbError> {
    let run = connection::migrate(connection)?;
    connection::transaction(connection, |tx| log::renew_epoch(tx, epoch))?;
    Ok(run)
}

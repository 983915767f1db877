//! Whose the records were that an undo took away.

use diesel::prelude::*;

use crate::db::schema::removed_records;
use crate::db::{AnyConnection, DbError, on_backend};

/// A record that is no more.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = removed_records, treat_none_as_default_value = false)]
pub struct RemovedRow {
    pub enterprise_id: String,
    pub responsible_region: String,
    pub author: Option<String>,
    pub cooperative: Option<String>,
    /// At any time.
    pub was_public: bool,
}

/// Remembers records that are taken away.
pub fn remember(tx: &mut AnyConnection, rows: &[RemovedRow]) -> Result<(), DbError> {
    match tx {
        AnyConnection::Pg(pg) if rows.len() > 10 => {
            diesel::copy_from(removed_records::table).from_insertable(rows).execute(pg)?;
        }
        AnyConnection::Pg(pg) => {
            diesel::insert_into(removed_records::table).values(rows).execute(pg)?;
        }
        AnyConnection::Sqlite(sqlite) => {
            diesel::insert_into(removed_records::table).values(rows).execute(sqlite)?;
        }
    }
    Ok(())
}

/// Those of these ids that were taken away by an undo, in no order.
pub fn by_ids(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<RemovedRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        removed_records::table.filter(removed_records::enterprise_id.eq_any(ids)).load(inner)
    })?;
    Ok(rows)
}

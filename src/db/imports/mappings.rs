//! What a person said of the columns of a source's lists, for the next one.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::saved_mappings;
use crate::db::{AnyConnection, DbError, on_backend};

/// A mapping that was kept.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = saved_mappings)]
pub struct MappingRow {
    /// Empty: the whole province.
    pub area: String,
    pub source: String,
    pub layout: String,
    /// JSON.
    pub mapping: String,
    pub saved_by: String,
    pub saved_at: NaiveDateTime,
}

/// The mapping of a source's layout.
pub fn get(
    connection: &mut AnyConnection,
    area: &str,
    source: &str,
    layout: &str,
) -> Result<Option<String>, DbError> {
    let mapping = saved_mappings::table
        .find((area, source, layout))
        .select(saved_mappings::mapping)
        .first(connection)
        .optional()?;
    Ok(mapping)
}

/// Keeps a mapping in the place of the one before.
pub fn put(tx: &mut AnyConnection, row: &MappingRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::insert_into(saved_mappings::table)
            .values(row)
            .on_conflict((saved_mappings::area, saved_mappings::source, saved_mappings::layout))
            .do_update()
            .set(row)
            .execute(inner)
    })?;
    Ok(())
}

//! What merges changed, and requests for erasure.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{erasures, merges};
use super::{AnyConnection, DbError, on_backend};

/// A merge that stands.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = merges, treat_none_as_default_value = false)]
pub struct MergeRow {
    pub duplicate_id: String,
    pub survivor_id: String,
    pub merged_at: NaiveDateTime,
    /// The survivor's revision before and after.
    pub survivor_before: i32,
    pub survivor_after: i32,
    pub duplicate_before: i32,
}

/// Remembers a merge.
pub fn add(tx: &mut AnyConnection, row: &MergeRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(merges::table).values(row).execute(inner))?;
    Ok(())
}

/// The merge that made a record a duplicate.
pub fn of_duplicate(
    tx: &mut AnyConnection,
    duplicate_id: &str,
) -> Result<Option<MergeRow>, DbError> {
    Ok(merges::table.find(duplicate_id).first(tx).optional()?)
}

/// Forgets a merge that was undone.
pub fn remove(tx: &mut AnyConnection, duplicate_id: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::delete(merges::table.find(duplicate_id)).execute(inner))?;
    Ok(())
}

/// A recorded request to take a person's values out.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = erasures, treat_none_as_default_value = false)]
pub struct ErasureRow {
    pub id: String,
    pub enterprise_id: String,
    /// The request's own number or date: never a person's name.
    pub request: String,
    pub actor: String,
    pub at: NaiveDateTime,
}

/// Records a request for erasure.
pub fn add_erasure(tx: &mut AnyConnection, row: &ErasureRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(erasures::table).values(row).execute(inner))?;
    Ok(())
}

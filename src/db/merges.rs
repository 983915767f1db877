//! What merges changed.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::campaigns::coverage;
use super::schema::merges;
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
    coverage::mark_of_enterprises(tx, std::slice::from_ref(&row.duplicate_id))
}

/// The merge that made a record a duplicate.
pub fn of_duplicate(
    tx: &mut AnyConnection,
    duplicate_id: &str,
) -> Result<Option<MergeRow>, DbError> {
    Ok(merges::table.find(duplicate_id).first(tx).optional()?)
}

/// Those of these records that others were merged into.
pub fn survivors(tx: &mut AnyConnection, ids: &[String]) -> Result<Vec<String>, DbError> {
    let ids = on_backend!(tx, |inner| {
        merges::table
            .filter(merges::survivor_id.eq_any(ids))
            .select(merges::survivor_id)
            .load(inner)
    })?;
    Ok(ids)
}

/// Forgets a merge that was undone.
pub fn remove(tx: &mut AnyConnection, duplicate_id: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::delete(merges::table.find(duplicate_id)).execute(inner))?;
    coverage::mark_of_enterprises(tx, &[duplicate_id.to_owned()])
}

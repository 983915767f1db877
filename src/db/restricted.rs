//! Sealed values of the restricted tier. What is in them is not for this layer.

use diesel::prelude::*;

use super::schema::restricted;
use super::{AnyConnection, DbError, on_backend};

/// One sealed part of an enterprise's restricted values.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = restricted, treat_none_as_default_value = false)]
pub struct SealedRow {
    pub enterprise_id: String,
    /// `business`, or `person:0` and so on.
    pub part: String,
    /// The part's own key, wrapped by the vault's.
    pub wrapped_key: Vec<u8>,
    pub sealed: Vec<u8>,
}

/// The parts of an enterprise.
pub fn of(connection: &mut AnyConnection, enterprise_id: &str) -> Result<Vec<SealedRow>, DbError> {
    let rows = restricted::table
        .filter(restricted::enterprise_id.eq(enterprise_id))
        .order(restricted::part.asc())
        .load(connection)?;
    Ok(rows)
}

/// Puts these parts in the place of those that an enterprise has.
pub fn replace(
    tx: &mut AnyConnection,
    enterprise_id: &str,
    rows: &[SealedRow],
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::delete(restricted::table.filter(restricted::enterprise_id.eq(enterprise_id)))
            .execute(inner)
    })?;
    insert(tx, rows)
}

/// Adds the parts of new enterprises.
pub fn insert(tx: &mut AnyConnection, rows: &[SealedRow]) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(restricted::table).values(rows).execute(inner))?;
    Ok(())
}

//! Sealed values of the restricted tier. What is in them is not for this layer.

use diesel::prelude::*;

use super::schema::restricted;
use super::{AnyConnection, DbError, insert_rows, on_backend};

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
    /// By which a person is found; None for a part without a NIK.
    pub national_id_hash: Option<Vec<u8>>,
}

/// The parts of an enterprise.
pub fn of(connection: &mut AnyConnection, enterprise_id: &str) -> Result<Vec<SealedRow>, DbError> {
    let rows = restricted::table
        .filter(restricted::enterprise_id.eq(enterprise_id))
        .order(restricted::part.asc())
        .load(connection)?;
    Ok(rows)
}

/// The parts of each of these enterprises, in no order.
pub fn of_many(
    connection: &mut AnyConnection,
    enterprise_ids: &[String],
) -> Result<Vec<SealedRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        restricted::table.filter(restricted::enterprise_id.eq_any(enterprise_ids)).load(inner)
    })?;
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
    Ok(insert_rows!(tx, restricted::table, rows)?)
}

/// Ids of the enterprises with a part of that NIK, in their order.
pub fn with_national_id(
    connection: &mut AnyConnection,
    hash: &[u8],
) -> Result<Vec<String>, DbError> {
    let ids = restricted::table
        .filter(restricted::national_id_hash.eq(hash))
        .select(restricted::enterprise_id)
        .distinct()
        .order(restricted::enterprise_id.asc())
        .load(connection)?;
    Ok(ids)
}

/// Up to `limit` parts beyond `after` that the program before marks sealed, in their order.
pub fn unmarked(
    connection: &mut AnyConnection,
    after: &(String, String),
    limit: i64,
) -> Result<Vec<SealedRow>, DbError> {
    use diesel::dsl::sql;
    use diesel::sql_types::Bool;
    // In the words of the index that holds these rows alone.
    let rows = restricted::table
        .filter(sql::<Bool>("length(wrapped_key) = 60"))
        .filter(
            restricted::enterprise_id
                .gt(&after.0)
                .or(restricted::enterprise_id.eq(&after.0).and(restricted::part.gt(&after.1))),
        )
        .order((restricted::enterprise_id.asc(), restricted::part.asc()))
        .limit(limit)
        .load(connection)?;
    Ok(rows)
}

/// Gives a part its wrapped key and hash anew, unless it was sealed anew meanwhile.
pub fn mark(
    tx: &mut AnyConnection,
    before: &SealedRow,
    wrapped_key: &[u8],
    national_id_hash: Option<&[u8]>,
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(
            restricted::table
                .find((&before.enterprise_id, &before.part))
                .filter(restricted::wrapped_key.eq(&before.wrapped_key)),
        )
        .set((
            restricted::wrapped_key.eq(wrapped_key),
            restricted::national_id_hash.eq(national_id_hash),
        ))
        .execute(inner)
    })?;
    Ok(())
}

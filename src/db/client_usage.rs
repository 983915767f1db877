//! How much service clients asked for, by day.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::client_usage as usage;
use super::{AnyConnection, DbError, on_backend};

/// What a client asked for on a day, or in a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = usage)]
pub struct UsageRow {
    pub client_id: String,
    pub day: NaiveDate,
    pub requests: i64,
    pub errors: i64,
    pub refused: i64,
    pub bytes: i64,
    pub last_at: NaiveDateTime,
}

/// Adds to what is known of a client and day.
pub fn add(tx: &mut AnyConnection, row: &UsageRow) -> Result<(), DbError> {
    use usage::{bytes, client_id, day, errors, last_at, refused, requests};
    on_backend!(tx, |inner| {
        diesel::insert_into(usage::table)
            .values(row)
            .on_conflict((client_id, day))
            .do_update()
            .set((
                requests.eq(requests + row.requests),
                errors.eq(errors + row.errors),
                refused.eq(refused + row.refused),
                bytes.eq(bytes + row.bytes),
                last_at.eq(row.last_at),
            ))
            .execute(inner)
    })?;
    Ok(())
}

/// What these clients asked for since a day, that day too; each client's days in order.
pub fn since(
    connection: &mut AnyConnection,
    ids: &[String],
    day: NaiveDate,
) -> Result<Vec<UsageRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        usage::table
            .filter(usage::client_id.eq_any(ids))
            .filter(usage::day.ge(day))
            .order((usage::client_id.asc(), usage::day.asc()))
            .load(inner)
    })?;
    Ok(rows)
}

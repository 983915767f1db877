//! Requests of persons (UU 27/2022): for what is kept of them, its correction and its erasure.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::person_requests;
use super::{AnyConnection, DbError, on_backend};

/// A recorded request.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = person_requests, treat_none_as_default_value = false)]
pub struct PersonRequestRow {
    pub id: String,
    pub enterprise_id: String,
    /// The request's own number or date: never a person's name.
    pub request: String,
    /// Who answered it.
    pub actor: String,
    pub at: NaiveDateTime,
    /// `erase`, `export` or `correct`.
    pub kind: String,
    pub purpose: Option<String>,
}

/// Records a request.
pub fn add(tx: &mut AnyConnection, row: &PersonRequestRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(person_requests::table)
        .values(row)
        .execute(inner))?;
    Ok(())
}

/// The requests that were answered from a record, the first one first.
pub fn of(
    connection: &mut AnyConnection,
    enterprise_id: &str,
) -> Result<Vec<PersonRequestRow>, DbError> {
    let rows = person_requests::table
        .filter(person_requests::enterprise_id.eq(enterprise_id))
        .order((person_requests::at.asc(), person_requests::id.asc()))
        .load(connection)?;
    Ok(rows)
}

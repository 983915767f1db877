//! The grant `restricted`, one a person.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::grants;
use super::{AnyConnection, DbError, on_backend};

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = grants)]
pub struct GrantRow {
    pub email: String,
    pub expires_at: NaiveDateTime,
    pub granted_by: String,
    pub reason: String,
    pub at: NaiveDateTime,
}

/// Until when each of these accounts has it; those that never had it are left out.
pub fn until(
    connection: &mut AnyConnection,
    emails: &[&str],
) -> Result<Vec<(String, NaiveDateTime)>, DbError> {
    let rows = on_backend!(connection, |inner| {
        grants::table
            .filter(grants::email.eq_any(emails))
            .select((grants::email, grants::expires_at))
            .load(inner)
    })?;
    Ok(rows)
}

/// Gives it, in the place of an earlier one.
pub fn put(tx: &mut AnyConnection, row: &GrantRow) -> Result<(), DbError> {
    delete(tx, &row.email)?;
    on_backend!(tx, |inner| diesel::insert_into(grants::table).values(row).execute(inner))?;
    Ok(())
}

/// Takes it away. Answers whether there was one.
pub fn delete(tx: &mut AnyConnection, email: &str) -> Result<bool, DbError> {
    let gone = on_backend!(tx, |inner| {
        diesel::delete(grants::table.filter(grants::email.eq(email))).execute(inner)
    })?;
    Ok(gone > 0)
}

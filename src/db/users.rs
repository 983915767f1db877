//! Accounts and their sessions.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{sessions, users};
use super::{AnyConnection, DbError, on_backend};

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub struct UserRow {
    pub email: String,
    /// argon2id, PHC string.
    pub password_hash: String,
    pub role: String,
    pub area: Option<String>,
    pub created_at: NaiveDateTime,
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct SessionRow {
    /// SHA-256 of the refresh token.
    pub token_hash: String,
    pub email: String,
    pub expires_at: NaiveDateTime,
}

/// Adds an account, or gives the one with this address a new password, role and area, ending its
/// sessions.
pub fn put(tx: &mut AnyConnection, row: &UserRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::delete(sessions::table.filter(sessions::email.eq(&row.email))).execute(inner)?;
        diesel::insert_into(users::table)
            .values(row)
            .on_conflict(users::email)
            .do_update()
            .set((
                users::password_hash.eq(&row.password_hash),
                users::role.eq(&row.role),
                users::area.eq(&row.area),
            ))
            .execute(inner)
    })?;
    Ok(())
}

pub fn by_email(connection: &mut AnyConnection, email: &str) -> Result<Option<UserRow>, DbError> {
    Ok(users::table.find(email).first(connection).optional()?)
}

pub fn add_session(tx: &mut AnyConnection, row: &SessionRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(sessions::table).values(row).execute(inner))?;
    Ok(())
}

/// Ends a session and answers it, if there was one: a refresh token is good for one use.
pub fn take_session(
    tx: &mut AnyConnection,
    token_hash: &str,
) -> Result<Option<SessionRow>, DbError> {
    let row: Option<SessionRow> = sessions::table.find(token_hash).first(tx).optional()?;
    let gone = on_backend!(tx, |inner| {
        diesel::delete(sessions::table.filter(sessions::token_hash.eq(token_hash))).execute(inner)
    })?;
    Ok(row.filter(|_| gone == 1))
}

/// Forgets sessions that are over.
pub fn drop_expired_sessions(tx: &mut AnyConnection, now: NaiveDateTime) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::delete(sessions::table.filter(sessions::expires_at.lt(now))).execute(inner)
    })?;
    Ok(())
}

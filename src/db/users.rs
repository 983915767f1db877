//! Accounts.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::schema::users;
use super::{AnyConnection, DbError, on_backend};

diesel::define_sql_function!(fn lower(text: Nullable<Text>) -> Nullable<Text>);

#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(
    table_name = users,
    primary_key(email),
    treat_none_as_default_value = false,
    treat_none_as_null = true
)]
pub struct UserRow {
    pub email: String,
    /// argon2id, PHC string; empty before there is a password.
    pub password_hash: String,
    pub role: String,
    pub area: Option<String>,
    pub created_at: NaiveDateTime,
    pub name: Option<String>,
    pub cooperative: Option<String>,
    pub disabled: bool,
    /// Sealed by the vault.
    pub totp_secret: Option<Vec<u8>>,
    pub totp_confirmed: bool,
    /// Of the last code that was used: none of it or before it is good again.
    pub totp_last_step: i64,
    /// SHA-256 of the one-time code.
    pub reset_code_hash: Option<String>,
    pub reset_code_expires_at: Option<NaiveDateTime>,
    pub last_sign_in_at: Option<NaiveDateTime>,
}

/// Which accounts are listed.
#[derive(Debug, Clone, Default)]
pub struct UserQuery {
    /// Only those whose area is this one or lies in it.
    pub within: Option<String>,
    /// Part of the address or the name, in small letters.
    pub q: Option<String>,
    /// Address of the last one of the page before.
    pub after: Option<String>,
    pub limit: i64,
}

pub fn by_email(connection: &mut AnyConnection, email: &str) -> Result<Option<UserRow>, DbError> {
    Ok(users::table.find(email).first(connection).optional()?)
}

/// Accounts that are not closed and have one of these roles.
pub fn open_with_roles(
    connection: &mut AnyConnection,
    roles: &[&str],
) -> Result<Vec<UserRow>, DbError> {
    let rows =
        users::table.filter(users::role.eq_any(roles.to_vec())).filter(users::disabled.eq(false));
    Ok(rows.order(users::email.asc()).load(connection)?)
}

/// An account, its row locked until the transaction ends: whatever begins or ends a session of it
/// takes this lock first.
pub fn for_update(tx: &mut AnyConnection, email: &str) -> Result<Option<UserRow>, DbError> {
    let row = match tx {
        AnyConnection::Pg(pg) => users::table.find(email).for_update().first(pg).optional()?,
        // The transaction holds the only write lock already.
        AnyConnection::Sqlite(sqlite) => users::table.find(email).first(sqlite).optional()?,
    };
    Ok(row)
}

/// Accounts in the order of their addresses.
pub fn list(connection: &mut AnyConnection, query: &UserQuery) -> Result<Vec<UserRow>, DbError> {
    let mut wanted = users::table.order(users::email.asc()).limit(query.limit).into_boxed();
    if let Some(area) = &query.within {
        let below = format!("{area}.%");
        wanted = wanted.filter(users::area.eq(area).or(users::area.like(below)));
    }
    if let Some(q) = &query.q {
        let escaped = q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let part = format!("%{escaped}%");
        let in_address = users::email.like(part.clone()).escape('\\').nullable();
        wanted = wanted.filter(in_address.or(lower(users::name).like(part).escape('\\')));
    }
    if let Some(after) = &query.after {
        wanted = wanted.filter(users::email.gt(after));
    }
    Ok(wanted.load(connection)?)
}

/// Keeps a new account.
///
/// # Errors
/// [`DbError::Unique`] where there is one with this address.
pub fn insert(tx: &mut AnyConnection, row: &UserRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(users::table).values(row).execute(inner))?;
    Ok(())
}

/// Keeps an account's new state; its row is locked by the caller.
pub fn update(tx: &mut AnyConnection, row: &UserRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(users::table.filter(users::email.eq(&row.email))).set(row).execute(inner)
    })?;
    Ok(())
}

//! Sessions: a family is a sign-in with all the refresh tokens that came of it, used ones too.
//! Whoever writes here holds the lock of the account's row ([`super::users::for_update`]).

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{session_families, sessions, users};
use super::users::UserRow;
use super::{AnyConnection, DbError, on_backend};

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = session_families)]
pub struct FamilyRow {
    pub id: String,
    pub email: String,
    pub created_at: NaiveDateTime,
    pub last_used_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub second_factor: bool,
    pub device: String,
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct RefreshTokenRow {
    /// SHA-256 of the token.
    pub token_hash: String,
    pub email: String,
    pub expires_at: NaiveDateTime,
    /// None: of a program before there were families.
    pub family: Option<String>,
    pub used_at: Option<NaiveDateTime>,
}

/// An account and one of its sessions, if both are there.
pub fn signed_in(
    connection: &mut AnyConnection,
    email: &str,
    family: &str,
) -> Result<Option<(UserRow, FamilyRow)>, DbError> {
    let both = users::table
        .inner_join(session_families::table.on(session_families::email.eq(users::email)))
        .filter(users::email.eq(email))
        .filter(session_families::id.eq(family))
        .first(connection)
        .optional()?;
    Ok(both)
}

/// The sessions of an account that are not over, latest first.
pub fn of(
    connection: &mut AnyConnection,
    email: &str,
    now: NaiveDateTime,
) -> Result<Vec<FamilyRow>, DbError> {
    let rows = session_families::table
        .filter(session_families::email.eq(email))
        .filter(session_families::expires_at.gt(now))
        .order((session_families::last_used_at.desc(), session_families::id.desc()))
        .load(connection)?;
    Ok(rows)
}

/// Begins a session; those of the account that are over are forgotten.
pub fn begin(
    tx: &mut AnyConnection,
    family: &FamilyRow,
    token_hash: String,
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::delete(
            session_families::table
                .filter(session_families::email.eq(&family.email))
                .filter(session_families::expires_at.le(family.created_at)),
        )
        .execute(inner)?;
        diesel::insert_into(session_families::table).values(family).execute(inner)
    })?;
    add_token(tx, family, token_hash)
}

fn add_token(
    tx: &mut AnyConnection,
    family: &FamilyRow,
    token_hash: String,
) -> Result<(), DbError> {
    let row = RefreshTokenRow {
        token_hash,
        email: family.email.clone(),
        expires_at: family.expires_at,
        family: Some(family.id.clone()),
        used_at: None,
    };
    on_backend!(tx, |inner| diesel::insert_into(sessions::table).values(&row).execute(inner))?;
    Ok(())
}

/// A refresh token and its family.
pub fn token(
    connection: &mut AnyConnection,
    token_hash: &str,
) -> Result<Option<(RefreshTokenRow, FamilyRow)>, DbError> {
    let both = sessions::table
        .inner_join(
            session_families::table.on(sessions::family.eq(session_families::id.nullable())),
        )
        .filter(sessions::token_hash.eq(token_hash))
        .first(connection)
        .optional()?;
    Ok(both)
}

/// Uses a refresh token up and puts another in its place; the family as given lives on.
pub fn renew(
    tx: &mut AnyConnection,
    used: &str,
    family: &FamilyRow,
    token_hash: String,
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(sessions::table.find(used))
            .set(sessions::used_at.eq(family.last_used_at))
            .execute(inner)?;
        diesel::update(session_families::table.find(&family.id))
            .set((
                session_families::last_used_at.eq(family.last_used_at),
                session_families::expires_at.eq(family.expires_at),
            ))
            .execute(inner)
    })?;
    add_token(tx, family, token_hash)
}

/// Ends a session of an account. Answers whether there was one.
pub fn end(tx: &mut AnyConnection, email: &str, family: &str) -> Result<bool, DbError> {
    let gone = on_backend!(tx, |inner| {
        diesel::delete(
            session_families::table
                .filter(session_families::id.eq(family))
                .filter(session_families::email.eq(email)),
        )
        .execute(inner)
    })?;
    Ok(gone > 0)
}

/// Ends all sessions of an account. Answers how many there were.
pub fn end_all(tx: &mut AnyConnection, email: &str) -> Result<usize, DbError> {
    let gone = on_backend!(tx, |inner| {
        // Those of a program before there were families.
        diesel::delete(sessions::table.filter(sessions::email.eq(email))).execute(inner)?;
        diesel::delete(session_families::table.filter(session_families::email.eq(email)))
            .execute(inner)
    })?;
    Ok(gone)
}

/// What was begun with a second factor counts as begun without.
pub fn forget_second_factor(tx: &mut AnyConnection, email: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(session_families::table.filter(session_families::email.eq(email)))
            .set(session_families::second_factor.eq(false))
            .execute(inner)
    })?;
    Ok(())
}

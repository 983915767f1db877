//! Links by which an owner sees and corrects their record.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::owner_links as links;
use super::{AnyConnection, DbError, on_backend};

/// A link.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = links, treat_none_as_default_value = false)]
pub struct LinkRow {
    pub id: String,
    /// SHA-256.
    pub token_hash: String,
    pub enterprise_id: String,
    /// One of the owners, by name.
    pub owner: String,
    pub created_by: String,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub revoked_at: Option<NaiveDateTime>,
    pub revoked_by: Option<String>,
    pub last_used_at: Option<NaiveDateTime>,
    pub uses: i32,
}

pub fn insert(tx: &mut AnyConnection, row: &LinkRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(links::table).values(row).execute(inner))?;
    Ok(())
}

pub fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<LinkRow>, DbError> {
    Ok(links::table.find(id).first(connection).optional()?)
}

/// The link of a token, if it is good. One question, whatever is wrong with it.
pub fn good(
    connection: &mut AnyConnection,
    token_hash: &str,
    now: NaiveDateTime,
) -> Result<Option<LinkRow>, DbError> {
    let row = links::table
        .filter(links::token_hash.eq(token_hash))
        .filter(links::revoked_at.is_null())
        .filter(links::expires_at.gt(now))
        .first(connection)
        .optional()?;
    Ok(row)
}

/// The links of a record, the newest first.
pub fn of(connection: &mut AnyConnection, enterprise_id: &str) -> Result<Vec<LinkRow>, DbError> {
    let rows = links::table
        .filter(links::enterprise_id.eq(enterprise_id))
        .order((links::created_at.desc(), links::id.desc()))
        .load(connection)?;
    Ok(rows)
}

/// How many links of a record are good.
pub fn count_good(
    connection: &mut AnyConnection,
    enterprise_id: &str,
    now: NaiveDateTime,
) -> Result<i64, DbError> {
    let count = links::table
        .filter(links::enterprise_id.eq(enterprise_id))
        .filter(links::revoked_at.is_null())
        .filter(links::expires_at.gt(now))
        .count()
        .get_result(connection)?;
    Ok(count)
}

/// Counts a use of a link.
pub fn used(tx: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(links::table.find(id))
            .set((links::last_used_at.eq(now), links::uses.eq(links::uses + 1)))
            .execute(inner)
    })?;
    Ok(())
}

/// Ends a link.
pub fn revoke(
    tx: &mut AnyConnection,
    id: &str,
    now: NaiveDateTime,
    by: &str,
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(links::table.find(id).filter(links::revoked_at.is_null()))
            .set((links::revoked_at.eq(now), links::revoked_by.eq(by)))
            .execute(inner)
    })?;
    Ok(())
}

/// Ends all links of a record.
pub fn revoke_all(
    tx: &mut AnyConnection,
    enterprise_id: &str,
    now: NaiveDateTime,
    by: &str,
) -> Result<(), DbError> {
    let open = links::table
        .filter(links::enterprise_id.eq(enterprise_id))
        .filter(links::revoked_at.is_null());
    on_backend!(tx, |inner| {
        diesel::update(open)
            .set((links::revoked_at.eq(now), links::revoked_by.eq(by)))
            .execute(inner)
    })?;
    Ok(())
}

/// Gives the owner of a link another name.
pub fn rename(tx: &mut AnyConnection, id: &str, owner: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(links::table.find(id)).set(links::owner.eq(owner)).execute(inner)
    })?;
    Ok(())
}

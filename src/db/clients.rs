//! Service clients.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::clients;
use super::{AnyConnection, DbError, on_backend};

#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = clients, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ClientRow {
    pub id: String,
    pub name: String,
    /// SHA-256.
    pub secret_hash: String,
    /// Another one with each secret.
    pub secret_version: i32,
    /// Separated by a space.
    pub scopes: String,
    /// Of the scope `internal`.
    pub area: Option<String>,
    pub created_by: String,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub revoked_at: Option<NaiveDateTime>,
    pub last_used_at: Option<NaiveDateTime>,
    /// None: as the server's setting.
    pub requests_per_second: Option<i32>,
}

pub fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<ClientRow>, DbError> {
    Ok(clients::table.find(id).first(connection).optional()?)
}

/// A client, its row locked until the transaction ends.
pub fn for_update(tx: &mut AnyConnection, id: &str) -> Result<Option<ClientRow>, DbError> {
    let row = match tx {
        AnyConnection::Pg(pg) => clients::table.find(id).for_update().first(pg).optional()?,
        // The transaction holds the only write lock already.
        AnyConnection::Sqlite(sqlite) => clients::table.find(id).first(sqlite).optional()?,
    };
    Ok(row)
}

/// Clients, oldest first: all, or those whose area is `within` or lies in it.
pub fn list(
    connection: &mut AnyConnection,
    within: Option<&str>,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<ClientRow>, DbError> {
    let mut wanted = clients::table.order(clients::id.asc()).limit(limit).into_boxed();
    if let Some(area) = within {
        let below = format!("{area}.%");
        wanted = wanted.filter(clients::area.eq(area).or(clients::area.like(below)));
    }
    if let Some(after) = after {
        wanted = wanted.filter(clients::id.gt(after));
    }
    Ok(wanted.load(connection)?)
}

pub fn insert(tx: &mut AnyConnection, row: &ClientRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(clients::table).values(row).execute(inner))?;
    Ok(())
}

/// Keeps a client's new state; its row is locked by the caller.
pub fn update(tx: &mut AnyConnection, row: &ClientRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(clients::table.filter(clients::id.eq(&row.id))).set(row).execute(inner)
    })?;
    Ok(())
}

//! Phones with a key of their own.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::schema::devices;
use crate::db::{AnyConnection, DbError, on_backend};

/// A phone.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = devices, treat_none_as_default_value = false)]
pub struct DeviceRow {
    pub id: String,
    /// SHA-256 of the key.
    pub key_hash: String,
    pub enumerator: String,
    pub label: String,
    pub created_by: String,
    pub created_at: NaiveDateTime,
    pub last_used_at: Option<NaiveDateTime>,
    pub revoked_at: Option<NaiveDateTime>,
}

pub fn insert(tx: &mut AnyConnection, row: &DeviceRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(devices::table).values(row).execute(inner))?;
    Ok(())
}

/// The phone of a key.
pub fn by_key(connection: &mut AnyConnection, hash: &str) -> Result<Option<DeviceRow>, DbError> {
    Ok(devices::table.filter(devices::key_hash.eq(hash)).first(connection).optional()?)
}

pub fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<DeviceRow>, DbError> {
    Ok(devices::table.find(id).first(connection).optional()?)
}

/// All phones, the newest first; of one person, or of all.
pub fn all(
    connection: &mut AnyConnection,
    enumerator: Option<&str>,
) -> Result<Vec<DeviceRow>, DbError> {
    let mut rows = devices::table.into_boxed();
    if let Some(enumerator) = enumerator {
        rows = rows.filter(devices::enumerator.eq(enumerator.to_owned()));
    }
    Ok(rows.order((devices::created_at.desc(), devices::id.desc())).load(connection)?)
}

pub fn revoke(tx: &mut AnyConnection, id: &str, at: NaiveDateTime) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(devices::table.find(id).filter(devices::revoked_at.is_null()))
            .set(devices::revoked_at.eq(at))
            .execute(inner)
    })?;
    Ok(())
}

pub fn used(tx: &mut AnyConnection, id: &str, at: NaiveDateTime) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(devices::table.find(id)).set(devices::last_used_at.eq(at)).execute(inner)
    })?;
    Ok(())
}

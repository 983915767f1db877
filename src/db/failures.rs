//! Failed sign-ins, by the hash of the address: the address itself may be a password typed in the
//! wrong field.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::sign_in_failures as failures;
use super::{AnyConnection, DbError, on_backend};

/// Old rows forgotten at a time.
const SWEEP: i64 = 100;

#[derive(Debug, Clone, PartialEq, Queryable, Insertable, AsChangeset)]
#[diesel(
    table_name = failures,
    primary_key(address_hash),
    treat_none_as_default_value = false,
    treat_none_as_null = true
)]
pub struct FailureRow {
    pub address_hash: String,
    pub failures: i32,
    pub last_at: NaiveDateTime,
    pub locked_until: Option<NaiveDateTime>,
}

/// What is known of an address, its row locked until the transaction ends; made if there is none.
pub fn for_update(
    tx: &mut AnyConnection,
    address_hash: &str,
    now: NaiveDateTime,
) -> Result<FailureRow, DbError> {
    let (address_hash, locked_until) = (address_hash.to_owned(), None);
    let new = FailureRow { address_hash, failures: 0, last_at: now, locked_until };
    // An update that changes nothing locks the row that is there, in the same step that makes one.
    let row = on_backend!(tx, |inner| {
        diesel::insert_into(failures::table)
            .values(&new)
            .on_conflict(failures::address_hash)
            .do_update()
            .set(failures::address_hash.eq(&new.address_hash))
            .get_result(inner)
    })?;
    Ok(row)
}

/// Keeps what is now known of an address.
pub fn update(tx: &mut AnyConnection, row: &FailureRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(failures::table.find(&row.address_hash)).set(row).execute(inner)
    })?;
    Ok(())
}

/// Forgets an address: it signed in.
pub fn forget(tx: &mut AnyConnection, address_hash: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::delete(failures::table.find(address_hash)).execute(inner))?;
    Ok(())
}

/// Forgets some of the addresses that were quiet since; those that others hold are left.
pub fn sweep(tx: &mut AnyConnection, since: NaiveDateTime) -> Result<(), DbError> {
    let quiet = failures::table
        .filter(failures::last_at.lt(since))
        .select(failures::address_hash)
        .limit(SWEEP);
    let quiet: Vec<String> = match tx {
        AnyConnection::Pg(pg) => quiet.for_update().skip_locked().load(pg)?,
        AnyConnection::Sqlite(sqlite) => quiet.load(sqlite)?,
    };
    if quiet.is_empty() {
        return Ok(());
    }
    on_backend!(tx, |inner| {
        diesel::delete(failures::table.filter(failures::address_hash.eq_any(&quiet))).execute(inner)
    })?;
    Ok(())
}

/// Until when each of these addresses is locked out; others are left out.
pub fn locked(
    connection: &mut AnyConnection,
    address_hashes: &[String],
    now: NaiveDateTime,
) -> Result<Vec<(String, NaiveDateTime)>, DbError> {
    let rows: Vec<FailureRow> = on_backend!(connection, |inner| {
        failures::table
            .filter(failures::address_hash.eq_any(address_hashes))
            .filter(failures::locked_until.gt(now))
            .load(inner)
    })?;
    Ok(rows.into_iter().filter_map(|row| Some((row.address_hash, row.locked_until?))).collect())
}

//! What signs access tokens.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::signing_keys;
use super::{AnyConnection, DbError, on_backend};

/// Any number: who makes a key holds it.
const KEYS_LOCK: i64 = 0x53_45_4E_54_4B_45_59;

#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = signing_keys)]
pub struct SigningKeyRow {
    pub kid: String,
    /// Ed25519, 32 bytes.
    pub public_key: Vec<u8>,
    /// PKCS #8, sealed by the vault.
    pub private_key: Vec<u8>,
    pub created_at: NaiveDateTime,
    pub signs_from: NaiveDateTime,
}

/// Keeps other processes from making a key until the transaction ends.
pub fn lock(tx: &mut AnyConnection) -> Result<(), DbError> {
    if let AnyConnection::Pg(pg) = tx {
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
            .bind::<diesel::sql_types::BigInt, _>(KEYS_LOCK)
            .execute(pg)?;
    }
    Ok(())
}

/// All keys, in the order in which they sign.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<SigningKeyRow>, DbError> {
    let order = (signing_keys::signs_from.asc(), signing_keys::kid.asc());
    Ok(signing_keys::table.order(order).load(connection)?)
}

/// Keeps a new key.
pub fn insert(tx: &mut AnyConnection, row: &SigningKeyRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(signing_keys::table).values(row).execute(inner))?;
    Ok(())
}

/// Takes keys away: what they signed is good for nothing.
pub fn delete(tx: &mut AnyConnection, kids: &[String]) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::delete(signing_keys::table.filter(signing_keys::kid.eq_any(kids))).execute(inner)
    })?;
    Ok(())
}

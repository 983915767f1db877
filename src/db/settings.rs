//! Single values that the database keeps of itself.

use diesel::prelude::*;

use super::schema::{settings, vault_keys};
use super::{AnyConnection, DbError, on_backend};

const VAULT_MARK: &str = "vault_mark";
/// Any number: shared by those who wrap with the vault's key, alone by who changes it.
const VAULT_LOCK: i64 = 0x56_41_55_4C_54;

/// The mark of the vault's key that values here are sealed with: a digest, not the key.
pub fn vault_mark(connection: &mut AnyConnection) -> Result<Option<String>, DbError> {
    let found =
        settings::table.find(VAULT_MARK).select(settings::value).first(connection).optional()?;
    Ok(found)
}

/// The mark, which stays as it is until the transaction ends.
pub fn vault_mark_held(tx: &mut AnyConnection) -> Result<Option<String>, DbError> {
    // The only writer of SQLite needs no lock.
    if let AnyConnection::Pg(pg) = tx {
        diesel::sql_query("SELECT pg_advisory_xact_lock_shared($1)")
            .bind::<diesel::sql_types::BigInt, _>(VAULT_LOCK)
            .execute(pg)?;
    }
    vault_mark(tx)
}

/// Keeps the mark of the first key, unless another process was first.
pub fn begin_vault_mark(tx: &mut AnyConnection, mark: &str) -> Result<(), DbError> {
    let row = (settings::name.eq(VAULT_MARK), settings::value.eq(mark));
    on_backend!(tx, |inner| {
        diesel::insert_into(settings::table).values(row).on_conflict_do_nothing().execute(inner)
    })?;
    Ok(())
}

/// Makes another key the one that is wrapped with. Once this is committed, no transaction commits
/// what it wrapped with the key before.
///
/// # Errors
/// [`DbError::Busy`] where somebody goes on wrapping for longer than others are kept waiting: try
/// again.
pub fn change_vault_mark(tx: &mut AnyConnection, mark: &str) -> Result<(), DbError> {
    if let AnyConnection::Pg(pg) = tx {
        diesel::sql_query("SET LOCAL lock_timeout = '300ms'").execute(pg)?;
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
            .bind::<diesel::sql_types::BigInt, _>(VAULT_LOCK)
            .execute(pg)?;
    }
    diesel::update(settings::table.find(VAULT_MARK)).set(settings::value.eq(mark)).execute(tx)?;
    Ok(())
}

/// A key that the vault needs beside those of the parts, wrapped.
pub fn vault_key(connection: &mut AnyConnection, name: &str) -> Result<Option<Vec<u8>>, DbError> {
    let found = vault_keys::table
        .find(name)
        .select(vault_keys::wrapped_key)
        .first(connection)
        .optional()?;
    Ok(found)
}

/// Keeps such a key, unless another process was first.
pub fn begin_vault_key(
    tx: &mut AnyConnection,
    name: &str,
    wrapped_key: &[u8],
) -> Result<(), DbError> {
    let row = (vault_keys::name.eq(name), vault_keys::wrapped_key.eq(wrapped_key));
    on_backend!(tx, |inner| {
        diesel::insert_into(vault_keys::table).values(row).on_conflict_do_nothing().execute(inner)
    })?;
    Ok(())
}

//! Single values that the database keeps of itself.

use diesel::prelude::*;

use super::schema::settings;
use super::{AnyConnection, DbError, on_backend};

const VAULT_MARK: &str = "vault_mark";

/// The mark of the vault's key that values here were sealed with: a digest, not the key.
pub fn vault_mark(connection: &mut AnyConnection) -> Result<Option<String>, DbError> {
    let found =
        settings::table.find(VAULT_MARK).select(settings::value).first(connection).optional()?;
    Ok(found)
}

/// Keeps the mark of the vault's key.
///
/// # Errors
/// [`DbError::Unique`] where there is one.
pub fn set_vault_mark(tx: &mut AnyConnection, mark: &str) -> Result<(), DbError> {
    let row = (settings::name.eq(VAULT_MARK), settings::value.eq(mark));
    on_backend!(tx, |inner| diesel::insert_into(settings::table).values(row).execute(inner))?;
    Ok(())
}

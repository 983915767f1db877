//! Which rows of lists came in, and what became of them.

use diesel::prelude::*;

use super::schema::source_rows;
use super::{AnyConnection, DbError, insert_rows, on_backend};

/// A row of a list that was taken in.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = source_rows, treat_none_as_default_value = false)]
pub struct SourceRow {
    /// Who the row is about: a fingerprint.
    pub identity: String,
    pub enterprise_id: String,
    /// What it says: a hash.
    pub content: String,
}

/// The rows of these identities that came in before.
pub fn by_identities(
    tx: &mut AnyConnection,
    identities: &[&str],
) -> Result<Vec<SourceRow>, DbError> {
    let rows = on_backend!(tx, |inner| {
        source_rows::table.filter(source_rows::identity.eq_any(identities)).load(inner)
    })?;
    Ok(rows)
}

/// Remembers rows that came in for the first time.
///
/// # Errors
/// [`DbError::Unique`] where another process has taken one in meanwhile.
pub fn remember(tx: &mut AnyConnection, rows: &[SourceRow]) -> Result<(), DbError> {
    Ok(insert_rows!(tx, source_rows::table, rows)?)
}

/// Gives rows that are known their new content.
pub fn remember_again(tx: &mut AnyConnection, rows: &[SourceRow]) -> Result<(), DbError> {
    use diesel::upsert::excluded;
    on_backend!(tx, |inner| {
        diesel::insert_into(source_rows::table)
            .values(rows)
            .on_conflict(source_rows::identity)
            .do_update()
            .set((
                source_rows::content.eq(excluded(source_rows::content)),
                source_rows::enterprise_id.eq(excluded(source_rows::enterprise_id)),
            ))
            .execute(inner)
    })?;
    Ok(())
}

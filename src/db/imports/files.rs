//! Uploaded files and reports in pieces. What is in them is not for this layer.

use diesel::prelude::*;

use crate::db::schema::{import_files, imports};
use crate::db::{AnyConnection, DbError, on_backend};

/// A piece of a file or report.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = import_files)]
pub struct PieceRow {
    pub import_key: i64,
    pub kind: String,
    pub number: i32,
    /// JSON: rows of a report by outcome.
    pub counts: String,
    pub sealed: Vec<u8>,
}

/// Adds a piece.
pub fn add(tx: &mut AnyConnection, row: &PieceRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(import_files::table).values(row).execute(inner))?;
    Ok(())
}

/// One piece.
pub fn get(
    connection: &mut AnyConnection,
    import_key: i64,
    kind: &str,
    number: i32,
) -> Result<Option<Vec<u8>>, DbError> {
    let sealed = import_files::table
        .find((import_key, kind, number))
        .select(import_files::sealed)
        .first(connection)
        .optional()?;
    Ok(sealed)
}

/// Numbers of the pieces with what they count, in their order.
pub fn index(
    connection: &mut AnyConnection,
    import_key: i64,
    kind: &str,
) -> Result<Vec<(i32, String)>, DbError> {
    let rows = import_files::table
        .filter(import_files::import_key.eq(import_key))
        .filter(import_files::kind.eq(kind))
        .order(import_files::number.asc())
        .select((import_files::number, import_files::counts))
        .load(connection)?;
    Ok(rows)
}

/// Takes the pieces of a kind away.
pub fn remove(tx: &mut AnyConnection, import_key: i64, kind: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::delete(
            import_files::table
                .filter(import_files::import_key.eq(import_key))
                .filter(import_files::kind.eq(kind)),
        )
        .execute(inner)
    })?;
    Ok(())
}

/// Keys of imports with pieces that nobody has the key of any more.
pub fn without_key(connection: &mut AnyConnection) -> Result<Vec<i64>, DbError> {
    let pieces = import_files::table.filter(import_files::import_key.eq(imports::key));
    let keys = imports::table
        .filter(imports::wrapped_key.is_null())
        .filter(diesel::dsl::exists(pieces))
        .select(imports::key)
        .load(connection)?;
    Ok(keys)
}

/// Takes up to `limit` pieces of an import away, whatever they are of; answers how many.
pub fn remove_some(tx: &mut AnyConnection, import_key: i64, limit: i64) -> Result<usize, DbError> {
    let pieces: Vec<(String, i32)> = import_files::table
        .filter(import_files::import_key.eq(import_key))
        .select((import_files::kind, import_files::number))
        .limit(limit)
        .load(tx)?;
    for (kind, number) in &pieces {
        on_backend!(tx, |inner| {
            diesel::delete(import_files::table.find((import_key, kind, number))).execute(inner)
        })?;
    }
    Ok(pieces.len())
}

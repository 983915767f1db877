//! Earlier states of records, append-only: the current state stands in the record's own table.

use diesel::prelude::*;

use super::schema::revisions;
use super::{AnyConnection, DbError, insert_rows, on_backend};

/// An earlier state of a record.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = revisions, treat_none_as_default_value = false)]
pub struct RevisionRow {
    pub entity_id: String,
    pub revision: i32,
    /// JSON.
    pub document: String,
}

/// Keeps a state that is about to be replaced.
pub fn keep(
    tx: &mut AnyConnection,
    entity_id: &str,
    revision: i32,
    document: &str,
) -> Result<(), DbError> {
    let row = (
        revisions::entity_id.eq(entity_id),
        revisions::revision.eq(revision),
        revisions::document.eq(document),
    );
    on_backend!(tx, |inner| diesel::insert_into(revisions::table).values(row).execute(inner))?;
    Ok(())
}

/// Keeps states of many records.
pub fn keep_all(tx: &mut AnyConnection, rows: &[RevisionRow]) -> Result<(), DbError> {
    Ok(insert_rows!(tx, revisions::table, rows)?)
}

/// An earlier state.
pub fn get(
    connection: &mut AnyConnection,
    entity_id: &str,
    revision: i32,
) -> Result<Option<String>, DbError> {
    let document = revisions::table
        .find((entity_id, revision))
        .select(revisions::document)
        .first(connection)
        .optional()?;
    Ok(document)
}

/// All earlier states, the first one first.
pub fn all(connection: &mut AnyConnection, entity_id: &str) -> Result<Vec<RevisionRow>, DbError> {
    let rows = revisions::table
        .filter(revisions::entity_id.eq(entity_id))
        .order(revisions::revision.asc())
        .load(connection)?;
    Ok(rows)
}

/// All earlier states of these records, each record's in order, the first one first.
pub fn of(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<RevisionRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        revisions::table
            .filter(revisions::entity_id.eq_any(ids))
            .order((revisions::entity_id.asc(), revisions::revision.asc()))
            .load(inner)
    })?;
    Ok(rows)
}

/// These earlier states of each of these records, in no order; missing ones are left out.
pub fn some(
    connection: &mut AnyConnection,
    ids: &[String],
    numbers: &[i32],
) -> Result<Vec<RevisionRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        revisions::table
            .filter(revisions::entity_id.eq_any(ids))
            .filter(revisions::revision.eq_any(numbers))
            .load(inner)
    })?;
    Ok(rows)
}

/// Puts another document in the place of an earlier state: for the erasure of a person only.
pub fn rewrite(tx: &mut AnyConnection, row: &RevisionRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(revisions::table.find((&row.entity_id, row.revision)))
            .set(revisions::document.eq(&row.document))
            .execute(inner)
    })?;
    Ok(())
}

//! What the atlas knows of each record, packed, beside the documents: narrow enough to be read whole
//! at a start.

use diesel::prelude::*;

use super::schema::atlas_rows;
use super::{AnyConnection, DbError, insert_rows, on_backend};

/// What is kept of a record at a revision.
#[derive(Debug, Clone, PartialEq, Insertable, AsChangeset)]
#[diesel(table_name = atlas_rows, treat_none_as_default_value = false)]
pub struct AtlasRow {
    /// The record's.
    pub key: i64,
    pub revision: i32,
    pub row: Vec<u8>,
}

/// A record, and what is kept of it at its present revision.
#[derive(Debug)]
pub struct Kept {
    pub key: i64,
    pub row: Option<Vec<u8>>,
}

/// The records with keys above `after`, up to `through`, in order. Their documents are not touched.
pub fn between_keys(
    connection: &mut AnyConnection,
    after: i64,
    through: i64,
) -> Result<Vec<Kept>, DbError> {
    use super::schema::record_revisions as records;
    let revisions: Vec<(i64, i32)> = records::table
        .filter(records::key.gt(after))
        .filter(records::key.le(through))
        .order(records::key.asc())
        .select((records::key, records::revision))
        .load(connection)?;
    let rows: Vec<(i64, i32, Vec<u8>)> = atlas_rows::table
        .filter(atlas_rows::key.gt(after))
        .filter(atlas_rows::key.le(through))
        .order(atlas_rows::key.asc())
        .load(connection)?;
    let mut rows = rows.into_iter().peekable();
    let kept = revisions.into_iter().map(|(key, revision)| {
        while rows.next_if(|(before, _, _)| *before < key).is_some() {}
        let row = rows.next_if(|(of, at, _)| *of == key && *at == revision);
        Kept { key, row: row.map(|(_, _, row)| row) }
    });
    Ok(kept.collect())
}

/// Stores what is kept of new records.
pub fn insert(tx: &mut AnyConnection, rows: &[AtlasRow]) -> Result<(), DbError> {
    Ok(insert_rows!(tx, atlas_rows::table, rows)?)
}

/// Puts what is kept of records in the place of what was, unless that is of a later revision.
pub fn put(tx: &mut AnyConnection, rows: &[AtlasRow]) -> Result<(), DbError> {
    use diesel::query_dsl::methods::FilterDsl;
    use diesel::sql_types::{Array, BigInt, Binary, Integer};
    use diesel::upsert::excluded;
    const LISTED: &str = "INSERT INTO atlas_rows (key, revision, row) \
                          SELECT * FROM unnest($1, $2, $3) ON CONFLICT (key) DO UPDATE \
                          SET revision = EXCLUDED.revision, row = EXCLUDED.row \
                          WHERE atlas_rows.revision <= EXCLUDED.revision";
    if let (AnyConnection::Pg(pg), true) = (&mut *tx, rows.len() > 1) {
        diesel::sql_query(LISTED)
            .bind::<Array<BigInt>, _>(rows.iter().map(|row| row.key).collect::<Vec<_>>())
            .bind::<Array<Integer>, _>(rows.iter().map(|row| row.revision).collect::<Vec<_>>())
            .bind::<Array<Binary>, _>(rows.iter().map(|row| row.row.as_slice()).collect::<Vec<_>>())
            .execute(pg)?;
        return Ok(());
    }
    for row in rows {
        on_backend!(tx, |inner| {
            let insert = diesel::insert_into(atlas_rows::table)
                .values(row)
                .on_conflict(atlas_rows::key)
                .do_update()
                .set(row);
            FilterDsl::filter(insert, atlas_rows::revision.le(excluded(atlas_rows::revision)))
                .execute(inner)
        })?;
    }
    Ok(())
}

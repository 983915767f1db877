//! What the atlas knows of each record, packed, beside the documents: narrow enough to be read whole
//! at a start.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable};

use super::schema::atlas_rows;
use super::{AnyConnection, DbError, on_backend};

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
#[derive(Debug, QueryableByName)]
pub struct Kept {
    #[diesel(sql_type = BigInt)]
    pub key: i64,
    #[diesel(sql_type = Integer)]
    pub revision: i32,
    #[diesel(sql_type = Nullable<Binary>)]
    pub row: Option<Vec<u8>>,
}

/// The records with keys above `after`, up to `through`. Their documents are not touched.
pub fn between_keys(
    connection: &mut AnyConnection,
    after: i64,
    through: i64,
) -> Result<Vec<Kept>, DbError> {
    // SQLite would look into the table, where a record fills a page.
    let index = match connection {
        AnyConnection::Sqlite(_) => "INDEXED BY enterprises_revision",
        AnyConnection::Pg(_) => "",
    };
    let query = format!(
        "SELECT e.key, e.revision, a.row FROM enterprises e {index} \
         LEFT JOIN atlas_rows a ON a.key = e.key AND a.revision = e.revision \
         WHERE e.key > $1 AND e.key <= $2"
    );
    let query = diesel::sql_query(query).bind::<BigInt, _>(after).bind::<BigInt, _>(through);
    Ok(on_backend!(connection, |inner| query.load(inner))?)
}

/// Stores what is kept of new records.
pub fn insert(tx: &mut AnyConnection, rows: Vec<&AtlasRow>) -> Result<(), DbError> {
    match tx {
        AnyConnection::Pg(pg) if rows.len() > 1 => {
            diesel::copy_from(atlas_rows::table).from_insertable(rows).execute(pg)?;
        }
        AnyConnection::Pg(pg) => {
            diesel::insert_into(atlas_rows::table).values(rows).execute(pg)?;
        }
        AnyConnection::Sqlite(sqlite) => {
            diesel::insert_into(atlas_rows::table).values(rows).execute(sqlite)?;
        }
    }
    Ok(())
}

/// Puts what is kept of records in the place of what was, unless that is of a later revision.
pub fn put(tx: &mut AnyConnection, rows: &[AtlasRow]) -> Result<(), DbError> {
    use diesel::query_dsl::methods::FilterDsl;
    use diesel::upsert::excluded;
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

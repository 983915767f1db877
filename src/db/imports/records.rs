//! What an import did to which record, and what stood there before.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use crate::db::restricted::SealedRow;
use crate::db::schema::{duplicates, import_records, import_restricted, source_rows};
use crate::db::{AnyConnection, DbError, insert_rows, on_backend};

pub const CREATED: &str = "created";
pub const UPDATED: &str = "updated";
pub const PUBLISHED: &str = "published";

/// What an import did to a record.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = import_records, treat_none_as_default_value = false)]
pub struct RecordRow {
    pub import_key: i64,
    pub enterprise_id: String,
    /// After it.
    pub revision: i32,
    pub action: String,
    pub revision_before: Option<i32>,
    /// Of the source row; None where it created the record.
    pub identity: Option<String>,
    /// Of the source row; None where there was none.
    pub content_before: Option<String>,
    pub restricted_changed: bool,
}

/// A sealed part as it was before.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = import_restricted, treat_none_as_default_value = false)]
pub struct EarlierSealed {
    pub enterprise_id: String,
    /// Key of the import, revision before it, part: `12/3/person:0`.
    pub place: String,
    pub wrapped_key: Vec<u8>,
    pub sealed: Vec<u8>,
    pub national_id_hash: Option<Vec<u8>>,
}

impl EarlierSealed {
    /// A part that is about to be replaced.
    pub fn of(row: SealedRow, import_key: i64, revision_before: i32) -> Self {
        Self {
            place: format!("{import_key}/{revision_before}/{}", row.part),
            enterprise_id: row.enterprise_id,
            wrapped_key: row.wrapped_key,
            sealed: row.sealed,
            national_id_hash: row.national_id_hash,
        }
    }

    /// The part, as it stood.
    pub fn into_sealed(self) -> SealedRow {
        let part = self.place.splitn(3, '/').nth(2).unwrap_or_default().to_owned();
        SealedRow {
            enterprise_id: self.enterprise_id,
            part,
            wrapped_key: self.wrapped_key,
            sealed: self.sealed,
            national_id_hash: self.national_id_hash,
        }
    }
}

/// Keeps what a batch did.
pub fn insert(tx: &mut AnyConnection, rows: &[RecordRow]) -> Result<(), DbError> {
    Ok(insert_rows!(tx, import_records::table, rows)?)
}

/// What an import did to these records, in the order of records and revisions.
pub fn of(
    connection: &mut AnyConnection,
    import_key: i64,
    enterprise_ids: &[String],
) -> Result<Vec<RecordRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        import_records::table
            .filter(import_records::import_key.eq(import_key))
            .filter(import_records::enterprise_id.eq_any(enterprise_ids))
            .order((import_records::enterprise_id.asc(), import_records::revision.asc()))
            .load(inner)
    })?;
    Ok(rows)
}

/// Up to `limit` of the records beyond one, in their order.
pub fn after(
    connection: &mut AnyConnection,
    import_key: i64,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, DbError> {
    let ids = import_records::table
        .filter(import_records::import_key.eq(import_key))
        .filter(import_records::enterprise_id.gt(after))
        .select(import_records::enterprise_id)
        .distinct()
        .order(import_records::enterprise_id.asc())
        .limit(limit)
        .load(connection)?;
    Ok(ids)
}

/// How many records beyond one an import did something to.
pub fn count_after(
    connection: &mut AnyConnection,
    import_key: i64,
    after: &str,
) -> Result<i64, DbError> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let query = "SELECT count(DISTINCT enterprise_id) AS n FROM import_records \
         WHERE import_key = $1 AND enterprise_id > $2";
    let Count { n } = on_backend!(connection, |inner| {
        diesel::sql_query(query)
            .bind::<BigInt, _>(import_key)
            .bind::<Text, _>(after)
            .get_result(inner)
    })?;
    Ok(n)
}

/// Forgets what an import did to these records: it was undone.
pub fn forget(
    tx: &mut AnyConnection,
    import_key: i64,
    enterprise_ids: &[String],
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::delete(
            import_records::table
                .filter(import_records::import_key.eq(import_key))
                .filter(import_records::enterprise_id.eq_any(enterprise_ids)),
        )
        .execute(inner)
    })?;
    Ok(())
}

/// A record is again as it was at a revision, under another number: imports that led to that
/// revision led to this one.
pub fn renumber(
    tx: &mut AnyConnection,
    enterprise_id: &str,
    from: i32,
    to: i32,
) -> Result<(), DbError> {
    let query = "UPDATE import_records SET revision = $1 \
         WHERE import_key IN (SELECT key FROM imports) AND enterprise_id = $2 AND revision = $3";
    on_backend!(tx, |inner| {
        diesel::sql_query(query)
            .bind::<Integer, _>(to)
            .bind::<Text, _>(enterprise_id)
            .bind::<Integer, _>(from)
            .execute(inner)
    })?;
    Ok(())
}

/// Open pairs with a record of an import.
pub fn open_pairs(connection: &mut AnyConnection, import_key: i64) -> Result<i64, DbError> {
    use import_records as r;
    let both = diesel::dsl::exists(r::table.filter(r::import_key.eq(import_key)).filter(
        r::enterprise_id.eq(duplicates::first_id).or(r::enterprise_id.eq(duplicates::second_id)),
    ));
    let open = duplicates::status.eq(crate::db::duplicates::OPEN);
    Ok(duplicates::table.filter(open).filter(both).count().get_result(connection)?)
}

/// Keeps sealed parts that are about to be replaced.
pub fn keep_sealed(tx: &mut AnyConnection, rows: &[EarlierSealed]) -> Result<(), DbError> {
    Ok(insert_rows!(tx, import_restricted::table, rows)?)
}

/// The parts that stood at a revision before an import changed them.
pub fn sealed_before(
    connection: &mut AnyConnection,
    import_key: i64,
    enterprise_id: &str,
    revision_before: i32,
) -> Result<Vec<SealedRow>, DbError> {
    let rows: Vec<EarlierSealed> = import_restricted::table
        .filter(import_restricted::enterprise_id.eq(enterprise_id))
        .filter(import_restricted::place.like(format!("{import_key}/{revision_before}/%")))
        .order(import_restricted::place.asc())
        .load(connection)?;
    Ok(rows.into_iter().map(EarlierSealed::into_sealed).collect())
}

/// Destroys the parts that an import kept of these records.
pub fn forget_sealed(
    tx: &mut AnyConnection,
    import_key: i64,
    enterprise_ids: &[String],
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::delete(
            import_restricted::table
                .filter(import_restricted::enterprise_id.eq_any(enterprise_ids))
                .filter(import_restricted::place.like(format!("{import_key}/%"))),
        )
        .execute(inner)
    })?;
    Ok(())
}

/// Destroys what any import kept of a record's parts.
pub fn erase_sealed(tx: &mut AnyConnection, enterprise_id: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::delete(
            import_restricted::table.filter(import_restricted::enterprise_id.eq(enterprise_id)),
        )
        .execute(inner)
    })?;
    Ok(())
}

/// Gives a source row the content that it had, or takes it away where it had none.
pub fn restore_source(
    tx: &mut AnyConnection,
    identity: &str,
    content: Option<&str>,
) -> Result<(), DbError> {
    let row = source_rows::table.filter(source_rows::identity.eq(identity));
    match content {
        Some(content) => on_backend!(tx, |inner| {
            diesel::update(row).set(source_rows::content.eq(content)).execute(inner)
        })?,
        None => on_backend!(tx, |inner| diesel::delete(row).execute(inner))?,
    };
    Ok(())
}

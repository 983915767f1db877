//! Enterprises and what they make.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::atlas_rows::{self, AtlasRow};
use super::schema::{enterprises, idempotency_keys, products};
use super::{AnyConnection, DbError, insert_rows, on_backend};

/// A record as stored.
#[derive(Debug, Clone, Queryable)]
pub struct EnterpriseRow {
    pub key: i64,
    pub id: String,
    pub revision: i32,
    pub sample: bool,
    pub responsible_region: String,
    pub updated_at: NaiveDateTime,
    /// The whole document as JSON: tier internal.
    pub document: String,
    /// The public projection as JSON; None unless published.
    pub public_document: Option<String>,
}

/// A record to store.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = enterprises, treat_none_as_null = true)]
pub struct EnterpriseWrite {
    pub id: String,
    pub revision: i32,
    pub sample: bool,
    pub responsible_region: String,
    pub updated_at: NaiveDateTime,
    pub document: String,
    pub public_document: Option<String>,
}

/// A new record with the key it was given before.
#[derive(Insertable)]
#[diesel(table_name = enterprises, treat_none_as_default_value = false)]
struct New<'a> {
    key: i64,
    id: &'a str,
    revision: i32,
    sample: bool,
    responsible_region: &'a str,
    updated_at: NaiveDateTime,
    document: &'a str,
    public_document: Option<&'a str>,
}

impl<'a> New<'a> {
    fn of(key: i64, record: &'a EnterpriseWrite) -> Self {
        Self {
            key,
            id: &record.id,
            revision: record.revision,
            sample: record.sample,
            responsible_region: &record.responsible_region,
            updated_at: record.updated_at,
            document: &record.document,
            public_document: record.public_document.as_deref(),
        }
    }
}

/// A product as a row: base units of its dimension a month.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = products, treat_none_as_default_value = false)]
pub struct ProductRow {
    pub enterprise_id: String,
    pub position: i32,
    pub name: String,
    pub commodity: Option<String>,
    pub dimension: Option<String>,
    pub monthly_min: Option<f64>,
    pub monthly_max: Option<f64>,
    /// Per cent.
    pub utilisation: Option<i32>,
}

/// A record to store, its products beside it, and what the atlas knows of it.
#[derive(Debug, Clone)]
pub struct Stored {
    pub record: EnterpriseWrite,
    /// Packed.
    pub atlas: Vec<u8>,
    pub products: Vec<ProductRow>,
}

/// One record.
pub fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<EnterpriseRow>, DbError> {
    Ok(enterprises::table.filter(enterprises::id.eq(id)).first(connection).optional()?)
}

/// One record, if the public may see it: one that they may not is to the database as none.
pub fn published_by_id(
    connection: &mut AnyConnection,
    id: &str,
) -> Result<Option<EnterpriseRow>, DbError> {
    let row = enterprises::table
        .filter(enterprises::id.eq(id))
        .filter(enterprises::public_document.is_not_null())
        .first(connection)
        .optional()?;
    Ok(row)
}

/// One record, its row locked until the transaction ends.
pub fn by_id_for_update(
    tx: &mut AnyConnection,
    id: &str,
) -> Result<Option<EnterpriseRow>, DbError> {
    let row = match tx {
        AnyConnection::Pg(pg) => {
            enterprises::table.filter(enterprises::id.eq(id)).for_update().first(pg).optional()?
        }
        // The transaction holds the only write lock already.
        AnyConnection::Sqlite(sqlite) => {
            enterprises::table.filter(enterprises::id.eq(id)).first(sqlite).optional()?
        }
    };
    Ok(row)
}

/// The records of these keys, in no order; missing ones are left out.
pub fn by_keys(
    connection: &mut AnyConnection,
    keys: &[i64],
) -> Result<Vec<EnterpriseRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        enterprises::table.filter(enterprises::key.eq_any(keys)).load(inner)
    })?;
    Ok(rows)
}

/// The records of these ids, in no order; missing ones are left out.
pub fn by_ids(
    connection: &mut AnyConnection,
    ids: &[String],
) -> Result<Vec<EnterpriseRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        enterprises::table.filter(enterprises::id.eq_any(ids)).load(inner)
    })?;
    Ok(rows)
}

/// The same, their rows locked until the transaction ends, in the order of the ids.
pub fn by_ids_for_update(
    tx: &mut AnyConnection,
    ids: &[String],
) -> Result<Vec<EnterpriseRow>, DbError> {
    match tx {
        AnyConnection::Pg(pg) => Ok(enterprises::table
            .filter(enterprises::id.eq_any(ids))
            .order(enterprises::id.asc())
            .for_update()
            .load(pg)?),
        // The transaction holds the only write lock already.
        AnyConnection::Sqlite(_) => by_ids(tx, ids),
    }
}

/// Up to `limit` records with keys above `after`, in the order of their keys.
pub fn after_key(
    connection: &mut AnyConnection,
    after: i64,
    limit: i64,
) -> Result<Vec<EnterpriseRow>, DbError> {
    let rows = enterprises::table
        .filter(enterprises::key.gt(after))
        .order(enterprises::key.asc())
        .limit(limit)
        .load(connection)?;
    Ok(rows)
}

/// The greatest key; 0 without records.
pub fn last_key(connection: &mut AnyConnection) -> Result<i64, DbError> {
    let key: Option<i64> =
        enterprises::table.select(diesel::dsl::max(enterprises::key)).first(connection)?;
    Ok(key.unwrap_or_default())
}

/// Number of records, and of those how many are sample data.
pub fn counts(connection: &mut AnyConnection) -> Result<(i64, i64), DbError> {
    let all = enterprises::table.count().get_result(connection)?;
    let sample =
        enterprises::table.filter(enterprises::sample.eq(true)).count().get_result(connection)?;
    Ok((all, sample))
}

/// Stores new records.
pub fn insert(tx: &mut AnyConnection, rows: &[&Stored]) -> Result<(), DbError> {
    let keys = new_keys(tx, rows.len())?;
    let records: Vec<New> =
        keys.iter().zip(rows).map(|(key, row)| New::of(*key, &row.record)).collect();
    insert_rows!(&mut *tx, enterprises::table, &records)?;
    let packed: Vec<AtlasRow> = keys.iter().zip(rows).map(|(key, row)| row.packed(*key)).collect();
    atlas_rows::insert(tx, &packed)?;
    insert_products(tx, rows.iter().flat_map(|row| &row.products).collect())
}

/// Keys for so many new records, in order; never given again.
fn new_keys(tx: &mut AnyConnection, count: usize) -> Result<Vec<i64>, DbError> {
    #[derive(QueryableByName)]
    struct Key {
        #[diesel(sql_type = BigInt)]
        key: i64,
    }
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let keys: Vec<Key> = match tx {
        AnyConnection::Pg(pg) => diesel::sql_query(
            "SELECT nextval(pg_get_serial_sequence('enterprises', 'key')) AS key \
             FROM generate_series(1, $1)",
        )
        .bind::<BigInt, _>(count)
        .load(pg)?,
        AnyConnection::Sqlite(sqlite) => {
            let last = diesel::sql_query(
                "SELECT seq AS key FROM sqlite_sequence WHERE name = 'enterprises'",
            );
            let last = last.get_result(sqlite).optional()?.map_or(0, |Key { key }| key);
            return Ok((last + 1..=last + count).collect());
        }
    };
    Ok(keys.into_iter().map(|key| key.key).collect())
}

impl Stored {
    fn packed(&self, key: i64) -> AtlasRow {
        AtlasRow { key, revision: self.record.revision, row: self.atlas.clone() }
    }
}

/// Stores new states of many records at once, each with the row as it was: as [`update`], in a few
/// statements where each costs a round trip.
pub fn update_all(
    tx: &mut AnyConnection,
    changed: &[(EnterpriseRow, Stored)],
) -> Result<(), DbError> {
    if !matches!(tx, AnyConnection::Pg(_)) || changed.len() < 2 {
        return changed.iter().try_for_each(|(before, row)| update(tx, before, row));
    }
    let earlier: Vec<super::revisions::RevisionRow> = changed
        .iter()
        .map(|(before, _)| super::revisions::RevisionRow {
            entity_id: before.id.clone(),
            revision: before.revision,
            document: before.document.clone(),
        })
        .collect();
    super::revisions::keep_all(tx, &earlier)?;
    if let AnyConnection::Pg(pg) = tx {
        rewrite_all(pg, changed)?;
    }
    let packed: Vec<AtlasRow> =
        changed.iter().map(|(before, row)| row.packed(before.key)).collect();
    atlas_rows::put(tx, &packed)?;
    insert_products(tx, changed.iter().flat_map(|(_, row)| &row.products).collect())
}

/// New documents in the place of the current ones; their products are taken out.
fn rewrite_all(
    pg: &mut diesel::PgConnection,
    changed: &[(EnterpriseRow, Stored)],
) -> Result<(), DbError> {
    use diesel::sql_types::{Array, Bool, Integer, Nullable, Text, Timestamp};
    const REWRITE: &str = "UPDATE enterprises e SET revision = v.revision, sample = v.sample, \
         responsible_region = v.responsible_region, updated_at = v.updated_at, \
         document = v.document, public_document = v.public_document \
         FROM unnest($1, $2, $3, $4, $5, $6, $7) AS v (id, revision, sample, \
         responsible_region, updated_at, document, public_document) WHERE e.id = v.id";
    let records = || changed.iter().map(|(_, row)| &row.record);
    let ids: Vec<&str> = records().map(|record| record.id.as_str()).collect();
    diesel::delete(products::table.filter(products::enterprise_id.eq_any(&ids))).execute(pg)?;
    let rewritten = diesel::sql_query(REWRITE)
        .bind::<Array<Text>, _>(ids)
        .bind::<Array<Integer>, _>(records().map(|record| record.revision).collect::<Vec<_>>())
        .bind::<Array<Bool>, _>(records().map(|record| record.sample).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(
            records().map(|record| record.responsible_region.as_str()).collect::<Vec<_>>(),
        )
        .bind::<Array<Timestamp>, _>(records().map(|record| record.updated_at).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(
            records().map(|record| record.document.as_str()).collect::<Vec<_>>(),
        )
        .bind::<Array<Nullable<Text>>, _>(
            records().map(|record| record.public_document.as_deref()).collect::<Vec<_>>(),
        )
        .execute(pg)?;
    if rewritten == changed.len() {
        Ok(())
    } else {
        Err(DbError::Query(diesel::result::Error::NotFound))
    }
}

/// Stores a new state of a record that is there; the earlier one becomes a revision.
pub fn update(tx: &mut AnyConnection, before: &EnterpriseRow, row: &Stored) -> Result<(), DbError> {
    super::revisions::keep(tx, &before.id, before.revision, &before.document)?;
    rewrite(tx, before.key, row)
}

/// Puts a new document in the place of the current one and keeps no revision of that: for erasure.
pub fn rewrite(tx: &mut AnyConnection, key: i64, row: &Stored) -> Result<(), DbError> {
    let record = &row.record;
    let changed = on_backend!(tx, |inner| {
        diesel::delete(products::table.filter(products::enterprise_id.eq(&record.id)))
            .execute(inner)?;
        diesel::update(enterprises::table.filter(enterprises::id.eq(&record.id)))
            .set(record)
            .execute(inner)
    })?;
    if changed != 1 {
        return Err(DbError::Query(diesel::result::Error::NotFound));
    }
    atlas_rows::put(tx, &[row.packed(key)])?;
    insert_products(tx, row.products.iter().collect())
}

fn insert_products(tx: &mut AnyConnection, made: Vec<&ProductRow>) -> Result<(), DbError> {
    Ok(insert_rows!(tx, products::table, made)?)
}

/// Which of these ids are taken.
pub fn taken(
    connection: &mut AnyConnection,
    ids: &[String],
) -> Result<std::collections::HashSet<String>, DbError> {
    let found: Vec<String> = on_backend!(connection, |inner| {
        enterprises::table.filter(enterprises::id.eq_any(ids)).select(enterprises::id).load(inner)
    })?;
    Ok(found.into_iter().collect())
}

/// Ids of up to `limit` sample records.
pub fn sample_ids(connection: &mut AnyConnection, limit: i64) -> Result<Vec<String>, DbError> {
    let ids = enterprises::table
        .filter(enterprises::sample.eq(true))
        .select(enterprises::id)
        .order(enterprises::key.asc())
        .limit(limit)
        .load(connection)?;
    Ok(ids)
}

/// Takes records and all that hangs on them away: sample data, and what an import made that is
/// undone.
pub fn delete(tx: &mut AnyConnection, ids: &[String]) -> Result<(), DbError> {
    use super::schema::{
        atlas_rows, duplicates, merges, owner_links, restricted, revisions, source_rows,
    };
    super::campaigns::coverage::mark_of_enterprises(tx, ids)?;
    on_backend!(tx, |inner| {
        let keys: Vec<i64> = enterprises::table
            .filter(enterprises::id.eq_any(ids))
            .select(enterprises::key)
            .load(inner)?;
        diesel::delete(atlas_rows::table.filter(atlas_rows::key.eq_any(&keys))).execute(inner)?;
        diesel::delete(revisions::table.filter(revisions::entity_id.eq_any(ids))).execute(inner)?;
        diesel::delete(products::table.filter(products::enterprise_id.eq_any(ids)))
            .execute(inner)?;
        diesel::delete(restricted::table.filter(restricted::enterprise_id.eq_any(ids)))
            .execute(inner)?;
        diesel::delete(merges::table.filter(merges::duplicate_id.eq_any(ids))).execute(inner)?;
        diesel::delete(owner_links::table.filter(owner_links::enterprise_id.eq_any(ids)))
            .execute(inner)?;
        diesel::delete(duplicates::table.filter(duplicates::first_id.eq_any(ids)))
            .execute(inner)?;
        diesel::delete(duplicates::table.filter(duplicates::second_id.eq_any(ids)))
            .execute(inner)?;
        diesel::delete(source_rows::table.filter(source_rows::enterprise_id.eq_any(ids)))
            .execute(inner)?;
        diesel::delete(enterprises::table.filter(enterprises::id.eq_any(ids))).execute(inner)
    })?;
    Ok(())
}

/// A POST that was answered before under the same key.
#[derive(Debug, Queryable, Insertable)]
#[diesel(table_name = idempotency_keys, treat_none_as_default_value = false)]
pub struct IdempotencyRow {
    pub actor: String,
    pub key: String,
    pub request_hash: String,
    /// Of what was made: an enterprise, a campaign, …
    #[diesel(column_name = enterprise_id)]
    pub made_id: String,
    pub created_at: NaiveDateTime,
}

/// The earlier answer under an actor's idempotency key.
pub fn idempotency_key(
    tx: &mut AnyConnection,
    actor: &str,
    key: &str,
) -> Result<Option<IdempotencyRow>, DbError> {
    Ok(idempotency_keys::table.find((actor, key)).first(tx).optional()?)
}

/// Remembers an answer under an actor's idempotency key.
pub fn remember_idempotency_key(
    tx: &mut AnyConnection,
    row: &IdempotencyRow,
) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(idempotency_keys::table)
        .values(row)
        .execute(inner))?;
    Ok(())
}

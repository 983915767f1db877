//! Pairs of records that may be one, the blocks by which they are found, and how far the change log
//! was searched.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{changes, duplicate_blocks, duplicates, enterprises, restricted, settings};
use super::{AnyConnection, DbError, on_backend};

const SEARCHED: &str = "duplicates_seq";
/// Keeps one statement under SQLite's number of variables.
const CHUNK: usize = 8_000;

/// The states of a pair.
pub const OPEN: &str = "open";
pub const NOT_THE_SAME: &str = "not_the_same";

/// Two records that may be one.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable, AsChangeset, Identifiable)]
#[diesel(
    table_name = duplicates, treat_none_as_default_value = false, treat_none_as_null = true
)]
pub struct PairRow {
    pub id: String,
    /// The lower id.
    pub first_id: String,
    pub second_id: String,
    pub first_region: String,
    pub second_region: String,
    pub score: i32,
    /// The least score of its class: all that those learn who do not see both records.
    pub class_score: i32,
    /// JSON.
    pub reasons: String,
    pub fingerprint: i64,
    pub status: String,
    pub found_by: String,
    pub found_at: NaiveDateTime,
    pub decided_by: Option<String>,
    pub decided_at: Option<NaiveDateTime>,
    pub reason: Option<String>,
}

/// A record in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Queryable, Insertable)]
#[diesel(table_name = duplicate_blocks, treat_none_as_default_value = false)]
pub struct BlockRow {
    pub block: i64,
    /// Key of the enterprise.
    pub record: i64,
    pub sketch: i64,
}

/// Which pairs are asked for.
#[derive(Debug, Clone, Default)]
pub struct PairQuery {
    pub status: String,
    /// At least one of the records is of this area; None: any.
    pub area: Option<String>,
    /// At least one of the records is of this region.
    pub region: Option<String>,
    pub min_score: i32,
    /// At least one of the records was made or changed by the import of this key.
    pub import: Option<i64>,
    /// Score of its class and id of the last one of the page before.
    pub after: Option<(i32, String)>,
    pub limit: i64,
}

/// How far the change log was searched; 0 at the start.
pub fn searched(connection: &mut AnyConnection) -> Result<i64, DbError> {
    let found: Option<String> =
        settings::table.find(SEARCHED).select(settings::value).first(connection).optional()?;
    Ok(found.and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// Remembers how far it was searched, unless another process came further.
pub fn remember_searched(tx: &mut AnyConnection, seq: i64) -> Result<(), DbError> {
    if searched(tx)? >= seq {
        return Ok(());
    }
    let row = (settings::name.eq(SEARCHED), settings::value.eq(seq.to_string()));
    on_backend!(tx, |inner| {
        diesel::insert_into(settings::table)
            .values(&row)
            .on_conflict(settings::name)
            .do_update()
            .set(settings::value.eq(seq.to_string()))
            .execute(inner)
    })?;
    Ok(())
}

/// A change that may make or unmake a pair.
#[derive(Debug, Clone, Queryable)]
pub struct Touched {
    pub seq: i64,
    pub actor: String,
    pub job_id: Option<String>,
    pub entity: String,
    pub entity_id: String,
}

/// Up to `limit` changes above `seq`, in order.
pub fn touched(
    connection: &mut AnyConnection,
    seq: i64,
    limit: i64,
) -> Result<Vec<Touched>, DbError> {
    let rows = changes::table
        .filter(changes::seq.gt(seq))
        .order(changes::seq.asc())
        .limit(limit)
        .select((
            changes::seq,
            changes::actor,
            changes::job_id,
            changes::entity,
            changes::entity_id,
        ))
        .load(connection)?;
    Ok(rows)
}

/// Who stands in these blocks.
pub fn in_blocks(connection: &mut AnyConnection, blocks: &[i64]) -> Result<Vec<BlockRow>, DbError> {
    let mut rows = Vec::new();
    for blocks in blocks.chunks(CHUNK) {
        let found: Vec<BlockRow> = on_backend!(connection, |inner| {
            duplicate_blocks::table.filter(duplicate_blocks::block.eq_any(blocks)).load(inner)
        })?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Who stands in blocks from one number to another.
pub fn between_blocks(
    connection: &mut AnyConnection,
    from: i64,
    to: i64,
) -> Result<Vec<BlockRow>, DbError> {
    Ok(duplicate_blocks::table
        .filter(duplicate_blocks::block.between(from, to))
        .load(connection)?)
}

/// Puts records into blocks; who stands there already gets another sketch.
pub fn enter(tx: &mut AnyConnection, rows: &[BlockRow]) -> Result<(), DbError> {
    use diesel::sql_types::{Array, BigInt};
    use diesel::upsert::excluded;
    // Three lists, not three values a row: they are read in a tenth of the time.
    const LISTED: &str = "INSERT INTO duplicate_blocks (block, record, sketch) \
                          SELECT * FROM unnest($1, $2, $3) \
                          ON CONFLICT (block, record) DO UPDATE SET sketch = EXCLUDED.sketch";
    match tx {
        AnyConnection::Pg(pg) => {
            let list = |of: fn(&BlockRow) -> i64| rows.iter().map(of).collect::<Vec<i64>>();
            diesel::sql_query(LISTED)
                .bind::<Array<BigInt>, _>(list(|row| row.block))
                .bind::<Array<BigInt>, _>(list(|row| row.record))
                .bind::<Array<BigInt>, _>(list(|row| row.sketch))
                .execute(pg)?;
        }
        AnyConnection::Sqlite(sqlite) => {
            for rows in rows.chunks(CHUNK) {
                diesel::insert_into(duplicate_blocks::table)
                    .values(rows)
                    .on_conflict((duplicate_blocks::block, duplicate_blocks::record))
                    .do_update()
                    .set(duplicate_blocks::sketch.eq(excluded(duplicate_blocks::sketch)))
                    .execute(sqlite)?;
            }
        }
    }
    Ok(())
}

/// Takes records out of blocks, each given as block and record.
pub fn leave(tx: &mut AnyConnection, left: &[(i64, i64)]) -> Result<(), DbError> {
    use diesel::sql_types::{Array, BigInt, Text};
    match tx {
        AnyConnection::Pg(pg) => {
            let (blocks, records): (Vec<i64>, Vec<i64>) = left.iter().copied().unzip();
            diesel::sql_query(
                "DELETE FROM duplicate_blocks USING unnest($1, $2) AS gone (b, r) \
                 WHERE block = b AND record = r",
            )
            .bind::<Array<BigInt>, _>(blocks)
            .bind::<Array<BigInt>, _>(records)
            .execute(pg)?;
        }
        AnyConnection::Sqlite(sqlite) => {
            diesel::sql_query(
                "DELETE FROM duplicate_blocks WHERE (block, record) IN \
                 (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
            )
            .bind::<Text, _>(serde_json::to_string(left)?)
            .execute(sqlite)?;
        }
    }
    Ok(())
}

/// Takes out of the blocks whoever is no more.
pub fn sweep(tx: &mut AnyConnection) -> Result<(), DbError> {
    const GONE: &str =
        "DELETE FROM duplicate_blocks WHERE record NOT IN (SELECT key FROM enterprises)";
    on_backend!(tx, |inner| diesel::sql_query(GONE).execute(inner))?;
    Ok(())
}

/// Keys and documents of these records, in no order; missing ones are left out.
pub fn documents_of_ids(
    connection: &mut AnyConnection,
    ids: &[String],
) -> Result<Vec<(i64, String)>, DbError> {
    let rows = on_backend!(connection, |inner| {
        enterprises::table
            .filter(enterprises::id.eq_any(ids))
            .select((enterprises::key, enterprises::document))
            .load(inner)
    })?;
    Ok(rows)
}

/// The same by their keys.
pub fn documents_of_keys(
    connection: &mut AnyConnection,
    keys: &[i64],
) -> Result<Vec<(i64, String)>, DbError> {
    let rows = on_backend!(connection, |inner| {
        enterprises::table
            .filter(enterprises::key.eq_any(keys))
            .select((enterprises::key, enterprises::document))
            .load(inner)
    })?;
    Ok(rows)
}

/// Hashes of the NIKs in these records, with the records' ids.
pub fn national_ids(
    connection: &mut AnyConnection,
    ids: &[String],
) -> Result<Vec<(String, Vec<u8>)>, DbError> {
    let rows: Vec<(String, Option<Vec<u8>>)> = on_backend!(connection, |inner| {
        restricted::table
            .filter(restricted::enterprise_id.eq_any(ids))
            .filter(restricted::national_id_hash.is_not_null())
            .select((restricted::enterprise_id, restricted::national_id_hash))
            .load(inner)
    })?;
    Ok(rows.into_iter().filter_map(|(id, hash)| Some((id, hash?))).collect())
}

/// The pairs that one of these records is in.
pub fn of_records(connection: &mut AnyConnection, ids: &[String]) -> Result<Vec<PairRow>, DbError> {
    let mut rows = Vec::new();
    for ids in ids.chunks(CHUNK / 2) {
        let found: Vec<PairRow> = on_backend!(connection, |inner| {
            duplicates::table
                .filter(duplicates::first_id.eq_any(ids).or(duplicates::second_id.eq_any(ids)))
                .load(inner)
        })?;
        rows.extend(found);
    }
    Ok(rows)
}

/// The pair of two records.
pub fn of_two(
    connection: &mut AnyConnection,
    one: &str,
    two: &str,
) -> Result<Option<PairRow>, DbError> {
    let (first, second) = if one < two { (one, two) } else { (two, one) };
    let row = duplicates::table
        .filter(duplicates::first_id.eq(first))
        .filter(duplicates::second_id.eq(second))
        .first(connection)
        .optional()?;
    Ok(row)
}

/// A pair by its id.
pub fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<PairRow>, DbError> {
    Ok(duplicates::table.find(id).first(connection).optional()?)
}

/// A pair, its row locked until the transaction ends.
pub fn by_id_for_update(tx: &mut AnyConnection, id: &str) -> Result<Option<PairRow>, DbError> {
    let row = match tx {
        AnyConnection::Pg(pg) => duplicates::table.find(id).for_update().first(pg).optional()?,
        // The transaction holds the only write lock already.
        AnyConnection::Sqlite(sqlite) => duplicates::table.find(id).first(sqlite).optional()?,
    };
    Ok(row)
}

/// Keeps new pairs; one that is there already stays.
pub fn insert(tx: &mut AnyConnection, rows: &[PairRow]) -> Result<(), DbError> {
    for rows in rows.chunks(1_000) {
        on_backend!(tx, |inner| {
            diesel::insert_into(duplicates::table)
                .values(rows)
                .on_conflict_do_nothing()
                .execute(inner)
        })?;
    }
    Ok(())
}

/// Keeps a pair's new state.
pub fn update(tx: &mut AnyConnection, row: &PairRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(duplicates::table.find(&row.id)).set(row).execute(inner)
    })?;
    Ok(())
}

/// Forgets pairs that are none any more; those that somebody decided of meanwhile stay.
pub fn delete(tx: &mut AnyConnection, ids: &[String]) -> Result<(), DbError> {
    for ids in ids.chunks(CHUNK) {
        on_backend!(tx, |inner| {
            diesel::delete(
                duplicates::table
                    .filter(duplicates::id.eq_any(ids))
                    .filter(duplicates::status.eq(OPEN)),
            )
            .execute(inner)
        })?;
    }
    Ok(())
}

/// Takes a person's name out of the reasons of decisions about one record.
pub fn erase_reasons(
    tx: &mut AnyConnection,
    enterprise_id: &str,
    person: &str,
    instead: &str,
) -> Result<(), DbError> {
    let folded = person.to_lowercase();
    for row in of_records(tx, &[enterprise_id.to_owned()])? {
        if row.reason.as_ref().is_some_and(|reason| reason.to_lowercase().contains(&folded)) {
            update(tx, &PairRow { reason: Some(instead.to_owned()), ..row })?;
        }
    }
    Ok(())
}

/// Pairs of a queue: what is surest first, of that what was found first.
pub fn list(connection: &mut AnyConnection, query: &PairQuery) -> Result<Vec<PairRow>, DbError> {
    let mut wanted = wanted(query)
        .order((duplicates::class_score.desc(), duplicates::id.asc()))
        .limit(query.limit);
    if let Some((class_score, id)) = &query.after {
        wanted = wanted.filter(
            duplicates::class_score
                .lt(class_score)
                .or(duplicates::class_score.eq(class_score).and(duplicates::id.gt(id))),
        );
    }
    Ok(wanted.load(connection)?)
}

/// Both records of each open pair of which one at least is of an area; None: any.
pub fn open_records(
    connection: &mut AnyConnection,
    area: Option<&str>,
) -> Result<Vec<(String, String)>, DbError> {
    let (status, area) = (OPEN.to_owned(), area.map(str::to_owned));
    let query = PairQuery { status, area, ..PairQuery::default() };
    Ok(wanted(&query).select((duplicates::first_id, duplicates::second_id)).load(connection)?)
}

/// How many pairs [`list`] lists in all.
pub fn count(connection: &mut AnyConnection, query: &PairQuery) -> Result<i64, DbError> {
    Ok(wanted(query).count().get_result(connection)?)
}

type Wanted<'a> = duplicates::BoxedQuery<'a, <AnyConnection as diesel::Connection>::Backend>;

fn wanted(query: &PairQuery) -> Wanted<'_> {
    let mut wanted = duplicates::table.filter(duplicates::status.eq(&query.status)).into_boxed();
    for region in [&query.area, &query.region].into_iter().flatten() {
        // Regencies are stored: what is narrower is asked for by its regency elsewhere.
        let below = format!("{region}.%");
        wanted = wanted.filter(
            duplicates::first_region
                .eq(region)
                .or(duplicates::first_region.like(below.clone()))
                .or(duplicates::second_region.eq(region))
                .or(duplicates::second_region.like(below)),
        );
    }
    if let Some(import) = query.import {
        use super::schema::import_records as r;
        wanted = wanted.filter(diesel::dsl::exists(
            r::table.filter(r::import_key.eq(import)).filter(
                r::enterprise_id
                    .eq(duplicates::first_id)
                    .or(r::enterprise_id.eq(duplicates::second_id)),
            ),
        ));
    }
    if query.min_score > 0 {
        // Who sees one of the two only must not find out the score by asking for ever higher ones.
        let by_class = duplicates::class_score.ge(query.min_score);
        wanted = match &query.area {
            None => wanted.filter(duplicates::score.ge(query.min_score)),
            Some(area) => {
                let below = format!("{area}.%");
                let first = duplicates::first_region
                    .eq(area)
                    .or(duplicates::first_region.like(below.clone()));
                let second =
                    duplicates::second_region.eq(area).or(duplicates::second_region.like(below));
                let both = duplicates::score.ge(query.min_score).and(first).and(second);
                wanted.filter(by_class.or(both))
            }
        };
    }
    wanted
}

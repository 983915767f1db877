//! Possible sentra, as searches found them and offices decided of them.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::candidates;
use super::{AnyConnection, DbError, on_backend};

/// A possible sentra.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable, AsChangeset)]
#[diesel(
    table_name = candidates, treat_none_as_default_value = false, treat_none_as_null = true
)]
pub struct CandidateRow {
    pub id: String,
    /// That found it, or found it again.
    pub search_id: String,
    pub commodity: String,
    pub region: String,
    pub responsible_region: String,
    pub status: String,
    pub producers: i32,
    /// JSON.
    pub cluster: String,
    pub found_at: NaiveDateTime,
    pub sentra_id: Option<String>,
    pub decided_by: Option<String>,
    pub decided_at: Option<NaiveDateTime>,
    pub reason: Option<String>,
}

/// Which candidates are asked for.
#[derive(Debug, Clone, Default)]
pub struct CandidateQuery {
    pub status: String,
    /// An office of this area decides; None: any.
    pub area: Option<String>,
    /// It lies in this region, or its office does.
    pub region: Option<String>,
    pub commodity: Option<String>,
    /// Producers and id of the last one of the page before.
    pub after: Option<(i32, String)>,
    pub limit: i64,
}

type Wanted<'a> = candidates::BoxedQuery<'a, <AnyConnection as diesel::Connection>::Backend>;

fn wanted(query: &CandidateQuery) -> Wanted<'_> {
    let mut wanted = candidates::table.filter(candidates::status.eq(&query.status)).into_boxed();
    if let Some(area) = &query.area {
        let below = format!("{area}.%");
        let office = candidates::responsible_region;
        wanted = wanted.filter(office.eq(area).or(office.like(below)));
    }
    if let Some(region) = &query.region {
        let below = format!("{region}.%");
        let (office, place) = (candidates::responsible_region, candidates::region);
        let office = office.eq(region).or(office.like(below.clone()));
        wanted = wanted.filter(office.or(place.eq(region).or(place.like(below))));
    }
    if let Some(commodity) = &query.commodity {
        wanted = wanted.filter(candidates::commodity.eq(commodity));
    }
    wanted
}

/// Candidates, those of most producers first.
pub fn list(
    connection: &mut AnyConnection,
    query: &CandidateQuery,
) -> Result<Vec<CandidateRow>, DbError> {
    let order = (candidates::producers.desc(), candidates::id.asc());
    let mut wanted = wanted(query).order(order).limit(query.limit);
    if let Some((producers, id)) = &query.after {
        let same = candidates::producers.eq(producers).and(candidates::id.gt(id));
        wanted = wanted.filter(candidates::producers.lt(producers).or(same));
    }
    Ok(wanted.load(connection)?)
}

/// How many [`list`] lists in all.
pub fn count(connection: &mut AnyConnection, query: &CandidateQuery) -> Result<i64, DbError> {
    Ok(wanted(query).count().get_result(connection)?)
}

/// One candidate.
pub fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<CandidateRow>, DbError> {
    Ok(candidates::table.find(id).first(connection).optional()?)
}

/// One candidate, its row locked until the transaction ends.
pub fn by_id_for_update(tx: &mut AnyConnection, id: &str) -> Result<Option<CandidateRow>, DbError> {
    let row = match tx {
        AnyConnection::Pg(pg) => candidates::table.find(id).for_update().first(pg).optional()?,
        // The transaction holds the only write lock already.
        AnyConnection::Sqlite(sqlite) => candidates::table.find(id).first(sqlite).optional()?,
    };
    Ok(row)
}

/// All of a commodity, their rows locked until the transaction ends, in the order of the ids.
pub fn of_commodity_for_update(
    tx: &mut AnyConnection,
    commodity: &str,
) -> Result<Vec<CandidateRow>, DbError> {
    let wanted =
        candidates::table.filter(candidates::commodity.eq(commodity)).order(candidates::id.asc());
    let rows = match tx {
        AnyConnection::Pg(pg) => wanted.for_update().load(pg)?,
        AnyConnection::Sqlite(sqlite) => wanted.load(sqlite)?,
    };
    Ok(rows)
}

/// Commodities that have open candidates.
pub fn open_commodities(connection: &mut AnyConnection) -> Result<Vec<String>, DbError> {
    let commodities = candidates::table
        .filter(candidates::status.eq("open"))
        .select(candidates::commodity)
        .distinct()
        .order(candidates::commodity.asc())
        .load(connection)?;
    Ok(commodities)
}

/// Keeps a new one.
pub fn insert(tx: &mut AnyConnection, row: &CandidateRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(candidates::table).values(row).execute(inner))?;
    Ok(())
}

/// Keeps what changed of one.
pub fn update(tx: &mut AnyConnection, row: &CandidateRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(candidates::table.find(&row.id)).set(row).execute(inner)
    })?;
    Ok(())
}

/// Takes one away that is not there any more.
pub fn delete(tx: &mut AnyConnection, id: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::delete(candidates::table.find(id)).execute(inner))?;
    Ok(())
}

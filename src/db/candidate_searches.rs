//! Searches for possible sentra: what is asked for, who is at work on it, and how far they are.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::candidate_searches as searches;
use super::{AnyConnection, DbError, on_backend};

/// A search.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct SearchRow {
    pub key: i64,
    pub id: String,
    pub region: String,
    /// None: all.
    pub commodity: Option<String>,
    pub eps_m: i32,
    pub min_producers: i32,
    pub state: String,
    pub asked_by: String,
    pub done: i64,
    pub total: i64,
    /// JSON.
    pub counts: String,
    /// Processes that took it up.
    pub attempts: i32,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    pub finished_at: Option<NaiveDateTime>,
    pub lease_owner: Option<String>,
    pub lease_until: Option<NaiveDateTime>,
}

/// A new search.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = searches, treat_none_as_default_value = false)]
pub struct NewSearch {
    pub id: String,
    pub region: String,
    pub commodity: Option<String>,
    pub eps_m: i32,
    pub min_producers: i32,
    pub state: String,
    pub asked_by: String,
    pub done: i64,
    pub total: i64,
    pub counts: String,
    pub attempts: i32,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
}

/// The states of a search that is not at its end.
const ALIVE: [&str; 3] = ["waiting", "running", "stopping"];

/// Keeps a new search.
pub fn insert(tx: &mut AnyConnection, row: &NewSearch) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(searches::table).values(row).execute(inner))?;
    Ok(())
}

/// A search by its id.
pub fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<SearchRow>, DbError> {
    Ok(searches::table.filter(searches::id.eq(id)).first(connection).optional()?)
}

/// A search, its row locked until the transaction ends.
pub fn for_update(tx: &mut AnyConnection, id: &str) -> Result<Option<SearchRow>, DbError> {
    let wanted = searches::table.filter(searches::id.eq(id));
    let row = match tx {
        AnyConnection::Pg(pg) => wanted.for_update().first(pg).optional()?,
        // The transaction holds the only write lock already.
        AnyConnection::Sqlite(sqlite) => wanted.first(sqlite).optional()?,
    };
    Ok(row)
}

/// Searches in an area (None: all), the newest first.
pub fn list(
    connection: &mut AnyConnection,
    area: Option<&str>,
    below: Option<i64>,
    limit: i64,
) -> Result<Vec<SearchRow>, DbError> {
    let mut wanted = searches::table.order(searches::key.desc()).limit(limit).into_boxed();
    if let Some(area) = area {
        let inside = searches::region.eq(area).or(searches::region.like(format!("{area}.%")));
        wanted = wanted.filter(inside);
    }
    if let Some(below) = below {
        wanted = wanted.filter(searches::key.lt(below));
    }
    Ok(wanted.load(connection)?)
}

/// The same search that is not at its end and that nobody has stopped.
pub fn same_alive(
    connection: &mut AnyConnection,
    wanted: &NewSearch,
) -> Result<Option<SearchRow>, DbError> {
    let mut same = searches::table
        .filter(searches::state.eq("waiting").or(searches::state.eq("running")))
        .filter(searches::region.eq(&wanted.region))
        .filter(searches::eps_m.eq(wanted.eps_m))
        .filter(searches::min_producers.eq(wanted.min_producers))
        .into_boxed();
    same = match &wanted.commodity {
        Some(commodity) => same.filter(searches::commodity.eq(commodity)),
        None => same.filter(searches::commodity.is_null()),
    };
    Ok(same.first(connection).optional()?)
}

/// Ids of searches that nobody works on, the oldest first.
pub fn waiting(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<Vec<String>, DbError> {
    let ids = on_backend!(connection, |inner| {
        searches::table
            .filter(searches::state.eq_any(ALIVE))
            .filter(searches::lease_until.is_null().or(searches::lease_until.lt(now)))
            .order(searches::key.asc())
            .select(searches::id)
            .load(inner)
    })?;
    Ok(ids)
}

/// Gives a lease on a search to a process, if nobody else has one; answers whether it did.
pub fn lease(
    tx: &mut AnyConnection,
    id: &str,
    owner: &str,
    now: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<bool, DbError> {
    let changed = on_backend!(tx, |inner| {
        diesel::update(
            searches::table
                .filter(searches::id.eq(id))
                .filter(searches::state.eq_any(ALIVE))
                .filter(searches::lease_until.is_null().or(searches::lease_until.lt(now))),
        )
        .set((
            searches::lease_owner.eq(owner),
            searches::lease_until.eq(until),
            searches::attempts.eq(searches::attempts + 1),
        ))
        .execute(inner)
    })?;
    Ok(changed == 1)
}

/// A sign of life: longer lease, and how far it is. Answers the state, or None if the lease is lost.
pub fn beat(
    tx: &mut AnyConnection,
    id: &str,
    owner: &str,
    (now, until): (NaiveDateTime, NaiveDateTime),
    (done, total): (i64, i64),
) -> Result<Option<String>, DbError> {
    let changed = on_backend!(tx, |inner| {
        diesel::update(
            searches::table.filter(searches::id.eq(id)).filter(searches::lease_owner.eq(owner)),
        )
        .set((
            searches::lease_until.eq(until),
            searches::updated_at.eq(now),
            searches::done.eq(done),
            searches::total.eq(total),
        ))
        .execute(inner)
    })?;
    if changed != 1 {
        return Ok(None);
    }
    Ok(Some(searches::table.filter(searches::id.eq(id)).select(searches::state).first(tx)?))
}

/// Says how a search stands now, and that nobody works on it where it is at its end.
pub fn settle(
    tx: &mut AnyConnection,
    id: &str,
    state: &str,
    counts: Option<&str>,
    now: NaiveDateTime,
) -> Result<(), DbError> {
    let ends = !ALIVE.contains(&state);
    on_backend!(tx, |inner| {
        diesel::update(searches::table.filter(searches::id.eq(id)))
            .set((searches::state.eq(state), searches::updated_at.eq(now)))
            .execute(inner)?;
        if let Some(counts) = counts {
            diesel::update(searches::table.filter(searches::id.eq(id)))
                .set((searches::counts.eq(counts), searches::done.eq(searches::total)))
                .execute(inner)?;
        }
        if ends {
            diesel::update(searches::table.filter(searches::id.eq(id)))
                .set((
                    searches::finished_at.eq(Some(now)),
                    searches::lease_owner.eq(None::<String>),
                    searches::lease_until.eq(None::<NaiveDateTime>),
                ))
                .execute(inner)?;
        }
        Ok::<_, diesel::result::Error>(())
    })?;
    Ok(())
}

/// Gives a lease back for somebody to take it up from a time on.
pub fn put_off(
    tx: &mut AnyConnection,
    id: &str,
    owner: &str,
    until: NaiveDateTime,
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(
            searches::table.filter(searches::id.eq(id)).filter(searches::lease_owner.eq(owner)),
        )
        .set((
            searches::lease_owner.eq(None::<String>),
            searches::lease_until.eq(until),
            // Nobody died over it.
            searches::attempts.eq(searches::attempts - 1),
        ))
        .execute(inner)
    })?;
    Ok(())
}

//! The log of reads: only ever added to.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::reads;
use super::{AnyConnection, DbError, insert_rows};

/// A reading to log.
#[derive(Debug, Clone, PartialEq, Insertable)]
#[diesel(table_name = reads, treat_none_as_default_value = false)]
pub struct ReadWrite {
    pub began_at: NaiveDateTime,
    pub at: NaiveDateTime,
    pub actor: String,
    pub scope: String,
    pub kind: &'static str,
    pub entity: &'static str,
    pub entity_id: Option<String>,
    pub region: Option<String>,
    pub purpose: Option<String>,
    pub filter: Option<String>,
    pub count: i64,
    /// JSON.
    pub detail: String,
    pub request_id: Option<String>,
}

/// A reading as logged.
#[derive(Debug, Clone, Queryable)]
pub struct ReadRow {
    pub seq: i64,
    pub began_at: NaiveDateTime,
    pub at: NaiveDateTime,
    pub actor: String,
    pub scope: String,
    pub kind: String,
    pub entity: String,
    pub entity_id: Option<String>,
    pub region: Option<String>,
    pub purpose: Option<String>,
    pub filter: Option<String>,
    pub count: i64,
    pub detail: String,
    pub request_id: Option<String>,
}

/// Which readings.
#[derive(Debug, Clone, Default)]
pub struct ReadQuery {
    pub actor: Option<String>,
    pub entity_id: Option<String>,
    /// Any of these; empty: all.
    pub kinds: Vec<&'static str>,
    pub since: Option<NaiveDateTime>,
    pub until: Option<NaiveDateTime>,
    /// Only what concerns this region: readings of records in it, or by those whose area meets it.
    pub region: Option<String>,
}

/// Adds readings.
pub fn add(tx: &mut AnyConnection, rows: &[ReadWrite]) -> Result<(), DbError> {
    Ok(insert_rows!(tx, reads::table, rows)?)
}

type Boxed<'a> = reads::BoxedQuery<'a, <AnyConnection as diesel::Connection>::Backend>;

fn chosen(query: &ReadQuery) -> Boxed<'_> {
    let mut rows = reads::table.into_boxed();
    if let Some(actor) = &query.actor {
        rows = rows.filter(reads::actor.eq(actor));
    }
    if let Some(entity_id) = &query.entity_id {
        rows = rows.filter(reads::entity_id.eq(entity_id));
    }
    // Few: one condition each, for either database.
    if let Some((first, others)) = query.kinds.split_first() {
        let mut any: AnyOf = Box::new(reads::kind.eq(*first));
        for kind in others {
            any = Box::new(any.or(reads::kind.eq(*kind)));
        }
        rows = rows.filter(any);
    }
    if let Some(since) = query.since {
        rows = rows.filter(reads::at.ge(since));
    }
    if let Some(until) = query.until {
        rows = rows.filter(reads::began_at.le(until));
    }
    if let Some(region) = &query.region {
        let mut meets: AnyOf =
            Box::new(reads::scope.eq("all").or(reads::scope.like(format!("area:{region}%"))));
        let dots = region.match_indices('.').map(|(at, _)| format!("area:{}", &region[..at]));
        for wider in dots {
            meets = Box::new(meets.or(reads::scope.eq(wider)));
        }
        let inside = reads::region
            .is_not_null()
            .and(reads::region.assume_not_null().like(format!("{region}%")));
        rows = rows.filter(inside.or(reads::region.is_null().and(meets)));
    }
    rows
}

type AnyOf = Box<
    dyn BoxableExpression<
            reads::table,
            <AnyConnection as diesel::Connection>::Backend,
            SqlType = diesel::sql_types::Bool,
        >,
>;

/// Readings below a `seq`, the newest first.
pub fn newest(
    connection: &mut AnyConnection,
    query: &ReadQuery,
    below: Option<i64>,
    limit: i64,
) -> Result<Vec<ReadRow>, DbError> {
    let mut rows = chosen(query).order(reads::seq.desc()).limit(limit);
    if let Some(below) = below {
        rows = rows.filter(reads::seq.lt(below));
    }
    Ok(rows.load(connection)?)
}

/// Readings above a `seq`, the oldest first.
pub fn oldest(
    connection: &mut AnyConnection,
    query: &ReadQuery,
    above: i64,
    limit: i64,
) -> Result<Vec<ReadRow>, DbError> {
    let rows = chosen(query)
        .filter(reads::seq.gt(above))
        .order(reads::seq.asc())
        .limit(limit)
        .load(connection)?;
    Ok(rows)
}

/// A `seq` below the first of some time, so that a report need not go through all before.
pub fn before(connection: &mut AnyConnection, since: NaiveDateTime) -> Result<i64, DbError> {
    let first: Option<i64> = reads::table
        .filter(reads::at.ge(since))
        .select(diesel::dsl::min(reads::seq))
        .first(connection)?;
    Ok(first.map_or(i64::MAX, |first| first - 1))
}

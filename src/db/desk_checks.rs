//! What came of looking again at records that were verified.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::schema::desk_checks as checks;
use super::{AnyConnection, DbError, on_backend};

/// A check.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct CheckRow {
    pub key: i64,
    pub id: String,
    pub enterprise_id: String,
    pub revision: i32,
    pub region: String,
    pub outcome: String,
    /// JSON.
    pub fields: String,
    pub note: Option<String>,
    pub checked_by: String,
    pub checked_at: NaiveDateTime,
}

/// A new check.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = checks, treat_none_as_default_value = false)]
pub struct NewCheck {
    pub id: String,
    pub enterprise_id: String,
    pub revision: i32,
    pub region: String,
    pub outcome: String,
    pub fields: String,
    pub note: Option<String>,
    pub checked_by: String,
    pub checked_at: NaiveDateTime,
}

/// Which checks are asked for.
#[derive(Debug, Clone, Default)]
pub struct CheckQuery {
    /// Of desks in this area only.
    pub area: Option<String>,
    pub region: Option<String>,
    pub since: Option<NaiveDateTime>,
    /// Key of the last one of the page before.
    pub below: Option<i64>,
    pub limit: i64,
}

pub fn insert(tx: &mut AnyConnection, row: &NewCheck) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(checks::table).values(row).execute(inner))?;
    Ok(())
}

type Boxed<'a> = checks::BoxedQuery<'a, <AnyConnection as diesel::Connection>::Backend>;

fn chosen(query: &CheckQuery) -> Boxed<'_> {
    let mut rows = checks::table.into_boxed();
    if let Some(area) = &query.area {
        rows = rows.filter(checks::region.like(format!("{area}%")));
    }
    if let Some(region) = &query.region {
        rows = rows.filter(checks::region.eq(region));
    }
    if let Some(since) = query.since {
        rows = rows.filter(checks::checked_at.ge(since));
    }
    rows
}

/// The newest first.
pub fn list(connection: &mut AnyConnection, query: &CheckQuery) -> Result<Vec<CheckRow>, DbError> {
    let mut rows = chosen(query);
    if let Some(below) = query.below {
        rows = rows.filter(checks::key.lt(below));
    }
    Ok(rows.order(checks::key.desc()).limit(query.limit).load(connection)?)
}

/// How many there are in all.
pub fn count(connection: &mut AnyConnection, query: &CheckQuery) -> Result<i64, DbError> {
    Ok(chosen(query).count().get_result(connection)?)
}

/// All checks of these records, the oldest first.
pub fn of_records(
    connection: &mut AnyConnection,
    enterprise_ids: &[String],
) -> Result<Vec<CheckRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        checks::table
            .filter(checks::enterprise_id.eq_any(enterprise_ids))
            .order(checks::key.asc())
            .load(inner)
    })?;
    Ok(rows)
}

/// What the checks of a desk came to.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub struct Counted {
    #[diesel(sql_type = Text)]
    pub region: String,
    #[diesel(sql_type = BigInt)]
    pub checked: i64,
    #[diesel(sql_type = BigInt)]
    pub confirmed: i64,
}

/// By regency: of each record its last check, where that is not older.
pub fn counted(
    connection: &mut AnyConnection,
    since: NaiveDateTime,
) -> Result<Vec<Counted>, DbError> {
    const SQL: &str = "SELECT c.region, count(*) AS checked, \
                       count(CASE WHEN c.outcome = 'confirmed' THEN 1 END) AS confirmed \
                       FROM desk_checks c WHERE c.checked_at >= $1 AND NOT EXISTS \
                       (SELECT 1 FROM desk_checks later \
                       WHERE later.enterprise_id = c.enterprise_id AND later.key > c.key) \
                       GROUP BY c.region";
    let rows = on_backend!(connection, |inner| {
        diesel::sql_query(SQL).bind::<Timestamp, _>(since).load(inner)
    })?;
    Ok(rows)
}

/// Takes away what was noted of a record.
pub fn forget_notes(tx: &mut AnyConnection, enterprise_id: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(checks::table.filter(checks::enterprise_id.eq(enterprise_id)))
            .set(checks::note.eq(None::<String>))
            .execute(inner)
    })?;
    Ok(())
}

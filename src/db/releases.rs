//! Official figures: what is said of them, the sealed documents, and the records that they are of.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::{changes, enterprises, releases};
use super::{AnyConnection, DbError, on_backend};

/// The states of a release.
pub const COMPUTING: &str = "computing";
pub const FAILED: &str = "failed";
pub const SEALED: &str = "sealed";
pub const WITHDRAWN: &str = "withdrawn";

/// A release without its figures.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct ReleaseRow {
    pub id: String,
    pub title: String,
    pub reference_date: NaiveDate,
    pub contact: String,
    pub note: Option<String>,
    pub state: String,
    pub position: Option<i64>,
    pub done: i64,
    pub total: i64,
    pub created_by: String,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    pub sealed_at: Option<NaiveDateTime>,
    pub seq: Option<i64>,
    pub sample: bool,
    pub sha256: Option<String>,
    pub withdrawn_by: Option<String>,
    pub withdrawn_at: Option<NaiveDateTime>,
    pub reason: Option<String>,
    pub campaign_id: Option<String>,
    pub licence: Option<String>,
}

type Columns = (
    releases::id,
    releases::title,
    releases::reference_date,
    releases::contact,
    releases::note,
    releases::state,
    releases::position,
    releases::done,
    releases::total,
    releases::created_by,
    releases::created_at,
    releases::updated_at,
    releases::sealed_at,
    releases::seq,
    releases::sample,
    releases::sha256,
    releases::withdrawn_by,
    releases::withdrawn_at,
    releases::reason,
    releases::campaign_id,
    releases::licence,
);
const COLUMNS: Columns = (
    releases::id,
    releases::title,
    releases::reference_date,
    releases::contact,
    releases::note,
    releases::state,
    releases::position,
    releases::done,
    releases::total,
    releases::created_by,
    releases::created_at,
    releases::updated_at,
    releases::sealed_at,
    releases::seq,
    releases::sample,
    releases::sha256,
    releases::withdrawn_by,
    releases::withdrawn_at,
    releases::reason,
    releases::campaign_id,
    releases::licence,
);

/// A release that is begun.
#[derive(Debug, Insertable)]
#[diesel(table_name = releases, treat_none_as_default_value = false)]
pub struct NewRelease<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub reference_date: NaiveDate,
    pub contact: &'a str,
    pub note: Option<&'a str>,
    pub state: &'a str,
    pub done: i64,
    pub total: i64,
    pub created_by: &'a str,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    pub sample: bool,
    pub campaign_id: Option<&'a str>,
    pub licence: Option<&'a str>,
}

/// What sealing adds.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = releases)]
pub struct Seal<'a> {
    pub state: &'a str,
    pub position: i64,
    pub updated_at: NaiveDateTime,
    pub sealed_at: NaiveDateTime,
    pub seq: i64,
    pub sample: bool,
    pub sha256: &'a str,
    pub document: &'a str,
    pub thresholds: &'a str,
}

/// Keeps a new release.
pub fn insert(tx: &mut AnyConnection, row: &NewRelease) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(releases::table).values(row).execute(inner))?;
    Ok(())
}

/// All releases, the newest first.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<ReleaseRow>, DbError> {
    Ok(releases::table.select(COLUMNS).order(releases::id.desc()).load(connection)?)
}

pub fn get(connection: &mut AnyConnection, id: &str) -> Result<Option<ReleaseRow>, DbError> {
    Ok(releases::table.find(id).select(COLUMNS).first(connection).optional()?)
}

/// The sealed document, whether it is withdrawn or not.
pub fn document(connection: &mut AnyConnection, id: &str) -> Result<Option<String>, DbError> {
    let document: Option<Option<String>> =
        releases::table.find(id).select(releases::document).first(connection).optional()?;
    Ok(document.flatten())
}

/// The last position before one, or of all, and what that release left of thresholds. Withdrawn
/// ones count: they were published.
pub fn last_sealed(
    connection: &mut AnyConnection,
    before: Option<i64>,
) -> Result<Option<(i64, String)>, DbError> {
    let before = before.unwrap_or(i64::MAX);
    let last: Option<(Option<i64>, Option<String>)> = releases::table
        .filter(releases::position.is_not_null())
        .filter(releases::position.lt(before))
        .order(releases::position.desc())
        .select((releases::position, releases::thresholds))
        .first(connection)
        .optional()?;
    Ok(last.and_then(|(position, thresholds)| Some((position?, thresholds?))))
}

/// Tells how far the computing is.
pub fn tell(
    tx: &mut AnyConnection,
    id: &str,
    (done, total): (i64, i64),
    now: NaiveDateTime,
) -> Result<(), DbError> {
    let told = (releases::done.eq(done), releases::total.eq(total), releases::updated_at.eq(now));
    on_backend!(tx, |inner| diesel::update(releases::table.find(id)).set(told).execute(inner))?;
    Ok(())
}

/// Seals a release that is being computed. Answers whether it was.
pub fn seal(tx: &mut AnyConnection, id: &str, seal: &Seal) -> Result<bool, DbError> {
    let open = releases::table.filter(releases::id.eq(id)).filter(releases::state.eq(COMPUTING));
    let changed = on_backend!(tx, |inner| diesel::update(open).set(seal).execute(inner))?;
    Ok(changed == 1)
}

/// Gives up a release that is being computed.
pub fn fail(tx: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<(), DbError> {
    let open = releases::table.filter(releases::id.eq(id)).filter(releases::state.eq(COMPUTING));
    let told = (releases::state.eq(FAILED), releases::updated_at.eq(now));
    on_backend!(tx, |inner| diesel::update(open).set(told).execute(inner))?;
    Ok(())
}

/// Withdraws a sealed release. Answers whether it was one.
pub fn withdraw(
    tx: &mut AnyConnection,
    id: &str,
    (by, reason): (&str, &str),
    now: NaiveDateTime,
) -> Result<bool, DbError> {
    let sealed = releases::table.filter(releases::id.eq(id)).filter(releases::state.eq(SEALED));
    let told = (
        releases::state.eq(WITHDRAWN),
        releases::withdrawn_by.eq(by),
        releases::withdrawn_at.eq(now),
        releases::reason.eq(reason),
        releases::updated_at.eq(now),
    );
    let changed = on_backend!(tx, |inner| diesel::update(sealed).set(told).execute(inner))?;
    Ok(changed == 1)
}

/// As much of a stored record as figures are made of.
#[derive(Debug, Clone, Queryable)]
pub struct RecordRow {
    pub key: i64,
    pub id: String,
    pub revision: i32,
    pub document: String,
}

/// Up to `limit` records with keys above `after`, in the order of their keys.
pub fn records_after(
    connection: &mut AnyConnection,
    after: i64,
    limit: i64,
) -> Result<Vec<RecordRow>, DbError> {
    let rows = enterprises::table
        .filter(enterprises::key.gt(after))
        .order(enterprises::key.asc())
        .limit(limit)
        .select((enterprises::key, enterprises::id, enterprises::revision, enterprises::document))
        .load(connection)?;
    Ok(rows)
}

/// What was logged of these records up to a place in the log, in its order: id, action, revision.
pub fn logged_until(
    connection: &mut AnyConnection,
    ids: &[String],
    seq: i64,
) -> Result<Vec<(String, String, i32)>, DbError> {
    let rows = on_backend!(connection, |inner| {
        changes::table
            .filter(changes::entity_id.eq_any(ids))
            .filter(changes::seq.le(seq))
            .order(changes::seq.asc())
            .select((changes::entity_id, changes::action, changes::revision))
            .load(inner)
    })?;
    Ok(rows)
}

/// Records that were taken away since a place in the log, each once.
pub fn removed_since(
    connection: &mut AnyConnection,
    seq: i64,
    action: &str,
) -> Result<Vec<String>, DbError> {
    let ids = on_backend!(connection, |inner| {
        changes::table
            .filter(changes::seq.gt(seq))
            .filter(changes::entity.eq("enterprise"))
            .filter(changes::action.eq(action))
            .select(changes::entity_id)
            .distinct()
            .load(inner)
    })?;
    Ok(ids)
}

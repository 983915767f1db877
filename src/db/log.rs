//! The change log: append-only, visible in the order of `seq`.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{changes, settings};
use super::{AnyConnection, DbError, insert_rows, on_backend};

/// Any number: all writers of the log take the same lock.
const LOG_LOCK: i64 = 0x53_45_4E_54_52_41;
const EPOCH: &str = "log_epoch";

/// A change to append.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub actor: &'a str,
    pub job_id: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub entity: &'static str,
    pub entity_id: String,
    pub action: &'static str,
    pub revision: i32,
}

#[derive(Insertable)]
#[diesel(table_name = changes, treat_none_as_default_value = false)]
struct ChangeWrite<'a> {
    at: NaiveDateTime,
    log_epoch: &'a str,
    actor: &'a str,
    job_id: Option<&'a str>,
    reason: Option<&'a str>,
    entity: &'static str,
    entity_id: &'a str,
    action: &'static str,
    revision: i32,
}

/// A change as logged.
#[derive(Debug, Clone, Queryable)]
pub struct ChangeRow {
    pub seq: i64,
    pub at: NaiveDateTime,
    pub log_epoch: String,
    pub actor: String,
    pub job_id: Option<String>,
    pub reason: Option<String>,
    pub entity: String,
    pub entity_id: String,
    pub action: String,
    pub revision: i32,
}

/// Appends changes. Call it last in a transaction, after every row lock: on PostgreSQL it takes
/// the log's lock, held to the commit, so that a reader never sees a `seq` before a lower one.
/// `now` is the time on SQLite; PostgreSQL's own clock tells it there.
pub fn append(
    tx: &mut AnyConnection,
    now: NaiveDateTime,
    entries: &[Entry],
) -> Result<(), DbError> {
    let at = match tx {
        AnyConnection::Pg(pg) => {
            diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
                .bind::<diesel::sql_types::BigInt, _>(LOG_LOCK)
                .execute(pg)?;
            diesel::select(diesel::dsl::sql::<diesel::sql_types::Timestamp>(
                "clock_timestamp() AT TIME ZONE 'UTC'",
            ))
            .get_result(pg)?
        }
        AnyConnection::Sqlite(_) => now,
    };
    let log_epoch = epoch(tx)?.ok_or(DbError::Query(diesel::result::Error::NotFound))?;
    let rows: Vec<ChangeWrite> = entries
        .iter()
        .map(|entry| ChangeWrite {
            at,
            log_epoch: &log_epoch,
            actor: entry.actor,
            job_id: entry.job_id,
            reason: entry.reason,
            entity: entry.entity,
            entity_id: &entry.entity_id,
            action: entry.action,
            revision: entry.revision,
        })
        .collect();
    Ok(insert_rows!(tx, changes::table, &rows)?)
}

/// Up to `limit` changes above `seq`, in order.
pub fn since(
    connection: &mut AnyConnection,
    seq: i64,
    limit: i64,
) -> Result<Vec<ChangeRow>, DbError> {
    let rows = changes::table
        .filter(changes::seq.gt(seq))
        .order(changes::seq.asc())
        .limit(limit)
        .load(connection)?;
    Ok(rows)
}

/// The last `seq`, 0 in an empty log.
pub fn last_seq(connection: &mut AnyConnection) -> Result<i64, DbError> {
    let last: Option<i64> =
        changes::table.select(diesel::dsl::max(changes::seq)).first(connection)?;
    Ok(last.unwrap_or(0))
}

/// The log's epoch: another one after a restore. None before the log has begun.
pub fn epoch(connection: &mut AnyConnection) -> Result<Option<String>, DbError> {
    Ok(settings::table.find(EPOCH).select(settings::value).first(connection).optional()?)
}

/// Gives a new log its epoch; one that has one keeps it.
pub fn begin_epoch(tx: &mut AnyConnection, value: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::insert_into(settings::table)
            .values((settings::name.eq(EPOCH), settings::value.eq(value)))
            .on_conflict_do_nothing()
            .execute(inner)
    })?;
    Ok(())
}

/// The changes of one record, in order.
pub fn of_entity(
    connection: &mut AnyConnection,
    entity_id: &str,
) -> Result<Vec<ChangeRow>, DbError> {
    let rows = changes::table
        .filter(changes::entity_id.eq(entity_id))
        .order(changes::seq.asc())
        .load(connection)?;
    Ok(rows)
}

/// Who took a step with each of these records: record, revision and who, in the order of the log.
pub fn took_step(
    connection: &mut AnyConnection,
    ids: &[String],
    action: &str,
) -> Result<Vec<(String, i32, String)>, DbError> {
    let rows = on_backend!(connection, |inner| {
        changes::table
            .filter(changes::entity_id.eq_any(ids))
            .filter(changes::action.eq(action))
            .order(changes::seq.asc())
            .select((changes::entity_id, changes::revision, changes::actor))
            .load(inner)
    })?;
    Ok(rows)
}

/// Takes a person's name out of the reasons given for changes of one record.
pub fn erase_reasons(
    tx: &mut AnyConnection,
    entity_id: &str,
    person: &str,
    instead: &str,
) -> Result<(), DbError> {
    // Few rows: compared here, so that a name with a wildcard in it finds itself only.
    let folded = person.to_lowercase();
    for row in of_entity(tx, entity_id)? {
        if row.reason.is_some_and(|reason| reason.to_lowercase().contains(&folded)) {
            on_backend!(tx, |inner| {
                diesel::update(changes::table.find(row.seq))
                    .set(changes::reason.eq(instead))
                    .execute(inner)
            })?;
        }
    }
    Ok(())
}

/// Gives the log another epoch: whoever follows it learns that it may have forked.
pub fn renew_epoch(tx: &mut AnyConnection, value: &str) -> Result<(), DbError> {
    diesel::update(settings::table.find(EPOCH)).set(settings::value.eq(value)).execute(tx)?;
    Ok(())
}

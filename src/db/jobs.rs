//! Work that takes longer than a transaction: how far it has come and what it left undecided.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{job_findings, jobs};
use super::{AnyConnection, DbError, on_backend};

/// The state of a job that was done to its end; any other goes on when it is asked for again.
pub const DONE: &str = "done";
/// The state of a job before that, whether it runs, was stopped or was killed.
pub const UNFINISHED: &str = "unfinished";

/// A job.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = jobs)]
pub struct JobRow {
    pub id: String,
    pub kind: String,
    /// JSON. The same kind with the same parameters is the same job.
    pub parameters: String,
    /// Where it goes on; empty at the start.
    pub cursor: String,
    pub state: String,
    /// JSON.
    pub counts: String,
    pub started_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
}

/// Something that a job left for a person to decide.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = job_findings)]
pub struct FindingRow {
    pub job_id: String,
    pub entity_id: String,
    /// JSON.
    pub detail: String,
}

/// The job of a kind with these parameters that is not done yet.
pub fn unfinished(
    connection: &mut AnyConnection,
    kind: &str,
    parameters: &str,
) -> Result<Option<JobRow>, DbError> {
    let job = jobs::table
        .filter(jobs::kind.eq(kind))
        .filter(jobs::parameters.eq(parameters))
        .filter(jobs::state.eq(UNFINISHED))
        .order(jobs::id.asc())
        .first(connection)
        .optional()?;
    Ok(job)
}

/// A job, its row locked until the transaction ends: two processes never do the same part of it.
pub fn for_update(tx: &mut AnyConnection, id: &str) -> Result<JobRow, DbError> {
    let row = match tx {
        AnyConnection::Pg(pg) => jobs::table.find(id).for_update().first(pg)?,
        // The transaction holds the only write lock already.
        AnyConnection::Sqlite(sqlite) => jobs::table.find(id).first(sqlite)?,
    };
    Ok(row)
}

/// Keeps a new job.
pub fn insert(tx: &mut AnyConnection, row: &JobRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(jobs::table).values(row).execute(inner))?;
    Ok(())
}

/// Keeps how far a job has come.
pub fn update(tx: &mut AnyConnection, row: &JobRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::update(jobs::table.find(&row.id)).set(row).execute(inner))?;
    Ok(())
}

/// Keeps what a job left for a person.
pub fn add_findings(tx: &mut AnyConnection, rows: &[FindingRow]) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(job_findings::table).values(rows).execute(inner))?;
    Ok(())
}

/// What a job left for a person, in the order of the ids.
pub fn findings(connection: &mut AnyConnection, id: &str) -> Result<Vec<FindingRow>, DbError> {
    let rows = job_findings::table
        .filter(job_findings::job_id.eq(id))
        .order(job_findings::entity_id.asc())
        .load(connection)?;
    Ok(rows)
}

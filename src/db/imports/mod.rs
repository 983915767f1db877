//! The log of imports: what came in, who is at work on it, and how far they are.

pub mod files;
pub mod mappings;
pub mod records;
pub mod removed;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::imports;
use super::{AnyConnection, DbError, on_backend};

/// An import.
#[derive(Debug, Clone, Queryable)]
pub struct ImportRow {
    pub key: i64,
    pub id: String,
    pub name: String,
    pub size: i64,
    pub sha256: String,
    pub source: Option<String>,
    pub uploaded_by: String,
    /// Of the uploader; None: the whole province.
    pub area: Option<String>,
    /// Who asked for what runs, or ran last.
    pub actor: String,
    pub state: String,
    /// JSON.
    pub options: String,
    /// JSON.
    pub counts: String,
    pub done: i64,
    pub total: i64,
    /// JSON.
    pub problem: Option<String>,
    pub reason: Option<String>,
    /// How far an undo has come: the id of an enterprise.
    pub cursor: String,
    /// Of the pieces of its files, wrapped by the vault's; None once they are gone.
    pub wrapped_key: Option<Vec<u8>>,
    pub has_file: bool,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    pub finished_at: Option<NaiveDateTime>,
    pub expires_at: Option<NaiveDateTime>,
    pub lease_owner: Option<String>,
    pub lease_until: Option<NaiveDateTime>,
}

/// A new import.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = imports, treat_none_as_default_value = false)]
pub struct NewImport {
    pub id: String,
    pub name: String,
    pub size: i64,
    pub sha256: String,
    pub source: Option<String>,
    pub uploaded_by: String,
    pub area: Option<String>,
    pub actor: String,
    pub state: String,
    pub options: String,
    pub counts: String,
    pub done: i64,
    pub total: i64,
    pub cursor: String,
    pub wrapped_key: Option<Vec<u8>>,
    pub has_file: bool,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    pub expires_at: Option<NaiveDateTime>,
    pub lease_owner: Option<String>,
    pub lease_until: Option<NaiveDateTime>,
}

/// What changes in the course of an import, its lease aside.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = imports, treat_none_as_null = true)]
pub struct ImportChange {
    pub size: i64,
    pub sha256: String,
    pub actor: String,
    pub state: String,
    pub options: String,
    pub counts: String,
    pub done: i64,
    pub total: i64,
    pub problem: Option<String>,
    pub reason: Option<String>,
    pub cursor: String,
    pub wrapped_key: Option<Vec<u8>>,
    pub has_file: bool,
    pub updated_at: NaiveDateTime,
    pub finished_at: Option<NaiveDateTime>,
    pub expires_at: Option<NaiveDateTime>,
}

impl From<ImportRow> for ImportChange {
    fn from(row: ImportRow) -> Self {
        Self {
            size: row.size,
            sha256: row.sha256,
            actor: row.actor,
            state: row.state,
            options: row.options,
            counts: row.counts,
            done: row.done,
            total: row.total,
            problem: row.problem,
            reason: row.reason,
            cursor: row.cursor,
            wrapped_key: row.wrapped_key,
            has_file: row.has_file,
            updated_at: row.updated_at,
            finished_at: row.finished_at,
            expires_at: row.expires_at,
        }
    }
}

/// Whose imports are listed.
#[derive(Debug, Clone)]
pub struct ImportQuery {
    /// Those that this person uploaded.
    pub uploaded_by: String,
    /// Beside them, those of an area or inside it; empty: all. None: no others.
    pub within: Option<String>,
    /// Only of the same bytes.
    pub sha256: Option<String>,
    /// Below this key.
    pub below: Option<i64>,
}

type Boxed<'a> = imports::BoxedQuery<'a, <AnyConnection as diesel::Connection>::Backend>;

fn chosen(query: &ImportQuery) -> Boxed<'_> {
    // What is not whole yet is nobody's.
    let mut rows = imports::table.filter(imports::state.ne(ARRIVING)).into_boxed();
    rows = match query.within.as_deref() {
        Some("") => rows,
        Some(area) => rows.filter(
            imports::uploaded_by.eq(&query.uploaded_by).or(imports::area
                .is_not_null()
                .and(imports::area.assume_not_null().like(format!("{area}%")))),
        ),
        None => rows.filter(imports::uploaded_by.eq(&query.uploaded_by)),
    };
    if let Some(sha256) = &query.sha256 {
        rows = rows.filter(imports::sha256.eq(sha256));
    }
    if let Some(below) = query.below {
        rows = rows.filter(imports::key.lt(below));
    }
    rows
}

/// The state of an import whose file is still being sent.
pub const ARRIVING: &str = "arriving";

/// Imports, the newest first.
pub fn list(
    connection: &mut AnyConnection,
    query: &ImportQuery,
    limit: i64,
) -> Result<Vec<ImportRow>, DbError> {
    Ok(chosen(query).order(imports::key.desc()).limit(limit).load(connection)?)
}

/// How many there are.
pub fn count(connection: &mut AnyConnection, query: &ImportQuery) -> Result<i64, DbError> {
    Ok(chosen(query).count().get_result(connection)?)
}

/// An import by its id.
pub fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<ImportRow>, DbError> {
    Ok(imports::table.filter(imports::id.eq(id)).first(connection).optional()?)
}

/// An import, its row locked until the transaction ends.
pub fn for_update(tx: &mut AnyConnection, key: i64) -> Result<ImportRow, DbError> {
    let row = match tx {
        AnyConnection::Pg(pg) => imports::table.find(key).for_update().first(pg)?,
        // The transaction holds the only write lock already.
        AnyConnection::Sqlite(sqlite) => imports::table.find(key).first(sqlite)?,
    };
    Ok(row)
}

/// The last import of these bytes by somebody that is in one of these states.
pub fn of_bytes(
    connection: &mut AnyConnection,
    sha256: &str,
    uploaded_by: &str,
    states: &[&str],
) -> Result<Option<ImportRow>, DbError> {
    let row = on_backend!(connection, |inner| {
        imports::table
            .filter(imports::sha256.eq(sha256))
            .filter(imports::uploaded_by.eq(uploaded_by))
            .filter(imports::has_file.eq(false))
            .filter(imports::state.eq_any(states))
            .order(imports::key.desc())
            .first(inner)
            .optional()
    })?;
    Ok(row)
}

/// Keeps a new import and answers its key.
pub fn insert(tx: &mut AnyConnection, row: &NewImport) -> Result<i64, DbError> {
    on_backend!(tx, |inner| diesel::insert_into(imports::table).values(row).execute(inner))?;
    Ok(imports::table.filter(imports::id.eq(&row.id)).select(imports::key).first(tx)?)
}

/// Keeps what changed of an import.
pub fn update(tx: &mut AnyConnection, key: i64, change: &ImportChange) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(imports::table.find(key)).set(change).execute(inner)
    })?;
    Ok(())
}

/// Takes an import out of the log: one whose file turned out to be none.
pub fn delete(tx: &mut AnyConnection, key: i64) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::delete(imports::table.find(key)).execute(inner))?;
    Ok(())
}

/// Keys of imports in these states that nobody works on, the oldest first.
pub fn waiting(
    connection: &mut AnyConnection,
    states: &[&str],
    has_file: bool,
    now: NaiveDateTime,
) -> Result<Vec<i64>, DbError> {
    let keys = on_backend!(connection, |inner| {
        imports::table
            .filter(imports::state.eq_any(states))
            .filter(imports::has_file.eq(true).or(imports::has_file.eq(has_file)))
            .filter(imports::lease_until.is_null().or(imports::lease_until.lt(now)))
            .order(imports::key.asc())
            .select(imports::key)
            .load(inner)
    })?;
    Ok(keys)
}

/// Gives a lease on an import to a process, if it is in one of these states and nobody else has
/// one; answers whether it did.
pub fn lease(
    tx: &mut AnyConnection,
    key: i64,
    states: &[&str],
    owner: &str,
    now: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<bool, DbError> {
    let changed = on_backend!(tx, |inner| {
        diesel::update(
            imports::table
                .find(key)
                .filter(imports::state.eq_any(states))
                .filter(imports::lease_until.is_null().or(imports::lease_until.lt(now))),
        )
        .set((imports::lease_owner.eq(owner), imports::lease_until.eq(until)))
        .execute(inner)
    })?;
    Ok(changed == 1)
}

/// Whether a process still has its lease. On PostgreSQL nobody takes it until the transaction ends.
pub fn is_leased(tx: &mut AnyConnection, key: i64, owner: &str) -> Result<bool, DbError> {
    let found: Option<String> = match tx {
        AnyConnection::Pg(pg) => {
            imports::table.find(key).for_share().select(imports::lease_owner).first(pg)?
        }
        AnyConnection::Sqlite(sqlite) => {
            imports::table.find(key).select(imports::lease_owner).first(sqlite)?
        }
    };
    Ok(found.as_deref() == Some(owner))
}

/// Whether a process still has its lease and nobody has asked it to stop; as [`is_leased`].
pub fn goes_on(tx: &mut AnyConnection, key: i64, owner: &str) -> Result<bool, DbError> {
    let leased = is_leased(tx, key, owner)?;
    let state: String = imports::table.find(key).select(imports::state).first(tx)?;
    Ok(leased && state != "stopping")
}

/// A sign of life: longer lease, and how far it is. Answers the state, or None if the lease is lost.
pub fn beat(
    tx: &mut AnyConnection,
    key: i64,
    owner: &str,
    until: NaiveDateTime,
    now: NaiveDateTime,
    (done, total): (i64, i64),
) -> Result<Option<String>, DbError> {
    let changed = on_backend!(tx, |inner| {
        diesel::update(imports::table.find(key).filter(imports::lease_owner.eq(owner)))
            .set((
                imports::lease_until.eq(until),
                imports::updated_at.eq(now),
                imports::done.eq(done),
                imports::total.eq(total),
            ))
            .execute(inner)
    })?;
    if changed != 1 {
        return Ok(None);
    }
    Ok(Some(imports::table.find(key).select(imports::state).first(tx)?))
}

/// Gives a lease back, at once or, where the work is to be tried again, at a time.
pub fn release(
    tx: &mut AnyConnection,
    key: i64,
    owner: &str,
    until: Option<NaiveDateTime>,
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(imports::table.find(key).filter(imports::lease_owner.eq(owner)))
            .set((imports::lease_owner.eq(None::<String>), imports::lease_until.eq(until)))
            .execute(inner)
    })?;
    Ok(())
}

/// Whether [`stop_orphans`] has something to do.
pub fn has_orphans(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<bool, DbError> {
    let orphan: Option<i64> = imports::table
        .filter(imports::has_file.eq(false))
        .filter(imports::state.eq("importing").or(imports::state.eq("previewing")))
        .filter(imports::lease_until.lt(now))
        .select(imports::key)
        .first(connection)
        .optional()?;
    Ok(orphan.is_some())
}

/// Imports of which no process can go on by itself, because the file is elsewhere, and whose process
/// shows no sign of life, have stopped.
pub fn stop_orphans(tx: &mut AnyConnection, now: NaiveDateTime) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(
            imports::table
                .filter(imports::has_file.eq(false))
                .filter(imports::state.eq_any(["importing", "previewing"]))
                .filter(imports::lease_until.lt(now)),
        )
        .set((
            imports::state.eq("stopped"),
            imports::lease_owner.eq(None::<String>),
            imports::lease_until.eq(None::<NaiveDateTime>),
        ))
        .execute(inner)
    })?;
    Ok(())
}

/// Keys of imports whose files are to go by now.
pub fn expired(connection: &mut AnyConnection, now: NaiveDateTime) -> Result<Vec<i64>, DbError> {
    let keys = imports::table
        .filter(imports::wrapped_key.is_not_null().or(imports::state.eq(ARRIVING)))
        .filter(imports::expires_at.lt(now))
        .order(imports::key.asc())
        .select(imports::key)
        .load(connection)?;
    Ok(keys)
}

/// Keys and areas of the imports whose files are still there.
pub fn with_files(connection: &mut AnyConnection) -> Result<Vec<(i64, Option<String>)>, DbError> {
    let rows = imports::table
        .filter(imports::wrapped_key.is_not_null())
        .select((imports::key, imports::area))
        .load(connection)?;
    Ok(rows)
}

/// Keys of imports that did something to an enterprise and whose files are still there.
pub fn with_files_about(
    connection: &mut AnyConnection,
    enterprise_id: &str,
) -> Result<Vec<i64>, DbError> {
    use super::schema::import_records as r;
    let keys = imports::table
        .filter(imports::wrapped_key.is_not_null())
        .filter(diesel::dsl::exists(
            r::table
                .filter(r::import_key.eq(imports::key))
                .filter(r::enterprise_id.eq(enterprise_id)),
        ))
        .select(imports::key)
        .load(connection)?;
    Ok(keys)
}

//! Visits: what came from phones and the web form, and what became of it.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};

use super::coverage;
use crate::db::schema::{visit_photos, visits};
use crate::db::{AnyConnection, DbError, on_backend};

/// A visit.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct VisitRow {
    pub key: i64,
    pub id: String,
    pub instance_id: String,
    pub sha256: String,
    pub campaign_id: String,
    pub enumerator: String,
    pub device: Option<String>,
    pub village: String,
    pub kind: String,
    pub outcome: String,
    pub state: String,
    pub entity_id: Option<String>,
    pub branch_id: Option<String>,
    pub base_revision: Option<i32>,
    pub enterprise_id: Option<String>,
    pub applied_revision: Option<i32>,
    pub replaced_by: Option<String>,
    pub started_at: Option<NaiveDateTime>,
    pub ended_at: Option<NaiveDateTime>,
    pub received_at: NaiveDateTime,
    pub visited_on: NaiveDate,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub accuracy_m: Option<f64>,
    /// JSON.
    pub problems: String,
    /// JSON.
    pub answers: String,
    /// Of all answers but those that tell one enterprise from another; None where there are few.
    pub likeness: Option<String>,
    pub wrapped_key: Option<Vec<u8>>,
    pub submission: Option<Vec<u8>>,
}

/// A new visit.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = visits, treat_none_as_default_value = false)]
pub struct NewVisit {
    pub id: String,
    pub instance_id: String,
    pub sha256: String,
    pub campaign_id: String,
    pub enumerator: String,
    pub device: Option<String>,
    pub village: String,
    pub kind: String,
    pub outcome: String,
    pub state: String,
    pub entity_id: Option<String>,
    pub branch_id: Option<String>,
    pub base_revision: Option<i32>,
    pub started_at: Option<NaiveDateTime>,
    pub ended_at: Option<NaiveDateTime>,
    pub received_at: NaiveDateTime,
    pub visited_on: NaiveDate,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub accuracy_m: Option<f64>,
    pub problems: String,
    pub answers: String,
    pub likeness: Option<String>,
    pub wrapped_key: Option<Vec<u8>>,
    pub submission: Option<Vec<u8>>,
}

/// What changes once a visit is dealt with.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = visits, treat_none_as_null = true)]
pub struct VisitChange {
    pub state: String,
    pub enterprise_id: Option<String>,
    pub applied_revision: Option<i32>,
    pub replaced_by: Option<String>,
    pub problems: String,
}

impl From<&VisitRow> for VisitChange {
    fn from(row: &VisitRow) -> Self {
        Self {
            state: row.state.clone(),
            enterprise_id: row.enterprise_id.clone(),
            applied_revision: row.applied_revision,
            replaced_by: row.replaced_by.clone(),
            problems: row.problems.clone(),
        }
    }
}

/// A photo of a visit.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = visit_photos, treat_none_as_default_value = false)]
pub struct PhotoRow {
    pub visit_id: String,
    pub name: String,
    pub stored: Option<String>,
    pub bytes: i64,
}

/// Which visits are asked for.
#[derive(Debug, Clone, Default)]
pub struct VisitQuery {
    pub campaigns: Option<Vec<String>>,
    pub village: Option<String>,
    pub enumerator: Option<String>,
    pub enterprise: Option<String>,
    pub states: Vec<String>,
    /// Villages of this area only.
    pub area: Option<String>,
    pub below: Option<i64>,
    pub limit: i64,
}

type Boxed<'a> = visits::BoxedQuery<'a, <AnyConnection as diesel::Connection>::Backend>;

fn chosen(query: &VisitQuery) -> Boxed<'_> {
    let mut rows = visits::table.into_boxed();
    if let Some(campaigns) = &query.campaigns {
        rows = rows.filter(visits::campaign_id.eq_any(campaigns));
    }
    if let Some(village) = &query.village {
        rows = rows.filter(visits::village.eq(village));
    }
    if let Some(enumerator) = &query.enumerator {
        rows = rows.filter(visits::enumerator.eq(enumerator));
    }
    if let Some(enterprise) = &query.enterprise {
        rows = rows.filter(visits::enterprise_id.eq(enterprise));
    }
    if !query.states.is_empty() {
        rows = rows.filter(visits::state.eq_any(&query.states));
    }
    if let Some(area) = &query.area {
        rows = rows.filter(visits::village.like(format!("{area}%")));
    }
    rows
}

/// The newest first.
pub fn list(connection: &mut AnyConnection, query: &VisitQuery) -> Result<Vec<VisitRow>, DbError> {
    let mut rows = chosen(query);
    if let Some(below) = query.below {
        rows = rows.filter(visits::key.lt(below));
    }
    Ok(rows.order(visits::key.desc()).limit(query.limit).load(connection)?)
}

/// How many there are in all.
pub fn count(connection: &mut AnyConnection, query: &VisitQuery) -> Result<i64, DbError> {
    Ok(chosen(query).count().get_result(connection)?)
}

pub fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<VisitRow>, DbError> {
    Ok(visits::table.filter(visits::id.eq(id)).first(connection).optional()?)
}

/// A visit by its id, its row locked until the transaction ends.
pub fn for_update(tx: &mut AnyConnection, id: &str) -> Result<Option<VisitRow>, DbError> {
    let rows = visits::table.filter(visits::id.eq(id));
    let row = match tx {
        AnyConnection::Pg(pg) => rows.for_update().first(pg).optional()?,
        AnyConnection::Sqlite(sqlite) => rows.first(sqlite).optional()?,
    };
    Ok(row)
}

/// A visit by the name that its phone gave it, its row locked until the transaction ends.
pub fn by_instance_for_update(
    tx: &mut AnyConnection,
    instance_id: &str,
) -> Result<Option<VisitRow>, DbError> {
    let rows = visits::table.filter(visits::instance_id.eq(instance_id));
    let row = match tx {
        AnyConnection::Pg(pg) => rows.for_update().first(pg).optional()?,
        AnyConnection::Sqlite(sqlite) => rows.first(sqlite).optional()?,
    };
    Ok(row)
}

/// A visit by the name that its phone gave it.
pub fn by_instance(
    connection: &mut AnyConnection,
    instance_id: &str,
) -> Result<Option<VisitRow>, DbError> {
    Ok(visits::table.filter(visits::instance_id.eq(instance_id)).first(connection).optional()?)
}

/// Those about an enterprise as phones know it, in the order in which they came.
pub fn of_entity(
    connection: &mut AnyConnection,
    entity_id: &str,
) -> Result<Vec<VisitRow>, DbError> {
    Ok(visits::table
        .filter(visits::entity_id.eq(entity_id))
        .order(visits::key.asc())
        .load(connection)?)
}

/// As phones know enterprises that one of them made: by the enterprises' ids.
pub fn entities_of(
    connection: &mut AnyConnection,
    enterprise_ids: &[String],
) -> Result<Vec<(String, String)>, DbError> {
    let rows: Vec<(Option<String>, Option<String>)> = visits::table
        .filter(visits::enterprise_id.eq_any(enterprise_ids))
        .filter(visits::kind.eq("new"))
        .order(visits::key.desc())
        .select((visits::enterprise_id, visits::entity_id))
        .load(connection)?;
    Ok(rows.into_iter().filter_map(|(id, entity)| Some((id?, entity?))).collect())
}

/// # Errors
/// [`DbError::Unique`] where the same one came another way meanwhile.
pub fn insert(tx: &mut AnyConnection, row: &NewVisit) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(visits::table).values(row).execute(inner))?;
    coverage::mark(tx, &row.campaign_id, &row.village)
}

pub fn update(tx: &mut AnyConnection, id: &str, change: &VisitChange) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(visits::table.filter(visits::id.eq(id))).set(change).execute(inner)
    })?;
    coverage::mark_of_visit(tx, id)
}

/// Destroys what was sent in for an enterprise: of its visits, that they were is left.
pub fn forget_submissions(tx: &mut AnyConnection, enterprise_id: &str) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(visits::table.filter(visits::enterprise_id.eq(enterprise_id)))
            .set((
                visits::wrapped_key.eq(None::<Vec<u8>>),
                visits::submission.eq(None::<Vec<u8>>),
                visits::answers.eq("{}"),
                visits::problems.eq("[]"),
            ))
            .execute(inner)
    })?;
    Ok(())
}

/// The photos of a visit, by name.
pub fn photos(connection: &mut AnyConnection, visit_id: &str) -> Result<Vec<PhotoRow>, DbError> {
    Ok(visit_photos::table
        .filter(visit_photos::visit_id.eq(visit_id))
        .order(visit_photos::name.asc())
        .load(connection)?)
}

/// The visits to an enterprise.
fn ids_of(connection: &mut AnyConnection, enterprise_id: &str) -> Result<Vec<String>, DbError> {
    let of = visits::table.filter(visits::enterprise_id.eq(enterprise_id));
    Ok(of.select(visits::id).load(connection)?)
}

/// The files of all photos of an enterprise's visits.
pub fn photo_files(
    connection: &mut AnyConnection,
    enterprise_id: &str,
) -> Result<Vec<String>, DbError> {
    let of = ids_of(connection, enterprise_id)?;
    let files: Vec<Option<String>> = visit_photos::table
        .filter(visit_photos::visit_id.eq_any(of))
        .select(visit_photos::stored)
        .load(connection)?;
    Ok(files.into_iter().flatten().collect())
}

/// Takes the photos of an enterprise's visits out of the list.
pub fn forget_photos(tx: &mut AnyConnection, enterprise_id: &str) -> Result<(), DbError> {
    let of = ids_of(tx, enterprise_id)?;
    on_backend!(tx, |inner| {
        diesel::delete(visit_photos::table.filter(visit_photos::visit_id.eq_any(&of)))
            .execute(inner)
    })?;
    Ok(())
}

/// Remembers a photo, or that it came.
pub fn put_photo(tx: &mut AnyConnection, row: &PhotoRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::insert_into(visit_photos::table)
            .values(row)
            .on_conflict((visit_photos::visit_id, visit_photos::name))
            .do_update()
            .set(row)
            .execute(inner)
    })?;
    Ok(())
}

/// Visits of an enumerator on a day.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub struct Daily {
    #[diesel(sql_type = Text)]
    pub enumerator: String,
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    pub visits: i64,
    #[diesel(sql_type = BigInt)]
    pub new: i64,
    #[diesel(sql_type = BigInt)]
    pub revisits: i64,
    #[diesel(sql_type = BigInt)]
    pub villages: i64,
}

/// What each enumerator did on each day.
pub fn daily(
    connection: &mut AnyConnection,
    campaign_id: &str,
    area: &str,
) -> Result<Vec<Daily>, DbError> {
    const SQL: &str = "SELECT enumerator, visited_on AS day, count(*) AS visits, \
                       count(CASE WHEN kind = 'new' THEN 1 END) AS \"new\", \
                       count(CASE WHEN kind = 'revisit' THEN 1 END) AS revisits, \
                       count(DISTINCT village) AS villages \
                       FROM visits WHERE campaign_id = $1 AND village LIKE $2 \
                       AND state NOT IN ('superseded', 'dismissed', 'partial') \
                       GROUP BY enumerator, visited_on ORDER BY enumerator, visited_on";
    let rows = on_backend!(connection, |inner| {
        diesel::sql_query(SQL)
            .bind::<Text, _>(campaign_id)
            .bind::<Text, _>(format!("{area}%"))
            .load(inner)
    })?;
    Ok(rows)
}

/// As much of a visit as tells whether it is plausible.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct Trace {
    pub id: String,
    pub enumerator: String,
    pub village: String,
    pub kind: String,
    pub outcome: String,
    pub enterprise_id: Option<String>,
    pub started_at: Option<NaiveDateTime>,
    pub ended_at: Option<NaiveDateTime>,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub accuracy_m: Option<f64>,
    pub visited_on: NaiveDate,
    pub likeness: Option<String>,
}

/// The first enumerator after a name that visited in an area, in the order of their names.
pub fn next_enumerator(
    connection: &mut AnyConnection,
    campaign_id: &str,
    area: &str,
    after: &str,
) -> Result<Option<String>, DbError> {
    Ok(visits::table
        .filter(visits::campaign_id.eq(campaign_id))
        .filter(visits::enumerator.gt(after))
        .filter(visits::village.like(format!("{area}%")))
        .order(visits::enumerator.asc())
        .select(visits::enumerator)
        .first(connection)
        .optional()?)
}

/// The traces of a campaign's visits in an area, by enumerator and time; of one enumerator, or of
/// all.
pub fn traces(
    connection: &mut AnyConnection,
    campaign_id: &str,
    area: &str,
    enumerator: Option<&str>,
) -> Result<Vec<Trace>, DbError> {
    let mut rows = visits::table.into_boxed();
    if let Some(enumerator) = enumerator {
        rows = rows.filter(visits::enumerator.eq(enumerator.to_owned()));
    }
    let rows = rows
        .filter(visits::campaign_id.eq(campaign_id))
        .filter(visits::village.like(format!("{area}%")))
        .filter(visits::state.ne_all(["superseded", "dismissed", "partial"]))
        .order((visits::enumerator.asc(), visits::started_at.asc(), visits::key.asc()))
        .select((
            visits::id,
            visits::enumerator,
            visits::village,
            visits::kind,
            visits::outcome,
            visits::enterprise_id,
            visits::started_at,
            visits::ended_at,
            visits::lon,
            visits::lat,
            visits::accuracy_m,
            visits::visited_on,
            visits::likeness,
        ))
        .load(connection)?;
    Ok(rows)
}

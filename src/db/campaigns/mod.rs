//! Questionnaires, campaigns, what they expect and who goes where.

pub mod at_desk;
pub mod coverage;
pub mod devices;
pub mod report;
pub mod visited;
pub mod visits;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{assignments, campaign_targets, campaigns, questionnaires};
use super::{AnyConnection, DbError, ROWS_A_STATEMENT, insert_rows, on_backend};

/// A version of a questionnaire.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = questionnaires, treat_none_as_default_value = false)]
pub struct QuestionnaireRow {
    pub id: String,
    pub form_id: String,
    pub version: i32,
    pub title: String,
    /// JSON.
    pub document: String,
    pub created_by: String,
    pub created_at: NaiveDateTime,
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = campaigns, treat_none_as_default_value = false)]
pub struct CampaignRow {
    pub id: String,
    pub revision: i32,
    pub state: String,
    pub questionnaire: String,
    /// JSON.
    pub document: String,
    pub created_at: NaiveDateTime,
}

/// What is expected in a village.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = campaign_targets, treat_none_as_default_value = false)]
pub struct TargetRow {
    pub campaign_id: String,
    pub village: String,
    pub expected: Option<i32>,
    pub source: Option<String>,
}

/// Who goes to a village.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Queryable, Insertable)]
#[diesel(table_name = assignments, treat_none_as_default_value = false)]
pub struct AssignmentRow {
    pub campaign_id: String,
    pub village: String,
    pub enumerator: String,
}

/// All versions, the newest of each form first.
pub fn questionnaires(connection: &mut AnyConnection) -> Result<Vec<QuestionnaireRow>, DbError> {
    Ok(questionnaires::table
        .order((questionnaires::form_id.asc(), questionnaires::version.desc()))
        .load(connection)?)
}

pub fn questionnaire(
    connection: &mut AnyConnection,
    id: &str,
) -> Result<Option<QuestionnaireRow>, DbError> {
    Ok(questionnaires::table.find(id).first(connection).optional()?)
}

/// The newest version of a form; 0 where there is none.
pub fn newest_version(connection: &mut AnyConnection, form_id: &str) -> Result<i32, DbError> {
    let newest: Option<i32> = questionnaires::table
        .filter(questionnaires::form_id.eq(form_id))
        .select(diesel::dsl::max(questionnaires::version))
        .first(connection)?;
    Ok(newest.unwrap_or(0))
}

/// # Errors
/// [`DbError::Unique`] where somebody made the same version meanwhile.
pub fn insert_questionnaire(tx: &mut AnyConnection, row: &QuestionnaireRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(questionnaires::table).values(row).execute(inner))?;
    Ok(())
}

/// All campaigns, the newest first: they are few.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<CampaignRow>, DbError> {
    Ok(campaigns::table
        .order((campaigns::created_at.desc(), campaigns::id.desc()))
        .load(connection)?)
}

pub fn by_id(connection: &mut AnyConnection, id: &str) -> Result<Option<CampaignRow>, DbError> {
    Ok(campaigns::table.find(id).first(connection).optional()?)
}

/// A campaign, its row locked until the transaction ends.
pub fn for_update(tx: &mut AnyConnection, id: &str) -> Result<Option<CampaignRow>, DbError> {
    let row = match tx {
        AnyConnection::Pg(pg) => campaigns::table.find(id).for_update().first(pg).optional()?,
        AnyConnection::Sqlite(sqlite) => campaigns::table.find(id).first(sqlite).optional()?,
    };
    Ok(row)
}

pub fn insert(tx: &mut AnyConnection, row: &CampaignRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| diesel::insert_into(campaigns::table).values(row).execute(inner))?;
    Ok(())
}

pub fn update(tx: &mut AnyConnection, row: &CampaignRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::update(campaigns::table.find(&row.id)).set(row).execute(inner)
    })?;
    Ok(())
}

/// What is expected, by village.
pub fn targets(connection: &mut AnyConnection, id: &str) -> Result<Vec<TargetRow>, DbError> {
    Ok(campaign_targets::table
        .filter(campaign_targets::campaign_id.eq(id))
        .order(campaign_targets::village.asc())
        .load(connection)?)
}

/// Puts other targets in the place of these villages'.
pub fn replace_targets(
    tx: &mut AnyConnection,
    id: &str,
    villages: &[String],
    rows: &[TargetRow],
) -> Result<(), DbError> {
    for villages in villages.chunks(ROWS_A_STATEMENT) {
        on_backend!(tx, |inner| {
            diesel::delete(
                campaign_targets::table
                    .filter(campaign_targets::campaign_id.eq(id))
                    .filter(campaign_targets::village.eq_any(villages)),
            )
            .execute(inner)
        })?;
    }
    Ok(insert_rows!(tx, campaign_targets::table, rows)?)
}

/// Who goes where, by village.
pub fn assignments(
    connection: &mut AnyConnection,
    id: &str,
) -> Result<Vec<AssignmentRow>, DbError> {
    Ok(assignments::table
        .filter(assignments::campaign_id.eq(id))
        .order((assignments::village.asc(), assignments::enumerator.asc()))
        .load(connection)?)
}

/// Where somebody goes, in all campaigns.
pub fn assignments_of(
    connection: &mut AnyConnection,
    enumerator: &str,
) -> Result<Vec<AssignmentRow>, DbError> {
    Ok(assignments::table
        .filter(assignments::enumerator.eq(enumerator))
        .order((assignments::campaign_id.asc(), assignments::village.asc()))
        .load(connection)?)
}

/// Puts other assignments in the place of these villages'.
pub fn replace_assignments(
    tx: &mut AnyConnection,
    id: &str,
    villages: &[String],
    rows: &[AssignmentRow],
) -> Result<(), DbError> {
    for villages in villages.chunks(ROWS_A_STATEMENT) {
        on_backend!(tx, |inner| {
            diesel::delete(
                assignments::table
                    .filter(assignments::campaign_id.eq(id))
                    .filter(assignments::village.eq_any(villages)),
            )
            .execute(inner)
        })?;
    }
    Ok(insert_rows!(tx, assignments::table, rows)?)
}

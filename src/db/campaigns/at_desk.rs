//! Visits as a desk asks for them: those of a record, and those that were held.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::visits::{PhotoRow, VisitRow};
use crate::db::schema::{visit_photos, visits};
use crate::db::{AnyConnection, DbError, on_backend};

/// Most visits of a record that are told.
const MOST: i64 = 100;

/// The visits of a record in an area, the newest first: also those that were held before they were
/// put to it, by what the phones call it.
pub fn of_record(
    connection: &mut AnyConnection,
    enterprise_id: &str,
    area: &str,
) -> Result<Vec<VisitRow>, DbError> {
    let own: Vec<Option<String>> = visits::table
        .filter(visits::enterprise_id.eq(enterprise_id))
        .filter(visits::kind.eq("new"))
        .select(visits::entity_id)
        .load(connection)?;
    let mut entities: Vec<String> = own.into_iter().flatten().collect();
    entities.push(enterprise_id.to_owned());
    let rows = on_backend!(connection, |inner| {
        visits::table
            .filter(
                visits::enterprise_id
                    .eq(enterprise_id)
                    .or(visits::enterprise_id.is_null().and(visits::entity_id.eq_any(&entities))),
            )
            .filter(visits::village.like(format!("{area}%")))
            .order(visits::key.desc())
            .limit(MOST)
            .load(inner)
    })?;
    Ok(rows)
}

/// The photos of these visits that came, by visit and name.
pub fn photos_of(
    connection: &mut AnyConnection,
    visit_ids: &[String],
) -> Result<Vec<PhotoRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        visit_photos::table
            .filter(visit_photos::visit_id.eq_any(visit_ids))
            .filter(visit_photos::stored.is_not_null())
            .order((visit_photos::visit_id.asc(), visit_photos::name.asc()))
            .load(inner)
    })?;
    Ok(rows)
}

/// Up to `limit` visits in an area that are in one of these states and came after one of that key,
/// the first that came first.
pub fn held(
    connection: &mut AnyConnection,
    states: &[String],
    area: &str,
    above: i64,
    limit: i64,
) -> Result<Vec<VisitRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        visits::table
            .filter(visits::state.eq_any(states))
            .filter(visits::village.like(format!("{area}%")))
            .filter(visits::key.gt(above))
            .order(visits::key.asc())
            .limit(limit)
            .load(inner)
    })?;
    Ok(rows)
}

/// How many visits in an area are in each of these states.
pub fn counted_by_state(
    connection: &mut AnyConnection,
    states: &[String],
    area: &str,
) -> Result<Vec<(String, i64)>, DbError> {
    let rows = on_backend!(connection, |inner| {
        visits::table
            .filter(visits::state.eq_any(states))
            .filter(visits::village.like(format!("{area}%")))
            .group_by(visits::state)
            .select((visits::state, count_star()))
            .load(inner)
    })?;
    Ok(rows)
}

//! Reference codes by edition: what regions were before, and the editions of the classification.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::reference::{GeometryRow, KbliRow, RegionRow};
use super::schema::{kbli, kbli_concordances, kbli_editions, region_geometries, regions};
use super::{AnyConnection, DbError, on_backend};

/// Rows of one statement: keeps SQLite under its number of variables.
const BATCH: usize = 500;

/// Every region in every edition, in no order.
pub fn region_versions(connection: &mut AnyConnection) -> Result<Vec<RegionRow>, DbError> {
    Ok(regions::table.load(connection)?)
}

/// One region in every edition, in no order.
pub fn versions_of(connection: &mut AnyConnection, code: &str) -> Result<Vec<RegionRow>, DbError> {
    Ok(regions::table.filter(regions::code.eq(code)).load(connection)?)
}

/// Ends regions, as an edition describes them, on a day: the first on which they are no longer so.
pub fn end_versions(
    tx: &mut AnyConnection,
    edition: &str,
    codes: &[&str],
    on: NaiveDate,
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        for batch in codes.chunks(BATCH) {
            let ended = regions::table
                .filter(regions::edition.eq(edition).and(regions::code.eq_any(batch)));
            diesel::update(ended).set(regions::valid_to.eq(on)).execute(inner)?;
        }
        Ok::<(), diesel::result::Error>(())
    })?;
    Ok(())
}

/// Adds regions as an edition describes them, and their polygons.
///
/// # Errors
/// [`DbError::Unique`] where the edition describes one already.
pub fn add_versions(
    tx: &mut AnyConnection,
    rows: &[RegionRow],
    geometries: &[GeometryRow],
) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        for batch in rows.chunks(BATCH) {
            diesel::insert_into(regions::table).values(batch).execute(inner)?;
        }
        for batch in geometries.chunks(BATCH) {
            diesel::insert_into(region_geometries::table).values(batch).execute(inner)?;
        }
        Ok::<(), diesel::result::Error>(())
    })?;
    Ok(())
}

/// An edition of the classification.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = kbli_editions, treat_none_as_default_value = false)]
pub struct KbliEditionRow {
    pub edition: String,
    pub valid_from: Option<NaiveDate>,
}

/// Adds codes of an edition of the classification; one that is there gets its new title. Without a
/// day the edition keeps the one that it has.
pub fn put_kbli(
    tx: &mut AnyConnection,
    edition: &KbliEditionRow,
    rows: &[KbliRow],
) -> Result<(), DbError> {
    use diesel::upsert::excluded;
    on_backend!(tx, |inner| {
        let insert = diesel::insert_into(kbli_editions::table).values(edition);
        if edition.valid_from.is_some() {
            insert
                .on_conflict(kbli_editions::edition)
                .do_update()
                .set(kbli_editions::valid_from.eq(excluded(kbli_editions::valid_from)))
                .execute(inner)?;
        } else {
            insert.on_conflict_do_nothing().execute(inner)?;
        }
        for batch in rows.chunks(BATCH) {
            diesel::insert_into(kbli::table)
                .values(batch)
                .on_conflict((kbli::edition, kbli::code))
                .do_update()
                .set(kbli::title.eq(excluded(kbli::title)))
                .execute(inner)?;
        }
        Ok::<(), diesel::result::Error>(())
    })?;
    Ok(())
}

/// A code of one edition that stands for one of another.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = kbli_concordances)]
pub struct ConcordanceRow {
    pub from_edition: String,
    pub from_code: String,
    pub to_edition: String,
    pub to_code: String,
}

/// Replaces what one edition has in common with another.
pub fn replace_concordance(
    tx: &mut AnyConnection,
    from: &str,
    to: &str,
    rows: &[ConcordanceRow],
) -> Result<(), DbError> {
    use kbli_concordances::{from_edition, table, to_edition};
    on_backend!(tx, |inner| {
        let earlier = table.filter(from_edition.eq(from).and(to_edition.eq(to)));
        diesel::delete(earlier).execute(inner)?;
        for batch in rows.chunks(BATCH) {
            diesel::insert_into(table).values(batch).execute(inner)?;
        }
        Ok::<(), diesel::result::Error>(())
    })?;
    Ok(())
}

/// The pairs that a code stands in, on either side, in order.
pub fn concordance(
    connection: &mut AnyConnection,
    edition: &str,
    code: &str,
) -> Result<Vec<ConcordanceRow>, DbError> {
    use kbli_concordances::{from_code, from_edition, table, to_code, to_edition};
    let from = from_edition.eq(edition).and(from_code.eq(code));
    let to = to_edition.eq(edition).and(to_code.eq(code));
    let order = (from_edition.asc(), from_code.asc(), to_edition.asc(), to_code.asc());
    Ok(table.filter(from.or(to)).order(order).load(connection)?)
}

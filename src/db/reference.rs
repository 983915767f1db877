//! Reference codes: regions with their geometries, commodities, KBLI; and stored areas.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::editions::KbliEditionRow;
use super::schema::{areas, commodities, kbli, kbli_editions, region_geometries, regions};
use super::{AnyConnection, DbError, on_backend};

/// Rows of one statement: keeps SQLite under its number of variables.
const BATCH: usize = 500;

/// A region as one edition describes it.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = regions, treat_none_as_default_value = false)]
pub struct RegionRow {
    pub code: String,
    pub level: String,
    pub parent: Option<String>,
    pub name: String,
    pub bps_code: Option<String>,
    pub lon: f64,
    pub lat: f64,
    pub postal_code: Option<String>,
    pub edition: String,
    /// Its first day; None: from before the registry.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer was so; None: open.
    pub valid_to: Option<NaiveDate>,
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = region_geometries, treat_none_as_default_value = false)]
pub struct GeometryRow {
    pub code: String,
    /// GeoJSON.
    pub geometry: String,
    pub approximate: bool,
    pub source: String,
    pub edition: String,
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = commodities, treat_none_as_default_value = false)]
pub struct CommodityRow {
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub sector: String,
    pub kbli: Option<String>,
    pub unit: Option<String>,
    pub synonyms: String,
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = kbli, treat_none_as_default_value = false)]
pub struct KbliRow {
    pub edition: String,
    pub code: String,
    pub title: String,
}

/// All reference codes.
#[derive(Debug, Default)]
pub struct ReferenceRows {
    pub regions: Vec<RegionRow>,
    pub geometries: Vec<GeometryRow>,
    pub commodities: Vec<CommodityRow>,
    pub kbli: Vec<KbliRow>,
    pub kbli_editions: Vec<KbliEditionRow>,
}

/// Reads all reference codes, each kind in the order of its codes; of the regions every edition, of
/// their polygons those that are valid on a day.
pub fn load(connection: &mut AnyConnection, on: NaiveDate) -> Result<ReferenceRows, DbError> {
    let begun = regions::valid_from.is_null().or(regions::valid_from.le(on));
    let open = regions::valid_to.is_null().or(regions::valid_to.gt(on));
    let of_region = regions::code
        .eq(region_geometries::code)
        .and(regions::edition.eq(region_geometries::edition));
    Ok(ReferenceRows {
        regions: regions::table.order(regions::code.asc()).load(connection)?,
        geometries: region_geometries::table
            .inner_join(regions::table.on(of_region))
            .filter(begun)
            .filter(open)
            .select(region_geometries::all_columns)
            .order(region_geometries::code.asc())
            .load(connection)?,
        commodities: commodities::table.order(commodities::code.asc()).load(connection)?,
        kbli: kbli::table.order((kbli::edition.asc(), kbli::code.asc())).load(connection)?,
        kbli_editions: kbli_editions::table.load(connection)?,
    })
}

/// Adds the codes that are not there yet; those that are stay as they are, for an operator may
/// have replaced them. Answers how many were added.
pub fn add_missing(tx: &mut AnyConnection, rows: &ReferenceRows) -> Result<usize, DbError> {
    let mut added = 0;
    on_backend!(tx, |inner| {
        for batch in rows.regions.chunks(BATCH) {
            added += diesel::insert_into(regions::table)
                .values(batch)
                .on_conflict_do_nothing()
                .execute(inner)?;
        }
        for batch in rows.geometries.chunks(BATCH) {
            added += diesel::insert_into(region_geometries::table)
                .values(batch)
                .on_conflict_do_nothing()
                .execute(inner)?;
        }
        for batch in rows.commodities.chunks(BATCH) {
            added += diesel::insert_into(commodities::table)
                .values(batch)
                .on_conflict_do_nothing()
                .execute(inner)?;
        }
        for batch in rows.kbli.chunks(BATCH) {
            added += diesel::insert_into(kbli::table)
                .values(batch)
                .on_conflict_do_nothing()
                .execute(inner)?;
        }
        Ok::<(), diesel::result::Error>(())
    })?;
    Ok(added)
}

/// The polygon of a region in an edition.
pub fn geometry(
    connection: &mut AnyConnection,
    code: &str,
    edition: &str,
) -> Result<Option<GeometryRow>, DbError> {
    Ok(region_geometries::table.find((code, edition)).first(connection).optional()?)
}

/// The polygons of these regions, in every edition.
pub fn geometries(
    connection: &mut AnyConnection,
    codes: &[&str],
) -> Result<Vec<GeometryRow>, DbError> {
    let rows = on_backend!(connection, |inner| {
        region_geometries::table.filter(region_geometries::code.eq_any(codes)).load(inner)
    })?;
    Ok(rows)
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = areas, treat_none_as_default_value = false)]
pub struct AreaRow {
    pub id: String,
    /// GeoJSON.
    pub geometry: String,
    pub created_at: NaiveDateTime,
}

/// Keeps an area; the same again changes nothing.
pub fn put_area(tx: &mut AnyConnection, row: &AreaRow) -> Result<(), DbError> {
    on_backend!(tx, |inner| {
        diesel::insert_into(areas::table).values(row).on_conflict_do_nothing().execute(inner)
    })?;
    Ok(())
}

/// A stored area.
pub fn area(connection: &mut AnyConnection, id: &str) -> Result<Option<AreaRow>, DbError> {
    Ok(areas::table.find(id).first(connection).optional()?)
}

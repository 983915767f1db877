//! Reference codes: loading them, and answering about regions.

use std::str::FromStr;

use chrono::NaiveDate;

use super::{Registry, RegistryError};
use crate::db::reference::{GeometryRow, RegionRow};
use crate::db::{self, AnyConnection, DbError};
use crate::domain::codes::{Sector, list};
use crate::domain::gazetteer::{Gazetteer, Located, Region};
use crate::domain::kbli::{KbliEntry, KbliTable};
use crate::domain::reference::{Commodity, Reference};
use crate::domain::region::{Level, RegionCode};
use crate::geography::polygon_of;

/// Reads all reference codes from the record, as they are on a day.
pub(super) fn load(connection: &mut AnyConnection, today: NaiveDate) -> Result<Reference, DbError> {
    let mut rows = db::reference::load(connection, today)?;
    rows.regions.sort_by(|a, b| a.code.cmp(&b.code).then_with(|| period(a).cmp(&period(b))));
    let (closed, current) = rows
        .regions
        .chunk_by(|a, b| a.code == b.code)
        .filter_map(|versions| in_force(versions, today))
        .partition(|region| region.valid_to.is_some_and(|end| end <= today));
    let mut gazetteer = Gazetteer::new(current, closed);
    for row in &rows.geometries {
        if let (Ok(code), Some(polygon)) = (row.code.parse(), polygon(&row.geometry)) {
            gazetteer.add_polygon(&code, polygon, row.approximate);
        } else {
            tracing::warn!(code = row.code, "a region's stored polygon cannot be read");
        }
    }
    let commodities = rows.commodities.into_iter().filter_map(|row| {
        Some(Commodity {
            sector: Sector::from_code(&row.sector)?,
            code: row.code,
            name: row.name,
            name_en: row.name_en,
            kbli: row.kbli,
            units: list(row.unit.as_deref().unwrap_or_default()),
            synonyms: list(&row.synonyms),
        })
    });
    let kbli = rows.kbli.into_iter().map(|row| KbliEntry {
        edition: row.edition,
        code: row.code,
        title: row.title,
    });
    let editions = rows.kbli_editions.into_iter().map(|row| (row.edition, row.valid_from));
    let kbli = KbliTable::new(kbli.collect(), editions);
    Ok(Reference::new(gazetteer, commodities.collect(), kbli))
}

/// By its beginning, an open end last.
fn period(row: &RegionRow) -> (Option<NaiveDate>, NaiveDate) {
    (row.valid_from, row.valid_to.unwrap_or(NaiveDate::MAX))
}

/// The region as the last edition that has begun describes it, with the whole time that it is there
/// without a gap. `versions` are in order. None where it is yet to come.
fn in_force(versions: &[RegionRow], today: NaiveDate) -> Option<Region> {
    let begun = |row: &RegionRow| row.valid_from.is_none_or(|from| from <= today);
    let at = versions.iter().rposition(begun)?;
    let row = &versions[at];
    let code = RegionCode::from_str(&row.code).ok()?;
    let follows =
        |pair: &[RegionRow]| pair[0].valid_to.is_some_and(|end| Some(end) == pair[1].valid_from);
    let earlier = versions[..=at].windows(2).rev().take_while(|pair| follows(pair)).count();
    let later = versions[at..].windows(2).take_while(|pair| follows(pair)).count();
    Some(Region {
        level: code.level(),
        code,
        name: row.name.clone(),
        parent: row.parent.as_ref().and_then(|parent| parent.parse().ok()),
        bps_code: row.bps_code.clone(),
        lon: row.lon,
        lat: row.lat,
        postal_code: row.postal_code.clone(),
        edition: row.edition.clone(),
        valid_from: versions[at - earlier].valid_from,
        valid_to: versions[at + later].valid_to,
    })
}

/// A GeoJSON polygon as geometry.
pub(super) fn polygon(geojson: &str) -> Option<geo::MultiPolygon> {
    polygon_of(&geojson.parse().ok()?).ok()
}

impl Registry {
    /// Regions that are, of a level and below a parent, ordered by code. Without a level: the children of
    /// the parent, or all.
    pub fn regions(&self, level: Option<Level>, parent: Option<&RegionCode>) -> Vec<Region> {
        let reference = self.reference();
        let wanted = |region: &&Region| {
            level.is_none_or(|level| region.level == level)
                && parent.is_none_or(|parent| match level {
                    Some(_) => parent.contains(&region.code) && *parent != region.code,
                    None => region.parent.as_ref() == Some(parent),
                })
        };
        reference.gazetteer.regions().iter().filter(wanted).cloned().collect()
    }

    /// A region that is, or that was.
    ///
    /// # Errors
    /// If there never was such a region.
    pub fn region(&self, code: &RegionCode) -> Result<Region, RegistryError> {
        let reference = self.reference();
        let region = reference.gazetteer.get(code).cloned();
        region.ok_or_else(|| RegistryError::RegionNotFound(code.to_string()))
    }

    /// A region as each edition describes it, the earliest first.
    ///
    /// # Errors
    /// If there never was such a region.
    pub fn region_editions(&self, code: &RegionCode) -> Result<Vec<RegionRow>, RegistryError> {
        let mut rows =
            self.db.read(|connection| db::editions::versions_of(connection, code.as_str()))?;
        if rows.is_empty() {
            return Err(RegistryError::RegionNotFound(code.to_string()));
        }
        rows.sort_by_key(period);
        Ok(rows)
    }

    /// The polygon of a region, in an edition or as the region now is; many villages have none.
    ///
    /// # Errors
    /// If there is no such region or it has no polygon.
    pub fn region_geometry(
        &self,
        code: &RegionCode,
        edition: Option<&str>,
    ) -> Result<GeometryRow, RegistryError> {
        let region = self.region(code)?;
        let edition = edition.unwrap_or(&region.edition);
        let row = self
            .db
            .read(|connection| db::reference::geometry(connection, code.as_str(), edition))?;
        row.ok_or_else(|| RegistryError::RegionNotFound(code.to_string()))
    }

    /// The polygons of several regions as they now are, those without one left out.
    ///
    /// # Errors
    /// The database's.
    pub fn region_geometries(&self, codes: &[&str]) -> Result<Vec<GeometryRow>, RegistryError> {
        let reference = self.reference();
        let mut rows = self.db.read(|connection| db::reference::geometries(connection, codes))?;
        rows.retain(|row| {
            let region = row.code.parse().ok().and_then(|code| reference.gazetteer.get(&code));
            region.is_some_and(|region| region.edition == row.edition)
        });
        Ok(rows)
    }

    /// Regency, district and village of a position.
    ///
    /// # Errors
    /// If it lies in the sea or outside the province.
    pub fn locate(&self, lon: f64, lat: f64) -> Result<Located, RegistryError> {
        let located = self.reference().gazetteer.locate(lon, lat);
        located.ok_or(RegistryError::NowhereInTheProvince { lon, lat })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, day).expect("a day")
    }

    fn version(edition: &str, from: Option<u32>, to: Option<u32>) -> RegionRow {
        RegionRow {
            code: "35.76".into(),
            level: "regency".into(),
            parent: Some("35".into()),
            name: format!("as of {edition}"),
            bps_code: None,
            lon: 0.0,
            lat: 0.0,
            postal_code: None,
            edition: edition.into(),
            valid_from: from.map(day),
            valid_to: to.map(day),
        }
    }

    #[test]
    fn a_region_is_there_through_editions_that_follow_each_other() {
        let versions = [version("a", None, Some(5)), version("b", Some(5), None)];
        let on = |today| in_force(&versions, day(today)).expect("a region");
        assert_eq!((on(4).name.as_str(), on(4).valid_to), ("as of a", None));
        assert_eq!((on(5).name.as_str(), on(5).valid_from), ("as of b", None));
    }

    #[test]
    fn a_region_that_came_back_began_anew_and_one_to_come_is_not_there() {
        let versions = [version("a", Some(2), Some(5)), version("b", Some(9), None)];
        assert_eq!(in_force(&versions, day(1)), None);
        let closed = in_force(&versions, day(7)).expect("a region");
        assert_eq!((closed.edition.as_str(), closed.valid_to), ("a", Some(day(5))));
        let back = in_force(&versions, day(9)).expect("a region");
        assert_eq!((back.valid_from, back.valid_to), (Some(day(9)), None));
    }
}

//! Reference codes: loading them, and answering about regions.

use std::str::FromStr;

use super::{Registry, RegistryError};
use crate::db::reference::GeometryRow;
use crate::db::{self, AnyConnection, DbError};
use crate::domain::codes::{Sector, list};
use crate::domain::gazetteer::{Gazetteer, Located, Region};
use crate::domain::reference::{Commodity, KbliEntry, Reference};
use crate::domain::region::{Level, RegionCode};

/// Reads all reference codes from the record.
pub(super) fn load(connection: &mut AnyConnection) -> Result<Reference, DbError> {
    let rows = db::reference::load(connection)?;
    let regions = rows.regions.into_iter().filter_map(|row| {
        let code = RegionCode::from_str(&row.code).ok()?;
        Some(Region {
            level: code.level(),
            code,
            name: row.name,
            parent: row.parent.and_then(|parent| parent.parse().ok()),
            bps_code: row.bps_code,
            lon: row.lon,
            lat: row.lat,
            postal_code: row.postal_code,
        })
    });
    let mut gazetteer = Gazetteer::new(regions.collect());
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
    Ok(Reference::new(gazetteer, commodities.collect(), kbli.collect()))
}

/// A GeoJSON polygon as geometry.
pub(super) fn polygon(geojson: &str) -> Option<geo::MultiPolygon> {
    let geometry: geojson::Geometry = geojson.parse().ok()?;
    match geo::Geometry::try_from(&geometry).ok()? {
        geo::Geometry::Polygon(polygon) => Some(geo::MultiPolygon::new(vec![polygon])),
        geo::Geometry::MultiPolygon(polygon) => Some(polygon),
        _ => None,
    }
}

impl Registry {
    /// Regions of a level and below a parent, ordered by code. Without a level: the children of
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

    /// # Errors
    /// If there is no such region.
    pub fn region(&self, code: &RegionCode) -> Result<Region, RegistryError> {
        let reference = self.reference();
        let region = reference.gazetteer.get(code).cloned();
        region.ok_or_else(|| RegistryError::RegionNotFound(code.to_string()))
    }

    /// The polygon of a region; villages have none.
    ///
    /// # Errors
    /// If there is no such region or it has no polygon.
    pub fn region_geometry(&self, code: &RegionCode) -> Result<GeometryRow, RegistryError> {
        let row = self.db.read(|connection| db::reference::geometry(connection, code.as_str()))?;
        row.ok_or_else(|| RegistryError::RegionNotFound(code.to_string()))
    }

    /// The polygons of several regions, those without one left out.
    ///
    /// # Errors
    /// The database's.
    pub fn region_geometries(&self, codes: &[&str]) -> Result<Vec<GeometryRow>, RegistryError> {
        Ok(self.db.read(|connection| db::reference::geometries(connection, codes))?)
    }

    /// Regency and district of a position.
    ///
    /// # Errors
    /// If it lies in the sea or outside the province.
    pub fn locate(&self, lon: f64, lat: f64) -> Result<Located, RegistryError> {
        let located = self.reference().gazetteer.locate(lon, lat);
        located.ok_or(RegistryError::NowhereInTheProvince { lon, lat })
    }
}

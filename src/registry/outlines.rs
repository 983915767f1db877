//! The outlines of regions, as maps draw them: read once for each state of the codes.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::{Registry, RegistryError};
use crate::domain::reference::Reference;
use crate::domain::region::{Level, RegionCode};
use crate::geography::{Outline, mercator};

/// Districts are drawn from this zoom on.
pub const DISTRICTS_FROM: u8 = 8;

/// A region that is drawn.
#[derive(Debug, Clone)]
pub struct RegionOutline {
    pub code: RegionCode,
    pub level: Level,
    pub name: String,
    /// The boundary is only an approximation.
    pub approximate: bool,
    /// Origin and licence of the boundary.
    pub source: String,
    pub outline: Outline,
}

/// The outlines as last read, and the codes that they are of.
#[derive(Default)]
pub struct Latest(Mutex<Known>);

#[derive(Default)]
struct Known {
    reference: Weak<Reference>,
    outlines: Arc<[RegionOutline]>,
    /// West, north, east and south of the province.
    rect: [f64; 4],
}

impl Registry {
    /// Regencies and districts that have a boundary, ordered by code.
    ///
    /// # Errors
    /// The database's.
    pub fn region_outlines(&self) -> Result<Arc<[RegionOutline]>, RegistryError> {
        Ok(self.known_outlines()?.0)
    }

    /// West, north, east and south of the province, all points of regions in it, in parts of the
    /// Mercator square's side.
    ///
    /// # Errors
    /// The database's.
    pub fn province_rect(&self) -> Result<[f64; 4], RegistryError> {
        Ok(self.known_outlines()?.1)
    }

    fn known_outlines(&self) -> Result<(Arc<[RegionOutline]>, [f64; 4]), RegistryError> {
        let reference = self.reference();
        // Held while they are read: everybody else waits for the same.
        let mut latest = self.outlines.0.lock();
        if latest.reference.ptr_eq(&Arc::downgrade(&reference)) {
            return Ok((latest.outlines.clone(), latest.rect));
        }
        let drawn = |level| matches!(level, Level::Regency | Level::District);
        let regions = reference.gazetteer.regions();
        let codes: Vec<&str> = regions
            .iter()
            .filter(|region| drawn(region.level))
            .map(|region| region.code.as_str())
            .collect();
        let mut outlines = Vec::with_capacity(codes.len());
        for row in self.region_geometries(&codes)? {
            let Ok(code) = row.code.parse::<RegionCode>() else { continue };
            let Some(polygon) = super::reference::polygon(&row.geometry) else { continue };
            let region = reference.gazetteer.get(&code);
            outlines.push(RegionOutline {
                level: code.level(),
                name: region.map(|region| region.name.clone()).unwrap_or_default(),
                approximate: row.approximate,
                source: row.source,
                outline: Outline::new(&polygon),
                code,
            });
        }
        outlines.sort_by(|a, b| a.code.cmp(&b.code));
        let points = regions.iter().map(|region| {
            let (x, y) = mercator::project(region.lon, region.lat);
            [x, y, x, y]
        });
        let boxes = outlines.iter().map(|region| region.outline.bounds()).chain(points);
        let rect = boxes.reduce(|[west, north, east, south], other| {
            [west.min(other[0]), north.min(other[1]), east.max(other[2]), south.max(other[3])]
        });
        *latest = Known {
            reference: Arc::downgrade(&reference),
            outlines: outlines.into(),
            rect: rect.unwrap_or_default(),
        };
        Ok((latest.outlines.clone(), latest.rect))
    }
}

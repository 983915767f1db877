//! The outlines of regions, as maps draw them: read once for each state of the codes.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::{Registry, RegistryError};
use crate::domain::reference::Reference;
use crate::domain::region::{Level, RegionCode};
use crate::geography::Outline;

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
    pub outline: Outline,
}

/// The outlines as last read, and the codes that they are of.
#[derive(Default)]
pub struct Latest(Mutex<(Weak<Reference>, Arc<[RegionOutline]>)>);

impl Registry {
    /// Regencies and districts that have a boundary, ordered by code.
    ///
    /// # Errors
    /// The database's.
    pub fn region_outlines(&self) -> Result<Arc<[RegionOutline]>, RegistryError> {
        let reference = self.reference();
        // Held while they are read: everybody else waits for the same.
        let mut latest = self.outlines.0.lock();
        if latest.0.ptr_eq(&Arc::downgrade(&reference)) {
            return Ok(latest.1.clone());
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
                outline: Outline::new(&polygon),
                code,
            });
        }
        outlines.sort_by(|a, b| a.code.cmp(&b.code));
        *latest = (Arc::downgrade(&reference), outlines.into());
        Ok(latest.1.clone())
    }
}

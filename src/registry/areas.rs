//! Polygons that people draw, kept under an id so that any address can carry `area=ID`.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Registry, RegistryError};
use crate::db::{self, reference::AreaRow};
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::filter::Filter;
use crate::domain::text::hex;
use crate::geography::{Area, AreaError, MAX_VERTICES};

impl Registry {
    /// Keeps a polygon and answers its id, which is made from the polygon itself: the same again
    /// has the same id and takes no more room.
    ///
    /// # Errors
    /// If it is no polygon in degrees, has too many vertices or crosses itself.
    pub fn put_area(&self, geojson: &geojson::GeoJson) -> Result<(String, Area), RegistryError> {
        let invalid = |fault| RegistryError::Invalid(vec![FieldFault::new("geometry", fault)]);
        let area = Area::from_geojson(geojson).map_err(|error| match error {
            AreaError::NotAnArea => {
                let value = "geometry".to_owned();
                invalid(Fault::Malformed { value, expected: Expected::Polygon })
            }
            AreaError::TooManyVertices => invalid(Fault::TooMany { max: MAX_VERTICES }),
            AreaError::Invalid(message) => invalid(Fault::Unreadable { message }),
        })?;
        let geometry = area.to_geojson().to_string();
        let digest = Sha256::digest(&geometry);
        let id = hex(&digest[..10]);
        let row = AreaRow { id: id.clone(), geometry, created_at: self.clock.now_naive() };
        self.db.write(|tx| db::reference::put_area(tx, &row))?;
        Ok((id, area))
    }

    /// Fills in the polygon of a filter's area.
    ///
    /// # Errors
    /// If there is no area under its id.
    pub fn resolve_area(&self, filter: &mut Filter) -> Result<(), RegistryError> {
        let Some(wanted) = &mut filter.public.area else { return Ok(()) };
        if wanted.polygon.is_some() {
            return Ok(());
        }
        let row = self.db.read(|connection| db::reference::area(connection, &wanted.id))?;
        let polygon = row.and_then(|row| super::reference::polygon(&row.geometry));
        let area = polygon.and_then(Area::checked_before);
        wanted.polygon = Some(Arc::new(area.ok_or_else(|| {
            let fault = Fault::UnknownArea { id: wanted.id.clone() };
            RegistryError::BadParameters(vec![FieldFault::new("area", fault)])
        })?));
        Ok(())
    }
}

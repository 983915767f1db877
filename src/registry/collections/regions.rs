//! Regencies, districts and villages: of the codes' own state, kept until that is another one.

use std::fmt::Write;
use std::sync::{Arc, Weak};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use geo::{CoordsIter, MultiPolygon, Rect, Simplify};
use parking_lot::Mutex;

use super::{Boundary, Collection, Feature, FeaturePage, Geometry, PlaceQuery, Span, flat, places};
use crate::domain::gazetteer::Region;
use crate::domain::reference::Reference;
use crate::domain::region::{Level, RegionCode};
use crate::registry::{Registry, RegistryError};

/// How far a line of the small map may be from the boundary, in degrees.
const COARSE: f64 = 0.008;
/// How much of a degree is one unit of the small map.
const MAP_UNIT: f64 = 0.005;

/// A region as a feature.
#[derive(Debug)]
struct Listed {
    code: RegionCode,
    feature: Feature,
    /// When it is in force.
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

/// All regions as features, ordered by code, and what is drawn of them.
#[derive(Debug)]
pub struct Boundaries {
    listed: [Vec<Listed>; 3],
    /// Of all of them, in degrees.
    bounds: Rect,
    outline: String,
}

/// The features as last made, and the codes that they are of.
#[derive(Default)]
pub struct LatestBoundaries(Mutex<Option<(Weak<Reference>, Arc<Boundaries>)>>);

impl Boundaries {
    fn of(&self, level: Level) -> &[Listed] {
        match level {
            Level::Province | Level::Regency => &self.listed[0],
            Level::District => &self.listed[1],
            Level::Village => &self.listed[2],
        }
    }

    /// West, south, east, north of the province, in degrees.
    pub fn bounds(&self) -> [f64; 4] {
        let (low, high) = (self.bounds.min(), self.bounds.max());
        [low.x, low.y, high.x, high.y]
    }

    /// The regencies as the data of an SVG path: see [`Self::on_map`].
    pub fn outline(&self) -> &str {
        &self.outline
    }

    /// Width and height of the small map.
    pub fn map_size(&self) -> (f64, f64) {
        self.on_map(self.bounds.max().x, self.bounds.min().y)
    }

    /// Where a position is on the small map: to the right and down from its corner.
    pub fn on_map(&self, lon: f64, lat: f64) -> (f64, f64) {
        on_map(&self.bounds, lon, lat)
    }
}

fn on_map(bounds: &Rect, lon: f64, lat: f64) -> (f64, f64) {
    let narrower = bounds.center().y.to_radians().cos();
    ((lon - bounds.min().x) * narrower / MAP_UNIT, (bounds.max().y - lat) / MAP_UNIT)
}

/// Outer rings as the data of a path, in whole units.
fn path(polygon: &MultiPolygon, bounds: &Rect, to: &mut String) {
    for part in &polygon.simplify(COARSE) {
        for (place, at) in part.exterior().coords_iter().enumerate() {
            let (x, y) = on_map(bounds, at.x, at.y);
            let command = if place == 0 { 'M' } else { 'L' };
            // Writing to a string does not fail.
            let _ = write!(to, "{command}{x:.0} {y:.0}");
        }
        to.push('Z');
    }
}

/// A day's first moment where the registry is.
pub(super) fn first_moment(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(7)
}

impl Registry {
    /// All regions as features. Held while they are made: everybody else waits for the same.
    ///
    /// # Errors
    /// The database's.
    pub fn boundaries(&self) -> Result<Arc<Boundaries>, RegistryError> {
        let reference = self.reference();
        let mut latest = self.boundaries.0.lock();
        if let Some((of, boundaries)) = &*latest
            && of.ptr_eq(&Arc::downgrade(&reference))
        {
            return Ok(boundaries.clone());
        }
        let made = Arc::new(self.make_boundaries(&reference)?);
        *latest = Some((Arc::downgrade(&reference), made.clone()));
        Ok(made)
    }

    fn make_boundaries(&self, reference: &Reference) -> Result<Boundaries, RegistryError> {
        let regions = reference.gazetteer.regions();
        let mut listed: [Vec<Listed>; 3] = Default::default();
        let mut drawn: Vec<Arc<Boundary>> = Vec::new();
        let mut bounds: Option<Rect> = None;
        for batch in regions.chunks(BATCH) {
            let codes: Vec<&str> = batch.iter().map(|region| region.code.as_str()).collect();
            let rows = self.region_geometries(&codes)?;
            for region in batch {
                let place = match region.level {
                    Level::Province => continue,
                    Level::Regency => 0,
                    Level::District => 1,
                    Level::Village => 2,
                };
                let row = rows.iter().find(|row| row.code == region.code.as_str());
                let polygon = row.and_then(|row| super::super::reference::polygon(&row.geometry));
                let boundary = row
                    .zip(polygon)
                    .and_then(|(row, polygon)| Some((row, Arc::new(Boundary::new(&polygon)?))));
                let told = boundary.as_ref().map(|(row, _)| (row.approximate, &*row.source));
                let properties = flat::region(region, told)?;
                let geometry = match boundary {
                    Some((_, boundary)) => {
                        if region.level == Level::Regency {
                            let rect = boundary.rect();
                            bounds = Some(bounds.map_or(rect, |all| union(all, rect)));
                            drawn.push(boundary.clone());
                        }
                        Geometry::Boundary(boundary)
                    }
                    None => Geometry::of_region(region),
                };
                listed[place].push(listed_of(region, geometry, properties));
            }
        }
        // Without boundaries there is nothing to draw either.
        let bounds = bounds.unwrap_or_else(|| Rect::new((110.8, -8.9), (116.3, -5.0)));
        let mut outline = String::new();
        for boundary in drawn {
            path(&boundary.polygon, &bounds, &mut outline);
        }
        Ok(Boundaries { listed, bounds, outline })
    }

    pub(super) fn region_feature(
        &self,
        collection: Collection,
        id: &str,
    ) -> Result<Feature, RegistryError> {
        let not_found = || RegistryError::RegionNotFound(id.to_owned());
        let level = collection.level().ok_or_else(not_found)?;
        let boundaries = self.boundaries()?;
        let listed = boundaries.of(level);
        let place = listed.binary_search_by(|one| one.code.as_str().cmp(id));
        place.map(|place| listed[place].feature.clone()).map_err(|_| not_found())
    }

    pub(super) fn region_features(
        &self,
        collection: Collection,
        query: &PlaceQuery,
    ) -> Result<FeaturePage, RegistryError> {
        let level = collection.level();
        let level = level.ok_or(RegistryError::Internal("a collection of regions has a level"))?;
        let boundaries = self.boundaries()?;
        let passing = boundaries.of(level).iter().filter(|one| {
            let span = query.span.as_ref();
            span.is_none_or(|span: &Span| span.meets(one.from, one.to))
        });
        let passing = passing.map(|one| ((one.code.to_string(), String::new()), &one.feature));
        places::page(passing, collection, query)
    }
}

/// Codes of one statement.
const BATCH: usize = 500;

fn union(a: Rect, b: Rect) -> Rect {
    Rect::new(
        (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
        (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
    )
}

fn listed_of(region: &Region, geometry: Geometry, properties: String) -> Listed {
    Listed {
        code: region.code.clone(),
        feature: Feature {
            id: region.code.to_string(),
            geometry,
            properties: properties.into(),
            revision: None,
            internal: false,
        },
        from: region.valid_from.map(first_moment),
        // The last moment on which it is.
        to: region.valid_to.map(|day| first_moment(day) - TimeDelta::microseconds(1)),
    }
}

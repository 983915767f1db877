//! The geometries that an expression may hold features against.

use std::fmt;
use std::sync::Arc;

use geo::{BoundingRect, Coord, Geometry, Intersects, MultiPolygon, Polygon, Rect, Relate};

use crate::geography::{Area, Bbox, Shape};

/// A geometry in degrees.
#[derive(Debug, Clone, PartialEq)]
pub enum Extent {
    Point { lon: f64, lat: f64 },
    Bbox(Bbox),
    Area(Arc<Area>),
}

/// How a feature's geometry lies to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They have a point in common; edges count.
    Intersects,
    /// The feature lies in it, and not on its edge alone.
    Within,
    /// It lies in the feature.
    Contains,
    Equals,
}

impl Extent {
    /// What the positions lie in that meet it.
    pub fn shape(&self) -> Shape {
        match self {
            Self::Point { lon, lat } => {
                Shape::of_bbox(Bbox { west: *lon, south: *lat, east: *lon, north: *lat })
            }
            Self::Bbox(bbox) => Shape::of_bbox(*bbox),
            Self::Area(area) => Shape::Area(area.clone()),
        }
    }

    /// Whether a position lies so.
    pub fn holds_point(&self, relation: Relation, lon: f64, lat: f64) -> bool {
        match (self, relation) {
            (Self::Point { lon: x, lat: y }, _) => (*x, *y) == (lon, lat),
            (_, Relation::Contains | Relation::Equals) => false,
            (Self::Bbox(bbox), Relation::Intersects) => bbox.contains(lon, lat),
            (Self::Bbox(bbox), Relation::Within) => {
                let within = if bbox.west <= bbox.east {
                    bbox.west < lon && lon < bbox.east
                } else {
                    lon > bbox.west || lon < bbox.east
                };
                within && bbox.south < lat && lat < bbox.north
            }
            (Self::Area(area), Relation::Intersects) => area.contains(lon, lat),
            (Self::Area(area), Relation::Within) => {
                area.contains(lon, lat) && !area.has_on_edge(lon, lat)
            }
        }
    }

    /// Whether a geometry lies so.
    pub fn holds(&self, relation: Relation, geometry: &Geometry) -> bool {
        let own = self.geometry();
        let apart = match (geometry.bounding_rect(), own.bounding_rect()) {
            (Some(one), Some(other)) => !one.intersects(&other),
            _ => true,
        };
        if apart {
            return false;
        }
        let lies = geometry.relate(&own);
        match relation {
            Relation::Intersects => lies.is_intersects(),
            Relation::Within => lies.is_within(),
            Relation::Contains => lies.is_contains(),
            Relation::Equals => lies.is_equal_topo(),
        }
    }

    fn geometry(&self) -> Geometry {
        let rect = |west: f64, east: f64, bbox: &Bbox| {
            Rect::new(Coord { x: west, y: bbox.south }, Coord { x: east, y: bbox.north })
        };
        match self {
            Self::Point { lon, lat } => Geometry::Point(geo::Point::new(*lon, *lat)),
            Self::Bbox(bbox) if bbox.west > bbox.east => {
                Geometry::MultiPolygon(MultiPolygon::new(vec![
                    rect(bbox.west, 180.0, bbox).to_polygon(),
                    rect(-180.0, bbox.east, bbox).to_polygon(),
                ]))
            }
            Self::Bbox(bbox) if bbox.west >= bbox.east || bbox.south >= bbox.north => {
                let (start, end) = ((bbox.west, bbox.south), (bbox.east, bbox.north));
                Geometry::Line(geo::Line::new(start, end))
            }
            Self::Bbox(bbox) => Geometry::Polygon(rect(bbox.west, bbox.east, bbox).to_polygon()),
            Self::Area(area) => Geometry::MultiPolygon(area.polygon().clone()),
        }
    }
}

/// As CQL2 writes it.
impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Point { lon, lat } => write!(f, "POINT({lon} {lat})"),
            Self::Bbox(Bbox { west, south, east, north }) => {
                write!(f, "BBOX({west},{south},{east},{north})")
            }
            Self::Area(area) => match area.polygon().0.as_slice() {
                [polygon] => write!(f, "POLYGON{}", Rings(polygon)),
                polygons => {
                    f.write_str("MULTIPOLYGON(")?;
                    for (at, polygon) in polygons.iter().enumerate() {
                        write!(f, "{}{}", if at == 0 { "" } else { "," }, Rings(polygon))?;
                    }
                    f.write_str(")")
                }
            },
        }
    }
}

struct Rings<'a>(&'a Polygon);

impl fmt::Display for Rings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rings = std::iter::once(self.0.exterior()).chain(self.0.interiors());
        for (at, ring) in rings.enumerate() {
            f.write_str(if at == 0 { "((" } else { "),(" })?;
            for (at, Coord { x, y }) in ring.coords().enumerate() {
                write!(f, "{}{x} {y}", if at == 0 { "" } else { "," })?;
            }
        }
        f.write_str("))")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geography::round7;
    use proptest::prelude::*;

    const RELATIONS: [Relation; 4] =
        [Relation::Intersects, Relation::Within, Relation::Contains, Relation::Equals];

    fn extent() -> impl Strategy<Value = Extent> {
        let at = || (112.0..112.4_f64).prop_map(|at| (at * 20.0).round() / 20.0);
        prop_oneof![
            (at(), at()).prop_map(|(lon, lat)| Extent::Point { lon, lat: lat - 112.0 }),
            (at(), at(), 0.05..0.3_f64).prop_map(|(west, south, side)| {
                let (south, side) = (south - 112.0, (side * 20.0).round() / 20.0);
                Extent::Bbox(Bbox { west, south, east: west + side, north: south + side })
            }),
            (at(), at(), 1..5_u8).prop_map(|(x, y, side)| {
                let (y, side) = (y - 112.0, f64::from(side) / 20.0);
                let ring = vec![(x, y), (x + side, y), (x + side, y + side), (x, y)];
                let polygon = Polygon::new(ring.into(), Vec::new());
                Extent::Area(Arc::new(Area::new(MultiPolygon::new(vec![polygon])).expect("valid")))
            }),
        ]
    }

    proptest! {
        /// Positions on a coarse grid, so that many are on edges and corners.
        #[test]
        fn a_position_lies_as_a_geometry_of_it_does(
            extent in extent(),
            places in proptest::collection::vec((0..9_u8, 0..9_u8), 30),
        ) {
            for (x, y) in places {
                let (lon, lat) = (round7(112.0 + f64::from(x) / 20.0), f64::from(y) / 20.0);
                let point = Geometry::Point(geo::Point::new(lon, lat));
                for relation in RELATIONS {
                    prop_assert_eq!(
                        extent.holds_point(relation, lon, lat),
                        extent.holds(relation, &point),
                        "{:?} {} {} {}", relation, extent, lon, lat
                    );
                }
            }
        }
    }
}

//! What features must lie in or touch: boxes, or the outline of a box of another projection.

use std::fmt::Write;
use std::sync::Arc;

use geo::{BoundingRect, Coord, Intersects, Line, LinesIter, MapCoords, MultiPolygon, Rect};

use super::Geometry;
use crate::geography::{Area, Bbox, round7};

/// A polygon and what is written of it.
#[derive(Debug)]
pub struct Boundary {
    /// A GeoJSON `MultiPolygon` in degrees.
    pub geojson: Box<str>,
    pub polygon: MultiPolygon,
    rect: Rect,
}

impl Boundary {
    /// With positions as they are kept; None for a polygon without any vertex.
    pub fn new(polygon: &MultiPolygon) -> Option<Self> {
        let kept = |at: Coord| Coord { x: round7(at.x), y: round7(at.y) };
        let polygon = polygon.map_coords(kept);
        let rect = polygon.bounding_rect()?;
        let mut geojson = String::new();
        write_polygon(&mut geojson, &polygon, |lon, lat| (lon, lat));
        Some(Self { geojson: geojson.into(), polygon, rect })
    }

    pub fn rect(&self) -> Rect {
        self.rect
    }
}

/// Writes a polygon as a GeoJSON `MultiPolygon`, each position as `turned` has it.
pub fn write_polygon(
    to: &mut String,
    polygon: &MultiPolygon,
    turned: impl Fn(f64, f64) -> (f64, f64),
) {
    to.push_str("{\"type\":\"MultiPolygon\",\"coordinates\":[");
    for (place, part) in polygon.iter().enumerate() {
        to.push_str(if place == 0 { "[" } else { ",[" });
        let rings = std::iter::once(part.exterior()).chain(part.interiors());
        for (place, ring) in rings.enumerate() {
            to.push_str(if place == 0 { "[" } else { ",[" });
            for (place, at) in ring.0.iter().enumerate() {
                let (x, y) = turned(at.x, at.y);
                let comma = if place == 0 { "" } else { "," };
                // Writing to a string does not fail.
                let _ = write!(to, "{comma}[{x:?},{y:?}]");
            }
            to.push(']');
        }
        to.push(']');
    }
    to.push_str("]}");
}

/// Where features are asked for; edges are inside. What has no place is not left out by it.
#[derive(Debug, Clone)]
pub enum Within {
    Bbox(Bbox),
    /// With its polygon.
    Area(Arc<Area>, Arc<MultiPolygon>),
}

impl Within {
    pub fn meets(&self, geometry: &Geometry) -> bool {
        match (self, geometry) {
            (_, Geometry::Nowhere) => true,
            (Self::Bbox(bbox), Geometry::Point(lon, lat)) => bbox.contains(*lon, *lat),
            (Self::Area(area, _), Geometry::Point(lon, lat)) => area.contains(*lon, *lat),
            (Self::Bbox(bbox), Geometry::Boundary(boundary)) => {
                spans(bbox).into_iter().flatten().any(|part| touches(&part, boundary))
            }
            (Self::Area(_, polygon), Geometry::Boundary(boundary)) => {
                polygon.intersects(&boundary.polygon)
            }
        }
    }
}

/// The box in parts that do not cross the 180° meridian.
fn spans(bbox: &Bbox) -> [Option<Bbox>; 2] {
    if bbox.west <= bbox.east {
        [Some(*bbox), None]
    } else {
        [Some(Bbox { east: 180.0, ..*bbox }), Some(Bbox { west: -180.0, ..*bbox })]
    }
}

/// Whether a box, which may be a line or a point, and a polygon have a point in common.
fn touches(bbox: &Bbox, boundary: &Boundary) -> bool {
    let (low, high) = (boundary.rect.min(), boundary.rect.max());
    let apart =
        bbox.east < low.x || bbox.west > high.x || bbox.north < low.y || bbox.south > high.y;
    if apart {
        return false;
    }
    let within =
        bbox.west <= low.x && bbox.east >= high.x && bbox.south <= low.y && bbox.north >= high.y;
    let corner = |x: f64, y: f64| Coord { x, y };
    let corners = [
        corner(bbox.west, bbox.south),
        corner(bbox.east, bbox.south),
        corner(bbox.east, bbox.north),
        corner(bbox.west, bbox.north),
    ];
    let sides: [Line; 4] =
        std::array::from_fn(|at| Line::new(corners[at], corners[(at + 1) % corners.len()]));
    within
        || boundary.polygon.intersects(&corners[0])
        || boundary.polygon.lines_iter().any(|edge| sides.iter().any(|side| side.intersects(&edge)))
        || boundary.polygon.iter().any(|part| {
            // A part that lies in the box as a whole.
            part.exterior().0.first().is_some_and(|at| bbox.contains(at.x, at.y))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

    fn boundary() -> Geometry {
        let ring = polygon!(
            exterior: [(x: 1.0, y: 1.0), (x: 5.0, y: 1.0), (x: 5.0, y: 5.0), (x: 1.0, y: 5.0)],
            interiors: [[(x: 2.0, y: 2.0), (x: 2.0, y: 4.0), (x: 4.0, y: 4.0), (x: 4.0, y: 2.0)]],
        );
        let boundary = Boundary::new(&MultiPolygon::new(vec![ring])).expect("vertices");
        Geometry::Boundary(Arc::new(boundary))
    }

    #[test]
    fn a_box_finds_a_polygon_that_it_touches_and_none_that_it_does_not() {
        let meets = |west, south, east, north| {
            Within::Bbox(Bbox { west, south, east, north }).meets(&boundary())
        };
        assert!(meets(0.0, 0.0, 9.0, 9.0), "round it");
        assert!(meets(1.2, 1.2, 1.4, 1.4), "inside it");
        assert!(meets(5.0, 5.0, 6.0, 6.0), "at its corner");
        assert!(meets(0.0, 3.0, 9.0, 3.0), "a line through it");
        assert!(meets(1.5, 1.5, 1.5, 1.5), "a point in it");
        assert!(!meets(2.1, 2.1, 3.9, 3.9), "in its hole");
        assert!(!meets(5.000_000_1, 0.0, 6.0, 6.0), "beside it");
        assert!(!meets(3.0, 3.0, 3.0, 3.0), "a point in its hole");
        // Across the 180° meridian: all but what is from 4 to 6.
        assert!(meets(6.0, 0.0, 4.0, 9.0) && !meets(6.0, 0.0, 0.5, 9.0));
    }

    #[test]
    fn what_has_no_place_passes() {
        let nowhere = Bbox { west: 0.0, south: 0.0, east: 0.0, north: 0.0 };
        assert!(Within::Bbox(nowhere).meets(&Geometry::Nowhere));
        assert!(!Within::Bbox(nowhere).meets(&Geometry::Point(1.0, 1.0)));
    }
}

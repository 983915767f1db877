//! Areas that a person drew or another system sent.

use geo::{BoundingRect, Coord, Intersects, Line, MultiPolygon, Rect, Validation};

use super::rings::Rings;
use super::{CellRect, Relation};

/// More vertices than this are refused: a check costs time in proportion to them.
pub const MAX_VERTICES: usize = 2_000;

/// A checked area. A point on its edge is inside.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    rect: Rect,
    polygon: MultiPolygon,
    rings: Rings,
}

/// Why a polygon cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AreaError {
    /// Not a Polygon or MultiPolygon in degrees.
    NotAnArea,
    TooManyVertices,
    /// The rings cross, are open or degenerate; the message is the checker's.
    Invalid(String),
}

impl Area {
    /// Reads a GeoJSON Polygon, MultiPolygon, or a Feature or one-element FeatureCollection of it.
    pub fn from_geojson(geojson: &geojson::GeoJson) -> Result<Self, AreaError> {
        let geometry = match geojson {
            geojson::GeoJson::Geometry(geometry) => geometry,
            geojson::GeoJson::Feature(feature) => {
                feature.geometry.as_ref().ok_or(AreaError::NotAnArea)?
            }
            geojson::GeoJson::FeatureCollection(collection) => match collection.features.as_slice()
            {
                [feature] => feature.geometry.as_ref().ok_or(AreaError::NotAnArea)?,
                _ => return Err(AreaError::NotAnArea),
            },
        };
        Self::new(polygon_of(geometry)?)
    }

    pub fn new(polygon: MultiPolygon) -> Result<Self, AreaError> {
        use geo::CoordsIter;
        if polygon.coords_count() > MAX_VERTICES {
            return Err(AreaError::TooManyVertices);
        }
        let rect = check_polygon(&polygon)?;
        Ok(Self::within(rect, polygon))
    }

    /// An area that was checked when it was stored. None for an empty one.
    pub fn checked_before(polygon: MultiPolygon) -> Option<Self> {
        Some(Self::within(polygon.bounding_rect()?, polygon))
    }

    fn within(rect: Rect, polygon: MultiPolygon) -> Self {
        let rings = Rings::of(&polygon, rect.min().y, rect.max().y);
        Self { rect, polygon, rings }
    }

    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        let at = Coord { x: lon, y: lat };
        self.rect.intersects(&at) && self.rings.contain(at)
    }

    /// Whether a position is on one of its edges.
    pub fn has_on_edge(&self, lon: f64, lat: f64) -> bool {
        let at = Coord { x: lon, y: lat };
        self.rect.intersects(&at) && self.rings.lines(lat, lat).any(|line| line.intersects(&at))
    }

    pub fn polygon(&self) -> &MultiPolygon {
        &self.polygon
    }

    /// How the area lies to a box.
    pub fn relation(&self, rect: &CellRect) -> Relation {
        let apart = rect.east < self.rect.min().x
            || rect.west > self.rect.max().x
            || rect.north < self.rect.min().y
            || rect.south > self.rect.max().y;
        if apart {
            return Relation::Outside;
        }
        if self.rings.lines(rect.south, rect.north).any(|line| may_cross(*line, rect)) {
            return Relation::Edge;
        }
        // No edge passes: all of it is on the side that its corner is on.
        if self.contains(rect.west, rect.south) { Relation::Inside } else { Relation::Outside }
    }

    pub fn to_geojson(&self) -> geojson::Geometry {
        geojson::Geometry::new((&self.polygon).into())
    }
}

/// Whether a line may pass through a box: their boxes meet, and not all corners are on one side.
pub fn may_cross(line: Line, rect: &CellRect) -> bool {
    let (a, b) = (line.start, line.end);
    if a.x.max(b.x) < rect.west
        || a.x.min(b.x) > rect.east
        || a.y.max(b.y) < rect.south
        || a.y.min(b.y) > rect.north
    {
        return false;
    }
    let side = |x: f64, y: f64| (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
    let corners = [
        side(rect.west, rect.south),
        side(rect.east, rect.south),
        side(rect.west, rect.north),
        side(rect.east, rect.north),
    ];
    !(corners.iter().all(|side| *side > 0.0) || corners.iter().all(|side| *side < 0.0))
}

/// Reads a GeoJSON Polygon or MultiPolygon.
///
/// # Errors
/// [`AreaError::NotAnArea`] for any other geometry.
pub fn polygon_of(geometry: &geojson::Geometry) -> Result<MultiPolygon, AreaError> {
    if !positions_are_whole(geometry) {
        return Err(AreaError::NotAnArea);
    }
    match geometry.try_into().map_err(|_| AreaError::NotAnArea)? {
        geo::Geometry::Polygon(polygon) => Ok(MultiPolygon::new(vec![polygon])),
        geo::Geometry::MultiPolygon(polygon) => Ok(polygon),
        _ => Err(AreaError::NotAnArea),
    }
}

/// Checks that a polygon holds something, lies on the earth and does not cross itself; its box.
///
/// # Errors
/// As it says.
pub fn check_polygon(polygon: &MultiPolygon) -> Result<Rect, AreaError> {
    use geo::CoordsIter;
    let on_earth = |at: Coord| at.x.abs() <= 180.0 && at.y.abs() <= 90.0;
    if !polygon.coords_iter().all(on_earth) {
        return Err(AreaError::NotAnArea);
    }
    polygon.check_validation().map_err(|error| AreaError::Invalid(error.to_string()))?;
    polygon.bounding_rect().ok_or(AreaError::NotAnArea)
}

/// Whether every position has two numbers at least: the conversion takes that for granted.
fn positions_are_whole(geometry: &geojson::Geometry) -> bool {
    use geojson::GeometryValue::{MultiPolygon, Polygon};
    let whole = |rings: &Vec<Vec<geojson::Position>>| {
        rings.iter().flatten().all(|position| position.as_slice().len() >= 2)
    };
    match &geometry.value {
        Polygon { coordinates } => whole(coordinates),
        MultiPolygon { coordinates } => coordinates.iter().all(whole),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn area(text: &str) -> Result<Area, AreaError> {
        Area::from_geojson(&text.parse().expect("GeoJSON"))
    }

    #[test]
    fn edge_is_inside_and_a_hole_is_not() {
        let area = area(
            r#"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,2],[2,2],[2,1],[1,1]]]}"#,
        )
        .expect("an area");
        assert!(area.contains(0.0, 2.0));
        assert!(area.contains(3.0, 3.0));
        assert!(!area.contains(1.5, 1.5));
        assert!(!area.contains(5.0, 5.0));
    }

    proptest! {
        #[test]
        fn a_point_lies_in_an_area_as_a_walk_around_its_rings_tells(
            bent in vec(-0.3..0.3_f64, 8),
            hole in any::<bool>(),
            places in vec((-1.0..9.0_f64, -1.0..5.0_f64), 100),
            corners in vec((0..32_u8, 0..16_u8, -1..=1_i8), 200),
        ) {
            let ring = |x: f64, bent: &[f64]| vec![
                (x, 0.0), (x + 2.0, bent[0]), (x + 4.0, 0.0), (x + 4.0 + bent[1], 2.0),
                (x + 4.0, 4.0), (x + 2.0, 4.0 + bent[2]), (x, 4.0), (x + bent[3], 2.0), (x, 0.0),
            ];
            let inner = vec![(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (2.0, 2.0), (1.0, 3.0), (1.0, 1.0)];
            let holes = if hole { vec![inner.into()] } else { Vec::new() };
            let polygon = MultiPolygon::new(vec![
                geo::Polygon::new(ring(0.0, &bent[..4]).into(), holes),
                geo::Polygon::new(ring(4.5, &bent[4..]).into(), Vec::new()),
            ]);
            let area = Area::checked_before(polygon.clone()).expect("not empty");
            let corners = corners.into_iter().map(|(x, y, hair)| {
                (f64::from(x) / 4.0 + f64::from(hair) * 1e-12, f64::from(y) / 4.0)
            });
            for (x, y) in places.into_iter().chain(corners) {
                let plain = polygon.intersects(&Coord { x, y });
                prop_assert_eq!(area.contains(x, y), plain, "{} {}", x, y);
            }
        }
    }

    #[test]
    fn a_line_a_bow_tie_and_degrees_off_the_earth_are_refused() {
        assert_eq!(area(r#"{"type":"Point","coordinates":[0,0]}"#), Err(AreaError::NotAnArea));
        assert_eq!(
            area(r#"{"type":"Polygon","coordinates":[[[1],[2],[3],[1]]]}"#),
            Err(AreaError::NotAnArea)
        );
        assert!(matches!(
            area(r#"{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}"#),
            Err(AreaError::Invalid(_))
        ));
        assert_eq!(
            area(r#"{"type":"Polygon","coordinates":[[[0,0],[700000,0],[700000,9],[0,0]]]}"#),
            Err(AreaError::NotAnArea)
        );
    }
}

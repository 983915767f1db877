//! Which polygon does a point lie in?

use std::sync::OnceLock;

use geo::{Area, BooleanOps, BoundingRect, Coord, Intersects, MultiPolygon, Rect};

use super::grid::Grid;

/// Boundaries drawn by different hands overlap by slivers: less than this share is none.
const SLIVER: f64 = 0.01;

/// Polygons that are asked for the one a point lies in. A point on an edge is inside; where two
/// polygons share the edge, the first that was added answers.
#[derive(Debug, Clone)]
pub struct PolygonIndex<T> {
    entries: Vec<(Rect, MultiPolygon, T)>,
    /// Made when it is first asked, of what has been added.
    grid: OnceLock<Grid>,
}

impl<T> Default for PolygonIndex<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), grid: OnceLock::new() }
    }
}

impl<T> PolygonIndex<T> {
    /// Adds a polygon; an empty one is left out.
    pub fn add(&mut self, polygon: MultiPolygon, value: T) {
        if let Some(rect) = polygon.bounding_rect() {
            self.entries.push((rect, polygon, value));
            self.grid = OnceLock::new();
        }
    }

    /// The value of the first polygon that holds the position.
    pub fn locate(&self, lon: f64, lat: f64) -> Option<&T> {
        let at = Coord { x: lon, y: lat };
        let grid = self.grid.get_or_init(|| {
            Grid::of(&self.entries.iter().map(|(_, polygon, _)| polygon).collect::<Vec<_>>())
        });
        let found = grid.candidates(at).iter().find(|candidate| {
            let (rect, polygon, _) = &self.entries[candidate.polygon];
            // Each part by itself: the whole would measure its box anew.
            candidate.whole
                || rect.intersects(&at) && polygon.iter().any(|part| part.intersects(&at))
        })?;
        Some(&self.entries[found.polygon].2)
    }

    /// The values of the polygons that have a part of this one, a sliver aside.
    pub fn overlapping(&self, other: &MultiPolygon) -> impl Iterator<Item = &T> {
        let rect = other.bounding_rect();
        let least = other.unsigned_area() * SLIVER;
        self.entries
            .iter()
            .filter(move |(at, _, _)| rect.is_some_and(|rect| rect.intersects(at)))
            .filter(move |(_, polygon, _)| polygon.intersection(other).unsigned_area() > least)
            .map(|(_, _, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn edges_are_inside_and_the_sea_is_nowhere() {
        let mut index = PolygonIndex::default();
        let square =
            polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 1.0)];
        index.add(MultiPolygon::new(vec![square]), "a");
        assert_eq!(index.locate(0.5, 0.5), Some(&"a"));
        assert_eq!(index.locate(1.0, 0.5), Some(&"a"));
        assert_eq!(index.locate(0.0, 0.0), Some(&"a"));
        assert_eq!(index.locate(1.000_000_1, 0.5), None);
    }

    /// Polygons with crooked edges, some with a hole, that overlap, and share edges and corners.
    fn polygons() -> impl Strategy<Value = Vec<MultiPolygon>> {
        let polygon = (0..6_i32, 0..6_i32, 1..4_i32, any::<bool>(), vec(-0.3..0.3_f64, 8))
            .prop_map(|(x, y, side, hole, bent)| {
                let (x, y, side) = (f64::from(x), f64::from(y), f64::from(side));
                let ring = |x: f64, y: f64, side: f64, bent: &[f64]| {
                    let half = side / 2.0;
                    vec![
                        (x, y),
                        (x + half, y + bent[0]),
                        (x + side, y),
                        (x + side + bent[1], y + half),
                        (x + side, y + side),
                        (x + half, y + side + bent[2]),
                        (x, y + side),
                        (x + bent[3], y + half),
                        (x, y),
                    ]
                };
                let straight = [0.0; 4];
                let inner = ring(x + side / 3.0, y + side / 3.0, side / 3.0, &straight);
                let holes = if hole { vec![inner.into()] } else { Vec::new() };
                let outer = ring(x, y, side, if hole { &straight } else { &bent[..4] });
                let main = geo::Polygon::new(outer.into(), holes);
                let island = ring(x + 8.0, y, 0.5, &bent[4..]);
                MultiPolygon::new(vec![main, geo::Polygon::new(island.into(), Vec::new())])
            });
        vec(polygon, 0..8)
    }

    proptest! {
        #[test]
        fn a_point_is_found_as_if_every_polygon_were_asked(
            polygons in polygons(),
            places in vec((-1.0..16.0_f64, -1.0..11.0_f64), 200),
            // On edges and corners, and a hair beside them.
            corners in vec((0..64_u8, 0..64_u8, -1..=1_i8), 200),
        ) {
            let mut index = PolygonIndex::default();
            for (place, polygon) in polygons.iter().enumerate() {
                index.add(polygon.clone(), place);
            }
            let corners = corners.into_iter().map(|(x, y, hair)| {
                (f64::from(x) / 4.0 + f64::from(hair) * 1e-12, f64::from(y) / 4.0)
            });
            for (x, y) in places.into_iter().chain(corners) {
                let plain = polygons.iter().position(|polygon| polygon.intersects(&Coord { x, y }));
                prop_assert_eq!(index.locate(x, y), plain.as_ref(), "{} {}", x, y);
            }
        }
    }

    #[test]
    fn a_shared_edge_is_no_overlap() {
        let mut index = PolygonIndex::default();
        let square = |x: f64| {
            let (w, e) = (x, x + 1.0);
            let square = polygon![(x: w, y: 0.0), (x: e, y: 0.0), (x: e, y: 1.0), (x: w, y: 1.0)];
            MultiPolygon::new(vec![square])
        };
        index.add(square(0.0), "a");
        index.add(square(1.0), "b");
        let found = |x| index.overlapping(&square(x)).copied().collect::<Vec<_>>();
        assert_eq!(found(0.0), ["a"]);
        assert_eq!(found(0.5), ["a", "b"]);
        assert!(found(5.0).is_empty());
    }
}

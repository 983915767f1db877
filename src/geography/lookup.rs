//! Which polygon does a point lie in?

use geo::{Area, BooleanOps, BoundingRect, Coord, Intersects, MultiPolygon, Rect};

/// Boundaries drawn by different hands overlap by slivers: less than this share is none.
const SLIVER: f64 = 0.01;

/// Polygons that are asked for the one a point lies in. A point on an edge is inside; where two
/// polygons share the edge, the first that was added answers.
#[derive(Debug, Clone)]
pub struct PolygonIndex<T> {
    entries: Vec<(Rect, MultiPolygon, T)>,
}

impl<T> Default for PolygonIndex<T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<T> PolygonIndex<T> {
    /// Adds a polygon; an empty one is left out.
    pub fn add(&mut self, polygon: MultiPolygon, value: T) {
        if let Some(rect) = polygon.bounding_rect() {
            self.entries.push((rect, polygon, value));
        }
    }

    /// The value of the first polygon that holds the position.
    pub fn locate(&self, lon: f64, lat: f64) -> Option<&T> {
        let at = Coord { x: lon, y: lat };
        self.entries
            .iter()
            .find(|(rect, polygon, _)| rect.intersects(&at) && polygon.intersects(&at))
            .map(|(_, _, value)| value)
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

//! Shapes as runs of the Morton curve: a quadtree is parted where the edge of a shape passes, so
//! that all but the positions near the edge are known to be inside without looking at them.

use std::sync::Arc;

use super::grid_box::GridBox;
use super::mercator::{Tile, cell_rect, position};
use super::{Area, Bbox, distance_m, distances_m};

/// Cells are parted until there are more than this many, or the finest zoom is reached: more for an
/// area, against which it is dearer to hold a row.
const MAX_EDGE_CELLS: usize = 256;
const MAX_EDGE_CELLS_OF_AREA: usize = 1_024;
const FINEST: u8 = 22;

/// What a position may be asked to lie in; edges are inside.
#[derive(Debug, Clone)]
pub enum Shape {
    Bbox(Bbox, GridBox),
    Circle {
        lon: f64,
        lat: f64,
        radius_m: f64,
    },
    Area(Arc<Area>),
    /// An area whose polygon was not filled in: nothing lies in it.
    Nowhere,
}

/// How a shape lies to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Outside,
    Inside,
    /// Perhaps both.
    Edge,
}

/// A box of degrees that holds a cell and a little more than it.
#[derive(Debug, Clone, Copy)]
pub struct CellRect {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

/// A run of the curve, both ends included. Where `edge` is set, each position is to be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub first: u64,
    pub last: u64,
    pub edge: bool,
}

impl Run {
    /// The whole curve.
    pub const ALL: Self = Self { first: 0, last: u64::MAX, edge: false };
}

impl Shape {
    pub fn of_bbox(bbox: Bbox) -> Self {
        Self::Bbox(bbox, GridBox::of(&bbox))
    }

    /// Whether the position that a cell of the grid stands for lies in it.
    pub fn holds(&self, x: u32, y: u32) -> bool {
        if let Self::Bbox(_, cells) = self {
            return cells.holds(x, y);
        }
        let (lon, lat) = position(x, y);
        self.contains(lon, lat)
    }

    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        match self {
            Self::Bbox(bbox, _) => bbox.contains(lon, lat),
            Self::Circle { lon: x, lat: y, radius_m } => {
                distance_m((*x, *y), (lon, lat)) <= *radius_m
            }
            Self::Area(area) => area.contains(lon, lat),
            Self::Nowhere => false,
        }
    }

    fn relation(&self, rect: &CellRect) -> Relation {
        match self {
            Self::Bbox(bbox, _) => of_bbox(bbox, rect),
            Self::Circle { lon, lat, radius_m } => of_circle((*lon, *lat), *radius_m, rect),
            Self::Area(area) => area.relation(rect),
            Self::Nowhere => Relation::Outside,
        }
    }
}

fn of_bbox(bbox: &Bbox, rect: &CellRect) -> Relation {
    let span = |west: f64, east: f64| {
        let apart = rect.east < west || rect.west > east;
        let within = west <= rect.west && rect.east <= east;
        (apart, within)
    };
    let (apart, within) = if bbox.west <= bbox.east {
        span(bbox.west, bbox.east)
    } else {
        let (left, right) = (span(-181.0, bbox.east), span(bbox.west, 181.0));
        (left.0 && right.0, left.1 || right.1)
    };
    if apart || rect.north < bbox.south || rect.south > bbox.north {
        Relation::Outside
    } else if within && bbox.south <= rect.south && rect.north <= bbox.north {
        Relation::Inside
    } else {
        Relation::Edge
    }
}

fn of_circle(center: (f64, f64), radius_m: f64, rect: &CellRect) -> Relation {
    let (least, most) = distances_m(center, rect);
    if least > radius_m {
        Relation::Outside
    } else if most <= radius_m {
        Relation::Inside
    } else {
        Relation::Edge
    }
}

/// How all shapes together lie to a cell.
pub fn relation(shapes: &[Shape], rect: &CellRect) -> Relation {
    let mut all = Relation::Inside;
    for shape in shapes {
        match shape.relation(rect) {
            Relation::Outside => return Relation::Outside,
            Relation::Edge => all = Relation::Edge,
            Relation::Inside => {}
        }
    }
    all
}

/// The runs of a tile in which all shapes may be, in order.
pub fn cover(tile: Tile, shapes: &[Shape]) -> Vec<Run> {
    if shapes.is_empty() {
        let (first, last) = tile.range();
        return vec![Run { first, last, edge: false }];
    }
    let drawn = shapes.iter().any(|shape| matches!(shape, Shape::Area(_)));
    let most = if drawn { MAX_EDGE_CELLS_OF_AREA } else { MAX_EDGE_CELLS };
    let mut cells = relations(&[tile], shapes);
    for _ in tile.z..FINEST {
        let edges = cells.iter().filter(|(_, relation)| *relation == Relation::Edge).count();
        if edges == 0 || edges > most {
            break;
        }
        let mut next = Vec::with_capacity(cells.len() + 3 * edges);
        for (cell, relation) in cells {
            match relation {
                Relation::Edge => next.extend(relations(&cell.children(), shapes)),
                _ => next.push((cell, relation)),
            }
        }
        cells = next;
    }
    let mut runs: Vec<Run> = Vec::new();
    for (cell, relation) in cells {
        let edge = relation == Relation::Edge;
        let (first, last) = cell.range();
        match runs.last_mut() {
            Some(run) if run.edge == edge && run.last.wrapping_add(1) == first => run.last = last,
            _ => runs.push(Run { first, last, edge }),
        }
    }
    runs
}

fn relations(cells: &[Tile], shapes: &[Shape]) -> Vec<(Tile, Relation)> {
    let found = cells.iter().map(|cell| (*cell, relation(shapes, &cell_rect(*cell))));
    found.filter(|(_, relation)| *relation != Relation::Outside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geography::mercator::{grid, morton};
    use proptest::prelude::*;

    const WORLD: Tile = Tile { z: 0, x: 0, y: 0 };

    fn shape() -> impl Strategy<Value = Shape> {
        let place = || (112.0..113.0_f64, -8.0..-7.0_f64);
        prop_oneof![
            (place(), 0.0..0.6_f64, 0.0..0.6_f64).prop_map(|((west, south), width, height)| {
                Shape::of_bbox(Bbox { west, south, east: west + width, north: south + height })
            }),
            (place(), 1.0..60_000.0_f64).prop_map(|((lon, lat), radius_m)| Shape::Circle {
                lon,
                lat,
                radius_m
            }),
            (place(), 0.01..0.4_f64, 0.01..0.4_f64).prop_map(|((x, y), a, b)| {
                let ring = [(x, y), (x + a, y + b / 3.0), (x + a / 3.0, y + b), (x, y)];
                let polygon = geo::Polygon::new(ring.to_vec().into(), Vec::new());
                Shape::Area(Arc::new(Area::new(geo::MultiPolygon::new(vec![polygon])).expect("ok")))
            }),
        ]
    }

    proptest! {
        /// Every position is in exactly the run that its shape says, and untested only where it may be.
        #[test]
        fn a_cover_agrees_with_the_shape(
            shape in shape(),
            places in proptest::collection::vec((111.9..113.7_f64, -8.1..-6.5_f64), 200),
        ) {
            let runs = cover(WORLD, std::slice::from_ref(&shape));
            prop_assert!(runs.windows(2).all(|pair| pair[0].last < pair[1].first));
            for (lon, lat) in places {
                let (lon, lat) = (crate::geography::round7(lon), crate::geography::round7(lat));
                let code = morton(lon, lat);
                let run = runs.iter().find(|run| (run.first..=run.last).contains(&code));
                let found = run.is_some_and(|run| !run.edge || shape.contains(lon, lat));
                prop_assert_eq!(found, shape.contains(lon, lat));
                let (x, y) = grid(lon, lat);
                prop_assert_eq!(shape.holds(x, y), shape.contains(lon, lat));
            }
        }
    }

    #[test]
    fn a_box_over_the_180_degree_meridian_is_two_runs_at_least() {
        let bbox = Bbox::parse("170,-10,-170,10").expect("a box");
        let runs = cover(WORLD, &[Shape::of_bbox(bbox)]);
        let inside = |lon: f64| {
            let code = morton(lon, 0.5);
            runs.iter().any(|run| (run.first..=run.last).contains(&code))
        };
        assert!(inside(175.0) && inside(-175.0) && !inside(112.0));
    }
}

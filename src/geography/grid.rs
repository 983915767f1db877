//! A grid over polygons that knows of each cell which of them hold it and whose edges pass through
//! it, so that most points are located without looking at a polygon.

use std::collections::HashMap;

use geo::{BoundingRect, Coord, CoordsIter, Intersects, Line, MultiPolygon, Rect};

use super::CellRect;
use super::polygon::may_cross;

/// Cells on a side.
const MAX_SIDE: usize = 256;
/// Cells for each vertex.
const SHARE: usize = 16;
/// Cells are taken wider by so many degrees, more than rounding can move a point.
const HAIR: f64 = 1e-9;

#[derive(Debug, Clone, Default)]
pub struct Grid {
    extent: Option<Rect>,
    side: usize,
    /// Number of each cell's list, from the south-west, row by row.
    cells: Vec<u32>,
    /// Lists of candidates: most cells have one of a few.
    lists: Vec<Vec<Candidate>>,
}

/// A polygon that a point of a cell may lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Candidate {
    pub polygon: usize,
    /// The whole cell lies in it; otherwise its edge passes, and it is to be asked.
    pub whole: bool,
}

/// How a polygon lies to a cell, as far as it is known.
#[derive(Clone, Copy, PartialEq)]
enum Lies {
    Unknown,
    Outside,
    Inside,
    Edge,
}

impl Grid {
    pub fn of(polygons: &[&MultiPolygon]) -> Self {
        let rects = polygons.iter().filter_map(|polygon| polygon.bounding_rect());
        let extent = rects.reduce(|one, other| {
            let (a, b) = ((one.min(), one.max()), (other.min(), other.max()));
            let least = Coord { x: a.0.x.min(b.0.x), y: a.0.y.min(b.0.y) };
            Rect::new(least, Coord { x: a.1.x.max(b.1.x), y: a.1.y.max(b.1.y) })
        });
        let Some(rect) = extent else { return Self::default() };
        let vertices: usize = polygons.iter().map(|polygon| polygon.coords_count()).sum();
        let side = (SHARE * vertices).isqrt().clamp(4, MAX_SIDE);
        let mut grid = Self { extent: Some(rect), side, cells: Vec::new(), lists: Vec::new() };
        let mut candidates = vec![Vec::new(); side * side];
        for (place, polygon) in polygons.iter().enumerate() {
            for (cell, lies) in grid.lies(polygon, &rect).into_iter().enumerate() {
                if lies != Lies::Outside {
                    let whole = lies == Lies::Inside;
                    candidates[cell].push(Candidate { polygon: place, whole });
                }
            }
        }
        let mut known: HashMap<Vec<Candidate>, u32> = HashMap::new();
        for list in candidates {
            let next = u32::try_from(known.len()).expect("a grid has fewer than 2^32 cells");
            grid.cells.push(*known.entry(list).or_insert_with_key(|list| {
                grid.lists.push(list.clone());
                next
            }));
        }
        grid
    }

    /// The polygons that a point may lie in, in the order in which they were given.
    pub fn candidates(&self, at: Coord) -> &[Candidate] {
        let Some(extent) = self.extent.filter(|extent| extent.intersects(&at)) else { return &[] };
        let cell = self.row(&extent, at.y) * self.side + self.column(&extent, at.x);
        &self.lists[self.cells[cell] as usize]
    }

    fn column(&self, extent: &Rect, x: f64) -> usize {
        part(x - extent.min().x, extent.width(), self.side)
    }

    fn row(&self, extent: &Rect, y: f64) -> usize {
        part(y - extent.min().y, extent.height(), self.side)
    }

    /// How a polygon lies to every cell.
    fn lies(&self, polygon: &MultiPolygon, extent: &Rect) -> Vec<Lies> {
        let mut cells = vec![Lies::Unknown; self.side * self.side];
        let rings = polygon
            .iter()
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        for line in rings.flat_map(geo::LineString::lines) {
            self.mark_edge(&line, extent, &mut cells);
        }
        for cell in 0..cells.len() {
            if cells[cell] == Lies::Edge {
                continue;
            }
            let (x, y) = (cell % self.side, cell / self.side);
            // Where no edge passes, neighbours are alike.
            let before = if x > 0 { cells[cell - 1] } else { Lies::Unknown };
            cells[cell] = match before {
                Lies::Inside | Lies::Outside => before,
                _ => {
                    let rect = self.rect(extent, x, y);
                    let middle = Coord {
                        x: f64::midpoint(rect.west, rect.east),
                        y: f64::midpoint(rect.south, rect.north),
                    };
                    if polygon.intersects(&middle) { Lies::Inside } else { Lies::Outside }
                }
            };
        }
        cells
    }

    fn mark_edge(&self, line: &Line, extent: &Rect, cells: &mut [Lies]) {
        let (a, b) = (line.start, line.end);
        let columns =
            self.column(extent, a.x.min(b.x) - HAIR)..=self.column(extent, a.x.max(b.x) + HAIR);
        for y in self.row(extent, a.y.min(b.y) - HAIR)..=self.row(extent, a.y.max(b.y) + HAIR) {
            for x in columns.clone() {
                if may_cross(*line, &self.rect(extent, x, y)) {
                    cells[y * self.side + x] = Lies::Edge;
                }
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    fn rect(&self, extent: &Rect, x: usize, y: usize) -> CellRect {
        let along =
            |start: f64, length: f64, part: usize| start + length * part as f64 / self.side as f64;
        let (west, south) = (extent.min().x, extent.min().y);
        CellRect {
            west: along(west, extent.width(), x) - HAIR,
            south: along(south, extent.height(), y) - HAIR,
            east: along(west, extent.width(), x + 1) + HAIR,
            north: along(south, extent.height(), y + 1) + HAIR,
        }
    }
}

/// Which of so many parts of a length a distance falls into; those beyond fall into the outermost.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "cut to the parts"
)]
fn part(distance: f64, length: f64, parts: usize) -> usize {
    let part = distance / length * parts as f64;
    // Without a length there is one part: 0 / 0 is no number, and becomes 0.
    (part as usize).min(parts - 1)
}

//! The nearest to a place: the square is parted like a quadtree and its cells are opened, the
//! nearest first, until none that is left can hold a row nearer than those that were found.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::{Range, RangeInclusive};

use uuid::Uuid;

use super::limits::{BLOCK, LEAF};
use super::scan::{Part, Stretch, test};
use super::segment::first_in;
use super::view::WORLD;
use crate::geography::mercator::{Tile, cell_rect, grid};
use crate::geography::{EARTH_RADIUS_M, Relation, Shape, distance_m, distances_m, relation};

/// Cells are parted no further than this.
const FINEST: u8 = 26;

/// A row by a number that it is ordered by, such as the bits of a distance in metres, which are in
/// the order of the distances; its id, which settles equal numbers; and its key.
pub type Numbered = (u64, Uuid, i64);

/// What is looked for.
pub struct Nearest<'a> {
    pub parts: &'a [Part<'a>],
    pub shapes: &'a [Shape],
    pub from: (f64, f64),
    pub wanted: usize,
    /// Only what is farther than this counts, by distance and id.
    pub after: Option<(u64, Uuid)>,
}

/// Rows of a cell that are to be looked through, by how near any can be.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Open {
    least: u64,
    of: usize,
    start: usize,
    end: usize,
    tile: (u8, u32, u32),
    /// Whether shapes are to be asked for each row.
    edge: bool,
}

/// The best so far, in order, and the columns and rows of the grid in which a better one lies.
struct Best {
    found: Vec<Numbered>,
    reach: Option<(RangeInclusive<u32>, RangeInclusive<u32>)>,
}

impl Nearest<'_> {
    /// The nearest rows in order. None where so few pass so far away that looking at all of them is
    /// no dearer.
    pub fn find(&self) -> Option<Vec<Numbered>> {
        let passable: Vec<Vec<u32>> = self.parts.iter().map(passable).collect();
        let rows: usize = self.parts.iter().map(|part| part.columns.len()).sum();
        let mut left = (rows / 8).max(64 * LEAF);
        let mut best = Best { found: Vec::with_capacity(self.wanted + 1), reach: None };
        let mut queue = BinaryHeap::new();
        for (of, part) in self.parts.iter().enumerate() {
            let rows = 0..part.columns.len();
            queue.extend(self.open(of, &rows, WORLD, true, &passable[of]));
        }
        while let Some(Reverse(open)) = queue.pop() {
            if best.found.len() == self.wanted && open.least > best.found[self.wanted - 1].0 {
                break;
            }
            let rows = open.start..open.end;
            let (z, x, y) = open.tile;
            let tile = Tile { z, x, y };
            let columns = self.parts[open.of].columns;
            if rows.len() > LEAF && columns.morton(rows.start) == columns.morton(rows.end - 1) {
                self.stack(&open, &mut best);
            } else if rows.len() <= LEAF || tile.z == FINEST {
                left = left.checked_sub(rows.len())?;
                self.leaf(&open, &mut best);
            } else {
                let mut start = rows.start;
                for child in tile.children() {
                    let last = child.range().1;
                    let end = first_in(&(start..rows.end), |row| columns.morton(row) > last);
                    let passable = &passable[open.of];
                    queue.extend(self.open(open.of, &(start..end), child, open.edge, passable));
                    start = end;
                }
            }
        }
        Some(best.found)
    }

    /// A cell that is to be opened, unless nothing in it can be asked for.
    fn open(
        &self,
        of: usize,
        rows: &Range<usize>,
        tile: Tile,
        mut edge: bool,
        passable: &[u32],
    ) -> Option<Reverse<Open>> {
        if rows.is_empty() {
            return None;
        }
        let block = |row: usize| passable.get(row / BLOCK);
        if block(rows.start).is_some_and(|before| block(rows.end - 1 + BLOCK) == Some(before)) {
            return None;
        }
        let rect = cell_rect(tile);
        if edge {
            match relation(self.shapes, &rect) {
                Relation::Outside => return None,
                Relation::Inside => edge = false,
                Relation::Edge => {}
            }
        }
        let (least, most) = distances_m(self.from, &rect);
        if self.after.is_some_and(|(metres, _)| most.to_bits() < metres) {
            return None;
        }
        let (start, end, tile) = (rows.start, rows.end, (tile.z, tile.x, tile.y));
        Some(Reverse(Open { least: least.to_bits(), of, start, end, tile, edge }))
    }

    fn leaf(&self, open: &Open, best: &mut Best) {
        let stretch = Stretch { of: open.of, rows: open.start..open.end, edge: open.edge };
        test(self.parts, &stretch, self.shapes, &mut |found| {
            let plain = &found.part.columns.plain;
            for row in found.rows() {
                if best.reaches(plain.x[row], plain.y[row]) {
                    let metres = distance_m(self.from, found.part.position(row)).to_bits();
                    self.keep(best, found.part, row, metres);
                }
            }
        });
    }

    /// Rows on one point are in the order of their ids: the first are enough.
    fn stack(&self, open: &Open, best: &mut Best) {
        let part = &self.parts[open.of];
        let metres = distance_m(self.from, part.position(open.start)).to_bits();
        let mut from = open.start;
        if let Some((after, id)) = self.after {
            if metres < after {
                return;
            }
            if metres == after {
                from = first_in(&(from..open.end), |row| part.id(row) > id);
            }
        }
        let mut kept = 0;
        while from < open.end && kept < self.wanted {
            let to = open.end.min(from + LEAF);
            let stretch = Stretch { of: open.of, rows: from..to, edge: open.edge };
            test(self.parts, &stretch, self.shapes, &mut |found| {
                for row in found.rows().take(self.wanted - kept) {
                    self.keep(best, found.part, row, metres);
                    kept += 1;
                }
            });
            from = to;
        }
    }

    fn keep(&self, best: &mut Best, part: &Part, row: usize, metres: u64) {
        let full = best.found.len() == self.wanted;
        if full && best.found.last().is_some_and(|last| metres > last.0) {
            return;
        }
        let near = (metres, part.id(row), part.key(row));
        if self.after.is_some_and(|after| (near.0, near.1) <= after) {
            return;
        }
        let place = best.found.partition_point(|known| *known < near);
        best.found.insert(place, near);
        best.found.truncate(self.wanted);
        if best.found.len() == self.wanted {
            let radius_m = f64::from_bits(best.found[self.wanted - 1].0);
            best.reach = reach(self.from, radius_m);
        }
    }
}

impl Best {
    fn reaches(&self, x: u32, y: u32) -> bool {
        self.reach.as_ref().is_none_or(|(xs, ys)| xs.contains(&x) && ys.contains(&y))
    }
}

/// The part of the grid that a circle lies in; None where it goes over the edge of the square.
fn reach(
    (lon, lat): (f64, f64),
    radius_m: f64,
) -> Option<(RangeInclusive<u32>, RangeInclusive<u32>)> {
    const HAIR: f64 = 2e-7;
    let angle = radius_m / EARTH_RADIUS_M;
    let half_height = angle.to_degrees() + HAIR;
    let sine = angle.sin() / lat.to_radians().cos();
    if lat.abs() + half_height > 85.0 || !(0.0..1.0).contains(&sine) {
        return None;
    }
    let half_width = sine.asin().to_degrees() * (1.0 + 1e-9) + HAIR;
    if lon.abs() + half_width > 180.0 {
        return None;
    }
    let (west, north) = grid(lon - half_width, lat + half_height);
    let (east, south) = grid(lon + half_width, lat - half_height);
    Some((west..=east, north..=south))
}

/// How many of the blocks before each may hold a row that passes.
fn passable(part: &Part) -> Vec<u32> {
    let mut sum = 0;
    let mut sums = vec![0];
    for block in part.blocks {
        sum += u32::from(!part.test.passes_over(block));
        sums.push(sum);
    }
    sums
}

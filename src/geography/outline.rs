//! Polygons as map tiles draw them: every vertex put on the grid of the tile's zoom, so that
//! neighbours with a common border still have it in common, and cut off at the tile's edge.

use geo::{Coord, LineString, MultiPolygon};

use super::mercator::{self, Tile};

/// Units along a tile's side.
pub const EXTENT: i64 = 4096;
/// How far beyond the tile's edge is drawn, in units: no line of the cut is seen.
const BUFFER: i64 = 128;
/// Vertices are put on every so manieth unit: half a pixel where a tile is 512 wide.
const STEP: f64 = 4.0;

/// Closed: the last vertex is not the first over again.
pub type Ring = Vec<(i64, i64)>;

/// A polygon on the Mercator square.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Of each part the outer ring and then the holes; parts of the square's side, y from the north.
    parts: Vec<Vec<Vec<(f64, f64)>>>,
    /// Least x and y, greatest x and y.
    bounds: [f64; 4],
}

impl Outline {
    pub fn new(polygon: &MultiPolygon) -> Self {
        let ring = |line: &LineString| {
            let open = &line.0[..line.0.len().saturating_sub(1)];
            open.iter().map(|Coord { x, y }| mercator::project(*x, *y)).collect()
        };
        let part = |polygon: &geo::Polygon| {
            std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
        };
        let parts: Vec<Vec<Vec<(f64, f64)>>> = polygon.iter().map(part).collect();
        let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for (x, y) in parts.iter().flatten().flatten() {
            bounds = [bounds[0].min(*x), bounds[1].min(*y), bounds[2].max(*x), bounds[3].max(*y)];
        }
        Self { parts, bounds }
    }

    /// The rings that a tile draws, in its units: each outer ring, clockwise as it is seen, before
    /// its holes, which go the other way round. None where nothing of it is in the tile.
    pub fn in_tile(&self, tile: Tile) -> Vec<Ring> {
        if !self.may_be_in(tile) {
            return Vec::new();
        }
        let mut rings = Vec::new();
        for part in &self.parts {
            for (at, ring) in part.iter().enumerate() {
                match drawn(ring, tile) {
                    Some(ring) => rings.push(turned(ring, at == 0)),
                    // Holes in what is too small to be seen are not seen either.
                    None if at == 0 => break,
                    None => {}
                }
            }
        }
        rings
    }

    /// West, north, east and south, in parts of the Mercator square's side.
    pub fn bounds(&self) -> [f64; 4] {
        self.bounds
    }

    fn may_be_in(&self, tile: Tile) -> bool {
        let side = f64::from(1_u32 << tile.z);
        let (x, y) = (f64::from(tile.x), f64::from(tile.y));
        let margin = as_f64(BUFFER) / as_f64(EXTENT);
        let [west, north, east, south] = self.bounds.map(|bound| bound * side);
        west <= x + 1.0 + margin
            && east >= x - margin
            && north <= y + 1.0 + margin
            && south >= y - margin
    }
}

/// A ring on the grid of the tile, cut at its edge; None if nothing is left.
fn drawn(ring: &[(f64, f64)], tile: Tile) -> Option<Ring> {
    let scale = f64::from(1_u32 << tile.z) * as_f64(EXTENT);
    let corner = (i64::from(tile.x) * EXTENT, i64::from(tile.y) * EXTENT);
    let snap = |part: f64| whole((part * scale / STEP).round() * STEP);
    let mut snapped: Ring =
        ring.iter().map(|(x, y)| (snap(*x) - corner.0, snap(*y) - corner.1)).collect();
    snapped.dedup();
    let (low, high) = (-BUFFER, EXTENT + BUFFER);
    let mut cut = snapped;
    // Sutherland and Hodgman: one edge of the box after the other.
    cut = cut_at(&cut, |at| at.0 >= low, |a, b| (low, crossing(a.1, b.1, a.0, b.0, low)));
    cut = cut_at(&cut, |at| at.0 <= high, |a, b| (high, crossing(a.1, b.1, a.0, b.0, high)));
    cut = cut_at(&cut, |at| at.1 >= low, |a, b| (crossing(a.0, b.0, a.1, b.1, low), low));
    cut = cut_at(&cut, |at| at.1 <= high, |a, b| (crossing(a.0, b.0, a.1, b.1, high), high));
    let cut = without_needless(&cut);
    (cut.len() >= 3 && doubled_area(&cut) != 0).then_some(cut)
}

fn cut_at(
    ring: &[(i64, i64)],
    inside: impl Fn((i64, i64)) -> bool,
    crossing: impl Fn((i64, i64), (i64, i64)) -> (i64, i64),
) -> Ring {
    let Some(mut before) = ring.last().copied() else { return Ring::new() };
    let mut cut = Ring::with_capacity(ring.len());
    for &at in ring {
        if inside(at) != inside(before) {
            // From the one side always, so that a common border is cut at a common point.
            let (a, b) = if inside(at) { (before, at) } else { (at, before) };
            cut.push(crossing(a, b));
        }
        if inside(at) {
            cut.push(at);
        }
        before = at;
    }
    cut
}

/// Where a line that goes from `a` to `b` meets a bound between `from` and `to`.
fn crossing(a: i64, b: i64, from: i64, to: i64, bound: i64) -> i64 {
    let share = as_f64(bound - from) / as_f64(to - from);
    whole((as_f64(a) + as_f64(b - a) * share).round())
}

/// Leaves out vertices that stand twice or on the straight line between their neighbours.
fn without_needless(ring: &[(i64, i64)]) -> Ring {
    let mut kept = Ring::with_capacity(ring.len());
    for &at in ring {
        while let [.., a, b] = kept[..]
            && on_line(a, b, at)
        {
            kept.pop();
        }
        if kept.last() != Some(&at) {
            kept.push(at);
        }
    }
    while kept.len() > 3
        && (kept.last() == kept.first()
            || on_line(kept[kept.len() - 2], kept[kept.len() - 1], kept[0]))
    {
        kept.pop();
    }
    kept
}

/// Whether `b` lies between `a` and `c` on one line, or the line goes there and back.
fn on_line(a: (i64, i64), b: (i64, i64), c: (i64, i64)) -> bool {
    (b.0 - a.0) * (c.1 - b.1) == (b.1 - a.1) * (c.0 - b.0)
}

/// Positive where the ring goes clockwise as it is seen: y goes down.
fn doubled_area(ring: &[(i64, i64)]) -> i64 {
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum()
}

fn turned(mut ring: Ring, clockwise: bool) -> Ring {
    if (doubled_area(&ring) > 0) != clockwise {
        ring.reverse();
    }
    ring
}

#[expect(clippy::cast_precision_loss, reason = "units are below 2^34")]
fn as_f64(units: i64) -> f64 {
    units as f64
}

#[expect(clippy::cast_possible_truncation, reason = "units are below 2^34")]
fn whole(units: f64) -> i64 {
    units as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

    /// A square round the middle of the map, with a hole, whose side is that part of the world's.
    fn square(half: f64) -> Outline {
        let hole = half / 2.0;
        let square = polygon!(
            exterior: [(x: -half, y: -half), (x: half, y: -half), (x: half, y: half), (x: -half, y: half)],
            interiors: [[(x: -hole, y: -hole), (x: hole, y: -hole), (x: hole, y: hole), (x: -hole, y: hole)]],
        );
        Outline::new(&MultiPolygon::new(vec![square]))
    }

    fn tile(z: u8, x: u32, y: u32) -> Tile {
        Tile::new(z, x, y).expect("a tile")
    }

    #[test]
    fn outer_rings_go_clockwise_and_holes_the_other_way_round() {
        let rings = square(45.0).in_tile(tile(0, 0, 0));
        let areas: Vec<i64> = rings.iter().map(|ring| doubled_area(ring)).collect();
        assert!(areas.len() == 2 && areas[0] > 0 && areas[1] < 0, "{areas:?}");
        let west = rings[0].iter().map(|at| at.0).min();
        assert_eq!(west, Some(2048 - 512));
    }

    #[test]
    fn a_ring_is_cut_a_little_beyond_the_edge() {
        // The square's south-east quarter has the tile 1/1/1 to itself.
        let rings = square(45.0).in_tile(tile(1, 1, 1));
        let (low, high) = rings[0]
            .iter()
            .fold((0, 0), |(low, high), at| (low.min(at.0).min(at.1), high.max(at.0).max(at.1)));
        assert_eq!(low, -BUFFER);
        assert!(high > 1000 && high < EXTENT);
        assert!(square(45.0).in_tile(tile(4, 0, 0)).is_empty());
    }

    #[test]
    fn what_is_too_small_to_be_seen_is_left_out() {
        assert!(square(0.001).in_tile(tile(0, 0, 0)).is_empty());
        assert_eq!(square(0.001).in_tile(tile(16, 1 << 15, 1 << 15)).len(), 2);
    }

    #[test]
    fn a_common_border_stays_in_common() {
        // A crooked border, walked by either neighbour from another vertex on and in another turn.
        let border: Vec<(f64, f64)> =
            (0..40).map(|at| (f64::from(at % 7) * 0.013, f64::from(at) * 0.031)).collect();
        let side = |x: f64, reversed: bool| {
            let mut ring: Vec<(f64, f64)> = border.clone();
            ring.push((x, 40.0 * 0.031));
            ring.push((x, 0.0));
            if reversed {
                ring.reverse();
                ring.rotate_left(9);
            }
            Outline::new(&MultiPolygon::new(vec![geo::Polygon::new(ring.into(), vec![])]))
        };
        let (west, east) = (side(-1.0, false), side(1.0, true));
        for tile in [tile(5, 16, 15), tile(8, 128, 127), tile(10, 512, 511)] {
            let area = |outline: &Outline| {
                outline.in_tile(tile).iter().map(|ring| doubled_area(ring)).sum::<i64>()
            };
            let both = Outline::new(&MultiPolygon::new(vec![
                polygon![(x: -1.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.24), (x: 0.052, y: 1.209), (x: -1.0, y: 1.24)],
            ]));
            let (sum, whole) = (area(&west) + area(&east), area(&both));
            // Nothing between them, nothing twice.
            assert!((sum - whole).abs() * 500 <= whole, "{tile:?}: {sum} of {whole}");
        }
    }
}

//! The lines of a polygon by latitude: a point is held only against those at its height. It answers
//! what a walk around all rings answers.

use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo::{Coord, Line, MultiPolygon};

/// Slabs for each line.
const SHARE: usize = 2;
const MAX_SLABS: usize = 1_024;

#[derive(Debug, Clone, PartialEq)]
pub struct Rings {
    south: f64,
    north: f64,
    /// From the south, the lines that are in a slab's latitudes, by polygon and ring.
    slabs: Vec<Vec<RingLine>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct RingLine {
    polygon: usize,
    /// 0 is the outer one.
    ring: usize,
    line: Line,
}

/// How a point lies to a ring.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Outside,
    On,
    Inside,
}

impl Rings {
    pub fn of(area: &MultiPolygon, south: f64, north: f64) -> Self {
        let mut lines = Vec::new();
        for (polygon, rings) in area.iter().enumerate() {
            let all = std::iter::once(rings.exterior()).chain(rings.interiors());
            for (ring, points) in all.enumerate() {
                lines.extend(points.lines().map(|line| RingLine { polygon, ring, line }));
            }
        }
        let slabs = vec![Vec::new(); (SHARE * lines.len()).clamp(1, MAX_SLABS)];
        let mut rings = Self { south, north, slabs };
        for line in lines {
            let (a, b) = (line.line.start.y, line.line.end.y);
            for slab in rings.slab(a.min(b))..=rings.slab(a.max(b)) {
                rings.slabs[slab].push(line);
            }
        }
        rings
    }

    /// The slab of a latitude. It never falls as the latitude rises, so that a line is in the slab
    /// of every latitude that it passes.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "cut to the slabs"
    )]
    fn slab(&self, y: f64) -> usize {
        let part = (y - self.south) / (self.north - self.south) * self.slabs.len() as f64;
        (part as usize).min(self.slabs.len() - 1)
    }

    /// Whether a point lies in the area or on its edge.
    pub fn contain(&self, at: Coord) -> bool {
        let (mut polygon, mut inside) = (usize::MAX, false);
        let same = |a: &RingLine, b: &RingLine| (a.polygon, a.ring) == (b.polygon, b.ring);
        for ring in self.slabs[self.slab(at.y)].chunk_by(same) {
            if ring[0].polygon != polygon {
                if inside {
                    return true;
                }
                polygon = ring[0].polygon;
            }
            let outer = ring[0].ring == 0;
            if !outer && !inside {
                continue;
            }
            match side(ring, at) {
                Side::On => return true,
                Side::Inside => inside = outer,
                Side::Outside => {}
            }
        }
        inside
    }

    /// The lines at latitudes, some of them more than once.
    pub fn lines(&self, south: f64, north: f64) -> impl Iterator<Item = &Line> {
        let slabs = &self.slabs[self.slab(south)..=self.slab(north)];
        slabs.iter().flatten().map(|line| &line.line)
    }
}

/// By the winding number, as `geo` counts it.
fn side(ring: &[RingLine], at: Coord) -> Side {
    let mut winding = 0;
    for RingLine { line, .. } in ring {
        let (from, to) = (line.start, line.end);
        let upward = from.y <= at.y;
        let passes = if upward { to.y >= at.y } else { to.y <= at.y };
        if !passes {
            continue;
        }
        match RobustKernel::orient2d(from, to, at) {
            Orientation::Collinear => {
                if from.x.min(to.x) <= at.x && at.x <= from.x.max(to.x) {
                    return Side::On;
                }
            }
            Orientation::CounterClockwise => winding += i32::from(upward && to.y > at.y),
            Orientation::Clockwise => winding -= i32::from(!upward),
        }
    }
    if winding == 0 { Side::Outside } else { Side::Inside }
}

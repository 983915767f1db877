//! A box in degrees as cells of the Mercator grid, so that rows are held against it in whole numbers.

use std::ops::RangeInclusive;

use super::Bbox;
use super::mercator::{grid, position};

/// The cells whose positions lie in a box, its edges included.
#[derive(Debug, Clone, PartialEq)]
pub struct GridBox {
    /// Two where the box crosses the 180° meridian.
    columns: [RangeInclusive<u32>; 2],
    rows: RangeInclusive<u32>,
}

impl GridBox {
    pub fn of(bbox: &Bbox) -> Self {
        let lon = |x| position(x, 0).0;
        let lat = |y| position(0, y).1;
        // The first column whose longitude is at least so many degrees, and the last that is at most.
        let from = |west: f64| first(grid(west, 0.0).0, |x| lon(x) >= west);
        let to = |east: f64| last(grid(east, 0.0).0, |x| lon(x) <= east);
        let columns = if bbox.west <= bbox.east {
            [between(from(bbox.west), to(bbox.east)), NONE]
        } else {
            [between(from(bbox.west), Some(u32::MAX)), between(Some(0), to(bbox.east))]
        };
        // Rows count from the north.
        let north = first(grid(0.0, bbox.north).1, |y| lat(y) <= bbox.north);
        let south = last(grid(0.0, bbox.south).1, |y| lat(y) >= bbox.south);
        Self { columns, rows: between(north, south) }
    }

    pub fn holds(&self, x: u32, y: u32) -> bool {
        self.rows.contains(&y) && self.columns.iter().any(|columns| columns.contains(&x))
    }
}

#[expect(clippy::reversed_empty_ranges, reason = "it holds nothing")]
const NONE: RangeInclusive<u32> = 1..=0;

fn between(first: Option<u32>, last: Option<u32>) -> RangeInclusive<u32> {
    first.zip(last).map_or(NONE, |(first, last)| first..=last)
}

/// The first number of which something is true that is true of all behind it, looked for from near
/// it.
fn first(near: u32, is: impl Fn(u32) -> bool) -> Option<u32> {
    let mut at = near;
    while !is(at) {
        at = at.checked_add(1)?;
    }
    while let Some(before) = at.checked_sub(1).filter(|before| is(*before)) {
        at = before;
    }
    Some(at)
}

/// The last number of which something is true that is true of all before it.
fn last(near: u32, is: impl Fn(u32) -> bool) -> Option<u32> {
    first(u32::MAX - near, |from_end| is(u32::MAX - from_end)).map(|from_end| u32::MAX - from_end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geography::round7;
    use proptest::prelude::*;

    fn degrees(most: f64) -> impl Strategy<Value = f64> {
        prop_oneof![-most..=most, (-most..=most).prop_map(round7), Just(-most), Just(most)]
    }

    proptest! {
        #[test]
        fn cells_are_in_it_whose_positions_are(
            (west, south, east, north) in (degrees(180.0), degrees(90.0), degrees(180.0), degrees(90.0)),
            (lon, lat) in (degrees(180.0), degrees(90.0)),
            steps in (0..5_u32, 0..5_u32),
        ) {
            let bbox = Bbox { west, south: south.min(north), east, north: north.max(south) };
            let cells = GridBox::of(&bbox);
            // Anywhere, and at its corners.
            for (lon, lat) in [(lon, lat), (west, north), (east, south), (west, lat), (lon, south)] {
                let (x, y) = grid(lon, lat);
                let near = (x.saturating_sub(2).saturating_add(steps.0), y.saturating_sub(2).saturating_add(steps.1));
                let (lon, lat) = position(near.0, near.1);
                prop_assert_eq!(cells.holds(near.0, near.1), bbox.contains(lon, lat));
            }
        }
    }
}

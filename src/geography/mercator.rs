//! Web Mercator (EPSG:3857) on a grid of 2³² × 2³² cells, and the Morton (Z-order) curve over it.
//!
//! A tile of zoom z is one run of the curve: all positions whose code starts with the tile's
//! 2·z bits. So are the cells that a tile is divided into.

use std::f64::consts::PI;

use super::{CellRect, round7};

/// Positions beyond this latitude are put on the edge of the square.
const MAX_LATITUDE: f64 = 85.051_128_779_806_59;
const GRID: f64 = 4_294_967_296.0;

/// Grid column and row of a position: x to the east, y to the *south*.
pub fn grid(lon: f64, lat: f64) -> (u32, u32) {
    let (x, y) = project(lon, lat);
    (cell(x), cell(y))
}

/// A position in parts of the square's side, from its west and north.
pub fn project(lon: f64, lat: f64) -> (f64, f64) {
    let x = (lon + 180.0) / 360.0;
    let radians = lat.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians();
    let y = (1.0 - radians.tan().asinh() / PI) / 2.0;
    (x, y)
}

/// The inverse of [`project`], with 7 decimals.
pub fn unproject(x: f64, y: f64) -> (f64, f64) {
    (round7(x * 360.0 - 180.0), round7(latitude(y)))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the grid")]
fn cell(part: f64) -> u32 {
    (part * GRID).floor().clamp(0.0, GRID - 1.0) as u32
}

/// The position that a grid cell stands for. One with 7 decimals comes back as it went in: a cell
/// is narrower than that.
pub fn position(x: u32, y: u32) -> (f64, f64) {
    let lon = (f64::from(x) + 0.5) / GRID * 360.0 - 180.0;
    (round7(lon), round7(latitude((f64::from(y) + 0.5) / GRID)))
}

/// Degrees of a part of the square's height, from its north.
fn latitude(part: f64) -> f64 {
    (PI * (1.0 - 2.0 * part)).sinh().atan().to_degrees()
}

/// A tile in degrees, a hair wider than it is, so that rounding puts nothing outside.
pub fn cell_rect(tile: Tile) -> CellRect {
    const HAIR: f64 = 2e-7;
    let side = f64::from(1_u32 << tile.z);
    let lon = |x: u32| f64::from(x) / side * 360.0 - 180.0;
    let lat = |y: u32| latitude(f64::from(y) / side);
    CellRect {
        west: lon(tile.x) - HAIR,
        south: lat(tile.y + 1) - HAIR,
        east: lon(tile.x + 1) + HAIR,
        north: lat(tile.y) + HAIR,
    }
}

/// Morton code of a position: the bits of x and y in turn, y first.
pub fn morton(lon: f64, lat: f64) -> u64 {
    let (x, y) = grid(lon, lat);
    interleave(x, y)
}

/// The bits of `y` and `x` in turn, the most significant of `y` first.
pub fn interleave(x: u32, y: u32) -> u64 {
    spread(x) | (spread(y) << 1)
}

/// The inverse of [`interleave`].
pub fn deinterleave(code: u64) -> (u32, u32) {
    (gather(code), gather(code >> 1))
}

fn spread(value: u32) -> u64 {
    let mut bits = u64::from(value);
    bits = (bits | (bits << 16)) & 0x0000_FFFF_0000_FFFF;
    bits = (bits | (bits << 8)) & 0x00FF_00FF_00FF_00FF;
    bits = (bits | (bits << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
    bits = (bits | (bits << 2)) & 0x3333_3333_3333_3333;
    (bits | (bits << 1)) & 0x5555_5555_5555_5555
}

fn gather(code: u64) -> u32 {
    let mut bits = code & 0x5555_5555_5555_5555;
    bits = (bits | (bits >> 1)) & 0x3333_3333_3333_3333;
    bits = (bits | (bits >> 2)) & 0x0F0F_0F0F_0F0F_0F0F;
    bits = (bits | (bits >> 4)) & 0x00FF_00FF_00FF_00FF;
    bits = (bits | (bits >> 8)) & 0x0000_FFFF_0000_FFFF;
    ((bits | (bits >> 16)) & 0x0000_0000_FFFF_FFFF) as u32
}

/// A tile of the WebMercatorQuad matrix set; y counts from the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    pub z: u8,
    pub x: u32,
    pub y: u32,
}

impl Tile {
    /// The deepest zoom that is served.
    pub const MAX_ZOOM: u8 = 22;

    /// A tile that exists, or None.
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        let side = 1_u64 << z;
        let exists = z <= Self::MAX_ZOOM && u64::from(x) < side && u64::from(y) < side;
        exists.then_some(Self { z, x, y })
    }

    /// The tile as a run of the curve.
    pub fn run(self) -> super::Run {
        let (first, last) = self.range();
        super::Run { first, last, edge: false }
    }

    /// West, south, east and north of the tile, in degrees.
    pub fn bounds(self) -> [f64; 4] {
        let side = f64::from(1_u32 << self.z);
        let lon = |x: u32| f64::from(x) / side * 360.0 - 180.0;
        let lat = |y: u32| (PI * (1.0 - 2.0 * f64::from(y) / side)).sinh().atan().to_degrees();
        [lon(self.x), lat(self.y + 1), lon(self.x + 1), lat(self.y)]
    }

    /// The four parts of it in the order of the curve.
    pub fn children(self) -> [Self; 4] {
        let at = |x, y| Self { z: self.z + 1, x: 2 * self.x + x, y: 2 * self.y + y };
        [at(0, 0), at(1, 0), at(0, 1), at(1, 1)]
    }

    /// First and last Morton code of the tile.
    pub fn range(self) -> (u64, u64) {
        if self.z == 0 {
            return (0, u64::MAX);
        }
        let shift = 64 - 2 * u32::from(self.z);
        let first = interleave(self.x, self.y) << shift;
        (first, first | ((1 << shift) - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interleaving_can_be_undone() {
        for (x, y) in [(0, 0), (1, 0), (0, 1), (u32::MAX, 0), (123_456_789, 987_654_321)] {
            assert_eq!(deinterleave(interleave(x, y)), (x, y));
        }
    }

    #[test]
    fn seven_decimals_survive_the_grid() {
        for (lon, lat) in [(112.722_301_1, -7.507_134_9), (-179.999_999_9, 84.9), (0.0, 0.0)] {
            let (x, y) = grid(lon, lat);
            assert_eq!(position(x, y), (lon, lat));
        }
    }

    #[test]
    fn a_position_lies_in_the_range_of_its_tile() {
        // Sidoarjo at zoom 10 is tile 832/533 (slippy map).
        let code = morton(112.7223, -7.5071);
        let (first, last) = Tile::new(10, 832, 533).expect("a tile").range();
        assert!((first..=last).contains(&code));
        let (first, last) = Tile::new(10, 831, 533).expect("a tile").range();
        assert!(!(first..=last).contains(&code));
    }

    #[test]
    fn tiles_off_the_square_do_not_exist() {
        assert_eq!(Tile::new(2, 4, 0), None);
        assert_eq!(Tile::new(23, 0, 0), None);
        assert_eq!(Tile::new(0, 0, 0).map(Tile::range), Some((0, u64::MAX)));
    }

    #[test]
    fn the_poles_stay_on_the_grid() {
        assert_eq!(grid(-180.0, 90.0), (0, 0));
        assert_eq!(grid(180.0, -90.0), (u32::MAX, u32::MAX));
    }
    #[test]
    fn a_tile_holds_the_positions_within_its_bounds() {
        let (lon, lat) = (112.7223, -7.5071);
        let (x, y) = grid(lon, lat);
        for z in [0_u8, 5, 13, 22] {
            let shift = 32 - u32::from(z);
            let part = |at: u32| u32::try_from(u64::from(at) >> shift).expect("a tile");
            let [west, south, east, north] =
                Tile::new(z, part(x), part(y)).expect("a tile").bounds();
            assert!((west..=east).contains(&lon) && (south..=north).contains(&lat), "{z}");
        }
    }
}

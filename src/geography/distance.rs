//! Distance on the sphere.

use geo::{Distance, HaversineMeasure, Point};

use super::CellRect;

/// Mean radius of the earth in metres (IUGG), as PostGIS's `ST_DistanceSphere` uses it.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Great-circle distance in metres between two positions in degrees.
pub fn distance_m(from: (f64, f64), to: (f64, f64)) -> f64 {
    HaversineMeasure::new(EARTH_RADIUS_M).distance(Point::from(from), Point::from(to))
}

/// Between which distances in metres all positions of a cell lie, a millimetre aside. The haversine
/// of a distance is a sum of one term for the latitudes and one for the longitudes: the least and
/// the most of each bound it.
pub fn distances_m(from: (f64, f64), rect: &CellRect) -> (f64, f64) {
    let (lon, lat) = from;
    let width = rect.east - rect.west;
    // How far to the east of the cell's west edge, around the earth.
    let around = |lon: f64| (lon - rect.west).rem_euclid(360.0);
    let apart = |other: f64| {
        let degrees = (lon - other).rem_euclid(360.0);
        degrees.min(360.0 - degrees)
    };
    let (west, east) = (apart(rect.west), apart(rect.east));
    let least_lon = if around(lon) <= width { 0.0 } else { west.min(east) };
    let most_lon = if around(lon + 180.0) <= width { 180.0 } else { west.max(east) };
    let least_lat = (rect.south - lat).max(lat - rect.north).max(0.0);
    let most_lat = (lat - rect.south).abs().max((rect.north - lat).abs());
    let cosines = (rect.south.to_radians().cos(), rect.north.to_radians().cos());
    let widest =
        if rect.south <= 0.0 && rect.north >= 0.0 { 1.0 } else { cosines.0.max(cosines.1) };
    let haversine = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let metres = |lat_part: f64, cosine: f64, lon_part: f64| {
        let sum = haversine(lat_part) + lat.to_radians().cos() * cosine * haversine(lon_part);
        2.0 * EARTH_RADIUS_M * sum.clamp(0.0, 1.0).sqrt().asin()
    };
    let least = metres(least_lat, cosines.0.min(cosines.1).max(0.0), least_lon);
    let most = metres(most_lat, widest, most_lon);
    ((least * (1.0 - 1e-9) - 0.001).max(0.0), most * (1.0 + 1e-9) + 0.001)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geography::mercator::{Tile, cell_rect};
    use proptest::prelude::*;

    #[test]
    fn a_degree_of_latitude_is_about_111_km() {
        let metres = distance_m((112.0, -7.0), (112.0, -8.0));
        assert!((metres - 111_195.08).abs() < 0.1, "{metres}");
    }

    proptest! {
        #[test]
        fn no_position_of_a_cell_is_nearer_or_farther_than_its_bounds(
            from in (-180.0..180.0_f64, -90.0..90.0_f64),
            z in 0..20_u8,
            (x, y) in (0.0..1.0_f64, 0.0..1.0_f64),
            (across, down) in (0.0..=1.0_f64, 0.0..=1.0_f64),
        ) {
            let side = f64::from(1_u32 << z);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cell")]
            let cell = |part: f64| (part * side) as u32;
            let rect = cell_rect(Tile { z, x: cell(x), y: cell(y) });
            let lon = rect.west + (rect.east - rect.west) * across;
            let lat = rect.south + (rect.north - rect.south) * down;
            let metres = distance_m(from, (lon, lat));
            let (least, most) = distances_m(from, &rect);
            prop_assert!((least..=most).contains(&metres), "{least} {metres} {most}");
        }
    }
}

//! Distance on the sphere.

use geo::{Distance, HaversineMeasure, Point};

/// Mean radius of the earth in metres (IUGG), as PostGIS's `ST_DistanceSphere` uses it.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Great-circle distance in metres between two positions in degrees.
pub fn distance_m(from: (f64, f64), to: (f64, f64)) -> f64 {
    HaversineMeasure::new(EARTH_RADIUS_M).distance(Point::from(from), Point::from(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_about_111_km() {
        let metres = distance_m((112.0, -7.0), (112.0, -8.0));
        assert!((metres - 111_195.08).abs() < 0.1, "{metres}");
    }
}

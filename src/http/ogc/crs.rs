//! The coordinate reference systems that geometries are given and asked in (Part 2).

use std::sync::LazyLock;

use proj4rs::Proj;
use strum::VariantArray;

use crate::domain::fault::Fault;

/// Half the side of the Web Mercator square, in metres.
const HALF_SIDE: f64 = 20_037_508.342_789_244;
const RADIUS: f64 = 6_378_137.0;

/// A coordinate reference system. Inside everything is CRS84.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray)]
pub enum Crs {
    /// Longitude, latitude.
    Crs84,
    /// Latitude, longitude.
    Epsg4326,
    /// Web Mercator.
    Epsg3857,
    /// UTM 49S: most of the province.
    Epsg32749,
    /// UTM 50S: its east, Kangean.
    Epsg32750,
}

/// What everything is kept in.
pub const STORAGE: Crs = Crs::Crs84;

static DEGREES: LazyLock<Proj> =
    LazyLock::new(|| projection("+proj=longlat +datum=WGS84 +no_defs"));
static UTM_49: LazyLock<Proj> =
    LazyLock::new(|| projection("+proj=utm +zone=49 +south +datum=WGS84 +units=m +no_defs"));
static UTM_50: LazyLock<Proj> =
    LazyLock::new(|| projection("+proj=utm +zone=50 +south +datum=WGS84 +units=m +no_defs"));

fn projection(text: &str) -> Proj {
    Proj::from_proj_string(text).expect("a projection that is known is well-formed")
}

impl Crs {
    pub fn uri(self) -> &'static str {
        match self {
            Self::Crs84 => "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            Self::Epsg4326 => "http://www.opengis.net/def/crs/EPSG/0/4326",
            Self::Epsg3857 => "http://www.opengis.net/def/crs/EPSG/0/3857",
            Self::Epsg32749 => "http://www.opengis.net/def/crs/EPSG/0/32749",
            Self::Epsg32750 => "http://www.opengis.net/def/crs/EPSG/0/32750",
        }
    }

    /// All of them, CRS84 first.
    pub fn uris() -> Vec<&'static str> {
        Self::VARIANTS.iter().map(|crs| crs.uri()).collect()
    }

    /// Reads a URI.
    ///
    /// # Errors
    /// If it is that of no system that is offered.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let found = Self::VARIANTS.iter().find(|crs| crs.uri() == text).copied();
        let unknown = || {
            let (value, allowed) = (text.to_owned(), Self::uris().join(", "));
            Fault::UnknownCode { value, allowed }
        };
        found.ok_or_else(unknown)
    }

    fn utm(self) -> Option<&'static Proj> {
        match self {
            Self::Epsg32749 => Some(&*UTM_49),
            Self::Epsg32750 => Some(&*UTM_50),
            Self::Crs84 | Self::Epsg4326 | Self::Epsg3857 => None,
        }
    }

    /// Degrees as two numbers in the order of its axes: degrees to 7 decimals, metres to
    /// millimetres.
    pub fn of_lon_lat(self, lon: f64, lat: f64) -> (f64, f64) {
        match self {
            Self::Crs84 => (lon, lat),
            Self::Epsg4326 => (lat, lon),
            Self::Epsg3857 => {
                let y = lat.to_radians().tan().asinh() * RADIUS;
                (millimetres(lon.to_radians() * RADIUS), millimetres(y.clamp(-1e9, 1e9)))
            }
            Self::Epsg32749 | Self::Epsg32750 => {
                let mut at = (lon.to_radians(), lat.to_radians());
                let turned =
                    self.utm().map(|utm| proj4rs::transform::transform(&DEGREES, utm, &mut at));
                match turned {
                    Some(Ok(())) => (millimetres(at.0), millimetres(at.1)),
                    // The other side of the earth has no place in a zone.
                    _ => (0.0, 0.0),
                }
            }
        }
    }

    /// Two numbers in the order of its axes as degrees; None for what is no place on the earth.
    pub fn to_lon_lat(self, a: f64, b: f64) -> Option<(f64, f64)> {
        let (lon, lat) = match self {
            Self::Crs84 => (a, b),
            Self::Epsg4326 => (b, a),
            Self::Epsg3857 => ((a / RADIUS).to_degrees(), (b / RADIUS).sinh().atan().to_degrees()),
            Self::Epsg32749 | Self::Epsg32750 => {
                let mut at = (a, b);
                proj4rs::transform::transform(self.utm()?, &DEGREES, &mut at).ok()?;
                (at.0.to_degrees(), at.1.to_degrees())
            }
        };
        let on_earth = lon.abs() <= 180.0 && lat.abs() <= 90.0;
        // What is a hair beyond the edge for its rounding alone is on it.
        let (lon, lat) = (round_edge(lon, 180.0), round_edge(lat, 90.0));
        (on_earth || (lon.abs() <= 180.0 && lat.abs() <= 90.0)).then_some((lon, lat))
    }

    /// The numbers that boxes are looked at within: least and greatest of the first axis and of
    /// the second. Beyond them is no place of its own.
    pub fn reach(self) -> [(f64, f64); 2] {
        match self {
            Self::Crs84 => [(-180.0, 180.0), (-90.0, 90.0)],
            Self::Epsg4326 => [(-90.0, 90.0), (-180.0, 180.0)],
            Self::Epsg3857 => [(-HALF_SIDE, HALF_SIDE), (-1e9, 1e9)],
            // Some 13 degrees to either side of the zone's middle, and nearly to the poles.
            Self::Epsg32749 | Self::Epsg32750 => [(-1e6, 2e6), (1e6, 19e6)],
        }
    }
}

fn millimetres(metres: f64) -> f64 {
    (metres * 1e3).round() / 1e3
}

fn round_edge(degrees: f64, edge: f64) -> f64 {
    if degrees.abs() > edge && degrees.abs() - edge < 1e-9 {
        edge.copysign(degrees)
    } else {
        degrees
    }
}

/// The `Content-Crs` field of an answer.
pub fn content_crs(crs: Crs) -> (&'static str, String) {
    ("content-crs", format!("<{}>", crs.uri()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geography::round7;

    #[test]
    fn positions_come_back_as_they_went_in() {
        for crs in Crs::VARIANTS {
            for (lon, lat) in
                [(112.7223, -7.5071), (110.899_123_4, -8.789_999_9), (115.55, -6.9), (114.0, 0.0)]
            {
                let (a, b) = crs.of_lon_lat(lon, lat);
                let (x, y) = crs.to_lon_lat(a, b).expect("on the earth");
                // Half a millimetre.
                assert!((x - lon).abs() < 6e-9 && (y - lat).abs() < 6e-9, "{crs:?}: {x} {y}");
                assert_eq!((round7(x), round7(y)), (lon, lat), "{crs:?}");
            }
        }
    }

    /// Surabaya, by the formulas of EPSG guidance note 7-2.
    #[test]
    fn places_are_where_other_programs_put_them() {
        let near = |crs: Crs, a: f64, b: f64| {
            let (x, y) = crs.of_lon_lat(112.7521, -7.2575);
            assert!((x - a).abs() < 0.002 && (y - b).abs() < 0.002, "{crs:?}: {x} {y}");
        };
        near(Crs::Epsg4326, -7.2575, 112.7521);
        near(Crs::Epsg3857, 12_551_506.358, -810_070.319);
        near(Crs::Epsg32749, 693_442.604, 9_197_411.511);
    }

    #[test]
    fn what_is_no_place_on_the_earth_is_told() {
        assert_eq!(Crs::Crs84.to_lon_lat(181.0, 0.0), None);
        assert_eq!(Crs::Epsg4326.to_lon_lat(91.0, 0.0), None);
        assert!(Crs::Epsg3857.to_lon_lat(HALF_SIDE, 0.0).is_some());
        assert_eq!(Crs::Epsg3857.to_lon_lat(HALF_SIDE * 1.1, 0.0), None);
    }
}

//! `bbox` in any of the reference systems, and `datetime`.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use geo::{LineString, MultiPolygon, Polygon};

use super::crs::Crs;
use crate::domain::fault::{Expected, Fault};
use crate::geography::{Area, Bbox, MAX_VERTICES};
use crate::registry::collections::{Span, Within};

/// Metres of an edge between two vertices of its outline: between them the straight line in degrees
/// is within a millimetre of the one in metres.
const STEP: f64 = 500.0;
/// Most vertices of an edge: the log of reads keeps the outline, and reads it again.
const MOST: usize = MAX_VERTICES / 5;
/// A box of no width is so wide, in metres.
const HAIR: f64 = 0.001;

/// Reads a box of four numbers, or of six with heights, in the order of the system's axes.
///
/// # Errors
/// If it is none.
pub fn read(text: &str, crs: Crs) -> Result<Within, Fault> {
    let malformed = || Fault::Malformed { value: text.to_owned(), expected: Expected::Bbox };
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| part.trim().parse().ok().filter(|number: &f64| number.is_finite()))
        .collect::<Option<_>>()
        .ok_or_else(malformed)?;
    let (from, to) = match numbers.as_slice() {
        [a, b, c, d] => ((*a, *b), (*c, *d)),
        [a, b, low, c, d, high] if low <= high => ((*a, *b), (*c, *d)),
        _ => return Err(malformed()),
    };
    match crs {
        Crs::Crs84 => degrees(from, to).ok_or_else(malformed),
        Crs::Epsg4326 => degrees((from.1, from.0), (to.1, to.0)).ok_or_else(malformed),
        Crs::Epsg3857 if from.1 > to.1 => Err(malformed()),
        // Its edges run along meridians and parallels. What reaches beyond the square ends there.
        Crs::Epsg3857 => {
            let corner = |at| {
                let (across, up) = within_reach(at, crs);
                crs.to_lon_lat(across, up).ok_or_else(malformed)
            };
            let ((west, south), (east, north)) = (corner(from)?, corner(to)?);
            Ok(Within::Bbox(Bbox { west, south, east, north }))
        }
        Crs::Epsg32749 | Crs::Epsg32750 if from.0 > to.0 || from.1 > to.1 => Err(malformed()),
        Crs::Epsg32749 | Crs::Epsg32750 => outline(from, to, crs).ok_or_else(malformed),
    }
}

fn within_reach((first, second): (f64, f64), crs: Crs) -> (f64, f64) {
    let [of_first, of_second] = crs.reach();
    (first.clamp(of_first.0, of_first.1), second.clamp(of_second.0, of_second.1))
}

fn degrees((west, south): (f64, f64), (east, north): (f64, f64)) -> Option<Within> {
    Bbox::parse(&format!("{west:?},{south:?},{east:?},{north:?}")).map(Within::Bbox)
}

/// A box of metres as a polygon in degrees.
fn outline(from: (f64, f64), to: (f64, f64), crs: Crs) -> Option<Within> {
    let (west, south) = within_reach(from, crs);
    let (east, north) = within_reach(to, crs);
    let (east, north) = (east.max(west + HAIR), north.max(south + HAIR));
    let corners = [(west, south), (east, south), (east, north), (west, north)];
    let mut ring = Vec::new();
    for at in 0..4 {
        let (from, to) = (corners[at], corners[(at + 1) % 4]);
        let length = (to.0 - from.0).abs() + (to.1 - from.1).abs();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a length within the zone, in steps"
        )]
        let steps = ((length / STEP).ceil() as usize).clamp(1, MOST);
        for step in 0..steps {
            #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
            let part = step as f64 / steps as f64;
            let position = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
            ring.push(crs.to_lon_lat(position.0, position.1)?);
        }
    }
    ring.push(ring[0]);
    let polygon = MultiPolygon::new(vec![Polygon::new(LineString::from(ring), Vec::new())]);
    let area = Area::checked_before(polygon.clone())?;
    Some(Within::Area(Arc::new(area), Arc::new(polygon)))
}

/// Reads `datetime`: a moment, or an interval of which one end may be open.
///
/// # Errors
/// If it is none, or ends before it begins.
pub fn datetime(text: &str) -> Result<Span, Fault> {
    let malformed = || Fault::Malformed { value: text.to_owned(), expected: Expected::Time };
    let span = match text.split_once('/') {
        None => {
            let (from, to) = moment(text).ok_or_else(malformed)?;
            Span { from: Some(from), to: Some(to) }
        }
        Some((from, to)) => {
            let end = |text: &str| match text {
                "" | ".." => Some(None),
                text => moment(text).map(Some),
            };
            let (from, to) = (end(from).ok_or_else(malformed)?, end(to).ok_or_else(malformed)?);
            Span { from: from.map(|from| from.0), to: to.map(|to| to.1) }
        }
    };
    let open = span.from.is_none() && span.to.is_none();
    let backwards = span.from.zip(span.to).is_some_and(|(from, to)| from > to);
    if open || backwards { Err(malformed()) } else { Ok(span) }
}

/// The first and the last moment of a time or of a day, which is one of Asia/Jakarta.
fn moment(text: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        let first =
            day.and_time(NaiveTime::MIN).and_utc().checked_sub_signed(TimeDelta::hours(7))?;
        let last = first.checked_add_signed(TimeDelta::days(1) - TimeDelta::microseconds(1))?;
        return Some((first, last));
    }
    let time = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    Some((time, time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::collections::Geometry;

    fn meets(text: &str, crs: Crs, lon: f64, lat: f64) -> bool {
        read(text, crs).expect(text).meets(&Geometry::Point(lon, lat))
    }

    #[test]
    fn a_box_is_read_in_every_system_with_four_or_six_numbers() {
        for (text, crs) in [
            ("112,-8,113,-7", Crs::Crs84),
            ("112,-8,-10,113,-7,9000", Crs::Crs84),
            ("-8,112,-7,113", Crs::Epsg4326),
            ("12467782.9,-893463.8,12579102.5,-781182.2", Crs::Epsg3857),
            ("610000,9115000,720000,9226000", Crs::Epsg32749),
        ] {
            assert!(meets(text, crs, 112.5, -7.5), "{text}");
            assert!(!meets(text, crs, 113.1, -7.5) && !meets(text, crs, 112.5, -6.9), "{text}");
        }
        assert!(meets("-52000,9115000,60000,9226000", Crs::Epsg32750, 112.5, -7.5));
    }

    #[test]
    fn what_is_no_box_is_refused() {
        for text in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "a,b,c,d",
            "0,2,1,1",
            "0,0,5,1,1,4",
            "0,0,NaN,1",
            "0,0,inf,1",
            "-181,0,0,1",
            "0,-91,1,0",
            "1 2 3 4",
        ] {
            assert!(read(text, Crs::Crs84).is_err(), "{text}");
        }
        for crs in [Crs::Epsg3857, Crs::Epsg32749] {
            assert!(read("0,5,1,4", crs).is_err() && read("0,0,nan,1", crs).is_err());
        }
        assert!(read("3,0,2,1", Crs::Epsg32749).is_err());
    }

    #[test]
    fn boxes_beyond_the_reach_of_a_system_hold_what_is_within() {
        for crs in [Crs::Epsg3857, Crs::Epsg32749, Crs::Epsg32750] {
            assert!(meets("-1e12,-1e12,1e12,1e12", crs, 112.5, -7.5), "{crs:?}");
        }
        assert!(!meets("1e11,1e11,1e12,1e12", Crs::Epsg32749, 112.5, -7.5));
        assert!(read("500000,9000000,500000,9000000", Crs::Epsg32749).is_ok());
    }

    #[test]
    fn a_box_of_metres_is_exact_to_a_millimetre() {
        // 300 km wide: the middles of its edges are where a straight line in degrees is furthest off.
        let text = "400000,9100000,700000,9230000";
        let utm = Crs::Epsg32749;
        for (x, y, side) in [
            (550_000.0, 9_230_000.0, (0.0, 1.0)),
            (550_000.0, 9_100_000.0, (0.0, -1.0)),
            (700_000.0, 9_165_000.0, (1.0, 0.0)),
            (400_000.0, 9_165_000.0, (-1.0, 0.0)),
        ] {
            for (out, inside) in [(-0.002, true), (0.002, false)] {
                let (lon, lat) =
                    utm.to_lon_lat(x + side.0 * out, y + side.1 * out).expect("a place");
                assert_eq!(meets(text, utm, lon, lat), inside, "{x} {y} {out}");
            }
        }
    }

    #[test]
    fn times_are_moments_days_or_intervals() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let span = datetime("2026-01-02T03:04:05Z").expect("a moment");
        assert_eq!(
            (span.from, span.to),
            (Some(at("2026-01-02T03:04:05Z")), Some(at("2026-01-02T03:04:05Z")))
        );
        let span = datetime("2026-01-02T03:04:05+07:00/..").expect("an interval");
        assert_eq!((span.from, span.to), (Some(at("2026-01-01T20:04:05Z")), None));
        assert_eq!(datetime("/2026-01-02T00:00:00Z").expect("an interval").from, None);
        let day = datetime("2026-01-02").expect("a day");
        assert_eq!(day.from, Some(at("2026-01-01T17:00:00Z")));
        assert!(day.meets(Some(at("2026-01-02T16:59:59Z")), Some(at("2026-01-02T16:59:59Z"))));
        for text in [
            "",
            "..",
            "../..",
            "/",
            "x",
            "2026-13-01",
            "2026-01-02/2026-01-01",
            "2026-01-01/2026-01-02/2026-01-03",
            "2026-01-01T00:00:00",
        ] {
            assert!(datetime(text).is_err(), "{text}");
        }
    }
}

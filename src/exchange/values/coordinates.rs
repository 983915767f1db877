//! Positions as lists have them: decimal degrees with a point or a comma, degrees and minutes, both
//! in one cell, a link to a map, or metres of a UTM zone.

use std::f64::consts::PI;

/// One of a position's two numbers in degrees: `-7.55`, `'-7,55`, `7°27'12.5"S`, `7 27 12,5 LS`.
pub fn degrees(text: &str) -> Option<f64> {
    if text.len() > 40 {
        return None;
    }
    if let Ok(plain) = text.parse::<f64>() {
        return Some(plain).filter(|degrees| degrees.is_finite());
    }
    let upper = text.trim().trim_start_matches('\'').to_uppercase();
    let mut rest = upper.as_str();
    let mut negative = false;
    for (mark, south) in [
        ("LS", true),
        ("LU", false),
        ("BT", false),
        ("BB", true),
        ("S", true),
        ("N", false),
        ("E", false),
        ("W", true),
        ("T", false),
    ] {
        let bare = rest.strip_suffix(mark).or_else(|| rest.strip_prefix(mark));
        if let Some(bare) = bare {
            (rest, negative) = (bare.trim(), south);
            break;
        }
    }
    if let Some(bare) = rest.strip_prefix(['-', '−', '–']) {
        (rest, negative) = (bare.trim_start(), true);
    }
    let rest = rest.trim_start_matches('+');
    let is_mark = |character: char| {
        matches!(
            character,
            '°' | 'º' | '˚' | '\'' | '’' | '′' | '"' | '”' | '″' | ' ' | '\n' | 'D' | '\u{fffd}'
        )
    };
    let parts: Vec<f64> =
        rest.split(is_mark).filter(|part| !part.is_empty()).map(decimal).collect::<Option<_>>()?;
    let degrees = match parts.as_slice() {
        [degrees] => *degrees,
        [degrees, minutes] if *minutes < 60.0 && degrees.fract() == 0.0 => degrees + minutes / 60.0,
        [degrees, minutes, seconds]
            if *minutes < 60.0 && *seconds < 60.0 && degrees.fract() == 0.0 =>
        {
            degrees + minutes / 60.0 + seconds / 3600.0
        }
        _ => return None,
    };
    Some(if negative { -degrees } else { degrees }).filter(|degrees| degrees.is_finite())
}

/// A number with a decimal point or comma; nothing is grouped.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    if !plain || text.bytes().filter(|byte| matches!(byte, b'.' | b',')).count() > 1 {
        return None;
    }
    text.replace(',', ".").parse().ok()
}

/// Metres of a UTM zone: `693123`, `9176543,2`, `9.176.543`.
pub fn metres(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches('\'').trim_end_matches(['m', 'M', ' ']);
    let number = digits.parse().ok().or_else(|| crate::domain::quantity::number::number(digits))?;
    (100_000.0..=10_000_000.0).contains(&number).then_some(number)
}

/// Both numbers of a position that stand in one cell, in their order.
pub fn pair(text: &str) -> Option<(f64, f64)> {
    if text.len() > 300 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // https://maps.google.com/?q=-7.44,112.71 · …/@-7.44,112.71,17z
    if text.contains("://") || text.contains("maps") {
        let numbers = |after: &str| {
            let tail = &text[text.find(after)? + after.len()..];
            let mut parts = tail
                .split([',', '+', '&', '%', 'z', '?', '/', ' ', '!'])
                .filter(|part| !part.is_empty());
            Some((
                parts.next()?.parse().ok()?,
                parts.next()?.trim_start_matches("2C").parse().ok()?,
            ))
        };
        return ["@", "q=", "ll=", "destination=", "place/"].into_iter().find_map(numbers);
    }
    let text = text.trim_matches(['(', ')', '[', ']', '\'', ' ']);
    let cut = |by: &str| {
        let (first, second) = text.split_once(by)?;
        Some((degrees(first.trim())?, degrees(second.trim())?))
    };
    let halves = || {
        // -7,44 112,71; and 7°27'S 112°43'E.
        let at = text.char_indices().filter(|(_, character)| *character == ' ').map(|(at, _)| at);
        let found: Vec<(f64, f64)> = at
            .filter_map(|at| Some((degrees(text[..at].trim())?, degrees(text[at..].trim())?)))
            .filter(|(first, second)| is_position(*first, *second) || is_position(*second, *first))
            .collect();
        match found.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    };
    [";", "\n", "|", ", ", ","].into_iter().find_map(cut).or_else(halves).filter(
        |(first, second)| {
            first.abs() <= 180.0
                && second.abs() <= 180.0
                && (first.abs() > 90.0) != (second.abs() > 90.0)
        },
    )
}

fn is_position(lat: f64, lon: f64) -> bool {
    lat.abs() < 12.0 && (90.0..=142.0).contains(&lon)
}

/// Longitude and latitude of metres in a southern UTM zone (WGS 84; Krüger's series, good to a
/// millimetre).
pub fn from_utm_south(easting: f64, northing: f64, zone: u8) -> (f64, f64) {
    const A: f64 = 6_378_137.0;
    const F: f64 = 1.0 / 298.257_223_563;
    let n = F / (2.0 - F);
    let radius = A / (1.0 + n) * (1.0 + n.powi(2) / 4.0 + n.powi(4) / 64.0);
    let beta = [
        n / 2.0 - 2.0 * n.powi(2) / 3.0 + 37.0 * n.powi(3) / 96.0,
        n.powi(2) / 48.0 + n.powi(3) / 15.0,
        17.0 * n.powi(3) / 480.0,
    ];
    let delta = [
        2.0 * n - 2.0 * n.powi(2) / 3.0 - 2.0 * n.powi(3),
        7.0 * n.powi(2) / 3.0 - 8.0 * n.powi(3) / 5.0,
        56.0 * n.powi(3) / 15.0,
    ];
    let xi = (northing - 10_000_000.0) / (0.9996 * radius);
    let eta = (easting - 500_000.0) / (0.9996 * radius);
    let (mut xi_0, mut eta_0) = (xi, eta);
    for (beta, double) in beta.into_iter().zip([2.0, 4.0, 6.0]) {
        xi_0 -= beta * (double * xi).sin() * (double * eta).cosh();
        eta_0 -= beta * (double * xi).cos() * (double * eta).sinh();
    }
    let chi = (xi_0.sin() / eta_0.cosh()).asin();
    let corrections = delta.into_iter().zip([2.0, 4.0, 6.0]);
    let lat = chi + corrections.map(|(delta, double)| delta * (double * chi).sin()).sum::<f64>();
    let middle = f64::from(zone) * 6.0 - 183.0;
    let lon = middle + eta_0.sinh().atan2(xi_0.cos()) * 180.0 / PI;
    (lon, lat * 180.0 / PI)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() < 1e-6)
    }

    #[test]
    fn degrees_are_read_in_the_forms_of_lists() {
        for (text, expected) in [
            ("'-7.55", -7.55),
            ("112,7223", 112.7223),
            ("7.55 S", -7.55),
            ("7°33'0\"S", -7.55),
            ("7 33 0 LS", -7.55),
            ("S 7° 33.0'", -7.55),
            ("112° 43' 30,0\" BT", 112.725),
            ("-7.55°", -7.55),
        ] {
            assert!(near(degrees(text), expected), "{text}: {:?}", degrees(text));
        }
        for text in ["utara", "", "7.123.456", "7°70'0\"S", "Jl. A 5"] {
            assert_eq!(degrees(text), None, "{text}");
        }
    }

    #[test]
    fn both_numbers_may_stand_in_one_cell() {
        for text in [
            "-7.44, 112.71",
            "-7.44,112.71",
            "-7,44; 112,71",
            "(-7.44, 112.71)",
            "-7,44 112,71",
            "https://maps.google.com/?q=-7.44,112.71",
            "https://www.google.com/maps/@-7.44,112.71,17z",
            "7°26'24\"S 112°42'36\"E",
        ] {
            let found = pair(text);
            assert!(
                near(found.map(|at| at.0), -7.44) && near(found.map(|at| at.1), 112.71),
                "{text}: {found:?}"
            );
        }
        for text in ["12,5", "1.000, 2.000", "RT 01 RW 02", "0812 3456"] {
            assert_eq!(pair(text), None, "{text}");
        }
    }

    #[test]
    fn metres_of_a_zone_become_degrees() {
        // The middle of a zone, on the equator.
        let (lon, lat) = from_utm_south(500_000.0, 10_000_000.0, 49);
        assert!((lon - 111.0).abs() < 1e-9 && lat.abs() < 1e-9);
        // One degree south of it: 110,574.4 m of meridian, times 0.9996.
        let (lon, lat) = from_utm_south(500_000.0, 10_000_000.0 - 110_574.388_6 * 0.9996, 49);
        assert!((lon - 111.0).abs() < 1e-9 && (lat + 1.0).abs() < 1e-6, "{lat}");
        // Worked by Snyder's series (USGS Professional Paper 1395), another one than the one here.
        for (easting, northing, zone, lon, lat) in [
            (690_044.873, 9_169_819.106, 49, 112.7223, -7.5071),
            (334_785.264, 9_087_753.715, 50, 115.5, -8.25),
        ] {
            let found = from_utm_south(easting, northing, zone);
            assert!((found.0 - lon).abs() < 1e-6 && (found.1 - lat).abs() < 1e-6, "{found:?}");
        }
        assert_eq!(metres("9.176.543"), Some(9_176_543.0));
        assert_eq!(metres("-7.5"), None);
    }
}

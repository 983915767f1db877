//! Official boundaries as agencies hand them out: a FeatureCollection whose properties go by many
//! names. It is taken whole or not at all, so every fault is told, by the number of its feature.

use std::collections::HashMap;

use geojson::{Feature, FeatureCollection};
use serde_json::Value;

use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::gazetteer::Gazetteer;
use crate::domain::region::{Level, PROVINCE, RegionCode};
use crate::domain::text::{fold, squash, tidy_case};
use crate::geography::{AreaError, check_polygon, polygon_of};

/// Properties with a Kemendagri code, squashed; `KDEPUM`, `KDCPUM` and `KDPKAB` are those of the
/// Geospatial Information Agency's base map, which has all three in each feature.
const CODE: &[&str] = &[
    "code",
    "kode",
    "kodewilayah",
    "kodekemendagri",
    "kemendagri",
    "kdepum",
    "kdcpum",
    "kdpkab",
    "kdkec",
    "kodekec",
    "kodekecamatan",
    "kddesa",
    "kodedesa",
    "kdkel",
    "kodekel",
    "kdkab",
    "kodekab",
];
/// Properties with a code of the statistics office.
const BPS_CODE: &[&str] =
    &["bpscode", "bps", "kodebps", "kdbps", "idbps", "kdebps", "kdcbps", "kdbbps"];
/// Properties with a name, whatever the level.
const NAME: &[&str] = &["name", "nama", "namobj", "nm", "namawilayah"];
/// Properties with the name of one level, which may stand in narrower features too.
const REGENCY: &[&str] = &["wadmkk", "nmkab", "namakab", "namakabupaten", "kabupaten", "kabkota"];
const DISTRICT: &[&str] = &["wadmkc", "nmkec", "namakec", "namakecamatan", "kecamatan"];
const VILLAGE: &[&str] =
    &["wadmkd", "nmdesa", "namadesa", "nmkel", "namakel", "desa", "kelurahan", "desakel"];

/// Longest name, in characters.
const MAX_NAME: usize = 200;

/// A region's boundary.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// The feature's place in the file, from 1.
    pub number: usize,
    pub code: RegionCode,
    pub name: String,
    pub bps_code: Option<String>,
    pub polygon: geo::MultiPolygon,
}

/// Where a person finds a feature.
pub fn feature(number: usize) -> String {
    format!("feature {number}")
}

/// Reads boundaries. A feature without a Kemendagri code is known by its code of the statistics
/// office, where `gazetteer` has that.
///
/// # Errors
/// All that is wrong, by feature.
pub fn read(bytes: &[u8], gazetteer: &Gazetteer) -> Result<Vec<Boundary>, Vec<FieldFault>> {
    let of_file = |fault| vec![FieldFault::new("file", fault)];
    let text = String::from_utf8_lossy(bytes);
    let collection: FeatureCollection =
        text.trim_start_matches('\u{feff}').parse().map_err(|error: geojson::Error| {
            of_file(Fault::Unreadable { message: error.to_string() })
        })?;
    if collection.features.is_empty() {
        return Err(of_file(Fault::Required));
    }
    let by_bps_code: HashMap<&str, &RegionCode> = gazetteer
        .regions()
        .iter()
        .filter_map(|region| Some((region.bps_code.as_deref()?, &region.code)))
        .collect();
    let (mut boundaries, mut faults) = (Vec::new(), Vec::new());
    let mut first: HashMap<RegionCode, usize> = HashMap::new();
    for (place, found) in collection.features.iter().enumerate() {
        let number = place + 1;
        let properties = Properties::of(found);
        let code = properties.region_code(&by_bps_code).and_then(|code| match first.get(&code) {
            Some(&first) => Err(Fault::Repeated { value: code.to_string(), first }),
            None => {
                first.insert(code.clone(), number);
                Ok(code)
            }
        });
        let name = code.as_ref().ok().map(|code| properties.name(code)).transpose();
        match (code, name, polygon(found)) {
            (Ok(code), Ok(Some(name)), Ok(polygon)) => {
                let bps_code = properties.longest(BPS_CODE);
                boundaries.push(Boundary { number, code, name, bps_code, polygon });
            }
            (code, name, polygon) => {
                let told = [code.err(), name.err(), polygon.err()].into_iter().flatten();
                faults.extend(told.map(|fault| FieldFault::new(feature(number), fault)));
            }
        }
    }
    if faults.is_empty() { Ok(boundaries) } else { Err(faults) }
}

fn polygon(feature: &Feature) -> Result<geo::MultiPolygon, Fault> {
    let checked = feature.geometry.as_ref().ok_or(AreaError::NotAnArea).and_then(|geometry| {
        let polygon = polygon_of(geometry)?;
        check_polygon(&polygon)?;
        Ok(polygon)
    });
    checked.map_err(|error| match error {
        AreaError::Invalid(message) => Fault::Unreadable { message },
        AreaError::NotAnArea | AreaError::TooManyVertices => {
            Fault::Malformed { value: "geometry".to_owned(), expected: Expected::Polygon }
        }
    })
}

/// A feature's properties by their squashed names, as text.
struct Properties(HashMap<String, String>);

impl Properties {
    fn of(feature: &Feature) -> Self {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            // A whole number that some program made a fraction of: 357601.0.
            Value::Number(number) => Some(number.to_string().trim_end_matches(".0").to_owned()),
            _ => None,
        };
        let pairs = feature.properties_iter().filter_map(|(name, value)| {
            Some((squash(name), text(value).filter(|text| !text.is_empty())?))
        });
        Self(pairs.collect())
    }

    /// The longest of these properties: the narrowest, where a feature has those above it too.
    fn longest(&self, names: &[&str]) -> Option<String> {
        let found = names.iter().filter_map(|&name| self.0.get(name));
        found.max_by_key(|text| text.len()).cloned()
    }

    fn region_code(&self, by_bps_code: &HashMap<&str, &RegionCode>) -> Result<RegionCode, Fault> {
        if let Some(value) = self.longest(CODE) {
            return match RegionCode::from_digits(&value) {
                Some(code) if !code.as_str().starts_with(PROVINCE) => {
                    Err(Fault::RegionUnknown { value })
                }
                Some(code) if code.level() != Level::Province => Ok(code),
                _ => Err(Fault::Malformed { value, expected: Expected::RegionCode }),
            };
        }
        let value = self.longest(BPS_CODE).ok_or(Fault::Required)?;
        let code = by_bps_code.get(value.as_str());
        code.map(|&code| code.clone()).ok_or(Fault::RegionUnknown { value })
    }

    fn name(&self, code: &RegionCode) -> Result<String, Fault> {
        let of_level = match code.level() {
            Level::Village => VILLAGE,
            Level::District => DISTRICT,
            Level::Regency | Level::Province => REGENCY,
        };
        let found = of_level.iter().chain(NAME).find_map(|&name| self.0.get(name));
        let name = tidy_case(found.ok_or(Fault::Required)?);
        if name.chars().count() > MAX_NAME {
            return Err(Fault::TooLong { max: MAX_NAME });
        }
        Ok(if code.level() == Level::Regency { titled(code, &name) } else { name })
    }
}

/// A regency's name with its title: `Kabupaten Mojokerto`, `Kota Mojokerto`. Cities have codes from
/// 71 up (Kepmendagri 300.2.2-2138/2025).
fn titled(code: &RegionCode, name: &str) -> String {
    let folded = fold(name);
    if folded.starts_with("kabupaten ") || folded.starts_with("kota ") {
        return name.to_owned();
    }
    let bare =
        if folded.starts_with("kab ") { name[3..].trim_start_matches(['.', ' ']) } else { name };
    let city = code.as_str().get(3..5).is_some_and(|number| number >= "71");
    format!("{} {bare}", if city { "Kota" } else { "Kabupaten" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::gazetteer::Region;

    fn gazetteer() -> Gazetteer {
        let code: RegionCode = "35.76.02".parse().expect("a code");
        let region = Region {
            level: code.level(),
            parent: code.parent(),
            code,
            name: "Magersari".into(),
            bps_code: Some("3576020".into()),
            lon: 0.0,
            lat: 0.0,
            postal_code: None,
            edition: "2025".into(),
            valid_from: None,
            valid_to: None,
        };
        Gazetteer::new(vec![region], Vec::new())
    }

    fn read_all(properties: &[Value]) -> Result<Vec<Boundary>, Vec<FieldFault>> {
        let square = serde_json::json!({
            "type": "Polygon", "coordinates": [[[0, 0, 7], [1, 0, 7], [1, 1, 7], [0, 1, 7], [0, 0, 7]]]
        });
        let feature = |properties: &Value| {
            let geometry = properties.get("geometry").unwrap_or(&square);
            serde_json::json!({"type": "Feature", "properties": properties, "geometry": geometry})
        };
        let features: Vec<Value> = properties.iter().map(feature).collect();
        let file = serde_json::json!({"type": "FeatureCollection", "features": features});
        read(file.to_string().as_bytes(), &gazetteer())
    }

    fn one(properties: Value) -> (String, String, Option<String>) {
        let read = read_all(&[properties]).expect("a boundary").remove(0);
        (read.code.to_string(), read.name, read.bps_code)
    }

    #[test]
    fn properties_go_by_many_names() {
        let expected = ("35.76.01".to_owned(), "Prajurit Kulon".to_owned(), None);
        for properties in [
            serde_json::json!({"code": "35.76.01", "name": "Prajurit Kulon"}),
            serde_json::json!({"KODE_KEC": 357_601, "KECAMATAN": "PRAJURIT KULON"}),
            serde_json::json!({"kd_kec": 357_601.0, "nm_kec": "Prajurit  Kulon", "KABUPATEN": "Mojokerto"}),
            serde_json::json!({"KDPKAB": "35.76", "KDCPUM": "35.76.01", "WADMKK": "Kota Mojokerto",
                "WADMKC": "Prajurit Kulon", "KDEPUM": ""}),
        ] {
            assert_eq!(one(properties.clone()), expected, "{properties}");
        }
    }

    #[test]
    fn a_code_of_the_statistics_office_counts_where_the_property_says_so() {
        let (code, _, bps_code) =
            one(serde_json::json!({"bps_code": "3576020", "name": "Magersari"}));
        assert_eq!((code.as_str(), bps_code.as_deref()), ("35.76.02", Some("3576020")));
        let faults = read_all(&[
            serde_json::json!({"kode": "3576020", "name": "x"}),
            serde_json::json!({"kdcbps": "3576999", "name": "x"}),
        ])
        .expect_err("faults");
        let told: Vec<&str> = faults.iter().map(|found| found.fault.code()).collect();
        assert_eq!(told, ["malformed", "region_unknown"]);
    }

    #[test]
    fn a_regency_has_its_title() {
        let name = |code: &str, name: &str| one(serde_json::json!({"code": code, "name": name})).1;
        assert_eq!(name("35.16", "MOJOKERTO"), "Kabupaten Mojokerto");
        assert_eq!(name("35.16", "Kab. Mojokerto"), "Kabupaten Mojokerto");
        assert_eq!(name("35.76", "Mojokerto"), "Kota Mojokerto");
        assert_eq!(name("35.76", "KOTA MOJOKERTO"), "Kota Mojokerto");
    }

    #[test]
    fn every_feature_that_is_wrong_is_told_by_its_number() {
        let bow_tie = serde_json::json!({
            "type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]
        });
        let faults = read_all(&[
            serde_json::json!({"code": "35.76.01", "name": "A"}),
            serde_json::json!({"code": "35.76.01", "name": "B"}),
            serde_json::json!({"name": "C", "geometry": {"type": "Point", "coordinates": [1, 1]}}),
            serde_json::json!({"code": "35.76.03", "geometry": bow_tie}),
            serde_json::json!({"code": "35.76.04", "name": "E",
                "geometry": {"type": "MultiPolygon", "coordinates": []}}),
        ])
        .expect_err("faults");
        let told: Vec<(&str, &str)> =
            faults.iter().map(|found| (found.field.as_str(), found.fault.code())).collect();
        let expected = [
            ("feature 2", "repeated"),
            ("feature 3", "required"),
            ("feature 3", "malformed"),
            ("feature 4", "required"),
            ("feature 4", "unreadable"),
            ("feature 5", "malformed"),
        ];
        assert_eq!(told, expected);
    }
}

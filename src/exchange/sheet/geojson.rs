//! A GeoJSON FeatureCollection: properties are columns, a point gives two more.

use geojson::{FeatureCollection, GeometryValue};

use super::{CellKind, Grid, Limits, ReadError};
use crate::domain::file_fault::{Bound, FileFault};

/// Columns for the geometry, ahead of a property of the same meaning.
const LON: &str = "lon";
const LAT: &str = "lat";
/// Properties that say the same as the geometry.
const LONGITUDES: &[&str] = &["lon", "lng", "longitude", "bujur"];
const LATITUDES: &[&str] = &["lat", "latitude", "lintang"];

/// The first row of the grid holds the names; the features follow, numbered from 1.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Grid, ReadError> {
    let malformed = |message: String| ReadError::damaged("GeoJSON", message);
    let text = std::str::from_utf8(bytes).map_err(|error| malformed(error.to_string()))?;
    let text = text.trim_start_matches('\u{feff}');
    let collection: FeatureCollection =
        text.parse().map_err(|error: geojson::Error| malformed(error.to_string()))?;
    let mut header: Vec<String> = vec![LON.to_owned(), LAT.to_owned()];
    for feature in &collection.features {
        for (name, _) in feature.properties_iter() {
            let known = header.iter().any(|column| column == name) || is_position(name);
            if !known {
                if header.len() >= limits.columns {
                    return Err(ReadError::too_many(Bound::Columns, limits.columns));
                }
                header.push(name.clone());
            }
        }
    }
    if collection.features.is_empty() {
        return Err(ReadError(FileFault::Empty));
    }
    let mut grid = Grid::new(None);
    grid.addressed = false;
    for (column, name) in header.iter().enumerate() {
        grid.push(0, column, name, CellKind::Text, limits)?;
    }
    for (place, feature) in collection.features.iter().enumerate() {
        let point = feature.geometry.as_ref().and_then(|geometry| match &geometry.value {
            GeometryValue::Point { coordinates } => Some((coordinates[0], coordinates[1])),
            _ => None,
        });
        // In an export of ours, the geometry of an enterprise without a point is its village's.
        let stands_for = feature.property("public_place").and_then(|place| place.get("precision"));
        let own = stands_for.is_none_or(|precision| precision == "exact")
            || feature.property("point").is_some_and(serde_json::Value::is_object);
        let position = |at: Option<f64>, names: &[&str]| match at {
            Some(_) if !own => String::new(),
            Some(degrees) => degrees.to_string(),
            None => {
                let named = |name: &str| names.contains(&name.to_lowercase().as_str());
                let found = feature.properties_iter().find(|(name, _)| named(name));
                found.map(|(_, text)| value(text)).unwrap_or_default()
            }
        };
        let (lon, lat) = (point.map(|at| at.0), point.map(|at| at.1));
        for (column, at, names) in [(0, lon, LONGITUDES), (1, lat, LATITUDES)] {
            let text = position(at, names);
            grid.push(place + 1, column, &text, CellKind::Text, limits)?;
        }
        for (column, name) in header.iter().enumerate().skip(2) {
            if let Some(property) = feature.property(name) {
                grid.push(place + 1, column, &value(property), CellKind::Text, limits)?;
            }
        }
    }
    Ok(grid)
}

fn is_position(name: &str) -> bool {
    let name = name.to_lowercase();
    LONGITUDES.iter().chain(LATITUDES).any(|known| *known == name)
}

/// A property as text; a list of simple values separated by `;`, so that an export comes in again.
fn value(property: &serde_json::Value) -> String {
    match property {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(list) => list.iter().map(value).collect::<Vec<_>>().join("; "),
        serde_json::Value::Object(object) => {
            // `{"kind": "ikm"}`, `{"name": "Sepatu", …}`, `{"code": "15201", …}`: what names it.
            let named = ["kind", "name", "code"].into_iter().find_map(|key| object.get(key));
            named.map(value).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

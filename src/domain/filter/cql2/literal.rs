//! Geometries as an expression writes them: WKT or GeoJSON, and BBOX.

use std::sync::Arc;

use cql2::{Expr, Geometry};
use geo::{LineString, MultiPolygon, Polygon};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::FUNCTIONS;
use super::scalar::malformed;
use crate::domain::expression_fault::ExpressionFault;
use crate::domain::fault::{Expected, Fault};
use crate::domain::filter::extent::Extent;
use crate::geography::{Area, AreaError, Bbox, MAX_VERTICES, round7};

type ToLonLat<'a> = &'a dyn Fn(f64, f64) -> Option<(f64, f64)>;
type Position = Vec<f64>;
type Rings = Vec<Vec<Position>>;

/// Pieces that an edge of a box is drawn in where its system's axes are not those of degrees.
const PIECES: u32 = 16;

/// What its type is called in WKT.
pub fn name(geometry: &Geometry) -> String {
    match geometry {
        Geometry::Wkt(wkt) => tag(wkt).to_uppercase(),
        Geometry::GeoJSON(_) => {
            let value = serde_json::to_value(geometry).unwrap_or_default();
            value["type"].as_str().unwrap_or("GEOMETRY").to_uppercase()
        }
    }
}

fn tag(wkt: &str) -> &str {
    let end = wkt.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(wkt.len());
    &wkt[..end]
}

/// A geometry in degrees.
pub fn extent(geometry: &Geometry, to_lon_lat: ToLonLat) -> Result<Extent, Fault> {
    let name = name(geometry);
    let polygons = match (name.as_str(), geometry) {
        ("POINT", Geometry::Wkt(wkt)) => {
            let (rings, _) = from_wkt(wkt, 1)?;
            return point(rings.first().and_then(|ring| ring.first()), to_lon_lat);
        }
        ("POINT", _) => return point(Some(&from_json(geometry)?), to_lon_lat),
        ("POLYGON", Geometry::Wkt(wkt)) => from_wkt(wkt, 2)?.1,
        ("POLYGON", _) => vec![from_json(geometry)?],
        ("MULTIPOLYGON", Geometry::Wkt(wkt)) => from_wkt(wkt, 3)?.1,
        ("MULTIPOLYGON", _) => from_json(geometry)?,
        _ => return Err(ExpressionFault::Function { name, allowed: FUNCTIONS }.into()),
    };
    let read = |rings: &Rings| -> Result<Polygon, Fault> {
        let mut rings = rings.iter().map(|ring| line(ring, to_lon_lat));
        let outer = rings.next().unwrap_or_else(|| Err(malformed("", Expected::Polygon)))?;
        Ok(Polygon::new(outer, rings.collect::<Result<_, Fault>>()?))
    };
    area(polygons.iter().map(read).collect::<Result<_, Fault>>()?)
}

fn area(polygons: Vec<Polygon>) -> Result<Extent, Fault> {
    let area = Area::new(MultiPolygon::new(polygons)).map_err(|error| match error {
        AreaError::TooManyVertices => Fault::TooMany { max: MAX_VERTICES },
        AreaError::NotAnArea => malformed("", Expected::Polygon),
        AreaError::Invalid(message) => ExpressionFault::Geometry { message }.into(),
    })?;
    Ok(Extent::Area(Arc::new(area)))
}

/// A ring. One that is open is not closed for anybody.
fn line(ring: &[Position], to_lon_lat: ToLonLat) -> Result<LineString, Fault> {
    if ring.len() < 4 || ring.first() != ring.last() {
        return Err(malformed("", Expected::Polygon));
    }
    let positions = ring.iter().map(|position| at(position, to_lon_lat));
    Ok(LineString::from(positions.collect::<Result<Vec<_>, Fault>>()?))
}

fn point(position: Option<&Position>, to_lon_lat: ToLonLat) -> Result<Extent, Fault> {
    let (lon, lat) = at(position.map_or(&[], Vec::as_slice), to_lon_lat)?;
    Ok(Extent::Point { lon: round7(lon), lat: round7(lat) })
}

/// A position in degrees; what it has beside x and y is left out.
fn at(position: &[f64], to_lon_lat: ToLonLat) -> Result<(f64, f64), Fault> {
    let on_earth = |(lon, lat): &(f64, f64)| lon.abs() <= 180.0 && lat.abs() <= 90.0;
    let found = match position {
        [x, y, ..] if x.is_finite() && y.is_finite() => to_lon_lat(*x, *y).filter(on_earth),
        _ => None,
    };
    found.ok_or_else(|| {
        let numbers: Vec<String> = position.iter().take(2).map(ToString::to_string).collect();
        Fault::PointUnusable { value: numbers.join(" ") }
    })
}

fn from_json<T: DeserializeOwned>(geometry: &Geometry) -> Result<T, Fault> {
    let value = serde_json::to_value(geometry).unwrap_or_default();
    let Value::Object(mut object) = value else { return Err(malformed("", Expected::Json)) };
    let coordinates = object.remove("coordinates").unwrap_or_default();
    serde_json::from_value(coordinates).map_err(|_| malformed("", Expected::Polygon))
}

/// The rings of WKT that stand in this many brackets, and where these are not all, by polygon. The
/// parser has seen to it that the brackets are what they should be.
fn from_wkt(wkt: &str, deepest: usize) -> Result<(Rings, Vec<Rings>), Fault> {
    let (mut rings, mut polygons) = (Rings::new(), Vec::new());
    let (mut depth, mut start) = (0_usize, 0);
    for (place, byte) in wkt.bytes().enumerate() {
        match byte {
            b'(' => {
                depth += 1;
                start = place + 1;
            }
            b')' => {
                if depth == deepest {
                    rings.push(positions(&wkt[start..place])?);
                } else if depth + 1 == deepest {
                    polygons.push(std::mem::take(&mut rings));
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    if rings.is_empty() && polygons.is_empty() {
        // POLYGON EMPTY.
        return Err(ExpressionFault::NotCql2 { near: wkt.chars().take(20).collect() }.into());
    }
    Ok((rings, polygons))
}

fn positions(text: &str) -> Result<Vec<Position>, Fault> {
    let number = |word: &str| word.parse().map_err(|_| malformed(word, Expected::Number));
    text.split(',').map(|position| position.split_whitespace().map(number).collect()).collect()
}

/// A box in degrees: where the system's axes are others, a polygon of what the box is on the ground.
pub fn bbox(numbers: &[Box<Expr>], to_lon_lat: ToLonLat) -> Result<Extent, Fault> {
    let number = |expr: &Expr| match expr {
        Expr::Float(number) => Ok(*number),
        _ => Err(malformed("", Expected::Bbox)),
    };
    let numbers = numbers.iter().map(|expr| number(expr)).collect::<Result<Vec<_>, _>>()?;
    let unusable = || {
        let all: Vec<String> = numbers.iter().take(6).map(ToString::to_string).collect();
        malformed(&all.join(","), Expected::Bbox)
    };
    let ([x, y, to_x, to_y] | [x, y, _, to_x, to_y, _]) = *numbers.as_slice() else {
        return Err(unusable());
    };
    let ((west, south), (east, north)) = (at(&[x, y], to_lon_lat)?, at(&[to_x, to_y], to_lon_lat)?);
    let corner = at(&[x, to_y], to_lon_lat)?;
    let is = |lon: f64, lat: f64| (corner.0 - lon).abs() < 1e-9 && (corner.1 - lat).abs() < 1e-9;
    if is(west, north) || is(east, south) {
        return match (south <= north, (west, south) == (east, north)) {
            (false, _) => Err(unusable()),
            (true, true) => Ok(Extent::Point { lon: round7(west), lat: round7(south) }),
            (true, false) => Ok(Extent::Bbox(Bbox { west, south, east, north })),
        };
    }
    if x >= to_x || y >= to_y {
        return Err(unusable());
    }
    let corners = [(x, y), (to_x, y), (to_x, to_y), (x, to_y), (x, y)];
    let mut ring = Vec::new();
    for edge in corners.windows(2) {
        let ((x, y), (to_x, to_y)) = (edge[0], edge[1]);
        ring.extend((0..PIECES).map(|piece| {
            let part = f64::from(piece) / f64::from(PIECES);
            vec![x + (to_x - x) * part, y + (to_y - y) * part]
        }));
    }
    ring.push(vec![x, y]);
    area(vec![Polygon::new(line(&ring, to_lon_lat)?, Vec::new())])
}

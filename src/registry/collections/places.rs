//! Features that are looked through one by one: what passes, and a page of that.

use std::borrow::Borrow;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value as Json};

use super::{Collection, Feature, FeaturePage, Geometry, PlaceQuery};
use crate::domain::filter::{Expression, Value};
use crate::domain::queryable::{GEOMETRY, Queryable, QueryableKind};
use crate::registry::RegistryError;

/// What features are ordered by: a region's code, or folded name and id of a document.
pub type Place = (String, String);

/// A page's end as an opaque text.
pub fn encoded(place: &Place) -> String {
    // Two texts always can be written.
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
}

/// The place that a text stands for.
///
/// # Errors
/// If it is none.
pub fn decoded(text: &str) -> Result<Place, RegistryError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    bytes
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| RegistryError::strange_cursor(text))
}

fn of<F: Borrow<Feature>>(feature: &F) -> &Feature {
    feature.borrow()
}

/// A page of the features that pass, which come in the order of their places.
///
/// # Errors
/// A page that was never begun.
pub fn page<F: Borrow<Feature>>(
    features: impl Iterator<Item = (Place, F)>,
    collection: Collection,
    query: &PlaceQuery,
) -> Result<FeaturePage, RegistryError> {
    let mut passing = Vec::new();
    for (place, feature) in features {
        if passes(of(&feature), collection, query)? {
            passing.push((place, feature));
        }
    }
    let matched = passing.len();
    let start = match &query.after {
        None => 0,
        Some(after) => {
            let after = decoded(after)?;
            passing.partition_point(|(place, _)| *place <= after)
        }
    };
    let rest = &passing[(start + query.offset).min(matched)..];
    let of_page = &rest[..query.limit.min(rest.len())];
    let next = of_page.last().filter(|_| rest.len() > of_page.len());
    let next = next.map(|(place, _)| encoded(place));
    let items = of_page.iter().map(|(_, feature)| of(feature).clone()).collect();
    Ok(FeaturePage { items, matched, next })
}

fn passes(
    feature: &Feature,
    collection: Collection,
    query: &PlaceQuery,
) -> Result<bool, RegistryError> {
    if query.within.as_ref().is_some_and(|within| !within.meets(&feature.geometry)) {
        return Ok(false);
    }
    let Some(expression) = &query.expression else { return Ok(true) };
    answers(feature, collection, expression)
}

/// Whether a feature is one that an expression is true of.
fn answers(
    feature: &Feature,
    collection: Collection,
    expression: &Expression,
) -> Result<bool, RegistryError> {
    let properties: Map<String, Json> = serde_json::from_str(&feature.properties)?;
    let queryables = collection.described().queryables;
    let geometry = match &feature.geometry {
        _ if !expression.names(GEOMETRY) => None,
        Geometry::Nowhere => None,
        Geometry::Point(lon, lat) => Some(geo::Geometry::Point(geo::Point::new(*lon, *lat))),
        Geometry::Boundary(boundary) => Some(geo::Geometry::MultiPolygon(boundary.polygon.clone())),
    };
    let value = |name: &str| {
        if name == "id" {
            return Value::Text(feature.id.as_str().into());
        }
        let Some(queryable) = Queryable::of(queryables, name) else { return Value::Null };
        value_of(queryable, properties.get(name), geometry.as_ref())
    };
    Ok(expression.matches(&value))
}

/// A property as expressions take it.
fn value_of<'a>(
    queryable: &Queryable,
    property: Option<&'a Json>,
    geometry: Option<&'a geo::Geometry>,
) -> Value<'a> {
    if matches!(queryable.kind, QueryableKind::Geometry) {
        return geometry.map_or(Value::Null, Value::Geometry);
    }
    match (&queryable.kind, property) {
        (QueryableKind::Date, Some(Json::String(text))) => {
            text.parse().map_or(Value::Null, Value::Day)
        }
        (QueryableKind::Time, Some(Json::String(text))) => {
            text.parse().map_or(Value::Null, Value::Time)
        }
        (_, Some(Json::String(text))) if queryable.is_list() => {
            Value::Texts(text.split(',').map(Into::into).collect())
        }
        (_, Some(Json::String(text))) => Value::Text(text.as_str().into()),
        (_, Some(Json::Bool(flag))) => Value::Flag(*flag),
        (_, Some(Json::Number(number))) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Whole(whole),
            (None, Some(number)) => Value::Number(number),
            (None, None) => Value::Null,
        },
        _ => Value::Null,
    }
}

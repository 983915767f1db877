//! What of the standards is kept to.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{Ask, CACHING, Format, JSON, document, html, page, tiles};
use crate::http::problem::ApiError;

/// The classes of OGC API - Features and CQL2.
const CLASSES: [&str; 16] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
];
/// That of Part 5, and those that its parts lean on.
const OTHERS: [&str; 1] = ["http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/schemas"];

fn classes() -> Vec<&'static str> {
    CLASSES.iter().chain(&OTHERS).chain(tiles::CONFORMANCE).copied().collect()
}

pub async fn get_conformance(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let (ask, taken) = Ask::of(&request, &[])?;
    taken.finish()?;
    let links = ask.own_links(JSON)?;
    if ask.format == Format::Json {
        let conformance = json!({"conformsTo": classes(), "links": links});
        return document(&request, JSON, &conformance);
    }
    let title = ask.told(["Kelas kesesuaian", "Conformance classes"]);
    let mut body = html::Body::default();
    body.list(classes().into_iter());
    body.links(&links);
    Ok(page(CACHING, ask.lang, html::page(&ask, title, &[], &body)))
}

//! `…/items`: the features of a collection, a page at a time.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::crs::{Crs, content_crs};
use super::query::{Asked, Query};
use super::{Ask, Format, GEOJSON, HTML, Link, collection, html, map, page};
use crate::http::caller::Caller;
use crate::http::problem::ApiError;
use crate::http::slots::Slot;
use crate::http::v1::enterprises::caching;
use crate::registry::collections::{Collection, Feature, FeaturePage, Geometry, write_polygon};
use crate::registry::{Registry, RegistryError};

/// Pages larger than this take one of the places that exports have.
const LARGE: usize = 1_000;
/// What a feature takes beside its properties.
const ROOM: usize = 200;
/// Regions change with an edition, not with a request.
const CACHING_OF_REGIONS: &str = "public, max-age=3600";

/// How long others may keep what is told of a collection.
pub fn caching_of(collection: Collection, request: &HttpRequest) -> &'static str {
    if collection.level().is_some() { CACHING_OF_REGIONS } else { caching(request) }
}

pub async fn list_items(
    request: HttpRequest,
    caller: Caller,
    path: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let collection = collection(&path)?;
    let (ask, taken) = Ask::of(&request, &["geojson"])?;
    let Query { asked, crs, limit } = Query::read(taken, collection, &registry.reference())?;
    let _slot = if limit > LARGE {
        match Slot::take(&request, &caller.0) {
            Ok(slot) => slot,
            Err(refused) => return Ok(refused.answer()),
        }
    } else {
        None
    };
    let caching = caching_of(collection, &request);
    let (format, lang) = (ask.format, ask.lang);
    let body = web::block(move || {
        let found = match asked {
            Asked::Enterprises(query) => registry.enterprise_features(&caller, *query)?,
            Asked::Places(query) => registry.place_features(&caller, collection, &query)?,
        };
        let links = links(&ask, collection, found.next.as_deref())?;
        match ask.format {
            Format::Json => written(&found, crs, &links, registry.clock().now()),
            Format::Html => {
                shown(&registry, &ask, collection, &found, &links).map(String::into_bytes)
            }
        }
    })
    .await??;
    let mut response = match format {
        Format::Json => {
            let mut response = HttpResponse::Ok();
            response.content_type(GEOJSON).insert_header((header::CACHE_CONTROL, caching));
            response.body(body)
        }
        Format::Html => {
            let text = String::from_utf8(body);
            let text = text.map_err(|_| RegistryError::Internal("a page is text"))?;
            page(caching, lang, text)
        }
    };
    let (name, value) = content_crs(crs);
    let value = header::HeaderValue::from_str(&value);
    let value = value.map_err(|_| RegistryError::Internal("a URI is a field's value"))?;
    response.headers_mut().insert(header::HeaderName::from_static(name), value);
    Ok(response)
}

fn links(
    ask: &Ask,
    collection: Collection,
    next: Option<&str>,
) -> Result<Vec<Link>, RegistryError> {
    let mut links = ask.own_links(GEOJSON)?;
    let path = format!("/collections/{}", collection.id());
    links.push(ask.link(&path, "collection", super::JSON, collection.described().title));
    if let Some(cursor) = next {
        links.push(Link {
            href: ask.with(&[("cursor", cursor)], &["offset"])?,
            rel: "next",
            media: if ask.format == Format::Json { GEOJSON } else { HTML },
            title: ask.told(["Halaman berikutnya", "The next page"]).to_owned(),
        });
    }
    Ok(links)
}

/// A page put together from properties that are JSON already.
fn written(
    page: &FeaturePage,
    crs: Crs,
    links: &[Link],
    now: DateTime<Utc>,
) -> Result<Vec<u8>, RegistryError> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Head<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        time_stamp: String,
        number_matched: usize,
        number_returned: usize,
        links: &'a [Link],
    }
    let head = Head {
        kind: "FeatureCollection",
        time_stamp: now.to_rfc3339_opts(SecondsFormat::Millis, true),
        number_matched: page.matched,
        number_returned: page.items.len(),
        links,
    };
    let head = serde_json::to_string(&head)?;
    let room: usize = page.items.iter().map(|feature| feature.properties.len() + ROOM).sum();
    let mut body = String::with_capacity(room + head.len() + 20);
    body.push_str(head.strip_suffix('}').unwrap_or(&head));
    body.push_str(",\"features\":[");
    for (place, feature) in page.items.iter().enumerate() {
        if place > 0 {
            body.push(',');
        }
        begin_feature(&mut body, feature, crs);
        body.push('}');
    }
    body.push_str("]}");
    Ok(body.into_bytes())
}

/// Writes a feature up to its end, so that more may be said of it.
pub fn begin_feature(to: &mut String, feature: &Feature, crs: Crs) {
    // Ids are UUIDs and region codes: nothing in them is escaped.
    for part in ["{\"type\":\"Feature\",\"id\":\"", &feature.id, "\",\"geometry\":"] {
        to.push_str(part);
    }
    write_geometry(to, &feature.geometry, crs);
    to.push_str(",\"properties\":");
    to.push_str(&feature.properties);
}

fn write_geometry(to: &mut String, geometry: &Geometry, crs: Crs) {
    use std::fmt::Write;
    match geometry {
        Geometry::Nowhere => to.push_str("null"),
        Geometry::Point(lon, lat) => {
            let (x, y) = crs.of_lon_lat(*lon, *lat);
            // Writing to a string does not fail.
            let _ = write!(to, "{{\"type\":\"Point\",\"coordinates\":[{x:?},{y:?}]}}");
        }
        Geometry::Boundary(boundary) if crs == Crs::Crs84 => to.push_str(&boundary.geojson),
        Geometry::Boundary(boundary) => {
            write_polygon(to, &boundary.polygon, |lon, lat| crs.of_lon_lat(lon, lat));
        }
    }
}

/// The same for people: a map and a table.
fn shown(
    registry: &Registry,
    ask: &Ask,
    collection: Collection,
    found: &FeaturePage,
    links: &[Link],
) -> Result<String, RegistryError> {
    let title = ask.told(collection.described().title);
    let boundaries = registry.boundaries()?;
    let mut body = html::Body::default();
    let (shown, matched) = (found.items.len(), found.matched);
    body.paragraph(&ask.told([
        format!("{shown} dari {matched} fitur."),
        format!("{shown} of {matched} features."),
    ]));
    body.push(&map::svg(&boundaries, &found.items, title));
    body.features(ask, collection, &found.items)?;
    body.links(links);
    let crumbs = [collection_crumb(ask, collection)];
    let heading = ask.told([format!("{title}: fitur"), format!("{title}: features")]);
    Ok(html::page(ask, &heading, &crumbs, &body))
}

/// The way back to a collection.
pub fn collection_crumb(ask: &Ask, collection: Collection) -> (String, &'static str) {
    let href = format!("{}/collections/{}?f=html", ask.base, collection.id());
    (href, ask.told(collection.described().title))
}

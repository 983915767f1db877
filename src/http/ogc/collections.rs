//! `/ogc/collections`: what there is, and where its parts are.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use strum::VariantArray;

use super::crs::{Crs, STORAGE};
use super::{
    Ask, CACHING, Format, GEOJSON, HTML, JSON, Link, SCHEMA, collection, document, html, map, page,
    tiles,
};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::collections::{Boundaries, Collection};

pub const QUERYABLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
pub const SCHEMA_OF: &str = "http://www.opengis.net/def/rel/ogc/1.0/schema";

/// The links of a collection beside `self` and `alternate`.
fn parts(ask: &Ask, collection: Collection) -> Vec<Link> {
    let path = |rest: &str| format!("/collections/{}/{rest}", collection.id());
    let mut links = vec![
        ask.link(&path("items"), "items", GEOJSON, ["Fitur (GeoJSON)", "Features (GeoJSON)"]),
        ask.link(&path("items?f=html"), "items", HTML, ["Fitur (halaman)", "Features (pages)"]),
        ask.link(
            &path("queryables"),
            QUERYABLES,
            SCHEMA,
            ["Yang dapat disaring", "What can be filtered by"],
        ),
        ask.link(&path("schema"), SCHEMA_OF, SCHEMA, ["Skema", "Schema"]),
        ask.link(&path("schema"), "describedby", SCHEMA, ["Skema", "Schema"]),
    ];
    if tiles::has_tiles(collection) {
        let title = ["Ubin vektor", "Vector tiles"];
        links.push(ask.link(&path("tiles"), tiles::TILESETS, JSON, title));
    }
    links
}

/// A collection, where its own address is not that of the request.
fn named_links(ask: &Ask, collection: Collection) -> Vec<Link> {
    let path = format!("/collections/{}", collection.id());
    let title = collection.described().title;
    let twin = ask.link(&format!("{path}?f=html"), "alternate", HTML, title);
    let mut links = vec![ask.link(&path, "self", JSON, title), twin];
    links.extend(parts(ask, collection));
    links
}

fn told(ask: &Ask, collection: Collection, bounds: [f64; 4], links: &[Link]) -> Value {
    let described = collection.described();
    json!({
        "id": collection.id(),
        "title": ask.told(described.title),
        "description": ask.told(described.description),
        "itemType": "feature",
        "extent": {"spatial": {"bbox": [bounds], "crs": STORAGE.uri()}},
        "crs": Crs::uris(),
        "storageCrs": STORAGE.uri(),
        "links": links,
    })
}

/// Degrees that hold the province, a little wider, so that no rounding leaves anything out.
pub fn extent(boundaries: &Boundaries) -> [f64; 4] {
    let [west, south, east, north] = boundaries.bounds();
    let down = |degrees: f64| (degrees * 100.0).floor() / 100.0;
    let up = |degrees: f64| (degrees * 100.0).ceil() / 100.0;
    [down(west), down(south), up(east), up(north)]
}

pub async fn list_collections(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let (ask, taken) = Ask::of(&request, &[])?;
    taken.finish()?;
    let boundaries = web::block(move || registry.boundaries()).await??;
    let links = ask.own_links(JSON)?;
    let title = ask.told(["Koleksi", "Collections"]);
    if ask.format == Format::Json {
        let bounds = extent(&boundaries);
        let all = Collection::VARIANTS.iter();
        let all = all.map(|one| told(&ask, *one, bounds, &named_links(&ask, *one)));
        let all = json!({
            "links": links,
            "crs": Crs::uris(),
            "collections": all.collect::<Vec<_>>(),
        });
        return document(&request, JSON, &all);
    }
    let mut body = html::Body::default();
    let columns = ask.told([["Koleksi", "Isi"], ["Collection", "What it holds"]]);
    let rows = Collection::VARIANTS.iter().map(|one| {
        let described = one.described();
        let href = Some(format!("{}/collections/{}?f=html", ask.base, one.id()));
        vec![
            html::Cell { text: ask.told(described.title).to_owned(), href },
            html::Cell::of(ask.told(described.description)),
        ]
    });
    body.table(title, &columns, rows);
    body.links(&links);
    Ok(page(CACHING, ask.lang, html::page(&ask, title, &[], &body)))
}

pub async fn get_collection(
    request: HttpRequest,
    path: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let collection = collection(&path)?;
    let (ask, taken) = Ask::of(&request, &[])?;
    taken.finish()?;
    let boundaries = web::block(move || registry.boundaries()).await??;
    let mut links = ask.own_links(JSON)?;
    links.extend(parts(&ask, collection));
    if ask.format == Format::Json {
        let told = told(&ask, collection, extent(&boundaries), &links);
        return document(&request, JSON, &told);
    }
    let described = collection.described();
    let title = ask.told(described.title);
    let mut body = html::Body::default();
    body.paragraph(ask.told(described.description));
    body.push(&map::svg(&boundaries, &[], title));
    body.links(&links);
    body.heading(ask.told(["Kolom", "Properties"]));
    let public = described.properties.iter().filter(|property| !property.internal);
    body.facts(public.map(|property| (property.name, ask.told(property.title).to_owned())));
    body.heading(ask.told(["Sistem koordinat", "Reference systems"]));
    body.list(Crs::uris().into_iter());
    Ok(page(CACHING, ask.lang, html::page(&ask, title, &[], &body)))
}

//! OGC API - Tiles 1.0 (20-057): the tiles of `/api/v1`, and what describes them.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use strum::VariantArray;

use crate::domain::fault::{Fault, Lang};
use crate::domain::region::Level;
use crate::exchange::map_style::ATTRIBUTION;
use crate::exchange::tile_matrix::{self, Reach};
use crate::geography::mercator::Tile;
use crate::http::caller::Caller;
use crate::http::gate::Gate;
use crate::http::kept::tagged;
use crate::http::parameters::Taken;
use crate::http::problem::ApiError;
use crate::http::represent::{language, origin};
use crate::http::v1;
use crate::http::v1::tiles::MVT;
use crate::registry::collections::Collection;
use crate::registry::outlines::DISTRICTS_FROM;
use crate::registry::{Registry, RegistryError};

pub use super::tile_paths::paths;

/// Classes that a landing page declares beside its own.
pub const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
];
/// How a collection links to its tile sets, and the landing page to the matrix sets.
pub const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
pub const TILING_SCHEMES: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes";
const TILING_SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";

const JSON: &str = "application/json";
/// The matrix set never changes.
const CACHING: &str = "public, max-age=86400";
/// Boundaries are drawn to this zoom: deeper, a client enlarges them.
const BOUNDARIES_UNTIL: u8 = 14;

/// The paths, from the root: before any scope that takes all that begins with `/ogc`.
pub fn routes(config: &mut web::ServiceConfig) {
    let of_collection = "/ogc/collections/{collection}/tiles";
    config
        .service(resource("/ogc/tileMatrixSets").route(web::get().to(list_matrix_sets)))
        .service(resource("/ogc/tileMatrixSets/{set}").route(web::get().to(get_matrix_set)))
        .service(resource(of_collection).route(web::get().to(list_tilesets)))
        .service(resource(&format!("{of_collection}/{{set}}")).route(web::get().to(get_tileset)))
        .service(
            resource(&format!("{of_collection}/{{set}}/{{matrix}}/{{row}}/{{column}}"))
                .route(web::get().to(get_tile)),
        );
}

/// A path that is only read.
fn resource(path: &str) -> actix_web::Resource {
    web::resource(path).default_service(web::to(|request: HttpRequest| async move {
        let mut response = if request.method() == actix_web::http::Method::OPTIONS {
            HttpResponse::NoContent()
        } else {
            HttpResponse::MethodNotAllowed()
        };
        response.insert_header((header::ALLOW, "GET, HEAD, OPTIONS")).finish()
    }))
}

/// Whether there are tiles of a collection.
pub fn has_tiles(collection: Collection) -> bool {
    use Collection::{Districts, Enterprises, Regencies};
    matches!(collection, Enterprises | Regencies | Districts)
}

/// The collections that have tiles, by their names.
pub fn with_tiles() -> impl Iterator<Item = &'static str> {
    Collection::VARIANTS.iter().filter(|collection| has_tiles(**collection)).map(Into::into)
}

fn named(name: &str) -> Option<Collection> {
    name.parse().ok().filter(|collection| has_tiles(*collection))
}

/// The regions that a collection is of.
fn level(collection: Collection) -> Option<Level> {
    match collection {
        Collection::Regencies => Some(Level::Regency),
        Collection::Districts => Some(Level::District),
        _ => None,
    }
}

fn reach(collection: Collection, rect: [f64; 4]) -> Reach {
    let (min_zoom, max_zoom) = match collection {
        Collection::Regencies => (0, BOUNDARIES_UNTIL),
        Collection::Districts => (DISTRICTS_FROM, BOUNDARIES_UNTIL),
        _ => (0, Tile::MAX_ZOOM),
    };
    Reach { rect, min_zoom, max_zoom }
}

/// The one format of a path, if it is asked for by name.
fn media(taken: &mut Taken, only: &'static str) {
    taken.read("f", (), |text| {
        let unknown = || Fault::UnknownCode { value: text.to_owned(), allowed: only.to_owned() };
        (text == only).then_some(()).ok_or_else(unknown)
    });
}

/// What is not there: a problem is made of it on the way out.
fn nothing() -> HttpResponse {
    HttpResponse::NotFound().finish()
}

fn json_answer(
    request: &HttpRequest,
    caching: &'static str,
    body: &Value,
) -> Result<HttpResponse, ApiError> {
    let body = serde_json::to_vec(body).map_err(RegistryError::from)?;
    Ok(tagged(request, JSON, caching, body))
}

fn link(rel: &str, media: &str, href: &str, title: &str) -> Value {
    json!({"rel": rel, "type": media, "href": href, "title": title})
}

async fn list_matrix_sets(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    media(&mut taken, "json");
    taken.finish()?;
    let list = format!("{}/ogc/tileMatrixSets", origin(&request));
    let address = format!("{list}/{}", tile_matrix::ID);
    // The standard asks for `self`; the official test suite looks for `item`.
    let own = ["self", "item"].map(|rel| link(rel, JSON, &address, tile_matrix::TITLE));
    let body = json!({
        "links": [link("self", JSON, &list, "Tile matrix sets")],
        "tileMatrixSets": [{
            "id": tile_matrix::ID,
            "title": tile_matrix::TITLE,
            "uri": tile_matrix::URI,
            "crs": tile_matrix::CRS,
            "links": own,
        }],
    });
    json_answer(&request, CACHING, &body)
}

async fn get_matrix_set(
    request: HttpRequest,
    set: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    media(&mut taken, "json");
    taken.finish()?;
    if *set != tile_matrix::ID {
        return Ok(nothing());
    }
    json_answer(&request, CACHING, &tile_matrix::definition())
}

/// What a description of a collection's tiles is made of.
struct Described {
    collection: Collection,
    reach: Reach,
    origin: String,
    lang: Lang,
    /// With its `?`, or nothing.
    query: String,
    caching: &'static str,
}

impl Described {
    /// Of the collection in a path, with the filter of the request.
    async fn of(
        request: &HttpRequest,
        collection: Collection,
        caller: Caller,
        registry: web::Data<Registry>,
    ) -> Result<Self, ApiError> {
        let mut taken = Taken::of(request.query_string())?;
        media(&mut taken, "json");
        let mut filter = None;
        if level(collection).is_some() {
            taken.finish()?;
        } else {
            filter = Some(taken.into_filter(&registry.reference())?);
        }
        let query = filter.as_ref().map_or(String::new(), |filter| filter.canonical().to_owned());
        let rect = web::block(move || {
            if let Some(filter) = &mut filter {
                registry.allow_filter(&caller.0, filter)?;
            }
            registry.province_rect()
        });
        Ok(Self {
            collection,
            reach: reach(collection, rect.await??),
            origin: origin(request),
            lang: language(request),
            query: if query.is_empty() { query } else { format!("?{query}") },
            caching: v1::enterprises::caching(request),
        })
    }

    /// Its tile sets in a path.
    fn list(&self) -> String {
        let name: &str = self.collection.into();
        format!("{}/ogc/collections/{name}/tiles", self.origin)
    }

    fn title(&self) -> &'static str {
        let [id, en] = match self.collection {
            Collection::Regencies => ["Kabupaten dan kota", "Regencies and cities"],
            Collection::Districts => ["Kecamatan", "Districts"],
            _ => ["Usaha", "Enterprises"],
        };
        if self.lang == Lang::En { en } else { id }
    }

    /// One of the list.
    fn item(&self) -> Value {
        let Self { origin, query, .. } = self;
        let own = format!("{}/{}", self.list(), tile_matrix::ID);
        let scheme = format!("{origin}/ogc/tileMatrixSets/{}", tile_matrix::ID);
        let and = if query.is_empty() { "?f=mvt".to_owned() } else { format!("{query}&f=mvt") };
        let template = format!("{own}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}{and}");
        let mut tiles = link("item", MVT, &template, "Mapbox vector tiles");
        tiles["templated"] = true.into();
        json!({
            "title": self.title(),
            "dataType": "vector",
            "crs": tile_matrix::CRS,
            "tileMatrixSetId": tile_matrix::ID,
            "tileMatrixSetURI": tile_matrix::URI,
            "tileMatrixSetLimits": self.reach.limits(),
            "boundingBox": self.reach.bounding_box(),
            "links": [
                link("self", JSON, &format!("{own}{query}"), self.title()),
                link(TILING_SCHEME, JSON, &scheme, tile_matrix::TITLE),
                tiles,
            ],
        })
    }

    /// What its tiles hold.
    fn layer(&self) -> Value {
        let name: &str = self.collection.into();
        let regions = [
            ("code", "String: the Kemendagri code"),
            ("name", "String"),
            ("approximate", "Boolean: the boundary is only approximate"),
        ];
        let points = level(self.collection).is_none();
        let fields = if points { &v1::tile_json::FIELDS[..] } else { &regions[..] };
        let properties = fields.iter().map(|(field, said)| {
            let (kind, description) = said.split_once(": ").unwrap_or((*said, ""));
            let kind = if kind == "Number" { "integer".to_owned() } else { kind.to_lowercase() };
            ((*field).to_owned(), json!({"type": kind, "description": description}))
        });
        json!({
            "id": name,
            "title": self.title(),
            "dataType": "vector",
            "geometryDimension": if points { 0 } else { 2 },
            "minTileMatrix": self.reach.min_zoom.to_string(),
            "maxTileMatrix": self.reach.max_zoom.to_string(),
            "propertiesSchema": {
                "type": "object",
                "properties": properties.collect::<serde_json::Map<_, _>>(),
            },
        })
    }
}

async fn list_tilesets(
    request: HttpRequest,
    caller: Caller,
    collection: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let Some(collection) = named(&collection) else { return Ok(nothing()) };
    let described = Described::of(&request, collection, caller, registry).await?;
    let own = format!("{}{}", described.list(), described.query);
    let body = json!({
        "links": [link("self", JSON, &own, described.title())],
        "tilesets": [described.item()],
    });
    json_answer(&request, described.caching, &body)
}

async fn get_tileset(
    request: HttpRequest,
    caller: Caller,
    path: web::Path<(String, String)>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let (collection, set) = path.into_inner();
    let Some(collection) = named(&collection).filter(|_| set == tile_matrix::ID) else {
        return Ok(nothing());
    };
    let described = Described::of(&request, collection, caller, registry).await?;
    let mut body = described.item();
    body["layers"] = json!([described.layer()]);
    body["mediaTypes"] = json!([MVT]);
    body["attribution"] = ATTRIBUTION.into();
    if level(collection).is_none() {
        body["license"] = LICENCE.into();
    }
    json_answer(&request, described.caching, &body)
}

/// A tile's place in its path: the row stands before the column.
#[derive(Deserialize)]
struct OfTile {
    collection: String,
    set: String,
    matrix: String,
    row: String,
    column: String,
}

impl OfTile {
    fn tile(&self) -> Option<Tile> {
        let (z, x, y) = (&self.matrix, &self.column, &self.row);
        let z = z.parse().ok().filter(|z| *z <= Tile::MAX_ZOOM)?;
        Tile::new(z, x.parse().ok()?, y.parse().ok()?)
    }
}

async fn get_tile(
    request: HttpRequest,
    caller: Caller,
    path: web::Path<OfTile>,
    registry: web::Data<Registry>,
    gate: web::Data<Gate>,
) -> Result<HttpResponse, ApiError> {
    let collection = named(&path.collection).filter(|_| path.set == tile_matrix::ID);
    let (Some(collection), Some(tile)) = (collection, path.tile()) else { return Ok(nothing()) };
    let mut taken = Taken::of(request.query_string())?;
    media(&mut taken, "mvt");
    let asked = registry.clone();
    let rect = web::block(move || asked.province_rect()).await??;
    if !reach(collection, rect).holds(tile) {
        return Ok(nothing());
    }
    match level(collection) {
        None => v1::tiles::answer(&request, caller, registry, &gate, tile, taken).await,
        level => v1::region_tiles::answer(&request, registry, &gate, tile, taken, level).await,
    }
}

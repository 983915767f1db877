//! `/tiles/enterprises.json`: what a map needs to know to ask for tiles.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::styles::enterprise_tiles;
use crate::exchange::tile_matrix::Reach;
use crate::geography::mercator::Tile;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, FilterParameters, Taken};
use crate::http::problem::ApiError;
use crate::http::represent::origin;
use crate::registry::Registry;

/// What the tiles say of a point.
pub static FIELDS: [(&str, &str); 8] = [
    ("count", "Number: records that are drawn as this one point"),
    ("sector", "String: the main sector that most of them have"),
    ("stack", "Boolean: all of them lie on one point"),
    ("id", "String: of a single record"),
    ("kind", "String: of a single record; of several, with commas"),
    ("size_class", "String: of a single record"),
    ("name", "String: of a single record, in tiles of 16 × 16 cells"),
    ("exact", "Boolean: a single record lies where it is drawn"),
];

/// A tile set as `TileJSON` 3.0.0 describes it.
#[derive(Serialize, ToSchema)]
pub struct TileJson {
    #[schema(example = "3.0.0")]
    tilejson: &'static str,
    name: &'static str,
    description: &'static str,
    /// With the filter that was given.
    tiles: [String; 1],
    vector_layers: [VectorLayer; 1],
    #[schema(example = "xyz")]
    scheme: &'static str,
    minzoom: u8,
    maxzoom: u8,
    /// West, south, east and north of the province.
    bounds: [f64; 4],
}

/// A layer of the tiles.
#[derive(Serialize, ToSchema)]
pub struct VectorLayer {
    id: &'static str,
    description: &'static str,
    /// Property → what it says.
    fields: BTreeMap<&'static str, &'static str>,
}

/// The enterprise tiles as `TileJSON`, for maps and GIS; the filter goes on into their address.
#[utoipa::path(
    operation_id = "get_enterprise_tileset",
    tag = "tiles",
    params(FilterParameters),
    responses((status = 200, description = "TileJSON 3.0.0", body = TileJson), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/tiles/enterprises.json")]
pub async fn get_enterprise_tileset(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let reference = registry.reference();
    let mut filter = Taken::of(request.query_string())?.into_filter(&reference)?;
    let query = filter.canonical().to_owned();
    let rect = web::block(move || {
        registry.allow_filter(&caller.0, &mut filter)?;
        registry.province_rect()
    });
    let reach = Reach { rect: rect.await??, min_zoom: 0, max_zoom: Tile::MAX_ZOOM };
    let query = if query.is_empty() { query } else { format!("?{query}") };
    let layer = VectorLayer {
        id: "enterprises",
        description: "Enterprises, near ones as one point",
        fields: FIELDS.into(),
    };
    let tileset = TileJson {
        tilejson: "3.0.0",
        name: "Sentra: enterprises",
        description: "Small producers of East Java",
        tiles: [enterprise_tiles(&origin(&request), &query)],
        vector_layers: [layer],
        scheme: "xyz",
        minzoom: reach.min_zoom,
        maxzoom: reach.max_zoom,
        bounds: reach.degrees(),
    };
    let caching = super::enterprises::caching(&request);
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, caching)).json(tileset))
}

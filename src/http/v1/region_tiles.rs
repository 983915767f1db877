//! `/tiles/regions`: the outlines of regions, for maps that colour them by figures.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::tiles::{MVT, tile};
use crate::domain::region::Level;
use crate::exchange::mvt::{Layer, Value};
use crate::geography::mercator::Tile;
use crate::http::gate::Gate;
use crate::http::kept::Answer;
use crate::http::parameters::{CommonProblems, Taken};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::outlines::{DISTRICTS_FROM, RegionOutline};

/// Outlines change with an edition, not with a request.
const CACHING: &str = "public, max-age=3600";

/// Regions of a map tile (WebMercatorQuad). Layers `regencies` and, from zoom 8, `districts`:
/// polygons with `code`, `name` and, where the boundary is only approximate, `approximate`.
#[utoipa::path(
    operation_id = "get_region_tile",
    tag = "tiles",
    params(
        ("z" = u8, Path, description = "zoom, 0 to 22"),
        ("x" = u32, Path, description = "column"),
        ("y" = u32, Path, description = "row, from the north"),
    ),
    responses(
        (status = 200, description = "a Mapbox Vector Tile", body = Vec<u8>, content_type = "application/vnd.mapbox-vector-tile", headers(("ETag" = String, description = "of the answer"))),
        (status = 204, description = "nothing here"),
        (status = 304, description = "as the caller knows it"),
        CommonProblems,
    ),
)]
#[get("/tiles/regions/{z}/{x}/{y}.mvt")]
pub async fn get_region_tile(
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
    registry: web::Data<Registry>,
    gate: web::Data<Gate>,
) -> Result<HttpResponse, ApiError> {
    let tile = tile(&path)?;
    let taken = Taken::of(request.query_string())?;
    answer(&request, registry, &gate, tile, taken, None).await
}

/// The tile of all that is drawn, or of one level alone.
///
/// # Errors
/// Parameters, of which there are none, and the database's.
pub async fn answer(
    request: &HttpRequest,
    registry: web::Data<Registry>,
    gate: &Gate,
    tile: Tile,
    taken: Taken,
    level: Option<Level>,
) -> Result<HttpResponse, ApiError> {
    let state = registry.codes_state();
    taken.finish()?;
    let of = level.map_or("regions", Into::into);
    let name = format!("{of} {}/{}/{}", tile.z, tile.x, tile.y);
    if let Some(answer) = gate.kept.find(&name, &state) {
        return Ok(answer.respond(request, MVT, CACHING)?);
    }
    let drawn =
        web::block(move || registry.region_outlines().map(|all| draw(&all, tile, level))).await??;
    let answer = Answer::new(&drawn)?;
    gate.kept.keep(&name, state, &answer);
    Ok(answer.respond(request, MVT, CACHING)?)
}

fn draw(outlines: &[RegionOutline], tile: Tile, only: Option<Level>) -> Vec<u8> {
    let asked = |level| only.is_none_or(|only| only == level);
    let mut drawn = Vec::new();
    if asked(Level::Regency) {
        drawn.extend(layer("regencies", Level::Regency, outlines, tile));
    }
    if asked(Level::District) && tile.z >= DISTRICTS_FROM {
        drawn.extend(layer("districts", Level::District, outlines, tile));
    }
    drawn
}

fn layer(name: &'static str, level: Level, outlines: &[RegionOutline], tile: Tile) -> Vec<u8> {
    let mut layer = Layer::new(name);
    for region in outlines.iter().filter(|region| region.level == level) {
        let rings = region.outline.in_tile(tile);
        if rings.is_empty() {
            continue;
        }
        let mut properties =
            vec![("code", Value::Text(region.code.as_str())), ("name", Value::Text(&region.name))];
        if region.approximate {
            properties.push(("approximate", Value::Flag(true)));
        }
        layer.add_polygon(&rings, properties);
    }
    layer.into_tile()
}

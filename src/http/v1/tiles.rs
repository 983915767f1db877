//! `/tiles`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::atlas::Cell;
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::exchange::mvt::{Layer, Value};
use crate::geography::mercator::{Tile, grid};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, FilterParameters, Taken};
use crate::http::problem::ApiError;
use crate::registry::{Registry, RegistryError};

/// Enterprises of a map tile (WebMercatorQuad), near ones drawn as one. Layer `enterprises`, points
/// with `count`, `sector` (most frequent main sector), `stack` (all on one point, such as their
/// village's), and for a single one `id`, `name`, `exact`.
#[utoipa::path(
    operation_id = "get_enterprise_tile",
    tag = "tiles",
    params(
        ("z" = u8, Path, description = "zoom, 0 to 22"),
        ("x" = u32, Path, description = "column"),
        ("y" = u32, Path, description = "row, from the north"),
        FilterParameters,
    ),
    responses(
        (status = 200, description = "a Mapbox Vector Tile", body = Vec<u8>, content_type = "application/vnd.mapbox-vector-tile"),
        (status = 204, description = "nothing here"),
        CommonProblems,
    ),
    security((), ("bearer" = []))
)]
#[get("/tiles/enterprises/{z}/{x}/{y}.mvt")]
pub async fn get_enterprise_tile(
    request: HttpRequest,
    caller: Caller,
    path: web::Path<(String, String, String)>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let tile = tile(&path)?;
    let filter = Taken::of(request.query_string())?.into_filter(&registry.reference())?;
    let drawn =
        web::block(move || registry.draw_tile(&caller, filter, tile, |cells| draw(cells, tile)))
            .await??;
    let caching = super::enterprises::caching(&request);
    if drawn.is_empty() {
        return Ok(HttpResponse::NoContent()
            .insert_header((header::CACHE_CONTROL, caching))
            .finish());
    }
    let mut response = HttpResponse::Ok();
    response.content_type("application/vnd.mapbox-vector-tile");
    Ok(response.insert_header((header::CACHE_CONTROL, caching)).body(drawn))
}

fn tile((z, x, y): &(String, String, String)) -> Result<Tile, RegistryError> {
    let numbers = (z.parse(), x.parse(), y.parse());
    let tile = match numbers {
        (Ok(z), Ok(x), Ok(y)) if z <= Tile::MAX_ZOOM => Tile::new(z, x, y),
        _ => None,
    };
    tile.ok_or_else(|| {
        let fault = Fault::Malformed { value: format!("{z}/{x}/{y}"), expected: Expected::Tile };
        RegistryError::BadParameters(vec![FieldFault::new("z/x/y", fault)])
    })
}

fn draw(cells: &[Cell], tile: Tile) -> Vec<u8> {
    let side = 2_f64.powi(32 - i32::from(tile.z));
    let mut layer = Layer::new("enterprises");
    for cell in cells {
        let (x, y) = grid(cell.lon, cell.lat);
        let (x, y) =
            (f64::from(x) / side - f64::from(tile.x), f64::from(y) / side - f64::from(tile.y));
        let mut properties = vec![("count", Value::Whole(u64::from(cell.count)))];
        properties
            .extend(cell.sector.map(|sector| ("sector", Value::Text(sector.code().to_owned()))));
        if cell.stack {
            properties.push(("stack", Value::Flag(true)));
        }
        if let Some((id, name, exact)) = cell.single {
            properties.push(("id", Value::Text(id.to_string())));
            properties.push(("name", Value::Text(name.to_owned())));
            properties.push(("exact", Value::Flag(exact)));
        }
        layer.add_point(x, y, properties);
    }
    layer.into_tile()
}

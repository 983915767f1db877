//! `/tiles`

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use strum::VariantNames;
use uuid::Uuid;

use crate::atlas::{Cell, Single};
use crate::domain::codes::Kind;
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::exchange::mvt::{Layer, Value};
use crate::geography::mercator::Tile;
use crate::http::caller::Caller;
use crate::http::gate::Gate;
use crate::http::kept::{self, Answer};
use crate::http::parameters::{CommonProblems, FilterParameters, Taken};
use crate::http::problem::ApiError;
use crate::registry::{Registry, RegistryError};

pub const MVT: &str = "application/vnd.mapbox-vector-tile";

/// Enterprises of a map tile (WebMercatorQuad), near ones drawn as one. Layer `enterprises`, points
/// with `count`, `sector` (most frequent main sector), `stack` (all on one point, such as their
/// village's), and for a single one `id`, `kind` (of several, with commas), `size_class`, `exact`
/// and, in tiles of 16 × 16 cells, `name`.
#[utoipa::path(
    operation_id = "get_enterprise_tile",
    tag = "tiles",
    params(
        ("z" = u8, Path, description = "zoom, 0 to 22"),
        ("x" = u32, Path, description = "column"),
        ("y" = u32, Path, description = "row, from the north"),
        ("cells" = Option<u8>, Query, description = "cells on a side: 16 (if left out), 32 or 64"),
        FilterParameters,
    ),
    responses(
        (status = 200, description = "a Mapbox Vector Tile", body = Vec<u8>, content_type = "application/vnd.mapbox-vector-tile"),
        (status = 204, description = "nothing here"),
        (status = 304, description = "as the caller knows it"),
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
    gate: web::Data<Gate>,
) -> Result<HttpResponse, ApiError> {
    let tile = tile(&path)?;
    let taken = Taken::of(request.query_string())?;
    answer(&request, caller, registry, &gate, tile, taken).await
}

/// The tile with what a request's parameters ask for.
///
/// # Errors
/// What is wrong with them, and what drawing fails with.
pub async fn answer(
    request: &HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
    gate: &Gate,
    tile: Tile,
    mut taken: Taken,
) -> Result<HttpResponse, ApiError> {
    let state = registry.public_state();
    let bits = cell_bits(&mut taken);
    let filter = taken.into_filter(&registry.reference())?;
    let question = format!("enterprises {}/{}/{} {bits}", tile.z, tile.x, tile.y);
    let name = kept::name(&caller, &filter, &question);
    let caching = super::enterprises::caching(request);
    if let Some(answer) = name.as_ref().and_then(|name| gate.kept.find(name, &state)) {
        return Ok(answer.respond(request, MVT, caching)?);
    }
    let drawn = web::block(move || {
        registry.draw_tile(&caller, filter, tile, bits, |cells| draw(cells, tile))
    })
    .await??;
    if let Some(name) = name {
        let answer = Answer::new(&drawn)?;
        gate.kept.keep(&name, state, &answer);
        return Ok(answer.respond(request, MVT, caching)?);
    }
    if drawn.is_empty() {
        return Ok(HttpResponse::NoContent()
            .insert_header((header::CACHE_CONTROL, caching))
            .finish());
    }
    let mut response = HttpResponse::Ok();
    response.content_type(MVT);
    Ok(response.insert_header((header::CACHE_CONTROL, caching)).body(drawn))
}

/// The tile of a path.
///
/// # Errors
/// If there is none.
pub fn tile((z, x, y): &(String, String, String)) -> Result<Tile, RegistryError> {
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

/// A tile has 2⁴ × 2⁴ cells unless more are asked for: drawn 512 pixels wide, a cell has room for a
/// circle with a number.
fn cell_bits(taken: &mut Taken) -> u8 {
    taken.read("cells", 4, |text| match text {
        "16" => Ok(4),
        "32" => Ok(5),
        "64" => Ok(6),
        other => {
            Err(Fault::UnknownCode { value: other.to_owned(), allowed: "16, 32, 64".to_owned() })
        }
    })
}

/// The cells of a tile as a Mapbox Vector Tile.
pub fn draw(cells: &[Cell], tile: Tile) -> Vec<u8> {
    let side = 2_f64.powi(32 - i32::from(tile.z));
    let mut layer = Layer::new("enterprises");
    let mut buffer = Uuid::encode_buffer();
    for cell in cells {
        let (x, y) = (cell.x / side - f64::from(tile.x), cell.y / side - f64::from(tile.y));
        let sector = cell.sector.map(|sector| ("sector", Value::Text(sector.code())));
        let stack = cell.stack.then_some(("stack", Value::Flag(true)));
        let single = cell.single.as_ref().map(|single| {
            let Single { id, kinds, size_class, exact, name } = single;
            let own = [
                ("id", Value::Own(id.as_hyphenated().encode_lower(&mut buffer))),
                ("kind", Value::Text(&KINDS[usize::from(kinds & 0xf)])),
                ("size_class", Value::Text((*size_class).into())),
                ("exact", Value::Flag(*exact)),
            ];
            own.into_iter().chain(name.as_deref().map(|name| ("name", Value::Text(name))))
        });
        let properties = [("count", Value::Whole(u64::from(cell.count)))].into_iter();
        let properties = properties.chain(sector).chain(stack).chain(single.into_iter().flatten());
        layer.add_point(x, y, properties);
    }
    layer.into_tile()
}

/// Kinds by their bits, as they are written in a tile.
static KINDS: LazyLock<[String; 16]> = LazyLock::new(|| {
    std::array::from_fn(|bits| {
        let named = Kind::VARIANTS.iter().enumerate();
        let among = named.filter(|(bit, _)| bits >> bit & 1 == 1);
        among.map(|(_, name)| *name).collect::<Vec<&str>>().join(",")
    })
});

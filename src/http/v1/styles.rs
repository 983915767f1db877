//! `/styles`: the map as another program may draw it.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::domain::fault::{Fault, Lang};
use crate::exchange::map_style::{Asked, style};
use crate::http::caller::Caller;
use crate::http::kept::tagged;
use crate::http::parameters::{CommonProblems, FilterParameters, Taken};
use crate::http::problem::ApiError;
use crate::http::represent::{language, origin};
use crate::registry::{Registry, RegistryError};

/// A style changes with a new version of the program, not with a record.
const CACHING: &str = "public, max-age=300";
const PRIVATE: &str = "private, no-store";
/// The middle of the province without its far eastern islands, and the zoom at which it is seen.
const CENTER: (f64, f64) = (112.76, -7.76);
const ZOOM: f64 = 7.0;

/// The map as a `MapLibre` style (version 8): boundaries, and enterprises as circles in the colours
/// of their sectors. It needs no glyphs, no sprite and no other host; the filter goes on into the
/// address of its tiles.
#[utoipa::path(
    operation_id = "get_enterprise_style",
    tag = "tiles",
    params(
        ("scheme" = Option<String>, Query, description = "`light` (if left out) or `dark`"),
        FilterParameters,
    ),
    responses(
        (status = 200, description = "the style; `metadata` has name, mark and colour of each sector, for a legend", body = Object, headers(("ETag" = String, description = "of the answer"))),
        (status = 304, description = "as the caller knows it"),
        CommonProblems,
    ),
    security((), ("bearer" = []))
)]
#[get("/styles/enterprises.json")]
pub async fn get_enterprise_style(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    let dark = taken.read("scheme", false, |text| match text {
        "light" => Ok(false),
        "dark" => Ok(true),
        other => {
            Err(Fault::UnknownCode { value: other.to_owned(), allowed: "light, dark".to_owned() })
        }
    });
    let query = allowed_query(taken, caller, registry).await?;
    let origin = origin(&request);
    let body = style(&Asked {
        enterprises: &enterprise_tiles(&origin, &query),
        regions: &region_tiles(&origin),
        dark,
        english: language(&request) == Lang::En,
        center: CENTER,
        zoom: ZOOM,
    });
    let body = serde_json::to_vec(&body).map_err(RegistryError::from)?;
    Ok(tagged(&request, "application/json", caching(&request), body))
}

/// A filter that the caller may use, as it stands in an address: with its `?`, or nothing.
///
/// # Errors
/// What is wrong with it.
pub async fn allowed_query(
    taken: Taken,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<String, ApiError> {
    let mut filter = taken.into_filter(&registry.reference())?;
    let query = filter.canonical().to_owned();
    web::block(move || registry.allow_filter(&caller.0, &mut filter)).await??;
    Ok(if query.is_empty() { query } else { format!("?{query}") })
}

/// Nothing of a record is in it; but that somebody may ask with an internal filter is theirs.
pub fn caching(request: &HttpRequest) -> &'static str {
    if request.headers().contains_key(header::AUTHORIZATION) { PRIVATE } else { CACHING }
}

/// The addresses of tiles.
pub fn enterprise_tiles(origin: &str, query: &str) -> String {
    format!("{origin}/api/v1/tiles/enterprises/{{z}}/{{x}}/{{y}}.mvt{query}")
}

pub fn region_tiles(origin: &str) -> String {
    format!("{origin}/api/v1/tiles/regions/{{z}}/{{x}}/{{y}}.mvt")
}

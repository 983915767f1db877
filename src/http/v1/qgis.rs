//! `/qgis`: a project for QGIS.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};

use super::styles::{allowed_query, caching, enterprise_tiles, region_tiles};
use crate::exchange::qgis::{Asked, project};
use crate::exchange::tile_matrix::Reach;
use crate::http::caller::Caller;
use crate::http::kept::tagged;
use crate::http::parameters::{CommonProblems, FilterParameters, Taken};
use crate::http::problem::ApiError;
use crate::http::represent::{language, origin};
use crate::registry::Registry;

const MEDIA: &str = "application/x-qgis-project";

/// A QGIS project (3.22 or later) with the tiles of enterprises and boundaries, and the collections
/// of the OGC API, in the colours of the map. The filter goes on into the address of its tiles.
#[utoipa::path(
    operation_id = "get_qgis_project",
    tag = "tiles",
    params(FilterParameters),
    responses(
        (status = 200, description = "the project", body = String, content_type = "application/x-qgis-project", headers(("ETag" = String, description = "of the answer"))),
        (status = 304, description = "as the caller knows it"),
        CommonProblems,
    ),
    security((), ("bearer" = []))
)]
#[get("/qgis/sentra.qgs")]
pub async fn get_qgis_project(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let taken = Taken::of(request.query_string())?;
    let query = allowed_query(taken, caller, registry.clone()).await?;
    let rect = web::block(move || registry.province_rect()).await??;
    let origin = origin(&request);
    let written = project(&Asked {
        enterprises: &enterprise_tiles(&origin, &query),
        regions: &region_tiles(&origin),
        ogc: &format!("{origin}/ogc"),
        lang: language(&request),
        view: Reach { rect, min_zoom: 0, max_zoom: 0 }.metres(),
    });
    let mut response = tagged(&request, MEDIA, caching(&request), written.into_bytes());
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        header::HeaderValue::from_static("attachment; filename=\"sentra.qgs\""),
    );
    Ok(response)
}

//! `/catalog.json`: what there is, for portals that harvest it.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::gate::Gate;
use super::kept::tagged;
use super::parameters::{CommonProblems, Taken};
use super::problem::ApiError;
use super::represent::origin;
use crate::exchange::dcat::{Asked, Release, catalogue};
use crate::exchange::tile_matrix::Reach;
use crate::registry::releases::Told;
use crate::registry::{Registry, RegistryError};

const MEDIA: &str = "application/ld+json";
/// A portal asks once a day.
const CACHING: &str = "public, max-age=300";

impl From<Told> for Release {
    fn from(told: Told) -> Self {
        let Told { id, title, note, reference_date, sealed_at, contact, sample, .. } = told;
        Self { id, title, note, reference_date, sealed_at, contact, sample }
    }
}

/// Every dataset and the ways to have it, as DCAT 3 in JSON-LD, for a portal such as CKAN to
/// harvest. The same for everybody.
#[utoipa::path(
    operation_id = "get_catalogue",
    tag = "catalogue",
    responses(
        (status = 200, description = "the catalogue", body = Object, content_type = "application/ld+json", headers(("ETag" = String, description = "of the answer"))),
        (status = 304, description = "as the caller knows it"),
        CommonProblems,
    ),
)]
#[get("/catalog.json")]
pub async fn get_catalogue(
    request: HttpRequest,
    registry: web::Data<Registry>,
    gate: web::Data<Gate>,
) -> Result<HttpResponse, ApiError> {
    Taken::of(request.query_string())?.finish()?;
    let facts = web::block(move || registry.catalogue_facts()).await??;
    let releases: Vec<Release> = facts.releases.into_iter().map(Release::from).collect();
    let body = catalogue(&Asked {
        origin: &origin(&request),
        publisher: &gate.config.publisher,
        began: facts.began,
        changed: facts.changed,
        bounds: Reach { rect: facts.rect, min_zoom: 0, max_zoom: 0 }.degrees(),
        regency_sources: &facts.regency_sources,
        district_sources: &facts.district_sources,
        releases: &releases,
    });
    let body = serde_json::to_vec(&body).map_err(RegistryError::from)?;
    Ok(tagged(&request, MEDIA, CACHING, body))
}

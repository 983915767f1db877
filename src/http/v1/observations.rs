//! `/observations`

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};

use super::documents::{self, SubjectParameter, page_schema};
use crate::domain::fault::{Expected, Fault};
use crate::domain::observation::{Observation, ObservationDraft, Subject};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, WriteProblems};
use crate::http::problem::ApiError;
use crate::registry::Registry;

page_schema! {
    /// A page of observations.
    ObservationList of Observation
}

const BY: SubjectParameter = SubjectParameter { name: "subject", read: subject };

fn subject(text: &str) -> Result<String, Fault> {
    let malformed = || Fault::Malformed { value: text.to_owned(), expected: Expected::Subject };
    text.parse().map(|subject: Subject| subject.to_string()).map_err(|()| malformed())
}

/// Figures with their sources, by measure; conflicting ones side by side.
#[utoipa::path(
    operation_id = "list_observations",
    tag = "observations",
    params(
        ("region" = Option<String>, Query, description = "code of a region of any level"),
        ("subject" = Option<String>, Query, description = "e.g. `cooperative:ID`, `sentra:ID` or `region:35.76`"),
        ("q" = Option<String>, Query, description = "words of the name"),
        ("limit" = Option<u32>, Query, description = "most items of a page, 1 to 1000"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = ObservationList), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/observations")]
pub async fn list_observations(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::list::<Observation>(request, caller, BY, registry).await
}

/// An observation.
#[utoipa::path(
    operation_id = "get_observation",
    tag = "observations",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "an observation", body = Observation, headers(("ETag" = String, description = "the revision"))), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/observations/{id}")]
pub async fn get_observation(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::get::<Observation>(request, caller, id, registry).await
}

/// Creates an observation; it is public where it has a `publication_basis`.
#[utoipa::path(
    operation_id = "create_observation",
    tag = "observations",
    request_body = ObservationDraft,
    responses((status = 201, description = "created", body = Observation), WriteProblems),
    security(("bearer" = []))
)]
#[post("/observations")]
pub async fn create_observation(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::create::<Observation>(request, caller, body, registry).await
}

/// Changes fields of an observation: JSON merge patch (RFC 7396).
#[utoipa::path(
    operation_id = "patch_observation",
    tag = "observations",
    params(
        ("id" = Uuid, Path, description = "its id"),
        ("If-Match" = String, Header, description = "ETag of the revision that was changed"),
    ),
    request_body(description = "fields of a ObservationDraft", content((Object = "application/merge-patch+json"), (Object = "application/json"))),
    responses((status = 200, description = "as it is now", body = Observation), WriteProblems),
    security(("bearer" = []))
)]
#[patch("/observations/{id}")]
pub async fn patch_observation(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::patch::<Observation>(request, caller, id, body, registry).await
}

/// Closes an observation: it is no longer listed, its revisions stay.
#[utoipa::path(
    operation_id = "close_observation",
    tag = "observations",
    params(
        ("id" = Uuid, Path, description = "its id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
        ("reason" = Option<String>, Query, description = "kept in the change log"),
    ),
    responses((status = 200, description = "as it is now", body = Observation), WriteProblems),
    security(("bearer" = []))
)]
#[delete("/observations/{id}")]
pub async fn close_observation(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::close::<Observation>(request, caller, id, registry).await
}

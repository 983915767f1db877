//! `/cooperatives`

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};

use super::documents::{self, SubjectParameter, page_schema};
use crate::domain::cooperative::{Cooperative, CooperativeDraft};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, WriteProblems};
use crate::http::problem::ApiError;
use crate::registry::Registry;

page_schema! {
    /// A page of cooperatives.
    CooperativeList of Cooperative
}

const BY: SubjectParameter = SubjectParameter { name: "parent", read: documents::code_text };

/// Cooperatives by name.
#[utoipa::path(
    operation_id = "list_cooperatives",
    tag = "cooperatives",
    params(
        ("region" = Option<String>, Query, description = "code of a region of any level"),
        ("parent" = Option<String>, Query, description = "id of the cooperative that it belongs to"),
        ("q" = Option<String>, Query, description = "words of the name"),
        ("limit" = Option<u32>, Query, description = "most items of a page, 1 to 1000"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = CooperativeList), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/cooperatives")]
pub async fn list_cooperatives(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::list::<Cooperative>(request, caller, BY, registry).await
}

/// A cooperative.
#[utoipa::path(
    operation_id = "get_cooperative",
    tag = "cooperatives",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "a cooperative", body = Cooperative, headers(("ETag" = String, description = "the revision"))), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/cooperatives/{id}")]
pub async fn get_cooperative(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::get::<Cooperative>(request, caller, id, registry).await
}

/// Creates a cooperative; it is public where it has a `publication_basis`.
#[utoipa::path(
    operation_id = "create_cooperative",
    tag = "cooperatives",
    request_body = CooperativeDraft,
    responses((status = 201, description = "created", body = Cooperative), WriteProblems),
    security(("bearer" = []))
)]
#[post("/cooperatives")]
pub async fn create_cooperative(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::create::<Cooperative>(request, caller, body, registry).await
}

/// Changes fields of a cooperative: JSON merge patch (RFC 7396).
#[utoipa::path(
    operation_id = "patch_cooperative",
    tag = "cooperatives",
    params(
        ("id" = Uuid, Path, description = "its id"),
        ("If-Match" = String, Header, description = "ETag of the revision that was changed"),
    ),
    request_body(description = "fields of a CooperativeDraft", content((Object = "application/merge-patch+json"), (Object = "application/json"))),
    responses((status = 200, description = "as it is now", body = Cooperative), WriteProblems),
    security(("bearer" = []))
)]
#[patch("/cooperatives/{id}")]
pub async fn patch_cooperative(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::patch::<Cooperative>(request, caller, id, body, registry).await
}

/// Closes a cooperative: it is no longer listed, its revisions stay.
#[utoipa::path(
    operation_id = "close_cooperative",
    tag = "cooperatives",
    params(
        ("id" = Uuid, Path, description = "its id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
        ("reason" = Option<String>, Query, description = "kept in the change log"),
    ),
    responses((status = 200, description = "as it is now", body = Cooperative), WriteProblems),
    security(("bearer" = []))
)]
#[delete("/cooperatives/{id}")]
pub async fn close_cooperative(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::close::<Cooperative>(request, caller, id, registry).await
}

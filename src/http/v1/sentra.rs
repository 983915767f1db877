//! `/sentra`

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};

use super::documents::{self, SubjectParameter, page_schema};
use crate::domain::sentra::{Sentra, SentraDraft};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, WriteProblems};
use crate::http::problem::ApiError;
use crate::registry::Registry;

page_schema! {
    /// A page of sentra.
    SentraList of Sentra
}

const BY: SubjectParameter = SubjectParameter { name: "commodity", read: documents::code_text };

/// Sentra by name.
#[utoipa::path(
    operation_id = "list_sentra",
    tag = "sentra",
    params(
        ("region" = Option<String>, Query, description = "code of a region of any level"),
        ("commodity" = Option<String>, Query, description = "a commodity's code"),
        ("q" = Option<String>, Query, description = "words of the name"),
        ("limit" = Option<u32>, Query, description = "most items of a page, 1 to 1000"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = SentraList), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/sentra")]
pub async fn list_sentra(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::list::<Sentra>(request, caller, BY, registry).await
}

/// A sentra.
#[utoipa::path(
    operation_id = "get_sentra",
    tag = "sentra",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "a sentra", body = Sentra, headers(("ETag" = String, description = "the revision"))), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/sentra/{id}")]
pub async fn get_sentra(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::get::<Sentra>(request, caller, id, registry).await
}

/// Creates a sentra; it is public where it has a `publication_basis`.
#[utoipa::path(
    operation_id = "create_sentra",
    tag = "sentra",
    request_body = SentraDraft,
    responses((status = 201, description = "created", body = Sentra), WriteProblems),
    security(("bearer" = []))
)]
#[post("/sentra")]
pub async fn create_sentra(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::create::<Sentra>(request, caller, body, registry).await
}

/// Changes fields of a sentra: JSON merge patch (RFC 7396).
#[utoipa::path(
    operation_id = "patch_sentra",
    tag = "sentra",
    params(
        ("id" = Uuid, Path, description = "its id"),
        ("If-Match" = String, Header, description = "ETag of the revision that was changed"),
    ),
    request_body(description = "fields of a SentraDraft", content((Object = "application/merge-patch+json"), (Object = "application/json"))),
    responses((status = 200, description = "as it is now", body = Sentra), WriteProblems),
    security(("bearer" = []))
)]
#[patch("/sentra/{id}")]
pub async fn patch_sentra(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::patch::<Sentra>(request, caller, id, body, registry).await
}

/// Closes a sentra: it is no longer listed, its revisions stay.
#[utoipa::path(
    operation_id = "close_sentra",
    tag = "sentra",
    params(
        ("id" = Uuid, Path, description = "its id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
        ("reason" = Option<String>, Query, description = "kept in the change log"),
    ),
    responses((status = 200, description = "as it is now", body = Sentra), WriteProblems),
    security(("bearer" = []))
)]
#[delete("/sentra/{id}")]
pub async fn close_sentra(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    documents::close::<Sentra>(request, caller, id, registry).await
}

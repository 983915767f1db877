//! `/enterprises/{id}/…`: the steps of the life cycle.

use actix_web::{HttpRequest, HttpResponse, post, web};

use super::enterprises::{EnterpriseView, MAX_REASON, change, json};
use crate::domain::access::Right;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::lifecycle::{Action, Grounds};
use crate::domain::validate::from_json;
use crate::http::caller::Caller;
use crate::http::parameters::WriteProblems;
use crate::http::problem::ApiError;
use crate::registry::writing::Change;
use crate::registry::{Registry, RegistryError};

/// The body of a step: empty, or its grounds.
pub fn grounds(body: &[u8]) -> Result<Grounds, RegistryError> {
    if body.is_empty() {
        return Ok(Grounds::default());
    }
    let grounds: Grounds = from_json(json(body)?).map_err(RegistryError::Invalid)?;
    let basis = grounds.basis.as_ref().map(|basis| &basis.text);
    for (field, text) in [("reason", grounds.reason.as_ref()), ("basis.text", basis)] {
        if text.is_some_and(|text| text.chars().count() > MAX_REASON || text.contains('\0')) {
            let fault = Fault::TooLong { max: MAX_REASON };
            return Err(RegistryError::Invalid(vec![FieldFault::new(field, fault)]));
        }
    }
    Ok(grounds)
}

async fn step(
    request: HttpRequest,
    caller: Caller,
    id: &str,
    body: &[u8],
    action: Action,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteRecords)?;
    let grounds = grounds(body)?;
    change(request, caller.0, id, Change::Act { action, grounds }, registry).await
}

/// Submits a draft, or one that was returned, for verification.
#[utoipa::path(
    operation_id = "submit_enterprise",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    request_body = Option<Grounds>,
    responses((status = 200, description = "submitted", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/submit")]
pub async fn submit_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    step(request, caller, &id, &body, Action::Submit, registry).await
}

/// Verifies what was submitted. Nobody verifies their own submission.
#[utoipa::path(
    operation_id = "verify_enterprise",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    request_body = Option<Grounds>,
    responses((status = 200, description = "verified", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/verify")]
pub async fn verify_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    step(request, caller, &id, &body, Action::Verify, registry).await
}

/// Returns what was submitted, with a reason.
#[utoipa::path(
    operation_id = "return_enterprise",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    request_body = Option<Grounds>,
    responses((status = 200, description = "returned", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/return")]
pub async fn return_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    step(request, caller, &id, &body, Action::Return, registry).await
}

/// Publishes the public tier of a verified enterprise, on a basis.
#[utoipa::path(
    operation_id = "publish_enterprise",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    request_body = Option<Grounds>,
    responses((status = 200, description = "published", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/publish")]
pub async fn publish_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    step(request, caller, &id, &body, Action::Publish, registry).await
}

/// Withdraws an enterprise from the public.
#[utoipa::path(
    operation_id = "unpublish_enterprise",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    request_body = Option<Grounds>,
    responses((status = 200, description = "unpublished", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/unpublish")]
pub async fn unpublish_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    step(request, caller, &id, &body, Action::Unpublish, registry).await
}

/// Records that the enterprise moved away, with a reason.
#[utoipa::path(
    operation_id = "move_enterprise",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    request_body = Option<Grounds>,
    responses((status = 200, description = "moved", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/move")]
pub async fn move_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    step(request, caller, &id, &body, Action::Move, registry).await
}

/// Records that nobody was found there, with a reason: the last visit says so, and what was submitted
/// goes back to its author, to be visited again.
#[utoipa::path(
    operation_id = "return_not_found",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    request_body = Option<Grounds>,
    responses((status = 200, description = "returned", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/not-found")]
pub async fn return_not_found(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let not_found = Change::NotFound { grounds: grounds(&body)? };
    change(request, caller.0, &id, not_found, registry).await
}

/// Records that a closed or moved enterprise exists again.
#[utoipa::path(
    operation_id = "reopen_enterprise",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    request_body = Option<Grounds>,
    responses((status = 200, description = "active again", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/reopen")]
pub async fn reopen_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    step(request, caller, &id, &body, Action::Reopen, registry).await
}

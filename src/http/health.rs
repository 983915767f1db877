//! For those who run the server.

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::ApiError;
use crate::registry::Registry;

/// That the server is ready.
#[derive(Serialize, ToSchema)]
struct Ready {
    status: &'static str,
}

/// The process is alive.
#[utoipa::path(
    operation_id = "get_health",
    tag = "operation",
    responses((status = 200, description = "alive", body = String, content_type = "text/plain"))
)]
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok")
}

/// The database answers and the projections are built.
#[utoipa::path(
    operation_id = "get_readiness",
    tag = "operation",
    responses(
        (status = 200, description = "ready", body = Ready),
        (status = 503, description = "not ready", body = super::problem::Problem, content_type = "application/problem+json"),
    )
)]
#[get("/readyz")]
pub async fn readyz(registry: web::Data<Registry>) -> Result<HttpResponse, ApiError> {
    web::block(move || registry.health()).await??;
    Ok(HttpResponse::Ok().json(Ready { status: "ready" }))
}

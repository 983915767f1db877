//! What a person asks of an import.

use actix_web::{HttpRequest, HttpResponse, delete, post, put, web};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::represented::ImportView;
use super::upload::READING;
use super::{import_id, work};
use crate::domain::access::Right;
use crate::domain::validate;
use crate::http::caller::Caller;
use crate::http::parameters::WriteProblems;
use crate::http::patience::Deadline;
use crate::http::problem::ApiError;
use crate::http::represent::language;
use crate::http::v1::enterprises::json;
use crate::http::v1::revisions::private;
use crate::registry::imports::{Asked, GivenMapping, Import};
use crate::registry::{Registry, RegistryError};

/// How a list would be taken in.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportPreview {
    /// On whose list the rows stand, where no column says.
    #[serde(default)]
    kind: Option<crate::domain::codes::Kind>,
    /// Store nothing if any row is rejected.
    #[serde(default)]
    all_or_nothing: bool,
}

/// Why an import is undone.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportUndoing {
    /// Kept in the log of changes.
    #[schema(min_length = 1, max_length = 500, example = "Salah berkas")]
    #[serde(default)]
    reason: String,
}

/// A body that may be left out.
fn asked<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, RegistryError> {
    if body.is_empty() {
        return Ok(T::default());
    }
    validate::from_json(json(body)?).map_err(RegistryError::Invalid)
}

/// The answer to what a thread does from now on.
fn begun(request: &HttpRequest, import: Import, registry: web::Data<Registry>) -> HttpResponse {
    work(registry);
    HttpResponse::Accepted()
        .insert_header(("Cache-Control", "private, no-store"))
        .json(ImportView::of(import, language(request)))
}

/// Says what columns are; those that are left out stay as they are.
#[utoipa::path(
    operation_id = "replace_import_mapping",
    tag = "imports",
    params(("id" = Uuid, Path, description = "the import's id")),
    request_body = GivenMapping,
    responses((status = 200, description = "the import as it is now", body = ImportView), WriteProblems),
    security(("bearer" = []))
)]
#[put("/imports/{id}/mapping")]
pub async fn replace_import_mapping(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ImportLists)?;
    let id = import_id(&id)?;
    let given: GivenMapping = validate::from_json(json(&body)?).map_err(RegistryError::Invalid)?;
    Deadline::extend(&request, READING);
    let import = web::block(move || registry.map_import(&caller, id, &given)).await??;
    Ok(private().json(ImportView::of(import, language(&request))))
}

/// Begins a dry run: what would become of each row.
#[utoipa::path(
    operation_id = "preview_import",
    tag = "imports",
    params(("id" = Uuid, Path, description = "the import's id")),
    request_body = ImportPreview,
    responses((status = 202, description = "begun", body = ImportView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/imports/{id}/preview")]
pub async fn preview_import(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ImportLists)?;
    let id = import_id(&id)?;
    let ImportPreview { kind, all_or_nothing } = asked(&body)?;
    let wanted = Asked { kind, all_or_nothing, publish: None };
    let asking = registry.clone();
    let import = web::block(move || asking.preview_import(&caller, id, wanted)).await??;
    Ok(begun(&request, import, registry))
}

/// Begins to take the list in. One that was stopped or failed goes on; one that is done is gone
/// through again, which changes nothing unless something else is asked for now. `publish` is for
/// those who decide.
#[utoipa::path(
    operation_id = "start_import",
    tag = "imports",
    params(("id" = Uuid, Path, description = "the import's id")),
    request_body = Asked,
    responses((status = 202, description = "begun", body = ImportView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/imports/{id}/start")]
pub async fn start_import(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ImportLists)?;
    let (id, wanted) = (import_id(&id)?, asked(&body)?);
    let asking = registry.clone();
    let import = web::block(move || asking.start_import(&caller, id, wanted)).await??;
    Ok(begun(&request, import, registry))
}

/// Stops what runs; what was stored stays.
#[utoipa::path(
    operation_id = "stop_import",
    tag = "imports",
    params(("id" = Uuid, Path, description = "the import's id")),
    responses((status = 202, description = "it will stop", body = ImportView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/imports/{id}/stop")]
pub async fn stop_import(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ImportLists)?;
    let id = import_id(&id)?;
    let asking = registry.clone();
    let import = web::block(move || asking.stop_import(&caller, id)).await??;
    Ok(begun(&request, import, registry))
}

/// Begins to take back what an import did. Records that somebody has changed since are left and
/// told.
#[utoipa::path(
    operation_id = "undo_import",
    tag = "imports",
    params(("id" = Uuid, Path, description = "the import's id")),
    request_body = ImportUndoing,
    responses((status = 202, description = "begun", body = ImportView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/imports/{id}/undo")]
pub async fn undo_import(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ImportLists)?;
    let id = import_id(&id)?;
    let ImportUndoing { reason } = asked(&body)?;
    let asking = registry.clone();
    let import = web::block(move || asking.undo_import(&caller, id, &reason)).await??;
    Ok(begun(&request, import, registry))
}

/// Takes the stored file and the reports away now; the log of the import stays.
#[utoipa::path(
    operation_id = "delete_import_file",
    tag = "imports",
    params(("id" = Uuid, Path, description = "the import's id")),
    responses((status = 204, description = "gone"), WriteProblems),
    security(("bearer" = []))
)]
#[delete("/imports/{id}/file")]
pub async fn delete_import_file(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ImportLists)?;
    let id = import_id(&id)?;
    web::block(move || registry.delete_import_file(&caller, id)).await??;
    Ok(HttpResponse::NoContent().finish())
}

//! `POST /imports`: a file, streamed.

use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, post, web};
use futures_util::StreamExt;

use super::represented::ImportView;
use crate::domain::access::Right;
use crate::domain::fault::Fault;
use crate::http::caller::Caller;
use crate::http::parameters::{Taken, WriteProblems};
use crate::http::patience::Deadline;
use crate::http::problem::ApiError;
use crate::http::represent::language;
use crate::registry::imports::Upload;
use crate::registry::{Registry, RegistryError};

/// How long it may take to read a file of the largest size.
pub const READING: Duration = Duration::from_secs(600);

/// Uploads a list: XLSX, XLS, ODS, CSV or GeoJSON, at most 1 GiB. Nothing is taken in yet; the
/// answer says what its columns are taken for.
#[utoipa::path(
    operation_id = "create_import",
    tag = "imports",
    params(
        ("name" = String, Query, description = "the file's name", example = "IKM 2025.xlsx"),
        ("source" = Option<String>, Query, description = "of whom the list is: a corrected mapping is kept under it", example = "Disperindag Kab. Sidoarjo"),
    ),
    request_body(content = String, content_type = "application/octet-stream", description = "the file"),
    responses((status = 201, description = "uploaded", body = ImportView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/imports")]
pub async fn create_import(
    request: HttpRequest,
    caller: Caller,
    mut body: web::Payload,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, actix_web::Error> {
    caller.require(Right::ImportLists)?;
    let mut taken = Taken::of(request.query_string()).map_err(ApiError)?;
    let (name, source) = (taken.text("name"), taken.text("source"));
    if name.is_none() {
        taken.fault("name", Fault::Required);
    }
    taken.finish().map_err(ApiError)?;
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > Upload::most()) {
        return Ok(HttpResponse::new(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let (name, source) = (name.unwrap_or_default(), source.filter(|source| !source.is_empty()));
    let (begin, actor) = (registry.clone(), caller.0.clone());
    let mut upload = blocking(move || begin.begin_upload(&actor, &name, source.as_deref())).await?;
    while let Some(bytes) = body.next().await {
        let bytes = match bytes {
            Ok(bytes) if upload.size() + bytes.len() <= Upload::most() => bytes,
            refused => {
                let left = registry.clone();
                blocking(move || left.abandon_upload(&upload)).await?;
                refused?;
                return Ok(HttpResponse::new(StatusCode::PAYLOAD_TOO_LARGE));
            }
        };
        upload = if upload.completes_with(bytes.len()) {
            let registry = registry.clone();
            blocking(move || registry.continue_upload(&mut upload, &bytes).map(|()| upload)).await?
        } else {
            registry.continue_upload(&mut upload, &bytes).map_err(ApiError)?;
            upload
        };
    }
    Deadline::extend(&request, READING);
    let import = blocking(move || registry.end_upload(&caller, upload)).await?;
    let location = format!("{}/{}", request.path(), import.id);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .json(ImportView::of(import, language(&request))))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RegistryError> + Send + 'static,
) -> Result<T, ApiError> {
    Ok(web::block(work).await??)
}

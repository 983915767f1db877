//! The report of a release.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};

use super::super::enterprises::caching;
use super::figures::{FigureProblems, attached, one_of};
use super::release_id;
use crate::domain::fault::FieldFault;
use crate::exchange::release_report;
use crate::http::caller::Caller;
use crate::http::problem::ApiError;
use crate::registry::{Registry, RegistryError};

/// The report of a release in Indonesian, to print or to calculate with; the same bytes each time.
#[utoipa::path(
    operation_id = "get_release_report",
    tag = "releases",
    params(
        ("id" = Uuid, Path, description = "the release's id"),
        ("format" = String, Path, description = "`html` or `xlsx`"),
    ),
    responses(
        (status = 200, description = "the report", content(
            (String = "text/html"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        FigureProblems,
    ),
    security((), ("bearer" = []))
)]
#[get("/releases/{id}/report.{format}")]
pub async fn get_release_report(
    request: HttpRequest,
    caller: Caller,
    path: web::Path<(String, String)>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let (id, format) = path.into_inner();
    let known = one_of(&format, &["html", "xlsx"]);
    known.map_err(|fault| RegistryError::BadParameters(vec![FieldFault::new("format", fault)]))?;
    let id = release_id(&id)?;
    let (told, release) = web::block(move || {
        let release = registry.release_figures(&caller.0, id)?;
        Ok::<_, RegistryError>((registry.release(&caller.0, id)?, release))
    })
    .await??;
    let sha256 = told.sha256.unwrap_or_default();
    if format == "html" {
        // Nothing but its own style is let in.
        let policy = format!(
            "default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            release_report::style_hash()
        );
        return Ok(HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, caching(&request)))
            .insert_header((header::CONTENT_SECURITY_POLICY, policy))
            .body(release_report::html(&release, &sha256)));
    }
    let workbook = web::block({
        let release = release.clone();
        move || release_report::xlsx(&release, &sha256)
    })
    .await?
    .map_err(|_| RegistryError::Internal("a report can be written as a workbook"))?;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attached(&request, &release, ".xlsx", media).body(workbook))
}

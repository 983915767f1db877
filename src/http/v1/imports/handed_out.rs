//! `/imports/template` and `/imports/{id}/corrected`: workbooks for offices to fill in.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};

use super::import_id;
use crate::domain::access::Right;
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::region::RegionCode;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken};
use crate::http::problem::{ApiError, Problem};
use crate::http::v1::revisions::private;
use crate::registry::imports::HandedOut;
use crate::registry::{Registry, RegistryError};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The workbook that offices of a regency fill in: its districts and villages and all codes to
/// choose from, an example, and what each column is.
#[utoipa::path(
    operation_id = "get_import_template",
    tag = "imports",
    params(("region" = String, Query, description = "the regency, such as `35.15`")),
    responses(
        (status = 200, description = "an XLSX workbook", body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        CommonProblems,
    ),
    security(("bearer" = []))
)]
#[get("/imports/template")]
pub async fn get_import_template(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ImportLists)?;
    let mut taken = Taken::of(request.query_string())?;
    let region: Option<RegionCode> = taken.read("region", None, |text| {
        let malformed =
            |()| Fault::Malformed { value: text.into(), expected: Expected::RegionCode };
        text.parse().map(Some).map_err(malformed)
    });
    taken.finish()?;
    let missing = || vec![FieldFault::new("region", Fault::Required)];
    let region = region.ok_or_else(|| RegistryError::BadParameters(missing()))?;
    let workbook = web::block(move || registry.template(&caller.0, &region)).await??;
    Ok(saved(workbook))
}

/// The list as it was uploaded, faulty cells coloured and with a note, with the records' ids and
/// what there is to say of each row in two columns at the right. Corrected, it comes in again as the
/// same list.
#[utoipa::path(
    operation_id = "get_corrected_import",
    tag = "imports",
    params(("id" = Uuid, Path, description = "the import's id")),
    responses(
        (status = 200, description = "an XLSX workbook", body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 409, description = "there is no report yet, or the file is gone", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
    security(("bearer" = []))
)]
#[get("/imports/{id}/corrected")]
pub async fn get_corrected_import(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ImportLists)?;
    let id = import_id(&id)?;
    let workbook = web::block(move || registry.corrected_file(&caller, id)).await??;
    Ok(saved(workbook))
}

/// A workbook that the browser saves under its name.
fn saved(HandedOut { name, bytes }: HandedOut) -> HttpResponse {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || ".-_ ".contains(letter) { letter } else { '_' }
    };
    let plain: String = name.chars().map(plain).collect();
    let encoded = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    private()
        .content_type(XLSX)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(bytes)
}

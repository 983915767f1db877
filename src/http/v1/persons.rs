//! What concerns one person: `/enterprises/{id}/erase`, `/enterprises/{id}/persons/…` and
//! `/persons/matches`.

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::enterprises::{EnterpriseView, if_match, json, represented, tiered, uuid};
use super::revisions::private;
use crate::domain::access::Right;
use crate::domain::person::{PersonChanges, PersonExport};
use crate::http::caller::Caller;
use crate::http::parameters::WriteProblems;
use crate::http::problem::ApiError;
use crate::registry::writing::private_from_json;
use crate::registry::{Registry, RegistryError};

/// Whose values are to be taken out, on which request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// Name of one of the owners.
    person: String,
    /// Number or date of the request; it is kept, so it must not name the person.
    #[schema(example = "Permohonan 12/2026")]
    request: String,
}

/// Of whom all that is kept is to be told, on which request and for what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    /// Name of one of the owners.
    person: String,
    /// Number or date of the request; it is kept, so it must not name the person.
    #[schema(example = "Permohonan 12/2026")]
    request: String,
    /// Kept in the log of reads, so it must not name the person either.
    #[schema(min_length = 10, max_length = 500)]
    purpose: String,
}

/// What is to be corrected of whom, on which request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Name of one of the owners, as it stands.
    person: String,
    /// Number or date of the request; it is kept, so it must not name the person.
    #[schema(example = "Permohonan 12/2026")]
    request: String,
    changes: PersonChanges,
}

/// Who is looked for, and for what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonQuery {
    /// *Nomor Induk Kependudukan*; it is not logged.
    #[schema(pattern = "^[0-9]{16}$")]
    national_id: String,
    /// Kept in the log of reads.
    #[schema(min_length = 10, max_length = 500)]
    purpose: String,
}

/// Enterprises that hold a NIK.
#[derive(Serialize, ToSchema)]
pub struct PersonMatchList {
    /// At most 100.
    #[schema(value_type = Vec<EnterpriseView>)]
    items: Vec<Box<RawValue>>,
    matched: usize,
}

/// Takes the values of one person out of every state of the record, on a recorded request.
#[utoipa::path(
    operation_id = "erase_person",
    tag = "persons",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    request_body = Erasure,
    responses((status = 200, description = "the record without them", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/erase")]
pub async fn erase_person(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::AnswerPersons)?;
    let (id, if_match) = (uuid(&id)?, if_match(&request)?);
    let erasure: Erasure = private_from_json(json(&body)?, "")?;
    let seen = web::block(move || {
        registry.erase_person(&caller.0, id, if_match, &erasure.person, &erasure.request)
    })
    .await??;
    Ok(represented(HttpResponse::Ok(), &request, &seen)?)
}

/// All that the record keeps of one person, restricted values too, and who read it: on a recorded
/// request. The reading is logged before it is answered.
#[utoipa::path(
    operation_id = "export_person",
    tag = "persons",
    params(("id" = Uuid, Path, description = "the enterprise's id")),
    request_body = ExportRequest,
    responses((status = 200, description = "all of it", body = PersonExport), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/persons/export")]
pub async fn export_person(
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::AnswerPersons)?;
    caller.require(Right::ReadRestricted)?;
    let id = uuid(&id)?;
    let asked: ExportRequest = private_from_json(json(&body)?, "")?;
    let export = web::block(move || {
        let ExportRequest { person, request, purpose } = &asked;
        registry.export_person(&caller, id, person, request, purpose)
    })
    .await??;
    Ok(private().json(export))
}

/// Corrects what the record keeps of one person, on a recorded request.
#[utoipa::path(
    operation_id = "correct_person",
    tag = "persons",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    request_body = Correction,
    responses((status = 200, description = "the record as it is now", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/persons/correct")]
pub async fn correct_person(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::AnswerPersons)?;
    let (id, if_match) = (uuid(&id)?, if_match(&request)?);
    let asked: Correction = private_from_json(json(&body)?, "")?;
    let seen = web::block(move || {
        let Correction { person, request, changes } = &asked;
        registry.correct_person(&caller.0, id, if_match, person, request, changes)
    })
    .await??;
    Ok(represented(HttpResponse::Ok(), &request, &seen)?)
}

/// Enterprises in the caller's area that hold a NIK: for those who have the grant. The log tells
/// which were found and for what purpose, never the NIK.
#[utoipa::path(
    operation_id = "match_persons",
    tag = "restricted",
    request_body = PersonQuery,
    responses((status = 200, description = "what was found", body = PersonMatchList), WriteProblems),
    security(("bearer" = []))
)]
#[post("/persons/matches")]
pub async fn match_persons(
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadRestricted)?;
    let asked: PersonQuery = private_from_json(json(&body)?, "")?;
    let found =
        web::block(move || registry.match_persons(&caller, &asked.national_id, &asked.purpose))
            .await??;
    let items = found.items.iter().map(tiered).collect::<Result<_, RegistryError>>()?;
    Ok(private().json(PersonMatchList { items, matched: found.matched }))
}

//! `/campaigns`: the mapping exercise, from plan to coverage.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get, patch, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::enterprises::{idempotency, if_match, json, malformed};
use super::private;
use crate::domain::access::Right;
use crate::domain::campaign::{Assignment, Campaign, CampaignDraft, Target};
use crate::domain::fault::Expected;
use crate::domain::region::RegionCode;
use crate::domain::validate;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems};
use crate::http::problem::ApiError;
use crate::registry::campaigns::{AssignmentChange, Step, TargetChange};
use crate::registry::{Registry, RegistryError};

/// Campaigns.
#[derive(Serialize, ToSchema)]
pub struct CampaignList {
    items: Vec<Campaign>,
}

/// What is expected, by village.
#[derive(Serialize, ToSchema)]
pub struct TargetList {
    items: Vec<Target>,
}

/// Targets of some villages; others keep theirs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetsReplace {
    targets: Vec<Target>,
}

/// Who goes where.
#[derive(Serialize, ToSchema)]
pub struct AssignmentList {
    items: Vec<Assignment>,
}

/// Assignments of some villages: what these had is replaced, others keep theirs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentsReplace {
    /// One without any assignment is nobody's afterwards.
    #[schema(value_type = Vec<String>)]
    villages: Vec<RegionCode>,
    assignments: Vec<Assignment>,
}

/// An id in a path: one that cannot be one is nobody's.
pub fn id_of(entity: &'static str, text: &str) -> Result<Uuid, RegistryError> {
    text.parse().map_err(|_| RegistryError::DocumentNotFound { entity, id: String::new() })
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, RegistryError> {
    validate::from_json(json(body)?).map_err(RegistryError::Invalid)
}

fn shown(mut response: HttpResponseBuilder, campaign: &Campaign) -> HttpResponse {
    response.insert_header((header::ETAG, format!("\"{}\"", campaign.revision)));
    private(response).json(campaign)
}

/// A campaign that was planned now, or before under the same key.
fn made((campaign, new): (Campaign, bool)) -> HttpResponse {
    let mut response = if new { HttpResponse::Created() } else { HttpResponse::Ok() };
    response.insert_header((header::LOCATION, format!("/api/v1/campaigns/{}", campaign.id)));
    shown(response, &campaign)
}

/// The campaigns that touch the caller's area; of an enumerator, those that they are sent in.
#[utoipa::path(
    operation_id = "list_campaigns",
    tag = "campaigns",
    responses((status = 200, description = "the newest first", body = CampaignList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/campaigns")]
pub async fn list_campaigns(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    Taken::of(request.query_string())?.finish()?;
    let items = web::block(move || registry.campaigns(&caller.0)).await??;
    Ok(private(HttpResponse::Ok()).json(CampaignList { items }))
}

/// Plans a campaign.
#[utoipa::path(
    operation_id = "create_campaign",
    tag = "campaigns",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key with the same body answers the same campaign")),
    request_body = CampaignDraft,
    responses(
        (status = 201, description = "planned", body = Campaign),
        (status = 200, description = "planned before under the same Idempotency-Key", body = Campaign),
        WriteProblems,
    ),
    security(("bearer" = []))
)]
#[post("/campaigns")]
pub async fn create_campaign(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageCampaigns)?;
    let draft: CampaignDraft = read(&body)?;
    let idempotency = idempotency(&request, "campaign ", &body)?;
    let make = move || registry.create_campaign(&caller.0, draft, idempotency.as_ref());
    Ok(made(web::block(make).await??))
}

/// A campaign.
#[utoipa::path(
    operation_id = "get_campaign",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "the campaign", body = Campaign, headers(("ETag" = String, description = "the revision"))), CommonProblems),
    security(("bearer" = []))
)]
#[get("/campaigns/{id}")]
pub async fn get_campaign(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let id = id_of("campaign", &id)?;
    let campaign = web::block(move || registry.campaign(&caller.0, id)).await??;
    Ok(shown(HttpResponse::Ok(), &campaign))
}

/// Changes fields of a campaign: JSON merge patch (RFC 7396). One that runs keeps its questionnaire.
#[utoipa::path(
    operation_id = "patch_campaign",
    tag = "campaigns",
    params(
        ("id" = Uuid, Path, description = "its id"),
        ("If-Match" = String, Header, description = "ETag of the revision that was changed"),
    ),
    request_body(description = "fields of a CampaignDraft", content((Object = "application/merge-patch+json"), (Object = "application/json"))),
    responses((status = 200, description = "as it is now", body = Campaign), WriteProblems),
    security(("bearer" = []))
)]
#[patch("/campaigns/{id}")]
pub async fn patch_campaign(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageCampaigns)?;
    let (id, if_match, patch) = (id_of("campaign", &id)?, if_match(&request)?, json(&body)?);
    if !patch.is_object() {
        return Err(malformed("body", "…", Expected::Json).into());
    }
    let changed =
        web::block(move || registry.patch_campaign(&caller.0, id, if_match, &patch)).await??;
    Ok(shown(HttpResponse::Ok(), &changed))
}

/// Starts a campaign: phones get its form.
#[utoipa::path(
    operation_id = "start_campaign",
    tag = "campaigns",
    params(
        ("id" = Uuid, Path, description = "its id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    responses((status = 200, description = "as it is now", body = Campaign), WriteProblems),
    security(("bearer" = []))
)]
#[post("/campaigns/{id}/start")]
pub async fn start_campaign(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    step(&request, caller, &id, registry, Step::Start).await
}

/// Closes a campaign: phones lose its form; what still comes is taken in and marked as late.
#[utoipa::path(
    operation_id = "close_campaign",
    tag = "campaigns",
    params(
        ("id" = Uuid, Path, description = "its id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
    ),
    responses((status = 200, description = "as it is now", body = Campaign), WriteProblems),
    security(("bearer" = []))
)]
#[post("/campaigns/{id}/close")]
pub async fn close_campaign(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    step(&request, caller, &id, registry, Step::Close).await
}

async fn step(
    request: &HttpRequest,
    caller: Caller,
    id: &str,
    registry: web::Data<Registry>,
    step: Step,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageCampaigns)?;
    let (id, if_match) = (id_of("campaign", id)?, if_match(request)?);
    let changed =
        web::block(move || registry.step_campaign(&caller.0, id, if_match, step)).await??;
    Ok(shown(HttpResponse::Ok(), &changed))
}

/// Plans a campaign with the targets and assignments of another one, as far as its villages are
/// the same.
#[utoipa::path(
    operation_id = "clone_campaign",
    tag = "campaigns",
    params(
        ("id" = Uuid, Path, description = "id of the campaign that it is made from"),
        ("Idempotency-Key" = Option<String>, Header, description = "the same key with the same body answers the same campaign"),
    ),
    request_body = CampaignDraft,
    responses(
        (status = 201, description = "planned", body = Campaign),
        (status = 200, description = "planned before under the same Idempotency-Key", body = Campaign),
        WriteProblems,
    ),
    security(("bearer" = []))
)]
#[post("/campaigns/{id}/clone")]
pub async fn clone_campaign(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageCampaigns)?;
    let (id, draft): (Uuid, CampaignDraft) = (id_of("campaign", &id)?, read(&body)?);
    let idempotency = idempotency(&request, &format!("clone {id} "), &body)?;
    let make = move || registry.clone_campaign(&caller.0, id, draft, idempotency.as_ref());
    Ok(made(web::block(make).await??))
}

/// What is expected in the villages of a campaign.
#[utoipa::path(
    operation_id = "list_campaign_targets",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "id of the campaign")),
    responses((status = 200, description = "by village", body = TargetList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/campaigns/{id}/targets")]
pub async fn list_campaign_targets(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let id = id_of("campaign", &id)?;
    let items = web::block(move || registry.targets(&caller.0, id)).await??;
    Ok(private(HttpResponse::Ok()).json(TargetList { items }))
}

/// Says what is expected in some villages; a number comes with its source.
#[utoipa::path(
    operation_id = "replace_campaign_targets",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "id of the campaign")),
    request_body = TargetsReplace,
    responses((status = 200, description = "all targets now", body = TargetList), WriteProblems),
    security(("bearer" = []))
)]
#[put("/campaigns/{id}/targets")]
pub async fn replace_campaign_targets(
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageCampaigns)?;
    let id = id_of("campaign", &id)?;
    let TargetsReplace { targets } = read(&body)?;
    let change = TargetChange { targets };
    let items = web::block(move || registry.replace_targets(&caller.0, id, &change)).await??;
    Ok(private(HttpResponse::Ok()).json(TargetList { items }))
}

/// Who goes to which village; of an enumerator, their own.
#[utoipa::path(
    operation_id = "list_assignments",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "id of the campaign")),
    responses((status = 200, description = "by village", body = AssignmentList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/campaigns/{id}/assignments")]
pub async fn list_assignments(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let id = id_of("campaign", &id)?;
    let items = web::block(move || registry.assignments(&caller.0, id)).await??;
    Ok(private(HttpResponse::Ok()).json(AssignmentList { items }))
}

/// Sends enumerators to villages, or others than before.
#[utoipa::path(
    operation_id = "replace_assignments",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "id of the campaign")),
    request_body = AssignmentsReplace,
    responses((status = 200, description = "all assignments now", body = AssignmentList), WriteProblems),
    security(("bearer" = []))
)]
#[put("/campaigns/{id}/assignments")]
pub async fn replace_assignments(
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageCampaigns)?;
    let id = id_of("campaign", &id)?;
    let AssignmentsReplace { villages, assignments } = read(&body)?;
    let change = AssignmentChange { villages, assignments };
    let items = web::block(move || registry.replace_assignments(&caller.0, id, &change)).await??;
    Ok(private(HttpResponse::Ok()).json(AssignmentList { items }))
}

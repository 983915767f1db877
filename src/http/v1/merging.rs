//! `/enterprises/{id}/merge` and `/unmerge`.

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::enterprises::{EnterpriseView, if_match, json, represented, tiered, uuid};
use super::lifecycle::grounds;
use crate::domain::access::Right;
use crate::domain::lifecycle::Grounds;
use crate::domain::validate::from_json;
use crate::http::caller::Caller;
use crate::http::parameters::WriteProblems;
use crate::http::problem::ApiError;
use crate::registry::{Registry, RegistryError};

/// Which record is the duplicate, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    duplicate: Uuid,
    /// A must for merging.
    #[serde(default)]
    reason: Option<String>,
}

/// The survivor after a merge was taken back.
#[derive(Serialize, ToSchema)]
pub struct UnmergeResult {
    #[schema(value_type = EnterpriseView)]
    enterprise: Box<RawValue>,
    /// Fields that were changed after the merge and so were left as they are.
    left: Vec<String>,
}

fn merge_of(body: &[u8]) -> Result<(Uuid, Grounds), RegistryError> {
    let Merge { duplicate, reason } = from_json(json(body)?).map_err(RegistryError::Invalid)?;
    // The same limits as for any other step's grounds.
    let grounds = grounds(serde_json::json!({ "reason": reason }).to_string().as_bytes())?;
    Ok((duplicate, grounds))
}

/// Makes another record a duplicate of this one, which is completed from it.
#[utoipa::path(
    operation_id = "merge_enterprises",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the record that survives"),
        ("If-Match" = String, Header, description = "ETag of its revision that the caller knows"),
    ),
    request_body = Merge,
    responses((status = 200, description = "the survivor", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/merge")]
pub async fn merge_enterprises(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let (id, if_match) = (uuid(&id)?, if_match(&request)?);
    let (duplicate, grounds) = merge_of(&body)?;
    let seen = web::block(move || {
        registry.merge_enterprises(&caller.0, id, if_match, duplicate, &grounds)
    })
    .await??;
    Ok(represented(HttpResponse::Ok(), &request, &seen)?)
}

/// Takes a merge back exactly: both records stand for themselves again.
#[utoipa::path(
    operation_id = "unmerge_enterprises",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the record that survived"),
        ("If-Match" = String, Header, description = "ETag of its revision that the caller knows"),
    ),
    request_body = Merge,
    responses((status = 200, description = "apart again", body = UnmergeResult), WriteProblems),
    security(("bearer" = []))
)]
#[post("/enterprises/{id}/unmerge")]
pub async fn unmerge_enterprises(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let (id, if_match) = (uuid(&id)?, if_match(&request)?);
    let (duplicate, grounds) = merge_of(&body)?;
    let unmerged = web::block(move || {
        let reason = grounds.reason.as_deref();
        registry.unmerge_enterprises(&caller.0, id, if_match, duplicate, reason)
    })
    .await??;
    let result = UnmergeResult { enterprise: tiered(&unmerged.seen)?, left: unmerged.left };
    Ok(HttpResponse::Ok().json(result))
}

//! `/enterprises/{id}/revisions`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::enterprises::uuid;
use crate::domain::difference::Difference;
use crate::domain::enterprise::Enterprise;
use crate::domain::fault::{Expected, Fault};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken};
use crate::http::problem::ApiError;
use crate::registry::revisions::Revision;
use crate::registry::{Registry, RegistryError};

/// The revisions of a record, the newest first.
#[derive(Serialize, ToSchema)]
pub struct RevisionList {
    items: Vec<RevisionEntry>,
}

/// When, by whom, what and why.
#[derive(Serialize, ToSchema)]
pub struct RevisionEntry {
    revision: i32,
    at: DateTime<Utc>,
    actor: String,
    #[schema(example = "patch")]
    action: String,
    reason: Option<String>,
}

impl From<Revision> for RevisionEntry {
    fn from(revision: Revision) -> Self {
        let Revision { revision, at, actor, action, reason } = revision;
        Self { revision, at, actor, action, reason }
    }
}

/// The document at a revision, and on request what differs from another.
#[derive(Serialize, ToSchema)]
pub struct RevisionDocument {
    #[schema(value_type = Enterprise)]
    document: Box<RawValue>,
    /// Given `against`: what is in it and what is in this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    differences: Option<Vec<Difference>>,
}

/// Who changed an enterprise, when and why: for staff of its area.
#[utoipa::path(
    operation_id = "list_revisions",
    tag = "life cycle",
    params(("id" = Uuid, Path, description = "the enterprise's id")),
    responses((status = 200, description = "its revisions", body = RevisionList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/enterprises/{id}/revisions")]
pub async fn list_revisions(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let id = uuid(&id)?;
    let revisions = web::block(move || registry.revisions(&caller, id)).await??;
    let items = revisions.into_iter().map(RevisionEntry::from).collect();
    Ok(private().json(RevisionList { items }))
}

/// An enterprise as it was at a revision: for staff of its area.
#[utoipa::path(
    operation_id = "get_revision",
    tag = "life cycle",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("n" = i32, Path, description = "the revision"),
        ("against" = Option<i32>, Query, description = "another revision to compare with"),
    ),
    responses((status = 200, description = "the document of then", body = RevisionDocument), CommonProblems),
    security(("bearer" = []))
)]
#[get("/enterprises/{id}/revisions/{n}")]
pub async fn get_revision(
    request: HttpRequest,
    caller: Caller,
    path: web::Path<(String, String)>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let (id, n) = path.into_inner();
    let id = uuid(&id)?;
    let n: i32 = n.parse().map_err(|_| RegistryError::RevisionNotFound(0))?;
    let mut taken = Taken::of(request.query_string())?;
    let against: Option<i32> = taken.read("against", None, |text| {
        let malformed = || Fault::Malformed { value: text.into(), expected: Expected::WholeNumber };
        text.parse().map(Some).map_err(|_| malformed())
    });
    taken.finish()?;
    let (document, differences) = web::block(move || {
        let document = registry.revision(&caller, id, n)?;
        let differences =
            against.map(|other| registry.compare_revisions(&caller, id, other, n)).transpose()?;
        Ok::<_, RegistryError>((document, differences))
    })
    .await??;
    let document = RawValue::from_string(document).map_err(RegistryError::from)?;
    Ok(private().json(RevisionDocument { document, differences }))
}

pub fn private() -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header(("Cache-Control", "private, no-store"));
    response
}

//! `/releases`: official figures, sealed. The figures themselves are in [`figures`] and
//! [`report`].

pub mod figures;
pub mod report;

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::enterprises::{caching, idempotency, json};
use super::revisions::private;
use crate::domain::access::Right;
use crate::domain::release::{CampaignFigures, Definition, Release, Rules};
use crate::domain::validate;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems};
use crate::http::problem::ApiError;
use crate::registry::releases::{NewRelease, ReleaseState, Told};
use crate::registry::{Registry, RegistryError};

/// All releases, the newest first.
#[derive(Serialize, ToSchema)]
pub struct ReleaseList {
    items: Vec<ReleaseItem>,
    /// Null: there is one page.
    next: Option<String>,
    matched: usize,
}

/// A release without its figures.
#[derive(Serialize, ToSchema)]
pub struct ReleaseItem {
    id: Uuid,
    #[schema(example = "Statistik IKM Jawa Timur 2026")]
    title: String,
    /// The day that the figures stand for.
    reference_date: NaiveDate,
    /// The office that answers questions.
    contact: String,
    note: Option<String>,
    /// Id of the campaign whose figures are in it.
    campaign: Option<Uuid>,
    /// Under which the figures are given.
    #[schema(example = "CC BY 4.0")]
    licence: String,
    state: ReleaseState,
    /// Records read so far, while it is being computed.
    read: i64,
    /// Records to read.
    total: i64,
    created_at: DateTime<Utc>,
    /// When the record was read for it.
    sealed_at: Option<DateTime<Utc>>,
    /// The place in the log of changes up to which it was read.
    seq: Option<i64>,
    /// The figures are of sample data, not of real enterprises.
    sample: bool,
    /// Of the sealed document.
    sha256: Option<String>,
    withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    reason: Option<String>,
}

/// A release with what is to be known of its figures.
#[derive(Serialize, ToSchema)]
pub struct ReleaseDetail {
    #[serde(flatten)]
    release: ReleaseItem,
    /// Null unless it is sealed and not withdrawn.
    about: Option<ReleaseAbout>,
}

/// How figures are to be read.
#[derive(Serialize, ToSchema)]
pub struct ReleaseAbout {
    licence: String,
    /// The log that `seq` is in.
    log_epoch: String,
    /// How small groups are protected.
    rules: Rules,
    definitions: Vec<Definition>,
    /// The figures of the campaign that it is of.
    campaign: Option<CampaignFigures>,
}

/// Why a release is withdrawn.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseWithdrawal {
    /// Told to everybody.
    #[schema(min_length = 1, max_length = 2000, example = "Satu kabupaten terhitung dua kali")]
    reason: String,
}

impl From<Told> for ReleaseItem {
    fn from(told: Told) -> Self {
        let (read, total) = told.progress;
        Self {
            id: told.id,
            title: told.title,
            reference_date: told.reference_date,
            contact: told.contact,
            note: told.note,
            campaign: told.campaign,
            licence: told.licence,
            state: told.state,
            read,
            total,
            created_at: told.created_at,
            sealed_at: told.sealed_at,
            seq: told.seq,
            sample: told.sample,
            sha256: told.sha256,
            withdrawn_at: told.withdrawn_at,
            reason: told.reason,
        }
    }
}

fn detail(told: Told, figures: Option<&Release>) -> ReleaseDetail {
    let about = figures.map(|figures| ReleaseAbout {
        licence: figures.header.licence.clone(),
        log_epoch: figures.header.log_epoch.clone(),
        rules: figures.rules.clone(),
        definitions: figures.definitions.clone(),
        campaign: figures.campaign.clone(),
    });
    ReleaseDetail { release: told.into(), about }
}

fn release_id(text: &str) -> Result<Uuid, RegistryError> {
    let none = |_| RegistryError::DocumentNotFound { entity: "release", id: String::new() };
    text.parse().map_err(none)
}

/// All releases that were sealed, also those that were withdrawn; those that are being computed only
/// for those who make them.
#[utoipa::path(
    operation_id = "list_releases",
    tag = "releases",
    responses((status = 200, description = "all of them", body = ReleaseList), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/releases")]
pub async fn list_releases(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    Taken::of(request.query_string())?.finish()?;
    let told = web::block(move || registry.releases(&caller.0)).await??;
    let items: Vec<ReleaseItem> = told.into_iter().map(ReleaseItem::from).collect();
    let list = ReleaseList { matched: items.len(), next: None, items };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", caching(&request))).json(list))
}

/// Begins a release of all records as they are now, or of a campaign with them: for analysts of the
/// whole province. Its figures are there when its state is `sealed`.
#[utoipa::path(
    operation_id = "create_release",
    tag = "releases",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key with the same body answers the same release")),
    request_body = NewRelease,
    responses(
        (status = 202, description = "begun", body = ReleaseDetail),
        (status = 200, description = "begun before under the same Idempotency-Key", body = ReleaseDetail),
        WriteProblems,
    ),
    security(("bearer" = []))
)]
#[post("/releases")]
pub async fn create_release(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::MakeReleases)?;
    let new: NewRelease = validate::from_json(json(&body)?).map_err(RegistryError::Invalid)?;
    let idempotency = idempotency(&request, "release ", &body)?;
    let begun = registry.clone();
    let begin = move || begun.begin_release(&caller.0, &new, idempotency.as_ref());
    let (told, new) = web::block(begin).await??;
    if new {
        work(registry, told.id)?;
    }
    let mut response = if new { HttpResponse::Accepted() } else { HttpResponse::Ok() };
    Ok(response
        .insert_header(("Cache-Control", "private, no-store"))
        .insert_header(("Location", format!("/api/v1/releases/{}", told.id)))
        .json(detail(told, None)))
}

/// Has a thread compute it.
fn work(registry: web::Data<Registry>, id: Uuid) -> Result<(), RegistryError> {
    let thread = std::thread::Builder::new().name("sentra-release".to_owned());
    let begun = thread.spawn(move || {
        if let Err(error) = registry.work_on_release(id) {
            tracing::error!(%error, %id, "a release was not made");
        }
    });
    begun.map(|_| ()).map_err(|_| RegistryError::Internal("a release has no thread"))
}

/// One release: what it says of itself, and how its figures are to be read.
#[utoipa::path(
    operation_id = "get_release",
    tag = "releases",
    params(("id" = Uuid, Path, description = "the release's id")),
    responses((status = 200, description = "the release", body = ReleaseDetail), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/releases/{id}")]
pub async fn get_release(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let id = release_id(&id)?;
    let detail = web::block(move || {
        let told = registry.release(&caller.0, id)?;
        let sealed = told.state == ReleaseState::Sealed;
        let figures = sealed.then(|| registry.release_figures(&caller.0, id)).transpose()?;
        Ok::<_, RegistryError>(detail(told, figures.as_deref()))
    });
    let detail = detail.await??;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", caching(&request))).json(detail))
}

/// Withdraws a release: it stays listed with the reason, its figures are no longer given.
#[utoipa::path(
    operation_id = "withdraw_release",
    tag = "releases",
    params(("id" = Uuid, Path, description = "the release's id")),
    request_body = ReleaseWithdrawal,
    responses((status = 200, description = "the release as it is now", body = ReleaseDetail), WriteProblems),
    security(("bearer" = []))
)]
#[post("/releases/{id}/withdraw")]
pub async fn withdraw_release(
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::MakeReleases)?;
    let id = release_id(&id)?;
    let ReleaseWithdrawal { reason } =
        validate::from_json(json(&body)?).map_err(RegistryError::Invalid)?;
    let told = web::block(move || registry.withdraw_release(&caller.0, id, &reason)).await??;
    Ok(private().json(detail(told, None)))
}

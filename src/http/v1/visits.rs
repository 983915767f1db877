//! `/visits`: what was found in the field, and what waits for somebody to choose.

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use strum::VariantNames;
use utoipa::ToSchema;
use uuid::Uuid;

use super::campaigns::id_of;
use super::{key_cursor, private};
use crate::domain::access::Right;
use crate::domain::campaign::{Finding, VisitKind, VisitState};
use crate::domain::difference::Difference;
use crate::domain::fault::{Expected, Fault};
use crate::http::caller::Caller;
use crate::http::multipart;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems, limit};
use crate::http::problem::ApiError;
use crate::registry::campaigns::{
    FieldVisit, FilledIn, SeenVisit, TakenSide, VisitListQuery, VisitPhotos,
};
use crate::registry::{Registry, RegistryError};

/// A visit.
#[derive(Serialize, ToSchema)]
#[schema(as = CampaignVisit)]
pub struct VisitView {
    id: Uuid,
    instance_id: String,
    campaign: Uuid,
    enumerator: String,
    #[schema(example = "35.15.06.2001")]
    village: String,
    kind: VisitKind,
    outcome: Finding,
    state: VisitState,
    enterprise: Option<Uuid>,
    /// Of the enterprise, after it.
    revision: Option<i32>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    received_at: DateTime<Utc>,
    visited_on: NaiveDate,
    lon: Option<f64>,
    lat: Option<f64>,
    accuracy_m: Option<f64>,
    /// What of it was left out, or why it was held.
    #[schema(value_type = Vec<Object>)]
    problems: Box<RawValue>,
    /// Answers to questions that the registry has no field for.
    #[schema(value_type = Object)]
    answers: Box<RawValue>,
}

impl TryFrom<FieldVisit> for VisitView {
    type Error = RegistryError;
    fn try_from(visit: FieldVisit) -> Result<Self, RegistryError> {
        Ok(Self {
            id: visit.id,
            instance_id: visit.instance_id,
            campaign: visit.campaign,
            enumerator: visit.enumerator,
            village: visit.village.to_string(),
            kind: visit.kind,
            outcome: visit.outcome,
            state: visit.state,
            enterprise: visit.enterprise,
            revision: visit.revision,
            started_at: visit.started_at,
            ended_at: visit.ended_at,
            received_at: visit.received_at,
            visited_on: visit.visited_on,
            lon: visit.lon,
            lat: visit.lat,
            accuracy_m: visit.accuracy_m,
            problems: RawValue::from_string(visit.problems)?,
            answers: RawValue::from_string(visit.answers)?,
        })
    }
}

/// A page of visits.
#[derive(Serialize, ToSchema)]
pub struct CampaignVisitList {
    items: Vec<VisitView>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    matched: i64,
}

/// A visit in full.
#[derive(Serialize, ToSchema)]
pub struct CampaignVisitDetail {
    #[serde(flatten)]
    visit: VisitView,
    /// Names of its photos.
    photos: Vec<String>,
    /// Names of those that it speaks of and that have not come.
    missing_photos: Vec<String>,
    /// Where it was held: `from` as the record has it, `to` as it was sent.
    differences: Vec<Difference>,
}

/// The photos that a visit names.
#[derive(Serialize, ToSchema)]
pub struct CampaignVisitPhotos {
    /// Names of those that came.
    photos: Vec<String>,
    /// Names of those that have not.
    missing_photos: Vec<String>,
}

/// Whose word stands.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitResolve {
    take: TakenSide,
    /// Of `submitted`: only these questions; all where it is left out.
    #[serde(default)]
    fields: Option<Vec<String>>,
}

/// Visits, the newest first: those in the caller's area; of an enumerator, their own.
#[utoipa::path(
    operation_id = "list_visits",
    tag = "campaigns",
    params(
        ("campaign" = Option<Uuid>, Query, description = "id of a campaign"),
        ("village" = Option<String>, Query, description = "code of a village"),
        ("enumerator" = Option<String>, Query, description = "e-mail address of an account"),
        ("enterprise" = Option<Uuid>, Query, description = "id of an enterprise"),
        ("state" = Option<Vec<VisitState>>, Query, description = "what became of them", style = Form, explode = false),
        ("limit" = Option<u32>, Query, description = "most items of a page, 1 to 1000"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = CampaignVisitList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/visits")]
pub async fn list_visits(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let mut taken = Taken::of(request.query_string())?;
    let uuid = |text: &str| {
        let (value, expected) = (text.to_owned(), Expected::Uuid);
        text.parse().map(Some).map_err(|_| Fault::Malformed { value, expected })
    };
    let query = VisitListQuery {
        campaign: taken.read("campaign", None, uuid),
        village: taken.read("village", None, |text| {
            let (value, expected) = (text.to_owned(), Expected::RegionCode);
            text.parse().map(Some).map_err(|()| Fault::Malformed { value, expected })
        }),
        enumerator: taken.text("enumerator"),
        enterprise: taken.read("enterprise", None, uuid),
        states: taken.read("state", Vec::new(), |text| {
            let state = |one: &str| {
                let (value, allowed) = (one.to_owned(), VisitState::VARIANTS.join(", "));
                one.parse().map_err(|_| Fault::UnknownCode { value, allowed })
            };
            text.split(',').map(state).collect()
        }),
        below: taken.read("cursor", None, |text| {
            let (value, expected) = (text.to_owned(), Expected::Cursor);
            let key = key_cursor::read(text)?.parse().map(Some);
            key.map_err(|_| Fault::Malformed { value, expected })
        }),
        limit: limit(&mut taken),
    };
    taken.finish()?;
    let page = web::block(move || registry.visits(&caller.0, &query)).await??;
    let next = page.next.map(|key| key_cursor::next_link(&request, &key.to_string()));
    let items = page.items.into_iter().map(VisitView::try_from).collect::<Result<_, _>>()?;
    let list = CampaignVisitList { items, next: next.transpose()?, matched: page.matched };
    Ok(private(HttpResponse::Ok()).json(list))
}

/// Takes in a visit from a page, for offices without phones: the same questionnaire, the same rules.
#[utoipa::path(
    operation_id = "create_visit",
    tag = "campaigns",
    request_body = FilledIn,
    responses((status = 201, description = "kept", body = VisitView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/visits")]
pub async fn create_visit(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::SubmitVisits)?;
    let kept = web::block(move || registry.create_visit(&caller.0, body.to_vec())).await??;
    let visit = VisitView::try_from(kept)?;
    let location = format!("{}/{}", request.path(), visit.id);
    Ok(private(HttpResponse::Created()).insert_header((header::LOCATION, location)).json(visit))
}

/// A visit.
#[utoipa::path(
    operation_id = "get_visit",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "the visit", body = CampaignVisitDetail), CommonProblems),
    security(("bearer" = []))
)]
#[get("/visits/{id}")]
pub async fn get_visit(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let id = id_of("visit", &id)?;
    let seen = web::block(move || registry.visit(&caller.0, id)).await??;
    let SeenVisit { visit, photos: VisitPhotos { photos, missing }, differences } = seen;
    let visit = VisitView::try_from(visit)?;
    let detail = CampaignVisitDetail { visit, photos, missing_photos: missing, differences };
    Ok(private(HttpResponse::Ok()).json(detail))
}

/// A photo of a visit.
#[utoipa::path(
    operation_id = "get_visit_photo",
    tag = "campaigns",
    params(
        ("id" = Uuid, Path, description = "its id"),
        ("name" = String, Path, description = "the photo's name"),
    ),
    responses((status = 200, description = "the photo", body = String, content_type = "image/jpeg"), CommonProblems),
    security(("bearer" = []))
)]
#[get("/visits/{id}/photos/{name}")]
pub async fn get_visit_photo(
    caller: Caller,
    path: web::Path<(String, String)>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let (id, name) = path.into_inner();
    let id = id_of("visit", &id)?;
    let photo = web::block(move || registry.visit_photo(&caller.0, id, &name)).await??;
    Ok(private(HttpResponse::Ok()).content_type("image/jpeg").body(photo))
}

/// Adds photos to a visit that the caller sent in from a page: the parts are named as the visit names
/// its photos, JPEG or PNG, 20 MB together. They are kept as those of phones are: upright, of bounded
/// size, without metadata. One that is there already stays; if one cannot be kept, none is.
#[utoipa::path(
    operation_id = "create_visit_photos",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "its id")),
    request_body(content = String, content_type = "multipart/form-data", description = "the photos"),
    responses((status = 200, description = "kept", body = CampaignVisitPhotos), WriteProblems),
    security(("bearer" = []))
)]
#[post("/visits/{id}/photos")]
pub async fn create_visit_photos(
    caller: Caller,
    id: web::Path<String>,
    body: Multipart,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::SubmitVisits)?;
    let id = id_of("visit", &id)?;
    let parts = multipart::parts(body).await?;
    let files = parts.into_iter().map(|part| (part.name, part.bytes)).collect();
    let kept = web::block(move || registry.add_photos(&caller.0, id, files)).await??;
    let VisitPhotos { photos, missing } = kept;
    let kept = CampaignVisitPhotos { photos, missing_photos: missing };
    Ok(private(HttpResponse::Ok()).json(kept))
}

/// Decides a visit that was held: what was sent stands, or what the record has.
#[utoipa::path(
    operation_id = "resolve_visit",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "its id")),
    request_body = VisitResolve,
    responses((status = 204, description = "decided"), WriteProblems),
    security(("bearer" = []))
)]
#[post("/visits/{id}/resolve")]
pub async fn resolve_visit(
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let id = id_of("visit", &id)?;
    let VisitResolve { take, fields } =
        crate::domain::validate::from_json(super::enterprises::json(&body)?)
            .map_err(RegistryError::Invalid)?;
    web::block(move || registry.resolve_visit(&caller.0, id, take, fields.as_deref())).await??;
    Ok(private(HttpResponse::NoContent()).finish())
}

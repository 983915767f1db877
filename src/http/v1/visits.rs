//! `/visits`: what was found in the field, and what waits for somebody to choose.

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
use crate::db::campaigns::visits::VisitRow;
use crate::domain::access::Right;
use crate::domain::campaign::{Finding, VisitKind, VisitState};
use crate::domain::difference::Difference;
use crate::domain::fault::{Expected, Fault};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems, limit};
use crate::http::problem::ApiError;
use crate::registry::campaigns::{FilledIn, SeenVisit, TakenSide, VisitListQuery};
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

impl TryFrom<VisitRow> for VisitView {
    type Error = RegistryError;
    fn try_from(row: VisitRow) -> Result<Self, RegistryError> {
        let odd = |_| RegistryError::Internal("a visit is as it was written");
        let uuid = |text: &str| text.parse().map_err(|_| RegistryError::Internal("ids are UUIDs"));
        Ok(Self {
            id: uuid(&row.id)?,
            campaign: uuid(&row.campaign_id)?,
            enterprise: row.enterprise_id.as_deref().map(uuid).transpose()?,
            kind: row.kind.parse().map_err(odd)?,
            outcome: row.outcome.parse().map_err(odd)?,
            state: row.state.parse().map_err(odd)?,
            instance_id: row.instance_id,
            enumerator: row.enumerator,
            village: row.village,
            revision: row.applied_revision,
            started_at: row.started_at.map(|at| at.and_utc()),
            ended_at: row.ended_at.map(|at| at.and_utc()),
            received_at: row.received_at.and_utc(),
            visited_on: row.visited_on,
            lon: row.lon,
            lat: row.lat,
            accuracy_m: row.accuracy_m,
            problems: RawValue::from_string(row.problems)?,
            answers: RawValue::from_string(row.answers)?,
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
    /// Where it was held: `from` as the record has it, `to` as it was sent.
    differences: Vec<Difference>,
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
    let row = web::block(move || registry.create_visit(&caller.0, body.to_vec())).await??;
    let visit = VisitView::try_from(row)?;
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
    let SeenVisit { row, photos, differences } = seen;
    let visit = VisitView::try_from(row)?;
    Ok(private(HttpResponse::Ok()).json(CampaignVisitDetail { visit, photos, differences }))
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

//! `/candidates`: possible sentra, and what an office decides of them. A search finds them
//! (`/candidate-searches`).

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use strum::VariantNames;
use utoipa::ToSchema;
use uuid::Uuid;

use super::documents::code_text;
use super::enterprises::json;
use super::lifecycle::grounds;
use super::revisions::private;
use crate::domain::access::Right;
use crate::domain::candidate::{CandidateStatus, LEAST_UNITS};
use crate::domain::fault::{Expected, Fault};
use crate::domain::reference::Reference;
use crate::domain::region::RegionCode;
use crate::domain::sentra::SentraGround;
use crate::domain::validate;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Format, Taken, WriteProblems, format, limit};
use crate::http::problem::ApiError;
use crate::registry::results::{
    Candidate, CandidateDetail, CandidateQuery, Confirmation, Cursor, Decision,
};
use crate::registry::{Registry, RegistryError};

/// A page of candidates, those of most producers first.
#[derive(Serialize, ToSchema)]
pub struct CandidateList {
    items: Vec<CandidateView>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    /// How many there are in all.
    matched: usize,
}

/// A page of candidates as GeoJSON.
#[derive(Serialize, ToSchema)]
pub struct CandidateFeatures {
    #[serde(rename = "type")]
    #[schema(example = "FeatureCollection")]
    kind: &'static str,
    features: Vec<CandidateFeature>,
    next: Option<String>,
    matched: usize,
}

/// A candidate as a GeoJSON feature.
#[derive(Serialize, ToSchema)]
pub struct CandidateFeature {
    #[serde(rename = "type")]
    #[schema(example = "Feature")]
    kind: &'static str,
    id: Uuid,
    #[schema(value_type = Object)]
    geometry: Value,
    properties: CandidateProperties,
}

/// A candidate with its area.
#[derive(Serialize, ToSchema)]
pub struct CandidateView {
    #[serde(flatten)]
    properties: CandidateProperties,
    /// An outline that holds all members, a GeoJSON Polygon on a grid of about 220 metres: it tells of
    /// no member more than that.
    #[schema(value_type = Object)]
    area: Value,
}

/// A candidate, its members and its area aside.
#[derive(Serialize, ToSchema)]
pub struct CandidateProperties {
    id: Uuid,
    /// The search that found it, or found it again.
    search: Uuid,
    status: CandidateStatus,
    #[schema(example = "tas")]
    commodity: String,
    commodity_name: Option<String>,
    /// The narrowest region that holds it.
    #[schema(example = "35.15.06")]
    region: String,
    region_name: String,
    /// The regency whose office decides: that of most members.
    responsible_region: String,
    producers: usize,
    /// Of these verified.
    verified: usize,
    /// Positions that are not the same.
    places: usize,
    /// Sample data, not real ones.
    sample: bool,
    villages: Vec<CandidateVillage>,
    basis: CandidateBasis,
    /// Sentra of the commodity that lie there already.
    existing: Vec<CandidateSentra>,
    found_at: DateTime<Utc>,
    /// Null while it is open.
    decided: Option<CandidateDecision>,
}

/// A village, or what wider region a member states.
#[derive(Serialize, ToSchema)]
pub struct CandidateVillage {
    #[schema(example = "35.15.06.2001")]
    region: String,
    name: String,
    producers: usize,
}

/// On what ground it could be a sentra.
#[derive(Serialize, ToSchema)]
pub struct CandidateBasis {
    ground: SentraGround,
    /// In Indonesian.
    text: &'static str,
    text_en: &'static str,
    /// So many units at least.
    least_units: usize,
    met: bool,
    /// Always null: the registry does not know how many households a village has, so that it cannot
    /// say whether they are 20 % of them (BPS).
    households_share: Option<f64>,
}

/// A sentra that is there.
#[derive(Serialize, ToSchema)]
pub struct CandidateSentra {
    id: Uuid,
    name: String,
}

/// What was decided.
#[derive(Serialize, ToSchema)]
pub struct CandidateDecision {
    by: String,
    at: DateTime<Utc>,
    reason: Option<String>,
    /// The sentra that it was made.
    sentra: Option<Uuid>,
}

/// A candidate with its members.
#[derive(Serialize, ToSchema)]
pub struct CandidateWhole {
    #[serde(flatten)]
    candidate: CandidateView,
    /// Ids of the members whose internal tier is the caller's.
    members: Vec<Uuid>,
    /// Members that are other offices'.
    others: usize,
}

/// Why it is none.
#[derive(Serialize, ToSchema)]
pub struct CandidateRejection {
    #[schema(min_length = 1, max_length = 500, example = "Satu pabrik dengan beberapa bengkel")]
    reason: String,
}

/// Possible sentra of which the caller's office decides: producers of one commodity who stand close
/// together, as the last search found them.
#[utoipa::path(
    operation_id = "list_candidates",
    tag = "candidates",
    params(
        ("status" = Option<CandidateStatus>, Query, description = "`open` unless told"),
        ("region" = Option<String>, Query, description = "code of a region of any level"),
        ("commodity" = Option<String>, Query, description = "a commodity's code"),
        ("f" = Option<String>, Query, description = "`geojson` for a FeatureCollection; the Accept header does the same"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses(
        (status = 200, description = "a page", content(
            (CandidateList = "application/json"),
            (CandidateFeatures = "application/geo+json"),
        )),
        CommonProblems,
    ),
    security(("bearer" = []))
)]
#[get("/candidates")]
pub async fn list_candidates(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::FindSentra)?;
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let mut taken = Taken::of(request.query_string())?;
    let format = format(&mut taken, accept);
    let query = CandidateQuery {
        status: taken.read("status", CandidateStatus::default(), |text| {
            let unknown = |_| Fault::UnknownCode {
                value: text.to_owned(),
                allowed: CandidateStatus::VARIANTS.join(", "),
            };
            text.parse().map_err(unknown)
        }),
        region: taken.read("region", None, |text| region(text).map(Some)),
        commodity: taken.read("commodity", None, |text| code_text(text).map(Some)),
        after: taken.read("cursor", None, |text| cursor(text).map(Some)),
        limit: limit(&mut taken),
    };
    taken.finish()?;
    let reference = registry.reference();
    let page = web::block(move || registry.sentra_candidates(&caller, &query)).await??;
    let next = page.next.map(|last| next_link(&request, &last)).transpose()?;
    let (views, matched) =
        (page.items.into_iter().map(|item| view(item, &reference)), page.matched);
    Ok(match format {
        Format::Json => private().json(CandidateList { items: views.collect(), next, matched }),
        Format::GeoJson => {
            let feature = |CandidateView { properties, area }| CandidateFeature {
                kind: "Feature",
                id: properties.id,
                geometry: area,
                properties,
            };
            let features = views.map(feature).collect();
            let kind = "FeatureCollection";
            let mut response = private();
            response.content_type("application/geo+json");
            response.json(CandidateFeatures { kind, features, next, matched })
        }
    })
}

/// A candidate with its members.
#[utoipa::path(
    operation_id = "get_candidate",
    tag = "candidates",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "the candidate", body = CandidateWhole), CommonProblems),
    security(("bearer" = []))
)]
#[get("/candidates/{id}")]
pub async fn get_candidate(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::FindSentra)?;
    let id = candidate_id(&id)?;
    let reference = registry.reference();
    let detail = web::block(move || registry.sentra_candidate(&caller, id)).await??;
    Ok(private().json(whole(detail, &reference)))
}

/// Makes a candidate a sentra, with its ground, its villages and its area. Its members are not
/// changed: each says itself to which sentra it belongs.
#[utoipa::path(
    operation_id = "confirm_candidate",
    tag = "candidates",
    params(("id" = Uuid, Path, description = "its id")),
    request_body = Confirmation,
    responses((status = 200, description = "the candidate, with the sentra that it was made", body = CandidateWhole), WriteProblems),
    security(("bearer" = []))
)]
#[post("/candidates/{id}/confirm")]
pub async fn confirm_candidate(
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteDocuments)?;
    let id = candidate_id(&id)?;
    let given: Confirmation = validate::from_json(json(&body)?).map_err(RegistryError::Invalid)?;
    let reference = registry.reference();
    let detail = web::block(move || registry.confirm_candidate(&caller, id, given)).await??;
    Ok(private().json(whole(detail, &reference)))
}

/// Remembers that a candidate is no sentra: the same cluster is not offered again unless it grows by
/// a fifth.
#[utoipa::path(
    operation_id = "reject_candidate",
    tag = "candidates",
    params(("id" = Uuid, Path, description = "its id")),
    request_body = CandidateRejection,
    responses((status = 200, description = "the candidate as it is now", body = CandidateWhole), WriteProblems),
    security(("bearer" = []))
)]
#[post("/candidates/{id}/reject")]
pub async fn reject_candidate(
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteDocuments)?;
    let id = candidate_id(&id)?;
    let reason = grounds(&body)?.reason;
    let reference = registry.reference();
    let detail =
        web::block(move || registry.reject_candidate(&caller, id, reason.as_deref())).await??;
    Ok(private().json(whole(detail, &reference)))
}

fn candidate_id(text: &str) -> Result<Uuid, RegistryError> {
    let none = |_| RegistryError::DocumentNotFound { entity: "candidate", id: String::new() };
    text.parse().map_err(none)
}

fn region(text: &str) -> Result<RegionCode, Fault> {
    let malformed = || Fault::Malformed { value: text.to_owned(), expected: Expected::RegionCode };
    text.parse().map_err(|()| malformed())
}

fn cursor(text: &str) -> Result<Cursor, Fault> {
    let malformed = || Fault::Malformed { value: text.to_owned(), expected: Expected::Cursor };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
    let (producers, id): (i32, Uuid) = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
    Ok(Cursor { producers, id: id.to_string() })
}

fn next_link(request: &HttpRequest, last: &Cursor) -> Result<String, RegistryError> {
    let text = serde_json::to_vec(&(last.producers, &last.id))?;
    super::enterprises::next_link(request, &BASE64_URL_SAFE_NO_PAD.encode(text))
}

fn whole(detail: CandidateDetail, reference: &Reference) -> CandidateWhole {
    let CandidateDetail { candidate, members, others } = detail;
    CandidateWhole { candidate: view(candidate, reference), members, others }
}

fn view(candidate: Candidate, reference: &Reference) -> CandidateView {
    let cluster = candidate.cluster;
    let producers = cluster.members.len();
    let villages = cluster.villages().into_iter().map(|(region, producers)| CandidateVillage {
        name: reference.gazetteer.full_name(&region),
        region: region.to_string(),
        producers,
    });
    let decided = candidate.decided.map(|Decision { by, at, reason, sentra }| CandidateDecision {
        by,
        at,
        reason,
        sentra,
    });
    let properties = CandidateProperties {
        id: candidate.id,
        search: candidate.search,
        status: candidate.status,
        commodity_name: reference.commodity(&candidate.commodity).map(|one| one.name.clone()),
        commodity: candidate.commodity,
        region_name: reference.gazetteer.full_name(&candidate.region),
        region: candidate.region.to_string(),
        responsible_region: candidate.responsible_region.to_string(),
        producers,
        verified: cluster.verified,
        places: cluster.places,
        sample: cluster.sample,
        villages: villages.collect(),
        basis: CandidateBasis {
            ground: SentraGround::Regulation,
            text: "PP 29/2018: paling sedikit lima unit di satu tempat dengan produk yang sama.",
            text_en: "PP 29/2018: at least five units in one place with the same product.",
            least_units: LEAST_UNITS,
            met: producers >= LEAST_UNITS,
            households_share: None,
        },
        existing: candidate
            .existing
            .into_iter()
            .map(|(id, name)| CandidateSentra { id, name })
            .collect(),
        found_at: candidate.found_at,
        decided,
    };
    CandidateView { properties, area: cluster.area }
}

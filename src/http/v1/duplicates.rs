//! `/duplicates`: pairs of records that may be one, and what a person decides of them. To merge a
//! pair is to merge its enterprises.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use strum::VariantNames;
use utoipa::ToSchema;
use uuid::Uuid;

use super::enterprises::{EnterpriseView, tiered};
use super::lifecycle::grounds;
use super::revisions::private;
use crate::domain::access::Right;
use crate::domain::duplicate::{Class, Fact, Reason, side_by_side};
use crate::domain::fault::{Expected, Fault, Lang};
use crate::domain::region::{Level, RegionCode};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems, limit, whole_number};
use crate::http::problem::ApiError;
use crate::registry::duplicates::{Candidate, CandidateQuery, Cursor, Decision, Side, Status};
use crate::registry::{Registry, RegistryError};

/// A page of the queue: the surest class first, within it what was found first.
#[derive(Serialize, ToSchema)]
pub struct DuplicateList {
    items: Vec<DuplicateItem>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    /// How many there are in all.
    matched: usize,
}

/// A pair in the queue.
#[derive(Serialize, ToSchema)]
pub struct DuplicateItem {
    #[serde(flatten)]
    pair: DuplicatePair,
    /// The two records, in short.
    records: [DuplicateSide; 2],
}

/// A pair, side by side.
#[derive(Serialize, ToSchema)]
pub struct DuplicateDetail {
    #[serde(flatten)]
    pair: DuplicatePair,
    records: [DuplicateSide; 2],
    /// The documents, each at the caller's tier; null where it is not shown.
    #[schema(value_type = Vec<Option<EnterpriseView>>)]
    documents: Vec<Option<Box<RawValue>>>,
    /// Field by field, as far as shown.
    fields: Vec<DuplicateField>,
}

/// What is told of a pair itself.
#[derive(Serialize, ToSchema)]
pub struct DuplicatePair {
    id: Uuid,
    status: Status,
    class: Class,
    /// 0 to 100; null where one of the records is another office's.
    score: Option<u8>,
    /// What speaks for and against, the weightiest first; of another office's record only what its
    /// public tier tells.
    reasons: Vec<DuplicateReason>,
    found_at: DateTime<Utc>,
    /// Who brought it up; null where one of the records is another office's.
    found_by: Option<String>,
    /// Null while it is open.
    decided: Option<DuplicateDecision>,
}

/// What speaks for or against.
#[derive(Serialize, ToSchema)]
pub struct DuplicateReason {
    #[serde(flatten)]
    reason: Reason,
    /// In Indonesian.
    #[schema(example = "Pemilik sama")]
    text: String,
    #[schema(example = "Same owner")]
    text_en: String,
}

/// What was decided.
#[derive(Serialize, ToSchema)]
pub struct DuplicateDecision {
    by: String,
    at: DateTime<Utc>,
    reason: Option<String>,
}

/// One of the records.
#[derive(Serialize, ToSchema)]
pub struct DuplicateSide {
    /// `hidden`: there is one, and no more is told.
    tier: DuplicateTier,
    /// It is another office's: ask them.
    ask_other_office: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region_name: Option<String>,
    /// The regency whose office it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    responsible_region: Option<String>,
}

/// At which tier a record is shown.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateTier {
    Internal,
    Public,
    Hidden,
}

/// One field of both.
#[derive(Serialize, ToSchema)]
pub struct DuplicateField {
    #[schema(example = "address")]
    field: &'static str,
    /// As the records say it; null where one says nothing, or it is not shown.
    #[schema(value_type = Vec<Object>)]
    values: [Option<Value>; 2],
    /// Whether both say the same, small differences of spelling aside; null where one says nothing.
    same: Option<bool>,
}

/// Pairs that may be one, of which one record at least is in the caller's area: for who decides
/// there.
#[utoipa::path(
    operation_id = "list_duplicates",
    tag = "duplicates",
    params(
        ("status" = Option<Status>, Query, description = "`open` unless told"),
        ("region" = Option<String>, Query, description = "a regency: one record at least is of it"),
        ("min_score" = Option<u8>, Query, minimum = 0, maximum = 100, description = "at least this score; a pair with another office's record counts with the least score of its class"),
        ("import" = Option<Uuid>, Query, description = "one record at least was made or changed by this import"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = DuplicateList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/duplicates")]
pub async fn list_duplicates(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let mut taken = Taken::of(request.query_string())?;
    let query = CandidateQuery {
        status: taken.read("status", Status::default(), |text| {
            let unknown = |_| Fault::UnknownCode {
                value: text.to_owned(),
                allowed: Status::VARIANTS.join(", "),
            };
            text.parse().map_err(unknown)
        }),
        region: taken.read("region", None, regency),
        import: taken.read("import", None, |text| {
            let expected = Expected::Uuid;
            let malformed = |_| Fault::Malformed { value: text.to_owned(), expected };
            text.parse().map(Some).map_err(malformed)
        }),
        min_score: whole_number(&mut taken, "min_score", 0, 0..=100),
        after: taken.read("cursor", None, |text| cursor(text).map(Some)),
        limit: limit(&mut taken),
    };
    taken.finish()?;
    let page = web::block(move || registry.duplicate_candidates(&caller, &query)).await??;
    let next = page.next.map(|last| next_link(&request, &last)).transpose()?;
    let items = page
        .items
        .into_iter()
        .map(|candidate| {
            let (pair, records, _) = represented(candidate)?;
            Ok(DuplicateItem { pair, records })
        })
        .collect::<Result<_, RegistryError>>()?;
    Ok(private().json(DuplicateList { items, next, matched: page.matched }))
}

/// One pair, side by side: each record at the caller's tier.
#[utoipa::path(
    operation_id = "get_duplicate",
    tag = "duplicates",
    params(("id" = Uuid, Path, description = "the pair's id")),
    responses((status = 200, description = "the pair", body = DuplicateDetail), CommonProblems),
    security(("bearer" = []))
)]
#[get("/duplicates/{id}")]
pub async fn get_duplicate(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let id = pair_id(&id)?;
    let candidate = web::block(move || registry.duplicate_candidate(&caller, id)).await??;
    Ok(private().json(detail(candidate)?))
}

/// Remembers that the two are not one: they are not offered again, unless something changes of what
/// is compared. Both records must be the caller's to decide of.
#[utoipa::path(
    operation_id = "reject_duplicate",
    tag = "duplicates",
    params(("id" = Uuid, Path, description = "the pair's id")),
    request_body = DuplicateRejection,
    responses((status = 200, description = "the pair as it is now", body = DuplicateDetail), WriteProblems),
    security(("bearer" = []))
)]
#[post("/duplicates/{id}/not-the-same")]
pub async fn reject_duplicate(
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let id = pair_id(&id)?;
    let reason = grounds(&body)?.reason;
    let candidate =
        web::block(move || registry.reject_duplicate(&caller, id, reason.as_deref())).await??;
    Ok(private().json(detail(candidate)?))
}

/// Why the two are not one.
#[derive(Serialize, ToSchema)]
pub struct DuplicateRejection {
    #[schema(min_length = 1, max_length = 500, example = "Dua cabang, sudah ditanyakan")]
    reason: String,
}

fn pair_id(text: &str) -> Result<Uuid, RegistryError> {
    let none = |_| RegistryError::DocumentNotFound { entity: "duplicate", id: String::new() };
    text.parse().map_err(none)
}

fn regency(text: &str) -> Result<Option<RegionCode>, Fault> {
    let malformed = || Fault::Malformed { value: text.to_owned(), expected: Expected::RegionCode };
    let region: RegionCode = text.parse().map_err(|()| malformed())?;
    if region.level() > Level::Regency { Err(malformed()) } else { Ok(Some(region)) }
}

fn cursor(text: &str) -> Result<Cursor, Fault> {
    let malformed = || Fault::Malformed { value: text.to_owned(), expected: Expected::Cursor };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
    let (class_score, id): (i32, Uuid) = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
    Ok(Cursor { class_score, id: id.to_string() })
}

fn next_link(request: &HttpRequest, last: &Cursor) -> Result<String, RegistryError> {
    let text = serde_json::to_vec(&(last.class_score, &last.id))?;
    super::enterprises::next_link(request, &BASE64_URL_SAFE_NO_PAD.encode(text))
}

/// The pair, its records in short, and their documents.
type Represented = (DuplicatePair, [DuplicateSide; 2], [Option<Value>; 2]);

fn represented(candidate: Candidate) -> Result<Represented, RegistryError> {
    let Candidate { id, status, class, score, reasons, sides, found_at, found_by, decided } =
        candidate;
    let told = |reason: Reason| DuplicateReason {
        text: Fact::text(reason.fact, Lang::Id),
        text_en: Fact::text(reason.fact, Lang::En),
        reason,
    };
    let decided = decided.map(|Decision { by, at, reason }| DuplicateDecision { by, at, reason });
    let reasons = reasons.into_iter().map(told).collect();
    let pair = DuplicatePair { id, status, class, score, reasons, found_at, found_by, decided };
    let [(one, first), (two, second)] = [side(&sides[0])?, side(&sides[1])?];
    Ok((pair, [one, two], [first, second]))
}

fn side(side: &Side) -> Result<(DuplicateSide, Option<Value>), RegistryError> {
    let Side::Shown(seen) = side else {
        let hidden = DuplicateSide {
            tier: DuplicateTier::Hidden,
            ask_other_office: true,
            id: None,
            revision: None,
            name: None,
            region_name: None,
            responsible_region: None,
        };
        return Ok((hidden, None));
    };
    let document: Value = serde_json::from_str(&seen.document)?;
    let text = |field: &str| document[field].as_str().map(str::to_owned);
    let shown = DuplicateSide {
        tier: if seen.internal { DuplicateTier::Internal } else { DuplicateTier::Public },
        ask_other_office: !seen.internal,
        id: Some(seen.id),
        revision: Some(seen.revision),
        name: text("name"),
        region_name: text("region_name"),
        responsible_region: text("responsible_region"),
    };
    Ok((shown, Some(document)))
}

fn detail(candidate: Candidate) -> Result<DuplicateDetail, RegistryError> {
    let document = |side: &Side| match side {
        Side::Shown(seen) => tiered(seen).map(Some),
        Side::Hidden => Ok(None),
    };
    let documents = candidate.sides.iter().map(document).collect::<Result<_, _>>()?;
    let (pair, records, said) = represented(candidate)?;
    let fields = side_by_side([said[0].as_ref(), said[1].as_ref()])
        .into_iter()
        .map(|pair| DuplicateField { field: pair.field, values: pair.values, same: pair.same })
        .collect();
    Ok(DuplicateDetail { pair, records, documents, fields })
}

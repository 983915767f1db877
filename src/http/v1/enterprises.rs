//! `/enterprises`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::enterprise::{Draft, Enterprise};
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::lifecycle::{Action, Grounds};
use crate::domain::projection::PublicEnterprise;
use crate::domain::restricted::Restricted;
use crate::domain::text::hex;
use crate::exchange::export::geojson::{self, tier_first};
use crate::http::caller::Caller;
use crate::http::kept::tagged;
use crate::http::parameters::{
    CommonProblems, FilterParameters, Format, ListParameters, WriteProblems, list_query, pairs,
};
use crate::http::problem::ApiError;
use crate::registry::enterprises::{List, Seen};
use crate::registry::writing::{Change, Idempotency, IfMatch, Written, take_restricted};
use crate::registry::{Registry, RegistryError};

/// Longest reason, in characters.
pub const MAX_REASON: usize = 500;

/// An enterprise at the tier that the caller sees.
#[derive(ToSchema)]
#[schema(as = EnterpriseView)]
#[serde(tag = "tier", rename_all = "snake_case")]
#[expect(
    dead_code,
    clippy::large_enum_variant,
    reason = "only the shape of what is written from stored documents"
)]
#[derive(Serialize)]
pub enum EnterpriseView {
    Public(PublicEnterprise),
    Internal(Enterprise),
}

/// What is sent to create or replace an enterprise.
#[derive(Serialize, ToSchema)]
pub struct EnterpriseWrite {
    #[serde(flatten)]
    draft: Draft,
    /// Kept sealed, never read back here. Left out: what is there is kept.
    restricted: Option<Restricted>,
}

/// A page of enterprises: the shape of what [`page`] puts together.
#[derive(Serialize, ToSchema)]
pub struct EnterpriseList {
    items: Vec<EnterpriseView>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    /// How many pass the filter in all.
    matched: usize,
}

/// A page of enterprises as GeoJSON (RFC 7946).
#[derive(Serialize, ToSchema)]
pub struct EnterpriseFeatures {
    #[serde(rename = "type")]
    #[schema(example = "FeatureCollection")]
    kind: &'static str,
    features: Vec<EnterpriseFeature>,
    next: Option<String>,
    matched: usize,
}

/// An enterprise as a GeoJSON feature.
#[derive(Serialize, ToSchema)]
pub struct EnterpriseFeature {
    #[serde(rename = "type")]
    #[schema(example = "Feature")]
    kind: &'static str,
    id: Uuid,
    /// The public place, or for staff the exact point.
    #[schema(value_type = Object)]
    geometry: [f64; 2],
    properties: EnterpriseView,
}

/// Writes an enterprise as a GeoJSON feature.
pub fn write_feature(to: &mut Vec<u8>, seen: &Seen) {
    geojson::write_feature(to, &seen.source());
}

/// Writes the stored document with its tier said.
fn write_tiered(to: &mut Vec<u8>, seen: &Seen) {
    let (start, rest) = tier_first(&seen.document, seen.internal);
    to.extend_from_slice(start.as_bytes());
    to.extend_from_slice(rest.as_bytes());
}

/// A page, put together from stored documents, which are JSON: they are not read again.
fn page(list: &List, next: Option<&str>, format: Format) -> Result<Vec<u8>, RegistryError> {
    let start = match format {
        Format::Json => "{\"items\":[",
        Format::GeoJson => "{\"type\":\"FeatureCollection\",\"features\":[",
    };
    let room: usize = list.items.iter().map(|seen| seen.document.len() + 200).sum();
    let mut body = Vec::with_capacity(room + 500);
    body.extend_from_slice(start.as_bytes());
    for (place, seen) in list.items.iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        match format {
            Format::Json => write_tiered(&mut body, seen),
            Format::GeoJson => write_feature(&mut body, seen),
        }
    }
    body.extend_from_slice(b"],\"next\":");
    serde_json::to_writer(&mut body, &next)?;
    body.extend_from_slice(format!(",\"matched\":{}}}", list.matched).as_bytes());
    Ok(body)
}

/// The stored document with its tier said.
pub fn tiered(seen: &Seen) -> Result<Box<RawValue>, RegistryError> {
    with_tier(&seen.document, seen.internal)
}

/// A stored document with its tier said.
pub fn with_tier(document: &str, internal: bool) -> Result<Box<RawValue>, RegistryError> {
    let (start, rest) = tier_first(document, internal);
    Ok(RawValue::from_string(format!("{start}{rest}"))?)
}

/// Enterprises that pass a filter, a page at a time.
#[utoipa::path(
    operation_id = "list_enterprises",
    tag = "enterprises",
    params(FilterParameters, ListParameters),
    responses(
        (status = 200, description = "a page", content(
            (EnterpriseList = "application/json"),
            (EnterpriseFeatures = "application/geo+json"),
        ), headers(("ETag" = String, description = "of the answer"))),
        (status = 304, description = "as the caller knows it"),
        CommonProblems,
    ),
    security((), ("bearer" = []))
)]
#[get("/enterprises")]
pub async fn list_enterprises(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let (query, format) = list_query(request.query_string(), accept, &registry.reference())?;
    let list = web::block(move || registry.list_enterprises(&caller, query)).await??;
    let next = list.next.as_ref().map(|cursor| next_link(&request, &cursor.encode()));
    let body = page(&list, next.transpose()?.as_deref(), format)?;
    let media = match format {
        Format::Json => "application/json",
        Format::GeoJson => "application/geo+json",
    };
    Ok(tagged(&request, media, caching(&request), body))
}

/// The same request from a cursor on.
pub fn next_link(request: &HttpRequest, cursor: &str) -> Result<String, RegistryError> {
    let mut pairs = pairs(request.query_string())?;
    pairs.retain(|(name, _)| name != "cursor");
    pairs.push(("cursor".to_owned(), cursor.to_owned()));
    let query = serde_urlencoded::to_string(pairs)
        .map_err(|_| RegistryError::Internal("pairs that were read can be written"))?;
    Ok(format!("{}?{query}", request.path()))
}

/// What staff see is kept by nobody; what the public sees is asked for anew.
pub fn caching(request: &HttpRequest) -> &'static str {
    if request.headers().contains_key(header::AUTHORIZATION) {
        "private, no-store"
    } else {
        "no-cache"
    }
}

/// Creates an enterprise as a draft that is not published.
#[utoipa::path(
    operation_id = "create_enterprise",
    tag = "enterprises",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key with the same body answers the same record")),
    request_body = EnterpriseWrite,
    responses(
        (status = 201, description = "created", body = EnterpriseView, headers(("ETag" = String, description = "the revision"), ("Location" = String, description = "its path"))),
        (status = 200, description = "created before under the same Idempotency-Key", body = EnterpriseView),
        WriteProblems,
    ),
    security(("bearer" = []))
)]
#[post("/enterprises")]
pub async fn create_enterprise(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteRecords)?;
    let written = Written::from_json(json(&body)?)?;
    let idempotency = idempotency(&request, "", &body)?;
    let (seen, new) =
        web::block(move || registry.create_enterprise(&caller.0, written, idempotency.as_ref()))
            .await??;
    let mut response = if new { HttpResponse::Created() } else { HttpResponse::Ok() };
    response.insert_header((header::LOCATION, format!("/api/v1/enterprises/{}", seen.id)));
    Ok(represented(response, &request, &seen)?)
}

/// One enterprise.
#[utoipa::path(
    operation_id = "get_enterprise",
    tag = "enterprises",
    params(("id" = Uuid, Path, description = "the enterprise's id")),
    responses(
        (status = 200, description = "the enterprise", body = EnterpriseView, headers(("ETag" = String, description = "the revision"))),
        (status = 304, description = "as the caller knows it"),
        CommonProblems,
    ),
    security((), ("bearer" = []))
)]
#[get("/enterprises/{id}")]
pub async fn get_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let id = uuid(&id)?;
    let seen = web::block(move || registry.enterprise(&caller, id)).await??;
    let known = request.headers().get(header::IF_NONE_MATCH);
    if known.is_some_and(|known| known == etag(&seen).as_str()) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, etag(&seen))).finish());
    }
    Ok(represented(HttpResponse::Ok(), &request, &seen)?)
}

/// Replaces what was written of an enterprise.
#[utoipa::path(
    operation_id = "replace_enterprise",
    tag = "enterprises",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that was changed"),
    ),
    request_body = EnterpriseWrite,
    responses((status = 200, description = "as it is now", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[put("/enterprises/{id}")]
pub async fn replace_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteRecords)?;
    let written = Written::from_json(json(&body)?)?;
    change(request, caller.0, &id, Change::Replace(Box::new(written)), registry).await
}

/// Changes fields of an enterprise: JSON merge patch (RFC 7396), null takes a field away.
#[utoipa::path(
    operation_id = "patch_enterprise",
    tag = "enterprises",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that was changed"),
    ),
    request_body(description = "fields of a Draft", content((Object = "application/merge-patch+json"), (Object = "application/json"))),
    responses((status = 200, description = "as it is now", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[patch("/enterprises/{id}")]
pub async fn patch_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteRecords)?;
    let mut patch = json(&body)?;
    if !patch.is_object() {
        return Err(malformed("body", "…", Expected::Json).into());
    }
    let restricted = take_restricted(&mut patch)?;
    change(request, caller.0, &id, Change::Merge { patch, restricted }, registry).await
}

/// Closes an enterprise: it no longer exists, its record stays.
#[utoipa::path(
    operation_id = "close_enterprise",
    tag = "enterprises",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("If-Match" = String, Header, description = "ETag of the revision that the caller knows"),
        ("reason" = Option<String>, Query, description = "kept in the change log"),
    ),
    responses((status = 200, description = "as it is now", body = EnterpriseView), WriteProblems),
    security(("bearer" = []))
)]
#[delete("/enterprises/{id}")]
pub async fn close_enterprise(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteRecords)?;
    let reason = reason_parameter(&request)?;
    let close = Change::Act { action: Action::Close, grounds: Grounds { reason, basis: None } };
    change(request, caller.0, &id, close, registry).await
}

/// `reason` as the only parameter of the query.
pub fn reason_parameter(request: &HttpRequest) -> Result<Option<String>, RegistryError> {
    let mut taken = crate::http::parameters::Taken::of(request.query_string())?;
    let reason = taken.read("reason", None, |text| match text.chars().count() {
        0..=MAX_REASON => Ok(Some(text.to_owned())),
        _ => Err(Fault::TooLong { max: MAX_REASON }),
    });
    taken.finish()?;
    Ok(reason)
}

/// Changes an enterprise and represents it as it is now.
pub async fn change(
    request: HttpRequest,
    actor: Actor,
    id: &str,
    change: Change,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let (id, if_match) = (uuid(id)?, if_match(&request)?);
    let seen =
        web::block(move || registry.change_enterprise(&actor, id, if_match, change)).await??;
    Ok(represented(HttpResponse::Ok(), &request, &seen)?)
}

pub fn represented(
    mut response: actix_web::HttpResponseBuilder,
    request: &HttpRequest,
    seen: &Seen,
) -> Result<HttpResponse, RegistryError> {
    response.insert_header((header::ETAG, etag(seen)));
    response.insert_header((header::CACHE_CONTROL, caching(request)));
    Ok(response.json(tiered(seen)?))
}

/// The revision; the tiers of one revision are different representations.
fn etag(seen: &Seen) -> String {
    if seen.internal { format!("\"{}\"", seen.revision) } else { format!("\"{}p\"", seen.revision) }
}

pub fn if_match(request: &HttpRequest) -> Result<IfMatch, RegistryError> {
    let value = request.headers().get(header::IF_MATCH).ok_or(RegistryError::RevisionMissing)?;
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(IfMatch::Any);
    }
    let revision = text.trim_matches('"').trim_end_matches('p').parse();
    revision.map(IfMatch::Revision).map_err(|_| malformed("If-Match", text, Expected::WholeNumber))
}

/// What a request says of being sent twice. `made` is what it makes: the same key is of no use for
/// something else.
pub fn idempotency(
    request: &HttpRequest,
    made: &str,
    body: &[u8],
) -> Result<Option<Idempotency>, RegistryError> {
    let Some(value) = request.headers().get("Idempotency-Key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > 200 {
        return Err(malformed("Idempotency-Key", key, Expected::Uuid));
    }
    let request_hash = hex(&Sha256::new().chain_update(made).chain_update(body).finalize());
    Ok(Some(Idempotency { key: key.to_owned(), request_hash }))
}

/// An id that is none is that of no enterprise.
pub fn uuid(text: &str) -> Result<Uuid, RegistryError> {
    text.parse().map_err(|_| RegistryError::EnterpriseNotFound(Uuid::nil()))
}

pub fn malformed(field: &str, value: &str, expected: Expected) -> RegistryError {
    let fault = Fault::Malformed { value: value.to_owned(), expected };
    RegistryError::BadParameters(vec![FieldFault::new(field, fault)])
}

/// A body as JSON.
pub fn json(body: &[u8]) -> Result<serde_json::Value, RegistryError> {
    serde_json::from_slice(body).map_err(|error| {
        let fault = Fault::Unreadable { message: error.to_string() };
        RegistryError::BadParameters(vec![FieldFault::new("body", fault)])
    })
}

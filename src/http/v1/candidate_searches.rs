//! `/candidate-searches`: searches for possible sentra, begun by `POST /candidates`.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::enterprises::json;
use super::key_cursor;
use super::revisions::private;
use crate::domain::access::Right;
use crate::domain::candidate::{CandidateSearchState, Counts};
use crate::domain::fault::{Expected, Fault};
use crate::domain::validate;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems, limit};
use crate::http::problem::ApiError;
use crate::registry::results::{AskedSearch, Search};
use crate::registry::{Registry, RegistryError};

/// A page of searches, the newest first.
#[derive(Serialize, ToSchema)]
pub struct CandidateSearchList {
    items: Vec<CandidateSearch>,
    /// Path of the next page; null on the last.
    next: Option<String>,
}

/// A search.
#[derive(Serialize, ToSchema)]
pub struct CandidateSearch {
    id: Uuid,
    state: CandidateSearchState,
    #[schema(example = "35.15")]
    region: String,
    region_name: String,
    /// Null: each commodity by itself.
    commodity: Option<String>,
    eps_m: i32,
    min_producers: i32,
    by: String,
    /// Null unless it waits or runs.
    progress: Option<CandidateSearchProgress>,
    /// Null unless it is done.
    counts: Option<Counts>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// How far a search is: producers gone through, each once for each commodity.
#[derive(Serialize, ToSchema)]
pub struct CandidateSearchProgress {
    done: u64,
    total: u64,
}

/// Begins a search for possible sentra: producers of one commodity, at least so many of them within so
/// many metres of one another. Those known to be in their village, but not where, are left out and
/// counted. The same search is not begun twice.
#[utoipa::path(
    operation_id = "create_candidate_search",
    tag = "candidates",
    request_body = AskedSearch,
    responses((status = 202, description = "begun, or under way already", body = CandidateSearch, headers(("Location" = String, description = "its path"))), WriteProblems),
    security(("bearer" = []))
)]
#[post("/candidates")]
pub async fn create_candidate_search(
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::FindSentra)?;
    let asked = if body.is_empty() {
        AskedSearch::default()
    } else {
        validate::from_json(json(&body)?).map_err(RegistryError::Invalid)?
    };
    let asking = registry.clone();
    let search = web::block(move || asking.search_candidates(&caller.0, asked)).await??;
    work(registry.clone());
    Ok(HttpResponse::Accepted()
        .insert_header((header::LOCATION, format!("/api/v1/candidate-searches/{}", search.id)))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .json(view(search, &registry)))
}

/// Searches in the caller's area.
#[utoipa::path(
    operation_id = "list_candidate_searches",
    tag = "candidates",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = CandidateSearchList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/candidate-searches")]
pub async fn list_candidate_searches(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::FindSentra)?;
    let mut taken = Taken::of(request.query_string())?;
    let below = taken.read("cursor", None, |text| {
        let (value, expected) = (text.to_owned(), Expected::Cursor);
        let malformed = |_| Fault::Malformed { value, expected };
        key_cursor::read(text)?.parse::<i64>().map(Some).map_err(malformed)
    });
    let limit = limit(&mut taken);
    taken.finish()?;
    let asked = registry.clone();
    let page = web::block(move || asked.candidate_searches(&caller.0, below, limit)).await??;
    let next =
        page.next.map(|key| key_cursor::next_link(&request, &key.to_string())).transpose()?;
    let items = page.items.into_iter().map(|search| view(search, &registry)).collect();
    Ok(private().json(CandidateSearchList { items, next }))
}

/// A search, with how far it is.
#[utoipa::path(
    operation_id = "get_candidate_search",
    tag = "candidates",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "the search", body = CandidateSearch), CommonProblems),
    security(("bearer" = []))
)]
#[get("/candidate-searches/{id}")]
pub async fn get_candidate_search(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::FindSentra)?;
    let id = search_id(&id)?;
    let asked = registry.clone();
    let search = web::block(move || asked.candidate_search(&caller.0, id)).await??;
    Ok(private().json(view(search, &registry)))
}

/// Stops a search: what it has found so far is forgotten, what was there before stays.
#[utoipa::path(
    operation_id = "stop_candidate_search",
    tag = "candidates",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 202, description = "it stops", body = CandidateSearch), WriteProblems),
    security(("bearer" = []))
)]
#[post("/candidate-searches/{id}/stop")]
pub async fn stop_candidate_search(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::FindSentra)?;
    let id = search_id(&id)?;
    let asked = registry.clone();
    let search = web::block(move || asked.stop_candidate_search(&caller.0, id)).await??;
    Ok(HttpResponse::Accepted()
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .json(view(search, &registry)))
}

/// Has a thread do what searches are asked for.
fn work(registry: web::Data<Registry>) {
    let thread = std::thread::Builder::new().name("sentra-search".to_owned());
    let begun = thread.spawn(move || {
        if let Err(error) = registry.work_on_searches() {
            tracing::error!(%error, "searches were not worked on");
        }
    });
    if let Err(error) = begun {
        // The next look at what waits finds it.
        tracing::warn!(%error, "a search has no thread");
    }
}

fn search_id(text: &str) -> Result<Uuid, RegistryError> {
    let none =
        |_| RegistryError::DocumentNotFound { entity: "candidate_search", id: String::new() };
    text.parse().map_err(none)
}

fn view(search: Search, registry: &Registry) -> CandidateSearch {
    let reference = registry.reference();
    let region = reference.gazetteer.get(&search.region);
    let progress = search.progress.map(|(done, total)| CandidateSearchProgress { done, total });
    CandidateSearch {
        id: search.id,
        state: search.state,
        region_name: region.map(|region| region.name.clone()).unwrap_or_default(),
        region: search.region.to_string(),
        commodity: search.commodity,
        eps_m: search.eps_m,
        min_producers: search.min_producers,
        by: search.by,
        progress,
        counts: search.counts,
        created_at: search.created_at,
        updated_at: search.updated_at,
        finished_at: search.finished_at,
    }
}

//! `/suggest`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::enterprises::caching;
use crate::domain::fault::Fault;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, whole_number};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::finding::{self, SuggestionKind};

const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 20;

/// What somebody who types may mean.
#[derive(Serialize, ToSchema)]
pub struct Suggestion {
    kind: SuggestionKind,
    /// As shown.
    #[schema(example = "Sepatu")]
    text: String,
    /// The parameter of the filter that finds it.
    #[schema(example = "commodity")]
    parameter: &'static str,
    /// That parameter's value.
    #[schema(example = "sepatu")]
    value: String,
    /// The enterprise's, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
}

/// Suggestions, kind by kind, the best of each first.
#[derive(Serialize, ToSchema)]
pub struct SuggestionList {
    items: Vec<Suggestion>,
}

impl From<finding::Suggestion> for Suggestion {
    fn from(found: finding::Suggestion) -> Self {
        let finding::Suggestion { kind, text, parameter, value, id, .. } = found;
        Self { kind, text, parameter, value, id }
    }
}

/// Names of enterprises, products, commodities, regions and sectors for what is being typed.
#[utoipa::path(
    operation_id = "list_suggestions",
    tag = "enterprises",
    params(
        ("q" = String, Query, description = "what was typed: each word the beginning of one"),
        ("limit" = Option<u32>, Query, description = "most suggestions, 1 to 20; 10 without it"),
    ),
    responses((status = 200, description = "suggestions, none where nothing fits", body = SuggestionList), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/suggest")]
pub async fn list_suggestions(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    let limit = whole_number(&mut taken, "limit", DEFAULT_LIMIT, 1..=MAX_LIMIT);
    let typed = taken.text("q");
    if typed.is_none() {
        taken.fault("q", Fault::Required);
    }
    taken.finish()?;
    let typed = typed.unwrap_or_default();
    let found = web::block(move || registry.suggestions(&caller, &typed, limit)).await??;
    let items = found.into_iter().map(Suggestion::from).collect();
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, caching(&request)))
        .json(SuggestionList { items }))
}

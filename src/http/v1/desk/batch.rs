//! `/desk/batch`: clean records verified together.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::access::Right;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::lifecycle::BasisDraft;
use crate::domain::validate::from_json;
use crate::http::caller::Caller;
use crate::http::parameters::WriteProblems;
use crate::http::patience::Deadline;
use crate::http::problem::{ApiError, told};
use crate::http::v1::enterprises::{MAX_REASON, json};
use crate::http::v1::revisions::private;
use crate::registry::desk::{Batch, Decided, MAX_BATCH};
use crate::registry::{Registry, RegistryError};

/// What a large batch may take beyond what any request may.
const LONGER: Duration = Duration::from_secs(60);

/// Records to be verified together.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskBatch {
    #[schema(min_items = 1, max_items = 500)]
    records: Vec<DeskChosen>,
    action: DeskAction,
    /// A must for `verify_and_publish`, and for that alone.
    #[serde(default)]
    basis: Option<BasisDraft>,
}

/// A record, as it was looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskChosen {
    id: Uuid,
    revision: i32,
}

/// What is done to each.
#[derive(Clone, Copy, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeskAction {
    Verify,
    /// What is not published is published on the basis.
    VerifyAndPublish,
}

/// What became of them, in their order.
#[derive(Serialize, ToSchema)]
pub struct DeskBatchResult {
    items: Vec<DeskOutcome>,
    done: usize,
    left: usize,
}

/// What became of one.
#[derive(Serialize, ToSchema)]
pub struct DeskOutcome {
    id: Uuid,
    done: bool,
    /// Where it is now; null where it was left as it is.
    revision: Option<i32>,
    /// Why it was left, as the `type` of a problem ends; null where it was not.
    #[schema(example = "own-submission")]
    code: Option<&'static str>,
    /// In Indonesian.
    text: Option<String>,
    text_en: Option<String>,
}

/// Verifies up to 500 clean records, and publishes them on a basis where asked: no error and no
/// warning, no open pair of duplicates, not the caller's own submission. Each is decided by itself;
/// what is left is told why.
#[utoipa::path(
    operation_id = "verify_desk_batch",
    tag = "desk",
    request_body = DeskBatch,
    responses((status = 200, description = "what became of each", body = DeskBatchResult), WriteProblems),
    security(("bearer" = []))
)]
#[post("/desk/batch")]
pub async fn verify_desk_batch(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let batch = batch(&body)?;
    Deadline::extend(&request, LONGER);
    let decided = web::block(move || registry.decide_batch(&caller.0, &batch)).await??;
    let items: Vec<DeskOutcome> = decided.into_iter().map(outcome).collect();
    let done = items.iter().filter(|item| item.done).count();
    let left = items.len() - done;
    Ok(private().json(DeskBatchResult { items, done, left }))
}

fn batch(body: &[u8]) -> Result<Batch, RegistryError> {
    let sent: DeskBatch = from_json(json(body)?).map_err(RegistryError::Invalid)?;
    let mut faults = Vec::new();
    let mut fault = |field: &str, fault| faults.push(FieldFault::new(field, fault));
    match sent.records.len() {
        0 => fault("records", Fault::Required),
        1..=MAX_BATCH => {}
        _ => fault("records", Fault::TooMany { max: MAX_BATCH }),
    }
    let publishes = sent.action == DeskAction::VerifyAndPublish;
    match &sent.basis {
        None if publishes => fault("basis", Fault::Required),
        Some(_) if !publishes => fault("basis", Fault::UnknownField),
        Some(basis) if basis.text.trim().is_empty() => fault("basis.text", Fault::Required),
        Some(basis) if basis.text.chars().count() > MAX_REASON || basis.text.contains('\0') => {
            fault("basis.text", Fault::TooLong { max: MAX_REASON });
        }
        _ => {}
    }
    if !faults.is_empty() {
        return Err(RegistryError::Invalid(faults));
    }
    let records = sent.records.into_iter().map(|chosen| (chosen.id, chosen.revision)).collect();
    Ok(Batch { records, basis: sent.basis })
}

fn outcome(Decided { id, outcome }: Decided) -> DeskOutcome {
    match outcome {
        Ok(revision) => DeskOutcome {
            id,
            done: true,
            revision: Some(revision),
            code: None,
            text: None,
            text_en: None,
        },
        Err(error) => {
            let (code, [text, text_en]) = told(&error);
            let (text, text_en) = (Some(text), Some(text_en));
            DeskOutcome { id, done: false, revision: None, code: Some(code), text, text_en }
        }
    }
}

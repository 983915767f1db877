//! `/desk/checks`: what came of looking again at records that a desk has verified.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::access::Right;
use crate::domain::desk_check::{CheckDraft, CheckOutcome};
use crate::domain::fault::{Expected, Fault};
use crate::domain::reference::Reference;
use crate::domain::validate::from_json;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems, limit};
use crate::http::problem::ApiError;
use crate::http::v1::enterprises::json;
use crate::http::v1::key_cursor;
use crate::http::v1::reads::time;
use crate::http::v1::revisions::private;
use crate::registry::desk::{CheckListQuery, DeskCheck};
use crate::registry::{Registry, RegistryError};

/// What came of looking at a record again.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskCheck)]
pub struct DeskCheckView {
    id: Uuid,
    /// Id of the record.
    record: Uuid,
    /// What it is called now; null where it is no longer the caller's to see.
    record_name: Option<String>,
    /// The revision that was looked at.
    revision: i32,
    /// The regency whose desk had verified it.
    #[schema(example = "35.15")]
    region: String,
    region_name: String,
    outcome: CheckOutcome,
    /// Which fields are wrong.
    fields: Vec<String>,
    note: Option<String>,
    checked_by: String,
    checked_at: DateTime<Utc>,
}

impl DeskCheckView {
    pub fn of(check: DeskCheck, reference: &Reference) -> Self {
        Self {
            id: check.id,
            record: check.record,
            record_name: check.name,
            revision: check.revision,
            region_name: reference.gazetteer.full_name(&check.region),
            region: check.region.to_string(),
            outcome: check.outcome,
            fields: check.fields,
            note: check.note,
            checked_by: check.checked_by,
            checked_at: check.checked_at,
        }
    }
}

/// A page of checks, the newest first.
#[derive(Serialize, ToSchema)]
pub struct DeskCheckList {
    items: Vec<DeskCheckView>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    matched: i64,
}

/// Records what came of looking at a verified record again: never by who verified or submitted it.
/// It changes nothing of the record.
#[utoipa::path(
    operation_id = "create_desk_check",
    tag = "desk",
    request_body = CheckDraft,
    responses((status = 201, description = "kept", body = DeskCheckView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/desk/checks")]
pub async fn create_desk_check(
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::CheckRecords)?;
    let draft: CheckDraft = from_json(json(&body)?).map_err(RegistryError::Invalid)?;
    let reference = registry.reference();
    let check = web::block(move || registry.check_record(&caller.0, &draft)).await??;
    let view = DeskCheckView::of(check, &reference);
    Ok(crate::http::v1::private(HttpResponse::Created()).json(view))
}

/// What came of looking again, in the caller's area: for who may say so.
#[utoipa::path(
    operation_id = "list_desk_checks",
    tag = "desk",
    params(
        ("regency" = Option<String>, Query, description = "code of the regency whose desk had verified"),
        ("since" = Option<DateTime<Utc>>, Query, description = "checked at that time or later"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "the newest first", body = DeskCheckList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/desk/checks")]
pub async fn list_desk_checks(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::CheckRecords)?;
    let mut taken = Taken::of(request.query_string())?;
    let query = CheckListQuery {
        regency: taken.read("regency", None, |text| {
            let (value, expected) = (text.to_owned(), Expected::RegionCode);
            text.parse().map(Some).map_err(|()| Fault::Malformed { value, expected })
        }),
        since: time(&mut taken, "since"),
        below: taken.read("cursor", None, |text| {
            let (value, expected) = (text.to_owned(), Expected::Cursor);
            let key = key_cursor::read(text)?.parse().map(Some);
            key.map_err(|_| Fault::Malformed { value, expected })
        }),
        limit: limit(&mut taken),
    };
    taken.finish()?;
    let reference = registry.reference();
    let list = web::block(move || registry.desk_checks(&caller, &query)).await??;
    let next = list.next.map(|key| key_cursor::next_link(&request, &key.to_string()));
    let items = list.items.into_iter().map(|check| DeskCheckView::of(check, &reference));
    let (items, matched) = (items.collect(), list.matched);
    Ok(private().json(DeskCheckList { items, next: next.transpose()?, matched }))
}

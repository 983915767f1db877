//! `/clients/usage`: how much service clients ask for, for those who manage them.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{key_cursor, private};
use crate::domain::access::Right;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, limit, whole_number};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::client_usage::{ClientUsage, Usage};

const DEFAULT_DAYS: u32 = 30;
const MAX_DAYS: u32 = 366;

/// What was asked in some time.
#[derive(Serialize, ToSchema)]
pub struct UsageFigures {
    /// All of them, the errors and the refused too.
    requests: i64,
    /// Answered by an error; too many requests are not among them.
    errors: i64,
    /// Answered by 429: too many requests.
    refused: i64,
    /// Of answers, before compression.
    bytes: i64,
    /// When it last asked.
    last_at: Option<DateTime<Utc>>,
}

/// A day with its figures.
#[derive(Serialize, ToSchema)]
pub struct UsageDay {
    /// Of Asia/Jakarta.
    day: NaiveDate,
    #[serde(flatten)]
    figures: UsageFigures,
}

/// What one service client asked for.
#[derive(Serialize, ToSchema)]
pub struct ClientUsageView {
    client: String,
    #[schema(example = "Satu Data Sidoarjo")]
    name: String,
    total: UsageFigures,
    /// In order; days without a request are left out.
    days: Vec<UsageDay>,
}

/// A page of service clients with what they asked for.
#[derive(Serialize, ToSchema)]
pub struct ClientUsageList {
    items: Vec<ClientUsageView>,
    /// The first day that is counted.
    since: NaiveDate,
    /// Path of the next page; null on the last.
    next: Option<String>,
}

impl From<Usage> for UsageFigures {
    fn from(usage: Usage) -> Self {
        let Usage { requests, errors, refused, bytes, last_at } = usage;
        Self { requests, errors, refused, bytes, last_at }
    }
}

impl From<ClientUsage> for ClientUsageView {
    fn from(usage: ClientUsage) -> Self {
        let ClientUsage { id, name, total, days } = usage;
        let days = days.into_iter().map(|(day, of)| UsageDay { day, figures: of.into() });
        Self { client: id, name, total: total.into(), days: days.collect() }
    }
}

/// How much service clients asked for, day by day, the oldest client first: those whose area lies in
/// the caller's. What other processes counted in the last minute may be missing.
#[utoipa::path(
    operation_id = "list_client_usage",
    tag = "access",
    params(
        ("days" = Option<u32>, Query, minimum = 1, maximum = 366, description = "so many days, today the last; 30 unless told"),
        ("limit" = Option<u32>, Query, description = "most items of a page, 1 to 1000"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = ClientUsageList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/clients/usage")]
pub async fn list_client_usage(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let mut taken = Taken::of(request.query_string())?;
    let days = whole_number(&mut taken, "days", DEFAULT_DAYS, 1..=MAX_DAYS);
    let after = taken.read("cursor", None, |text| key_cursor::read(text).map(Some));
    let limit = limit(&mut taken);
    taken.finish()?;
    let asked = move || registry.client_usage(&caller.0, days, after.as_deref(), limit);
    let page = web::block(asked).await??;
    let next = page.next.map(|id| key_cursor::next_link(&request, &id)).transpose()?;
    let items = page.items.into_iter().map(ClientUsageView::from).collect();
    Ok(private(HttpResponse::Ok()).json(ClientUsageList { items, since: page.since, next }))
}

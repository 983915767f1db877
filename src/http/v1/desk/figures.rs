//! `/desk/offices` and `/desk/sample`: how the desks stand, and what a province looks at again.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::checks::DeskCheckView;
use super::{DeskEntry, entry};
use crate::domain::access::Right;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, FilterParameters, Taken, whole_number};
use crate::http::problem::ApiError;
use crate::http::v1::revisions::private;
use crate::registry::Registry;
use crate::registry::desk::{DeskFigures, Sampled};

const DRAWN: usize = 30;
const MOST_DRAWN: usize = 500;

/// How the desks stand.
#[derive(Serialize, ToSchema)]
pub struct DeskOfficeList {
    /// When: ages are counted up to it.
    at: DateTime<Utc>,
    items: Vec<DeskOffice>,
}

/// How the desk of one regency stands. Active records only, unless the filter asks for others.
#[derive(Serialize, ToSchema)]
pub struct DeskOffice {
    #[schema(example = "35.15")]
    region: String,
    region_name: String,
    records: usize,
    waiting: usize,
    /// Since when the one that waits longest does; null where none waits.
    oldest_since: Option<DateTime<Utc>>,
    /// The same of the one in the middle; of an even number the older of the two.
    median_since: Option<DateTime<Utc>>,
    /// Those that wait with an error or a warning.
    flagged: usize,
    /// Verified at the desk in the last 7 days, and so since; what a list vouched for is not counted.
    verified_7_days: usize,
    verified_30_days: usize,
    /// Returned to their authors, and so since.
    returned: usize,
    /// Records of the regency that were looked at again in the last 365 days, each once; whatever
    /// the filter, for what was found wrong may be closed since.
    checked: i64,
    /// How many of them were as the record says.
    confirmed: i64,
}

/// Verified records drawn by lot.
#[derive(Serialize, ToSchema)]
pub struct DeskSample {
    items: Vec<DeskSampled>,
    /// It draws the same records again, as long as they are the same.
    seed: u32,
    /// Out of so many.
    matched: usize,
}

/// One of them.
#[derive(Serialize, ToSchema)]
pub struct DeskSampled {
    #[serde(flatten)]
    entry: DeskEntry,
    /// What came of looking again last, to who may say so; null where nobody has looked.
    check: Option<DeskCheckView>,
    /// The caller verified or submitted it: somebody else looks again.
    not_theirs: bool,
}

/// How each office's desk stands: for staff, of their area.
#[utoipa::path(
    operation_id = "list_desk_offices",
    tag = "desk",
    params(FilterParameters),
    responses((status = 200, description = "by regency", body = DeskOfficeList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/desk/offices")]
pub async fn list_desk_offices(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let reference = registry.reference();
    let filter = Taken::of(request.query_string())?.into_filter(&reference)?;
    let at = registry.clock().now();
    let offices = web::block(move || registry.desk_offices(&caller, filter)).await??;
    let time = |seconds: Option<i64>| seconds.and_then(|at| DateTime::from_timestamp(at, 0));
    let items = offices.into_iter().map(|DeskFigures { region, office, checked }| DeskOffice {
        region_name: reference.gazetteer.full_name(&region),
        region: region.to_string(),
        records: office.records,
        waiting: office.waiting,
        oldest_since: time(office.oldest()),
        median_since: time(office.median()),
        flagged: office.flagged,
        verified_7_days: office.verified[0],
        verified_30_days: office.verified[1],
        returned: office.returned,
        checked: checked.checked,
        confirmed: checked.confirmed,
    });
    Ok(private().json(DeskOfficeList { at, items: items.collect() }))
}

/// Verified records of the caller's area, drawn by lot to be looked at again: for staff.
#[utoipa::path(
    operation_id = "list_desk_sample",
    tag = "desk",
    params(
        FilterParameters,
        ("n" = Option<u32>, Query, minimum = 1, maximum = 500, description = "how many; 30 unless told"),
        ("seed" = Option<u32>, Query, description = "the same draws the same; 1 unless told"),
    ),
    responses((status = 200, description = "the records, in the order of their lots", body = DeskSample), CommonProblems),
    security(("bearer" = []))
)]
#[get("/desk/sample")]
pub async fn list_desk_sample(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let mut taken = Taken::of(request.query_string())?;
    let count = whole_number(&mut taken, "n", DRAWN, 1..=MOST_DRAWN);
    let seed: u32 = whole_number(&mut taken, "seed", 1, 0..=u32::MAX);
    let reference = registry.reference();
    let filter = taken.into_filter(&reference)?;
    let drawn = move || registry.desk_sample(&caller, filter, seed.into(), count);
    let sample = web::block(drawn).await??;
    let told = |Sampled { item, check, own }| DeskSampled {
        entry: entry(item),
        check: check.map(|check| DeskCheckView::of(check, &reference)),
        not_theirs: own,
    };
    let items = sample.items.into_iter().map(told).collect();
    Ok(private().json(DeskSample { items, seed, matched: sample.of }))
}

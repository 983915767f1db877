//! `/desk`: what waits to be verified, in the order of what matters, and one record with what is new
//! in it. What a person decides of one are the steps of its life cycle.

pub mod batch;
pub mod checks;
pub mod figures;
pub mod held;

use actix_web::{HttpRequest, HttpResponse, get, web};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use self::held::{DeskHeldCounts, DeskVisitView};
use super::enterprises::{EnterpriseView, malformed, next_link, tiered, uuid};
use super::revisions::private;
use crate::atlas::{Rank, Turn};
use crate::domain::access::Right;
use crate::domain::codes::{Review, Sector};
use crate::domain::difference::Difference;
use crate::domain::duplicate::Class;
use crate::domain::enterprise::{QualityFlag, Severity};
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::filter::Filter;
use crate::domain::quality::RULES;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, FilterParameters, Taken, limit};
use crate::http::problem::ApiError;
use crate::registry::desk::{DeskItem, DeskQuery, DeskRecord};
use crate::registry::{Registry, RegistryError};

/// A page of the queue: errors first, then warnings, then what may be a duplicate; of each the one
/// that waits longest.
#[derive(Serialize, ToSchema)]
pub struct DeskList {
    items: Vec<DeskEntry>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    /// How many wait in all.
    matched: usize,
    counts: DeskCounts,
    /// Submissions from the field that are held in the caller's area, whatever the filter: see
    /// `/desk/held`.
    held: DeskHeldCounts,
}

/// How many wait of each rank.
#[derive(Serialize, ToSchema)]
pub struct DeskCounts {
    error: usize,
    warning: usize,
    duplicate: usize,
    clean: usize,
}

/// A record at the desk, in short.
#[derive(Serialize, ToSchema)]
pub struct DeskEntry {
    id: Uuid,
    revision: i32,
    name: String,
    #[schema(example = "35.15.06.2001")]
    region: Option<String>,
    region_name: String,
    #[schema(example = "35.15")]
    responsible_region: String,
    #[schema(value_type = Vec<String>)]
    sectors: Vec<Sector>,
    commodities: Vec<String>,
    lon: f64,
    lat: f64,
    /// The place is the enterprise's own, not that of its village.
    exact: bool,
    /// What makes it matter.
    rank: Rank,
    work: DeskWork,
    review: Review,
    /// Since when it waits; null where it does not.
    waits_since: Option<DateTime<Utc>>,
    author: Option<String>,
    /// The caller submitted it: somebody else verifies it.
    own: bool,
    /// The file, campaign or person that it last came from.
    source: Option<String>,
    flags: Vec<DeskFlag>,
    /// Open pairs that it is in, the surest first.
    duplicates: Vec<DeskPairView>,
}

/// What there is to verify.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeskWork {
    /// A record that was never verified.
    New,
    /// A change of one that was.
    Change,
}

/// A quality flag in words.
#[derive(Serialize, ToSchema)]
pub struct DeskFlag {
    #[schema(example = "gps_accuracy")]
    rule: String,
    severity: Severity,
    /// In Indonesian.
    #[schema(example = "Akurasi GPS lebih dari 50 meter")]
    text: String,
    #[schema(example = "GPS accuracy above 50 metres")]
    text_en: String,
}

/// A pair of records that may be one: see `/duplicates/{id}`.
#[derive(Serialize, ToSchema)]
pub struct DeskPairView {
    id: Uuid,
    class: Class,
}

/// A record at the desk with what is new in it.
#[derive(Serialize, ToSchema)]
pub struct DeskDetail {
    #[serde(flatten)]
    entry: DeskEntry,
    #[schema(value_type = EnterpriseView)]
    document: Box<RawValue>,
    /// The revision that it is compared with: the last that was verified, or else returned; null
    /// where there is none.
    against: Option<i32>,
    /// What was written differently since.
    differences: Vec<Difference>,
    /// Visits to it in the caller's area, the newest first and at most 100; also those that are
    /// held.
    visits: Vec<DeskVisitView>,
}

/// What waits to be verified in the caller's area: for who decides there.
#[utoipa::path(
    operation_id = "list_desk",
    tag = "desk",
    params(
        FilterParameters,
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link; bound to the filter"),
    ),
    responses((status = 200, description = "a page", body = DeskList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/desk")]
pub async fn list_desk(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let mut taken = Taken::of(request.query_string())?;
    let limit = limit(&mut taken);
    let cursor = taken.text("cursor");
    let filter = taken.into_filter(&registry.reference())?;
    let bound_to = binding(&filter);
    let after = cursor.map(|text| turn(&text, &bound_to)).transpose()?;
    let query = DeskQuery { filter, after, limit };
    let page = web::block(move || registry.desk_queue(&caller, query)).await??;
    let next = page.next.map(|last| next_link(&request, &cursor_of(last, &bound_to)));
    let [error, warning, duplicate, clean] = page.by_rank;
    Ok(private().json(DeskList {
        items: page.items.into_iter().map(entry).collect(),
        next: next.transpose()?,
        matched: page.by_rank.iter().sum(),
        counts: DeskCounts { error, warning, duplicate, clean },
        held: page.held.into(),
    }))
}

/// One record as the desk looks at it, waiting or not: for who decides in its area.
#[utoipa::path(
    operation_id = "get_desk_record",
    tag = "desk",
    params(("id" = Uuid, Path, description = "the enterprise's id")),
    responses((status = 200, description = "the record", body = DeskDetail), CommonProblems),
    security(("bearer" = []))
)]
#[get("/desk/{id}")]
pub async fn get_desk_record(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let id = uuid(&id)?;
    let reference = registry.reference();
    let record = web::block(move || registry.desk_record(&caller, id)).await??;
    let DeskRecord { item, against, differences, visits } = record;
    let document = tiered(&item.seen)?;
    let visits = visits.into_iter().map(|visit| DeskVisitView::of(visit, &reference));
    let visits = visits.collect::<Result<_, _>>()?;
    let entry = entry(item);
    Ok(private().json(DeskDetail { entry, document, against, differences, visits }))
}

fn entry(item: DeskItem) -> DeskEntry {
    let rank = item.rank();
    let DeskItem { seen, enterprise, own, pairs, verified, .. } = item;
    let waits_since = enterprise.waits_since();
    let draft = enterprise.draft;
    DeskEntry {
        id: seen.id,
        revision: seen.revision,
        name: draft.name,
        region: draft.region.map(|region| region.to_string()),
        region_name: enterprise.region_name,
        responsible_region: enterprise.responsible_region.to_string(),
        sectors: draft.sectors,
        commodities: draft.commodities,
        lon: seen.lon,
        lat: seen.lat,
        exact: draft.point.is_some(),
        rank,
        work: if verified.is_some() { DeskWork::Change } else { DeskWork::New },
        review: enterprise.review,
        waits_since,
        author: enterprise.author,
        own,
        source: enterprise.sources.into_iter().next_back().map(|source| source.name),
        flags: enterprise.quality.into_iter().map(flag).collect(),
        duplicates: pairs
            .into_iter()
            .map(|pair| DeskPairView { id: pair.id, class: pair.class })
            .collect(),
    }
}

fn flag(QualityFlag { rule, severity }: QualityFlag) -> DeskFlag {
    let known = RULES.iter().find(|known| known.code == rule);
    let [text, text_en] =
        known.map_or([rule.as_str(); 2], |known| [known.name, known.name_en]).map(str::to_owned);
    DeskFlag { rule, severity, text, text_en }
}

/// What a cursor of a filter begins with.
fn binding(filter: &Filter) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(filter.canonical())[..9])
}

fn cursor_of(Turn { number, id }: Turn, bound_to: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{bound_to}.{number}.{id}"))
}

fn turn(text: &str, bound_to: &str) -> Result<Turn, RegistryError> {
    let read = || {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let parts = String::from_utf8(bytes).ok()?;
        let [bound, number, id]: [&str; 3] =
            parts.split('.').collect::<Vec<_>>().try_into().ok()?;
        let turn = Turn { number: number.parse().ok()?, id: id.parse().ok()? };
        Some((bound == bound_to, turn))
    };
    match read() {
        Some((true, turn)) => Ok(turn),
        Some((false, _)) => {
            let fault = FieldFault::new("cursor", Fault::CursorMismatch);
            Err(RegistryError::BadParameters(vec![fault]))
        }
        None => Err(malformed("cursor", text, Expected::Cursor)),
    }
}

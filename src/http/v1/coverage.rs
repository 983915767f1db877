//! `/coverage` and `/plausibility`: what a campaign has seen, and which of it is doubtful.

use std::str::FromStr;

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use strum::VariantNames;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{key_cursor, private};
use crate::domain::access::Right;
use crate::domain::fault::{Expected, Fault};
use crate::domain::region::Level;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, limit};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::campaigns::{Coverage, CoverageRow, DoubtKind, DoubtQuery};

/// A village, or a wider region with its villages together.
#[derive(Serialize, ToSchema)]
pub struct CoverageRegion {
    #[schema(example = "35.15.06.2001")]
    region: String,
    name: String,
    /// Of a village; null of a wider region.
    coverage: Option<Coverage>,
    villages: usize,
    /// Villages where nobody was: of these nothing is known, least of all that there is nothing.
    not_visited: usize,
    /// Villages where somebody was and found none.
    confirmed_zero: usize,
    /// Villages where all that was expected was found.
    complete: usize,
    /// How many enterprises are expected; null where nobody knows.
    target: Option<i64>,
    /// Villages without a target.
    without_target: usize,
    /// How many the registry has; null for those who do not see them all.
    known: Option<i64>,
    visits: i64,
    /// Enterprises found, new ones among them, each once.
    found: i64,
    new: i64,
    not_found: i64,
    refused: i64,
    /// Visits that wait for somebody to decide.
    held: i64,
}

/// Coverage, in the order of codes.
#[derive(Serialize, ToSchema)]
pub struct CoverageList {
    items: Vec<CoverageRegion>,
}

/// A doubtful visit.
#[derive(Serialize, ToSchema)]
pub struct DoubtView {
    visit: String,
    enumerator: String,
    village: String,
    enterprise: Option<String>,
    doubts: Vec<DoubtKind>,
}

/// A page of doubtful visits, by enumerator and time.
#[derive(Serialize, ToSchema)]
pub struct DoubtList {
    items: Vec<DoubtView>,
    /// Path of the next page; null on the last.
    next: Option<String>,
}

fn campaign(taken: &mut Taken) -> Uuid {
    let read = taken.read("campaign", None, |text| {
        let (value, expected) = (text.to_owned(), Expected::Uuid);
        text.parse().map(Some).map_err(|_| Fault::Malformed { value, expected })
    });
    if read.is_none() {
        taken.fault("campaign", Fault::Required);
    }
    read.unwrap_or_default()
}

/// The coverage of a campaign in the caller's area, by villages or summed by a wider level.
#[utoipa::path(
    operation_id = "get_coverage",
    tag = "campaigns",
    params(
        ("campaign" = Uuid, Query, description = "id of the campaign"),
        ("level" = Option<Level>, Query, description = "village by default"),
    ),
    responses((status = 200, description = "by region", body = CoverageList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/coverage")]
pub async fn get_coverage(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let mut taken = Taken::of(request.query_string())?;
    let id = campaign(&mut taken);
    let level = taken.read("level", Level::Village, |text| {
        let (value, allowed) = (text.to_owned(), Level::VARIANTS.join(", "));
        Level::from_str(text).map_err(|_| Fault::UnknownCode { value, allowed })
    });
    taken.finish()?;
    let reference = registry.reference();
    let rows = web::block(move || registry.coverage(&caller.0, id, level)).await??;
    let region = |row: CoverageRow| CoverageRegion {
        name: reference
            .gazetteer
            .get(&row.region)
            .map(|known| known.name.clone())
            .unwrap_or_default(),
        region: row.region.to_string(),
        coverage: row.coverage,
        villages: row.villages,
        not_visited: row.not_visited,
        confirmed_zero: row.confirmed_zero,
        complete: row.complete,
        target: row.target,
        without_target: row.without_target,
        known: row.known,
        visits: row.visits,
        found: row.found,
        new: row.new,
        not_found: row.not_found,
        refused: row.refused,
        held: row.held,
    };
    let items = rows.into_iter().map(region).collect();
    Ok(private(HttpResponse::Ok()).json(CoverageList { items }))
}

/// Visits that somebody should look at: too fast, copied, at one point, far from their village.
#[utoipa::path(
    operation_id = "list_doubts",
    tag = "campaigns",
    params(
        ("campaign" = Uuid, Query, description = "id of the campaign"),
        ("enumerator" = Option<String>, Query, description = "e-mail address of an account"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page, by enumerator", body = DoubtList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/plausibility")]
pub async fn list_doubts(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageCampaigns)?;
    let mut taken = Taken::of(request.query_string())?;
    let query = DoubtQuery {
        campaign: campaign(&mut taken),
        enumerator: taken.text("enumerator"),
        after: taken.read("cursor", None, |text| key_cursor::read(text).map(Some)),
        limit: limit(&mut taken),
    };
    taken.finish()?;
    let page = web::block(move || registry.doubts(&caller.0, &query)).await??;
    let next = page.next.map(|visit| key_cursor::next_link(&request, &visit)).transpose()?;
    let items = page
        .items
        .into_iter()
        .map(|doubt| DoubtView {
            visit: doubt.visit,
            enumerator: doubt.enumerator,
            village: doubt.village,
            enterprise: doubt.enterprise,
            doubts: doubt.kinds,
        })
        .collect();
    Ok(private(HttpResponse::Ok()).json(DoubtList { items, next }))
}

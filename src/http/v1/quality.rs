//! `/quality`: how many records break which rule, by region.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use strum::VariantNames;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::domain::region::Level;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, FilterParameters, Taken};
use crate::http::problem::ApiError;
use crate::registry::Registry;

/// Quality by region.
#[derive(Serialize, ToSchema)]
pub struct QualityCounts {
    items: Vec<RegionQuality>,
}

/// Records of one region, and how many of them break each rule.
#[derive(Serialize, ToSchema)]
pub struct RegionQuality {
    #[schema(example = "35.15")]
    region: String,
    region_name: String,
    records: usize,
    /// Those that break no rule.
    clean: usize,
    /// Rule → how many records break it; a record may break several.
    by_rule: BTreeMap<String, usize>,
}

/// How many records break which quality rule, by region: for staff, of their area.
#[utoipa::path(
    operation_id = "count_quality",
    tag = "quality",
    params(
        FilterParameters,
        ("level" = Option<Level>, Query, description = "level of the regions; `regency` if left out"),
    ),
    responses((status = 200, description = "counts by region", body = QualityCounts), CommonProblems),
    security(("bearer" = []))
)]
#[get("/quality")]
pub async fn count_quality(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    let level = taken.read("level", Level::Regency, |text| {
        let allowed = Level::VARIANTS.join(", ");
        text.parse().map_err(|_| Fault::UnknownCode { value: text.to_owned(), allowed })
    });
    let reference = registry.reference();
    let filter = taken.into_filter(&reference)?;
    let counts = web::block(move || registry.quality_counts(&caller, filter, level)).await??;
    let items = counts.into_iter().map(|(region, count)| RegionQuality {
        region_name: reference.gazetteer.full_name(&region),
        region: region.to_string(),
        records: count.records,
        clean: count.clean,
        by_rule: count.by_rule().map(|(rule, count)| (rule.to_owned(), count)).collect(),
    });
    let mut response = HttpResponse::Ok();
    response.insert_header(("Cache-Control", "private, no-store"));
    Ok(response.json(QualityCounts { items: items.collect() }))
}

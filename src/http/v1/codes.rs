//! Code lists: `/sectors`, `/units`, `/commodities`, `/quality-rules`. They are short and come whole.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::codes::Sector;
use crate::domain::enterprise::Severity;
use crate::domain::quality::{RULES, Rule};
use crate::domain::quantity::unit::{Dimension, UnitEntry, units};
use crate::http::parameters::{CommonProblems, Taken};
use crate::http::problem::ApiError;
use crate::registry::Registry;

/// Code lists change with an import, not with a request.
const CACHING: &str = "public, max-age=300";

/// A sector.
#[derive(Serialize, ToSchema)]
pub struct SectorView {
    #[schema(example = "kulit-alas-kaki")]
    code: &'static str,
    name: &'static str,
    name_en: &'static str,
    /// KBLI 2020 prefixes that fall under it.
    kbli: Vec<&'static str>,
}

/// All sectors, in their order.
#[derive(Serialize, ToSchema)]
pub struct SectorList {
    items: Vec<SectorView>,
    next: Option<String>,
    matched: usize,
}

/// A unit of measure.
#[derive(Serialize, ToSchema)]
pub struct UnitView {
    #[schema(example = "kodi")]
    code: &'static str,
    name: &'static str,
    name_en: &'static str,
    /// Unlike dimensions are never added.
    #[schema(example = "count")]
    dimension: Dimension,
    /// How many of the dimension's base unit it is.
    #[schema(example = 20.0)]
    factor: f64,
}

/// All units.
#[derive(Serialize, ToSchema)]
pub struct UnitList {
    items: Vec<UnitView>,
    next: Option<String>,
    matched: usize,
}

/// A commodity of the controlled list.
#[derive(Serialize, ToSchema)]
pub struct CommodityView {
    #[schema(example = "alas-kaki")]
    code: String,
    name: String,
    name_en: String,
    #[schema(value_type = String)]
    sector: Sector,
    /// Typical unit.
    unit: Option<String>,
    /// All units that it is measured in: a capacity in another dimension is refused, except in
    /// packs, which always fit. None: any unit fits.
    units: Vec<String>,
    synonyms: Vec<String>,
}

/// All commodities, ordered by code.
#[derive(Serialize, ToSchema)]
pub struct CommodityList {
    items: Vec<CommodityView>,
    next: Option<String>,
    matched: usize,
}

/// A rule by which the quality of records is judged.
#[derive(Serialize, ToSchema)]
pub struct QualityRuleView {
    #[schema(example = "gps_accuracy")]
    code: &'static str,
    /// How much it weighs; less where what it is judged by is only approximate.
    severity: Severity,
    #[schema(example = "Akurasi GPS lebih dari 50 meter")]
    name: &'static str,
    name_en: &'static str,
}

/// All quality rules.
#[derive(Serialize, ToSchema)]
pub struct QualityRuleList {
    items: Vec<QualityRuleView>,
    next: Option<String>,
    matched: usize,
}

pub fn cached() -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, CACHING));
    response
}

/// The sectors.
#[utoipa::path(
    operation_id = "list_sectors",
    tag = "codes",
    responses((status = 200, description = "all sectors", body = SectorList), CommonProblems),
)]
#[get("/sectors")]
pub async fn list_sectors(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Taken::of(request.query_string())?.finish()?;
    let view = |sector: &'static crate::domain::codes::SectorEntry| SectorView {
        code: &sector.code,
        name: &sector.name,
        name_en: &sector.name_en,
        kbli: sector.kbli.iter().map(String::as_str).collect(),
    };
    let items: Vec<SectorView> = Sector::all().iter().map(view).collect();
    let matched = items.len();
    Ok(cached().json(SectorList { items, next: None, matched }))
}

/// The units of measure.
#[utoipa::path(
    operation_id = "list_units",
    tag = "codes",
    responses((status = 200, description = "all units", body = UnitList), CommonProblems),
)]
#[get("/units")]
pub async fn list_units(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Taken::of(request.query_string())?.finish()?;
    let view = |unit: &'static UnitEntry| UnitView {
        code: &unit.code,
        name: &unit.name,
        name_en: &unit.name_en,
        dimension: unit.dimension,
        factor: unit.factor,
    };
    let items: Vec<UnitView> = units().iter().map(view).collect();
    let matched = items.len();
    Ok(cached().json(UnitList { items, next: None, matched }))
}

/// The commodities.
#[utoipa::path(
    operation_id = "list_commodities",
    tag = "codes",
    responses((status = 200, description = "all commodities", body = CommodityList), CommonProblems),
)]
#[get("/commodities")]
pub async fn list_commodities(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    Taken::of(request.query_string())?.finish()?;
    let reference = registry.reference();
    let items: Vec<CommodityView> = reference
        .commodities()
        .iter()
        .map(|commodity| CommodityView {
            code: commodity.code.clone(),
            name: commodity.name.clone(),
            name_en: commodity.name_en.clone(),
            sector: commodity.sector,
            unit: commodity.units.first().cloned(),
            units: commodity.units.clone(),
            synonyms: commodity.synonyms.clone(),
        })
        .collect();
    let matched = items.len();
    Ok(cached().json(CommodityList { items, next: None, matched }))
}

/// The rules by which the quality of records is judged.
#[utoipa::path(
    operation_id = "list_quality_rules",
    tag = "codes",
    responses((status = 200, description = "all rules", body = QualityRuleList), CommonProblems),
)]
#[get("/quality-rules")]
pub async fn list_quality_rules(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Taken::of(request.query_string())?.finish()?;
    let view = |rule: &Rule| QualityRuleView {
        code: rule.code,
        severity: rule.severity,
        name: rule.name,
        name_en: rule.name_en,
    };
    let items: Vec<QualityRuleView> = RULES.iter().map(view).collect();
    let matched = items.len();
    Ok(cached().json(QualityRuleList { items, next: None, matched }))
}

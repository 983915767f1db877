//! `/regions`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::value::RawValue;
use strum::VariantNames;
use utoipa::ToSchema;

use crate::db::reference::{GeometryRow, RegionRow};
use crate::domain::fault::{Expected, Fault};
use crate::domain::gazetteer::{Region, RegionMatch};
use crate::domain::region::{Level, RegionCode};
use crate::http::parameters::{CommonProblems, Format, Taken, format, limit};
use crate::http::problem::ApiError;
use crate::registry::{Registry, RegistryError};

/// Boundaries change with an edition, not with a request.
const CACHING: &str = "public, max-age=3600";

/// A region with the point that stands for it.
#[derive(Serialize, ToSchema)]
pub struct RegionView {
    #[schema(value_type = String, example = "35.15")]
    code: RegionCode,
    level: Level,
    name: String,
    #[schema(value_type = Option<String>)]
    parent: Option<RegionCode>,
    /// Code of the statistics office, beside the Ministry's.
    bps_code: Option<String>,
    lon: f64,
    lat: f64,
    postal_code: Option<String>,
    /// The edition that describes it so.
    #[schema(example = "2025")]
    edition: String,
    /// Its first day, through all editions; null: from before the registry.
    valid_from: Option<NaiveDate>,
    /// The first day on which it no longer is; null: open.
    valid_to: Option<NaiveDate>,
}

impl From<Region> for RegionView {
    fn from(region: Region) -> Self {
        let Region { code, level, name, parent, bps_code, lon, lat, .. } = region;
        let Region { postal_code, edition, valid_from, valid_to, .. } = region;
        Self {
            code,
            level,
            name,
            parent,
            bps_code,
            lon,
            lat,
            postal_code,
            edition,
            valid_from,
            valid_to,
        }
    }
}

/// A page of regions.
#[derive(Serialize, ToSchema)]
pub struct RegionList {
    items: Vec<RegionView>,
    next: Option<String>,
    matched: usize,
}

/// Regions as GeoJSON; those without a boundary are left out.
#[derive(Serialize, ToSchema)]
pub struct RegionFeatures {
    #[serde(rename = "type")]
    #[schema(example = "FeatureCollection")]
    kind: &'static str,
    features: Vec<RegionFeature>,
    next: Option<String>,
    matched: usize,
}

/// A region's boundary as a GeoJSON feature.
#[derive(Serialize, ToSchema)]
pub struct RegionFeature {
    #[serde(rename = "type")]
    #[schema(example = "Feature")]
    kind: &'static str,
    /// The code.
    id: String,
    #[schema(value_type = Object)]
    geometry: Box<RawValue>,
    properties: RegionProperties,
}

/// What a boundary is of.
#[derive(Serialize, ToSchema)]
pub struct RegionProperties {
    code: String,
    name: String,
    level: Level,
    /// Where the boundary is only approximate it suggests and never rejects.
    approximate: bool,
    /// Origin and licence of the boundary.
    source: String,
    lon: f64,
    lat: f64,
}

/// A region as one edition describes it.
#[derive(Serialize, ToSchema)]
pub struct RegionEdition {
    #[schema(example = "2025")]
    edition: String,
    name: String,
    parent: Option<String>,
    /// The first day on which it was so; null: from before the registry.
    valid_from: Option<NaiveDate>,
    /// The first day on which it no longer was so; null: open.
    valid_to: Option<NaiveDate>,
}

/// A region in every edition, the earliest first.
#[derive(Serialize, ToSchema)]
pub struct RegionEditionList {
    items: Vec<RegionEdition>,
    next: Option<String>,
    matched: usize,
}

/// The regions of today, ordered by code.
#[utoipa::path(
    operation_id = "list_regions",
    tag = "regions",
    params(
        ("level" = Option<Level>, Query, description = "only this level"),
        ("parent" = Option<String>, Query, description = "only regions in this one; without `level`, its children"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
        ("f" = Option<String>, Query, description = "`geojson` for boundaries"),
    ),
    responses(
        (status = 200, description = "a page", content(
            (RegionList = "application/json"),
            (RegionFeatures = "application/geo+json"),
        )),
        CommonProblems,
    ),
)]
#[get("/regions")]
pub async fn list_regions(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let mut taken = Taken::of(request.query_string())?;
    let limit = limit(&mut taken);
    let format = format(&mut taken, accept);
    let level = taken.read("level", None, |text| {
        text.parse::<Level>().map(Some).map_err(|_| {
            let (value, allowed) = (text.to_owned(), Level::VARIANTS.join(", "));
            Fault::UnknownCode { value, allowed }
        })
    });
    let parent = taken.read("parent", None, |text| code_of(text).map(Some));
    // The cursor of a list ordered by code is the last code.
    let after = taken.read("cursor", None, |text| code_of(text).map(Some));
    if let Some(parent) = parent.as_ref().filter(|parent| registry.region(parent).is_err()) {
        taken.fault("parent", Fault::RegionUnknown { value: parent.to_string() });
    }
    taken.finish()?;

    let regions = registry.regions(level, parent.as_ref());
    let matched = regions.len();
    let rest = regions
        .into_iter()
        .filter(|region| after.as_ref().is_none_or(|after| region.code > *after));
    let mut page: Vec<Region> = rest.take(limit + 1).collect();
    let more = page.len() > limit;
    page.truncate(limit);
    let next = page.last().filter(|_| more).map(|last| {
        let kept: Vec<&str> = request
            .query_string()
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
            .collect();
        format!("{}?{}&cursor={}", request.path(), kept.join("&"), last.code).replace("?&", "?")
    });
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, CACHING));
    match format {
        Format::Json => {
            let items = page.into_iter().map(RegionView::from).collect();
            Ok(response.json(RegionList { items, next, matched }))
        }
        Format::GeoJson => {
            let features = web::block(move || features(&registry, page)).await??;
            response.content_type("application/geo+json");
            Ok(response.json(RegionFeatures { kind: "FeatureCollection", features, next, matched }))
        }
    }
}

fn features(registry: &Registry, page: Vec<Region>) -> Result<Vec<RegionFeature>, RegistryError> {
    let codes: Vec<&str> = page.iter().map(|region| region.code.as_str()).collect();
    let rows = registry.region_geometries(&codes)?;
    let mut by_code: std::collections::HashMap<String, _> =
        rows.into_iter().map(|row| (row.code.clone(), row)).collect();
    let mut features = Vec::with_capacity(page.len());
    for region in page {
        let Some(row) = by_code.remove(region.code.as_str()) else { continue };
        features.push(feature(region, row)?);
    }
    Ok(features)
}

fn feature(region: Region, row: GeometryRow) -> Result<RegionFeature, RegistryError> {
    Ok(RegionFeature {
        kind: "Feature",
        id: row.code.clone(),
        geometry: RawValue::from_string(row.geometry)?,
        properties: RegionProperties {
            code: row.code,
            name: region.name,
            level: region.level,
            approximate: row.approximate,
            source: row.source,
            lon: region.lon,
            lat: region.lat,
        },
    })
}

/// One region, also one that is no more.
#[utoipa::path(
    operation_id = "get_region",
    tag = "regions",
    params(("code" = String, Path, description = "Kemendagri code, e.g. 35.15.06")),
    responses((status = 200, description = "the region", body = RegionView), CommonProblems),
)]
#[get("/regions/{code}")]
pub async fn get_region(
    code: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let region = registry.region(&known(&code)?)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, CACHING))
        .json(RegionView::from(region)))
}

/// The boundary of a region as a GeoJSON feature; villages have one where it was imported.
#[utoipa::path(
    operation_id = "get_region_geometry",
    tag = "regions",
    params(
        ("code" = String, Path, description = "Kemendagri code"),
        ("edition" = Option<String>, Query, description = "as this edition drew it; as it now is unless told"),
    ),
    responses((status = 200, description = "the boundary", body = RegionFeature, content_type = "application/geo+json"), CommonProblems),
)]
#[get("/regions/{code}/geometry")]
pub async fn get_region_geometry(
    request: HttpRequest,
    code: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    let edition = taken.text("edition");
    taken.finish()?;
    let code = known(&code)?;
    let region = registry.region(&code)?;
    let row = web::block(move || registry.region_geometry(&code, edition.as_deref())).await??;
    let mut response = HttpResponse::Ok();
    response.content_type("application/geo+json").insert_header((header::CACHE_CONTROL, CACHING));
    Ok(response.json(feature(region, row)?))
}

/// A region as each edition describes it.
#[utoipa::path(
    operation_id = "list_region_editions",
    tag = "regions",
    params(("code" = String, Path, description = "Kemendagri code")),
    responses((status = 200, description = "the editions", body = RegionEditionList), CommonProblems),
)]
#[get("/regions/{code}/editions")]
pub async fn list_region_editions(
    code: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let code = known(&code)?;
    let rows = web::block(move || registry.region_editions(&code)).await??;
    let item = |row: RegionRow| RegionEdition {
        edition: row.edition,
        name: row.name,
        parent: row.parent,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
    };
    let items: Vec<RegionEdition> = rows.into_iter().map(item).collect();
    let matched = items.len();
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, CACHING)).json(RegionEditionList {
        items,
        next: None,
        matched,
    }))
}

/// Where a position lies.
#[derive(Serialize, ToSchema)]
pub struct Location {
    regency: LocatedRegion,
    /// Missing where no district boundary holds the position.
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<LocatedPart>,
    /// Missing where no village boundary holds the position: many are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    village: Option<LocatedPart>,
}

/// A regency that a position lies in.
#[derive(Serialize, ToSchema)]
pub struct LocatedRegion {
    code: String,
    name: String,
}

/// A district or village that a position lies in.
#[derive(Serialize, ToSchema)]
pub struct LocatedPart {
    code: String,
    name: String,
    /// The boundary is only approximate.
    approximate: bool,
}

/// Regency, district and village of a position.
#[utoipa::path(
    operation_id = "locate_region",
    tag = "regions",
    params(
        ("lon" = f64, Query, description = "longitude in degrees"),
        ("lat" = f64, Query, description = "latitude in degrees"),
    ),
    responses((status = 200, description = "where it lies", body = Location), CommonProblems),
)]
#[get("/regions/locate")]
pub async fn locate_region(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    let mut degrees = |name: &'static str, limit: f64| {
        let value = taken.read(name, None, |text| {
            let degrees: f64 = text
                .trim()
                .parse()
                .map_err(|_| Fault::Malformed { value: text.into(), expected: Expected::Number })?;
            if degrees.abs() <= limit {
                Ok(Some(degrees))
            } else {
                let (min, max) = (format!("-{limit}"), limit.to_string());
                Err(Fault::OutOfRange { value: text.into(), min, max })
            }
        });
        if value.is_none()
            && !request.query_string().split('&').any(|pair| pair.starts_with(&format!("{name}=")))
        {
            taken.fault(name, Fault::Required);
        }
        value.unwrap_or_default()
    };
    let (lon, lat) = (degrees("lon", 180.0), degrees("lat", 90.0));
    taken.finish()?;
    let located = registry.locate(lon, lat)?;
    let name =
        |code: &RegionCode| registry.region(code).map(|region| region.name).unwrap_or_default();
    let part = |part: RegionMatch| LocatedPart {
        name: name(&part.code),
        code: part.code.to_string(),
        approximate: part.approximate,
    };
    let location = Location {
        regency: LocatedRegion { name: name(&located.regency), code: located.regency.to_string() },
        district: located.district.map(part),
        village: located.village.map(part),
    };
    Ok(HttpResponse::Ok().json(location))
}

fn code_of(text: &str) -> Result<RegionCode, Fault> {
    text.parse()
        .map_err(|()| Fault::Malformed { value: text.to_owned(), expected: Expected::RegionCode })
}

fn known(text: &str) -> Result<RegionCode, RegistryError> {
    text.parse().map_err(|()| RegistryError::RegionNotFound(text.to_owned()))
}

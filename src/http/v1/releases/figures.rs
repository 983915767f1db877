//! The figures of a release: counts and sums.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use strum::VariantNames;
use utoipa::ToSchema;
use utoipa::openapi::response::Response;
use utoipa::openapi::{Content, ContentBuilder, Ref, RefOr, ResponseBuilder};

use super::super::enterprises::{caching, next_link};
use super::release_id;
use crate::domain::codes::{Kind, Sector};
use crate::domain::fault::{Expected, Fault};
use crate::domain::quantity::unit::Dimension;
use crate::domain::region::{Level, RegionCode};
use crate::domain::release::{Cell, Measure, Release, SumCell};
use crate::domain::size::SizeClass;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, limit};
use crate::http::problem::{ApiError, CONTENT_TYPE};
use crate::registry::{Registry, RegistryError};

/// A page of the counts of a release.
#[derive(Serialize, ToSchema)]
pub struct ReleaseCellList {
    items: Vec<ReleaseCell>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    matched: usize,
}

/// How many enterprises there are.
#[derive(Serialize, ToSchema)]
pub struct ReleaseCell {
    #[schema(example = "35.15")]
    region: String,
    #[schema(example = "Kabupaten Sidoarjo")]
    region_name: String,
    /// Null: all sectors.
    #[schema(example = "kulit-alas-kaki")]
    sector: Option<String>,
    /// Null: whatever list it stands on. Counts by kind overlap.
    kind: Option<String>,
    /// Null: all sizes.
    size_class: Option<String>,
    /// A multiple of 5; null where it is hidden.
    #[schema(example = 125)]
    count: Option<i64>,
    /// Hidden, which does not mean zero.
    suppressed: bool,
}

/// A page of the sums of a release.
#[derive(Serialize, ToSchema)]
pub struct ReleaseSumList {
    items: Vec<ReleaseSum>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    matched: usize,
}

/// A sum over the enterprises of a region.
#[derive(Serialize, ToSchema)]
pub struct ReleaseSum {
    measure: Measure,
    #[schema(example = "35.15")]
    region: String,
    region_name: String,
    /// Of a capacity.
    commodity: Option<String>,
    commodity_name: Option<String>,
    /// Unlike dimensions are never added.
    dimension: Option<Dimension>,
    /// That the sum is in; a month's.
    unit: Option<String>,
    /// What it is a multiple of.
    step: f64,
    /// Null where it is hidden.
    min: Option<f64>,
    max: Option<f64>,
    /// Hidden, which does not mean zero.
    suppressed: bool,
}

/// What an operation on figures may answer on top.
pub struct FigureProblems;

impl utoipa::IntoResponses for FigureProblems {
    fn responses() -> std::collections::BTreeMap<String, RefOr<Response>> {
        let mut responses = CommonProblems::responses();
        let content: Content =
            ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let withdrawn = ResponseBuilder::new()
            .description("the release was withdrawn")
            .content(CONTENT_TYPE, content)
            .build();
        responses.insert("410".to_owned(), RefOr::T(withdrawn));
        responses
    }
}

/// Which regions are asked for.
#[derive(Default)]
struct Regions {
    some: Vec<RegionCode>,
    parent: Option<RegionCode>,
    level: Option<Level>,
}

impl Regions {
    fn of(taken: &mut Taken) -> Self {
        Self {
            some: taken.read("region", Vec::new(), |text| text.split(',').map(code).collect()),
            parent: taken.read("parent", None, |text| code(text).map(Some)),
            level: taken.read("level", None, |text| {
                let levels = ["province", "regency", "district"];
                one_of(text, &levels)?;
                Ok(text.parse().ok())
            }),
        }
    }

    fn fit(&self, region: &RegionCode) -> bool {
        (self.some.is_empty() || self.some.contains(region))
            && self
                .parent
                .as_ref()
                .is_none_or(|parent| region == parent || region.parent().as_ref() == Some(parent))
            && self.level.is_none_or(|level| region.level() == level)
    }
}

fn code(text: &str) -> Result<RegionCode, Fault> {
    let expected = Expected::RegionCode;
    text.parse().map_err(|()| Fault::Malformed { value: text.to_owned(), expected })
}

pub(super) fn one_of(text: &str, allowed: &[&str]) -> Result<String, Fault> {
    if allowed.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(Fault::UnknownCode { value: text.to_owned(), allowed: allowed.join(", ") })
}

fn some_of(taken: &mut Taken, name: &'static str, allowed: &[&str]) -> Vec<String> {
    taken.read(name, Vec::new(), |text| text.split(',').map(|code| one_of(code, allowed)).collect())
}

/// Whether an answer is to be CSV.
fn wants_csv(taken: &mut Taken) -> bool {
    taken.read("f", false, |text| one_of(text, &["json", "csv"]).map(|text| text == "csv"))
}

/// How many of a list come before the page.
fn offset(taken: &mut Taken) -> usize {
    taken.read("cursor", 0, |text| {
        let expected = Expected::Cursor;
        text.parse().map_err(|_| Fault::Malformed { value: text.to_owned(), expected })
    })
}

async fn sealed(
    caller: Caller,
    id: &str,
    registry: web::Data<Registry>,
) -> Result<Arc<Release>, ApiError> {
    let id = release_id(id)?;
    Ok(web::block(move || registry.release_figures(&caller.0, id)).await??)
}

fn region_name(release: &Release, code: &RegionCode) -> String {
    release.basis.region(code).map(|region| region.name.clone()).unwrap_or_default()
}

/// A page of what fits, and the path of the next one.
fn page<T>(
    request: &HttpRequest,
    fitting: &[T],
    offset: usize,
    limit: usize,
) -> Result<(std::ops::Range<usize>, Option<String>), RegistryError> {
    let from = offset.min(fitting.len());
    let to = from.saturating_add(limit).min(fitting.len());
    let next = (to < fitting.len()).then(|| next_link(request, &to.to_string())).transpose()?;
    Ok((from..to, next))
}

/// The counts of a release: the province and its regencies by sector, kind and size in every
/// combination, districts by one of them at a time. A dimension that a count is not broken down by
/// is null in it.
#[utoipa::path(
    operation_id = "list_release_cells",
    tag = "releases",
    params(
        ("id" = Uuid, Path, description = "the release's id"),
        ("region" = Option<Vec<String>>, Query, style = Form, explode = false, description = "of these regions"),
        ("parent" = Option<String>, Query, description = "of this region and those directly below it"),
        ("level" = Option<String>, Query, description = "`province`, `regency` or `district`"),
        ("by" = Option<Vec<String>>, Query, style = Form, explode = false, description = "broken down by exactly these of `sector`, `kind`, `size_class`; `none`: totals; all of them unless told"),
        ("sector" = Option<Vec<String>>, Query, style = Form, explode = false, description = "of these sectors"),
        ("kind" = Option<Vec<String>>, Query, style = Form, explode = false, description = "of these kinds"),
        ("size_class" = Option<Vec<String>>, Query, style = Form, explode = false, description = "of these sizes"),
        ("f" = Option<String>, Query, description = "`json` or `csv`; CSV has all of them"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses(
        (status = 200, description = "a page, or all as CSV", content(
            (ReleaseCellList = "application/json"), (String = "text/csv"),
        )),
        FigureProblems,
    ),
    security((), ("bearer" = []))
)]
#[get("/releases/{id}/cells")]
pub async fn list_release_cells(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    let regions = Regions::of(&mut taken);
    let by = taken.read("by", None, |text| {
        let one = |name| one_of(name, &["none", "sector", "kind", "size_class"]);
        text.split(',').map(one).collect::<Result<Vec<String>, Fault>>().map(Some)
    });
    let sectors: Vec<&str> = Sector::all().iter().map(|sector| sector.code.as_str()).collect();
    let sectors = some_of(&mut taken, "sector", &sectors);
    let kinds = some_of(&mut taken, "kind", Kind::VARIANTS);
    let sizes = some_of(&mut taken, "size_class", SizeClass::VARIANTS);
    let as_csv = wants_csv(&mut taken);
    let (limit, offset) = (limit(&mut taken), offset(&mut taken));
    taken.finish()?;
    let release = sealed(caller, &id, registry).await?;
    let one_of = |wanted: &[String], code: &Option<String>| {
        wanted.is_empty() || code.as_ref().is_some_and(|code| wanted.contains(code))
    };
    let broken_down = |cell: &Cell| {
        let names = ["sector", "kind", "size_class"];
        let codes = [&cell.sector, &cell.kind, &cell.size_class];
        let listed = |by: &Vec<String>| {
            let mut both = names.iter().zip(codes);
            both.all(|(name, code)| by.iter().any(|by| by == name) == code.is_some())
        };
        by.as_ref().is_none_or(listed)
    };
    let fits = |cell: &&Cell| {
        regions.fit(&cell.region)
            && broken_down(cell)
            && one_of(&sectors, &cell.sector)
            && one_of(&kinds, &cell.kind)
            && one_of(&sizes, &cell.size_class)
    };
    let fitting: Vec<&Cell> = release.cells.iter().filter(fits).collect();
    let told = |cell: &&Cell| ReleaseCell {
        region: cell.region.to_string(),
        region_name: region_name(&release, &cell.region),
        sector: cell.sector.clone(),
        kind: cell.kind.clone(),
        size_class: cell.size_class.clone(),
        count: cell.count,
        suppressed: cell.count.is_none(),
    };
    if as_csv {
        return file(&request, &release, "jumlah", fitting.iter().map(told));
    }
    let (range, next) = page(&request, &fitting, offset, limit)?;
    let items = fitting[range].iter().map(told).collect();
    let list = ReleaseCellList { items, next, matched: fitting.len() };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", caching(&request))).json(list))
}

/// The sums of a release, of the province and by regency: workers, and what can be made in a month
/// of each commodity.
#[utoipa::path(
    operation_id = "list_release_sums",
    tag = "releases",
    params(
        ("id" = Uuid, Path, description = "the release's id"),
        ("measure" = Option<Measure>, Query, description = "`workers` or `capacity`; both unless told"),
        ("commodity" = Option<String>, Query, description = "of this commodity"),
        ("region" = Option<Vec<String>>, Query, style = Form, explode = false, description = "of these regions"),
        ("parent" = Option<String>, Query, description = "of this region and those directly below it"),
        ("level" = Option<String>, Query, description = "`province` or `regency`"),
        ("f" = Option<String>, Query, description = "`json` or `csv`; CSV has all of them"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses(
        (status = 200, description = "a page, or all as CSV", content(
            (ReleaseSumList = "application/json"), (String = "text/csv"),
        )),
        FigureProblems,
    ),
    security((), ("bearer" = []))
)]
#[get("/releases/{id}/sums")]
pub async fn list_release_sums(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    let regions = Regions::of(&mut taken);
    let measure: Option<Measure> = taken.read("measure", None, |text| {
        one_of(text, Measure::VARIANTS)?;
        Ok(text.parse().ok())
    });
    let commodity = taken.text("commodity");
    let as_csv = wants_csv(&mut taken);
    let (limit, offset) = (limit(&mut taken), offset(&mut taken));
    taken.finish()?;
    let release = sealed(caller, &id, registry).await?;
    let fits = |sum: &&SumCell| {
        regions.fit(&sum.region)
            && measure.is_none_or(|measure| sum.measure == measure)
            && (commodity.is_none() || sum.commodity == commodity)
    };
    let fitting: Vec<&SumCell> = release.sums.iter().filter(fits).collect();
    let told = |sum: &&SumCell| ReleaseSum {
        measure: sum.measure,
        region: sum.region.to_string(),
        region_name: region_name(&release, &sum.region),
        commodity_name: sum
            .commodity
            .as_deref()
            .and_then(|code| release.basis.commodity(code))
            .map(|commodity| commodity.name.clone()),
        commodity: sum.commodity.clone(),
        dimension: sum.dimension,
        unit: sum.dimension.and_then(Dimension::base_unit).map(|unit| unit.code.clone()),
        step: sum.step,
        min: sum.min,
        max: sum.max,
        suppressed: sum.max.is_none(),
    };
    if as_csv {
        return file(&request, &release, "nilai", fitting.iter().map(told));
    }
    let (range, next) = page(&request, &fitting, offset, limit)?;
    let items = fitting[range].iter().map(told).collect();
    let list = ReleaseSumList { items, next, matched: fitting.len() };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", caching(&request))).json(list))
}

/// Rows as CSV, with a byte order mark: Excel takes UTF-8 for what it is only with one.
fn file<T: Serialize>(
    request: &HttpRequest,
    release: &Release,
    what: &str,
    rows: impl Iterator<Item = T>,
) -> Result<HttpResponse, ApiError> {
    let failed = || RegistryError::Internal("figures can be written as CSV");
    let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
    for row in rows {
        writer.serialize(row).map_err(|_| failed())?;
    }
    let bytes = writer.into_inner().map_err(|_| failed())?;
    Ok(attached(request, release, &format!("-{what}.csv"), "text/csv; charset=utf-8").body(bytes))
}

pub(super) fn attached(
    request: &HttpRequest,
    release: &Release,
    ending: &str,
    media: &'static str,
) -> actix_web::HttpResponseBuilder {
    let name = format!("rilis-{}{ending}", release.header.reference_date);
    let mut response = HttpResponse::Ok();
    response
        .content_type(media)
        .insert_header((header::CACHE_CONTROL, caching(request)))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response
}

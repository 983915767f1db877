//! `/stats`: counts and sums by groups.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Serialize;
use strum::VariantNames;
use utoipa::ToSchema;

use crate::atlas::{Dimension, Group, Sums};
use crate::domain::codes::Sector;
use crate::domain::fault::{Expected, Fault};
use crate::domain::quantity::unit;
use crate::domain::reference::Reference;
use crate::http::caller::Caller;
use crate::http::gate::Gate;
use crate::http::kept::{self, Answer};
use crate::http::parameters::{CommonProblems, FilterParameters, Taken, date};
use crate::http::problem::ApiError;
use crate::registry::stats::{MAX_DIMENSIONS, Measure, Stats, StatsQuery};
use crate::registry::{Registry, RegistryError};
use strum::VariantArray;

/// Counts by groups.
#[derive(Serialize, ToSchema)]
pub struct StatsView {
    /// As asked for.
    dimensions: Vec<StatsDimension>,
    /// How many records pass the filter, each counted once. By groups of the internal tier only
    /// records are counted whose internal tier is the caller's, here too.
    matched: usize,
    /// To staff: of how many of them the internal tier is theirs. Sums are over these alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    internal: Option<usize>,
    /// To staff: whose the sums are: `all`, `area:CODE`, `own`, `own:COOPERATIVE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "area:35.15")]
    sums_of: Option<String>,
    /// With `compare_as_of`: the earlier day, and how many records passed then, as known now.
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<StatsCompared>,
    /// The groups that hold a record, or held one on the earlier day, in the order of their values.
    items: Vec<StatsGroup>,
}

/// What the counts are compared with: what existed on a day *as known now*. Who was not recorded then
/// and is said to have been founded before counts as having existed; a report of that day is another
/// thing.
#[derive(Serialize, ToSchema)]
pub struct StatsCompared {
    as_of: NaiveDate,
    matched: usize,
}

/// What was counted by.
#[derive(Serialize, ToSchema)]
pub struct StatsDimension {
    name: Dimension,
    /// A record may be in several of its groups, so that they add up to more than there are.
    overlaps: bool,
    /// Names of the values, where the value is a code of `/regions`, `/sectors` or `/commodities`.
    labels: Vec<StatsLabel>,
}

/// The name of a value.
#[derive(Serialize, ToSchema)]
pub struct StatsLabel {
    #[schema(example = "35.15")]
    code: String,
    #[schema(example = "Kabupaten Sidoarjo")]
    name: String,
    /// Regions have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
}

/// A group.
#[derive(Serialize, ToSchema)]
pub struct StatsGroup {
    /// Its value in each dimension, in their order; null: the records that have none.
    values: Vec<Option<String>>,
    count: u64,
    /// With `lq`: (records of the group / of the region) / (records of the sector / all records);
    /// null where that is not defined. Grouped by a level of regions alone, the goods are those that
    /// the filter asks for, and the whole is the province, whatever places the filter asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>, required = false)]
    lq: Option<Quotient>,
    /// With `compare_as_of`: the group on the earlier day, as known now.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<StatsBefore>,
    /// With `compare_as_of`: now less then.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<StatsChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workers: Option<StatsWorkers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<Vec<StatsCapacity>>,
}

/// A group on an earlier day, as known now.
#[derive(Serialize, ToSchema)]
pub struct StatsBefore {
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>, required = false)]
    lq: Option<Quotient>,
}

/// How a group has changed since.
#[derive(Serialize, ToSchema)]
pub struct StatsChange {
    count: i64,
    /// Null where one of the two is not defined.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>, required = false)]
    lq: Option<Quotient>,
}

/// A location quotient, to four digits; null where it is not defined.
#[derive(Serialize)]
struct Quotient(Option<f64>);

impl Quotient {
    fn of(value: Option<f64>) -> Self {
        Self(value.map(|value| (value * 1e4).round() / 1e4))
    }
}

/// Workers of a group's internal records.
#[derive(Serialize, ToSchema)]
pub struct StatsWorkers {
    sum: u64,
    /// Records that say how many.
    known: u64,
    /// Records that are in the sum.
    records: u64,
}

/// Monthly capacity of a group's internal records, unlike goods apart; packs are in none.
#[derive(Serialize, ToSchema)]
pub struct StatsCapacity {
    #[schema(value_type = unit::Dimension, example = "mass")]
    dimension: unit::Dimension,
    /// The unit of the sums.
    #[schema(example = "kg")]
    unit: &'static str,
    min: f64,
    max: f64,
}

/// Counts the records that pass a filter, by up to three dimensions. Public counts are of published
/// records.
#[utoipa::path(
    operation_id = "get_stats",
    tag = "stats",
    params(
        ("group_by" = Option<Vec<Dimension>>, Query, style = Form, explode = false, description = "up to three; none: one group of all. `review`, `publication`, `need`, `practice`, `quality`, `raw_material` and `origin` are for signed-in staff"),
        ("measure" = Option<Vec<String>>, Query, style = Form, explode = false, description = "`count` always; `workers` and `capacity` are sums, for signed-in staff"),
        ("lq" = Option<bool>, Query, description = "`true`: location quotients; `group_by` is then a level of regions and `sector` or `commodity`, or a level of regions alone with a filter by `sector`, `commodity` or `kbli`"),
        ("compare_as_of" = Option<String>, Query, description = "an earlier day: each group has what existed then, as known now, and the change since"),
        FilterParameters,
    ),
    responses(
        (status = 200, description = "counts by groups", body = StatsView, headers(("ETag" = String, description = "of the public answer"))),
        (status = 304, description = "as the caller knows it"),
        CommonProblems,
    ),
    security((), ("bearer" = []))
)]
#[get("/stats")]
pub async fn get_stats(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
    gate: web::Data<Gate>,
) -> Result<HttpResponse, ApiError> {
    let state = registry.public_state();
    let reference = registry.reference();
    let query = read_query(request.query_string(), &reference)?;
    let question =
        format!("stats {:?} {:?} {} {:?}", query.by, query.measures, query.quotients, query.before);
    let name = kept::name(&caller, &query.filter, &question);
    let caching = super::enterprises::caching(&request);
    if let Some(answer) = name.as_ref().and_then(|name| gate.kept.find(name, &state)) {
        return Ok(answer.respond(&request, "application/json", caching)?);
    }
    let view = web::block(move || {
        let sums_of = caller.0.visibility().scope();
        let stats = registry.stats(&caller, query.clone())?;
        Ok::<_, RegistryError>(represent(stats, &query, sums_of, &reference))
    })
    .await??;
    let Some(name) = name else {
        return Ok(super::private(HttpResponse::Ok()).json(view));
    };
    let answer = Answer::new(&serde_json::to_vec(&view).map_err(RegistryError::from)?)?;
    gate.kept.keep(&name, state, &answer);
    Ok(answer.respond(&request, "application/json", caching)?)
}

fn read_query(text: &str, reference: &Reference) -> Result<StatsQuery, RegistryError> {
    let mut taken = Taken::of(text)?;
    let by = taken.read("group_by", Vec::new(), |text| {
        let by: Vec<Dimension> = codes(text, Dimension::VARIANTS)?;
        if by.len() > MAX_DIMENSIONS {
            return Err(Fault::TooMany { max: MAX_DIMENSIONS });
        }
        let twice = (1..by.len()).find(|at| by[..*at].contains(&by[*at]));
        match twice {
            Some(at) => {
                let value = <&str>::from(by[at]).to_owned();
                let first = by.iter().position(|one| *one == by[at]).unwrap_or_default();
                Err(Fault::Repeated { value, first })
            }
            None => Ok(by),
        }
    });
    let measures = taken.read("measure", Vec::new(), |text| codes(text, Measure::VARIANTS));
    let quotients = taken.read("lq", false, |text| {
        text.parse()
            .map_err(|_| Fault::Malformed { value: text.to_owned(), expected: Expected::Boolean })
    });
    let before = taken.read("compare_as_of", None, |text| date(text).map(Some));
    let regions = by.iter().filter(|by| by.level().is_some()).count();
    let trade = |by: &Dimension| matches!(by, Dimension::Sector | Dimension::Commodity);
    let goods_asked = ["sector", "commodity", "kbli"].iter().any(|name| taken.has(name));
    let defined = match by.len() {
        1 => regions == 1 && goods_asked,
        2 => regions == 1 && by.iter().any(trade),
        _ => false,
    };
    if quotients && !defined {
        let with = "group_by=regency,sector";
        taken.fault("lq", Fault::Together { with });
    }
    Ok(StatsQuery { filter: taken.into_filter(reference)?, by, measures, quotients, before })
}

fn codes<T: std::str::FromStr>(text: &str, allowed: &[&str]) -> Result<Vec<T>, Fault> {
    let each = text.split(',').map(str::trim);
    each.map(|value| {
        let unknown =
            |_| Fault::UnknownCode { value: value.to_owned(), allowed: allowed.join(", ") };
        value.parse().map_err(unknown)
    })
    .collect()
}

fn represent(
    stats: Stats,
    query: &StatsQuery,
    sums_of: String,
    reference: &Reference,
) -> StatsView {
    let Stats { groups, quotients, before, matched, matched_before, internal, .. } = stats;
    let dimensions = query.by.iter().enumerate().map(|(at, by)| StatsDimension {
        name: *by,
        overlaps: by.overlaps(),
        labels: labels(
            *by,
            groups.iter().filter_map(|group| group.values[at].as_deref()),
            reference,
        ),
    });
    let dimensions = dimensions.collect();
    let compared =
        query.before.zip(matched_before).map(|(as_of, matched)| StatsCompared { as_of, matched });
    let (mut quotients, mut before) = (quotients.into_iter(), before.into_iter());
    let asked = |measure| query.measures.contains(&measure);
    let items = groups.into_iter().map(|Group { values, count, sums }| {
        let sums = sums.unwrap_or_default();
        let (lq, before) = (quotients.next(), before.next());
        StatsGroup {
            values,
            count,
            lq: lq.map(Quotient::of),
            change: before.map(|before| StatsChange {
                count: count.cast_signed() - before.count.cast_signed(),
                lq: lq
                    .map(|lq| Quotient::of(lq.zip(before.quotient).map(|(now, then)| now - then))),
            }),
            before: before.map(|before| StatsBefore {
                count: before.count,
                lq: lq.map(|_| Quotient::of(before.quotient)),
            }),
            capacity: asked(Measure::Capacity).then(|| capacity(&sums)),
            workers: asked(Measure::Workers).then_some(StatsWorkers {
                sum: sums.workers,
                known: sums.workers_known,
                records: sums.records,
            }),
        }
    });
    let items = items.collect();
    let sums_of = internal.map(|_| sums_of);
    StatsView { dimensions, matched, internal, sums_of, compared, items }
}

fn capacity(sums: &Sums) -> Vec<StatsCapacity> {
    let line = |(number, (min, max)): (&u8, &(f64, f64))| {
        let dimension = *unit::Dimension::VARIANTS.get(usize::from(*number))?;
        let unit = dimension.base_unit()?.code.as_str();
        Some(StatsCapacity { dimension, unit, min: *min, max: *max })
    };
    sums.capacity.iter().filter_map(line).collect()
}

/// Names of these values, each once.
fn labels<'a>(
    by: Dimension,
    values: impl Iterator<Item = &'a str>,
    reference: &Reference,
) -> Vec<StatsLabel> {
    let named = |code: &str| match by {
        Dimension::Sector => {
            let entry = Sector::all().iter().find(|entry| entry.code == code)?;
            Some((entry.name.clone(), Some(entry.name_en.clone())))
        }
        Dimension::Commodity | Dimension::RawMaterial => {
            let commodity = reference.commodity(code)?;
            Some((commodity.name.clone(), Some(commodity.name_en.clone())))
        }
        _ if by.level().is_some() || by == Dimension::Origin => {
            let region = reference.gazetteer.get(&code.parse().ok()?)?;
            Some((region.name.clone(), None))
        }
        _ => None,
    };
    let label = |code: &str| {
        let (name, name_en) = named(code)?;
        Some(StatsLabel { code: code.to_owned(), name, name_en })
    };
    values.collect::<BTreeSet<_>>().into_iter().filter_map(label).collect()
}

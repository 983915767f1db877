//! Counts and sums by groups.

use std::collections::HashMap;

use strum::{EnumString, IntoStaticStr, VariantNames};

use super::reads::{Reader, Reading, logged_filter};
use super::{Registry, RegistryError};
use crate::atlas::{Counts, Dimension, Group, TooManyGroups, View};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::filter::Filter;
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::tier::{self, Tier};

/// Most dimensions of one question.
pub const MAX_DIMENSIONS: usize = 3;
/// Most groups of one answer.
pub const MAX_GROUPS: usize = 50_000;

/// What is said of a group beyond how many records it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Measure {
    /// How many records: always said.
    Count,
    Workers,
    Capacity,
}

/// A question for counts.
#[derive(Debug, Clone, Default)]
pub struct StatsQuery {
    pub filter: Filter,
    pub by: Vec<Dimension>,
    pub measures: Vec<Measure>,
    /// Location quotients: `by` is a level of regions and sectors or commodities.
    pub quotients: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    pub groups: Vec<Group>,
    /// One for each group, where asked for; None where it is not defined.
    pub quotients: Vec<Option<f64>>,
    /// How many records pass, each once; by internal groups those of the own internal tier alone.
    pub matched: usize,
    /// Of staff: to how many of them the internal tier is theirs, so that they are in the sums.
    pub internal: Option<usize>,
}

impl Registry {
    /// Counts the records that pass a filter by groups.
    ///
    /// # Errors
    /// Internal groups, measures or filters without the right to them; an unknown area; more
    /// groups than may be.
    pub fn stats<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        mut query: StatsQuery,
    ) -> Result<Stats, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let actor = reader.actor;
        allow(actor, &query)?;
        let view = self.view_for(actor, &mut query.filter)?;
        let stats = count(&view, actor, &query)?;
        if let Some(count) = stats.internal {
            let detail = Detail {
                groups: query.by.iter().map(|by| <&str>::from(*by).to_owned()).collect(),
                measures: query.measures.iter().map(|one| <&str>::from(*one).to_owned()).collect(),
                matched: Some(stats.matched),
                ..Detail::default()
            };
            let reading = Reading {
                filter: Some(logged_filter(query.filter.canonical())),
                count,
                detail,
                ..Reading::of_many(ReadKind::Stats, super::enterprises::ENTITY)
            };
            self.log_read(reader, began, reading)?;
        }
        Ok(stats)
    }
}

/// Refuses internal groups and measures to those who may not use them, by the parameter.
fn allow(actor: &Actor, query: &StatsQuery) -> Result<(), RegistryError> {
    if actor.may(Right::FilterInternal) {
        return Ok(());
    }
    let public = |table, name: &'static str| tier::of_name(table, name) == Tier::Public;
    let groups = query.by.iter().all(|by| public(tier::GROUPS, (*by).into()));
    let measures = query.measures.iter().all(|one| public(tier::MEASURES, (*one).into()));
    let refused = [("group_by", groups), ("measure", measures)].into_iter().filter(|one| !one.1);
    let faults: Vec<FieldFault> =
        refused.map(|(name, _)| FieldFault::new(name, Fault::InternalOnly)).collect();
    if faults.is_empty() { Ok(()) } else { Err(RegistryError::InternalOnly(faults)) }
}

fn count(view: &View, actor: &Actor, query: &StatsQuery) -> Result<Stats, RegistryError> {
    let sums = query.measures.iter().any(|measure| *measure != Measure::Count);
    let too_many = |TooManyGroups| {
        let fault = Fault::TooManyGroups { max: MAX_GROUPS };
        RegistryError::BadParameters(vec![FieldFault::new("group_by", fault)])
    };
    let counts =
        |by: &[Dimension], sums| view.counts(&query.filter, by, sums, MAX_GROUPS).map_err(too_many);
    let Counts { groups, matched, internal } = counts(&query.by, sums)?;
    let quotients = if query.quotients {
        let region: Vec<Dimension> =
            query.by.iter().copied().filter(|by| by.level().is_some()).collect();
        location_quotients(&query.by, &groups, &counts(&region, false)?.groups)
    } else {
        Vec::new()
    };
    Ok(Stats {
        groups,
        quotients,
        matched,
        internal: (actor.visibility() != Visibility::Public).then_some(internal),
    })
}

/// How much more of a region's records are of a sector than of all records: (of the group / of the
/// region) / (of the sector / of all). A record has one region, so that what is of a sector, and all,
/// are sums over the regions. Not defined for records without a sector.
fn location_quotients(by: &[Dimension], groups: &[Group], regions: &[Group]) -> Vec<Option<f64>> {
    let region_at = by.iter().position(|by| by.level().is_some()).unwrap_or_default();
    let of_region: HashMap<&Option<String>, u64> =
        regions.iter().map(|region| (&region.values[0], region.count)).collect();
    let all: u64 = of_region.values().sum();
    let mut of_sector: HashMap<&Option<String>, u64> = HashMap::new();
    for group in groups {
        *of_sector.entry(&group.values[1 - region_at]).or_default() += group.count;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let share = |part: u64, whole: u64| part as f64 / whole as f64;
    let quotient = |group: &Group| {
        let (region, sector) = (&group.values[region_at], &group.values[1 - region_at]);
        let (in_region, in_sector) = (*of_region.get(region)?, *of_sector.get(sector)?);
        sector.as_ref()?;
        Some(share(group.count, in_region) / share(in_sector, all))
    };
    groups.iter().map(quotient).collect()
}

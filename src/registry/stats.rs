//! Counts and sums by groups.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::reads::{Reader, Reading, logged_filter};
use super::{Registry, RegistryError};
use crate::atlas::{Counts, Dimension, Group, Sums, TooManyGroups, View};
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
    /// Location quotients: `by` is a level of regions, beside it sectors or commodities, or the filter
    /// asks for some.
    pub quotients: bool,
    /// Beside it what existed on this earlier day, as known now.
    pub before: Option<NaiveDate>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    pub groups: Vec<Group>,
    /// One for each group, where asked for; None where it is not defined.
    pub quotients: Vec<Option<f64>>,
    /// One for each group, where an earlier day was asked for; groups of then that hold no record
    /// any more are among the groups.
    pub before: Vec<Before>,
    /// How many records passed on that day, and to how many of them the internal tier is the actor's.
    pub matched_before: Option<usize>,
    internal_before: usize,
    /// How many records pass, each once; by internal groups those of the own internal tier alone.
    pub matched: usize,
    /// Of staff: to how many of them the internal tier is theirs, so that they are in the sums.
    pub internal: Option<usize>,
}

/// A group as it was on the earlier day, as known now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Before {
    pub count: u64,
    pub quotient: Option<f64>,
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
            if let Some(day) = query.before {
                // What was counted of the earlier day is another reading.
                let detail = Detail { matched: stats.matched_before, ..reading.detail.clone() };
                let filter = Some(logged_filter(query.filter.on_day(day).canonical()));
                let count = stats.internal_before;
                self.log_read(reader, began, Reading { filter, count, detail, ..reading.clone() })?;
            }
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
    let counted = |filter: &Filter, sums| {
        let counts = |filter: &Filter, by: &[Dimension], sums| {
            view.counts(filter, by, sums, MAX_GROUPS).map_err(too_many)
        };
        let all = counts(filter, &query.by, sums)?;
        let shares = if query.quotients {
            let region: Vec<Dimension> =
                query.by.iter().copied().filter(|by| by.level().is_some()).collect();
            let goods_asked = query.by.len() == 1;
            let wide = if goods_asked { filter.of_all_goods() } else { filter.clone() };
            let regions = counts(&wide, &region, false)?.groups;
            let whole = goods_asked.then(|| {
                let (goods, all) = (filter.of_all_places(), wide.of_all_places());
                (view.count(&goods) as u64, view.count(&all) as u64)
            });
            Some(Shares::of(&query.by, &all.groups, regions, whole))
        } else {
            None
        };
        Ok::<_, RegistryError>((all, shares))
    };
    let (now, shares) = counted(&query.filter, sums)?;
    let Counts { mut groups, matched, internal } = now;
    let mut before = Vec::new();
    let (mut matched_before, mut internal_before) = (None, 0);
    if let Some(day) = query.before {
        let (then, shares) = counted(&query.filter.on_day(day), false)?;
        (matched_before, internal_before) = (Some(then.matched), then.internal);
        let counts: BTreeMap<Vec<Option<String>>, u64> =
            then.groups.into_iter().map(|group| (group.values, group.count)).collect();
        groups = with_gone(groups, &counts, sums);
        let earlier = |group: &Group| {
            let count = counts.get(&group.values).copied().unwrap_or_default();
            let quotient = shares.as_ref().and_then(|shares| shares.quotient(&group.values, count));
            Before { count, quotient }
        };
        before = groups.iter().map(earlier).collect();
    }
    let quotient = |shares: &Shares| {
        groups.iter().map(|group| shares.quotient(&group.values, group.count)).collect()
    };
    let quotients = shares.as_ref().map(quotient).unwrap_or_default();
    Ok(Stats {
        groups,
        quotients,
        before,
        matched,
        matched_before,
        internal_before,
        internal: (actor.visibility() != Visibility::Public).then_some(internal),
    })
}

/// The groups, and those of an earlier day that hold no record any more, in the order of their values.
fn with_gone(
    groups: Vec<Group>,
    earlier: &BTreeMap<Vec<Option<String>>, u64>,
    sums: bool,
) -> Vec<Group> {
    let mut all: BTreeMap<Vec<Option<String>>, Group> =
        groups.into_iter().map(|group| (group.values.clone(), group)).collect();
    for values in earlier.keys() {
        all.entry(values.clone()).or_insert_with(|| Group {
            values: values.clone(),
            count: 0,
            sums: sums.then(Sums::default),
        });
    }
    all.into_values().collect()
}

/// What location quotients are made of: how much more of a region's records are of some goods than of
/// all records, (of the group / of the region) / (of the goods / of all). A record has one region, so
/// that what is of the goods, and all, are sums over the regions.
struct Shares {
    region_at: usize,
    of_region: HashMap<Option<String>, u64>,
    /// By goods; those that the filter asks for have no name.
    of_goods: HashMap<Option<String>, u64>,
    all: u64,
    /// The filter asks for the goods.
    asked: bool,
}

impl Shares {
    /// `regions` counts all records, whatever their goods. `whole`: where the filter asks for the
    /// goods, what is of them and all that there is, wherever it is.
    fn of(
        by: &[Dimension],
        groups: &[Group],
        regions: Vec<Group>,
        whole: Option<(u64, u64)>,
    ) -> Self {
        let region_at = by.iter().position(|by| by.level().is_some()).unwrap_or_default();
        let of_region: HashMap<Option<String>, u64> = regions
            .into_iter()
            .map(|mut region| (region.values.pop().flatten(), region.count))
            .collect();
        let mut of_goods: HashMap<Option<String>, u64> = HashMap::new();
        let all = if let Some((goods, all)) = whole {
            of_goods.insert(None, goods);
            all
        } else {
            for group in groups {
                *of_goods.entry(group.values[1 - region_at].clone()).or_default() += group.count;
            }
            of_region.values().sum()
        };
        Self { region_at, of_region, of_goods, all, asked: whole.is_some() }
    }

    /// Not defined for records without a sector or, where the filter asks for the goods, without the
    /// region; nor where a region or the goods have no records.
    fn quotient(&self, values: &[Option<String>], count: u64) -> Option<f64> {
        let region = &values[self.region_at];
        let goods = if self.asked {
            region.as_ref()?;
            &None
        } else {
            let goods = &values[1 - self.region_at];
            goods.as_ref()?;
            goods
        };
        let (in_region, of_goods) = (*self.of_region.get(region)?, *self.of_goods.get(goods)?);
        if in_region == 0 || of_goods == 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let share = |part: u64, whole: u64| part as f64 / whole as f64;
        Some(share(count, in_region) / share(of_goods, self.all))
    }
}

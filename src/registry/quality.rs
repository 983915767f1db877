//! How many records break which quality rule, by region: for staff.

use std::collections::BTreeMap;

use super::{Registry, RegistryError};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::filter::Filter;
use crate::domain::region::{Level, RegionCode};

/// Records of one region, and how many of them break each rule.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RegionQuality {
    pub records: usize,
    /// Those that break no rule.
    pub clean: usize,
    pub by_rule: BTreeMap<String, usize>,
}

impl Registry {
    /// Counts the records that pass a filter, by region of a level.
    ///
    /// # Errors
    /// Nobody signed in; an unknown area.
    pub fn quality_counts(
        &self,
        actor: &Actor,
        mut filter: Filter,
        level: Level,
    ) -> Result<BTreeMap<RegionCode, RegionQuality>, RegistryError> {
        actor.require(Right::ReadInternal)?;
        let view = self.view_for(actor, &mut filter)?;
        let mut counts: BTreeMap<RegionCode, RegionQuality> = BTreeMap::new();
        for row in view.internal(&filter) {
            let region = row.common.region().at(level);
            // A record known only to a wider region is counted there.
            let region = region.unwrap_or_else(|| row.common.region().clone());
            let count = counts.entry(region).or_default();
            count.records += 1;
            count.clean += usize::from(row.extra.quality.is_empty());
            for rule in &row.extra.quality {
                *count.by_rule.entry(rule.clone()).or_default() += 1;
            }
        }
        Ok(counts)
    }
}

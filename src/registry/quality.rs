//! How many records break which quality rule, by region: for staff.

use std::collections::BTreeMap;

use super::{Registry, RegistryError};
use crate::atlas::Quality;
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::filter::Filter;
use crate::domain::region::{Level, RegionCode};

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
    ) -> Result<BTreeMap<RegionCode, Quality>, RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.allow_filter(actor, &mut filter)?;
        Ok(self.view(actor).quality(&filter, level))
    }
}

//! How many records break which quality rule, by region: for staff.

use std::collections::BTreeMap;

use super::reads::{Reader, Reading, logged_filter};
use super::{Registry, RegistryError};
use crate::atlas::Quality;
use crate::domain::access::Right;
use crate::domain::filter::Filter;
use crate::domain::reading::ReadKind;
use crate::domain::region::{Level, RegionCode};

impl Registry {
    /// Counts the records that pass a filter, by region of a level.
    ///
    /// # Errors
    /// Nobody signed in; an unknown area.
    pub fn quality_counts<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        mut filter: Filter,
        level: Level,
    ) -> Result<BTreeMap<RegionCode, Quality>, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let actor = reader.actor;
        actor.require(Right::ReadInternal)?;
        self.allow_filter(actor, &mut filter)?;
        let counts = self.view(actor).quality(&filter, level);
        let reading = Reading {
            filter: Some(logged_filter(filter.canonical())),
            count: counts.values().map(|count| count.records).sum(),
            ..Reading::of_many(ReadKind::Quality, super::enterprises::ENTITY)
        };
        self.log_read(reader, began, reading)?;
        Ok(counts)
    }
}

//! How many records break which quality rule, by region: for staff.

use std::collections::BTreeMap;

use super::enterprises::{ENTITY, logged_typos};
use super::reads::{Reader, Reading, logged_filter};
use super::{Registry, RegistryError};
use crate::atlas::Quality;
use crate::domain::access::Right;
use crate::domain::filter::Filter;
use crate::domain::reading::{Detail, ReadKind};
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
        let view = self.view_for(actor, &mut filter)?;
        let counts = view.quality(&filter, level);
        let reading = Reading {
            filter: Some(logged_filter(filter.canonical())),
            count: counts.values().map(|count| count.records).sum(),
            detail: Detail { typos: logged_typos(view.asked()), ..Detail::default() },
            ..Reading::of_many(ReadKind::Quality, ENTITY)
        };
        self.log_read(reader, began, reading)?;
        Ok(counts)
    }
}

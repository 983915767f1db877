//! What a catalogue says of all that can be had here, beside its addresses.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::enterprises::ListQuery;
use super::releases::{ReleaseState, Told};
use super::{Registry, RegistryError};
use crate::db;
use crate::domain::actor::Actor;
use crate::domain::filter::{Filter, Sort};
use crate::domain::region::Level;

/// What anybody may know.
#[derive(Debug, Clone)]
pub struct Facts {
    /// When the first record was written.
    pub began: Option<DateTime<Utc>>,
    /// When a published record was last changed.
    pub changed: Option<DateTime<Utc>>,
    /// West, north, east and south of the province, in parts of the Mercator square's side.
    pub rect: [f64; 4],
    /// Origin and licence of the boundaries of regencies and of districts, each once.
    pub regency_sources: Vec<String>,
    pub district_sources: Vec<String>,
    /// Those that are sealed and not withdrawn, the newest first.
    pub releases: Vec<Told>,
}

#[derive(Deserialize)]
struct Dated {
    updated_at: DateTime<Utc>,
}

impl Registry {
    /// # Errors
    /// The database's.
    pub fn catalogue_facts(&self) -> Result<Facts, RegistryError> {
        let first = self.db.read(|connection| db::log::since(connection, 0, 1))?;
        let newest = self.list_enterprises(
            &Actor::Anonymous,
            ListQuery {
                filter: Filter::default(),
                sort: Sort::UpdatedAtDescending,
                after: None,
                limit: 1,
            },
        )?;
        let newest = newest.items.first();
        let newest =
            newest.map(|seen| serde_json::from_str::<Dated>(&seen.document)).transpose()?;
        let outlines = self.region_outlines()?;
        let sources = |level: Level| {
            let mut sources: Vec<String> = outlines
                .iter()
                .filter(|region| region.level == level)
                .map(|region| region.source.clone())
                .collect();
            sources.sort();
            sources.dedup();
            sources
        };
        let mut releases = self.releases(&Actor::Anonymous)?;
        releases.retain(|release| release.state == ReleaseState::Sealed);
        Ok(Facts {
            began: first.first().map(|change| change.at.and_utc()),
            changed: newest.map(|dated| dated.updated_at),
            rect: self.province_rect()?,
            regency_sources: sources(Level::Regency),
            district_sources: sources(Level::District),
            releases,
        })
    }
}

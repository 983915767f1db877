//! How each office's desk stands, and records drawn by lot to be looked at again.

use super::checks::Known;
use super::{Checked, DeskCheck, DeskItem, list_reading, narrowed, require_reading};
use crate::atlas::Office;
use crate::domain::access::Right;
use crate::domain::codes::Review;
use crate::domain::filter::Filter;
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::region::RegionCode;
use crate::registry::enterprises::{ENTITY, logged_typos};
use crate::registry::reads::{Reader, Reading, logged_filter};
use crate::registry::{Registry, RegistryError};

/// Verified records drawn by lot.
pub struct Sample {
    pub items: Vec<Sampled>,
    /// Out of so many.
    pub of: usize,
}

/// One of them.
pub struct Sampled {
    pub item: DeskItem,
    /// What came of it last, to who may say so.
    pub check: Option<DeskCheck>,
    /// The reader verified or submitted it: somebody else looks again.
    pub own: bool,
}

/// How the desk of a regency stands.
pub struct DeskFigures {
    pub region: RegionCode,
    pub office: Office,
    /// Of all its records, whatever the filter: what was found wrong may be closed since.
    pub checked: Checked,
}

impl Registry {
    /// How the desk of each regency stands, of the records that pass and are the reader's to see.
    ///
    /// # Errors
    /// Not allowed; an unknown area.
    pub fn desk_offices<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        mut filter: Filter,
    ) -> Result<Vec<DeskFigures>, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        require_reading(reader.actor)?;
        let view = self.view_for(reader.actor, &mut filter)?;
        let offices = view.offices(&filter, self.clock.now().timestamp());
        let reading = Reading {
            filter: Some(logged_filter(filter.canonical())),
            count: offices.values().map(|office| office.records).sum(),
            detail: Detail {
                groups: vec!["regency".to_owned()],
                measures: vec!["desk".to_owned()],
                typos: logged_typos(view.asked()),
                ..Detail::default()
            },
            ..Reading::of_many(ReadKind::Stats, ENTITY)
        };
        self.log_read(reader, began, reading)?;
        let checks = self.checked_by_regency()?;
        let of = |(region, office): (RegionCode, Office)| DeskFigures {
            checked: checks.get(region.as_str()).copied().unwrap_or_default(),
            region,
            office,
        };
        Ok(offices.into_iter().map(of).collect())
    }

    /// So many of the verified records that pass, drawn by lot: the same seed draws the same ones of
    /// the same records.
    ///
    /// # Errors
    /// Not allowed; an unknown area.
    pub fn desk_sample<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        mut filter: Filter,
        seed: u64,
        count: usize,
    ) -> Result<Sample, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        require_reading(reader.actor)?;
        let view = self.view_for(reader.actor, &mut filter)?;
        let mut sample = Sample { items: Vec::new(), of: 0 };
        if narrowed(&mut filter, Review::Verified) {
            let drawn = view.drawn(&filter, seed, count);
            let keys: Vec<i64> = drawn.records.iter().map(|placed| placed.key).collect();
            sample.of = drawn.of;
            let items = self.desk_items(reader.actor, &keys, &filter, &view)?;
            let ids: Vec<String> = items.iter().map(|item| item.seen.id.to_string()).collect();
            let Known { mut checks, verifiers } = self.checks_of(&ids)?;
            let tells = reader.actor.may(Right::CheckRecords);
            let of = |item: DeskItem| {
                let id = item.seen.id.to_string();
                let verified = verifiers.get(&id).is_some_and(|by| by == reader.actor.name());
                let check = checks.remove(&id).filter(|_| tells);
                Sampled { check, own: item.own || verified, item }
            };
            sample.items = items.into_iter().map(of).collect();
        }
        let reading = list_reading(&filter, &view, sample.items.len(), sample.of);
        self.log_read(reader, began, reading)?;
        Ok(sample)
    }
}

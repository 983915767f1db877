//! Records by region, and which quality rules they break.

use std::collections::BTreeMap;

use super::scan::{Found, scan, stretches};
use super::traits::{bits, internal};
use super::view::{View, WORLD};
use crate::domain::filter::Filter;
use crate::domain::quality;
use crate::domain::region::{Level, RegionCode};
use crate::geography::cover;

impl View {
    /// Records by region of a level: how many, how many break no rule, how many break each.
    pub fn quality(&self, filter: &Filter, level: Level) -> BTreeMap<RegionCode, Quality> {
        let tests = self.tests(filter);
        let parts = self.internal_parts(&tests);
        let shapes = filter.public.shapes();
        let open = stretches(&parts, &cover(WORLD, &shapes));
        let by_place = scan(
            &parts,
            &open,
            &shapes,
            |places: &mut Vec<Quality>, found: &Found| {
                let Some(inner) = found.part.inner else { return };
                for row in found.rows() {
                    let place = usize::from(found.part.columns.plain.place[row]);
                    if places.len() <= place {
                        places.resize(place + 1, Quality::default());
                    }
                    places[place].add(inner.plain.traits[row] >> internal::QUALITY_AT);
                }
            },
            |places, more| {
                if places.len() < more.len() {
                    places.resize(more.len(), Quality::default());
                }
                places.iter_mut().zip(more).for_each(|(one, more)| one.join(&more));
            },
        );
        let mut regions: BTreeMap<RegionCode, Quality> = BTreeMap::new();
        let Some(part) = parts.first() else { return regions };
        for (place, quality) in part.values.places.iter().zip(by_place) {
            if quality.records > 0 {
                let region = place.at[level as usize].clone();
                regions.entry(region).or_default().join(&quality);
            }
        }
        regions
    }
}

/// Records, and how many of them break each rule.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quality {
    pub records: usize,
    /// Those that break no rule.
    pub clean: usize,
    by_rule: [usize; 26],
}

impl Quality {
    fn add(&mut self, broken: u32) {
        self.records += 1;
        self.clean += usize::from(broken == 0);
        bits(u64::from(broken)).for_each(|rule| self.by_rule[rule] += 1);
    }

    fn join(&mut self, other: &Self) {
        self.records += other.records;
        self.clean += other.clean;
        self.by_rule.iter_mut().zip(other.by_rule).for_each(|(sum, more)| *sum += more);
    }

    /// The rules that some record breaks, and how many do.
    pub fn by_rule(&self) -> impl Iterator<Item = (&'static str, usize)> {
        quality::stored().zip(self.by_rule).filter(|(_, count)| *count > 0)
    }
}

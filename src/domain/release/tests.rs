//! What somebody could find out who has everything that was published, and who knows how it was
//! made: tried out to the end on small sets.

mod attack;
mod figures;

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeZone, Utc};
use uuid::Uuid;

use super::cell::{BaseCell, Place};
use super::rounding::{Thresholds, round};
use super::{Basis, Header, Population, RegionName, Release, compute};

const DISTRICTS: [&str; 4] = ["35.15.06", "35.15.07", "35.16.01", "35.16.02"];

fn basis() -> Basis {
    let codes = ["35", "35.15", "35.15.06", "35.15.07", "35.16", "35.16.01", "35.16.02"];
    let region = |code: &str| RegionName { code: code.parse().expect("a code"), name: code.into() };
    Basis { regions: codes.into_iter().map(region).collect(), commodities: Vec::new() }
}

fn header() -> Header {
    Header {
        id: Uuid::nil(),
        title: "Uji".into(),
        reference_date: NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day"),
        sealed_at: Utc.timestamp_opt(1_767_225_600, 0).single().expect("a time"),
        seq: 1,
        log_epoch: "uji".into(),
        sample: false,
        licence: "uji".into(),
        contact: "uji".into(),
        note: None,
    }
}

fn cell(district: &str, sector: u8, size: u8, kinds: u8) -> BaseCell {
    BaseCell { place: Place::of(&district.parse().expect("a code")), sector, size, kinds }
}

type Counts = BTreeMap<BaseCell, u32>;

fn counts(cells: &[BaseCell], numbers: &[u32]) -> Counts {
    let some = cells.iter().zip(numbers).filter(|(_, number)| **number > 0);
    some.map(|(cell, number)| (*cell, *number)).collect()
}

fn published(counts: &Counts, inherited: &Thresholds) -> (Release, Thresholds) {
    let population = Population { counts: counts.clone(), ..Population::default() };
    compute(header(), basis(), &population, inherited)
}

/// The published counts read as if they were exact.
fn read_as_exact(counts: &Counts, inherited: &Thresholds) -> Counts {
    let (rounded, _) = round(counts, inherited);
    let whole = |(cell, count): (BaseCell, i64)| (cell, u32::try_from(count).expect("a count"));
    rounded.into_iter().map(whole).filter(|(_, count)| *count > 0).collect()
}

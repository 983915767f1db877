//! Whom the figures are of, counted and summed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::basis::Basis;
use super::cell::{ANY, BaseCell, Place};
use crate::domain::codes::{Existence, Kind, Publication, Review, Sector};
use crate::domain::enterprise::{Capacity, Workers};
use crate::domain::quantity::convert::monthly;
use crate::domain::quantity::unit::Dimension;
use crate::domain::reference::Commodity;
use crate::domain::region::{Level, RegionCode};
use crate::domain::size::SizeClass;

/// As much of a stored record as figures are made of; nothing of a person.
#[derive(Debug, Clone, Deserialize)]
pub struct Facts {
    sample: bool,
    existence: Existence,
    review: Review,
    publication: Publication,
    #[serde(default)]
    region: Option<RegionCode>,
    responsible_region: RegionCode,
    #[serde(default)]
    sectors: Vec<Sector>,
    #[serde(default)]
    registrations: Vec<Listed>,
    size_class: SizeClass,
    #[serde(default)]
    workers: Option<Workers>,
    #[serde(default)]
    products: Vec<Made>,
}

#[derive(Debug, Clone, Deserialize)]
struct Listed {
    kind: Kind,
}

#[derive(Debug, Clone, Deserialize)]
struct Made {
    #[serde(default)]
    commodity: Option<String>,
    #[serde(default)]
    capacity: Option<Capacity>,
}

impl Facts {
    /// Whether it is of the population: it exists, and somebody verified or published it.
    fn counts(&self, sample: bool) -> bool {
        self.sample == sample
            && self.existence == Existence::Active
            && (self.review == Review::Verified || self.publication == Publication::Published)
    }

    fn cell(&self) -> BaseCell {
        let region = self.region.as_ref().filter(|region| region.level() >= Level::District);
        let sector = self.sectors.first().and_then(|sector| u8::try_from(sector.index()).ok());
        BaseCell {
            place: Place::of(region.unwrap_or(&self.responsible_region)),
            sector: sector.unwrap_or(ANY),
            size: self.size_class as u8,
            kinds: self.registrations.iter().fold(0, |bits, on| bits | 1 << on.kind as u8),
        }
    }
}

/// What is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Summed {
    Workers,
    /// By the commodity's place in the basis.
    Capacity(u16, Dimension),
}

/// What was summed in one region, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contributions {
    pub makers: u32,
    pub min: i128,
    pub max: i128,
    /// Of one of them alone.
    pub largest: i128,
}

impl Contributions {
    fn add(&mut self, min: i128, max: i128) {
        if max <= 0 {
            return;
        }
        self.makers += 1;
        self.min += min;
        self.max += max;
        self.largest = self.largest.max(max);
    }
}

/// The population, counted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Population {
    pub counts: BTreeMap<BaseCell, u32>,
    /// By regency.
    pub sums: BTreeMap<(Summed, Place), Contributions>,
}

/// Counts records by the codes of a basis.
pub struct Counter<'a> {
    commodities: std::collections::HashMap<&'a str, (u16, Commodity)>,
    sample: bool,
    population: Population,
}

impl<'a> Counter<'a> {
    pub fn new(basis: &'a Basis, sample: bool) -> Self {
        Self { commodities: basis.commodities(), sample, population: Population::default() }
    }

    /// Adds a record, if it is of the population.
    pub fn add(&mut self, facts: &Facts) {
        if !facts.counts(self.sample) {
            return;
        }
        let cell = facts.cell();
        *self.population.counts.entry(cell).or_default() += 1;
        let Some(regency) = cell.place.regency() else { return };
        if let Some(workers) = facts.workers.as_ref().and_then(Workers::count) {
            let workers = i128::from(workers) * 1000;
            let sum = self.population.sums.entry((Summed::Workers, regency)).or_default();
            sum.add(workers, workers);
        }
        // Several products of one commodity are one contribution.
        let mut made: BTreeMap<Summed, (i128, i128)> = BTreeMap::new();
        for product in &facts.products {
            let (Some(code), Some(capacity)) = (&product.commodity, &product.capacity) else {
                continue;
            };
            let Some((place, commodity)) = self.commodities.get(code.as_str()) else { continue };
            let Ok(figure) = monthly(capacity, Some(commodity)) else { continue };
            let sum = made.entry(Summed::Capacity(*place, figure.dimension)).or_default();
            sum.0 += thousandths(figure.min);
            sum.1 += thousandths(figure.max);
        }
        for (summed, (min, max)) in made {
            self.population.sums.entry((summed, regency)).or_default().add(min, max);
        }
    }

    pub fn finish(self) -> Population {
        self.population
    }
}

/// Whole numbers add up to the same in any order.
#[expect(clippy::cast_possible_truncation, reason = "what is out of range is cut to its end")]
fn thousandths(quantity: f64) -> i128 {
    (quantity * 1000.0).round() as i128
}

//! Sums of workers and of capacities by regency. They are multiples of a step that no contribution
//! is greater than, so that what one contributor adds is lost in the rounding; the province is the
//! sum of what its regencies are rounded to.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::basis::Basis;
use super::cell::Place;
use super::population::{Contributions, Population, Summed};
use super::{DOMINANCE, LEAST};
use crate::domain::quantity::unit::Dimension;
use crate::domain::region::{Level, RegionCode};

/// What is summed.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumString,
    strum::VariantNames,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Measure {
    /// People at work.
    Workers,
    /// What can be made in a month, in the base unit of its dimension.
    Capacity,
}

/// A published sum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SumCell {
    pub measure: Measure,
    pub region: RegionCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<Dimension>,
    /// What it is a multiple of.
    pub step: f64,
    /// Capacities are stated as ranges: the sum of their lower ends. None: hidden.
    pub min: Option<f64>,
    /// The sum of their upper ends.
    pub max: Option<f64>,
}

/// The least of 1, 2 and 5 times a power of ten, in thousandths, that is not less.
fn step(largest: i128) -> i128 {
    let mut power = 1000;
    loop {
        for digit in [1, 2, 5] {
            if digit * power >= largest {
                return digit * power;
            }
        }
        power *= 10;
    }
}

fn nearest(value: i128, step: i128) -> i128 {
    (value + step / 2).div_euclid(step) * step
}

#[expect(clippy::cast_precision_loss, reason = "sums are far below 2^53 thousandths of a step")]
fn whole(thousandths: i128) -> f64 {
    thousandths as f64 / 1000.0
}

/// Whether a sum gives nobody away: enough contributors, none of them most of it.
fn is_safe(sum: &Contributions, rounded: i128) -> bool {
    sum.makers >= LEAST && sum.largest * 100 <= sum.max * DOMINANCE && rounded > 0
}

/// All sums of a population; of a commodity that no region shows a sum of there is none.
pub(super) fn cells(basis: &Basis, population: &Population) -> Vec<SumCell> {
    let summed: BTreeSet<Summed> = population.sums.keys().map(|(summed, _)| *summed).collect();
    let regencies: Vec<&RegionCode> = basis
        .regions
        .iter()
        .map(|region| &region.code)
        .filter(|code| code.level() == Level::Regency)
        .collect();
    let mut cells = Vec::new();
    for summed in summed {
        cells.extend(of(basis, population, summed, &regencies));
    }
    cells
}

fn of(
    basis: &Basis,
    population: &Population,
    summed: Summed,
    regencies: &[&RegionCode],
) -> Vec<SumCell> {
    let sum_in = |code: &&RegionCode| {
        population.sums.get(&(summed, Place::of(code))).copied().unwrap_or_default()
    };
    let sums: Vec<Contributions> = regencies.iter().map(sum_in).collect();
    let all = sums.iter().fold(Contributions::default(), |all, sum| Contributions {
        makers: all.makers + sum.makers,
        min: all.min + sum.min,
        max: all.max + sum.max,
        largest: all.largest.max(sum.largest),
    });
    let step = step(all.largest);
    let rounded: Vec<(i128, i128)> =
        sums.iter().map(|sum| (nearest(sum.min, step), nearest(sum.max, step))).collect();
    let mut shown: BTreeMap<usize, i128> = sums
        .iter()
        .zip(&rounded)
        .enumerate()
        .filter(|(_, (sum, (_, max)))| is_safe(sum, *max))
        .map(|(place, (sum, _))| (place, sum.max))
        .collect();
    // One alone among the hidden would be the province less the others.
    let hidden = sums.iter().enumerate().filter(|(place, _)| !shown.contains_key(place));
    if hidden.filter(|(_, sum)| sum.makers > 0).count() == 1 {
        let smallest = shown.iter().min_by_key(|(place, max)| (**max, **place));
        if let Some(place) = smallest.map(|(place, _)| *place) {
            shown.remove(&place);
        }
    }
    let total = rounded.iter().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    let province = is_safe(&all, total.1).then_some(total);
    if province.is_none() && shown.is_empty() {
        return Vec::new();
    }
    let (measure, commodity, dimension) = match summed {
        Summed::Workers => (Measure::Workers, None, None),
        Summed::Capacity(place, dimension) => {
            let commodity = basis.commodities.get(usize::from(place));
            (Measure::Capacity, commodity.map(|known| known.code.clone()), Some(dimension))
        }
    };
    let cell = |region: &RegionCode, told: Option<(i128, i128)>| SumCell {
        measure,
        region: region.clone(),
        commodity: commodity.clone(),
        dimension,
        step: whole(step),
        min: told.map(|(min, _)| whole(min)),
        max: told.map(|(_, max)| whole(max)),
    };
    let whole_province = basis
        .regions
        .iter()
        .map(|region| &region.code)
        .find(|code| code.level() == Level::Province);
    let mut cells: Vec<SumCell> =
        whole_province.map(|code| cell(code, province)).into_iter().collect();
    for (place, code) in regencies.iter().enumerate() {
        let told = shown.contains_key(&place).then(|| rounded[place]);
        cells.push(cell(code, told));
    }
    cells
}

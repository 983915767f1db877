//! Counts as multiples of five, at the finest cells alone: every other published count is a sum of
//! these. Read as exact they are therefore a population that could be the true one, in which every
//! group is of none or of five and more; no arithmetic tells that population from the true one.
//!
//! Each cell has a threshold from 0 to 4 of its own: its count plus the threshold, rounded down.
//! Thresholds stay from release to release, so that a cell whose count is the same is published the
//! same, and one that grew never shrinks. Within that freedom a cell is rounded so that what is
//! published errs least.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::cell::{BaseCell, Margin};
use super::{BASE, LEAST};

/// Between which two values a cell's threshold is, as far as releases have told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i64, i64)", into = "(i64, i64)")]
pub struct Threshold {
    least: i64,
    most: i64,
}

impl Default for Threshold {
    fn default() -> Self {
        Self { least: 0, most: BASE - 1 }
    }
}

impl From<(i64, i64)> for Threshold {
    fn from((least, most): (i64, i64)) -> Self {
        Self { least, most }
    }
}

impl From<Threshold> for (i64, i64) {
    fn from(threshold: Threshold) -> Self {
        (threshold.least, threshold.most)
    }
}

impl Threshold {
    /// Which way a remainder goes, if that is settled.
    fn settled(self, remainder: i64) -> Option<bool> {
        if remainder + self.least >= BASE {
            Some(true)
        } else if remainder + self.most < BASE {
            Some(false)
        } else {
            None
        }
    }

    fn settle(&mut self, remainder: i64, up: bool) {
        if up {
            self.least = self.least.max(BASE - remainder);
        } else {
            self.most = self.most.min(BASE - 1 - remainder);
        }
    }
}

pub type Thresholds = BTreeMap<BaseCell, Threshold>;

/// A cell on its way to be rounded.
struct Open {
    cell: BaseCell,
    floor: i64,
    remainder: i64,
    up: bool,
    free: bool,
    margins: Vec<usize>,
}

/// What is known of the cells that are told of.
#[derive(Default)]
struct Told {
    places: HashMap<Margin, usize>,
    weight: Vec<i64>,
    truth: Vec<i64>,
    /// Truth less what is rounded so far.
    error: Vec<i64>,
    /// Fives that were added by rounding up.
    raised: Vec<i64>,
}

impl Told {
    fn place(&mut self, margin: Margin) -> usize {
        let next = self.places.len();
        let place = *self.places.entry(margin).or_insert(next);
        if place == next {
            // What most readers look at errs least.
            self.weight.push([4, 2, 1, 1][margin.depth()]);
            self.truth.push(0);
            self.error.push(0);
            self.raised.push(0);
        }
        place
    }

    fn put(&mut self, open: &Open, sign: i64) {
        let err = open.remainder - if open.up { BASE } else { 0 };
        for &place in &open.margins {
            self.error[place] += sign * err;
            self.raised[place] += if open.up { sign } else { 0 };
        }
    }

    /// Whether the cells that hold this one err less if it is rounded up. A cell of fewer than five
    /// is not raised above five, where it would be shown.
    fn better_up(&self, open: &Open) -> bool {
        let shown =
            |&place: &usize| self.truth[place] < i64::from(LEAST) && self.raised[place] >= 1;
        if open.margins.iter().any(shown) {
            return false;
        }
        let (mut sum, mut weights) = (0, 0);
        for &place in &open.margins {
            sum += self.weight[place] * (self.error[place] + open.remainder);
            weights += self.weight[place];
        }
        2 * sum > BASE * weights
    }
}

/// How often every free cell is looked at again once all are rounded.
const ROUNDS: usize = 3;

/// Rounds every cell, and says what is known of the thresholds from then on.
pub(super) fn round(
    counts: &BTreeMap<BaseCell, u32>,
    inherited: &Thresholds,
) -> (BTreeMap<BaseCell, i64>, Thresholds) {
    let mut told = Told::default();
    let mut cells: Vec<Open> = Vec::with_capacity(counts.len());
    for (cell, count) in counts {
        let count = i64::from(*count);
        let remainder = count % BASE;
        let margins: Vec<usize> =
            cell.margins().into_iter().map(|margin| told.place(margin)).collect();
        for &place in &margins {
            told.truth[place] += count;
        }
        let threshold = inherited.get(cell).copied().unwrap_or_default();
        let settled = if remainder == 0 { Some(false) } else { threshold.settled(remainder) };
        let (up, free) = (settled.unwrap_or(false), settled.is_none());
        cells.push(Open { cell: *cell, floor: count - remainder, remainder, up, free, margins });
    }
    for open in cells.iter().filter(|open| !open.free) {
        told.put(open, 1);
    }
    for open in cells.iter_mut().filter(|open| open.free) {
        open.up = told.better_up(open);
        told.put(open, 1);
    }
    for _ in 0..ROUNDS {
        let mut moved = false;
        for open in cells.iter_mut().filter(|open| open.free) {
            told.put(open, -1);
            let up = told.better_up(open);
            moved |= up != open.up;
            open.up = up;
            told.put(open, 1);
        }
        if !moved {
            break;
        }
    }
    let mut thresholds = inherited.clone();
    let mut rounded = BTreeMap::new();
    for open in cells {
        if open.remainder > 0 {
            thresholds.entry(open.cell).or_default().settle(open.remainder, open.up);
        }
        rounded.insert(open.cell, open.floor + if open.up { BASE } else { 0 });
    }
    (rounded, thresholds)
}

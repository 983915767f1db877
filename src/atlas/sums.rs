//! Sums over records, of what staff may know of them.

use std::collections::BTreeMap;

use super::columns::NOT_KNOWN;
use super::scan::Part;

/// Sums over those records of a group whose internal tier is the actor's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sums {
    /// How many these are.
    pub records: u64,
    pub workers: u64,
    /// Records whose number of workers is known.
    pub workers_known: u64,
    /// Monthly capacities by dimension of units: least and most, in base units.
    pub capacity: BTreeMap<u8, (f64, f64)>,
}

impl Sums {
    pub fn add(&mut self, part: &Part, row: usize) {
        let Some(inner) = part.inner else { return };
        self.records += 1;
        let workers = inner.plain.workers[row];
        if workers != NOT_KNOWN {
            self.workers += u64::from(workers);
            self.workers_known += 1;
        }
        for product in inner.products(row) {
            let (min, max) = self.capacity.entry(product.dimension).or_default();
            *min += f64::from(product.min);
            *max += f64::from(product.max);
        }
    }

    pub fn join(&mut self, more: &Self) {
        self.records += more.records;
        self.workers += more.workers;
        self.workers_known += more.workers_known;
        for (dimension, (min, max)) in &more.capacity {
            let sum = self.capacity.entry(*dimension).or_default();
            sum.0 += min;
            sum.1 += max;
        }
    }
}

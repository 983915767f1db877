//! Counting by groups: of every row that passes, one is added where its values in up to three
//! dimensions meet. A row with several values in a dimension is counted under each.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::axis::{Axis, Labels, axis, of_bits};
use super::dimension::Dimension;
use super::limits::DENSE;
use super::scan::{Found, scan, stretches};
use super::sums::Sums;
use super::view::{View, WORLD};
use crate::domain::filter::Filter;
use crate::geography::cover;

/// Records of a group, with what staff may know of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The value in each dimension; None where a record has none.
    pub values: Vec<Option<String>>,
    pub count: u64,
    pub sums: Option<Sums>,
}

/// The records that pass a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    /// In the order of their values.
    pub groups: Vec<Group>,
    /// How many there are, each counted once.
    pub matched: usize,
    /// To how many of them the internal tier is the actor's.
    pub internal: usize,
}

/// There are more groups than were to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyGroups;

impl View {
    /// Groups alone: see [`View::counts`].
    ///
    /// # Errors
    /// If there are more than `most` groups.
    pub fn groups(
        &self,
        filter: &Filter,
        by: &[Dimension],
        sums: bool,
        most: usize,
    ) -> Result<Vec<Group>, TooManyGroups> {
        self.counts(filter, by, sums, most).map(|counts| counts.groups)
    }

    /// Counts all and by groups. `sums` adds those over internal rows. By what is internal, public
    /// rows are not counted at all, as they pass no internal filter: no group says what they are.
    ///
    /// # Errors
    /// If there are more than `most` groups.
    pub fn counts(
        &self,
        filter: &Filter,
        by: &[Dimension],
        sums: bool,
        most: usize,
    ) -> Result<Counts, TooManyGroups> {
        let tests = self.tests(filter);
        let internal = by.iter().any(|by| by.is_internal());
        let parts = if internal { self.internal_parts(&tests) } else { self.parts(&tests) };
        let shapes = filter.public.shapes();
        let open = stretches(&parts, &cover(WORLD, &shapes));
        let mut labels: Vec<Labels> = by.iter().map(|_| Labels::default()).collect();
        // Parts of one audience share their dictionaries, and so their axes.
        let mut axes: Vec<Vec<Axis>> = Vec::new();
        let mut axes_of: Vec<usize> = Vec::new();
        for (of, part) in parts.iter().enumerate() {
            let alike = (0..of).find(|other| std::ptr::eq(parts[*other].values, part.values));
            axes_of.push(alike.map_or(axes.len(), |other| axes_of[other]));
            if alike.is_none() {
                let all = by.iter().zip(&mut labels);
                axes.push(all.map(|(by, labels)| axis(*by, part.values, labels)).collect());
            }
        }
        let cells = Cells {
            sizes: labels.iter().map(|labels| labels.all.len() as u64 + 1).collect(),
            most,
        };
        let counted = scan(
            &parts,
            &open,
            &shapes,
            |counted: &mut Counted, found| {
                cells.add(counted, found, &axes[axes_of[found.of]], sums);
            },
            Counted::join,
        );
        if counted.number() > most {
            return Err(TooManyGroups);
        }
        let (matched, internal) = (counted.matched, counted.internal);
        let mut groups: Vec<Group> = counted
            .into_cells()
            .map(|(cell, count, sums)| Group { values: cells.values(cell, &labels), count, sums })
            .collect();
        groups.sort_by(|a, b| a.values.cmp(&b.values));
        Ok(Counts { groups, matched, internal })
    }
}

/// The cells of all groups, in one row: as many in each dimension as it has values, and one for
/// none.
struct Cells {
    sizes: Vec<u64>,
    most: usize,
}

/// Counts by cell: one for each, or, where there are too many cells, for those that hold a record.
#[derive(Default)]
struct Counted {
    dense: Vec<u64>,
    sparse: ByCell<u64>,
    sums: ByCell<Sums>,
    matched: usize,
    internal: usize,
}

type ByCell<T> = HashMap<u64, T, BuildHasherDefault<CellHasher>>;

/// Spreads the numbers of cells over a map.
#[derive(Default)]
struct CellHasher(u64);

impl Hasher for CellHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, cell: u64) {
        let spread = cell.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = spread ^ spread >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Cells {
    /// How many there are; None where there are too many for one count each.
    fn dense(&self) -> Option<usize> {
        let cells = self.sizes.iter().try_fold(1_u64, |all, size| all.checked_mul(*size));
        cells.and_then(|cells| usize::try_from(cells).ok()).filter(|cells| *cells <= DENSE)
    }

    fn add(&self, counted: &mut Counted, found: &Found, axes: &[Axis], sums: bool) {
        let rows = found.count();
        counted.matched += rows;
        counted.internal += if found.part.inner.is_some() { rows } else { 0 };
        // Cells that nobody will be told of are not counted on.
        if counted.sparse.len() > self.most {
            return;
        }
        if let Some(cells) = self.dense() {
            counted.dense.resize(cells, 0);
        }
        let Counted { dense, sparse, sums: sums_by_cell, .. } = counted;
        let mut add_sums = |cell: u64, row: usize| {
            if sums && found.part.inner.is_some() {
                sums_by_cell.entry(cell).or_default().add(found.part, row);
            }
        };
        if dense.is_empty() {
            self.each(found, axes, |cell, row| {
                *sparse.entry(cell).or_default() += 1;
                add_sums(cell, row);
            });
        } else {
            self.each(found, axes, |cell, row| {
                // A cell of so few: see `dense`.
                #[expect(clippy::cast_possible_truncation, reason = "below DENSE")]
                let at = cell as usize;
                dense[at] += 1;
                add_sums(cell, row);
            });
        }
    }

    /// Visits each row with each cell that it is in.
    #[inline]
    fn each(&self, found: &Found, axes: &[Axis], mut hit: impl FnMut(u64, usize)) {
        let part = found.part;
        let place = |at: usize, number: u32| u64::from(number).min(self.sizes[at] - 1);
        match axes {
            [] => found.rows().for_each(|row| hit(0, row)),
            [a] => found.rows().for_each(|row| a.each(part, row, |a| hit(place(0, a), row))),
            // Such as region by sector: what is asked most, in a loop of its own.
            [Axis::Place(numbers), Axis::First { shift, width }] => {
                let plain = &part.columns.plain;
                for row in found.rows() {
                    let at = u64::from(numbers[usize::from(plain.place[row])]) * self.sizes[1];
                    let set = plain.first[row] >> shift;
                    of_bits(set, *width, |b| hit(at + place(1, b), row));
                }
            }
            [a, b] => found.rows().for_each(|row| {
                a.each(part, row, |a| {
                    let at = place(0, a) * self.sizes[1];
                    b.each(part, row, |b| hit(at + place(1, b), row));
                });
            }),
            [a, b, rest @ ..] => found.rows().for_each(|row| {
                a.each(part, row, |a| {
                    b.each(part, row, |b| {
                        let at = (place(0, a) * self.sizes[1] + place(1, b)) * self.sizes[2];
                        rest[0].each(part, row, |c| hit(at + place(2, c), row));
                    });
                });
            }),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "below the number of labels")]
    fn values(&self, cell: u64, labels: &[Labels]) -> Vec<Option<String>> {
        let mut rest = cell;
        let mut values: Vec<Option<String>> = (self.sizes.iter().zip(labels).rev())
            .map(|(size, labels)| {
                let at = rest % size;
                rest /= size;
                labels.all.get(at as usize).cloned()
            })
            .collect();
        values.reverse();
        values
    }
}

impl Counted {
    fn join(&mut self, more: Self) {
        self.matched += more.matched;
        self.internal += more.internal;
        if self.dense.len() < more.dense.len() {
            self.dense.resize(more.dense.len(), 0);
        }
        self.dense.iter_mut().zip(more.dense).for_each(|(sum, more)| *sum += more);
        for (cell, count) in more.sparse {
            *self.sparse.entry(cell).or_default() += count;
        }
        for (cell, sums) in more.sums {
            self.sums.entry(cell).or_default().join(&sums);
        }
    }

    /// How many cells hold a record.
    fn number(&self) -> usize {
        self.sparse.len() + self.dense.iter().filter(|count| **count > 0).count()
    }

    fn into_cells(mut self) -> impl Iterator<Item = (u64, u64, Option<Sums>)> {
        let dense = (0..).zip(self.dense).filter(|(_, count)| *count > 0);
        let counted = dense.chain(self.sparse);
        counted.map(move |(cell, count)| (cell, count, self.sums.remove(&cell)))
    }
}

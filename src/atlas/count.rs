//! Counting by groups: of every row that passes, one is added where its values in up to three
//! dimensions meet. A row with several values in a dimension is counted under each.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::columns::{Columns, YEAR_ZERO};
use super::dictionaries::Values;
use super::limits::DENSE;
use super::scan::{Found, scan, stretches};
use super::sums::Sums;
use super::traits::{first, second};
use super::view::{View, WORLD};
use crate::domain::codes::{Kind, Sector};
use crate::domain::filter::Filter;
use crate::domain::region::Level;
use crate::domain::size::SizeClass;
use crate::domain::trade::CertificateType;
use crate::geography::cover;
use strum::VariantNames;

/// What is counted by.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    strum::EnumString,
    strum::IntoStaticStr,
    VariantNames,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = GroupDimension)]
pub enum Dimension {
    Province,
    Regency,
    District,
    Village,
    Kind,
    Sector,
    SizeClass,
    WomenLed,
    Commodity,
    Certificate,
    Year,
}

impl Dimension {
    /// Whether a record may be in several of its groups, so that their counts add up to more.
    pub fn overlaps(self) -> bool {
        matches!(self, Self::Kind | Self::Sector | Self::Commodity | Self::Certificate)
    }

    /// The level of regions that it is.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Province => Some(Level::Province),
            Self::Regency => Some(Level::Regency),
            Self::District => Some(Level::District),
            Self::Village => Some(Level::Village),
            _ => None,
        }
    }
}

/// Records of a group, with what staff may know of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The value in each dimension; None where a record has none.
    pub values: Vec<Option<String>>,
    pub count: u64,
    pub sums: Option<Sums>,
}

/// There are more groups than were to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyGroups;

/// One dimension of a part: which of its values a row has.
enum Axis {
    /// By the number of its place or trade in the dictionary.
    Place(Vec<u32>),
    Trade(Vec<Vec<u32>>),
    First {
        shift: u32,
        width: u32,
    },
    Second {
        shift: u32,
        width: u32,
    },
    Year,
}

/// The values of a dimension, found so far in any part.
#[derive(Default)]
struct Labels {
    all: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Labels {
    fn number(&mut self, value: &str) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = super::segment::number(self.all.len());
        self.all.push(value.to_owned());
        self.numbers.insert(value.to_owned(), number);
        number
    }

    fn know(&mut self, values: &[&str]) {
        for value in values {
            self.number(value);
        }
    }
}

/// Where a row has no value.
const NONE: u32 = u32::MAX;

impl View {
    /// Counts by groups, in the order of their values. `sums` adds those over internal rows.
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
        let tests = self.tests(filter);
        let parts = self.parts(&tests);
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
        let mut groups: Vec<Group> = counted
            .into_cells()
            .map(|(cell, count, sums)| Group { values: cells.values(cell, &labels), count, sums })
            .collect();
        groups.sort_by(|a, b| a.values.cmp(&b.values));
        Ok(groups)
    }
}

fn axis(by: Dimension, values: &Values, labels: &mut Labels) -> Axis {
    match by {
        Dimension::Province | Dimension::Regency | Dimension::District | Dimension::Village => {
            let level = by.level().map_or(0, |level| level as usize);
            let mut number = |place: &std::sync::Arc<super::dictionaries::Place>| {
                labels.number(place.at[level].as_str())
            };
            Axis::Place(values.places.iter().map(&mut number).collect())
        }
        Dimension::Commodity => {
            let mut of = |trade: &std::sync::Arc<super::dictionaries::Trade>| {
                let mut numbers: Vec<u32> =
                    trade.commodities.iter().map(|code| labels.number(code)).collect();
                numbers.sort_unstable();
                numbers.dedup();
                numbers
            };
            Axis::Trade(values.trades.iter().map(&mut of).collect())
        }
        Dimension::Kind => {
            labels.know(Kind::VARIANTS);
            Axis::First { shift: 0, width: 4 }
        }
        Dimension::Sector => {
            let all: Vec<&str> = Sector::all().iter().map(|sector| sector.code.as_str()).collect();
            labels.know(&all);
            Axis::First { shift: first::SECTORS_AT, width: 14 }
        }
        Dimension::SizeClass => {
            labels.know(SizeClass::VARIANTS);
            Axis::First { shift: 18, width: 5 }
        }
        Dimension::WomenLed => {
            labels.know(&["false", "true"]);
            Axis::First { shift: 23, width: 2 }
        }
        Dimension::Certificate => {
            labels.know(CertificateType::VARIANTS);
            Axis::Second { shift: second::CERTIFICATES_AT, width: 12 }
        }
        Dimension::Year => {
            for year in 0..255 {
                labels.number(&(YEAR_ZERO + 1 + year).to_string());
            }
            Axis::Year
        }
    }
}

impl Axis {
    #[inline]
    fn each(&self, columns: &Columns, row: usize, mut visit: impl FnMut(u32)) {
        let plain = &columns.plain;
        match self {
            Self::Place(numbers) => visit(numbers[usize::from(plain.place[row])]),
            Self::Trade(numbers) => match numbers[plain.trade[row] as usize].as_slice() {
                [] => visit(NONE),
                numbers => numbers.iter().for_each(|number| visit(*number)),
            },
            Self::First { shift, width } => {
                of_bits(plain.first[row] >> shift, *width, visit);
            }
            Self::Second { shift, width } => {
                of_bits(plain.second[row] >> shift, *width, visit);
            }
            Self::Year => visit(u32::from(plain.year[row]).wrapping_sub(1)),
        }
    }
}

/// Visits the numbers of the set bits of a word, or that there are none.
#[inline]
fn of_bits(word: u32, width: u32, mut visit: impl FnMut(u32)) {
    let mut set = word & ((1 << width) - 1);
    if set == 0 {
        visit(NONE);
    }
    while set != 0 {
        visit(set.trailing_zeros());
        set &= set - 1;
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
        // Cells that nobody will be told of are not counted on.
        if counted.sparse.len() > self.most {
            return;
        }
        if let Some(cells) = self.dense() {
            counted.dense.resize(cells, 0);
        }
        let Counted { dense, sparse, sums: sums_by_cell } = counted;
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
        let columns = found.part.columns;
        let place = |at: usize, number: u32| u64::from(number).min(self.sizes[at] - 1);
        match axes {
            [] => found.rows().for_each(|row| hit(0, row)),
            [a] => found.rows().for_each(|row| a.each(columns, row, |a| hit(place(0, a), row))),
            // Such as region by sector: what is asked most, in a loop of its own.
            [Axis::Place(numbers), Axis::First { shift, width }] => {
                let plain = &columns.plain;
                for row in found.rows() {
                    let at = u64::from(numbers[usize::from(plain.place[row])]) * self.sizes[1];
                    let set = plain.first[row] >> shift;
                    of_bits(set, *width, |b| hit(at + place(1, b), row));
                }
            }
            [a, b] => found.rows().for_each(|row| {
                a.each(columns, row, |a| {
                    let at = place(0, a) * self.sizes[1];
                    b.each(columns, row, |b| hit(at + place(1, b), row));
                });
            }),
            [a, b, rest @ ..] => found.rows().for_each(|row| {
                a.each(columns, row, |a| {
                    b.each(columns, row, |b| {
                        let at = (place(0, a) * self.sizes[1] + place(1, b)) * self.sizes[2];
                        rest[0].each(columns, row, |c| hit(at + place(2, c), row));
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

//! Counting by groups: of every row that passes, one is added where its values in up to three
//! dimensions meet. A row with several values in a dimension is counted under each.

use std::collections::BTreeMap;

use super::columns::{Columns, NOT_KNOWN, YEAR_ZERO};
use super::dictionaries::Values;
use super::scan::{Found, Part, scan, stretches};
use super::traits::{bits, first, internal, second};
use super::view::{View, WORLD};
use crate::domain::codes::{Kind, Sector};
use crate::domain::filter::Filter;
use crate::domain::quality;
use crate::domain::region::{Level, RegionCode};
use crate::domain::size::SizeClass;
use crate::domain::trade::CertificateType;
use crate::geography::cover;
use strum::VariantNames;

/// What is counted by.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumString, strum::IntoStaticStr, VariantNames,
)]
#[strum(serialize_all = "snake_case")]
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

/// Sums over the records of a group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sums {
    pub workers: u64,
    /// Records whose number of workers is known.
    pub workers_known: u64,
    /// Monthly capacities by dimension of units: least and most, in base units.
    pub capacity: BTreeMap<u8, (f64, f64)>,
}

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
}

impl Labels {
    fn number(&mut self, value: &str) -> u32 {
        let place = self.all.iter().position(|known| known == value).unwrap_or_else(|| {
            self.all.push(value.to_owned());
            self.all.len() - 1
        });
        super::segment::number(place)
    }
}

/// Where a row has no value.
const NONE: u32 = u32::MAX;

impl View {
    /// Counts by groups, in the order of their values. `sums` adds those over internal rows.
    pub fn groups(&self, filter: &Filter, by: &[Dimension], sums: bool) -> Vec<Group> {
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
        let sizes: Vec<usize> = labels.iter().map(|labels| labels.all.len() + 1).collect();
        let cells = Cells { sizes };
        let counted = scan(
            &parts,
            &open,
            &shapes,
            |counted: &mut Counted, found| {
                cells.add(counted, found, &axes[axes_of[found.of]], sums);
            },
            Counted::join,
        );
        let mut groups: Vec<Group> = counted
            .into_cells()
            .map(|(cell, count, sums)| Group { values: cells.values(cell, &labels), count, sums })
            .collect();
        groups.sort_by(|a, b| a.values.cmp(&b.values));
        groups
    }

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

fn axis(by: Dimension, values: &Values, labels: &mut Labels) -> Axis {
    let mut codes = |codes: &[&str]| {
        for code in codes {
            labels.number(code);
        }
    };
    match by {
        Dimension::Province | Dimension::Regency | Dimension::District | Dimension::Village => {
            let level = by.level().map_or(0, |level| level as usize);
            let mut numbers = std::collections::HashMap::new();
            numbers.extend((0..).zip(&labels.all).map(|(number, code)| (code.clone(), number)));
            let number = |place: &std::sync::Arc<super::dictionaries::Place>| {
                let next = super::segment::number(numbers.len());
                let code = place.at[level].to_string();
                *numbers.entry(code).or_insert_with_key(|code| {
                    labels.all.push(code.clone());
                    next
                })
            };
            Axis::Place(values.places.iter().map(number).collect())
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
            codes(Kind::VARIANTS);
            Axis::First { shift: 0, width: 4 }
        }
        Dimension::Sector => {
            let all: Vec<&str> = Sector::all().iter().map(|sector| sector.code.as_str()).collect();
            codes(&all);
            Axis::First { shift: first::SECTORS_AT, width: 14 }
        }
        Dimension::SizeClass => {
            codes(SizeClass::VARIANTS);
            Axis::First { shift: 18, width: 5 }
        }
        Dimension::WomenLed => {
            codes(&["false", "true"]);
            Axis::First { shift: 23, width: 2 }
        }
        Dimension::Certificate => {
            codes(CertificateType::VARIANTS);
            Axis::Second { shift: second::CERTIFICATES_AT, width: 12 }
        }
        Dimension::Year => {
            let years: Vec<String> =
                (0..255).map(|year| (YEAR_ZERO + 1 + year).to_string()).collect();
            for year in &years {
                codes(&[year]);
            }
            Axis::Year
        }
    }
}

impl Axis {
    #[inline]
    fn each(&self, columns: &Columns, row: usize, mut visit: impl FnMut(u32)) {
        let of_bits = |word: u32, shift: u32, width: u32, visit: &mut dyn FnMut(u32)| {
            let set = word >> shift & ((1 << width) - 1);
            if set == 0 {
                visit(NONE);
            }
            let mut set = set;
            while set != 0 {
                visit(set.trailing_zeros());
                set &= set - 1;
            }
        };
        let plain = &columns.plain;
        match self {
            Self::Place(numbers) => visit(numbers[usize::from(plain.place[row])]),
            Self::Trade(numbers) => match numbers[plain.trade[row] as usize].as_slice() {
                [] => visit(NONE),
                numbers => numbers.iter().for_each(|number| visit(*number)),
            },
            Self::First { shift, width } => {
                of_bits(plain.first[row], *shift, *width, &mut visit);
            }
            Self::Second { shift, width } => {
                of_bits(plain.second[row], *shift, *width, &mut visit);
            }
            Self::Year => visit(u32::from(plain.year[row]).wrapping_sub(1)),
        }
    }
}

/// The cells of all groups, in one row: as many in each dimension as it has values, and one for
/// none.
struct Cells {
    sizes: Vec<usize>,
}

/// Counts by cell.
#[derive(Default)]
struct Counted {
    counts: Vec<u64>,
    sums: BTreeMap<usize, Sums>,
}

impl Cells {
    fn add(&self, counted: &mut Counted, found: &Found, axes: &[Axis], sums: bool) {
        if counted.counts.is_empty() {
            counted.counts = vec![0; self.sizes.iter().product()];
        }
        let columns = found.part.columns;
        let place = |at: usize, number: u32| (number as usize).min(self.sizes[at] - 1);
        for row in found.rows() {
            let mut hit = |cell: usize| {
                counted.counts[cell] += 1;
                if sums {
                    counted.sums.entry(cell).or_default().add(found.part, row);
                }
            };
            match axes {
                [] => hit(0),
                [a] => a.each(columns, row, |a| hit(place(0, a))),
                [a, b] => a.each(columns, row, |a| {
                    let at = place(0, a) * self.sizes[1];
                    b.each(columns, row, |b| hit(at + place(1, b)));
                }),
                [a, b, rest @ ..] => a.each(columns, row, |a| {
                    b.each(columns, row, |b| {
                        let at = (place(0, a) * self.sizes[1] + place(1, b)) * self.sizes[2];
                        rest[0].each(columns, row, |c| hit(at + place(2, c)));
                    });
                }),
            }
        }
    }

    fn values(&self, cell: usize, labels: &[Labels]) -> Vec<Option<String>> {
        let mut rest = cell;
        let mut values: Vec<Option<String>> = (self.sizes.iter().zip(labels).rev())
            .map(|(size, labels)| {
                let at = rest % size;
                rest /= size;
                labels.all.get(at).cloned()
            })
            .collect();
        values.reverse();
        values
    }
}

impl Counted {
    fn join(&mut self, more: Self) {
        if self.counts.is_empty() {
            *self = more;
            return;
        }
        self.counts.iter_mut().zip(more.counts).for_each(|(sum, more)| *sum += more);
        for (cell, sums) in more.sums {
            self.sums.entry(cell).or_default().join(&sums);
        }
    }

    fn into_cells(mut self) -> impl Iterator<Item = (usize, u64, Option<Sums>)> {
        let counted = self.counts.into_iter().enumerate().filter(|(_, count)| *count > 0);
        counted.map(move |(cell, count)| (cell, count, self.sums.remove(&cell)))
    }
}

impl Sums {
    fn add(&mut self, part: &Part, row: usize) {
        let Some(inner) = part.inner else { return };
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

    fn join(&mut self, more: &Self) {
        self.workers += more.workers;
        self.workers_known += more.workers_known;
        for (dimension, (min, max)) in &more.capacity {
            let sum = self.capacity.entry(*dimension).or_default();
            sum.0 += min;
            sum.1 += max;
        }
    }
}

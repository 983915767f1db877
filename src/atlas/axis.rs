//! Where a row lies in a dimension: the numbers of its values.

use std::collections::HashMap;
use std::sync::Arc;

use strum::VariantNames;

use super::columns::{InternalPlain, YEAR_ZERO};
use super::dictionaries::{Place, Values};
use super::dimension::Dimension;
use super::scan::Part;
use super::traits::{first, internal, second, wants};
use crate::domain::codes::{Kind, Publication, Review, Sector};
use crate::domain::quality;
use crate::domain::size::SizeClass;
use crate::domain::trade::{CertificateType, Need, Origin, Practice};

/// One dimension of a part: which of its values a row has.
pub enum Axis {
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
    Traits {
        shift: u32,
        width: u32,
    },
    Wants {
        shift: u32,
        width: u32,
    },
    /// By the number of its supply in the dictionary.
    Supply(Vec<Vec<u32>>),
}

/// The values of a dimension, found so far in any part.
#[derive(Default)]
pub struct Labels {
    pub all: Vec<String>,
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

    /// The numbers of several values, each once.
    fn numbers(&mut self, values: impl Iterator<Item = impl AsRef<str>>) -> Vec<u32> {
        let mut numbers: Vec<u32> = values.map(|value| self.number(value.as_ref())).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn know(&mut self, values: &[&str]) {
        for value in values {
            self.number(value);
        }
    }
}

/// Where a row has no value.
const NONE: u32 = u32::MAX;

/// The axis of a dimension over these dictionaries; its values are added to the labels.
pub fn axis(by: Dimension, values: &Values, labels: &mut Labels) -> Axis {
    match by {
        Dimension::Province | Dimension::Regency | Dimension::District | Dimension::Village => {
            let level = by.level().map_or(0, |level| level as usize);
            let mut number = |place: &Arc<Place>| labels.number(place.at[level].as_str());
            Axis::Place(values.places.iter().map(&mut number).collect())
        }
        Dimension::Commodity => {
            let trades = values.trades.iter();
            Axis::Trade(trades.map(|trade| labels.numbers(trade.commodities.iter())).collect())
        }
        Dimension::RawMaterial => {
            let supplies = values.supplies.iter();
            Axis::Supply(supplies.map(|of| labels.numbers(of.materials.iter())).collect())
        }
        Dimension::Origin => {
            let origins = values.supplies.iter().map(|of| of.origins.iter());
            let mut named =
                |all: std::slice::Iter<Origin>| labels.numbers(all.map(ToString::to_string));
            Axis::Supply(origins.map(&mut named).collect())
        }
        Dimension::Review => {
            labels.know(Review::VARIANTS);
            Axis::Traits { shift: 0, width: 4 }
        }
        Dimension::Publication => {
            labels.know(Publication::VARIANTS);
            Axis::Traits { shift: 4, width: 2 }
        }
        Dimension::Quality => {
            labels.know(&quality::stored().collect::<Vec<_>>());
            Axis::Traits { shift: internal::QUALITY_AT, width: 26 }
        }
        Dimension::Need => {
            labels.know(Need::VARIANTS);
            Axis::Wants { shift: 0, width: 16 }
        }
        Dimension::Practice => {
            labels.know(Practice::VARIANTS);
            Axis::Wants { shift: wants::PRACTICES_AT, width: 16 }
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
    /// Visits the numbers of a row's values, or that it has none.
    #[inline]
    pub fn each(&self, part: &Part, row: usize, mut visit: impl FnMut(u32)) {
        let plain = &part.columns.plain;
        match self {
            Self::Place(numbers) => visit(numbers[usize::from(plain.place[row])]),
            Self::Trade(numbers) => of_list(&numbers[plain.trade[row] as usize], visit),
            Self::First { shift, width } => {
                of_bits(plain.first[row] >> shift, *width, visit);
            }
            Self::Second { shift, width } => {
                of_bits(plain.second[row] >> shift, *width, visit);
            }
            Self::Year => visit(u32::from(plain.year[row]).wrapping_sub(1)),
            Self::Traits { shift, width } => {
                of_bits(inner(part).traits[row] >> shift, *width, visit);
            }
            Self::Wants { shift, width } => {
                of_bits(inner(part).wants[row] >> shift, *width, visit);
            }
            Self::Supply(numbers) => of_list(&numbers[inner(part).supply[row] as usize], visit),
        }
    }
}

fn inner<'a>(part: &'a Part) -> &'a InternalPlain {
    &part.inner.expect("internal dimensions are asked of internal parts").plain
}

/// Visits the numbers of the set bits of a word, or that there are none.
#[inline]
pub fn of_bits(word: u32, width: u32, mut visit: impl FnMut(u32)) {
    let mut set = word & ((1 << width) - 1);
    if set == 0 {
        visit(NONE);
    }
    while set != 0 {
        visit(set.trailing_zeros());
        set &= set - 1;
    }
}

/// Visits these numbers, or that there are none.
#[inline]
fn of_list(numbers: &[u32], mut visit: impl FnMut(u32)) {
    if numbers.is_empty() {
        visit(NONE);
    }
    for number in numbers {
        visit(*number);
    }
}

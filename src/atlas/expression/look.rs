//! What a leaf of an expression asks of the columns: a mask, ranges, or a table of verdicts by what a
//! column holds. Made once for each audience.

use std::ops::RangeInclusive;
use std::sync::Arc;

use strum::VariantNames;

use super::rows::{Lies, NameAsked};
use super::{Rows, Verdicts, Words};
use crate::atlas::chunked::Chunked;
use crate::atlas::columns::{NO_SECTOR, STILL_THERE, UNKNOWN_DAY, YEAR_ZERO, packed_range};
use crate::atlas::dictionaries::{Place, Values};
use crate::atlas::limits::BLOCK;
use crate::atlas::property::{of_list, sector_codes};
use crate::atlas::scan::pack;
use crate::atlas::segment::{Block, regency_bit};
use crate::atlas::traits::{first, second};
use crate::domain::codes::{Existence, Kind, LegalForm};
use crate::domain::filter::expression::{Leaf, Test, Unit, Value};
use crate::domain::filter::extent::{Extent, Relation};
use crate::domain::queryable::GEOMETRY;
use crate::domain::region::Level;
use crate::domain::size::SizeClass;
use crate::domain::trade::{CertificateType, Platform};

const NO: u8 = 0;
const YES: u8 = 1;
const UNKNOWN: u8 = 2;

/// What is asked of a column.
#[derive(Debug)]
pub enum Look {
    First(Bits),
    Second(Bits),
    Channels(Bits),
    /// Verdicts by what a column holds.
    Main(Vec<u8>),
    Year(Vec<u8>),
    /// With the regencies of the places that pass, for the summaries.
    Place(Vec<u8>, u64),
    Trade(Vec<u8>),
    Updated(Vec<RangeInclusive<i64>>),
    /// With the verdict on rows without such a day.
    Ceased(Vec<RangeInclusive<u16>>, u8),
    Id(Leaf),
    Name(NameAsked),
    Lies(Lies),
}

/// What is asked of a word of choices.
#[derive(Debug)]
pub struct Bits {
    /// Any of these is a yes.
    mask: u32,
    /// A word with none of these has no value, and this is the verdict on it.
    known: u32,
    without: u8,
}

fn verdict(holds: Option<bool>) -> u8 {
    match holds {
        Some(false) => NO,
        Some(true) => YES,
        None => UNKNOWN,
    }
}

impl Look {
    /// What a leaf asks of the columns; None where it is true of no row and unknown of none.
    pub fn of(leaf: &Leaf, values: &Values) -> Option<Self> {
        let is_null = matches!(leaf.test, Test::IsNull);
        let places = |value: &dyn Fn(&Place) -> Value<'static>| {
            let mut regencies = 0;
            let verdicts = table(&values.places, |place| {
                let holds = leaf.holds(&value(place));
                if holds == Some(true) {
                    regencies |= regency_bit(place.at[Level::Regency as usize].as_str());
                }
                holds
            });
            Some(Look::Place(verdicts, regencies))
        };
        let at = |level: Level| {
            places(&move |place: &Place| {
                let code = place.region.at(level);
                code.map_or(Value::Null, |code| Value::Text(code.to_string().into()))
            })
        };
        let flags = |bit: fn(bool) -> u32| {
            Some(Look::First(Bits::of(
                leaf,
                [true, false].map(|flag| (Value::Flag(flag), bit(flag))),
            )))
        };
        match leaf.property {
            "id" if !is_null => Some(Look::Id(leaf.clone())),
            "name" if !is_null => Some(Look::Name(NameAsked::new(leaf.clone()))),
            "kind" => {
                Some(Look::First(Bits::of_codes(leaf, Kind::VARIANTS, |at| first::kinds(1 << at))))
            }
            "sector" => Some(Look::First(Bits::of_codes(leaf, &sector_codes(), |at| {
                first::sectors(1 << at)
            }))),
            "size_class" => Some(Look::First(Bits::of_codes(leaf, SizeClass::VARIANTS, |at| {
                SizeClass::VARIANTS[at].parse().map_or(0, first::size)
            }))),
            "existence" => Some(Look::First(Bits::of_codes(leaf, Existence::VARIANTS, |at| {
                Existence::VARIANTS[at].parse().map_or(0, first::existence)
            }))),
            "women_led" => flags(first::women_led),
            "sample" => flags(first::sample),
            "legal_form" => Some(Look::Second(Bits::of_codes(leaf, LegalForm::VARIANTS, |at| {
                LegalForm::VARIANTS[at].parse().map_or(0, second::legal_form)
            }))),
            "certificate" => {
                Some(Look::Second(Bits::of_codes(leaf, CertificateType::VARIANTS, |at| {
                    second::certificates(1 << at)
                })))
            }
            "channel" => {
                Some(Look::Channels(Bits::of_codes(leaf, Platform::VARIANTS, |at| 1 << at)))
            }
            "main_sector" => {
                let codes = sector_codes();
                let known =
                    (0..usize::from(NO_SECTOR)).map(|at| Value::text(codes.get(at).copied()));
                let all = known.chain([Value::Null]);
                Some(Look::Main(all.map(|value| verdict(leaf.holds(&value))).collect()))
            }
            "founded_year" => {
                let known = (1..256).map(|year| Value::Whole(i64::from(YEAR_ZERO) + year));
                let all = [Value::Null].into_iter().chain(known);
                Some(Look::Year(all.map(|value| verdict(leaf.holds(&value))).collect()))
            }
            "region" => places(&|place: &Place| Value::Text(place.region.to_string().into())),
            "regency" => at(Level::Regency),
            "district" => at(Level::District),
            "village" => at(Level::Village),
            "kbli" => Some(Look::Trade(table(&values.trades, |of| leaf.holds(&of_list(&of.kbli))))),
            "commodity" => {
                Some(Look::Trade(table(&values.trades, |of| leaf.holds(&of_list(&of.commodities)))))
            }
            "updated_at" if !is_null => Some(Look::Updated(leaf.ranges(Unit::Micros))),
            "ceased_on" => {
                let days = leaf.ranges(Unit::Days);
                let without = verdict(leaf.holds(&Value::Null));
                Some(Look::Ceased(days.iter().filter_map(packed_range).collect(), without))
            }
            GEOMETRY => match &leaf.test {
                Test::Lies(relation, extent) if may_hold(*relation, extent) => {
                    Some(Look::Lies(Lies::new(*relation, extent.clone())))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// What it takes to ask a row, roughly.
    pub fn cost(&self) -> u32 {
        match self {
            Self::First(_) | Self::Second(_) | Self::Channels(_) => 1,
            Self::Main(_) | Self::Year(_) | Self::Updated(_) | Self::Ceased(..) => 2,
            Self::Place(..) | Self::Trade(_) => 3,
            Self::Lies(_) => 20,
            Self::Id(_) => 40,
            Self::Name(_) => 60,
        }
    }

    /// Whether some row of a block may be a yes, and whether some may be a no.
    pub fn may(&self, block: &Block) -> (bool, bool) {
        match self {
            Self::First(bits) => {
                (bits.without == YES || bits.mask & block.some != 0, bits.mask & block.all == 0)
            }
            Self::Place(_, regencies) => (regencies & block.regencies != 0, true),
            _ => (true, true),
        }
    }

    pub fn ask(&self, rows: Rows, open: &Words) -> Verdicts {
        let alone = |yes: Words| Verdicts { yes, unknown: [0; BLOCK / 64] };
        match self {
            Self::Id(leaf) => return alone(rows.each(open, |row| rows.has_id(leaf, row))),
            Self::Name(asked) => return alone(asked.ask(rows, open)),
            Self::Lies(lies) => return alone(lies.ask(rows, open)),
            _ => {}
        }
        let plain = &rows.part.columns.plain;
        let range = rows.start..rows.start + rows.len;
        let mut verdicts = [NO; BLOCK];
        let verdicts = &mut verdicts[..rows.len];
        match self {
            Self::First(bits) => bits.ask(&plain.first[range], verdicts),
            Self::Second(bits) => bits.ask(&plain.second[range], verdicts),
            Self::Channels(bits) => bits.ask(&plain.channels[range], verdicts),
            Self::Main(table) => look_up(table, &plain.main[range], verdicts),
            Self::Year(table) => look_up(table, &plain.year[range], verdicts),
            Self::Place(table, _) => look_up(table, &plain.place[range], verdicts),
            Self::Trade(table) => {
                for (verdict, number) in verdicts.iter_mut().zip(&plain.trade[range]) {
                    *verdict = table[*number as usize];
                }
            }
            Self::Updated(ranges) => within(ranges, &plain.updated[range], verdicts),
            Self::Ceased(ranges, without) => {
                let days = &plain.ceased[range];
                within(ranges, days, verdicts);
                for (verdict, day) in verdicts.iter_mut().zip(days) {
                    let unknown = u8::from(*day == UNKNOWN_DAY) | u8::from(*day == STILL_THERE);
                    *verdict |= unknown * without;
                }
            }
            Self::Id(_) | Self::Name(_) | Self::Lies(_) => {}
        }
        let packed = |bit: u8| -> Words {
            let mut marks = [0; BLOCK];
            for (mark, verdict) in marks.iter_mut().zip(&*verdicts) {
                *mark = verdict >> bit & 1;
            }
            let mut words: Words = [0; BLOCK / 64];
            pack(&marks[..rows.len], &mut words);
            std::array::from_fn(|at| words[at] & open[at])
        };
        let (yes, unknown) =
            (packed(0), if self.may_be_unknown() { packed(1) } else { [0; BLOCK / 64] });
        Verdicts { yes, unknown }
    }

    fn may_be_unknown(&self) -> bool {
        match self {
            Self::First(bits) | Self::Second(bits) | Self::Channels(bits) => {
                bits.without == UNKNOWN
            }
            Self::Ceased(_, without) => *without == UNKNOWN,
            Self::Updated(_) => false,
            _ => true,
        }
    }
}

impl Bits {
    /// By the verdict on each choice, and on a row without one.
    fn of<'v>(leaf: &Leaf, choices: impl IntoIterator<Item = (Value<'v>, u32)>) -> Self {
        let without = verdict(leaf.holds(&Value::Null));
        let mut bits = Self { mask: 0, known: 0, without };
        for (value, bit) in choices {
            bits.known |= bit;
            bits.mask |= if leaf.holds(&value) == Some(true) { bit } else { 0 };
        }
        bits
    }

    /// The same where the choices are the codes of a list.
    fn of_codes(leaf: &Leaf, codes: &[&'static str], bit: impl Fn(usize) -> u32) -> Self {
        let choices = codes.iter().enumerate();
        Self::of(leaf, choices.map(|(at, code)| (Value::text(Some(*code)), bit(at))))
    }

    fn ask<T: Copy + Into<u32>>(&self, words: &[T], verdicts: &mut [u8]) {
        for (verdict, word) in verdicts.iter_mut().zip(words) {
            let word: u32 = (*word).into();
            let without = u8::from(word & self.known == 0) * self.without;
            *verdict = u8::from(word & self.mask != 0) | without;
        }
    }
}

fn look_up<T: Copy + Into<usize>>(table: &[u8], numbers: &[T], verdicts: &mut [u8]) {
    for (verdict, number) in verdicts.iter_mut().zip(numbers) {
        *verdict = table[(*number).into()];
    }
}

fn within<T: PartialOrd>(ranges: &[RangeInclusive<T>], values: &[T], verdicts: &mut [u8]) {
    for range in ranges {
        for (verdict, value) in verdicts.iter_mut().zip(values) {
            *verdict |= u8::from(value >= range.start()) & u8::from(value <= range.end());
        }
    }
}

/// Whether a point can lie so.
fn may_hold(relation: Relation, extent: &Extent) -> bool {
    matches!(relation, Relation::Intersects | Relation::Within)
        || matches!(extent, Extent::Point { .. })
}

fn table<T>(values: &Chunked<Arc<T>>, mut holds: impl FnMut(&T) -> Option<bool>) -> Vec<u8> {
    values.iter().map(|value| verdict(holds(value))).collect()
}

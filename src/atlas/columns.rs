//! The columns of a segment: one plain vector for each value, all of the same length, so that a
//! filter runs down one vector at a time.

use std::io;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::desk::Standing;
use super::dictionaries::Dictionaries;
use super::file::{Reading, Saved, Writing};
use super::names::Names;
use super::row::{Common, InternalValues};
use super::traits::{first, internal, second, wants};
use crate::domain::codes::Existence;
use crate::domain::region::Level;
use crate::geography::mercator;

/// A row of one of several sources.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    pub of: u32,
    pub row: u32,
}

/// The values of these rows in this order.
pub fn gather<'a, T: Copy + 'a>(order: &[Source], column: impl Fn(u32) -> &'a [T]) -> Vec<T> {
    order.iter().map(|at| column(at.of)[at.row as usize]).collect()
}

/// Writes a struct of columns, with what is done to all of them alike.
macro_rules! columns {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$note:meta])* $column:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        pub struct $name { $($(#[$note])* pub $column: Vec<$type>,)+ }

        impl $name {
            /// The values of these rows in this order.
            pub fn gather(sources: &[&Self], order: &[Source]) -> Self {
                Self { $($column: gather(order, |of| &sources[of as usize].$column)),+ }
            }

            /// Bytes of memory.
            pub fn bytes(&self) -> usize {
                0 $(+ self.$column.capacity() * size_of::<$type>())+
            }
        }

        impl Saved for $name {
            fn save(&self, file: &mut Writing) -> io::Result<()> {
                $(file.column(&self.$column)?;)+
                Ok(())
            }

            fn load(file: &mut Reading) -> io::Result<Self> {
                Ok(Self { $($column: file.column()?),+ })
            }
        }
    };
}

columns! {
    /// What both audiences have: 44 bytes a row.
    pub struct Plain {
        /// Column and row on the Mercator grid: the rows are in the order of their Morton codes.
        x: u32,
        y: u32,
        /// Key of the record in the database.
        key: u32,
        /// Numbers in the dictionaries: region, trade (KBLI and commodities), membership.
        place: u16,
        trade: u32,
        member: u32,
        /// One bit for each choice (`traits::first`, `traits::second`).
        first: u32,
        second: u32,
        /// A bit for each platform that it sells at.
        channels: u16,
        /// The main sector, [`NO_SECTOR`] without one.
        main: u8,
        /// Year of founding from [`YEAR_ZERO`]; 0 if not known.
        year: u8,
        /// The day on which it closed or moved: [`UNKNOWN_DAY`] if not known, [`STILL_THERE`] if it
        /// did not.
        ceased: u16,
        updated: i64,
    }
}

columns! {
    /// What staff have on top.
    pub struct InternalPlain {
        /// One bit for each choice (`traits::internal`).
        traits: u32,
        /// [`NOT_KNOWN`] where not known.
        workers: u32,
        author: u32,
        /// The day of the last visit, [`UNKNOWN_DAY`] without one.
        visited: u16,
        /// One bit for each need and practice (`traits::wants`).
        wants: u32,
        /// Number in the dictionary of raw materials and their origins.
        supply: u32,
        /// The worst flag and since when its review stands where it does (`desk::Standing`).
        standing: u32,
    }
}

pub const NO_SECTOR: u8 = 14;
pub const YEAR_ZERO: i32 = 1799;
pub const NOT_KNOWN: u32 = u32::MAX;
pub const UNKNOWN_DAY: u16 = 0;
pub const STILL_THERE: u16 = u16::MAX;
const DAY_ZERO: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 31).expect("a day");

/// A day as it is packed, from 1900 into 2079; one outside is the first or the last of them.
pub fn packed(day: NaiveDate) -> u16 {
    let days = (day - DAY_ZERO).num_days().clamp(1, i64::from(STILL_THERE) - 1);
    u16::try_from(days).unwrap_or(UNKNOWN_DAY)
}

/// The day that is packed so.
pub fn day_of(packed: u16) -> NaiveDate {
    DAY_ZERO + chrono::Days::new(packed.into())
}

/// The packed days of days counted from the first of the common era; None where there are none.
pub fn packed_range(days: &RangeInclusive<i64>) -> Option<RangeInclusive<u16>> {
    let zero = i64::from(DAY_ZERO.num_days_from_ce());
    let first = days.start().saturating_sub(zero).max(1);
    let last = days.end().saturating_sub(zero).min(i64::from(STILL_THERE) - 1);
    let range = u16::try_from(first).ok()?..=u16::try_from(last).ok()?;
    (!range.is_empty()).then_some(range)
}

/// The first packed day that is the day or later.
pub fn at_or_after(day: NaiveDate) -> u16 {
    if (day - DAY_ZERO).num_days() < i64::from(STILL_THERE) { packed(day) } else { STILL_THERE }
}

/// The last packed day that is the day or earlier; [`UNKNOWN_DAY`] where there is none.
pub fn at_or_before(day: NaiveDate) -> u16 {
    if day > DAY_ZERO { packed(day) } else { UNKNOWN_DAY }
}

/// A year as it is packed, with 0 for what is before all of them.
pub fn year_by(day: NaiveDate) -> u8 {
    u8::try_from((day.year() - YEAR_ZERO).clamp(0, 255)).unwrap_or_default()
}

/// The common columns with the names.
#[derive(Debug, Default)]
pub struct Columns {
    pub plain: Plain,
    pub names: Names,
}

impl Columns {
    pub fn push(&mut self, row: &Common, dictionaries: &mut Dictionaries) {
        let plain = &mut self.plain;
        let (x, y) = mercator::grid(row.lon, row.lat);
        plain.x.push(x);
        plain.y.push(y);
        plain.key.push(u32::try_from(row.key).expect("keys are below 2^32"));
        plain.place.push(dictionaries.place(&row.region, &row.responsible_region));
        plain.trade.push(dictionaries.trade(&row.kbli, &row.commodities));
        plain.member.push(dictionaries.member(row.cooperative, row.sentra));
        let mut traits = first::kinds(row.kinds)
            | first::sectors(row.sectors)
            | first::size(row.size_class)
            | first::sample(row.sample)
            | first::existence(row.existence);
        traits |= row.women_led.map_or(0, first::women_led);
        traits |= if row.exact { first::EXACT } else { 0 };
        plain.first.push(traits);
        plain.second.push(
            row.legal_form.map_or(0, second::legal_form) | second::certificates(row.certificates),
        );
        plain.channels.push(row.channels);
        let main = row.main_sector.and_then(|sector| u8::try_from(sector.index()).ok());
        plain.main.push(main.unwrap_or(NO_SECTOR));
        let year = row.founded_year.and_then(|year| u8::try_from(year - YEAR_ZERO).ok());
        plain.year.push(year.unwrap_or_default());
        plain.ceased.push(match row.existence {
            Existence::Active => STILL_THERE,
            _ => row.ceased_on.map_or(UNKNOWN_DAY, packed),
        });
        plain.updated.push(row.updated_at_micros);
        self.names.push(&row.name, &mut dictionaries.words);
    }

    pub fn gather(sources: &[&Self], order: &[Source]) -> Self {
        let plain: Vec<&Plain> = sources.iter().map(|source| &source.plain).collect();
        let names: Vec<&Names> = sources.iter().map(|source| &source.names).collect();
        Self { plain: Plain::gather(&plain, order), names: Names::gather(&names, order) }
    }

    pub fn len(&self) -> usize {
        self.plain.key.len()
    }

    pub fn morton(&self, row: usize) -> u64 {
        mercator::interleave(self.plain.x[row], self.plain.y[row])
    }

    pub fn bytes(&self) -> usize {
        self.plain.bytes() + self.names.bytes()
    }
}

/// The columns of one audience beyond the common ones.
pub trait ExtraColumns<E>: Saved {
    fn push(&mut self, extra: &E, dictionaries: &mut Dictionaries);
    fn gather(sources: &[&Self], order: &[Source]) -> Self;
    /// The internal columns; there are none of the public.
    fn internal(&self) -> Option<&InternalColumns>;
    fn bytes(&self) -> usize;
}

impl ExtraColumns<()> for () {
    fn push(&mut self, (): &(), _: &mut Dictionaries) {}
    fn gather(_: &[&Self], _: &[Source]) -> Self {}
    fn internal(&self) -> Option<&InternalColumns> {
        None
    }
    fn bytes(&self) -> usize {
        0
    }
}

/// The internal columns and the table of products under them.
#[derive(Debug, Default)]
pub struct InternalColumns {
    pub plain: InternalPlain,
    /// Where each row's products end; they begin where the row before ends.
    pub products_end: Vec<u32>,
    pub products: Vec<Product>,
}

/// A product's capacity a month, in the base unit of its dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Product {
    pub dimension: u8,
    pub min: f32,
    pub max: f32,
}

impl InternalColumns {
    /// The products of a row.
    pub fn products(&self, row: usize) -> &[Product] {
        let start = if row == 0 { 0 } else { self.products_end[row - 1] as usize };
        &self.products[start..self.products_end[row] as usize]
    }
}

impl ExtraColumns<InternalValues> for InternalColumns {
    #[expect(clippy::cast_possible_truncation, reason = "seven digits are enough for a capacity")]
    fn push(&mut self, extra: &InternalValues, dictionaries: &mut Dictionaries) {
        self.plain.traits.push(
            internal::review(extra.review)
                | internal::publication(extra.publication)
                | internal::quality(extra.quality),
        );
        self.plain.workers.push(extra.workers.unwrap_or(NOT_KNOWN));
        self.plain.wants.push(wants::needs(extra.needs) | wants::practices(extra.practices));
        self.plain.visited.push(extra.last_visit.map_or(UNKNOWN_DAY, packed));
        self.plain.supply.push(dictionaries.supply(&extra.supply));
        self.plain.standing.push(Standing::of(extra.worst, extra.review_since).0);
        self.plain.author.push(dictionaries.author(extra.author.as_deref()));
        self.products.extend(extra.products.iter().map(|product| Product {
            dimension: product.monthly.dimension as u8,
            min: product.monthly.min as f32,
            max: product.monthly.max as f32,
        }));
        self.products_end.push(end(self.products.len()));
    }

    fn gather(sources: &[&Self], order: &[Source]) -> Self {
        let plain: Vec<&InternalPlain> = sources.iter().map(|source| &source.plain).collect();
        let mut products = Vec::with_capacity(sources.iter().map(|of| of.products.len()).sum());
        let mut products_end = Vec::with_capacity(order.len());
        for at in order {
            products.extend_from_slice(sources[at.of as usize].products(at.row as usize));
            products_end.push(end(products.len()));
        }
        products.shrink_to_fit();
        Self { plain: InternalPlain::gather(&plain, order), products_end, products }
    }

    fn internal(&self) -> Option<&InternalColumns> {
        Some(self)
    }

    fn bytes(&self) -> usize {
        self.plain.bytes()
            + self.products_end.capacity() * size_of::<u32>()
            + self.products.capacity() * size_of::<Product>()
    }
}

/// An offset; lists that are longer than it can say do not fit into a segment.
pub fn end(length: usize) -> u32 {
    u32::try_from(length).expect("a segment's lists are shorter than 2^32")
}

/// Numbers of the levels, from the widest.
pub const LEVELS: [Level; 4] = [Level::Province, Level::Regency, Level::District, Level::Village];

/// Id of a key.
pub type Ids = super::chunked::Chunked<Uuid>;

impl Saved for Columns {
    fn save(&self, file: &mut Writing) -> io::Result<()> {
        self.plain.save(file)?;
        self.names.save(file)
    }

    fn load(file: &mut Reading) -> io::Result<Self> {
        Ok(Self { plain: Saved::load(file)?, names: Saved::load(file)? })
    }
}

impl Saved for () {
    fn save(&self, _: &mut Writing) -> io::Result<()> {
        Ok(())
    }

    fn load(_: &mut Reading) -> io::Result<Self> {
        Ok(())
    }
}

impl Saved for InternalColumns {
    fn save(&self, file: &mut Writing) -> io::Result<()> {
        self.plain.save(file)?;
        self.products_end.save(file)?;
        let products = || self.products.iter();
        file.column(&products().map(|product| product.dimension).collect::<Vec<_>>())?;
        file.column(&products().map(|product| product.min).collect::<Vec<_>>())?;
        file.column(&products().map(|product| product.max).collect::<Vec<_>>())
    }

    fn load(file: &mut Reading) -> io::Result<Self> {
        let (plain, products_end) = (Saved::load(file)?, Saved::load(file)?);
        let dimensions: Vec<u8> = file.column()?;
        let (min, max): (Vec<f32>, Vec<f32>) = (file.column()?, file.column()?);
        let products = dimensions.into_iter().zip(min).zip(max);
        let products =
            products.map(|((dimension, min), max)| Product { dimension, min, max }).collect();
        Ok(Self { plain, products_end, products })
    }
}

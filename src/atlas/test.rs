//! A filter made ready for one audience's columns: masks, and a table of yes and no for each
//! dictionary. Made once per request, it is then the same few steps for every row.

use std::sync::Arc;

use super::chunked::Chunked;
use super::columns::{Columns, InternalColumns, NOT_KNOWN, at_or_after, at_or_before, year_by};
use super::dictionaries::Values;
use super::expression::Step;
use super::row::{channel_bits, micros, need_bits, practice_bits, quality_bits, supplies};
use super::segment::{Block, regency_bit};
use super::traits::{first, internal, kind_bits, second, sector_bits, wants};
use crate::domain::actor::Visibility;
use crate::domain::codes::Existence;
use crate::domain::filter::{Filter, InternalFilter};
use crate::domain::region::{Level, RegionCode};
use crate::search::KeySet;

/// A table of yes (1) and no (0) by dictionary number.
type Table = Vec<u8>;

/// The steps.
#[derive(Debug, Default, Clone)]
pub struct Test {
    /// Each of these masks must meet the row's word.
    first: Vec<u32>,
    second: Vec<u32>,
    /// Regencies of the places that pass; blocks without any are passed over.
    regencies: Option<u64>,
    places: Option<Table>,
    trades: Option<Table>,
    members: Option<Table>,
    /// 0: any.
    channels: u16,
    as_of: Option<AsOf>,
    updated_since: Option<i64>,
    internal: InternalTest,
    /// What must be true of a row besides.
    pub expression: Option<Arc<Step>>,
    /// Sets of keys, and whether those in the set pass or those that are not.
    pub keys: Vec<(Arc<KeySet>, bool)>,
    /// Nothing passes.
    never: bool,
}

/// A row existed on a day that did not cease by then, and was not founded in a later year.
#[derive(Debug, Clone, Copy)]
struct AsOf {
    ceased_after: u16,
    founded_by: u8,
}

#[derive(Debug, Default, Clone)]
struct InternalTest {
    traits: Vec<u32>,
    wants: Vec<u32>,
    supplies: Option<Table>,
    visited_since: Option<u16>,
    min_workers: Option<u32>,
    max_workers: Option<u32>,
}

/// Whose rows pass.
pub enum Theirs<'a> {
    /// Everybody's.
    All,
    /// Those whose internal tier they see, or those whose they do not.
    Inside(&'a Visibility),
    Outside(&'a Visibility),
}

impl Test {
    pub fn new(filter: &Filter, values: &Values, theirs: &Theirs) -> Self {
        let public = &filter.public;
        let mut test = Self::default();
        let existence =
            public.existence.iter().fold(0, |bits, value| bits | first::existence(*value));
        let mut word = |mask: u32| {
            if mask != 0 {
                test.first.push(mask);
            }
        };
        let active = first::existence(Existence::Active);
        word(if public.is_of_active() { active } else { existence });
        word(first::kinds(kind_bits(public.kinds.iter().copied())));
        word(first::sectors(sector_bits(&public.sectors)));
        word(public.size_classes.iter().fold(0, |bits, class| bits | first::size(*class)));
        word(public.women_led.map_or(0, first::women_led));
        word(public.sample.map_or(0, first::sample));
        let forms =
            public.legal_forms.iter().fold(0, |bits, form| bits | second::legal_form(*form));
        let certificates =
            public.certificates.iter().fold(0, |bits, kind| bits | 1 << *kind as u16);
        test.second.extend([forms, second::certificates(certificates)].iter().filter(|m| **m != 0));
        test.channels = channel_bits(public.channels.iter().copied());
        test.as_of = public
            .as_of
            .map(|day| AsOf { ceased_after: at_or_before(day), founded_by: year_by(day) });
        test.updated_since = public.updated_since.map(micros);
        test.ask_places(filter, values, theirs);
        if !public.commodities.is_empty() || !public.kbli.is_empty() {
            test.trades = Some(table(&values.trades, |trade| {
                (public.commodities.is_empty()
                    || public.commodities.iter().any(|code| trade.commodities.contains(code)))
                    && (public.kbli.is_empty()
                        || (public.kbli.iter())
                            .any(|prefix| trade.kbli.iter().any(|code| code.starts_with(prefix))))
            }));
        }
        let member = |asked: &[uuid::Uuid], value: Option<uuid::Uuid>| {
            asked.is_empty() || value.is_some_and(|value| asked.contains(&value))
        };
        if !public.cooperatives.is_empty() || !public.sentra.is_empty() {
            test.members = Some(table(&values.members, |of| {
                member(&public.cooperatives, of.cooperative) && member(&public.sentra, of.sentra)
            }));
        }
        let asked = public.expression.as_ref();
        test.expression = asked.map(|asked| Arc::new(Step::of(asked, values)));
        test
    }

    /// A test of public rows: an internal filter finds nothing in them.
    pub fn public(mut self, filter: &Filter) -> Self {
        self.never |= filter.internal != InternalFilter::default();
        self
    }

    /// A test of internal rows.
    pub fn internal(mut self, filter: &Filter, values: &Values) -> Self {
        let filter = &filter.internal;
        let review = filter.review.iter().fold(0, |bits, value| bits | internal::review(*value));
        let publication =
            filter.publication.iter().fold(0, |bits, value| bits | internal::publication(*value));
        let quality = internal::quality(quality_bits(filter.quality.iter().map(String::as_str)));
        let masks = [review, publication, quality];
        self.internal.traits.extend(masks.iter().filter(|mask| **mask != 0));
        self.never |= !filter.quality.is_empty() && quality == 0;
        let wanted = [
            wants::needs(need_bits(&filter.needs)),
            wants::practices(practice_bits(&filter.practices)),
        ];
        self.internal.wants.extend(wanted.iter().filter(|mask| **mask != 0));
        if !filter.raw_materials.is_empty() || !filter.origins.is_empty() {
            self.internal.supplies = Some(table(&values.supplies, |of| supplies(filter, of)));
        }
        self.internal.visited_since = filter.visited_since.map(at_or_after);
        self.internal.min_workers = filter.min_workers;
        self.internal.max_workers = filter.max_workers;
        self
    }

    fn ask_places(&mut self, filter: &Filter, values: &Values, theirs: &Theirs) {
        let regions = &filter.public.regions;
        let area = |responsible: &RegionCode| match theirs {
            Theirs::Inside(Visibility::Internal { area: Some(area) }) => area.contains(responsible),
            Theirs::Outside(Visibility::Internal { area: Some(area) }) => {
                !area.contains(responsible)
            }
            _ => true,
        };
        let bounded = matches!(
            theirs,
            Theirs::Inside(Visibility::Internal { area: Some(_) })
                | Theirs::Outside(Visibility::Internal { area: Some(_) })
        );
        if !regions.is_empty() || bounded {
            let mut regencies = 0;
            self.places = Some(table(&values.places, |place| {
                let passes = (regions.is_empty()
                    || regions.iter().any(|region| region.contains(&place.region)))
                    && area(&place.responsible);
                if passes {
                    regencies |= regency_bit(place.at[Level::Regency as usize].as_str());
                }
                passes
            }));
            self.regencies = Some(regencies);
        }
    }

    /// Whether it asks for no more than that a record is active.
    pub fn is_default(&self) -> bool {
        self.first == [first::existence(Existence::Active)]
            && self.second.is_empty()
            && self.places.is_none()
            && self.trades.is_none()
            && self.members.is_none()
            && self.channels == 0
            && self.as_of.is_none()
            && self.updated_since.is_none()
            && self.keys.is_empty()
            && self.expression.is_none()
            && self.internal.is_empty()
            && !self.never
    }

    /// Whether no row of a block can pass.
    pub fn passes_over(&self, block: &Block) -> bool {
        self.never
            || self.first.iter().any(|mask| mask & block.some == 0)
            || self.regencies.is_some_and(|regencies| regencies & block.regencies == 0)
            || self.expression.as_ref().is_some_and(|asked| !asked.may(block).0)
    }

    /// Marks with 1 the rows from `start` on that pass, 0 the others. The block says what need not
    /// be looked at.
    pub fn mark(
        &self,
        columns: &Columns,
        inner: Option<&InternalColumns>,
        block: &Block,
        start: usize,
        marks: &mut [u8],
    ) {
        let rows = start..start + marks.len();
        marks.fill(1);
        let plain = &columns.plain;
        let open: Vec<u32> =
            self.first.iter().copied().filter(|mask| mask & block.all == 0).collect();
        meet(&plain.first[rows.clone()], &open, marks);
        meet(&plain.second[rows.clone()], &self.second, marks);
        if let Some(table) = &self.places {
            for (mark, place) in marks.iter_mut().zip(&plain.place[rows.clone()]) {
                *mark &= table[usize::from(*place)];
            }
        }
        look_up(self.trades.as_ref(), &plain.trade[rows.clone()], marks);
        look_up(self.members.as_ref(), &plain.member[rows.clone()], marks);
        if self.channels != 0 {
            for (mark, channels) in marks.iter_mut().zip(&plain.channels[rows.clone()]) {
                *mark &= u8::from(channels & self.channels != 0);
            }
        }
        if let Some(as_of) = self.as_of {
            let days = plain.ceased[rows.clone()].iter().zip(&plain.year[rows.clone()]);
            for (mark, (ceased, year)) in marks.iter_mut().zip(days) {
                *mark &=
                    u8::from(*ceased > as_of.ceased_after) & u8::from(*year <= as_of.founded_by);
            }
        }
        if let Some(since) = self.updated_since {
            for (mark, updated) in marks.iter_mut().zip(&plain.updated[rows.clone()]) {
                *mark &= u8::from(*updated >= since);
            }
        }
        if let Some(inner) = inner {
            self.internal.mark(inner, rows.clone(), marks);
        }
        for (keys, wanted) in &self.keys {
            for (mark, key) in marks.iter_mut().zip(&plain.key[rows.clone()]) {
                // Few are left by now, and each key's bit is somewhere else in memory.
                if *mark == 1 {
                    *mark = u8::from(keys.contains(i64::from(*key)) == *wanted);
                }
            }
        }
    }
}

impl InternalTest {
    fn is_empty(&self) -> bool {
        self.traits.is_empty()
            && self.wants.is_empty()
            && self.supplies.is_none()
            && self.visited_since.is_none()
            && self.min_workers.is_none()
            && self.max_workers.is_none()
    }

    fn mark(&self, inner: &InternalColumns, rows: std::ops::Range<usize>, marks: &mut [u8]) {
        meet(&inner.plain.traits[rows.clone()], &self.traits, marks);
        meet(&inner.plain.wants[rows.clone()], &self.wants, marks);
        look_up(self.supplies.as_ref(), &inner.plain.supply[rows.clone()], marks);
        if let Some(since) = self.visited_since {
            for (mark, visited) in marks.iter_mut().zip(&inner.plain.visited[rows.clone()]) {
                *mark &= u8::from(*visited >= since);
            }
        }
        if self.min_workers.is_some() || self.max_workers.is_some() {
            let (min, max) = (self.min_workers.unwrap_or(0), self.max_workers.unwrap_or(NOT_KNOWN));
            for (mark, workers) in marks.iter_mut().zip(&inner.plain.workers[rows]) {
                let within = (min..=max).contains(workers) && *workers != NOT_KNOWN;
                *mark &= u8::from(within);
            }
        }
    }
}

/// Keeps the marks of words that meet every mask.
fn meet(words: &[u32], masks: &[u32], marks: &mut [u8]) {
    for pair in masks.chunks(2) {
        match *pair {
            [one, other] => {
                for (mark, word) in marks.iter_mut().zip(words) {
                    *mark &= u8::from(word & one != 0) & u8::from(word & other != 0);
                }
            }
            [one] => {
                for (mark, word) in marks.iter_mut().zip(words) {
                    *mark &= u8::from(word & one != 0);
                }
            }
            _ => {}
        }
    }
}

fn look_up(table: Option<&Table>, numbers: &[u32], marks: &mut [u8]) {
    let Some(table) = table else { return };
    for (mark, number) in marks.iter_mut().zip(numbers) {
        *mark &= table[*number as usize];
    }
}

fn table<T: Clone>(values: &Chunked<T>, mut passes: impl FnMut(&T) -> bool) -> Table {
    values.iter().map(|value| u8::from(passes(value))).collect()
}

//! Rows of one audience in the order of the curve, packed once and never changed.

use std::io;
use std::ops::Range;

use super::columns::{Columns, ExtraColumns, Ids, Source};
use super::dictionaries::{Dictionaries, Values};
use super::file::{Reading, Saved, Writing};
use super::limits::BLOCK;
use super::names::Words;
use super::pyramid::Pyramid;
use super::row::{Audience, Row};
use super::tile::end_of_run;
use crate::domain::text::fold;
use crate::geography::Run;

/// Sorted by place on the curve, then id.
pub struct Segment<A: Audience> {
    pub columns: Columns,
    pub extra: A::Columns,
    /// Rows in the order of their keys, and of their folded names.
    by_key: Vec<u32>,
    by_name: Vec<u32>,
    pub blocks: Vec<Block>,
    pub pyramid: Pyramid,
}

/// What is true of a block of rows, so that it can be passed over or taken whole.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    /// Bits that some row has, and that all have.
    pub some: u32,
    pub all: u32,
    /// A bit for each place's regency, several to a bit.
    pub regencies: u64,
}

/// The bit of a regency in [`Block::regencies`].
pub fn regency_bit(code: &str) -> u64 {
    let digits = code.bytes().filter(u8::is_ascii_digit);
    1 << (digits.fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0')) % 64)
}

impl<A: Audience> Segment<A> {
    /// Packs rows.
    pub fn pack(rows: &[Row<A>], dictionaries: &mut Dictionaries, ids: &Ids) -> Self {
        let (mut columns, mut extra) = (Columns::default(), A::Columns::default());
        for row in rows {
            columns.push(&row.common, dictionaries);
            extra.push(&row.extra, dictionaries);
        }
        Self::sorted(&columns, &extra, ids, &dictionaries.values())
    }

    /// A segment of unsorted columns.
    pub fn sorted(columns: &Columns, extra: &A::Columns, ids: &Ids, values: &Values) -> Self {
        let mut order: Vec<(u64, u32)> =
            (0..number(columns.len())).map(|row| (columns.morton(row as usize), row)).collect();
        let id = |row: u32| ids.get(columns.plain.key[row as usize] as usize);
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| id(a.1).cmp(&id(b.1))));
        let order: Vec<Source> = order.into_iter().map(|(_, row)| Source { of: 0, row }).collect();
        Self::gather(&[(columns, extra)], &order, ids, values, None)
    }

    /// One segment of the rows of several that `alive` keeps.
    pub fn merge(
        segments: &[&Self],
        alive: impl Fn(usize, usize) -> bool,
        ids: &Ids,
        values: &Values,
    ) -> Self {
        let alive = |of: usize, row: usize| alive(of, row);
        let place = |at: &Source| {
            let columns = &segments[at.of as usize].columns;
            let key = columns.plain.key[at.row as usize];
            (columns.morton(at.row as usize), ids.get(key as usize))
        };
        let all = (0..segments.len()).map(|of| {
            let rows = 0..segments[of].columns.len();
            let kept = rows.filter(move |row| alive(of, *row));
            kept.map(move |row| Source { of: number(of), row: number(row) })
        });
        let order = merged(&all.map(Iterator::collect).collect::<Vec<_>>(), &place);
        let parts: Vec<_> = segments.iter().map(|one| (&one.columns, &one.extra)).collect();
        // Names were in order in each: kept so, and merged.
        let mut places =
            segments.iter().map(|one| vec![u32::MAX; one.columns.len()]).collect::<Vec<Vec<u32>>>();
        for (to, at) in order.iter().enumerate() {
            places[at.of as usize][at.row as usize] = number(to);
        }
        let by_name = (segments.iter().zip(&places))
            .map(|(one, to)| {
                let rows = one.by_name.iter().map(|row| to[*row as usize]);
                rows.filter(|to| *to != u32::MAX).collect()
            })
            .collect();
        Self::gather(&parts, &order, ids, values, Some(by_name))
    }

    fn gather(
        parts: &[(&Columns, &A::Columns)],
        order: &[Source],
        ids: &Ids,
        values: &Values,
        named: Option<Vec<Vec<u32>>>,
    ) -> Self {
        let columns: Vec<&Columns> = parts.iter().map(|part| part.0).collect();
        let extras: Vec<&A::Columns> = parts.iter().map(|part| part.1).collect();
        let columns = Columns::gather(&columns, order);
        let extra = A::Columns::gather(&extras, order);
        let keys = &columns.plain.key;
        let mut keyed: Vec<(u32, u32)> = keys.iter().copied().zip(0..).collect();
        keyed.sort_unstable();
        let mut by_key: Vec<u32> = Vec::with_capacity(keys.len());
        by_key.extend(keyed.iter().map(|(_, row)| *row));
        drop(keyed);
        let by_name = match named {
            Some(parts) => {
                merged(&parts, &|row: &u32| name_place(&columns, ids, &values.words, *row))
            }
            None => sorted_by_name(&columns, ids, &values.words),
        };
        let blocks = blocks(&columns, values);
        let pyramid = Pyramid::of(&columns);
        Self { columns, extra, by_key, by_name, blocks, pyramid }
    }

    pub fn save(&self, file: &mut Writing) -> io::Result<()> {
        self.columns.save(file)?;
        self.extra.save(file)?;
        self.by_key.save(file)?;
        self.by_name.save(file)
    }

    pub fn load(file: &mut Reading, values: &Values) -> io::Result<Self> {
        let (columns, extra) = (Columns::load(file)?, A::Columns::load(file)?);
        let (by_key, by_name) = (Vec::load(file)?, Vec::load(file)?);
        let blocks = blocks(&columns, values);
        let pyramid = Pyramid::of(&columns);
        Ok(Self { columns, extra, by_key, by_name, blocks, pyramid })
    }

    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// The row of a key. Keys are whole and each another, so that how far one is from the least and
    /// the greatest bounds where it can be: where there are no gaps, to one place.
    pub fn row_of(&self, key: u32) -> Option<usize> {
        let keys = &self.columns.plain.key;
        let key_at = |place: usize| keys[self.by_key[place] as usize];
        let last = self.by_key.len().checked_sub(1)?;
        let after_least = key.checked_sub(key_at(0))? as usize;
        let before_greatest = key_at(last).checked_sub(key)? as usize;
        let (from, to) = (last.saturating_sub(before_greatest), after_least.min(last));
        let among = &self.by_key[from..=to];
        let found = among.binary_search_by_key(&key, |row| keys[*row as usize]).ok()?;
        Some(among[found] as usize)
    }

    /// Rows in the order of their folded names.
    pub fn by_name(&self) -> &[u32] {
        &self.by_name
    }

    pub fn bytes(&self) -> usize {
        let indexes = (self.by_key.capacity() + self.by_name.capacity()) * size_of::<u32>();
        let summaries = self.blocks.len() * size_of::<Block>() + self.pyramid.bytes();
        self.columns.bytes() + self.extra.bytes() + indexes + summaries
    }
}

/// The first of these rows of which something is true that is true of all behind it; their end
/// where there is none.
pub fn first_in(rows: &Range<usize>, is: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (rows.start, rows.end);
    while low < high {
        let middle = usize::midpoint(low, high);
        if is(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

impl Columns {
    /// The first row at or behind a place on the curve.
    pub fn first_at(&self, code: u64) -> usize {
        self.first_where(|row| self.morton(row) >= code)
    }

    /// The first row of which something is true that is true of all behind it.
    pub fn first_where(&self, is: impl Fn(usize) -> bool) -> usize {
        first_in(&(0..self.len()), is)
    }

    /// The rows of a run of the curve.
    pub fn rows(&self, run: &Run) -> Range<usize> {
        let end = run.last.checked_add(1).map_or(self.len(), |next| self.first_at(next));
        self.first_at(run.first)..end
    }

    /// The rows of each of these runs, which are in the order of the curve: the next is looked for
    /// from where the one before ends, in steps that double.
    pub fn rows_of_all<'a>(
        &'a self,
        runs: &'a [Run],
    ) -> impl Iterator<Item = (&'a Run, Range<usize>)> {
        let mut at = 0;
        let reach = |from: usize, code: u64| {
            let before = |row: usize| row < from || self.morton(row) < code;
            if from < self.len() && before(from) {
                end_of_run(from, self.len(), before)
            } else {
                from
            }
        };
        runs.iter().map(move |run| {
            let start = reach(at, run.first);
            at = run.last.checked_add(1).map_or(self.len(), |next| reach(start, next));
            (run, start..at)
        })
    }
}

/// A name's place in the order of names: folded, ties by id.
fn name_place(columns: &Columns, ids: &Ids, words: &Words, row: u32) -> (String, uuid::Uuid) {
    let name = fold(&columns.names.get(row as usize, words));
    let id = ids.get(columns.plain.key[row as usize] as usize).copied();
    (name, id.unwrap_or_default())
}

/// The words of folded names as numbers in the order of the words. A name's place is that of its
/// words one after the other: a space comes before all letters.
struct Ranks {
    /// Of each word of the dictionary those that folding leaves of it, from 1.
    of: Vec<Vec<u32>>,
    /// Bits that a number takes.
    width: u32,
}

impl Ranks {
    fn of(words: &Words) -> Self {
        let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
        let mut all: Vec<&str> = folded.iter().flat_map(|word| word.split(' ')).collect();
        all.sort_unstable();
        all.dedup();
        let rank = |word: &str| number(all.partition_point(|known| *known < word)) + 1;
        let split = |word: &String| {
            word.split(' ').filter(|part| !part.is_empty()).map(rank).collect::<Vec<u32>>()
        };
        let width = usize::BITS - all.len().leading_zeros();
        Self { of: folded.iter().map(split).collect(), width }
    }

    /// The first words of a name in one number.
    fn first(&self, words: impl Iterator<Item = usize>) -> u64 {
        let mut left = 64;
        let mut sum = 0;
        for rank in words.filter_map(|word| self.of.get(word)).flatten() {
            if left < self.width {
                break;
            }
            left -= self.width;
            sum |= u64::from(*rank) << left;
        }
        sum
    }
}

fn sorted_by_name(columns: &Columns, ids: &Ids, words: &Words) -> Vec<u32> {
    // The first words settle most; the whole name is written out only where they do not.
    let ranks = Ranks::of(words);
    let first = |row: u32| (ranks.first(columns.names.words(row as usize)), row);
    let mut rows: Vec<(u64, u32)> = (0..number(columns.len())).map(first).collect();
    rows.sort_unstable();
    let mut start = 0;
    let mut order = Vec::with_capacity(rows.len());
    for alike in rows.chunk_by(|a, b| a.0 == b.0) {
        start += alike.len();
        if let [(_, row)] = alike {
            order.push(*row);
            continue;
        }
        let mut names: Vec<_> =
            (alike.iter()).map(|(_, row)| (name_place(columns, ids, words, *row), *row)).collect();
        names.sort_unstable();
        order.extend(names.into_iter().map(|(_, row)| row));
    }
    debug_assert_eq!(start, columns.len());
    order
}

/// Lists that are in an order as one in that order.
fn merged<T: Copy, K: Ord>(lists: &[Vec<T>], place: &impl Fn(&T) -> K) -> Vec<T> {
    let mut heap: std::collections::BinaryHeap<std::cmp::Reverse<(K, usize)>> =
        std::collections::BinaryHeap::new();
    let mut at = vec![0; lists.len()];
    for (of, list) in lists.iter().enumerate() {
        heap.extend(list.first().map(|first| std::cmp::Reverse((place(first), of))));
    }
    let mut all = Vec::with_capacity(lists.iter().map(Vec::len).sum());
    while let Some(std::cmp::Reverse((_, of))) = heap.pop() {
        all.push(lists[of][at[of]]);
        at[of] += 1;
        if heap.is_empty() {
            all.extend_from_slice(&lists[of][at[of]..]);
            break;
        }
        let next = lists[of].get(at[of]);
        heap.extend(next.map(|next| std::cmp::Reverse((place(next), of))));
    }
    all
}

fn blocks(columns: &Columns, values: &Values) -> Vec<Block> {
    let regencies: Vec<u64> =
        values.places.iter().map(|place| regency_bit(place.at[1].as_str())).collect();
    let traits = columns.plain.first.chunks(BLOCK);
    let places = columns.plain.place.chunks(BLOCK);
    let block = |(traits, places): (&[u32], &[u16])| Block {
        some: traits.iter().fold(0, |bits, word| bits | word),
        all: traits.iter().fold(u32::MAX, |bits, word| bits & word),
        regencies: places.iter().fold(0, |bits, place| bits | regencies[usize::from(*place)]),
    };
    traits.zip(places).map(block).collect()
}

/// A row's number.
pub fn number(row: usize) -> u32 {
    u32::try_from(row).expect("a segment has fewer than 2^32 rows")
}

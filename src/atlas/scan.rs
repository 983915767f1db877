//! How every operation goes through the rows: runs of the curve, cut at blocks, each block tested
//! column by column into marks, the marks packed into bits, the bits walked.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::columns::{Columns, Ids, InternalColumns};
use super::dictionaries::Values;
use super::limits::{BLOCK, LARGE};
use super::pyramid::Pyramid;
use super::segment::Block;
use super::snapshot::Dead;
use super::test::Test;
use super::traits::bits;
use crate::geography::{Run, Shape, mercator};

/// A segment that is asked, by one test.
pub struct Part<'a> {
    pub columns: &'a Columns,
    pub inner: Option<&'a InternalColumns>,
    pub by_name: &'a [u32],
    pub blocks: &'a [Block],
    pub pyramid: &'a Pyramid,
    pub dead: &'a Dead,
    /// How many rows are active and not dead.
    pub active: usize,
    pub test: &'a Test,
    pub values: &'a Values,
    pub ids: &'a Ids,
}

/// Rows of a part within one block that pass: bit `i` of word `w` is row `start + 64 w + i`.
pub struct Found<'a> {
    pub part: &'a Part<'a>,
    pub of: usize,
    pub start: usize,
    /// Rows that were tested.
    pub len: usize,
    pub words: &'a [u64],
}

impl Found<'_> {
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        let words = self.words.iter().enumerate();
        words.flat_map(move |(at, word)| bits(*word).map(move |bit| self.start + 64 * at + bit))
    }

    /// The first at or behind a place, counted from `start`.
    pub fn next(&self, from: usize) -> Option<usize> {
        let mut word = self.words.get(from / 64)? & (u64::MAX << (from % 64));
        let mut at = from / 64;
        while word == 0 {
            at += 1;
            word = *self.words.get(at)?;
        }
        Some(64 * at + word.trailing_zeros() as usize)
    }

    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }
}

/// Rows of a part that are to be tested.
#[derive(Debug, Clone)]
pub struct Stretch {
    pub of: usize,
    pub rows: Range<usize>,
    pub edge: bool,
}

/// Scans at this moment.
static SCANNING: AtomicUsize = AtomicUsize::new(0);

/// The rows of these runs in all parts.
pub fn stretches(parts: &[Part], runs: &[Run]) -> Vec<Stretch> {
    let mut all = Vec::new();
    for (of, part) in parts.iter().enumerate() {
        for (run, rows) in part.columns.rows_of_all(runs) {
            if !rows.is_empty() {
                all.push(Stretch { of, rows, edge: run.edge });
            }
        }
    }
    all
}

/// Tests all stretches. Where two threads share the work, each begins with `T::default()` and the
/// second's is joined to the first's.
pub fn scan<T: Default + Send>(
    parts: &[Part],
    stretches: &[Stretch],
    shapes: &[Shape],
    visit: impl Fn(&mut T, &Found) + Sync,
    join: impl Fn(&mut T, T),
) -> T {
    let total: usize = stretches.iter().map(|stretch| stretch.rows.len()).sum();
    let alone = SCANNING.fetch_add(1, Ordering::Relaxed) == 0;
    let run = |stretches: &[Stretch]| {
        let mut state = T::default();
        for stretch in stretches {
            test(parts, stretch, shapes, &mut |found| visit(&mut state, found));
        }
        state
    };
    let state = if alone && total > LARGE {
        let (one, other) = halves(stretches, total);
        std::thread::scope(|scope| {
            let second = scope.spawn(|| run(&other));
            let mut state = run(&one);
            match second.join() {
                Ok(second) => join(&mut state, second),
                Err(panic) => std::panic::resume_unwind(panic),
            }
            state
        })
    } else {
        run(stretches)
    };
    SCANNING.fetch_sub(1, Ordering::Relaxed);
    state
}

/// The stretches in two parts of about as many rows.
fn halves(stretches: &[Stretch], total: usize) -> (Vec<Stretch>, Vec<Stretch>) {
    let (mut one, mut other) = (Vec::new(), Vec::new());
    let mut left = total / 2;
    for stretch in stretches {
        let rows = stretch.rows.clone();
        let cut = rows.start + left.min(rows.len());
        left -= left.min(rows.len());
        let piece = |rows| Stretch { rows, ..stretch.clone() };
        one.push(piece(rows.start..cut));
        other.push(piece(cut..rows.end));
    }
    one.retain(|stretch| !stretch.rows.is_empty());
    other.retain(|stretch| !stretch.rows.is_empty());
    (one, other)
}

/// Tests one stretch, a block at a time.
pub fn test(parts: &[Part], stretch: &Stretch, shapes: &[Shape], visit: &mut impl FnMut(&Found)) {
    if stretch.rows.is_empty() {
        return;
    }
    let part = &parts[stretch.of];
    let mut marks = [0_u8; BLOCK];
    let mut words = [0_u64; BLOCK / 64];
    let mut start = stretch.rows.start;
    while start < stretch.rows.end {
        let number = start / BLOCK;
        let end = stretch.rows.end.min((number + 1) * BLOCK);
        let block = &part.blocks[number];
        if !part.test.passes_over(block) {
            let marks = &mut marks[..end - start];
            part.test.mark(part.columns, part.inner, block, start, marks);
            let words = pack(marks, &mut words);
            if !part.dead.is_empty() {
                for (at, word) in words.iter_mut().enumerate() {
                    *word &= !part.dead.word(start + 64 * at);
                }
            }
            if stretch.edge {
                for (at, word) in words.iter_mut().enumerate() {
                    for bit in bits(*word) {
                        if !part.lies_in(start + 64 * at + bit, shapes) {
                            *word &= !(1 << bit);
                        }
                    }
                }
            }
            if let Some(asked) = &part.test.expression {
                asked.keep(part, start, end - start, words);
            }
            if words.iter().any(|word| *word != 0) {
                visit(&Found { part, of: stretch.of, start, len: end - start, words });
            }
        }
        start = end;
    }
}

impl Part<'_> {
    fn lies_in(&self, row: usize, shapes: &[Shape]) -> bool {
        let (x, y) = (self.columns.plain.x[row], self.columns.plain.y[row]);
        shapes.iter().all(|shape| shape.holds(x, y))
    }

    pub fn position(&self, row: usize) -> (f64, f64) {
        mercator::position(self.columns.plain.x[row], self.columns.plain.y[row])
    }

    pub fn id(&self, row: usize) -> uuid::Uuid {
        let key = self.columns.plain.key[row] as usize;
        self.ids.get(key).copied().unwrap_or_default()
    }

    pub fn key(&self, row: usize) -> i64 {
        i64::from(self.columns.plain.key[row])
    }

    pub fn name(&self, row: usize) -> String {
        self.columns.names.get(row, &self.values.words)
    }
}

/// Marks of 0 and 1 as bits: eight bytes become one by a multiplication that moves each to its
/// place.
pub fn pack<'a>(marks: &[u8], words: &'a mut [u64; BLOCK / 64]) -> &'a mut [u64] {
    let used = marks.len().div_ceil(64);
    let eight =
        |marks: &[u8; 8]| u64::from_le_bytes(*marks).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    let whole = |marks: &[u8; 64]| {
        let bytes = marks.as_chunks::<8>().0.iter().enumerate();
        bytes.fold(0_u64, |word, (at, marks)| word | eight(marks) << (8 * at))
    };
    let (full, rest) = marks.as_chunks::<64>();
    for (word, marks) in words.iter_mut().zip(full) {
        *word = whole(marks);
    }
    if !rest.is_empty() {
        let mut marks = [0; 64];
        marks[..rest.len()].copy_from_slice(rest);
        words[full.len()] = whole(&marks);
    }
    &mut words[..used]
}

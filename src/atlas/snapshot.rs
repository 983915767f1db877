//! All rows of one audience at one moment: a few segments, the largest and oldest first, and which
//! of their rows have been written anew since. Immutable: a write makes the next snapshot.

use std::sync::Arc;

use super::columns::Ids;
use super::dictionaries::{Dictionaries, Values};
use super::limits::SMALL;
use super::row::{Audience, Row};
use super::segment::Segment;
use super::traits::{bits, first};
use crate::domain::codes::Existence;

pub struct Snapshot<A: Audience> {
    pub live: Vec<Live<A>>,
    pub values: Values,
    pub ids: Ids,
}

/// A segment and those of its rows that no longer count.
pub struct Live<A: Audience> {
    pub segment: Arc<Segment<A>>,
    pub dead: Dead,
    /// Rows that are active and not dead.
    pub active: usize,
}

/// A bit for each row that no longer counts; no bits at all while all do.
#[derive(Debug, Clone, Default)]
pub struct Dead {
    bits: Arc<Vec<u64>>,
    count: usize,
}

impl Dead {
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn has(&self, row: usize) -> bool {
        self.bits.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// The bits of the 64 rows from `row` on.
    pub fn word(&self, row: usize) -> u64 {
        let (at, shift) = (row / 64, row % 64);
        let part = |at: usize| self.bits.get(at).copied().unwrap_or_default();
        if shift == 0 { part(at) } else { part(at) >> shift | part(at + 1) << (64 - shift) }
    }

    /// Whether any of these rows is dead.
    pub fn any(&self, rows: &std::ops::Range<usize>) -> bool {
        let mut at = rows.start;
        while !self.is_empty() && at < rows.end {
            let left = rows.end - at;
            let wanted = if left < 64 { (1 << left) - 1 } else { u64::MAX };
            if self.word(at) & wanted != 0 {
                return true;
            }
            at += 64;
        }
        false
    }

    /// Answers whether it was alive.
    fn insert(&mut self, row: usize, rows: usize) -> bool {
        if self.has(row) {
            return false;
        }
        let bits = Arc::make_mut(&mut self.bits);
        bits.resize(rows.div_ceil(64), 0);
        bits[row / 64] |= 1 << (row % 64);
        self.count += 1;
        true
    }
}

impl<A: Audience> Clone for Live<A> {
    fn clone(&self) -> Self {
        Self { segment: self.segment.clone(), dead: self.dead.clone(), active: self.active }
    }
}

impl<A: Audience> Live<A> {
    pub fn new(segment: Segment<A>) -> Self {
        let active = first::existence(Existence::Active);
        let traits = &segment.columns.plain.first;
        let active = traits.iter().filter(|word| *word & active != 0).count();
        Self { segment: Arc::new(segment), dead: Dead::default(), active }
    }

    fn bury(&mut self, row: usize) {
        let active = first::existence(Existence::Active);
        if self.dead.insert(row, self.segment.len()) {
            self.active -= usize::from(self.segment.columns.plain.first[row] & active != 0);
        }
    }

    fn rows(&self) -> usize {
        self.segment.len() - self.dead.count
    }
}

impl<A: Audience> Default for Snapshot<A> {
    fn default() -> Self {
        Self { live: Vec::new(), values: Values::default(), ids: Ids::default() }
    }
}

impl<A: Audience> Snapshot<A> {
    /// The next snapshot: what there was of these keys is taken out, and the rows come in anew.
    #[must_use]
    pub fn with(
        &self,
        changed: &[u32],
        rows: &[Row<A>],
        dictionaries: &mut Dictionaries,
        ids: &Ids,
    ) -> Self {
        let mut live = self.live.clone();
        for one in &mut live {
            let dead: Vec<usize> =
                changed.iter().filter_map(|key| one.segment.row_of(*key)).collect();
            for row in dead {
                one.bury(row);
            }
        }
        live.retain(|one| one.rows() > 0);
        if !rows.is_empty() {
            live.push(Live::new(Segment::pack(rows, dictionaries, ids)));
        }
        let values = dictionaries.values();
        while let [.., before, last] = live.as_slice()
            && before.segment.len() + last.segment.len() <= SMALL
            && before.segment.len() <= 2 * last.segment.len()
        {
            let merged = merge(&[before.clone(), last.clone()], ids, &values);
            live.truncate(live.len() - 2);
            live.push(Live::new(merged));
        }
        Self { live, values, ids: ids.clone() }
    }

    /// A snapshot of one segment.
    pub fn of(segment: Segment<A>, values: Values, ids: Ids) -> Self {
        Self { live: vec![Live::new(segment)], values, ids }
    }

    /// The segments, from which on to the last, that are due to be merged: where those behind one
    /// have grown to a third of it, or a third of it is dead.
    pub fn due(&self) -> Option<usize> {
        let rows: Vec<usize> = self.live.iter().map(Live::rows).collect();
        (0..rows.len()).find(|from| {
            let behind: usize = rows[from + 1..].iter().sum();
            let dead = self.live[*from].dead.count;
            rows[*from] + behind > SMALL && (3 * behind >= rows[*from] || 3 * dead > rows[*from])
        })
    }

    /// These segments merged into one. Takes long.
    pub fn merged(&self, from: usize) -> Segment<A> {
        merge(&self.live[from..], &self.ids, &self.values)
    }

    /// The snapshot with a merged segment in the place of those that it was made of, as they were
    /// in `then`: what of it has died since is dead, and segments that have come since stay.
    #[must_use]
    pub fn replaced(&self, then: &Self, from: usize, merged: Segment<A>) -> Self {
        let old = &then.live[from..];
        let was_old = |one: &Live<A>| old.iter().any(|was| Arc::ptr_eq(&was.segment, &one.segment));
        let mut new = Live::new(merged);
        for was in old {
            let now = self.live.iter().find(|one| Arc::ptr_eq(&was.segment, &one.segment));
            // Without it, all of it has died or has been merged with others.
            for row in (0..was.segment.len()).step_by(64) {
                let dead = now.map_or(u64::MAX, |now| now.dead.word(row)) & !was.dead.word(row);
                for row in bits(dead).map(|bit| row + bit).filter(|row| *row < was.segment.len()) {
                    let key = was.segment.columns.plain.key[row];
                    if let Some(row) = new.segment.row_of(key) {
                        new.bury(row);
                    }
                }
            }
        }
        let mut live: Vec<Live<A>> =
            self.live.iter().filter(|one| !was_old(one)).cloned().collect();
        if new.rows() > 0 {
            live.insert(from.min(live.len()), new);
        }
        Self { live, values: self.values.clone(), ids: self.ids.clone() }
    }

    pub fn len(&self) -> usize {
        self.live.iter().map(Live::rows).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory of the segments.
    pub fn bytes(&self) -> usize {
        self.live.iter().map(|one| one.segment.bytes()).sum()
    }
}

fn merge<A: Audience>(live: &[Live<A>], ids: &Ids, values: &Values) -> Segment<A> {
    let segments: Vec<&Segment<A>> = live.iter().map(|one| &*one.segment).collect();
    Segment::merge(&segments, |of, row| !live[of].dead.has(row), ids, values)
}

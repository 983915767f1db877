//! What waits at a verification desk in the order of what matters, how each office stands, and
//! records drawn by lot. Of the internal tier alone: nobody else's records are told here.

use std::collections::{BTreeMap, HashSet};

use strum::VariantArray;
use uuid::Uuid;

use super::columns::InternalColumns;
use super::scan::{Found, Part, scan, stretches};
use super::traits::internal;
use super::view::{View, WORLD};
use crate::domain::codes::Review;
use crate::domain::enterprise::Severity;
use crate::domain::filter::Filter;
use crate::domain::region::{Level, RegionCode};
use crate::geography::cover;

/// What makes a record matter at the desk, the first before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeskRank)]
pub enum Rank {
    /// It has a flag that is an error.
    Error,
    /// A flag that is a warning.
    Warning,
    /// It may be the same as another one.
    Duplicate,
    /// None of these; hints weigh nothing.
    Clean,
}

const RANK_AT: u32 = 62;
const DAY: i64 = 86_400;

/// The worst flag of a record, and since when its review stands where it does: two bits, then the
/// seconds since 2020, 0 where not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing(pub u32);

impl Standing {
    const WORST_AT: u32 = 30;
    const SECONDS: u32 = (1 << Self::WORST_AT) - 1;
    /// 1 January 2020.
    const FIRST: i64 = 1_577_836_800;

    pub fn of(worst: Option<Severity>, since: Option<i64>) -> Self {
        let rank = match worst {
            Some(Severity::Error) => Rank::Error,
            Some(Severity::Warning) => Rank::Warning,
            Some(Severity::Hint) | None => Rank::Clean,
        };
        let packed = |since: i64| {
            let seconds = (since - Self::FIRST).clamp(1, i64::from(Self::SECONDS));
            u32::try_from(seconds).unwrap_or(Self::SECONDS)
        };
        Self((rank as u32) << Self::WORST_AT | since.map_or(0, packed))
    }

    fn rank(self) -> Rank {
        Rank::VARIANTS[(self.0 >> Self::WORST_AT) as usize]
    }

    /// Seconds since 1970.
    fn since(self) -> Option<i64> {
        let seconds = self.0 & Self::SECONDS;
        (seconds != 0).then(|| Self::FIRST + i64::from(seconds))
    }
}

/// A place in an order: a number, and the id that settles equal ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    pub number: u64,
    pub id: Uuid,
}

/// A record in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    pub turn: Turn,
    pub key: i64,
}

/// A page of what waits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Queue {
    pub records: Vec<Placed>,
    pub is_last: bool,
    /// How many wait of each rank, on this page or not.
    pub by_rank: [usize; 4],
}

/// Records drawn by lot.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawn {
    pub records: Vec<Placed>,
    /// Out of so many.
    pub of: usize,
}

/// The first in an order, as a scan finds them.
#[derive(Default)]
struct First {
    best: Vec<Placed>,
    /// Nothing behind this number is among them.
    worst: Option<u64>,
    by_rank: [usize; 4],
}

impl First {
    fn keep(&mut self, wanted: usize, room: usize) {
        if self.best.len() > wanted + room {
            self.best.select_nth_unstable(wanted - 1);
            self.best.truncate(wanted);
            self.worst = self.best.last().map(|placed| placed.turn.number);
        }
    }
}

impl View {
    /// A page of the records that pass: errors first, then warnings, then those among `doubtful`,
    /// and of these whoever waits longest.
    pub fn waiting(
        &self,
        filter: &Filter,
        doubtful: &HashSet<Uuid>,
        after: Option<Turn>,
        limit: usize,
    ) -> Queue {
        let number = |part: &Part, inner: &InternalColumns, row: usize| {
            let standing = Standing(inner.plain.standing[row]);
            let rank = match standing.rank() {
                Rank::Clean if doubtful.contains(&part.id(row)) => Rank::Duplicate,
                rank => rank,
            };
            (rank as u64) << RANK_AT | u64::from(standing.0 & Standing::SECONDS)
        };
        // One more tells whether there is a next page.
        let First { mut best, by_rank, .. } = self.first(filter, after, limit + 1, number);
        let is_last = best.len() <= limit;
        best.truncate(limit);
        Queue { records: best, is_last, by_rank }
    }

    /// So many of the records that pass, drawn by lot: the same seed draws the same ones of the same
    /// records.
    pub fn drawn(&self, filter: &Filter, seed: u64, count: usize) -> Drawn {
        let lot = |part: &Part, _: &InternalColumns, row: usize| lot(seed, part.id(row));
        let First { best, by_rank, .. } = self.first(filter, None, count, lot);
        Drawn { records: best, of: by_rank.iter().sum() }
    }

    /// The first `wanted` behind a place, in the order of their numbers.
    fn first(
        &self,
        filter: &Filter,
        after: Option<Turn>,
        wanted: usize,
        number: impl Fn(&Part, &InternalColumns, usize) -> u64 + Sync,
    ) -> First {
        let tests = self.tests(filter);
        let parts = self.internal_parts(&tests);
        let shapes = filter.public.shapes();
        let open = stretches(&parts, &cover(WORLD, &shapes));
        let visit = |first: &mut First, found: &Found| {
            let (part, Some(inner)) = (found.part, found.part.inner) else { return };
            for row in found.rows() {
                let number = number(part, inner, row);
                first.by_rank[usize::from((number >> RANK_AT).to_le_bytes()[0])] += 1;
                let near = first.worst.is_none_or(|worst| number <= worst)
                    && after.is_none_or(|after| number >= after.number);
                if near {
                    let turn = Turn { number, id: part.id(row) };
                    if after.is_none_or(|after| turn > after) {
                        first.best.push(Placed { turn, key: part.key(row) });
                    }
                }
            }
            first.keep(wanted, 10_000);
        };
        let mut first = scan(&parts, &open, &shapes, visit, |first: &mut First, more| {
            first.best.extend(more.best);
            first.by_rank.iter_mut().zip(more.by_rank).for_each(|(sum, more)| *sum += more);
        });
        first.keep(wanted, 0);
        first.best.sort_unstable();
        first
    }

    /// How the desk of each regency stands at a time, in seconds since 1970.
    pub fn offices(&self, filter: &Filter, now: i64) -> BTreeMap<RegionCode, Office> {
        let tests = self.tests(filter);
        let parts = self.internal_parts(&tests);
        let shapes = filter.public.shapes();
        let open = stretches(&parts, &cover(WORLD, &shapes));
        let visit = |places: &mut Vec<Office>, found: &Found| {
            let Some(inner) = found.part.inner else { return };
            for row in found.rows() {
                let place = usize::from(found.part.columns.plain.place[row]);
                if places.len() <= place {
                    places.resize(place + 1, Office::default());
                }
                let standing = Standing(inner.plain.standing[row]);
                places[place].add(inner.plain.traits[row], standing, now);
            }
        };
        let by_place = scan(&parts, &open, &shapes, visit, |places, more: Vec<Office>| {
            if places.len() < more.len() {
                places.resize(more.len(), Office::default());
            }
            places.iter_mut().zip(more).for_each(|(one, more)| one.join(more));
        });
        let mut regencies: BTreeMap<RegionCode, Office> = BTreeMap::new();
        let Some(part) = parts.first() else { return regencies };
        for (place, office) in part.values.places.iter().zip(by_place) {
            if office.records > 0 {
                let regency = place.at[Level::Regency as usize].clone();
                regencies.entry(regency).or_default().join(office);
            }
        }
        regencies
    }
}

/// How a desk stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Office {
    pub records: usize,
    pub waiting: usize,
    /// Those that wait with an error or a warning.
    pub flagged: usize,
    /// Verified at the desk in the last 7 and 30 days, and so since.
    pub verified: [usize; 2],
    /// Returned to their authors, and so since.
    pub returned: usize,
    /// Since when each of those that wait does, where that is known.
    since: Vec<i64>,
}

impl Office {
    fn add(&mut self, traits: u32, standing: Standing, now: i64) {
        let is = |review| traits & internal::review(review) != 0;
        self.records += 1;
        if is(Review::Submitted) {
            self.waiting += 1;
            self.flagged += usize::from(matches!(standing.rank(), Rank::Error | Rank::Warning));
            self.since.extend(standing.since());
        } else if is(Review::Returned) {
            self.returned += 1;
        } else if is(Review::Verified) {
            for (count, days) in self.verified.iter_mut().zip([7, 30]) {
                *count += usize::from(standing.since().is_some_and(|at| at >= now - days * DAY));
            }
        }
    }

    fn join(&mut self, other: Self) {
        self.records += other.records;
        self.waiting += other.waiting;
        self.flagged += other.flagged;
        self.returned += other.returned;
        self.verified.iter_mut().zip(other.verified).for_each(|(sum, more)| *sum += more);
        self.since.extend(other.since);
    }

    /// Since when the one that waits longest does, in seconds since 1970.
    pub fn oldest(&self) -> Option<i64> {
        self.since.iter().min().copied()
    }

    /// The same of the one in the middle; of an even number the older of the two.
    pub fn median(&self) -> Option<i64> {
        let mut since = self.since.clone();
        let middle = since.len().checked_sub(1)? / 2;
        Some(*since.select_nth_unstable(middle).1)
    }
}

/// A number that an id draws, as good as by chance and the same each time (`SplitMix64`).
fn lot(seed: u64, id: Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    [high, low].into_iter().fold(seed, |drawn, half| {
        let mut mixed = (drawn ^ half).wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_holds_the_worst_flag_and_the_second() {
        let at = 1_795_000_000;
        let packed = Standing::of(Some(Severity::Warning), Some(at));
        assert_eq!((packed.rank(), packed.since()), (Rank::Warning, Some(at)));
        let unknown = Standing::of(Some(Severity::Hint), None);
        assert_eq!((unknown.rank(), unknown.since()), (Rank::Clean, None));
        let before = Standing::of(Some(Severity::Error), Some(0));
        assert_eq!((before.rank(), before.since()), (Rank::Error, Some(Standing::FIRST + 1)));
        // Until 2054.
        assert_eq!(Standing::of(None, Some(2_600_000_000)).since(), Some(2_600_000_000));
    }

    #[test]
    fn a_lot_is_the_same_each_time_and_another_by_another_seed() {
        let ids = || (0..1_000_u128).map(|n| Uuid::from_u128(n << 70 | n));
        let drawn = |seed| {
            let mut lots: Vec<(u64, Uuid)> = ids().map(|id| (lot(seed, id), id)).collect();
            lots.sort_unstable();
            lots.into_iter().take(50).map(|(_, id)| id).collect::<HashSet<Uuid>>()
        };
        assert_eq!(drawn(1), drawn(1));
        // By chance 2.5 of 50 are the same.
        assert!(drawn(1).intersection(&drawn(2)).count() < 15);
    }
}

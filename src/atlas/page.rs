//! Pages of a list. A cursor is a place in the order, not an offset: a record that does not change
//! while somebody pages appears exactly once, whatever is written meanwhile.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::limits::{BLOCK, FEW};
use super::nearest::{Nearest, Numbered};
use super::scan::{Part, Stretch, scan, stretches, test};
use super::segment;
use super::view::{View, WORLD, count};
use crate::domain::filter::{Filter, Sort};
use crate::domain::text::fold;
use crate::geography::{Shape, cover, distance_m};
use crate::search::{self, Found};

/// A page that is asked for.
pub struct PageQuery<'a> {
    pub filter: &'a Filter,
    pub sort: Sort,
    /// Where the page before ended.
    pub after: Option<&'a Cursor>,
    pub limit: usize,
}

/// Keys of records in order.
pub struct Page {
    pub keys: Vec<i64>,
    /// How many records pass the filter in all.
    pub matched: usize,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// A place in an ordered list, bound to the filter and the order it was made for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    bound_to: String,
    place: Place,
    /// Which words were taken with typos: they are to the end of the list.
    #[serde(default)]
    pub typos: u32,
    /// Settles equal places. Not the record's key, which would tell how many there are.
    id: Uuid,
}

/// What a record is ordered by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Place {
    Code(u64),
    Micros(i64),
    /// The bits of the distance: in the order of the distances, and the same when read back.
    Metres(u64),
    Rank(u8, String),
    Name(String),
}

/// Why a cursor cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorError {
    Malformed,
    /// It was made for another filter or order.
    Mismatch,
}

impl Cursor {
    pub fn encode(&self) -> String {
        // A struct of numbers and strings always serializes.
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a cursor and checks that it is of this filter and order.
    ///
    /// # Errors
    /// If it is no cursor, or one of another list.
    pub fn decode(text: &str, filter: &Filter, sort: Sort) -> Result<Self, CursorError> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError::Malformed)?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| CursorError::Malformed)?;
        if cursor.bound_to == binding(filter, sort) {
            Ok(cursor)
        } else {
            Err(CursorError::Mismatch)
        }
    }
}

fn binding(filter: &Filter, sort: Sort) -> String {
    let sort: &str = sort.into();
    let digest = Sha256::digest(format!("{sort}?{}", filter.canonical()));
    BASE64_URL_SAFE_NO_PAD.encode(&digest[..9])
}

/// A record in its place in the order.
type Placed = (Place, Uuid, i64);

impl View {
    /// One page of a list.
    pub fn page(&self, query: &PageQuery) -> Page {
        let tests = self.tests(query.filter);
        let parts = self.parts(&tests);
        let shapes = query.filter.public.shapes();
        let open = stretches(&parts, &cover(WORLD, &shapes));
        let asked = Asked { parts: &parts, open: &open, shapes: &shapes, query };
        let matched = count(&parts, &open, &shapes);
        let mut ordered = match query.sort {
            _ if matched == 0 => Vec::new(),
            Sort::Curve => asked.along_the_curve(),
            Sort::UpdatedAtDescending => {
                let number = |part: &Part, row: usize| number(-part.columns.plain.updated[row]);
                let place = |number| Place::Micros(micros(number));
                placed(asked.best_by_number(number), place)
            }
            Sort::Distance => placed(asked.nearest(matched), Place::Metres),
            Sort::Name if matched > FEW => asked.by_name(|_, _| true, Place::Name),
            Sort::Name => asked.best(|part, row| Place::Name(fold(&part.name(row)))),
            Sort::Relevance => {
                // Without words there is no such order to ask for.
                self.found.as_ref().map_or_else(Vec::new, |found| asked.by_relevance(found))
            }
        };
        ordered.sort_unstable();
        let more = ordered.len() > query.limit;
        ordered.truncate(query.limit);
        let next = ordered.last().filter(|_| more).map(|(place, id, _)| Cursor {
            bound_to: binding(query.filter, query.sort),
            place: place.clone(),
            typos: self.asked().map_or(0, search::Asked::typos),
            id: *id,
        });
        Page { keys: ordered.into_iter().map(|(_, _, key)| key).collect(), matched, next }
    }
}

/// A page that is asked for, with where to look.
struct Asked<'a> {
    parts: &'a [Part<'a>],
    open: &'a [Stretch],
    shapes: &'a [Shape],
    query: &'a PageQuery<'a>,
}

impl Asked<'_> {
    /// One more than the page holds, to know whether there is a next.
    fn wanted(&self) -> usize {
        self.query.limit + 1
    }

    fn is_after(&self, place: &Place, id: &Uuid) -> bool {
        self.query.after.is_none_or(|cursor| (place, id) > (&cursor.place, &cursor.id))
    }

    /// The rows are in this order: from behind the cursor, as many as are wanted of each part.
    fn along_the_curve(&self) -> Vec<Placed> {
        let mut all = Vec::new();
        for (of, part) in self.parts.iter().enumerate() {
            let place = |row| (Place::Code(part.columns.morton(row)), part.id(row));
            let start = part.columns.first_where(|row| {
                let (place, id) = place(row);
                self.is_after(&place, &id)
            });
            let mut found = Vec::new();
            for stretch in self.open.iter().filter(|stretch| stretch.of == of) {
                let mut from = stretch.rows.start.max(start);
                while from < stretch.rows.end && found.len() < self.wanted() {
                    let to = stretch.rows.end.min((from / BLOCK + 1) * BLOCK);
                    let piece = Stretch { rows: from..to, ..stretch.clone() };
                    test(self.parts, &piece, self.shapes, &mut |block| found.extend(block.rows()));
                    from = to;
                }
            }
            found.truncate(self.wanted());
            all.extend(found.into_iter().map(|row| {
                let (place, id) = place(row);
                (place, id, part.key(row))
            }));
        }
        all
    }

    /// The first in an order of all that pass.
    fn best(&self, place: impl Fn(&Part, usize) -> Place + Sync) -> Vec<Placed> {
        self.best_of(|_, _| true, place)
    }

    /// The same of those that pass.
    fn best_of(
        &self,
        passes: impl Fn(&Part, usize) -> bool + Sync,
        place: impl Fn(&Part, usize) -> Place + Sync,
    ) -> Vec<Placed> {
        let wanted = self.wanted();
        let keep = |best: &mut Vec<Placed>, size: usize| {
            if best.len() > size {
                best.select_nth_unstable(wanted);
                best.truncate(wanted);
            }
        };
        let mut best = scan(
            self.parts,
            self.open,
            self.shapes,
            |best: &mut Vec<Placed>, found| {
                for row in found.rows().filter(|row| passes(found.part, *row)) {
                    let (place, id) = (place(found.part, row), found.part.id(row));
                    if self.is_after(&place, &id) {
                        best.push((place, id, found.part.key(row)));
                    }
                }
                keep(best, 8 * wanted + 10_000);
            },
            Extend::extend,
        );
        keep(&mut best, wanted);
        best
    }

    /// The same in an order by number. Ids settle equal numbers, and are looked up nowhere else.
    fn best_by_number(&self, number: impl Fn(&Part, usize) -> u64 + Sync) -> Vec<Numbered> {
        type Rows = (Vec<(u64, u32, u32)>, Option<u64>);
        let (wanted, after) = (self.wanted(), self.after_number());
        let id = |of: u32, row: u32| self.parts[of as usize].id(row as usize);
        let keep = |(rows, worst): &mut Rows, size: usize| {
            if rows.len() > size {
                rows.select_nth_unstable_by(wanted - 1, |a, b| {
                    a.0.cmp(&b.0).then_with(|| id(a.1, a.2).cmp(&id(b.1, b.2)))
                });
                rows.truncate(wanted);
                *worst = Some(rows[wanted - 1].0);
            }
        };
        let mut best = scan(
            self.parts,
            self.open,
            self.shapes,
            |best: &mut Rows, found| {
                for row in found.rows() {
                    let number = number(found.part, row);
                    let is_after = after.is_none_or(|(last, after)| {
                        number > last || number == last && found.part.id(row) > after
                    });
                    if is_after && best.1.is_none_or(|worst| number <= worst) {
                        let (of, row) = (segment::number(found.of), segment::number(row));
                        best.0.push((number, of, row));
                    }
                }
                keep(best, 8 * wanted + 10_000);
            },
            |best, more| best.0.extend(more.0),
        );
        keep(&mut best, wanted);
        let numbered = |(number, of, row): (u64, u32, u32)| {
            (number, id(of, row), self.parts[of as usize].key(row as usize))
        };
        best.0.into_iter().map(numbered).collect()
    }

    /// The number and id that the page before ended with.
    fn after_number(&self) -> Option<(u64, Uuid)> {
        let cursor = self.query.after?;
        match cursor.place {
            Place::Micros(micros) => Some((number(micros), cursor.id)),
            Place::Metres(metres) => Some((metres, cursor.id)),
            _ => None,
        }
    }

    /// Those nearest to `near`.
    fn nearest(&self, matched: usize) -> Vec<Numbered> {
        let from = self.query.filter.public.near.map_or((0.0, 0.0), |at| (at.lon, at.lat));
        let (parts, shapes, wanted) = (self.parts, self.shapes, self.wanted());
        let after = self.after_number();
        let few = matched <= wanted;
        let found = (!few).then(|| Nearest { parts, shapes, from, wanted, after }.find());
        let metres = |part: &Part, row: usize| distance_m(from, part.position(row)).to_bits();
        found.flatten().unwrap_or_else(|| self.best_by_number(metres))
    }

    /// The best ranks first, as many as fill the page; among equals by name.
    fn by_relevance(&self, found: &Found) -> Vec<Placed> {
        let rank = |part: &Part, row: usize| found.rank(part.key(row), part.inner.is_some());
        let counts = scan(
            self.parts,
            self.open,
            self.shapes,
            |counts: &mut Vec<usize>, found| {
                let counts = room(counts, 256);
                found.rows().for_each(|row| counts[usize::from(rank(found.part, row))] += 1);
            },
            |counts, more| {
                room(counts, more.len())
                    .iter_mut()
                    .zip(more)
                    .for_each(|(all, count)| *all += count);
            },
        );
        let reached = match self.query.after.map(|cursor| &cursor.place) {
            Some(Place::Rank(rank, _)) => *rank,
            _ => 0,
        };
        // Ranks of few records are taken together.
        let mut groups: Vec<(std::ops::RangeInclusive<u8>, usize)> = Vec::new();
        for (rank, count) in (0..=u8::MAX).zip(counts) {
            match groups.last_mut() {
                _ if rank < reached || count == 0 => {}
                Some((ranks, sum)) if *sum + count <= FEW => {
                    *ranks = *ranks.start()..=rank;
                    *sum += count;
                }
                _ => groups.push((rank..=rank, count)),
            }
        }
        let mut all = Vec::new();
        for (ranks, count) in groups {
            if all.len() >= self.wanted() {
                break;
            }
            let passes = |part: &Part, row: usize| ranks.contains(&rank(part, row));
            all.extend(if count > FEW {
                self.by_name(passes, |name| Place::Rank(*ranks.start(), name))
            } else {
                let place =
                    |part: &Part, row: usize| Place::Rank(rank(part, row), fold(&part.name(row)));
                self.best_of(passes, place)
            });
        }
        all
    }

    /// Walks the order of names of each part from behind the cursor.
    fn by_name(
        &self,
        wanted: impl Fn(&Part, usize) -> bool + Sync,
        place: impl Fn(String) -> Place,
    ) -> Vec<Placed> {
        let passes = scan(
            self.parts,
            self.open,
            self.shapes,
            |passes: &mut Vec<Vec<u64>>, found| {
                let words = &mut room(passes, found.of + 1)[found.of];
                for row in found.rows().filter(|row| wanted(found.part, *row)) {
                    room(words, row / 64 + 1)[row / 64] |= 1 << (row % 64);
                }
            },
            |passes, more| {
                for (of, more) in more.into_iter().enumerate() {
                    let words = &mut room(passes, of + 1)[of];
                    room(words, more.len())
                        .iter_mut()
                        .zip(more)
                        .for_each(|(all, word)| *all |= word);
                }
            },
        );
        let mut all = Vec::new();
        for (part, passes) in self.parts.iter().zip(passes) {
            let place = |row: u32| (place(fold(&part.name(row as usize))), part.id(row as usize));
            let start = part.by_name.partition_point(|row| {
                let (place, id) = place(*row);
                !self.is_after(&place, &id)
            });
            let passes = |row: &&u32| {
                passes.get(**row as usize / 64).is_some_and(|word| word >> (**row % 64) & 1 == 1)
            };
            let found = part.by_name[start..].iter().filter(passes).take(self.wanted());
            all.extend(found.map(|row| {
                let (place, id) = place(*row);
                (place, id, part.key(*row as usize))
            }));
        }
        all
    }
}

fn placed(numbered: Vec<Numbered>, place: impl Fn(u64) -> Place) -> Vec<Placed> {
    numbered.into_iter().map(|(number, id, key)| (place(number), id, key)).collect()
}

/// Numbers with a sign in their order as numbers without, and back.
fn number(micros: i64) -> u64 {
    micros.cast_unsigned() ^ 1 << 63
}

fn micros(number: u64) -> i64 {
    (number ^ 1 << 63).cast_signed()
}

/// A list made long enough.
fn room<T: Default + Clone>(list: &mut Vec<T>, length: usize) -> &mut Vec<T> {
    if list.len() < length {
        list.resize(length, T::default());
    }
    list
}

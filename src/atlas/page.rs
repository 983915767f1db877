//! Pages of a list. A cursor is a place in the order, not an offset: a record that does not change
//! while somebody pages appears exactly once, whatever is written meanwhile.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::limits::{BLOCK, FEW};
use super::scan::{Part, Stretch, scan, stretches, test};
use super::view::{View, WORLD, count};
use crate::domain::filter::{Filter, Sort};
use crate::domain::text::fold;
use crate::geography::{Shape, cover, distance_m, mercator};
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
                asked.best(|part, row| Place::Micros(-part.columns.plain.updated[row]))
            }
            Sort::Distance => asked.nearest(),
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
        self.best_in(self.open, self.shapes, |_, _| true, place)
    }

    fn best_in(
        &self,
        open: &[Stretch],
        shapes: &[Shape],
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
            open,
            shapes,
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

    /// Those nearest to `near`. The neighbours on the curve tell how far the page reaches at most;
    /// then only that circle is looked through.
    fn nearest(&self) -> Vec<Placed> {
        let near = self.query.filter.public.near.map_or((0.0, 0.0), |at| (at.lon, at.lat));
        let metres =
            |part: &Part, row: usize| Place::Metres(distance_m(near, part.position(row)).to_bits());
        let code = mercator::morton(near.0, near.1);
        let mut window = 256;
        while window < 100_000 {
            let around: Vec<Stretch> = self
                .open
                .iter()
                .filter_map(|stretch| {
                    let middle = self.parts[stretch.of].columns.first_at(code);
                    let start = stretch.rows.start.max(middle.saturating_sub(window));
                    let end = stretch.rows.end.min(middle + window);
                    (start < end).then(|| Stretch { rows: start..end, ..stretch.clone() })
                })
                .collect();
            let mut found = self.best_in(&around, self.shapes, |_, _| true, metres);
            found.sort_unstable();
            if let Some((Place::Metres(bits), _, _)) = found.get(self.query.limit) {
                let radius_m = f64::from_bits(*bits);
                let circle = Shape::Circle { lon: near.0, lat: near.1, radius_m };
                let mut shapes = self.shapes.to_vec();
                shapes.push(circle);
                let open = stretches(self.parts, &cover(WORLD, &shapes));
                return self.best_in(&open, &shapes, |_, _| true, metres);
            }
            window *= 8;
        }
        self.best(metres)
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
                self.best_in(self.open, self.shapes, passes, place)
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

/// A list made long enough.
fn room<T: Default + Clone>(list: &mut Vec<T>, length: usize) -> &mut Vec<T> {
    if list.len() < length {
        list.resize(length, T::default());
    }
    list
}

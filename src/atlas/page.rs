//! Pages of a list. A cursor is a place in the order, not an offset: a record that does not change
//! while somebody pages appears exactly once, whatever is written meanwhile.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::row::Common;
use super::view::View;
use crate::domain::filter::{Filter, Sort};
use crate::geography::distance_m;

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

impl View {
    /// One page of a list.
    pub fn page(&self, query: &PageQuery) -> Page {
        let found = self.matching(query.filter);
        let matched = found.len();
        let mut ordered: Vec<(Place, Uuid, i64)> = found
            .into_iter()
            .map(|row| (self.place(row, query.filter, query.sort), row.id, row.key))
            .filter(|(place, id, _)| {
                query.after.is_none_or(|cursor| (place, id) > (&cursor.place, &cursor.id))
            })
            .collect();
        ordered.sort_unstable();
        let more = ordered.len() > query.limit;
        ordered.truncate(query.limit);
        let next = ordered.last().filter(|_| more).map(|(place, id, _)| Cursor {
            bound_to: binding(query.filter, query.sort),
            place: place.clone(),
            typos: self.found.as_ref().map_or(0, |found| found.asked.typos()),
            id: *id,
        });
        Page { keys: ordered.into_iter().map(|(_, _, key)| key).collect(), matched, next }
    }

    fn place(&self, row: &Common, filter: &Filter, sort: Sort) -> Place {
        match sort {
            Sort::Curve => Place::Code(row.morton),
            Sort::Name => Place::Name(row.folded_name.to_string()),
            Sort::UpdatedAtDescending => Place::Micros(-row.updated_at_micros),
            Sort::Distance => {
                let near = filter.public.near.map_or((0.0, 0.0), |circle| (circle.lon, circle.lat));
                Place::Metres(distance_m(near, (row.lon, row.lat)).to_bits())
            }
            Sort::Relevance => {
                let found = self.found.as_ref();
                let rank = found.map_or(u8::MAX, |found| found.rank(row.key, row.internal));
                Place::Rank(rank, row.folded_name.to_string())
            }
        }
    }
}

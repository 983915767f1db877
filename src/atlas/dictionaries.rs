//! Values that many rows share, each known by a number: a filter is asked of the values, once, and
//! the rows only look up the answer.

use std::sync::Arc;

use uuid::Uuid;

use super::chunked::{Chunked, Dictionary};
use super::columns::LEVELS;
use crate::domain::region::RegionCode;

/// A stated region and the office that is responsible.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    pub region: RegionCode,
    pub responsible: RegionCode,
    /// The region at each level, from the widest; where it is stated no narrower, as stated.
    pub at: [RegionCode; 4],
}

/// What a row's codes say of its trade.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Trade {
    pub kbli: Vec<String>,
    pub commodities: Vec<String>,
}

/// What a row is a member of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Member {
    pub cooperative: Option<Uuid>,
    pub sentra: Option<Uuid>,
}

/// The dictionaries as they are written to.
#[derive(Debug, Default)]
pub struct Dictionaries {
    places: Dictionary<Arc<Place>>,
    trades: Dictionary<Arc<Trade>>,
    members: Dictionary<Member>,
    authors: Dictionary<Option<Box<str>>>,
    pub words: Dictionary<Box<str>>,
}

/// The dictionaries as they are read: all that rows packed so far refer to.
#[derive(Debug, Clone, Default)]
pub struct Values {
    pub places: Chunked<Arc<Place>>,
    pub trades: Chunked<Arc<Trade>>,
    pub members: Chunked<Member>,
    pub authors: Chunked<Option<Box<str>>>,
    pub words: Chunked<Box<str>>,
}

impl Dictionaries {
    pub fn place(&mut self, region: &RegionCode, responsible: &RegionCode) -> u16 {
        let at = LEVELS.map(|level| region.at(level).unwrap_or_else(|| region.clone()));
        let place = Place { region: region.clone(), responsible: responsible.clone(), at };
        let number = self.places.number(Arc::new(place));
        u16::try_from(number).expect("a province has fewer than 2^16 regions")
    }

    pub fn trade(&mut self, kbli: &[String], commodities: &[String]) -> u32 {
        let trade = Trade { kbli: kbli.to_vec(), commodities: commodities.to_vec() };
        self.trades.number(Arc::new(trade))
    }

    pub fn member(&mut self, cooperative: Option<Uuid>, sentra: Option<Uuid>) -> u32 {
        self.members.number(Member { cooperative, sentra })
    }

    pub fn author(&mut self, author: Option<&str>) -> u32 {
        self.authors.number(author.map(Into::into))
    }

    pub fn values(&self) -> Values {
        Values {
            places: self.places.values(),
            trades: self.trades.values(),
            members: self.members.values(),
            authors: self.authors.values(),
            words: self.words.values(),
        }
    }
}

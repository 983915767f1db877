//! Values that many rows share, each known by a number: a filter is asked of the values, once, and
//! the rows only look up the answer.

use std::hash::{Hash, Hasher};
use std::io;
use std::sync::Arc;

use hashbrown::Equivalent;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::chunked::{Chunked, Dictionary};
use super::columns::LEVELS;
use super::file::{Reading, Writing, broken};
use crate::domain::region::RegionCode;
use crate::domain::trade::Origin;

/// A stated region and the office that is responsible.
#[derive(Debug, Clone)]
pub struct Place {
    pub region: RegionCode,
    pub responsible: RegionCode,
    /// The region at each level, from the widest; where it is stated no narrower, as stated.
    pub at: [RegionCode; 4],
}

/// What a place is known by.
#[derive(PartialEq, Eq, Hash)]
struct PlaceOf<'a>(&'a RegionCode, &'a RegionCode);

impl Place {
    fn known_by(&self) -> PlaceOf<'_> {
        PlaceOf(&self.region, &self.responsible)
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.known_by() == other.known_by()
    }
}

impl Eq for Place {}

impl Hash for Place {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.known_by().hash(hasher);
    }
}

impl Equivalent<Arc<Place>> for PlaceOf<'_> {
    fn equivalent(&self, place: &Arc<Place>) -> bool {
        *self == place.known_by()
    }
}

/// What a row's codes say of its trade.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Trade {
    pub kbli: Vec<String>,
    pub commodities: Vec<String>,
}

/// The same, borrowed: its hash is that of a trade.
#[derive(Hash)]
struct TradeOf<'a> {
    kbli: &'a [String],
    commodities: &'a [String],
}

impl Equivalent<Arc<Trade>> for TradeOf<'_> {
    fn equivalent(&self, trade: &Arc<Trade>) -> bool {
        self.kbli == trade.kbli && self.commodities == trade.commodities
    }
}

/// Who made a record, borrowed.
#[derive(Hash)]
struct AuthorOf<'a>(Option<&'a str>);

impl Equivalent<Option<Box<str>>> for AuthorOf<'_> {
    fn equivalent(&self, author: &Option<Box<str>>) -> bool {
        self.0 == author.as_deref()
    }
}

/// Raw materials and where they come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Supply {
    pub materials: Vec<String>,
    pub origins: Vec<Origin>,
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
    supplies: Dictionary<Arc<Supply>>,
    pub words: Dictionary<Box<str>>,
}

/// The dictionaries as they are read: all that rows packed so far refer to.
#[derive(Debug, Clone, Default)]
pub struct Values {
    pub places: Chunked<Arc<Place>>,
    pub trades: Chunked<Arc<Trade>>,
    pub members: Chunked<Member>,
    pub authors: Chunked<Option<Box<str>>>,
    pub supplies: Chunked<Arc<Supply>>,
    pub words: Chunked<Box<str>>,
}

impl Dictionaries {
    pub fn place(&mut self, region: &RegionCode, responsible: &RegionCode) -> u16 {
        let number = self.places.number(&PlaceOf(region, responsible), || {
            let at = LEVELS.map(|level| region.at(level).unwrap_or_else(|| region.clone()));
            Arc::new(Place { region: region.clone(), responsible: responsible.clone(), at })
        });
        u16::try_from(number).expect("a province has fewer than 2^16 regions")
    }

    pub fn trade(&mut self, kbli: &[String], commodities: &[String]) -> u32 {
        self.trades.number(&TradeOf { kbli, commodities }, || {
            Arc::new(Trade { kbli: kbli.to_vec(), commodities: commodities.to_vec() })
        })
    }

    pub fn member(&mut self, cooperative: Option<Uuid>, sentra: Option<Uuid>) -> u32 {
        let member = Member { cooperative, sentra };
        self.members.number(&member, || member)
    }

    pub fn supply(&mut self, supply: &Supply) -> u32 {
        self.supplies.number(supply, || Arc::new(supply.clone()))
    }

    pub fn author(&mut self, author: Option<&str>) -> u32 {
        self.authors.number(&AuthorOf(author), || author.map(Into::into))
    }

    pub fn values(&self) -> Values {
        Values {
            places: self.places.values(),
            trades: self.trades.values(),
            members: self.members.values(),
            authors: self.authors.values(),
            supplies: self.supplies.values(),
            words: self.words.values(),
        }
    }
}

/// The values as they are kept in a file.
#[derive(Serialize, Deserialize)]
struct SavedValues {
    /// A stated region and the office that is responsible.
    places: Vec<(RegionCode, RegionCode)>,
    /// KBLI codes and commodities.
    trades: Vec<(Vec<String>, Vec<String>)>,
    /// Cooperative and sentra.
    members: Vec<(Option<Uuid>, Option<Uuid>)>,
    authors: Vec<Option<Box<str>>>,
    /// Raw materials and origins.
    supplies: Vec<(Vec<String>, Vec<String>)>,
    words: Vec<Box<str>>,
}

impl Values {
    pub fn save(&self, file: &mut Writing) -> io::Result<()> {
        let place = |place: &Arc<Place>| (place.region.clone(), place.responsible.clone());
        let trade = |trade: &Arc<Trade>| (trade.kbli.clone(), trade.commodities.clone());
        let supply = |supply: &Arc<Supply>| {
            let origins = supply.origins.iter().map(ToString::to_string).collect();
            (supply.materials.clone(), origins)
        };
        file.json(&SavedValues {
            places: self.places.iter().map(place).collect(),
            trades: self.trades.iter().map(trade).collect(),
            members: self.members.iter().map(|of| (of.cooperative, of.sentra)).collect(),
            authors: self.authors.iter().cloned().collect(),
            supplies: self.supplies.iter().map(supply).collect(),
            words: self.words.iter().cloned().collect(),
        })
    }
}

impl Dictionaries {
    pub fn load(file: &mut Reading) -> io::Result<Self> {
        let saved: SavedValues = file.json()?;
        let mut all = Self {
            members: Dictionary::of(
                saved
                    .members
                    .into_iter()
                    .map(|(cooperative, sentra)| Member { cooperative, sentra }),
            ),
            authors: Dictionary::of(saved.authors),
            words: Dictionary::of(saved.words),
            ..Self::default()
        };
        for (region, responsible) in saved.places {
            all.place(&region, &responsible);
        }
        for (kbli, commodities) in saved.trades {
            all.trade(&kbli, &commodities);
        }
        for (materials, origins) in saved.supplies {
            let origins: Result<_, ()> = origins.iter().map(|origin| origin.parse()).collect();
            let origins = origins.map_err(|()| broken("no origin"))?;
            all.supply(&Supply { materials, origins });
        }
        Ok(all)
    }
}

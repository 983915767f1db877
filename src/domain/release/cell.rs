//! Which records are counted together: the finest cells, and the cells that are told of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::domain::codes::{Kind, Sector};
use crate::domain::region::{Level, PROVINCE, RegionCode};
use crate::domain::size::SizeClass;

/// A code in its own bytes; the province is the empty one, and stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place([u8; 8]);

const REGENCY: usize = 5;
const DISTRICT: usize = 8;

impl Place {
    /// The district of a region, its regency where the district is not known.
    pub fn of(region: &RegionCode) -> Self {
        let code = region.as_str();
        let length = match region.level() {
            Level::Province => 0,
            Level::Regency => REGENCY,
            Level::District | Level::Village => DISTRICT,
        };
        let mut place = [0; DISTRICT];
        place[..length].copy_from_slice(&code.as_bytes()[..length]);
        Self(place)
    }

    pub fn regency(self) -> Option<Self> {
        let mut place = [0; DISTRICT];
        place[..REGENCY].copy_from_slice(&self.0[..REGENCY]);
        (place[REGENCY - 1] != 0).then_some(Self(place))
    }

    pub fn district(self) -> Option<Self> {
        (self.0[DISTRICT - 1] != 0).then_some(self)
    }

    const PROVINCE: Self = Self([0; DISTRICT]);
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = std::str::from_utf8(&self.0).unwrap_or_default().trim_end_matches('\0');
        f.write_str(if code.is_empty() { PROVINCE } else { code })
    }
}

/// The finest cell that records are counted in: each record is in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BaseCell {
    pub place: Place,
    /// The place of the main sector; [`ANY`] without one.
    pub sector: u8,
    pub size: u8,
    /// A bit a kind: kinds overlap, the sets of them do not.
    pub kinds: u8,
}

/// In the place of a code: whichever.
pub(super) const ANY: u8 = u8::MAX;

impl fmt::Display for BaseCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.place, self.sector, self.size, self.kinds)
    }
}

impl FromStr for BaseCell {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('/');
        let place: RegionCode = parts.next().ok_or(())?.parse()?;
        let mut number = || parts.next().and_then(|part| part.parse().ok()).ok_or(());
        Ok(Self { place: Place::of(&place), sector: number()?, size: number()?, kinds: number()? })
    }
}

impl Serialize for BaseCell {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BaseCell {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom("not a cell"))
    }
}

/// A cell that is told of: what it does not break down by is [`ANY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Margin {
    pub place: Place,
    pub sector: u8,
    pub kind: u8,
    pub size: u8,
}

impl Margin {
    /// By how many of sector, kind and size it is broken down.
    pub fn depth(&self) -> usize {
        [self.sector, self.kind, self.size].iter().filter(|code| **code != ANY).count()
    }
}

impl BaseCell {
    /// All cells that are told of and hold this one: the province and a regency by sector, kind and
    /// size in every combination, a district by one of them at a time.
    pub fn margins(&self) -> Vec<Margin> {
        let kinds = (0..count(Kind::VARIANTS)).filter(|kind| self.kinds & 1 << kind != 0);
        let kinds: Vec<u8> = kinds.chain([ANY]).collect();
        let sectors = if self.sector == ANY { vec![ANY] } else { vec![self.sector, ANY] };
        let mut margins = Vec::with_capacity(32);
        for place in [Some(Place::PROVINCE), self.place.regency()].into_iter().flatten() {
            for &sector in &sectors {
                for &kind in &kinds {
                    for size in [self.size, ANY] {
                        margins.push(Margin { place, sector, kind, size });
                    }
                }
            }
        }
        if let Some(place) = self.place.district() {
            let all = Margin { place, sector: ANY, kind: ANY, size: ANY };
            margins.extend(sectors.iter().map(|&sector| Margin { sector, ..all }));
            margins.push(Margin { size: self.size, ..all });
            let broken_down = kinds.iter().filter(|kind| **kind != ANY);
            margins.extend(broken_down.map(|&kind| Margin { kind, ..all }));
        }
        margins
    }
}

/// All cells that are told of in a region, whether anything is in them or not: that one is there
/// tells nothing.
pub(super) fn grid(region: &RegionCode) -> Vec<Margin> {
    let with_any = |codes: u8| [ANY].into_iter().chain(0..codes);
    let sectors = u8::try_from(Sector::all().len()).unwrap_or(ANY);
    let (kinds, sizes) = (count(Kind::VARIANTS), count(SizeClass::VARIANTS));
    let place = Place::of(region);
    let one_at_a_time = region.level() == Level::District;
    let mut cells = Vec::new();
    for sector in with_any(sectors) {
        for kind in with_any(kinds) {
            for size in with_any(sizes) {
                let cell = Margin { place, sector, kind, size };
                if !one_at_a_time || cell.depth() <= 1 {
                    cells.push(cell);
                }
            }
        }
    }
    cells
}

fn count(variants: &[&str]) -> u8 {
    u8::try_from(variants.len()).unwrap_or(ANY)
}

/// A published count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "CellRow", into = "CellRow")]
pub struct Cell {
    pub region: RegionCode,
    /// None: all of them.
    pub sector: Option<String>,
    pub kind: Option<String>,
    pub size_class: Option<String>,
    /// A multiple of [`super::BASE`]; None: hidden.
    pub count: Option<i64>,
}

/// As it is sealed.
type CellRow = (RegionCode, Option<String>, Option<String>, Option<String>, Option<i64>);

impl From<CellRow> for Cell {
    fn from((region, sector, kind, size_class, count): CellRow) -> Self {
        Self { region, sector, kind, size_class, count }
    }
}

impl From<Cell> for CellRow {
    fn from(cell: Cell) -> Self {
        (cell.region, cell.sector, cell.kind, cell.size_class, cell.count)
    }
}

impl Cell {
    pub(super) fn new(region: &RegionCode, margin: &Margin, count: Option<i64>) -> Self {
        let named =
            |names: &[&str], code: u8| names.get(usize::from(code)).map(ToString::to_string);
        Self {
            region: region.clone(),
            sector: Sector::all().get(usize::from(margin.sector)).map(|entry| entry.code.clone()),
            kind: named(Kind::VARIANTS, margin.kind),
            size_class: named(SizeClass::VARIANTS, margin.size),
            count,
        }
    }
}

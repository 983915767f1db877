//! Which records are compared at all: those that share a block. A block is two pieces of evidence
//! at once, so that few share one by chance, and there are several, so that a duplicate that differs
//! in some still shares another.

use std::sync::LazyLock;

use super::words::Word;
use super::{Rarity, Traits, number};
use crate::domain::region::{Level, RegionCode};
use crate::domain::text::hex;

/// A number that stands for a block. Odd ones are of numbers that are somebody's alone: whoever shares
/// one is compared, whatever the [`Sketch`] says.
pub type Block = i64;

/// What is rare for the sake of blocks: the same at all times, so that a record's blocks are those
/// that it was put into.
static FIXED: LazyLock<Rarity> = LazyLock::new(Rarity::default);

/// Squares of about 330 m.
const CELL: f64 = 0.003;
/// So many of them on a side stand together.
const TOGETHER: i64 = 64;
/// Length of a regency's code.
const REGENCY: usize = 5;

/// The blocks of a record.
pub fn blocks(traits: &Traits) -> Vec<Block> {
    let mut blocks: Vec<u64> = Vec::with_capacity(10);
    let at = |level| traits.region.as_ref().and_then(|region| region.at(level));
    let (regency, district, village) =
        (at(Level::Regency), at(Level::District), at(Level::Village));
    blocks.extend(traits.phones.iter().map(|phone| number(&["phone", phone]) | 1));
    blocks.extend(traits.nib.iter().map(|nib| number(&["nib", nib]) | 1));
    blocks.extend(traits.national_ids.iter().map(|hash| number(&["nik", &hex(hash)]) | 1));
    let telling = telling(traits);
    if let Some(regency) = &regency {
        let mut bones: Vec<&str> = traits.name.iter().map(|word| word.bones.as_str()).collect();
        bones.sort_unstable();
        blocks.push(weak(regency.as_str(), &["name", regency.as_str(), &bones.join(" ")]));
    }
    // Where the village is not said, its district stands for it.
    let near = village.as_ref().or(district.as_ref()).or(regency.as_ref());
    if let Some(near) = near {
        for word in telling.iter().take(2) {
            blocks.push(weak(of(near), &["word", near.as_str(), &word.bones]));
        }
    }
    for owner in &traits.owners {
        let mut bones: Vec<&str> = owner.iter().map(|word| word.bones.as_str()).collect();
        bones.sort_unstable();
        if let Some(wide) = district.as_ref().or(regency.as_ref()) {
            blocks.push(weak(of(wide), &["owner", wide.as_str(), &bones.join(" ")]));
        }
        let Some((near, commodity)) = near.zip(traits.commodities.first()) else { continue };
        for bone in bones.iter().take(3) {
            blocks.push(weak(of(near), &["maker", near.as_str(), commodity, bone]));
        }
    }
    if let (Some((lon, lat)), Some(word)) = (traits.point, telling.first()) {
        blocks.push(point_block(cell(lon), cell(lat), &word.bones));
    }
    let mut blocks: Vec<Block> = blocks.into_iter().map(u64::cast_signed).collect();
    blocks.sort_unstable();
    blocks.dedup();
    blocks
}

/// The blocks of the squares around a record's own, in which it is looked for but does not stand.
pub fn points_around(traits: &Traits) -> Vec<Block> {
    let telling = telling(traits);
    let (Some((lon, lat)), Some(word)) = (traits.point, telling.first()) else { return Vec::new() };
    let around = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (x, y))).filter(|at| *at != (0, 0));
    around
        .map(|(x, y)| point_block(cell(lon) + x, cell(lat) + y, &word.bones).cast_signed())
        .collect()
}

/// The words of the name that tell most, the rarest first.
fn telling(traits: &Traits) -> Vec<&Word> {
    let mut telling: Vec<(f64, &Word)> =
        traits.name.iter().map(|word| (FIXED.bits(word), word)).collect();
    telling.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.sound.cmp(&b.1.sound)));
    telling.into_iter().map(|(_, word)| word).collect()
}

/// Blocks of one place stand together, so that what comes from one office is entered into few pages
/// of a table that is in their order.
fn weak(place: &str, parts: &[&str]) -> u64 {
    (number(&[place]) << 56) | ((number(parts) >> 8) & !1)
}

/// The code of the regency that a region lies in.
fn of(region: &RegionCode) -> &str {
    region.as_str().get(..REGENCY).unwrap_or_default()
}

/// Whether the sketches of two records in a block are to be asked.
pub fn is_weak(block: Block) -> bool {
    block & 1 == 0
}

fn cell(degrees: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "degrees are few")]
    let cell = (degrees / CELL).floor() as i64;
    cell
}

fn point_block(x: i64, y: i64, word: &str) -> u64 {
    let place = format!("{} {}", x.div_euclid(TOGETHER), y.div_euclid(TOGETHER));
    weak(&place, &["point", &x.to_string(), &y.to_string(), word])
}

/// A record in 64 bits, by which most pairs of a block are told apart without reading them: two
/// words of the name, two of the owner, a phone number and the village, each a few bits of its
/// number, 0 where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sketch(u64);

/// Where each piece stands and how wide it is.
const NAMES: [(u32, u32); 2] = [(0, 10), (10, 10)];
const OWNERS: [(u32, u32); 2] = [(20, 10), (30, 10)];
const PHONE: (u32, u32) = (40, 12);
const VILLAGE: (u32, u32) = (52, 12);

impl Sketch {
    pub fn of(traits: &Traits) -> Self {
        let mut sketch = 0;
        let mut put = |(at, wide): (u32, u32), text: Option<&str>| {
            if let Some(text) = text {
                let most = (1 << wide) - 1;
                sketch |= (number(&[text]) % most + 1) << at;
            }
        };
        let telling = telling(traits);
        for (place, at) in NAMES.into_iter().enumerate() {
            put(at, telling.get(place).map(|word| word.bones.as_str()));
        }
        // Several owners have no room: whatever shares a block with them is read.
        if traits.owners.len() > 1 {
            return Self(0);
        }
        if let Some(owner) = traits.owners.first() {
            let mut bones: Vec<&str> = owner.iter().map(|word| word.bones.as_str()).collect();
            bones.sort_by_key(|bones| std::cmp::Reverse(bones.len()));
            for (place, at) in OWNERS.into_iter().enumerate() {
                put(at, bones.get(place).copied());
            }
        }
        put(PHONE, traits.phones.first().map(String::as_str));
        put(VILLAGE, traits.region.as_ref().map(RegionCode::as_str));
        Self(sketch)
    }

    /// As it is stored.
    pub fn stored(self) -> i64 {
        self.0.cast_signed()
    }

    pub fn from_stored(stored: i64) -> Self {
        Self(stored.cast_unsigned())
    }

    fn piece(self, (at, wide): (u32, u32)) -> u64 {
        (self.0 >> at) & ((1 << wide) - 1)
    }

    /// Whether two records may be the same as far as this tells.
    pub fn may_be(self, other: Self) -> bool {
        let same = |at| self.piece(at) != 0 && self.piece(at) == other.piece(at);
        let shared = |pieces: [(u32, u32); 2]| {
            pieces.iter().any(|one| {
                let value = self.piece(*one);
                value != 0 && pieces.iter().any(|two| other.piece(*two) == value)
            })
        };
        let owned = self.piece(OWNERS[0]) != 0 && other.piece(OWNERS[0]) != 0;
        let (named, owner) = (shared(NAMES), shared(OWNERS));
        self.0 == 0
            || other.0 == 0
            || same(PHONE)
            || owner && (named || same(VILLAGE))
            || named && !owned
    }
}

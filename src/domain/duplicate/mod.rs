//! Two records of one enterprise: which are worth comparing ([`blocks`]), how likely they are the
//! same and why ([`compare`]). Nothing is merged by it: a person decides.

mod blocks;
mod fact;
mod fields;
mod rarity;
mod score;
mod traits;
mod words;

pub use blocks::{Block, Sketch, blocks, is_weak, points_around};
pub use fact::{Fact, Reason};
pub use fields::{FieldPair, side_by_side};
pub use rarity::Rarity;
pub use score::{Class, Verdict, compare};
pub use traits::{Compared, Traits};
pub use words::{Word, words};

/// A block with so many records says nothing any more: what they share is common. Nobody is added
/// to it, and nobody compared because of it.
pub const CROWDED: usize = 40;

/// Scores from here on are of the class `certain`.
pub const CERTAIN: u8 = 70;
/// Scores from here on are of the class `likely`, and are offered to a person.
pub const LIKELY: u8 = 52;

/// A number that stands for texts, the same on every machine and in every version (FNV-1a, mixed).
fn number(parts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests;

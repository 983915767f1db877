//! What of a record is a choice among few: a bit for each choice, so that "any of these" is one
//! mask, whatever the field.

use crate::domain::codes::{Existence, Kind, LegalForm, Publication, Review, Sector};
use crate::domain::size::SizeClass;

/// Bits of the first word: asked for by most filters.
pub mod first {
    use super::{Existence, SizeClass};

    pub const SECTORS_AT: u32 = 4;

    pub fn kinds(bits: u8) -> u32 {
        u32::from(bits)
    }
    /// There are fourteen.
    pub fn sectors(bits: u16) -> u32 {
        u32::from(bits) << SECTORS_AT
    }
    pub fn size(class: SizeClass) -> u32 {
        1 << (18 + class as u32)
    }
    pub fn women_led(value: bool) -> u32 {
        1 << (23 + u32::from(value))
    }
    pub fn sample(value: bool) -> u32 {
        1 << (25 + u32::from(value))
    }
    pub fn existence(value: Existence) -> u32 {
        1 << (27 + value as u32)
    }
    pub const EXACT: u32 = 1 << 31;

    /// Back from the word.
    pub fn kinds_of(word: u32) -> u8 {
        word.to_le_bytes()[0] & 0xf
    }
    pub fn size_of(word: u32) -> SizeClass {
        use SizeClass::{Large, Medium, Micro, Small, Unknown};
        let mut classes = [Micro, Small, Medium, Large].into_iter();
        classes.find(|class| word & size(*class) != 0).unwrap_or(Unknown)
    }
}

/// Bits of the second word.
pub mod second {
    use super::LegalForm;

    pub const CERTIFICATES_AT: u32 = 9;

    pub fn legal_form(form: LegalForm) -> u32 {
        1 << form as u32
    }
    pub fn certificates(bits: u16) -> u32 {
        u32::from(bits) << CERTIFICATES_AT
    }
}

/// Bits of the internal word.
pub mod internal {
    use super::{Publication, Review};

    pub const QUALITY_AT: u32 = 6;

    pub fn review(value: Review) -> u32 {
        1 << value as u32
    }
    pub fn publication(value: Publication) -> u32 {
        1 << (4 + value as u32)
    }
    pub fn quality(bits: u32) -> u32 {
        bits << QUALITY_AT
    }
}

/// Bits of the word of needs and practices.
pub mod wants {
    pub const PRACTICES_AT: u32 = 16;

    pub fn needs(bits: u16) -> u32 {
        u32::from(bits)
    }
    pub fn practices(bits: u16) -> u32 {
        u32::from(bits) << PRACTICES_AT
    }
}

/// A bit per kind.
pub fn kind_bits(kinds: impl Iterator<Item = Kind>) -> u8 {
    kinds.fold(0, |bits, kind| bits | 1 << kind as u8)
}

/// A bit per sector.
pub fn sector_bits(sectors: &[Sector]) -> u16 {
    sectors.iter().fold(0, |bits, sector| bits | 1 << sector.index())
}

/// Numbers of the set bits, from the lowest.
pub fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(lowest)
    })
}

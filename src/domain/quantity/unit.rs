//! Units of measure: a closed set (`seed/units.csv`), and the dimensions that keep unlike goods
//! apart.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use crate::domain::codes::{list, rows};

/// What a unit measures, with its base unit. Unlike dimensions are never added.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Dimension {
    /// In pieces (buah).
    Count,
    /// In pairs (pasang): a dimension of its own beside pieces.
    Pair,
    /// In kilograms.
    Mass,
    /// In litres.
    Volume,
    /// In metres.
    Length,
    /// In square metres.
    Area,
    /// In sheets (lembar).
    Sheet,
    /// In sets.
    Set,
    /// Packs (dus, botol, bungkus): each kind its own, of no common content, never converted.
    Pack,
}

impl Dimension {
    /// The unit that sums of it are in; packs have none, for they are never added.
    pub fn base_unit(self) -> Option<&'static UnitEntry> {
        let base =
            |unit: &&UnitEntry| unit.dimension == self && unit.factor.to_bits() == 1_f64.to_bits();
        units().iter().find(base).filter(|_| self != Self::Pack)
    }
}

/// A unit of measure.
#[derive(Debug, Clone)]
pub struct UnitEntry {
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub dimension: Dimension,
    /// How many of the dimension's base unit one of this unit is.
    pub factor: f64,
    pub synonyms: Vec<String>,
}

impl UnitEntry {
    /// Kodi, lusin and gros: numbers of whatever is counted, pieces or pairs.
    pub fn is_multiplier(&self) -> bool {
        self.dimension == Dimension::Count && self.factor > 1.0
    }
}

static UNITS: LazyLock<Vec<UnitEntry>> = LazyLock::new(|| {
    rows(include_str!("../../../seed/units.csv"))
        .map(|row| UnitEntry {
            code: row[0].clone(),
            name: row[1].clone(),
            name_en: row[2].clone(),
            dimension: row[3].parse().expect("seed/units.csv: the dimension is known"),
            factor: row[4].parse().expect("seed/units.csv: factor is a number"),
            synonyms: list(&row[5]),
        })
        .collect()
});

/// All units.
pub fn units() -> &'static [UnitEntry] {
    &UNITS
}

/// The unit of a code.
pub fn by_code(code: &str) -> Option<&'static UnitEntry> {
    UNITS.iter().find(|unit| unit.code == code)
}

/// The unit that a code or one of its synonyms names, letter case aside.
pub fn named(word: &str) -> Option<&'static UnitEntry> {
    let word = word.trim().trim_end_matches('.').to_lowercase();
    UNITS.iter().find(|unit| unit.code == word || unit.synonyms.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kodi_is_twenty_and_a_pair_is_a_dimension_of_its_own() {
        let of = |word| named(word).map(|unit| (unit.dimension, unit.factor));
        assert_eq!(of("kodi"), Some((Dimension::Count, 20.0)));
        assert_eq!(of("psg."), Some((Dimension::Pair, 1.0)));
        assert_eq!(of("BUAH"), Some((Dimension::Count, 1.0)));
        assert_eq!(of("ons"), Some((Dimension::Mass, 0.1)));
        assert_eq!(of("genggam"), None);
        assert!(by_code("psg").is_none() && by_code("pasang").is_some());
    }

    #[test]
    fn no_word_names_two_units() {
        let mut seen = std::collections::HashSet::new();
        for unit in units() {
            for word in unit.synonyms.iter().chain([&unit.code]) {
                assert!(seen.insert(word), "{word} stands twice");
            }
        }
    }
}

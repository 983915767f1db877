//! How much a word that two names share tells: little where many have it.

use std::collections::HashMap;
use std::collections::HashSet;

use super::number;
use super::words::{Word, words};
use crate::domain::codes::rows;

/// How often words stand in the names of 11,158 small enterprises of one city (Surakarta, published
/// by it); those in fewer than six of them are left out.
const COMMON: &str = include_str!("../../../seed/common-words.csv");
const COMMON_OF: f64 = 11_158.0;
/// No single word tells more, in bits.
const MOST: f64 = 12.0;

/// Counts of words.
#[derive(Debug, Clone)]
pub struct Rarity {
    counts: HashMap<u64, f64>,
    records: f64,
}

impl Default for Rarity {
    fn default() -> Self {
        let mut rarity = Self { counts: HashMap::new(), records: COMMON_OF };
        for row in rows(COMMON) {
            let count: f64 = row[1].parse().unwrap_or_default();
            for word in words(&row[0]) {
                *rarity.counts.entry(number(&[&word.sound])).or_default() += count;
            }
        }
        rarity
    }
}

impl Rarity {
    /// Counts the words of one more record, each once.
    pub fn add<'a>(&mut self, words: impl IntoIterator<Item = &'a Word>) {
        let once: HashSet<u64> = words.into_iter().map(|word| number(&[&word.sound])).collect();
        for word in once {
            *self.counts.entry(word).or_default() += 1.0;
        }
        self.records += 1.0;
    }

    /// How surprising it is, in bits, that a record has the word.
    pub fn bits(&self, word: &Word) -> f64 {
        let count = self.counts.get(&number(&[&word.sound])).copied().unwrap_or_default();
        // A word of one letter may be anything.
        let most = if word.sound.len() < 2 { 3.0 } else { MOST };
        (self.records / (count + 0.5)).log2().clamp(0.2, most)
    }
}

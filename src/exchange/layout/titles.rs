//! What stands above a list: of which place, year and office it is.

use crate::domain::codes::Kind;
use crate::domain::gazetteer::Gazetteer;
use crate::domain::region::{Level, RegionCode};
use crate::domain::text::fold;

/// The lines above a header, folded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Titles {
    lines: Vec<String>,
}

impl Titles {
    pub fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        Self { lines: lines.take(50).filter(|line| line.len() < 500).map(fold).collect() }
    }

    fn words(&self) -> impl Iterator<Item = Vec<&str>> {
        self.lines.iter().map(|line| line.split(' ').collect())
    }

    /// The regency that is named with its rank: `DATA IKM KABUPATEN SIDOARJO TAHUN 2025`. None where
    /// several are.
    pub fn regency(&self, gazetteer: &Gazetteer) -> Option<RegionCode> {
        self.region(gazetteer, Level::Regency, &["kabupaten", "kab", "kota"])
    }

    /// The district that is named with its rank: `KECAMATAN : TANGGULANGIN`.
    pub fn district(
        &self,
        gazetteer: &Gazetteer,
        regency: Option<&RegionCode>,
    ) -> Option<RegionCode> {
        let found = self.regions(gazetteer, Level::District, &["kecamatan", "kec"]);
        only(found.into_iter().filter(|code| regency.is_none_or(|regency| regency.contains(code))))
    }

    fn region(&self, gazetteer: &Gazetteer, level: Level, ranks: &[&str]) -> Option<RegionCode> {
        only(self.regions(gazetteer, level, ranks).into_iter())
    }

    fn regions(&self, gazetteer: &Gazetteer, level: Level, ranks: &[&str]) -> Vec<RegionCode> {
        let mut found: Vec<RegionCode> = Vec::new();
        for words in self.words() {
            for (place, rank) in words.iter().enumerate().filter(|(_, word)| ranks.contains(word)) {
                // The longest name that follows.
                let longest = (1..=3).rev().find_map(|length| {
                    let name = words.get(place + 1..=place + length)?.join(" ");
                    let name =
                        if level == Level::Regency { format!("{rank} {name}") } else { name };
                    let named = gazetteer.named(level, &name);
                    (!named.is_empty())
                        .then(|| named.iter().map(|region| region.code.clone()).collect())
                });
                let named: Vec<RegionCode> = longest.unwrap_or_default();
                found.extend(named);
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The year that is named: the latest one.
    pub fn year(&self) -> Option<i32> {
        let years = self.words().flatten().filter(|word| word.len() == 4);
        years.filter_map(|word| word.parse().ok()).filter(|year| (2000..2100).contains(year)).max()
    }

    /// On whose list the rows stand: where the titles name one kind.
    pub fn kind(&self) -> Option<Kind> {
        let mut kinds: Vec<Kind> = self
            .words()
            .flatten()
            .filter_map(|word| match word {
                "ikm" => Some(Kind::Ikm),
                "ukm" | "umkm" => Some(Kind::Ukm),
                "kopwan" => Some(Kind::Kopwan),
                _ => None,
            })
            .collect();
        kinds.sort();
        kinds.dedup();
        only(kinds.into_iter())
    }
}

fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next();
    first.filter(|_| found.next().is_none())
}

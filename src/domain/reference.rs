//! The reference data that rules are checked against: regions, commodities, KBLI.

use std::collections::HashMap;

use super::codes::Sector;
use super::gazetteer::Gazetteer;
use super::kbli::KbliTable;
use super::text::fold;

/// A commodity of the controlled list.
#[derive(Debug, Clone, PartialEq)]
pub struct Commodity {
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub sector: Sector,
    /// Typical KBLI 2020 code.
    pub kbli: Option<String>,
    /// Units that it is measured in, the typical one first.
    pub units: Vec<String>,
    pub synonyms: Vec<String>,
}

fn text_of(commodity: &Commodity) -> String {
    let names = [&commodity.name, &commodity.name_en].into_iter().chain(&commodity.synonyms);
    names.map(|name| fold(name)).collect::<Vec<_>>().join(" ")
}

/// All reference data, as loaded from the record at one time.
#[derive(Debug, Default)]
pub struct Reference {
    pub gazetteer: Gazetteer,
    commodities: Vec<Commodity>,
    commodity_by_code: HashMap<String, usize>,
    /// Folded names and synonyms, the longest first, so that `sepatu kulit` beats `sepatu`.
    commodity_words: Vec<(String, usize)>,
    /// Places among these by their first word, in their order.
    commodity_first_words: HashMap<String, Vec<usize>>,
    /// For each commodity, the words by which its makers are found.
    commodity_texts: Vec<String>,
    pub kbli: KbliTable,
}

impl Reference {
    pub fn new(gazetteer: Gazetteer, commodities: Vec<Commodity>, kbli: KbliTable) -> Self {
        let commodity_by_code = commodities
            .iter()
            .enumerate()
            .map(|(place, commodity)| (commodity.code.clone(), place))
            .collect();
        let mut commodity_words: Vec<(String, usize)> = commodities
            .iter()
            .enumerate()
            .flat_map(|(place, commodity)| {
                std::iter::once(&commodity.name)
                    .chain(&commodity.synonyms)
                    .map(move |word| (fold(word), place))
            })
            .filter(|(word, _)| !word.is_empty())
            .collect();
        commodity_words.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        let mut commodity_first_words: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, (words, _)) in commodity_words.iter().enumerate() {
            let first = words.split(' ').next().unwrap_or_default();
            commodity_first_words.entry(first.to_owned()).or_default().push(place);
        }
        let commodity_texts = commodities.iter().map(text_of).collect();
        Self {
            gazetteer,
            commodities,
            commodity_by_code,
            commodity_words,
            commodity_first_words,
            commodity_texts,
            kbli,
        }
    }

    pub fn commodities(&self) -> &[Commodity] {
        &self.commodities
    }

    pub fn commodity(&self, code: &str) -> Option<&Commodity> {
        self.commodity_by_code.get(code).map(|&place| &self.commodities[place])
    }

    /// Names and synonyms of a commodity, folded: a maker is found by any of them.
    pub fn commodity_text(&self, code: &str) -> Option<&str> {
        self.commodity_by_code.get(code).map(|&place| self.commodity_texts[place].as_str())
    }

    /// The commodity that a product's words name, by whole words, the longest name first.
    pub fn commodity_in(&self, words: &str) -> Option<&Commodity> {
        let folded = fold(words);
        let mut best: Option<usize> = None;
        let mut start = 0;
        for word in folded.split(' ') {
            let rest = &folded[start..];
            let named = |place: &&usize| {
                let name = self.commodity_words[**place].0.as_str();
                rest.strip_prefix(name)
                    .is_some_and(|after| after.is_empty() || after.starts_with(' '))
            };
            let places = self.commodity_first_words.get(word).map_or(&[][..], Vec::as_slice);
            if let Some(&found) = places.iter().find(named) {
                best = Some(best.map_or(found, |known| known.min(found)));
            }
            start += word.len() + 1;
        }
        best.map(|place| &self.commodities[self.commodity_words[place].1])
    }
}

//! The industrial classification (KBLI) in its editions.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

use chrono::NaiveDate;

/// Editions that are known whether or not their codes were imported: BPS regulations 2/2020 and
/// 7/2025.
const ALWAYS_KNOWN: [&str; 2] = ["2020", "2025"];

/// A KBLI code of one edition.
#[derive(Debug, Clone, PartialEq)]
pub struct KbliEntry {
    pub edition: String,
    pub code: String,
    pub title: String,
}

/// Whether a text has the form of a code: two to five digits.
pub fn is_code(text: &str) -> bool {
    (2..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// All codes of all editions.
#[derive(Debug)]
pub struct KbliTable {
    /// Ordered by edition and code.
    entries: Vec<KbliEntry>,
    /// Since when each edition is in force, where that is known.
    editions: BTreeMap<String, Option<NaiveDate>>,
}

impl Default for KbliTable {
    fn default() -> Self {
        Self::new(Vec::new(), [])
    }
}

impl KbliTable {
    pub fn new(
        mut entries: Vec<KbliEntry>,
        editions: impl IntoIterator<Item = (String, Option<NaiveDate>)>,
    ) -> Self {
        entries.sort_by(|a, b| key(a).cmp(&key(b)));
        let known = ALWAYS_KNOWN.map(|edition| (edition.to_owned(), None));
        Self { entries, editions: known.into_iter().chain(editions).collect() }
    }

    pub fn entries(&self) -> &[KbliEntry] {
        &self.entries
    }

    pub fn entry(&self, edition: &str, code: &str) -> Option<&KbliEntry> {
        let place = self.entries.binary_search_by(|entry| key(entry).cmp(&(edition, code))).ok()?;
        Some(&self.entries[place])
    }

    pub fn knows(&self, edition: &str) -> bool {
        self.editions.contains_key(edition)
    }

    /// `2020, 2025`.
    pub fn edition_names(&self) -> String {
        self.editions.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// The first day of an edition, and the first day of the one that came after it.
    pub fn validity(&self, edition: &str) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let from = self.editions.get(edition).copied().flatten();
        let after = self.editions.range::<str, _>((Excluded(edition), Unbounded)).next();
        (from, after.and_then(|(_, from)| *from))
    }
}

fn key(entry: &KbliEntry) -> (&str, &str) {
    (&entry.edition, &entry.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_ends_where_the_next_begins() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1);
        let table = KbliTable::new(Vec::new(), [("2025".to_owned(), day)]);
        assert_eq!(table.validity("2020"), (None, day));
        assert_eq!(table.validity("2025"), (day, None));
        assert_eq!(table.edition_names(), "2020, 2025");
    }

    #[test]
    fn an_entry_is_found_by_its_edition_and_code() {
        let entry = |edition: &str, code: &str| KbliEntry {
            edition: edition.into(),
            code: code.into(),
            title: format!("{code} of {edition}"),
        };
        let entries = vec![entry("2025", "15"), entry("2020", "152"), entry("2020", "15")];
        let table = KbliTable::new(entries, []);
        assert_eq!(table.entry("2020", "152").map(|it| it.title.as_str()), Some("152 of 2020"));
        assert_eq!(table.entry("2025", "152"), None);
    }
}

//! Which column is which field: by its header ([`header`]), by the form of its values
//! ([`profile`]), or as a person said. A mapping is plain data: it is shown, corrected, kept for the
//! next list of the same source, and used again.

mod abbreviations;
mod clause;
mod exact;
mod field;
mod fillers;
pub mod header;
mod meanings;
mod profile;
mod settle;
mod software;
mod spelling;
mod words;

use serde::{Deserialize, Serialize};

pub use self::field::Field;
use self::profile::Profile;
use super::layout::{Head, Table, is_added};
use super::sheet::column_letters;
use super::values::money::Scale;
use crate::domain::reference::Reference;
use crate::domain::text::{hex, squash};

/// Rows whose values are looked at, spread over the sheet.
const SAMPLE: usize = 400;
/// Below this a person should look at the column.
pub const ASK_BELOW: f64 = 0.75;
/// A header that the values contradict has no more than this.
const CONTRADICTED: f64 = 0.4;

/// What the columns of a sheet are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mapping {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    pub columns: Vec<ColumnMapping>,
}

/// What a column is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnMapping {
    /// As a spreadsheet names it: `F`.
    #[serde(default)]
    pub column: String,
    /// Its header on one line; of two rows, both.
    pub header: String,
    /// None: nobody knows. `ignored`: known to be of no use.
    pub field: Option<Field>,
    /// From 0 to 1.
    #[serde(default = "sure")]
    pub confidence: f64,
    /// In words, for people.
    #[serde(default)]
    pub why: String,
    /// In what its amounts of money are, where the header says.
    #[serde(default, skip_serializing_if = "Scale::is_one")]
    pub scale: Scale,
}

fn sure() -> f64 {
    1.0
}

/// The mappings of a file's sheets, as they are kept.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SavedMapping {
    pub sheets: Vec<Mapping>,
}

impl SavedMapping {
    /// What a person said of a column of this header: in the sheet of that name, else in any.
    fn of(&self, sheet: Option<&str>, header: &str, nth: usize) -> Option<&ColumnMapping> {
        let squashed = squash(header);
        let within = |mapping: &'_ Mapping| -> Option<usize> {
            let same = |(_, column): &(usize, &ColumnMapping)| squash(&column.header) == squashed;
            mapping.columns.iter().enumerate().filter(same).nth(nth).map(|(place, _)| place)
        };
        let named = self.sheets.iter().filter(|mapping| mapping.sheet.as_deref() == sheet);
        named
            .chain(&self.sheets)
            .find_map(|mapping| within(mapping).map(|place| &mapping.columns[place]))
    }
}

/// A column on its way to a field.
struct Candidate {
    header: String,
    profile: Profile,
    field: Option<Field>,
    confidence: f64,
    why: String,
    settled: bool,
}

impl Mapping {
    /// Proposes what the columns of a table are; what was saved for these headers stands.
    pub fn propose(table: &Table, reference: &Reference, saved: Option<&SavedMapping>) -> Self {
        let sheet = table.sheet_name();
        let mut candidates: Vec<(usize, Candidate)> = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        let mut samples = table.sample(SAMPLE);
        for head in table.columns() {
            let cells = samples.remove(&head.column).unwrap_or_default();
            let profile = Profile::of(cells.into_iter(), reference);
            let squashed = squash(&head.header);
            let nth = seen.iter().filter(|earlier| **earlier == squashed).count();
            seen.push(squashed);
            let said = saved.and_then(|saved| saved.of(sheet, &head.header, nth));
            let candidate = match said {
                Some(said) => Candidate {
                    header: head.header.clone(),
                    profile,
                    field: said.field,
                    confidence: 1.0,
                    why: "seperti pemetaan yang disimpan".into(),
                    settled: true,
                },
                None => Candidate::of(head, profile),
            };
            candidates.push((head.column, candidate));
        }
        settle::all(&mut candidates);
        let columns = candidates.into_iter().map(|(column, candidate)| ColumnMapping {
            column: column_letters(column),
            scale: Scale::of_header(&header::spread(&candidate.header)),
            header: candidate.header,
            field: candidate.field,
            confidence: (candidate.confidence * 100.0).round() / 100.0,
            why: candidate.why,
        });
        Self { sheet: sheet.map(str::to_owned), columns: columns.collect() }
    }

    /// Whether any column is this field.
    pub fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|column| column.field == Some(field))
    }

    /// What tells one layout from another: a hash of the headers in their order.
    pub fn fingerprint(&self) -> String {
        use sha2::{Digest, Sha256};
        // The same list, come back with the columns of the corrected file.
        let own = self.columns.iter().filter(|column| !is_added(&column.header));
        let headers: Vec<String> = own.map(|column| squash(&column.header)).collect();
        hex(&Sha256::digest(headers.join("|"))[..16])
    }
}

impl Candidate {
    /// By the header; where that says nothing or what the values contradict, by the values.
    fn of(head: &Head, profile: Profile) -> Self {
        let header = head.header.as_str();
        let meaning = header::meaning_in(header, &head.lowest);
        let by_values = profile.speaks_for();
        let (field, confidence, why) = match (meaning, by_values) {
            (None, None) => match profile.hints_at() {
                Some((field, share)) => {
                    (Some(field), share * 0.6, by_form(field, share, "judul kolom tidak dikenal"))
                }
                None if header.is_empty() => (None, 0.0, "tanpa judul kolom".to_owned()),
                None => (None, 0.0, "judul kolom tidak dikenal".to_owned()),
            },
            (None, Some((field, share))) => {
                (Some(field), share * 0.8, by_form(field, share, "judul kolom tidak dikenal"))
            }
            // "Kecamatan | IKM | UKM" with numbers below counts them.
            (Some(meaning), _)
                if meaning.field == Field::Name
                    && profile.seen > 2
                    && profile.share(profile::Form::Number) > 0.8 =>
            {
                let why = "angka di bawah judul seperti nama: jumlah usaha".to_owned();
                (Some(Field::UnitCount), 0.8, why)
            }
            // "No. Ijin" over numbers of thirteen digits. A tax number may look like a NIK.
            (Some(meaning), Some((field, share)))
                if meaning.field == Field::Ignored
                    && share >= 0.7
                    && is_unmistakable(field)
                    && !is_added(header) =>
            {
                (Some(field), share * 0.8, by_form(field, share, "judul kolom tidak menyebutnya"))
            }
            // "Jenis Kel." over LK and PR.
            (Some(meaning), Some((Field::OwnerSex, share)))
                if share >= 0.95 && profile.distinct >= 2 && meaning.field != Field::OwnerSex =>
            {
                let why = by_form(Field::OwnerSex, share, "berbeda dari judul kolom");
                (Some(Field::OwnerSex), share * 0.8, why)
            }
            // "Uraian jenis perusahaan" over UD, CV and PT.
            (Some(meaning), Some((field, share)))
                if share >= 0.9
                    && is_vague(meaning.field)
                    && has_own_form(field)
                    && !header::names_attachments(header) =>
            {
                (Some(field), share * 0.8, by_form(field, share, "judul kolom kurang jelas"))
            }
            (Some(meaning), by_values) => {
                let why = if meaning.misspelt {
                    "dari judul kolom (ejaan lain)"
                } else {
                    "dari judul kolom"
                };
                let suits = profile.suits(meaning.field);
                match (suits, by_values) {
                    (Some(suits), Some((field, share)))
                        if suits < 0.2 && field != meaning.field && share >= 0.8 =>
                    {
                        (
                            Some(field),
                            share * 0.8,
                            by_form(field, share, "berbeda dari judul kolom"),
                        )
                    }
                    // "Identitas usaha" over PT, CV and UD.
                    (Some(suits), _)
                        if suits < 0.2
                            && meaning.field == Field::NationalId
                            && profile.share(profile::Form::LegalForm) >= 0.5 =>
                    {
                        let share = profile.share(profile::Form::LegalForm);
                        let why = by_form(Field::LegalForm, share, "berbeda dari judul kolom");
                        (Some(Field::LegalForm), share * 0.8, why)
                    }
                    (Some(suits), _) if suits < 0.2 && profile.seen >= 5 => {
                        let why = format!(
                            "{why}, tetapi isinya tidak berbentuk {}",
                            meaning.field.label()
                        );
                        (Some(meaning.field), CONTRADICTED, why)
                    }
                    (Some(suits), _) => {
                        let confidence = meaning.confidence * (0.8 + 0.2 * suits);
                        (Some(meaning.field), confidence, format!("{why}, sesuai isinya"))
                    }
                    (None, _) => (Some(meaning.field), meaning.confidence, why.to_owned()),
                }
            }
        };
        Self { header: header.to_owned(), profile, field, confidence, why, settled: false }
    }

    fn becomes(&mut self, field: Option<Field>, confidence: f64, why: &str) {
        (self.field, self.confidence, self.why) = (field, confidence, why.to_owned());
    }
}

fn is_unmistakable(field: Field) -> bool {
    matches!(
        field,
        Field::Nib | Field::NationalId | Field::Phone | Field::Email | Field::Coordinates
    )
}

/// Fields whose headers are made of words that go with much else.
fn is_vague(field: Field) -> bool {
    matches!(
        field,
        Field::Product
            | Field::ProductType
            | Field::Sector
            | Field::Kind
            | Field::Address
            | Field::Ignored
    )
}

/// Fields whose values are like nothing else that a vague header could be over.
fn has_own_form(field: Field) -> bool {
    is_unmistakable(field)
        || matches!(
            field,
            Field::LegalForm
                | Field::OwnerSex
                | Field::Kbli
                | Field::Website
                | Field::CapacityPeriod
        )
}

fn by_form(field: Field, share: f64, but: &str) -> String {
    format!("{:.0} % isinya berbentuk {}; {but}", share * 100.0, field.label())
}

#[cfg(test)]
mod tests;

//! The restricted tier: what only named roles may read, each reading logged. It is never part of a
//! document: the record's document is made without it, and it is kept encrypted beside the record.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enterprise::Draft;
use super::fault::{Expected, Fault, FieldFault};

/// Largest amount of money, in rupiah.
const MAX_RUPIAH: i64 = 1_000_000_000_000_000;
/// Length of a *Nomor Induk Kependudukan*.
const NATIONAL_ID_DIGITS: usize = 16;

/// Restricted values as written. Where a write gives them, they replace the earlier ones whole;
/// where it does not, those are kept. They are never read back with the enterprise.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Restricted {
    /// Business capital without land and buildings, in rupiah (PP 7/2021 art. 35).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_capital: Option<i64>,
    /// Investment without land and buildings, in rupiah (Permenperin 64/2016).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub investment_value: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annual_sales: Option<AnnualSales>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub production_values: Vec<ProductionValue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<RestrictedPerson>,
}

/// Sales of one year, in rupiah.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnualSales {
    pub value: i64,
    pub year: i32,
}

/// Yearly production value of a product, in rupiah.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductionValue {
    /// Name of one of the products.
    pub product: String,
    pub value: i64,
}

/// What is known of a person beyond the name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestrictedPerson {
    /// Name of one of the owners.
    pub name: String,
    /// *Nomor Induk Kependudukan*: 16 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{16}$")]
    pub national_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
}

impl Restricted {
    /// With every NIK masked: how they are shown.
    #[must_use]
    pub fn masked(mut self) -> Self {
        for person in &mut self.persons {
            person.national_id = person.national_id.as_deref().map(masked);
        }
        self
    }
}

impl Restricted {
    /// With what a list says; what it does not say is kept.
    #[must_use]
    pub fn with(mut self, given: &Self) -> Self {
        self.business_capital = given.business_capital.or(self.business_capital);
        self.investment_value = given.investment_value.or(self.investment_value);
        self.annual_sales = given.annual_sales.clone().or(self.annual_sales);
        for entry in &given.production_values {
            self.production_values.retain(|known| known.product != entry.product);
            self.production_values.push(entry.clone());
        }
        for person in &given.persons {
            match self.persons.iter_mut().find(|known| known.name == person.name) {
                Some(known) => {
                    known.national_id = person.national_id.clone().or(known.national_id.take());
                    known.birth_date = person.birth_date.or(known.birth_date);
                }
                None => self.persons.push(person.clone()),
            }
        }
        self
    }
}

/// Whether a text is a NIK by its form.
pub fn is_national_id(text: &str) -> bool {
    text.len() == NATIONAL_ID_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A NIK as it is shown: its last four digits.
fn masked(national_id: &str) -> String {
    let digits: Vec<char> = national_id.chars().collect();
    let hidden = digits.len().saturating_sub(4);
    "*".repeat(hidden) + &digits[hidden..].iter().collect::<String>()
}

/// A text without what may be a NIK: sixteen digits or more in a row, also with strokes, points or
/// spaces between them. None where there is nothing of the kind.
pub fn without_national_ids(text: &str) -> Option<String> {
    let mut kept = String::with_capacity(text.len());
    let mut found = false;
    let mut rest = text;
    while let Some(start) = rest.find(|char: char| char.is_ascii_digit()) {
        let run: &str = {
            let tail = &rest[start..];
            let ends = |char: char| !char.is_ascii_digit() && !matches!(char, ' ' | '.' | '-');
            &tail[..tail.find(ends).unwrap_or(tail.len())]
        };
        kept.push_str(&rest[..start]);
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        if digits >= NATIONAL_ID_DIGITS {
            found = true;
            // A word, so that a filter that held it goes on finding nothing.
            kept.push_str("xxxxxxxxxxxxxxxx");
        } else {
            kept.push_str(run);
        }
        rest = &rest[start + run.len()..];
    }
    kept.push_str(rest);
    found.then_some(kept)
}

/// Shortest and longest purpose, in characters.
pub const PURPOSE: std::ops::RangeInclusive<usize> = 10..=500;

/// What a reading is for, as it is logged.
///
/// # Errors
/// Too short to say anything, too long, or with what may be a NIK in it.
pub fn purpose(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Fault::Required),
        length if length < *PURPOSE.start() => Err(Fault::TooShort { min: *PURPOSE.start() }),
        length if length > *PURPOSE.end() => Err(Fault::TooLong { max: *PURPOSE.end() }),
        _ if without_national_ids(text).is_some() => Err(Fault::HoldsNationalId),
        _ => Ok(text.to_owned()),
    }
}

/// The rules of restricted values, beside the draft that they came with.
pub fn faults(restricted: &Restricted, draft: &Draft) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let mut fault = |field: String, fault| {
        faults.push(FieldFault::new(format!("restricted.{field}"), fault));
    };
    let sales = restricted.annual_sales.as_ref().map(|sales| sales.value);
    let amounts = [
        ("business_capital", restricted.business_capital),
        ("investment_value", restricted.investment_value),
        ("annual_sales.value", sales),
    ];
    for (field, value) in amounts {
        if let Some(value) = value.filter(|value| !(0..=MAX_RUPIAH).contains(value)) {
            fault(field.to_owned(), money_fault(value));
        }
    }
    for (place, entry) in restricted.production_values.iter().enumerate() {
        if !(0..=MAX_RUPIAH).contains(&entry.value) {
            fault(format!("production_values[{place}].value"), money_fault(entry.value));
        }
        if !draft.products.iter().any(|product| product.name == entry.product) {
            let value = entry.product.clone();
            let at = format!("production_values[{place}].product");
            fault(at, Fault::UnknownCode { value, allowed: String::new() });
        }
    }
    for (place, person) in restricted.persons.iter().enumerate() {
        if !draft.owners.iter().any(|owner| owner.name == person.name) {
            // The value is a person's name or worse: it is not repeated.
            let at = format!("persons[{place}].name");
            fault(at, Fault::Together { with: "owners[].name" });
        }
        if person.national_id.as_ref().is_some_and(|text| !is_national_id(text)) {
            let (value, expected) = ("…".to_owned(), Expected::NationalId);
            fault(format!("persons[{place}].national_id"), Fault::Malformed { value, expected });
        }
    }
    faults
}

/// An amount out of bounds; the amount itself is restricted and not repeated.
fn money_fault(_: i64) -> Fault {
    Fault::OutOfRange { value: "…".into(), min: "0".into(), max: MAX_RUPIAH.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_the_field_and_never_repeat_the_value() {
        let draft: Draft = serde_json::from_value(serde_json::json!({
            "name": "Tas Melati", "owners": [{"name": "Siti"}]
        }))
        .expect("a draft");
        let restricted: Restricted = serde_json::from_value(serde_json::json!({
            "business_capital": -5,
            "production_values": [{"product": "Tas", "value": 1}],
            "persons": [{"name": "Budi", "national_id": "35150612345"}]
        }))
        .expect("restricted values");
        let found = faults(&restricted, &draft);
        let fields: Vec<&str> = found.iter().map(|found| found.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "restricted.business_capital",
                "restricted.production_values[0].product",
                "restricted.persons[0].name",
                "restricted.persons[0].national_id"
            ]
        );
        let told: String =
            found.iter().map(|found| found.fault.text(super::super::fault::Lang::Id)).collect();
        assert!(!told.contains("35150612345") && !told.contains("-5") && !told.contains("Budi"));
    }
    #[test]
    fn a_nik_is_masked_and_taken_out_of_texts() {
        assert_eq!(masked("3515064408770003"), "************0003");
        for text in ["cek 3515064408770003", "NIK 3515-0644.0877 0003!", "35150644087700031"] {
            let without = without_national_ids(text).expect("found");
            assert!(!without.bytes().any(|byte| byte.is_ascii_digit()), "{without}");
            assert_eq!(without_national_ids(&without), None);
        }
        // A NIB has thirteen digits, a box of the map more, apart.
        for text in ["1234567890123", "112.6,-7.6,112.8,-7.4", "surat 12/2026 tanggal 1"] {
            assert_eq!(without_national_ids(text), None, "{text}");
        }
        assert_eq!(purpose("  verifikasi data "), Ok("verifikasi data".into()));
        assert_eq!(purpose("cek"), Err(Fault::TooShort { min: 10 }));
        assert_eq!(purpose(" "), Err(Fault::Required));
        assert_eq!(purpose("periksa 3515064408770003"), Err(Fault::HoldsNationalId));
    }
}

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
        let digits = |text: &String| {
            text.len() == NATIONAL_ID_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if person.national_id.as_ref().is_some_and(|text| !digits(text)) {
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
}

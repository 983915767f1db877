//! Looking again at a record that a desk has verified: what somebody found, which changes nothing of
//! the record.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::code_set;
use super::fault::{Fault, FieldFault};
use super::restricted::without_national_ids;

/// Longest note, in characters.
pub const MAX_NOTE: usize = 500;

code_set! {
    /// What came of looking again.
    pub enum CheckOutcome {
        /// It is as the record says.
        Confirmed,
        /// Something in the record is wrong.
        Wrong,
        /// Nobody is there.
        NotFound,
    }
}

/// What may be wrong: the fields that may be written of a record.
pub const FIELDS: [&str; 21] = [
    "name",
    "registrations",
    "legal_form",
    "founded_year",
    "nib",
    "kbli",
    "sectors",
    "commodities",
    "products",
    "region",
    "point",
    "address",
    "owners",
    "workers",
    "contact",
    "certificates",
    "channels",
    "needs",
    "practices",
    "cooperative",
    "sentra",
];

/// A check as it is stated.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeskCheckDraft)]
pub struct CheckDraft {
    /// Id of the record.
    pub record: Uuid,
    /// The revision that was looked at: a verified one.
    #[schema(minimum = 1)]
    pub revision: i32,
    pub outcome: CheckOutcome,
    /// Of `wrong`, and of it alone: which fields are.
    #[serde(default)]
    #[schema(example = json!(["address", "workers"]))]
    pub fields: Vec<String>,
    /// At most 500 characters; no person's number in it.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl CheckDraft {
    /// All that is wrong with it.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let wrong = self.outcome == CheckOutcome::Wrong;
        if wrong && self.fields.is_empty() {
            faults.push(FieldFault::new("fields", Fault::Required));
        }
        if !wrong && !self.fields.is_empty() {
            faults.push(FieldFault::new("fields", Fault::UnknownField));
        }
        if self.fields.len() > FIELDS.len() {
            faults.push(FieldFault::new("fields", Fault::TooMany { max: FIELDS.len() }));
        } else {
            for (place, name) in self.fields.iter().enumerate() {
                if !FIELDS.contains(&name.as_str()) {
                    let (value, allowed) = (name.clone(), FIELDS.join(", "));
                    let fault = Fault::UnknownCode { value, allowed };
                    faults.push(FieldFault::new(format!("fields[{place}]"), fault));
                }
            }
        }
        let note = self.note.as_deref().unwrap_or_default();
        if note.chars().count() > MAX_NOTE || note.contains('\0') {
            faults.push(FieldFault::new("note", Fault::TooLong { max: MAX_NOTE }));
        } else if without_national_ids(note).is_some() {
            faults.push(FieldFault::new("note", Fault::HoldsNationalId));
        }
        faults
    }

    /// What is wrong, each once and in the order of the list; and the note, if it says anything.
    pub fn tidy(&self) -> (Vec<&'static str>, Option<String>) {
        let named = FIELDS.into_iter().filter(|name| self.fields.iter().any(|one| one == name));
        let note = self.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
        (named.collect(), note.map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};
    use utoipa::PartialSchema;

    use super::*;
    use crate::domain::enterprise::Draft;

    #[test]
    fn what_may_be_wrong_is_all_that_may_be_written_but_for_consents() {
        let schema: Value = serde_json::to_value(Draft::schema()).expect("a schema");
        let written: BTreeSet<&str> = schema["properties"]
            .as_object()
            .expect("properties")
            .keys()
            .map(String::as_str)
            .filter(|name| *name != "consents")
            .collect();
        assert_eq!(FIELDS.into_iter().collect::<BTreeSet<_>>(), written);
    }

    #[test]
    fn each_fault_of_a_check_is_told() {
        let told = |outcome: &str, fields: Value, note: &str| {
            let draft: CheckDraft = serde_json::from_value(json!({
                "record": Uuid::nil(), "revision": 2, "outcome": outcome, "fields": fields,
                "note": note
            }))
            .expect("a draft");
            let faults = draft.faults();
            let codes =
                faults.iter().map(|found| format!("{}:{}", found.field, found.fault.code()));
            codes.collect::<Vec<_>>()
        };
        assert_eq!(told("confirmed", json!([]), "ada orangnya"), Vec::<String>::new());
        assert_eq!(told("wrong", json!([]), ""), ["fields:required"]);
        assert_eq!(told("wrong", json!(["name", "umur"]), ""), ["fields[1]:unknown_code"]);
        assert_eq!(told("not_found", json!(["name"]), ""), ["fields:unknown_field"]);
        let long = "x".repeat(MAX_NOTE + 1);
        assert_eq!(told("confirmed", json!([]), &long), ["note:too_long"]);
        let number = "NIK 3515064101800001";
        assert_eq!(told("confirmed", json!([]), number), ["note:holds_national_id"]);
    }
}

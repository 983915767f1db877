//! Two documents side by side, field by field.

use serde_json::Value;

use crate::domain::text::fold;

/// What is held against each other, in the order in which a person looks.
const FIELDS: [&str; 27] = [
    "name",
    "owners",
    "nib",
    "address",
    "region_name",
    "region",
    "point",
    "public_place",
    "contact",
    "sectors",
    "commodities",
    "products",
    "kbli",
    "registrations",
    "legal_form",
    "founded_year",
    "workers",
    "certificates",
    "channels",
    "needs",
    "practices",
    "cooperative",
    "sentra",
    "existence",
    "review",
    "publication",
    "sources",
];

/// One field of two documents.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldPair {
    pub field: &'static str,
    pub values: [Option<Value>; 2],
    /// Whether both say the same, small differences of spelling aside; None where one says nothing.
    pub same: Option<bool>,
}

/// The fields that at least one of two documents has; None: a document that is not shown.
pub fn side_by_side(documents: [Option<&Value>; 2]) -> Vec<FieldPair> {
    let pairs = FIELDS.iter().map(|field| {
        let said =
            |document: Option<&Value>| document?.get(field).filter(|value| says(value)).cloned();
        let values = documents.map(said);
        let same = match &values {
            [Some(one), Some(two)] => Some(alike(one, two)),
            _ => None,
        };
        FieldPair { field, values, same }
    });
    pairs.filter(|pair| pair.values.iter().any(Option::is_some)).collect()
}

fn says(value: &Value) -> bool {
    !(value.is_null() || value.as_array().is_some_and(Vec::is_empty))
}

fn alike(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::String(one), Value::String(two)) => fold(one) == fold(two),
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len()
                && one.iter().all(|value| two.iter().any(|other| alike(value, other)))
        }
        (Value::Object(one), Value::Object(two)) => {
            one.len() == two.len()
                && one
                    .iter()
                    .all(|(name, value)| two.get(name).is_some_and(|other| alike(value, other)))
        }
        _ => one == two,
    }
}

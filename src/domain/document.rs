//! What the registry keeps beside enterprises: cooperatives, sentra, and observations of any of
//! them. Each is a small document with revisions; this module is what they have in common.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::Existence;
use super::enterprise::PublicationBasis;
use super::fault::{Fault, FieldFault};
use super::reference::Reference;
use super::region::{Level, RegionCode};

/// Longest text in a document, in characters.
const MAX_TEXT: usize = 2_000;
/// Most entries in a list of a document.
const MAX_ENTRIES: usize = 200;

/// What stands beside what was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Base {
    pub id: Uuid,
    /// Counts up with every change; also the `ETag`.
    pub revision: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Sample data, not a real one.
    pub sample: bool,
    /// `active` or `closed`.
    pub existence: Existence,
    /// Names of the region, narrowest first.
    #[schema(example = "Kedensari, Tanggulangin, Kabupaten Sidoarjo")]
    pub region_name: String,
    /// The regency whose office is responsible; the province where it is about all of it.
    #[schema(value_type = String, example = "35.15")]
    pub responsible_region: RegionCode,
}

/// A document that another one or a field points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// Path of the field that holds it.
    pub field: &'static str,
    pub entity: &'static str,
    pub id: Uuid,
}

/// A kind of document.
pub trait Document: Serialize + DeserializeOwned {
    /// Its name in the change log and in addresses.
    const ENTITY: &'static str;
    /// What may be written of it.
    type Draft: Serialize + DeserializeOwned + Clone + PartialEq;

    /// The whole document.
    fn new(base: Base, draft: Self::Draft) -> Self;
    fn base(&self) -> &Base;
    fn draft(&self) -> &Self::Draft;

    /// Rules beyond those of [`check_texts`]; `region` is where it lies.
    fn faults(draft: &Self::Draft, reference: &Reference) -> Vec<FieldFault>;
    /// The region that it states; None where it follows another document's.
    fn region(draft: &Self::Draft) -> Option<&RegionCode>;
    /// What it is listed under by name.
    fn name(draft: &Self::Draft) -> &str;
    /// What it is listed under beside name and region: a cooperative's parent, a sentra's
    /// commodity, an observation's subject.
    fn subject(draft: &Self::Draft) -> Option<String>;
    /// The documents that it points at: they must be there.
    fn pointers(draft: &Self::Draft) -> Vec<Pointer>;
    fn publication_basis(draft: &Self::Draft) -> Option<&PublicationBasis>;
    /// The draft without what is internal.
    fn public_draft(draft: &Self::Draft) -> Self::Draft;

    /// What the public may see: None unless there is a basis of publication.
    fn public(&self) -> Option<Self> {
        Self::publication_basis(self.draft())?;
        Some(Self::new(self.base().clone(), Self::public_draft(self.draft())))
    }
}

/// Where a document belongs: the regency of its region, or the province.
pub fn responsible(region: &RegionCode) -> RegionCode {
    region.at(Level::Regency).unwrap_or_else(|| region.clone())
}

/// A region of the gazetteer.
pub fn region_fault(field: &str, region: &RegionCode, reference: &Reference) -> Option<FieldFault> {
    let unknown = reference.gazetteer.get(region).is_none();
    unknown.then(|| FieldFault::new(field, Fault::RegionUnknown { value: region.to_string() }))
}

/// Every text of a draft must say something and not too much; lists have an end.
pub fn check_texts(draft: &serde_json::Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    walk("", draft, &mut faults);
    faults
}

fn walk(path: &str, value: &serde_json::Value, faults: &mut Vec<FieldFault>) {
    use serde_json::Value;
    match value {
        Value::String(text) => {
            if text.trim().is_empty() {
                faults.push(FieldFault::new(path, Fault::Required));
            } else if text.chars().count() > MAX_TEXT {
                faults.push(FieldFault::new(path, Fault::TooLong { max: MAX_TEXT }));
            }
        }
        // A polygon has rules of its own.
        Value::Array(_) | Value::Object(_) if path == "area" => {}
        Value::Array(entries) => {
            if entries.len() > MAX_ENTRIES {
                faults.push(FieldFault::new(path, Fault::TooMany { max: MAX_ENTRIES }));
            }
            for (place, entry) in entries.iter().enumerate() {
                walk(&format!("{path}[{place}]"), entry, faults);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let child = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(&child, field, faults);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

//! A person among the owners of an enterprise, and what they may ask of the registry (UU 27/2022
//! art. 5 to 13): what is kept of them, and its correction.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::Sex;
use super::enterprise::{Consent, Contact, Owner};
use super::fault::{Expected, Fault, FieldFault};
use super::reading::RecordReadReport;
use super::restricted::{Restricted, RestrictedPerson, is_national_id};

/// All that a record keeps of one of its owners.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonExport {
    pub enterprise_id: Uuid,
    pub enterprise_name: String,
    pub exported_at: DateTime<Utc>,
    /// As they stand among the owners; null where they do no more.
    pub owner: Option<Owner>,
    /// NIK and birth date, whole.
    pub restricted: Option<RestrictedPerson>,
    /// The business's money, where they are its only owner.
    pub business: Option<Restricted>,
    pub consents: Vec<Consent>,
    pub contact: Option<Contact>,
    pub address: Option<String>,
    /// Earlier and present states of the record in which they stand.
    pub revisions: Vec<PersonRevision>,
    /// Requests that were answered from this record, theirs or another owner's.
    pub requests: Vec<PersonRequest>,
    /// Links to the record that were made for them.
    pub links: Vec<PersonLink>,
    /// Who read the record, or was shown it.
    pub read_by: RecordReadReport,
}

/// A person in one state of the record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonRevision {
    pub revision: i32,
    /// When it was made, by whom and how; null where the log does not go back so far.
    pub at: Option<DateTime<Utc>>,
    pub actor: Option<String>,
    #[schema(example = "patch")]
    pub action: Option<String>,
    pub owner: Owner,
    pub address: Option<String>,
    pub contact: Option<Contact>,
}

/// A request that was answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonRequest {
    /// `erase`, `export` or `correct`.
    #[schema(example = "correct")]
    pub kind: String,
    pub request: String,
    /// Who answered it.
    pub actor: String,
    pub at: DateTime<Utc>,
}

/// A link that was made for a person: who has it sees and corrects the record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonLink {
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What is to be corrected of a person: what is left out stays, null takes a value away.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChanges {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Sex>)]
    pub sex: Option<Option<Sex>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{16}$")]
    pub national_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NaiveDate>)]
    pub birth_date: Option<Option<NaiveDate>>,
}

/// Tells a field that is null from one that was not sent.
#[expect(clippy::option_option, reason = "null takes a value away, nothing leaves it")]
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl PersonChanges {
    /// What is wrong with them beyond the rules of owners; no value is repeated.
    pub fn faults(&self) -> Vec<FieldFault> {
        if *self == Self::default() {
            return vec![FieldFault::new("changes", Fault::Required)];
        }
        match &self.national_id {
            Some(Some(text)) if !is_national_id(text) => {
                let (value, expected) = ("…".to_owned(), Expected::NationalId);
                let fault = Fault::Malformed { value, expected };
                vec![FieldFault::new("changes.national_id", fault)]
            }
            _ => Vec::new(),
        }
    }

    /// The owner as corrected.
    pub fn apply(&self, owner: &mut Owner) {
        if let Some(name) = &self.name {
            owner.name.clone_from(name);
        }
        if let Some(sex) = self.sex {
            owner.sex = sex;
        }
        if let Some(phone) = &self.phone {
            owner.phone.clone_from(phone);
        }
        if let Some(email) = &self.email {
            owner.email.clone_from(email);
        }
    }

    /// What is restricted of the person as corrected, under the name that they have now; None where
    /// nothing is left.
    pub fn applied(
        &self,
        before: Option<RestrictedPerson>,
        name: &str,
    ) -> Option<RestrictedPerson> {
        let before = before.unwrap_or(RestrictedPerson {
            name: String::new(),
            national_id: None,
            birth_date: None,
        });
        let after = RestrictedPerson {
            name: name.to_owned(),
            national_id: self.national_id.clone().unwrap_or(before.national_id),
            birth_date: self.birth_date.unwrap_or(before.birth_date),
        };
        (after.national_id.is_some() || after.birth_date.is_some()).then_some(after)
    }
}

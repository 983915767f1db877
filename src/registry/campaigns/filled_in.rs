//! What is filled in on a page, for offices without phones: the same questionnaire as a phone's.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::submissions::Part;
use super::visits::FieldVisit;
use crate::db;
use crate::domain::actor::Actor;
use crate::domain::campaign::{Finding, VisitKind};
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::questionnaire::Answers;
use crate::domain::region::RegionCode;
use crate::domain::validate;
use crate::exchange::openrosa::{EntityChange, Submission};
use crate::registry::{Registry, RegistryError};

/// What was filled in on a page.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilledIn {
    /// Made by the page, once for each: the same again is the same visit.
    pub instance_id: Uuid,
    pub campaign: Uuid,
    #[schema(value_type = String, example = "35.15.06.2001")]
    pub village: RegionCode,
    pub kind: VisitKind,
    /// Of a revisit.
    #[serde(default)]
    pub enterprise: Option<Uuid>,
    /// The revision that the page was filled in from.
    #[serde(default)]
    pub revision: Option<i32>,
    /// Of a revisit: what came of it.
    #[serde(default)]
    pub outcome: Option<Finding>,
    #[serde(default)]
    pub start: Option<DateTime<Utc>>,
    /// By the codes of fields and the names of own questions; several choices with blanks between.
    #[serde(default)]
    pub answers: HashMap<String, String>,
    #[serde(default)]
    pub products: Vec<HashMap<String, String>>,
    /// The products that are known are still right.
    #[serde(default)]
    pub keeps_products: bool,
    #[serde(default)]
    pub note: Option<String>,
}

impl FilledIn {
    fn submission(self) -> Submission {
        let code = |text: &'static str| text.to_owned();
        let mut visit = HashMap::new();
        visit.insert("village".into(), self.village.to_string());
        visit.insert("kind".into(), code(self.kind.into()));
        visit.insert("note".into(), self.note.unwrap_or_default());
        if let Some(outcome) = self.outcome {
            visit.insert("outcome".into(), code(outcome.into()));
        }
        if let Some(enterprise) = self.enterprise {
            visit.insert("enterprise".into(), enterprise.to_string());
        }
        let id = match self.kind {
            VisitKind::New => Some(self.instance_id),
            VisitKind::Revisit => self.enterprise,
            VisitKind::None => None,
        };
        let entity = id.map(|id| EntityChange {
            id: id.to_string(),
            create: self.kind == VisitKind::New,
            update: self.kind == VisitKind::Revisit,
            base: self.revision,
            ..EntityChange::default()
        });
        Submission {
            form_id: super::forms::form_of(self.campaign),
            instance_id: format!("uuid:{}", self.instance_id),
            start: self.start,
            visit,
            answers: Answers {
                values: self.answers,
                products: self.products,
                keeps_products: self.keeps_products,
            },
            entity,
            ..Submission::default()
        }
    }
}

/// A submission as it was kept: a phone's XML, or a page's JSON.
pub(super) fn read_kept(bytes: &[u8]) -> Result<Submission, RegistryError> {
    if bytes.first() == Some(&b'{') {
        let filled: FilledIn = serde_json::from_slice(bytes)?;
        return Ok(filled.submission());
    }
    Submission::read(bytes).map_err(|_| RegistryError::Internal("what was kept can be read"))
}

impl Registry {
    /// Takes in a visit from a page.
    ///
    /// # Errors
    /// What cannot be read; as [`Registry::receive`].
    pub fn create_visit(&self, actor: &Actor, body: Vec<u8>) -> Result<FieldVisit, RegistryError> {
        let value: Value = serde_json::from_slice(&body).map_err(|_| {
            let (value, expected) = ("…".into(), Expected::Json);
            let fault = Fault::Malformed { value, expected };
            RegistryError::BadParameters(vec![FieldFault::new("body", fault)])
        })?;
        let filled: FilledIn = validate::from_json(value).map_err(RegistryError::Invalid)?;
        let submission = filled.submission();
        let instance = submission.instance_id.clone();
        self.receive(actor, &Part::of_page(submission, body))?;
        let row =
            self.db.read(|connection| db::campaigns::visits::by_instance(connection, &instance))?;
        row.ok_or(RegistryError::Internal("a visit that was just kept is there"))?.try_into()
    }
}

//! Questionnaires: versions that never change.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::db::campaigns::QuestionnaireRow;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::questionnaire::QuestionnaireDraft;
use crate::exchange::openrosa::{self, Form};
use crate::registry::writing::{Idempotency, made_before, new_id};
use crate::registry::{Registry, RegistryError};

/// A version of a questionnaire.
#[derive(Debug, Clone, PartialEq)]
pub struct Questionnaire {
    pub id: Uuid,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub draft: QuestionnaireDraft,
}

impl Questionnaire {
    /// Of the form, beside its name.
    pub(super) fn form_version(&self) -> String {
        format!("{}.{}", self.draft.form_id, self.version)
    }
}

impl Registry {
    /// All versions, the newest of each form first.
    ///
    /// # Errors
    /// Not allowed.
    pub fn questionnaires(&self, actor: &Actor) -> Result<Vec<Questionnaire>, RegistryError> {
        actor.require(Right::ReadInternal)?;
        let rows = self.db.read(db::campaigns::questionnaires)?;
        rows.into_iter().map(questionnaire_of).collect()
    }

    /// One version.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn questionnaire(&self, actor: &Actor, id: Uuid) -> Result<Questionnaire, RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.db.read(|connection| questionnaire(connection, id))
    }

    /// The form that phones will get of a version.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn questionnaire_form(&self, actor: &Actor, id: Uuid) -> Result<String, RegistryError> {
        let questionnaire = self.questionnaire(actor, id)?;
        let reference = self.reference();
        Ok(openrosa::write(&Form {
            id: &questionnaire.draft.form_id,
            version: &questionnaire.form_version(),
            title: &questionnaire.draft.title,
            questionnaire: &questionnaire.draft,
            reference: &reference,
        }))
    }

    /// Keeps the next version of a form. The flag says whether it is new: an idempotency key that was
    /// used before answers with the version of then.
    ///
    /// # Errors
    /// Not allowed; whatever no phone would take, by path; a key used for another request.
    pub fn create_questionnaire(
        &self,
        actor: &Actor,
        draft: &QuestionnaireDraft,
        idempotency: Option<&Idempotency>,
    ) -> Result<(Questionnaire, bool), RegistryError> {
        actor.require(Right::ManageCampaigns)?;
        let faults = draft.faults();
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        let now = self.clock.now();
        let id = new_id(now);
        let earlier = self.made_once(|tx| {
            if let Some(earlier) = made_before(tx, actor, idempotency, id, now)? {
                return Ok(Some(earlier));
            }
            let version = db::campaigns::newest_version(tx, &draft.form_id)? + 1;
            let row = QuestionnaireRow {
                id: id.to_string(),
                form_id: draft.form_id.clone(),
                version,
                title: draft.title.clone(),
                document: serde_json::to_string(draft)?,
                created_by: actor.name().to_owned(),
                created_at: now.naive_utc(),
            };
            db::campaigns::insert_questionnaire(tx, &row)?;
            Ok(None)
        })?;
        Ok((self.questionnaire(actor, earlier.unwrap_or(id))?, earlier.is_none()))
    }
}

pub(super) fn questionnaire(
    connection: &mut AnyConnection,
    id: Uuid,
) -> Result<Questionnaire, RegistryError> {
    let row = db::campaigns::questionnaire(connection, &id.to_string())?;
    let unknown =
        || RegistryError::DocumentNotFound { entity: "questionnaire", id: id.to_string() };
    questionnaire_of(row.ok_or_else(unknown)?)
}

fn questionnaire_of(row: QuestionnaireRow) -> Result<Questionnaire, RegistryError> {
    Ok(Questionnaire {
        id: row.id.parse().map_err(|_| RegistryError::Internal("ids are UUIDs"))?,
        version: row.version,
        created_at: row.created_at.and_utc(),
        created_by: row.created_by,
        draft: serde_json::from_str(&row.document)?,
    })
}

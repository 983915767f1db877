//! Visits that were held: what was sent beside what the record has, and whose word stands.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::visits::no_visit;
use crate::db::campaigns::visits::{VisitChange, VisitRow};
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::campaign::VisitState;
use crate::domain::codes::code_set;
use crate::domain::difference::{Difference, differences};
use crate::domain::enterprise::Enterprise;
use crate::domain::questionnaire::{FIELDS, known};
use crate::registry::enterprises::is_internal_to;
use crate::registry::{Registry, RegistryError};

/// The states in which a visit waits for somebody to choose.
pub const HELD: [VisitState; 3] = [VisitState::Conflict, VisitState::Faulty, VisitState::Waiting];

code_set! {
    /// Whose word stands where a visit was held.
    pub enum Taken {
        /// What was sent: all of it, or the fields that are named.
        Submitted,
        /// What the record has: the visit is left aside.
        Current,
    }
}

impl Registry {
    /// Decides a visit that was held.
    ///
    /// # Errors
    /// Not allowed; not found; one's own; not held.
    pub fn resolve_visit(
        &self,
        actor: &Actor,
        id: Uuid,
        taken: Taken,
        fields: Option<&[String]>,
    ) -> Result<(), RegistryError> {
        actor.require(Right::Decide)?;
        self.db.write(|tx| {
            Self::seen_visit(tx, actor, id)?;
            let row = db::campaigns::visits::for_update(tx, &id.to_string())?;
            let row = row.ok_or_else(|| no_visit(id))?;
            if row.enumerator == actor.name() {
                return Err(RegistryError::OwnSubmission);
            }
            let state: VisitState =
                row.state.parse().map_err(|_| RegistryError::Internal("visits have a state"))?;
            if !HELD.contains(&state) {
                let (action, field, value) = ("resolve", "state", state.into());
                return Err(RegistryError::WrongTransition { action, field, value });
            }
            match taken {
                Taken::Current => {
                    let state = <&str>::from(VisitState::Dismissed).to_owned();
                    let change = VisitChange { state, ..VisitChange::from(&row) };
                    db::campaigns::visits::update(tx, &row.id, &change)?;
                }
                Taken::Submitted => {
                    let submission = self.submission_of(tx, &row)?;
                    self.force(tx, actor, &row, submission, fields)?;
                }
            }
            self.log_visit(tx, actor, &row.id, "resolve", Some(taken.into()))
        })?;
        self.catch_up_after_write();
        Ok(())
    }

    /// Of a visit that was held: what was sent beside what the record has, by question; where no
    /// record is meant, what was sent alone.
    pub(super) fn held_differences(
        &self,
        connection: &mut AnyConnection,
        actor: &Actor,
        row: &VisitRow,
    ) -> Result<Vec<Difference>, RegistryError> {
        let held = HELD.iter().any(|state| row.state == <&str>::from(*state));
        // What was sent goes with the person.
        if !held || row.submission.is_none() {
            return Ok(Vec::new());
        }
        let record = match &row.enterprise_id {
            Some(id) => db::enterprises::by_id(connection, id)?,
            None => None,
        };
        // It may be another office's by now.
        let record = record.filter(|record| match actor.visibility() {
            Visibility::Own { .. } => true,
            visibility => is_internal_to(record, &visibility),
        });
        let current = record.map(|record| serde_json::from_str::<Enterprise>(&record.document));
        let current = current.transpose()?;
        let known = |code: &str| {
            let field = FIELDS.iter().find(|field| field.code == code);
            field.zip(current.as_ref()).map(|(field, current)| known(field, current))
        };
        let submission = self.submission_of(connection, row)?;
        let (mut from, mut to) = (Map::new(), Map::new());
        for field in FIELDS.iter().filter(|field| !field.restricted) {
            let Some(sent) = submission.answers.values.get(field.code) else { continue };
            if sent.is_empty() {
                continue;
            }
            from.extend(known(field.code).map(|known| (field.code.to_owned(), known.into())));
            to.insert(field.code.to_owned(), sent.clone().into());
        }
        if !submission.answers.keeps_products && !submission.answers.products.is_empty() {
            let names: Vec<&str> = submission
                .answers
                .products
                .iter()
                .filter_map(|entry| entry.get("product_name").map(String::as_str))
                .collect();
            from.extend(known("products").map(|known| ("products".to_owned(), known.into())));
            to.insert("products".into(), names.join(", ").into());
        }
        Ok(differences(&Value::Object(from), &Value::Object(to)))
    }
}

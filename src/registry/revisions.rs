//! What a record was before, who changed it and why. For those who see its internal tier.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::enterprises::{ENTITY, is_internal_to};
use super::reads::{Reader, Reading};
use super::{Registry, RegistryError};
use crate::db::enterprises::EnterpriseRow;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::difference::{Difference, differences};
use crate::domain::enterprise::Enterprise;
use crate::domain::reading::{Detail, ReadKind};

/// One revision: when, by whom, what and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    pub revision: i32,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub action: String,
    pub reason: Option<String>,
}

impl Registry {
    /// The revisions of a record, the newest first.
    ///
    /// # Errors
    /// Not found: also for a record that is there but not for them.
    pub fn revisions<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
    ) -> Result<Vec<Revision>, RegistryError> {
        let reader = reader.into();
        self.log_revision(reader, id, None)?;
        self.db.read(|connection| {
            internal_row(connection, reader.actor, id)?;
            let changes = db::log::of_entity(connection, &id.to_string())?;
            let revisions = changes.into_iter().rev().map(|change| Revision {
                revision: change.revision,
                at: change.at.and_utc(),
                actor: change.actor,
                action: change.action,
                reason: change.reason,
            });
            Ok(revisions.collect())
        })
    }

    /// The document (JSON) of a revision.
    ///
    /// # Errors
    /// Not found: the record or the revision.
    pub fn revision<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        n: i32,
    ) -> Result<String, RegistryError> {
        let reader = reader.into();
        self.log_revision(reader, id, Some(n))?;
        self.db.read(|connection| {
            let row = internal_row(connection, reader.actor, id)?;
            document_at(connection, &row, n)
        })
    }

    /// Logs that an earlier state was read, or who changed the record: before it is, and only where
    /// it may be.
    fn log_revision(
        &self,
        reader: Reader,
        id: Uuid,
        revision: Option<i32>,
    ) -> Result<(), RegistryError> {
        let began = self.clock.now_naive();
        let row = self.db.read(|connection| internal_row(connection, reader.actor, id))?;
        let reading = Reading {
            detail: Detail { revision, ..Detail::default() },
            ..Reading::of_one(ReadKind::Revision, ENTITY, &row.id, &row.document)
        };
        self.log_read(reader, began, reading)
    }

    /// What differs from one revision to another, the revision's own number and times aside.
    ///
    /// # Errors
    /// Not found: the record or a revision.
    pub fn compare_revisions<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        from: i32,
        to: i32,
    ) -> Result<Vec<Difference>, RegistryError> {
        let reader = reader.into();
        self.log_revision(reader, id, Some(from))?;
        self.db.read(|connection| {
            let row = internal_row(connection, reader.actor, id)?;
            let mut state = |n| -> Result<serde_json::Value, RegistryError> {
                let mut value = serde_json::from_str(&document_at(connection, &row, n)?)?;
                if let serde_json::Value::Object(fields) = &mut value {
                    fields.retain(|name, _| name != "revision" && name != "updated_at");
                }
                Ok(value)
            };
            Ok(differences(&state(from)?, &state(to)?))
        })
    }
}

/// The record at one of its revisions.
pub(super) fn state_at(
    tx: &mut AnyConnection,
    row: &EnterpriseRow,
    n: i32,
) -> Result<Enterprise, RegistryError> {
    Ok(serde_json::from_str(&document_at(tx, row, n)?)?)
}

fn internal_row(
    connection: &mut AnyConnection,
    actor: &Actor,
    id: Uuid,
) -> Result<EnterpriseRow, RegistryError> {
    actor.require(Right::ReadInternal)?;
    let row = db::enterprises::by_id(connection, &id.to_string())?;
    let visibility = actor.visibility();
    row.filter(|row| is_internal_to(row, &visibility)).ok_or(RegistryError::EnterpriseNotFound(id))
}

fn document_at(
    connection: &mut AnyConnection,
    row: &EnterpriseRow,
    n: i32,
) -> Result<String, RegistryError> {
    if n == row.revision {
        return Ok(row.document.clone());
    }
    let earlier = db::revisions::get(connection, &row.id, n)?;
    earlier.ok_or(RegistryError::RevisionNotFound(n))
}

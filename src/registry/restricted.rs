//! Reading the restricted tier: each time for a purpose, and logged in the transaction that reads.

use uuid::Uuid;

use super::enterprises::{ENTITY, Seen, is_internal_to, seen};
use super::reads::{Reader, Reading};
use super::{Registry, RegistryError};
use crate::db;
use crate::domain::access::Right;
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::restricted::{self, Restricted, is_national_id};

/// Most records of one NIK that are shown: a number on more is nobody's.
const MAX_MATCHES: usize = 100;

/// What is restricted of a record, at one of its revisions.
pub struct RestrictedValues {
    pub revision: i32,
    pub values: Restricted,
}

/// The records of a person.
pub struct PersonMatches {
    pub items: Vec<Seen>,
    pub matched: usize,
}

impl Registry {
    /// What is restricted of a record; NIKs are masked unless they are asked for `unmasked`. If it
    /// cannot be logged, it is not answered.
    ///
    /// # Errors
    /// Not allowed; a purpose that will not do; not found, also where the record is outside their
    /// area; the vault's.
    pub fn restricted_values<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        purpose: &str,
        unmasked: bool,
    ) -> Result<RestrictedValues, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        reader.actor.require(Right::ReadRestricted)?;
        let purpose = restricted::purpose(purpose).map_err(|fault| {
            RegistryError::BadParameters(vec![FieldFault::new("purpose", fault)])
        })?;
        let visibility = reader.actor.visibility();
        self.db.write(|tx| {
            let row = db::enterprises::by_id(tx, &id.to_string())?;
            let row = row
                .filter(|row| is_internal_to(row, &visibility))
                .ok_or(RegistryError::EnterpriseNotFound(id))?;
            let parts = db::restricted::of(tx, &row.id)?.into_iter().map(|part| part.part);
            let detail = Detail { parts: parts.collect(), unmasked, ..Detail::default() };
            let reading = Reading {
                purpose: Some(purpose.clone()),
                detail: Detail { revision: Some(row.revision), ..detail },
                ..Reading::of_one(ReadKind::Restricted, ENTITY, &row.id, &row.document)
            };
            self.log_reads_in(tx, reader, began, vec![reading])?;
            let values = self.vault.of_enterprise(tx, &row.id)?;
            let values = if unmasked { values } else { values.masked() };
            Ok(RestrictedValues { revision: row.revision, values })
        })
    }

    /// The records in the reader's area that hold a NIK. The log tells which, never the NIK.
    ///
    /// # Errors
    /// Not allowed; no NIK; a purpose that will not do; the vault's.
    pub fn match_persons<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        national_id: &str,
        purpose: &str,
    ) -> Result<PersonMatches, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        reader.actor.require(Right::ReadRestricted)?;
        let mut faults = Vec::new();
        if !is_national_id(national_id) {
            let (value, expected) = ("…".to_owned(), Expected::NationalId);
            let fault = Fault::Malformed { value, expected };
            faults.push(FieldFault::new("national_id", fault));
        }
        let purpose = restricted::purpose(purpose)
            .map_err(|fault| faults.push(FieldFault::new("purpose", fault)))
            .unwrap_or_default();
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        let (visibility, reference) = (reader.actor.visibility(), self.reference());
        self.db.write(|tx| {
            let ids = match self.vault.national_id_hash(tx, national_id)? {
                Some(hash) => db::restricted::with_national_id(tx, &hash)?,
                None => Vec::new(),
            };
            let mut rows = Vec::new();
            for ids in ids.chunks(1_000) {
                rows.extend(db::enterprises::by_ids(tx, ids)?);
                rows.retain(|row| is_internal_to(row, &visibility));
            }
            rows.sort_by(|a, b| a.id.cmp(&b.id));
            let matched = rows.len();
            rows.truncate(MAX_MATCHES);
            let mut readings: Vec<Reading> = rows
                .iter()
                .map(|row| Reading {
                    purpose: Some(purpose.clone()),
                    ..Reading::of_one(ReadKind::PersonMatch, ENTITY, &row.id, &row.document)
                })
                .collect();
            if readings.is_empty() {
                readings.push(Reading {
                    purpose: Some(purpose.clone()),
                    ..Reading::of_many(ReadKind::PersonMatch, ENTITY)
                });
            }
            self.log_reads_in(tx, reader, began, readings)?;
            let items = seen(tx, rows, &visibility, &reference, None)?;
            Ok(PersonMatches { items, matched })
        })
    }
}

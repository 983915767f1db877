//! Which records the rows of a batch are about.

use std::collections::{HashMap, HashSet};

use super::{Load, Named, Origin, Outcome, Ready};
use crate::db::enterprises::EnterpriseRow;
use crate::db::intake::SourceRow;
use crate::db::restricted::SealedRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::Existence;
use crate::domain::enterprise::Enterprise;
use crate::registry::RegistryError;

/// The record that a row is about.
pub(super) struct Target<'a> {
    pub(super) enterprise_id: String,
    /// Under which the row is remembered.
    pub(super) identity: String,
    /// The row as it came in before.
    pub(super) earlier: Option<&'a SourceRow>,
    /// The row names it.
    pub(super) named: bool,
}

impl<'a> Target<'a> {
    /// None: a new one.
    pub(super) fn of(
        listed: &'a HashMap<String, SourceRow>,
        identity: &str,
        record: Option<&Named>,
    ) -> Option<Self> {
        let earlier = listed.get(identity);
        let Some(Named { id, identity: by_record }) = record else {
            return earlier.map(|row| Self {
                enterprise_id: row.enterprise_id.clone(),
                identity: identity.to_owned(),
                earlier,
                named: false,
            });
        };
        let enterprise_id = id.to_string();
        let (identity, earlier) = match earlier {
            Some(row) if row.enterprise_id != enterprise_id => {
                (by_record.as_str(), listed.get(by_record))
            }
            earlier => (identity, earlier),
        };
        Some(Self { enterprise_id, identity: identity.to_owned(), earlier, named: true })
    }

    /// What becomes of a row that may not change its record: what a list says again of a record that
    /// was closed, moved or merged since is nothing to correct.
    pub(super) fn left(&self, fault: &CellFault, same: bool) -> Outcome {
        match self.enterprise_id.parse() {
            Ok(id) if same && !self.named && *fault == CellFault::RecordNotActive => {
                Outcome::Unchanged(id)
            }
            _ => Outcome::Refused(fault.clone()),
        }
    }
}

/// A record, if the row may change it; else why not.
pub(super) fn writable(
    actor: &Actor,
    row: Option<EnterpriseRow>,
    named: bool,
) -> Result<Result<(EnterpriseRow, Enterprise), CellFault>, RegistryError> {
    let Some(row) = row else {
        // A source row has its enterprise.
        return if named {
            Ok(Err(CellFault::RecordUnknown))
        } else {
            Err(RegistryError::Internal("a source row has its enterprise"))
        };
    };
    let current: Enterprise = serde_json::from_str(&row.document)?;
    if !actor.may_write(current.whose()) {
        let seen = !named || row.public_document.is_some();
        let fault = if seen { CellFault::RecordNotYours } else { CellFault::RecordUnknown };
        return Ok(Err(fault));
    }
    if current.existence != Existence::Active {
        return Ok(Err(CellFault::RecordNotActive));
    }
    Ok(Ok((row, current)))
}

/// Which rows of a batch came in before.
pub(super) struct Known {
    listed: HashMap<String, SourceRow>,
    pub(super) made: HashSet<String>,
}

impl Known {
    pub(super) fn of(tx: &mut AnyConnection, rows: &[&Ready]) -> Result<Self, RegistryError> {
        let (mut identities, mut ids) = (Vec::new(), Vec::new());
        for row in rows {
            match &row.incoming.origin {
                Origin::Listed { identity, record, .. } => {
                    identities.push(identity.as_str());
                    identities.extend(record.as_ref().map(|named| named.identity.as_str()));
                }
                Origin::Made(id) => ids.push(id.to_string()),
            }
        }
        let listed = match identities.as_slice() {
            [] => Vec::new(),
            identities => db::intake::by_identities(tx, identities)?,
        };
        let made = if ids.is_empty() { HashSet::new() } else { db::enterprises::taken(tx, &ids)? };
        let listed = listed.into_iter().map(|row| (row.identity.clone(), row)).collect();
        Ok(Self { listed, made })
    }

    pub(super) fn target<'a>(
        &'a self,
        identity: &'a str,
        record: Option<&'a Named>,
    ) -> Option<Target<'a>> {
        Target::of(&self.listed, identity, record)
    }
}

/// The records of a batch, locked, with the sealed values of those that are to be revised: each is
/// read once, and anew for a later row about the same.
pub(super) struct Held {
    rows: HashMap<String, EnterpriseRow>,
    sealed: HashMap<String, Vec<SealedRow>>,
}

impl Held {
    pub(super) fn of(
        tx: &mut AnyConnection,
        known: &Known,
        rows: &[&Ready],
        load: &Load,
    ) -> Result<Self, RegistryError> {
        let (mut ids, mut revised) = (HashSet::new(), HashSet::new());
        for row in rows {
            let Origin::Listed { identity, content, record } = &row.incoming.origin else {
                continue;
            };
            let Some(target) = known.target(identity, record.as_ref()) else { continue };
            let same = target.earlier.is_some_and(|earlier| earlier.content == *content);
            if !same || load.publish.is_some() {
                revised.insert(target.enterprise_id.clone());
            }
            ids.insert(target.enterprise_id);
        }
        if ids.is_empty() {
            return Ok(Self { rows: HashMap::new(), sealed: HashMap::new() });
        }
        let ids: Vec<String> = ids.into_iter().collect();
        let rows = db::enterprises::by_ids_for_update(tx, &ids)?;
        let rows = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        let revised: Vec<String> = revised.into_iter().collect();
        let mut sealed: HashMap<String, Vec<SealedRow>> =
            revised.iter().map(|id| (id.clone(), Vec::new())).collect();
        if !revised.is_empty() {
            for part in db::restricted::of_many(tx, &revised)? {
                sealed.entry(part.enterprise_id.clone()).or_default().push(part);
            }
        }
        Ok(Self { rows, sealed })
    }

    /// Whether a record was read and not handed out yet.
    pub(super) fn has(&self, id: &str) -> bool {
        self.rows.contains_key(id)
    }

    pub(super) fn record(
        &mut self,
        tx: &mut AnyConnection,
        id: &str,
    ) -> Result<Option<EnterpriseRow>, RegistryError> {
        match self.rows.remove(id) {
            Some(row) => Ok(Some(row)),
            None => Ok(db::enterprises::by_id_for_update(tx, id)?),
        }
    }

    pub(super) fn sealed(
        &mut self,
        tx: &mut AnyConnection,
        id: &str,
    ) -> Result<Vec<SealedRow>, RegistryError> {
        match self.sealed.remove(id) {
            Some(parts) => Ok(parts),
            None => Ok(db::restricted::of(tx, id)?),
        }
    }
}

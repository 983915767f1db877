//! Taking back what an import did: what it made and nobody has changed since is taken away, what it
//! revised and nobody has changed since is again as it was, and the rest is told.

use std::collections::{HashMap, HashSet};

use super::work::{Lease, Signs};
use super::{AllCounts, State, UNDONE};
use crate::db::enterprises::EnterpriseRow;
use crate::db::imports::ImportChange;
use crate::db::imports::records::{CREATED, RecordRow};
use crate::db::imports::removed::RemovedRow;
use crate::db::log::Entry;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::cell_fault::CellFault;
use crate::domain::enterprise::Enterprise;
use crate::domain::fault::FieldFault;
use crate::domain::projection::Standing;
use crate::domain::reference::Reference;
use crate::registry::duplicates::leave_blocks;
use crate::registry::import::{RowMessage, RowOutcome, RowReport};
use crate::registry::intake::was_public;
use crate::registry::pace::{Pace, pause};
use crate::registry::writing::{assembled, stored};
use crate::registry::{Registry, RegistryError};

/// As logged.
const REMOVE: &str = "remove";

/// What becomes of the records of one batch.
#[derive(Default)]
struct Batch {
    removed: Vec<String>,
    /// With their new revisions.
    restored: Vec<(String, i32)>,
    skipped: Vec<RowReport>,
}

impl Registry {
    pub(super) fn undo(&self, lease: &Lease, signs: &Signs) -> Result<(), RegistryError> {
        let actor = self.actor_named(&lease.row.actor)?;
        actor.require(Right::ImportLists)?;
        let (key, reference) = (lease.row.key, self.reference());
        // What an earlier attempt came past is forgotten or was skipped.
        let left = self.db.read(|connection| {
            db::imports::records::count_after(connection, key, &lease.row.cursor)
        })?;
        let total = usize::try_from(left).unwrap_or_default();
        let (mut pace, mut done) = (Pace::new(), 0);
        loop {
            if !signs.tell(done, total) {
                return Err(RegistryError::Stopped);
            }
            let batch = pace.batch(|size| {
                self.db.write(|tx| self.undo_batch(tx, lease, &actor, size, &reference))
            })?;
            let Some(batch) = batch else { break };
            done += batch.removed.len() + batch.restored.len() + batch.skipped.len();
            pause();
        }
        self.catch_up_after_load();
        // What was restored may be like others again.
        self.find_duplicates_after_load();
        self.settle(lease, |change| {
            State::Undone.name().clone_into(&mut change.state);
            let mut counts: AllCounts = serde_json::from_str(&change.counts)?;
            counts.undo = Some(counts.undo.unwrap_or_default());
            change.counts = serde_json::to_string(&counts)?;
            Ok(())
        })
    }

    /// The next records in one transaction; None at the end.
    fn undo_batch(
        &self,
        tx: &mut AnyConnection,
        lease: &Lease,
        actor: &Actor,
        size: usize,
        reference: &Reference,
    ) -> Result<Option<Batch>, RegistryError> {
        let key = lease.row.key;
        if !db::imports::goes_on(tx, key, &lease.owner)? {
            return Err(RegistryError::Stopped);
        }
        let import = db::imports::for_update(tx, key)?;
        let limit = i64::try_from(size).unwrap_or(i64::MAX);
        let ids = db::imports::records::after(tx, key, &import.cursor, limit)?;
        let Some(last) = ids.last().cloned() else { return Ok(None) };
        let mut records: HashMap<String, Vec<RecordRow>> = HashMap::new();
        for record in db::imports::records::of(tx, key, &ids)? {
            records.entry(record.enterprise_id.clone()).or_default().push(record);
        }
        let rows = db::enterprises::by_ids_for_update(tx, &ids)?;
        let rows: HashMap<String, EnterpriseRow> =
            rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        let survivors: HashSet<String> = db::merges::survivors(tx, &ids)?.into_iter().collect();
        let mut batch = Batch::default();
        for id in ids {
            let done = records.get(&id).map_or(&[][..], Vec::as_slice);
            match standing_of(actor, rows.get(&id), done, survivors.contains(&id))? {
                Err(skipped) => batch.skipped.push(skipped),
                Ok(_) if done.iter().any(|record| record.action == CREATED) => {
                    batch.removed.push(id);
                }
                Ok(row) => {
                    let revision = self.restore(tx, row, done, reference)?;
                    batch.restored.push((id, revision));
                }
            }
        }
        let removed: Vec<&EnterpriseRow> =
            batch.removed.iter().filter_map(|id| rows.get(id)).collect();
        leave(tx, &removed)?;
        self.finish_batch(tx, lease, import.into(), (last, &batch), actor)?;
        Ok(Some(batch))
    }

    /// Takes away what is to go, and says in the logs what was done.
    fn finish_batch(
        &self,
        tx: &mut AnyConnection,
        lease: &Lease,
        import: ImportChange,
        (last, batch): (String, &Batch),
        actor: &Actor,
    ) -> Result<(), RegistryError> {
        let key = lease.row.key;
        if !batch.removed.is_empty() {
            db::enterprises::delete(tx, &batch.removed)?;
        }
        let mut undone = batch.removed.clone();
        undone.extend(batch.restored.iter().map(|(id, _)| id.clone()));
        if !undone.is_empty() {
            db::imports::records::forget(tx, key, &undone)?;
            db::imports::records::forget_sealed(tx, key, &undone)?;
        }
        if !batch.skipped.is_empty() {
            self.add_skipped(tx, lease, &batch.skipped)?;
        }
        let mut counts: AllCounts = serde_json::from_str(&import.counts)?;
        let undo = counts.undo.get_or_insert_default();
        undo.removed += batch.removed.len();
        undo.restored += batch.restored.len();
        undo.skipped += batch.skipped.len();
        let counts = serde_json::to_string(&counts)?;
        db::imports::update(tx, key, &ImportChange { cursor: last, counts, ..import })?;
        let reason = lease.row.reason.as_deref();
        let entry = |entity_id: &str, action, revision| Entry {
            actor: actor.name(),
            job_id: Some(&lease.row.id),
            reason,
            entity: "enterprise",
            entity_id: entity_id.to_owned(),
            action,
            revision,
        };
        let removed = batch.removed.iter().map(|id| entry(id, REMOVE, 0));
        let restored = batch.restored.iter().map(|(id, revision)| entry(id, UNDONE, *revision));
        let entries: Vec<Entry> = removed.chain(restored).collect();
        if !entries.is_empty() {
            db::log::append(tx, self.clock.now_naive(), &entries)?;
        }
        Ok(())
    }

    /// Gives a record a new revision that says what the one before the import said.
    fn restore(
        &self,
        tx: &mut AnyConnection,
        row: &EnterpriseRow,
        done: &[RecordRow],
        reference: &Reference,
    ) -> Result<i32, RegistryError> {
        let lost = || RegistryError::Internal("what an import revised had a revision before");
        let first = done.first().ok_or_else(lost)?;
        let number = first.revision_before.ok_or_else(lost)?;
        let document = db::revisions::get(tx, &row.id, number)?.ok_or_else(lost)?;
        let before: Enterprise = serde_json::from_str(&document)?;
        if let Some(changed) = done.iter().find(|record| record.restricted_changed) {
            let at = changed.revision_before.ok_or_else(lost)?;
            let parts = db::imports::records::sealed_before(tx, changed.import_key, &row.id, at)?;
            let parts = self.vault.renewed(tx, parts)?;
            db::restricted::replace(tx, &row.id, &parts)?;
        }
        let restricted = self.vault.of_enterprise(tx, &row.id)?;
        let now = self.clock.now();
        let revision = row.revision + 1;
        let standing = Standing { revision, updated_at: now, ..Standing::of(&before) };
        let restored = assembled(before.draft, standing, &restricted, now, reference)?;
        db::enterprises::update(tx, row, &stored(&restored, reference)?)?;
        let mut identities = HashSet::new();
        for record in done {
            if let Some(identity) = record.identity.as_deref().filter(|one| identities.insert(*one))
            {
                let content = record.content_before.as_deref();
                db::imports::records::restore_source(tx, identity, content)?;
            }
        }
        db::imports::records::renumber(tx, &row.id, number, revision)?;
        Ok(revision)
    }
}

/// Takes records that are about to go out of the blocks, and remembers who may be told of it.
fn leave(tx: &mut AnyConnection, removed: &[&EnterpriseRow]) -> Result<(), RegistryError> {
    if removed.is_empty() {
        return Ok(());
    }
    let documents = removed.iter().map(|row| serde_json::from_str(&row.document));
    let current: Vec<Enterprise> = documents.collect::<Result<_, _>>()?;
    let states: Vec<(i64, Vec<&Enterprise>)> =
        removed.iter().zip(&current).map(|(row, current)| (row.key, vec![current])).collect();
    leave_blocks(tx, &states)?;
    let mut told = Vec::with_capacity(removed.len());
    for (row, current) in removed.iter().zip(current) {
        told.push(RemovedRow {
            enterprise_id: row.id.clone(),
            responsible_region: row.responsible_region.clone(),
            author: current.author,
            cooperative: current.draft.cooperative.map(|id| id.to_string()),
            was_public: was_public(tx, row)?,
        });
    }
    Ok(db::imports::removed::remember(tx, &told)?)
}

/// Whether an import alone made a record what it is: each of its changes follows the one before.
fn untouched(row: &EnterpriseRow, done: &[RecordRow]) -> bool {
    let follows = |two: &[RecordRow]| two[1].revision_before == Some(two[0].revision);
    done.windows(2).all(follows) && done.last().is_some_and(|last| last.revision == row.revision)
}

/// The record, if it is still as the import left it and the actor's to change; else a report.
fn standing_of<'a>(
    actor: &Actor,
    row: Option<&'a EnterpriseRow>,
    done: &[RecordRow],
    survives: bool,
) -> Result<Result<&'a EnterpriseRow, RowReport>, RegistryError> {
    let id = done.first().and_then(|record| record.enterprise_id.parse().ok());
    let skipped = |fault: CellFault, value: String| RowReport {
        row: 0,
        sheet: None,
        outcome: RowOutcome::Skipped,
        id,
        messages: vec![RowMessage { value, ..FieldFault::new("", fault.into()).into() }],
    };
    let Some(row) = row else { return Ok(Err(skipped(CellFault::RecordUnknown, String::new()))) };
    // One that another was merged into holds what is of that one.
    let edited = survives || !untouched(row, done);
    if *actor == Actor::Operator && !edited {
        return Ok(Ok(row));
    }
    let current: Enterprise = serde_json::from_str(&row.document)?;
    // A name is told to those only who may see the record.
    if !actor.may_write(current.whose()) {
        return Ok(Err(skipped(CellFault::RecordNotYours, String::new())));
    }
    let edited = edited.then(|| skipped(CellFault::EditedSince, current.draft.name.clone()));
    Ok(edited.map_or(Ok(row), Err))
}

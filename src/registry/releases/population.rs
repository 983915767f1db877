//! The records that figures are of: as they are at one moment, or as they were at a place in the
//! log, put together again from what is kept of earlier states.

use std::collections::{HashMap, HashSet};

use crate::db::releases::{self as stored, RecordRow};
use crate::db::{self, AnyConnection};
use crate::domain::release::{Basis, Counter, Facts, Population};
use crate::registry::RegistryError;

/// Records read at a time.
const BATCH: i64 = 2_000;
/// As the log names a record that was taken away.
const REMOVE: &str = "remove";

/// Counts all records as they are. `told` hears how many were read.
pub(super) fn of_now(
    connection: &mut AnyConnection,
    basis: &Basis,
    sample: bool,
    mut told: impl FnMut(usize) -> Result<(), RegistryError>,
) -> Result<Population, RegistryError> {
    let mut counter = Counter::new(basis, sample);
    let (mut after, mut read) = (0, 0);
    loop {
        let rows = stored::records_after(connection, after, BATCH)?;
        let Some(last) = rows.last() else { return Ok(counter.finish()) };
        after = last.key;
        for row in &rows {
            counter.add(&serde_json::from_str::<Facts>(&row.document)?);
        }
        read += rows.len();
        told(read)?;
    }
}

/// Counts all records as they were at a place in the log, and how many of those are no more: of
/// them nothing is kept.
pub(super) fn as_of(
    connection: &mut AnyConnection,
    basis: &Basis,
    sample: bool,
    seq: i64,
) -> Result<(Population, usize), RegistryError> {
    let mut counter = Counter::new(basis, sample);
    let mut after = 0;
    let mut there = HashSet::new();
    let removed = stored::removed_since(connection, seq, REMOVE)?;
    loop {
        let rows = stored::records_after(connection, after, BATCH)?;
        let Some(last) = rows.last() else { break };
        after = last.key;
        for document in states(connection, rows, seq, &mut there)? {
            counter.add(&serde_json::from_str::<Facts>(&document)?);
        }
    }
    let mut lost = 0;
    for ids in removed.chunks(usize::try_from(BATCH).unwrap_or(1)) {
        let ids: Vec<String> = ids.iter().filter(|id| !there.contains(*id)).cloned().collect();
        lost += revisions_at(connection, &ids, seq)?.len();
    }
    Ok((counter.finish(), lost))
}

/// The revision that each of these records was at; those that were not there are left out.
fn revisions_at(
    connection: &mut AnyConnection,
    ids: &[String],
    seq: i64,
) -> Result<HashMap<String, i32>, RegistryError> {
    let mut at = HashMap::new();
    for (id, action, revision) in stored::logged_until(connection, ids, seq)? {
        if action == REMOVE {
            at.remove(&id);
        } else {
            at.insert(id, revision);
        }
    }
    Ok(at)
}

/// The documents that records had at a place in the log.
fn states(
    connection: &mut AnyConnection,
    rows: Vec<RecordRow>,
    seq: i64,
    there: &mut HashSet<String>,
) -> Result<Vec<String>, RegistryError> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let at = revisions_at(connection, &ids, seq)?;
    let (mut documents, mut earlier) = (Vec::with_capacity(rows.len()), HashMap::new());
    for row in rows {
        match at.get(&row.id) {
            Some(revision) if *revision == row.revision => documents.push(row.document),
            Some(revision) => {
                earlier.insert(row.id.clone(), *revision);
            }
            None => continue,
        }
        there.insert(row.id);
    }
    if !earlier.is_empty() {
        let ids: Vec<String> = earlier.keys().cloned().collect();
        let numbers: HashSet<i32> = earlier.values().copied().collect();
        let numbers: Vec<i32> = numbers.into_iter().collect();
        let kept = db::revisions::some(connection, &ids, &numbers)?;
        let wanted =
            kept.into_iter().filter(|row| earlier.get(&row.entity_id) == Some(&row.revision));
        documents.extend(wanted.map(|row| row.document));
    }
    Ok(documents)
}

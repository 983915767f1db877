//! The blocks that records stand in, a table of its own: each record's are entered in the order of
//! their numbers, many records at a time, so that a page of the table is written once for all of
//! them.

use std::collections::{HashMap, HashSet};

use super::compared::Record;
use crate::db::duplicates::BlockRow;
use crate::db::{self, AnyConnection, Db, DbError};
use crate::domain::duplicate::{Block, CROWDED, Sketch, Traits, blocks, is_weak, points_around};
use crate::registry::RegistryError;
use crate::registry::pace::{Pace, pause};

/// Entries of a transaction for each unit of its pace.
const ENTRIES: usize = 12;

/// A record at a block.
struct Entry {
    block: Block,
    record: i64,
    sketch: Sketch,
    /// It is entered; otherwise it only looks who is there.
    stands: bool,
}

/// Enters records into their blocks and answers which two of all are worth comparing, by their keys.
pub(super) fn enter(db: &Db, records: &[Record]) -> Result<HashSet<(i64, i64)>, RegistryError> {
    let mut entries: Vec<Entry> = Vec::with_capacity(records.len() * 7);
    for Record { key, traits, .. } in records {
        let sketch = Sketch::of(traits);
        let entry = |stands| move |block| Entry { block, record: *key, sketch, stands };
        entries.extend(blocks(traits).into_iter().map(entry(true)));
        entries.extend(points_around(traits).into_iter().map(entry(false)));
    }
    // Who only looks comes after those who stand there.
    entries.sort_unstable_by_key(|entry| (entry.block, !entry.stands, entry.record));
    let mut pairs = HashSet::new();
    let mut pace = Pace::new();
    let mut rest = entries.as_slice();
    while !rest.is_empty() {
        pace.batch(|size| {
            let end = end_of_block(rest, size * ENTRIES);
            let (now, later) = rest.split_at(end);
            rest = later;
            db.write(|tx| enter_in(tx, now, &mut pairs))
        })?;
        if !rest.is_empty() {
            pause();
        }
    }
    Ok(pairs)
}

/// The end of the block in which the entry at a place is.
fn end_of_block(entries: &[Entry], at: usize) -> usize {
    let Some(last) = entries.get(at) else { return entries.len() };
    let beyond = entries[at..].iter().position(|entry| entry.block != last.block);
    beyond.map_or(entries.len(), |beyond| at + beyond)
}

fn enter_in(
    tx: &mut AnyConnection,
    entries: &[Entry],
    pairs: &mut HashSet<(i64, i64)>,
) -> Result<(), DbError> {
    let mut numbers: Vec<Block> = entries.iter().map(|entry| entry.block).collect();
    numbers.dedup();
    let mut there: HashMap<Block, Vec<(i64, Sketch)>> = HashMap::new();
    for BlockRow { block, record, sketch } in db::duplicates::in_blocks(tx, &numbers)? {
        there.entry(block).or_default().push((record, Sketch::from_stored(sketch)));
    }
    let mut new: Vec<BlockRow> = Vec::new();
    for entry in entries {
        let members = there.entry(entry.block).or_default();
        let known = members.iter().any(|(record, _)| *record == entry.record);
        if members.len() >= CROWDED && !known {
            continue;
        }
        for (record, sketch) in members.iter().filter(|(record, _)| *record != entry.record) {
            if !is_weak(entry.block) || entry.sketch.may_be(*sketch) {
                pairs.insert((entry.record.min(*record), entry.record.max(*record)));
            }
        }
        if entry.stands && !known {
            members.push((entry.record, entry.sketch));
            let (block, record, sketch) = (entry.block, entry.record, entry.sketch.stored());
            new.push(BlockRow { block, record, sketch });
        }
    }
    if new.is_empty() { Ok(()) } else { db::duplicates::enter(tx, &new) }
}

/// Takes a record out of the blocks of all its states: what is left of a person who was erased.
pub(super) fn leave<'a>(
    tx: &mut AnyConnection,
    record: i64,
    states: impl IntoIterator<Item = &'a Traits>,
) -> Result<(), DbError> {
    let all: HashSet<Block> = states.into_iter().flat_map(blocks).collect();
    let all: Vec<Block> = all.into_iter().collect();
    db::duplicates::leave(tx, record, &all)
}

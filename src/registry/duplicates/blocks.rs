//! The blocks that records stand in, a table of its own: each record's are entered in the order of
//! their numbers, many records at a time, so that a page of the table is written once for all of
//! them.

use std::collections::HashSet;

use super::compared::Record;
use crate::db::duplicates::BlockRow;
use crate::db::{self, AnyConnection, Db, DbError};
use crate::domain::duplicate::{Block, CROWDED, Sketch, is_weak};
use crate::registry::RegistryError;
use crate::registry::pace::{Pace, pause};

/// Entries of a transaction for each unit of its pace.
const ENTRIES: usize = 12;

/// Where more than one in so many of all records is entered, the table is read through, otherwise each
/// block is looked up.
const MANY: usize = 8;

/// How it is found who stands in blocks already.
#[derive(Clone, Copy)]
enum Look {
    Through,
    Up,
}

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
    for Record { key, sketch, blocks, around, .. } in records {
        let entry = |stands| {
            move |block: &Block| Entry { block: *block, record: *key, sketch: *sketch, stands }
        };
        entries.extend(blocks.iter().map(entry(true)));
        entries.extend(around.iter().map(entry(false)));
    }
    // Who only looks comes after those who stand there.
    entries.sort_unstable_by_key(|entry| (entry.block, !entry.stands, entry.record));
    let all = usize::try_from(db.read(db::enterprises::last_key)?).unwrap_or(usize::MAX);
    let look = if records.len() > all / MANY { Look::Through } else { Look::Up };
    let mut pairs = HashSet::new();
    let mut pace = Pace::new();
    let mut rest = entries.as_slice();
    while !rest.is_empty() {
        pace.batch(|size| {
            let end = end_of_block(rest, size * ENTRIES);
            let (now, later) = rest.split_at(end);
            rest = later;
            db.write(|tx| enter_in(tx, now, look, &mut pairs))
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
    look: Look,
    pairs: &mut HashSet<(i64, i64)>,
) -> Result<(), DbError> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
    let mut there = match look {
        Look::Through => db::duplicates::between_blocks(tx, first.block, last.block)?,
        Look::Up => {
            let mut numbers: Vec<Block> = entries.iter().map(|entry| entry.block).collect();
            numbers.dedup();
            db::duplicates::in_blocks(tx, &numbers)?
        }
    };
    there.sort_unstable();
    let mut there = there.as_slice();
    let mut new: Vec<BlockRow> = Vec::new();
    for block in entries.chunk_by(|one, other| one.block == other.block) {
        let number = block[0].block;
        let before = there.partition_point(|row| row.block < number);
        there = &there[before..];
        let standing = there.partition_point(|row| row.block == number);
        let mut members: Vec<BlockRow> = there[..standing].to_vec();
        for entry in block {
            let own = members.iter().position(|member| member.record == entry.record);
            if members.len() >= CROWDED && own.is_none() {
                continue;
            }
            for member in members.iter().filter(|member| member.record != entry.record) {
                let sketch = Sketch::from_stored(member.sketch);
                if !is_weak(number) || entry.sketch.may_be(sketch) {
                    let (one, two) = (entry.record, member.record);
                    pairs.insert((one.min(two), one.max(two)));
                }
            }
            let (record, sketch) = (entry.record, entry.sketch.stored());
            let row = BlockRow { block: number, record, sketch };
            match own {
                Some(own) if members[own].sketch != sketch => {
                    members[own] = row;
                    new.push(row);
                }
                None if entry.stands => {
                    members.push(row);
                    new.push(row);
                }
                _ => {}
            }
        }
    }
    if new.is_empty() { Ok(()) } else { db::duplicates::enter(tx, &new) }
}

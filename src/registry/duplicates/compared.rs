//! Records as they are compared, read by as many threads as there are processors.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use uuid::Uuid;

use crate::db::{self, AnyConnection, Db};
use crate::domain::codes::Existence;
use crate::domain::duplicate::{Block, Compared, Rarity, Sketch, Traits, blocks, points_around};
use crate::domain::region::RegionCode;
use crate::registry::RegistryError;

/// Records read at a time.
const BATCH: usize = 500;
/// How many words are counted in: so many records, in runs spread over all.
const RUNS: i64 = 40;
const RUN: i64 = 500;

/// A record as it is compared.
pub(super) struct Record {
    pub(super) key: i64,
    pub(super) id: Uuid,
    /// It was never changed.
    pub(super) new: bool,
    pub(super) region: RegionCode,
    pub(super) sample: bool,
    pub(super) traits: Traits,
    pub(super) sketch: Sketch,
    /// In which it stands, and in which it is looked for beside those.
    pub(super) blocks: Vec<Block>,
    pub(super) around: Vec<Block>,
}

/// Those of these ids that are there and stand for themselves.
pub(super) fn by_ids(db: &Db, ids: &[String]) -> Result<Vec<Record>, RegistryError> {
    in_threads(ids, |batch| {
        db.read(|connection| {
            let documents = db::duplicates::documents_of_ids(connection, batch)?;
            understood(connection, documents)
        })
    })
}

/// Those of these keys that are there and stand for themselves.
pub(super) fn by_keys(db: &Db, keys: &[i64]) -> Result<Vec<Record>, RegistryError> {
    in_threads(keys, |batch| {
        db.read(|connection| {
            let documents = db::duplicates::documents_of_keys(connection, batch)?;
            understood(connection, documents)
        })
    })
}

fn in_threads<T: Sync>(
    wanted: &[T],
    read: impl Fn(&[T]) -> Result<Vec<Record>, RegistryError> + Sync,
) -> Result<Vec<Record>, RegistryError> {
    let batches: Vec<&[T]> = wanted.chunks(BATCH).collect();
    let next = AtomicUsize::new(0);
    let read_on = || {
        let mut records = Vec::new();
        while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
            records.extend(read(batch)?);
        }
        Ok::<_, RegistryError>(records)
    };
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(batches.len());
    if threads <= 1 {
        return read_on();
    }
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..threads).map(|_| scope.spawn(read_on)).collect();
        let mut records = Vec::with_capacity(wanted.len());
        for reader in readers {
            let lost = RegistryError::Internal("a thread that reads was lost");
            records.extend(reader.join().unwrap_or(Err(lost))?);
        }
        Ok(records)
    })
}

/// A document that cannot be read is left out and told in the log.
fn understood(
    connection: &mut AnyConnection,
    documents: Vec<(i64, String)>,
) -> Result<Vec<Record>, RegistryError> {
    let mut understood: Vec<(i64, Compared)> = Vec::with_capacity(documents.len());
    for (key, document) in documents {
        match serde_json::from_str::<Compared>(&document) {
            Ok(compared) if compared.existence == Existence::Duplicate => {}
            Ok(compared) => understood.push((key, compared)),
            Err(error) => tracing::error!(key, %error, "a stored document cannot be read"),
        }
    }
    let ids: Vec<String> = understood.iter().map(|(_, one)| one.id.to_string()).collect();
    let mut national_ids: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for (id, hash) in db::duplicates::national_ids(connection, &ids)? {
        national_ids.entry(id).or_default().push(hash);
    }
    let records = understood.into_iter().zip(ids).map(|((key, compared), id)| {
        let traits = compared.traits(national_ids.remove(&id).unwrap_or_default());
        let Compared { id, revision, responsible_region: region, sample, .. } = compared;
        Record {
            key,
            id,
            new: revision == 1,
            region,
            sample,
            sketch: Sketch::of(&traits),
            blocks: blocks(&traits),
            around: points_around(&traits),
            traits,
        }
    });
    Ok(records.collect())
}

/// How common words are among the records now, counted in a part of them.
pub(super) fn rarity(db: &Db) -> Result<Rarity, RegistryError> {
    let mut rarity = Rarity::default();
    let last = db.read(db::enterprises::last_key)?;
    let apart = (last / RUNS).max(RUN);
    for run in 0..RUNS.min(last / apart + 1) {
        let keys: Vec<i64> = (run * apart + 1..=run * apart + RUN).collect();
        let documents =
            db.read(|connection| db::duplicates::documents_of_keys(connection, &keys))?;
        for (_, document) in documents {
            if let Ok(compared) = serde_json::from_str::<Compared>(&document) {
                rarity.add(compared.traits(Vec::new()).words());
            }
        }
    }
    Ok(rarity)
}

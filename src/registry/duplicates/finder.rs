//! Follows the change log and keeps the pairs of records that may be one. Writers do not wait for
//! it: whoever asks for the queue does, where it is not far behind.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;
use uuid::Uuid;

use super::blocks;
use super::compared::{self, Record};
use crate::db::duplicates::{NOT_THE_SAME, OPEN, PairRow, Touched};
use crate::db::{self, AnyConnection};
use crate::domain::duplicate::{
    Block, Class, Rarity, Traits, Verdict, blocks as blocks_of, compare,
};
use crate::domain::enterprise::Enterprise;
use crate::registry::enterprises::ENTITY;
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError};

/// Changes searched at a time: the more, the fewer times a page of the blocks is written; about a
/// kilobyte of memory each.
const MOST: i64 = 250_000;
/// Of a server that follows the log beside its other work.
const BESIDE: i64 = 20_000;
/// Whoever asks for the queue waits for so many changes.
const NEAR: i64 = 2_000;
/// After so many records words are counted anew.
const RECOUNT: usize = 100_000;
/// Larger synthetic sets are not searched: all their records are alike.
const SAMPLE: usize = 20_000;

/// Searches one batch at a time.
#[derive(Default)]
pub struct Finder {
    turn: Mutex<Words>,
}

/// How common words are, as far as they were counted.
#[derive(Default)]
struct Words {
    rarity: Option<Arc<Rarity>>,
    since: usize,
}

impl Registry {
    /// Searches all that was written since the last time. `progress` is told the place in the log
    /// and its end, and stops the search by answering false: the next one goes on from there.
    ///
    /// # Errors
    /// [`RegistryError::Stopped`]; the database's.
    pub fn find_duplicates(
        &self,
        mut progress: impl FnMut(i64, i64) -> bool,
    ) -> Result<(), RegistryError> {
        while !self.search(MOST)? {
            let (at, end) = self.db.read(|connection| {
                let at = db::duplicates::searched(connection)?;
                Ok::<_, db::DbError>((at, db::log::last_seq(connection)?))
            })?;
            if !progress(at, end) {
                return Err(RegistryError::Stopped);
            }
        }
        Ok(())
    }

    /// Searches all that was loaded. It is stored: if this fails, it is no failure of the load, and
    /// the next search goes on from there.
    pub(in crate::registry) fn find_duplicates_after_load(&self) {
        if let Err(error) = self.find_duplicates(|_, _| true) {
            tracing::warn!(%error, "duplicates in a load were not searched for");
        }
    }

    /// Searches the next batch of what was written. Answers whether that was all.
    ///
    /// # Errors
    /// The database's.
    pub fn find_duplicates_a_batch(&self) -> Result<bool, RegistryError> {
        self.search(BESIDE)
    }

    /// Searches what was written, unless that is much: then it comes up with the rest.
    pub(in crate::registry) fn find_duplicates_if_near(&self) -> Result<(), RegistryError> {
        let behind = self.db.read(|connection| {
            let at = db::duplicates::searched(connection)?;
            Ok::<_, db::DbError>(db::log::last_seq(connection)? - at)
        })?;
        if behind > NEAR {
            return Ok(());
        }
        while !self.search(NEAR)? {}
        Ok(())
    }

    fn search(&self, most: i64) -> Result<bool, RegistryError> {
        let mut turn = self.finder.turn.lock();
        let changes = self.db.read(|connection| {
            let from = db::duplicates::searched(connection)?;
            db::duplicates::touched(connection, from, most)
        })?;
        let Some(last) = changes.last().map(|change| change.seq) else { return Ok(true) };
        let was_all = i64::try_from(changes.len()).is_ok_and(|read| read < most);
        // The last one to change a record is who brought it up.
        let by: HashMap<String, String> = changes
            .into_iter()
            .filter(is_searched)
            .map(|change| (change.entity_id, change.actor))
            .collect();
        if by.is_empty() {
            self.db.write(|tx| db::duplicates::remember_searched(tx, last))?;
            return Ok(was_all);
        }
        let ids: Vec<String> = by.keys().cloned().collect();
        let records = compared::by_ids(&self.db, &ids)?;
        let rarity = turn.counted(&self.db, records.len())?;
        let pairs = blocks::enter(&self.db, &records)?;
        let found = self.weigh(&records, &pairs, &ids, &by, &rarity)?;
        self.db.write(|tx| {
            found.store(tx)?;
            db::duplicates::remember_searched(tx, last)
        })?;
        Ok(was_all)
    }

    /// Compares what is worth it, and again the pairs that these records are in already.
    fn weigh(
        &self,
        records: &[Record],
        pairs: &HashSet<(i64, i64)>,
        ids: &[String],
        by: &HashMap<String, String>,
        rarity: &Rarity,
    ) -> Result<Found, RegistryError> {
        // New records are in none.
        let new: HashSet<Uuid> =
            records.iter().filter(|record| record.new).map(|record| record.id).collect();
        let former: Vec<String> = ids
            .iter()
            .filter(|id| id.parse().is_ok_and(|id: Uuid| !new.contains(&id)))
            .cloned()
            .collect();
        let known = self.db.read(|connection| db::duplicates::of_records(connection, &former))?;
        let here: HashMap<i64, &Record> =
            records.iter().map(|record| (record.key, record)).collect();
        let apart: HashSet<i64> = pairs
            .iter()
            .flat_map(|(one, two)| [*one, *two])
            .filter(|key| !here.contains_key(key))
            .collect();
        let apart = compared::by_keys(&self.db, &apart.into_iter().collect::<Vec<_>>())?;
        let by_id: HashSet<Uuid> = records.iter().chain(&apart).map(|record| record.id).collect();
        let partners: HashSet<String> = known
            .iter()
            .flat_map(|pair| [&pair.first_id, &pair.second_id])
            .filter(|id| id.parse().is_ok_and(|id: Uuid| !by_id.contains(&id)))
            .cloned()
            .collect();
        let partners = compared::by_ids(&self.db, &partners.into_iter().collect::<Vec<_>>())?;
        let mut by_key = here;
        by_key.extend(apart.iter().map(|record| (record.key, record)));
        let by_id: HashMap<String, &Record> = by_key
            .values()
            .copied()
            .chain(&partners)
            .map(|record| (record.id.to_string(), record))
            .collect();

        let mut found = Found::default();
        let mut settled: HashSet<(String, String)> = HashSet::new();
        for pair in known {
            settled.insert((pair.first_id.clone(), pair.second_id.clone()));
            let two = by_id.get(&pair.first_id).zip(by_id.get(&pair.second_id));
            found.again(pair, two.map(|(one, two)| self.candidate(one, two, by, rarity)));
        }
        for (one, two) in pairs {
            let Some((one, two)) = by_key.get(one).zip(by_key.get(two)) else { continue };
            let candidate = self.candidate(one, two, by, rarity);
            let key = (candidate.first_id.clone(), candidate.second_id.clone());
            let likely = candidate.class_score > 0 && one.sample == two.sample;
            if likely && !settled.contains(&key) {
                found.new.push(candidate);
            }
        }
        found.new.sort_by(|a, b| (&a.first_id, &a.second_id).cmp(&(&b.first_id, &b.second_id)));
        Ok(found)
    }

    /// Two records as a pair, whatever the score.
    fn candidate(
        &self,
        one: &Record,
        two: &Record,
        by: &HashMap<String, String>,
        rarity: &Rarity,
    ) -> PairRow {
        let (first, second) = if one.id < two.id { (one, two) } else { (two, one) };
        let verdict @ Verdict { score, .. } = &compare(&first.traits, &second.traits, rarity);
        let now = self.clock.now();
        let (first_id, second_id) = (first.id.to_string(), second.id.to_string());
        // The later one of the two met the other.
        let found_by = by.get(&second_id).or_else(|| by.get(&first_id)).cloned();
        let prints = (first.traits.fingerprint(), second.traits.fingerprint());
        PairRow {
            id: new_id(now).to_string(),
            first_region: first.region.to_string(),
            second_region: second.region.to_string(),
            score: i32::from(*score),
            class_score: i32::from(verdict.class().least_score()),
            reasons: serde_json::to_string(&verdict.reasons).unwrap_or_default(),
            fingerprint: (prints.0 ^ prints.1.rotate_left(1)).cast_signed(),
            status: OPEN.to_owned(),
            found_by: found_by.unwrap_or_default(),
            found_at: now.naive_utc(),
            decided_by: None,
            decided_at: None,
            reason: None,
            first_id,
            second_id,
        }
    }
}

/// Takes records out of the blocks of all their states, each given as key and states: what is left of
/// them enters its blocks when the log is followed.
pub(in crate::registry) fn leave_blocks(
    tx: &mut AnyConnection,
    records: &[(i64, Vec<&Enterprise>)],
) -> Result<(), RegistryError> {
    let ids: Vec<String> = records
        .iter()
        .filter_map(|(_, states)| states.first().map(|state| state.id.to_string()))
        .collect();
    let mut hashes: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for (id, hash) in db::duplicates::national_ids(tx, &ids)? {
        hashes.entry(id).or_default().push(hash);
    }
    let mut left = Vec::new();
    for (key, states) in records {
        let traits = states.iter().map(|state| {
            let hashes = hashes.get(&state.id.to_string()).cloned().unwrap_or_default();
            Traits::of(&state.draft, hashes)
        });
        let all: HashSet<Block> = traits.flat_map(|traits| blocks_of(&traits)).collect();
        left.extend(all.into_iter().map(|block| (block, *key)));
    }
    // In the order in which they are kept.
    left.sort_unstable();
    Ok(db::duplicates::leave(tx, &left)?)
}

impl Words {
    /// Counted anew where many records came since.
    fn counted(&mut self, db: &db::Db, records: usize) -> Result<Arc<Rarity>, RegistryError> {
        self.since += records;
        match &self.rarity {
            Some(rarity) if self.since < RECOUNT => Ok(rarity.clone()),
            _ => {
                let rarity = Arc::new(compared::rarity(db)?);
                self.since = 0;
                self.rarity = Some(rarity.clone());
                Ok(rarity)
            }
        }
    }
}

/// Whether a change is of a record that is compared.
fn is_searched(change: &Touched) -> bool {
    let rows = |job: &str| job.strip_prefix("sample:")?.split(':').next()?.parse::<usize>().ok();
    let rows = change.job_id.as_deref().and_then(rows);
    change.entity == ENTITY && rows.is_none_or(|rows| rows <= SAMPLE)
}

/// What a search came to.
#[derive(Default)]
struct Found {
    new: Vec<PairRow>,
    /// With the state in which they were.
    changed: Vec<(String, PairRow)>,
    gone: Vec<String>,
}

impl Found {
    /// A pair that is known, compared again; None where one of the two is no more, or stands for
    /// itself no more.
    fn again(&mut self, known: PairRow, now: Option<PairRow>) {
        let likely = now
            .as_ref()
            .is_some_and(|now| now.class_score >= i32::from(Class::Likely.least_score()));
        let status = known.status.clone();
        match (status.as_str(), now) {
            (OPEN, Some(now)) if likely => {
                let same = known.fingerprint == now.fingerprint
                    && (known.score, &known.reasons) == (now.score, &now.reasons)
                    && known.first_region == now.first_region
                    && known.second_region == now.second_region;
                if !same {
                    let PairRow { id, found_by, found_at, .. } = known;
                    self.changed.push((status, PairRow { id, found_by, found_at, ..now }));
                }
            }
            (OPEN, _) => self.gone.push(known.id),
            (NOT_THE_SAME, Some(now)) if known.fingerprint != now.fingerprint => {
                // What was decided was decided of other values.
                let id = known.id.clone();
                let changed = if likely {
                    PairRow { id, ..now }
                } else {
                    let PairRow { fingerprint, first_region, second_region, .. } = now;
                    PairRow { first_region, second_region, fingerprint, ..known }
                };
                self.changed.push((status, changed));
            }
            _ => {}
        }
    }

    fn store(&self, tx: &mut AnyConnection) -> Result<(), db::DbError> {
        db::duplicates::delete(tx, &self.gone)?;
        for (status, pair) in &self.changed {
            let now = db::duplicates::by_id_for_update(tx, &pair.id)?;
            // What somebody decided meanwhile stands.
            if now.is_some_and(|now| now.status == *status) {
                db::duplicates::update(tx, pair)?;
            }
        }
        db::duplicates::insert(tx, &self.new)
    }
}

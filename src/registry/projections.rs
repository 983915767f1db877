//! Keeps the atlas, the search indexes and the reference codes at the record: read from it at the
//! start, then fed by the change log, at once for this process's own writes and by polling for those
//! of others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use arc_swap::ArcSwap;
use chrono::NaiveDate;
use parking_lot::Mutex;
use tokio::sync::watch;
use uuid::Uuid;

use super::atlas_file::AtlasFile;
use super::campaigns::Visited;
use super::{RegistryError, finding};
use crate::atlas::{self, Atlas, Builder, Internal, Public, Row, Stamp, View};
use crate::db::atlas_rows::AtlasRow;
use crate::db::enterprises::EnterpriseRow;
use crate::db::{self, Db};
use crate::domain::actor::Visibility;
use crate::domain::enterprise::Enterprise;
use crate::domain::projection::PublicEnterprise;
use crate::domain::reference::Reference;
use crate::search::{Codes, Search};

/// Records read at a time.
const BATCH: i64 = 10_000;
/// Changes taken up in one turn: whoever waits for the next does not wait long, and each turn makes
/// new snapshots, which cost as much however few they are.
const STEP: i64 = 2_000;

/// What an entry of the log is about when reference codes were imported.
pub const REFERENCE: &str = "reference";
/// The action after which no word of a record's former states may be left.
pub const ERASE: &str = "erase";

/// How far the start is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    /// Records that were read, of so many.
    pub done: i64,
    pub of: i64,
}

/// The atlas and the search indexes of both audiences, and where they stand.
pub struct Projections {
    atlas: Arc<Atlas>,
    file: AtlasFile,
    log_epoch: String,
    /// A person was erased: rows that no longer count may still name them.
    erased: AtomicBool,
    /// None: asleep.
    pub(super) search: Option<Search>,
    /// What was visited, by campaign.
    pub(super) visited: Visited,
    /// How far the search indexes are while they are filled; nothing is found until then.
    filling: Mutex<Option<Progress>>,
    /// What is suggested out of the reference codes.
    pub(super) codes: ArcSwap<Codes>,
    /// The day that the reference codes are of. Held while changes are taken up, a batch at a
    /// time, so that they are in order.
    day: Mutex<NaiveDate>,
    /// How far the log was taken up; who waits for changes is woken by it.
    seq: watch::Sender<i64>,
    awake: bool,
}

impl Projections {
    /// Reads the atlas's file or, where that is of no use, all records. `seq` is the log's end
    /// before `reference` was read, `day` its day.
    pub fn build(
        db: &Db,
        reference: &Reference,
        end: i64,
        day: NaiveDate,
        told: &dyn Fn(Progress),
    ) -> Result<Self, RegistryError> {
        let file = AtlasFile::of(db.url());
        let log_epoch = db.read(db::log::epoch)?.ok_or(RegistryError::NotSeeded)?;
        // Taking up a change costs more than reading a record at the start.
        let worth = |(atlas, from): &(Atlas, i64)| {
            let records = i64::try_from(atlas.size().1).unwrap_or(i64::MAX);
            (0..=STEP.max(records / 4)).contains(&(end - from))
        };
        let (atlas, seq) = match file.read(&log_epoch).filter(worth) {
            Some(read) => read,
            None => (read_records(db, reference, told)?, end),
        };
        let (search, filled) = finding::open(db, reference, end)?;
        Ok(Self {
            atlas: Arc::new(atlas),
            file,
            log_epoch,
            erased: AtomicBool::new(false),
            search: Some(search),
            visited: Visited::default(),
            filling: Mutex::new((!filled).then(Progress::default)),
            codes: ArcSwap::from_pointee(Codes::of(reference)),
            day: Mutex::new(day),
            seq: watch::Sender::new(seq),
            awake: true,
        })
    }

    /// Projections that hold nothing and take nothing up, for work that asks them nothing.
    pub fn asleep(seq: i64, day: NaiveDate) -> Self {
        Self {
            atlas: Arc::default(),
            file: AtlasFile::at(None),
            log_epoch: String::new(),
            erased: AtomicBool::new(false),
            search: None,
            visited: Visited::default(),
            filling: Mutex::default(),
            codes: ArcSwap::default(),
            day: Mutex::new(day),
            seq: watch::Sender::new(seq),
            awake: false,
        }
    }

    /// The search, once it knows every record; None: asleep.
    ///
    /// # Errors
    /// [`RegistryError::SearchFilling`].
    pub(super) fn search(&self) -> Result<Option<&Search>, RegistryError> {
        match *self.filling.lock() {
            Some(Progress { done, of }) => Err(RegistryError::SearchFilling { done, of }),
            None => Ok(self.search.as_ref()),
        }
    }

    /// Fills the search indexes from the record, unless they are filled.
    pub fn fill_search(&self, db: &Db, reference: &Reference) -> Result<(), RegistryError> {
        let Some(search) = &self.search else { return Ok(()) };
        if self.filling.lock().is_none() {
            return Ok(());
        }
        finding::fill(search, db, reference, &|now| *self.filling.lock() = Some(now))?;
        // From here on what is taken up is noted at once: nothing comes in between.
        let _turn = self.day.lock();
        finding::catch_up(search, db, reference, *self.seq.borrow())?;
        *self.filling.lock() = None;
        Ok(())
    }

    /// Takes up the changes that were logged since; reads the reference codes again if some are
    /// among them, or if an edition may have begun since the day that they are of.
    pub fn catch_up(
        &self,
        db: &Db,
        reference: &ArcSwap<Reference>,
        today: NaiveDate,
    ) -> Result<(), RegistryError> {
        while !self.step(db, reference, today)? {}
        Ok(())
    }

    /// Takes up this process's own write, unless the log is far ahead because somebody loads a
    /// province: then it comes up with the rest, and whoever wrote does not wait for that. By its id
    /// a record is read from the database and is there at once.
    pub fn catch_up_if_near(
        &self,
        db: &Db,
        reference: &ArcSwap<Reference>,
        today: NaiveDate,
    ) -> Result<(), RegistryError> {
        let behind = db.read(db::log::last_seq)? - *self.seq.borrow();
        if behind > STEP { Ok(()) } else { self.catch_up(db, reference, today) }
    }

    /// Takes up the next batch of the log. Answers whether that was its end.
    pub fn step(
        &self,
        db: &Db,
        reference: &ArcSwap<Reference>,
        today: NaiveDate,
    ) -> Result<bool, RegistryError> {
        if !self.awake {
            return Ok(true);
        }
        let mut day = self.day.lock();
        let seq = *self.seq.borrow();
        let changes = db.read(|connection| db::log::since(connection, seq, STEP))?;
        let imported = changes.iter().any(|change| change.entity == REFERENCE);
        if imported || *day != today {
            let read = db.read(|connection| super::reference::load(connection, today))?;
            self.codes.store(Codes::of(&read).into());
            reference.store(read.into());
            *day = today;
        }
        let Some(last) = changes.last() else { return Ok(true) };
        let ids: HashSet<&String> = changes
            .iter()
            .filter(|change| change.entity == "enterprise")
            .map(|change| &change.entity_id)
            .collect();
        let ids: Vec<String> = ids.into_iter().cloned().collect();
        let erased = changes.iter().any(|change| change.action == ERASE);
        let reference = reference.load();
        let (rows, gone) = self.take_up(db, &reference, &ids)?;
        if let Some(search) = &self.search
            && self.filling.lock().is_none()
        {
            search.note(finding::noted(&rows, &gone, &reference), last.seq, erased);
        }
        self.visited.take_up(db, &changes)?;
        if erased {
            self.erased.store(true, Ordering::SeqCst);
        }
        self.seq.send_replace(last.seq);
        Ok(i64::try_from(changes.len()).is_ok_and(|read| read < STEP))
    }

    /// Puts these records as they are now in the place of what the atlas has of them. The turn is
    /// the caller's, so that a later state is never overtaken by an earlier one. Answers them, and
    /// the keys of those that are no more.
    fn take_up(
        &self,
        db: &Db,
        reference: &Reference,
        ids: &[String],
    ) -> Result<(Vec<EnterpriseRow>, Vec<i64>), RegistryError> {
        if ids.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let rows = db.read(|connection| db::enterprises::by_ids(connection, ids))?;
        let (public, internal) = project(&rows, reference);
        let changed: Vec<Uuid> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        let gone = self.atlas.put(&changed, &public, &internal);
        if self.atlas.is_merge_due() {
            let atlas = self.atlas.clone();
            std::thread::spawn(move || atlas.merge());
        }
        Ok((rows, gone))
    }

    /// Writes the atlas's file if it is time, or `now`.
    pub fn keep(&self, now: bool) -> Result<(), RegistryError> {
        if !self.awake || !(now || self.file.is_due(*self.seq.borrow())) {
            return Ok(());
        }
        if self.erased.swap(false, Ordering::SeqCst) {
            self.atlas.merge_all();
        }
        self.file.write(|| {
            let _turn = self.day.lock();
            let stamp = Stamp { log_epoch: self.log_epoch.clone(), seq: *self.seq.borrow() };
            (self.atlas.moment(), stamp)
        })
    }

    /// Removes the file: what it holds of somebody must be nowhere. The next one is without it.
    pub fn forget(&self) -> Result<(), RegistryError> {
        self.erased.store(true, Ordering::SeqCst);
        self.file.remove()
    }

    /// Waits until a change above `seq` was taken up. Holds no thread.
    pub async fn beyond(&self, seq: i64) {
        // Fails only where the sender is gone, and it is ours.
        let _ = self.seq.subscribe().wait_for(|now| *now > seq).await;
    }

    /// How many records the atlas knows.
    pub fn known(&self) -> usize {
        self.atlas.size().1
    }

    /// Which state of the public rows the atlas holds.
    pub fn public_version(&self) -> u64 {
        self.atlas.public_version()
    }

    /// The atlas for an audience.
    pub fn view(&self, visibility: Visibility) -> View {
        self.atlas.view(visibility)
    }
}

/// An atlas of all records, read by as many threads as there are processors, a run of keys at a
/// time; what is written meanwhile is in the log.
fn read_records(
    db: &Db,
    reference: &Reference,
    told: &dyn Fn(Progress),
) -> Result<Atlas, RegistryError> {
    let of = db.read(db::enterprises::last_key)?;
    let next = AtomicI64::new(0);
    let read = || {
        let after = next.fetch_add(BATCH, Ordering::Relaxed);
        (after < of).then(|| read_batch(db, reference, after))
    };
    let mut atlas = Builder::default();
    let mut progress = Progress { done: 0, of };
    std::thread::scope(|scope| {
        let (sender, receiver) = std::sync::mpsc::sync_channel(2);
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let (sender, read) = (sender.clone(), &read);
            scope.spawn(move || {
                // Whoever receives has gone where something failed.
                while let Some(rows) = read()
                    && sender.send(rows).is_ok()
                {}
            });
        }
        drop(sender);
        for rows in receiver {
            let (public, internal) = rows?;
            atlas.add(&public, &internal);
            progress.done = of.min(progress.done + BATCH);
            told(progress);
        }
        Ok::<_, RegistryError>(())
    })?;
    Ok(atlas.build())
}

/// Rows of both audiences.
type Rows = (Vec<Row<Public>>, Vec<Row<Internal>>);

/// The records of the keys that follow, as they are packed beside the documents. Where that is
/// missing, of another revision or packed in another way, it is made anew.
fn read_batch(db: &Db, reference: &Reference, after: i64) -> Result<Rows, RegistryError> {
    let kept =
        db.read(|connection| db::atlas_rows::between_keys(connection, after, after + BATCH))?;
    let (mut public, mut internal, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for record in kept {
        match record.row.and_then(|row| atlas::unpack(record.key, &row)) {
            Some((shown, row)) => {
                public.extend(shown);
                internal.push(row);
            }
            None => others.push(record.key),
        }
    }
    if !others.is_empty() {
        let rows = db.read(|connection| db::enterprises::by_keys(connection, &others))?;
        let (shown, whole) = project(&rows, reference);
        let packed = packed(&rows, &shown, &whole);
        if let Err(error) = db.write(|tx| db::atlas_rows::put(tx, &packed)) {
            tracing::warn!(%error, "what the atlas read could not be kept for the next start");
        }
        public.extend(shown);
        internal.extend(whole);
    }
    Ok((public, internal))
}

fn packed(
    records: &[EnterpriseRow],
    public: &[Row<Public>],
    internal: &[Row<Internal>],
) -> Vec<AtlasRow> {
    let shown: HashMap<i64, &Row<Public>> =
        public.iter().map(|row| (row.common.key, row)).collect();
    let revisions: HashMap<i64, i32> =
        records.iter().map(|record| (record.key, record.revision)).collect();
    let kept = internal.iter().filter_map(|row| {
        let key = row.common.key;
        let packed = atlas::pack(shown.get(&key).copied(), row);
        Some(AtlasRow { key, revision: *revisions.get(&key)?, row: packed })
    });
    kept.collect()
}

/// A document that cannot be read is left out and told in the log: it must not hold up the others.
fn project(rows: &[EnterpriseRow], reference: &Reference) -> Rows {
    let (mut public, mut internal) = (Vec::new(), Vec::new());
    for row in rows {
        let told = |error: serde_json::Error| {
            tracing::error!(id = row.id, %error, "a stored document cannot be read");
        };
        if let Ok(document) = serde_json::from_str::<Enterprise>(&row.document).map_err(told) {
            internal.extend(Row::internal(row.key, &document, reference));
        }
        let Some(document) = &row.public_document else { continue };
        if let Ok(document) = serde_json::from_str::<PublicEnterprise>(document).map_err(told) {
            public.push(Row::public(row.key, &document));
        }
    }
    (public, internal)
}

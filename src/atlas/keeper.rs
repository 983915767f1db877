//! Both atlases as they are kept: written to by one at a time, read by all without waiting.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use uuid::Uuid;

use super::columns::{Columns, ExtraColumns, Ids};
use super::dictionaries::Dictionaries;
use super::file::{self, Stamp};
use super::row::{Audience, Internal, Public, Row};
use super::segment::Segment;
use super::snapshot::Snapshot;
use super::view::View;
use crate::domain::actor::Visibility;

/// Ids are looked for in runs of so many keys.
const RUN: usize = 4096;

/// The atlas of both audiences.
#[derive(Default)]
pub struct Atlas {
    public: ArcSwap<Snapshot<Public>>,
    internal: ArcSwap<Snapshot<Internal>>,
    writer: Mutex<Writer>,
    merging: AtomicBool,
}

/// What only whoever writes needs.
#[derive(Default)]
struct Writer {
    ids: Ids,
    /// The least and greatest id of each run of keys: ids are in the order of time, and so nearly in
    /// that of the keys.
    bounds: Vec<(Uuid, Uuid)>,
    public: Dictionaries,
    internal: Dictionaries,
}

/// Takes all rows in at the start, to be packed once.
#[derive(Default)]
pub struct Builder {
    writer: Writer,
    public: (Columns, <Public as Audience>::Columns),
    internal: (Columns, <Internal as Audience>::Columns),
}

impl Builder {
    pub fn add(&mut self, public: &[Row<Public>], internal: &[Row<Internal>]) {
        for row in public {
            self.writer.know(row.common.key, row.common.id);
            self.public.0.push(&row.common, &mut self.writer.public);
        }
        for row in internal {
            self.writer.know(row.common.key, row.common.id);
            self.internal.0.push(&row.common, &mut self.writer.internal);
            self.internal.1.push(&row.extra, &mut self.writer.internal);
        }
    }

    pub fn build(self) -> Atlas {
        let Self { writer, public, internal } = self;
        // Each in a thread of its own: packing is most of what a start waits for.
        let (public, internal) = std::thread::scope(|scope| {
            let public = scope.spawn(|| packed::<Public>(public, &writer.ids, &writer.public));
            let internal = packed::<Internal>(internal, &writer.ids, &writer.internal);
            (public.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), internal)
        });
        Atlas {
            public: ArcSwap::from_pointee(public),
            internal: ArcSwap::from_pointee(internal),
            writer: Mutex::new(writer),
            merging: AtomicBool::new(false),
        }
    }
}

fn packed<A: Audience>(
    (columns, extra): (Columns, A::Columns),
    ids: &Ids,
    dictionaries: &Dictionaries,
) -> Snapshot<A> {
    let values = dictionaries.values();
    if columns.len() == 0 {
        return Snapshot { values, ids: ids.clone(), ..Snapshot::default() };
    }
    let segment = Segment::sorted(&columns, &extra, ids, &values);
    Snapshot::of(segment, values, ids.clone())
}

impl Writer {
    fn know(&mut self, key: i64, id: Uuid) {
        let Ok(key) = usize::try_from(key) else { return };
        if self.ids.get(key) == Some(&id) {
            return;
        }
        self.ids.set(key, id, &Uuid::nil());
        if self.bounds.len() <= key / RUN {
            self.bounds.resize(key / RUN + 1, (Uuid::max(), Uuid::nil()));
        }
        let bounds = &mut self.bounds[key / RUN];
        *bounds = (bounds.0.min(id), bounds.1.max(id));
    }

    /// The key of an id that was known once.
    fn key(&self, id: &Uuid) -> Option<usize> {
        let runs = self.bounds.iter().enumerate();
        runs.filter(|(_, (least, greatest))| (least..=greatest).contains(&id)).find_map(
            |(run, _)| (run * RUN..(run + 1) * RUN).find(|key| self.ids.get(*key) == Some(id)),
        )
    }
}

impl Atlas {
    /// Puts these rows in the place of what there was of the records of these ids. Answers the keys
    /// of those that were there and are no more.
    pub fn put(
        &self,
        changed: &[Uuid],
        public: &[Row<Public>],
        internal: &[Row<Internal>],
    ) -> Vec<i64> {
        let mut writer = self.writer.lock();
        let writer = &mut *writer;
        let there: std::collections::HashMap<Uuid, i64> =
            internal.iter().map(|row| (row.common.id, row.common.key)).collect();
        // Of a record that is gone, or cannot be read, only its id is known.
        let gone = changed.iter().filter(|id| !there.contains_key(id));
        let gone: Vec<i64> = gone.filter_map(|id| i64::try_from(writer.key(id)?).ok()).collect();
        let keys: Vec<u32> =
            there.values().chain(&gone).filter_map(|key| u32::try_from(*key).ok()).collect();
        for common in
            public.iter().map(|row| &row.common).chain(internal.iter().map(|row| &row.common))
        {
            writer.know(common.key, common.id);
        }
        let ids = &writer.ids;
        let next = self.public.load().with(&keys, public, &mut writer.public, ids);
        self.public.store(next.into());
        let next = self.internal.load().with(&keys, internal, &mut writer.internal, ids);
        self.internal.store(next.into());
        gone
    }

    /// Merges what is due until nothing is; one at a time, and writes go on meanwhile.
    pub fn merge(&self) {
        if self.merging.swap(true, Ordering::Acquire) {
            return;
        }
        while self.merge_one(&self.public) || self.merge_one(&self.internal) {}
        self.merging.store(false, Ordering::Release);
    }

    /// Whether something is due to be merged.
    pub fn is_merge_due(&self) -> bool {
        !self.merging.load(Ordering::Relaxed)
            && (self.public.load().due().is_some() || self.internal.load().due().is_some())
    }

    fn merge_one<A: Audience>(&self, kept: &ArcSwap<Snapshot<A>>) -> bool {
        let then = kept.load_full();
        let Some(from) = then.due() else { return false };
        self.merge_from(kept, &then, from);
        true
    }

    fn merge_from<A: Audience>(
        &self,
        kept: &ArcSwap<Snapshot<A>>,
        then: &Snapshot<A>,
        from: usize,
    ) {
        let merged = then.merged(from);
        let _writer = self.writer.lock();
        let next = kept.load().replaced(then, from, merged);
        kept.store(next.into());
    }

    /// Merges everything into one segment for each audience.
    pub fn merge_all(&self) {
        let (public, internal) = (self.public.load_full(), self.internal.load_full());
        if !public.live.is_empty() {
            self.merge_from(&self.public, &public, 0);
        }
        if !internal.live.is_empty() {
            self.merge_from(&self.internal, &internal, 0);
        }
    }

    /// The atlas as it may be seen.
    pub fn view(&self, visibility: Visibility) -> View {
        View::new(visibility, self.public.load_full(), || self.internal.load_full())
    }

    /// Which state of the public rows this is, among those of this process.
    pub fn public_version(&self) -> u64 {
        self.public.load().version
    }

    /// Rows of both audiences, and bytes of memory of their segments.
    pub fn size(&self) -> (usize, usize, usize) {
        let (public, internal) = (self.public.load(), self.internal.load());
        let ids = self.writer.lock().ids.len() * size_of::<Uuid>();
        (public.len(), internal.len(), public.bytes() + internal.bytes() + ids)
    }
}

/// Both audiences at one moment.
pub struct Moment {
    public: Arc<Snapshot<Public>>,
    internal: Arc<Snapshot<Internal>>,
}

impl Moment {
    /// Writes a file in the place of what there was.
    ///
    /// # Errors
    /// The file system's.
    pub fn write(&self, path: &Path, stamp: &Stamp) -> io::Result<()> {
        file::write(path, stamp, |file| {
            // Both know the same ids.
            let ids: Vec<u128> = self.internal.ids.iter().map(Uuid::as_u128).collect();
            file.column(&ids)?;
            self.public.values.save(file)?;
            self.public.save(file)?;
            self.internal.values.save(file)?;
            self.internal.save(file)
        })
    }
}

impl Atlas {
    /// The atlas as it is now: written to a file while writes go on.
    pub fn moment(&self) -> Moment {
        let _writer = self.writer.lock();
        Moment { public: self.public.load_full(), internal: self.internal.load_full() }
    }

    /// Reads the file of a log, and the place of the log that it stands for.
    ///
    /// # Errors
    /// It is not there; of another log or format; damaged.
    pub fn read(path: &Path, log_epoch: &str) -> io::Result<(Self, i64)> {
        file::read(path, log_epoch, |file| {
            let mut writer = Writer::default();
            for (key, id) in (0..).zip(file.column::<u128>()?) {
                if id != 0 {
                    writer.know(key, Uuid::from_u128(id));
                }
            }
            writer.public = Dictionaries::load(file)?;
            let public = Snapshot::load(file, writer.public.values(), writer.ids.clone())?;
            writer.internal = Dictionaries::load(file)?;
            let internal = Snapshot::load(file, writer.internal.values(), writer.ids.clone())?;
            Ok(Self {
                public: ArcSwap::from_pointee(public),
                internal: ArcSwap::from_pointee(internal),
                writer: Mutex::new(writer),
                merging: AtomicBool::new(false),
            })
        })
    }
}

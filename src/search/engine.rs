//! Both indexes together, with what was not committed to them yet. Commits are made in a thread of
//! their own, a second after a change.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, RwLock};
use tantivy::IndexWriter;

use super::entry::Entry;
use super::folder::Folder;
use super::found::Found;
use super::index::{self, Changes, Index, Stamp};
use super::segment::{self, Scope};
use super::side::{Kept, Side};
use super::text::Asked;
use crate::domain::actor::Visibility;

/// How often is committed what has changed.
const REST: Duration = Duration::from_secs(1);
/// So many changes are committed at once.
const MANY: usize = 20_000;
/// An index that is further behind, and by more changes than it has records, is made anew.
const FEW: i64 = 20_000;

/// What can go wrong with an index: the file system, for the most part.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error(transparent)]
    Index(#[from] tantivy::TantivyError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A record as it is now, for both audiences; None: not there.
pub struct Noted {
    pub key: i64,
    pub public: Option<Entry>,
    pub internal: Option<Entry>,
}

/// The indexes of both audiences.
pub struct Search {
    shared: Arc<Shared>,
    committer: Option<JoinHandle<()>>,
}

struct Shared {
    folder: Folder,
    public: Index,
    internal: Index,
    state: RwLock<State>,
    committing: Mutex<()>,
    signal: Mutex<Signal>,
    wake: Condvar,
    version: String,
    log_epoch: String,
}

#[derive(Clone)]
struct State {
    public: Side,
    internal: Side,
    seq: i64,
    /// Somebody was erased since the last commit.
    unclean: bool,
}

#[derive(Default)]
struct Signal {
    now: bool,
    stop: bool,
}

impl Search {
    /// Opens the indexes of a folder. The flag says whether they are those of this log, at or before
    /// its end: if not, they are empty and want to be filled.
    ///
    /// # Errors
    /// The file system's.
    pub fn open(
        folder: Folder,
        version: String,
        log_epoch: String,
        last_seq: i64,
    ) -> Result<(Self, bool), SearchError> {
        let opened = |name: &str| {
            let opened = Index::open(&folder.path().join(name));
            opened.ok().flatten().filter(|(index, stamp)| {
                let behind = last_seq - stamp.seq;
                let near = behind <= FEW || index.len().is_ok_and(|len| behind <= len);
                stamp.version == version && stamp.log_epoch == log_epoch && behind >= 0 && near
            })
        };
        let (public, internal, seq, unclean, filled) = match (opened("public"), opened("internal"))
        {
            (Some((public, one)), Some((internal, other))) => {
                let unclean = one.unclean || other.unclean;
                (public, internal, one.seq.min(other.seq), unclean, true)
            }
            _ => {
                let public = Index::create(&folder.empty("public")?)?;
                (public, Index::create(&folder.empty("internal")?)?, 0, false, false)
            }
        };
        let state = State {
            public: Side::new(public.searcher()?),
            internal: Side::new(internal.searcher()?),
            seq,
            unclean,
        };
        let shared = Arc::new(Shared {
            folder,
            public,
            internal,
            state: RwLock::new(state),
            committing: Mutex::new(()),
            signal: Mutex::default(),
            wake: Condvar::new(),
            version,
            log_epoch,
        });
        let committing = shared.clone();
        let committer = std::thread::spawn(move || committing.commit_now_and_then());
        Ok((Self { shared, committer: Some(committer) }, filled))
    }

    /// How far the log is in it.
    pub fn seq(&self) -> i64 {
        self.shared.state.read().seq
    }

    /// Where it lies.
    pub fn folder(&self) -> &std::path::Path {
        self.shared.folder.path()
    }

    /// Begins to take in all records, into indexes that are empty.
    ///
    /// # Errors
    /// The file system's.
    pub fn fill(&self) -> Result<Filling<'_>, SearchError> {
        let shared = &*self.shared;
        let (public, internal) =
            (shared.public.filling_writer()?, shared.internal.filling_writer()?);
        Ok(Filling { shared, public, internal })
    }

    /// Notes how records are now, with the log taken up to `seq`. `erased`: what the indexes had of
    /// them must leave no trace.
    pub fn note(&self, records: Vec<Noted>, seq: i64, erased: bool) {
        let many = {
            let mut state = self.shared.state.write();
            for Noted { key, public, internal } in records {
                Arc::make_mut(&mut state.public.pending).insert(key, public.map(Arc::new));
                Arc::make_mut(&mut state.internal.pending).insert(key, internal.map(Arc::new));
            }
            // A start may take up again what is in the files already.
            state.seq = state.seq.max(seq);
            state.unclean |= erased;
            state.internal.pending.len() >= MANY
        };
        if many {
            self.shared.signal.lock().now = true;
            self.shared.wake.notify_one();
        }
    }

    /// Forgets the answers that it keeps until the next commit, so that the next ones are measured.
    pub fn forget(&self) {
        let state = self.shared.state();
        for side in [&state.public, &state.internal] {
            *side.kept.lock() = Kept::default();
        }
    }

    /// Commits what has changed and, if somebody was erased, cleans the files.
    ///
    /// # Errors
    /// The file system's.
    pub fn commit(&self) -> Result<(), SearchError> {
        self.shared.commit()
    }

    /// The records that have all these folded words. A word that nothing begins with, of all that
    /// the actor may know of, is taken with typos; or `typos` says which, as in an answer before.
    ///
    /// # Errors
    /// The file system's.
    pub fn find(
        &self,
        visibility: &Visibility,
        words: &[String],
        typos: Option<u32>,
        ranked: bool,
    ) -> Result<Found, SearchError> {
        let state = self.shared.state();
        let asked = self.asked(&state, visibility, words, typos)?;
        let (public, internal) = audiences(visibility);
        let side =
            |wanted: bool, side: &Side, index| wanted.then(|| side.keys(index, &asked)).transpose();
        let public_keys = side(public, &state.public, &self.shared.public)?;
        let internal_keys = side(internal, &state.internal, &self.shared.internal)?;
        let ranks = |wanted: bool, side: &Side, index| {
            if wanted && ranked { side.ranks(index, &asked) } else { Ok(Arc::default()) }
        };
        let ranks = [
            ranks(public, &state.public, &self.shared.public)?,
            ranks(internal, &state.internal, &self.shared.internal)?,
        ];
        let ranks = ranked.then_some(ranks);
        Ok(Found { asked, public: public_keys, internal: internal_keys, ranks })
    }

    fn asked(
        &self,
        state: &State,
        visibility: &Visibility,
        words: &[String],
        typos: Option<u32>,
    ) -> Result<Asked, SearchError> {
        if let Some(typos) = typos {
            return Ok(Asked::new(words, typos));
        }
        let exact = Asked::new(words, 0);
        let (public, internal) = audiences(visibility);
        let mut known = 0;
        if public {
            known |= state.public.known(&self.shared.public, &exact, &Scope::All)?;
        }
        if internal {
            let scope = Scope::internal(visibility);
            known |= state.internal.known(&self.shared.internal, &exact, &scope)?;
        }
        Ok(Asked::new(words, !known))
    }

    /// Keys of records whose names have the words, for a suggestion: whoever shows them reads each
    /// as the actor may see it and looks again.
    ///
    /// # Errors
    /// The file system's.
    pub fn named(
        &self,
        visibility: &Visibility,
        asked: &Asked,
        limit: usize,
    ) -> Result<Vec<i64>, SearchError> {
        let state = self.shared.state();
        let (public, internal) = audiences(visibility);
        let mut keys = Vec::new();
        if internal {
            let scope = Scope::internal(visibility);
            keys = state.internal.named(&self.shared.internal, asked, &scope, limit)?;
        }
        if public {
            keys.extend(state.public.named(&self.shared.public, asked, &Scope::All, limit)?);
        }
        let mut seen = std::collections::HashSet::new();
        keys.retain(|key| seen.insert(*key));
        Ok(keys)
    }

    /// Folded names of products that begin with the words, each with the key of a record, as
    /// [`Self::named`].
    ///
    /// # Errors
    /// The file system's.
    pub fn products(
        &self,
        visibility: &Visibility,
        asked: &Asked,
        limit: usize,
    ) -> Result<Vec<(String, i64)>, SearchError> {
        let state = self.shared.state();
        let (public, internal) = audiences(visibility);
        let mut products = Vec::new();
        if internal {
            let scope = Scope::internal(visibility);
            let side = state.internal.committed(&self.shared.internal);
            products = side.products(asked, &scope, limit)?;
        }
        if public {
            let side = state.public.committed(&self.shared.public);
            products.extend(side.products(asked, &Scope::All, limit)?);
        }
        Ok(products)
    }
}

/// Whether the public and the internal index are asked.
fn audiences(visibility: &Visibility) -> (bool, bool) {
    match visibility {
        Visibility::Public => (true, false),
        Visibility::Internal { area: None } => (false, true),
        Visibility::Internal { area: Some(_) } | Visibility::Own { .. } => (true, true),
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.shared.signal.lock().stop = true;
        self.shared.wake.notify_one();
        if let Some(committer) = self.committer.take() {
            // If it panicked, that was told.
            let _ = committer.join();
        }
    }
}

impl Shared {
    fn state(&self) -> State {
        self.state.read().clone()
    }

    fn commit_now_and_then(&self) {
        loop {
            {
                let mut signal = self.signal.lock();
                if !signal.now && !signal.stop {
                    self.wake.wait_for(&mut signal, REST);
                }
                if signal.stop {
                    return;
                }
                signal.now = false;
            }
            if let Err(error) = self.commit() {
                tracing::warn!(%error, "the search index could not be written: trying again");
            }
        }
    }

    fn stamp(&self, seq: i64, unclean: bool) -> Stamp {
        let (version, log_epoch) = (self.version.clone(), self.log_epoch.clone());
        Stamp { version, log_epoch, seq, unclean }
    }

    fn commit(&self) -> Result<(), SearchError> {
        let _turn = self.committing.lock();
        let (public, internal, stamp) = {
            let State { public, internal, seq, unclean } = self.state();
            (public.pending, internal.pending, self.stamp(seq, unclean))
        };
        if public.is_empty() && internal.is_empty() && !stamp.unclean {
            return Ok(());
        }
        self.commit_side(&self.public, &public, &stamp, |state| &mut state.public)?;
        self.commit_side(&self.internal, &internal, &stamp, |state| &mut state.internal)?;
        let mut state = self.state.write();
        // Whoever was erased meanwhile is not in this commit.
        if stamp.unclean && state.seq == stamp.seq {
            state.unclean = false;
        }
        Ok(())
    }

    fn commit_side(
        &self,
        index: &Index,
        changes: &Changes,
        stamp: &Stamp,
        of: impl Fn(&mut State) -> &mut Side,
    ) -> Result<(), SearchError> {
        index.commit(changes, stamp)?;
        let renew = || -> tantivy::Result<()> {
            let searcher = index.searcher()?;
            let alive = segment::alive(&searcher).into();
            let mut state = self.state.write();
            let side = of(&mut state);
            side.searcher = searcher;
            side.alive = alive;
            side.kept = Arc::default();
            // What has changed again meanwhile stays.
            Arc::make_mut(&mut side.pending).retain(|key, entry| match (changes.get(key), entry) {
                (Some(Some(committed)), Some(entry)) => !Arc::ptr_eq(committed, entry),
                (Some(None), None) => false,
                _ => true,
            });
            Ok(())
        };
        renew()?;
        if stamp.unclean {
            index.clean(stamp, renew)?;
        }
        Ok(())
    }
}

/// Takes in all records once.
pub struct Filling<'a> {
    shared: &'a Shared,
    public: IndexWriter,
    internal: IndexWriter,
}

impl Filling<'_> {
    /// # Errors
    /// The file system's.
    pub fn add(&self, record: &Noted) -> Result<(), SearchError> {
        let Noted { key, public, internal } = record;
        if let Some(entry) = public {
            self.shared.public.add(&self.public, *key, entry)?;
        }
        if let Some(entry) = internal {
            self.shared.internal.add(&self.internal, *key, entry)?;
        }
        Ok(())
    }

    /// All records are in it as they were when the log ended at `seq`, or later.
    ///
    /// # Errors
    /// The file system's.
    pub fn finish(mut self, seq: i64) -> Result<(), SearchError> {
        let stamp = self.shared.stamp(seq, false);
        index::commit(&mut self.public, &stamp)?;
        index::commit(&mut self.internal, &stamp)?;
        self.public.wait_merging_threads()?;
        self.internal.wait_merging_threads()?;
        let mut state = self.shared.state.write();
        state.public = Side::new(self.shared.public.searcher()?);
        state.internal = Side::new(self.shared.internal.searcher()?);
        state.seq = seq;
        Ok(())
    }
}

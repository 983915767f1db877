//! One audience at one moment: its committed index, and what was not committed to it yet.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tantivy::Searcher;

use super::engine::SearchError;
use super::entry::Entry;
use super::index::{Changes, Index};
use super::keys::KeySet;
use super::segment::{self, Committed, Rows, Scope, set_rank};
use super::text::Asked;

/// Answers that are kept until the next commit: a map asks the same for every tile.
const KEPT: usize = 16;

/// One audience. Cloned, it stays as it was: a question holds no lock.
#[derive(Clone)]
pub(super) struct Side {
    pub searcher: Searcher,
    pub alive: Arc<[Rows]>,
    /// What was not committed yet.
    pub pending: Arc<Changes>,
    pub kept: Arc<Mutex<Kept>>,
}

/// Answers of the committed index.
#[derive(Default)]
pub(super) struct Kept {
    known: VecDeque<((Asked, Scope), u32)>,
    keys: VecDeque<(Asked, Arc<KeySet>)>,
}

impl Side {
    pub fn new(searcher: Searcher) -> Self {
        let alive = segment::alive(&searcher).into();
        Self { searcher, alive, pending: Arc::default(), kept: Arc::default() }
    }

    fn entries(&self) -> impl Iterator<Item = (i64, &Entry)> {
        self.pending.iter().filter_map(|(key, entry)| Some((*key, entry.as_deref()?)))
    }

    pub fn committed<'a>(&'a self, index: &Index) -> Committed<'a> {
        Committed { searcher: &self.searcher, alive: &self.alive, fields: index.fields }
    }

    /// The words that something visible has.
    pub fn known(&self, index: &Index, asked: &Asked, scope: &Scope) -> Result<u32, SearchError> {
        // A public entry is nobody's: all may know of it.
        let visible =
            self.entries().filter(|(_, entry)| *scope == Scope::All || scope.sees(&entry.whose));
        let pending = visible.fold(0, |known, (_, entry)| known | asked.known(&entry.text));
        let committed = keep(
            &self.kept,
            |kept| &mut kept.known,
            (asked.clone(), scope.clone()),
            || self.committed(index).known(asked, scope, &Changes::new()),
        )?;
        if self.pending.is_empty() || committed & !pending == 0 {
            return Ok(committed | pending);
        }
        // A word that the index has may be of a record that has it no more.
        Ok(pending | self.committed(index).known(asked, scope, &self.pending)?)
    }

    pub fn keys(&self, index: &Index, asked: &Asked) -> Result<Arc<KeySet>, SearchError> {
        let committed = keep(
            &self.kept,
            |kept| &mut kept.keys,
            asked.clone(),
            || self.committed(index).keys(asked).map(Arc::new),
        )?;
        if self.pending.is_empty() {
            return Ok(committed);
        }
        let mut keys = KeySet::clone(&committed);
        for (key, entry) in &*self.pending {
            match entry.as_ref().filter(|entry| asked.matches(&entry.text)) {
                Some(_) => keys.insert(*key),
                None => keys.remove(*key),
            }
        }
        Ok(Arc::new(keys))
    }

    pub fn ranks(&self, index: &Index, asked: &Asked) -> Result<Arc<[u8]>, SearchError> {
        let mut ranks = Vec::new();
        self.committed(index).ranks(asked, &mut ranks)?;
        for (key, entry) in self.entries() {
            set_rank(&mut ranks, key, asked.rank(&entry.name, &entry.text));
        }
        Ok(ranks.into())
    }

    /// Keys of records whose names have the words, uncommitted ones first.
    pub fn named(
        &self,
        index: &Index,
        asked: &Asked,
        scope: &Scope,
        limit: usize,
    ) -> Result<Vec<i64>, SearchError> {
        let title = |entry: &Entry| format!(" {}", entry.name);
        let new = self.entries().filter(|(_, entry)| {
            (*scope == Scope::All || scope.sees(&entry.whose)) && asked.matches(&title(entry))
        });
        let mut keys: Vec<i64> = new.map(|(key, _)| key).take(limit).collect();
        let old = self.committed(index).named(asked, scope, limit)?;
        keys.extend(old.into_iter().filter(|key| !self.pending.contains_key(key)));
        Ok(keys)
    }
}

/// What was answered before, or is answered now and kept.
fn keep<K: PartialEq, V: Clone>(
    kept: &Mutex<Kept>,
    of: impl Fn(&mut Kept) -> &mut VecDeque<(K, V)>,
    asked: K,
    answer: impl FnOnce() -> tantivy::Result<V>,
) -> Result<V, SearchError> {
    let known = of(&mut kept.lock()).iter().find(|(key, _)| *key == asked).map(|(_, v)| v.clone());
    if let Some(known) = known {
        return Ok(known);
    }
    let answer = answer()?;
    let mut kept = kept.lock();
    let answers = of(&mut kept);
    answers.truncate(KEPT - 1);
    answers.push_front((asked, answer.clone()));
    Ok(answer)
}

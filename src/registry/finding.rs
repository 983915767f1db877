//! The search indexes at the record: opened, filled from it, asked; and suggestions while somebody
//! types.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;
use uuid::Uuid;

use super::atlas_file::place;
use super::enterprises::{ENTITY, Seen, logged_typos, one_seen};
use super::projections::{ERASE, Progress};
use super::reads::{Reader, Reading, logged_filter};
use super::{Registry, RegistryError};
use crate::db::enterprises::EnterpriseRow;
use crate::db::{self, Db};
use crate::domain::actor::{Actor, Visibility};
use crate::domain::codes::Existence;
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::reference::Reference;
use crate::domain::text::fold;
use crate::search::{Asked, Entry, Folder, Found, Noted, Search, SearchError, version};

/// Records read at a time.
const BATCH: i64 = 2_000;
/// Words that are suggested to.
const MAX_WORDS: usize = 20;

impl From<SearchError> for RegistryError {
    fn from(error: SearchError) -> Self {
        tracing::error!(%error, "the search index");
        Self::Internal("the search index cannot be read or written")
    }
}

/// Opens the indexes, with what was logged since up to `seq`, the log's end or before it. The flag
/// says whether they are filled: they are not where they are missing, of another log, made in
/// another way or damaged.
///
/// # Errors
/// The database's and the file system's.
pub fn open(db: &Db, reference: &Reference, seq: i64) -> Result<(Search, bool), RegistryError> {
    let log_epoch = db.read(db::log::epoch)?.ok_or(RegistryError::NotSeeded)?;
    let folder = Folder::take(place(db.url(), "search").as_deref()).map_err(SearchError::from)?;
    let (search, filled) = Search::open(folder, version(reference), log_epoch, seq)?;
    if filled {
        catch_up(&search, db, reference, seq)?;
    }
    Ok((search, filled))
}

/// Fills empty indexes from the record; tells how far it is. Takes minutes where there are millions.
///
/// # Errors
/// The database's and the file system's.
pub fn fill(
    search: &Search,
    db: &Db,
    reference: &Reference,
    told: &dyn Fn(Progress),
) -> Result<(), RegistryError> {
    let started = std::time::Instant::now();
    // What changes from here on is taken up from the log afterwards.
    let seq = db.read(db::log::last_seq)?;
    let of = db.read(db::enterprises::last_key)?;
    told(Progress { done: 0, of });
    let filling = search.fill()?;
    let (mut last_key, mut count) = (0, 0);
    loop {
        let rows = db.read(|connection| db::enterprises::after_key(connection, last_key, BATCH))?;
        let Some(last) = rows.last() else { break };
        last_key = last.key;
        count += rows.len();
        for record in noted(&rows, &[], reference) {
            filling.add(&record)?;
        }
        told(Progress { done: last_key.min(of), of });
    }
    filling.finish(seq)?;
    let end = db.read(db::log::last_seq)?;
    catch_up(search, db, reference, end)?;
    tracing::info!(count, took_ms = started.elapsed().as_millis(), "the search index is made");
    Ok(())
}

/// Takes up the log as far as `end`.
pub(super) fn catch_up(
    search: &Search,
    db: &Db,
    reference: &Reference,
    end: i64,
) -> Result<(), RegistryError> {
    while search.seq() < end {
        let changes = db.read(|connection| db::log::since(connection, search.seq(), BATCH))?;
        let Some(last) = changes.last() else { break };
        let ids = changes.iter().filter(|change| change.entity == "enterprise");
        let ids: HashSet<String> = ids.map(|change| change.entity_id.clone()).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let rows = db.read(|connection| db::enterprises::by_ids(connection, &ids))?;
        let erased = changes.iter().any(|change| change.action == ERASE);
        search.note(noted(&rows, &[], reference), last.seq, erased);
    }
    Ok(())
}

/// Records as the indexes take them. One that cannot be read is left out; the atlas tells of it.
pub(super) fn noted(rows: &[EnterpriseRow], gone: &[i64], reference: &Reference) -> Vec<Noted> {
    let there = rows.iter().map(|row| {
        let public = row.public_document.as_deref();
        Noted {
            key: row.key,
            public: public.and_then(|document| Entry::public(document, reference).ok()),
            internal: Entry::internal(&row.document, reference).ok(),
        }
    });
    let gone = gone.iter().map(|key| Noted { key: *key, public: None, internal: None });
    there.chain(gone).collect()
}

/// What somebody who types may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    pub kind: SuggestionKind,
    /// As shown.
    pub text: String,
    /// The parameter of the filter that finds it, and its value.
    pub parameter: &'static str,
    pub value: String,
    /// The enterprise's.
    pub id: Option<Uuid>,
    /// Made of an internal tier.
    pub internal: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    Commodity,
    Product,
    Enterprise,
    Region,
    Sector,
}

/// As much of a document as is suggested.
#[derive(Deserialize)]
struct Shown {
    name: String,
    #[serde(default)]
    products: Vec<ShownProduct>,
    existence: Existence,
}

#[derive(Deserialize)]
struct ShownProduct {
    name: String,
}

impl Registry {
    /// What the words of a filter find; None where there are none, or no projections.
    pub(super) fn find(
        &self,
        actor: &Actor,
        words: &[String],
        typos: Option<u32>,
        ranked: bool,
    ) -> Result<Option<Found>, RegistryError> {
        if words.is_empty() {
            return Ok(None);
        }
        let Some(search) = self.projections.search()? else { return Ok(None) };
        Ok(Some(search.find(&actor.visibility(), words, typos, ranked)?))
    }

    /// Lets no word of erased persons linger in the indexes' files.
    pub(super) fn clean_search(&self) -> Result<(), RegistryError> {
        if let Some(search) = &self.projections.search {
            search.commit()?;
        }
        Ok(())
    }

    /// Commits what the indexes were told of: it is done every second without this.
    ///
    /// # Errors
    /// The file system's.
    pub fn commit_search(&self) -> Result<(), RegistryError> {
        self.clean_search()
    }

    /// Where the indexes lie.
    pub fn search_folder(&self) -> Option<&Path> {
        self.projections.search.as_ref().map(Search::folder)
    }

    /// Names of enterprises and products that the actor may see, commodities, regions and sectors
    /// that begin with what was typed, or have words that do; with typos where there are none.
    ///
    /// # Errors
    /// The database's and the file system's.
    pub fn suggestions<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        typed: &str,
        limit: usize,
    ) -> Result<Vec<Suggestion>, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let actor = reader.actor;
        let folded = fold(typed);
        let words: Vec<String> = folded.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() || words.len() > MAX_WORDS {
            return Ok(Vec::new());
        }
        let mut asked = Asked::new(&words, 0);
        let mut found = self.suggested(actor, &asked, limit)?;
        if found.is_empty() {
            asked = Asked::new(&words, u32::MAX);
            found = self.suggested(actor, &asked, limit)?;
        }
        let internal = found.iter().filter(|suggestion| suggestion.internal).count();
        // That there is nothing of the name tells something too.
        if internal > 0 || (found.is_empty() && actor.visibility() != Visibility::Public) {
            let filter = serde_urlencoded::to_string([("q", typed)]).unwrap_or_default();
            let reading = Reading {
                filter: Some(logged_filter(&filter)),
                count: internal,
                detail: Detail { typos: logged_typos(Some(&asked)), ..Detail::default() },
                ..Reading::of_many(ReadKind::Suggestions, ENTITY)
            };
            self.log_read(reader, began, reading)?;
        }
        Ok(found)
    }

    fn suggested(
        &self,
        actor: &Actor,
        asked: &Asked,
        limit: usize,
    ) -> Result<Vec<Suggestion>, RegistryError> {
        let codes = self.projections.codes.load();
        let of_codes = |kind, parameter| -> Vec<Suggestion> {
            let found = codes.matching(parameter, asked, limit).into_iter();
            let suggestion = |code: &crate::search::Code| Suggestion {
                kind,
                text: code.name.clone(),
                parameter: code.parameter,
                value: code.code.clone(),
                id: None,
                internal: false,
            };
            found.map(suggestion).collect()
        };
        let (enterprises, products) = self.suggested_records(actor, asked, limit)?;
        Ok(shared_out(
            [
                of_codes(SuggestionKind::Commodity, "commodity"),
                products,
                enterprises,
                of_codes(SuggestionKind::Region, "region"),
                of_codes(SuggestionKind::Sector, "sector"),
            ],
            limit,
        ))
    }

    /// Enterprises and products. Each record is read as the actor may see it, and held against the
    /// words once more.
    fn suggested_records(
        &self,
        actor: &Actor,
        asked: &Asked,
        limit: usize,
    ) -> Result<(Vec<Suggestion>, Vec<Suggestion>), RegistryError> {
        let Some(search) = self.projections.search()? else { return Ok((Vec::new(), Vec::new())) };
        let (visibility, reference) = (actor.visibility(), self.reference());
        let named = search.named(&visibility, asked, limit)?;
        let made = search.products(&visibility, asked, limit)?;
        let keys: HashSet<i64> =
            named.iter().copied().chain(made.iter().map(|(_, key)| *key)).collect();
        let keys: Vec<i64> = keys.into_iter().collect();
        let rows = self.db.read(|connection| db::enterprises::by_keys(connection, &keys))?;
        let mut shown: HashMap<i64, (Seen, Shown)> = HashMap::new();
        for row in rows {
            let key = row.key;
            let Some((seen, _)) = one_seen(row, &visibility, &reference, None)? else { continue };
            let document: Shown = serde_json::from_str(&seen.document)?;
            if document.existence == Existence::Active {
                shown.insert(key, (seen, document));
            }
        }
        let mut enterprises: Vec<(u8, String, Suggestion)> = Vec::new();
        for (seen, document) in named.iter().filter_map(|key| shown.get(key)) {
            let folded = fold(&document.name);
            let title = format!(" {folded}");
            let known = enterprises.iter().any(|(_, known, _)| *known == folded);
            if asked.matches(&title) && !known {
                let rank = asked.rank(&folded, &title);
                let suggestion = Suggestion {
                    kind: SuggestionKind::Enterprise,
                    text: document.name.clone(),
                    parameter: "q",
                    value: document.name.clone(),
                    id: Some(seen.id),
                    internal: seen.internal,
                };
                enterprises.push((rank, folded, suggestion));
            }
        }
        enterprises.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let mut products: Vec<Suggestion> = Vec::new();
        let mut known = HashSet::new();
        for (folded, key) in &made {
            let Some((seen, document)) = shown.get(key) else { continue };
            let mut made = document.products.iter().map(|product| &product.name);
            let name = made.find(|name| fold(name) == *folded);
            if let Some(name) = name.filter(|_| known.insert(folded)) {
                products.push(Suggestion {
                    kind: SuggestionKind::Product,
                    text: name.clone(),
                    parameter: "q",
                    value: name.clone(),
                    id: None,
                    internal: seen.internal,
                });
            }
        }
        let enterprises = enterprises.into_iter().map(|(_, _, suggestion)| suggestion);
        Ok((enterprises.take(limit).collect(), products))
    }
}

/// Of each kind in turn the next best until there are enough; told kind by kind.
fn shared_out<const N: usize>(kinds: [Vec<Suggestion>; N], limit: usize) -> Vec<Suggestion> {
    let mut taken = [0; N];
    let mut left = limit;
    while left > 0 {
        let before = left;
        for (kind, taken) in kinds.iter().zip(&mut taken) {
            if left > 0 && *taken < kind.len() {
                *taken += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    kinds.into_iter().zip(taken).flat_map(|(kind, taken)| kind.into_iter().take(taken)).collect()
}

//! The verification desk of an office: what waits there in the order of what matters, one record
//! with what is new in it, and clean ones decided together. Single decisions are the life cycle's
//! own steps (`writing`, `merging`).

mod batch;
mod checks;
mod figures;

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use uuid::Uuid;

pub use self::batch::{Batch, Decided, MAX_BATCH};
pub(super) use self::checks::names_of;
pub use self::checks::{CheckList, CheckListQuery, Checked, DeskCheck};
pub use self::figures::{DeskFigures, Sample, Sampled};
use super::campaigns::{DeskVisit, HeldCounts};
use super::duplicates::decided_area;
use super::enterprises::{Check, ENTITY, Seen, logged_typos};
use super::reads::{Reader, Reading, logged_filter};
use super::{Registry, RegistryError};
use crate::atlas::{Rank, Turn, View};
use crate::db;
use crate::db::duplicates::OPEN;
use crate::db::revisions::RevisionRow;
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::codes::Review;
use crate::domain::difference::{Difference, differences};
use crate::domain::duplicate::Class;
use crate::domain::enterprise::{Enterprise, Severity};
use crate::domain::filter::Filter;
use crate::domain::reading::{Detail, ReadKind};

/// What a page of the queue is asked for.
pub struct DeskQuery {
    pub filter: Filter,
    /// The last one of the page before.
    pub after: Option<Turn>,
    pub limit: usize,
}

/// A page of the queue.
pub struct DeskPage {
    pub items: Vec<DeskItem>,
    pub next: Option<Turn>,
    /// How many wait of each [`Rank`], on this page or not.
    pub by_rank: [usize; 4],
    /// Submissions from the field that are held in the reader's area, whatever the filter.
    pub held: HeldCounts,
}

/// A record at the desk.
pub struct DeskItem {
    pub seen: Seen,
    pub enterprise: Enterprise,
    /// It is what the reader submitted: not theirs to verify.
    pub own: bool,
    /// Open pairs that it is in, the surest first.
    pub pairs: Vec<DeskPair>,
    /// The last revision before this one that was verified.
    pub verified: Option<i32>,
    /// The one at which it was returned last.
    returned: Option<i32>,
}

/// A pair of records that may be one.
#[derive(Debug, Clone, Copy)]
pub struct DeskPair {
    pub id: Uuid,
    pub class: Class,
}

/// A record at the desk with what is new in it.
pub struct DeskRecord {
    pub item: DeskItem,
    /// The revision that it is compared with: the last that was verified, or else returned.
    pub against: Option<i32>,
    pub differences: Vec<Difference>,
    /// The newest first.
    pub visits: Vec<DeskVisit>,
}

impl DeskItem {
    /// What makes it matter.
    pub fn rank(&self) -> Rank {
        match self.enterprise.worst_flag() {
            Some(Severity::Error) => Rank::Error,
            Some(Severity::Warning) => Rank::Warning,
            _ if !self.pairs.is_empty() => Rank::Duplicate,
            _ => Rank::Clean,
        }
    }
}

/// As much of an earlier state as tells how it was reviewed.
#[derive(Deserialize)]
struct Stated {
    review: Review,
}

impl Registry {
    /// A page of what waits in the reader's area and passes a filter.
    ///
    /// # Errors
    /// Not theirs to decide; an unknown area.
    pub fn desk_queue<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        mut query: DeskQuery,
    ) -> Result<DeskPage, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let area = decided_area(reader.actor)?;
        self.find_duplicates_if_near()?;
        let view = self.view_for(reader.actor, &mut query.filter)?;
        let held = self.held_counts(reader.actor)?;
        let mut page = DeskPage { items: Vec::new(), next: None, by_rank: [0; 4], held };
        if narrowed(&mut query.filter, Review::Submitted) {
            let doubtful = self.doubtful(area.as_deref())?;
            let queue = view.waiting(&query.filter, &doubtful, query.after, query.limit);
            let keys: Vec<i64> = queue.records.iter().map(|placed| placed.key).collect();
            page.by_rank = queue.by_rank;
            page.next = queue.records.last().map(|placed| placed.turn).filter(|_| !queue.is_last);
            page.items = self.desk_items(reader.actor, &keys, &query.filter, &view)?;
        }
        let matched = page.by_rank.iter().sum();
        let reading = list_reading(&query.filter, &view, page.items.len(), matched);
        self.log_read(reader, began, reading)?;
        Ok(page)
    }

    /// One record as the desk looks at it, waiting or not.
    ///
    /// # Errors
    /// Not theirs to decide; not found, also where it is another office's.
    pub fn desk_record<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
    ) -> Result<DeskRecord, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        decided_area(reader.actor)?;
        self.find_duplicates_if_near()?;
        let seen = self.shown(reader.actor, id)?;
        let mut items = self.items_of(reader.actor, vec![seen])?;
        let item = items.pop().ok_or(RegistryError::EnterpriseNotFound(id))?;
        let against = item.verified.or(item.returned);
        let found = match against {
            None => Vec::new(),
            Some(revision) => {
                let text = id.to_string();
                let earlier = self.db.read(|c| db::revisions::get(c, &text, revision))?;
                let earlier = earlier.ok_or(RegistryError::RevisionNotFound(revision))?;
                let earlier: Enterprise = serde_json::from_str(&earlier)?;
                let draft = |enterprise: &Enterprise| serde_json::to_value(&enterprise.draft);
                differences(&draft(&earlier)?, &draft(&item.enterprise)?)
            }
        };
        let visits = self.visits_at_desk(reader.actor, id)?;
        let now = (ReadKind::Record, Some(item.seen.revision));
        let then = against.map(|revision| (ReadKind::Revision, Some(revision)));
        for (kind, revision) in std::iter::once(now).chain(then) {
            let reading = Reading {
                detail: Detail { revision, ..Detail::default() },
                ..Reading::of_one(kind, ENTITY, &id.to_string(), &item.seen.document)
            };
            self.log_read(reader, began, reading)?;
        }
        Ok(DeskRecord { item, against, differences: found, visits })
    }

    /// Ids of the records in an area that may be the same as others; None: of all.
    fn doubtful(&self, area: Option<&str>) -> Result<HashSet<Uuid>, RegistryError> {
        let pairs = self.db.read(|c| db::duplicates::open_records(c, area))?;
        let ids = pairs.iter().flat_map(|(first, second)| [first, second]);
        Ok(ids.filter_map(|id| id.parse().ok()).collect())
    }

    /// The records of these keys that still pass, in their order.
    fn desk_items(
        &self,
        actor: &Actor,
        keys: &[i64],
        filter: &Filter,
        view: &View,
    ) -> Result<Vec<DeskItem>, RegistryError> {
        let seen = self.seen_by_keys(actor, keys, Check { filter, view })?;
        self.items_of(actor, seen)
    }

    /// Those of these records whose internal tier is theirs, with what stands beside them.
    fn items_of(&self, actor: &Actor, seen: Vec<Seen>) -> Result<Vec<DeskItem>, RegistryError> {
        let seen: Vec<Seen> = seen.into_iter().filter(|seen| seen.internal).collect();
        let ids: Vec<String> = seen.iter().map(|seen| seen.id.to_string()).collect();
        let changed: Vec<String> =
            seen.iter().filter(|seen| seen.revision > 1).map(|seen| seen.id.to_string()).collect();
        let (pairs, states) = self.db.read(|connection| {
            let pairs = db::duplicates::of_records(connection, &ids)?;
            Ok::<_, RegistryError>((pairs, db::revisions::of(connection, &changed)?))
        })?;
        let mut of_record: HashMap<String, Vec<(i32, DeskPair)>> = HashMap::new();
        for pair in pairs.into_iter().filter(|pair| pair.status == OPEN) {
            let (Ok(id), Ok(score)) = (pair.id.parse(), u8::try_from(pair.score)) else { continue };
            let found = (pair.score, DeskPair { id, class: Class::of(score) });
            for id in [pair.first_id, pair.second_id] {
                of_record.entry(id).or_default().push(found);
            }
        }
        let earlier = earlier(&states)?;
        let mut item = |seen: Seen| {
            let enterprise: Enterprise = serde_json::from_str(&seen.document)?;
            let id = seen.id.to_string();
            let mut pairs = of_record.remove(&id).unwrap_or_default();
            pairs.sort_by_key(|(score, pair)| (std::cmp::Reverse(*score), pair.id));
            let Earlier { verified, returned } =
                earlier.get(id.as_str()).copied().unwrap_or_default();
            Ok::<_, RegistryError>(DeskItem {
                own: enterprise.author.as_deref() == Some(actor.name()),
                pairs: pairs.into_iter().map(|(_, pair)| pair).collect(),
                verified,
                returned,
                enterprise,
                seen,
            })
        };
        seen.into_iter().map(&mut item).collect()
    }
}

/// Earlier revisions of a record.
#[derive(Clone, Copy, Default)]
struct Earlier {
    /// The last that was verified.
    verified: Option<i32>,
    /// The one at which it was returned last.
    returned: Option<i32>,
}

/// What each record's earlier states, which are in order, tell of its review.
fn earlier(states: &[RevisionRow]) -> Result<HashMap<&str, Earlier>, serde_json::Error> {
    let mut records: HashMap<&str, Earlier> = HashMap::new();
    let mut before = None;
    for RevisionRow { entity_id, revision, document } in states {
        let Stated { review } = serde_json::from_str(document)?;
        let record = records.entry(entity_id).or_default();
        match review {
            Review::Verified => record.verified = Some(*revision),
            // What its author changed since is what is new.
            Review::Returned if before != Some((entity_id, review)) => {
                record.returned = Some(*revision);
            }
            _ => {}
        }
        before = Some((entity_id, review));
    }
    Ok(records)
}

/// Asks for that review alone. Answers whether the filter leaves any.
fn narrowed(filter: &mut Filter, review: Review) -> bool {
    let asked = std::mem::replace(&mut filter.internal.review, vec![review]);
    asked.is_empty() || asked.contains(&review)
}

fn list_reading(filter: &Filter, view: &View, count: usize, matched: usize) -> Reading {
    Reading {
        filter: Some(logged_filter(filter.canonical())),
        count,
        detail: Detail {
            matched: Some(matched),
            typos: logged_typos(view.asked()),
            ..Detail::default()
        },
        ..Reading::of_many(ReadKind::List, ENTITY)
    }
}

/// Who may look at figures of desks.
fn require_reading(actor: &Actor) -> Result<(), RegistryError> {
    Ok(actor.require(Right::ReadInternal)?)
}

//! The change feed: what was logged, in the order of the log, each entry with its entity as the
//! reader may see it *now*. Replayed from the beginning it never shows what was since withdrawn.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::access_log::{is_access, may_follow};
use super::dependents::Dependent;
use super::documents;
use super::enterprises;
use super::reads::{Reader, Reading};
use super::{Registry, RegistryError};
use crate::db::imports::removed::RemovedRow;
use crate::db::log::ChangeRow;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility, Whose};
use crate::domain::codes::Publication;
use crate::domain::cooperative::Cooperative;
use crate::domain::document::Document;
use crate::domain::observation::Observation;
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::reference::Reference;
use crate::domain::region::RegionCode;
use crate::domain::sentra::Sentra;

/// What a follower asks for.
#[derive(Clone)]
pub struct FeedQuery {
    /// Changes above this `seq`.
    pub since: i64,
    /// Most log entries that are read; as many are told, or fewer.
    pub limit: i64,
    /// The log that the follower knows.
    pub epoch: Option<String>,
}

/// Part of the log as a reader may see it.
pub struct Feed {
    pub changes: Vec<Told>,
    /// The log was read up to here, which is beyond the last change where others are not told.
    pub through: i64,
    pub last_seq: i64,
    pub log_epoch: String,
}

/// A change as it is told.
pub struct Told {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub log_epoch: String,
    pub entity: String,
    pub entity_id: String,
    pub revision: i32,
    pub now: Now,
    /// None where only the public tier is the reader's: even an action may tell of a review.
    pub account: Option<Account>,
}

impl Told {
    /// Whether anything of the internal tier is told.
    fn is_internal(&self) -> bool {
        self.account.is_some() || matches!(self.now, Now::There { internal: true, .. })
    }
}

/// Who changed what, and why: tier internal.
pub struct Account {
    pub actor: String,
    pub job_id: Option<String>,
    pub reason: Option<String>,
    pub action: String,
}

/// What an entity is to the reader now.
#[derive(Debug, Clone, PartialEq)]
pub enum Now {
    There {
        /// JSON.
        document: String,
        /// Which tier it is of.
        internal: bool,
    },
    /// It is gone, or has left the reader's tier or area.
    Removed,
    /// Of a kind that has no representation.
    Unrepresented,
}

impl Registry {
    /// Changes above a `seq`, in order. Whoever reads on from `through` is told each once.
    ///
    /// # Errors
    /// Not allowed: the numbers of the log tell how much there is that is not public; another log than the follower knows; the database's.
    pub fn changes<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        query: &FeedQuery,
    ) -> Result<Feed, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let feed = self.feed(reader.actor, query)?;
        let internal = feed.changes.iter().filter(|told| told.is_internal()).count();
        if internal > 0 {
            let detail = Detail {
                since: Some(query.since),
                through: Some(feed.through),
                ..Detail::default()
            };
            let count = internal;
            let reading =
                Reading { count, detail, ..Reading::of_many(ReadKind::Changes, "change") };
            self.log_read(reader, began, reading)?;
        }
        Ok(feed)
    }

    fn feed(&self, actor: &Actor, query: &FeedQuery) -> Result<Feed, RegistryError> {
        actor.require(Right::FollowChanges)?;
        let visibility = &actor.visibility();
        let reference = self.reference();
        let (feed, rows) = self.db.read(|connection| {
            let log_epoch = db::log::epoch(connection)?.ok_or(RegistryError::NotSeeded)?;
            if query.epoch.as_ref().is_some_and(|known| *known != log_epoch) {
                return Err(RegistryError::LogEpochChanged);
            }
            let rows = db::log::since(connection, query.since, query.limit)?;
            let last_seq = db::log::last_seq(connection)?;
            let through = rows.last().map_or(query.since, |row| row.seq);
            let audits = actor.audits();
            let entities =
                Entities::read(connection, &rows, visibility, audits.as_ref(), &reference)?;
            let unbounded = [Some(visibility), audits.as_ref()]
                .into_iter()
                .flatten()
                .any(Visibility::is_unbounded);
            let told = |row: ChangeRow| {
                let now = match row.entity.as_str() {
                    "enterprise" | Cooperative::ENTITY | Sentra::ENTITY | Observation::ENTITY => {
                        entities.now(&row)?
                    }
                    access if is_access(access) && may_follow(actor) => Now::Unrepresented,
                    access if is_access(access) => return None,
                    // Nobody knows whose it is.
                    _ if unbounded => Now::Unrepresented,
                    _ => return None,
                };
                let audited = entities.audited.contains(&row.entity_id);
                Some(told(row, now, unbounded, audited))
            };
            let changes = rows.iter().cloned().filter_map(told).collect();
            Ok::<_, RegistryError>((Feed { changes, through, last_seq, log_epoch }, rows))
        })?;
        self.with_dependents(feed, &rows, visibility)
    }

    /// The same with what else these changes change for the reader, each beside its change.
    fn with_dependents(
        &self,
        mut feed: Feed,
        rows: &[ChangeRow],
        visibility: &Visibility,
    ) -> Result<Feed, RegistryError> {
        let mut dependents = self.dependents(rows, visibility)?;
        if dependents.is_empty() {
            return Ok(feed);
        }
        let mut told = std::mem::take(&mut feed.changes).into_iter().peekable();
        for row in rows {
            feed.changes.extend(std::iter::from_fn(|| told.next_if(|told| told.seq <= row.seq)));
            let beside = dependents.remove(&row.seq).unwrap_or_default();
            feed.changes.extend(beside.into_iter().map(
                |Dependent { entity, id, revision, now }| {
                    let (at, log_epoch) = (row.at.and_utc(), row.log_epoch.clone());
                    let (seq, entity_id, account) = (row.seq, id, None);
                    Told { seq, at, log_epoch, entity, entity_id, revision, now, account }
                },
            ));
        }
        Ok(feed)
    }

    /// Waits until there is a change above `seq`, by this process or one that it has caught up
    /// with. Holds no thread; dropped, it leaves nothing behind.
    pub async fn change_beyond(&self, seq: i64) {
        self.projections.beyond(seq).await;
    }
}

fn told(row: ChangeRow, now: Now, unbounded: bool, audited: bool) -> Told {
    let internal = match &now {
        Now::There { internal, .. } => *internal || audited,
        // Told to those only who may know all of it.
        Now::Unrepresented => true,
        Now::Removed => unbounded || audited,
    };
    let ChangeRow { actor, job_id, reason, action, .. } = row;
    Told {
        seq: row.seq,
        at: row.at.and_utc(),
        log_epoch: row.log_epoch,
        entity: row.entity,
        entity_id: row.entity_id,
        revision: row.revision,
        now,
        account: internal.then_some(Account { actor, job_id, reason, action }),
    }
}

/// The entities of some changes, to one reader.
struct Entities {
    /// Those that are there, as they are seen now.
    now: HashMap<String, Option<Now>>,
    /// Revisions that the reader saw of those that they see no more.
    then: HashSet<(String, i32)>,
    /// Those whose changes an auditor may know of, whatever they see of them.
    audited: HashSet<String>,
    /// Those that are gone and were none of the reader's.
    never_seen: HashSet<String>,
}

/// As much of any stored document as tells whose it was.
#[derive(Deserialize)]
pub(super) struct Stated {
    responsible_region: RegionCode,
    author: Option<String>,
    cooperative: Option<Uuid>,
    /// Of enterprises.
    publication: Option<Publication>,
    publication_basis: Option<serde::de::IgnoredAny>,
}

impl Stated {
    pub(super) fn seen_by(&self, visibility: &Visibility) -> bool {
        let public = match self.publication {
            Some(publication) => publication == Publication::Published,
            None => self.publication_basis.is_some(),
        };
        public
            || visibility.sees_internal(Whose {
                responsible_region: &self.responsible_region,
                author: self.author.as_deref(),
                cooperative: self.cooperative,
            })
    }
}

impl Entities {
    fn read(
        connection: &mut AnyConnection,
        changes: &[ChangeRow],
        visibility: &Visibility,
        audits: Option<&Visibility>,
        reference: &Reference,
    ) -> Result<Self, RegistryError> {
        let ids: HashSet<&String> = changes.iter().map(|change| &change.entity_id).collect();
        let ids: Vec<String> = ids.into_iter().cloned().collect();
        let (mut now, mut audited) = (HashMap::new(), HashSet::new());
        let mut whose = |id: &String, region: &String| {
            let region: Option<RegionCode> = region.parse().ok();
            let theirs = |area: &Visibility| {
                region.as_ref().is_some_and(|region| area.sees_internal(Whose::of_region(region)))
            };
            audited.extend(audits.is_some_and(theirs).then(|| id.clone()));
        };
        let rows = db::enterprises::by_ids(connection, &ids)?;
        for row in &rows {
            whose(&row.id, &row.responsible_region);
            now.insert(row.id.clone(), None);
        }
        for seen in enterprises::seen(connection, rows, visibility, reference, None)? {
            let there = Now::There { document: seen.document, internal: seen.internal };
            now.insert(seen.id.to_string(), Some(there));
        }
        let rows = db::documents::by_ids(connection, &ids)?;
        for row in &rows {
            whose(&row.id, &row.responsible_region);
            now.insert(row.id.clone(), None);
        }
        // A closed one is still there, and says so.
        for seen in documents::seen(connection, rows, visibility)? {
            let there = Now::There { document: seen.document, internal: seen.internal };
            now.insert(seen.id, Some(there));
        }
        let mut never_seen = HashSet::new();
        for row in db::imports::removed::by_ids(connection, &ids)? {
            whose(&row.enterprise_id, &row.responsible_region);
            if !row.was_public && !was_theirs(&row, visibility) {
                never_seen.insert(row.enterprise_id);
            }
        }
        let unseen = |change: &&ChangeRow| matches!(now.get(&change.entity_id), Some(None));
        let (mut ids, mut revisions) = (HashSet::new(), HashSet::new());
        for change in changes.iter().filter(unseen) {
            ids.insert(change.entity_id.clone());
            revisions.extend(around(change));
        }
        let (ids, revisions): (Vec<_>, Vec<_>) =
            (ids.into_iter().collect(), revisions.into_iter().collect());
        let mut then = HashSet::new();
        // The current state is none of them: that one is not seen.
        for row in db::revisions::some(connection, &ids, &revisions)? {
            let stated: Stated = serde_json::from_str(&row.document)?;
            if stated.seen_by(visibility) {
                then.insert((row.entity_id, row.revision));
            }
        }
        Ok(Self { now, then, audited, never_seen })
    }

    /// What the changed entity is now; None where the change is none of the reader's business:
    /// they did not see the record before it, nor after it, nor do they now.
    fn now(&self, change: &ChangeRow) -> Option<Now> {
        match self.now.get(&change.entity_id) {
            Some(Some(now)) => Some(now.clone()),
            Some(None) => around(change)
                .iter()
                .any(|revision| self.then.contains(&(change.entity_id.clone(), *revision)))
                .then_some(Now::Removed)
                .or_else(|| self.audited.contains(&change.entity_id).then_some(Now::Unrepresented)),
            None if self.never_seen.contains(&change.entity_id) => {
                self.audited.contains(&change.entity_id).then_some(Now::Unrepresented)
            }
            // What an undo took away and was theirs; sample data, all of which was public.
            None => Some(Now::Removed),
        }
    }
}

/// Whether a record that is gone was the reader's to see.
fn was_theirs(row: &RemovedRow, visibility: &Visibility) -> bool {
    let region: Option<RegionCode> = row.responsible_region.parse().ok();
    region.is_some_and(|responsible_region| {
        visibility.sees_internal(Whose {
            responsible_region: &responsible_region,
            author: row.author.as_deref(),
            cooperative: row.cooperative.as_ref().and_then(|id| id.parse().ok()),
        })
    })
}

/// The revisions before and after a change.
fn around(change: &ChangeRow) -> [i32; 2] {
    [change.revision - 1, change.revision]
}

//! The change feed: what was logged, in the order of the log, each entry with its entity as the
//! reader may see it *now*. Replayed from the beginning it never shows what was since withdrawn.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::enterprises::{Seen, seen};
use super::{Registry, RegistryError};
use crate::db::log::ChangeRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, Visibility};
use crate::domain::enterprise::Enterprise;
use crate::domain::projection;
use crate::domain::reference::Reference;

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

/// Who changed what, and why: tier internal.
pub struct Account {
    pub actor: String,
    pub job_id: Option<String>,
    pub reason: Option<String>,
    pub action: String,
}

/// What an entity is to the reader now.
pub enum Now {
    Enterprise(Seen),
    /// It is gone, or has left the reader's tier or area.
    Removed,
    /// Of a kind that has no representation.
    Unrepresented,
}

impl Registry {
    /// Changes above a `seq`, in order. Whoever reads on from `through` is told each once.
    ///
    /// # Errors
    /// Another log than the follower knows; the database's.
    pub fn changes(
        &self,
        visibility: &Visibility,
        query: &FeedQuery,
    ) -> Result<Feed, RegistryError> {
        let reference = self.reference();
        self.db.read(|connection| {
            let log_epoch = db::log::epoch(connection)?.ok_or(RegistryError::NotSeeded)?;
            if query.epoch.as_ref().is_some_and(|known| *known != log_epoch) {
                return Err(RegistryError::LogEpochChanged);
            }
            let rows = db::log::since(connection, query.since, query.limit)?;
            let last_seq = db::log::last_seq(connection)?;
            let through = rows.last().map_or(query.since, |row| row.seq);
            let enterprises = Enterprises::read(connection, &rows, visibility, &reference)?;
            let told = |row: ChangeRow| {
                // What a further entity is now is said here.
                let now = match row.entity.as_str() {
                    "enterprise" => enterprises.now(&row)?,
                    // Nobody knows whose it is.
                    _ if visibility.is_unbounded() => Now::Unrepresented,
                    _ => return None,
                };
                Some(told(row, now, visibility))
            };
            let changes = rows.into_iter().filter_map(told).collect();
            Ok(Feed { changes, through, last_seq, log_epoch })
        })
    }

    /// Waits until there is a change above `seq`, by this process or one that it has caught up
    /// with. Holds no thread; dropped, it leaves nothing behind.
    pub async fn change_beyond(&self, seq: i64) {
        self.projections.beyond(seq).await;
    }
}

/// # Errors
/// Unless somebody is signed in: the numbers of the log tell how much there is that is not public.
pub fn require_follower(actor: &Actor) -> Result<(), RegistryError> {
    match actor {
        Actor::Anonymous => Err(RegistryError::NotSignedIn),
        Actor::User { .. } | Actor::Operator => Ok(()),
    }
}

fn told(row: ChangeRow, now: Now, visibility: &Visibility) -> Told {
    let internal = match &now {
        Now::Enterprise(seen) => seen.internal,
        Now::Removed | Now::Unrepresented => visibility.is_unbounded(),
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

/// The enterprises of some changes, to one reader.
struct Enterprises {
    /// Those that are there, as they are seen now.
    now: HashMap<String, Option<Seen>>,
    /// Revisions that the reader saw of those that they see no more.
    then: HashSet<(String, i32)>,
}

impl Enterprises {
    fn read(
        connection: &mut AnyConnection,
        changes: &[ChangeRow],
        visibility: &Visibility,
        reference: &Reference,
    ) -> Result<Self, RegistryError> {
        let of_enterprises = changes.iter().filter(|change| change.entity == "enterprise");
        let ids: HashSet<&String> = of_enterprises.map(|change| &change.entity_id).collect();
        let ids: Vec<String> = ids.into_iter().cloned().collect();
        let mut now = HashMap::new();
        for row in db::enterprises::by_ids(connection, &ids)? {
            now.insert(row.id.clone(), seen(row, visibility, reference, None)?);
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
        for row in db::enterprises::revisions(connection, &ids, &revisions)? {
            let enterprise: Enterprise = serde_json::from_str(&row.document)?;
            if visibility.sees_internal(&enterprise.responsible_region)
                || projection::public(&enterprise, reference).is_some()
            {
                then.insert((row.enterprise_id, row.revision));
            }
        }
        Ok(Self { now, then })
    }

    /// What the changed enterprise is now; None where the change is none of the reader's business:
    /// they did not see the record before it, nor after it, nor do they now.
    fn now(&self, change: &ChangeRow) -> Option<Now> {
        match self.now.get(&change.entity_id) {
            Some(Some(seen)) => Some(Now::Enterprise(seen.clone())),
            Some(None) => around(change)
                .iter()
                .any(|revision| self.then.contains(&(change.entity_id.clone(), *revision)))
                .then_some(Now::Removed),
            // Only sample data is ever taken away, and all of that was public.
            None => Some(Now::Removed),
        }
    }
}

/// The revisions before and after a change.
fn around(change: &ChangeRow) -> [i32; 2] {
    [change.revision - 1, change.revision]
}

//! What points at an entity that came into a reader's sight or left it: an enterprise at its
//! cooperative, an observation at what it is about. The public tier names what its reader sees only,
//! so such a change changes these as well, and nothing in the log says so: the feed tells them anew.

use std::collections::{HashMap, HashSet};

use strum::VariantNames;

use super::changes::{Now, Stated};
use super::{Registry, RegistryError, documents, enterprises};
use crate::db::documents::DocumentRow;
use crate::db::log::ChangeRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::Visibility;
use crate::domain::codes::Existence;
use crate::domain::cooperative::Cooperative;
use crate::domain::document::Document;
use crate::domain::filter::Filter;
use crate::domain::sentra::Sentra;

const ENTERPRISE: &str = "enterprise";

/// An entity that is told beside a change of another.
pub(super) struct Dependent {
    pub(super) entity: String,
    pub(super) id: String,
    pub(super) revision: i32,
    pub(super) now: Now,
}

/// A change that may have brought an entity into a reader's sight, or out of it.
struct Turn<'a> {
    change: &'a ChangeRow,
    /// Documents that are about the entity, or name it.
    documents: Vec<DocumentRow>,
}

impl Registry {
    /// What else is to be told beside these changes, by the `seq` of the change; each beside the last
    /// one that it depends on. Those whose internal tier is the reader's name all that they name.
    pub(super) fn dependents(
        &self,
        changes: &[ChangeRow],
        visibility: &Visibility,
    ) -> Result<HashMap<i64, Vec<Dependent>>, RegistryError> {
        if visibility.is_unbounded() {
            return Ok(HashMap::new());
        }
        let turns = self.db.read(|connection| turns(connection, changes, visibility))?;
        let groups = |turn: &Turn| turn.change.entity != ENTERPRISE;
        if turns.iter().any(groups) {
            // The atlas finds the members; those that it does not know yet are told by their own change.
            self.catch_up()?;
        }
        let mut dependents = HashMap::new();
        for turn in turns {
            let keys = if groups(&turn) { self.members(turn.change)? } else { Vec::new() };
            let seq = turn.change.seq;
            dependents.insert(seq, self.told_beside(&keys, turn.documents, visibility)?);
        }
        Ok(dependents)
    }

    /// Keys of the enterprises that point at a cooperative or sentra.
    fn members(&self, change: &ChangeRow) -> Result<Vec<i64>, RegistryError> {
        let pairs = [
            ("existence".to_owned(), Existence::VARIANTS.join(",")),
            (change.entity.clone(), change.entity_id.clone()),
        ];
        let filter = Filter::parse(&pairs, &self.reference())
            .map_err(|_| RegistryError::Internal("the filter knows cooperatives and sentra"))?;
        Ok(self.projections.view(Visibility::Internal { area: None }).keys(&filter))
    }

    fn told_beside(
        &self,
        keys: &[i64],
        pointing: Vec<DocumentRow>,
        visibility: &Visibility,
    ) -> Result<Vec<Dependent>, RegistryError> {
        let reference = self.reference();
        self.db.read(|connection| {
            let rows = db::enterprises::by_keys(connection, keys)?;
            let members = enterprises::seen(connection, rows, visibility, &reference, None)?;
            let members = members.into_iter().filter(|seen| !seen.internal).map(|seen| Dependent {
                entity: ENTERPRISE.to_owned(),
                id: seen.id.to_string(),
                revision: seen.revision,
                now: Now::There { document: seen.document, internal: false },
            });
            let mut told: Vec<Dependent> = members.collect();
            // An observation is not there for who does not see what it is about.
            let published = pointing.iter().filter(|row| row.public_document.is_some());
            let mut gone: HashMap<String, Dependent> = published
                .map(|row| {
                    let (entity, id) = (row.entity.clone(), row.id.clone());
                    let gone = Dependent { entity, id, revision: row.revision, now: Now::Removed };
                    (row.id.clone(), gone)
                })
                .collect();
            for seen in documents::seen(connection, pointing, visibility)? {
                let Some(mut there) = gone.remove(&seen.id) else { continue };
                there.now = Now::There { document: seen.document, internal: false };
                if !seen.internal {
                    told.push(there);
                }
            }
            told.extend(gone.into_values());
            Ok(told)
        })
    }
}

/// The last change of each entity by which the reader came to see it, or to see it no more.
fn turns<'a>(
    connection: &mut AnyConnection,
    changes: &'a [ChangeRow],
    visibility: &Visibility,
) -> Result<Vec<Turn<'a>>, RegistryError> {
    let pointed_at =
        |change: &&ChangeRow| matches!(&*change.entity, ENTERPRISE | "cooperative" | "sentra");
    let changes: Vec<&ChangeRow> = changes.iter().filter(pointed_at).collect();
    let subjects: HashSet<String> = changes
        .iter()
        .flat_map(|change| {
            [format!("{}:{}", change.entity, change.entity_id), change.entity_id.clone()]
        })
        .collect();
    let subjects: Vec<String> = subjects.into_iter().collect();
    let mut pointing: HashMap<String, Vec<DocumentRow>> = HashMap::new();
    for row in db::documents::about(connection, &subjects)? {
        let subject = row.subject.as_deref().unwrap_or_default();
        let id = subject.rsplit(':').next().unwrap_or_default().to_owned();
        pointing.entry(id).or_default().push(row);
    }
    // Few enterprises are what something is about.
    let matters = |change: &&&ChangeRow| {
        change.entity != ENTERPRISE || pointing.contains_key(&change.entity_id)
    };
    let changes: Vec<&ChangeRow> = changes.iter().filter(matters).copied().collect();
    let seen = Sight::of(connection, &changes, visibility)?;
    let mut last: HashMap<&str, &ChangeRow> = HashMap::new();
    for change in changes {
        if seen.turned(change) {
            last.insert(&change.entity_id, change);
        }
    }
    let mut turns = Vec::new();
    for (id, change) in last {
        let mut documents = pointing.remove(id).unwrap_or_default();
        if change.entity == Cooperative::ENTITY {
            documents.extend(db::documents::naming(connection, Sentra::ENTITY, id)?);
        }
        turns.push(Turn { change, documents });
    }
    Ok(turns)
}

/// At which of their revisions a reader sees some entities.
struct Sight {
    /// By id and revision, as far as they are known.
    at: HashMap<(String, i32), bool>,
    /// Ids of those that are there.
    there: HashSet<String>,
}

impl Sight {
    fn of(
        connection: &mut AnyConnection,
        changes: &[&ChangeRow],
        visibility: &Visibility,
    ) -> Result<Self, RegistryError> {
        let ids: HashSet<&String> = changes.iter().map(|change| &change.entity_id).collect();
        let ids: Vec<String> = ids.into_iter().cloned().collect();
        let (mut at, mut there) = (HashMap::new(), HashSet::new());
        if ids.is_empty() {
            return Ok(Self { at, there });
        }
        let numbers: HashSet<i32> =
            changes.iter().flat_map(|change| [change.revision - 1, change.revision]).collect();
        let numbers: Vec<i32> = numbers.into_iter().collect();
        let mut note = |id: String, revision, document: &str| {
            let stated: Stated = serde_json::from_str(document)?;
            at.insert((id, revision), stated.seen_by(visibility));
            Ok::<_, RegistryError>(())
        };
        for row in db::revisions::some(connection, &ids, &numbers)? {
            note(row.entity_id, row.revision, &row.document)?;
        }
        for row in db::enterprises::by_ids(connection, &ids)? {
            there.insert(row.id.clone());
            note(row.id, row.revision, &row.document)?;
        }
        for row in db::documents::by_ids(connection, &ids)? {
            there.insert(row.id.clone());
            note(row.id, row.revision, &row.document)?;
        }
        Ok(Self { at, there })
    }

    /// What is gone has left everybody's sight; what was made by the change, nothing pointed at
    /// before it.
    fn turned(&self, change: &ChangeRow) -> bool {
        if !self.there.contains(&change.entity_id) {
            return true;
        }
        let seen = |revision| self.at.get(&(change.entity_id.clone(), revision));
        match (seen(change.revision - 1), seen(change.revision)) {
            (Some(before), Some(after)) => before != after,
            _ => false,
        }
    }
}

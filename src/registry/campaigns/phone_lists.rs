//! The lists that go with a phone's form: the own villages, and the enterprises known there. A phone
//! asks for their hashes first and for the lists after that: what was hashed is kept until it is
//! fetched, so that it is made once and is what the hash is of.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;

use super::assignments;
use super::devices::Calling;
use super::forms::{campaign_of_form, no_form};
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, Visibility};
use crate::domain::enterprise::Enterprise;
use crate::domain::filter::Filter;
use crate::domain::questionnaire::{Answer, FIELDS, Field, known};
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::region::{Level, RegionCode};
use crate::exchange::openrosa::{self, ENTERPRISES, VILLAGES};
use crate::registry::enterprises::ENTITY;
use crate::registry::reads::{Reader, Reading};
use crate::registry::{Registry, RegistryError};

/// Records read at a time.
const BATCH: usize = 500;
/// A phone fetches what it asked the hashes of within that time.
const FETCHED_WITHIN: TimeDelta = TimeDelta::minutes(2);
/// Phones whose lists are kept.
const MOST_KEPT: usize = 200;

/// A list, and how many records it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    text: Arc<str>,
    records: usize,
}

/// What was hashed for a phone.
struct Kept {
    at: DateTime<Utc>,
    /// The villages that it is of.
    villages: Vec<RegionCode>,
    enterprises: Listed,
}

/// What was hashed for phones and not yet fetched: by device and form.
#[derive(Default)]
pub struct KeptLists(Mutex<HashMap<(String, String), Kept>>);

impl KeptLists {
    fn keep(&self, device: &str, form: &str, kept: Kept) {
        let mut all = self.0.lock();
        all.retain(|_, other| kept.at - other.at < FETCHED_WITHIN);
        if all.len() < MOST_KEPT {
            all.insert((device.to_owned(), form.to_owned()), kept);
        }
    }

    /// What was kept for a form, once, if the villages are the same still.
    fn take(
        &self,
        device: &str,
        form: &str,
        villages: &[RegionCode],
        now: DateTime<Utc>,
    ) -> Option<Listed> {
        let kept = self.0.lock().remove(&(device.to_owned(), form.to_owned()))?;
        let fresh = now - kept.at < FETCHED_WITHIN && kept.villages == villages;
        fresh.then_some(kept.enterprises)
    }

    /// What a phone has sent in makes its lists others.
    pub(super) fn forget(&self, device: &str) {
        self.0.lock().retain(|(of, _), _| of != device);
    }
}

/// The lists of a form as they are hashed.
pub struct PhoneLists {
    pub villages: String,
    pub enterprises: Arc<str>,
}

impl Registry {
    /// The lists of a form, for their hashes: nobody reads them yet.
    ///
    /// # Errors
    /// Not found, also where the form is not theirs.
    pub fn phone_lists(&self, calling: &Calling, form: &str) -> Result<PhoneLists, RegistryError> {
        self.sent_in(calling, form)?;
        let villages = self.sent_villages(&calling.actor, form)?;
        let enterprises = self.list_enterprises_of(&villages, &calling.actor)?;
        let lists = PhoneLists {
            villages: self.list_villages(&villages),
            enterprises: enterprises.text.clone(),
        };
        let kept = Kept { at: self.clock.now(), villages, enterprises };
        self.kept_lists.keep(&calling.device.id, form, kept);
        Ok(lists)
    }

    /// The villages that somebody is sent to in a form's campaign.
    ///
    /// # Errors
    /// Not found, also where the form is not theirs.
    pub fn phone_villages(&self, calling: &Calling, form: &str) -> Result<String, RegistryError> {
        self.sent_in(calling, form)?;
        Ok(self.list_villages(&self.sent_villages(&calling.actor, form)?))
    }

    fn list_villages(&self, villages: &[RegionCode]) -> String {
        let reference = self.reference();
        let header: Vec<String> = ["name", "label"].map(str::to_owned).to_vec();
        let rows: Vec<Vec<String>> = villages
            .iter()
            .map(|village| {
                let full = reference.gazetteer.full_name(village);
                // Village and district: the regency is the same for all.
                let short = full.rsplit_once(", ").map_or(full.as_str(), |(short, _)| short);
                vec![village.to_string(), short.to_owned()]
            })
            .collect();
        openrosa::csv(&header, &rows)
    }

    /// The enterprises known there, as a list of entities: `name` is the id, of those that a phone
    /// made the one that it gave them; `__version` the revision. The log of reads has a line for it.
    ///
    /// # Errors
    /// Not found, also where the form is not theirs.
    pub fn phone_enterprises(
        &self,
        calling: &Calling,
        form: &str,
    ) -> Result<Arc<str>, RegistryError> {
        let began = self.clock.now_naive();
        self.sent_in(calling, form)?;
        let villages = self.sent_villages(&calling.actor, form)?;
        let now = self.clock.now();
        let listed = match self.kept_lists.take(&calling.device.id, form, &villages, now) {
            Some(listed) => listed,
            None => self.list_enterprises_of(&villages, &calling.actor)?,
        };
        let reading = Reading {
            count: listed.records,
            detail: Detail::default(),
            ..Reading::of_many(ReadKind::List, ENTITY)
        };
        let reader = Reader { actor: &calling.actor, request_id: None };
        self.log_read(reader, began, reading)?;
        Ok(listed.text)
    }

    fn list_enterprises_of(
        &self,
        villages: &[RegionCode],
        actor: &Actor,
    ) -> Result<Listed, RegistryError> {
        let shown: Vec<&Field> = FIELDS.iter().filter(|field| is_shown(field)).collect();
        let mut header: Vec<String> =
            ["name", "label", "__version", "village"].map(str::to_owned).to_vec();
        header.extend(shown.iter().map(|field| openrosa::property(field.code).to_owned()));
        let known_there = self.known_in(villages, actor)?;
        let ids: Vec<String> = known_there.iter().map(|one| one.id.to_string()).collect();
        let mut entities = HashMap::new();
        for ids in ids.chunks(BATCH) {
            entities.extend(
                self.db.read(|connection| db::campaigns::visits::entities_of(connection, ids))?,
            );
        }
        let mut rows = Vec::new();
        for enterprise in known_there {
            let owner = enterprise.draft.owners.first().map(|owner| owner.name.as_str());
            let name = enterprise.draft.name.as_str();
            let label = match owner.filter(|owner| *owner != name) {
                Some(owner) => format!("{name} ({owner})"),
                None => name.to_owned(),
            };
            let village = enterprise.draft.region.as_ref().map(ToString::to_string);
            let id = enterprise.id.to_string();
            let mut row = vec![
                entities.get(&id).cloned().unwrap_or(id),
                label,
                enterprise.revision.to_string(),
                village.unwrap_or_default(),
            ];
            row.extend(shown.iter().map(|field| known(field, &enterprise)));
            rows.push(row);
        }
        Ok(Listed { records: rows.len(), text: openrosa::csv(&header, &rows).into() })
    }

    fn sent_villages(&self, actor: &Actor, form: &str) -> Result<Vec<RegionCode>, RegistryError> {
        let id = campaign_of_form(form).ok_or_else(|| no_form(form))?.to_string();
        let rows =
            self.db.read(|connection| db::campaigns::assignments_of(connection, actor.name()))?;
        let own = rows.into_iter().filter(|row| row.campaign_id == id);
        own.map(|row| assignments::village(&row.village)).collect()
    }

    /// What stands in some villages and goes on, by name; of an officer, the members of the own
    /// cooperative.
    fn known_in(
        &self,
        villages: &[RegionCode],
        actor: &Actor,
    ) -> Result<Vec<Enterprise>, RegistryError> {
        let mut keys = Vec::new();
        // A filter takes a hundred of them.
        for villages in villages.chunks(100) {
            let mut pairs = vec![("existence".to_owned(), "active".to_owned())];
            pairs.extend(villages.iter().map(|village| ("region".to_owned(), village.to_string())));
            let mut filter =
                Filter::parse(&pairs, &self.reference()).map_err(RegistryError::BadParameters)?;
            keys.extend(self.view_for(&Actor::Operator, &mut filter)?.keys(&filter));
        }
        let member = match actor.visibility() {
            Visibility::Own { cooperative, .. } => cooperative,
            _ => None,
        };
        let mut found = Vec::new();
        for batch in keys.chunks(BATCH) {
            let rows = self.db.read(|connection: &mut AnyConnection| {
                db::enterprises::by_keys(connection, batch)
            })?;
            for row in rows {
                let enterprise: Enterprise = serde_json::from_str(&row.document)?;
                let village =
                    enterprise.draft.region.as_ref().filter(|region| {
                        region.level() == Level::Village && villages.contains(region)
                    });
                let theirs = member.is_none_or(|own| enterprise.draft.cooperative == Some(own));
                if village.is_some() && theirs {
                    found.push(enterprise);
                }
            }
        }
        found.sort_by(|a, b| a.draft.name.cmp(&b.draft.name).then(a.id.cmp(&b.id)));
        Ok(found)
    }
}

/// Whether a phone shows a field of a known enterprise beforehand.
fn is_shown(field: &Field) -> bool {
    !field.restricted && !matches!(field.answer, Answer::Photo | Answer::Point)
}

/// The file of enterprises.
pub fn enterprises_file() -> String {
    format!("{ENTERPRISES}.csv")
}

/// The file of villages.
pub fn villages_file() -> String {
    format!("{VILLAGES}.csv")
}

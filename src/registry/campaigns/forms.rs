//! What a phone gets: the forms of the campaigns that its enumerator is sent in, and the lists that
//! go with each: the own villages, and the enterprises known there.

use std::collections::HashMap;

use md5::{Digest, Md5};
use uuid::Uuid;

use super::devices::Calling;
use super::questionnaires::{Questionnaire, questionnaire};
use super::{assignments, campaign_of};
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, Visibility};
use crate::domain::campaign::{Campaign, CampaignState};
use crate::domain::enterprise::Enterprise;
use crate::domain::filter::Filter;
use crate::domain::questionnaire::{Answer, FIELDS, Field, known};
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::region::{Level, RegionCode};
use crate::domain::text::hex;
use crate::exchange::openrosa::{self, ENTERPRISES, Form, VILLAGES};
use crate::registry::enterprises::ENTITY;
use crate::registry::reads::{Reader, Reading};
use crate::registry::{Registry, RegistryError};

/// Records read at a time.
const BATCH: usize = 500;

/// A form that a phone may have, with its lists.
pub struct PhoneForm {
    pub id: String,
    pub version: String,
    pub title: String,
    pub xml: String,
}

impl PhoneForm {
    /// As OpenRosa has it: MD5 in hexadecimal digits. A checksum, no more.
    pub fn hash(&self) -> String {
        hash(&self.xml)
    }
}

/// MD5 of a text in hexadecimal digits: what OpenRosa asks for.
pub fn hash(text: &str) -> String {
    hex(&Md5::digest(text.as_bytes()))
}

/// The name of a campaign's form.
pub(super) fn form_of(campaign: Uuid) -> String {
    format!("c-{campaign}")
}

/// The campaign of a form's name.
pub(super) fn campaign_of_form(form: &str) -> Option<Uuid> {
    form.strip_prefix("c-")?.parse().ok()
}

impl Registry {
    /// The forms of a phone: of running campaigns that its enumerator is sent in.
    ///
    /// # Errors
    /// The database's.
    pub fn phone_forms(&self, calling: &Calling) -> Result<Vec<PhoneForm>, RegistryError> {
        let found = self.db.read(|connection| {
            let mut ids: Vec<String> =
                db::campaigns::assignments_of(connection, calling.actor.name())?
                    .into_iter()
                    .map(|row| row.campaign_id)
                    .collect();
            ids.dedup();
            let mut found = Vec::new();
            for id in ids {
                let Some(row) = db::campaigns::by_id(connection, &id)? else { continue };
                let campaign = campaign_of(&row)?;
                if campaign.state == CampaignState::Running {
                    let asked = questionnaire(connection, campaign.draft.questionnaire)?;
                    found.push((campaign, asked));
                }
            }
            Ok::<_, RegistryError>(found)
        })?;
        Ok(found.iter().map(|(campaign, asked)| self.form(campaign, asked)).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// Not found, also where it is not theirs.
    pub fn phone_form(&self, calling: &Calling, id: &str) -> Result<PhoneForm, RegistryError> {
        let forms = self.phone_forms(calling)?;
        forms.into_iter().find(|form| form.id == id).ok_or_else(|| no_form(id))
    }

    fn form(&self, campaign: &Campaign, asked: &Questionnaire) -> PhoneForm {
        let (id, version) = (form_of(campaign.id), asked.form_version());
        let title = campaign.draft.name.clone();
        let reference = self.reference();
        let questionnaire = &asked.draft;
        let form = Form {
            id: &id,
            version: &version,
            title: &title,
            questionnaire,
            reference: &reference,
        };
        PhoneForm { xml: openrosa::write(&form), id, version, title }
    }

    /// The villages that somebody is sent to in a form's campaign.
    ///
    /// # Errors
    /// Not found, also where the form is not theirs.
    pub fn phone_villages(&self, calling: &Calling, form: &str) -> Result<String, RegistryError> {
        self.phone_form(calling, form)?;
        let villages = self.sent_villages(&calling.actor, form)?;
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
        Ok(openrosa::csv(&header, &rows))
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
    ) -> Result<String, RegistryError> {
        let began = self.clock.now_naive();
        self.phone_form(calling, form)?;
        let villages = self.sent_villages(&calling.actor, form)?;
        let shown: Vec<&Field> = FIELDS.iter().filter(|field| is_shown(field)).collect();
        let mut header: Vec<String> =
            ["name", "label", "__version", "village"].map(str::to_owned).to_vec();
        header.extend(shown.iter().map(|field| openrosa::property(field.code).to_owned()));
        let known_there = self.known_in(&villages, &calling.actor)?;
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
        let reading = Reading {
            count: rows.len(),
            detail: Detail::default(),
            ..Reading::of_many(ReadKind::List, ENTITY)
        };
        let reader = Reader { actor: &calling.actor, request_id: None };
        self.log_read(reader, began, reading)?;
        Ok(openrosa::csv(&header, &rows))
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
        if villages.is_empty() {
            return Ok(Vec::new());
        }
        let mut pairs = vec![("existence".to_owned(), "active".to_owned())];
        pairs.extend(villages.iter().map(|village| ("region".to_owned(), village.to_string())));
        let mut filter =
            Filter::parse(&pairs, &self.reference()).map_err(RegistryError::BadParameters)?;
        let keys = self.view_for(&Actor::Operator, &mut filter)?.keys(&filter);
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

fn no_form(id: &str) -> RegistryError {
    RegistryError::DocumentNotFound { entity: "form", id: id.to_owned() }
}

/// The file of enterprises.
pub fn enterprises_file() -> String {
    format!("{ENTERPRISES}.csv")
}

/// The file of villages.
pub fn villages_file() -> String {
    format!("{VILLAGES}.csv")
}

//! What a phone gets: the forms of the campaigns that its enumerator is sent in.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use md5::{Digest, Md5};
use parking_lot::Mutex;
use uuid::Uuid;

use super::campaign_of;
use super::devices::Calling;
use super::questionnaires::{Questionnaire, questionnaire};
use crate::db::{self, AnyConnection};
use crate::domain::campaign::{Campaign, CampaignState};
use crate::domain::reference::Reference;
use crate::domain::text::hex;
use crate::exchange::openrosa::{self, Form};
use crate::registry::{Registry, RegistryError};

/// A form that a phone may have.
#[derive(Debug, Clone, PartialEq)]
pub struct PhoneForm {
    pub id: String,
    pub version: String,
    pub title: String,
    /// As OpenRosa has it: MD5 in hexadecimal digits. A checksum, no more.
    pub hash: String,
}

/// Hashes that are kept.
const MOST_HASHES: usize = 1_000;

/// What a form is written from: campaign, version of the questionnaire, title. The codes that it
/// offers are the reference's.
type Written = (Uuid, Uuid, String);

/// The hashes of forms, so that a list of forms is told without writing them.
#[derive(Default)]
pub struct FormHashes(Mutex<HashMap<Written, (Weak<Reference>, String)>>);

impl FormHashes {
    fn of(
        &self,
        key: Written,
        reference: &Arc<Reference>,
        write: impl FnOnce() -> String,
    ) -> String {
        let current = Arc::downgrade(reference);
        if let Some((of, hash)) = self.0.lock().get(&key)
            && of.ptr_eq(&current)
        {
            return hash.clone();
        }
        let hash = hash(&write());
        let mut kept = self.0.lock();
        if kept.len() >= MOST_HASHES {
            kept.clear();
        }
        kept.insert(key, (current, hash.clone()));
        hash
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
                found.extend(running(connection, &id)?);
            }
            Ok::<_, RegistryError>(found)
        })?;
        let reference = self.reference();
        let told = |(campaign, asked): &(Campaign, Questionnaire)| {
            let title = campaign.draft.name.clone();
            let key = (campaign.id, asked.id, title.clone());
            let written = || write(campaign, asked, &reference);
            let hash = self.form_hashes.of(key, &reference, written);
            PhoneForm { id: form_of(campaign.id), version: asked.form_version(), title, hash }
        };
        Ok(found.iter().map(told).collect())
    }

    /// One of them, written.
    ///
    /// # Errors
    /// Not found, also where it is not theirs.
    pub fn phone_form(&self, calling: &Calling, id: &str) -> Result<String, RegistryError> {
        let (campaign, asked) = self.sent_in(calling, id)?;
        Ok(write(&campaign, &asked, &self.reference()))
    }

    /// The running campaign of a form that a phone's enumerator is sent in, and what it asks.
    pub(super) fn sent_in(
        &self,
        calling: &Calling,
        form: &str,
    ) -> Result<(Campaign, Questionnaire), RegistryError> {
        let id = campaign_of_form(form).ok_or_else(|| no_form(form))?.to_string();
        let found = self.db.read(|connection| {
            let own = db::campaigns::assignments_of(connection, calling.actor.name())?;
            if own.iter().any(|row| row.campaign_id == id) {
                running(connection, &id)
            } else {
                Ok(None)
            }
        })?;
        found.ok_or_else(|| no_form(form))
    }
}

/// A campaign that runs, with what it asks.
fn running(
    connection: &mut AnyConnection,
    id: &str,
) -> Result<Option<(Campaign, Questionnaire)>, RegistryError> {
    let Some(row) = db::campaigns::by_id(connection, id)? else { return Ok(None) };
    let campaign = campaign_of(&row)?;
    if campaign.state != CampaignState::Running {
        return Ok(None);
    }
    let asked = questionnaire(connection, campaign.draft.questionnaire)?;
    Ok(Some((campaign, asked)))
}

fn write(campaign: &Campaign, asked: &Questionnaire, reference: &Reference) -> String {
    openrosa::write(&Form {
        id: &form_of(campaign.id),
        version: &asked.form_version(),
        title: &campaign.draft.name,
        questionnaire: &asked.draft,
        reference,
    })
}

pub(super) fn no_form(id: &str) -> RegistryError {
    RegistryError::DocumentNotFound { entity: "form", id: id.to_owned() }
}

//! What phones and pages send: kept once, whole and sealed, however often and in however many parts
//! it comes; then written to the record in the same transaction.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::devices::Calling;
use super::forms::campaign_of_form;
use super::sent::{Sent, photo_names, told};
use super::visit_photos::Picture;
use super::{assignments, campaign_of, photos};
use crate::db::campaigns::visits::{NewVisit, PhotoRow, VisitQuery, VisitRow};
use crate::db::{self, AnyConnection, DbError};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::campaign::{Campaign, CampaignState, VisitState};
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::projection::jakarta_date;
use crate::domain::questionnaire::field;
use crate::domain::region::RegionCode;
use crate::domain::text::hex;
use crate::exchange::openrosa::Submission;
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError};

/// Longest submission, without its photos, in bytes.
const MAX_XML: usize = 2_000_000;

/// Who hands in, and with which phone; a page has none.
#[derive(Clone, Copy)]
pub struct Sender<'a> {
    actor: &'a Actor,
    device: Option<&'a str>,
}

impl<'a> From<&'a Calling> for Sender<'a> {
    fn from(calling: &'a Calling) -> Self {
        Self { actor: &calling.actor, device: Some(&calling.device.id) }
    }
}

impl<'a> From<&'a Actor> for Sender<'a> {
    fn from(actor: &'a Actor) -> Self {
        Self { actor, device: None }
    }
}

/// One post of a submission.
pub struct Part {
    submission: Submission,
    /// As it came.
    bytes: Vec<u8>,
    pictures: Vec<Picture>,
    /// More of it is to come.
    incomplete: bool,
}

impl Part {
    /// What a phone posts: photos by the names that the form gives them.
    ///
    /// # Errors
    /// No form that can be read.
    pub fn of_phone(
        xml: Vec<u8>,
        files: Vec<(String, Vec<u8>)>,
        incomplete: bool,
    ) -> Result<Self, RegistryError> {
        let unreadable = |message: String| {
            let fault = Fault::Unreadable { message };
            RegistryError::BadParameters(vec![FieldFault::new("xml_submission_file", fault)])
        };
        if xml.len() > MAX_XML {
            return Err(unreadable(format!("> {MAX_XML} B")));
        }
        let submission = Submission::read(&xml).map_err(|error| unreadable(error.to_string()))?;
        let pictures =
            files.into_iter().map(|(name, bytes)| (name, photos::plain(&bytes))).collect();
        Ok(Self { submission, bytes: xml, pictures, incomplete })
    }

    /// What a page posts: it comes whole, its photos after it.
    pub(super) fn of_page(submission: Submission, bytes: Vec<u8>) -> Self {
        Self { submission, bytes, pictures: Vec::new(), incomplete: false }
    }
}

/// What a post came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// The submission had not been there before.
    pub new: bool,
}

impl Registry {
    /// Takes in a post of a submission. Once this returns, it is there for good.
    ///
    /// # Errors
    /// A form, campaign or village that is not theirs; another content under the name of one that
    /// is there.
    pub fn receive<'a>(
        &self,
        sender: impl Into<Sender<'a>>,
        part: &Part,
    ) -> Result<Received, RegistryError> {
        let sender = sender.into();
        sender.actor.require(Right::SubmitVisits)?;
        self.prepare_for(&part.submission)?;
        let take = || self.db.write(|tx| self.take_visit(tx, sender, part));
        let received = match take() {
            // The same came another way in this moment: now it is there to be found.
            Err(RegistryError::Db(DbError::Unique)) => take()?,
            other => other?,
        };
        if let Some(device) = sender.device {
            self.kept_lists.forget(device);
        }
        self.catch_up_after_write();
        Ok(received)
    }

    /// The vault's keys are made before a transaction, not in it.
    fn prepare_for(&self, submission: &Submission) -> Result<(), RegistryError> {
        let mut restricted = crate::domain::restricted::Restricted::default();
        let mut draft = crate::domain::enterprise::Draft::default();
        let on = jakarta_date(self.clock.now());
        let interview = crate::domain::questionnaire::Interview { on, how: "" };
        crate::domain::questionnaire::write(
            &submission.answers,
            &interview,
            &mut draft,
            &mut restricted,
        );
        self.vault.prepare(&self.db, &restricted)
    }

    fn take_visit(
        &self,
        tx: &mut AnyConnection,
        sender: Sender,
        part: &Part,
    ) -> Result<Received, RegistryError> {
        let (instance, sha256) = (&part.submission.instance_id, hex(&Sha256::digest(&part.bytes)));
        if let Some(device) = sender.device {
            db::campaigns::devices::used(tx, device, self.clock.now_naive())?;
        }
        let known = db::campaigns::visits::by_instance_for_update(tx, instance)?;
        let (visit, new) = match known {
            Some(visit) => {
                if visit.enumerator != sender.actor.name() || visit.sha256 != sha256 {
                    return Err(RegistryError::SubmissionDiffers);
                }
                (visit, false)
            }
            None => (self.begin_visit(tx, sender, part, sha256)?, true),
        };
        self.keep_photos(tx, &visit, &part.pictures)?;
        if !part.incomplete && visit.state == <&str>::from(VisitState::Partial) {
            self.apply(tx, sender.actor, &visit, &part.submission)?;
        }
        Ok(Received { new })
    }

    /// Keeps a submission that was not there before.
    fn begin_visit(
        &self,
        tx: &mut AnyConnection,
        Sender { actor, device }: Sender,
        part: &Part,
        sha256: String,
    ) -> Result<VisitRow, RegistryError> {
        let submission = &part.submission;
        let (campaign, village) = Self::aim(tx, actor, submission)?;
        let now = self.clock.now();
        let id = new_id(now).to_string();
        let (key, wrapped_key) = self.vault.new_file_key(tx, format!("visit {id}"))?;
        let sealed = key.seal("submission", 0, part.bytes.clone())?;
        let sent = Sent::of(submission)?;
        let point = Sent::point(submission);
        let plausible = |at: DateTime<Utc>| at.naive_utc();
        let mut problems: Vec<FieldFault> = Vec::new();
        if campaign.state == CampaignState::Closed {
            let value = campaign.state.into();
            problems
                .push(FieldFault::new("campaign", Fault::WrongState { action: "submit", value }));
        }
        let own_answers: serde_json::Map<String, serde_json::Value> = submission
            .answers
            .values
            .iter()
            .filter(|(name, text)| field(name).is_none() && !text.is_empty())
            .map(|(name, text)| (name.clone(), text.clone().into()))
            .collect();
        let day = submission.start.or(submission.end).unwrap_or(now).min(now);
        let row = NewVisit {
            id: id.clone(),
            instance_id: submission.instance_id.clone(),
            sha256,
            campaign_id: campaign.id.to_string(),
            enumerator: actor.name().to_owned(),
            device: device.map(str::to_owned),
            village: village.to_string(),
            kind: <&str>::from(sent.kind).to_owned(),
            outcome: <&str>::from(sent.finding).to_owned(),
            state: <&str>::from(VisitState::Partial).to_owned(),
            entity_id: sent.entity.clone(),
            branch_id: submission.entity.as_ref().and_then(|entity| entity.branch.clone()),
            base_revision: submission
                .entity
                .as_ref()
                .and_then(|entity| entity.trunk.or(entity.base)),
            started_at: submission.start.map(plausible),
            ended_at: submission.end.map(plausible),
            received_at: now.naive_utc(),
            visited_on: jakarta_date(day),
            lon: point.as_ref().map(|point| point.lon),
            lat: point.as_ref().map(|point| point.lat),
            accuracy_m: point.as_ref().and_then(|point| point.accuracy_m),
            problems: told(&problems)?,
            answers: serde_json::to_string(&own_answers)?,
            likeness: super::plausibility::likeness(&submission.answers),
            wrapped_key: Some(wrapped_key),
            submission: Some(sealed),
        };
        db::campaigns::visits::insert(tx, &row)?;
        for name in photo_names(submission) {
            let row = PhotoRow { visit_id: id.clone(), name, stored: None, bytes: 0 };
            db::campaigns::visits::put_photo(tx, &row)?;
        }
        let visit = db::campaigns::visits::for_update(tx, &id)?;
        visit.ok_or(RegistryError::Internal("a visit that was just kept is there"))
    }

    /// The campaign and the village of a submission, which its sender must have been sent to.
    fn aim(
        tx: &mut AnyConnection,
        actor: &Actor,
        submission: &Submission,
    ) -> Result<(Campaign, RegionCode), RegistryError> {
        let id = campaign_of_form(&submission.form_id).ok_or(RegistryError::Forbidden)?;
        let row = db::campaigns::by_id(tx, &id.to_string())?.ok_or(RegistryError::Forbidden)?;
        let campaign = campaign_of(&row)?;
        if campaign.state == CampaignState::Planned {
            return Err(RegistryError::Forbidden);
        }
        let stated = submission.visit.get("village").map(String::as_str).unwrap_or_default();
        let village: RegionCode = stated.parse().map_err(|()| {
            let (value, expected) = (stated.to_owned(), Expected::RegionCode);
            let fault = Fault::Malformed { value, expected };
            RegistryError::BadParameters(vec![FieldFault::new("village", fault)])
        })?;
        // Who was sent elsewhere meanwhile still hands in what was done before.
        let theirs = assignments::is_sent(tx, actor, &row.id, &village)?
            || Self::was_sent(tx, actor, id, &village)?;
        if theirs { Ok((campaign, village)) } else { Err(RegistryError::Forbidden) }
    }

    /// Whether somebody has handed in a visit to that village in that campaign before.
    fn was_sent(
        tx: &mut AnyConnection,
        actor: &Actor,
        campaign: Uuid,
        village: &RegionCode,
    ) -> Result<bool, RegistryError> {
        let query = VisitQuery {
            campaigns: Some(vec![campaign.to_string()]),
            village: Some(village.to_string()),
            enumerator: Some(actor.name().to_owned()),
            limit: 1,
            ..VisitQuery::default()
        };
        Ok(db::campaigns::visits::count(tx, &query)? > 0)
    }
}

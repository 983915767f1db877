//! What phones send: kept once, whole and sealed, however often and in however many parts it comes;
//! then written to the record in the same transaction.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::apply::Sent;
use super::devices::Calling;
use super::forms::campaign_of_form;
use super::{assignments, campaign_of, photos};
use crate::db::campaigns::visits::{NewVisit, PhotoRow, VisitChange, VisitRow};
use crate::db::{self, AnyConnection, DbError};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::campaign::{Campaign, CampaignState, Finding, VisitKind, VisitState};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::projection::jakarta_date;
use crate::domain::questionnaire::{Answer, FIELDS, field};
use crate::domain::region::RegionCode;
use crate::domain::text::hex;
use crate::exchange::openrosa::Submission;
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError};

/// Longest submission, without its photos, in bytes.
pub const MAX_XML: usize = 2_000_000;
/// Longest name of a photo.
const MAX_NAME: usize = 200;

/// One post of a submission.
pub struct Part {
    pub xml: Vec<u8>,
    /// Photos by the names that the form gives them.
    pub files: Vec<(String, Vec<u8>)>,
    /// More of it is to come.
    pub incomplete: bool,
}

/// What a post came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// The submission had not been there before.
    pub new: bool,
}

/// What was read out of a post before the transaction.
struct Read {
    submission: Submission,
    sha256: String,
    xml: Vec<u8>,
    pictures: Vec<(String, Option<Vec<u8>>)>,
    incomplete: bool,
}

impl Registry {
    /// Takes in a post of a submission. Once this returns, it is there for good.
    ///
    /// # Errors
    /// No form that can be read; a form, campaign or village that is not theirs; another content
    /// under the name of one that is there.
    pub fn receive(&self, calling: &Calling, part: Part) -> Result<Received, RegistryError> {
        calling.actor.require(Right::SubmitVisits)?;
        let unreadable = |message: String| {
            let fault = Fault::Unreadable { message };
            RegistryError::BadParameters(vec![FieldFault::new("xml_submission_file", fault)])
        };
        if part.xml.len() > MAX_XML {
            return Err(unreadable(format!("> {MAX_XML} B")));
        }
        let submission =
            Submission::read(&part.xml).map_err(|error| unreadable(error.to_string()))?;
        let sha256 = hex(&Sha256::digest(&part.xml));
        let pictures =
            part.files.into_iter().map(|(name, bytes)| (name, photos::plain(&bytes))).collect();
        let (xml, incomplete) = (part.xml, part.incomplete);
        self.prepare_for(&submission)?;
        let read = Read { submission, sha256, xml, pictures, incomplete };
        let device = Some(calling.device.id.as_str());
        let take = || self.db.write(|tx| self.take_visit(tx, &calling.actor, device, &read));
        let received = match take() {
            // The same came another way in this moment: now it is there to be found.
            Err(RegistryError::Db(DbError::Unique)) => take()?,
            other => other?,
        };
        self.kept_lists.forget(&calling.device.id);
        self.catch_up_after_write();
        Ok(received)
    }

    /// Takes in what was filled in on a page: it has no phone and comes whole.
    ///
    /// # Errors
    /// As [`Self::receive`].
    pub fn receive_from_page(
        &self,
        actor: &Actor,
        submission: Submission,
        body: Vec<u8>,
    ) -> Result<Received, RegistryError> {
        actor.require(Right::SubmitVisits)?;
        self.prepare_for(&submission)?;
        let sha256 = hex(&Sha256::digest(&body));
        let read = Read { submission, sha256, xml: body, pictures: Vec::new(), incomplete: false };
        let take = || self.db.write(|tx| self.take_visit(tx, actor, None, &read));
        let received = match take() {
            Err(RegistryError::Db(DbError::Unique)) => take()?,
            other => other?,
        };
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
        actor: &Actor,
        device: Option<&str>,
        read: &Read,
    ) -> Result<Received, RegistryError> {
        let instance = &read.submission.instance_id;
        if let Some(device) = device {
            db::campaigns::devices::used(tx, device, self.clock.now_naive())?;
        }
        let known = db::campaigns::visits::by_instance_for_update(tx, instance)?;
        let (visit, new) = match known {
            Some(visit) => {
                if visit.enumerator != actor.name() || visit.sha256 != read.sha256 {
                    return Err(RegistryError::SubmissionDiffers);
                }
                (visit, false)
            }
            None => (self.begin_visit(tx, actor, device, read)?, true),
        };
        self.keep_photos(tx, &visit, &read.pictures)?;
        if !read.incomplete && visit.state == <&str>::from(VisitState::Partial) {
            self.apply(tx, actor, &visit, &read.submission)?;
        }
        Ok(Received { new })
    }

    /// Keeps a submission that was not there before.
    fn begin_visit(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        device: Option<&str>,
        read: &Read,
    ) -> Result<VisitRow, RegistryError> {
        let submission = &read.submission;
        let (campaign, village) = Self::sent_to(tx, actor, submission)?;
        let now = self.clock.now();
        let id = new_id(now).to_string();
        let (key, wrapped_key) = self.vault.new_file_key(tx, format!("visit {id}"))?;
        let sealed = key.seal("submission", 0, read.xml.clone())?;
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
            sha256: read.sha256.clone(),
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
            problems: super::apply::told(&problems)?,
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
    fn sent_to(
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
            let (value, expected) = (stated.to_owned(), crate::domain::fault::Expected::RegionCode);
            let fault = Fault::Malformed { value, expected };
            RegistryError::BadParameters(vec![FieldFault::new("village", fault)])
        })?;
        let own = db::campaigns::assignments_of(tx, actor.name())?;
        let theirs =
            own.iter().any(|row| row.campaign_id == row_id(id) && row.village == village.as_str());
        // Who was sent elsewhere meanwhile still hands in what was done before.
        let before = !theirs && Self::was_sent(tx, actor, id, &village)?;
        if theirs || before { Ok((campaign, village)) } else { Err(RegistryError::Forbidden) }
    }

    /// Whether somebody has handed in a visit to that village in that campaign before.
    fn was_sent(
        tx: &mut AnyConnection,
        actor: &Actor,
        campaign: Uuid,
        village: &RegionCode,
    ) -> Result<bool, RegistryError> {
        let query = db::campaigns::visits::VisitQuery {
            campaigns: Some(vec![row_id(campaign)]),
            village: Some(village.to_string()),
            enumerator: Some(actor.name().to_owned()),
            limit: 1,
            ..db::campaigns::visits::VisitQuery::default()
        };
        Ok(db::campaigns::visits::count(tx, &query)? > 0)
    }

    /// Keeps photos that came; what is no picture is told.
    fn keep_photos(
        &self,
        tx: &mut AnyConnection,
        visit: &VisitRow,
        pictures: &[(String, Option<Vec<u8>>)],
    ) -> Result<(), RegistryError> {
        if pictures.is_empty() {
            return Ok(());
        }
        let expected = db::campaigns::visits::photos(tx, &visit.id)?;
        let wrapped = visit.wrapped_key.as_deref().ok_or(RegistryError::FileGone)?;
        let key = self.vault.file_key(tx, format!("visit {}", visit.id), wrapped)?;
        let folder = photos::folder(self.db.url());
        let mut faults: Vec<FieldFault> = Vec::new();
        for (name, picture) in pictures {
            // Only what the form names, and once.
            let Some(number) = expected.iter().position(|row| row.name == *name) else { continue };
            if expected[number].stored.is_some() {
                continue;
            }
            let number = i32::try_from(number).unwrap_or(i32::MAX);
            let row = match picture {
                Some(picture) => {
                    photos::store(&folder, &visit.id, (number, name), &key, picture.clone())?
                }
                None => {
                    let fault = Fault::Unreadable { message: "JPEG, PNG".into() };
                    faults.push(FieldFault::new(name.clone(), fault));
                    continue;
                }
            };
            db::campaigns::visits::put_photo(tx, &row)?;
        }
        if !faults.is_empty() {
            let problems = super::apply::told_with(&visit.problems, &faults)?;
            let change = VisitChange { problems, ..VisitChange::from(visit) };
            db::campaigns::visits::update(tx, &visit.id, &change)?;
        }
        Ok(())
    }
}

fn row_id(id: Uuid) -> String {
    id.to_string()
}

/// The names of photos that a submission speaks of.
fn photo_names(submission: &Submission) -> Vec<String> {
    let photos = FIELDS.iter().filter(|field| field.answer == Answer::Photo);
    photos
        .filter_map(|field| submission.answers.values.get(field.code))
        .filter(|name| !name.is_empty() && name.len() <= MAX_NAME)
        .cloned()
        .collect()
}

/// Whether a village is one of those that somebody is sent to in a campaign.
pub(super) fn is_sent(
    connection: &mut AnyConnection,
    actor: &Actor,
    campaign: &str,
    village: &RegionCode,
) -> Result<bool, RegistryError> {
    let own = db::campaigns::assignments_of(connection, actor.name())?;
    for row in own.into_iter().filter(|row| row.campaign_id == campaign) {
        if assignments::village(&row.village)? == *village {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What came of a visit where nobody says.
pub(super) fn finding(kind: VisitKind, stated: Option<&str>) -> Result<Finding, RegistryError> {
    match kind {
        VisitKind::None => Ok(Finding::NoEnterprises),
        VisitKind::New => Ok(Finding::Found),
        VisitKind::Revisit => stated.and_then(|text| text.parse().ok()).ok_or_else(|| {
            let value = stated.unwrap_or_default().to_owned();
            let fault = Fault::UnknownCode { value, allowed: "found, not_found, …".into() };
            RegistryError::BadParameters(vec![FieldFault::new("outcome", fault)])
        }),
    }
}

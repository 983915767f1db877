//! Official figures: made of the record at one place in its log, sealed, and never changed; one that
//! was wrong is withdrawn, and stays listed so.

mod population;
mod sealing;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::writing::{Idempotency, made_before, new_id};
use super::{Registry, RegistryError};
use crate::db::releases::{self as stored, ReleaseRow};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::campaign::CampaignState;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::projection::jakarta_date;
use crate::domain::release::Release;

pub use sealing::Verified;

/// Of the figures, unless the installation or the release has another; what they are made of is not
/// given out.
pub const LICENCE: &str = "CC BY 4.0";
/// Longest texts, in characters.
const MAX_TITLE: usize = 200;
const MAX_NOTE: usize = 2_000;
/// A release whose process gave no sign of life for so long is given up.
const GIVEN_UP: TimeDelta = TimeDelta::minutes(2);
/// Documents that are kept at hand.
const AT_HAND: usize = 3;

/// What a release is to say of itself.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRelease {
    #[schema(min_length = 1, max_length = 200, example = "Statistik IKM Jawa Timur 2026")]
    pub title: String,
    /// The day that the figures stand for, not after today; today unless told.
    #[serde(default)]
    pub reference_date: Option<NaiveDate>,
    /// The office that answers questions.
    #[schema(min_length = 1, max_length = 200, example = "Disperindag Provinsi Jawa Timur")]
    pub contact: String,
    /// What else a reader should know.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Id of a campaign that is closed: then its figures are in the release too, and the report is
    /// one of the campaign.
    #[serde(default)]
    pub campaign: Option<Uuid>,
    /// Under which the figures are given; that of the installation unless told.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, example = "CC BY 4.0")]
    pub licence: Option<String>,
}

/// What becomes of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// Its figures are being computed.
    Computing,
    /// Computing broke off: nothing was sealed.
    Failed,
    Sealed,
    /// No longer to be used; its figures are no longer given.
    Withdrawn,
}

/// A release without its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub id: Uuid,
    pub title: String,
    pub reference_date: NaiveDate,
    pub contact: String,
    pub note: Option<String>,
    /// The campaign that it is of.
    pub campaign: Option<Uuid>,
    pub licence: String,
    pub state: ReleaseState,
    /// Records read, and how many there are.
    pub progress: (i64, i64),
    pub created_at: DateTime<Utc>,
    pub sealed_at: Option<DateTime<Utc>>,
    pub seq: Option<i64>,
    pub sample: bool,
    pub sha256: Option<String>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    pub reason: Option<String>,
}

/// Documents as they were last read: they never change.
#[derive(Default)]
pub struct AtHand(Mutex<Vec<(Uuid, Arc<Release>)>>);

impl AtHand {
    fn find(&self, id: Uuid) -> Option<Arc<Release>> {
        let kept = self.0.lock();
        kept.iter().find(|(known, _)| *known == id).map(|(_, release)| release.clone())
    }

    fn keep(&self, id: Uuid, release: Arc<Release>) {
        let mut kept = self.0.lock();
        kept.retain(|(known, _)| *known != id);
        if kept.len() == AT_HAND {
            kept.remove(0);
        }
        kept.push((id, release));
    }
}

fn not_found(id: Uuid) -> RegistryError {
    RegistryError::DocumentNotFound { entity: "release", id: id.to_string() }
}

/// A text that says something and not too much.
fn text(field: &'static str, text: &str, max: usize) -> Result<String, FieldFault> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(FieldFault::new(field, Fault::Required)),
        length if length > max => Err(FieldFault::new(field, Fault::TooLong { max })),
        _ => Ok(text.to_owned()),
    }
}

impl Registry {
    /// Begins a release; [`Self::work_on_release`] does the rest. The flag says whether it is new: an
    /// idempotency key that was used before answers with the release of then.
    ///
    /// # Errors
    /// Not allowed; texts that say nothing or too much, a day that has not come, a campaign that is
    /// not there or not closed; a key used for another request.
    pub fn begin_release(
        &self,
        actor: &Actor,
        new: &NewRelease,
        idempotency: Option<&Idempotency>,
    ) -> Result<(Told, bool), RegistryError> {
        actor.require(Right::MakeReleases)?;
        let now = self.clock.now();
        let today = jakarta_date(now);
        let mut faults = Vec::new();
        let mut checked = |found: Result<String, FieldFault>| {
            found.map_err(|fault| faults.push(fault)).unwrap_or_default()
        };
        let title = checked(text("title", &new.title, MAX_TITLE));
        let contact = checked(text("contact", &new.contact, MAX_TITLE));
        let note = new.note.as_deref().map(|note| checked(text("note", note, MAX_NOTE)));
        let licence = new.licence.as_deref().unwrap_or(&self.licence);
        let licence = checked(text("licence", licence, MAX_TITLE));
        let reference_date = new.reference_date.unwrap_or(today);
        if reference_date > today {
            let (value, max) = (reference_date.to_string(), today.to_string());
            let fault = Fault::OutOfRange { value, min: "1900-01-01".to_owned(), max };
            faults.push(FieldFault::new("reference_date", fault));
        }
        if let Some(campaign) = new.campaign {
            faults.extend(self.campaign_fault(actor, campaign)?);
        }
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        let id = new_id(now);
        let campaign = new.campaign.map(|id| id.to_string());
        let row = stored::NewRelease {
            id: &id.to_string(),
            title: &title,
            reference_date,
            contact: &contact,
            note: note.as_deref(),
            state: stored::COMPUTING,
            done: 0,
            total: 0,
            created_by: actor.name(),
            created_at: now.naive_utc(),
            updated_at: now.naive_utc(),
            sample: false,
            campaign_id: campaign.as_deref(),
            licence: Some(&licence),
        };
        let earlier = self.made_once(|tx| {
            if let Some(earlier) = made_before(tx, actor, idempotency, id, now)? {
                return Ok(Some(earlier));
            }
            stored::insert(tx, &row)?;
            Ok(None)
        })?;
        Ok((self.release(actor, earlier.unwrap_or(id))?, earlier.is_none()))
    }

    /// A release is of a campaign that is over.
    fn campaign_fault(&self, actor: &Actor, id: Uuid) -> Result<Option<FieldFault>, RegistryError> {
        let fault = match self.campaign(actor, id) {
            Ok(campaign) if campaign.state == CampaignState::Closed => return Ok(None),
            Ok(campaign) => Fault::WrongState { action: "release", value: campaign.state.into() },
            Err(RegistryError::DocumentNotFound { .. }) => {
                Fault::UnknownCode { value: id.to_string(), allowed: String::new() }
            }
            Err(error) => return Err(error),
        };
        Ok(Some(FieldFault::new("campaign", fault)))
    }

    /// Makes a release in the calling thread.
    ///
    /// # Errors
    /// As [`Self::begin_release`]; the database's.
    pub fn make_release(&self, actor: &Actor, new: &NewRelease) -> Result<Told, RegistryError> {
        let (begun, _) = self.begin_release(actor, new, None)?;
        self.work_on_release(begun.id)?;
        self.release(actor, begun.id)
    }

    /// All releases that the actor may know of, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn releases(&self, actor: &Actor) -> Result<Vec<Told>, RegistryError> {
        let rows = self.db.read(stored::all)?;
        let told =
            rows.into_iter().map(|row| self.release_told(row)).collect::<Result<Vec<_>, _>>()?;
        Ok(told.into_iter().filter(|told| is_theirs(actor, told)).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// Not found: also for one that is not sealed yet, to those who make none.
    pub fn release(&self, actor: &Actor, id: Uuid) -> Result<Told, RegistryError> {
        let row = self.db.read(|connection| stored::get(connection, &id.to_string()))?;
        let told = self.release_told(row.ok_or_else(|| not_found(id))?)?;
        if is_theirs(actor, &told) { Ok(told) } else { Err(not_found(id)) }
    }

    /// The sealed document of one.
    ///
    /// # Errors
    /// Not found; withdrawn; not sealed yet.
    pub fn release_figures(&self, actor: &Actor, id: Uuid) -> Result<Arc<Release>, RegistryError> {
        let told = self.release(actor, id)?;
        match told.state {
            ReleaseState::Sealed => {}
            ReleaseState::Withdrawn => return Err(RegistryError::ReleaseWithdrawn),
            ReleaseState::Computing | ReleaseState::Failed => return Err(not_found(id)),
        }
        if let Some(kept) = self.sealed_releases.find(id) {
            return Ok(kept);
        }
        let document = self.db.read(|connection| stored::document(connection, &id.to_string()))?;
        let document = document.ok_or(RegistryError::Internal("a sealed release is there"))?;
        let release: Arc<Release> = Arc::new(serde_json::from_str(&document)?);
        self.sealed_releases.keep(id, release.clone());
        Ok(release)
    }

    /// Takes a release back, for a reason that is told to everybody.
    ///
    /// # Errors
    /// Not allowed; not found; no reason; not sealed.
    pub fn withdraw_release(
        &self,
        actor: &Actor,
        id: Uuid,
        reason: &str,
    ) -> Result<Told, RegistryError> {
        actor.require(Right::MakeReleases)?;
        let reason = text("reason", reason, MAX_NOTE)
            .map_err(|fault| RegistryError::Invalid(vec![fault]))?;
        let told = self.release(actor, id)?;
        let by = (actor.name(), reason.as_str());
        let now = self.clock.now_naive();
        let done = self.db.write(|tx| stored::withdraw(tx, &id.to_string(), by, now))?;
        if !done {
            let value = match told.state {
                ReleaseState::Computing => stored::COMPUTING,
                ReleaseState::Failed => stored::FAILED,
                ReleaseState::Sealed | ReleaseState::Withdrawn => stored::WITHDRAWN,
            };
            return Err(RegistryError::WrongTransition {
                action: "withdraw",
                field: "state",
                value,
            });
        }
        self.release(actor, id)
    }

    fn release_told(&self, row: ReleaseRow) -> Result<Told, RegistryError> {
        let silent = self.clock.now_naive() - row.updated_at > GIVEN_UP;
        let state = match row.state.as_str() {
            stored::SEALED => ReleaseState::Sealed,
            stored::WITHDRAWN => ReleaseState::Withdrawn,
            stored::COMPUTING if !silent => ReleaseState::Computing,
            _ => ReleaseState::Failed,
        };
        let id = row.id.parse().map_err(|_| RegistryError::Internal("a stored id is a UUID"))?;
        Ok(Told {
            id,
            title: row.title,
            reference_date: row.reference_date,
            contact: row.contact,
            note: row.note,
            campaign: row.campaign_id.and_then(|id| id.parse().ok()),
            licence: row.licence.unwrap_or_else(|| LICENCE.to_owned()),
            state,
            progress: (row.done, row.total),
            created_at: row.created_at.and_utc(),
            sealed_at: row.sealed_at.map(|at| at.and_utc()),
            seq: row.seq,
            sample: row.sample,
            sha256: row.sha256,
            withdrawn_at: row.withdrawn_at.map(|at| at.and_utc()),
            reason: row.reason,
        })
    }
}

/// What is sealed is everybody's, withdrawn or not; the rest is theirs who make it.
fn is_theirs(actor: &Actor, told: &Told) -> bool {
    told.sealed_at.is_some() || actor.may(Right::MakeReleases)
}

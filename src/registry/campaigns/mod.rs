//! Campaigns of the mapping exercise: made and led by those whose area they lie in, seen by those
//! whose area they touch and by those who are sent.

mod apply;
mod assignments;
mod at_desk;
mod coverage;
mod devices;
mod filled_in;
mod forms;
mod phone_lists;
mod photos;
mod plausibility;
mod progress;
mod questionnaires;
mod report;
mod resolving;
mod sent;
mod submissions;
mod visit_photos;
mod visited;
mod visits;
mod writing;

pub use assignments::{AssignmentChange, TargetChange};
pub use at_desk::{DeskVisit, HeldCounts, HeldPage, HeldQuery, HeldVisit};
pub use coverage::{Coverage, CoverageRow};
pub use devices::{Calling, Device, NewDevice};
pub use filled_in::FilledIn;
pub use forms::{FormHashes, PhoneForm, hash};
pub use phone_lists::{KeptLists, PhoneLists, enterprises_file, villages_file};
pub use plausibility::{Doubt, DoubtKind, DoubtPage, DoubtQuery};
pub use progress::{Candidate, TeamProgress};
pub use questionnaires::Questionnaire;
pub use resolving::{HELD, Taken as TakenSide};
pub use submissions::{Part, Received, Sender};
pub use visit_photos::VisitPhotos;
pub(super) use visited::Visited;
pub use visits::{FieldVisit, SeenVisit, VisitList, VisitListQuery};

use uuid::Uuid;

use super::writing::{Idempotency, IfMatch, made_before, new_id};
use super::{Registry, RegistryError};
use crate::db::campaigns::CampaignRow;
use crate::db::log::Entry;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::campaign::{Campaign, CampaignDraft, CampaignState};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::region::RegionCode;

const ENTITY: &str = "campaign";

/// A step of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Start,
    Close,
}

impl Registry {
    /// The campaigns that somebody sees, the newest first.
    ///
    /// # Errors
    /// Not allowed.
    pub fn campaigns(&self, actor: &Actor) -> Result<Vec<Campaign>, RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.db.read(|connection| {
            let mut seen = Vec::new();
            for row in db::campaigns::all(connection)? {
                let campaign = campaign_of(&row)?;
                if sees(connection, actor, &campaign)? {
                    seen.push(campaign);
                }
            }
            Ok(seen)
        })
    }

    /// One campaign.
    ///
    /// # Errors
    /// Not allowed; not found, also where it is not theirs.
    pub fn campaign(&self, actor: &Actor, id: Uuid) -> Result<Campaign, RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.db.read(|connection| seen_campaign(connection, actor, id))
    }

    /// Plans a campaign. The flag says whether it is new: an idempotency key that was used before
    /// answers with the campaign of then.
    ///
    /// # Errors
    /// Not allowed; every field fault at once; a key used for another request.
    pub fn create_campaign(
        &self,
        actor: &Actor,
        draft: CampaignDraft,
        idempotency: Option<&Idempotency>,
    ) -> Result<(Campaign, bool), RegistryError> {
        self.put_campaign(actor, draft, None, idempotency)
    }

    /// Plans a campaign like another one: its regions, teams, targets and assignments, in its own
    /// time, with the newest version of the questionnaire unless the draft names one.
    ///
    /// # Errors
    /// As [`Self::create_campaign`]; not found.
    pub fn clone_campaign(
        &self,
        actor: &Actor,
        id: Uuid,
        draft: CampaignDraft,
        idempotency: Option<&Idempotency>,
    ) -> Result<(Campaign, bool), RegistryError> {
        self.campaign(actor, id)?;
        self.put_campaign(actor, draft, Some(id), idempotency)
    }

    fn put_campaign(
        &self,
        actor: &Actor,
        draft: CampaignDraft,
        clone_of: Option<Uuid>,
        idempotency: Option<&Idempotency>,
    ) -> Result<(Campaign, bool), RegistryError> {
        actor.require(Right::ManageCampaigns)?;
        let reference = self.reference();
        let now = self.clock.now();
        let campaign = Campaign {
            id: new_id(now),
            revision: 1,
            created_at: now,
            created_by: actor.name().to_owned(),
            updated_at: now,
            state: CampaignState::Planned,
            started_at: None,
            closed_at: None,
            clone_of,
            draft,
        };
        let earlier = self.made_once(|tx| {
            if let Some(earlier) = made_before(tx, actor, idempotency, campaign.id, now)? {
                return Ok(Some(earlier));
            }
            checked(tx, actor, &campaign.draft, &reference)?;
            db::campaigns::insert(tx, &row_of(&campaign)?)?;
            if let Some(from) = clone_of {
                copy_lists(tx, &campaign, &from.to_string(), &reference)?;
            }
            self.log_campaign(tx, actor, &campaign, "create")?;
            Ok(None)
        })?;
        match earlier {
            Some(id) => Ok((self.campaign(actor, id)?, false)),
            None => Ok((campaign, true)),
        }
    }

    /// Changes a campaign by a merge patch (RFC 7396). One that runs keeps its questionnaire: phones
    /// have it.
    ///
    /// # Errors
    /// Not allowed; not found; stale; closed; every field fault at once.
    pub fn patch_campaign(
        &self,
        actor: &Actor,
        id: Uuid,
        if_match: IfMatch,
        patch: &serde_json::Value,
    ) -> Result<Campaign, RegistryError> {
        let reference = self.reference();
        self.change_campaign(actor, id, if_match, |tx, campaign| {
            let mut value = serde_json::to_value(&campaign.draft)?;
            json_patch::merge(&mut value, patch);
            let draft: CampaignDraft =
                crate::domain::validate::from_json(value).map_err(RegistryError::Invalid)?;
            if campaign.state == CampaignState::Closed {
                return Err(wrong("patch", campaign.state));
            }
            if campaign.state == CampaignState::Running
                && draft.questionnaire != campaign.draft.questionnaire
            {
                let (action, value) = ("patch", campaign.state.into());
                let fault = FieldFault::new("questionnaire", Fault::WrongState { action, value });
                return Err(RegistryError::Invalid(vec![fault]));
            }
            checked(tx, actor, &draft, &reference)?;
            campaign.draft = draft;
            Ok("patch")
        })
    }

    /// Starts or closes a campaign.
    ///
    /// # Errors
    /// Not allowed; not found; stale; not from this state.
    pub fn step_campaign(
        &self,
        actor: &Actor,
        id: Uuid,
        if_match: IfMatch,
        step: Step,
    ) -> Result<Campaign, RegistryError> {
        let now = self.clock.now();
        self.change_campaign(actor, id, if_match, |_, campaign| match (step, campaign.state) {
            (Step::Start, CampaignState::Planned) => {
                campaign.state = CampaignState::Running;
                campaign.started_at = Some(now);
                Ok("start")
            }
            (Step::Close, CampaignState::Running) => {
                campaign.state = CampaignState::Closed;
                campaign.closed_at = Some(now);
                Ok("close")
            }
            (Step::Start, state) => Err(wrong("start", state)),
            (Step::Close, state) => Err(wrong("close", state)),
        })
    }

    fn change_campaign(
        &self,
        actor: &Actor,
        id: Uuid,
        if_match: IfMatch,
        change: impl FnOnce(&mut AnyConnection, &mut Campaign) -> Result<&'static str, RegistryError>,
    ) -> Result<Campaign, RegistryError> {
        actor.require(Right::ManageCampaigns)?;
        self.db.write(|tx| {
            let row = db::campaigns::for_update(tx, &id.to_string())?;
            let row = row.ok_or_else(|| not_found(id))?;
            let mut campaign = campaign_of(&row)?;
            if !sees(tx, actor, &campaign)? {
                return Err(not_found(id));
            }
            if !campaign.draft.lies_in(area_of(actor).as_ref()) {
                return Err(RegistryError::Forbidden);
            }
            if let IfMatch::Revision(revision) = if_match
                && revision != campaign.revision
            {
                return Err(RegistryError::RevisionStale { current: campaign.revision });
            }
            let before = campaign.clone();
            let action = change(tx, &mut campaign)?;
            if campaign == before {
                return Ok(campaign);
            }
            campaign.revision += 1;
            campaign.updated_at = self.clock.now();
            db::campaigns::update(tx, &row_of(&campaign)?)?;
            self.log_campaign(tx, actor, &campaign, action)?;
            Ok(campaign)
        })
    }

    fn log_campaign(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        campaign: &Campaign,
        action: &'static str,
    ) -> Result<(), RegistryError> {
        let entry = Entry {
            actor: actor.name(),
            job_id: None,
            reason: None,
            entity: ENTITY,
            entity_id: campaign.id.to_string(),
            action,
            revision: campaign.revision,
        };
        Ok(db::log::append(tx, self.clock.now_naive(), &[entry])?)
    }
}

fn wrong(action: &'static str, state: CampaignState) -> RegistryError {
    RegistryError::WrongTransition { action, field: "state", value: state.into() }
}

fn not_found(id: Uuid) -> RegistryError {
    RegistryError::DocumentNotFound { entity: ENTITY, id: id.to_string() }
}

/// The area that bounds somebody; None: the whole province.
fn area_of(actor: &Actor) -> Option<RegionCode> {
    match actor {
        Actor::User(user) => user.area.clone(),
        Actor::Client(client) => client.scopes.internal.clone(),
        Actor::Anonymous | Actor::Operator | Actor::Owner(_) => None,
    }
}

/// Whether somebody sees a campaign: their area touches it, or they are sent in it.
fn sees(
    connection: &mut AnyConnection,
    actor: &Actor,
    campaign: &Campaign,
) -> Result<bool, RegistryError> {
    match actor.visibility() {
        Visibility::Public => Ok(false),
        Visibility::Internal { area } => Ok(campaign.draft.touches(area.as_ref())),
        Visibility::Own { author, .. } => {
            let own = db::campaigns::assignments_of(connection, &author)?;
            Ok(own.iter().any(|row| row.campaign_id == campaign.id.to_string()))
        }
    }
}

fn seen_campaign(
    connection: &mut AnyConnection,
    actor: &Actor,
    id: Uuid,
) -> Result<Campaign, RegistryError> {
    let row = db::campaigns::by_id(connection, &id.to_string())?;
    let campaign = campaign_of(&row.ok_or_else(|| not_found(id))?)?;
    if sees(connection, actor, &campaign)? { Ok(campaign) } else { Err(not_found(id)) }
}

/// Holds a draft against every rule.
fn checked(
    tx: &mut AnyConnection,
    actor: &Actor,
    draft: &CampaignDraft,
    reference: &crate::domain::reference::Reference,
) -> Result<(), RegistryError> {
    let mut faults = draft.faults(reference);
    if db::campaigns::questionnaire(tx, &draft.questionnaire.to_string())?.is_none() {
        let (value, allowed) = (draft.questionnaire.to_string(), String::new());
        faults.push(FieldFault::new("questionnaire", Fault::UnknownCode { value, allowed }));
    }
    for (place, team) in draft.teams.iter().enumerate() {
        for (number, member) in team.members.iter().enumerate() {
            if db::users::by_email(tx, member)?.is_none() {
                let (value, allowed) = (member.clone(), String::new());
                let field = format!("teams[{place}].members[{number}]");
                faults.push(FieldFault::new(field, Fault::UnknownCode { value, allowed }));
            }
        }
    }
    if !faults.is_empty() {
        return Err(RegistryError::Invalid(faults));
    }
    if draft.lies_in(area_of(actor).as_ref()) { Ok(()) } else { Err(RegistryError::Forbidden) }
}

/// Takes over what was expected and who went where, for the villages that are the new one's too.
fn copy_lists(
    tx: &mut AnyConnection,
    campaign: &Campaign,
    from: &str,
    reference: &crate::domain::reference::Reference,
) -> Result<(), RegistryError> {
    let id = campaign.id.to_string();
    let own: std::collections::HashSet<&str> =
        campaign.draft.villages(reference).map(RegionCode::as_str).collect();
    let mut targets = db::campaigns::targets(tx, from)?;
    targets.retain(|row| own.contains(row.village.as_str()));
    for row in &mut targets {
        row.campaign_id.clone_from(&id);
    }
    db::campaigns::replace_targets(tx, &id, &[], &targets)?;
    let mut assigned = db::campaigns::assignments(tx, from)?;
    assigned.retain(|row| own.contains(row.village.as_str()));
    for row in &mut assigned {
        row.campaign_id.clone_from(&id);
    }
    Ok(db::campaigns::replace_assignments(tx, &id, &[], &assigned)?)
}

fn campaign_of(row: &CampaignRow) -> Result<Campaign, RegistryError> {
    Ok(serde_json::from_str(&row.document)?)
}

fn row_of(campaign: &Campaign) -> Result<CampaignRow, RegistryError> {
    let state: &str = campaign.state.into();
    Ok(CampaignRow {
        id: campaign.id.to_string(),
        revision: campaign.revision,
        state: state.to_owned(),
        questionnaire: campaign.draft.questionnaire.to_string(),
        document: serde_json::to_string(campaign)?,
        created_at: campaign.created_at.naive_utc(),
    })
}

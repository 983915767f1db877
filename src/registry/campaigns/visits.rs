//! Visits as they are listed and looked at.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use uuid::Uuid;

use super::visit_photos::{VisitPhotos, photos_of};
use super::{area_of, campaign_of, sees};
use crate::db::campaigns::visits::{VisitQuery, VisitRow};
use crate::db::log::Entry;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::campaign::{Finding, VisitKind, VisitState};
use crate::domain::difference::Difference;
use crate::domain::region::RegionCode;
use crate::registry::{Registry, RegistryError};

/// Its name in the log.
pub(super) const VISIT: &str = "visit";

/// A visit as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldVisit {
    pub id: Uuid,
    pub instance_id: String,
    pub campaign: Uuid,
    /// E-mail address of the account.
    pub enumerator: String,
    pub village: RegionCode,
    pub kind: VisitKind,
    pub outcome: Finding,
    pub state: VisitState,
    pub enterprise: Option<Uuid>,
    /// Of the enterprise, after it.
    pub revision: Option<i32>,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    pub visited_on: NaiveDate,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub accuracy_m: Option<f64>,
    /// JSON: what of it was left out, or why it was held.
    pub problems: String,
    /// JSON: answers to questions that the registry has no field for.
    pub answers: String,
}

impl TryFrom<VisitRow> for FieldVisit {
    type Error = RegistryError;
    fn try_from(row: VisitRow) -> Result<Self, RegistryError> {
        let odd = |_| RegistryError::Internal("a visit is as it was written");
        let uuid = |text: &str| text.parse().map_err(|_| RegistryError::Internal("ids are UUIDs"));
        let time = |at: NaiveDateTime| at.and_utc();
        Ok(Self {
            id: uuid(&row.id)?,
            campaign: uuid(&row.campaign_id)?,
            enterprise: row.enterprise_id.as_deref().map(uuid).transpose()?,
            kind: row.kind.parse().map_err(odd)?,
            outcome: row.outcome.parse().map_err(odd)?,
            state: row.state.parse().map_err(odd)?,
            village: super::assignments::village(&row.village)?,
            instance_id: row.instance_id,
            enumerator: row.enumerator,
            revision: row.applied_revision,
            started_at: row.started_at.map(time),
            ended_at: row.ended_at.map(time),
            received_at: time(row.received_at),
            visited_on: row.visited_on,
            lon: row.lon,
            lat: row.lat,
            accuracy_m: row.accuracy_m,
            problems: row.problems,
            answers: row.answers,
        })
    }
}

/// What a list of visits is asked for.
#[derive(Debug, Clone, Default)]
pub struct VisitListQuery {
    pub campaign: Option<Uuid>,
    pub village: Option<RegionCode>,
    pub enumerator: Option<String>,
    pub enterprise: Option<Uuid>,
    pub states: Vec<VisitState>,
    pub below: Option<i64>,
    pub limit: usize,
}

/// A page of visits.
pub struct VisitList {
    pub items: Vec<FieldVisit>,
    pub next: Option<i64>,
    pub matched: i64,
}

/// A visit in full.
pub struct SeenVisit {
    pub visit: FieldVisit,
    pub photos: VisitPhotos,
    /// Where somebody has to choose: what was sent beside what the record has, by the codes of
    /// questions.
    pub differences: Vec<Difference>,
}

impl Registry {
    /// Visits, the newest first: of an enumerator, their own.
    ///
    /// # Errors
    /// Not allowed.
    pub fn visits(
        &self,
        actor: &Actor,
        query: &VisitListQuery,
    ) -> Result<VisitList, RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.db.read(|connection| {
            let mut campaigns = Vec::new();
            for row in db::campaigns::all(connection)? {
                let campaign = campaign_of(&row)?;
                let wanted = query.campaign.is_none_or(|id| id == campaign.id);
                if wanted && sees(connection, actor, &campaign)? {
                    campaigns.push(row.id);
                }
            }
            let own = match actor.visibility() {
                Visibility::Own { author, .. } => Some(author),
                _ => None,
            };
            if own.is_some() && query.enumerator.is_some() && query.enumerator != own {
                return Ok(VisitList { items: Vec::new(), next: None, matched: 0 });
            }
            let mut asked = VisitQuery {
                campaigns: Some(campaigns),
                village: query.village.as_ref().map(ToString::to_string),
                enumerator: own.or_else(|| query.enumerator.clone()),
                enterprise: query.enterprise.map(|id| id.to_string()),
                states: query.states.iter().map(|one| <&str>::from(*one).to_owned()).collect(),
                area: area_of(actor).map(|area| area.to_string()),
                below: None,
                limit: i64::try_from(query.limit + 1).unwrap_or(i64::MAX),
            };
            let matched = db::campaigns::visits::count(connection, &asked)?;
            asked.below = query.below;
            let mut items = db::campaigns::visits::list(connection, &asked)?;
            let more = items.len() > query.limit;
            items.truncate(query.limit);
            let next = items.last().filter(|_| more).map(|row| row.key);
            let items = items.into_iter().map(FieldVisit::try_from).collect::<Result<_, _>>()?;
            Ok(VisitList { items, next, matched })
        })
    }

    /// One visit.
    ///
    /// # Errors
    /// Not allowed; not found, also where it is not theirs.
    pub fn visit(&self, actor: &Actor, id: Uuid) -> Result<SeenVisit, RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.db.read(|connection| {
            let row = Self::seen_visit(connection, actor, id)?;
            let photos = photos_of(connection, &row.id)?;
            let differences = self.held_differences(connection, actor, &row)?;
            Ok(SeenVisit { visit: row.try_into()?, photos, differences })
        })
    }

    /// What became of a visit, where the record's own entries do not tell.
    pub(super) fn log_visit(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        id: &str,
        action: &'static str,
        reason: Option<&str>,
    ) -> Result<(), RegistryError> {
        let entry = Entry {
            actor: actor.name(),
            job_id: None,
            reason,
            entity: VISIT,
            entity_id: id.to_owned(),
            action,
            revision: 0,
        };
        Ok(db::log::append(tx, self.clock.now_naive(), &[entry])?)
    }

    /// Destroys what was sent in for an enterprise; answers the files of its photos.
    pub(in crate::registry) fn forget_visits(
        tx: &mut AnyConnection,
        enterprise_id: &str,
    ) -> Result<Vec<String>, RegistryError> {
        let files = db::campaigns::visits::photo_files(tx, enterprise_id)?;
        db::campaigns::visits::forget_photos(tx, enterprise_id)?;
        db::campaigns::visits::forget_submissions(tx, enterprise_id)?;
        Ok(files)
    }

    /// A visit that somebody sees: in a campaign and an area of theirs, or their own.
    pub(super) fn seen_visit(
        connection: &mut AnyConnection,
        actor: &Actor,
        id: Uuid,
    ) -> Result<VisitRow, RegistryError> {
        let row = db::campaigns::visits::by_id(connection, &id.to_string())?;
        let row = row.ok_or_else(|| no_visit(id))?;
        let village: RegionCode = super::assignments::village(&row.village)?;
        let theirs = match actor.visibility() {
            Visibility::Own { author, .. } => row.enumerator == author,
            Visibility::Internal { area } => area.is_none_or(|area| area.contains(&village)),
            Visibility::Public => false,
        };
        if theirs { Ok(row) } else { Err(no_visit(id)) }
    }
}

pub(super) fn no_visit(id: Uuid) -> RegistryError {
    RegistryError::DocumentNotFound { entity: "visit", id: id.to_string() }
}

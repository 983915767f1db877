//! What is expected in each village of a campaign, and who goes there.

use std::collections::HashSet;

use uuid::Uuid;

use super::{area_of, not_found, seen_campaign};
use crate::db::campaigns::{AssignmentRow, TargetRow};
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Role, Visibility};
use crate::domain::campaign::{Assignment, Campaign, CampaignState, Target};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::region::RegionCode;
use crate::registry::{Registry, RegistryError};

/// New targets for some villages: what these villages had is replaced, others keep theirs.
pub struct TargetChange {
    pub targets: Vec<Target>,
}

/// New assignments for some villages, likewise; a village without any is nobody's.
pub struct AssignmentChange {
    pub villages: Vec<RegionCode>,
    pub assignments: Vec<Assignment>,
}

impl Registry {
    /// What is expected, by village.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn targets(&self, actor: &Actor, id: Uuid) -> Result<Vec<Target>, RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.db.read(|connection| {
            seen_campaign(connection, actor, id)?;
            let rows = db::campaigns::targets(connection, &id.to_string())?;
            let area = area_of(actor);
            let inside = rows.into_iter().map(target_of).collect::<Result<Vec<_>, _>>()?;
            Ok(inside
                .into_iter()
                .filter(|target| area.as_ref().is_none_or(|area| area.contains(&target.village)))
                .collect())
        })
    }

    /// Says what is expected in some villages.
    ///
    /// # Errors
    /// Not allowed; not found; closed; villages that are not the campaign's or not in the own area;
    /// a number without its source.
    pub fn replace_targets(
        &self,
        actor: &Actor,
        id: Uuid,
        change: &TargetChange,
    ) -> Result<Vec<Target>, RegistryError> {
        actor.require(Right::ManageCampaigns)?;
        self.db.write(|tx| {
            let row = db::campaigns::for_update(tx, &id.to_string())?;
            row.ok_or_else(|| not_found(id))?;
            let campaign = seen_campaign(tx, actor, id)?;
            open("targets", &campaign)?;
            let mut faults = Vec::new();
            let mut villages = HashSet::new();
            for (place, target) in change.targets.iter().enumerate() {
                let at = |name: &str| format!("targets[{place}].{name}");
                faults.extend(self.village_fault(
                    &at("village"),
                    actor,
                    &campaign,
                    &target.village,
                ));
                if !villages.insert(&target.village) {
                    faults.push(FieldFault::new(at("village"), Fault::Ambiguous));
                }
                if target.expected.is_some_and(|expected| expected < 0) {
                    let value = target.expected.unwrap_or_default().to_string();
                    let (min, max) = ("0".into(), "…".into());
                    faults.push(FieldFault::new(
                        at("expected"),
                        Fault::OutOfRange { value, min, max },
                    ));
                }
                let sourced = target.source.as_ref().is_some_and(|text| !text.trim().is_empty());
                if target.expected.is_some() && !sourced {
                    faults.push(FieldFault::new(at("source"), Fault::Required));
                }
            }
            if !faults.is_empty() {
                return Err(RegistryError::Invalid(faults));
            }
            let campaign_id = id.to_string();
            let villages: Vec<String> = villages.iter().map(ToString::to_string).collect();
            let rows: Vec<TargetRow> = change
                .targets
                .iter()
                .map(|target| TargetRow {
                    campaign_id: campaign_id.clone(),
                    village: target.village.to_string(),
                    expected: target.expected,
                    source: target.source.clone(),
                })
                .collect();
            db::campaigns::replace_targets(tx, &campaign_id, &villages, &rows)?;
            self.log_campaign(tx, actor, &campaign, "targets")?;
            Ok(())
        })?;
        self.targets(actor, id)
    }

    /// Who goes where: of an enumerator, their own villages.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn assignments(&self, actor: &Actor, id: Uuid) -> Result<Vec<Assignment>, RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.db.read(|connection| {
            seen_campaign(connection, actor, id)?;
            let mut rows = db::campaigns::assignments(connection, &id.to_string())?;
            match actor.visibility() {
                Visibility::Own { author, .. } => rows.retain(|row| row.enumerator == author),
                Visibility::Internal { area: Some(area) } => rows.retain(|row| {
                    row.village.parse::<RegionCode>().is_ok_and(|village| area.contains(&village))
                }),
                _ => {}
            }
            rows.into_iter().map(assignment_of).collect()
        })
    }

    /// Sends enumerators to villages; what these villages had is replaced.
    ///
    /// # Errors
    /// Not allowed; not found; closed; villages that are not the campaign's or not in the own area;
    /// accounts that are no enumerators of that place.
    pub fn replace_assignments(
        &self,
        actor: &Actor,
        id: Uuid,
        change: &AssignmentChange,
    ) -> Result<Vec<Assignment>, RegistryError> {
        actor.require(Right::ManageCampaigns)?;
        self.db.write(|tx| {
            let row = db::campaigns::for_update(tx, &id.to_string())?;
            row.ok_or_else(|| not_found(id))?;
            let campaign = seen_campaign(tx, actor, id)?;
            open("assignments", &campaign)?;
            let mut faults = Vec::new();
            for (place, village) in change.villages.iter().enumerate() {
                let at = format!("villages[{place}]");
                faults.extend(self.village_fault(&at, actor, &campaign, village));
            }
            for (place, assignment) in change.assignments.iter().enumerate() {
                let at = |name: &str| format!("assignments[{place}].{name}");
                if !change.villages.contains(&assignment.village) {
                    let value = assignment.village.to_string();
                    let fault = Fault::UnknownCode { value, allowed: "villages".into() };
                    faults.push(FieldFault::new(at("village"), fault));
                }
                let user = db::users::by_email(tx, &assignment.enumerator)?;
                let may = user.is_some_and(|user| {
                    let enumerates = user.role == <&str>::from(Role::Enumerator)
                        || user.role == <&str>::from(Role::CooperativeOfficer);
                    let area = user.area.and_then(|area| area.parse::<RegionCode>().ok());
                    let there = area.is_none_or(|area| area.contains(&assignment.village));
                    enumerates && there && !user.disabled
                });
                if !may {
                    let (value, allowed) = (assignment.enumerator.clone(), String::new());
                    let fault = Fault::UnknownCode { value, allowed };
                    faults.push(FieldFault::new(at("enumerator"), fault));
                }
            }
            if !faults.is_empty() {
                return Err(RegistryError::Invalid(faults));
            }
            let campaign_id = id.to_string();
            let villages: Vec<String> = change.villages.iter().map(ToString::to_string).collect();
            let mut rows: Vec<AssignmentRow> = change
                .assignments
                .iter()
                .map(|one| AssignmentRow {
                    campaign_id: campaign_id.clone(),
                    village: one.village.to_string(),
                    enumerator: one.enumerator.clone(),
                })
                .collect();
            rows.sort();
            rows.dedup();
            db::campaigns::replace_assignments(tx, &campaign_id, &villages, &rows)?;
            self.log_campaign(tx, actor, &campaign, "assign")?;
            Ok(())
        })?;
        self.assignments(actor, id)
    }

    fn village_fault(
        &self,
        field: &str,
        actor: &Actor,
        campaign: &Campaign,
        village: &RegionCode,
    ) -> Option<FieldFault> {
        let known = self.reference().gazetteer.get(village).is_some();
        let inside = area_of(actor).is_none_or(|area| area.contains(village));
        let fine = known && inside && campaign.draft.covers(village);
        (!fine).then(|| FieldFault::new(field, Fault::RegionUnknown { value: village.to_string() }))
    }
}

fn open(action: &'static str, campaign: &Campaign) -> Result<(), RegistryError> {
    if campaign.state == CampaignState::Closed {
        return Err(super::wrong(action, campaign.state));
    }
    Ok(())
}

fn target_of(row: TargetRow) -> Result<Target, RegistryError> {
    Ok(Target { village: village(&row.village)?, expected: row.expected, source: row.source })
}

fn assignment_of(row: AssignmentRow) -> Result<Assignment, RegistryError> {
    Ok(Assignment { village: village(&row.village)?, enumerator: row.enumerator })
}

pub(super) fn village(code: &str) -> Result<RegionCode, RegistryError> {
    code.parse().map_err(|()| RegistryError::Internal("villages have codes"))
}

/// Whether a village is one of those that somebody is sent to in a campaign.
pub(super) fn is_sent(
    connection: &mut AnyConnection,
    actor: &Actor,
    campaign: &str,
    wanted: &RegionCode,
) -> Result<bool, RegistryError> {
    let own = db::campaigns::assignments_of(connection, actor.name())?;
    Ok(own.iter().any(|row| row.campaign_id == campaign && row.village == wanted.as_str()))
}

//! A campaign of the mapping exercise (*pendataan*): where, when, with which questionnaire, what is
//! expected in each village and who goes there; and the visits of which it consists.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::code_set;
use super::document::region_fault;
use super::fault::{Fault, FieldFault};
use super::reference::Reference;
use super::region::{Level, PROVINCE, RegionCode};

const MAX_NAME: usize = 200;
const MAX_NOTE: usize = 2_000;
const MAX_REGIONS: usize = 700;
const MAX_TEAMS: usize = 200;
const MAX_MEMBERS: usize = 200;
/// In rupiah: more than a province has in a year.
const MAX_BUDGET: i64 = 1_000_000_000_000_000;

code_set! {
    /// How far a campaign has come.
    pub enum CampaignState {
        /// Being prepared: no phone has its form yet.
        Planned,
        /// In the field.
        Running,
        /// Over: what still comes from phones is taken in and marked as late.
        Closed,
    }
}

/// What may be written of a campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignDraft {
    #[schema(example = "Pemetaan IKM Sidoarjo 2026")]
    pub name: String,
    pub from: NaiveDate,
    pub until: NaiveDate,
    /// Of any level; the villages in them are the campaign's.
    #[schema(value_type = Vec<String>, example = json!(["35.15.06", "35.15.08"]))]
    pub regions: Vec<RegionCode>,
    /// Id of a version of a questionnaire.
    pub questionnaire: Uuid,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<Team>,
    /// In rupiah.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, example = 250_000_000)]
    pub budget: Option<i64>,
    /// Where the budget is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "DPA Disperindag 2026, kegiatan 3.31.02")]
    pub budget_source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Enumerators who go together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Team {
    pub name: String,
    /// E-mail addresses of accounts.
    pub members: Vec<String>,
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Campaign {
    pub id: Uuid,
    pub revision: i32,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub updated_at: DateTime<Utc>,
    pub state: CampaignState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
    /// The campaign that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clone_of: Option<Uuid>,
    #[serde(flatten)]
    pub draft: CampaignDraft,
}

/// What is expected in a village.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    #[schema(value_type = String, example = "35.15.06.2001")]
    pub village: RegionCode,
    /// How many enterprises; null where nobody knows.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub expected: Option<i32>,
    /// Where that is from; a must where `expected` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "BPS, Sensus Ekonomi 2026")]
    pub source: Option<String>,
}

/// Who goes to a village.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    #[schema(value_type = String, example = "35.15.06.2001")]
    pub village: RegionCode,
    /// E-mail address of the account.
    pub enumerator: String,
}

code_set! {
    /// Whom a visit was to.
    pub enum VisitKind {
        /// An enterprise that nobody knew.
        New,
        /// One that was known.
        Revisit,
        /// A village where there is none: a confirmed zero.
        None,
    }
}

code_set! {
    /// What came of a visit in the field. `closed` and `moved` are reports: the desk decides.
    pub enum Finding {
        Found,
        NotFound,
        Refused,
        NeedsRevisit,
        Closed,
        Moved,
        NoEnterprises,
    }
}

code_set! {
    /// What became of a visit that was sent in.
    pub enum VisitState {
        /// Not all of it has come yet.
        Partial,
        /// In the record.
        Applied,
        /// The record was changed since the phone got it: somebody has to choose.
        Conflict,
        /// It breaks a rule that the record has; nothing of it is lost.
        Faulty,
        /// What it is about has not come yet.
        Waiting,
        /// Its correction came after it.
        Superseded,
        /// Looked at and left aside.
        Dismissed,
    }
}

impl CampaignDraft {
    /// All that is wrong with it.
    pub fn faults(&self, reference: &Reference) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut text = |field: &str, text: &str, max: usize| {
            if text.trim().is_empty() {
                faults.push(FieldFault::new(field, Fault::Required));
            } else if text.chars().count() > max {
                faults.push(FieldFault::new(field, Fault::TooLong { max }));
            }
        };
        text("name", &self.name, MAX_NAME);
        if let Some(note) = &self.note {
            text("note", note, MAX_NOTE);
        }
        if let Some(source) = &self.budget_source {
            text("budget_source", source, MAX_NAME);
        }
        for (place, team) in self.teams.iter().enumerate() {
            text(&format!("teams[{place}].name"), &team.name, MAX_NAME);
        }
        for (place, team) in self.teams.iter().enumerate() {
            let same = |other: &Team| other.name.trim() == team.name.trim();
            if let Some(first) = self.teams[..place].iter().position(same) {
                let (value, first) = (team.name.clone(), first + 1);
                let field = format!("teams[{place}].name");
                faults.push(FieldFault::new(field, Fault::Repeated { value, first }));
            }
            if team.members.len() > MAX_MEMBERS {
                let field = format!("teams[{place}].members");
                faults.push(FieldFault::new(field, Fault::TooMany { max: MAX_MEMBERS }));
            }
        }
        if self.until < self.from {
            let (value, min) = (self.until.to_string(), self.from.to_string());
            let fault = Fault::OutOfRange { value, min, max: "…".into() };
            faults.push(FieldFault::new("until", fault));
        }
        if self.regions.is_empty() {
            faults.push(FieldFault::new("regions", Fault::Required));
        }
        for (field, length, max) in
            [("regions", self.regions.len(), MAX_REGIONS), ("teams", self.teams.len(), MAX_TEAMS)]
        {
            if length > max {
                faults.push(FieldFault::new(field, Fault::TooMany { max }));
            }
        }
        for (place, region) in self.regions.iter().enumerate() {
            faults.extend(region_fault(&format!("regions[{place}]"), region, reference));
        }
        if let Some(budget) = self.budget.filter(|budget| !(0..=MAX_BUDGET).contains(budget)) {
            let (value, min, max) = (budget.to_string(), "0".into(), MAX_BUDGET.to_string());
            faults.push(FieldFault::new("budget", Fault::OutOfRange { value, min, max }));
        }
        if self.budget_source.is_some() && self.budget.is_none() {
            let fault = Fault::Together { with: "budget" };
            faults.push(FieldFault::new("budget_source", fault));
        }
        faults
    }

    /// Whether a region lies in it.
    pub fn covers(&self, region: &RegionCode) -> bool {
        self.regions.iter().any(|own| own.contains(region))
    }

    /// Whether it and an area have something in common.
    pub fn touches(&self, area: Option<&RegionCode>) -> bool {
        area.is_none_or(|area| {
            self.regions.iter().any(|own| own.contains(area) || area.contains(own))
        })
    }

    /// Whether all of it lies in an area.
    pub fn lies_in(&self, area: Option<&RegionCode>) -> bool {
        area.is_none_or(|area| self.regions.iter().all(|own| area.contains(own)))
    }

    /// Its villages, in the order of their codes.
    pub fn villages<'a>(
        &'a self,
        reference: &'a Reference,
    ) -> impl Iterator<Item = &'a RegionCode> + 'a {
        let gazetteer = reference.gazetteer.regions().iter();
        gazetteer
            .filter(|region| region.code.level() == Level::Village && self.covers(&region.code))
            .map(|region| &region.code)
    }

    /// The narrowest region that has all of it.
    pub fn region(&self) -> Option<RegionCode> {
        let first = self.regions.first()?;
        let wider = std::iter::successors(Some(first.clone()), RegionCode::parent);
        let holds = |region: &RegionCode| self.regions.iter().all(|own| region.contains(own));
        wider.into_iter().find(holds).or_else(|| PROVINCE.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(regions: &[&str]) -> CampaignDraft {
        serde_json::from_value(serde_json::json!({
            "name": "Pemetaan", "from": "2026-11-01", "until": "2026-11-30", "regions": regions,
            "questionnaire": Uuid::nil()
        }))
        .expect("a draft")
    }

    #[test]
    fn a_campaign_touches_areas_and_lies_in_some() {
        let two = draft(&["35.15.06", "35.15.08"]);
        let area = |code: &str| Some(code.parse::<RegionCode>().expect("a code"));
        assert!(two.touches(area("35.15").as_ref()) && two.lies_in(area("35.15").as_ref()));
        assert!(two.touches(area("35.15.06").as_ref()) && !two.lies_in(area("35.15.06").as_ref()));
        assert!(!two.touches(area("35.16").as_ref()));
        assert!(two.touches(None) && two.lies_in(None));
        assert_eq!(two.region().map(|region| region.to_string()), Some("35.15".into()));
    }

    #[test]
    fn what_is_wrong_is_told_at_once() {
        let odd = CampaignDraft {
            name: " ".into(),
            from: "2026-12-01".parse().expect("a day"),
            budget: Some(-1),
            budget_source: Some(" ".into()),
            teams: ["Utara", "Utara "]
                .map(|name| Team { name: name.into(), members: Vec::new() })
                .into(),
            ..draft(&["35.99"])
        };
        let told: Vec<String> =
            odd.faults(&Reference::default()).into_iter().map(|found| found.field).collect();
        assert_eq!(
            told,
            ["name", "budget_source", "teams[1].name", "until", "regions[0]", "budget"]
        );
    }
}

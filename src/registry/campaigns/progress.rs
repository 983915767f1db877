//! Who may be sent out in a campaign, and what those who were sent have done: each of them, and each
//! team.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{area_of, seen_campaign};
use crate::db;
use crate::db::campaigns::report::Worked;
use crate::db::campaigns::visits::Daily;
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Role, Visibility};
use crate::domain::campaign::Team;
use crate::domain::region::RegionCode;
use crate::registry::{Registry, RegistryError};

/// Somebody who may be sent to villages of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// E-mail address of the account.
    pub enumerator: String,
    pub name: Option<String>,
}

/// What a team did; a village that two of it visited is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamProgress {
    /// None: those who are in none.
    pub team: Option<String>,
    pub members: usize,
    pub visits: i64,
    pub new: i64,
    pub revisits: i64,
    pub villages: usize,
    pub last: Option<NaiveDate>,
}

impl Registry {
    /// Those who may be sent to villages of a campaign in the own area, by name: their addresses and
    /// names, nothing else of their accounts.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn candidates_of_campaign(
        &self,
        actor: &Actor,
        id: Uuid,
    ) -> Result<Vec<Candidate>, RegistryError> {
        actor.require(Right::ManageCampaigns)?;
        self.db.read(|connection| {
            let campaign = seen_campaign(connection, actor, id)?;
            let own = area_of(actor);
            // Of each of the campaign's regions as much as is theirs.
            let places: Vec<RegionCode> = (campaign.draft.regions.into_iter())
                .filter_map(|region| match &own {
                    None => Some(region),
                    Some(own) if own.contains(&region) => Some(region),
                    Some(own) => region.contains(own).then(|| own.clone()),
                })
                .collect();
            let roles = [Role::Enumerator, Role::CooperativeOfficer].map(<&str>::from);
            let mut found: Vec<Candidate> = db::users::open_with_roles(connection, &roles)?
                .into_iter()
                .filter(|user| {
                    let Some(area) = &user.area else { return true };
                    let Ok(area) = area.parse::<RegionCode>() else { return false };
                    places.iter().any(|place| area.contains(place) || place.contains(&area))
                })
                .map(|user| Candidate { enumerator: user.email, name: user.name })
                .collect();
            let shown =
                |one: &Candidate| one.name.as_deref().unwrap_or(&one.enumerator).to_lowercase();
            found.sort_by(|one, other| shown(one).cmp(&shown(other)).then(one.cmp(other)));
            Ok(found)
        })
    }

    /// What each enumerator did on each day, and what each team did: of an enumerator, their own
    /// days.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn progress(
        &self,
        actor: &Actor,
        id: Uuid,
    ) -> Result<(Vec<Daily>, Vec<TeamProgress>), RegistryError> {
        actor.require(Right::ReadInternal)?;
        self.db.read(|connection| {
            let campaign = seen_campaign(connection, actor, id)?;
            let area = area_of(actor).map(|area| area.to_string()).unwrap_or_default();
            let id = id.to_string();
            let mut days = db::campaigns::visits::daily(connection, &id, &area)?;
            if let Visibility::Own { author, .. } = actor.visibility() {
                days.retain(|day| day.enumerator == author);
                return Ok((days, Vec::new()));
            }
            let worked = db::campaigns::report::worked(connection, &id, &area)?;
            Ok((days, by_team(&campaign.draft.teams, &worked)))
        })
    }
}

/// Somebody in two teams counts in both; those in none stand last, if they did anything.
fn by_team(teams: &[Team], worked: &[Worked]) -> Vec<TeamProgress> {
    if teams.is_empty() {
        return Vec::new();
    }
    let mut of_person: HashMap<&str, Vec<&Worked>> = HashMap::new();
    for entry in worked {
        of_person.entry(&entry.enumerator).or_default().push(entry);
    }
    let sum = |team: Option<&str>, members: &HashSet<&str>| {
        let done: Vec<&Worked> =
            members.iter().filter_map(|one| of_person.get(*one)).flatten().copied().collect();
        let villages: HashSet<&str> = done.iter().map(|entry| entry.village.as_str()).collect();
        TeamProgress {
            team: team.map(str::to_owned),
            members: members.len(),
            visits: done.iter().map(|entry| entry.visits).sum(),
            new: done.iter().map(|entry| entry.new).sum(),
            revisits: done.iter().map(|entry| entry.revisits).sum(),
            villages: villages.len(),
            last: done.iter().map(|entry| entry.last).max(),
        }
    };
    let placed: HashSet<&str> =
        teams.iter().flat_map(|team| &team.members).map(String::as_str).collect();
    let mut all: Vec<TeamProgress> = teams
        .iter()
        .map(|team| sum(Some(&team.name), &team.members.iter().map(String::as_str).collect()))
        .collect();
    let rest: HashSet<&str> =
        of_person.keys().copied().filter(|person| !placed.contains(person)).collect();
    if !rest.is_empty() {
        all.push(sum(None, &rest));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_village_of_two_is_one_of_their_team_and_who_is_in_none_stands_last() {
        let worked = |enumerator: &str, village: &str, visits| Worked {
            enumerator: enumerator.into(),
            village: village.into(),
            visits,
            new: 1,
            revisits: visits - 1,
            last: NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day"),
        };
        let all =
            [worked("a", "1", 3), worked("b", "1", 2), worked("b", "2", 1), worked("c", "3", 4)];
        let team = |name: &str, members: &[&str]| Team {
            name: name.into(),
            members: members.iter().map(|member| (*member).to_owned()).collect(),
        };
        let told = by_team(&[team("Utara", &["a", "b"]), team("Selatan", &["d"])], &all);
        let told: Vec<_> = told
            .iter()
            .map(|one| (one.team.as_deref(), one.members, one.visits, one.villages))
            .collect();
        assert_eq!(told, [(Some("Utara"), 2, 6, 2), (Some("Selatan"), 1, 0, 0), (None, 1, 4, 1)]);
        assert_eq!(by_team(&[], &all), []);
    }
}

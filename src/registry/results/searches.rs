//! Searches for possible sentra: asked for here, done by a thread of this or another process.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{SEARCH, searched_area};
use crate::db;
use crate::db::candidate_searches::{NewSearch, SearchRow};
use crate::domain::actor::Actor;
use crate::domain::candidate::{CandidateSearchState as State, Counts, LEAST_UNITS};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::region::{PROVINCE, RegionCode};
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError};

const EPS_M: std::ops::RangeInclusive<u32> = 50..=5_000;
const DEFAULT_EPS_M: u32 = 500;
const MOST_PRODUCERS: u32 = 1_000;

/// What is to be searched for.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CandidateSearchAsked)]
pub struct AskedSearch {
    /// A commodity's code; without one each commodity by itself.
    #[serde(default)]
    #[schema(example = "tas")]
    pub commodity: Option<String>,
    /// Within the caller's area; all of it unless told.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "35.15")]
    pub region: Option<RegionCode>,
    /// How near producers stand to one another, in metres; 500 unless told.
    #[serde(default)]
    #[schema(minimum = 50, maximum = 5000)]
    pub eps_m: Option<u32>,
    /// So many within that distance make a cluster; 5 unless told, as PP 29/2018 asks for.
    #[serde(default)]
    #[schema(minimum = 5, maximum = 1000)]
    pub min_producers: Option<u32>,
}

/// A search, as somebody sees it.
#[derive(Debug, Clone)]
pub struct Search {
    pub id: Uuid,
    pub region: RegionCode,
    pub commodity: Option<String>,
    pub eps_m: i32,
    pub min_producers: i32,
    pub state: State,
    pub by: String,
    /// Producers done and in all, while it runs.
    pub progress: Option<(u64, u64)>,
    /// Once it is done.
    pub counts: Option<Counts>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// A page of searches.
pub struct SearchPage {
    pub items: Vec<Search>,
    /// Key of the last one, if there are more.
    pub next: Option<i64>,
}

impl Registry {
    /// Asks for a search. The same one, if it is waiting or runs already, is not asked for twice.
    ///
    /// # Errors
    /// Not allowed, also outside the area; every parameter that will not do.
    pub fn search_candidates(
        &self,
        actor: &Actor,
        asked: AskedSearch,
    ) -> Result<Search, RegistryError> {
        let area = searched_area(actor)?;
        let new = self.checked_search(actor, area.as_ref(), asked)?;
        self.db.write(|tx| {
            if let Some(same) = db::candidate_searches::same_alive(tx, &new)? {
                return search(same);
            }
            db::candidate_searches::insert(tx, &new)?;
            let row = db::candidate_searches::by_id(tx, &new.id)?;
            search(row.ok_or(RegistryError::Internal("what was just kept is there"))?)
        })
    }

    fn checked_search(
        &self,
        actor: &Actor,
        area: Option<&RegionCode>,
        asked: AskedSearch,
    ) -> Result<NewSearch, RegistryError> {
        let reference = self.reference();
        let province = || PROVINCE.parse().ok();
        let region = asked.region.or_else(|| area.cloned()).or_else(province);
        let region = region.ok_or(RegistryError::Internal("the province has a code"))?;
        let mut faults = Vec::new();
        if reference.gazetteer.get(&region).is_none() {
            let value = region.to_string();
            faults.push(FieldFault::new("region", Fault::RegionUnknown { value }));
        } else if area.is_some_and(|area| !area.contains(&region)) {
            return Err(RegistryError::Forbidden);
        }
        if let Some(code) = &asked.commodity
            && reference.commodity(code).is_none()
        {
            let (value, allowed) = (code.clone(), String::new());
            faults.push(FieldFault::new("commodity", Fault::UnknownCode { value, allowed }));
        }
        let eps_m = asked.eps_m.unwrap_or(DEFAULT_EPS_M);
        let least = u32::try_from(LEAST_UNITS).unwrap_or_default();
        let min_producers = asked.min_producers.unwrap_or(least);
        for (field, number, range) in
            [("eps_m", eps_m, EPS_M), ("min_producers", min_producers, least..=MOST_PRODUCERS)]
        {
            if !range.contains(&number) {
                let (min, max) = (range.start().to_string(), range.end().to_string());
                let fault = Fault::OutOfRange { value: number.to_string(), min, max };
                faults.push(FieldFault::new(field, fault));
            }
        }
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        let now = self.clock.now();
        let whole = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        Ok(NewSearch {
            id: new_id(now).to_string(),
            region: region.to_string(),
            commodity: asked.commodity,
            eps_m: whole(eps_m),
            min_producers: whole(min_producers),
            state: <&str>::from(State::Waiting).to_owned(),
            asked_by: actor.name().to_owned(),
            done: 0,
            total: 0,
            counts: "null".to_owned(),
            attempts: 0,
            created_at: now.naive_utc(),
            updated_at: now.naive_utc(),
        })
    }

    /// A page of the searches in the actor's area, the newest first.
    ///
    /// # Errors
    /// Not allowed; the database's.
    pub fn candidate_searches(
        &self,
        actor: &Actor,
        below: Option<i64>,
        limit: usize,
    ) -> Result<SearchPage, RegistryError> {
        let area = searched_area(actor)?;
        // One more tells whether there is a next page.
        let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut rows = self.db.read(|connection| {
            let area = area.as_ref().map(RegionCode::as_str);
            db::candidate_searches::list(connection, area, below, most)
        })?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| row.key);
        let items = rows.into_iter().map(search).collect::<Result<_, _>>()?;
        Ok(SearchPage { items, next })
    }

    /// One search in the actor's area.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn candidate_search(&self, actor: &Actor, id: Uuid) -> Result<Search, RegistryError> {
        let area = searched_area(actor)?;
        let row = self
            .db
            .read(|connection| db::candidate_searches::by_id(connection, &id.to_string()))?;
        search(theirs(row, area.as_ref(), id)?)
    }

    /// Stops a search: what it has found so far is forgotten.
    ///
    /// # Errors
    /// Not allowed; not found; at its end already.
    pub fn stop_candidate_search(&self, actor: &Actor, id: Uuid) -> Result<Search, RegistryError> {
        let area = searched_area(actor)?;
        let text = id.to_string();
        self.db.write(|tx| {
            let row = db::candidate_searches::for_update(tx, &text)?;
            let row = theirs(row, area.as_ref(), id)?;
            let to = match state(&row)? {
                State::Waiting => State::Stopped,
                State::Running => State::Stopping,
                State::Stopping => return search(row),
                at => {
                    let (action, field) = ("stop", "state");
                    return Err(RegistryError::WrongTransition { action, field, value: at.into() });
                }
            };
            let now = self.clock.now_naive();
            db::candidate_searches::settle(tx, &text, to.into(), None, now)?;
            let row = db::candidate_searches::by_id(tx, &text)?;
            search(theirs(row, area.as_ref(), id)?)
        })
    }
}

/// A search that is of an area, or none.
fn theirs(
    row: Option<SearchRow>,
    area: Option<&RegionCode>,
    id: Uuid,
) -> Result<SearchRow, RegistryError> {
    let inside = |row: &SearchRow| {
        area.is_none_or(|area| row.region.parse().is_ok_and(|region| area.contains(&region)))
    };
    row.filter(inside)
        .ok_or_else(|| RegistryError::DocumentNotFound { entity: SEARCH, id: id.to_string() })
}

pub(super) fn state(row: &SearchRow) -> Result<State, RegistryError> {
    row.state.parse().map_err(|_| RegistryError::Internal("a stored state of a search is known"))
}

fn search(row: SearchRow) -> Result<Search, RegistryError> {
    let malformed = RegistryError::Internal("a stored search can be read");
    let state = state(&row)?;
    let (Ok(id), Ok(region)) = (row.id.parse(), row.region.parse()) else { return Err(malformed) };
    let whole = |number: i64| u64::try_from(number).unwrap_or_default();
    let runs = matches!(state, State::Waiting | State::Running | State::Stopping);
    Ok(Search {
        id,
        region,
        commodity: row.commodity,
        eps_m: row.eps_m,
        min_producers: row.min_producers,
        state,
        by: row.asked_by,
        progress: runs.then(|| (whole(row.done), whole(row.total))),
        counts: serde_json::from_str(&row.counts)?,
        created_at: row.created_at.and_utc(),
        updated_at: row.updated_at.and_utc(),
        finished_at: row.finished_at.map(|at| at.and_utc()),
    })
}

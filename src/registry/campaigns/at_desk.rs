//! Visits as a desk looks at them: those of a record beside it, and those that were held in a queue
//! of their own.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::area_of;
use super::plausibility::{DoubtKind, village_point};
use super::resolving::HELD;
use super::visits::FieldVisit;
use crate::db::campaigns::at_desk;
use crate::db::campaigns::visits::VisitRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::campaign::VisitState;
use crate::domain::region::RegionCode;
use crate::geography::distance_m;
use crate::registry::desk::names_of;
use crate::registry::duplicates::decided_area;
use crate::registry::{Registry, RegistryError};

/// A visit to the record that is looked at.
pub struct DeskVisit {
    pub visit: FieldVisit,
    /// Names of the photos that came.
    pub photos: Vec<String>,
    /// Why somebody should look.
    pub doubts: Vec<DoubtKind>,
    /// From the point of the village, where its own is known.
    pub village_distance_m: Option<f64>,
    /// The reader sent it in: somebody else decides.
    pub own: bool,
}

/// How many submissions are held in an area, by why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeldCounts {
    pub conflict: i64,
    pub faulty: i64,
    pub waiting: i64,
}

/// Which submissions that are held are asked for.
#[derive(Debug, Clone, Default)]
pub struct HeldQuery {
    /// None: all in which somebody has to choose.
    pub states: Vec<VisitState>,
    pub region: Option<RegionCode>,
    /// Key of the last one of the page before.
    pub above: Option<i64>,
    pub limit: usize,
}

/// A submission that is held.
pub struct HeldVisit {
    pub visit: FieldVisit,
    /// What the enterprise is called: as the record has it, or else as it was sent.
    pub name: Option<String>,
    /// The reader sent it in: somebody else decides.
    pub own: bool,
}

/// A page of them.
pub struct HeldPage {
    pub items: Vec<HeldVisit>,
    pub next: Option<i64>,
    /// Of the whole region, whatever the states that are asked for.
    pub counts: HeldCounts,
}

impl Registry {
    /// The visits to a record in the reader's area, the newest first, also those that are held.
    pub(in crate::registry) fn visits_at_desk(
        &self,
        actor: &Actor,
        enterprise: Uuid,
    ) -> Result<Vec<DeskVisit>, RegistryError> {
        let area = area_of(actor).map(|area| area.to_string()).unwrap_or_default();
        let (rows, photos, traces) = self.db.read(|connection| {
            let rows = at_desk::of_record(connection, &enterprise.to_string(), &area)?;
            let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
            let photos = at_desk::photos_of(connection, &ids)?;
            // What is doubtful shows beside the same enumerator's other visits.
            let of: HashSet<(&str, &str)> = rows
                .iter()
                .map(|row| (row.campaign_id.as_str(), row.enumerator.as_str()))
                .collect();
            let mut traces = Vec::new();
            for (campaign, enumerator) in of {
                let own = Some(enumerator);
                traces.push(db::campaigns::visits::traces(connection, campaign, &area, own)?);
            }
            Ok::<_, RegistryError>((rows, photos, traces))
        })?;
        let doubts = traces.iter().flat_map(|traces| self.doubts_of(traces));
        let mut doubts: HashMap<String, Vec<DoubtKind>> =
            doubts.map(|doubt| (doubt.visit, doubt.kinds)).collect();
        let mut names: HashMap<String, Vec<String>> = HashMap::new();
        for photo in photos {
            names.entry(photo.visit_id).or_default().push(photo.name);
        }
        let reference = self.reference();
        let told = |row: VisitRow| {
            let at = row.lon.zip(row.lat);
            let village = village_point(&reference, &row.village);
            Ok::<_, RegistryError>(DeskVisit {
                photos: names.remove(&row.id).unwrap_or_default(),
                doubts: doubts.remove(&row.id).unwrap_or_default(),
                village_distance_m: village.zip(at).map(|(village, at)| distance_m(village, at)),
                own: row.enumerator == actor.name(),
                visit: row.try_into()?,
            })
        };
        rows.into_iter().map(told).collect()
    }

    /// How many submissions are held in the reader's area.
    pub(in crate::registry) fn held_counts(
        &self,
        actor: &Actor,
    ) -> Result<HeldCounts, RegistryError> {
        let area = area_of(actor).map(|area| area.to_string()).unwrap_or_default();
        self.db.read(|connection| counts(connection, &area))
    }

    /// A page of what is held in the reader's area, the first that came first.
    ///
    /// # Errors
    /// Not theirs to decide.
    pub fn held_visits(&self, actor: &Actor, query: &HeldQuery) -> Result<HeldPage, RegistryError> {
        decided_area(actor)?;
        // The narrower of the two; of two that do not meet, none.
        let region = match (area_of(actor), query.region.clone()) {
            (Some(own), Some(region)) if own.contains(&region) => region.to_string(),
            (Some(own), Some(region)) if region.contains(&own) => own.to_string(),
            (Some(_), Some(_)) => {
                let counts = HeldCounts::default();
                return Ok(HeldPage { items: Vec::new(), next: None, counts });
            }
            (own, region) => own.or(region).map(|area| area.to_string()).unwrap_or_default(),
        };
        let asked = if query.states.is_empty() { &HELD[..] } else { &query.states };
        let limit = i64::try_from(query.limit + 1).unwrap_or(i64::MAX);
        self.db.read(|connection| {
            let counts = counts(connection, &region)?;
            let above = query.above.unwrap_or(0);
            let mut rows = at_desk::held(connection, &texts(asked), &region, above, limit)?;
            let more = rows.len() > query.limit;
            rows.truncate(query.limit);
            let next = rows.last().filter(|_| more).map(|row| row.key);
            let mut items = Vec::new();
            let meant: Vec<String> =
                rows.iter().filter_map(|row| row.enterprise_id.clone()).collect();
            let recorded = names_of(connection, &actor.visibility(), &meant)?;
            for row in rows {
                let known = row.enterprise_id.as_ref().and_then(|id| recorded.get(id).cloned());
                let name = match known {
                    Some(name) => Some(name),
                    None => self.sent_name(connection, &row)?,
                };
                let own = row.enumerator == actor.name();
                items.push(HeldVisit { visit: row.try_into()?, name, own });
            }
            Ok(HeldPage { items, next, counts })
        })
    }

    /// What the enterprise is called in a submission. None where it says nothing, or is gone.
    fn sent_name(
        &self,
        connection: &mut AnyConnection,
        row: &VisitRow,
    ) -> Result<Option<String>, RegistryError> {
        if row.submission.is_none() {
            return Ok(None);
        }
        let mut submission = self.submission_of(connection, row)?;
        Ok(submission.answers.values.remove("name").filter(|name| !name.is_empty()))
    }
}

fn texts(states: &[VisitState]) -> Vec<String> {
    states.iter().map(|state| <&str>::from(*state).to_owned()).collect()
}

fn counts(connection: &mut AnyConnection, area: &str) -> Result<HeldCounts, RegistryError> {
    let mut counts = HeldCounts::default();
    for (state, count) in at_desk::counted_by_state(connection, &texts(&HELD), area)? {
        match state.parse() {
            Ok(VisitState::Conflict) => counts.conflict = count,
            Ok(VisitState::Faulty) => counts.faulty = count,
            Ok(VisitState::Waiting) => counts.waiting = count,
            _ => {}
        }
    }
    Ok(counts)
}

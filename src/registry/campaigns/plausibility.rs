//! What makes a visit doubtful: somebody should look, nothing more is said. The bounds are ours, set
//! with enumerators' days in mind: an interview takes minutes, and a village is a few kilometres.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{area_of, seen_campaign};
use crate::db::campaigns::visits::Trace;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::codes::code_set;
use crate::domain::questionnaire::{Answer, Answers, field};
use crate::domain::reference::Reference;
use crate::domain::text::hex;
use crate::geography::distance_m as distance;
use crate::registry::{Registry, RegistryError};

/// An interview with a producer takes longer.
const SHORTEST: i64 = 120;
/// Nobody goes faster from one to the next, in kilometres an hour.
const FASTEST: f64 = 90.0;
/// Visits at one point, to a metre, that are too many.
const AT_ONE_POINT: usize = 3;
/// From the village's own point, in metres.
const FAR: f64 = 10_000.0;
/// Worse is of no use, in metres.
const INACCURATE: f64 = 50.0;
/// So many answers the same, but for the names, are no coincidence.
const FEWEST_ANSWERS: usize = 6;

code_set! {
    /// Why a visit is doubtful.
    pub enum DoubtKind {
        /// The interview was shorter than two minutes.
        TooShort,
        /// The way from the visit before would have been faster than 90 km/h.
        TooFast,
        /// Three visits or more to different enterprises stand at one point.
        SamePoint,
        /// The answers, names aside, are those of another visit.
        Copied,
        /// More than 10 km from the village.
        FarFromVillage,
        /// The position is worse than 50 m.
        Inaccurate,
        /// Nobody took the position of an enterprise that was found.
        NoPosition,
    }
}

/// A doubtful visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    pub visit: String,
    pub enumerator: String,
    pub village: String,
    pub enterprise: Option<String>,
    pub kinds: Vec<DoubtKind>,
}

/// A fingerprint of what copies have in common: all answers but names, positions and photos. None
/// where too little was answered to tell.
pub(super) fn likeness(answers: &Answers) -> Option<String> {
    let own = ["name", "owner_name", "owner_nik", "owner_birth_date", "nib"];
    let mut said: Vec<String> = answers
        .values
        .iter()
        .filter(|(name, text)| !own.contains(&name.as_str()) && !text.is_empty())
        .filter(|(name, _)| {
            field(name).is_none_or(|field| !matches!(field.answer, Answer::Point | Answer::Photo))
        })
        .map(|(name, text)| format!("{name}={text}"))
        .collect();
    for (place, product) in answers.products.iter().enumerate() {
        let given = product.iter().filter(|(_, text)| !text.is_empty());
        said.extend(given.map(|(name, text)| format!("{place}.{name}={text}")));
    }
    if said.len() < FEWEST_ANSWERS {
        return None;
    }
    said.sort();
    Some(hex(&Sha256::digest(said.join("\n"))[..16]))
}

/// Which doubtful visits are asked for.
#[derive(Debug, Clone)]
pub struct DoubtQuery {
    pub campaign: Uuid,
    /// Of one enumerator, or of all.
    pub enumerator: Option<String>,
    /// The visit that ended the page before.
    pub after: Option<String>,
    pub limit: usize,
}

impl DoubtQuery {
    fn asks_for(&self, enumerator: &str) -> bool {
        self.enumerator.as_deref().is_none_or(|name| name == enumerator)
    }
}

/// A page of them.
#[derive(Debug, Clone, PartialEq)]
pub struct DoubtPage {
    pub items: Vec<Doubt>,
    /// The last visit of the page, where others follow.
    pub next: Option<String>,
}

impl Registry {
    /// The doubtful visits of a campaign in somebody's area, by enumerator and time. Every doubt is
    /// about the visits of one enumerator, so a page reads no more of them than it takes to fill it.
    ///
    /// # Errors
    /// Not allowed; not found; the cursor is of no visit that is asked for.
    pub fn doubts(&self, actor: &Actor, query: &DoubtQuery) -> Result<DoubtPage, RegistryError> {
        actor.require(Right::ManageCampaigns)?;
        self.db.read(|connection| {
            seen_campaign(connection, actor, query.campaign)?;
            let area = area_of(actor).map(|area| area.to_string()).unwrap_or_default();
            let id = query.campaign.to_string();
            let mut after = query.after.as_deref();
            let mut person = match after {
                None => next_person(connection, query, &area, "")?,
                Some(visit) => match db::campaigns::visits::by_id(connection, visit)? {
                    Some(visit) if visit.campaign_id == id && query.asks_for(&visit.enumerator) => {
                        Some(visit.enumerator)
                    }
                    _ => return Err(RegistryError::strange_cursor(visit)),
                },
            };
            let mut items = Vec::new();
            while let Some(name) = person {
                let traces = db::campaigns::visits::traces(connection, &id, &area, Some(&name))?;
                let told = self.doubts_of(&traces);
                // Where nobody doubts that visit any more, the enumerator's others are told again
                // rather than left out.
                let seen = after
                    .take()
                    .and_then(|visit| told.iter().position(|doubt| doubt.visit == visit));
                items.extend(told.into_iter().skip(seen.map_or(0, |place| place + 1)));
                if items.len() > query.limit {
                    break;
                }
                person = next_person(connection, query, &area, &name)?;
            }
            let more = items.len() > query.limit;
            items.truncate(query.limit);
            let next = items.last().filter(|_| more).map(|last| last.visit.clone());
            Ok(DoubtPage { items, next })
        })
    }

    /// What is doubtful about visits of one campaign.
    pub(super) fn doubts_of(&self, traces: &[Trace]) -> Vec<Doubt> {
        let reference = self.reference();
        doubts(traces, &|code| village_point(&reference, code))
    }
}

/// The enumerator after one, in the order of their names; the one asked for before all.
fn next_person(
    connection: &mut AnyConnection,
    query: &DoubtQuery,
    area: &str,
    after: &str,
) -> Result<Option<String>, RegistryError> {
    match &query.enumerator {
        Some(name) if after.is_empty() => Ok(Some(name.clone())),
        Some(_) => Ok(None),
        None => {
            let id = query.campaign.to_string();
            Ok(db::campaigns::visits::next_enumerator(connection, &id, area, after)?)
        }
    }
}

/// Where a village is.
pub(super) fn village_point(reference: &Reference, code: &str) -> Option<(f64, f64)> {
    let region = reference.gazetteer.get(&code.parse().ok()?)?;
    Some((region.lon, region.lat))
}

pub(super) fn doubts(traces: &[Trace], village: &dyn Fn(&str) -> Option<(f64, f64)>) -> Vec<Doubt> {
    let mut kinds: BTreeMap<usize, Vec<DoubtKind>> = BTreeMap::new();
    let mut doubt = |place: usize, kind| kinds.entry(place).or_default().push(kind);
    let mut points: HashMap<(&str, i64, i64), Vec<usize>> = HashMap::new();
    let mut copies: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (place, trace) in traces.iter().enumerate() {
        let found = trace.outcome == "found";
        if found && seconds(trace).is_some_and(|seconds| (0..SHORTEST).contains(&seconds)) {
            doubt(place, DoubtKind::TooShort);
        }
        if let Some(previous) = place.checked_sub(1).map(|place| &traces[place])
            && previous.enumerator == trace.enumerator
            && is_too_fast(previous, trace)
        {
            doubt(place, DoubtKind::TooFast);
        }
        let at = trace.lon.zip(trace.lat);
        match at {
            Some((lon, lat)) => {
                if village(&trace.village).is_some_and(|own| distance(own, (lon, lat)) > FAR) {
                    doubt(place, DoubtKind::FarFromVillage);
                }
                if trace.accuracy_m.is_some_and(|metres| metres > INACCURATE) {
                    doubt(place, DoubtKind::Inaccurate);
                }
                // A metre is about a hundred-thousandth of a degree.
                #[expect(clippy::cast_possible_truncation, reason = "degrees times 100,000")]
                let cell = ((lon * 1e5).round() as i64, (lat * 1e5).round() as i64);
                points.entry((&trace.enumerator, cell.0, cell.1)).or_default().push(place);
            }
            None if found => doubt(place, DoubtKind::NoPosition),
            None => {}
        }
        if let Some(likeness) = &trace.likeness {
            copies.entry((&trace.enumerator, likeness)).or_default().push(place);
        }
    }
    let different = |places: &[usize]| {
        let mut ids: Vec<&str> =
            places.iter().filter_map(|place| traces[*place].enterprise_id.as_deref()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    };
    for places in points.values().filter(|places| different(places) >= AT_ONE_POINT) {
        for place in places {
            doubt(*place, DoubtKind::SamePoint);
        }
    }
    for places in copies.values().filter(|places| different(places) > 1) {
        for place in places {
            doubt(*place, DoubtKind::Copied);
        }
    }
    let told = |(place, mut kinds): (usize, Vec<DoubtKind>)| {
        kinds.sort();
        let trace = &traces[place];
        Doubt {
            visit: trace.id.clone(),
            enumerator: trace.enumerator.clone(),
            village: trace.village.clone(),
            enterprise: trace.enterprise_id.clone(),
            kinds,
        }
    };
    kinds.into_iter().map(told).collect()
}

fn seconds(trace: &Trace) -> Option<i64> {
    Some((trace.ended_at? - trace.started_at?).num_seconds())
}

fn is_too_fast(previous: &Trace, trace: &Trace) -> bool {
    let at = |trace: &Trace| trace.lon.zip(trace.lat);
    let left: Option<NaiveDateTime> = previous.ended_at.or(previous.started_at);
    let (Some(from), Some(to), Some(left), Some(came)) =
        (at(previous), at(trace), left, trace.started_at)
    else {
        return false;
    };
    let metres = distance(from, to);
    #[expect(clippy::cast_precision_loss, reason = "seconds between two visits")]
    let hours = (came - left).num_seconds().max(1) as f64 / 3600.0;
    // Where the positions are that far apart at all.
    metres > 2_000.0 && metres / 1_000.0 / hours > FASTEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(number: u32, lon: f64, minutes: i64) -> Trace {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 26).expect("a day");
        let start = day.and_hms_opt(8, 0, 0).expect("a time") + chrono::TimeDelta::minutes(minutes);
        Trace {
            id: number.to_string(),
            enumerator: "ani".into(),
            village: "35.15.06.2001".into(),
            kind: "new".into(),
            outcome: "found".into(),
            enterprise_id: Some(number.to_string()),
            started_at: Some(start),
            ended_at: Some(start + chrono::TimeDelta::minutes(10)),
            lon: Some(lon),
            lat: Some(-7.5),
            accuracy_m: Some(5.0),
            visited_on: day,
            likeness: None,
        }
    }

    fn told(traces: &[Trace]) -> Vec<(String, Vec<DoubtKind>)> {
        let village = |_: &str| Some((112.7, -7.5));
        doubts(traces, &village).into_iter().map(|doubt| (doubt.visit, doubt.kinds)).collect()
    }

    #[test]
    fn an_ordinary_day_is_not_doubted() {
        let day: Vec<Trace> =
            (0..6).map(|n| trace(n, 112.7 + f64::from(n) * 0.001, i64::from(n) * 25)).collect();
        assert_eq!(told(&day), []);
    }

    #[test]
    fn each_doubt_is_told_of_the_visit_that_raises_it() {
        let mut day: Vec<Trace> = (0..3).map(|n| trace(n, 112.7, i64::from(n) * 30)).collect();
        assert_eq!(told(&day).len(), 3);
        day[1].ended_at = day[1].started_at.map(|at| at + chrono::TimeDelta::seconds(40));
        day[2].lon = Some(113.0);
        day[2].accuracy_m = Some(300.0);
        day[2].started_at = day[1].ended_at;
        let same = Some("x".to_owned());
        day[0].likeness.clone_from(&same);
        day[1].likeness = same;
        assert_eq!(
            told(&day),
            [
                ("0".to_owned(), vec![DoubtKind::Copied]),
                ("1".to_owned(), vec![DoubtKind::TooShort, DoubtKind::Copied]),
                (
                    "2".to_owned(),
                    vec![DoubtKind::TooFast, DoubtKind::FarFromVillage, DoubtKind::Inaccurate]
                ),
            ]
        );
    }
}

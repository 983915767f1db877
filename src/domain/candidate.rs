//! Possible sentra: producers of one commodity who stand close together, as a search found them and
//! as an office decides of them.

use std::collections::{BTreeMap, BTreeSet};

use geo::Intersects;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::code_set;
use super::document::responsible;
use super::region::{Level, RegionCode};
use super::sentra::SentraDraft;
use crate::geography;

/// PP 29/2018: at least so many units in one place with the same product, material or process.
pub const LEAST_UNITS: usize = 5;

code_set! {
    /// How a candidate stands.
    #[derive(Default)]
    pub enum CandidateStatus {
        #[default]
        Open,
        /// It was made a sentra.
        Confirmed,
        /// It is none, and is not offered again unless it grows by a fifth.
        Rejected,
    }
}

code_set! {
    /// How a search for candidates stands.
    pub enum CandidateSearchState {
        Waiting,
        Running,
        Stopping,
        Stopped,
        Done,
        Failed,
    }
}

/// What a search met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = CandidateCounts)]
pub struct Counts {
    /// Producers that are active, each once for each commodity.
    pub producers: usize,
    /// Of these left out: known to be in their village, but not where.
    pub village_only: usize,
    /// Of these left out: the point is not where they say that they are.
    pub doubtful: usize,
    /// Clusters: those below together.
    pub found: usize,
    pub new: usize,
    /// Open before, and found again.
    pub again: usize,
    /// They are sentra already by an earlier confirmation.
    pub confirmed: usize,
    /// They were rejected and have not grown by a fifth since.
    pub rejected: usize,
    /// Open before, and not there any more.
    pub gone: usize,
}

impl Counts {
    pub fn join(&mut self, more: &Self) {
        self.producers += more.producers;
        self.village_only += more.village_only;
        self.doubtful += more.doubtful;
        self.found += more.found;
        self.new += more.new;
        self.again += more.again;
        self.confirmed += more.confirmed;
        self.rejected += more.rejected;
        self.gone += more.gone;
    }
}

/// A producer of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub id: Uuid,
    /// As stated, a village where it is known.
    pub region: RegionCode,
}

/// Producers of one commodity who stand close together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// In the order of their ids.
    pub members: Vec<Member>,
    /// Of these verified.
    pub verified: usize,
    /// Positions that are not the same.
    pub places: usize,
    /// Sample data, not real ones.
    pub sample: bool,
    /// An outline that holds them all, a GeoJSON Polygon on a grid of about 220 metres.
    pub area: serde_json::Value,
}

impl Cluster {
    /// Members by their region, the most first.
    pub fn villages(&self) -> Vec<(RegionCode, usize)> {
        let mut counts: BTreeMap<&RegionCode, usize> = BTreeMap::new();
        for member in &self.members {
            *counts.entry(&member.region).or_default() += 1;
        }
        let mut villages: Vec<_> =
            counts.into_iter().map(|(region, count)| (region.clone(), count)).collect();
        villages.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        villages
    }

    /// Whose office decides of it: the regency of most members.
    pub fn responsible_region(&self) -> Option<RegionCode> {
        let mut counts: BTreeMap<RegionCode, usize> = BTreeMap::new();
        for member in &self.members {
            *counts.entry(responsible(&member.region)).or_default() += 1;
        }
        // Of several, the first by its code.
        counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(region, _)| region)
    }

    /// The narrowest region that holds all members, at most the regency whose office decides.
    pub fn region(&self) -> Option<RegionCode> {
        let regency = self.responsible_region()?;
        let mut held: Option<RegionCode> = None;
        for member in &self.members {
            held = Some(match held {
                None => member.region.clone(),
                Some(held) => common(&held, &member.region)?,
            });
        }
        held.filter(|held| regency.contains(held)).or(Some(regency))
    }

    /// Whether it is the other one over again: half of the smaller one's members are the other's.
    pub fn is_like(&self, other: &Self) -> bool {
        let ids: BTreeSet<Uuid> = other.members.iter().map(|member| member.id).collect();
        let shared = self.members.iter().filter(|member| ids.contains(&member.id)).count();
        shared > 0 && 2 * shared >= self.members.len().min(other.members.len())
    }

    /// Whether it has a fifth more members at least.
    pub fn has_grown_since(&self, other: &Self) -> bool {
        5 * self.members.len() >= 6 * other.members.len()
    }

    /// Whether all its members are of a region.
    pub fn lies_in(&self, region: &RegionCode) -> bool {
        self.members.iter().all(|member| region.contains(&member.region))
    }

    /// Whether a sentra lies there already: their areas meet, or, where it has none, its villages do,
    /// or its region is a district or village that members are of.
    pub fn meets(&self, sentra: &SentraDraft) -> bool {
        let polygon = |area: &serde_json::Value| {
            let geometry: geojson::Geometry = serde_json::from_value(area.clone()).ok()?;
            geography::polygon_of(&geometry).ok()
        };
        if let Some(theirs) = sentra.area.as_ref().and_then(polygon) {
            return polygon(&self.area).is_some_and(|ours| ours.intersects(&theirs));
        }
        let of =
            |region: &RegionCode| self.members.iter().any(|member| region.contains(&member.region));
        if sentra.villages.is_empty() {
            sentra.region.level() >= Level::District && of(&sentra.region)
        } else {
            sentra.villages.iter().any(of)
        }
    }
}

/// The narrowest region that holds both; None where no province does.
fn common(one: &RegionCode, other: &RegionCode) -> Option<RegionCode> {
    let mut wider = Some(one.clone());
    while let Some(region) = wider {
        if region.contains(other) {
            return Some(region);
        }
        wider = region.parent();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(members: &[(u128, &str)]) -> Cluster {
        let member = |(id, region): &(u128, &str)| Member {
            id: Uuid::from_u128(*id),
            region: region.parse().expect("a code"),
        };
        Cluster {
            members: members.iter().map(member).collect(),
            verified: 0,
            places: members.len(),
            sample: false,
            area: serde_json::json!({"type": "Polygon", "coordinates":
                [[[112.7, -7.52], [112.74, -7.52], [112.74, -7.49], [112.7, -7.52]]]}),
        }
    }

    #[test]
    fn it_belongs_to_the_narrowest_region_that_holds_it() {
        let region = |members: &[(u128, &str)]| {
            let found = cluster(members);
            let text = |region: Option<RegionCode>| region.map(|region| region.to_string());
            (text(found.region()), text(found.responsible_region()))
        };
        let said = |region: &str, office: &str| (Some(region.to_owned()), Some(office.to_owned()));
        let (a, b, c) = ("35.15.06.2001", "35.15.06.2002", "35.16.01.2001");
        assert_eq!(region(&[(1, a), (2, a)]), said(a, "35.15"));
        assert_eq!(region(&[(1, a), (2, b)]), said("35.15.06", "35.15"));
        assert_eq!(region(&[(1, a), (2, b), (3, c)]), said("35.15", "35.15"));
        // As many of each: the first by its code.
        assert_eq!(region(&[(1, c), (2, a)]), said("35.15", "35.15"));
        let villages = cluster(&[(1, b), (2, a), (3, b)]).villages();
        assert_eq!(villages, [(b.parse().expect("b"), 2), (a.parse().expect("a"), 1)]);
    }

    #[test]
    fn the_same_again_is_known_by_its_members_and_grown_by_a_fifth() {
        let village = "35.15.06.2001";
        let of =
            |ids: std::ops::Range<u128>| cluster(&ids.map(|id| (id, village)).collect::<Vec<_>>());
        let ten = of(0..10);
        assert!(of(0..11).is_like(&ten) && !of(0..11).has_grown_since(&ten));
        assert!(of(0..12).is_like(&ten) && of(0..12).has_grown_since(&ten));
        // A piece of it, half of another, less than half.
        assert!(of(0..5).is_like(&ten) && !of(0..5).has_grown_since(&ten));
        assert!(of(5..15).is_like(&ten) && !of(6..16).is_like(&ten));
        assert!(!of(20..30).is_like(&ten));
    }

    #[test]
    fn a_sentra_is_there_already_by_its_area_its_villages_or_its_district() {
        let found = cluster(&[(1, "35.15.06.2001")]);
        let sentra = |more: serde_json::Value| -> SentraDraft {
            let mut draft = serde_json::json!({"name": "S", "commodity": "tas", "region": "35.15"});
            draft
                .as_object_mut()
                .expect("fields")
                .extend(more.as_object().expect("fields").clone());
            serde_json::from_value(draft).expect("a draft")
        };
        let square = |west: f64| {
            let (east, south, north) = (west + 0.01, -7.515, -7.505);
            serde_json::json!({"area": {"type": "Polygon", "coordinates":
                [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}})
        };
        assert!(found.meets(&sentra(square(112.72))));
        assert!(!found.meets(&sentra(square(112.8))));
        assert!(found.meets(&sentra(serde_json::json!({"villages": ["35.15.06.2001"]}))));
        assert!(!found.meets(&sentra(serde_json::json!({"villages": ["35.15.06.2002"]}))));
        assert!(found.meets(&sentra(serde_json::json!({"region": "35.15.06"}))));
        assert!(!found.meets(&sentra(serde_json::json!({"region": "35.15.07"}))));
        // A whole regency says too little.
        assert!(!found.meets(&sentra(serde_json::json!({}))));
    }
}

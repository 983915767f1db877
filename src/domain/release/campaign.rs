//! The figures of a campaign in a release. Counts of enterprises, visits and pairs are rounded to
//! multiples of five at their finest cells, always at the same remainder, and added up; small ones
//! are hidden. Read as exact, what is told is a campaign that would be told the same, in which every
//! group is of none or of five and more (`docs/releases.md`). Nobody is named.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{BASE, SHOWN_FROM};
use crate::domain::region::{Level, PROVINCE, RegionCode};

/// Remainders from here on are rounded up.
const UP_FROM: i64 = 3;

/// What a campaign is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CampaignSubject {
    pub id: Uuid,
    #[schema(example = "Pemetaan IKM Sidoarjo 2026")]
    pub name: String,
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub closed_at: Option<DateTime<Utc>>,
    #[schema(value_type = Vec<String>, example = json!(["35.15.06", "35.15.08"]))]
    pub regions: Vec<RegionCode>,
    /// Its title and version.
    #[schema(example = "Pemetaan IKM, versi 2")]
    pub questionnaire: String,
    /// Persons who were sent to a village.
    pub sent: usize,
    /// Persons of whom a visit came.
    pub visiting: usize,
}

/// What is sealed of a campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CampaignFigures {
    #[serde(flatten)]
    pub subject: CampaignSubject,
    /// All of it (under the province's code), its regencies, its districts.
    pub coverage: Vec<CoverageFigures>,
    /// By week and outcome.
    pub visits: Vec<WeekFigures>,
    /// By reason.
    pub doubts: Vec<NamedCount>,
    /// Pairs in which a visited record stands, by what became of them.
    pub duplicates: Vec<NamedCount>,
    /// Visited records by where they stand: `draft`, `submitted`, `returned`, `verified` of active
    /// ones, else `closed` or `moved`.
    pub reviews: Vec<NamedCount>,
    /// Where expected numbers are from.
    pub sources: Vec<TargetSource>,
}

/// A region with its villages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CoverageFigures {
    #[schema(value_type = String, example = "35.15.06")]
    pub region: RegionCode,
    pub villages: usize,
    pub not_visited: usize,
    pub confirmed_zero: usize,
    /// Complete ones among them.
    pub visited: usize,
    /// Null where `found` is hidden.
    pub complete: Option<usize>,
    /// Null where no village has a number.
    pub target: Option<i64>,
    pub without_target: usize,
    /// Null: hidden, as of all that follow.
    pub found: Option<i64>,
    pub new: Option<i64>,
    pub not_found: Option<i64>,
    pub refused: Option<i64>,
}

/// Visits of a week with one outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WeekFigures {
    /// The Monday that it begins with.
    pub week: NaiveDate,
    #[schema(example = "found")]
    pub outcome: String,
    pub count: Option<i64>,
}

/// How many of a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NamedCount {
    pub name: String,
    pub count: Option<i64>,
}

/// Where expected numbers are from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TargetSource {
    #[schema(example = "BPS, Sensus Ekonomi 2026")]
    pub source: String,
    pub villages: usize,
}

/// A village as it was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct VillageSeen {
    pub village: RegionCode,
    /// None: nobody was there.
    pub confirmed_zero: Option<bool>,
    pub complete: bool,
    pub target: Option<i64>,
    /// New ones among them.
    pub found: i64,
    pub new: i64,
    pub not_found: i64,
    pub refused: i64,
}

/// All that a campaign saw: exact, not to be told. Its maps have every name that there could be, also
/// where the count is none: being listed tells nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignSeen {
    pub subject: CampaignSubject,
    pub villages: Vec<VillageSeen>,
    /// By the Monday of their week, and outcome.
    pub visits: BTreeMap<(NaiveDate, String), i64>,
    pub doubts: BTreeMap<String, i64>,
    pub duplicates: BTreeMap<String, i64>,
    pub reviews: BTreeMap<String, i64>,
    pub sources: BTreeMap<String, usize>,
}

/// A count as a multiple of five.
fn rounded(count: i64) -> i64 {
    let over = count.rem_euclid(BASE);
    if over >= UP_FROM { count - over + BASE } else { count - over }
}

fn shown(count: i64) -> Option<i64> {
    (count >= SHOWN_FROM).then_some(count)
}

/// Sums of a region; counts of enterprises are rounded in its districts.
#[derive(Default)]
struct Sum {
    villages: usize,
    not_visited: usize,
    confirmed_zero: usize,
    complete: usize,
    target: Option<i64>,
    without_target: usize,
    new: i64,
    known: i64,
    not_found: i64,
    refused: i64,
}

impl Sum {
    fn of(villages: &[&VillageSeen]) -> Self {
        let count = |fits: fn(&VillageSeen) -> bool| {
            villages.iter().filter(|village| fits(village)).count()
        };
        let add =
            |of: fn(&VillageSeen) -> i64| rounded(villages.iter().map(|village| of(village)).sum());
        let targets: Vec<i64> = villages.iter().filter_map(|village| village.target).collect();
        Self {
            villages: villages.len(),
            not_visited: count(|village| village.confirmed_zero.is_none()),
            confirmed_zero: count(|village| village.confirmed_zero == Some(true)),
            complete: count(|village| village.complete),
            target: (!targets.is_empty()).then(|| targets.iter().sum()),
            without_target: villages.len() - targets.len(),
            new: add(|village| village.new),
            known: add(|village| (village.found - village.new).max(0)),
            not_found: add(|village| village.not_found),
            refused: add(|village| village.refused),
        }
    }

    fn add(&mut self, part: &Self) {
        self.villages += part.villages;
        self.not_visited += part.not_visited;
        self.confirmed_zero += part.confirmed_zero;
        self.complete += part.complete;
        if let Some(target) = part.target {
            *self.target.get_or_insert_default() += target;
        }
        self.without_target += part.without_target;
        self.new += part.new;
        self.known += part.known;
        self.not_found += part.not_found;
        self.refused += part.refused;
    }

    fn told(&self, region: RegionCode) -> CoverageFigures {
        let found = shown(self.new + self.known);
        CoverageFigures {
            region,
            villages: self.villages,
            not_visited: self.not_visited,
            confirmed_zero: self.confirmed_zero,
            visited: self.villages - self.not_visited - self.confirmed_zero,
            // With a target it would say of a few how many they are.
            complete: found.map(|_| self.complete),
            target: self.target,
            without_target: self.without_target,
            found,
            new: shown(self.new),
            not_found: shown(self.not_found),
            refused: shown(self.refused),
        }
    }
}

fn coverage(villages: &[VillageSeen]) -> Vec<CoverageFigures> {
    let mut districts: BTreeMap<RegionCode, Vec<&VillageSeen>> = BTreeMap::new();
    for village in villages {
        if let Some(district) = village.village.at(Level::District) {
            districts.entry(district).or_default().push(village);
        }
    }
    let (mut all, mut regencies) = (Sum::default(), BTreeMap::<RegionCode, Sum>::new());
    let mut told = Vec::new();
    for (district, villages) in districts {
        let sum = Sum::of(&villages);
        all.add(&sum);
        if let Some(regency) = district.at(Level::Regency) {
            regencies.entry(regency).or_default().add(&sum);
        }
        told.push(sum.told(district));
    }
    told.extend(regencies.into_iter().map(|(regency, sum)| sum.told(regency)));
    told.extend(PROVINCE.parse().ok().map(|province| all.told(province)));
    told.sort_by(|one, other| one.region.cmp(&other.region));
    told
}

fn named(counts: BTreeMap<String, i64>) -> Vec<NamedCount> {
    let told = |(name, count)| NamedCount { name, count: shown(rounded(count)) };
    counts.into_iter().map(told).collect()
}

/// What may be told of a campaign.
pub fn campaign_figures(seen: CampaignSeen) -> CampaignFigures {
    CampaignFigures {
        coverage: coverage(&seen.villages),
        visits: (seen.visits.into_iter())
            .map(|((week, outcome), count)| {
                let count = shown(rounded(count));
                WeekFigures { week, outcome, count }
            })
            .collect(),
        doubts: named(seen.doubts),
        duplicates: named(seen.duplicates),
        reviews: named(seen.reviews),
        sources: (seen.sources.into_iter())
            .map(|(source, villages)| TargetSource { source, villages })
            .collect(),
        subject: seen.subject,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn village(code: &str, found: i64, new: i64, target: Option<i64>) -> VillageSeen {
        VillageSeen {
            village: code.parse().expect("a code"),
            confirmed_zero: Some(false),
            complete: target.is_some_and(|target| found >= target),
            target,
            found,
            new,
            not_found: 0,
            refused: 0,
        }
    }

    #[test]
    fn a_small_count_is_hidden_with_what_would_tell_it_and_wholes_are_sums() {
        let nobody = VillageSeen {
            confirmed_zero: None,
            complete: false,
            ..village("35.15.08.2001", 0, 0, None)
        };
        let all = [
            village("35.15.06.2001", 9, 9, Some(9)),
            village("35.15.06.2002", 4, 0, Some(9)),
            village("35.15.07.2001", 3, 3, Some(3)),
            nobody,
        ];
        let told = coverage(&all);
        let of = |code: &str| told.iter().find(|row| row.region.as_str() == code).expect("a row");
        let one = of("35.15.06");
        assert_eq!(
            (one.found, one.new, one.complete, one.target),
            (Some(15), Some(10), Some(1), Some(18))
        );
        let small = of("35.15.07");
        assert_eq!((small.found, small.complete, small.target), (None, None, Some(3)));
        let seen = of("35.15.08");
        assert_eq!((seen.not_visited, seen.visited, seen.target), (1, 0, None));
        let regency = of("35.15");
        assert_eq!((regency.villages, regency.found, regency.complete), (4, Some(20), Some(2)));
        assert_eq!(regency.found, of("35").found);
    }

    /// The counts of a campaign's districts, and of another state of it.
    fn counts() -> impl Strategy<Value = Vec<(i64, i64)>> {
        proptest::collection::vec((0..40_i64, 0..40_i64), 1..8)
    }

    fn told(counts: &[(i64, i64)]) -> Vec<CoverageFigures> {
        let villages: Vec<VillageSeen> = (1..)
            .zip(counts)
            .map(|(number, (new, known))| {
                village(&format!("35.15.{number:02}.2001"), new + known, *new, None)
            })
            .collect();
        coverage(&villages)
    }

    proptest! {
        /// What `docs/releases.md` says of the rounded counts: read as exact they are a campaign in
        /// which every group is of none or of five and more, and which is told the same.
        #[test]
        fn what_is_told_read_as_exact_is_told_the_same(counts in counts()) {
            let exact: Vec<(i64, i64)> =
                counts.iter().map(|(new, known)| (rounded(*new), rounded(*known))).collect();
            prop_assert!(exact.iter().all(|(new, known)| new % 5 == 0 && known % 5 == 0));
            prop_assert_eq!(told(&exact), told(&counts));
        }

        #[test]
        fn no_difference_of_what_is_told_is_a_group_under_five(
            first in counts(), second in counts(),
        ) {
            let all: Vec<i64> = [told(&first), told(&second)]
                .into_iter()
                .flatten()
                .flat_map(|row| [row.found, row.new])
                .flatten()
                .collect();
            for one in &all {
                prop_assert!(*one >= 10);
                for other in &all {
                    let apart = (one - other).abs();
                    prop_assert!(apart == 0 || apart >= 5);
                }
            }
        }
    }
}

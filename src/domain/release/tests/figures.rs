//! How near the figures are, and what of sums.

use std::collections::HashMap;

use proptest::prelude::*;

use super::super::cell::{Margin, Place, grid};
use super::super::population::{Contributions, Population, Summed};
use super::super::rounding::Thresholds;
use super::super::{Measure, SumCell, compute};
use super::{Counts, DISTRICTS, basis, cell, header, published};

/// What every cell that is told of truly holds.
fn truth(counts: &Counts) -> HashMap<Margin, i64> {
    let mut truth = HashMap::new();
    for (cell, count) in counts {
        for margin in cell.margins() {
            *truth.entry(margin).or_default() += i64::from(*count);
        }
    }
    truth
}

fn many() -> impl Strategy<Value = Counts> {
    let one = (0..4_usize, 0..6_u8, 0..4_u8, 1..16_u8)
        .prop_map(|(place, sector, size, kinds)| cell(DISTRICTS[place], sector, size, kinds));
    proptest::collection::btree_map(one, prop_oneof![4 => 1..5_u32, 1 => 5..60_u32], 1..200)
}

proptest! {
    #[test]
    fn a_count_under_five_is_not_shown_and_a_shown_one_is_near(counts in many()) {
        let truth = truth(&counts);
        let (release, _) = published(&counts, &Thresholds::new());
        for region in &basis().regions {
            let told = release.count(region.code.as_str(), |_| true);
            for (margin, told) in grid(&region.code).into_iter().zip(told) {
                let truth = truth.get(&margin).copied().unwrap_or_default();
                if let Some(count) = told.count {
                    prop_assert!(truth >= 5 && count >= 10 && count % 5 == 0, "{truth} as {count}");
                    let most = [15, 20, 25, 25][margin.depth()];
                    prop_assert!((count - truth).abs() <= most, "{truth} as {count}: {told:?}");
                } else {
                    prop_assert!(truth <= 25, "{truth} is hidden");
                }
            }
        }
    }

    #[test]
    fn the_same_population_is_published_the_same_byte_by_byte(counts in many()) {
        let bytes = || serde_json::to_vec(&published(&counts, &Thresholds::new()).0).expect("JSON");
        prop_assert_eq!(bytes(), bytes());
        let read: super::Release = serde_json::from_slice(&bytes()).expect("a release");
        prop_assert_eq!(serde_json::to_vec(&read).expect("JSON"), bytes());
    }
}

#[test]
fn what_did_not_change_is_published_as_it_was() {
    let districts = DISTRICTS.iter().cycle();
    let cells = (0..40_u8).zip(districts).map(|(at, district)| cell(district, at % 5, at % 3, 1));
    let first: Counts = cells.zip(0..).map(|(cell, at)| (cell, at % 9)).collect();
    let (release, thresholds) = published(&first, &Thresholds::new());
    assert_eq!(published(&first, &thresholds).0, release);
    let kept: Thresholds =
        serde_json::from_str(&serde_json::to_string(&thresholds).expect("JSON")).expect("read");
    assert_eq!(kept, thresholds);
}

/// The sums of makers' contributions, by regency.
fn summed(makers: &[(usize, u32)]) -> Vec<SumCell> {
    let mut population = Population::default();
    for (place, contribution) in makers {
        let regency = ["35.15", "35.16"][*place];
        let place = Place::of(&regency.parse().expect("a code"));
        let sum = population.sums.entry((Summed::Workers, place)).or_default();
        let contribution = i128::from(*contribution) * 1000;
        *sum = Contributions {
            makers: sum.makers + 1,
            min: sum.min + contribution,
            max: sum.max + contribution,
            largest: sum.largest.max(contribution),
        };
    }
    compute(header(), basis(), &population, &Thresholds::new()).0.sums
}

fn shown(sums: &[SumCell], region: &str) -> Option<f64> {
    sums.iter().find(|sum| sum.region.as_str() == region).and_then(|sum| sum.max)
}

#[test]
fn a_sum_of_few_or_of_one_above_all_is_hidden() {
    let even: Vec<(usize, u32)> = (0..5).map(|_| (0, 20)).collect();
    let sums = summed(&even);
    assert_eq!((shown(&sums, "35"), shown(&sums, "35.15")), (Some(100.0), Some(100.0)));
    assert_eq!((sums[0].measure, sums[0].step), (Measure::Workers, 20.0));
    assert!(summed(&even[..4]).is_empty());
    // One makes more than half.
    let one: Vec<(usize, u32)> = even.iter().copied().chain([(0, 200)]).collect();
    assert!(summed(&one).is_empty());
    // The few elsewhere are not the province less the others: those are hidden too.
    let few: Vec<(usize, u32)> = even.iter().copied().chain([(1, 20), (1, 20)]).collect();
    let sums = summed(&few);
    assert_eq!(shown(&sums, "35"), Some(140.0));
    assert_eq!((shown(&sums, "35.15"), shown(&sums, "35.16")), (None, None));
}

proptest! {
    #[test]
    fn one_who_joins_is_lost_in_the_rounding_of_sums(
        makers in proptest::collection::vec((0..2_usize, 1..300_u32), 5..40),
        joins in (0..2_usize, 1..300_u32),
    ) {
        let before = summed(&makers);
        let after = summed(&[makers.as_slice(), &[joins]].concat());
        for region in ["35", "35.15", "35.16"] {
            let (Some(one), Some(other)) = (shown(&before, region), shown(&after, region)) else {
                continue;
            };
            let (step, now) = (before[0].step, after[0].step);
            prop_assert!(now >= f64::from(joins.1) && other % now == 0.0 && one % step == 0.0);
            if (step - now).abs() < 0.5 {
                // Between nothing and two steps, of which one is no less than what was added.
                prop_assert!(other - one <= step, "{one} and {other} by {step}");
            }
        }
    }
}

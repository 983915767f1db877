//! The desk's order, its figures and its lots against a plain loop.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::records::Seen;
use crate::atlas::{InternalValues, Turn, View};
use crate::domain::codes::Review;
use crate::domain::enterprise::Severity;
use crate::domain::filter::Filter;
use crate::domain::region::{Level, RegionCode};

/// Within the days of which records are.
const NOW: i64 = 1_790_000_000 + 20 * 86_400;

pub fn check_desk(view: &View, filter: &Filter, seen: &[Seen]) -> Result<(), TestCaseError> {
    let own: Vec<(Uuid, &RegionCode, &InternalValues)> = seen
        .iter()
        .filter_map(|seen| Some((seen.common.id, &seen.common.region, seen.extra?)))
        .collect();
    let doubtful: HashSet<Uuid> =
        own.iter().map(|(id, ..)| *id).filter(|id| id.as_u128() % 3 == 0).collect();
    let rank = |id: &Uuid, worst: Option<Severity>| match worst {
        Some(Severity::Error) => 0,
        Some(Severity::Warning) => 1,
        _ if doubtful.contains(id) => 2,
        _ => 3,
    };
    let mut expected: Vec<(usize, Option<i64>, Uuid)> =
        own.iter().map(|(id, _, it)| (rank(id, it.worst), it.review_since, *id)).collect();
    expected.sort_unstable();
    let (mut found, mut after): (Vec<Uuid>, Option<Turn>) = (Vec::new(), None);
    loop {
        let page = view.waiting(filter, &doubtful, after, 7);
        found.extend(page.records.iter().map(|placed| placed.turn.id));
        for (rank, count) in page.by_rank.iter().enumerate() {
            prop_assert_eq!(*count, expected.iter().filter(|one| one.0 == rank).count());
        }
        after = page.records.last().map(|placed| placed.turn);
        if page.is_last {
            break;
        }
    }
    prop_assert_eq!(found, expected.iter().map(|one| one.2).collect::<Vec<_>>());

    let drawn = view.drawn(filter, 7, 5);
    prop_assert_eq!((drawn.records.len(), drawn.of), (own.len().min(5), own.len()));
    prop_assert_eq!(view.drawn(filter, 7, 5), drawn);
    check_offices(view, filter, &own)
}

fn check_offices(
    view: &View,
    filter: &Filter,
    own: &[(Uuid, &RegionCode, &InternalValues)],
) -> Result<(), TestCaseError> {
    let mut by_regency: BTreeMap<RegionCode, Vec<&InternalValues>> = BTreeMap::new();
    for (_, region, values) in own {
        let regency = region.at(Level::Regency).expect("a regency");
        by_regency.entry(regency).or_default().push(values);
    }
    let offices = view.offices(filter, NOW);
    prop_assert_eq!(offices.keys().collect::<Vec<_>>(), by_regency.keys().collect::<Vec<_>>());
    for (regency, office) in offices {
        let of = |review| by_regency[&regency].iter().filter(move |it| it.review == review);
        let within = |days: i64| {
            let from = NOW - days * 86_400;
            of(Review::Verified).filter(|it| it.review_since.is_some_and(|at| at >= from)).count()
        };
        let mut since: Vec<i64> =
            of(Review::Submitted).filter_map(|values| values.review_since).collect();
        since.sort_unstable();
        prop_assert_eq!(office.waiting, of(Review::Submitted).count());
        prop_assert_eq!(
            office.flagged,
            of(Review::Submitted).filter(|it| it.worst >= Some(Severity::Warning)).count()
        );
        prop_assert_eq!(office.verified, [within(7), within(30)]);
        prop_assert_eq!(office.returned, of(Review::Returned).count());
        prop_assert_eq!(office.oldest(), since.first().copied());
        let middle = since.len().checked_sub(1).map(|last| since[last / 2]);
        prop_assert_eq!(office.median(), middle);
    }
    Ok(())
}

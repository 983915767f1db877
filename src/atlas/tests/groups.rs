//! Counts by groups against the plain loop.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use strum::VariantNames;

use super::records::Seen;
use crate::atlas::{Counts, Dimension, InternalValues, TooManyGroups, View};
use crate::domain::codes::{Kind, Sector};
use crate::domain::filter::Filter;
use crate::domain::region::Level;
use crate::domain::trade::{CertificateType, Need, Practice};

/// These values, or that there is none.
fn listed(values: Vec<String>) -> Vec<Option<String>> {
    if values.is_empty() { vec![None] } else { values.into_iter().map(Some).collect() }
}

/// The names of the bits that are set.
fn names(bits: u32, names: &[&str]) -> Vec<Option<String>> {
    let set = names.iter().enumerate().filter(|(at, _)| bits & 1 << at != 0);
    listed(set.map(|(_, name)| (*name).to_owned()).collect())
}

/// The values of a record in a dimension.
fn values(seen: &Seen, by: Dimension) -> Vec<Option<String>> {
    let (common, extra) = (seen.common, seen.extra);
    let region = |level| {
        vec![Some(common.region.at(level).unwrap_or_else(|| common.region.clone()).to_string())]
    };
    match by {
        Dimension::Province => region(Level::Province),
        Dimension::Regency => region(Level::Regency),
        Dimension::District => region(Level::District),
        Dimension::Village => region(Level::Village),
        Dimension::Kind => names(u32::from(common.kinds), Kind::VARIANTS),
        Dimension::Sector => {
            let all: Vec<&str> = Sector::all().iter().map(|sector| sector.code.as_str()).collect();
            names(u32::from(common.sectors), &all)
        }
        Dimension::SizeClass => vec![Some(<&str>::from(common.size_class).to_owned())],
        Dimension::WomenLed => vec![common.women_led.map(|value| value.to_string())],
        Dimension::Commodity => listed(common.commodities.clone()),
        Dimension::Certificate => names(u32::from(common.certificates), CertificateType::VARIANTS),
        Dimension::Year => vec![common.founded_year.map(|year| year.to_string())],
        _ => internal_values(extra.expect("not counted without"), by),
    }
}

fn internal_values(extra: &InternalValues, by: Dimension) -> Vec<Option<String>> {
    let each = |values: BTreeSet<String>| listed(values.into_iter().collect());
    match by {
        Dimension::Review => vec![Some(<&str>::from(extra.review).to_owned())],
        Dimension::Publication => vec![Some(<&str>::from(extra.publication).to_owned())],
        Dimension::Need => names(u32::from(extra.needs), Need::VARIANTS),
        Dimension::Practice => names(u32::from(extra.practices), Practice::VARIANTS),
        Dimension::Quality => {
            names(extra.quality, &crate::domain::quality::stored().collect::<Vec<_>>())
        }
        Dimension::RawMaterial => each(extra.supply.materials.iter().cloned().collect()),
        Dimension::Origin => each(extra.supply.origins.iter().map(ToString::to_string).collect()),
        other => panic!("{other:?} is public"),
    }
}

pub fn check_groups(
    view: &View,
    filter: &Filter,
    seen: &[Seen],
    by: &[Dimension],
) -> Result<(), TestCaseError> {
    let mut expected: BTreeMap<Vec<Option<String>>, (u64, u64, f64, u64)> = BTreeMap::new();
    let internal = by.iter().any(|by| by.is_internal());
    let seen: Vec<&Seen> = seen.iter().filter(|seen| !internal || seen.extra.is_some()).collect();
    for seen in &seen {
        let mut combined = vec![Vec::new()];
        for by in by {
            let values = values(seen, *by);
            combined = combined
                .into_iter()
                .flat_map(|so_far: Vec<Option<String>>| {
                    values
                        .iter()
                        .map(move |value| [so_far.as_slice(), std::slice::from_ref(value)].concat())
                })
                .collect();
        }
        for group in combined {
            let sum = expected.entry(group).or_default();
            sum.0 += 1;
            let Some(extra) = seen.extra else { continue };
            sum.1 += u64::from(extra.workers.unwrap_or(0));
            sum.3 += 1;
            sum.2 += extra.products.iter().map(|product| product.monthly.max).sum::<f64>();
        }
    }
    prop_assert_eq!(
        view.groups(filter, by, true, expected.len()).map(|all| all.len()),
        Ok(expected.len())
    );
    if !expected.is_empty() {
        prop_assert_eq!(view.groups(filter, by, true, expected.len() - 1), Err(TooManyGroups));
    }
    let Counts { groups, matched, internal } =
        view.counts(filter, by, true, usize::MAX).expect("no bound");
    let theirs = seen.iter().filter(|seen| seen.extra.is_some()).count();
    prop_assert_eq!((matched, internal), (seen.len(), theirs));
    let counts = groups.iter().map(|group| (group.values.clone(), group.count));
    let wanted = expected.iter().map(|(values, sums)| (values.clone(), sums.0));
    prop_assert_eq!(counts.collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
    for group in groups {
        let (_, workers, capacity, records) = expected[&group.values];
        let sums = group.sums.unwrap_or_default();
        prop_assert_eq!((sums.records, sums.workers), (records, workers));
        let found: f64 = sums.capacity.values().map(|(_, max)| max).sum();
        prop_assert!((found - capacity).abs() <= capacity * 1e-6);
    }
    Ok(())
}

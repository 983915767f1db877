//! The plain loop, and who asks.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::records::{Record, Seen, code, word};
use crate::domain::actor::Visibility;
use crate::domain::filter::Filter;
use crate::search::{Asked, Found, KeySet};

pub fn visibilities() -> Vec<Visibility> {
    let author = || "0@contoh.id".to_owned();
    vec![
        Visibility::Public,
        Visibility::Internal { area: None },
        Visibility::Internal { area: Some(code("35.15")) },
        Visibility::Own { author: author(), cooperative: None },
        Visibility::Own { author: author(), cooperative: Some(Uuid::from_u128(2)) },
    ]
}

pub fn has_words(filter: &Filter, number: usize) -> bool {
    filter.public.words.iter().all(|asked| *asked == word(number))
}

/// What the search answers beside the atlas: of each audience's records those that have the words.
pub fn found(records: &BTreeMap<Uuid, Record>, filter: &Filter) -> Found {
    let of =
        |key: i64, (number, rank): (usize, u8)| has_words(filter, number).then_some((key, rank));
    let public = records.values().filter(|record| record.public.is_some());
    let public = public.filter_map(|record| of(record.internal.common.key, record.public_word));
    let internal = records.values();
    let internal =
        internal.filter_map(|record| of(record.internal.common.key, record.internal_word));
    let (public, internal): (Vec<_>, Vec<_>) = (public.collect(), internal.collect());
    Found::of(Asked::new(&filter.public.words, 0), &public, &internal)
}

/// Every third record was visited in the one campaign that there is.
fn was_visited(filter: &Filter, key: i64) -> bool {
    filter.internal.campaigns.is_empty() || key % 3 == 0
}

/// Its records, as they are looked up beside the atlas.
pub fn visited(records: &BTreeMap<Uuid, Record>) -> KeySet {
    let keys = records.values().map(|record| record.internal.common.key);
    keys.filter(|key| key % 3 == 0).collect()
}

/// What somebody finds, in the order of the curve.
pub fn naive<'a>(
    records: &'a BTreeMap<Uuid, Record>,
    visibility: &Visibility,
    filter: &Filter,
) -> Vec<Seen<'a>> {
    let mut found: Vec<Seen> = Vec::new();
    for record in records.values() {
        if visibility.sees_internal(record.internal.whose()) {
            let (number, rank) = record.internal_word;
            let key = record.internal.common.key;
            if record.internal.passes(filter)
                && has_words(filter, number)
                && was_visited(filter, key)
            {
                let (common, extra) = (&record.internal.common, Some(&record.internal.extra));
                found.push(Seen { common, extra, rank });
            }
        } else if let Some(public) = record.public.as_ref().filter(|row| row.passes(filter)) {
            let (number, rank) = record.public_word;
            if has_words(filter, number) {
                found.push(Seen { common: &public.common, extra: None, rank });
            }
        }
    }
    found.sort_by_key(|seen| (seen.common.morton(), seen.common.id));
    found
}

pub fn keys(seen: &[Seen]) -> Vec<i64> {
    seen.iter().map(|seen| seen.common.key).collect()
}

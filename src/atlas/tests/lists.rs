//! Pages and tiles against the plain loop.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::naive::keys;
use super::records::Seen;
use crate::atlas::{Cell, Common, PageQuery, Single, View};
use crate::domain::codes::Sector;
use crate::domain::filter::{Circle, Filter, Sort};
use crate::geography::distance_m;
use crate::geography::mercator::{Tile, grid, interleave};

/// All pages of a list, one after the other.
pub fn pages(view: &View, filter: &Filter, sort: Sort, limit: usize) -> (Vec<i64>, usize) {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = view.page(&PageQuery { filter, sort, after: after.as_ref(), limit });
        all.extend(page.keys);
        after = page.next;
        if after.is_none() {
            return (all, page.matched);
        }
    }
}

pub fn check_lists(view: &View, filter: &Filter, mut seen: Vec<Seen>) -> Result<(), TestCaseError> {
    prop_assert_eq!(view.count(filter), seen.len());
    prop_assert_eq!(view.keys(filter), keys(&seen));
    let (all, matched) = pages(view, filter, Sort::Curve, 7);
    prop_assert_eq!((all, matched), (keys(&seen), seen.len()));
    seen.sort_by_key(|seen| (seen.common.folded_name(), seen.common.id));
    prop_assert_eq!(pages(view, filter, Sort::Name, 9).0, keys(&seen));
    seen.sort_by_key(|seen| (-seen.common.updated_at_micros, seen.common.id));
    prop_assert_eq!(pages(view, filter, Sort::UpdatedAtDescending, 11).0, keys(&seen));
    let mut near = filter.clone();
    let place = near.public.near.get_or_insert(Circle { lon: 112.6, lat: -7.5, radius_m: None });
    let place = (place.lon, place.lat);
    seen.sort_by_key(|seen| {
        let metres = distance_m(place, (seen.common.lon, seen.common.lat));
        (metres.to_bits(), seen.common.id)
    });
    prop_assert_eq!(pages(view, &near, Sort::Distance, 13).0, keys(&seen));
    if !filter.public.words.is_empty() {
        seen.sort_by_key(|seen| (seen.rank, seen.common.folded_name(), seen.common.id));
        prop_assert_eq!(pages(view, filter, Sort::Relevance, 5).0, keys(&seen));
    }
    Ok(())
}

pub fn check_tile(
    view: &View,
    filter: &Filter,
    seen: &[Seen],
    tile: Tile,
) -> Result<(), TestCaseError> {
    let bits = 6;
    let shift = 32 - u32::from(tile.z + bits);
    type Placed<'a> = (&'a Common, (u32, u32));
    let mut cells: BTreeMap<u64, Vec<Placed>> = BTreeMap::new();
    for seen in seen {
        let (x, y) = grid(seen.common.lon, seen.common.lat);
        if (x >> (32 - u32::from(tile.z)), y >> (32 - u32::from(tile.z))) == (tile.x, tile.y) {
            let code = interleave(x >> shift, y >> shift);
            cells.entry(code).or_default().push((seen.common, (x, y)));
        }
    }
    let expected = cells.values().map(|rows| {
        let sum =
            |of: fn(&(u32, u32)) -> u32| rows.iter().map(|row| u64::from(of(&row.1))).sum::<u64>();
        let mut by_sector = [0; 14];
        for (common, _) in rows {
            common.main_sector.into_iter().for_each(|sector| by_sector[sector.index()] += 1);
        }
        let most = by_sector.iter().max().copied().unwrap_or_default();
        let leading = by_sector.iter().position(|count| *count == most && most > 0);
        let (first, at) = rows[0];
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let mean = |sum: u64| sum as f64 / rows.len() as f64;
        Cell {
            count: u32::try_from(rows.len()).expect("few"),
            x: mean(sum(|at| at.0)),
            y: mean(sum(|at| at.1)),
            sector: leading.and_then(|place| Sector::from_code(&Sector::all()[place].code)),
            stack: rows.len() > 1 && rows.iter().all(|row| row.1 == at),
            single: (rows.len() == 1).then(|| Single {
                id: first.id,
                kinds: first.kinds,
                size_class: first.size_class,
                exact: first.exact,
                name: (bits <= 4).then(|| first.name.to_string()),
            }),
        }
    });
    prop_assert_eq!(view.tile(filter, tile, bits), expected.collect::<Vec<_>>());
    Ok(())
}

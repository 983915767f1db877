//! Where an enterprise belongs whose region is no more. What is not plain is left to a person.

use std::collections::HashMap;

use super::gazetteer::{Gazetteer, Located, Region};
use super::region::{Level, RegionCode};

/// Old codes and the new ones that a person says come after them.
pub type Mapping = HashMap<RegionCode, RegionCode>;

/// What comes after a stated region.
#[derive(Debug, Clone, PartialEq)]
pub enum Successor {
    /// The region still is.
    Stays,
    Becomes(RegionCode),
    /// Not plain; the new regions of its name, where there are several.
    Open(Vec<RegionCode>),
}

/// The region after `stated`, by the first of these that says one: the boundary that the point lies
/// in, the mapping, the name, a boundary that is only approximate.
///
/// A point counts only within the regency that is stated, unless that is no more either: one that
/// lies elsewhere was wrong before. A region of the same name counts only if it is new since the
/// stated one ended: villages of one name are common, and the other one is no successor.
pub fn successor(
    stated: &RegionCode,
    point: Option<(f64, f64)>,
    gazetteer: &Gazetteer,
    mapping: &Mapping,
) -> Successor {
    if gazetteer.current(stated).is_some() {
        return Successor::Stays;
    }
    let within = stated.at(Level::Regency).filter(|regency| gazetteer.current(regency).is_some());
    let named = gazetteer.get(stated).map_or(Vec::new(), |old| {
        let begun = |region: &&Region| {
            within.as_ref().is_none_or(|regency| regency.contains(&region.code))
                && old.valid_to.is_some_and(|end| region.valid_from.is_some_and(|from| from >= end))
        };
        gazetteer.named(old.level, &old.name).into_iter().filter(begun).collect()
    });
    let located = point
        .and_then(|(lon, lat)| gazetteer.locate(lon, lat))
        .filter(|located| within.as_ref().is_none_or(|regency| *regency == located.regency))
        .map(|located| narrowed(located, &named));
    let by_point = |approximate: bool| {
        located.as_ref().filter(|(_, rough)| *rough == approximate).map(|(code, _)| code.clone())
    };
    let by_name = || match named.as_slice() {
        [one] => Some(one.code.clone()),
        _ => None,
    };
    by_point(false)
        .or_else(|| mapping.get(stated).cloned())
        .or_else(by_name)
        .or_else(|| by_point(true))
        .map_or_else(
            || Successor::Open(named.iter().map(|region| region.code.clone()).collect()),
            Successor::Becomes,
        )
}

/// Where the boundaries end above the village, the one of the stated name in there is it.
fn narrowed(located: Located, named: &[&Region]) -> (RegionCode, bool) {
    let found = located.narrowest();
    let mut there =
        named.iter().filter(|region| found.code.contains(&region.code)).map(|region| &region.code);
    let code = match (there.next(), there.next()) {
        (Some(one), None) => one.clone(),
        _ => found.code,
    };
    (code, found.approximate)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use geo::{MultiPolygon, polygon};

    use super::*;

    const OLD: Option<NaiveDate> = None;

    fn day() -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2026, 1, 1)
    }

    fn code(text: &str) -> RegionCode {
        text.parse().expect("a code")
    }

    fn region(code: &str, name: &str, valid_from: Option<NaiveDate>) -> Region {
        let code: RegionCode = code.parse().expect("a code");
        Region {
            level: code.level(),
            parent: code.parent(),
            code,
            name: name.into(),
            bps_code: None,
            lon: 0.0,
            lat: 0.0,
            postal_code: None,
            edition: "2026".into(),
            valid_from,
            valid_to: None,
        }
    }

    /// Kota Mojokerto, whose district 35.76.01 became 35.76.04 (west) and 35.76.05 (east).
    fn gazetteer(approximate: bool) -> Gazetteer {
        let closed = [("35.76.01", "Lama"), ("35.76.01.1001", "Mulyo"), ("35.76.01.1002", "Rejo")];
        let closed =
            closed.map(|(code, name)| Region { valid_to: day(), ..region(code, name, OLD) });
        let mut gazetteer = Gazetteer::new(
            vec![
                region("35.76", "Kota Mojokerto", OLD),
                region("35.76.02", "Magersari", OLD),
                region("35.76.02.1001", "Mulyo", OLD),
                region("35.76.04", "Barat", day()),
                region("35.76.04.1001", "Mulyo", day()),
                region("35.76.04.1002", "Rejo", day()),
                region("35.76.05", "Timur", day()),
                region("35.76.05.1001", "Rejo", day()),
            ],
            closed.into(),
        );
        let square = |w: f64, e: f64| {
            let square = polygon![(x: w, y: 0.0), (x: e, y: 0.0), (x: e, y: 1.0), (x: w, y: 1.0)];
            MultiPolygon::new(vec![square])
        };
        gazetteer.add_polygon(&code("35.76"), square(0.0, 2.0), false);
        gazetteer.add_polygon(&code("35.76.04"), square(0.0, 1.0), approximate);
        gazetteer.add_polygon(&code("35.76.05"), square(1.0, 2.0), approximate);
        gazetteer
    }

    fn after(stated: &str, lon: Option<f64>, mapping: &[(&str, &str)]) -> Successor {
        let mapping = mapping.iter().map(|(old, new)| (code(old), code(new))).collect();
        successor(&code(stated), lon.map(|lon| (lon, 0.5)), &gazetteer(false), &mapping)
    }

    fn becomes(text: &str) -> Successor {
        Successor::Becomes(code(text))
    }

    #[test]
    fn a_region_that_still_is_stays_wherever_its_point_lies() {
        assert_eq!(after("35.76.02", Some(0.5), &[]), Successor::Stays);
    }

    #[test]
    fn the_boundary_that_the_point_lies_in_comes_first() {
        assert_eq!(after("35.76.01", Some(1.5), &[("35.76.01", "35.76.04")]), becomes("35.76.05"));
        // And the village of the stated name in there.
        assert_eq!(after("35.76.01.1002", Some(1.5), &[]), becomes("35.76.05.1001"));
        assert_eq!(after("35.76.01.1001", Some(1.5), &[]), becomes("35.76.05"));
    }

    #[test]
    fn a_point_outside_the_regency_does_not_count() {
        assert_eq!(after("35.76.01", Some(9.0), &[]), Successor::Open(vec![]));
    }

    #[test]
    fn the_name_counts_where_the_region_is_new() {
        assert_eq!(after("35.76.01.1001", None, &[]), becomes("35.76.04.1001"));
        let both = vec![code("35.76.04.1002"), code("35.76.05.1001")];
        assert_eq!(after("35.76.01.1002", None, &[]), Successor::Open(both));
        let mapping = [("35.76.01.1002", "35.76.04.1002")];
        assert_eq!(after("35.76.01.1002", None, &mapping), becomes("35.76.04.1002"));
    }

    #[test]
    fn an_approximate_boundary_comes_last() {
        let rough = gazetteer(true);
        let mapping = Mapping::from([(code("35.76.01"), code("35.76.04"))]);
        let at = Some((1.5, 0.5));
        assert_eq!(successor(&code("35.76.01"), at, &rough, &mapping), becomes("35.76.04"));
        assert_eq!(successor(&code("35.76.01"), at, &rough, &Mapping::new()), becomes("35.76.05"));
    }
}

//! Places that lie close together, and an outline around them that tells no place of its own.

use std::collections::BTreeMap;

use geo::{ConvexHull, Coord, Dbscan, MultiPoint, Point, Polygon};

use super::{EARTH_RADIUS_M, round7};

/// Side of the grid that outlines are drawn on, in degrees: about 220 metres.
pub const OUTLINE_GRID: f64 = 0.002;
/// Cells of places are this much wider than the distance asked for, so that rounding parts no two.
const WIDER: f64 = 1.01;

/// Groups of places by density (DBSCAN): a place with at least `least` places within `eps_m` metres,
/// itself among them, belongs to a group with all of these. Groups of fewer than `least` are none.
/// Answers the places of each group by their numbers. `go_on` is told how many places are done, and
/// ends the search by answering false: then there is no answer.
///
/// Distances are those on a plane around the middle of what lies together: over a whole province
/// they are true to within half a per cent.
pub fn clusters(
    places: &[(f64, f64)],
    eps_m: f64,
    least: usize,
    mut go_on: impl FnMut(usize) -> bool,
) -> Option<Vec<Vec<usize>>> {
    let mut found = Vec::new();
    let mut done = 0;
    for part in parts(places, eps_m) {
        if part.len() >= least {
            found.extend(groups(places, &part, eps_m, least));
        }
        done += part.len();
        if !go_on(done) {
            return None;
        }
    }
    Some(found)
}

/// Places in parts that are farther from one another than `eps_m`: each can be searched alone.
fn parts(places: &[(f64, f64)], eps_m: f64) -> Vec<Vec<usize>> {
    let farthest = places.iter().map(|(_, lat)| lat.abs()).fold(0.0, f64::max);
    let height = eps_m * WIDER / metres_of_a_degree();
    let width = height / farthest.to_radians().cos();
    #[expect(clippy::cast_possible_truncation, reason = "degrees in cells of some metres")]
    let number = |degrees: f64, side: f64| (degrees / side).floor() as i64;
    let mut cells: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for (at, (lon, lat)) in places.iter().enumerate() {
        cells.entry((number(*lon, width), number(*lat, height))).or_default().push(at);
    }
    let mut parts = Vec::new();
    while let Some((first, mut part)) = cells.pop_first() {
        let mut open = vec![first];
        while let Some((x, y)) = open.pop() {
            let beside = (-1..=1).flat_map(|across| (-1..=1).map(move |up| (x + across, y + up)));
            for cell in beside {
                if let Some(more) = cells.remove(&cell) {
                    part.extend(more);
                    open.push(cell);
                }
            }
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts
}

fn groups(places: &[(f64, f64)], part: &[usize], eps_m: f64, least: usize) -> Vec<Vec<usize>> {
    let lats = || part.iter().map(|at| places[*at].1);
    let middle = f64::midpoint(lats().fold(90.0, f64::min), lats().fold(-90.0, f64::max));
    let shrunk = middle.to_radians().cos();
    let metres = metres_of_a_degree();
    let on_plane = |at: &usize| {
        let (lon, lat) = places[*at];
        Point::new(lon * shrunk * metres, lat * metres)
    };
    let points: Vec<Point> = part.iter().map(on_plane).collect();
    let labels = points.as_slice().dbscan(eps_m, least);
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, label) in part.iter().zip(labels) {
        if let Some(label) = label {
            groups.entry(label).or_default().push(*at);
        }
    }
    // A place at the edge of two groups is in one of them alone, which may leave too few in the other.
    groups.into_values().filter(|group| group.len() >= least).collect()
}

fn metres_of_a_degree() -> f64 {
    EARTH_RADIUS_M.to_radians()
}

/// An outline around places, at least half a cell of the grid away from each. It is drawn around the
/// cells that they lie in: who sees it learns of no place more than its cell.
pub fn outline(places: impl IntoIterator<Item = (f64, f64)>) -> Polygon {
    let edges = |degrees: f64| {
        let cell = (degrees / OUTLINE_GRID).floor();
        [(cell - 0.5) * OUTLINE_GRID, (cell + 1.5) * OUTLINE_GRID].map(round7)
    };
    let corners = places.into_iter().flat_map(|(lon, lat)| {
        let ([west, east], [south, north]) = (edges(lon), edges(lat));
        [(west, south), (east, south), (east, north), (west, north)]
    });
    let corners: Vec<Point> = corners.map(|(x, y)| Point(Coord { x, y })).collect();
    MultiPoint::new(corners).convex_hull()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use geo::{BoundingRect, Contains};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::geography::distance_m;

    const HOME: (f64, f64) = (112.72, -7.5);

    /// So many metres east and north of home.
    fn at(east: f64, north: f64) -> (f64, f64) {
        let metres = metres_of_a_degree();
        (HOME.0 + east / metres / HOME.1.to_radians().cos(), HOME.1 + north / metres)
    }

    #[test]
    fn a_chain_of_near_places_is_one_group_and_what_lies_alone_is_in_none() {
        let mut places: Vec<(f64, f64)> = (0..8).map(|n| at(f64::from(n) * 100.0, 0.0)).collect();
        // Four only, and one alone.
        places.extend((0..4).map(|n| at(5_000.0, f64::from(n) * 100.0)));
        places.push(at(0.0, 3_000.0));
        let found = clusters(&places, 250.0, 5, |_| true).expect("to the end");
        assert_eq!(found, [(0..8).collect::<Vec<_>>()]);
        assert_eq!(clusters(&places, 250.0, 5, |done| done < 4), None);
        assert_eq!(clusters(&[], 250.0, 5, |_| true), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn searched_in_parts_or_as_a_whole_the_groups_are_the_same(
            // On a grid of 100 metres: no two are at the distance asked for, give or take.
            cells in vec((0..60_i32, 0..60_i32), 0..300),
        ) {
            let places: Vec<(f64, f64)> = cells
                .iter()
                .map(|(x, y)| at(f64::from(*x) * 100.0, f64::from(*y) * 100.0))
                .collect();
            let parted = clusters(&places, 250.0, 5, |_| true).expect("to the end");
            let all: Vec<usize> = (0..places.len()).collect();
            let whole = if all.is_empty() { Vec::new() } else { groups(&places, &all, 250.0, 5) };
            let set = |groups: Vec<Vec<usize>>| groups.into_iter().collect::<BTreeSet<_>>();
            prop_assert_eq!(set(parted), set(whole));
        }

        #[test]
        fn each_member_has_a_neighbour_within_the_distance(
            offsets in vec((0.0..4_000.0_f64, 0.0..4_000.0_f64), 1..120),
        ) {
            let places: Vec<(f64, f64)> = offsets.iter().map(|(x, y)| at(*x, *y)).collect();
            for group in clusters(&places, 300.0, 4, |_| true).expect("to the end") {
                prop_assert!(group.len() >= 4);
                for one in &group {
                    let near = group.iter().filter(|other| *other != one).any(|other| {
                        distance_m(places[*one], places[*other]) < 301.0
                    });
                    prop_assert!(near);
                }
            }
        }

        #[test]
        fn an_outline_holds_every_place_and_tells_none_within_its_cell(
            offsets in vec((0.0..3_000.0_f64, 0.0..3_000.0_f64), 1..40),
            moved in vec((0.01..0.99_f64, 0.01..0.99_f64), 40),
        ) {
            let places: Vec<(f64, f64)> = offsets.iter().map(|(x, y)| at(*x, *y)).collect();
            let drawn = outline(places.iter().copied());
            for (lon, lat) in &places {
                prop_assert!(drawn.contains(&Point::new(*lon, *lat)));
            }
            let cell = |degrees: f64| (degrees / OUTLINE_GRID).floor();
            let elsewhere = places.iter().zip(&moved).map(|((lon, lat), (x, y))| {
                ((cell(*lon) + x) * OUTLINE_GRID, (cell(*lat) + y) * OUTLINE_GRID)
            });
            prop_assert_eq!(&outline(elsewhere), &drawn);
            let rect = drawn.bounding_rect().expect("a box");
            prop_assert!(rect.width() > 1.9 * OUTLINE_GRID && rect.height() > 1.9 * OUTLINE_GRID);
        }
    }
}

//! Random filters.

use chrono::NaiveDate;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

use super::expressions::expression;
use super::records::{COMMODITIES, code, day, place, sectors, word};
use crate::domain::codes::{Existence, Kind, Publication, Review};
use crate::domain::filter::{AreaRef, Circle, Filter};
use crate::domain::trade::{CertificateType, Need, Origin, Platform, Practice};
use crate::geography::{Area, Bbox, round7};

/// A day within what is recorded, or long before or after.
fn moment() -> impl Strategy<Value = NaiveDate> {
    let far = [(1, 1, 1), (1899, 12, 31), (1900, 1, 1), (1981, 7, 2), (2079, 6, 5), (2200, 1, 1)];
    let far = far.map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day));
    prop_oneof![5 => (0..11_u64).prop_map(day), 1 => select(far.to_vec()).prop_map(|day| day.expect("a day"))]
}

pub fn filter() -> impl Strategy<Value = Filter> {
    let public = (
        option::weighted(
            0.3,
            (0..16_u8).prop_map(|bits| {
                let kinds = [Kind::Ikm, Kind::Ukm, Kind::Kopwan, Kind::Koperasi];
                kinds.into_iter().filter(|kind| bits & 1 << *kind as u8 != 0).collect::<Vec<_>>()
            }),
        ),
        option::weighted(0.2, subsequence(vec!["35.15", "35.15.06", "35.76.01.1003", "35"], 1..3)),
        option::weighted(0.2, sectors()),
        option::weighted(0.2, subsequence(COMMODITIES.to_vec(), 1..3)),
        option::weighted(0.1, subsequence(vec!["15", "10710"], 1..2)),
        option::weighted(0.2, any::<bool>()),
        option::weighted(0.2, 0..3_usize),
        option::weighted(0.3, subsequence(vec![Existence::Active, Existence::Closed], 1..3)),
    );
    let shapes = (
        option::weighted(0.3, (112.2..112.9_f64, -7.9..-7.3_f64, 0.0..0.6_f64)),
        option::weighted(0.3, (place(), 10.0..60_000.0_f64)),
        option::weighted(0.2, (112.2..112.8_f64, -7.9..-7.3_f64, 0.05..0.5_f64)),
        option::weighted(0.3, 0..3_u8),
        option::weighted(0.1, Just(())),
        option::weighted(0.1, 0..2_usize),
        option::weighted(0.1, Just(Platform::Website)),
        option::weighted(0.3, moment()),
    );
    let internal = (
        option::weighted(0.1, Just(Review::Draft)),
        option::weighted(0.1, Just(Publication::Published)),
        option::weighted(0.1, 0..30_u32),
        option::weighted(0.1, 10..40_u32),
        option::weighted(0.1, 0..3_usize),
        any::<bool>(),
        option::weighted(0.4, 0..5_usize),
        option::weighted(0.4, moment()),
    );
    let asked = option::weighted(0.3, expression());
    (public, shapes, internal, asked).prop_map(|(public, shapes, internal, asked)| {
        let mut filter = Filter::default();
        let to = &mut filter.public;
        to.kinds = public.0.unwrap_or_default();
        to.regions = public.1.unwrap_or_default().into_iter().map(code).collect();
        to.sectors = public.2.unwrap_or_default();
        to.commodities = public.3.unwrap_or_default().into_iter().map(Into::into).collect();
        to.kbli = public.4.unwrap_or_default().into_iter().map(Into::into).collect();
        to.women_led = public.5;
        let cooperative = |number: usize| Uuid::from_u128(number as u128 + 1);
        to.cooperatives = public.6.map(cooperative).into_iter().collect();
        to.existence = public.7.unwrap_or_default();
        to.bbox = shapes.0.map(|(west, south, side)| Bbox {
            west: round7(west),
            south: round7(south),
            east: round7(west + side),
            north: round7(south + side),
        });
        to.near = shapes.1.map(|((lon, lat), radius)| Circle { lon, lat, radius_m: Some(radius) });
        to.area = shapes.2.map(|(x, y, side)| {
            let ring = vec![(x, y), (x + side, y + side / 3.0), (x + side / 4.0, y + side), (x, y)];
            let polygon = geo::Polygon::new(ring.into(), Vec::new());
            let area = Area::new(geo::MultiPolygon::new(vec![polygon])).expect("an area");
            AreaRef { id: String::new(), polygon: Some(area.into()) }
        });
        to.words = shapes.3.map(|number| word(usize::from(number))).into_iter().collect();
        to.updated_since = shapes.4.and_then(|()| chrono::NaiveDate::from_ymd_opt(1970, 1, 2));
        to.certificates = shapes
            .5
            .map(|at| [CertificateType::Halal, CertificateType::Bpom][at])
            .into_iter()
            .collect();
        to.channels = shapes.6.into_iter().collect();
        to.as_of = shapes.7;
        if internal.5 {
            let to = &mut filter.internal;
            to.review = internal.0.into_iter().collect();
            to.publication = internal.1.into_iter().collect();
            match internal.6 {
                Some(0) => to.needs = vec![Need::Marketing],
                Some(1) => to.practices = vec![Practice::WasteSorted, Practice::WasteCollected],
                Some(2) => to.raw_materials = vec![COMMODITIES[0].into()],
                Some(3) => to.campaigns = vec![Uuid::from_u128(9)],
                Some(_) => to.origins = vec![Origin::Import, Origin::Region(code("35.15"))],
                None => {}
            }
            to.min_workers = internal.2;
            to.max_workers = internal.3;
            to.visited_since = internal.7;
            let rules: Vec<&str> = crate::domain::quality::stored().collect();
            to.quality = internal.4.map(|at| rules[at].to_owned()).into_iter().collect();
        }
        match asked {
            Some(asked) => filter.with_expression(asked),
            None => filter,
        }
    })
}

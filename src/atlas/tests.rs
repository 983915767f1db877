//! Every operation against a plain loop over a vector of the same rows, with writes and merges in
//! between, for each kind of reader.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

use super::traits::sector_bits;
use super::*;
use crate::domain::actor::Visibility;
use crate::domain::codes::{Existence, Kind, LegalForm, Publication, Review, Sector};
use crate::domain::filter::{AreaRef, Circle, Filter, Sort};
use crate::domain::quantity::convert::Monthly;
use crate::domain::quantity::unit::Dimension as Unit;
use crate::domain::region::{Level, RegionCode};
use crate::domain::size::SizeClass;
use crate::domain::trade::{CertificateType, Need, Origin, Platform, Practice};
use crate::geography::mercator::{Tile, grid, interleave};
use crate::geography::{Area, Bbox, distance_m, round7};
use crate::search::{Asked, Found};

/// A record as it is, and as the public sees it.
#[derive(Debug, Clone)]
struct Record {
    internal: Row<Internal>,
    public: Option<Row<Public>>,
    /// The word that each finds it by, and how well it answers.
    internal_word: (usize, u8),
    public_word: (usize, u8),
}

/// What either audience sees.
#[derive(Debug, Clone)]
struct Seen<'a> {
    common: &'a Common,
    extra: Option<&'a InternalValues>,
    rank: u8,
}

const REGIONS: [&str; 6] =
    ["35.15.06.2001", "35.15.06.2002", "35.15.07", "35.76.01.1003", "35.76.02.1001", "35.28"];
const COMMODITIES: [&str; 3] = ["sepatu", "tas", "batik-tulis"];
const KBLI: [&str; 3] = ["15201", "15202", "10710"];

fn code(text: &str) -> RegionCode {
    text.parse().expect("a code")
}

fn sectors() -> impl Strategy<Value = Vec<Sector>> {
    let all: Vec<Sector> =
        Sector::all().iter().filter_map(|sector| Sector::from_code(&sector.code)).collect();
    subsequence(all, 0..3)
}

fn place() -> impl Strategy<Value = (f64, f64)> {
    prop_oneof![
        // Villages where many are on one point, and anywhere about.
        select(vec![(112.722_301_1, -7.507_134_9), (112.43, -7.47), (112.722_301_2, -7.507_134_9)]),
        (112.3..113.0_f64, -7.8..-7.2_f64).prop_map(|(lon, lat)| (round7(lon), round7(lat))),
    ]
}

type Parts = (
    (usize, (f64, f64), (f64, f64), usize),
    (u8, Vec<Sector>, Vec<&'static str>, Vec<&'static str>, Option<bool>, usize),
    (bool, usize, Option<usize>, Option<u32>, Option<usize>, bool),
    (u16, usize, Option<i32>, u32, Vec<(usize, f64)>, i64),
);

fn parts() -> impl Strategy<Value = Parts> {
    (
        (0..REGIONS.len(), place(), place(), 0..12_usize),
        (
            0..16_u8,
            sectors(),
            subsequence(COMMODITIES.to_vec(), 0..3),
            subsequence(KBLI.to_vec(), 0..3),
            option::of(any::<bool>()),
            0..5_usize,
        ),
        (
            any::<bool>(),
            prop_oneof![4 => Just(0_usize), 1 => 1..4_usize],
            option::of(0..3_usize),
            option::of(0..40_u32),
            option::of(0..2_usize),
            any::<bool>(),
        ),
        (
            0..8_u16,
            0..10_usize,
            option::of(1980..1990_i32),
            0..8_u32,
            vec((0..4_usize, 1.0..1000.0_f64), 0..3),
            0..50_i64,
        ),
    )
}

fn record(number: usize, parts: Parts) -> Record {
    let (
        (region, own, shown, name),
        (kinds, sectors, commodities, kbli, women_led, size),
        flags,
        more,
    ) = parts;
    let (sample, existence, cooperative, workers, author, published) = flags;
    let (certificates, form, founded_year, quality, products, updated) = more;
    let region = code(REGIONS[region]);
    let forms = [LegalForm::Ud, LegalForm::Cv, LegalForm::Pt];
    let sizes = [
        SizeClass::Micro,
        SizeClass::Small,
        SizeClass::Medium,
        SizeClass::Large,
        SizeClass::Unknown,
    ];
    let states = [Existence::Active, Existence::Closed, Existence::Moved, Existence::Duplicate];
    let key = i64::try_from(number).expect("small") + 1;
    let common = Common {
        key,
        // Not in the order of the keys.
        id: Uuid::from_u128((number as u128 * 7919) % 1009 + 1),
        lon: own.0,
        lat: own.1,
        exact: name % 2 == 0,
        name: format!("Batik {}{}", ["Sari", "sari  B", "Álam", ""][name % 4], name / 4).into(),
        updated_at_micros: updated * 3_600_000_000,
        main_sector: sectors.first().copied(),
        responsible_region: region.at(Level::Regency).expect("a regency"),
        region,
        kinds,
        sectors: sector_bits(&sectors),
        kbli: kbli.into_iter().map(Into::into).collect(),
        commodities: commodities.into_iter().map(Into::into).collect(),
        certificates,
        channels: 1 << (name % 3),
        legal_form: forms.get(form).copied(),
        founded_year,
        women_led,
        size_class: sizes[size],
        cooperative: cooperative.map(|number| Uuid::from_u128(number as u128 + 1)),
        sentra: None,
        sample,
        existence: states[existence],
    };
    let public = published.then(|| Row {
        common: Common {
            lon: shown.0,
            lat: shown.1,
            name: format!("Usaha {}", name % 5).into(),
            ..common.clone()
        },
        extra: (),
    });
    let units = [Unit::Count, Unit::Pair, Unit::Mass, Unit::Volume];
    let product = |(unit, min): (usize, f64)| ProductValues {
        monthly: Monthly { dimension: units[unit], min, max: min * 2.0 },
    };
    let extra = InternalValues {
        author: author.map(|author| format!("{author}@contoh.id").into()),
        review: if sample { Review::Draft } else { Review::Verified },
        publication: if published { Publication::Published } else { Publication::Unpublished },
        workers,
        quality,
        products: products.into_iter().map(product).collect(),
        needs: u16::from(kinds) & 3,
        practices: 1 << (updated % 4),
        supply: Supply {
            materials: common.commodities.clone(),
            origins: vec![if sample {
                Origin::Import
            } else {
                Origin::Region(common.region.clone())
            }],
        },
    };
    // What is internal is found by other words than what is public.
    let rank = |of: usize| u8::try_from(of * 32 + 1).expect("small");
    Record {
        internal: Row { common, extra },
        public,
        internal_word: (name % 3, rank(name % 4)),
        public_word: (number % 3, rank(number % 2)),
    }
}

fn filter() -> impl Strategy<Value = Filter> {
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
    );
    let internal = (
        option::weighted(0.1, Just(Review::Draft)),
        option::weighted(0.1, Just(Publication::Published)),
        option::weighted(0.1, 0..30_u32),
        option::weighted(0.1, 10..40_u32),
        option::weighted(0.1, 0..3_usize),
        any::<bool>(),
        option::weighted(0.3, 0..4_usize),
    );
    (public, shapes, internal).prop_map(|(public, shapes, internal)| {
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
        if internal.5 {
            let to = &mut filter.internal;
            to.review = internal.0.into_iter().collect();
            to.publication = internal.1.into_iter().collect();
            match internal.6 {
                Some(0) => to.needs = vec![Need::Marketing],
                Some(1) => to.practices = vec![Practice::WasteSorted, Practice::WasteCollected],
                Some(2) => to.raw_materials = vec![COMMODITIES[0].into()],
                Some(_) => to.origins = vec![Origin::Import, Origin::Region(code("35.15"))],
                None => {}
            }
            to.min_workers = internal.2;
            to.max_workers = internal.3;
            let rules: Vec<&str> = crate::domain::quality::stored().collect();
            to.quality = internal.4.map(|at| rules[at].to_owned()).into_iter().collect();
        }
        filter
    })
}

fn visibilities() -> Vec<Visibility> {
    let author = || "0@contoh.id".to_owned();
    vec![
        Visibility::Public,
        Visibility::Internal { area: None },
        Visibility::Internal { area: Some(code("35.15")) },
        Visibility::Own { author: author(), cooperative: None },
        Visibility::Own { author: author(), cooperative: Some(Uuid::from_u128(2)) },
    ]
}

fn word(number: usize) -> String {
    format!("kata{number}")
}

fn has_words(filter: &Filter, number: usize) -> bool {
    filter.public.words.iter().all(|asked| *asked == word(number))
}

/// What the search answers beside the atlas: of each audience's records those that have the words.
fn found(records: &BTreeMap<Uuid, Record>, filter: &Filter) -> Found {
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

/// What somebody finds, in the order of the curve.
fn naive<'a>(
    records: &'a BTreeMap<Uuid, Record>,
    visibility: &Visibility,
    filter: &Filter,
) -> Vec<Seen<'a>> {
    let mut found: Vec<Seen> = Vec::new();
    for record in records.values() {
        if visibility.sees_internal(record.internal.whose()) {
            let (number, rank) = record.internal_word;
            if record.internal.passes(filter) && has_words(filter, number) {
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

fn keys(seen: &[Seen]) -> Vec<i64> {
    seen.iter().map(|seen| seen.common.key).collect()
}

/// All pages of a list, one after the other.
fn pages(view: &View, filter: &Filter, sort: Sort, limit: usize) -> (Vec<i64>, usize) {
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

fn check_lists(view: &View, filter: &Filter, mut seen: Vec<Seen>) -> Result<(), TestCaseError> {
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

fn check_tile(
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
                name: first.name.to_string(),
                exact: first.exact,
            }),
        }
    });
    prop_assert_eq!(view.tile(filter, tile, bits), expected.collect::<Vec<_>>());
    Ok(())
}

/// The values of a record in a dimension.
fn values(common: &Common, by: Dimension) -> Vec<Option<String>> {
    let region = |level| {
        vec![Some(common.region.at(level).unwrap_or_else(|| common.region.clone()).to_string())]
    };
    let listed = |values: Vec<String>| {
        if values.is_empty() { vec![None] } else { values.into_iter().map(Some).collect() }
    };
    let names = |bits: u32, names: &[&str]| {
        let set = names.iter().enumerate().filter(|(at, _)| bits & 1 << at != 0);
        listed(set.map(|(_, name)| (*name).to_owned()).collect())
    };
    use strum::VariantNames;
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
    }
}

fn check_groups(
    view: &View,
    filter: &Filter,
    seen: &[Seen],
    by: &[Dimension],
) -> Result<(), TestCaseError> {
    let mut expected: BTreeMap<Vec<Option<String>>, (u64, u64, f64, u64)> = BTreeMap::new();
    for seen in seen {
        let mut combined = vec![Vec::new()];
        for by in by {
            let values = values(seen.common, *by);
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
    let groups = view.groups(filter, by, true, usize::MAX).expect("no bound");
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

fn check(
    atlas: &Atlas,
    records: &BTreeMap<Uuid, Record>,
    filter: &Filter,
    by: &[Dimension],
) -> Result<(), TestCaseError> {
    for visibility in visibilities() {
        let view = atlas.view(visibility.clone()).finding(found(records, filter));
        let seen = naive(records, &visibility, filter);
        check_groups(&view, filter, &seen, by)?;
        // From the whole square to the village where many are on one point.
        for (z, lon, lat) in [
            (0, 112.7, -7.5),
            (5, 112.7, -7.5),
            (7, 112.4, -7.5),
            (9, 112.72, -7.51),
            (11, 112.722_301_1, -7.507_134_9),
            (14, 112.722_301_1, -7.507_134_9),
        ] {
            let (x, y) = grid(lon, lat);
            let cut = |at: u32| at.checked_shr(32 - u32::from(z)).unwrap_or_default();
            let tile = Tile::new(z, cut(x), cut(y)).expect("a tile");
            if z == 0 {
                let drawn: u32 = view.tile(filter, tile, 6).iter().map(|cell| cell.count).sum();
                prop_assert_eq!(drawn as usize, seen.len());
            } else {
                check_tile(&view, filter, &seen, tile)?;
            }
        }
        let broken: usize =
            view.quality(filter, Level::Regency).values().map(|one| one.records).sum();
        prop_assert_eq!(broken, seen.iter().filter(|seen| seen.extra.is_some()).count());
        check_lists(&view, filter, seen)?;
    }
    Ok(())
}

/// What happens to the atlas.
#[derive(Debug, Clone)]
enum Step {
    /// Records of these numbers are as they now are, or are gone.
    Write(Vec<(usize, Option<Parts>)>),
    Merge,
    MergeAll,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => vec((0..320_usize, option::weighted(0.8, parts())), 1..40).prop_map(Step::Write),
        1 => Just(Step::Merge),
        1 => Just(Step::MergeAll),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_operation_equals_a_plain_loop(
        first in vec(parts(), 0..300),
        steps in vec(step(), 0..8),
        filters in vec((filter(), 0..6_usize), 3),
    ) {
        let mut records: BTreeMap<Uuid, Record> = BTreeMap::new();
        for (number, parts) in first.into_iter().enumerate() {
            let record = record(number, parts);
            records.insert(record.internal.common.id, record);
        }
        let mut builder = Builder::default();
        let internal: Vec<_> = records.values().map(|record| record.internal.clone()).collect();
        let public: Vec<_> = records.values().filter_map(|record| record.public.clone()).collect();
        builder.add(&public, &internal);
        let atlas = builder.build();
        let groups: [&[Dimension]; 6] = [
            &[Dimension::Regency, Dimension::Sector],
            &[Dimension::Kind, Dimension::District, Dimension::WomenLed],
            &[Dimension::Commodity],
            &[],
            &[Dimension::Year, Dimension::Certificate],
            &[Dimension::SizeClass, Dimension::Village],
        ];
        // Everything, and what the filters ask for.
        check(&atlas, &records, &Filter::default(), groups[0])?;
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Merge => atlas.merge(),
                Step::MergeAll => atlas.merge_all(),
                Step::Write(written) => {
                    let (mut public, mut internal, mut ids) = (Vec::new(), Vec::new(), Vec::new());
                    let written: BTreeMap<usize, Option<Parts>> = written.into_iter().collect();
                    for (number, parts) in written {
                        let id = Uuid::from_u128((number as u128 * 7919) % 1009 + 1);
                        ids.push(id);
                        records.remove(&id);
                        let Some(parts) = parts else { continue };
                        let record = record(number, parts);
                        public.extend(record.public.clone());
                        internal.push(record.internal.clone());
                        records.insert(id, record);
                    }
                    atlas.put(&ids, &public, &internal);
                }
            }
            let (filter, by) = &filters[number % filters.len()];
            check(&atlas, &records, filter, groups[*by])?;
        }
        for (filter, by) in &filters {
            check(&atlas, &records, filter, groups[*by])?;
        }
        check(&atlas, &records, &Filter::default(), groups[1])?;
    }
}

/// A merge takes its time: what is written meanwhile stays written.
#[test]
fn what_is_written_during_a_merge_stays() {
    let make = |number: usize, name: usize| {
        let parts = (
            (0, (112.7, -7.5), (112.7, -7.5), name),
            (1, Vec::new(), Vec::new(), Vec::new(), None, 0),
            (false, 0, None, None, None, true),
            (0, 0, None, 0, Vec::new(), 0),
        );
        record(number, parts)
    };
    let atlas = Atlas::default();
    let put = |numbers: std::ops::Range<usize>, name| {
        let all: Vec<Record> = numbers.map(|number| make(number, name)).collect();
        let ids: Vec<Uuid> = all.iter().map(|record| record.internal.common.id).collect();
        let public: Vec<_> = all.iter().filter_map(|record| record.public.clone()).collect();
        let internal: Vec<_> = all.iter().map(|record| record.internal.clone()).collect();
        atlas.put(&ids, &public, &internal);
    };
    put(0..100, 0);
    std::thread::scope(|scope| {
        let merging = scope.spawn(|| (0..200).for_each(|_| atlas.merge_all()));
        for round in 0..100 {
            put(round..round + 3, 1);
        }
        put(100..102, 1);
        merging.join().expect("merged");
    });
    atlas.merge_all();
    let view = atlas.view(Visibility::Internal { area: None });
    let names = view.names(&Filter::default());
    assert_eq!(names.len(), 102);
    assert!(names.iter().all(|name| name == "Batik sari  B0"), "{names:?}");
}

/// Rows of records that are always the same.
fn known_rows() -> (Vec<Row<Public>>, Vec<Row<Internal>>) {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut public, mut internal) = (Vec::new(), Vec::new());
    for number in 0..60 {
        use proptest::strategy::ValueTree;
        let record = record(number, parts().new_tree(&mut runner).expect("a record").current());
        public.extend(record.public);
        internal.push(record.internal);
    }
    (public, internal)
}

/// A changed hash means that rows of before would be read as something else: give `packed::FORMAT`
/// another number, then put the new hash here.
#[test]
fn packed_rows_are_read_as_they_were_and_those_of_known_records_are_known() {
    let (public, internal) = known_rows();
    let mut sum = crc32fast::Hasher::new();
    for row in &internal {
        let key = row.common.key;
        let shown = public.iter().find(|shown| shown.common.key == key);
        let packed = pack(shown, row);
        let (again, read) = unpack(key, &packed).expect("read");
        assert_eq!((&read.common, &read.extra), (&row.common, &row.extra));
        assert_eq!(again.map(|row| row.common), shown.map(|row| row.common.clone()));
        assert!(unpack(key, &packed[..packed.len() - 1]).is_none());
        assert!(unpack(key, &packed[1..]).is_none());
        sum.update(&packed);
    }
    assert_eq!(format!("{:08x}", sum.finalize()), "7eb268de");
}

/// A changed hash means that files of before would be read as something else: give `file::FORMAT`
/// another number, then put the new hash here.
#[test]
fn the_file_of_a_known_atlas_is_known() {
    let (public, internal) = known_rows();
    let mut builder = Builder::default();
    builder.add(&public, &internal);
    let atlas = builder.build();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("atlas");
    let stamp = Stamp { log_epoch: "a log".into(), seq: 7 };
    atlas.moment().write(&path, &stamp).expect("written");
    let (read, seq) = Atlas::read(&path, "a log").expect("read");
    let rows = |atlas: &Atlas| (atlas.size().0, atlas.size().1);
    assert_eq!((seq, rows(&read)), (7, rows(&atlas)));
    let again = folder.path().join("again");
    read.moment().write(&again, &stamp).expect("written");
    let bytes = std::fs::read(&path).expect("bytes");
    assert_eq!(bytes, std::fs::read(&again).expect("bytes"));
    assert_eq!(format!("{:08x}", crc32fast::hash(&bytes)), "2144df1c");
}

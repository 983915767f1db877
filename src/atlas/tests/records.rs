//! Random records.

use chrono::{Days, NaiveDate};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

use crate::atlas::traits::sector_bits;
use crate::atlas::{Common, Internal, InternalValues, ProductValues, Public, Row, Supply};
use crate::domain::codes::{Existence, LegalForm, Publication, Review, Sector};
use crate::domain::enterprise::Severity;
use crate::domain::quantity::convert::Monthly;
use crate::domain::quantity::unit::Dimension as Unit;
use crate::domain::region::{Level, RegionCode};
use crate::domain::size::SizeClass;
use crate::domain::trade::Origin;
use crate::geography::round7;

/// A record as it is, and as the public sees it.
#[derive(Debug, Clone)]
pub struct Record {
    pub internal: Row<Internal>,
    pub public: Option<Row<Public>>,
    /// The word that each finds it by, and how well it answers.
    pub internal_word: (usize, u8),
    pub public_word: (usize, u8),
}

/// What either audience sees.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    pub common: &'a Common,
    pub extra: Option<&'a InternalValues>,
    pub rank: u8,
}

pub const REGIONS: [&str; 6] =
    ["35.15.06.2001", "35.15.06.2002", "35.15.07", "35.76.01.1003", "35.76.02.1001", "35.28"];
pub const COMMODITIES: [&str; 3] = ["sepatu", "tas", "batik-tulis"];
pub const KBLI: [&str; 3] = ["15201", "15202", "10710"];

pub fn code(text: &str) -> RegionCode {
    text.parse().expect("a code")
}

pub fn sectors() -> impl Strategy<Value = Vec<Sector>> {
    let all: Vec<Sector> =
        Sector::all().iter().filter_map(|sector| Sector::from_code(&sector.code)).collect();
    subsequence(all, 0..3)
}

pub fn place() -> impl Strategy<Value = (f64, f64)> {
    prop_oneof![
        // Villages where many are on one point, and anywhere about.
        select(vec![(112.722_301_1, -7.507_134_9), (112.43, -7.47), (112.722_301_2, -7.507_134_9)]),
        (112.3..113.0_f64, -7.8..-7.2_f64).prop_map(|(lon, lat)| (round7(lon), round7(lat))),
    ]
}

pub type Parts = (
    (usize, (f64, f64), (f64, f64), usize),
    (u8, Vec<Sector>, Vec<&'static str>, Vec<&'static str>, Option<bool>, usize),
    (bool, usize, Option<usize>, Option<u32>, Option<usize>, bool),
    (u16, usize, Option<i32>, u32, Vec<(usize, f64)>, i64),
    (Option<u64>, Option<u64>),
);

pub fn parts() -> impl Strategy<Value = Parts> {
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
        (option::of(0..10_u64), option::of(0..10_u64)),
    )
}

pub fn record(number: usize, parts: Parts) -> Record {
    let (
        (region, own, shown, name),
        (kinds, sectors, commodities, kbli, women_led, size),
        flags,
        more,
        (ceased, visited),
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
        ceased_on: ceased.map(day),
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
        review: [Review::Verified, Review::Submitted, Review::Draft, Review::Returned][size % 4],
        publication: if published { Publication::Published } else { Publication::Unpublished },
        workers,
        quality,
        worst: [None, Some(Severity::Hint), Some(Severity::Warning), Some(Severity::Error)]
            [usize::from(certificates % 4)],
        review_since: visited.map(|number| 1_790_000_000 + 86_400 * number.cast_signed()),
        last_visit: visited.map(day),
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

pub fn word(number: usize) -> String {
    format!("kata{number}")
}

/// A day of a few round the turn of a year.
pub fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(1984, 12, 27).expect("a day") + Days::new(number)
}

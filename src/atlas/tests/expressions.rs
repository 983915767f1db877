//! Random expressions, and what they find held against a plain loop and against another reader of
//! CQL2.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::DateTime;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use strum::VariantNames;
use uuid::Uuid;

use super::naive::visibilities;
use super::records::{COMMODITIES, KBLI, REGIONS, Record, day, parts, record};
use crate::atlas::{Builder, Common};
use crate::domain::codes::{Existence, Kind, LegalForm, Sector};
use crate::domain::filter::expression::{Comparison, Leaf, Scalar, Test};
use crate::domain::filter::extent::{Extent, Relation};
use crate::domain::filter::pattern::{Folding, Pattern};
use crate::domain::filter::{Cql2Language, Expression, Filter};
use crate::domain::queryable::ENTERPRISES;
use crate::domain::reference::Reference;
use crate::domain::size::SizeClass;
use crate::domain::trade::{CertificateType, Platform};
use crate::geography::{Area, Bbox, round7};

const COMPARISONS: [Comparison; 5] = [
    Comparison::Equal,
    Comparison::Less,
    Comparison::LessOrEqual,
    Comparison::Greater,
    Comparison::GreaterOrEqual,
];

/// What values of any type are held against in the same ways.
fn compared(
    scalar: impl Strategy<Value = Scalar> + Clone + 'static,
) -> impl Strategy<Value = Test> {
    prop_oneof![
        4 => (select(COMPARISONS.to_vec()), scalar.clone())
            .prop_map(|(comparison, scalar)| Test::Compare(comparison, scalar)),
        1 => (scalar.clone(), scalar.clone()).prop_map(|(from, to)| Test::Between(from, to)),
        2 => vec(scalar, 1..4).prop_map(Test::In),
        1 => Just(Test::IsNull),
    ]
}

/// Texts that some record has, parts of them, and one that none has.
fn texts(all: Vec<String>) -> impl Strategy<Value = (Folding, Test)> {
    let text = prop_oneof![8 => select(all), 1 => Just("foo".to_owned())];
    let like = (text.clone(), 0..9_usize, 0..9_usize, 0..5_u8).prop_map(|(text, from, to, how)| {
        let letters: Vec<char> = text.chars().collect();
        let (from, to) = (from.min(letters.len()), to.min(letters.len()));
        let part: String = letters[from.min(to)..from.max(to)].iter().collect();
        Test::Like(Pattern::new(&match how {
            0 => format!("%{part}%"),
            1 => format!("{part}%"),
            2 => format!("%{part}"),
            3 => text.replacen(&part, "_", 1),
            _ => text.replacen(' ', "%", 1),
        }))
    });
    let scalar = text.prop_map(Scalar::Text).boxed();
    (any::<(bool, bool)>(), prop_oneof![2 => compared(scalar), 1 => like]).prop_map(
        |((case, accents), test)| {
            let folding = Folding { case, accents };
            // As a value in CASEI() is.
            let folded = |scalar: Scalar| match scalar {
                Scalar::Text(text) => Scalar::Text(folding.of(&text).into_owned()),
                other => other,
            };
            let test = match test {
                Test::Compare(comparison, scalar) => Test::Compare(comparison, folded(scalar)),
                Test::In(all) => Test::In(all.into_iter().map(folded).collect()),
                Test::Like(pattern) => Test::Like(Pattern::new(&folding.of(&pattern.to_string()))),
                Test::IsNull => return (Folding::default(), Test::IsNull),
                other => other,
            };
            (folding, test)
        },
    )
}

fn of(property: &'static str, all: &[&str]) -> BoxedStrategy<Leaf> {
    let all = all.iter().map(|text| (*text).to_owned()).collect();
    texts(all).prop_map(move |(folding, test)| Leaf { property, folding, test }).boxed()
}

fn number(property: &'static str, scalar: BoxedStrategy<Scalar>) -> BoxedStrategy<Leaf> {
    compared(scalar)
        .prop_map(move |test| Leaf { property, folding: Folding::default(), test })
        .boxed()
}

fn sector_codes() -> Vec<&'static str> {
    Sector::all().iter().map(|sector| sector.code.as_str()).collect()
}

fn extent() -> impl Strategy<Value = Extent> {
    prop_oneof![
        1 => select(vec![(112.722_301_1, -7.507_134_9), (112.43, -7.47), (112.43, -7.48)])
            .prop_map(|(lon, lat)| Extent::Point { lon, lat }),
        3 => (112.2..112.9_f64, -7.9..-7.3_f64, 0.01..0.6_f64).prop_map(|(west, south, side)| {
            let (west, south) = (round7(west), round7(south));
            Extent::Bbox(Bbox { west, south, east: west + side, north: south + side })
        }),
        // A corner and an edge of it are on a village's point.
        1 => Just(Extent::Bbox(Bbox { west: 112.43, south: -7.9, east: 112.9, north: -7.47 })),
        2 => (112.2..112.8_f64, -7.9..-7.3_f64, 0.05..0.5_f64).prop_map(|(x, y, side)| {
            let ring = vec![(x, y), (x + side, y + side / 3.0), (x + side / 4.0, y + side), (x, y)];
            let polygon = geo::Polygon::new(ring.into(), Vec::new());
            let area = Area::new(geo::MultiPolygon::new(vec![polygon])).expect("an area");
            Extent::Area(Arc::new(area))
        }),
    ]
}

fn lies() -> impl Strategy<Value = Leaf> {
    let relations =
        vec![Relation::Intersects, Relation::Within, Relation::Contains, Relation::Equals];
    (select(relations), extent()).prop_map(|(relation, extent)| Leaf {
        property: "geometry",
        folding: Folding::default(),
        test: Test::Lies(relation, extent),
    })
}

fn flag() -> BoxedStrategy<Scalar> {
    any::<bool>().prop_map(Scalar::Flag).boxed()
}

fn moment() -> BoxedStrategy<Scalar> {
    prop_oneof![
        (0..50 * 3600_i64).prop_map(|seconds| {
            // On the hour or off it.
            let seconds = if seconds % 2 == 0 { seconds / 3600 * 3600 } else { seconds };
            Scalar::Moment(DateTime::from_timestamp(seconds, 0).expect("a moment"))
        }),
        (0..4_u64).prop_map(|days| {
            let first = chrono::NaiveDate::from_ymd_opt(1969, 12, 31).expect("a day");
            Scalar::Day(first + chrono::Days::new(days))
        }),
    ]
    .boxed()
}

fn year() -> BoxedStrategy<Scalar> {
    (3_950..3_990_i32).prop_map(|halves| Scalar::Number(f64::from(halves) / 2.0)).boxed()
}

/// One value at most, of a type that the other reader has too.
fn single() -> BoxedStrategy<Leaf> {
    prop_oneof![
        of("region", &REGIONS),
        of("main_sector", &sector_codes()),
        of("size_class", SizeClass::VARIANTS),
        of("legal_form", LegalForm::VARIANTS),
        of("existence", Existence::VARIANTS),
        of("name", &["Batik Sari0", "Batik sari  B1", "Batik Álam2", "Batik ", "Usaha 3", "Usaha"]),
        number("founded_year", year()),
        number("women_led", flag()),
        number("sample", flag()),
        lies(),
    ]
    .boxed()
}

fn leaf() -> BoxedStrategy<Leaf> {
    let districts = ["35.15.06", "35.15.07", "35.76.01"];
    let ids: Vec<String> = [1, 7920, 830].map(|id| Uuid::from_u128(id).to_string()).to_vec();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    prop_oneof![
        5 => single(),
        1 => of("id", &ids),
        1 => of("kind", Kind::VARIANTS),
        1 => of("sector", &sector_codes()),
        1 => of("commodity", &COMMODITIES),
        1 => of("kbli", &KBLI),
        1 => of("regency", &["35.15", "35.76", "35"]),
        1 => of("district", &districts),
        1 => of("village", &REGIONS),
        1 => of("certificate", &CertificateType::VARIANTS[..4]),
        1 => of("channel", &Platform::VARIANTS[..4]),
        1 => number("ceased_on", (0..11_u64).prop_map(|number| Scalar::Day(day(number))).boxed()),
        1 => number("updated_at", moment()),
    ]
    .boxed()
}

fn joined(leaf: BoxedStrategy<Leaf>) -> impl Strategy<Value = Expression> {
    let one = prop_oneof![
        12 => leaf.prop_map(Expression::Leaf),
        1 => any::<bool>().prop_map(Expression::Is),
    ];
    one.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 2..4)
                .prop_map(|all| Expression::all(all.into_iter().flat_map(Expression::conjuncts).collect())),
            3 => vec(inner.clone(), 2..4)
                .prop_map(|all| Expression::Or(all.into_iter().flat_map(alternatives).collect())),
            2 => inner.prop_map(|inner| Expression::Not(Box::new(inner))),
        ]
    })
}

fn alternatives(expression: Expression) -> Vec<Expression> {
    match expression {
        Expression::Or(all) => all,
        one => vec![one],
    }
}

pub fn expression() -> impl Strategy<Value = Expression> {
    joined(leaf())
}

fn read(text: &str) -> Expression {
    let (here, reference) = (|lon, lat| Some((lon, lat)), Reference::default());
    let read = Expression::parse(text, Cql2Language::Text, ENTERPRISES, &reference, &here);
    read.unwrap_or_else(|fault| panic!("{fault:?}: {text}"))
}

/// A record as a feature, without the properties that may have several values.
fn feature(common: &Common) -> serde_json::Value {
    let text = |code: Option<&str>| json!(code);
    json!({
        "geometry": {"type": "Point", "coordinates": [common.lon, common.lat]},
        "properties": {
            "region": common.region.as_str(),
            "main_sector": text(common.main_sector.map(Sector::code)),
            "size_class": text(Some(common.size_class.into())),
            "legal_form": text(common.legal_form.map(Into::into)),
            "existence": text(Some(common.existence.into())),
            "name": common.name,
            "founded_year": common.founded_year,
            "women_led": common.women_led,
            "sample": common.sample,
        },
    })
}

fn records(all: Vec<super::records::Parts>) -> BTreeMap<Uuid, Record> {
    let all = all.into_iter().enumerate().map(|(number, parts)| record(number, parts));
    all.map(|record| (record.internal.common.id, record)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever of it the filter asks for in its own fields, after writes and merges.
    #[test]
    fn an_expression_finds_what_it_is_true_of(
        first in vec(parts(), 0..300),
        written in vec(parts(), 0..60),
        expressions in vec(expression(), 8),
    ) {
        let mut all = records(first);
        let mut builder = Builder::default();
        let internal: Vec<_> = all.values().map(|record| record.internal.clone()).collect();
        let public: Vec<_> = all.values().filter_map(|record| record.public.clone()).collect();
        builder.add(&public, &internal);
        let atlas = builder.build();
        for (at, expression) in expressions.into_iter().enumerate() {
            if at == 4 {
                let changed = records(written.clone());
                let ids: Vec<Uuid> = changed.keys().copied().collect();
                let public: Vec<_> =
                    changed.values().filter_map(|record| record.public.clone()).collect();
                let internal: Vec<_> =
                    changed.values().map(|record| record.internal.clone()).collect();
                all.extend(changed);
                atlas.put(&ids, &public, &internal);
            }
            if at == 6 {
                atlas.merge_all();
            }
            let text = expression.to_string();
            prop_assert_eq!(&read(&text), &expression, "{}", text);
            let filter = Filter::default().with_expression(expression.clone());
            let again = Filter::restored(filter.canonical(), &Reference::default());
            prop_assert_eq!(again.as_ref().map(|again| &again.public), Ok(&filter.public));
            let is_true = |common: &Common| {
                let active = common.existence == Existence::Active;
                (active || expression.names("existence"))
                    && expression.matches(&|name| common.property(name))
            };
            for visibility in visibilities() {
                let mut expected: Vec<i64> = Vec::new();
                for record in all.values() {
                    let seen = if visibility.sees_internal(record.internal.whose()) {
                        Some(&record.internal.common)
                    } else {
                        record.public.as_ref().map(|row| &row.common)
                    };
                    expected.extend(seen.filter(|seen| is_true(seen)).map(|seen| seen.key));
                }
                expected.sort_unstable();
                let view = atlas.view(visibility);
                let mut found = view.keys(&filter);
                found.sort_unstable();
                prop_assert_eq!(&found, &expected, "{}", text);
                prop_assert_eq!(view.count(&filter), expected.len());
            }
        }
    }

    /// The crate that parses can also tell of one feature whether it passes, by its own rules.
    #[test]
    fn an_expression_is_true_where_another_reader_says_so(
        all in vec(parts(), 1..20),
        expression in joined(single()),
    ) {
        let text = expression.to_string();
        let theirs = cql2::parse_text(&text).expect("read");
        for record in records(all).values() {
            for common in [Some(&record.internal.common), record.public.as_ref().map(|row| &row.common)]
                .into_iter()
                .flatten()
            {
                let ours = expression.matches(&|name| common.property(name));
                let theirs = theirs.clone().matches(Some(&feature(common))).unwrap_or_default();
                prop_assert_eq!(ours, theirs, "{} {}", text, feature(common));
            }
        }
    }
}

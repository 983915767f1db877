//! Any valid document that is written over HTTP is read back as it was written.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};
use sentra::domain::codes::{ConsentTo, LegalForm};
use sentra::domain::reference::Reference;
use sentra::domain::region::Level;
use sentra::domain::trade::{CertificateStatus, CertificateType, Need, Platform, Practice};
use serde_json::{Map, Value, json};
use strum::VariantNames;

use crate::app::TestApp;

const PATH: &str = "/api/v1/enterprises";
const CASES: u32 = 60;

/// A text as it comes out of tidying: no white space at its ends or twice in a row.
fn text() -> impl Strategy<Value = String> {
    "[\\p{L}\\p{N}.'&()/\"<>%_\\\\-]{1,12}( [\\p{L}\\p{N}.,'&-]{1,12}){0,4}"
}

fn date() -> impl Strategy<Value = String> {
    (1990..2026, 1..13, 1..29).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

fn one_of(codes: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(codes).prop_map(str::to_owned)
}

/// An object of those fields that have a value: empty lists and nulls are not written back.
fn object(fields: Vec<(&str, Value)>) -> Value {
    let said = fields.into_iter().filter(|(_, value)| match value {
        Value::Null => false,
        Value::Array(entries) => !entries.is_empty(),
        _ => true,
    });
    Value::Object(said.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

fn degrees(from: f64, to: f64) -> impl Strategy<Value = f64> {
    (from..to).prop_map(|degrees| (degrees * 1e7).round() / 1e7)
}

fn product(reference: &Arc<Reference>) -> impl Strategy<Value = Value> + use<> {
    let reference = reference.clone();
    let commodity = any::<prop::sample::Index>().prop_map(move |index| {
        let commodity = index.get(reference.commodities());
        (commodity.code.clone(), commodity.units.clone())
    });
    let capacity = (1_u32..100_000, 0_u32..5_000, option::of(1_u8..=31));
    let market = (option::of((0_i64..1_000_000, 0_i64..1_000_000)), option::of(0_u8..=100));
    let trade = (vec("[A-Z]{2}", 0..3), option::of(one_of(&["35.20", "12", "import"])));
    (text(), commodity, option::of(capacity), market, trade).prop_map(
        |(name, (commodity, units), capacity, (price, utilisation), (countries, origin))| {
            let unit = units.first().cloned().unwrap_or_else(|| "buah".to_owned());
            let capacity = capacity.map(|(quantity, more, days)| {
                let (min, max) = (f64::from(quantity), f64::from(quantity + more));
                let period = if days.is_some() { "day" } else { "month" };
                object(vec![
                    ("min", json!(min)),
                    ("max", json!(max)),
                    ("unit", json!(unit)),
                    ("period", json!(period)),
                    ("working_days", json!(days)),
                ])
            });
            let price = price
                .map(|(min, more)| json!({"min": min, "max": min + more, "unit": unit.clone()}));
            let materials =
                origin.map(|origin| json!([{"commodity": commodity, "origin": origin}]));
            object(vec![
                ("name", json!(name)),
                ("commodity", json!(commodity)),
                ("price_band", json!(price)),
                ("capacity", json!(capacity)),
                ("utilisation", json!(utilisation)),
                ("raw_materials", json!(materials)),
                ("export_destinations", json!(countries)),
            ])
        },
    )
}

fn owner() -> impl Strategy<Value = Value> {
    (text(), option::of(one_of(&["female", "male"])), option::of("\\+62[1-9][0-9]{8,10}")).prop_map(
        |(name, sex, phone)| {
            object(vec![("name", json!(name)), ("sex", json!(sex)), ("phone", json!(phone))])
        },
    )
}

fn certificate() -> impl Strategy<Value = Value> {
    let status = option::of(one_of(CertificateStatus::VARIANTS));
    (one_of(CertificateType::VARIANTS), option::of(text()), option::of(date()), status).prop_map(
        |(kind, number, issued, status)| {
            object(vec![
                ("type", json!(kind)),
                ("number", json!(number)),
                ("issued", json!(issued)),
                ("status", json!(status)),
            ])
        },
    )
}

fn channel() -> impl Strategy<Value = Value> {
    (one_of(Platform::VARIANTS), option::of("https://[a-z]{3,9}\\.id/[a-z]{0,9}")).prop_map(
        |(platform, url)| object(vec![("platform", json!(platform)), ("url", json!(url))]),
    )
}

fn registrations() -> impl Strategy<Value = Value> {
    let kinds: [&[&str]; 5] =
        [&["ikm"], &["ikm", "ukm"], &["ukm"], &["koperasi"], &["kopwan", "koperasi"]];
    (select(kinds.to_vec()), option::of(text()), option::of(date())).prop_map(
        |(kinds, office, since)| {
            let entry = |kind: &&str| {
                let (kind, office, since) = (json!(kind), json!(office), json!(since));
                object(vec![("kind", kind), ("office", office), ("since", since)])
            };
            kinds.iter().map(entry).collect()
        },
    )
}

/// Any valid document, tidy as it comes back.
fn document(reference: &Arc<Reference>) -> impl Strategy<Value = Value> + use<> {
    let regions: Vec<String> = reference
        .gazetteer
        .regions()
        .iter()
        .filter(|region| region.level != Level::Province)
        .map(|region| region.code.to_string())
        .collect();
    let sectors = ["pangan", "kulit-alas-kaki", "kerajinan-batik", "jasa", "aneka"];
    let who = (text(), registrations(), option::of(1900..2026), option::of("[0-9]{13}"));
    let what = (
        subsequence(sectors.to_vec(), 1..4),
        vec(product(reference), 0..4),
        vec((one_of(&["2020", "2025"]), "[1-9][0-9]{1,4}"), 0..3),
        option::of(one_of(LegalForm::VARIANTS)),
    );
    let point = option::of((degrees(111.0, 114.5), degrees(-8.7, -6.9), option::of(0_u32..90)));
    let place = (select(regions), point, option::of(text()));
    let people = (vec(owner(), 0..3), option::of((0_u32..400, 0_u32..400, option::of(date()))));
    let market = (
        vec(certificate(), 0..3),
        vec(channel(), 0..3),
        subsequence(Need::VARIANTS.to_vec(), 0..4),
        subsequence(Practice::VARIANTS.to_vec(), 0..4),
        subsequence(ConsentTo::VARIANTS.to_vec(), 0..4),
    );
    (who, what, place, people, market).prop_map(
        |(
            (name, registrations, founded, nib),
            (sectors, products, kbli, legal_form),
            (region, point, address),
            (owners, workers),
            (certificates, channels, needs, practices, consents),
        )| {
            let mut commodities: Vec<&Value> = Vec::new();
            for code in products.iter().map(|product| &product["commodity"]) {
                if !commodities.contains(&code) {
                    commodities.push(code);
                }
            }
            let commodities = json!(commodities);
            let kbli: Vec<Value> = kbli
                .into_iter()
                .map(|(edition, code)| json!({"edition": edition, "code": code, "main": false}))
                .collect();
            let consents: Vec<Value> = consents
                .into_iter()
                .map(|to| json!({"to": to, "on": "2026-01-31", "how": "formulir"}))
                .collect();
            let point = point.map(|(lon, lat, accuracy)| {
                let accuracy = accuracy.map(f64::from);
                object(vec![
                    ("lon", json!(lon)),
                    ("lat", json!(lat)),
                    ("accuracy_m", json!(accuracy)),
                    ("method", json!("gps")),
                ])
            });
            let workers = workers.map(|(male, female, on)| {
                object(vec![("male", json!(male)), ("female", json!(female)), ("on", json!(on))])
            });
            object(vec![
                ("name", json!(name)),
                ("registrations", registrations),
                ("legal_form", json!(legal_form)),
                ("founded_year", json!(founded)),
                ("nib", json!(nib)),
                ("kbli", json!(kbli)),
                ("sectors", json!(sectors)),
                ("commodities", commodities),
                ("products", json!(products)),
                ("region", json!(region)),
                ("point", json!(point)),
                ("address", json!(address)),
                ("owners", json!(owners)),
                ("workers", json!(workers)),
                ("certificates", json!(certificates)),
                ("channels", json!(channels)),
                ("needs", json!(needs)),
                ("practices", json!(practices)),
                ("consents", json!(consents)),
            ])
        },
    )
}

/// What was written is there; what was not is not, but for what is computed.
fn assert_same(written: &Value, read: &Value) -> Result<(), TestCaseError> {
    let written_fields = written.as_object().expect("an object");
    for (field, value) in written_fields {
        prop_assert_eq!(&read[field], value, "{}", field);
    }
    for field in ["address", "point", "workers", "owners", "nib", "needs", "consents"] {
        prop_assert_eq!(read.get(field).is_some(), written_fields.contains_key(field), "{}", field);
    }
    Ok(())
}

#[test]
fn any_valid_document_is_read_back_as_it_was_written() {
    let app = TestApp::new();
    let staff = app.staff();
    let reference = app.registry.reference();
    let pairs = (document(&reference), document(&reference));
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let run = TestRunner::new(config).run(&pairs, |(first, second)| {
        let answer = staff.post(PATH, &first);
        prop_assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
        let path = answer.header("location").to_owned();
        let read = staff.get(&path).json();
        prop_assert_eq!(&read, &answer.json());
        assert_same(&first, &read)?;
        let answer = staff.write("PUT", &path, "\"1\"", &second);
        prop_assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
        assert_same(&second, &staff.get(&path).json())?;
        let earlier = staff.get(&format!("{path}/revisions/1")).json();
        assert_same(&first, &earlier["document"])
    });
    run.expect("every document comes back");
}

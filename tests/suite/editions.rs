//! Editions of the reference codes: boundaries, what becomes of the records, KBLI.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::NaiveDate;
use geo::{BooleanOps, MultiPolygon, Rect, coord};
use sentra::db::{self, Db};
use sentra::domain::fault::FieldFault;
use sentra::registry::boundaries::{EditionOptions, EditionReport};
use sentra::registry::reassign::ReassignOptions;
use sentra::registry::{Clock, Registry, RegistryError};
use serde_json::{Value, json};

use crate::app::{TestApp, TestDb};
use crate::reassignment::{created, document, reassign};

const DISTRICTS: &str = include_str!("../../seed/regions/districts.geojson");
const VILLAGES: &str = include_str!("../../seed/regions/codes.csv");
/// Tanggulangin, Kabupaten Sidoarjo, and where it is cut in two.
pub const OLD: &str = "35.15.06";
const CUT: f64 = 112.725;
pub const WEST: &str = "35.15.30";
pub const EAST: &str = "35.15.31";

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn options(edition: &str, within: &str) -> EditionOptions {
    EditionOptions {
        edition: edition.into(),
        valid_from: day("2026-01-01"),
        source: "uji".into(),
        approximate: false,
        within: within.parse().expect("a code"),
        dry_run: false,
    }
}

fn feature(code: &str, name: &str, geometry: &Value) -> Value {
    json!({"type": "Feature", "properties": {"kode": code, "nama": name}, "geometry": geometry})
}

fn file(features: &[Value]) -> Vec<u8> {
    json!({"type": "FeatureCollection", "features": features}).to_string().into_bytes()
}

/// The seed's districts of Sidoarjo: code, name, polygon.
fn districts() -> Vec<(String, String, geojson::Geometry)> {
    let collection: geojson::FeatureCollection = DISTRICTS.parse().expect("GeoJSON");
    let all = collection.features.into_iter().map(|feature| {
        let text = |name| feature.property(name).and_then(Value::as_str).expect("text").to_owned();
        (text("code"), text("name"), feature.geometry.clone().expect("a polygon"))
    });
    all.filter(|(code, ..)| code.starts_with("35.15.")).collect()
}

/// Sidoarjo with Tanggulangin cut in two.
fn split() -> Vec<Value> {
    let mut features = Vec::new();
    for (code, name, geometry) in districts() {
        if code != OLD {
            features.push(feature(&code, &name, &serde_json::to_value(&geometry).expect("JSON")));
            continue;
        }
        let polygon = match geo::Geometry::try_from(&geometry).expect("a polygon") {
            geo::Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon]),
            geo::Geometry::MultiPolygon(polygon) => polygon,
            other => panic!("{other:?}"),
        };
        for (code, name, west, east) in
            [(WEST, "Tanggulangin Barat", 112.0, CUT), (EAST, "Tanggulangin Timur", CUT, 113.0)]
        {
            let half = Rect::new(coord! {x: west, y: -8.0}, coord! {x: east, y: -7.0}).to_polygon();
            let half = geojson::Geometry::new((&polygon.intersection(&half)).into());
            features.push(feature(code, name, &serde_json::to_value(half).expect("JSON")));
        }
    }
    features
}

/// The villages of Tanggulangin in the halves, with small squares as polygons: Kalitengah has
/// another name there, Kalidawir is in neither.
fn villages() -> Vec<Value> {
    let rows = VILLAGES.lines().filter(|row| row.starts_with("village,35.15.06."));
    rows.filter_map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        let degrees = |at: usize| cells[at].parse::<f64>().expect("a number");
        let (number, name, lat, lon) = (&cells[1][9..], cells[4], degrees(5), degrees(6));
        let name = match name {
            "Kalidawir" => return None,
            "Kalitengah" => "Kali Tengah Baru",
            name => name,
        };
        let code = format!("{}.{number}", if lon < CUT { WEST } else { EAST });
        let (w, s, e, n) = (lon - 1e-3, lat - 1e-3, lon + 1e-3, lat + 1e-3);
        let square =
            json!({"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]});
        Some(feature(&code, name, &square))
    })
    .collect()
}

/// Imports the split and its villages.
pub fn import_split(registry: &Registry) -> EditionReport {
    let report = registry.import_boundaries(&file(&split()), &options("2026", "35.15"));
    for within in [WEST, EAST] {
        let below: Vec<Value> = villages()
            .into_iter()
            .filter(|village| {
                village["properties"]["kode"].as_str().expect("a code").starts_with(within)
            })
            .collect();
        registry.import_boundaries(&file(&below), &options("2026", within)).expect("villages");
    }
    report.expect("districts")
}

fn told(result: Result<EditionReport, RegistryError>) -> Vec<(String, &'static str)> {
    let Err(RegistryError::Invalid(faults)) = result else { panic!("{result:?}") };
    faults.into_iter().map(|FieldFault { field, fault }| (field, fault.code())).collect()
}

pub fn log(db: &TestDb) -> Vec<db::log::ChangeRow> {
    let db = Db::open(&db.url).expect("a database");
    db.read(|connection| db::log::since(connection, 0, 1_000_000)).expect("the log")
}

#[test]
fn a_split_district_is_closed_with_its_villages_and_its_halves_are_there() {
    let app = TestApp::new();
    let dry = EditionOptions { dry_run: true, ..options("2026", "35.15") };
    let foreseen = app.registry.import_boundaries(&file(&split()), &dry).expect("foreseen");
    assert_eq!(app.anonymous().get(&format!("/api/v1/regions/{WEST}")).status, 404);
    let report = import_split(&app.registry);
    assert_eq!(EditionReport { dry_run: false, ..foreseen }, report);
    assert_eq!(report.added, [WEST, EAST]);
    assert_eq!((report.kept, report.closed.len()), (17, 19));

    let anonymous = app.anonymous();
    let listed = anonymous.all("/api/v1/regions?parent=35.15");
    let codes: Vec<&str> = listed.iter().filter_map(|region| region["code"].as_str()).collect();
    assert_eq!(codes.len(), 19);
    assert!(codes.contains(&WEST) && !codes.contains(&OLD));
    let old = anonymous.get(&format!("/api/v1/regions/{OLD}")).expect(200);
    assert_eq!(
        (&old["edition"], &old["valid_from"], &old["valid_to"]),
        (&json!("2025"), &Value::Null, &json!("2026-01-01"))
    );
    let west = anonymous.get(&format!("/api/v1/regions/{WEST}")).expect(200);
    assert_eq!(
        (&west["edition"], &west["valid_from"], &west["valid_to"]),
        (&json!("2026"), &json!("2026-01-01"), &Value::Null)
    );
    // A point that stands for it, inside.
    let (lon, lat) = (west["lon"].as_f64().expect("lon"), west["lat"].as_f64().expect("lat"));
    let located = anonymous.get(&format!("/api/v1/regions/locate?lon={lon}&lat={lat}")).expect(200);
    assert_eq!(
        located["district"],
        json!({"code": WEST, "name": "Tanggulangin Barat", "approximate": false})
    );
    // A village with a polygon is found by its point.
    let located = anonymous.get("/api/v1/regions/locate?lon=112.6976&lat=-7.5093").expect(200);
    assert_eq!(located["village"]["code"], "35.15.30.2001");
}

#[test]
fn what_a_region_was_is_kept() {
    let app = TestApp::new();
    let anonymous = app.anonymous();
    let before = anonymous.get("/api/v1/regions/35.15.07/geometry").expect(200);
    let mut features = split();
    let candi = features.iter_mut().find(|it| it["properties"]["kode"] == "35.15.07");
    let candi = candi.expect("Candi");
    candi["properties"]["nama"] = "Candi Baru".into();
    candi["geometry"] = json!({"type": "Polygon", "coordinates": [[[112.7, -7.5], [112.71, -7.5], [112.71, -7.49], [112.7, -7.5]]]});
    let report = app
        .registry
        .import_boundaries(&file(&features), &options("2026", "35.15"))
        .expect("a report");
    assert_eq!(report.renamed.len(), 1);
    let editions = anonymous.get("/api/v1/regions/35.15.07/editions").expect(200);
    let name = before["properties"]["name"].clone();
    let expected = json!([
        {"edition": "2025", "name": name, "parent": "35.15", "valid_from": null, "valid_to": "2026-01-01"},
        {"edition": "2026", "name": "Candi Baru", "parent": "35.15", "valid_from": "2026-01-01", "valid_to": null},
    ]);
    assert_eq!(editions["items"], expected);
    let at = |edition: &str| {
        anonymous.get(&format!("/api/v1/regions/35.15.07/geometry{edition}")).expect(200)["geometry"].clone()
    };
    assert_eq!(at("?edition=2025"), before["geometry"]);
    assert_eq!(at(""), candi_geometry(&features));
    anonymous.get("/api/v1/regions/35.15.07/geometry?edition=1999").expect_problem(404);
    // The region itself has been there all along.
    assert_eq!(anonymous.get("/api/v1/regions/35.15.07").expect(200)["valid_from"], Value::Null);
    let listed = anonymous
        .get("/api/v1/regions?parent=35.15&level=district&f=geojson&limit=1000")
        .expect(200);
    assert_eq!(listed["features"].as_array().map(Vec::len), Some(19));
}

fn candi_geometry(features: &[Value]) -> Value {
    let candi = features.iter().find(|it| it["properties"]["kode"] == "35.15.07");
    // One polygon is kept as the multi-polygon of it.
    json!({"type": "MultiPolygon", "coordinates": [candi.expect("Candi")["geometry"]["coordinates"]]})
}

#[test]
fn a_file_with_a_bad_feature_writes_nothing() {
    let app = TestApp::new();
    let versions = || {
        let db = Db::open(&app.db.url).expect("a database");
        db.read(db::editions::region_versions).expect("regions").len()
    };
    let before = versions();
    let square = json!({"type": "Polygon", "coordinates": [[[112.0, -7.0], [112.1, -7.0], [112.1, -7.1], [112.0, -7.0]]]});
    let bow_tie =
        json!({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]});
    let count = split().len();
    let with = |feature: Value| {
        let mut features = split();
        features.push(feature);
        told(app.registry.import_boundaries(&file(&features), &options("2026", "35.15")))
    };
    let last = format!("feature {}", count + 1);
    assert_eq!(with(feature("35.15.40", "X", &bow_tie)), [(last.clone(), "unreadable")]);
    assert_eq!(with(feature(WEST, "X", &square)), [(last.clone(), "repeated")]);
    assert_eq!(with(feature("36.01.01", "X", &square)), [(last.clone(), "region_unknown")]);
    assert_eq!(with(feature("35.74.09", "X", &square)), [(last.clone(), "not_within")]);
    assert_eq!(with(feature("35.15.99.2001", "X", &square)), [(last.clone(), "parent_unknown")]);
    // The file itself closes the district that this lies in.
    assert_eq!(with(feature("35.15.06.2001", "X", &square)), [(last, "parent_unknown")]);
    assert_eq!((versions(), log(&app.db).len()), (before, 0));
}

#[test]
fn an_edition_is_imported_once_in_the_order_of_time_and_not_by_mistake_for_the_province() {
    let app = TestApp::new();
    let import =
        |options: &EditionOptions| app.registry.import_boundaries(&file(&split()), options);
    let whole = told(import(&options("2026", "35")));
    assert_eq!(whole, [("file".to_owned(), "closes_most")]);
    import(&options("2026", "35.15")).expect("a report");
    let again = told(import(&options("2026", "35.15")));
    assert_eq!(again, [("edition".to_owned(), "edition_exists")]);
    let early = EditionOptions { valid_from: day("2025-12-31"), ..options("2025b", "35.15") };
    assert_eq!(told(import(&early)), [("valid-from".to_owned(), "edition_too_early")]);
    // A correction of the same day.
    let report = import(&options("2026b", "35.15")).expect("a correction");
    assert_eq!((report.kept, report.closed.len()), (19, 0));
    let west = app.anonymous().get(&format!("/api/v1/regions/{WEST}")).expect(200);
    assert_eq!((&west["edition"], &west["valid_from"]), (&json!("2026b"), &json!("2026-01-01")));
}

/// Days that the clock of the next test is ahead.
static AHEAD: AtomicI64 = AtomicI64::new(0);

#[test]
fn an_edition_begins_on_its_day_without_a_restart() {
    let db = TestDb::new();
    let clock = Clock::from_fn(|| {
        Clock::system().now() + chrono::TimeDelta::days(AHEAD.load(Ordering::SeqCst))
    });
    let registry = Registry::open(Db::open(&db.url).expect("a database"), clock).expect("opened");
    let soon = clock.now().date_naive() + chrono::Days::new(10);
    let later = EditionOptions { valid_from: soon, ..options("nanti", "35.15") };
    registry.import_boundaries(&file(&split()), &later).expect("a report");
    let code = |text: &str| text.parse().expect("a code");
    assert!(registry.region(&code(WEST)).is_err());
    let old = registry.region(&code(OLD)).expect("found");
    assert_eq!((old.edition.as_str(), old.valid_to), ("2025", Some(soon)));
    let wrong = ReassignOptions { edition: "nanti".into(), ..reassign(true, None) };
    assert!(matches!(registry.reassign(&wrong, |_, _| true), Err(RegistryError::Invalid(_))));

    AHEAD.store(11, Ordering::SeqCst);
    registry.catch_up().expect("caught up");
    assert_eq!(registry.region(&code(WEST)).expect("found").edition, "nanti");
    assert!(registry.reference().gazetteer.current(&code(OLD)).is_none());
}

#[test]
fn another_process_takes_up_new_codes() {
    let db = TestDb::new();
    let (here, there) = (db.open(), db.open());
    import_split(&here);
    here.import_kbli(b"kode,judul\n15201,Alas kaki\n", "2030", None).expect("codes");
    assert!(there.region(&WEST.parse().expect("a code")).is_err());
    there.catch_up().expect("caught up");
    assert_eq!(there.region(&WEST.parse().expect("a code")).expect("found").edition, "2026");
    assert!(there.reference().kbli.knows("2030"));
    // And writes with them.
    let id = created(&there, WEST, None);
    assert_eq!(document(&there, id)["region_name"], "Tanggulangin Barat, Kabupaten Sidoarjo");
}

/// The records of a split district: by their point, by name, by the mapping, or left to a person.
/// The finer map of HDX as an agency would load it, of one regency.
#[test]
fn the_districts_of_hdx_come_in_as_an_edition() {
    let path = "../shared/data/reference/districts-hdx.geojson";
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: {path} is not there");
        return;
    };
    let mut collection: geojson::FeatureCollection = text.parse().expect("GeoJSON");
    collection
        .features
        .retain(|feature| feature.property("regency_code").is_some_and(|code| code == "35.15"));
    let app = TestApp::new();
    let bytes = collection.to_string().into_bytes();
    let report =
        app.registry.import_boundaries(&bytes, &options("2026-hdx", "35.15")).expect("a report");
    assert_eq!((report.kept, report.added.len(), report.closed.len()), (18, 0, 0));
    let located =
        app.anonymous().get("/api/v1/regions/locate?lon=112.7223&lat=-7.5071").expect(200);
    let expected = json!({"code": OLD, "name": "Tanggulangin", "approximate": false});
    assert_eq!(located["district"], expected);
}

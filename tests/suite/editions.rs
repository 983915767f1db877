//! Editions of the reference codes: boundaries, what becomes of the records, KBLI.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::NaiveDate;
use geo::{BooleanOps, MultiPolygon, Rect, coord};
use sentra::db::{self, Db};
use sentra::domain::actor::Actor;
use sentra::domain::fault::FieldFault;
use sentra::domain::lifecycle::{Action, Grounds};
use sentra::registry::boundaries::{EditionOptions, EditionReport};
use sentra::registry::reassign::{ReassignOptions, ReassignReport, Why};
use sentra::registry::writing::{Change, IfMatch, Written};
use sentra::registry::{Clock, Registry, RegistryError};
use serde_json::{Value, json};

use crate::app::{TestApp, TestDb, draft};

const DISTRICTS: &str = include_str!("../../seed/regions/districts.geojson");
const VILLAGES: &str = include_str!("../../seed/regions/codes.csv");
/// Tanggulangin, Kabupaten Sidoarjo, and where it is cut in two.
const OLD: &str = "35.15.06";
const CUT: f64 = 112.725;
const WEST: &str = "35.15.30";
const EAST: &str = "35.15.31";

fn day(text: &str) -> NaiveDate {
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
fn import_split(registry: &Registry) -> EditionReport {
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

fn created(registry: &Registry, region: &str, point: Option<(f64, f64)>) -> uuid::Uuid {
    let mut value = draft("Tas Melati");
    value["region"] = region.into();
    match point {
        Some((lon, lat)) => value["point"] = json!({"lon": lon, "lat": lat, "method": "gps"}),
        None => drop(value.as_object_mut().expect("an object").remove("point")),
    }
    let draft = Written::from_json(value).expect("a draft");
    registry.create_enterprise(&Actor::Operator, draft, None).expect("created").0.id
}

fn document(registry: &Registry, id: uuid::Uuid) -> Value {
    let seen = registry.enterprise(&Actor::Operator, id).expect("found");
    serde_json::from_str(&seen.document).expect("JSON")
}

fn reassign(dry_run: bool, mapping: Option<&str>) -> ReassignOptions {
    let mapping = mapping.map(|text| text.as_bytes().to_vec());
    ReassignOptions { edition: "2026".into(), mapping, dry_run }
}

fn run(registry: &Registry, options: &ReassignOptions) -> ReassignReport {
    registry.reassign(options, |_, _| true).expect("a report")
}

fn told(result: Result<EditionReport, RegistryError>) -> Vec<(String, &'static str)> {
    let Err(RegistryError::Invalid(faults)) = result else { panic!("{result:?}") };
    faults.into_iter().map(|FieldFault { field, fault }| (field, fault.code())).collect()
}

fn log(db: &TestDb) -> Vec<db::log::ChangeRow> {
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
#[test]
fn records_go_where_their_region_went() {
    let app = TestApp::new();
    let registry = &app.registry;
    let west = created(registry, OLD, Some((112.70, -7.505)));
    let east = created(registry, OLD, Some((112.75, -7.51)));
    let by_name = created(registry, "35.15.06.2016", None);
    let mapped = created(registry, "35.15.06.2004", None);
    let open = created(registry, OLD, None);
    let lost = created(registry, "35.15.06.2011", None);
    let elsewhere = created(registry, "35.74.01", None);
    // In a district that stays, with a point in the one that was split.
    let outside = created(registry, "35.15.07", Some((112.70, -7.505)));
    let closed = created(registry, OLD, Some((112.70, -7.505)));
    let close = Change::Act { action: Action::Close, grounds: Grounds::default() };
    registry.change_enterprise(&Actor::Operator, closed, IfMatch::Any, close).expect("closed");
    import_split(registry);

    let mapping = "lama,baru\n35.15.06.2004,35.15.30.2004\n";
    let before = log(&app.db).len();
    let foreseen = run(registry, &reassign(true, Some(mapping)));
    assert_eq!(log(&app.db).len(), before);
    assert_eq!(document(registry, west)["region"], OLD);
    let report = run(registry, &reassign(false, Some(mapping)));
    assert_eq!((&foreseen.tally, &foreseen.job), (&report.tally, &None));

    let region = |id| document(registry, id)["region"].clone();
    assert_eq!((region(west), region(east)), (json!(WEST), json!(EAST)));
    assert_eq!((region(by_name), region(mapped)), (json!("35.15.30.2016"), json!("35.15.30.2004")));
    assert_eq!((region(open), region(lost)), (json!(OLD), json!("35.15.06.2011")));
    assert_eq!(region(closed), WEST);
    let document_of_west = document(registry, west);
    assert_eq!(document_of_west["region_name"], "Tanggulangin Barat, Kabupaten Sidoarjo");
    assert_eq!(
        document_of_west["located_in"],
        json!({"regency": "35.15", "district": WEST, "approximate": false})
    );
    assert_eq!(document_of_west["quality"], Value::Null);
    assert_eq!(document(registry, outside)["located_in"]["district"], WEST);
    for unchanged in [open, lost, elsewhere] {
        assert_eq!(document(registry, unchanged)["revision"], 1);
    }

    let tally = &report.tally;
    assert_eq!(
        (tally.examined, tally.unchanged, tally.reassigned, tally.relocated, tally.ambiguous),
        (9, 3, 5, 4, 2)
    );
    assert_eq!(tally.reassigned_to[OLD], [(WEST.to_owned(), 2), (EAST.to_owned(), 1)].into());
    let candidates: HashMap<String, Vec<String>> = report
        .findings
        .iter()
        .map(|finding| match &finding.why {
            Why::Ambiguous { candidates, .. } => {
                (finding.id.clone(), candidates.iter().map(ToString::to_string).collect())
            }
            Why::Unreadable { message } => panic!("{message}"),
        })
        .collect();
    assert_eq!(candidates[&open.to_string()], [WEST, EAST]);
    assert_eq!(candidates[&lost.to_string()], [EAST]);

    // Each change says why, and is one revision.
    let job = report.job.expect("a job");
    let changes = log(&app.db);
    let written: Vec<_> = changes.iter().filter(|change| change.action == "reassign").collect();
    assert_eq!(written.len(), 6);
    for change in written {
        assert_eq!(change.job_id.as_deref(), Some(job.as_str()));
        assert_eq!(change.reason.as_deref(), Some("edition 2026"));
    }
    // Again: nothing is left to do.
    let again = run(registry, &reassign(false, Some(mapping)));
    assert_eq!((again.tally.unchanged, again.tally.ambiguous), (9, 2));
    // What was left is settled by a mapping.
    let mapping = "old,new\n3515062011,35.15.31.2010\n35.15.06,35.15.31\n";
    assert_eq!(run(registry, &reassign(false, Some(mapping))).tally.ambiguous, 0);
    assert_eq!((region(open), region(lost)), (json!(EAST), json!("35.15.31.2010")));
}

#[test]
fn a_mapping_to_regions_that_are_not_there_is_refused_by_line() {
    let app = TestApp::new();
    import_split(&app.registry);
    let mapping = "lama,baru\n35.15.06,35.15.30\n35.15.06.2001,35.15.06.2002\n35.15.98,35.15.30\n";
    let result = app.registry.reassign(&reassign(false, Some(mapping)), |_, _| true);
    let Err(RegistryError::Invalid(faults)) = result else { panic!("{result:?}") };
    let lines: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(lines, ["line 3", "line 4"]);
}

#[test]
fn a_job_that_was_stopped_goes_on_and_changes_each_record_once() {
    let db = TestDb::new();
    let registry = db.open();
    let ids: Vec<uuid::Uuid> =
        (0..40).map(|_| created(&registry, "35.15.06.2016", Some((112.70, -7.505)))).collect();
    let total = ids.len() + registry.generate(300, 7, |_, _| {}).expect("generated");
    import_split(&registry);

    let mut batches = 0;
    let stopped = registry.reassign(&reassign(false, None), |done, of| {
        batches += 1;
        assert!(done < of && of == total);
        false
    });
    assert!(matches!(stopped, Err(RegistryError::Stopped)) && batches == 1);
    drop(registry);
    // Once more, by another process, also among those that change.
    let registry = db.open();
    let stopped = registry.reassign(&reassign(false, None), |done, _| done < 30);
    assert!(matches!(stopped, Err(RegistryError::Stopped)));
    assert!(log(&db).iter().filter(|change| change.action == "reassign").count() < ids.len());
    drop(registry);

    let registry = db.open();
    let mut seen = Vec::new();
    let report = registry
        .reassign(&reassign(false, None), |done, _| {
            seen.push(done);
            true
        })
        .expect("a report");
    assert!(seen[0] > 32 && seen.last() == Some(&total), "{seen:?}");
    assert_eq!(report.tally.examined, total);
    assert!(report.tally.reassigned >= ids.len());
    let mut times: HashMap<String, usize> = HashMap::new();
    for change in log(&db).into_iter().filter(|change| change.action == "reassign") {
        assert_eq!(change.job_id, report.job);
        *times.entry(change.entity_id).or_default() += 1;
    }
    assert!(times.values().all(|&times| times == 1));
    assert_eq!(times.len() + report.tally.unchanged, total);
    for id in ids {
        let found = document(&registry, id);
        assert_eq!((&found["region"], &found["revision"]), (&json!("35.15.30.2016"), &json!(2)));
    }
    // A job that is done is not gone on with: the next is a new one.
    let next = run(&registry, &reassign(false, None));
    assert_eq!((next.tally.unchanged, next.job == report.job), (total, false));
}

/// What the public sees follows, and nothing else of the record comes with it.
#[test]
fn the_public_projection_follows() {
    use sentra::domain::codes::BasisKind;
    use sentra::domain::enterprise::PublicationBasis;
    use sentra::registry::import::ImportOptions;
    let app = TestApp::new();
    let basis = PublicationBasis {
        kind: BasisKind::AlreadyPublic,
        text: "uji".into(),
        on: day("2025-01-01"),
    };
    let options =
        ImportOptions { name: "a.csv".into(), dry_run: false, kind: None, publish: Some(basis) };
    let list = "Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas\nTas Ayu,Siti,Kedensari,Tanggulangin,Sidoarjo,tas\n";
    app.registry
        .import(&Actor::Operator, list.as_bytes(), &options, |_, _| true)
        .expect("a report");
    import_split(&app.registry);
    run(&app.registry, &reassign(false, None));
    let items = app.anonymous().all(&format!("/api/v1/enterprises?region={WEST}"));
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["region_name"], "Kedensari, Tanggulangin Barat, Kabupaten Sidoarjo");
    assert!(!items[0].to_string().contains("Siti"));
    assert_eq!(
        app.anonymous().get(&format!("/api/v1/enterprises?region={OLD}")).expect(200)["matched"],
        0
    );
}

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

#[test]
fn kbli_of_an_edition_and_what_it_corresponds_to() {
    let app = TestApp::new();
    let anonymous = app.anonymous();
    anonymous.get("/api/v1/kbli/2025/15209").expect_problem(404);
    let codes = "versi,kode,judul\n2025,C,Industri Pengolahan\n2025,15,Kulit\n2025,15209,Alas kaki lain\n2025,15201,Alas kaki\n2020,15202,Lama\n";
    let count =
        app.registry.import_kbli(codes.as_bytes(), "2025", Some(day("2026-01-01"))).expect("codes");
    assert_eq!(count, 3);
    let pairs = "2020,2025\n15201,15201\n15201,15209\n15202,15209\n";
    assert_eq!(
        app.registry.import_concordance(pairs.as_bytes(), "2020", "2025").expect("pairs"),
        3
    );
    let new = anonymous.get("/api/v1/kbli/2025/15209").expect(200);
    assert_eq!(
        (&new["title"], &new["valid_from"], &new["valid_to"]),
        (&json!("Alas kaki lain"), &json!("2026-01-01"), &Value::Null)
    );
    let old_title = &anonymous.get("/api/v1/kbli/2020/15201").expect(200)["title"];
    let expected = json!([
        {"edition": "2020", "code": "15201", "title": old_title},
        {"edition": "2020", "code": "15202", "title": title(&app, "2020", "15202")},
    ]);
    assert_eq!(new["corresponds_to"], expected);
    let old = anonymous.get("/api/v1/kbli/2020/15201").expect(200);
    assert_eq!((&old["valid_from"], &old["valid_to"]), (&Value::Null, &json!("2026-01-01")));
    assert_eq!(old["corresponds_to"].as_array().map(Vec::len), Some(2));
    // A corrected concordance takes the place of the earlier one.
    app.registry.import_concordance(b"dari,ke\n15201,15201\n", "2020", "2025").expect("pairs");
    let new = anonymous.get("/api/v1/kbli/2025/15209").expect(200);
    assert_eq!(new["corresponds_to"], json!([]));
    anonymous.get("/api/v1/kbli/2019/15209").expect_problem(404);
}

fn title(app: &TestApp, edition: &str, code: &str) -> Option<String> {
    app.registry.reference().kbli.entry(edition, code).map(|entry| entry.title.clone())
}

#[test]
fn an_imported_edition_may_be_stated_and_a_bad_list_writes_nothing() {
    let app = TestApp::new();
    let admin = app.admin();
    let mut body = draft("Tas Melati");
    body["kbli"] = json!([{"edition": "2030", "code": "15201"}]);
    let refused = admin.post("/api/v1/enterprises", &body).expect_problem(422);
    assert_eq!(refused, ["kbli[0].edition:unknown_code"]);
    let bad = app.registry.import_kbli(b"kode,judul\n15201,Alas kaki\n1,X\n", "2030", None);
    assert!(matches!(bad, Err(RegistryError::Invalid(_))));
    admin.post("/api/v1/enterprises", &body).expect_problem(422);
    app.registry.import_kbli(b"kode,judul\n15201,Alas kaki\n", "2030", None).expect("codes");
    let stored = admin.post("/api/v1/enterprises", &body).expect(201);
    assert_eq!(stored["kbli"][0]["edition"], "2030");
    assert_eq!(admin.get("/api/v1/kbli?edition=2030").expect(200)["matched"], 1);
    let unknown = app.registry.import_concordance(b"dari,ke\n15,15\n", "2020", "2031");
    assert!(matches!(unknown, Err(RegistryError::Invalid(_))));
}

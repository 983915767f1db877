//! Exports hold what passes the filter, at the caller's tier, and come in again unchanged.

mod formats;
mod readers;
pub mod reading;

use sentra::domain::actor::Actor;
use sentra::registry::import::ImportOptions;

use crate::app::{TestApp, TestDb, draft};

/// Whoever counts the threads of exports holds it to write, whoever exports a lot to read.
pub static ALONE: parking_lot::RwLock<()> = parking_lot::RwLock::new(());

fn options() -> ImportOptions {
    ImportOptions { name: "uji.csv".into(), ..ImportOptions::default() }
}

#[test]
fn an_export_holds_exactly_what_passes_and_nothing_internal_for_the_public() {
    let app = TestApp::new();
    app.registry.seed_demo(|_, _| {}).expect("a demo");
    let filter = "sector=kulit-alas-kaki&kind=ikm";
    let listed = app.anonymous().all(&format!("/api/v1/enterprises?{filter}&limit=500"));
    let exported = app.anonymous().get(&format!("/api/v1/exports/enterprises.geojson?{filter}"));
    assert_eq!(exported.header("content-type"), "application/geo+json");
    let features = exported.expect(200)["features"].as_array().cloned().expect("features");
    let ids = |items: &[serde_json::Value]| {
        let mut ids: Vec<String> = items.iter().map(|item| item["id"].to_string()).collect();
        ids.sort();
        ids
    };
    assert!(listed.len() > 100);
    assert_eq!(ids(&listed), ids(&features));

    let csv = app.anonymous().get(&format!("/api/v1/exports/enterprises.csv?{filter}"));
    let text = String::from_utf8(csv.bytes).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), listed.len());
    for internal in ["owners", "address", "workers.male", "review", "publication"] {
        let at = header.iter().position(|name| name == internal).expect("a column");
        assert!(rows.iter().all(|row| row[at].is_empty()), "{internal}");
    }
}

#[test]
fn what_was_exported_comes_in_again_without_any_mapping() {
    let app = TestApp::new();
    let staff = app.staff();
    for name in ["Tas Melati", "Tas Mawar"] {
        staff.post("/api/v1/enterprises", &draft(name)).expect(201);
    }
    let csv = staff.get("/api/v1/exports/enterprises.csv").bytes;
    let other = TestApp::new();
    let report =
        other.registry.import(&Actor::Operator, &csv, &options(), |_, _| true).expect("a report");
    assert_eq!((report.read, report.accepted), (2, 2), "{:?}", report.rows);
    let items = other.staff().all("/api/v1/enterprises?sort=name");
    assert_eq!(items[0]["name"], "Tas Mawar");
    for field in ["registrations", "sectors", "commodities", "region", "workers", "owners"] {
        assert_eq!(items[0][field], draft("")[field], "{field}");
    }
    let report =
        other.registry.import(&Actor::Operator, &csv, &options(), |_, _| true).expect("a report");
    assert_eq!(report.unchanged, 2);
}

#[test]
fn the_command_line_writes_every_format_with_its_metadata_beside_it() {
    let test = TestDb::new();
    test.open().generate(40, 3, |_, _| {}).expect("generated");
    let folder = tempfile::tempdir().expect("a folder");
    let run = |name: &str, arguments: &[&str]| {
        let file = folder.path().join(name);
        let mut command = crate::program::sentra(&test);
        let done = command.arg("export").arg(&file).args(arguments).status().expect("a status");
        (done.success(), file)
    };
    for format in reading::FORMATS {
        let name = format!("usaha.{format}");
        let (done, file) = run(&name, &["--columns", "id,nib,tier"]);
        assert!(done, "{format}");
        let read = reading::rows(format, &std::fs::read(&file).expect("a file"));
        assert_eq!(read.len(), 40, "{format}");
        assert!(read.iter().all(|row| row["tier"] == "internal"), "{format}");
        let beside = folder.path().join(format!("{name}.metadata.json"));
        let beside = std::fs::read(beside).expect("metadata");
        let metadata: serde_json::Value = serde_json::from_slice(&beside).expect("JSON");
        assert_eq!(metadata["counts"]["enterprises"], 40, "{format}");
        assert_eq!(metadata["columns"].as_array().map(Vec::len), Some(3), "{format}");
    }
    let (done, file) = run("usaha2.csv", &["--semicolon", "--filter", "kind=ikm"]);
    let text = std::fs::read_to_string(file).expect("a file");
    assert!(done && text.starts_with("\u{feff}id;name;"), "{text}");
    for (name, arguments) in [
        ("usaha.shp", &[][..]),
        ("usaha.xlsx", &["--semicolon"]),
        ("usaha.csv", &["--columns", "shoe_size"]),
        ("usaha.csv", &["--filter", "kind=x"]),
    ] {
        assert!(!run(name, arguments).0, "{name} {arguments:?}");
    }
}

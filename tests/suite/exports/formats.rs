//! Each format read back is what the list tells.

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use super::reading::{FORMATS, Row, comparable, delimited, rows};
use crate::app::{Client, TestApp, draft};

const EXPORT: &str = "/api/v1/exports/enterprises";

fn exported(client: &Client, format: &str, query: &str) -> Vec<u8> {
    let answer = client.get(&format!("{EXPORT}.{format}?{query}"));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.bytes
}

/// A demo with a record that has everything and one whose texts are no plain ones.
fn filled() -> TestApp {
    let app = TestApp::new();
    app.registry.generate(1_200, 3, |_, _| {}).expect("generated");
    let staff = app.staff();
    let mut full = draft("=Tas \"Melati\"; <Jaya>, & Rekan");
    full["nib"] = json!("0120001234567");
    full["address"] = json!("Jl. Baru\nRT 2");
    full["kbli"] = json!([{"edition": "2020", "code": "15201", "main": true}]);
    full["needs"] = json!(["capital", "machines"]);
    full["certificates"] = json!([{"type": "halal", "number": "ID-1"}, {"type": "sni"}]);
    full["channels"] = json!([{"platform": "shopee", "url": "https://contoh.id/a"}]);
    full["products"][0]["raw_materials"] = json!([{"commodity": "kulit-samak", "origin": "35.20"}]);
    full["products"][0]["export_destinations"] = json!(["MY", "JP"]);
    full["products"][0]["utilisation"] = json!(40);
    full["consents"] = json!([{"to": "publish", "on": "2026-01-02", "how": "uji"}]);
    staff.post("/api/v1/enterprises", &full).expect(201);
    app
}

#[test]
fn every_format_tells_what_the_list_tells_at_either_tier_and_of_any_share() {
    let _shared = super::ALONE.read();
    let app = filled();
    let analyst = app.signed_in(Role::Analyst, Some("35.15"));
    for (client, tier) in [(app.anonymous(), "public"), (app.staff(), "internal"), (analyst, "")] {
        // All of them, some, and few far from each other in the table.
        for filter in ["", "kind=ikm&region=35.15,35.78", "sector=pangan&bbox=112.5,-8,113,-7"] {
            let mut listed = client.all(&format!("/api/v1/enterprises?{filter}&limit=1000"));
            let of = |items: &mut Vec<Value>| {
                items.sort_by_key(|item| item["id"].to_string());
                std::mem::take(items)
            };
            let listed = of(&mut listed);
            assert!(listed.len() > 5, "{filter}: {}", listed.len());
            let whole: Value =
                serde_json::from_slice(&exported(&client, "geojson", filter)).expect("JSON");
            let features = whole["features"].as_array().expect("features").iter();
            let mut documents: Vec<Value> =
                features.map(|feature| feature["properties"].clone()).collect();
            assert!(of(&mut documents) == listed, "{tier} {filter}");
            let lines = exported(&client, "geojsonl", filter);
            assert_eq!(lines.split(|byte| *byte == b'\n').count(), listed.len() + 1);

            let query = format!("{filter}&columns=all").trim_start_matches('&').to_owned();
            let flat = comparable(rows("geojson", &exported(&client, "geojson", &query)));
            assert_eq!(flat.len(), listed.len());
            for item in &listed {
                let row = &flat[item["id"].as_str().expect("an id")];
                for field in ["name", "tier", "region", "region_name", "size_class", "existence"] {
                    assert_eq!(row[field], item[field].as_str().expect("a text"), "{field}");
                }
                let kinds = item["registrations"].as_array().into_iter().flatten();
                let kinds: Vec<&str> = kinds.filter_map(|entry| entry["kind"].as_str()).collect();
                assert_eq!(row.get("registrations").cloned().unwrap_or_default(), kinds.join("; "));
                let address = item["address"].as_str();
                assert_eq!(row.get("address").map(String::as_str), address);
            }
            for format in FORMATS.into_iter().skip(1) {
                let mut read = comparable(rows(format, &exported(&client, format, &query)));
                let spatial = !matches!(format, "csv" | "xlsx");
                for (id, row) in &flat {
                    let mut row: Row = row.clone();
                    if !spatial {
                        row.remove("geometry");
                    }
                    assert_eq!(read.remove(id), Some(row), "{format} {filter}");
                }
                assert!(read.is_empty(), "{format}");
            }
        }
    }
}

#[test]
fn codes_numbers_of_registers_and_phones_are_text_and_formulas_are_not_run() {
    let app = filled();
    let staff = app.staff();
    let query = "columns=id,name,nib,owners.phone,kbli,region&q=melati%20rekan";
    for format in FORMATS {
        let read = rows(format, &exported(&staff, format, query));
        assert_eq!(read.len(), 1, "{format}");
        let row = &read[0];
        assert_eq!(row["nib"], "0120001234567", "{format}");
        assert_eq!(row["owners.phone"], "+6281234567890", "{format}");
        assert_eq!(row["kbli"], "2020:15201", "{format}");
        let name = "=Tas \"Melati\"; <Jaya>, & Rekan";
        let spreadsheet = matches!(format, "csv" | "xlsx");
        let expected = if spreadsheet { format!("'{name}") } else { name.to_owned() };
        assert_eq!(row["name"], expected, "{format}");
    }
    let query = "columns=name,capacity.max,place.lat&delimiter=%3B&q=melati%20rekan";
    let semicolon = exported(&staff, "csv", query);
    let read = delimited(&semicolon, b';');
    assert_eq!(
        (read[0]["capacity.max"].as_str(), read[0]["place.lat"].as_str()),
        ("150", "-7,5071")
    );
}

#[test]
fn nothing_that_passes_is_an_empty_file_in_every_format() {
    let app = TestApp::new();
    for format in FORMATS {
        assert_eq!(rows(format, &exported(&app.anonymous(), format, "")), Vec::<Row>::new());
    }
}

#[test]
fn what_cannot_be_written_is_refused_by_name() {
    let app = TestApp::new();
    let public = app.anonymous();
    let told = |client: &Client, path: &str, status: u16| {
        client.get(&format!("{EXPORT}{path}")).expect_problem(status)
    };
    let answer = public.get(&format!("{EXPORT}.shp"));
    assert_eq!(answer.expect_problem(400), ["format:unknown_code"]);
    let detail = answer.json()["errors"][0]["detail"].as_str().expect("a text").to_owned();
    assert!(FORMATS.iter().all(|format| detail.contains(format)), "{detail}");
    for path in
        [".csv?columns=id,shoe_size", ".fgb?columns=shoe_size", "/metadata?columns=shoe_size"]
    {
        assert_eq!(told(&public, path, 400), ["columns:unknown_code"], "{path}");
    }
    assert_eq!(told(&public, ".csv?columns=id,id", 400), ["columns:repeated_parameter"]);
    assert_eq!(told(&public, ".csv?delimiter=%09", 400), ["delimiter:unknown_code"]);
    // A spreadsheet's delimiter is no parameter of other formats.
    assert_eq!(told(&public, ".parquet?delimiter=%3B", 400), ["delimiter:unknown_parameter"]);
    let internal = ["columns.nib:internal_only", "columns.owners:internal_only"];
    for client in [app.anonymous(), app.signed_in(Role::Viewer, None)] {
        for path in [".xlsx?columns=nib,id,owners", "/metadata?columns=nib,id,owners"] {
            assert_eq!(told(&client, path, 403), internal, "{path}");
        }
    }
    app.signed_in(Role::Analyst, None).get(&format!("{EXPORT}.csv?columns=nib")).expect(200);
}

#[test]
fn text_is_compressed_only_where_that_is_asked_for_and_other_formats_never_are() {
    let app = TestApp::new();
    app.registry.generate(300, 3, |_, _| {}).expect("generated");
    for format in FORMATS {
        let path = format!("{EXPORT}.{format}");
        let ask = |accepted: &str| {
            app.anonymous().send("GET", &path, &[("Accept-Encoding", accepted)], Vec::new())
        };
        let plain = ask("identity");
        assert_eq!((plain.status, plain.header("content-encoding")), (200, ""), "{format}");
        for accepted in ["gzip, br", "br, gzip;q=0.5"] {
            let packed = ask(accepted);
            let text = matches!(format, "geojson" | "geojsonl" | "csv");
            assert_eq!(
                packed.header("content-encoding"),
                if text { "gzip" } else { "" },
                "{format}"
            );
            if text {
                let mut read = Vec::new();
                let mut unpacked = flate2::read::GzDecoder::new(&packed.bytes[..]);
                std::io::Read::read_to_end(&mut unpacked, &mut read).expect("gzip");
                assert!(packed.bytes.len() * 2 < read.len(), "{format}");
                assert!(read == plain.bytes, "{format}");
            }
        }
    }
    // What is known before its first byte goes out is told.
    let known = app.anonymous().get(&format!("{EXPORT}.fgb"));
    assert_eq!(known.header("content-length"), known.bytes.len().to_string());
    assert_eq!(known.header("content-disposition"), "attachment; filename=\"sentra.fgb\"");
}

#[test]
fn the_metadata_say_what_the_file_is_and_no_more_than_its_reader_may_know() {
    let app = TestApp::new();
    app.registry.generate(200, 3, |_, _| {}).expect("generated");
    let told = |client: &Client, query: &str| {
        client.get(&format!("{EXPORT}/metadata?{query}")).expect(200)
    };
    let query = "region=35.15&columns=id,size_class";
    let before = told(&app.anonymous(), query);
    let listed = app.anonymous().get("/api/v1/enterprises?region=35.15").expect(200);
    assert_eq!(before["counts"], json!({"enterprises": listed["matched"]}));
    assert_eq!(before["tier"], "public");
    assert_eq!(before["filter"]["query"], "region=35.15");
    assert_eq!(before["filter"]["words"]["id"], "usaha yang aktif; wilayah: Kabupaten Sidoarjo");
    assert_eq!(before["licence"]["name"], "CC BY 4.0");
    let names = |metadata: &Value| {
        let columns = metadata["columns"].as_array().expect("columns").iter();
        columns
            .map(|column| column["name"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&before), ["id", "size_class"]);
    assert!(
        before["columns"][1]["definition"]["id"]
            .as_str()
            .is_some_and(|text| text.contains("PP 7/2021"))
    );
    // Its log is staff's, and so is what is not published.
    assert_eq!(before.get("log"), None);
    app.staff().post("/api/v1/enterprises", &draft("Tas Melati")).expect(201);
    let mut after = told(&app.anonymous(), query);
    after["made_at"] = before["made_at"].clone();
    assert_eq!(after, before);
    let staff = told(&app.staff(), "columns=all&as_of=2026-01-31");
    assert!(staff["log"]["seq"].as_i64().is_some_and(|seq| seq > 0), "{staff}");
    assert_eq!(
        (&staff["tier"], &staff["reference_date"]),
        (&json!("internal"), &json!("2026-01-31"))
    );
    assert_eq!(staff["counts"]["internal"], staff["counts"]["enterprises"]);
    assert_eq!(staff.get("licence"), None);
    assert!(names(&staff).contains(&"nib".to_owned()));
    assert!(!names(&told(&app.anonymous(), "columns=all")).contains(&"nib".to_owned()));
    // A workbook has them with it.
    let text = super::reading::text("xlsx", &exported(&app.anonymous(), "xlsx", query));
    assert!(text.contains("usaha yang aktif; wilayah: Kabupaten Sidoarjo"), "{text}");
}

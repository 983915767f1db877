//! From the upload to the report.

use serde_json::json;

use super::{IMPORTS, codes, done, list, path_of, rows, taken_in, upload, uploaded};
use crate::app::TestApp;

#[test]
fn a_list_is_uploaded_mapped_previewed_and_taken_in() {
    let app = TestApp::new();
    let staff = app.staff();
    let csv = b"Nama Perajin;Toko;NIK;Desa;Kecamatan;Kabupaten;Komoditi\n\
        Siti Aminah;Tas Melati;3515064408750001;Kalitengah;Tanggulangin;Sidoarjo;tas\n\
        Budi Santoso;Tas Kenanga;3515060101800002;Kalitengah;Tanggulangin;Sidoarjo;tas\n\
        Candra;Tas Anggrek;35150601018;Kalitengah;Tanggulangin;Sidoarjo;tas\n\
        ;;;Kalitengah;Tanggulangin;Sidoarjo;tas\n";
    let query = "name=ikm.csv&source=Disperindag%20Sidoarjo";
    let answer = upload(&staff, query, csv);
    let import = answer.expect(201);
    assert_eq!(answer.header("location"), path_of(&import));
    assert_eq!(import["state"], "uploaded");
    assert_eq!(import["file"]["name"], "ikm.csv");
    assert_eq!(import["file"]["size"], csv.len());
    assert_eq!(import["file"]["available"], true);
    assert_eq!(import["same_file"], json!([]));
    let columns = import["sheets"][0]["columns"].as_array().expect("columns");
    let of = |header: &str| {
        columns.iter().find(|column| column["header"] == header).expect("the column").clone()
    };
    assert_eq!(of("NIK")["field"], "national_id");
    assert_eq!(of("NIK")["samples"][0], "*".repeat(16));
    assert_eq!(of("Komoditi")["samples"], json!(["tas"]));

    // What nobody knows and what is wrong is told, and nothing is changed then.
    let path = path_of(&import);
    let mapping = |field: &str, save: bool| {
        let columns = json!([
            {"header": "Nama Perajin", "column": "A", "field": field},
            {"header": "Toko", "column": "B", "field": "name"},
        ]);
        json!({"sheets": [{"sheet": null, "columns": columns}], "save": save})
    };
    let put = |path: &str, body: &serde_json::Value| {
        staff.write("PUT", &format!("{path}/mapping"), "", body)
    };
    let wrong = put(&path, &mapping("nama", true)).expect_problem(422);
    assert_eq!(wrong, ["sheets[0].columns[0].field:unknown_code"]);
    let import = put(&path, &mapping("owner", true)).expect(200);
    assert_eq!(import["sheets"][0]["columns"][0]["field"], "owner");
    assert_eq!(import["sheets"][0]["columns"][1]["field"], "name");

    let previewed = done(&staff, &path, "preview", &json!({"kind": "ikm"}));
    assert_eq!(previewed["state"], "previewed", "{previewed}");
    let preview = &previewed["preview"];
    assert_eq!((&preview["read"], &preview["created"]), (&json!(4), &json!(3)));
    assert_eq!(staff.get("/api/v1/enterprises").expect(200)["matched"], 0);
    let rejected = rows(&staff, &path, "&run=preview&outcome=rejected");
    assert_eq!(rejected.len(), 1);
    assert_eq!((&rejected[0]["row"], codes(&rejected[0])[0]), (&json!(5), "required"));

    let import = done(&staff, &path, "start", &json!({"kind": "ikm"}));
    assert_eq!(import["state"], "done", "{import}");
    for (count, value) in [("read", 4), ("created", 3), ("updated", 0), ("rejected", 1)] {
        assert_eq!(import["result"][count], value, "{count}");
    }
    let all = rows(&staff, &path, "");
    assert_eq!(all.len(), 4);
    let warned = rows(&staff, &path, "&outcome=warned");
    assert!(codes(&warned[0]).contains(&"malformed"), "{warned:?}");
    assert!(!format!("{all:?}").contains("35150601018"), "a NIK in a report");
    let items = staff.all("/api/v1/enterprises?sort=name");
    assert_eq!(items.len(), 3);
    assert_eq!(items[0]["name"], "Tas Anggrek");
    assert_eq!(items[0]["registrations"][0]["kind"], "ikm");
    assert!(items.iter().any(|item| all[0]["id"] == item["id"]));

    // Next year's list of the same source in the same layout is read as this one was corrected to be.
    let next = String::from_utf8_lossy(csv).replace("Melati", "Mawar");
    let import = upload(&staff, query, next.as_bytes()).expect(201);
    assert_eq!(import["sheets"][0]["columns"][0]["field"], "owner");
    let why = import["sheets"][0]["columns"][0]["why"].as_str().expect("a reason");
    assert!(why.contains("disimpan"), "{why}");
    let other = upload(&staff, "name=ikm.csv&source=Dinas%20lain", next.as_bytes()).expect(201);
    let why = other["sheets"][0]["columns"][0]["why"].as_str().expect("a reason");
    assert!(!why.contains("disimpan"), "{why}");

    // The same once more changes nothing, and the same bytes are known.
    let again = done(&staff, &path, "start", &json!({"kind": "ikm"}));
    assert_eq!(again["result"], import_of(&staff, &path)["result"]);
    assert_eq!(staff.get("/api/v1/enterprises").expect(200)["matched"], 3);
    let (same, result) = taken_in(&staff, csv);
    assert_eq!(result["same_file"], json!([super::id_of(&path)]));
    assert_ne!(same, path);
    let listed = staff.all(IMPORTS);
    assert_eq!(listed.len(), 4);
    assert_eq!(listed[0]["id"], super::id_of(&same));
    assert!(listed.iter().all(|item| item.get("sheets").is_none()));
}

fn import_of(client: &crate::app::Client, path: &str) -> serde_json::Value {
    client.get(path).expect(200)
}

#[test]
fn a_report_is_paged_and_each_row_stands_in_it_once() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut bytes = list(0, 300);
    bytes.extend(b"Tanpa Wilayah,X,,,,,tas,,\n,,,Kalitengah,Tanggulangin,Sidoarjo,tas,,\n");
    let (path, import) = taken_in(&staff, &bytes);
    assert_eq!(import["result"]["read"], 302);
    let paged = staff.all(&format!("{path}/rows?limit=7"));
    assert_eq!(paged.len(), 302);
    assert_eq!(paged, rows(&staff, &path, ""));
    let numbers: Vec<u64> = paged.iter().filter_map(|row| row["row"].as_u64()).collect();
    assert_eq!(numbers, (2..304).collect::<Vec<u64>>());
    let page = staff.get(&format!("{path}/rows?outcome=rejected,skipped&limit=1")).expect(200);
    assert_eq!(page["matched"], 1);
    assert_eq!(page["next"], json!(null));
    for (query, told) in [
        ("outcome=baik", "outcome:unknown_code"),
        ("run=x", "run:unknown_code"),
        ("cursor=x", "cursor:malformed"),
        ("x=1", "x:unknown_parameter"),
    ] {
        assert_eq!(staff.get(&format!("{path}/rows?{query}")).expect_problem(400), [told]);
    }
}

#[test]
fn what_is_no_list_is_refused_and_nothing_of_it_is_kept() {
    let app = TestApp::new();
    let staff = app.staff();
    let told = upload(&staff, "name=x.xlsx", b"PK\x03\x04 rusak").expect_problem(422);
    assert_eq!(told, ["file:file_damaged"]);
    assert_eq!(upload(&staff, "name=x.csv", b"").expect_problem(422), ["file:file_empty"]);
    assert_eq!(upload(&staff, "", b"Nama\nA\n").expect_problem(400), ["name:required"]);
    assert_eq!(staff.get(IMPORTS).expect(200)["matched"], 0);
    let kept = crate::tables::all_rows(&app.db.url);
    assert!(kept["import_files"].is_empty() && kept["imports"].is_empty());
}

#[test]
fn a_step_is_refused_from_a_state_that_it_does_not_lead_from() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = uploaded(&staff, &list(0, 3));
    for step in ["stop", "undo"] {
        staff.post(&format!("{path}/{step}"), &json!({"reason": "uji"})).expect_problem(409);
    }
    done(&staff, &path, "start", &json!({}));
    assert_eq!(
        staff.post(&format!("{path}/undo"), &json!({})).expect_problem(422),
        ["reason:required"]
    );
    let undone = done(&staff, &path, "undo", &json!({"reason": "uji"}));
    assert_eq!(undone["state"], "undone");
    for step in ["start", "preview", "stop", "undo"] {
        let body = if step == "undo" { json!({"reason": "uji"}) } else { json!({}) };
        staff.post(&format!("{path}/{step}"), &body).expect_problem(409);
    }
    let body = json!({"all_or_nothing": "ya"});
    staff.post(&format!("{path}/start"), &body).expect_problem(422);
}

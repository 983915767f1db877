//! What nobody may lose, or learn, by an import.

use std::time::{Duration, Instant};

use sentra::db::{self, Db};
use sentra::domain::actor::Role;
use serde_json::{Value, json};

use super::{IMPORTS, codes, done, list, path_of, rows, settled, taken_in, upload, uploaded};
use crate::app::{Client, TestApp};
use crate::tables::all_rows;

fn undo(client: &Client, path: &str) -> Value {
    done(client, path, "undo", &json!({"reason": "uji"}))["undo"].clone()
}

fn first_id(client: &Client, path: &str) -> String {
    rows(client, path, "")[0]["id"].as_str().expect("an id").to_owned()
}

fn erase(client: &Client, id: &str, person: &str) {
    let body = json!({"person": person, "request": "surat 5"});
    let path = format!("/api/v1/enterprises/{id}/erase");
    client.write("POST", &path, "*", &body).expect(200);
}

#[test]
fn an_undo_after_another_gives_back_the_restricted_values_of_before() {
    let app = TestApp::new();
    let staff = app.staff();
    let (base, _) = taken_in(&staff, &list(0, 1));
    let id = first_id(&staff, &base);
    let officer = app.signed_in_restricted(Role::Verifier, None);
    let person = || {
        let path =
            format!("/api/v1/enterprises/{id}/restricted?purpose=memeriksa%20berkas&unmasked=true");
        officer.get(&path).expect(200)["persons"][0]["national_id"].clone()
    };
    let before = person();
    assert!(before.as_str().is_some_and(|nik| nik.starts_with("35150644")), "{before}");
    let other = String::from_utf8(list(0, 1)).expect("text").replace("35150644", "35150600");
    let (first, _) = taken_in(&staff, other.as_bytes());
    let (second, _) = taken_in(&staff, other.replace("Tas kulit", "Dompet kulit").as_bytes());
    assert_ne!(person(), before);
    assert_eq!(undo(&staff, &second)["restored"], 1);
    assert_eq!(undo(&staff, &first)["restored"], 1);
    assert_eq!(person(), before);
    assert!(all_rows(&app.db.url)["import_restricted"].is_empty());
}

#[test]
fn what_a_person_changed_between_two_runs_of_an_import_is_not_undone() {
    let app = TestApp::new();
    let staff = app.staff();
    let (path, _) = taken_in(&staff, &list(0, 1));
    let id = first_id(&staff, &path);
    let record = format!("/api/v1/enterprises/{id}");
    staff.write("PATCH", &record, "*", &json!({"address": "Jl. Baru 1"})).expect(200);
    // Gone through again, it says something else.
    done(&staff, &path, "start", &json!({"kind": "ikm"}));
    assert_eq!(undo(&staff, &path), json!({"removed": 0, "restored": 0, "skipped": 1}));
    assert_eq!(staff.get(&record).expect(200)["address"], "Jl. Baru 1");
}

#[test]
fn a_record_that_another_was_merged_into_is_not_taken_away() {
    let app = TestApp::new();
    let staff = app.staff();
    let (path, _) = taken_in(&staff, &list(0, 1));
    let survivor = first_id(&staff, &path);
    // Of the other nothing is new, so that the survivor's revision stays.
    let other = b"Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas,Produk\n\
        Usaha Nol,Pemilik 0,Kalitengah,Tanggulangin,Sidoarjo,tas,Tas kulit\n";
    let (others, _) = taken_in(&staff, other);
    let duplicate = first_id(&staff, &others);
    let record = format!("/api/v1/enterprises/{survivor}");
    let merge = json!({"duplicate": duplicate, "reason": "usaha yang sama"});
    let merged = staff.write("POST", &format!("{record}/merge"), "*", &merge).expect(200);
    assert_eq!(merged["revision"], 1, "{merged}");
    assert_eq!(undo(&staff, &path), json!({"removed": 0, "restored": 0, "skipped": 1}));
    assert_eq!(codes(&rows(&staff, &path, "&run=undo")[0]), ["edited_since"]);
    staff.get(&record).expect(200);
    let apart = json!({"duplicate": duplicate, "reason": "bukan"});
    staff.write("POST", &format!("{record}/unmerge"), "*", &apart).expect(200);
}

#[test]
fn an_officer_learns_nothing_of_records_that_are_not_theirs() {
    let app = TestApp::new();
    let (staff, officer) = (app.staff(), app.signed_in(Role::CooperativeOfficer, Some("35.15")));
    taken_in(&staff, &list(0, 3));
    // The same people with the same NIKs, who are members here.
    let (path, import) = taken_in(&officer, &list(0, 3));
    assert_eq!(import["result"]["created"], 3, "{import}");
    assert!(rows(&officer, &path, "").iter().all(|row| !codes(row).contains(&"record_not_yours")));
    assert_eq!(import["result"]["duplicates"], 0);
    assert_eq!(officer.all(IMPORTS)[0]["result"]["duplicates"], 0);
    assert_eq!(staff.get(&path).expect(200)["result"]["duplicates"], 3);
    // Once more, they are told of their own.
    let (_, again) = taken_in(&officer, &list(0, 3));
    assert_eq!(again["result"]["unchanged"], 3, "{again}");
}

#[test]
fn the_feed_tells_of_a_draft_that_was_taken_away_to_those_only_whose_it_was() {
    let app = TestApp::new();
    let staff = app.staff();
    let (drafts, _) = taken_in(&staff, &list(0, 2));
    let public = uploaded(&staff, &list(5, 1));
    let publish = json!({"publish": {"kind": "public_duty", "text": "SK 7/2026"}});
    done(&staff, &public, "start", &publish);
    let (hidden, shown) = (first_id(&staff, &drafts), first_id(&staff, &public));
    assert_eq!(undo(&staff, &drafts)["removed"], 2);
    assert_eq!(undo(&staff, &public)["removed"], 1);
    let told = |reader: &Client, id: &str| {
        let feed = reader.get("/api/v1/changes?since=0&limit=1000").expect(200);
        let items = feed["items"].as_array().expect("items").iter();
        let of = items.filter(|change| change["entity_id"] == id);
        of.map(|change| change["removed"] == true).collect::<Vec<bool>>()
    };
    let (far, near) =
        (app.signed_in(Role::Viewer, Some("35.76")), app.signed_in(Role::Viewer, Some("35.15")));
    assert_eq!(told(&far, &hidden), [false; 0]);
    for (reader, id) in [(&far, &shown), (&near, &hidden), (&near, &shown), (&staff, &hidden)] {
        assert_eq!(told(reader, id), [true, true]);
    }
    // An auditor of the area knows that something was done, by whom.
    assert_eq!(told(&app.signed_in(Role::Auditor, Some("35.15")), &hidden).len(), 2);
    assert_eq!(told(&app.signed_in(Role::Auditor, Some("35.76")), &hidden).len(), 0);
}

#[test]
fn a_mapping_that_is_kept_is_of_its_area_alone() {
    let app = TestApp::new();
    let query = "name=ikm.csv&source=Disperindag";
    let csv = b"Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas\n\
        Tas Ayu,Ayu,Kalitengah,Tanggulangin,Sidoarjo,tas\n";
    let (near, far) = (
        app.signed_in(Role::Verifier, Some("35.15")),
        app.signed_in(Role::Verifier, Some("35.76")),
    );
    let columns = json!([{"header": "Pemilik", "column": "B", "field": "address"}]);
    let mapping = json!({"sheets": [{"sheet": null, "columns": columns}], "save": true});
    let path = path_of(&upload(&far, query, csv).expect(201));
    far.write("PUT", &format!("{path}/mapping"), "", &mapping).expect(200);
    let field = |client: &Client| {
        let import = upload(client, query, csv).expect(201);
        import["sheets"][0]["columns"][1]["field"].clone()
    };
    assert_eq!((field(&near), field(&app.staff())), (json!("owner"), json!("owner")));
    assert_eq!(field(&far), "address");
}

#[test]
fn an_erased_person_is_in_no_file_of_their_region() {
    let app = TestApp::new();
    let (staff, near) = (app.staff(), app.signed_in(Role::Verifier, Some("35.15")));
    let far = app.signed_in(Role::Verifier, Some("35.76"));
    let (path, _) = taken_in(&staff, &list(0, 1));
    let id = first_id(&staff, &path);
    let only_uploaded = uploaded(&near, &list(0, 1));
    let previewed = uploaded(&staff, &list(0, 1));
    done(&staff, &previewed, "preview", &json!({}));
    let (unchanged, _) = taken_in(&staff, &list(0, 1));
    let elsewhere = uploaded(&far, &list(0, 1));
    // One that waits for a process does not wait for ever.
    let waiting = uploaded(&staff, &list(0, 1));
    crate::app::execute_on(
        &app.db.url,
        &format!("UPDATE imports SET state = 'importing' WHERE id = '{}'", super::id_of(&waiting)),
    );
    erase(&staff, &id, "Pemilik 0");
    let available = |path: &str| staff.get(path).expect(200)["file"]["available"].clone();
    for path in [&path, &only_uploaded, &previewed, &unchanged, &waiting] {
        assert_eq!(available(path), false);
    }
    assert_eq!(available(&elsewhere), true);
    let kept = &all_rows(&app.db.url)["import_files"];
    // The file and what its columns are taken for.
    assert_eq!(kept.len(), 2);
    app.registry.work_on_imports().expect("a look");
    assert_eq!(staff.get(&waiting).expect(200)["state"], "stopped");
    let refused = staff.post(&format!("{waiting}/start"), &json!({})).expect(409);
    assert!(refused["type"].as_str().is_some_and(|kind| kind.ends_with("file-gone")), "{refused}");
}

#[test]
fn an_import_that_runs_while_a_person_is_erased_keeps_nothing_of_them() {
    let app = TestApp::new();
    let staff = app.staff();
    let (first, _) = taken_in(&staff, &list(0, 1));
    let id = first_id(&staff, &first);
    let path = uploaded(&staff, &list(0, 6_000));
    let db = Db::open(&app.db.url).expect("a database");
    let stored = || db.read(db::enterprises::counts).expect("counts").0;
    staff.post(&format!("{path}/start"), &json!({})).expect(202);
    let deadline = Instant::now() + Duration::from_secs(60);
    while stored() < 50 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    erase(&staff, &id, "Pemilik 0");
    let import = settled(&staff, &path);
    assert!(import["state"] == "stopped" || import["state"] == "done", "{import}");
    assert_eq!(import["problem"], json!(null));
    assert!(all_rows(&app.db.url)["import_files"].is_empty());
    assert_eq!(rows(&staff, &path, "").len(), 0);
}

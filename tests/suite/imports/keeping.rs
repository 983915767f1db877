//! How long what is kept, in which form, and who is told that it was read.

use std::sync::atomic::Ordering;

use sentra::domain::actor::Role;
use serde_json::json;

use super::{done, list, rows, taken_in, uploaded};
use crate::app::{TestApp, movable_clock};
use crate::tables::all_rows;

const SECRET: &str = "RAHASIADAPUR";

#[test]
fn nothing_of_a_file_is_readable_in_the_database() {
    let app = TestApp::new();
    let staff = app.staff();
    let csv = format!(
        "Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas,Catatan bebas\n\
        Tas Ayu,Ayu,Kalitengah,Tanggulangin,Sidoarjo,tas,{SECRET}\n\
        Tas {SECRET},Budi,Antah Berantah,,,tas,{SECRET}\n"
    );
    let path = uploaded(&staff, csv.as_bytes());
    done(&staff, &path, "preview", &json!({}));
    let import = staff.get(&path).expect(200);
    assert!(import.to_string().contains(SECRET), "samples are shown to who may see them");
    let bytes = format!("{:?}", SECRET.as_bytes());
    let bytes = bytes.trim_matches(['[', ']']);
    for (table, rows) in all_rows(&app.db.url) {
        let found = rows.iter().find(|row| row.contains(SECRET) || row.contains(bytes));
        assert_eq!(found, None, "{table}");
    }
}

#[test]
fn files_and_reports_go_when_they_expire_and_the_log_stays() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let staff = app.staff();
    let (path, import) = taken_in(&staff, &list(0, 20));
    let kept = || all_rows(&app.db.url)["import_files"].len();
    assert!(kept() > 0 && import["file"]["available"] == true);
    ahead.store(29 * 86_400, Ordering::SeqCst);
    app.registry.work_on_imports().expect("a look");
    assert!(kept() > 0);
    ahead.store(31 * 86_400, Ordering::SeqCst);
    app.registry.work_on_imports().expect("a look");
    assert_eq!(kept(), 0);
    let staff = app.staff();
    let import = staff.get(&path).expect(200);
    assert_eq!((&import["file"]["available"], &import["sheets"]), (&json!(false), &json!([])));
    assert_eq!(import["result"]["created"], 20);
    assert_eq!(rows(&staff, &path, "").len(), 0);
    staff.post(&format!("{path}/start"), &json!({})).expect_problem(409);
    // What it did can be undone all the same.
    let undone = done(&staff, &path, "undo", &json!({"reason": "uji"}));
    assert_eq!(undone["undo"]["removed"], 20, "{undone}");
}

#[test]
fn a_file_goes_at_once_where_somebody_asks() {
    let app = TestApp::new();
    let staff = app.staff();
    let (path, _) = taken_in(&staff, &list(0, 20));
    let delete = || staff.send("DELETE", &format!("{path}/file"), &[], Vec::new());
    delete().expect(204);
    assert!(all_rows(&app.db.url)["import_files"].is_empty());
    assert_eq!(staff.get(&path).expect(200)["file"]["available"], false);
    delete().expect(204);
}

#[test]
fn who_reads_a_file_or_a_report_is_in_the_log_of_reads() {
    let app = TestApp::new();
    let staff = app.staff();
    let (path, _) = taken_in(&staff, &list(0, 7));
    rows(&staff, &path, "");
    let auditor = app.signed_in(Role::Auditor, None);
    let reads = auditor.all("/api/v1/reads?kind=import&limit=1000");
    assert!(!reads.is_empty());
    assert!(reads.iter().all(|read| read["entity_id"] == super::id_of(&path)));
    assert!(reads.iter().any(|read| read["count"] == 7), "the rows");
    let before = reads.len();
    // That there was an import is no reading of it.
    auditor.get(&path).expect(200);
    assert_eq!(auditor.all("/api/v1/reads?kind=import&limit=1000").len(), before);
}

#[test]
fn an_erased_person_is_in_nothing_that_imports_kept() {
    let app = TestApp::new();
    let staff = app.staff();
    taken_in(&staff, &list(0, 3));
    let other = String::from_utf8(list(0, 3)).expect("text").replace("35150644", "35150600");
    let (path, _) = taken_in(&staff, other.as_bytes());
    assert_eq!(all_rows(&app.db.url)["import_restricted"].len(), 3);
    let id = rows(&staff, &path, "")[0]["id"].as_str().expect("an id").to_owned();
    let body = json!({"person": "Pemilik 0", "request": "surat 5"});
    let erase = format!("/api/v1/enterprises/{id}/erase");
    staff.write("POST", &erase, "*", &body).expect(200);
    let kept = all_rows(&app.db.url);
    assert_eq!(kept["import_restricted"].len(), 2);
    assert!(kept["import_restricted"].iter().all(|row| !row.contains(&id)));
    assert!(kept["import_files"].is_empty());
    let undone = done(&staff, &path, "undo", &json!({"reason": "uji"}));
    assert_eq!(undone["undo"], json!({"removed": 0, "restored": 2, "skipped": 1}));
    assert!(
        !staff
            .get(&format!("/api/v1/enterprises/{id}"))
            .expect(200)
            .to_string()
            .contains("Pemilik 0")
    );
}

#[test]
fn a_rotated_vault_opens_what_imports_kept() {
    let app = TestApp::new();
    let staff = app.staff();
    taken_in(&staff, &list(0, 3));
    let other = String::from_utf8(list(0, 3)).expect("text").replace("35150644", "35150600");
    let before = all_rows(&app.db.url)["restricted"].len();
    let (path, _) = taken_in(&staff, other.as_bytes());
    if app.registry.rotate_vault_key(|_| {}).is_err() {
        // On PostgreSQL the tests' key is in the environment, where nothing rotates it.
        return;
    }
    assert_eq!(rows(&staff, &path, "").len(), 3);
    let undone = done(&staff, &path, "undo", &json!({"reason": "uji"}));
    assert_eq!(undone["undo"]["restored"], 3, "{undone}");
    assert_eq!(all_rows(&app.db.url)["restricted"].len(), before);
}

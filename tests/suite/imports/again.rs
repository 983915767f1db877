//! Imports that are gone through again, gone on with, or that the server fails.

use std::time::{Duration, Instant};

use sentra::db::{self, Db};
use serde_json::json;

use super::{codes, done, id_of, list, rows, settled, taken_in, uploaded};
use crate::app::{TestApp, execute_on};
use crate::tables::all_rows;

#[test]
fn an_import_that_is_gone_through_again_says_that_nothing_changed() {
    let app = TestApp::new();
    let staff = app.staff();
    let (path, _) = taken_in(&staff, &list(0, 3));
    let again = done(&staff, &path, "start", &json!({}));
    let result = &again["result"];
    assert_eq!((&result["created"], &result["unchanged"]), (&json!(0), &json!(3)), "{again}");
    // Not so one that goes on: what it stored before it was stopped is its own.
    let state = |state: &str| {
        let sql = format!("UPDATE imports SET state = '{state}' WHERE id = '{}'", id_of(&path));
        execute_on(&app.db.url, &sql);
    };
    state("stopped");
    let resumed = done(&staff, &path, "start", &json!({}));
    let result = &resumed["result"];
    assert_eq!((&result["created"], &result["unchanged"]), (&json!(3), &json!(0)), "{resumed}");
    // A preview that was stopped is nothing to go on with.
    done(&staff, &path, "preview", &json!({}));
    state("stopped");
    let again = done(&staff, &path, "start", &json!({}));
    assert_eq!(again["result"]["unchanged"], 3, "{again}");
}

#[test]
fn an_import_goes_on_as_it_was_told_to_at_first() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = uploaded(&staff, &list(0, 3));
    let options = json!({
        "kind": "ukm", "all_or_nothing": true,
        "publish": {"kind": "public_duty", "text": "SK 7/2026"},
    });
    let first = done(&staff, &path, "start", &options);
    assert_eq!(first["options"]["kind"], "ukm");
    let stop = format!("UPDATE imports SET state = 'stopped' WHERE id = '{}'", id_of(&path));
    execute_on(&app.db.url, &stop);
    let resumed = done(&staff, &path, "start", &json!({}));
    assert_eq!(resumed["options"], first["options"]);
    execute_on(&app.db.url, &stop);
    let other = done(&staff, &path, "start", &json!({"kind": "ikm"}));
    let publish = json!(null);
    let options = json!({"kind": "ikm", "all_or_nothing": false, "publish": publish});
    assert_eq!(other["options"], options);
    // Begun anew, it is told anew.
    let anew = done(&staff, &path, "start", &json!({}));
    assert_eq!(anew["options"]["kind"], json!(null));
}

#[test]
fn an_import_can_be_undone_whatever_was_done_with_it_since() {
    for since in ["mapping", "file"] {
        let app = TestApp::new();
        let staff = app.staff();
        let (path, _) = taken_in(&staff, &list(0, 3));
        done(&staff, &path, "preview", &json!({}));
        if since == "file" {
            staff.send("DELETE", &format!("{path}/file"), &[], Vec::new()).expect(204);
        } else {
            let body = json!({"sheets": [], "save": false});
            staff.write("PUT", &format!("{path}/mapping"), "", &body).expect(200);
        }
        assert_eq!(staff.get(&path).expect(200)["state"], "uploaded");
        let undone = done(&staff, &path, "undo", &json!({"reason": "uji"}));
        assert_eq!(undone["undo"]["removed"], 3, "{since}: {undone}");
    }
}

#[test]
fn a_fault_of_the_server_is_no_fault_of_the_rows() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = uploaded(&staff, &list(0, 40));
    execute_on(&app.db.url, "ALTER TABLE source_rows RENAME TO hilang");
    staff.post(&format!("{path}/start"), &json!({})).expect(202);
    let db = Db::open(&app.db.url).expect("a database");
    let state = || {
        let row = db.read(|connection| db::imports::by_id(connection, id_of(&path)));
        row.expect("a row").expect("an import").state
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    while state() == "importing" && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    execute_on(&app.db.url, "ALTER TABLE hilang RENAME TO source_rows");
    let import = settled(&staff, &path);
    assert_eq!(import["state"], "failed", "{import}");
    let problem = import["problem"].as_str().expect("a problem");
    assert!(!problem.contains("source_rows"), "{problem}");
    assert_eq!(import["result"], json!(null));
    let import = done(&staff, &path, "start", &json!({}));
    assert_eq!(import["result"]["created"], 40, "{import}");
}

#[test]
fn an_undo_that_was_stopped_and_goes_on_leaves_nothing_behind() {
    let app = TestApp::new();
    let staff = app.staff();
    let (path, _) = taken_in(&staff, &list(0, 6_000));
    assert!(!all_rows(&app.db.url)["duplicate_blocks"].is_empty());
    let db = Db::open(&app.db.url).expect("a database");
    let stored = || db.read(db::enterprises::counts).expect("counts").0;
    let reason = json!({"reason": "uji"});
    staff.post(&format!("{path}/undo"), &reason).expect(202);
    let deadline = Instant::now() + Duration::from_secs(60);
    while stored() > 4_900 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    staff.post(&format!("{path}/stop"), &json!({})).expect(202);
    let stopped = settled(&staff, &path);
    assert_eq!(stopped["state"], "stopped", "never caught in the middle: {stopped}");
    let undone = done(&staff, &path, "undo", &reason);
    assert_eq!(undone["undo"], json!({"removed": 6_000, "restored": 0, "skipped": 0}));
    assert!(all_rows(&app.db.url)["duplicate_blocks"].is_empty());
}

#[test]
fn a_cursor_beyond_all_rows_ends_the_list() {
    let app = TestApp::new();
    let staff = app.staff();
    let (path, _) = taken_in(&staff, &list(0, 3));
    let page = staff.get(&format!("{path}/rows?cursor=0.18446744073709551615")).expect(200);
    assert_eq!((&page["items"], &page["next"]), (&json!([]), &json!(null)));
    let all = rows(&staff, &path, "");
    assert!(all.iter().all(|row| codes(row).is_empty()));
}

#[test]
fn a_preview_does_not_wait_for_two_imports() {
    let app = TestApp::new();
    let staff = app.staff();
    let long = [uploaded(&staff, &list(0, 9_000)), uploaded(&staff, &list(20_000, 9_000))];
    let short = uploaded(&staff, &list(0, 3));
    for path in &long {
        staff.post(&format!("{path}/start"), &json!({})).expect(202);
    }
    let preview = done(&staff, &short, "preview", &json!({}));
    assert_eq!(preview["state"], "previewed");
    assert_eq!(staff.get(&long[0]).expect(200)["state"], "importing");
    for path in &long {
        assert_eq!(settled(&staff, path)["result"]["created"], 9_000);
    }
}

//! Who may import what, and who sees it.

use sentra::domain::actor::Role;
use serde_json::json;

use super::{IMPORTS, codes, done, list, rows, taken_in, upload, uploaded};
use crate::app::TestApp;

/// Of Sidoarjo, of Kota Mojokerto, and of nowhere.
const THREE: &[u8] = b"Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas\n\
    Tas Ayu,Ayu,Kalitengah,Tanggulangin,Sidoarjo,tas\n\
    Tas Budi,Budi,Kranggan,Kranggan,Kota Mojokerto,tas\n\
    Tas Candra,Candra,,,,tas\n";

#[test]
fn a_row_outside_the_area_is_rejected_and_told_so() {
    let app = TestApp::new();
    let sidoarjo = app.signed_in(Role::Verifier, Some("35.15"));
    let (path, import) = taken_in(&sidoarjo, THREE);
    assert_eq!(
        (&import["result"]["created"], &import["result"]["rejected"]),
        (&json!(2), &json!(1))
    );
    let all = rows(&sidoarjo, &path, "");
    assert_eq!(codes(&all[1]), ["outside_area"]);
    let text = all[1]["messages"][0]["text"].as_str().expect("a text");
    assert!(text.starts_with("Di luar wilayah Anda: "), "{text}");
    // What says nothing of its place is of the importer's.
    assert!(codes(&all[2]).contains(&"region_from_list"), "{}", all[2]);
    let items = app.staff().all("/api/v1/enterprises?sort=name");
    let regions: Vec<&str> =
        items.iter().filter_map(|item| item["responsible_region"].as_str()).collect();
    assert_eq!(regions, ["35.15", "35.15"]);
    // The same without storing anything, and all or nothing.
    let path = uploaded(&sidoarjo, THREE);
    let preview = done(&sidoarjo, &path, "preview", &json!({}));
    assert_eq!(preview["preview"]["rejected"], 1);
    let held = done(&sidoarjo, &path, "start", &json!({"all_or_nothing": true}));
    assert_eq!((&held["result"]["rejected"], &held["result"]["skipped"]), (&json!(1), &json!(0)));
}

#[test]
fn nobody_verifies_what_they_imported() {
    let app = TestApp::new();
    let (staff, other) = (app.staff(), app.signed_in(Role::Verifier, Some("35.15")));
    let (path, _) = taken_in(&staff, THREE);
    let id = rows(&staff, &path, "")[0]["id"].as_str().expect("an id").to_owned();
    let record = format!("/api/v1/enterprises/{id}");
    assert_eq!(staff.get(&record).expect(200)["review"], "submitted");
    let verify = format!("{record}/verify");
    let refused = staff.write("POST", &verify, "*", &json!({})).expect(403);
    assert!(refused["type"].as_str().is_some_and(|kind| kind.ends_with("own-submission")));
    other.write("POST", &verify, "*", &json!({})).expect(200);
}

#[test]
fn an_officers_rows_become_members_of_their_cooperative() {
    let app = TestApp::new();
    let officer = app.signed_in(Role::CooperativeOfficer, Some("35.15"));
    let (path, import) = taken_in(&officer, THREE);
    assert_eq!(import["result"]["created"], 2, "{import}");
    let items = officer.all("/api/v1/enterprises");
    assert_eq!(items.len(), 2);
    let cooperatives: Vec<_> = items.iter().map(|item| item["cooperative"].clone()).collect();
    assert!(cooperatives[0].is_string() && cooperatives[0] == cooperatives[1]);
    let publish = json!({"publish": {"kind": "public_duty", "text": "SK"}});
    officer.post(&format!("{path}/start"), &publish).expect_problem(403);

    // A record that is no member of theirs is not theirs to revise, by whatever it is known.
    let staff = app.staff();
    let others = b"Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas\n\
        Tas Dewi,Dewi,Kalitengah,Tanggulangin,Sidoarjo,tas\n";
    let (theirs, _) = taken_in(&staff, others);
    let id = rows(&staff, &theirs, "")[0]["id"].as_str().expect("an id").to_owned();
    let revised = format!(
        "Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas,ID Sentra\n\
        Tas Dewi,Dewi,Kalitengah,Tanggulangin,Sidoarjo,alas-kaki,\n\
        Tas Dewi Baru,Dewi,Kalitengah,Tanggulangin,Sidoarjo,alas-kaki,{id}\n"
    );
    let (path, import) = taken_in(&officer, revised.as_bytes());
    // A row alone tells them of no record but their members'.
    assert_eq!(
        (&import["result"]["created"], &import["result"]["rejected"]),
        (&json!(1), &json!(1))
    );
    let all = rows(&officer, &path, "");
    assert!(codes(&all[0]).is_empty(), "{}", all[0]);
    // Of one that they do not see they are told no more than of none.
    assert_eq!(codes(&all[1]), ["record_unknown"]);
    assert_eq!(staff.get(&format!("/api/v1/enterprises/{id}")).expect(200)["revision"], 1);
}

#[test]
fn an_import_is_seen_by_whose_area_it_is() {
    let app = TestApp::new();
    let sidoarjo = app.signed_in(Role::Verifier, Some("35.15"));
    let officer = app.signed_in(Role::CooperativeOfficer, Some("35.15"));
    let (path, _) = taken_in(&sidoarjo, &list(0, 3));
    let (officers, _) = taken_in(&officer, &list(10, 3));
    let rows = |path: &str| format!("{path}/rows");
    // An officer: only their own. Who decides for the area: these too.
    officer.get(&path).expect_problem(404);
    officer.get(&rows(&path)).expect_problem(404);
    assert_eq!(officer.all(IMPORTS).len(), 1);
    sidoarjo.get(&officers).expect(200);
    sidoarjo.get(&rows(&officers)).expect(200);
    assert_eq!(app.staff().all(IMPORTS).len(), 2);
    let elsewhere = app.signed_in(Role::Verifier, Some("35.76"));
    assert_eq!(elsewhere.all(IMPORTS).len(), 0);
    for step in ["start", "preview", "stop", "undo"] {
        let body = if step == "undo" { json!({"reason": "uji"}) } else { json!({}) };
        elsewhere.post(&format!("{path}/{step}"), &body).expect_problem(404);
    }
    elsewhere.get(&path).expect_problem(404);
    // An auditor of the area: that it was, and nothing of the file.
    let auditor = app.signed_in(Role::Auditor, Some("35.15"));
    let seen = auditor.get(&path).expect(200);
    assert_eq!((&seen["state"], seen.get("sheets")), (&json!("done"), None));
    assert_eq!(auditor.all(IMPORTS).len(), 2);
    auditor.get(&rows(&path)).expect_problem(403);
    upload(&auditor, "name=x.csv", &list(0, 1)).expect_problem(403);
    let far = app.signed_in(Role::Auditor, Some("35.76"));
    far.get(&path).expect_problem(404);
    // Nobody else, and to the public one that is there is as one that is not.
    let nobody = app.anonymous();
    let unknown = format!("{IMPORTS}/{}", uuid::Uuid::max());
    let told = |path: &str| {
        let mut problem = nobody.get(path).expect(401);
        for field in ["instance", "request_id"] {
            problem.as_object_mut().expect("a problem").remove(field);
        }
        problem
    };
    assert_eq!(told(&path), told(&unknown));
    assert_eq!(told(&rows(&path)), told(&rows(&unknown)));
    app.signed_in(Role::Viewer, None).get(&path).expect_problem(403);
}

#[test]
fn an_import_stops_where_the_right_of_who_asked_for_it_ends() {
    let app = TestApp::new();
    let (email, client) = app.newcomer(Role::Verifier, Some("35.15"));
    let path = uploaded(&client, &list(0, 3));
    let id = super::id_of(&path);
    crate::app::execute_on(
        &app.db.url,
        &format!("UPDATE imports SET state = 'importing' WHERE id = '{id}'"),
    );
    crate::app::execute_on(
        &app.db.url,
        &format!("UPDATE users SET role = 'viewer' WHERE email = '{email}'"),
    );
    assert_eq!(app.registry.work_on_imports().expect("a look"), 1);
    let seen = app.staff().get(&path).expect(200);
    assert_eq!(seen["state"], "failed");
    assert!(seen["problem"].as_str().is_some_and(|text| text.contains("tidak lagi boleh")));
    assert_eq!(app.staff().get("/api/v1/enterprises").expect(200)["matched"], 0);
}

//! What was taken in is taken back.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use super::{codes, done, list, rows, taken_in};
use crate::app::{Client, TestApp};
use crate::tables::all_rows;

/// The tables that an import changes, but for what a new revision changes in them by itself.
fn state(app: &TestApp, client: &Client) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = all_rows(&app.db.url);
    let mut state = BTreeMap::new();
    for table in ["source_rows", "restricted", "products", "import_restricted"] {
        state.insert(table, all.remove(table).expect("the table"));
    }
    let mut items = client.all("/api/v1/enterprises?limit=1000");
    for item in &mut items {
        for field in ["revision", "updated_at"] {
            item.as_object_mut().expect("a record").remove(field);
        }
    }
    state.insert("enterprises", items.iter().map(ToString::to_string).collect());
    for rows in state.values_mut() {
        rows.sort_unstable();
    }
    state
}

fn pairs(client: &Client) -> Vec<Value> {
    let mut pairs: Vec<Value> = client
        .all("/api/v1/duplicates?limit=1000")
        .iter()
        .map(|pair| {
            let side = |at: usize| pair["records"][at]["id"].clone();
            json!([side(0), side(1), pair["score"]])
        })
        .collect();
    pairs.sort_by_key(ToString::to_string);
    pairs
}

/// The first list once more: some say more, with another NIK, and some are new and much like others.
fn second() -> Vec<u8> {
    let text = String::from_utf8(list(0, 30)).expect("text");
    let mut text =
        text.replace("35150644", "35150600").replace(",tas,Tas kulit,", ",alas-kaki,Sepatu kulit,");
    for number in 0..15 {
        writeln!(
            text,
            "Usaha {number},Pemilik {number},,Kedungbanteng,Tanggulangin,Sidoarjo,alas-kaki,Sepatu kulit,"
        )
        .expect("a row");
    }
    text.into_bytes()
}

#[test]
fn undo_gives_the_state_before() {
    let app = TestApp::new();
    let staff = app.staff();
    taken_in(&staff, &list(0, 40));
    let before = state(&app, &staff);
    let pairs_before = pairs(&staff);
    let (path, import) = taken_in(&staff, &second());
    assert_eq!(
        (&import["result"]["updated"], &import["result"]["created"]),
        (&json!(30), &json!(15))
    );
    let changed = state(&app, &staff);
    for (table, rows) in &before {
        assert_ne!(*rows, changed[table], "{table}");
    }
    assert!(pairs(&staff).len() > pairs_before.len());
    assert!(import["result"]["duplicates"].as_u64() > Some(0));
    let of_import = format!("/api/v1/duplicates?limit=1000&import={}", super::id_of(&path));
    assert!(!staff.all(&of_import).is_empty());

    let undone = done(&staff, &path, "undo", &json!({"reason": "salah berkas"}));
    assert_eq!(undone["state"], "undone", "{undone}");
    assert_eq!(undone["undo"], json!({"removed": 15, "restored": 30, "skipped": 0}));
    assert_eq!(state(&app, &staff), before);
    assert_eq!(pairs(&staff), pairs_before);
    // The log tells of both.
    let changes = staff.get("/api/v1/changes?since=0&limit=1000").expect(200);
    let changes = changes["items"].as_array().expect("items");
    let of = |action: &str| changes.iter().filter(|change| change["action"] == action).count();
    assert_eq!(of("undo_import"), 30);
    // Imported anew, it comes in as it did.
    let (_, again) = taken_in(&staff, &second());
    assert_eq!(again["result"], import["result"]);
}

#[test]
fn what_somebody_has_changed_since_is_left_and_told() {
    let app = TestApp::new();
    let staff = app.staff();
    taken_in(&staff, &list(0, 40));
    let (path, _) = taken_in(&staff, &second());
    let of =
        |place: usize| rows(&staff, &path, "")[place]["id"].as_str().expect("an id").to_owned();
    let (revised, made) = (of(0), of(30));
    for id in [&revised, &made] {
        let record = format!("/api/v1/enterprises/{id}");
        staff.write("PATCH", &record, "*", &json!({"address": "Jl. Baru 1"})).expect(200);
    }
    let undone = done(&staff, &path, "undo", &json!({"reason": "uji"}));
    assert_eq!(undone["undo"], json!({"removed": 14, "restored": 29, "skipped": 2}));
    let skipped = rows(&staff, &path, "&run=undo");
    let mut ids: Vec<&str> = skipped.iter().filter_map(|row| row["id"].as_str()).collect();
    ids.sort_unstable();
    let mut expected = [revised.as_str(), made.as_str()];
    expected.sort_unstable();
    assert_eq!(ids, expected);
    assert!(skipped.iter().all(|row| codes(row) == ["edited_since"]));
    for id in [&revised, &made] {
        let kept = staff.get(&format!("/api/v1/enterprises/{id}")).expect(200);
        assert_eq!(kept["address"], "Jl. Baru 1");
    }
}

#[test]
fn imports_are_undone_one_after_the_other() {
    let app = TestApp::new();
    let staff = app.staff();
    let empty = state(&app, &staff);
    let (first, _) = taken_in(&staff, &list(0, 40));
    let after_first = state(&app, &staff);
    let (second, _) = taken_in(&staff, &second());
    let after_second = state(&app, &staff);
    let third = String::from_utf8(list(0, 10)).expect("text");
    let third = third.replace("35150644", "35150611").replace("Tas kulit", "Dompet kulit");
    let (third, _) = taken_in(&staff, third.as_bytes());
    let undo = |path: &str| done(&staff, path, "undo", &json!({"reason": "uji"}))["undo"].clone();
    // Looked at once more, it can be undone all the same.
    assert_eq!(done(&staff, &third, "preview", &json!({}))["state"], "previewed");
    assert_eq!(undo(&third)["restored"], 10);
    assert_eq!(state(&app, &staff), after_second);
    assert_eq!(undo(&second)["restored"], 30);
    assert_eq!(state(&app, &staff), after_first);
    assert_eq!(undo(&first), json!({"removed": 40, "restored": 0, "skipped": 0}));
    assert_eq!(state(&app, &staff), empty);
}

#[test]
fn a_published_list_is_undone_with_its_publication() {
    let app = TestApp::new();
    let (staff, sidoarjo) = (app.staff(), app.signed_in(Role::Verifier, Some("35.15")));
    let (first, _) = taken_in(&sidoarjo, &list(0, 5));
    for row in rows(&sidoarjo, &first, "") {
        let id = row["id"].as_str().expect("an id");
        let verify = format!("/api/v1/enterprises/{id}/verify");
        staff.write("POST", &verify, "*", &json!({})).expect(200);
    }
    let before = state(&app, &staff);
    let path = super::uploaded(&staff, &list(0, 5));
    let publish = json!({"publish": {"kind": "public_duty", "text": "SK 7/2026"}});
    let import = done(&staff, &path, "start", &publish);
    assert_eq!(import["result"]["updated"], 5, "{import}");
    let public = || app.anonymous().get("/api/v1/enterprises").expect(200)["matched"].clone();
    assert_eq!(public(), 5);
    done(&staff, &path, "undo", &json!({"reason": "uji"}));
    assert_eq!(public(), 0);
    assert_eq!(state(&app, &staff), before);
    // To take a list back is not to withdraw its records.
    let path = super::uploaded(&staff, &list(0, 5));
    done(&staff, &path, "start", &publish);
    assert_eq!(public(), 5);
}

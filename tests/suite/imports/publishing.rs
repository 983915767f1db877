//! What a list may publish.

use serde_json::{Value, json};

use super::{codes, done, list, rows, taken_in, uploaded};
use crate::app::{Client, TestApp};
use sentra::domain::actor::Role;

fn publish() -> Value {
    json!({"publish": {"kind": "public_duty", "text": "SK 7/2026"}})
}

fn step(client: &Client, id: &str, step: &str, body: &Value) -> Value {
    client.write("POST", &format!("/api/v1/enterprises/{id}/{step}"), "*", body).expect(200)
}

fn ids(client: &Client, path: &str) -> Vec<String> {
    let ids = rows(client, path, "");
    ids.iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
}

fn public(app: &TestApp) -> Value {
    app.anonymous().get("/api/v1/enterprises").expect(200)["matched"].clone()
}

#[test]
fn a_record_is_published_with_a_list_only_where_its_life_cycle_lets_it() {
    let app = TestApp::new();
    let (staff, sidoarjo) = (app.staff(), app.signed_in(Role::Verifier, Some("35.15")));
    let (path, _) = taken_in(&sidoarjo, &list(0, 5));
    let ids = ids(&sidoarjo, &path);
    // Of the own submissions: one as it is, one verified, one returned, one withdrawn, one moved.
    let basis = json!({"basis": {"kind": "public_duty", "text": "SK 1/2026"}});
    for id in [&ids[1], &ids[3], &ids[4]] {
        step(&staff, id, "verify", &json!({}));
    }
    step(&staff, &ids[2], "return", &json!({"reason": "alamat kurang"}));
    step(&staff, &ids[3], "publish", &basis);
    step(&staff, &ids[3], "unpublish", &json!({}));
    step(&staff, &ids[4], "move", &json!({"reason": "pindah ke Surabaya"}));

    let path = uploaded(&sidoarjo, &list(0, 5));
    let preview = done(&sidoarjo, &path, "preview", &json!({}));
    assert_eq!(preview["preview"]["unchanged"], 5, "{preview}");
    let import = done(&sidoarjo, &path, "start", &publish());
    let result = &import["result"];
    for (count, value) in [("updated", 1), ("unchanged", 4), ("rejected", 0), ("accepted", 1)] {
        assert_eq!(result[count], value, "{count}: {result}");
    }
    let told = rows(&sidoarjo, &path, "");
    let told: Vec<Vec<&str>> = told.iter().map(codes).collect();
    let not = vec!["not_published"];
    assert_eq!(told, [not.clone(), vec![], not.clone(), not.clone(), not]);
    assert_eq!(public(&app), 1);
    let review =
        |id: &str| staff.get(&format!("/api/v1/enterprises/{id}")).expect(200)["review"].clone();
    assert_eq!((review(&ids[0]), review(&ids[2])), (json!("submitted"), json!("returned")));

    // What says more is stored all the same, and told.
    let more = String::from_utf8(list(0, 5)).expect("text").replace("Tas kulit", "Dompet kulit");
    let path = uploaded(&sidoarjo, more.as_bytes());
    let import = done(&sidoarjo, &path, "start", &publish());
    let result = &import["result"];
    for (count, value) in [("updated", 4), ("rejected", 1), ("warned", 3)] {
        assert_eq!(result[count], value, "{count}: {result}");
    }
    assert_eq!(public(&app), 1);
}

#[test]
fn a_merged_record_is_not_revised_by_a_row_that_does_not_name_it() {
    let app = TestApp::new();
    let staff = app.staff();
    let (path, _) = taken_in(&staff, &list(0, 2));
    let ids = ids(&staff, &path);
    let merge = json!({"duplicate": ids[1], "reason": "usaha yang sama"});
    step(&staff, &ids[0], "merge", &merge);
    let record = format!("/api/v1/enterprises/{}", ids[1]);
    let before = staff.get(&record).expect(200);
    let more = String::from_utf8(list(0, 2)).expect("text").replace("Tas kulit", "Dompet kulit");
    let path = uploaded(&staff, more.as_bytes());
    let import = done(&staff, &path, "start", &publish());
    assert_eq!(import["result"]["rejected"], 1, "{import}");
    assert_eq!(codes(&rows(&staff, &path, "")[1]), ["record_not_active"]);
    assert_eq!(staff.get(&record).expect(200), before);
}

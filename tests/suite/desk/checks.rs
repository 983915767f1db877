//! Looking again at what was verified: who may say what came of it, what it counts for, and that it
//! changes nothing of the record.

use std::sync::atomic::Ordering;

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use super::{DESK, HOME, create, id_of, maker, step, submitted};
use crate::app::{Answer, Client, TestApp, movable_clock};

fn checks() -> String {
    format!("{DESK}/checks")
}

fn check(client: &Client, path: &str, outcome: &str, more: &Value) -> Answer {
    let mut body = json!({"record": id_of(path), "revision": 3, "outcome": outcome});
    for (name, value) in more.as_object().expect("fields") {
        body[name] = value.clone();
    }
    client.post(&checks(), &body)
}

/// Records that an enumerator submitted and a verifier of the office verified: at revision 3.
fn verified(app: &TestApp, numbers: std::ops::Range<usize>) -> Vec<String> {
    let field = app.signed_in(Role::Enumerator, Some(HOME));
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    let one = |number: usize| {
        let path = submitted(&field, &maker(number));
        step(&vera, &path, "verify", &json!({})).expect(200);
        path
    };
    numbers.map(one).collect()
}

fn kind(answer: &Answer) -> String {
    let problem = answer.json();
    problem["type"].as_str().and_then(|kind| kind.rsplit(':').next()).expect("a kind").to_owned()
}

#[test]
fn what_came_of_looking_again_is_kept_and_counted_and_changes_nothing_of_the_record() {
    let app = TestApp::new();
    let paths = verified(&app, 0..4);
    let analyst = app.signed_in(Role::Analyst, None);
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    let before: Vec<Value> = paths.iter().map(|path| vera.get(path).expect(200)).collect();

    check(&analyst, &paths[0], "confirmed", &json!({})).expect(201);
    let wrong = json!({"fields": ["workers", "address", "workers"], "note": " pindah gang "});
    let wrong = check(&analyst, &paths[1], "wrong", &wrong).expect(201);
    assert_eq!(
        (&wrong["fields"], &wrong["note"]),
        (&json!(["address", "workers"]), &json!("pindah gang"))
    );
    assert_eq!(
        (&wrong["region"], &wrong["region_name"]),
        (&json!("35.15"), &json!("Kabupaten Sidoarjo"))
    );
    assert_eq!(wrong["checked_by"], "analyst@contoh.id");
    let missing = check(&analyst, &paths[2], "not_found", &json!({"note": "rumah kosong"}));
    let missing = missing.expect(201);
    // The same said again, after an answer that was lost, is the same.
    let again = check(&analyst, &paths[2], "not_found", &json!({"note": "rumah kosong"}));
    assert_eq!(again.expect(201)["id"], missing["id"]);

    let after: Vec<Value> = paths.iter().map(|path| vera.get(path).expect(200)).collect();
    assert_eq!(before, after);
    let figures = || {
        let offices = analyst.get(&format!("{DESK}/offices")).expect(200);
        let home = &offices["items"][0];
        assert_eq!(home["region"], "35.15");
        (home["checked"].as_i64(), home["confirmed"].as_i64())
    };
    assert_eq!(figures(), (Some(3), Some(1)));
    // Of a record that is looked at once more the last word counts.
    check(&analyst, &paths[1], "confirmed", &json!({})).expect(201);
    assert_eq!(figures(), (Some(3), Some(2)));
    // What was not found may be closed after that: the check stays.
    vera.write("DELETE", &paths[2], "*", &Value::Null).expect(200);
    assert_eq!(figures(), (Some(3), Some(2)));

    let list = analyst.get(&checks()).expect(200);
    assert_eq!(list["matched"], 4);
    let told: Vec<(&Value, &Value)> = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| (&item["record_name"], &item["outcome"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("Sepatu Zabrina"), &json!("confirmed")),
            (&json!("Tenun Quvera"), &json!("not_found")),
            (&json!("Sepatu Zabrina"), &json!("wrong")),
            (&json!("Keripik Arumdalu"), &json!("confirmed")),
        ],
        "the newest first"
    );
    for limit in 1..=3 {
        assert_eq!(analyst.all(&format!("{}?limit={limit}", checks())), analyst.all(&checks()));
    }
    let count = |client: &Client, query: &str| {
        client.get(&format!("{}?{query}", checks())).expect(200)["matched"].clone()
    };
    assert_eq!(count(&analyst, "regency=35.15"), 4);
    assert_eq!(count(&analyst, "regency=35.76"), 0);
    assert_eq!(count(&analyst, "since=2999-01-01T00:00:00Z"), 0);
    assert_eq!(count(&vera, ""), 4);
    assert_eq!(count(&app.signed_in(Role::Verifier, Some("35.76")), "regency=35.15"), 0);
    let told = analyst.get(&format!("{}?regency=x&since=kemarin", checks())).expect_problem(400);
    assert_eq!(told, ["regency:malformed", "since:malformed"]);

    // The sample tells beside each.
    let sample =
        |client: &Client| client.get(&format!("{DESK}/sample")).expect(200)["items"].clone();
    let of = |items: &Value, path: &str| {
        let found = items.as_array().expect("items").iter().find(|item| item["id"] == id_of(path));
        found.expect("the record").clone()
    };
    let items = sample(&analyst);
    let seen = of(&items, &paths[1]);
    assert_eq!(
        (&seen["check"]["outcome"], &seen["not_theirs"]),
        (&json!("confirmed"), &json!(false))
    );
    assert_eq!(of(&items, &paths[3])["check"], Value::Null);
    assert_eq!(of(&sample(&vera), &paths[3])["not_theirs"], true, "she verified it");
    let viewer = sample(&app.signed_in(Role::Viewer, Some(HOME)));
    assert_eq!(of(&viewer, &paths[1])["check"], Value::Null, "not theirs to know");
}

#[test]
fn nobody_checks_what_they_verified_or_submitted_nor_what_was_not_verified() {
    let app = TestApp::new();
    let path = &verified(&app, 0..1)[0];
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    let analyst = app.signed_in(Role::Analyst, None);
    let refused = check(&vera, path, "confirmed", &json!({}));
    assert_eq!((refused.status, kind(&refused).as_str()), (403, "own-verification"));
    // Also after others have changed it.
    let field = app.signed_in(Role::Enumerator, Some(HOME));
    field.write("PATCH", path, "*", &json!({"address": "Jl. Baru 9"})).expect(200);
    let refused = check(&vera, path, "confirmed", &json!({}));
    assert_eq!(kind(&refused), "own-verification");
    check(&analyst, path, "confirmed", &json!({})).expect(201);
    // The change waits: it is not what was verified.
    let waits = check(&analyst, path, "confirmed", &json!({"revision": 4}));
    assert_eq!((waits.status, kind(&waits).as_str()), (409, "wrong-transition"));
    check(&analyst, path, "confirmed", &json!({"revision": 9})).expect_problem(404);
    // What one submitted is somebody else's to look at.
    let staff = app.staff();
    let own = submitted(&staff, &maker(1));
    step(&vera, &own, "verify", &json!({})).expect(200);
    let refused = check(&staff, &own, "confirmed", &json!({}));
    assert_eq!((refused.status, kind(&refused).as_str()), (403, "own-submission"));
    check(&app.signed_in(Role::Verifier, Some("35")), &own, "confirmed", &json!({})).expect(201);
    let draft = create(&field, &maker(2));
    let unsent = check(&analyst, &draft, "confirmed", &json!({"revision": 1}));
    assert_eq!(kind(&unsent), "wrong-transition");

    let away = app.signed_in(Role::Verifier, Some("35.76"));
    check(&away, path, "confirmed", &json!({})).expect_problem(404);
    app.anonymous().post(&checks(), &json!({})).expect_problem(401);
    for role in [Role::Viewer, Role::Enumerator, Role::Admin, Role::Auditor] {
        let client = app.signed_in(role, Some(HOME));
        check(&client, path, "confirmed", &json!({})).expect_problem(403);
        client.get(&checks()).expect_problem(403);
    }
    let faults =
        |outcome: &str, more: Value| check(&analyst, path, outcome, &more).expect_problem(422);
    assert_eq!(faults("wrong", json!({})), ["fields:required"]);
    assert_eq!(faults("wrong", json!({"fields": ["umur"]})), ["fields[0]:unknown_code"]);
    assert_eq!(faults("confirmed", json!({"fields": ["name"]})), ["fields:unknown_field"]);
    assert_eq!(faults("not_found", json!({"note": "x".repeat(501)})), ["note:too_long"]);
    let number = json!({"note": "NIK 3515064101800001"});
    assert_eq!(faults("confirmed", number), ["note:holds_national_id"]);
    assert_eq!(faults("maybe", json!({})).len(), 1);
}

#[test]
fn after_a_year_a_check_says_nothing_of_its_desk_any_more() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let paths = verified(&app, 0..2);
    check(&app.signed_in(Role::Analyst, None), &paths[0], "confirmed", &json!({})).expect(201);
    ahead.fetch_add(364 * 86_400, Ordering::SeqCst);
    check(&app.signed_in(Role::Analyst, None), &paths[1], "not_found", &json!({})).expect(201);
    let figures = || {
        let analyst = app.signed_in(Role::Analyst, None);
        let office = analyst.get(&format!("{DESK}/offices")).expect(200)["items"][0].clone();
        (office["checked"].as_i64(), office["confirmed"].as_i64())
    };
    assert_eq!(figures(), (Some(2), Some(1)));
    ahead.fetch_add(2 * 86_400, Ordering::SeqCst);
    assert_eq!(figures(), (Some(1), Some(0)));
    let analyst = app.signed_in(Role::Analyst, None);
    assert_eq!(analyst.get(&checks()).expect(200)["matched"], 2, "they are there still");
}

#[test]
fn what_was_noted_goes_with_the_person() {
    let app = TestApp::new();
    let path = &verified(&app, 0..1)[0];
    let (analyst, staff) = (app.signed_in(Role::Analyst, None), app.staff());
    let note = json!({"note": "Pak Bambang pindah ke Surabaya"});
    check(&analyst, path, "not_found", &note).expect(201);
    let body = json!({"person": "Bambang Hartono", "request": "surat 12"});
    staff.write("POST", &format!("{path}/erase"), "*", &body).expect(200);
    let kept = analyst.get(&checks()).expect(200)["items"][0].clone();
    assert_eq!((&kept["outcome"], &kept["note"]), (&json!("not_found"), &Value::Null));
}

//! What is new in a record, what is decided of it, and clean ones together.

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use super::{DESK, HOME, batch, create, desk_of, doubted, id_of, maker, step, submitted};
use crate::app::TestApp;

#[test]
fn a_record_is_compared_with_what_was_verified_last() {
    let app = TestApp::new();
    let field = app.signed_in(Role::Enumerator, Some(HOME));
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    let path = submitted(&field, &maker(0));
    let new = desk_of(&vera, &path);
    assert_eq!((&new["work"], &new["against"]), (&json!("new"), &Value::Null));
    assert_eq!((&new["differences"], &new["document"]["tier"]), (&json!([]), &json!("internal")));
    // Returned: it is held against what was returned.
    step(&vera, &path, "return", &json!({"reason": "telepon?"})).expect(200);
    let owners = json!({"owners": [{"name": "Bambang Hartono", "phone": "+6281299900099"}]});
    field.write("PATCH", &path, "*", &owners).expect(200);
    step(&field, &path, "submit", &json!({})).expect(200);
    let again = desk_of(&vera, &path);
    assert_eq!((&again["work"], &again["against"]), (&json!("new"), &json!(3)));
    let difference =
        json!({"field": "owners[0].phone", "from": "+6281299900001", "to": "+6281299900099"});
    assert_eq!(again["differences"], json!([difference]));
    // Verified, and changed by its author: it waits again.
    step(&vera, &path, "verify", &json!({})).expect(200);
    let change = json!({"workers": {"male": 4, "female": 3}, "nib": "9120001234567"});
    field.write("PATCH", &path, "*", &change).expect(200);
    let changed = desk_of(&vera, &path);
    assert_eq!((&changed["work"], &changed["review"]), (&json!("change"), &json!("submitted")));
    assert_eq!(changed["against"], 6);
    let mut fields: Vec<&str> = changed["differences"]
        .as_array()
        .expect("differences")
        .iter()
        .map(|difference| difference["field"].as_str().expect("a field"))
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["nib", "workers.male"]);
    assert_eq!(vera.get(DESK).expect(200)["items"][0]["work"], "change");
}

#[test]
fn not_found_goes_back_to_its_author_and_the_last_visit_says_so() {
    let app = TestApp::new();
    let field = app.signed_in(Role::Enumerator, Some(HOME));
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    let path = submitted(&field, &maker(0));
    assert_eq!(
        step(&vera, &path, "not-found", &json!({})).expect_problem(422),
        ["reason:required"]
    );
    let stale = vera.write("POST", &format!("{path}/not-found"), "\"1\"", &json!({"reason": "x"}));
    stale.expect_problem(412);
    let reason = json!({"reason": "rumah kosong, tetangga tidak kenal"});
    let done = step(&vera, &path, "not-found", &reason).expect(200);
    assert_eq!((&done["review"], &done["existence"]), (&json!("returned"), &json!("active")));
    let visit = &done["last_visit"];
    assert_eq!(
        (&visit["outcome"], &visit["by"]),
        (&json!("not_found"), &json!("verifier35.15@contoh.id"))
    );
    assert_eq!(vera.get(DESK).expect(200)["matched"], 0);
    let revisions = vera.get(&format!("{path}/revisions")).expect(200);
    assert_eq!(revisions["items"][0]["action"], "not_found");
    assert_eq!(revisions["items"][0]["reason"], reason["reason"]);
    step(&vera, &path, "not-found", &reason).expect_problem(409);
    // Whoever finds it submits it again.
    step(&field, &path, "submit", &json!({})).expect(200);
    assert_eq!(vera.get(DESK).expect(200)["matched"], 1);
}

#[test]
fn a_batch_decides_each_by_itself_and_says_why_it_left_the_others() {
    let app = TestApp::new();
    let field = app.signed_in(Role::Enumerator, Some(HOME));
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    let away = app.signed_in(Role::Verifier, Some("35.76"));
    let clean = submitted(&field, &maker(0));
    let flagged = submitted(&field, &doubted(1));
    let own = submitted(&vera, &maker(2));
    let twin = submitted(&field, &maker(6));
    submitted(&field, &maker(7));
    let stale = submitted(&field, &maker(3));
    let unsent = create(&field, &maker(4));
    let mut elsewhere = maker(5);
    elsewhere["region"] = json!("35.76.01.1003");
    elsewhere["point"] = Value::Null;
    let elsewhere = submitted(&away, &elsewhere);
    let published = submitted(&field, &{
        let mut other = maker(4);
        other["name"] = json!("Anyaman Cempaka");
        other["owners"] = json!([{"name": "Tukiman Raharjo", "phone": "+6281299900077"}]);
        other["products"][0]["name"] = json!("Anyaman pandan");
        other
    });
    let chosen = |path: &str, revision: i32| json!({"id": id_of(path), "revision": revision});
    let records = json!([
        chosen(&flagged, 2),
        chosen(&clean, 2),
        chosen(&own, 2),
        chosen(&twin, 2),
        chosen(&stale, 1),
        chosen(&unsent, 1),
        chosen(&elsewhere, 2),
        chosen(&clean, 2),
        chosen(&published, 2),
    ]);
    let basis = json!({"kind": "public_duty", "text": "SK 7/2026"});
    let body = json!({"records": records, "action": "verify_and_publish", "basis": basis});
    let answer = batch(&vera, &body).expect(200);
    let codes: Vec<Value> = answer["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["code"].clone())
        .collect();
    assert_eq!(
        codes,
        [
            json!("flagged"),
            Value::Null,
            json!("own-submission"),
            json!("may-be-duplicate"),
            json!("revision-stale"),
            json!("wrong-transition"),
            json!("enterprise-not-found"),
            json!("revision-stale"),
            Value::Null,
        ]
    );
    assert_eq!((&answer["done"], &answer["left"]), (&json!(2), &json!(7)));
    assert_eq!(
        answer["items"][1],
        json!({"id": id_of(&clean), "done": true, "revision": 4,
        "code": null, "text": null, "text_en": null})
    );
    assert!(answer["items"][0]["text"].as_str().is_some_and(|text| text.contains("peringatan")));
    let now = vera.get(&clean).expect(200);
    assert_eq!((&now["review"], &now["publication"]), (&json!("verified"), &json!("published")));
    assert_eq!(now["publication_basis"]["text"], "SK 7/2026");
    for path in [&flagged, &own, &twin, &stale] {
        assert_eq!(vera.get(path).expect(200)["review"], "submitted", "left as it was");
    }
    // What is published already is verified again, and stays published.
    field.write("PATCH", &clean, "*", &json!({"address": "Jl. Baru 9"})).expect(200);
    let again =
        json!({"records": [chosen(&clean, 5)], "action": "verify_and_publish", "basis": basis});
    assert_eq!(batch(&vera, &again).expect(200)["items"][0]["revision"], 6);
    // Verifying alone publishes nothing.
    let alone = json!({"records": [chosen(&stale, 2)], "action": "verify"});
    assert_eq!(batch(&vera, &alone).expect(200)["done"], 1);
    let now = vera.get(&stale).expect(200);
    assert_eq!((&now["review"], &now["publication"]), (&json!("verified"), &json!("unpublished")));

    let wrong = |body: Value| batch(&vera, &body).expect_problem(422);
    assert_eq!(wrong(json!({"records": [], "action": "verify"})), ["records:required"]);
    let many: Vec<Value> = (0..501).map(|_| chosen(&clean, 1)).collect();
    assert_eq!(wrong(json!({"records": many, "action": "verify"})), ["records:too_many"]);
    let one = json!([chosen(&clean, 1)]);
    let publish = "verify_and_publish";
    assert_eq!(wrong(json!({"records": one, "action": publish})), ["basis:required"]);
    let blank = json!({"kind": "consent", "text": " "});
    let blank = json!({"records": one, "action": publish, "basis": blank});
    assert_eq!(wrong(blank), ["basis.text:required"]);
    let unasked = json!({"records": one, "action": "verify", "basis": basis});
    assert_eq!(wrong(unasked), ["basis:unknown_field"]);
    assert_eq!(wrong(json!({"records": one, "action": "delete"})).len(), 1);
}

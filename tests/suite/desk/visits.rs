//! Visits at the desk: beside the record that they are to, and those that are held in a queue of
//! their own.

use sentra::domain::actor::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{DESK, ENTERPRISES, HOME, id_of, maker, submitted};
use crate::app::{Client, TestApp};
use crate::campaigns::phone::{Field, Filled, photo};

/// What was sent under a name.
fn visit(client: &Client, filled: &Filled) -> Value {
    let all = client.all("/api/v1/visits?limit=1000");
    all.into_iter().find(|visit| visit["instance_id"] == *filled.instance).expect("a visit")
}

/// Somebody was there; the office then changed the record, and somebody was there again with an old
/// list. Answers the record's path and both submissions.
fn in_conflict(vera: &Client, field: &Field) -> (String, Filled, Filled) {
    let first = Filled::new(field, "Tas Satu").with("photo_place", "tempat.jpg");
    let sent = field.phone.post(&first.xml(), &[("tempat.jpg", &photo())], false);
    assert_eq!(sent.status, 201);
    let id = visit(vera, &first)["enterprise"].as_str().expect("a record").to_owned();
    let path = format!("{ENTERPRISES}/{id}");
    vera.write("PATCH", &path, "*", &json!({"address": "Jl. Kantor 9"})).expect(200);
    let again = Filled::revisit(field, &id, 1, "found").with("address", "Jl. Petugas 5");
    assert_eq!(again.send(&field.phone).status, 201);
    (path, first, again)
}

#[test]
fn a_record_shows_who_was_there_with_photos_what_is_doubtful_and_what_is_held() {
    let app = TestApp::new();
    let (field, vera) = (Field::new(&app), app.signed_in(Role::Verifier, Some(HOME)));
    let (path, first, again) = in_conflict(&vera, &field);
    let record = super::desk_of(&vera, &path);
    let visits = record["visits"].as_array().expect("visits");
    assert_eq!(visits.len(), 2);
    let [held, applied] = [&visits[0], &visits[1]];
    assert_eq!(
        (&held["instance_id"], &held["state"]),
        (&json!(again.instance), &json!("conflict"))
    );
    assert_eq!((&held["doubts"], &held["photos"]), (&json!(["no_position"]), &json!([])));
    assert_eq!(held["village_distance_m"], Value::Null);
    assert_eq!(held["problems"][0]["field"], "revision");
    assert_eq!(
        (&applied["instance_id"], &applied["state"]),
        (&json!(first.instance), &json!("applied"))
    );
    assert_eq!((&applied["outcome"], &applied["doubts"]), (&json!("found"), &json!([])));
    assert_eq!(applied["enumerator"], *field.enumerator);
    assert_eq!(applied["own"], false);
    let metres = applied["village_distance_m"].as_f64().expect("a distance");
    assert!(metres > 0.0 && metres < 5_000.0, "{metres}");
    assert!(applied["village_name"].as_str().is_some_and(|name| name.contains("Tanggulangin")));
    assert_eq!(applied["photos"], json!(["tempat.jpg"]));
    let id = applied["id"].as_str().expect("an id");
    let picture = vera.get(&format!("/api/v1/visits/{id}/photos/tempat.jpg"));
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/jpeg"));
    // A record that nobody visited.
    let other = submitted(&vera, &maker(0));
    assert_eq!(super::desk_of(&vera, &other)["visits"], json!([]));
}

#[test]
fn what_is_held_is_a_queue_of_its_own_and_leaves_it_when_it_is_decided() {
    let app = TestApp::new();
    let (field, vera) = (Field::new(&app), app.signed_in(Role::Verifier, Some(HOME)));
    let (path, _, conflict) = in_conflict(&vera, &field);
    let faulty = Filled::new(&field, "Sepatu Dua").with("sector", "");
    assert_eq!(faulty.send(&field.phone).status, 201);
    let nowhere = Uuid::new_v4().to_string();
    let waiting = Filled::revisit(&field, &nowhere, 1, "found");
    assert_eq!(waiting.send(&field.phone).status, 201);

    let counts = json!({"conflict": 1, "faulty": 1, "waiting": 1});
    assert_eq!(vera.get(DESK).expect(200)["held"], counts);
    // Whatever the filter of the records is.
    assert_eq!(vera.get(&format!("{DESK}?sector=jasa")).expect(200)["held"], counts);
    let held = format!("{DESK}/held");
    let page = vera.get(&held).expect(200);
    assert_eq!((&page["matched"], &page["counts"]), (&json!(3), &counts));
    let told: Vec<[&Value; 3]> = page["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| [&item["instance_id"], &item["state"], &item["name"]])
        .collect();
    assert_eq!(
        told,
        [
            [&json!(conflict.instance), &json!("conflict"), &json!("Tas Satu")],
            [&json!(faulty.instance), &json!("faulty"), &json!("Sepatu Dua")],
            [&json!(waiting.instance), &json!("waiting"), &Value::Null],
        ],
        "the first that came first"
    );
    assert_eq!(page["items"][0]["enterprise"], id_of(&path));
    for limit in 1..=2 {
        assert_eq!(vera.all(&format!("{held}?limit={limit}")), vera.all(&held));
    }
    let some = vera.get(&format!("{held}?state=faulty,waiting&region=35.15.06")).expect(200);
    assert_eq!((&some["matched"], &some["counts"]), (&json!(2), &counts));
    let elsewhere = vera.get(&format!("{held}?region=35.15.08")).expect(200);
    assert_eq!((&elsewhere["matched"], &elsewhere["items"]), (&json!(0), &json!([])));
    let wrong = vera.get(&format!("{held}?state=applied&region=x&sort=name"));
    assert_eq!(
        wrong.expect_problem(400),
        ["state:unknown_code", "region:malformed", "sort:unknown_parameter"]
    );
    // Another office has none of it, wherever it asks.
    let away = app.signed_in(Role::Verifier, Some("35.76"));
    for query in ["", "?region=35.15", "?region=35"] {
        let none = away.get(&format!("{held}{query}")).expect(200);
        assert_eq!((&none["matched"], &none["items"]), (&json!(0), &json!([])), "{query}");
    }
    let province = app.staff().get(&format!("{held}?region=35.15")).expect(200);
    assert_eq!(province["matched"], 3);

    // What nobody can put to a record is shown as it was sent.
    let id = |item: usize| page["items"][item]["id"].as_str().expect("an id").to_owned();
    let detail = |item: usize| vera.get(&format!("/api/v1/visits/{}", id(item))).expect(200);
    let sent = detail(1)["differences"].clone();
    let name = sent.as_array().expect("a list").iter().find(|one| one["field"] == "name");
    assert_eq!(name, Some(&json!({"field": "name", "to": "Sepatu Dua"})));
    let beside = detail(0)["differences"].clone();
    let address = json!({"field": "address", "from": "Jl. Kantor 9", "to": "Jl. Petugas 5"});
    assert_eq!(beside, json!([address]));

    let resolve = |item: usize, body: Value| {
        vera.post(&format!("/api/v1/visits/{}/resolve", id(item)), &body).status
    };
    assert_eq!(resolve(0, json!({"take": "submitted", "fields": ["address"]})), 204);
    assert_eq!(resolve(1, json!({"take": "current"})), 204);
    assert_eq!(vera.get(&path).expect(200)["address"], "Jl. Petugas 5");
    let left = json!({"conflict": 0, "faulty": 0, "waiting": 1});
    assert_eq!(vera.get(&held).expect(200)["counts"], left);
    // Beside the record what was decided is seen too.
    assert_eq!(super::desk_of(&vera, &path)["visits"][0]["state"], "applied");
}

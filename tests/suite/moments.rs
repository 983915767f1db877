//! Filters by days: what existed on one, and what was visited since.

use chrono::{Days, NaiveDate};
use sentra::domain::actor::Role;
use sentra::domain::projection::jakarta_date;
use serde_json::{Value, json};

use crate::app::{Client, TestApp, draft};
use crate::restricted::execute;
use crate::stats::{MOJOKERTO, SIDOARJO, published, two_verifiers};

const PATH: &str = "/api/v1/enterprises";

/// The names of what a filter finds, with its count by the list and by groups.
fn found(client: &Client, filter: &str) -> Vec<String> {
    let list = client.get(&format!("{PATH}?sort=name&{filter}")).expect(200);
    let names: Vec<String> = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["name"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(list["matched"], names.len(), "{filter}");
    let stats = client.get(&format!("/api/v1/stats?{filter}")).expect(200);
    assert_eq!(stats["matched"], names.len(), "{filter}");
    names
}

/// A published record with this name, founded in this year.
fn made(staff: &Client, vera: &Client, name: &str, year: Option<i32>) -> String {
    let path = published(staff, vera, SIDOARJO, &json!(["pangan"]));
    let change = json!({"name": name, "founded_year": year});
    vera.write("PATCH", &path, "*", &change).expect(200);
    path
}

#[test]
fn as_of_finds_what_existed_on_that_day_as_known_now() {
    let app = TestApp::new();
    let (staff, vera) = two_verifiers(&app);
    let step = |path: &str, action: &str, body: Value| {
        vera.write("POST", &format!("{path}/{action}"), "*", &body).expect(200)
    };
    let old = made(&staff, &vera, "A lama", Some(2010));
    let closed = made(&staff, &vera, "B tutup", None);
    let moved = made(&staff, &vera, "C pindah", Some(2024));
    let twin = made(&staff, &vera, "D kembar", Some(2011));
    let answer = vera.write("DELETE", &closed, "*", &Value::Null).expect(200);
    let today: NaiveDate = answer["ceased_on"].as_str().expect("a day").parse().expect("a day");
    let changed = answer["updated_at"].as_str().expect("a time").parse().expect("a time");
    assert_eq!(today, jakarta_date(changed));
    step(&moved, "move", json!({"reason": "ke Gresik"}));
    let duplicate = twin.rsplit('/').next().expect("an id");
    step(&old, "merge", json!({"duplicate": duplicate, "reason": "sama"}));
    assert!(vera.get(&twin).expect(200)["ceased_on"].is_null());
    assert_eq!(app.anonymous().get(&closed).expect(200)["ceased_on"], today.to_string());

    let yesterday = today - Days::new(1);
    let all = ["A lama", "B tutup", "C pindah"];
    let analyst = app.signed_in(Role::Analyst, Some("35.76"));
    for client in [&app.anonymous(), &staff, &analyst] {
        let find = |filter: &str| found(client, filter);
        assert_eq!(find(""), ["A lama"]);
        // Of its founding the year is known; where nothing is, it may have been there.
        assert_eq!(find("as_of=2009-12-31"), ["B tutup"]);
        assert_eq!(find("as_of=2010-01-01"), all[..2]);
        assert_eq!(find("as_of=2023-12-31"), all[..2]);
        assert_eq!(find(&format!("as_of={yesterday}")), all);
        // What closes on a day is not there on that day.
        assert_eq!(find(&format!("as_of={today}")), ["A lama"]);
        assert_eq!(find("as_of=2100-01-01"), ["A lama"]);
        // What is asked of existence is still of now. A duplicate never was one of its own.
        assert_eq!(find(&format!("as_of={yesterday}&existence=closed")), ["B tutup"]);
        assert_eq!(find("as_of=2009-12-31&existence=active"), [""; 0]);
        assert_eq!(
            find(&format!("as_of={yesterday}&existence=active,moved")),
            ["A lama", "C pindah"]
        );
        assert_eq!(find(&format!("as_of={yesterday}&existence=duplicate")), [""; 0]);
        let export = format!("/api/v1/exports/enterprises.geojson?as_of={yesterday}");
        assert_eq!(client.get(&export).expect(200)["features"].as_array().map(Vec::len), Some(3));
    }

    let reopened = step(&closed, "reopen", json!({}));
    assert!(reopened["ceased_on"].is_null());
    assert_eq!(found(&staff, &format!("as_of={today}")), all[..2]);

    // A record that was moved before the day was kept.
    let strip = format!(
        "UPDATE enterprises SET document = replace(document, ',\"ceased_on\":\"{today}\"', '') \
         WHERE id = '{}'",
        moved.rsplit('/').next().expect("an id")
    );
    execute(&app.db.url, &strip);
    let written = step(&moved, "unpublish", json!({"reason": "uji"}));
    assert_eq!((&written["existence"], &written["ceased_on"]), (&json!("moved"), &Value::Null));
    assert_eq!(found(&staff, &format!("as_of={yesterday}")), all[..2]);
    assert_eq!(found(&staff, "existence=moved"), ["C pindah"]);
}

#[test]
fn visited_since_finds_what_staff_may_know_was_visited() {
    let app = TestApp::new();
    let (staff, vera) = two_verifiers(&app);
    for (name, village, day) in [
        ("A dulu", SIDOARJO, Some("2026-03-01")),
        ("B baru", SIDOARJO, Some("2026-03-02")),
        ("C belum", SIDOARJO, None),
        ("D jauh", MOJOKERTO, Some("2026-03-05")),
    ] {
        let path = published(&staff, &vera, village, &json!(["pangan"]));
        if let Some(day) = day {
            let visit = json!({"outcome": "found", "on": day, "by": "ena@contoh.id"});
            // Nothing writes visits yet: as one is kept in the document.
            let add = format!(
                "UPDATE enterprises SET document = replace(document, '\"existence\":\"active\"', \
                 '\"existence\":\"active\",\"last_visit\":{visit}') WHERE id = '{}'",
                path.rsplit('/').next().expect("an id")
            );
            execute(&app.db.url, &add);
        }
        let written = vera.write("PATCH", &path, "*", &json!({"name": name})).expect(200);
        assert_eq!(written["last_visit"]["on"], json!(day));
    }
    let everywhere = app.signed_in(Role::Viewer, None);
    let all = ["A dulu", "B baru", "D jauh"];
    assert_eq!(found(&everywhere, "visited_since=2026-03-01"), all);
    assert_eq!(found(&everywhere, "visited_since=1990-01-01"), all);
    assert_eq!(found(&everywhere, "visited_since=2026-03-02"), all[1..]);
    assert_eq!(found(&everywhere, "visited_since=2026-03-06"), [""; 0]);
    // What is public of the record elsewhere does not say that it was visited.
    let bound = app.signed_in(Role::Viewer, Some("35.15"));
    assert_eq!(found(&bound, "visited_since=2026-03-02"), ["B baru"]);
    let told = app.anonymous().get(&format!("{PATH}?visited_since=2026-03-02")).expect_problem(403);
    assert_eq!(told, ["visited_since:internal_only"]);
    let unreadable = staff.get(&format!("{PATH}?visited_since=kemarin")).expect_problem(400);
    assert_eq!(unreadable, ["visited_since:malformed"]);
    let written = draft("E");
    staff.post(PATH, &written).expect(201);
    assert_eq!(found(&everywhere, "visited_since=2026-03-01"), all);
}

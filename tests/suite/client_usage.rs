//! How much a service client may ask for, and what is known of how much it did.

use std::time::Duration;

use sentra::domain::actor::{Actor, Role, Scopes};
use sentra::http::Config;
use serde_json::{Value, json};

use crate::app::{Client, TestApp, movable_clock};
use crate::program::{Server, sentra};

const CLIENTS: &str = "/api/v1/clients";
const USAGE: &str = "/api/v1/clients/usage";
const LIST: &str = "/api/v1/enterprises?limit=1";

/// A client of an area, and whoever asks for it.
fn agency(app: &TestApp, area: Option<&str>) -> (String, Client) {
    let scopes = Scopes { internal: area.and_then(|area| area.parse().ok()), changes: false };
    let (id, secret) = app.client_secret(&scopes);
    let shown =
        sentra::registry::clients::ClientCredentials { id: id.clone(), secret, scope: None };
    let token = app.registry.client_token(&shown).expect("a token").access_token;
    (id, app.client(token))
}

fn of<'a>(usage: &'a Value, id: &str) -> &'a Value {
    let items = usage["items"].as_array().expect("items");
    items.iter().find(|item| item["client"] == id).expect("the client")
}

#[test]
fn a_client_asks_as_often_as_an_administrator_lets_it() {
    let mut config = Config::default();
    config.rates.requests_per_second = 100;
    let app = TestApp::with(config);
    let admin = app.signed_in(Role::Admin, None);
    let ((id, slow), (_, other)) = (agency(&app, None), agency(&app, None));
    assert_eq!(slow.get(LIST).header("ratelimit-policy"), "\"requests\";q=1000;w=10");
    let path = format!("{CLIENTS}/{id}");
    let limited = admin.write("PATCH", &path, "*", &json!({"requests_per_second": 1})).expect(200);
    assert_eq!(limited["requests_per_second"], 1);
    assert_eq!(slow.get(LIST).header("ratelimit-policy"), "\"requests\";q=10;w=10");
    let refused = (0..20).map(|_| slow.get(LIST)).find(|answer| answer.status == 429);
    let refused = refused.expect("too many requests");
    refused.expect_problem(429);
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("ratelimit"), "\"requests\";r=0;t=1");
    other.get(LIST).expect(200);
    std::thread::sleep(Duration::from_millis(1_100));
    slow.get(LIST).expect(200);

    // More than others may, and as others again.
    admin.write("PATCH", &path, "*", &json!({"requests_per_second": 1000})).expect(200);
    assert_eq!(slow.get(LIST).header("ratelimit-policy"), "\"requests\";q=10000;w=10");
    let unset = admin.write("PATCH", &path, "*", &json!({"requests_per_second": null})).expect(200);
    assert_eq!(unset["requests_per_second"], Value::Null);
    assert_eq!(slow.get(LIST).header("ratelimit-policy"), "\"requests\";q=1000;w=10");

    for (body, told) in [
        (json!({"requests_per_second": 0}), "requests_per_second:out_of_range"),
        (json!({"requests_per_second": 1001}), "requests_per_second:out_of_range"),
        (json!({"requests_per_second": -1}), "requests_per_second:wrong_type"),
        (json!({"requests_per_second": "50"}), "requests_per_second:wrong_type"),
        (json!({}), "requests_per_second:required"),
        (json!({"requests_per_second": 5, "scopes": ["changes"]}), "scopes:unknown_field"),
    ] {
        assert_eq!(admin.write("PATCH", &path, "*", &body).expect_problem(422), [told]);
    }
    let body = json!({"requests_per_second": 5});
    app.staff().write("PATCH", &path, "*", &body).expect_problem(403);
    slow.write("PATCH", &path, "*", &body).expect_problem(403);
    app.anonymous().write("PATCH", &path, "*", &body).expect_problem(401);
    let log = app.signed_in(Role::Auditor, None).get("/api/v1/changes?limit=1000").expect(200);
    let log = log["items"].as_array().expect("items");
    assert_eq!(log.iter().filter(|change| change["action"] == "limit").count(), 3);
}

#[test]
fn where_nobody_is_limited_a_client_is_not_either_but_counted() {
    let mut config = Config::default();
    config.rates.requests_per_second = 0;
    let app = TestApp::with(config);
    let (id, client) = agency(&app, None);
    app.registry.limit_client(&Actor::Operator, &id, Some(1)).expect("limited");
    for _ in 0..30 {
        let answer = client.get(LIST);
        answer.expect(200);
        assert_eq!(answer.header("ratelimit"), "");
    }
    let usage = app.signed_in(Role::Admin, None).get(USAGE).expect(200);
    assert_eq!(of(&usage, &id)["total"]["requests"], 30);
}

#[test]
fn requests_errors_refusals_and_bytes_are_counted_by_day() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let admin = app.signed_in(Role::Admin, None);
    let (id, client) = agency(&app, Some("35.15"));
    let (quiet, _) = agency(&app, None);
    let first = client.get("/api/v1/sectors");
    first.expect(200);
    let second = client.get("/api/v1/tidak-ada");
    second.expect_problem(404);
    client.get("/api/v1/users").expect_problem(403);
    client.send("HEAD", "/api/v1/sectors", &[], Vec::new()).expect(200);
    app.anonymous().get("/api/v1/sectors").expect(200);
    app.registry.limit_client(&Actor::Operator, &id, Some(1)).expect("limited");
    let refused = (0..15).filter(|_| client.get("/api/v1/units").status == 429).count();
    assert!((4..=5).contains(&refused), "{refused}");

    let usage = admin.get(USAGE).expect(200);
    assert!(usage["next"].is_null());
    let told = of(&usage, &id);
    assert_eq!(told["name"], "Dinas uji");
    let total = &told["total"];
    assert_eq!((&total["requests"], &total["errors"]), (&json!(19), &json!(2)));
    assert_eq!(total["refused"].as_u64(), u64::try_from(refused).ok());
    let sectors = u64::try_from(first.bytes.len()).expect("a length");
    assert!(total["bytes"].as_u64().is_some_and(|bytes| bytes > sectors), "{total}");
    assert_eq!(told["days"].as_array().map(Vec::len), Some(1));
    let of_day = &told["days"][0];
    assert_eq!(of_day["requests"], 19);
    assert!(of(&usage, &quiet)["total"]["last_at"].is_null());
    assert_eq!(of(&usage, &quiet)["days"], json!([]));

    // Another day has a row of its own, and the same day is added to.
    ahead.store(86_400, std::sync::atomic::Ordering::SeqCst);
    app.registry.limit_client(&Actor::Operator, &id, None).expect("unlimited");
    let shown = app.registry.actor(client.token.as_deref().expect("a token"));
    assert!(shown.is_err(), "the token is of yesterday");
    app.registry.count_request(&id, sentra::registry::client_usage::Outcome::Answered);
    app.registry.flush_client_usage().expect("added");
    app.registry.count_request(&id, sentra::registry::client_usage::Outcome::Failed);
    let admin = app.entered("admin@contoh.id");
    let usage = admin.get(USAGE).expect(200);
    let days = of(&usage, &id)["days"].as_array().expect("days").clone();
    assert_eq!(days.len(), 2);
    assert!(days[0]["day"].as_str() < days[1]["day"].as_str());
    assert_eq!((&days[1]["requests"], &days[1]["errors"]), (&json!(2), &json!(1)));
    assert_eq!(of(&usage, &id)["total"]["requests"], 21);
    let today = admin.get(&format!("{USAGE}?days=1")).expect(200);
    assert_eq!(of(&today, &id)["total"]["requests"], 2);
    assert_eq!(admin.get(&format!("{USAGE}?days=0")).expect_problem(400), ["days:out_of_range"]);
}

#[test]
fn several_processes_add_to_the_same_figures() {
    let app = TestApp::new();
    let (id, _) = agency(&app, None);
    let beside = app.db.open();
    for registry in [&**app.registry, &beside] {
        for _ in 0..5 {
            registry.count_request(&id, sentra::registry::client_usage::Outcome::Answered);
        }
        registry.count_bytes(&id, 1_000);
        registry.flush_client_usage().expect("added");
    }
    let usage = app.signed_in(Role::Admin, None).get(USAGE).expect(200);
    let total = &of(&usage, &id)["total"];
    assert_eq!((&total["requests"], &total["bytes"]), (&json!(10), &json!(2_000)));
}

#[test]
fn a_server_that_stops_leaves_what_it_counted() {
    let app = TestApp::new();
    let (id, client) = agency(&app, None);
    let mut server = Server::start(&app.db);
    let client = Client::new(&server.base, client.token.clone());
    client.get(LIST).expect(200);
    server.stop();
    let usage = app.signed_in(Role::Admin, None).get(USAGE).expect(200);
    assert_eq!(of(&usage, &id)["total"]["requests"], 1);
    assert!(sentra(&app.db).args(["client", "limit", &id, "7"]).status().expect("run").success());
    let shown = app.registry.client(&Actor::Operator, &id).expect("the client");
    assert_eq!(shown.requests_per_second, Some(7));
}

#[test]
fn an_administrator_is_told_of_the_clients_of_their_area() {
    let app = TestApp::new();
    let (inside, _) = agency(&app, Some("35.15"));
    agency(&app, Some("35.16"));
    agency(&app, None);
    let bound = app.signed_in(Role::Admin, Some("35.15"));
    let told = bound.all(USAGE);
    assert_eq!((told.len(), &told[0]["client"]), (1, &json!(inside)));
    let whole = app.signed_in(Role::Admin, None);
    for limit in 1..4 {
        assert_eq!(whole.all(&format!("{USAGE}?limit={limit}&days=7")).len(), 3);
    }
    app.signed_in(Role::Auditor, None).get(USAGE).expect_problem(403);
    app.anonymous().get(USAGE).expect_problem(401);
}

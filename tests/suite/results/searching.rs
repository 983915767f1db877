//! A search as a job: killed, stopped, asked for twice.

use sentra::domain::actor::Role;
use serde_json::json;

use super::{CANDIDATES, KEDENSARI, open, row, searched};
use crate::app::{TestApp, execute_on};

const SEARCHES: &str = "/api/v1/candidate-searches";

/// A search that a process had taken up, in a state and with a lease until a time.
fn taken_up(app: &TestApp, number: u128, state: &str, until: &str, attempts: u8) -> String {
    let id = uuid::Uuid::from_u128(number);
    let at = "'2026-01-02 03:04:05'";
    execute_on(
        &app.db.url,
        &format!(
            "INSERT INTO candidate_searches (id, region, commodity, eps_m, min_producers, state, \
             asked_by, done, total, counts, attempts, created_at, updated_at, lease_owner, \
             lease_until) VALUES ('{id}', '35.15', 'tas', 500, 5, '{state}', 'a@b.id', 2, 6, \
             'null', {attempts}, {at}, {at}, 'dead', '{until}')"
        ),
    );
    format!("{SEARCHES}/{id}")
}

#[test]
fn a_search_whose_process_died_is_begun_anew_and_written_whole() {
    let app = TestApp::new();
    let staff = app.staff();
    row(&staff, "tas", KEDENSARI, 6);
    let dead = taken_up(&app, 1, "running", "2026-01-02 03:05:00", 1);
    let alive = taken_up(&app, 2, "running", "2999-01-01 00:00:00", 1);
    assert_eq!(staff.get(&dead).expect(200)["progress"], json!({"done": 2, "total": 6}));
    assert_eq!(app.registry.work_on_searches().expect("worked"), 1);
    let search = staff.get(&dead).expect(200);
    assert_eq!((&search["state"], &search["counts"]["new"]), (&json!("done"), &json!(1)));
    assert!(search["progress"].is_null() && search["finished_at"].is_string());
    assert_eq!(open(&staff).len(), 1);
    // Somebody is at work on the other.
    assert_eq!(staff.get(&alive).expect(200)["state"], "running");
}

#[test]
fn a_search_that_ends_every_process_is_given_up() {
    let app = TestApp::new();
    let staff = app.staff();
    row(&staff, "tas", KEDENSARI, 6);
    let deadly = taken_up(&app, 1, "running", "2026-01-02 03:05:00", 5);
    assert_eq!(app.registry.work_on_searches().expect("worked"), 1);
    assert_eq!(staff.get(&deadly).expect(200)["state"], "failed");
    assert_eq!(open(&staff).len(), 0);
}

#[test]
fn a_search_is_stopped_and_leaves_nothing() {
    let app = TestApp::new();
    let staff = app.staff();
    row(&staff, "tas", KEDENSARI, 6);
    let stop = |path: &str| staff.post(&format!("{path}/stop"), &json!({}));
    // Before anybody has taken it up, and in the middle.
    let waiting = taken_up(&app, 1, "waiting", "2999-01-01 00:00:00", 0);
    assert_eq!(stop(&waiting).expect(202)["state"], "stopped");
    let running = taken_up(&app, 2, "running", "2026-01-02 03:05:00", 1);
    assert_eq!(stop(&running).expect(202)["state"], "stopping");
    assert_eq!(stop(&running).expect(202)["state"], "stopping");
    // Its process is dead: the next one to look sees to it.
    app.registry.work_on_searches().expect("worked");
    assert_eq!(staff.get(&running).expect(200)["state"], "stopped");
    assert_eq!(stop(&running).expect_problem(409), ["state:wrong_state"]);
    assert_eq!(open(&staff).len(), 0);
}

#[test]
fn the_same_search_is_not_begun_twice_and_each_office_sees_its_own() {
    let app = TestApp::new();
    let staff = app.staff();
    let running = taken_up(&app, 1, "running", "2999-01-01 00:00:00", 1);
    let asked = json!({"region": "35.15", "commodity": "tas"});
    let again = staff.post(CANDIDATES, &asked);
    again.expect(202);
    assert_eq!(again.header("location"), running);
    let other = json!({"region": "35.15", "commodity": "tas", "min_producers": 6});
    assert_eq!(searched(&staff, &other)["state"], "done");
    assert_eq!(staff.all(&format!("{SEARCHES}?limit=1")).len(), 2);
    let elsewhere = app.signed_in(Role::Verifier, Some("35.76"));
    assert_eq!(elsewhere.all(SEARCHES).len(), 0);
    elsewhere.get(&running).expect_problem(404);
    elsewhere.post(&format!("{running}/stop"), &json!({})).expect_problem(404);
    for (body, told) in [
        (json!({"commodity": "tidak-ada"}), "commodity:unknown_code"),
        (json!({"region": "35.99"}), "region:region_unknown"),
        (json!({"eps_m": 10}), "eps_m:out_of_range"),
        (json!({"min_producers": 4}), "min_producers:out_of_range"),
        (json!({"eps": 100}), "eps:unknown_field"),
    ] {
        assert_eq!(staff.post(CANDIDATES, &body).expect_problem(422), [told], "{body}");
    }
}

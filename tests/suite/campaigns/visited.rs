//! The filter `campaign`: what was visited, wherever a filter goes.

use proptest::prelude::*;
use sentra::domain::actor::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::phone::{Field, Filled, VILLAGE, planned};
use crate::app::{Client, TestApp, draft, tile_at};

const ENTERPRISES: &str = "/api/v1/enterprises";

fn ids(client: &Client, query: &str) -> Vec<String> {
    let all = client.all(&format!("{ENTERPRISES}?{query}"));
    let mut ids: Vec<String> =
        all.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect();
    ids.sort();
    ids
}

/// A new enterprise that a phone found; its id.
fn found(lead: &Client, field: &Field, name: &str) -> String {
    let filled = Filled::new(field, name);
    assert_eq!(filled.send(&field.phone).status, 201);
    visited(lead, &filled)
}

/// The enterprise that a visit was to.
fn visited(lead: &Client, filled: &Filled) -> String {
    let visits = lead.all("/api/v1/visits?limit=100");
    let visit = visits.iter().find(|visit| visit["instance_id"] == filled.instance.as_str());
    visit.expect("a visit")["enterprise"].as_str().expect("an enterprise").to_owned()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

#[test]
fn what_was_visited_in_a_campaign_is_found_wherever_a_filter_goes() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let of = format!("campaign={}", field.campaign);
    assert_eq!(ids(&lead, &of), Vec::<String>::new());
    let (one, two) = (found(&lead, &field, "Tas Satu"), found(&lead, &field, "Tas Dua"));
    let mut body = draft("Tidak didatangi");
    body["region"] = json!(VILLAGE);
    app.staff().post(ENTERPRISES, &body).expect(201);
    let both = sorted(vec![one.clone(), two.clone()]);
    for more in ["", "&sort=name", "&near=112.72,-7.5&sort=distance", "&q=tas&sort=relevance"] {
        assert_eq!(ids(&lead, &format!("{of}{more}")), both, "{more}");
    }
    assert_eq!(ids(&lead, &format!("{of}&q=dua")), std::slice::from_ref(&two));
    // With another campaign it is any of them; one in which nobody was anywhere has none.
    let other = planned(&lead, "Lain", &["35.15.06"])["id"].as_str().expect("an id").to_owned();
    assert_eq!(ids(&lead, &format!("{of},{other}")), both);
    assert_eq!(ids(&lead, &format!("campaign={other}")), Vec::<String>::new());
    let stats = lead.get(&format!("/api/v1/stats?group_by=sector&{of}")).expect(200);
    assert_eq!((&stats["matched"], &stats["items"][0]["count"]), (&json!(2), &json!(2)));
    let desk = lead.get(&format!("/api/v1/desk?{of}")).expect(200);
    assert_eq!(desk["matched"], 2, "{desk}");
    let csv = lead.get(&format!("/api/v1/exports/enterprises.csv?{of}"));
    let csv = String::from_utf8(csv.bytes).expect("a text");
    assert!(csv.contains("Tas Satu") && csv.contains("Tas Dua"));
    assert!(!csv.contains("Tidak didatangi"));
    let tile = tile_at(112.7223, -7.5071, 14);
    let drawn = |query: &str| {
        let drawn = lead.get(&format!("/api/v1/tiles/enterprises/{tile}.mvt?{query}"));
        assert!(drawn.status == 200 || drawn.status == 204, "{}", drawn.status);
        drawn.bytes.len()
    };
    assert!(drawn(&of) > drawn(&format!("campaign={other}")));
}

#[test]
fn a_campaign_that_is_not_theirs_is_as_one_that_is_not_there() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let path = |id: &str| format!("{ENTERPRISES}?campaign={id}");
    let other = app.signed_in(Role::Verifier, Some("35.76"));
    let nowhere = Uuid::now_v7().to_string();
    let unknown = ["campaign:unknown_code"];
    assert_eq!(other.get(&path(&field.campaign)).expect_problem(400), unknown);
    assert_eq!(other.get(&path(&nowhere)).expect_problem(400), unknown);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    assert_eq!(lead.get(&path(&nowhere)).expect_problem(400), unknown);
    assert_eq!(lead.get(&path("pemetaan")).expect_problem(400), ["campaign:malformed"]);
    let refused = app.anonymous().get(&path(&field.campaign)).expect_problem(403);
    assert_eq!(refused, ["campaign:internal_only"]);
    // Who was sent sees the campaign, and of it what they made.
    assert_eq!(field.client.get(&path(&field.campaign)).expect(200)["matched"], 0);
    let id = found(&lead, &field, "Tas Satu");
    let own = field.client.get(&path(&field.campaign)).expect(200);
    assert_eq!((&own["matched"], &own["items"][0]["id"]), (&json!(1), &json!(id)));
}

#[test]
fn another_process_finds_a_visit_once_it_has_followed_the_log() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let beside = app.beside(sentra::registry::Clock::system());
    let there = beside.signed_in(Role::Verifier, Some("35.15"));
    let of = format!("campaign={}", field.campaign);
    assert_eq!(ids(&there, &of), Vec::<String>::new());
    let id = found(&lead, &field, "Tas Satu");
    beside.registry.catch_up().expect("caught up");
    assert_eq!(ids(&there, &of), std::slice::from_ref(&id));
    // A visit that changes nothing of the record is told too.
    let again = planned(&lead, "Lagi", &["35.15.06"])["id"].as_str().expect("an id").to_owned();
    super::phone::assign(&lead, &again, &field.enumerator, &[VILLAGE]);
    super::phone::started(&lead, &again);
    let of = format!("campaign={again}");
    assert_eq!(ids(&there, &of), Vec::<String>::new());
    assert_eq!(ids(&lead, &of), Vec::<String>::new());
    let first = Filled::revisit(&field, &id, 1, "refused");
    assert_eq!(first.send(&field.phone).status, 201);
    let mut same = Filled::revisit(&field, &id, 2, "refused");
    same.form = format!("c-{again}");
    assert_eq!(same.send(&field.phone).status, 201);
    assert_eq!(ids(&lead, &of), std::slice::from_ref(&id));
    let revision = lead.get(&format!("{ENTERPRISES}/{id}")).expect(200)["revision"].clone();
    assert_eq!(revision, 2);
    beside.registry.catch_up().expect("caught up");
    assert_eq!(ids(&there, &of), [id]);
}

#[test]
fn merged_records_are_found_as_the_one_that_stands_and_moved_ones_where_they_are() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let province = app.staff();
    let of = format!("campaign={}", field.campaign);
    let made = ["Satu", "Dua", "Tiga"].map(|name| found(&lead, &field, name));
    let [one, two, three] = made;
    let mut body = draft("Yang lama");
    body["region"] = json!(VILLAGE);
    let old =
        province.post(ENTERPRISES, &body).expect(201)["id"].as_str().expect("an id").to_owned();
    let merge = |survivor: &str, duplicate: &str, step: &str| {
        let body = json!({"duplicate": duplicate, "reason": "usaha yang sama"});
        let path = format!("{ENTERPRISES}/{survivor}/{step}");
        province.write("POST", &path, "*", &body).expect(200);
    };
    assert_eq!(ids(&lead, &of), sorted(vec![one.clone(), two.clone(), three.clone()]));
    // One that nobody visited takes in one that was, and then is taken in itself.
    merge(&old, &one, "merge");
    assert_eq!(ids(&lead, &of), sorted(vec![old.clone(), two.clone(), three.clone()]));
    merge(&two, &old, "merge");
    assert_eq!(ids(&lead, &of), sorted(vec![two.clone(), three.clone()]));
    let gone = ids(&lead, &format!("{of}&existence=duplicate"));
    assert_eq!(gone, sorted(vec![one.clone(), old.clone()]));
    merge(&two, &old, "unmerge");
    merge(&old, &one, "unmerge");
    assert_eq!(ids(&lead, &of), sorted(vec![one.clone(), two.clone(), three.clone()]));
    // Elsewhere it is another office's, and the province's still.
    let elsewhere = json!({"region": "35.76.01.1003", "point": null});
    province.write("PATCH", &format!("{ENTERPRISES}/{three}"), "*", &elsewhere).expect(200);
    assert_eq!(ids(&lead, &of), sorted(vec![one.clone(), two.clone()]));
    assert_eq!(ids(&province, &of), sorted(vec![one, two, three]));
}

/// What happens in the field.
#[derive(Debug, Clone, Copy)]
enum Step {
    New,
    Revisit(usize),
    /// Into the first from the second.
    Merge(usize, usize),
    Close(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::New),
        2 => (0..12_usize).prop_map(Step::Revisit),
        2 => (0..12_usize, 0..12_usize).prop_map(|(one, other)| Step::Merge(one, other)),
        1 => (0..12_usize).prop_map(Step::Close),
    ]
}

/// A record as the test knows it.
struct Known {
    id: String,
    visited: bool,
    into: Option<usize>,
    closed: bool,
}

/// Where a merged record stands.
fn stands(all: &[Known], at: usize) -> usize {
    all[at].into.map_or(at, |into| stands(all, into))
}

#[test]
fn the_filter_says_after_every_step_what_a_plain_list_of_the_visits_says() {
    use proptest::test_runner::{Config, TestRunner};
    let app = TestApp::new();
    let mut runner = TestRunner::new(Config { cases: 6, ..Config::default() });
    let steps = proptest::collection::vec(step(), 4..14);
    let ran = runner.run(&steps, |steps| {
        let field = Field::new(&app);
        let lead = app.signed_in(Role::Verifier, Some("35.15"));
        let of = format!("campaign={}", field.campaign);
        // Two that were there before.
        let mut all: Vec<Known> = (0..2)
            .map(|number| {
                let mut body = draft(&format!("Lama {number}"));
                body["region"] = json!(VILLAGE);
                let made = app.staff().post(ENTERPRISES, &body).expect(201);
                let id = made["id"].as_str().expect("an id").to_owned();
                Known { id, visited: false, into: None, closed: false }
            })
            .collect();
        for (number, step) in steps.into_iter().enumerate() {
            let open = |all: &[Known], at: usize| {
                let at = at % all.len();
                (all[at].into.is_none() && !all[at].closed).then_some(at)
            };
            match step {
                Step::New => {
                    let id = found(&lead, &field, &format!("Baru {number}"));
                    all.push(Known { id, visited: true, into: None, closed: false });
                }
                Step::Revisit(at) => {
                    let Some(at) = open(&all, at) else { continue };
                    let path = format!("{ENTERPRISES}/{}", all[at].id);
                    let revision = lead.get(&path).expect(200)["revision"].as_i64();
                    let revisit = Filled::revisit(
                        &field,
                        &all[at].id,
                        revision.expect("a revision"),
                        "found",
                    );
                    assert_eq!(revisit.send(&field.phone).status, 201);
                    all[at].visited = true;
                }
                Step::Merge(one, other) => {
                    let (Some(one), Some(other)) = (open(&all, one), open(&all, other)) else {
                        continue;
                    };
                    if one == other {
                        continue;
                    }
                    let body = json!({"duplicate": all[other].id, "reason": "sama"});
                    let path = format!("{ENTERPRISES}/{}/merge", all[one].id);
                    lead.write("POST", &path, "*", &body).expect(200);
                    all[other].into = Some(one);
                }
                Step::Close(at) => {
                    let Some(at) = open(&all, at) else { continue };
                    let path = format!("{ENTERPRISES}/{}", all[at].id);
                    lead.write("DELETE", &path, "*", &Value::Null).expect(200);
                    all[at].closed = true;
                }
            }
            let mut expected: Vec<String> = (0..all.len())
                .filter(|at| all[*at].visited)
                .map(|at| stands(&all, at))
                .filter(|at| !all[*at].closed)
                .map(|at| all[at].id.clone())
                .collect();
            expected.sort();
            expected.dedup();
            prop_assert_eq!(ids(&lead, &of), expected, "step {}", number);
        }
        Ok(())
    });
    ran.expect("every step");
}

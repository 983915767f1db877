//! What an office decides of a candidate, and who may.

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use super::{CANDIDATES, KEDENSARI, beside, maker, open, path_of, row, searched};
use crate::app::TestApp;

#[test]
fn a_confirmed_candidate_is_a_sentra_with_its_ground_and_is_not_offered_again() {
    let app = TestApp::new();
    let staff = app.signed_in(Role::Verifier, Some("35.15"));
    row(&staff, "tas", KEDENSARI, 6);
    searched(&staff, &json!({}));
    let path = path_of(&open(&staff)[0]);
    let confirm = format!("{path}/confirm");
    assert_eq!(staff.post(&confirm, &json!({"name": " "})).expect_problem(422), ["name:required"]);
    let told = staff.post(&confirm, &json!({"name": "S", "decided": 1})).expect_problem(422);
    assert_eq!(told, ["decided:unknown_field"]);
    let confirmed = staff.post(&confirm, &json!({"name": "Sentra tas Kedensari"})).expect(200);
    assert_eq!(confirmed["status"], "confirmed");
    assert_eq!(confirmed["decided"]["by"], "verifier35.15@contoh.id");
    // It does not stand in its own way.
    assert_eq!(confirmed["existing"], json!([]));
    let id = confirmed["decided"]["sentra"].as_str().expect("a sentra");
    let sentra = staff.get(&format!("/api/v1/sentra/{id}")).expect(200);
    assert_eq!(
        (&sentra["name"], &sentra["commodity"]),
        (&json!("Sentra tas Kedensari"), &json!("tas"))
    );
    assert_eq!(
        (&sentra["region"], &sentra["villages"]),
        (&json!(KEDENSARI.0), &json!([KEDENSARI.0]))
    );
    assert_eq!((&sentra["area"], &sentra["sample"]), (&confirmed["area"], &json!(false)));
    assert_eq!(sentra["basis"]["ground"], "regulation");
    assert!(sentra["basis"]["source"]["title"].as_str().expect("a title").contains("PP 29/2018"));
    // Nothing of it is public without a basis, and it is in the log of changes.
    app.anonymous().get(&format!("/api/v1/sentra/{id}")).expect_problem(404);
    let changes = staff.get("/api/v1/changes?since=0&limit=1000").expect(200);
    let mut changes = changes["items"].as_array().expect("items").iter();
    assert!(changes.any(|change| change["entity_id"] == id && change["action"] == "create"));

    for (step, body) in [("confirm", json!({"name": "Lagi"})), ("reject", json!({"reason": "x"}))] {
        let told = staff.post(&format!("{path}/{step}"), &body).expect_problem(409);
        assert_eq!(told, ["status:wrong_state"]);
    }
    let search = searched(&staff, &json!({}));
    assert_eq!((&search["counts"]["confirmed"], &search["counts"]["new"]), (&json!(1), &json!(0)));
    assert_eq!(open(&staff), [] as [Value; 0]);
    let kept = staff.all(&format!("{CANDIDATES}?status=confirmed"));
    assert_eq!(kept.len(), 1);
}

#[test]
fn a_decree_is_the_ground_where_there_is_one_and_publishes_with_a_basis() {
    let app = TestApp::new();
    let staff = app.staff();
    row(&staff, "tas", KEDENSARI, 5);
    searched(&staff, &json!({"commodity": "tas"}));
    let body = json!({
        "name": "Sentra tas", "decree_number": "188/12/2026", "decree_on": "2026-01-02",
        "publication_basis": {"kind": "public_duty", "text": "SK 188/12/2026", "on": "2026-01-02"},
    });
    let path = path_of(&open(&staff)[0]);
    let confirmed = staff.post(&format!("{path}/confirm"), &body).expect(200);
    let id = confirmed["decided"]["sentra"].as_str().expect("a sentra");
    let sentra = app.anonymous().get(&format!("/api/v1/sentra/{id}")).expect(200);
    let basis = json!({"ground": "decree", "decree_number": "188/12/2026", "on": "2026-01-02"});
    assert_eq!(sentra["basis"], basis);
}

#[test]
fn a_rejected_candidate_is_offered_again_once_it_has_grown_by_a_fifth() {
    let app = TestApp::new();
    let staff = app.staff();
    row(&staff, "tas", KEDENSARI, 10);
    searched(&staff, &json!({"commodity": "tas"}));
    let path = path_of(&open(&staff)[0]);
    let reject = format!("{path}/reject");
    assert_eq!(staff.post(&reject, &json!({})).expect_problem(422), ["reason:required"]);
    let rejected = staff.post(&reject, &json!({"reason": "Satu pabrik"})).expect(200);
    assert_eq!(
        (&rejected["status"], &rejected["decided"]["reason"]),
        (&json!("rejected"), &json!("Satu pabrik"))
    );
    let more = |n: f64| maker(&staff, "tas", KEDENSARI.0, beside(KEDENSARI, 100.0 * n, 60.0));
    for (n, kept) in [(0.0, true), (1.0, true), (2.0, false)] {
        // Of ten it is eleven, then twelve.
        if n > 0.0 {
            more(n);
        }
        let search = searched(&staff, &json!({"commodity": "tas"}));
        let counts = (&search["counts"]["rejected"], &search["counts"]["new"]);
        assert_eq!(counts, (&json!(u8::from(kept)), &json!(u8::from(!kept))), "{n}");
    }
    assert_eq!(open(&staff)[0]["producers"], 12);
    assert_eq!(staff.all(&format!("{CANDIDATES}?status=rejected")).len(), 1);
    // Found once more it is the same one.
    let before = open(&staff)[0]["id"].clone();
    let search = searched(&staff, &json!({"commodity": "tas"}));
    assert_eq!((&search["counts"]["again"], &open(&staff)[0]["id"]), (&json!(1), &before));
}

#[test]
fn each_office_sees_and_decides_what_is_in_its_area() {
    let app = TestApp::new();
    let staff = app.staff();
    row(&staff, "tas", KEDENSARI, 5);
    searched(&staff, &json!({}));
    let path = path_of(&open(&staff)[0]);
    let other = app.signed_in(Role::Verifier, Some("35.76"));
    assert_eq!(open(&other), [] as [Value; 0]);
    other.get(&path).expect_problem(404);
    other.post(&format!("{path}/reject"), &json!({"reason": "x"})).expect_problem(404);
    other.post(CANDIDATES, &json!({"region": "35.15"})).expect_problem(403);
    other.post(CANDIDATES, &json!({"region": "35"})).expect_problem(403);
    let analyst = app.signed_in(Role::Analyst, Some("35.15"));
    assert_eq!(open(&analyst).len(), 1);
    assert_eq!(searched(&analyst, &json!({}))["region"], "35.15");
    analyst.post(&format!("{path}/confirm"), &json!({"name": "S"})).expect_problem(403);
    app.signed_in(Role::Viewer, None).get(CANDIDATES).expect_problem(403);
    app.anonymous().get(CANDIDATES).expect_problem(401);
    let mine = app.signed_in(Role::Verifier, Some("35.15"));
    mine.post(&format!("{path}/reject"), &json!({"reason": "x"})).expect(200);
}

#[test]
fn a_cluster_across_a_border_shows_each_office_its_own_members_and_a_narrow_search_leaves_it() {
    let app = TestApp::new();
    let staff = app.staff();
    row(&staff, "tas", KEDENSARI, 6);
    searched(&staff, &json!({}));
    let candidate = open(&staff)[0].clone();
    let id = candidate["id"].as_str().expect("an id");
    let whole = staff.get(&path_of(&candidate)).expect(200);
    // One of its members turns out to be the other office's.
    let mut cluster = json!({
        "verified": 0, "places": 6, "sample": false, "area": whole["area"],
        "members": whole["members"].as_array().expect("ids").iter()
            .map(|id| json!({"id": id, "region": KEDENSARI.0})).collect::<Vec<_>>(),
    });
    cluster["members"][0]["region"] = json!("35.16.01.2001");
    let sql = format!("UPDATE candidates SET cluster = '{cluster}' WHERE id = '{id}'");
    crate::app::execute_on(&app.db.url, &sql);
    let mine = app.signed_in(Role::Verifier, Some("35.15"));
    let seen = mine.get(&path_of(&candidate)).expect(200);
    let members = seen["members"].as_array().expect("ids").len();
    assert_eq!((members, &seen["others"], &seen["producers"]), (5, &json!(1), &json!(6)));
    let search = searched(&mine, &json!({}));
    assert_eq!((&search["counts"]["again"], &search["counts"]["gone"]), (&json!(1), &json!(0)));
    assert_eq!(mine.get(&path_of(&candidate)).expect(200)["others"], 1);
}

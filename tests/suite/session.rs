//! Sign in, stay signed in, sign out.

use sentra::domain::actor::Role;
use serde_json::json;

use crate::app::{Answer, PASSWORD, TestApp};

const PATH: &str = "/api/v1/auth/session";
const REFRESH: &str = "/api/v1/auth/session/refresh";

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

#[test]
fn a_session_begins_is_renewed_once_a_token_and_ends() {
    let app = TestApp::new();
    let staff = app.staff();
    drop(staff);
    let anonymous = app.anonymous();
    let answer =
        anonymous.post(PATH, &json!({"email": "Verifier@contoh.id", "password": PASSWORD}));
    let session = answer.expect(200);
    assert_eq!(
        session["user"],
        json!({"email": "verifier@contoh.id", "role": "verifier", "area": null})
    );
    let set = answer.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");

    let renewed = anonymous.send("POST", REFRESH, &[("Cookie", &cookie(&answer))], Vec::new());
    renewed.expect(200);
    // A refresh token is good for one use.
    anonymous
        .send("POST", REFRESH, &[("Cookie", &cookie(&answer))], Vec::new())
        .expect_problem(401);

    let ended = anonymous.send("DELETE", PATH, &[("Cookie", &cookie(&renewed))], Vec::new());
    assert_eq!(ended.status, 204);
    anonymous
        .send("POST", REFRESH, &[("Cookie", &cookie(&renewed))], Vec::new())
        .expect_problem(401);
}

#[test]
fn a_wrong_address_and_a_wrong_password_look_the_same() {
    let app = TestApp::new();
    drop(app.staff());
    let try_in = |email: &str, password: &str| {
        let answer = app.anonymous().post(PATH, &json!({"email": email, "password": password}));
        answer.expect_problem(401);
        answer.json()["detail"].clone()
    };
    assert_eq!(try_in("verifier@contoh.id", "salah"), try_in("siapa@contoh.id", PASSWORD));
}

#[test]
fn a_token_that_is_not_good_is_refused_and_not_taken_for_nobodys() {
    let app = TestApp::new();
    for value in ["Bearer x", "Basic x", "Bearer eyJhbGciOiJub25lIn0.e30."] {
        let answer = app.anonymous().send(
            "GET",
            "/api/v1/enterprises",
            &[("Authorization", value)],
            Vec::new(),
        );
        answer.expect_problem(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[test]
fn a_change_of_role_or_area_takes_effect_at_once() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = "/api/v1/enterprises";
    staff.post(path, &crate::app::draft("Tas Melati")).expect(201);
    app.registry
        .put_user("verifier@contoh.id", PASSWORD, Role::Viewer, "35.16".parse().ok())
        .expect("a user");
    staff.post(path, &crate::app::draft("Tas Mawar")).expect_problem(403);
    assert_eq!(staff.get(path).expect(200)["matched"], 0);
}

#[test]
fn a_short_password_is_refused() {
    let app = TestApp::new();
    assert!(app.registry.put_user("a@contoh.id", "pendek", Role::Viewer, None).is_err());
}

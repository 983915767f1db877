//! How far those reach who manage accounts: not outside their area, not to themselves.

use sentra::domain::actor::{Actor, Role};
use serde_json::{Value, json};

use crate::accounts::{SESSION, USERS, cooperative, delete, emails, patch, path};
use crate::app::{Answer, Client, PASSWORD, TestApp};

#[test]
fn an_administrator_of_an_area_does_not_reach_outside_it() {
    let app = TestApp::new();
    let admin = app.signed_in(Role::Admin, Some("35.15"));
    let outside = ["viewer35.16@contoh.id", "verifier@contoh.id"];
    drop((app.signed_in(Role::Viewer, Some("35.16")), app.staff()));
    let inside = "viewer35.15@contoh.id";
    drop(app.signed_in(Role::Viewer, Some("35.15")));
    assert_eq!(emails(&admin, ""), ["admin35.15@contoh.id", inside]);
    assert_eq!(emails(&admin, "?q=35.16"), [""; 0]);

    let grant = json!({"expires_at": app.registry.clock().now() + chrono::TimeDelta::days(1), "reason": "uji"});
    let told = |answer: Answer| {
        answer.expect_problem(404);
        let mut problem = answer.json();
        for changing in ["instance", "request_id"] {
            problem.as_object_mut().expect("an object").remove(changing);
        }
        problem
    };
    let all = |email: &str| {
        [
            admin.get(&path(email)),
            patch(&admin, email, &json!({"disabled": true})),
            admin.post(&format!("{}/reset-code", path(email)), &json!({})),
            admin.post(&format!("{}/grant", path(email)), &grant),
            delete(&admin, &format!("{}/grant", path(email))),
            delete(&admin, &format!("{}/sessions", path(email))),
            delete(&admin, &format!("{}/totp", path(email))),
        ]
        .map(told)
    };
    let nobody = all("siapa@contoh.id");
    for email in outside {
        assert_eq!(all(email), nobody, "as if it were not there");
    }

    // What they give lies in their area, and so does what they make of somebody.
    for area in [json!("35.16"), json!("35"), Value::Null] {
        let new = json!({"email": "x@contoh.id", "role": "admin", "area": area});
        admin.post(USERS, &new).expect_problem(403);
        patch(&admin, inside, &json!({"area": area})).expect_problem(403);
        patch(&admin, inside, &json!({"role": "admin", "area": area})).expect_problem(403);
    }
    admin.post(USERS, &json!({"email": "x@contoh.id", "role": "admin"})).expect_problem(403);
    let new = json!({"email": "x@contoh.id", "role": "admin", "area": "35.15"});
    admin.post(USERS, &new).expect(201);
    assert_eq!(patch(&admin, inside, &json!({"role": "analyst"})).expect(200)["role"], "analyst");
    assert_eq!(emails(&app.signed_in(Role::Admin, None), "?q=x@").len(), 1);
}

/// An officer sees the members of their cooperative wherever they are.
#[test]
fn an_officer_looks_after_a_cooperative_of_their_area() {
    let app = TestApp::new();
    let (own, foreign) = (cooperative(&app, "35.15.06"), cooperative(&app, "35.16"));
    let admin = app.signed_in(Role::Admin, Some("35.15"));
    let officer = |cooperative: Option<&str>, area: Value| json!({"email": "o@contoh.id", "role": "cooperative_officer", "area": area, "cooperative": cooperative});
    let told = |client: &Client, body: &Value| client.post(USERS, body).expect_problem(422);
    assert_eq!(told(&admin, &officer(None, json!("35.15"))), ["cooperative:required"]);
    let told_of = ["cooperative:unknown_code"];
    assert_eq!(told(&admin, &officer(Some(&foreign), json!("35.15"))), told_of);
    let nowhere = "01900000-0000-7000-8000-000000000000";
    assert_eq!(told(&admin, &officer(Some(nowhere), json!("35.15"))), told_of);
    admin.post(USERS, &officer(Some(&own), json!("35.15"))).expect(201);
    // Not through another role either.
    let viewer =
        json!({"email": "v@contoh.id", "role": "viewer", "area": "35.15", "cooperative": own});
    assert_eq!(told(&admin, &viewer), ["cooperative:together"]);
    let change = json!({"cooperative": foreign});
    assert_eq!(patch(&admin, "o@contoh.id", &change).expect_problem(422), told_of);
    assert_eq!(
        patch(&admin, "o@contoh.id", &json!({"cooperative": null})).expect_problem(422),
        ["cooperative:required"]
    );
    // Who becomes something else looks after it no more.
    let seen = patch(&admin, "o@contoh.id", &json!({"role": "viewer"})).expect(200);
    assert_eq!(seen["cooperative"], Value::Null);
    let province = app.signed_in(Role::Admin, None);
    patch(
        &province,
        "o@contoh.id",
        &json!({"role": "cooperative_officer", "cooperative": foreign, "area": null}),
    )
    .expect(200);
    let (officer, _) = officer_session(&app);
    assert_eq!(officer["cooperative"], foreign);
}

fn officer_session(app: &TestApp) -> (Value, Client) {
    let code =
        app.registry.create_reset_code(&Actor::Operator, "o@contoh.id").expect("a code").code;
    app.registry.reset_password("o@contoh.id", &code, PASSWORD).expect("set");
    let body = json!({"email": "o@contoh.id", "password": PASSWORD});
    let session = app.anonymous().post(SESSION, &body).expect(200);
    let token = session["access_token"].as_str().expect("a token").to_owned();
    (session["user"].clone(), app.client(token))
}

#[test]
fn nobody_changes_what_their_own_account_may_do() {
    let app = TestApp::new();
    for area in [None, Some("35.15")] {
        let admin = app.signed_in(Role::Admin, area);
        let own = format!("admin{}@contoh.id", area.unwrap_or_default());
        admin.get(&path(&own)).expect(200);
        let grant = json!({"expires_at": app.registry.clock().now() + chrono::TimeDelta::days(1), "reason": "uji"});
        let upper = own.to_uppercase();
        for own in [&own, &upper] {
            for answer in [
                patch(&admin, own, &json!({"role": "verifier"})),
                patch(&admin, own, &json!({"area": null})),
                patch(&admin, own, &json!({"disabled": true})),
                admin.post(&format!("{}/grant", path(own)), &grant),
                delete(&admin, &format!("{}/grant", path(own))),
                // With a stolen token, these would be a way to the password.
                admin.post(&format!("{}/reset-code", path(own)), &json!({})),
                delete(&admin, &format!("{}/totp", path(own))),
            ] {
                answer.expect_problem(403);
                let kind = answer.json()["type"].clone();
                assert_eq!(kind, "urn:sentra:problem:own-account");
            }
        }
    }
}

#[test]
fn what_no_field_is_for_is_refused_and_changes_nothing() {
    let app = TestApp::new();
    let admin = app.signed_in(Role::Admin, None);
    drop(app.signed_in(Role::Viewer, None));
    let viewer = "viewer@contoh.id";
    let before = admin.get(&path(viewer)).expect(200);
    for field in [
        "password",
        "password_hash",
        "email",
        "created_at",
        "restricted_until",
        "restricted",
        "second_factor",
        "totp_confirmed",
        "grant",
        "rights",
    ] {
        let body = json!({"role": "verifier", field: "x"});
        assert_eq!(
            patch(&admin, viewer, &body).expect_problem(422),
            [format!("{field}:unknown_field")]
        );
    }
    for field in ["password", "password_hash", "disabled", "restricted_until", "one_time_code"] {
        let body = json!({"email": "x@contoh.id", "role": "viewer", field: "x"});
        assert_eq!(
            admin.post(USERS, &body).expect_problem(422),
            [format!("{field}:unknown_field")]
        );
    }
    let grant =
        json!({"expires_at": "2027-01-01T00:00:00Z", "reason": "x", "email": "admin@contoh.id"});
    let told = admin.post(&format!("{}/grant", path(viewer)), &grant).expect_problem(422);
    assert_eq!(told, ["email:unknown_field"]);
    assert_eq!(admin.get(&path(viewer)).expect(200), before);
    assert_eq!(emails(&admin, ""), ["admin@contoh.id", viewer]);
}

#[test]
fn accounts_are_for_those_who_manage_them() {
    let app = TestApp::new();
    let target = "verifier@contoh.id";
    drop(app.staff());
    let until = json!({"expires_at": "2100-01-01T00:00:00Z", "reason": "x"});
    let all = |client: &Client| {
        let with_body = [
            client.post(USERS, &json!({"email": "x@contoh.id", "role": "admin"})),
            client.post(&format!("{}/reset-code", path(target)), &json!({})),
            client.post(&format!("{}/grant", path(target)), &until),
            patch(client, target, &json!({"role": "admin"})),
        ];
        let without = ["grant", "sessions", "totp"]
            .map(|what| delete(client, &format!("{}/{what}", path(target))));
        let read = [client.get(USERS), client.get(&path(target))];
        with_body.into_iter().chain(without).chain(read)
    };
    for answer in all(&app.anonymous()) {
        answer.expect_problem(401);
    }
    for role in [
        Role::Verifier,
        Role::Analyst,
        Role::Viewer,
        Role::Enumerator,
        Role::CooperativeOfficer,
        Role::Auditor,
    ] {
        for answer in all(&app.signed_in(role, None)) {
            answer.expect_problem(403);
        }
    }
}

//! The second factor, and the grant `restricted` that needs it.

use sentra::domain::actor::{Actor, Role};
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, TestApp, movable_clock, totp_code};
use crate::tables::all_rows;

const SESSION: &str = "/api/v1/auth/session";
const OWN: &str = "/api/v1/account";
const TOTP: &str = "/api/v1/account/totp";
const CONFIRM: &str = "/api/v1/account/totp/confirm";
const VERIFIER: &str = "verifier@contoh.id";

fn sign_in(app: &TestApp, code: Option<&str>) -> crate::app::Answer {
    let mut body = json!({"email": VERIFIER, "password": PASSWORD});
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    app.anonymous().post(SESSION, &body)
}

fn kind(answer: &crate::app::Answer) -> String {
    answer.json()["type"].as_str().unwrap_or_default().rsplit(':').next().unwrap_or_default().into()
}

fn delete(client: &Client, path: &str, body: &Value) -> crate::app::Answer {
    let headers = [("Content-Type", "application/json")];
    client.send("DELETE", path, &headers, body.to_string().into_bytes())
}

#[test]
fn a_second_factor_is_confirmed_by_a_code_and_then_asked_for() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let staff = app.staff();
    let now = || app.registry.clock().now().timestamp();
    let told = staff.post(TOTP, &json!({"password": "salah"})).expect_problem(422);
    assert_eq!(told, ["password:mismatch"]);
    // Nothing to confirm, nothing to take away.
    staff.post(CONFIRM, &json!({"code": "123456"})).expect_problem(409);
    delete(&staff, TOTP, &json!({"password": PASSWORD, "code": "123456"})).expect_problem(409);

    let begun = staff.post(TOTP, &json!({"password": PASSWORD})).expect(200);
    let secret = begun["secret"].as_str().expect("a secret").to_owned();
    let uri = format!("otpauth://totp/Sentra:verifier%40contoh.id?secret={secret}&issuer=Sentra");
    assert_eq!(begun["uri"], uri);
    // Not confirmed: not asked for.
    sign_in(&app, None).expect(200);
    let told = staff.post(CONFIRM, &json!({"code": "000000"})).expect_problem(422);
    assert_eq!(told, ["code:mismatch"]);
    let code = totp_code(&secret, now());
    assert_eq!(staff.post(CONFIRM, &json!({"code": code})).expect(200)["second_factor"], true);
    let kept: String = all_rows(&app.db.url).into_values().map(|rows| rows.concat()).collect();
    assert!(!kept.contains(&secret), "it is sealed");

    // Only whoever knows the password learns that there is one.
    let wrong = json!({"email": VERIFIER, "password": "salah", "code": code});
    assert_eq!(kind(&app.anonymous().post(SESSION, &wrong)), "sign-in-failed");
    let needed = sign_in(&app, None);
    needed.expect_problem(401);
    assert_eq!(kind(&needed), "second-factor-needed");
    // The code that confirmed it was used up by that.
    let used = sign_in(&app, Some(&code));
    used.expect_problem(401);
    assert_eq!(kind(&used), "second-factor-failed");
    ahead.fetch_add(30, std::sync::atomic::Ordering::SeqCst);
    let code = totp_code(&secret, now());
    let session = sign_in(&app, Some(&code)).expect(200);
    assert_eq!(session["user"]["second_factor"], true);
    assert_eq!(kind(&sign_in(&app, Some(&code))), "second-factor-failed", "good for one use");
    // Another one cannot be put in its place without it.
    staff.post(TOTP, &json!({"password": PASSWORD})).expect_problem(409);
}

#[test]
fn codes_count_as_failures() {
    let app = TestApp::new();
    drop(app.staff());
    let secret = app.enrolled(VERIFIER);
    let statuses: Vec<u16> = (0..7).map(|_| sign_in(&app, Some("000000")).status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
    let next = totp_code(&secret, app.registry.clock().now().timestamp() + 30);
    sign_in(&app, Some(&next)).expect_problem(429);
}

#[test]
fn a_code_from_many_threads_at_once_is_good_once() {
    let app = TestApp::with_workers(2);
    drop(app.staff());
    let secret = app.enrolled(VERIFIER);
    let code = totp_code(&secret, app.registry.clock().now().timestamp() + 30);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let handles: Vec<_> =
            (0..5).map(|_| scope.spawn(|| sign_in(&app, Some(&code)).status)).collect();
        handles.into_iter().map(|handle| handle.join().expect("a status")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

#[test]
fn the_own_second_factor_goes_with_password_and_code() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    drop(app.staff());
    let secret = app.enrolled(VERIFIER);
    let next = || {
        ahead.fetch_add(30, std::sync::atomic::Ordering::SeqCst);
        totp_code(&secret, app.registry.clock().now().timestamp())
    };
    let token = sign_in(&app, Some(&next())).expect(200)["access_token"].clone();
    let staff = app.client(token.as_str().expect("a token").to_owned());
    let body = |password: &str, code: &str| json!({"password": password, "code": code});
    delete(&staff, TOTP, &body("salah", &next())).expect_problem(422);
    delete(&staff, TOTP, &body(PASSWORD, "000000")).expect_problem(422);
    assert_eq!(delete(&staff, TOTP, &body(PASSWORD, &next())).status, 204);
    // The session stays, and is one without a second factor.
    assert_eq!(staff.get(OWN).expect(200)["second_factor"], false);
    let sessions = staff.get("/api/v1/account/sessions").expect(200);
    assert!(
        sessions["items"].as_array().expect("items").iter().all(|s| s["second_factor"] == false)
    );
    sign_in(&app, None).expect(200);
}

#[test]
fn a_lost_second_factor_is_taken_away_by_an_administrator_and_ends_every_session() {
    let app = TestApp::new();
    let staff = app.staff();
    app.enrolled(VERIFIER);
    let admin = app.signed_in(Role::Admin, None);
    let path = "/api/v1/users/verifier%40contoh.id/totp";
    let seen = admin.send("DELETE", path, &[], Vec::new()).expect(200);
    assert_eq!(seen["second_factor"], false);
    staff.get(OWN).expect_problem(401);
    sign_in(&app, None).expect(200);
}

/// The grant counts while it is in force, in sessions that were begun with a second factor.
#[test]
fn the_grant_needs_a_second_factor_in_the_session() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    drop(app.staff());
    let admin = app.signed_in(Role::Admin, None);
    let path = "/api/v1/users/verifier%40contoh.id/grant";
    let until = app.registry.clock().now() + chrono::TimeDelta::days(1);
    let granted = admin.post(path, &json!({"expires_at": until, "reason": "Bantuan modal"}));
    assert!(granted.expect(200)["restricted_until"].is_string());

    let restricted = |session: &Value| {
        let token = session["access_token"].as_str().expect("a token");
        let Actor::User(user) = app.registry.actor(token).expect("an actor") else {
            panic!("a person")
        };
        let rights = session["user"]["rights"].as_array().expect("rights");
        (user.restricted, rights.contains(&json!("read_restricted")))
    };
    let without = sign_in(&app, None).expect(200);
    assert_eq!(restricted(&without), (false, false));
    assert!(without["user"]["restricted_until"].is_string(), "to say what a second factor gives");
    let secret = app.enrolled(VERIFIER);
    // It was begun without: that it could be begun with one now does not count.
    assert_eq!(restricted(&without), (false, false));
    let next = || {
        ahead.fetch_add(30, std::sync::atomic::Ordering::SeqCst);
        totp_code(&secret, app.registry.clock().now().timestamp())
    };
    let with = sign_in(&app, Some(&next())).expect(200);
    assert_eq!(restricted(&with), (true, true));
    // Taken away: at once.
    let admin = app.signed_in(Role::Admin, None);
    let seen = admin.send("DELETE", path, &[], Vec::new()).expect(200);
    assert_eq!((&seen["restricted_until"], restricted(&with).0), (&json!(null), false));
    admin.post(path, &json!({"expires_at": until, "reason": "Bantuan modal"})).expect(200);
    assert!(restricted(&with).0);
    // Expired: at once.
    ahead.fetch_add(500, std::sync::atomic::Ordering::SeqCst);
    let soon = app.registry.clock().now() + chrono::TimeDelta::seconds(20);
    admin.post(path, &json!({"expires_at": soon, "reason": "Bantuan modal"})).expect(200);
    assert!(restricted(&with).0);
    ahead.fetch_add(21, std::sync::atomic::Ordering::SeqCst);
    assert!(!restricted(&with).0);
}

#[test]
fn a_restricted_client_of_the_tests_has_the_right() {
    let app = TestApp::new();
    let client = app.signed_in_restricted(Role::Verifier, Some("35.15"));
    let token = client.token.clone().expect("a token");
    let actor = app.registry.actor(&token).expect("an actor");
    assert!(actor.may(sentra::domain::access::Right::ReadRestricted));
}

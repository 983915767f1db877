//! Sign in, stay signed in, sign out, set another password; and those who steal.

use std::time::Duration;

use sentra::domain::actor::{Actor, Role};
use sentra::registry::accounts::AccountChange;
use sentra::registry::sessions::SignIn;
use serde_json::{Value, json};

use crate::app::{Answer, Client, PASSWORD, TestApp, draft, movable_clock};
use crate::tables::all_rows;

pub const PATH: &str = "/api/v1/auth/session";
const REFRESH: &str = "/api/v1/auth/session/refresh";
pub const RESET: &str = "/api/v1/auth/password-reset";
const OWN: &str = "/api/v1/account";
pub const VERIFIER: &str = "verifier@contoh.id";

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

pub fn credentials(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

/// Signs in over HTTP.
fn begun(app: &TestApp, email: &str) -> (Client, Answer) {
    let answer = app.anonymous().post(PATH, &credentials(email, PASSWORD));
    let token = answer.expect(200)["access_token"].as_str().expect("a token").to_owned();
    (app.client(token), answer)
}

fn refreshed(app: &TestApp, cookie: &str) -> Answer {
    app.anonymous().send("POST", REFRESH, &[("Cookie", cookie)], Vec::new())
}

/// What a problem says beside the time and place of it.
pub fn told(answer: &Answer) -> (u16, Value, Value, String) {
    let problem = answer.json();
    let retry_after = answer.header("retry-after").to_owned();
    (answer.status, problem["type"].clone(), problem["detail"].clone(), retry_after)
}

#[test]
fn a_session_begins_is_renewed_once_a_token_and_ends() {
    let app = TestApp::new();
    drop(app.staff());
    let answer = app.anonymous().post(PATH, &credentials(" Verifier@contoh.id ", PASSWORD));
    let session = answer.expect(200);
    assert_eq!((&session["token_type"], &session["expires_in"]), (&json!("Bearer"), &json!(600)));
    let rights = [
        "read_internal",
        "filter_internal",
        "export_internal",
        "write_records",
        "decide",
        "import_lists",
        "write_documents",
        "follow_changes",
        "manage_campaigns",
        "answer_persons",
        "find_sentra",
        "check_records",
    ];
    let user = json!({
        "email": VERIFIER, "role": "verifier", "area": null, "cooperative": null,
        "second_factor": false, "restricted_until": null, "rights": rights,
    });
    assert_eq!(session["user"], user);
    assert_eq!(answer.header("cache-control"), "no-store");
    let set = answer.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");
    assert!(set.contains("Path=/api/v1/auth;"), "{set}");

    let renewed = refreshed(&app, &cookie(&answer));
    assert_eq!(renewed.expect(200)["user"], user);
    let client = app.client(renewed.json()["access_token"].as_str().expect("a token").to_owned());
    client.get(OWN).expect(200);
    let ended = app.anonymous().send("DELETE", PATH, &[("Cookie", &cookie(&renewed))], Vec::new());
    assert_eq!(ended.status, 204);
    refreshed(&app, &cookie(&renewed)).expect_problem(401);
    // The access tokens of the session end with it.
    client.get(OWN).expect_problem(401);
}

#[test]
fn signing_out_with_an_access_token_alone_ends_its_session() {
    let app = TestApp::new();
    let (one, other) = (app.staff(), app.staff());
    assert_eq!(one.send("DELETE", PATH, &[], Vec::new()).status, 204);
    one.get(OWN).expect_problem(401);
    other.get(OWN).expect(200);
    // Who is signed out can sign out again, and so can anybody.
    assert_eq!(one.send("DELETE", PATH, &[], Vec::new()).status, 204);
    assert_eq!(app.anonymous().send("DELETE", PATH, &[], Vec::new()).status, 204);
}

#[test]
fn a_refresh_token_used_twice_ends_the_family_and_no_other() {
    let app = TestApp::new();
    let other = app.staff();
    let (first, stolen) = begun(&app, VERIFIER);
    let renewed = refreshed(&app, &cookie(&stolen));
    let second = app.client(renewed.expect(200)["access_token"].as_str().expect("one").to_owned());
    first.get(OWN).expect(200);
    second.get(OWN).expect(200);
    // The thief, or the one it was stolen from: nobody knows which.
    refreshed(&app, &cookie(&stolen)).expect_problem(401);
    first.get(OWN).expect_problem(401);
    second.get(OWN).expect_problem(401);
    refreshed(&app, &cookie(&renewed)).expect_problem(401);
    other.get(OWN).expect(200);
    let told = &all_rows(&app.db.url)["changes"];
    assert!(told.iter().any(|row| row.contains("a used refresh token was shown")), "{told:?}");
}

#[test]
fn a_refresh_token_from_many_threads_at_once_is_good_once() {
    let app = TestApp::new();
    drop(app.staff());
    let (_, answer) = begun(&app, VERIFIER);
    let cookie = cookie(&answer);
    let good = std::thread::scope(|scope| {
        let handles: Vec<_> =
            (0..6).map(|_| scope.spawn(|| refreshed(&app, &cookie).status)).collect();
        let statuses = handles.into_iter().map(|handle| handle.join().expect("a status"));
        statuses.collect::<Vec<_>>()
    });
    assert_eq!(good.iter().filter(|status| **status == 200).count(), 1, "{good:?}");
    assert_eq!(good.iter().filter(|status| **status == 401).count(), 5, "{good:?}");
    assert!(all_rows(&app.db.url)["session_families"].len() <= 1, "the one before the race");
}

#[test]
fn a_session_ends_unused_after_two_weeks_and_used_after_a_month() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    drop(app.staff());
    let day = |days: i64| ahead.store(days * 86_400, std::sync::atomic::Ordering::SeqCst);
    let (_, unused) = begun(&app, VERIFIER);
    let (_, mut used) = begun(&app, VERIFIER);
    for days in [10, 20, 29] {
        day(days);
        used = refreshed(&app, &cookie(&used));
        used.expect(200);
    }
    refreshed(&app, &cookie(&unused)).expect_problem(401);
    day(31);
    refreshed(&app, &cookie(&used)).expect_problem(401);
}

#[test]
fn an_access_token_ends_after_ten_minutes() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let staff = app.staff();
    staff.get(OWN).expect(200);
    ahead.store(595, std::sync::atomic::Ordering::SeqCst);
    staff.get(OWN).expect(200);
    ahead.store(601, std::sync::atomic::Ordering::SeqCst);
    staff.get(OWN).expect_problem(401);
}

#[test]
fn role_and_area_and_being_disabled_take_effect_at_the_next_request() {
    let app = TestApp::new();
    let (staff, path) = (app.staff(), "/api/v1/enterprises");
    staff.post(path, &draft("Tas Melati")).expect(201);
    let change = |change: AccountChange| {
        app.registry.change_account(&Actor::Operator, VERIFIER, &change).expect("changed");
    };
    change(AccountChange { role: Some(Role::Viewer), ..AccountChange::default() });
    staff.post(path, &draft("Tas Mawar")).expect_problem(403);
    assert_eq!(staff.get(path).expect(200)["matched"], 1);
    change(AccountChange { area: Some("35.16".parse().ok()), ..AccountChange::default() });
    assert_eq!(staff.get(path).expect(200)["matched"], 0);
    change(AccountChange { role: Some(Role::Auditor), ..AccountChange::default() });
    staff.get("/api/v1/enterprises?review=draft").expect_problem(403);
    change(AccountChange { disabled: Some(true), ..AccountChange::default() });
    staff.get(path).expect_problem(401);
    app.anonymous().post(PATH, &credentials(VERIFIER, PASSWORD)).expect_problem(401);
    // Who may come back signs in anew.
    change(AccountChange { disabled: Some(false), ..AccountChange::default() });
    staff.get(path).expect_problem(401);
    begun(&app, VERIFIER);
}

#[test]
fn the_own_password_is_changed_with_the_current_one_and_ends_every_session() {
    let app = TestApp::new();
    let (staff, other) = (app.staff(), app.staff());
    let path = "/api/v1/account/password";
    let new = "kata sandi yang baru";
    let told = staff.post(path, &json!({"current": "salah", "new": new})).expect_problem(422);
    assert_eq!(told, ["current:mismatch"]);
    let told = staff.post(path, &json!({"current": PASSWORD, "new": "pendek"})).expect_problem(422);
    assert_eq!(told, ["new:out_of_range"]);
    app.anonymous().post(path, &json!({"current": PASSWORD, "new": new})).expect_problem(401);
    assert_eq!(staff.post(path, &json!({"current": PASSWORD, "new": new})).status, 204);
    staff.get(OWN).expect_problem(401);
    other.get(OWN).expect_problem(401);
    app.anonymous().post(PATH, &credentials(VERIFIER, PASSWORD)).expect_problem(401);
    app.anonymous().post(PATH, &credentials(VERIFIER, new)).expect(200);
}

#[test]
fn a_reset_by_a_one_time_code_is_good_once_for_an_hour_and_ends_every_session() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let staff = app.staff();
    let admin = app.signed_in(Role::Admin, None);
    let code = || {
        let path = "/api/v1/users/verifier%40contoh.id/reset-code";
        let made = admin.post(path, &json!({})).expect(200);
        made["one_time_code"].as_str().expect("a code").to_owned()
    };
    let reset = |email: &str, code: &str, password: &str| {
        let body = json!({"email": email, "code": code, "password": password});
        app.anonymous().post(RESET, &body)
    };
    let new = "kata sandi yang baru";
    let (earlier, late) = (code(), code());
    ahead.store(3_601, std::sync::atomic::Ordering::SeqCst);
    reset(VERIFIER, &late, new).expect_problem(401);
    let admin = app.signed_in(Role::Admin, None);
    let made = admin.post("/api/v1/users/verifier%40contoh.id/reset-code", &json!({})).expect(200);
    let good = made["one_time_code"].as_str().expect("a code").to_owned();
    let unknown = told(&reset("siapa@contoh.id", &good, new));
    assert_eq!(unknown, told(&reset(VERIFIER, &earlier, new)), "an earlier code");
    reset(VERIFIER, &good, "pendek").expect_problem(422);
    // The password is good until the code is used.
    let staff_again = begun(&app, VERIFIER);
    assert_eq!(reset(VERIFIER, &good.to_lowercase().replace('-', " "), new).status, 204);
    staff.get(OWN).expect_problem(401);
    staff_again.0.get(OWN).expect_problem(401);
    refreshed(&app, &cookie(&staff_again.1)).expect_problem(401);
    reset(VERIFIER, &good, "kata sandi yang lain").expect_problem(401);
    app.anonymous().post(PATH, &credentials(VERIFIER, PASSWORD)).expect_problem(401);
    app.anonymous().post(PATH, &credentials(VERIFIER, new)).expect(200);
}

fn sign_in_of(password: &str) -> SignIn {
    let (email, password) = (VERIFIER.to_owned(), password.to_owned());
    SignIn { email, password, ..SignIn::default() }
}

/// Whoever signs in with the old password in the moment of the reset is not signed in after it.
#[test]
fn no_session_survives_a_reset_made_in_the_same_moment() {
    let app = TestApp::with_workers(2);
    let mut password = PASSWORD.to_owned();
    app.registry.put_user(VERIFIER, &password, Role::Verifier, None).expect("a user");
    let mut signed_in_meanwhile = 0;
    for round in 0..12 {
        let code = app.registry.create_reset_code(&Actor::Operator, VERIFIER).expect("a code").code;
        let next = format!("kata sandi ronde {round}");
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let begin = |after: u64| {
                std::thread::sleep(Duration::from_millis(after));
                app.anonymous().post(PATH, &credentials(VERIFIER, &password))
            };
            let handles = [0, 25, 50].map(|after| scope.spawn(move || begin(after)));
            app.registry.reset_password(VERIFIER, &code, &next).expect("reset");
            handles.into_iter().map(|handle| handle.join().expect("an answer")).collect()
        });
        for answer in answers {
            if answer.status == 200 {
                signed_in_meanwhile += 1;
                let token = answer.json()["access_token"].as_str().expect("a token").to_owned();
                app.client(token).get(OWN).expect_problem(401);
                refreshed(&app, &cookie(&answer)).expect_problem(401);
            } else {
                answer.expect_problem(401);
            }
        }
        // It forgives the failures of the round.
        app.registry.sign_in(&sign_in_of(&next)).expect("signed in");
        app.registry.end_sessions_of(&Actor::Operator, VERIFIER).expect("signed out");
        password = next;
    }
    println!("{signed_in_meanwhile} sessions began in the moment of a reset");
    assert_eq!(all_rows(&app.db.url)["session_families"], Vec::<String>::new());
}

#[test]
fn the_own_sessions_are_listed_and_ended_one_by_one() {
    let app = TestApp::new();
    let (one, other) = (app.staff(), app.staff());
    let path = "/api/v1/account/sessions";
    let listed = one.get(path).expect(200)["items"].as_array().expect("items").clone();
    assert_eq!(listed.len(), 2);
    let current = |session: &&Value| session["current"] == true;
    assert_eq!(listed.iter().filter(current).count(), 1);
    let foreign = listed.iter().find(|session| !current(session)).expect("the other");
    let foreign = format!("{path}/{}", foreign["id"].as_str().expect("an id"));
    // Nobody else's are theirs to end.
    let viewer = app.signed_in(Role::Viewer, None);
    viewer.send("DELETE", &foreign, &[], Vec::new()).expect_problem(404);
    other.get(OWN).expect(200);
    assert_eq!(one.send("DELETE", &foreign, &[], Vec::new()).status, 204);
    other.get(OWN).expect_problem(401);
    one.get(OWN).expect(200);
    for none in ["x", "%00", "01900000-0000-7000-8000-000000000000"] {
        one.send("DELETE", &format!("{path}/{none}"), &[], Vec::new()).expect_problem(404);
    }
}

#[test]
fn nothing_that_opens_a_session_is_kept_in_clear() {
    let app = TestApp::new();
    drop(app.staff());
    let (client, answer) = begun(&app, VERIFIER);
    let code = app.registry.create_reset_code(&Actor::Operator, VERIFIER).expect("a code").code;
    let cookie = cookie(&answer);
    let refresh_token = cookie.split_once('=').expect("a value").1;
    let access_token = client.token.clone().expect("a token");
    let kept: String = all_rows(&app.db.url).into_values().map(|rows| rows.concat()).collect();
    for secret in [PASSWORD, refresh_token, &code, &code.replace('-', ""), &access_token] {
        assert!(!kept.contains(secret));
    }
}

#[test]
fn unknown_and_missing_fields_are_named_and_values_not_repeated() {
    let app = TestApp::new();
    let post = |path: &str, body: &Value| app.anonymous().post(path, body);
    let told = post(PATH, &json!({"email": "a@b.id", "password": "x", "role": "admin"}));
    assert_eq!(told.expect_problem(422), ["role:unknown_field"]);
    assert_eq!(post(PATH, &json!({"email": "a@b.id"})).expect_problem(422), ["password:required"]);
    let answer = post(PATH, &json!({"email": "a@b.id", "password": 81_234_567}));
    assert_eq!(answer.expect_problem(422), ["password:wrong_type"]);
    assert!(!String::from_utf8_lossy(&answer.bytes).contains("81234567"));
    let body = json!({"email": "a\u{0}@b.id", "password": "\u{0}", "code": "\u{0}"});
    post(PATH, &body).expect_problem(401);
}

#[test]
fn a_short_password_is_refused() {
    let app = TestApp::new();
    assert!(app.registry.put_user("a@contoh.id", "pendek", Role::Viewer, None).is_err());
}

//! The keys that sign access tokens: made once for all processes, rotated, revoked.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sentra::db::{self, Db};
use sentra::domain::actor::{Actor, Role};
use serde_json::json;

use crate::app::{PASSWORD, TestApp, TestDb, movable_clock};
use crate::program::sentra;
use crate::tables::all_rows;
use crate::tokens::{Forger, JWKS, OWN, kid, part, refused};

#[test]
fn the_published_keys_are_there_before_anybody_signed_in() {
    let app = TestApp::new();
    let keys = app.anonymous().get(JWKS).expect(200);
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
    assert_eq!(keys["keys"][0]["kid"], kid(&app.staff().token.expect("a token")));
    let kept = all_rows(&app.db.url)["signing_keys"].concat();
    // The private half of PKCS #8 begins so.
    assert!(!kept.contains("[48, 46, 2, 1, 0") && !kept.contains("[48, 81, 2, 1, 1"), "{kept}");
}

#[test]
fn an_unknown_key_is_looked_for_at_most_once_a_second() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let staff = app.staff();
    let claims = part(staff.token.as_ref().expect("a token"), 1);
    let forger = Forger::new();
    let token = forger.token(&json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "new"}), &claims);
    ahead.fetch_add(2, Ordering::SeqCst);
    refused(&app, token.clone());
    forger.become_known(&app, "new");
    refused(&app, token.clone());
    ahead.fetch_add(1, Ordering::SeqCst);
    app.client(token).get(OWN).expect(200);
}

#[test]
fn processes_that_begin_at_once_share_one_set_of_keys() {
    let db = TestDb::new();
    let kids: HashSet<String> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let registry = db.open();
                    let keys = registry.public_keys().expect("keys");
                    assert_eq!(keys.len(), 1);
                    keys[0].kid.clone()
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().expect("a key")).collect()
    });
    assert_eq!(kids.len(), 1);
    assert_eq!(all_rows(&db.url)["signing_keys"].len(), 1);
}

#[test]
fn a_new_key_is_shown_before_it_signs_and_an_old_one_verifies_until_its_tokens_ended() {
    // It stands still: only what is said to pass passes.
    static START: std::sync::OnceLock<chrono::DateTime<chrono::Utc>> = std::sync::OnceLock::new();
    static AHEAD: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
    let (clock, ahead) = (
        sentra::registry::Clock::from_fn(|| {
            let ahead = AHEAD.load(Ordering::SeqCst);
            *START.get_or_init(|| sentra::registry::Clock::system().now())
                + chrono::TimeDelta::seconds(ahead)
        }),
        &AHEAD,
    );
    let app = TestApp::with_clock(clock);
    let other = app.beside(clock);
    let later = |seconds: i64| ahead.fetch_add(seconds, Ordering::SeqCst);
    let published = |app: &TestApp| -> Vec<String> {
        let keys = app.anonymous().get(JWKS).expect(200);
        let keys = keys["keys"].as_array().expect("keys");
        keys.iter().map(|key| key["kid"].as_str().expect("a kid").to_owned()).collect()
    };
    let signing = |app: &TestApp| kid(&app.staff().token.expect("a token"));
    let first = signing(&app);
    assert_eq!(published(&other), std::slice::from_ref(&first));
    let rotated = app.registry.rotate_signing_keys(&Actor::Operator, false).expect("rotated");
    assert_eq!(published(&app), [first.clone(), rotated.kid.clone()]);
    assert_eq!(signing(&app), first, "not yet");
    later(5);
    assert_eq!(published(&other), [first.clone(), rotated.kid.clone()]);
    assert_eq!(signing(&other), first, "not yet");
    let old = app.staff();
    later(1);
    assert_eq!((signing(&app), signing(&other)), (rotated.kid.clone(), rotated.kid.clone()));
    // The last token of the old key ends before the key does.
    later(593);
    other.client(old.token.clone().expect("a token")).get(OWN).expect(200);
    later(15 * 60 - 593 - 1);
    assert_eq!(published(&app).len(), 2);
    later(1);
    assert_eq!(
        (published(&app), published(&other)),
        (vec![rotated.kid.clone()], vec![rotated.kid])
    );
    // The next rotation clears the table.
    app.registry.rotate_signing_keys(&Actor::Operator, false).expect("rotated");
    assert_eq!(all_rows(&app.db.url)["signing_keys"].len(), 2);
}

#[test]
fn a_key_that_leaked_is_revoked_with_every_token_of_it() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let other = app.beside(clock);
    let staff = app.staff();
    let elsewhere = other.client(staff.token.clone().expect("a token"));
    elsewhere.get(OWN).expect(200);
    let rotated = app.registry.rotate_signing_keys(&Actor::Operator, true).expect("rotated");
    staff.get(OWN).expect_problem(401);
    let renewed = app.staff();
    assert_eq!(kid(renewed.token.as_ref().expect("a token")), rotated.kid);
    // Others know it once they look again, within five seconds.
    ahead.fetch_add(5, Ordering::SeqCst);
    elsewhere.get(OWN).expect_problem(401);
    other.client(renewed.token.expect("a token")).get(OWN).expect(200);
    assert_eq!(all_rows(&app.db.url)["signing_keys"].len(), 1);
}

#[test]
fn keys_are_rotated_on_the_command_line_and_by_nobody_of_an_area() {
    let app = TestApp::new();
    let first = kid(&app.staff().token.expect("a token"));
    let run = |arguments: &[&str]| {
        let mut command = sentra(&app.db);
        let output = command.args(arguments).stdout(std::process::Stdio::piped()).output();
        let output = output.expect("the program");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    };
    let kids = || -> Vec<String> {
        let db = Db::open(&app.db.url).expect("a database");
        let rows = db.read(db::signing_keys::all).expect("keys");
        rows.into_iter().map(|row| row.kid).collect()
    };
    let second = run(&["keys", "rotate"]);
    assert_eq!(kids(), [first, second]);
    let third = run(&["keys", "rotate", "--revoke"]);
    assert_eq!(kids(), [third]);
    for (role, area) in [(Role::Verifier, None), (Role::Admin, Some("35.15"))] {
        let token = app.signed_in(role, area).token.expect("a token");
        let actor = app.registry.actor(&token).expect("an actor");
        assert!(app.registry.rotate_signing_keys(&actor, true).is_err());
    }
}

/// What those who make the load share.
#[derive(Default)]
struct Load {
    done: AtomicBool,
    /// Of the tokens that they were given.
    kids: Mutex<HashSet<String>>,
}

/// One who reads and renews for as long as the test runs; answers how often they asked.
fn busy(app: &TestApp, other: &TestApp, number: usize, load: &Load) -> usize {
    let mut requests = 0;
    let credentials = json!({"email": format!("orang{number}@contoh.id"), "password": PASSWORD});
    let mut session = app.anonymous().post("/api/v1/auth/session", &credentials);
    while !load.done.load(Ordering::SeqCst) {
        let token = session.expect(200)["access_token"].as_str().expect("a token").to_owned();
        load.kids.lock().expect("the kids").insert(kid(&token));
        for at in [app, other, app, other] {
            at.client(token.clone()).get("/api/v1/enterprises?limit=1").expect(200);
            requests += 1;
        }
        let cookie = session.header("set-cookie").split(';').next().expect("a cookie").to_owned();
        let at = if requests % 8 == 0 { app } else { other };
        let headers = [("Cookie", cookie.as_str())];
        session = at.anonymous().send("POST", "/api/v1/auth/session/refresh", &headers, Vec::new());
        requests += 1;
    }
    requests
}

/// One who makes both processes look for keys that are not there, as often as they ever do.
fn annoying(app: &TestApp, other: &TestApp, done: &AtomicBool) {
    let header = json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "unknown"});
    let token = Forger::new().token(&header, &json!({}));
    while !done.load(Ordering::SeqCst) {
        refused(app, token.clone());
        refused(other, token.clone());
    }
}

/// Two processes on one database, four people who read and renew at both, six rotations by a third.
/// Time goes fast, second by second: now one process is behind, now the other.
#[test]
fn keys_rotate_under_load_without_one_refused_request() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let other = app.beside(clock);
    for number in 0..4 {
        let email = format!("orang{number}@contoh.id");
        app.registry.put_user(&email, PASSWORD, Role::Viewer, None).expect("a user");
    }
    let rotating = app.db.open_at(clock);
    let (load, rotations) = (Load::default(), 6);
    let requests: usize = std::thread::scope(|scope| {
        let (app, other, load) = (&app, &other, &load);
        let handles: Vec<_> =
            (0..4).map(|number| scope.spawn(move || busy(app, other, number, load))).collect();
        scope.spawn(move || annoying(app, other, &load.done));
        for _ in 0..rotations {
            let next = rotating.rotate_signing_keys(&Actor::Operator, false).expect("rotated").kid;
            let begun = Instant::now();
            // Until somebody was given a token of it.
            while !load.kids.lock().expect("the kids").contains(&next)
                && handles.iter().all(|handle| !handle.is_finished())
                && begun.elapsed() < Duration::from_secs(60)
            {
                ahead.fetch_add(1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(60));
            }
        }
        load.done.store(true, Ordering::SeqCst);
        handles.into_iter().map(|handle| handle.join().expect("not one refused")).sum()
    });
    let kids = load.kids.into_inner().expect("the kids").len();
    println!("{requests} requests, tokens of {kids} keys, {rotations} rotations");
    // That of the beginning may have gone before anybody was given a token of it.
    assert!((rotations..=rotations + 1).contains(&kids), "{kids}");
    assert!(requests > 100, "{requests}");
}

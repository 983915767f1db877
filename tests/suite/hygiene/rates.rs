//! Who may ask how often.

use std::time::Duration;

use sentra::domain::actor::Role;
use sentra::http::Config;
use serde_json::json;

use super::trusting_this_machine;
use crate::app::{Answer, Client, TestApp};

const PATH: &str = "/api/v1/enterprises?limit=1";
const SIGN_IN: &str = "/api/v1/auth/session";

/// Ten requests at once, one a second after that.
fn strict(config: Config) -> TestApp {
    let mut config = config;
    config.rates.requests_per_second = 1;
    TestApp::with(config)
}

fn from(client: &Client, address: &str, path: &str) -> Answer {
    client.send("GET", path, &[("X-Forwarded-For", address)], Vec::new())
}

/// How many of so many requests were answered.
fn answered(mut ask: impl FnMut() -> Answer, times: usize) -> usize {
    (0..times).filter(|_| ask().status != 429).count()
}

#[test]
fn who_asks_too_often_is_told_when_to_come_again_and_nobody_else_waits() {
    let app = strict(Config::default());
    let (one, other) = (app.signed_in(Role::Viewer, None), app.signed_in(Role::Analyst, None));
    let first = one.get(PATH);
    first.expect(200);
    assert_eq!(first.header("ratelimit-policy"), "\"requests\";q=10;w=10");
    assert_eq!(first.header("ratelimit"), "\"requests\";r=9;t=1");
    // One may come back meanwhile.
    assert!((9..=11).contains(&answered(|| one.get(PATH), 20)));
    let refused = one.send("GET", PATH, &[("Accept-Language", "en")], Vec::new());
    refused.expect_problem(429);
    assert_eq!(refused.json()["title"], "Too many requests");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("ratelimit"), "\"requests\";r=0;t=1");
    assert_eq!(refused.header("ratelimit-policy"), "\"requests\";q=10;w=10");
    // Also where the answer is an error of another kind, and in Indonesian.
    assert_eq!(one.get("/api/v1/tidak-ada").json()["title"], "Terlalu banyak permintaan");
    other.get(PATH).expect(200);
    // From this machine, where no proxy is trusted, nobody counts by address.
    assert_eq!(answered(|| app.anonymous().get(PATH), 30), 30);
    assert_eq!(app.anonymous().get(PATH).header("ratelimit"), "");
    std::thread::sleep(Duration::from_millis(1_100));
    one.get(PATH).expect(200);
}

#[test]
fn visitors_count_by_the_address_that_a_trusted_proxy_names() {
    let app = strict(trusting_this_machine());
    let visitor = app.anonymous();
    assert!((10..=12).contains(&answered(|| from(&visitor, "198.51.100.1", PATH), 30)));
    from(&visitor, "198.51.100.2", PATH).expect(200);
    // What stands before the proxy's own word was written by the visitor.
    from(&visitor, "203.0.113.1, 198.51.100.1", PATH).expect_problem(429);
    // Neighbours in 64 bits of IPv6 are one subscriber.
    let mut host = 0;
    let next = || {
        host += 1;
        from(&visitor, &format!("2001:db8:1:2::{host:x}"), PATH)
    };
    assert!((10..=12).contains(&answered(next, 30)));
    from(&visitor, "2001:db8:1:3::1", PATH).expect(200);
    // Without the proxy: this machine, which counts by its address now.
    assert!((10..=12).contains(&answered(|| visitor.get(PATH), 30)));
    // The health of the server is nobody's load.
    for path in ["/healthz", "/readyz"] {
        assert_eq!(from(&visitor, "198.51.100.1", path).status, 200);
    }
}

#[test]
fn nobody_untrusted_is_believed_about_their_address() {
    let app = strict(Config::default());
    let viewer = app.signed_in(Role::Viewer, None);
    let mut host = 0;
    let next = || {
        host += 1;
        from(&viewer, &format!("198.51.100.{host}"), PATH)
    };
    assert!((10..=12).contains(&answered(next, 30)));
}

#[test]
fn a_token_that_is_not_good_counts_against_the_address() {
    let app = strict(trusting_this_machine());
    let bad = Client::new(&format!("http://{}", app.address), Some("bukan.token.sah".into()));
    let statuses: Vec<u16> = (0..20).map(|_| from(&bad, "198.51.100.1", PATH).status).collect();
    assert_eq!(statuses[0], 401);
    assert!(statuses.ends_with(&[429]), "{statuses:?}");
    from(&app.anonymous(), "198.51.100.1", PATH).expect_problem(429);
    // Who is signed in is not held back by others at the same address.
    from(&app.signed_in(Role::Viewer, None), "198.51.100.1", PATH).expect(200);
}

#[test]
fn attempts_to_sign_in_are_few_a_minute_from_one_address() {
    let mut config = trusting_this_machine();
    config.rates.sign_ins_per_minute = 3;
    let app = TestApp::with(config);
    let attempt = |address: &str, path: &str| {
        let body = json!({"email": "siapa@contoh.id", "password": "salah"}).to_string();
        app.anonymous().send("POST", path, &[("X-Forwarded-For", address)], body.into_bytes())
    };
    for _ in 0..3 {
        attempt("198.51.100.1", SIGN_IN).expect_problem(401);
    }
    let refused = attempt("198.51.100.1", SIGN_IN);
    refused.expect_problem(429);
    assert_eq!(refused.header("ratelimit-policy"), "\"sign-ins\";q=3;w=60");
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((15..=20).contains(&wait), "{wait}");
    attempt("198.51.100.2", SIGN_IN).expect_problem(401);
    // A session that is there goes on, and so does everything else.
    attempt("198.51.100.1", "/api/v1/auth/session/refresh").expect_problem(401);
    from(&app.anonymous(), "198.51.100.1", PATH).expect(200);
}

#[test]
fn links_of_owners_are_tried_a_few_times_a_minute_from_one_address() {
    let mut config = trusting_this_machine();
    config.rates.links_per_minute = 3;
    let app = TestApp::with(config);
    let attempt = |address: &str, method: &str| {
        let headers = [("X-Forwarded-For", address), ("Authorization", "Link bukan-tautan")];
        app.anonymous().send(method, "/api/v1/owner", &headers, Vec::new())
    };
    for method in ["GET", "PATCH", "GET"] {
        attempt("198.51.100.1", method).expect_problem(404);
    }
    let refused = attempt("198.51.100.1", "GET");
    refused.expect_problem(429);
    assert_eq!(refused.header("ratelimit-policy"), "\"links\";q=3;w=60");
    attempt("198.51.100.2", "GET").expect_problem(404);
    // The code lists that the page asks for are none of these.
    from(&app.anonymous(), "198.51.100.1", "/api/v1/units").expect(200);
}

#[test]
fn without_a_limit_nobody_is_counted() {
    let mut config = trusting_this_machine();
    config.rates.requests_per_second = 0;
    config.rates.sign_ins_per_minute = 1;
    let app = TestApp::with(config);
    let viewer = app.signed_in(Role::Viewer, None);
    assert_eq!(answered(|| viewer.get(PATH), 30), 30);
    assert_eq!(viewer.get(PATH).header("ratelimit"), "");
    let body = json!({"email": "siapa@contoh.id", "password": "salah"});
    assert_eq!(answered(|| app.anonymous().post(SIGN_IN, &body), 3), 3);
}

//! Pages of which other sites may read answers.

use sentra::http::Config;
use sentra::http::config::Origins;

use super::vary;
use crate::app::{Answer, TestApp};

const LISTED: &str = "https://peta.contoh.id";
const PATH: &str = "/api/v1/sectors";

fn app(origins: &str) -> TestApp {
    let origins = Origins::parse(origins).expect("origins");
    // What every site's pages read without a token is another test's.
    TestApp::with(Config { origins, embedders: Origins::None, ..Config::default() })
}

fn get(app: &TestApp, origin: &str, path: &str) -> Answer {
    app.anonymous().send("GET", path, &[("Origin", origin)], Vec::new())
}

fn preflight(app: &TestApp, origin: &str, path: &str) -> Answer {
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "authorization"),
    ];
    app.anonymous().send("OPTIONS", path, &headers, Vec::new())
}

/// The names of the fields that CORS knows.
fn told(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.keys().map(ureq::http::HeaderName::as_str);
    names.filter(|name| name.starts_with("access-control-")).collect()
}

#[test]
fn a_listed_sites_pages_read_answers_and_errors_but_send_no_cookies() {
    let app = app(&format!("{LISTED}, http://localhost:5173"));
    for path in [PATH, "/api/v1/enterprises?kind=x", "/api/v1/tidak-ada", "/openapi.json"] {
        let answer = get(&app, LISTED, path);
        assert_eq!(answer.header("access-control-allow-origin"), LISTED, "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
        let exposed = answer.header("access-control-expose-headers");
        for name in ["ETag", "Link", "RateLimit", "Retry-After", "X-Request-Id"] {
            assert!(exposed.split(", ").any(|known| known == name), "{name}");
        }
    }
    let answer = preflight(&app, LISTED, PATH);
    assert_eq!((answer.status, answer.bytes.len()), (204, 0));
    assert_eq!(answer.header("access-control-allow-origin"), LISTED);
    assert!(answer.header("access-control-allow-methods").contains("GET"));
    assert!(answer.header("access-control-allow-headers").contains("Authorization"));
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert!(answer.header("x-request-id").len() == 36);
}

#[test]
fn other_sites_are_told_nothing() {
    let app = app(LISTED);
    for origin in [
        "https://contoh.id",
        "https://peta.contoh.id.jahat.id",
        "https://peta.contoh.id:8443",
        "http://peta.contoh.id",
        "https://PETA.contoh.id",
        "null",
    ] {
        let answer = get(&app, origin, PATH);
        assert_eq!((answer.status, told(&answer)), (200, vec![]), "{origin}");
        assert!(told(&preflight(&app, origin, PATH)).is_empty(), "{origin}");
    }
    let nobody = self::app("");
    assert!(told(&get(&nobody, LISTED, PATH)).is_empty());
    assert!(told(&preflight(&nobody, LISTED, PATH)).is_empty());
}

#[test]
fn what_depends_on_the_origin_says_so_to_caches() {
    let listed = app(LISTED);
    for answer in [listed.anonymous().get(PATH), get(&listed, LISTED, PATH)] {
        let vary = vary(&answer);
        for part in ["origin", "authorization", "accept-language"] {
            assert!(vary.split(", ").any(|known| known == part), "{vary}");
        }
    }
    assert!(vary(&preflight(&listed, LISTED, PATH)).contains("origin"));
    assert!(!vary(&TestApp::new().anonymous().get(PATH)).contains("origin"));
}

#[test]
fn every_site_reads_only_where_the_operator_says_so() {
    let app = app("*");
    let answer = get(&app, "https://siapa.pun", PATH);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(preflight(&app, "https://siapa.pun", PATH).status, 204);
}

#[test]
fn sign_in_is_for_the_web_app_alone() {
    let app = app("*");
    for path in ["/api/v1/auth/session", "/api/v1/auth/session/refresh"] {
        assert!(told(&get(&app, LISTED, path)).is_empty());
        assert!(told(&preflight(&app, LISTED, path)).is_empty());
    }
}

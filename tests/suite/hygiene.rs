//! How the server meets the network: what every answer carries, what a request may be, who may
//! ask how often, and what the log keeps to itself.

mod cors;
mod limits;
mod log;
mod patience;
mod rates;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use sentra::http::Config;
use serde_json::json;

use crate::app::{Answer, PASSWORD, TestApp, draft};

/// Bytes as they are, and everything that is answered until the other end closes or is silent.
fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(request.as_bytes()).expect("sent");
    all_of(&mut stream)
}

fn all_of(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(2))).expect("a time");
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut piece) {
        answer.extend_from_slice(&piece[..count]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// What an answer depends on, in lower case.
fn vary(answer: &Answer) -> String {
    let lines = answer.headers.get_all("vary").into_iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    lines.join(", ").to_lowercase()
}

fn trusting_this_machine() -> Config {
    let loopback = sentra::http::config::network("127.0.0.1").expect("an address");
    Config { trusted_proxies: vec![loopback], ..Config::default() }
}

#[test]
fn every_answer_carries_the_security_headers_and_its_requests_id() {
    let app = TestApp::new();
    let mut seen = std::collections::HashSet::new();
    for path in [
        "/api/v1/sectors",
        "/api/v1/enterprises?kind=x",
        "/api/v1/tidak-ada",
        "/healthz",
        "/docs/",
        "/docs",
        "/openapi.json",
    ] {
        let forged = [("X-Request-Id", "pilihan-klien")];
        let answer = app.anonymous().send("GET", path, &forged, Vec::new());
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("server", ""),
            ("x-powered-by", ""),
            // Not over https, as far as anybody trusted says.
            ("strict-transport-security", ""),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'self'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}");
        let id = answer.header("x-request-id").to_owned();
        assert_eq!(id.len(), 36, "{path}");
        if answer.header("content-type") == "application/problem+json" {
            assert_eq!(answer.json()["request_id"], id, "{path}");
        }
        assert!(seen.insert(id), "{path}");
    }
}

#[test]
fn https_is_insisted_on_where_a_trusted_proxy_says_that_it_was_used() {
    let app = TestApp::with(trusting_this_machine());
    let told = |protocol: &str| {
        let headers = [("X-Forwarded-Proto", protocol), ("X-Forwarded-For", "198.51.100.7")];
        let answer = app.anonymous().send("GET", "/api/v1/sectors", &headers, Vec::new());
        answer.header("strict-transport-security").to_owned()
    };
    assert_eq!(told("https"), "max-age=31536000");
    assert_eq!(told("http"), "");
    let headers = [("X-Forwarded-Proto", "https")];
    let answer = TestApp::new().anonymous().send("GET", "/healthz", &headers, Vec::new());
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[test]
fn public_answers_are_kept_by_caches_and_internal_ones_by_nobody() {
    let app = TestApp::new();
    let compressed = [("Accept-Encoding", "gzip")];
    let sectors = app.anonymous().send("GET", "/api/v1/sectors", &compressed, Vec::new());
    assert!(sectors.header("cache-control").starts_with("public, max-age"));
    let vary = vary(&sectors);
    for part in ["accept", "accept-language", "authorization", "accept-encoding"] {
        assert!(vary.split(", ").any(|known| known == part), "{vary}");
    }
    assert_eq!(app.anonymous().get("/api/v1/enterprises").header("cache-control"), "no-cache");
    assert_eq!(app.staff().get("/api/v1/enterprises").header("cache-control"), "private, no-store");
}

#[test]
fn each_path_tells_its_methods_and_answers_no_other() {
    let app = TestApp::new();
    let ask = |method: &str, path: &str| app.anonymous().send(method, path, &[], Vec::new());
    for (path, methods) in [
        ("/api/v1/sectors", "GET, HEAD, OPTIONS"),
        ("/api/v1/enterprises", "GET, HEAD, POST, OPTIONS"),
        ("/api/v1/auth/session", "POST, DELETE, OPTIONS"),
        ("/docs/", "GET, HEAD, OPTIONS"),
        ("/openapi.json", "GET, HEAD, OPTIONS"),
    ] {
        let options = ask("OPTIONS", path);
        assert_eq!((options.status, options.header("allow")), (204, methods), "{path}");
        for method in ["TRACE", "PURGE", "PROPFIND"] {
            let answer = ask(method, path);
            answer.expect_problem(405);
            assert_eq!(answer.header("allow"), methods, "{method} {path}");
        }
    }
    ask("OPTIONS", "/api/v1/tidak-ada").expect_problem(404);
    for path in ["/api/v1/sectors", "/api/v1/enterprises", "/healthz", "/openapi.json"] {
        let (get, head) = (ask("GET", path), ask("HEAD", path));
        assert_eq!((head.status, head.bytes.len()), (get.status, 0), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
}

#[test]
fn a_request_whose_length_can_be_read_in_two_ways_is_refused_and_the_connection_closed() {
    let app = TestApp::new();
    let hidden = "GET /api/v1/sectors HTTP/1.1\r\nHost: a\r\n\r\n";
    for framing in [
        format!("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Content-Length: 0\r\nContent-Length: 44\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!(
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{hidden}"
        ),
        format!("Content-Length: +0\r\n\r\n{hidden}"),
        format!("Content-Length : 0\r\n\r\n{hidden}"),
    ] {
        let answer = raw(
            app.address,
            &format!(
                "POST /api/v1/areas HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n{framing}"
            ),
        );
        assert!(answer.starts_with("HTTP/1.1 400"), "{framing}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{framing}: {answer}");
    }
}

#[test]
fn no_value_of_a_request_becomes_a_header_of_the_answer() {
    let app = TestApp::new();
    let breaks = "%0d%0aX-Injected:%201%0d%0a%0d%0a";
    for path in [
        format!("/api/v1/enterprises?q={breaks}&limit=1"),
        format!("/api/v1/enterprises?{breaks}=1"),
        format!("/api/v1/enterprises/{breaks}"),
        format!("/api/v1/exports/enterprises.{breaks}"),
        format!("/docs{breaks}"),
        format!("/{breaks}"),
    ] {
        for method in ["GET", "OPTIONS", "DELETE"] {
            let answer = raw(
                app.address,
                &format!(
                    "{method} {path} HTTP/1.1\r\nHost: a\r\nOrigin: https://x{breaks}\r\n\
                     Connection: close\r\n\r\n"
                ),
            );
            let head = answer.split("\r\n\r\n").next().unwrap_or_default().to_lowercase();
            assert!(head.starts_with("http/1.1 ") && !head.contains("x-injected"), "{head}");
        }
    }
    // A line break in a field itself never gets as far.
    let split = "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\rX-Injected: 1\r\n\r\n";
    assert!(raw(app.address, split).starts_with("HTTP/1.1 400"));
    let staff = app.staff();
    let headers = [("Idempotency-Key", "kunci: 1"), ("Content-Type", "application/json")];
    let body = draft("Tas\r\nX-Injected: 1").to_string().into_bytes();
    let created = staff.send("POST", "/api/v1/enterprises", &headers, body);
    assert!(created.headers.get("x-injected").is_none());
}

#[test]
fn another_sites_page_signs_nobody_in_or_out() {
    let app = TestApp::new();
    drop(app.staff());
    let credentials = json!({"email": "verifier@contoh.id", "password": PASSWORD});
    let from = |site: &str, method: &str, path: &str| {
        let headers = [("Sec-Fetch-Site", site), ("Content-Type", "text/plain")];
        app.anonymous().send(method, path, &headers, credentials.to_string().into_bytes())
    };
    for site in ["cross-site", "same-site"] {
        let answer = from(site, "POST", "/api/v1/auth/session");
        answer.expect_problem(403);
        assert_eq!(answer.header("set-cookie"), "");
        from(site, "DELETE", "/api/v1/auth/session").expect_problem(403);
        from(site, "POST", "/api/v1/auth/session/refresh").expect_problem(403);
    }
    from("same-origin", "POST", "/api/v1/auth/session").expect(200);
    // No browser: no such field.
    app.anonymous().post("/api/v1/auth/session", &credentials).expect(200);
}

#[test]
fn every_operation_of_the_document_tells_how_a_request_may_be_refused() {
    let document = TestApp::new().anonymous().get("/openapi.json").expect(200);
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            for status in ["408", "413", "414", "415", "429", "431", "503"] {
                let told = operation["responses"].get(status).is_some();
                assert!(told || !path.starts_with("/api/"), "{method} {path}: {status}");
            }
        }
    }
    let refused = &document["paths"]["/api/v1/sectors"]["get"]["responses"]["429"];
    for name in ["Retry-After", "RateLimit", "RateLimit-Policy"] {
        assert!(refused["headers"].get(name).is_some(), "{name}");
    }
}

#[test]
fn the_server_asks_no_other_server() {
    let manifest = include_str!("../../Cargo.toml");
    let dependencies = manifest.split("[dev-dependencies]").next().expect("dependencies");
    for client in ["reqwest", "ureq", "hyper", "awc", "isahc", "curl", "surf", "attohttpc"] {
        assert!(!dependencies.contains(&format!("\n{client} = ")), "{client}");
    }
    let mut folders = vec![std::path::PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("sources").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let source = std::fs::read_to_string(entry.path()).expect("a source");
            for way in ["TcpStream::connect", "UdpSocket", "ToSocketAddrs"] {
                assert!(!source.contains(way), "{}: {way}", entry.path().display());
            }
        }
    }
}

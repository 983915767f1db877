//! How large a request may be.

use std::fmt::Write as _;
use std::io::Write as _;

use super::raw;
use crate::app::{TestApp, draft};

const PATH: &str = "/api/v1/enterprises";

#[test]
fn a_long_address_is_refused_before_it_is_read() {
    let app = TestApp::new();
    let get = |path: &str| app.anonymous().get(path);
    let query = |length: usize| {
        let start = format!("{PATH}?q=");
        format!("{start}{}", "a".repeat(length - start.len()))
    };
    get(&query(8_000)).expect(200);
    assert_eq!(get(&query(8_001)).expect_problem(414), ["address:too_long"]);
    assert_eq!(get(&format!("/{}", "a".repeat(9_000))).expect_problem(414), ["address:too_long"]);
    let english = [("Accept-Language", "en")];
    let answer = app.anonymous().send("GET", &query(9_000), &english, Vec::new());
    assert_eq!(answer.json()["title"], "Address too long");
}

#[test]
fn a_query_has_so_many_pairs_and_a_list_so_many_values() {
    let app = TestApp::new();
    let told = |query: &str| app.anonymous().get(&format!("{PATH}?{query}")).expect_problem(400);
    assert_eq!(told(&"sector=aneka&".repeat(121)), ["query:too_many"]);
    assert_eq!(told(&format!("sector={}", vec!["aneka"; 101].join(","))), ["sector:too_many"]);
    assert_eq!(told(&format!("q={}", vec!["a"; 21].join("+"))), ["q:too_many"]);
    let hundred = vec!["aneka"; 100].join(",");
    app.anonymous().get(&format!("{PATH}?sector={hundred}")).expect(200);
}

#[test]
fn large_header_fields_are_refused() {
    let app = TestApp::new();
    let large = "a".repeat(16_000);
    let answer = app.anonymous().send("GET", "/healthz", &[("X-Besar", &large)], Vec::new());
    assert_eq!(answer.expect_problem(431), ["headers:too_long"]);
    let mut many = String::new();
    for n in 0..100 {
        let _ = write!(many, "X-{n}: a\r\n");
    }
    let answer = raw(app.address, &format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{many}\r\n"));
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let endless = format!("GET /healthz HTTP/1.1\r\nHost: a\r\nX: {}", "a".repeat(140_000));
    assert!(raw(app.address, &endless).starts_with("HTTP/1.1 431"));
}

#[test]
fn a_body_is_so_large_so_deep_and_its_lists_so_long() {
    let app = TestApp::new();
    let staff = app.staff();
    let post = |path: &str, body: String| staff.send("POST", path, &[], body.into_bytes());
    let answer = post(PATH, " ".repeat(1_000_001));
    assert_eq!(answer.expect_problem(413), ["body:body_too_large"]);
    let deep = format!("{{\"name\":{}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    for path in [PATH, "/api/v1/areas", "/api/v1/cooperatives"] {
        assert_eq!(post(path, deep.clone()).expect_problem(400), ["body:unreadable"], "{path}");
    }
    let nested = "{\"type\":\"GeometryCollection\",\"geometries\":[".repeat(1_000);
    assert_eq!(post("/api/v1/areas", nested).expect_problem(400), ["body:unreadable"]);
    let mut crowded = draft("Tas Melati");
    crowded["products"] = vec![crowded["products"][0].clone(); 51].into();
    assert_eq!(post(PATH, crowded.to_string()).expect_problem(422), ["products:too_many"]);
    let ring: Vec<String> = (0..2_001)
        .map(|n| f64::from(n) / 2_001.0 * std::f64::consts::TAU)
        .chain([0.0])
        .map(|angle| format!("[{},{}]", 112.0 + angle.cos() / 10.0, -7.0 + angle.sin() / 10.0))
        .collect();
    let polygon = format!("{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}", ring.join(","));
    assert_eq!(post("/api/v1/areas", polygon).expect_problem(422), ["geometry:too_many"]);
    staff.get(PATH).expect(200);
}

#[test]
fn a_compressed_body_is_refused_however_small_it_is() {
    let app = TestApp::new();
    let staff = app.staff();
    // A hundred megabytes in a tenth of one.
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    bomb.start_file("a", zip::write::SimpleFileOptions::default()).expect("a file");
    for _ in 0..100 {
        bomb.write_all(&vec![b' '; 1_000_000]).expect("written");
    }
    let bomb = bomb.finish().expect("a bomb").into_inner();
    assert!(bomb.len() < 200_000);
    for encoding in ["gzip", "br", "deflate", "zstd", "x-lain", "gzip, identity"] {
        let headers = [("Content-Encoding", encoding)];
        staff.send("POST", PATH, &headers, bomb.clone()).expect_problem(415);
    }
    // A zip that says it is one is a body like any other, and no JSON.
    let headers = [("Content-Type", "application/zip")];
    assert_eq!(staff.send("POST", PATH, &headers, bomb).expect_problem(400), ["body:unreadable"]);
    let headers = [("Content-Encoding", "identity")];
    let body = draft("Tas Melati").to_string().into_bytes();
    staff.send("POST", PATH, &headers, body).expect(201);
}

#[test]
fn xml_is_read_nowhere() {
    let app = TestApp::new();
    let staff = app.staff();
    let xml = b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
    for path in [PATH, "/api/v1/areas", "/api/v1/auth/session"] {
        let headers = [("Content-Type", "application/xml")];
        let answer = staff.send("POST", path, &headers, xml.to_vec());
        assert_eq!(answer.expect_problem(400), ["body:unreadable"], "{path}");
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("root:"));
    }
}

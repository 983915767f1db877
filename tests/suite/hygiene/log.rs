//! What the log keeps to itself.

use std::fs::File;

use serde_json::json;

use crate::app::{Client, PASSWORD, TestDb, draft};
use crate::program::{Server, sentra};
use sentra::domain::actor::Role;

#[test]
fn the_log_names_requests_and_holds_no_secret_and_no_question() {
    let test = TestDb::new();
    let role = Role::Verifier;
    test.open().put_user("verifier@contoh.id", PASSWORD, role, None).expect("a user");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log");
    let log = File::create(&path).expect("a log");
    // As talkative as it gets, its libraries too.
    let server = Server::start_as(sentra(&test).env("RUST_LOG", "trace").stderr(log));

    let anonymous = Client::new(&server.base, None);
    let try_in = |password: &str| {
        let body = json!({"email": "verifier@contoh.id", "password": password});
        anonymous.post("/api/v1/auth/session", &body)
    };
    try_in("sandi-yang-keliru").expect_problem(401);
    let session = try_in(PASSWORD);
    session.expect(200);
    let cookie = session.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let refresh = "/api/v1/auth/session/refresh";
    let renewed = anonymous.send("POST", refresh, &[("Cookie", &cookie)], Vec::new());
    renewed.expect(200);
    // Used up: shown again it ends its session.
    anonymous.send("POST", refresh, &[("Cookie", &cookie)], Vec::new()).expect_problem(401);
    let session = try_in(PASSWORD).expect(200);
    let token = session["access_token"].as_str().expect("a token").to_owned();
    let bad = Client::new(&server.base, Some("token.yang.dipalsukan".into()));
    let refused = bad.get("/api/v1/enterprises?q=Ningsih");
    refused.expect_problem(401);
    let staff = Client::new(&server.base, Some(token.clone()));
    staff.get("/api/v1/enterprises?q=Ningsih&bbox=112.123,-7.9,112.9,-7.1").expect(200);
    staff.get("/api/v1/enterprises?q=Ningsih&warna=merah").expect_problem(400);
    let mut written = draft("Tas Melati");
    written["restricted"] = json!({"owners": [{"owner": 0, "national_id": "3515064107850001"}]});
    staff.post("/api/v1/enterprises", &written);
    written["region"] = json!("99.99");
    staff.post("/api/v1/enterprises", &written);
    // An owner's link: made, shown, shown wrongly, and typed where it does not belong.
    let record = staff.post("/api/v1/enterprises", &draft("Tas Kenanga"));
    let id = record.expect(201)["id"].clone();
    let body = json!({"enterprise": id, "owner": "Siti Contoh"});
    let made = staff.post("/api/v1/owner-links", &body).expect(201);
    let (_, link) = made["url"].as_str().expect("a path").split_once('#').expect("a token");
    let shown = format!("Link {link}");
    let shown = [("Authorization", shown.as_str()), ("If-Match", "*")];
    anonymous.send("GET", "/api/v1/owner", &shown, Vec::new()).expect(200);
    let body = json!({"contact": {"phone": "+6281234567890"}}).to_string().into_bytes();
    anonymous.send("PATCH", "/api/v1/owner", &shown, body).expect(200);
    for wrong in [format!("/pemilik/{link}"), format!("/api/v1/owner/{link}")] {
        let answer = anonymous.get(&wrong);
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(link), "{wrong}");
    }
    drop(server);

    let log = std::fs::read_to_string(&path).expect("the log");
    for said in ["/api/v1/auth/session", "/api/v1/enterprises", refused.header("x-request-id")] {
        assert!(log.contains(said), "{said}");
    }
    let renewed = renewed.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let value = |cookie: &str| cookie.split_once('=').expect("a value").1.to_owned();
    for secret in [
        PASSWORD,
        "sandi-yang-keliru",
        &token,
        "token.yang.dipalsukan",
        &value(&cookie),
        &value(&renewed),
        "Ningsih",
        "112.123",
        "3515064107850001",
        link,
        "Siti Contoh",
        "6281234567890",
        "Authorization",
        "authorization:",
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

//! Accounts and who manages them, over HTTP and on the command line.

use std::io::Write;
use std::process::{Output, Stdio};

use sentra::domain::actor::{Actor, Role};
use sentra::domain::cooperative::Cooperative;
use sentra::registry::documents::draft_of;
use serde_json::{Value, json};

use crate::app::{Answer, Client, PASSWORD, TestApp, TestDb};
use crate::program::{Server, sentra};
use crate::tables::all_rows;

pub const USERS: &str = "/api/v1/users";
pub const SESSION: &str = "/api/v1/auth/session";
const RESET: &str = "/api/v1/auth/password-reset";
const OWN: &str = "/api/v1/account";

pub fn path(email: &str) -> String {
    format!("{USERS}/{}", email.replace('@', "%40"))
}

pub fn patch(client: &Client, email: &str, body: &Value) -> Answer {
    let headers = [("Content-Type", "application/json")];
    client.send("PATCH", &path(email), &headers, body.to_string().into_bytes())
}

pub fn delete(client: &Client, path: &str) -> Answer {
    client.send("DELETE", path, &[], Vec::new())
}

pub fn emails(client: &Client, query: &str) -> Vec<String> {
    let items = client.all(&format!("{USERS}{query}"));
    items.iter().map(|user| user["email"].as_str().expect("an address").to_owned()).collect()
}

pub fn cooperative(app: &TestApp, region: &str) -> String {
    let body = json!({"name": "Koperasi Intako", "kind": "koperasi", "region": region});
    let draft = draft_of::<Cooperative>(body).expect("a draft");
    let made = app.registry.create_document::<Cooperative>(&Actor::Operator, draft);
    made.expect("a cooperative").id
}

#[test]
fn a_new_account_sets_its_first_password_by_a_one_time_code() {
    let app = TestApp::new();
    let admin = app.signed_in(Role::Admin, None);
    let body =
        json!({"email": " Siti@Contoh.id", "role": "analyst", "area": "35.15", "name": "Siti"});
    let answer = admin.post(USERS, &body);
    let mut made = answer.expect(201);
    assert_eq!(answer.header("location"), "/api/v1/users/siti%40contoh%2Eid");
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert_eq!(admin.get(answer.header("location")).expect(200)["email"], "siti@contoh.id");
    let code = made["one_time_code"].as_str().expect("a code").to_owned();
    let fields = made.as_object_mut().expect("an object");
    assert!(fields.remove("created_at").is_some_and(|time| time.is_string()));
    fields.remove("one_time_code");
    assert!(fields.remove("one_time_code_expires_at").is_some_and(|time| time.is_string()));
    let user = json!({
        "email": "siti@contoh.id", "name": "Siti", "role": "analyst", "area": "35.15",
        "cooperative": null, "disabled": false, "last_sign_in_at": null, "second_factor": false,
        "restricted_until": null, "locked_until": null,
    });
    assert_eq!(made, user);
    // Told once, and there is no password before it is used.
    assert!(!String::from_utf8_lossy(&admin.get(&path("siti@contoh.id")).bytes).contains(&code));
    let sign_in = json!({"email": "siti@contoh.id", "password": code});
    app.anonymous().post(SESSION, &sign_in).expect_problem(401);
    let new = "kata sandi milik Siti";
    let reset = json!({"email": "siti@contoh.id", "code": code, "password": new});
    assert_eq!(app.anonymous().post(RESET, &reset).status, 204);
    app.anonymous().post(RESET, &reset).expect_problem(401);
    let sign_in = json!({"email": "siti@contoh.id", "password": new});
    let session = app.anonymous().post(SESSION, &sign_in).expect(200);
    assert_eq!(session["user"]["area"], "35.15");
    let seen = admin.get(&path("siti@contoh.id")).expect(200);
    assert!(seen["last_sign_in_at"].is_string());
    admin.post(USERS, &body).expect_problem(409);
    let own = app.client(session["access_token"].as_str().expect("a token").to_owned());
    assert_eq!(own.get(OWN).expect(200), seen, "everybody sees their own");
}

#[test]
fn accounts_are_listed_by_address_a_page_at_a_time_and_found_by_name() {
    let app = TestApp::new();
    let admin = app.signed_in(Role::Admin, None);
    for (email, name) in
        [("b_c@contoh.id", "Budi"), ("bxc@contoh.id", "Siti"), ("d@contoh.id", "Ani")]
    {
        admin.post(USERS, &json!({"email": email, "role": "viewer", "name": name})).expect(201);
    }
    let all = ["admin@contoh.id", "b_c@contoh.id", "bxc@contoh.id", "d@contoh.id"];
    assert_eq!(emails(&admin, ""), all);
    for limit in 1..5 {
        assert_eq!(emails(&admin, &format!("?limit={limit}")), all);
    }
    assert_eq!(emails(&admin, "?q=b_c"), ["b_c@contoh.id"], "no wildcard");
    assert_eq!(emails(&admin, "?q=SITI"), ["bxc@contoh.id"]);
    assert_eq!(emails(&admin, "?q=%25"), [""; 0]);
    for bad in ["?limit=0", "?cursor=%21", "?role=admin", "?cursor=AA"] {
        admin.get(&format!("{USERS}{bad}")).expect_problem(400);
    }
}

#[test]
fn every_fault_of_an_account_is_named() {
    let app = TestApp::new();
    let admin = app.signed_in(Role::Admin, None);
    let long = "x".repeat(201);
    for (body, told) in [
        (json!({"email": "x", "role": "viewer"}), vec!["email:malformed"]),
        (json!({"email": "a@b@c", "role": "viewer"}), vec!["email:malformed"]),
        (json!({"email": "a:b@contoh.id", "role": "viewer"}), vec!["email:malformed"]),
        (json!({"email": "a@b.id", "role": "viewer", "area": "35.15.06"}), vec!["area:malformed"]),
        (json!({"email": "a@b.id", "role": "viewer", "area": "36"}), vec!["area:region_unknown"]),
        (json!({"email": "a@b.id", "role": "king"}), vec!["role:unknown_code"]),
        (json!({"email": "a@b.id", "role": "viewer", "name": long}), vec!["name:too_long"]),
        (
            json!({"email": "x", "role": "viewer", "name": " ", "area": "36"}),
            vec!["email:malformed", "name:required", "area:region_unknown"],
        ),
    ] {
        assert_eq!(admin.post(USERS, &body).expect_problem(422), told, "{body}");
    }
    drop(app.signed_in(Role::Viewer, None));
    let grant = |expires_at: &str, reason: &str| {
        let body = json!({"expires_at": expires_at, "reason": reason});
        admin.post(&format!("{}/grant", path("viewer@contoh.id")), &body).expect_problem(422)
    };
    assert_eq!(grant("2020-01-01T00:00:00Z", "x"), ["expires_at:out_of_range"]);
    assert_eq!(grant("2100-01-01T00:00:00Z", " "), ["expires_at:out_of_range", "reason:required"]);
    assert_eq!(grant("besok", "x"), ["expires_at:wrong_type"]);
}

/// Who did what to whom and why: to auditors and administrators of the whole province, to no area
/// and no client, and never a secret.
#[test]
fn changes_of_accounts_are_logged_and_told_to_few() {
    let app = TestApp::new();
    let admin = app.signed_in(Role::Admin, None);
    let created = admin
        .post(USERS, &json!({"email": "siti@contoh.id", "role": "viewer", "area": "35.15"}))
        .expect(201);
    let code = created["one_time_code"].as_str().expect("a code").to_owned();
    app.registry.reset_password("siti@contoh.id", &code, "kata sandi milik Siti").expect("set");
    patch(&admin, "siti@contoh.id", &json!({"role": "verifier"})).expect(200);
    let until = app.registry.clock().now() + chrono::TimeDelta::days(1);
    let grant = json!({"expires_at": until, "reason": "Bantuan modal 2026"});
    admin.post(&format!("{}/grant", path("siti@contoh.id")), &grant).expect(200);
    delete(&admin, &format!("{}/grant", path("siti@contoh.id"))).expect(200);
    patch(&admin, "siti@contoh.id", &json!({"disabled": true})).expect(200);
    let client =
        json!({"name": "Satu Data", "scopes": ["changes", "internal:35"], "expires_at": until});
    let made = admin.post("/api/v1/clients", &client).expect(201);
    let secret = made["client_secret"].as_str().expect("a secret").to_owned();
    app.registry.rotate_signing_keys(&Actor::Operator, false).expect("rotated");

    let told = |client: &Client| -> Vec<Value> {
        let page = client.get("/api/v1/changes?since=0&limit=1000").expect(200);
        let of_access = |item: &&Value| item["entity"] != "enterprise";
        page["items"].as_array().expect("items").iter().filter(of_access).cloned().collect()
    };
    let seen = told(&app.signed_in(Role::Auditor, None));
    let siti: Vec<(&str, &str, &str)> = seen
        .iter()
        .filter(|item| item["entity_id"] == "siti@contoh.id")
        .map(|item| {
            let text = |name: &str| item[name].as_str().unwrap_or_default();
            (text("actor"), text("action"), text("reason"))
        })
        .collect();
    let granted = format!("until {}: Bantuan modal 2026", until.format("%Y-%m-%dT%H:%MZ"));
    let wanted = [
        ("admin@contoh.id", "create", "role viewer, area 35.15"),
        ("anonymous", "reset_password", ""),
        ("admin@contoh.id", "change", "role verifier, area 35.15"),
        ("admin@contoh.id", "grant_restricted", granted.as_str()),
        ("admin@contoh.id", "revoke_restricted", ""),
        ("admin@contoh.id", "disable", "role verifier, area 35.15, disabled"),
    ];
    assert_eq!(siti, wanted);
    let kinds = |kind: &str| seen.iter().filter(|item| item["entity"] == kind).count();
    assert_eq!((kinds("client"), kinds("signing_key")), (1, 1));
    assert_eq!(told(&admin)[..seen.len()], seen[..], "an administrator of the province, too");

    let token = client_token(&app, made["id"].as_str().expect("an id"), &secret);
    let mut others = vec![app.client(token)];
    for area in [None, Some("35.15"), Some("35")] {
        others.extend(
            [Role::Verifier, Role::Viewer, Role::Analyst].map(|role| app.signed_in(role, area)),
        );
    }
    for area in ["35.15", "35"] {
        others.extend([Role::Admin, Role::Auditor].map(|role| app.signed_in(role, Some(area))));
    }
    for other in &others {
        assert_eq!(told(other), Vec::<Value>::new());
    }

    let log = all_rows(&app.db.url)["changes"].concat();
    for secret in [code.as_str(), &secret, "kata sandi", PASSWORD, "argon2"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

fn client_token(app: &TestApp, id: &str, secret: &str) -> String {
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = app.anonymous().send("POST", "/api/v1/auth/token", &headers, body.into_bytes());
    answer.expect(200)["access_token"].as_str().expect("a token").to_owned()
}

fn run(test: &TestDb, arguments: &[&str], input: &str) -> Output {
    let mut command = sentra(test);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program");
    child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("written");
    child.wait_with_output().expect("its end")
}

#[track_caller]
fn done(test: &TestDb, arguments: &[&str], input: &str) -> String {
    let output = run(test, arguments, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_command_line_manages_accounts() {
    let app = TestApp::new();
    let test = &app.db;
    let email = "siti@contoh.id";
    let add = ["user", "add", email, "--role", "viewer", "--area", "35.15", "--password-stdin"];
    assert_eq!(done(test, &add, &format!("{PASSWORD}\n")), "");
    let server = Server::start(test);
    let client = server.sign_in(email, PASSWORD);
    assert_eq!(client.get(OWN).expect(200)["role"], "viewer");

    done(test, &["user", "set", email, "--role", "verifier", "--whole-province"], "");
    let own = client.get(OWN).expect(200);
    assert_eq!((&own["role"], &own["area"]), (&json!("verifier"), &Value::Null));
    let until = (app.registry.clock().now() + chrono::TimeDelta::days(2)).format("%F").to_string();
    done(test, &["user", "grant", email, "--until", &until, "--reason", "uji"], "");
    assert!(client.get(OWN).expect(200)["restricted_until"].is_string());
    done(test, &["user", "revoke-grant", email], "");
    assert!(client.get(OWN).expect(200)["restricted_until"].is_null());
    done(test, &["user", "end-sessions", email], "");
    client.get(OWN).expect_problem(401);

    let code = done(test, &["user", "reset-code", email], "");
    let body = json!({"email": email, "code": code.trim(), "password": "kata sandi yang baru"});
    assert_eq!(Client::new(&server.base, None).post(RESET, &body).status, 204);
    let client = server.sign_in(email, "kata sandi yang baru");
    done(test, &["user", "disable", email], "");
    client.get(OWN).expect_problem(401);
    done(test, &["user", "enable", email], "");
    server.sign_in(email, "kata sandi yang baru");

    // Without a password: a code.
    let cooperative = cooperative(&app, "35.15");
    let add = ["user", "add", "o@contoh.id", "--role", "cooperative_officer"];
    let failed = run(test, &add, "");
    assert!(!failed.status.success());
    assert_eq!(String::from_utf8_lossy(&failed.stderr), "sentra: cooperative: Required.\n");
    let add = [&add[..], &["--cooperative", &cooperative]].concat();
    let code = done(test, &add, "");
    let body = json!({"email": "o@contoh.id", "code": code.trim(), "password": PASSWORD});
    assert_eq!(Client::new(&server.base, None).post(RESET, &body).status, 204);
    server.sign_in("o@contoh.id", PASSWORD);
    assert!(!run(test, &add, "").status.success(), "there is one already");
    done(test, &["user", "remove-totp", "o@contoh.id"], "");

    let listed = done(test, &["user", "list"], "");
    let wanted = format!(
        "o@contoh.id\tcooperative_officer\twhole province\tcooperative {cooperative}\n{email}\tverifier\twhole province\n"
    );
    assert_eq!(listed, wanted);
    assert_eq!(done(test, &["user", "list", "--q", "siti"], "").lines().count(), 1);
    for nobody in
        ["set", "reset-code", "disable", "enable", "revoke-grant", "end-sessions", "remove-totp"]
    {
        let output = run(test, &["user", nobody, "siapa@contoh.id"], "");
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "sentra: account siapa@contoh.id not found\n"
        );
    }
}

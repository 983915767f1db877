//! Service clients: other agencies' systems and their tokens.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sentra::domain::actor::{Actor, Role};
use serde_json::{Value, json};

use crate::app::{Answer, Client, PASSWORD, TestApp, draft, movable_clock};
use crate::program::sentra;
use crate::tables::all_rows;

const CLIENTS: &str = "/api/v1/clients";
const TOKEN: &str = "/api/v1/auth/token";
const ENTERPRISES: &str = "/api/v1/enterprises";

struct Made {
    id: String,
    secret: String,
}

fn body(app: &TestApp, scopes: &[&str]) -> Value {
    let expires_at = app.registry.clock().now() + chrono::TimeDelta::days(100);
    json!({"name": "Satu Data Sidoarjo", "scopes": scopes, "expires_at": expires_at})
}

fn made(app: &TestApp, scopes: &[&str]) -> Made {
    let admin = app.signed_in(Role::Admin, None);
    let made = admin.post(CLIENTS, &body(app, scopes)).expect(201);
    let text = |name: &str| made[name].as_str().expect("text").to_owned();
    Made { id: text("id"), secret: text("client_secret") }
}

fn asked(app: &TestApp, form: &str, authorization: Option<&str>) -> Answer {
    let mut headers = vec![("Content-Type", "application/x-www-form-urlencoded")];
    headers.extend(authorization.map(|value| ("Authorization", value)));
    app.anonymous().send("POST", TOKEN, &headers, form.as_bytes().to_vec())
}

fn form(made: &Made) -> String {
    let Made { id, secret } = made;
    format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")
}

fn client(app: &TestApp, made: &Made) -> Client {
    let token = asked(app, &form(made), None).expect(200);
    app.client(token["access_token"].as_str().expect("a token").to_owned())
}

#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str) {
    answer.expect_problem(status);
    assert_eq!(answer.json()["error"], error);
}

#[test]
fn a_client_gets_a_token_for_its_scopes_by_basic_or_by_form() {
    let app = TestApp::new();
    let made = made(&app, &["public", "internal:35.15", "changes"]);
    let answer = asked(&app, &form(&made), None);
    let token = answer.expect(200);
    let facts = (&token["token_type"], &token["expires_in"], &token["scope"]);
    assert_eq!(facts, (&json!("Bearer"), &json!(600), &json!("public internal:35.15 changes")));
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert!(token.get("refresh_token").is_none() && answer.header("set-cookie").is_empty());
    let basic = BASE64_STANDARD.encode(format!("{}:{}", made.id, made.secret));
    let by_header = |form: &str| asked(&app, form, Some(&format!("Basic {basic}")));
    by_header("grant_type=client_credentials").expect(200);
    let fewer = by_header("grant_type=client_credentials&scope=changes").expect(200);
    assert_eq!(fewer["scope"], "changes");
    // Two ways at once are one too many.
    refused(&by_header(&form(&made)), 400, "invalid_request");

    let admin = app.signed_in(Role::Admin, None);
    let seen = admin.get(&format!("{CLIENTS}/{}", made.id)).expect(200);
    assert!(seen["last_used_at"].is_string() && seen.get("client_secret").is_none());
    assert_eq!(seen["created_by"], "admin@contoh.id");
    let kept: String = all_rows(&app.db.url).into_values().map(|rows| rows.concat()).collect();
    assert!(!kept.contains(&made.secret));
}

#[test]
fn a_client_sees_what_its_scopes_say_and_writes_nothing() {
    let app = TestApp::new();
    let staff = app.staff();
    staff.post(ENTERPRISES, &draft("Tas Melati")).expect(201);
    let mut elsewhere = draft("Tas Mawar");
    elsewhere["region"] = json!("35.16");
    elsewhere.as_object_mut().expect("fields").remove("point");
    staff.post(ENTERPRISES, &elsewhere).expect(201);

    let internal = client(&app, &made(&app, &["internal:35.15"]));
    assert_eq!(internal.get(ENTERPRISES).expect(200)["matched"], 1, "the own area's");
    assert_eq!(internal.get(&format!("{ENTERPRISES}?review=draft")).expect(200)["matched"], 1);
    internal.get("/api/v1/changes").expect_problem(403);
    let public = client(&app, &made(&app, &["public"]));
    assert_eq!(public.get(ENTERPRISES).expect(200)["matched"], 0);
    public.get(&format!("{ENTERPRISES}?review=draft")).expect_problem(403);
    public.get("/api/v1/changes").expect_problem(403);
    let changes = client(&app, &made(&app, &["changes"]));
    assert_eq!(changes.get("/api/v1/changes").expect(200)["items"], json!([]));
    let all = made(&app, &["public", "internal:35.15", "changes"]);
    let feed = client(&app, &all).get("/api/v1/changes").expect(200);
    assert_eq!(feed["items"].as_array().map(Vec::len), Some(1));

    // Fewer scopes asked for, fewer had.
    let token = asked(&app, &format!("{}&scope=public", form(&all)), None).expect(200);
    let fewer = app.client(token["access_token"].as_str().expect("a token").to_owned());
    assert_eq!(fewer.get(ENTERPRISES).expect(200)["matched"], 0);
    fewer.get("/api/v1/changes").expect_problem(403);

    for client in [internal, public, changes, client(&app, &all)] {
        client.post(ENTERPRISES, &draft("Tas Kenanga")).expect_problem(403);
        client.get("/api/v1/users").expect_problem(403);
        client.get(CLIENTS).expect_problem(403);
        // It is nobody's account.
        client.get("/api/v1/account").expect_problem(403);
        client.post("/api/v1/account/totp", &json!({"password": "x"})).expect_problem(403);
    }
}

/// RFC 9700: people's passwords are for the sign-in page alone.
#[test]
fn no_other_grant_is_given() {
    let app = TestApp::new();
    drop(app.staff());
    let made = made(&app, &["public"]);
    let credentials = format!("client_id={}&client_secret={}", made.id, made.secret);
    for grant in [
        format!("password&username=verifier@contoh.id&password={PASSWORD}"),
        "refresh_token&refresh_token=x".into(),
        "authorization_code&code=x".into(),
        "implicit".into(),
        "urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=x".into(),
        "CLIENT_CREDENTIALS".into(),
    ] {
        let form = format!("grant_type={grant}&{credentials}");
        refused(&asked(&app, &form, None), 400, "unsupported_grant_type");
    }
    for form in [credentials.clone(), format!("grant_type=&{credentials}"), String::new()] {
        refused(&asked(&app, &form, None), 400, "invalid_request");
    }
    let twice = format!("{}&grant_type=client_credentials", form(&made));
    refused(&asked(&app, &twice, None), 400, "invalid_request");
    refused(&app.anonymous().post(TOKEN, &json!({})), 400, "invalid_request");
    let query = format!("{TOKEN}?{}", form(&made));
    let in_the_address = app.anonymous().send("POST", &query, &[], Vec::new());
    refused(&in_the_address, 400, "invalid_request");
}

#[test]
fn a_wrong_client_is_told_nothing_more() {
    let app = TestApp::new();
    let made = made(&app, &["public"]);
    let wrong = Made { secret: "sentra_secret_x".into(), id: made.id.clone() };
    let none =
        Made { id: "01900000-0000-7000-8000-000000000000".into(), secret: made.secret.clone() };
    let no_id = Made { id: "%00x".into(), secret: made.secret.clone() };
    let answers = [wrong, none, no_id].map(|shown| asked(&app, &form(&shown), None));
    for answer in &answers {
        refused(answer, 401, "invalid_client");
        assert_eq!(answer.header("www-authenticate"), "Basic realm=\"sentra\"");
        assert_eq!(answer.json()["detail"], answers[0].json()["detail"]);
    }
    let without = format!("grant_type=client_credentials&client_id={}", made.id);
    refused(&asked(&app, &without, None), 401, "invalid_client");
    for header in ["Basic !", "Basic eA==", "Bearer x", "Basic"] {
        let answer = asked(&app, "grant_type=client_credentials", Some(header));
        refused(&answer, 401, "invalid_client");
    }
    for scope in ["changes", "public%20changes", "internal:35.15", "public%20public", "%20"] {
        let form = format!("{}&scope={scope}", form(&made));
        refused(&asked(&app, &form, None), 400, "invalid_scope");
    }
}

#[test]
fn a_client_ends_with_its_time_its_secret_and_its_revocation_at_once() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let mut first = made(&app, &["changes"]);
    let admin = app.signed_in(Role::Admin, None);
    let path = format!("{CLIENTS}/{}", first.id);
    let with_old_secret = client(&app, &first);
    with_old_secret.get("/api/v1/changes").expect(200);
    let renewed = admin.post(&format!("{path}/secret"), &json!({})).expect(200);
    refused(&asked(&app, &form(&first), None), 401, "invalid_client");
    with_old_secret.get("/api/v1/changes").expect_problem(401);
    renewed["client_secret"].as_str().expect("a secret").clone_into(&mut first.secret);
    let with_new_secret = client(&app, &first);
    with_new_secret.get("/api/v1/changes").expect(200);
    let revoked = admin.send("DELETE", &path, &[], Vec::new()).expect(200);
    assert!(revoked["revoked_at"].is_string());
    with_new_secret.get("/api/v1/changes").expect_problem(401);
    with_new_secret.get(ENTERPRISES).expect_problem(401);
    refused(&asked(&app, &form(&first), None), 401, "invalid_client");
    admin.post(&format!("{path}/secret"), &json!({})).expect_problem(409);
    // Revoked again, it was revoked then.
    let again = admin.send("DELETE", &path, &[], Vec::new()).expect(200);
    assert_eq!(again["revoked_at"], revoked["revoked_at"]);

    let second = made(&app, &["changes"]);
    ahead.store(100 * 86_400 - 60, std::sync::atomic::Ordering::SeqCst);
    let nearly = client(&app, &second);
    nearly.get("/api/v1/changes").expect(200);
    ahead.fetch_add(61, std::sync::atomic::Ordering::SeqCst);
    nearly.get("/api/v1/changes").expect_problem(401);
    refused(&asked(&app, &form(&second), None), 401, "invalid_client");
}

#[test]
fn what_a_client_may_not_be_is_named() {
    let app = TestApp::new();
    let admin = app.signed_in(Role::Admin, None);
    let told = |body: &Value| admin.post(CLIENTS, body).expect_problem(422);
    assert_eq!(told(&body(&app, &[])), ["scopes:required"]);
    // One secret opens one area.
    assert_eq!(told(&body(&app, &["internal:35.15", "internal:35.16"])), ["scopes[1]:too_many"]);
    assert_eq!(told(&body(&app, &["internal:36"])), ["scopes:region_unknown"]);
    assert_eq!(told(&body(&app, &["internal:35.15.06"])), ["scopes:malformed"]);
    for scope in ["admin", "restricted", "internal", "internal:", "*"] {
        assert_eq!(told(&body(&app, &[scope])), ["scopes[0]:unknown_code"]);
    }
    let mut bad = body(&app, &["public"]);
    bad["expires_at"] = json!("2020-01-01T00:00:00Z");
    assert_eq!(told(&bad), ["expires_at:out_of_range"]);
    bad["expires_at"] = json!("2100-01-01T00:00:00Z");
    bad["name"] = json!(" ");
    assert_eq!(told(&bad), ["name:required", "expires_at:out_of_range"]);
    bad.as_object_mut().expect("fields").remove("expires_at");
    assert_eq!(told(&bad), ["expires_at:required"], "every client ends");
    for field in ["id", "created_by", "client_secret", "secret_hash", "area", "role", "revoked_at"]
    {
        let mut body = body(&app, &["public"]);
        body[field] = json!("x");
        assert_eq!(told(&body), [format!("{field}:unknown_field")]);
    }
    assert_eq!(admin.all(CLIENTS).len(), 0);
}

#[test]
fn an_administrator_of_an_area_has_its_clients_only() {
    let app = TestApp::new();
    let (inside, outside, province) = (
        made(&app, &["internal:35.15"]),
        made(&app, &["internal:35.16"]),
        made(&app, &["public", "changes"]),
    );
    let whole = app.signed_in(Role::Admin, None);
    for limit in 1..4 {
        assert_eq!(whole.all(&format!("{CLIENTS}?limit={limit}")).len(), 3);
    }
    let admin = app.signed_in(Role::Admin, Some("35.15"));
    let listed = admin.all(CLIENTS);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["id"], inside.id.as_str());
    for other in [&outside.id, &province.id, &"x".to_owned(), &"%00".to_owned()] {
        let path = format!("{CLIENTS}/{other}");
        admin.get(&path).expect_problem(404);
        admin.post(&format!("{path}/secret"), &json!({})).expect_problem(404);
        admin.send("DELETE", &path, &[], Vec::new()).expect_problem(404);
    }
    for scopes in [&["internal:35.16"][..], &["internal:35"], &["public"], &["changes"]] {
        admin.post(CLIENTS, &body(&app, scopes)).expect_problem(403);
    }
    admin.post(CLIENTS, &body(&app, &["internal:35.15", "changes"])).expect(201);
    client(&app, &outside).get(ENTERPRISES).expect(200);
    for role in [Role::Verifier, Role::Auditor, Role::Viewer] {
        let other = app.signed_in(role, None);
        other.get(CLIENTS).expect_problem(403);
        other.post(CLIENTS, &body(&app, &["public"])).expect_problem(403);
        other.post(&format!("{CLIENTS}/{}/secret", inside.id), &json!({})).expect_problem(403);
        other
            .send("DELETE", &format!("{CLIENTS}/{}", inside.id), &[], Vec::new())
            .expect_problem(403);
    }
    app.anonymous().get(CLIENTS).expect_problem(401);
}

#[test]
fn the_command_line_manages_clients() {
    let app = TestApp::new();
    let run = |arguments: &[&str]| {
        let output = sentra(&app.db)
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .output()
            .expect("the program");
        (output.status.success(), String::from_utf8(output.stdout).expect("text"))
    };
    let until = (app.registry.clock().now() + chrono::TimeDelta::days(9)).format("%F").to_string();
    let add = [
        "client",
        "add",
        "Satu Data",
        "--scope",
        "public",
        "--scope",
        "internal:35.15",
        "--until",
        &until,
    ];
    let (done, printed) = run(&add);
    assert!(done);
    let value = |name: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(name));
        line.expect("a line").to_owned()
    };
    let made = Made { id: value("client_id="), secret: value("client_secret=") };
    client(&app, &made).get(ENTERPRISES).expect(200);
    let (_, listed) = run(&["client", "list"]);
    let wanted = format!("{}\tSatu Data\tpublic internal:35.15\tuntil {until}\tlast used", made.id);
    assert!(listed.starts_with(&wanted), "{listed}");
    let (done, renewed) = run(&["client", "renew-secret", &made.id]);
    assert!(
        done && !renewed.contains(&made.secret) && renewed.contains("client_secret=sentra_secret_")
    );
    assert!(run(&["client", "revoke", &made.id]).0);
    refused(&asked(&app, &form(&made), None), 401, "invalid_client");
    assert!(!run(&["client", "revoke", "x"]).0);
    assert!(!run(&["client", "add", "x", "--scope", "king", "--until", &until]).0);
    assert_eq!(app.registry.clients(&Actor::Operator, None, 10).expect("clients").items.len(), 1);
}

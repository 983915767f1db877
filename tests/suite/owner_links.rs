//! An owner by their link: what they see, what they change, and that a link is good for nothing else.

use std::sync::atomic::Ordering;

use sentra::domain::actor::{Actor, Role, Scopes};
use sentra::registry::reads::LogQuery;
use serde_json::{Value, json};

use crate::app::{Answer, Client, TestApp, draft, movable_clock, tile_at};

const PATH: &str = "/api/v1/enterprises";
const LINKS: &str = "/api/v1/owner-links";
const OWN: &str = "/api/v1/owner";
const OWNER: &str = "Siti Contoh";
const OTHER: &str = "Budi Contoh";

/// A record with two owners and restricted values.
fn full(name: &str) -> Value {
    let mut draft = draft(name);
    draft["address"] = json!("Gang Mawar 17");
    draft["contact"] = json!({"phone": "+6281211112222"});
    draft["products"][0]["utilisation"] = json!(70);
    draft["owners"] = json!([
        {"name": OTHER, "phone": "+628155556666", "email": "budi@contoh.id"},
        {"name": OWNER, "sex": "female", "phone": "+6281234567890"}
    ]);
    draft["restricted"] = json!({
        "business_capital": 75_000_001,
        "persons": [
            {"name": OWNER, "national_id": "3515064408770003", "birth_date": "1977-08-04"},
            {"name": OTHER, "national_id": "3515064408770009"}
        ]
    });
    draft
}

fn created(client: &Client, draft: &Value) -> String {
    let answer = client.post(PATH, draft);
    answer.expect(201);
    answer.header("location").to_owned()
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

fn step(client: &Client, path: &str, step: &str, body: &Value) {
    client.write("POST", &format!("{path}/{step}"), "*", body).expect(200);
}

/// A record that another verifier has verified and published.
fn published(app: &TestApp, staff: &Client, draft: &Value, basis: &Value) -> String {
    let path = created(staff, draft);
    let other = app.signed_in(Role::Verifier, Some("35"));
    step(staff, &path, "submit", &json!({}));
    step(&other, &path, "verify", &json!({}));
    step(&other, &path, "publish", &json!({"basis": basis}));
    path
}

/// Who holds a link.
struct Holder {
    client: Client,
    id: String,
    token: String,
}

impl Holder {
    fn send(&self, method: &str, etag: &str, body: &Value) -> Answer {
        let header = format!("Link {}", self.token);
        let headers = [("Authorization", header.as_str()), ("If-Match", etag)];
        let headers = if etag.is_empty() { &headers[..1] } else { &headers[..] };
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.client.send(method, OWN, headers, body)
    }

    fn get(&self) -> Answer {
        self.send("GET", "", &Value::Null)
    }

    fn patch(&self, body: &Value) -> Answer {
        self.send("PATCH", "*", body)
    }
}

fn link_for(app: &TestApp, staff: &Client, path: &str, owner: &str) -> Holder {
    let body = json!({"enterprise": id_of(path), "owner": owner});
    let made = staff.post(LINKS, &body).expect(201);
    let (page, token) = made["url"].as_str().expect("a path").split_once('#').expect("a token");
    assert_eq!((page, token.len()), ("/pemilik", 43));
    let id = made["id"].as_str().expect("an id").to_owned();
    Holder { client: app.anonymous(), id, token: token.to_owned() }
}

/// A problem without what differs from request to request.
fn told(answer: &Answer) -> (u16, Value, Vec<String>) {
    let mut problem = answer.json();
    problem.as_object_mut().expect("a problem").remove("request_id");
    // Whether the connection goes on tells of the request's body, not of the link; and which sites
    // may read the answer, of whether the request has a token.
    let names = answer.headers.keys().map(ToString::to_string);
    let mut names: Vec<String> =
        names.filter(|name| name != "connection" && !name.starts_with("access-control-")).collect();
    names.sort();
    (answer.status, problem, names)
}

#[test]
fn an_owner_is_shown_their_record_and_who_sees_what_and_it_is_logged() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = created(&staff, &full("Tas Melati"));
    let holder = link_for(&app, &staff, &path, "siti  contoh");
    let answer = holder.get();
    let own = answer.expect(200);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("etag"), "\"1\"");
    assert_eq!((&own["owner"], &own["revision"]), (&json!(OWNER), &json!(1)));
    let written = &own["written"];
    assert_eq!(written["address"], "Gang Mawar 17");
    assert_eq!(written["products"][0]["capacity"]["max"], 150.0);
    assert_eq!(written["workers"]["female"], 3);
    assert_eq!(written["owners"][1]["phone"], "+6281234567890");
    assert_eq!(written["owners"][0], json!({"name": OTHER}));
    assert_eq!(own["restricted"]["national_id"], "************0003");
    assert_eq!(own["restricted"]["known"], json!(["birth_date", "business_capital"]));
    assert_eq!(own["consents"].as_array().map(Vec::len), Some(5));
    let text = String::from_utf8_lossy(&answer.bytes);
    for hidden in ["verifier@contoh.id", "75000001", "1977", "351506440877", "budi@", "+62815555"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    // Not published: nobody but the staff sees any of it.
    let audience = own["audience"].as_array().expect("fields");
    assert!(audience.iter().all(|line| line["seen_by"] != "public"));

    let query =
        LogQuery { actor: Some(format!("owner:{}", holder.id)), limit: 10, ..LogQuery::default() };
    let lines = app.registry.logged_reads(&Actor::Operator, &query).expect("the log").items;
    let kinds: Vec<&str> = lines.iter().map(|line| line.kind.into()).collect();
    assert_eq!(kinds, ["restricted", "record"]);
    assert!(lines.iter().all(|line| line.entity_id.as_deref() == Some(id_of(&path))));
    assert_eq!(lines[0].purpose.as_deref(), Some("pemilik melalui tautan"));
    assert!(!lines[0].detail.unmasked && lines[1].request_id.is_some());
    let listed = staff.get(&format!("{LINKS}?enterprise={}", id_of(&path))).expect(200);
    let listed = &listed["items"][0];
    assert_eq!((&listed["uses"], &listed["good"]), (&json!(1), &json!(true)));
}

#[test]
fn a_link_opens_its_own_record_and_whatever_is_wrong_with_one_is_told_alike() {
    let app = TestApp::new();
    let staff = app.staff();
    let (one, other) = (created(&staff, &full("Tas Satu")), created(&staff, &full("Tas Dua")));
    let first = link_for(&app, &staff, &one, OWNER);
    let second = link_for(&app, &staff, &other, OWNER);
    assert_eq!(first.get().expect(200)["written"]["name"], "Tas Satu");
    assert_eq!(second.get().expect(200)["written"]["name"], "Tas Dua");
    first.patch(&json!({"name": "Tas Satu Baru"})).expect(200);
    assert_eq!(staff.get(&other).expect(200)["revision"], 1);

    let show =
        |header: &str| app.anonymous().send("GET", OWN, &[("Authorization", header)], vec![]);
    let unknown = told(&show("Link tidak-ada"));
    assert_eq!(unknown.0, 404);
    // Another letter in each place.
    for place in 0..first.token.len() {
        let mut forged: Vec<char> = first.token.chars().collect();
        forged[place] = if forged[place] == 'A' { 'B' } else { 'A' };
        let forged = forged.into_iter().collect::<String>();
        assert_eq!(told(&show(&format!("Link {forged}"))), unknown, "{place}");
    }
    let token = &first.token;
    let hashed = crate::tables::all_rows(&app.db.url)["owner_links"].join(" ");
    let kept = hashed.split("token_hash: \"").nth(1).and_then(|rest| rest.split('"').next());
    for header in [
        "Link".to_owned(),
        "Link ".to_owned(),
        format!("Link {token}{token}"),
        format!("Link {}", &token[1..]),
        format!("Basic {token}"),
        format!("Bearer {token}"),
        // What is kept of it opens nothing.
        format!("Link {}", kept.expect("a hash")),
    ] {
        assert_eq!(told(&show(&header)), unknown, "{header}");
    }
    assert_eq!(told(&app.anonymous().get(OWN)), unknown);
    // Without a good link, nothing is said of the rest of a request either.
    let patch = app.anonymous().send("PATCH", OWN, &[("Authorization", "Link x")], b"{".to_vec());
    assert_eq!(told(&patch), unknown);
    // And a link is good nowhere else.
    for path in [one.as_str(), PATH, "/api/v1/account", LINKS] {
        for scheme in ["Link", "Bearer"] {
            let header = format!("{scheme} {token}");
            let answer = app.anonymous().send("GET", path, &[("Authorization", &header)], vec![]);
            assert_eq!(answer.status, 401, "{scheme} at {path}");
        }
    }
    // The session of a member of the staff is no link.
    let session = told(&staff.get(OWN));
    assert_eq!((session.0, session.1), (unknown.0, unknown.1.clone()));

    // Revoked, closed, of an owner who is one no more.
    let revoked = staff.send("DELETE", &format!("{LINKS}/{}", first.id), &[], vec![]).expect(200);
    assert_eq!(revoked["good"], false);
    assert_eq!(told(&first.get()), unknown);
    assert_eq!(told(&first.patch(&json!({"name": "x"}))), unknown);
    let third = link_for(&app, &staff, &one, OWNER);
    let patch = json!({"owners": [{"name": "Ani Contoh"}]});
    staff.write("PATCH", &one, "*", &patch).expect(200);
    assert_eq!(told(&third.get()), unknown);
    staff.write("DELETE", &other, "*", &Value::Null).expect(200);
    assert_eq!(told(&second.get()), unknown);
    step(&staff, &other, "reopen", &json!({}));
    assert_eq!(told(&second.get()), unknown, "a link rose again");
}

#[test]
fn a_link_ends_by_itself_and_with_a_merge_or_an_erasure() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let staff = app.staff();
    let path = created(&staff, &full("Tas Melati"));
    let body = json!({"enterprise": id_of(&path), "owner": OWNER, "days": 2});
    let made = staff.post(LINKS, &body).expect(201);
    let token = made["url"].as_str().and_then(|url| url.split('#').nth(1)).expect("a token");
    let short = Holder { client: app.anonymous(), id: String::new(), token: token.to_owned() };
    let long = link_for(&app, &staff, &path, OTHER);
    short.get().expect(200);
    ahead.store(2 * 86_400 + 1, Ordering::SeqCst);
    short.get().expect_problem(404);
    long.get().expect(200);
    ahead.store(31 * 86_400, Ordering::SeqCst);
    assert_eq!(told(&long.get()), told(&short.get()));

    let staff = app.staff();
    let twin = created(&staff, &full("Tas Melati Kembar"));
    let (kept, merged) =
        (link_for(&app, &staff, &path, OWNER), link_for(&app, &staff, &twin, OWNER));
    step(&staff, &path, "merge", &json!({"duplicate": id_of(&twin), "reason": "sama"}));
    merged.get().expect_problem(404);
    kept.get().expect(200);
    // An erasure ends the links of all its owners, and leaves no name in them.
    let others = link_for(&app, &staff, &path, OTHER);
    let erase = json!({"person": OTHER, "request": "Permohonan 12/2026"});
    step(&staff, &path, "erase", &erase);
    kept.get().expect_problem(404);
    others.get().expect_problem(404);
    let rows = crate::tables::all_rows(&app.db.url)["owner_links"].join("\n");
    let of_record = rows.lines().filter(|row| row.contains(id_of(&path)));
    assert!(of_record.clone().count() >= 4 && of_record.clone().all(|row| !row.contains(OTHER)));
}

#[test]
fn who_may_write_a_record_makes_sees_and_ends_its_links() {
    let app = TestApp::new();
    let staff = app.signed_in(Role::Verifier, Some("35.15"));
    let path = created(&staff, &full("Tas Melati"));
    let body = json!({"enterprise": id_of(&path), "owner": OWNER});
    let list = format!("{LINKS}?enterprise={}", id_of(&path));
    let holder = link_for(&app, &staff, &path, OWNER);
    let end = format!("{LINKS}/{}", holder.id);
    for (who, status) in [
        (app.anonymous(), 401),
        (app.signed_in(Role::Viewer, None), 403),
        (app.signed_in(Role::Analyst, None), 403),
        (app.signed_in(Role::Admin, None), 403),
        (app.signed_in(Role::Verifier, Some("35.76")), 404),
        (app.signed_in(Role::Enumerator, Some("35.15")), 404),
        (app.signed_in(Role::CooperativeOfficer, Some("35.15")), 404),
    ] {
        who.post(LINKS, &body).expect_problem(status);
        who.get(&list).expect_problem(status);
        who.send("DELETE", &end, &[], vec![]).expect_problem(status);
    }
    holder.get().expect(200);
    // An enumerator for what they submitted.
    let enumerator = app.signed_in(Role::Enumerator, Some("35.15"));
    let theirs = created(&enumerator, &full("Tas Pencacah"));
    link_for(&app, &enumerator, &theirs, OTHER).get().expect(200);

    let refused = |change: Value| {
        let mut body = body.clone();
        body.as_object_mut()
            .expect("a body")
            .extend(change.as_object().cloned().expect("a change"));
        staff.post(LINKS, &body).expect_problem(422)
    };
    assert_eq!(refused(json!({"days": 0})), ["days:out_of_range"]);
    assert_eq!(refused(json!({"days": 91})), ["days:out_of_range"]);
    assert_eq!(refused(json!({"owner": "Orang Lain"})), ["owner:together"]);
    assert_eq!(refused(json!({"role": "admin"})), ["role:unknown_field"]);
    for _ in 1..5 {
        staff.post(LINKS, &body).expect(201);
    }
    assert_eq!(refused(json!({})), ["enterprise:too_many"]);
    staff.send("DELETE", &end, &[], vec![]).expect(200);
    let last = staff.post(LINKS, &body).expect(201);
    assert!(last["qr"].as_str().is_some_and(|qr| qr.starts_with("http://127.0.0.1:")));
    // The token is told once and kept nowhere.
    let items = staff.get(&list).expect(200);
    assert_eq!(items["items"].as_array().map(Vec::len), Some(6));
    let token = last["url"].as_str().and_then(|url| url.split('#').nth(1)).expect("a token");
    assert!(!items.to_string().contains(token));
    let rows: String = crate::tables::all_rows(&app.db.url).into_values().flatten().collect();
    assert!(!rows.contains(token) && !rows.contains(&holder.token));

    let mut two = full("Tas Kembar");
    two["owners"][0]["name"] = json!(OWNER);
    two["restricted"]["persons"] = json!([]);
    let two = created(&staff, &two);
    let body = json!({"enterprise": id_of(&two), "owner": OWNER});
    assert_eq!(staff.post(LINKS, &body).expect_problem(422), ["owner:ambiguous"]);
    staff.write("DELETE", &two, "*", &Value::Null).expect(200);
    staff.post(LINKS, &body).expect_problem(409);
}

#[test]
fn a_correction_is_a_revision_of_the_owners_that_goes_to_be_verified() {
    let app = TestApp::new();
    let staff = app.staff();
    let basis = json!({"kind": "public_duty", "text": "SK 1/2026"});
    let path = published(&app, &staff, &full("Tas Melati"), &basis);
    let holder = link_for(&app, &staff, &path, OWNER);
    let own = holder.get().expect(200);
    assert_eq!((&own["review"], &own["basis"]["text"]), (&json!("verified"), &json!("SK 1/2026")));
    let etag = format!("\"{}\"", own["revision"]);
    let change = json!({
        "name": "Tas Melati Jaya",
        "products": [
            {"was": 0, "name": "Tas kulit", "commodity": "tas",
             "capacity": {"min": 200.0, "max": 200.0, "unit": "buah", "period": "month"}},
            {"name": "Dompet", "commodity": "tas"}
        ],
        "workers": {"male": 1, "female": 4},
        "owner": {"phone": "0812-9999 0000"}
    });
    holder.send("PATCH", "", &change).expect_problem(428);
    holder.send("PATCH", "\"1\"", &change).expect_problem(412);
    let changed = holder.send("PATCH", &etag, &change).expect(200);
    assert_eq!(changed["review"], "submitted");
    let after = staff.get(&path).expect(200);
    assert_eq!(
        (&after["name"], &after["publication"]),
        (&json!("Tas Melati Jaya"), &json!("published"))
    );
    // What the form does not ask about is kept, and so is the other owner.
    assert_eq!(after["products"][0]["utilisation"], 70);
    assert_eq!(after["products"][1]["name"], "Dompet");
    assert_eq!(after["owners"][1]["phone"], "0812-9999 0000");
    assert_eq!(after["owners"][0]["phone"], "+628155556666");
    assert_eq!(after["author"], "verifier@contoh.id");
    let revisions = staff.get(&format!("{path}/revisions")).expect(200);
    let last = &revisions["items"][0];
    assert_eq!(last["actor"], format!("owner:{}", holder.id));
    assert_eq!(
        (&last["reason"], &last["action"]),
        (&json!("pemilik melalui tautan"), &json!("patch"))
    );
    // Again, and nothing is new in it.
    let again = holder.patch(&json!({"name": "Tas Melati Jaya"})).expect(200);
    assert_eq!(again["revision"], after["revision"]);
    // Restricted values are as they were.
    let mut expected = full("x")["restricted"].clone();
    expected["persons"][1].as_object_mut().expect("a person").remove("birth_date");
    let reader = app.signed_in_restricted(Role::Verifier, None);
    let kept = reader.get(&format!("{path}/restricted?purpose=uji%20tautan%20pemilik")).expect(200);
    assert_eq!(kept["business_capital"], expected["business_capital"]);
    assert_eq!(kept["persons"].as_array().map(Vec::len), Some(2));
}

#[test]
fn every_field_that_is_wrong_is_named_and_nothing_is_stored() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = created(&staff, &full("Tas Melati"));
    let holder = link_for(&app, &staff, &path, OWNER);
    let wrong = holder.patch(&json!({
        "name": " ", "address": "NIK 3515064408770003", "contact": {"email": "bukan surel"},
        "owner": {"phone": "12"},
        "products": [{"was": 7, "name": "Tas", "commodity": "tidak-ada",
            "capacity": {"min": 5.0, "max": 1.0, "unit": "genggam", "period": "month"}}],
    }));
    assert_eq!(
        wrong.expect_problem(422),
        [
            "products[0].was:out_of_range",
            "address:holds_national_id",
            "owner.phone:malformed",
            "contact.email:malformed",
            "name:required",
            "products[0].commodity:unknown_code",
            "products[0].capacity.unit:unknown_code",
            "products[0].capacity.max:out_of_range",
        ]
    );
    let text = String::from_utf8_lossy(&wrong.bytes);
    assert!(text.contains("yang diharapkan") && !text.contains("3515064408770003"));
    let nul = holder.patch(&json!({"products": [{"name": "Tas\u{0}"}]}));
    assert_eq!(nul.expect_problem(422), ["products[0].name:unreadable"]);
    let long = "x".repeat(201);
    let told = holder.patch(&json!({"owner": {"email": format!("{long}@contoh.id")}}));
    assert_eq!(told.expect_problem(422), ["owner.email:too_long"]);
    // What is not theirs to change is not known.
    for field in [
        "owners",
        "restricted",
        "review",
        "publication",
        "cooperative",
        "sentra",
        "region",
        "nib",
        "registrations",
        "sectors",
        "existence",
    ] {
        let named = holder.patch(&json!({field: null})).expect_problem(422);
        assert_eq!(named, [format!("{field}:unknown_field")]);
    }
    let named = holder.patch(&json!({"owner": {"name": "Orang Lain"}})).expect_problem(422);
    assert_eq!(named, ["owner.name:unknown_field"]);
    assert_eq!(holder.patch(&json!({})).expect_problem(422), ["body:required"]);
    assert_eq!(staff.get(&path).expect(200)["revision"], 1);
}

/// How the public sees a record that is to be the only one of its name: in the list, as one, in an
/// export, on a tile and in the feed.
struct Everywhere {
    listed: u64,
    one: Answer,
    exported: usize,
    tile: u16,
    fed: Value,
}

fn everywhere(app: &TestApp, path: &str) -> Everywhere {
    let public = app.anonymous();
    let agency = app.agency(&Scopes { internal: None, changes: true });
    let tile = tile_at(112.7223, -7.5071, 12);
    let exported = public.get("/api/v1/exports/enterprises.geojson").expect(200);
    let changes = agency.get("/api/v1/changes?since=0&limit=1000").expect(200);
    let of_it = |change: &&Value| change["entity_id"] == id_of(path);
    let items = changes["items"].as_array().expect("changes");
    Everywhere {
        listed: public.get(PATH).expect(200)["matched"].as_u64().expect("a number"),
        one: public.get(path),
        exported: exported["features"].as_array().expect("features").len(),
        tile: public.get(&format!("/api/v1/tiles/enterprises/{tile}.mvt")).status,
        fed: items.iter().rev().find(of_it).cloned().unwrap_or_default(),
    }
}

#[test]
fn a_consent_takes_effect_at_once_wherever_the_public_looks() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut draft = full(&format!("Tas {OWNER}"));
    draft["consents"] = json!([
        {"to": "exact_point", "on": "2026-01-02", "how": "surat"},
        {"to": "contact", "on": "2026-01-02", "how": "surat"},
        {"to": "personal_name", "on": "2026-01-02", "how": "surat"}
    ]);
    let basis = json!({"kind": "consent", "text": "surat 7"});
    let path = published(&app, &staff, &draft, &basis);
    let holder = link_for(&app, &staff, &path, OWNER);
    let before = everywhere(&app, &path);
    assert_eq!((before.listed, before.exported, before.tile), (1, 1, 200));
    let public = before.one.expect(200);
    assert_eq!(public["public_place"]["precision"], "exact");
    assert_eq!(public["contact"]["phone"], "+6281211112222");
    let revision = staff.get(&path).expect(200)["revision"].as_i64().expect("a revision");

    let own = holder.patch(&json!({"consents": {
        "exact_point": false, "contact": false, "personal_name": false, "capacity": true
    }}));
    let own = own.expect(200);
    let given: Vec<bool> = own["consents"]
        .as_array()
        .expect("consents")
        .iter()
        .map(|consent| consent["given"].as_bool().expect("a flag"))
        .collect();
    assert_eq!(given, [true, false, false, true, false]);
    let after = everywhere(&app, &path);
    let public = after.one.expect(200);
    assert_eq!(public["public_place"]["precision"], "village");
    assert_eq!(public["contact"], Value::Null);
    assert_eq!(public["products"][0]["capacity"]["max"], 150.0);
    assert_eq!(public["name"], own["public_name"]);
    assert!(!public.to_string().contains(OWNER) && !after.fed.to_string().contains(OWNER));
    assert_eq!(after.fed["current"]["name"], public["name"]);
    // A consent is nobody's to verify.
    let record = staff.get(&path).expect(200);
    assert_eq!(
        (&record["review"], &record["revision"]),
        (&json!("verified"), &json!(revision + 1))
    );
    let log = staff.get(&format!("{path}/revisions")).expect(200);
    assert_eq!(log["items"][0]["action"], "consent");
    assert_eq!(log["items"][0]["actor"], format!("owner:{}", holder.id));

    let own = holder.patch(&json!({"consents": {"publish": false}})).expect(200);
    assert_eq!((&own["publication"], &own["basis"]), (&json!("unpublished"), &Value::Null));
    let gone = everywhere(&app, &path);
    assert_eq!((gone.listed, gone.exported, gone.tile, gone.one.status), (0, 0, 204, 404));
    assert_eq!(gone.fed["removed"], true, "{}", gone.fed);
    assert_eq!(gone.fed["current"], Value::Null);
    // To give it again publishes nothing: that is the office's to do.
    let own = holder.patch(&json!({"consents": {"publish": true}})).expect(200);
    assert_eq!(own["publication"], "unpublished");
    assert_eq!(own["consents"][0]["given"], true);
    assert_eq!(everywhere(&app, &path).listed, 0);
}

#[test]
fn what_is_published_by_duty_stays_and_the_owner_is_told_the_ground() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut draft = full("Tas Melati");
    draft["consents"] = json!([{"to": "publish", "on": "2026-01-02", "how": "surat"}]);
    let basis = json!({"kind": "public_duty", "text": "SK 1/2026"});
    let path = published(&app, &staff, &draft, &basis);
    let holder = link_for(&app, &staff, &path, OWNER);
    let own = holder.patch(&json!({"consents": {"publish": false}})).expect(200);
    assert_eq!(own["consents"][0], json!({"to": "publish", "given": false, "on": null}));
    assert_eq!(
        (&own["publication"], &own["basis"]["kind"]),
        (&json!("published"), &json!("public_duty"))
    );
    app.anonymous().get(&path).expect(200);
}

#[test]
fn a_person_is_told_of_their_links_and_a_corrected_name_keeps_them() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = created(&staff, &full("Tas Melati"));
    let holder = link_for(&app, &staff, &path, OWNER);
    let correct = json!({
        "person": OWNER, "request": "Permohonan 12/2026", "changes": {"name": "Siti Nurhaliza"}
    });
    step(&staff, &path, "persons/correct", &correct);
    assert_eq!(holder.get().expect(200)["owner"], "Siti Nurhaliza");
    let reader = app.signed_in_restricted(Role::Verifier, None);
    let asked = json!({
        "person": "Siti Nurhaliza", "request": "Permohonan 13/2026",
        "purpose": "permohonan pemilik data"
    });
    let export = reader.post(&format!("{path}/persons/export"), &asked).expect(200);
    assert_eq!(export["links"].as_array().map(Vec::len), Some(1));
    assert_eq!(export["links"][0]["created_by"], "verifier@contoh.id");
    assert!(export["links"][0]["last_used_at"].is_string());
}

#[test]
fn an_officer_enters_looks_after_and_links_members_and_nobody_else() {
    let app = TestApp::new();
    let (staff, officer) = (app.staff(), app.signed_in(Role::CooperativeOfficer, Some("35.15")));
    let Actor::User(user) =
        app.registry.actor(officer.token.as_deref().expect("a token")).expect("an actor")
    else {
        panic!("a user")
    };
    let cooperative = json!(user.cooperative);
    let member = |name: &str| {
        let mut draft = full(name);
        draft["cooperative"] = cooperative.clone();
        draft
    };
    // Their own entry: made, revised, submitted, consents recorded.
    let path = created(&officer, &member("Tas Anggota"));
    officer.write("PATCH", &path, "*", &json!({"address": "Gang Melati 2"})).expect(200);
    step(&officer, &path, "submit", &json!({}));
    let consent =
        json!({"consents": [{"to": "publish", "on": "2026-01-02", "how": "rapat anggota"}]});
    officer.write("PATCH", &path, "*", &consent).expect(200);
    officer.write("POST", &format!("{path}/verify"), "*", &json!({})).expect_problem(403);
    link_for(&app, &officer, &path, OWNER).get().expect(200);
    // A member whom somebody else entered and verified: to be verified again.
    let path =
        published(&app, &staff, &member("Tas Lama"), &json!({"kind": "public_duty", "text": "SK"}));
    let revised = officer.write("PATCH", &path, "*", &consent).expect(200);
    assert_eq!(
        (&revised["review"], &revised["consents"][0]["to"]),
        (&json!("submitted"), &json!("publish"))
    );
    let draft = created(&staff, &member("Tas Titipan"));
    step(&officer, &draft, "submit", &json!({}));
    for step in ["verify", "publish", "unpublish", "close"] {
        let body = json!({"basis": {"kind": "public_duty", "text": "SK"}});
        let answer = officer.write("POST", &format!("{draft}/{step}"), "*", &body);
        assert!(matches!(answer.status, 403..=405), "{step}: {}", answer.status);
    }
    // Nobody else's: not by number, not by making it a member, not by letting a member go.
    let other = created(&staff, &full("Tas Lain"));
    officer.get(&other).expect_problem(404);
    officer.write("PATCH", &other, "*", &json!({"cooperative": cooperative})).expect_problem(404);
    officer.post(PATH, &full("Tas Bukan Anggota")).expect_problem(403);
    officer.write("PATCH", &path, "*", &json!({"cooperative": null})).expect_problem(403);
    let body = json!({"enterprise": id_of(&other), "owner": OWNER});
    officer.post(LINKS, &body).expect_problem(404);
    // A list of members.
    let list = "Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas\n\
        Sepatu Anggota,Dewi,Kalitengah,Tanggulangin,Sidoarjo,alas-kaki\n";
    let (_, import) = crate::imports::taken_in(&officer, list.as_bytes());
    assert_eq!(import["result"]["created"], 1, "{import}");
    let found = officer.get(&format!("{PATH}?q=Sepatu%20Anggota")).expect(200);
    assert_eq!(found["items"][0]["cooperative"], cooperative);
}

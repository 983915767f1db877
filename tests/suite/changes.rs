//! The change feed: each change once and in order, at the tier that the reader has now.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use sentra::db::{self, Db};
use sentra::domain::actor::{Actor, Role, Scopes};
use sentra::domain::codes::Publication;
use sentra::domain::enterprise::{Enterprise, PublicationBasis};
use sentra::domain::projection;
use sentra::registry::accounts::AccountChange;
use sentra::registry::changes::{FeedQuery, Now};
use sentra::registry::writing::Written;
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, TestApp, draft};
use crate::program::Server;

const PATH: &str = "/api/v1/changes";
const ENTERPRISES: &str = "/api/v1/enterprises";

/// All changes from the start, page by page, until nothing is left above `since`.
fn replayed(client: &Client, limit: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = format!("{PATH}?since=0&limit={limit}");
    loop {
        let page = client.get(&next).expect(200);
        items.extend(page["items"].as_array().expect("items").iter().cloned());
        page["next"].as_str().expect("next").clone_into(&mut next);
        if next.contains(&format!("since={}&", page["last_seq"])) {
            return items;
        }
    }
}

fn id_of(created: &Value) -> String {
    created["id"].as_str().expect("an id").to_owned()
}

/// Publishes a record, or takes that back, by the rules of the record but without a use case.
fn set_publication(app: &TestApp, id: &str, to: Publication) {
    let (db, reference) = (Db::open(&app.db.url).expect("a database"), app.registry.reference());
    db.write(|tx| {
        let row = db::enterprises::by_id_for_update(tx, id)?.expect("the record");
        let mut enterprise: Enterprise = serde_json::from_str(&row.document)?;
        enterprise.revision += 1;
        enterprise.publication = to;
        let basis = json!({"kind": "already_public", "reference": "uji"});
        enterprise.publication_basis = serde_json::from_value::<PublicationBasis>(basis).ok();
        let public = projection::public(&enterprise, &reference);
        let before = row.clone();
        let record = db::enterprises::EnterpriseWrite {
            id: row.id,
            revision: enterprise.revision,
            sample: row.sample,
            responsible_region: row.responsible_region,
            updated_at: row.updated_at,
            document: serde_json::to_string(&enterprise)?,
            public_document: public.map(|public| serde_json::to_string(&public)).transpose()?,
        };
        let products = Vec::new();
        db::enterprises::update(
            tx,
            &before,
            &db::enterprises::Stored { record, products, atlas: Vec::new() },
        )?;
        let published = to == Publication::Published;
        let entry = db::log::Entry {
            actor: "uji@contoh.id",
            job_id: None,
            reason: Some("rahasia"),
            entity: "enterprise",
            entity_id: id.to_owned(),
            action: if published { "publish" } else { "unpublish" },
            revision: enterprise.revision,
        };
        db::log::append(tx, app.registry.clock().now_naive(), &[entry])
    })
    .expect("written");
}

/// Publishes a record as offices do.
fn publish(app: &TestApp, id: &str) {
    let basis = json!({"basis": {"kind": "consent", "text": "Surat 7/2026"}});
    let (author, other) = (app.staff(), app.signed_in(Role::Verifier, Some("35.15")));
    for (who, step, body) in
        [(&author, "submit", json!({})), (&other, "verify", json!({})), (&other, "publish", basis)]
    {
        who.write("POST", &format!("{ENTERPRISES}/{id}/{step}"), "*", &body).expect(200);
    }
}

#[test]
fn every_change_is_told_once_and_in_order_with_the_entity_as_it_is_now() {
    let app = TestApp::new();
    let staff = app.staff();
    let first = staff.post(ENTERPRISES, &draft("Tas Melati"));
    staff.post(ENTERPRISES, &draft("Tas Mawar")).expect(201);
    let path = first.header("location");
    staff.write("PATCH", path, "\"1\"", &json!({"name": "Tas Kenanga"})).expect(200);
    staff.write("DELETE", &format!("{path}?reason=pindah"), "\"2\"", &json!(null)).expect(200);

    let all = replayed(&staff, 100);
    let told: Vec<(&str, i64, &str)> = all
        .iter()
        .map(|change| {
            let text = |field: &str| change[field].as_str().unwrap_or_default();
            assert_eq!((text("entity"), text("actor")), ("enterprise", "verifier@contoh.id"));
            (text("action"), change["revision"].as_i64().expect("a revision"), text("reason"))
        })
        .collect();
    let expected = [("create", 1, ""), ("create", 1, ""), ("patch", 2, ""), ("close", 3, "pindah")];
    assert_eq!(told, expected);
    assert!(all.is_sorted_by(|a, b| a["seq"].as_i64() < b["seq"].as_i64()));
    // The same document as of the record itself, also beside its first change.
    let now = staff.get(path).expect(200);
    for at in [0, 2, 3] {
        assert_eq!(all[at]["current"], now);
    }
    assert_eq!(replayed(&staff, 1), all);
    assert_eq!(replayed(&staff, 3), all);
    let end = all[3]["seq"].as_i64().expect("a seq");
    let after = staff.get(&format!("{PATH}?since={end}")).expect(200);
    assert_eq!((after["items"].clone(), after["last_seq"].as_i64()), (json!([]), Some(end)));
    assert_eq!(
        staff.get(&format!("{PATH}?since=0&limit=1")).header("cache-control"),
        "private, no-store"
    );
}

#[test]
fn the_feed_is_for_those_who_are_signed_in() {
    let app = TestApp::new();
    app.anonymous().get(PATH).expect_problem(401);
    app.signed_in(Role::Viewer, None).get(PATH).expect(200);
}

#[test]
fn what_lies_outside_the_area_is_told_as_the_public_sees_it_or_not_at_all() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut elsewhere = draft("Tas Melati");
    elsewhere["region"] = json!("35.16.01");
    elsewhere["point"] = json!(null);
    let published = staff.post(ENTERPRISES, &elsewhere).expect(201);
    let never = staff.post(ENTERPRISES, &elsewhere).expect(201);
    let own = staff.post(ENTERPRISES, &draft("Tas Mawar")).expect(201);
    let bound = app.signed_in(Role::Viewer, Some("35.15"));
    let seen_by_bound = || replayed(&bound, 1);

    // Of what never was published, nothing: not its id, not that it is.
    let told = seen_by_bound();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["entity_id"], &told[0]["current"]["tier"]),
        (&own["id"], &json!("internal"))
    );
    assert_eq!(told[0]["actor"], "verifier@contoh.id");

    set_publication(&app, &id_of(&published), Publication::Published);
    let hidden = ["actor", "job_id", "reason", "action"];
    let told = seen_by_bound();
    let of_published: Vec<&Value> =
        told.iter().filter(|change| change["entity_id"] == published["id"]).collect();
    assert_eq!((told.len(), of_published.len()), (3, 2));
    for change in &of_published {
        assert_eq!(change["current"]["tier"], "public");
        assert!(hidden.iter().all(|field| change.get(field).is_none()), "{change}");
    }

    set_publication(&app, &id_of(&published), Publication::Unpublished);
    // What happens to it after it was withdrawn is not told.
    staff
        .write(
            "PATCH",
            &format!("{ENTERPRISES}/{}", id_of(&published)),
            "\"3\"",
            &json!({"name": "Tas Rahasia"}),
        )
        .expect(200);
    let told = seen_by_bound();
    let of_published: Vec<&Value> =
        told.iter().filter(|change| change["entity_id"] == published["id"]).collect();
    assert_eq!((told.len(), of_published.len()), (3, 2));
    for change in of_published {
        assert_eq!((&change["removed"], change.get("current")), (&json!(true), None));
        assert!(hidden.iter().all(|field| change.get(field).is_none()), "{change}");
    }
    assert!(told.iter().all(|change| change["entity_id"] != never["id"]));

    // Those of the whole province are told all of it.
    let whole = replayed(&app.signed_in(Role::Viewer, None), 2);
    assert_eq!(whole.len(), 6);
    assert!(whole.iter().all(|change| change["current"]["tier"] == "internal"));
    assert_eq!(whole[3]["reason"], "rahasia");
}

#[test]
fn the_public_tier_of_the_feed_holds_no_more_than_the_public_record() {
    let app = TestApp::new();
    let staff = app.staff();
    let published = staff.post(ENTERPRISES, &draft("Tas Melati")).expect(201);
    staff.post(ENTERPRISES, &draft("Tas Mawar")).expect(201);
    let scopes = Scopes { internal: None, changes: true };
    let agency = Actor::Client(sentra::domain::actor::Client {
        id: "dinas".into(),
        scopes,
        requests_per_second: None,
    });
    let told = || {
        let query = FeedQuery { since: 0, limit: 100, epoch: None };
        app.registry.changes(&agency, &query).expect("the feed").changes
    };
    assert!(told().is_empty());
    set_publication(&app, &id_of(&published), Publication::Published);
    let changes = told();
    assert_eq!(changes.len(), 2);
    for change in &changes {
        assert!(matches!(&change.now, Now::There { internal: false, .. }));
        assert!(change.account.is_none());
    }
    set_publication(&app, &id_of(&published), Publication::Unpublished);
    let changes = told();
    assert!(changes.iter().all(|change| matches!(change.now, Now::Removed)));
    assert_eq!(changes.iter().map(|change| change.revision).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_record_that_left_the_area_or_is_gone_is_removed() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = staff.post(ENTERPRISES, &draft("Tas Melati")).header("location").to_owned();
    let bound = app.signed_in(Role::Viewer, Some("35.15"));
    assert_eq!(replayed(&bound, 100)[0]["current"]["tier"], "internal");
    staff.write("PATCH", &path, "\"1\"", &json!({"region": "35.16.01", "point": null})).expect(200);
    staff.write("PATCH", &path, "\"2\"", &json!({"name": "Tas Mawar"})).expect(200);
    let told = replayed(&bound, 100);
    // The move is the last that is heard of it.
    assert_eq!(told.iter().map(|change| &change["revision"]).collect::<Vec<_>>(), [1, 2]);
    assert!(told.iter().all(|change| change["removed"] == true && change.get("actor").is_none()));

    app.registry.generate(3, 1, |_, _| ()).expect("samples");
    app.registry.remove_demo().expect("removed");
    for reader in [&staff, &bound] {
        let told = replayed(reader, 100);
        let removed = told
            .iter()
            .filter(|change| change["removed"] == true && change.get("current").is_none());
        assert!(removed.count() >= 6);
    }
}

#[test]
fn what_points_at_something_that_was_withdrawn_or_published_is_told_anew() {
    let app = TestApp::new();
    let staff = app.staff();
    let sentra = json!({
        "name": "Sentra tas", "commodity": "tas", "region": "35.15.06",
        "basis": {"ground": "regulation"},
    });
    let sentra = id_of(&staff.post("/api/v1/sentra", &sentra).expect(201));
    let mut member = draft("Tas Melati");
    member["sentra"] = json!(sentra);
    let member = id_of(&staff.post(ENTERPRISES, &member).expect(201));
    staff.post(ENTERPRISES, &draft("Tas Mawar")).expect(201);
    publish(&app, &member);
    let basis = json!({"kind": "public_duty", "text": "Perda 1/2026", "on": "2026-01-05"});
    let figure = json!({
        "subject": format!("sentra:{sentra}"), "measure": "artisans", "value": 10.0,
        "unit": "orang", "on": "2025", "definition": "perajin tas",
        "source": {"publisher": "Dinas", "title": "Laporan", "published": "2025"},
        "publication_basis": basis,
    });
    let figure = staff.post("/api/v1/observations", &figure);
    let figure = id_of(&figure.expect(201));

    let agency = app.agency(&Scopes { internal: None, changes: true });
    let path = format!("/api/v1/enterprises/{member}");
    let mut at = 0;
    // A copy that follows.
    let mut copy = std::collections::BTreeMap::new();
    let mut follow = || {
        let mut told = Vec::new();
        loop {
            let page = agency.get(&format!("{PATH}?since={at}&limit=2")).expect(200);
            for change in page["items"].as_array().expect("items") {
                let id = change["entity_id"].as_str().expect("an id").to_owned();
                told.push(id.clone());
                copy.insert(id, change["current"].clone());
            }
            let next = page["next"].as_str().expect("next");
            let since = next.split("since=").nth(1).and_then(|rest| rest.split('&').next());
            at = since.and_then(|since| since.parse().ok()).expect("a seq");
            if Some(at) == page["last_seq"].as_i64() {
                return (told, copy.clone());
            }
        }
    };
    let (_, copy) = follow();
    assert_eq!(copy[&member].get("sentra"), None);
    assert!(!copy.contains_key(&sentra) && !copy.contains_key(&figure));

    let sentra_path = format!("/api/v1/sentra/{sentra}");
    let change = json!({"publication_basis": basis});
    staff.write("PATCH", &sentra_path, "*", &change).expect(200);
    let (told, copy) = follow();
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(copy[&member]["sentra"], sentra.as_str());
    assert_eq!(copy[&member], agency.get(&path).expect(200));
    assert_eq!(copy[&sentra], agency.get(&sentra_path).expect(200));
    assert_eq!(copy[&figure]["value"], 10.0);

    // A change that nobody's sight depends on tells itself alone.
    staff.write("PATCH", &sentra_path, "*", &json!({"name": "Sentra tas kulit"})).expect(200);
    assert_eq!(follow().0, std::slice::from_ref(&sentra));

    let withdrawn = json!({"publication_basis": null});
    staff.write("PATCH", &sentra_path, "*", &withdrawn).expect(200);
    let (told, copy) = follow();
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(copy[&member].get("sentra"), None);
    assert_eq!(copy[&member], agency.get(&path).expect(200));
    assert!(copy[&sentra].is_null() && copy[&figure].is_null());
}

#[test]
fn what_has_no_representation_is_told_to_the_whole_province_alone() {
    let app = TestApp::new();
    let db = Db::open(&app.db.url).expect("a database");
    let entry = db::log::Entry {
        actor: "uji@contoh.id",
        job_id: None,
        reason: None,
        entity: "unknown",
        entity_id: "1".to_owned(),
        action: "create",
        revision: 1,
    };
    db.write(|tx| db::log::append(tx, app.registry.clock().now_naive(), &[entry])).expect("logged");
    let told = replayed(&app.staff(), 100);
    assert_eq!((told.len(), &told[0]["entity"]), (1, &json!("unknown")));
    assert!(told[0].get("current").is_none() && told[0].get("removed").is_none());
    assert!(replayed(&app.signed_in(Role::Viewer, Some("35.15")), 100).is_empty());
}

#[test]
fn another_log_is_refused_and_the_own_goes_on() {
    let app = TestApp::new();
    let staff = app.staff();
    let page = staff.get(PATH).expect(200);
    let next = page["next"].as_str().expect("next");
    assert!(next.contains(page["log_epoch"].as_str().expect("an epoch")));
    staff.get(next).expect(200);
    let answer = staff.get(&format!("{PATH}?since=5&epoch=lain"));
    answer.expect_problem(409);
    assert_eq!(answer.json()["type"], "urn:sentra:problem:log-epoch-changed");
}

#[test]
fn a_wait_ends_with_a_write_of_this_process_or_with_its_time() {
    let app = TestApp::new();
    let (staff, bound) = (app.staff(), app.signed_in(Role::Viewer, Some("35.16")));
    std::thread::scope(|scope| {
        let woken = scope.spawn(|| {
            let page = staff.get(&format!("{PATH}?wait=30")).expect(200);
            (Instant::now(), page["items"][0]["current"]["name"].clone())
        });
        // What is not for this reader does not end their wait.
        let begun = Instant::now();
        let kept_waiting = scope.spawn(|| {
            let page = bound.get(&format!("{PATH}?wait=2")).expect(200);
            (Instant::now(), page)
        });
        std::thread::sleep(Duration::from_millis(500));
        assert!(!woken.is_finished());
        // The one worker is free while others wait.
        app.anonymous().get("/healthz").expect(200);
        app.registry
            .create_enterprise(
                &Actor::Operator,
                Written::from_json(draft("Tas Melati")).expect("a draft"),
                None,
            )
            .expect("created");
        let written = Instant::now();
        let (at, name) = woken.join().expect("an answer");
        assert_eq!(name, "Tas Melati");
        assert!(at.saturating_duration_since(written) < Duration::from_secs(1));
        let (at, page) = kept_waiting.join().expect("an answer");
        assert!(at.duration_since(begun) >= Duration::from_secs(2));
        assert_eq!(page["items"], json!([]));
        assert!(page["next"].as_str().is_some_and(|next| !next.contains("since=0&")));
    });
}

#[test]
fn a_right_that_was_taken_away_during_the_wait_is_gone() {
    let app = TestApp::new();
    let staff = app.staff();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| staff.get(&format!("{PATH}?wait=3")).expect(200));
        std::thread::sleep(Duration::from_millis(300));
        let (role, area) = (Some(Role::Viewer), Some("35.16".parse().ok()));
        let change = AccountChange { role, area, ..AccountChange::default() };
        app.registry
            .change_account(&Actor::Operator, "verifier@contoh.id", &change)
            .expect("changed");
        app.registry
            .create_enterprise(
                &Actor::Operator,
                Written::from_json(draft("Tas Melati")).expect("a draft"),
                None,
            )
            .expect("created");
        assert_eq!(waiting.join().expect("an answer")["items"], json!([]));
    });
}

#[test]
fn a_write_of_another_process_wakes_within_a_second() {
    let app = TestApp::new();
    drop(app.staff());
    let server = Server::start(&app.db);
    let follower = server.sign_in("verifier@contoh.id", PASSWORD);
    std::thread::scope(|scope| {
        let woken = scope.spawn(|| {
            let page = follower.get(&format!("{PATH}?wait=30")).expect(200);
            (Instant::now(), page["items"].as_array().map_or(0, Vec::len))
        });
        std::thread::sleep(Duration::from_millis(500));
        assert!(!woken.is_finished());
        app.registry
            .create_enterprise(
                &Actor::Operator,
                Written::from_json(draft("Tas Melati")).expect("a draft"),
                None,
            )
            .expect("created");
        let written = Instant::now();
        let (at, items) = woken.join().expect("an answer");
        assert_eq!(items, 1);
        let took = at.saturating_duration_since(written);
        assert!(took < Duration::from_millis(1_500), "{took:?}");
    });
}

#[test]
fn what_was_waited_for_is_dropped_when_the_client_leaves() {
    let app = TestApp::new();
    drop(app.staff());
    let server = Server::start(&app.db);
    let token = server.sign_in("verifier@contoh.id", PASSWORD).token.expect("a token");
    let mut stream =
        TcpStream::connect(server.base.trim_start_matches("http://")).expect("a connection");
    write!(
        stream,
        "GET {PATH}?wait=60 HTTP/1.1\r\nHost: contoh.id\r\nAuthorization: Bearer {token}\r\n\r\n"
    )
    .expect("asked");
    std::thread::sleep(Duration::from_millis(500));
    stream.shutdown(Shutdown::Write).expect("left");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a limit");
    // The connection ends at once and without an answer.
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the end");
    assert_eq!(answer, b"");
}

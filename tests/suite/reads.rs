//! The log of reads: what is in it, who may read it, and the report on a breach.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sentra::domain::actor::{Actor, Role};
use sentra::domain::filter::Filter;
use sentra::domain::reading::{ExportState, ReadKind};
use sentra::registry::RegistryError;
use sentra::registry::reads::Span;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Client, PASSWORD, TestApp, TestDb, draft, tile_at};
use crate::program::{Server, sentra};
use crate::restricted::{create, granted, logged, with_nik};

const PATH: &str = "/api/v1/enterprises";
const READS: &str = "/api/v1/reads";
const ALL: &[ReadKind] = &[];

fn auditor(app: &TestApp) -> Client {
    app.signed_in(Role::Auditor, None)
}

fn texts<'a>(items: &'a Value, field: &str) -> Vec<&'a str> {
    let items = items.as_array().expect("a list");
    items.iter().map(|item| item[field].as_str().unwrap_or_default()).collect()
}

#[test]
fn every_reading_by_staff_is_in_the_log_with_what_it_was_of() {
    let app = TestApp::new();
    let id = create(&app.registry, draft("Tas Melati"));
    let path = format!("{PATH}/{id}");
    let staff = app.staff();
    let cooperative = json!({"name": "Koperasi Uji", "kind": "koperasi", "region": "35.15.06"});
    let created = staff.post("/api/v1/cooperatives", &cooperative);
    created.expect(201);
    let cooperative = created.header("location").to_owned();
    staff.write("PATCH", &path, "*", &json!({"founded_year": 2001})).expect(200);
    assert_eq!(logged(&app.registry, ALL).len(), 0, "a write is in the change log");

    let get = |path: &str| {
        let answer = staff.get(path);
        assert_eq!(answer.status, 200, "{path}");
    };
    get(&path);
    get(&format!("{path}/revisions"));
    get(&format!("{path}/revisions/1?against=2"));
    get(&format!("{PATH}?kind=ikm&region=35.15"));
    get(&format!("{PATH}?q=tidakada"));
    get(&format!("{PATH}?f=geojson"));
    get("/api/v1/quality?region=35.15");
    get("/api/v1/changes?since=0");
    get("/api/v1/exports/enterprises.csv?kind=ikm");
    get(&cooperative);
    get("/api/v1/cooperatives?region=35.15");

    let list = auditor(&app).get(&format!("{READS}?limit=1000")).expect(200);
    let lines = list["items"].as_array().expect("a list");
    let told: Vec<(&str, &str, &str, i64)> = lines
        .iter()
        .rev()
        .map(|line| {
            let text = |field: &str| line[field].as_str().unwrap_or_default();
            (text("kind"), text("entity"), text("filter"), line["count"].as_i64().unwrap_or(-1))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("record", "enterprise", "", 1),
            ("revision", "enterprise", "", 1),
            ("revision", "enterprise", "", 1),
            ("revision", "enterprise", "", 1),
            ("list", "enterprise", "kind=ikm&region=35.15", 1),
            ("list", "enterprise", "q=tidakada", 0),
            ("list", "enterprise", "", 1),
            ("quality", "enterprise", "region=35.15", 1),
            ("changes", "change", "", 3),
            ("export", "enterprise", "kind=ikm", 0),
            ("export", "enterprise", "kind=ikm", 1),
            ("record", "cooperative", "", 1),
            ("list", "cooperative", "region=35.15", 1),
        ]
    );
    for line in lines {
        assert_eq!((&line["actor"], &line["scope"]), (&json!("verifier@contoh.id"), &json!("all")));
        assert!(line["request_id"].as_str().is_some_and(|id| id.len() > 10), "{line}");
    }
    assert_eq!(lines[12]["entity_id"], id.to_string());
    assert_eq!(lines[12]["detail"]["revision"], 2);
    let [end, begin] = [&lines[2]["detail"], &lines[3]["detail"]];
    assert_eq!((&begin["state"], &end["state"]), (&json!("begun"), &json!("done")));
    assert_eq!(begin["export"], end["export"]);
    // The reader's account is in the log as well.
    assert_eq!(lines[4]["detail"]["through"], 4);
}

#[test]
fn what_the_public_may_see_is_not_logged() {
    let app = TestApp::new();
    let staff = app.staff();
    let created = staff.post(PATH, &draft("Tas Melati"));
    created.expect(201);
    let path = created.header("location").to_owned();
    staff.write("POST", &format!("{path}/submit"), "*", &json!({})).expect(200);
    let vera = {
        app.registry.put_user("vera@contoh.id", PASSWORD, Role::Verifier, None).expect("a user");
        app.entered("vera@contoh.id")
    };
    vera.write("POST", &format!("{path}/verify"), "*", &json!({})).expect(200);
    let basis = json!({"basis": {"kind": "public_duty", "text": "SK 1/2026"}});
    vera.write("POST", &format!("{path}/publish"), "*", &basis).expect(200);

    let tile = format!("/api/v1/tiles/enterprises/{}.mvt", tile_at(112.72, -7.5, 8));
    // Nobody, somebody of another area, and an auditor, to whom records are as to anybody.
    let elsewhere = app.signed_in(Role::Viewer, Some("35.16"));
    for client in [&app.anonymous(), &elsewhere, &auditor(&app)] {
        assert_eq!(client.get(&path).expect(200)["tier"], "public");
        assert_eq!(client.get(&format!("{PATH}?kind=ikm")).expect(200)["matched"], 1);
        client.get("/api/v1/exports/enterprises.geojson").expect(200);
    }
    app.anonymous().get(&tile);
    app.anonymous().get(&format!("{PATH}?q=tidakada")).expect(200);
    // A viewer exports the public tier only.
    app.signed_in(Role::Viewer, None).get("/api/v1/exports/enterprises.csv");
    assert_eq!(logged(&app.registry, ALL).len(), 0);
}

#[test]
fn tiles_of_a_moment_are_one_line_with_their_bounds() {
    let app = TestApp::new();
    create(&app.registry, draft("Tas Melati"));
    let staff = app.staff();
    let tiles = 8;
    for zoom in 0..tiles {
        let tile = tile_at(112.7223, -7.5071, 10 + zoom);
        let answer = staff.get(&format!("/api/v1/tiles/enterprises/{tile}.mvt?kind=ikm"));
        assert_eq!(answer.status, 200);
    }
    // An empty one shows nothing.
    staff.get("/api/v1/tiles/enterprises/10/0/0.mvt?kind=ikm");
    let lines = logged(&app.registry, &[ReadKind::Tile]);
    assert!(lines.len() < usize::from(tiles), "{} lines", lines.len());
    assert_eq!(lines.iter().map(|line| line.count).sum::<i64>(), i64::from(tiles));
    for line in &lines {
        assert_eq!(line.filter.as_deref(), Some("kind=ikm"));
        let [west, south, east, north] = line.detail.bounds.expect("bounds");
        assert!((west..east).contains(&112.7223) && (south..north).contains(&-7.5071));
    }
}

#[test]
fn an_export_that_breaks_off_says_how_far_it_came() {
    let app = TestApp::new();
    app.registry.generate(1_200, 7, |_, _| {}).expect("generated");
    let filter = || Filter::parse(&[], &app.registry.reference()).expect("a filter");
    let analyst = granted("rani@contoh.id", None);
    let mut batches = 0;
    let broken = app.registry.scan_enterprises(&analyst, filter(), |_| {
        batches += 1;
        if batches == 1 { Ok(()) } else { Err(RegistryError::Stopped) }
    });
    assert!(matches!(broken, Err(RegistryError::Stopped)));
    let lines = logged(&app.registry, &[ReadKind::Export]);
    let told: Vec<_> = lines.iter().map(|line| (line.detail.state, line.count)).collect();
    assert_eq!(told, [(Some(ExportState::Broken), 1_000), (Some(ExportState::Begun), 0)]);
    // The line of its beginning is there before the first row goes out.
    app.registry
        .scan_enterprises(&analyst, filter(), |_| {
            let stored = &crate::tables::all_rows(&app.db.url)["reads"];
            assert_eq!(stored.len(), 3);
            Ok(())
        })
        .expect("an export");
    let done = &logged(&app.registry, &[ReadKind::Export])[0];
    assert_eq!((done.detail.state, done.count), (Some(ExportState::Done), 1_200));
}

#[test]
fn the_log_is_for_auditors_by_page_and_by_filter() {
    let app = TestApp::new();
    let path = format!("{PATH}/{}", create(&app.registry, draft("Tas Melati")));
    app.anonymous().get(READS).expect_problem(401);
    for role in [Role::Verifier, Role::Admin, Role::Analyst, Role::Viewer] {
        let client = app.signed_in(role, None);
        client.get(READS).expect_problem(403);
        client.get(&format!("{READS}/report?actor=x")).expect_problem(403);
        client.get(&path).expect(200);
    }
    app.staff().get(&format!("{PATH}?kind=ikm")).expect(200);
    let auditor = auditor(&app);
    let all = auditor.all(&format!("{READS}?limit=2"));
    assert_eq!(all.len(), 5);
    let seqs: Vec<i64> = all.iter().filter_map(|line| line["seq"].as_i64()).collect();
    assert!(seqs.is_sorted_by(|a, b| a > b), "{seqs:?}");
    let count = |query: &str| {
        let page = auditor.get(&format!("{READS}?{query}")).expect(200);
        page["items"].as_array().expect("a list").len()
    };
    assert_eq!(count("actor=verifier@contoh.id"), 2);
    assert_eq!(count("kind=list"), 1);
    assert_eq!(count("kind=list,record"), 5);
    assert_eq!(count(&format!("enterprise={}", path.rsplit('/').next().expect("an id"))), 4);
    assert_eq!(count(&format!("enterprise={}", Uuid::nil())), 0);
    let last = all[0]["at"].as_str().expect("a time");
    assert_eq!(count(&format!("since={last}")), 1);
    assert_eq!(count("until=2020-01-01T00:00:00Z"), 0);
    for (query, told) in [
        ("kind=baca", "kind:unknown_code"),
        ("since=kemarin", "since:malformed"),
        ("enterprise=x", "enterprise:malformed"),
        ("cursor=x", "cursor:malformed"),
        ("warna=merah", "warna:unknown_parameter"),
    ] {
        assert_eq!(auditor.get(&format!("{READS}?{query}")).expect_problem(400), [told]);
    }
    let report = |query: &str| auditor.get(&format!("{READS}/report{query}"));
    assert_eq!(report("").expect_problem(400), ["enterprise:required"]);
    report(&format!("?enterprise={}", Uuid::nil())).expect_problem(404);
}

#[test]
fn an_auditor_of_an_area_is_told_what_concerns_it() {
    let app = TestApp::new();
    let home = create(&app.registry, draft("Tas Melati"));
    let mut other = draft("Tas Mawar");
    (other["region"], other["point"]) = (json!("35.76.01.1003"), Value::Null);
    let away = create(&app.registry, other);
    let staff = app.staff();
    staff.get(&format!("{PATH}/{home}")).expect(200);
    staff.get(&format!("{PATH}/{away}")).expect(200);
    staff.get(PATH).expect(200);
    app.signed_in(Role::Viewer, Some("35.76")).get(PATH).expect(200);
    app.signed_in(Role::Viewer, Some("35.15")).get(PATH).expect(200);
    let of_home = app.signed_in(Role::Auditor, Some("35.15"));
    let page = of_home.get(READS).expect(200);
    assert_eq!(texts(&page["items"], "kind"), ["list", "list", "record"]);
    assert_eq!(texts(&page["items"], "scope"), ["area:35.15", "all", "all"]);
    assert_eq!(page["items"][2]["entity_id"], home.to_string());
    of_home.get(&format!("{READS}/report?enterprise={home}")).expect(200);
    of_home.get(&format!("{READS}/report?enterprise={away}")).expect_problem(404);
    let report = of_home.get(&format!("{READS}/report?actor=verifier@contoh.id")).expect(200);
    assert_eq!(report["records"], 1);
}

/// A record that was shown, changed and shown again.
struct Shown {
    app: TestApp,
    id: Uuid,
    /// Another one, elsewhere.
    far: Uuid,
    /// When it was changed.
    then: DateTime<Utc>,
    by_area: String,
}

const GRANTED_PURPOSE: &str = "verifikasi permohonan";

fn shown_and_changed() -> Shown {
    let app = TestApp::new();
    let id = create(&app.registry, with_nik("Tas Melati", "3515064408770003"));
    let path = format!("{PATH}/{id}");
    let reader = |email: &str, role, area: Option<&str>| {
        let area = area.map(|code| code.parse().expect("a code"));
        app.registry.put_user(email, PASSWORD, role, area).expect("a user");
        app.entered(email)
    };
    let lists = |client: &Client, query: &str| {
        client.get(&format!("{PATH}?{query}")).expect(200)["matched"].as_i64().expect("a number")
    };
    // Then: leather goods with five workers. One filter finds it, one does not; one finds the
    // record, but in an area that is not the reader's; one draws it, one draws what is far away.
    let [by_a, by_b] =
        ["a@contoh.id", "b@contoh.id"].map(|email| reader(email, Role::Analyst, None));
    assert_eq!(lists(&by_a, "commodity=tas&min_workers=5"), 1);
    assert_eq!(lists(&by_b, "commodity=alas-kaki"), 0);
    assert_eq!(lists(&by_b, "max_workers=4"), 0);
    let far = create(&app.registry, {
        let mut far = draft("Tas Mawar");
        (far["region"], far["point"]) = (json!("35.76.01.1003"), Value::Null);
        far
    });
    let by_c = reader("c@contoh.id", Role::Analyst, Some("35.76"));
    assert_eq!(lists(&by_c, "commodity=tas"), 1);
    let tile = |client: &Client, lon, lat| {
        let path = format!("/api/v1/tiles/enterprises/{}.mvt", tile_at(lon, lat, 12));
        assert_eq!(client.get(&path).status, 200);
    };
    let (by_d, by_e) =
        (reader("d@contoh.id", Role::Viewer, None), reader("e@contoh.id", Role::Viewer, None));
    tile(&by_d, 112.7223, -7.5071);
    tile(&by_e, 112.428_670_5, -7.467_706_1);
    let by_f = reader("f@contoh.id", Role::Analyst, None);
    by_f.get("/api/v1/exports/enterprises.csv?commodity=tas").expect(200);
    let polygon = json!({"type": "Polygon", "coordinates": [[[112.7, -7.6], [112.8, -7.6], [112.8, -7.4], [112.7, -7.4], [112.7, -7.6]]]});
    let area = by_f.post("/api/v1/areas", &polygon).expect(201)["id"].clone();
    assert_eq!(lists(&by_f, &format!("area={}", area.as_str().expect("an id"))), 1);
    by_d.get("/api/v1/changes?since=0").expect(200);
    let then: DateTime<Utc> = sentra::registry::Clock::system().now();

    // Now: shoes, two workers. A state is still taken to be seen for a second.
    let shoes = json!({"commodities": ["alas-kaki"], "workers": {"male": 2}, "products": []});
    app.staff().write("PATCH", &path, "*", &shoes).expect(200);
    std::thread::sleep(Duration::from_millis(1_200));
    // The far one is all that these two find.
    assert_eq!(lists(&by_a, "commodity=tas&min_workers=5"), 1);
    let by_g = reader("g@contoh.id", Role::Analyst, None);
    assert_eq!(lists(&by_g, "commodity=tas"), 1);
    assert_eq!(lists(&by_g, "commodity=alas-kaki"), 1);
    let asked = reader("h@contoh.id", Role::Viewer, Some("35.15"));
    asked.get(&path).expect(200);
    asked.get(&path).expect(200);
    let granted = granted("rani@contoh.id", None);
    app.registry.restricted_values(&granted, id, GRANTED_PURPOSE, true).expect("the values");
    let by_area = format!("area={}", area.as_str().expect("an id"));
    Shown { app, id, far, then, by_area }
}

#[test]
fn the_report_holds_each_filter_against_the_record_as_it_was_then() {
    let Shown { app, id, far, then, by_area } = shown_and_changed();
    let purpose = GRANTED_PURPOSE;
    let auditor = auditor(&app);
    let report = auditor.get(&format!("{READS}/report?enterprise={id}")).expect(200);
    let shown = report["shown"].as_array().expect("a list");
    let told: Vec<(&str, &str, &str, bool)> = shown
        .iter()
        .map(|read| {
            let text = |field: &str| read[field].as_str().unwrap_or_default();
            (text("actor"), text("kind"), text("filter"), read["certain"] == true)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("a@contoh.id", "list", "commodity=tas&min_workers=5", true),
            ("d@contoh.id", "tile", "", false),
            ("d@contoh.id", "changes", "", true),
            ("f@contoh.id", "list", by_area.as_str(), true),
            ("f@contoh.id", "export", "commodity=tas", true),
            ("g@contoh.id", "list", "commodity=alas-kaki", true),
        ]
    );
    assert_eq!(shown[0]["times"], 1);
    let direct = report["direct"].as_array().expect("a list");
    assert_eq!(texts(&report["direct"], "actor"), ["h@contoh.id", "rani@contoh.id"]);
    assert_eq!((&direct[0]["kind"], &direct[0]["times"]), (&json!("record"), &json!(2)));
    assert_eq!(
        (&direct[1]["kind"], &direct[1]["unmasked"], &direct[1]["purposes"]),
        (&json!("restricted"), &json!(1), &json!([purpose]))
    );
    assert_eq!(texts(&report["changed_by"], "actor"), ["operator", "verifier@contoh.id"]);

    // The other one was not shown to those who saw this one only.
    let other = auditor.get(&format!("{READS}/report?enterprise={far}")).expect(200);
    let readers = texts(&other["shown"], "actor");
    assert!(readers.contains(&"c@contoh.id") && readers.contains(&"e@contoh.id"));
    assert_eq!(other["direct"], json!([]));

    // Of a time.
    let text = then.format("%Y-%m-%dT%H:%M:%S%.6fZ");
    let since = auditor.get(&format!("{READS}/report?enterprise={id}&since={text}")).expect(200);
    assert_eq!(texts(&since["shown"], "actor"), ["g@contoh.id"]);
    assert_eq!(texts(&since["changed_by"], "actor"), ["verifier@contoh.id"]);
    let until = auditor.get(&format!("{READS}/report?enterprise={id}&until={text}")).expect(200);
    assert_eq!(
        (until["shown"].as_array().expect("a list").len(), &until["direct"]),
        (5, &json!([]))
    );

    // What an account read.
    let of = |email: &str| auditor.get(&format!("{READS}/report?actor={email}")).expect(200);
    let (a, rani) = (of("a@contoh.id"), of("rani@contoh.id"));
    assert_eq!(a["records"], 0);
    assert_eq!((&a["kinds"][0]["kind"], &a["kinds"][0]["times"]), (&json!("list"), &json!(2)));
    assert_eq!(a["filters"][0]["filter"], "commodity=tas&min_workers=5");
    assert_eq!((&rani["records"], &rani["restricted"][0]["purpose"]), (&json!(1), &json!(purpose)));

    // The same from the command line.
    let text = |args: &[&str]| {
        let output = sentra(&app.db)
            .args(["reads", "report"])
            .args(args)
            .stdout(std::process::Stdio::piped())
            .output()
            .expect("the program");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("text")
    };
    let id = id.to_string();
    let printed = text(&["--enterprise", &id]);
    assert!(printed.contains("a@contoh.id  list") && printed.contains(purpose), "{printed}");
    let json: Value = serde_json::from_str(&text(&["--enterprise", &id, "--json"])).expect("JSON");
    assert_eq!(json["shown"], report["shown"]);
    assert!(text(&["--actor", "rani@contoh.id"]).contains(purpose));
}

#[test]
fn a_server_that_is_stopped_has_logged_all_that_it_answered() {
    let test = TestDb::new();
    let registry = test.open();
    registry.put_user("v@contoh.id", PASSWORD, Role::Viewer, None).expect("a user");
    let id = create(&registry, draft("Tas Melati"));
    let mut server = Server::start(&test);
    let client = server.sign_in("v@contoh.id", PASSWORD);
    for _ in 0..50 {
        client.get(&format!("{PATH}/{id}")).expect(200);
    }
    server.stop();
    assert_eq!(logged(&registry, &[ReadKind::Record]).len(), 50);
}

#[test]
fn readings_from_many_threads_are_all_logged() {
    let app = TestApp::new();
    let id = create(&app.registry, draft("Tas Melati"));
    let reader = granted("rani@contoh.id", None);
    let each = 400;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..each {
                    app.registry.enterprise(&reader, id).expect("a record");
                }
            });
        }
    });
    let lines = logged(&app.registry, &[ReadKind::Record]);
    // A page of the log.
    assert_eq!(lines.len(), 1_000);
    assert_eq!(crate::tables::all_rows(&app.db.url)["reads"].len(), 4 * each);
    let report =
        app.registry.actor_read_report(&Actor::Operator, "rani@contoh.id", Span::default());
    assert_eq!(report.expect("a report").kinds[0].times, 1_600);
}

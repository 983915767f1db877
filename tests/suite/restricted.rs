//! Reading what is restricted: by whom, for what, and what is left of it in the logs.

use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;

use parking_lot::Mutex;
use sentra::db::{AnyConnection, Db, DbError};
use sentra::domain::actor::{Actor, Role, User};
use sentra::domain::enterprise::Source;
use sentra::domain::fault::Fault;
use sentra::domain::reading::{LoggedRead, ReadKind};
use sentra::registry::intake::{Incoming, Load, Origin};
use sentra::registry::reads::LogQuery;
use sentra::registry::writing::Written;
use sentra::registry::{Registry, RegistryError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Client, TestApp, TestDb, draft};
use crate::erasure::everything;

const PATH: &str = "/api/v1/enterprises";
const PURPOSE: &str = "verifikasi permohonan bantuan";
const NATIONAL_ID: &str = "3515064408770003";

/// A verifier who was given the grant, and used a second factor.
pub fn granted(email: &str, area: Option<&str>) -> Actor {
    let area = area.map(|code| code.parse().expect("a code"));
    let (email, role) = (email.to_owned(), Role::Verifier);
    Actor::User(User { email, role, area, cooperative: None, restricted: true })
}

pub fn with_nik(name: &str, national_id: &str) -> Value {
    let mut draft = draft(name);
    draft["restricted"] = json!({
        "business_capital": 45_000_000,
        "persons": [{"name": "Siti Contoh", "national_id": national_id, "birth_date": "1977-08-04"}]
    });
    draft
}

pub fn create(registry: &Registry, draft: Value) -> Uuid {
    let written = Written::from_json(draft).expect("a draft");
    registry.create_enterprise(&Actor::Operator, written, None).expect("created").0.id
}

/// The log of reads of these kinds, the newest first.
pub fn logged(registry: &Registry, kinds: &[ReadKind]) -> Vec<LoggedRead> {
    let query = LogQuery { kinds: kinds.to_vec(), limit: 1000, ..LogQuery::default() };
    registry.logged_reads(&Actor::Operator, &query).expect("the log").items
}

pub fn execute(url: &str, sql: &str) {
    use diesel::RunQueryDsl;
    let run = |connection: &mut AnyConnection| {
        match connection {
            AnyConnection::Pg(inner) => diesel::sql_query(sql).execute(inner)?,
            AnyConnection::Sqlite(inner) => diesel::sql_query(sql).execute(inner)?,
        };
        Ok::<_, DbError>(())
    };
    Db::open(url).expect("a database").write(run).expect("the statement");
}

#[test]
fn values_are_read_for_a_purpose_masked_and_logged() {
    let app = TestApp::new();
    let id = create(&app.registry, with_nik("Tas Melati", NATIONAL_ID));
    let reader = granted("rani@contoh.id", Some("35.15"));
    let read = |unmasked| app.registry.restricted_values(&reader, id, PURPOSE, unmasked);

    let found = read(false).expect("the values");
    assert_eq!((found.revision, found.values.business_capital), (1, Some(45_000_000)));
    assert_eq!(found.values.persons[0].national_id.as_deref(), Some("************0003"));
    let found = read(true).expect("the values");
    assert_eq!(found.values.persons[0].national_id.as_deref(), Some(NATIONAL_ID));

    let lines = logged(&app.registry, &[ReadKind::Restricted]);
    let told: Vec<bool> = lines.iter().map(|line| line.detail.unmasked).collect();
    assert_eq!(told, [true, false]);
    for line in &lines {
        assert_eq!((line.actor.as_str(), line.scope.as_str()), ("rani@contoh.id", "area:35.15"));
        assert_eq!(line.purpose.as_deref(), Some(PURPOSE));
        assert_eq!(line.entity_id, Some(id.to_string()));
        assert_eq!(line.detail.parts, ["business", "person:0"]);
    }
}

#[test]
fn without_a_purpose_nothing_is_read() {
    let app = TestApp::new();
    let id = create(&app.registry, with_nik("Tas Melati", NATIONAL_ID));
    let reader = granted("rani@contoh.id", None);
    let long = "a".repeat(501);
    let with_nik = format!("periksa NIK {NATIONAL_ID}");
    for (purpose, fault) in [
        ("", Fault::Required),
        ("   ", Fault::Required),
        ("cek", Fault::TooShort { min: 10 }),
        (long.as_str(), Fault::TooLong { max: 500 }),
        (with_nik.as_str(), Fault::HoldsNationalId),
    ] {
        match app.registry.restricted_values(&reader, id, purpose, false) {
            Err(RegistryError::BadParameters(faults)) => {
                assert_eq!((faults[0].field.as_str(), &faults[0].fault), ("purpose", &fault));
            }
            other => panic!("{purpose}: {:?}", other.err()),
        }
    }
    assert_eq!(logged(&app.registry, &[ReadKind::Restricted]).len(), 0);
}

#[test]
fn only_the_grant_reads_and_only_in_the_own_area() {
    let app = TestApp::new();
    let staff = app.staff();
    let answer = staff.post(PATH, &with_nik("Tas Melati", NATIONAL_ID));
    answer.expect(201);
    let path = answer.header("location").to_owned();
    let restricted = format!("{path}/restricted?purpose=verifikasi%20permohonan");
    app.anonymous().get(&restricted).expect_problem(401);
    let body = json!({"national_id": NATIONAL_ID, "purpose": PURPOSE});
    app.anonymous().post("/api/v1/persons/matches", &body).expect_problem(401);
    // Not the role: not even the administrator's.
    for role in [Role::Admin, Role::Verifier, Role::Analyst, Role::Auditor] {
        let client = app.signed_in(role, None);
        client.get(&restricted).expect_problem(403);
        client.post("/api/v1/persons/matches", &body).expect_problem(403);
    }

    let id: Uuid = path.rsplit('/').next().expect("an id").parse().expect("an id");
    let elsewhere = granted("edi@contoh.id", Some("35.16"));
    let not_found = |id| {
        let read = app.registry.restricted_values(&elsewhere, id, PURPOSE, false);
        matches!(read, Err(RegistryError::EnterpriseNotFound(told)) if told == id)
    };
    assert!(not_found(id) && not_found(Uuid::nil()));
    let found = app.registry.match_persons(&elsewhere, NATIONAL_ID, PURPOSE).expect("an answer");
    assert_eq!((found.items.len(), found.matched), (0, 0));
    assert_eq!(logged(&app.registry, &[ReadKind::Restricted]).len(), 0);

    let client = app.signed_in_restricted(Role::Verifier, Some("35.15"));
    let answer = client.get(&restricted);
    assert_eq!(answer.expect(200)["persons"][0]["national_id"], "************0003");
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let whole = client.get(&format!("{restricted}&unmasked=true")).expect(200);
    assert_eq!(whole["persons"][0]["national_id"], NATIONAL_ID);
    for (query, told) in [("", "purpose:required"), ("?purpose=cek", "purpose:too_short")] {
        let problem = client.get(&format!("{path}/restricted{query}")).expect_problem(400);
        assert_eq!(problem, [told]);
    }
    let found = client.post("/api/v1/persons/matches", &body).expect(200);
    assert_eq!((&found["matched"], &found["items"][0]["id"]), (&json!(1), &json!(id.to_string())));
}

#[test]
fn what_cannot_be_logged_is_not_answered() {
    let app = TestApp::new();
    let id = create(&app.registry, with_nik("Tas Melati", NATIONAL_ID));
    let reader = granted("rani@contoh.id", None);
    assert!(app.registry.restricted_values(&reader, id, PURPOSE, false).is_ok());
    execute(&app.db.url, "ALTER TABLE reads RENAME TO reads_gone");
    assert!(app.registry.restricted_values(&reader, id, PURPOSE, false).is_err());
    assert!(app.registry.match_persons(&reader, NATIONAL_ID, PURPOSE).is_err());
    execute(&app.db.url, "ALTER TABLE reads_gone RENAME TO reads");
    assert!(app.registry.restricted_values(&reader, id, PURPOSE, false).is_ok());
}

#[test]
fn a_nik_finds_its_records_however_they_came_in() {
    let app = TestApp::new();
    let registry = &app.registry;
    let written = create(registry, with_nik("Tas Melati", NATIONAL_ID));
    let other = create(registry, with_nik("Tas Mawar", "3515064408770004"));
    let Written { draft, restricted } =
        Written::from_json(with_nik("Tas Kenanga", NATIONAL_ID)).expect("a draft");
    let loaded = Uuid::now_v7();
    let incoming = Incoming {
        origin: Origin::Made(loaded),
        draft,
        restricted: restricted.expect("restricted values"),
        source: Source { name: "uji".into(), sheet: None, row: None },
    };
    let load = Load {
        actor: &Actor::Operator,
        job_id: "uji",
        reason: "uji",
        sample: false,
        publish: None,
        import: None,
    };
    registry.load(&load, [Ok(incoming)], |_| true).expect("loaded");

    let reader = granted("rani@contoh.id", Some("35.15"));
    let find = |national_id: &str| {
        let found = registry.match_persons(&reader, national_id, PURPOSE).expect("an answer");
        assert!(found.items.iter().all(|seen| seen.internal));
        let mut ids: Vec<Uuid> = found.items.iter().map(|seen| seen.id).collect();
        ids.sort();
        ids
    };
    let mut expected = [written, loaded];
    expected.sort();
    assert_eq!(find(NATIONAL_ID), expected);
    assert_eq!(find("3515064408770004"), [other]);
    assert!(find("3515064408770005").is_empty());
    let wrong = registry.match_persons(&reader, "351506440877000", "cek");
    let Err(RegistryError::Invalid(faults)) = wrong else { panic!("a number that is no NIK") };
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["national_id", "purpose"]);

    let lines = logged(registry, &[ReadKind::PersonMatch]);
    let found: Vec<Option<String>> = lines.iter().map(|line| line.entity_id.clone()).collect();
    let [first, second] = expected.map(|id| Some(id.to_string()));
    // The newest first: nobody, the other one, then the two in the order of their ids.
    assert_eq!(found, [None, Some(other.to_string()), second, first]);

    // What the program before this one sealed: unmarked, and found by no NIK until it is hashed.
    let strip =
        "UPDATE restricted SET wrapped_key = substr(wrapped_key, 9), national_id_hash = NULL";
    execute(&app.db.url, strip);
    assert!(find(NATIONAL_ID).is_empty());
    assert!(registry.restricted_values(&reader, written, PURPOSE, false).is_ok());
    assert_eq!(registry.hash_known_national_ids().expect("hashed"), 6);
    assert_eq!(registry.hash_known_national_ids().expect("hashed"), 0);
    assert_eq!(find(NATIONAL_ID), expected);

    // An erased person is found no more.
    let client = app.staff();
    let body = json!({"person": "Siti Contoh", "request": "12/2026"});
    client.write("POST", &format!("{PATH}/{written}/erase"), "*", &body).expect(200);
    assert_eq!(find(NATIONAL_ID), [loaded]);
}

/// Takes what would be written to a log.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that somebody can do with a NIK, over HTTP: the answers' bytes together.
fn used_over_http(client: &Client) -> Vec<u8> {
    let mut told = Vec::new();
    let mut keep = |answer: crate::app::Answer| {
        told.extend(answer.bytes);
        answer.headers.get("location").map(|path| path.to_str().expect("a path").to_owned())
    };
    let path = keep(client.post(PATH, &with_nik("Tas Melati", NATIONAL_ID))).expect("created");
    keep(client.write("PATCH", &path, "*", &json!({"founded_year": 2001})));
    let person = json!({"name": "Siti Contoh", "national_id": NATIONAL_ID});
    keep(client.write("PATCH", &path, "*", &json!({"restricted": {"persons": [person]}})));
    // Wrong in every way: as a number, too long, under another name, beside the field.
    for persons in [
        json!([{"name": "Siti Contoh", "national_id": 3_515_064_408_770_003_u64}]),
        json!([{"name": "Siti Contoh", "national_id": format!("{NATIONAL_ID}1")}]),
        json!([{"name": "Lain", "national_id": NATIONAL_ID}]),
        json!(NATIONAL_ID),
    ] {
        keep(client.write("PATCH", &path, "*", &json!({"restricted": {"persons": persons}})));
    }
    for body in [
        json!({"national_id": NATIONAL_ID, "purpose": PURPOSE}),
        json!({"national_id": 3_515_064_408_770_003_u64, "purpose": PURPOSE}),
    ] {
        keep(client.post("/api/v1/persons/matches", &body));
    }
    for changes in [
        json!({"national_id": NATIONAL_ID}),
        json!({"national_id": 3_515_064_408_770_003_u64}),
        json!({"birth_date": NATIONAL_ID}),
    ] {
        let body = json!({"person": "Siti Contoh", "request": "12/2026", "changes": changes});
        keep(client.write("POST", &format!("{path}/persons/correct"), "*", &body));
    }
    for get in [
        path.clone(),
        format!("{PATH}?limit=10"),
        format!("{path}/revisions"),
        format!("{path}/revisions/1?against=2"),
        "/api/v1/changes?since=0".into(),
        "/api/v1/exports/enterprises.csv".into(),
        "/api/v1/exports/enterprises.geojson".into(),
        format!("{path}/restricted?purpose=verifikasi%20permohonan"),
    ] {
        let answer = client.get(&get);
        assert!(answer.status < 500, "{get}: {}", answer.status);
        keep(answer);
    }
    told
}

#[test]
fn no_table_log_line_error_or_export_holds_a_nik() {
    // The real program, at its most talkative.
    let test = TestDb::new();
    let registry = test.open();
    let password = crate::app::PASSWORD;
    registry.put_user("v@contoh.id", password, Role::Verifier, None).expect("a user");
    let mut log = tempfile::tempfile().expect("a file");
    let server = crate::program::Server::start_with(&test, |command| {
        command.env("RUST_LOG", "trace").stderr(Stdio::from(log.try_clone().expect("a handle")));
    });
    let told = used_over_http(&server.sign_in("v@contoh.id", password));
    drop(server);
    let told = String::from_utf8_lossy(&told);
    assert!(told.contains("national_id:") || told.contains("national_id\""), "{told}");
    assert!(!told.contains(NATIONAL_ID));
    let mut lines = String::new();
    std::io::Seek::rewind(&mut log).expect("rewound");
    std::io::Read::read_to_string(&mut log, &mut lines).expect("the log");
    assert!(lines.contains("/api/v1/persons/matches"), "the log says nothing");
    assert!(!lines.contains(NATIONAL_ID));

    // What the grant does, in this process.
    let app = TestApp::new();
    let captured = Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let reader = granted("rani@contoh.id", None);
    tracing::subscriber::with_default(subscriber, || {
        let registry = &app.registry;
        let id = create(registry, with_nik("Tas Melati", NATIONAL_ID));
        assert!(registry.restricted_values(&reader, id, PURPOSE, true).is_ok());
        assert_eq!(
            registry.match_persons(&reader, NATIONAL_ID, PURPOSE).expect("found").matched,
            1
        );
        let export = registry.export_person(&reader, id, "Siti Contoh", "12/2026", PURPOSE);
        let restricted = export.expect("an export").restricted.expect("restricted values");
        assert_eq!(restricted.national_id.as_deref(), Some(NATIONAL_ID));
        for told in [
            registry.restricted_values(&reader, id, &format!("untuk {NATIONAL_ID}"), true).err(),
            registry.match_persons(&reader, &format!("{NATIONAL_ID}0"), PURPOSE).err(),
            registry.export_person(&reader, id, "Siti Contoh", NATIONAL_ID, PURPOSE).err(),
        ] {
            let told = told.expect("refused");
            assert!(!format!("{told} {told:?}").contains(NATIONAL_ID));
            tracing::info!(%told, "refused");
        }
    });
    // Looked for where it must not be, too.
    app.staff().get(&format!("{PATH}?q={NATIONAL_ID}")).expect(200);
    app.registry.flush_reads().expect("written");
    let lines = String::from_utf8_lossy(&captured.0.lock()).into_owned();
    assert!(lines.contains("refused") && !lines.contains(NATIONAL_ID));
    let stored = everything(&app);
    assert!(stored.contains(PURPOSE) && stored.contains("q=xxxxxxxxxxxxxxxx"));
    assert!(!stored.contains(NATIONAL_ID));
}

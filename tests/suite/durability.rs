//! The real program, killed in the middle.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sentra::db::{self, AnyConnection, Db, DbError};
use sentra::domain::actor::Role;
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, TestDb, draft};
use crate::program::{Server, sentra};

const ROWS: usize = 20_000;

fn a_list() -> String {
    let mut list = String::from("Nama,Pemilik,Kecamatan,Kabupaten,Komoditas\n");
    for number in 0..ROWS {
        writeln!(list, "Usaha {number},Pemilik {number},Tanggulangin,Sidoarjo,tas").expect("a row");
    }
    list
}

#[test]
fn an_import_that_was_killed_goes_on_and_every_row_is_there_once() {
    let test = TestDb::new();
    let mut file = tempfile::NamedTempFile::with_suffix(".csv").expect("a file");
    file.write_all(a_list().as_bytes()).expect("written");
    let path = file.path().to_owned();
    let db = Db::open(&test.url).expect("a database");
    let count = || db.read(db::enterprises::counts).expect("counts").0;

    let mut cut_short = 0;
    for _ in 0..3 {
        let before = count();
        let mut import = sentra(&test).arg("import").arg(&path).spawn().expect("the program");
        // Killed as soon as something was stored.
        let deadline = Instant::now() + Duration::from_secs(60);
        while count() == before
            && import.try_wait().expect("the process").is_none()
            && Instant::now() < deadline
        {
            std::thread::sleep(Duration::from_millis(5));
        }
        import.kill().expect("killed");
        import.wait().expect("gone");
        let after = count();
        assert!(after >= before);
        cut_short += usize::from(after > before && after < i64::try_from(ROWS).expect("a number"));
    }
    assert!(cut_short > 0, "no import was caught in the middle");

    let done = sentra(&test).arg("import").arg(&path).status().expect("the program");
    assert!(done.success());
    let registry = test.open();
    assert_eq!(registry.counts().expect("counts").0, i64::try_from(ROWS).expect("a number"));
    let filter = sentra::domain::filter::Filter::default();
    let view = registry.view(&sentra::domain::actor::Actor::Operator);
    let names: std::collections::HashSet<String> = view.names(&filter).into_iter().collect();
    assert_eq!(names.len(), ROWS);
}

/// A write that the server said it had done.
struct Acknowledged {
    id: String,
    revision: i64,
    name: String,
}

impl Acknowledged {
    fn of(document: &Value) -> Self {
        let text = |field: &str| document[field].as_str().expect("a text").to_owned();
        let revision = document["revision"].as_i64().expect("a revision");
        Self { id: text("id"), revision, name: text("name") }
    }
}

/// Creates and changes records until the server is gone. `known` are the records to change.
fn write_until_the_end(
    client: &Client,
    thread: usize,
    known: &[String],
    begun: &AtomicBool,
) -> Vec<Acknowledged> {
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    for turn in 0.. {
        let name = format!("Usaha {thread}-{turn}-{}", rand::random::<u32>());
        let (method, path, body) = if turn % 4 == 0 || known.is_empty() {
            ("POST", "/api/v1/enterprises".to_owned(), draft(&name))
        } else {
            let id = &known[rand::random_range(0..known.len())];
            ("PATCH", format!("/api/v1/enterprises/{id}"), json!({"name": name}))
        };
        let headers = [("If-Match", "*")];
        let sent = client.try_send(method, &path, &headers, body.to_string().into_bytes());
        let Ok(answer) = sent else { break };
        let document = answer.expect(if method == "POST" { 201 } else { 200 });
        // The answer shows the record as it is then, which another's change may have made.
        assert!(document["revision"].as_i64() > Some(1) || document["name"] == name);
        acknowledged.push(Acknowledged::of(&document));
        begun.store(true, Ordering::SeqCst);
    }
    acknowledged
}

/// How many rows a query counts.
fn count(connection: &mut AnyConnection, sql: &str) -> Result<i64, DbError> {
    use diesel::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let rows: Vec<Count> = match connection {
        AnyConnection::Pg(inner) => diesel::sql_query(sql).load(inner)?,
        AnyConnection::Sqlite(inner) => diesel::sql_query(sql).load(inner)?,
    };
    Ok(rows[0].n)
}

/// Nothing is half there: as many changes as a record has had revisions, every earlier one of them
/// kept, and none of nothing.
fn assert_whole(db: &Db) {
    for rows in [
        "(SELECT entity_id FROM changes WHERE entity = 'enterprise')",
        "(SELECT entity_id FROM revisions UNION ALL SELECT id FROM enterprises)",
    ] {
        let sql = format!(
            "SELECT count(*) AS n FROM enterprises e \
             FULL JOIN (SELECT entity_id AS id, count(*) AS times FROM {rows} r GROUP BY entity_id) other \
             ON other.id = e.id \
             WHERE e.id IS NULL OR other.id IS NULL OR other.times <> e.revision"
        );
        let torn = db.read(|connection| count(connection, &sql)).expect("a count");
        assert_eq!(torn, 0, "{rows}");
    }
}

fn assert_kept(db: &Db, client: &Client, acknowledged: &[Acknowledged]) {
    use diesel::prelude::*;
    use sentra::db::schema::{enterprises, revisions};
    let mut rows: Vec<(String, i32, String)> = db
        .read(|connection| revisions::table.load(connection).map_err(DbError::from))
        .expect("rows");
    let now = (enterprises::id, enterprises::revision, enterprises::document);
    let current: Vec<(String, i32, String)> = db
        .read(|connection| enterprises::table.select(now).load(connection).map_err(DbError::from))
        .expect("rows");
    rows.extend(current);
    let stored: HashMap<(&str, i64), &str> = rows
        .iter()
        .map(|(id, revision, document)| ((id.as_str(), i64::from(*revision)), document.as_str()))
        .collect();
    let served: HashMap<String, i64> = client
        .all("/api/v1/enterprises?limit=1000")
        .iter()
        .map(Acknowledged::of)
        .map(|now| (now.id, now.revision))
        .collect();
    for Acknowledged { id, revision, name } in acknowledged {
        let document = stored.get(&(id.as_str(), *revision)).expect("an acknowledged write");
        let document: Value = serde_json::from_str(document).expect("a document");
        assert_eq!(document["name"], *name);
        assert!(served[id] >= *revision, "{id} at {} after {revision}", served[id]);
    }
}

fn killed_while_writing(rounds: usize) {
    let test = TestDb::new();
    test.open().put_user("verifier@contoh.id", PASSWORD, Role::Verifier, None).expect("a user");
    let db = Db::open(&test.url).expect("a database");
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    let mut server = Server::start(&test);
    let mut client = server.sign_in("verifier@contoh.id", PASSWORD);
    for _ in 0..rounds {
        let known: Vec<String> = acknowledged
            .iter()
            .filter(|write| write.revision == 1)
            .map(|write| write.id.clone())
            .take(40)
            .collect();
        let begun = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let (client, known, begun) = (&client, &known, &begun);
            let writing: Vec<_> = (0..8)
                .map(|thread| {
                    scope.spawn(move || write_until_the_end(client, thread, known, begun))
                })
                .collect();
            let deadline = Instant::now() + Duration::from_secs(60);
            while !begun.load(Ordering::SeqCst) && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis(rand::random_range(0..1_500)));
            server.kill();
            for writer in writing {
                acknowledged.extend(writer.join().expect("a writer"));
            }
        });
        assert!(begun.into_inner(), "nothing was written before the end");
        server = Server::start(&test);
        client = server.sign_in("verifier@contoh.id", PASSWORD);
        assert_whole(&db);
        assert_kept(&db, &client, &acknowledged);
    }
    println!("{rounds} times killed, {} acknowledged writes, all kept", acknowledged.len());
}

#[test]
fn a_server_that_was_killed_twice_has_kept_what_it_acknowledged() {
    killed_while_writing(2);
}

#[test]
#[ignore = "minutes: make soak"]
fn a_server_that_was_killed_twenty_times_has_kept_what_it_acknowledged() {
    killed_while_writing(20);
}

#[test]
fn an_unknown_database_stops_with_advice() {
    let output = Command::new(env!("CARGO_BIN_EXE_sentra"))
        .args(["--database", "mysql://x", "migrate"])
        .output()
        .expect("the program");
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("sqlite://") && told.contains("postgres://"), "{told}");
}

#[test]
fn a_database_that_is_behind_says_what_to_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/new.db", folder.path().display());
    let output = Command::new(env!("CARGO_BIN_EXE_sentra"))
        .args(["--database", &url, "serve"])
        .output()
        .expect("the program");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("sentra migrate"));
}

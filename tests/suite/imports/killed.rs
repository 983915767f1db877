//! The real program: killed in the middle of an import, and its own commands.

use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use sentra::db::{self, Db};
use sentra::domain::actor::{Actor, Role};
use serde_json::{Value, json};

use super::{IMPORTS, list, reported, said, settled, taken_in, uploaded};
use crate::app::{PASSWORD, TestApp, TestDb};
use crate::program::{Server, sentra};

const ROWS: usize = 12_000;
const EMAIL: &str = "verifier@contoh.id";

fn records(db: &Db) -> i64 {
    db.read(db::enterprises::counts).expect("counts").0
}

#[test]
fn a_server_that_is_killed_in_the_middle_goes_on_after_its_restart() {
    let test = TestDb::new();
    test.open().put_user(EMAIL, PASSWORD, Role::Verifier, None).expect("a user");
    let db = Db::open(&test.url).expect("a database");
    let mut server = Server::start(&test);
    let client = server.sign_in(EMAIL, PASSWORD);
    let path = uploaded(&client, &list(0, ROWS));
    client.post(&format!("{path}/start"), &json!({})).expect(202);
    let deadline = Instant::now() + Duration::from_secs(60);
    while records(&db) < 200 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    server.kill();
    let stored = records(&db);
    assert!(stored > 0 && stored < i64::try_from(ROWS).expect("a number"), "{stored}");
    let server = Server::start(&test);
    let client = server.sign_in(EMAIL, PASSWORD);
    assert_eq!(client.get(&path).expect(200)["state"], "importing");
    // Nobody asks for it: it is taken up once the dead process's lease has run out.
    let import = settled(&client, &path);
    assert_eq!(import["state"], "done", "{import}");
    assert_eq!(import["result"]["created"], ROWS);

    let twin = TestApp::new();
    let other = twin.staff();
    let (twin_path, twin_import) = taken_in(&other, &list(0, ROWS));
    assert_eq!(import["result"], twin_import["result"]);
    assert_eq!(reported(&client, &path), reported(&other, &twin_path));
    let as_staff = |said: Vec<String>| -> Vec<String> {
        said.iter()
            .map(|text| text.replace(EMAIL, "x").replace("verifier@contoh.id", "x"))
            .collect()
    };
    assert_eq!(as_staff(said(&client)), as_staff(said(&other)));
}

fn run(test: &TestDb, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sentra"))
        .env("DATABASE_URL", &test.url)
        .args(arguments)
        .output()
        .expect("the program");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn an_import_of_the_command_line_is_logged_gone_on_with_and_undone() {
    let test = TestDb::new();
    let db = Db::open(&test.url).expect("a database");
    let mut file = tempfile::NamedTempFile::with_suffix(".csv").expect("a file");
    file.write_all(&list(0, ROWS)).expect("written");
    let path = file.path().display().to_string();
    let mut import = sentra(&test).arg("import").arg(&path).spawn().expect("the program");
    let deadline = Instant::now() + Duration::from_secs(60);
    while records(&db) < 200 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    import.kill().expect("killed");
    import.wait().expect("gone");
    let stored = records(&db);
    assert!(stored > 0 && stored < i64::try_from(ROWS).expect("a number"), "{stored}");
    let report = tempfile::NamedTempFile::with_suffix(".json").expect("a file");
    let report_path = report.path().display().to_string();
    run(&test, &["import", &path, "--report", &report_path]);
    let report: Value =
        serde_json::from_slice(&std::fs::read(&report_path).expect("a report")).expect("JSON");
    // As if it had never been killed.
    assert_eq!((&report["created"], &report["unchanged"]), (&json!(ROWS), &json!(0)));
    let listed = run(&test, &["imports"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 1, "the same import went on: {listed}");
    assert!(lines[0].contains("operator") && lines[0].contains("done"), "{listed}");
    let id = lines[0].split(' ').next().expect("an id");
    let shown = run(&test, &["imports", "show", id]);
    assert!(shown.contains(&format!("{ROWS} records created")), "{shown}");
    // Whoever sees all of the province sees it, and there is no file of it.
    let registry = test.open();
    let page = registry.imports(&Actor::Operator, None, 10).expect("a page");
    assert!(!page.items[0].available);
    drop(registry);
    let undone = run(&test, &["imports", "undo", id, "--reason", "salah berkas"]);
    assert!(undone.contains(&format!("{ROWS} records removed")), "{undone}");
    assert_eq!(records(&db), 0);
    assert!(crate::tables::all_rows(&test.url)["source_rows"].is_empty());
    let server = Server::start(&test);
    test.open().put_user(EMAIL, PASSWORD, Role::Verifier, None).expect("a user");
    let client = server.sign_in(EMAIL, PASSWORD);
    assert_eq!(client.all(IMPORTS).len(), 1);
}

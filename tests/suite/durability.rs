//! The real program, killed in the middle.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sentra::db::{self, Db};

use crate::app::TestDb;

const ROWS: usize = 20_000;

fn sentra(test: &TestDb) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sentra"));
    command.env("DATABASE_URL", &test.url).stderr(Stdio::null()).stdout(Stdio::null());
    command
}

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
    let names: std::collections::HashSet<String> =
        view.matching(&filter).iter().map(|row| row.name.to_string()).collect();
    assert_eq!(names.len(), ROWS);
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

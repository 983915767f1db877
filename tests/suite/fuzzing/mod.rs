//! The readers of lists against whatever comes: files of every format, damaged in their bytes and in
//! the parts inside them, read and understood to the last row in a child process that may neither
//! crash, nor hang, nor take more than its memory. `make fuzz` runs it; a case that failed is kept
//! under `target/fuzz` and made again by its number.

mod mutate;
mod seeds;

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sentra::domain::reference::Reference;
use sentra::exchange::corrected;
use sentra::exchange::list::{Ask, ListFile, Listed, SheetKind};
use sentra::exchange::mapping::ColumnMapping;
use sentra::exchange::sheet::{self, Limits};

use crate::app::TestApp;

/// How long a case may take, on a busy machine and without optimisation.
const PATIENCE: Duration = Duration::from_secs(60);
/// Memory of the child.
const MEMORY: u64 = 4 << 30;
/// Cases of one child.
const ROUND: u64 = 5_000;
/// Every so many cases the corrected file is written, and read again.
const WRITTEN_EVERY: u64 = 8;
/// Set for the child: its folder, and the cases it goes through.
const CHILD: &str = "SENTRA_FUZZ_CHILD";

fn seconds() -> u64 {
    let stated = std::env::var("SENTRA_FUZZ_SECONDS").ok();
    stated.map_or(600, |text| text.parse().expect("SENTRA_FUZZ_SECONDS: a number"))
}

fn first_case() -> u64 {
    let stated = std::env::var("SENTRA_FUZZ_CASE").ok();
    stated.map_or(0, |text| text.parse().expect("SENTRA_FUZZ_CASE: a number"))
}

#[test]
#[ignore = "takes SENTRA_FUZZ_SECONDS, ten minutes by default"]
fn readers_bear_whatever_comes() {
    if std::env::var("SENTRA_TEST_POSTGRES").is_ok() {
        // The readers know no database.
        return;
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
    std::fs::create_dir_all(&folder).expect("a folder");
    let end = Instant::now() + Duration::from_secs(seconds());
    let (mut next, mut failures, mut totals) = (first_case(), Vec::new(), Totals::default());
    while Instant::now() < end {
        let child = spawn(&folder, next, next + ROUND);
        match watch(child, &folder, end) {
            Watched::Done => next += ROUND,
            Watched::OutOfTime => break,
            Watched::Failed(why) => {
                let case = case_of(&folder);
                println!("case {case}: {why}");
                failures.push(format!("case {case}: {why}"));
                next = case + 1;
            }
        }
        totals.add(&folder);
    }
    totals.add(&folder);
    println!("{totals}");
    assert!(failures.is_empty(), "kept under {}: {failures:#?}", folder.display());
    assert!(totals.records > 0, "nothing was ever understood");
}

enum Watched {
    Done,
    OutOfTime,
    Failed(String),
}

fn spawn(folder: &Path, from: u64, to: u64) -> Child {
    std::fs::write(folder.join("case"), from.to_string()).expect("written");
    let _ = std::fs::remove_file(folder.join("totals"));
    let log = std::fs::File::create(folder.join("log")).expect("a log");
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "fuzzing::child", "--ignored", "--nocapture"])
        .env("RUST_BACKTRACE", "0")
        .env(CHILD, format!("{}|{from}|{to}", folder.display()))
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("a child")
}

fn watch(mut child: Child, folder: &Path, end: Instant) -> Watched {
    let (mut case, mut since) = (u64::MAX, Instant::now());
    loop {
        std::thread::sleep(Duration::from_millis(100));
        if let Some(status) = child.try_wait().expect("its status") {
            if status.success() {
                return Watched::Done;
            }
            keep(folder);
            let log = std::fs::read(folder.join("log")).unwrap_or_default();
            let log = String::from_utf8_lossy(&log[log.len().saturating_sub(600)..]).into_owned();
            return Watched::Failed(format!("{status}: {log}"));
        }
        let current = case_of(folder);
        if current != case {
            (case, since) = (current, Instant::now());
        }
        let hangs = since.elapsed() > PATIENCE;
        if hangs || Instant::now() > end && since.elapsed() < PATIENCE / 2 {
            child.kill().expect("killed");
            child.wait().expect("gone");
            if hangs {
                keep(folder);
                return Watched::Failed(format!("took more than {PATIENCE:?}"));
            }
            return Watched::OutOfTime;
        }
    }
}

fn case_of(folder: &Path) -> u64 {
    let text = std::fs::read_to_string(folder.join("case")).unwrap_or_default();
    text.parse().unwrap_or_default()
}

/// Keeps the file of the case that is at work.
fn keep(folder: &Path) {
    let case = case_of(folder);
    let app = TestApp::new();
    let seeds = seeds::all(&app.registry.reference().gazetteer);
    let _ = std::fs::write(folder.join(format!("case-{case}")), mutate::case(&seeds, case));
}

/// The other side of the process: goes through cases until it is through or falls.
#[test]
#[ignore = "the child of readers_bear_whatever_comes"]
fn child() {
    let Ok(told) = std::env::var(CHILD) else { return };
    let parts: Vec<&str> = told.split('|').collect();
    let number = |place: usize| parts[place].parse::<u64>().expect("a number");
    let (folder, from, to) = (PathBuf::from(parts[0]), number(1), number(2));
    let limit = rustix::process::Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    rustix::process::setrlimit(rustix::process::Resource::As, limit).expect("a limit");
    let app = TestApp::new();
    let reference = app.registry.reference();
    let seeds = seeds::all(&reference.gazetteer);
    let mut totals = Totals::default();
    for case in from..to {
        std::fs::write(folder.join("case"), case.to_string()).expect("written");
        let bytes = mutate::case(&seeds, case);
        let began = Instant::now();
        totals.take(go_through(&bytes, &reference, case), began.elapsed(), case);
        if case.is_multiple_of(50) || case + 1 == to {
            std::fs::write(folder.join("totals"), totals.line()).expect("written");
        }
    }
}

/// Reads a file and understands all its rows; how many records there were, or None where it was
/// refused.
fn go_through(bytes: &[u8], reference: &Reference, case: u64) -> Option<usize> {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 1, 31);
    let ask = Ask { today, ..Ask::default() };
    let records = |file: &ListFile| -> usize {
        let sheets = file.sheets(reference, &ask);
        let lists = sheets.iter().filter(|sheet| sheet.kind == SheetKind::List);
        let rows = lists.flat_map(sentra::exchange::list::Sheet::rows);
        rows.filter(|row| matches!(row.what, Listed::Record(_))).count()
    };
    let file = match ListFile::read(bytes, &Limits::default()) {
        Ok(file) => file,
        Err(error) => {
            // What is refused is refused in words.
            assert!(error.fault().fault.text(sentra::domain::fault::Lang::Id).len() > 10);
            return None;
        }
    };
    let count = records(&file);
    if case.is_multiple_of(WRITTEN_EVERY) {
        let mut out = Cursor::new(Vec::new());
        corrected::write(&file, std::iter::empty(), &mut out).expect("a corrected file");
        let out = out.into_inner();
        let again = ListFile::read(&out, &Limits::default()).expect("it is read again");
        records(&again);
        let rows = |bytes: &[u8]| -> usize {
            let grids = sheet::read(bytes, &Limits::default()).expect("it was read");
            grids.iter().map(sheet::Grid::len).sum()
        };
        // Rows of nothing but our own columns are not written again.
        let ours = |column: &ColumnMapping| column.header.ends_with("Sentra");
        let sheets = file.sheets(reference, &ask);
        if !sheets.iter().any(|sheet| sheet.mapping.columns.iter().any(ours)) {
            // More where a header stands again on a second sheet.
            assert!(rows(&out) >= rows(bytes), "the corrected file has every row");
        }
    }
    Some(count)
}

/// What was gone through.
#[derive(Debug, Default)]
struct Totals {
    cases: u64,
    refused: u64,
    records: u64,
    slowest: Duration,
    slowest_case: u64,
}

impl Totals {
    fn take(&mut self, records: Option<usize>, took: Duration, case: u64) {
        self.cases += 1;
        self.refused += u64::from(records.is_none());
        self.records += u64::try_from(records.unwrap_or_default()).expect("few");
        if took > self.slowest {
            (self.slowest, self.slowest_case) = (took, case);
        }
    }

    fn line(&self) -> String {
        let slowest = self.slowest.as_millis();
        format!("{} {} {} {slowest} {}", self.cases, self.refused, self.records, self.slowest_case)
    }

    /// Adds what a child said of its round.
    fn add(&mut self, folder: &Path) {
        let path = folder.join("totals");
        let Ok(line) = std::fs::read_to_string(&path) else { return };
        let _ = std::fs::remove_file(path);
        let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
        let [cases, refused, records, slowest, case] = numbers[..] else { return };
        self.cases += cases;
        self.refused += refused;
        self.records += records;
        if Duration::from_millis(slowest) > self.slowest {
            (self.slowest, self.slowest_case) = (Duration::from_millis(slowest), case);
        }
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} files, {} refused, {} records understood; the slowest {:?} (case {})",
            self.cases, self.refused, self.records, self.slowest, self.slowest_case
        )
    }
}

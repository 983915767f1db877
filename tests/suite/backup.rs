//! Backing up while others write, and restoring: whole or not at all.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sentra::db::{self, Db};
use sentra::domain::actor::Actor;
use sentra::exchange::backup_file::{Backup, Engine};
use sentra::registry::backup::{BackedUp, BackupError, back_up};
use sentra::registry::restore::{Restored, restore};
use sentra::registry::writing::Written;
use sentra::registry::{Clock, Registry};
use tempfile::TempDir;

use crate::app::{TestDb, draft};

/// All that a database holds, without the epoch that a restore renews.
fn all_rows(url: &str) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = crate::tables::all_rows(url);
    all.get_mut("settings").expect("settings").retain(|row| !row.contains("log_epoch"));
    all
}

fn backed_up(test: &TestDb, file: &Path) -> Result<BackedUp, BackupError> {
    back_up(&test.url, file, false, &Clock::system(), &mut |_| {})
}

fn restored(test: &TestDb, file: &Path, replace: bool) -> Result<Restored, BackupError> {
    restore(&test.url, file, replace, &Clock::system(), &mut |_| {})
}

fn create(registry: &Registry, name: &str) {
    let draft = Written::from_json(draft(name)).expect("a draft");
    registry.create_enterprise(&Actor::Operator, draft, None).expect("created");
}

fn count(test: &TestDb) -> i64 {
    test.open().counts().expect("counts").0
}

fn epoch(test: &TestDb) -> String {
    let db = Db::open(&test.url).expect("a database");
    db.read(db::log::epoch).expect("read").expect("an epoch")
}

/// A folder with a backup of that many enterprises.
fn a_backup(enterprises: usize) -> (TempDir, PathBuf) {
    let test = TestDb::new();
    let registry = test.open();
    registry.generate(enterprises, 1, |_, _| {}).expect("generated");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sentra.backup");
    backed_up(&test, &file).expect("a backup");
    (folder, file)
}

/// The database in a backup, taken out with its own tools and no code of the restore's.
fn by_hand(file: &Path, folder: &Path) -> TestDb {
    let mut backup = Backup::open(File::open(file).expect("opened")).expect("a backup");
    let plain = folder.join("by-hand");
    let mut out = File::create(&plain).expect("a file");
    std::io::copy(&mut backup.database().expect("a database").0, &mut out).expect("copied");
    match backup.manifest.engine {
        Engine::Sqlite => TestDb::sqlite(Some(&plain)),
        Engine::Postgres => {
            let test = TestDb::empty();
            let done = Command::new("pg_restore")
                .args(["--exit-on-error", "--dbname", &test.url])
                .arg(&plain)
                .status()
                .expect("pg_restore");
            assert!(done.success());
            test
        }
    }
}

/// What unfinished restores have left: files beside the database, or databases on the server.
fn unfinished(test: &TestDb) -> usize {
    use diesel::prelude::*;
    let path = test.url.strip_prefix("sqlite://");
    if let Some(folder) = path.and_then(|path| Path::new(path).parent()) {
        let entries = std::fs::read_dir(folder).expect("listed").map(|entry| entry.expect("one"));
        return entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(".sentra-restore-"))
            .count();
    }
    // From another database: this one is not to be in use.
    let (server, name) = test.url.rsplit_once('/').expect("a name");
    let mut connection =
        PgConnection::establish(&format!("{server}/postgres")).expect("the server");
    diesel::sql_query("SELECT 1 FROM pg_database WHERE datname LIKE $1 || '_restore_%'")
        .bind::<diesel::sql_types::Text, _>(name)
        .execute(&mut connection)
        .expect("a count")
}

/// Waits until the server has ended what a killed program had told it: PostgreSQL finishes a
/// statement before it notices that nobody listens, and a database being renamed lets nobody in.
fn settled(test: &TestDb) {
    use diesel::prelude::*;
    if test.url.starts_with("sqlite:") {
        return;
    }
    let (server, name) = test.url.rsplit_once('/').expect("a name");
    let mut connection =
        PgConnection::establish(&format!("{server}/postgres")).expect("the server");
    let running = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND strpos(query, $1) > 0 \
                   AND pid <> pg_backend_pid()";
    for _ in 0..2_000 {
        let running = diesel::sql_query(running)
            .bind::<diesel::sql_types::Text, _>(name)
            .execute(&mut connection)
            .expect("a count");
        if running == 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the server still works for a killed program");
}

#[test]
fn a_backup_taken_while_four_threads_write_is_restored_row_for_row() {
    let test = TestDb::new();
    test.open().generate(300, 1, |_, _| {}).expect("generated");
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<PathBuf> =
        (0..3).map(|number| folder.path().join(format!("{number}.backup"))).collect();
    let done = AtomicBool::new(false);
    let contents: Vec<_> = std::thread::scope(|scope| {
        for thread in 0..4 {
            let (registry, done) = (test.open(), &done);
            scope.spawn(move || {
                let mut number = 0;
                while !done.load(Ordering::SeqCst) {
                    create(&registry, &format!("Usaha {thread}-{number}"));
                    number += 1;
                }
            });
        }
        let contents = files
            .iter()
            .map(|file| {
                std::thread::sleep(Duration::from_millis(100));
                backed_up(&test, file).expect("a backup").contents
            })
            .collect();
        done.store(true, Ordering::SeqCst);
        contents
    });
    assert!(contents.is_sorted_by(|a, b| a.last_seq < b.last_seq), "nobody wrote meanwhile");
    assert!(contents[2].last_seq < i64::try_from(all_rows(&test.url)["changes"].len()).expect("n"));

    for (file, contents) in files.iter().zip(&contents) {
        // As many changes as were logged, as many enterprises as changes tell of: one moment.
        assert_eq!(contents.rows["changes"], contents.last_seq);
        assert_eq!(contents.rows["enterprises"], contents.last_seq);
        let elsewhere = TestDb::empty();
        let done = restored(&elsewhere, file, false).expect("restored");
        assert_eq!(&done.contents, contents);
        let before = by_hand(file, folder.path());
        assert_eq!(all_rows(&elsewhere.url), all_rows(&before.url));
        assert_eq!(epoch(&before), contents.log_epoch.clone().expect("an epoch"));
        assert_ne!(epoch(&elsewhere), epoch(&before));
        // It opens, and the log goes on after the last change, in the new epoch.
        let registry = elsewhere.open();
        create(&registry, "Sesudahnya");
        let db = Db::open(&elsewhere.url).expect("a database");
        let more = db.read(|tx| db::log::since(tx, contents.last_seq, 10)).expect("the log");
        assert_eq!(more.len(), 1);
        assert_eq!(more[0].log_epoch, epoch(&elsewhere));
    }
}

#[test]
fn a_backup_never_replaces_a_file_unless_told_to() {
    let (_folder, file) = a_backup(3);
    let before = std::fs::read(&file).expect("read");
    let test = TestDb::new();
    assert!(matches!(backed_up(&test, &file), Err(BackupError::FileExists(_))));
    assert_eq!(std::fs::read(&file).expect("read"), before);
    back_up(&test.url, &file, true, &Clock::system(), &mut |_| {}).expect("a backup");
    assert_ne!(std::fs::read(&file).expect("read"), before);
    let beside = std::fs::read_dir(file.parent().expect("a folder")).expect("listed").count();
    assert_eq!(beside, 1, "a temporary file was left");
}

#[test]
fn a_database_with_records_is_replaced_only_when_told_to_and_is_kept() {
    let (_folder, file) = a_backup(7);
    let test = TestDb::new();
    create(&test.open(), "Tas Melati");
    assert!(matches!(restored(&test, &file, false), Err(BackupError::Occupied)));
    assert_eq!(count(&test), 1);
    let kept = restored(&test, &file, true).expect("restored").kept.expect("a name");
    assert_eq!(count(&test), 7);
    assert_eq!(count(&TestDb::named(&kept)), 1);
}

#[test]
fn a_database_in_use_is_not_replaced() {
    let (_folder, file) = a_backup(7);
    let test = TestDb::new();
    let registry = test.open();
    create(&registry, "Tas Melati");
    assert!(matches!(restored(&test, &file, true), Err(BackupError::InUse)));
    create(&registry, "Tas Mawar");
    drop(registry);
    assert_eq!(count(&test), 2);
}

#[test]
fn a_damaged_backup_is_refused_and_the_database_is_as_it_was() {
    let (folder, file) = a_backup(200);
    let whole = std::fs::read(&file).expect("read");
    let test = TestDb::new();
    create(&test.open(), "Tas Melati");
    let before = all_rows(&test.url);
    let mut damaged: Vec<Vec<u8>> =
        [0, 1, whole.len() / 3, whole.len() - 1].map(|length| whole[..length].to_vec()).into();
    for place in [whole.len() / 4, whole.len() / 2, whole.len() * 3 / 4] {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        damaged.push(changed);
    }
    damaged.push(b"name,owner\nTas Melati,Siti\n".to_vec());
    for (number, bytes) in damaged.iter().enumerate() {
        let file = folder.path().join(format!("{number}.backup"));
        std::fs::write(&file, bytes).expect("written");
        let refused = restored(&test, &file, true);
        assert!(matches!(refused, Err(BackupError::Unusable { .. })), "{number}: {refused:?}");
    }
    assert_eq!(all_rows(&test.url), before);
    assert_eq!(unfinished(&test), 0, "an unfinished restore was left");
}

#[test]
fn a_backup_whose_data_is_not_what_it_says_is_refused() {
    let (folder, file) = a_backup(5);
    let mut backup = Backup::open(File::open(&file).expect("opened")).expect("a backup");
    let mut manifest = backup.manifest.clone();
    *manifest.contents.rows.get_mut("enterprises").expect("counted") += 1;
    let other = folder.path().join("other.backup");
    let out = File::create(&other).expect("a file");
    let mut zip = sentra::exchange::backup_file::begin(out, &manifest).expect("begun");
    std::io::copy(&mut backup.database().expect("a database").0, &mut zip).expect("copied");
    zip.finish().expect("finished");
    let test = TestDb::new();
    let before = epoch(&test);
    let told = match restored(&test, &other, false) {
        Err(BackupError::Differs(told)) => told,
        other => panic!("{other:?}"),
    };
    assert_eq!(told, ["enterprises: 6 rows in the backup, 5 rows after restoring"]);
    assert_eq!((count(&test), epoch(&test)), (0, before));
}

#[test]
fn a_backup_of_a_newer_program_is_refused() {
    let (folder, file) = a_backup(1);
    let mut manifest = Backup::open(File::open(&file).expect("opened")).expect("a backup").manifest;
    manifest.contents.migration = "99999999999999".into();
    let newer = folder.path().join("newer.backup");
    let out = File::create(&newer).expect("a file");
    sentra::exchange::backup_file::begin(out, &manifest).expect("begun").finish().expect("written");
    let refused = restored(&TestDb::new(), &newer, false);
    assert!(matches!(refused, Err(BackupError::Newer(_))), "{refused:?}");
}

/// Killed at any moment: the old database, or at the end the new one, and nothing between.
#[test]
fn a_restore_that_is_killed_leaves_the_old_database_whole() {
    let (_folder, file) = a_backup(2_000);
    let test = TestDb::new();
    create(&test.open(), "Tas Melati");
    let mut before = all_rows(&test.url);
    let mut killed = 0;
    for wait in (0..).map(|step| Duration::from_millis(step * step * 12)) {
        let left = unfinished(&test);
        let mut program = Command::new(env!("CARGO_BIN_EXE_sentra"))
            .env("DATABASE_URL", &test.url)
            .args(["restore", "--replace"])
            .arg(&file)
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        // From when something is being restored beside it.
        while unfinished(&test) == left && program.try_wait().expect("the process").is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(wait);
        let ended = program.try_wait().expect("the process");
        program.kill().expect("killed");
        program.wait().expect("gone");
        settled(&test);
        assert!(ended.is_none_or(|status| status.success()), "after {wait:?}");
        let after = all_rows(&test.url);
        if after["enterprises"].len() == 2_000 {
            break;
        }
        assert!(ended.is_none());
        assert_eq!(after, before, "killed after {wait:?}");
        killed += usize::from(unfinished(&test) > left);
        // It is usable, too.
        create(&test.open(), &format!("Tas {killed}"));
        before = all_rows(&test.url);
    }
    assert_eq!(count(&test), 2_000);
    println!("{killed} killed in the middle");
    assert!(killed > 1, "no restore was caught in the middle");
}

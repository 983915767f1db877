//! Another key for the vault, while others read and write.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sentra::db::{self, Db};
use sentra::domain::actor::Actor;
use sentra::registry::backup::back_up;
use sentra::registry::restore::restore;
use sentra::registry::vault::RotationProgress;
use sentra::registry::writing::{Change, IfMatch};
use sentra::registry::{Clock, Registry, RegistryError};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use crate::app::TestDb;
use crate::program::sentra;
use crate::restricted::{create, granted, with_nik};

const PURPOSE: &str = "uji pergantian kunci";

/// A database whose vault has its key in a file, wherever the database is.
struct World {
    test: TestDb,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        Self { test: TestDb::new(), folder: tempfile::tempdir().expect("a folder") }
    }

    fn key_file(&self) -> PathBuf {
        self.folder.path().join("vault.key")
    }

    fn open(&self) -> Registry {
        self.test.open().with_vault_key_file(&self.key_file())
    }

    fn open_with(&self, keys: &[String]) -> Registry {
        let file = self.folder.path().join(format!("{}.key", Uuid::now_v7()));
        std::fs::write(&file, keys.join("\n")).expect("written");
        self.test.open().with_vault_key_file(&file)
    }

    fn keys(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.key_file()).expect("the keys");
        text.lines().map(str::to_owned).collect()
    }

    fn mark(&self) -> String {
        let db = Db::open(&self.test.url).expect("a database");
        db.read(db::settings::vault_mark).expect("a mark").expect("a mark")
    }

    /// `sentra vault rotate`, with the keys in the file.
    fn command(&self) -> Command {
        let mut command = sentra(&self.test);
        command.args(["vault", "rotate"]).env_remove("SENTRA_VAULT_KEY");
        command.env("SENTRA_VAULT_KEY_FILE", self.key_file()).stderr(Stdio::piped());
        command
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The NIK of a record, read as somebody with the grant.
fn nik(registry: &Registry, id: Uuid) -> Result<Option<String>, RegistryError> {
    let reader = granted("rani@contoh.id", None);
    let found = registry.restricted_values(&reader, id, PURPOSE, true)?;
    Ok(found.values.persons[0].national_id.clone())
}

fn nik_of(number: usize) -> String {
    format!("35150644{number:08}")
}

fn change(registry: &Registry, id: Uuid, number: usize) -> Result<(), RegistryError> {
    let persons = json!({"persons": [{"name": "Siti Contoh", "national_id": nik_of(number)}]});
    let restricted = Some(serde_json::from_value(persons).expect("restricted values"));
    let change = Change::Merge { patch: json!({}), restricted };
    registry.change_enterprise(&Actor::Operator, id, IfMatch::Any, change).map(|_| ())
}

#[test]
fn the_key_is_rotated_twice_while_others_read_and_write_and_nothing_fails() {
    let world = World::new();
    let registries = [world.open(), world.open()];
    let ids: Vec<Uuid> =
        (0..40).map(|at| create(&registries[0], with_nik("Tas Melati", &nik_of(at)))).collect();
    let first = world.keys();
    let (done, reads, writes) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let (made, second) = std::thread::scope(|scope| {
        let (done, reads, writes, ids) = (&done, &reads, &writes, &ids);
        let mut writers = Vec::new();
        for (thread, registry) in registries.iter().enumerate() {
            // Each writer has records of its own, so that it knows what it must read.
            writers.push(scope.spawn(move || {
                let mut made = Vec::new();
                let mut number = 1_000 * (thread + 1);
                while !done.load(Ordering::SeqCst) {
                    for &id in ids.iter().skip(thread).step_by(2) {
                        number += 1;
                        change(registry, id, number).expect("a change");
                        assert_eq!(nik(registry, id).expect("a value"), Some(nik_of(number)));
                        writes.fetch_add(1, Ordering::SeqCst);
                    }
                    let id = create(registry, with_nik("Tas Kenanga", &nik_of(number)));
                    made.push((id, nik_of(number)));
                }
                made
            }));
            scope.spawn(move || {
                while !done.load(Ordering::SeqCst) {
                    for &id in ids {
                        assert!(nik(registry, id).expect("a value").is_some());
                        reads.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
        // Whatever fails here: the others must end.
        let rotated = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut between = Vec::new();
            for round in 1..=2 {
                // However slow the machine is: there is traffic before and between.
                let deadline = Instant::now() + Duration::from_secs(60);
                while (writes.load(Ordering::SeqCst) < round * 60
                    || reads.load(Ordering::SeqCst) < round * 60)
                    && Instant::now() < deadline
                {
                    std::thread::sleep(Duration::from_millis(20));
                }
                let rotated = world.open().rotate_vault_key(|_| {}).expect("rotated");
                assert!(rotated.rewrapped >= 40 && rotated.unopened.is_empty(), "{rotated:?}");
                between = world.keys();
                std::thread::sleep(Duration::from_millis(300));
            }
            between
        }));
        done.store(true, Ordering::SeqCst);
        let made: Vec<_> =
            writers.into_iter().flat_map(|writer| writer.join().expect("a writer")).collect();
        (made, rotated.expect("the rotations"))
    });
    let (reads, writes) = (reads.into_inner(), writes.into_inner());
    println!("{reads} reads, {writes} changes, {} records made meanwhile", made.len());
    assert!(reads > 100 && writes > 40 && made.len() > 4);
    assert_eq!((second.len(), second[2].as_str()), (3, first[0].as_str()));

    // The old keys open nothing, the new one alone everything.
    let forgotten = world.open().forget_old_vault_keys().expect("forgotten");
    assert_eq!((forgotten.keys, world.keys()), (2, vec![second[0].clone()]));
    let (old, new) = (world.open_with(&second[1..]), world.open());
    for &(id, ref value) in &made {
        assert!(matches!(nik(&old, id), Err(RegistryError::VaultKey(_))));
        assert_eq!(nik(&new, id).expect("a value").as_ref(), Some(value));
    }
    for &id in &ids {
        assert!(matches!(nik(&old, id), Err(RegistryError::VaultKey(_))));
        let value = nik(&new, id).expect("a value").expect("a NIK");
        // The key that NIKs are hashed under is the same as before.
        let reader = granted("rani@contoh.id", None);
        let found = new.match_persons(&reader, &value, PURPOSE).expect("found");
        assert!(found.items.iter().any(|seen| seen.id == id));
    }
    // Who has the new keys still writes; who has only the old ones says so and stores nothing.
    for registry in &registries {
        change(registry, ids[0], 7).expect("a change");
    }
    assert!(matches!(change(&old, ids[0], 8), Err(RegistryError::VaultKey(_))));
    assert_eq!(nik(&new, ids[0]).expect("a value"), Some(nik_of(7)));
}

#[test]
fn a_load_under_way_is_wrapped_with_the_new_key() {
    let world = World::new();
    let registry = world.open();
    let id = create(&registry, with_nik("Tas Melati", &nik_of(1)));
    // Rows are sealed ahead of the transaction that stores them: the key changes in between.
    let rotated = AtomicBool::new(false);
    registry
        .generate(600, 7, |done, _| {
            if done > 0 && !rotated.swap(true, Ordering::SeqCst) {
                world.open().rotate_vault_key(|_| {}).expect("rotated");
            }
        })
        .expect("generated");
    world.open().forget_old_vault_keys().expect("nothing is wrapped by the old key");
    assert!(nik(&world.open(), id).is_ok());
}

#[test]
fn a_rotation_that_was_killed_goes_on_to_the_same_key() {
    let world = World::new();
    let registry = world.open();
    let id = create(&registry, with_nik("Tas Melati", &nik_of(1)));
    registry.generate(2_000, 7, |_, _| {}).expect("generated");
    let db = Db::open(&world.test.url).expect("a database");
    // Of the big table, what is not wrapped by the current key.
    let left = || {
        let mark = world.mark();
        let mark: Vec<u8> = (0..mark.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&mark[at..at + 2], 16).expect("a digit"))
            .collect();
        let place = &db::wrapped::PLACES[0];
        db.read(|connection| place.count_without(connection, &mark)).expect("a count")
    };
    assert_eq!(left(), 0);
    let caught = (0..5).any(|_| {
        let before = world.mark();
        let mut rotation = world.command().spawn().expect("the program");
        let deadline = Instant::now() + Duration::from_secs(60);
        while world.mark() == before && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(20));
        rotation.kill().expect("killed");
        rotation.wait().expect("gone");
        assert_ne!(world.mark(), before);
        left() > 0
    });
    assert!(caught, "no rotation was caught in the middle");
    let (keys, mark) = (world.keys(), world.mark());
    // What was wrapped anew by then opens, and what was not.
    assert!(nik(&registry, id).is_ok());
    let early = world.command().arg("--forget-old").output().expect("the program");
    assert!(!early.status.success() && told(&early).contains("still wraps"), "{}", told(&early));

    let again = world.command().output().expect("the program");
    assert!(again.status.success(), "{}", told(&again));
    assert_eq!((world.keys(), world.mark(), left()), (keys.clone(), mark, 0));
    let forgotten = world.command().arg("--forget-old").output().expect("the program");
    assert!(forgotten.status.success(), "{}", told(&forgotten));
    assert_eq!(world.keys(), keys[..1]);
    assert!(nik(&world.open(), id).is_ok());
}

#[test]
fn a_prepared_key_waits_until_it_is_rotated_to() {
    let world = World::new();
    let registry = world.open();
    let id = create(&registry, with_nik("Tas Melati", &nik_of(1)));
    let before = world.mark();
    for _ in 0..2 {
        let prepared = world.command().arg("--prepare").output().expect("the program");
        assert!(prepared.status.success(), "{}", told(&prepared));
    }
    let prepared = world.keys();
    assert_eq!((prepared.len(), world.mark()), (2, before.clone()));
    // The old one is in use: it is not forgotten, and others go on with it.
    let early = world.command().arg("--forget-old").output().expect("the program");
    assert!(!early.status.success() && told(&early).contains("rotate"), "{}", told(&early));
    let old_only = world.open_with(&prepared[1..]);
    change(&old_only, id, 2).expect("a change");

    let mut steps = Vec::new();
    let rotated = world.open().rotate_vault_key(|step| steps.push(step)).expect("rotated");
    assert!(matches!(steps[0], RotationProgress::Key { made: false }));
    assert!(rotated.in_file && rotated.unopened.is_empty());
    assert_eq!(world.keys(), prepared);
    assert_ne!(world.mark(), before);
    assert_eq!(nik(&world.open_with(&prepared[..1]), id).expect("a value"), Some(nik_of(2)));
}

#[test]
fn with_the_key_in_the_variable_the_new_one_must_stand_first() {
    let world = World::new();
    let id = create(&world.open(), with_nik("Tas Melati", &nik_of(1)));
    let [old] = world.keys().try_into().expect("a key");
    let other = World::new();
    create(&other.open(), with_nik("Tas Mawar", &nik_of(2)));
    let [new] = other.keys().try_into().expect("a key");
    let rotate = |value: &str| {
        let mut command = sentra(&world.test);
        command.args(["vault", "rotate"]).env("SENTRA_VAULT_KEY", value).stderr(Stdio::piped());
        command.output().expect("the program")
    };
    let refused = rotate(&old);
    assert!(!refused.status.success() && told(&refused).contains("first there"));
    let unknown = rotate(&new);
    assert!(!unknown.status.success() && told(&unknown).contains("sealed with"));
    let done = rotate(&format!("{new},{old}"));
    assert!(done.status.success() && told(&done).contains("SENTRA_VAULT_KEY"), "{}", told(&done));
    assert_eq!(nik(&world.open_with(&[new]), id).expect("a value"), Some(nik_of(1)));
}

#[test]
fn two_rotations_at_once_make_one_key_each_in_turn_or_are_refused() {
    let world = World::new();
    let id = create(&world.open(), with_nik("Tas Melati", &nik_of(1)));
    let results: Vec<Output> = std::thread::scope(|scope| {
        let run = || world.command().output().expect("the program");
        let running: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(|run| run.join().expect("a thread")).collect()
    });
    let done = results.iter().filter(|result| result.status.success()).count();
    assert!(done >= 1);
    for refused in results.iter().filter(|result| !result.status.success()) {
        assert!(told(refused).contains("another rotation"), "{}", told(refused));
    }
    assert_eq!(world.keys().len(), 1 + done);
    assert_eq!(nik(&world.open(), id).expect("a value"), Some(nik_of(1)));
}

#[test]
fn nothing_is_forgotten_that_still_wraps_and_what_no_key_opens_is_told() {
    let world = World::new();
    let registry = world.open();
    let id = create(&registry, with_nik("Tas Melati", &nik_of(1)));
    let lost = create(&registry, with_nik("Tas Mawar", &nik_of(2)));
    let sql =
        "UPDATE restricted SET wrapped_key = sealed WHERE part = 'business' AND enterprise_id";
    crate::restricted::execute(&world.test.url, &format!("{sql} = '{lost}'"));
    let db = Db::open(&world.test.url).expect("a database");
    let id_text = id.to_string();
    let before = db.read(|connection| db::restricted::of(connection, &id_text)).expect("parts");

    let rotate = || world.command().output().expect("the program");
    let forget = || world.command().arg("--forget-old").output().expect("the program");
    let rotated = rotate();
    assert!(!rotated.status.success());
    let line = format!("no key opens restricted: {lost} business");
    assert!(told(&rotated).contains(&line), "{}", told(&rotated));
    assert_eq!(nik(&world.open(), id).expect("a value"), Some(nik_of(1)));

    // Somebody puts back what the old key wrapped.
    db.write(|tx| db::restricted::replace(tx, &id_text, &before)).expect("put back");
    let refused = forget();
    assert!(!refused.status.success() && told(&refused).contains("still wraps"));
    let keys = world.keys();
    assert_eq!(keys.len(), 2);
    assert!(told(&rotate()).contains(&line));
    assert_eq!(world.keys(), keys);
    assert!(forget().status.success());
    assert_eq!(world.keys(), keys[..1]);
    assert_eq!(nik(&world.open(), id).expect("a value"), Some(nik_of(1)));
}

#[test]
fn a_backup_from_before_a_rotation_opens_with_the_key_of_then_and_is_rotated_again() {
    let world = World::new();
    let id = create(&world.open(), with_nik("Tas Melati", &nik_of(1)));
    let file = world.folder.path().join("sentra.backup");
    back_up(&world.test.url, &file, false, &Clock::system(), &mut |_| {}).expect("a backup");
    let old = world.mark();
    world.open().rotate_vault_key(|_| {}).expect("rotated");
    let (new, keys) = (world.mark(), world.keys());
    assert_eq!(nik(&world.open(), id).expect("a value"), Some(nik_of(1)));

    restore(&world.test.url, &file, true, &Clock::system(), &mut |_| {}).expect("restored");
    assert_eq!(world.mark(), old);
    assert_eq!(nik(&world.open(), id).expect("a value"), Some(nik_of(1)));
    change(&world.open(), id, 2).expect("a change");
    world.open().rotate_vault_key(|_| {}).expect("rotated");
    // To the key that is first already.
    assert_eq!((world.mark(), world.keys()), (new, keys.clone()));
    assert_eq!(nik(&world.open_with(&keys[..1]), id).expect("a value"), Some(nik_of(2)));
}

/// A key file that only its owner reads, also after a rotation.
#[test]
fn the_key_file_stays_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    create(&world.open(), with_nik("Tas Melati", &nik_of(1)));
    let mode = |path: &Path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(&world.key_file()), 0o600);
    world.open().rotate_vault_key(|_| {}).expect("rotated");
    assert_eq!((mode(&world.key_file()), world.keys().len()), (0o600, 2));
    // Nothing else was left beside it.
    assert_eq!(std::fs::read_dir(world.folder.path()).expect("a folder").count(), 1);
}

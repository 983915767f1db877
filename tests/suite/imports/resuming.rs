//! Stopped and gone on with, and taken up from a process that died.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sentra::db::{self, Db};
use serde_json::{Value, json};

use super::{done, id_of, list, reported, said, settled, taken_in, uploaded};
use crate::app::{Client, TestApp, execute_on, movable_clock};

const ROWS: usize = 3_000;

/// A list that revises records, makes others, repeats itself and has faults.
fn mixed() -> Vec<u8> {
    let mut bytes = list(500, ROWS);
    let text = String::from_utf8_lossy(&bytes).replace("Usaha 7", "Usaha Jaya 7");
    bytes = text.into_bytes();
    bytes.extend(b"Tanpa Tempat,X,,Nirwana,,,tas,,\n");
    bytes.extend(
        b"Usaha 501,Pemilik 501,3515064400000501,Kalitengah,Tanggulangin,Sidoarjo,tas,Tas kulit,\n",
    );
    bytes
}

/// Records from before: the list says something new of some of them.
fn before(client: &Client) {
    let bytes = String::from_utf8_lossy(&list(0, 1_000)).replace(",tas,", ",alas-kaki,");
    taken_in(client, bytes.as_bytes());
}

/// Starts an import and stops it once it has stored something.
fn cut_short(app: &TestApp, client: &Client, path: &str) -> Value {
    let db = Db::open(&app.db.url).expect("a database");
    let stored = || db.read(db::enterprises::counts).expect("counts").0;
    let before = stored();
    client.post(&format!("{path}/start"), &json!({})).expect(202);
    let deadline = Instant::now() + Duration::from_secs(60);
    while stored() == before && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    client.post(&format!("{path}/stop"), &json!({})).expect(202);
    settled(client, path)
}

fn twin() -> (TestApp, Client, String, Value) {
    let twin = TestApp::new();
    let client = twin.staff();
    before(&client);
    let (path, import) = taken_in(&client, &mixed());
    (twin, client, path, import)
}

#[test]
fn an_import_that_was_stopped_goes_on_as_if_it_never_was() {
    let app = TestApp::new();
    let staff = app.staff();
    before(&staff);
    let path = uploaded(&staff, &mixed());
    let mut stopped = 0;
    for _ in 0..2 {
        let import = cut_short(&app, &staff, &path);
        stopped += usize::from(import["state"] == "stopped");
        if import["state"] == "done" {
            break;
        }
        assert_eq!(import["result"], json!(null));
    }
    let import = done(&staff, &path, "start", &json!({}));
    assert_eq!(import["state"], "done", "{import}");
    assert!(stopped > 0, "it was never caught in the middle");
    let (_twin, other, twin_path, twin_import) = twin();
    assert_eq!(import["result"], twin_import["result"]);
    assert_eq!(reported(&staff, &path), reported(&other, &twin_path));
    assert_eq!(said(&staff), said(&other));
}

#[test]
fn an_import_whose_process_died_is_taken_up_once_its_lease_has_run_out() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let staff = app.staff();
    before(&staff);
    let path = uploaded(&staff, &mixed());
    let import = cut_short(&app, &staff, &path);
    assert_eq!(import["state"], "stopped", "{import}");
    // As a process leaves it that is killed.
    let until = app.registry.clock().now_naive() + chrono::TimeDelta::seconds(10);
    execute_on(
        &app.db.url,
        &format!(
            "UPDATE imports SET state = 'importing', finished_at = NULL, lease_owner = 'mati', \
             lease_until = '{until}' WHERE id = '{}'",
            id_of(&path)
        ),
    );
    assert_eq!(app.registry.work_on_imports().expect("a look"), 0);
    assert_eq!(staff.get(&path).expect(200)["state"], "importing");
    ahead.store(60, Ordering::SeqCst);
    assert_eq!(app.registry.work_on_imports().expect("a look"), 1);
    let import = settled(&staff, &path);
    assert_eq!(import["state"], "done", "{import}");
    let (_twin, other, twin_path, twin_import) = twin();
    assert_eq!(import["result"], twin_import["result"]);
    assert_eq!(reported(&staff, &path), reported(&other, &twin_path));
    assert_eq!(said(&staff), said(&other));
}

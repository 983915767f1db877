//! The record below the use cases: columns, the log's order, two processes, many writers.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sentra::db::{self, Db};
use sentra::domain::actor::Actor;
use sentra::domain::filter::Filter;
use sentra::registry::writing::Written;

use crate::app::{TestApp, TestDb, draft, execute_on};
use crate::tables::all_rows;

fn a_draft(name: &str) -> Written {
    Written::from_json(draft(name)).expect("a draft")
}

/// Every column of the schema is there, of its type, on this database.
#[test]
fn the_schema_is_that_of_the_database() {
    assert_eq!(all_rows(&TestDb::new().url)["enterprises"], Vec::<String>::new());
}

/// SQLite binds 32,766 values in a statement; a batch of long lists has more.
#[test]
fn a_batch_may_have_more_products_and_changes_than_a_statement_may_bind() {
    let test = TestDb::new();
    let db = Db::open(&test.url).expect("a database");
    let product = |position| db::enterprises::ProductRow {
        enterprise_id: "satu".into(),
        position,
        name: "Tas".into(),
        commodity: None,
        dimension: None,
        monthly_min: None,
        monthly_max: None,
        utilisation: None,
    };
    let stored = db::enterprises::Stored {
        record: db::enterprises::EnterpriseWrite {
            id: "satu".into(),
            revision: 1,
            sample: false,
            responsible_region: "35.15".into(),
            updated_at: chrono::DateTime::UNIX_EPOCH.naive_utc(),
            document: "{}".into(),
            public_document: None,
        },
        atlas: Vec::new(),
        products: (0..5_000).map(product).collect(),
    };
    let entry = |number: i32| db::log::Entry {
        actor: "operator",
        job_id: None,
        reason: None,
        entity: "enterprise",
        entity_id: "satu".into(),
        action: "create",
        revision: number,
    };
    let entries: Vec<db::log::Entry> = (0..5_000).map(entry).collect();
    let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
    db.write(|tx| {
        db::enterprises::insert(tx, &[&stored])?;
        db::log::append(tx, now, &entries)
    })
    .expect("stored");
    assert_eq!(db.read(db::log::last_seq).expect("read"), 5_000);
    assert_eq!(all_rows(&test.url)["products"].len(), 5_000);
}

#[test]
fn a_write_is_seen_by_another_process_once_it_catches_up() {
    let app = TestApp::new();
    let other = app.db.open();
    let created = app
        .registry
        .create_enterprise(&Actor::Operator, a_draft("Tas Melati"), None)
        .expect("created")
        .0;
    other.catch_up().expect("caught up");
    assert_eq!(other.enterprise(&Actor::Operator, created.id).expect("found"), created);
    assert_eq!(other.view(&Actor::Operator).count(&Filter::default()), 1);
}

/// What is packed beside the documents is what a start reads; what of it is of no use is made anew
/// from them, and kept.
#[test]
fn a_start_reads_packed_rows_and_makes_those_anew_that_are_of_no_use() {
    let app = TestApp::new();
    for name in ["Tas Satu", "Tas Dua", "Tas Tiga"] {
        app.registry.create_enterprise(&Actor::Operator, a_draft(name), None).expect("created");
    }
    let db = &app.db;
    let rows = || all_rows(&db.url)["atlas_rows"].clone();
    let whole = rows();
    assert_eq!(whole.len(), 3);
    let names = || {
        let mut names = db.open().view(&Actor::Operator).names(&Filter::default());
        names.sort();
        names
    };
    let right = ["Tas Dua", "Tas Satu", "Tas Tiga"];
    assert_eq!(names(), right);

    // Another's row: that a start believes it shows that it reads no document.
    let swap = "UPDATE atlas_rows SET row = (SELECT row FROM atlas_rows WHERE key = 2) \
                WHERE key = 1";
    execute_on(&db.url, swap);
    assert_eq!(names(), ["Tas Dua", "Tas Dua", "Tas Tiga"]);
    for harm in [
        "UPDATE atlas_rows SET revision = 0 WHERE key = 1",
        "UPDATE atlas_rows SET row = substr(row, 1, 20) WHERE key = 3",
        "DELETE FROM atlas_rows",
    ] {
        execute_on(&db.url, harm);
        assert_ne!(rows(), whole, "{harm}");
        assert_eq!(names(), right, "{harm}");
        assert_eq!(rows(), whole, "{harm}");
    }
}

/// Writers in parallel: a reader that follows the log sees every change once and in order.
#[test]
fn the_log_is_visible_in_order() {
    let app = TestApp::new();
    let (writers, each) = (6, 25);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let follower = scope.spawn(|| {
            let db = Db::open(&app.db.url).expect("a database");
            let mut seen: Vec<db::log::ChangeRow> = Vec::new();
            loop {
                let finished = done.load(Ordering::SeqCst);
                let last = seen.last().map_or(0, |change| change.seq);
                let more =
                    db.read(|connection| db::log::since(connection, last, 100)).expect("the log");
                if more.is_empty() && finished {
                    return seen;
                }
                seen.extend(more);
            }
        });
        let registry = &app.registry;
        let handles: Vec<_> = (0..writers)
            .map(|writer| {
                scope.spawn(move || {
                    for number in 0..each {
                        let draft = a_draft(&format!("Usaha {writer}-{number}"));
                        registry.create_enterprise(&Actor::Operator, draft, None).expect("created");
                    }
                })
            })
            .collect();
        for handle in handles {
            handle.join().expect("a writer");
        }
        done.store(true, Ordering::SeqCst);
        let seen = follower.join().expect("the follower");
        assert_eq!(seen.len(), writers * each);
        assert!(seen.is_sorted_by(|a, b| a.seq < b.seq));
        assert!(seen.is_sorted_by(|a, b| a.at <= b.at));
        let ids: HashSet<&String> = seen.iter().map(|change| &change.entity_id).collect();
        assert_eq!(ids.len(), writers * each);
    });
}

/// The same list from two processes at once: every row once.
#[test]
fn two_imports_of_one_list_at_once_make_each_record_once() {
    use sentra::registry::import::ImportOptions;
    use std::fmt::Write;
    let app = TestApp::new();
    let mut list = String::from("Nama,Kecamatan,Kabupaten,Komoditas\n");
    for number in 0..300 {
        writeln!(list, "Usaha {number},Tanggulangin,Sidoarjo,tas").expect("a row");
    }
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let (registry, name) = (app.db.open(), "uji.csv".to_owned());
                let options = ImportOptions { name, ..ImportOptions::default() };
                let report = registry
                    .import(&Actor::Operator, list.as_bytes(), &options, |_, _| true)
                    .expect("a report");
                assert_eq!((report.read, report.rejected), (300, 0));
            });
        }
    });
    assert_eq!(app.registry.counts().expect("counts").0, 300);
}

/// One idempotency key from many threads at once: one record.
#[test]
fn racing_requests_with_one_idempotency_key_make_one_record() {
    let app = TestApp::new();
    let staff = app.staff();
    let body = draft("Tas Melati").to_string();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let headers = [("Idempotency-Key", "k")];
                let answer =
                    staff.send("POST", "/api/v1/enterprises", &headers, body.clone().into_bytes());
                assert!(matches!(answer.status, 200 | 201), "{}", answer.status);
            });
        }
    });
    assert_eq!(app.registry.counts().expect("counts").0, 1);
}

/// Read, then write, in one transaction, from four threads for ten seconds: none fails, none is lost.
#[test]
fn read_then_write_from_four_threads_never_fails() {
    let app = TestApp::new();
    let id =
        app.registry.create_enterprise(&Actor::Operator, a_draft("0"), None).expect("created").0.id;
    let until = Instant::now() + Duration::from_secs(10);
    let writes: i32 = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..4)
            .map(|thread| {
                // A registry each, as four processes would have.
                let registry = app.db.open();
                scope.spawn(move || {
                    use sentra::registry::writing::{Change, IfMatch};
                    let mut writes = 0;
                    while Instant::now() < until {
                        let patch = serde_json::json!({"name": format!("{thread}-{writes}")});
                        registry
                            .change_enterprise(
                                &Actor::Operator,
                                id,
                                IfMatch::Any,
                                Change::Merge { patch, restricted: None },
                            )
                            .expect("a write");
                        writes += 1;
                    }
                    writes
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().expect("a thread")).sum()
    });
    println!("{writes} writes");
    let revision = app.registry.enterprise(&Actor::Operator, id).expect("found").revision;
    assert_eq!(revision, writes + 1);
}

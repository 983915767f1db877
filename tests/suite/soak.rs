//! Many writers at once over HTTP, and one who follows the feed. `make soak` runs the long one.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sentra::db::{self, Db};
use serde_json::{Value, json};

use crate::app::{Client, TestApp, draft};

const PATH: &str = "/api/v1/enterprises";
const RECORDS: usize = 40;
/// Of so many things that a writer does, one is to create a record.
const CREATES: usize = 10;

/// What one writer did.
#[derive(Default)]
struct Done {
    /// Accepted changes: which record, the revision they made, the name they gave.
    accepted: Vec<(usize, i64, String)>,
    stale: usize,
    created: Vec<String>,
    /// Of accepted changes.
    latencies: Vec<Duration>,
}

/// The record's revision and the count in its name, as a writer knows them.
type Known = HashMap<usize, (i64, u64)>;

fn revision_of(document: &Value) -> i64 {
    document["revision"].as_i64().expect("a revision")
}

/// `Usaha 7 dari 3`: the seventh change of the record was by writer 3.
fn count_of(document: &Value) -> u64 {
    let name = document["name"].as_str().expect("a name");
    name.split(' ').nth(1).and_then(|count| count.parse().ok()).expect("a count")
}

fn write(client: &Client, writer: usize, paths: &[String], until: Instant) -> Done {
    let mut done = Done::default();
    let mut known = Known::new();
    let mut turn = 0;
    while Instant::now() < until {
        turn += 1;
        if turn % CREATES == 0 {
            done.created.push(create_twice(client, &format!("{writer}-{turn}")));
            continue;
        }
        let record = rand::random_range(0..paths.len());
        let (revision, count) = *known.entry(record).or_insert_with(|| {
            let document = client.get(&paths[record]).expect(200);
            (revision_of(&document), count_of(&document))
        });
        let name = format!("Usaha {} dari {writer}", count + 1);
        let started = Instant::now();
        let patch = json!({"name": name});
        let answer = client.write("PATCH", &paths[record], &format!("\"{revision}\""), &patch);
        if answer.status == 412 {
            // Due only where somebody else was faster.
            let document = client.get(&paths[record]).expect(200);
            assert!(revision_of(&document) > revision);
            known.insert(record, (revision_of(&document), count_of(&document)));
            done.stale += 1;
            continue;
        }
        let document = answer.expect(200);
        done.latencies.push(started.elapsed());
        // The answer shows the record as it is then: the next writer may have been at it.
        let now = revision_of(&document);
        assert!(now > revision + 1 || (now, &document["name"]) == (revision + 1, &json!(name)));
        done.accepted.push((record, revision + 1, name));
        known.insert(record, (now, count_of(&document)));
    }
    done
}

/// The same request twice, as after an answer that was lost: one record.
fn create_twice(client: &Client, key: &str) -> String {
    let body = draft(&format!("Usaha baru {key}")).to_string().into_bytes();
    let send = || client.send("POST", PATH, &[("Idempotency-Key", key)], body.clone());
    let (first, second) = (send().expect(201), send().expect(200));
    assert_eq!(first["id"], second["id"]);
    first["id"].as_str().expect("an id").to_owned()
}

/// Follows the feed by long poll until told that the writing is over and nothing more comes.
fn follow(client: &Client, over: &AtomicBool) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut next = "/api/v1/changes?since=0&wait=1&limit=1000".to_owned();
    loop {
        let finished = over.load(Ordering::SeqCst);
        let page = client.get(&next).expect(200);
        let items = page["items"].as_array().expect("items");
        if items.is_empty() && finished {
            return seen;
        }
        seen.extend(items.iter().map(|change| change["seq"].as_i64().expect("a seq")));
        page["next"].as_str().expect("next").clone_into(&mut next);
    }
}

fn logged(app: &TestApp) -> Vec<i64> {
    let db = Db::open(&app.db.url).expect("a database");
    let rows = db.read(|connection| db::log::since(connection, 0, i64::MAX)).expect("the log");
    // Of accounts, the follower is not told.
    rows.iter().filter(|row| row.entity == "enterprise").map(|row| row.seq).collect()
}

fn many_writers(writers: usize, time: Duration) {
    let app = TestApp::with_workers(2);
    let staff = app.staff();
    let create = |_| staff.post(PATH, &draft("Usaha 0 dari awal")).header("location").to_owned();
    let paths: Vec<String> = (0..RECORDS).map(create).collect();
    let clients: Vec<Client> = (0..=writers).map(|_| app.staff()).collect();
    let (follower, clients) = clients.split_first().expect("clients");
    let over = AtomicBool::new(false);
    let (done, seen) = std::thread::scope(|scope| {
        let following = scope.spawn(|| follow(follower, &over));
        let until = Instant::now() + time;
        let paths = &paths;
        let writing: Vec<_> = clients
            .iter()
            .enumerate()
            .map(|(writer, client)| scope.spawn(move || write(client, writer, paths, until)))
            .collect();
        let done: Vec<Done> =
            writing.into_iter().map(|writer| writer.join().expect("a writer")).collect();
        over.store(true, Ordering::SeqCst);
        (done, following.join().expect("the follower"))
    });

    assert_eq!(seen, logged(&app), "each change once and in order, to the end");
    // Per record: the accepted changes made revisions 2, 3, 4, …; each was made from the one
    // before it; the last is what the record says.
    let mut accepted: BTreeMap<usize, BTreeMap<i64, &str>> = BTreeMap::new();
    for (record, revision, name) in done.iter().flat_map(|done| &done.accepted) {
        let earlier = accepted.entry(*record).or_default().insert(*revision, name);
        assert_eq!(earlier, None, "revision {revision} was given to two writers");
    }
    for (record, path) in paths.iter().enumerate() {
        let document = staff.get(path).expect(200);
        let changes = accepted.remove(&record).unwrap_or_default();
        let number = i64::try_from(changes.len()).expect("a number");
        assert_eq!(revision_of(&document) - 1, number, "a lost update");
        assert_eq!(i64::try_from(count_of(&document)), Ok(number), "a lost update");
        if let Some((revision, name)) = changes.last_key_value() {
            assert_eq!((revision_of(&document), &document["name"]), (*revision, &json!(name)));
        }
    }
    let created: usize = done.iter().map(|done| done.created.len()).sum();
    let (all, _) = app.registry.counts().expect("counts");
    assert_eq!(usize::try_from(all), Ok(RECORDS + created));

    let changes: usize = done.iter().map(|done| done.accepted.len()).sum();
    let stale: usize = done.iter().map(|done| done.stale).sum();
    let mut latencies: Vec<Duration> = done.into_iter().flat_map(|done| done.latencies).collect();
    latencies.sort_unstable();
    assert!(changes > 0 && stale > 0 && created > 0, "{changes} {stale} {created}");
    println!(
        "{writers} writers, {time:?}: {changes} changes ({}/s) and {created} records accepted, \
         {stale} stale; PATCH p50 {:?}, p99 {:?}, longest {:?}",
        changes / usize::try_from(time.as_secs()).expect("a number"),
        latencies[latencies.len() / 2],
        latencies[latencies.len() * 99 / 100],
        latencies[latencies.len() - 1],
    );
}

#[test]
fn four_writers_lose_nothing_and_the_feed_tells_all_of_it() {
    many_writers(4, Duration::from_secs(3));
}

#[test]
#[ignore = "a minute: make soak"]
fn sixteen_writers_lose_nothing_and_the_feed_tells_all_of_it() {
    many_writers(16, Duration::from_secs(60));
}

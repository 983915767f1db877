//! Two processes on one database: what one writes, the other tells, in order and soon, also after it
//! was killed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use sentra::db::{self, Db};
use sentra::domain::actor::Role;
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, TestDb, draft};
use crate::program::Server;

const PATH: &str = "/api/v1/enterprises";
const EMAIL: &str = "verifier@contoh.id";
const WRITERS: usize = 8;
/// Every so many writes of a writer make a new record.
const CREATES: usize = 5;
/// Within which the other process has what was acknowledged.
const SOON: Duration = Duration::from_secs(1);

/// When the writer was told that a record's revision is stored.
type Acknowledged = HashMap<(String, i64), Instant>;

fn write(client: &Client, writer: usize, until: Instant) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    let mut own: Vec<String> = Vec::new();
    let mut turn = 0;
    while Instant::now() < until {
        let name = format!("Usaha {turn} dari {writer}");
        let document = if turn % CREATES == 0 {
            client.post(PATH, &draft(&name)).expect(201)
        } else {
            let path = format!("{PATH}/{}", own[rand::random_range(0..own.len())]);
            client.write("PATCH", &path, "*", &json!({"name": name})).expect(200)
        };
        let now = Instant::now();
        let id = document["id"].as_str().expect("an id").to_owned();
        let revision = document["revision"].as_i64().expect("a revision");
        if revision == 1 {
            own.push(id.clone());
        }
        acknowledged.insert((id, revision), now);
        turn += 1;
    }
    acknowledged
}

/// What the reading process told: each change with the time, and when it was there to be asked.
#[derive(Default)]
struct Told {
    changes: Vec<(i64, Instant)>,
    up: Vec<(Instant, Instant)>,
}

impl Told {
    /// Whether the reading process was there all of the time.
    fn was_up(&self, from: Instant, to: Instant) -> bool {
        self.up.iter().any(|(start, end)| *start <= from && to <= *end)
    }
}

/// Follows the feed from `next` until the process dies or, once all is written, nothing more comes.
/// Answers where to go on; None: that was all.
fn follow(client: &Client, next: &mut String, over: &AtomicBool, told: &Mutex<Told>) -> bool {
    loop {
        let finished = over.load(Ordering::SeqCst);
        let Ok(answer) = client.try_send("GET", next, &[], Vec::new()) else { return false };
        let (page, now) = (answer.expect(200), Instant::now());
        let items = page["items"].as_array().expect("items");
        let seqs = items.iter().map(|change| (change["seq"].as_i64().expect("a seq"), now));
        let mut told = told.lock();
        told.changes.extend(seqs);
        if let Some(last) = told.up.last_mut() {
            last.1 = now;
        }
        drop(told);
        if items.is_empty() && finished {
            return true;
        }
        page["next"].as_str().expect("next").clone_into(next);
    }
}

fn two_processes(time: Duration, kills: u32) -> (usize, Duration) {
    let test = TestDb::new();
    test.open().put_user(EMAIL, PASSWORD, Role::Verifier, None).expect("a user");
    let writing = Server::start(&test);
    let clients: Vec<Client> = (0..WRITERS).map(|_| writing.sign_in(EMAIL, PASSWORD)).collect();
    let (over, told) = (AtomicBool::new(false), Mutex::new(Told::default()));
    let until = Instant::now() + time;
    let acknowledged = std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut next = "/api/v1/changes?since=0&wait=1&limit=1000".to_owned();
            let mut left = kills;
            loop {
                let mut server = Server::start(&test);
                let client = server.sign_in(EMAIL, PASSWORD);
                let now = Instant::now();
                told.lock().up.push((now, now));
                let finished = std::thread::scope(|scope| {
                    let following = scope.spawn(|| follow(&client, &mut next, &over, &told));
                    if left > 0 {
                        std::thread::sleep(time / (kills + 1));
                        server.kill();
                    }
                    following.join().expect("a follower")
                });
                if finished {
                    // The atlas of the process that was killed and came again has them all.
                    return client.get(&format!("{PATH}?limit=1")).expect(200)["matched"].clone();
                }
                left = left.saturating_sub(1);
            }
        });
        let writers: Vec<_> = clients
            .iter()
            .enumerate()
            .map(|(writer, client)| scope.spawn(move || write(client, writer, until)))
            .collect();
        let mut acknowledged = Acknowledged::new();
        for writer in writers {
            acknowledged.extend(writer.join().expect("a writer"));
        }
        over.store(true, Ordering::SeqCst);
        let matched: Value = reading.join().expect("the reader");
        let created = acknowledged.keys().filter(|(_, revision)| *revision == 1).count();
        assert_eq!(matched, created);
        acknowledged
    });

    let told = told.into_inner();
    let db = Db::open(&test.url).expect("a database");
    let rows = db.read(|connection| db::log::since(connection, 0, i64::MAX)).expect("the log");
    let rows: Vec<_> = rows.into_iter().filter(|row| row.entity == "enterprise").collect();
    let logged: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    let seen: Vec<i64> = told.changes.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(seen, logged, "each change once and in order");
    assert_eq!(logged.len(), acknowledged.len(), "what was acknowledged, and nothing else");
    let mut late: Vec<Duration> = Vec::new();
    for (row, (_, at)) in rows.iter().zip(&told.changes) {
        let written = acknowledged[&(row.entity_id.clone(), i64::from(row.revision))];
        if told.was_up(written, *at) {
            late.push(at.saturating_duration_since(written));
        }
    }
    late.sort_unstable();
    let (middle, longest) = (late[late.len() / 2], late[late.len() - 1]);
    println!(
        "{WRITERS} writers, {time:?}: {} changes, {} while the reader was there, told after {:?} \
         (p50), {:?} (p99), {longest:?} (longest); the reader was killed {kills} times",
        logged.len(),
        late.len(),
        middle,
        late[late.len() * 99 / 100],
    );
    (late.len(), longest)
}

#[test]
fn what_one_process_writes_the_other_tells_in_order_though_it_is_killed() {
    let (told, _) = two_processes(Duration::from_secs(4), 1);
    assert!(told > 0);
}

#[test]
#[ignore = "five minutes: make soak"]
fn for_five_minutes_what_one_process_writes_the_other_tells_within_a_second() {
    let (told, longest) = two_processes(Duration::from_secs(300), 4);
    assert!(told > 0 && longest <= SOON, "{longest:?}");
}

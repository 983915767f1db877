//! A start reads the atlas's file, and the record where that is of no use.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use parking_lot::Mutex;
use sentra::domain::actor::Role;
use sentra::http::{Config, Starting};
use sentra::registry::Progress;
use serde_json::json;

use crate::app::{Client, PASSWORD, TestDb, draft};
use crate::program::Server;

const PATH: &str = "/api/v1/enterprises";

/// A server whose atlas is kept in a folder of the test's, and its log.
struct World {
    test: TestDb,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let test = TestDb::new();
        test.open().put_user("vera@contoh.id", PASSWORD, Role::Verifier, None).expect("a user");
        Self { test, folder: tempfile::tempdir().expect("a folder") }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Where the atlas is kept: beside an SQLite file, else in the folder.
    fn file(&self) -> PathBuf {
        match self.test.url.strip_prefix("sqlite://") {
            Some(path) => Path::new(path).with_extension("atlas"),
            None => self.folder.path().join("atlas"),
        }
    }

    fn start(&self) -> Server {
        let log = std::fs::File::create(self.log()).expect("a log");
        Server::start_with(&self.test, |command| {
            command.env("SENTRA_CACHE", self.folder.path()).stderr(Stdio::from(log));
        })
    }

    fn told(&self, word: &str) -> bool {
        std::fs::read_to_string(self.log()).expect("a log").contains(word)
    }
}

const READ: &str = "the atlas was read";

fn names(server: &Server) -> Vec<String> {
    let client = server.sign_in("vera@contoh.id", PASSWORD);
    let list = client.get(&format!("{PATH}?sort=name&min_workers=1")).expect(200);
    let items = list["items"].as_array().expect("items").clone();
    items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

fn add(server: &Server, name: &str) -> String {
    let client = server.sign_in("vera@contoh.id", PASSWORD);
    let made = client.post(PATH, &draft(name)).expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

#[test]
fn the_atlas_is_kept_read_again_and_taken_up_from_there() {
    let world = World::new();
    let mut server = world.start();
    for name in ["Tas Satu", "Tas Dua"] {
        add(&server, name);
    }
    server.stop();
    assert!(world.file().exists() && !world.told(READ));
    // Of its owner alone.
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(world.file()).expect("it"));
    assert_eq!(mode & 0o777, 0o600);

    // Killed: what was written since is in the log alone.
    let mut server = world.start();
    assert!(world.told(READ));
    assert_eq!(names(&server), ["Tas Dua", "Tas Satu"]);
    add(&server, "Tas Tiga");
    server.kill();
    let mut server = world.start();
    assert!(world.told(READ));
    assert_eq!(names(&server), ["Tas Dua", "Tas Satu", "Tas Tiga"]);
    server.stop();

    // Damaged: at its end, in the middle, cut short, empty, something else.
    let whole = std::fs::read(world.file()).expect("the file");
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        bytes
    };
    let damaged = [
        flipped(whole.len() - 1),
        flipped(whole.len() / 2),
        flipped(18),
        whole[..whole.len() / 2].to_vec(),
        Vec::new(),
        b"PK\x03\x04".repeat(1000),
    ];
    for bytes in damaged {
        std::fs::write(world.file(), bytes).expect("written");
        let mut server = world.start();
        assert!(world.told("the atlas is built anew") && !world.told(READ));
        assert_eq!(names(&server), ["Tas Dua", "Tas Satu", "Tas Tiga"]);
        server.kill();
    }
}

#[test]
fn a_file_of_another_log_is_not_read() {
    let world = World::new();
    let mut server = world.start();
    add(&server, "Tas Satu");
    server.stop();
    let db = sentra::db::Db::open(&world.test.url).expect("a database");
    db.write(|tx| sentra::db::log::renew_epoch(tx, "another")).expect("renewed");
    let server = world.start();
    assert!(world.told("another log") && !world.told(READ));
    assert_eq!(names(&server), ["Tas Satu"]);
}

#[test]
fn an_erased_person_is_in_no_file_of_the_atlas() {
    let world = World::new();
    let mut server = world.start();
    let client = server.sign_in("vera@contoh.id", PASSWORD);
    let mut named = draft("Tas Kusumawardhani");
    named["owners"] = json!([{"name": "Kusumawardhani"}]);
    let id = client.post(PATH, &named).expect(201)["id"].as_str().expect("an id").to_owned();
    add(&server, "Tas Lain");
    server.stop();
    let mut server = world.start();
    assert!(world.told(READ));
    let client = server.sign_in("vera@contoh.id", PASSWORD);
    let wanted = json!({"person": "Kusumawardhani", "request": "Surat 7"});
    client.write("POST", &format!("{PATH}/{id}/erase"), "*", &wanted).expect(200);
    assert!(!world.file().exists());
    server.stop();
    let mut server = world.start();
    assert!(world.told(READ));
    assert_eq!(names(&server).len(), 2);
    assert!(!names(&server).join(" ").contains("Kusuma"));
    server.kill();
}

#[test]
fn who_comes_during_the_start_is_told_how_far_it_is() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let progress = Arc::new(Mutex::new(Progress { done: 1_200, of: 5_000 }));
    let starting =
        Starting::begin(listener, Config::default(), progress.clone()).expect("a server");
    let client = Client::new(&base, None);
    assert_eq!(client.get("/healthz").status, 200);
    for path in ["/readyz", PATH, "/"] {
        let answer = client.get(path);
        assert_eq!((answer.status, answer.header("retry-after")), (503, "2"), "{path}");
        let detail = answer.json()["detail"].as_str().expect("a detail").to_owned();
        assert!(detail.contains("1200 dari 5000"), "{detail}");
    }
    *progress.lock() = Progress { done: 4_000, of: 5_000 };
    assert!(client.get("/readyz").json()["detail"].to_string().contains("4000 dari 5000"));
    starting.end();
    assert!(std::net::TcpStream::connect(base.trim_start_matches("http://")).is_err());
}

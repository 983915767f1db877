//! How long the server waits for a peer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use sentra::http::Config;
use serde_json::json;
use socket2::{Domain, Socket, Type};

use super::{all_of, raw, trusting_this_machine};
use crate::app::{PASSWORD, TestApp, draft};

const PATH: &str = "/api/v1/enterprises";

/// Seconds where production has many.
fn hasty() -> Config {
    let mut config = Config::default();
    config.times.head = Duration::from_secs(1);
    config.times.keep_alive = Duration::from_secs(1);
    config.times.patience = Duration::from_secs(1);
    config
}

/// Sends a byte every so often until the other end has had enough; what it said, and when.
fn trickle(address: SocketAddr, start: &str, drop: &str) -> (String, Duration) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let started = Instant::now();
    stream.write_all(start.as_bytes()).expect("sent");
    stream.set_read_timeout(Some(Duration::from_millis(100))).expect("a time");
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    while started.elapsed() < Duration::from_secs(10) {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => answer.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
        if stream.write_all(drop.as_bytes()).is_err() {
            break;
        }
    }
    (String::from_utf8_lossy(&answer).into_owned(), started.elapsed())
}

#[test]
fn a_body_that_trickles_in_is_given_up_and_its_connection_closed() {
    let app = TestApp::with(hasty());
    let token = app.staff().token.expect("a token");
    for (framing, drop) in [
        ("Content-Length: 900000\r\n\r\n{", " "),
        ("Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"),
    ] {
        let (answer, took) = trickle(
            app.address,
            &format!(
                "POST {PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
                 Accept-Language: en\r\n{framing}"
            ),
            drop,
        );
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        for said in ["application/problem+json", "\"field\":\"body\"", "\"unreadable\"", "in time"]
        {
            assert!(answer.contains(said), "{said}: {answer}");
        }
        assert!(took > Duration::from_millis(900) && took < Duration::from_secs(6), "{took:?}");
    }
    // Who is slow but steady is waited for.
    let mut stream = TcpStream::connect(app.address).expect("a connection");
    let body = draft("Tas Melati").to_string();
    let body = format!("{}{body}", " ".repeat(20_000));
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    for part in body.as_bytes().chunks(6_000) {
        std::thread::sleep(Duration::from_millis(600));
        stream.write_all(part).expect("sent");
    }
    assert!(all_of(&mut stream).starts_with("HTTP/1.1 201"));
}

#[test]
fn a_head_that_trickles_in_is_given_up_on_any_request_of_a_connection() {
    let app = TestApp::with(hasty());
    let (answer, took) = trickle(app.address, "GET /healthz HTTP/1.1\r\nHost: a\r\nX: ", "a");
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    let (answer, took) = trickle(
        app.address,
        "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\nX: ",
        "a",
    );
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(took > Duration::from_millis(900) && took < Duration::from_secs(5), "{took:?}");
    // Who is silent goes, too.
    let (_, took) = trickle(app.address, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn an_answer_that_takes_too_long_is_a_problem_and_a_long_poll_is_not() {
    let mut config = Config::default();
    config.times.answer = Duration::ZERO;
    let app = TestApp::with(config);
    // A password takes its time, whatever the machine.
    let credentials = json!({"email": "siapa@contoh.id", "password": PASSWORD});
    let answer = app.anonymous().post("/api/v1/auth/session", &credentials);
    answer.expect_problem(503);
    assert_eq!(answer.json()["type"], "urn:sentra:problem:took-too-long");
    assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
    assert_eq!(answer.header("retry-after"), "2");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");

    let mut config = Config::default();
    config.times.answer = Duration::from_millis(800);
    let app = TestApp::with(config);
    let staff = app.staff();
    let started = Instant::now();
    staff.get("/api/v1/changes?wait=2").expect(200);
    assert!(started.elapsed() > Duration::from_millis(1_900));
}

const READERS: usize = 5;

/// Threads of this process that write an export.
fn exports() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("the threads");
    let names =
        tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|name| name.trim() == "sentra-export").count()
}

/// Asks for an export, by way of a proxy for an address, and reads nothing of it.
fn hung_reader(app: &TestApp, address: &str) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    socket.connect(&app.address.into()).expect("a connection");
    let mut stream = TcpStream::from(socket);
    let request = format!(
        "GET /api/v1/exports/enterprises.geojson HTTP/1.1\r\nHost: a\r\n\
         X-Forwarded-For: {address}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    stream
}

#[test]
fn a_reader_who_stops_reading_is_cut_off_and_holds_up_nobody() {
    let _alone = crate::exports::ALONE.write();
    let mut config = Config::default();
    config.times.patience = Duration::from_secs(3);
    // What the kernel keeps for a reader is not what is tested.
    config.times.slowest_pace = u32::MAX;
    let app = TestApp::with(config);
    // More than the kernel and the channel hold for a reader.
    app.registry.generate(15_000, 1, |_, _| {}).expect("generated");
    let started = Instant::now();
    let readers: Vec<TcpStream> = (0..READERS).map(|_| hung_reader(&app, "")).collect();
    std::thread::sleep(Duration::from_secs(1));
    assert!(exports() >= READERS, "{}", exports());
    // Others are served meanwhile, a whole export among them.
    let all = app.anonymous().get("/api/v1/exports/enterprises.csv");
    all.expect(200);
    while exports() > 0 {
        assert!(started.elapsed() < Duration::from_secs(30), "{}", exports());
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(started.elapsed() > Duration::from_millis(2_900));
    // And nobody takes what they got for a whole file.
    for mut reader in readers {
        assert!(!all_of(&mut reader).ends_with("0\r\n\r\n"));
    }
}

#[test]
fn nobody_has_more_than_a_few_exports_under_way() {
    let app = TestApp::with(trusting_this_machine());
    app.registry.generate(15_000, 1, |_, _| {}).expect("generated");
    let begun = |_| {
        let mut reader = hung_reader(&app, "198.51.100.1");
        let mut status = [0; 12];
        reader.read_exact(&mut status).expect("a status");
        assert_eq!(&status, b"HTTP/1.1 200");
        reader
    };
    let hung: Vec<TcpStream> = (0..4).map(begun).collect();
    let ask = |address: &str| {
        let headers = [("X-Forwarded-For", address)];
        let path = "/api/v1/exports/enterprises.csv?region=35.15";
        app.anonymous().send("GET", path, &headers, Vec::new())
    };
    let refused = ask("198.51.100.1");
    refused.expect_problem(429);
    assert_eq!(refused.header("retry-after"), "10");
    ask("198.51.100.2").expect(200);
    drop(hung);
    let started = Instant::now();
    while ask("198.51.100.1").status != 200 {
        assert!(started.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn connections_beyond_the_most_wait_until_others_end() {
    let app = TestApp::with(Config { connections: 2, ..Config::default() });
    let request = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut open: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = TcpStream::connect(app.address).expect("a connection");
            stream.write_all(request.as_bytes()).expect("sent");
            stream.read_exact(&mut [0; 15]).expect("an answer");
            stream
        })
        .collect();
    let mut third = TcpStream::connect(app.address).expect("a connection");
    third.write_all(request.as_bytes()).expect("sent");
    third.set_read_timeout(Some(Duration::from_millis(500))).expect("a time");
    assert!(third.read(&mut [0; 15]).is_err());
    drop(open.pop());
    third.set_read_timeout(Some(Duration::from_secs(10))).expect("a time");
    third.read_exact(&mut [0; 15]).expect("an answer");
    drop(open);
    assert!(
        raw(app.address, &request.replace("Host", "Connection: close\r\nHost")).contains("200")
    );
}

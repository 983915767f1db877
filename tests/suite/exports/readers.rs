//! Readers who are slow, or leave.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::reading::{FORMATS, rows};
use crate::app::TestApp;

/// Threads of this process that write an export or read for one.
fn exports() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("the threads");
    let names =
        tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|name| name.trim() == "sentra-export").count()
}

fn sent(app: &TestApp, format: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).expect("a connection");
    let request = format!(
        "GET /api/v1/exports/enterprises.{format} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    stream
}

fn asked(app: &TestApp, format: &str) -> TcpStream {
    let mut stream = sent(app, format);
    let mut status = [0; 12];
    stream.read_exact(&mut status).expect("a status");
    assert_eq!(&status, b"HTTP/1.1 200", "{format}");
    stream
}

#[test]
fn whoever_hangs_up_frees_the_threads_of_any_format() {
    let _alone = super::ALONE.write();
    let app = TestApp::new();
    app.registry.generate(15_000, 1, |_, _| {}).expect("generated");
    for format in FORMATS {
        // One after the other has a place: those who left gave theirs back.
        let begun: Vec<TcpStream> = (0..3).map(|_| asked(&app, format)).collect();
        drop(begun);
        // Before there is anything to read, too.
        drop(sent(&app, format));
        let left = Instant::now();
        while exports() > 0 {
            assert!(left.elapsed() < Duration::from_secs(30), "{format}: {}", exports());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_slow_reader_gets_the_whole_file_while_others_are_served() {
    let _shared = super::ALONE.read();
    let app = TestApp::new();
    app.registry.generate(4_000, 1, |_, _| {}).expect("generated");
    let mut slow = asked(&app, "geojsonl");
    std::thread::sleep(Duration::from_millis(300));
    for format in FORMATS {
        let path = format!("/api/v1/exports/enterprises.{format}?columns=id");
        let answer = app.anonymous().get(&path);
        assert_eq!((answer.status, rows(format, &answer.bytes).len()), (200, 4_000), "{format}");
    }
    let (mut read, mut some) = (Vec::new(), vec![0; 65_536]);
    loop {
        match slow.read(&mut some).expect("read") {
            0 => break,
            count => read.extend_from_slice(&some[..count]),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let text = String::from_utf8_lossy(&read);
    assert!(text.ends_with("0\r\n\r\n"));
    assert_eq!(text.matches("\"type\":\"Feature\"").count(), 4_000);
}

//! Imports as jobs, over HTTP and by the real program.

mod again;
mod flow;
mod keeping;
mod killed;
mod protecting;
mod publishing;
mod resuming;
mod rights;
mod undoing;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::app::{Answer, Client};

const IMPORTS: &str = "/api/v1/imports";

fn upload(client: &Client, query: &str, bytes: &[u8]) -> Answer {
    let headers = [("Content-Type", "application/octet-stream")];
    client.send("POST", &format!("{IMPORTS}?{query}"), &headers, bytes.to_vec())
}

/// Uploads a list; the path of its import.
#[track_caller]
fn uploaded(client: &Client, bytes: &[u8]) -> String {
    let import = upload(client, "name=daftar.csv", bytes).expect(201);
    path_of(&import)
}

fn path_of(import: &Value) -> String {
    format!("{IMPORTS}/{}", import["id"].as_str().expect("an id"))
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

/// The import once nothing runs any more.
#[track_caller]
fn settled(client: &Client, path: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let import = client.get(path).expect(200);
        let state = import["state"].as_str().expect("a state").to_owned();
        if !matches!(state.as_str(), "previewing" | "importing" | "stopping" | "undoing") {
            return import;
        }
        assert!(Instant::now() < deadline, "{import}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Has a step done to its end.
#[track_caller]
fn done(client: &Client, path: &str, step: &str, body: &Value) -> Value {
    client.post(&format!("{path}/{step}"), body).expect(202);
    settled(client, path)
}

/// Uploads a list and takes it in.
#[track_caller]
pub fn taken_in(client: &Client, bytes: &[u8]) -> (String, Value) {
    let path = uploaded(client, bytes);
    let import = done(client, &path, "start", &json!({}));
    assert_eq!(import["state"], "done", "{import}");
    (path, import)
}

fn rows(client: &Client, path: &str, query: &str) -> Vec<Value> {
    client.all(&format!("{path}/rows?limit=1000{query}"))
}

fn codes(row: &Value) -> Vec<&str> {
    let messages = row["messages"].as_array().expect("messages");
    messages.iter().map(|message| message["code"].as_str().expect("a code")).collect()
}

/// A list of so many records from a number on.
fn list(from: usize, count: usize) -> Vec<u8> {
    let mut list =
        String::from("Nama,Pemilik,NIK,Desa,Kecamatan,Kabupaten,Komoditas,Produk,Catatan\n");
    for number in from..from + count {
        writeln!(
            list,
            "Usaha {number},Pemilik {number},35150644{number:08},Kalitengah,Tanggulangin,Sidoarjo,tas,Tas kulit,"
        )
        .expect("a row");
    }
    list.into_bytes()
}

/// What the registry says of its records, but for ids, revisions and times.
fn said(client: &Client) -> Vec<String> {
    let mut items = client.all("/api/v1/enterprises?limit=1000");
    for item in &mut items {
        for field in ["id", "revision", "created_at", "updated_at", "review_since"] {
            item.as_object_mut().expect("a record").remove(field);
        }
    }
    let mut items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.sort_unstable();
    items
}

/// What a report says, but for ids.
fn reported(client: &Client, path: &str) -> Vec<Value> {
    let mut rows = rows(client, path, "");
    for row in &mut rows {
        row["id"] = json!(!row["id"].is_null());
    }
    rows
}

//! What the record says of products and places: possible sentra, complementing regions, and how
//! specialisation has changed.

mod candidates;
mod complements;
mod deciding;
mod searching;
mod specialisation;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::app::{Client, draft};

pub const ENTERPRISES: &str = "/api/v1/enterprises";
pub const CANDIDATES: &str = "/api/v1/candidates";

/// Kedensari and a village beside it, in Sidoarjo; a village in Kota Mojokerto.
pub const KEDENSARI: (&str, f64, f64) = ("35.15.06.2001", 112.7223, -7.5071);
pub const BESIDE: (&str, f64, f64) = ("35.15.06.2002", 112.7223, -7.5071);
pub const MOJOKERTO: (&str, f64, f64) = ("35.76.01.1003", 112.428_670_5, -7.467_706_1);

/// So many metres east and north of a village's point.
pub fn beside(village: (&str, f64, f64), east: f64, north: f64) -> (f64, f64) {
    let metre = 1.0 / 111_195.0;
    (village.1 + east * metre / village.2.to_radians().cos(), village.2 + north * metre)
}

/// A draft of somebody who makes a commodity in a village.
pub fn making(commodity: &str, village: &str) -> Value {
    let mut body = draft(&format!("Usaha {commodity}"));
    body["commodities"] = json!([commodity]);
    body["products"] = json!([{"name": commodity, "commodity": commodity}]);
    body["region"] = json!(village);
    body.as_object_mut().expect("an object").remove("point");
    body
}

/// Stores one and answers its id.
pub fn stored(client: &Client, body: &Value) -> String {
    let answer = client.post(ENTERPRISES, body);
    answer.expect(201)["id"].as_str().expect("an id").to_owned()
}

/// Stores somebody who makes a commodity at a point, and answers their id.
pub fn maker(client: &Client, commodity: &str, village: &str, (lon, lat): (f64, f64)) -> String {
    let mut body = making(commodity, village);
    body["point"] = json!({"lon": lon, "lat": lat, "accuracy_m": 5.0, "method": "gps"});
    stored(client, &body)
}

/// So many makers in a row, a hundred metres from one to the next.
pub fn row(client: &Client, commodity: &str, village: (&str, f64, f64), many: u32) -> Vec<String> {
    let place = |n: u32| beside(village, 100.0 * f64::from(n) + 40.0, 30.0 * f64::from(n % 3));
    (0..many).map(|n| maker(client, commodity, village.0, place(n))).collect()
}

/// Asks for a search and waits for its end.
pub fn searched(client: &Client, asked: &Value) -> Value {
    let answer = client.post(CANDIDATES, asked);
    answer.expect(202);
    let path = answer.header("location").to_owned();
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let search = client.get(&path).expect(200);
        let ended = matches!(search["state"].as_str(), Some("done" | "stopped" | "failed"));
        if ended {
            return search;
        }
        assert!(Instant::now() < deadline, "{search}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The open candidates.
pub fn open(client: &Client) -> Vec<Value> {
    client.all(&format!("{CANDIDATES}?limit=1"))
}

pub fn path_of(candidate: &Value) -> String {
    format!("{CANDIDATES}/{}", candidate["id"].as_str().expect("an id"))
}

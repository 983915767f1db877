//! Possible sentra and the searches for them, asked about by everybody.

use sentra::http::operations::{Answer, Place};
use serde_json::json;

use super::asking::written;
use super::world::{Asker, World};
use crate::app;

impl World {
    /// A possible sentra at that place, or a search there with nobody at work.
    pub fn ask_candidates(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
        let client = &asker.client;
        let (village, ..) = Self::village(place);
        let regency = &village[..5];
        let accepted = |answer: &app::Answer| {
            if answer.status == 202 { Answer::Allowed } else { written(answer) }
        };
        if operation == "create_candidate_search" {
            return accepted(&client.post("/api/v1/candidates", &json!({"region": regency})));
        }
        self.count.set(self.count.get() + 1);
        let id = uuid::Uuid::from_u128(u128::from(self.count.get())).to_string();
        let at = "'2026-01-02 03:04:05'";
        let sql = if operation.contains("search") {
            format!(
                "INSERT INTO candidate_searches (id, region, eps_m, min_producers, state, asked_by, \
                 done, total, counts, attempts, created_at, updated_at, lease_until) VALUES ('{id}', \
                 '{regency}', 500, 5, 'waiting', 'a@b.id', 0, 0, 'null', 0, {at}, {at}, \
                 '2999-01-01 00:00:00')"
            )
        } else {
            let member = json!({"id": id, "region": village});
            let area = json!({"type": "Polygon", "coordinates":
                [[[112.7, -7.52], [112.74, -7.52], [112.74, -7.49], [112.7, -7.52]]]});
            let cluster = json!({"members": [member], "verified": 0, "places": 1, "sample": false, "area": area});
            format!(
                "INSERT INTO candidates (id, search_id, commodity, region, responsible_region, \
                 status, producers, cluster, found_at) VALUES ('{id}', '{id}', 'tas', '{village}', \
                 '{regency}', 'open', 1, '{cluster}', {at})"
            )
        };
        app::execute_on(&self.app.db.url, &sql);
        let path = format!("/api/v1/candidates/{id}");
        let search = format!("/api/v1/candidate-searches/{id}");
        let listed = |list: &str| {
            let answer = client.get(&format!("/api/v1/{list}?limit=1000"));
            if written(&answer) == Answer::Refused {
                return Answer::Refused;
            }
            let page = answer.json();
            let mut items = page["items"].as_array().expect("items").iter();
            if items.any(|item| item["id"] == id) { Answer::Allowed } else { Answer::Refused }
        };
        match operation {
            "list_candidates" => listed("candidates"),
            "list_candidate_searches" => listed("candidate-searches"),
            "get_candidate" => written(&client.get(&path)),
            "confirm_candidate" => {
                written(&client.post(&format!("{path}/confirm"), &json!({"name": "Sentra uji"})))
            }
            "reject_candidate" => {
                written(&client.post(&format!("{path}/reject"), &json!({"reason": "uji"})))
            }
            "get_candidate_search" => written(&client.get(&search)),
            "stop_candidate_search" => {
                accepted(&client.post(&format!("{search}/stop"), &json!({})))
            }
            other => panic!("{other}"),
        }
    }
}

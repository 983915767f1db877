//! The verification desk.

use sentra::domain::actor::Role;
use sentra::http::operations::{Answer, Place};
use serde_json::{Value, json};

use super::asking::{in_list, written};
use super::world::{Asker, World, id_of};
use crate::app;

const CHECKS: &str = "/api/v1/desk/checks";

/// That a record was as it says when it had been verified.
fn confirmed(id: &str) -> Value {
    json!({"record": id, "revision": 3, "outcome": "confirmed"})
}

impl World {
    /// What waits or was verified at that place.
    pub fn ask_desk(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
        let client = &asker.client;
        if operation == "list_desk_held" {
            return self.ask_held(asker, place);
        }
        let (path, word) = self.record(operation, asker, place);
        let (id, find) = (id_of(&path), format!("q={word}dagang"));
        let listed = |path: &str| {
            let found =
                in_list(&client.get(path), "items", |item| (item["id"] == id).then_some(item));
            // All of it is of one tier.
            if found == Answer::Reduced { Answer::Allowed } else { found }
        };
        match operation {
            "list_desk" => listed(&format!("/api/v1/desk?{find}")),
            "list_desk_sample" => listed(&format!("/api/v1/desk/sample?{find}")),
            "list_desk_offices" => {
                let answer = client.get(&format!("/api/v1/desk/offices?{find}"));
                in_list(&answer, "items", |item| (item["records"] == 1).then_some(item))
            }
            "create_desk_check" => written(&client.post(CHECKS, &confirmed(id))),
            "list_desk_checks" => {
                let analyst = self.app.signed_in(Role::Analyst, None);
                analyst.post(CHECKS, &confirmed(id)).expect(201);
                let answer = client.get(&format!("{CHECKS}?limit=1000"));
                let found =
                    in_list(&answer, "items", |item| (item["record"] == id).then_some(item));
                if found == Answer::Reduced { Answer::Allowed } else { found }
            }
            "get_desk_record" => written(&client.get(&format!("/api/v1/desk/{id}"))),
            _ => {
                // The records of this test are much alike.
                self.app.registry.find_duplicates(|_, _| true).expect("a search");
                let sql = "UPDATE duplicates SET status = 'not_the_same'";
                app::execute_on(&self.app.db.url, sql);
                let body = json!({"action": "verify", "records": [{"id": id, "revision": 2}]});
                let answer = client.post("/api/v1/desk/batch", &body);
                match written(&answer) {
                    Answer::Allowed if answer.json()["done"] == 0 => Answer::Refused,
                    other => other,
                }
            }
        }
    }

    /// A submission at that place that is held.
    fn ask_held(&self, asker: &Asker, place: Place) -> Answer {
        let (_, id) = self.visit_at(asker, place);
        let sql = format!("UPDATE visits SET state = 'faulty' WHERE id = '{id}'");
        app::execute_on(&self.app.db.url, &sql);
        let answer = asker.client.get("/api/v1/desk/held?limit=1000");
        let found = in_list(&answer, "items", |item| (item["id"] == *id).then_some(item));
        if found == Answer::Reduced { Answer::Allowed } else { found }
    }
}

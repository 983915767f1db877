//! Who asks, and the records that are asked about.

use sentra::domain::actor::{Actor, Role};
use sentra::http::operations::{Place, askers};
use serde_json::{Value, json};

use crate::app::{self, Client, TestApp, draft};

pub const ENTERPRISES: &str = "/api/v1/enterprises";
/// A village at home (Sidoarjo) and one elsewhere (Kota Mojokerto).
pub const HOME: (&str, f64, f64) = ("35.15.06.2001", 112.7223, -7.5071);
pub const AWAY: (&str, f64, f64) = ("35.76.01.1003", 112.428_670_5, -7.467_706_1);

/// Somebody who asks.
pub struct Asker {
    pub name: String,
    pub actor: Actor,
    pub client: Client,
}

impl Asker {
    /// Whose members an officer looks after.
    pub fn cooperative(&self) -> Option<uuid::Uuid> {
        match &self.actor {
            Actor::User(user) => user.cooperative,
            _ => None,
        }
    }
}

/// The world that is asked about.
pub struct World {
    pub app: TestApp,
    pub staff: Client,
    /// Another verifier: nobody verifies their own submission.
    pub vera: Client,
    /// Who manages accounts everywhere.
    pub boss: Client,
    pub askers: Vec<Asker>,
    pub count: std::cell::Cell<u32>,
}

pub fn location(answer: &app::Answer) -> String {
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.header("location").to_owned()
}

pub fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

impl World {
    pub fn new() -> Self {
        let app = TestApp::new();
        let staff = app.staff();
        let vera = app.signed_in(Role::Verifier, Some("35"));
        let askers = askers()
            .into_iter()
            .map(|(name, like)| {
                let (actor, client) = app.acting(&like);
                Asker { name, actor, client }
            })
            .collect();
        let boss = app.signed_in(Role::Admin, None);
        Self { app, staff, vera, boss, askers, count: 0.into() }
    }

    /// A word that no other record has.
    pub fn word(&self) -> String {
        self.count.set(self.count.get() + 1);
        format!("kata{}kata", self.count.get())
    }

    pub fn village(place: Place) -> (&'static str, f64, f64) {
        if place == Place::Own { HOME } else { AWAY }
    }

    /// A draft whose name is its owner's, so that the public's name is another.
    pub fn draft(asker: &Asker, place: Place, word: &str) -> Value {
        let (region, lon, lat) = Self::village(place);
        let mut draft = draft(&format!("Siti {word}"));
        draft["owners"][0]["name"] = draft["name"].clone();
        draft["products"][0]["name"] = json!(format!("Tas {word}dagang"));
        draft["products"][0]["raw_materials"] = json!([{"commodity": "kulit-samak"}]);
        draft["region"] = json!(region);
        draft["point"] = json!({"lon": lon, "lat": lat});
        if place == Place::Own && asker.cooperative().is_some() {
            draft["cooperative"] = json!(asker.cooperative());
        }
        draft
    }

    /// Who writes a record that is to be the asker's own: they, where they write at all.
    pub fn author<'a>(&'a self, asker: &'a Asker, place: Place) -> &'a Client {
        let writes = asker.actor.may(sentra::domain::access::Right::WriteRecords);
        if place == Place::Own && writes { &asker.client } else { &self.staff }
    }

    pub fn step(who: &Client, path: &str, step: &str, body: &Value) {
        who.write("POST", &format!("{path}/{step}"), "*", body).expect(200);
    }

    pub fn publish(&self, path: &str) {
        let basis = json!({"basis": {"kind": "public_duty", "text": "SK 1/2026"}});
        Self::step(&self.vera, path, "publish", &basis);
    }

    /// Takes a draft by `author` to be verified.
    pub fn verified(&self, author: &Client, path: &str) {
        Self::step(author, path, "submit", &json!({}));
        Self::step(&self.vera, path, "verify", &json!({}));
    }

    /// A record in the state that an operation is asked from: its path and its word.
    pub fn record(&self, operation: &str, asker: &Asker, place: Place) -> (String, String) {
        let word = self.word();
        // Who verifies or returns is not the author.
        let by_other = matches!(
            operation,
            "verify_enterprise"
                | "return_enterprise"
                | "return_not_found"
                | "list_desk"
                | "get_desk_record"
                | "verify_desk_batch"
        );
        let checked = matches!(operation, "create_desk_check" | "list_desk_checks");
        let author = if by_other || checked { &self.staff } else { self.author(asker, place) };
        let path = location(&author.post(ENTERPRISES, &Self::draft(asker, place, &word)));
        match operation {
            _ if by_other => Self::step(author, &path, "submit", &json!({})),
            "list_desk_sample" | "create_desk_check" | "list_desk_checks" => {
                self.verified(author, &path);
                return (path, word);
            }
            "publish_enterprise" | "unpublish_enterprise" => self.verified(author, &path),
            "reopen_enterprise" => {
                self.vera.write("DELETE", &path, "*", &Value::Null).expect(200);
            }
            "unmerge_enterprises" => {
                let body = self.other_half(asker, place, &word);
                Self::step(&self.vera, &path, "merge", &body);
            }
            _ => {}
        }
        let published = place == Place::Public || operation == "unpublish_enterprise";
        if published && operation != "publish_enterprise" {
            if operation == "reopen_enterprise" || by_other {
                // Published before that: the state is not reached from there over again.
                return (path, word);
            }
            if operation != "unpublish_enterprise" {
                self.verified(author, &path);
            }
            self.publish(&path);
        }
        (path, word)
    }

    pub fn other_half(&self, asker: &Asker, place: Place, word: &str) -> Value {
        let other = location(&self.staff.post(ENTERPRISES, &Self::draft(asker, place, word)));
        json!({"duplicate": id_of(&other), "reason": "sama"})
    }

    /// A cooperative, sentra or observation: its path and its word.
    pub fn document(&self, kind: &str, place: Place) -> (String, String) {
        let word = self.word();
        let body = Self::document_draft(kind, place, &word, place == Place::Public);
        (location(&self.staff.post(&format!("/api/v1/{kind}"), &body)), word)
    }

    pub fn document_draft(kind: &str, place: Place, word: &str, published: bool) -> Value {
        let (village, ..) = Self::village(place);
        let region = &village[..8];
        let mut body = match kind {
            "cooperatives" => {
                json!({"name": format!("Koperasi {word}"), "kind": "koperasi", "region": region})
            }
            "sentra" => {
                json!({"name": format!("Sentra {word}"), "commodity": "tas", "region": region})
            }
            _ => json!({
                "subject": format!("region:{region}"), "measure": "artisans", "value": 3.0, "unit": "orang",
                "definition": word, "source": {"title": "Uji"}, "on": "2026",
            }),
        };
        if published {
            body["publication_basis"] =
                json!({"kind": "public_duty", "text": "SK 1/2026", "on": "2026-01-01"});
        }
        body
    }
}

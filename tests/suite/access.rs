//! Every operation, asked as everybody about a record in the own area, one in another area and a
//! published one: allowed, reduced to the public tier, or refused, as the table says that
//! `docs/access.md` is written from. And every field, filter, group and measure has its tier.

use std::collections::{BTreeSet, HashMap};

use sentra::atlas::Dimension;
use sentra::domain::actor::{Actor, Role, Scopes};
use sentra::domain::filter::PARAMETERS;
use sentra::domain::tier::{self, Tier};
use sentra::http::operations::{About, Answer, OPERATIONS, Operation, Place, access_page, askers};
use sentra::registry::stats::Measure;
use serde_json::{Value, json};
use strum::{VariantArray, VariantNames};

use crate::app::{self, Client, PASSWORD, TestApp, draft};

const ENTERPRISES: &str = "/api/v1/enterprises";
/// A village at home (Sidoarjo) and one elsewhere (Kota Mojokerto).
const HOME: (&str, f64, f64) = ("35.15.06.2001", 112.7223, -7.5071);
const AWAY: (&str, f64, f64) = ("35.76.01.1003", 112.428_670_5, -7.467_706_1);

/// Somebody who asks.
struct Asker {
    name: String,
    actor: Actor,
    client: Client,
}

impl Asker {
    /// Whose members an officer looks after.
    fn cooperative(&self) -> Option<uuid::Uuid> {
        match &self.actor {
            Actor::User(user) => user.cooperative,
            _ => None,
        }
    }
}

/// The world that is asked about.
struct World {
    app: TestApp,
    staff: Client,
    /// Another verifier: nobody verifies their own submission.
    vera: Client,
    /// Who manages accounts everywhere.
    boss: Client,
    askers: Vec<Asker>,
    count: std::cell::Cell<u32>,
}

fn location(answer: &app::Answer) -> String {
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.header("location").to_owned()
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

impl World {
    fn new() -> Self {
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
    fn word(&self) -> String {
        self.count.set(self.count.get() + 1);
        format!("kata{}kata", self.count.get())
    }

    fn village(place: Place) -> (&'static str, f64, f64) {
        if place == Place::Own { HOME } else { AWAY }
    }

    /// A draft whose name is its owner's, so that the public's name is another.
    fn draft(asker: &Asker, place: Place, word: &str) -> Value {
        let (region, lon, lat) = Self::village(place);
        let mut draft = draft(&format!("Siti {word}"));
        draft["owners"][0]["name"] = draft["name"].clone();
        draft["products"][0]["name"] = json!(format!("Tas {word}dagang"));
        draft["region"] = json!(region);
        draft["point"] = json!({"lon": lon, "lat": lat});
        if place == Place::Own && asker.cooperative().is_some() {
            draft["cooperative"] = json!(asker.cooperative());
        }
        draft
    }

    /// Who writes a record that is to be the asker's own: they, where they write at all.
    fn author<'a>(&'a self, asker: &'a Asker, place: Place) -> &'a Client {
        let writes = asker.actor.may(sentra::domain::access::Right::WriteRecords);
        if place == Place::Own && writes { &asker.client } else { &self.staff }
    }

    fn step(who: &Client, path: &str, step: &str, body: &Value) {
        who.write("POST", &format!("{path}/{step}"), "*", body).expect(200);
    }

    fn publish(&self, path: &str) {
        let basis = json!({"basis": {"kind": "public_duty", "text": "SK 1/2026"}});
        Self::step(&self.vera, path, "publish", &basis);
    }

    /// Takes a draft by `author` to be verified.
    fn verified(&self, author: &Client, path: &str) {
        Self::step(author, path, "submit", &json!({}));
        Self::step(&self.vera, path, "verify", &json!({}));
    }

    /// A record in the state that an operation is asked from: its path and its word.
    fn record(&self, operation: &str, asker: &Asker, place: Place) -> (String, String) {
        let word = self.word();
        // Who verifies or returns is not the author.
        let by_other = matches!(operation, "verify_enterprise" | "return_enterprise");
        let author = if by_other { &self.staff } else { self.author(asker, place) };
        let path = location(&author.post(ENTERPRISES, &Self::draft(asker, place, &word)));
        match operation {
            "verify_enterprise" | "return_enterprise" => {
                Self::step(author, &path, "submit", &json!({}));
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

    fn other_half(&self, asker: &Asker, place: Place, word: &str) -> Value {
        let other = location(&self.staff.post(ENTERPRISES, &Self::draft(asker, place, word)));
        json!({"duplicate": id_of(&other), "reason": "sama"})
    }

    /// A cooperative, sentra or observation: its path and its word.
    fn document(&self, kind: &str, place: Place) -> (String, String) {
        let word = self.word();
        let body = Self::document_draft(kind, place, &word, place == Place::Public);
        (location(&self.staff.post(&format!("/api/v1/{kind}"), &body)), word)
    }

    fn document_draft(kind: &str, place: Place, word: &str, published: bool) -> Value {
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

    /// Asks an operation and says what became of it.
    fn ask(&self, operation: &Operation, asker: &Asker, place: Place) -> Answer {
        let client = &asker.client;
        let post = |path: &str, body: Value| written(&client.write("POST", path, "*", &body));
        let id = operation.id;
        match id {
            "get_enterprise"
            | "list_enterprises"
            | "export_enterprises"
            | "list_suggestions"
            | "get_enterprise_tile"
            | "get_stats"
            | "list_changes"
            | "count_quality"
            | "list_revisions"
            | "get_revision"
            | "get_restricted"
            | "match_persons"
            | "list_reads"
            | "get_read_report" => self.read(id, asker, place),
            "create_enterprise" => {
                written(&client.post(ENTERPRISES, &Self::draft(asker, place, &self.word())))
            }
            "replace_enterprise" => {
                let (path, word) = self.record(id, asker, place);
                let mut body = Self::draft(asker, place, &word);
                body["address"] = json!("Jl. Baru 2");
                written(&client.write("PUT", &path, "*", &body))
            }
            "patch_enterprise" => {
                let (path, _) = self.record(id, asker, place);
                written(&client.write("PATCH", &path, "*", &json!({"address": "Jl. Baru 3"})))
            }
            "close_enterprise" => {
                let (path, _) = self.record(id, asker, place);
                written(&client.write("DELETE", &path, "*", &Value::Null))
            }
            "list_duplicates" | "get_duplicate" | "reject_duplicate" => {
                self.ask_duplicates(id, asker, place)
            }
            "merge_enterprises" | "unmerge_enterprises" => {
                let (path, word) = self.record(id, asker, place);
                if id == "merge_enterprises" {
                    let body = self.other_half(asker, place, &word);
                    return post(&format!("{path}/merge"), body);
                }
                let all = self.staff.all(&format!("{ENTERPRISES}?existence=duplicate&q={word}"));
                let duplicate = all[0]["id"].clone();
                post(&format!("{path}/unmerge"), json!({"duplicate": duplicate}))
            }
            "erase_person" | "export_person" | "correct_person" => {
                let (path, word) = self.record(id, asker, place);
                let mut body = json!({"person": format!("Siti {word}"), "request": "surat 5"});
                match id {
                    "erase_person" => post(&format!("{path}/erase"), body),
                    "export_person" => {
                        body["purpose"] = json!("permohonan pemilik data");
                        post(&format!("{path}/persons/export"), body)
                    }
                    _ => {
                        body["changes"] = json!({"phone": "+6281234567899"});
                        post(&format!("{path}/persons/correct"), body)
                    }
                }
            }
            _ if id.ends_with("_enterprise") => {
                let (path, _) = self.record(id, asker, place);
                let step = id.trim_end_matches("_enterprise");
                let body = match step {
                    "return" | "move" => json!({"reason": "uji"}),
                    "publish" => json!({"basis": {"kind": "public_duty", "text": "SK 2"}}),
                    _ => json!({}),
                };
                post(&format!("{path}/{step}"), body)
            }
            _ if operation.about != About::Nothing => self.ask_document(id, asker, place),
            _ => self.ask_open(id, asker),
        }
    }

    /// The reading operations, about one record.
    fn read(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
        let client = &asker.client;
        let (path, word) = self.record(operation, asker, place);
        let id = id_of(&path);
        let find = format!("q={word}dagang");
        match operation {
            "get_enterprise" => tier_of(&client.get(&path)),
            "list_enterprises" => {
                let answer = client.get(&format!("{ENTERPRISES}?{find}"));
                in_list(&answer, "items", |item| (item["id"] == id).then_some(item))
            }
            "export_enterprises" => {
                let path = format!("/api/v1/exports/enterprises.geojson?{find}");
                in_list(&client.get(&path), "features", |feature| {
                    (feature["id"] == id).then_some(&feature["properties"])
                })
            }
            "list_suggestions" => {
                let suggested = |name: &str| {
                    let answer = client.get(&format!("/api/v1/suggest?q={name}"));
                    let page = answer.expect(200);
                    let items = page["items"].as_array().expect("items");
                    items.iter().any(|item| item["id"] == id)
                };
                // The public's name is that of its product.
                if suggested(&format!("Siti%20{word}")) {
                    Answer::Allowed
                } else if suggested(&format!("Usaha%20Tas%20{word}dagang")) {
                    Answer::Reduced
                } else {
                    Answer::Refused
                }
            }
            "get_enterprise_tile" => {
                let (_, lon, lat) = Self::village(place);
                let tile = app::tile_at(lon, lat, 9);
                let answer = client.get(&format!("/api/v1/tiles/enterprises/{tile}.mvt?{find}"));
                let text = String::from_utf8_lossy(&answer.bytes);
                match answer.status {
                    200 if text.contains(&format!("Siti {word}")) => Answer::Allowed,
                    200 if text.contains(&format!("{word}dagang")) => Answer::Reduced,
                    204 => Answer::Refused,
                    status => panic!("{status}: {text}"),
                }
            }
            "get_stats" => {
                let answer = client.get(&format!("/api/v1/stats?{find}")).expect(200);
                match (answer["matched"].as_u64(), answer["internal"].as_u64()) {
                    (Some(0), _) => Answer::Refused,
                    (Some(1), Some(1)) => Answer::Allowed,
                    (Some(1), _) => Answer::Reduced,
                    other => panic!("{other:?}"),
                }
            }
            "list_changes" => {
                let answer = client.get("/api/v1/changes?since=0&limit=1000");
                let mut next = answer;
                loop {
                    let found = in_list(&next, "items", |change| {
                        (change["entity_id"] == id && change["removed"] != true).then_some(change)
                    });
                    let page = next.json();
                    let ended = page["items"].as_array().is_none_or(Vec::is_empty);
                    if found != Answer::Refused || ended {
                        return found;
                    }
                    next = client.get(page["next"].as_str().expect("next"));
                }
            }
            "count_quality" => {
                let answer = client.get(&format!("/api/v1/quality?{find}"));
                in_list(&answer, "items", |item| (item["records"] == 1).then_some(item))
            }
            "get_restricted" => {
                written(&client.get(&format!("{path}/restricted?purpose=uji%20tabel%20akses")))
            }
            "match_persons" => {
                let national_id = format!("35150644087{:05}", self.count.get());
                let person = json!({"name": format!("Siti {word}"), "national_id": national_id});
                let patch = json!({"restricted": {"persons": [person]}});
                self.staff.write("PATCH", &path, "*", &patch).expect(200);
                let body = json!({"national_id": national_id, "purpose": "uji tabel akses"});
                let answer = client.post("/api/v1/persons/matches", &body);
                in_list(&answer, "items", |item| (item["id"] == id).then_some(item))
            }
            "list_reads" => {
                self.staff.get(&path).expect(200);
                let answer = client.get(&format!("/api/v1/reads?enterprise={id}"));
                // Who read what is all of one tier.
                match in_list(&answer, "items", |item| (item["entity_id"] == id).then_some(item)) {
                    Answer::Reduced => Answer::Allowed,
                    other => other,
                }
            }
            "get_read_report" => {
                written(&client.get(&format!("/api/v1/reads/report?enterprise={id}")))
            }
            "list_revisions" => written(&client.get(&format!("{path}/revisions"))),
            _ => written(&client.get(&format!("{path}/revisions/1"))),
        }
    }

    /// A pair of which both records are at that place.
    fn ask_duplicates(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
        let client = &asker.client;
        let (path, word) = self.record(operation, asker, place);
        let other = self.other_half(asker, place, &word)["duplicate"].clone();
        let is_ours = |pair: &Value| {
            let sides = pair["records"].as_array().expect("two records");
            [json!(id_of(&path)), other.clone()]
                .iter()
                .all(|id| sides.iter().any(|side| side["id"] == *id))
        };
        // Who asks waits for a search that is near its end only.
        self.app.registry.find_duplicates(|_, _| true).expect("a search");
        let all = self.staff.all("/api/v1/duplicates?limit=1000");
        let pair = all.iter().find(|pair| is_ours(pair)).expect("they may be one");
        let pair = format!("/api/v1/duplicates/{}", pair["id"].as_str().expect("an id"));
        match operation {
            "list_duplicates" => {
                let first = client.get("/api/v1/duplicates?limit=1000");
                if written(&first) == Answer::Refused {
                    return Answer::Refused;
                }
                let found = client.all("/api/v1/duplicates?limit=1000");
                if found.iter().any(is_ours) { Answer::Allowed } else { Answer::Refused }
            }
            "get_duplicate" => written(&client.get(&pair)),
            _ => written(&client.post(&format!("{pair}/not-the-same"), &json!({"reason": "uji"}))),
        }
    }

    /// Cooperatives, sentra and observations.
    fn ask_document(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
        let (verb, kind) = operation.split_once('_').expect("verb and resource");
        let kind = match kind.trim_end_matches('s') {
            "cooperative" => "cooperatives",
            "observation" => "observations",
            _ => "sentra",
        };
        let client = &asker.client;
        if verb == "create" {
            let body = Self::document_draft(kind, place, &self.word(), false);
            return written(&client.post(&format!("/api/v1/{kind}"), &body));
        }
        let (path, word) = match (kind, place) {
            // An officer's own is their cooperative.
            ("cooperatives", Place::Own) if asker.cooperative().is_some() => {
                let id = asker.cooperative().expect("one");
                (format!("/api/v1/cooperatives/{id}"), "cooperative".to_owned())
            }
            _ => self.document(kind, place),
        };
        match verb {
            "get" => tier_of(&client.get(&path)),
            "list" => {
                let find = if kind == "observations" {
                    "limit=1000".to_owned()
                } else {
                    format!("q={word}")
                };
                let answer = client.get(&format!("/api/v1/{kind}?{find}"));
                in_list(&answer, "items", |item| (item["id"] == id_of(&path)).then_some(item))
            }
            "patch" => {
                let field = if kind == "observations" { "definition" } else { "about" };
                written(&client.write("PATCH", &path, "*", &json!({field: "baru"})))
            }
            _ => written(&client.write("DELETE", &path, "*", &Value::Null)),
        }
    }

    /// What is nobody's in particular.
    fn ask_open(&self, operation: &str, asker: &Asker) -> Answer {
        let client = &asker.client;
        let get = |path: &str| written(&client.get(path));
        match operation {
            "create_area" => {
                let ring = [[112.0, -7.0], [112.1, -7.0], [112.1, -7.1], [112.0, -7.0]];
                written(
                    &client
                        .post("/api/v1/areas", &json!({"type": "Polygon", "coordinates": [ring]})),
                )
            }
            "get_enterprise_tileset" => get("/api/v1/tiles/enterprises.json?kind=ikm"),
            "get_region_tile" => get("/api/v1/tiles/regions/6/52/33.mvt"),
            "locate_region" => get("/api/v1/regions/locate?lon=112.7223&lat=-7.5071"),
            "list_regions" => get("/api/v1/regions?level=regency"),
            "get_region" => get("/api/v1/regions/35.15"),
            "get_region_geometry" => get("/api/v1/regions/35.15/geometry"),
            "list_region_editions" => get("/api/v1/regions/35.15/editions"),
            "list_sectors" => get("/api/v1/sectors"),
            "list_units" => get("/api/v1/units"),
            "list_commodities" => get("/api/v1/commodities"),
            "list_quality_rules" => get("/api/v1/quality-rules"),
            "list_kbli" => get("/api/v1/kbli?edition=2020"),
            "get_kbli" => get("/api/v1/kbli/2020/15201"),
            "get_health" => get("/healthz"),
            "get_readiness" => get("/readyz"),
            "create_session" | "refresh_session" | "delete_session" => {
                let path = "/api/v1/auth/session";
                let body = json!({"email": "verifier35@contoh.id", "password": PASSWORD});
                let begun = client.post(path, &body);
                let cookie =
                    begun.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
                let cookie = [("Cookie", cookie.as_str())];
                match operation {
                    "create_session" => written(&begun),
                    "refresh_session" => written(&client.send(
                        "POST",
                        &format!("{path}/refresh"),
                        &cookie,
                        Vec::new(),
                    )),
                    _ => written(&client.send("DELETE", path, &cookie, Vec::new())),
                }
            }
            "get_jwks" => get("/.well-known/jwks.json"),
            "create_token" => {
                let (id, secret) = self.app.client_secret(&Scopes::default());
                let body =
                    format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
                let form = [("Content-Type", "application/x-www-form-urlencoded")];
                // Who asks for a token has none yet.
                let client = self.app.anonymous();
                written(&client.send("POST", "/api/v1/auth/token", &form, body.into_bytes()))
            }
            "reset_password" => {
                let email = self.app.newcomer(Role::Viewer, Some("35.15")).0;
                let code = self.boss.post(&format!("/api/v1/users/{email}/reset-code"), &json!({}));
                let code = code.json()["one_time_code"].clone();
                let body =
                    json!({"email": email, "code": code, "password": "kata sandi yang lain"});
                written(&client.post("/api/v1/auth/password-reset", &body))
            }
            _ if operation.ends_with("totp")
                || operation.contains("account")
                || operation.contains("password") =>
            {
                self.ask_own_account(operation, asker)
            }
            _ => self.ask_accounts(operation, asker),
        }
    }
}

impl World {
    /// What people do with their own account; somebody new each time, for it changes.
    fn ask_own_account(&self, operation: &str, asker: &Asker) -> Answer {
        if operation == "delete_user_totp" {
            return self.ask_accounts(operation, asker);
        }
        let newcomer;
        let client = match &asker.actor {
            Actor::User(user) => {
                newcomer = self.app.newcomer(user.role, Some("35.15")).1;
                &newcomer
            }
            _ => &asker.client,
        };
        let path = "/api/v1/account";
        let password = json!({"password": PASSWORD});
        match operation {
            "get_account" => written(&client.get(path)),
            "replace_password" => {
                let body = json!({"current": PASSWORD, "new": "kata sandi yang lain"});
                written(&client.post(&format!("{path}/password"), &body))
            }
            "list_account_sessions" => written(&client.get(&format!("{path}/sessions"))),
            "delete_account_session" => {
                let own = client.get(&format!("{path}/sessions")).json();
                let id = own["items"][0]["id"]
                    .as_str()
                    .unwrap_or("01a214b0-90fb-7a77-b1e5-a35bbcf95d36")
                    .to_owned();
                written(&client.send("DELETE", &format!("{path}/sessions/{id}"), &[], Vec::new()))
            }
            "create_totp" => written(&client.post(&format!("{path}/totp"), &password)),
            _ => {
                let begun = client.post(&format!("{path}/totp"), &password).json();
                let now = self.app.registry.clock().now().timestamp();
                let code =
                    |at: i64| begun["secret"].as_str().map(|secret| app::totp_code(secret, at));
                let confirm = json!({"code": code(now).unwrap_or_else(|| "000000".to_owned())});
                let confirmed = client.post(&format!("{path}/totp/confirm"), &confirm);
                if operation == "confirm_totp" {
                    return written(&confirmed);
                }
                // That of the next step: the one of now confirmed it.
                let code = code(now + 30).unwrap_or_else(|| "000000".to_owned());
                let body = json!({"password": PASSWORD, "code": code}).to_string().into_bytes();
                let headers = [("Content-Type", "application/json")];
                written(&client.send("DELETE", &format!("{path}/totp"), &headers, body))
            }
        }
    }

    /// Accounts of others and service clients, all in the area.
    fn ask_accounts(&self, operation: &str, asker: &Asker) -> Answer {
        let client = &asker.client;
        let delete = |path: &str| written(&client.send("DELETE", path, &[], Vec::new()));
        let until = (self.app.registry.clock().now() + chrono::TimeDelta::days(20)).to_rfc3339();
        if operation.contains("client") {
            let scopes = Scopes { internal: "35.15".parse().ok(), changes: false };
            let path = format!("/api/v1/clients/{}", self.app.client_secret(&scopes).0);
            return match operation {
                "list_clients" => written(&client.get("/api/v1/clients")),
                "create_client" => {
                    let body = json!({"name": "Bank uji", "scopes": ["internal:35.15"], "expires_at": until});
                    written(&client.post("/api/v1/clients", &body))
                }
                "get_client" => written(&client.get(&path)),
                "replace_client_secret" => {
                    written(&client.post(&format!("{path}/secret"), &json!({})))
                }
                "delete_client" => delete(&path),
                other => panic!("no line of the test asks {other}"),
            };
        }
        let email = self.app.newcomer(Role::Viewer, Some("35.15")).0;
        let path = format!("/api/v1/users/{email}");
        let grant = json!({"expires_at": until, "reason": "uji"});
        match operation {
            "list_users" => written(&client.get("/api/v1/users")),
            "create_user" => {
                let body = json!({"email": format!("{}@contoh.id", self.word()), "role": "viewer", "area": "35.15"});
                written(&client.post("/api/v1/users", &body))
            }
            "get_user" => written(&client.get(&path)),
            "patch_user" => {
                written(&client.write("PATCH", &path, "*", &json!({"role": "analyst"})))
            }
            "create_grant" => written(&client.post(&format!("{path}/grant"), &grant)),
            "delete_grant" => {
                self.boss.post(&format!("{path}/grant"), &grant);
                delete(&format!("{path}/grant"))
            }
            "create_reset_code" => written(&client.post(&format!("{path}/reset-code"), &json!({}))),
            "delete_user_sessions" => delete(&format!("{path}/sessions")),
            "delete_user_totp" => {
                self.app.enrolled(&email);
                delete(&format!("{path}/totp"))
            }
            other => panic!("no line of the test asks {other}"),
        }
    }
}

/// Whether it was done.
fn written(answer: &app::Answer) -> Answer {
    match answer.status {
        200..=204 => Answer::Allowed,
        401 | 403 | 404 => Answer::Refused,
        status => panic!("{status}: {}", String::from_utf8_lossy(&answer.bytes)),
    }
}

fn tier_of(answer: &app::Answer) -> Answer {
    match (written(answer), answer.json()["tier"].as_str()) {
        (Answer::Allowed, Some("public")) => Answer::Reduced,
        (found, _) => found,
    }
}

/// At which tier a list holds what is looked for.
fn in_list<'a>(
    answer: &app::Answer,
    name: &str,
    find: impl Fn(&'a Value) -> Option<&'a Value>,
) -> Answer {
    if written(answer) == Answer::Refused {
        return Answer::Refused;
    }
    let page: &'a Value = Box::leak(Box::new(answer.json()));
    let found = page[name].as_array().expect("a list").iter().find_map(find);
    let Some(found) = found else { return Answer::Refused };
    let tiers = [&found["tier"], &found["current"]["tier"]];
    // Counts have no tier: all of them are internal.
    if tiers.iter().any(|tier| **tier == "internal") || !found["records"].is_null() {
        Answer::Allowed
    } else {
        Answer::Reduced
    }
}

#[test]
fn every_operation_answers_everybody_as_the_table_says() {
    let world = World::new();
    let mut wrong = Vec::new();
    for operation in OPERATIONS {
        let places = match operation.about {
            About::Nothing => &[Place::Public],
            _ => Place::VARIANTS,
        };
        for asker in &world.askers {
            for place in places {
                let expected = operation.answer(&asker.actor, *place);
                let found = world.ask(operation, asker, *place);
                if found != expected {
                    wrong.push(format!(
                        "{} as {} about {place:?}: {found:?}, not {expected:?}",
                        operation.id, asker.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_operation_of_the_document_has_its_line_and_the_page_is_the_tables_own() {
    let document = serde_json::to_value(sentra::http::document()).expect("a document");
    let documented: BTreeSet<String> = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|item| item.as_object().expect("operations").values())
        .map(|operation| operation["operationId"].as_str().expect("an id").to_owned())
        .collect();
    let listed: BTreeSet<String> =
        OPERATIONS.iter().map(|operation| operation.id.to_owned()).collect();
    assert_eq!(listed, documented);
    assert_eq!(listed.len(), OPERATIONS.len(), "an operation stands twice");
    assert!(
        access_page() == include_str!("../../docs/access.md"),
        "docs/access.md is out of date: run `make bless`"
    );
}

/// The paths of all fields of a schema of the document.
fn paths_of(schemas: &Value, name: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    walk(schemas, &json!({"$ref": format!("#/components/schemas/{name}")}), "", &mut paths);
    paths
}

fn walk(schemas: &Value, schema: &Value, path: &str, paths: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().expect("a name");
        return walk(schemas, &schemas[name], path, paths);
    }
    for list in ["allOf", "oneOf", "anyOf"] {
        for part in schema[list].as_array().into_iter().flatten() {
            walk(schemas, part, path, paths);
        }
    }
    if schema["items"].is_object() {
        walk(schemas, &schema["items"], &format!("{path}[]"), paths);
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        paths.insert(path.clone());
        walk(schemas, field, &path, paths);
    }
}

#[test]
fn every_field_has_its_tier_and_the_types_keep_to_it() {
    let document = serde_json::to_value(sentra::http::document()).expect("a document");
    let schemas = &document["components"]["schemas"];
    // The schema, what it is called in the table, the highest tier that may be in it.
    for (schema, entity, highest) in [
        ("Enterprise", "enterprise", Tier::Internal),
        ("PublicEnterprise", "enterprise", Tier::Public),
        ("Restricted", "restricted", Tier::Restricted),
        ("Cooperative", "cooperative", Tier::Internal),
        ("Sentra", "sentra", Tier::Internal),
        ("Observation", "observation", Tier::Internal),
    ] {
        let paths = paths_of(schemas, schema);
        assert!(paths.len() > 5, "{schema}");
        for path in &paths {
            let tier = tier::of_field(entity, path);
            let tier = tier.unwrap_or_else(|| panic!("{schema}.{path} has no tier"));
            assert!(tier <= highest, "{schema} may not hold {path}");
        }
    }
    // No line is about a field that is not there.
    let all: HashMap<&str, BTreeSet<String>> = [
        ("enterprise", "Enterprise"),
        ("restricted", "Restricted"),
        ("cooperative", "Cooperative"),
        ("sentra", "Sentra"),
        ("observation", "Observation"),
    ]
    .map(|(entity, schema)| (entity, paths_of(schemas, schema)))
    .into();
    for field in tier::FIELDS.iter().copied().flatten() {
        assert!(all[field.entity].contains(field.path), "{} {}", field.entity, field.path);
    }
}

#[test]
fn internal_filters_groups_and_measures_are_refused_by_name_to_those_without_the_right() {
    let app = TestApp::new();
    let example = |name: &str| match name {
        "review" => "draft",
        "publication" => "published",
        "quality" => "owner_missing",
        "need" => "capital",
        "practice" => "first_aid",
        "raw_material" => "batik",
        "origin" => "33",
        _ => "3",
    };
    let mut internal = 0;
    for parameter in PARAMETERS.iter().filter(|parameter| parameter.tier != Tier::Public) {
        internal += 1;
        let query = format!("{}={}", parameter.name, example(parameter.name));
        for path in [
            format!("{ENTERPRISES}?{query}"),
            format!("{ENTERPRISES}?f=geojson&{query}"),
            format!("/api/v1/exports/enterprises.csv?{query}"),
            format!("/api/v1/tiles/enterprises/7/104/66.mvt?{query}"),
            format!("/api/v1/stats?{query}"),
        ] {
            let told = app.anonymous().get(&path).expect_problem(403);
            assert_eq!(told, [format!("{}:internal_only", parameter.name)], "{path}");
        }
    }
    assert!(internal >= 5);
    // Every group and measure that can be asked for has a line.
    for (parameter, names, table) in [
        ("group_by", Dimension::VARIANTS, tier::GROUPS),
        ("measure", Measure::VARIANTS, tier::MEASURES),
    ] {
        for name in names {
            let path = format!("/api/v1/stats?{parameter}={name}");
            let line = table.iter().find(|(known, _)| known == name);
            match line.unwrap_or_else(|| panic!("{name} has no tier")).1 {
                Tier::Public => drop(app.anonymous().get(&path).expect(200)),
                _ => {
                    let told = app.anonymous().get(&path).expect_problem(403);
                    assert_eq!(told, [format!("{parameter}:internal_only")], "{path}");
                    let auditor = app.signed_in(Role::Auditor, None).get(&path).expect_problem(403);
                    assert_eq!(auditor, told, "{path}");
                }
            }
        }
    }
    assert_eq!(tier::of_name(tier::MEASURES, "lq"), Tier::Public);
    app.anonymous().get("/api/v1/quality").expect_problem(401);
}

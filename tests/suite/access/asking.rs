//! Operations about records, each asked as its test needs it.

use sentra::domain::actor::Role;
use sentra::http::operations::{About, Answer, Operation, Place};
use serde_json::{Value, json};

use super::field::FIELD;
use super::world::{Asker, ENTERPRISES, World, id_of};
use crate::app;

impl World {
    /// Asks an operation and says what became of it.
    #[expect(clippy::too_many_lines, reason = "one table, a few lines an operation")]
    pub fn ask(&self, operation: &Operation, asker: &Asker, place: Place) -> Answer {
        let client = &asker.client;
        let post = |path: &str, body: Value| written(&client.write("POST", path, "*", &body));
        let id = operation.id;
        match id {
            "get_enterprise"
            | "list_enterprises"
            | "export_enterprises"
            | "get_export_metadata"
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
            _ if id.contains("desk") => self.ask_desk(id, asker, place),
            "return_not_found" => {
                let (path, _) = self.record(id, asker, place);
                post(&format!("{path}/not-found"), json!({"reason": "uji"}))
            }
            "list_duplicates" | "get_duplicate" | "reject_duplicate" => {
                self.ask_duplicates(id, asker, place)
            }
            _ if id.contains("candidate") => self.ask_candidates(id, asker, place),
            "get_complements" => {
                let (_, word) = self.record(id, asker, place);
                let find = format!("commodity=kulit-samak&q={word}dagang");
                let answer = client.get(&format!("/api/v1/complements?{find}"));
                match (written(&answer), answer.json()["users"][0]["users"].as_u64()) {
                    // All users are counted by their internal tier.
                    (Answer::Allowed, Some(1)) => Answer::Allowed,
                    (_, None) => Answer::Refused,
                    other => panic!("{other:?}"),
                }
            }
            "list_import_fields" => written(&client.get("/api/v1/imports/fields")),
            "get_import_template" => written(&client.get("/api/v1/imports/template?region=35.15")),
            "create_import" => written(&upload(client)),
            _ if FIELD.iter().any(|word| id.contains(word)) => self.ask_field(id, asker, place),
            _ if id.contains("import") => self.ask_import(id, asker, place),
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
            "create_owner_link" | "list_owner_links" | "delete_owner_link" => {
                let (path, word) = self.record(id, asker, place);
                let links = "/api/v1/owner-links";
                let body = json!({"enterprise": id_of(&path), "owner": format!("Siti {word}")});
                match id {
                    "create_owner_link" => written(&client.post(links, &body)),
                    "list_owner_links" => {
                        written(&client.get(&format!("{links}?enterprise={}", id_of(&path))))
                    }
                    _ => {
                        let made = self.staff.post(links, &body);
                        let made = format!("{links}/{}", id_of(made.header("location")));
                        written(&client.send("DELETE", &made, &[], Vec::new()))
                    }
                }
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
    pub fn read(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
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
            "get_export_metadata" => {
                let path = format!("/api/v1/exports/enterprises/metadata?{find}");
                let answer = client.get(&path).expect(200);
                told(&answer["counts"]["enterprises"], &answer["counts"]["internal"])
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
                told(&answer["matched"], &answer["internal"])
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

    /// An import of the asker, or of another office.
    fn ask_import(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
        let client = &asker.client;
        let imports = asker.actor.may(sentra::domain::access::Right::ImportLists);
        let area = if place == Place::Own { "35.15" } else { "35.76" };
        let other = self.app.signed_in(Role::Verifier, Some(area));
        let by = if place == Place::Own && imports { client } else { &other };
        let id = upload(by).expect(201)["id"].as_str().expect("an id").to_owned();
        // In the state that it is asked from, with nobody at work.
        let state = match operation {
            "stop_import" => "importing",
            "undo_import" => "stopped",
            _ => "uploaded",
        };
        let until = "lease_until = '2999-01-01 00:00:00'";
        let sql = format!("UPDATE imports SET state = '{state}', {until} WHERE id = '{id}'");
        app::execute_on(&self.app.db.url, &sql);
        let path = format!("/api/v1/imports/{id}");
        let post = |step: &str, body: &Value| {
            let answer = client.post(&format!("{path}/{step}"), body);
            if answer.status == 202 { Answer::Allowed } else { written(&answer) }
        };
        match operation {
            "list_imports" => {
                let answer = client.get("/api/v1/imports?limit=1000");
                if written(&answer) == Answer::Refused {
                    return Answer::Refused;
                }
                let page = answer.json();
                let mut items = page["items"].as_array().expect("items").iter();
                if items.any(|item| item["id"] == id) { Answer::Allowed } else { Answer::Refused }
            }
            "get_import" => written(&client.get(&path)),
            "list_import_rows" => written(&client.get(&format!("{path}/rows"))),
            "get_corrected_import" => {
                let answer = client.get(&format!("{path}/corrected"));
                // There is nothing to say of its rows yet.
                if answer.status == 409 { Answer::Allowed } else { written(&answer) }
            }
            "delete_import_file" => {
                written(&client.send("DELETE", &format!("{path}/file"), &[], Vec::new()))
            }
            "replace_import_mapping" => written(&client.write(
                "PUT",
                &format!("{path}/mapping"),
                "",
                &json!({"sheets": []}),
            )),
            "preview_import" => post("preview", &json!({})),
            "start_import" => post("start", &json!({})),
            "stop_import" => post("stop", &json!({})),
            "undo_import" => post("undo", &json!({"reason": "uji"})),
            other => panic!("{other}"),
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
    pub fn ask_document(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
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
}

fn upload(client: &app::Client) -> app::Answer {
    let list = "Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas\n\
        Tas Uji,Uji,Kalitengah,Tanggulangin,Sidoarjo,tas\n";
    let headers = [("Content-Type", "application/octet-stream")];
    client.send("POST", "/api/v1/imports?name=uji.csv", &headers, list.as_bytes().to_vec())
}

/// Whether it was done.
pub fn written(answer: &app::Answer) -> Answer {
    match answer.status {
        200..=204 => Answer::Allowed,
        401 | 403 | 404 => Answer::Refused,
        status => panic!("{status}: {}", String::from_utf8_lossy(&answer.bytes)),
    }
}

pub fn tier_of(answer: &app::Answer) -> Answer {
    match (written(answer), answer.json()["tier"].as_str()) {
        (Answer::Allowed, Some("public")) => Answer::Reduced,
        (found, _) => found,
    }
}

/// At which tier a list holds what is looked for.
pub fn in_list<'a>(
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

/// What counts tell of one record.
fn told(matched: &Value, internal: &Value) -> Answer {
    match (matched.as_u64(), internal.as_u64()) {
        (Some(0), _) => Answer::Refused,
        (Some(1), Some(1)) => Answer::Allowed,
        (Some(1), _) => Answer::Reduced,
        other => panic!("{other:?}"),
    }
}

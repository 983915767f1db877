//! Campaigns, phones and visits.

use sentra::domain::actor::{Actor, Role};
use sentra::http::operations::{Answer, Place};
use serde_json::{Value, json};

use super::asking::written;
use super::world::{Asker, World};
use crate::app;
use crate::campaigns::phone::{Field, Filled, Phone, assign, form_data, photo, planned, started};

/// What these operations are named after.
pub const FIELD: [&str; 9] = [
    "campaign",
    "questionnaire",
    "assignment",
    "device",
    "visit",
    "coverage",
    "doubts",
    "target",
    "progress",
];

impl World {
    /// The village of a place, the district and the regency that it is in.
    fn district(place: Place) -> (&'static str, &'static str, &'static str) {
        let (village, ..) = Self::village(place);
        (village, &village[..8], &village[..5])
    }

    /// A campaign at a place, in which the asker is sent there where it is their own.
    fn campaign_at(&self, asker: &Asker, place: Place) -> String {
        let (village, district, _) = Self::district(place);
        let made = planned(&self.staff, "Pemetaan", &[district]);
        let id = made["id"].as_str().expect("an id").to_owned();
        if place == Place::Own && goes(asker) {
            assign(&self.staff, &id, asker.actor.name(), &[village]);
        }
        id
    }

    /// A visit at a place: the asker's own where they go to the field, with a photo.
    pub fn visit_at(&self, asker: &Asker, place: Place) -> (String, String) {
        let (village, _, regency) = Self::district(place);
        let campaign = self.campaign_at(asker, place);
        let enumerator = if place == Place::Own && goes(asker) {
            asker.actor.name().to_owned()
        } else {
            self.app.newcomer(Role::Enumerator, Some(regency)).0
        };
        assign(&self.staff, &campaign, &enumerator, &[village]);
        started(&self.staff, &campaign);
        let phone = Phone::new(&self.app, &self.staff, &enumerator);
        let client = self.app.anonymous();
        let field = Field { campaign: campaign.clone(), enumerator, client, phone };
        let mut filled = Filled::new(&field, &self.word()).with("photo_place", "tempat.jpg");
        village.clone_into(&mut filled.village);
        let sent = field.phone.post(&filled.xml(), &[("tempat.jpg", &photo())], false);
        assert_eq!(sent.status, 201, "{}", String::from_utf8_lossy(&sent.bytes));
        let all = self.staff.all(&format!("/api/v1/visits?campaign={campaign}"));
        (campaign, all[0]["id"].as_str().expect("an id").to_owned())
    }

    /// Asks an operation about what is in the field.
    pub fn ask_field(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
        let client = &asker.client;
        let get = |path: &str| written(&client.get(path));
        match operation {
            "list_questionnaire_fields" => return get("/api/v1/questionnaire-fields"),
            "list_questionnaires" => return get("/api/v1/questionnaires"),
            "create_questionnaire" => {
                let body = crate::campaigns::phone::questionnaire(&self.word());
                return written(&client.post("/api/v1/questionnaires", &body));
            }
            "get_questionnaire" | "get_questionnaire_form" => {
                let made = planned(&self.staff, "Pemetaan", &["35.15.06"]);
                let id = made["questionnaire"].as_str().expect("an id");
                let rest = if operation.ends_with("form") { "/xform" } else { "" };
                return get(&format!("/api/v1/questionnaires/{id}{rest}"));
            }
            "list_devices" | "create_device" | "delete_device" => {
                return self.ask_device(operation, asker, place);
            }
            _ if operation.contains("visit") => return self.ask_visit(operation, asker, place),
            _ => {}
        }
        let (village, district, _) = Self::district(place);
        let id = self.campaign_at(asker, place);
        let path = format!("/api/v1/campaigns/{id}");
        let write = |method: &str, rest: &str, body: &Value| {
            written(&client.write(method, &format!("{path}{rest}"), "*", body))
        };
        let draft = || {
            let asked = self.staff.get(&path).expect(200);
            json!({
                "name": "Lagi", "from": "2026-11-01", "until": "2026-12-31",
                "regions": [district], "questionnaire": asked["questionnaire"]
            })
        };
        match operation {
            "list_campaigns" => {
                let answer = client.get("/api/v1/campaigns");
                is_in(&answer, "id", &id)
            }
            "create_campaign" => written(&client.post("/api/v1/campaigns", &draft())),
            "get_campaign" => get(&path),
            "patch_campaign" => write("PATCH", "", &json!({"note": "uji"})),
            "start_campaign" => write("POST", "/start", &Value::Null),
            "close_campaign" => {
                started(&self.staff, &id);
                write("POST", "/close", &Value::Null)
            }
            "clone_campaign" => write("POST", "/clone", &draft()),
            "list_campaign_targets" => get(&format!("{path}/targets")),
            "replace_campaign_targets" => {
                write("PUT", "/targets", &json!({"targets": [{"village": village}]}))
            }
            "list_assignments" => get(&format!("{path}/assignments")),
            "replace_assignments" => {
                write("PUT", "/assignments", &json!({"villages": [village], "assignments": []}))
            }
            "list_campaign_enumerators" => get(&format!("{path}/enumerators")),
            "get_campaign_progress" => get(&format!("{path}/progress")),
            "get_coverage" => get(&format!("/api/v1/coverage?campaign={id}")),
            "list_doubts" => get(&format!("/api/v1/plausibility?campaign={id}")),
            other => panic!("{other}"),
        }
    }

    fn ask_device(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
        let (_, _, regency) = Self::district(place);
        let enumerator = if place == Place::Own && goes(asker) {
            asker.actor.name().to_owned()
        } else {
            self.app.newcomer(Role::Enumerator, Some(regency)).0
        };
        let client = &asker.client;
        if operation == "create_device" {
            let body = json!({"enumerator": enumerator, "label": "uji"});
            let made = client.post("/api/v1/devices", &body);
            // Another office's account is as if it were not there.
            return if made.status == 422 { Answer::Refused } else { written(&made) };
        }
        let device = Phone::new(&self.app, &self.staff, &enumerator).device;
        if operation == "list_devices" {
            return is_in(&client.get("/api/v1/devices"), "id", &device);
        }
        written(&client.send("DELETE", &format!("/api/v1/devices/{device}"), &[], Vec::new()))
    }

    fn ask_visit(&self, operation: &str, asker: &Asker, place: Place) -> Answer {
        let client = &asker.client;
        if operation == "create_visit" {
            let (village, ..) = Self::district(place);
            let campaign = self.campaign_at(asker, place);
            started(&self.staff, &campaign);
            let body = json!({
                "instance_id": uuid::Uuid::new_v4(), "campaign": campaign, "village": village,
                "kind": "none"
            });
            return written(&client.post("/api/v1/visits", &body));
        }
        let (campaign, id) = self.visit_at(asker, place);
        let path = format!("/api/v1/visits/{id}");
        match operation {
            "list_visits" => {
                is_in(&client.get(&format!("/api/v1/visits?campaign={campaign}")), "id", &id)
            }
            "get_visit" => written(&client.get(&path)),
            "get_visit_photo" => written(&client.get(&format!("{path}/photos/tempat.jpg"))),
            "create_visit_photos" => {
                let headers = [("Content-Type", "multipart/form-data; boundary=batas")];
                let body = form_data(&[("tempat.jpg", &photo())]);
                written(&client.send("POST", &format!("{path}/photos"), &headers, body))
            }
            "resolve_visit" => {
                let sql = format!("UPDATE visits SET state = 'faulty' WHERE id = '{id}'");
                app::execute_on(&self.app.db.url, &sql);
                written(&client.post(&format!("{path}/resolve"), &json!({"take": "current"})))
            }
            other => panic!("{other}"),
        }
    }
}

/// Whether somebody is sent to the field.
fn goes(asker: &Asker) -> bool {
    match &asker.actor {
        Actor::User(user) => matches!(user.role, Role::Enumerator | Role::CooperativeOfficer),
        _ => false,
    }
}

/// Whether a list holds what is looked for.
fn is_in(answer: &app::Answer, name: &str, value: &str) -> Answer {
    if written(answer) == Answer::Refused {
        return Answer::Refused;
    }
    let page = answer.json();
    let found = page["items"].as_array().expect("items").iter().any(|item| item[name] == value);
    if found { Answer::Allowed } else { Answer::Refused }
}

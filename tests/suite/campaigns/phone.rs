//! A campaign, the people in it, and a phone that speaks OpenRosa.

use sentra::domain::actor::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Answer, Client, TestApp};

/// A village of Sidoarjo, and one beside it.
pub const VILLAGE: &str = "35.15.06.2001";
pub const BESIDE: &str = "35.15.06.2002";

/// What is asked: a bit of everything.
pub fn questionnaire(form_id: &str) -> Value {
    json!({
        "form_id": form_id, "title": "Pemetaan uji",
        "sections": [
            {"title": "Usaha", "questions": [
                {"field": "name", "required": true},
                {"field": "sector", "required": true},
                {"field": "kinds"},
                {"field": "products"},
                {"field": "address"},
                {"field": "point", "required": true},
                {"field": "photo_place"}
            ]},
            {"title": "Pemilik", "questions": [
                {"field": "owner_name", "required": true},
                {"field": "owner_sex"},
                {"field": "owner_phone"},
                {"field": "owner_nik"},
                {"field": "workers_male"},
                {"field": "workers_female"},
                {"field": "needs"},
                {"field": "consents"},
                {"name": "listrik", "type": "yes_no", "label": "Ada listrik?"}
            ]}
        ]
    })
}

/// A running campaign in a district, led by somebody.
pub struct Field {
    pub campaign: String,
    pub enumerator: String,
    pub client: Client,
    pub phone: Phone,
}

/// A phone: the address that holds its key.
pub struct Phone {
    client: Client,
    pub base: String,
    pub device: String,
}

pub fn planned(lead: &Client, name: &str, regions: &[&str]) -> Value {
    let form = format!("uji-{}", Uuid::new_v4().simple());
    let asked = lead.post("/api/v1/questionnaires", &questionnaire(&form[..20])).expect(201);
    let body = json!({
        "name": name, "from": "2026-11-01", "until": "2026-12-31", "regions": regions,
        "questionnaire": asked["id"]
    });
    lead.post("/api/v1/campaigns", &body).expect(201)
}

pub fn started(lead: &Client, id: &str) {
    lead.write("POST", &format!("/api/v1/campaigns/{id}/start"), "*", &Value::Null).expect(200);
}

pub fn assign(lead: &Client, campaign: &str, enumerator: &str, villages: &[&str]) {
    let assignments: Vec<Value> = villages
        .iter()
        .map(|village| json!({"village": village, "enumerator": enumerator}))
        .collect();
    let body = json!({"villages": villages, "assignments": assignments});
    let path = format!("/api/v1/campaigns/{campaign}/assignments");
    lead.write("PUT", &path, "*", &body).expect(200);
}

impl Field {
    /// With one enumerator, who is sent to two villages.
    pub fn new(app: &TestApp) -> Self {
        let lead = app.signed_in(Role::Verifier, Some("35.15"));
        let (enumerator, client) = app.newcomer(Role::Enumerator, Some("35.15"));
        let campaign =
            planned(&lead, "Pemetaan uji", &["35.15.06"])["id"].as_str().expect("an id").to_owned();
        assign(&lead, &campaign, &enumerator, &[VILLAGE, BESIDE]);
        started(&lead, &campaign);
        let phone = Phone::new(app, &lead, &enumerator);
        Self { campaign, enumerator, client, phone }
    }

    pub fn form(&self) -> String {
        format!("c-{}", self.campaign)
    }
}

impl Phone {
    pub fn new(app: &TestApp, lead: &Client, enumerator: &str) -> Self {
        let body = json!({"enumerator": enumerator, "label": "Ponsel uji"});
        let made = lead.post("/api/v1/devices", &body).expect(201);
        let url = made["server_url"].as_str().expect("an address");
        let at = url.find("/openrosa").expect("a path");
        Self {
            client: app.anonymous(),
            base: url[at..].to_owned(),
            device: made["id"].as_str().expect("an id").to_owned(),
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.client.get(&format!("{}/{path}", self.base))
    }

    pub fn head(&self) -> Answer {
        self.client.send("HEAD", &format!("{}/submission", self.base), &[], Vec::new())
    }

    pub fn post(&self, xml: &str, files: &[(&str, &[u8])], incomplete: bool) -> Answer {
        let body = multipart(xml, files, incomplete);
        let headers = [("Content-Type", "multipart/form-data; boundary=batas")];
        self.client.send("POST", &format!("{}/submission", self.base), &headers, body)
    }
}

/// Photos, each under its name.
pub fn form_data(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        push_part(&mut body, name, Some(name), "image/jpeg", bytes);
    }
    body.extend(b"--batas--\r\n");
    body
}

fn push_part(body: &mut Vec<u8>, name: &str, file: Option<&str>, kind: &str, bytes: &[u8]) {
    let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
    body.extend(
        format!(
            "--batas\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\
             Content-Type: {kind}\r\n\r\n"
        )
        .into_bytes(),
    );
    body.extend(bytes);
    body.extend(b"\r\n");
}

/// As ODK Collect sends it.
pub fn multipart(xml: &str, files: &[(&str, &[u8])], incomplete: bool) -> Vec<u8> {
    let mut body = Vec::new();
    let mut part = |name: &str, file: Option<&str>, kind: &str, bytes: &[u8]| {
        push_part(&mut body, name, file, kind, bytes);
    };
    part("xml_submission_file", Some("kiriman.xml"), "text/xml", xml.as_bytes());
    for (name, bytes) in files {
        part(name, Some(name), "image/jpeg", bytes);
    }
    if incomplete {
        part("*isIncomplete*", None, "text/plain", b"yes");
    }
    body.extend(b"--batas--\r\n");
    body
}

/// A filled-in form.
#[derive(Clone)]
pub struct Filled {
    pub form: String,
    pub instance: String,
    pub deprecated: Option<String>,
    pub village: String,
    pub kind: &'static str,
    pub enterprise: String,
    pub outcome: &'static str,
    pub entity: String,
    pub base: String,
    pub branch: String,
    pub answers: Vec<(&'static str, String)>,
    pub products: String,
}

impl Filled {
    /// A new enterprise in the village.
    pub fn new(field: &Field, name: &str) -> Self {
        Self {
            form: field.form(),
            instance: format!("uuid:{}", Uuid::new_v4()),
            deprecated: None,
            village: VILLAGE.into(),
            kind: "new",
            enterprise: String::new(),
            outcome: "",
            entity: Uuid::new_v4().to_string(),
            base: String::new(),
            branch: String::new(),
            answers: vec![
                ("name", name.to_owned()),
                ("sector", "kulit-alas-kaki".into()),
                ("kinds", "ikm".into()),
                ("point", "-7.5071 112.7223 12 4.8".into()),
                ("owner_name", format!("Ibu {name}")),
                ("owner_phone", "081234567890".into()),
                ("owner_nik", "3515064101800001".into()),
                ("workers_male", "2".into()),
                ("workers_female", "3".into()),
                ("needs", "capital marketing".into()),
                ("consents", "publish".into()),
                ("listrik", "ya".into()),
            ],
            products: "<products><product_name>Tas kulit</product_name><product_commodity>tas\
                       </product_commodity><capacity_quantity>5</capacity_quantity><capacity_unit>\
                       kodi</capacity_unit><capacity_period>month</capacity_period></products>"
                .into(),
        }
    }

    /// A visit to a known enterprise, as the phone's list has it.
    pub fn revisit(field: &Field, id: &str, revision: i64, outcome: &'static str) -> Self {
        Self {
            kind: "revisit",
            enterprise: id.to_owned(),
            outcome,
            entity: id.to_owned(),
            base: revision.to_string(),
            answers: Vec::new(),
            products: "<keep_products>ya</keep_products>".into(),
            ..Self::new(field, "")
        }
    }

    pub fn with(mut self, name: &'static str, answer: &str) -> Self {
        self.answers.retain(|(known, _)| *known != name);
        self.answers.push((name, answer.to_owned()));
        self
    }

    pub fn xml(&self) -> String {
        use std::fmt::Write;
        let answers = self.answers.iter().fold(String::new(), |mut all, (name, text)| {
            let _ = write!(all, "<{name}>{text}</{name}>");
            all
        });
        let deprecated = self
            .deprecated
            .as_ref()
            .map_or_else(String::new, |earlier| format!("<deprecatedID>{earlier}</deprecatedID>"));
        let said = |yes: bool| if yes { "1" } else { "" };
        format!(
            "<?xml version='1.0' ?><data id=\"{}\" version=\"uji.1\" \
             xmlns:orx=\"http://openrosa.org/xforms\"><start>2026-11-26T08:00:00.000+07:00</start>\
             <end>2026-11-26T08:15:00.000+07:00</end><visit><village>{}</village><kind>{}</kind>\
             <enterprise>{}</enterprise><outcome>{}</outcome></visit><s1>{answers}{}</s1>\
             <orx:meta><orx:instanceID>{}</orx:instanceID>{deprecated}\
             <entity dataset=\"enterprises\" id=\"{}\" create=\"{}\" update=\"{}\" \
             baseVersion=\"{}\" trunkVersion=\"\" branchId=\"{}\"><label/></entity></orx:meta></data>",
            self.form,
            self.village,
            self.kind,
            self.enterprise,
            self.outcome,
            self.products,
            self.instance,
            self.entity,
            said(self.kind == "new"),
            said(self.outcome == "found"),
            self.base,
            self.branch,
        )
    }

    pub fn send(&self, phone: &Phone) -> Answer {
        phone.post(&self.xml(), &[], false)
    }
}

/// A small JPEG.
pub fn photo() -> Vec<u8> {
    let mut bytes = Vec::new();
    image::DynamicImage::new_rgb8(40, 30)
        .write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Jpeg)
        .expect("a picture");
    bytes
}

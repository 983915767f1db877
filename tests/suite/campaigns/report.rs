//! A release of a campaign: what it tells, what it hides, that it stays as it was sealed.

use calamine::Reader;
use sentra::domain::actor::{Actor, Role};
use sentra::registry::releases::{NewRelease, Verified};
use serde_json::{Value, json};
use uuid::Uuid;

use super::phone::{BESIDE, Field, Filled, VILLAGE, planned};
use crate::app::{Client, TestApp, draft, execute_on};

const RELEASES: &str = "/api/v1/releases";

fn new(campaign: &str) -> Value {
    json!({"title": "Laporan pendataan", "contact": "Disperindag", "campaign": campaign})
}

fn sealed(app: &TestApp, new: &Value) -> Uuid {
    let new: NewRelease = serde_json::from_value(new.clone()).expect("a release");
    app.registry.make_release(&Actor::Operator, &new).expect("a release").id
}

fn close(lead: &Client, campaign: &str) {
    let path = format!("/api/v1/campaigns/{campaign}/close");
    lead.write("POST", &path, "*", &Value::Null).expect(200);
}

/// Twelve found in one village, one that refused beside it, nobody elsewhere; closed.
fn worked(app: &TestApp) -> (Field, Client) {
    let field = Field::new(app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let targets = json!({"targets": [
        {"village": VILLAGE, "expected": 12, "source": "Kepala desa, 2026"}, {"village": BESIDE}
    ]});
    let path = format!("/api/v1/campaigns/{}/targets", field.campaign);
    lead.write("PUT", &path, "*", &targets).expect(200);
    for number in 0..12 {
        // At places of their own.
        let point = format!("-7.50{number:02} 112.72{number:02} 12 4.8");
        let filled = Filled::new(&field, &format!("Usaha {number}")).with("point", &point);
        assert_eq!(filled.send(&field.phone).status, 201);
    }
    let mut body = draft("Yang menolak");
    body["region"] = json!(BESIDE);
    let made = app.staff().post("/api/v1/enterprises", &body).expect(201);
    let id = made["id"].as_str().expect("an id");
    let mut refused = Filled::revisit(&field, id, 1, "refused");
    refused.village = BESIDE.into();
    assert_eq!(refused.send(&field.phone).status, 201);
    close(&lead, &field.campaign);
    (field, lead)
}

#[test]
fn a_release_of_a_campaign_tells_its_figures_and_names_nobody() {
    let app = TestApp::new();
    let (field, _) = worked(&app);
    let id = sealed(&app, &new(&field.campaign));
    let public = app.anonymous();
    let told = public.get(&format!("{RELEASES}/{id}")).expect(200);
    assert_eq!(
        (&told["campaign"], &told["licence"]),
        (&json!(field.campaign), &json!("CC BY 4.0"))
    );
    let figures = &told["about"]["campaign"];
    assert_eq!((&figures["sent"], &figures["visiting"]), (&json!(1), &json!(1)));
    let row = |region: &str| {
        let rows = figures["coverage"].as_array().expect("rows").iter();
        rows.clone().find(|row| row["region"] == region).expect("the region").clone()
    };
    let district = row("35.15.06");
    let villages = district["villages"].as_i64().expect("a number");
    assert_eq!(district["not_visited"], villages - 2);
    // Twelve are ten, one who refused is nobody's to know.
    assert_eq!(
        (&district["found"], &district["new"], &district["refused"], &district["complete"]),
        (&json!(10), &json!(10), &Value::Null, &json!(1))
    );
    assert_eq!((&district["target"], &district["visited"]), (&json!(12), &json!(2)));
    assert_eq!(row("35.15")["found"], row("35")["found"]);
    let named = |list: &str, name: &str| {
        let all = figures[list].as_array().expect("a list").iter();
        all.clone().find(|one| one["name"] == name).expect("the name")["count"].clone()
    };
    assert_eq!(named("reviews", "submitted"), 10);
    assert_eq!(named("reviews", "verified"), Value::Null);
    assert_eq!(named("doubts", "too_short"), Value::Null);
    assert_eq!(figures["sources"], json!([{"source": "Kepala desa, 2026", "villages": 1}]));
    // Every week with every outcome is listed: being listed tells nothing.
    let weeks = figures["visits"].as_array().expect("weeks");
    assert_eq!(weeks.len(), 10 * 7);
    let shown: Vec<&Value> = weeks.iter().filter(|week| !week["count"].is_null()).collect();
    assert_eq!(shown.len(), 1);
    assert_eq!(*shown[0], json!({"week": "2026-11-23", "outcome": "found", "count": 10}));
    let text = told.to_string();
    assert!(!text.contains(&field.enumerator) && !text.contains("Ibu Usaha"));
}

#[test]
fn only_a_closed_campaign_that_is_there_has_a_release_and_only_analysts_make_one() {
    let app = TestApp::new();
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let analyst = app.signed_in(Role::Analyst, None);
    let running = planned(&lead, "Pemetaan", &["35.15.06"]);
    let running = running["id"].as_str().expect("an id");
    let nowhere = Uuid::now_v7().to_string();
    for (campaign, fault) in
        [(running, "campaign:wrong_state"), (&nowhere, "campaign:unknown_code")]
    {
        assert_eq!(analyst.post(RELEASES, &new(campaign)).expect_problem(422), [fault]);
    }
    lead.post(RELEASES, &new(running)).expect_problem(403);
    let mut odd = new(running);
    odd["licence"] = json!(" ");
    odd["campaign"] = Value::Null;
    assert_eq!(analyst.post(RELEASES, &odd).expect_problem(422), ["licence:required"]);
}

#[test]
fn the_report_is_of_the_seal_whatever_became_of_the_records_since() {
    let app = TestApp::new();
    let (field, lead) = worked(&app);
    let mut new = new(&field.campaign);
    new["licence"] = json!("CC0 1.0");
    let id = sealed(&app, &new);
    let public = app.anonymous();
    let path = format!("{RELEASES}/{id}");
    let files = || ["html", "xlsx"].map(|form| public.get(&format!("{path}/report.{form}")).bytes);
    let before = files();
    // Records go, are merged into others, a visit is left aside, a person is erased.
    let all = lead.all(&format!("/api/v1/enterprises?campaign={}", field.campaign));
    let paths: Vec<String> = all
        .iter()
        .map(|one| format!("/api/v1/enterprises/{}", one["id"].as_str().expect("an id")))
        .collect();
    lead.write("DELETE", &paths[0], "*", &Value::Null).expect(200);
    let merge = json!({"duplicate": all[2]["id"], "reason": "sama"});
    lead.write("POST", &format!("{}/merge", paths[1]), "*", &merge).expect(200);
    execute_on(&app.db.url, "UPDATE visits SET state = 'dismissed', outcome = 'refused'");
    execute_on(&app.db.url, "DELETE FROM campaign_targets");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert!(files() == before, "the report is another");
    // Another process has it from the seal too, byte by byte.
    let beside = app.beside(sentra::registry::Clock::system());
    let there = beside.anonymous();
    let again = ["html", "xlsx"].map(|form| there.get(&format!("{path}/report.{form}")).bytes);
    assert!(again == before, "another process writes another report");
    assert_eq!(app.registry.verify_release(id).expect("verified"), Verified::Same);

    let text = String::from_utf8(before[0].clone()).expect("a text");
    for told in ["Cakupan pendataan per kecamatan", "Tanggulangin", "CC0 1.0", "Kepala desa, 2026"]
    {
        assert!(text.contains(told), "{told}");
    }
    for foreign in ["http:", "https:", "src=", "<script", "<link", "url(", &field.enumerator] {
        assert!(!text.contains(foreign), "{foreign}");
    }
    let mut book =
        calamine::Xlsx::new(std::io::Cursor::new(before[1].clone())).expect("a workbook");
    let sheet = book.worksheet_range("Cakupan kecamatan").expect("a sheet");
    let cell = |row, column| sheet.get_value((row, column)).expect("a cell").clone();
    assert_eq!(cell(3, 0), calamine::Data::String("35.15.06".into()));
    assert_eq!(cell(3, 9), calamine::Data::Float(10.0));
    assert_eq!(cell(3, 12), calamine::Data::String("< 10".into()));
    for sheet in ["Kunjungan", "Perlu diperiksa", "Duplikat", "Status", "Sumber target"] {
        assert!(book.sheet_names().iter().any(|name| name == sheet), "{sheet}");
    }
    // Nobody changes what is sealed of it unnoticed.
    let sql = format!(
        "UPDATE releases SET document = replace(document, 'Kepala', 'Kepada') WHERE id = '{id}'"
    );
    execute_on(&app.db.url, &sql);
    assert_eq!(app.registry.verify_release(id).expect("verified"), Verified::Different);
}

#[test]
fn an_installation_has_a_licence_of_its_own() {
    let app = TestApp::new();
    app.registry.generate(20, 9, |_, _| ()).expect("records");
    let out = crate::program::sentra(&app.db)
        .env("SENTRA_LICENCE", "Lisensi Data Terbuka Jawa Timur")
        .args(["release", "make", "--title", "Rilis", "--contact", "Dinas"])
        .stdout(std::process::Stdio::piped())
        .output()
        .expect("the program");
    assert!(out.status.success());
    let told = app.anonymous().get(RELEASES).expect(200);
    assert_eq!(told["items"][0]["licence"], "Lisensi Data Terbuka Jawa Timur");
}

//! Who may be sent, teams and what they did, the budget; and requests that come twice.

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use super::phone::{BESIDE, Field, Filled, VILLAGE, assign, planned, questionnaire};
use crate::app::{Answer, Client, TestApp};

fn people(client: &Client, campaign: &str) -> Vec<Value> {
    let page = client.get(&format!("/api/v1/campaigns/{campaign}/enumerators")).expect(200);
    page["items"].as_array().expect("items").clone()
}

#[test]
fn those_who_may_be_sent_are_told_by_address_and_name_and_nothing_else() {
    let app = TestApp::new();
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let campaign = planned(&lead, "Pemetaan", &["35.15.06"])["id"].clone();
    let campaign = campaign.as_str().expect("an id");
    let (here, client) = app.newcomer(Role::Enumerator, Some("35.15"));
    let (wide, _) = app.newcomer(Role::CooperativeOfficer, Some("35.15"));
    let (beside, _) = app.newcomer(Role::Enumerator, Some("35.16"));
    let (elsewhere, _) = app.newcomer(Role::Enumerator, Some("35.76"));
    let (closed, _) = app.newcomer(Role::Enumerator, Some("35.15"));
    let (office, _) = app.newcomer(Role::Viewer, Some("35.15"));
    let admin = app.signed_in(Role::Admin, None);
    let close = json!({"disabled": true});
    admin.write("PATCH", &format!("/api/v1/users/{closed}"), "*", &close).expect(200);
    let told = people(&lead, campaign);
    for one in &told {
        let fields: Vec<&String> = one.as_object().expect("an object").keys().collect();
        assert_eq!(fields, ["enumerator", "name"]);
    }
    let addresses: Vec<&str> = told.iter().filter_map(|one| one["enumerator"].as_str()).collect();
    assert!(addresses.contains(&here.as_str()) && addresses.contains(&wide.as_str()));
    for other in [&beside, &elsewhere, &closed, &office] {
        assert!(!addresses.contains(&other.as_str()), "{other}");
    }
    // All of them may indeed be sent.
    for address in addresses {
        assign(&lead, campaign, address, &[VILLAGE]);
    }
    let path = format!("/api/v1/campaigns/{campaign}/enumerators");
    client.get(&path).expect_problem(403);
    app.signed_in(Role::Viewer, Some("35.15")).get(&path).expect_problem(403);
    app.signed_in(Role::Verifier, Some("35.76")).get(&path).expect_problem(404);
    // Of a campaign of the province an office is told its own.
    let province = app.signed_in(Role::Analyst, None);
    let all = planned(&province, "Pemetaan provinsi", &["35"])["id"].clone();
    let of_all = |client: &Client| {
        let told = people(client, all.as_str().expect("an id"));
        told.iter().any(|one| one["enumerator"] == elsewhere.as_str())
    };
    assert!(of_all(&province) && !of_all(&lead));
}

#[test]
fn a_team_did_what_its_members_did_and_a_village_of_two_is_one() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let path = format!("/api/v1/campaigns/{}", field.campaign);
    let (second, other) = app.newcomer(Role::Enumerator, Some("35.15"));
    let teams = json!({"teams": [{"name": "Utara", "members": [field.enumerator, second]}]});
    lead.write("PATCH", &path, "*", &teams).expect(200);
    let both = json!({"villages": [VILLAGE], "assignments": [
        {"village": VILLAGE, "enumerator": field.enumerator},
        {"village": VILLAGE, "enumerator": second}
    ]});
    lead.write("PUT", &format!("{path}/assignments"), "*", &both).expect(200);
    let phone = super::phone::Phone::new(&app, &lead, &second);
    for (phone, name) in [(&field.phone, "Satu"), (&field.phone, "Dua"), (&phone, "Tiga")] {
        assert_eq!(Filled::new(&field, name).send(phone).status, 201);
    }
    let mut beside = Filled::new(&field, "Empat");
    beside.village = BESIDE.into();
    assert_eq!(beside.send(&field.phone).status, 201);
    let told = lead.get(&format!("{path}/progress")).expect(200);
    assert_eq!(
        told["teams"],
        json!([{
            "team": "Utara", "members": 2, "visits": 4, "new": 4, "revisits": 0, "villages": 2,
            "last": "2026-11-26"
        }])
    );
    let own = other.get(&format!("{path}/progress")).expect(200);
    assert_eq!((own["teams"].clone(), own["items"][0]["visits"].clone()), (json!([]), json!(1)));
}

#[test]
fn a_budget_comes_with_where_it_is_from() {
    let app = TestApp::new();
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let campaign = planned(&lead, "Pemetaan", &["35.15.06"]);
    let path = format!("/api/v1/campaigns/{}", campaign["id"].as_str().expect("an id"));
    let patch = |body: Value| lead.write("PATCH", &path, "*", &body);
    let alone = patch(json!({"budget_source": "DPA 2026"}));
    assert_eq!(alone.expect_problem(422), ["budget_source:together"]);
    for odd in [-1, 1_000_000_000_000_001_i64] {
        let refused = patch(json!({"budget": odd}));
        assert_eq!(refused.expect_problem(422), ["budget:out_of_range"]);
    }
    let twice = json!({"teams": [{"name": "A", "members": []}, {"name": "A", "members": []}]});
    assert_eq!(patch(twice).expect_problem(422), ["teams[1].name:repeated"]);
    patch(json!({"budget": 250_000_000, "budget_source": "DPA 2026"})).expect(200);
    let now = lead.get(&path).expect(200);
    assert_eq!((&now["budget"], &now["budget_source"]), (&json!(250_000_000), &json!("DPA 2026")));
}

#[test]
fn the_same_request_under_the_same_key_makes_one_campaign_one_version_and_one_release() {
    let app = TestApp::new();
    let lead = app.signed_in(Role::Analyst, None);
    let post = |path: &str, key: &str, body: &Value| -> Answer {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
        lead.send("POST", path, &headers, body.to_string().into_bytes())
    };
    let asked = planned(&lead, "Pemetaan", &["35.15.06"]);
    let body = json!({
        "name": "Pemetaan 2027", "from": "2027-11-01", "until": "2027-12-31",
        "regions": ["35.15.06"], "questionnaire": asked["questionnaire"]
    });
    let clone = format!("/api/v1/campaigns/{}/clone", asked["id"].as_str().expect("an id"));
    let form = questionnaire("kunci");
    let release = json!({"title": "Rilis", "contact": "Dinas"});
    let requests = [
        ("/api/v1/campaigns", &body, 201),
        (clone.as_str(), &body, 201),
        ("/api/v1/questionnaires", &form, 201),
        ("/api/v1/releases", &release, 202),
    ];
    for (number, (path, body, status)) in requests.into_iter().enumerate() {
        let key = format!("kunci-{number}");
        let first = post(path, &key, body).expect(status);
        let again = post(path, &key, body).expect(200);
        assert_eq!(first["id"], again["id"], "{path}");
        let mut other = body.clone();
        other["note"] = json!("lain");
        let other = if path.ends_with("questionnaires") { questionnaire("lain") } else { other };
        post(path, &key, &other).expect_problem(422);
        let new = post(path, &format!("{key}-lain"), body).expect(status);
        assert_ne!(first["id"], new["id"], "{path}");
    }
    // A key of a campaign is of no use for its clone.
    post(&clone, "kunci-0", &body).expect_problem(422);
    assert_eq!(
        lead.get("/api/v1/campaigns").expect(200)["items"].as_array().map(Vec::len),
        Some(5)
    );
}

#[test]
fn each_field_says_what_an_answer_may_be() {
    let app = TestApp::new();
    let told = app.signed_in(Role::Viewer, None).get("/api/v1/questionnaire-fields").expect(200);
    let all = told["items"].as_array().expect("items");
    let of = |code: &str| all.iter().find(|field| field["code"] == code).expect("the field");
    let name = of("name");
    assert_eq!((&name["type"], &name["max_length"]), (&json!("text"), &json!(200)));
    let nib = of("nib");
    assert_eq!((&nib["pattern"], &nib["max_length"]), (&json!("[0-9]{13}"), &json!(13)));
    let workers = of("workers_male");
    assert_eq!(
        (&workers["type"], &workers["unit"], &workers["min"], &workers["max"]),
        (&json!("integer"), &json!("orang"), &json!(0), &json!(100_000))
    );
    let needs = of("needs");
    assert_eq!((&needs["type"], &needs["list"]), (&json!("select_many"), &json!("needs")));
    assert_eq!(needs["choices"][0], json!({"code": "capital", "label": "Modal"}));
    let parts: Vec<&str> = of("products")["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .map(|part| part["type"].as_str().expect("a type"))
        .collect();
    let one = "select_one";
    assert_eq!(parts, ["text", one, "decimal", one, one, "integer", "integer"]);
    assert_eq!(of("products")["parts"][1]["list"], "commodities");
    assert!(
        all.iter().all(|field| field["type"] != "select_one" || field["choices"][0].is_object())
    );
}

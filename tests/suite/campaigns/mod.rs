//! The mapping exercise: campaigns, phones, visits and what was seen.

mod openrosa;
mod people;
pub mod phone;
mod photos;
mod report;
mod visited;

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use self::phone::{BESIDE, Field, Filled, VILLAGE, assign, planned, questionnaire, started};
use crate::app::TestApp;

#[test]
fn a_questionnaire_has_versions_and_an_invalid_one_is_refused_with_its_reason() {
    let app = TestApp::new();
    let lead = app.signed_in(Role::Analyst, None);
    let path = "/api/v1/questionnaires";
    let first = lead.post(path, &questionnaire("pemetaan")).expect(201);
    let second = lead.post(path, &questionnaire("pemetaan")).expect(201);
    assert_eq!((first["version"].as_i64(), second["version"].as_i64()), (Some(1), Some(2)));
    let form = lead.get(&format!("{path}/{}/xform", first["id"].as_str().expect("an id")));
    assert_eq!(form.status, 200);
    assert!(form.header("content-type").starts_with("text/xml"));
    let mut bad = questionnaire("pemetaan");
    bad["sections"][0]["questions"][0] = json!({"field": "nama"});
    bad["sections"][1]["questions"][0]["only_if"] = json!({"question": "listrik", "is": ["ya"]});
    assert_eq!(
        lead.post(path, &bad).expect_problem(422),
        [
            "sections[0].questions[0].field:unknown_code",
            "sections[1].questions[0].only_if.question:unknown_code",
            "sections:together"
        ]
    );
    assert_eq!(lead.get(path).expect(200)["items"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_campaign_goes_from_planned_to_closed_and_its_lists_stay_in_it() {
    let app = TestApp::new();
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let campaign = planned(&lead, "Pemetaan 2026", &["35.15.06"]);
    let id = campaign["id"].as_str().expect("an id");
    let path = format!("/api/v1/campaigns/{id}");
    let (enumerator, _) = app.newcomer(Role::Enumerator, Some("35.15"));
    let elsewhere = json!({"villages": ["35.76.01.1003"], "assignments": []});
    let refused = lead.write("PUT", &format!("{path}/assignments"), "*", &elsewhere);
    assert_eq!(refused.expect_problem(422), ["villages[0]:region_unknown"]);
    let nobody = json!({"villages": [VILLAGE], "assignments": [{"village": VILLAGE, "enumerator": "a@b.id"}]});
    let refused = lead.write("PUT", &format!("{path}/assignments"), "*", &nobody);
    assert_eq!(refused.expect_problem(422), ["assignments[0].enumerator:unknown_code"]);
    assign(&lead, id, &enumerator, &[VILLAGE, BESIDE]);
    let targets = json!({"targets": [{"village": VILLAGE, "expected": 3}, {"village": BESIDE}]});
    let refused = lead.write("PUT", &format!("{path}/targets"), "*", &targets);
    assert_eq!(refused.expect_problem(422), ["targets[0].source:required"]);
    let targets = json!({"targets": [{"village": VILLAGE, "expected": 3, "source": "BPS 2026"}]});
    lead.write("PUT", &format!("{path}/targets"), "*", &targets).expect(200);
    started(&lead, id);
    let again = lead.write("POST", &format!("{path}/start"), "*", &Value::Null);
    again.expect_problem(409);
    // Another office neither sees nor starts it.
    let other = app.signed_in(Role::Verifier, Some("35.76"));
    other.get(&path).expect_problem(404);
    assert_eq!(other.get("/api/v1/campaigns").expect(200)["items"], json!([]));
    lead.write("POST", &format!("{path}/close"), "*", &Value::Null).expect(200);
    let late = lead.write("PUT", &format!("{path}/targets"), "*", &targets);
    late.expect_problem(409);
    // Next year's begins with this one's lists.
    let next = json!({
        "name": "Pemetaan 2027", "from": "2027-11-01", "until": "2027-12-31",
        "regions": ["35.15.06"], "questionnaire": campaign["questionnaire"]
    });
    let clone = lead.post(&format!("{path}/clone"), &next).expect(201);
    assert_eq!((clone["state"].as_str(), clone["clone_of"].as_str()), (Some("planned"), Some(id)));
    let clone = format!("/api/v1/campaigns/{}", clone["id"].as_str().expect("an id"));
    let count = |list: &str| {
        let page = lead.get(&format!("{clone}/{list}")).expect(200);
        page["items"].as_array().map(Vec::len)
    };
    assert_eq!((count("assignments"), count("targets")), (Some(2), Some(1)));
}

#[test]
fn a_province_wide_campaign_is_staffed_by_each_office_for_itself() {
    let app = TestApp::new();
    let province = app.signed_in(Role::Analyst, None);
    let campaign = planned(&province, "Pemetaan provinsi", &["35"]);
    let id = campaign["id"].as_str().expect("an id");
    let office = app.signed_in(Role::Verifier, Some("35.15"));
    let (enumerator, client) = app.newcomer(Role::Enumerator, Some("35.15"));
    assign(&office, id, &enumerator, &[VILLAGE]);
    let path = format!("/api/v1/campaigns/{id}");
    office.write("PATCH", &path, "*", &json!({"name": "Lain"})).expect_problem(403);
    let elsewhere = json!({"villages": ["35.76.01.1003"], "assignments": []});
    office.write("PUT", &format!("{path}/assignments"), "*", &elsewhere).expect_problem(422);
    // Who is sent sees it, and their own villages alone.
    let own = client.get(&format!("{path}/assignments")).expect(200);
    assert_eq!(own["items"].as_array().map(Vec::len), Some(1));
    let coverage = client.get(&format!("/api/v1/coverage?campaign={id}")).expect(200);
    assert_eq!(coverage["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_village_that_nobody_visited_is_not_visited_and_never_zero() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let at = |village: &str| {
        let page = lead.get(&format!("/api/v1/coverage?campaign={}", field.campaign)).expect(200);
        let items = page["items"].as_array().expect("items").clone();
        items.into_iter().find(|row| row["region"] == village).expect("the village")
    };
    assert_eq!(at(VILLAGE)["coverage"], "not_visited");
    let mut zero = Filled::new(&field, "x");
    (zero.kind, zero.village, zero.answers, zero.products) =
        ("none", BESIDE.into(), Vec::new(), String::new());
    assert_eq!(zero.send(&field.phone).status, 201);
    assert_eq!(at(BESIDE)["coverage"], "confirmed_zero");
    let targets =
        json!({"targets": [{"village": VILLAGE, "expected": 2, "source": "Kepala desa, 2026"}]});
    let path = format!("/api/v1/campaigns/{}/targets", field.campaign);
    lead.write("PUT", &path, "*", &targets).expect(200);
    assert_eq!(Filled::new(&field, "Tas Satu").send(&field.phone).status, 201);
    let row = at(VILLAGE);
    assert_eq!((row["coverage"].as_str(), row["found"].as_i64()), (Some("visited"), Some(1)));
    assert_eq!((row["new"].as_i64(), row["known"].as_i64()), (Some(1), Some(1)));
    assert_eq!(Filled::new(&field, "Sepatu Dua").send(&field.phone).status, 201);
    assert_eq!(at(VILLAGE)["coverage"], "complete");
    // Two that are one enterprise are counted as one, and as two once that is taken back.
    let page = lead.get("/api/v1/enterprises?review=submitted").expect(200);
    let id = |place: usize| page["items"][place]["id"].as_str().expect("an id").to_owned();
    let merge = json!({"duplicate": id(1), "reason": "usaha yang sama"});
    let step = |step: &str| {
        let path = format!("/api/v1/enterprises/{}/{step}", id(0));
        lead.write("POST", &path, "*", &merge).expect(200);
    };
    step("merge");
    assert_eq!(
        (at(VILLAGE)["coverage"].as_str(), at(VILLAGE)["found"].as_i64()),
        (Some("visited"), Some(1))
    );
    step("unmerge");
    assert_eq!(at(VILLAGE)["found"].as_i64(), Some(2));
    let path = format!("/api/v1/coverage?campaign={}&level=district", field.campaign);
    let district = lead.get(&path).expect(200)["items"][0].clone();
    let villages = district["villages"].as_i64().expect("a number");
    assert_eq!(district["not_visited"].as_i64(), Some(villages - 2));
    assert_eq!((district["found"].as_i64(), district["target"].as_i64()), (Some(2), Some(2)));
    let days = lead.get(&format!("/api/v1/campaigns/{}/progress", field.campaign)).expect(200);
    assert_eq!(days["items"][0]["visits"], 3);
    assert_eq!(days["items"][0]["day"], "2026-11-26");
}

#[test]
fn doubtful_visits_are_told_to_those_who_lead() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    for name in ["Satu", "Dua", "Tiga"] {
        assert_eq!(Filled::new(&field, name).send(&field.phone).status, 201);
    }
    let far = Filled::new(&field, "Empat").with("point", "-7.3 113.4 0 250");
    assert_eq!(far.send(&field.phone).status, 201);
    let path = format!("/api/v1/plausibility?campaign={}", field.campaign);
    let told = lead.get(&path).expect(200);
    let kinds: Vec<String> = told["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|row| row["doubts"].to_string())
        .collect();
    assert_eq!(kinds.len(), 4);
    assert_eq!(kinds.iter().filter(|kinds| kinds.contains("same_point")).count(), 3);
    assert!(
        kinds
            .iter()
            .any(|kinds| kinds.contains("far_from_village") && kinds.contains("inaccurate"))
    );
    let first = lead.get(&format!("{path}&limit=1")).expect(200);
    let other = first["next"].as_str().expect("a next page").to_owned() + "&enumerator=nobody";
    assert_eq!(lead.get(&other).expect_problem(400), ["cursor:malformed"]);
    let mut paged = Vec::new();
    let mut next = Some(format!("{path}&limit=3"));
    while let Some(page) = next.take().map(|path| lead.get(&path).expect(200)) {
        let items = page["items"].as_array().expect("items");
        assert!((1..=3).contains(&items.len()));
        paged.extend(items.clone());
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(told["items"], json!(paged));
    let of = |name: &str| lead.get(&format!("{path}&enumerator={name}")).expect(200);
    assert_eq!(of(told["items"][0]["enumerator"].as_str().expect("a name"))["items"], json!(paged));
    assert_eq!(of("nobody@example.org")["items"], json!([]));
    let strange = lead.get(&format!("{path}&cursor=bm9uZQ")).expect_problem(400);
    assert_eq!(strange, ["cursor:malformed"]);
    field.client.get(&path).expect_problem(403);
}

#[test]
fn a_page_takes_in_the_same_visit_as_a_phone_once() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let body = json!({
        "instance_id": uuid::Uuid::new_v4(), "campaign": field.campaign, "village": VILLAGE,
        "kind": "new", "start": "2026-11-26T02:00:00Z",
        "answers": {"name": "Batik Sari", "sector": "kerajinan-batik", "owner_name": "Sari"},
        "products": [{"product_name": "Batik tulis", "product_commodity": "batik-tulis"}]
    });
    let first = field.client.post("/api/v1/visits", &body).expect(201);
    let again = field.client.post("/api/v1/visits", &body).expect(201);
    assert_eq!((first["state"].as_str(), &first["id"]), (Some("applied"), &again["id"]));
    let record = first["enterprise"].as_str().expect("a record");
    let record = field.client.get(&format!("/api/v1/enterprises/{record}")).expect(200);
    assert_eq!(
        (record["name"].as_str(), record["review"].as_str()),
        (Some("Batik Sari"), Some("submitted"))
    );
    let mut elsewhere = body.clone();
    elsewhere["village"] = json!("35.15.08.2001");
    elsewhere["instance_id"] = json!(uuid::Uuid::new_v4());
    field.client.post("/api/v1/visits", &elsewhere).expect_problem(403);
}

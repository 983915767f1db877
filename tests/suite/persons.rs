//! What a person may ask for: what is kept of them, its correction; each request is recorded.

use sentra::domain::actor::{Actor, Role, User};
use sentra::domain::fault::Fault;
use sentra::domain::reading::ReadKind;
use sentra::registry::{Registry, RegistryError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Client, TestApp};
use crate::restricted::{create, granted, logged, with_nik};

const PATH: &str = "/api/v1/enterprises";
const PERSON: &str = "Siti Contoh";
const NATIONAL_ID: &str = "3515064408770003";
const REQUEST: &str = "Permohonan 12/2026";
const PURPOSE: &str = "permohonan pemilik data";

/// What `export_person` answers, as it is sent.
fn export(registry: &Registry, reader: &Actor, id: Uuid) -> Result<Value, RegistryError> {
    let export = registry.export_person(reader, id, "siti  contoh", REQUEST, PURPOSE)?;
    Ok(serde_json::to_value(export).expect("JSON"))
}

fn correct(client: &Client, path: &str, changes: &Value) -> crate::app::Answer {
    let body = json!({"person": PERSON, "request": REQUEST, "changes": changes});
    client.write("POST", &format!("{path}/persons/correct"), "*", &body)
}

#[test]
fn a_person_is_told_all_that_is_kept_of_them_and_who_read_it() {
    let app = TestApp::new();
    let mut draft = with_nik("Tas Melati", NATIONAL_ID);
    draft["address"] = json!("Gang Mawar 17");
    draft["contact"] = json!({"phone": "+6281211112222"});
    draft["consents"] = json!([{"to": "contact", "on": "2026-01-02", "how": "formulir"}]);
    let id = create(&app.registry, draft);
    let path = format!("{PATH}/{id}");
    let staff = app.staff();
    staff.get(&path).expect(200);
    staff.get(&format!("{PATH}?q=melati")).expect(200);
    staff.write("PATCH", &path, "*", &json!({"address": "Gang Mawar 18"})).expect(200);

    let reader = granted("rani@contoh.id", Some("35.15"));
    let told = export(&app.registry, &reader, id).expect("an export");
    assert_eq!(told["owner"]["phone"], "+6281234567890");
    assert_eq!(told["restricted"]["national_id"], NATIONAL_ID);
    assert_eq!(told["restricted"]["birth_date"], "1977-08-04");
    assert_eq!(told["business"]["business_capital"], 45_000_000);
    assert_eq!(told["address"], "Gang Mawar 18");
    assert_eq!(told["contact"]["phone"], "+6281211112222");
    assert_eq!(told["consents"][0]["to"], "contact");
    let revisions = told["revisions"].as_array().expect("revisions");
    let addresses: Vec<_> = revisions
        .iter()
        .map(|revision| (revision["revision"].as_i64(), revision["address"].as_str()))
        .collect();
    assert_eq!(addresses, [(Some(1), Some("Gang Mawar 17")), (Some(2), Some("Gang Mawar 18"))]);
    assert_eq!(revisions[1]["actor"], "verifier@contoh.id");
    let direct = told["read_by"]["direct"].as_array().expect("readers");
    let readers: Vec<_> =
        direct.iter().map(|read| (read["actor"].as_str(), read["kind"].as_str())).collect();
    assert_eq!(
        readers,
        [
            (Some("rani@contoh.id"), Some("person_export")),
            (Some("verifier@contoh.id"), Some("record"))
        ]
    );
    assert_eq!(told["read_by"]["shown"][0]["filter"], "q=melati");
    let lines = logged(&app.registry, &[ReadKind::PersonExport]);
    assert!(lines[0].detail.unmasked && lines[0].purpose.as_deref() == Some(PURPOSE));

    // The next export tells of this one.
    let again = export(&app.registry, &reader, id).expect("an export");
    let request = &again["requests"][0];
    assert_eq!((&request["kind"], &request["request"]), (&json!("export"), &json!(REQUEST)));
    assert_eq!(request["actor"], "rani@contoh.id");
}

#[test]
fn of_several_owners_one_is_told_of_themselves_alone() {
    let app = TestApp::new();
    let mut draft = with_nik("Tas Melati", NATIONAL_ID);
    draft["owners"] = json!([{"name": PERSON}, {"name": "Budi Contoh", "phone": "+628155556666"}]);
    draft["restricted"]["persons"] = json!([
        {"name": PERSON, "national_id": NATIONAL_ID},
        {"name": "Budi Contoh", "national_id": "3515064408770009"}
    ]);
    let id = create(&app.registry, draft);
    let told = export(&app.registry, &granted("rani@contoh.id", None), id).expect("an export");
    let text = told.to_string();
    assert!(text.contains(NATIONAL_ID));
    for other in ["Budi", "3515064408770009", "+628155556666", "45000000"] {
        assert!(!text.contains(other), "{other}");
    }
    assert_eq!(told["business"], Value::Null);
}

#[test]
fn an_export_needs_the_right_the_grant_the_area_and_a_request_that_names_nobody() {
    let app = TestApp::new();
    let id = create(&app.registry, with_nik("Tas Melati", NATIONAL_ID));
    let path = format!("{PATH}/{id}/persons/export");
    let body = json!({"person": PERSON, "request": REQUEST, "purpose": PURPOSE});
    app.anonymous().post(&path, &body).expect_problem(401);
    for role in [Role::Verifier, Role::Admin, Role::Analyst] {
        app.signed_in(role, None).post(&path, &body).expect_problem(403);
    }
    let Actor::User(verifier) = granted("rani@contoh.id", None) else { panic!("a user") };
    let viewer = Actor::User(User { role: Role::Viewer, ..verifier });
    assert!(matches!(export(&app.registry, &viewer, id), Err(RegistryError::Forbidden)));
    let elsewhere = granted("edi@contoh.id", Some("35.16"));
    let not_found = export(&app.registry, &elsewhere, id);
    assert!(matches!(not_found, Err(RegistryError::EnterpriseNotFound(told)) if told == id));

    let reader = granted("rani@contoh.id", None);
    let refused = |person: &str, request: &str, purpose: &str| match app
        .registry
        .export_person(&reader, id, person, request, purpose)
    {
        Err(RegistryError::Invalid(mut faults)) => {
            let found = faults.remove(0);
            (found.field, found.fault)
        }
        other => panic!("{:?}", other.err()),
    };
    let named = format!("surat {PERSON}");
    assert_eq!(refused(PERSON, &named, PURPOSE), ("request".into(), Fault::NamesThePerson));
    assert_eq!(refused(PERSON, REQUEST, &named), ("purpose".into(), Fault::NamesThePerson));
    assert_eq!(refused(PERSON, REQUEST, "cek"), ("purpose".into(), Fault::TooShort { min: 10 }));
    assert_eq!(refused(PERSON, NATIONAL_ID, PURPOSE), ("request".into(), Fault::HoldsNationalId));
    let together = Fault::Together { with: "owners[].name" };
    assert_eq!(refused("Orang Lain", REQUEST, PURPOSE), ("person".into(), together));
    // Nothing was recorded of what was refused.
    assert_eq!(logged(&app.registry, &[ReadKind::PersonExport]).len(), 0);
    let requests = &crate::tables::all_rows(&app.db.url)["person_requests"];
    assert_eq!(requests.len(), 0);
}

#[test]
fn a_person_is_corrected_in_the_record_and_the_vault() {
    let app = TestApp::new();
    let id = create(&app.registry, with_nik("Tas Melati", NATIONAL_ID));
    let path = format!("{PATH}/{id}");
    let staff = app.staff();
    let changes = json!({
        "name": "Siti Aminah", "phone": "+6281299990000", "sex": null,
        "national_id": "3515064408770099", "birth_date": null
    });
    let corrected = correct(&staff, &path, &changes).expect(200);
    assert_eq!(corrected["owners"], json!([{"name": "Siti Aminah", "phone": "+6281299990000"}]));
    assert_eq!(corrected["revision"], 2);
    let reader = granted("rani@contoh.id", None);
    let values = app.registry.restricted_values(&reader, id, PURPOSE, true).expect("values").values;
    assert_eq!(
        serde_json::to_value(&values.persons).expect("JSON"),
        json!([{"name": "Siti Aminah", "national_id": "3515064408770099"}])
    );
    // The money is not theirs alone to correct.
    assert_eq!(values.business_capital, Some(45_000_000));
    let find = |national_id| {
        app.registry.match_persons(&reader, national_id, PURPOSE).expect("an answer").matched
    };
    assert_eq!((find(NATIONAL_ID), find("3515064408770099")), (0, 1));
    let log = app.anonymous().get(&path);
    assert_eq!(log.status, 404);
    let revisions = staff.get(&format!("{path}/revisions")).expect(200);
    assert_eq!(revisions["items"][0]["action"], "correct");
    assert_eq!(revisions["items"][0]["reason"], REQUEST);

    // Only a NIK, which is in no document, is a change too; the same again is none.
    let body =
        |changes: Value| json!({"person": "Siti Aminah", "request": REQUEST, "changes": changes});
    let post = |changes| {
        staff.write("POST", &format!("{path}/persons/correct"), "*", &body(changes)).expect(200)
    };
    assert_eq!(post(json!({"national_id": NATIONAL_ID}))["revision"], 3);
    assert_eq!(post(json!({"national_id": NATIONAL_ID}))["revision"], 3);
    // One who had nothing in the vault, and one of whom nothing is left there.
    assert_eq!(post(json!({"national_id": null}))["revision"], 4);
    assert_eq!(find(NATIONAL_ID), 0);
    assert_eq!(post(json!({"birth_date": "1977-08-04"}))["revision"], 5);
    let requests = &crate::tables::all_rows(&app.db.url)["person_requests"];
    assert_eq!(requests.len(), 5);
    assert!(requests.iter().all(|row| row.contains("\"correct\"") && row.contains(REQUEST)));
}

#[test]
fn a_correction_needs_the_right_the_revision_and_one_owner_of_that_name() {
    let app = TestApp::new();
    let id = create(&app.registry, with_nik("Tas Melati", NATIONAL_ID));
    let path = format!("{PATH}/{id}");
    let staff = app.staff();
    let changes = json!({"phone": "+6281299990000"});
    for role in [Role::Viewer, Role::Analyst, Role::Admin, Role::Auditor] {
        correct(&app.signed_in(role, None), &path, &changes).expect_problem(403);
    }
    let elsewhere = app.signed_in(Role::Verifier, Some("35.16"));
    correct(&elsewhere, &path, &changes).expect_problem(404);
    let body = json!({"person": PERSON, "request": REQUEST, "changes": changes});
    staff.post(&format!("{path}/persons/correct"), &body).expect_problem(428);
    let stale = staff.write("POST", &format!("{path}/persons/correct"), "\"7\"", &body);
    stale.expect_problem(412);

    assert_eq!(correct(&staff, &path, &json!({})).expect_problem(422), ["changes:required"]);
    for (changes, told) in [
        (json!({"national_id": "12"}), "changes.national_id:malformed"),
        (json!({"alamat": "x"}), "changes.alamat:unknown_field"),
        (json!({"name": ""}), "changes.name:required"),
        (json!({"birth_date": "kemarin"}), "changes.birth_date:wrong_type"),
    ] {
        assert_eq!(correct(&staff, &path, &changes).expect_problem(422), [told], "{changes}");
    }
    let owners = json!({"owners": [{"name": PERSON}, {"name": "siti contoh"}]});
    staff.write("PATCH", &path, "*", &owners).expect(200);
    assert_eq!(correct(&staff, &path, &changes).expect_problem(422), ["person:ambiguous"]);
    let requests = &crate::tables::all_rows(&app.db.url)["person_requests"];
    assert_eq!(requests.len(), 0);
}

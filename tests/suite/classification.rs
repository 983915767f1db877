//! KBLI editions and what corresponds to what.

use sentra::registry::RegistryError;
use serde_json::{Value, json};

use crate::app::{TestApp, draft};
use crate::editions::day;

#[test]
fn kbli_of_an_edition_and_what_it_corresponds_to() {
    let app = TestApp::new();
    let anonymous = app.anonymous();
    anonymous.get("/api/v1/kbli/2025/15209").expect_problem(404);
    let codes = "versi,kode,judul\n2025,C,Industri Pengolahan\n2025,15,Kulit\n2025,15209,Alas kaki lain\n2025,15201,Alas kaki\n2020,15202,Lama\n";
    let count =
        app.registry.import_kbli(codes.as_bytes(), "2025", Some(day("2026-01-01"))).expect("codes");
    assert_eq!(count, 3);
    let pairs = "2020,2025\n15201,15201\n15201,15209\n15202,15209\n";
    assert_eq!(
        app.registry.import_concordance(pairs.as_bytes(), "2020", "2025").expect("pairs"),
        3
    );
    let new = anonymous.get("/api/v1/kbli/2025/15209").expect(200);
    assert_eq!(
        (&new["title"], &new["valid_from"], &new["valid_to"]),
        (&json!("Alas kaki lain"), &json!("2026-01-01"), &Value::Null)
    );
    let old_title = &anonymous.get("/api/v1/kbli/2020/15201").expect(200)["title"];
    let expected = json!([
        {"edition": "2020", "code": "15201", "title": old_title},
        {"edition": "2020", "code": "15202", "title": title(&app, "2020", "15202")},
    ]);
    assert_eq!(new["corresponds_to"], expected);
    let old = anonymous.get("/api/v1/kbli/2020/15201").expect(200);
    assert_eq!((&old["valid_from"], &old["valid_to"]), (&Value::Null, &json!("2026-01-01")));
    assert_eq!(old["corresponds_to"].as_array().map(Vec::len), Some(2));
    // A corrected concordance takes the place of the earlier one.
    app.registry.import_concordance(b"dari,ke\n15201,15201\n", "2020", "2025").expect("pairs");
    let new = anonymous.get("/api/v1/kbli/2025/15209").expect(200);
    assert_eq!(new["corresponds_to"], json!([]));
    anonymous.get("/api/v1/kbli/2019/15209").expect_problem(404);
}

fn title(app: &TestApp, edition: &str, code: &str) -> Option<String> {
    app.registry.reference().kbli.entry(edition, code).map(|entry| entry.title.clone())
}

#[test]
fn an_imported_edition_may_be_stated_and_a_bad_list_writes_nothing() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut body = draft("Tas Melati");
    body["kbli"] = json!([{"edition": "2030", "code": "15201"}]);
    let refused = staff.post("/api/v1/enterprises", &body).expect_problem(422);
    assert_eq!(refused, ["kbli[0].edition:unknown_code"]);
    let bad = app.registry.import_kbli(b"kode,judul\n15201,Alas kaki\n1,X\n", "2030", None);
    assert!(matches!(bad, Err(RegistryError::Invalid(_))));
    staff.post("/api/v1/enterprises", &body).expect_problem(422);
    app.registry.import_kbli(b"kode,judul\n15201,Alas kaki\n", "2030", None).expect("codes");
    let stored = staff.post("/api/v1/enterprises", &body).expect(201);
    assert_eq!(stored["kbli"][0]["edition"], "2030");
    assert_eq!(staff.get("/api/v1/kbli?edition=2030").expect(200)["matched"], 1);
    let unknown = app.registry.import_concordance(b"dari,ke\n15,15\n", "2020", "2031");
    assert!(matches!(unknown, Err(RegistryError::Invalid(_))));
}

//! Cooperatives, sentra and observations.

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use crate::app::{TestApp, draft};

fn cooperative(name: &str) -> Value {
    json!({
        "name": name, "kind": "koperasi", "region": "35.15.06",
        "legal_entity_number": "514/BH/XVI.13/III/2010",
        "headcount": {"members": 120, "women": 40, "on": "2025-12-31"},
        "annual_meetings": ["2024-03-01", "2025-03-01"],
    })
}

fn basis() -> Value {
    json!({"kind": "already_public", "text": "Laporan pers", "on": "2026-01-01"})
}

#[test]
fn a_cooperative_has_a_parent_and_members() {
    let app = TestApp::new();
    let staff = app.staff();
    let answer = staff.post("/api/v1/cooperatives", &cooperative("Koperasi Induk"));
    let parent = answer.expect(201);
    assert_eq!((&parent["revision"], &parent["active_until"]), (&json!(1), &json!("2027-12-31")));
    assert_eq!(parent["region_name"], "Tanggulangin, Kabupaten Sidoarjo");
    let mut child = cooperative("Koperasi Anak");
    child["parent"] = parent["id"].clone();
    let child = staff.post("/api/v1/cooperatives", &child).expect(201);
    let children = format!("/api/v1/cooperatives?parent={}", parent["id"].as_str().expect("an id"));
    assert_eq!(staff.get(&children).expect(200)["items"][0]["name"], "Koperasi Anak");
    // No cooperative stands above itself.
    let path = answer.header("location");
    let told =
        staff.write("PATCH", path, "\"1\"", &json!({"parent": child["id"]})).expect_problem(422);
    assert_eq!(told, ["parent:circular"]);

    let mut member = draft("Tas Melati");
    member["cooperative"] = parent["id"].clone();
    staff.post("/api/v1/enterprises", &member).expect(201);
    staff.post("/api/v1/enterprises", &draft("Tas Kenanga")).expect(201);
    let members =
        format!("/api/v1/enterprises?cooperative={}", parent["id"].as_str().expect("an id"));
    let members = staff.get(&members).expect(200);
    assert_eq!(
        (&members["matched"], &members["items"][0]["name"]),
        (&json!(1), &json!("Tas Melati"))
    );
    member["cooperative"] = json!("01900000-0000-7000-8000-000000000000");
    let told = staff.post("/api/v1/enterprises", &member).expect_problem(422);
    assert_eq!(told, ["cooperative:unknown_code"]);
}

#[test]
fn figures_that_disagree_stand_side_by_side_with_their_sources() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut intako = cooperative("Koperasi Intako");
    intako["publication_basis"] = basis();
    let id = staff.post("/api/v1/cooperatives", &intako).expect(201)["id"].clone();
    let subject = format!("cooperative:{}", id.as_str().expect("an id"));
    let figure = |value: f64, on: &str, publisher: &str| {
        json!({
            "subject": subject, "measure": "artisans", "value": value, "unit": "orang", "on": on,
            "definition": "perajin tas", "publication_basis": basis(),
            "source": {"title": "Laporan", "publisher": publisher, "published": on},
        })
    };
    staff.post("/api/v1/observations", &figure(3000.0, "2020-01", "SURYAMALANG")).expect(201);
    staff.post("/api/v1/observations", &figure(354.0, "2019-12", "Suarajatim")).expect(201);
    let mut hidden = figure(1.0, "2021", "x");
    hidden.as_object_mut().expect("an object").remove("publication_basis");
    staff.post("/api/v1/observations", &hidden).expect(201);
    let list = format!("/api/v1/observations?subject={subject}");
    assert_eq!(staff.get(&list).expect(200)["items"].as_array().map(Vec::len), Some(3));
    let public = app.anonymous().get(&list).expect(200);
    let values: Vec<&Value> =
        public["items"].as_array().expect("items").iter().map(|item| &item["value"]).collect();
    assert_eq!(values, [&json!(3000.0), &json!(354.0)]);
    assert!(public["items"][0].get("publication_basis").is_none());

    let mut bad = figure(5.0, "2020-13", "x");
    bad["unit"] = json!("genggam");
    bad["max"] = json!(1.0);
    bad["definition"] = json!(" ");
    let told = staff.post("/api/v1/observations", &bad).expect_problem(422);
    let expected = [
        "definition:required",
        "unit:unknown_code",
        "max:out_of_range",
        "on:malformed",
        "source.published:malformed",
    ];
    assert_eq!(told, expected);
    for (field, value, code) in [
        ("subject", json!("kota"), "subject:wrong_type"),
        ("measure", json!("banyak"), "measure:unknown_code"),
        ("warna", json!("merah"), "warna:unknown_field"),
    ] {
        let mut bad = figure(5.0, "2020", "x");
        bad[field] = value;
        assert_eq!(staff.post("/api/v1/observations", &bad).expect_problem(422), [code]);
    }
}

#[test]
fn a_sentra_has_a_ground_a_roadmap_and_an_area() {
    let app = TestApp::new();
    let staff = app.staff();
    let sentra = json!({
        "name": "Sentra tas Tanggulangin", "commodity": "tas", "region": "35.15.06",
        "basis": {"ground": "regulation"}, "villages": ["35.15.06.2001"],
        "area": {"type": "Polygon", "coordinates": [[[112.70, -7.52], [112.74, -7.52], [112.74, -7.49], [112.70, -7.52]]]},
        "milestones": [{"title": "Jalan", "status": "underway", "planned_year": 2017}],
        "publication_basis": basis(),
    });
    let answer = staff.post("/api/v1/sentra", &sentra);
    let created = answer.expect(201);
    let path = answer.header("location");
    let public = app.anonymous().get(path).expect(200);
    for (field, value) in sentra.as_object().expect("an object") {
        assert_eq!(&created[field], value, "{field}");
        if field != "publication_basis" {
            assert_eq!(&public[field], value, "{field}");
        }
    }
    assert_eq!(public["tier"], "public");
    let by = |query: &str| {
        app.anonymous().get(&format!("/api/v1/sentra?{query}")).expect(200)["items"]
            .as_array()
            .map(Vec::len)
    };
    assert_eq!([by("commodity=tas"), by("commodity=batik-tulis")], [Some(1), Some(0)]);
    assert_eq!(
        [by("region=35.15"), by("region=35.16"), by("q=TANGGUL")],
        [Some(1), Some(0), Some(1)]
    );

    let mut bad = sentra.clone();
    bad["basis"] = json!({"ground": "decree"});
    bad["area"] = json!({"type": "Point", "coordinates": [1, 2]});
    bad["villages"] = json!(["35.99"]);
    let told = staff.post("/api/v1/sentra", &bad).expect_problem(422);
    assert_eq!(
        told,
        ["villages[0]:region_unknown", "area:malformed", "basis.decree_number:required"]
    );

    staff.write("PATCH", path, "\"9\"", &json!({"about": "x"})).expect_problem(412);
    app.anonymous().write("PATCH", path, "*", &json!({"about": "x"})).expect_problem(401);
    let other = app.signed_in(Role::Verifier, Some("35.16"));
    other.write("PATCH", path, "*", &json!({"about": "x"})).expect_problem(403);
    // Without a basis it is no longer the public's.
    staff.write("PATCH", path, "\"1\"", &json!({"publication_basis": null})).expect(200);
    app.anonymous().get(path).expect_problem(404);
    other.get(path).expect_problem(404);
    assert_eq!(by("commodity=tas"), Some(0));
    let closed =
        staff.write("DELETE", &format!("{path}?reason=bubar"), "\"2\"", &json!(null)).expect(200);
    assert_eq!(closed["existence"], "closed");
    let told = staff.write("PATCH", path, "*", &json!({"about": "x"})).expect_problem(409);
    assert_eq!(told, ["existence:wrong_state"]);
}

#[test]
fn lists_of_documents_are_paged_by_name() {
    let app = TestApp::new();
    let staff = app.staff();
    for name in ["Delima", "Anggrek", "Cempaka", "Bakung", "Anggrek"] {
        staff.post("/api/v1/cooperatives", &cooperative(&format!("Koperasi {name}"))).expect(201);
    }
    let names: Vec<String> = staff
        .all("/api/v1/cooperatives?limit=2")
        .iter()
        .map(|item| item["name"].as_str().expect("a name").replace("Koperasi ", ""))
        .collect();
    assert_eq!(names, ["Anggrek", "Anggrek", "Bakung", "Cempaka", "Delima"]);
    let told = staff.get("/api/v1/cooperatives?cursor=x&warna=merah").expect_problem(400);
    assert_eq!(told, ["cursor:malformed", "warna:unknown_parameter"]);
}

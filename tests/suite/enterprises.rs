//! Create, read, replace, patch, close; who may, and what they see.

use sentra::domain::actor::Role;
use serde_json::json;

use crate::app::{TestApp, draft};

const PATH: &str = "/api/v1/enterprises";

#[test]
fn what_was_created_is_read_back_and_stays_unpublished() {
    let app = TestApp::new();
    let staff = app.staff();
    let answer = staff.post(PATH, &draft("Tas Melati"));
    let created = answer.expect(201);
    assert_eq!(created["tier"], "internal");
    assert_eq!(
        (created["revision"].as_i64(), created["review"].as_str()),
        (Some(1), Some("draft"))
    );
    assert_eq!(created["region_name"], "Kalisampurno, Tanggulangin, Kabupaten Sidoarjo");
    assert_eq!(created["responsible_region"], "35.15");
    assert_eq!(created["located_in"]["district"], "35.15.06");
    assert_eq!(created["women_led"], true);
    assert_eq!(created["public_place"]["precision"], "village");
    for (field, value) in draft("Tas Melati").as_object().expect("an object") {
        assert_eq!(&created[field], value, "{field}");
    }
    let path = answer.header("location").to_owned();
    assert_eq!(staff.get(&path).expect(200), created);

    // To the public an unpublished record and one that never was look the same.
    let unpublished = app.anonymous().get(&path);
    let unknown = app.anonymous().get(&format!("{PATH}/01900000-0000-7000-8000-000000000000"));
    unpublished.expect_problem(404);
    let told = |answer: &crate::app::Answer| {
        let mut problem = answer.json();
        problem["instance"].take();
        problem["request_id"].take();
        problem
    };
    assert_eq!(told(&unpublished), told(&unknown));
    assert_eq!(app.anonymous().get(PATH).expect(200)["matched"], 0);
}

#[test]
fn a_write_needs_the_current_revision() {
    let app = TestApp::new();
    let staff = app.staff();
    let answer = staff.post(PATH, &draft("Tas Melati"));
    let path = answer.header("location").to_owned();
    let etag = answer.header("etag").to_owned();
    let patch = json!({"name": "Tas Mawar", "address": "Jl. Raya 1", "workers": null});

    staff.send("PATCH", &path, &[], patch.to_string().into_bytes()).expect_problem(428);
    let patched = staff.write("PATCH", &path, &etag, &patch);
    let now = patched.expect(200);
    assert_eq!((now["revision"].as_i64(), now["name"].as_str()), (Some(2), Some("Tas Mawar")));
    assert!(now.get("workers").is_none());
    assert_eq!(now["owners"], draft("")["owners"]);
    staff.write("PATCH", &path, &etag, &patch).expect_problem(412);
    // A change that changes nothing makes no revision.
    assert_eq!(
        staff.write("PATCH", &path, patched.header("etag"), &patch).expect(200)["revision"],
        2
    );

    let replaced = staff.write("PUT", &path, "\"2\"", &draft("Tas Kenanga")).expect(200);
    assert_eq!(
        (replaced["revision"].as_i64(), replaced["name"].as_str()),
        (Some(3), Some("Tas Kenanga"))
    );
    assert!(replaced.get("address").is_none());

    let closed =
        staff.write("DELETE", &format!("{path}?reason=pindah"), "\"3\"", &json!(null)).expect(200);
    assert_eq!(closed["existence"], "closed");
    assert_eq!(staff.get(PATH).expect(200)["matched"], 0);
    assert_eq!(staff.get(&format!("{PATH}?existence=closed")).expect(200)["matched"], 1);
    assert_eq!(staff.get(&path).expect(200)["existence"], "closed");
}

#[test]
fn the_same_idempotency_key_makes_one_record() {
    let app = TestApp::new();
    let staff = app.staff();
    let body = draft("Tas Melati").to_string().into_bytes();
    let headers = [("Idempotency-Key", "a1")];
    let first = staff.send("POST", PATH, &headers, body.clone()).expect(201);
    let again = staff.send("POST", PATH, &headers, body).expect(200);
    assert_eq!(first, again);
    let other = draft("Lain").to_string().into_bytes();
    staff.send("POST", PATH, &headers, other).expect_problem(422);
    assert_eq!(staff.get(PATH).expect(200)["matched"], 1);
}

#[test]
fn faults_are_named_all_at_once_and_nothing_is_written() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut bad = draft("Tas Melati");
    bad["region"] = json!("35.99");
    bad["founded_year"] = json!(1492);
    bad["products"][0]["capacity"]["unit"] = json!("genggam");
    bad["commodities"] = json!(["tidak-ada"]);
    let told = staff.post(PATH, &bad).expect_problem(422);
    let expected = [
        "founded_year:out_of_range",
        "commodities[0]:unknown_code",
        "products[0].capacity.unit:unknown_code",
        "region:region_unknown",
    ];
    assert_eq!(told, expected);
    let mut unlike = draft("Tas Melati");
    unlike["products"][0]["capacity"]["unit"] = json!("kg");
    unlike["products"][0]["capacity"]["working_days"] = json!(32);
    let expected = [
        "products[0].capacity.unit:wrong_dimension",
        "products[0].capacity.working_days:out_of_range",
    ];
    assert_eq!(staff.post(PATH, &unlike).expect_problem(422), expected);
    for (change, told) in [
        (json!({"warna": "merah"}), "warna:unknown_field"),
        (json!({"owners": [{"nik": "1"}]}), "owners[0].nik:unknown_field"),
        (json!({"owners": [{"sex": "female"}]}), "owners[0].name:required"),
        (json!({"registrations": [{"kind": "pt"}]}), "registrations[0].kind:unknown_code"),
        (json!({"founded_year": "dua ribu"}), "founded_year:wrong_type"),
        (json!({"nib": "123"}), "nib:wrong_type"),
    ] {
        let mut bad = draft("Tas Melati");
        bad.as_object_mut()
            .expect("an object")
            .extend(change.as_object().expect("an object").clone());
        assert_eq!(staff.post(PATH, &bad).expect_problem(422), [told]);
    }
    assert_eq!(staff.get(PATH).expect(200)["matched"], 0);
}

#[test]
fn roles_and_areas_bound_what_is_written_and_seen() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = staff.post(PATH, &draft("Tas Melati")).header("location").to_owned();

    app.anonymous().post(PATH, &draft("x")).expect_problem(401);
    app.signed_in(Role::Viewer, None).post(PATH, &draft("x")).expect_problem(403);
    let own = app.signed_in(Role::Verifier, Some("35.15"));
    let other = app.signed_in(Role::Verifier, Some("35.16"));
    other.post(PATH, &draft("x")).expect_problem(403);
    assert_eq!(own.get(&path).expect(200)["tier"], "internal");
    // Unpublished and of another area: not there.
    other.get(&path).expect_problem(404);
    other.write("PATCH", &path, "*", &json!({"name": "y"})).expect_problem(404);
    // A record cannot be moved out of the writer's area.
    own.write("PATCH", &path, "*", &json!({"region": "35.16.01", "point": null}))
        .expect_problem(403);
    assert_eq!(own.write("PATCH", &path, "*", &json!({"name": "y"})).expect(200)["name"], "y");
    assert_eq!(own.get(PATH).expect(200)["matched"], 1);
    assert_eq!(other.get(PATH).expect(200)["matched"], 0);
    assert_eq!(app.signed_in(Role::Viewer, None).get(PATH).expect(200)["matched"], 1);
}

#[test]
fn the_region_is_taken_from_the_point_where_none_is_stated() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut with_point = draft("Tas Melati");
    with_point.as_object_mut().expect("an object").remove("region");
    let created = staff.post(PATH, &with_point).expect(201);
    assert_eq!(created["region"], "35.15.06");
    with_point["point"] = json!({"lon": 110.84, "lat": -7.57});
    assert_eq!(staff.post(PATH, &with_point).expect_problem(422), ["region:outside_province"]);
    with_point.as_object_mut().expect("an object").remove("point");
    assert_eq!(staff.post(PATH, &with_point).expect_problem(422), ["region:required"]);
}

#[test]
fn a_read_that_is_known_is_not_sent_again() {
    let app = TestApp::new();
    let staff = app.staff();
    let answer = staff.post(PATH, &draft("Tas Melati"));
    let (path, etag) = (answer.header("location").to_owned(), answer.header("etag").to_owned());
    let again = staff.send("GET", &path, &[("If-None-Match", &etag)], Vec::new());
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    assert_eq!(staff.get(&path).header("cache-control"), "private, no-store");
}

/// A rule's name is in the list of rules, at the record, and in the filter.
#[test]
fn quality_rules_are_listed_and_found_by_name() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut doubtful = draft("Tas Ragu");
    doubtful["point"]["accuracy_m"] = json!(80.0);
    doubtful["products"][0]["capacity"]["max"] = json!(1_000_000.0);
    let written = staff.post(PATH, &doubtful).expect(201);
    staff.post(PATH, &draft("Tas Rapi")).expect(201);
    let rules = app.anonymous().get("/api/v1/quality-rules").expect(200);
    let listed = rules["items"].as_array().expect("items");
    assert_eq!(rules["matched"], listed.len());
    let broken = written["quality"].as_array().expect("quality");
    let names: Vec<&str> = broken.iter().filter_map(|flag| flag["rule"].as_str()).collect();
    assert_eq!(names, ["gps_accuracy", "capacity_per_worker"]);
    for flag in broken {
        let rule = listed.iter().find(|rule| rule["code"] == flag["rule"]).expect("the rule");
        assert_eq!(rule["severity"], flag["severity"]);
        let found =
            staff.get(&format!("{PATH}?quality={}", rule["code"].as_str().expect("a code")));
        assert_eq!(found.expect(200)["matched"], 1);
    }
    for unknown in ["gps", "stale"] {
        let told = staff.get(&format!("{PATH}?quality={unknown}")).expect_problem(400);
        assert_eq!(told, ["quality:unknown_code"]);
    }
}

//! From draft to published and back: who may, from which state, with which reason.

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use crate::app::{Client, TestApp, draft};

const PATH: &str = "/api/v1/enterprises";

/// Takes a step at whatever revision the record is.
fn step(client: &Client, path: &str, action: &str, body: &Value) -> crate::app::Answer {
    client.write("POST", &format!("{path}/{action}"), "*", body)
}

fn basis() -> Value {
    json!({"basis": {"kind": "consent", "text": "Surat 7/2026"}})
}

#[test]
fn a_record_is_submitted_verified_by_another_and_published_on_a_basis() {
    let app = TestApp::new();
    let (ani, vera) = (app.staff(), app.signed_in(Role::Verifier, Some("35.15")));
    let path = ani.post(PATH, &draft("Tas Melati")).header("location").to_owned();

    let told = step(&ani, &path, "verify", &json!({})).expect_problem(409);
    assert_eq!(told, ["review:wrong_state"]);
    let submitted = step(&ani, &path, "submit", &json!({})).expect(200);
    assert_eq!((&submitted["review"], &submitted["revision"]), (&json!("submitted"), &json!(2)));
    step(&ani, &path, "submit", &json!({})).expect_problem(409);
    // Nobody verifies their own submission.
    step(&ani, &path, "verify", &json!({})).expect_problem(403);

    assert_eq!(step(&vera, &path, "return", &json!({})).expect_problem(422), ["reason:required"]);
    let returned = step(&vera, &path, "return", &json!({"reason": "titik keliru"})).expect(200);
    assert_eq!(returned["review"], "returned");
    step(&ani, &path, "submit", &json!({})).expect(200);
    assert_eq!(step(&vera, &path, "verify", &json!({})).expect(200)["review"], "verified");

    assert_eq!(step(&vera, &path, "publish", &json!({})).expect_problem(422), ["basis:required"]);
    app.anonymous().get(&path).expect_problem(404);
    let published = step(&vera, &path, "publish", &basis()).expect(200);
    assert_eq!(published["publication_basis"]["text"], "Surat 7/2026");
    assert_eq!(app.anonymous().get(&path).expect(200)["tier"], "public");
    step(&vera, &path, "publish", &basis()).expect_problem(409);
    step(&vera, &path, "unpublish", &json!({"reason": "izin dicabut"})).expect(200);
    app.anonymous().get(&path).expect_problem(404);

    let revisions = vera.get(&format!("{path}/revisions")).expect(200);
    let told: Vec<String> = revisions["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| {
            let text = |field: &str| item[field].as_str().unwrap_or("-").to_owned();
            format!("{} {} {} {}", item["revision"], text("action"), text("actor"), text("reason"))
        })
        .collect();
    let (ani, vera) = ("verifier@contoh.id", "verifier35.15@contoh.id");
    assert_eq!(
        told,
        [
            format!("7 unpublish {vera} izin dicabut"),
            format!("6 publish {vera} -"),
            format!("5 verify {vera} -"),
            format!("4 submit {ani} -"),
            format!("3 return {vera} titik keliru"),
            format!("2 submit {ani} -"),
            format!("1 create {ani} -"),
        ]
    );
}

#[test]
fn what_does_not_exist_any_more_is_reopened_before_it_is_changed() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = staff.post(PATH, &draft("Tas Melati")).header("location").to_owned();
    assert_eq!(step(&staff, &path, "move", &json!({})).expect_problem(422), ["reason:required"]);
    let moved = step(&staff, &path, "move", &json!({"reason": "pindah ke Malang"})).expect(200);
    assert_eq!(moved["existence"], "moved");
    let told = staff.write("PATCH", &path, "*", &json!({"name": "x"})).expect_problem(409);
    assert_eq!(told, ["existence:wrong_state"]);
    assert_eq!(step(&staff, &path, "reopen", &json!({})).expect(200)["existence"], "active");
    staff.write("PATCH", &path, "*", &json!({"name": "Tas Kenanga"})).expect(200);
    step(&staff, &path, "reopen", &json!({})).expect_problem(409);
    // A step needs the revision like any other write.
    staff.post(&format!("{path}/submit"), &json!({})).expect_problem(428);
    staff.write("POST", &format!("{path}/submit"), "\"1\"", &json!({})).expect_problem(412);
    let told = step(&staff, &path, "submit", &json!({"sebab": "x"})).expect_problem(422);
    assert_eq!(told, ["sebab:unknown_field"]);
}

#[test]
fn revisions_are_read_and_compared_by_staff_of_the_area_only() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = staff.post(PATH, &draft("Tas Melati")).header("location").to_owned();
    let change = json!({"name": "Tas Kenanga", "workers": {"female": 9}});
    staff.write("PATCH", &path, "*", &change).expect(200);
    let first = staff.get(&format!("{path}/revisions/1")).expect(200);
    assert_eq!(first["document"]["name"], "Tas Melati");
    let second = staff.get(&format!("{path}/revisions/2?against=1")).expect(200);
    let told: Vec<(String, Value)> = second["differences"]
        .as_array()
        .expect("differences")
        .iter()
        .map(|found| (found["field"].as_str().expect("a field").to_owned(), found["to"].clone()))
        .collect();
    assert_eq!(
        told,
        [("name".to_owned(), json!("Tas Kenanga")), ("workers.female".to_owned(), json!(9))]
    );
    assert_eq!(second["differences"][0]["from"], "Tas Melati");
    staff.get(&format!("{path}/revisions/9")).expect_problem(404);
    staff.get(&format!("{path}/revisions/x")).expect_problem(404);
    app.anonymous().get(&format!("{path}/revisions")).expect_problem(401);
    let other = app.signed_in(Role::Verifier, Some("35.16"));
    other.get(&format!("{path}/revisions")).expect_problem(404);
    other.get(&format!("{path}/revisions/1")).expect_problem(404);
}

#[test]
fn merging_and_undoing_it_gives_back_the_same_documents_and_counts() {
    let app = TestApp::new();
    let (staff, public) = (app.staff(), app.anonymous());
    let mut sparse = draft("Tas Melati");
    for field in ["workers", "point"] {
        sparse.as_object_mut().expect("an object").remove(field);
    }
    let mut other = draft("MELATI TAS");
    other["sectors"] = json!(["kulit-alas-kaki", "aneka"]);
    other["address"] = json!("Jl. Raya 1");
    let a = staff.post(PATH, &sparse).header("location").to_owned();
    let b = staff.post(PATH, &other).header("location").to_owned();
    let vera = app.signed_in(Role::Verifier, Some("35.15"));
    for path in [&a, &b] {
        step(&staff, path, "submit", &json!({})).expect(200);
        step(&vera, path, "verify", &json!({})).expect(200);
        step(&vera, path, "publish", &basis()).expect(200);
    }
    let state = |path: &str| {
        let mut document = staff.get(path).expect(200);
        for field in ["revision", "updated_at"] {
            document.as_object_mut().expect("an object").remove(field);
        }
        document
    };
    let counts = || {
        let count = |client: &Client, query: &str| {
            client.get(&format!("{PATH}?limit=1{query}")).expect(200)["matched"].clone()
        };
        [
            count(&staff, ""),
            count(&public, ""),
            count(&staff, "&sector=aneka"),
            count(&staff, "&min_workers=1"),
            count(&staff, "&existence=duplicate"),
            count(&public, "&bbox=112.6,-7.6,112.8,-7.4"),
        ]
    };
    let (before_a, before_b, before) = (state(&a), state(&b), counts());
    let duplicate = b.rsplit('/').next().expect("an id");
    let merge = json!({"duplicate": duplicate, "reason": "usaha yang sama"});

    let without_reason = json!({"duplicate": duplicate});
    assert_eq!(step(&vera, &a, "merge", &without_reason).expect_problem(422), ["reason:required"]);
    let merged = step(&vera, &a, "merge", &merge).expect(200);
    assert_eq!((&merged["address"], &merged["name"]), (&json!("Jl. Raya 1"), &json!("Tas Melati")));
    assert_eq!(merged["workers"]["male"], 2);
    let gone = staff.get(&b).expect(200);
    assert_eq!((&gone["existence"], &gone["duplicate_of"]), (&json!("duplicate"), &merged["id"]));
    assert_eq!(counts(), [json!(1), json!(1), json!(1), json!(1), json!(1), json!(1)]);
    step(&vera, &a, "merge", &merge).expect_problem(409);
    // A duplicate is not reopened but unmerged.
    step(&vera, &b, "reopen", &json!({})).expect_problem(409);

    let undone = step(&vera, &a, "unmerge", &merge).expect(200);
    assert_eq!(undone["left"], json!([]));
    assert_eq!((state(&a), state(&b)), (before_a, before_b));
    assert_eq!(counts(), before);
    step(&vera, &a, "unmerge", &merge).expect_problem(409);
}

#[test]
fn a_merge_is_undone_but_for_what_was_changed_since() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut other = draft("MELATI TAS");
    other["address"] = json!("Jl. Raya 1");
    other["founded_year"] = json!(1999);
    let a = staff.post(PATH, &draft("Tas Melati")).header("location").to_owned();
    let b = staff.post(PATH, &other).header("location").to_owned();
    let duplicate = b.rsplit('/').next().expect("an id");
    let merge = json!({"duplicate": duplicate, "reason": "sama"});
    step(&staff, &a, "merge", &merge).expect(200);
    staff.write("PATCH", &a, "*", &json!({"address": "Jl. Baru 2"})).expect(200);
    let undone = step(&staff, &a, "unmerge", &merge).expect(200);
    assert_eq!(undone["left"], json!(["address"]));
    let now = &undone["enterprise"];
    assert_eq!(now["address"], "Jl. Baru 2");
    assert!(now.get("founded_year").is_none());
}

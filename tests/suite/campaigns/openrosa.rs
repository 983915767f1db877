//! Phones: what they get, what they send, and what becomes of it however often it comes.

use sentra::domain::actor::Role;
use sentra::registry::campaigns::hash;
use serde_json::{Value, json};

use super::phone::{BESIDE, Field, Filled, Phone, VILLAGE, assign, multipart, photo};
use crate::app::{Client, TestApp};

fn visit(client: &Client, instance: &str) -> Value {
    let all = client.all("/api/v1/visits?limit=1000");
    all.into_iter().find(|visit| visit["instance_id"] == instance).expect("a visit")
}

fn record(client: &Client, visit: &Value) -> Value {
    let id = visit["enterprise"].as_str().expect("a record");
    client.get(&format!("/api/v1/enterprises/{id}")).expect(200)
}

#[test]
fn a_phone_gets_the_forms_and_lists_of_its_enumerator_and_no_others() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let list = field.phone.get("formList");
    assert_eq!((list.status, list.header("x-openrosa-version")), (200, "1.0"));
    assert!(list.header("content-type").starts_with("text/xml"));
    let text = String::from_utf8_lossy(&list.bytes).into_owned();
    assert!(text.contains(&format!("<formID>{}</formID>", field.form())), "{text}");
    let form = field.phone.get(&format!("forms/{}.xml?deviceID=x", field.form()));
    assert_eq!(form.status, 200);
    Filled::new(&field, "Tas Satu").send(&field.phone);
    let csv = field.phone.get(&format!("forms/{}/enterprises.csv", field.form()));
    let csv = String::from_utf8(csv.bytes).expect("a text");
    let mut lines = csv.lines();
    assert!(lines.next().expect("a header").starts_with("name,label,__version,village,"));
    let row = lines.next().expect("a row");
    assert!(row.contains("Tas Satu (Ibu Tas Satu),1,35.15.06.2001"), "{row}");
    // Nothing of the restricted tier goes to a phone.
    assert!(!csv.contains("3515064101800001"));
    let villages = field.phone.get(&format!("forms/{}/villages.csv", field.form()));
    let villages = String::from_utf8(villages.bytes).expect("a text");
    assert_eq!(villages.lines().count(), 3, "{villages}");
    let manifest = field.phone.get(&format!("forms/{}/manifest", field.form()));
    let manifest = String::from_utf8(manifest.bytes).expect("a text");
    assert!(manifest.contains("<mediaFile type=\"entityList\"><filename>enterprises.csv"));

    // Another enumerator's phone: neither the form nor the lists.
    let (other, _) = app.newcomer(Role::Enumerator, Some("35.15"));
    let stranger = Phone::new(&app, &lead, &other);
    let list = String::from_utf8(stranger.get("formList").bytes).expect("a text");
    assert!(!list.contains("formID"), "{list}");
    for path in [".xml", "/manifest", "/enterprises.csv", "/villages.csv"] {
        stranger.get(&format!("forms/{}{path}", field.form())).expect_problem(404);
    }
    assert_eq!(Filled::new(&field, "Bukan Saya").send(&stranger).status, 403);
}

#[test]
fn what_a_manifest_hashes_is_what_the_phone_fetches_next() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let first = Filled::new(&field, "Tas Satu");
    first.send(&field.phone);
    let made = record(&lead, &visit(&lead, &first.instance));
    let path = format!("/api/v1/enterprises/{}", made["id"].as_str().expect("an id"));
    let get = |rest: &str| {
        let bytes = field.phone.get(&format!("forms/{}/{rest}", field.form())).bytes;
        String::from_utf8(bytes).expect("a text")
    };
    let hashed = |manifest: &str, text: &str| manifest.contains(&format!("md5:{}", hash(text)));
    let manifest = get("manifest");
    // The office changes a record between the two.
    lead.write("PATCH", &path, "*", &json!({"address": "Jl. Kantor 9"})).expect(200);
    let list = get("enterprises.csv");
    assert!(hashed(&manifest, &list) && hashed(&manifest, &get("villages.csv")));
    assert!(!list.contains("Jl. Kantor 9"));
    // What was fetched is not kept, nor what the phone itself has made another.
    assert!(get("enterprises.csv").contains("Jl. Kantor 9"));
    get("manifest");
    Filled::new(&field, "Tas Dua").send(&field.phone);
    assert!(get("enterprises.csv").contains("Tas Dua"));
    // The list of forms has the hash of the form as it is.
    assert!(hashed(
        &String::from_utf8(field.phone.get("formList").bytes).expect("a text"),
        &String::from_utf8(field.phone.get(&format!("forms/{}.xml", field.form())).bytes)
            .expect("a text"),
    ));
}

#[test]
fn a_revoked_or_forged_key_opens_nothing_at_once() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let head = field.phone.head();
    assert_eq!(field.phone.get("submission").status, 405);
    assert_eq!((head.status, head.header("x-openrosa-accept-content-length")), (204, "20000000"));
    let mut forged = field.phone.base.clone();
    let last = forged.pop().expect("a key");
    forged.push(if last == 'A' { 'B' } else { 'A' });
    app.anonymous().get(&format!("{forged}/formList")).expect_problem(401);
    let path = format!("/api/v1/devices/{}", field.phone.device);
    // Another office does not know it.
    let other = app.signed_in(Role::Verifier, Some("35.76"));
    other.send("DELETE", &path, &[], Vec::new()).expect_problem(404);
    assert_eq!(lead.send("DELETE", &path, &[], Vec::new()).status, 204);
    field.phone.get("formList").expect_problem(401);
    assert_eq!(Filled::new(&field, "Terlambat").send(&field.phone).status, 401);
    assert_eq!(field.phone.head().status, 401);
}

#[test]
fn a_new_enterprise_is_submitted_in_its_enumerators_name_and_its_nik_is_sealed() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let filled = Filled::new(&field, "Tas Satu");
    assert_eq!(filled.send(&field.phone).status, 201);
    let visit = visit(&lead, &filled.instance);
    assert_eq!((visit["state"].as_str(), visit["kind"].as_str()), (Some("applied"), Some("new")));
    assert_eq!(visit["answers"], json!({"listrik": "ya"}));
    let record = record(&lead, &visit);
    assert_eq!(record["review"], "submitted");
    assert_eq!(record["author"], json!(field.enumerator));
    assert_eq!(record["sources"][0]["name"], "Pemetaan uji");
    assert_eq!(record["region"], VILLAGE);
    assert_eq!(record["products"][0]["capacity"]["min"], 5.0);
    assert_eq!(record["owners"][0]["phone"], "+6281234567890");
    assert_eq!(
        record["last_visit"],
        json!({"outcome": "found", "on": "2026-11-26", "by": field.enumerator})
    );
    let id = record["id"].as_str().expect("an id");
    let reader = app.signed_in_restricted(Role::Verifier, Some("35.15"));
    let sealed = reader
        .get(&format!("/api/v1/enterprises/{id}/restricted?purpose=pemeriksaan%20uji"))
        .expect(200);
    assert_eq!(sealed["persons"][0]["national_id"], "************0001");
    for table in crate::tables::all_rows(&app.db.url).values() {
        assert!(table.iter().all(|row| !row.contains("3515064101800001")));
    }
    // Nobody verifies their own; somebody else does.
    let path = format!("/api/v1/enterprises/{id}/verify");
    field.client.write("POST", &path, "*", &json!({})).expect_problem(403);
    lead.write("POST", &path, "*", &json!({})).expect(200);
}

#[test]
fn the_same_submission_again_is_one_visit_and_another_under_its_name_is_refused() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let filled = Filled::new(&field, "Tas Satu");
    let statuses = [(); 3].map(|()| filled.send(&field.phone).status);
    assert_eq!(statuses, [201, 202, 202]);
    let mut other = filled.clone().with("name", "Tas Dua");
    assert_eq!(other.send(&field.phone).status, 409);
    assert_eq!(lead.all("/api/v1/enterprises").len(), 1);
    // As a correction it is taken.
    other.deprecated = Some(filled.instance.clone());
    other.instance = "uuid:koreksi".into();
    assert_eq!(other.send(&field.phone).status, 201);
    let all = lead.all("/api/v1/enterprises");
    assert_eq!((all.len(), all[0]["name"].as_str()), (1, Some("Tas Dua")));
    assert_eq!(visit(&lead, &filled.instance)["state"], "superseded");
    assert_eq!(visit(&lead, "uuid:koreksi")["revision"], 2);
}

#[test]
fn racing_posts_of_one_submission_make_one_record() {
    let app = TestApp::with_workers(4);
    let field = Field::new(&app);
    for round in 0..10 {
        let filled = Filled::new(&field, &format!("Tas {round}"));
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let post = || scope.spawn(|| filled.send(&field.phone).status);
            [post(), post(), post()].map(|thread| thread.join().expect("an answer")).to_vec()
        });
        let new = statuses.iter().filter(|status| **status == 201).count();
        assert!(
            new == 1 && statuses.iter().all(|status| [201, 202].contains(status)),
            "{statuses:?}"
        );
    }
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    assert_eq!(lead.all("/api/v1/enterprises").len(), 10);
    assert_eq!(lead.all("/api/v1/visits").len(), 10);
}

#[test]
fn a_submission_in_parts_is_applied_once_it_is_whole_and_its_photos_are_sealed() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let filled = Filled::new(&field, "Tas Satu").with("photo_place", "tempat.jpg");
    let xml = filled.xml();
    assert_eq!(field.phone.post(&xml, &[], true).status, 201);
    assert_eq!(visit(&lead, &filled.instance)["state"], "partial");
    assert_eq!(lead.all("/api/v1/enterprises").len(), 0);
    assert_eq!(
        field.phone.post(&xml, &[("tempat.jpg", &photo()), ("lain.jpg", b"x")], false).status,
        202
    );
    let visit = visit(&lead, &filled.instance);
    assert_eq!(visit["state"], "applied");
    let path = format!("/api/v1/visits/{}", visit["id"].as_str().expect("an id"));
    assert_eq!(lead.get(&path).expect(200)["photos"], json!(["tempat.jpg"]));
    let shown = lead.get(&format!("{path}/photos/tempat.jpg"));
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/jpeg"));
    assert!(image::load_from_memory(&shown.bytes).is_ok());
    // Another office, another enumerator, nobody.
    let other = app.signed_in(Role::Verifier, Some("35.76"));
    let (_, stranger) = app.newcomer(Role::Enumerator, Some("35.15"));
    for client in [other, stranger] {
        client.get(&path).expect_problem(404);
        client.get(&format!("{path}/photos/tempat.jpg")).expect_problem(404);
    }
    app.anonymous().get(&path).expect_problem(401);
}

#[test]
fn a_post_that_is_cut_leaves_nothing_and_its_repeat_succeeds() {
    use std::io::Write;
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let filled = Filled::new(&field, "Tas Satu");
    let body = multipart(&filled.xml(), &[("tempat.jpg", &photo())], false);
    for part in [1, 3, 9] {
        let mut socket = std::net::TcpStream::connect(app.address).expect("a connection");
        let head = format!(
            "POST {}/submission HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\
             Content-Type: multipart/form-data; boundary=batas\r\n\r\n",
            field.phone.base,
            body.len()
        );
        socket.write_all(head.as_bytes()).expect("sent");
        socket.write_all(&body[..body.len() * part / 10]).expect("sent");
        drop(socket);
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(lead.all("/api/v1/visits").len(), 0);
    assert_eq!(filled.send(&field.phone).status, 201);
    assert_eq!(lead.all("/api/v1/enterprises").len(), 1);
}

#[test]
fn a_revisit_changes_what_it_says_and_one_from_a_stale_list_is_a_conflict() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let first = Filled::new(&field, "Tas Satu");
    first.send(&field.phone);
    let made = record(&lead, &visit(&lead, &first.instance));
    let id = made["id"].as_str().expect("an id");
    let path = format!("/api/v1/enterprises/{id}");
    lead.write("POST", &format!("{path}/verify"), "*", &json!({})).expect(200);
    // The list was of before the verification, which changed nothing that was said.
    let moved = Filled::revisit(&field, id, 1, "found").with("address", "Jl. Baru 1");
    assert_eq!(moved.send(&field.phone).status, 201);
    let now = lead.get(&path).expect(200);
    assert_eq!(
        (now["address"].as_str(), now["review"].as_str()),
        (Some("Jl. Baru 1"), Some("submitted"))
    );
    assert_eq!(now["name"], "Tas Satu");
    // Somebody at the office changes it; the phone still has the list of before.
    let known = now["revision"].as_i64().expect("a revision");
    lead.write("PATCH", &path, "*", &json!({"address": "Jl. Kantor 9"})).expect(200);
    let stale = Filled::revisit(&field, id, known, "found")
        .with("address", "Jl. Lapangan 5")
        .with("needs", "skills");
    assert_eq!(stale.send(&field.phone).status, 201);
    assert_eq!(lead.get(&path).expect(200)["address"], "Jl. Kantor 9");
    let held = visit(&lead, &stale.instance);
    assert_eq!(held["state"], "conflict");
    let at = format!("/api/v1/visits/{}", held["id"].as_str().expect("an id"));
    let shown = lead.get(&at).expect(200);
    assert_eq!(
        shown["differences"],
        json!([
            {"field": "address", "from": "Jl. Kantor 9", "to": "Jl. Lapangan 5"},
            {"field": "needs", "from": "capital marketing", "to": "skills"}
        ])
    );
    let take = json!({"take": "submitted", "fields": ["needs"]});
    field.client.post(&format!("{at}/resolve"), &take).expect_problem(403);
    assert_eq!(lead.post(&format!("{at}/resolve"), &take).status, 204);
    let now = lead.get(&path).expect(200);
    assert_eq!(
        (now["address"].as_str(), &now["needs"]),
        (Some("Jl. Kantor 9"), &json!(["skills"]))
    );
    lead.post(&format!("{at}/resolve"), &take).expect_problem(409);
}

#[test]
fn changes_of_one_phone_after_one_another_are_no_conflict_whatever_their_order() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let first = Filled::new(&field, "Tas Satu");
    let branch = "b-1".to_owned();
    let entity = first.entity.clone();
    let next = |address: &str, base: i64| {
        let mut filled = Filled::revisit(&field, &entity, base, "found").with("address", address);
        filled.branch.clone_from(&branch);
        filled
    };
    // The changes come before what they change: the connection was bad.
    let second = next("Jl. Dua 2", 1);
    let third = next("Jl. Tiga 3", 2);
    for early in [&third, &second] {
        assert_eq!(early.send(&field.phone).status, 201);
        assert_eq!(visit(&lead, &early.instance)["state"], "waiting");
    }
    assert_eq!(first.send(&field.phone).status, 201);
    for early in [&second, &third] {
        let seen = visit(&lead, &early.instance);
        assert_eq!(seen["state"], "applied", "{seen}");
    }
    assert_eq!(record(&lead, &visit(&lead, &third.instance))["address"], "Jl. Tiga 3");
    // The phone's list has it under the phone's own name.
    let csv = field.phone.get(&format!("forms/{}/enterprises.csv", field.form()));
    let csv = String::from_utf8(csv.bytes).expect("a text");
    assert!(csv.lines().nth(1).expect("a row").starts_with(&entity), "{csv}");
}

#[test]
fn a_known_enterprise_elsewhere_is_not_an_enumerators_to_change() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let staff = app.staff();
    let mut draft = crate::app::draft("Milik Lain");
    draft["region"] = json!("35.15.08.2001");
    let other = staff.post("/api/v1/enterprises", &draft).expect(201);
    let id = other["id"].as_str().expect("an id");
    let filled = Filled::revisit(&field, id, 1, "found").with("address", "Jl. Curi 1");
    assert_eq!(filled.send(&field.phone).status, 201);
    assert_eq!(visit(&staff, &filled.instance)["state"], "faulty");
    assert_eq!(staff.get(&format!("/api/v1/enterprises/{id}")).expect(200)["revision"], 1);
}

#[test]
fn what_came_of_a_visit_is_kept_and_reports_go_to_the_desk() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    for (outcome, kept, review) in [
        ("not_found", "not_found", "verified"),
        ("refused", "refused", "verified"),
        ("needs_revisit", "needs_revisit", "verified"),
        ("closed", "not_found", "submitted"),
    ] {
        let first = Filled::new(&field, &format!("Tas {outcome}"));
        first.send(&field.phone);
        let id = visit(&lead, &first.instance)["enterprise"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/enterprises/{id}");
        lead.write("POST", &format!("{path}/verify"), "*", &json!({})).expect(200);
        assert_eq!(Filled::revisit(&field, &id, 2, outcome).send(&field.phone).status, 201);
        let now = lead.get(&path).expect(200);
        assert_eq!(now["last_visit"]["outcome"], kept);
        assert_eq!(now["review"], review, "{outcome}");
    }
}

#[test]
fn a_bad_answer_costs_no_good_one_and_is_told() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let filled = Filled::new(&field, "Tas Satu")
        .with("point", "0 0 0 0")
        .with("owner_phone", "telepon")
        .with("needs", "capital emas");
    assert_eq!(filled.send(&field.phone).status, 201);
    let seen = visit(&lead, &filled.instance);
    assert_eq!(seen["state"], "applied", "{seen}");
    let fields: Vec<&str> = seen["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .filter_map(|one| one["field"].as_str())
        .collect();
    assert!(fields.contains(&"needs") && fields.contains(&"owner_phone"), "{fields:?}");
    assert_eq!(record(&lead, &seen)["name"], "Tas Satu");
    for odd in ["", "bukan xml", "<data/>"] {
        field.phone.post(odd, &[], false).expect_problem(400);
    }
}

#[test]
fn who_was_sent_elsewhere_hands_in_what_was_begun_and_nothing_new() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    assert_eq!(Filled::new(&field, "Tas Satu").send(&field.phone).status, 201);
    let (other, _) = app.newcomer(Role::Enumerator, Some("35.15"));
    assign(&lead, &field.campaign, &other, &[VILLAGE, BESIDE]);
    assert_eq!(Filled::new(&field, "Tas Dua").send(&field.phone).status, 201);
    let mut beside = Filled::new(&field, "Tas Tiga");
    beside.village = BESIDE.into();
    assert_eq!(beside.send(&field.phone).status, 403);
}

#[test]
fn what_comes_after_the_end_is_taken_in_and_marked() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let path = format!("/api/v1/campaigns/{}/close", field.campaign);
    lead.write("POST", &path, "*", &Value::Null).expect(200);
    let list = String::from_utf8(field.phone.get("formList").bytes).expect("a text");
    assert!(!list.contains("formID"));
    let filled = Filled::new(&field, "Terlambat");
    assert_eq!(filled.send(&field.phone).status, 201);
    let seen = visit(&lead, &filled.instance);
    assert_eq!(
        (seen["state"].as_str(), seen["problems"][0]["field"].as_str()),
        (Some("applied"), Some("campaign"))
    );
}

#[test]
fn an_erased_persons_submissions_and_photos_are_gone() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let filled = Filled::new(&field, "Tas Satu").with("photo_place", "tempat.jpg");
    field.phone.post(&filled.xml(), &[("tempat.jpg", &photo())], false);
    let seen = visit(&lead, &filled.instance);
    let path = format!("/api/v1/enterprises/{}", seen["enterprise"].as_str().expect("an id"));
    let body = json!({"person": "Ibu Tas Satu", "request": "surat 5"});
    lead.write("POST", &format!("{path}/erase"), "*", &body).expect(200);
    let rows = crate::tables::all_rows(&app.db.url);
    assert!(rows["visit_photos"].is_empty());
    let at = format!("/api/v1/visits/{}", seen["id"].as_str().expect("an id"));
    assert_eq!(lead.get(&at).expect(200)["answers"], json!({}));
    lead.get(&format!("{at}/photos/tempat.jpg")).expect_problem(404);
}

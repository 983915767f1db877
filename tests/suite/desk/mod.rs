//! The verification desk: what waits, in the order of what matters; the rest stands in files of its
//! own.

mod checks;
mod decisions;
mod figures;
mod visits;

use std::sync::atomic::Ordering;

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use crate::app::{Answer, Client, TestApp, draft, movable_clock};

const ENTERPRISES: &str = "/api/v1/enterprises";
const DESK: &str = "/api/v1/desk";
const HOME: &str = "35.15";

/// Makers that are nothing like each other.
const MAKERS: [(&str, &str, &str); 8] = [
    ("Keripik Arumdalu", "Bambang Hartono", "+6281299900001"),
    ("Sepatu Zabrina", "Kasturi Wening", "+6281299900002"),
    ("Tenun Quvera", "Paijan Lukito", "+6281299900003"),
    ("Jamu Wexona", "Rubiyem Astari", "+6281299900004"),
    ("Batik Jubilo", "Wagimin Surono", "+6281299900005"),
    ("Kopi Grimaldi", "Ngatini Palupi", "+6281299900006"),
    ("Tas Melati Kencana", "Siti Nurkhasanah", "+6281234500001"),
    ("UD. MELATI KENTJANA TAS", "Hj. Siti Nurhasanah", "+6281234500001"),
];

fn maker(number: usize) -> Value {
    let (name, owner, phone) = MAKERS[number];
    let mut made = draft(name);
    made["owners"] = json!([{"name": owner, "phone": phone}]);
    made["products"][0]["name"] = json!(name);
    made
}

/// With a GPS position that is not to be trusted.
fn doubted(number: usize) -> Value {
    let mut made = maker(number);
    made["point"]["accuracy_m"] = json!(80.0);
    made
}

fn create(client: &Client, draft: &Value) -> String {
    let answer = client.post(ENTERPRISES, draft);
    answer.expect(201);
    answer.header("location").to_owned()
}

fn step(client: &Client, path: &str, step: &str, body: &Value) -> Answer {
    client.write("POST", &format!("{path}/{step}"), "*", body)
}

fn submitted(client: &Client, draft: &Value) -> String {
    let path = create(client, draft);
    step(client, &path, "submit", &json!({})).expect(200);
    path
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["name"].as_str().expect("a name")).collect()
}

fn ranks(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["rank"].as_str().expect("a rank")).collect()
}

fn desk_of(client: &Client, path: &str) -> Value {
    client.get(&format!("{DESK}/{}", id_of(path))).expect(200)
}

fn batch(client: &Client, body: &Value) -> Answer {
    client.post(&format!("{DESK}/batch"), body)
}

#[test]
fn errors_come_before_warnings_before_duplicates_and_of_each_what_waits_longest() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let field = app.signed_in(Role::Enumerator, Some(HOME));
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    let mut hinted = maker(2);
    hinted["owners"] = json!([]);
    let drafts = [maker(0), doubted(1), hinted, doubted(3), maker(6), maker(7), maker(4)];
    let paths: Vec<String> = drafts.iter().map(|draft| create(&field, draft)).collect();
    // Not in the order in which they were made.
    for at in [6, 5, 3, 2, 0, 4, 1] {
        ahead.fetch_add(5, Ordering::SeqCst);
        step(&field, &paths[at], "submit", &json!({})).expect(200);
    }
    create(&field, &maker(5));
    let page = vera.get(DESK).expect(200);
    let items = page["items"].as_array().expect("items");
    let expected = [3, 1, 5, 4, 6, 2, 0].map(|at| drafts[at]["name"].as_str().expect("a name"));
    assert_eq!(names(items), expected);
    assert_eq!(
        ranks(items),
        ["warning", "warning", "duplicate", "duplicate", "clean", "clean", "clean"]
    );
    assert_eq!(page["matched"], 7, "the draft does not wait");
    let counts = json!({"error": 0, "warning": 2, "duplicate": 2, "clean": 3});
    assert_eq!((&page["counts"], &page["next"]), (&counts, &Value::Null));
    let first = &items[0];
    assert_eq!(first["author"], "enumerator35.15@contoh.id");
    assert_eq!((&first["own"], &first["work"]), (&json!(false), &json!("new")));
    assert_eq!(first["flags"][0]["text"], "Akurasi GPS lebih dari 50 meter");
    assert_eq!(first["flags"][0]["text_en"], "GPS accuracy above 50 metres");
    assert_eq!((&first["exact"], &first["lon"]), (&json!(true), &json!(112.7223)));
    // Who brings up a pair is told where it is.
    assert_eq!(items[2]["duplicates"][0]["class"], "certain");
    assert_eq!(items[2]["duplicates"], items[3]["duplicates"]);
    let pair = items[2]["duplicates"][0]["id"].as_str().expect("an id");
    vera.get(&format!("/api/v1/duplicates/{pair}")).expect(200);

    // A change of what waits is no new submission; being returned and submitted again is one.
    let waits = |path: &str| desk_of(&vera, path)["waits_since"].clone();
    let since = waits(&paths[6]);
    ahead.fetch_add(60, Ordering::SeqCst);
    field.write("PATCH", &paths[6], "*", &json!({"address": "Jl. Baru 1"})).expect(200);
    assert_eq!(waits(&paths[6]), since);
    step(&vera, &paths[6], "return", &json!({"reason": "alamat?"})).expect(200);
    assert_eq!(waits(&paths[6]), Value::Null);
    ahead.fetch_add(60, Ordering::SeqCst);
    step(&field, &paths[6], "submit", &json!({})).expect(200);
    assert!(waits(&paths[6]).as_str() > since.as_str());
    let last = vera.get(DESK).expect(200);
    assert_eq!(last["items"][6]["name"], drafts[6]["name"], "it waits anew");
    // What is decided of the pair takes the mark away.
    let reason = json!({"reason": "dua kios"});
    vera.post(&format!("/api/v1/duplicates/{pair}/not-the-same"), &reason).expect(200);
    let counts = json!({"error": 0, "warning": 2, "duplicate": 0, "clean": 5});
    assert_eq!(vera.get(DESK).expect(200)["counts"], counts);
}

#[test]
fn the_queue_is_paged_filtered_and_bound_to_its_filter() {
    let app = TestApp::new();
    let staff = app.staff();
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    for number in 0..6 {
        let mut made = if number < 2 { doubted(number) } else { maker(number) };
        made["sectors"] = json!([if number % 2 == 0 { "pangan" } else { "jasa" }]);
        submitted(&staff, &made);
    }
    let all = vera.all(&format!("{DESK}?limit=1000"));
    assert_eq!(all.len(), 6);
    for limit in 1..=5 {
        assert_eq!(names(&vera.all(&format!("{DESK}?limit={limit}"))), names(&all), "{limit}");
    }
    let food = vera.get(&format!("{DESK}?sector=pangan&limit=1")).expect(200);
    assert_eq!((&food["matched"], &food["items"][0]["sectors"]), (&json!(3), &json!(["pangan"])));
    let next = food["next"].as_str().expect("a next");
    assert_eq!(vera.get(next).expect(200)["items"].as_array().map(Vec::len), Some(1));
    let other = next.replace("pangan", "jasa");
    assert_eq!(vera.get(&other).expect_problem(400), ["cursor:cursor_mismatch"]);
    let told = vera.get(&format!("{DESK}?cursor=x")).expect_problem(400);
    assert_eq!(told, ["cursor:malformed"]);
    let told = vera.get(&format!("{DESK}?limit=0&sort=name")).expect_problem(400);
    assert_eq!(told, ["limit:out_of_range", "sort:unknown_parameter"]);
    assert_eq!(vera.get(&format!("{DESK}?quality=gps_accuracy")).expect(200)["matched"], 2);
    assert_eq!(vera.get(&format!("{DESK}?q=arumdalu")).expect(200)["matched"], 1);
    assert_eq!(vera.get(&format!("{DESK}?review=submitted,draft")).expect(200)["matched"], 6);
    assert_eq!(vera.get(&format!("{DESK}?review=verified")).expect(200)["matched"], 0);
}

#[test]
fn another_offices_records_are_never_at_the_desk_and_looking_is_logged() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = submitted(&staff, &maker(0));
    let one = format!("{DESK}/{}", id_of(&path));
    let away = app.signed_in(Role::Verifier, Some("35.76"));
    assert_eq!(away.get(DESK).expect(200)["matched"], 0);
    away.get(&one).expect_problem(404);
    let chosen = json!({"records": [{"id": id_of(&path), "revision": 2}], "action": "verify"});
    let left = batch(&away, &chosen).expect(200);
    assert_eq!(left["items"][0]["code"], "enterprise-not-found");
    step(&away, &path, "not-found", &json!({"reason": "x"})).expect_problem(404);
    assert_eq!(away.get(&format!("{DESK}/offices")).expect(200)["items"], json!([]));
    // Published, it is still another's.
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    step(&vera, &path, "verify", &json!({})).expect(200);
    let basis = json!({"basis": {"kind": "public_duty", "text": "SK 1"}});
    step(&vera, &path, "publish", &basis).expect(200);
    away.get(&path).expect(200);
    away.get(&one).expect_problem(404);
    assert_eq!(away.get(&format!("{DESK}/sample")).expect(200)["matched"], 0);

    app.anonymous().get(DESK).expect_problem(401);
    for role in [Role::Viewer, Role::Analyst, Role::Enumerator, Role::Admin, Role::Auditor] {
        let client = app.signed_in(role, Some(HOME));
        client.get(DESK).expect_problem(403);
        client.get(&one).expect_problem(403);
        batch(&client, &chosen).expect_problem(403);
        step(&client, &path, "not-found", &json!({"reason": "x"})).expect_problem(403);
    }

    vera.get(&one).expect(200);
    vera.get(&format!("{DESK}?sector=pangan")).expect(200);
    let auditor = app.signed_in(Role::Auditor, None);
    let of =
        |query: &str| auditor.all(&format!("/api/v1/reads?actor=verifier35.15@contoh.id&{query}"));
    assert_eq!(of(&format!("enterprise={}&kind=record", id_of(&path))).len(), 1);
    let lists = of("kind=list");
    assert_eq!(lists[0]["filter"], "sector=pangan", "also that nothing was found");
}

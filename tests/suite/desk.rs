//! The verification desk: what waits, in the order of what matters, what is new in a record, what is
//! decided of it, clean ones together, and how the offices stand.

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

#[test]
fn a_record_is_compared_with_what_was_verified_last() {
    let app = TestApp::new();
    let field = app.signed_in(Role::Enumerator, Some(HOME));
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    let path = submitted(&field, &maker(0));
    let new = desk_of(&vera, &path);
    assert_eq!((&new["work"], &new["against"]), (&json!("new"), &Value::Null));
    assert_eq!((&new["differences"], &new["document"]["tier"]), (&json!([]), &json!("internal")));
    // Returned: it is held against what was returned.
    step(&vera, &path, "return", &json!({"reason": "telepon?"})).expect(200);
    let owners = json!({"owners": [{"name": "Bambang Hartono", "phone": "+6281299900099"}]});
    field.write("PATCH", &path, "*", &owners).expect(200);
    step(&field, &path, "submit", &json!({})).expect(200);
    let again = desk_of(&vera, &path);
    assert_eq!((&again["work"], &again["against"]), (&json!("new"), &json!(3)));
    let difference =
        json!({"field": "owners[0].phone", "from": "+6281299900001", "to": "+6281299900099"});
    assert_eq!(again["differences"], json!([difference]));
    // Verified, and changed by its author: it waits again.
    step(&vera, &path, "verify", &json!({})).expect(200);
    let change = json!({"workers": {"male": 4, "female": 3}, "nib": "9120001234567"});
    field.write("PATCH", &path, "*", &change).expect(200);
    let changed = desk_of(&vera, &path);
    assert_eq!((&changed["work"], &changed["review"]), (&json!("change"), &json!("submitted")));
    assert_eq!(changed["against"], 6);
    let mut fields: Vec<&str> = changed["differences"]
        .as_array()
        .expect("differences")
        .iter()
        .map(|difference| difference["field"].as_str().expect("a field"))
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["nib", "workers.male"]);
    assert_eq!(vera.get(DESK).expect(200)["items"][0]["work"], "change");
}

#[test]
fn not_found_goes_back_to_its_author_and_the_last_visit_says_so() {
    let app = TestApp::new();
    let field = app.signed_in(Role::Enumerator, Some(HOME));
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    let path = submitted(&field, &maker(0));
    assert_eq!(
        step(&vera, &path, "not-found", &json!({})).expect_problem(422),
        ["reason:required"]
    );
    let stale = vera.write("POST", &format!("{path}/not-found"), "\"1\"", &json!({"reason": "x"}));
    stale.expect_problem(412);
    let reason = json!({"reason": "rumah kosong, tetangga tidak kenal"});
    let done = step(&vera, &path, "not-found", &reason).expect(200);
    assert_eq!((&done["review"], &done["existence"]), (&json!("returned"), &json!("active")));
    let visit = &done["last_visit"];
    assert_eq!(
        (&visit["outcome"], &visit["by"]),
        (&json!("not_found"), &json!("verifier35.15@contoh.id"))
    );
    assert_eq!(vera.get(DESK).expect(200)["matched"], 0);
    let revisions = vera.get(&format!("{path}/revisions")).expect(200);
    assert_eq!(revisions["items"][0]["action"], "not_found");
    assert_eq!(revisions["items"][0]["reason"], reason["reason"]);
    step(&vera, &path, "not-found", &reason).expect_problem(409);
    // Whoever finds it submits it again.
    step(&field, &path, "submit", &json!({})).expect(200);
    assert_eq!(vera.get(DESK).expect(200)["matched"], 1);
}

#[test]
fn a_batch_decides_each_by_itself_and_says_why_it_left_the_others() {
    let app = TestApp::new();
    let field = app.signed_in(Role::Enumerator, Some(HOME));
    let vera = app.signed_in(Role::Verifier, Some(HOME));
    let away = app.signed_in(Role::Verifier, Some("35.76"));
    let clean = submitted(&field, &maker(0));
    let flagged = submitted(&field, &doubted(1));
    let own = submitted(&vera, &maker(2));
    let twin = submitted(&field, &maker(6));
    submitted(&field, &maker(7));
    let stale = submitted(&field, &maker(3));
    let unsent = create(&field, &maker(4));
    let mut elsewhere = maker(5);
    elsewhere["region"] = json!("35.76.01.1003");
    elsewhere["point"] = Value::Null;
    let elsewhere = submitted(&away, &elsewhere);
    let published = submitted(&field, &{
        let mut other = maker(4);
        other["name"] = json!("Anyaman Cempaka");
        other["owners"] = json!([{"name": "Tukiman Raharjo", "phone": "+6281299900077"}]);
        other["products"][0]["name"] = json!("Anyaman pandan");
        other
    });
    let chosen = |path: &str, revision: i32| json!({"id": id_of(path), "revision": revision});
    let records = json!([
        chosen(&flagged, 2),
        chosen(&clean, 2),
        chosen(&own, 2),
        chosen(&twin, 2),
        chosen(&stale, 1),
        chosen(&unsent, 1),
        chosen(&elsewhere, 2),
        chosen(&clean, 2),
        chosen(&published, 2),
    ]);
    let basis = json!({"kind": "public_duty", "text": "SK 7/2026"});
    let body = json!({"records": records, "action": "verify_and_publish", "basis": basis});
    let answer = batch(&vera, &body).expect(200);
    let codes: Vec<Value> = answer["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["code"].clone())
        .collect();
    assert_eq!(
        codes,
        [
            json!("flagged"),
            Value::Null,
            json!("own-submission"),
            json!("may-be-duplicate"),
            json!("revision-stale"),
            json!("wrong-transition"),
            json!("enterprise-not-found"),
            json!("revision-stale"),
            Value::Null,
        ]
    );
    assert_eq!((&answer["done"], &answer["left"]), (&json!(2), &json!(7)));
    assert_eq!(
        answer["items"][1],
        json!({"id": id_of(&clean), "done": true, "revision": 4,
        "code": null, "text": null, "text_en": null})
    );
    assert!(answer["items"][0]["text"].as_str().is_some_and(|text| text.contains("peringatan")));
    let now = vera.get(&clean).expect(200);
    assert_eq!((&now["review"], &now["publication"]), (&json!("verified"), &json!("published")));
    assert_eq!(now["publication_basis"]["text"], "SK 7/2026");
    for path in [&flagged, &own, &twin, &stale] {
        assert_eq!(vera.get(path).expect(200)["review"], "submitted", "left as it was");
    }
    // What is published already is verified again, and stays published.
    field.write("PATCH", &clean, "*", &json!({"address": "Jl. Baru 9"})).expect(200);
    let again =
        json!({"records": [chosen(&clean, 5)], "action": "verify_and_publish", "basis": basis});
    assert_eq!(batch(&vera, &again).expect(200)["items"][0]["revision"], 6);
    // Verifying alone publishes nothing.
    let alone = json!({"records": [chosen(&stale, 2)], "action": "verify"});
    assert_eq!(batch(&vera, &alone).expect(200)["done"], 1);
    let now = vera.get(&stale).expect(200);
    assert_eq!((&now["review"], &now["publication"]), (&json!("verified"), &json!("unpublished")));

    let wrong = |body: Value| batch(&vera, &body).expect_problem(422);
    assert_eq!(wrong(json!({"records": [], "action": "verify"})), ["records:required"]);
    let many: Vec<Value> = (0..501).map(|_| chosen(&clean, 1)).collect();
    assert_eq!(wrong(json!({"records": many, "action": "verify"})), ["records:too_many"]);
    let one = json!([chosen(&clean, 1)]);
    let publish = "verify_and_publish";
    assert_eq!(wrong(json!({"records": one, "action": publish})), ["basis:required"]);
    let blank = json!({"kind": "consent", "text": " "});
    let blank = json!({"records": one, "action": publish, "basis": blank});
    assert_eq!(wrong(blank), ["basis.text:required"]);
    let unasked = json!({"records": one, "action": "verify", "basis": basis});
    assert_eq!(wrong(unasked), ["basis:unknown_field"]);
    assert_eq!(wrong(json!({"records": one, "action": "delete"})).len(), 1);
}

#[test]
fn offices_stand_as_counted_by_hand() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    let later = |days: i64| ahead.fetch_add(days * 86_400, Ordering::SeqCst);
    // Sessions end meanwhile.
    let field = || app.signed_in(Role::Enumerator, None);
    let vera = || app.signed_in(Role::Verifier, None);
    let away = |number: usize| {
        let mut made = maker(number);
        made["region"] = json!("35.76.01.1003");
        made["point"] = Value::Null;
        made
    };
    let verify = |path: &str| step(&vera(), path, "verify", &json!({})).expect(200);

    verify(&submitted(&field(), &maker(0)));
    let oldest = submitted(&field(), &maker(1));
    later(25);
    verify(&submitted(&field(), &maker(2)));
    let middle = submitted(&field(), &doubted(3));
    submitted(&field(), &away(5));
    later(8);
    let returned = submitted(&field(), &maker(4));
    step(&vera(), &returned, "return", &json!({"reason": "x"})).expect(200);
    submitted(&field(), &maker(6));
    submitted(&field(), &maker(7));
    verify(&submitted(&field(), &away(0)));

    let since = |path: &str| {
        let time = vera().get(path).expect(200)["review_since"].clone();
        let seconds = time.as_str().expect("a time").split('.').next().expect("seconds");
        seconds.trim_end_matches('Z').to_owned()
    };
    let (oldest, middle) = (since(&oldest), since(&middle));
    let analyst = app.signed_in(Role::Analyst, None);
    let answer = analyst.get(&format!("{DESK}/offices")).expect(200);
    assert_eq!(answer["items"].as_array().map(Vec::len), Some(2));
    let home = &answer["items"][0];
    assert_eq!(
        (&home["region"], &home["region_name"]),
        (&json!("35.15"), &json!("Kabupaten Sidoarjo"))
    );
    // Two verified, one returned, four waiting: 33, 8, 0 and 0 days.
    let figures = |office: &Value| {
        ["records", "waiting", "flagged", "verified_7_days", "verified_30_days", "returned"]
            .map(|name| office[name].as_u64().expect("a count"))
    };
    assert_eq!(figures(home), [7, 4, 1, 0, 1, 1]);
    let at = |time: &Value| time.as_str().expect("a time").trim_end_matches('Z').to_owned();
    assert_eq!((at(&home["oldest_since"]), at(&home["median_since"])), (oldest, middle));
    let other = &answer["items"][1];
    assert_eq!((&other["region"], figures(other)), (&json!("35.76"), [2, 1, 0, 1, 1, 0]));
    assert_eq!(other["oldest_since"], other["median_since"]);
    // An office sees its own, and the filter is that of everywhere.
    let own =
        app.signed_in(Role::Viewer, Some("35.76")).get(&format!("{DESK}/offices")).expect(200);
    assert_eq!(own["items"], json!([other]));
    let none = analyst.get(&format!("{DESK}/offices?region=35.78")).expect(200);
    assert_eq!(none["items"], json!([]));
    app.anonymous().get(&format!("{DESK}/offices")).expect_problem(401);
}

#[test]
fn what_a_list_vouches_for_is_not_counted_as_verified_at_a_desk() {
    use sentra::domain::actor::Actor;
    use sentra::domain::codes::BasisKind;
    use sentra::domain::enterprise::PublicationBasis;
    use sentra::registry::import::ImportOptions;

    let app = TestApp::new();
    let list = "Nama Usaha;Nama Pemilik;Telepon;Desa;Kecamatan;Kabupaten;Komoditi\n\
        Keripik Arumdalu;Bambang Hartono;081299900002;Kalisampurno;Tanggulangin;Sidoarjo;Keripik\n";
    let on = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).expect("a day");
    let basis = PublicationBasis { kind: BasisKind::PublicDuty, text: "SK 1".into(), on };
    let options =
        ImportOptions { name: "a.csv".into(), publish: Some(basis), ..ImportOptions::default() };
    app.registry
        .import(&Actor::Operator, list.as_bytes(), &options, |_, _| true)
        .expect("a report");
    let analyst = app.signed_in(Role::Analyst, None);
    let office = analyst.get(&format!("{DESK}/offices")).expect(200)["items"][0].clone();
    assert_eq!((&office["records"], &office["verified_30_days"]), (&json!(1), &json!(0)));
    // One that is not published waits from the moment that it came in.
    let plain = ImportOptions { name: "b.csv".into(), ..ImportOptions::default() };
    let other = list.replace("Keripik Arumdalu", "Tenun Quvera").replace("Bambang", "Paijan");
    app.registry.import(&Actor::Operator, other.as_bytes(), &plain, |_, _| true).expect("a report");
    let item = app.staff().get(DESK).expect(200)["items"][0].clone();
    assert!(item["waits_since"].is_string());
    assert_eq!((&item["source"], &item["author"]), (&json!("b.csv"), &Value::Null));
}

#[test]
fn a_sample_is_drawn_of_what_is_verified_and_the_same_by_the_same_seed() {
    let app = TestApp::new();
    let (staff, vera) = (app.staff(), app.signed_in(Role::Verifier, Some("35")));
    for number in 0..6 {
        let path = submitted(&staff, &maker(number));
        if number < 5 {
            step(&vera, &path, "verify", &json!({})).expect(200);
        }
    }
    let viewer = app.signed_in(Role::Viewer, Some(HOME));
    let drawn = |query: &str| viewer.get(&format!("{DESK}/sample?{query}")).expect(200);
    let first = drawn("n=3&seed=7");
    assert_eq!((first["items"].as_array().map(Vec::len), &first["matched"]), (Some(3), &json!(5)));
    assert_eq!(drawn("n=3&seed=7"), first);
    let orders: std::collections::HashSet<String> = (0..10)
        .map(|seed| {
            names(drawn(&format!("seed={seed}"))["items"].as_array().expect("items")).join(",")
        })
        .collect();
    assert!(orders.len() > 5, "{orders:?}");
    assert!(orders.iter().all(|names| !names.contains("Kopi Grimaldi")), "it was not verified");
    assert_eq!(drawn("region=35.15.06.2001")["matched"], 5);
    assert_eq!(drawn("region=35.76")["matched"], 0);
    let told = viewer.get(&format!("{DESK}/sample?n=501&seed=-1")).expect_problem(400);
    assert_eq!(told, ["n:out_of_range", "seed:out_of_range"]);
}

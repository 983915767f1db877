//! Records that may be one: found in lists and in what people enter, decided by a person, remembered.

use std::collections::{HashMap, HashSet};

use sentra::domain::actor::{Actor, Role};
use sentra::domain::duplicate::{LIKELY, Rarity};
use sentra::domain::enterprise::Source;
use sentra::registry::import::ImportOptions;
use sentra::registry::intake::{Incoming, Load, Origin, Outcome};
use serde_json::{Value, json};

use crate::app::{Client, TestApp, draft};
use crate::planted::{self, Planted};
use crate::{curve, tables};

const ENTERPRISES: &str = "/api/v1/enterprises";
const PATH: &str = "/api/v1/duplicates";

/// One maker as two lists have them.
const FIRST: (&str, &str, &str) = ("Tas Melati Kencana", "Siti Nurkhasanah", "+6281234500001");
const SECOND: (&str, &str, &str) =
    ("UD. MELATI KENTJANA TAS", "Hj. Siti Nurhasanah", "+6281234500001");

fn record((name, owner, phone): (&str, &str, &str)) -> Value {
    let mut record = draft(name);
    record["owners"] = json!([{"name": owner, "phone": phone}]);
    record
}

fn create(client: &Client, record: &Value) -> String {
    let answer = client.post(ENTERPRISES, record);
    answer.expect(201);
    answer.header("location").to_owned()
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

fn queue(client: &Client, query: &str) -> Vec<Value> {
    client.all(&format!("{PATH}?{query}"))
}

fn codes(pair: &Value) -> Vec<&str> {
    let reasons = pair["reasons"].as_array().expect("reasons").iter();
    reasons.map(|reason| reason["code"].as_str().expect("a code")).collect()
}

fn reject(client: &Client, pair: &Value, reason: &str) -> crate::app::Answer {
    let id = pair["id"].as_str().expect("an id");
    client.post(&format!("{PATH}/{id}/not-the-same"), &json!({"reason": reason}))
}

#[test]
fn two_records_of_one_maker_are_offered_with_reasons_in_words() {
    let app = TestApp::new();
    let staff = app.staff();
    let (first, second) = (create(&staff, &record(FIRST)), create(&staff, &record(SECOND)));
    create(&staff, &record(("Keripik Singkong Dewi", "Bambang Hartono", "+6281299900002")));
    let pairs = queue(&staff, "");
    assert_eq!(pairs.len(), 1);
    let pair = &pairs[0];
    assert_eq!((&pair["status"], &pair["class"]), (&json!("open"), &json!("certain")));
    assert!(pair["score"].as_u64().is_some_and(|score| score >= 70));
    assert_eq!(pair["found_by"], "verifier@contoh.id");
    assert!(codes(pair).contains(&"same_phone") && codes(pair).contains(&"same_village"));
    let phone = pair["reasons"].as_array().expect("reasons").iter();
    let phone = phone.clone().find(|reason| reason["code"] == "same_phone").expect("the phone");
    assert_eq!(
        (&phone["text"], &phone["text_en"]),
        (&json!("Nomor telepon sama"), &json!("Same phone number"))
    );
    let sides: HashSet<&str> = pair["records"]
        .as_array()
        .expect("two")
        .iter()
        .map(|side| side["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(sides, HashSet::from([id_of(&first), id_of(&second)]));

    let path = format!("{PATH}/{}", pair["id"].as_str().expect("an id"));
    let detail = staff.get(&path).expect(200);
    assert_eq!(detail["documents"][0]["tier"], "internal");
    let field = |name: &str| {
        let fields = detail["fields"].as_array().expect("fields");
        fields.iter().find(|field| field["field"] == name).cloned().unwrap_or_default()
    };
    assert_eq!((&field("name")["same"], &field("region")["same"]), (&json!(false), &json!(true)));
    assert_eq!(field("owners")["values"][1][0]["phone"], "+6281234500001");
    assert_eq!(field("cooperative"), Value::Null);
    // Who is not to decide does not see the queue.
    app.anonymous().get(PATH).expect_problem(401);
    for role in [Role::Viewer, Role::Analyst, Role::Enumerator, Role::Admin, Role::Auditor] {
        app.signed_in(role, Some("35.15")).get(PATH).expect_problem(403);
        app.signed_in(role, Some("35.15")).get(&path).expect_problem(403);
    }
    staff.get(&format!("{PATH}/{}", uuid::Uuid::new_v4())).expect_problem(404);
    let told = staff.get(&format!("{PATH}?status=x&region=35.15.06&min_score=101&y=1&cursor=z"));
    assert_eq!(
        told.expect_problem(400),
        [
            "status:unknown_code",
            "region:malformed",
            "min_score:out_of_range",
            "cursor:malformed",
            "y:unknown_parameter"
        ]
    );
}

#[test]
fn a_list_is_held_against_itself_and_against_the_registry() {
    let app = TestApp::new();
    let staff = app.staff();
    create(&staff, &record(FIRST));
    let list = "Nama Usaha;Nama Pemilik;Telepon;Desa;Kecamatan;Kabupaten;Komoditi\n\
        TAS MELATI KENCANA;Siti Nurhasanah;081234500001;Kalisampurno;Tanggulangin;Sidoarjo;Tas\n\
        Keripik Singkong Arumdalu;Bambang Hartono;081299900002;Kalisampurno;Tanggulangin;Sidoarjo;Keripik\n\
        Kripik Singkong Arum Dalu;Pak Bambang Hartono;081299900003;Kalisampurno;Tanggulangin;Sidoarjo;Keripik\n\
        Toko Barokah;Endang;081299900004;Kalisampurno;Tanggulangin;Sidoarjo;Sembako\n\
        Toko Barokah;Sugeng;081299900005;Kalisampurno;Tanggulangin;Sidoarjo;Sembako\n";
    let options = ImportOptions { name: "daftar.csv".into(), ..ImportOptions::default() };
    let report = app
        .registry
        .import(&Actor::Operator, list.as_bytes(), &options, |_, _| true)
        .expect("a report");
    assert_eq!(report.rejected, 0, "{:?}", report.rows);
    let names: HashSet<String> = queue(&staff, "")
        .iter()
        .map(|pair| {
            let name = |side: usize| pair["records"][side]["name"].as_str().expect("a name");
            let mut names = [name(0), name(1)];
            names.sort_unstable();
            names.join(" = ")
        })
        .collect();
    let expected = [
        "Tas Melati Kencana = Tas Melati Kencana",
        "Keripik Singkong Arumdalu = Kripik Singkong Arum Dalu",
    ];
    assert_eq!(names, expected.map(str::to_owned).into());
    // The same list again finds nothing new.
    app.registry.import(&Actor::Operator, list.as_bytes(), &options, |_, _| true).expect("again");
    assert_eq!(queue(&staff, "").len(), 2);
}

#[test]
fn what_is_not_the_same_is_not_offered_again_unless_something_compared_changes() {
    let app = TestApp::new();
    let staff = app.staff();
    let (first, _) = (create(&staff, &record(FIRST)), create(&staff, &record(SECOND)));
    let pair = queue(&staff, "").remove(0);
    assert_eq!(reject(&staff, &pair, " ").expect_problem(422), ["reason:required"]);
    let decided = reject(&staff, &pair, "Dua kios, sudah ditanyakan").expect(200);
    assert_eq!(decided["status"], "not_the_same");
    assert_eq!(decided["decided"]["by"], "verifier@contoh.id");
    assert_eq!(decided["decided"]["reason"], "Dua kios, sudah ditanyakan");
    reject(&staff, &pair, "lagi").expect_problem(409);
    assert_eq!(queue(&staff, "").len(), 0);
    assert_eq!(queue(&staff, "status=not_the_same").len(), 1);

    staff.write("PATCH", &first, "*", &json!({"address": "Jl. Raya 5"})).expect(200);
    assert_eq!(queue(&staff, "").len(), 0);
    let owner = json!({"owners": [{"name": "Siti Nurkhasanah", "phone": "+6281234500001"}], "nib": "9120001234567"});
    staff.write("PATCH", &first, "*", &owner).expect(200);
    let again = queue(&staff, "");
    assert_eq!(again.len(), 1);
    assert_eq!((&again[0]["id"], &again[0]["decided"]), (&pair["id"], &Value::Null));
}

#[test]
fn a_pair_goes_when_the_records_are_no_longer_alike() {
    let app = TestApp::new();
    let staff = app.staff();
    create(&staff, &record(FIRST));
    let second = create(&staff, &record(SECOND));
    assert_eq!(queue(&staff, "").len(), 1);
    let other = json!({"name": "Keripik Arumdalu", "commodities": ["keripik"], "products": null,
        "owners": [{"name": "Bambang Hartono", "phone": "+6281299900002"}]});
    staff.write("PATCH", &second, "*", &other).expect(200);
    assert_eq!(queue(&staff, "").len(), 0);
}

#[test]
fn merging_a_pair_marks_it_and_taking_the_merge_back_opens_it() {
    let app = TestApp::new();
    let staff = app.staff();
    let (first, second) = (create(&staff, &record(FIRST)), create(&staff, &record(SECOND)));
    let third = ("Tas Melati Kencana", "Siti Nurkhasanah", "+6281234500009");
    assert_eq!(queue(&staff, "").len(), 1);
    let merge = json!({"duplicate": id_of(&second), "reason": "usaha yang sama"});
    staff.write("POST", &format!("{first}/merge"), "*", &merge).expect(200);
    assert_eq!(queue(&staff, "").len(), 0);
    let merged = queue(&staff, "status=merged");
    assert_eq!((merged.len(), &merged[0]["decided"]["reason"]), (1, &json!("usaha yang sama")));
    // A duplicate is held against nobody.
    create(&staff, &record(third));
    let open = queue(&staff, "");
    assert_eq!(open.len(), 1);
    assert!(!open[0].to_string().contains(id_of(&second)));
    staff.write("POST", &format!("{first}/unmerge"), "*", &merge).expect(200);
    assert_eq!(queue(&staff, "status=merged").len(), 0);
    assert_eq!(queue(&staff, "").len(), 3);
}

#[test]
fn the_queue_is_paged_by_class_and_filtered() {
    let app = TestApp::new();
    let staff = app.staff();
    for number in 0..5 {
        let owner = [
            "Kasturi Wening",
            "Paijan Lukito",
            "Rubiyem Astari",
            "Wagimin Surono",
            "Ngatini Palupi",
        ][number];
        let name =
            format!("Kerajinan {}", ["Zabrina", "Quvera", "Wexona", "Jubilo", "Grimaldi"][number]);
        let phone = format!("+62812345000{number}0");
        for region in ["35.15.06.2001", "35.15.06.2002"] {
            // Of the last one only the name is known.
            let mut made = record((name.as_str(), owner, phone.as_str()));
            made["region"] = json!(region);
            made["point"] = Value::Null;
            if number == 4 {
                made["owners"] = json!([]);
                made["region"] = json!("35.15.06.2001");
            }
            create(&staff, &made);
        }
    }
    let all = queue(&staff, "limit=2");
    assert_eq!(all.len(), 5);
    let classes: Vec<&str> = all.iter().map(|pair| pair["class"].as_str().expect("one")).collect();
    assert!(classes.is_sorted(), "certain before likely: {classes:?}");
    let ids: HashSet<&Value> = all.iter().map(|pair| &pair["id"]).collect();
    assert_eq!(ids.len(), 5);
    let page = staff.get(&format!("{PATH}?limit=2")).expect(200);
    assert_eq!((&page["matched"], page["items"].as_array().map(Vec::len)), (&json!(5), Some(2)));
    let certain = queue(&staff, "min_score=70").len();
    assert!(
        (1..5).contains(&certain)
            && certain == classes.iter().filter(|one| **one == "certain").count()
    );
    assert_eq!(queue(&staff, "region=35.15").len(), 5);
    assert_eq!(queue(&staff, "region=35.76").len(), 0);
    assert_eq!(queue(&app.signed_in(Role::Verifier, Some("35.76")), "").len(), 0);
}

#[test]
fn of_another_offices_record_a_pair_tells_its_public_tier_or_that_there_is_one() {
    let app = TestApp::new();
    let (staff, vera) = (app.staff(), app.signed_in(Role::Verifier, Some("35")));
    let home = app.signed_in(Role::Verifier, Some("35.15"));
    create(&staff, &record(FIRST));
    let mut away = record(SECOND);
    away["region"] = json!("35.76.01.1003");
    away["point"] = Value::Null;
    away["address"] = json!("Jalan Rahasia 7");
    away["nib"] = json!("9120007654321");
    away["contact"] = json!({"phone": "+6281277788899"});
    let path = create(&staff, &away);
    let theirs = |client: &Client| {
        let pairs = queue(client, "");
        assert_eq!(pairs.len(), 1);
        let path = format!("{PATH}/{}", pairs[0]["id"].as_str().expect("an id"));
        (pairs[0].clone(), client.get(&path).expect(200))
    };
    let secrets = [
        "Rahasia",
        "9120007654321",
        "81277788899",
        "Hj. Siti Nurhasanah",
        "same_phone",
        "same_name",
        "similar_name",
        "common_name",
        "same_owner",
        "similar_owner",
    ];
    let tells_nothing = |texts: [&Value; 2]| {
        for text in texts.map(ToString::to_string) {
            for secret in secrets {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    };
    let side = |pair: &Value| {
        let sides = pair["records"].as_array().expect("two").clone();
        sides.into_iter().find(|side| side["tier"] != "internal").expect("the other's")
    };

    // Not published: there is one.
    let (pair, detail) = theirs(&home);
    tells_nothing([&pair, &detail]);
    assert_eq!(side(&detail), json!({"tier": "hidden", "ask_other_office": true}));
    assert!(!detail.to_string().contains(id_of(&path)) && !detail.to_string().contains("35.76"));
    assert_eq!((&pair["score"], &pair["found_by"]), (&Value::Null, &Value::Null));
    assert_eq!(pair["reasons"], json!([]));
    // Published: its public tier.
    for (step, body) in [
        ("submit", json!({})),
        ("verify", json!({})),
        ("publish", json!({"basis": {"kind": "public_duty", "text": "SK 1/2026"}})),
    ] {
        let who = if step == "submit" { &staff } else { &vera };
        who.write("POST", &format!("{path}/{step}"), "*", &body).expect(200);
    }
    let (pair, detail) = theirs(&home);
    tells_nothing([&pair, &detail]);
    let shown = side(&detail);
    assert_eq!((&shown["tier"], &shown["ask_other_office"]), (&json!("public"), &json!(true)));
    assert_eq!(shown["responsible_region"], "35.76");
    // Higher and higher scores tell no more than the class.
    let class = if pair["class"] == "certain" { 70 } else { u64::from(LIKELY) };
    for score in 0..=100 {
        let found = queue(&home, &format!("min_score={score}")).len();
        assert_eq!(found, usize::from(score <= class), "{score}");
    }
    assert_eq!(queue(&staff, &format!("min_score={}", class + 1)).len(), 1, "it is above that");
    // And it is not theirs to decide alone.
    let problem = reject(&home, &pair, "bukan").expect(403);
    assert_eq!(problem["type"], "urn:sentra:problem:other-office");
    reject(&app.signed_in(Role::Verifier, Some("35.20")), &pair, "bukan").expect_problem(404);
    reject(&vera, &pair, "bukan").expect(200);
}

#[test]
fn looking_at_the_queue_is_in_the_log_of_reads() {
    let app = TestApp::new();
    let staff = app.staff();
    let (first, _) = (create(&staff, &record(FIRST)), create(&staff, &record(SECOND)));
    let home = app.signed_in(Role::Verifier, Some("35.15"));
    assert_eq!(queue(&home, "").len(), 1);
    let auditor = app.signed_in(Role::Auditor, None);
    let reads = auditor.all(&format!("/api/v1/reads?enterprise={}&kind=duplicates", id_of(&first)));
    assert_eq!(reads.len(), 1);
    assert_eq!(reads[0]["actor"], "verifier35.15@contoh.id");
    let report =
        auditor.get(&format!("/api/v1/reads/report?enterprise={}", id_of(&first))).expect(200);
    assert!(report["direct"].to_string().contains("duplicates"), "{report}");
}

#[test]
fn a_shared_nik_is_found_and_an_erased_person_leaves_nothing_to_be_found_by() {
    let app = TestApp::new();
    let staff = app.staff();
    let with = |name: &str, owner: &str, phone: &str| {
        let mut made = record((name, owner, phone));
        made["restricted"] =
            json!({"persons": [{"name": owner, "national_id": "3515064408710001"}]});
        made
    };
    let first = create(&staff, &with("Tas Kumala", "Siti Nurkhasanah", "+6281234500001"));
    create(&staff, &with("Kumala Collection", "Nurhasanah", "+6281234500002"));
    let pairs = queue(&staff, "");
    assert_eq!(pairs.len(), 1);
    assert!(codes(&pairs[0]).contains(&"same_national_id"));
    let blocks = || tables::all_rows(&app.db.url)["duplicate_blocks"].clone();
    let before = blocks();
    let body = json!({"person": "Siti Nurkhasanah", "request": "Permohonan 12/2026"});
    staff.write("POST", &format!("{first}/erase"), "*", &body).expect(200);
    // At once, before anybody searches again: no block of the person's is left.
    let after = blocks();
    assert!(after.len() <= before.len() / 2 + 1, "{} of {}", after.len(), before.len());
    let left = queue(&staff, "");
    assert!(left.iter().all(|pair| !codes(pair).contains(&"same_national_id")));
}

#[test]
fn planted_duplicates_are_found_and_little_else() {
    let set = planted::planted(20_000, 7);
    let collisions = planted::collisions(&set);
    assert!((0.10..0.14).contains(&collisions), "names collide as in Solo: {collisions}");
    let found = curve::evaluate(&set);
    assert!(found.compared < set.drafts.len() && found.blocks < 9 * set.drafts.len());
    assert!(found.unmet * 20 < set.pairs.len() && found.scores.len() == found.compared);
    let at = found.curve.iter().find(|at| at.threshold == LIKELY).expect("the threshold");
    assert!(at.precision >= 0.98 && at.recall >= 0.90, "{} {}", at.precision, at.recall);
    assert!(
        at.found > 0 && Rarity::default().bits(&sentra::domain::duplicate::words("x")[0]) > 0.0
    );
}

#[test]
fn the_registry_finds_what_was_planted_in_a_load() {
    let app = TestApp::new();
    let Planted { drafts, pairs } = planted::planted(3_000, 11);
    let load = Load {
        actor: &Actor::Operator,
        job_id: "uji",
        reason: "uji",
        sample: false,
        publish: None,
        import: None,
    };
    let rows = drafts.iter().enumerate().map(|(place, draft)| {
        let (identity, content) = (format!("uji {place}"), place.to_string());
        Ok(Incoming {
            origin: Origin::Listed { identity, content, record: None },
            draft: draft.clone(),
            restricted: sentra::domain::restricted::Restricted::default(),
            source: Source { name: "uji".into(), sheet: None, row: Some(place) },
        })
    });
    let mut ids: Vec<String> = Vec::new();
    app.registry
        .load(&load, rows, |outcomes| {
            ids.extend(outcomes.iter().map(|outcome| match outcome {
                Outcome::Created(id) => id.to_string(),
                other => panic!("{other:?}"),
            }));
            true
        })
        .expect("a load");
    app.registry.find_duplicates(|_, _| true).expect("a search");
    let places: HashMap<&str, usize> =
        ids.iter().enumerate().map(|(place, id)| (id.as_str(), place)).collect();
    let found: HashSet<(usize, usize)> = queue(&app.staff(), "limit=1000")
        .iter()
        .map(|pair| {
            let place = |side: usize| places[pair["records"][side]["id"].as_str().expect("an id")];
            (place(0).min(place(1)), place(0).max(place(1)))
        })
        .collect();
    let right = found.intersection(&pairs).count();
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let share = |of: usize| right as f64 / of as f64;
    assert!(
        share(found.len()) >= 0.97 && share(pairs.len()) >= 0.88,
        "{right} of {} found, {} planted",
        found.len(),
        pairs.len()
    );
    // Searching again finds the same, and nothing twice.
    app.registry.find_duplicates(|_, _| true).expect("again");
    assert_eq!(queue(&app.staff(), "limit=1000").len(), found.len());
}

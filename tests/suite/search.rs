//! Finding by words, and suggestions.

use sentra::domain::actor::Role;
use sentra::domain::reading::ReadKind;
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, TestApp, draft};
use crate::restricted::logged;

const PATH: &str = "/api/v1/enterprises";

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().map(|item| item["name"].as_str().expect("a name")).collect()
}

fn publish(app: &TestApp, staff: &Client, path: &str) {
    let vera = app.registry.put_user("vera@contoh.id", PASSWORD, Role::Verifier, None);
    vera.expect("a user");
    let vera = app.entered("vera@contoh.id");
    staff.write("POST", &format!("{path}/submit"), "*", &json!({})).expect(200);
    vera.write("POST", &format!("{path}/verify"), "*", &json!({})).expect(200);
    let basis = json!({"basis": {"kind": "public_duty", "text": "SK 1/2026"}});
    vera.write("POST", &format!("{path}/publish"), "*", &basis).expect(200);
}

fn create(staff: &Client, draft: &Value) -> String {
    let answer = staff.post(PATH, draft);
    answer.expect(201);
    answer.header("location").to_owned()
}

#[test]
fn a_word_that_nothing_has_is_taken_with_a_typo_and_one_that_something_has_is_not() {
    let app = TestApp::new();
    let staff = app.staff();
    for name in ["Bordir Melati", "Bordar Kenanga"] {
        create(&staff, &draft(name));
    }
    let found = |q: &str| {
        let mut found = staff.all(&format!("{PATH}?q={q}&sort=name"));
        found.sort_by_key(|item| item["name"].to_string());
        names(&found).join(", ")
    };
    for _ in 0..2 {
        assert_eq!(found("bordir"), "Bordir Melati");
        assert_eq!(found("bordur"), "Bordar Kenanga, Bordir Melati");
        assert_eq!(found("brodir%20melati"), "Bordir Melati");
        assert_eq!(found("xyz"), "");
        // Once from what is not committed, once from the index.
        app.registry.commit_search().expect("a commit");
    }
}

#[test]
fn an_uncommitted_change_takes_the_place_of_what_the_index_has() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = create(&staff, &draft("Tas Cempaka"));
    app.registry.commit_search().expect("a commit");
    let matched = |q: &str| staff.get(&format!("{PATH}?q={q}")).expect(200)["matched"].clone();
    assert_eq!(matched("cempaka"), 1);
    staff.write("PATCH", &path, "*", &json!({"name": "Tas Flamboyan"})).expect(200);
    assert_eq!((matched("cempaka"), matched("flamboyan")), (json!(0), json!(1)));
    app.registry.commit_search().expect("a commit");
    assert_eq!((matched("cempaka"), matched("flamboyan")), (json!(0), json!(1)));
}

#[test]
fn pages_by_relevance_have_each_record_once_whatever_is_written_meanwhile() {
    let app = TestApp::new();
    let staff = app.staff();
    let all = ["Anyaman", "Anyaman Asri", "Griya Anyaman", "Anyamanku", "Rumah Anyamanku", "Tas"];
    for name in all {
        let mut draft = draft(name);
        draft["products"][0]["name"] = json!("anyaman pandan");
        create(&staff, &draft);
    }
    let mut next = Some(format!("{PATH}?q=anyaman&sort=relevance&limit=1"));
    let (mut seen, mut count) = (Vec::new(), 0);
    while let Some(path) = next {
        let page = staff.get(&path).expect(200);
        seen.push(page["items"][0]["name"].as_str().expect("a name").to_owned());
        next = page["next"].as_str().map(str::to_owned);
        count += 1;
        // Behind the place that is reached, and of another first letter.
        create(&staff, &draft(&format!("Bambu {count}")));
        if count % 2 == 0 {
            app.registry.commit_search().expect("a commit");
        }
    }
    assert_eq!(
        seen,
        ["Anyaman", "Anyaman Asri", "Anyamanku", "Griya Anyaman", "Rumah Anyamanku", "Tas"]
    );
    // Words that were taken with typos are to the end, though one is known meanwhile.
    let first = staff.get(&format!("{PATH}?q=anyamen&sort=relevance&limit=2")).expect(200);
    assert_eq!(first["matched"], 6);
    create(&staff, &draft("Anyamen"));
    let mut found = first["items"].as_array().expect("items").clone();
    found.extend(staff.all(first["next"].as_str().expect("next")));
    let ids: std::collections::HashSet<String> =
        found.iter().map(|item| item["id"].to_string()).collect();
    assert!(all.iter().all(|name| names(&found).contains(name)) && ids.len() == found.len());
    assert_eq!(staff.get(&format!("{PATH}?q=anyamen")).expect(200)["matched"], 1);
}

#[test]
fn what_others_areas_have_does_not_change_what_a_word_means() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut elsewhere = draft("Tas Jauh");
    elsewhere["region"] = json!("35.76.01.1003");
    elsewhere["point"] = json!({"lon": 112.428_670_541_608_27, "lat": -7.467_706_124_463_731});
    elsewhere["owners"][0]["name"] = json!("Xqzwinarni");
    create(&staff, &elsewhere);
    let mut near = draft("Tas Dekat");
    near["owners"][0]["name"] = json!("Xqzwinarno");
    create(&staff, &near);
    let viewer = app.signed_in(Role::Viewer, Some("35.15"));
    for _ in 0..2 {
        let found = viewer.all(&format!("{PATH}?q=xqzwinarni"));
        assert_eq!(names(&found), ["Tas Dekat"], "as if the other were not there");
        assert_eq!(names(&staff.all(&format!("{PATH}?q=xqzwinarni"))), ["Tas Jauh"]);
        app.registry.commit_search().expect("a commit");
    }
}

#[test]
fn suggestions_are_of_every_kind_and_of_what_the_caller_may_see() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut hidden = draft("Sidokumpul Rahasia");
    hidden["products"][0]["name"] = json!("Sidokumpul kulit");
    create(&staff, &hidden);
    let mut shown = draft("Sidokumpul Jaya");
    shown["products"][0]["name"] = json!("Sidotas kulit");
    let path = create(&staff, &shown);
    publish(&app, &staff, &path);
    let suggest = |client: &Client, q: &str| -> Vec<String> {
        let page = client.get(&format!("/api/v1/suggest?q={q}")).expect(200);
        let items = page["items"].as_array().expect("items");
        let told = |item: &Value| {
            let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}={}", text("kind"), text("text"), text("parameter"), text("value"))
        };
        items.iter().map(told).collect()
    };
    let anonymous = app.anonymous();
    let elsewhere = app.signed_in(Role::Viewer, Some("35.76"));
    for committed in [false, true] {
        for outsider in [&anonymous, &elsewhere] {
            let found = suggest(outsider, "sido");
            let jaya = "enterprise Sidokumpul Jaya q=Sidokumpul Jaya";
            assert!(found.iter().any(|item| item == jaya), "{found:?}");
            assert!(!found.iter().any(|item| item.contains("Rahasia")), "{found:?}");
            assert!(!found.iter().any(|item| item.contains("Sidokumpul kulit")), "{found:?}");
            let region = "region Kabupaten Sidoarjo region=35.15";
            assert!(found.iter().any(|item| item == region), "{found:?}");
        }
        let found = suggest(&staff, "sidokumpul%20ra");
        assert_eq!(found, ["enterprise Sidokumpul Rahasia q=Sidokumpul Rahasia"]);
        if committed {
            let found = suggest(&anonymous, "sidotas");
            assert_eq!(found, ["product Sidotas kulit q=Sidotas kulit"]);
        }
        app.registry.commit_search().expect("a commit");
    }
    let found = suggest(&anonymous, "sepatu");
    assert_eq!(found[0], "commodity Sepatu commodity=sepatu");
    assert_eq!(suggest(&anonymous, "seaptu")[0], "commodity Sepatu commodity=sepatu");
    let found = suggest(&anonymous, "kulit%20alas");
    assert!(found.iter().any(|item| item.ends_with("sector=kulit-alas-kaki")), "{found:?}");
    assert!(suggest(&anonymous, "%2E%2E").is_empty());
    let limited = anonymous.get("/api/v1/suggest?q=s&limit=3").expect(200);
    assert_eq!(limited["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(anonymous.get("/api/v1/suggest").expect_problem(400), ["q:required"]);
    let told = anonymous.get("/api/v1/suggest?q=a&limit=21").expect_problem(400);
    assert_eq!(told, ["limit:out_of_range"]);
}

#[test]
fn a_commodity_is_found_by_its_other_names() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut made = draft("Cempaka Jaya");
    made["commodities"] = json!(["alas-kaki"]);
    made["products"] = json!([]);
    create(&staff, &made);
    let reference = app.registry.reference();
    let commodity = reference.commodity("alas-kaki").expect("a commodity");
    assert!(!commodity.synonyms.is_empty());
    for committed in [false, true] {
        for synonym in &commodity.synonyms {
            let found = staff.get(&format!("{PATH}?q={}", synonym.replace(' ', "%20"))).expect(200);
            assert_eq!(found["matched"], 1, "{synonym}, committed: {committed}");
            let path = format!("/api/v1/suggest?q={}", synonym.replace(' ', "%20"));
            let suggested = staff.get(&path).expect(200);
            let items = suggested["items"].as_array().expect("items");
            assert!(items.iter().any(|item| item["value"] == "alas-kaki"), "{synonym}: {items:?}");
        }
        app.registry.commit_search().expect("a commit");
    }
}

#[test]
fn what_staff_are_suggested_and_find_with_typos_is_in_the_log_of_reads_and_its_report() {
    let app = TestApp::new();
    let staff = app.staff();
    let path = create(&staff, &draft("Tas Xqzmelati"));
    let suggest = |client: &Client, q: &str| {
        client.get(&format!("/api/v1/suggest?q={q}")).expect(200)["items"].clone()
    };
    let lines = || -> Vec<(String, i64, Option<u32>)> {
        let lines = logged(&app.registry, &[ReadKind::List, ReadKind::Suggestions]);
        lines
            .into_iter()
            .rev()
            .map(|line| (line.filter.unwrap_or_default(), line.count, line.detail.typos))
            .collect()
    };
    // The public sees nothing of it, and codes are nobody's.
    assert_eq!(suggest(&app.anonymous(), "tas%20xqzmelati"), json!([]));
    assert_ne!(suggest(&staff, "sidoarjo%20kab"), json!([]));
    assert_eq!(lines(), []);
    assert_ne!(suggest(&staff, "tas%20xqzme"), json!([]));
    assert_ne!(suggest(&staff, "tas%20xqzmelait"), json!([]));
    assert_eq!(suggest(&staff, "zzzyyyxxx"), json!([]));
    let listed = |q: &str| staff.get(&format!("{PATH}?q={q}")).expect(200)["matched"].clone();
    assert_eq!((listed("xqzmelait"), listed("xqzmelati")), (json!(1), json!(1)));
    let all = |words: &[(&str, i64, Option<u32>)]| -> Vec<(String, i64, Option<u32>)> {
        words.iter().map(|(filter, count, typos)| ((*filter).to_owned(), *count, *typos)).collect()
    };
    assert_eq!(
        lines(),
        all(&[
            ("q=tas+xqzme", 1, None),
            ("q=tas+xqzmelait", 1, Some(0b10)),
            ("q=zzzyyyxxx", 0, Some(0b1)),
            ("q=xqzmelait", 1, Some(0b1)),
            ("q=xqzmelati", 1, None),
        ])
    );
    let id = path.rsplit('/').next().expect("an id");
    let auditor = app.signed_in(Role::Auditor, None);
    let report = auditor.get(&format!("/api/v1/reads/report?enterprise={id}")).expect(200);
    let shown = report["shown"].as_array().expect("a list");
    let told = |read: &Value| {
        let text = |field: &str| read[field].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", text("kind"), text("filter"), read["certain"])
    };
    assert_eq!(
        shown.iter().map(told).collect::<Vec<_>>(),
        [
            "list q=xqzmelait true",
            "list q=xqzmelati true",
            "suggestions q=tas+xqzme false",
            "suggestions q=tas+xqzmelait false",
        ]
    );
}

#[test]
fn a_restart_takes_up_what_the_index_missed() {
    let app = TestApp::new();
    let staff = app.staff();
    create(&staff, &draft("Tas Awal"));
    app.registry.commit_search().expect("a commit");
    let operator = sentra::domain::actor::Actor::Operator;
    // Another process writes and has no index at all.
    let other = sentra::registry::Registry::open_without_projections(
        sentra::db::Db::open(&app.db.url).expect("a database"),
        sentra::registry::Clock::system(),
    );
    let written = sentra::registry::writing::Written::from_json(draft("Tas Susulan"));
    let other = other.expect("a registry");
    other.create_enterprise(&operator, written.expect("a draft"), None).expect("created");
    let reopened = app.db.open();
    let found = |word: &str| {
        let pairs = [("q".to_owned(), word.to_owned())];
        let filter = sentra::domain::filter::Filter::parse(&pairs, &reopened.reference());
        let filter = filter.expect("a filter");
        reopened.scan_enterprises(&operator, filter, |_| Ok(())).expect("an answer")
    };
    assert_eq!((found("awal"), found("susulan"), found("tas")), (1, 1, 2));
}

#[test]
fn while_the_search_is_filled_only_words_have_to_wait() {
    let first = TestApp::new();
    let mut owned = draft("Tas Awal");
    owned["owners"] = json!([{"name": "Sulastri Wahyuni"}]);
    let awal = create(&first.staff(), &owned);
    let app = first.beside_unfilled();
    let vera = app.registry.put_user("vera@contoh.id", PASSWORD, Role::Verifier, None);
    vera.expect("a user");
    let staff = app.entered("vera@contoh.id");
    for path in [format!("{PATH}?q=awal"), "/api/v1/suggest?q=awal".into()] {
        let answer = staff.get(&path);
        assert_eq!((answer.status, answer.header("retry-after")), (503, "2"), "{path}");
        assert!(
            answer.json()["type"].as_str().is_some_and(|kind| kind.contains("search-starting"))
        );
    }
    // Whose name is read may be in the half of an index: nothing is erased then.
    let wanted = json!({"person": "Sulastri Wahyuni", "request": "Surat 7"});
    assert_eq!(staff.write("POST", &format!("{awal}/erase"), "*", &wanted).status, 503);
    assert_eq!(staff.get(&awal).expect(200)["owners"][0]["name"], "Sulastri Wahyuni");
    create(&staff, &draft("Tas Baru"));
    assert_eq!(staff.all(PATH).len(), 2);

    app.registry.fill_search().expect("filled");
    create(&staff, &draft("Tas Kemudian"));
    let found = |q: &str| staff.get(&format!("{PATH}?q={q}")).expect(200)["matched"].clone();
    assert_eq!((found("tas"), found("baru"), found("kemudian")), (3.into(), 1.into(), 1.into()));
    staff.write("POST", &format!("{awal}/erase"), "*", &wanted).expect(200);
    assert_eq!(found("sulastri"), 0);
}

//! How the offices stand, and what is drawn by lot.

use std::sync::atomic::Ordering;

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use super::{DESK, HOME, doubted, maker, names, step, submitted};
use crate::app::{TestApp, movable_clock};

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

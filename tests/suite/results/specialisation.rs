//! What a region is specialised in, and how that has changed: worked out by hand.

use sentra::domain::actor::Actor;
use sentra::domain::reading::ReadKind;
use sentra::registry::reads::LogQuery;
use serde_json::{Value, json};

use super::{ENTERPRISES, KEDENSARI, MOJOKERTO, making, stored};
use crate::app::{Client, TestApp};

const PATH: &str = "/api/v1/stats";
const LEATHER: &str = "kulit-alas-kaki";
const FOOD: &str = "pangan";

fn made(client: &Client, village: &str, sector: &str, founded: i32) -> String {
    let mut body = making(if sector == FOOD { "keripik" } else { "tas" }, village);
    body["sectors"] = json!([sector]);
    body["founded_year"] = json!(founded);
    stored(client, &body)
}

/// In Sidoarjo leather of 2010 and 2024 and food of 2010; in Mojokerto leather of 2010, which has
/// closed, and food of 2024.
fn world(app: &TestApp) -> Client {
    let staff = app.staff();
    made(&staff, KEDENSARI.0, LEATHER, 2010);
    made(&staff, KEDENSARI.0, LEATHER, 2024);
    made(&staff, KEDENSARI.0, FOOD, 2010);
    let closed = made(&staff, MOJOKERTO.0, LEATHER, 2010);
    made(&staff, MOJOKERTO.0, FOOD, 2024);
    staff.write("DELETE", &format!("{ENTERPRISES}/{closed}"), "*", &Value::Null).expect(200);
    staff
}

fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// `[now, then, change]` of a group's count and quotient.
fn line(values: &Value, count: (i64, i64), lq: (f64, f64)) -> Value {
    json!({
        "values": values, "count": count.0, "lq": round(lq.0),
        "before": {"count": count.1, "lq": round(lq.1)},
        "change": {"count": count.0 - count.1, "lq": round(lq.0 - lq.1)},
    })
}

#[test]
fn each_group_has_what_existed_on_the_earlier_day_as_known_now() {
    let app = TestApp::new();
    let staff = world(&app);
    let path = format!("{PATH}?group_by=regency,sector&lq=true&compare_as_of=2015-06-01");
    let answer = staff.get(&path).expect(200);
    assert_eq!(answer["compared"], json!({"as_of": "2015-06-01", "matched": 3}));
    assert_eq!(answer["matched"], 4);
    let values = |regency: &str, sector: &str| json!([regency, sector]);
    assert_eq!(
        answer["items"],
        json!([
            line(&values("35.15", LEATHER), (2, 1), ((2.0 / 3.0) / 0.5, (1.0 / 2.0) / (2.0 / 3.0))),
            line(&values("35.15", FOOD), (1, 1), ((1.0 / 3.0) / 0.5, (1.0 / 2.0) / (1.0 / 3.0))),
            // It holds no record any more.
            line(&values("35.76", LEATHER), (0, 1), (0.0, 1.0 / (2.0 / 3.0))),
            line(&values("35.76", FOOD), (1, 0), (1.0 / 0.5, 0.0)),
        ])
    );
    // Between two days of the past.
    let path = format!("{PATH}?group_by=sector&as_of=2024-06-01&compare_as_of=2009-12-31");
    let answer = staff.get(&path).expect(200);
    assert_eq!((&answer["matched"], &answer["compared"]["matched"]), (&json!(5), &json!(0)));
    let leather =
        json!({"values": [LEATHER], "count": 3, "before": {"count": 0}, "change": {"count": 3}});
    assert_eq!(answer["items"][0], leather);
    // Both are in the log of reads.
    let query = LogQuery { kinds: vec![ReadKind::Stats], limit: 2, ..LogQuery::default() };
    let logged = app.registry.logged_reads(&Actor::Operator, &query).expect("the log").items;
    let filters: Vec<(Option<&str>, i64)> =
        logged.iter().map(|line| (line.filter.as_deref(), line.count)).collect();
    assert_eq!(filters, [(Some("as_of=2024-06-01"), 5), (Some("as_of=2009-12-31"), 0)]);
    let told = staff.get(&format!("{PATH}?compare_as_of=kemarin")).expect_problem(400);
    assert_eq!(told, ["compare_as_of:malformed"]);
}

#[test]
fn the_quotient_of_goods_that_the_filter_asks_for_is_against_the_whole_province() {
    let app = TestApp::new();
    let staff = world(&app);
    let get =
        |query: &str| staff.get(&format!("{PATH}?lq=true&{query}")).expect(200)["items"].clone();
    let leather = format!("sector={LEATHER}");
    let sidoarjo = round((2.0 / 3.0) / (2.0 / 4.0));
    assert_eq!(
        get(&format!("group_by=regency&{leather}")),
        json!([{"values": ["35.15"], "count": 2, "lq": sidoarjo}])
    );
    // Within one regency the whole is the province still.
    for query in
        ["group_by=district&region=35.15&", "group_by=district&bbox=112.6,-7.6,112.8,-7.4&"]
    {
        let items = get(&format!("{query}{leather}"));
        assert_eq!(items, json!([{"values": ["35.15.06"], "count": 2, "lq": sidoarjo}]), "{query}");
    }
    assert_eq!(get("group_by=regency&commodity=tas")[0]["lq"], sidoarjo);
    // It is what the same region has in the table of all goods.
    let table = get("group_by=regency,sector");
    let same = table
        .as_array()
        .expect("items")
        .iter()
        .find(|item| item["values"] == json!(["35.15", LEATHER]));
    assert_eq!(same.expect("a group")["lq"], sidoarjo);
    let items = get(&format!("group_by=regency&{leather}&compare_as_of=2015-06-01"));
    let expected = [
        line(&json!(["35.15"]), (2, 1), ((2.0 / 3.0) / 0.5, 0.75)),
        line(&json!(["35.76"]), (0, 1), (0.0, 1.5)),
    ];
    assert_eq!(items, json!(expected));
    for query in ["group_by=regency", "group_by=regency&kind=ikm", "group_by=sector&sector=pangan"]
    {
        let told = staff.get(&format!("{PATH}?lq=true&{query}")).expect_problem(400);
        assert_eq!(told, ["lq:together"], "{query}");
    }
    // Everybody may ask it of what is published: here of nothing.
    let answer =
        app.anonymous().get(&format!("{PATH}?lq=true&group_by=regency&{leather}")).expect(200);
    assert_eq!(answer["items"], json!([]));
}

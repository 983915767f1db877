//! Counts by groups: held against plain loops over what the list says; and who is told what.

use std::collections::BTreeMap;
use std::io::Read;

use sentra::domain::actor::{Actor, Role};
use sentra::domain::reading::ReadKind;
use sentra::registry::reads::LogQuery;
use serde_json::{Value, json};

use crate::app::{Client, TestApp, draft, tile_at};

const PATH: &str = "/api/v1/stats";
const LIST: &str = "/api/v1/enterprises";
const BASIS: &str = r#"{"basis": {"kind": "public_duty", "text": "SK 1/2026"}}"#;

pub type Counts = BTreeMap<Vec<Option<String>>, u64>;

pub fn counts(answer: &Value) -> Counts {
    let value = |value: &Value| value.as_str().map(str::to_owned);
    let items = answer["items"].as_array().expect("items").iter();
    items
        .map(|item| {
            let values = item["values"].as_array().expect("values").iter().map(value).collect();
            (values, item["count"].as_u64().expect("a count"))
        })
        .collect()
}

/// The values of a listed record in a dimension.
fn values(item: &Value, dimension: &str) -> Vec<Option<String>> {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let all = |list: &Value, of: &dyn Fn(&Value) -> Value| {
        let mut all: Vec<Option<String>> =
            list.as_array().into_iter().flatten().map(|entry| text(&of(entry))).collect();
        all.sort();
        all.dedup();
        if all.is_empty() { vec![None] } else { all }
    };
    let region = item["region"].as_str().expect("a region");
    let up_to = |length: usize| vec![Some(region[..length.min(region.len())].to_owned())];
    match dimension {
        "regency" => up_to(5),
        "district" => up_to(8),
        "village" => up_to(13),
        "sector" => all(&item["sectors"], &Value::clone),
        "commodity" => all(&item["commodities"], &Value::clone),
        "certificate" => all(&item["certificates"], &|entry| entry["type"].clone()),
        "need" => all(&item["needs"], &Value::clone),
        "practice" => all(&item["practices"], &Value::clone),
        "quality" => all(&item["quality"], &|flag| flag["rule"].clone()),
        "raw_material" => all(&materials(item), &|material| material["commodity"].clone()),
        "origin" => all(&materials(item), &|material| material["origin"].clone()),
        "kind" => {
            let mut kinds = all(&item["registrations"], &|entry| entry["kind"].clone());
            // A women's cooperative is a cooperative too.
            if kinds.contains(&Some("kopwan".into())) && !kinds.contains(&Some("koperasi".into())) {
                kinds.push(Some("koperasi".into()));
            }
            kinds
        }
        "year" => vec![text(&item["founded_year"])],
        other => vec![text(&item[other])],
    }
}

/// What all its products are made of.
fn materials(item: &Value) -> Value {
    let products = item["products"].as_array().into_iter().flatten();
    let materials = products.filter_map(|product| product["raw_materials"].as_array());
    materials.flatten().cloned().collect()
}

pub fn counted(items: &[Value], by: &[&str]) -> Counts {
    let mut counts = Counts::new();
    for item in items {
        let mut groups = vec![Vec::new()];
        for dimension in by {
            let values = values(item, dimension);
            let with = |group: Vec<Option<String>>| {
                values.clone().into_iter().map(move |value| [group.clone(), vec![value]].concat())
            };
            groups = groups.into_iter().flat_map(with).collect();
        }
        for group in groups {
            *counts.entry(group).or_default() += 1;
        }
    }
    counts
}

#[test]
fn counts_equal_a_plain_loop_over_the_list() {
    let app = TestApp::new();
    app.registry.seed_demo(|_, _| {}).expect("a demo");
    let anonymous = app.anonymous();
    for filter in ["", "kind=ikm&size_class=micro,small", "bbox=112.6,-7.6,112.8,-7.4"] {
        let items = anonymous.all(&format!("{LIST}?limit=1000&{filter}"));
        assert!(items.len() > 30, "{filter}");
        for by in [
            vec![],
            vec!["regency", "sector"],
            vec!["district"],
            vec!["village", "commodity", "year"],
            vec!["kind", "size_class", "women_led"],
            vec!["certificate"],
        ] {
            let path = format!("{PATH}?{filter}&group_by={}", by.join(","));
            let path = if by.is_empty() { format!("{PATH}?{filter}") } else { path };
            let answer = anonymous.get(&path).expect(200);
            assert_eq!(answer["matched"], items.len(), "{path}");
            assert_eq!(counts(&answer), counted(&items, &by), "{path}");
            for field in ["internal", "sums_of"] {
                assert!(answer[field].is_null(), "{path} {field}");
            }
        }
    }
    let answer = anonymous.get(&format!("{PATH}?group_by=regency,sector")).expect(200);
    let [regency, sector] = &answer["dimensions"].as_array().expect("two")[..] else {
        panic!("{}", answer["dimensions"])
    };
    assert_eq!((&regency["name"], &regency["overlaps"]), (&json!("regency"), &json!(false)));
    assert_eq!((&sector["name"], &sector["overlaps"]), (&json!("sector"), &json!(true)));
    let label = |of: &Value, code: &str| {
        let labels = of["labels"].as_array().expect("labels");
        labels.iter().find(|label| label["code"] == code).cloned().expect("a label")
    };
    let sidoarjo = json!({"code": "35.15", "name": "Kabupaten Sidoarjo"});
    assert_eq!(label(regency, "35.15"), sidoarjo);
    let sectors = anonymous.get("/api/v1/sectors").expect(200);
    let batik = sectors["items"].as_array().expect("sectors");
    let batik = batik.iter().find(|entry| entry["code"] == "kerajinan-batik").expect("one");
    let told = label(sector, "kerajinan-batik");
    assert_eq!((&told["name"], &told["name_en"]), (&batik["name"], &batik["name_en"]));
}

/// A published record in a village with this sector.
pub fn published(
    staff: &Client,
    vera: &Client,
    village: (&str, f64, f64),
    sectors: &Value,
) -> String {
    let mut body = draft("Usaha");
    body["region"] = json!(village.0);
    body["point"] = json!({"lon": village.1, "lat": village.2});
    body["sectors"] = sectors.clone();
    let path = staff.post(LIST, &body).header("location").to_owned();
    staff.write("POST", &format!("{path}/submit"), "*", &json!({})).expect(200);
    vera.write("POST", &format!("{path}/verify"), "*", &json!({})).expect(200);
    let basis: Value = serde_json::from_str(BASIS).expect("a basis");
    vera.write("POST", &format!("{path}/publish"), "*", &basis).expect(200);
    path
}

pub const SIDOARJO: (&str, f64, f64) = ("35.15.06.2001", 112.7223, -7.5071);
pub const MOJOKERTO: (&str, f64, f64) = ("35.76.01.1003", 112.428_670_5, -7.467_706_1);

pub fn two_verifiers(app: &TestApp) -> (Client, Client) {
    (app.staff(), app.signed_in(Role::Verifier, Some("35")))
}

#[test]
fn location_quotients_are_as_worked_out_by_hand() {
    let app = TestApp::new();
    let (staff, vera) = two_verifiers(&app);
    let leather = json!(["kulit-alas-kaki"]);
    for (village, sectors) in [
        (SIDOARJO, leather.clone()),
        (SIDOARJO, leather.clone()),
        (SIDOARJO, json!(["pangan", "kulit-alas-kaki"])),
        (MOJOKERTO, leather),
        (MOJOKERTO, json!(["pangan"])),
    ] {
        published(&staff, &vera, village, &sectors);
    }
    let answer = app.anonymous().get(&format!("{PATH}?group_by=sector,regency&lq=true"));
    let quotients: Vec<(Value, Value, f64)> = answer.expect(200)["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| {
            (
                item["values"].clone(),
                item["count"].clone(),
                item["lq"].as_f64().expect("a quotient"),
            )
        })
        .collect();
    // Of all 5, 4 are leather and 2 food; of Sidoarjo's 3, 3 and 1; of Mojokerto's 2, 1 and 1.
    let round = |value: f64| (value * 1e4).round() / 1e4;
    let line = |sector: &str, regency: &str, count: u64, lq: f64| {
        (json!([sector, regency]), json!(count), round(lq))
    };
    assert_eq!(
        quotients,
        [
            line("kulit-alas-kaki", "35.15", 3, (3.0 / 3.0) / (4.0 / 5.0)),
            line("kulit-alas-kaki", "35.76", 1, (1.0 / 2.0) / (4.0 / 5.0)),
            line("pangan", "35.15", 1, (1.0 / 3.0) / (2.0 / 5.0)),
            line("pangan", "35.76", 1, (1.0 / 2.0) / (2.0 / 5.0)),
        ]
    );
    // Over the filtered set, and not defined for what has no commodity of the region's own.
    let path = format!("{PATH}?group_by=regency,commodity&lq=true&sector=pangan");
    let answer = app.anonymous().get(&path).expect(200);
    assert_eq!(answer["items"][0]["lq"], 1.0, "{answer}");
    for query in ["lq=true", "group_by=kind,sector&lq=true", "group_by=regency,sector,kind&lq=true"]
    {
        let told = app.anonymous().get(&format!("{PATH}?{query}")).expect_problem(400);
        assert_eq!(told, ["lq:together"], "{query}");
    }
}

#[test]
fn sums_are_over_the_records_of_the_own_area_and_say_so() {
    let app = TestApp::new();
    let (staff, vera) = two_verifiers(&app);
    let leather = json!(["kulit-alas-kaki"]);
    published(&staff, &vera, SIDOARJO, &leather);
    published(&staff, &vera, MOJOKERTO, &leather);
    // Not published, and its workers are not known.
    let mut body = draft("Belum terbit");
    body.as_object_mut().expect("an object").remove("workers");
    body["products"][0]["capacity"]["unit"] = json!("kodi");
    staff.post(LIST, &body).expect(201);
    let path = format!("{PATH}?group_by=regency&measure=workers,capacity");
    let analyst = app.signed_in(Role::Analyst, Some("35.15"));
    let answer = analyst.get(&path);
    assert_eq!((answer.header("cache-control"), answer.header("etag")), ("private, no-store", ""));
    let answer = answer.expect(200);
    assert_eq!((&answer["matched"], &answer["internal"]), (&json!(3), &json!(2)));
    assert_eq!(answer["sums_of"], "area:35.15");
    let pieces = |min: f64, max: f64| json!([{"dimension": "count", "unit": "buah", "min": min, "max": max}]);
    assert_eq!(
        answer["items"],
        json!([
            {"values": ["35.15"], "count": 2, "workers": {"sum": 5, "known": 1, "records": 2},
             "capacity": pieces(100.0 + 2_000.0, 150.0 + 3_000.0)},
            {"values": ["35.76"], "count": 1, "workers": {"sum": 0, "known": 0, "records": 0},
             "capacity": []},
        ])
    );
    let all = staff.get(&path).expect(200);
    assert_eq!((&all["internal"], &all["sums_of"]), (&json!(3), &json!("all")));
    assert_eq!(all["items"][1]["workers"]["sum"], 5);
    let told = app.anonymous().get(&path).expect_problem(403);
    assert_eq!(told, ["measure:internal_only"]);

    app.registry.flush_reads().expect("flushed");
    let query = LogQuery { kinds: vec![ReadKind::Stats], limit: 10, ..LogQuery::default() };
    let logged = app.registry.logged_reads(&Actor::Operator, &query).expect("the log").items;
    let lines: Vec<(&str, i64, &[String], &[String])> = logged
        .iter()
        .map(|line| {
            let detail = &line.detail;
            (line.scope.as_str(), line.count, &detail.groups[..], &detail.measures[..])
        })
        .collect();
    let (groups, measures) = (["regency".to_owned()], ["workers".into(), "capacity".into()]);
    assert_eq!(
        lines,
        [("all", 3, &groups[..], &measures[..]), ("area:35.15", 2, &groups, &measures)]
    );
}

#[test]
fn what_cannot_be_counted_is_refused_by_name() {
    let app = TestApp::new();
    for (query, told) in [
        ("group_by=regency,sector,kind,year", "group_by:too_many"),
        ("group_by=sector,sector", "group_by:repeated"),
        ("group_by=mood", "group_by:unknown_code"),
        ("measure=sales", "measure:unknown_code"),
        ("lq=maybe", "lq:malformed"),
        ("colour=red", "colour:unknown_parameter"),
    ] {
        let found = app.anonymous().get(&format!("{PATH}?{query}")).expect_problem(400);
        assert_eq!(found, [told], "{query}");
    }
}

#[test]
fn the_public_is_sent_an_answer_again_only_when_it_is_another() {
    let app = TestApp::new();
    let (staff, vera) = two_verifiers(&app);
    let leather = json!(["kulit-alas-kaki"]);
    published(&staff, &vera, SIDOARJO, &leather);
    let tile = format!("/api/v1/tiles/enterprises/{}.mvt", tile_at(SIDOARJO.1, SIDOARJO.2, 9));
    let away = format!("/api/v1/tiles/enterprises/{}.mvt", tile_at(MOJOKERTO.1, MOJOKERTO.2, 12));
    let stats = format!("{PATH}?group_by=regency");
    let anonymous = app.anonymous();
    let ask =
        |path: &str, tag: &str| anonymous.send("GET", path, &[("If-None-Match", tag)], vec![]);
    let tags: Vec<(&str, String)> = [&tile, &stats, &away]
        .map(|path| {
            let answer = anonymous.get(path);
            assert_eq!(answer.header("cache-control"), "no-cache");
            (path.as_str(), answer.header("etag").to_owned())
        })
        .into();
    let known = || tags.iter().map(|(path, tag)| ask(path, tag).status).collect::<Vec<_>>();
    assert_eq!(known(), [304, 304, 304]);
    assert!(ask(&tile, &tags[0].1).bytes.is_empty());
    assert_eq!(ask(&tile, &format!("\"other\", {}", tags[0].1)).status, 304);
    assert_eq!(ask(&tile, "\"other\"").status, 200);
    // A draft is nothing to the public.
    staff.post(LIST, &draft("Belum terbit")).expect(201);
    assert_eq!(known(), [304, 304, 304]);
    let path = published(&staff, &vera, SIDOARJO, &leather);
    assert_eq!(known(), [200, 200, 304]);
    assert_eq!(anonymous.get(&stats).expect(200)["items"][0]["count"], 2);
    vera.write("DELETE", &path, "*", &Value::Null).expect(200);
    // As it was at first, and so is its tag.
    assert_eq!(known(), [304, 304, 304]);
    // Staff's answers are nobody else's, and are not kept.
    for path in [&tile, &stats] {
        let answer = staff.get(path);
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(answer.header("etag"), "");
    }
    assert_eq!(staff.get(&stats).expect(200)["items"][0]["count"], 2);
    assert_eq!(anonymous.get(&stats).expect(200)["items"][0]["count"], 1);
}

#[test]
fn a_kept_answer_comes_compressed_or_not_as_it_is_asked_for() {
    let app = TestApp::new();
    let (staff, vera) = two_verifiers(&app);
    published(&staff, &vera, SIDOARJO, &json!(["kulit-alas-kaki"]));
    let anonymous = app.anonymous();
    let tile = format!("/api/v1/tiles/enterprises/{}.mvt", tile_at(SIDOARJO.1, SIDOARJO.2, 9));
    for path in [tile, format!("{PATH}?group_by=regency,sector")] {
        let ask = |accepted: &str| {
            anonymous.send("GET", &path, &[("Accept-Encoding", accepted)], Vec::new())
        };
        let plain = ask("identity");
        assert_eq!((plain.status, plain.header("content-encoding")), (200, ""));
        for _ in 0..2 {
            let packed = ask("gzip, br");
            assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
            assert_eq!(packed.header("etag"), plain.header("etag"));
            assert!(packed.header("vary").to_lowercase().contains("accept-encoding"));
            let mut bytes = Vec::new();
            flate2::read::GzDecoder::new(&packed.bytes[..]).read_to_end(&mut bytes).expect("gzip");
            assert_eq!(bytes, plain.bytes, "{path}");
        }
    }
}

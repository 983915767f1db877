//! Counts by what is internal: held against plain loops over what staff's list says, and of records
//! in the own area alone.

use std::collections::BTreeMap;

use sentra::domain::actor::Role;
use serde_json::{Value, json};

use crate::app::{Client, TestApp, draft};
use crate::stats::{MOJOKERTO, SIDOARJO, counted, counts, published, two_verifiers};

const PATH: &str = "/api/v1/stats";
const LIST: &str = "/api/v1/enterprises";
const GROUPS: [&str; 7] =
    ["review", "publication", "need", "practice", "quality", "raw_material", "origin"];

/// Records that differ in everything internal, two of them published, one elsewhere.
fn records(staff: &Client, vera: &Client) {
    for (village, needs, practices, origins) in [
        (SIDOARJO, json!(["capital", "machines"]), json!([]), json!(["import", "35.15"])),
        (SIDOARJO, json!(["capital"]), json!(["first_aid", "waste_sorted"]), json!([null])),
        (SIDOARJO, json!([]), json!(["first_aid"]), json!([])),
        (MOJOKERTO, json!(["legality"]), json!(["ventilation"]), json!(["35"])),
    ] {
        let mut body = draft("Belum terbit");
        (body["region"], body["needs"], body["practices"]) =
            (json!(village.0), needs.clone(), practices);
        body["point"] = json!({"lon": village.1, "lat": village.2});
        let origins = origins.as_array().expect("origins").iter();
        body["products"][0]["raw_materials"] = origins
            .enumerate()
            .map(|(at, origin)| {
                let mut material = json!({"commodity": (["batik", "sepatu"][at])});
                if !origin.is_null() {
                    material["origin"] = origin.clone();
                }
                material
            })
            .collect();
        if needs == json!(["capital"]) {
            body["owners"] = json!([]);
        }
        let path = staff.post(LIST, &body).header("location").to_owned();
        staff.write("POST", &format!("{path}/submit"), "*", &json!({})).expect(200);
    }
    for village in [SIDOARJO, MOJOKERTO] {
        published(staff, vera, village, &json!(["pangan"]));
    }
    staff.post(LIST, &draft("Konsep")).expect(201);
}

#[test]
fn counts_by_what_is_internal_equal_a_plain_loop_over_the_list() {
    let app = TestApp::new();
    let (staff, vera) = two_verifiers(&app);
    records(&staff, &vera);
    let everywhere = app.signed_in(Role::Viewer, None);
    let items = everywhere.all(&format!("{LIST}?limit=1000"));
    assert_eq!(items.len(), 7);
    let mut sizes = BTreeMap::new();
    for group in GROUPS {
        for by in [vec![group], vec!["regency", group], vec![group, "sector", "review"]] {
            if by.len() == 3 && group == "review" {
                continue;
            }
            let answer = everywhere.get(&format!("{PATH}?group_by={}", by.join(","))).expect(200);
            assert_eq!(counts(&answer), counted(&items, &by), "{by:?}");
            assert_eq!((&answer["matched"], &answer["internal"]), (&json!(7), &json!(7)), "{by:?}");
            if by.len() == 1 {
                sizes.insert(group, answer["items"].as_array().map_or(0, Vec::len));
            }
        }
    }
    // What is compared is not all the same.
    assert!(sizes.values().all(|size| *size >= 2), "{sizes:?}");
    let overlaps = |group: &str| {
        let answer = everywhere.get(&format!("{PATH}?group_by={group}")).expect(200);
        answer["dimensions"][0]["overlaps"].clone()
    };
    assert_eq!((overlaps("review"), overlaps("publication")), (json!(false), json!(false)));
    for group in &GROUPS[2..] {
        assert_eq!(overlaps(group), json!(true), "{group}");
    }
    let labels = |group: &str| {
        let answer = everywhere.get(&format!("{PATH}?group_by={group}")).expect(200);
        let labels = answer["dimensions"][0]["labels"].as_array().expect("labels").clone();
        labels.iter().map(|label| label["name"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(labels("origin"), ["Jawa Timur", "Kabupaten Sidoarjo"]);
    assert_eq!(labels("raw_material").len(), 2);
}

#[test]
fn records_of_other_areas_are_in_no_internal_group() {
    let app = TestApp::new();
    let (staff, vera) = two_verifiers(&app);
    records(&staff, &vera);
    let bound = app.signed_in(Role::Analyst, Some("35.15"));
    let by = |client: &Client, groups: &str| {
        client.get(&format!("{PATH}?group_by={groups}&measure=workers")).expect(200)
    };
    // Five at home, and the published one elsewhere.
    let all = by(&bound, "regency");
    assert_eq!((&all["matched"], &all["internal"]), (&json!(6), &json!(5)));
    let home = bound.all(&format!("{LIST}?limit=1000&region=35.15"));
    for group in GROUPS {
        let answer = by(&bound, &format!("regency,{group}"));
        assert_eq!((&answer["matched"], &answer["internal"]), (&json!(5), &json!(5)), "{group}");
        assert_eq!(answer["sums_of"], "area:35.15");
        assert_eq!(counts(&answer), counted(&home, &["regency", group]), "{group}");
        let of_none: Vec<&Value> = answer["items"]
            .as_array()
            .expect("items")
            .iter()
            .filter(|item| item["workers"]["records"] != item["count"])
            .collect();
        assert!(of_none.is_empty(), "{of_none:?}");
        // Nothing of theirs, nothing counted.
        let away = format!("{PATH}?group_by={group}&region=35.76");
        let answer = bound.get(&away).expect(200);
        assert_eq!((&answer["matched"], &answer["items"]), (&json!(0), &json!([])), "{group}");
        let told =
            app.anonymous().get(&format!("{PATH}?group_by=sector,{group}")).expect_problem(403);
        assert_eq!(told, ["group_by:internal_only"]);
    }
    // Who made a record alone sees its internal tier.
    let maker = app.signed_in(Role::Enumerator, Some("35.15"));
    maker.post(LIST, &draft("Milik sendiri")).expect(201);
    let own = by(&maker, "review");
    assert_eq!(own["items"][0]["values"], json!(["draft"]));
    assert_eq!((&own["matched"], &own["items"].as_array().map(Vec::len)), (&json!(1), &Some(1)));
}

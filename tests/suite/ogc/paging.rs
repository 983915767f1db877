//! Pages: each feature once, whatever the size of a page, and how many there are.

use serde_json::Value;

use super::{GEOJSON, all_features, demo, ids, items, links, local, only_link, sorted};
use crate::app::TestApp;

#[test]
fn paging_through_a_collection_gives_each_feature_once() {
    let app = demo();
    let client = app.anonymous();
    for (collection, limit) in [
        ("enterprises", 333),
        ("regencies", 7),
        ("districts", 100),
        ("villages", 3_000),
        ("sentra", 2),
        ("cooperatives", 3),
    ] {
        let path = format!("{}?limit={limit}", items(collection));
        let first = client.get(&path).expect(200);
        let found = all_features(&app, &client, &path);
        assert!(found.len() > limit, "{collection}");
        assert_eq!(first["numberMatched"], found.len(), "{collection}");
        let mut once = sorted(ids(&found));
        once.dedup();
        assert_eq!(once.len(), found.len(), "{collection}");
        // Counting on instead of following the links gives the same.
        let counted = client.get(&format!("{}?limit=1&offset={limit}", items(collection)));
        assert_eq!(counted.expect(200)["features"][0]["id"], found[limit]["id"], "{collection}");
        let past = client.get(&format!("{}?limit=5&offset={}", items(collection), found.len()));
        let past = past.expect(200);
        assert_eq!(
            (&past["numberReturned"], &past["numberMatched"]),
            (&0.into(), &found.len().into())
        );
        assert!(links(&past, "next", GEOJSON).is_empty());
    }
}

#[test]
fn the_same_records_as_the_api_lists() {
    let app = demo();
    let client = app.anonymous();
    let features = all_features(&app, &client, &format!("{}?limit=10000", items("enterprises")));
    let listed: Vec<String> = client
        .all("/api/v1/enterprises?limit=1000")
        .iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(ids(&features), listed);
}

#[test]
fn a_page_has_its_counts_its_time_and_its_links() {
    let app = demo();
    let client = app.anonymous();
    let path =
        format!("{}?limit=10&bbox=112.4,-8,113,-7&sector=kulit-alas-kaki", items("enterprises"));
    let answer = client.get(&path);
    let page = answer.expect(200);
    assert_eq!(answer.header("content-type"), GEOJSON);
    assert_eq!(page["type"], "FeatureCollection");
    assert_eq!(page["numberReturned"], 10);
    assert!(page["numberMatched"].as_u64().is_some_and(|matched| matched > 10));
    let time = page["timeStamp"].as_str().expect("a time");
    assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok() && time.ends_with('Z'), "{time}");
    assert_eq!(local(&app, only_link(&page, "self", GEOJSON)), path);
    only_link(&page, "alternate", "text/html");
    let next = only_link(&page, "next", GEOJSON);
    let query = next.split_once('?').expect("a query").1;
    assert!(query.split('&').all(|pair| pair.contains('=')), "{query}");
    super::follow_all(&app, &client, &page);
    // An empty parameter keeps its sign as well.
    let page = client.get(&format!("{}?limit=2&q=", items("enterprises"))).expect(200);
    let next = only_link(&page, "next", GEOJSON);
    assert!(next.contains("q=&") || next.contains("q=&cursor") || next.ends_with("q="), "{next}");
}

#[test]
fn a_cursor_survives_another_limit_and_not_another_filter() {
    let app = demo();
    let client = app.anonymous();
    for (collection, other) in [("enterprises", "kind=kopwan"), ("villages", "")] {
        let path = format!("{}?limit=5", items(collection));
        let all = ids(&all_features(&app, &client, &path.replace("limit=5", "limit=10000")));
        let page = client.get(&path).expect(200);
        let next = local(&app, only_link(&page, "next", GEOJSON));
        let more = client.get(&next.replace("limit=5", "limit=9")).expect(200);
        assert_eq!(ids(more["features"].as_array().expect("features")), all[5..14]);
        if !other.is_empty() {
            let told = client.get(&format!("{next}&{other}")).expect_problem(400);
            assert_eq!(told, ["cursor:cursor_mismatch"]);
        }
        let path = format!("{}?cursor=x", items(collection));
        assert_eq!(client.get(&path).expect_problem(400), ["cursor:malformed"]);
    }
}

#[test]
fn a_limit_above_the_maximum_is_cut_and_one_that_is_none_refused() {
    let app = TestApp::new();
    let client = app.anonymous();
    for collection in ["enterprises", "villages"] {
        let get = |limit: &str| client.get(&format!("{}?limit={limit}", items(collection)));
        for many in ["10000", "10001", "1000000", "99999999999999999999"] {
            get(many).expect(200);
        }
        for none in ["0", "-1", "unlimited", "1.5", ""] {
            let told = get(none).expect_problem(400);
            assert!(told[0].starts_with("limit:"), "{none}: {told:?}");
        }
    }
    let villages = client.get(&format!("{}?limit=99999", items("villages"))).expect(200);
    assert_eq!(
        (&villages["numberReturned"], &villages["numberMatched"]),
        (&8_494.into(), &8_494.into())
    );
    let by_itself = client.get(&items("villages")).expect(200);
    assert_eq!(by_itself["numberReturned"], 100);
}

#[test]
fn a_feature_that_does_not_change_is_found_once_while_others_are_written() {
    let app = demo();
    let (staff, client) = (app.staff(), app.anonymous());
    let path = format!("{}?region=35.76&limit=20", items("enterprises"));
    let before = sorted(ids(&all_features(&app, &client, &path)));
    let (mut seen, mut next, mut round) = (Vec::new(), Some(path), 0);
    while let Some(path) = next {
        let page = client.get(&path).expect(200);
        seen.extend(ids(page["features"].as_array().expect("features")));
        next = links(&page, "next", GEOJSON).first().map(|href| local(&app, href));
        round += 1;
        let mut new = crate::app::draft(&format!("Baru {round}"));
        new["region"] = Value::from("35.76.01");
        staff.post("/api/v1/enterprises", &new).expect(201);
    }
    assert!(round > 2);
    assert_eq!(sorted(seen), before);
}

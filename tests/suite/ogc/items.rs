//! Where and when features are asked for.

use serde_json::{Value, json};

use super::{all_features, demo, ids, items, sorted};
use crate::app::{Client, TestApp, draft};

fn matched(client: &Client, path: &str) -> u64 {
    client.get(path).expect(200)["numberMatched"].as_u64().expect("a number")
}

fn point(feature: &Value) -> (f64, f64) {
    let at = &feature["geometry"]["coordinates"];
    (at[0].as_f64().expect("degrees"), at[1].as_f64().expect("degrees"))
}

#[test]
fn boxes_at_the_edges_of_the_world_are_answered_and_empty() {
    let app = demo();
    let client = app.anonymous();
    for collection in ["enterprises", "regencies", "villages", "cooperatives"] {
        for bbox in [
            "-1,50,1,52",
            "0,0,0,0",
            "179,-10,-179,10",
            "-180,-90,180,-80",
            "-180,80,180,90",
            "0,90,0,90",
            "-1,50,0,1,52,100",
            "180,-90,-180,90",
        ] {
            let page = client.get(&format!("{}?bbox={bbox}", items(collection))).expect(200);
            assert_eq!(page["features"], json!([]), "{collection} {bbox}");
            assert_eq!(page["numberMatched"], 0, "{collection} {bbox}");
        }
        for bbox in ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,3,2,1", "0,0,9,1,1,1", "0,0,1e400,1"] {
            let told = client.get(&format!("{}?bbox={bbox}", items(collection)));
            assert_eq!(told.expect_problem(400), ["bbox:malformed"], "{collection} {bbox}");
        }
        let all = matched(&client, &items(collection));
        for bbox in ["-180,-90,180,90", "-180,-90,-9000,180,90,9000", "100,-90,-100,90"] {
            assert_eq!(
                matched(&client, &format!("{}?bbox={bbox}", items(collection))),
                all,
                "{bbox}"
            );
        }
    }
}

#[test]
fn a_box_holds_what_lies_in_it_and_on_its_edge_and_nothing_beside_it() {
    let app = demo();
    let client = app.anonymous();
    let all = all_features(&app, &client, &format!("{}?limit=10000", items("enterprises")));
    let (lon, lat) = point(&all[all.len() / 2]);
    let at_it = |feature: &&Value| point(feature) == (lon, lat);
    let expected = sorted(ids(&all.iter().filter(at_it).cloned().collect::<Vec<_>>()));
    let found = |bbox: String| {
        let path = format!("{}?bbox={bbox}&limit=10000", items("enterprises"));
        sorted(ids(&all_features(&app, &client, &path)))
    };
    assert_eq!(found(format!("{lon},{lat},{lon},{lat}")), expected);
    let beside = lon + 0.000_000_1;
    let shifted = found(format!("{beside:.7},{lat},{:.7},{lat}", lon + 0.000_000_2));
    assert!(expected.iter().all(|id| !shifted.contains(id)));
    // Any box finds what a look at every feature finds.
    for (west, south, east, north) in
        [(112.0, -8.0, 113.0, -7.0), (110.0, -9.0, 120.0, -7.5), (113.5, -8.5, -170.0, -6.0)]
    {
        let inside = |feature: &&Value| {
            let (lon, lat) = point(feature);
            let lon = if west <= east {
                (west..=east).contains(&lon)
            } else {
                lon >= west || lon <= east
            };
            lon && (south..=north).contains(&lat)
        };
        let expected: Vec<Value> = all.iter().filter(inside).cloned().collect();
        assert!(!expected.is_empty());
        assert_eq!(found(format!("{west},{south},{east},{north}")), sorted(ids(&expected)));
    }
}

#[test]
fn a_polygon_is_found_by_what_touches_it() {
    let app = TestApp::new();
    let client = app.anonymous();
    let found = |collection: &str, bbox: &str| {
        let path = format!("{}?bbox={bbox}&limit=10000", items(collection));
        sorted(ids(&all_features(&app, &client, &path)))
    };
    // A point in Tanggulangin, Sidoarjo.
    let at = "112.7223,-7.5071,112.7223,-7.5071";
    assert_eq!(found("regencies", at), ["35.15"]);
    assert_eq!(found("districts", at), ["35.15.06"]);
    let sidoarjo = found("regencies", "112.6,-7.6,112.8,-7.4");
    assert!(sidoarjo.contains(&"35.15".to_owned()) && sidoarjo.len() < 6, "{sidoarjo:?}");
    let feature = client.get(&format!("{}/35.15", items("regencies"))).expect(200);
    assert_eq!(feature["geometry"]["type"], "MultiPolygon");
    let rings = feature["geometry"]["coordinates"][0][0].as_array().expect("a ring");
    assert!(rings.len() > 10 && rings.first() == rings.last());
    // Villages without a boundary are at their point.
    let village = client.get(&format!("{}/35.15.06.2001", items("villages"))).expect(200);
    assert_eq!(village["geometry"]["type"], "Point");
    assert_eq!(village["properties"]["approximate"], Value::Null);
    client.get(&format!("{}/35.15", items("villages"))).expect_problem(404);
    client.get(&format!("{}/35.99", items("regencies"))).expect_problem(404);
}

#[test]
fn datetime_asks_for_what_changed_then_and_for_regions_in_force() {
    let app = TestApp::new();
    let (staff, client) = (app.staff(), app.anonymous());
    for name in ["Tas Satu", "Tas Dua", "Tas Tiga"] {
        crate::ogc::items::published(&app, &staff, &draft(name));
    }
    let all = all_features(&app, &client, &items("enterprises"));
    let mut times: Vec<String> = all
        .iter()
        .map(|one| one["properties"]["updated_at"].as_str().expect("a time").to_owned())
        .collect();
    times.sort();
    assert_eq!(times.len(), 3);
    let count =
        |datetime: &str| matched(&client, &format!("{}?datetime={datetime}", items("enterprises")));
    assert_eq!(count(&times[1]), 1);
    assert_eq!(count(&format!("{}/..", times[1])), 2);
    assert_eq!(count(&format!("../{}", times[1])), 2);
    assert_eq!(count(&format!("/{}", times[0])), 1);
    assert_eq!(count(&format!("{}/{}", times[0], times[2])), 3);
    assert_eq!(count("2001-01-01T00:00:00Z/2001-12-31T23:59:59%2B07:00"), 0);
    for wrong in
        ["kemarin", "../..", "", "2026-01-02T00:00:00Z/2026-01-01T00:00:00Z", "2026-01-01T00:00:00"]
    {
        for collection in ["enterprises", "districts", "sentra"] {
            let path = format!("{}?datetime={wrong}", items(collection));
            assert_eq!(client.get(&path).expect_problem(400), ["datetime:malformed"], "{wrong}");
        }
    }
    // What nobody knows the beginning of is in force at all times.
    let known =
        |datetime: &str| matched(&client, &format!("{}?datetime={datetime}", items("regencies")));
    assert_eq!(known("2026-06-01T00:00:00Z"), 38);
    assert_eq!(known("2026-06-01"), 38);
}

/// A record that the public sees.
pub fn published(app: &TestApp, staff: &Client, draft: &Value) -> String {
    use sentra::domain::actor::Role;
    let vera = app.signed_in(Role::Verifier, Some("35"));
    let path = staff.post("/api/v1/enterprises", draft).header("location").to_owned();
    staff.write("POST", &format!("{path}/submit"), "*", &json!({})).expect(200);
    vera.write("POST", &format!("{path}/verify"), "*", &json!({})).expect(200);
    let basis = json!({"basis": {"kind": "public_duty", "text": "SK 1"}});
    vera.write("POST", &format!("{path}/publish"), "*", &basis).expect(200);
    path.rsplit('/').next().expect("an id").to_owned()
}

#[test]
fn a_feature_is_told_by_itself_with_its_links_and_its_tag() {
    let app = TestApp::new();
    let (staff, client) = (app.staff(), app.anonymous());
    let id = published(&app, &staff, &draft("Tas Melati"));
    let path = format!("{}/{id}", items("enterprises"));
    let answer = client.get(&path);
    let feature = answer.expect(200);
    assert_eq!(answer.header("content-type"), super::GEOJSON);
    assert_eq!((&feature["type"], &feature["id"]), (&"Feature".into(), &id.as_str().into()));
    assert_eq!(feature["properties"]["precision"], "village");
    let parts =
        [("self", super::GEOJSON), ("alternate", "text/html"), ("collection", "application/json")];
    for (rel, media) in parts {
        super::only_link(&feature, rel, media);
    }
    super::follow_all(&app, &client, &feature);
    let tag = answer.header("etag").to_owned();
    let again = client.send("GET", &path, &[("If-None-Match", &tag)], Vec::new());
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    // Whoever may see the exact place is given it, under another tag.
    let inside = staff.get(&path);
    let exact = inside.expect(200);
    assert_ne!(inside.header("etag"), tag);
    assert_eq!(point(&exact), (112.722_3, -7.507_1));
    assert_eq!(exact["properties"]["tier"], "internal");
    assert_eq!(exact["properties"]["workers"], 5);
    assert_eq!(inside.header("cache-control"), "private, no-store");
    for none in [uuid::Uuid::new_v4().to_string(), "apa".to_owned()] {
        client.get(&format!("{}/{none}", items("enterprises"))).expect_problem(404);
        client.get(&format!("{}/{none}", items("sentra"))).expect_problem(404);
    }
}

#[test]
fn a_record_that_changed_is_told_anew() {
    let app = TestApp::new();
    let (staff, client) = (app.staff(), app.anonymous());
    let id = published(&app, &staff, &draft("Tas Melati"));
    let name = || {
        let page = client.get(&items("enterprises")).expect(200);
        page["features"][0]["properties"]["name"].clone()
    };
    assert_eq!((name(), name()), ("Tas Melati".into(), "Tas Melati".into()));
    let vera = app.signed_in(sentra::domain::actor::Role::Verifier, Some("35"));
    let path = format!("/api/v1/enterprises/{id}");
    vera.write("PATCH", &path, "*", &json!({"name": "Tas Mawar"})).expect(200);
    assert_eq!(name(), "Tas Mawar");
    let reason = json!({"reason": "uji"});
    vera.write("POST", &format!("{path}/unpublish"), "*", &reason).expect(200);
    assert_eq!(name(), Value::Null);
    assert_eq!(client.get(&items("enterprises")).expect(200)["numberMatched"], 0);
}

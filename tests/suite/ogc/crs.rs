//! Reference systems: what goes out in one comes back in it.

use serde_json::Value;

use super::{all_features, demo, ids, items, sorted};
use crate::app::TestApp;

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

fn epsg(code: u32) -> String {
    format!("http://www.opengis.net/def/crs/EPSG/0/{code}")
}

fn numbers(feature: &Value) -> (f64, f64) {
    let at = &feature["geometry"]["coordinates"];
    (at[0].as_f64().expect("a number"), at[1].as_f64().expect("a number"))
}

#[test]
fn every_answer_names_its_system_and_latitude_comes_first_where_it_does() {
    let app = demo();
    let client = app.anonymous();
    let all = [CRS84.to_owned(), epsg(4326), epsg(3857), epsg(32_749), epsg(32_750)];
    let first = client.get(&format!("{}?limit=1", items("enterprises")));
    assert_eq!(first.header("content-crs"), format!("<{CRS84}>"));
    let feature = &first.expect(200)["features"][0];
    let (lon, lat) = numbers(feature);
    let id = feature["id"].as_str().expect("an id").to_owned();
    for crs in &all {
        let page = client.get(&format!("{}?limit=1&crs={crs}", items("enterprises")));
        let alone = client.get(&format!("{}/{id}?crs={crs}", items("enterprises")));
        let region = client.get(&format!("{}/35.15?crs={crs}", items("regencies")));
        for answer in [&page, &alone, &region] {
            assert_eq!(answer.header("content-crs"), format!("<{crs}>"));
        }
        let (page, alone) = (page.expect(200), alone.expect(200));
        assert_eq!(page["features"][0]["geometry"], alone["geometry"]);
        let html = client.get(&format!("{}?limit=1&crs={crs}&f=html", items("enterprises")));
        assert_eq!(html.header("content-crs"), format!("<{crs}>"));
    }
    let swapped =
        client.get(&format!("{}/{id}?crs={}", items("enterprises"), epsg(4326))).expect(200);
    assert_eq!(numbers(&swapped), (lat, lon));
    let metres =
        client.get(&format!("{}/{id}?crs={}", items("enterprises"), epsg(3857))).expect(200);
    let (x, y) = numbers(&metres);
    assert!((x - lon.to_radians() * 6_378_137.0).abs() < 0.001 && y < -500_000.0);
    for parameter in ["crs", "bbox-crs", "filter-crs"] {
        for unknown in ["EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/27700", ""] {
            let path = format!("{}?{parameter}={unknown}", items("enterprises"));
            assert_eq!(
                client.get(&path).expect_problem(400),
                [format!("{parameter}:unknown_code")]
            );
        }
    }
}

#[test]
fn a_box_in_any_system_finds_the_same_features_page_by_page() {
    let app = demo();
    let client = app.anonymous();
    for collection in ["enterprises", "districts", "villages", "cooperatives"] {
        let found = |query: &str| {
            sorted(ids(&all_features(
                &app,
                &client,
                &format!("{}?limit=97&{query}", items(collection)),
            )))
        };
        let degrees = found("bbox=112.4,-7.6,112.9,-7.2");
        assert_eq!(found(&format!("bbox-crs={CRS84}&bbox=112.4,-7.6,112.9,-7.2")), degrees);
        assert_eq!(found(&format!("bbox-crs={}&bbox=-7.6,112.4,-7.2,112.9", epsg(4326))), degrees);
        // The corners of the same box.
        let mercator = "12512310.76516395,-848520.0344396316,12567970.510560587,-803618.1642596705";
        assert_eq!(found(&format!("bbox-crs={}&bbox={mercator}", epsg(3857))), degrees);
    }
}

#[test]
fn a_box_of_metres_finds_what_its_numbers_say() {
    let app = demo();
    let client = app.anonymous();
    for zone in [32_749, 32_750] {
        let crs = epsg(zone);
        let path = format!("{}?limit=10000&crs={crs}", items("enterprises"));
        let all = all_features(&app, &client, &path);
        let within = |(west, south, east, north): (f64, f64, f64, f64)| {
            let inside = |feature: &&Value| {
                let (x, y) = numbers(feature);
                (west..=east).contains(&x) && (south..=north).contains(&y)
            };
            sorted(ids(&all.iter().filter(inside).cloned().collect::<Vec<_>>()))
        };
        // A box whose corner is one of the features itself: edges are inside.
        let about = |feature: &Value| {
            let (x, y) = numbers(feature);
            (x - 60_000.0, y - 40_000.0, x + 0.001, y + 0.001)
        };
        let mut boxes = all.iter().step_by(97).map(about);
        let found = boxes.find(|one| within(*one).len() > 50).expect("a box with many in it");
        let (expected, (west, south, east, north)) = (within(found), found);
        let bbox = format!("bbox={west:.3},{south:.3},{east:.3},{north:.3}&bbox-crs={crs}");
        let path = format!("{}?limit=50&{bbox}", items("enterprises"));
        assert_eq!(sorted(ids(&all_features(&app, &client, &path))), expected);
        let page = client.get(&path).expect(200);
        assert_eq!(page["numberMatched"], expected.len());
    }
}

#[test]
fn a_polygon_keeps_its_form_in_every_system() {
    let app = TestApp::new();
    let client = app.anonymous();
    let of = |crs: &str| {
        let path = format!("{}/35.15?crs={crs}", items("regencies"));
        client.get(&path).expect(200)["geometry"].clone()
    };
    let degrees = of(CRS84);
    let ring = |geometry: &Value| geometry["coordinates"][0][0].as_array().expect("a ring").clone();
    for code in [4326, 3857, 32_749, 32_750] {
        let other = of(&epsg(code));
        assert_eq!(other["type"], degrees["type"]);
        assert_eq!(ring(&other).len(), ring(&degrees).len());
    }
    let swapped = of(&epsg(4326));
    for (one, other) in ring(&degrees).iter().zip(ring(&swapped)) {
        assert_eq!((&one[0], &one[1]), (&other[1], &other[0]));
    }
}

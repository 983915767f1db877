//! Regions, their boundaries, and where a point lies.

use rand::{RngExt, SeedableRng};

use crate::app::TestApp;

#[test]
fn a_point_is_located_and_the_sea_is_nowhere() {
    let app = TestApp::new();
    let located =
        app.anonymous().get("/api/v1/regions/locate?lon=112.7223&lat=-7.5071").expect(200);
    let expected = serde_json::json!({
        "regency": {"code": "35.15", "name": "Kabupaten Sidoarjo"},
        "district": {"code": "35.15.06", "name": "Tanggulangin", "approximate": true},
    });
    assert_eq!(located, expected);
    app.anonymous().get("/api/v1/regions/locate?lon=113&lat=-6").expect_problem(404);
}

#[test]
fn all_regions_are_listed_page_by_page() {
    let app = TestApp::new();
    let anonymous = app.anonymous();
    assert_eq!(anonymous.all("/api/v1/regions?level=regency&limit=7").len(), 38);
    assert_eq!(anonymous.all("/api/v1/regions?level=district&limit=100").len(), 666);
    assert_eq!(anonymous.get("/api/v1/regions?level=village").expect(200)["matched"], 8494);
    let children = anonymous.all("/api/v1/regions?parent=35.15.06");
    assert!(
        children
            .iter()
            .all(|region| region["level"] == "village" && region["parent"] == "35.15.06")
    );
    assert_eq!(anonymous.get("/api/v1/regions/35.15").expect(200)["name"], "Kabupaten Sidoarjo");
    anonymous.get("/api/v1/regions/35.99").expect_problem(404);
}

#[test]
fn boundaries_are_geojson_and_districts_are_said_to_be_approximate() {
    let app = TestApp::new();
    let collection =
        app.anonymous().get("/api/v1/regions?level=regency&limit=1000&f=geojson").expect(200);
    assert_eq!(collection["features"].as_array().map(Vec::len), Some(38));
    let feature = app.anonymous().get("/api/v1/regions/35.15.06/geometry").expect(200);
    assert_eq!(feature["properties"]["approximate"], true);
    app.anonymous().get("/api/v1/regions/35.15.06.2001/geometry").expect_problem(404);
}

/// Of 10,000 random land points at least 98 % get the regency of the better map of HDX.
#[test]
fn regencies_agree_with_a_finer_map() {
    let path = "../shared/data/reference/regencies-hdx.geojson";
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: {path} is not there");
        return;
    };
    let mut oracle = sentra::geography::PolygonIndex::default();
    let collection: geojson::FeatureCollection = text.parse().expect("GeoJSON");
    for feature in collection.features {
        let code =
            feature.property("code").and_then(|code| code.as_str()).expect("a code").to_owned();
        let geometry = geo::Geometry::try_from(feature.geometry.as_ref().expect("a geometry"))
            .expect("a geometry");
        let polygon = match geometry {
            geo::Geometry::Polygon(polygon) => geo::MultiPolygon::new(vec![polygon]),
            geo::Geometry::MultiPolygon(polygon) => polygon,
            other => panic!("{other:?}"),
        };
        oracle.add(polygon, code);
    }
    let reference = TestApp::new().registry.reference();
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(35);
    let (mut points, mut agreed) = (0, 0);
    while points < 10_000 {
        let (lon, lat) = (random.random_range(110.8..116.4), random.random_range(-8.9..-5.4));
        let Some(expected) = oracle.locate(lon, lat) else { continue };
        points += 1;
        let found = reference.gazetteer.locate(lon, lat);
        agreed += usize::from(found.is_some_and(|found| found.regency.as_str() == expected));
    }
    println!("{agreed} of {points} points agree");
    assert!(agreed >= 9_800, "{agreed} of {points}");
}

//! Lists, their filters and their pages; the map's tiles count the same.

use sentra::domain::actor::{Actor, Role};
use sentra::domain::filter::Filter;
use sentra::geography::distance_m;
use sentra::geography::mercator::Tile;
use serde_json::{Value, json};

use crate::app::{Client, TestApp, draft};

const PATH: &str = "/api/v1/enterprises";

fn demo() -> TestApp {
    let app = TestApp::new();
    app.registry.seed_demo(|_, _| {}).expect("a demo");
    app
}

fn ids(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["id"].to_string()).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

/// Every filter finds exactly what a scan of all published documents finds.
#[test]
fn filters_find_what_a_scan_finds() {
    let app = demo();
    let anonymous = app.anonymous();
    let everything = anonymous.all(&format!("{PATH}?limit=1000"));
    assert_eq!(everything.len(), 5_000);
    let has = |item: &Value, list: &str, code: &str| {
        item[list].as_array().is_some_and(|list| list.iter().any(|entry| entry == code))
    };
    let kind = |item: &Value, kind: &str| {
        item["registrations"]
            .as_array()
            .is_some_and(|list| list.iter().any(|entry| entry["kind"] == kind))
    };
    let at = |item: &Value| {
        let place = &item["public_place"];
        (place["lon"].as_f64().expect("lon"), place["lat"].as_f64().expect("lat"))
    };
    let region = |item: &Value, code: &str| {
        item["region"].as_str().is_some_and(|region| region.starts_with(code))
    };
    let polygon = json!({"type": "Polygon", "coordinates": [[[112.4, -7.6], [112.9, -7.6], [112.65, -7.2], [112.4, -7.6]]]});
    let area = app.anonymous().post("/api/v1/areas", &polygon).expect(201)["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let triangle =
        sentra::geography::Area::from_geojson(&polygon.to_string().parse().expect("GeoJSON"))
            .expect("an area");

    let commodities = anonymous.get("/api/v1/commodities").expect(200)["items"].take();

    type Check<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
    let cases: Vec<(String, Check)> = vec![
        ("kind=kopwan".into(), Box::new(|item| kind(item, "kopwan"))),
        ("kind=ikm,koperasi".into(), Box::new(|item| kind(item, "ikm") || kind(item, "koperasi"))),
        ("sector=kerajinan-batik".into(), Box::new(|item| has(item, "sectors", "kerajinan-batik"))),
        (
            "commodity=sepatu,tas".into(),
            Box::new(|item| has(item, "commodities", "sepatu") || has(item, "commodities", "tas")),
        ),
        ("region=35.76".into(), Box::new(|item| region(item, "35.76"))),
        (
            "region=35.15.06,35.28".into(),
            Box::new(|item| region(item, "35.15.06") || region(item, "35.28")),
        ),
        (
            "women_led=true&sector=pangan".into(),
            Box::new(|item| item["women_led"] == true && has(item, "sectors", "pangan")),
        ),
        (
            "kbli=15".into(),
            Box::new(|item| {
                item["kbli"][0]["code"].as_str().is_some_and(|code| code.starts_with("15"))
            }),
        ),
        ("sample=true".into(), Box::new(|_| true)),
        ("sample=false".into(), Box::new(|_| false)),
        (
            "bbox=112.6,-7.6,112.8,-7.4&sector=kulit-alas-kaki".into(),
            Box::new(|item| {
                let (lon, lat) = at(item);
                (112.6..=112.8).contains(&lon)
                    && (-7.6..=-7.4).contains(&lat)
                    && has(item, "sectors", "kulit-alas-kaki")
            }),
        ),
        (
            "near=112.7223,-7.5071&radius_m=5000".into(),
            Box::new(|item| distance_m((112.7223, -7.5071), at(item)) <= 5_000.0),
        ),
        (format!("area={area}"), Box::new(|item| triangle.contains(at(item).0, at(item).1))),
        (
            "q=bat+pamekasan".into(),
            Box::new(|item| {
                let words = words(item, &commodities);
                ["bat", "pamekasan"]
                    .iter()
                    .all(|asked| words.iter().any(|word| word.starts_with(asked)))
            }),
        ),
    ];
    for (filter, check) in &cases {
        let expected: Vec<Value> = everything.iter().filter(|item| check(item)).cloned().collect();
        let found = anonymous.all(&format!("{PATH}?{filter}&limit=333"));
        assert_eq!(sorted(ids(&found)), sorted(ids(&expected)), "{filter}");
        let matched =
            anonymous.get(&format!("{PATH}?{filter}&limit=1")).expect(200)["matched"].as_u64();
        assert_eq!(matched, Some(expected.len() as u64), "{filter}");
        // The tiles of a zoom count every record once.
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(filter).expect("a query");
        let filter = Filter::parse(&pairs, &app.registry.reference()).expect("a filter");
        let mut drawn = 0;
        for (x, y) in (50..54).flat_map(|x| (32..36).map(move |y| (x, y))) {
            let tile = Tile::new(6, x, y).expect("a tile");
            let count = |cells: &[sentra::atlas::Cell]| {
                cells.iter().map(|cell| u64::from(cell.count)).sum::<u64>()
            };
            drawn += app
                .registry
                .draw_tile(&Actor::Anonymous, filter.clone(), tile, 6, count)
                .expect("a tile");
        }
        assert_eq!(drawn, expected.len() as u64, "{}", filter.canonical());
    }
}

/// The words by which a public record is found.
fn words(item: &Value, commodities: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    let mut texts = vec![text(&item["name"]), text(&item["region_name"])];
    texts.extend(
        item["products"].as_array().into_iter().flatten().map(|product| text(&product["name"])),
    );
    let listed = commodities.as_array().into_iter().flatten();
    for commodity in listed.filter(|listed| {
        item["commodities"].as_array().is_some_and(|own| own.contains(&listed["code"]))
    }) {
        texts.extend([text(&commodity["name"]), text(&commodity["name_en"])]);
        texts.extend(commodity["synonyms"].as_array().into_iter().flatten().map(text));
    }
    let part = |letter: char| !letter.is_alphanumeric() && letter != '\'';
    texts.iter().flat_map(|text| text.split(part)).map(|word| word.replace('\'', "")).collect()
}

#[test]
fn every_order_gives_each_record_once() {
    let app = demo();
    let anonymous = app.anonymous();
    for query in [
        "sort=curve",
        "sort=name",
        "sort=-updated_at",
        "sort=distance&near=112.7,-7.5",
        "sort=relevance&q=batik",
    ] {
        let items = anonymous.all(&format!("{PATH}?{query}&sector=kerajinan-batik&limit=97"));
        let mut seen = ids(&items);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), items.len(), "{query}");
    }
    let near = anonymous.all(&format!("{PATH}?sort=distance&near=112.7,-7.5&radius_m=20000"));
    let metres: Vec<f64> = near
        .iter()
        .map(|item| {
            let place = &item["public_place"];
            distance_m(
                (112.7, -7.5),
                (place["lon"].as_f64().expect("lon"), place["lat"].as_f64().expect("lat")),
            )
        })
        .collect();
    assert!(metres.len() > 20 && metres.is_sorted());
}

#[test]
fn a_record_that_does_not_change_appears_once_while_others_are_written() {
    let app = demo();
    let staff = app.staff();
    let before = sorted(ids(&app.anonymous().all(&format!("{PATH}?region=35.76&limit=1000"))));
    let mut seen = Vec::new();
    let mut next = Some(format!("{PATH}?region=35.76&limit=20"));
    let mut round = 0;
    while let Some(path) = next {
        let page = app.anonymous().get(&path).expect(200);
        seen.extend(ids(page["items"].as_array().expect("items")));
        next = page["next"].as_str().map(str::to_owned);
        // New records in the same place, and one that moves away and back.
        round += 1;
        let mut new = draft(&format!("Baru {round}"));
        new["region"] = json!("35.76.01");
        staff.post(PATH, &new).expect(201);
    }
    assert_eq!(sorted(seen), before);
}

#[test]
fn a_cursor_of_another_filter_or_order_is_refused() {
    let app = demo();
    let page = app.anonymous().get(&format!("{PATH}?kind=ikm&limit=5")).expect(200);
    let next = page["next"].as_str().expect("a next page");
    let cursor = next.split("cursor=").nth(1).expect("a cursor");
    let get = |query: &str| app.anonymous().get(&format!("{PATH}?{query}&cursor={cursor}"));
    get("kind=ikm&limit=9").expect(200);
    assert_eq!(get("kind=ukm").expect_problem(400), ["cursor:cursor_mismatch"]);
    assert_eq!(get("kind=ikm&sort=name").expect_problem(400), ["cursor:cursor_mismatch"]);
}

#[test]
fn a_list_is_geojson_when_asked_for() {
    let app = demo();
    let by_parameter = app.anonymous().get(&format!("{PATH}?f=geojson&limit=3"));
    let headers = [("Accept", "application/geo+json")];
    let by_header = app.anonymous().send("GET", &format!("{PATH}?limit=3"), &headers, Vec::new());
    let collection = by_header.expect(200);
    assert_eq!(by_header.header("content-type"), "application/geo+json");
    assert_eq!(by_parameter.expect(200)["features"], collection["features"]);
    assert_eq!(collection["type"], "FeatureCollection");
    assert_eq!(collection["matched"], 5_000);
    let feature = &collection["features"][0];
    assert_eq!(feature["geometry"]["coordinates"][0], feature["properties"]["public_place"]["lon"]);
    assert!(collection["next"].as_str().is_some_and(|next| next.contains("cursor=")));
}

/// An area-bound reader sees internal records inside and public ones elsewhere, joined in one list.
#[test]
fn an_area_bound_reader_sees_both_tiers_joined() {
    let app = demo();
    let bound = app.signed_in(Role::Viewer, Some("35.76"));
    let items = bound.all(&format!("{PATH}?limit=1000"));
    assert_eq!(items.len(), 5_000);
    for item in &items {
        let expected = if item["responsible_region"] == "35.76" { "internal" } else { "public" };
        assert_eq!(item["tier"], expected);
    }
    // An internal filter is answered only where the internal tier is theirs.
    let many = bound.all(&format!("{PATH}?min_workers=1&limit=1000"));
    assert!(!many.is_empty() && many.iter().all(|item| item["responsible_region"] == "35.76"));
    assert!(public_fields_only(&app.anonymous()));
}

/// No document of a signed-out visitor has a field that is not public.
fn public_fields_only(anonymous: &Client) -> bool {
    let internal = [
        "owners",
        "point",
        "address",
        "workers",
        "nib",
        "review",
        "publication",
        "publication_basis",
        "quality",
        "sources",
        "consents",
        "located_in",
    ];
    anonymous.all(&format!("{PATH}?limit=1000")).iter().all(|item| {
        let capacity = item["products"].to_string().contains("capacity");
        internal.iter().all(|field| item.get(field).is_none()) && !capacity
    })
}

#[test]
fn demo_data_is_marked_and_can_be_taken_away() {
    let app = demo();
    let kopwan =
        app.anonymous().get(&format!("{PATH}?kind=kopwan")).expect(200)["matched"].as_u64();
    assert_eq!(kopwan, Some(500));
    // Again: nothing changes.
    assert_eq!(app.registry.seed_demo(|_, _| {}).expect("a demo"), 0);
    assert_eq!(app.registry.remove_demo().expect("removed"), 5_000);
    assert_eq!(app.anonymous().get(PATH).expect(200)["matched"], 0);
    assert_eq!(app.registry.counts().expect("counts"), (0, 0));
}

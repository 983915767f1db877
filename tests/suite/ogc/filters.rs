//! What features are asked by: queryables as parameters, the registry's own filter, CQL2.

use serde_json::Value;

use super::{all_features, demo, ids, items, sorted};
use crate::app::{Client, TestApp};

fn property<'a>(feature: &'a Value, name: &str) -> &'a Value {
    &feature["properties"][name]
}

/// The ids of those features that a look at every one of them finds.
fn expected(all: &[Value], passes: impl Fn(&Value) -> bool) -> Vec<String> {
    sorted(ids(&all.iter().filter(|feature| passes(feature)).cloned().collect::<Vec<_>>()))
}

fn found(app: &TestApp, client: &Client, collection: &str, query: &[(&str, &str)]) -> Vec<String> {
    let query = serde_urlencoded::to_string(query).expect("a query");
    let path = format!("{}?limit=500&{query}", items(collection));
    let matched = client.get(&path).expect(200)["numberMatched"].as_u64().expect("a number");
    let found = sorted(ids(&all_features(app, client, &path)));
    assert_eq!(found.len() as u64, matched, "{path}");
    found
}

#[test]
fn a_queryable_as_a_parameter_asks_for_what_equals_it() {
    let app = demo();
    let client = app.anonymous();
    let all = |collection: &str| {
        all_features(&app, &client, &format!("{}?limit=10000", items(collection)))
    };
    let enterprises = all("enterprises");
    let has = |feature: &Value, name: &str, code: &str| {
        property(feature, name)
            .as_str()
            .is_some_and(|codes| codes.split(',').any(|one| one == code))
    };
    let size = expected(&enterprises, |one| property(one, "size_class") == "micro");
    assert_eq!(found(&app, &client, "enterprises", &[("size_class", "micro")]), size);
    let batik = expected(&enterprises, |one| has(one, "sector", "kerajinan-batik"));
    assert!(!batik.is_empty());
    assert_eq!(found(&app, &client, "enterprises", &[("sector", "kerajinan-batik")]), batik);
    let name = property(&enterprises[7], "name").as_str().expect("a name");
    let named = expected(&enterprises, |one| property(one, "name") == name);
    assert_eq!(found(&app, &client, "enterprises", &[("name", name)]), named);
    let regency = expected(&enterprises, |one| property(one, "regency") == "35.15");
    assert_eq!(found(&app, &client, "enterprises", &[("regency", "35.15")]), regency);
    // The registry's own grammar beside it.
    assert_eq!(found(&app, &client, "enterprises", &[("region", "35.15")]), regency);
    let near =
        found(&app, &client, "enterprises", &[("near", "112.7223,-7.5071"), ("radius_m", "5000")]);
    assert!(!near.is_empty() && near.len() < regency.len());
    assert!(!found(&app, &client, "enterprises", &[("q", "batik")]).is_empty());
    let villages = all("villages");
    let of_district = expected(&villages, |one| property(one, "parent") == "35.15.06");
    assert!(of_district.len() > 5);
    assert_eq!(found(&app, &client, "villages", &[("parent", "35.15.06")]), of_district);
    assert_eq!(found(&app, &client, "regencies", &[("code", "35.15")]), ["35.15"]);
    let cooperatives = all("cooperatives");
    let kopwan = expected(&cooperatives, |one| property(one, "kind") == "koperasi");
    assert!(!kopwan.is_empty());
    assert_eq!(found(&app, &client, "cooperatives", &[("kind", "koperasi")]), kopwan);
}

#[test]
fn cql2_finds_what_a_look_at_every_feature_finds() {
    let app = demo();
    let client = app.anonymous();
    let all = |collection: &str| {
        all_features(&app, &client, &format!("{}?limit=10000", items(collection)))
    };
    type Check = Box<dyn Fn(&Value) -> bool>;
    let text = |feature: &Value, name: &str| {
        property(feature, name).as_str().unwrap_or_default().to_owned()
    };
    let at = |feature: &Value| {
        let at = &feature["geometry"]["coordinates"];
        (at[0].as_f64().unwrap_or_default(), at[1].as_f64().unwrap_or_default())
    };
    let cases: Vec<(&str, &str, Check)> = vec![
        (
            "enterprises",
            "size_class = 'micro' AND regency = '35.15'",
            Box::new(move |one| {
                text(one, "size_class") == "micro" && text(one, "regency") == "35.15"
            }),
        ),
        (
            "enterprises",
            "founded_year BETWEEN 2000 AND 2010",
            Box::new(|one| {
                property(one, "founded_year")
                    .as_i64()
                    .is_some_and(|year| (2000..=2010).contains(&year))
            }),
        ),
        (
            "enterprises",
            "CASEI(name) LIKE CASEI('%BATIK%')",
            Box::new(move |one| text(one, "name").to_lowercase().contains("batik")),
        ),
        (
            "enterprises",
            "S_INTERSECTS(geometry, BBOX(112.4, -7.6, 112.9, -7.2)) AND women_led = TRUE",
            Box::new(move |one| {
                let (lon, lat) = at(one);
                (112.4..=112.9).contains(&lon)
                    && (-7.6..=-7.2).contains(&lat)
                    && property(one, "women_led") == true
            }),
        ),
        (
            "enterprises",
            "founded_year IS NULL",
            Box::new(|one| property(one, "founded_year").is_null()),
        ),
        (
            "regencies",
            "name LIKE 'Kota %'",
            Box::new(move |one| text(one, "name").starts_with("Kota ")),
        ),
        (
            "villages",
            "parent IN ('35.15.06', '35.76.01')",
            Box::new(move |one| ["35.15.06", "35.76.01"].contains(&text(one, "parent").as_str())),
        ),
        (
            "sentra",
            "region LIKE '35.15.%'",
            Box::new(move |one| text(one, "region").starts_with("35.15.")),
        ),
    ];
    for (collection, filter, passes) in &cases {
        let expected = expected(&all(collection), passes);
        assert!(!expected.is_empty(), "{filter}");
        assert_eq!(found(&app, &client, collection, &[("filter", filter)]), expected, "{filter}");
    }
    // As JSON, and with coordinates in another system.
    let json = r#"{"op":"=","args":[{"property":"code"},"35.15"]}"#;
    let query = [("filter", json), ("filter-lang", "cql2-json")];
    assert_eq!(found(&app, &client, "regencies", &query), ["35.15"]);
    let swapped = "S_INTERSECTS(geometry, POINT(-7.5071 112.7223))";
    let query = [("filter", swapped), ("filter-crs", "http://www.opengis.net/def/crs/EPSG/0/4326")];
    assert_eq!(found(&app, &client, "districts", &query), ["35.15.06"]);
}

#[test]
fn what_is_not_known_or_internal_is_told_by_name() {
    let app = demo();
    let client = app.anonymous();
    let staff = app.staff();
    for parameter in [
        "review=draft",
        "publication=unpublished",
        "min_workers=1",
        "need=capital",
        "nib=9120001234567",
        "workers=5",
        "address=x",
        "owner=Siti",
        "national_id=1",
        "tier=public",
        "apa=1",
    ] {
        for who in [&client, &staff] {
            let told =
                who.get(&format!("{}?{parameter}", items("enterprises"))).expect_problem(400);
            let name = parameter.split('=').next().expect("a name");
            assert_eq!(told, [format!("{name}:unknown_parameter")]);
        }
    }
    for filter in [
        "review = 'draft'",
        "nib = '9120001234567'",
        "workers > 5",
        "address LIKE '%'",
        "owners = 'x'",
        "national_id IS NULL",
        "apa = 1",
        "name =",
        "name = 'x' OR",
    ] {
        for who in [&client, &staff] {
            let query = serde_urlencoded::to_string([("filter", filter)]).expect("a query");
            let told = who.get(&format!("{}?{query}", items("enterprises"))).expect_problem(400);
            assert!(told.len() == 1 && told[0].starts_with("filter:"), "{filter}: {told:?}");
        }
    }
    let told = client.get(&format!("{}?region=35.15", items("regencies"))).expect_problem(400);
    assert_eq!(told, ["region:unknown_parameter"]);
    let told = client.get(&format!("{}?filter-lang=ecql", items("sentra"))).expect_problem(400);
    assert_eq!(told, ["filter-lang:unknown_code"]);
    let told = client.get(&format!("{}?founded_year=lama", items("sentra"))).expect_problem(400);
    assert!(told[0].starts_with("founded_year:"), "{told:?}");
}

#[test]
fn all_that_is_asked_must_be_so_and_pages_are_bound_to_it() {
    let app = demo();
    let client = app.anonymous();
    let query = [
        ("filter", "size_class = 'micro'"),
        ("bbox", "112.4,-7.6,112.9,-7.2"),
        ("sector", "kulit-alas-kaki"),
        ("datetime", "2000-01-01T00:00:00Z/.."),
    ];
    let several = found(&app, &client, "enterprises", &query);
    let less = found(&app, &client, "enterprises", &query[1..]);
    assert!(!several.is_empty() && several.len() < less.len());
    assert!(several.iter().all(|id| less.contains(id)));
    let text = serde_urlencoded::to_string(query).expect("a query");
    let page = client.get(&format!("{}?limit=2&{text}", items("enterprises"))).expect(200);
    let next = super::local(&app, super::only_link(&page, "next", super::GEOJSON));
    let other = next.replace("micro", "small");
    assert_ne!(other, next);
    assert_eq!(client.get(&other).expect_problem(400), ["cursor:cursor_mismatch"]);
}

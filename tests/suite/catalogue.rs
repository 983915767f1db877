//! The catalogue: every address in it answers, and it is JSON-LD that a portal can read.

use sentra::domain::actor::Actor;
use sentra::registry::releases::NewRelease;
use serde_json::{Value, json};

use crate::app::TestApp;

const PATH: &str = "/catalog.json";

fn with_a_release() -> TestApp {
    let app = TestApp::new();
    app.registry.seed_demo(|_, _| {}).expect("a demo");
    let new = json!({"title": "Statistik IKM 2026", "contact": "Disperindag Provinsi"});
    let new: NewRelease = serde_json::from_value(new).expect("a release");
    app.registry.make_release(&Actor::Operator, &new).expect("a release");
    app
}

/// Every object of the document.
fn nodes<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| nodes(item, found)),
        Value::Object(fields) => {
            found.push(value);
            fields
                .iter()
                .filter(|(name, _)| *name != "@context")
                .for_each(|(_, field)| nodes(field, found));
        }
        _ => {}
    }
}

#[test]
fn every_address_of_the_catalogue_answers() {
    let app = with_a_release();
    let origin = format!("http://{}", app.address);
    let catalogue = app.anonymous().get(PATH).expect(200);
    let mut all = Vec::new();
    nodes(&catalogue, &mut all);
    let mut own: Vec<&str> = all
        .iter()
        .filter_map(|node| node["@id"].as_str()?.strip_prefix(&origin))
        .filter(|path| !path.contains('#'))
        .collect();
    own.sort_unstable();
    own.dedup();
    assert!(own.len() > 30, "{own:?}");
    for path in own {
        assert_eq!(app.anonymous().get(path).status, 200, "{path}");
    }
    // And it is of its media type.
    for distribution in all.iter().filter(|node| node["@type"] == "dcat:Distribution") {
        let path = distribution["dcat:accessURL"]["@id"].as_str().expect("an address");
        let path = path.strip_prefix(&origin).expect("of this server");
        let answer = app.anonymous().get(path);
        let media = answer.header("content-type").split(';').next().unwrap_or_default();
        let said = distribution["dcat:mediaType"]["@id"].as_str().expect("a media type");
        assert!(said.ends_with(&format!("/{media}")), "{path}: {media}, not {said}");
    }
}

#[test]
fn the_catalogue_is_json_ld_whose_terms_are_all_explained() {
    let app = with_a_release();
    let answer = app.anonymous().get(PATH);
    assert_eq!(answer.header("content-type"), "application/ld+json");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let catalogue = answer.expect(200);
    let known = [("If-None-Match", answer.header("etag"))];
    assert_eq!(app.anonymous().send("GET", PATH, &known, Vec::new()).status, 304);

    let context = catalogue["@context"].as_object().expect("a context");
    assert!(context.values().all(|iri| iri.as_str().is_some_and(|iri| iri.ends_with(['#', '/']))));
    let explained = |term: &str| {
        term.starts_with('@')
            || term.starts_with("http")
            || term.split_once(':').is_some_and(|(prefix, _)| context.contains_key(prefix))
    };
    let mut all = Vec::new();
    nodes(&catalogue, &mut all);
    for node in &all {
        for (term, value) in node.as_object().expect("an object") {
            assert!(explained(term), "{term}");
            assert!(!value.is_null(), "{term} of {node}");
        }
        if let Some(kind) = node["@type"].as_str() {
            assert!(explained(kind), "{kind}");
        }
        let language = &node["@language"];
        assert!(language.is_null() || ["id", "en"].contains(&language.as_str().expect("one")));
    }
    // What is pointed at within the document is there.
    let named: Vec<&Value> =
        all.iter().filter(|node| !node["@type"].is_null()).map(|node| &node["@id"]).collect();
    let origin = format!("http://{}", app.address);
    for node in all.iter().filter(|node| node["@type"].is_null() && node["@value"].is_null()) {
        let Some(id) = node["@id"].as_str() else { continue };
        let within = id.starts_with(&format!("{origin}{PATH}#"));
        assert!(!within || named.contains(&&node["@id"]), "{id}");
    }
}

#[test]
fn every_dataset_says_what_a_portal_asks() {
    let app = with_a_release();
    let catalogue = app.anonymous().get(PATH).expect(200);
    assert_eq!(catalogue["dct:publisher"]["foaf:name"], "Pemerintah Provinsi Jawa Timur");
    let datasets = catalogue["dcat:dataset"].as_array().expect("datasets");
    let names: Vec<&str> = datasets
        .iter()
        .filter_map(|dataset| dataset["@id"].as_str()?.split_once('#').map(|(_, name)| name))
        .collect();
    let fixed = [
        "enterprises",
        "regencies",
        "districts",
        "villages",
        "sentra",
        "cooperatives",
        "observations",
        "codes",
    ];
    assert_eq!(names[..fixed.len()], fixed);
    assert!(names[fixed.len()].starts_with("release-") && names.len() == fixed.len() + 1);
    for (dataset, name) in datasets.iter().zip(&names) {
        for property in [
            "dct:identifier",
            "dct:title",
            "dct:description",
            "dct:publisher",
            "dct:issued",
            "dct:spatial",
            "dct:language",
            "dct:accrualPeriodicity",
            "dcat:keyword",
            "dcat:theme",
            "dcat:landingPage",
            "dcat:distribution",
        ] {
            assert!(!dataset[property].is_null(), "{name}: {property}");
        }
        // Districts are drawn from what is only said to be an approximation.
        assert_eq!(dataset["dct:license"].is_null(), *name == "districts", "{name}");
        let theme = &dataset["dcat:theme"]["skos:prefLabel"];
        assert!(theme[0]["@language"] == "id" && theme[1]["@language"] == "en");
        let licence = &dataset["dct:license"];
        for one in dataset["dcat:distribution"].as_array().expect("distributions") {
            assert_eq!(&one["dct:license"], licence);
            assert!(one["dcat:accessURL"]["@id"].is_string() && one["dct:format"].is_string());
        }
    }
    let enterprises = &datasets[0];
    let formats: Vec<&str> = enterprises["dcat:distribution"]
        .as_array()
        .expect("distributions")
        .iter()
        .filter(|one| !one["dcat:downloadURL"].is_null())
        .filter_map(|one| one["dct:format"].as_str())
        .collect();
    for format in ["GeoJSON", "GeoJSON by line", "CSV", "XLSX", "GeoParquet", "FlatGeobuf"] {
        assert!(formats.contains(&format), "{format}");
    }
    assert!(!enterprises["dct:modified"].is_null());
    let release = datasets.last().expect("a release");
    assert_eq!(release["dct:title"][0]["@value"], "Statistik IKM 2026");
    assert_eq!(release["dcat:contactPoint"]["vcard:fn"], "Disperindag Provinsi");
    assert_eq!(
        release["dct:temporal"]["dcat:startDate"]["@value"],
        release["dct:temporal"]["dcat:endDate"]["@value"]
    );
}

#[test]
fn an_empty_registry_has_a_catalogue_too() {
    let app = TestApp::new();
    let catalogue = app.anonymous().get(PATH).expect(200);
    assert_eq!(catalogue["dcat:dataset"].as_array().map(Vec::len), Some(8));
    let refused = app.anonymous().get(&format!("{PATH}?page=2")).expect_problem(400);
    assert_eq!(refused, ["page:unknown_parameter"]);
}

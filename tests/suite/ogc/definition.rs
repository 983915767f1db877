//! The API definition, schemas and queryables say what is so.

use std::collections::BTreeSet;

use sentra::domain::actor::Role;
use sentra::registry::collections::Collection;
use serde_json::Value;
use strum::VariantArray;

use super::{GEOJSON, demo, items};
use crate::app::{Client, TestApp};

const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

fn definition(client: &Client) -> Value {
    let answer = client.get("/ogc/api");
    assert_eq!(answer.header("content-type"), OPENAPI);
    answer.expect(200)
}

fn first_id(client: &Client, collection: &str) -> String {
    let page = client.get(&format!("{}?limit=1", items(collection))).expect(200);
    page["features"][0]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn every_path_of_the_definition_answers_as_it_says() {
    let app = demo();
    let client = app.anonymous();
    let definition = definition(&client);
    assert!(definition["openapi"].as_str().is_some_and(|version| version.starts_with("3.0.")));
    let server = definition["servers"][0]["url"].as_str().expect("a server");
    let base = super::local(&app, server);
    let mut operations = BTreeSet::new();
    for (path, item) in definition["paths"].as_object().expect("paths") {
        let get = &item["get"];
        let id = get["operationId"].as_str().expect("an id");
        assert!(operations.insert(id.to_owned()), "{id} stands twice");
        if get["tags"][0] == "Tiles" {
            continue;
        }
        let collection = path.split('/').nth(2).unwrap_or_default();
        let path = if path.contains("{featureId}") {
            path.replace("{featureId}", &first_id(&client, collection))
        } else {
            path.clone()
        };
        let answer = client.get(&format!("{base}{path}"));
        assert_eq!(answer.status, 200, "{path}");
        let found = answer.header("content-type");
        let content = get["responses"]["200"]["content"].as_object().expect("content");
        let html = found.starts_with("text/html");
        assert!(content.contains_key(if html { "text/html" } else { found }), "{path}: {found}");
    }
    // And every path that a link leads to is in it.
    for collection in Collection::VARIANTS {
        for part in ["", "/items", "/items/{featureId}", "/queryables", "/schema"] {
            let path = format!("/collections/{}{part}", collection.id());
            assert!(definition["paths"].get(&path).is_some(), "{path}");
        }
    }
}

#[test]
fn the_parameters_that_clients_look_for_have_the_forms_that_they_expect() {
    let app = TestApp::new();
    let definition = definition(&app.anonymous());
    let of = |collection: &str, name: &str| -> Value {
        let all =
            definition["paths"][format!("/collections/{collection}/items")]["get"]["parameters"]
                .as_array()
                .expect("parameters")
                .clone();
        let resolved = all.into_iter().map(|parameter| match parameter["$ref"].as_str() {
            Some(path) => definition.pointer(path.trim_start_matches('#')).expect(path).clone(),
            None => parameter,
        });
        let mut named = resolved.filter(|parameter| parameter["name"] == name);
        let found = named.next().unwrap_or_else(|| panic!("{name} of {collection}"));
        assert!(named.next().is_none(), "{name} stands twice");
        assert_eq!(
            (&found["in"], &found["style"], &found["explode"]),
            (&"query".into(), &"form".into(), &false.into())
        );
        found["schema"].clone()
    };
    for collection in Collection::VARIANTS {
        let id = collection.id();
        let limit = of(id, "limit");
        assert_eq!(limit["type"], "integer");
        assert_eq!(
            (&limit["minimum"], &limit["maximum"], &limit["default"]),
            (&1.into(), &10_000.into(), &100.into())
        );
        let bbox = of(id, "bbox");
        assert_eq!((&bbox["type"], &bbox["items"]["type"]), (&"array".into(), &"number".into()));
        assert_eq!((&bbox["minItems"], &bbox["maxItems"]), (&4.into(), &6.into()));
        assert_eq!(of(id, "datetime")["type"], "string");
        for name in ["crs", "bbox-crs", "filter", "filter-lang", "filter-crs"] {
            assert_eq!(of(id, name)["type"], "string");
        }
        for queryable in collection.described().queryables {
            if queryable.name != "geometry" {
                of(id, queryable.name);
            }
        }
    }
    assert_eq!(of("enterprises", "region")["type"], "array");
}

fn members(schema: &Value) -> BTreeSet<String> {
    schema["properties"].as_object().expect("properties").keys().cloned().collect()
}

#[test]
fn the_schema_has_the_properties_that_features_have_and_no_others() {
    let app = demo();
    for client in [app.anonymous(), app.signed_in(Role::Viewer, Some("35.76"))] {
        for collection in Collection::VARIANTS {
            let id = collection.id();
            let schema = client.get(&format!("/ogc/collections/{id}/schema")).expect(200);
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
            assert_eq!(schema["properties"]["id"]["x-ogc-role"], "id");
            let geometry = &schema["properties"]["geometry"];
            assert_eq!(geometry["x-ogc-role"], "primary-geometry");
            assert!(geometry["format"].as_str().is_some_and(|form| form.starts_with("geometry-")));
            let mut told = members(&schema);
            assert!(told.remove("id") && told.remove("geometry"));
            let page = client.get(&format!("{}?limit=2000", items(id))).expect(200);
            for feature in page["features"].as_array().expect("features") {
                let found = feature["properties"].as_object().expect("properties");
                assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), told, "{id}");
                for (name, value) in found {
                    let form = &schema["properties"][name]["type"];
                    let allowed = match value {
                        Value::Null => form.is_string(),
                        Value::Bool(_) => form == "boolean",
                        Value::Number(number) if number.is_i64() => {
                            form == "integer" || form == "number"
                        }
                        Value::Number(_) => form == "number",
                        Value::String(_) => form == "string",
                        // All is flat.
                        Value::Array(_) | Value::Object(_) => false,
                    };
                    assert!(allowed, "{id} {name}: {value} is not {form}");
                }
            }
        }
    }
}

#[test]
fn what_can_be_asked_for_is_a_property_and_nothing_internal() {
    let app = TestApp::new();
    let client = app.anonymous();
    for collection in Collection::VARIANTS {
        let id = collection.id();
        let answer = client.get(&format!("/ogc/collections/{id}/queryables"));
        assert_eq!(answer.header("content-type"), "application/schema+json");
        let queryables = answer.expect(200);
        assert_eq!(queryables["type"], "object");
        assert_eq!(queryables["additionalProperties"], false);
        let own = super::local(&app, queryables["$id"].as_str().expect("an address"));
        assert_eq!(own, format!("/ogc/collections/{id}/queryables"));
        let schema = client.get(&format!("/ogc/collections/{id}/schema")).expect(200);
        let (asked, told) = (members(&queryables), members(&schema));
        assert!(asked.is_subset(&told), "{:?}", asked.difference(&told));
        assert!(asked.contains("geometry"));
        for property in collection.described().properties.iter().filter(|one| one.internal) {
            assert!(!asked.contains(property.name) && !told.contains(property.name));
        }
    }
    let kinds = client.get("/ogc/collections/enterprises/queryables").expect(200);
    assert_eq!(kinds["properties"]["kind"]["enum"].as_array().map(Vec::len), Some(4));
}

#[test]
fn the_demo_has_features_in_every_collection() {
    let app = demo();
    for collection in Collection::VARIANTS {
        let answer = app.anonymous().get(&format!("{}?limit=1", items(collection.id())));
        assert_eq!(answer.header("content-type"), GEOJSON);
        assert_eq!(answer.expect(200)["numberReturned"], 1, "{collection:?}");
    }
}

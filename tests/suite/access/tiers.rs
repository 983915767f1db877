//! Every field, filter, group and measure has its tier, and keeps to it.

use std::collections::{BTreeSet, HashMap};

use sentra::atlas::Dimension;
use sentra::domain::actor::Role;
use sentra::domain::filter::PARAMETERS;
use sentra::domain::tier::{self, Tier};
use sentra::registry::stats::Measure;
use serde_json::{Value, json};
use strum::VariantNames;

use super::world::ENTERPRISES;
use crate::app::TestApp;

/// The paths of all fields of a schema of the document.
fn paths_of(schemas: &Value, name: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    walk(schemas, &json!({"$ref": format!("#/components/schemas/{name}")}), "", &mut paths);
    paths
}

fn walk(schemas: &Value, schema: &Value, path: &str, paths: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().expect("a name");
        return walk(schemas, &schemas[name], path, paths);
    }
    for list in ["allOf", "oneOf", "anyOf"] {
        for part in schema[list].as_array().into_iter().flatten() {
            walk(schemas, part, path, paths);
        }
    }
    if schema["items"].is_object() {
        walk(schemas, &schema["items"], &format!("{path}[]"), paths);
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        paths.insert(path.clone());
        walk(schemas, field, &path, paths);
    }
}

#[test]
fn every_field_has_its_tier_and_the_types_keep_to_it() {
    let document = serde_json::to_value(sentra::http::document()).expect("a document");
    let schemas = &document["components"]["schemas"];
    // The schema, what it is called in the table, the highest tier that may be in it.
    for (schema, entity, highest) in [
        ("Enterprise", "enterprise", Tier::Internal),
        ("PublicEnterprise", "enterprise", Tier::Public),
        ("Restricted", "restricted", Tier::Restricted),
        ("Cooperative", "cooperative", Tier::Internal),
        ("Sentra", "sentra", Tier::Internal),
        ("Observation", "observation", Tier::Internal),
    ] {
        let paths = paths_of(schemas, schema);
        assert!(paths.len() > 5, "{schema}");
        for path in &paths {
            let tier = tier::of_field(entity, path);
            let tier = tier.unwrap_or_else(|| panic!("{schema}.{path} has no tier"));
            assert!(tier <= highest, "{schema} may not hold {path}");
        }
    }
    // No line is about a field that is not there.
    let all: HashMap<&str, BTreeSet<String>> = [
        ("enterprise", "Enterprise"),
        ("restricted", "Restricted"),
        ("cooperative", "Cooperative"),
        ("sentra", "Sentra"),
        ("observation", "Observation"),
    ]
    .map(|(entity, schema)| (entity, paths_of(schemas, schema)))
    .into();
    for field in tier::FIELDS.iter().copied().flatten() {
        assert!(all[field.entity].contains(field.path), "{} {}", field.entity, field.path);
    }
}

#[test]
fn internal_filters_groups_and_measures_are_refused_by_name_to_those_without_the_right() {
    let app = TestApp::new();
    let example = |name: &str| match name {
        "review" => "draft",
        "visited_since" => "2026-01-31",
        "publication" => "published",
        "quality" => "owner_missing",
        "need" => "capital",
        "practice" => "first_aid",
        "raw_material" => "batik",
        "origin" => "33",
        "campaign" => "01890a5d-ac96-774b-bcce-b302099a8057",
        _ => "3",
    };
    let mut internal = 0;
    for parameter in PARAMETERS.iter().filter(|parameter| parameter.tier != Tier::Public) {
        internal += 1;
        let query = format!("{}={}", parameter.name, example(parameter.name));
        for path in [
            format!("{ENTERPRISES}?{query}"),
            format!("{ENTERPRISES}?f=geojson&{query}"),
            format!("/api/v1/exports/enterprises.csv?{query}"),
            format!("/api/v1/tiles/enterprises/7/104/66.mvt?{query}"),
            format!("/api/v1/stats?{query}"),
        ] {
            let told = app.anonymous().get(&path).expect_problem(403);
            assert_eq!(told, [format!("{}:internal_only", parameter.name)], "{path}");
        }
    }
    assert!(internal >= 5);
    // Every group and measure that can be asked for has a line.
    for (parameter, names, table) in [
        ("group_by", Dimension::VARIANTS, tier::GROUPS),
        ("measure", Measure::VARIANTS, tier::MEASURES),
    ] {
        for name in names {
            let path = format!("/api/v1/stats?{parameter}={name}");
            let line = table.iter().find(|(known, _)| known == name);
            match line.unwrap_or_else(|| panic!("{name} has no tier")).1 {
                Tier::Public => drop(app.anonymous().get(&path).expect(200)),
                _ => {
                    let told = app.anonymous().get(&path).expect_problem(403);
                    assert_eq!(told, [format!("{parameter}:internal_only")], "{path}");
                    let auditor = app.signed_in(Role::Auditor, None).get(&path).expect_problem(403);
                    assert_eq!(auditor, told, "{path}");
                }
            }
        }
    }
    assert_eq!(tier::of_name(tier::MEASURES, "lq"), Tier::Public);
    app.anonymous().get("/api/v1/quality").expect_problem(401);
}

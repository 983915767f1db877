//! The OpenAPI document is the truth: committed, and the same as the code says.

use crate::app::TestApp;

const COMMITTED: &str = include_str!("../../openapi/openapi.json");

#[test]
fn the_committed_document_is_the_codes_own() {
    let written = serde_json::to_string_pretty(&sentra::http::document()).expect("a document");
    assert!(
        written.trim() == COMMITTED.trim(),
        "openapi/openapi.json is out of date: run `make bless`"
    );
    let served = TestApp::new().anonymous().get("/openapi.json").expect(200);
    assert_eq!(served, serde_json::from_str::<serde_json::Value>(COMMITTED).expect("JSON"));
}

#[test]
fn every_operation_has_an_id_of_a_verb_and_a_resource_and_describes_its_answers() {
    let document: serde_json::Value = serde_json::from_str(COMMITTED).expect("JSON");
    let verbs = [
        "get",
        "list",
        "create",
        "replace",
        "patch",
        "close",
        "delete",
        "refresh",
        "locate",
        "export",
        "submit",
        "verify",
        "reject",
        "return",
        "publish",
        "unpublish",
        "move",
        "reopen",
        "merge",
        "unmerge",
        "erase",
        "correct",
        "match",
        "count",
        "confirm",
        "reset",
        "preview",
        "start",
        "stop",
        "undo",
        "clone",
        "resolve",
        "withdraw",
    ];
    let mut seen = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let id = operation["operationId"].as_str().unwrap_or_default();
            let verb = id.split('_').next().unwrap_or_default();
            assert!(verbs.contains(&verb), "{method} {path}: {id}");
            assert!(seen.insert(id.to_owned()), "{id} stands twice");
            for (status, response) in operation["responses"].as_object().expect("responses") {
                let described =
                    response["description"].as_str().is_some_and(|text| !text.is_empty());
                assert!(described, "{id} {status}");
            }
        }
    }
}

#[test]
fn every_parameter_of_the_filter_is_in_the_document() {
    let document: serde_json::Value = serde_json::from_str(COMMITTED).expect("JSON");
    let listed = document["paths"]["/api/v1/enterprises"]["get"]["parameters"]
        .as_array()
        .expect("parameters");
    for parameter in sentra::domain::filter::PARAMETERS {
        assert!(listed.iter().any(|known| known["name"] == parameter.name), "{}", parameter.name);
    }
}

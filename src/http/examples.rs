//! Examples in the OpenAPI document: `openapi/examples.json` holds one of each operation that anybody
//! may ask without an id. A test asks them all and holds them against the schemas.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::path::{Operation, ParameterBuilder, PathItem};
use utoipa::openapi::{Content, OpenApi, RefOr};

/// A request and its answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    /// By name; a list stands for what is sent with commas.
    #[serde(default)]
    query: BTreeMap<String, Value>,
    body: Option<Value>,
    response: Option<Value>,
}

/// Puts the examples where they belong.
pub fn attach(mut api: OpenApi) -> OpenApi {
    let mut examples: BTreeMap<String, Example> =
        serde_json::from_str(include_str!("../../openapi/examples.json"))
            .expect("the examples are JSON of this shape");
    for item in api.paths.paths.values_mut() {
        let PathItem { get, post, .. } = item;
        for operation in [get, post].into_iter().flatten() {
            let id = operation.operation_id.as_deref().unwrap_or_default();
            if let Some(example) = examples.remove(id) {
                put(operation, example);
            }
        }
    }
    api
}

fn put(operation: &mut Operation, example: Example) {
    let Example { mut query, body, response } = example;
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        if let Some(example) = query.remove(&parameter.name) {
            *parameter = ParameterBuilder::from(parameter.clone()).example(Some(example)).build();
        }
    }
    if let Some(RefOr::T(request)) = &mut operation.request_body {
        for content in request.content.values_mut() {
            show(content, body.as_ref());
        }
    }
    for (status, answer) in &mut operation.responses.responses {
        if let RefOr::T(answer) = answer
            && status.starts_with('2')
            && let Some(content) = answer.content.get_mut("application/json")
        {
            show(content, response.as_ref());
        }
    }
}

fn show(content: &mut RefOr<Content>, example: Option<&Value>) {
    if let RefOr::T(content) = content {
        content.example = example.cloned().or(content.example.take());
    }
}

//! The examples of the OpenAPI document: each request is answered, each answer is as its schema says,
//! those in the document and the real ones; and every operation that anybody may ask has one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

/// Sign-in and what belongs to it: a password is nobody's example.
const WITHOUT: [&str; 4] =
    ["create_session", "delete_session", "refresh_session", "reset_password"];

/// An operation of the document.
struct Operation<'a> {
    path: &'a str,
    method: &'a str,
    said: &'a Value,
}

impl Operation<'_> {
    fn id(&self) -> &str {
        self.said["operationId"].as_str().expect("an id")
    }

    /// Whether anybody may ask it, and needs to know no id for that.
    fn is_open(&self) -> bool {
        let security = self.said["security"].as_array();
        let anybody = security.is_none_or(|ways| ways.iter().any(|way| *way == json!({})));
        anybody && !self.path.contains('{')
    }

    /// Parameters of the query with their examples, as they are sent.
    fn parameters(&self) -> Vec<(&str, bool, String)> {
        let parameters = self.said["parameters"].as_array().into_iter().flatten();
        let shown = parameters.filter_map(|parameter| {
            let example = parameter.get("example").or(parameter["schema"].get("example"))?;
            let required = parameter["required"] == true;
            Some((parameter["name"].as_str().expect("a name"), required, sent(example)))
        });
        shown.collect()
    }

    /// The JSON answer of success: its example and its schema.
    fn answer(&self) -> Option<(&Value, &Value)> {
        let answers = self.said["responses"].as_object().expect("responses");
        let (_, answer) = answers.iter().find(|(status, _)| status.starts_with('2'))?;
        let content = answer["content"].get("application/json")?;
        Some((&content["example"], &content["schema"]))
    }
}

fn sent(example: &Value) -> String {
    match example {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(sent).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn document() -> Value {
    serde_json::to_value(sentra::http::document()).expect("a document")
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().expect("paths").iter();
    let items = paths.flat_map(|(path, item)| {
        let operations = item.as_object().expect("operations").iter();
        operations.map(move |(method, said)| Operation { path, method, said })
    });
    items.collect()
}

/// What is wrong with a value by a schema of the document.
fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut whole = schema.clone();
    whole["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&whole).expect("a schema");
    let faults = validator.iter_errors(value);
    faults.map(|fault| format!("{}: {fault}", fault.instance_path)).take(5).collect()
}

#[test]
fn every_open_operation_has_an_example_of_its_answer_as_the_schema_has_it() {
    let document = document();
    let mut seen = 0;
    for operation in operations(&document) {
        let id = operation.id();
        let Some((example, schema)) = operation.answer() else { continue };
        let wanted = operation.is_open() && !WITHOUT.contains(&id);
        assert!(!wanted || !example.is_null(), "{id} has no example in openapi/examples.json");
        if !example.is_null() {
            assert_eq!(faults(&document, schema, example), Vec::<String>::new(), "{id}");
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen}");
}

#[test]
fn every_example_belongs_to_an_operation_and_to_its_parameters() {
    let document = document();
    let examples: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("../../openapi/examples.json")).expect("examples");
    let operations = operations(&document);
    for (id, example) in &examples {
        let operation = operations.iter().find(|operation| operation.id() == id);
        let operation = operation.unwrap_or_else(|| panic!("no operation {id}"));
        let shown = operation.parameters();
        for (name, value) in example["query"].as_object().into_iter().flatten() {
            let known = shown.iter().any(|(known, _, text)| known == name && *text == sent(value));
            assert!(known, "{id}: {name}");
        }
        assert!(example["body"].is_null() || operation.method == "post", "{id}");
        assert!(operation.answer().is_some_and(|(shown, _)| *shown == example["response"]), "{id}");
    }
}

#[test]
fn every_example_is_answered_alone_and_together_as_the_schema_has_it() {
    let document = document();
    let app = TestApp::new();
    app.registry.seed_demo(|_, _| {}).expect("a demo");
    let anybody = app.anonymous();
    let mut asked = 0;
    for operation in operations(&document) {
        let (id, path) = (operation.id(), operation.path);
        if !operation.is_open() {
            continue;
        }
        let answers: Vec<Answer> = if operation.method == "get" {
            let parameters = operation.parameters();
            let pairs = |chosen: &dyn Fn(&str) -> bool| {
                let pairs =
                    parameters.iter().filter(|(name, required, _)| *required || chosen(name));
                let pairs: Vec<(&str, &str)> =
                    pairs.map(|(name, _, text)| (*name, &**text)).collect();
                serde_urlencoded::to_string(pairs).expect("a query")
            };
            let alone = parameters.iter().map(|(one, _, _)| pairs(&|name: &str| name == *one));
            let mut queries: Vec<String> = alone.collect();
            queries.push(pairs(&|_: &str| true));
            queries.into_iter().map(|query| anybody.get(&format!("{path}?{query}"))).collect()
        } else if let Some(body) = operation.said["requestBody"]["content"]
            .get("application/json")
            .and_then(|content| content.get("example"))
            .filter(|_| !WITHOUT.contains(&id))
        {
            vec![anybody.post(path, body)]
        } else {
            Vec::new()
        };
        for answer in answers {
            assert!(
                matches!(answer.status, 200 | 201),
                "{id}: {} {}",
                answer.status,
                answer.json()
            );
            if let Some((_, schema)) = operation.answer() {
                assert_eq!(faults(&document, schema, &answer.json()), Vec::<String>::new(), "{id}");
            }
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked}");
}

#[test]
fn every_example_of_a_schema_is_as_the_schema_has_it() {
    fn walk(document: &Value, at: &str, schema: &Value, seen: &mut usize) {
        if let Some(example) = schema.get("example") {
            *seen += 1;
            assert_eq!(faults(document, schema, example), Vec::<String>::new(), "{at}");
        }
        let children: Vec<(String, &Value)> = match schema {
            Value::Object(fields) => fields.iter().map(|(name, of)| (name.clone(), of)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(place, of)| (place.to_string(), of)).collect()
            }
            _ => Vec::new(),
        };
        for (name, child) in children {
            // A property may be called `example`; an example is no schema.
            if name != "example" {
                walk(document, &format!("{at}/{name}"), child, seen);
            }
        }
    }
    let document = document();
    let mut seen = 0;
    walk(&document, "#", &document["components"]["schemas"], &mut seen);
    for operation in operations(&document) {
        for parameter in operation.said["parameters"].as_array().into_iter().flatten() {
            walk(&document, operation.id(), &parameter["schema"], &mut seen);
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn what_is_deprecated_is_so_for_a_year_at_least() {
    let document = document();
    for operation in operations(&document) {
        let day = |name: &str| operation.said[name].as_str().map(str::to_owned);
        let deprecated = operation.said["deprecated"] == true;
        assert_eq!(deprecated, day("x-deprecated-since").is_some(), "{}", operation.id());
        if let Some(ends) = day("x-sunset") {
            let date = |text: &str| text.parse::<chrono::NaiveDate>().expect("a day");
            let since = day("x-deprecated-since").expect("a day since which");
            assert!((date(&ends) - date(&since)).num_days() >= 365, "{}", operation.id());
        }
    }
}

//! Two states of a document, field by field.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A field that differs; a side is left out where the field is not there.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Difference {
    #[schema(example = "products[0].capacity.max")]
    pub field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// What differs between two objects, in the order of the first's members; what only the second
/// has comes after.
pub fn differences(from: &Value, to: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), Some(from), Some(to), &mut found);
    found
}

fn compare(field: String, from: Option<&Value>, to: Option<&Value>, found: &mut Vec<Difference>) {
    let child =
        |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
    match (from, to) {
        (Some(a), Some(b)) if a == b => {}
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
            for name in names {
                compare(child(name), a.get(name), b.get(name), found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            for place in 0..a.len().max(b.len()) {
                compare(format!("{field}[{place}]"), a.get(place), b.get(place), found);
            }
        }
        (from, to) => {
            found.push(Difference { field, from: from.cloned(), to: to.cloned() });
        }
    }
}

/// Takes back what a change did to an object's fields: each that the change set and that stands as
/// it left it goes back to what it was before. Answers the fields that were changed again since
/// and so are left as they are.
pub fn take_back(
    now: &mut Map<String, Value>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Vec<String> {
    let mut left = Vec::new();
    let names: Vec<&String> =
        before.keys().chain(after.keys().filter(|name| !before.contains_key(*name))).collect();
    for name in names {
        if before.get(name) == after.get(name) {
            continue;
        }
        if now.get(name) != after.get(name) {
            left.push(name.clone());
            continue;
        }
        match before.get(name) {
            Some(value) => now.insert(name.clone(), value.clone()),
            None => now.remove(name),
        };
    }
    left
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_are_told_by_the_path_of_the_field() {
        let from =
            json!({"name": "a", "products": [{"name": "tas", "capacity": {"max": 1}}], "nib": "1"});
        let to = json!({"name": "a", "products": [{"name": "tas", "capacity": {"max": 2}}, {"name": "dompet"}]});
        let told: Vec<String> = differences(&from, &to)
            .iter()
            .map(|found| format!("{} {:?} {:?}", found.field, found.from, found.to))
            .collect();
        assert_eq!(
            told,
            [
                "products[0].capacity.max Some(Number(1)) Some(Number(2))",
                "products[1] None Some(Object {\"name\": String(\"dompet\")})",
                "nib Some(String(\"1\")) None",
            ]
        );
        assert!(differences(&to, &to).is_empty());
    }

    #[test]
    fn a_change_is_taken_back_but_for_what_was_changed_since() {
        let map = |value: Value| value.as_object().cloned().expect("an object");
        let before = map(json!({"a": 1, "b": 1, "c": 1}));
        let after = map(json!({"a": 2, "b": 2, "c": 1, "d": 2}));
        let mut now = map(json!({"a": 2, "b": 3, "c": 9, "d": 2}));
        assert_eq!(take_back(&mut now, &before, &after), ["b"]);
        assert_eq!(now, map(json!({"a": 1, "b": 3, "c": 9})));
        let mut untouched = after.clone();
        assert!(take_back(&mut untouched, &before, &after).is_empty());
        assert_eq!(untouched, before);
    }
}

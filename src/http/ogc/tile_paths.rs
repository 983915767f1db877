//! The paths of OGC API - Tiles as an `OpenAPI` 3.0 document describes them.

use serde_json::{Value, json};

use super::tiles::with_tiles;
use crate::domain::filter::{PARAMETERS, Parameter};
use crate::domain::tier::Tier;
use crate::exchange::tile_matrix;
use crate::http::problem::CONTENT_TYPE;
use crate::http::v1::tiles::MVT;

/// The path items by their paths below `/ogc`.
pub fn paths() -> Value {
    let format = |only: &str| {
        let schema = json!({"type": "string", "enum": [only]});
        parameter("f", "query", "The one format that there is.", &schema)
    };
    let set = parameter(
        "tileMatrixSetId",
        "path",
        "The matrix set.",
        &json!({"type": "string", "enum": [tile_matrix::ID]}),
    );
    let collection = parameter(
        "collectionId",
        "path",
        "A collection that has tiles.",
        &json!({"type": "string", "enum": with_tiles().collect::<Vec<_>>()}),
    );
    let text = json!({"type": "string"});
    let whole = json!({"type": "integer", "minimum": 0});
    let with_filter = |own: Vec<Value>| -> Vec<Value> {
        own.into_iter().chain(PARAMETERS.iter().map(of_filter)).collect()
    };
    let matrix = parameter("tileMatrix", "path", "The matrix: a zoom, `0` to `22`.", &text);
    let row = parameter("tileRow", "path", "The row, from the north.", &whole);
    let column = parameter("tileCol", "path", "The column, from the west.", &whole);
    let cells = json!({"type": "integer", "enum": [16, 32, 64], "default": 16});
    let cells = parameter("cells", "query", "Cells on a side, of enterprises.", &cells);
    let mut tile = operation(
        ".collection.vector.getTile",
        "A vector tile of a collection",
        MVT,
        &with_filter(vec![
            collection.clone(),
            set.clone(),
            matrix,
            row,
            column,
            cells,
            format("mvt"),
        ]),
    );
    tile["get"]["responses"]["204"] = json!({"description": "Nothing in this tile."});
    json!({
        "/tileMatrixSets": operation(
            "getTileMatrixSetsList",
            "The tile matrix sets",
            JSON,
            &[format("json")],
        ),
        "/tileMatrixSets/{tileMatrixSetId}": operation(
            "getTileMatrixSet",
            "The definition of a tile matrix set",
            JSON,
            &[set.clone(), format("json")],
        ),
        "/collections/{collectionId}/tiles": operation(
            ".collection.vector.getTileSetsList",
            "The tile sets of a collection",
            JSON,
            &with_filter(vec![collection.clone(), format("json")]),
        ),
        "/collections/{collectionId}/tiles/{tileMatrixSetId}": operation(
            ".collection.vector.getTileSet",
            "A tile set of a collection",
            JSON,
            &with_filter(vec![collection, set, format("json")]),
        ),
        "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}":
            tile,
    })
}

const JSON: &str = "application/json";

fn parameter(name: &str, place: &str, description: &str, schema: &Value) -> Value {
    json!({
        "name": name,
        "in": place,
        "description": description,
        "required": place == "path",
        "schema": schema,
    })
}

fn of_filter(known: &Parameter) -> Value {
    let staff = if known.tier == Tier::Public { "" } else { " For signed-in staff." };
    let description = format!("Of enterprises. {}{staff}", known.description);
    let text = json!({"type": "string"});
    let schema = if known.list { json!({"type": "array", "items": text}) } else { text };
    let mut made = parameter(known.name, "query", &description, &schema);
    if known.list {
        made["style"] = "form".into();
        made["explode"] = false.into();
    }
    made
}

fn operation(id: &str, summary: &str, media: &str, parameters: &[Value]) -> Value {
    let schema = match media {
        JSON => json!({"type": "object"}),
        _ => json!({"type": "string", "format": "binary"}),
    };
    let content = |media: &str, schema: Value| {
        let mut content = serde_json::Map::new();
        content.insert(media.to_owned(), json!({"schema": schema}));
        content
    };
    let problem = |description: &str| {
        let content = content(CONTENT_TYPE, json!({"type": "object"}));
        json!({"description": description, "content": content})
    };
    json!({
        "get": {
            "operationId": id,
            "summary": summary,
            "tags": ["Tiles"],
            "parameters": parameters,
            "responses": {
                "200": {"description": summary, "content": content(media, schema)},
                "304": {"description": "As the caller knows it."},
                "400": problem("A parameter cannot be read."),
                "404": problem("There is no such thing here."),
                "429": problem("The caller asks too often."),
                "500": problem("A fault of the server."),
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_path_is_a_parameter_and_tiles_have_the_standards_id() {
        let paths = paths();
        let mut ids = Vec::new();
        for (path, item) in paths.as_object().expect("paths") {
            let get = &item["get"];
            ids.push(get["operationId"].as_str().expect("an id"));
            let parameters = get["parameters"].as_array().expect("parameters");
            let inside: Vec<&str> = path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                .collect();
            let named: Vec<&str> = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().expect("a name"))
                .collect();
            assert_eq!(inside, named, "{path}");
            assert!(parameters.iter().all(|one| one["required"] == (one["in"] == "path")));
        }
        assert_eq!(ids.iter().filter(|id| id.contains(".getTileSet")).count(), 2);
        assert!(ids.iter().any(|id| id.ends_with(".getTile")), "{ids:?}");
    }
}

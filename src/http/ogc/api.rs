//! The API definition: `OpenAPI` 3.0, written from the same tables as the answers. (The document of
//! `/api/v1` is 3.1, which GIS clients do not read.)

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};
use strum::VariantArray;

use super::crs::Crs;
use super::query::{DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET};
use super::{
    Ask, CACHING, GEOJSON, HTML, JSON, OPENAPI, SCHEMA, document, html, landing, page, tiles,
};
use crate::domain::filter::{PARAMETERS, Parameter};
use crate::domain::queryable::{Queryable, QueryableKind};
use crate::domain::tier::Tier;
use crate::http::problem::{ApiError, CONTENT_TYPE};
use crate::registry::Registry;
use crate::registry::collections::Collection;

/// The document, as whoever asks from `base` reads it.
fn definition(ask: &Ask) -> Value {
    let mut paths = Map::new();
    for (path, id, summary, media) in [
        ("/", "getLandingPage", "The landing page", JSON),
        ("/conformance", "getConformance", "The conformance classes", JSON),
        ("/api", "getApi", "This document", OPENAPI),
        ("/collections", "getCollections", "The collections", JSON),
    ] {
        paths.insert(
            path.into(),
            operation(id, summary, "Service", media, &[format(&["json", "html"])]),
        );
    }
    let page = operation("getApiPage", "This document for people", "Service", HTML, &[]);
    paths.insert("/api.html".into(), page);
    for collection in Collection::VARIANTS {
        of_collection(*collection, &mut paths);
    }
    if let Value::Object(of_tiles) = tiles::paths() {
        paths.extend(of_tiles);
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": landing::TITLE[1],
            "description": landing::DESCRIPTION[1],
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": ask.base}],
        "tags": [{"name": "Service"}, {"name": "Features"}, {"name": "Tiles"}],
        "paths": paths,
        "components": {
            "parameters": {
                "limit": limit(),
                "bbox": bbox(),
                "datetime": datetime(),
                "crs": crs("crs"),
                "bbox-crs": crs("bbox-crs"),
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"bearer": []}],
    })
}

fn of_collection(collection: Collection, paths: &mut Map<String, Value>) {
    let id = collection.id();
    let title = collection.described().title[1];
    let path = format!("/collections/{id}");
    let named = |what: &str| format!("{id}.{what}");
    let schema = &[format(&["json", "html"])];
    let described = operation(
        &named("describeCollection"),
        &format!("{title}: the collection"),
        "Features",
        JSON,
        &[format(&["json", "html"])],
    );
    paths.insert(path.clone(), described);
    for (name, operation_id) in [("queryables", "getQueryables"), ("schema", "getSchema")] {
        let summary = format!("{title}: {name}");
        let made = operation(&named(operation_id), &summary, "Features", SCHEMA, schema);
        paths.insert(format!("{path}/{name}"), made);
    }
    let mut parameters: Vec<Value> = ["limit", "bbox", "datetime", "crs", "bbox-crs"]
        .iter()
        .map(|name| json!({"$ref": format!("#/components/parameters/{name}")}))
        .collect();
    parameters.extend(of_filter());
    let grammar: Vec<&Parameter> = if collection == Collection::Enterprises {
        let known = PARAMETERS.iter().filter(|known| known.tier == Tier::Public);
        known.filter(|known| known.name != "bbox").collect()
    } else {
        Vec::new()
    };
    let asked = collection.described().queryables.iter();
    let asked = asked.filter(|one| !grammar.iter().any(|known| known.name == one.name));
    parameters.extend(asked.filter_map(of_queryable));
    parameters.extend(grammar.into_iter().map(of_grammar));
    parameters.push(format(&["json", "geojson", "html"]));
    let items = operation(
        &named("getFeatures"),
        &format!("{title}: features"),
        "Features",
        GEOJSON,
        &parameters,
    );
    paths.insert(format!("{path}/items"), items);
    let id_parameter =
        parameter("featureId", "path", "The id of a feature.", &json!({"type": "string"}));
    let feature = operation(
        &named("getFeature"),
        &format!("{title}: one feature"),
        "Features",
        GEOJSON,
        &[
            id_parameter,
            json!({"$ref": "#/components/parameters/crs"}),
            format(&["json", "geojson", "html"]),
        ],
    );
    paths.insert(format!("{path}/items/{{featureId}}"), feature);
}

fn parameter(name: &str, place: &str, description: &str, schema: &Value) -> Value {
    json!({
        "name": name,
        "in": place,
        "description": description,
        "required": place == "path",
        "style": if place == "path" { "simple" } else { "form" },
        "explode": false,
        "schema": schema,
    })
}

fn limit() -> Value {
    let schema = json!({
        "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT,
    });
    parameter(
        "limit",
        "query",
        "Most features of a page; more than the maximum is taken for it.",
        &schema,
    )
}

fn bbox() -> Value {
    let schema = json!({
        "type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"},
    });
    let description = "Features that touch a box: four numbers in the order of the axes of `bbox-crs`, \
                       or six with heights, which are not looked at. West may be above east: the box \
                       crosses the 180° meridian. Features without a geometry pass.";
    parameter("bbox", "query", description, &schema)
}

fn datetime() -> Value {
    let description = "A time (RFC 3339), a day, or an interval of which one end may be `..`. What it \
                       is held against stands in the description of the collection; features without \
                       it pass.";
    parameter("datetime", "query", description, &json!({"type": "string"}))
}

fn crs(name: &str) -> Value {
    let (schema, description) = (
        json!({
            "type": "string", "format": "uri", "enum": Crs::uris(), "default": Crs::Crs84.uri(),
        }),
        if name == "crs" {
            "The system that geometries are given in."
        } else {
            "The system of `bbox`."
        },
    );
    parameter(name, "query", description, &schema)
}

fn format(formats: &[&str]) -> Value {
    let schema = json!({"type": "string", "enum": formats});
    parameter("f", "query", "The format; before what the Accept header says.", &schema)
}

/// The parameters of Part 3, and those of pages.
fn of_filter() -> Vec<Value> {
    let text = json!({"type": "string"});
    let languages =
        json!({"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"});
    let mut filter_crs = crs("filter-crs");
    filter_crs["description"] = "The system of the geometries in `filter`.".into();
    let offset = json!({"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0});
    vec![
        parameter("filter", "query", "CQL2: what must be true of features.", &text),
        parameter("filter-lang", "query", "How `filter` is written.", &languages),
        filter_crs,
        parameter("cursor", "query", "From a `next` link.", &text),
        parameter("offset", "query", "Features to leave out; `next` links are better.", &offset),
    ]
}

fn of_queryable(queryable: &Queryable) -> Option<Value> {
    let schema = match queryable.kind {
        QueryableKind::Geometry => return None,
        QueryableKind::Text | QueryableKind::Codes(_) => json!({"type": "string"}),
        QueryableKind::Whole => json!({"type": "integer"}),
        QueryableKind::Number => json!({"type": "number"}),
        QueryableKind::Flag => json!({"type": "boolean"}),
        QueryableKind::Date => json!({"type": "string", "format": "date"}),
        QueryableKind::Time => json!({"type": "string", "format": "date-time"}),
    };
    Some(parameter(queryable.name, "query", queryable.title, &schema))
}

fn of_grammar(known: &Parameter) -> Value {
    let text = json!({"type": "string"});
    let schema = if known.list { json!({"type": "array", "items": text}) } else { text };
    parameter(known.name, "query", known.description, &schema)
}

fn operation(id: &str, summary: &str, tag: &str, media: &str, parameters: &[Value]) -> Value {
    let mut content = Map::new();
    let object = json!({"schema": {"type": "object"}});
    if media != HTML {
        content.insert(media.into(), object.clone());
    }
    content.insert(HTML.into(), json!({"schema": {"type": "string"}}));
    let problem = |description: &str| {
        let mut content = Map::new();
        content.insert(CONTENT_TYPE.into(), object.clone());
        json!({"description": description, "content": content})
    };
    json!({
        "get": {
            "operationId": id,
            "summary": summary,
            "tags": [tag],
            "parameters": parameters,
            "responses": {
                "200": {"description": summary, "content": content},
                "304": {"description": "As the caller knows it."},
                "400": problem("A parameter is not known or cannot be read; each is named."),
                "404": problem("There is no such thing here, or not for the caller."),
                "429": problem("The caller asks too often."),
                "500": problem("A fault of the server."),
            },
        },
    })
}

pub async fn get_api(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let (ask, taken) = Ask::of(&request, &[])?;
    taken.finish()?;
    document(&request, OPENAPI, &definition(&ask))
}

/// The same for people: every path and what it takes.
pub async fn get_api_page(
    request: HttpRequest,
    _: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let (ask, taken) = Ask::of(&request, &[])?;
    taken.finish()?;
    let definition = definition(&ask);
    let title = ask.told(["Dokumentasi OGC API", "OGC API documentation"]);
    let mut body = html::Body::default();
    body.paragraph(ask.told(landing::DESCRIPTION));
    body.code(&ask.base);
    let columns = ask.told([["Parameter", "Arti"], ["Parameter", "Meaning"]]);
    for (path, item) in definition["paths"].as_object().into_iter().flatten() {
        body.heading(&format!("GET /ogc{}", path.strip_suffix('/').unwrap_or(path)));
        let get = &item["get"];
        body.paragraph(get["summary"].as_str().unwrap_or_default());
        let parameters = get["parameters"].as_array().into_iter().flatten();
        let rows: Vec<Vec<html::Cell>> = parameters
            .map(|parameter| {
                let named = parameter["$ref"].as_str().and_then(|path| path.rsplit('/').next());
                let shared = named.map(|name| &definition["components"]["parameters"][name]);
                let parameter = shared.unwrap_or(parameter);
                let text = |member: &str| parameter[member].as_str().unwrap_or_default();
                vec![html::Cell::of(text("name")), html::Cell::of(text("description"))]
            })
            .collect();
        if !rows.is_empty() {
            body.table(path, &columns, rows.into_iter());
        }
    }
    Ok(page(CACHING, ask.lang, html::page(&ask, title, &[], &body)))
}

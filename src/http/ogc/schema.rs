//! `…/schema` (Part 5) says what features have, `…/queryables` (Part 3) what they are asked by.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use super::{Ask, CACHING, Format, SCHEMA, collection, document, html, page};
use crate::domain::queryable::{Queryable, QueryableKind};
use crate::domain::reference::Reference;
use crate::http::caller::Caller;
use crate::http::problem::ApiError;
use crate::http::v1::enterprises::caching;
use crate::registry::Registry;
use crate::registry::collections::{Collection, Property, PropertyKind};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The form of a property's values. Where there is none a feature has null, which the schema does not
/// say: clients take a single type for the column's.
fn form(kind: PropertyKind) -> Value {
    match kind {
        PropertyKind::Text | PropertyKind::Codes => json!({"type": "string"}),
        PropertyKind::Whole => json!({"type": "integer"}),
        PropertyKind::Number => json!({"type": "number"}),
        PropertyKind::Flag => json!({"type": "boolean"}),
        PropertyKind::Date => json!({"type": "string", "format": "date"}),
        PropertyKind::Time => json!({"type": "string", "format": "date-time"}),
        PropertyKind::Id => json!({"type": "string", "format": "uuid"}),
    }
}

/// What must be asked of a queryable is of this form.
fn queryable_form(queryable: &Queryable, reference: &Reference) -> Value {
    match queryable.kind {
        QueryableKind::Text => json!({"type": "string"}),
        QueryableKind::Codes(all) => json!({"type": "string", "enum": all(reference)}),
        QueryableKind::Whole => json!({"type": "integer"}),
        QueryableKind::Number => json!({"type": "number"}),
        QueryableKind::Flag => json!({"type": "boolean"}),
        QueryableKind::Date => json!({"type": "string", "format": "date"}),
        QueryableKind::Time => json!({"type": "string", "format": "date-time"}),
        QueryableKind::Geometry => json!({"format": "geometry-any"}),
    }
}

/// The schema of a collection's features for whoever meets these properties.
pub fn schema<'a>(
    ask: &Ask,
    collection: Collection,
    properties: impl Iterator<Item = &'a Property>,
) -> Value {
    let described = collection.described();
    let mut members = Map::new();
    members.insert("id".into(), json!({"type": "string", "x-ogc-role": "id"}));
    let geometry = json!({"x-ogc-role": "primary-geometry", "format": described.geometry});
    members.insert("geometry".into(), geometry);
    for property in properties {
        let mut form = form(property.kind);
        form["title"] = ask.told(property.title).into();
        if property.name == "updated_at" {
            form["x-ogc-role"] = "primary-instant".into();
        }
        if property.kind == PropertyKind::Codes {
            let told = ask.told(["Kode dipisah koma.", "Codes separated by commas."]);
            form["description"] = told.into();
        }
        members.insert(property.name.into(), form);
    }
    document_of(ask, collection, "schema", &members)
}

/// The queryables of a collection.
pub fn queryables(ask: &Ask, collection: Collection, reference: &Reference) -> Value {
    let listed = collection.described().queryables.iter();
    let members = listed.map(|queryable| {
        let mut form = queryable_form(queryable, reference);
        form["title"] = queryable.title.into();
        (queryable.name.to_owned(), form)
    });
    document_of(ask, collection, "queryables", &members.collect())
}

fn document_of(
    ask: &Ask,
    collection: Collection,
    name: &str,
    members: &Map<String, Value>,
) -> Value {
    json!({
        "$schema": DIALECT,
        "$id": format!("{}/collections/{}/{name}", ask.base, collection.id()),
        "type": "object",
        "title": ask.told(collection.described().title),
        "properties": members,
        "additionalProperties": false,
    })
}

pub async fn get_schema(
    request: HttpRequest,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let collection = collection(&path)?;
    let (ask, taken) = Ask::of(&request, &["schema"])?;
    taken.finish()?;
    let schema = schema(&ask, collection, collection.properties(&caller.0));
    // Staff are told of more.
    let keeps = caller.0 == crate::domain::actor::Actor::Anonymous;
    represent(&request, &ask, collection, &schema, if keeps { CACHING } else { caching(&request) })
}

pub async fn get_queryables(
    request: HttpRequest,
    path: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let collection = collection(&path)?;
    let (ask, taken) = Ask::of(&request, &["schema"])?;
    taken.finish()?;
    let queryables = queryables(&ask, collection, &registry.reference());
    represent(&request, &ask, collection, &queryables, CACHING)
}

/// A schema as itself, or as a list of its properties.
fn represent(
    request: &HttpRequest,
    ask: &Ask,
    collection: Collection,
    schema: &Value,
    caching: &'static str,
) -> Result<HttpResponse, ApiError> {
    if ask.format == Format::Json {
        if caching == CACHING {
            return document(request, SCHEMA, schema);
        }
        return Ok(HttpResponse::Ok()
            .content_type(SCHEMA)
            .insert_header((actix_web::http::header::CACHE_CONTROL, caching))
            .body(schema.to_string()));
    }
    let title = ask.told(collection.described().title);
    let mut body = html::Body::default();
    let members = schema["properties"].as_object().into_iter().flatten();
    let columns = ask.told([["Nama", "Arti", "Bentuk"], ["Name", "Meaning", "Form"]]);
    let rows = members.map(|(name, form)| {
        let text = |member: &str| form[member].as_str().unwrap_or_default().to_owned();
        let (kind, format) = (text("type"), text("format"));
        let form = [kind, format].into_iter().filter(|part| !part.is_empty());
        vec![
            html::Cell::of(name.as_str()),
            html::Cell::of(text("title")),
            html::Cell::of(form.collect::<Vec<_>>().join(", ")),
        ]
    });
    body.table(title, &columns, rows);
    let crumbs = [super::items::collection_crumb(ask, collection)];
    Ok(page(caching, ask.lang, html::page(ask, title, &crumbs, &body)))
}

//! What the derived OpenAPI document cannot say by itself.

use std::collections::HashSet;

use utoipa::openapi::{OpenApi, RefOr, Schema};

/// A draft is closed to fields that it does not know, and stands as a part in the document made of
/// it, which has more: in the document's schema the part is open. That unknown fields of a draft are
/// refused is said by the 422 of every write.
pub fn open_parts(mut api: OpenApi) -> OpenApi {
    let Some(components) = &mut api.components else { return api };
    let mut parts = HashSet::new();
    for schema in components.schemas.values() {
        collect(schema, &mut parts);
    }
    for (name, schema) in &mut components.schemas {
        if let RefOr::T(Schema::Object(object)) = schema
            && parts.contains(name)
        {
            object.additional_properties = None;
        }
    }
    api
}

/// The names of schemas that are parts of another.
fn collect(schema: &RefOr<Schema>, parts: &mut HashSet<String>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::AllOf(all) => {
            for item in &all.items {
                match item {
                    RefOr::Ref(part) => {
                        let name = part.ref_location.rsplit('/').next().unwrap_or_default();
                        parts.insert(name.to_owned());
                    }
                    whole @ RefOr::T(_) => collect(whole, parts),
                }
            }
        }
        Schema::OneOf(one) => one.items.iter().for_each(|item| collect(item, parts)),
        Schema::AnyOf(any) => any.items.iter().for_each(|item| collect(item, parts)),
        _ => {}
    }
}

//! OGC API - Tiles.

use actix_web::web;
use serde_json::{Value, json};

use crate::registry::collections::Collection;

/// Classes that are declared beside the others.
pub const CONFORMANCE: &[&str] = &[];
/// How a collection links to its tile sets, and the landing page to the matrix sets.
pub const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
pub const TILING_SCHEMES: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes";

/// The paths.
pub fn routes(_: &mut web::ServiceConfig) {}

/// Whether there are tiles of a collection.
pub fn has_tiles(_: Collection) -> bool {
    false
}

/// The path items by their paths below `/ogc`.
pub fn paths() -> Value {
    json!({})
}

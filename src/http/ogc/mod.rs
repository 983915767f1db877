//! `/ogc`: the OGC API.

mod tile_paths;
pub mod tiles;

use actix_web::web;

/// The paths.
pub fn routes(config: &mut web::ServiceConfig) {
    config.configure(tiles::routes);
}

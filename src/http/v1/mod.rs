//! `/api/v1`: one resource, one file.

mod areas;
mod changes;
mod codes;
mod enterprises;
pub mod exports;
mod regions;
mod session;
mod tiles;

use utoipa_actix_web::service_config::ServiceConfig;

/// All operations of the API in one list.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(enterprises::list_enterprises)
        .service(enterprises::create_enterprise)
        .service(enterprises::get_enterprise)
        .service(enterprises::replace_enterprise)
        .service(enterprises::patch_enterprise)
        .service(enterprises::close_enterprise)
        .service(changes::list_changes)
        .service(tiles::get_enterprise_tile)
        .service(exports::export_enterprises)
        .service(areas::create_area)
        .service(regions::locate_region)
        .service(regions::list_regions)
        .service(regions::get_region)
        .service(regions::get_region_geometry)
        .service(codes::list_sectors)
        .service(codes::list_units)
        .service(codes::list_commodities)
        .service(codes::list_kbli)
        .service(session::refresh_session)
        .service(session::create_session)
        .service(session::delete_session);
}

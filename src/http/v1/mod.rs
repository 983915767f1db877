//! `/api/v1`: one resource, one file.

mod areas;
mod codes;
mod enterprises;
pub mod exports;
mod kbli;
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
        .service(tiles::get_enterprise_tile)
        .service(exports::export_enterprises)
        .service(areas::create_area)
        .service(regions::locate_region)
        .service(regions::list_regions)
        .service(regions::get_region)
        .service(regions::get_region_geometry)
        .service(regions::list_region_editions)
        .service(codes::list_sectors)
        .service(codes::list_units)
        .service(codes::list_commodities)
        .service(kbli::list_kbli)
        .service(kbli::get_kbli)
        .service(session::refresh_session)
        .service(session::create_session)
        .service(session::delete_session);
}

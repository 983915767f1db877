//! `/api/v1`: one resource, one file.

mod areas;
mod changes;
mod codes;
mod cooperatives;
mod documents;
mod enterprises;
pub mod exports;
mod kbli;
mod lifecycle;
mod merging;
mod observations;
mod quality;
mod regions;
mod revisions;
mod sentra;
mod session;
mod suggestions;
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
        .service(lifecycle::submit_enterprise)
        .service(lifecycle::verify_enterprise)
        .service(lifecycle::return_enterprise)
        .service(lifecycle::publish_enterprise)
        .service(lifecycle::unpublish_enterprise)
        .service(lifecycle::move_enterprise)
        .service(lifecycle::reopen_enterprise)
        .service(merging::merge_enterprises)
        .service(merging::unmerge_enterprises)
        .service(merging::erase_person)
        .service(revisions::list_revisions)
        .service(revisions::get_revision)
        .service(cooperatives::list_cooperatives)
        .service(cooperatives::create_cooperative)
        .service(cooperatives::get_cooperative)
        .service(cooperatives::patch_cooperative)
        .service(cooperatives::close_cooperative)
        .service(sentra::list_sentra)
        .service(sentra::create_sentra)
        .service(sentra::get_sentra)
        .service(sentra::patch_sentra)
        .service(sentra::close_sentra)
        .service(observations::list_observations)
        .service(observations::create_observation)
        .service(observations::get_observation)
        .service(observations::patch_observation)
        .service(observations::close_observation)
        .service(quality::count_quality)
        .service(changes::list_changes)
        .service(tiles::get_enterprise_tile)
        .service(exports::export_enterprises)
        .service(suggestions::list_suggestions)
        .service(areas::create_area)
        .service(regions::locate_region)
        .service(regions::list_regions)
        .service(regions::get_region)
        .service(regions::get_region_geometry)
        .service(regions::list_region_editions)
        .service(codes::list_sectors)
        .service(codes::list_units)
        .service(codes::list_commodities)
        .service(codes::list_quality_rules)
        .service(kbli::list_kbli)
        .service(kbli::get_kbli)
        .service(session::refresh_session)
        .service(session::create_session)
        .service(session::delete_session);
}

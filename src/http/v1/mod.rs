//! `/api/v1`: one resource, one file.

mod account;
mod areas;
mod campaign_people;
mod campaigns;
mod candidate_searches;
mod candidates;
mod changes;
mod client_usage;
mod clients;
mod codes;
mod complements;
mod cooperatives;
mod coverage;
mod desk;
mod devices;
mod documents;
mod duplicates;
pub(super) mod enterprises;
pub mod exports;
mod imports;
mod kbli;
mod key_cursor;
mod lifecycle;
mod merging;
mod observations;
mod own_record;
mod owner_links;
mod persons;
mod qgis;
mod quality;
mod questionnaires;
mod reads;
pub mod region_tiles;
mod regions;
mod releases;
mod restricted;
mod revisions;
mod sentra;
mod session;
mod stats;
mod styles;
mod suggestions;
pub mod tile_json;
pub mod tiles;
mod token;
mod users;
mod visits;

use actix_web::HttpResponseBuilder;
use actix_web::http::header;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::domain::fault::{Fault, FieldFault};
use crate::domain::validate;
use crate::registry::RegistryError;

/// All operations of the API in one list.
#[expect(clippy::too_many_lines, reason = "one list, one line an operation")]
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
        .service(lifecycle::return_not_found)
        .service(merging::merge_enterprises)
        .service(merging::unmerge_enterprises)
        .service(duplicates::list_duplicates)
        .service(duplicates::get_duplicate)
        .service(duplicates::reject_duplicate)
        .service(desk::list_desk)
        .service(desk::batch::verify_desk_batch)
        .service(desk::figures::list_desk_offices)
        .service(desk::figures::list_desk_sample)
        .service(desk::held::list_desk_held)
        .service(desk::checks::create_desk_check)
        .service(desk::checks::list_desk_checks)
        .service(desk::get_desk_record)
        .service(imports::list_imports)
        .service(imports::upload::create_import)
        .service(imports::list_import_fields)
        .service(imports::handed_out::get_import_template)
        .service(imports::get_import)
        .service(imports::handed_out::get_corrected_import)
        .service(imports::steps::replace_import_mapping)
        .service(imports::steps::preview_import)
        .service(imports::steps::start_import)
        .service(imports::steps::stop_import)
        .service(imports::steps::undo_import)
        .service(imports::rows::list_import_rows)
        .service(imports::steps::delete_import_file)
        .service(persons::erase_person)
        .service(persons::export_person)
        .service(persons::correct_person)
        .service(persons::match_persons)
        .service(restricted::get_restricted)
        .service(owner_links::create_owner_link)
        .service(owner_links::list_owner_links)
        .service(owner_links::delete_owner_link)
        .service(own_record::get_own_record)
        .service(own_record::patch_own_record)
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
        .service(candidates::list_candidates)
        .service(candidate_searches::create_candidate_search)
        .service(candidates::get_candidate)
        .service(candidates::confirm_candidate)
        .service(candidates::reject_candidate)
        .service(candidate_searches::list_candidate_searches)
        .service(candidate_searches::get_candidate_search)
        .service(candidate_searches::stop_candidate_search)
        .service(complements::get_complements)
        .service(observations::list_observations)
        .service(observations::create_observation)
        .service(observations::get_observation)
        .service(observations::patch_observation)
        .service(observations::close_observation)
        .service(questionnaires::list_questionnaire_fields)
        .service(questionnaires::list_questionnaires)
        .service(questionnaires::create_questionnaire)
        .service(questionnaires::get_questionnaire)
        .service(questionnaires::get_questionnaire_form)
        .service(campaigns::list_campaigns)
        .service(campaigns::create_campaign)
        .service(campaigns::get_campaign)
        .service(campaigns::patch_campaign)
        .service(campaigns::start_campaign)
        .service(campaigns::close_campaign)
        .service(campaigns::clone_campaign)
        .service(campaigns::list_campaign_targets)
        .service(campaigns::replace_campaign_targets)
        .service(campaigns::list_assignments)
        .service(campaigns::replace_assignments)
        .service(campaign_people::list_campaign_enumerators)
        .service(campaign_people::get_campaign_progress)
        .service(devices::list_devices)
        .service(devices::create_device)
        .service(devices::delete_device)
        .service(visits::list_visits)
        .service(visits::create_visit)
        .service(visits::get_visit)
        .service(visits::get_visit_photo)
        .service(visits::create_visit_photos)
        .service(visits::resolve_visit)
        .service(coverage::get_coverage)
        .service(coverage::list_doubts)
        .service(releases::list_releases)
        .service(releases::create_release)
        .service(releases::get_release)
        .service(releases::withdraw_release)
        .service(releases::figures::list_release_cells)
        .service(releases::figures::list_release_sums)
        .service(releases::report::get_release_report)
        .service(quality::count_quality)
        .service(changes::list_changes)
        .service(reads::list_reads)
        .service(reads::get_read_report)
        .service(stats::get_stats)
        .service(tiles::get_enterprise_tile)
        .service(tile_json::get_enterprise_tileset)
        .service(region_tiles::get_region_tile)
        .service(styles::get_enterprise_style)
        .service(qgis::get_qgis_project)
        .service(exports::export_enterprises)
        .service(exports::get_export_metadata)
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
        .configure(routes_of_accounts);
}

/// Who signs in, with what, and who manages that.
fn routes_of_accounts(config: &mut ServiceConfig) {
    config
        .service(session::refresh_session)
        .service(session::create_session)
        .service(session::delete_session)
        .service(session::reset_password)
        .service(token::create_token)
        .service(account::get_account)
        .service(account::replace_password)
        .service(account::confirm_totp)
        .service(account::create_totp)
        .service(account::delete_totp)
        .service(account::list_account_sessions)
        .service(account::delete_account_session)
        .service(users::list_users)
        .service(users::create_user)
        .service(users::get_user)
        .service(users::patch_user)
        .service(users::create_reset_code)
        .service(users::create_grant)
        .service(users::delete_grant)
        .service(users::delete_user_sessions)
        .service(users::delete_user_totp)
        .service(clients::list_clients)
        .service(clients::create_client)
        // Before the client of that id.
        .service(client_usage::list_client_usage)
        .service(clients::get_client)
        .service(clients::patch_client)
        .service(clients::replace_client_secret)
        .service(clients::delete_client);
}

/// An answer that nobody keeps.
fn private(mut response: HttpResponseBuilder) -> HttpResponseBuilder {
    response.insert_header((header::CACHE_CONTROL, "private, no-store"));
    response
}

/// A body that may hold secrets: of what is wrong with one, its value is not repeated.
fn secret_body<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, RegistryError> {
    validate::from_json(enterprises::json(body)?).map_err(|faults| {
        let faults = faults.into_iter().map(|found| match found.fault {
            Fault::WrongType { .. } => {
                FieldFault::new(found.field, Fault::WrongType { message: "…".into() })
            }
            _ => found,
        });
        RegistryError::Invalid(faults.collect())
    })
}

//! Who may be sent out in a campaign, and what those who were sent have done.

use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::campaigns::id_of;
use super::private;
use crate::domain::access::Right;
use crate::http::caller::Caller;
use crate::http::parameters::CommonProblems;
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::campaigns::{Candidate, TeamProgress};

/// What an enumerator did on a day.
#[derive(Serialize, ToSchema)]
pub struct ProgressDay {
    enumerator: String,
    /// In Asia/Jakarta.
    day: NaiveDate,
    visits: i64,
    new: i64,
    revisits: i64,
    villages: i64,
}

/// What a team did in all.
#[derive(Serialize, ToSchema)]
pub struct ProgressTeam {
    /// Null: those who are in no team.
    team: Option<String>,
    members: usize,
    visits: i64,
    new: i64,
    revisits: i64,
    /// Each once, whoever of the team was there.
    villages: usize,
    /// The last day on which somebody visited.
    last: Option<NaiveDate>,
}

/// What was done, by enumerator and day, and by team.
#[derive(Serialize, ToSchema)]
pub struct ProgressList {
    items: Vec<ProgressDay>,
    /// Empty for those who see their own work alone, and where there are no teams.
    teams: Vec<ProgressTeam>,
}

/// Somebody who may be sent to villages of a campaign.
#[derive(Serialize, ToSchema)]
pub struct CampaignEnumerator {
    /// E-mail address of the account: what an assignment names.
    #[schema(example = "ani@contoh.id")]
    enumerator: String,
    name: Option<String>,
}

/// Those who may be sent.
#[derive(Serialize, ToSchema)]
pub struct CampaignEnumerators {
    items: Vec<CampaignEnumerator>,
}

impl From<Candidate> for CampaignEnumerator {
    fn from(Candidate { enumerator, name }: Candidate) -> Self {
        Self { enumerator, name }
    }
}

impl From<TeamProgress> for ProgressTeam {
    fn from(done: TeamProgress) -> Self {
        let TeamProgress { team, members, visits, new, revisits, villages, last } = done;
        Self { team, members, visits, new, revisits, villages, last }
    }
}

/// Enumerators and officers of cooperatives who may be sent to villages of a campaign in the caller's
/// area, by name: for the form that sends them.
#[utoipa::path(
    operation_id = "list_campaign_enumerators",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "id of the campaign")),
    responses((status = 200, description = "by name", body = CampaignEnumerators), CommonProblems),
    security(("bearer" = []))
)]
#[get("/campaigns/{id}/enumerators")]
pub async fn list_campaign_enumerators(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageCampaigns)?;
    let id = id_of("campaign", &id)?;
    let found = web::block(move || registry.candidates_of_campaign(&caller.0, id)).await??;
    let items = found.into_iter().map(CampaignEnumerator::from).collect();
    Ok(private(HttpResponse::Ok()).json(CampaignEnumerators { items }))
}

/// What each enumerator did on each day, and each team in all; of an enumerator, their own days.
#[utoipa::path(
    operation_id = "get_campaign_progress",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "id of the campaign")),
    responses((status = 200, description = "by enumerator and day, and by team", body = ProgressList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/campaigns/{id}/progress")]
pub async fn get_campaign_progress(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadInternal)?;
    let id = id_of("campaign", &id)?;
    let (days, teams) = web::block(move || registry.progress(&caller.0, id)).await??;
    let items = days
        .into_iter()
        .map(|day| ProgressDay {
            enumerator: day.enumerator,
            day: day.day,
            visits: day.visits,
            new: day.new,
            revisits: day.revisits,
            villages: day.villages,
        })
        .collect();
    let teams = teams.into_iter().map(ProgressTeam::from).collect();
    Ok(private(HttpResponse::Ok()).json(ProgressList { items, teams }))
}

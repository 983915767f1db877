//! `/changes`: the change feed.

use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::enterprises::{EnterpriseView, with_tier};
use crate::domain::cooperative::Cooperative;
use crate::domain::observation::Observation;
use crate::domain::sentra::Sentra;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, whole_number};
use crate::http::patience::Deadline;
use crate::http::problem::{ApiError, Problem};
use crate::registry::changes::{Feed, FeedQuery, Now, Told};
use crate::registry::{Registry, RegistryError};

const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 1000;
/// Longest wait in seconds: connections that are silent for longer are cut on the way.
const MAX_WAIT: u64 = 60;

/// Part of the change log.
#[derive(Serialize, ToSchema)]
pub struct ChangeList {
    /// In the order of `seq`.
    items: Vec<ChangeView>,
    /// Path of what comes after, always there: follow it for ever and be told each change once.
    next: String,
    /// Where the log ends now. It numbers the changes that are not told, too.
    last_seq: i64,
    /// Which log this is: another one after a restore from backup.
    log_epoch: String,
}

/// A change, with what became of the entity up to now.
#[derive(Serialize, ToSchema)]
pub struct ChangeView {
    seq: i64,
    at: DateTime<Utc>,
    log_epoch: String,
    /// Only where the internal tier is the caller's, as are `job_id`, `reason` and `action`.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "patch")]
    action: Option<String>,
    #[schema(example = "enterprise")]
    entity: String,
    entity_id: String,
    /// Of the entity after this change; `current` may be of a later one.
    revision: i32,
    /// The entity as the caller sees it now, whatever it was after this change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CurrentView>)]
    current: Option<Box<RawValue>>,
    /// The entity is gone, or no longer for the caller.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    removed: bool,
}

/// An entity at the tier that the caller sees.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(
    dead_code,
    clippy::large_enum_variant,
    reason = "only the shape of what is written from stored documents"
)]
enum CurrentView {
    Enterprise(EnterpriseView),
    Cooperative(Cooperative),
    Sentra(Sentra),
    Observation(Observation),
}

/// What changed since, for signed-in staff. A copy that starts from 0 and follows `next` holds
/// what the caller may see: put `current` in its place, drop what is `removed`.
#[utoipa::path(
    operation_id = "list_changes",
    tag = "changes",
    params(
        ("since" = Option<i64>, Query, minimum = 0, description = "changes above this `seq`; 0 unless told"),
        ("wait" = Option<i32>, Query, minimum = 0, maximum = 60, description = "seconds to wait where there is nothing yet; 0 unless told"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 1000, description = "most changes of a page; 100 unless told"),
        ("epoch" = Option<String>, Query, description = "the `log_epoch` that the caller knows: 409 if it is another now"),
    ),
    responses(
        (status = 200, description = "the changes; none where nothing came in time", body = ChangeList),
        (status = 409, description = "the log is another one: start again from 0", body = Problem, content_type = "application/problem+json"),
        CommonProblems,
    ),
    security(("bearer" = []))
)]
#[get("/changes")]
pub async fn list_changes(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    let since = whole_number(&mut taken, "since", 0, 0..=i64::MAX);
    let wait = whole_number(&mut taken, "wait", 0, 0..=MAX_WAIT);
    let limit = whole_number(&mut taken, "limit", DEFAULT_LIMIT, 1..=MAX_LIMIT);
    let epoch = taken.text("epoch");
    taken.finish()?;

    let query = FeedQuery { since, limit, epoch };
    Deadline::extend(&request, Duration::from_secs(wait));
    let feed = awaited(&request, &registry, query, Duration::from_secs(wait)).await?;
    let Feed { changes, through, last_seq, log_epoch } = feed;
    let items = changes.into_iter().map(represented).collect::<Result<_, _>>()?;
    let path = request.path();
    let next = format!("{path}?since={through}&wait={wait}&limit={limit}&epoch={log_epoch}");
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, super::enterprises::caching(&request)))
        .json(ChangeList { items, next, last_seq, log_epoch }))
}

/// Reads on until there is something to tell or the time is over.
async fn awaited(
    request: &HttpRequest,
    registry: &web::Data<Registry>,
    mut query: FeedQuery,
    wait: Duration,
) -> Result<Feed, ApiError> {
    let started = Instant::now();
    loop {
        // Anew each time: what was theirs before the wait may not be any more.
        let caller = Caller::extract(request).await?;
        let (reader, asked) = (registry.clone(), query.clone());
        let feed = web::block(move || reader.changes(&caller, &asked)).await??;
        let left = wait.saturating_sub(started.elapsed());
        let told = !feed.changes.is_empty();
        if told
            || left.is_zero()
            || timeout(left, registry.change_beyond(feed.through)).await.is_err()
        {
            return Ok(feed);
        }
        query.since = feed.through;
    }
}

fn represented(told: Told) -> Result<ChangeView, RegistryError> {
    let current = match &told.now {
        Now::There { document, internal } => Some(with_tier(document, *internal)?),
        Now::Removed | Now::Unrepresented => None,
    };
    let (actor, job_id, reason, action) = match told.account {
        Some(account) => {
            (Some(account.actor), account.job_id, account.reason, Some(account.action))
        }
        None => (None, None, None, None),
    };
    Ok(ChangeView {
        seq: told.seq,
        at: told.at,
        log_epoch: told.log_epoch,
        actor,
        job_id,
        reason,
        action,
        entity: told.entity,
        entity_id: told.entity_id,
        revision: told.revision,
        current,
        removed: matches!(told.now, Now::Removed),
    })
}

//! `/reads`: who read what.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use strum::VariantNames;
use utoipa::ToSchema;
use uuid::Uuid;

use super::revisions::private;
use crate::domain::access::Right;
use crate::domain::fault::{Expected, Fault};
use crate::domain::reading::{ActorReadReport, LoggedRead, ReadKind, RecordReadReport};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, limit};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::reads::{LogQuery, Span};

/// A page of the log of reads, the newest first.
#[derive(Serialize, ToSchema)]
pub struct ReadList {
    items: Vec<LoggedRead>,
    /// Path of the next page; null on the last.
    next: Option<String>,
}

/// What is asked of a report.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum ReadReport {
    Record(RecordReadReport),
    Actor(ActorReadReport),
}

/// The log of reads: for auditors, of their area.
#[utoipa::path(
    operation_id = "list_reads",
    tag = "reads",
    params(
        ("actor" = Option<String>, Query, description = "e-mail address of an account or id of a service client"),
        ("enterprise" = Option<Uuid>, Query, description = "readings of this record itself; the report also tells of lists"),
        ("kind" = Option<Vec<ReadKind>>, Query, style = Form, explode = false, description = "any of these kinds"),
        ("since" = Option<DateTime<Utc>>, Query, description = "ended at that time or later"),
        ("until" = Option<DateTime<Utc>>, Query, description = "began at that time or earlier"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = ReadList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/reads")]
pub async fn list_reads(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadLog)?;
    let mut taken = Taken::of(request.query_string())?;
    let query = LogQuery {
        actor: taken.text("actor"),
        enterprise: enterprise(&mut taken),
        kinds: taken.read("kind", Vec::new(), kinds),
        since: time(&mut taken, "since"),
        until: time(&mut taken, "until"),
        below: taken.read("cursor", None, |text| {
            let expected = Expected::Cursor;
            let malformed = |_| Fault::Malformed { value: text.to_owned(), expected };
            text.parse().map(Some).map_err(malformed)
        }),
        limit: limit(&mut taken),
    };
    taken.finish()?;
    let page = web::block(move || registry.logged_reads(&caller.0, &query)).await??;
    let next = match page.next {
        Some(seq) => Some(super::enterprises::next_link(&request, &seq.to_string())?),
        None => None,
    };
    Ok(private().json(ReadList { items: page.items, next }))
}

/// Who read a record, or was shown it in a list, an export, a tile or the feed, as it was then; or
/// what an account read, summed: for auditors, of their area.
#[utoipa::path(
    operation_id = "get_read_report",
    tag = "reads",
    params(
        ("enterprise" = Option<Uuid>, Query, description = "the record; this or `actor`"),
        ("actor" = Option<String>, Query, description = "e-mail address of an account or id of a service client; this or `enterprise`"),
        ("since" = Option<DateTime<Utc>>, Query, description = "from that time on"),
        ("until" = Option<DateTime<Utc>>, Query, description = "up to that time"),
    ),
    responses((status = 200, description = "the report", body = ReadReport), CommonProblems),
    security(("bearer" = []))
)]
#[get("/reads/report")]
pub async fn get_read_report(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadLog)?;
    let mut taken = Taken::of(request.query_string())?;
    let (enterprise, actor) = (enterprise(&mut taken), taken.text("actor"));
    let span = Span { since: time(&mut taken, "since"), until: time(&mut taken, "until") };
    match (enterprise, &actor) {
        (None, None) => taken.fault("enterprise", Fault::Required),
        (Some(_), Some(_)) => taken.fault("actor", Fault::UnknownParameter),
        _ => {}
    }
    taken.finish()?;
    let report = web::block(move || match (enterprise, actor) {
        (Some(id), _) => registry.record_read_report(&caller.0, id, span).map(ReadReport::Record),
        (None, actor) => {
            let actor = actor.unwrap_or_default();
            registry.actor_read_report(&caller.0, &actor, span).map(ReadReport::Actor)
        }
    })
    .await??;
    Ok(private().json(report))
}

fn enterprise(taken: &mut Taken) -> Option<Uuid> {
    taken.read("enterprise", None, |text| {
        let malformed = |_| Fault::Malformed { value: text.to_owned(), expected: Expected::Uuid };
        text.parse().map(Some).map_err(malformed)
    })
}

fn kinds(text: &str) -> Result<Vec<ReadKind>, Fault> {
    let unknown = |value: &str| {
        let (value, allowed) = (value.to_owned(), ReadKind::VARIANTS.join(", "));
        Fault::UnknownCode { value, allowed }
    };
    text.split(',').map(|value| value.trim().parse().map_err(|_| unknown(value))).collect()
}

/// A time, as RFC 3339 writes it.
pub fn time(taken: &mut Taken, name: &'static str) -> Option<DateTime<Utc>> {
    taken.read(name, None, |text| {
        let malformed = |_| Fault::Malformed { value: text.to_owned(), expected: Expected::Time };
        DateTime::parse_from_rfc3339(text).map(|at| Some(at.to_utc())).map_err(malformed)
    })
}

//! `/owner`: an owner's own record, by a link. The token comes in a header, never in an address:
//! it is in no log, here or on the way.

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, patch, web};
use tracing_actix_web::RequestId;

use super::enterprises::{if_match, json};
use super::private;
use crate::domain::own_changes::OwnChanges;
use crate::domain::own_record::OwnRecord;
use crate::http::parameters::{CommonProblems, WriteProblems};
use crate::http::problem::ApiError;
use crate::registry::own_record::Opened;
use crate::registry::writing::private_from_json;
use crate::registry::{Registry, RegistryError};

/// The record that a link is of, as its owner is shown it: both tiers but for what is others', who
/// sees each field, and each consent. Every link that is not good answers the same 404.
#[utoipa::path(
    operation_id = "get_own_record",
    tag = "owner links",
    responses(
        (status = 200, description = "the record", body = OwnRecord, headers(("ETag" = String, description = "the revision"))),
        CommonProblems,
    ),
    security(("link" = []))
)]
#[get("/owner")]
pub async fn get_own_record(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let opened = opened(&request, &registry).await?;
    represented(&request, opened, registry).await
}

/// Corrects the record and gives or withdraws consents, which take effect at once. What is corrected
/// goes to be verified.
#[utoipa::path(
    operation_id = "patch_own_record",
    tag = "owner links",
    params(("If-Match" = String, Header, description = "ETag of the revision that was changed")),
    request_body = OwnChanges,
    responses((status = 200, description = "as it is now", body = OwnRecord), WriteProblems),
    security(("link" = []))
)]
#[patch("/owner")]
pub async fn patch_own_record(
    request: HttpRequest,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    // First, so that who has no good link learns nothing from what is said of the rest.
    let opened = opened(&request, &registry).await?;
    let if_match = if_match(&request)?;
    let changes: OwnChanges = private_from_json(json(&body)?, "")?;
    let writing = registry.clone();
    let opened = web::block(move || {
        writing.change_own_record(&opened, if_match, &changes)?;
        Ok::<_, RegistryError>(opened)
    })
    .await??;
    represented(&request, opened, registry).await
}

async fn represented(
    request: &HttpRequest,
    opened: Opened,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let request_id = request.extensions().get::<RequestId>().map(ToString::to_string);
    let record = web::block(move || registry.own_record(&opened, request_id.as_deref())).await??;
    let etag = format!("\"{}\"", record.revision);
    Ok(private(HttpResponse::Ok()).insert_header((header::ETAG, etag)).json(record))
}

/// Whoever shows a link that is good. A header that is missing, or of another kind, is looked up
/// like a token that nobody was given.
async fn opened(request: &HttpRequest, registry: &web::Data<Registry>) -> Result<Opened, ApiError> {
    let header = request.headers().get(header::AUTHORIZATION);
    let header = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or_default();
    let token = if scheme.eq_ignore_ascii_case("link") { token.trim() } else { "" };
    let (token, registry) = (token.to_owned(), registry.clone());
    Ok(web::block(move || registry.open_link(&token)).await??)
}

//! `/account`: the own account of whoever is signed in.

use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::users::UserView;
use super::{private, secret_body};
use crate::http::caller::Own;
use crate::http::parameters::{AttemptProblems, CommonProblems};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::own_account::Enrolment;

/// Another password for the own account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    #[schema(format = "password")]
    current: String,
    /// 12 characters or more.
    #[schema(format = "password")]
    new: String,
}

/// The password, once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordAgain {
    #[schema(format = "password")]
    password: String,
}

/// A code of the second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorCode {
    #[schema(example = "123456")]
    code: String,
}

/// The password and a code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorRemoval {
    #[schema(format = "password")]
    password: String,
    #[schema(example = "123456")]
    code: String,
}

/// A second factor for an authenticator app.
#[derive(Serialize, ToSchema)]
pub struct SecondFactorSecret {
    /// Base32, for typing.
    secret: String,
    /// For a QR code.
    #[schema(example = "otpauth://totp/Sentra:siti%40contoh.id?secret=…&issuer=Sentra")]
    uri: String,
}

/// A session of the own account.
#[derive(Serialize, ToSchema)]
pub struct OwnSession {
    id: String,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    second_factor: bool,
    /// As the browser named itself.
    device: String,
    /// The session that asks.
    current: bool,
}

/// The own sessions, latest first.
#[derive(Serialize, ToSchema)]
pub struct OwnSessionList {
    items: Vec<OwnSession>,
}

/// The own account.
#[utoipa::path(
    operation_id = "get_account",
    tag = "account",
    responses((status = 200, description = "the own account", body = UserView), CommonProblems),
    security(("bearer" = []))
)]
#[get("/account")]
pub async fn get_account(
    own: Own,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let account = web::block(move || registry.own_account(&own.user)).await??;
    Ok(private(HttpResponse::Ok()).json(UserView::from(account)))
}

/// Changes the own password. Every session ends, this one too: sign in again.
#[utoipa::path(
    operation_id = "replace_password",
    tag = "account",
    request_body = PasswordChange,
    responses((status = 204, description = "changed"), AttemptProblems),
    security(("bearer" = []))
)]
#[post("/account/password")]
pub async fn replace_password(
    own: Own,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let PasswordChange { current, new } = secret_body(&body)?;
    let turn = registry.hashing_turn().await?;
    let change =
        move || turn.while_it_lasts(|| registry.change_password(&own.user, &current, &new));
    web::block(change).await??;
    Ok(HttpResponse::NoContent().finish())
}

/// Begins to set up a second factor; `/account/totp/confirm` ends it.
#[utoipa::path(
    operation_id = "create_totp",
    tag = "account",
    request_body = PasswordAgain,
    responses((status = 200, description = "what to put into an authenticator app; told here only", body = SecondFactorSecret), AttemptProblems),
    security(("bearer" = []))
)]
#[post("/account/totp")]
pub async fn create_totp(
    own: Own,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let PasswordAgain { password } = secret_body(&body)?;
    let turn = registry.hashing_turn().await?;
    let begin = move || turn.while_it_lasts(|| registry.begin_second_factor(&own.user, &password));
    let Enrolment { secret, uri } = web::block(begin).await??;
    Ok(private(HttpResponse::Ok()).json(SecondFactorSecret { secret, uri }))
}

/// Confirms the second factor by a code of it; from now on signing in asks for one.
#[utoipa::path(
    operation_id = "confirm_totp",
    tag = "account",
    request_body = SecondFactorCode,
    responses((status = 200, description = "the own account with it", body = UserView), AttemptProblems),
    security(("bearer" = []))
)]
#[post("/account/totp/confirm")]
pub async fn confirm_totp(
    own: Own,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let SecondFactorCode { code } = secret_body(&body)?;
    let account = web::block(move || registry.confirm_second_factor(&own.user, &code)).await??;
    Ok(private(HttpResponse::Ok()).json(UserView::from(account)))
}

/// Takes the own second factor away.
#[utoipa::path(
    operation_id = "delete_totp",
    tag = "account",
    request_body = SecondFactorRemoval,
    responses((status = 204, description = "gone"), AttemptProblems),
    security(("bearer" = []))
)]
#[delete("/account/totp")]
pub async fn delete_totp(
    own: Own,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let SecondFactorRemoval { password, code } = secret_body(&body)?;
    let turn = registry.hashing_turn().await?;
    let remove =
        move || turn.while_it_lasts(|| registry.remove_second_factor(&own.user, &password, &code));
    web::block(remove).await??;
    Ok(HttpResponse::NoContent().finish())
}

/// The own sessions, latest first.
#[utoipa::path(
    operation_id = "list_account_sessions",
    tag = "account",
    responses((status = 200, description = "those that are not over", body = OwnSessionList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/account/sessions")]
pub async fn list_account_sessions(
    own: Own,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let Own { user, session } = own;
    let rows = web::block(move || registry.own_sessions(&user)).await??;
    let items = rows.into_iter().map(|row| OwnSession {
        current: row.id == session,
        id: row.id,
        created_at: row.created_at.and_utc(),
        last_used_at: row.last_used_at.and_utc(),
        expires_at: row.expires_at.and_utc(),
        second_factor: row.second_factor,
        device: row.device,
    });
    Ok(private(HttpResponse::Ok()).json(OwnSessionList { items: items.collect() }))
}

/// Ends one of the own sessions, at once.
#[utoipa::path(
    operation_id = "delete_account_session",
    tag = "account",
    params(("id" = Uuid, Path, description = "the session's id")),
    responses((status = 204, description = "ended"), CommonProblems),
    security(("bearer" = []))
)]
#[delete("/account/sessions/{id}")]
pub async fn delete_account_session(
    own: Own,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    web::block(move || registry.end_own_session(&own.user, &id)).await??;
    Ok(HttpResponse::NoContent().finish())
}

//! `/auth/session` and `/auth/password-reset`

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::VariantArray;
use utoipa::ToSchema;
use uuid::Uuid;

use super::secret_body;
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Role, User};
use crate::domain::region::RegionCode;
use crate::http::parameters::{AttemptProblems, CommonProblems};
use crate::http::problem::ApiError;
use crate::registry::sessions::{SignIn, SignedIn};
use crate::registry::{Registry, RegistryError};

const COOKIE: &str = "sentra_refresh";
const COOKIE_PATH: &str = "/api/v1/auth";

/// What signs a person in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    email: String,
    #[schema(format = "password")]
    password: String,
    /// Of the second factor, where the account has one.
    #[schema(example = "123456")]
    code: Option<String>,
}

/// A new password by a one-time code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    email: String,
    /// The one-time code, however it is typed.
    #[schema(example = "7KXWQ-2MNPA-R9TBC-4DEFG")]
    code: String,
    /// The new password, 12 characters or more.
    #[schema(format = "password")]
    password: String,
}

/// An access token and whose it is.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// For `Authorization: Bearer …`; keep it in memory only.
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    user: SessionUser,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct SessionUser {
    email: String,
    role: Role,
    /// Null: the whole province.
    #[schema(value_type = Option<String>)]
    area: Option<RegionCode>,
    /// Of a cooperative officer.
    cooperative: Option<Uuid>,
    /// This session was begun with one.
    second_factor: bool,
    /// Until when restricted values are theirs to read, in sessions with a second factor.
    restricted_until: Option<DateTime<Utc>>,
    /// What this session may do; the use cases ask again.
    #[schema(value_type = Vec<String>, example = json!(["read_internal", "filter_internal"]))]
    rights: Vec<&'static str>,
}

impl SessionUser {
    fn of(user: User, second_factor: bool, restricted_until: Option<DateTime<Utc>>) -> Self {
        let actor = Actor::User(user.clone());
        let rights = Right::VARIANTS.iter().filter(|right| actor.may(**right));
        let User { email, role, area, cooperative, .. } = user;
        Self {
            email,
            role,
            area,
            cooperative,
            second_factor,
            restricted_until,
            rights: rights.map(<&str>::from).collect(),
        }
    }
}

/// Signs in. The refresh token comes as a cookie that scripts cannot read.
#[utoipa::path(
    operation_id = "create_session",
    tag = "session",
    request_body = Credentials,
    responses((status = 200, description = "signed in", body = Session), AttemptProblems),
)]
#[post("/auth/session")]
pub async fn create_session(
    request: HttpRequest,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let Credentials { email, password, code } = secret_body(&body)?;
    let device = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let device = device.unwrap_or_default().to_owned();
    let turn = registry.hashing_turn().await?;
    let given = SignIn { email, password, code, device };
    let signed_in = web::block(move || turn.while_it_lasts(|| registry.sign_in(&given))).await??;
    Ok(represented(&request, signed_in))
}

/// A new access token for the session of the cookie, which is renewed. A cookie that was used
/// before ends the session.
#[utoipa::path(
    operation_id = "refresh_session",
    tag = "session",
    responses((status = 200, description = "still signed in", body = Session), CommonProblems),
)]
#[post("/auth/session/refresh")]
pub async fn refresh_session(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let token = request.cookie(COOKIE).ok_or(RegistryError::NotSignedIn)?.value().to_owned();
    let signed_in = web::block(move || registry.refresh_session(&token)).await??;
    Ok(represented(&request, signed_in))
}

/// Signs out: the session of the cookie, and that of the access token, end at once.
#[utoipa::path(
    operation_id = "delete_session",
    tag = "session",
    responses((status = 204, description = "signed out"), CommonProblems),
    security((), ("bearer" = []))
)]
#[delete("/auth/session")]
pub async fn delete_session(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let refresh_token = request.cookie(COOKIE).map(|cookie| cookie.value().to_owned());
    let access_token = request.headers().get(header::AUTHORIZATION);
    let access_token = access_token
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .map(str::to_owned);
    web::block(move || registry.end_session(refresh_token.as_deref(), access_token.as_deref()))
        .await??;
    Ok(HttpResponse::NoContent().cookie(cookie(&request, String::new(), 0)).finish())
}

/// Sets a password by a one-time code, which is good once. All sessions end.
#[utoipa::path(
    operation_id = "reset_password",
    tag = "session",
    request_body = PasswordReset,
    responses((status = 204, description = "set: sign in with it"), AttemptProblems),
)]
#[post("/auth/password-reset")]
pub async fn reset_password(
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let PasswordReset { email, code, password } = secret_body(&body)?;
    let turn = registry.hashing_turn().await?;
    let reset = move || turn.while_it_lasts(|| registry.reset_password(&email, &code, &password));
    web::block(reset).await??;
    Ok(HttpResponse::NoContent().finish())
}

fn represented(request: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
    let SignedIn { access_token, expires_in, refresh_token, session_seconds, .. } = signed_in;
    let SignedIn { user, second_factor, restricted_until, .. } = signed_in;
    let user = SessionUser::of(user, second_factor, restricted_until);
    HttpResponse::Ok()
        .cookie(cookie(request, refresh_token, session_seconds))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Session { access_token, token_type: "Bearer", expires_in, user })
}

fn cookie(request: &HttpRequest, value: String, seconds: i64) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path(COOKIE_PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(request.connection_info().scheme() == "https")
        .max_age(Duration::seconds(seconds))
        .finish()
}

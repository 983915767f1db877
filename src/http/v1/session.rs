//! `/auth/session`

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enterprises::json;
use crate::domain::actor::Role;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::region::RegionCode;
use crate::http::parameters::{CommonProblems, WriteProblems};
use crate::http::problem::ApiError;
use crate::registry::sessions::SignedIn;
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
}

/// Signs in. The refresh token comes as a cookie that scripts cannot read.
#[utoipa::path(
    operation_id = "create_session",
    tag = "session",
    request_body = Credentials,
    responses((status = 200, description = "signed in", body = Session), WriteProblems),
)]
#[post("/auth/session")]
pub async fn create_session(
    request: HttpRequest,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let credentials: Credentials =
        serde_path_to_error::deserialize(json(&body)?).map_err(|error| {
            let fault = Fault::WrongType { message: error.inner().to_string() };
            RegistryError::Invalid(vec![FieldFault::new(error.path().to_string(), fault)])
        })?;
    let signed_in =
        web::block(move || registry.sign_in(&credentials.email, &credentials.password)).await??;
    Ok(represented(&request, signed_in))
}

/// A new access token for the session of the cookie, which is renewed.
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

/// Signs out.
#[utoipa::path(
    operation_id = "delete_session",
    tag = "session",
    responses((status = 204, description = "signed out"), CommonProblems),
)]
#[delete("/auth/session")]
pub async fn delete_session(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    if let Some(cookie) = request.cookie(COOKIE) {
        let token = cookie.value().to_owned();
        web::block(move || registry.end_session(&token)).await??;
    }
    Ok(HttpResponse::NoContent().cookie(cookie(&request, String::new(), 0)).finish())
}

fn represented(request: &HttpRequest, signed_in: SignedIn) -> HttpResponse {
    let SignedIn { access_token, expires_in, refresh_token, session_seconds, email, role, area } =
        signed_in;
    let user = SessionUser { email, role, area };
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

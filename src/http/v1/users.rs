//! `/users`: accounts, for those who manage them.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{key_cursor, private, secret_body};
use crate::domain::access::Right;
use crate::domain::actor::Role;
use crate::domain::fault::Fault;
use crate::domain::region::RegionCode;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems, limit};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::accounts::{Account, AccountChange, AccountQuery, NewAccount, OneTimeCode};

/// Longest part of an address or a name to look for.
const MAX_Q: usize = 200;

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserView {
    email: String,
    name: Option<String>,
    role: Role,
    /// Null: the whole province.
    #[schema(value_type = Option<String>)]
    area: Option<RegionCode>,
    /// Of a cooperative officer.
    cooperative: Option<Uuid>,
    disabled: bool,
    created_at: DateTime<Utc>,
    last_sign_in_at: Option<DateTime<Utc>>,
    /// Signing in asks for a code.
    second_factor: bool,
    /// Until when the grant `restricted` is theirs; null without it.
    restricted_until: Option<DateTime<Utc>>,
    /// Until when signing in is refused after too many failures.
    locked_until: Option<DateTime<Utc>>,
}

impl From<Account> for UserView {
    fn from(account: Account) -> Self {
        let Account { email, name, role, area, cooperative, disabled, .. } = account;
        let Account { created_at, last_sign_in_at, second_factor, .. } = account;
        let Account { restricted_until, locked_until, .. } = account;
        Self {
            email,
            name,
            role,
            area,
            cooperative,
            disabled,
            created_at,
            last_sign_in_at,
            second_factor,
            restricted_until,
            locked_until,
        }
    }
}

/// A page of accounts.
#[derive(Serialize, ToSchema)]
pub struct UserList {
    items: Vec<UserView>,
    /// Path of the next page; null on the last.
    next: Option<String>,
}

/// Somebody who is to have an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserCreate {
    #[schema(example = "siti@contoh.id")]
    email: String,
    role: Role,
    /// A regency or the province; without it, the whole province.
    #[schema(value_type = Option<String>, example = "35.15")]
    area: Option<RegionCode>,
    /// Of a cooperative officer, and of nobody else.
    cooperative: Option<Uuid>,
    name: Option<String>,
}

/// An account that was just made.
#[derive(Serialize, ToSchema)]
pub struct UserCreated {
    #[serde(flatten)]
    user: UserView,
    /// Sets the first password at `/auth/password-reset`; told here only.
    one_time_code: String,
    one_time_code_expires_at: DateTime<Utc>,
}

/// What is to be another way; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "left out, null and a value are three things")]
pub struct UserPatch {
    role: Option<Role>,
    /// Null: the whole province.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    area: Option<Option<RegionCode>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    cooperative: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    /// Who is disabled is signed out and cannot sign in.
    disabled: Option<bool>,
}

/// What is there, null too: absent is another thing.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A code that sets a password once.
#[derive(Serialize, ToSchema)]
pub struct ResetCode {
    /// Told here only.
    one_time_code: String,
    expires_at: DateTime<Utc>,
}

/// The grant `restricted`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// A year from now at most.
    expires_at: DateTime<Utc>,
    /// Kept in the change log.
    #[schema(example = "Verifikasi bantuan modal 2026")]
    reason: String,
}

/// Accounts in the order of their addresses: those whose area lies in the caller's.
#[utoipa::path(
    operation_id = "list_users",
    tag = "access",
    params(
        ("q" = Option<String>, Query, description = "part of the address or the name"),
        ("limit" = Option<u32>, Query, description = "most items of a page, 1 to 1000"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = UserList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/users")]
pub async fn list_users(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let mut taken = Taken::of(request.query_string())?;
    let q = taken.read("q", None, |text| match text.chars().count() {
        0..=MAX_Q => Ok(Some(text.to_owned())),
        _ => Err(Fault::TooLong { max: MAX_Q }),
    });
    let after = taken.read("cursor", None, |text| key_cursor::read(text).map(Some));
    let query = AccountQuery { q, after, limit: limit(&mut taken) };
    taken.finish()?;
    let page = web::block(move || registry.accounts(&caller.0, &query)).await??;
    let next = page.next.map(|email| key_cursor::next_link(&request, &email)).transpose()?;
    let items = page.items.into_iter().map(UserView::from).collect();
    Ok(private(HttpResponse::Ok()).json(UserList { items, next }))
}

/// Makes an account without a password: its one-time code sets the first one, within 24 hours.
#[utoipa::path(
    operation_id = "create_user",
    tag = "access",
    request_body = UserCreate,
    responses((status = 201, description = "made", body = UserCreated), WriteProblems),
    security(("bearer" = []))
)]
#[post("/users")]
pub async fn create_user(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let UserCreate { email, role, area, cooperative, name } = secret_body(&body)?;
    let new = NewAccount { email, name, role, area, cooperative };
    let (account, code) = web::block(move || registry.create_account(&caller.0, &new)).await??;
    let address = utf8_percent_encode(&account.email, NON_ALPHANUMERIC).to_string();
    let OneTimeCode { code: one_time_code, expires_at: one_time_code_expires_at } = code;
    let created = UserCreated { user: account.into(), one_time_code, one_time_code_expires_at };
    Ok(private(HttpResponse::Created())
        .insert_header((header::LOCATION, format!("{}/{address}", request.path())))
        .json(created))
}

/// An account.
#[utoipa::path(
    operation_id = "get_user",
    tag = "access",
    params(("email" = String, Path, description = "its address")),
    responses((status = 200, description = "an account", body = UserView), CommonProblems),
    security(("bearer" = []))
)]
#[get("/users/{email}")]
pub async fn get_user(
    caller: Caller,
    email: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let account = web::block(move || registry.account(&caller.0, &email)).await??;
    Ok(represented(account))
}

/// Changes what somebody is, from their next request on. Nobody changes the own account.
#[utoipa::path(
    operation_id = "patch_user",
    tag = "access",
    params(("email" = String, Path, description = "its address")),
    request_body = UserPatch,
    responses((status = 200, description = "as it is now", body = UserView), WriteProblems),
    security(("bearer" = []))
)]
#[patch("/users/{email}")]
pub async fn patch_user(
    caller: Caller,
    email: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let UserPatch { role, area, cooperative, name, disabled } = secret_body(&body)?;
    let change = AccountChange { name, role, area, cooperative, disabled };
    let account = web::block(move || registry.change_account(&caller.0, &email, &change)).await??;
    Ok(represented(account))
}

/// A code by which somebody sets another password, within an hour.
#[utoipa::path(
    operation_id = "create_reset_code",
    tag = "access",
    params(("email" = String, Path, description = "the account's address")),
    responses((status = 200, description = "a code", body = ResetCode), WriteProblems),
    security(("bearer" = []))
)]
#[post("/users/{email}/reset-code")]
pub async fn create_reset_code(
    caller: Caller,
    email: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let code = web::block(move || registry.create_reset_code(&caller.0, &email)).await??;
    let OneTimeCode { code: one_time_code, expires_at } = code;
    Ok(private(HttpResponse::Ok()).json(ResetCode { one_time_code, expires_at }))
}

/// Gives the grant `restricted`, in the place of an earlier one. It counts in sessions that were
/// begun with a second factor.
#[utoipa::path(
    operation_id = "create_grant",
    tag = "access",
    params(("email" = String, Path, description = "the account's address")),
    request_body = Grant,
    responses((status = 200, description = "the account with it", body = UserView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/users/{email}/grant")]
pub async fn create_grant(
    caller: Caller,
    email: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let Grant { expires_at, reason } = secret_body(&body)?;
    let granted =
        web::block(move || registry.grant_restricted(&caller.0, &email, expires_at, &reason));
    Ok(represented(granted.await??))
}

/// Takes the grant `restricted` away, at once.
#[utoipa::path(
    operation_id = "delete_grant",
    tag = "access",
    params(("email" = String, Path, description = "the account's address")),
    responses((status = 200, description = "the account without it", body = UserView), CommonProblems),
    security(("bearer" = []))
)]
#[delete("/users/{email}/grant")]
pub async fn delete_grant(
    caller: Caller,
    email: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let account = web::block(move || registry.revoke_restricted(&caller.0, &email)).await??;
    Ok(represented(account))
}

/// Signs somebody out everywhere.
#[utoipa::path(
    operation_id = "delete_user_sessions",
    tag = "access",
    params(("email" = String, Path, description = "the account's address")),
    responses((status = 204, description = "signed out"), CommonProblems),
    security(("bearer" = []))
)]
#[delete("/users/{email}/sessions")]
pub async fn delete_user_sessions(
    caller: Caller,
    email: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    web::block(move || registry.end_sessions_of(&caller.0, &email)).await??;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a second factor away that was lost, and signs its owner out everywhere.
#[utoipa::path(
    operation_id = "delete_user_totp",
    tag = "access",
    params(("email" = String, Path, description = "the account's address")),
    responses((status = 200, description = "the account without it", body = UserView), CommonProblems),
    security(("bearer" = []))
)]
#[delete("/users/{email}/totp")]
pub async fn delete_user_totp(
    caller: Caller,
    email: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let account = web::block(move || registry.remove_second_factor_of(&caller.0, &email)).await??;
    Ok(represented(account))
}

fn represented(account: Account) -> HttpResponse {
    private(HttpResponse::Ok()).json(UserView::from(account))
}

//! `/clients`: service clients, for those who manage them.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{key_cursor, private, secret_body};
use crate::domain::access::Right;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems, limit};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::clients::{NewClient, ServiceClient};

/// A service client.
#[derive(Serialize, ToSchema)]
#[schema(as = Client)]
pub struct ClientView {
    /// `client_id` at `/auth/token`.
    id: String,
    name: String,
    #[schema(example = json!(["public", "internal:35.15", "changes"]))]
    scopes: Vec<String>,
    created_by: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    /// When it last had a token.
    last_used_at: Option<DateTime<Utc>>,
    /// How much it may ask for; null: as much as anybody.
    #[schema(example = 50)]
    requests_per_second: Option<u32>,
}

impl From<ServiceClient> for ClientView {
    fn from(client: ServiceClient) -> Self {
        let ServiceClient { id, name, scopes, created_by, .. } = client;
        let ServiceClient { created_at, expires_at, revoked_at, last_used_at, .. } = client;
        let requests_per_second = client.requests_per_second;
        Self {
            id,
            name,
            scopes,
            created_by,
            created_at,
            expires_at,
            revoked_at,
            last_used_at,
            requests_per_second,
        }
    }
}

/// A page of service clients.
#[derive(Serialize, ToSchema)]
pub struct ClientList {
    items: Vec<ClientView>,
    /// Path of the next page; null on the last.
    next: Option<String>,
}

/// A system that is to be a service client.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientCreate {
    #[schema(example = "Satu Data Sidoarjo")]
    name: String,
    /// `public`, `internal:AREA` with one area at most, `changes`.
    #[schema(example = json!(["public", "internal:35.15", "changes"]))]
    scopes: Vec<String>,
    /// Three years from now at most.
    expires_at: DateTime<Utc>,
}

/// What is to be another way.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientPatch {
    /// 1 to 1,000, ten times as many at once; null: as much as anybody.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(example = 50, required = true)]
    requests_per_second: Option<u32>,
}

/// A client with its secret.
#[derive(Serialize, ToSchema)]
pub struct ClientWithSecret {
    #[serde(flatten)]
    client: ClientView,
    /// Told here only.
    client_secret: String,
}

/// Service clients, oldest first: those whose area lies in the caller's.
#[utoipa::path(
    operation_id = "list_clients",
    tag = "access",
    params(
        ("limit" = Option<u32>, Query, description = "most items of a page, 1 to 1000"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = ClientList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/clients")]
pub async fn list_clients(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let mut taken = Taken::of(request.query_string())?;
    let after = taken.read("cursor", None, |text| key_cursor::read(text).map(Some));
    let limit = limit(&mut taken);
    taken.finish()?;
    let page = web::block(move || registry.clients(&caller.0, after.as_deref(), limit)).await??;
    let next = page.next.map(|id| key_cursor::next_link(&request, &id)).transpose()?;
    let items = page.items.into_iter().map(ClientView::from).collect();
    Ok(private(HttpResponse::Ok()).json(ClientList { items, next }))
}

/// Makes a service client.
#[utoipa::path(
    operation_id = "create_client",
    tag = "access",
    request_body = ClientCreate,
    responses((status = 201, description = "made", body = ClientWithSecret), WriteProblems),
    security(("bearer" = []))
)]
#[post("/clients")]
pub async fn create_client(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let ClientCreate { name, scopes, expires_at } = secret_body(&body)?;
    let new = NewClient { name, scopes, expires_at };
    let (client, secret) = web::block(move || registry.create_client(&caller.0, &new)).await??;
    let location = format!("{}/{}", request.path(), client.id);
    Ok(private(HttpResponse::Created())
        .insert_header((header::LOCATION, location))
        .json(ClientWithSecret { client: client.into(), client_secret: secret }))
}

/// A service client.
#[utoipa::path(
    operation_id = "get_client",
    tag = "access",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "a client", body = ClientView), CommonProblems),
    security(("bearer" = []))
)]
#[get("/clients/{id}")]
pub async fn get_client(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let client = web::block(move || registry.client(&caller.0, &id)).await??;
    Ok(private(HttpResponse::Ok()).json(ClientView::from(client)))
}

/// Sets how much a client may ask for, from its next request on.
#[utoipa::path(
    operation_id = "patch_client",
    tag = "access",
    params(("id" = Uuid, Path, description = "its id")),
    request_body = ClientPatch,
    responses((status = 200, description = "as it is now", body = ClientView), WriteProblems),
    security(("bearer" = []))
)]
#[patch("/clients/{id}")]
pub async fn patch_client(
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let ClientPatch { requests_per_second } = secret_body(&body)?;
    let client =
        web::block(move || registry.limit_client(&caller.0, &id, requests_per_second)).await??;
    Ok(private(HttpResponse::Ok()).json(ClientView::from(client)))
}

/// Gives a client another secret; the one before it ends, with every token had by it.
#[utoipa::path(
    operation_id = "replace_client_secret",
    tag = "access",
    params(("id" = Uuid, Path, description = "the client's id")),
    responses((status = 200, description = "the client with its new secret", body = ClientWithSecret), WriteProblems),
    security(("bearer" = []))
)]
#[post("/clients/{id}/secret")]
pub async fn replace_client_secret(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let (client, secret) =
        web::block(move || registry.renew_client_secret(&caller.0, &id)).await??;
    let renewed = ClientWithSecret { client: client.into(), client_secret: secret };
    Ok(private(HttpResponse::Ok()).json(renewed))
}

/// Revokes a client: it and every token that it has end at once.
#[utoipa::path(
    operation_id = "delete_client",
    tag = "access",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "the client, revoked", body = ClientView), CommonProblems),
    security(("bearer" = []))
)]
#[delete("/clients/{id}")]
pub async fn delete_client(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageAccess)?;
    let client = web::block(move || registry.revoke_client(&caller.0, &id)).await??;
    Ok(private(HttpResponse::Ok()).json(ClientView::from(client)))
}

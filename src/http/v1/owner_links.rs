//! `/owner-links`: links by which owners see and correct their records, as staff make and end them.

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::enterprises::json;
use super::private;
use crate::domain::access::Right;
use crate::domain::fault::{Expected, Fault};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems};
use crate::http::peer::Peer;
use crate::http::problem::ApiError;
use crate::registry::owner_links::{NewLink, OwnerLink};
use crate::registry::writing::private_from_json;
use crate::registry::{Registry, RegistryError};

/// For whom a link is made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerLinkCreate {
    /// The enterprise's id.
    enterprise: Uuid,
    /// Name of one of its owners, as it stands there.
    owner: String,
    /// Days that the link is good for; 30 unless told.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 90)]
    days: Option<u32>,
}

/// A link; its token is told when it is made and never again.
#[derive(Serialize, ToSchema)]
pub struct OwnerLinkView {
    id: Uuid,
    enterprise: Uuid,
    /// For which of the owners.
    owner: String,
    created_by: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    /// Also where the record was closed, moved, merged, or a person erased.
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    uses: i32,
    /// Neither over nor revoked.
    good: bool,
}

impl From<OwnerLink> for OwnerLinkView {
    fn from(link: OwnerLink) -> Self {
        Self {
            id: link.id,
            enterprise: link.enterprise_id,
            owner: link.owner,
            created_by: link.created_by,
            created_at: link.created_at,
            expires_at: link.expires_at,
            revoked_at: link.revoked_at,
            last_used_at: link.last_used_at,
            uses: link.uses,
            good: link.good,
        }
    }
}

/// A new link with its token.
#[derive(Serialize, ToSchema)]
pub struct OwnerLinkMade {
    #[serde(flatten)]
    link: OwnerLinkView,
    /// Path of the page, with the token after `#`: browsers send that to no server.
    #[schema(example = "/pemilik#uJ8q…")]
    url: String,
    /// The whole address, for a QR code.
    #[schema(example = "https://sentra.contoh.id/pemilik#uJ8q…")]
    qr: String,
}

/// The links of an enterprise.
#[derive(Serialize, ToSchema)]
pub struct OwnerLinkList {
    /// The newest first.
    items: Vec<OwnerLinkView>,
}

/// Makes a link by which one owner sees, corrects and consents without an account: for who may
/// write the record. At most five links of a record are good at a time.
#[utoipa::path(
    operation_id = "create_owner_link",
    tag = "owner links",
    request_body = OwnerLinkCreate,
    responses((status = 201, description = "made", body = OwnerLinkMade), WriteProblems),
    security(("bearer" = []))
)]
#[post("/owner-links")]
pub async fn create_owner_link(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteRecords)?;
    let OwnerLinkCreate { enterprise, owner, days } = private_from_json(json(&body)?, "")?;
    let new = NewLink { enterprise, owner, days };
    let (link, token) = web::block(move || registry.create_owner_link(&caller.0, &new)).await??;
    let location = format!("{}/{}", request.path(), link.id);
    let url = format!("/pemilik#{token}");
    let qr = format!("{}{url}", origin(&request));
    Ok(private(HttpResponse::Created())
        .insert_header((header::LOCATION, location))
        .json(OwnerLinkMade { link: link.into(), url, qr }))
}

/// The links of an enterprise: for who may write it.
#[utoipa::path(
    operation_id = "list_owner_links",
    tag = "owner links",
    params(("enterprise" = Uuid, Query, description = "the enterprise's id")),
    responses((status = 200, description = "its links", body = OwnerLinkList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/owner-links")]
pub async fn list_owner_links(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteRecords)?;
    let mut taken = Taken::of(request.query_string())?;
    let enterprise = match taken.text("enterprise").unwrap_or_default().parse::<Uuid>() {
        Ok(id) => Some(id),
        Err(_) => {
            let fault = Fault::Malformed { value: "…".into(), expected: Expected::Uuid };
            taken.fault("enterprise", fault);
            None
        }
    };
    taken.finish()?;
    let enterprise = enterprise.unwrap_or_default();
    let links = web::block(move || registry.owner_links(&caller, enterprise)).await??;
    let items = links.into_iter().map(OwnerLinkView::from).collect();
    Ok(private(HttpResponse::Ok()).json(OwnerLinkList { items }))
}

/// Ends a link at once: for who may write its record.
#[utoipa::path(
    operation_id = "delete_owner_link",
    tag = "owner links",
    params(("id" = Uuid, Path, description = "the link's id")),
    responses((status = 200, description = "the link, revoked", body = OwnerLinkView), CommonProblems),
    security(("bearer" = []))
)]
#[delete("/owner-links/{id}")]
pub async fn delete_owner_link(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteRecords)?;
    let none = |_| RegistryError::DocumentNotFound { entity: "owner_link", id: String::new() };
    let id: Uuid = id.parse().map_err(none)?;
    let link = web::block(move || registry.revoke_owner_link(&caller.0, id)).await??;
    Ok(private(HttpResponse::Ok()).json(OwnerLinkView::from(link)))
}

/// The address at which the caller reaches the service, as far as the request tells it.
fn origin(request: &HttpRequest) -> String {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let https = request.extensions().get::<Peer>().is_some_and(|peer| peer.https);
    let scheme = if https { "https" } else { "http" };
    host.map(|host| format!("{scheme}://{host}")).unwrap_or_default()
}

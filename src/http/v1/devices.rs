//! `/devices`: phones that collect in the field, each with a key of its own.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{private, secret_body};
use crate::domain::access::Right;
use crate::exchange::openrosa::settings_code;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, WriteProblems};
use crate::http::problem::ApiError;
use crate::http::represent::origin;
use crate::registry::campaigns::Device;
use crate::registry::{Registry, RegistryError};

/// A phone.
#[derive(Serialize, ToSchema)]
#[schema(as = Device)]
pub struct DeviceView {
    id: Uuid,
    /// E-mail address of the account that it collects for.
    enumerator: String,
    label: String,
    created_by: String,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl TryFrom<Device> for DeviceView {
    type Error = RegistryError;
    fn try_from(device: Device) -> Result<Self, RegistryError> {
        Ok(Self {
            id: device.id.parse().map_err(|_| RegistryError::Internal("ids are UUIDs"))?,
            enumerator: device.enumerator,
            label: device.label,
            created_by: device.created_by,
            created_at: device.created_at,
            last_used_at: device.last_used_at,
            revoked_at: device.revoked_at,
        })
    }
}

/// Phones, the newest first.
#[derive(Serialize, ToSchema)]
pub struct DeviceList {
    items: Vec<DeviceView>,
}

/// A phone that is to have a key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceCreate {
    /// E-mail address of the account that it collects for.
    enumerator: String,
    #[schema(example = "Samsung A05, biru")]
    label: String,
}

/// A phone with its key.
#[derive(Serialize, ToSchema)]
pub struct DeviceWithKey {
    #[serde(flatten)]
    device: DeviceView,
    /// The server's address for ODK Collect or KoboCollect; it holds the key and is told here only.
    server_url: String,
    /// The text of the settings code (QR) that ODK Collect scans; likewise.
    settings: String,
}

/// Phones of those whom the caller leads; of an enumerator, their own.
#[utoipa::path(
    operation_id = "list_devices",
    tag = "campaigns",
    responses((status = 200, description = "the newest first", body = DeviceList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/devices")]
pub async fn list_devices(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    Taken::of(request.query_string())?.finish()?;
    let devices = web::block(move || registry.devices(&caller.0)).await??;
    let items = devices.into_iter().map(DeviceView::try_from).collect::<Result<_, _>>()?;
    Ok(private(HttpResponse::Ok()).json(DeviceList { items }))
}

/// Gives a phone a key.
#[utoipa::path(
    operation_id = "create_device",
    tag = "campaigns",
    request_body = DeviceCreate,
    responses((status = 201, description = "made", body = DeviceWithKey), WriteProblems),
    security(("bearer" = []))
)]
#[post("/devices")]
pub async fn create_device(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ManageCampaigns)?;
    let DeviceCreate { enumerator, label } = secret_body(&body)?;
    let made = web::block(move || registry.create_device(&caller.0, &enumerator, &label)).await??;
    let server_url = format!("{}/openrosa/key/{}", origin(&request), made.key);
    let settings = settings_code(&server_url, "Sentra");
    let device = DeviceView::try_from(made.device)?;
    let location = format!("{}/{}", request.path(), device.id);
    Ok(private(HttpResponse::Created())
        .insert_header((header::LOCATION, location))
        .json(DeviceWithKey { device, server_url, settings }))
}

/// Takes a phone's key away, at once and for good.
#[utoipa::path(
    operation_id = "delete_device",
    tag = "campaigns",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 204, description = "it opens nothing any more"), CommonProblems),
    security(("bearer" = []))
)]
#[delete("/devices/{id}")]
pub async fn delete_device(
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let id = super::campaigns::id_of("device", &id)?;
    web::block(move || registry.revoke_device(&caller.0, id)).await??;
    Ok(private(HttpResponse::NoContent()).finish())
}

//! `/areas`

use actix_web::{HttpResponse, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::{Fault, FieldFault};
use crate::http::parameters::WriteProblems;
use crate::http::problem::ApiError;
use crate::registry::{Registry, RegistryError};

/// A stored area.
#[derive(Serialize, ToSchema)]
pub struct StoredArea {
    /// For `area=ID`.
    id: String,
    /// Its GeoJSON, checked.
    #[schema(value_type = Object)]
    geometry: geojson::Geometry,
}

/// Keeps a polygon so that any filter can name it: `area=ID`. The same polygon has the same id.
#[utoipa::path(
    operation_id = "create_area",
    tag = "regions",
    request_body(description = "a GeoJSON Polygon, MultiPolygon, or a Feature of one; at most 2,000 vertices", content((Object = "application/geo+json"), (Object = "application/json"))),
    responses((status = 201, description = "kept", body = StoredArea), WriteProblems),
)]
#[post("/areas")]
pub async fn create_area(
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let geojson: geojson::GeoJson = serde_json::from_slice(&body).map_err(|error| {
        let fault = Fault::Unreadable { message: error.to_string() };
        RegistryError::BadParameters(vec![FieldFault::new("body", fault)])
    })?;
    let (id, area) = web::block(move || registry.put_area(&geojson)).await??;
    Ok(HttpResponse::Created().json(StoredArea { id, geometry: area.to_geojson() }))
}

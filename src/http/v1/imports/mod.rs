//! `/imports`: lists that were uploaded, what their columns are taken for, and what became of them.

mod represented;
pub mod rows;
pub mod steps;
pub mod upload;

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use strum::VariantArray;
use utoipa::ToSchema;
use uuid::Uuid;

use self::represented::{ImportItem, ImportView};
use super::revisions::private;
use crate::domain::access::Right;
use crate::domain::fault::{Expected, Fault};
use crate::exchange::mapping::Field;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, limit};
use crate::http::problem::ApiError;
use crate::http::represent::language;
use crate::registry::{Registry, RegistryError};

/// A page of the log of imports, the newest first.
#[derive(Serialize, ToSchema)]
pub struct ImportList {
    items: Vec<ImportItem>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    matched: usize,
}

/// What a column of a list may be.
#[derive(Serialize, ToSchema)]
pub struct ImportFieldList {
    items: Vec<ImportField>,
}

/// A field that a column of a list may fill; `ignored`: of no use.
#[derive(Serialize, ToSchema)]
pub struct ImportField {
    #[schema(example = "owner")]
    field: &'static str,
    #[schema(example = "nama pemilik")]
    label: &'static str,
    #[schema(example = "owner's name")]
    label_en: &'static str,
}

/// Imports that the caller sees: their own and, for who decides, those of their area; for auditors
/// those of theirs.
#[utoipa::path(
    operation_id = "list_imports",
    tag = "imports",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = ImportList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/imports")]
pub async fn list_imports(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    require_sight(&caller)?;
    let mut taken = Taken::of(request.query_string())?;
    let limit = limit(&mut taken);
    let below = taken.read("cursor", None, |text| {
        let malformed = |_| Fault::Malformed { value: text.into(), expected: Expected::Cursor };
        text.parse().map(Some).map_err(malformed)
    });
    taken.finish()?;
    let page = web::block(move || registry.imports(&caller.0, below, limit)).await??;
    let next = page.next.map(|key| super::enterprises::next_link(&request, &key.to_string()));
    let lang = language(&request);
    let items = page.items.into_iter().map(|import| ImportItem::of(import, lang)).collect();
    Ok(private().json(ImportList { items, next: next.transpose()?, matched: page.matched }))
}

/// What a column of a list may be.
#[utoipa::path(
    operation_id = "list_import_fields",
    tag = "imports",
    responses((status = 200, description = "the fields", body = ImportFieldList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/imports/fields")]
pub async fn list_import_fields(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ImportLists)?;
    let field = |field: &Field| ImportField {
        field: field.name(),
        label: field.label(),
        label_en: field.label_en(),
    };
    let items = Field::VARIANTS.iter().map(field).collect();
    Ok(private().json(ImportFieldList { items }))
}

/// An import, with what its columns are taken for and some of what stands in them.
#[utoipa::path(
    operation_id = "get_import",
    tag = "imports",
    params(("id" = Uuid, Path, description = "its id")),
    responses((status = 200, description = "an import", body = ImportView), CommonProblems),
    security(("bearer" = []))
)]
#[get("/imports/{id}")]
pub async fn get_import(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    require_sight(&caller)?;
    let id = import_id(&id)?;
    let import = web::block(move || registry.import_of(&caller, id)).await??;
    Ok(private().json(ImportView::of(import, language(&request))))
}

/// Whether imports are theirs to see at all.
fn require_sight(caller: &Caller) -> Result<(), ApiError> {
    if caller.0.may(Right::ReadLog) { Ok(()) } else { caller.require(Right::ImportLists) }
}

fn import_id(text: &str) -> Result<Uuid, RegistryError> {
    let none = |_| RegistryError::DocumentNotFound { entity: "import", id: String::new() };
    text.parse().map_err(none)
}

/// Has a thread do what imports are asked for.
fn work(registry: web::Data<Registry>) {
    let thread = std::thread::Builder::new().name("sentra-import".to_owned());
    let begun = thread.spawn(move || {
        if let Err(error) = registry.work_on_imports() {
            tracing::error!(%error, "imports were not worked on");
        }
    });
    if let Err(error) = begun {
        // The next look at what waits finds it.
        tracing::warn!(%error, "an import has no thread");
    }
}

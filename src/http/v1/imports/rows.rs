//! `/imports/{id}/rows`: what became of each row.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use serde_json::value::RawValue;
use strum::VariantNames;
use utoipa::ToSchema;
use uuid::Uuid;

use super::import_id;
use crate::domain::access::Right;
use crate::domain::fault::{Expected, Fault};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, limit};
use crate::http::problem::ApiError;
use crate::http::v1::revisions::private;
use crate::registry::Registry;
use crate::registry::import::RowOutcome;
use crate::registry::imports::{RowQuery, RunKind};

/// A page of a report.
#[derive(Serialize, ToSchema)]
pub struct ImportRowList {
    #[schema(value_type = Vec<ImportRow>)]
    items: Vec<Box<RawValue>>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    matched: usize,
}

/// What became of a row; of an undo, why a record was skipped.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of what is stored, for the document")]
pub struct ImportRow {
    /// As a person counts it in the file; 0 of an undo.
    row: usize,
    sheet: Option<String>,
    outcome: RowOutcome,
    /// Of the record.
    id: Option<Uuid>,
    messages: Vec<ImportMessage>,
}

/// Something a person should know of a row.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of what is stored, for the document")]
pub struct ImportMessage {
    /// The column's header, or the field where no column is to blame.
    field: String,
    #[schema(example = "F12")]
    cell: Option<String>,
    /// As it stands there; stars for restricted values.
    value: String,
    #[schema(example = "digits_lost")]
    code: String,
    /// In Indonesian: reports go back to the offices.
    text: String,
    /// What to write instead, where that is known.
    #[schema(required = false)]
    suggestion: Option<String>,
}

/// What became of each row of the last run, or would.
#[utoipa::path(
    operation_id = "list_import_rows",
    tag = "imports",
    params(
        ("id" = Uuid, Path, description = "the import's id"),
        ("run" = inline(Option<RunKind>), Query, description = "`result` unless told"),
        ("outcome" = Option<Vec<RowOutcome>>, Query, style = Form, explode = false, description = "any of these outcomes"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = ImportRowList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/imports/{id}/rows")]
pub async fn list_import_rows(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ImportLists)?;
    let id = import_id(&id)?;
    let mut taken = Taken::of(request.query_string())?;
    let query = RowQuery {
        run: taken.read("run", RunKind::default(), |text| code(text, RunKind::VARIANTS)),
        outcomes: taken.read("outcome", Vec::new(), |text| {
            text.split(',').map(|text| code(text, RowOutcome::VARIANTS)).collect()
        }),
        after: taken.read("cursor", None, |text| {
            let malformed = || Fault::Malformed { value: text.into(), expected: Expected::Cursor };
            let (piece, place) = text.split_once('.').ok_or_else(malformed)?;
            let both = piece.parse().ok().zip(place.parse().ok());
            both.map(Some).ok_or_else(malformed)
        }),
        limit: limit(&mut taken),
    };
    taken.finish()?;
    let page = web::block(move || registry.import_rows(&caller, id, &query)).await??;
    let next = page.next.map(|(piece, place)| {
        crate::http::v1::enterprises::next_link(&request, &format!("{piece}.{place}"))
    });
    Ok(private().json(ImportRowList {
        items: page.items,
        next: next.transpose()?,
        matched: page.matched,
    }))
}

/// A code of a closed set.
fn code<T: std::str::FromStr>(text: &str, all: &[&str]) -> Result<T, Fault> {
    let unknown = |_| Fault::UnknownCode { value: text.to_owned(), allowed: all.join(", ") };
    text.parse().map_err(unknown)
}

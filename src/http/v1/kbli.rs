//! `/kbli`: the industrial classification in its editions.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::cached;
use crate::domain::fault::{Expected, Fault};
use crate::domain::kbli::KbliEntry;
use crate::http::parameters::{CommonProblems, Taken};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::classification::Correspondence;

/// A code of the industrial classification.
#[derive(Serialize, ToSchema)]
pub struct KbliView {
    #[schema(example = "2020")]
    edition: String,
    #[schema(example = "15201")]
    code: String,
    title: String,
}

impl From<&KbliEntry> for KbliView {
    fn from(entry: &KbliEntry) -> Self {
        let KbliEntry { edition, code, title } = entry.clone();
        Self { edition, code, title }
    }
}

/// KBLI codes, ordered by edition and code.
#[derive(Serialize, ToSchema)]
pub struct KbliList {
    items: Vec<KbliView>,
    next: Option<String>,
    matched: usize,
}

/// A code of the industrial classification with what it is in other editions.
#[derive(Serialize, ToSchema)]
pub struct KbliDetail {
    #[serde(flatten)]
    entry: KbliView,
    /// The first day of the edition, where it is known.
    valid_from: Option<NaiveDate>,
    /// The first day of the edition after it, where there is one and it is known.
    valid_to: Option<NaiveDate>,
    /// Codes of other editions that stand for the same or a part of it, by edition and code.
    corresponds_to: Vec<KbliCorrespondence>,
}

/// A code of another edition.
#[derive(Serialize, ToSchema)]
pub struct KbliCorrespondence {
    #[schema(example = "2025")]
    edition: String,
    #[schema(example = "15201")]
    code: String,
    /// Null where the code itself was not imported.
    title: Option<String>,
}

impl From<Correspondence> for KbliCorrespondence {
    fn from(other: Correspondence) -> Self {
        let Correspondence { edition, code, title } = other;
        Self { edition, code, title }
    }
}

/// The codes of the industrial classification (KBLI) that are loaded.
#[utoipa::path(
    operation_id = "list_kbli",
    tag = "codes",
    params(
        ("edition" = Option<String>, Query, description = "e.g. `2020` or `2025`"),
        ("prefix" = Option<String>, Query, description = "only codes that begin so"),
    ),
    responses((status = 200, description = "the codes", body = KbliList), CommonProblems),
)]
#[get("/kbli")]
pub async fn list_kbli(
    request: HttpRequest,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let reference = registry.reference();
    let mut taken = Taken::of(request.query_string())?;
    let edition = taken.read("edition", None, |text| {
        let (value, allowed) = (text.to_owned(), reference.kbli.edition_names());
        if reference.kbli.knows(text) {
            Ok(Some(value))
        } else {
            Err(Fault::UnknownCode { value, allowed })
        }
    });
    let prefix = taken.read("prefix", String::new(), |text| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let value = text.to_owned();
        if digits { Ok(value) } else { Err(Fault::Malformed { value, expected: Expected::Kbli }) }
    });
    taken.finish()?;
    let wanted = |entry: &&KbliEntry| {
        edition.as_ref().is_none_or(|edition| entry.edition == *edition)
            && entry.code.starts_with(&prefix)
    };
    let items: Vec<KbliView> =
        reference.kbli.entries().iter().filter(wanted).map(KbliView::from).collect();
    let matched = items.len();
    Ok(cached().json(KbliList { items, next: None, matched }))
}

/// One code of the industrial classification, and what it is in other editions.
#[utoipa::path(
    operation_id = "get_kbli",
    tag = "codes",
    params(
        ("edition" = String, Path, description = "e.g. `2020`"),
        ("code" = String, Path, description = "two to five digits"),
    ),
    responses((status = 200, description = "the code", body = KbliDetail), CommonProblems),
)]
#[get("/kbli/{edition}/{code}")]
pub async fn get_kbli(
    path: web::Path<(String, String)>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let (edition, code) = path.into_inner();
    let found = web::block(move || registry.kbli(&edition, &code)).await??;
    Ok(cached().json(KbliDetail {
        entry: KbliView::from(&found.entry),
        valid_from: found.valid_from,
        valid_to: found.valid_to,
        corresponds_to: found.corresponds_to.into_iter().map(KbliCorrespondence::from).collect(),
    }))
}

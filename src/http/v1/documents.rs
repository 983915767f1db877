//! What `/cooperatives`, `/sentra` and `/observations` share: a small document, listed by name,
//! with revisions.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::value::RawValue;

use super::enterprises::{caching, if_match, json, malformed, reason_parameter, with_tier};
use crate::domain::access::Right;
use crate::domain::document::Document;
use crate::domain::fault::{Expected, Fault};
use crate::http::caller::Caller;
use crate::http::parameters::{Taken, limit};
use crate::http::problem::ApiError;
use crate::registry::documents::{DocumentChange, ListedBy, SeenDocument, draft_of};
use crate::registry::{Registry, RegistryError};

/// A page of a list, and the path of the next.
#[derive(Serialize)]
struct DocumentList {
    items: Vec<Box<RawValue>>,
    next: Option<String>,
    matched: i64,
}

/// The schema of a page of some kind.
macro_rules! page_schema {
    ($(#[$meta:meta])* $name:ident of $item:ty) => {
        $(#[$meta])*
        #[derive(utoipa::ToSchema)]
        #[expect(dead_code, reason = "only the shape of what `documents::list` writes")]
        pub struct $name {
            items: Vec<$item>,
            /// Path of the next page; null on the last.
            next: Option<String>,
            /// How many there are in all.
            matched: i64,
        }
    };
}
pub(super) use page_schema;

/// The kind of filter that a list's own parameter is.
#[derive(Clone, Copy)]
pub struct SubjectParameter {
    pub name: &'static str,
    pub read: fn(&str) -> Result<String, Fault>,
}

/// A page of documents: `region`, `q`, `limit`, `cursor` and the kind's own parameter.
pub async fn list<D: Document + 'static>(
    request: HttpRequest,
    caller: Caller,
    subject: SubjectParameter,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    let region = taken.read("region", None, |text| {
        let expected = Expected::RegionCode;
        let malformed = || Fault::Malformed { value: text.to_owned(), expected };
        text.parse().map(Some).map_err(|()| malformed())
    });
    let by = ListedBy {
        region,
        subject: taken.read(subject.name, None, |text| (subject.read)(text).map(Some)),
        q: taken.text("q"),
        after: taken.read("cursor", None, |text| decoded(text).map(Some)),
        limit: limit(&mut taken),
    };
    taken.finish()?;
    let page = web::block(move || registry.list_documents::<D>(&caller, &by)).await??;
    let next = page.next.map(|(name, id)| next_link(&request, &name, &id)).transpose()?;
    let items = page.items.iter().map(tiered).collect::<Result<_, _>>()?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, caching(&request)));
    Ok(response.json(DocumentList { items, next, matched: page.matched }))
}

fn decoded(cursor: &str) -> Result<(String, String), Fault> {
    let malformed = || Fault::Malformed { value: cursor.to_owned(), expected: Expected::Cursor };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| malformed())?;
    serde_json::from_slice(&bytes).map_err(|_| malformed())
}

fn next_link(request: &HttpRequest, name: &str, id: &str) -> Result<String, RegistryError> {
    let cursor = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(name, id))?);
    super::enterprises::next_link(request, &cursor)
}

/// One document.
pub async fn get<D: Document + 'static>(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let seen = web::block(move || registry.document::<D>(&caller, &id)).await??;
    represented(HttpResponse::Ok(), &request, &seen)
}

/// Creates a document.
pub async fn create<D: Document + 'static>(
    request: HttpRequest,
    caller: Caller,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError>
where
    D::Draft: Send,
{
    caller.require(Right::WriteDocuments)?;
    let draft = draft_of::<D>(json(&body)?)?;
    let seen = web::block(move || registry.create_document::<D>(&caller.0, draft)).await??;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("{}/{}", request.path(), seen.id)));
    represented(response, &request, &seen)
}

/// Changes a document by a merge patch.
pub async fn patch<D: Document + 'static>(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: web::Bytes,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteDocuments)?;
    let patch = json(&body)?;
    if !patch.is_object() {
        return Err(malformed("body", "…", Expected::Json).into());
    }
    change::<D>(request, caller, id, DocumentChange::Merge(patch), registry).await
}

/// Closes a document.
pub async fn close<D: Document + 'static>(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::WriteDocuments)?;
    let reason = reason_parameter(&request)?;
    change::<D>(request, caller, id, DocumentChange::Close { reason }, registry).await
}

async fn change<D: Document + 'static>(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    change: DocumentChange,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let if_match = if_match(&request)?;
    let seen = web::block(move || registry.change_document::<D>(&caller.0, &id, if_match, change))
        .await??;
    represented(HttpResponse::Ok(), &request, &seen)
}

fn represented(
    mut response: HttpResponseBuilder,
    request: &HttpRequest,
    seen: &SeenDocument,
) -> Result<HttpResponse, ApiError> {
    let tier = if seen.internal { "" } else { "p" };
    response.insert_header((header::ETAG, format!("\"{}{tier}\"", seen.revision)));
    response.insert_header((header::CACHE_CONTROL, caching(request)));
    Ok(response.json(tiered(seen)?))
}

fn tiered(seen: &SeenDocument) -> Result<Box<RawValue>, RegistryError> {
    with_tier(&seen.document, seen.internal)
}

/// A code of small letters, digits and strokes, or an id: a value that cannot be one finds nothing.
pub fn code_text(text: &str) -> Result<String, Fault> {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !text.is_empty() && text.len() <= 100 && text.bytes().all(fine) {
        Ok(text.to_owned())
    } else {
        Err(Fault::UnknownCode { value: text.to_owned(), allowed: String::new() })
    }
}

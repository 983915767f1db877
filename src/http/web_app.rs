//! The web app, out of the binary.

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;

use crate::domain::text::hex;

/// What `npm run build` made in `web/`. Empty in a build without it: the API works all the same.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// The file of the web app at a path; its first page at `/`. None if there is none.
pub fn file(request: &HttpRequest) -> Option<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let path = request.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let file = Dist::get(path)?;
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]));
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known == tag.as_str()) {
        return Some(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    // Vite puts a hash of the content into the names under assets/.
    let caching = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let response = HttpResponse::Ok()
        .content_type(mime_guess::from_path(path).first_or_octet_stream())
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::ETAG, tag))
        .body(file.data.into_owned());
    Some(response)
}

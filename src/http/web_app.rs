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

/// First words of the addresses that are pages of the web app: `/sentra`, `/sentra/{id}`.
const PAGES: [&str; 13] = [
    "sentra",
    "koperasi",
    "akun",
    "pengguna",
    "catatan",
    "impor",
    "duplikat",
    "pendataan",
    "rilis",
    "produk",
    "meja",
    "data",
    OWNERS,
];
/// The page that an owner's link opens.
const OWNERS: &str = "pemilik";
/// The map alone, for pages of other sites: a page of its own, which knows nobody.
const EMBEDDED: &str = "/embed";

fn is_page(path: &str) -> bool {
    let mut words = path.split('/');
    path.is_empty()
        || (words.next().is_some_and(|first| PAGES.contains(&first)) && words.count() <= 1)
}

/// Whether it is the page of owners, which nobody keeps and which tells no other where it was.
pub fn is_owners(path: &str) -> bool {
    path.trim_start_matches('/').split('/').next() == Some(OWNERS)
}

/// Whether it is the page that other sites may frame.
pub fn is_embedded(path: &str) -> bool {
    path == EMBEDDED
}

/// The name of the file at a path; at the address of a page, the app's.
fn name(path: &str) -> &str {
    if is_embedded(path) {
        return "embed.html";
    }
    let path = path.trim_start_matches('/');
    if is_page(path) { "index.html" } else { path }
}

/// Whether the web app has something at a path.
pub fn has(path: &str) -> bool {
    Dist::get(name(path)).is_some()
}

/// The file of the web app at a path; at the address of a page, the app. None if there is none.
pub fn file(request: &HttpRequest) -> Option<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let path = name(request.path());
    let file = Dist::get(path)?;
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]));
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known == tag.as_str()) {
        return Some(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    // Vite puts a hash of the content into the names under assets/.
    let caching = if is_owners(request.path()) {
        "private, no-store"
    } else if path.starts_with("assets/") {
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

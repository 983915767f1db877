//! CORS by allow-list: pages of which other sites may read answers. Never with cookies, and never
//! where passwords and cookies are exchanged: those are for the web app alone.

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::config::Origins;
use super::gate::AUTH;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key",
);
/// What scripts may read beside the fields that they always may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, Link, Location, Content-Crs, Content-Disposition, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id",
);
/// Seconds that a browser may remember a preflight: the longest that any does.
const REMEMBERED: HeaderValue = HeaderValue::from_static("7200");
/// What the answer to a preflight depends on.
const PREFLIGHT_VARY: HeaderValue = HeaderValue::from_static(
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
);

/// The origin that may read the answer to a request, as it is told to the browser.
pub fn allowed(origins: &Origins, request: &ServiceRequest) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    if request.path().starts_with(AUTH) {
        return None;
    }
    match origins {
        Origins::None => None,
        Origins::Listed(listed) => listed.contains(origin).then(|| origin.clone()),
        Origins::Any => Some(HeaderValue::from_static("*")),
    }
}

/// Whether answers differ by who asks, for caches.
pub fn varies(origins: &Origins) -> bool {
    matches!(origins, Origins::Listed(_))
}

/// The answer to a browser that asks before it sends the request itself.
pub fn preflight(request: &ServiceRequest) -> Option<HttpResponse> {
    let asked = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let preflight = *request.method() == Method::OPTIONS && asked;
    preflight.then(|| {
        HttpResponse::NoContent()
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, REMEMBERED))
            .insert_header((header::VARY, PREFLIGHT_VARY))
            .finish()
    })
}

/// Lets pages of the origin read an answer.
pub fn allow(origin: &HeaderValue, headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Who may embed what the server answers, without reading it.
pub fn embedding(origins: &Origins) -> (HeaderName, HeaderValue) {
    let policy = if *origins == Origins::Any { "cross-origin" } else { "same-origin" };
    (header::CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static(policy))
}

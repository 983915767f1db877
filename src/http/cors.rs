//! CORS: pages of which other sites may read answers. With a token those of a list; without one, what
//! anybody may read, those of every site unless the operator says otherwise. Never with cookies, and
//! never where passwords and cookies are exchanged: those are for the web app alone.

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::config::{Config, Origins};
use super::gate::AUTH;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key",
);
/// What scripts may read beside the fields that they always may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, Link, Location, Content-Crs, Content-Disposition, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id",
);
const ANY: HeaderValue = HeaderValue::from_static("*");
/// Where there is something for everybody.
const OPEN: [&str; 4] = ["/api/v1/", "/ogc", "/catalog.json", "/openapi.json"];
/// Seconds that a browser may remember a preflight: the longest that any does.
const REMEMBERED: HeaderValue = HeaderValue::from_static("7200");
/// What the answer to a preflight depends on.
const PREFLIGHT_VARY: HeaderValue = HeaderValue::from_static(
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
);

/// The origin that may read the answer to a request, as it is told to the browser.
pub fn allowed(config: &Config, request: &ServiceRequest) -> Option<HeaderValue> {
    if request.path().starts_with(AUTH) {
        return None;
    }
    let with_token = listed(&config.origins, request);
    if with_token.is_some() || !is_anonymous(request) {
        return with_token;
    }
    match &config.embedders {
        // Also to who names no origin: a cache may hand the answer on to a page of another site.
        Origins::Any => Some(ANY),
        embedders => listed(embedders, request),
    }
}

fn listed(origins: &Origins, request: &ServiceRequest) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    match origins {
        Origins::None => None,
        Origins::Listed(listed) => listed.contains(origin).then(|| origin.clone()),
        Origins::Any => Some(ANY),
    }
}

/// A request that anybody might send, and that nothing comes of but an answer. A page of a site that
/// is not listed sends no other: a browser asks first, and is told nothing.
fn is_anonymous(request: &ServiceRequest) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
        && !request.headers().contains_key(header::AUTHORIZATION)
        && OPEN.iter().any(|path| request.path().starts_with(path))
}

/// Whether answers differ by who asks, for caches.
pub fn varies(config: &Config) -> bool {
    let by_list = |origins: &Origins| matches!(origins, Origins::Listed(_));
    by_list(&config.origins) || by_list(&config.embedders)
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

/// Which sites' pages may frame the embedded map.
pub fn framing(embedders: &Origins) -> String {
    match embedders {
        Origins::None => "'none'".to_owned(),
        Origins::Listed(listed) => {
            let listed: Vec<&str> =
                listed.iter().filter_map(|origin| origin.to_str().ok()).collect();
            format!("'self' {}", listed.join(" "))
        }
        Origins::Any => "*".to_owned(),
    }
}

/// Who may embed what the server answers, without reading it.
pub fn embedding(origins: &Origins) -> (HeaderName, HeaderValue) {
    let policy = if *origins == Origins::Any { "cross-origin" } else { "same-origin" };
    (header::CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static(policy))
}

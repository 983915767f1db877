//! What every answer carries, whatever became of the request.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use tracing_actix_web::RequestId;

use super::cors;
use super::gate::{self, Gate};
use super::peer::Peer;
use super::web_app;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Nothing is loaded from, framed by or sent to another host, nothing is inline; workers are the
/// map library's.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);
/// The map asks where one stands; nothing asks for more.
const PERMISSIONS_POLICY: HeaderValue = HeaderValue::from_static(
    "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), serial=(), hid=(), \
     midi=(), display-capture=(), browsing-topics=()",
);
/// A year; the proxy's other hosts are none of ours.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The fields of one answer that depend on its request.
struct Dress {
    gate: web::Data<Gate>,
    request_id: Option<HeaderValue>,
    https: bool,
    /// Where it comes from is told to no other page, not even to one of this service.
    secretive: bool,
    origin: Option<HeaderValue>,
    /// The page that other sites may frame.
    embedded: bool,
}

impl Dress {
    fn put(&self, headers: &mut HeaderMap) {
        let policy = if self.embedded { self.embedded_policy() } else { CONTENT_SECURITY_POLICY };
        let referrer = if self.secretive { "no-referrer" } else { "same-origin" };
        for (name, value) in [
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::REFERRER_POLICY, HeaderValue::from_static(referrer)),
            (header::PERMISSIONS_POLICY, PERMISSIONS_POLICY),
            (header::CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin")),
            cors::embedding(&self.gate.config.origins),
        ] {
            // A report has a stricter one.
            if name != header::CONTENT_SECURITY_POLICY || !headers.contains_key(&name) {
                headers.insert(name, value);
            }
        }
        // How a handler says that nothing is to be compressed; in an answer it says nothing.
        if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding == "identity") {
            headers.remove(header::CONTENT_ENCODING);
        }
        if self.https {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
        }
        if let Some(id) = &self.request_id {
            headers.insert(REQUEST_ID, id.clone());
        }
        if let Some(origin) = &self.origin {
            cors::allow(origin, headers);
        }
    }

    /// As that of every page, but for who may frame it.
    fn embedded_policy(&self) -> HeaderValue {
        let framing = cors::framing(&self.gate.config.embedders);
        let strict = CONTENT_SECURITY_POLICY;
        let policy = strict.to_str().unwrap_or_default();
        let policy =
            policy.replace("frame-ancestors 'none'", &format!("frame-ancestors {framing}"));
        HeaderValue::from_str(&policy).unwrap_or(strict)
    }
}

/// Adds the fields, and answers preflights.
pub async fn dress<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let gate = Gate::of(&request);
    let dress = Dress {
        https: Peer::note(&request, &gate.config.trusted_proxies).https,
        secretive: web_app::is_owners(request.path()) || gate::is_of_link(request.path()),
        request_id: request_id(&request).and_then(|id| HeaderValue::from_str(&id).ok()),
        origin: cors::allowed(&gate.config, &request),
        embedded: web_app::is_embedded(request.path()),
        gate: gate.clone(),
    };
    if let Some(answer) = dress.origin.as_ref().and_then(|_| cors::preflight(&request)) {
        let mut response = request.into_response(answer).map_into_right_body();
        dress.put(response.headers_mut());
        return Ok(response);
    }
    match next.call(request).await {
        Ok(mut response) => {
            dress.put(response.headers_mut());
            Ok(response.map_into_left_body())
        }
        Err(mut error) => {
            error.add_response_mapper(move |mut response| {
                dress.put(response.headers_mut());
                response
            });
            Err(error)
        }
    }
}

/// The name of a request in its answer, in a problem and in the log.
pub fn request_id(request: &ServiceRequest) -> Option<String> {
    request.extensions().get::<RequestId>().map(ToString::to_string)
}

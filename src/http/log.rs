//! What the log says of a request: method, path and id. Never the query, which may hold a name or
//! a place that somebody asked about, nor any header: tokens, cookies, addresses.

use std::borrow::Cow;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Span;
use tracing::field::Empty;
use tracing_actix_web::RootSpanBuilder;

use super::headers::request_id;

/// Phones have their key in the path.
const KEYED: &str = "/openrosa/key/";

fn without_key(path: &str) -> Cow<'_, str> {
    let Some(rest) = path.strip_prefix(KEYED) else { return Cow::Borrowed(path) };
    let rest = rest.find('/').map_or("", |end| &rest[end..]);
    Cow::Owned(format!("{KEYED}…{rest}"))
}

pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let request_id = request_id(request).unwrap_or_default();
        let (method, path) = (request.method(), without_key(request.path()));
        tracing::info_span!("request", %method, %path, request_id, status = Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        span.in_scope(|| tracing::debug!("answered"));
    }
}

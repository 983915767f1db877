//! What the log says of a request: method, path and id. Never the query, which may hold a name or
//! a place that somebody asked about, nor any header: tokens, cookies, addresses.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Span;
use tracing::field::Empty;
use tracing_actix_web::RootSpanBuilder;

use super::headers::request_id;

/// Addresses that hold a secret: a phone's key, and what somebody may type of theirs though none is
/// asked for there.
const SECRET: [&str; 3] = ["/openrosa/key/", "/pemilik/", "/api/v1/owner/"];

/// A path without what may be a secret in it.
pub fn shown(path: &str) -> &str {
    let secret = SECRET.iter().find(|start| path.len() > start.len() && path.starts_with(**start));
    secret.map_or(path, |start| &path[..start.len()])
}

pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let request_id = request_id(request).unwrap_or_default();
        let (method, path) = (request.method(), shown(request.path()));
        tracing::info_span!("request", %method, path, request_id, status = Empty)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_cut_off() {
        assert_eq!(shown("/pemilik/rahasia/x"), "/pemilik/");
        assert_eq!(shown("/api/v1/owner/rahasia"), "/api/v1/owner/");
        for whole in ["/pemilik", "/pemilik/", "/api/v1/owner", "/api/v1/owner-links/1", "/"] {
            assert_eq!(shown(whole), whole);
        }
    }
}

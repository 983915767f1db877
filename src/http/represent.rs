//! The layer that makes every error a problem in the reader's language, and waits for an answer no
//! longer than it may take.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

use super::gate::{Gate, MAX_URI};
use super::headers::request_id;
use super::patience::{Deadline, was_too_slow};
use super::problem::{ApiError, CONTENT_TYPE, language, problem};
use super::rate;
use crate::domain::fault::Lang;
use crate::registry::RegistryError;

/// Fields of an answer that its problem keeps.
const KEPT: [HeaderName; 5] = [
    header::ALLOW,
    header::WWW_AUTHENTICATE,
    header::RETRY_AFTER,
    rate::POLICY,
    rate::STANDING,
];

/// What a problem says of its request.
struct Asked {
    lang: Lang,
    request_id: String,
    instance: String,
}

/// Gives every error the body of a problem.
pub async fn represent<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    if *request.method() == Method::HEAD {
        // Answered as a GET; the server keeps the body back.
        request.head_mut().method = Method::GET;
    }
    let asked = Asked {
        lang: language(request.headers().get(header::ACCEPT_LANGUAGE)),
        request_id: request_id(&request).unwrap_or_default(),
        instance: request.path().chars().take(MAX_URI).collect(),
    };
    let times = Gate::of(&request).config.times;
    let deadline = Deadline::start(&mut request, times);
    let Some(answer) = deadline.keep(next.call(request)).await else {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        tracing::warn!("an answer took too long");
        let body = asked.problem(status, None, &HeaderMap::new());
        // The request went with the answer that was given up.
        return Err(InternalError::from_response("took too long", body).into());
    };
    let response = answer?;
    let status = response.status();
    let made =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == CONTENT_TYPE);
    if made || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response.map_into_left_body());
    }
    let error = response.response().error();
    let ours = error.and_then(|error| error.as_error::<ApiError>()).map(|error| &error.0);
    let status =
        if error.is_some_and(was_too_slow) { StatusCode::REQUEST_TIMEOUT } else { status };
    if status.is_server_error() {
        let cause = error.map(ToString::to_string).unwrap_or_default();
        let Asked { request_id, instance, .. } = &asked;
        tracing::error!(%request_id, %instance, %status, cause, "a request failed");
    }
    let body = asked.problem(status, ours, response.headers());
    let (request, _) = response.into_parts();
    Ok(ServiceResponse::new(request, body).map_into_right_body())
}

impl Asked {
    fn problem(
        &self,
        status: StatusCode,
        error: Option<&RegistryError>,
        given: &HeaderMap,
    ) -> HttpResponse {
        let language = if self.lang == Lang::En { "en" } else { "id" };
        let mut body = HttpResponse::build(status);
        body.content_type(CONTENT_TYPE)
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::CONTENT_LANGUAGE, language));
        match status {
            StatusCode::UNAUTHORIZED => {
                body.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                body.insert_header((header::RETRY_AFTER, "2"));
            }
            // The rest of such a body is not waited for.
            StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE => {
                body.force_close();
            }
            _ => {}
        }
        for name in KEPT {
            if let Some(value) = given.get(&name) {
                body.insert_header((name, value.clone()));
            }
        }
        body.json(problem(error, status, self.lang, &self.instance, &self.request_id))
    }
}

//! The layer that makes every error a problem in the reader's language, and waits for an answer no
//! longer than it may take.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};

use super::gate::{Gate, MAX_URI};
use super::headers::request_id;
use super::log;
use super::patience::{Deadline, was_too_slow};
use super::peer::Peer;
use super::problem::{ApiError, CONTENT_TYPE, problem};
use super::rate;
use crate::domain::fault::Lang;
use crate::registry::clients::TokenRefusal;
use crate::registry::{AccessError, RegistryError};

/// Fields of an answer that its problem keeps.
const KEPT: [HeaderName; 5] =
    [header::ALLOW, header::WWW_AUTHENTICATE, header::RETRY_AFTER, rate::POLICY, rate::STANDING];

/// The language that a request asks for: English where it is preferred to Indonesian.
fn preferred(accept_language: Option<&HeaderValue>) -> Lang {
    let Some(text) = accept_language.and_then(|value| value.to_str().ok()) else { return Lang::Id };
    let weight = |wanted: &[&str]| {
        text.split(',')
            .filter_map(|part| {
                let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
                let primary = tag.trim().split('-').next()?.to_lowercase();
                wanted
                    .contains(&primary.as_str())
                    .then(|| weight.trim().parse::<f64>().unwrap_or(0.0))
            })
            .fold(0.0, f64::max)
    };
    if weight(&["en"]) > weight(&["id", "in"]) { Lang::En } else { Lang::Id }
}

/// The language that a request asks for, for what is not a problem.
pub fn language(request: &HttpRequest) -> Lang {
    preferred(request.headers().get(header::ACCEPT_LANGUAGE))
}

/// The request came as HEAD, whatever its method is since.
pub struct AskedByHead;

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
        request.extensions_mut().insert(AskedByHead);
    }
    let asked = Asked {
        lang: preferred(request.headers().get(header::ACCEPT_LANGUAGE)),
        request_id: request_id(&request).unwrap_or_default(),
        instance: log::shown(request.path()).chars().take(MAX_URI).collect(),
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
    let status = if error.is_some_and(was_too_slow) { StatusCode::REQUEST_TIMEOUT } else { status };
    let expected =
        matches!(ours, Some(RegistryError::Starting { .. } | RegistryError::SearchFilling { .. }));
    if status.is_server_error() && !expected {
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
        match error {
            Some(RegistryError::Access(AccessError::NoToken(TokenRefusal::InvalidClient))) => {
                body.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"sentra\""));
            }
            Some(RegistryError::Access(AccessError::LockedOut { seconds })) => {
                body.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            _ if status == StatusCode::UNAUTHORIZED => {
                body.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            _ => {}
        }
        match status {
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

/// How whoever asked reached this server: by the name that they used, and by https where the proxy
/// that is trusted says so.
pub fn origin(request: &HttpRequest) -> String {
    let https = request.extensions().get::<Peer>().is_some_and(|peer| peer.https);
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host =
        host.or_else(|| request.uri().authority().map(actix_web::http::uri::Authority::as_str));
    let scheme = if https { "https" } else { "http" };
    host.map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indonesian_unless_english_is_preferred() {
        let asked = |text: &'static str| preferred(Some(&HeaderValue::from_static(text)));
        assert_eq!(preferred(None), Lang::Id);
        assert_eq!(asked("en"), Lang::En);
        assert_eq!(asked("en-GB,en;q=0.9,id;q=0.8"), Lang::En);
        assert_eq!(asked("id,en;q=0.5"), Lang::Id);
        assert_eq!(asked("id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7"), Lang::Id);
        assert_eq!(asked("fr"), Lang::Id);
        assert_eq!(asked("*"), Lang::Id);
    }
}

//! What every request passes before anything is made of it: its size, where it comes from and how
//! many there were before.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};

use super::caller::{self, Recognised};
use super::config::Config;
use super::kept::Kept;
use super::meter::Meter;
use super::peer::Peer;
use super::rate::{self, Attempt, RateLimits, Verdict};
use super::slots::Slots;
use crate::registry::{Registry, RegistryError};

/// Longest path and query, in bytes.
pub const MAX_URI: usize = 8_000;
/// Most bytes of a request's header fields.
pub const MAX_HEADERS: usize = 16_000;

/// Sign-in and what belongs to it: the only paths that a cookie is sent to.
pub const AUTH: &str = "/api/v1/auth/";
/// What an owner does by a link.
const LINK: &str = "/api/v1/owner";
/// A refresh needs no guessing limit: its token cannot be guessed, and one office's web apps share
/// an address.
const REFRESH: &str = "/api/v1/auth/session/refresh";
/// Who watches over the server asks as often as they like.
const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// The settings, what is counted and what is kept, shared by the workers.
pub struct Gate {
    pub config: Config,
    pub rates: RateLimits,
    pub exports: Slots,
    pub kept: Kept,
}

impl Gate {
    pub fn new(config: Config) -> Self {
        Self {
            rates: RateLimits::new(&config),
            config,
            exports: Slots::default(),
            kept: Kept::default(),
        }
    }

    /// The app's own; production settings where an app was made without one.
    pub fn of(request: &ServiceRequest) -> web::Data<Self> {
        let gate = request.app_data::<web::Data<Self>>().cloned();
        gate.unwrap_or_else(|| web::Data::new(Self::new(Config::default())))
    }
}

/// Lets a request through, or refuses it.
pub async fn pass<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let refused = |request: ServiceRequest, status| {
        request.into_response(HttpResponse::new(status)).map_into_right_body()
    };
    if let Some(status) = shape(&request) {
        return Ok(refused(request, status));
    }
    let gate = Gate::of(&request);
    let (path, post) = (request.path(), *request.method() == Method::POST);
    if HEALTH.contains(&path) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let attempt = if post && path.starts_with(AUTH) && path != REFRESH {
        Some(Attempt::SignIn)
    } else {
        is_of_link(path).then_some(Attempt::Link)
    };
    let (verdict, meter) = {
        let recognised = recognise(&request).await;
        let actor = recognised.as_ref().and_then(|found| found.as_ref().ok());
        let verdict = gate.rates.count(actor, Peer::of(&request), attempt);
        let meter = Meter::of(&request, actor);
        request.extensions_mut().insert(Recognised(recognised));
        (verdict, meter)
    };
    match verdict {
        Verdict::Within(standings) => {
            let mut response = next.call(request).await?;
            rate::tell(&standings, false, response.headers_mut());
            Ok(match meter {
                Some(meter) => meter.answered(response).map_into_right_body(),
                None => response.map_into_left_body(),
            })
        }
        Verdict::Beyond(standings) => {
            if let Some(meter) = meter {
                meter.refused();
            }
            let mut response = refused(request, StatusCode::TOO_MANY_REQUESTS);
            rate::tell(&standings, true, response.headers_mut());
            Ok(response)
        }
    }
}

/// Whether a path is one that a link's token is sent to.
pub fn is_of_link(path: &str) -> bool {
    path.strip_prefix(LINK).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

async fn recognise(request: &ServiceRequest) -> caller::Found {
    let header = request.headers().get(header::AUTHORIZATION)?.clone();
    let registry = request.app_data::<web::Data<Registry>>().cloned();
    Some(match registry {
        Some(registry) => caller::actor(registry, &header).await,
        None => Err(RegistryError::Internal("the app holds a registry").into()),
    })
}

/// The status of a request that is refused for its form alone.
fn shape(request: &ServiceRequest) -> Option<StatusCode> {
    let headers = request.headers();
    let uri = request.uri().path_and_query().map_or(0, |whole| whole.as_str().len());
    if uri > MAX_URI {
        return Some(StatusCode::URI_TOO_LONG);
    }
    if size(headers) > MAX_HEADERS {
        return Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    // A few bytes of a compressed body can stand for gigabytes.
    let encoding = headers.get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Some(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    // The cookie is SameSite=Strict, which keeps others from using it, not from setting one.
    let site = headers.get("sec-fetch-site").map(header::HeaderValue::as_bytes);
    let foreign = matches!(site, Some(b"cross-site" | b"same-site"));
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    (foreign && changes && request.path().starts_with(AUTH)).then_some(StatusCode::FORBIDDEN)
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum()
}

//! Who calls, from the Authorization header.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use tracing_actix_web::RequestId;

use super::problem::ApiError;
use crate::domain::access::Right;
use crate::domain::actor::{Actor, User};
use crate::registry::reads::Reader;
use crate::registry::{Registry, RegistryError};

/// The actor behind a request, and the request's id. A token that is not good is refused, not taken
/// for nobody's.
pub struct Caller(pub Actor, pub Option<String>);

impl<'a> From<&'a Caller> for Reader<'a> {
    fn from(Caller(actor, request_id): &'a Caller) -> Self {
        Self { actor, request_id: request_id.as_deref() }
    }
}

impl Caller {
    /// Asked before a body is looked at; the use case asks again.
    ///
    /// # Errors
    /// If a right is not theirs.
    pub fn require(&self, right: Right) -> Result<(), ApiError> {
        Ok(self.0.require(right).map_err(RegistryError::from)?)
    }
}

/// A signed-in person at their own account, and the id of their session.
pub struct Own {
    pub user: User,
    pub session: String,
}

/// What an Authorization header said, where there is one.
pub type Found = Option<Result<Actor, ApiError>>;

/// What the gate found, for the handler: a token is checked once a request. Who asks again later,
/// as a long poll does, has it checked again.
pub struct Recognised(pub Found);

fn bearer(header: &HeaderValue) -> Result<String, RegistryError> {
    let token = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    Ok(token.ok_or(RegistryError::BadToken)?.to_owned())
}

/// Who an Authorization header is of.
///
/// # Errors
/// If it holds no token that is good.
pub async fn actor(registry: web::Data<Registry>, header: &HeaderValue) -> Result<Actor, ApiError> {
    let token = bearer(header)?;
    Ok(web::block(move || registry.actor(&token)).await??)
}

impl FromRequest for Own {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let registry = request.app_data::<web::Data<Registry>>().cloned();
        let header = request.headers().get(header::AUTHORIZATION).cloned();
        Box::pin(async move {
            let token = bearer(&header.ok_or(RegistryError::NotSignedIn)?)?;
            let registry = registry.ok_or(RegistryError::Internal("the app holds a registry"))?;
            let (user, session) = web::block(move || registry.session(&token)).await??;
            Ok(Self { user, session })
        })
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let recognised = request.extensions_mut().remove::<Recognised>();
        let registry = request.app_data::<web::Data<Registry>>().cloned();
        let header = request.headers().get(header::AUTHORIZATION).cloned();
        let request_id = request.extensions().get::<RequestId>().map(ToString::to_string);
        Box::pin(async move {
            if let Some(Recognised(Some(found))) = recognised {
                return Ok(Self(found?, request_id));
            }
            let Some(header) = header else { return Ok(Self(Actor::Anonymous, request_id)) };
            let registry = registry.ok_or(RegistryError::Internal("the app holds a registry"))?;
            Ok(Self(actor(registry, &header).await?, request_id))
        })
    }
}

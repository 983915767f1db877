//! Who calls, from the Authorization header.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{FromRequest, HttpRequest, web};

use super::problem::ApiError;
use crate::domain::access::Right;
use crate::domain::actor::{Actor, User};
use crate::registry::{Registry, RegistryError};

/// The actor behind a request. A token that is not good is refused, not taken for nobody's.
pub struct Caller(pub Actor);

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

/// The token of an Authorization header; None without one.
fn bearer(header: Option<&HeaderValue>) -> Result<Option<String>, RegistryError> {
    let Some(header) = header else { return Ok(None) };
    let token = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    Ok(Some(token.ok_or(RegistryError::BadToken)?.to_owned()))
}

impl FromRequest for Own {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let registry = request.app_data::<web::Data<Registry>>().cloned();
        let token = bearer(request.headers().get(header::AUTHORIZATION));
        Box::pin(async move {
            let token = token?.ok_or(RegistryError::NotSignedIn)?;
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
        let registry = request.app_data::<web::Data<Registry>>().cloned();
        let token = bearer(request.headers().get(header::AUTHORIZATION));
        Box::pin(async move {
            let Some(token) = token? else { return Ok(Self(Actor::Anonymous)) };
            let registry = registry.ok_or(RegistryError::Internal("the app holds a registry"))?;
            Ok(Self(web::block(move || registry.actor(&token)).await??))
        })
    }
}

//! Who calls, from the Authorization header.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use tracing_actix_web::RequestId;

use super::problem::ApiError;
use crate::domain::access::Right;
use crate::domain::actor::Actor;
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

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let registry = request.app_data::<web::Data<Registry>>().cloned();
        let header = request.headers().get(header::AUTHORIZATION).cloned();
        let request_id = request.extensions().get::<RequestId>().map(ToString::to_string);
        Box::pin(async move {
            let Some(header) = header else { return Ok(Self(Actor::Anonymous, request_id)) };
            let registry = registry.ok_or(RegistryError::Internal("the app holds a registry"))?;
            let token = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
            let token = token.ok_or(RegistryError::BadToken)?.to_owned();
            Ok(Self(web::block(move || registry.actor(&token)).await??, request_id))
        })
    }
}

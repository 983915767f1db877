//! Counts what service clients ask for: each request, how it ended and the bytes of its answer.

use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};

use crate::domain::actor::Actor;
use crate::registry::Registry;
use crate::registry::client_usage::Outcome;

/// A request of a service client.
pub struct Meter {
    registry: Data<Registry>,
    client: String,
}

impl Meter {
    /// None where it is not a service client that asks.
    pub fn of(request: &ServiceRequest, actor: Option<&Actor>) -> Option<Self> {
        let Some(Actor::Client(client)) = actor else { return None };
        let registry = request.app_data::<Data<Registry>>()?.clone();
        Some(Self { registry, client: client.id.clone() })
    }

    /// It asked too often.
    pub fn refused(&self) {
        self.registry.count_request(&self.client, Outcome::Refused);
    }

    /// It was answered: the body is counted as it goes out.
    pub fn answered<B: MessageBody + 'static>(
        self,
        response: ServiceResponse<B>,
    ) -> ServiceResponse<BoxBody> {
        let status = response.status();
        let outcome = if status == StatusCode::TOO_MANY_REQUESTS {
            Outcome::Refused
        } else if status.is_client_error() || status.is_server_error() {
            Outcome::Failed
        } else {
            Outcome::Answered
        };
        self.registry.count_request(&self.client, outcome);
        response.map_body(|_, body| {
            BoxBody::new(Counted { body: BoxBody::new(body), sent: 0, meter: self })
        })
    }
}

/// A body that knows how much of it was taken.
struct Counted {
    body: BoxBody,
    sent: u64,
    meter: Meter,
}

impl MessageBody for Counted {
    type Error = Box<dyn StdError>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_next(context);
        if let Poll::Ready(Some(Ok(bytes))) = &polled {
            self.sent += bytes.len() as u64;
        }
        polled
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if self.sent > 0 {
            self.meter.registry.count_bytes(&self.meter.client, self.sent);
        }
    }
}

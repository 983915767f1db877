//! How long a request may take: its body must keep coming, and then the answer must begin.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::rt::time::{Sleep, sleep_until};
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest};
use futures_util::Stream;
use futures_util::future::{Either, select};

use super::config::Times;

/// When an answer must have begun.
#[derive(Clone)]
pub struct Deadline(Rc<Cell<Instant>>);

impl Deadline {
    /// Starts to wait for the answer to a request, whose body is measured from now on.
    pub fn start(request: &mut ServiceRequest, times: Times) -> Self {
        let deadline = Self(Rc::new(Cell::new(Instant::now() + times.answer)));
        request.extensions_mut().insert(deadline.clone());
        let body = request.take_payload();
        if !matches!(body, Payload::None) {
            let (began, deadline) = (Instant::now(), deadline.clone());
            let alarm = Box::pin(sleep_until((began + times.for_bytes(0)).into()));
            let payload = Box::pin(Paced { body, times, began, received: 0, alarm, deadline });
            request.set_payload(Payload::Stream { payload });
        }
        deadline
    }

    /// Gives an answer that waits for something more time.
    pub fn extend(request: &HttpRequest, longer: Duration) {
        if let Some(Self(until)) = request.extensions().get() {
            until.set(until.get() + longer);
        }
    }

    /// The answer, unless it comes too late.
    pub async fn keep<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        let mut answer = pin!(answer);
        loop {
            let until = self.0.get();
            let late = pin!(sleep_until(until.into()));
            match select(answer.as_mut(), late).await {
                Either::Left((answer, _)) => return Some(answer),
                Either::Right(_) if self.0.get() > until => {}
                Either::Right(_) => return None,
            }
        }
    }
}

/// A request's body that must come at some pace.
struct Paced {
    body: Payload,
    times: Times,
    began: Instant,
    received: usize,
    alarm: Pin<Box<Sleep>>,
    deadline: Deadline,
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_next(context) {
            Poll::Ready(Some(Ok(bytes))) => {
                this.received += bytes.len();
                let until = this.began + this.times.for_bytes(this.received);
                this.alarm.as_mut().reset(until.into());
                // The server's own time begins anew: it could do nothing without this.
                this.deadline.0.set(Instant::now() + this.times.answer);
                Poll::Ready(Some(Ok(bytes)))
            }
            Poll::Pending => this.alarm.as_mut().poll(context).map(|()| Some(Err(too_slow()))),
            done @ Poll::Ready(_) => done,
        }
    }
}

fn too_slow() -> PayloadError {
    PayloadError::Io(io::ErrorKind::TimedOut.into())
}

/// Whether this is why a body could not be read.
pub fn was_too_slow(error: &actix_web::Error) -> bool {
    let cause = error.as_error::<PayloadError>();
    cause.is_some_and(
        |cause| matches!(cause, PayloadError::Io(io) if io.kind() == io::ErrorKind::TimedOut),
    )
}

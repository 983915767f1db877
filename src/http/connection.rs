//! Connections that stand still are cut: between two requests, in the middle of a head, or while
//! an answer is not taken. actix itself watches the first head alone. While a request is being
//! answered, [`super::patience`] watches.

use std::any::Any;
use std::cell::Cell;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::Error;
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::rt::net::TcpStream as ServedStream;
use actix_web::rt::{spawn, time};
use actix_web::web::Bytes;
use futures_util::future::{Either, select};
use tokio::sync::Notify;

use super::config::Times;

/// How often a connection is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// What is known of a connection, as long as it is there.
struct Connection(Rc<State>);

struct State {
    times: Times,
    /// When it is cut; none while the server is the one to be waited for.
    until: Cell<Option<Instant>>,
    gone: Notify,
}

impl State {
    fn wait(&self, patience: Option<Duration>) {
        self.until.set(patience.map(|patience| Instant::now() + patience));
    }

    fn wait_for_request(&self) {
        self.wait(Some(self.times.keep_alive + self.times.head));
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.gone.notify_one();
    }
}

/// Begins to watch a connection.
pub fn watch(times: Times, stream: &dyn Any, data: &mut Extensions) {
    // A handle of its own: the server's belongs to the server.
    let stream = stream.downcast_ref::<ServedStream>();
    let stream = stream.and_then(|stream| stream.as_fd().try_clone_to_owned().ok());
    let Some(stream) = stream.map(TcpStream::from) else { return };
    let state = Rc::new(State { times, until: Cell::new(None), gone: Notify::new() });
    state.wait_for_request();
    data.insert(Connection(state.clone()));
    spawn(async move {
        loop {
            let left =
                state.until.get().map(|until| until.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                tracing::debug!("a connection that stood still was cut");
                // It may have been closed by the other end by now.
                let _ = stream.shutdown(Shutdown::Both);
                break;
            }
            // What it waits for may change meanwhile, and be due sooner.
            let rest = left.unwrap_or(LOOK).min(LOOK).min(times.patience);
            let (gone, sleep) = (pin!(state.gone.notified()), pin!(time::sleep(rest)));
            if let Either::Left(_) = select(gone, sleep).await {
                break;
            }
        }
    });
}

/// Says at which end a connection stands still.
pub async fn attend<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Taken<B>>, Error> {
    let state = request.conn_data::<Connection>().map(|connection| connection.0.clone());
    if let Some(state) = &state {
        state.wait(None);
    }
    // Dropped where there is no answer, or with the body that was sent or given up.
    let answering = state.map(Answering);
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| Taken { body, answering }))
}

/// As long as it is there, a request is being answered.
struct Answering(Rc<State>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.wait_for_request();
    }
}

pin_project_lite::pin_project! {
    /// A body that is asked for its next piece once the one before was taken.
    pub struct Taken<B> {
        #[pin]
        body: B,
        answering: Option<Answering>,
    }
}

impl<B: MessageBody> MessageBody for Taken<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.project();
        let piece = this.body.poll_next(context);
        if let Some(Answering(state)) = this.answering {
            state.wait(match &piece {
                Poll::Ready(Some(Ok(bytes))) => Some(state.times.for_bytes(bytes.len())),
                Poll::Ready(_) => Some(state.times.for_bytes(0)),
                Poll::Pending => None,
            });
        }
        piece
    }
}

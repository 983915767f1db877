//! The socket while the registry opens: the process is alive, and says how far it is.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use parking_lot::Mutex;
use tracing_actix_web::TracingLogger;

use super::config::Config;
use super::gate::Gate;
use super::problem::ApiError;
use super::{headers, health, log, represent};
use crate::registry::{Progress, RegistryError};

/// Seconds after which it is worth asking again.
const RETRY_AFTER: &str = "2";

/// A server of nothing but `/healthz`, in a thread of its own.
pub struct Starting {
    handle: ServerHandle,
    thread: JoinHandle<()>,
}

impl Starting {
    /// Answers everything with 503 and the progress.
    ///
    /// # Errors
    /// If the socket cannot be used.
    pub fn begin(
        listener: TcpListener,
        config: Config,
        progress: Arc<Mutex<Progress>>,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                match server(listener, config, progress) {
                    Ok(server) => {
                        // Received below, before anything else can fail.
                        let _ = sender.send(Ok(server.handle()));
                        if let Err(error) = server.await {
                            tracing::warn!(%error, "the start could not be told");
                        }
                    }
                    Err(error) => drop(sender.send(Err(error))),
                }
            });
        });
        let handle = receiver.recv().map_err(|_| std::io::Error::other("no server"))??;
        Ok(Self { handle, thread })
    }

    /// Ends it. Whoever comes meanwhile waits for the server that comes after.
    pub fn end(self) {
        actix_web::rt::System::new().block_on(self.handle.stop(true));
        // It has told what it had to tell.
        let _ = self.thread.join();
    }
}

fn server(
    listener: TcpListener,
    config: Config,
    progress: Arc<Mutex<Progress>>,
) -> std::io::Result<Server> {
    let (gate, progress) = (web::Data::new(Gate::new(config)), web::Data::from(progress));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(gate.clone())
            .app_data(progress.clone())
            .service(health::healthz)
            .default_service(web::to(not_yet))
            .wrap(from_fn(represent::represent))
            .wrap(from_fn(headers::dress))
            .wrap(TracingLogger::<log::RequestSpan>::new())
    });
    Ok(server.workers(1).disable_signals().shutdown_timeout(1).listen(listener)?.run())
}

async fn not_yet(progress: web::Data<Mutex<Progress>>) -> HttpResponse {
    let Progress { done, of } = *progress.lock();
    let error = ApiError::from(RegistryError::Starting { done, of });
    let mut response = HttpResponse::from_error(error);
    let wait = header::HeaderValue::from_static(RETRY_AFTER);
    response.headers_mut().insert(header::RETRY_AFTER, wait);
    response
}

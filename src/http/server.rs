//! The app on a socket, with its limits of connections and time.

use std::net::TcpListener;
use std::thread::available_parallelism;

use actix_web::dev::Server;
use actix_web::{HttpServer, web};

use super::config::Config;
use super::connection;
use super::gate::Gate;
use crate::registry::Registry;

/// Seconds that a server told to stop gives to answers that are under way: those who follow the
/// change log would hold it up for a minute.
const SHUTDOWN: u64 = 5;

/// Serves a registry until it is told to stop. Must be called, and awaited, in an actix system.
///
/// # Errors
/// If the socket cannot be used.
pub fn server(
    listener: TcpListener,
    registry: web::Data<Registry>,
    config: Config,
) -> std::io::Result<Server> {
    let times = config.times;
    let workers = config.workers.or_else(|| available_parallelism().ok().map(usize::from));
    let workers = workers.unwrap_or(1).max(1);
    let (connections, signals) = (config.connections.div_ceil(workers), config.signals);
    let gate = web::Data::new(Gate::new(config));
    let server = HttpServer::new(move || super::app(registry.clone(), gate.clone()))
        .workers(workers)
        .max_connections(connections)
        .keep_alive(times.keep_alive)
        // The last piece of an answer does not wait until the one before it was acknowledged, which
        // clients put off for 40 ms.
        .tcp_nodelay(true)
        .client_request_timeout(times.head)
        .client_disconnect_timeout(times.head)
        // Who left waits for nothing: what was begun for them is dropped.
        .h1_allow_half_closed(false)
        .on_connect(move |stream, data| connection::watch(times, stream, data))
        .shutdown_timeout(SHUTDOWN)
        .listen(listener)?;
    Ok(if signals { server.run() } else { server.disable_signals().run() })
}

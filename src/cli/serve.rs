//! `sentra serve`

use std::time::{Duration, Instant};

use actix_web::{HttpServer, web};
use clap::Args;
use tracing_subscriber::EnvFilter;

use super::{CliError, open};
use crate::registry::Registry;

/// How often the log is looked at for changes by other processes.
const POLL: Duration = Duration::from_millis(250);

/// Seconds that a server told to stop gives to answers that are under way: those who follow the
/// change log would hold it up for a minute.
const SHUTDOWN: u64 = 5;

#[derive(Args)]
pub struct Serve {
    /// Address and port
    #[arg(long, env = "SENTRA_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
}

pub fn run(database: &str, command: &Serve) -> Result<(), CliError> {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,sentra=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let started = Instant::now();
    let registry = web::Data::new(open(database)?);
    let (all, sample) = registry.counts()?;
    tracing::info!(
        enterprises = all,
        sample,
        ready_in_ms = started.elapsed().as_millis(),
        "the registry is open"
    );
    follow(registry.clone());
    hash_national_ids(registry.clone());
    let log = registry.clone();
    actix_web::rt::System::new().block_on(async {
        let listen = command.listen.clone();
        let server = HttpServer::new(move || crate::http::app(registry.clone()))
            // Who left waits for nothing: what was begun for them is dropped.
            .h1_allow_half_closed(false)
            .shutdown_timeout(SHUTDOWN)
            .bind(&listen)
            .map_err(|error| CliError::Message(format!("cannot listen on {listen}: {error}")))?;
        for address in server.addrs() {
            // On standard output, for whoever started the server and asked for any free port.
            println!("http://{address}");
        }
        Ok::<_, CliError>(server.run().await?)
    })?;
    // The last readings: others hold the registry beyond this.
    Ok(log.flush_reads()?)
}

/// Catches up with parts that the program before this one sealed, in a thread of its own: without
/// it they are found by no NIK.
fn hash_national_ids(registry: web::Data<Registry>) {
    std::thread::spawn(move || match registry.hash_known_national_ids() {
        Ok(0) => {}
        Ok(parts) => tracing::info!(parts, "restricted parts of the former version were hashed"),
        Err(error) => tracing::error!(%error, "restricted parts could not be hashed"),
    });
}

/// Takes up other processes' changes, in a thread of its own. While somebody loads a province it
/// rests three times as long as it works, so that load and readers get the processor.
fn follow(registry: web::Data<Registry>) {
    std::thread::spawn(move || {
        loop {
            let started = Instant::now();
            let rest = match registry.catch_up_a_batch() {
                Ok(true) => POLL,
                Ok(false) => started.elapsed() * 3,
                Err(error) => {
                    tracing::warn!(%error, "the change log could not be followed");
                    POLL * 8
                }
            };
            std::thread::sleep(rest);
        }
    });
}

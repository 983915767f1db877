//! `sentra serve`

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web;
use clap::Args;
use ipnet::IpNet;
use parking_lot::Mutex;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing_subscriber::EnvFilter;

use super::CliError;
use crate::db::Db;
use crate::http::config::{Origins, network};
use crate::http::{Config, Starting};
use crate::registry::releases::LICENCE;
use crate::registry::{Clock, Progress, Registry};

/// How often the log is looked at for changes by other processes.
const POLL: Duration = Duration::from_millis(250);

/// How often it is asked whether the atlas's file is to be written.
const LOOK: Duration = Duration::from_secs(5);

/// How often what clients asked for is added to the database.
const USAGE: Duration = Duration::from_secs(60);

/// How long the start waits for the search.
const PATIENCE: Duration = Duration::from_secs(3);

/// Open files that are kept for other things than connections, which take two each.
const OTHER_FILES: u64 = 256;

#[derive(Args)]
pub struct Serve {
    /// Address and port
    #[arg(long, env = "SENTRA_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Requests a second of one user, service client or address; 0: any number
    #[arg(long, env = "SENTRA_RATE_LIMIT", default_value_t = Config::default().rates.requests_per_second)]
    rate_limit: u32,
    /// Proxies whose X-Forwarded-For and -Proto are believed: addresses or networks, by comma
    #[arg(long, env = "SENTRA_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may read answers (CORS), by comma; `*`: every site's
    #[arg(long, env = "SENTRA_CORS_ORIGINS", default_value = "", value_parser = Origins::parse)]
    cors_origins: Origins,
    /// Sites that may show the public map and read what is public, by comma; `*`: all; empty: none
    #[arg(long, env = "SENTRA_EMBED_ORIGINS", default_value = "*", value_parser = Origins::parse)]
    embed_origins: Origins,
    /// The office that publishes, as /catalog.json names it
    #[arg(long, env = "SENTRA_PUBLISHER", default_value_t = Config::default().publisher)]
    publisher: String,
    /// Licence of official figures that name none themselves
    #[arg(long, env = "SENTRA_LICENCE", default_value = LICENCE)]
    licence: String,
}

pub fn run(database: &str, command: &Serve) -> Result<(), CliError> {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,sentra=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let listen = &command.listen;
    let cannot = |error| CliError::Message(format!("cannot listen on {listen}: {error}"));
    let listener = TcpListener::bind(listen).map_err(cannot)?;
    let address = listener.local_addr()?;
    let config = config(command);
    let started = Instant::now();
    let registry = {
        let progress = Arc::new(Mutex::new(Progress::default()));
        let starting = Starting::begin(listener.try_clone()?, config.clone(), progress.clone())?;
        let told = |now| *progress.lock() = now;
        let opened = Registry::open_telling(Db::open(database)?, Clock::system(), &told);
        let opened = opened.map(|registry| registry.with_licence(&command.licence));
        let registry = opened.map(web::Data::new);
        if let Ok(registry) = &registry {
            fill_search(registry.clone());
        }
        starting.end();
        registry?
    };
    tracing::info!(
        enterprises = registry.known(),
        ready_in_ms = started.elapsed().as_millis(),
        "the registry is open"
    );
    follow(registry.clone());
    keep(registry.clone());
    find_duplicates(registry.clone());
    hash_national_ids(registry.clone());
    work_on_imports(registry.clone());
    work_on_searches(registry.clone());
    add_up_usage(registry.clone());
    let log = registry.clone();
    actix_web::rt::System::new().block_on(async {
        let server = crate::http::server(listener, registry, config)?;
        // On standard output, for whoever started the server and asked for any free port.
        println!("http://{address}");
        Ok::<_, CliError>(server.await?)
    })?;
    // The last readings: others hold the registry beyond this.
    log.flush_reads()?;
    log.flush_client_usage()?;
    // For the next start; without it that takes longer.
    if let Err(error) = log.keep_atlas(true) {
        tracing::warn!(%error, "the atlas was not kept");
    }
    Ok(())
}

/// Fills the search index if need be, in a thread of its own. A small one is waited for.
fn fill_search(registry: web::Data<Registry>) {
    let (done, filled) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        if let Err(error) = registry.fill_search() {
            tracing::error!(%error, "the search index could not be made");
        }
        drop(done);
    });
    // Ends when the thread does, or the patience.
    let _ = filled.recv_timeout(PATIENCE);
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

fn config(command: &Serve) -> Config {
    let mut config = Config {
        origins: command.cors_origins.clone(),
        embedders: command.embed_origins.clone(),
        publisher: command.publisher.clone(),
        trusted_proxies: command.trusted_proxies.clone(),
        ..Config::default()
    };
    config.rates.requests_per_second = command.rate_limit;
    config.connections = config.connections.min(room_for_connections());
    if config.trusted_proxies.is_empty() && command.rate_limit > 0 {
        tracing::warn!(
            "no trusted proxies: behind a proxy on this machine visitors are not limited by \
             address, behind another all of them are one; see SENTRA_TRUSTED_PROXIES"
        );
    }
    config
}

/// How many connections the limit of open files allows, raised as far as it may be.
fn room_for_connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    let files = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => raised.current,
        Err(_) => limit.current,
    };
    let room = files.map_or(u64::MAX, |files| files.saturating_sub(OTHER_FILES).max(64) / 2);
    usize::try_from(room).unwrap_or(usize::MAX)
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

/// Searches for duplicates among what anybody has written, in a thread of its own that rests as
/// [`follow`] does.
fn find_duplicates(registry: web::Data<Registry>) {
    std::thread::spawn(move || {
        loop {
            let started = Instant::now();
            let rest = match registry.find_duplicates_a_batch() {
                Ok(true) => POLL * 4,
                Ok(false) => started.elapsed() * 3,
                Err(error) => {
                    tracing::warn!(%error, "duplicates could not be searched for");
                    POLL * 40
                }
            };
            std::thread::sleep(rest);
        }
    });
}

/// Takes up imports that wait for a process, in a thread of its own: those whose process has died,
/// above all. What is asked of this server is begun at once, by the request.
fn work_on_imports(registry: web::Data<Registry>) {
    std::thread::spawn(move || {
        loop {
            if let Err(error) = registry.work_on_imports() {
                tracing::warn!(%error, "imports were not worked on");
            }
            std::thread::sleep(POLL * 12);
        }
    });
}

/// Takes up searches for possible sentra that wait for a process, as [`work_on_imports`] does.
fn work_on_searches(registry: web::Data<Registry>) {
    std::thread::spawn(move || {
        loop {
            if let Err(error) = registry.work_on_searches() {
                tracing::warn!(%error, "searches were not worked on");
            }
            std::thread::sleep(POLL * 12);
        }
    });
}

/// Adds what service clients asked for to the database, in a thread of its own.
fn add_up_usage(registry: web::Data<Registry>) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(USAGE);
            if let Err(error) = registry.flush_client_usage() {
                tracing::warn!(%error, "what clients asked for was not added up");
            }
        }
    });
}

/// Writes the atlas's file now and then, in a thread of its own.
fn keep(registry: web::Data<Registry>) {
    std::thread::spawn(move || {
        loop {
            if let Err(error) = registry.keep_atlas(false) {
                tracing::warn!(%error, "the atlas was not kept");
            }
            std::thread::sleep(LOOK);
        }
    });
}

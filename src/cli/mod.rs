//! The command line: one file per command.

mod access;
mod backup;
mod client;
mod export;
mod generate;
mod import;
mod imports;
mod keys;
mod migrate;
mod openapi;
mod reads;
mod reference;
mod release;
mod restore;
mod seed;
mod serve;
mod template;
mod user;
mod vault;

use clap::{Parser, Subcommand};

use crate::db::Db;
use crate::registry::backup::BackupError;
use crate::registry::{Clock, Registry, RegistryError};

/// Registry and map of small producers (IKM, UKM, Kopwan) in East Java.
#[derive(Parser)]
#[command(name = "sentra", version)]
struct Cli {
    /// `sqlite://PATH` or `postgres://USER@HOST/DATABASE`
    #[arg(
        long,
        global = true,
        env = "DATABASE_URL",
        default_value = "sqlite://sentra.db",
        hide_env_values = true
    )]
    database: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the web app.
    Serve(serve::Serve),
    /// Bring the database's tables up to date.
    Migrate,
    /// Load the reference codes, and on request sample data.
    Seed(seed::Seed),
    /// Take in a list: CSV, XLSX or GeoJSON.
    Import(import::Import),
    /// The log of imports, and how to undo one.
    Imports {
        #[command(subcommand)]
        command: Option<imports::Imports>,
    },
    /// Write the workbook that an office of a regency fills in.
    Template(template::Template),
    /// Write enterprises to a file: .geojson, .csv, .xlsx, .parquet or .fgb by its name.
    Export(export::Export),
    /// Add a synthetic province of any size, marked as sample.
    Generate(generate::Generate),
    /// Write the whole database to a file, while others go on writing.
    Backup(backup::Backup),
    /// Put what a backup holds in the database's place.
    Restore(restore::Restore),
    /// Reference codes by edition: boundaries and regions, KBLI.
    #[command(subcommand)]
    Reference(reference::Reference),
    /// Official figures: make them, and see that sealed ones are what the record says.
    #[command(subcommand)]
    Release(release::Release),
    /// Accounts.
    #[command(subcommand)]
    User(user::User),
    /// The key of the vault.
    #[command(subcommand)]
    Vault(vault::Vault),
    /// Who read what.
    #[command(subcommand)]
    Reads(reads::Reads),
    /// Print who may do what.
    Access,
    /// Service clients: other agencies' systems.
    #[command(subcommand)]
    Client(client::Client),
    /// What signs access tokens.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Print the OpenAPI document.
    Openapi,
}

/// What ends a command: a sentence for the person at the terminal.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("{path}: {error}")]
    File { path: String, error: std::io::Error },
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Message(String),
}

impl From<crate::db::DbError> for CliError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Registry(error.into())
    }
}

impl From<serde_json::Error> for CliError {
    fn from(error: serde_json::Error) -> Self {
        Self::Registry(error.into())
    }
}

/// Runs the command that the arguments name; the exit status of the process.
pub fn run() -> std::process::ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Serve(command) => serve::run(&cli.database, &command),
        Command::Migrate => migrate::run(&cli.database),
        Command::Seed(command) => seed::run(&cli.database, &command),
        Command::Import(command) => import::run(&cli.database, &command),
        Command::Imports { command } => imports::run(&cli.database, command.as_ref()),
        Command::Template(command) => template::run(&cli.database, &command),
        Command::Export(command) => export::run(&cli.database, &command),
        Command::Generate(command) => generate::run(&cli.database, &command),
        Command::Backup(command) => backup::run(&cli.database, &command),
        Command::Restore(command) => restore::run(&cli.database, &command),
        Command::Reference(command) => reference::run(&cli.database, &command),
        Command::Release(command) => release::run(&cli.database, &command),
        Command::Vault(command) => vault::run(&cli.database, &command),
        Command::Reads(command) => reads::run(&cli.database, &command),
        Command::Access => access::run(),
        Command::User(command) => user::run(&cli.database, command),
        Command::Client(command) => client::run(&cli.database, command),
        Command::Keys(command) => keys::run(&cli.database, &command),
        Command::Openapi => openapi::run(),
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sentra: {}", explained(&error));
            std::process::ExitCode::FAILURE
        }
    }
}

/// Field faults are told one a line.
fn explained(error: &CliError) -> String {
    use crate::domain::fault::Lang;
    match error {
        CliError::Registry(
            RegistryError::Invalid(faults)
            | RegistryError::BadParameters(faults)
            | RegistryError::InternalOnly(faults),
        ) => {
            let lines = faults
                .iter()
                .map(|found| format!("{}: {}", found.field, found.fault.text(Lang::En)));
            lines.collect::<Vec<_>>().join("\n        ")
        }
        other => other.to_string(),
    }
}

/// A time as given on the command line: `2027-01-31`, its end in UTC, or `2027-01-31T12:00:00Z`.
fn time(text: &str) -> Result<chrono::DateTime<chrono::Utc>, String> {
    let day = text.parse::<chrono::NaiveDate>().ok();
    let end = day.and_then(|day| day.and_hms_opt(23, 59, 59)).map(|time| time.and_utc());
    let advice = || format!("{text} is not a time such as 2027-01-31 or 2027-01-31T12:00:00Z");
    end.or_else(|| text.parse().ok()).ok_or_else(advice)
}

/// A region code as given on the command line.
fn region(text: &str) -> Result<crate::domain::region::RegionCode, String> {
    text.parse().map_err(|()| format!("{text} is not a region code such as 35.15"))
}

/// For commands that only write: the projections would take as long as all records take to read.
fn open_to_write(database: &str) -> Result<Registry, CliError> {
    Ok(Registry::open_without_projections(Db::open(database)?, Clock::system())?)
}

fn open(database: &str) -> Result<Registry, CliError> {
    Ok(Registry::open(Db::open(database)?, Clock::system())?)
}

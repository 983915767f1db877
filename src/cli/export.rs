//! `sentra export FILE [--filter 'kind=ikm&region=35.15']`

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;

use super::{CliError, open};
use crate::domain::actor::Actor;
use crate::domain::filter::Filter;
use crate::http::v1::exports::Writer;
use crate::registry::RegistryError;

#[derive(Args)]
pub struct Export {
    /// .geojson or .csv
    file: PathBuf,
    /// The API's filter
    #[arg(long, default_value = "")]
    filter: String,
}

pub fn run(database: &str, command: &Export) -> Result<(), CliError> {
    let path = command.file.display().to_string();
    let extension = command
        .file
        .extension()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let format = extension
        .parse()
        .map_err(|_| CliError::Message(format!("{path}: the name must end in .geojson or .csv")))?;
    let registry = open(database)?;
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&command.filter)
        .map_err(|error| CliError::Message(format!("--filter: {error}")))?;
    let filter =
        Filter::parse(&pairs, &registry.reference()).map_err(RegistryError::BadParameters)?;
    let failed = |error| CliError::File { path: path.clone(), error };
    let mut out = BufWriter::new(std::fs::File::create(&command.file).map_err(failed)?);
    let mut writer = Writer::new(format);
    let mut write = |bytes: Vec<u8>| out.write_all(&bytes);
    write(writer.begin()).map_err(failed)?;
    let mut broken = None;
    let count = registry.scan_enterprises(&Actor::Operator, filter, |batch| {
        let bytes = writer.rows(batch)?;
        write(bytes).map_err(|error| {
            broken = Some(error);
            RegistryError::Stopped
        })
    });
    if let Some(error) = broken {
        return Err(failed(error));
    }
    let count = count?;
    write(writer.end()).map_err(failed)?;
    out.flush().map_err(failed)?;
    eprintln!("{count} enterprises written to {path}");
    Ok(())
}

//! `sentra export FILE [--filter 'kind=ikm&region=35.15'] [--columns id,name]`

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use strum::VariantNames;

use super::{CliError, open};
use crate::domain::actor::Actor;
use crate::domain::fault::FieldFault;
use crate::domain::filter::Filter;
use crate::exchange::export::{Choice, Delimiter, ExportFormat, Layout};
use crate::registry::RegistryError;

#[derive(Args)]
pub struct Export {
    /// .geojson, .geojsonl, .csv, .xlsx, .parquet or .fgb; FILE.metadata.json is written beside it
    file: PathBuf,
    /// The API's filter
    #[arg(long, default_value = "")]
    filter: String,
    /// Columns by comma, or `all`
    #[arg(long)]
    columns: Option<String>,
    /// CSV with `;` and a decimal comma
    #[arg(long)]
    semicolon: bool,
}

pub fn run(database: &str, command: &Export) -> Result<(), CliError> {
    let path = command.file.display().to_string();
    let extension = command
        .file
        .extension()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let format: ExportFormat = extension.parse().map_err(|_| {
        let ends = ExportFormat::VARIANTS.join(", .");
        CliError::Message(format!("{path}: the name must end in one of .{ends}"))
    })?;
    if command.semicolon && format != ExportFormat::Csv {
        return Err(CliError::Message("--semicolon is for .csv alone".to_owned()));
    }
    let choice = match command.columns.as_deref().map(Choice::parse) {
        None => Choice::Default,
        Some(Ok(choice)) => choice,
        Some(Err(fault)) => {
            let fault = FieldFault::new("columns", fault);
            return Err(RegistryError::BadParameters(vec![fault]).into());
        }
    };
    let registry = open(database)?;
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&command.filter)
        .map_err(|error| CliError::Message(format!("--filter: {error}")))?;
    let filter =
        Filter::parse(&pairs, &registry.reference()).map_err(RegistryError::BadParameters)?;
    let mut layout = Layout::new(format);
    if command.semicolon {
        layout.delimiter = Delimiter::Semicolon;
    }
    layout.columns = registry.export_columns(&Actor::Operator, &choice)?;
    let columns = layout.columns.as_deref();
    let metadata = registry.export_metadata(&Actor::Operator, filter.clone(), columns)?;
    layout.about = metadata.lines();
    let failed = |error| CliError::File { path: path.clone(), error };
    let file = std::fs::File::create(&command.file).map_err(failed)?;
    let mut noting = Noting { file, failed: None };
    let mut out = BufWriter::with_capacity(256 * 1024, &mut noting);
    let reader = &Actor::Operator;
    let written =
        registry.export_enterprises(reader, filter, &layout, Box::new(&mut out), &mut |_| {});
    let flushed = out.flush();
    drop(out);
    if let Some(error) = noting.failed {
        return Err(failed(error));
    }
    flushed.map_err(failed)?;
    let count = written?;
    let beside = format!("{path}.metadata.json");
    std::fs::write(&beside, serde_json::to_vec_pretty(&metadata)?)
        .map_err(|error| CliError::File { path: beside.clone(), error })?;
    eprintln!("{count} enterprises written to {path}");
    Ok(())
}

/// Keeps why a file cannot be written, for the person at the terminal.
struct Noting {
    file: std::fs::File,
    failed: Option<std::io::Error>,
}

impl Write for Noting {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes).map_err(|error| {
            let kind = error.kind();
            self.failed = Some(error);
            kind.into()
        })
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

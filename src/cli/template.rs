//! `sentra template REGION FILE.xlsx`

use std::path::PathBuf;

use chrono::Datelike;
use clap::Args;

use super::{CliError, open_to_write};
use crate::domain::projection::jakarta_date;
use crate::domain::region::RegionCode;
use crate::exchange::template;

#[derive(Args)]
pub struct Template {
    /// Of which regency the districts and villages to choose from are
    #[arg(value_parser = super::region)]
    region: RegionCode,
    file: PathBuf,
}

pub fn run(database: &str, command: &Template) -> Result<(), CliError> {
    let registry = open_to_write(database)?;
    let year = jakarta_date(registry.clock().now()).year();
    let bytes = template::workbook(&command.region, &registry.reference(), year)
        .map_err(|error| CliError::Message(error.to_string()))?;
    let path = command.file.display().to_string();
    std::fs::write(&command.file, bytes).map_err(|error| CliError::File { path, error })
}

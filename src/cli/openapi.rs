//! `sentra openapi`

use std::io::Write;

use super::CliError;

pub fn run() -> Result<(), CliError> {
    let document = crate::http::document();
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)?;
    Ok(())
}

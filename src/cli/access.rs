//! `sentra access`: who may do what, as `docs/access.md` has it.

use std::io::Write;

use super::CliError;

pub fn run() -> Result<(), CliError> {
    Ok(std::io::stdout().lock().write_all(crate::http::operations::access_page().as_bytes())?)
}

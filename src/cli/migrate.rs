//! `sentra migrate`

use super::CliError;
use crate::db::Db;

pub fn run(database: &str) -> Result<(), CliError> {
    let run = Db::open(database)?.migrate()?;
    eprintln!("{run} migrations run");
    Ok(())
}

//! `sentra generate --rows N --seed S`

use clap::Args;

use super::seed::{progress_bar, show};
use super::{CliError, open};

#[derive(Args)]
pub struct Generate {
    /// How many enterprises
    #[arg(long)]
    rows: usize,
    /// The same seed gives the same enterprises
    #[arg(long, default_value_t = 35)]
    seed: u64,
}

pub fn run(database: &str, command: &Generate) -> Result<(), CliError> {
    let bar = progress_bar();
    let created = open(database)?
        .generate(command.rows, command.seed, |done, total| show(&bar, done, total))?;
    bar.finish_and_clear();
    eprintln!("{created} sample enterprises added");
    Ok(())
}

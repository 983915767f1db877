//! `sentra restore FILE [--replace]`

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::CliError;
use super::backup::{bytes_bar, figures, show};
use crate::registry::Clock;
use crate::registry::restore::restore;

#[derive(Args)]
pub struct Restore {
    file: PathBuf,
    /// Also where the database holds records; it is kept under another name
    #[arg(long)]
    replace: bool,
}

pub fn run(database: &str, command: &Restore) -> Result<(), CliError> {
    let started = Instant::now();
    let bar = bytes_bar();
    let done =
        restore(database, &command.file, command.replace, &Clock::system(), &mut |progress| {
            show(&bar, progress);
        });
    bar.finish_and_clear();
    let done = done?;
    if done.migrations_run > 0 {
        eprintln!("{} migrations run", done.migrations_run);
    }
    if let Some(kept) = &done.kept {
        eprintln!("the former database is kept as {kept}");
    }
    eprintln!(
        "{} restored from {}",
        figures(&done.contents, done.bytes, started),
        command.file.display()
    );
    Ok(())
}

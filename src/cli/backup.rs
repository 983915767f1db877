//! `sentra backup FILE [--force]`

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use super::CliError;
use crate::exchange::backup_file::Contents;
use crate::registry::Clock;
use crate::registry::backup::{Progress, back_up};

#[derive(Args)]
pub struct Backup {
    file: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

pub fn run(database: &str, command: &Backup) -> Result<(), CliError> {
    let started = Instant::now();
    let bar = bytes_bar();
    let done = back_up(database, &command.file, command.force, &Clock::system(), &mut |progress| {
        show(&bar, progress);
    });
    bar.finish_and_clear();
    let done = done?;
    eprintln!(
        "{} backed up to {}",
        figures(&done.contents, done.bytes, started),
        command.file.display()
    );
    Ok(())
}

/// Rows, bytes and seconds.
pub fn figures(contents: &Contents, bytes: u64, started: Instant) -> String {
    let rows = contents.rows.values().sum::<i64>().unsigned_abs();
    let seconds = started.elapsed().as_secs_f64();
    format!("{} rows, {}, {seconds:.1} s:", HumanCount(rows), HumanBytes(bytes))
}

/// A bar on a terminal; nothing where there is none.
pub fn bytes_bar() -> ProgressBar {
    let bar = ProgressBar::no_length();
    let style = ProgressStyle::with_template(
        "{msg} {bar:40} {bytes}/{total_bytes}, {bytes_per_sec}, {elapsed}",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

pub fn show(bar: &ProgressBar, progress: Progress) {
    match progress {
        Progress::Snapshot => bar.set_message("snapshot"),
        Progress::Copied { bytes, of } => {
            bar.set_message("copying");
            if let Some(of) = of {
                bar.set_length(of);
            }
            bar.set_position(bytes);
        }
        Progress::Check => bar.set_message("checking"),
    }
}

//! `sentra generate --rows N --seed S`

use std::time::Instant;

use clap::Args;

use super::seed::{progress_bar, show};
use super::{CliError, open_to_write};

/// The rate is told over all rows, and over so many at the beginning and at the end: what it
/// becomes as the database grows.
const ENDS: usize = 100_000;

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
    let registry = open_to_write(database)?;
    let bar = progress_bar();
    let started = Instant::now();
    let (mut first, mut before_last) = (None, None);
    let created = registry.generate(command.rows, command.seed, |done, total| {
        show(&bar, done, total);
        if done >= ENDS {
            first.get_or_insert((done, started.elapsed()));
        }
        if done + ENDS <= total {
            before_last = Some((done, started.elapsed()));
        }
    })?;
    bar.finish_and_clear();
    let took = started.elapsed();
    let rate = |rows: usize, seconds: f64| format!("{:.0} rows/s", as_f64(rows) / seconds);
    eprintln!("{created} sample enterprises added, {}", rate(command.rows, took.as_secs_f64()));
    if let (Some((first, first_took)), Some((before, before_took))) = (first, before_last) {
        let last = rate(command.rows - before, took.saturating_sub(before_took).as_secs_f64());
        eprintln!(
            "first {first}: {}; last {}: {last}",
            rate(first, first_took.as_secs_f64()),
            command.rows - before
        );
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows are far below 2^52")]
fn as_f64(rows: usize) -> f64 {
    rows as f64
}

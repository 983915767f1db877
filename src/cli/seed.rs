//! `sentra seed [--demo | --remove-demo]`

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{CliError, open_to_write};
use crate::db::Db;
use crate::registry::seed::reference_codes;

#[derive(Args)]
pub struct Seed {
    /// Also add 5,000 sample enterprises, marked as sample
    #[arg(long)]
    demo: bool,
    /// Take the sample enterprises away
    #[arg(long, conflicts_with = "demo")]
    remove_demo: bool,
}

pub fn run(database: &str, command: &Seed) -> Result<(), CliError> {
    let db = Db::open(database)?;
    if db.pending_migrations()? > 0 {
        db.migrate()?;
    }
    let added = reference_codes(&db)?;
    eprintln!("{added} reference codes added");
    if command.demo {
        let registry = open_to_write(database)?;
        let bar = progress_bar();
        let created = registry.seed_demo(|done, total| show(&bar, done, total))?;
        bar.finish_and_clear();
        eprintln!("{created} sample enterprises added");
    }
    if command.remove_demo {
        eprintln!("{} sample enterprises removed", open_to_write(database)?.remove_demo()?);
    }
    Ok(())
}

/// A bar on a terminal; nothing where there is none.
pub fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template(
        "{bar:40} {human_pos}/{human_len} rows, {per_sec}, {eta} left",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

pub fn show(bar: &ProgressBar, done: usize, total: usize) {
    bar.set_length(total as u64);
    bar.set_position(done as u64);
}

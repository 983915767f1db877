//! `sentra reference boundaries | kbli | concordance | reassign`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::seed::{progress_bar, show};
use super::{CliError, open_to_write};
use crate::domain::region::{PROVINCE, RegionCode};
use crate::registry::RegistryError;
use crate::registry::boundaries::{EditionOptions, EditionReport};
use crate::registry::reassign::{ReassignOptions, ReassignReport};

/// Codes of a kind that are printed; there may be thousands.
const SHOWN: usize = 20;

#[derive(Subcommand)]
pub enum Reference {
    /// Take in the official boundaries of an edition: GeoJSON
    Boundaries(Boundaries),
    /// Take in codes and titles of an edition of KBLI: CSV
    Kbli(Kbli),
    /// Take in which KBLI codes of one edition stand for which of another: CSV
    Concordance(Concordance),
    /// Give records whose region is no more the one that came after it
    Reassign(Reassign),
}

#[derive(Args)]
pub struct Boundaries {
    file: PathBuf,
    /// The edition's name, e.g. the year of its decree
    #[arg(long, value_name = "NAME")]
    edition: String,
    /// The edition's first day
    #[arg(long, value_name = "DATE")]
    valid_from: NaiveDate,
    /// Origin and licence, shown with each boundary
    #[arg(long, value_name = "TEXT")]
    source: String,
    /// The boundaries are good enough to suggest a region, never to reject one
    #[arg(long)]
    approximate: bool,
    /// The region that the file is about; regions elsewhere stay as they are
    #[arg(long, value_name = "CODE", default_value = PROVINCE, value_parser = region)]
    within: RegionCode,
    /// Store nothing, only say what would become of the regions
    #[arg(long)]
    dry_run: bool,
}

#[derive(Args)]
pub struct Kbli {
    file: PathBuf,
    /// The edition's year
    #[arg(long, value_name = "YEAR")]
    edition: String,
    /// The edition's first day
    #[arg(long, value_name = "DATE")]
    valid_from: Option<NaiveDate>,
}

#[derive(Args)]
pub struct Concordance {
    file: PathBuf,
    /// Edition of the first column
    #[arg(long, value_name = "YEAR")]
    from: String,
    /// Edition of the second column
    #[arg(long, value_name = "YEAR")]
    to: String,
}

#[derive(Args)]
pub struct Reassign {
    /// The edition that is in force
    #[arg(long, value_name = "NAME")]
    edition: String,
    /// Old and new codes, for what is not plain
    #[arg(long, value_name = "FILE.csv")]
    map: Option<PathBuf>,
    /// Store nothing, only say what would become of each record
    #[arg(long)]
    dry_run: bool,
    /// Write the whole report there, as JSON
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
}

fn region(text: &str) -> Result<RegionCode, String> {
    text.parse().map_err(|()| format!("{text} is not a region code"))
}

pub fn run(database: &str, command: &Reference) -> Result<(), CliError> {
    match command {
        Reference::Boundaries(command) => boundaries(database, command),
        Reference::Kbli(command) => {
            let bytes = read(&command.file)?;
            let edition = &command.edition;
            let codes =
                open_to_write(database)?.import_kbli(&bytes, edition, command.valid_from)?;
            println!("{codes} codes of KBLI {edition} imported");
            Ok(())
        }
        Reference::Concordance(command) => {
            let bytes = read(&command.file)?;
            let (from, to) = (&command.from, &command.to);
            let pairs = open_to_write(database)?.import_concordance(&bytes, from, to)?;
            println!("{pairs} pairs of KBLI {from} and {to} imported");
            Ok(())
        }
        Reference::Reassign(command) => reassign(database, command),
    }
}

fn boundaries(database: &str, command: &Boundaries) -> Result<(), CliError> {
    let bytes = read(&command.file)?;
    let options = EditionOptions {
        edition: command.edition.clone(),
        valid_from: command.valid_from,
        source: command.source.clone(),
        approximate: command.approximate,
        within: command.within.clone(),
        dry_run: command.dry_run,
    };
    let EditionReport { added, kept, renamed, closed, .. } =
        open_to_write(database)?.import_boundaries(&bytes, &options)?;
    let renamed: Vec<String> =
        renamed.into_iter().map(|(code, old, new)| format!("{code} {old} -> {new}")).collect();
    for (what, codes) in [("new", &added), ("closed", &closed), ("renamed", &renamed)] {
        for code in codes.iter().take(SHOWN) {
            println!("{what}: {code}");
        }
        if codes.len() > SHOWN {
            println!("{what}: and {} more", codes.len() - SHOWN);
        }
    }
    println!(
        "Edition {} from {}: {} regions new, {kept} kept ({} of them renamed), {} closed{}",
        options.edition,
        options.valid_from,
        added.len(),
        renamed.len(),
        closed.len(),
        dry(options.dry_run)
    );
    Ok(())
}

fn reassign(database: &str, command: &Reassign) -> Result<(), CliError> {
    let options = ReassignOptions {
        edition: command.edition.clone(),
        mapping: command.map.as_deref().map(read).transpose()?,
        dry_run: command.dry_run,
    };
    let registry = open_to_write(database)?;
    let interrupted = interruption();
    let bar = progress_bar();
    let report = registry.reassign(&options, |done, total| {
        show(&bar, done, total);
        !interrupted.load(Ordering::Relaxed)
    });
    bar.finish_and_clear();
    let report = match report {
        Err(RegistryError::Stopped) if !options.dry_run => {
            let told = "stopped; the same command goes on from there";
            return Err(CliError::Message(told.to_owned()));
        }
        other => other?,
    };
    if let Some(file) = &command.report {
        let written = serde_json::to_vec_pretty(&report)?;
        std::fs::write(file, written)
            .map_err(|error| CliError::File { path: file.display().to_string(), error })?;
    }
    print(&report);
    Ok(())
}

fn print(report: &ReassignReport) {
    let tally = &report.tally;
    for (from, moves) in &tally.reassigned_to {
        for (to, records) in moves {
            println!("{from} -> {to}: {records}");
        }
    }
    println!(
        "{} records examined: {} unchanged, {} reassigned, {} relocated, {} ambiguous, {} unreadable{}",
        tally.examined,
        tally.unchanged,
        tally.reassigned,
        tally.relocated,
        tally.ambiguous,
        tally.unreadable,
        dry(report.dry_run)
    );
}

fn dry(dry_run: bool) -> &'static str {
    if dry_run { " (dry run: nothing was stored)" } else { "" }
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| CliError::File { path: path.display().to_string(), error })
}

/// Becomes true when Ctrl-C is pressed, instead of ending the process in the middle of its work.
fn interruption() -> Arc<AtomicBool> {
    let pressed = Arc::new(AtomicBool::new(false));
    let told = pressed.clone();
    std::thread::spawn(move || {
        let waited = actix_web::rt::System::new().block_on(actix_web::rt::signal::ctrl_c());
        if waited.is_ok() {
            told.store(true, Ordering::Relaxed);
        }
    });
    pressed
}

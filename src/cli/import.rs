//! `sentra import FILE [--dry-run] [--publish --basis TEXT] [--report FILE.json]`

use std::path::{Path, PathBuf};

use clap::Args;

use super::seed::{progress_bar, show};
use super::{CliError, open_to_write};
use crate::domain::actor::Actor;
use crate::domain::codes::{BasisKind, Kind};
use crate::domain::enterprise::PublicationBasis;
use crate::domain::projection::jakarta_date;
use crate::registry::import::{ImportOptions, Report, RowOutcome};

/// Rows with messages that are printed; the report file has all.
const SHOWN: usize = 20;

#[derive(Args)]
pub struct Import {
    file: PathBuf,
    /// Store nothing, only say what would become of each row
    #[arg(long)]
    dry_run: bool,
    /// Publish what comes in
    #[arg(long, requires = "basis")]
    publish: bool,
    /// On what ground it may be public: the consent, the decree or the source
    #[arg(long, value_name = "TEXT", requires = "publish")]
    basis: Option<String>,
    /// What kind of ground that is
    #[arg(long, value_enum, default_value_t = BasisKind::AlreadyPublic, requires = "publish")]
    basis_kind: BasisKind,
    /// On whose list the rows stand, where no column says
    #[arg(long, value_parser = kind)]
    kind: Option<Kind>,
    /// Write the whole report there, as JSON
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
}

fn kind(text: &str) -> Result<Kind, String> {
    text.parse().map_err(|_| "ikm, ukm, kopwan or koperasi".to_owned())
}

pub fn run(database: &str, command: &Import) -> Result<(), CliError> {
    let registry = open_to_write(database)?;
    let path = |path: &Path| path.display().to_string();
    let bytes = std::fs::read(&command.file)
        .map_err(|error| CliError::File { path: path(&command.file), error })?;
    let name = command
        .file
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let publish = command.basis.as_ref().filter(|_| command.publish).map(|text| PublicationBasis {
        kind: command.basis_kind,
        text: text.clone(),
        on: jakarta_date(registry.clock().now()),
    });
    let options = ImportOptions { name, dry_run: command.dry_run, kind: command.kind, publish };
    let bar = progress_bar();
    let report = registry.import(&Actor::Operator, &bytes, &options, |done, total| {
        show(&bar, done, total);
        true
    })?;
    bar.finish_and_clear();
    if let Some(file) = &command.report {
        let written = serde_json::to_vec_pretty(&report)?;
        std::fs::write(file, written)
            .map_err(|error| CliError::File { path: path(file), error })?;
    }
    print(&report);
    Ok(())
}

fn print(report: &Report) {
    let unknown: Vec<&str> = report
        .columns
        .iter()
        .filter(|column| column.field.is_none())
        .map(|column| column.header.as_str())
        .collect();
    if !unknown.is_empty() {
        println!("Kolom yang tidak dikenal: {}", unknown.join(", "));
    }
    let told: Vec<_> = report.rows.iter().filter(|row| !row.messages.is_empty()).collect();
    for row in told.iter().take(SHOWN) {
        let outcome = match row.outcome {
            RowOutcome::Accepted => "diterima",
            RowOutcome::Warned => "diterima, periksa",
            RowOutcome::Rejected => "ditolak",
            RowOutcome::Skipped => "dilewati",
            RowOutcome::Unchanged => "tidak berubah",
        };
        println!("Baris {} ({outcome}):", row.row);
        for message in &row.messages {
            println!("  {}: {}", message.field, message.text);
        }
    }
    if told.len() > SHOWN {
        println!("… dan {} baris lain dengan catatan; lihat --report.", told.len() - SHOWN);
    }
    let dry = if report.dry_run { " (uji coba: tidak ada yang disimpan)" } else { "" };
    println!(
        "{} baris dibaca: {} diterima, {} diterima dengan catatan, {} ditolak, {} dilewati, {} tidak berubah{dry}",
        report.read,
        report.accepted,
        report.warned,
        report.rejected,
        report.skipped,
        report.unchanged
    );
}

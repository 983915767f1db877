//! `sentra import FILE [--dry-run] [--all-or-nothing] [--show-mapping] [--mapping FILE.json]
//! [--publish --basis TEXT] [--report FILE.json]`

use std::path::{Path, PathBuf};

use clap::Args;

use super::seed::{progress_bar, show};
use super::{CliError, open_to_write};
use crate::domain::actor::Actor;
use crate::domain::codes::{BasisKind, Kind};
use crate::domain::enterprise::PublicationBasis;
use crate::domain::projection::jakarta_date;
use crate::exchange::mapping::{ASK_BELOW, ColumnMapping};
use crate::registry::import::{ImportOptions, Report, RowOutcome, SheetReport};

/// Rows with messages that are printed; the report file has all.
const SHOWN: usize = 20;

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct Import {
    file: PathBuf,
    /// Store nothing, only say what would become of each row
    #[arg(long)]
    dry_run: bool,
    /// Store nothing if any row is rejected
    #[arg(long)]
    all_or_nothing: bool,
    /// Only print what each column is taken for, as JSON to correct and give to --mapping
    #[arg(long)]
    show_mapping: bool,
    /// What the columns are: as printed by --show-mapping, corrected
    #[arg(long, value_name = "FILE.json")]
    mapping: Option<PathBuf>,
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
    let read = |file: &Path| {
        std::fs::read(file).map_err(|error| CliError::File { path: path(file), error })
    };
    let bytes = read(&command.file)?;
    let mapping = match &command.mapping {
        Some(file) => Some(serde_json::from_slice(&read(file)?)?),
        None => None,
    };
    let name = command
        .file
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let publish = command.basis.as_ref().filter(|_| command.publish).map(|text| PublicationBasis {
        kind: command.basis_kind,
        text: text.clone(),
        on: jakarta_date(registry.clock().now()),
    });
    let options = ImportOptions {
        name,
        dry_run: command.dry_run,
        all_or_nothing: command.all_or_nothing,
        kind: command.kind,
        mapping,
        publish,
        ..ImportOptions::default()
    };
    if command.show_mapping {
        let sheets = registry.list_sheets(&bytes, &options)?;
        println!("{}", serde_json::to_string_pretty(&serde_json::json!({ "sheets": sheets }))?);
        return Ok(());
    }
    let bar = progress_bar();
    let progress = |done, total| {
        show(&bar, done, total);
        true
    };
    let (id, report) = if command.dry_run {
        (None, registry.import(&Actor::Operator, &bytes, &options, progress)?)
    } else {
        let (id, report) = registry.import_logged(&bytes, options, progress)?;
        (Some(id), report)
    };
    bar.finish_and_clear();
    if let Some(file) = &command.report {
        let written = serde_json::to_vec_pretty(&report)?;
        std::fs::write(file, written)
            .map_err(|error| CliError::File { path: path(file), error })?;
    }
    print(&report);
    if let Some(id) = id {
        println!("Batalkan bila perlu: sentra imports undo {id} --reason \"…\"");
    }
    Ok(())
}

fn print(report: &Report) {
    for sheet in &report.sheets {
        print_sheet(sheet, &report.file);
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
        match &row.sheet {
            Some(sheet) => println!("{sheet}, baris {} ({outcome}):", row.row),
            None => println!("Baris {} ({outcome}):", row.row),
        }
        for message in &row.messages {
            let at = message.cell.as_deref().unwrap_or_default();
            let suggestion = message.suggestion.as_deref();
            let suggestion = suggestion.map(|text| format!(" ({text}?)")).unwrap_or_default();
            println!("  {at} {}: {}{suggestion}", message.field, message.text);
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

/// Why it is no list; or the columns that nobody knows, and those to look at.
fn print_sheet(sheet: &SheetReport, file: &str) {
    let name = sheet.mapping.sheet.as_deref().unwrap_or(file);
    if let Some(explanation) = &sheet.explanation {
        println!("{name}: {explanation}");
        return;
    }
    let columns = &sheet.mapping.columns;
    let unknown = columns.iter().filter(|column| column.field.is_none());
    let unknown: Vec<&str> = unknown.map(|column| column.header.as_str()).collect();
    if !unknown.is_empty() {
        println!("{name}: kolom yang tidak dikenal: {}", unknown.join(", "));
    }
    for column in columns.iter().filter(|column| column.confidence < ASK_BELOW) {
        if let Some(field) = column.field {
            let ColumnMapping { column, header, confidence, why, .. } = column;
            let (field, per_cent) = (field.label(), confidence * 100.0);
            println!(
                "{name}: kolom {column} \"{header}\" dibaca sebagai {field} ({per_cent:.0} %: {why}); periksa."
            );
        }
    }
}

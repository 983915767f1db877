//! Taking in a list: read, understand, check, store; and a report that accounts for every row.

mod checking;
mod identity;
mod report;

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;

use self::checking::Checking;
pub use self::report::{Report, RowMessage, RowOutcome, RowReport, SheetReport};
use super::intake::{Incoming, Load, Outcome, Run};
use super::{Registry, RegistryError};
use crate::domain::actor::Actor;
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::Kind;
use crate::domain::enterprise::PublicationBasis;
use crate::domain::fault::FieldFault;
use crate::domain::projection::jakarta_date;
use crate::domain::region::{Level, RegionCode};
use crate::exchange::list::{Ask, ListFile, ListedRow, Sheet};
use crate::exchange::mapping::SavedMapping;
use crate::exchange::sheet::Limits;

/// Rows that a dry run asks the database about at a time.
const BATCH: usize = 500;

/// What an import is asked for.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The file's name, for the record's sources.
    pub name: String,
    /// Store nothing, only say what would become of each row.
    pub dry_run: bool,
    /// Store nothing if any row is rejected.
    pub all_or_nothing: bool,
    /// On whose list the rows stand, where no column says.
    pub kind: Option<Kind>,
    /// What the columns are, as a person said.
    pub mapping: Option<SavedMapping>,
    pub publish: Option<PublicationBasis>,
    /// Rows lie in it where nothing says where, and none may lie outside; None: the whole province.
    pub home: Option<RegionCode>,
    /// The day of the import; None: today.
    pub today: Option<NaiveDate>,
}

/// Who takes in what, and as which import of the log.
pub(super) struct Job<'a> {
    pub(super) actor: &'a Actor,
    pub(super) options: &'a ImportOptions,
    /// In the log of changes.
    pub(super) id: &'a str,
    pub(super) run: Option<Run<'a>>,
}

impl Registry {
    /// What the sheets and columns of a file would be taken for.
    ///
    /// # Errors
    /// A file that cannot be read as a list.
    pub fn list_sheets(
        &self,
        bytes: &[u8],
        options: &ImportOptions,
    ) -> Result<Vec<SheetReport>, RegistryError> {
        let file = read(bytes)?;
        let reference = self.reference();
        let sheets = file.sheets(&reference, &self.ask(options));
        Ok(sheets.iter().map(SheetReport::of).collect())
    }

    /// Takes in a list. `progress` is told how many of how many rows are through, and stops the
    /// import by answering false: what was stored stays, and the same file again goes on from there.
    ///
    /// # Errors
    /// A file that cannot be read as a list; [`RegistryError::Stopped`]; the database's.
    pub fn import(
        &self,
        actor: &Actor,
        bytes: &[u8],
        options: &ImportOptions,
        mut progress: impl FnMut(usize, usize) -> bool,
    ) -> Result<Report, RegistryError> {
        let job_id = super::writing::new_id(self.clock.now()).to_string();
        let job = Job { actor, options, id: &job_id, run: None };
        self.take_in(read(bytes)?, &job, &mut progress)
    }

    /// The same of a file that was read, for an import that may be in the log. Duplicates are looked
    /// for when the file is out of memory.
    pub(super) fn take_in(
        &self,
        file: ListFile,
        job: &Job,
        progress: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Report, RegistryError> {
        let report = self.rows_in(&file, job, progress)?;
        drop(file);
        if !report.dry_run {
            self.find_duplicates_after_load();
        }
        Ok(report)
    }

    fn rows_in(
        &self,
        file: &ListFile,
        job: &Job,
        progress: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Report, RegistryError> {
        let (reference, options) = (self.reference(), job.options);
        let sheets = file.sheets(&reference, &self.ask(options));
        let total: usize = sheets.iter().map(Sheet::len).sum();
        let mut report = Report {
            file: options.name.clone(),
            dry_run: options.dry_run,
            sheets: sheets.iter().map(SheetReport::of).collect(),
            ..Report::default()
        };
        let progress = &mut |done| progress(done, total);
        if options.all_or_nothing {
            let rejected = self.held_back(job, &sheets, progress)?;
            if let Some(rows) = rejected {
                report.add_all(rows);
                return Ok(report);
            }
        }
        let checking = if options.dry_run {
            self.foresee(job, &sheets, progress)?
        } else {
            self.store(job, &sheets, progress)?
        };
        progress(total);
        (report.created, report.updated) = (checking.created, checking.updated);
        report.add_all(checking.rows);
        Ok(report)
    }

    pub(super) fn ask(&self, options: &ImportOptions) -> Ask {
        let today = options.today.unwrap_or_else(|| jakarta_date(self.clock.now()));
        Ask {
            kind: options.kind,
            today: Some(today),
            saved: options.mapping.clone(),
            regency: options.home.as_ref().and_then(|home| home.at(Level::Regency)),
        }
    }

    /// Checks all rows; where one is rejected, all as they are, the good ones held back.
    fn held_back(
        &self,
        job: &Job,
        sheets: &[Sheet],
        progress: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<Vec<RowReport>>, RegistryError> {
        let mut rows = self.foresee(job, sheets, progress)?.rows;
        if !rows.iter().any(|row| row.outcome == RowOutcome::Rejected) {
            return Ok(None);
        }
        for row in &mut rows {
            if matches!(row.outcome, RowOutcome::Accepted | RowOutcome::Warned) {
                row.outcome = RowOutcome::Skipped;
                row.messages.push(FieldFault::new("", CellFault::HeldBack.into()).into());
            }
        }
        Ok(Some(rows))
    }

    /// Stores rows as they are read.
    fn store<'a>(
        &'a self,
        job: &'a Job,
        sheets: &[Sheet],
        progress: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Checking<'a>, RegistryError> {
        let load = Load {
            actor: job.actor,
            job_id: job.id,
            reason: &job.options.name,
            sample: false,
            publish: job.options.publish.clone(),
            import: job.run,
        };
        let mut checking = Checking::new(self, job.actor, job.options);
        let through = AtomicUsize::new(0);
        let mut outcomes: Vec<Outcome> = Vec::new();
        let rows = all_rows(sheets).filter_map(|(sheet, row)| {
            let taken = checking.take(sheet, row).transpose();
            if taken.is_none() {
                // Through without being stored.
                through.fetch_add(1, Ordering::Relaxed);
            }
            taken
        });
        self.load(&load, rows, |batch| {
            outcomes.extend_from_slice(batch);
            progress(through.load(Ordering::Relaxed) + outcomes.len())
        })?;
        checking.settle(outcomes);
        Ok(checking)
    }

    /// What a load would answer, without storing anything.
    fn foresee<'a>(
        &'a self,
        job: &'a Job,
        sheets: &[Sheet],
        progress: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Checking<'a>, RegistryError> {
        let mut checking = Checking::new(self, job.actor, job.options);
        let mut outcomes: Vec<Outcome> = Vec::new();
        let mut batch: Vec<Incoming> = Vec::with_capacity(BATCH);
        for (done, (sheet, row)) in all_rows(sheets).enumerate() {
            batch.extend(checking.take(sheet, row)?);
            if batch.len() >= BATCH {
                outcomes.extend(self.foreseen(job.actor, &batch)?);
                batch.clear();
                if !progress(done) {
                    return Err(RegistryError::Stopped);
                }
            }
        }
        outcomes.extend(self.foreseen(job.actor, &batch)?);
        checking.settle(outcomes);
        Ok(checking)
    }
}

/// The rows of all sheets, each with its sheet.
fn all_rows<'a>(
    sheets: &'a [Sheet<'a>],
) -> impl Iterator<Item = (&'a Sheet<'a>, ListedRow)> + Send {
    sheets.iter().flat_map(|sheet| sheet.rows().map(move |row| (sheet, row)))
}

pub(super) fn read(bytes: &[u8]) -> Result<ListFile, RegistryError> {
    let unreadable =
        |error: crate::exchange::sheet::ReadError| RegistryError::Invalid(vec![error.fault()]);
    ListFile::read(bytes, &Limits::default()).map_err(unreadable)
}

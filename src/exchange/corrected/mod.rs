//! The corrected file: a list back to its office, every cell at its place as it stood, the faulty
//! ones coloured and with a note, and two columns at the right: the record's id, and what there is
//! to say of the row. It comes in again as the same list. Knows no registry: rows and what became of
//! them in, a workbook out.

mod cells;
mod pages;

use std::io::{Seek, Write};
use std::iter::Peekable;
use std::path::Path;

use rust_xlsxwriter::{Note, Workbook, Worksheet, XlsxError};
use uuid::Uuid;

use self::cells::{Fill, Formats};
use self::pages::Page;
use super::layout::{ID_COLUMN, NOTE_COLUMN};
use super::list::ListFile;
use super::sheet::{Grid, RowCells};

/// Cells with a note in one workbook; programs grow slow with more. Beyond it colour and column
/// still tell.
const MOST_NOTES: usize = 10_000;
/// Characters of a note, and of a row's remarks.
const LONGEST_NOTE: usize = 1_000;
const LONGEST_REMARK: usize = 8_000;

/// Where Linux keeps files that are on no disk.
const SHARED_MEMORY: &str = "/dev/shm";

/// What became of a row, as far as the file tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As a person counts it in the file that came in.
    pub number: usize,
    pub sheet: Option<String>,
    pub verdict: Verdict,
    /// The record that it became.
    pub id: Option<Uuid>,
    pub remarks: Vec<Remark>,
}

/// What the office has to do about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Rejected,
    /// Taken in, with something to look at.
    Look,
    Skipped,
    /// Nothing.
    Good,
}

impl Verdict {
    /// The word that stands before the remarks: colour alone would not do.
    fn word(self) -> &'static str {
        match self {
            Self::Rejected => "DITOLAK:",
            Self::Look => "PERIKSA:",
            Self::Skipped => "DILEWATI:",
            Self::Good => "",
        }
    }

    fn fill(self) -> Fill {
        match self {
            Self::Rejected => Fill::Rejected,
            Self::Look => Fill::Look,
            Self::Skipped => Fill::Skipped,
            Self::Good => Fill::None,
        }
    }
}

/// Something to say of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Remark {
    /// The column's header, or the field where no column is to blame.
    pub field: String,
    /// As in the file: `F12`.
    pub cell: Option<String>,
    pub text: String,
    pub suggestion: Option<String>,
}

impl Remark {
    fn told(&self) -> String {
        match &self.suggestion {
            Some(suggestion) => format!("{} (Saran: {suggestion})", self.text),
            None => self.text.clone(),
        }
    }
}

/// Why no corrected file was made.
#[derive(Debug, thiserror::Error)]
pub enum CorrectedError {
    #[error(transparent)]
    Workbook(#[from] XlsxError),
    /// The rows are of another file.
    #[error("the file has no row {row} of which something is reported")]
    NoSuchRow { row: usize },
}

/// Writes the workbook. `rows` are in the order of the file; a row that is not among them is written
/// as it stood. Memory is that of the file as read: what is written goes to a nameless file first,
/// in memory that the system may page out where it has such a folder, since it is not encrypted.
///
/// # Errors
/// What cannot be written, and rows that the file does not have.
pub fn write(
    file: &ListFile,
    rows: impl Iterator<Item = Row>,
    out: &mut (impl Write + Seek + Send),
) -> Result<(), CorrectedError> {
    let mut workbook = Workbook::new();
    if Path::new(SHARED_MEMORY).is_dir() {
        workbook.set_tempdir(SHARED_MEMORY)?;
    }
    let mut writing = Writing { formats: Formats::new(), notes: 0, rows: rows.peekable() };
    let mut names = pages::Names::default();
    let visible = file.grids().iter().position(|grid| !grid.hidden);
    for (place, grid) in file.grids().iter().enumerate() {
        for page in Page::all(grid) {
            let sheet = workbook.add_worksheet_with_constant_memory()?;
            sheet.set_name(names.unique(grid.name.as_deref()))?;
            // A workbook shows at least one sheet.
            if visible.is_none_or(|visible| visible == place) && page.is_first() {
                sheet.set_active(true);
            } else if grid.hidden {
                sheet.set_hidden(true);
            }
            writing.page(grid, &page, sheet)?;
        }
    }
    if let Some(row) = writing.rows.peek() {
        return Err(CorrectedError::NoSuchRow { row: row.number });
    }
    workbook.save_to_writer(out)?;
    Ok(())
}

struct Writing<R: Iterator<Item = Row>> {
    formats: Formats,
    notes: usize,
    rows: Peekable<R>,
}

impl<R: Iterator<Item = Row>> Writing<R> {
    fn page(
        &mut self,
        grid: &Grid,
        page: &Page,
        sheet: &mut Worksheet,
    ) -> Result<(), CorrectedError> {
        page.lay_out(sheet)?;
        for (at, row) in page.rows(grid) {
            if page.is_header(row.number) {
                self.header(page, at, &row, sheet)?;
                continue;
            }
            let report = self.report(grid, row.number)?;
            self.row(page, at, &row, report.as_ref(), sheet)?;
        }
        Ok(())
    }

    /// What is reported of a row, if anything is.
    fn report(&mut self, grid: &Grid, number: usize) -> Result<Option<Row>, CorrectedError> {
        let of_sheet = |row: &Row| row.sheet == grid.name;
        match self.rows.peek() {
            Some(row) if of_sheet(row) && row.number < number => {
                Err(CorrectedError::NoSuchRow { row: row.number })
            }
            _ => Ok(self.rows.next_if(|row| of_sheet(row) && row.number == number)),
        }
    }

    fn header(
        &self,
        page: &Page,
        at: u32,
        row: &RowCells,
        sheet: &mut Worksheet,
    ) -> Result<(), CorrectedError> {
        for (column, cell) in row.iter().filter(|(column, _)| !page.is_own(*column)) {
            self.formats.write(sheet, (at, column), cell, Fill::Head)?;
        }
        if page.is_last_header(row.number) {
            for (column, name) in [(page.id_column, ID_COLUMN), (page.note_column, NOTE_COLUMN)] {
                self.formats.text(sheet, (at, column), name, Fill::Head)?;
            }
        }
        Ok(())
    }

    fn row(
        &mut self,
        page: &Page,
        at: u32,
        row: &RowCells,
        report: Option<&Row>,
        sheet: &mut Worksheet,
    ) -> Result<(), CorrectedError> {
        let fill = report.map_or(Fill::None, |report| report.verdict.fill());
        let faulty = report.map(|report| faulty(page, report)).unwrap_or_default();
        let (mut id, mut cut) = (None, Vec::new());
        let mut written: Vec<usize> = Vec::new();
        for (column, cell) in row.iter() {
            if page.is_own(column) {
                id = id.or((column == page.id_column).then_some(cell.text));
                continue;
            }
            let is_faulty = faulty.iter().any(|(place, _)| *place == column);
            let fill = if is_faulty { fill } else { Fill::None };
            if !self.formats.write(sheet, (at, column), cell, fill)? {
                cut.push(column);
            }
            written.push(column);
        }
        for (column, text) in &faulty {
            if !written.contains(column) {
                self.formats.blank(sheet, (at, *column), fill)?;
            }
            if self.notes < MOST_NOTES {
                self.notes += 1;
                sheet.insert_note(at, cells::column(*column), &note(text))?;
            }
        }
        let own = report.and_then(|report| report.id).map(|id| id.to_string());
        if let Some(id) = own.as_deref().or(id) {
            self.formats.text(sheet, (at, page.id_column), id, Fill::None)?;
        }
        let text = remarks(report, &cut);
        if !text.is_empty() {
            self.formats.text(sheet, (at, page.note_column), &text, fill)?;
        }
        Ok(())
    }
}

/// The cells to blame by their columns, each with all that there is to say of it.
fn faulty(page: &Page, report: &Row) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for remark in &report.remarks {
        let of_cell = remark.cell.as_deref().and_then(cells::column_of);
        let Some(column) = of_cell.or_else(|| page.column_named(&remark.field)) else { continue };
        if page.is_own(column) {
            continue;
        }
        match found.iter_mut().find(|(place, _)| *place == column) {
            Some((_, text)) => *text = format!("{text}\n{}", remark.told()),
            None => found.push((column, remark.told())),
        }
    }
    found.sort_unstable();
    found
}

/// All remarks of a row in one line, behind the word of its verdict.
fn remarks(report: Option<&Row>, cut: &[usize]) -> String {
    let mut text = String::new();
    if let Some(report) = report.filter(|report| !report.remarks.is_empty()) {
        text.push_str(report.verdict.word());
        for remark in &report.remarks {
            text.push(' ');
            let at = remark.cell.as_deref().or(Some(remark.field.as_str()));
            if let Some(at) = at.filter(|at| !at.is_empty()) {
                text.push_str(at);
                text.push_str(" – ");
            }
            text.push_str(&remark.told());
        }
    }
    for column in cut {
        let letters = super::sheet::column_letters(*column);
        text += " Isi kolom ";
        text += &letters;
        text += " terlalu panjang untuk satu sel dan dipotong.";
    }
    shortened(text.trim_start(), LONGEST_REMARK)
}

fn note(text: &str) -> Note {
    let text = shortened(text, LONGEST_NOTE);
    let lines: usize = text.lines().map(|line| line.chars().count() / 40 + 1).sum();
    let height = u32::try_from(20 * lines.clamp(2, 20)).unwrap_or(400);
    Note::new(text).set_author("Sentra").add_author_prefix(false).set_width(300).set_height(height)
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;

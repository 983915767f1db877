//! XLSX, XLS and ODS. Formulas are never run: their stored values are what counts. Macros are not
//! looked at.

use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Ods, Reader, SheetType, SheetVisible, Xls, Xlsx};
use chrono::NaiveDateTime;

use super::grid::CellKind;
use super::limits::{Zipped, zipped as looked_into};
use super::{Grid, Limits, ReadError, compound};
use crate::domain::file_fault::FileFault;

/// Excel keeps fifteen digits of a number; what stands behind them is lost.
const KEPT: f64 = 1e15;

pub fn zipped(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, ReadError> {
    match looked_into(bytes, limits)? {
        Zipped::Xlsx => caught("XLSX", || xlsx(bytes, limits)),
        Zipped::Ods => caught("ODS", || ods(bytes, limits)),
    }
}

pub fn xls(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, ReadError> {
    compound::check(bytes, limits)?;
    caught("XLS", || {
        let told = |error| told("XLS", error);
        let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(told)?;
        full("XLS", &mut workbook, limits)
    })
}

/// A damaged file may break an assumption of its reader: that is a damaged file, not the end.
fn caught<T>(
    format: &'static str,
    read: impl FnOnce() -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let broken = |_| ReadError::damaged(format, "its reader stopped");
    catch_unwind(AssertUnwindSafe(read)).map_err(broken)?
}

fn told(format: &'static str, error: impl std::fmt::Display) -> ReadError {
    let message = error.to_string();
    if message.contains("password") {
        ReadError(FileFault::Password)
    } else {
        ReadError::damaged(format, message)
    }
}

/// Sheet by sheet, cell by cell: never the whole sheet as its reader's own.
fn xlsx(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, ReadError> {
    let mut workbook: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|error| told("XLSX", error))?;
    let mut grids = Vec::new();
    for sheet in workbook.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let mut grid = Grid::new(Some(sheet.name.clone()));
        grid.hidden = sheet.visible != SheetVisible::Visible;
        let mut cells =
            workbook.worksheet_cells_reader(&sheet.name).map_err(|error| told("XLSX", error))?;
        let mut buffer = String::new();
        while let Some(cell) = cells.next_cell().map_err(|error| told("XLSX", error))? {
            let (row, column) = cell.get_position();
            let at = (row as usize + 1, column as usize);
            let mut push = |text: &str, kind| grid.push(at.0, at.1, text, kind, limits);
            match cell.get_value() {
                DataRef::SharedString(text) => push(text, CellKind::Text)?,
                DataRef::String(text) => push(text, CellKind::Text)?,
                DataRef::Empty | DataRef::Error(_) => {}
                other => {
                    let kind = write(&Data::from(other.clone()), &mut buffer);
                    push(&buffer, kind)?;
                }
            }
        }
        grids.push(grid.in_order());
    }
    some(grids)
}

fn ods(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, ReadError> {
    let mut workbook: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|error| told("ODS", error))?;
    full("ODS", &mut workbook, limits)
}

/// The formats whose reader holds whole sheets; how large these are has been looked into, or is
/// bounded by the format.
fn full<RS, R>(
    format: &'static str,
    workbook: &mut R,
    limits: &Limits,
) -> Result<Vec<Grid>, ReadError>
where
    RS: Read + Seek,
    R: Reader<RS>,
    R::Error: std::fmt::Display,
{
    let mut grids = Vec::new();
    for sheet in workbook.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let mut grid = Grid::new(Some(sheet.name.clone()));
        grid.hidden = sheet.visible != SheetVisible::Visible;
        let range = workbook.worksheet_range(&sheet.name).map_err(|error| told(format, error))?;
        let (top, left) =
            range.start().map_or((0, 0), |(row, column)| (row as usize, column as usize));
        let mut buffer = String::new();
        for (row, column, cell) in range.used_cells() {
            let kind = write(cell, &mut buffer);
            grid.push(top + row + 1, left + column, &buffer, kind, limits)?;
        }
        grids.push(grid);
    }
    some(grids)
}

fn some(grids: Vec<Grid>) -> Result<Vec<Grid>, ReadError> {
    if grids.iter().all(Grid::is_empty) { Err(ReadError(FileFault::Empty)) } else { Ok(grids) }
}

/// A cell as a person would type it.
fn write(cell: &Data, out: &mut String) -> CellKind {
    use std::fmt::Write;
    out.clear();
    // Writing to a string does not fail.
    match cell {
        Data::Float(number) => {
            write_number(*number, out);
            CellKind::Number
        }
        Data::Int(number) => {
            let _ = write!(out, "{number}");
            CellKind::Number
        }
        Data::DateTime(date) => match date.as_datetime() {
            Some(day) if date.is_datetime() => {
                write_date(day, out);
                CellKind::Date
            }
            _ => {
                write_number(date.as_f64(), out);
                CellKind::Number
            }
        },
        Data::DateTimeIso(date) => {
            let day = date.parse::<NaiveDateTime>().map(|at| at.date().to_string());
            out.push_str(&day.unwrap_or_else(|_| date.clone()));
            CellKind::Date
        }
        Data::Bool(yes) => {
            out.push_str(if *yes { "true" } else { "false" });
            CellKind::Bool
        }
        Data::String(text) | Data::DurationIso(text) => {
            out.push_str(text);
            CellKind::Text
        }
        Data::Error(_) | Data::Empty => CellKind::Text,
    }
}

fn write_date(at: NaiveDateTime, out: &mut String) {
    use std::fmt::Write;
    let _ = write!(out, "{}", at.date());
}

/// Whole numbers in full. Where digits beyond the fifteenth were lost the number says so, as its
/// program shows it: `3.57602e15`.
fn write_number(number: f64, out: &mut String) {
    use std::fmt::Write;
    let whole = number.fract() == 0.0;
    let lost = number.abs() >= KEPT && (number % 10.0 == 0.0 || number.abs() >= 1e16);
    let _ = match () {
        () if whole && lost => write!(out, "{number:e}"),
        () if whole => write!(out, "{number:.0}"),
        () => write!(out, "{number}"),
    };
    // Three decimals would be taken for thousands.
    if out.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 3) && !whole {
        out.push('0');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_or_say_that_they_lost_them() {
        let written = |number| {
            let mut out = String::new();
            write(&Data::Float(number), &mut out);
            out
        };
        assert_eq!(written(9_120_001_234_567.0), "9120001234567");
        // Sixteen digits, written by a program that keeps them.
        assert_eq!(written(3_576_021_205_900_001.0), "3576021205900001");
        assert_eq!(written(3_576_020_000_000_000.0), "3.57602e15");
        assert_eq!(written(1.234), "1.2340");
        assert_eq!(written(-7.5), "-7.5");
    }
}

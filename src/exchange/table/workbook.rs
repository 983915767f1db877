//! XLSX, XLS and ODS.

use std::io::Cursor;

use calamine::{Data, Reader, open_workbook_auto_from_rs};

use super::{Sheet, TableError};

pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, TableError> {
    let malformed = |error: calamine::Error| TableError::Malformed(error.to_string());
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(malformed)?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(malformed)?;
        let top = range.start().map_or(0, |(row, _)| row as usize);
        let rows = range
            .rows()
            .enumerate()
            .map(|(place, row)| (top + place + 1, row.iter().map(text).collect()));
        sheets.extend(super::sheet(Some(name), rows.collect()));
    }
    if sheets.is_empty() { Err(TableError::Empty) } else { Ok(sheets) }
}

/// A cell as a person would type it. Whole numbers lose no digits: Excel keeps 15.
fn text(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        // Three decimals would be taken for thousands.
        Data::Float(number) => {
            let text = number.to_string();
            let three = text.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 3);
            if three { format!("{text}0") } else { text }
        }
        Data::DateTime(date) => date
            .as_datetime()
            .map_or_else(|| date.as_f64().to_string(), |date| date.format("%Y-%m-%d").to_string()),
        Data::Error(_) | Data::Empty => String::new(),
        other => other.to_string(),
    }
}

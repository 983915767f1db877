//! Cells of the corrected file: text as text, numbers as numbers, dates as dates, and nothing ever a
//! formula.

use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet, XlsxError};

use crate::exchange::sheet::{Cell, CellKind};

/// Longest text of a cell in this format, in UTF-16 units.
const LONGEST: usize = 32_767;
/// Digits that a number keeps.
const DIGITS: usize = 15;

/// The colour of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    None,
    Rejected,
    Look,
    Skipped,
    Head,
}

const FILLS: [Fill; 5] = [Fill::None, Fill::Rejected, Fill::Look, Fill::Skipped, Fill::Head];

/// How a cell is shown beside its colour.
#[derive(Debug, Clone, Copy)]
enum Form {
    Plain,
    Date,
    /// A text that a person who edits it would otherwise make a formula.
    Quoted,
    Lines,
    QuotedLines,
}

const FORMS: [Form; 5] = [Form::Plain, Form::Date, Form::Quoted, Form::Lines, Form::QuotedLines];

/// The formats of a workbook, made once.
pub struct Formats([[Format; 5]; 5]);

impl Formats {
    pub fn new() -> Self {
        Self(FILLS.map(|fill| FORMS.map(|form| format(fill, form))))
    }

    fn get(&self, fill: Fill, form: Form) -> &Format {
        &self.0[fill as usize][form as usize]
    }

    /// Writes a cell as it stood; false where its text had to be cut.
    pub fn write(
        &self,
        sheet: &mut Worksheet,
        at: (u32, usize),
        cell: Cell,
        fill: Fill,
    ) -> Result<bool, XlsxError> {
        let (row, column) = (at.0, column(at.1));
        let plain = self.get(fill, Form::Plain);
        match cell.kind {
            CellKind::Number => {
                if let Some(number) = number(cell.text) {
                    sheet.write_number_with_format(row, column, number, plain)?;
                    return Ok(true);
                }
            }
            CellKind::Date => {
                if let Some(date) = date(cell.text) {
                    let format = self.get(fill, Form::Date);
                    sheet.write_datetime_with_format(row, column, &date, format)?;
                    return Ok(true);
                }
            }
            CellKind::Bool => {
                sheet.write_boolean_with_format(row, column, cell.text == "true", plain)?;
                return Ok(true);
            }
            CellKind::Text => {}
        }
        self.text(sheet, at, cell.text, fill)
    }

    /// Writes a text; false where it had to be cut.
    pub fn text(
        &self,
        sheet: &mut Worksheet,
        at: (u32, usize),
        text: &str,
        fill: Fill,
    ) -> Result<bool, XlsxError> {
        let lines = text.contains('\n');
        let form = match (text.starts_with(['=', '+', '-', '@']), lines) {
            (false, false) => Form::Plain,
            (false, true) => Form::Lines,
            (true, false) => Form::Quoted,
            (true, true) => Form::QuotedLines,
        };
        let short = fitting(text);
        sheet.write_string_with_format(at.0, column(at.1), short, self.get(fill, form))?;
        Ok(short.len() == text.len())
    }

    /// Colours a cell that holds nothing.
    pub fn blank(
        &self,
        sheet: &mut Worksheet,
        at: (u32, usize),
        fill: Fill,
    ) -> Result<(), XlsxError> {
        sheet.write_blank(at.0, column(at.1), self.get(fill, Form::Plain))?;
        Ok(())
    }
}

fn format(fill: Fill, form: Form) -> Format {
    let format = match fill {
        Fill::None => Format::new(),
        Fill::Rejected => Format::new().set_background_color(0x00FF_C7CE),
        Fill::Look => Format::new().set_background_color(0x00FF_EB9C),
        Fill::Skipped => Format::new().set_background_color(0x00E7_E6E6),
        Fill::Head => Format::new().set_bold(),
    };
    match form {
        Form::Plain => format,
        Form::Date => format.set_num_format("dd/mm/yyyy"),
        Form::Quoted => format.set_quote_prefix(),
        Form::Lines => format.set_text_wrap(),
        Form::QuotedLines => format.set_quote_prefix().set_text_wrap(),
    }
}

/// A number that comes out with all its digits; longer ones are written as text.
fn number(text: &str) -> Option<f64> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let whole = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if whole && digits > DIGITS {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn date(text: &str) -> Option<ExcelDateTime> {
    use chrono::Datelike;
    let day: chrono::NaiveDate = text.parse().ok()?;
    let number = |number: u32| u8::try_from(number).ok();
    let year = u16::try_from(day.year()).ok().filter(|year| *year > 1900)?;
    ExcelDateTime::from_ymd(year, number(day.month())?, number(day.day())?).ok()
}

/// As much of a text as a cell takes.
fn fitting(text: &str) -> &str {
    if text.len() <= LONGEST {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find(|(_, character)| {
        units += character.len_utf16();
        units > LONGEST
    });
    end.map_or(text, |(end, _)| &text[..end])
}

/// A column's number as the format counts it; grids have far fewer.
pub fn column(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// The column of an address such as `F12`, from 0.
pub fn column_of(address: &str) -> Option<usize> {
    let letters: Vec<u8> = address.bytes().take_while(u8::is_ascii_uppercase).collect();
    let fits = (1..=3).contains(&letters.len());
    let number = |sum: usize, letter: u8| sum * 26 + usize::from(letter - b'A') + 1;
    fits.then(|| letters.into_iter().fold(0, number) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_more_digits_than_a_number_keeps_are_texts() {
        assert_eq!(number("9120001234567"), Some(9_120_001_234_567.0));
        assert_eq!(number("3576021205900001"), None);
        assert_eq!(number("3.57602e15"), Some(3.57602e15));
        assert_eq!(number("112.72231234567891"), Some(112.722_312_345_678_91));
        assert_eq!((number("inf"), number("x")), (None, None));
    }

    #[test]
    fn addresses_name_columns() {
        let columns = ["F12", "A1", "AA3", "12", "sel"].map(column_of);
        assert_eq!(columns, [Some(5), Some(0), Some(26), None, None]);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        let long = "é".repeat(40_000);
        assert_eq!(fitting(&long).chars().count(), LONGEST);
        assert_eq!(fitting("é"), "é");
    }
}

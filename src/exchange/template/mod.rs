//! The workbook that an office fills in: headers in the registry's own words, lists to choose from
//! with the regency's own districts and villages, an example, and a sheet that explains each column.

mod columns;
mod lists;

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError,
};

use self::columns::{Column, Example, Form, columns};
use self::lists::{List, Lists};
use super::mapping::Field;
use super::sheet::{Grid, column_letters};
use crate::domain::reference::Reference;
use crate::domain::region::{Level, RegionCode};
use crate::domain::text::fold;

/// What the name of the example begins with: its row is no record.
const EXAMPLE: &str = "CONTOH (baris ini tidak diimpor)";
/// The sheets beside the list, and what stands in their first cell.
const EXPLANATIONS: (&str, &str) = ("Penjelasan", "Penjelasan kolom daftar Sentra");
const CODES: (&str, &str) = ("Daftar", "Daftar pilihan untuk lembar Data; jangan diubah");

/// Rows, from 0.
const HEADER: u32 = 2;
const FIRST: u32 = HEADER + 1;
/// How far down the lists to choose from reach.
const LAST: u32 = 20_000;

/// Why no template was made.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("{0} is no regency")]
    NoRegency(RegionCode),
    #[error(transparent)]
    Workbook(#[from] XlsxError),
}

/// Whether a sheet is one of the template's beside its list.
pub fn is_own_sheet(grid: &Grid) -> bool {
    let name = grid.name.as_deref();
    let own = [EXPLANATIONS, CODES].into_iter().find(|(own, _)| name == Some(own));
    own.is_some_and(|(_, first)| {
        !grid.is_empty() && grid.row(0).iter().next().is_some_and(|(_, cell)| cell.text == first)
    })
}

/// Whether a name is the example's.
pub fn is_example(name: &str) -> bool {
    name.starts_with("CONTOH (") && fold(name).starts_with("contoh baris ini tidak diimpor")
}

/// The template of a regency, for a list that is kept in a year.
///
/// # Errors
/// A region that is no regency of the province.
pub fn workbook(
    regency: &RegionCode,
    reference: &Reference,
    year: i32,
) -> Result<Vec<u8>, TemplateError> {
    let gazetteer = &reference.gazetteer;
    let found = gazetteer.current(regency).filter(|region| region.level == Level::Regency);
    let found = found.ok_or_else(|| TemplateError::NoRegency(regency.clone()))?;
    let lists = Lists::of(&found.code, reference);
    let columns = columns(year);
    let mut workbook = Workbook::new();
    data(workbook.add_worksheet(), &found.name, &columns, &lists)?;
    explanations(workbook.add_worksheet(), &columns)?;
    lists.write(workbook.add_worksheet(), CODES)?;
    Ok(workbook.save_to_buffer()?)
}

/// The headers of the template, and what each of them is.
pub fn fields(year: i32) -> Vec<(String, Field)> {
    columns(year).into_iter().map(|column| (column.header, column.field)).collect()
}

fn data(
    sheet: &mut Worksheet,
    regency: &str,
    columns: &[Column],
    lists: &Lists,
) -> Result<(), TemplateError> {
    sheet.set_name("Data")?;
    let title = Format::new().set_bold().set_font_size(14);
    let named = format!("DATA PELAKU USAHA {}", regency.to_uppercase());
    sheet.write_string_with_format(0, 0, named, &title)?;
    let told = format!(
        "Satu baris satu usaha, mulai baris {}. Kolom bertanda * wajib diisi. Baris contoh boleh \
         dibiarkan. Arti setiap kolom ada pada lembar {}.",
        FIRST + 2,
        EXPLANATIONS.0
    );
    sheet.write_string(1, 0, told)?;
    let example = Format::new().set_italic().set_font_color(Color::Gray);
    for (place, column) in (0_u16..).zip(columns) {
        let head = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Thin)
            .set_background_color(if column.required { 0x00F8_CBAD } else { 0x00DD_EBF7 });
        sheet.write_string_with_format(HEADER, place, column.header.as_str(), &head)?;
        let note = Note::new(column.told.as_str()).set_author("Sentra").add_author_prefix(false);
        sheet.insert_note(HEADER, place, &note)?;
        sheet.set_column_width(place, column.width)?;
        if let Some(format) = column.form.number_format() {
            sheet.set_column_format(place, &Format::new().set_num_format(format))?;
        }
        self::example(sheet, place, column, lists, &example)?;
        if let Some(rule) = rule(column, columns, lists)? {
            sheet.add_data_validation(FIRST, place, LAST, place, &rule)?;
        }
    }
    sheet.set_row_height(HEADER, 48)?;
    sheet.set_freeze_panes(HEADER + 1, 1)?;
    Ok(())
}

fn example(
    sheet: &mut Worksheet,
    place: u16,
    column: &Column,
    lists: &Lists,
    format: &Format,
) -> Result<(), XlsxError> {
    let format = match column.form.number_format() {
        Some(number) => format.clone().set_num_format(number),
        None => format.clone(),
    };
    match &column.example {
        Example::Text(text) => {
            sheet.write_string_with_format(FIRST, place, *text, &format)?;
        }
        Example::Name => {
            let text = format!("{EXAMPLE}: Sepatu Sari");
            sheet.write_string_with_format(FIRST, place, text, &format)?;
        }
        Example::Number(number) => {
            sheet.write_number_with_format(FIRST, place, *number, &format)?;
        }
        Example::Date(year, month, day) => {
            let date = ExcelDateTime::from_ymd(*year, *month, *day)?;
            sheet.write_datetime_with_format(FIRST, place, &date, &format)?;
        }
        // A place of the regency itself.
        Example::First => {
            let text = match column.form {
                Form::Choice(list) => lists.first(list),
                _ => None,
            };
            sheet.write_string_with_format(FIRST, place, text.unwrap_or_default(), &format)?;
        }
    }
    Ok(())
}

/// What a cell of a column may hold; where more is possible than the rule knows, it only warns.
fn rule(
    column: &Column,
    columns: &[Column],
    lists: &Lists,
) -> Result<Option<DataValidation>, XlsxError> {
    let validation = DataValidation::new();
    let (validation, style, told) = match column.form {
        Form::Choice(List::Village) => {
            let of_district = |other: &Column| other.form == Form::Choice(List::District);
            let district = columns.iter().position(of_district).unwrap_or_default();
            let cell = format!("${}{}", column_letters(district), FIRST + 1);
            let formula = Formula::new(lists.villages_of(&cell));
            (
                validation.allow_list_formula(formula),
                DataValidationErrorStyle::Warning,
                "Pilih kecamatannya dulu, lalu desa/kelurahan dari daftarnya.",
            )
        }
        Form::Choice(list) => {
            let style = match list {
                List::Commodity | List::Unit | List::YesNo => DataValidationErrorStyle::Warning,
                _ => DataValidationErrorStyle::Stop,
            };
            let formula = Formula::new(lists.range(list));
            (validation.allow_list_formula(formula), style, "Pilih dari daftar.")
        }
        Form::Digits(count) => (
            validation.allow_text_length(DataValidationRule::EqualTo(count)),
            DataValidationErrorStyle::Warning,
            "Jumlah angkanya tidak sesuai.",
        ),
        Form::Whole(least, most) => (
            validation.allow_whole_number(DataValidationRule::Between(least, most)),
            DataValidationErrorStyle::Stop,
            "Isi dengan bilangan bulat.",
        ),
        Form::Degrees(least, most) => (
            validation.allow_decimal_number(DataValidationRule::Between(least, most)),
            DataValidationErrorStyle::Warning,
            "Isi derajat desimal, misalnya -7,446123 dan 112,718456.",
        ),
        Form::Rupiah => (
            validation.allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0)),
            DataValidationErrorStyle::Warning,
            "Isi angka rupiah penuh, tanpa Rp dan tanpa singkatan.",
        ),
        Form::Text | Form::TextDigits | Form::Number | Form::Date => return Ok(None),
    };
    let validation = validation.set_error_style(style).set_error_message(told)?;
    Ok(Some(validation.set_error_title("Sentra")?))
}

fn explanations(sheet: &mut Worksheet, columns: &[Column]) -> Result<(), XlsxError> {
    sheet.set_name(EXPLANATIONS.0)?;
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.write_string_with_format(0, 0, EXPLANATIONS.1, &bold)?;
    for (place, text) in (0_u16..).zip(["Kolom", "Wajib", "Isinya"]) {
        sheet.write_string_with_format(2, place, text, &bold)?;
    }
    for (row, column) in (3_u32..).zip(columns) {
        let required = if column.required { "ya" } else { "tidak" };
        sheet.write_string_with_format(row, 0, column.header.as_str(), &wrapped)?;
        sheet.write_string_with_format(row, 1, required, &wrapped)?;
        sheet.write_string_with_format(row, 2, column.told.as_str(), &wrapped)?;
    }
    sheet.set_column_width(0, 32)?;
    sheet.set_column_width(2, 100)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_example_is_the_example() {
        assert!(is_example("CONTOH (baris ini tidak diimpor): Sepatu Sari"));
        assert!(!is_example("Contoh Jaya") && !is_example("CONTOH (PUSAT) JAYA"));
    }
}

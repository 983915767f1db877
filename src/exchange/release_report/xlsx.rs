//! The workbook: each kind of table on a sheet. It says that it was made when the release was sealed.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::tables::{self, Table, Value};
use super::{campaign, facts, method};
use crate::domain::release::Release;

/// The whole workbook.
///
/// # Errors
/// The writer's.
pub fn xlsx(release: &Release, sha256: &str) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sealed = ExcelDateTime::from_timestamp(release.header.sealed_at.timestamp())?;
    let properties = DocProperties::new()
        .set_title(release.header.title.as_str())
        .set_company(release.header.contact.as_str())
        .set_creation_datetime(&sealed);
    workbook.set_properties(&properties);
    about(workbook.add_worksheet(), release, sha256)?;
    if let Some(of) = &release.campaign {
        for (name, table) in &campaign::tables(release, of) {
            sheet(workbook.add_worksheet(), name, table)?;
        }
        let districts = campaign::of_coverage(release, of, true);
        sheet(workbook.add_worksheet(), "Cakupan kecamatan", &districts)?;
    }
    let [kinds, sectors] = tables::of_regencies(release);
    sheet(workbook.add_worksheet(), "Kabupaten-kota", &kinds)?;
    sheet(workbook.add_worksheet(), "Sektor", &sectors)?;
    sheet(workbook.add_worksheet(), "Kecamatan", &tables::of_all_districts(release))?;
    sheet(workbook.add_worksheet(), "Tenaga kerja", &tables::of_workers(release))?;
    sheet(workbook.add_worksheet(), "Kapasitas", &tables::of_capacity(release))?;
    workbook.save_to_buffer()
}

fn about(sheet: &mut Worksheet, release: &Release, sha256: &str) -> Result<(), XlsxError> {
    sheet.set_name("Keterangan")?;
    let title = Format::new().set_bold().set_font_size(14);
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap();
    sheet.set_column_width(0, 28)?;
    sheet.set_column_width(1, 100)?;
    sheet.write_string_with_format(0, 0, release.header.title.as_str(), &title)?;
    let mut lines: Vec<(String, String)> =
        facts(release, sha256).into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect();
    lines.extend(method(release).into_iter().map(|text| ("Metode".to_owned(), text)));
    let definitions = release.definitions.iter();
    lines.extend(definitions.map(|one| (one.field.clone(), one.text.clone())));
    for (row, (name, text)) in (2..).zip(lines) {
        sheet.write_string_with_format(row, 0, name, &bold)?;
        sheet.write_string_with_format(row, 1, text, &wrapped)?;
    }
    Ok(())
}

fn sheet(sheet: &mut Worksheet, name: &str, table: &Table) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let bold = Format::new().set_bold();
    let head = Format::new().set_bold().set_text_wrap();
    let figure = Format::new().set_num_format("#,##0.###");
    let right = Format::new().set_align(rust_xlsxwriter::FormatAlign::Right);
    sheet.write_string_with_format(0, 0, table.title.as_str(), &bold)?;
    for (place, column) in (0_u16..).zip(&table.columns) {
        sheet.write_string_with_format(2, place, column.as_str(), &head)?;
        sheet.set_column_width(
            place,
            if place == 0 && table.columns.len() == 2 {
                60
            } else if column == "Wilayah" {
                28
            } else {
                13
            },
        )?;
    }
    for (row, values) in (3_u32..).zip(&table.rows) {
        for (place, value) in (0_u16..).zip(values) {
            match value {
                Value::Text(text) => sheet.write_string(row, place, text.as_str())?,
                Value::Number(value) => {
                    sheet.write_number_with_format(row, place, *value, &figure)?
                }
                Value::Hidden(instead) => {
                    sheet.write_string_with_format(row, place, *instead, &right)?
                }
            };
        }
    }
    let frozen = if table.columns.len() > 2 { 2 } else { 0 };
    sheet.set_freeze_panes(3, frozen)?;
    Ok(())
}

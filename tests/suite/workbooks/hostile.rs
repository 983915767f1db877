//! Damaged and overlarge workbooks: an error or data, within bounds, and never the end.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use sentra::domain::file_fault::FileFault;
use sentra::exchange::list::{Ask, ListFile, Listed};
use sentra::exchange::sheet::{CellKind, Limits, read};
use sentra::registry::import::ImportOptions;

use super::layouts;
use super::made::Dice;
use super::write;
use crate::app::TestApp;

/// Bytes are changed, cut out and doubled at random places; what comes of it is gone through whole.
#[test]
fn no_damaged_file_ends_the_program() {
    let app = TestApp::new();
    let reference = app.registry.reference();
    let mut dice = Dice::new(7);
    let mut read_anyway = 0;
    for mut layout in layouts::known() {
        layout.rows = 8;
        let (bytes, _) = write::workbook(&layout, &reference.gazetteer, 3);
        for _ in 0..40 {
            let mut damaged = bytes.clone();
            for _ in 0..=dice.roll(6) {
                let at = dice.roll(damaged.len());
                match dice.roll(4) {
                    0 => damaged.truncate(at + 1),
                    1 => drop(damaged.drain(at..(at + 1 + dice.roll(20)).min(damaged.len()))),
                    2 => damaged.insert(at, u8::try_from(dice.roll(256)).expect("a byte")),
                    _ => damaged[at] = u8::try_from(dice.roll(256)).expect("a byte"),
                }
                if damaged.is_empty() {
                    damaged.push(b'x');
                }
            }
            let Ok(file) = ListFile::read(&damaged, &Limits::default()) else { continue };
            for sheet in file.sheets(&reference, &Ask::default()) {
                read_anyway += sheet.rows().count();
            }
        }
    }
    assert!(read_anyway > 0);
}

#[test]
fn what_a_workbook_calculates_is_read_as_it_was_stored() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "Nama Usaha").expect("a cell");
    sheet
        .write_formula(1, 0, Formula::new("=\"Tas \"&\"Ayu\"").set_result("Tas Ayu"))
        .expect("a cell");
    let day = ExcelDateTime::from_ymd(2023, 1, 12).expect("a day");
    let format = Format::new().set_num_format("dd/mm/yyyy");
    sheet.write_with_format(1, 1, &day, &format).expect("a cell");
    sheet.write(1, 2, 9_120_001_234_567_i64).expect("a cell");
    sheet.write(1, 3, true).expect("a cell");
    let hidden = workbook.add_worksheet().set_hidden(true);
    hidden.write(0, 0, "x").expect("a cell");
    let grids =
        read(&workbook.save_to_buffer().expect("bytes"), &Limits::default()).expect("grids");
    let cells: Vec<(String, CellKind)> =
        grids[0].row(1).iter().map(|(_, cell)| (cell.text.to_owned(), cell.kind)).collect();
    let expected = [
        ("Tas Ayu", CellKind::Text),
        ("2023-01-12", CellKind::Date),
        ("9120001234567", CellKind::Number),
        ("true", CellKind::Bool),
    ];
    assert_eq!(cells, expected.map(|(text, kind)| (text.to_owned(), kind)));
    assert!(!grids[0].hidden && grids[1].hidden);
}

/// Text that stands once in the file and a million times in its cells.
#[test]
fn text_that_is_shared_by_too_many_cells_is_refused() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let text = "x".repeat(30_000);
    for row in 0..200 {
        sheet.write(row, 0, &text).expect("a cell");
    }
    let bytes = workbook.save_to_buffer().expect("bytes");
    let limits = Limits { text_bytes: 1 << 20, ..Limits::default() };
    assert!(read(&bytes, &limits).is_err());
    assert!(read(&bytes, &Limits::default()).is_ok());
    let limits = Limits { unpacked_bytes: 10_000, ..Limits::default() };
    assert!(read(&bytes, &limits).is_err(), "it unpacks to more than that");
}

#[test]
fn a_million_rows_of_nothing_cost_nothing() {
    let row = |row| format!("<row r=\"{row}\" s=\"1\"><c r=\"A{row}\" s=\"1\"/></row>");
    let rows: String = (1..=100_000).map(row).collect();
    let content = format!("<x><sheetData>{rows}</sheetData></x>");
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |kind: &str, target: &str| {
        let relation =
            format!("<Relationship Id=\"rId1\" Type=\"{office}/{kind}\" Target=\"{target}\"/>");
        format!("<Relationships>{relation}</Relationships>")
    };
    let workbook = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/>\
        </sheets></workbook>";
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", workbook.to_owned()),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", content),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(text.as_bytes()).expect("written");
    }
    let bytes = zip.finish().expect("a file").into_inner();
    let read = read(&bytes, &Limits { rows: 10, ..Limits::default() });
    assert_eq!(read, Err(sentra::exchange::sheet::ReadError(FileFault::Empty)));
}

/// The old format of Excel: merged header, a sheet for each district, dates and lost digits.
#[test]
fn an_old_workbook_is_read() {
    let app = TestApp::new();
    let bytes = include_bytes!("../../workbooks/ikm.xls");
    let reference = app.registry.reference();
    let file = ListFile::read(bytes, &Limits::default()).expect("a list");
    let sheets = file.sheets(&reference, &Ask::default());
    let rows: Vec<_> = sheets.iter().flat_map(sentra::exchange::list::Sheet::rows).collect();
    let records: Vec<_> = rows
        .iter()
        .filter_map(|row| match &row.what {
            Listed::Record(understood) => Some(understood),
            _ => None,
        })
        .collect();
    assert_eq!((rows.len(), records.len()), (5, 3));
    let nibs: Vec<bool> = records.iter().map(|record| record.draft.nib.is_some()).collect();
    assert_eq!(nibs, [true, false, true]);
    let regions: Vec<&str> = records
        .iter()
        .filter_map(|it| it.draft.region.as_ref())
        .map(sentra::domain::region::RegionCode::as_str)
        .collect();
    assert_eq!(regions, ["35.15.06", "35.15.07", "35.15.07"]);
    let born = records[0].restricted.persons[0].birth_date.expect("a date");
    assert_eq!(born.to_string(), "1977-08-04");
    assert_eq!(records[1].draft.workers.as_ref().and_then(|it| it.male), Some(12));

    let report = app.registry.import(
        &sentra::domain::actor::Actor::Operator,
        bytes,
        &ImportOptions { name: "ikm.xls".into(), ..ImportOptions::default() },
        |_, _| true,
    );
    let report = report.expect("a report");
    assert_eq!((report.read, report.skipped, report.rejected), (5, 2, 0));
}

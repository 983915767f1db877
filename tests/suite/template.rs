//! The template: read by our own reading, filled in, taken in.

use rust_xlsxwriter::Workbook;
use sentra::domain::actor::Actor;
use sentra::exchange::list::{Ask, ListFile, Listed, SheetKind};
use sentra::exchange::sheet::{Limits, read};
use sentra::exchange::template;
use sentra::registry::import::ImportOptions;

use crate::app::TestApp;

fn template(app: &TestApp) -> Vec<u8> {
    let regency = "35.15".parse().expect("a code");
    template::workbook(&regency, &app.registry.reference(), 2026).expect("a template")
}

#[test]
fn every_column_of_the_template_is_known_for_sure_and_its_example_is_no_record() {
    let app = TestApp::new();
    let bytes = template(&app);
    if let Ok(folder) = std::env::var("SENTRA_WORKBOOKS") {
        std::fs::write(std::path::Path::new(&folder).join("templat.xlsx"), &bytes)
            .expect("written");
    }
    let reference = app.registry.reference();
    let file = ListFile::read(&bytes, &Limits::default()).expect("a list");
    let sheets = file.sheets(&reference, &Ask::default());
    assert_eq!(sheets.len(), 1, "the other sheets explain");
    let sheet = &sheets[0];
    assert_eq!((sheet.kind, sheet.header_rows()), (SheetKind::List, vec![3]));
    assert_eq!(sheet.context.regency, "35.15".parse().ok());
    for (column, (header, field)) in sheet.mapping.columns.iter().zip(template::fields(2026)) {
        assert_eq!(column.header, header);
        assert_eq!(column.field, Some(field), "{header}");
        assert!(column.confidence >= 0.95, "{header}: {}", column.confidence);
    }
    assert_eq!(sheet.mapping.columns.len(), template::fields(2026).len());
    let rows: Vec<_> = sheet.rows().collect();
    assert!(
        matches!(&rows[..], [only] if matches!(&only.what,
        Listed::Skipped(why) if why.code() == "example_row")),
        "{rows:?}"
    );
    let other = template::workbook(&"35.15.06".parse().expect("a code"), &reference, 2026);
    assert!(other.is_err(), "a district has no template");
}

/// All that the lists offer is understood: a row for each entry of each list.
#[test]
fn a_template_that_is_filled_in_is_taken_in_whole() {
    let app = TestApp::new();
    let grids = read(&template(&app), &Limits::default()).expect("sheets");
    let (data, codes) = (&grids[0], &grids[2]);
    let row = |grid: &sentra::exchange::sheet::Grid, number: usize| -> Vec<(usize, String)> {
        let place = (0..grid.len()).find(|place| grid.row(*place).number == number);
        let cells = place.map(|place| grid.row(place).iter().collect::<Vec<_>>());
        let cells = cells.unwrap_or_default().into_iter();
        cells.map(|(column, cell)| (column, cell.text.to_owned())).collect()
    };
    let headers: Vec<String> = row(data, 3).into_iter().map(|(_, text)| text).collect();
    let example = row(data, 4);
    let at = |name: &str| headers.iter().position(|header| header.starts_with(name)).expect(name);
    let list = |place: usize| -> Vec<String> {
        let rows = (0..codes.len()).map(|place| codes.row(place)).filter(|row| row.number > 3);
        let cell = |row: sentra::exchange::sheet::RowCells| {
            row.iter().find(|(column, _)| *column == place).map(|(_, cell)| cell.text.to_owned())
        };
        rows.filter_map(cell).collect()
    };
    let (of_district, villages) = (list(1), list(2));
    assert_eq!((of_district.len(), list(0).len()), (villages.len(), 18));
    let choices = [
        ("Jenis Pelaku", list(3)),
        ("Badan Usaha", list(4)),
        ("Jenis Kelamin", list(5)),
        ("Sektor", list(6)),
        ("Komoditas", list(7)),
        ("Satuan", list(8)),
        ("Periode", list(9)),
        ("Sertifikat Halal", list(10)),
    ];
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Data").expect("a sheet");
    for (place, (_, text)) in (0_u16..).zip(row(data, 1)) {
        sheet.write_string(0, place, text).expect("a cell");
    }
    for (place, header) in (0_u16..).zip(&headers) {
        sheet.write_string(2, place, header).expect("a cell");
    }
    let count = villages.len();
    for number in 0..count {
        let index = u32::try_from(number + 3).expect("small");
        let mut write = |place: usize, text: &str| {
            let place = u16::try_from(place).expect("small");
            sheet.write_string(index, place, text).expect("a cell");
        };
        for (place, text) in &example {
            write(*place, text);
        }
        write(0, &format!("Usaha {number}"));
        write(at("NIB"), &format!("9120{number:09}"));
        write(at("NIK"), &format!("35150644{number:08}"));
        write(at("Telepon"), &format!("0812{number:08}"));
        write(at("Kecamatan"), &of_district[number]);
        write(at("Desa"), &villages[number]);
        for (header, entries) in &choices {
            let entry = &entries[number % entries.len()];
            // What a packing holds has to be said, and goods have their own dimensions.
            let plain = header != &"Satuan" || entry == "pasang" || entry == "kodi";
            if plain {
                write(at(header), entry);
            }
            if header == &"Komoditas" {
                write(at("Nama Produk"), "Sepatu kulit");
            }
        }
    }
    let bytes = workbook.save_to_buffer().expect("a workbook");
    let options = ImportOptions { name: "templat.xlsx".into(), ..ImportOptions::default() };
    let report = app.registry.import(&Actor::Operator, &bytes, &options, |_, _| true);
    let report = report.expect("a report");
    let told = report.rows.iter().find(|row| !row.messages.is_empty());
    assert_eq!((report.read, report.accepted), (count, count), "{told:#?}");
    let items = app.staff().all("/api/v1/enterprises");
    let of = |field: &str| {
        let mut values: Vec<String> =
            items.iter().filter_map(|item| item[field].as_str().map(str::to_owned)).collect();
        values.sort();
        values.dedup();
        values.len()
    };
    assert_eq!((of("region"), of("legal_form")), (count, 9));
    let sectors = items.iter().flat_map(|item| item["sectors"].as_array().into_iter().flatten());
    let mut sectors: Vec<&str> = sectors.filter_map(serde_json::Value::as_str).collect();
    sectors.sort_unstable();
    sectors.dedup();
    assert_eq!(sectors.len(), 14, "{sectors:?}");
    let codes = items.iter().flat_map(|item| item["commodities"].as_array().into_iter().flatten());
    let mut codes: Vec<&str> = codes.filter_map(serde_json::Value::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), app.registry.reference().commodities().len());
}

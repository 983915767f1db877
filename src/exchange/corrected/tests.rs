use std::io::Cursor;

use uuid::Uuid;

use super::*;
use crate::domain::reference::Reference;
use crate::exchange::list::{Ask, ListedRow};
use crate::exchange::sheet::{CellKind, Limits};

fn list(bytes: &[u8]) -> ListFile {
    ListFile::read(bytes, &Limits::default()).expect("a list")
}

fn written(file: &ListFile, rows: Vec<Row>) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    write(file, rows.into_iter(), &mut out).expect("written");
    out.into_inner()
}

/// Every cell: sheet, row, column, text, kind.
fn cells(file: &ListFile) -> Vec<(usize, usize, String, CellKind)> {
    let mut found = Vec::new();
    for grid in file.grids() {
        for place in 0..grid.len() {
            let row = grid.row(place);
            let cell = |(column, cell): (usize, crate::exchange::sheet::Cell)| {
                (row.number, column, cell.text.to_owned(), cell.kind)
            };
            found.extend(row.iter().map(cell));
        }
    }
    found
}

fn read_rows(file: &ListFile) -> Vec<ListedRow> {
    let reference = Reference::default();
    let sheets = file.sheets(&reference, &Ask::default());
    sheets.iter().flat_map(crate::exchange::list::Sheet::rows).collect()
}

fn row(number: usize, verdict: Verdict, cell: Option<&str>, text: &str) -> Row {
    let remark = Remark {
        field: String::new(),
        cell: cell.map(str::to_owned),
        text: text.to_owned(),
        suggestion: Some("tulis lengkap".to_owned()),
    };
    let id = (verdict == Verdict::Look).then(|| Uuid::from_u128(7));
    Row { number, sheet: None, verdict, id, remarks: vec![remark] }
}

const CSV: &str = "DAFTAR IKM\n\nNo;Nama Usaha;NIK;Telepon;Produk\n\
    1;=1+1;3515064408770003;081234567890;\"Tas\nDompet\"\n2;Sari;'0123;+62812;-\n\
    3;Ayu;;;\n;JUMLAH;;;9\n";

#[test]
fn cells_stand_as_they_stood_with_two_columns_beside_them() {
    let file = list(CSV.as_bytes());
    let rows = vec![
        row(4, Verdict::Rejected, Some("C4"), "NIK salah."),
        row(6, Verdict::Look, Some("D6"), "Telepon aneh."),
        row(8, Verdict::Skipped, None, "Baris jumlah."),
    ];
    let again = list(&written(&file, rows));
    let own = |(_, column, ..): &(usize, usize, String, CellKind)| *column > 4;
    let (added, stood): (Vec<_>, Vec<_>) = cells(&again).into_iter().partition(own);
    assert_eq!(stood, cells(&file));
    let added: Vec<(usize, usize, &str)> =
        added.iter().map(|(row, column, text, _)| (*row, *column, text.as_str())).collect();
    let id = Uuid::from_u128(7).to_string();
    let expected = [
        (3, 5, "ID Sentra"),
        (3, 6, "Catatan Sentra"),
        (4, 6, "DITOLAK: C4 – NIK salah. (Saran: tulis lengkap)"),
        (6, 5, id.as_str()),
        (6, 6, "PERIKSA: D6 – Telepon aneh. (Saran: tulis lengkap)"),
        (8, 6, "DILEWATI: Baris jumlah. (Saran: tulis lengkap)"),
    ];
    assert_eq!(added, expected);
}

#[test]
fn what_we_added_changes_nothing_of_how_rows_are_read() {
    let file = list(CSV.as_bytes());
    let all = [4, 6, 7, 8].map(|number| row(number, Verdict::Skipped, None, "Lihat kolom."));
    let again = list(&written(&file, all.to_vec()));
    assert_eq!(read_rows(&again), read_rows(&file));
    let layout = |file: &ListFile| {
        file.sheets(&Reference::default(), &Ask::default())[0].mapping.fingerprint()
    };
    assert_eq!(layout(&again), layout(&file), "a mapping that was kept is found again");
}

#[test]
fn a_corrected_file_corrected_again_has_our_columns_once() {
    let file = list(CSV.as_bytes());
    let once = list(&written(&file, vec![row(6, Verdict::Look, Some("D6"), "Satu.")]));
    let mut second = row(6, Verdict::Rejected, Some("D6"), "Dua.");
    second.sheet = Some("Data".to_owned());
    let twice = list(&written(&once, vec![second]));
    let of_row: Vec<String> = cells(&twice)
        .into_iter()
        .filter(|(row, column, ..)| *row == 6 && *column > 4)
        .map(|(_, _, text, _)| text)
        .collect();
    let id = Uuid::from_u128(7).to_string();
    assert_eq!(of_row, [id, "DITOLAK: D6 – Dua. (Saran: tulis lengkap)".to_owned()]);
    let third = list(&written(&twice, vec![]));
    let cells = cells(&third);
    let left = cells.iter().filter(|(row, _, text, _)| *row > 3 && text.contains("Dua"));
    assert_eq!(left.count(), 0, "what was said is said no more");
}

#[test]
fn a_header_of_two_rows_keeps_its_meaning() {
    let text = "No;Nama Usaha;Koordinat;\n;;Lat;Long\n1;A;-7,5;112,7\n2;B;-7,6;112,8\n";
    let file = list(text.as_bytes());
    let again = list(&written(&file, vec![row(3, Verdict::Look, None, "Titik.")]));
    let mapping = |file: &ListFile| {
        let reference = Reference::default();
        let sheets = file.sheets(&reference, &Ask::default());
        let columns = sheets[0].mapping.columns.iter();
        columns.map(|column| (column.header.clone(), column.field)).collect::<Vec<_>>()
    };
    assert_eq!(mapping(&again)[..4], mapping(&file));
    assert_eq!(mapping(&again)[5].0, "Catatan Sentra");
}

#[test]
fn rows_of_another_file_are_refused() {
    let file = list(CSV.as_bytes());
    for number in [2, 5, 99] {
        let rows = vec![row(number, Verdict::Look, None, "x")];
        let error = write(&file, rows.into_iter(), &mut Cursor::new(Vec::new()));
        assert!(matches!(error, Err(CorrectedError::NoSuchRow { row }) if row == number));
    }
}

#[test]
fn features_become_rows_and_their_faults_are_found_by_name() {
    let json = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"Point","coordinates":[112.7,-7.5]},
         "properties":{"nama":"Tas Ayu","telepon":"0812"}},
        {"type":"Feature","geometry":null,"properties":{"nama":"Roti","telepon":"x"}}]}"#;
    let file = list(json.as_bytes());
    let mut told = row(2, Verdict::Look, None, "Tidak terbaca.");
    told.remarks[0].field = "telepon".to_owned();
    let bytes = written(&file, vec![told]);
    let again = list(&bytes);
    let texts: Vec<(usize, String)> =
        cells(&again).into_iter().map(|(row, _, text, _)| (row, text)).collect();
    assert!(texts.contains(&(3, "Roti".to_owned())), "{texts:?}");
    assert!(texts.contains(&(1, "Catatan Sentra".to_owned())));
    assert!(part(&bytes, "xl/comments1.xml").contains("Tidak terbaca."));
}

/// A part of a workbook, as text.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip file");
    let mut part = archive.by_name(name).expect("the part");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut part, &mut text).expect("text");
    text
}

#[test]
fn faulty_cells_have_notes_even_empty_ones_and_nothing_is_a_formula() {
    let file = list(CSV.as_bytes());
    let rows = vec![
        row(4, Verdict::Rejected, Some("C4"), "NIK salah."),
        row(7, Verdict::Rejected, Some("E7"), "Produk kosong."),
    ];
    let bytes = written(&file, rows);
    let notes = part(&bytes, "xl/comments1.xml");
    assert!(notes.contains("ref=\"C4\"") && notes.contains("ref=\"E7\""), "{notes}");
    assert!(notes.contains("NIK salah.") && notes.contains("Saran: tulis lengkap"));
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>") && sheet.contains("=1+1"), "{sheet}");
    assert!(part(&bytes, "xl/styles.xml").contains("FFC7CE"));
}

#[test]
fn notes_are_bounded_and_the_column_goes_on() {
    let many = MOST_NOTES + 5;
    let rows: String = (0..many)
        .flat_map(|number| ["Ayu ".into(), number.to_string(), ";08x\n".into()])
        .collect::<Vec<String>>()
        .concat();
    let text = "Nama Usaha;Telepon\n".to_owned() + &rows;
    let file = list(text.as_bytes());
    let told = |number: usize| row(number + 2, Verdict::Look, Some("B2"), "Tidak terbaca.");
    let bytes = written(&file, (0..many).map(told).collect());
    let notes = part(&bytes, "xl/comments1.xml").matches("<comment ").count();
    assert_eq!(notes, MOST_NOTES);
    let last = cells(&list(&bytes)).pop().expect("a cell");
    assert!(last.0 == many + 1 && last.2.starts_with("PERIKSA:"), "{last:?}");
}

#[test]
fn a_grid_of_more_rows_than_a_sheet_has_goes_on_in_another() {
    let mut grid = Grid::new(None);
    let limits = Limits::default();
    let mut push = |row, text: &str| grid.push(row, 0, text, CellKind::Text, &limits);
    push(1, "Nama Usaha").expect("a cell");
    push(1_048_576, "Terakhir").expect("a cell");
    push(1_048_577, "Berikut").expect("a cell");
    push(1_048_590, "Akhir").expect("a cell");
    let file = ListFile::of(vec![grid]);
    let mut told = row(1_048_577, Verdict::Look, None, "Lihat.");
    told.remarks[0].suggestion = None;
    let again = list(&written(&file, vec![told]));
    let second: Vec<(usize, String)> = {
        let grid = &again.grids()[1];
        let rows = (0..grid.len()).map(|place| grid.row(place));
        rows.flat_map(|row| {
            row.iter().map(|(_, cell)| (row.number, cell.text.to_owned())).collect::<Vec<_>>()
        })
        .collect()
    };
    let texts: Vec<(usize, &str)> =
        second.iter().map(|(row, text)| (*row, text.as_str())).collect();
    assert_eq!(again.grids().len(), 2);
    assert!(
        texts.starts_with(&[
            (1, "Nama Usaha"),
            (1, "ID Sentra"),
            (1, "Catatan Sentra"),
            (2, "Berikut")
        ]),
        "{texts:?}"
    );
    assert_eq!(texts.last(), Some(&(15, "Akhir")));
}

use super::*;
use crate::domain::reference::Reference;
use crate::exchange::mapping::Mapping;
use crate::exchange::sheet::{Limits, read};

fn headers(csv: &str) -> (Vec<String>, Vec<usize>) {
    let grids = read(csv.as_bytes(), &Limits::default()).expect("a grid");
    let table = Table::of(&grids[0]).expect("a table");
    let headers = table.columns().iter().map(|head| head.header.clone()).collect();
    (headers, table.header_rows())
}

#[test]
fn a_title_above_the_header_is_not_the_header() {
    let text = "DATA IKM KABUPATEN X;;\n;;\nNo;Nama IKM;Kecamatan\n1;Sari;Mayangan\n";
    let (found, rows) = headers(text);
    assert_eq!(found, ["No", "Nama IKM", "Kecamatan"]);
    assert_eq!(rows, [3]);
}

#[test]
fn a_header_of_two_rows_names_each_column_by_both() {
    let text =
        "No;Nama Usaha;Tenaga Kerja;;Desa;Koordinat;\n;;L;P;;Lat;Long\n1;A;2;3;B;-7,5;112,7\n";
    let (found, rows) = headers(text);
    let expected = [
        "No",
        "Nama Usaha",
        "Tenaga Kerja L",
        "Tenaga Kerja P",
        "Desa",
        "Koordinat Lat",
        "Koordinat Long",
    ];
    assert_eq!(found, expected);
    assert_eq!(rows, [1, 2]);
}

#[test]
fn rows_that_are_no_records_are_told_apart() {
    let text = "No;Nama Usaha;Pemilik;Desa;TK\n1;2;3;4;5\n1;Sari;Siti;Kalitengah;3\n;JUMLAH;;;3\n\
        No;Nama Usaha;Pemilik;Desa;TK\n2;Total Jaya;Budi;Candi;4\nCatatan: data sementara;;;;\n\
        3;;;;\n;Sub Total Kecamatan;;;7\n";
    let grids = read(text.as_bytes(), &Limits::default()).expect("a grid");
    let table = Table::of(&grids[0]).expect("a table");
    let reference = Reference::default();
    let mapping = Mapping::propose(&table, &reference, None);
    let body = Body::of(&table, &mapping, &reference.gazetteer, None);
    let kinds: Vec<RowKind> = table.rows().map(|row| body.kind(&row)).collect();
    use RowKind::{ColumnNumbers, HeaderAgain, Note, Record, Subtotal};
    let expected = [ColumnNumbers, Record, Subtotal, HeaderAgain, Record, Note, Note, Subtotal];
    assert_eq!(kinds, expected);
}

#[test]
fn titles_say_year_and_kind() {
    let titles = Titles::of(["DATA IKM PER DESEMBER 2023", "dicetak 2024"].into_iter());
    assert_eq!(titles.year(), Some(2024));
    assert_eq!(titles.kind(), Some(crate::domain::codes::Kind::Ikm));
    assert_eq!(Titles::of(["IKM dan UMKM"].into_iter()).kind(), None);
}

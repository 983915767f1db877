//! The corrected file of made workbooks: it comes in again as the same records, each with its id.

use std::io::Cursor;

use sentra::domain::actor::Actor;
use sentra::exchange::corrected;
use sentra::exchange::list::{Ask, ListFile, Listed};
use sentra::exchange::sheet::Limits;
use sentra::exchange::understand::Understood;
use sentra::registry::import::{ImportOptions, Report};

use crate::app::TestApp;
use crate::workbooks::{layouts, write};

fn records(app: &TestApp, bytes: &[u8]) -> Vec<(usize, Understood)> {
    let reference = app.registry.reference();
    let file = ListFile::read(bytes, &Limits::default()).expect("a list");
    let sheets = file.sheets(&reference, &Ask::default());
    let rows = sheets.iter().flat_map(sentra::exchange::list::Sheet::rows);
    rows.filter_map(|row| match row.what {
        Listed::Record(understood) => Some((row.number, *understood)),
        _ => None,
    })
    .collect()
}

fn import(app: &TestApp, bytes: &[u8]) -> Report {
    let options = ImportOptions { name: "daftar".into(), ..ImportOptions::default() };
    app.registry.import(&Actor::Operator, bytes, &options, |_, _| true).expect("a report")
}

fn corrected(bytes: &[u8], report: &Report) -> Vec<u8> {
    let file = ListFile::read(bytes, &Limits::default()).expect("a list");
    let mut out = Cursor::new(Vec::new());
    let rows = report.rows.iter().map(corrected::Row::from);
    corrected::write(&file, rows, &mut out).expect("a workbook");
    out.into_inner()
}

#[test]
fn a_corrected_file_comes_in_again_as_the_same_records() {
    for (seed, layout) in (1_u64..).zip(layouts::known()) {
        let app = TestApp::new();
        let (bytes, _) = write::workbook(&layout, &app.registry.reference().gazetteer, seed);
        let report = import(&app, &bytes);
        let again = corrected(&bytes, &report);
        if let Ok(folder) = std::env::var("SENTRA_WORKBOOKS") {
            let path =
                std::path::Path::new(&folder).join(format!("{}.corrected.xlsx", layout.file));
            std::fs::write(path, &again).expect("written");
        }
        let drafts = |records: Vec<(usize, Understood)>| {
            records.into_iter().map(|(row, it)| (row, it.draft, it.restricted)).collect::<Vec<_>>()
        };
        let (before, after) = (drafts(records(&app, &bytes)), drafts(records(&app, &again)));
        assert_eq!(before.len(), after.len(), "{}", layout.file);
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after, "{}", layout.file);
        }
        let second = import(&app, &again);
        let ids = |report: &Report| {
            report
                .rows
                .iter()
                .map(|row| (row.sheet.clone().filter(|_| layout.by_district), row.row, row.id))
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(&second), ids(&report), "{}", layout.file);
        assert_eq!(second.unchanged, report.accepted + report.warned, "{}", layout.file);
    }
}

/// What the process holds in memory, and the most that it held since this was last asked, in MB.
fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let of = |name: &str| -> u64 {
        let line = status.lines().find(|line| line.starts_with(name)).expect(name);
        let digits = line.split_ascii_whitespace().nth(1).expect("a number");
        digits.parse::<u64>().expect("a number") / 1024
    };
    let held = (of("VmRSS:"), of("VmHWM:"));
    std::fs::write("/proc/self/clear_refs", "5").expect("forgotten");
    held
}

/// Beside the list itself, writing takes next to nothing, however long it is.
#[test]
#[ignore = "takes a minute"]
fn a_corrected_file_of_200_000_rows_is_written_in_bounded_memory() {
    let rows = 200_000;
    let row = |number: usize| {
        format!(
            "{number};Usaha Sumber Rejeki {number};Siti Aminah {number};Kalitengah;Tanggulangin;\
             0812{number:08};Tas kulit, dompet kulit, sabuk;200;pcs\n"
        )
    };
    let head = "No;Nama Usaha;Pemilik;Desa;Kecamatan;Telepon;Produk;Kapasitas;Satuan\n".to_owned();
    let text = head + &(1..=rows).map(row).collect::<Vec<_>>().concat();
    let file = ListFile::read(text.as_bytes(), &Limits::default()).expect("a list");
    drop(text);
    let report = |number: usize| corrected::Row {
        number,
        sheet: None,
        verdict: corrected::Verdict::Look,
        id: Some(uuid::Uuid::from_u128(number as u128)),
        remarks: vec![corrected::Remark {
            field: "Telepon".into(),
            cell: Some(format!("F{number}")),
            text: "Nomor telepon tidak terbaca.".into(),
            suggestion: Some("tulis seperti 081234567890".into()),
        }],
    };
    let (before, _) = memory();
    let began = std::time::Instant::now();
    let mut out = tempfile::tempfile().expect("a file");
    corrected::write(&file, (2..=rows + 1).map(report), &mut out).expect("a workbook");
    let (_, most) = memory();
    let bytes = out.metadata().expect("its size").len();
    println!("{} MB more, {:?}, a file of {bytes} bytes", most - before, began.elapsed());
    assert!(most - before < 150, "{most} MB after {before}");
}

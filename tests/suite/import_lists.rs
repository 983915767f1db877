//! Lists of many layouts: what is no record, what is no list, what is restricted, what was corrected.

use sentra::domain::actor::{Actor, Role};
use sentra::exchange::list::SheetKind;
use sentra::exchange::mapping::Field;
use sentra::registry::Registry;
use sentra::registry::import::{ImportOptions, Report, RowOutcome};
use serde_json::json;

use crate::app::TestApp;

fn options(name: &str) -> ImportOptions {
    ImportOptions { name: name.into(), ..ImportOptions::default() }
}

fn import(registry: &Registry, csv: &str, options: &ImportOptions) -> Report {
    let report = registry.import(&Actor::Operator, csv.as_bytes(), options, |_, _| true);
    let report = report.expect("a report");
    let all = report.accepted + report.warned + report.rejected + report.skipped + report.unchanged;
    assert_eq!((all, report.rows.len()), (report.read, report.read), "each row under one outcome");
    report
}

fn codes(report: &Report, row: usize) -> Vec<&'static str> {
    let row = report.rows.iter().find(|found| found.row == row).expect("the row");
    row.messages.iter().map(|message| message.code).collect()
}

#[test]
fn a_recapitulation_is_refused_with_an_explanation() {
    let app = TestApp::new();
    let csv = "REKAP IKM KABUPATEN SIDOARJO\nNo;Kecamatan;Jumlah Unit Usaha;Tenaga Kerja\n\
        1;Candi;120;400\n2;Tanggulangin;310;900\n;JUMLAH;430;1300\n";
    let report = import(&app.registry, csv, &options("rekap.csv"));
    assert_eq!((report.read, report.rejected), (3, 3));
    assert_eq!(report.sheets[0].kind, SheetKind::Recapitulation);
    let told = report.sheets[0].explanation.as_deref().unwrap_or_default();
    assert!(told.contains("rekapitulasi"), "{told}");
    assert_eq!(codes(&report, 3), ["recapitulation"]);
    let matrix = "Kecamatan;IKM;UKM;Kopwan\nCandi;12;5;1\nTanggulangin;30;9;2\nPorong;4;5;6\n";
    let report = import(&app.registry, matrix, &options("rekap.csv"));
    assert_eq!((report.sheets[0].kind, report.rejected), (SheetKind::Recapitulation, 3));
    let codes_only = import(&app.registry, "Warna;Ukuran\nmerah;besar\n", &options("x.csv"));
    assert_eq!((codes_only.sheets[0].kind, codes_only.rejected), (SheetKind::NoNames, 1));
}

#[test]
fn sums_headings_and_notes_are_skipped_and_accounted_for() {
    let app = TestApp::new();
    let csv = "DAFTAR IKM KABUPATEN SIDOARJO;;;;\nNo;Nama IKM;Pemilik;Desa;Komoditi\n1;2;3;4;5\n\
        ;KEC. TANGGULANGIN;;;\n1;Tas Ayu;Siti;Kalitengah;tas\n;JUMLAH;1;;\n\
        ;KEC. CANDI;;;\n2;Tas Budi;Budi;Sepande;tas\nMengetahui, Kepala Dinas;;;;\n";
    let report = import(&app.registry, csv, &options("ikm.csv"));
    assert_eq!((report.read, report.accepted, report.skipped), (7, 2, 5), "{:#?}", report.rows);
    let told: Vec<&str> = (3..=9).flat_map(|row| codes(&report, row)).collect();
    assert_eq!(told, ["column_numbers", "section_row", "subtotal", "section_row", "not_a_record"]);
    let items = app.staff().all("/api/v1/enterprises?sort=name");
    let places: Vec<&str> = items.iter().filter_map(|item| item["region"].as_str()).collect();
    assert!(places[0].starts_with("35.15.06.") && places[1].starts_with("35.15.07."), "{places:?}");
}

#[test]
fn a_message_names_its_cell_and_what_to_write_instead() {
    let app = TestApp::new();
    let csv = "Nama IKM,Desa,Kecamatan,Kabupaten,Komoditi,NIB,NIK\n\
        Tas Ayu,Kalitengh,Tanggulangin,Sidoarjo,tas,912000123456,351506440877\n";
    let report = import(&app.registry, csv, &options("a.csv"));
    let row = &report.rows[0];
    assert_eq!(row.outcome, RowOutcome::Warned);
    let of = |code: &str| {
        let found = row.messages.iter().find(|message| message.code == code).expect(code);
        (
            found.field.as_str(),
            found.cell.as_deref(),
            found.value.as_str(),
            found.suggestion.as_deref(),
        )
    };
    let taken = Some("Kalitengah, Tanggulangin, Kabupaten Sidoarjo");
    assert_eq!(of("region_guessed"), ("Desa", Some("B2"), "Kalitengh", taken));
    let malformed: Vec<_> =
        row.messages.iter().filter(|message| message.code == "malformed").collect();
    let (nik, nib) = match malformed.as_slice() {
        [one, other] if one.field == "NIK" => (one, other),
        [one, other] => (other, one),
        other => panic!("{other:?}"),
    };
    assert_eq!((nib.cell.as_deref(), nib.value.as_str()), (Some("F2"), "912000123456"));
    assert_eq!(nib.suggestion.as_deref(), Some("12 angka; NIB mempunyai 13"));
    // A NIK, even a wrong one, is not repeated.
    assert_eq!((nik.cell.as_deref(), nik.value.as_str()), (Some("G2"), "************"));
    assert!(!nik.text.contains("351506"));
}

#[test]
fn restricted_columns_go_to_the_vault_and_nowhere_else() {
    let app = TestApp::new();
    let list = |investment: &str| {
        format!(
            "Nama IKM;Pemilik;NIK;Tgl Lahir;Desa;Kecamatan;Kabupaten;Komoditi;Nilai Investasi (Rp.000);Omzet 2024\n\
             Tas Ayu;Siti;3515064408770003;4 Agustus 1977;Kalitengah;Tanggulangin;Sidoarjo;tas;{investment};250 jt\n"
        )
    };
    let first = import(&app.registry, &list("15.000"), &options("a.csv"));
    assert_eq!(first.accepted, 1, "{:?}", first.rows);
    let text = serde_json::to_string(&first).expect("JSON");
    assert!(!text.contains("3515064408770003") && !text.contains("15.000"), "{text}");
    let id = first.rows[0].id.expect("an id");
    let item = app.staff().get(&format!("/api/v1/enterprises/{id}")).expect(200);
    assert!(!item.to_string().contains("3515064408770003"));
    // 15 million of investment, two workers unknown; sales of 250 million: micro.
    assert_eq!(item["size_class"], "micro");
    let path = format!("/api/v1/enterprises/{id}/restricted?purpose=periksa+impor+daftar");
    let client = app.signed_in_restricted(Role::Verifier, Some("35.15"));
    let restricted = client.get(&path).expect(200);
    assert_eq!(restricted["investment_value"], 15_000_000);
    assert_eq!(restricted["annual_sales"], json!({"value": 250_000_000, "year": 2024}));
    assert_eq!(restricted["persons"][0]["birth_date"], "1977-08-04");

    assert_eq!(import(&app.registry, &list("15.000"), &options("a.csv")).unchanged, 1);
    let again = import(&app.registry, &list("16.000"), &options("b.csv"));
    assert_eq!((again.accepted, again.rows[0].id), (1, Some(id)));
    let restricted = client.get(&path).expect(200);
    assert_eq!(restricted["investment_value"], 16_000_000);
}

#[test]
fn all_or_nothing_holds_good_rows_back_for_a_bad_one() {
    let app = TestApp::new();
    let header = "Nama,Desa,Kecamatan,Kabupaten,Komoditas\n";
    let good = "Tas Ayu,Kalitengah,Tanggulangin,Sidoarjo,tas\n";
    let bad = "Tas Jauh,Gajahan,Pasar Kliwon,Surakarta,tas\n";
    let asked = ImportOptions { all_or_nothing: true, ..options("a.csv") };
    let report = import(&app.registry, &format!("{header}{good}{bad}"), &asked);
    assert_eq!((report.skipped, report.rejected), (1, 1));
    assert_eq!(codes(&report, 2), ["held_back"]);
    assert_eq!(app.registry.counts().expect("counts").0, 0);
    let report = import(&app.registry, &format!("{header}{good}"), &asked);
    assert_eq!((report.accepted, app.registry.counts().expect("counts").0), (1, 1));
}

#[test]
fn a_mapping_is_shown_corrected_and_used_again() {
    let app = TestApp::new();
    let csv = "Sebutan;Milik;Letak;Kec;Kab;Barang Jadi Andalan\n\
        Tas Ayu;Siti;Kalitengah;Tanggulangin;Sidoarjo;tas\n";
    let sheets = app.registry.list_sheets(csv.as_bytes(), &options("a.csv")).expect("sheets");
    let mut shown = json!({ "sheets": serde_json::to_value(&sheets).expect("JSON") });
    for (place, field) in [(0, "name"), (1, "owner"), (2, "village")] {
        shown["sheets"][0]["columns"][place]["field"] = json!(field);
    }
    let mapping = serde_json::from_value(shown).expect("a mapping");
    let asked = ImportOptions { mapping: Some(mapping), ..options("a.csv") };
    // The next list of the same office has its columns in another order.
    let next = "Milik;Kec;Sebutan;Letak;Kab;Barang Jadi Andalan\n\
        Siti;Tanggulangin;Tas Ayu;Kalitengah;Sidoarjo;tas\n";
    for list in [csv, next] {
        let report = import(&app.registry, list, &asked);
        assert_eq!(report.accepted + report.warned + report.unchanged, 1, "{:?}", report.rows);
        let columns = &report.sheets[0].mapping.columns;
        assert!(columns.iter().any(|column| column.field == Some(Field::Village)));
    }
    let items = app.staff().all("/api/v1/enterprises");
    assert_eq!((items.len(), items[0]["name"].as_str()), (1, Some("Tas Ayu")));
    assert_eq!(items[0]["owners"][0]["name"], "Siti");
}

/// A list without columns for its places says them in its title and its addresses.
#[test]
fn places_are_found_in_titles_and_addresses() {
    let app = TestApp::new();
    let csv = "DATA IKM KAB. SIDOARJO TAHUN 2024;;\nNama IKM;Alamat;Komoditi\n\
        Tas Ayu;Jl. Raya 5 Ds. Kalitengah Kec. Tanggulangin;tas\nTas Budi;Jl. Kec. Candi;tas\n\
        Tas Citra;Jl. Mawar 3;tas\n";
    let report = import(&app.registry, csv, &options("alamat.csv"));
    assert_eq!((report.accepted, report.warned), (2, 1), "{:#?}", report.rows);
    assert_eq!(codes(&report, 5), ["region_from_list"]);
    let items = app.staff().all("/api/v1/enterprises?sort=name");
    let names: Vec<&str> = items.iter().filter_map(|item| item["region_name"].as_str()).collect();
    let expected = [
        "Kalitengah, Tanggulangin, Kabupaten Sidoarjo",
        "Candi, Kabupaten Sidoarjo",
        "Kabupaten Sidoarjo",
    ];
    assert_eq!(names, expected);
    assert_eq!(items[0]["registrations"][0]["kind"], "ikm");
}

/// Positions in every form end where they are.
#[test]
fn positions_come_in_from_degrees_minutes_and_metres() {
    let app = TestApp::new();
    let csv = "Nama;Kecamatan;Kabupaten;Komoditi;Lintang;Bujur\n\
        A;Tanggulangin;Sidoarjo;tas;-7,5071;112,7223\n\
        B;Tanggulangin;Sidoarjo;tas;112.7223;-7.5071\n\
        C;Tanggulangin;Sidoarjo;tas;7°30'25.56\" LS;112°43'20.28\" BT\n\
        D;Tanggulangin;Sidoarjo;tas;7.5071;112.7223\n\
        E;Tanggulangin;Sidoarjo;tas;9169819;690045\n\
        F;Tanggulangin;Sidoarjo;tas;utara;selatan\n\
        G;Tanggulangin;Sidoarjo;tas;;\n";
    let report = import(&app.registry, csv, &options("titik.csv"));
    assert_eq!(report.rejected, 0);
    let items = app.staff().all("/api/v1/enterprises?sort=name");
    for item in &items[..5] {
        let at = (item["point"]["lon"].as_f64(), item["point"]["lat"].as_f64());
        let (lon, lat) = (at.0.expect("a point"), at.1.expect("a point"));
        assert!((lon - 112.7223).abs() < 1e-3 && (lat + 7.5071).abs() < 1e-3, "{item}");
    }
    assert!(items[5].get("point").is_none() && items[6].get("point").is_none());
    let told = |row| codes(&report, row).into_iter().find(|code| code.starts_with("point_"));
    assert_eq!(told(2), None);
    assert_eq!(told(3), Some("point_swapped"));
    assert_eq!(told(4), None);
    assert_eq!(told(5), Some("point_made_southern"));
    assert_eq!(told(6), Some("point_from_metres"));
    assert_eq!(told(7), Some("point_unusable"));
    assert_eq!(told(8), None);
}

#[test]
fn hostile_text_is_data_or_an_error_and_never_more() {
    let app = TestApp::new();
    let long = "x".repeat(40_000);
    let csv = format!(
        "Nama,Desa,Kecamatan,Kabupaten,Komoditas,Alamat\n\
         \"=cmd|' /C calc'!A0\",Kalitengah,Tanggulangin,Sidoarjo,tas,\"<script>alert(1)</script>\"\n\
         Nol\0Bita,Kalitengah,Tanggulangin,Sidoarjo,tas,\u{202e}Jl. A\n\
         {long},Kalitengah,Tanggulangin,Sidoarjo,tas,Jl. B\n\
         '; DROP TABLE enterprises;--,Kalitengah,Tanggulangin,Sidoarjo,tas,Jl. C\n"
    );
    let report = import(&app.registry, &csv, &options("a.csv"));
    assert_eq!((report.accepted, report.rejected), (3, 1), "{:?}", report.rows);
    assert_eq!(codes(&report, 4), ["too_long"]);
    let items = app.staff().all("/api/v1/enterprises?sort=name");
    assert_eq!(items.len(), 3);
    assert!(items.iter().any(|item| item["name"] == "Nol Bita" && item["address"] == "Jl. A"));
    // Five hundred columns are many, and no more than that.
    let wide = |count: usize| {
        let header: Vec<String> = (0..count).map(|place| format!("kolom {place}")).collect();
        format!("Nama,{}\nTas Ayu,{}\n", header.join(","), vec!["1"; count].join(","))
    };
    assert_eq!(import(&app.registry, &wide(500), &options("lebar.csv")).read, 1);
    let refused =
        app.registry.import(&Actor::Operator, wide(2_000).as_bytes(), &options("x"), |_, _| true);
    assert!(refused.is_err());
}

/// A corrected workbook carries the ids of its records.
#[test]
fn a_row_that_names_its_record_revises_that_one_whatever_else_it_says() {
    let app = TestApp::new();
    let first = "Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas\n\
        Tas Ayu,Ayu,Kalitengah,Tanggulangin,Sidoarjo,tas\n\
        Tas Budi,Budi,Kalitengah,Tanggulangin,Sidoarjo,tas\n";
    let report = import(&app.registry, first, &options("a.csv"));
    let id = |place: usize| report.rows[place].id.expect("an id");
    let staff = app.staff();
    let closed = format!("/api/v1/enterprises/{}", id(1));
    staff.write("DELETE", &closed, "*", &serde_json::Value::Null).expect(200);
    let corrected = format!(
        "Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas,ID Sentra\n\
        Sepatu Ayu Jaya,Ayu Lestari,Kludan,Tanggulangin,Sidoarjo,alas-kaki,{ayu}\n\
        Tas Budi Baru,Budi,Kalitengah,Tanggulangin,Sidoarjo,tas,{budi}\n\
        Tas Candra,Candra,Kalitengah,Tanggulangin,Sidoarjo,tas,{nobody}\n\
        Tas Dewi,Dewi,Kalitengah,Tanggulangin,Sidoarjo,tas,bukan id\n\
        Tas Ayu Lain,Ayu,Kalitengah,Tanggulangin,Sidoarjo,tas,{ayu}\n",
        ayu = id(0),
        budi = id(1),
        nobody = uuid::Uuid::max(),
    );
    let dry = ImportOptions { dry_run: true, ..options("b.csv") };
    let foreseen = import(&app.registry, &corrected, &dry);
    let report = import(&app.registry, &corrected, &options("b.csv"));
    assert_eq!(foreseen.rows, report.rows);
    assert_eq!(report.rows[0].id, Some(id(0)));
    assert_eq!((report.accepted + report.warned, report.rejected), (1, 4), "{:?}", report.rows);
    assert_eq!(codes(&report, 3), ["record_not_active"]);
    assert_eq!(codes(&report, 4), ["record_unknown"]);
    assert_eq!(codes(&report, 5), ["record_id_unreadable"]);
    assert_eq!(codes(&report, 6), ["record_twice"]);
    let items = staff.all("/api/v1/enterprises?existence=active");
    assert_eq!(items.len(), 1);
    assert_eq!((&items[0]["name"], &items[0]["revision"]), (&"Sepatu Ayu Jaya".into(), &2.into()));
    assert_eq!(items[0]["region"], "35.15.06.2014");
    // The same file once more, and the list as it was at first.
    assert_eq!(import(&app.registry, &corrected, &options("b.csv")).unchanged, 1);
    assert_eq!(import(&app.registry, first, &options("a.csv")).unchanged, 2);
}

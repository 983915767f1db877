//! Lists come in: real ones where they are at hand, and made ones.

use sentra::domain::actor::Actor;
use sentra::domain::codes::BasisKind;
use sentra::domain::enterprise::PublicationBasis;
use sentra::registry::Registry;
use sentra::registry::import::{ImportOptions, Report, RowOutcome};

use crate::app::TestApp;

const WORKBOOKS: &str = "../shared/data/workbooks";

fn options(name: &str) -> ImportOptions {
    ImportOptions { name: name.into(), ..ImportOptions::default() }
}

fn published(name: &str) -> ImportOptions {
    let on = "2026-11-22".parse().expect("a date");
    let basis =
        PublicationBasis { kind: BasisKind::AlreadyPublic, text: "data terbuka".into(), on };
    ImportOptions { publish: Some(basis), ..options(name) }
}

fn import(registry: &Registry, bytes: &[u8], options: &ImportOptions) -> Report {
    let report = registry.import(&Actor::Operator, bytes, options, |_, _| true).expect("a report");
    let all = report.accepted + report.warned + report.rejected + report.skipped + report.unchanged;
    assert_eq!((all, report.rows.len()), (report.read, report.read), "each row under one outcome");
    report
}

fn codes(report: &Report, row: usize) -> Vec<&'static str> {
    let row = report.rows.iter().find(|found| found.row == row).expect("the row");
    row.messages.iter().map(|message| message.code).collect()
}

fn real(name: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(format!("{WORKBOOKS}/{name}")).ok();
    if bytes.is_none() {
        eprintln!("skipped: {WORKBOOKS}/{name} is not there");
    }
    bytes
}

#[test]
fn the_list_of_probolinggo_comes_in_whole_and_only_once() {
    let Some(bytes) = real("probolinggo-ikm-olahan-ikan.csv") else { return };
    let app = TestApp::new();
    let name = "probolinggo.csv";
    let report = import(&app.registry, &bytes, &published(name));
    assert_eq!((report.read, report.accepted + report.warned, report.rejected), (68, 68, 0));
    assert_eq!(report.rows[0].row, 2);
    let with = |code: &str| {
        report
            .rows
            .iter()
            .filter(|row| row.messages.iter().any(|message| message.code == code))
            .count()
    };
    assert!(with("point_outside_region") >= 3, "KECAMATAN against the point");
    assert_eq!(with("name_from_owner"), 3);
    assert!(with("digits_lost") > 0);

    let staff = app.staff();
    let items = staff.all("/api/v1/enterprises?region=35.74&limit=1000");
    assert_eq!(items.len(), 68);
    for item in &items {
        let phone = item["owners"][0]["phone"].as_str().unwrap_or("+62335000000");
        // No phone is invented: of a lost number not even the leading digits are kept.
        assert!(phone.starts_with("+62") && !phone.contains('e') && phone.len() >= 10, "{phone}");
        assert_ne!(item["name"], "-");
        assert!(item["located_in"].is_object());
    }
    assert_eq!(app.anonymous().get("/api/v1/enterprises?region=35.74").expect(200)["matched"], 68);
    let drawn = app.anonymous().get("/api/v1/tiles/enterprises/8/208/133.mvt");
    assert_eq!(drawn.status, 200);

    let again = import(&app.registry, &bytes, &published(name));
    assert_eq!(again.unchanged, 68);
    assert_eq!(staff.get("/api/v1/enterprises").expect(200)["matched"], 68);
    // The same list as GeoJSON is the same list.
    if let Some(geojson) = real("probolinggo-ikm-olahan-ikan.geojson") {
        assert_eq!(import(&app.registry, &geojson, &published(name)).unchanged, 68);
    }
}

/// An owner's name alone is not shown to the public, exact points and contacts neither.
#[test]
fn the_public_sees_no_owner_and_no_exact_point_of_an_imported_list() {
    let app = TestApp::new();
    let csv = "Nama Usaha;Nama Pemilik;Desa;Kecamatan;Kabupaten;Telp;Produk;lat;lon\n\
        SITI AMINAH;SITI AMINAH;Kalitengah;Tanggulangin;Kab. Sidoarjo;081234567890;Tas kulit;-7.5071;112.7223\n";
    import(&app.registry, csv.as_bytes(), &published("tas.csv"));
    let items = app.anonymous().all("/api/v1/enterprises");
    assert_eq!(items[0]["name"], "Usaha Tas kulit, Kalitengah");
    assert_eq!(items[0]["public_place"]["precision"], "village");
    let text = items[0].to_string().to_lowercase();
    for secret in ["aminah", "8123456", "112.7223"] {
        assert!(!text.contains(secret), "{secret}");
    }
    // Nor can they be searched for.
    assert_eq!(app.anonymous().get("/api/v1/enterprises?q=aminah").expect(200)["matched"], 0);
    assert_eq!(app.staff().get("/api/v1/enterprises?q=aminah").expect(200)["matched"], 1);
}

#[test]
fn every_row_of_the_list_of_solo_is_told_that_it_lies_outside() {
    let Some(bytes) = real("solo-umkm-cp1252.csv") else { return };
    let app = TestApp::new();
    let report =
        import(&app.registry, &bytes, &ImportOptions { dry_run: true, ..options("solo.csv") });
    assert_eq!((report.read, report.rejected), (11_158, 11_158));
    for row in &report.rows {
        let told = row.messages.iter().any(|message| {
            matches!(message.code, "outside_province" | "region_unknown")
                && message.text.contains("luar")
        });
        assert!(told, "row {}", row.row);
    }
}

#[test]
fn a_good_row_is_not_lost_because_of_a_bad_one() {
    let app = TestApp::new();
    let csv = "Nama IKM,Desa/Kelurahan,Kecamatan,Kab/Kota,Komoditi,TK L,TK P,NIB,Telepon\n\
        Sari Roti,Kalitengah,Tanggulangin,Sidoarjo,roti,2,3,'9120001234567,0812-3456-7890\n\
        ,Kalitengah,Tanggulangin,Sidoarjo,roti,,,,\n\
        Jauh Sekali,Gajahan,Pasar Kliwon,Surakarta,roti,,,,\n\
        Sari Roti,Kalitengah,Tanggulangin,Sidoarjo,roti,2,3,'9120001234567,0812-3456-7890\n\
        Tas Ayu,Kalitengah,Tanggulangin,Sidoarjo,tas,-,-,9.12E+12,8.5E+10\n";
    let report = import(&app.registry, csv.as_bytes(), &options("ikm.csv"));
    let outcomes: Vec<RowOutcome> = report.rows.iter().map(|row| row.outcome).collect();
    use RowOutcome::{Accepted, Rejected, Skipped, Warned};
    assert_eq!(outcomes, [Accepted, Rejected, Rejected, Skipped, Warned]);
    assert_eq!(codes(&report, 3), ["required"]);
    assert!(codes(&report, 4).contains(&"region_unknown"));
    assert_eq!(codes(&report, 5), ["same_as_row"]);
    assert_eq!(codes(&report, 6), ["digits_lost", "digits_lost"]);
    let items = app.staff().all("/api/v1/enterprises?sort=name");
    assert_eq!(items.len(), 2);
    assert_eq!(
        (items[0]["nib"].as_str(), items[0]["owners"][0]["phone"].as_str()),
        (Some("9120001234567"), Some("+6281234567890"))
    );
    assert!(items[1].get("nib").is_none());
}

#[test]
fn a_workbook_with_a_title_and_two_sheets_comes_in() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (sheet, district) in [("Tanggulangin", "Tanggulangin"), ("Candi", "Candi")] {
        let sheet = workbook.add_worksheet().set_name(sheet).expect("a sheet");
        sheet.write(0, 0, "DATA IKM KABUPATEN SIDOARJO TAHUN 2025").expect("a cell");
        for (column, header) in
            ["No", "Nama IKM", "Kecamatan", "Kabupaten", "Komoditi", "Tahun Berdiri"]
                .iter()
                .enumerate()
        {
            sheet.write(2, u16::try_from(column).expect("a column"), *header).expect("a cell");
        }
        for row in 0..3_u32 {
            let name = format!("{district} {row}");
            sheet.write(3 + row, 0, row + 1).expect("a cell");
            sheet.write(3 + row, 1, name).expect("a cell");
            sheet.write(3 + row, 2, district).expect("a cell");
            sheet.write(3 + row, 3, "Kab. Sidoarjo").expect("a cell");
            sheet.write(3 + row, 4, "Tas").expect("a cell");
            sheet.write(3 + row, 5, 2011).expect("a cell");
        }
    }
    let bytes = workbook.save_to_buffer().expect("a workbook");
    let app = TestApp::new();
    let report = import(&app.registry, &bytes, &options("sidoarjo.xlsx"));
    assert_eq!((report.read, report.accepted), (6, 6), "{:?}", report.rows);
    assert_eq!((report.rows[0].sheet.as_deref(), report.rows[0].row), (Some("Tanggulangin"), 4));
    let items = app.staff().all("/api/v1/enterprises?region=35.15.06&sort=name");
    assert_eq!((items.len(), items[0]["founded_year"].as_i64()), (3, Some(2011)));
    assert_eq!(items[0]["sources"][0]["sheet"], "Tanggulangin");
}

/// What a list does not say of a record is kept when the list comes again.
#[test]
fn a_new_list_does_not_wipe_what_was_entered_since() {
    let app = TestApp::new();
    let list = |address: &str| {
        let header = "Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas,Alamat";
        format!("{header}\nTas Ayu,Siti,Kalitengah,Tanggulangin,Sidoarjo,tas,{address}\n")
    };
    let first = import(&app.registry, list("Jl. A").as_bytes(), &published("a.csv"));
    let path = format!("/api/v1/enterprises/{}", first.rows[0].id.expect("an id"));
    let patch = serde_json::json!({
        "consents": [{"to": "exact_point", "on": "2026-11-01", "how": "formulir"}],
        "point": {"lon": 112.7223, "lat": -7.5071, "method": "gps"}
    });
    let staff = app.staff();
    staff.write("PATCH", &path, "*", &patch).expect(200);
    import(&app.registry, list("Jl. B").as_bytes(), &published("b.csv"));
    let item = staff.get(&path).expect(200);
    assert_eq!(
        (item["address"].as_str(), item["point"]["lon"].as_f64()),
        (Some("Jl. B"), Some(112.7223))
    );
    assert_eq!(item["consents"], patch["consents"]);
}

/// Two makers of one name in one district, without owners, are two.
#[test]
fn a_common_name_alone_does_not_make_two_rows_one() {
    let app = TestApp::new();
    let list = |address: &str| {
        format!(
            "Nama,Kecamatan,Kabupaten,Komoditas,Alamat\nWarung Barokah,Tanggulangin,Sidoarjo,tas,{address}\n"
        )
    };
    import(&app.registry, list("Jl. A").as_bytes(), &options("a.csv"));
    import(&app.registry, list("Jl. B").as_bytes(), &options("b.csv"));
    assert_eq!(app.registry.counts().expect("counts").0, 2);
}

#[test]
fn a_row_that_says_something_new_revises_its_record() {
    let app = TestApp::new();
    let list = |address: &str| {
        let header = "Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas,Alamat";
        format!("{header}\nTas Ayu,Siti,Kalitengah,Tanggulangin,Sidoarjo,tas,{address}\n")
    };
    let first = import(&app.registry, list("Jl. A").as_bytes(), &options("a.csv"));
    let second = import(&app.registry, list("Jl. B").as_bytes(), &options("b.csv"));
    assert_eq!(first.rows[0].id, second.rows[0].id);
    let id = first.rows[0].id.expect("an id");
    let item = app.staff().get(&format!("/api/v1/enterprises/{id}")).expect(200);
    assert_eq!((item["revision"].as_i64(), item["address"].as_str()), (Some(2), Some("Jl. B")));
    assert_eq!(item["sources"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_dry_run_stores_nothing_and_an_unreadable_file_is_refused() {
    let app = TestApp::new();
    let csv = b"Nama,Kecamatan,Kabupaten\nTas Ayu,Tanggulangin,Sidoarjo\n";
    let report = import(&app.registry, csv, &ImportOptions { dry_run: true, ..options("a.csv") });
    assert_eq!((report.read, report.warned), (1, 1));
    assert_eq!(app.registry.counts().expect("counts").0, 0);
    for bytes in [b"PK\x03\x04 rusak".as_slice(), b"{\"type\":", b"   "] {
        assert!(app.registry.import(&Actor::Operator, bytes, &options("x"), |_, _| true).is_err());
    }
}

/// The header may carry the period and another column the unit; what is not clear is asked, and a
/// unit that does not fit the goods is not taken.
#[test]
fn capacities_come_in_as_offices_write_them_or_are_asked_about() {
    let app = TestApp::new();
    let csv = "Nama;Kecamatan;Kabupaten;Komoditi;Kapasitas Produksi/Th;Satuan\n\
        A;Tanggulangin;Sidoarjo;Sepatu;500;Kodi\n\
        B;Tanggulangin;Sidoarjo;Sepatu;20-30 lusin/th;\n\
        C;Tanggulangin;Sidoarjo;Sepatu;±1.500;psg\n\
        D;Tanggulangin;Sidoarjo;Kerupuk;100 bungkus (250 gr);\n\
        E;Tanggulangin;Sidoarjo;Kerupuk;100;dus\n\
        F;Tanggulangin;Sidoarjo;Kerupuk;100;liter\n\
        G;Tanggulangin;Sidoarjo;Kerupuk;100;genggam\n\
        H;Tanggulangin;Sidoarjo;Kerupuk;5 kg/bln;\n\
        I;Tanggulangin;Sidoarjo;-;100;kg\n";
    let report = import(&app.registry, csv.as_bytes(), &options("kapasitas.csv"));
    assert_eq!(report.rejected, 0);
    let items = app.staff().all("/api/v1/enterprises?sort=name");
    type Taken = Option<(f64, f64, &'static str)>;
    let expected: [(Taken, &[&str]); 9] = [
        (Some((500.0, 500.0, "kodi")), &[]),
        (Some((20.0, 30.0, "lusin")), &[]),
        (Some((1500.0, 1500.0, "pasang")), &["capacity_approximate"]),
        (Some((25_000.0, 25_000.0, "gram")), &[]),
        (Some((100.0, 100.0, "dus")), &["capacity_pack_content"]),
        (None, &["wrong_dimension"]),
        (None, &["capacity_word_unknown"]),
        (None, &["capacity_contradictory"]),
        (None, &["together", "sector_unknown"]),
    ];
    for (place, (capacity, told)) in expected.into_iter().enumerate() {
        assert_eq!(codes(&report, place + 2), told, "row {}", place + 2);
        let stored = &items[place]["products"][0]["capacity"];
        let stored = stored.is_object().then(|| {
            assert_eq!(stored["period"], "year");
            let number = |field: &str| stored[field].as_f64().expect("a number");
            (number("min"), number("max"), stored["unit"].as_str().expect("a unit"))
        });
        assert_eq!(stored, capacity, "row {}", place + 2);
    }
}

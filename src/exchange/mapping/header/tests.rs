use super::*;

fn field(header: &str) -> Option<Field> {
    meaning(header).map(|meaning| meaning.field)
}

#[test]
fn headers_of_real_lists_are_known() {
    for (header, expected) in [
        ("Jenis Industri", Field::Sector),
        ("Bulan Tahun Daftar Usaha", Field::RegisteredOn),
        ("Badan Usaha", Field::LegalForm),
        ("Nama Perusahaan", Field::Name),
        ("Nama Pemilik", Field::Owner),
        ("Jenis Kelamin", Field::OwnerSex),
        ("Tanggal Lahir", Field::BirthDate),
        ("NIK", Field::NationalId),
        ("Alamat", Field::Address),
        ("Desa/Kelurahan", Field::Village),
        ("Kecamatan", Field::District),
        ("Telepon", Field::Phone),
        ("Email", Field::Email),
        ("Izin NIB", Field::Nib),
        ("Kode KBLI", Field::Kbli),
        ("Nama Produk", Field::Product),
        ("Jenis Produk", Field::ProductType),
        ("Jumlah Tenaga Kerja Pria", Field::WorkersMale),
        ("Jumlah Tenaga Kerja Wanita", Field::WorkersFemale),
        ("Nilai Investasi", Field::InvestmentValue),
        ("Jumlah Kapasitas Produksi Perbulan", Field::Capacity),
        ("Satuan Produksi", Field::CapacityUnit),
        ("Nilai Produksi", Field::ProductionValue),
        ("Status", Field::Ignored),
        ("Keterangan", Field::Ignored),
        ("No", Field::Ignored),
        ("Nama IKM", Field::Name),
        ("Nama Usaha", Field::Name),
        ("Nama Pengusaha/Pimpinan", Field::Owner),
        ("Dusun/RT/RW", Field::AddressDetail),
        ("Komoditi", Field::Commodity),
        ("Cabang Industri", Field::Sector),
        ("Tahun Berdiri", Field::FoundedYear),
        ("TK L", Field::WorkersMale),
        ("TK P", Field::WorkersFemale),
        ("Jml TK", Field::WorkersTotal),
        ("Nilai Investasi (Rp.000)", Field::InvestmentValue),
        ("Kapasitas Produksi/Th", Field::Capacity),
        ("Satuan", Field::CapacityUnit),
        ("Nilai BB/BP (Rp.000)", Field::RestrictedOther),
        ("Pemasaran (Lokal/Regional/Ekspor)", Field::Channel),
        ("Latitude", Field::Lat),
        ("Longitude", Field::Lon),
        ("Skala Usaha", Field::Ignored),
        ("Uraian KBLI", Field::Ignored),
        ("Tanggal Terbit", Field::Ignored),
        ("PERUSAHAAN", Field::Name),
        ("KONTAK", Field::Contact),
        ("JALAN", Field::Address),
        ("KATEGORI", Field::ProductType),
        ("point.lon", Field::Lon),
        ("workers.male", Field::WorkersMale),
    ] {
        assert_eq!(field(header), Some(expected), "{header}");
    }
}

#[test]
fn headers_are_known_by_their_words_in_any_order_and_spelling() {
    for (header, expected) in [
        ("3. No. Telp/HP *", Field::Phone),
        ("Kecamtan", Field::District),
        ("Nama Pemlik", Field::Owner),
        ("Alamat Lengkap Usaha", Field::Address),
        ("Omset per Bulan (Rp)", Field::AnnualSales),
        ("Nomor Induk Berusaha", Field::Nib),
        ("Nomor KTP Pemilik", Field::NationalId),
        ("Kapasitas Terpasang / bln", Field::Capacity),
        ("Tenaga Kerja L", Field::WorkersMale),
        ("Tenaga Kerja Perempuan (orang)", Field::WorkersFemale),
        ("Titik Koordinat", Field::Coordinates),
        ("Koordinat Lintang", Field::Lat),
        ("Produk Unggulan", Field::Product),
        ("Sertifikat Halal", Field::Halal),
        ("Bahan Baku", Field::RawMaterial),
        ("Jumlah Unit Usaha", Field::UnitCount),
        ("Kode Desa", Field::Region),
        ("Tempat, Tanggal Lahir", Field::BirthDate),
    ] {
        assert_eq!(field(header), Some(expected), "{header}");
    }
    assert!(meaning("Kecamtan").is_some_and(|meaning| meaning.misspelt));
}

#[test]
fn what_is_no_header_is_none() {
    for text in [
        "Warna Kesukaan",
        "Sumber: Dinas Perindustrian dan Perdagangan Kabupaten Sidoarjo tahun anggaran berjalan",
        "",
        "12",
        "Kalitengah",
        "081234567890",
    ] {
        assert_eq!(field(text), None, "{text}");
    }
}

#[test]
fn questions_are_known_by_what_they_ask_not_by_their_hints() {
    for (header, expected) in [
        ("1. Siapa nama lengkap Bapak/Ibu selaku pemilik usaha? (sesuai KTP)", Field::Owner),
        ("Apa nama usaha/brand Bapak/Ibu? Jika belum ada, tulis nama pemilik", Field::Name),
        ("Dalam satu bulan mampu memproduksi berapa? (misal 200 kg)", Field::Capacity),
        ("Selama ini dijual ke mana saja? [boleh lebih dari satu]", Field::Channel),
        ("Bapak/Ibu membuat apa?", Field::Product),
        ("Sudah mulai berusaha sejak tahun berapa?", Field::FoundedYear),
        ("Jika sudah punya NIB, tuliskan nomornya", Field::Nib),
        ("Mempekerjakan berapa orang perempuan?", Field::WorkersFemale),
    ] {
        assert_eq!(field(header), Some(expected), "{header}");
    }
}

#[test]
fn what_is_of_the_person_is_not_taken_for_the_business() {
    for (header, expected) in [
        ("NOMOR KK", Field::RestrictedOther),
        ("No. Rekening", Field::RestrictedOther),
        ("NPWP", Field::RestrictedOther),
        ("JENIS KEL. (LK/PR)", Field::OwnerSex),
        ("Jns. Kel.", Field::OwnerSex),
        ("Cab. Industri", Field::Sector),
        ("Dukuh/Lingk.", Field::AddressDetail),
        ("per (bln/th)", Field::CapacityPeriod),
        ("Asal BB", Field::Ignored),
        ("Lama Usaha (th)", Field::Ignored),
        ("Cara penjualan", Field::Channel),
        ("Sumber Modal", Field::Ignored),
    ] {
        assert_eq!(field(header), Some(expected), "{header}");
    }
    let under = |header, lowest| meaning_in(header, lowest).map(|meaning| meaning.field);
    let holder = under("REKENING BRI ATAS NAMA", "ATAS NAMA");
    assert_eq!(holder, Some(Field::RestrictedOther));
    assert!(names_home("ALAMAT SESUAI KTP") && names_home("Alamat Nasabah"));
    assert!(!names_home("ALAMAT TEMPAT USAHA") && !names_home("Alamat rumah/tempat usaha"));
}

#[test]
fn names_of_software_are_known() {
    for (header, expected) in [
        ("user.dob", Field::BirthDate),
        ("user.fullName", Field::Owner),
        ("owner.national_id", Field::NationalId),
        ("business_category", Field::Sector),
        ("sales_channels", Field::Channel),
        ("annual_revenue_idr", Field::AnnualSales),
        ("established_year", Field::FoundedYear),
        ("businessEstablishedYear", Field::FoundedYear),
        ("num_employees", Field::WorkersTotal),
        ("address_line_1", Field::Address),
        ("subdistrict", Field::District),
        ("village_name", Field::Village),
        ("province", Field::Ignored),
        ("postal_code", Field::Ignored),
        ("user.created_at", Field::Ignored),
        ("submitted_at", Field::Ignored),
        ("is_active", Field::Ignored),
        ("readiness_score", Field::Ignored),
        ("has_nib", Field::Nib),
        ("is_halal_certified", Field::Halal),
        ("legal_entity_type", Field::LegalForm),
        ("production_capacity", Field::Capacity),
        ("raw_materials", Field::RawMaterial),
    ] {
        assert_eq!(field(header), Some(expected), "{header}");
    }
}

#[test]
fn words_of_cooperatives_and_of_targets_are_known() {
    for (header, expected) in [
        ("Tgl Masuk Anggota", Field::Ignored),
        ("Anggota sejak", Field::Ignored),
        ("Simp. Pokok + Wajib", Field::RestrictedOther),
        ("Sisa Pinjaman", Field::RestrictedOther),
        ("SHU 2023", Field::RestrictedOther),
        ("Target Produksi", Field::Ignored),
        ("Realisasi Omzet (Rp)", Field::Ignored),
        ("Target Pasar", Field::Channel),
        ("Omzet thd target (%)", Field::Ignored),
        ("UU (UNIT)", Field::UnitCount),
    ] {
        assert_eq!(field(header), Some(expected), "{header}");
    }
}

#[test]
fn the_name_of_a_group_decides_what_is_below_it() {
    let under = |group: &str, lowest: &str| {
        meaning_in(&format!("{group} {lowest}"), lowest).map(|meaning| meaning.field)
    };
    for (group, lowest, expected) in [
        ("NILAI (Rp. Juta)", "Produksi", Some(Field::ProductionValue)),
        ("NILAI (Rp. Juta)", "BB/BP", Some(Field::RestrictedOther)),
        ("KAPASITAS PRODUKSI / TAHUN", "Nilai (Rp.000)", Some(Field::ProductionValue)),
        ("KAPASITAS PRODUKSI / TAHUN", "Vol.", Some(Field::Capacity)),
        ("IDENTITAS PERUSAHAAN", "Bentuk BU", Some(Field::LegalForm)),
        ("IDENTITAS PEMILIK", "Warna", None),
        ("IDENTITAS PEMILIK", "Nomor", Some(Field::NationalId)),
        ("PEMILIK", "Nama", Some(Field::Owner)),
        ("ALAMAT", "Ds.", Some(Field::Village)),
    ] {
        assert_eq!(under(group, lowest), expected, "{group} / {lowest}");
    }
}

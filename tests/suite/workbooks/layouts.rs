//! Workbooks as offices send them, in layouts made out of the headers and the dirt that are known.

use sentra::exchange::mapping::Field;

use super::columns::{self as c, Column, column};

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Format {
    Xlsx,
    Ods,
    /// With this delimiter, in Windows-1252.
    Csv(char),
    /// With tabs, in UTF-16.
    Utf16,
}

/// A workbook to be made.
#[expect(clippy::struct_excessive_bools, reason = "kinds of dirt, any of them together")]
pub struct Layout {
    pub file: &'static str,
    pub format: Format,
    pub regency: &'static str,
    pub rows: usize,
    /// Lines above the header.
    pub titles: &'static [&'static str],
    pub columns: Vec<Column>,
    /// `1 2 3 …` below the header.
    pub numbered: bool,
    /// A sheet for each district, named after it, with a row of sums at its end.
    pub by_district: bool,
    /// The district's name in a row above its makers.
    pub sections: bool,
    /// The header again in the middle.
    pub header_again: bool,
    /// Empty columns at the left.
    pub indent: usize,
}

impl Layout {
    pub fn named(
        file: &'static str,
        format: Format,
        regency: &'static str,
        columns: Vec<Column>,
    ) -> Self {
        Self {
            file,
            format,
            regency,
            rows: 60,
            titles: &[],
            columns,
            numbered: false,
            by_district: false,
            sections: false,
            header_again: false,
            indent: 0,
        }
    }

    /// Rows of the header.
    pub fn depth(&self) -> usize {
        self.columns.iter().map(|column| column.heads.len()).max().unwrap_or(1)
    }
}

/// Those that the reading was written with, or was mended after.
pub fn known() -> Vec<Layout> {
    vec![
        dinas(),
        merged(),
        semicolons(),
        ods(),
        survey(),
        sections(),
        misspelt(),
        certificates(),
        permits(),
        cooperative(),
    ]
}

/// The headers of the real workbook of an office, below two lines of title.
fn dinas() -> Layout {
    let columns = vec![
        column(&["Jenis Industri"], Some(Field::Sector), c::branch),
        column(&["Bulan Tahun Daftar Usaha"], Some(Field::RegisteredOn), c::nothing),
        column(&["Badan Usaha"], Some(Field::LegalForm), c::legal_form),
        column(&["Nama Perusahaan"], Some(Field::Name), c::name),
        column(&["Nama Pemilik"], Some(Field::Owner), c::owner),
        column(&["Jenis Kelamin"], Some(Field::OwnerSex), c::sex),
        column(&["Tanggal Lahir"], Some(Field::BirthDate), c::birth),
        column(&["NIK"], Some(Field::NationalId), c::nik),
        column(&["Alamat"], Some(Field::Address), c::address),
        column(&["Desa/Kelurahan"], Some(Field::Village), c::village),
        column(&["Kecamatan"], Some(Field::District), c::district),
        column(&["Telepon"], Some(Field::Phone), c::phone),
        column(&["Email"], Some(Field::Email), c::email),
        column(&["Izin NIB"], Some(Field::Nib), c::nib),
        column(&["Kode KBLI"], Some(Field::Kbli), c::kbli),
        column(&["Nama Produk"], Some(Field::Product), c::product),
        column(&["Jenis Produk"], Some(Field::ProductType), c::branch),
        column(&["Jumlah Tenaga Kerja Pria"], Some(Field::WorkersMale), c::male),
        column(&["Jumlah Tenaga Kerja Wanita"], Some(Field::WorkersFemale), c::female),
        column(&["Nilai Investasi"], Some(Field::InvestmentValue), c::investment),
        column(&["Jumlah Kapasitas Produksi Perbulan"], Some(Field::Capacity), c::capacity_month),
        column(&["Satuan Produksi"], Some(Field::CapacityUnit), c::unit),
        column(&["Nilai Produksi"], Some(Field::ProductionValue), c::nothing),
        column(&["Status"], Some(Field::Ignored), c::note),
        column(&["Keterangan"], Some(Field::Ignored), c::note),
    ];
    Layout {
        titles: &["DATA INDUSTRI KECIL DAN MENENGAH", "KABUPATEN SIDOARJO TAHUN 2024"],
        ..Layout::named("dinas-sidoarjo.xlsx", Format::Xlsx, "35.15", columns)
    }
}

/// A header of two rows with merged cells, a sheet for each district, sums below.
fn merged() -> Layout {
    let columns = vec![
        column(&["No"], Some(Field::Ignored), c::number),
        column(&["Nama IKM"], Some(Field::Name), c::name),
        column(&["Nama Pengusaha/Pimpinan"], Some(Field::Owner), c::owners),
        column(&["Desa / Kel."], Some(Field::Village), c::village),
        column(&["Dusun/RT/RW"], Some(Field::AddressDetail), c::hamlet),
        column(&["Komoditi"], Some(Field::Commodity), c::branch),
        column(&["Tahun Berdiri"], Some(Field::FoundedYear), c::founded),
        column(&["Tenaga Kerja", "L"], Some(Field::WorkersMale), c::male),
        column(&["", "P"], Some(Field::WorkersFemale), c::female),
        column(
            &["Nilai Investasi (Rp.000)"],
            Some(Field::InvestmentValue),
            c::investment_thousands,
        ),
        column(&["Produksi", "Nama Produk"], Some(Field::Product), c::product),
        column(&["", "Kapasitas/Bln"], Some(Field::Capacity), c::capacity_month),
        column(&["", "Satuan"], Some(Field::CapacityUnit), c::unit),
        column(&["Koordinat", "Lintang"], Some(Field::Lat), c::lat),
        column(&["", "Bujur"], Some(Field::Lon), c::lon),
    ];
    Layout {
        titles: &["DAFTAR IKM PER KECAMATAN", "KAB. MOJOKERTO", "KEADAAN TAHUN 2023"],
        by_district: true,
        numbered: true,
        ..Layout::named("per-kecamatan-mojokerto.xlsx", Format::Xlsx, "35.16", columns)
    }
}

fn semicolons() -> Layout {
    let columns = vec![
        column(&["NO"], Some(Field::Ignored), c::number),
        column(&["NAMA UMKM"], Some(Field::Name), c::name),
        column(&["PEMILIK"], Some(Field::Owner), c::owner),
        column(&["L/P"], Some(Field::OwnerSex), c::sex),
        column(&["NO. KTP"], Some(Field::NationalId), c::nik),
        column(&["NO. HP"], Some(Field::Phone), c::phone),
        column(&["ALAMAT USAHA"], Some(Field::Address), c::address),
        column(&["KELURAHAN"], Some(Field::Village), c::village),
        column(&["KECAMATAN"], Some(Field::District), c::district),
        column(&["KAB/KOTA"], Some(Field::Regency), c::regency),
        column(&["JENIS USAHA"], Some(Field::Product), c::products),
        column(&["OMZET/TAHUN (JUTA) 2023"], Some(Field::AnnualSales), c::sales_millions),
        column(&["JML TK"], Some(Field::WorkersTotal), c::workers),
        column(&["NIB"], Some(Field::Nib), c::nib),
        column(&["LATITUDE"], Some(Field::Lat), c::lat),
        column(&["LONGITUDE"], Some(Field::Lon), c::lon),
        column(&["KET"], Some(Field::Ignored), c::note),
    ];
    Layout::named("umkm-malang.csv", Format::Csv(';'), "35.07", columns)
}

fn ods() -> Layout {
    let columns = vec![
        column(&["No. Urut"], Some(Field::Ignored), c::number),
        column(&["Nama Usaha"], Some(Field::Name), c::name),
        column(&["Nama Pemilik"], Some(Field::Owner), c::owners),
        column(&["Telp/HP"], Some(Field::Phone), c::phone),
        column(&["Desa"], Some(Field::Village), c::village),
        column(&["Kec."], Some(Field::District), c::district),
        column(&["Hasil Produksi"], Some(Field::Product), c::products),
        column(&["Kapasitas Produksi"], Some(Field::Capacity), c::capacity),
        column(&["Investasi"], Some(Field::InvestmentValue), c::investment),
        column(&["Jumlah Tenaga Kerja"], Some(Field::WorkersTotal), c::workers),
        column(&["Th. Berdiri"], Some(Field::FoundedYear), c::founded),
    ];
    Layout {
        titles: &["Dinas Perindustrian dan Perdagangan", "", "Data IKM Kabupaten Jombang"],
        ..Layout::named("ikm-jombang.ods", Format::Ods, "35.17", columns)
    }
}

/// As a form on the web gives it out.
fn survey() -> Layout {
    let columns = vec![
        column(&["Timestamp"], Some(Field::Ignored), c::note),
        column(&["Nama Lengkap Pemilik Usaha"], Some(Field::Owner), c::owner),
        column(&["Jenis Kelamin Pemilik"], Some(Field::OwnerSex), c::sex),
        column(&["Nomor WhatsApp yang aktif"], Some(Field::Phone), c::phone),
        column(&["Nama Usaha / Brand"], Some(Field::Name), c::name),
        column(&["Alamat lengkap usaha (jalan, RT/RW)"], Some(Field::Address), c::address),
        column(&["Desa/Kelurahan lokasi usaha"], Some(Field::Village), c::village),
        column(&["Kecamatan lokasi usaha"], Some(Field::District), c::district),
        column(&["Titik koordinat (Google Maps)"], Some(Field::Coordinates), c::both),
        column(&["Produk utama yang dihasilkan"], Some(Field::Product), c::product),
        column(&["Apakah sudah punya sertifikat halal?"], Some(Field::Halal), c::halal),
        column(&["Jumlah karyawan"], Some(Field::WorkersTotal), c::workers),
    ];
    Layout::named("formulir-gresik.txt", Format::Utf16, "35.25", columns)
}

/// Districts as rows above their makers, the header again on the second page.
fn sections() -> Layout {
    let columns = vec![
        column(&["No."], Some(Field::Ignored), c::number),
        column(&["Nama Perusahaan"], Some(Field::Name), c::name),
        column(&["Penanggung Jawab"], Some(Field::Owner), c::owner),
        column(&["Desa"], Some(Field::Village), c::village),
        column(&["Lintang"], Some(Field::Lat), c::lat_dms),
        column(&["Bujur"], Some(Field::Lon), c::lon_dms),
        column(&["KBLI"], Some(Field::Kbli), c::kbli),
        column(&["Uraian KBLI"], Some(Field::Ignored), c::kbli_title),
        column(&["Omset (Rp) Th 2022"], Some(Field::AnnualSales), c::sales),
        column(&["TK L"], Some(Field::WorkersMale), c::male),
        column(&["TK P"], Some(Field::WorkersFemale), c::female),
    ];
    Layout {
        titles: &["LAPORAN PERKEMBANGAN INDUSTRI KABUPATEN TULUNGAGUNG"],
        sections: true,
        header_again: true,
        indent: 1,
        ..Layout::named("laporan-tulungagung.xlsx", Format::Xlsx, "35.04", columns)
    }
}

/// Misspelt headers, and columns without any.
fn misspelt() -> Layout {
    let columns = vec![
        column(&["Nama Usha"], Some(Field::Name), c::name),
        column(&["Nama Pemlik"], Some(Field::Owner), c::owner),
        column(&[""], Some(Field::NationalId), c::nik),
        column(&["No Telpon"], Some(Field::Phone), c::phone),
        column(&["Kelurahn/Desa"], Some(Field::Village), c::village),
        column(&["Kecamtan"], Some(Field::District), c::district),
        column(&["Kabupten"], Some(Field::Regency), c::regency),
        column(&["Prodk"], Some(Field::Product), c::product),
        column(&["No. Ijin"], Some(Field::Nib), c::nib),
        column(&["Tnaga Kerja Laki"], Some(Field::WorkersMale), c::male),
        column(&["Tenaga Krja Perempuan"], Some(Field::WorkersFemale), c::female),
        column(&["surat elektronik"], Some(Field::Email), c::email),
    ];
    Layout::named("ketikan-lamongan.xlsx", Format::Xlsx, "35.24", columns)
}

fn certificates() -> Layout {
    let columns = vec![
        column(&["Nama Pelaku Usaha"], Some(Field::Owner), c::owner),
        column(&["Nama Usaha"], Some(Field::Name), c::name),
        column(&["Kode Wilayah"], Some(Field::Region), c::village_code),
        column(&["Desa"], Some(Field::Village), c::village),
        column(&["Bidang Usaha"], Some(Field::Sector), c::branch),
        column(&["Kode KBLI 2020"], Some(Field::Kbli), c::kbli),
        column(&["Nomor Induk Berusaha (NIB)"], Some(Field::Nib), c::nib),
        column(&["Sertifikat Halal"], Some(Field::Halal), c::halal),
        column(&["Bentuk Badan Usaha"], Some(Field::LegalForm), c::legal_form),
        column(&["Tgl Lahir"], Some(Field::BirthDate), c::birth),
        column(&["E-mail"], Some(Field::Email), c::email),
        column(&["Skala Usaha"], Some(Field::Ignored), c::note),
    ];
    Layout::named("sertifikasi-banyuwangi.csv", Format::Csv(','), "35.10", columns)
}

/// As the licensing system of the government gives it out.
fn permits() -> Layout {
    let columns = vec![
        column(&["id_permohonan"], Some(Field::Ignored), c::number),
        column(&["nama_perusahaan"], Some(Field::Name), c::name),
        column(&["nib"], Some(Field::Nib), c::nib),
        column(&["tanggal_terbit_nib"], Some(Field::Ignored), c::note),
        column(&["uraian_jenis_perusahaan"], Some(Field::LegalForm), c::legal_form),
        column(&["alamat_usaha"], Some(Field::Address), c::address),
        column(&["kab_kota"], Some(Field::Regency), c::regency),
        column(&["kecamatan"], Some(Field::District), c::district),
        column(&["kelurahan"], Some(Field::Village), c::village),
        column(&["longitude"], Some(Field::Lon), c::lon),
        column(&["latitude"], Some(Field::Lat), c::lat),
        column(&["kbli"], Some(Field::Kbli), c::kbli),
        column(&["judul_kbli"], Some(Field::Ignored), c::kbli_title),
        column(&["nama_user"], Some(Field::Owner), c::owner),
        column(&["nomor_identitas_user"], Some(Field::NationalId), c::nik),
        column(&["email"], Some(Field::Email), c::email),
        column(&["nomor_telp"], Some(Field::Phone), c::phone),
        column(&["jumlah_investasi"], Some(Field::InvestmentValue), c::investment),
        column(&["tki"], Some(Field::WorkersTotal), c::workers),
    ];
    Layout { rows: 120, ..Layout::named("perizinan-kediri.xlsx", Format::Xlsx, "35.06", columns) }
}

/// As an assistant of small businesses keeps it for the cooperatives' office.
fn cooperative() -> Layout {
    let columns = vec![
        column(&["NO", ""], Some(Field::Ignored), c::number),
        column(&["IDENTITAS PEMILIK", "NAMA LENGKAP"], Some(Field::Owner), c::owner),
        column(&["", "NIK"], Some(Field::NationalId), c::nik),
        column(&["", "JENIS KELAMIN"], Some(Field::OwnerSex), c::sex),
        column(&["", "TGL LAHIR"], Some(Field::BirthDate), c::birth),
        column(&["", "NOMOR HANDPHONE"], Some(Field::Phone), c::phone),
        column(&["PROFIL USAHA", "NAMA/MERK USAHA"], Some(Field::Name), c::name),
        column(&["", "SEKTOR USAHA"], Some(Field::Sector), c::branch),
        column(&["", "PRODUK YANG DIJUAL"], Some(Field::Product), c::products),
        column(&["", "MULAI USAHA TAHUN"], Some(Field::FoundedYear), c::founded),
        column(&["LOKASI USAHA", "ALAMAT"], Some(Field::Address), c::address),
        column(&["", "DESA/KEL"], Some(Field::Village), c::village),
        column(&["", "KECAMATAN"], Some(Field::District), c::district),
        column(&["", "SHARE LOC"], Some(Field::Coordinates), c::both),
        column(&["KEUANGAN", "RATA-RATA OMZET SETAHUN 2024"], Some(Field::AnnualSales), c::sales),
        column(&["", "MODAL AWAL"], Some(Field::BusinessCapital), c::nothing),
        column(&["JUMLAH PEKERJA", "LAKI-LAKI"], Some(Field::WorkersMale), c::male),
        column(&["", "PEREMPUAN"], Some(Field::WorkersFemale), c::female),
        column(&["LEGALITAS", "NIB"], Some(Field::Nib), c::nib),
        column(&["", "HALAL"], Some(Field::Halal), c::halal),
    ];
    Layout {
        titles: &[
            "REKAP DATA UMKM BINAAN",
            "DINAS KOPERASI DAN USAHA MIKRO KABUPATEN NGANJUK",
            "TAHUN 2024",
        ],
        ..Layout::named("binaan-nganjuk.xlsx", Format::Xlsx, "35.18", columns)
    }
}

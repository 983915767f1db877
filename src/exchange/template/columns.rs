//! The template's columns, in the registry's own words.

use super::lists::List;
use crate::exchange::mapping::Field;

/// What a column holds, and how its cells are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    Text,
    /// So many digits, kept as text.
    Digits(u32),
    /// Digits of any number, kept as text.
    TextDigits,
    Choice(List),
    Whole(i32, i32),
    Number,
    Degrees(f64, f64),
    Rupiah,
    Date,
}

impl Form {
    pub fn number_format(self) -> Option<&'static str> {
        match self {
            Self::Digits(_) | Self::TextDigits => Some("@"),
            Self::Rupiah => Some("#,##0"),
            Self::Date => Some("dd/mm/yyyy"),
            Self::Degrees(..) => Some("0.000000"),
            Self::Text | Self::Choice(_) | Self::Whole(..) | Self::Number => None,
        }
    }
}

/// What stands in the example's row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Example {
    Name,
    Text(&'static str),
    Number(f64),
    Date(u16, u8, u8),
    /// The first of the column's list.
    First,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub header: String,
    /// What the mapping makes of the header.
    pub field: Field,
    pub required: bool,
    pub form: Form,
    pub width: f64,
    pub example: Example,
    /// What it is for, for people.
    pub told: String,
}

fn column(
    header: &str,
    field: Field,
    form: Form,
    width: f64,
    example: Example,
    told: &str,
) -> Column {
    let required = header.ends_with('*');
    Column { header: header.into(), field, required, form, width, example, told: told.into() }
}

/// All columns; sales are of the year before the list's.
#[expect(clippy::too_many_lines, reason = "one table, one entry a column")]
pub fn columns(year: i32) -> Vec<Column> {
    use Example::{Date, First, Name, Number, Text};
    let sales_year = year - 1;
    let own = "Rahasia: disimpan terenkripsi, tidak pernah tampil ke umum.";
    vec![
        column(
            "Nama Usaha *",
            Field::Name,
            Form::Text,
            30.0,
            Name,
            "Nama usaha seperti pada papan nama atau kemasan. Bila tidak bernama, tulis nama pemilik.",
        ),
        column(
            "Nama Pemilik",
            Field::Owner,
            Form::Text,
            24.0,
            Text("Siti Aminah"),
            "Nama pemilik; bila dua orang, pisahkan dengan garis miring.",
        ),
        column(
            "Jenis Kelamin Pemilik",
            Field::OwnerSex,
            Form::Choice(List::Sex),
            12.0,
            Text("Perempuan"),
            "Pilih dari daftar.",
        ),
        column(
            "Tanggal Lahir Pemilik",
            Field::BirthDate,
            Form::Date,
            14.0,
            Date(1980, 8, 17),
            &format!("Hari/bulan/tahun, misalnya 17/08/1980. {own}"),
        ),
        column(
            "NIK Pemilik",
            Field::NationalId,
            Form::Digits(16),
            20.0,
            Text("3515064408770003"),
            &format!("16 angka sesuai KTP. Kolom ini berformat teks supaya angkanya utuh. {own}"),
        ),
        column(
            "Telepon",
            Field::Phone,
            Form::TextDigits,
            18.0,
            Text("081234567890"),
            "Nomor telepon atau WhatsApp, mulai dengan 0 atau +62.",
        ),
        column(
            "Email",
            Field::Email,
            Form::Text,
            24.0,
            Text("sari@example.com"),
            "Alamat surel, bila ada.",
        ),
        column(
            "Jenis Pelaku Usaha",
            Field::Kind,
            Form::Choice(List::Kind),
            16.0,
            Text("IKM"),
            "Pada daftar siapa usaha ini tercatat: IKM (perindustrian), UKM (koperasi dan UKM), Koperasi Wanita, atau Koperasi.",
        ),
        column(
            "Badan Usaha",
            Field::LegalForm,
            Form::Choice(List::LegalForm),
            14.0,
            Text("Perorangan"),
            "Bentuk badan usaha.",
        ),
        column(
            "Tahun Berdiri",
            Field::FoundedYear,
            Form::Whole(1800, year),
            10.0,
            Number(2011.0),
            "Tahun usaha dimulai, empat angka.",
        ),
        column(
            "NIB",
            Field::Nib,
            Form::Digits(13),
            17.0,
            Text("9120001234567"),
            "Nomor Induk Berusaha, 13 angka; kosongkan bila belum ada. Kolom ini berformat teks.",
        ),
        column(
            "Kode KBLI",
            Field::Kbli,
            Form::TextDigits,
            12.0,
            Text("15201"),
            "Lima angka KBLI; bila beberapa, pisahkan dengan titik koma.",
        ),
        column(
            "Sektor",
            Field::Sector,
            Form::Choice(List::Sector),
            24.0,
            Text("Kulit dan alas kaki"),
            "Pilih dari daftar. Bila kosong, sektor diambil dari komoditas atau KBLI.",
        ),
        column(
            "Komoditas",
            Field::Commodity,
            Form::Choice(List::Commodity),
            22.0,
            Text("Sepatu"),
            "Pilih dari daftar; bila beberapa, pisahkan dengan titik koma.",
        ),
        column(
            "Nama Produk",
            Field::Product,
            Form::Text,
            26.0,
            Text("Sepatu kulit pria"),
            "Produk yang dibuat, yang utama lebih dulu; bila beberapa, pisahkan dengan titik koma.",
        ),
        column(
            "Bahan Baku",
            Field::RawMaterial,
            Form::Text,
            22.0,
            Text("Kulit"),
            "Bahan baku utama.",
        ),
        column(
            "Kapasitas Produksi",
            Field::Capacity,
            Form::Number,
            12.0,
            Number(200.0),
            "Berapa banyak produk utama yang dibuat dalam satu periode: angka saja.",
        ),
        column(
            "Satuan",
            Field::CapacityUnit,
            Form::Choice(List::Unit),
            12.0,
            Text("pasang"),
            "Satuan kapasitas. Untuk kemasan (bungkus, botol, dus) lebih baik pilih kg atau liter.",
        ),
        column(
            "Periode Kapasitas",
            Field::CapacityPeriod,
            Form::Choice(List::Period),
            12.0,
            Text("bulan"),
            "Kapasitas untuk satu minggu, bulan, atau tahun.",
        ),
        column(
            "Kecamatan *",
            Field::District,
            Form::Choice(List::District),
            20.0,
            First,
            "Pilih dari daftar.",
        ),
        column(
            "Desa/Kelurahan *",
            Field::Village,
            Form::Choice(List::Village),
            22.0,
            First,
            "Pilih kecamatan dulu; daftarnya mengikuti kecamatan.",
        ),
        column("Alamat", Field::Address, Form::Text, 32.0, Text("Jl. Raya 12"), "Jalan dan nomor."),
        column(
            "Dusun/RT/RW",
            Field::AddressDetail,
            Form::Text,
            16.0,
            Text("RT 02 RW 01"),
            "Dusun, RT dan RW.",
        ),
        column(
            "Lintang",
            Field::Lat,
            Form::Degrees(-9.5, -5.0),
            13.0,
            Text(""),
            "Derajat desimal, minus untuk lintang selatan: -7,446123. Kosongkan bila tidak diketahui.",
        ),
        column(
            "Bujur",
            Field::Lon,
            Form::Degrees(110.0, 117.0),
            13.0,
            Text(""),
            "Derajat desimal: 112,718456. Kosongkan bila tidak diketahui.",
        ),
        column(
            "Tenaga Kerja Laki-laki",
            Field::WorkersMale,
            Form::Whole(0, 100_000),
            10.0,
            Number(3.0),
            "Banyaknya pekerja laki-laki, pemilik yang ikut bekerja juga dihitung.",
        ),
        column(
            "Tenaga Kerja Perempuan",
            Field::WorkersFemale,
            Form::Whole(0, 100_000),
            10.0,
            Number(2.0),
            "Banyaknya pekerja perempuan.",
        ),
        column(
            "Nilai Investasi (Rp)",
            Field::InvestmentValue,
            Form::Rupiah,
            18.0,
            Number(25_000_000.0),
            &format!("Rupiah penuh, tanpa tanah dan bangunan. {own}"),
        ),
        column(
            "Modal Usaha (Rp)",
            Field::BusinessCapital,
            Form::Rupiah,
            18.0,
            Number(20_000_000.0),
            &format!("Rupiah penuh, tanpa tanah dan bangunan tempat usaha. {own}"),
        ),
        column(
            &format!("Omzet Tahun {sales_year} (Rp)"),
            Field::AnnualSales,
            Form::Rupiah,
            18.0,
            Number(120_000_000.0),
            &format!("Hasil penjualan setahun, rupiah penuh. {own}"),
        ),
        column(
            "Sertifikat Halal",
            Field::Halal,
            Form::Choice(List::YesNo),
            11.0,
            Text("Tidak"),
            "Ya, Tidak, atau nomor sertifikatnya.",
        ),
        column(
            "PIRT",
            Field::Pirt,
            Form::Choice(List::YesNo),
            11.0,
            Text("Tidak"),
            "Ya, Tidak, atau nomornya.",
        ),
        column(
            "BPOM",
            Field::Bpom,
            Form::Choice(List::YesNo),
            11.0,
            Text("Tidak"),
            "Ya, Tidak, atau nomornya.",
        ),
        column(
            "SNI",
            Field::Sni,
            Form::Choice(List::YesNo),
            11.0,
            Text("Tidak"),
            "Ya, Tidak, atau nomornya.",
        ),
        column(
            "Merek Terdaftar",
            Field::Trademark,
            Form::Choice(List::YesNo),
            11.0,
            Text("Ya"),
            "Apakah merek terdaftar pada DJKI: Ya, Tidak, atau nomornya.",
        ),
        column(
            "Ekspor",
            Field::Channel,
            Form::Choice(List::YesNo),
            11.0,
            Text("Tidak"),
            "Apakah produknya diekspor.",
        ),
        column(
            "Website",
            Field::Website,
            Form::Text,
            24.0,
            Text(""),
            "Alamat situs, toko daring, atau media sosial.",
        ),
    ]
}

//! Two layouts that were written last, out of what other registers of businesses look like. The
//! reading was not tuned to them: their figures are what they are.

use sentra::exchange::mapping::Field;

use super::columns::{self as c, column};
use super::layouts::{Format, Layout};

pub fn layouts() -> Vec<Layout> {
    vec![permits(), cooperative()]
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

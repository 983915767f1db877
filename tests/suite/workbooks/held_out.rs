//! Layouts that were written out of what other lists look like, and looked at only when the reading
//! was done: their figures are what they are. Two are of the reading's first version (then 0.850 and
//! 0.938 of the mapping); four were written before its abbreviations, joined words and sentences were
//! mended, and not looked at until that was done: 1.000, 0.917, 1.000 and 1.000.

use sentra::exchange::mapping::Field;

use super::columns::{self as c, column};
use super::layouts::{Format, Layout};

pub fn layouts() -> Vec<Layout> {
    vec![attributes(), home_industry(), integrated(), kelurahan(), crafts(), credit()]
}

/// The table of a map's shapes, with names of ten letters at most.
fn attributes() -> Layout {
    let columns = vec![
        column(&["FID"], Some(Field::Ignored), c::number),
        column(&["NM_USAHA"], Some(Field::Name), c::name),
        column(&["NM_PEMILIK"], Some(Field::Owner), c::owner),
        column(&["JK"], Some(Field::OwnerSex), c::sex),
        column(&["TLP"], Some(Field::Phone), c::phone),
        column(&["ALAMAT"], Some(Field::Address), c::address),
        column(&["DESA"], Some(Field::Village), c::village),
        column(&["KEC"], Some(Field::District), c::district),
        column(&["KAB"], Some(Field::Regency), c::regency),
        column(&["KBLI5"], Some(Field::Kbli), c::kbli),
        column(&["PRODUK"], Some(Field::Product), c::product),
        column(&["KAP_BLN"], Some(Field::Capacity), c::capacity_month),
        column(&["SAT"], Some(Field::CapacityUnit), c::unit),
        column(&["TK_L"], Some(Field::WorkersMale), c::male),
        column(&["TK_P"], Some(Field::WorkersFemale), c::female),
        column(&["INVEST_RP"], Some(Field::InvestmentValue), c::investment),
        column(&["THN_DIRI"], Some(Field::FoundedYear), c::founded),
        column(&["X"], Some(Field::Lon), c::lon),
        column(&["Y"], Some(Field::Lat), c::lat),
        column(&["SURVEYOR"], Some(Field::Ignored), c::note),
    ];
    Layout::named("atribut-pasuruan.csv", Format::Csv(','), "35.14", columns)
}

/// As a village keeps its home industries.
fn home_industry() -> Layout {
    let columns = vec![
        column(&["No.", ""], Some(Field::Ignored), c::number),
        column(&["Nama Home Industry", ""], Some(Field::Name), c::name),
        column(&["Nama Pengrajin", ""], Some(Field::Owner), c::owner),
        column(&["Umur", ""], Some(Field::Ignored), c::note),
        column(&["Tempat Usaha", "Dusun/RT/RW"], Some(Field::AddressDetail), c::hamlet),
        column(&["", "Desa"], Some(Field::Village), c::village),
        column(&["", "Kecamatan"], Some(Field::District), c::district),
        column(&["Barang yang Diproduksi", ""], Some(Field::Product), c::products),
        column(&["Kapasitas per Bulan", "Jumlah"], Some(Field::Capacity), c::capacity_month),
        column(&["", "Satuan"], Some(Field::CapacityUnit), c::unit),
        column(&["Jumlah Pekerja", "Lk"], Some(Field::WorkersMale), c::male),
        column(&["", "Pr"], Some(Field::WorkersFemale), c::female),
        column(&["Hasil Penjualan per Tahun (Rp) 2023", ""], Some(Field::AnnualSales), c::sales),
        column(&["Ijin yang Dimiliki", "NIB"], Some(Field::Nib), c::nib),
        column(&["", "Halal"], Some(Field::Halal), c::halal),
        column(&["Nomor yang Bisa Dihubungi", ""], Some(Field::Phone), c::phone),
    ];
    Layout {
        titles: &["BUKU DATA HOME INDUSTRY", "KABUPATEN BOJONEGORO"],
        ..Layout::named("home-industry-bojonegoro.xlsx", Format::Xlsx, "35.22", columns)
    }
}

/// The integrated data of small businesses, as the ministry's system gives them out.
fn integrated() -> Layout {
    let columns = vec![
        column(&["nik_pemilik"], Some(Field::NationalId), c::nik),
        column(&["nama_pemilik"], Some(Field::Owner), c::owner),
        column(&["jns_kelamin"], Some(Field::OwnerSex), c::sex),
        column(&["tgl_lahir"], Some(Field::BirthDate), c::birth),
        column(&["no_telepon"], Some(Field::Phone), c::phone),
        column(&["nama_usaha"], Some(Field::Name), c::name),
        column(&["alamat_usaha"], Some(Field::Address), c::address),
        column(&["rt_rw_usaha"], Some(Field::AddressDetail), c::hamlet),
        column(&["desa_usaha"], Some(Field::Village), c::village),
        column(&["kec_usaha"], Some(Field::District), c::district),
        column(&["kab_usaha"], Some(Field::Regency), c::regency),
        column(&["bentuk_badan_usaha"], Some(Field::LegalForm), c::legal_form),
        column(&["thn_berdiri_usaha"], Some(Field::FoundedYear), c::founded),
        column(&["jml_naker_l"], Some(Field::WorkersMale), c::male),
        column(&["jml_naker_p"], Some(Field::WorkersFemale), c::female),
        column(&["omset_per_tahun_2023"], Some(Field::AnnualSales), c::sales),
        column(&["kbli_usaha"], Some(Field::Kbli), c::kbli),
        column(&["nib_usaha"], Some(Field::Nib), c::nib),
        column(&["sts_verifikasi"], Some(Field::Ignored), c::note),
        column(&["tgl_entri"], Some(Field::Ignored), c::note),
    ];
    Layout::named("terpadu-bangkalan.csv", Format::Csv(';'), "35.26", columns)
}

/// As somebody at a kelurahan types it.
fn kelurahan() -> Layout {
    let columns = vec![
        column(&["Urut", ""], Some(Field::Ignored), c::number),
        column(&["Pemilik", ""], Some(Field::Owner), c::owner),
        column(&["Nama Dagang/Usaha", ""], Some(Field::Name), c::name),
        column(&["Macam Barang yg Dibuat", ""], Some(Field::Product), c::products),
        column(&["Tmpt Usaha", "Kel."], Some(Field::Village), c::village),
        column(&["", "Kec."], Some(Field::District), c::district),
        column(&["Tng. Kerja (L)", ""], Some(Field::WorkersMale), c::male),
        column(&["Tng. Kerja (P)", ""], Some(Field::WorkersFemale), c::female),
        column(&["Mulai Th.", ""], Some(Field::FoundedYear), c::founded),
        column(&["No. Telp. yg bs dihub.", ""], Some(Field::Phone), c::phone),
        column(&["No. Izin (NIB)", ""], Some(Field::Nib), c::nib),
        column(&["Ktrngn", ""], Some(Field::Ignored), c::note),
    ];
    Layout {
        titles: &["DATA USAHA KECIL", "KABUPATEN LUMAJANG"],
        ..Layout::named("kelurahan-lumajang.ods", Format::Ods, "35.08", columns)
    }
}

/// A catalogue of crafts.
fn crafts() -> Layout {
    let columns = vec![
        column(&["NO"], Some(Field::Ignored), c::number),
        column(&["NAMA IKM KERAJINAN"], Some(Field::Name), c::name),
        column(&["PENGRAJIN"], Some(Field::Owner), c::owner),
        column(&["KERAJINAN YG DIHASILKAN"], Some(Field::Product), c::product),
        column(&["DESA/KEL."], Some(Field::Village), c::village),
        column(&["KEC."], Some(Field::District), c::district),
        column(&["KAB/KOTA"], Some(Field::Regency), c::regency),
        column(&["NARAHUBUNG (WA)"], Some(Field::Phone), c::phone),
        column(&["LAT"], Some(Field::Lat), c::lat),
        column(&["LON"], Some(Field::Lon), c::lon),
        column(&["JML TK LAKI2"], Some(Field::WorkersMale), c::male),
        column(&["JML TK PRMPN"], Some(Field::WorkersFemale), c::female),
        column(&["KAPASITAS PROD PER BLN"], Some(Field::Capacity), c::capacity_month),
        column(&["SATUAN PROD"], Some(Field::CapacityUnit), c::unit),
        column(&["TH. BERDIRI"], Some(Field::FoundedYear), c::founded),
        column(&["FOTO PRODUK"], Some(Field::Ignored), c::link),
    ];
    Layout::named("kerajinan-pacitan.xlsx", Format::Xlsx, "35.01", columns)
}

/// Debtors of a bank's programme.
fn credit() -> Layout {
    let columns = vec![
        column(&["CIF"], Some(Field::Ignored), c::number),
        column(&["NAMA DEBITUR"], Some(Field::Owner), c::owner),
        column(&["NO IDENTITAS"], Some(Field::NationalId), c::nik),
        column(&["TGL LAHIR DEBITUR"], Some(Field::BirthDate), c::birth),
        column(&["JK"], Some(Field::OwnerSex), c::sex),
        column(&["NAMA TEMPAT USAHA"], Some(Field::Name), c::name),
        column(&["SEKTOR EKONOMI"], Some(Field::Sector), c::branch),
        column(&["ALAMAT TEMPAT USAHA"], Some(Field::Address), c::address),
        column(&["KELURAHAN"], Some(Field::Village), c::village),
        column(&["KECAMATAN"], Some(Field::District), c::district),
        column(&["DATI II"], Some(Field::Regency), c::regency),
        column(&["NO HANDPHONE"], Some(Field::Phone), c::phone),
        column(&["PLAFON"], Some(Field::Ignored), c::deposit),
        column(&["OMZET/TH 2024"], Some(Field::AnnualSales), c::sales),
        column(&["JUMLAH TENAGA KERJA"], Some(Field::WorkersTotal), c::workers),
        column(&["NIB DEBITUR"], Some(Field::Nib), c::nib),
    ];
    Layout::named("debitur-situbondo.csv", Format::Csv('|'), "35.12", columns)
}

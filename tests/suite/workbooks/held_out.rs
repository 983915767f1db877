//! Two layouts that were written last, out of what other lists look like. The reading was not tuned
//! to them: their figures are what they are.

use sentra::exchange::mapping::Field;

use super::columns::{self as c, column};
use super::layouts::{Format, Layout};

pub fn layouts() -> Vec<Layout> {
    vec![attributes(), home_industry()]
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

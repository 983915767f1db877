//! Two more layouts that were written blind, without sight of the reading: ordinary lists of ordinary
//! offices.

use sentra::exchange::mapping::Field;

use super::columns::{self as c, Cell, column};
use super::layouts::{Format, Layout};
use super::made::{Dice, Maker, Written, dotted};

pub fn layouts() -> Vec<Layout> {
    vec![city_list(), umkm_export()]
}

/// The year's list of a city's makers, kept by hand in its Disperindag: money in thousands, the
/// capacity for a year under a header that stands above three columns.
fn city_list() -> Layout {
    let columns = vec![
        column(&["NO"], Some(Field::Ignored), c::number),
        column(&["NAMA IKM"], Some(Field::Name), c::name),
        column(&["NAMA PEMILIK"], Some(Field::Owner), c::owner),
        column(&["ALAMAT", "JALAN"], Some(Field::Address), c::address),
        column(&["", "KELURAHAN"], Some(Field::Village), ward),
        column(&["", "KECAMATAN"], Some(Field::District), c::district),
        column(&["NO. TELP / HP"], Some(Field::Phone), c::phone),
        column(&["NIB"], Some(Field::Nib), c::nib),
        column(&["KBLI"], Some(Field::Kbli), c::kbli),
        column(&["CABANG INDUSTRI"], Some(Field::Sector), c::branch),
        column(&["HASIL PRODUKSI"], Some(Field::Product), c::products),
        column(&["TAHUN BERDIRI"], Some(Field::FoundedYear), c::founded),
        column(&["TENAGA KERJA", "LK"], Some(Field::WorkersMale), c::male),
        column(&["", "PR"], Some(Field::WorkersFemale), c::female),
        column(
            &["NILAI INVESTASI (Rp. 000)"],
            Some(Field::InvestmentValue),
            c::investment_thousands,
        ),
        column(&["PRODUKSI PER TAHUN", "KAPASITAS"], Some(Field::Capacity), capacity_of_year),
        column(&["", "SATUAN"], Some(Field::CapacityUnit), c::unit),
        column(&["", "NILAI (Rp. 000)"], Some(Field::ProductionValue), output_in_thousands),
        column(&["NILAI BB/BP (Rp. 000)"], Some(Field::RestrictedOther), material_in_thousands),
        column(&["PEMASARAN"], Some(Field::Channel), market),
        column(&["KET."], Some(Field::Ignored), c::note),
    ];
    Layout {
        rows: 90,
        titles: &[
            "DAFTAR INDUSTRI KECIL DAN MENENGAH (IKM) KOTA MALANG",
            "DINAS KOPERASI, PERINDUSTRIAN DAN PERDAGANGAN",
            "TAHUN 2024",
            "",
        ],
        ..Layout::named("Data IKM Kota Malang 2024.xlsx", Format::Xlsx, "35.73", columns)
    }
}

/// What the UMKM database of a Dinas Koperasi dan UKM gives out: the person first, the business after.
fn umkm_export() -> Layout {
    let columns = vec![
        column(&["No"], Some(Field::Ignored), c::number),
        column(&["NIK"], Some(Field::NationalId), c::nik),
        column(&["No. KK"], Some(Field::RestrictedOther), family_card),
        column(&["Nama Lengkap"], Some(Field::Owner), c::owner),
        column(&["Jenis Kelamin"], Some(Field::OwnerSex), sex_in_words),
        column(&["Tanggal Lahir"], Some(Field::BirthDate), birth_day),
        column(&["Alamat Sesuai KTP"], Some(Field::Ignored), home),
        column(&["No. HP/WA"], Some(Field::Phone), c::phone),
        column(&["Nama Usaha"], Some(Field::Name), c::name),
        column(&["Bidang Usaha"], Some(Field::Sector), line_of_business),
        column(&["Produk Utama"], Some(Field::Product), c::product),
        column(&["Alamat Usaha"], Some(Field::Address), c::address),
        column(&["Desa/Kelurahan"], Some(Field::Village), c::village),
        column(&["Kecamatan"], Some(Field::District), c::district),
        column(&["Tahun Mulai Usaha"], Some(Field::FoundedYear), c::founded),
        column(&["NIB"], Some(Field::Nib), c::nib),
        column(&["No. PIRT"], Some(Field::Pirt), food_permit),
        column(&["Sertifikat Halal"], Some(Field::Halal), c::halal),
        column(&["Nilai Aset (Rp)"], Some(Field::RestrictedOther), assets),
        column(&["Omset per Tahun (Rp)"], Some(Field::AnnualSales), turnover),
        column(&["Jumlah Tenaga Kerja"], Some(Field::WorkersTotal), c::workers),
        column(&["Skala Usaha"], None, size),
    ];
    Layout {
        rows: 110,
        ..Layout::named("database_umkm_sidoarjo.csv", Format::Csv(';'), "35.15", columns)
    }
}

fn words(value: impl Into<String>) -> Written {
    Written::Text(value.into())
}

fn figure(number: i64) -> Written {
    Written::Number(f64::from(u32::try_from(number).expect("small")))
}

/// A city has kelurahan, not desa.
fn ward(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let name = &maker.village.name;
    let cell = match dice.roll(4) {
        0 => name.to_uppercase(),
        1 => format!("Kel. {name}"),
        _ => name.clone(),
    };
    (words(cell), vec![("region", maker.village.code.to_string())])
}

/// The unit stands in the next column, the period in the header above both.
fn capacity_of_year(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let quantity = maker.quantity;
    let number = i64::from(quantity);
    let cell = if dice.roll(4) == 0 { words(dotted(number)) } else { figure(number) };
    (cell, vec![("capacity", format!("{quantity}-{quantity} {} year", maker.goods.unit.1))])
}

fn in_thousands(rupiah: i64, dice: &mut Dice) -> Written {
    let thousands = rupiah / 1000;
    if dice.roll(3) == 0 { words(dotted(thousands)) } else { figure(thousands) }
}

fn output_in_thousands(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (in_thousands(maker.sales, dice), vec![])
}

fn material_in_thousands(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (in_thousands(maker.sales / 2, dice), vec![])
}

fn market(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let markets = ["Lokal", "Lokal", "Regional", "Nasional", "Lokal, Regional", "Ekspor", "Online"];
    (words(*dice.of(&markets)), vec![])
}

fn family_card(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (words(format!("3515{}", dice.digits(12))), vec![])
}

fn sex_in_words(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let (cell, sex) = if maker.female { ("Perempuan", "female") } else { ("Laki-laki", "male") };
    (words(cell), vec![("sex", sex.into())])
}

/// The database writes every day alike.
fn birth_day(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let (year, month, day) = maker.birth;
    (words(format!("{day:02}/{month:02}/{year}")), vec![("birth_date", maker.birth_iso())])
}

/// Another place than that of the business, as often as not.
fn home(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let street = *dice.of(&["Dsn. Krajan", "Jl. Melati", "Perum Puri Indah", "Jl. Diponegoro"]);
    let (rt, rw) = (1 + dice.roll(20), 1 + dice.roll(9));
    (words(format!("{street} RT {rt:02} RW {rw:02} {}", maker.village.name)), vec![])
}

fn line_of_business(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let cell = match maker.goods.branch {
        "Pangan" => "Makanan dan Minuman",
        "Kerajinan" => "Kerajinan",
        _ => "Fashion",
    };
    (words(cell), vec![])
}

/// Of food alone, and not of all of it.
fn food_permit(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    if maker.goods.branch != "Pangan" || dice.roll(3) == 0 {
        return (words(*dice.of(&["-", "", "Belum"])), vec![]);
    }
    let number = format!("206351501{}-{}", dice.digits(4), 25 + dice.roll(5));
    let cell = if dice.roll(3) == 0 { format!("P-IRT {number}") } else { number };
    (words(cell), vec![])
}

fn assets(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let rupiah = maker.investment / 2;
    let cell = if dice.roll(4) == 0 { words(dotted(rupiah)) } else { figure(rupiah) };
    (cell, vec![])
}

fn turnover(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let cell = if dice.roll(4) == 0 { words(dotted(maker.sales)) } else { figure(maker.sales) };
    (cell, vec![("sales", maker.sales.to_string())])
}

/// By the sales, as offices still reckon.
fn size(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (words(if maker.sales > 300_000_000 { "Kecil" } else { "Mikro" }), vec![])
}

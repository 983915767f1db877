//! More layouts that were written blind, out of what such lists look like and without sight of the
//! reading. First seen at 0.837, 0.864 and 0.864 of the mapping (values 0.983, 1.000 and 0.853); the
//! reading was then mended in general, so that these are no longer unseen. One truth was mended too:
//! sales of a year that nothing says are not taken, so that none are expected of `onboarding`.

use sentra::exchange::mapping::Field;

use super::columns::{self as c, Cell, column};
use super::layouts::{Format, Layout};
use super::made::{Dice, Expected, Maker, Written, dotted};

pub fn layouts() -> Vec<Layout> {
    vec![per_centre(), members(), onboarding()]
}

/// A regency's makers by centre, on a sheet for each kecamatan, which no column tells again. Money is
/// in millions, the capacity for a year.
fn per_centre() -> Layout {
    let columns = vec![
        column(&["NO."], Some(Field::Ignored), c::number),
        column(&["SENTRA"], None, centre_name),
        column(&["IDENTITAS PERUSAHAAN", "Nama Perush."], Some(Field::Name), c::name),
        column(&["", "Pemilik / Penanggung Jwb"], Some(Field::Owner), c::owners),
        column(&["", "Bentuk BU"], Some(Field::LegalForm), c::legal_form),
        column(&["", "Th. Berdiri"], Some(Field::FoundedYear), c::founded),
        column(&["LOKASI", "Jl. / Dsn"], Some(Field::Address), c::address),
        column(&["", "Desa / Kel"], Some(Field::Village), c::village),
        column(&["LEGALITAS", "NIB / TDI"], Some(Field::Nib), nib_or_old_permit),
        column(&["", "Sert. Halal"], Some(Field::Halal), c::halal),
        column(&["KBLI 2020"], Some(Field::Kbli), c::kbli),
        column(&["KOMODITI"], Some(Field::Commodity), trade),
        column(&["PRODUK YG DIHASILKAN"], Some(Field::Product), c::products),
        column(&["UU (UNIT)"], Some(Field::UnitCount), one_unit),
        column(&["TENAGA KERJA (ORG)", "L"], Some(Field::WorkersMale), c::male),
        column(&["", "P"], Some(Field::WorkersFemale), c::female),
        column(&["", "JML"], Some(Field::WorkersTotal), c::workers),
        column(&["NILAI INVEST. (Rp. Juta)"], Some(Field::InvestmentValue), investment_in_millions),
        column(&["KAPASITAS PRODUKSI / TAHUN", "Vol."], Some(Field::Capacity), volume_of_year),
        column(&["", "Sat."], Some(Field::CapacityUnit), c::unit),
        column(&["NILAI (Rp. Juta)", "Produksi"], Some(Field::ProductionValue), output_in_millions),
        column(&["", "BB/BP"], Some(Field::RestrictedOther), material_in_millions),
    ];
    Layout {
        rows: 100,
        titles: &[
            "DATA INDUSTRI KECIL DAN MENENGAH (IKM) PER SENTRA",
            "DINAS PERDAGANGAN DAN PERINDUSTRIAN KABUPATEN JOMBANG",
            "KEADAAN SEMESTER II TAHUN 2023",
            "",
        ],
        numbered: true,
        by_district: true,
        ..Layout::named("data-ikm-per-sentra-jombang.xlsx", Format::Xlsx, "35.17", columns)
    }
}

/// The members of a cooperative with what they make: one book for both, so the home and the place of
/// work stand side by side, and the day of joining is none of the business's.
fn members() -> Layout {
    let columns = vec![
        column(&["No"], Some(Field::Ignored), c::number),
        column(&["No. Buku Agt."], Some(Field::Ignored), book_number),
        column(&["Nama Anggota"], Some(Field::Owner), c::owner),
        column(&["L/P"], Some(Field::OwnerSex), l_or_p),
        column(&["Tmpt & Tgl Lhr"], Some(Field::BirthDate), c::birth),
        column(&["No. KTP"], Some(Field::NationalId), c::nik),
        column(&["Pend. Terakhir"], Some(Field::Ignored), schooling),
        column(&["Alamat Rumah"], Some(Field::Ignored), house),
        column(&["Tgl Masuk Anggota"], Some(Field::Ignored), joined),
        column(&["Simp. Pokok + Wajib"], Some(Field::RestrictedOther), c::deposit),
        column(&["Sisa Pinjaman"], Some(Field::RestrictedOther), debt),
        column(&["Nama Usahanya"], Some(Field::Name), c::name),
        column(&["Bid. Usaha"], Some(Field::Sector), c::branch),
        column(&["Yg Dibuat/Dihasilkan"], Some(Field::Product), c::products),
        column(&["Sejak"], Some(Field::FoundedYear), c::founded),
        column(&["Tempat Usaha (Jln/Dsn)"], Some(Field::Address), c::address),
        column(&["Ikut Desa"], Some(Field::Village), c::village),
        column(&["Jml Karyawan + Pemilik"], Some(Field::WorkersTotal), c::workers),
        column(&["Modal Usaha"], Some(Field::BusinessCapital), own_capital),
        column(&["Omzet per bln"], Some(Field::AnnualSales), sales_of_month),
        column(&["No. WA"], Some(Field::Phone), c::phone),
        column(&["NIB (OSS)"], Some(Field::Nib), c::nib),
    ];
    Layout {
        rows: 70,
        titles: &[
            "KOPERASI SERBA USAHA \"MITRA KARYA BERSAMA\" - KAB. BLITAR",
            "Badan Hukum No. 518/123/BH/XVI.4/2009",
            "DAFTAR ANGGOTA YANG MEMPUNYAI USAHA PER 31 DESEMBER 2024 (LAMPIRAN RAT)",
        ],
        sections: true,
        ..Layout::named("anggota-ksu-blitar.xlsx", Format::Xlsx, "35.05", columns)
    }
}

/// What the software of a Rumah BUMN gives out of those who enrolled to sell on line: names of its
/// own for the columns, half in English, and choices from lists.
fn onboarding() -> Layout {
    let columns = vec![
        column(&["created_at"], Some(Field::Ignored), instant),
        column(&["user.full_name"], Some(Field::Owner), c::owner),
        column(&["user.gender"], Some(Field::OwnerSex), gender),
        column(&["user.dob"], Some(Field::BirthDate), iso_birth),
        column(&["user.phone_wa"], Some(Field::Phone), c::phone),
        column(&["user.email"], Some(Field::Email), c::email),
        column(&["business_name"], Some(Field::Name), c::name),
        column(&["business_category"], Some(Field::Sector), category),
        column(&["produk_unggulan"], Some(Field::Product), c::products),
        column(&["year_established"], Some(Field::FoundedYear), c::founded),
        column(&["nib_number"], Some(Field::Nib), c::nib),
        column(&["is_halal_certified"], Some(Field::Halal), true_or_false),
        column(&["alamat_usaha_line1"], Some(Field::Address), c::address),
        column(&["kelurahan_name"], Some(Field::Village), listed_village),
        column(&["kecamatan_name"], Some(Field::District), listed_district),
        column(&["pinpoint_lng"], Some(Field::Lon), degrees_east),
        column(&["pinpoint_lat"], Some(Field::Lat), degrees_north),
        column(&["total_karyawan"], Some(Field::WorkersTotal), c::workers),
        column(&["omzet_per_tahun_idr"], Some(Field::AnnualSales), bare_sales),
        column(&["store_url"], Some(Field::Website), shop_url),
        column(&["sales_channels"], Some(Field::Channel), channel_list),
        column(&["payout_bank_account_no"], Some(Field::RestrictedOther), payout),
    ];
    Layout {
        rows: 85,
        ..Layout::named("export_registrasi_rumah_bumn_sby.csv", Format::Csv(','), "35.78", columns)
    }
}

fn words(value: impl Into<String>) -> Written {
    Written::Text(value.into())
}

fn figure(number: i64) -> Written {
    Written::Number(f64::from(u32::try_from(number).expect("small")))
}

/// The centre's product and the village it is in.
fn centre_name(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (words(format!("{} Ds. {}", maker.goods.product, maker.village.name)), vec![])
}

/// The number of an older permit where there is no NIB.
fn nib_or_old_permit(maker: &Maker, dice: &mut Dice, row: usize) -> Cell {
    if maker.nib.is_some() {
        return c::nib(maker, dice, row);
    }
    let cell = match dice.roll(3) {
        0 => String::new(),
        1 => "dlm proses".to_owned(),
        _ => format!("TDI 530/{}/415.33/{}", 1 + dice.roll(200), 2009 + dice.roll(9)),
    };
    (words(cell), vec![])
}

fn trade(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let cell = match maker.goods.product {
        "Sepatu Kulit" => "Alas Kaki",
        "Kerupuk Udang" => "Kerupuk",
        "Batik Tulis" => "Batik",
        "Tempe" => "Tempe / Tahu",
        "Roti Manis" => "Roti & Kue",
        _ => "Barang Kulit",
    };
    (words(cell), vec![])
}

fn one_unit(_: &Maker, _: &mut Dice, _: usize) -> Cell {
    (figure(1), vec![])
}

fn in_millions(rupiah: i64, dice: &mut Dice) -> Written {
    let millions = rupiah / 1_000_000;
    if dice.roll(3) == 0 { words(format!("{millions},00")) } else { figure(millions) }
}

fn investment_in_millions(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let expected: Vec<Expected> = vec![("investment", maker.investment.to_string())];
    (in_millions(maker.investment, dice), expected)
}

fn output_in_millions(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (in_millions(maker.sales, dice), vec![])
}

fn material_in_millions(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (in_millions(maker.sales / 2, dice), vec![])
}

/// The unit stands in the next column, the period in the header above both.
fn volume_of_year(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let quantity = maker.quantity;
    let cell = if dice.roll(4) == 0 {
        words(dotted(i64::from(quantity)))
    } else {
        figure(i64::from(quantity))
    };
    (cell, vec![("capacity", format!("{quantity}-{quantity} {} year", maker.goods.unit.1))])
}

fn book_number(_: &Maker, dice: &mut Dice, row: usize) -> Cell {
    (words(format!("{:04}/MKB/{:02}", row + 17, 9 + dice.roll(15))), vec![])
}

fn l_or_p(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (female, male) = *dice.of(&[("P", "L"), ("P", "L"), ("p", "l")]);
    let (cell, sex) = if maker.female { (female, "female") } else { (male, "male") };
    (words(cell), vec![("sex", sex.into())])
}

fn schooling(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (words(*dice.of(&["SD", "SMP", "SMA", "SMK", "D3", "S1", "-"])), vec![])
}

/// Another place than that of the work.
fn house(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let street = *dice.of(&["Dsn. Sumberjo", "Jl. Anggrek", "Dsn. Krajan", "Perum Griya Asri"]);
    (words(format!("{street} RT {} RW {}", 1 + dice.roll(9), 1 + dice.roll(9))), vec![])
}

fn joined(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (day, month, year) = (1 + dice.roll(28), 1 + dice.roll(12), 2009 + dice.roll(15));
    (words(format!("{day:02}-{month:02}-{year}")), vec![])
}

fn debt(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let cell = match dice.roll(3) {
        0 => words("-"),
        1 => words("lunas"),
        _ => words(dotted(50_000 * (1 + i64::try_from(dice.roll(100)).expect("small")))),
    };
    (cell, vec![])
}

fn own_capital(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let rupiah = maker.investment / 5;
    let cell = match dice.roll(3) {
        0 => figure(rupiah),
        1 => words(format!("Rp {}", dotted(rupiah))),
        _ => words(format!("{},-", dotted(rupiah))),
    };
    (cell, vec![])
}

/// Sales of one month, of which the year's are twelve times as much.
fn sales_of_month(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let month = maker.sales / 12 / 100_000 * 100_000;
    let cell = match dice.roll(3) {
        0 => figure(month),
        1 => words(dotted(month)),
        _ => words(format!("Rp. {},-", dotted(month))),
    };
    (cell, vec![("sales", (month * 12).to_string())])
}

fn instant(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (month, day) = (1 + dice.roll(12), 1 + dice.roll(28));
    let (hour, minute, second) = (8 + dice.roll(9), dice.roll(60), dice.roll(60));
    let cell = format!("2024-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+07:00");
    (words(cell), vec![])
}

fn gender(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let (cell, sex) = if maker.female { ("FEMALE", "female") } else { ("MALE", "male") };
    (words(cell), vec![("sex", sex.into())])
}

fn iso_birth(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (words(maker.birth_iso()), vec![("birth_date", maker.birth_iso())])
}

/// As the list of the software has it.
fn category(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let cell = match maker.goods.branch {
        "Pangan" => "Food & Beverage",
        "Kerajinan" => "Craft / Kriya",
        _ => "Fashion & Aksesoris",
    };
    (words(cell), vec![])
}

fn true_or_false(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    if maker.halal {
        (words("true"), vec![("halal", "yes".into())])
    } else {
        (words("false"), vec![])
    }
}

fn listed_village(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let expected = vec![("region", maker.village.code.to_string())];
    (words(maker.village.name.to_uppercase()), expected)
}

fn listed_district(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (words(maker.district.name.to_uppercase()), vec![])
}

fn degrees_east(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (Written::Number(maker.lon), vec![])
}

fn degrees_north(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let expected = vec![("point", format!("{:.4},{:.4}", maker.lat, maker.lon))];
    (Written::Number(maker.lat), expected)
}

fn bare_sales(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    // Some versions of the software write the cents.
    let cell =
        if dice.roll(4) == 0 { words(format!("{}.00", maker.sales)) } else { figure(maker.sales) };
    (cell, vec![])
}

fn shop_url(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let cell = match dice.roll(4) {
        0 => String::new(),
        1 => format!("https://shopee.co.id/toko{}", dice.digits(5)),
        2 => format!("https://www.tokopedia.com/umkm{}", dice.digits(4)),
        _ => format!("https://padiumkm.id/store/{}", dice.digits(6)),
    };
    (words(cell), vec![])
}

fn channel_list(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let lists =
        ["[\"Shopee\",\"Tokopedia\"]", "[\"PaDi UMKM\"]", "[\"Offline Store\",\"WhatsApp\"]", "[]"];
    (words(*dice.of(&lists)), vec![])
}

fn payout(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (words(format!("'{}", dice.digits(13))), vec![])
}

//! Layouts that were written blind, out of what such lists look like and without sight of the
//! reading. First seen at 0.727, 0.833, 0.833 and 0.958 of the mapping (values 0.751, 0.908, 0.867
//! and 0.729); the reading was then mended in general, so that these are no longer unseen.

use sentra::exchange::mapping::Field;

use super::columns::{self as c, Cell, column};
use super::layouts::{Format, Layout};
use super::made::{Dice, Maker, Written, dotted};

pub fn layouts() -> Vec<Layout> {
    vec![proposals(), centres(), questions(), by_hand()]
}

/// Whom a city's office of cooperatives proposes for a grant to micro enterprises. The address on the
/// identity card is the owner's home, not the maker's place.
fn proposals() -> Layout {
    let columns = vec![
        column(&["NO"], Some(Field::Ignored), c::number),
        column(&["NIK (16 DIGIT)"], Some(Field::NationalId), c::nik),
        column(&["NOMOR KK"], Some(Field::RestrictedOther), family_card),
        column(&["NAMA LENGKAP SESUAI KTP (TANPA GELAR)"], Some(Field::Owner), c::owner),
        column(&["TEMPAT, TGL LAHIR"], Some(Field::BirthDate), birth_place),
        column(&["JENIS KEL. (LK/PR)"], Some(Field::OwnerSex), lk_pr),
        column(&["ALAMAT SESUAI KTP"], Some(Field::Ignored), home),
        column(&["ALAMAT TEMPAT USAHA", "JALAN / GANG"], Some(Field::Address), c::address),
        column(&["", "RT / RW"], Some(Field::AddressDetail), rt_rw),
        column(&["", "KELURAHAN"], Some(Field::Village), kelurahan),
        column(&["", "KECAMATAN"], Some(Field::District), c::district),
        column(&["NAMA USAHA (BILA ADA)"], Some(Field::Name), c::name),
        column(&["BIDANG USAHA", "SEKTOR"], Some(Field::Sector), c::branch),
        column(&["", "BARANG YG DIJUAL / DIPRODUKSI"], Some(Field::Product), c::products),
        column(&["NO. NIB / SKU"], Some(Field::Nib), nib_or_letter),
        column(&["KEADAAN USAHA", "MODAL (Rp)"], Some(Field::BusinessCapital), capital),
        column(&["", "OMSET TH. 2020 (Rp)"], Some(Field::AnnualSales), c::sales),
        column(&["", "JML NAKER (ORG)"], Some(Field::WorkersTotal), c::workers),
        column(&["", "MULAI BERUSAHA (TH)"], Some(Field::FoundedYear), c::founded),
        column(&["NO. HP/WA AKTIF"], Some(Field::Phone), c::phone),
        column(&["REKENING BRI", "NO. REK."], Some(Field::RestrictedOther), account),
        column(&["", "ATAS NAMA"], None, account_holder),
        column(&["KET. (PENGUSUL BARU / LAMA)"], Some(Field::Ignored), proposer),
    ];
    Layout {
        titles: &[
            "DAFTAR USULAN CALON PENERIMA BANTUAN PRODUKTIF BAGI USAHA MIKRO (BPUM)",
            "DINAS TENAGA KERJA, KOPERASI DAN USAHA MIKRO KOTA MADIUN",
            "TAHUN ANGGARAN 2021",
            "",
        ],
        numbered: true,
        ..Layout::named("usulan-bpum-madiun.xlsx", Format::Xlsx, "35.77", columns)
    }
}

/// The members of the centres of small industry, for a profile of these.
fn centres() -> Layout {
    let columns = vec![
        column(&["No. Urt"], Some(Field::Ignored), c::number),
        column(&["Nm. Sentra"], Some(Field::Ignored), centre),
        column(&["Nama Ush. Anggota"], Some(Field::Name), c::name),
        column(&["Juragan / Pengrajin"], Some(Field::Owner), c::owners),
        column(&["Dukuh/Lingk."], Some(Field::AddressDetail), dukuh),
        column(&["Ds./Kel."], Some(Field::Village), c::village),
        column(&["Kcmtn"], Some(Field::District), c::district),
        column(&["Cab. Industri"], Some(Field::Sector), c::branch),
        column(&["Komoditi Unggulan"], Some(Field::Commodity), c::branch),
        column(&["Hasil Kerajinan/Brg Jadi"], Some(Field::Product), c::products),
        column(&["Bhn Baku Utm"], Some(Field::RawMaterial), material),
        column(&["Asal BB"], Some(Field::Ignored), origin),
        // The value of raw materials is of the restricted tier by the definition of the field.
        column(&["Nil. BB/BP (Rp. 000)"], Some(Field::RestrictedOther), material_thousands),
        column(&["Kap. Prod."], Some(Field::Capacity), quantity),
        column(&["Sat."], Some(Field::CapacityUnit), c::unit),
        column(&["per (bln/th)"], Some(Field::CapacityPeriod), period),
        column(&["Nil. Prod. (Rp. 000)"], Some(Field::ProductionValue), production_thousands),
        column(&["Nil. Inv. (ribuan Rp)"], Some(Field::InvestmentValue), c::investment_thousands),
        column(&["Naker (Lk)"], Some(Field::WorkersMale), c::male),
        column(&["Naker (Wnt)"], Some(Field::WorkersFemale), c::female),
        column(&["Pmsaran (Lokal/Reg./Ekspor)"], Some(Field::Channel), market),
        column(&["HKI/Merk"], Some(Field::Trademark), mark),
        column(&["Sejak Th."], Some(Field::FoundedYear), c::founded),
        column(&["Telp. Juragan"], Some(Field::Phone), c::phone),
    ];
    Layout {
        rows: 90,
        titles: &[
            "PROFIL SENTRA IKM KAB. MAGETAN",
            "Sumber : Disperindag Kab. Magetan (diolah), keadaan s/d Des. 2022",
        ],
        indent: 1,
        ..Layout::named("profil-sentra-magetan.xlsx", Format::Xlsx, "35.20", columns)
    }
}

/// The answers to a form on the web, each question in full.
#[expect(clippy::too_many_lines, reason = "a form of many questions")]
fn questions() -> Layout {
    let columns = vec![
        column(&["Stempel waktu"], Some(Field::Ignored), c::timestamp),
        column(&["Alamat email"], Some(Field::Email), c::email),
        column(
            &["1. Siapa nama lengkap Bapak/Ibu selaku pemilik usaha? (sesuai KTP)"],
            Some(Field::Owner),
            c::owner,
        ),
        column(&["2. Jenis kelamin Bapak/Ibu"], Some(Field::OwnerSex), c::sex),
        column(&["3. Tanggal lahir Bapak/Ibu (tgl-bln-thn)"], Some(Field::BirthDate), c::birth),
        column(&["4. Nomor WA yang bisa kami hubungi sewaktu-waktu"], Some(Field::Phone), c::phone),
        column(
            &["5. Siapa narahubung (contact person) selain pemilik? Cukup tulis namanya saja"],
            Some(Field::Contact),
            contact,
        ),
        column(
            &["6. Apa nama usaha/brand Bapak/Ibu? Jika belum ada, tulis nama pemilik"],
            Some(Field::Name),
            c::name,
        ),
        column(
            &[
                "7. Di mana alamat tempat produksinya?\nTuliskan nama jalan, nomor, RT/RW (TANPA desa dan kecamatan)",
            ],
            Some(Field::Address),
            c::address,
        ),
        column(
            &["8. Tempat produksi tersebut masuk desa/kelurahan apa?"],
            Some(Field::Village),
            c::village,
        ),
        column(&["9. ... dan ikut kecamatan apa?"], Some(Field::District), c::district),
        column(
            &["10. Share lokasi tempat produksi (contoh: -7.123456, 113.123456)"],
            Some(Field::Coordinates),
            c::both,
        ),
        column(
            &["11. Produk apa saja yang dibuat? (boleh lebih dari satu, pisahkan dengan koma)"],
            Some(Field::Product),
            c::products,
        ),
        column(
            &["12. Bahan baku utama yg dipakai untuk membuat produk tsb apa saja?"],
            Some(Field::RawMaterial),
            material,
        ),
        column(
            &["13. Sejak tahun berapa usaha ini berjalan?"],
            Some(Field::FoundedYear),
            c::founded,
        ),
        column(
            &[
                "14. Berapa orang pekerja LAKI-LAKI? (termasuk pemilik dan keluarga yg ikut bekerja)",
            ],
            Some(Field::WorkersMale),
            c::male,
        ),
        column(
            &[
                "15. Berapa orang pekerja PEREMPUAN? (termasuk pemilik dan keluarga yg ikut bekerja)",
            ],
            Some(Field::WorkersFemale),
            c::female,
        ),
        column(
            &[
                "16. Dalam satu bulan rata-rata mampu memproduksi berapa? (tulis jumlah dan satuannya, misal 200 kg)",
            ],
            Some(Field::Capacity),
            quantity_unit_month,
        ),
        column(
            &["17. Berapa kira2 total omzet / hasil penjualan selama tahun 2024? (Rp)"],
            Some(Field::AnnualSales),
            c::sales,
        ),
        column(
            &["18. Apakah produk Bapak/Ibu sudah bersertifikat HALAL?"],
            Some(Field::Halal),
            c::halal,
        ),
        column(&["19. Nomor P-IRT (kalau belum punya isi tanda -)"], Some(Field::Pirt), pirt),
        column(
            &["20. Selama ini dijual ke mana saja? [boleh pilih lebih dari satu]"],
            Some(Field::Channel),
            shops,
        ),
        column(&["21. Unggah foto produk (maks. 5 file @ 10 MB)"], Some(Field::Ignored), c::link),
        column(
            &[
                "Dengan ini saya menyatakan bahwa data usaha yang saya isi adalah benar dan bersedia diverifikasi oleh petugas",
            ],
            Some(Field::Ignored),
            c::agreed,
        ),
    ];
    Layout {
        rows: 80,
        ..Layout::named("jawaban-formulir-jember.csv", Format::Csv(','), "35.09", columns)
    }
}

/// As somebody at a kecamatan keeps it: what came later stands further to the right, twice without a
/// header.
fn by_hand() -> Layout {
    let columns = vec![
        column(&["Ds"], Some(Field::Village), c::village),
        column(&["rt/rw"], Some(Field::AddressDetail), rt_rw),
        column(&["no"], Some(Field::Ignored), c::number),
        column(&["Nama"], Some(Field::Owner), c::owner),
        column(&[""], Some(Field::Phone), c::phone),
        column(&["Nm Ush"], Some(Field::Name), c::name),
        column(&["bikin apa"], Some(Field::Product), c::products),
        column(&["kap/th"], Some(Field::Capacity), quantity_unit_year),
        column(&["pek lk"], Some(Field::WorkersMale), c::male),
        column(&["pek pr"], Some(Field::WorkersFemale), c::female),
        column(&["jml pek"], Some(Field::WorkersTotal), c::workers),
        column(&["KEC"], Some(Field::District), c::district),
        column(&["no.ktp"], Some(Field::NationalId), c::nik),
        column(&["umur"], Some(Field::Ignored), c::age),
        column(&["mulai"], Some(Field::FoundedYear), c::founded),
        column(&["modal (jt)"], Some(Field::BusinessCapital), capital_millions),
        column(&["omset 2023 (jt)"], Some(Field::AnnualSales), c::sales_millions),
        column(&["NIB"], Some(Field::Nib), c::nib),
        column(&["pirt"], Some(Field::Pirt), pirt),
        column(&["hallal"], Some(Field::Halal), c::halal),
        column(&["gps"], Some(Field::Coordinates), c::both),
        column(&["bantuan yg pernah diterima"], Some(Field::Ignored), aid),
        column(&["tgl didata"], Some(Field::Ignored), visited),
        column(&[""], Some(Field::Ignored), tick),
    ];
    Layout {
        titles: &["rekap ukm kec. se kab. bondowoso (pegangan kasi ekbang)"],
        header_again: true,
        ..Layout::named("ukm-kec-bondowoso.csv", Format::Csv(';'), "35.11", columns)
    }
}

fn text(value: impl Into<String>) -> Written {
    Written::Text(value.into())
}

fn float(number: i64) -> f64 {
    f64::from(u32::try_from(number).expect("small"))
}

fn family_card(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(format!("3577{}", dice.digits(12))), vec![])
}

fn account(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(format!("0{}-01-{}-53-{}", dice.digits(3), dice.digits(6), dice.digits(1))), vec![])
}

fn account_holder(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(maker.owners[0].clone()), vec![])
}

fn proposer(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["BARU", "BARU", "LAMA", ""])), vec![])
}

/// Always after the place.
fn birth_place(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (year, month, day) = maker.birth;
    let place = *dice.of(&["MADIUN", "Madiun", "NGAWI", "Ponorogo"]);
    let cell = match dice.roll(2) {
        0 => format!("{place}, {day:02}-{month:02}-{year}"),
        _ => format!("{place}, {day:02}/{month:02}/{year}"),
    };
    (text(cell), vec![("birth_date", maker.birth_iso())])
}

fn lk_pr(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let (cell, sex) = if maker.female { ("PR", "female") } else { ("LK", "male") };
    (text(cell), vec![("sex", sex.into())])
}

/// Where the owner lives, which is another street than the maker's.
fn home(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let street = *dice.of(&["SALAK", "SERAYU", "DIPONEGORO", "CILIWUNG"]);
    let (number, rt, rw) = (1 + dice.roll(90), 1 + dice.roll(40), 1 + dice.roll(12));
    (text(format!("JL. {street} NO {number} RT {rt} RW {rw} KOTA MADIUN")), vec![])
}

fn rt_rw(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(format!("{:03}/{:03}", 1 + dice.roll(30), 1 + dice.roll(12))), vec![])
}

/// A city has no desa.
fn kelurahan(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let name = &maker.village.name;
    let cell = match dice.roll(4) {
        0 => format!("KEL. {}", name.to_uppercase()),
        1 => format!("Kel {name}"),
        2 => name.to_uppercase(),
        _ => name.clone(),
    };
    (text(cell), vec![("region", maker.village.code.to_string())])
}

/// A letter of the kelurahan where there is no NIB.
fn nib_or_letter(maker: &Maker, dice: &mut Dice, row: usize) -> Cell {
    if maker.nib.is_some() {
        return c::nib(maker, dice, row);
    }
    (text(format!("SKU 503/{}/401.402.{}/2021", 1 + dice.roll(300), 1 + dice.roll(9))), vec![])
}

fn capital(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let rupiah = maker.investment / 2;
    let cell = match dice.roll(3) {
        0 => Written::Number(float(rupiah)),
        1 => text(dotted(rupiah)),
        _ => text(format!("Rp. {},-", dotted(rupiah))),
    };
    (cell, vec![])
}

fn capital_millions(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (Written::Number(float(maker.investment / 2_000_000)), vec![])
}

fn centre(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(format!("Sentra {} {}", maker.goods.product, maker.district.name)), vec![])
}

fn dukuh(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let name = *dice.of(&["Krajan", "Ngrandu", "Sumberagung", "Jetis", "Tegalrejo"]);
    let cell = match dice.roll(3) {
        0 => format!("Dk. {name}"),
        1 => format!("Lingk. {name} RT {}", 1 + dice.roll(12)),
        _ => name.to_owned(),
    };
    (text(cell), vec![])
}

fn material(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let cell = match maker.goods.product {
        "Kerupuk Udang" => "Tepung tapioka, udang",
        "Batik Tulis" => "Kain mori, malam, pewarna",
        "Tempe" => "Kedelai",
        "Roti Manis" => "Tepung terigu",
        "Tas Wanita" => "Kulit sintetis",
        _ => "Kulit sapi samak",
    };
    (text(cell), vec![])
}

fn origin(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["lokal", "Surabaya", "Jateng", "impor", "-"])), vec![])
}

fn material_thousands(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (Written::Number(float(maker.sales / 2000)), vec![])
}

fn production_thousands(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let thousands = maker.sales / 1000;
    let cell =
        if dice.roll(2) == 0 { Written::Number(float(thousands)) } else { text(dotted(thousands)) };
    (cell, vec![])
}

/// Whether a maker's capacity is told for a year.
fn yearly(maker: &Maker) -> bool {
    (maker.quantity / 10).is_multiple_of(4)
}

fn capacity(maker: &Maker, period: &str) -> (&'static str, String) {
    let quantity = maker.quantity;
    ("capacity", format!("{quantity}-{quantity} {} {period}", maker.goods.unit.1))
}

/// The unit and the period stand in the next columns.
fn quantity(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let period = if yearly(maker) { "year" } else { "month" };
    (Written::Number(f64::from(maker.quantity)), vec![capacity(maker, period)])
}

fn period(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (year, month) = *dice.of(&[("th", "bln"), ("Tahun", "Bulan"), ("thn", "bln")]);
    (text(if yearly(maker) { year } else { month }), vec![])
}

/// The period stands in the header.
fn quantity_unit_month(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (quantity, unit) = (maker.quantity, maker.goods.unit.0);
    let cell = match dice.roll(3) {
        0 => format!("{quantity}{unit}"),
        1 => format!("{quantity} {}", unit.to_uppercase()),
        _ => format!("{quantity} {unit}"),
    };
    (text(cell), vec![capacity(maker, "month")])
}

fn quantity_unit_year(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (quantity, unit) = (maker.quantity, maker.goods.unit.0);
    let cell = match dice.roll(2) {
        0 => format!("{quantity} {unit}"),
        _ => format!("±{quantity} {unit}"),
    };
    (text(cell), vec![capacity(maker, "year")])
}

fn market(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["Lokal", "Lokal", "Regional", "Lokal/Reg.", "Ekspor", "-"])), vec![])
}

/// As several answers to one question are given out.
fn shops(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let answers = [
        "Langsung ke pembeli",
        "Pasar tradisional, Toko/kios",
        "Langsung ke pembeli, Marketplace (Shopee, Tokopedia, dll)",
        "Reseller, Media sosial (IG, FB, WA)",
        "Toko oleh-oleh",
    ];
    (text(*dice.of(&answers)), vec![])
}

fn mark(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let cell = match dice.roll(4) {
        0 => format!("IDM000{}", dice.digits(6)),
        1 => "proses".to_owned(),
        2 => "blm".to_owned(),
        _ => "-".to_owned(),
    };
    (text(cell), vec![])
}

fn pirt(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let cell = match dice.roll(4) {
        0 => format!("P-IRT 206350901{}-27", dice.digits(4)),
        1 => format!("206350901{}27", dice.digits(4)),
        2 => "-".to_owned(),
        _ => "blm".to_owned(),
    };
    (text(cell), vec![])
}

fn contact(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["-", "Tidak ada", "Bu Wiwik", "Anisa Putri", "Mas Doni", "Rudi H."])), vec![])
}

fn aid(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["", "", "-", "BPUM 2021", "alat (oven)", "pelatihan disperin"])), vec![])
}

fn visited(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(format!("{}/{}/2024", 1 + dice.roll(28), 1 + dice.roll(6))), vec![])
}

fn tick(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["v", "v", "", "x"])), vec![])
}

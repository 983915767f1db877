//! Layouts of villages, banks, donors, forms and offices unlike those before, written down with their
//! truth before it was looked whether they are read. What was read of each when it was first seen
//! stands at its head; the reading was then mended, so that these are no longer unseen.

use sentra::exchange::mapping::Field;

use super::columns::{self as c, Cell, column};
use super::layouts::{Format, Layout};
use super::made::{Dice, Maker, Written};

pub fn layouts() -> Vec<Layout> {
    vec![debtors(), hamlets(), interviews(), fair(), bare(), chat()]
}

/// A bank's borrowers: whose account it is, and where they live.
///
/// First seen at 1.000.
fn debtors() -> Layout {
    let columns = vec![
        column(&["NO. URUT"], Some(Field::Ignored), c::number),
        column(&["NOREK"], Some(Field::RestrictedOther), account),
        column(&["NAMA NASABAH"], Some(Field::Owner), c::owner),
        column(&["NO. KTP NASABAH"], Some(Field::NationalId), c::nik),
        column(&["NPWP"], Some(Field::RestrictedOther), tax_number),
        column(&["SEX (M/F)"], Some(Field::OwnerSex), m_f),
        column(&["TGL LHR"], Some(Field::BirthDate), c::birth),
        column(&["NAMA IBU KANDUNG"], Some(Field::Ignored), mother),
        column(&["ALAMAT TEMPAT TINGGAL"], Some(Field::Ignored), c::address),
        column(&["NAMA TOKO/USAHA"], Some(Field::Name), c::name),
        column(&["ALAMAT USAHA"], Some(Field::Address), c::address),
        column(&["KEL. USAHA"], Some(Field::Village), c::village),
        column(&["KEC. USAHA"], Some(Field::District), c::district),
        column(&["DATI II USAHA"], Some(Field::Regency), c::regency),
        column(&["JNS. USAHA"], Some(Field::Product), c::product),
        column(&["LAMA USAHA (TH)"], Some(Field::Ignored), c::age),
        column(&["USAHA DIBUKA TAHUN"], Some(Field::FoundedYear), c::founded),
        column(&["JML. KARY."], Some(Field::WorkersTotal), c::workers),
        column(&["HP AKTIF"], Some(Field::Phone), c::phone),
        column(&["TUJUAN KREDIT"], Some(Field::Ignored), c::note),
    ];
    Layout::named("kur-probolinggo.csv", Format::Csv(';'), "35.13", columns)
}

/// A village's book, in the village's words.
///
/// First seen at 0.867 (values 0.812).
fn hamlets() -> Layout {
    let columns = vec![
        column(&["No", ""], Some(Field::Ignored), c::number),
        column(&["Juragane", "Nama"], Some(Field::Owner), c::owner),
        column(&["", "Lk/Pr"], Some(Field::OwnerSex), c::sex),
        column(&["Papan Usaha", "Dk. / Krajan"], Some(Field::AddressDetail), hamlet),
        column(&["", "Ds."], Some(Field::Village), c::village),
        column(&["", "Kc."], Some(Field::District), c::district),
        column(&["Nm. Usaha", ""], Some(Field::Name), c::name),
        column(&["Gawe apa", ""], Some(Field::Product), c::products),
        column(&["Hasil", "Banyaknya"], Some(Field::Capacity), quantity),
        column(&["", "Sat."], Some(Field::CapacityUnit), c::unit),
        column(&["", "tiap"], Some(Field::CapacityPeriod), period),
        column(&["Buruh", "Lanang"], Some(Field::WorkersMale), c::male),
        column(&["", "Wedok"], Some(Field::WorkersFemale), c::female),
        column(&["Didirikan", ""], Some(Field::FoundedYear), c::founded),
        column(&["", ""], Some(Field::Phone), c::phone),
    ];
    Layout {
        titles: &["BUKU USAHA WARGA", "KAB. NGAWI"],
        ..Layout::named("buku-usaha-ngawi.xlsx", Format::Xlsx, "35.21", columns)
    }
}

/// What a donor's interviewers wrote down, in English.
///
/// First seen at 0.941 (values 0.843).
fn interviews() -> Layout {
    let columns = vec![
        column(&["Interview date"], Some(Field::Ignored), c::timestamp),
        column(&["Interviewer"], Some(Field::Ignored), c::note),
        column(&["Q1. What is the name of your enterprise?"], Some(Field::Name), c::name),
        column(&["Q2. Respondent's name (owner)"], Some(Field::Owner), c::owner),
        column(&["Q3. Sex of respondent"], Some(Field::OwnerSex), m_f),
        column(&["Q4. Date of birth"], Some(Field::BirthDate), c::birth),
        column(&["Q5. Hamlet / RT / RW"], Some(Field::AddressDetail), c::hamlet),
        column(&["Q6. Village"], Some(Field::Village), c::village),
        column(&["Q7. Sub-district"], Some(Field::District), c::district),
        column(&["Q8. What do you make? (list all)"], Some(Field::Product), c::products),
        column(&["Q9. How many male employees?"], Some(Field::WorkersMale), c::male),
        column(&["Q10. How many female employees?"], Some(Field::WorkersFemale), c::female),
        column(&["Q11. When was the business established?"], Some(Field::FoundedYear), c::founded),
        column(&["Q12. Where do you sell?"], Some(Field::Channel), shops),
        column(&["Q13. Annual sales 2023 (IDR)"], Some(Field::AnnualSales), c::sales),
        column(&["Q14. Phone number (if any)"], Some(Field::Phone), c::phone),
        column(&["Q15. GPS location"], Some(Field::Coordinates), c::both),
    ];
    Layout::named("interviews-sampang.csv", Format::Csv(','), "35.27", columns)
}

/// Who asked for a stand at a fair.
///
/// First seen at 1.000.
fn fair() -> Layout {
    let columns = vec![
        column(&["No."], Some(Field::Ignored), c::number),
        column(&["Brand"], Some(Field::Name), c::name),
        column(&["Nama Pemohon"], Some(Field::Owner), c::owner),
        column(&["Jns. Kel."], Some(Field::OwnerSex), lk_pr),
        column(&["Alamat (sesuai KTP)"], Some(Field::Ignored), c::address),
        column(&["Alamat Outlet"], Some(Field::Address), c::address),
        column(&["Kelurahan Outlet"], Some(Field::Village), c::village),
        column(&["Kecamatan Outlet"], Some(Field::District), c::district),
        column(&["Menjual apa"], Some(Field::Product), c::product),
        column(&["Badan usahanya"], Some(Field::LegalForm), c::legal_form),
        column(&["No. Induk Berusaha"], Some(Field::Nib), c::nib),
        column(&["Mulai usaha sejak"], Some(Field::FoundedYear), c::founded),
        column(&["Kontak WA"], Some(Field::Phone), c::phone),
        column(&["Akun IG"], Some(Field::Website), handle),
        column(&["Lunas"], Some(Field::Ignored), tick),
    ];
    Layout {
        titles: &["PENDAFTAR STAN BAZAR IKM", "KOTA KEDIRI 2024"],
        ..Layout::named("bazar-kediri.xlsx", Format::Xlsx, "35.71", columns)
    }
}

/// Most columns have no header, or one that says nothing: the values are what there is.
///
/// First seen at 1.000.
fn bare() -> Layout {
    let columns = vec![
        column(&["No"], Some(Field::Ignored), c::number),
        column(&["Nama Usaha"], Some(Field::Name), c::name),
        column(&["Nama"], Some(Field::Owner), c::owner),
        column(&["Kode 1"], Some(Field::OwnerSex), lk_pr),
        column(&["Kol. 5"], Some(Field::NationalId), c::nik),
        column(&["Wil. 1"], Some(Field::Village), c::village),
        column(&["Wil. 2"], Some(Field::District), c::district),
        column(&["Kol. 8"], Some(Field::Product), c::product),
        column(&["Kol. 9"], Some(Field::FoundedYear), c::founded),
        column(&[""], Some(Field::Phone), c::phone),
        column(&["Kol. 11"], Some(Field::Nib), c::nib),
        column(&["Kol. 12"], Some(Field::LegalForm), c::legal_form),
    ];
    Layout::named("kolom-blitar.csv", Format::Csv(','), "35.72", columns)
}

/// A form sent round by telephone, polite and long.
///
/// First seen at 1.000.
fn chat() -> Layout {
    let columns = vec![
        column(&["Cap waktu"], Some(Field::Ignored), c::timestamp),
        column(&["Mohon tuliskan nama lengkap pemilik usaha *"], Some(Field::Owner), c::owner),
        column(
            &["Bapak/Ibu punya usaha apa? Contoh: keripik singkong, batik tulis"],
            Some(Field::Product),
            c::products,
        ),
        column(
            &["Kalau ada, apa merek atau nama usahanya? (isi - kalau belum ada)"],
            Some(Field::Name),
            c::name,
        ),
        column(
            &["Usahanya berada di desa/kelurahan mana? Tulis nama desa saja"],
            Some(Field::Village),
            c::village,
        ),
        column(&["Kecamatannya?"], Some(Field::District), c::district),
        column(&["Sudah mulai berusaha sejak tahun berapa?"], Some(Field::FoundedYear), c::founded),
        column(
            &["Saat ini mempekerjakan berapa orang laki-laki?"],
            Some(Field::WorkersMale),
            c::male,
        ),
        column(
            &["Saat ini mempekerjakan berapa orang perempuan?"],
            Some(Field::WorkersFemale),
            c::female,
        ),
        column(
            &["Berapa omzet dalam setahun terakhir (2024)? Jika tidak tahu, kira-kira saja"],
            Some(Field::AnnualSales),
            c::sales,
        ),
        column(
            &["Biasanya produknya dipasarkan ke mana? (boleh pilih lebih dari satu)"],
            Some(Field::Channel),
            shops,
        ),
        column(&["Sudah halal? Kalau sudah, tulis nomornya"], Some(Field::Halal), c::halal),
        column(
            &["Nomor HP/WA yang bisa dihubungi. Tulis dengan angka, contoh 0812xxxx"],
            Some(Field::Phone),
            c::phone,
        ),
    ];
    Layout::named("formulir-batu.csv", Format::Csv(','), "35.79", columns)
}

fn text(value: impl Into<String>) -> Written {
    Written::Text(value.into())
}

fn account(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(format!("{}{}", 1 + dice.roll(9), dice.digits(9))), vec![])
}

fn tax_number(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let digits = |dice: &mut Dice, count| dice.digits(count);
    let (a, b, c) = (digits(dice, 2), digits(dice, 3), digits(dice, 3));
    (text(format!("{a}.{b}.{c}.{}-{}.000", dice.digits(1), dice.digits(3))), vec![])
}

fn m_f(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let (cell, sex) = if maker.female { ("F", "female") } else { ("M", "male") };
    (text(cell), vec![("sex", sex.into())])
}

fn lk_pr(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let (cell, sex) = if maker.female { ("Pr.", "female") } else { ("Lk.", "male") };
    (text(cell), vec![("sex", sex.into())])
}

fn hamlet(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["Krajan", "Ngrandu", "Jetis", "Kulon Kali"])), vec![])
}

fn quantity(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let (quantity, unit) = (maker.quantity, maker.goods.unit.1);
    let expected = format!("{quantity}-{quantity} {unit} month");
    (Written::Number(f64::from(quantity)), vec![("capacity", expected)])
}

fn period(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["bulan", "bln", "Bulan"])), vec![])
}

fn shops(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["pasar", "toko oleh-oleh", "langsung", "reseller", "luar kota"])), vec![])
}

fn handle(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let first = maker.name.split(' ').next().unwrap_or_default().to_lowercase();
    (text(format!("@{first}.{}", dice.digits(2))), vec![])
}

fn tick(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["v", "✓", "", "x"])), vec![])
}

fn mother(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["SUPARMI", "SITI FATONAH", "KASIYEM", "MUNAWAROH"])), vec![])
}

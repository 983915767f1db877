//! Columns as offices have them: a header, and how a maker is written under it.

use sentra::exchange::mapping::Field;

use super::made::{Dice, Expected, Maker, Written, dotted};

pub type Cell = (Written, Vec<Expected>);

#[derive(Clone, Copy)]
pub struct Column {
    /// One for each row of the header; empty where the cell above is merged with it.
    pub heads: &'static [&'static str],
    /// What it is; None where nobody need know.
    pub field: Option<Field>,
    pub write: fn(&Maker, &mut Dice, usize) -> Cell,
}

pub fn column(
    heads: &'static [&'static str],
    field: Option<Field>,
    write: fn(&Maker, &mut Dice, usize) -> Cell,
) -> Column {
    Column { heads, field, write }
}

fn text(value: impl Into<String>) -> Written {
    Written::Text(value.into())
}

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

pub fn number(_: &Maker, _: &mut Dice, row: usize) -> Cell {
    (Written::Number(f64::from(u32::try_from(row + 1).expect("small"))), vec![])
}

pub fn nothing(_: &Maker, _: &mut Dice, _: usize) -> Cell {
    (Written::Empty, vec![])
}

pub fn note(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(*dice.of(&["", "-", "aktif", "binaan 2023", "perlu modal"])), vec![])
}

pub fn name(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(maker.name.clone()), vec![("name", Maker::tidy(&maker.name))])
}

pub fn owner(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(maker.owners[0].clone()), vec![("owner", Maker::tidy(&maker.owners[0]))])
}

/// Sometimes two in a cell.
pub fn owners(maker: &Maker, dice: &mut Dice, row: usize) -> Cell {
    if dice.roll(5) > 0 {
        return owner(maker, dice, row);
    }
    let second = "RINI HANDAYANI";
    let expected = [maker.owners[0].as_str(), second].map(|name| ("owner", Maker::tidy(name)));
    (text(format!("{} / {second}", maker.owners[0])), expected.to_vec())
}

pub fn sex(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (female, male) = *dice.of(&[("P", "L"), ("Perempuan", "Laki-laki"), ("Wanita", "Pria")]);
    let (cell, sex) = if maker.female { (female, "female") } else { (male, "male") };
    (text(cell), vec![("sex", sex.into())])
}

pub fn birth(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (year, month, day) = maker.birth;
    let cell = match dice.roll(4) {
        0 => text(format!("{day:02}/{month:02}/{year}")),
        1 => text(format!("{day} {} {year}", MONTHS[month as usize - 1])),
        2 => Written::Number(maker.birth_serial()),
        _ => text(format!("Surabaya, {day:02}-{month:02}-{year}")),
    };
    (cell, vec![("birth_date", maker.birth_iso())])
}

/// As a text with an apostrophe, plainly, or with its digits lost.
pub fn nik(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let expected = vec![("national_id", maker.nik.clone())];
    match dice.roll(5) {
        0 => (
            text(format!(
                "{}E+15",
                &format!("{:.5}", maker.nik[..6].parse::<f64>().expect("digits") / 1e5)
            )),
            vec![],
        ),
        1 => (text(format!("'{}", maker.nik)), expected),
        _ => (text(maker.nik.clone()), expected),
    }
}

pub fn nib(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let Some(nib) = &maker.nib else { return (text(*dice.of(&["-", "", "belum ada"])), vec![]) };
    let expected = vec![("nib", nib.clone())];
    match dice.roll(6) {
        0 => (text(format!("'{nib}")), expected),
        1 => (Written::Number(nib.parse().expect("digits")), expected),
        2 => (text("9.12E+12"), vec![]),
        _ => (text(nib.clone()), expected),
    }
}

pub fn phone(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (bare, expected) = (&maker.phone, vec![("phone", maker.e164())]);
    match dice.roll(7) {
        0 => (text(format!("+62{bare}")), expected),
        1 => (text(format!("62{bare}")), expected),
        2 => (Written::Number(bare.parse().expect("digits")), expected),
        3 => (text(format!("0{}-{}-{}", &bare[..3], &bare[3..7], &bare[7..])), expected),
        4 => (text("8.52348e+010"), vec![]),
        5 => (text("-"), vec![]),
        _ => (text(format!("0{bare}")), expected),
    }
}

pub fn email(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    if dice.roll(3) == 0 {
        return (text("-"), vec![]);
    }
    (text(maker.email.clone()), vec![("email", maker.email.clone())])
}

pub fn address(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(maker.street.clone()), vec![])
}

pub fn hamlet(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(format!("RT {:02} RW {:02}", 1 + dice.roll(9), 1 + dice.roll(9))), vec![])
}

fn region(maker: &Maker) -> Vec<Expected> {
    vec![("region", maker.village.code.to_string())]
}

/// In capitals, with a prefix, or without its spaces.
pub fn village(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let name = &maker.village.name;
    let cell = match dice.roll(5) {
        0 => name.to_uppercase(),
        1 => format!("Ds. {name}"),
        2 => format!("Desa {name}"),
        3 => name.replace(' ', ""),
        _ => name.clone(),
    };
    (text(cell), region(maker))
}

pub fn district(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let name = &maker.district.name;
    let cell = match dice.roll(4) {
        0 => name.to_uppercase(),
        1 => format!("Kec. {name}"),
        _ => name.clone(),
    };
    (text(cell), vec![])
}

pub fn regency(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let name = &maker.regency.name;
    let cell = match dice.roll(3) {
        0 => name.to_uppercase(),
        1 => name.replace("Kabupaten", "Kab."),
        _ => name.clone(),
    };
    (text(cell), vec![])
}

pub fn village_code(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(maker.village.code.to_string()), region(maker))
}

pub fn product(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(maker.goods.product.to_uppercase()), vec![("product", maker.goods.product.into())])
}

/// A list in one cell.
pub fn products(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (first, second) = (maker.goods.product, maker.goods.second);
    let cell = match dice.roll(4) {
        0 => format!("{first}, {second}"),
        1 => format!("1. {first}\n2. {second}"),
        2 => format!("{first}; {second}"),
        _ => format!("{first}_x000D_\n{second}"),
    };
    (text(cell), vec![("product", first.into()), ("product", second.into())])
}

pub fn branch(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(maker.goods.branch), vec![])
}

pub fn kbli(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let expected = vec![("kbli", maker.goods.kbli.to_owned())];
    match dice.roll(3) {
        0 => (Written::Number(maker.goods.kbli.parse().expect("digits")), expected),
        1 => (text(format!("{} - {}", maker.goods.kbli, maker.goods.title)), expected),
        _ => (text(maker.goods.kbli), expected),
    }
}

pub fn kbli_title(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(maker.goods.title), vec![])
}

pub fn legal_form(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(maker.legal_form.0), vec![("legal_form", maker.legal_form.1.into())])
}

pub fn founded(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let expected = vec![("founded_year", maker.year.to_string())];
    match dice.roll(3) {
        0 => (text(format!("'{}", maker.year)), expected),
        _ => (Written::Number(f64::from(maker.year)), expected),
    }
}

pub fn male(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let count = maker.male_workers;
    let cell = if dice.roll(3) == 0 {
        text(format!("{count} orang"))
    } else {
        Written::Number(f64::from(count))
    };
    (cell, vec![("workers.male", count.to_string())])
}

pub fn female(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let count = maker.female_workers;
    (text(count.to_string()), vec![("workers.female", count.to_string())])
}

pub fn workers(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    let count = maker.male_workers + maker.female_workers;
    (Written::Number(f64::from(count)), vec![("workers.total", count.to_string())])
}

fn float(number: i64) -> f64 {
    f64::from(u32::try_from(number).expect("small"))
}

/// In rupiah, in every habit.
pub fn investment(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let expected = vec![("investment", maker.investment.to_string())];
    let cell = match dice.roll(6) {
        0 => Written::Number(float(maker.investment)),
        1 => text(format!("Rp {},00", dotted(maker.investment))),
        2 => text(dotted(maker.investment).replace('.', ",")),
        3 => text(format!("{} jt", maker.investment / 1_000_000)),
        4 => return (text("5-10 juta"), vec![]),
        _ => text(format!("Rp. {},-", dotted(maker.investment))),
    };
    (cell, expected)
}

/// Under a header that says Rp.000.
pub fn investment_thousands(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let expected = vec![("investment", maker.investment.to_string())];
    let thousands = maker.investment / 1000;
    let cell =
        if dice.roll(2) == 0 { Written::Number(float(thousands)) } else { text(dotted(thousands)) };
    (cell, expected)
}

pub fn sales(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let expected = vec![("sales", maker.sales.to_string())];
    let cell = match dice.roll(3) {
        0 => Written::Number(float(maker.sales)),
        1 => text(format!("{} juta", maker.sales / 1_000_000)),
        _ => text(format!("Rp{}", dotted(maker.sales))),
    };
    (cell, expected)
}

pub fn sales_millions(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (Written::Number(float(maker.sales / 1_000_000)), vec![("sales", maker.sales.to_string())])
}

fn capacity_of(maker: &Maker, period: &str) -> Vec<Expected> {
    let quantity = maker.quantity;
    vec![("capacity", format!("{quantity}-{quantity} {} {period}", maker.goods.unit.1))]
}

/// Quantity, unit and period in one cell.
pub fn capacity(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (quantity, unit) = (maker.quantity, maker.goods.unit.0);
    match dice.roll(4) {
        0 => (text(format!("{quantity} {unit}/bln")), capacity_of(maker, "month")),
        1 => (text(format!("±{quantity} {unit} per bulan")), capacity_of(maker, "month")),
        2 => (text(format!("{quantity}{unit}/thn")), capacity_of(maker, "year")),
        _ => {
            let to = quantity + 10;
            let expected = format!("{quantity}-{to} {} month", maker.goods.unit.1);
            (text(format!("{quantity}-{to} {unit}/bln")), vec![("capacity", expected)])
        }
    }
}

/// The unit stands in the next column, the period in the header.
pub fn capacity_month(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (Written::Number(f64::from(maker.quantity)), capacity_of(maker, "month"))
}

pub fn unit(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(maker.goods.unit.0), vec![])
}

fn place(maker: &Maker) -> Vec<Expected> {
    vec![("point", format!("{:.4},{:.4}", maker.lat, maker.lon))]
}

/// With a decimal comma, or an apostrophe before it.
pub fn lat(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let cell = match dice.roll(3) {
        0 => text(maker.lat.to_string().replace('.', ",")),
        1 => text(format!("'{}", maker.lat)),
        _ => Written::Number(maker.lat),
    };
    (cell, place(maker))
}

pub fn lon(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let comma = dice.roll(2) == 0;
    (
        if comma {
            text(maker.lon.to_string().replace('.', ","))
        } else {
            Written::Number(maker.lon)
        },
        vec![],
    )
}

pub fn both(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(format!("{}, {}", maker.lat, maker.lon)), place(maker))
}

/// In degrees, minutes and seconds.
pub fn lat_dms(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(dms(-maker.lat, "LS")), place(maker))
}

pub fn lon_dms(maker: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text(dms(maker.lon, "BT")), vec![])
}

fn dms(degrees: f64, side: &str) -> String {
    let minutes = degrees.fract() * 60.0;
    format!("{}°{}'{:.3}\" {side}", degrees.trunc(), minutes.trunc(), minutes.fract() * 60.0)
}

pub fn halal(maker: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (yes, no) =
        *dice.of(&[("Ya", "Tidak"), ("v", "-"), ("sudah", "belum"), ("ADA", "TIDAK ADA")]);
    if maker.halal { (text(yes), vec![("halal", "yes".into())]) } else { (text(no), vec![]) }
}

pub fn ministry(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let names = ["Kementerian Perindustrian", "Kementerian Perdagangan", "Kementerian Pertanian"];
    (text(*dice.of(&names)), vec![])
}

pub fn timestamp(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    let (day, minute) = (1 + dice.roll(28), dice.roll(60));
    (text(format!("{day}/03/2025 09:{minute:02}:11")), vec![])
}

pub fn link(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (text(format!("https://drive.google.com/open?id=1{}", dice.digits(12))), vec![])
}

pub fn agreed(_: &Maker, _: &mut Dice, _: usize) -> Cell {
    (text("Ya, setuju"), vec![])
}

pub fn province_code(_: &Maker, _: &mut Dice, _: usize) -> Cell {
    (Written::Number(35.0), vec![])
}

pub fn age(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (Written::Number(f64::from(u32::try_from(25 + dice.roll(40)).expect("small"))), vec![])
}

pub fn deposit(_: &Maker, dice: &mut Dice, _: usize) -> Cell {
    (
        Written::Number(10_000.0 * f64::from(u32::try_from(1 + dice.roll(90)).expect("small"))),
        vec![],
    )
}

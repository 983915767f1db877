//! Makers as offices list them, made up from a fixed seed; and cells written as offices write them,
//! each with what should be understood of it.

use sentra::domain::gazetteer::{Gazetteer, Region};
use sentra::domain::region::Level;
use sentra::domain::text::tidy_case;

/// A small generator of numbers: the same seed, the same workbooks.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).expect("31 bits") % sides
    }

    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }

    pub fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + u8::try_from(self.roll(10)).expect("a digit")))
            .collect()
    }
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    Empty,
    Text(String),
    Number(f64),
}

/// A value that should be understood: of which field, and what.
pub type Expected = (&'static str, String);

pub struct Maker {
    pub name: String,
    pub owners: Vec<String>,
    pub female: bool,
    pub birth: (i32, u32, u32),
    pub nik: String,
    pub nib: Option<String>,
    pub phone: String,
    pub email: String,
    pub street: String,
    pub village: Region,
    pub district: Region,
    pub regency: Region,
    pub lat: f64,
    pub lon: f64,
    pub goods: Goods,
    pub male_workers: u32,
    pub female_workers: u32,
    pub investment: i64,
    pub sales: i64,
    pub quantity: u32,
    pub year: i32,
    pub legal_form: (&'static str, &'static str),
    pub halal: bool,
}

#[derive(Clone, Copy)]
pub struct Goods {
    pub product: &'static str,
    pub second: &'static str,
    pub branch: &'static str,
    pub kbli: &'static str,
    pub title: &'static str,
    pub unit: (&'static str, &'static str),
}

const GOODS: &[Goods] = &[
    Goods {
        product: "Sepatu Kulit",
        second: "Sandal",
        branch: "Industri Kulit",
        kbli: "15201",
        title: "INDUSTRI ALAS KAKI UNTUK KEPERLUAN SEHARI-HARI",
        unit: ("kodi", "kodi"),
    },
    Goods {
        product: "Kerupuk Udang",
        second: "Petis Udang",
        branch: "Pangan",
        kbli: "10794",
        title: "INDUSTRI KERUPUK, KERIPIK, PEYEK DAN SEJENISNYA",
        unit: ("kg", "kg"),
    },
    Goods {
        product: "Batik Tulis",
        second: "Batik Cap",
        branch: "Kerajinan",
        kbli: "13134",
        title: "INDUSTRI BATIK",
        unit: ("lbr", "lembar"),
    },
    Goods {
        product: "Tempe",
        second: "Tahu",
        branch: "Pangan",
        kbli: "10391",
        title: "INDUSTRI TEMPE KEDELAI",
        unit: ("kg", "kg"),
    },
    Goods {
        product: "Roti Manis",
        second: "Kue Kering",
        branch: "Pangan",
        kbli: "10710",
        title: "INDUSTRI PRODUK ROTI DAN KUE",
        unit: ("pcs", "pcs"),
    },
    Goods {
        product: "Tas Wanita",
        second: "Dompet",
        branch: "Industri Kulit",
        kbli: "15121",
        title: "INDUSTRI BARANG DARI KULIT DAN KULIT BUATAN",
        unit: ("pcs", "pcs"),
    },
];

const WOMEN: &[&str] = &[
    "SITI AMINAH",
    "SRI WAHYUNI",
    "NUR HAYATI",
    "DEWI LESTARI",
    "KHUSNUL KHOTIMAH",
    "LILIK SUHARTI",
    "ENDANG PURWATI",
    "UMI KULSUM",
    "RATNA SARI",
    "YULI ASTUTIK",
];
const MEN: &[&str] = &[
    "AHMAD FAUZI",
    "SUGENG RIYADI",
    "BUDI SANTOSO",
    "MOCH. ARIFIN",
    "SLAMET WIDODO",
    "AGUS SALIM",
    "EKO PRASETYO",
    "IMAM SYAFII",
    "JOKO SUSILO",
    "HERU PURNOMO",
];
const FIRST: &[&str] = &[
    "SARI", "MEKAR", "BAROKAH", "SUMBER", "MELATI", "JAYA", "BERKAH", "MULYA", "CAHAYA", "RAHAYU",
    "TUNAS", "MANDIRI",
];
const SECOND: &[&str] = &[
    "RASA",
    "ABADI",
    "MAKMUR",
    "REJEKI",
    "INDAH",
    "UTAMA",
    "LESTARI",
    "SEJAHTERA",
    "BARU",
    "AGUNG",
];
const FORMS: &[(&str, &str)] =
    &[("UD", "ud"), ("CV", "cv"), ("PT", "pt"), ("Perorangan", "perorangan"), ("PO", "perorangan")];

/// Makers of a regency, in villages whose name is theirs alone in their district.
pub fn makers(gazetteer: &Gazetteer, regency: &str, count: usize, dice: &mut Dice) -> Vec<Maker> {
    let regency = gazetteer.get(&regency.parse().expect("a code")).expect("a regency").clone();
    let villages: Vec<&Region> = gazetteer.within(Level::Village, &regency.code).collect();
    (0..count).map(|number| maker(number, gazetteer, &regency, &villages, dice)).collect()
}

fn maker(
    number: usize,
    gazetteer: &Gazetteer,
    regency: &Region,
    villages: &[&Region],
    dice: &mut Dice,
) -> Maker {
    let village = (*dice.of(villages)).clone();
    let district = village.code.at(Level::District).expect("a district");
    let district = gazetteer.get(&district).expect("the district").clone();
    let female = dice.roll(2) == 0;
    let owner = format!(
        "{} {}",
        dice.of(if female { WOMEN } else { MEN }),
        dice.of(&["", "A", "B.", "S"]).trim()
    );
    let jitter = |dice: &mut Dice| {
        (f64::from(u32::try_from(dice.roll(2000)).expect("small")) - 1000.0) / 1e6
    };
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
    Maker {
        name: format!("{} {} {}", dice.of(FIRST), dice.of(SECOND), number + 1),
        owners: vec![owner.trim().to_owned()],
        female,
        birth: (
            1955 + i32::try_from(dice.roll(45)).expect("small"),
            1 + u32::try_from(dice.roll(12)).expect("small"),
            1 + u32::try_from(dice.roll(28)).expect("small"),
        ),
        nik: format!("35{}{}", dice.digits(13), dice.of(&["1", "2", "3", "7"])),
        nib: (dice.roll(10) < 7)
            .then(|| format!("9120{}{}", dice.digits(8), dice.of(&["1", "4", "7", "9"]))),
        phone: format!("8{}{}", dice.of(&["12", "13", "21", "52", "57"]), dice.digits(8)),
        email: format!("usaha{}@gmail.com", number + 1),
        street: format!(
            "JL. {} NO. {}",
            dice.of(&["RAYA", "MAWAR", "KENANGA", "PAHLAWAN", "MASJID"]),
            1 + dice.roll(150)
        ),
        lat: round(village.lat + jitter(dice)),
        lon: round(village.lon + jitter(dice)),
        village,
        district,
        regency: regency.clone(),
        goods: *dice.of(GOODS),
        male_workers: u32::try_from(dice.roll(12)).expect("small"),
        female_workers: 1 + u32::try_from(dice.roll(12)).expect("small"),
        investment: 1_000_000 * (5 + i64::try_from(dice.roll(495)).expect("small")),
        sales: 1_000_000 * (12 + i64::try_from(dice.roll(900)).expect("small")),
        quantity: 10 * (1 + u32::try_from(dice.roll(200)).expect("small")),
        year: 1985 + i32::try_from(dice.roll(39)).expect("small"),
        legal_form: *dice.of(FORMS),
        halal: dice.roll(2) == 0,
    }
}

impl Maker {
    /// A name as it should come out.
    pub fn tidy(name: &str) -> String {
        tidy_case(name)
    }

    pub fn e164(&self) -> String {
        format!("+62{}", self.phone)
    }

    pub fn birth_iso(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.birth.0, self.birth.1, self.birth.2)
    }

    /// Excel's number of a birthday.
    pub fn birth_serial(&self) -> f64 {
        let day = chrono::NaiveDate::from_ymd_opt(self.birth.0, self.birth.1, self.birth.2);
        let first = chrono::NaiveDate::from_ymd_opt(1899, 12, 30);
        let days = (day.expect("a day") - first.expect("a day")).num_days();
        f64::from(i32::try_from(days).expect("small"))
    }
}

/// A number with points between its thousands.
pub fn dotted(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

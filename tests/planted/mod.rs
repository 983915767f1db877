//! A synthetic province with planted duplicates, from a fixed seed: names collide as often as in the
//! list of one city (Surakarta: 11.8 % of 11,158 rows share their name with another), owners have
//! common names, some persons have two businesses, and of every twentieth record a second one is
//! made as other lists have it: misspelt, its words swapped, its point moved, with another phone.

#![expect(clippy::cast_precision_loss, reason = "counts of records")]

use std::collections::HashSet;

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sentra::domain::enterprise::{Draft, Owner, Point};
use sentra::domain::region::RegionCode;
use serde_json::{Value, json};

/// The records, and which two are one.
pub struct Planted {
    pub drafts: Vec<Draft>,
    pub pairs: HashSet<(usize, usize)>,
}

struct Village {
    code: RegionCode,
    lon: f64,
    lat: f64,
}

/// What a business says of its kind, the commodity, and what it makes.
const TRADES: [(&str, &str, &str); 24] = [
    ("Warung Kelontong", "sembako", "sembako"),
    ("Warung Makan", "warung-makan", "nasi campur"),
    ("Toko Kelontong", "sembako", "sembako"),
    ("Warung", "warung-makan", "makanan dan minuman"),
    ("Kerupuk", "kerupuk", "kerupuk udang"),
    ("Penjahit", "konveksi", "jahitan"),
    ("Batik Tulis", "batik", "batik tulis"),
    ("Tas", "tas", "tas kulit"),
    ("Sepatu", "sepatu", "sepatu kulit"),
    ("Laundry", "jasa", "cuci pakaian"),
    ("Toko", "sembako", "sembako"),
    ("Mebel", "mebel", "kursi"),
    ("Tempe", "tempe", "tempe"),
    ("Tahu", "tahu", "tahu putih"),
    ("Kue", "roti-kue", "kue basah"),
    ("Roti", "roti-kue", "roti manis"),
    ("Bengkel", "bengkel", "servis motor"),
    ("Konveksi", "konveksi", "seragam"),
    ("Keripik", "keripik", "keripik tempe"),
    ("Jamu", "jamu", "jamu gendong"),
    ("Anyaman Bambu", "anyaman-bambu", "besek"),
    ("Bordir", "bordir", "mukena bordir"),
    ("Gula Merah", "gula-merah", "gula kelapa"),
    ("Kopi", "kopi", "kopi bubuk"),
];
const SYLLABLES: [&str; 28] = [
    "ar", "ba", "bel", "ca", "dan", "de", "el", "far", "gi", "ha", "in", "ka", "la", "li", "ma",
    "mi", "na", "nu", "pa", "ra", "ri", "sa", "sha", "ta", "ti", "vi", "wa", "ya",
];

struct Words {
    female: Vec<String>,
    male: Vec<String>,
    family: Vec<String>,
    trade: Vec<String>,
}

impl Words {
    fn of_seed() -> Self {
        let demo: Value =
            serde_json::from_str(include_str!("../../seed/demo.json")).expect("the profile");
        let list = |value: &Value| {
            let texts = value.as_array().expect("a list").iter();
            texts.map(|text| text.as_str().expect("a text").to_owned()).collect()
        };
        let names = &demo["names"];
        Self {
            female: list(&names["female"]),
            male: list(&names["male"]),
            family: list(&names["family"]),
            trade: list(&demo["words"]),
        }
    }
}

/// One of a list, the first ones more often than the last.
fn often<'a>(list: &'a [String], random: &mut ChaCha8Rng) -> &'a str {
    let place: f64 = random.random();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
    let place = (place.powf(1.6) * list.len() as f64) as usize;
    &list[place.min(list.len() - 1)]
}

fn coined(random: &mut ChaCha8Rng) -> String {
    let number = random.random_range(2..=4);
    let word: String =
        (0..number).map(|_| *SYLLABLES.choose(random).expect("a syllable")).collect();
    capital(&word)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn digits(random: &mut ChaCha8Rng, number: usize) -> String {
    (0..number).map(|_| char::from(b'0' + random.random_range(0..10_u8))).collect()
}

fn phone(random: &mut ChaCha8Rng) -> String {
    format!("+628{}", digits(random, 10))
}

fn villages() -> Vec<Village> {
    let mut rows =
        csv::Reader::from_reader(include_str!("../../seed/regions/codes.csv").as_bytes());
    let rows = rows.records().map(|row| row.expect("a row"));
    let villages = rows.filter(|row| &row[0] == "village").map(|row| Village {
        code: row[1].parse().expect("a code"),
        lat: row[5].parse().expect("degrees"),
        lon: row[6].parse().expect("degrees"),
    });
    villages.collect()
}

fn person(words: &Words, random: &mut ChaCha8Rng) -> String {
    let given = if random.random_bool(0.55) { &words.female } else { &words.male };
    let first = often(given, random).to_owned();
    match random.random_range(0..100) {
        0..20 => first,
        20..75 => format!("{first} {}", often(&words.family, random)),
        75..90 => format!("{first} {}", often(given, random)),
        _ => format!("{first} {}", coined(random)),
    }
}

fn name(trade: &str, owner: &str, words: &Words, random: &mut ChaCha8Rng) -> String {
    let first = owner.split(' ').next().unwrap_or(owner);
    match random.random_range(0..100) {
        0..6 => trade.to_owned(),
        6..11 => format!("{trade} {}", often(&words.trade, random)),
        11..15 => format!(
            "{} {}",
            ["UD", "Usaha", "Kelompok"][random.random_range(0..3)],
            often(&words.trade, random)
        ),
        15..23 => format!("{trade} {} {first}", ["Bu", "Pak", "Mbak"][random.random_range(0..3)]),
        23..33 => format!("{trade} {owner}"),
        33..41 => format!("{trade} {} {first}", often(&words.trade, random)),
        41..69 => format!("{trade} {}", coined(random)),
        69..84 => format!("{} {trade}", coined(random)),
        _ => format!("{} {}", coined(random), coined(random)),
    }
}

fn draft(villages: &[Village], words: &Words, random: &mut ChaCha8Rng) -> Draft {
    // A few villages have many makers.
    let place: f64 = random.random();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
    let village = &villages[(place.powf(2.0) * villages.len() as f64) as usize];
    let skew: f64 = random.random();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
    let (trade, commodity, product) = TRADES[(skew.powf(1.5) * TRADES.len() as f64) as usize];
    let owner = person(words, random);
    let mut record = json!({
        "name": name(trade, &owner, words, random), "sectors": ["aneka"],
        "commodities": [commodity], "region": village.code, "owners": [],
        "products": [{"name": product, "commodity": commodity}],
    });
    if random.random_bool(0.8) {
        record["owners"] = json!([{"name": owner}]);
        if random.random_bool(0.45) {
            record["owners"][0]["phone"] = json!(phone(random));
        }
    }
    if random.random_bool(0.25) {
        record["nib"] = json!(format!("9{}", digits(random, 12)));
    }
    if random.random_bool(0.35) {
        let near =
            |centre: f64, random: &mut ChaCha8Rng| centre + random.random_range(-0.0065..0.0065);
        record["point"] = json!({"lon": near(village.lon, random), "lat": near(village.lat, random), "method": "gps"});
    }
    serde_json::from_value(record).expect("a draft")
}

/// One letter wrong, left out, doubled or swapped with its neighbour.
fn mistyped(text: &str, random: &mut ChaCha8Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_owned();
    }
    let at = random.random_range(1..letters.len() - 1);
    match random.random_range(0..4) {
        0 => {
            letters.remove(at);
        }
        1 => letters.swap(at, at + 1),
        2 => letters[at] = char::from(b'a' + random.random_range(0..26_u8)),
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}

/// As another office spells it.
fn respelt(text: &str, random: &mut ChaCha8Rng) -> String {
    let pairs = [
        ("u", "oe"),
        ("j", "dj"),
        ("h", ""),
        ("c", "tj"),
        ("y", "j"),
        ("s", "sy"),
        ("f", "p"),
        ("z", "s"),
        ("i", "ie"),
    ];
    let (from, to) = pairs[random.random_range(0..pairs.len())];
    text.replacen(from, to, 1)
}

fn swapped(text: &str) -> String {
    let mut parts: Vec<&str> = text.split(' ').collect();
    parts.rotate_left(1);
    parts.join(" ")
}

fn renamed(text: &str, random: &mut ChaCha8Rng) -> String {
    let upper = random.random_bool(0.4);
    let text = match random.random_range(0..100) {
        0..25 => text.to_owned(),
        25..55 => mistyped(text, random),
        55..70 => respelt(text, random),
        70..85 => swapped(text),
        85..92 => format!("UD. {text}"),
        _ => mistyped(&respelt(text, random), random),
    };
    if upper { text.to_uppercase() } else { text }
}

fn second(first: &Draft, villages: &[Village], random: &mut ChaCha8Rng) -> Draft {
    let mut draft = first.clone();
    draft.name = renamed(&first.name, random);
    for owner in &mut draft.owners {
        owner.name = match random.random_range(0..100) {
            0..35 => owner.name.clone(),
            35..55 => mistyped(&owner.name, random),
            55..65 => respelt(&owner.name, random),
            65..75 => swapped(&owner.name),
            75..90 => {
                format!("{} {}", ["H.", "Hj.", "Bu", "Pak"][random.random_range(0..4)], owner.name)
            }
            _ => owner.name.split(' ').next().unwrap_or(&owner.name).to_owned(),
        };
        match random.random_range(0..100) {
            0..45 => {}
            45..75 => owner.phone = owner.phone.is_some().then(|| phone(random)),
            _ => owner.phone = None,
        }
    }
    if random.random_bool(0.12) {
        draft.owners = Vec::new();
    }
    if random.random_bool(0.4) {
        draft.nib = None;
    }
    if let Some(Point { lon, lat, .. }) = &mut draft.point {
        // Taken again from the gate, or from the neighbour's.
        *lon += random.random_range(-0.0015..0.0015);
        *lat += random.random_range(-0.0015..0.0015);
        if random.random_bool(0.3) {
            draft.point = None;
        }
    }
    match random.random_range(0..100) {
        0..92 => {}
        92..96 => draft.region = draft.region.and_then(|region| region.parent()),
        _ => {
            // A neighbour: the next one of the list in the same district.
            let at =
                villages.iter().position(|village| Some(&village.code) == draft.region.as_ref());
            let district = draft.region.as_ref().and_then(RegionCode::parent);
            let next = at.and_then(|at| villages.get(at + 1));
            let next = next.filter(|next| next.code.parent() == district);
            if let Some(next) = next {
                draft.region = Some(next.code.clone());
            }
        }
    }
    if random.random_bool(0.1) {
        draft.products = Vec::new();
    }
    if random.random_bool(0.05) {
        draft.commodities = Vec::new();
    }
    draft
}

/// Another business of the same person in the same village.
fn sideline(first: &Draft, words: &Words, random: &mut ChaCha8Rng) -> Draft {
    let mut draft = first.clone();
    let other = TRADES.iter().filter(|trade| !first.commodities.contains(&trade.1.to_owned()));
    let other: Vec<_> = other.collect();
    let (trade, commodity, product) = **other.choose(random).expect("a trade");
    let owner = first.owners.first().map_or("", |owner: &Owner| owner.name.as_str());
    draft.name = name(trade, owner, words, random);
    draft.commodities = vec![commodity.to_owned()];
    product.clone_into(&mut draft.products[0].name);
    draft.products[0].commodity = Some(commodity.to_owned());
    draft.nib = None;
    draft.point = None;
    draft
}

/// `rows` records, 5 % of them second ones, 1 % sidelines.
pub fn planted(rows: usize, seed: u64) -> Planted {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (villages, words) = (villages(), Words::of_seed());
    let seconds = rows / 20;
    let sidelines = rows / 100;
    let mut drafts: Vec<Draft> =
        (0..rows - seconds - sidelines).map(|_| draft(&villages, &words, &mut random)).collect();
    let firsts = drafts.len();
    for _ in 0..sidelines {
        let first = drafts[random.random_range(0..firsts)].clone();
        if first.owners.is_empty() {
            drafts.push(draft(&villages, &words, &mut random));
        } else {
            drafts.push(sideline(&first, &words, &mut random));
        }
    }
    let mut pairs = HashSet::new();
    let mut taken = HashSet::new();
    while pairs.len() < seconds {
        let first = random.random_range(0..firsts);
        if taken.insert(first) {
            let made = second(&drafts[first], &villages, &mut random);
            pairs.insert((first, drafts.len()));
            drafts.push(made);
        }
    }
    Planted { drafts, pairs }
}

/// Which share of a city's worth of records has the name of another one.
pub fn collisions(planted: &Planted) -> f64 {
    let mut counts: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    let seconds: HashSet<usize> = planted.pairs.iter().map(|(_, second)| *second).collect();
    let city: Vec<String> = planted
        .drafts
        .iter()
        .enumerate()
        .filter(|(place, _)| !seconds.contains(place))
        .take(11_158)
        .map(|(_, draft)| draft.name.to_lowercase())
        .collect();
    for name in &city {
        *counts.entry(name.clone()).or_default() += 1;
    }
    let shared = city.iter().filter(|name| counts[*name] > 1).count();
    shared as f64 / city.len() as f64
}

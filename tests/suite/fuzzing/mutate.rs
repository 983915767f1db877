//! Damage to files: bytes anywhere, and in the parts of zipped workbooks numbers, tags, texts and
//! whole parts. The same number, the same file.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::workbooks::made::Dice;

/// Numbers at which something may give way.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1",
    "2",
    "15",
    "16",
    "127",
    "255",
    "256",
    "16383",
    "16384",
    "32767",
    "65535",
    "65536",
    "1048575",
    "1048576",
    "1048577",
    "2147483647",
    "-2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551615",
    "99999999999999999999",
    "1e308",
    "1e-308",
    "-0",
    "0.1",
    "NaN",
    "inf",
    "2958465",
    "2958466",
    "59",
    "60",
    "00000000000000000007",
];

/// What cells hold, in order and out of it.
const TEXTS: &[&str] = &[
    "Nama Usaha",
    "NIB",
    "NIK",
    "Kecamatan",
    "Desa",
    "Telepon",
    "Omzet per bulan (Rp.000)",
    "Kapasitas Produksi/Th",
    "JUMLAH",
    "Sub Total Kecamatan",
    "KEC. TANGGULANGIN",
    "Lintang",
    "Koordinat",
    "ID Sentra",
    "Catatan Sentra",
    "CONTOH (baris ini tidak diimpor)",
    "x, y",
    "9120001234567",
    "'3515064408770003",
    "3.57602E+15",
    "8.52348e+010",
    "081234567890",
    "+62 (0)812-3456-7890 / 0857",
    "Rp. 1.500.000,-",
    "1,5 jt",
    "±20-30 kg/hr",
    "500 kodi/bln",
    "31/02/2020",
    "29/02/2100",
    "12 Januari 2023",
    "Surabaya, 17-08-45",
    "45000",
    "-7,446123",
    "7°30'30.5\" LS",
    "112° 43' 6\" E",
    "https://maps.google.com/?q=-7.4,112.7",
    "-7.4;112.7",
    "9999999, 680000",
    "35.15.06.2001",
    "3515060001",
    "1. Tas\n2. Dompet",
    "a / b & c dan d",
    "10710 - INDUSTRI ROTI",
    "2025:10710",
    "=1+1",
    "@SUM(A1)",
    "-",
    "_x000D_",
    "_x005F_x000D_",
    "\u{feff}",
    "\u{202e}",
    "İ",
    "ß",
    "ﬃ",
    "𝟘𝟙",
    "e\u{301}",
    "\u{0}",
    "\t",
    "\"",
    "\"\"",
    ";",
    ",",
    "\r",
    "\r\n",
    "\n\n",
    "sep=,\n",
    "%",
    "½",
    "٣",
    "１２３",
    "Ⅷ",
];

/// What documents of tags are made of.
const TAGS: &[&str] = &[
    "<c r=\"A1\" t=\"s\"><v>4294967295</v></c>",
    "<c r=\"XFD1048576\"><v>1</v></c>",
    "<c t=\"inlineStr\"><is><t>x</t></is></c>",
    "<c t=\"e\"><v>#REF!</v></c>",
    "<c t=\"b\"><v>2</v></c>",
    "<c t=\"d\"><v>2024-13-45</v></c>",
    "<c r=\"\"><v/></c>",
    "<c r=\"AAAA1\"><v>1</v></c>",
    "<row r=\"0\">",
    "<row r=\"4294967296\">",
    "</row>",
    "<dimension ref=\"A1:XFD1048576\"/>",
    "<mergeCell ref=\"B2:A1\"/>",
    "<si><t>",
    "</si>",
    "<f>1/0</f>",
    "<table:table-cell table:number-columns-repeated=\"16384\" office:value=\"1\"/>",
    "<table:table-row table:number-rows-repeated=\"1048576\">",
    "<table:covered-table-cell/>",
    "<text:p>",
    "<text:s text:c=\"4000000000\"/>",
    "<table:table>",
    "</table:table>",
    "<!DOCTYPE a [<!ENTITY x \"xxxx\">]>",
    "&x;",
    "&#0;",
    "&#x110000;",
    "&amp;amp;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml",
    "office:value-type=\"date\" office:date-value=\"-1-0-0\"",
    "date1904=\"1\"",
    "state=\"veryHidden\"",
    "[",
    "]",
    "{",
    "}",
    "null",
    "1e999",
    "\\ud800",
    "\"a\":",
];

/// The file of a case.
pub fn case(seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut dice = Dice::new(number.wrapping_mul(0x5851_F42D_4C95_7F2D));
    let seed = dice.of(seeds).clone();
    let zipped = seed.starts_with(b"PK");
    if zipped && dice.roll(8) > 0 {
        return parts(&seed, seeds, &mut dice);
    }
    let other = dice.of(seeds).clone();
    let mut bytes = seed;
    let binary = bytes.starts_with(&[0xD0, 0xCF]);
    let times = 1 + dice.roll(12);
    for _ in 0..times {
        if binary && dice.roll(3) > 0 {
            let at = dice.roll(bytes.len());
            word(&mut bytes, at, &mut dice);
        } else {
            damage(&mut bytes, &other, &mut dice);
        }
    }
    bytes
}

/// Damages parts of a workbook, and packs it again.
fn parts(seed: &[u8], seeds: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut parts = unpacked(seed);
    let others: Vec<&Vec<u8>> = seeds.iter().filter(|other| other.starts_with(b"PK")).collect();
    let place = dice.roll(others.len());
    let other = unpacked(others[place]);
    for _ in 0..=dice.roll(3) {
        let likely = |name: &str| name.contains("sheet") || name == "content.xml";
        let wanted: Vec<usize> =
            (0..parts.len()).filter(|place| likely(&parts[*place].0)).collect();
        let place = if dice.roll(4) > 0 && !wanted.is_empty() {
            *dice.of(&wanted)
        } else {
            dice.roll(parts.len())
        };
        let from_other = dice.of(&other).1.clone();
        match dice.roll(24) {
            0 if parts.len() > 1 => drop(parts.remove(place)),
            1 => parts[place].1 = from_other,
            2 => parts[place].1.clear(),
            3 => parts[place].0 = parts[place].0.to_uppercase(),
            4 => {
                let copy = parts[place].clone();
                parts.push((format!("{}x", copy.0), copy.1));
            }
            _ => {
                for _ in 0..=dice.roll(10) {
                    damage(&mut parts[place].1, &from_other, dice);
                }
            }
        }
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let method =
        if dice.roll(2) == 0 { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in &parts {
        if writer.start_file(name.as_str(), options).is_ok() {
            writer.write_all(bytes).expect("written");
        }
    }
    writer.finish().expect("a zip file").into_inner()
}

fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a seed is sound");
    (0..archive.len())
        .map(|place| {
            let mut part = archive.by_index(place).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("unpacked");
            (part.name().expect("a seed is sound").into_owned(), bytes)
        })
        .collect()
}

fn damage(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    if bytes.is_empty() {
        bytes.push(b'x');
    }
    let at = dice.roll(bytes.len());
    let to = (at + 1 + dice.roll(40)).min(bytes.len());
    match dice.roll(16) {
        0 => bytes[at] ^= 1 << dice.roll(8),
        1 => bytes[at] = u8::try_from(dice.roll(256)).expect("a byte"),
        2 => drop(bytes.drain(at..to)),
        3 => {
            let piece = bytes[at..to].to_vec();
            let times = 1 + dice.roll(60);
            insert(bytes, at, &piece.repeat(times));
        }
        4 => {
            let piece = bytes[at..to].to_vec();
            let place = dice.roll(bytes.len());
            insert(bytes, place, &piece);
        }
        5 if dice.roll(4) == 0 => bytes.truncate(at + 1),
        5 | 6 => {
            let from = dice.roll(other.len().max(1)).min(other.len());
            let end = (from + 1 + dice.roll(200)).min(other.len());
            insert(bytes, at, &other[from..end]);
        }
        7..=9 => number(bytes, at, dice),
        10..=13 => text(bytes, at, dice),
        14 => insert(bytes, at, dice.of(TAGS).as_bytes()),
        _ => word(bytes, at, dice),
    }
}

/// A number as binary formats keep them, at its border.
fn word(bytes: &mut [u8], at: usize, dice: &mut Dice) {
    let width = *dice.of(&[1, 2, 4]);
    let at = at - at % width;
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let new = *dice.of(&[
        0,
        1,
        2,
        9,
        0x7F,
        0x80,
        0xFF,
        0x100,
        0x1FF,
        0x3FFF,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x1_0000,
        0xFF_FFFF,
        0x7FFF_FFFF,
        0x8000_0000,
        0xFFFF_FFFC,
        0xFFFF_FFFE,
        0xFFFF_FFFF,
        length,
        length / 512,
    ]);
    for (byte, new) in bytes.iter_mut().skip(at).zip(new.to_le_bytes()).take(width) {
        *byte = new;
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    // Small files: a case is to be quick.
    if bytes.len() + piece.len() < 1 << 20 {
        bytes.splice(at..at, piece.iter().copied());
    }
}

/// Another number in the place of the next one.
fn number(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let new = dice.of(NUMBERS).as_bytes();
    let start = bytes[at..].iter().position(u8::is_ascii_digit).map(|found| at + found);
    let Some(start) = start else { return insert(bytes, at, new) };
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.splice(start..start + length, new.iter().copied());
}

/// Another text in the place of the next cell's, between whatever parts cells here.
fn text(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let new = dice.of(TEXTS).as_bytes();
    let tagged = bytes.starts_with(b"<") || bytes.starts_with(b"\xEF\xBB\xBF<");
    let opens = |byte: &u8| if tagged { *byte == b'>' } else { b",;\t\n\":".contains(byte) };
    let closes = |byte: &u8| if tagged { *byte == b'<' } else { b",;\t\n\"".contains(byte) };
    let start = bytes[at..].iter().position(opens).map_or(at, |found| at + found + 1);
    let length = bytes[start..].iter().position(closes).unwrap_or_default();
    bytes.splice(start..start + length, new.iter().copied());
}

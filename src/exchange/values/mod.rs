//! Reading what people type into cells. Nothing is guessed: what was lost is said lost.

pub mod coordinates;
pub mod dates;
pub mod ids;
pub mod money;

use crate::domain::codes::{Kind, LegalForm, Sex};
use crate::domain::quantity::number::number;
use crate::domain::text::{fold, squash};

/// Whether a cell says nothing: empty, or what stands for empty.
pub fn is_blank(cell: &str) -> bool {
    let cell = cell.trim();
    // Longer than anything that stands for empty.
    if cell.len() > 16 {
        return false;
    }
    let mut letters = [0; 16];
    let mut length = 0;
    for character in cell.chars().filter(|character| character.is_alphanumeric()) {
        match u8::try_from(character) {
            Ok(letter) => letters[length] = letter.to_ascii_lowercase(),
            Err(_) => return false,
        }
        length += 1;
    }
    match &letters[..length] {
        [] => yes_no(cell).is_none(),
        letters => ["na", "null", "none", "nihil", "tidakada", "belumada", "kosong", "tdkada"]
            .iter()
            .any(|word| word.as_bytes() == letters),
    }
}

/// Yes or no, in the spellings of lists; None for anything else.
pub fn yes_no(cell: &str) -> Option<bool> {
    match cell.trim() {
        "√" | "✓" | "✔" | "v" | "V" | "☑" | "+" => return Some(true),
        "" => return None,
        text if text.len() > 24 => return None,
        _ => {}
    }
    match squash(cell).as_str() {
        "ya" | "y" | "yes" | "iya" | "ada" | "sudah" | "sdh" | "punya" | "memiliki"
        | "sudahada" | "true" | "benar" | "1" | "bersertifikat" | "aktif" | "sudahpunya" => {
            Some(true)
        }
        "tidak" | "tdk" | "t" | "n" | "no" | "belum" | "blm" | "tidakada" | "belumada"
        | "false" | "salah" | "0" | "tidakpunya" | "belumpunya" | "tdkada" | "nihil" => Some(false),
        _ => None,
    }
}

/// Whether a number was written like `8.52348e+010`: its last digits are gone.
pub fn is_scientific(cell: &str) -> bool {
    let cell = cell.trim().trim_start_matches('\'');
    let Some((mantissa, exponent)) = cell.split_once(['e', 'E']) else { return false };
    let number = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b','))
    };
    number(mantissa) && number(exponent.trim_start_matches(['+', '-']))
}

/// The KBLI codes of a cell such as `10710 - INDUSTRI ROTI; 10792`, each with its edition where one
/// is said: `2025:10710`.
pub fn kbli(cell: &str) -> Vec<(Option<String>, String)> {
    let words = cell.split(|character: char| !character.is_ascii_digit() && character != ':');
    let code = |word: &str| {
        let (edition, code) = match word.split_once(':') {
            Some((edition, code)) => {
                (Some(edition.to_owned()).filter(|text| !text.is_empty()), code)
            }
            None => (None, word),
        };
        (2..=5).contains(&code.len()).then(|| (edition, code.to_owned()))
    };
    // In a title, a short number is rather the title's.
    let titled = cell.bytes().any(|byte| byte.is_ascii_alphabetic());
    let found = words.filter_map(code).enumerate();
    found
        .filter(|(place, (_, code))| *place == 0 || !titled || code.len() == 5)
        .map(|it| it.1)
        .collect()
}

/// Whether a cell is a KBLI code, with its title or without.
pub fn is_kbli(cell: &str) -> bool {
    let text = cell.trim_start_matches('\'');
    // `2025:10710`, with its edition.
    let text =
        text.split_once(':').filter(|(edition, _)| edition.len() == 4).map_or(text, |it| it.1);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    digits == 5 && (rest.is_empty() || rest.starts_with([' ', '-', ';', ',', '.', ':', '/', '\n']))
}

/// A head count such as `5` or `5 orang`.
pub fn count(cell: &str) -> Option<u32> {
    let first = cell.split_whitespace().next()?;
    let letters = first.find(|character: char| character.is_alphabetic()).unwrap_or(first.len());
    let number = number(&first[..letters])?;
    let whole = number.fract() == 0.0 && (0.0..=1_000_000.0).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be whole and small"
    )]
    whole.then_some(number as u32)
}

/// A year such as `2011`, or the year of `12 Januari 2011`.
pub fn year(cell: &str) -> Option<i32> {
    let words = cell.split(|character: char| !character.is_ascii_digit());
    words
        .filter(|word| word.len() == 4)
        .find_map(|word| word.parse().ok().filter(|year| (1800..2100).contains(year)))
}

/// The kinds that a cell names.
pub fn kinds(cell: &str) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    let folded = fold(cell);
    if folded.contains("koperasi wanita") {
        kinds.push(Kind::Kopwan);
    }
    for word in folded.split(' ') {
        let kind = match word {
            "ikm" => Kind::Ikm,
            "ukm" | "umkm" => Kind::Ukm,
            "kopwan" => Kind::Kopwan,
            "koperasi" => Kind::Koperasi,
            _ => continue,
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

pub fn legal_form(cell: &str) -> Option<LegalForm> {
    let squashed = squash(cell);
    if let Ok(form) = cell.trim().to_lowercase().parse() {
        return Some(form);
    }
    Some(match squashed.as_str() {
        "po" | "perseorangan" | "perorangan" | "usahaperseorangan" | "usahaperorangan" => {
            LegalForm::Perorangan
        }
        "ud" | "usahadagang" | "pd" => LegalForm::Ud,
        "cv" | "persekutuankomanditer" => LegalForm::Cv,
        "fa" | "firma" => LegalForm::Firma,
        "pt" | "perseroanterbatas" => LegalForm::Pt,
        "ptperorangan" | "perseroanperorangan" => LegalForm::PtPerorangan,
        "koperasi" | "kub" => LegalForm::Koperasi,
        "yayasan" => LegalForm::Yayasan,
        _ => return None,
    })
}

pub fn sex(cell: &str) -> Option<Sex> {
    if cell.len() > 20 {
        return None;
    }
    match squash(cell).as_str() {
        "p" | "perempuan" | "wanita" | "female" | "pr" | "prp" | "w" | "f" | "perempuanp" => {
            Some(Sex::Female)
        }
        "l" | "lakilaki" | "laki" | "pria" | "male" | "lk" | "m" | "laki2" | "lakilakil" => {
            Some(Sex::Male)
        }
        _ => None,
    }
}

/// The persons that a cell names: two where it says so with a stroke, an ampersand, a new line, or
/// "dan". Brackets and titles behind commas stay with their name.
pub fn persons(cell: &str) -> Vec<&str> {
    let parts: Vec<&str> = cell
        .split(['/', '&', ';', '\n', '+'])
        .flat_map(|part| part.split(" dan "))
        .flat_map(|part| part.split(" DAN "))
        .map(str::trim)
        .filter(|part| !is_blank(part))
        .collect();
    let is_name = |part: &&str| {
        part.chars().filter(|character| character.is_alphabetic()).count() >= 3
            && !part.bytes().any(|byte| byte.is_ascii_digit())
    };
    if parts.len() > 1 && parts.len() <= 5 && parts.iter().all(is_name) {
        parts
    } else {
        vec![cell]
    }
}

/// The entries of a cell that lists several; commas in brackets do not part.
pub fn entries(cell: &str) -> Vec<String> {
    let mut entries = vec![String::new()];
    let mut depth = 0_i32;
    for character in cell.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if matches!(character, ',' | ';' | '\n') && depth <= 0 {
            entries.push(String::new());
        } else if let Some(last) = entries.last_mut() {
            last.push(character);
        }
    }
    let entries = entries.iter().map(|entry| without_bullet(entry.trim()));
    entries.filter(|entry| !is_blank(entry)).map(str::to_owned).collect()
}

/// An entry without the number or mark that it is listed under: `1. Tas`, `- Tas`.
fn without_bullet(entry: &str) -> &str {
    let digits = entry.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &entry[digits..];
    let numbered = (1..=2).contains(&digits) && rest.starts_with(['.', ')']);
    let bare = if numbered { &rest[1..] } else { entry };
    bare.trim_start_matches(['-', '•', '*', '·', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_count_is_whole() {
        assert_eq!(count("5 orang"), Some(5));
        assert_eq!((count("2,5"), count("12org"), count("banyak")), (None, Some(12), None));
    }

    #[test]
    fn yes_and_no_have_many_spellings() {
        for text in ["Ya", "Y", "ADA", "sudah", "v", "√", "1", "Punya", "true", "Yes", "sdh"] {
            assert_eq!(yes_no(text), Some(true), "{text}");
        }
        for text in ["tidak", "Tdk", "belum", "blm", "T", "no", "0", "tidak ada", "false", "N"] {
            assert_eq!(yes_no(text), Some(false), "{text}");
        }
        assert_eq!((yes_no("35150012345"), yes_no("x"), yes_no("-")), (None, None, None));
    }

    #[test]
    fn two_owners_in_a_cell_are_two() {
        assert_eq!(persons("Siti Aminah / Budi"), ["Siti Aminah", "Budi"]);
        assert_eq!(persons("SITI DAN BUDI"), ["SITI", "BUDI"]);
        assert_eq!(persons("H. Ahmad, S.Pd"), ["H. Ahmad, S.Pd"]);
        assert_eq!(persons("Dandang Sari"), ["Dandang Sari"]);
        assert_eq!(persons("Bu Sri/0812"), ["Bu Sri/0812"]);
    }

    #[test]
    fn lists_part_at_commas_outside_brackets() {
        assert_eq!(entries("Abon (ikan, udang), Petis"), ["Abon (ikan, udang)", "Petis"]);
        assert_eq!(
            entries("1. Tas\n2) Dompet\n- Sepatu; 3D puzzle"),
            ["Tas", "Dompet", "Sepatu", "3D puzzle"]
        );
        assert_eq!(entries(" - "), Vec::<String>::new());
    }

    #[test]
    fn codes_in_words() {
        let codes = |cell| {
            kbli(cell).into_iter().map(|(edition, code)| (edition.unwrap_or_default(), code))
        };
        let expected = [(String::new(), "10710".to_owned())];
        assert!(codes("10710 - INDUSTRI PRODUK ROTI DAN KUE").eq(expected));
        assert!(codes("2025:10710").eq([("2025".to_owned(), "10710".to_owned())]));
        assert_eq!(kinds("IKM / UMKM"), [Kind::Ikm, Kind::Ukm]);
        assert_eq!(kinds("Koperasi Wanita"), [Kind::Kopwan, Kind::Koperasi]);
        assert_eq!(year("12 Januari 2011"), Some(2011));
    }
}

//! Reading what people type into cells. Nothing is guessed: what was lost is said lost.

use crate::domain::codes::{Kind, LegalForm, Nib, Sex};
use crate::domain::fault::Fault;
use crate::domain::quantity::number::number;
use crate::domain::text::{fold, squash};

/// Whether a cell says nothing: empty, or a dash that stands for empty.
pub fn is_blank(cell: &str) -> bool {
    matches!(cell.trim(), "" | "-" | "--" | "---" | "–" | "—" | ".")
        || matches!(
            squash(cell).as_str(),
            "na" | "null" | "none" | "nihil" | "tidakada" | "belumada"
        )
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

/// A phone number as `+62…`.
///
/// # Errors
/// Digits lost to scientific notation; anything that is no phone number.
pub fn phone(cell: &str) -> Result<String, Fault> {
    if is_scientific(cell) {
        return Err(Fault::DigitsLost { value: cell.to_owned() });
    }
    let unusable = || Fault::PhoneUnusable { value: cell.to_owned() };
    if cell.chars().any(char::is_alphabetic) {
        return Err(unusable());
    }
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    let national = match digits.as_str() {
        digits if cell.trim_start_matches('\'').starts_with("+62") || digits.starts_with("62") => {
            &digits[2..]
        }
        digits => digits,
    };
    let national = national.trim_start_matches('0');
    if (7..=12).contains(&national.len()) { Ok(format!("+62{national}")) } else { Err(unusable()) }
}

/// The phone numbers of a cell that may hold several.
pub fn phones(cell: &str) -> Vec<&str> {
    let parts = cell.split(['/', ',', ';', '&']).flat_map(|part| part.split(" dan "));
    parts.map(str::trim).filter(|part| !is_blank(part)).collect()
}

/// A NIB; apostrophes and spaces are dirt.
///
/// # Errors
/// Digits lost to scientific notation; not 13 digits.
pub fn nib(cell: &str) -> Result<Nib, Fault> {
    if is_scientific(cell) {
        return Err(Fault::DigitsLost { value: cell.to_owned() });
    }
    let digits: String =
        cell.chars().filter(|character| !matches!(character, '\'' | ' ' | '.' | '-')).collect();
    let expected = crate::domain::fault::Expected::Nib;
    digits.parse().map_err(|()| Fault::Malformed { value: cell.to_owned(), expected })
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
    words.filter_map(code).collect()
}

/// Degrees: an apostrophe, a degree sign and a decimal comma are dirt.
pub fn degrees(cell: &str) -> Option<f64> {
    let text = cell.trim().trim_matches(['\'', '"', '°', ' ']).replace(',', ".");
    text.parse().ok().filter(|degrees: &f64| degrees.is_finite())
}

/// A head count such as `5` or `5 orang`.
pub fn count(cell: &str) -> Option<u32> {
    let number = number(cell.split_whitespace().next()?)?;
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
    match squash(cell).as_str() {
        "p" | "perempuan" | "wanita" | "female" => Some(Sex::Female),
        "l" | "lakilaki" | "laki" | "pria" | "male" => Some(Sex::Male),
        _ => None,
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
    entries.iter().map(|entry| entry.trim().to_owned()).filter(|entry| !is_blank(entry)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_phone_is_invented_out_of_lost_digits() {
        assert!(matches!(phone("8.52348e+010"), Err(Fault::DigitsLost { .. })));
        assert!(matches!(phone("8.52E+10"), Err(Fault::DigitsLost { .. })));
        assert!(matches!(phone("123"), Err(Fault::PhoneUnusable { .. })));
        assert!(matches!(phone("Bu Sri"), Err(Fault::PhoneUnusable { .. })));
    }

    #[test]
    fn phones_take_one_form() {
        for cell in [
            "081234567890",
            "+6281234567890",
            "6281234567890",
            "81234567890",
            "0812-3456-7890",
            "'081234567890",
        ] {
            assert_eq!(phone(cell).as_deref(), Ok("+6281234567890"), "{cell}");
        }
        assert_eq!(phone("0335-428738").as_deref(), Ok("+62335428738"));
        assert_eq!(phones("0812345678 / 0335-428738"), ["0812345678", "0335-428738"]);
    }

    #[test]
    fn a_head_count_is_whole() {
        assert_eq!(count("5 orang"), Some(5));
        assert_eq!(count("2,5"), None);
    }

    #[test]
    fn degrees_lose_their_apostrophes_and_commas() {
        assert_eq!(degrees("'-7.55"), Some(-7.55));
        assert_eq!(degrees("112,7223"), Some(112.7223));
        assert_eq!(degrees("utara"), None);
    }

    #[test]
    fn lists_part_at_commas_outside_brackets() {
        assert_eq!(entries("Abon (ikan, udang), Petis"), ["Abon (ikan, udang)", "Petis"]);
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

//! Amounts of money in rupiah: `Rp 1.500.000,-`, `1,5 jt`, `250` under a header that says Rp.000.

use serde::{Deserialize, Serialize};

use crate::domain::quantity::number::number;
use crate::domain::text::fold;
use crate::exchange::sheet::{Cell, CellKind};

/// Largest amount taken, in rupiah.
const MAX: f64 = 1e15;
/// Less than this is no investment, capital or sales: its unit is not the rupiah.
const LEAST: f64 = 10_000.0;

/// What a column's amounts are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    #[default]
    One,
    Thousand,
    Million,
    Billion,
}

impl Scale {
    /// `Nilai Investasi (Rp.000)`, `Omzet (dalam juta rupiah)`.
    pub fn of_header(header: &str) -> Self {
        let folded = fold(header);
        let says = |word: &str| folded.split(' ').any(|known| known == word);
        if ["juta", "jt", "jutaan", "million"].into_iter().any(says) || folded.contains("000 000") {
            Self::Million
        } else if says("000") || says("ribu") || says("ribuan") || says("rb") {
            Self::Thousand
        } else if says("milyar") || says("miliar") {
            Self::Billion
        } else {
            Self::One
        }
    }

    pub fn is_one(&self) -> bool {
        *self == Self::One
    }

    fn factor(self) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Thousand => 1e3,
            Self::Million => 1e6,
            Self::Billion => 1e9,
        }
    }
}

/// Whether an amount is of a month where a year's is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Per {
    #[default]
    Unsaid,
    Month,
    Year,
    /// A day or a week: how many of them are worked is not known.
    Other,
}

impl Per {
    /// `Omzet/bulan`, `Rp 5 jt per bln`.
    pub fn of(text: &str) -> Self {
        let folded = fold(text);
        let said = folded.split(' ').find_map(|word| {
            let bare = word.strip_prefix("per").or_else(|| word.strip_prefix("se")).unwrap_or(word);
            match bare {
                "bulan" | "bln" => Some(Self::Month),
                _ if word.ends_with("perbulan") || word.ends_with("perbln") => Some(Self::Month),
                _ if word.ends_with("pertahun") || word.ends_with("setahun") => Some(Self::Year),
                _ if word.ends_with("perhari") || word.ends_with("perminggu") => Some(Self::Other),
                "tahun" | "thn" | "th" => Some(Self::Year),
                "hari" | "hr" | "minggu" | "mgg" => Some(Self::Other),
                _ => None,
            }
        });
        said.unwrap_or_default()
    }
}

/// An amount as read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    pub rupiah: i64,
    pub per: Per,
    /// Written as about, or as more or less than.
    pub approximate: bool,
}

/// Why an amount was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyFault {
    Unreadable,
    Range,
    TooSmall,
    DigitsLost,
}

/// A number, whoever wrote it: a program with a decimal point, a person in either habit.
pub fn plain(cell: Cell) -> Option<f64> {
    match cell.kind {
        CellKind::Number => cell.text.parse().ok().filter(|number: &f64| number.is_finite()),
        CellKind::Text => number(cell.text),
        CellKind::Date | CellKind::Bool => None,
    }
}

/// An amount; 0 says nothing and is None.
///
/// # Errors
/// What is no amount, a range, or so small that its unit cannot be the one that is said.
pub fn amount(cell: Cell, scale: Scale) -> Result<Option<Amount>, MoneyFault> {
    if cell.text.len() > 60 {
        return Err(MoneyFault::Unreadable);
    }
    if cell.kind == CellKind::Text && super::is_scientific(cell.text) {
        return Err(MoneyFault::DigitsLost);
    }
    if let Some(number) = plain(cell).filter(|_| cell.kind == CellKind::Number) {
        return rupiah(number * scale.factor(), Per::Unsaid, false);
    }
    let text = cell.text.to_lowercase();
    let approximate = text.contains(['±', '~', '>', '<', '+'])
        || ["kurang", "lebih", "sekitar", "kira"].iter().any(|word| text.contains(word));
    let (mut numbers, mut own, mut digits) = (Vec::new(), None, String::new());
    let mut word = String::new();
    let mut end_word = |word: &mut String| {
        match word.as_str() {
            "ribu" | "rb" | "ribuan" => own = Some(1e3),
            "juta" | "jt" | "jta" | "jutaan" => own = Some(1e6),
            "milyar" | "miliar" | "m" | "mlyr" | "milyard" => own = Some(1e9),
            "triliun" | "t" => own = Some(1e12),
            "" | "rp" | "idr" | "rupiah" | "per" | "bulan" | "bln" | "tahun" | "thn" | "th"
            | "hari" | "hr" | "minggu" | "perbulan" | "pertahun" | "perhari" | "sebulan"
            | "setahun" | "kurang" | "lebih" | "sekitar" | "kira" => {}
            _ => return false,
        }
        word.clear();
        true
    };
    for character in text.chars().chain([' ']) {
        if character.is_ascii_digit() || matches!(character, '.' | ',') && !digits.is_empty() {
            if !end_word(&mut word) {
                return Err(MoneyFault::Unreadable);
            }
            digits.push(character);
            continue;
        }
        if !digits.is_empty() {
            numbers
                .push(number(digits.trim_end_matches(['.', ','])).ok_or(MoneyFault::Unreadable)?);
            digits.clear();
        }
        if character.is_alphabetic() {
            word.push(character);
        } else if !end_word(&mut word) {
            return Err(MoneyFault::Unreadable);
        }
    }
    match numbers.as_slice() {
        [only] => rupiah(only * own.unwrap_or(scale.factor()), Per::of(cell.text), approximate),
        [] => Err(MoneyFault::Unreadable),
        _ => Err(MoneyFault::Range),
    }
}

fn rupiah(amount: f64, per: Per, approximate: bool) -> Result<Option<Amount>, MoneyFault> {
    let rounded = amount.round();
    match () {
        () if rounded == 0.0 => Ok(None),
        () if !(0.0..=MAX).contains(&rounded) => Err(MoneyFault::Unreadable),
        () if rounded < LEAST => Err(MoneyFault::TooSmall),
        () => {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "checked to be whole and no larger"
            )]
            let rupiah = rounded as i64;
            Ok(Some(Amount { rupiah, per, approximate }))
        }
    }
}

/// Whether a cell alone looks like money.
pub fn looks_like_rupiah(cell: Cell) -> bool {
    let lower = || cell.text.to_lowercase();
    match plain(cell) {
        Some(number) => (100_000.0..MAX).contains(&number) && number % 100.0 == 0.0,
        None => {
            cell.kind == CellKind::Text && cell.text.len() < 40 && {
                let text = lower();
                (text.starts_with("rp") || text.contains("jt") || text.contains("juta"))
                    && text.bytes().any(|byte| byte.is_ascii_digit())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, scale: Scale) -> Result<Option<i64>, MoneyFault> {
        let cell = Cell { text, kind: CellKind::Text };
        Ok(amount(cell, scale)?.map(|amount| amount.rupiah))
    }

    #[test]
    fn amounts_are_read_in_the_forms_of_lists() {
        for (text, expected) in [
            ("1.500.000", 1_500_000),
            ("1,500,000", 1_500_000),
            ("Rp 1.500.000,00", 1_500_000),
            ("Rp. 1.500.000,-", 1_500_000),
            ("Rp1500000", 1_500_000),
            ("1,5 jt", 1_500_000),
            ("1.5 Juta", 1_500_000),
            ("1500 ribu", 1_500_000),
            ("± 1,5 juta/bln", 1_500_000),
            ("2 milyar", 2_000_000_000),
            ("1,2 M", 1_200_000_000),
        ] {
            assert_eq!(read(text, Scale::One), Ok(Some(expected)), "{text}");
        }
        assert_eq!(read("1.500", Scale::Thousand), Ok(Some(1_500_000)));
        assert_eq!(read("2,5 juta", Scale::Thousand), Ok(Some(2_500_000)), "its own word counts");
        let number = Cell { text: "1500000.5", kind: CellKind::Number };
        assert_eq!(
            amount(number, Scale::One).map(|it| it.map(|it| it.rupiah)),
            Ok(Some(1_500_001))
        );
    }

    #[test]
    fn what_is_not_clear_is_not_taken() {
        assert_eq!(read("0", Scale::One), Ok(None));
        assert_eq!(read("5-10 juta", Scale::One), Err(MoneyFault::Range));
        assert_eq!(read("1500", Scale::One), Err(MoneyFault::TooSmall));
        assert_eq!(read("2.5E+10", Scale::One), Err(MoneyFault::DigitsLost));
        assert_eq!(read("sendiri", Scale::One), Err(MoneyFault::Unreadable));
        assert_eq!(read("5 ekor", Scale::One), Err(MoneyFault::Unreadable));
    }

    #[test]
    fn headers_say_scales_and_periods() {
        assert_eq!(Scale::of_header("Nilai Investasi (Rp.000)"), Scale::Thousand);
        assert_eq!(Scale::of_header("Omzet (dalam juta rupiah)"), Scale::Million);
        assert_eq!(Scale::of_header("Nilai Investasi"), Scale::One);
        assert_eq!(Per::of("Omzet / bulan"), Per::Month);
        assert_eq!(Per::of("Omzet per-tahun"), Per::Year);
        assert_eq!(Per::of("5 jt perhari"), Per::Other);
    }
}

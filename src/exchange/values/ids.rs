//! Numbers that name somebody: NIB, NIK, telephone. Digits that a program dropped are said lost.

use super::{is_blank, is_scientific};
use crate::domain::codes::Nib;
use crate::domain::fault::{Expected, Fault};
use crate::domain::restricted::is_national_id;
use crate::domain::text::phone_number;
use crate::exchange::sheet::{Cell, CellKind};

/// A number that ends in so many noughts, and came as a number, was shortened before.
const NOUGHTS: usize = 5;

/// The digits of an identifier, if there is nothing else but the dirt around it: apostrophes,
/// spaces, strokes, points.
pub fn digits(text: &str) -> Option<String> {
    if text.len() > 40 {
        return None;
    }
    let text = whole(text);
    let mut digits = String::with_capacity(16);
    for character in text.chars() {
        match character {
            digit if digit.is_ascii_digit() => digits.push(digit),
            '\'' | '’' | '‘' | '`' | '"' | ' ' | '.' | '-' | '\n' => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(digits)
}

/// A number without the `.0` that a program of tables adds.
fn whole(text: &str) -> &str {
    let bare = text.strip_suffix(".0");
    bare.filter(|bare| bare.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(text)
}

fn lost(cell: Cell, digits: Option<&str>) -> bool {
    let noughts = |text: &str| text.bytes().rev().take_while(|byte| *byte == b'0').count();
    is_scientific(cell.text)
        || cell.kind == CellKind::Number && digits.is_some_and(|text| noughts(text) >= NOUGHTS)
}

/// A NIB.
///
/// # Errors
/// Digits lost to scientific notation; not 13 digits.
pub fn nib(cell: Cell) -> Result<Nib, Fault> {
    let value = cell.text.to_owned();
    let found = digits(cell.text.trim_start_matches("NIB").trim_start_matches([':', ' ']));
    if lost(cell, found.as_deref()) {
        return Err(Fault::DigitsLost { value });
    }
    let unlike = || Fault::Malformed { value, expected: Expected::Nib };
    found.and_then(|digits| digits.parse().ok()).ok_or_else(unlike)
}

/// A NIK; what is wrong with one never repeats it.
///
/// # Errors
/// Digits lost to scientific notation; not 16 digits.
pub fn national_id(cell: Cell) -> Result<String, Fault> {
    let found = digits(cell.text);
    if lost(cell, found.as_deref()) {
        return Err(Fault::DigitsLost { value: "…".into() });
    }
    let unlike = || Fault::Malformed { value: "…".into(), expected: Expected::NationalId };
    found.filter(|digits| is_national_id(digits)).ok_or_else(unlike)
}

/// Whether a text has the form of a telephone number of this country.
pub fn looks_like_phone(text: &str) -> bool {
    if text.len() < 8 || text.len() > 60 {
        return false;
    }
    let scientific = is_scientific(text) && text.starts_with(['8', '6', '\'']);
    scientific
        || matches!(parts(text).as_slice(), [first, ..] if starts_like_phone(first) && phone_number(first).is_some())
}

fn starts_like_phone(text: &str) -> bool {
    let text = text.trim_start_matches(['\'', ' ', '(']);
    ["+62", "62", "0", "8"].iter().any(|start| text.starts_with(start))
}

/// The telephone numbers of a cell as `+62…`, in their order.
///
/// # Errors
/// Digits lost to scientific notation; nothing in it that is a telephone number.
pub fn phones(cell: Cell) -> Result<Vec<String>, Fault> {
    let value = cell.text.to_owned();
    let cell = Cell { text: whole(cell.text), ..cell };
    let all: String = cell.text.chars().filter(char::is_ascii_digit).collect();
    if lost(cell, Some(&all)) {
        return Err(Fault::DigitsLost { value });
    }
    let mut found: Vec<String> = Vec::new();
    for part in parts(cell.text) {
        match phone_number(part) {
            Some(number) if !found.contains(&number) => found.push(number),
            _ => {}
        }
    }
    if found.is_empty() { Err(Fault::PhoneUnusable { value }) } else { Ok(found) }
}

/// Runs of what telephone numbers are written with.
fn parts(text: &str) -> Vec<&str> {
    let belongs = |character: char| {
        character.is_ascii_digit() || matches!(character, '+' | '-' | '(' | ')' | '.' | ' ' | '\'')
    };
    let runs = text.split(|character| !belongs(character)).map(str::trim);
    let mut parts = Vec::new();
    for run in runs.filter(|run| !is_blank(run)) {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        // Two numbers with nothing but a space between them.
        if digits > 15 {
            parts.extend(run.split([' ', '-']).filter(|part| part.len() >= 7));
        } else if digits >= 5 {
            parts.push(run);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell<'_> {
        Cell { text, kind: CellKind::Text }
    }

    fn number(text: &str) -> Cell<'_> {
        Cell { text, kind: CellKind::Number }
    }

    #[test]
    fn nothing_is_invented_out_of_lost_digits() {
        for cell in [text("8.52348e+010"), text("8.52E+10"), number("85234800000")] {
            assert!(matches!(phones(cell), Err(Fault::DigitsLost { .. })), "{cell:?}");
        }
        assert!(matches!(nib(text("9.12E+12")), Err(Fault::DigitsLost { .. })));
        assert!(matches!(nib(number("9120010000000")), Err(Fault::DigitsLost { .. })));
        assert!(matches!(national_id(text("3.57602E+15")), Err(Fault::DigitsLost { .. })));
        assert!(matches!(national_id(number("3.57602e15")), Err(Fault::DigitsLost { .. })));
    }

    #[test]
    fn identifiers_shed_their_dirt() {
        assert_eq!(
            nib(text("'9120 0012 34567")).map(|nib| nib.as_str().to_owned()),
            Ok("9120001234567".into())
        );
        assert_eq!(national_id(text("'3576021205900001")).as_deref(), Ok("3576021205900001"));
        let Err(fault) = national_id(text("357602120590000")) else { panic!("15 digits") };
        assert!(!fault.text(crate::domain::fault::Lang::Id).contains("357602"));
        assert!(matches!(nib(text("912000123456")), Err(Fault::Malformed { .. })));
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
            "(0812) 3456 7890",
            "HP. 0812 3456 7890 (WA)",
            "+62 (0)812-3456-7890",
            "81234567890.0",
        ] {
            assert_eq!(phones(text(cell)), Ok(vec!["+6281234567890".to_owned()]), "{cell}");
        }
        let both = Ok(vec!["+62812345678".to_owned(), "+62335428738".to_owned()]);
        assert_eq!(phones(text("0812345678 / 0335-428738")), both);
        assert_eq!(phones(text("081234567890 085234567891")).map(|all| all.len()), Ok(2));
        assert!(matches!(phones(text("123")), Err(Fault::PhoneUnusable { .. })));
        assert!(matches!(phones(text("Bu Sri")), Err(Fault::PhoneUnusable { .. })));
    }
}

//! Dates as people and programs write them: `12 Januari 2023`, `dd/mm/yyyy`, Excel's day numbers.

use chrono::{Datelike, Days, NaiveDate};

use crate::exchange::sheet::{Cell, CellKind};

const MONTHS: [&[&str]; 12] = [
    &["januari", "jan", "january"],
    &["februari", "feb", "pebruari", "peb", "february"],
    &["maret", "mar", "mrt", "march"],
    &["april", "apr"],
    &["mei", "may"],
    &["juni", "jun", "june"],
    &["juli", "jul", "july"],
    &["agustus", "agt", "agu", "ags", "agust", "aug", "august"],
    &["september", "sep", "sept"],
    &["oktober", "okt", "oct", "october"],
    &["november", "nov", "nopember", "nop"],
    &["desember", "des", "dec", "december"],
];

/// Why a date was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFault {
    Unreadable,
    /// A year of two digits that may be of two centuries.
    TwoDigitYear,
}

/// A date. A year of two digits is taken where only one century is possible: with `today`, the one
/// that has been.
///
/// # Errors
/// What is no date or could be two.
pub fn date(cell: Cell, today: Option<NaiveDate>) -> Result<NaiveDate, DateFault> {
    let text = cell.text.trim_start_matches('\'');
    if text.len() > 60 {
        return Err(DateFault::Unreadable);
    }
    if let Some(date) = serial(text, cell.kind) {
        return Ok(date);
    }
    // "Sidoarjo, 12 Januari 1980"; "2023-01-31 10:00:00".
    let text = text.split_once(',').map_or(text, |(place, rest)| {
        if place.bytes().any(|byte| byte.is_ascii_digit()) { text } else { rest }
    });
    let text = text.split_once(':').map_or(text, |(before, _)| {
        before
            .trim_end_matches(|character: char| character.is_ascii_digit())
            .trim_end_matches(['T', ' '])
    });
    let mut numbers: Vec<(&str, u32)> = Vec::new();
    let mut month = None;
    let parts = text.split(|character: char| !character.is_alphanumeric());
    for part in parts.filter(|part| !part.is_empty()) {
        if let Ok(number) = part.parse() {
            numbers.push((part, number));
        } else {
            let folded = part.to_lowercase();
            let named = MONTHS.iter().position(|names| names.contains(&folded.as_str()));
            if named.is_some() && month.is_none() {
                month = named;
            } else if !part.chars().all(char::is_alphabetic) || month.is_some() || numbers.len() > 1
            {
                return Err(DateFault::Unreadable);
            }
        }
    }
    let month = month.and_then(|place| u32::try_from(place + 1).ok());
    let (year, month, day) = match (numbers.as_slice(), month) {
        ([day, year], Some(month)) if day.1 <= 31 => (*year, month, day.1),
        ([year, month, day], None) if year.0.len() == 4 => (*year, month.1, day.1),
        // Months first only where nothing else is possible.
        ([month, day, year], None) if month.1 <= 12 && day.1 > 12 => (*year, month.1, day.1),
        ([day, month, year], None) => (*year, month.1, day.1),
        _ => return Err(DateFault::Unreadable),
    };
    let year = match (year.0.len(), today) {
        (4, _) => i32::try_from(year.1).map_err(|_| DateFault::Unreadable)?,
        (2, Some(today)) => {
            let short = i32::try_from(year.1).map_err(|_| DateFault::Unreadable)?;
            // A hundred and fifteen years ago is as long as a life or a shop may be.
            let (recent, earlier) = (2000 + short, 1900 + short);
            match recent <= today.year() {
                true if earlier > today.year() - 100 => return Err(DateFault::TwoDigitYear),
                true => recent,
                false => earlier,
            }
        }
        (2, None) => return Err(DateFault::TwoDigitYear),
        _ => return Err(DateFault::Unreadable),
    };
    NaiveDate::from_ymd_opt(year, month, day)
        .filter(|date| (1800..=2100).contains(&date.year()))
        .ok_or(DateFault::Unreadable)
}

/// A day as Excel counts: 44927 is the first of 2023.
fn serial(text: &str, kind: CellKind) -> Option<NaiveDate> {
    let whole = text.split('.').next()?;
    let fits = whole.len() == 5 || kind == CellKind::Number && whole.len() == 4;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !fits || !is_number {
        return None;
    }
    let days: u64 = whole.parse().ok()?;
    // Four digits are rather a year.
    if !(5_000..=73_000).contains(&days) {
        return None;
    }
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}

/// The first day of a month or year that is written without a day: `Januari 2023`, `03/2021`.
pub fn month(cell: Cell) -> Option<NaiveDate> {
    if cell.text.len() > 30 {
        return None;
    }
    let lower = cell.text.to_lowercase();
    let parts: Vec<&str> = lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    let year = |text: &str| {
        text.parse().ok().filter(|year| text.len() == 4 && (1900..2100).contains(year))
    };
    let month = |text: &str| {
        let named = MONTHS.iter().position(|names| names.contains(&text));
        let named = named.and_then(|place| u32::try_from(place + 1).ok());
        named.or_else(|| {
            text.parse().ok().filter(|month| (1..=12).contains(month) && text.len() <= 2)
        })
    };
    match parts.as_slice() {
        [m, y] if year(y).is_some() => NaiveDate::from_ymd_opt(year(y)?, month(m)?, 1),
        [y, m] if year(y).is_some() => NaiveDate::from_ymd_opt(year(y)?, month(m)?, 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, DateFault> {
        let today = NaiveDate::from_ymd_opt(2026, 1, 31);
        date(Cell { text, kind: CellKind::Text }, today).map(|date| date.to_string())
    }

    #[test]
    fn dates_are_read_in_the_forms_of_lists() {
        for text in [
            "12 Januari 2023",
            "12/01/2023",
            "12-01-2023",
            "12.1.2023",
            "2023-01-12",
            "12 Jan 2023",
            "Sidoarjo, 12 Januari 2023",
            "2023-01-12 10:20:00",
            "2023-01-12T00:00:00",
            "'12/1/2023",
            "44938",
        ] {
            assert_eq!(read(text).as_deref(), Ok("2023-01-12"), "{text}");
        }
        assert_eq!(read("01/31/2023").as_deref(), Ok("2023-01-31"));
        assert_eq!(read("5 Agustus 1968").as_deref(), Ok("1968-08-05"));
        assert_eq!(read("12/05/68").as_deref(), Ok("1968-05-12"));
    }

    #[test]
    fn what_is_no_date_or_could_be_two_is_not_taken() {
        assert_eq!(read("31/02/2020"), Err(DateFault::Unreadable));
        assert_eq!(read("2019"), Err(DateFault::Unreadable));
        assert_eq!(read("kemarin"), Err(DateFault::Unreadable));
        assert_eq!(read("9120001234567"), Err(DateFault::Unreadable));
        let none = date(Cell { text: "12/05/68", kind: CellKind::Text }, None);
        assert_eq!(none, Err(DateFault::TwoDigitYear));
    }

    #[test]
    fn a_month_stands_for_its_first_day() {
        let read = |text| month(Cell { text, kind: CellKind::Text }).map(|date| date.to_string());
        assert_eq!(read("Maret 2021").as_deref(), Some("2021-03-01"));
        assert_eq!(read("03/2021").as_deref(), Some("2021-03-01"));
        assert_eq!(read("2021"), None);
    }
}

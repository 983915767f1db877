//! What stands in a cell.

use std::borrow::Cow;

/// The value of a column in a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    Whole(i64),
    Number(f64),
    Flag(bool),
    /// RFC 3339, in UTC.
    Time(&'a str),
}

impl<'a> Cell<'a> {
    /// A list in one cell.
    pub fn joined(mut parts: impl Iterator<Item = Cow<'a, str>>) -> Self {
        let Some(first) = parts.next() else { return Self::Empty };
        let Some(second) = parts.next() else { return Self::Text(first) };
        let mut all = first.into_owned();
        for part in std::iter::once(second).chain(parts) {
            all.push_str("; ");
            all.push_str(&part);
        }
        Self::Text(all.into())
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Cell<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A spreadsheet would run a text that begins like a formula: an apostrophe makes it text. Plain
/// numbers stay.
pub fn neutralised(text: &str) -> Cow<'_, str> {
    let risky = text.starts_with(['=', '+', '-', '@', '\t']) && text.parse::<f64>().is_err();
    if risky { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_made_text_and_a_number_is_not() {
        assert_eq!(neutralised("=1+1"), "'=1+1");
        assert_eq!(neutralised("+628123"), "+628123");
        assert_eq!(neutralised("@x"), "'@x");
        assert_eq!(neutralised("-7.5"), "-7.5");
        assert_eq!(neutralised(""), "");
    }

    #[test]
    fn a_list_is_one_cell_and_an_empty_one_is_empty() {
        let joined = |parts: &[&'static str]| Cell::joined(parts.iter().map(|part| (*part).into()));
        assert_eq!(joined(&[]), Cell::Empty);
        assert_eq!(joined(&["ikm"]), Cell::from("ikm"));
        assert_eq!(joined(&["ikm", "ukm", "kopwan"]), Cell::from("ikm; ukm; kopwan"));
    }
}

//! Numbers as people of either habit write them.

/// A number such as `1.000.000,5`, `1,000,000`, `12,5`. One separator with three digits behind it
/// parts thousands (`1.500`), unless nothing or too much stands before it (`0.125`, `1234.567`).
/// None for what is no number or is grouped as none is (`1.50.000`).
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches('\'').replace(' ', "");
    let (whole, fraction) = match decimal_separator(&text) {
        Some(separator) => text.rsplit_once(separator)?,
        None => (text.as_str(), ""),
    };
    let mut groups = whole.trim_start_matches(['+', '-']).split(['.', ',']);
    let first = groups.next()?;
    let later: Vec<&str> = groups.collect();
    let grouped = later.is_empty() || (1..=3).contains(&first.len());
    if !grouped || later.iter().any(|group| group.len() != 3) {
        return None;
    }
    let plain = format!("{}.{fraction}", whole.replace(['.', ','], ""));
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

fn decimal_separator(text: &str) -> Option<char> {
    match (text.rfind('.'), text.rfind(',')) {
        (Some(point), Some(comma)) => Some(if point > comma { '.' } else { ',' }),
        (Some(_), None) => Some('.').filter(|_| is_decimal(text, '.')),
        (None, Some(_)) => Some(',').filter(|_| is_decimal(text, ',')),
        (None, None) => None,
    }
}

/// Whether the only kind of separator in a text parts decimals, not thousands.
fn is_decimal(text: &str, separator: char) -> bool {
    let mut parts = text.trim_start_matches(['+', '-']).split(separator);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(before), Some(after), None) => before == "0" || before.len() > 3 || after.len() != 3,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_either_habit() {
        for (text, expected) in [
            ("1.000.000,00", 1e6),
            ("1,000,000", 1e6),
            ("1.000", 1000.0),
            ("12,5", 12.5),
            ("12.5", 12.5),
            ("'7", 7.0),
            ("0.125", 0.125),
            ("1234.567", 1234.567),
            ("-7", -7.0),
        ] {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        for text in ["banyak", "", ".", "1.50.000", "1.5.2", "12,34,567"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}

//! Folding of names so that spellings of one word compare equal.

/// Lower case, accents and punctuation gone, runs of space made one: `"Kel. Prajurit  Kulon"`
/// becomes `"kel prajurit kulon"`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match unaccented(character) {
            Some(letter) => folded.push(letter),
            None if matches!(character, '\'' | '’' | '`' | '‘') => {}
            None => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// [`fold`] without spaces: `Prajuritkulon` and `Prajurit Kulon` are one.
pub fn squash(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unaccented(character: char) -> Option<char> {
    match character {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => Some('a'),
        'ç' => Some('c'),
        'è' | 'é' | 'ê' | 'ë' => Some('e'),
        'ì' | 'í' | 'î' | 'ï' => Some('i'),
        'ñ' => Some('n'),
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => Some('o'),
        'ù' | 'ú' | 'û' | 'ü' => Some('u'),
        other if other.is_alphanumeric() => Some(other),
        _ => None,
    }
}

/// An identifier in capitals made readable: `"MINA KARTINI"` becomes `"Mina Kartini"`; text with
/// any lower-case letter stays as it is, and so do short words such as `UD` and `CV`.
pub fn tidy_case(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().any(char::is_lowercase) {
        return text;
    }
    text.split(' ').map(tidy_word).collect::<Vec<_>>().join(" ")
}

fn tidy_word(word: &str) -> String {
    let bare: String = word.chars().filter(|character| character.is_alphabetic()).collect();
    if matches!(bare.as_str(), "UD" | "CV" | "PT" | "KUB" | "KSU" | "UMKM" | "IKM" | "RT" | "RW") {
        return word.to_owned();
    }
    let mut start = true;
    let mut tidy = String::with_capacity(word.len());
    for character in word.chars() {
        if start {
            tidy.push(character);
        } else {
            tidy.extend(character.to_lowercase());
        }
        start = !character.is_alphanumeric() && character != '\'' && character != '’';
    }
    tidy
}

/// A telephone number of Indonesia as `+62…`; None where it cannot be one.
pub fn phone_number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("62").filter(|_| digits.len() > 9).unwrap_or(&digits);
    let national = national.trim_start_matches('0');
    let fits = if national.starts_with('8') {
        (8..=12).contains(&national.len())
    } else {
        (7..=11).contains(&national.len())
    };
    fits.then(|| format!("+62{national}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgets_case_accents_and_punctuation() {
        assert_eq!(fold("  Kel.  Prajurit-Kulon "), "kel prajurit kulon");
        assert_eq!(fold("Ma'arif"), "maarif");
        assert_eq!(squash("Prajurit Kulon"), squash("PRAJURITKULON"));
    }

    #[test]
    fn capitals_become_names_and_abbreviations_stay() {
        assert_eq!(tidy_case("UD. MINA  KARTINI"), "UD. Mina Kartini");
        assert_eq!(tidy_case("Batik iKi"), "Batik iKi");
        assert_eq!(tidy_case("NUR'AINI"), "Nur'aini");
    }
}

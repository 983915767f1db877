//! From the letters of a header to its words: names of variables taken apart, words written
//! together, abbreviations, slips.

use super::abbreviations::SHORT;
use super::fillers::is_filler;
use super::software::OF_SOFTWARE;
use super::words::{WORDS, Word};

/// Words this alike are taken for one.
const ALIKE: f64 = 0.91;
/// Words that are written together.
const MOST_JOINED: usize = 4;

/// A header whose words are parted where a name of a variable changes its case: `namaUsaha`,
/// `NIBUsaha`.
pub fn spread(header: &str) -> String {
    let letters: Vec<char> = header.chars().collect();
    let mut out = String::with_capacity(header.len() + 4);
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| letters.get(place));
        let after = |more: usize| letters.get(place + more).is_some_and(|next| next.is_lowercase());
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || before.is_uppercase() && after(1) && after(2)
            });
        if begins {
            out.push(' ');
        }
        out.push(*letter);
    }
    out
}

/// The words of a text between two spaces, and whether they were spelt so: one, or several that are
/// written together; none where nobody knows it.
pub fn words(text: &str) -> Vec<(Word, bool)> {
    if let Some(word) = known(text) {
        return vec![(word, true)];
    }
    let bare = text.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if bare.len() < text.len() && bare.len() > 2 {
        return words(bare);
    }
    if is_filler(text) {
        return Vec::new();
    }
    let joined = joined(text);
    if joined.len() > 1 {
        return joined.into_iter().map(|word| (word, true)).collect();
    }
    let guessed = shortened(text).or_else(|| alike(text));
    guessed.map(|word| (word, false)).into_iter().collect()
}

fn known(text: &str) -> Option<Word> {
    let find = |text: &str| {
        let all = WORDS.iter().chain(SHORT).chain(OF_SOFTWARE);
        all.clone().find(|(_, spellings)| spellings.contains(&text)).map(|(word, _)| *word)
    };
    let bare = text.strip_suffix("nya").filter(|bare| bare.len() > 3);
    find(text).or_else(|| bare.and_then(find))
}

/// `jumlahpekerjapria`, `jmltk`: every part known, and long enough to be no chance.
fn joined(text: &str) -> Vec<Word> {
    if !(5..=40).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Vec::new();
    }
    // The fewest parts that reach each place, the last of them as long as can be.
    let mut reached: Vec<Option<Vec<Word>>> = vec![None; text.len() + 1];
    reached[0] = Some(Vec::new());
    for end in 2..=text.len() {
        for start in 0..=end - 2 {
            let Some(before) = reached[start].clone() else { continue };
            let piece = &text[start..end];
            let glue = matches!(piece, "per" | "dan" | "yang");
            let word = known(piece).filter(|_| !glue);
            if word.is_none() && !glue || before.len() >= MOST_JOINED {
                continue;
            }
            let parts: Vec<Word> = before.into_iter().chain(word).collect();
            if reached[end].as_ref().is_none_or(|known| parts.len() < known.len()) {
                reached[end] = Some(parts);
            }
        }
    }
    reached.pop().flatten().unwrap_or_default()
}

/// The one word that letters without vowels are short for: `pmlk` is `pemilik`.
fn shortened(text: &str) -> Option<Word> {
    let mut letters = text.bytes();
    let first = letters.next()?;
    let bare = letters.all(|byte| byte.is_ascii_lowercase() && !is_vowel(byte));
    if !(3..=7).contains(&text.len()) || !bare || !first.is_ascii_lowercase() {
        return lacks_a_vowel(text);
    }
    let skeleton = skeleton(text);
    // "all" is no address.
    if skeleton.len() < 3 {
        return None;
    }
    let mut found = spellings()
        .filter(|(_, spelling)| {
            spelling.len() >= 5 && self::skeleton(spelling).starts_with(&skeleton)
        })
        .map(|(word, _)| word);
    let only = found.next()?;
    found.all(|word| word == only).then_some(only)
}

/// `hlal`: too short to be guessed at, but for one vowel.
fn lacks_a_vowel(text: &str) -> Option<Word> {
    let near = |(_, spelling): &(Word, &str)| {
        spelling.len() == 5
            && skeleton(spelling) == skeleton(text)
            && strsim::osa_distance(spelling, text) == 1
    };
    if text.len() != 4 {
        return None;
    }
    let mut found = spellings().filter(near).map(|(word, _)| word);
    let only = found.next()?;
    found.all(|word| word == only).then_some(only)
}

/// A word's first letter and its consonants, doubled ones once.
fn skeleton(text: &str) -> String {
    let mut out = String::new();
    for (place, letter) in text.chars().enumerate() {
        let vowel = u8::try_from(letter).is_ok_and(is_vowel);
        if (place == 0 || !vowel) && !out.ends_with(letter) {
            out.push(letter);
        }
    }
    out
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u')
}

fn spellings() -> impl Iterator<Item = (Word, &'static str)> {
    WORDS.iter().flat_map(|(word, all)| all.iter().map(move |text| (*word, *text)))
}

/// The word that a text is nearly.
fn alike(text: &str) -> Option<Word> {
    if text.len() < 5 {
        return None;
    }
    let near = spellings().filter(|(_, spelling)| {
        spelling.len() >= 5
            && spelling.len().abs_diff(text.len()) <= 2
            && spelling.as_bytes()[0] == text.as_bytes()[0]
    });
    let (likeness, word) = near
        .map(|(word, spelling)| {
            let close = strsim::osa_distance(text, spelling) <= 1;
            let likeness = strsim::jaro_winkler(text, spelling);
            (if close { likeness.max(ALIKE) } else { likeness }, word)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    (likeness >= ALIKE).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_variables_are_taken_apart() {
        for (header, expected) in [
            ("namaUsaha", "nama Usaha"),
            ("NIBUsaha", "NIB Usaha"),
            ("Nama Usaha", "Nama Usaha"),
            ("NAMA USAHA", "NAMA USAHA"),
            ("noHP", "no HP"),
        ] {
            assert_eq!(spread(header), expected);
        }
    }

    #[test]
    fn words_are_known_together_and_shortened() {
        let of = |text: &str| words(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(of("jumlahpekerjapria"), [Word::Sum, Word::Worker, Word::Male]);
        assert_eq!(of("jmltk"), [Word::Sum, Word::Worker]);
        assert_eq!(of("omzetperbulan"), [Word::Sales, Word::Month]);
        assert_eq!(of("pmlk"), [Word::Owner]);
        assert_eq!(of("kbli5"), [Word::Kbli]);
        assert_eq!(of("hlal"), [Word::Halal]);
        for nothing in ["warna", "kalitengah", "candi", "psg", "lbr", "gresik", "batu", "tas"] {
            assert_eq!(of(nothing), [], "{nothing}");
        }
    }
}

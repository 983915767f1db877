//! The words of a name as they are compared: without forms of business and titles, by their sound.

use crate::domain::text::fold;

/// Titles, honorifics, forms of business and little words: they tell no two enterprises apart.
const LEFT_OUT: [&str; 58] = [
    "bu", "ibu", "bpk", "bapak", "pak", "mbak", "mba", "mb", "mbk", "mas", "mbah", "cak", "ning",
    "gus", "kyai", "kiai", "nyai", "mak", "bude", "pakde", "bulik", "paklik", "tante", "om", "h",
    "hj", "haji", "hajah", "hajjah", "drs", "dra", "dr", "ir", "spd", "st", "sh", "se", "alm",
    "almh", "ud", "cv", "pt", "pd", "fa", "firma", "tb", "kub", "ukm", "umkm", "ikm", "usaha",
    "dan", "the", "milik", "bin", "binti", "sdr", "sdri",
];

/// A word of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// How it sounds, however it is spelt.
    pub sound: String,
    /// The consonants of the sound, and its first letter.
    pub bones: String,
}

/// The words of a name that count; all of them where none would be left.
pub fn words(name: &str) -> Vec<Word> {
    let folded = fold(name);
    let kept: Vec<Word> = folded.split(' ').filter(|word| counts(word)).map(Word::of).collect();
    if !kept.is_empty() {
        return kept;
    }
    folded.split(' ').filter(|word| !word.is_empty()).map(Word::of).collect()
}

fn counts(word: &str) -> bool {
    !word.is_empty() && !LEFT_OUT.contains(&word)
}

impl Word {
    fn of(folded: &str) -> Self {
        let sound = sound(folded);
        let vowel = |letter: &char| matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u');
        let mut bones: String = sound.chars().take(1).collect();
        for letter in sound.chars().skip(1).filter(|letter| !vowel(letter)) {
            if !bones.ends_with(letter) {
                bones.push(letter);
            }
        }
        Self { sound, bones }
    }

    /// How alike two words are, 0 to 1.
    pub fn alike(&self, other: &Self) -> f64 {
        let (one, two) = (self.sound.as_str(), other.sound.as_str());
        if one == two {
            return 1.0;
        }
        // Another number is another thing: Kios 12, Kios 13.
        if one.bytes().chain(two.bytes()).any(|byte| byte.is_ascii_digit()) {
            return 0.0;
        }
        let (short, long) = if one.len() <= two.len() { (one, two) } else { (two, one) };
        match short.len() {
            // An initial.
            1 => {
                if long.starts_with(short) {
                    0.5
                } else {
                    0.0
                }
            }
            0 | 2 | 3 => 0.0,
            length => match strsim::osa_distance(one, two) {
                1 => 0.85,
                2 if length >= 7 => 0.75,
                _ if length >= 5 && long.starts_with(short) => 0.7,
                _ => 0.0,
            },
        }
    }
}

/// Spellings of one sound made one: oe and u, dj, j, y and z, tj and c, f, p and v, sy and s; h, ch
/// and kh are not heard, letters are not doubled.
fn sound(word: &str) -> String {
    let mut sound = String::with_capacity(word.len() + 1);
    let mut hear = |heard: char| {
        if !sound.ends_with(heard) {
            sound.push(heard);
        }
    };
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let pair = letters.peek().map(|next| (letter, *next));
        match pair {
            Some(('o', 'e')) => hear('u'),
            Some(('d', 'j')) => hear('y'),
            Some(('t', 'j')) => hear('c'),
            Some(('s', 'j' | 'y')) => hear('s'),
            Some(('c', 'k')) => hear('k'),
            Some(('k' | 'c', 'h')) => {}
            _ => {
                match letter {
                    'h' => {}
                    'j' | 'z' => hear('y'),
                    'f' | 'v' => hear('p'),
                    'q' => hear('k'),
                    'x' => {
                        hear('k');
                        hear('s');
                    }
                    other => hear(other),
                }
                continue;
            }
        }
        letters.next();
    }
    if sound.is_empty() { word.to_owned() } else { sound }
}

//! Words and texts: what the index answers, said of one text.

use crate::domain::text::fold;

/// Joins texts, and others that are folded already, into one that can be searched: each word is led
/// by a space.
pub fn searchable<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    folded: impl IntoIterator<Item = &'a str>,
) -> Box<str> {
    let mut all = String::new();
    for text in texts {
        all.push(' ');
        all.push_str(&fold(text));
    }
    for text in folded {
        all.push(' ');
        all.push_str(text);
    }
    all.into_boxed_str()
}

fn begins_a_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(place, _)| place > 0 && text.as_bytes()[place - 1] == b' ')
}

/// A word as it is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Word {
    pub text: String,
    /// So many letters may be wrong, missing, too many or change places with their neighbour.
    pub typos: u8,
}

impl Word {
    fn is_in(&self, text: &str) -> bool {
        match self.typos {
            0 => begins_a_word(text, &self.text),
            typos => {
                let asked: Vec<char> = self.text.chars().collect();
                text.split(' ')
                    .any(|word| !word.is_empty() && begins_nearly(word, &asked, usize::from(typos)))
            }
        }
    }
}

/// The words of a search, folded, and which of them are taken with typos.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Asked {
    pub(super) words: Vec<Word>,
}

impl Asked {
    /// `typos` has a bit for each word that is taken with typos, as many as its length allows: one
    /// from four letters, two from eight. One with a digit is a number of something: exact.
    pub fn new(words: &[String], typos: u32) -> Self {
        let word = |(place, text): (usize, &String)| {
            let allowed = match text.chars().count() {
                _ if text.chars().any(char::is_numeric) => 0,
                ..4 => 0,
                4..8 => 1,
                _ => 2,
            };
            let taken = typos & bit(place) != 0;
            Word { text: text.clone(), typos: if taken { allowed } else { 0 } }
        };
        Self { words: words.iter().enumerate().map(word).collect() }
    }

    /// Which words are taken with typos.
    pub fn typos(&self) -> u32 {
        let taken = self.words.iter().enumerate().filter(|(_, word)| word.typos > 0);
        taken.fold(0, |bits, (place, _)| bits | bit(place))
    }

    /// Whether a searchable text answers.
    pub fn matches(&self, text: &str) -> bool {
        self.words.iter().all(|word| word.is_in(text))
    }

    /// The words that the text has, each by its place.
    pub(super) fn known(&self, text: &str) -> u32 {
        let known = self.words.iter().enumerate().filter(|(_, word)| word.is_in(text));
        known.fold(0, |bits, (place, _)| bits | bit(place))
    }

    /// The words as one text, as a name would have them.
    pub(super) fn phrase(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// How well a record answers, the less the better: its name is what was asked, begins with it,
    /// holds it, or only the rest of the text does; among equals those first that have more of the
    /// words whole.
    pub fn rank(&self, name: &str, text: &str) -> u8 {
        let phrase = self.phrase();
        let place = if name == phrase {
            0
        } else if name.starts_with(&phrase) {
            1
        } else if self.matches(&format!(" {name}")) {
            2
        } else {
            3
        };
        let whole = |word: &&Word| text.split(' ').any(|found| found == word.text);
        ranked(place, self.words.len() - self.words.iter().filter(whole).count())
    }
}

/// The bit of a word: there are at most twenty.
pub(super) fn bit(place: usize) -> u32 {
    1_u32.checked_shl(u32::try_from(place).unwrap_or(u32::MAX)).unwrap_or(0)
}

/// A rank from its two parts.
pub(super) fn ranked(place: u8, not_whole: usize) -> u8 {
    place * 32 + u8::try_from(not_whole.min(31)).unwrap_or(31)
}

/// Whether some beginning of the word is within so many edits of what was asked. An edit is a
/// letter more, less or another, or two neighbours that changed places.
fn begins_nearly(word: &str, asked: &[char], edits: usize) -> bool {
    // Row j: the distances of the first j letters of the word from every beginning of the asked.
    let (mut before, mut next) = (vec![usize::MAX; asked.len() + 1], vec![0; asked.len() + 1]);
    let mut row: Vec<usize> = (0..=asked.len()).collect();
    let mut last = None;
    if row[asked.len()] <= edits {
        return true;
    }
    for (j, letter) in word.chars().enumerate() {
        next[0] = j + 1;
        for i in 1..=asked.len() {
            let cost = usize::from(asked[i - 1] != letter);
            next[i] = (row[i] + 1).min(next[i - 1] + 1).min(row[i - 1] + cost);
            if i > 1 && last == Some(asked[i - 1]) && asked[i - 2] == letter {
                next[i] = next[i].min(before[i - 2] + 1);
            }
        }
        if next[asked.len()] <= edits {
            return true;
        }
        // No later row is less than the least of this one, or of the one before and an edit.
        let is_far = |row: &[usize], edits| row.iter().all(|distance| *distance > edits);
        if is_far(&next, edits) && (edits == 0 || is_far(&row, edits - 1)) {
            return false;
        }
        last = Some(letter);
        std::mem::swap(&mut before, &mut row);
        std::mem::swap(&mut row, &mut next);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn words_match_at_their_beginning_in_any_order() {
        let text = searchable(["Batik Tulis Ma'arif"], ["pamekasan"]);
        let matches = |asked: &[String]| Asked::new(asked, 0).matches(&text);
        assert!(matches(&words("pamek bat")));
        assert!(matches(&words("maarif")));
        assert!(!matches(&words("atik")));
        assert!(matches(&[]));
    }

    #[test]
    fn the_name_itself_comes_first() {
        let asked = Asked::new(&words("batik"), 0);
        let ranks =
            ["batik", "batik sari", "griya batik", "sari"].map(|name| asked.rank(name, " batik"));
        assert_eq!(ranks, [0, 32, 64, 96]);
        let ranks = [("sari", " sari batik"), ("sari", " sari batikan"), ("batikan", " batikan")];
        assert_eq!(ranks.map(|(name, text)| asked.rank(name, text)), [96, 97, 33]);
    }

    #[test]
    fn typos_are_one_from_four_letters_and_two_from_eight() {
        let finds = |asked, text| Asked::new(&words(asked), u32::MAX).matches(text);
        for (asked, text) in [
            ("seaptu", " sepatu kulit"),
            ("sepatuu", " sepatu"),
            ("bordr", " bordir"),
            ("kerjinan", " kerajinan"),
            ("kerupkk", " kerupuk"),
            ("mebell", " mebel"),
        ] {
            assert!(finds(asked, text), "{asked}");
        }
        for (asked, text) in [
            ("tsa", " tas"),
            ("spau", " sepatu"),
            ("kulut tes", " kulit tas"),
            ("1234567890123", " 1234567890124"),
        ] {
            assert!(!finds(asked, text), "{asked}");
        }
    }
}

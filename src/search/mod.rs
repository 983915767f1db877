//! Finding by words. Each word asked for must be the beginning of a word of the record's text.
//!
//! The texts stand in the atlas's rows and are scanned; an index takes this module's place when
//! scanning becomes too slow, behind the same two functions.

mod keys;

pub use keys::KeySet;

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

/// Whether each of the folded words begins a word of the text.
pub fn matches(text: &str, words: &[String]) -> bool {
    words.iter().all(|word| {
        text.match_indices(word.as_str())
            .any(|(place, _)| place > 0 && text.as_bytes()[place - 1] == b' ')
    })
}

/// How well a record answers, the less the better: its name is what was asked, begins with it,
/// holds it, or only the rest of the text does.
pub fn rank(folded_name: &str, words: &[String]) -> u8 {
    let asked = words.join(" ");
    if folded_name == asked {
        0
    } else if folded_name.starts_with(&asked) {
        1
    } else if matches(&format!(" {folded_name}"), words) {
        2
    } else {
        3
    }
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
        assert!(matches(&text, &words("pamek bat")));
        assert!(matches(&text, &words("maarif")));
        assert!(!matches(&text, &words("atik")));
        assert!(matches(&text, &[]));
    }

    #[test]
    fn the_name_itself_comes_first() {
        let asked = words("batik");
        let ranks = ["batik", "batik sari", "griya batik", "sari"].map(|name| rank(name, &asked));
        assert_eq!(ranks, [0, 1, 2, 3]);
    }
}

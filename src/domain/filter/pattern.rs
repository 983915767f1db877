//! Text as expressions compare it: as it stands, or without its case or its accents; and the
//! patterns of LIKE.

use std::borrow::Cow;
use std::fmt;

/// What of a text is taken no notice of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Folding {
    /// CASEI.
    pub case: bool,
    /// ACCENTI.
    pub accents: bool,
}

impl Folding {
    /// The text as it is compared. A space stays a space and comes from nothing else, so that a
    /// text's words can be folded one by one.
    pub fn of(self, text: &str) -> Cow<'_, str> {
        let mut folded = Cow::Borrowed(text);
        if self.accents && !text.is_ascii() {
            folded = Cow::Owned(unaccent::unaccent(text));
        }
        if self.case {
            // By way of the capitals, so that ß is ss and both small sigmas are one.
            let capitals = folded.chars().flat_map(char::to_uppercase);
            folded = Cow::Owned(capitals.flat_map(char::to_lowercase).collect());
        }
        folded
    }
}

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Is(char),
    /// `_`
    One,
    /// `%`
    Any,
}

/// A pattern of LIKE: `%` stands for any text, `_` for one character, `\` makes either itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

impl Pattern {
    pub fn new(text: &str) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '%' if parts.last() == Some(&Part::Any) => continue,
                '%' => Part::Any,
                '_' => Part::One,
                '\\' => Part::Is(characters.next().unwrap_or('\\')),
                other => Part::Is(other),
            });
        }
        Self(parts)
    }

    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Whether the whole text is as the pattern says. After a `%` the next parts are tried from
    /// each place on; what came before the last `%` never has to be tried again.
    pub fn matches(&self, text: &str) -> bool {
        let parts = &self.0;
        let (mut at, mut rest) = (0, text.chars());
        let mut retry: Option<(usize, std::str::Chars)> = None;
        loop {
            let before = rest.clone();
            let fits = match (parts.get(at), rest.next()) {
                (Some(Part::Any), _) => {
                    (rest, at) = (before.clone(), at + 1);
                    retry = Some((at, before));
                    continue;
                }
                (None, None) => return true,
                (Some(Part::One), Some(_)) => true,
                (Some(Part::Is(wanted)), Some(found)) => *wanted == found,
                (Some(_), None) => return false,
                (None, Some(_)) => false,
            };
            if fits {
                at += 1;
                continue;
            }
            let Some((place, from)) = &mut retry else { return false };
            from.next();
            (at, rest) = (*place, from.clone());
        }
    }

    /// If the pattern is the beginning of a text and then anything: that beginning.
    pub fn prefix(&self) -> Option<String> {
        let (Part::Any, beginning) = self.0.split_last()? else { return None };
        let letter = |part: &Part| if let Part::Is(letter) = part { Some(*letter) } else { None };
        beginning.iter().map(letter).collect()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Is(character @ ('%' | '_' | '\\')) => write!(f, "\\{character}"),
            Part::Is(character) => write!(f, "{character}"),
            Part::One => f.write_str("_"),
            Part::Any => f.write_str("%"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By the definition, with no thought of how long it takes.
    fn plainly(parts: &[Part], text: &[char]) -> bool {
        match (parts, text) {
            ([], []) => true,
            ([Part::Any, rest @ ..], _) => {
                (0..=text.len()).any(|skipped| plainly(rest, &text[skipped..]))
            }
            ([Part::One, rest @ ..], [_, more @ ..]) => plainly(rest, more),
            ([Part::Is(one), rest @ ..], [first, more @ ..]) => one == first && plainly(rest, more),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn a_pattern_matches_as_it_is_defined(pattern in "[ab%_\\\\]{0,8}", text in "[ab%_é]{0,10}") {
            let pattern = Pattern::new(&pattern);
            let characters: Vec<char> = text.chars().collect();
            prop_assert_eq!(pattern.matches(&text), plainly(pattern.parts(), &characters));
            prop_assert_eq!(Pattern::new(&pattern.to_string()), pattern);
        }
    }

    #[test]
    fn a_backslash_makes_a_sign_itself() {
        assert!(Pattern::new(r"100\%").matches("100%"));
        assert!(!Pattern::new(r"100\%").matches("1000"));
        assert!(Pattern::new(r"a\_b").matches("a_b"));
        assert!(!Pattern::new(r"a\_b").matches("axb"));
        assert!(Pattern::new("").matches(""));
        assert!(Pattern::new("%").matches(""));
    }

    #[test]
    fn a_pattern_of_many_signs_takes_no_long_time() {
        let pattern = Pattern::new(&"%a".repeat(500));
        assert!(!pattern.matches(&"ab".repeat(400)));
    }

    #[test]
    fn case_and_accents_are_folded_apart_and_together() {
        let case = Folding { case: true, accents: false };
        let both = Folding { case: true, accents: true };
        assert_eq!(case.of("Straße"), case.of("STRASSE"));
        assert_eq!(case.of("Οδος"), case.of("ΟΔΟΣ"));
        assert_ne!(case.of("Álam"), case.of("alam"));
        assert_eq!(both.of("Álam"), both.of("alam"));
        assert_eq!(Folding { case: false, accents: true }.of("débárquér"), "debarquer");
        assert_eq!(Folding::default().of("Álam"), "Álam");
    }
}

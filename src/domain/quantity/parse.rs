//! What people write of a capacity, made a quantity or range with unit and period; or questions.
//! `500 kodi/bln`, `20-30 kg/hr`, `10rb pcs sebulan`, `50 dus @ 24 botol/bln`. Nothing is guessed:
//! each word has to be known, and each part is stated once.

use super::number::number;
use super::question::Question;
use super::unit::{self, Dimension, UnitEntry};
use crate::domain::codes::Period;
use crate::domain::enterprise::Capacity;
use crate::domain::text::fold;

/// A capacity as a list states it: in one cell, or with the unit in another one and the period in
/// the header. Empty where there is none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stated<'a> {
    pub quantity: &'a str,
    pub unit: &'a str,
    pub header: &'a str,
}

/// What was understood. Without a capacity there is at least one question; beside one there may be
/// some.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    pub capacity: Option<Capacity>,
    pub questions: Vec<Question>,
}

/// Reads a capacity.
pub fn capacity(stated: Stated) -> Reading {
    let mut parts = Parts::default();
    // The period of a header goes for the whole column; its other words say nothing of a cell.
    let header = fold(stated.header);
    if let Some((word, period)) =
        header.split(' ').find_map(|word| period(word).map(|period| (word, period)))
    {
        parts.take_period(word, period);
    }
    parts.take(&tokens(stated.unit));
    parts.take(&tokens(stated.quantity));
    parts.finish()
}

/// The period that a word names: `bln`, `perbulan`, `sebulan`.
pub fn period(word: &str) -> Option<Period> {
    let bare = ["per", "se", "tiap"].iter().find_map(|prefix| word.strip_prefix(prefix));
    match bare.unwrap_or(word) {
        "hari" | "hr" | "harian" | "day" => Some(Period::Day),
        "minggu" | "mgg" | "mingguan" | "pekan" | "week" => Some(Period::Week),
        "bulan" | "bln" | "bl" | "bulanan" | "month" => Some(Period::Month),
        "tahun" | "thn" | "th" | "tahunan" | "year" => Some(Period::Year),
        _ => None,
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Word(String),
    /// `-`, `s/d`, `sampai` between two numbers.
    Range,
    /// `@`, `(`, `isi`: what follows is the content of a pack.
    Content,
    Approximate,
}

fn tokens(text: &str) -> Vec<Token> {
    let text = text.to_lowercase().replace("+/-", "±").replace("+-", "±");
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let next = rest.strip_prefix("s/d").or_else(|| rest.strip_prefix("s.d"));
        let (token, length) = if first.is_ascii_digit() {
            let length = number_length(rest);
            let digits = &rest[..length];
            (Some(number(digits).map_or(Token::Word(digits.to_owned()), Token::Number)), length)
        } else if next.is_some_and(|next| !next.starts_with(char::is_alphabetic)) {
            (Some(Token::Range), 3)
        } else if first.is_alphabetic() {
            let length = word_length(rest);
            (Some(word(&rest[..length])), length)
        } else {
            let length = first.len_utf8();
            (symbol(first, &rest[length..], &tokens), length)
        };
        tokens.extend(token);
        rest = &rest[length..];
    }
    tokens
}

/// Digits, and separators with a digit behind them.
fn number_length(text: &str) -> usize {
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    (0..bytes.len())
        .find(|&at| {
            let separates = matches!(bytes[at], b'.' | b',') && digit(bytes.get(at + 1));
            !digit(bytes.get(at)) && !separates
        })
        .unwrap_or(bytes.len())
}

/// Letters; `m2`, `m^3` and `m³` are one word.
fn word_length(text: &str) -> usize {
    let ends = |character: char| !character.is_alphabetic();
    let letters = text.find(ends).unwrap_or(text.len());
    let powers = ["²", "³", "^2", "^3", "2", "3"];
    let power = powers.iter().find(|power| text[letters..].starts_with(**power));
    letters + power.filter(|_| &text[..letters] == "m").map_or(0, |power| power.len())
}

fn word(word: &str) -> Token {
    match word {
        "sd" | "sampai" | "hingga" => Token::Range,
        "isi" | "berisi" => Token::Content,
        "sekitar" | "kira" | "kurang" | "lebih" | "rata" | "maks" | "maksimal" | "maksimum"
        | "min" | "minimal" | "minimum" | "estimasi" => Token::Approximate,
        word => Token::Word(word.to_owned()),
    }
}

fn symbol(symbol: char, rest: &str, before: &[Token]) -> Option<Token> {
    let number_follows = rest.trim_start().starts_with(|next: char| next.is_ascii_digit());
    let number_before = before.iter().any(|token| matches!(token, Token::Number(_)));
    match symbol {
        '-' | '–' | '—' if number_follows && number_before => Some(Token::Range),
        // A quantity below nothing is not one.
        '-' | '−' if number_follows => Some(Token::Word(symbol.to_string())),
        '@' => Some(Token::Content),
        '(' if number_follows => Some(Token::Content),
        '±' | '~' | '≈' | '>' | '<' | '≥' | '≤' | '+' => Some(Token::Approximate),
        '/' | '(' | ')' | '.' | ',' | ':' | ';' | '\'' | '"' | '-' | '–' | '—' => None,
        blank if blank.is_whitespace() => None,
        other => Some(Token::Word(other.to_string())),
    }
}

/// Words that say nothing by themselves.
fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "per" | "tiap" | "setiap" | "dalam" | "dlm" | "dengan" | "dari" | "kapasitas" | "produksi"
    )
}

fn magnitude(word: &str) -> Option<f64> {
    match word {
        "rb" | "ribu" => Some(1e3),
        "jt" | "juta" => Some(1e6),
        _ => None,
    }
}

/// A number with the magnitude that was written behind it.
#[derive(Debug, Clone, Copy)]
struct Figure {
    bare: f64,
    magnitude: Option<f64>,
}

/// One quantity: the capacity's own, or the content of a pack.
#[derive(Debug, Default)]
struct Amount {
    figures: Vec<Figure>,
    is_range: bool,
    unit: Option<&'static UnitEntry>,
}

impl Amount {
    fn bounds(&self) -> Result<(f64, f64), Question> {
        let value = |figure: &Figure| figure.bare * figure.magnitude.unwrap_or(1.0);
        match (self.figures.as_slice(), self.is_range) {
            ([], _) => Err(Question::NoQuantity),
            ([only], false) => Ok((value(only), value(only))),
            ([low, high], true) => {
                // "10-20 ribu" is ten to twenty thousand.
                let shared = low.bare < high.bare && low.magnitude.is_none();
                let magnitude = if shared { high.magnitude } else { low.magnitude };
                let (min, max) = (value(&Figure { magnitude, ..*low }), value(high));
                if min <= max { Ok((min, max)) } else { Err(Question::RangeReversed { min, max }) }
            }
            _ => Err(Question::SeveralQuantities),
        }
    }
}

/// What has been read so far; each part once.
#[derive(Debug, Default)]
struct Parts {
    amount: Amount,
    contents: Vec<Amount>,
    period: Option<(String, Period)>,
    approximate: bool,
    questions: Vec<Question>,
}

impl Parts {
    fn take(&mut self, tokens: &[Token]) {
        let mut tokens = tokens.iter().peekable();
        while let Some(token) = tokens.next() {
            let number_follows = matches!(tokens.peek(), Some(Token::Number(_)));
            match token {
                Token::Number(bare) => {
                    self.current().figures.push(Figure { bare: *bare, magnitude: None });
                }
                Token::Range => self.current().is_range = true,
                Token::Content if number_follows && !self.current().figures.is_empty() => {
                    self.contents.push(Amount::default());
                }
                Token::Content => {}
                Token::Approximate => self.approximate = true,
                Token::Word(word) => {
                    let second = match tokens.peek() {
                        Some(Token::Word(second)) => unit::named(&format!("{word} {second}")),
                        _ => None,
                    };
                    if let Some(unit) = second {
                        tokens.next();
                        self.take_unit(unit);
                    } else {
                        self.take_word(word);
                    }
                }
            }
        }
    }

    fn current(&mut self) -> &mut Amount {
        self.contents.last_mut().unwrap_or(&mut self.amount)
    }

    fn take_word(&mut self, word: &str) {
        let figure = self.current().figures.last_mut();
        let figure = figure.filter(|figure| figure.magnitude.is_none());
        if let (Some(figure), Some(magnitude)) = (figure, magnitude(word)) {
            figure.magnitude = Some(magnitude);
        } else if let Some(period) = period(word) {
            self.take_period(word, period);
        } else if let Some(unit) = unit::named(word) {
            self.take_unit(unit);
        } else if !is_filler(word) {
            self.questions.push(Question::UnknownWord { word: word.to_owned() });
        }
    }

    fn take_period(&mut self, word: &str, period: Period) {
        match &self.period {
            Some((one, other)) if *other != period => {
                let (one, other) = (one.clone(), word.to_owned());
                self.questions.push(Question::Contradiction { one, other });
            }
            Some(_) => {}
            None => self.period = Some((word.to_owned(), period)),
        }
    }

    fn take_unit(&mut self, unit: &'static UnitEntry) {
        match self.current().unit {
            Some(one) if one.code != unit.code => {
                let (one, other) = (one.code.clone(), unit.code.clone());
                self.questions.push(Question::Contradiction { one, other });
            }
            _ => self.current().unit = Some(unit),
        }
    }

    fn finish(mut self) -> Reading {
        let bounds = self.amount.bounds().map_err(|question| self.questions.push(question)).ok();
        let unknown = |question: &Question| matches!(question, Question::UnknownWord { .. });
        // An unknown word is what stands for the unit.
        if self.amount.unit.is_none() && !self.questions.iter().any(unknown) {
            self.questions.push(Question::NoUnit);
        }
        if self.period.is_none() {
            self.questions.push(Question::NoPeriod);
        }
        let (Some((mut min, mut max)), Some(mut unit), Some((_, period))) =
            (bounds, self.amount.unit, self.period)
        else {
            return Reading { capacity: None, questions: self.questions };
        };
        for content in &self.contents {
            let is_pack = unit.dimension == Dimension::Pack;
            match (is_pack, content.unit, content.bounds()) {
                (false, ..) => self.questions.push(Question::SeveralQuantities),
                // Content without a unit is as none: asked below.
                (true, None, _) => break,
                (true, Some(of), Ok((least, most))) => {
                    (min, max, unit) = (min * least, max * most, of);
                }
                (true, Some(_), Err(question)) => self.questions.push(question),
            }
        }
        if !self.questions.is_empty() {
            return Reading { capacity: None, questions: self.questions };
        }
        if unit.dimension == Dimension::Pack {
            self.questions.push(Question::PackContent { unit: unit.code.clone() });
        }
        if self.approximate {
            self.questions.push(Question::Approximate);
        }
        let capacity = Capacity { min, max, unit: unit.code.clone(), period, working_days: None };
        Reading { capacity: Some(capacity), questions: self.questions }
    }
}

#[cfg(test)]
mod tests;

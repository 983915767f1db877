//! What is refused before it is parsed. The parser calls itself for all that is nested and chained,
//! so that this is counted here first, in one pass, the way the parser will go.

use std::num::NonZeroUsize;
use std::sync::Once;

use super::FUNCTIONS;
use crate::domain::expression_fault::ExpressionFault;
use crate::domain::fault::Fault;

/// Longest expression, in bytes: some 1,500 corners of a polygon.
pub const MAX_LENGTH: usize = 64 * 1024;
/// How deep brackets, prefixes and operators without a connective between them may be nested.
const MAX_DEPTH: usize = 32;
/// The same of JSON's brackets, of which each operator has two.
const MAX_JSON_DEPTH: usize = 48;
/// Most operators and connectives in a text.
const MAX_OPERATORS: usize = 400;
/// Most steps of the parser. Where brackets do not hold what they should it looks at them twice,
/// and at those within them four times; a polygon with all its corners takes a tenth of this.
const MAX_STEPS: NonZeroUsize = NonZeroUsize::new(4_000_000).expect("not 0");

const GEOMETRIES: [&str; 6] =
    ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"];

fn not_cql2(rest: &str) -> Fault {
    ExpressionFault::NotCql2 { near: rest.chars().take(20).collect() }.into()
}

fn length(text: &str) -> Result<(), Fault> {
    if text.len() > MAX_LENGTH { Err(Fault::BodyTooLarge { max: MAX_LENGTH }) } else { Ok(()) }
}

/// Checks a text before it is parsed.
pub fn text(text: &str) -> Result<(), Fault> {
    static BOUND: Once = Once::new();
    BOUND.call_once(|| pest::set_call_limit(Some(MAX_STEPS)));
    length(text)?;
    let mut walk = Walk { open: Vec::new(), chain: 0, operators: 0, deep: 0 };
    let mut rest = text;
    let mut tag: Option<&str> = None;
    while let Some(first) = rest.chars().next() {
        let word = word_at(rest);
        let length = match first {
            '\'' | '"' => quoted(rest, first).ok_or_else(|| not_cql2(rest))?,
            '(' if tag.is_some_and(|tag| tag.eq_ignore_ascii_case("GEOMETRYCOLLECTION")) => {
                let name = "GEOMETRYCOLLECTION".to_owned();
                return Err(ExpressionFault::Function { name, allowed: FUNCTIONS }.into());
            }
            '(' if tag.is_some() => bracketed(rest).ok_or_else(|| not_cql2(rest))?,
            '(' => {
                walk.enter()?;
                1
            }
            ')' => {
                walk.leave().ok_or_else(|| not_cql2(rest))?;
                1
            }
            ',' => {
                walk.connect();
                1
            }
            '=' | '<' | '>' | '!' | '+' | '-' | '*' | '/' | '%' | '^' => {
                walk.operator()?;
                1
            }
            '\0' => return Err(not_cql2(&rest[1..])),
            _ if !word.is_empty() => {
                walk.word(word)?;
                word.len()
            }
            other => other.len_utf8(),
        };
        // Between a geometry's name and its bracket there may be space and what it has beside x and y.
        let measures = ["Z", "M", "ZM"].iter().any(|name| name.eq_ignore_ascii_case(word));
        if !word.is_empty() && !measures {
            tag = is_geometry(word).then_some(word);
        } else if word.is_empty() && !first.is_whitespace() {
            tag = None;
        }
        rest = &rest[length..];
    }
    if walk.open.is_empty() { Ok(()) } else { Err(not_cql2("")) }
}

fn is_geometry(word: &str) -> bool {
    let is = |name: &str| name.eq_ignore_ascii_case(word);
    is("GEOMETRYCOLLECTION") || GEOMETRIES.into_iter().any(is)
}

/// The word that a text begins with.
fn word_at(text: &str) -> &str {
    let within =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '.' | ':');
    let end = text.find(|character| !within(character)).unwrap_or(text.len());
    &text[..end]
}

/// The length of what stands in quotes at the beginning. Two quotes within are two pieces here.
fn quoted(text: &str, quote: char) -> Option<usize> {
    text[1..].find(quote).map(|end| end + 2)
}

/// The length of the brackets at the beginning.
fn bracketed(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => open += 1,
            b')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// How deep the parser is in.
struct Walk {
    /// Of each open bracket, the chain before it.
    open: Vec<usize>,
    /// Prefixes and operators since the last connective.
    chain: usize,
    operators: usize,
    /// The chains of all open brackets.
    deep: usize,
}

impl Walk {
    fn enter(&mut self) -> Result<(), Fault> {
        self.open.push(self.chain);
        self.deep += self.chain;
        self.chain = 0;
        self.check()
    }

    fn leave(&mut self) -> Option<()> {
        self.chain = self.open.pop()?;
        self.deep -= self.chain;
        Some(())
    }

    fn connect(&mut self) {
        self.chain = 0;
    }

    fn operator(&mut self) -> Result<(), Fault> {
        self.chain += 1;
        self.operators += 1;
        self.check()
    }

    fn word(&mut self, word: &str) -> Result<(), Fault> {
        let is = |name: &&str| name.eq_ignore_ascii_case(word);
        if ["AND", "OR"].iter().any(is) {
            self.connect();
            self.operators += 1;
        } else if ["NOT", "LIKE", "IN", "BETWEEN", "IS", "DIV"].iter().any(is) {
            return self.operator();
        }
        self.check()
    }

    fn check(&self) -> Result<(), Fault> {
        if self.open.len() + self.deep + self.chain > MAX_DEPTH {
            return Err(ExpressionFault::TooDeep { max: MAX_DEPTH }.into());
        }
        if self.operators > MAX_OPERATORS {
            return Err(ExpressionFault::TooManyParts { max: MAX_OPERATORS }.into());
        }
        Ok(())
    }
}

/// Checks JSON before it is parsed.
pub fn json(text: &str) -> Result<(), Fault> {
    length(text)?;
    let (mut open, mut within, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if within => escaped = true,
            b'"' => within = !within,
            b'[' | b'{' if !within => open += 1,
            b']' | b'}' if !within => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_JSON_DEPTH {
            return Err(ExpressionFault::TooDeep { max: MAX_JSON_DEPTH }.into());
        }
    }
    Ok(())
}

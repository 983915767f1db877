//! The leaves of an expression that each row has to be asked by itself: its name, its position.

use std::sync::OnceLock;

use super::{Rows, Words};
use crate::atlas::limits::BLOCK;
use crate::atlas::names::{self, Name};
use crate::atlas::view::WORLD;
use crate::domain::filter::expression::{Comparison, Leaf, Scalar, Test};
use crate::domain::filter::extent::{Extent, Relation};
use crate::domain::filter::pattern::Part;
use crate::geography::{Run, Shape, cover, mercator};

/// With so many open rows in a block their names are gone through one after the other, and the
/// words of all names are asked once.
const MANY: usize = BLOCK / 16;

/// What is asked of names. Most hold no word that could pass, and words are shared by many.
#[derive(Debug)]
pub struct NameAsked {
    leaf: Leaf,
    /// What some word of a name that passes must hold.
    piece: Option<String>,
    /// A name passes if a word holds it.
    is_enough: bool,
    /// Of each word whether it does.
    passing: OnceLock<Vec<bool>>,
}

impl NameAsked {
    pub fn new(leaf: Leaf) -> Self {
        let (piece, is_enough) = match &leaf.test {
            Test::Like(pattern) => {
                let parts = pattern.parts();
                let runs = parts.split(|part| !is_letter(*part));
                let longest = runs.max_by_key(|run| run.len()).unwrap_or_default();
                let piece: String = longest
                    .iter()
                    .filter_map(
                        |part| if let Part::Is(letter) = part { Some(*letter) } else { None },
                    )
                    .collect();
                let is_enough = matches!(
                    parts,
                    [Part::Any, within @ .., Part::Any] if within.iter().copied().all(is_letter)
                );
                (piece, is_enough)
            }
            Test::Compare(Comparison::Equal, Scalar::Text(text)) => (
                text.split(' ').max_by_key(|word| word.len()).unwrap_or_default().to_owned(),
                false,
            ),
            _ => (String::new(), false),
        };
        let is_enough = is_enough && !piece.is_empty();
        let piece = Some(piece).filter(|piece| !piece.is_empty());
        Self { leaf, piece, is_enough, passing: OnceLock::new() }
    }

    pub fn ask(&self, rows: Rows, open: &Words) -> Words {
        let (names, words) = (&rows.part.columns.names, &rows.part.values.words);
        let count: u32 = open.iter().map(|word| word.count_ones()).sum();
        if (count as usize) < MANY {
            return rows.each(open, |row| self.leaf.holds_text(&names.get(row, words)));
        }
        let passing = self.piece.as_deref().map(|piece| self.passing(piece, words));
        let passes = |name: Name| {
            let can = passing.is_none_or(|passing| {
                name.words().any(|word| passing.get(word).copied().unwrap_or(true))
            });
            can && (self.is_enough || self.leaf.holds_text(&name.text(words)))
        };
        let mut yes: Words = [0; BLOCK / 64];
        for (at, name) in names.from(rows.start).take(rows.len).enumerate() {
            if open[at / 64] >> (at % 64) & 1 == 1 {
                yes[at / 64] |= u64::from(passes(name)) << (at % 64);
            }
        }
        yes
    }

    fn passing(&self, piece: &str, words: &names::Words) -> &[bool] {
        let holds = |word: &str| self.leaf.folding.of(word).contains(piece);
        self.passing.get_or_init(|| words.iter().map(|word| holds(word)).collect())
    }
}

/// A letter of one word.
fn is_letter(part: Part) -> bool {
    matches!(part, Part::Is(letter) if letter != ' ')
}

/// What is asked of positions.
#[derive(Debug)]
pub struct Lies {
    relation: Relation,
    extent: Extent,
    shape: Shape,
    /// Runs of the curve outside of which nothing lies in the extent; what they hold does, but for
    /// those at its edge.
    runs: Vec<Run>,
}

impl Lies {
    pub fn new(relation: Relation, extent: Extent) -> Self {
        let shape = extent.shape();
        let runs = cover(WORLD, std::slice::from_ref(&shape));
        Self { relation, extent, shape, runs }
    }

    pub fn ask(&self, rows: Rows, open: &Words) -> Words {
        let (columns, plain) = (rows.part.columns, &rows.part.columns.plain);
        let from = columns.morton(rows.start);
        let mut runs = &self.runs[self.runs.partition_point(|run| run.last < from)..];
        rows.each(open, |row| {
            let code = columns.morton(row);
            while let [passed, rest @ ..] = runs
                && passed.last < code
            {
                runs = rest;
            }
            runs.first().is_some_and(|run| {
                run.first <= code && (!run.edge || self.holds(plain.x[row], plain.y[row]))
            })
        })
    }

    fn holds(&self, x: u32, y: u32) -> bool {
        if self.relation == Relation::Intersects {
            return self.shape.holds(x, y);
        }
        let (lon, lat) = mercator::position(x, y);
        self.extent.holds_point(self.relation, lon, lat)
    }
}

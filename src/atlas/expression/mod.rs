//! An expression made ready for one audience's columns: masks, ranges, and a table of verdicts for
//! each dictionary. A block's rows are asked a leaf at a time, as a filter is, and the leaves'
//! verdicts are joined 64 rows at a time. A verdict is yes, no, or unknown where a row has no value.

mod look;
mod rows;

use self::look::Look;
use super::dictionaries::Values;
use super::limits::BLOCK;
use super::scan::Part;
use super::segment::Block;
use super::traits::bits;
use crate::domain::filter::expression::{Expression, Leaf};

/// A bit for each row of a block.
pub type Words = [u64; BLOCK / 64];

/// An expression.
#[derive(Debug)]
pub enum Step {
    Is(bool),
    /// The cheapest first: a row that is decided is asked no more.
    And(Vec<Step>),
    Or(Vec<Step>),
    Not(Box<Step>),
    Look(Look),
}

/// What a block's rows come to; both only where they were asked.
pub struct Verdicts {
    yes: Words,
    unknown: Words,
}

/// Rows of one block.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub part: &'a Part<'a>,
    pub start: usize,
    pub len: usize,
}

impl Step {
    pub fn of(expression: &Expression, values: &Values) -> Self {
        let each = |all: &[Expression]| {
            let mut steps: Vec<Self> = all.iter().map(|part| Self::of(part, values)).collect();
            steps.sort_by_key(Self::cost);
            steps
        };
        match expression {
            Expression::Is(value) => Self::Is(*value),
            Expression::And(all) => Self::And(each(all)),
            Expression::Or(all) => Self::Or(each(all)),
            Expression::Not(inner) => Self::Not(Box::new(Self::of(inner, values))),
            Expression::Leaf(leaf) => Look::of(leaf, values).map_or(Self::Is(false), Self::Look),
        }
    }

    /// What it takes to ask a row, roughly.
    fn cost(&self) -> u32 {
        match self {
            Self::Is(_) => 0,
            Self::And(all) | Self::Or(all) => all.iter().map(Self::cost).sum(),
            Self::Not(inner) => inner.cost(),
            Self::Look(look) => look.cost(),
        }
    }

    /// Whether some row of a block may be a yes, and whether some may be a no.
    pub fn may(&self, block: &Block) -> (bool, bool) {
        match self {
            Self::Is(value) => (*value, !value),
            Self::And(all) => {
                let each = all.iter().map(|step| step.may(block));
                each.fold((true, false), |sum, step| (sum.0 && step.0, sum.1 || step.1))
            }
            Self::Or(all) => {
                let each = all.iter().map(|step| step.may(block));
                each.fold((false, true), |sum, step| (sum.0 || step.0, sum.1 && step.1))
            }
            Self::Not(inner) => {
                let (yes, no) = inner.may(block);
                (no, yes)
            }
            Self::Look(look) => look.may(block),
        }
    }

    /// Keeps the rows from `start` on that are a yes.
    pub fn keep(&self, part: &Part, start: usize, len: usize, words: &mut [u64]) {
        let mut open: Words = [0; BLOCK / 64];
        open[..words.len()].copy_from_slice(words);
        if open.iter().all(|word| *word == 0) {
            return;
        }
        let Verdicts { yes, .. } = self.ask(Rows { part, start, len }, &open);
        words.iter_mut().zip(yes).for_each(|(word, yes)| *word &= yes);
    }

    fn ask(&self, rows: Rows, open: &Words) -> Verdicts {
        let none: Words = [0; BLOCK / 64];
        match self {
            Self::Is(true) => Verdicts { yes: *open, unknown: none },
            Self::Is(false) => Verdicts { yes: none, unknown: none },
            Self::Not(inner) => {
                let Verdicts { yes, unknown } = inner.ask(rows, open);
                let no = |at: usize| open[at] & !yes[at] & !unknown[at];
                Verdicts { yes: std::array::from_fn(no), unknown }
            }
            Self::And(all) => {
                let mut sum = Verdicts { yes: *open, unknown: none };
                for step in all {
                    let left: Words = std::array::from_fn(|at| sum.yes[at] | sum.unknown[at]);
                    if left.iter().all(|word| *word == 0) {
                        break;
                    }
                    let next = step.ask(rows, &left);
                    for (at, left) in left.into_iter().enumerate() {
                        let not_no = left & (next.yes[at] | next.unknown[at]);
                        sum.yes[at] &= next.yes[at];
                        sum.unknown[at] = not_no & !sum.yes[at];
                    }
                }
                sum
            }
            Self::Or(all) => {
                let mut sum = Verdicts { yes: none, unknown: none };
                for step in all {
                    let left: Words = std::array::from_fn(|at| open[at] & !sum.yes[at]);
                    if left.iter().all(|word| *word == 0) {
                        break;
                    }
                    let next = step.ask(rows, &left);
                    for at in 0..left.len() {
                        sum.yes[at] |= next.yes[at];
                        sum.unknown[at] = (sum.unknown[at] | next.unknown[at]) & !sum.yes[at];
                    }
                }
                sum
            }
            Self::Look(look) => look.ask(rows, open),
        }
    }
}

impl Rows<'_> {
    /// The open rows of which something is true.
    pub fn each(&self, open: &Words, mut is: impl FnMut(usize) -> bool) -> Words {
        let mut yes: Words = [0; BLOCK / 64];
        for (at, word) in open.iter().enumerate() {
            for bit in bits(*word) {
                yes[at] |= u64::from(is(self.start + 64 * at + bit)) << bit;
            }
        }
        yes
    }

    fn has_id(&self, leaf: &Leaf, row: usize) -> bool {
        let mut room = uuid::Uuid::encode_buffer();
        leaf.holds_text(self.part.id(row).hyphenated().encode_lower(&mut room))
    }
}

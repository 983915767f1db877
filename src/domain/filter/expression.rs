//! Expressions over the properties of features, as CQL2 asks them: typed, and as small as can be.
//! Where a property has no value, a comparison is neither true nor false (SQL's three-valued
//! logic); a feature passes only what is true. Of several values one is enough, so that `<>` and
//! NOT ask that none of them is it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::extent::{Extent, Relation};
use super::pattern::{Folding, Pattern};
use crate::domain::projection::micros;

/// What features are asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    Is(bool),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
    Leaf(Leaf),
}

/// What is asked of one property.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    pub property: &'static str,
    /// How the property's text is folded before it is compared; values are folded already.
    pub folding: Folding,
    pub test: Test,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    IsNull,
    Compare(Comparison, Scalar),
    /// Both ends are in it.
    Between(Scalar, Scalar),
    In(Vec<Scalar>),
    Like(Pattern),
    Lies(Relation, Extent),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    Text(String),
    Number(f64),
    Flag(bool),
    Day(NaiveDate),
    Moment(DateTime<Utc>),
}

/// What a feature has in a property.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    /// Several; none of them is null.
    Texts(Vec<Cow<'a, str>>),
    Whole(i64),
    Number(f64),
    Flag(bool),
    Day(NaiveDate),
    Time(DateTime<Utc>),
    Point(f64, f64),
    Geometry(&'a geo::Geometry),
}

impl<'a> Value<'a> {
    /// A text, or null.
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.into()))
    }

    fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Texts(all) => all.is_empty(),
            _ => false,
        }
    }
}

/// What whole numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    One,
    /// From the first day of the common era.
    Days,
    /// From 1970.
    Micros,
}

impl Expression {
    /// What both ask for.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut all = self.conjuncts();
        all.extend(other.conjuncts());
        Self::all(all)
    }

    /// What all of these ask for.
    pub fn all(mut all: Vec<Self>) -> Self {
        match all.len() {
            0 => Self::Is(true),
            1 => all.remove(0),
            _ => Self::And(all),
        }
    }

    /// What at least one of these asks for.
    pub fn any(mut all: Vec<Self>) -> Self {
        if all.len() == 1 { all.remove(0) } else { Self::Or(all) }
    }

    /// What must all be true, part by part.
    pub fn conjuncts(self) -> Vec<Self> {
        match self {
            Self::And(all) => all,
            Self::Is(true) => Vec::new(),
            one => vec![one],
        }
    }

    /// Whether a feature passes: the plain way, for collections that are not in the atlas, and what
    /// the atlas is held against.
    pub fn matches<'v>(&self, property: &dyn Fn(&str) -> Value<'v>) -> bool {
        self.verdict(property) == Some(true)
    }

    /// True, false, or None where that cannot be told.
    pub fn verdict<'v>(&self, property: &dyn Fn(&str) -> Value<'v>) -> Option<bool> {
        match self {
            Self::Is(value) => Some(*value),
            Self::Not(inner) => inner.verdict(property).map(|value| !value),
            Self::Leaf(leaf) => leaf.holds(&property(leaf.property)),
            Self::And(all) => decided_by(false, all, property),
            Self::Or(all) => decided_by(true, all, property),
        }
    }

    /// Whether it asks for a property anywhere.
    pub fn names(&self, property: &str) -> bool {
        match self {
            Self::Is(_) => false,
            Self::Not(inner) => inner.names(property),
            Self::Leaf(leaf) => leaf.property == property,
            Self::And(all) | Self::Or(all) => all.iter().any(|part| part.names(property)),
        }
    }

    /// How many comparisons, and how deep they are nested.
    pub fn size(&self) -> (usize, usize) {
        match self {
            Self::Is(_) | Self::Leaf(_) => (1, 1),
            Self::Not(inner) => {
                let (count, depth) = inner.size();
                (count, depth + 1)
            }
            Self::And(all) | Self::Or(all) => {
                let sizes = all.iter().map(Self::size);
                let (count, depth) =
                    sizes.fold((0, 0), |sum, part| (sum.0 + part.0, sum.1.max(part.1)));
                (count, depth + 1)
            }
        }
    }
}

/// One value of a connective decides, whatever else there is; without it one that is not known
/// leaves all unknown.
fn decided_by<'v>(
    deciding: bool,
    all: &[Expression],
    property: &dyn Fn(&str) -> Value<'v>,
) -> Option<bool> {
    let mut verdict = Some(!deciding);
    for part in all {
        match part.verdict(property) {
            Some(value) if value == deciding => return Some(deciding),
            Some(_) => {}
            None => verdict = None,
        }
    }
    verdict
}

impl Leaf {
    /// Whether it is true of a value; None where that cannot be told.
    pub fn holds(&self, value: &Value) -> Option<bool> {
        if matches!(self.test, Test::IsNull) {
            return Some(value.is_null());
        }
        if value.is_null() {
            return None;
        }
        Some(match value {
            Value::Null => false,
            Value::Text(text) => self.holds_text(text),
            Value::Texts(all) => all.iter().any(|text| self.holds_text(text)),
            Value::Whole(number) => self.holds_whole(*number, Unit::One),
            Value::Flag(flag) => self.holds_whole(i64::from(*flag), Unit::One),
            Value::Day(day) => self.holds_whole(day.num_days_from_ce().into(), Unit::Days),
            Value::Time(time) => self.holds_whole(time.timestamp_micros(), Unit::Micros),
            Value::Number(number) => self.holds_number(*number),
            Value::Point(lon, lat) => match &self.test {
                Test::Lies(relation, extent) => extent.holds_point(*relation, *lon, *lat),
                _ => false,
            },
            Value::Geometry(geometry) => match &self.test {
                Test::Lies(relation, extent) => extent.holds(*relation, geometry),
                _ => false,
            },
        })
    }

    /// Whether it is true of a text.
    pub fn holds_text(&self, text: &str) -> bool {
        let text = self.folding.of(text);
        let compared = |scalar: &Scalar| match scalar {
            Scalar::Text(asked) => Some(text.as_ref().cmp(asked)),
            _ => None,
        };
        if let Test::Like(pattern) = &self.test {
            pattern.matches(&text)
        } else {
            self.by(compared)
        }
    }

    fn holds_number(&self, number: f64) -> bool {
        self.by(|scalar| match scalar {
            Scalar::Number(asked) => number.partial_cmp(asked),
            _ => None,
        })
    }

    fn holds_whole(&self, number: i64, unit: Unit) -> bool {
        self.ranges(unit).iter().any(|range| range.contains(&number))
    }

    /// By how a value compares to one that is asked for.
    fn by(&self, compared: impl Fn(&Scalar) -> Option<Ordering>) -> bool {
        match &self.test {
            Test::Compare(comparison, asked) => {
                compared(asked).is_some_and(|ordering| comparison.holds(ordering))
            }
            Test::Between(least, most) => {
                compared(least).is_some_and(Ordering::is_ge)
                    && compared(most).is_some_and(Ordering::is_le)
            }
            Test::In(all) => all.iter().any(|asked| compared(asked) == Some(Ordering::Equal)),
            Test::IsNull | Test::Like(_) | Test::Lies(..) => false,
        }
    }

    /// The whole numbers that it is true of.
    pub fn ranges(&self, unit: Unit) -> Vec<RangeInclusive<i64>> {
        match &self.test {
            Test::Compare(comparison, asked) => {
                let (first, last) = asked.span(unit);
                let range = match comparison {
                    Comparison::Equal => Some(first..=last),
                    Comparison::Less => first.checked_sub(1).map(|before| i64::MIN..=before),
                    Comparison::LessOrEqual => Some(i64::MIN..=last),
                    Comparison::Greater => last.checked_add(1).map(|after| after..=i64::MAX),
                    Comparison::GreaterOrEqual => Some(first..=i64::MAX),
                };
                range.into_iter().collect()
            }
            Test::Between(least, most) => vec![least.span(unit).0..=most.span(unit).1],
            Test::In(all) => all
                .iter()
                .map(|asked| {
                    let (first, last) = asked.span(unit);
                    first..=last
                })
                .collect(),
            Test::IsNull | Test::Like(_) | Test::Lies(..) => Vec::new(),
        }
    }
}

impl Comparison {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The same with its sides changed.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Scalar {
    /// The first and the last whole number that are it: a day is many moments, and 1.5 is none, so
    /// that its first number is behind its last.
    #[expect(clippy::cast_possible_truncation, reason = "cut to the numbers that there are")]
    fn span(&self, unit: Unit) -> (i64, i64) {
        match (self, unit) {
            (Self::Number(number), Unit::One) => (number.ceil() as i64, number.floor() as i64),
            (Self::Flag(flag), Unit::One) => (i64::from(*flag), i64::from(*flag)),
            (Self::Day(day), Unit::Days) => {
                let day = i64::from(day.num_days_from_ce());
                (day, day)
            }
            (Self::Day(day), Unit::Micros) => {
                let next = day.succ_opt().map_or(i64::MAX, micros);
                (micros(*day), next - 1)
            }
            (Self::Moment(moment), Unit::Micros) => {
                let last = moment.timestamp_micros();
                let between = moment.timestamp_subsec_nanos() % 1000 != 0;
                (last + i64::from(between), last)
            }
            _ => (1, 0),
        }
    }
}

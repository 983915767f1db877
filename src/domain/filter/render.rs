//! Expressions as CQL2 text: what is logged of a reading and what cursors are bound to. Read again
//! it is the same expression.

use std::fmt;

use chrono::SecondsFormat;

use super::expression::{Expression, Leaf, Scalar, Test};
use super::extent::Relation;

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, all: &[Self], word: &str| {
            for (at, part) in all.iter().enumerate() {
                if at > 0 {
                    f.write_str(word)?;
                }
                match part {
                    Self::And(_) | Self::Or(_) => write!(f, "({part})")?,
                    part => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::Is(true) => f.write_str("TRUE"),
            Self::Is(false) => f.write_str("FALSE"),
            Self::And(all) => joined(f, all, " AND "),
            Self::Or(all) => joined(f, all, " OR "),
            Self::Not(inner) => write!(f, "NOT ({inner})"),
            Self::Leaf(leaf) => write!(f, "{leaf}"),
        }
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let property = match (self.folding.case, self.folding.accents) {
            (false, false) => self.property.to_owned(),
            (true, false) => format!("CASEI({})", self.property),
            (false, true) => format!("ACCENTI({})", self.property),
            (true, true) => format!("CASEI(ACCENTI({}))", self.property),
        };
        match &self.test {
            Test::IsNull => write!(f, "{property} IS NULL"),
            Test::Compare(comparison, asked) => {
                write!(f, "{property} {} {asked}", comparison.sign())
            }
            Test::Between(least, most) => write!(f, "{property} BETWEEN {least} AND {most}"),
            Test::In(all) => {
                write!(f, "{property} IN (")?;
                for (at, asked) in all.iter().enumerate() {
                    write!(f, "{}{asked}", if at == 0 { "" } else { "," })?;
                }
                f.write_str(")")
            }
            Test::Like(pattern) => {
                write!(f, "{property} LIKE {}", Scalar::Text(pattern.to_string()))
            }
            Test::Lies(relation, extent) => {
                let function = match relation {
                    Relation::Intersects => "S_INTERSECTS",
                    Relation::Within => "S_WITHIN",
                    Relation::Contains => "S_CONTAINS",
                    Relation::Equals => "S_EQUALS",
                };
                write!(f, "{function}({property},{extent})")
            }
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(true) => f.write_str("TRUE"),
            Self::Flag(false) => f.write_str("FALSE"),
            Self::Day(day) => write!(f, "DATE('{day}')"),
            Self::Moment(moment) => {
                let text = moment.to_rfc3339_opts(SecondsFormat::AutoSi, true);
                write!(f, "TIMESTAMP('{text}')")
            }
        }
    }
}

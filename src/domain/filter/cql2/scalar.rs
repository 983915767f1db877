//! Values as an expression writes them, held against the types of properties.

use chrono::{DateTime, NaiveDate};
use cql2::Expr;

use super::{operator_of, sides};
use crate::domain::expression_fault::{ExpressionFault, Type};
use crate::domain::fault::{Expected, Fault};
use crate::domain::filter::expression::Scalar;
use crate::domain::filter::read::date;
use crate::domain::queryable::{Queryable, QueryableKind};

pub fn malformed(value: &str, expected: Expected) -> Fault {
    Fault::Malformed { value: value.chars().take(100).collect(), expected }
}

/// A value as the property has them.
pub fn typed(queryable: &Queryable, scalar: Scalar, operator: &str) -> Result<Scalar, Fault> {
    let expected = match (queryable.kind, scalar) {
        (QueryableKind::Text | QueryableKind::Codes(_), scalar @ Scalar::Text(_))
        | (QueryableKind::Whole | QueryableKind::Number, scalar @ Scalar::Number(_))
        | (QueryableKind::Flag, scalar @ Scalar::Flag(_))
        | (QueryableKind::Date, scalar @ Scalar::Day(_))
        | (QueryableKind::Time, scalar @ (Scalar::Day(_) | Scalar::Moment(_))) => {
            return Ok(scalar);
        }
        (QueryableKind::Date, Scalar::Text(text)) => return day(&text).map(Scalar::Day),
        (QueryableKind::Time, Scalar::Text(text)) => {
            return if text.len() == 10 { day(&text).map(Scalar::Day) } else { moment(&text) };
        }
        (QueryableKind::Geometry, _) => return Err(operator_of(operator, queryable)),
        (QueryableKind::Text | QueryableKind::Codes(_), _) => Type::Text,
        (QueryableKind::Whole | QueryableKind::Number, _) => Type::Number,
        (QueryableKind::Flag, _) => Type::Boolean,
        (QueryableKind::Date, _) => Type::Date,
        (QueryableKind::Time, _) => Type::Time,
    };
    Err(ExpressionFault::ValueOf { property: queryable.name, expected }.into())
}

/// A literal.
pub fn scalar_of(expr: &Expr) -> Result<Scalar, Fault> {
    let text = |inner: &Expr, expected| match inner {
        Expr::Literal(text) => Ok(text.clone()),
        _ => Err(malformed("", expected)),
    };
    match expr {
        // No database keeps such a text, and what is asked is logged.
        Expr::Literal(text) if text.contains('\0') => {
            Err(ExpressionFault::NotCql2 { near: String::new() }.into())
        }
        Expr::Literal(text) => Ok(Scalar::Text(text.clone())),
        Expr::Float(number) if number.is_finite() => Ok(Scalar::Number(*number)),
        Expr::Float(number) => Err(malformed(&number.to_string(), Expected::Number)),
        Expr::Bool(flag) => Ok(Scalar::Flag(*flag)),
        Expr::Date { date } => day(&text(date, Expected::Date)?).map(Scalar::Day),
        Expr::Timestamp { timestamp } => moment(&text(timestamp, Expected::Time)?),
        _ => Err(sides("")),
    }
}

fn day(text: &str) -> Result<NaiveDate, Fault> {
    // chrono also takes `2026-1-1` and years of more digits.
    if text.len() == 10 { date(text) } else { Err(malformed(text, Expected::Date)) }
}

fn moment(text: &str) -> Result<Scalar, Fault> {
    let moment = DateTime::parse_from_rfc3339(text);
    let moment = moment.map_err(|_| malformed(text, Expected::Time))?;
    Ok(Scalar::Moment(moment.to_utc()))
}

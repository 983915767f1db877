//! The temporal functions that a moment has an answer to, as comparisons.

use cql2::Expr;

use super::{
    ExpressionFault, Fault, QueryableKind, Reader, Side, compare, operands, operator_of, sides,
    typed,
};
use crate::domain::filter::expression::{Comparison, Expression, Scalar};
use crate::domain::filter::pattern::Folding;
use crate::domain::queryable::Queryable;

/// From when and until when; None where it is open.
struct Span {
    from: Option<Scalar>,
    to: Option<Scalar>,
    is_interval: bool,
}

impl Reader<'_> {
    pub(super) fn temporal(&self, op: &str, args: &[Box<Expr>]) -> Result<Expression, Fault> {
        let function = op.to_uppercase();
        let [left, right] = args else { return Err(operands(&function)) };
        let turned = !matches!(**left, Expr::Property { .. });
        let (asked, span) = if turned { (right, left) } else { (left, right) };
        let queryable = match self.side(asked, &function)? {
            Side::Property(queryable, _) => queryable,
            Side::Value(_) => return Err(sides(&function)),
        };
        if !matches!(queryable.kind, QueryableKind::Date | QueryableKind::Time) {
            return Err(operator_of(&function, queryable));
        }
        let span = self.span(span, queryable, &function)?;
        let leaf = |comparison, scalar| compare(queryable, Folding::default(), comparison, scalar);
        // What a bound that is open leaves out, or lets in.
        let bound = |comparison, bound: Option<Scalar>, open: bool| {
            bound.map_or(Expression::Is(open), |scalar| leaf(comparison, scalar))
        };
        let within = |strictly: bool, span: Span| {
            let (from, to) = if strictly {
                (Comparison::Greater, Comparison::Less)
            } else {
                (Comparison::GreaterOrEqual, Comparison::LessOrEqual)
            };
            bound(from, span.from, true).and(bound(to, span.to, true))
        };
        Ok(match (op, turned) {
            ("t_after", false) | ("t_before", true) => bound(Comparison::Greater, span.to, false),
            ("t_before", false) | ("t_after", true) => bound(Comparison::Less, span.from, false),
            ("t_during", false) | ("t_contains", true) if span.is_interval => within(true, span),
            ("t_intersects", _) => within(false, span),
            ("t_disjoint", _) => Expression::Not(Box::new(within(false, span))),
            ("t_equals", _) => {
                let equal = |scalar| bound(Comparison::Equal, scalar, false);
                equal(span.from).and(equal(span.to))
            }
            _ => {
                let name = function;
                return Err(ExpressionFault::OperatorOf { name, property: queryable.name }.into());
            }
        })
    }

    fn span(&self, expr: &Expr, queryable: &Queryable, function: &str) -> Result<Span, Fault> {
        let one = |expr: &Expr| {
            self.side(expr, function).and_then(|side| match side {
                Side::Value(scalar) => typed(queryable, scalar, function),
                Side::Property(..) => Err(sides(function)),
            })
        };
        let Expr::Interval { interval } = expr else {
            let scalar = one(expr)?;
            let (from, to) = (Some(scalar.clone()), Some(scalar));
            return Ok(Span { from, to, is_interval: false });
        };
        let [from, to] = interval.as_slice() else { return Err(operands("INTERVAL")) };
        let bound = |expr: &Expr| match expr {
            Expr::Literal(open) if open == ".." => Ok(None),
            expr => one(expr).map(Some),
        };
        Ok(Span { from: bound(from)?, to: bound(to)?, is_interval: true })
    }
}

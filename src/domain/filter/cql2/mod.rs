//! CQL2 (OGC 21-065) read into expressions. The crate `cql2` parses text and JSON; what of it can be
//! answered is taken from its tree here, type by type, and the rest is told by name. What is
//! answered: basic CQL2, the advanced comparisons, CASEI and ACCENTI, the spatial functions that a
//! point has an answer to, and of the temporal ones those that a moment has.

mod guard;
mod literal;
mod scalar;
mod temporal;
#[cfg(test)]
mod tests;

use cql2::Expr;
use scalar::{malformed, scalar_of, typed};

use super::expression::{Comparison, Expression, Leaf, Scalar, Test};
use super::extent::{Extent, Relation};
use super::pattern::{Folding, Pattern};
use super::read::boolean;
use crate::domain::expression_fault::ExpressionFault;
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::queryable::{Queryable, QueryableKind};
use crate::domain::reference::Reference;

/// The functions that are answered.
const FUNCTIONS: &str = "CASEI, ACCENTI, S_INTERSECTS, S_DISJOINT, S_WITHIN, S_CONTAINS, S_EQUALS \
                         (POINT, BBOX, POLYGON, MULTIPOLYGON), T_AFTER, T_BEFORE, T_EQUALS, \
                         T_DURING, T_INTERSECTS, T_DISJOINT";
/// Most comparisons, and how deep they may be nested: each is asked of every row.
const MAX_PARTS: usize = 100;
const MAX_DEPTH: usize = 16;
/// Most values in a list, and the longest pattern in characters.
const MAX_LIST: usize = 100;
const MAX_PATTERN: usize = 1_000;

/// How an expression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cql2Language {
    Text,
    Json,
}

impl Expression {
    /// Reads CQL2. Coordinates are in whatever system `to_lon_lat` turns to degrees; it answers None
    /// for what is nowhere on the earth.
    ///
    /// # Errors
    /// The parameter `filter`, for what is no CQL2, for properties that there are not, and for what
    /// cannot be answered: all told by name.
    pub fn parse(
        text: &str,
        language: Cql2Language,
        queryables: &[Queryable],
        _reference: &Reference,
        to_lon_lat: &dyn Fn(f64, f64) -> Option<(f64, f64)>,
    ) -> Result<Self, FieldFault> {
        let reader = Reader { queryables, to_lon_lat };
        let read = || -> Result<Self, Fault> {
            let expression = reader.predicate(&parsed(text, language)?)?;
            let (parts, depth) = expression.size();
            if parts > MAX_PARTS {
                return Err(ExpressionFault::TooManyParts { max: MAX_PARTS }.into());
            }
            if depth > MAX_DEPTH {
                return Err(ExpressionFault::TooDeep { max: MAX_DEPTH }.into());
            }
            Ok(expression)
        };
        read().map_err(|fault| FieldFault::new("filter", fault))
    }

    /// That a property is what a query parameter of its name says.
    ///
    /// # Errors
    /// The parameter, if its text is no value of the property.
    pub fn equals(
        queryable: &Queryable,
        text: &str,
        _reference: &Reference,
    ) -> Result<Self, FieldFault> {
        let scalar = match queryable.kind {
            QueryableKind::Whole | QueryableKind::Number => text
                .parse()
                .map_err(|_| malformed(text, Expected::Number))
                .and_then(|number| scalar_of(&Expr::Float(number))),
            QueryableKind::Flag => boolean(text).map(Scalar::Flag),
            _ => scalar_of(&Expr::Literal(text.to_owned())),
        };
        let compared = scalar.and_then(|scalar| typed(queryable, scalar, "="));
        compared
            .map(|scalar| compare(queryable, Folding::default(), Comparison::Equal, scalar))
            .map_err(|fault| FieldFault::new(queryable.name, fault))
    }
}

/// The tree that the crate makes of it.
fn parsed(text: &str, language: Cql2Language) -> Result<Expr, Fault> {
    match language {
        Cql2Language::Text => {
            guard::text(text)?;
            cql2::parse_text(text).map_err(|error| {
                use pest::error::InputLocation::{Pos, Span};
                let near = match error {
                    cql2::Error::Pest(error) => match error.location {
                        Pos(at) | Span((at, _)) => text.get(at..).unwrap_or_default(),
                    },
                    _ => "",
                };
                ExpressionFault::NotCql2 { near: near.chars().take(20).collect() }.into()
            })
        }
        Cql2Language::Json => {
            guard::json(text)?;
            cql2::parse_json(text).map_err(|error| {
                if error.is_data() {
                    ExpressionFault::NotCql2 { near: String::new() }.into()
                } else {
                    malformed(text, Expected::Json)
                }
            })
        }
    }
}

struct Reader<'a> {
    queryables: &'a [Queryable],
    to_lon_lat: &'a dyn Fn(f64, f64) -> Option<(f64, f64)>,
}

/// A side of a comparison.
enum Side<'a> {
    Property(&'a Queryable, Folding),
    Value(Scalar),
}

/// A side of a spatial predicate.
enum Place<'a> {
    Property(&'a Queryable),
    Extent(Extent),
}

impl<'a> Reader<'a> {
    fn predicate(&self, expr: &Expr) -> Result<Expression, Fault> {
        match expr {
            Expr::Bool(value) => Ok(Expression::Is(*value)),
            Expr::Operation { op, args } => self.operation(op, args),
            Expr::Property { property } => {
                let queryable = self.queryable(property)?;
                match queryable.kind {
                    QueryableKind::Flag => {
                        let (flag, as_is) = (Scalar::Flag(true), Folding::default());
                        Ok(compare(queryable, as_is, Comparison::Equal, flag))
                    }
                    _ => Err(not_a_predicate(queryable.name)),
                }
            }
            Expr::Literal(text) => Err(not_a_predicate(&format!("'{text}'"))),
            Expr::Float(number) => Err(not_a_predicate(&number.to_string())),
            Expr::Null => Err(not_a_predicate("NULL")),
            Expr::Interval { .. } => Err(not_a_predicate("INTERVAL")),
            Expr::Timestamp { .. } => Err(not_a_predicate("TIMESTAMP")),
            Expr::Date { .. } => Err(not_a_predicate("DATE")),
            Expr::BBox { .. } => Err(not_a_predicate("BBOX")),
            Expr::Geometry(geometry) => Err(not_a_predicate(&literal::name(geometry))),
            Expr::Array(_) => Err(not_a_predicate("(…)")),
        }
    }

    fn operation(&self, op: &str, args: &[Box<Expr>]) -> Result<Expression, Fault> {
        let all = || args.iter().map(|arg| self.predicate(arg)).collect::<Result<Vec<_>, _>>();
        match op {
            "and" | "or" if args.is_empty() => Err(operands(op)),
            "and" => {
                Ok(Expression::all(all()?.into_iter().flat_map(Expression::conjuncts).collect()))
            }
            "or" => Ok(Expression::any(all()?)),
            "not" => {
                let [inner] = args else { return Err(operands(op)) };
                Ok(Expression::Not(Box::new(self.predicate(inner)?)))
            }
            "isNull" => {
                let [asked] = args else { return Err(operands("IS NULL")) };
                let Expr::Property { property } = &**asked else { return Err(sides("IS NULL")) };
                let property = self.queryable(property)?.name;
                let folding = Folding::default();
                Ok(Expression::Leaf(Leaf { property, folding, test: Test::IsNull }))
            }
            "=" | "<>" | "<" | "<=" | ">" | ">=" => self.comparison(op, args),
            "between" => self.between(args),
            "in" => self.in_list(args),
            "like" => self.like(args),
            "s_intersects" | "s_disjoint" | "s_within" | "s_contains" | "s_equals" => {
                self.spatial(op, args)
            }
            "t_after" | "t_before" | "t_equals" | "t_during" | "t_contains" | "t_intersects"
            | "t_disjoint" => self.temporal(op, args),
            "casei" | "accenti" => Err(not_a_predicate(&op.to_uppercase())),
            other => Err(not_answered(other)),
        }
    }

    fn queryable(&self, name: &str) -> Result<&'a Queryable, Fault> {
        Queryable::of(self.queryables, name).ok_or_else(|| {
            let all: Vec<&str> = self.queryables.iter().map(|queryable| queryable.name).collect();
            let (name, allowed) = (name.chars().take(100).collect(), all.join(", "));
            ExpressionFault::UnknownProperty { name, allowed }.into()
        })
    }

    fn side(&self, expr: &Expr, operator: &str) -> Result<Side<'a>, Fault> {
        match expr {
            Expr::Property { property } => {
                Ok(Side::Property(self.queryable(property)?, Folding::default()))
            }
            Expr::Operation { op, args } if matches!(op.as_str(), "casei" | "accenti") => {
                let function = op.to_uppercase();
                let [inner] = args.as_slice() else { return Err(operands(&function)) };
                let (case, accents) = (op == "casei", op == "accenti");
                match self.side(inner, &function)? {
                    Side::Property(queryable, folding) if is_text(queryable) => {
                        let folding = Folding {
                            case: folding.case || case,
                            accents: folding.accents || accents,
                        };
                        Ok(Side::Property(queryable, folding))
                    }
                    Side::Property(queryable, _) => Err(operator_of(&function, queryable)),
                    Side::Value(Scalar::Text(text)) => {
                        let folded = Folding { case, accents }.of(&text).into_owned();
                        Ok(Side::Value(Scalar::Text(folded)))
                    }
                    Side::Value(_) => Err(sides(&function)),
                }
            }
            Expr::Operation { op, .. } => Err(not_answered(op)),
            Expr::Literal(_)
            | Expr::Float(_)
            | Expr::Bool(_)
            | Expr::Date { .. }
            | Expr::Timestamp { .. } => scalar_of(expr).map(Side::Value),
            Expr::Null
            | Expr::Interval { .. }
            | Expr::BBox { .. }
            | Expr::Geometry(_)
            | Expr::Array(_) => Err(sides(operator)),
        }
    }

    /// A property that is asked for, and what of it is taken no notice of.
    fn property(&self, expr: &Expr, operator: &str) -> Result<(&'a Queryable, Folding), Fault> {
        match self.side(expr, operator)? {
            Side::Property(queryable, folding) => Ok((queryable, folding)),
            Side::Value(_) => Err(sides(operator)),
        }
    }

    /// A value that a property is held against.
    fn value(&self, expr: &Expr, queryable: &Queryable, operator: &str) -> Result<Scalar, Fault> {
        match self.side(expr, operator)? {
            Side::Value(scalar) => typed(queryable, scalar, operator),
            Side::Property(..) => Err(sides(operator)),
        }
    }

    fn comparison(&self, sign: &str, args: &[Box<Expr>]) -> Result<Expression, Fault> {
        let [left, right] = args else { return Err(operands(sign)) };
        let comparison = match sign {
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => Comparison::Equal,
        };
        let (queryable, folding, comparison, scalar) =
            match (self.side(left, sign)?, self.side(right, sign)?) {
                (Side::Property(queryable, folding), Side::Value(scalar)) => {
                    (queryable, folding, comparison, scalar)
                }
                (Side::Value(scalar), Side::Property(queryable, folding)) => {
                    (queryable, folding, comparison.turned(), scalar)
                }
                _ => return Err(sides(sign)),
            };
        let leaf = compare(queryable, folding, comparison, typed(queryable, scalar, sign)?);
        Ok(if sign == "<>" { Expression::Not(Box::new(leaf)) } else { leaf })
    }

    fn between(&self, args: &[Box<Expr>]) -> Result<Expression, Fault> {
        let [asked, least, most] = args else { return Err(operands("BETWEEN")) };
        let (queryable, folding) = self.property(asked, "BETWEEN")?;
        let value = |expr: &Expr| self.value(expr, queryable, "BETWEEN");
        let test = Test::Between(value(least)?, value(most)?);
        Ok(Expression::Leaf(Leaf { property: queryable.name, folding, test }))
    }

    fn in_list(&self, args: &[Box<Expr>]) -> Result<Expression, Fault> {
        let [asked, list] = args else { return Err(operands("IN")) };
        let Expr::Array(list) = &**list else { return Err(operands("IN")) };
        if list.is_empty() {
            return Err(operands("IN"));
        }
        if list.len() > MAX_LIST {
            return Err(Fault::TooMany { max: MAX_LIST });
        }
        let (queryable, folding) = self.property(asked, "IN")?;
        let values = list.iter().map(|expr| self.value(expr, queryable, "IN"));
        let test = Test::In(values.collect::<Result<_, _>>()?);
        Ok(Expression::Leaf(Leaf { property: queryable.name, folding, test }))
    }

    fn like(&self, args: &[Box<Expr>]) -> Result<Expression, Fault> {
        let [asked, pattern] = args else { return Err(operands("LIKE")) };
        let (queryable, folding) = self.property(asked, "LIKE")?;
        if !is_text(queryable) {
            return Err(operator_of("LIKE", queryable));
        }
        let Scalar::Text(pattern) = self.value(pattern, queryable, "LIKE")? else {
            return Err(sides("LIKE"));
        };
        if pattern.chars().count() > MAX_PATTERN {
            return Err(Fault::TooLong { max: MAX_PATTERN });
        }
        let test = Test::Like(Pattern::new(&pattern));
        Ok(Expression::Leaf(Leaf { property: queryable.name, folding, test }))
    }

    fn spatial(&self, op: &str, args: &[Box<Expr>]) -> Result<Expression, Fault> {
        let function = op.to_uppercase();
        let [left, right] = args else { return Err(operands(&function)) };
        let (queryable, extent, turned) =
            match (self.place(left, &function)?, self.place(right, &function)?) {
                (Place::Property(queryable), Place::Extent(extent)) => (queryable, extent, false),
                (Place::Extent(extent), Place::Property(queryable)) => (queryable, extent, true),
                _ => return Err(sides(&function)),
            };
        let relation = match (op, turned) {
            ("s_within", false) | ("s_contains", true) => Relation::Within,
            ("s_within", true) | ("s_contains", false) => Relation::Contains,
            ("s_equals", _) => Relation::Equals,
            _ => Relation::Intersects,
        };
        let test = Test::Lies(relation, extent);
        let leaf =
            Expression::Leaf(Leaf { property: queryable.name, folding: Folding::default(), test });
        Ok(if op == "s_disjoint" { Expression::Not(Box::new(leaf)) } else { leaf })
    }

    fn place(&self, expr: &Expr, function: &str) -> Result<Place<'a>, Fault> {
        match expr {
            Expr::Property { property } => {
                let queryable = self.queryable(property)?;
                match queryable.kind {
                    QueryableKind::Geometry => Ok(Place::Property(queryable)),
                    _ => Err(operator_of(function, queryable)),
                }
            }
            Expr::Geometry(geometry) => {
                literal::extent(geometry, self.to_lon_lat).map(Place::Extent)
            }
            Expr::BBox { bbox } => literal::bbox(bbox, self.to_lon_lat).map(Place::Extent),
            Expr::Operation { op, .. } => Err(not_answered(op)),
            _ => Err(sides(function)),
        }
    }
}

fn compare(
    queryable: &Queryable,
    folding: Folding,
    comparison: Comparison,
    scalar: Scalar,
) -> Expression {
    let test = Test::Compare(comparison, scalar);
    Expression::Leaf(Leaf { property: queryable.name, folding, test })
}

fn is_text(queryable: &Queryable) -> bool {
    matches!(queryable.kind, QueryableKind::Text | QueryableKind::Codes(_))
}

fn operands(name: &str) -> Fault {
    ExpressionFault::Operands { name: name.to_uppercase() }.into()
}

fn sides(name: &str) -> Fault {
    ExpressionFault::Sides { name: name.to_owned() }.into()
}

fn operator_of(name: &str, queryable: &Queryable) -> Fault {
    ExpressionFault::OperatorOf { name: name.to_owned(), property: queryable.name }.into()
}

fn not_a_predicate(found: &str) -> Fault {
    ExpressionFault::NotAPredicate { found: found.chars().take(100).collect() }.into()
}

/// An operator or function that is told by name: the standard's in capitals, others as written.
fn not_answered(op: &str) -> Fault {
    let standard = ["s_", "t_", "a_"].iter().any(|begin| op.starts_with(begin))
        || matches!(op, "div" | "and" | "or" | "not" | "like" | "in" | "between");
    let name = if standard { op.to_uppercase() } else { op.chars().take(100).collect() };
    match op {
        "isNull" => ExpressionFault::Operator { name: "IS NULL".into() }.into(),
        "div" | "and" | "or" | "not" | "like" | "in" | "between" => {
            ExpressionFault::Operator { name }.into()
        }
        _ if name.chars().all(|character| character.is_ascii_punctuation()) => {
            ExpressionFault::Operator { name }.into()
        }
        _ => ExpressionFault::Function { name, allowed: FUNCTIONS }.into(),
    }
}

//! What is asked of a collection: read once, every fault told by its parameter's name.

use super::bbox;
use super::crs::Crs;
use crate::atlas::{Cursor, CursorError};
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::filter::expression::{Comparison, Leaf, Scalar, Test};
use crate::domain::filter::extent::{Extent, Relation};
use crate::domain::filter::pattern::Folding;
use crate::domain::filter::{Cql2Language, Expression, Filter, PARAMETERS, Sort};
use crate::domain::queryable::QueryableKind;
use crate::domain::reference::Reference;
use crate::domain::tier::Tier;
use crate::http::parameters::Taken;
use crate::registry::RegistryError;
use crate::registry::collections::{Collection, EnterpriseQuery, PlaceQuery, Span, Within};

pub const DEFAULT_LIMIT: usize = 100;
/// More than this is taken for this.
pub const MAX_LIMIT: usize = 10_000;
/// Pages are followed by their links; who counts instead is served so far.
pub const MAX_OFFSET: usize = 100_000;

/// A query, for either kind of collection.
pub enum Asked {
    Enterprises(Box<EnterpriseQuery>),
    Places(PlaceQuery),
}

/// What is read of a request for items, beside its format.
pub struct Query {
    pub asked: Asked,
    pub crs: Crs,
    pub limit: usize,
}

/// The system of a parameter, CRS84 unless told.
pub fn crs(taken: &mut Taken, name: &'static str) -> Crs {
    taken.read(name, Crs::Crs84, Crs::read)
}

/// A whole number of which only digits are one; more than `most` is taken for `most` where `cut`.
fn whole(text: &str, (least, most): (usize, usize), cut: bool) -> Result<usize, Fault> {
    let out_of_range = || {
        let (min, max) = (least.to_string(), most.to_string());
        Fault::OutOfRange { value: text.to_owned(), min, max }
    };
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        if text.parse::<f64>().is_ok() {
            return Err(out_of_range());
        }
        let expected = Expected::WholeNumber;
        return Err(Fault::Malformed { value: text.to_owned(), expected });
    }
    // So many digits that they are no number here are more than any limit.
    let number = text.parse().unwrap_or(usize::MAX);
    match number {
        number if number < least => Err(out_of_range()),
        number if number <= most => Ok(number),
        _ if cut => Ok(most),
        _ => Err(out_of_range()),
    }
}

impl Query {
    /// Reads what is left of a query when its format was taken.
    ///
    /// # Errors
    /// All that is wrong with any parameter, and those that are not known.
    pub fn read(
        mut taken: Taken,
        collection: Collection,
        reference: &Reference,
    ) -> Result<Self, RegistryError> {
        let limit = taken.read("limit", DEFAULT_LIMIT, |text| whole(text, (1, MAX_LIMIT), true));
        let offset = taken.read("offset", 0, |text| whole(text, (0, MAX_OFFSET), false));
        let (crs, bbox_crs) = (crs(&mut taken, "crs"), crs(&mut taken, "bbox-crs"));
        let within = taken.read("bbox", None, |text| bbox::read(text, bbox_crs).map(Some));
        let span = taken.read("datetime", None, |text| bbox::datetime(text).map(Some));
        let mut expressions = filter(&mut taken, collection, reference);
        let cursor = taken.text("cursor");
        let asked = if collection == Collection::Enterprises {
            if let Some(Within::Area(area, _)) = &within {
                expressions.push(leaf(
                    "geometry",
                    Test::Lies(Relation::Intersects, Extent::Area(area.clone())),
                ));
            }
            expressions.extend(span.map(changed));
            if let Some(Within::Bbox(bbox)) = within {
                let [west, south, east, north] = [bbox.west, bbox.south, bbox.east, bbox.north];
                taken.add("bbox", format!("{west:?},{south:?},{east:?},{north:?}"));
            }
            let filter = atlas_filter(taken, expressions, reference)?;
            let after = cursor.map(|text| read_cursor(text, &filter)).transpose()?;
            Asked::Enterprises(Box::new(EnterpriseQuery { filter, after, offset, limit }))
        } else {
            taken.finish()?;
            let expression = expressions.into_iter().reduce(Expression::and);
            let after = cursor;
            Asked::Places(PlaceQuery { within, span, expression, after, offset, limit })
        };
        Ok(Self { asked, crs, limit })
    }
}

/// What must be true of features: `filter`, and queryables given as parameters.
fn filter(taken: &mut Taken, collection: Collection, reference: &Reference) -> Vec<Expression> {
    let queryables = collection.described().queryables;
    let language = taken.read("filter-lang", Cql2Language::Text, |text| match text {
        "cql2-text" => Ok(Cql2Language::Text),
        "cql2-json" => Ok(Cql2Language::Json),
        other => {
            let allowed = "cql2-text, cql2-json".to_owned();
            Err(Fault::UnknownCode { value: other.to_owned(), allowed })
        }
    });
    let filter_crs = crs(taken, "filter-crs");
    let mut expressions = Vec::new();
    if let Some(text) = taken.text("filter") {
        let turned = |a: f64, b: f64| filter_crs.to_lon_lat(a, b);
        match Expression::parse(&text, language, queryables, reference, &turned) {
            Ok(expression) => expressions.push(expression),
            Err(fault) => taken.blame(fault),
        }
    }
    let of_grammar = |name: &str| {
        let known = PARAMETERS.iter().find(|parameter| parameter.name == name);
        collection == Collection::Enterprises
            && known.is_some_and(|parameter| parameter.tier == Tier::Public)
    };
    for queryable in queryables {
        let geometry = matches!(queryable.kind, QueryableKind::Geometry);
        if geometry || of_grammar(queryable.name) {
            continue;
        }
        if let Some(text) = taken.text(queryable.name) {
            match Expression::equals(queryable, &text, reference) {
                Ok(expression) => expressions.push(expression),
                Err(fault) => taken.blame(fault),
            }
        }
    }
    expressions
}

/// The rest of a query as a filter of the atlas. Its internal parameters are not known here.
fn atlas_filter(
    mut taken: Taken,
    expressions: Vec<Expression>,
    reference: &Reference,
) -> Result<Filter, RegistryError> {
    for parameter in PARAMETERS.iter().filter(|parameter| parameter.tier != Tier::Public) {
        if taken.has(parameter.name) {
            // Once is enough to be told of.
            taken.remove(parameter.name);
            taken.fault(parameter.name, Fault::UnknownParameter);
        }
    }
    let filter = taken.into_filter(reference)?;
    Ok(match expressions.into_iter().reduce(Expression::and) {
        Some(expression) => filter.with_expression(expression),
        None => filter,
    })
}

fn read_cursor(text: String, filter: &Filter) -> Result<Cursor, RegistryError> {
    let fault = match Cursor::decode(&text, filter, Sort::Curve) {
        Ok(cursor) => return Ok(cursor),
        Err(CursorError::Mismatch) => Fault::CursorMismatch,
        Err(CursorError::Malformed) => Fault::Malformed { value: text, expected: Expected::Cursor },
    };
    Err(RegistryError::BadParameters(vec![FieldFault::new("cursor", fault)]))
}

fn leaf(property: &'static str, test: Test) -> Expression {
    Expression::Leaf(Leaf { property, folding: Folding::default(), test })
}

/// Last changed within a span.
fn changed(span: Span) -> Expression {
    let compared =
        |comparison, moment| leaf("updated_at", Test::Compare(comparison, Scalar::Moment(moment)));
    let from = span.from.map(|from| compared(Comparison::GreaterOrEqual, from));
    let to = span.to.map(|to| compared(Comparison::LessOrEqual, to));
    Expression::all(from.into_iter().chain(to).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str, collection: Collection) -> Result<Query, Vec<String>> {
        let taken = Taken::of(query).expect("a query");
        Query::read(taken, collection, &Reference::default()).map_err(|error| match error {
            RegistryError::BadParameters(faults) => faults
                .iter()
                .map(|found| format!("{}:{}", found.field, found.fault.code()))
                .collect(),
            other => panic!("{other}"),
        })
    }

    #[test]
    fn a_limit_above_the_greatest_is_cut_and_one_that_is_none_refused() {
        let limit = |text: &str| {
            read(&format!("limit={text}"), Collection::Sentra).map(|query| query.limit)
        };
        assert_eq!(limit("7"), Ok(7));
        for many in ["10000", "10001", "99999999999999999999999"] {
            assert_eq!(limit(many), Ok(MAX_LIMIT), "{many}");
        }
        for (text, code) in [
            ("0", "out_of_range"),
            ("-1", "out_of_range"),
            ("1.5", "out_of_range"),
            ("unlimited", "malformed"),
            ("", "malformed"),
            ("%2B5", "out_of_range"),
        ] {
            assert_eq!(limit(text), Err(vec![format!("limit:{code}")]), "{text}");
        }
    }

    #[test]
    fn every_fault_is_told_at_once_by_its_parameter() {
        let query = "bbox=1,2,3&datetime=x&crs=EPSG:4326&filter-lang=xml&apa=1";
        for collection in [Collection::Enterprises, Collection::Villages] {
            let faults = read(query, collection).map(|_| ()).expect_err("faults");
            let expected = [
                "crs:unknown_code",
                "bbox:malformed",
                "datetime:malformed",
                "filter-lang:unknown_code",
                "apa:unknown_parameter",
            ];
            assert_eq!(faults, expected);
        }
    }

    #[test]
    fn internal_parameters_are_not_known() {
        for parameter in PARAMETERS.iter().filter(|parameter| parameter.tier != Tier::Public) {
            let query = format!("{0}=x&{0}=y", parameter.name);
            let faults = read(&query, Collection::Enterprises).map(|_| ()).expect_err("faults");
            assert_eq!(faults, [format!("{}:unknown_parameter", parameter.name)]);
        }
    }

    #[test]
    fn a_box_in_degrees_is_the_grammars_own_in_any_order_of_axes() {
        let of = |query: &str| match read(query, Collection::Enterprises).expect("a query").asked {
            Asked::Enterprises(asked) => asked.filter.canonical().to_owned(),
            Asked::Places(_) => String::new(),
        };
        let swapped = format!("bbox=-8,112,-7,113&bbox-crs={}", Crs::Epsg4326.uri());
        assert_eq!(of("bbox=112,-8,113,-7"), of(&swapped));
    }
}

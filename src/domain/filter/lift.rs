//! An expression made part of a filter: what of it the filter has a field for goes there, where it
//! lets whole blocks and runs of the curve be passed over; the rest is asked of the rows.

use std::str::FromStr;
use std::sync::Arc;

use strum::VariantNames;

use super::expression::{Comparison, Expression, Leaf, Scalar, Test};
use super::extent::Relation;
use super::pattern::Folding;
use super::{Cql2Language, Filter, PublicFilter};
use crate::domain::codes::{Existence, Kind, LegalForm, Sector};
use crate::domain::fault::FieldFault;
use crate::domain::queryable::{ENTERPRISES, GEOMETRY};
use crate::domain::reference::Reference;
use crate::domain::region::{Level, RegionCode};
use crate::domain::size::SizeClass;
use crate::domain::trade::{CertificateType, Platform};

/// The name of an expression among the parameters.
const PARAMETER: &str = "filter";

impl Filter {
    /// The same, of what an expression over [`ENTERPRISES`] is true of besides. Where it asks for
    /// `existence`, not only what is active is found.
    #[must_use]
    pub fn with_expression(mut self, expression: Expression) -> Self {
        let given: Vec<(String, String)> =
            serde_urlencoded::from_str(&self.canonical).unwrap_or_default();
        let pair = (PARAMETER.to_owned(), expression.to_string());
        let pairs: Vec<(String, String)> = given.into_iter().chain([pair]).collect();
        // Pairs of strings always can be written.
        self.canonical = serde_urlencoded::to_string(pairs).unwrap_or_default();
        self.public.any_existence |= expression.names("existence");
        let rest = expression.conjuncts().into_iter().filter(|part| !self.public.takes(part));
        let rest = Expression::all(rest.collect());
        let before =
            self.public.expression.take().map_or(Expression::Is(true), Arc::unwrap_or_clone);
        let all = before.and(rest);
        self.public.expression = (all != Expression::Is(true)).then(|| Arc::new(all));
        self
    }

    /// Reads what [`Filter::canonical`] wrote, expressions and all.
    ///
    /// # Errors
    /// As [`Filter::parse`] and [`Expression::parse`].
    pub fn restored(canonical: &str, reference: &Reference) -> Result<Self, Vec<FieldFault>> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(canonical).unwrap_or_default();
        let (expressions, pairs): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(name, _)| name == PARAMETER);
        expressions.iter().try_fold(Self::parse(&pairs, reference)?, |filter, (_, text)| {
            let in_degrees = |lon, lat| Some((lon, lat));
            let text_of = Cql2Language::Text;
            let read = Expression::parse(text, text_of, ENTERPRISES, reference, &in_degrees);
            Ok(filter.with_expression(read.map_err(|fault| vec![fault])?))
        })
    }
}

impl PublicFilter {
    /// Takes what the filter can ask for itself, if it does not ask that of something else already.
    fn takes(&mut self, part: &Expression) -> bool {
        let Expression::Leaf(leaf) = part else { return false };
        match leaf.property {
            "kind" => coded(leaf, Kind::VARIANTS, &mut self.kinds),
            "size_class" => coded(leaf, SizeClass::VARIANTS, &mut self.size_classes),
            "legal_form" => coded(leaf, LegalForm::VARIANTS, &mut self.legal_forms),
            "certificate" => coded(leaf, CertificateType::VARIANTS, &mut self.certificates),
            "channel" => coded(leaf, Platform::VARIANTS, &mut self.channels),
            "existence" => coded(leaf, Existence::VARIANTS, &mut self.existence),
            "sector" => {
                let all: Vec<&str> =
                    Sector::all().iter().map(|sector| sector.code.as_str()).collect();
                coded(leaf, &all, &mut self.sectors)
            }
            "women_led" => flag(leaf, &mut self.women_led),
            "sample" => flag(leaf, &mut self.sample),
            "commodity" => {
                let asked = texts(leaf).into_iter().map(str::to_owned);
                put(asked.collect(), &mut self.commodities)
            }
            "kbli" => match &leaf.test {
                Test::Like(pattern) if leaf.folding == Folding::default() => {
                    put(pattern.prefix().into_iter().collect(), &mut self.kbli)
                }
                _ => false,
            },
            "regency" => put(regions(leaf, Level::Regency), &mut self.regions),
            "district" => put(regions(leaf, Level::District), &mut self.regions),
            "village" => put(regions(leaf, Level::Village), &mut self.regions),
            GEOMETRY => match &leaf.test {
                Test::Lies(Relation::Intersects, extent) => {
                    self.extents.push(extent.clone());
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }
}

/// Fills a list. One that is empty would ask for nothing.
fn put<T>(asked: Vec<T>, list: &mut Vec<T>) -> bool {
    let fits = list.is_empty() && !asked.is_empty();
    if fits {
        *list = asked;
    }
    fits
}

/// The codes of a closed list of which it is true.
fn coded<T: FromStr>(leaf: &Leaf, all: &[&str], list: &mut Vec<T>) -> bool {
    if matches!(leaf.test, Test::IsNull) {
        return false;
    }
    let passing = all.iter().filter(|code| leaf.holds_text(code));
    put(passing.filter_map(|code| code.parse().ok()).collect(), list)
}

/// The texts, as they stand, one of which it asks for.
fn texts<'a>(leaf: &'a Leaf) -> Vec<&'a str> {
    let asked: &[Scalar] = match &leaf.test {
        Test::Compare(Comparison::Equal, one) => std::slice::from_ref(one),
        Test::In(all) => all,
        _ => &[],
    };
    if leaf.folding != Folding::default() {
        return Vec::new();
    }
    let text = |scalar: &'a Scalar| match scalar {
        Scalar::Text(text) => Some(text.as_str()),
        _ => None,
    };
    asked.iter().map(text).collect::<Option<_>>().unwrap_or_default()
}

/// The regions of a level one of which it asks for; others there are none of.
fn regions(leaf: &Leaf, level: Level) -> Vec<RegionCode> {
    let codes = texts(leaf).into_iter().filter_map(|text| text.parse().ok());
    codes.filter(|code: &RegionCode| code.level() == level).collect()
}

fn flag(leaf: &Leaf, asked: &mut Option<bool>) -> bool {
    match leaf.test {
        Test::Compare(Comparison::Equal, Scalar::Flag(value)) if asked.is_none() => {
            *asked = Some(value);
            true
        }
        _ => false,
    }
}

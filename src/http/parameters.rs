//! Query parameters: the filter's own, and those of lists.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::NaiveDate;
use utoipa::openapi::HeaderBuilder;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Required, Schema};
use utoipa::{IntoParams, IntoResponses};

use crate::atlas::{Cursor, CursorError};
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::filter::{Filter, PARAMETERS, Sort};
use crate::domain::reference::Reference;
use crate::domain::tier::Tier;
use crate::registry::RegistryError;
use crate::registry::enterprises::ListQuery;
use strum::VariantNames;

pub const DEFAULT_LIMIT: usize = 50;
pub const MAX_LIMIT: usize = 1000;
/// Most pairs of a query: a list takes as many values, in one pair or in several.
const MAX_PAIRS: usize = 120;

/// Pairs of a query string, in their order.
///
/// # Errors
/// If it is not one.
pub fn pairs(query: &str) -> Result<Vec<(String, String)>, RegistryError> {
    let unreadable = |field: &str, message: String| {
        RegistryError::BadParameters(vec![FieldFault::new(field, Fault::Unreadable { message })])
    };
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
        .map_err(|error| unreadable("query", error.to_string()))?;
    if pairs.len() > MAX_PAIRS {
        let fault = FieldFault::new("query", Fault::TooMany { max: MAX_PAIRS });
        return Err(RegistryError::BadParameters(vec![fault]));
    }
    // No text that is kept or looked for has one, and PostgreSQL takes none.
    match pairs.iter().find(|(_, value)| value.contains('\0')) {
        Some((name, _)) => Err(unreadable(name, "NUL".to_owned())),
        None => Ok(pairs),
    }
}

/// Takes parameters out of the pairs by name; what is left is the filter's.
pub struct Taken {
    pairs: Vec<(String, String)>,
    faults: Vec<FieldFault>,
}

impl Taken {
    /// # Errors
    /// If it is no query string.
    pub fn of(query: &str) -> Result<Self, RegistryError> {
        Ok(Self { pairs: pairs(query)?, faults: Vec::new() })
    }

    /// The parameter's text, which may stand once only.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        let mut values =
            self.pairs.extract_if(.., |(found, _)| found == name).map(|(_, value)| value);
        let first = values.next();
        if values.next().is_some() {
            drop(values);
            self.faults.push(FieldFault::new(name, Fault::RepeatedParameter));
        }
        first
    }

    /// The parameter read, or the default where it is not there.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        default: T,
        read: impl Fn(&str) -> Result<T, Fault>,
    ) -> T {
        match self.text(name).map(|text| read(&text)) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(fault)) => {
                self.faults.push(FieldFault::new(name, fault));
                default
            }
        }
    }

    /// Whether a parameter that nobody took yet is there.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(found, _)| found == name)
    }

    /// As if it had been asked for as well.
    pub fn add(&mut self, name: &str, value: String) {
        self.pairs.push((name.to_owned(), value));
    }

    /// As if it had not been asked for.
    pub fn remove(&mut self, name: &str) {
        self.pairs.retain(|(found, _)| found != name);
    }

    pub fn fault(&mut self, name: &'static str, fault: Fault) {
        self.faults.push(FieldFault::new(name, fault));
    }

    /// A fault that says itself what it is about.
    pub fn blame(&mut self, fault: FieldFault) {
        self.faults.push(fault);
    }

    /// The rest as a filter.
    ///
    /// # Errors
    /// All that was wrong with any parameter.
    pub fn into_filter(self, reference: &Reference) -> Result<Filter, RegistryError> {
        let mut faults = self.faults;
        match Filter::parse(&self.pairs, reference) {
            Ok(filter) if faults.is_empty() => Ok(filter),
            Ok(_) => Err(RegistryError::BadParameters(faults)),
            Err(more) => {
                faults.extend(more);
                Err(RegistryError::BadParameters(faults))
            }
        }
    }

    /// Ends the reading where no filter is taken.
    ///
    /// # Errors
    /// All that was wrong with any parameter, and those nobody took.
    pub fn finish(mut self) -> Result<(), RegistryError> {
        let unknown =
            self.pairs.iter().map(|(name, _)| FieldFault::new(name, Fault::UnknownParameter));
        self.faults.extend(unknown);
        if self.faults.is_empty() { Ok(()) } else { Err(RegistryError::BadParameters(self.faults)) }
    }
}

/// How a list is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    GeoJson,
}

/// `limit` of a list.
pub fn limit(taken: &mut Taken) -> usize {
    whole_number(taken, "limit", DEFAULT_LIMIT, 1..=MAX_LIMIT)
}

/// A day, `2026-01-31`.
///
/// # Errors
/// If it is none.
pub fn date(text: &str) -> Result<NaiveDate, Fault> {
    let expected = Expected::Date;
    text.parse().map_err(|_| Fault::Malformed { value: text.to_owned(), expected })
}

/// A whole number within a range.
pub fn whole_number<T: FromStr + PartialOrd + Display>(
    taken: &mut Taken,
    name: &'static str,
    default: T,
    range: RangeInclusive<T>,
) -> T {
    taken.read(name, default, |text| {
        let out_of_range = || {
            let (min, max) = (range.start().to_string(), range.end().to_string());
            Fault::OutOfRange { value: text.to_owned(), min, max }
        };
        let number: T = text.parse().map_err(|_| {
            let looks_like_a_number = text.parse::<f64>().is_ok();
            let expected = Expected::WholeNumber;
            if looks_like_a_number {
                out_of_range()
            } else {
                Fault::Malformed { value: text.into(), expected }
            }
        })?;
        if range.contains(&number) { Ok(number) } else { Err(out_of_range()) }
    })
}

/// `f`, or what the Accept header prefers.
pub fn format(taken: &mut Taken, accept: Option<&str>) -> Format {
    let by_header = accept.is_some_and(|accept| accept.contains("application/geo+json"));
    let default = if by_header { Format::GeoJson } else { Format::Json };
    taken.read("f", default, |text| match text {
        "json" => Ok(Format::Json),
        "geojson" => Ok(Format::GeoJson),
        other => {
            Err(Fault::UnknownCode { value: other.to_owned(), allowed: "json, geojson".into() })
        }
    })
}

/// A whole list query and its format.
///
/// # Errors
/// All that is wrong with its parameters at once.
pub fn list_query(
    query: &str,
    accept: Option<&str>,
    reference: &Reference,
) -> Result<(ListQuery, Format), RegistryError> {
    let mut taken = Taken::of(query)?;
    let limit = limit(&mut taken);
    let format = format(&mut taken, accept);
    let sort = taken.read("sort", Sort::default(), |text| {
        Sort::from_str(text).map_err(|_| {
            let (value, allowed) = (text.to_owned(), Sort::VARIANTS.join(", "));
            Fault::UnknownCode { value, allowed }
        })
    });
    let cursor = taken.text("cursor");
    let filter = taken.into_filter(reference)?;
    let bad = |name, fault| Err(RegistryError::BadParameters(vec![FieldFault::new(name, fault)]));
    if sort == Sort::Distance && filter.public.near.is_none() {
        return bad("sort", Fault::Together { with: "near" });
    }
    if sort == Sort::Relevance && filter.public.words.is_empty() {
        return bad("sort", Fault::Together { with: "q" });
    }
    let after = match cursor.map(|text| (Cursor::decode(&text, &filter, sort), text)) {
        None => None,
        Some((Ok(cursor), _)) => Some(cursor),
        Some((Err(CursorError::Mismatch), _)) => return bad("cursor", Fault::CursorMismatch),
        Some((Err(CursorError::Malformed), value)) => {
            return bad("cursor", Fault::Malformed { value, expected: Expected::Cursor });
        }
    };
    Ok((ListQuery { filter, sort, after, limit }, format))
}

/// The filter's parameters in the OpenAPI document, from the grammar itself.
pub struct FilterParameters;

impl IntoParams for FilterParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = |known: &crate::domain::filter::Parameter| {
            let tier = match known.tier {
                Tier::Public => "",
                Tier::Internal | Tier::Restricted => " For signed-in staff.",
            };
            let builder = ParameterBuilder::new()
                .name(known.name)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some(format!("{}{tier}", known.description)));
            let text = ObjectBuilder::new().schema_type(Type::String);
            if known.list {
                let list = ArrayBuilder::new().items(text).build();
                builder
                    .schema(Some(RefOr::T(Schema::Array(list))))
                    .style(Some(utoipa::openapi::path::ParameterStyle::Form))
                    .explode(Some(false))
                    .build()
            } else {
                builder.schema(Some(text)).build()
            }
        };
        PARAMETERS.iter().map(parameter).collect()
    }
}

/// The parameters of a list beside the filter's.
pub struct ListParameters;

impl IntoParams for ListParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let query = |name: &str, description: &str, schema: ObjectBuilder| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some(description))
                .schema(Some(schema))
                .build()
        };
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1.0))
            .maximum(Some(1000.0))
            .default(Some(serde_json::json!(DEFAULT_LIMIT)));
        vec![
            query("limit", "Most items of a page.", limit),
            query("cursor", "From a `next` link; bound to the filter and the sort order.", text()),
            query(
                "sort",
                "`curve` keeps neighbours together; `distance` wants `near`, `relevance` wants `q`.",
                text().enum_values(Some(Sort::VARIANTS.to_vec())).default(Some("curve".into())),
            ),
            query(
                "f",
                "`geojson` for a FeatureCollection; the Accept header does the same.",
                text().enum_values(Some(["json", "geojson"])),
            ),
        ]
    }
}

/// Errors that any operation may answer.
pub struct CommonProblems;

impl IntoResponses for CommonProblems {
    fn responses() -> std::collections::BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        [
            ("400", "a parameter or the body cannot be read"),
            ("401", "the token is not valid, or none was given where one is needed"),
            ("403", "the role, the area or the tier does not allow this"),
            ("404", "not found, or not for the caller"),
            ("408", "the body did not come in time"),
            ("413", "the body is too large"),
            ("414", "the path and the query are longer than 8,000 bytes"),
            ("415", "the body is compressed"),
            ("429", "the caller asks too often; Retry-After says when to come again"),
            ("431", "the header fields are larger than 16,000 bytes"),
            ("500", "a fault of the server"),
            ("503", "busy, or the answer took too long: try again"),
        ]
        .into_iter()
        .map(|(status, description)| {
            let response = problem_response(description);
            let response = if status == "429" { with_rate_limits(response) } else { response };
            (status.to_owned(), RefOr::T(response))
        })
        .collect()
    }
}

/// The fields that say what is left to a caller.
fn with_rate_limits(response: utoipa::openapi::Response) -> utoipa::openapi::Response {
    let mut response = utoipa::openapi::ResponseBuilder::from(response);
    for (name, kind, description) in [
        ("Retry-After", Type::Integer, "seconds"),
        ("RateLimit", Type::String, "what is left of each limit, `\"requests\";r=0;t=1`"),
        ("RateLimit-Policy", Type::String, "each limit, `\"requests\";q=2000;w=10`"),
    ] {
        let schema = ObjectBuilder::new().schema_type(kind);
        let header = HeaderBuilder::new().schema(Some(schema)).description(Some(description));
        response = response.header(name, header.build());
    }
    response.build()
}

/// Errors that a write may answer on top.
pub struct WriteProblems;

impl IntoResponses for WriteProblems {
    fn responses() -> std::collections::BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let mut responses = CommonProblems::responses();
        for (status, description) in [
            ("409", "not from the state that the record is in"),
            ("412", "the record is at another revision"),
            ("422", "fields that break a rule, each named"),
            ("428", "If-Match is missing"),
        ] {
            responses.insert(status.to_owned(), RefOr::T(problem_response(description)));
        }
        responses
    }
}

/// Errors that an operation may answer which checks a password, a code or both.
pub struct AttemptProblems;

impl IntoResponses for AttemptProblems {
    fn responses() -> std::collections::BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let mut responses = CommonProblems::responses();
        for (status, description) in [
            ("409", "not from the state that the account is in"),
            ("422", "fields that break a rule, each named"),
            ("429", "too many failures for this address: see Retry-After"),
        ] {
            responses.insert(status.to_owned(), RefOr::T(problem_response(description)));
        }
        responses
    }
}

fn problem_response(description: &str) -> utoipa::openapi::Response {
    let content = utoipa::openapi::ContentBuilder::new()
        .schema(Some(utoipa::openapi::Ref::from_schema_name("Problem")))
        .build();
    utoipa::openapi::ResponseBuilder::new()
        .description(description)
        .content(super::problem::CONTENT_TYPE, content)
        .build()
}

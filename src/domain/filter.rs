//! The one filter of the registry: list, tile, count, search and export all take it.
//!
//! [`PARAMETERS`] is the whole grammar: each parameter's name, its tier and how it is read. A list
//! by comma means "any of", parameters are and-ed.

use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDate;
use strum::VariantNames;
use uuid::Uuid;

use super::codes::{Existence, Kind, LegalForm, Publication, Review, Sector};
use super::fault::{Expected, Fault, FieldFault};
use super::quality;
use super::reference::Reference;
use super::region::RegionCode;
use super::size::SizeClass;
use super::text::fold;
use super::tier::Tier;
use super::trade::CertificateType;
use crate::geography::{Area, Bbox, Shape, round7};

/// Most values in one list.
const MAX_LIST: usize = 100;
/// Largest circle, in metres.
const MAX_RADIUS_M: f64 = 1_000_000.0;

/// A circle on the sphere; its edge belongs to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    pub lon: f64,
    pub lat: f64,
    pub radius_m: Option<f64>,
}

/// An area by the id it was stored under; its polygon is filled in before the filter is used.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaRef {
    pub id: String,
    pub polygon: Option<Arc<Area>>,
}

/// The part of a filter that asks for nothing but the public tier.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PublicFilter {
    /// Folded words; each must begin a word of the record's text.
    pub words: Vec<String>,
    pub kinds: Vec<Kind>,
    pub regions: Vec<RegionCode>,
    pub sectors: Vec<Sector>,
    /// Prefixes.
    pub kbli: Vec<String>,
    pub commodities: Vec<String>,
    pub women_led: Option<bool>,
    pub size_classes: Vec<SizeClass>,
    pub legal_forms: Vec<LegalForm>,
    pub certificates: Vec<CertificateType>,
    /// Last changed on this day or later.
    pub updated_since: Option<NaiveDate>,
    pub cooperatives: Vec<Uuid>,
    pub sentra: Vec<Uuid>,
    pub sample: Option<bool>,
    /// Empty means active only.
    pub existence: Vec<Existence>,
    pub bbox: Option<Bbox>,
    pub near: Option<Circle>,
    pub area: Option<AreaRef>,
}

impl PublicFilter {
    /// What positions must lie in, all of it.
    pub fn shapes(&self) -> Vec<Shape> {
        let circle = |circle: Circle| {
            let (lon, lat) = (circle.lon, circle.lat);
            circle.radius_m.map(|radius_m| Shape::Circle { lon, lat, radius_m })
        };
        let area = |area: &AreaRef| area.polygon.clone().map_or(Shape::Nowhere, Shape::Area);
        let bbox = self.bbox.map(Shape::Bbox);
        bbox.into_iter()
            .chain(self.near.and_then(circle))
            .chain(self.area.as_ref().map(area))
            .collect()
    }
}

/// The part of a filter that asks for the internal tier.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InternalFilter {
    pub review: Vec<Review>,
    pub publication: Vec<Publication>,
    pub min_workers: Option<u32>,
    pub max_workers: Option<u32>,
    /// Names of quality rules.
    pub quality: Vec<String>,
}

/// A whole filter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    pub public: PublicFilter,
    pub internal: InternalFilter,
    /// Its parameters as given, in the order of the grammar: what a cursor is bound to.
    canonical: String,
    used: Vec<&'static str>,
}

type Read = fn(&mut Filter, &str, &Reference) -> Result<(), Fault>;

/// A parameter of the grammar.
pub struct Parameter {
    pub name: &'static str,
    pub tier: Tier,
    /// Whether it may be repeated, each time adding to the list.
    pub list: bool,
    pub description: &'static str,
    read: Read,
}

/// The grammar.
pub const PARAMETERS: &[Parameter] = &[
    public(
        "q",
        false,
        "Words in name, product, commodity or place; each may be the beginning of a word.",
        |filter, text, _| {
            filter.public.words =
                fold(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
            if filter.public.words.len() > 20 {
                return Err(Fault::TooMany { max: 20 });
            }
            Ok(())
        },
    ),
    public("kind", true, "Any of: ikm, ukm, kopwan, koperasi.", |filter, text, _| {
        codes(text, &mut filter.public.kinds, Kind::VARIANTS)
    }),
    public(
        "region",
        true,
        "Region codes of any level, e.g. `35.15` or `35.15.06.2001`.",
        |filter, text, reference| {
            each(text, &mut filter.public.regions, |value| {
                let code: RegionCode =
                    value.parse().map_err(|()| malformed(value, Expected::RegionCode))?;
                match reference.gazetteer.get(&code) {
                    Some(_) => Ok(code),
                    None => Err(Fault::RegionUnknown { value: value.to_owned() }),
                }
            })
        },
    ),
    public("sector", true, "Sector codes.", |filter, text, _| {
        each(text, &mut filter.public.sectors, |value| {
            Sector::from_code(value).ok_or_else(|| {
                let all: Vec<&str> =
                    Sector::all().iter().map(|sector| sector.code.as_str()).collect();
                unknown(value, &all)
            })
        })
    }),
    public(
        "kbli",
        true,
        "KBLI codes or their beginnings, two to five digits.",
        |filter, text, _| {
            each(text, &mut filter.public.kbli, |value| {
                let fine = (2..=5).contains(&value.len())
                    && value.bytes().all(|byte| byte.is_ascii_digit());
                if fine { Ok(value.to_owned()) } else { Err(malformed(value, Expected::Kbli)) }
            })
        },
    ),
    public("commodity", true, "Commodity codes.", |filter, text, reference| {
        each(text, &mut filter.public.commodities, |value| {
            reference
                .commodity(value)
                .map(|commodity| commodity.code.clone())
                .ok_or_else(|| unknown(value, &[]))
        })
    }),
    public(
        "women_led",
        false,
        "`true` or `false`; where it is not known, neither finds it.",
        |filter, text, _| boolean(text).map(|value| filter.public.women_led = Some(value)),
    ),
    public("sample", false, "`true`: sample data only; `false`: none of it.", |filter, text, _| {
        boolean(text).map(|value| filter.public.sample = Some(value))
    }),
    public(
        "existence",
        true,
        "Any of: active, closed, moved, duplicate. Without it: active only.",
        |filter, text, _| codes(text, &mut filter.public.existence, Existence::VARIANTS),
    ),
    public(
        "bbox",
        false,
        "`west,south,east,north` in degrees; edges are inside.",
        |filter, text, _| {
            filter.public.bbox =
                Some(Bbox::parse(text).ok_or_else(|| malformed(text, Expected::Bbox))?);
            Ok(())
        },
    ),
    public(
        "near",
        false,
        "`lon,lat` in degrees; with `radius_m`, or for the order by distance.",
        |filter, text, _| {
            let (lon, lat) = lon_lat(text).ok_or_else(|| malformed(text, Expected::LonLat))?;
            let radius_m = filter.public.near.and_then(|circle| circle.radius_m);
            filter.public.near = Some(Circle { lon, lat, radius_m });
            Ok(())
        },
    ),
    public(
        "radius_m",
        false,
        "Metres round `near`, on the sphere; the edge is inside.",
        |filter, text, _| {
            let metres: f64 = text.trim().parse().map_err(|_| malformed(text, Expected::Number))?;
            if !(metres > 0.0 && metres <= MAX_RADIUS_M) {
                let (min, max) = ("0".into(), MAX_RADIUS_M.to_string());
                return Err(Fault::OutOfRange { value: text.into(), min, max });
            }
            // Read after `near`, whatever the order in the address: see `Filter::parse`.
            let circle = filter.public.near.as_mut().ok_or(Fault::Together { with: "near" })?;
            circle.radius_m = Some(metres);
            Ok(())
        },
    ),
    public("area", false, "Id of a polygon that was posted to `/areas`.", |filter, text, _| {
        filter.public.area = Some(AreaRef { id: text.to_owned(), polygon: None });
        Ok(())
    }),
    public(
        "size_class",
        true,
        "Any of: micro, small, medium, large, unknown (PP 7/2021).",
        |filter, text, _| codes(text, &mut filter.public.size_classes, SizeClass::VARIANTS),
    ),
    public("legal_form", true, "Legal forms, e.g. `cv`, `pt`.", |filter, text, _| {
        codes(text, &mut filter.public.legal_forms, LegalForm::VARIANTS)
    }),
    public("certificate", true, "Types of certificates, e.g. `halal`.", |filter, text, _| {
        codes(text, &mut filter.public.certificates, CertificateType::VARIANTS)
    }),
    public(
        "updated_since",
        false,
        "Last changed on this day or later (Asia/Jakarta), e.g. `2026-08-17`.",
        |filter, text, _| {
            let day = text.parse().map_err(|_| malformed(text, Expected::Date))?;
            filter.public.updated_since = Some(day);
            Ok(())
        },
    ),
    public("cooperative", true, "Ids of cooperatives: their members.", |filter, text, _| {
        ids(text, &mut filter.public.cooperatives)
    }),
    public("sentra", true, "Ids of sentra: their members.", |filter, text, _| {
        ids(text, &mut filter.public.sentra)
    }),
    internal("review", true, "Any of: draft, submitted, returned, verified.", |filter, text, _| {
        codes(text, &mut filter.internal.review, Review::VARIANTS)
    }),
    internal("publication", true, "Any of: unpublished, published.", |filter, text, _| {
        codes(text, &mut filter.internal.publication, Publication::VARIANTS)
    }),
    internal(
        "min_workers",
        false,
        "At least so many workers; unknown numbers are left out.",
        |filter, text, _| {
            filter.internal.min_workers = Some(whole(text)?);
            Ok(())
        },
    ),
    internal(
        "max_workers",
        false,
        "At most so many workers; unknown numbers are left out.",
        |filter, text, _| {
            filter.internal.max_workers = Some(whole(text)?);
            Ok(())
        },
    ),
    internal(
        "quality",
        true,
        "Names of quality rules that the record breaks.",
        |filter, text, _| {
            let stored: Vec<&str> = quality::stored().collect();
            each(text, &mut filter.internal.quality, |value| {
                let known = stored.contains(&value).then(|| value.to_owned());
                known.ok_or_else(|| unknown(value, &stored))
            })
        },
    ),
];

const fn public(
    name: &'static str,
    list: bool,
    description: &'static str,
    read: Read,
) -> Parameter {
    Parameter { name, tier: Tier::Public, list, description, read }
}

const fn internal(
    name: &'static str,
    list: bool,
    description: &'static str,
    read: Read,
) -> Parameter {
    Parameter { name, tier: Tier::Internal, list, description, read }
}

impl Filter {
    /// Reads the parameters of a request.
    ///
    /// # Errors
    /// Every unknown, repeated or unreadable parameter, by name.
    pub fn parse(
        pairs: &[(String, String)],
        reference: &Reference,
    ) -> Result<Self, Vec<FieldFault>> {
        let mut filter = Self::default();
        let mut faults = Vec::new();
        for (name, _) in pairs {
            if !PARAMETERS.iter().any(|parameter| parameter.name == name) {
                faults.push(FieldFault::new(name, Fault::UnknownParameter));
            }
        }
        let mut canonical = Vec::new();
        for parameter in PARAMETERS {
            let mut seen = false;
            for (_, value) in pairs.iter().filter(|(name, _)| name == parameter.name) {
                if seen && !parameter.list {
                    faults.push(FieldFault::new(parameter.name, Fault::RepeatedParameter));
                    break;
                }
                seen = true;
                if let Err(fault) = (parameter.read)(&mut filter, value, reference) {
                    faults.push(FieldFault::new(parameter.name, fault));
                }
                canonical.push((parameter.name, value));
                filter.used.push(parameter.name);
            }
        }
        // Pairs of strings always can be written.
        filter.canonical = serde_urlencoded::to_string(canonical).unwrap_or_default();
        if faults.is_empty() { Ok(filter) } else { Err(faults) }
    }

    /// The internal parameters that it uses, by name.
    pub fn internal_parameters(&self) -> Vec<&'static str> {
        let used = |name: &str| self.used.contains(&name);
        PARAMETERS
            .iter()
            .filter(|parameter| parameter.tier == Tier::Internal && used(parameter.name))
            .map(|parameter| parameter.name)
            .collect()
    }

    /// The parameters as given, in the grammar's order.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

/// The order of a list.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    strum::EnumString,
    strum::IntoStaticStr,
    VariantNames,
)]
pub enum Sort {
    /// Along the space-filling curve: near things are near in the list.
    #[default]
    #[strum(serialize = "curve")]
    Curve,
    #[strum(serialize = "name")]
    Name,
    #[strum(serialize = "-updated_at")]
    UpdatedAtDescending,
    #[strum(serialize = "distance")]
    Distance,
    #[strum(serialize = "relevance")]
    Relevance,
}

fn each<T>(
    text: &str,
    list: &mut Vec<T>,
    read: impl Fn(&str) -> Result<T, Fault>,
) -> Result<(), Fault> {
    for value in text.split(',').map(str::trim) {
        list.push(read(value)?);
    }
    if list.len() > MAX_LIST { Err(Fault::TooMany { max: MAX_LIST }) } else { Ok(()) }
}

fn codes<T: FromStr>(text: &str, list: &mut Vec<T>, allowed: &[&str]) -> Result<(), Fault> {
    each(text, list, |value| value.parse().map_err(|_| unknown(value, allowed)))
}

fn ids(text: &str, list: &mut Vec<Uuid>) -> Result<(), Fault> {
    each(text, list, |value| value.parse().map_err(|_| malformed(value, Expected::Uuid)))
}

fn unknown(value: &str, allowed: &[&str]) -> Fault {
    Fault::UnknownCode { value: value.to_owned(), allowed: allowed.join(", ") }
}

fn malformed(value: &str, expected: Expected) -> Fault {
    Fault::Malformed { value: value.to_owned(), expected }
}

fn boolean(text: &str) -> Result<bool, Fault> {
    text.parse().map_err(|_| malformed(text, Expected::Boolean))
}

fn whole(text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| malformed(text, Expected::WholeNumber))
}

/// Reads `lon,lat`.
pub fn lon_lat(text: &str) -> Option<(f64, f64)> {
    let (lon, lat) = text.split_once(',')?;
    let (lon, lat): (f64, f64) = (lon.trim().parse().ok()?, lat.trim().parse().ok()?);
    let on_earth = lon.abs() <= 180.0 && lat.abs() <= 90.0;
    on_earth.then(|| (round7(lon), round7(lat)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<Filter, Vec<FieldFault>> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).expect("a query");
        Filter::parse(&pairs, &Reference::default())
    }

    fn fault(query: &str) -> (String, &'static str) {
        let faults = parse(query).expect_err("a fault");
        (faults[0].field.clone(), faults[0].fault.code())
    }

    #[test]
    fn lists_by_comma_and_by_repetition_are_any_of() {
        let filter = parse("kind=ikm,ukm&kind=kopwan").expect("a filter");
        assert_eq!(filter.public.kinds, [Kind::Ikm, Kind::Ukm, Kind::Kopwan]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert_eq!(fault("bbox=1,2,3"), ("bbox".into(), "malformed"));
        assert_eq!(fault("kind=xyz"), ("kind".into(), "unknown_code"));
        assert_eq!(fault("warna=merah"), ("warna".into(), "unknown_parameter"));
        assert_eq!(fault("sample=ya"), ("sample".into(), "malformed"));
        assert_eq!(fault("q=a&q=b"), ("q".into(), "repeated_parameter"));
        assert_eq!(fault("radius_m=5"), ("radius_m".into(), "together"));
        assert_eq!(fault("near=112,-7&radius_m=-5"), ("radius_m".into(), "out_of_range"));
        assert_eq!(fault("region=99.99"), ("region".into(), "region_unknown"));
        assert_eq!(fault("kind="), ("kind".into(), "unknown_code"));
    }

    #[test]
    fn the_order_of_near_and_radius_does_not_matter() {
        let one = parse("radius_m=500&near=112.7,-7.5").expect("a filter");
        let other = parse("near=112.7,-7.5&radius_m=500").expect("a filter");
        assert_eq!(one, other);
        assert_eq!(one.public.near.and_then(|circle| circle.radius_m), Some(500.0));
    }

    #[test]
    fn internal_parameters_are_known_by_name() {
        let filter = parse("min_workers=3&kind=ikm&q=a%26quality=b").expect("a filter");
        assert_eq!(filter.internal_parameters(), ["min_workers"]);
    }
}

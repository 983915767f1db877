//! The grammar of filters: every parameter with its tier and how it is read.

use strum::VariantNames;

use super::read::{boolean, codes, commodity, date, each, ids, lon_lat, malformed, unknown, whole};
use super::{AreaRef, Circle, Filter};
use crate::domain::codes::{Existence, Kind, LegalForm, Publication, Review, Sector};
use crate::domain::fault::{Expected, Fault};
use crate::domain::quality;
use crate::domain::reference::Reference;
use crate::domain::region::RegionCode;
use crate::domain::size::SizeClass;
use crate::domain::text::fold;
use crate::domain::tier::Tier;
use crate::domain::trade::{CertificateType, Need, Platform, Practice};
use crate::geography::Bbox;

/// Largest circle, in metres.
const MAX_RADIUS_M: f64 = 1_000_000.0;

type Read = fn(&mut Filter, &str, &Reference) -> Result<(), Fault>;

/// A parameter of the grammar.
pub struct Parameter {
    pub name: &'static str,
    pub tier: Tier,
    /// Whether it may be repeated, each time adding to the list.
    pub list: bool,
    pub description: &'static str,
    pub(super) read: Read,
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
        each(text, &mut filter.public.commodities, |value| commodity(value, reference))
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
        "Any of: active, closed, moved, duplicate. Without it, and without `as_of`: active only.",
        |filter, text, _| codes(text, &mut filter.public.existence, Existence::VARIANTS),
    ),
    public(
        "as_of",
        false,
        "Existed on this day (Asia/Jakarta) as known now, e.g. `2026-08-17`: founded in that year or \
         before it, or nobody knows when, and not closed or moved by then.",
        |filter, text, _| date(text).map(|day| filter.public.as_of = Some(day)),
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
    public("channel", true, "Where it sells, e.g. `shopee`, `export`.", |filter, text, _| {
        codes(text, &mut filter.public.channels, Platform::VARIANTS)
    }),
    public(
        "updated_since",
        false,
        "Last changed on this day or later (Asia/Jakarta), e.g. `2026-08-17`.",
        |filter, text, _| date(text).map(|day| filter.public.updated_since = Some(day)),
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
    internal(
        "visited_since",
        false,
        "Last visited on this day or later (Asia/Jakarta), e.g. `2026-08-17`.",
        |filter, text, _| date(text).map(|day| filter.internal.visited_since = Some(day)),
    ),
    internal("need", true, "What it needs, e.g. `capital`, `machines`.", |filter, text, _| {
        codes(text, &mut filter.internal.needs, Need::VARIANTS)
    }),
    internal("practice", true, "What was seen, e.g. `fire_extinguisher`.", |filter, text, _| {
        codes(text, &mut filter.internal.practices, Practice::VARIANTS)
    }),
    internal(
        "raw_material",
        true,
        "Commodity codes of which some product is made.",
        |filter, text, reference| {
            each(text, &mut filter.internal.raw_materials, |value| commodity(value, reference))
        },
    ),
    internal(
        "origin",
        true,
        "Where some raw material comes from: region codes of any level and province, or `import`.",
        |filter, text, _| {
            each(text, &mut filter.internal.origins, |value| {
                value.parse().map_err(|()| malformed(value, Expected::RegionCode))
            })
        },
    ),
    internal(
        "campaign",
        true,
        "Ids of campaigns: what was visited in one of them; of merged records the one that stands \
         for both.",
        |filter, text, _| ids(text, &mut filter.internal.campaigns),
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

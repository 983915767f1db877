//! The columns of flat formats: one table for all of them, with tiers. What each says in words
//! stands in `seed/export-columns.csv`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Serialize;
use utoipa::ToSchema;

use super::cell::Cell;
use super::record::{Document, Record, Text};
use crate::domain::codes::rows;
use crate::domain::fault::Fault;
use crate::domain::region::Level;
use crate::domain::tier::Tier;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportColumnKind)]
pub enum ColumnKind {
    /// Codes, numbers of registers and phones too; lists joined by `; `.
    Text,
    Whole,
    Number,
    Flag,
    /// In UTC.
    Time,
}

/// A column.
#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    pub tier: Tier,
    pub kind: ColumnKind,
    /// The field of the document that it is told from.
    pub field: &'static str,
    cell: for<'r> fn(&'r Record<'_>) -> Cell<'r>,
}

impl Column {
    /// What the column says of a record.
    pub fn of<'r>(&self, record: &'r Record<'_>) -> Cell<'r> {
        (self.cell)(record)
    }

    /// What it means, in Indonesian and English.
    pub fn definition(&self) -> [&'static str; 2] {
        static DEFINITIONS: LazyLock<HashMap<String, [String; 2]>> = LazyLock::new(|| {
            rows(include_str!("../../../seed/export-columns.csv"))
                .map(|row| (row[0].clone(), [row[1].clone(), row[2].clone()]))
                .collect()
        });
        DEFINITIONS.get(self.name).map_or([""; 2], |texts| [&texts[0], &texts[1]])
    }
}

/// Which columns somebody asks for.
#[derive(Debug, Clone, Default)]
pub enum Choice {
    #[default]
    Default,
    /// All that they may have.
    All,
    These(Vec<&'static Column>),
}

impl Choice {
    /// Reads names by comma, or `all`.
    ///
    /// # Errors
    /// A name that is no column's; one that stands twice.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text == "all" {
            return Ok(Self::All);
        }
        let mut columns: Vec<&'static Column> = Vec::new();
        for name in text.split(',').map(str::trim) {
            let column = column(name).ok_or_else(|| {
                let allowed: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
                Fault::UnknownCode { value: name.to_owned(), allowed: allowed.join(", ") }
            })?;
            if columns.iter().any(|chosen| chosen.name == name) {
                return Err(Fault::RepeatedParameter);
            }
            columns.push(column);
        }
        Ok(Self::These(columns))
    }

    /// The columns, for somebody who may have the internal tier or not; None: the format's own.
    pub fn columns(&self, internal: bool) -> Option<Vec<&'static Column>> {
        let may = |column: &&Column| internal || column.tier == Tier::Public;
        match self {
            Self::Default => None,
            Self::All => Some(COLUMNS.iter().filter(may).collect()),
            Self::These(columns) => Some(columns.clone()),
        }
    }

    /// Internal columns that are asked for by name.
    pub fn internal(&self) -> impl Iterator<Item = &'static str> {
        let these = match self {
            Self::These(columns) => columns.as_slice(),
            Self::Default | Self::All => &[],
        };
        these.iter().filter(|column| column.tier != Tier::Public).map(|column| column.name)
    }
}

fn column(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.name == name)
}

/// The columns where none are named, for either tier: those that a document does not have stay empty.
pub fn default_columns() -> Vec<&'static Column> {
    DEFAULT.iter().filter_map(|name| column(name)).collect()
}

/// What an import reads back.
const DEFAULT: [&str; 28] = [
    "id",
    "name",
    "registrations",
    "legal_form",
    "founded_year",
    "nib",
    "kbli",
    "sectors",
    "commodities",
    "products",
    "region",
    "region_name",
    "lon",
    "lat",
    "precision",
    "address",
    "owners",
    "owners.sex",
    "owners.phone",
    "workers.male",
    "workers.female",
    "workers.total",
    "women_led",
    "existence",
    "review",
    "publication",
    "sample",
    "updated_at",
];

type Fill = for<'r> fn(&'r Record<'_>) -> Cell<'r>;

const fn public(name: &'static str, field: &'static str, kind: ColumnKind, cell: Fill) -> Column {
    Column { name, tier: Tier::Public, kind, field, cell }
}

const fn internal(name: &'static str, field: &'static str, kind: ColumnKind, cell: Fill) -> Column {
    Column { name, tier: Tier::Internal, kind, field, cell }
}

use ColumnKind as K;

/// The table.
pub static COLUMNS: &[Column] = &[
    public("id", "id", K::Text, |r| text(&r.document.id)),
    public("tier", "id", K::Text, |r| if r.internal { "internal" } else { "public" }.into()),
    public("revision", "revision", K::Whole, |r| r.document.revision.into()),
    public("created_at", "created_at", K::Time, |r| Cell::Time(r.document.created_at.as_str())),
    public("updated_at", "updated_at", K::Time, |r| Cell::Time(r.document.updated_at.as_str())),
    public("sample", "sample", K::Flag, |r| r.document.sample.into()),
    public("name", "name", K::Text, |r| text(&r.document.name)),
    public("registrations", "registrations[].kind", K::Text, |r| {
        texts(r.document.registrations.iter().map(|registration| &registration.kind))
    }),
    public("legal_form", "legal_form", K::Text, |r| maybe(r.document.legal_form.as_ref())),
    public("founded_year", "founded_year", K::Whole, |r| r.document.founded_year.into()),
    internal("nib", "nib", K::Text, |r| maybe(r.document.nib.as_ref())),
    // A code means nothing without its edition: `2020:15201`.
    public("kbli", "kbli", K::Text, |r| {
        let kbli = r.document.kbli.iter();
        Cell::joined(kbli.map(|one| format!("{}:{}", one.edition.0, one.code.0).into()))
    }),
    public("main_sector", "sectors", K::Text, |r| maybe(r.document.sectors.first())),
    public("sectors", "sectors", K::Text, |r| texts(r.document.sectors.iter())),
    public("commodities", "commodities", K::Text, |r| texts(r.document.commodities.iter())),
    public("products", "products[].name", K::Text, |r| {
        texts(r.document.products.iter().map(|product| &product.name))
    }),
    public("prices", "products[].price_band", K::Text, |r| {
        let products = r.document.products.iter();
        Cell::joined(products.filter_map(|product| {
            let band = product.price_band.as_ref()?;
            Some(format!("{}: {}-{}/{}", product.name.0, band.min, band.max, band.unit.0).into())
        }))
    }),
    public("capacities", "products[].capacity", K::Text, |r| {
        let products = r.document.products.iter();
        Cell::joined(products.filter_map(|product| {
            let one = product.capacity.as_ref()?;
            let (name, unit, period) = (&product.name.0, &one.unit.0, &one.period.0);
            let (min, max) = (one.min, one.max);
            Some(format!("{name}: {min}-{max} {unit}/{period}").into())
        }))
    }),
    public("capacity.min", "products[].capacity", K::Number, |r| capacity(r, |one| one.min.into())),
    public("capacity.max", "products[].capacity", K::Number, |r| capacity(r, |one| one.max.into())),
    public("capacity.unit", "products[].capacity", K::Text, |r| capacity(r, |one| text(&one.unit))),
    public("capacity.period", "products[].capacity", K::Text, |r| {
        capacity(r, |one| text(&one.period))
    }),
    internal("utilisation", "products[].utilisation", K::Whole, |r| {
        r.document.products.iter().find_map(|product| product.utilisation).into()
    }),
    internal("raw_materials", "products[].raw_materials", K::Text, |r| {
        let materials = r.document.products.iter().flat_map(|product| &product.raw_materials);
        Cell::joined(materials.map(|material| match &material.origin {
            None => Cow::Borrowed(material.commodity.as_str()),
            Some(origin) => format!("{}:{}", material.commodity.0, origin.0).into(),
        }))
    }),
    internal("export_destinations", "products[].export_destinations", K::Text, |r| {
        texts(r.document.products.iter().flat_map(|product| &product.export_destinations))
    }),
    public("region", "region", K::Text, |r| text(&r.document.region)),
    public("region_name", "region_name", K::Text, |r| text(&r.document.region_name)),
    public("village", "region", K::Text, |r| code_at(&r.document, Level::Village).into()),
    public("village_name", "region_name", K::Text, |r| name_at(&r.document, Level::Village).into()),
    public("district", "region", K::Text, |r| code_at(&r.document, Level::District).into()),
    public("district_name", "region_name", K::Text, |r| {
        name_at(&r.document, Level::District).into()
    }),
    public("regency", "region", K::Text, |r| code_at(&r.document, Level::Regency).into()),
    public("regency_name", "region_name", K::Text, |r| name_at(&r.document, Level::Regency).into()),
    public("responsible_region", "responsible_region", K::Text, |r| {
        text(&r.document.responsible_region)
    }),
    // Only where they are the enterprise's own: an import of the file must not take its village's for
    // them.
    public("lon", "public_place", K::Number, |r| r.is_exact().then_some(r.lon).into()),
    public("lat", "public_place", K::Number, |r| r.is_exact().then_some(r.lat).into()),
    public("precision", "public_place", K::Text, |r| match &r.document.public_place {
        _ if r.is_exact() => "exact".into(),
        place => maybe(place.as_ref().map(|place| &place.precision)),
    }),
    public("place.lon", "public_place", K::Number, |r| r.lon.into()),
    public("place.lat", "public_place", K::Number, |r| r.lat.into()),
    internal("point.accuracy_m", "point", K::Number, |r| {
        r.document.point.as_ref().and_then(|point| point.accuracy_m).into()
    }),
    internal("point.method", "point", K::Text, |r| {
        maybe(r.document.point.as_ref().and_then(|point| point.method.as_ref()))
    }),
    internal("located_in.regency", "located_in", K::Text, |r| {
        maybe(r.document.located_in.regency.as_ref())
    }),
    internal("located_in.district", "located_in", K::Text, |r| {
        maybe(r.document.located_in.district.as_ref())
    }),
    internal("address", "address", K::Text, |r| maybe(r.document.address.as_ref())),
    // The first one, as an import takes it.
    internal("owners", "owners", K::Text, |r| {
        maybe(r.document.owners.first().map(|owner| &owner.name))
    }),
    internal("owners.sex", "owners", K::Text, |r| {
        maybe(r.document.owners.first().and_then(|owner| owner.sex.as_ref()))
    }),
    internal("owners.phone", "owners", K::Text, |r| {
        maybe(r.document.owners.first().and_then(|owner| owner.phone.as_ref()))
    }),
    internal("owners.email", "owners", K::Text, |r| {
        maybe(r.document.owners.first().and_then(|owner| owner.email.as_ref()))
    }),
    internal("workers.male", "workers", K::Whole, |r| {
        r.document.workers.as_ref().and_then(|workers| workers.male).into()
    }),
    internal("workers.female", "workers", K::Whole, |r| {
        r.document.workers.as_ref().and_then(|workers| workers.female).into()
    }),
    internal("workers.total", "workers", K::Whole, |r| {
        r.document.workers.as_ref().and_then(|workers| workers.total).into()
    }),
    internal("workers.on", "workers", K::Text, |r| {
        maybe(r.document.workers.as_ref().and_then(|workers| workers.on.as_ref()))
    }),
    public("women_led", "women_led", K::Flag, |r| r.document.women_led.into()),
    public("size_class", "size_class", K::Text, |r| text(&r.document.size_class)),
    public("ikm_class", "ikm_class", K::Text, |r| text(&r.document.ikm_class)),
    public("bps_class", "bps_class", K::Text, |r| text(&r.document.bps_class)),
    public("size_rule", "size_rule", K::Text, |r| text(&r.document.size_rule)),
    public("certificates", "certificates", K::Text, |r| {
        texts(r.document.certificates.iter().map(|certificate| &certificate.kind))
    }),
    public("certificates.number", "certificates", K::Text, |r| {
        texts(r.document.certificates.iter().filter_map(|certificate| certificate.number.as_ref()))
    }),
    public("channels", "channels", K::Text, |r| {
        texts(r.document.channels.iter().map(|channel| &channel.platform))
    }),
    public("channels.url", "channels", K::Text, |r| {
        texts(r.document.channels.iter().filter_map(|channel| channel.url.as_ref()))
    }),
    public("contact.phone", "contact", K::Text, |r| {
        maybe(contact_of(r).and_then(|contact| contact.phone.as_ref()))
    }),
    public("contact.email", "contact", K::Text, |r| {
        maybe(contact_of(r).and_then(|contact| contact.email.as_ref()))
    }),
    public("contact.url", "contact", K::Text, |r| {
        maybe(contact_of(r).and_then(|contact| contact.url.as_ref()))
    }),
    public("cooperative", "cooperative", K::Text, |r| maybe(r.document.cooperative.as_ref())),
    public("sentra", "sentra", K::Text, |r| maybe(r.document.sentra.as_ref())),
    public("existence", "existence", K::Text, |r| text(&r.document.existence)),
    public("ceased_on", "ceased_on", K::Text, |r| maybe(r.document.ceased_on.as_ref())),
    internal("review", "review", K::Text, |r| maybe(r.document.review.as_ref())),
    internal("review_since", "review_since", K::Time, |r| {
        r.document.review_since.as_ref().map_or(Cell::Empty, |since| Cell::Time(since.as_str()))
    }),
    internal("publication", "publication", K::Text, |r| maybe(r.document.publication.as_ref())),
    internal("publication_basis", "publication_basis", K::Text, |r| {
        maybe(r.document.publication_basis.as_ref().map(|basis| &basis.kind))
    }),
    internal("duplicate_of", "duplicate_of", K::Text, |r| maybe(r.document.duplicate_of.as_ref())),
    internal("last_visit.outcome", "last_visit", K::Text, |r| {
        maybe(r.document.last_visit.as_ref().map(|visit| &visit.outcome))
    }),
    internal("last_visit.on", "last_visit", K::Text, |r| {
        maybe(r.document.last_visit.as_ref().map(|visit| &visit.on))
    }),
    internal("needs", "needs", K::Text, |r| texts(r.document.needs.iter())),
    internal("practices", "practices", K::Text, |r| texts(r.document.practices.iter())),
    internal("consents", "consents", K::Text, |r| {
        texts(r.document.consents.iter().map(|consent| &consent.to))
    }),
    internal("quality", "quality", K::Text, |r| {
        texts(r.document.quality.iter().map(|flag| &flag.rule))
    }),
    internal("sources", "sources", K::Text, |r| {
        texts(r.document.sources.iter().map(|source| &source.name))
    }),
];

fn text<'r>(text: &'r Text<'_>) -> Cell<'r> {
    text.as_str().into()
}

fn maybe<'r>(found: Option<&'r Text<'_>>) -> Cell<'r> {
    found.map_or(Cell::Empty, text)
}

fn texts<'r, 'd: 'r>(list: impl Iterator<Item = &'r Text<'d>>) -> Cell<'r> {
    Cell::joined(list.map(|text| text.as_str().into()))
}

/// Of the first product that has one.
fn capacity<'r>(
    record: &'r Record<'_>,
    of: impl FnOnce(&'r super::record::Capacity<'_>) -> Cell<'r>,
) -> Cell<'r> {
    let mut all = record.document.products.iter().filter_map(|product| product.capacity.as_ref());
    all.next().map_or(Cell::Empty, of)
}

fn contact_of<'r, 'd>(record: &'r Record<'d>) -> Option<&'r super::record::Contact<'d>> {
    record.document.contact.as_ref()
}

/// The code of the region, or of the wider one that it lies in.
fn code_at<'r>(document: &'r Document<'_>, level: Level) -> Option<&'r str> {
    let length = match level {
        Level::Province => 2,
        Level::Regency => 5,
        Level::District => 8,
        Level::Village => 13,
    };
    document.region.as_str().get(..length)
}

/// The same of its names, which stand narrowest first and end with the regency.
fn name_at<'r>(document: &'r Document<'_>, level: Level) -> Option<&'r str> {
    let from_the_end = match level {
        Level::Province => return None,
        Level::Regency => 0,
        Level::District => 1,
        Level::Village => 2,
    };
    document.region_name.as_str().rsplit(", ").nth(from_the_end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tier;

    #[test]
    fn every_column_is_of_the_tier_of_its_field_and_said_in_both_languages() {
        let mut names = std::collections::HashSet::new();
        for column in COLUMNS {
            assert!(names.insert(column.name), "{} stands twice", column.name);
            let tier = tier::of_field("enterprise", column.field);
            assert_eq!(tier, Some(column.tier), "{} of {}", column.name, column.field);
            assert!(column.definition().iter().all(|text| !text.is_empty()), "{}", column.name);
        }
        let said = rows(include_str!("../../../seed/export-columns.csv"));
        assert_eq!(
            said.map(|row| row[0].clone()).filter(|name| !names.contains(name.as_str())).count(),
            0
        );
        assert_eq!(default_columns().len(), DEFAULT.len());
    }

    #[test]
    fn columns_are_chosen_by_name_and_strangers_are_named() {
        let chosen = Choice::parse("nib, id").expect("columns");
        assert_eq!(chosen.internal().collect::<Vec<_>>(), ["nib"]);
        let names: Vec<_> =
            chosen.columns(true).into_iter().flatten().map(|column| column.name).collect();
        assert_eq!(names, ["nib", "id"]);
        for (text, unknown) in [("id,shoe_size", "shoe_size"), ("", ""), ("id,,name", "")] {
            let Err(Fault::UnknownCode { value, .. }) = Choice::parse(text) else {
                panic!("{text}")
            };
            assert_eq!(value, unknown);
        }
        assert!(matches!(Choice::parse("id,id"), Err(Fault::RepeatedParameter)));
        let all = |internal| Choice::All.columns(internal).expect("columns");
        assert_eq!(all(true).len(), COLUMNS.len());
        assert!(all(false).iter().all(|column| column.tier == Tier::Public));
        assert!(all(false).len() > 30);
    }
}

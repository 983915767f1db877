//! The privacy tier of everything that is kept or can be asked (contract.md, UU 27/2022, UU 3/2014
//! art. 69-70). The types follow it: a public projection has no other fields than public ones, a
//! document none that is restricted; the suite holds the types against this table. The tiers of
//! filters stand in [`super::filter::PARAMETERS`], those of counts in [`GROUPS`] and [`MEASURES`].

use strum::IntoStaticStr;

use super::codes::ConsentTo;

/// Who may see a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Tier {
    /// Anyone, of published records.
    Public,
    /// Staff in their area, and agencies with the scope.
    Internal,
    /// The grant `restricted`, each reading with a purpose and logged.
    Restricted,
}

/// A field of a kind of document; its parts are of its tier unless they have a line of their own.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub entity: &'static str,
    /// As in the documents: `products[].capacity`.
    pub path: &'static str,
    pub tier: Tier,
    /// Public only with this consent.
    pub consent: Option<ConsentTo>,
}

const fn fields<const N: usize>(
    entity: &'static str,
    tier: Tier,
    paths: [&'static str; N],
) -> [Field; N] {
    let mut fields = [Field { entity, path: "", tier, consent: None }; N];
    let mut at = 0;
    while at < N {
        fields[at].path = paths[at];
        at += 1;
    }
    fields
}

const fn consented(path: &'static str, consent: ConsentTo) -> Field {
    Field { entity: "enterprise", path, tier: Tier::Public, consent: Some(consent) }
}

/// What stands beside every draft.
const BASE: [&str; 8] = [
    "id",
    "revision",
    "created_at",
    "updated_at",
    "sample",
    "existence",
    "region_name",
    "responsible_region",
];

/// The table, in parts.
pub const FIELDS: &[&[Field]] = &[
    &fields("enterprise", Tier::Public, BASE),
    &fields(
        "enterprise",
        Tier::Public,
        [
            "registrations",
            "registrations[].kind",
            "legal_form",
            "founded_year",
            "kbli",
            "sectors",
            "commodities",
            "products",
            "products[].name",
            "products[].commodity",
            "products[].price_band",
            "region",
            "public_place",
            "women_led",
            "ceased_on",
            "size_class",
            "ikm_class",
            "bps_class",
            "size_rule",
            "certificates",
            "channels",
            "cooperative",
            "sentra",
        ],
    ),
    &[
        // Where it names an owner; see `projection::public`.
        consented("name", ConsentTo::PersonalName),
        consented("products[].capacity", ConsentTo::Capacity),
        consented("contact", ConsentTo::Contact),
    ],
    &fields(
        "enterprise",
        Tier::Internal,
        [
            "registrations[].office",
            "registrations[].number",
            "registrations[].since",
            "registrations[].until",
            "nib",
            "products[].utilisation",
            "products[].raw_materials",
            "products[].export_destinations",
            // Public as `public_place`, with consent.
            "point",
            "located_in",
            "address",
            "owners",
            "workers",
            "needs",
            "practices",
            "consents",
            "review",
            "review_since",
            "author",
            "publication",
            "publication_basis",
            "duplicate_of",
            "last_visit",
            "quality",
            "sources",
        ],
    ),
    &fields(
        "restricted",
        Tier::Restricted,
        ["business_capital", "investment_value", "annual_sales", "production_values", "persons"],
    ),
    &fields("cooperative", Tier::Public, BASE),
    &fields(
        "cooperative",
        Tier::Public,
        [
            "name",
            "kind",
            "legal_entity_number",
            "coop_registration_number",
            "founded_year",
            "region",
            "parent",
            "headcount",
            "annual_meetings",
            "commodities",
            "about",
            "contact",
            "active_until",
        ],
    ),
    &fields("cooperative", Tier::Internal, ["publication_basis"]),
    &fields("sentra", Tier::Public, BASE),
    &fields(
        "sentra",
        Tier::Public,
        [
            "name",
            "commodity",
            "region",
            "villages",
            "area",
            "basis",
            "founded_year",
            "cooperative",
            "milestones",
            "about",
        ],
    ),
    &fields("sentra", Tier::Internal, ["publication_basis"]),
    &fields("observation", Tier::Public, BASE),
    &fields(
        "observation",
        Tier::Public,
        [
            "subject",
            "measure",
            "commodity",
            "value",
            "max",
            "approximate",
            "unit",
            "definition",
            "source",
            "on",
        ],
    ),
    &fields("observation", Tier::Internal, ["publication_basis"]),
];

/// What counts may be grouped by: `/stats` by all but the last two, `/quality` by those.
pub const GROUPS: &[(&str, Tier)] = &[
    ("province", Tier::Public),
    ("regency", Tier::Public),
    ("district", Tier::Public),
    ("village", Tier::Public),
    ("kind", Tier::Public),
    ("sector", Tier::Public),
    ("size_class", Tier::Public),
    ("women_led", Tier::Public),
    ("commodity", Tier::Public),
    ("certificate", Tier::Public),
    ("year", Tier::Public),
    ("review", Tier::Internal),
    ("publication", Tier::Internal),
    ("need", Tier::Internal),
    ("practice", Tier::Internal),
    ("quality", Tier::Internal),
    ("raw_material", Tier::Internal),
    ("origin", Tier::Internal),
    ("region", Tier::Internal),
    ("rule", Tier::Internal),
];

/// What counts say: the first four in `/stats`, the others in `/quality`.
pub const MEASURES: &[(&str, Tier)] = &[
    ("count", Tier::Public),
    ("lq", Tier::Public),
    ("workers", Tier::Internal),
    ("capacity", Tier::Internal),
    ("records", Tier::Internal),
    ("clean", Tier::Internal),
    ("by_rule", Tier::Internal),
];

/// The tier of a group or measure in its table. One without a line is nobody's to see.
pub fn of_name(table: &[(&str, Tier)], name: &str) -> Tier {
    let line = table.iter().find(|(known, _)| *known == name);
    line.map_or(Tier::Restricted, |(_, tier)| *tier)
}

/// The tier of a field: its own line, or that of what it is part of.
pub fn of_field(entity: &str, path: &str) -> Option<Tier> {
    let lines = || FIELDS.iter().copied().flatten().filter(|field| field.entity == entity);
    let mut path = path;
    loop {
        if let Some(field) = lines().find(|field| field.path == path) {
            return Some(field.tier);
        }
        let end = path.rfind('.')?;
        path = path[..end].trim_end_matches("[]");
        // A part of a list is `list[].part`, its list `list`.
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_of_the_tier_of_its_whole_unless_it_has_its_own() {
        assert_eq!(of_field("enterprise", "owners[].phone"), Some(Tier::Internal));
        assert_eq!(of_field("enterprise", "registrations[].kind"), Some(Tier::Public));
        assert_eq!(of_field("enterprise", "registrations[].office"), Some(Tier::Internal));
        assert_eq!(of_field("enterprise", "shoe_size"), None);
        assert_eq!(of_field("restricted", "persons[].national_id"), Some(Tier::Restricted));
    }

    #[test]
    fn no_field_has_two_tiers() {
        let mut seen = std::collections::HashSet::new();
        for field in FIELDS.iter().copied().flatten() {
            assert!(seen.insert((field.entity, field.path)), "{} {}", field.entity, field.path);
        }
    }
}

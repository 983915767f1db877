//! The collections that are served to geographic information systems.

/// A collection by its name in paths.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "lowercase")]
pub enum Collection {
    Enterprises,
    Regencies,
    Districts,
    Villages,
    Sentra,
    Cooperatives,
}

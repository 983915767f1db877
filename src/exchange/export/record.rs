//! A stored document, of either tier, read once: as much of it as the columns tell, its texts where
//! they stand.

use std::borrow::Cow;

use serde::Deserialize;

use super::Source;

/// A text of a document; it is copied only where JSON had to escape it.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl Text<'_> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the columns are filled from.
pub struct Record<'a> {
    pub internal: bool,
    pub lon: f64,
    pub lat: f64,
    pub document: Document<'a>,
}

impl<'a> Record<'a> {
    /// # Errors
    /// A document that is none.
    pub fn read(source: &Source<'a>) -> Result<Self, serde_json::Error> {
        let Source { internal, lon, lat, .. } = *source;
        Ok(Self { internal, lon, lat, document: serde_json::from_str(source.document)? })
    }

    /// Whether the position is the enterprise's own, not that of its village.
    pub fn is_exact(&self) -> bool {
        self.document.point.is_some()
            || self
                .document
                .public_place
                .as_ref()
                .is_some_and(|at| at.precision.as_str() == "exact")
    }
}

/// Either tier's document; what the public one does not have stays empty.
#[derive(Debug, Deserialize)]
pub struct Document<'a> {
    #[serde(borrow)]
    pub id: Text<'a>,
    pub revision: i64,
    #[serde(borrow)]
    pub created_at: Text<'a>,
    #[serde(borrow)]
    pub updated_at: Text<'a>,
    pub sample: bool,
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow, default)]
    pub registrations: Vec<Registration<'a>>,
    #[serde(borrow, default)]
    pub legal_form: Option<Text<'a>>,
    #[serde(default)]
    pub founded_year: Option<i64>,
    #[serde(borrow, default)]
    pub nib: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub kbli: Vec<Kbli<'a>>,
    #[serde(borrow, default)]
    pub sectors: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub commodities: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub products: Vec<Product<'a>>,
    #[serde(borrow)]
    pub region: Text<'a>,
    #[serde(borrow)]
    pub region_name: Text<'a>,
    #[serde(borrow)]
    pub responsible_region: Text<'a>,
    #[serde(borrow, default)]
    pub located_in: LocatedIn<'a>,
    #[serde(borrow, default)]
    pub public_place: Option<PublicPlace<'a>>,
    #[serde(borrow, default)]
    pub point: Option<Point<'a>>,
    #[serde(borrow, default)]
    pub address: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub owners: Vec<Owner<'a>>,
    #[serde(borrow, default)]
    pub workers: Option<Workers<'a>>,
    #[serde(default)]
    pub women_led: Option<bool>,
    #[serde(borrow)]
    pub size_class: Text<'a>,
    #[serde(borrow)]
    pub ikm_class: Text<'a>,
    #[serde(borrow)]
    pub bps_class: Text<'a>,
    #[serde(borrow)]
    pub size_rule: Text<'a>,
    #[serde(borrow, default)]
    pub certificates: Vec<Certificate<'a>>,
    #[serde(borrow, default)]
    pub channels: Vec<Channel<'a>>,
    #[serde(borrow, default)]
    pub contact: Option<Contact<'a>>,
    #[serde(borrow, default)]
    pub cooperative: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub sentra: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub needs: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub practices: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub consents: Vec<Consent<'a>>,
    #[serde(borrow)]
    pub existence: Text<'a>,
    #[serde(borrow, default)]
    pub ceased_on: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub review: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub review_since: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub publication: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub publication_basis: Option<Basis<'a>>,
    #[serde(borrow, default)]
    pub duplicate_of: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub last_visit: Option<Visit<'a>>,
    #[serde(borrow, default)]
    pub quality: Vec<Flag<'a>>,
    #[serde(borrow, default)]
    pub sources: Vec<Origin<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct Registration<'a> {
    #[serde(borrow)]
    pub kind: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub struct Kbli<'a> {
    #[serde(borrow)]
    pub edition: Text<'a>,
    #[serde(borrow)]
    pub code: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub struct Product<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow, default)]
    pub price_band: Option<PriceBand<'a>>,
    #[serde(borrow, default)]
    pub capacity: Option<Capacity<'a>>,
    #[serde(default)]
    pub utilisation: Option<i64>,
    #[serde(borrow, default)]
    pub raw_materials: Vec<RawMaterial<'a>>,
    #[serde(borrow, default)]
    pub export_destinations: Vec<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct PriceBand<'a> {
    pub min: i64,
    pub max: i64,
    #[serde(borrow)]
    pub unit: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub struct Capacity<'a> {
    pub min: f64,
    pub max: f64,
    #[serde(borrow)]
    pub unit: Text<'a>,
    #[serde(borrow)]
    pub period: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub struct RawMaterial<'a> {
    #[serde(borrow)]
    pub commodity: Text<'a>,
    #[serde(borrow, default)]
    pub origin: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
pub struct LocatedIn<'a> {
    #[serde(borrow, default)]
    pub regency: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub district: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct PublicPlace<'a> {
    #[serde(borrow)]
    pub precision: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub struct Point<'a> {
    #[serde(default)]
    pub accuracy_m: Option<f64>,
    #[serde(borrow, default)]
    pub method: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct Owner<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow, default)]
    pub sex: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub phone: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub email: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct Workers<'a> {
    #[serde(default)]
    pub male: Option<i64>,
    #[serde(default)]
    pub female: Option<i64>,
    #[serde(default)]
    pub total: Option<i64>,
    #[serde(borrow, default)]
    pub on: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct Certificate<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow, default)]
    pub number: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct Channel<'a> {
    #[serde(borrow)]
    pub platform: Text<'a>,
    #[serde(borrow, default)]
    pub url: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct Contact<'a> {
    #[serde(borrow, default)]
    pub phone: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub email: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub url: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct Consent<'a> {
    #[serde(borrow)]
    pub to: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub struct Basis<'a> {
    #[serde(borrow)]
    pub kind: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub struct Visit<'a> {
    #[serde(borrow)]
    pub outcome: Text<'a>,
    #[serde(borrow)]
    pub on: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub struct Flag<'a> {
    #[serde(borrow)]
    pub rule: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub struct Origin<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
}

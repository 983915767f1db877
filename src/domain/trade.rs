//! What an enterprise shows to the market, and what it needs from the office: certificates, sales
//! channels, prices, raw materials, needs and practices.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes::code_set;
use super::enterprise::{Draft, Product};
use super::fault::{Expected, Fault, FieldFault};
use super::quantity::unit;
use super::reference::Reference;
use super::region::RegionCode;

code_set! {
    /// Certificates and registrations that buyers ask for.
    pub enum CertificateType {
        /// Halal certificate.
        Halal,
        /// Home food industry number (*Pangan Industri Rumah Tangga*).
        Pirt,
        /// Food and drug authority.
        Bpom,
        /// Indonesian national standard.
        Sni,
        /// Domestic content level (*Tingkat Komponen Dalam Negeri*).
        Tkdn,
        /// Registered trademark.
        Trademark,
        /// Industrial data system account.
        Siinas,
        Iso,
        Haccp,
        /// Timber legality.
        Svlk,
        /// Batik quality mark.
        Batikmark,
        Other,
    }
}

code_set! {
    pub enum CertificateStatus {
        Valid,
        InProcess,
        Expired,
        Revoked,
    }
}

/// A certificate: that it exists, and its public number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    #[serde(rename = "type")]
    pub kind: CertificateType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<CertificateStatus>,
}

code_set! {
    /// Where the enterprise sells.
    pub enum Platform {
        Store,
        Market,
        Website,
        Shopee,
        Tokopedia,
        Lazada,
        Bukalapak,
        Instagram,
        Facebook,
        Tiktok,
        Whatsapp,
        /// Government procurement catalogue.
        EKatalog,
        Export,
        Other,
    }
}

/// A sales channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    pub platform: Platform,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

code_set! {
    /// What the enterprise says that it needs (internal).
    pub enum Need {
        Capital,
        Marketing,
        Management,
        Workers,
        Materials,
        Machines,
        Skills,
        Legality,
    }
}

code_set! {
    /// Waste handling and safety that was seen in place (internal).
    pub enum Practice {
        WasteSorted,
        WasteTreated,
        WasteCollected,
        WastewaterTreated,
        ProtectiveEquipment,
        FireExtinguisher,
        FirstAid,
        Ventilation,
        CleanWater,
        ChemicalsStored,
    }
}

/// Selling price of one unit, in whole rupiah.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceBand {
    #[schema(minimum = 0)]
    pub min: i64,
    #[schema(minimum = 0)]
    pub max: i64,
    /// A unit's code.
    #[schema(example = "pasang")]
    pub unit: String,
}

/// A raw material and where it comes from (internal).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RawMaterial {
    /// A commodity's code.
    pub commodity: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "35.20")]
    pub origin: Option<Origin>,
}

/// Where something comes from: a region of the country, or abroad.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A Kemendagri code of any province.
    Region(RegionCode),
    Import,
}

impl Origin {
    /// Whether all of the other lies in it.
    pub fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Region(region), Self::Region(other)) => region.contains(other),
            (Self::Import, Self::Import) => true,
            _ => false,
        }
    }
}

impl FromStr for Origin {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "import" { Ok(Self::Import) } else { text.parse().map(Self::Region) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(code) => code.fmt(f),
            Self::Import => f.write_str("import"),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(|()| serde::de::Error::custom("neither a region code nor `import`"))
    }
}

/// Highest price of one unit, in rupiah.
const MAX_PRICE: i64 = 1_000_000_000_000;
/// Most entries in any of these lists, and the longest text.
const MAX: usize = 50;
const MAX_TEXT: usize = 200;

/// What is wrong with what a draft says of the market.
pub fn faults(draft: &Draft, reference: &Reference) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (place, product) in draft.products.iter().enumerate() {
        product_faults(&format!("products[{place}]"), product, reference, &mut faults);
    }
    let lengths = [
        ("certificates", draft.certificates.len()),
        ("channels", draft.channels.len()),
        ("needs", draft.needs.len()),
        ("practices", draft.practices.len()),
    ];
    for (field, length) in lengths {
        if length > MAX {
            faults.push(FieldFault::new(field, Fault::TooMany { max: MAX }));
        }
    }
    for (place, certificate) in draft.certificates.iter().enumerate() {
        let at = format!("certificates[{place}]");
        text_fault(&format!("{at}.number"), certificate.number.as_deref(), &mut faults);
        let dates = (certificate.issued, certificate.expires);
        order_fault(&format!("{at}.expires"), dates, &mut faults);
    }
    for (place, channel) in draft.channels.iter().enumerate() {
        let at = format!("channels[{place}]");
        text_fault(&format!("{at}.url"), channel.url.as_deref(), &mut faults);
        order_fault(&format!("{at}.until"), (channel.since, channel.until), &mut faults);
    }
    faults
}

fn product_faults(
    at: &str,
    product: &Product,
    reference: &Reference,
    faults: &mut Vec<FieldFault>,
) {
    let mut fault =
        |field: &str, fault| faults.push(FieldFault::new(format!("{at}.{field}"), fault));
    let unknown = |value: &str| Fault::UnknownCode { value: value.into(), allowed: String::new() };
    if let Some(price) = &product.price_band {
        let out = |value: i64, min: i64| {
            let (value, min, max) = (value.to_string(), min.to_string(), MAX_PRICE.to_string());
            Fault::OutOfRange { value, min, max }
        };
        if !(0..=MAX_PRICE).contains(&price.min) {
            fault("price_band.min", out(price.min, 0));
        } else if !(price.min..=MAX_PRICE).contains(&price.max) {
            fault("price_band.max", out(price.max, price.min));
        }
        if unit::by_code(&price.unit).is_none() {
            fault("price_band.unit", unknown(&price.unit));
        }
    }
    if let Some(utilisation) = product.utilisation.filter(|per_cent| *per_cent > 100) {
        let (min, max) = ("0".into(), "100".into());
        fault("utilisation", Fault::OutOfRange { value: utilisation.to_string(), min, max });
    }
    for (place, material) in product.raw_materials.iter().enumerate() {
        if reference.commodity(&material.commodity).is_none() {
            fault(&format!("raw_materials[{place}].commodity"), unknown(&material.commodity));
        }
    }
    for (place, country) in product.export_destinations.iter().enumerate() {
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let (value, expected) = (country.clone(), Expected::Country);
            fault(&format!("export_destinations[{place}]"), Fault::Malformed { value, expected });
        }
    }
    for (field, length) in [
        ("raw_materials", product.raw_materials.len()),
        ("export_destinations", product.export_destinations.len()),
    ] {
        if length > MAX {
            fault(field, Fault::TooMany { max: MAX });
        }
    }
}

fn text_fault(field: &str, text: Option<&str>, faults: &mut Vec<FieldFault>) {
    match text {
        Some(text) if text.trim().is_empty() => {
            faults.push(FieldFault::new(field, Fault::Required));
        }
        Some(text) if text.chars().count() > MAX_TEXT => {
            faults.push(FieldFault::new(field, Fault::TooLong { max: MAX_TEXT }));
        }
        _ => {}
    }
}

/// The end of a time may not lie before its beginning.
fn order_fault(
    field: &str,
    dates: (Option<NaiveDate>, Option<NaiveDate>),
    faults: &mut Vec<FieldFault>,
) {
    if let (Some(from), Some(to)) = dates
        && to < from
    {
        let (value, min, max) = (to.to_string(), from.to_string(), "…".into());
        faults.push(FieldFault::new(field, Fault::OutOfRange { value, min, max }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_by_their_path() {
        let draft: Draft = serde_json::from_value(serde_json::json!({
            "name": "Tas Melati",
            "products": [{
                "name": "Tas", "utilisation": 101, "export_destinations": ["MY", "my"],
                "price_band": {"min": 5, "max": 1, "unit": "genggam"},
                "raw_materials": [{"commodity": "tidak-ada", "origin": "35.20"}]
            }],
            "certificates": [{"type": "halal", "issued": "2026-01-02", "expires": "2026-01-01"}],
            "channels": [{"platform": "shopee", "url": " "}]
        }))
        .expect("a draft");
        let found = faults(&draft, &Reference::default());
        let told: Vec<&str> = found.iter().map(|found| found.field.as_str()).collect();
        assert_eq!(
            told,
            [
                "products[0].price_band.max",
                "products[0].price_band.unit",
                "products[0].utilisation",
                "products[0].raw_materials[0].commodity",
                "products[0].export_destinations[1]",
                "certificates[0].expires",
                "channels[0].url"
            ]
        );
    }

    #[test]
    fn an_origin_is_a_region_of_the_country_or_abroad() {
        assert_eq!("import".parse(), Ok(Origin::Import));
        assert_eq!("35.20".parse::<Origin>().map(|origin| origin.to_string()), Ok("35.20".into()));
        assert!("Magetan".parse::<Origin>().is_err());
    }
}

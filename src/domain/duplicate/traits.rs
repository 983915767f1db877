//! What of a record is compared with another.

use serde::Deserialize;
use uuid::Uuid;

use super::number;
use super::words::{Word, words};
use crate::domain::codes::{Existence, Nib, PointMethod};
use crate::domain::enterprise::{Contact, Draft, Owner, Point};
use crate::domain::region::RegionCode;
use crate::domain::text::squash;

/// What of a record is compared with another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traits {
    pub name: Vec<Word>,
    pub owners: Vec<Vec<Word>>,
    /// Their last nine digits.
    pub phones: Vec<String>,
    pub nib: Option<String>,
    /// Keyed hashes of the owners' NIK, where they are known.
    pub national_ids: Vec<Vec<u8>>,
    pub commodities: Vec<String>,
    /// Names of products, squashed.
    pub products: Vec<String>,
    pub region: Option<RegionCode>,
    /// Longitude and latitude, where it is the business's own.
    pub point: Option<(f64, f64)>,
}

/// As much of a stored document as is compared.
#[derive(Debug, Clone, Deserialize)]
pub struct Compared {
    pub id: Uuid,
    pub revision: i32,
    pub responsible_region: RegionCode,
    pub sample: bool,
    pub existence: Existence,
    name: String,
    #[serde(default)]
    nib: Option<Nib>,
    #[serde(default)]
    commodities: Vec<String>,
    #[serde(default)]
    products: Vec<Made>,
    #[serde(default)]
    region: Option<RegionCode>,
    #[serde(default)]
    point: Option<Point>,
    #[serde(default)]
    owners: Vec<Owner>,
    #[serde(default)]
    contact: Option<Contact>,
}

#[derive(Debug, Clone, Deserialize)]
struct Made {
    name: String,
    #[serde(default)]
    commodity: Option<String>,
}

impl Compared {
    /// Its traits; `national_ids` are what the vault keeps of its persons.
    pub fn traits(&self, national_ids: Vec<Vec<u8>>) -> Traits {
        let made = self.products.iter();
        Traits::from_parts(Parts {
            name: &self.name,
            nib: self.nib.as_ref(),
            commodities: &self.commodities,
            products: made.map(|made| (made.name.as_str(), made.commodity.as_deref())).collect(),
            region: self.region.as_ref(),
            point: self.point.as_ref(),
            owners: &self.owners,
            contact: self.contact.as_ref(),
            national_ids,
        })
    }
}

/// Where traits come from.
struct Parts<'a> {
    name: &'a str,
    nib: Option<&'a Nib>,
    commodities: &'a [String],
    products: Vec<(&'a str, Option<&'a str>)>,
    region: Option<&'a RegionCode>,
    point: Option<&'a Point>,
    owners: &'a [Owner],
    contact: Option<&'a Contact>,
    national_ids: Vec<Vec<u8>>,
}

impl Traits {
    /// Those of a draft; `national_ids` are what the vault keeps of its persons.
    pub fn of(draft: &Draft, national_ids: Vec<Vec<u8>>) -> Self {
        let made = draft.products.iter();
        Self::from_parts(Parts {
            name: &draft.name,
            nib: draft.nib.as_ref(),
            commodities: &draft.commodities,
            products: made.map(|made| (made.name.as_str(), made.commodity.as_deref())).collect(),
            region: draft.region.as_ref(),
            point: draft.point.as_ref(),
            owners: &draft.owners,
            contact: draft.contact.as_ref(),
            national_ids,
        })
    }

    fn from_parts(parts: Parts) -> Self {
        let numbers = parts.owners.iter().filter_map(|owner| owner.phone.as_deref());
        let public = parts.contact.iter().filter_map(|contact| contact.phone.as_deref());
        let mut phones: Vec<String> = numbers.chain(public).filter_map(subscriber).collect();
        phones.sort_unstable();
        phones.dedup();
        let mut commodities: Vec<String> = parts.commodities.to_vec();
        let of_products = parts.products.iter().filter_map(|(_, commodity)| *commodity);
        commodities.extend(of_products.map(str::to_owned));
        commodities.sort_unstable();
        commodities.dedup();
        let own = parts.point.filter(|point| point.method != PointMethod::Village);
        Self {
            name: words(parts.name),
            owners: parts.owners.iter().map(|owner| words(&owner.name)).collect(),
            phones,
            nib: parts.nib.map(|nib| nib.as_str().to_owned()),
            national_ids: parts.national_ids,
            commodities,
            products: parts.products.iter().map(|(name, _)| squash(name)).collect(),
            region: parts.region.cloned(),
            point: own.map(|point| (point.lon, point.lat)),
        }
    }

    /// All words of the name and the owners.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.name.iter().chain(self.owners.iter().flatten())
    }

    /// A number that changes when something does that is compared.
    pub fn fingerprint(&self) -> u64 {
        let point = self.point.map(|(lon, lat)| format!("{lon:.5} {lat:.5}")).unwrap_or_default();
        let sounds = |words: &[Word]| {
            words.iter().map(|word| word.sound.as_str()).collect::<Vec<_>>().join(" ")
        };
        let owners: Vec<String> = self.owners.iter().map(|owner| sounds(owner)).collect();
        let national_ids: Vec<String> =
            self.national_ids.iter().map(|hash| crate::domain::text::hex(hash)).collect();
        number(&[
            &sounds(&self.name),
            &owners.join("|"),
            &self.phones.join("|"),
            self.nib.as_deref().unwrap_or_default(),
            &national_ids.join("|"),
            &self.commodities.join("|"),
            &self.products.join("|"),
            self.region.as_ref().map(RegionCode::as_str).unwrap_or_default(),
            &point,
        ])
    }
}

/// The last nine digits of a phone number, however its beginning is written.
fn subscriber(phone: &str) -> Option<String> {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let from = digits.len().checked_sub(9)?;
    Some(digits[from..].iter().collect())
}

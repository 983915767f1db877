//! What of a record is compared with another.

use super::words::{Word, words};
use super::{Rarity, number};
use crate::domain::codes::PointMethod;
use crate::domain::enterprise::Draft;
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

impl Traits {
    /// Those of a draft; `national_ids` are what the vault keeps of its persons.
    pub fn of(draft: &Draft, national_ids: Vec<Vec<u8>>) -> Self {
        let numbers = draft.owners.iter().filter_map(|owner| owner.phone.as_deref());
        let public = draft.contact.iter().filter_map(|contact| contact.phone.as_deref());
        let mut phones: Vec<String> = numbers.chain(public).filter_map(subscriber).collect();
        phones.sort_unstable();
        phones.dedup();
        let made = draft.products.iter();
        let mut commodities: Vec<String> = draft.commodities.clone();
        commodities.extend(made.clone().filter_map(|product| product.commodity.clone()));
        commodities.sort_unstable();
        commodities.dedup();
        let own = |method| method != PointMethod::Village;
        Self {
            name: words(&draft.name),
            owners: draft.owners.iter().map(|owner| words(&owner.name)).collect(),
            phones,
            nib: draft.nib.as_ref().map(|nib| nib.as_str().to_owned()),
            national_ids,
            commodities,
            products: made.map(|product| squash(&product.name)).collect(),
            region: draft.region.clone(),
            point: draft
                .point
                .as_ref()
                .filter(|point| own(point.method))
                .map(|point| (point.lon, point.lat)),
        }
    }

    /// All words of the name and the owners.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.name.iter().chain(self.owners.iter().flatten())
    }

    /// The words of the name that tell most, the rarest first.
    pub fn telling(&self, rarity: &Rarity) -> Vec<&Word> {
        let mut telling: Vec<(f64, &Word)> =
            self.name.iter().map(|word| (rarity.bits(word), word)).collect();
        telling.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.sound.cmp(&b.1.sound)));
        telling.into_iter().map(|(_, word)| word).collect()
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

//! Who a row of a list is about, and what it says: both as hashes.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::enterprise::Draft;
use crate::domain::region::Level;
use crate::domain::text::squash;

/// Who a row is about: its NIB and place, else its name, owner and village; where those are not all
/// known, with its address and products.
pub fn of(draft: &Draft) -> u128 {
    let region = draft.region.as_ref().map_or("", |region| region.as_str());
    if let Some(nib) = &draft.nib {
        return hash(&[&format!("nib|{}|{region}", nib.as_str())]);
    }
    let owner = draft.owners.first().map(|owner| squash(&owner.name)).unwrap_or_default();
    let known = format!("name|{}|{owner}|{region}", squash(&draft.name));
    let narrow = draft.region.as_ref().is_some_and(|region| region.level() == Level::Village);
    if narrow && !owner.is_empty() {
        return hash(&[&known]);
    }
    // A name alone, or one in a whole district, is that of many: what else is said tells them apart.
    let address = draft.address.as_deref().map(squash).unwrap_or_default();
    let products: Vec<String> =
        draft.products.iter().map(|product| squash(&product.name)).collect();
    hash(&[&format!("{known}|{address}|{}", products.join("|"))])
}

/// The same of a row that names its record by the registry's own id.
pub fn of_record(id: Uuid) -> String {
    text(hash(&[&format!("id|{id}")]))
}

/// The same of a row about a member of a cooperative.
pub fn of_member(who: u128, cooperative: Option<Uuid>) -> u128 {
    hash(&[&format!("member|{}|{who:032x}", cooperative.unwrap_or_default())])
}

/// What a row says: the same again changes nothing. Of restricted values only a keyed fingerprint
/// goes in: from a plain hash a NIK could be found out by trying.
pub fn content(draft: &Draft, restricted: &str) -> u128 {
    hash(&[&serde_json::to_string(draft).unwrap_or_default(), restricted])
}

/// As it is stored.
pub fn text(hash: u128) -> String {
    format!("{hash:032x}")
}

fn hash(parts: &[&str]) -> u128 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let mut first = [0; 16];
    first.copy_from_slice(&digest[..16]);
    u128::from_be_bytes(first)
}

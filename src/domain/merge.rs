//! Two records of one enterprise made one: the survivor's word stands, and what it does not say is
//! taken from the duplicate.

use super::enterprise::Draft;
use super::text::squash;

/// The survivor's draft, completed from the duplicate's. Consents and the public contact are not
/// taken over: they were given for the other record.
pub fn completed(survivor: &Draft, duplicate: &Draft) -> Draft {
    let mut draft = survivor.clone();
    let other = duplicate.clone();
    draft.legal_form = draft.legal_form.or(other.legal_form);
    draft.founded_year = draft.founded_year.or(other.founded_year);
    draft.nib = draft.nib.or(other.nib);
    draft.point = draft.point.or(other.point);
    draft.address = draft.address.or(other.address);
    draft.workers = draft.workers.or(other.workers);
    draft.cooperative = draft.cooperative.or(other.cooperative);
    draft.sentra = draft.sentra.or(other.sentra);
    add(&mut draft.registrations, other.registrations, |a, b| {
        a.kind == b.kind && (b.number.is_none() || a.number == b.number)
    });
    let main = draft.kbli.iter().any(|kbli| kbli.main);
    let kbli = other.kbli.into_iter().map(|mut kbli| {
        kbli.main &= !main;
        kbli
    });
    add(&mut draft.kbli, kbli, |a, b| (&a.edition, &a.code) == (&b.edition, &b.code));
    add(&mut draft.sectors, other.sectors, PartialEq::eq);
    add(&mut draft.commodities, other.commodities, PartialEq::eq);
    add(&mut draft.products, other.products, |a, b| squash(&a.name) == squash(&b.name));
    add(&mut draft.owners, other.owners, |a, b| squash(&a.name) == squash(&b.name));
    add(&mut draft.certificates, other.certificates, |a, b| {
        a.kind == b.kind && (b.number.is_none() || a.number == b.number)
    });
    add(&mut draft.channels, other.channels, |a, b| (a.platform, &a.url) == (b.platform, &b.url));
    add(&mut draft.needs, other.needs, PartialEq::eq);
    add(&mut draft.practices, other.practices, PartialEq::eq);
    draft
}

/// Adds what is not there yet.
fn add<T>(list: &mut Vec<T>, others: impl IntoIterator<Item = T>, same: impl Fn(&T, &T) -> bool) {
    for other in others {
        if !list.iter().any(|entry| same(entry, &other)) {
            list.push(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_survivors_word_stands_and_gaps_are_filled() {
        let draft = |value| serde_json::from_value::<Draft>(value).expect("a draft");
        let survivor = draft(json!({
            "name": "Tas Melati", "sectors": ["kulit-alas-kaki"], "founded_year": 1999,
            "owners": [{"name": "Siti Aminah"}], "kbli": [{"edition": "2020", "code": "15121", "main": true}]
        }));
        let duplicate = draft(json!({
            "name": "MELATI TAS", "sectors": ["kulit-alas-kaki", "aneka"], "founded_year": 2001, "address": "Jl. Raya 1",
            "owners": [{"name": "SITI AMINAH"}, {"name": "Budi"}], "consents": [{"to": "publish", "on": "2026-01-01", "how": "x"}],
            "kbli": [{"edition": "2020", "code": "15129", "main": true}]
        }));
        let merged = completed(&survivor, &duplicate);
        assert_eq!((merged.name.as_str(), merged.founded_year), ("Tas Melati", Some(1999)));
        assert_eq!(merged.address.as_deref(), Some("Jl. Raya 1"));
        assert_eq!((merged.owners.len(), merged.sectors.len(), merged.consents.len()), (2, 2, 0));
        let main: Vec<bool> = merged.kbli.iter().map(|kbli| kbli.main).collect();
        assert_eq!(main, [true, false]);
    }
}

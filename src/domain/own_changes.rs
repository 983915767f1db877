//! What an owner may change of their own record by a link: a fixed set of fields, and each consent.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::codes::{BasisKind, ConsentTo, Publication, Sex};
use super::enterprise::{Capacity, Consent, Contact, Draft, Owner, Point, Product, Workers};
use super::fault::{Expected, Fault, FieldFault};
use super::own_record::is_named;
use super::person::given;
use super::projection::Standing;
use super::restricted::without_national_ids;
use super::trade::{Certificate, Channel};

/// What stands beside a consent that was given, and beside every change, in the log.
pub const HOW: &str = "pemilik melalui tautan";

/// What an owner changes: what is left out stays, null takes a value away.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnChanges {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub address: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Contact>)]
    pub contact: Option<Option<Contact>>,
    /// All of them: one that is not in it is taken away.
    #[serde(default)]
    pub products: Option<Vec<OwnProduct>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Workers>)]
    pub workers: Option<Option<Workers>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Point>)]
    pub point: Option<Option<Point>>,
    #[serde(default)]
    pub channels: Option<Vec<Channel>>,
    #[serde(default)]
    pub certificates: Option<Vec<Certificate>>,
    /// Of the owner that the link was made for. A name is corrected at the office.
    #[serde(default)]
    pub owner: Option<OwnPerson>,
    #[serde(default)]
    pub consents: Option<OwnConsents>,
}

/// A product as its maker knows it.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnProduct {
    /// Its place in the list as it was, from 0: what stands beside these fields is kept. Left out:
    /// a new one.
    #[serde(default)]
    pub was: Option<usize>,
    pub name: String,
    #[serde(default)]
    pub commodity: Option<String>,
    #[serde(default)]
    pub capacity: Option<Capacity>,
}

/// What an owner corrects of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPerson {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Sex>)]
    pub sex: Option<Option<Sex>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
}

/// Given (`true`) or withdrawn (`false`); what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnConsents {
    #[serde(default)]
    pub publish: Option<bool>,
    #[serde(default)]
    pub exact_point: Option<bool>,
    #[serde(default)]
    pub contact: Option<bool>,
    #[serde(default)]
    pub capacity: Option<bool>,
    #[serde(default)]
    pub personal_name: Option<bool>,
}

impl OwnConsents {
    fn each(&self) -> [(ConsentTo, Option<bool>); 5] {
        [
            (ConsentTo::Publish, self.publish),
            (ConsentTo::ExactPoint, self.exact_point),
            (ConsentTo::Contact, self.contact),
            (ConsentTo::Capacity, self.capacity),
            (ConsentTo::PersonalName, self.personal_name),
        ]
    }
}

impl OwnChanges {
    /// What is wrong with them beyond the rules of every draft; `products` were there before.
    pub fn faults(&self, products: usize) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, fault| faults.push(FieldFault::new(field, fault));
        if *self == Self::default() {
            fault("body", Fault::Required);
        }
        let mut texts = vec![("name".to_owned(), self.name.as_ref())];
        texts.push(("address".to_owned(), self.address.as_ref().and_then(Option::as_ref)));
        let mut taken = Vec::new();
        for (place, product) in self.products.iter().flatten().enumerate() {
            texts.push((format!("products[{place}].name"), Some(&product.name)));
            let Some(was) = product.was else { continue };
            if was >= products || taken.contains(&was) {
                let value = was.to_string();
                let (min, max) = ("0".into(), products.saturating_sub(1).to_string());
                let range = Fault::OutOfRange { value, min, max };
                fault(&format!("products[{place}].was"), range);
            }
            taken.push(was);
        }
        for (field, text) in texts {
            if text.is_some_and(|text| without_national_ids(text).is_some()) {
                fault(&field, Fault::HoldsNationalId);
            }
        }
        let contact = self.contact.as_ref().and_then(Option::as_ref);
        let person = self.owner.as_ref();
        let phones = [
            ("contact.phone", contact.and_then(|contact| contact.phone.as_ref())),
            ("owner.phone", person.and_then(|person| person.phone.as_ref()?.as_ref())),
        ];
        let emails = [
            ("contact.email", contact.and_then(|contact| contact.email.as_ref())),
            ("owner.email", person.and_then(|person| person.email.as_ref()?.as_ref())),
        ];
        for (field, text) in phones {
            if let Some(text) = text.filter(|text| !is_phone(text)) {
                fault(field, malformed(text, Expected::Phone));
            }
        }
        for (field, text) in emails {
            if let Some(text) = text.filter(|text| !is_email(text)) {
                fault(field, malformed(text, Expected::Email));
            }
        }
        faults
    }

    /// Whether they correct anything: a consent alone is nobody's to verify.
    pub fn corrects(&self) -> bool {
        Self { consents: None, ..self.clone() } != Self::default()
    }

    /// The draft as corrected; `at` is the place among the owners of who corrects it.
    pub fn correct(&self, draft: &mut Draft, at: usize) {
        if let Some(name) = &self.name {
            draft.name.clone_from(name);
        }
        if let Some(address) = &self.address {
            draft.address.clone_from(address);
        }
        if let Some(contact) = &self.contact {
            draft.contact = contact.clone().filter(|contact| *contact != Contact::default());
        }
        if let Some(products) = &self.products {
            let before = std::mem::take(&mut draft.products);
            let as_it_was = |was: Option<usize>| was.and_then(|was| before.get(was)).cloned();
            let now = products.iter().map(|product| Product {
                name: product.name.clone(),
                commodity: product.commodity.clone(),
                capacity: product.capacity.clone(),
                ..as_it_was(product.was).unwrap_or_default()
            });
            draft.products = now.collect();
        }
        if let Some(workers) = &self.workers {
            draft.workers.clone_from(workers);
        }
        if let Some(point) = &self.point {
            draft.point.clone_from(point);
        }
        if let Some(channels) = &self.channels {
            draft.channels.clone_from(channels);
        }
        if let Some(certificates) = &self.certificates {
            draft.certificates.clone_from(certificates);
        }
        if let (Some(person), Some(owner)) = (&self.owner, draft.owners.get_mut(at)) {
            person.correct(owner);
        }
    }

    /// Gives and withdraws consents. Without the one to publish, a publication that rests on it
    /// ends.
    pub fn agree(&self, draft: &mut Draft, standing: &mut Standing, today: NaiveDate) {
        let Some(consents) = &self.consents else { return };
        for (to, given) in consents.each() {
            match given {
                Some(true) if !draft.agrees_to(to) => {
                    draft.consents.push(Consent { to, on: today, how: HOW.to_owned() });
                }
                Some(false) => draft.consents.retain(|consent| consent.to != to),
                _ => {}
            }
        }
        let on_consent = standing
            .publication_basis
            .as_ref()
            .is_some_and(|basis| basis.kind == BasisKind::Consent);
        if consents.publish == Some(false) && on_consent {
            standing.publication = Publication::Unpublished;
            standing.publication_basis = None;
        }
    }
}

impl OwnPerson {
    fn correct(&self, owner: &mut Owner) {
        if let Some(sex) = self.sex {
            owner.sex = sex;
        }
        if let Some(phone) = &self.phone {
            owner.phone.clone_from(phone);
        }
        if let Some(email) = &self.email {
            owner.email.clone_from(email);
        }
    }
}

/// The one owner of a name, by their place; None where there is none, or more than one.
pub fn place_of(draft: &Draft, owner: &str) -> Option<usize> {
    let mut places = (0..draft.owners.len()).filter(|at| is_named(&draft.owners[*at].name, owner));
    places.next().filter(|_| places.next().is_none())
}

/// Faults of a corrected draft under the names that the form knows them by; `at` is the place of the
/// owner among the owners.
pub fn under_form(faults: Vec<FieldFault>, at: usize) -> Vec<FieldFault> {
    // The enterprise's commodities are those of its products too: it is told once.
    let of_product = |found: &FieldFault| {
        found.field.starts_with("products[") && found.field.ends_with(".commodity")
    };
    let twice = faults.iter().any(of_product);
    let told =
        faults.into_iter().filter(|found| !(twice && found.field.starts_with("commodities[")));
    told.map(|found| match found.field.strip_prefix(&format!("owners[{at}].")) {
        Some(field) => FieldFault::new(format!("owner.{field}"), found.fault),
        None => found,
    })
    .collect()
}

fn malformed(text: &str, expected: Expected) -> Fault {
    Fault::Malformed { value: text.to_owned(), expected }
}

/// Eight to fifteen digits, as people write them.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let others =
        |char: char| char.is_ascii_digit() || matches!(char, '+' | ' ' | '-' | '(' | ')' | '.');
    (8..=15).contains(&digits) && text.chars().all(others)
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(before, after)| {
        !before.is_empty()
            && after.contains('.')
            && !after.contains('@')
            && !text.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changes(json: serde_json::Value) -> OwnChanges {
        serde_json::from_value(json).expect("changes")
    }

    fn draft() -> Draft {
        serde_json::from_value(json!({
            "name": "Tas Melati",
            "address": "Gang Mawar 1",
            "products": [
                {"name": "Tas", "utilisation": 80, "raw_materials": [{"commodity": "kulit"}]},
                {"name": "Dompet"}
            ],
            "owners": [{"name": "Budi"}, {"name": "Siti Contoh", "phone": "+62811111111"}],
            "consents": [{"to": "contact", "on": "2026-01-01", "how": "surat"}]
        }))
        .expect("a draft")
    }

    #[test]
    fn what_is_left_out_stays_and_null_takes_away() {
        let mut corrected = draft();
        let given = changes(json!({
            "address": null, "owner": {"phone": null, "sex": "female"},
            "products": [{"was": 1, "name": "Dompet kulit"}, {"was": 0, "name": "Tas"}, {"name": "Sabuk"}]
        }));
        assert_eq!(given.faults(2), []);
        given.correct(&mut corrected, 1);
        assert_eq!((corrected.name.as_str(), corrected.address), ("Tas Melati", None));
        assert_eq!(
            (corrected.owners[1].phone.clone(), corrected.owners[1].sex),
            (None, Some(Sex::Female))
        );
        assert_eq!(corrected.owners[0], draft().owners[0]);
        let names: Vec<&str> = corrected.products.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Dompet kulit", "Tas", "Sabuk"]);
        // What the form does not ask about stays with its product.
        assert_eq!(corrected.products[1], draft().products[0]);
        assert_eq!(corrected.consents, draft().consents);
    }

    #[test]
    fn every_fault_is_named() {
        let given = changes(json!({
            "name": "Tas 3515064408770003", "address": "RT 1, NIK 3515 0644 0877 0003",
            "contact": {"phone": "tidak ada", "email": "siti"},
            "owner": {"phone": "0812", "email": "siti@contoh"},
            "products": [{"was": 2, "name": "Tas"}, {"was": 0, "name": "a"}, {"was": 0, "name": "b"}]
        }));
        let named: Vec<String> = given
            .faults(2)
            .into_iter()
            .map(|found| format!("{}:{}", found.field, found.fault.code()))
            .collect();
        assert_eq!(
            named,
            [
                "products[0].was:out_of_range",
                "products[2].was:out_of_range",
                "name:holds_national_id",
                "address:holds_national_id",
                "contact.phone:malformed",
                "owner.phone:malformed",
                "contact.email:malformed",
                "owner.email:malformed",
            ]
        );
        assert_eq!(OwnChanges::default().faults(0)[0].field, "body");
        for field in ["owners", "national_id", "cooperative", "review"] {
            assert!(serde_json::from_value::<OwnChanges>(json!({field: []})).is_err(), "{field}");
        }
        assert!(is_phone("0812-3456 7890") && is_phone("+6281234567890"));
    }

    #[test]
    fn one_owner_is_meant_or_none() {
        assert_eq!(place_of(&draft(), "siti  CONTOH"), Some(1));
        assert_eq!(place_of(&draft(), "Ani"), None);
        let mut two = draft();
        two.owners[0].name = "Siti Contoh".into();
        assert_eq!(place_of(&two, "Siti Contoh"), None);
    }
}

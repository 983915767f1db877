use serde_json::json;

use super::*;
use crate::domain::enterprise::Draft;
use crate::domain::fault::Lang;

fn record(name: &str, owner: Option<&str>, more: &serde_json::Value) -> Traits {
    let mut draft = json!({
        "name": name, "sectors": ["kulit-alas-kaki"], "commodities": ["tas"],
        "region": "35.15.06.2001",
        "owners": owner.map(|name| json!({"name": name})).into_iter().collect::<Vec<_>>(),
    });
    json_patch::merge(&mut draft, more);
    Traits::of(&serde_json::from_value::<Draft>(draft).expect("a draft"), Vec::new())
}

fn class(one: &Traits, two: &Traits) -> Class {
    compare(one, two, &Rarity::default()).class()
}

#[test]
fn spellings_titles_and_forms_of_business_make_no_other_name() {
    let same = |one: &str, two: &str| assert_eq!(words(one), words(two), "{one} {two}");
    same("UD. Soerja Djaya", "Surya Jaya");
    same("H. Achmad Yusuf", "Ahmad Jusuf");
    same("Bu Hj. Siti Nurhayati, S.Pd", "Siti Nurhayati S Pd");
    same("CV Tjahaja", "Cahaya");
    same("Syarifah", "Sarifa");
    assert_ne!(words("Siti"), words("Sita"));
    assert!(words("Kios 12")[1].alike(&words("Kios 13")[1]) < 0.1);
    // Where nothing else is there, it is the name.
    assert_eq!(words("Pak H.").len(), 2);
}

#[test]
fn the_same_maker_misspelt_is_certain() {
    let one = record("Tas Melati Kencana", Some("Siti Nurkhasanah"), &json!({}));
    for (name, owner) in [
        ("TAS MELATI KENCANA", "SITI NURHASANAH"),
        ("Melati Kencana Tas", "Hj. Siti Nurkhasanah"),
        ("UD Tas Melatie Kencana", "Nurkhasanah Siti"),
    ] {
        assert_eq!(class(&one, &record(name, Some(owner), &json!({}))), Class::Certain, "{name}");
    }
}

#[test]
fn a_common_name_alone_is_never_enough() {
    for name in ["Warung Kelontong", "Barokah", "Toko Barokah", "Sumber Rejeki"] {
        let one = record(name, Some("Slamet Wibowo"), &json!({}));
        let two = record(name, Some("Endang Purwaningsih"), &json!({}));
        assert_eq!(class(&one, &two), Class::Unlikely, "{name}");
        let without = record(name, None, &json!({}));
        assert_ne!(class(&without, &without), Class::Certain, "{name}");
        // In another village not even a question.
        let elsewhere = record(name, None, &json!({"region": "35.15.09.2004"}));
        assert_eq!(class(&without, &elsewhere), Class::Unlikely, "{name}");
    }
}

#[test]
fn one_person_with_two_businesses_is_not_one_business() {
    let phone = |name: &str| json!({"owners": [{"name": name, "phone": "+6281234567890"}]});
    let bags = record("Tas Melati", None, &phone("Siti Aminah"));
    let mut crackers = phone("Siti Aminah");
    crackers["commodities"] = json!(["kerupuk"]);
    let crackers = record("Kerupuk Udang Barokah", None, &crackers);
    assert_ne!(class(&bags, &crackers), Class::Certain);
}

#[test]
fn numbers_that_are_somebodys_alone_weigh_more_than_any_name() {
    let nib = |nib: &str| json!({"nib": nib});
    let one = record("Tas Melati", None, &nib("9120001234567"));
    let same = record("Melati Collection", None, &nib("9120001234567"));
    let other = record("Tas Melati", None, &nib("9120007654321"));
    assert!(class(&one, &same) >= Class::Likely);
    assert_eq!(class(&one, &other), Class::Unlikely);
    let verdict = compare(&one, &same, &Rarity::default());
    assert_eq!(verdict.reasons[0].fact, Fact::SameNib);
    assert_eq!(verdict.reasons[0].fact.text(Lang::Id), "NIB sama");
}

#[test]
fn duplicates_share_a_block_and_pass_its_sketch() {
    let one = record("Tas Melati Kencana", Some("Siti Nurkhasanah"), &json!({}));
    for (name, owner) in [
        ("Tas Melati Kencana", None),
        ("Tas Mlati Kencono", Some("Siti Nurkhasanah")),
        ("Kencana Collection", Some("Nurhasanah")),
    ] {
        let two = record(name, owner, &json!({}));
        let (left, right) = (blocks(&one), blocks(&two));
        assert!(left.iter().any(|block| right.contains(block)), "{name}");
        assert!(Sketch::of(&one).may_be(Sketch::of(&two)), "{name}");
    }
    let stranger = record("Tas Melati Kencana", Some("Budi Hartono"), &json!({}));
    assert!(!Sketch::of(&one).may_be(Sketch::of(&stranger)));
}

#[test]
fn a_fingerprint_changes_with_what_is_compared_and_with_nothing_else() {
    let one = record("Tas Melati", Some("Siti"), &json!({}));
    let print = |name, owner, more| record(name, owner, &more).fingerprint();
    assert_eq!(one.fingerprint(), print("TAS MELATI", Some("Hj. Siti"), json!({"address": "x"})));
    assert_ne!(one.fingerprint(), print("Tas Mawar", Some("Siti"), json!({})));
    assert_ne!(
        one.fingerprint(),
        print("Tas Melati", Some("Siti"), json!({"nib": "9120001234567"}))
    );
}

use super::*;
use crate::domain::gazetteer::{Gazetteer, Region};
use crate::domain::kbli::KbliTable;
use crate::domain::region::RegionCode;

fn code(text: &str) -> RegionCode {
    text.parse().expect("a code")
}

fn commodity(code: &str, sector: &str, kbli: &str, unit: &str) -> Commodity {
    Commodity {
        code: code.into(),
        name: code.into(),
        name_en: code.into(),
        sector: Sector::from_code(sector).expect("a sector"),
        kbli: Some(kbli.into()),
        units: vec![unit.into()],
        synonyms: vec![],
    }
}

/// One square regency, 35.15, from 112 to 113 degrees east and 7 to 8 south, with one village.
fn reference() -> Reference {
    let region = |of: &str| Region {
        level: code(of).level(),
        parent: None,
        code: code(of),
        name: "Desa".into(),
        bps_code: None,
        lon: 112.5,
        lat: -7.5,
        postal_code: None,
        edition: "2025".into(),
        valid_from: None,
        valid_to: None,
    };
    let mut gazetteer = Gazetteer::new(vec![region("35.15"), region("35.15.06.2001")], vec![]);
    let corner = |x, y| geo::Coord { x, y };
    let square = geo::Rect::new(corner(112.0, -8.0), corner(113.0, -7.0)).to_polygon();
    gazetteer.add_polygon(&code("35.15"), geo::MultiPolygon::new(vec![square]), false);
    let commodities = vec![
        commodity("sepatu", "kulit-alas-kaki", "15201", "pasang"),
        commodity("batik-tulis", "kerajinan-batik", "13134", "lembar"),
        commodity("mainan", "aneka", "32402", "buah"),
    ];
    Reference::new(gazetteer, commodities, KbliTable::default())
}

/// A record without flaw, changed by `change`, and the rules that it then breaks.
fn broken(change: impl FnOnce(&mut serde_json::Value)) -> Vec<String> {
    let mut json = serde_json::json!({
        "name": "Jaya",
        "registrations": [{"kind": "ikm"}],
        "kbli": [{"edition": "2020", "code": "15201", "main": true}],
        "sectors": ["kulit-alas-kaki"],
        "commodities": ["sepatu"],
        "products": [{"name": "Sepatu", "commodity": "sepatu", "capacity": {
            "min": 40.0, "max": 50.0, "unit": "kodi", "period": "month"}}],
        "region": "35.15.06.2001",
        "point": {"lon": 112.51, "lat": -7.51, "accuracy_m": 8.0, "method": "gps"},
        "owners": [{"name": "Siti", "phone": "+6281234567890"}],
        "workers": {"total": 2}
    });
    change(&mut json);
    let draft: Draft = serde_json::from_value(json).expect("a draft");
    let reference = reference();
    let located =
        draft.point.as_ref().and_then(|point| reference.gazetteer.locate(point.lon, point.lat));
    let regency = located.map(|located| located.regency);
    let located_in = LocatedIn { regency, district: None, approximate: false };
    check(&draft, &located_in, &reference).into_iter().map(|flag| flag.rule).collect()
}

#[test]
fn a_record_without_flaw_breaks_no_rule_and_a_nib_is_not_asked_for() {
    assert_eq!(broken(|_| {}), Vec::<String>::new());
}

#[test]
fn each_flaw_is_told_by_its_name() {
    type Change = fn(&mut serde_json::Value);
    let cases: [(&str, Change); 16] = [
        ("gps_accuracy", |json| json["point"]["accuracy_m"] = 50.1.into()),
        ("point_outside_province", |json| json["point"]["lon"] = 114.0.into()),
        ("point_outside_province,latitude_sign", |json| json["point"]["lat"] = 7.51.into()),
        ("point_at_village_office", |json| {
            json["point"]["lon"] = 112.500_004.into();
            json["point"]["lat"] = (-7.500_004).into();
        }),
        ("kbli_against_product", |json| json["kbli"][0]["code"] = "10710".into()),
        ("unit_dimension", |json| json["products"][0]["capacity"]["unit"] = "kg".into()),
        ("capacity_per_worker", |json| json["products"][0]["capacity"]["max"] = 101.0.into()),
        ("owner_missing", |json| json["owners"] = serde_json::json!([])),
        ("phone_format", |json| json["owners"][0]["phone"] = "081234567890".into()),
        ("phone_format", |json| json["contact"] = serde_json::json!({"phone": "+62 812"})),
        ("product_missing", |json| json["products"] = serde_json::json!([])),
        ("sector_unknown", |json| {
            json["sectors"] = serde_json::json!(["aneka"]);
            json["kbli"] = serde_json::json!([]);
        }),
        // What is good after all.
        ("", |json| json["point"] = serde_json::Value::Null),
        ("", |json| {
            json["sectors"] = serde_json::json!(["aneka"]);
            json["commodities"] = serde_json::json!(["mainan"]);
            json["kbli"][0]["code"] = "32402".into();
        }),
        ("", |json| {
            json["sectors"] = serde_json::json!(["kerajinan-batik"]);
            json["commodities"] = serde_json::json!(["batik-tulis"]);
            json["kbli"][0]["code"] = "13134".into();
        }),
        ("", |json| {
            json["owners"] = serde_json::json!([]);
            json["registrations"] = serde_json::json!([{"kind": "koperasi"}]);
        }),
    ];
    for (expected, change) in cases {
        assert_eq!(broken(change).join(","), expected);
    }
    let declared = broken(|json| {
        json["point"] = serde_json::json!({"lon": 112.5, "lat": -7.5, "method": "village"});
    });
    assert_eq!(declared, Vec::<String>::new());
}

#[test]
fn another_regency_is_a_warning_another_approximate_district_a_hint() {
    let flag = |stated: &str, regency: &str, district: &str, approximate| {
        let draft = serde_json::json!({"name": "x", "sectors": ["pangan"], "region": stated,
            "products": [{"name": "x"}], "owners": [{"name": "x"}],
            "point": {"lon": 113.2, "lat": -7.7}});
        let draft: Draft = serde_json::from_value(draft).expect("a draft");
        let (regency, district) = (Some(code(regency)), Some(code(district)));
        let located_in = LocatedIn { regency, district, approximate };
        let flags = check(&draft, &located_in, &Reference::default());
        flags.into_iter().map(|flag| (flag.rule, flag.severity)).next()
    };
    let told = |severity| Some((OUTSIDE_REGION.to_owned(), severity));
    assert_eq!(flag("35.74.01", "35.13", "35.13.01", true), told(Severity::Warning));
    assert_eq!(flag("35.74.01", "35.74", "35.74.02", true), told(Severity::Hint));
    assert_eq!(flag("35.74.01", "35.74", "35.74.02", false), told(Severity::Warning));
    assert_eq!(flag("35.74", "35.74", "35.74.02", true), None);
}

#[test]
fn a_record_is_stale_after_twelve_months() {
    let day = |text: &str| text.parse().expect("a date");
    assert!(!is_stale(day("2025-11-22"), day("2026-11-22")));
    assert!(is_stale(day("2025-11-21"), day("2026-11-22")));
}

#[test]
fn every_rule_has_a_name_of_its_own_and_words_in_both_languages() {
    let mut seen = std::collections::HashSet::new();
    for rule in RULES {
        assert!(seen.insert(rule.code), "{} stands twice", rule.code);
        assert!(!rule.name.is_empty() && !rule.name_en.is_empty() && rule.name != rule.name_en);
    }
    assert_eq!(stored().count(), RULES.len() - 1);
}

use super::*;
use crate::registry::collections::{Property, properties};

/// The names of an object's members, in their order.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> serde::de::Visitor<'de> for Members {
            type Value = Names;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: serde::de::MapAccess<'de>>(
                self,
                mut map: M,
            ) -> Result<Names, M::Error> {
                let mut names = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    map.next_value::<serde::de::IgnoredAny>()?;
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        from.deserialize_map(Members)
    }
}

fn names(json: &str) -> Vec<String> {
    serde_json::from_str::<Names>(json).expect("an object").0
}

fn of(table: &[Property], internal: bool) -> Vec<String> {
    let listed = table.iter().filter(|property| internal || !property.internal);
    listed.map(|property| property.name.to_owned()).collect()
}

const RECORD: &str = r#"{"revision":3,"created_at":"2026-01-01T00:00:00Z",
    "updated_at":"2026-02-01T00:00:00Z","sample":false,"name":"Tas \"Jaya\"",
    "registrations":[{"kind":"ikm","office":"x"},{"kind":"ukm"}],"kbli":[{"edition":"2020","code":"15121","main":true}],
    "sectors":["kulit-alas-kaki"],"commodities":["tas"],"products":[{"name":"Tas, koper"},{"name":"Dompet"}],
    "region":"35.15.06.2001","region_name":"Kedensari","responsible_region":"35.15",
    "public_place":{"lon":1.0,"lat":2.0,"precision":"village"},"size_class":"micro","ikm_class":"unknown",
    "bps_class":"micro","size_rule":"2026-1","existence":"active","contact":{"phone":"+62811"},
    "point":{"lon":1.5,"lat":2.5},"review":"draft","publication":"unpublished","nib":"9120001234567",
    "workers":{"male":2,"female":3}}"#;

#[test]
fn an_enterprise_has_the_properties_of_its_tier_in_the_tables_order() {
    let public = enterprise(RECORD, Width::Public).expect("properties");
    assert_eq!(names(&public), of(properties::ENTERPRISES, false));
    let value: serde_json::Value = serde_json::from_str(&public).expect("JSON");
    assert_eq!(value["name"], "Tas \"Jaya\"");
    assert_eq!(value["kind"], "ikm,ukm");
    assert_eq!(value["product"], "Tas, koper; Dompet");
    assert_eq!((&value["precision"], &value["phone"]), (&"village".into(), &"+62811".into()));
    assert!(value["certificate"].is_null());
    for (internal, nib) in [(true, "9120001234567".into()), (false, serde_json::Value::Null)] {
        let all = enterprise(RECORD, Width::All { internal }).expect("properties");
        assert_eq!(names(&all), of(properties::ENTERPRISES, true));
        let value: serde_json::Value = serde_json::from_str(&all).expect("JSON");
        assert_eq!(value["nib"], nib);
        assert_eq!(value["workers"], if internal { 5.into() } else { serde_json::Value::Null });
    }
}

#[test]
fn sentra_and_cooperatives_have_the_properties_of_their_tables() {
    let base = r#""revision":1,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z",
        "sample":false,"existence":"active","name":"A","region":"35.15.06","region_name":"T","responsible_region":"35.15""#;
    let document = format!(r#"{{{base},"commodity":"tas","villages":["35.15.06.2001"]}}"#);
    let written = sentra(&document, false, Some("district")).expect("properties");
    assert_eq!(names(&written), of(properties::SENTRA, false));
    let document = format!(r#"{{{base},"kind":"kopwan","headcount":{{"members":20}}}}"#);
    let written = cooperative(&document, false, Some("district")).expect("properties");
    assert_eq!(names(&written), of(properties::COOPERATIVES, false));
    let value: serde_json::Value = serde_json::from_str(&written).expect("JSON");
    assert_eq!((&value["members"], &value["women"]), (&20.into(), &serde_json::Value::Null));
}

#[test]
fn a_region_has_the_properties_of_its_table() {
    let described = Region {
        code: "35.15".parse().expect("a code"),
        level: crate::domain::region::Level::Regency,
        name: "Kabupaten Sidoarjo".into(),
        parent: None,
        bps_code: None,
        lon: 112.7,
        lat: -7.4,
        postal_code: None,
        edition: "2025".into(),
        valid_from: None,
        valid_to: None,
    };
    let written = region(&described, Some((false, "BIG"))).expect("properties");
    assert_eq!(names(&written), of(properties::REGIONS, false));
}

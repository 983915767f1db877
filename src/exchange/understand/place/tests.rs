use super::*;

fn gazetteer() -> Gazetteer {
    let region = |code: &str, name: &str| {
        let code: RegionCode = code.parse().expect("a code");
        Region {
            level: code.level(),
            code,
            name: name.into(),
            parent: None,
            bps_code: None,
            lon: 0.0,
            lat: 0.0,
            postal_code: None,
            edition: "2025".into(),
            valid_from: None,
            valid_to: None,
        }
    };
    let regions = vec![
        region("35.05", "Kabupaten Blitar"),
        region("35.05.11", "Kademangan"),
        region("35.05.11.2001", "Suruhwadang"),
        region("35.05.11.2002", "Jrebeng"),
        region("35.74", "Kota Probolinggo"),
        region("35.74.01", "Kademangan"),
        region("35.74.01.1001", "Ketapang"),
        region("35.74.02", "Wonoasih"),
        region("35.74.02.1001", "Jrebeng Kidul"),
    ];
    Gazetteer::new(regions, Vec::new())
}

fn stated(village: &'static str, district: &'static str, regency: &'static str) -> Stated<'static> {
    let some = |text: &'static str| Some(text).filter(|text| !text.is_empty());
    Stated {
        village: some(village),
        district: some(district),
        regency: some(regency),
        ..Stated::default()
    }
}

fn region(stated: &Stated, context: Option<&str>) -> (Option<String>, Vec<&'static str>) {
    let context = context.map(|code| code.parse().expect("a code"));
    let around = Around { regency: context.as_ref(), ..Around::default() };
    let found = find(stated, &gazetteer(), &around);
    let codes = found.messages.iter().map(|told| told.fault.code()).collect();
    (found.region.map(|code| code.to_string()), codes)
}

#[test]
fn a_village_settles_which_of_two_districts_is_meant() {
    assert_eq!(
        region(&stated("KETAPANG", "KADEMANGAN", "Kota Probolinggo"), None),
        (Some("35.74.01.1001".into()), vec![])
    );
    let (found, messages) = region(&stated("KETAPANG", "KADEMANGAN", ""), None);
    assert_eq!((found.as_deref(), messages), (Some("35.74.01.1001"), vec!["region_ambiguous"]));
}

#[test]
fn the_rest_of_the_file_settles_an_ambiguous_district() {
    assert_eq!(region(&stated("", "Kademangan", ""), None), (None, vec!["region_ambiguous"]));
    assert_eq!(
        region(&stated("", "Kademangan", ""), Some("35.74")),
        (Some("35.74.01".into()), vec![])
    );
}

#[test]
fn a_misspelling_is_taken_and_told() {
    let (found, messages) = region(&stated("Jrebeng Kidull", "Wonoasih", ""), None);
    assert_eq!((found.as_deref(), messages), (Some("35.74.02.1001"), vec!["region_guessed"]));
}

#[test]
fn a_village_of_another_district_leaves_the_district() {
    let (found, messages) = region(&stated("Ketapang", "Wonoasih", ""), None);
    assert_eq!((found.as_deref(), messages), (Some("35.74.02"), vec!["village_elsewhere"]));
}

#[test]
fn a_section_says_where_its_rows_lie() {
    let section: RegionCode = "35.74.02".parse().expect("a code");
    let around = Around { section: Some(&section), ..Around::default() };
    let found = find(&stated("Jrebeng Kidul", "", ""), &gazetteer(), &around);
    assert_eq!(found.region.as_ref().map(RegionCode::as_str), Some("35.74.02.1001"));
    let found = find(&stated("", "", ""), &gazetteer(), &around);
    assert_eq!((found.region, found.messages), (Some(section), vec![]));
}

#[test]
fn a_code_that_the_names_speak_against_is_not_taken() {
    let by = |code: &'static str, district: &'static str| {
        let stated = Stated { code: Some(code), ..stated("", district, "Kota Probolinggo") };
        let found = find(&stated, &gazetteer(), &Around::default());
        let codes: Vec<&str> = found.messages.iter().map(|told| told.fault.code()).collect();
        (found.region.map(|code| code.to_string()), codes)
    };
    assert_eq!(by("3574011001", "Kademangan"), (Some("35.74.01.1001".into()), vec![]));
    assert_eq!(by("3574011001", "Wonoasih"), (Some("35.74.02".into()), vec!["region_contradicts"]));
}

#[test]
fn a_place_outside_the_province_is_told_so() {
    assert_eq!(region(&stated("", "Surakarta", "Surakarta"), None), (None, vec!["region_unknown"]));
}

use super::*;

fn parse(query: &str) -> Result<Filter, Vec<FieldFault>> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).expect("a query");
    Filter::parse(&pairs, &Reference::default())
}

fn fault(query: &str) -> (String, &'static str) {
    let faults = parse(query).expect_err("a fault");
    (faults[0].field.clone(), faults[0].fault.code())
}

#[test]
fn lists_by_comma_and_by_repetition_are_any_of() {
    let filter = parse("kind=ikm,ukm&kind=kopwan").expect("a filter");
    assert_eq!(filter.public.kinds, [Kind::Ikm, Kind::Ukm, Kind::Kopwan]);
}

#[test]
fn what_cannot_be_read_is_named() {
    assert_eq!(fault("bbox=1,2,3"), ("bbox".into(), "malformed"));
    assert_eq!(fault("kind=xyz"), ("kind".into(), "unknown_code"));
    assert_eq!(fault("warna=merah"), ("warna".into(), "unknown_parameter"));
    assert_eq!(fault("sample=ya"), ("sample".into(), "malformed"));
    assert_eq!(fault("q=a&q=b"), ("q".into(), "repeated_parameter"));
    assert_eq!(fault("radius_m=5"), ("radius_m".into(), "together"));
    assert_eq!(fault("near=112,-7&radius_m=-5"), ("radius_m".into(), "out_of_range"));
    assert_eq!(fault("region=99.99"), ("region".into(), "region_unknown"));
    assert_eq!(fault("kind="), ("kind".into(), "unknown_code"));
    assert_eq!(fault("as_of=2026-02-30"), ("as_of".into(), "malformed"));
    assert_eq!(fault("as_of=2026-02-03&as_of=2025-01-01"), ("as_of".into(), "repeated_parameter"));
    assert_eq!(fault("visited_since=kemarin"), ("visited_since".into(), "malformed"));
    assert_eq!(fault("campaign=pemetaan"), ("campaign".into(), "malformed"));
}

#[test]
fn the_order_of_near_and_radius_does_not_matter() {
    let one = parse("radius_m=500&near=112.7,-7.5").expect("a filter");
    let other = parse("near=112.7,-7.5&radius_m=500").expect("a filter");
    assert_eq!(one, other);
    assert_eq!(one.public.near.and_then(|circle| circle.radius_m), Some(500.0));
}

#[test]
fn internal_parameters_are_known_by_name() {
    let filter =
        parse("visited_since=2026-02-03&min_workers=3&kind=ikm&q=a%26quality=b&as_of=2026-01-01");
    let filter = filter.expect("a filter");
    assert_eq!(filter.internal_parameters(), ["min_workers", "visited_since"]);
}

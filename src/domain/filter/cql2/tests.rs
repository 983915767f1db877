//! The standard's examples, what is refused and how it is told, and input that means harm.

use super::*;
use crate::domain::fault::Lang;
use crate::domain::filter::{Filter, PublicFilter, Value};
use crate::domain::queryable::ENTERPRISES;

fn read(
    text: &str,
    language: Cql2Language,
    queryables: &[Queryable],
) -> Result<Expression, FieldFault> {
    let here = |lon, lat| Some((lon, lat));
    Expression::parse(text, language, queryables, &Reference::default(), &here)
}

fn of_enterprises(text: &str) -> Expression {
    let read = read(text, Cql2Language::Text, ENTERPRISES);
    read.unwrap_or_else(|fault| panic!("{text}: {}", fault.fault.text(Lang::En)))
}

fn fault(text: &str) -> Fault {
    let fault = read(text, Cql2Language::Text, ENTERPRISES).expect_err(text);
    assert_eq!(fault.field, "filter");
    fault.fault
}

fn told(text: &str) -> String {
    fault(text).text(Lang::En)
}

fn passes(text: &str, property: &dyn Fn(&str) -> Value<'static>) -> bool {
    of_enterprises(text).matches(property)
}

/// The properties of the standard's examples.
fn of_examples() -> Vec<Queryable> {
    let texts = [
        "city",
        "cityName",
        "road_class",
        "etat_vol",
        "landsat:scene_id",
        "eo:instrument",
        "beamMode",
        "swathDirection",
        "polarization",
        "owner",
        "material",
        "geophys:SURVEY_NAME",
        "id",
        "name",
        "layer:ids",
        "values",
    ];
    let numbers = [
        "balance",
        "windSpeed",
        "depth",
        "category",
        "eo:cloud_cover",
        "landsat:wrs_row",
        "landsat:wrs_path",
        "floors",
        "taxes",
        "value",
        "foo",
        "bar",
        "x",
        "vehicle_height",
        "bridge_clearance",
    ];
    let times =
        ["updated", "updated_at", "starts_at", "ends_at", "event_time", "touchdown", "liftOff"];
    let geometries = ["geometry", "footprint", "location", "road"];
    let of = |names: &[&'static str], kind: QueryableKind| {
        names.iter().map(|name| Queryable { name, title: "", kind }).collect::<Vec<_>>()
    };
    let mut all = of(&texts, QueryableKind::Text);
    all.extend(of(&numbers, QueryableKind::Number));
    all.extend(of(&times, QueryableKind::Time));
    all.extend(of(&geometries, QueryableKind::Geometry));
    all.extend(of(&["swimming_pool"], QueryableKind::Flag));
    all.extend(of(&["built"], QueryableKind::Date));
    all
}

/// What comes of an expression: that it is answered, or what is told.
fn outcome(read: &Result<Expression, FieldFault>) -> String {
    match read {
        Ok(_) => "answered".into(),
        Err(fault) => {
            let text = fault.fault.text(Lang::En);
            let name = match &fault.fault {
                Fault::Expression(
                    ExpressionFault::Function { name, .. }
                    | ExpressionFault::Operator { name }
                    | ExpressionFault::OperatorOf { name, .. }
                    | ExpressionFault::Sides { name },
                ) => name,
                Fault::Expression(ExpressionFault::NotAPredicate { found }) => found,
                _ => &text,
            };
            format!("{} {name}", fault.fault.code())
        }
    }
}

#[test]
fn each_example_of_the_standard_is_answered_or_refused_by_name() {
    let queryables = of_examples();
    let mut all = String::new();
    let mut as_expected = true;
    for line in include_str!("examples.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [name, expected, text, json] = *line.split('\t').collect::<Vec<_>>().as_slice() else {
            panic!("{line}")
        };
        let from_text = read(text, Cql2Language::Text, &queryables);
        let found = outcome(&from_text);
        as_expected &= found == expected;
        all.extend([name, "\t", &found, "\t", text, "\t", json, "\n"]);
        if !json.is_empty() {
            let from_json = read(json, Cql2Language::Json, &queryables);
            match (&from_text, &from_json) {
                (Ok(text), Ok(json)) => assert_eq!(text, json, "{name}"),
                _ => assert_eq!(found, outcome(&from_json), "{name}"),
            }
        }
        if let Ok(expression) = from_text {
            let again = read(&expression.to_string(), Cql2Language::Text, &queryables);
            assert_eq!(again, Ok(expression), "{name}");
        }
    }
    assert!(as_expected, "{all}");
}

#[test]
fn text_and_json_are_the_same_expression() {
    for (text, json) in [
        (
            "sector IN ('pangan','aneka') AND NOT women_led",
            r#"{"op":"and","args":[{"op":"in","args":[{"property":"sector"},["pangan","aneka"]]},
               {"op":"not","args":[{"property":"women_led"}]}]}"#,
        ),
        (
            "CASEI(ACCENTI(name)) LIKE CASEI(ACCENTI('%Batík%'))",
            r#"{"op":"like","args":[{"op":"casei","args":[{"op":"accenti","args":[{"property":"name"}]}]},
               {"op":"casei","args":[{"op":"accenti","args":["%Batík%"]}]}]}"#,
        ),
        (
            "founded_year BETWEEN 1990 AND 2000 OR updated_at >= TIMESTAMP('2026-01-31T00:00:00Z')",
            r#"{"op":"or","args":[{"op":"between","args":[{"property":"founded_year"},1990,2000]},
               {"op":">=","args":[{"property":"updated_at"},{"timestamp":"2026-01-31T00:00:00Z"}]}]}"#,
        ),
        (
            "S_WITHIN(geometry,POLYGON((112 -8,113 -8,113 -7,112 -8),(112.7 -7.7,112.8 -7.7,112.8 -7.6,112.7 -7.7)))",
            r#"{"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":
               [[[112,-8],[113,-8],[113,-7],[112,-8]],[[112.7,-7.7],[112.8,-7.7],[112.8,-7.6],[112.7,-7.7]]]}]}"#,
        ),
        (
            "S_INTERSECTS(MULTIPOLYGON(((112 -8,113 -8,113 -7,112 -8)),((110 -8,111 -8,111 -7,110 -8))),geometry)",
            r#"{"op":"s_intersects","args":[{"type":"MultiPolygon","coordinates":
               [[[[112,-8],[113,-8],[113,-7],[112,-8]]],[[[110,-8],[111,-8],[111,-7],[110,-8]]]]},{"property":"geometry"}]}"#,
        ),
        (
            "S_DISJOINT(geometry,POINT Z (112.7 -7.5 3)) AND S_INTERSECTS(geometry,BBOX(112,-8,0,113,-7,9))",
            r#"{"op":"and","args":[{"op":"s_disjoint","args":[{"property":"geometry"},
               {"type":"Point","coordinates":[112.7,-7.5]}]},
               {"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[112,-8,113,-7]}]}]}"#,
        ),
    ] {
        let from_json = read(json, Cql2Language::Json, ENTERPRISES);
        assert_eq!(from_json, Ok(of_enterprises(text)), "{text}");
    }
}

#[test]
fn what_has_no_value_is_neither_so_nor_otherwise() {
    let nothing = |_: &str| Value::Null;
    for text in ["legal_form = 'cv'", "legal_form <> 'cv'", "NOT legal_form = 'cv'", "women_led"] {
        assert!(!passes(text, &nothing), "{text}");
    }
    assert!(passes("legal_form IS NULL", &nothing));
    assert!(passes("NOT (legal_form = 'cv' AND FALSE)", &nothing));
    assert!(passes("legal_form = 'cv' OR TRUE", &nothing));
    assert!(!passes("legal_form = 'cv' OR FALSE", &nothing));
}

#[test]
fn of_several_values_one_is_enough_and_otherwise_none_may_be_it() {
    let two = |_: &str| Value::Texts(vec!["pangan".into(), "aneka".into()]);
    assert!(passes("sector = 'aneka'", &two));
    assert!(passes("sector LIKE 'pang%'", &two));
    assert!(passes("'pangan' = sector", &two));
    assert!(!passes("sector <> 'aneka'", &two));
    assert!(!passes("sector NOT IN ('aneka','jasa')", &two));
    assert!(passes("sector NOT IN ('jasa')", &two));
    assert!(passes("sector IS NULL", &|_| Value::Texts(Vec::new())));
}

#[test]
fn a_day_is_that_of_the_registrys_clock() {
    let at = |text: &str| {
        let time = chrono::DateTime::parse_from_rfc3339(text).expect("a time").to_utc();
        move |_: &str| Value::Time(time)
    };
    let late = at("2026-01-30T17:00:00Z");
    assert!(passes("updated_at = DATE('2026-01-31')", &late));
    assert!(passes("updated_at >= '2026-01-31'", &late));
    assert!(!passes("updated_at > DATE('2026-01-31')", &late));
    assert!(passes("T_AFTER(updated_at, DATE('2026-01-30'))", &late));
    assert!(passes("T_DURING(updated_at, INTERVAL('2026-01-30T16:59:59Z','..'))", &late));
    assert!(!passes("T_DURING(updated_at, INTERVAL('2026-01-30T17:00:00Z','..'))", &late));
    assert!(passes("T_INTERSECTS(updated_at, INTERVAL('..','2026-01-31'))", &late));
    assert!(!passes("T_DISJOINT(updated_at, INTERVAL('..','2026-01-31'))", &late));
    assert!(passes("T_BEFORE(TIMESTAMP('2026-01-30T00:00:00+07:00'), updated_at)", &late));
    assert!(passes("updated_at < TIMESTAMP('2026-01-30T17:00:00.0000001Z')", &late));
}

#[test]
fn what_cannot_be_answered_is_told_by_name_in_both_languages() {
    for (text, code, name) in [
        ("turnover > 5", "unknown_property", "turnover"),
        ("cooperative = 'x'", "unknown_property", "cooperative"),
        ("avg(founded_year) < 4", "function_not_answered", "avg"),
        ("S_TOUCHES(geometry,POINT(1 2))", "function_not_answered", "S_TOUCHES"),
        ("T_METBY(updated_at,DATE('2026-01-01'))", "function_not_answered", "T_METBY"),
        ("A_CONTAINS(sector,('pangan','aneka'))", "function_not_answered", "A_CONTAINS"),
        ("S_INTERSECTS(geometry,LINESTRING(1 2,3 4))", "function_not_answered", "LINESTRING"),
        (
            "S_INTERSECTS(geometry,GEOMETRYCOLLECTION(POINT(1 2)))",
            "function_not_answered",
            "GEOMETRYCOLLECTION",
        ),
        ("founded_year + 1 = 5", "operator_not_answered", "+"),
        ("founded_year = 5 div 2", "operator_not_answered", "DIV"),
        ("geometry = 'x'", "operator_not_answered", "geometry"),
        ("founded_year LIKE '19%'", "operator_not_answered", "founded_year"),
        ("CASEI(women_led) = 'x'", "operator_not_answered", "CASEI"),
        ("S_INTERSECTS(name,POINT(1 2))", "operator_not_answered", "name"),
        ("founded_year = name", "property_and_value", "="),
        ("'a' = 'a'", "property_and_value", "="),
        ("name = NULL", "property_and_value", "="),
        ("founded_year = 'x'", "value_of_another_type", "founded_year"),
        ("name = 5", "value_of_another_type", "name"),
        ("women_led = 'true'", "value_of_another_type", "women_led"),
        ("name", "not_a_predicate", "name"),
        ("sector AND women_led", "not_a_predicate", "sector"),
        ("updated_at > DATE('2026-02-30')", "malformed", "2026-02-30"),
        ("updated_at > 'kemarin'", "malformed", "kemarin"),
        ("ceased_on = '2026-1-1'", "malformed", "2026-1-1"),
        ("S_INTERSECTS(geometry,POINT(90 180))", "point_unusable", "90 180"),
        ("S_INTERSECTS(geometry,BBOX(1,2,3))", "malformed", "1,2,3"),
        ("S_INTERSECTS(geometry,BBOX(1,4,3,2))", "malformed", "1,4,3,2"),
        ("S_INTERSECTS(geometry,POLYGON((0 0,2 2,2 0,0 2,0 0)))", "geometry_unusable", "polygon"),
        ("S_INTERSECTS(geometry,POLYGON((0 0,2 2,2 0,0 2)))", "malformed", "Polygon"),
        ("S_INTERSECTS(geometry,POLYGON EMPTY)", "not_cql2", "POLYGON EMPTY"),
        ("sector = = 'x'", "not_cql2", "= 'x'"),
        ("", "not_cql2", ""),
        ("sector = 'x", "not_cql2", "'x"),
        ("(women_led", "not_cql2", ""),
        ("women_led)", "not_cql2", ")"),
    ] {
        let fault = fault(text);
        assert_eq!(fault.code(), code, "{text}");
        for lang in [Lang::Id, Lang::En] {
            let told = fault.text(lang);
            assert!(told.contains(name), "{text}: {told}");
        }
    }
}

#[test]
fn names_are_told_of_json_too() {
    let told = |json: &str| {
        read(json, Cql2Language::Json, ENTERPRISES).expect_err(json).fault.text(Lang::En)
    };
    assert!(told(r#"{"op":"avg","args":[{"property":"name"}]}"#).contains("avg"));
    assert!(told(r#"{"op":"=","args":[{"property":"turnover"},5]}"#).contains("turnover"));
    assert!(told(r#"{"op":"and","args":[]}"#).contains("AND"));
    assert!(told(r#"{"op":"in","args":[{"property":"sector"},[]]}"#).contains("IN"));
    assert!(told(r#"{"op":"=","args":[{"property":"name"},"a\u0000b"]}"#).contains("CQL2"));
    assert!(told(r#"{"op":"#).contains("JSON"));
    assert!(told(r#"{"fish":1}"#).contains("CQL2"));
}

#[test]
fn a_box_in_another_system_is_what_it_is_on_the_ground() {
    let reference = Reference::default();
    let swapped = |lat: f64, lon: f64| Some((lon, lat));
    let text = "S_INTERSECTS(geometry,BBOX(-8,112,-7,113))";
    let parse = |text: &str, to_lon_lat: &dyn Fn(f64, f64) -> Option<(f64, f64)>| {
        Expression::parse(text, Cql2Language::Text, ENTERPRISES, &reference, to_lon_lat)
    };
    let box_of_degrees = of_enterprises("S_INTERSECTS(geometry,BBOX(112,-8,113,-7))");
    assert_eq!(parse(text, &swapped), Ok(box_of_degrees));
    // Turned by an eighth: the box is a square on its corner.
    let turned = |x: f64, y: f64| Some((112.0 + (x - y) / 10.0, -7.0 + (x + y) / 10.0));
    let square = parse("S_INTERSECTS(geometry,BBOX(0,0,1,1))", &turned).expect("a polygon");
    let holds = |lon: f64, lat: f64| square.matches(&|_| Value::Point(lon, lat));
    assert!(holds(112.0, -6.9));
    assert!(holds(112.0, -6.81));
    assert!(!holds(112.08, -6.98));
    let nowhere = |_: f64, _: f64| None;
    let fault = parse(text, &nowhere).expect_err("nowhere");
    assert_eq!(fault.fault.code(), "point_unusable");
}

#[test]
fn a_query_parameter_is_an_expression_of_its_property() {
    let queryable = |name| Queryable::of(ENTERPRISES, name).expect("a property");
    let equals = |name, text| Expression::equals(queryable(name), text, &Reference::default());
    assert_eq!(equals("founded_year", "1990"), Ok(of_enterprises("founded_year = 1990")));
    assert_eq!(equals("women_led", "true"), Ok(of_enterprises("women_led = TRUE")));
    assert_eq!(equals("name", "O'Sari"), Ok(of_enterprises("name = 'O''Sari'")));
    assert_eq!(equals("updated_at", "2026-01-31"), Ok(of_enterprises("updated_at = '2026-01-31'")));
    for (name, text) in
        [("founded_year", "x"), ("women_led", "ya"), ("ceased_on", "x"), ("geometry", "x")]
    {
        assert_eq!(equals(name, text).expect_err(text).field, name);
    }
}

#[test]
fn what_a_filter_has_a_field_for_goes_there() {
    let filter = |text: &str| Filter::default().with_expression(of_enterprises(text));
    let simple = filter(
        "sector IN ('pangan','foo') AND regency = '35.15' AND women_led AND kbli LIKE '15%' AND \
         S_INTERSECTS(geometry,BBOX(112,-8,113,-7)) AND CASEI(legal_form) LIKE 'p%' AND \
         commodity = 'tas' AND existence = 'closed'",
    );
    let public = &simple.public;
    assert_eq!(public.expression, None);
    assert_eq!((public.sectors.len(), public.regions.len(), public.kbli.len()), (1, 1, 1));
    assert_eq!((public.women_led, public.extents.len()), (Some(true), 1));
    assert_eq!((public.legal_forms.len(), public.commodities.len()), (3, 1));
    assert_eq!(public.existence.len(), 1);
    // What it has none for stays, and so does what is asked of a field that asks for something else.
    let mixed = filter("regency = '35.15' AND district = '35.15.06' AND name LIKE 'Batik%'");
    let rest = of_enterprises("district = '35.15.06' AND name LIKE 'Batik%'");
    assert_eq!(mixed.public.expression.as_deref(), Some(&rest));
    assert!(mixed.public.is_of_active() && !simple.public.is_of_active());
    for text in ["sector = 'foo'", "region = '35.15'", "NOT women_led", "sector IS NULL", "FALSE"] {
        let PublicFilter { expression, sectors, regions, .. } = filter(text).public;
        assert_eq!(expression.as_deref(), Some(&of_enterprises(text)));
        assert!(sectors.is_empty() && regions.is_empty());
    }
    assert_eq!(filter("TRUE").public, PublicFilter::default());
}

#[test]
fn a_list_is_bound_to_its_expression() {
    let filter = |text: &str| Filter::default().with_expression(of_enterprises(text));
    let one = filter("sector='pangan' AND name<>'x'");
    assert_eq!(one.canonical(), filter("sector = 'pangan'  AND NOT (name = 'x')").canonical());
    assert_ne!(one.canonical(), filter("sector = 'aneka' AND name <> 'x'").canonical());
    assert_ne!(one.canonical(), Filter::default().canonical());
}

#[test]
fn input_that_means_harm_is_refused_before_it_does_any() {
    let deep = |open: &str, inner: &str, close: &str, count: usize| {
        format!("{}{inner}{}", open.repeat(count), close.repeat(count))
    };
    for (text, code) in [
        (deep("(", "women_led", ")", 10_000), "too_deep"),
        (deep("CASEI(", "name", ")", 5_000), "too_deep"),
        (deep("NOT ", "women_led", "", 10_000), "too_deep"),
        (deep("- ", "1", "", 10_000), "too_deep"),
        (deep("name = ", "'x'", "", 8_000), "too_deep"),
        (deep("women_led AND ", "women_led", "", 4_000), "too_many_parts"),
        (deep("women_led OR ", "women_led", "", 150), "too_many_parts"),
        (deep("1-", "1", "", 30_000), "too_deep"),
        (deep("(", "women_led", "", 30), "not_cql2"),
        (deep("", "women_led", ")", 10_000), "not_cql2"),
        (deep("(", "women_led =", ")", 30), "not_cql2"),
        (deep("(", "1", ", 1)", 20), "not_cql2"),
        ("a".repeat(1 << 20), "body_too_large"),
        (format!("name = '{}'", "é".repeat(40_000)), "body_too_large"),
        (format!("name LIKE '{}'", "%a".repeat(501)), "too_long"),
        (format!("name IN ({}'a')", "'a',".repeat(100)), "too_many"),
        ("name = 'a\0b'".to_owned(), "not_cql2"),
        ("name \0 = 'a'".to_owned(), "not_cql2"),
        ("\u{feff}women_led".to_owned(), "not_cql2"),
        ("founded_year = 1e999".to_owned(), "malformed"),
        (
            format!("S_INTERSECTS(geometry,POLYGON(({})))", "1 1,".repeat(12_000) + "1 1"),
            "too_many",
        ),
        (format!("S_INTERSECTS(geometry,POLYGON({}", "(".repeat(60_000)), "not_cql2"),
        (
            format!("S_INTERSECTS(geometry,{}", "GEOMETRYCOLLECTION(".repeat(3_000)),
            "function_not_answered",
        ),
        ("POINT((((((((1 2))))))))".to_owned(), "not_cql2"),
        (deep("name IN (", "'a'", ")", 12), "operator_not_answered"),
    ] {
        let began = std::time::Instant::now();
        let shown: String = text.chars().take(60).collect();
        assert_eq!(fault(&text).code(), code, "{shown}: {}", told(&text));
        assert!(began.elapsed().as_secs() < 20, "{shown}");
    }
    let json =
        |text: &str| read(text, Cql2Language::Json, ENTERPRISES).expect_err(text).fault.code();
    assert_eq!(json(&deep("[", "", "]", 20_000)), "too_deep");
    assert_eq!(json(&deep(r#"{"op":"not","args":["#, "true", "]}", 1_000)), "too_deep");
    assert_eq!(json(&deep(r#"{"op":"not","args":["#, "true", "]}", 20)), "too_deep");
    assert_eq!(json(&"[".repeat(1 << 20)), "body_too_large");
    assert_eq!(
        json(&format!(r#"{{"op":"or","args":[{}true]}}"#, "true,".repeat(5_000))),
        "too_many_parts"
    );
    let nested = deep(r#"{"op":"not","args":["#, r#"{"property":"women_led"}"#, "]}", 12);
    assert!(read(&nested, Cql2Language::Json, ENTERPRISES).is_ok());
}

proptest::proptest! {
    /// Whatever is sent is read or refused, and nothing else happens.
    #[test]
    fn any_text_is_read_or_refused(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "name", "sector", "women_led", "geometry", "=", "<>", "<", "AND", "OR", "NOT", "(",
                ")", ",", "'x'", "'", "\"", "5", "-", "IN", "LIKE", "BETWEEN", "IS", "NULL", "TRUE",
                "CASEI(", "S_INTERSECTS(", "POINT(1 2)", "POLYGON((", "BBOX(", "DATE(", "é", "%",
            ]),
            0..20,
        ),
    ) {
        let text = words.join(" ");
        if let Ok(expression) = read(&text, Cql2Language::Text, ENTERPRISES) {
            let again = read(&expression.to_string(), Cql2Language::Text, ENTERPRISES);
            proptest::prop_assert_eq!(again, Ok(expression));
        }
        let _ = read(&text, Cql2Language::Json, ENTERPRISES);
    }
}

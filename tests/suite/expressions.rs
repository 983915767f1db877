//! Expressions in CQL2 through the registry: lists in every order, what is logged, what a report on a
//! breach makes of it.

use sentra::atlas::Cursor;
use sentra::domain::actor::Actor;
use sentra::domain::fault::Lang;
use sentra::domain::filter::{Cql2Language, Expression, Filter, Sort};
use sentra::domain::queryable::ENTERPRISES;
use sentra::domain::reading::ReadKind;
use sentra::registry::enterprises::ListQuery;
use sentra::registry::reads::Span;
use serde_json::Value;

use crate::app::{TestApp, draft};
use crate::restricted::{create, granted, logged};

fn filter(app: &TestApp, base: &str, expression: &str) -> Filter {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(base).expect("a query");
    let reference = app.registry.reference();
    let filter = Filter::parse(&pairs, &reference).expect("a filter");
    let (text, here) = (Cql2Language::Text, |lon: f64, lat: f64| Some((lon, lat)));
    let read = Expression::parse(expression, text, ENTERPRISES, &reference, &here);
    filter.with_expression(read.unwrap_or_else(|fault| panic!("{}", fault.fault.text(Lang::En))))
}

/// All pages of a list, and how many they say there are.
fn all(app: &TestApp, actor: &Actor, filter: &Filter, sort: Sort) -> (Vec<Value>, usize) {
    let (mut all, mut after): (Vec<Value>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let query = ListQuery { filter: filter.clone(), sort, after: after.take(), limit: 400 };
        let list = app.registry.list_enterprises(actor, query).expect("a list");
        all.extend(
            list.items
                .iter()
                .map(|seen| serde_json::from_str::<Value>(seen.document.as_ref()).expect("JSON")),
        );
        after = list.next;
        if after.is_none() {
            return (all, list.matched);
        }
    }
}

#[test]
fn lists_and_exports_hold_what_an_expression_is_true_of() {
    let app = TestApp::new();
    app.registry.seed_demo(|_, _| {}).expect("a demo");
    let everything = all(&app, &Actor::Anonymous, &Filter::default(), Sort::Curve).0;
    let text = |item: &Value, field: &str| item[field].as_str().unwrap_or_default().to_owned();
    let has = |item: &Value, field: &str, code: &str| {
        item[field].as_array().is_some_and(|list| list.iter().any(|one| one == code))
    };
    type Check<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
    let cases: Vec<(&str, Check)> = vec![
        (
            "sector = 'kulit-alas-kaki' AND regency IN ('35.15','35.76')",
            Box::new(|item| {
                let region = text(item, "region");
                has(item, "sectors", "kulit-alas-kaki")
                    && ["35.15", "35.76"].iter().any(|code| region.starts_with(code))
            }),
        ),
        (
            "sector = 'kulit-alas-kaki' OR CASEI(name) LIKE CASEI('%BATIK%')",
            Box::new(|item| {
                has(item, "sectors", "kulit-alas-kaki")
                    || text(item, "name").to_lowercase().contains("batik")
            }),
        ),
        (
            "NOT (women_led OR commodity = 'tas') AND legal_form IS NULL",
            Box::new(|item| {
                let women = item["women_led"].as_bool();
                let goods = item["commodities"].as_array().is_some_and(|list| !list.is_empty());
                women == Some(false)
                    && goods
                    && !has(item, "commodities", "tas")
                    && item["legal_form"].is_null()
            }),
        ),
        (
            "NOT S_INTERSECTS(geometry,BBOX(112,-8,112.8,-7)) AND size_class <> 'unknown'",
            Box::new(|item| {
                let at = |field: &str| item["public_place"][field].as_f64().expect("a number");
                let (lon, lat) = (at("lon"), at("lat"));
                let inside = (112.0..=112.8).contains(&lon) && (-8.0..=-7.0).contains(&lat);
                !inside && text(item, "size_class") != "unknown"
            }),
        ),
    ];
    for (expression, check) in &cases {
        let mut expected: Vec<String> =
            everything.iter().filter(|item| check(item)).map(|item| text(item, "id")).collect();
        expected.sort();
        assert!(!expected.is_empty() && expected.len() < everything.len(), "{expression}");
        let asked = filter(&app, "", expression);
        for sort in [Sort::Curve, Sort::Name, Sort::UpdatedAtDescending] {
            let (found, matched) = all(&app, &Actor::Anonymous, &asked, sort);
            let mut found: Vec<String> = found.iter().map(|item| text(item, "id")).collect();
            found.sort();
            assert_eq!(found, expected, "{expression}");
            assert_eq!(matched, expected.len());
        }
        let mut exported = 0;
        let counted = app.registry.scan_enterprises(&Actor::Anonymous, asked, |batch| {
            exported += batch.len();
            Ok(())
        });
        assert_eq!((counted.expect("an export"), exported), (expected.len(), expected.len()));
        // With words, and with parameters of the grammar.
        let both = filter(&app, "q=sari&kind=ikm&near=112.7,-7.5", expression);
        let (found, matched) = all(&app, &Actor::Anonymous, &both, Sort::Distance);
        let words = filter(&app, "q=sari&kind=ikm", "TRUE");
        let of_words = all(&app, &Actor::Anonymous, &words, Sort::Relevance).0;
        let wanted = of_words.iter().filter(|item| check(item)).count();
        assert_eq!((found.len(), matched), (wanted, wanted), "{expression}");
    }
}

#[test]
fn an_expression_over_staffs_rows_asks_those_of_their_area_and_elsewhere_the_public_ones() {
    let app = TestApp::new();
    create(&app.registry, draft("Batik Rahasia"));
    let asked = filter(&app, "", "name = 'Batik Rahasia'");
    let matched = |area| all(&app, &granted("a@contoh.id", area), &asked, Sort::Curve).1;
    // Unpublished: of their own office alone.
    assert_eq!((matched(None), matched(Some("35.15")), matched(Some("35.16"))), (1, 1, 0));
    assert_eq!(all(&app, &Actor::Anonymous, &asked, Sort::Curve).1, 0);
}

#[test]
fn an_expression_is_logged_as_it_was_without_what_may_be_a_nik_and_held_against_the_record_again() {
    let app = TestApp::new();
    let id = create(&app.registry, draft("Tas Melati"));
    let reader = granted("rani@contoh.id", None);
    let polygon = "S_WITHIN(geometry,POLYGON((112.1234567 -7.9876543,113.1234567 -7.9876543,\
                   113.1234567 -7.0123456,112.1234567 -7.9876543)))";
    for expression in [
        "name LIKE 'Tas%' OR founded_year > 2020",
        "name LIKE 'Batik%' OR founded_year > 2020",
        &format!("{polygon} OR FALSE"),
        "name = '3515 0101 0177 0001' OR name LIKE 'Tas%'",
    ] {
        all(&app, &reader, &filter(&app, "kind=ikm", expression), Sort::Curve);
    }
    let lines = logged(&app.registry, &[ReadKind::List]);
    let told: Vec<String> =
        lines.iter().rev().map(|line| line.filter.clone().unwrap_or_default()).collect();
    let read = |text: &String| Filter::restored(text, &app.registry.reference());
    assert_eq!(told.len(), 4);
    assert!(told.iter().all(|text| read(text).is_ok()), "{told:?}");
    assert!(told[0].starts_with("kind=ikm&filter="));
    assert!(told[2].contains("112.1234567"), "{}", told[2]);
    assert!(told[3].contains("xxxx") && !told[3].contains("0177"), "{}", told[3]);
    let report = app.registry.record_read_report(&Actor::Operator, id, Span::default());
    let shown = serde_json::to_value(report.expect("a report").shown).expect("JSON");
    let times: u64 =
        shown.as_array().expect("a list").iter().filter_map(|one| one["times"].as_u64()).sum();
    // All but that of batik.
    assert_eq!(times, 3, "{shown}");
}

#[test]
fn a_cursor_of_one_expression_is_none_of_another() {
    let app = TestApp::new();
    app.registry.generate(30, 7, |_, _| {}).expect("generated");
    let list = |expression: &str| {
        let filter = filter(&app, "", expression);
        ListQuery { filter, sort: Sort::Name, after: None, limit: 5 }
    };
    let staff = granted("a@contoh.id", None);
    let page = app.registry.list_enterprises(&staff, list("name <> 'x'")).expect("a list");
    let cursor = page.next.expect("a next page").encode();
    let decode = |expression: &str| {
        Cursor::decode(&cursor, &filter(&app, "", expression), Sort::Name).is_ok()
    };
    assert!(decode("name<>'x'") && !decode("name <> 'y'") && !decode("TRUE"));
    assert!(Cursor::decode(&cursor, &Filter::default(), Sort::Name).is_err());
}

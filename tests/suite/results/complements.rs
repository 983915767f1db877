//! Regions that complement each other, held against counts by hand.

use sentra::domain::actor::{Actor, Role};
use sentra::domain::reading::ReadKind;
use sentra::registry::reads::LogQuery;
use serde_json::{Value, json};

use super::{ENTERPRISES, KEDENSARI, MOJOKERTO, making, stored};
use crate::app::{Client, TestApp};

const PATH: &str = "/api/v1/complements";
const MAGETAN: &str = "35.20.01.2001";

/// Somebody who makes bags of leather from these places; none: it is not said from where.
fn user(client: &Client, village: &str, origins: &[Option<&str>]) -> String {
    let mut body = making("tas", village);
    let material = |origin: &Option<&str>| match origin {
        Some(origin) => json!({"commodity": "kulit-samak", "origin": origin}),
        None => json!({"commodity": "kulit-samak"}),
    };
    let of_leather: Vec<Value> = origins.iter().map(material).collect();
    body["products"][0]["raw_materials"] = json!(of_leather);
    // Of another thing, from elsewhere: it says nothing of the leather.
    let rubber = json!([{"commodity": "barang-karet", "origin": "import"}]);
    let other = json!({"name": "Lain", "raw_materials": rubber});
    body["products"].as_array_mut().expect("products").push(other);
    stored(client, &body)
}

fn world(app: &TestApp) -> Client {
    let staff = app.staff();
    for _ in 0..3 {
        stored(&staff, &making("kulit-samak", MAGETAN));
    }
    stored(&staff, &making("kulit-samak", MOJOKERTO.0));
    for origins in [
        &[Some("35.20")][..],
        &[Some("35.20.01"), Some("import")],
        &[Some("import")],
        &[Some("33.74"), None],
        &[None],
        &[Some("35")],
    ] {
        user(&staff, KEDENSARI.0, origins);
    }
    user(&staff, MOJOKERTO.0, &[Some("35.76"), Some("35.20")]);
    user(&staff, MOJOKERTO.0, &[Some("import")]);
    staff
}

#[test]
fn makers_and_users_are_counted_and_paired_as_by_hand() {
    let app = TestApp::new();
    let staff = world(&app);
    let found = staff.get(&format!("{PATH}?commodity=kulit-samak")).expect(200);
    assert_eq!(
        (&found["users_of"], &found["commodity_name"]),
        (&json!("all"), &json!("Kulit samak"))
    );
    assert_eq!(
        found["makers"],
        json!([
            {"region": "35.20", "name": "Kabupaten Magetan", "makers": 3},
            {"region": "35.76", "name": "Kota Mojokerto", "makers": 1},
        ])
    );
    let origin = |region: &str, name: &str, users: u8| json!({"region": region, "name": name, "users": users});
    let magetan = |users| origin("35.20", "Kabupaten Magetan", users);
    assert_eq!(
        found["users"],
        json!([
            {"region": "35.15", "name": "Kabupaten Sidoarjo", "users": 6, "stated": [magetan(2)],
             "province": 1, "outside": 1, "import": 2, "unknown": 2, "unmet": 3},
            {"region": "35.76", "name": "Kota Mojokerto", "users": 2,
             "stated": [magetan(1), origin("35.76", "Kota Mojokerto", 1)],
             "province": 0, "outside": 0, "import": 1, "unknown": 0, "unmet": 1},
        ])
    );
    let pairs: Vec<(&str, &str, u64, u64, u64, u64)> = found["items"]
        .as_array()
        .expect("pairs")
        .iter()
        .map(|pair| {
            let text = |field: &str| pair[field].as_str().expect("a code");
            let number = |field: &str| pair[field].as_u64().expect("a number");
            (
                text("from"),
                text("to"),
                number("makers"),
                number("users"),
                number("stated"),
                number("unmet"),
            )
        })
        .collect();
    // Most unmet first, then the nearest: Mojokerto is nearer to Sidoarjo than Magetan is.
    assert_eq!(
        pairs,
        [
            ("35.76", "35.15", 1, 6, 0, 3),
            ("35.20", "35.15", 3, 6, 2, 3),
            ("35.76", "35.76", 1, 2, 1, 1),
            ("35.20", "35.76", 3, 2, 1, 1),
        ]
    );
    assert_eq!(found["items"][2]["distance_km"], 0.0);
    let far = found["items"][1]["distance_km"].as_f64().expect("kilometres");
    assert!((120.0..200.0).contains(&far), "{far}");
    // The filter narrows who uses it.
    let found = staff.get(&format!("{PATH}?commodity=kulit-samak&region=35.76")).expect(200);
    assert_eq!(found["users"].as_array().map(Vec::len), Some(1));
    let query = LogQuery { kinds: vec![ReadKind::Stats], limit: 1, ..LogQuery::default() };
    let logged = app.registry.logged_reads(&Actor::Operator, &query).expect("the log").items;
    assert_eq!(logged[0].filter.as_deref(), Some("region=35.76&raw_material=kulit-samak"));
    assert_eq!((logged[0].count, logged[0].scope.as_str()), (2, "all"));
}

#[test]
fn users_are_of_the_own_area_and_makers_elsewhere_are_published_ones() {
    let app = TestApp::new();
    world(&app);
    let analyst = app.signed_in(Role::Analyst, Some("35.15"));
    let found = analyst.get(&format!("{PATH}?commodity=kulit-samak")).expect(200);
    assert_eq!(found["users_of"], "area:35.15");
    let regions: Vec<&Value> =
        found["users"].as_array().expect("users").iter().map(|users| &users["region"]).collect();
    assert_eq!(regions, [&json!("35.15")]);
    assert_eq!((&found["makers"], &found["items"]), (&json!([]), &json!([])));
    app.anonymous().get(&format!("{PATH}?commodity=kulit-samak")).expect_problem(401);
    for (query, told) in [
        ("", "commodity:required"),
        ("commodity=tidak-ada", "commodity:unknown_code"),
        ("commodity=kulit-samak&raw_material=batik", "raw_material:unknown_parameter"),
        ("commodity=kulit-samak&warna=merah", "warna:unknown_parameter"),
    ] {
        assert_eq!(analyst.get(&format!("{PATH}?{query}")).expect_problem(400), [told], "{query}");
    }
    // What is closed uses nothing.
    let staff = app.staff();
    let all = staff.all(&format!("{ENTERPRISES}?raw_material=kulit-samak&region=35.76"));
    for one in &all {
        let path = format!("{ENTERPRISES}/{}", one["id"].as_str().expect("an id"));
        staff.write("DELETE", &path, "*", &Value::Null).expect(200);
    }
    let found = staff.get(&format!("{PATH}?commodity=kulit-samak")).expect(200);
    assert_eq!(found["users"].as_array().map(Vec::len), Some(1));
}

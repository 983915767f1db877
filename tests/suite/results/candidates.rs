//! What a search finds, held against clusters that were planted.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    BESIDE, CANDIDATES, ENTERPRISES, KEDENSARI, MOJOKERTO, beside, maker, making, open, path_of,
    row, searched, stored,
};
use crate::app::TestApp;

fn ids(value: &Value) -> BTreeSet<String> {
    let ids = value.as_array().expect("ids").iter();
    ids.map(|id| id.as_str().expect("an id").to_owned()).collect()
}

fn ring(area: &Value) -> Vec<(f64, f64)> {
    assert_eq!(area["type"], "Polygon");
    let ring = area["coordinates"][0].as_array().expect("a ring").iter();
    ring.map(|at| (at[0].as_f64().expect("lon"), at[1].as_f64().expect("lat"))).collect()
}

/// Whether a point lies in a convex ring: on the same side of each edge.
fn holds(ring: &[(f64, f64)], (x, y): (f64, f64)) -> bool {
    let sides: Vec<f64> = ring
        .windows(2)
        .map(|edge| {
            let ((ax, ay), (bx, by)) = (edge[0], edge[1]);
            (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        })
        .collect();
    sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0)
}

#[test]
fn planted_clusters_are_found_with_all_their_members_and_nothing_else_is() {
    let app = TestApp::new();
    let staff = app.staff();
    // Seven in a row, the last two of the village beside; five in another regency.
    let mut bags: BTreeSet<String> = row(&staff, "tas", KEDENSARI, 5).into_iter().collect();
    let mut places: Vec<(f64, f64)> = (0..5)
        .map(|n| beside(KEDENSARI, 100.0 * f64::from(n) + 40.0, 30.0 * f64::from(n % 3)))
        .collect();
    for n in [6.0, 7.0] {
        places.push(beside(KEDENSARI, 100.0 * n, 10.0));
        bags.insert(maker(&staff, "tas", BESIDE.0, beside(KEDENSARI, 100.0 * n, 10.0)));
    }
    let shoes: BTreeSet<String> = row(&staff, "sepatu", MOJOKERTO, 5).into_iter().collect();
    // Makers of something else among them, too few together, and one alone.
    row(&staff, "dompet", KEDENSARI, 4);
    maker(&staff, "tas", KEDENSARI.0, beside(KEDENSARI, -4_000.0, 0.0));
    for n in 0..4 {
        maker(&staff, "tas", KEDENSARI.0, beside(KEDENSARI, f64::from(n) * 90.0, -3_000.0));
    }
    // Known to their village alone: no point, a point that says so, and the village's own.
    let regions = staff.get("/api/v1/regions/35.15.07.2001").expect(200);
    for n in 0..6 {
        let mut body = making("koper", "35.15.07.2001");
        if n % 3 == 1 {
            let (lon, lat) = (regions["lon"].clone(), regions["lat"].clone());
            body["point"] = json!({"lon": lon, "lat": lat, "method": "village"});
        } else if n % 3 == 2 {
            let (lon, lat) = (regions["lon"].clone(), regions["lat"].clone());
            body["point"] = json!({"lon": lon, "lat": lat, "method": "gps"});
        }
        stored(&staff, &body);
    }
    // In Kedensari by what they say, and in Mojokerto by their points.
    for n in 0..5 {
        maker(&staff, "kerupuk", KEDENSARI.0, beside(MOJOKERTO, f64::from(n) * 50.0, 900.0));
    }

    let search = searched(&staff, &json!({}));
    assert_eq!(search["state"], "done", "{search}");
    assert_eq!((&search["region"], &search["eps_m"]), (&json!("35"), &json!(500)));
    let counts = &search["counts"];
    let expected = json!({
        "producers": 7 + 5 + 4 + 1 + 4 + 6 + 5, "village_only": 6, "doubtful": 5, "found": 2,
        "new": 2, "again": 0, "confirmed": 0, "rejected": 0, "gone": 0,
    });
    assert_eq!(counts, &expected);

    let found = open(&staff);
    let told: Vec<(&str, u64)> = found
        .iter()
        .map(|one| {
            (one["commodity"].as_str().expect("a code"), one["producers"].as_u64().expect("n"))
        })
        .collect();
    assert_eq!(told, [("tas", 7), ("sepatu", 5)]);
    let whole = staff.get(&path_of(&found[0])).expect(200);
    assert_eq!((ids(&whole["members"]), &whole["others"]), (bags, &json!(0)));
    assert_eq!(ids(&staff.get(&path_of(&found[1])).expect(200)["members"]), shoes);
    assert_eq!(
        (&whole["region"], &whole["responsible_region"]),
        (&json!("35.15.06"), &json!("35.15"))
    );
    assert_eq!((&whole["places"], &whole["verified"]), (&json!(7), &json!(0)));
    let villages: Vec<(&Value, &Value)> = whole["villages"]
        .as_array()
        .expect("villages")
        .iter()
        .map(|village| (&village["region"], &village["producers"]))
        .collect();
    assert_eq!(villages, [(&json!(KEDENSARI.0), &json!(5)), (&json!(BESIDE.0), &json!(2))]);
    assert_eq!(whole["basis"]["ground"], "regulation");
    assert_eq!(
        (&whole["basis"]["met"], &whole["basis"]["households_share"]),
        (&json!(true), &Value::Null)
    );

    // The outline holds every member, and no corner of it is one's place.
    let ring = ring(&whole["area"]);
    for place in &places {
        assert!(holds(&ring, *place), "{place:?} {ring:?}");
        let near = |corner: &(f64, f64)| {
            (corner.0 - place.0).abs() < 0.000_9 && (corner.1 - place.1).abs() < 0.000_9
        };
        assert!(!ring.iter().any(near), "{place:?} {ring:?}");
    }
    for (lon, lat) in &ring {
        for degrees in [lon, lat] {
            let thousandths = degrees * 1_000.0;
            assert!((thousandths - thousandths.round()).abs() < 1e-6, "{ring:?}");
        }
    }
    // Asked for nearer neighbours the row falls apart, and what was offered is gone.
    let search = searched(&staff, &json!({"commodity": "tas", "eps_m": 60}));
    assert_eq!((&search["counts"]["found"], &search["counts"]["gone"]), (&json!(0), &json!(1)));
    assert_eq!(open(&staff).len(), 1);
}

#[test]
fn a_list_is_narrowed_and_read_as_geojson_and_says_which_sentra_is_there() {
    let app = TestApp::new();
    let staff = app.staff();
    row(&staff, "tas", KEDENSARI, 6);
    row(&staff, "sepatu", MOJOKERTO, 5);
    let sentra = |name: &str, commodity: &str, village: &str| {
        let body = json!({"name": name, "commodity": commodity, "region": &village[..8], "villages": [village]});
        staff.post("/api/v1/sentra", &body).expect(201)["id"].clone()
    };
    let there = sentra("Sentra tas Kedensari", "tas", KEDENSARI.0);
    sentra("Sentra dompet Kedensari", "dompet", KEDENSARI.0);
    sentra("Sentra tas lain", "tas", "35.15.07.2001");
    searched(&staff, &json!({}));
    let only = |query: &str| {
        let page = staff.get(&format!("{CANDIDATES}?{query}")).expect(200);
        let items = page["items"].as_array().expect("items");
        let codes: Vec<String> = items
            .iter()
            .map(|item| item["commodity"].as_str().expect("a code").to_owned())
            .collect();
        codes.concat()
    };
    for (query, expected) in [
        ("region=35.15", "tas"),
        ("region=35.15.06", "tas"),
        ("region=35.15.07", ""),
        ("region=35.76", "sepatu"),
        ("commodity=sepatu", "sepatu"),
        ("status=rejected", ""),
    ] {
        assert_eq!(only(query), expected, "{query}");
    }
    let page = staff.get(&format!("{CANDIDATES}?f=geojson&commodity=tas")).expect(200);
    let feature = &page["features"][0];
    assert_eq!((&page["type"], &feature["type"]), (&json!("FeatureCollection"), &json!("Feature")));
    assert_eq!(feature["geometry"]["type"], "Polygon");
    let existing = json!([{"id": there, "name": "Sentra tas Kedensari"}]);
    assert_eq!(feature["properties"]["existing"], existing);
    assert!(feature["properties"]["members"].is_null() && feature["properties"]["area"].is_null());
    for (query, told) in [
        ("status=baru", "status:unknown_code"),
        ("region=Sidoarjo", "region:malformed"),
        ("cursor=x", "cursor:malformed"),
        ("kind=ikm", "kind:unknown_parameter"),
    ] {
        assert_eq!(staff.get(&format!("{CANDIDATES}?{query}")).expect_problem(400), [told]);
    }
}

#[test]
fn closed_records_are_no_producers_and_sample_data_keep_to_themselves() {
    let app = TestApp::new();
    let staff = app.staff();
    let makers = row(&staff, "tas", KEDENSARI, 5);
    let path = format!("{ENTERPRISES}/{}", makers[2]);
    staff.write("DELETE", &path, "*", &Value::Null).expect(200);
    let search = searched(&staff, &json!({"commodity": "tas", "region": "35.15"}));
    assert_eq!(
        (&search["counts"]["producers"], &search["counts"]["found"]),
        (&json!(4), &json!(0))
    );
    // The demonstration set has clusters, all of sample data.
    app.registry.seed_demo(|_, _| {}).expect("a demo");
    let search = searched(&staff, &json!({"min_producers": 8}));
    assert_eq!(search["state"], "done", "{search}");
    let found = open(&staff);
    assert!(found.iter().all(|one| one["sample"] == true));
    assert_eq!(search["counts"]["found"], found.len());
    assert!(found.iter().all(|one| one["producers"].as_u64() >= Some(8)));
}

//! OGC API - Tiles: described as the standard says, and the same tiles as under `/api/v1`.

use sentra::domain::actor::Role;
use sentra::http::ogc::tiles::{CONFORMANCE, paths};
use serde_json::{Value, json};

use crate::app::{Answer, Client, TestApp, draft, tile_at};
use crate::stats::published;

const SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
const TILES: &str = "/ogc/collections/enterprises/tiles";

fn link<'a>(of: &'a Value, rel: &str) -> &'a Value {
    let mut links = of["links"].as_array().expect("links").iter();
    links.find(|link| link["rel"] == rel).unwrap_or_else(|| panic!("{rel}: {of}"))
}

/// A link's address without the server's.
fn path(app: &TestApp, link: &Value) -> String {
    let origin = format!("http://{}", app.address);
    let href = link["href"].as_str().expect("an address");
    href.strip_prefix(&origin).unwrap_or_else(|| panic!("{href} is not absolute")).to_owned()
}

fn number(of: &Value, name: &str) -> u32 {
    u32::try_from(of[name].as_u64().expect("a number")).expect("a u32")
}

fn tile(client: &Client, collection: &str, z: u8, x: u32, y: u32, query: &str) -> Answer {
    let tiles = format!("/ogc/collections/{collection}/tiles/WebMercatorQuad");
    client.get(&format!("{tiles}/{z}/{y}/{x}{query}"))
}

#[test]
fn the_matrix_set_is_listed_and_defined() {
    let app = TestApp::new();
    let list = app.anonymous().get("/ogc/tileMatrixSets");
    assert_eq!(list.header("content-type"), "application/json");
    let list = list.expect(200);
    let only = &list["tileMatrixSets"][0];
    assert_eq!(only["id"], "WebMercatorQuad");
    let own = path(&app, link(only, "self"));
    assert_eq!(path(&app, link(only, "item")), own);
    let answer = app.anonymous().get(&own);
    let defined = answer.expect(200);
    assert_eq!(defined["uri"], only["uri"]);
    assert_eq!(defined["tileMatrices"].as_array().map(Vec::len), Some(25));
    let known = [("If-None-Match", answer.header("etag"))];
    assert_eq!(app.anonymous().send("GET", &own, &known, Vec::new()).status, 304);
    app.anonymous().get("/ogc/tileMatrixSets/WorldCRS84Quad").expect_problem(404);
}

#[test]
fn a_tile_set_is_described_with_limits_and_a_template_that_leads_to_tiles() {
    let app = TestApp::new();
    let anonymous = app.anonymous();
    for (collection, zooms, dimension) in
        [("enterprises", 0..=22, 0), ("regencies", 0..=14, 2), ("districts", 8..=14, 2)]
    {
        let list = anonymous.get(&format!("/ogc/collections/{collection}/tiles")).expect(200);
        assert_eq!(path(&app, link(&list, "self")), format!("/ogc/collections/{collection}/tiles"));
        let [item] = list["tilesets"].as_array().expect("tile sets").as_slice() else {
            panic!("{list}")
        };
        let whole = anonymous.get(&path(&app, link(item, "self"))).expect(200);
        for described in [item, &whole] {
            assert_eq!(described["tileMatrixSetId"], "WebMercatorQuad");
            assert_eq!(described["dataType"], "vector");
            let uri = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
            assert_eq!(described["tileMatrixSetURI"], uri);
            assert_eq!(link(described, "self")["type"], "application/json");
            let scheme = anonymous.get(&path(&app, link(described, SCHEME))).expect(200);
            assert_eq!(scheme["id"], "WebMercatorQuad");
        }
        let layer = &whole["layers"][0];
        assert_eq!(layer["id"], collection);
        assert_eq!(layer["geometryDimension"], dimension);
        assert!(layer["propertiesSchema"]["properties"]["name"]["type"] == "string");

        let tiles = link(&whole, "item");
        assert_eq!(tiles["templated"], true);
        assert_eq!(tiles["type"], "application/vnd.mapbox-vector-tile");
        let template = path(&app, tiles);
        let limits = whole["tileMatrixSetLimits"].as_array().expect("limits");
        let matrices: Vec<u32> = limits
            .iter()
            .map(|limit| limit["tileMatrix"].as_str().expect("an id").parse().expect("a zoom"))
            .collect();
        assert_eq!(matrices, zooms.collect::<Vec<u32>>());
        for limit in limits {
            let matrix = limit["tileMatrix"].as_str().expect("an id");
            let at = |row: u32, column: u32| {
                let path = template
                    .replace("{tileMatrix}", matrix)
                    .replace("{tileRow}", &row.to_string())
                    .replace("{tileCol}", &column.to_string());
                anonymous.get(&path).status
            };
            let (top, bottom) = (number(limit, "minTileRow"), number(limit, "maxTileRow"));
            let (left, right) = (number(limit, "minTileCol"), number(limit, "maxTileCol"));
            for (row, column) in [(top, left), (bottom, right)] {
                assert!([200, 204].contains(&at(row, column)), "{collection} {matrix}");
            }
            for (row, column) in [(bottom + 1, left), (top, right + 1)] {
                assert_eq!(at(row, column), 404, "{collection} {matrix}");
            }
        }
    }
}

#[test]
fn a_tile_is_the_same_under_both_addresses_with_the_row_before_the_column() {
    let app = TestApp::new();
    let (staff, vera) = (app.staff(), app.signed_in(Role::Verifier, Some("35")));
    published(&staff, &vera, ("35.15.06.2001", 112.7223, -7.5071), &json!(["kulit-alas-kaki"]));
    let anonymous = app.anonymous();
    let at = tile_at(112.7223, -7.5071, 9);
    let parts: Vec<u32> = at.split('/').map(|part| part.parse().expect("a number")).collect();
    let (x, y) = (parts[1], parts[2]);
    assert_ne!(x, y);
    let ours = tile(&anonymous, "enterprises", 9, x, y, "?f=mvt");
    let first = anonymous.get(&format!("/api/v1/tiles/enterprises/{at}.mvt"));
    assert_eq!((ours.status, first.status), (200, 200));
    assert_eq!(ours.bytes, first.bytes);
    assert_eq!(ours.header("content-type"), "application/vnd.mapbox-vector-tile");
    assert_eq!(
        (ours.header("etag"), ours.header("cache-control")),
        (first.header("etag"), "no-cache")
    );
    let known = [("If-None-Match", ours.header("etag"))];
    let again = format!("{TILES}/WebMercatorQuad/9/{y}/{x}");
    assert_eq!(anonymous.send("GET", &again, &known, Vec::new()).status, 304);
    assert_eq!(anonymous.send("HEAD", &again, &[], Vec::new()).status, 200);

    // The filter is that of everything else.
    assert_eq!(tile(&anonymous, "enterprises", 9, x, y, "?sector=kulit-alas-kaki").status, 200);
    assert_eq!(tile(&anonymous, "enterprises", 9, x, y, "?sector=pangan").status, 204);
    let refused = tile(&anonymous, "enterprises", 9, x, y, "?mood=good").expect_problem(400);
    assert_eq!(refused, ["mood:unknown_parameter"]);
    let refused = tile(&anonymous, "enterprises", 9, x, y, "?review=draft").expect_problem(403);
    assert_eq!(refused, ["review:internal_only"]);
    let refused = tile(&anonymous, "enterprises", 9, x, y, "?f=png").expect_problem(400);
    assert_eq!(refused, ["f:unknown_code"]);

    for (collection, other) in [("regencies", "districts"), ("districts", "regencies")] {
        let answer = tile(&anonymous, collection, 9, x, y, "");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("cache-control"), "public, max-age=3600");
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(text.contains(collection) && !text.contains(other), "{collection}");
    }
    let refused = tile(&anonymous, "regencies", 9, x, y, "?kind=ikm").expect_problem(400);
    assert_eq!(refused, ["kind:unknown_parameter"]);
}

#[test]
fn who_is_signed_in_sees_their_own_tier_and_no_cache_keeps_it() {
    let app = TestApp::new();
    let staff = app.staff();
    staff.post("/api/v1/enterprises", &draft("Tas Rahasia")).expect(201);
    let at = tile_at(112.7223, -7.5071, 12);
    let parts: Vec<u32> = at.split('/').map(|part| part.parse().expect("a number")).collect();
    let ask = |client: &Client| tile(client, "enterprises", 12, parts[1], parts[2], "");
    assert_eq!(ask(&app.anonymous()).status, 204);
    let seen = ask(&staff);
    assert_eq!((seen.status, seen.header("cache-control")), (200, "private, no-store"));
    assert!(String::from_utf8_lossy(&seen.bytes).contains("Tas Rahasia"));
    // Of another area it is not there.
    assert_eq!(ask(&app.signed_in(Role::Verifier, Some("35.76"))).status, 204);
    assert_eq!(ask(&app.client("bukan-token".to_owned())).status, 401);
    let described = staff.get(&format!("{TILES}?review=draft"));
    assert_eq!(described.header("cache-control"), "private, no-store");
    let item = link(&described.expect(200)["tilesets"][0], "item").clone();
    assert!(path(&app, &item).ends_with("/{tileCol}?review=draft&f=mvt"), "{item}");
    let refused = app.anonymous().get(&format!("{TILES}?review=draft")).expect_problem(403);
    assert_eq!(refused, ["review:internal_only"]);
}

#[test]
fn what_has_no_tiles_is_not_found_and_nothing_is_written() {
    let app = TestApp::new();
    for path in [
        "/ogc/collections/villages/tiles",
        "/ogc/collections/sentra/tiles",
        "/ogc/collections/tidak-ada/tiles",
        "/ogc/collections/enterprises/tiles/WorldCRS84Quad",
        "/ogc/collections/enterprises/tiles/WorldCRS84Quad/0/0/0",
        "/ogc/collections/enterprises/tiles/WebMercatorQuad/a/0/0",
        "/ogc/collections/enterprises/tiles/WebMercatorQuad/0/0/-1",
        "/ogc/collections/enterprises/tiles/WebMercatorQuad/23/0/0",
        "/ogc/collections/districts/tiles/WebMercatorQuad/7/66/104",
    ] {
        app.anonymous().get(path).expect_problem(404);
    }
    let answer = app.anonymous().send("POST", TILES, &[], Vec::new());
    answer.expect_problem(405);
    assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
    assert_eq!(app.anonymous().send("OPTIONS", TILES, &[], Vec::new()).status, 204);
}

#[test]
fn every_path_of_the_document_answers() {
    let app = TestApp::new();
    for (path, item) in paths().as_object().expect("paths") {
        let path = path
            .replace("{collectionId}", "enterprises")
            .replace("{tileMatrixSetId}", "WebMercatorQuad")
            .replace("{tileMatrix}/{tileRow}/{tileCol}", "0/0/0");
        let answer = app.anonymous().get(&format!("/ogc{path}"));
        let documented = item["get"]["responses"].as_object().expect("responses");
        assert!(documented.contains_key(&answer.status.to_string()), "{path}: {}", answer.status);
        assert!(answer.status < 300, "{path}: {}", answer.status);
    }
    assert!(CONFORMANCE.iter().all(|class| class.contains("/conf/")));
}

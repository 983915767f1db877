//! OGC API - Features: what GIS clients are promised.

mod crs;
mod definition;
mod filters;
mod items;
mod pages;
mod paging;

use sentra::http::ogc::tiles::has_tiles;
use sentra::registry::collections::Collection;
use serde_json::Value;
use strum::VariantArray;

use crate::app::{Answer, Client, TestApp};

const GEOJSON: &str = "application/geo+json";

fn demo() -> TestApp {
    let app = TestApp::new();
    app.registry.seed_demo(|_, _| {}).expect("a demo");
    app
}

/// What stands behind a server's name in an absolute address.
fn local(app: &TestApp, href: &str) -> String {
    let origin = format!("http://{}", app.address);
    let path = href.strip_prefix(&origin);
    path.unwrap_or_else(|| panic!("{href} is not absolute")).to_owned()
}

/// The addresses of a relation and type, among an object's links.
fn links<'a>(of: &'a Value, rel: &str, media: &str) -> Vec<&'a str> {
    let all = of["links"].as_array().expect("links").iter();
    let wanted = all.filter(|link| link["rel"] == rel && link["type"] == media);
    wanted.map(|link| link["href"].as_str().expect("an address")).collect()
}

#[track_caller]
fn only_link<'a>(of: &'a Value, rel: &str, media: &str) -> &'a str {
    match links(of, rel, media).as_slice() {
        [one] => one,
        found => panic!("{rel} as {media}: {found:?} in {}", of["links"]),
    }
}

/// Every link is absolute, has a type, and leads somewhere that is of that type.
fn follow_all(app: &TestApp, client: &Client, of: &Value) {
    for link in of["links"].as_array().expect("links") {
        let media = link["type"].as_str().expect("a type");
        let path = local(app, link["href"].as_str().expect("an address"));
        let answer = client.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        let found = answer.header("content-type");
        let bare = |text: &str| text.split(';').next().unwrap_or_default().to_owned();
        assert_eq!(bare(found), bare(media), "{path}");
    }
}

/// All features, page by page along the `next` links.
fn all_features(app: &TestApp, client: &Client, path: &str) -> Vec<Value> {
    let mut features = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = client.get(&path).expect(200);
        let of_page = page["features"].as_array().expect("features");
        assert_eq!(page["numberReturned"], of_page.len(), "{path}");
        features.extend(of_page.iter().cloned());
        next = links(&page, "next", GEOJSON).first().map(|href| local(app, href));
    }
    features
}

fn ids(features: &[Value]) -> Vec<String> {
    features.iter().map(|feature| feature["id"].as_str().expect("an id").to_owned()).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

fn items(collection: &str) -> String {
    format!("/ogc/collections/{collection}/items")
}

fn as_html(client: &Client, path: &str) -> Answer {
    let browser = [("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")];
    client.send("GET", path, &browser, Vec::new())
}

#[test]
fn the_landing_page_leads_to_everything() {
    let app = TestApp::new();
    let client = app.anonymous();
    for path in ["/ogc", "/ogc/", "/ogc?f=json"] {
        let landing = client.get(path).expect(200);
        assert_eq!(local(&app, only_link(&landing, "self", "application/json")), path);
        only_link(&landing, "alternate", "text/html");
        only_link(&landing, "service-doc", "text/html");
        let openapi = "application/vnd.oai.openapi+json;version=3.0";
        let definition = local(&app, only_link(&landing, "service-desc", openapi));
        assert_eq!(client.get(&definition).header("content-type"), openapi);
        let conformance = local(&app, only_link(&landing, "conformance", "application/json"));
        assert!(client.get(&conformance).expect(200)["conformsTo"].is_array());
        let data = local(&app, only_link(&landing, "data", "application/json"));
        assert!(client.get(&data).expect(200)["collections"].is_array());
        follow_all(&app, &client, &landing);
    }
    // As the proxy in front of it was asked.
    let asked = [("Host", "peta.contoh.id")];
    let landing = client.send("GET", "/ogc", &asked, Vec::new()).expect(200);
    assert_eq!(
        only_link(&landing, "data", "application/json"),
        "http://peta.contoh.id/ogc/collections"
    );
}

#[test]
fn the_classes_are_those_that_are_kept_to() {
    let app = TestApp::new();
    let conformance = app.anonymous().get("/ogc/conformance").expect(200);
    let classes: Vec<&str> = conformance["conformsTo"]
        .as_array()
        .expect("classes")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for class in [
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-1/1.0/conf/geojson",
        "ogcapi-features-1/1.0/conf/html",
        "ogcapi-features-1/1.0/conf/oas30",
        "ogcapi-features-2/1.0/conf/crs",
        "ogcapi-features-3/1.0/conf/queryables",
        "ogcapi-features-3/1.0/conf/queryables-query-parameters",
        "ogcapi-features-3/1.0/conf/filter",
        "ogcapi-features-3/1.0/conf/features-filter",
        "cql2/1.0/conf/cql2-text",
        "cql2/1.0/conf/cql2-json",
        "cql2/1.0/conf/basic-cql2",
        "cql2/1.0/conf/advanced-comparison-operators",
        "cql2/1.0/conf/case-insensitive-comparison",
        "cql2/1.0/conf/accent-insensitive-comparison",
        "cql2/1.0/conf/basic-spatial-functions",
        "ogcapi-common-3/1.0/conf/schemas",
    ] {
        let class = format!("http://www.opengis.net/spec/{class}");
        assert_eq!(classes.iter().filter(|known| **known == class).count(), 1, "{class}");
    }
}

#[test]
fn every_collection_says_where_its_parts_are() {
    let app = TestApp::new();
    let client = app.anonymous();
    let list = client.get("/ogc/collections").expect(200);
    let listed = list["collections"].as_array().expect("collections");
    let names: Vec<&str> = listed.iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(
        names,
        ["enterprises", "regencies", "districts", "villages", "sentra", "cooperatives"]
    );
    only_link(&list, "self", "application/json");
    for (in_list, kind) in listed.iter().zip(Collection::VARIANTS) {
        let own = local(&app, only_link(in_list, "self", "application/json"));
        assert_eq!(own, format!("/ogc/collections/{}", kind.id()));
        let alone = client.get(&own).expect(200);
        for collection in [in_list, &alone] {
            only_link(collection, "alternate", "text/html");
            only_link(collection, "items", GEOJSON);
            only_link(collection, "items", "text/html");
            let rel = |name: &str| format!("http://www.opengis.net/def/rel/ogc/1.0/{name}");
            only_link(collection, &rel("queryables"), "application/schema+json");
            only_link(collection, &rel("schema"), "application/schema+json");
            let tiles = links(collection, &rel("tilesets-vector"), "application/json");
            assert_eq!(tiles.len(), usize::from(has_tiles(*kind)), "{own}");
            let (crs, storage) = (&collection["crs"], &collection["storageCrs"]);
            assert_eq!(crs[0], "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
            assert!(crs.as_array().is_some_and(|all| all.len() == 5 && all.contains(storage)));
            assert_eq!(collection["itemType"], "feature");
            let bbox = &collection["extent"]["spatial"]["bbox"][0];
            assert!(bbox.as_array().is_some_and(|bbox| bbox.len() == 4), "{bbox}");
        }
        follow_all(&app, &client, &alone);
    }
    client.get("/ogc/collections/usaha").expect_problem(404);
    client.get("/ogc/collections/usaha/items").expect_problem(404);
}

#[test]
fn the_format_is_what_is_asked_for_and_json_for_programs() {
    let app = demo();
    let client = app.anonymous();
    for (path, json) in [
        ("/ogc", "application/json"),
        ("/ogc/conformance", "application/json"),
        ("/ogc/collections", "application/json"),
        ("/ogc/collections/sentra", "application/json"),
        ("/ogc/collections/sentra/queryables", "application/schema+json"),
        ("/ogc/collections/sentra/schema", "application/schema+json"),
        ("/ogc/collections/enterprises/items", GEOJSON),
        ("/ogc/collections/regencies/items/35.15", GEOJSON),
    ] {
        assert_eq!(client.get(path).header("content-type"), json, "{path}");
        let any = client.send("GET", path, &[("Accept", "*/*")], Vec::new());
        assert_eq!(any.header("content-type"), json, "{path}");
        assert!(as_html(&client, path).header("content-type").starts_with("text/html"), "{path}");
        // The parameter before the field.
        let headers = [("Accept", "text/html")];
        let told = client.send("GET", &format!("{path}?f=json"), &headers, Vec::new());
        assert_eq!(told.header("content-type"), json, "{path}");
        let html = client.get(&format!("{path}?f=html"));
        assert!(html.header("content-type").starts_with("text/html"), "{path}");
        assert_eq!(client.get(&format!("{path}?f=xml")).expect_problem(400), ["f:unknown_code"]);
        assert_eq!(
            client.get(&format!("{path}?apa=1")).expect_problem(400),
            ["apa:unknown_parameter"]
        );
    }
}

#[test]
fn other_methods_are_told_which_there_are() {
    let app = TestApp::new();
    let client = app.anonymous();
    for path in
        ["/ogc", "/ogc/collections/regencies/items", "/ogc/collections/regencies/items/35.15"]
    {
        let answer = client.send("POST", path, &[], Vec::new());
        answer.expect_problem(405);
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
        assert_eq!(client.send("OPTIONS", path, &[], Vec::new()).status, 204);
        let head = client.send("HEAD", path, &[], Vec::new());
        assert_eq!((head.status, head.bytes.len()), (200, 0));
    }
    client.get("/ogc/apa").expect_problem(404);
}

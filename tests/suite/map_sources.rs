//! What other programs draw the map from: a style, a QGIS project, a page to frame, and who may read
//! them from another site.

use sentra::http::Config;
use sentra::http::config::Origins;
use serde_json::Value;

use crate::app::{Answer, TestApp};

const STYLE: &str = "/api/v1/styles/enterprises.json";
const PROJECT: &str = "/api/v1/qgis/sentra.qgs";
const SITE: &str = "https://dasbor.contoh.id";

fn origin(app: &TestApp) -> String {
    format!("http://{}", app.address)
}

fn embedders(text: &str) -> TestApp {
    let embedders = Origins::parse(text).expect("origins");
    TestApp::with(Config { embedders, ..Config::default() })
}

fn from(app: &TestApp, site: &str, path: &str) -> Answer {
    app.anonymous().send("GET", path, &[("Origin", site)], Vec::new())
}

#[test]
fn a_style_leads_to_tiles_of_this_server_with_the_filter_and_the_sectors_colours() {
    let app = TestApp::new();
    let answer = app.anonymous().get(&format!("{STYLE}?kind=ikm&sector=pangan,jasa"));
    let style = answer.expect(200);
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let tiles = style["sources"]["enterprises"]["tiles"][0].as_str().expect("an address");
    let own = "/api/v1/tiles/enterprises/{z}/{x}/{y}.mvt?kind=ikm&sector=pangan%2Cjasa";
    assert_eq!(tiles, format!("{}{own}", origin(&app)));
    let at = tiles.replace("{z}/{x}/{y}", "0/0/0").replace(&origin(&app), "");
    assert_eq!(app.anonymous().get(&at).status, 204);
    let sectors = style["metadata"]["sentra:sectors"].as_array().expect("sectors");
    assert_eq!(sectors.len(), 14);
    let painted = style["layers"].to_string();
    for sector in sectors {
        assert!(painted.contains(sector["colour"].as_str().expect("a colour")), "{sector}");
    }
    let dark = app.anonymous().get(&format!("{STYLE}?scheme=dark")).expect(200);
    assert_ne!(dark["layers"], style["layers"]);
    let english = [("Accept-Language", "en")];
    let english = app.anonymous().send("GET", STYLE, &english, Vec::new()).expect(200);
    assert_eq!(english["metadata"]["sentra:sectors"][0]["name"], "Food and drinks");

    let known = [("If-None-Match", answer.header("etag"))];
    let path = format!("{STYLE}?kind=ikm&sector=pangan,jasa");
    assert_eq!(app.anonymous().send("GET", &path, &known, Vec::new()).status, 304);
    let refused = app.anonymous().get(&format!("{STYLE}?scheme=pink")).expect_problem(400);
    assert_eq!(refused, ["scheme:unknown_code"]);
    let refused = app.anonymous().get(&format!("{STYLE}?review=draft")).expect_problem(403);
    assert_eq!(refused, ["review:internal_only"]);
    let staff = app.staff().get(&format!("{STYLE}?review=draft"));
    assert_eq!((staff.status, staff.header("cache-control")), (200, "private, no-store"));
}

#[test]
fn a_qgis_project_names_this_server_and_no_other() {
    let app = TestApp::new();
    let answer = app.anonymous().get(&format!("{PROJECT}?kind=ikm"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/x-qgis-project");
    assert!(answer.header("content-disposition").contains("sentra.qgs"));
    let text = String::from_utf8(answer.bytes.clone()).expect("UTF-8");
    assert!(text.contains(&format!("url=&apos;{}/ogc&apos;", origin(&app))), "{text}");
    let tiles = format!("http%3A%2F%2F{}%2Fapi", app.address.to_string().replace(':', "%3A"));
    assert_eq!(text.matches(&tiles).count(), 4, "two layers, each in the tree and for itself");
    assert!(text.contains("%3Fkind%3Dikm"));
    for collection in ["enterprises", "regencies", "districts", "sentra"] {
        assert!(text.contains(&format!("typename=&apos;{collection}&apos;")), "{collection}");
    }
    // Beside the type of the document, and what it was made from, only this server's.
    let hosts = text.replace("http://mrcc.com/qgis.dtd", "").replace(&origin(&app), "");
    assert!(!hosts.contains("://"), "{hosts}");
    let known = [("If-None-Match", answer.header("etag"))];
    let path = format!("{PROJECT}?kind=ikm");
    assert_eq!(app.anonymous().send("GET", &path, &known, Vec::new()).status, 304);
}

#[test]
fn a_page_of_geojson_is_not_sent_twice() {
    let app = TestApp::new();
    app.registry.seed_demo(|_, _| {}).expect("a demo");
    let path = "/api/v1/enterprises?f=geojson&sector=pangan&limit=20";
    let first = app.anonymous().get(path);
    assert_eq!((first.status, first.header("cache-control")), (200, "no-cache"));
    let known = [("If-None-Match", first.header("etag"))];
    let again = app.anonymous().send("GET", path, &known, Vec::new());
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    let other = app.anonymous().get(&path.replace("pangan", "jasa"));
    assert_ne!(other.header("etag"), first.header("etag"));
}

#[test]
fn the_embedded_map_alone_may_be_framed_and_only_where_the_operator_says_so() {
    let policy = |app: &TestApp, path: &str| {
        let policy = app.anonymous().get(path).header("content-security-policy").to_owned();
        policy.split("frame-ancestors ").nth(1).expect("frame-ancestors").to_owned()
    };
    let open = TestApp::new();
    assert_eq!(policy(&open, "/embed?sector=pangan"), "*");
    for path in ["/", "/embed.html", "/embed/", "/embedded", "/sentra", "/docs/", "/api/v1/sectors"]
    {
        assert_eq!(policy(&open, path), "'none'", "{path}");
    }
    let rest = open.anonymous().get("/embed");
    assert!(rest.header("content-security-policy").starts_with("default-src 'self'"));
    assert_eq!(policy(&embedders(SITE), "/embed"), format!("'self' {SITE}"));
    assert_eq!(policy(&embedders(""), "/embed"), "'none'");
}

#[test]
fn pages_of_every_site_read_what_anybody_may_and_send_no_token() {
    let app = TestApp::new();
    for path in [
        STYLE,
        "/api/v1/tiles/regions/6/52/33.mvt",
        "/api/v1/enterprises?f=geojson",
        "/ogc/tileMatrixSets",
        "/catalog.json",
        "/openapi.json",
    ] {
        for answer in [from(&app, SITE, path), app.anonymous().get(path)] {
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
        }
    }
    // Whoever shows a token is read by none but listed sites, and may not even ask.
    let staff = app.staff();
    let seen = staff.send("GET", "/api/v1/enterprises", &[("Origin", SITE)], Vec::new());
    assert_eq!((seen.status, seen.header("access-control-allow-origin")), (200, ""));
    let preflight = [
        ("Origin", SITE),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "authorization"),
    ];
    let asked = app.anonymous().send("OPTIONS", "/api/v1/enterprises", &preflight, Vec::new());
    assert_eq!(asked.header("access-control-allow-origin"), "");
    assert_eq!(asked.header("access-control-allow-headers"), "");
    let posted = [("Origin", SITE), ("Content-Type", "text/plain")];
    let written = app.anonymous().send("POST", "/api/v1/areas", &posted, b"{}".to_vec());
    assert_eq!(written.header("access-control-allow-origin"), "");
    for path in ["/", "/embed", "/healthz", "/api/v1/auth/session", "/.well-known/jwks.json"] {
        let told = from(&app, SITE, path).header("access-control-allow-origin").to_owned();
        assert_eq!(told, "", "{path}");
    }
}

#[test]
fn an_operator_may_name_the_sites_or_none() {
    let listed = embedders(SITE);
    let told = |app: &TestApp, site: &str| {
        from(app, site, "/api/v1/sectors").header("access-control-allow-origin").to_owned()
    };
    assert_eq!(told(&listed, SITE), SITE);
    assert_eq!(told(&listed, "https://lain.contoh.id"), "");
    let vary = listed.anonymous().get("/api/v1/sectors");
    let vary: Vec<&str> =
        vary.headers.get_all("vary").iter().filter_map(|line| line.to_str().ok()).collect();
    assert!(vary.join(", ").contains("Origin"), "{vary:?}");
    assert_eq!(told(&embedders(""), SITE), "");
}

#[test]
fn the_palette_of_the_web_app_is_the_styles() {
    let palette: Value =
        serde_json::from_str(include_str!("../../web/src/lib/palette.json")).expect("JSON");
    let style = TestApp::new().anonymous().get(STYLE).expect(200);
    for sector in style["metadata"]["sentra:sectors"].as_array().expect("sectors") {
        let known = &palette["sectors"][sector["code"].as_str().expect("a code")];
        assert_eq!((&sector["colour"], &sector["mark"]), (&known["light"], &known["mark"]));
    }
}

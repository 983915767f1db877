//! The same for people: pages that need nothing from anywhere.

use serde_json::json;

use super::{as_html, demo, items};
use crate::app::{TestApp, draft};

fn paths(id: &str) -> Vec<String> {
    [
        "/ogc",
        "/ogc/conformance",
        "/ogc/api.html",
        "/ogc/collections",
        "/ogc/collections/enterprises",
        "/ogc/collections/sentra/queryables",
        "/ogc/collections/enterprises/schema",
        "/ogc/collections/enterprises/items",
        "/ogc/collections/regencies/items?limit=50",
        "/ogc/collections/villages/items?bbox=112,-8,113,-7",
        "/ogc/collections/regencies/items/35.15",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([format!("{}/{id}", items("enterprises"))])
    .collect()
}

#[test]
fn pages_load_nothing_and_run_nothing() {
    let app = demo();
    let client = app.anonymous();
    let page = client.get(&format!("{}?limit=1", items("enterprises"))).expect(200);
    let id = page["features"][0]["id"].as_str().expect("an id").to_owned();
    let origin = format!("http://{}", app.address);
    for path in paths(&id) {
        let answer = as_html(&client, &path);
        let text = String::from_utf8(answer.bytes.clone()).expect("text");
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
        assert!(text.starts_with("<!doctype html>") && text.contains("width=device-width"));
        for forbidden in
            ["<script", "<img", "<iframe", "src=", "@import", "url(", "style=\"", "onclick"]
        {
            assert!(!text.contains(forbidden), "{path}: {forbidden}");
        }
        for href in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let href = href.replace("&amp;", "&");
            assert!(href.starts_with(&origin), "{path}: {href}");
        }
        assert_eq!(text.matches("<h1>").count(), 1, "{path}");
    }
}

#[test]
fn pages_are_indonesian_or_english() {
    let app = demo();
    let client = app.anonymous();
    let of = |language: &str| {
        let headers = [("Accept", "text/html"), ("Accept-Language", language)];
        let answer = client.send("GET", "/ogc/collections", &headers, Vec::new());
        assert_eq!(answer.header("content-language"), language);
        String::from_utf8(answer.bytes).expect("text")
    };
    assert!(of("id").contains("<html lang=\"id\">") && of("id").contains("Kecamatan"));
    assert!(of("en").contains("<html lang=\"en\">") && of("en").contains("Districts"));
    let headers = [("Accept-Language", "en")];
    let english =
        client.send("GET", "/ogc/collections/districts", &headers, Vec::new()).expect(200);
    assert_eq!(english["title"], "Districts");
    assert_eq!(client.get("/ogc/collections/districts").expect(200)["title"], "Kecamatan");
}

#[test]
fn a_page_of_features_has_a_map_with_their_points_and_leads_on() {
    let app = demo();
    let client = app.anonymous();
    let path = format!("{}?limit=7", items("enterprises"));
    let text = String::from_utf8(as_html(&client, &path).bytes).expect("text");
    assert_eq!(text.matches("<circle ").count(), 7);
    assert!(text.contains("class=\"land\" d=\"M"));
    assert!(text.contains("rel=\"next\"") && text.contains("scope=\"col\""));
    let next = text.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    let next = super::local(&app, &next.expect("a next page").replace("&amp;", "&"));
    assert!(as_html(&client, &next).bytes.starts_with(b"<!doctype html>"));
    let region = as_html(&client, &format!("{}/35.15", items("regencies")));
    let text = String::from_utf8(region.bytes).expect("text");
    assert!(text.contains("<h1>Kabupaten Sidoarjo</h1>") && text.contains("class=\"area\""));
}

#[test]
fn what_somebody_wrote_into_a_record_is_text_and_no_markup() {
    let app = TestApp::new();
    let staff = app.staff();
    let evil = "<script>alert(1)</script>\"'&";
    let mut written = draft(evil);
    written["products"][0]["name"] = json!(evil);
    let id = super::items::published(&app, &staff, &written);
    let client = app.anonymous();
    let feature = client.get(&format!("{}/{id}", items("enterprises"))).expect(200);
    assert_eq!(feature["properties"]["name"], evil);
    for path in [items("enterprises"), format!("{}/{id}", items("enterprises"))] {
        let text = String::from_utf8(as_html(&client, &path).bytes).expect("text");
        assert!(!text.contains("<script") && text.contains("&lt;script&gt;"), "{path}");
    }
    // What stands in an address comes back in links.
    let path = format!("{}?limit=1&q=%3Cscript%3E%22", items("enterprises"));
    let text = String::from_utf8(as_html(&client, &path).bytes).expect("text");
    assert!(!text.contains("<script"));
}

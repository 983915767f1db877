//! Every error is a problem of the right status that names the field, in the reader's language.

use crate::app::TestApp;

#[test]
fn parameters_that_cannot_be_read_are_named() {
    let app = TestApp::new();
    let anonymous = app.anonymous();
    for (path, status, told) in [
        ("/enterprises?bbox=1,2,3", 400, "bbox:malformed"),
        ("/enterprises?kind=xyz", 400, "kind:unknown_code"),
        ("/enterprises?limit=0", 400, "limit:out_of_range"),
        ("/enterprises?limit=1001", 400, "limit:out_of_range"),
        ("/enterprises?limit=-1", 400, "limit:out_of_range"),
        ("/enterprises?limit=banyak", 400, "limit:malformed"),
        ("/enterprises?warna=merah", 400, "warna:unknown_parameter"),
        ("/enterprises?sort=warna", 400, "sort:unknown_code"),
        ("/enterprises?sort=distance", 400, "sort:together"),
        ("/enterprises?sort=relevance", 400, "sort:together"),
        ("/enterprises?cursor=abc", 400, "cursor:malformed"),
        ("/enterprises?region=99", 400, "region:region_unknown"),
        ("/enterprises?area=tidak-ada", 400, "area:unknown_area"),
        ("/enterprises?f=xml", 400, "f:unknown_code"),
        ("/enterprises?limit=1&limit=2", 400, "limit:repeated_parameter"),
        ("/enterprises?min_workers=5", 403, "min_workers:internal_only"),
        ("/enterprises?quality=gps_accuracy", 403, "quality:internal_only"),
        ("/tiles/enterprises/0/0/0.mvt?review=draft", 403, "review:internal_only"),
        ("/exports/enterprises.csv?publication=unpublished", 403, "publication:internal_only"),
        ("/tiles/enterprises/1/2/0.mvt", 400, "z/x/y:malformed"),
        ("/tiles/enterprises/99/0/0.mvt", 400, "z/x/y:malformed"),
        ("/exports/enterprises.pdf", 400, "format:unknown_code"),
        ("/regions?level=rt", 400, "level:unknown_code"),
        ("/regions?parent=99", 400, "parent:region_unknown"),
        ("/regions/locate?lon=112", 400, "lat:required"),
        ("/regions/locate?lon=112&lat=utara", 400, "lat:malformed"),
        ("/regions/locate?lon=912&lat=1", 400, "lon:out_of_range"),
        ("/sectors?x=1", 400, "x:unknown_parameter"),
        ("/enterprises?area=%00", 400, "area:unreadable"),
        ("/enterprises?q=%00", 400, "q:unreadable"),
    ] {
        let answer = anonymous.get(&format!("/api/v1{path}"));
        assert_eq!(answer.expect_problem(status), [told], "{path}");
    }
    for (query, told) in [
        ("since=-1", "since:out_of_range"),
        ("since=kemarin", "since:malformed"),
        ("wait=61", "wait:out_of_range"),
        ("limit=0", "limit:out_of_range"),
        ("limit=1001", "limit:out_of_range"),
        ("since=1&since=2", "since:repeated_parameter"),
        ("kind=ikm", "kind:unknown_parameter"),
    ] {
        let answer = app.staff().get(&format!("/api/v1/changes?{query}"));
        assert_eq!(answer.expect_problem(400), [told], "{query}");
    }
    assert_eq!(anonymous.get("/api/v1/enterprises?a=1&kind=x").expect_problem(400).len(), 2);
}

#[test]
fn bodies_that_cannot_be_read_are_refused() {
    let app = TestApp::new();
    let staff = app.staff();
    let post = |path: &str, body: &[u8]| staff.send("POST", path, &[], body.to_vec());
    assert_eq!(
        post("/api/v1/enterprises", b"{bukan json").expect_problem(400),
        ["body:unreadable"]
    );
    assert_eq!(post("/api/v1/areas", b"{}").expect_problem(400), ["body:unreadable"]);
    let line = br#"{"type":"LineString","coordinates":[[112,-7],[113,-7]]}"#;
    assert_eq!(post("/api/v1/areas", line).expect_problem(422), ["geometry:malformed"]);
    let bow_tie =
        br#"{"type":"Polygon","coordinates":[[[112,-7],[113,-8],[113,-7],[112,-8],[112,-7]]]}"#;
    assert_eq!(post("/api/v1/areas", bow_tie).expect_problem(422), ["geometry:unreadable"]);
    let big = vec![b' '; 20_000_000];
    assert_eq!(post("/api/v1/enterprises", &big).expect_problem(413), ["body:body_too_large"]);
}

#[test]
fn unknown_paths_and_methods_are_problems_too() {
    let app = TestApp::new();
    let anonymous = app.anonymous();
    for path in ["/api/v1/tidak-ada", "/api", "/x.html", "/api/v1/enterprises/bukan-uuid"] {
        anonymous.get(path).expect_problem(404);
    }
    let answer = anonymous.send("POST", "/api/v1/sectors", &[], Vec::new());
    answer.expect_problem(405);
    assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
    let head = anonymous.send("HEAD", "/api/v1/sectors", &[], Vec::new());
    assert_eq!((head.status, head.bytes.len()), (200, 0));
}

#[test]
fn texts_are_indonesian_unless_english_is_asked_for() {
    let app = TestApp::new();
    let detail = |language: &str| {
        let headers = [("Accept-Language", language)];
        let answer =
            app.anonymous().send("GET", "/api/v1/enterprises?kind=x", &headers, Vec::new());
        answer.json()["errors"][0]["detail"].as_str().unwrap_or_default().to_owned()
    };
    assert!(detail("id").contains("tidak dikenal"));
    assert!(detail("en-GB, id;q=0.5").contains("not known"));
}

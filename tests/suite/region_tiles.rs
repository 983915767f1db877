//! The tiles of regions, decoded as a map decodes them; and the description of a tile set.

use std::collections::BTreeSet;

use serde_json::json;

use crate::app::{TestApp, tile_at};

/// A varint at the beginning of some bytes, and the rest.
fn varint(bytes: &[u8]) -> (u64, &[u8]) {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0).expect("an end") + 1;
    let value =
        bytes[..end].iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f));
    (value, &bytes[end..])
}

/// A field's content: a number or bytes.
#[derive(Clone, Copy)]
enum Content<'a> {
    Number,
    Bytes(&'a [u8]),
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Content<'_>)> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let (key, rest) = varint(bytes);
        let (number, rest) = varint(rest);
        match key & 7 {
            0 => {
                all.push((key >> 3, Content::Number));
                bytes = rest;
            }
            2 => {
                let (content, rest) = rest.split_at(usize::try_from(number).expect("a length"));
                all.push((key >> 3, Content::Bytes(content)));
                bytes = rest;
            }
            other => panic!("wire type {other}"),
        }
    }
    all
}

fn bytes_of<'a>(fields: &[(u64, Content<'a>)], wanted: u64) -> Vec<&'a [u8]> {
    let bytes = |(number, content): &(u64, Content<'a>)| match content {
        Content::Bytes(bytes) if *number == wanted => Some(*bytes),
        _ => None,
    };
    fields.iter().filter_map(bytes).collect()
}

fn numbers(mut bytes: &[u8]) -> Vec<u64> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let (number, rest) = varint(bytes);
        all.push(number);
        bytes = rest;
    }
    all
}

type Ring = Vec<(i64, i64)>;

struct Feature {
    code: String,
    name: String,
    rings: Vec<Ring>,
}

fn text(value: &[u8]) -> String {
    String::from_utf8(bytes_of(&fields(value), 1)[0].to_vec()).expect("text")
}

fn rings(geometry: &[u8]) -> Vec<Ring> {
    let mut all: Vec<Ring> = Vec::new();
    let (mut x, mut y) = (0, 0);
    let mut left = numbers(geometry).into_iter();
    let signed = |value: u64| (value >> 1).cast_signed() ^ -((value & 1).cast_signed());
    while let Some(command) = left.next() {
        match command & 7 {
            7 => {}
            kind => {
                for _ in 0..command >> 3 {
                    x += signed(left.next().expect("x"));
                    y += signed(left.next().expect("y"));
                    if kind == 1 {
                        all.push(Vec::new());
                    }
                    all.last_mut().expect("a ring").push((x, y));
                }
            }
        }
    }
    all
}

/// The layers of a tile by name.
fn layers(tile: &[u8]) -> Vec<(String, Vec<Feature>)> {
    let layer = |layer: &[u8]| {
        let layer = fields(layer);
        let keys: Vec<String> = bytes_of(&layer, 3)
            .iter()
            .map(|key| String::from_utf8(key.to_vec()).expect("a key"))
            .collect();
        let values = bytes_of(&layer, 4);
        let feature = |feature: &&[u8]| {
            let feature = fields(feature);
            let tags = numbers(bytes_of(&feature, 2)[0]);
            let property = |wanted: &str| {
                let at = |tag: u64| usize::try_from(tag).expect("a tag");
                let tag =
                    tags.chunks(2).find(|tag| keys[at(tag[0])] == wanted).expect("a property");
                text(values[at(tag[1])])
            };
            Feature {
                code: property("code"),
                name: property("name"),
                rings: rings(bytes_of(&feature, 4)[0]),
            }
        };
        let name = String::from_utf8(bytes_of(&layer, 1)[0].to_vec()).expect("a name");
        (name, bytes_of(&layer, 2).iter().map(feature).collect())
    };
    bytes_of(&fields(tile), 3).into_iter().map(layer).collect()
}

/// Whether a point is within the rings, holes left out.
fn contains(rings: &[Ring], x: i64, y: i64) -> bool {
    let mut inside = false;
    for ring in rings {
        let next = ring.iter().skip(1).chain(ring.first());
        for (a, b) in ring.iter().zip(next) {
            if (a.1 > y) != (b.1 > y) && x - a.0 < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) {
                inside = !inside;
            }
        }
    }
    inside
}

/// Where in a tile a position lies, in its units.
#[expect(clippy::cast_possible_truncation, reason = "within a tile")]
fn units(lon: f64, lat: f64, tile: &str) -> (i64, i64) {
    let parts: Vec<f64> = tile.split('/').map(|part| part.parse().expect("a number")).collect();
    let side = parts[0].exp2();
    let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
    let unit = |part: f64, tile: f64| ((part * side - tile) * 4096.0) as i64;
    (unit((lon + 180.0) / 360.0, parts[1]), unit(y, parts[2]))
}

#[test]
fn regions_are_drawn_where_they_lie_and_districts_from_zoom_8() {
    let app = TestApp::new();
    let anonymous = app.anonymous();
    let get = |tile: &str| anonymous.get(&format!("/api/v1/tiles/regions/{tile}.mvt"));
    let mut codes = BTreeSet::new();
    for x in 51..54 {
        let answer = get(&format!("6/{x}/33"));
        assert!(answer.bytes.len() < 100_000);
        for (layer, features) in layers(&answer.bytes) {
            assert_eq!(layer, "regencies");
            codes.extend(features.into_iter().map(|feature| feature.code));
        }
    }
    let regencies = anonymous.get("/api/v1/regions?level=regency&limit=1000").expect(200);
    let listed = regencies["items"].as_array().expect("regencies").iter();
    let listed: BTreeSet<String> =
        listed.map(|region| region["code"].as_str().expect("a code").to_owned()).collect();
    assert_eq!(codes, listed);
    for (lon, lat) in [(112.7223, -7.5071), (112.428_670_5, -7.467_706_1), (113.4, -7.05)] {
        let found = anonymous.get(&format!("/api/v1/regions/locate?lon={lon}&lat={lat}"));
        let found = found.expect(200);
        for zoom in [6, 8, 11] {
            let tile = tile_at(lon, lat, zoom);
            let answer = get(&tile);
            assert_eq!(answer.header("content-type"), "application/vnd.mapbox-vector-tile");
            let layers = layers(&answer.bytes);
            let names: Vec<&str> = layers.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["regencies", "districts"][..if zoom < 8 { 1 } else { 2 }]);
            let (x, y) = units(lon, lat, &tile);
            for ((_, features), level) in layers.iter().zip(["regency", "district"]) {
                let here: Vec<&Feature> =
                    features.iter().filter(|feature| contains(&feature.rings, x, y)).collect();
                let codes: Vec<&str> = here.iter().map(|feature| feature.code.as_str()).collect();
                assert_eq!(codes, [found[level]["code"].as_str().expect("a code")], "{tile}");
                assert_eq!(here[0].name, found[level]["name"].as_str().expect("a name"));
            }
            for (at, ring) in
                layers.iter().flat_map(|layer| &layer.1).flat_map(|one| &one.rings).enumerate()
            {
                let within = |at: &(i64, i64)| {
                    (-128..=4224).contains(&at.0) && (-128..=4224).contains(&at.1)
                };
                assert!(ring.len() >= 3 && ring.iter().all(within), "{tile} {at}");
            }
        }
    }
}

#[test]
fn a_region_tile_may_be_kept_and_is_not_sent_twice() {
    let app = TestApp::new();
    let anonymous = app.anonymous();
    let path = "/api/v1/tiles/regions/8/208/133.mvt";
    let first = anonymous.get(path);
    assert_eq!((first.status, first.header("cache-control")), (200, "public, max-age=3600"));
    let known = [("If-None-Match", first.header("etag"))];
    assert_eq!(anonymous.send("GET", path, &known, Vec::new()).status, 304);
    let packed = anonymous.send("GET", path, &[("Accept-Encoding", "gzip")], Vec::new());
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.bytes.len() < first.bytes.len());
    // The sea, and what is no tile.
    assert_eq!(anonymous.get("/api/v1/tiles/regions/6/0/0.mvt").status, 204);
    let refused = anonymous.get("/api/v1/tiles/regions/1/2/0.mvt").expect_problem(400);
    assert_eq!(refused, ["z/x/y:malformed"]);
    let refused = anonymous.get(&format!("{path}?kind=ikm")).expect_problem(400);
    assert_eq!(refused, ["kind:unknown_parameter"]);
}

#[test]
fn the_tile_set_says_where_its_tiles_are_with_the_filter() {
    let app = TestApp::new();
    let path = "/api/v1/tiles/enterprises.json";
    let answer = app.anonymous().get(&format!("{path}?kind=ikm,kopwan&q=batik+tulis")).expect(200);
    assert_eq!(answer["tilejson"], "3.0.0");
    let origin = format!("http://{}", app.address);
    let template = "/api/v1/tiles/enterprises/{z}/{x}/{y}.mvt?q=batik+tulis&kind=ikm%2Ckopwan";
    assert_eq!(answer["tiles"], json!([format!("{origin}{template}")]));
    assert_eq!(answer["vector_layers"][0]["id"], "enterprises");
    let bounds: Vec<f64> = serde_json::from_value(answer["bounds"].clone()).expect("four");
    assert!(
        bounds[0] > 110.0 && bounds[0] < bounds[2] && bounds[1] < bounds[3] && bounds[2] < 117.0
    );
    let refused = app.anonymous().get(&format!("{path}?review=draft")).expect_problem(403);
    assert_eq!(refused, ["review:internal_only"]);
    let refused = app.anonymous().get(&format!("{path}?mood=good")).expect_problem(400);
    assert_eq!(refused, ["mood:unknown_parameter"]);
}

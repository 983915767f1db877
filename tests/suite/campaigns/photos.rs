//! Photos of a visit from a page: they follow it, each once, and are kept as those of phones are.

use sentra::domain::actor::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::phone::{Field, VILLAGE, form_data, photo};
use crate::app::{Answer, Client, TestApp};

const PLACE: &str = "photo_place-1a2b.jpg";
const PRODUCT: &str = "photo_product-3c4d.png";

fn post(client: &Client, id: &str, files: &[(&str, &[u8])]) -> Answer {
    let headers = [("Content-Type", "multipart/form-data; boundary=batas")];
    client.send("POST", &format!("/api/v1/visits/{id}/photos"), &headers, form_data(files))
}

/// A visit from a page that speaks of two photos.
fn filled_in(field: &Field) -> String {
    let body = json!({
        "instance_id": Uuid::new_v4(), "campaign": field.campaign, "village": VILLAGE,
        "kind": "new", "start": "2026-11-26T02:00:00Z",
        "answers": {
            "name": "Batik Sari", "sector": "kerajinan-batik", "owner_name": "Sari",
            "photo_place": PLACE, "photo_product": PRODUCT
        },
        "products": [{"product_name": "Batik tulis", "product_commodity": "batik-tulis"}]
    });
    let made = field.client.post("/api/v1/visits", &body).expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

/// As a camera makes it: large, turned, and with where it was taken.
fn from_a_camera() -> Vec<u8> {
    let mut plain = Vec::new();
    image::DynamicImage::new_rgb8(2_400, 900)
        .write_to(&mut std::io::Cursor::new(&mut plain), image::ImageFormat::Jpeg)
        .expect("a picture");
    let exif =
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPS-7.4,112.7";
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, exif, &plain[2..]].concat()
}

#[test]
fn photos_follow_a_visit_from_a_page_and_are_kept_as_those_of_phones_are() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let id = filled_in(&field);
    let path = format!("/api/v1/visits/{id}");
    let names = |body: &Value| (body["photos"].clone(), body["missing_photos"].clone());
    let before = field.client.get(&path).expect(200);
    assert_eq!(names(&before), (json!([]), json!([PLACE, PRODUCT])));

    let first = post(&field.client, &id, &[(PLACE, &from_a_camera())]).expect(200);
    assert_eq!(names(&first), (json!([PLACE]), json!([PRODUCT])));
    let kept = field.client.get(&format!("{path}/photos/{PLACE}"));
    assert_eq!((kept.status, kept.header("content-type")), (200, "image/jpeg"));
    assert!(!kept.bytes.windows(4).any(|four| four == b"Exif" || four == b"GPS-"));
    let picture = image::load_from_memory(&kept.bytes).expect("a picture");
    assert_eq!((picture.width(), picture.height()), (600, 1_600), "upright and smaller");

    // One whose answer was lost comes again: it is there already, and stays as it is.
    let again = post(&field.client, &id, &[(PLACE, &photo())]).expect(200);
    assert_eq!(names(&again), names(&first));
    assert_eq!(field.client.get(&format!("{path}/photos/{PLACE}")).bytes, kept.bytes);

    let mut png = Vec::new();
    image::DynamicImage::new_rgb8(40, 30)
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .expect("a picture");
    let whole = post(&field.client, &id, &[(PRODUCT, &png)]).expect(200);
    assert_eq!(names(&whole), (json!([PLACE, PRODUCT]), json!([])));
    // The office sees them beside the record.
    let record = field.client.get(&path).expect(200)["enterprise"].clone();
    let lead = app.signed_in(Role::Verifier, Some("35.15"));
    let record = record.as_str().expect("a record");
    let desk = lead.get(&format!("/api/v1/desk/{record}")).expect(200);
    assert_eq!(desk["visits"][0]["photos"], json!([PLACE, PRODUCT]));
}

#[test]
fn what_cannot_be_kept_is_told_by_its_name_and_nothing_of_the_post_is_kept() {
    let app = TestApp::new();
    let field = Field::new(&app);
    let id = filled_in(&field);
    let told = |files: &[(&str, &[u8])]| post(&field.client, &id, files).expect_problem(422);
    assert_eq!(told(&[]), ["body:required"]);
    assert_eq!(told(&[("lain.jpg", &photo())]), ["lain.jpg:unknown_code"]);
    assert_eq!(
        told(&[(PLACE, &photo()), (PRODUCT, b"%PDF-1.7")]),
        [format!("{PRODUCT}:unreadable")]
    );
    let large = vec![0; 20_000_001];
    let large = post(&field.client, &id, &[(PLACE, &large)]).expect_problem(400);
    assert_eq!(large, ["body:body_too_large"]);
    let seen = field.client.get(&format!("/api/v1/visits/{id}")).expect(200);
    assert_eq!(seen["photos"], json!([]));
    // Whose visit it is not: to them it is not there, or not theirs to do.
    let (_, other) = app.newcomer(Role::Enumerator, Some("35.15"));
    let files: &[(&str, &[u8])] = &[(PLACE, &photo())];
    post(&other, &id, files).expect_problem(404);
    post(&app.signed_in(Role::Verifier, Some("35.15")), &id, files).expect_problem(403);
    post(&app.anonymous(), &id, files).expect_problem(401);
    post(&field.client, "x", files).expect_problem(404);
    // Once the person is erased there is nothing to add a photo to.
    let record = seen["enterprise"].as_str().expect("a record");
    let erase = json!({"person": "Sari", "request": "surat 3"});
    let path = format!("/api/v1/enterprises/{record}/erase");
    app.staff().write("POST", &path, "*", &erase).expect(200);
    assert_eq!(post(&field.client, &id, files).status, 422, "it names no photos any more");
}

//! What is restricted is sealed, and an erased person is nowhere.

use serde_json::json;

use crate::app::{TestApp, draft};

const PATH: &str = "/api/v1/enterprises";
const PERSON: &str = "Sitirahayu Xqzwinarni";
const PHONE: &str = "+6281299887766";
const NATIONAL_ID: &str = "3515064408770003";

/// Every term of the search indexes, and the names of parts that are no more but still there.
fn searched(app: &TestApp) -> String {
    let folder = app.registry.search_folder().expect("an index");
    let mut found = String::new();
    for audience in ["public", "internal"] {
        let index = tantivy::Index::open_in_dir(folder.join(audience)).expect("an index");
        let parts = index.searchable_segment_ids().expect("parts");
        let parts: Vec<String> = parts.iter().map(tantivy::index::SegmentId::uuid_string).collect();
        for file in std::fs::read_dir(folder.join(audience)).expect("files") {
            let name = file.expect("a file").file_name().to_string_lossy().into_owned();
            let stem = name.split('.').next().unwrap_or_default();
            if stem.len() == 32 && !parts.iter().any(|part| part == stem) {
                found.push_str("old part ");
                found.push_str(&name);
            }
        }
        let searcher = index.reader().expect("a reader").searcher();
        for segment in searcher.segment_readers() {
            for (field, entry) in index.schema().fields() {
                if entry.name() != "key" {
                    let inverted = segment.inverted_index(field).expect("a field");
                    let mut terms = inverted.terms().stream().expect("terms");
                    while terms.advance() {
                        found += &String::from_utf8_lossy(terms.key());
                        found.push(' ');
                    }
                }
            }
        }
    }
    found
}

/// Every value of every table, as text; on SQLite the bytes of its files too.
pub fn everything(app: &TestApp) -> String {
    let tables = crate::tables::all_rows(&app.db.url);
    let mut found: String = tables.into_values().flatten().collect();
    if let Some(path) = app.db.url.strip_prefix("sqlite://") {
        for suffix in ["", "-wal", "-shm"] {
            let bytes = std::fs::read(format!("{path}{suffix}")).unwrap_or_default();
            found += &String::from_utf8_lossy(&bytes);
        }
    }
    found
}

#[test]
fn an_erased_person_is_in_no_table_and_the_counts_stay() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut with_person = draft(&format!("Tas {PERSON}"));
    with_person["owners"] = json!([{"name": PERSON, "sex": "female", "phone": PHONE}]);
    with_person["address"] = json!("Gang Xqzmawar 17");
    with_person["restricted"] = json!({
        "business_capital": 345_678_912,
        "persons": [{"name": PERSON, "national_id": NATIONAL_ID, "birth_date": "1977-08-04"}]
    });
    let answer = staff.post(PATH, &with_person);
    let created = answer.expect(201);
    assert_eq!((&created["size_class"], &created["women_led"]), (&json!("micro"), &json!(true)));
    assert!(created.get("restricted").is_none());
    let path = answer.header("location").to_owned();
    staff.write("PATCH", &path, "*", &json!({"founded_year": 2001})).expect(200);
    let reason = format!("/close?reason=kata {PERSON}").replace("/close", "").replace(' ', "%20");
    staff.write("DELETE", &format!("{path}{reason}"), "*", &json!(null)).expect(200);
    staff.write("POST", &format!("{path}/reopen"), "*", &json!({})).expect(200);

    app.registry.commit_search().expect("a commit");
    let terms = searched(&app);
    assert!(terms.contains("xqzwinarni") && terms.contains("xqzmawar"));
    let stored = everything(&app);
    assert!(stored.contains(PERSON) && stored.contains(PHONE));
    // Sealed from the first moment.
    assert!(!stored.contains(NATIONAL_ID) && !stored.contains("345678912"));

    let counts = |query: &str| staff.get(&format!("{PATH}?{query}")).expect(200)["matched"].clone();
    let before = [counts("limit=1"), counts("women_led=true"), counts("size_class=micro")];
    let erase = |body| staff.write("POST", &format!("{path}/erase"), "*", body);
    let named = json!({"person": PERSON, "request": format!("surat {PERSON}")});
    assert_eq!(erase(&named).expect_problem(422), ["request:names_the_person"]);
    let wrong = json!({"person": "Orang Lain", "request": "12/2026"});
    assert_eq!(erase(&wrong).expect_problem(422), ["person:together"]);
    let erased = erase(&json!({"person": PERSON, "request": "Permohonan 12/2026"})).expect(200);

    assert_eq!(erased["owners"], json!([{"name": "(dihapus)", "sex": "female"}]));
    assert_eq!(erased["name"], "Usaha Tas kulit, Kalisampurno");
    assert_eq!([counts("limit=1"), counts("women_led=true"), counts("size_class=micro")], before);
    let stored = everything(&app);
    for value in [PERSON, PHONE, NATIONAL_ID, "Xqzmawar", "Xqzwinarni"] {
        assert!(!stored.contains(value), "{value} is still there");
    }
    let terms = searched(&app);
    assert!(terms.contains("dihapus"));
    for word in ["xqz", "sitirahayu", "old part"] {
        assert!(!terms.contains(word), "{word} is still in the index: {terms}");
    }
    assert_eq!(staff.get(&format!("{PATH}?q=Xqzwinarni")).expect(200)["matched"], 0);
    for n in 1..=4 {
        let revision = staff.get(&format!("{path}/revisions/{n}")).expect(200);
        assert_eq!(revision["document"]["owners"][0]["name"], "(dihapus)", "revision {n}");
    }
    assert!(stored.contains("Permohonan 12/2026"));
}

#[test]
fn restricted_values_are_kept_where_a_write_says_nothing_of_them() {
    let app = TestApp::new();
    let staff = app.staff();
    let mut with_money = draft("Tas Melati");
    with_money["restricted"] =
        json!({"investment_value": 999_999_999, "business_capital": 1_000_000_001});
    let answer = staff.post(PATH, &with_money);
    let created = answer.expect(201);
    assert_eq!((&created["ikm_class"], &created["size_class"]), (&json!("kecil"), &json!("small")));
    let path = answer.header("location").to_owned();
    let replaced = staff.write("PUT", &path, "*", &draft("Tas Kenanga")).expect(200);
    assert_eq!(replaced["ikm_class"], "kecil");
    let patch = json!({"restricted": {"investment_value": 1_000_000_000}});
    let patched = staff.write("PATCH", &path, "*", &patch).expect(200);
    assert_eq!(
        (&patched["ikm_class"], &patched["size_class"], &patched["revision"]),
        (&json!("menengah"), &json!("unknown"), &json!(3))
    );
    let person =
        json!({"restricted": {"persons": [{"name": "Siti Contoh", "national_id": NATIONAL_ID}]}});
    staff.write("PATCH", &path, "*", &person).expect(200);
    let renamed = json!({"owners": [{"name": "Siti Aminah"}]});
    staff.write("PATCH", &path, "*", &renamed).expect(200);
    let bad = json!({"restricted": {"business_capital": -1, "persons": [{"name": "Budi", "national_id": "12"}]}});
    let told = staff.write("PATCH", &path, "*", &bad).expect_problem(422);
    assert_eq!(
        told,
        [
            "restricted.business_capital:out_of_range",
            "restricted.persons[0].name:together",
            "restricted.persons[0].national_id:malformed"
        ]
    );
    let unknown = json!({"restricted": {"omzet": 5}});
    let told = staff.write("PATCH", &path, "*", &unknown).expect_problem(422);
    assert_eq!(told, ["restricted.omzet:unknown_field"]);
}

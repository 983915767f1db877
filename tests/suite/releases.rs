//! Official figures over HTTP: what they count, what they hide, that they stay as they were sealed.

use std::collections::BTreeMap;

use sentra::domain::actor::{Actor, Role};
use sentra::registry::releases::{NewRelease, Verified};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Client, TestApp, draft, execute_on};

const RELEASES: &str = "/api/v1/releases";
const ENTERPRISES: &str = "/api/v1/enterprises";

fn new() -> Value {
    json!({"title": "Statistik <IKM> 2026", "contact": "Disperindag Provinsi"})
}

/// Who makes releases.
fn analyst(app: &TestApp) -> Client {
    app.signed_in(Role::Analyst, None)
}

/// A release that is sealed.
fn release(app: &TestApp) -> Uuid {
    let new: NewRelease = serde_json::from_value(new()).expect("a release");
    app.registry.make_release(&Actor::Operator, &new).expect("a release").id
}

/// Records in a village, up to a step of their life; their paths.
fn records(app: &TestApp, village: &str, many: usize, step: &str) -> Vec<String> {
    let (staff, vera) = (app.staff(), app.signed_in(Role::Verifier, Some("35")));
    let made = (0..many).map(|number| {
        let mut body = draft(&format!("Usaha {village} {number}"));
        body["region"] = json!(village);
        body.as_object_mut().expect("an object").remove("point");
        let made = staff.post(ENTERPRISES, &body);
        assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.bytes));
        let path = made.header("location").to_owned();
        if step != "draft" {
            staff.write("POST", &format!("{path}/submit"), "*", &json!({})).expect(200);
            vera.write("POST", &format!("{path}/verify"), "*", &json!({})).expect(200);
        }
        path
    });
    made.collect()
}

fn count(app: &TestApp, id: Uuid, query: &str) -> Vec<Value> {
    let path = format!("{RELEASES}/{id}/cells?limit=1000&{query}");
    app.anonymous().all(&path).into_iter().map(|cell| cell["count"].clone()).collect()
}

#[test]
fn a_release_is_made_by_an_analyst_and_read_by_everybody() {
    let app = TestApp::new();
    records(&app, "35.15.06.2001", 12, "verified");
    records(&app, "35.76.01.1003", 3, "verified");
    records(&app, "35.16.01.2001", 30, "draft");
    let analyst = analyst(&app);
    let begun = analyst.post(RELEASES, &new());
    assert_eq!(begun.status, 202);
    let path = begun.header("location").to_owned();
    let told = loop {
        let told = analyst.get(&path).expect(200);
        if told["state"] != "computing" {
            break told;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert_eq!((&told["state"], &told["sample"]), (&json!("sealed"), &json!(false)));
    let public = app.anonymous();
    assert_eq!(public.get(&path).expect(200), told);
    assert_eq!(told["about"]["rules"]["least"], 5);
    assert!(told["about"]["definitions"].as_array().is_some_and(|all| all.len() >= 10));
    let list = public.get(RELEASES).expect(200);
    assert_eq!((list["matched"].as_u64(), &list["items"][0]["id"]), (Some(1), &told["id"]));

    let id: Uuid = told["id"].as_str().expect("an id").parse().expect("an id");
    // Fifteen are verified; drafts are not counted, three are not told.
    assert_eq!(count(&app, id, "region=35&by=none"), [json!(15)]);
    let near = count(&app, id, "region=35.15&by=none");
    assert!(near == [json!(10)] || near == [json!(15)], "{near:?}");
    assert_eq!(count(&app, id, "region=35.15.06&by=sector&sector=kulit-alas-kaki"), near);
    assert_eq!(count(&app, id, "region=35.15&by=kind&kind=ikm"), near);
    for hidden in ["35.76", "35.76.01", "35.16", "35.16.01", "35.01"] {
        let page = public.get(&format!("{path}/cells?region={hidden}&by=none")).expect(200);
        let cell = &page["items"][0];
        assert_eq!((&cell["count"], &cell["suppressed"]), (&Value::Null, &json!(true)), "{hidden}");
    }
    // All cells there could be are listed, whether anything is in them or not.
    let of_a_regency = public.get(&format!("{path}/cells?region=35.01")).expect(200);
    assert_eq!(of_a_regency["matched"], 15 * 5 * 6);
    let workers = public.get(&format!("{path}/sums?measure=workers&region=35,35.15")).expect(200);
    // Five in each of 15: a step of 5, and 60 of the 75 at home; the three elsewhere are hidden, and
    // so is the one regency that they would follow from.
    let sums = workers["items"].as_array().expect("sums");
    assert_eq!(sums[0]["max"].as_f64(), Some(75.0));
    assert_eq!((&sums[1]["max"], &sums[1]["suppressed"]), (&Value::Null, &json!(true)));
}

#[test]
fn a_release_is_for_analysts_of_the_whole_province() {
    let app = TestApp::new();
    app.anonymous().post(RELEASES, &new()).expect_problem(401);
    let others = [
        app.signed_in(Role::Analyst, Some("35.15")),
        app.signed_in(Role::Verifier, None),
        app.signed_in(Role::Admin, None),
    ];
    let id = release(&app);
    for other in others {
        other.post(RELEASES, &new()).expect_problem(403);
        let withdraw = format!("{RELEASES}/{id}/withdraw");
        other.post(&withdraw, &json!({"reason": "uji"})).expect_problem(403);
    }
    let analyst = analyst(&app);
    let bad = json!({"title": " ", "contact": "x".repeat(201), "reference_date": "2999-01-01"});
    assert_eq!(
        analyst.post(RELEASES, &bad).expect_problem(422),
        ["title:required", "contact:too_long", "reference_date:out_of_range"]
    );
    let path = format!("{RELEASES}/{id}");
    assert_eq!(
        app.anonymous().get(&format!("{path}/cells?by=size&level=village&x=1")).expect_problem(400),
        ["level:unknown_code", "by:unknown_code", "x:unknown_parameter"]
    );
    app.anonymous().get(&format!("{path}/report.pdf")).expect_problem(400);
    app.anonymous().get(&format!("{RELEASES}/{}", Uuid::nil())).expect_problem(404);
    // One that is being computed is nobody's business yet.
    let new: NewRelease = serde_json::from_value(new()).expect("a release");
    let (begun, _) = app.registry.begin_release(&Actor::Operator, &new, None).expect("begun");
    let begun = begun.id;
    app.anonymous().get(&format!("{RELEASES}/{begun}")).expect_problem(404);
    app.anonymous().get(&format!("{RELEASES}/{begun}/cells")).expect_problem(404);
    assert_eq!(analyst.get(&format!("{RELEASES}/{begun}")).expect(200)["state"], "computing");
    assert_eq!(app.anonymous().get(RELEASES).expect(200)["matched"], 1);
}

#[test]
fn a_withdrawn_release_stays_listed_and_gives_no_figures() {
    let app = TestApp::new();
    let id = release(&app);
    let (analyst, public) = (analyst(&app), app.anonymous());
    let path = format!("{RELEASES}/{id}");
    let withdraw =
        |reason: &str| analyst.post(&format!("{path}/withdraw"), &json!({"reason": reason}));
    assert_eq!(withdraw("  ").expect_problem(422), ["reason:required"]);
    let told = withdraw("Satu kabupaten terhitung dua kali").expect(200);
    assert_eq!((&told["state"], &told["about"]), (&json!("withdrawn"), &Value::Null));
    assert_eq!(public.get(&path).expect(200)["reason"], "Satu kabupaten terhitung dua kali");
    assert_eq!(public.get(RELEASES).expect(200)["items"][0]["state"], "withdrawn");
    for figures in ["cells", "sums", "cells?f=csv", "report.html", "report.xlsx"] {
        for client in [&public, &analyst] {
            client.get(&format!("{path}/{figures}")).expect_problem(410);
        }
    }
    withdraw("lagi").expect_problem(409);
}

#[test]
fn a_sealed_release_is_computed_again_to_the_same_bytes_whatever_changed_since() {
    let app = TestApp::new();
    let paths = records(&app, "35.15.06.2001", 14, "verified");
    let first = release(&app);
    assert_eq!(app.registry.verify_release(first).expect("verified"), Verified::Same);

    let staff = app.staff();
    for path in &paths[..6] {
        staff.write("DELETE", path, "*", &Value::Null).expect(200);
    }
    let moved = json!({"region": "35.76.01.1003", "point": null, "workers": {"total": 50}});
    staff.write("PATCH", &paths[7], "*", &moved).expect(200);
    let erased = json!({"person": "Siti Contoh", "request": "surat 5"});
    staff.write("POST", &format!("{}/erase", paths[8]), "*", &erased).expect(200);
    let second = release(&app);
    records(&app, "35.15.06.2001", 3, "verified");
    for id in [first, second] {
        assert_eq!(app.registry.verify_release(id).expect("verified"), Verified::Same);
    }
    assert_eq!(count(&app, first, "region=35&by=none"), [json!(15)]);
    assert_ne!(count(&app, second, "region=35&by=none"), [json!(15)]);

    // Nobody changes what is sealed unnoticed, nor the record under it.
    let sql = "UPDATE revisions SET document = replace(document, '\"active\"', '\"closed\"')";
    execute_on(&app.db.url, sql);
    assert_eq!(app.registry.verify_release(first).expect("verified"), Verified::Different);
    let sql = format!(
        "UPDATE releases SET document = replace(document, '15', '20') WHERE id = '{second}'"
    );
    execute_on(&app.db.url, &sql);
    assert_eq!(app.registry.verify_release(second).expect("verified"), Verified::Different);
}

#[test]
fn a_release_of_records_that_were_taken_away_says_so_when_it_is_verified() {
    let app = TestApp::new();
    app.registry.generate(60, 7, |_, _| ()).expect("records");
    let id = release(&app);
    let told = app.anonymous().get(&format!("{RELEASES}/{id}")).expect(200);
    assert_eq!(told["sample"], true);
    assert_eq!(app.registry.verify_release(id).expect("verified"), Verified::Same);
    app.registry.remove_demo().expect("removed");
    assert_eq!(app.registry.verify_release(id).expect("verified"), Verified::Removed(60));
    // Real ones are never mixed with sample data.
    app.registry.generate(60, 8, |_, _| ()).expect("records");
    records(&app, "35.15.06.2001", 1, "verified");
    let id = release(&app);
    assert_eq!(count(&app, id, "region=35&by=none"), [Value::Null]);
    assert_eq!(app.anonymous().get(&format!("{RELEASES}/{id}")).expect(200)["sample"], false);
}

/// All counts of a release, by what they are of.
fn all_counts(app: &TestApp, id: Uuid) -> BTreeMap<String, i64> {
    let path = format!("{RELEASES}/{id}/cells?f=csv");
    let bytes = app.anonymous().get(&path).bytes;
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").expect("a mark");
    let mut reader = csv::Reader::from_reader(text);
    let rows = reader.records().map(|row| row.expect("a row"));
    let mut counts = BTreeMap::new();
    for row in rows {
        let key = [0, 2, 3, 4].map(|place| row[place].to_owned()).join("|");
        match &row[5] {
            "" => assert_eq!(&row[6], "true"),
            count => {
                assert_eq!(&row[6], "false");
                counts.insert(key, count.parse().expect("a number"));
            }
        }
    }
    counts
}

#[test]
fn no_difference_of_published_counts_is_a_group_under_five() {
    let app = TestApp::new();
    app.registry.generate(900, 3, |_, _| ()).expect("records");
    let first = all_counts(&app, release(&app));
    // A few go, here and there.
    let staff = app.staff();
    for item in staff.get("/api/v1/enterprises?limit=7&sort=name").expect(200)["items"]
        .as_array()
        .expect("items")
    {
        let path = format!("{ENTERPRISES}/{}", item["id"].as_str().expect("an id"));
        staff.write("DELETE", &path, "*", &Value::Null).expect(200);
    }
    let second = all_counts(&app, release(&app));
    assert!(first.len() > 200, "{} counts are shown", first.len());
    let shown = |counts: &BTreeMap<String, i64>| {
        counts.values().all(|count| *count >= 10 && count % 5 == 0)
    };
    assert!(shown(&first) && shown(&second));
    // Between the releases, and within one between a whole and any of its parts.
    for (key, count) in &first {
        if let Some(other) = second.get(key) {
            let change = (count - other).abs();
            assert!(change == 0 || change >= 5, "{key}: {change}");
        }
    }
    for counts in [&first, &second] {
        let of = |by: usize| {
            let parts = counts.iter().filter(|(key, _)| {
                let parts: Vec<&str> = key.split('|').collect();
                parts[0] == "35" && (1..4).all(|place| parts[place].is_empty() != (place == by))
            });
            parts.map(|(_, count)| count).sum::<i64>()
        };
        let all = counts["35|||"];
        for by in [1, 3] {
            let rest = all - of(by);
            assert!(rest == 0 || rest >= 5, "{rest}");
        }
    }
}

#[test]
fn the_report_is_the_same_bytes_each_time_and_needs_nothing_from_elsewhere() {
    let app = TestApp::new();
    app.registry.generate(400, 5, |_, _| ()).expect("records");
    let path = format!("{RELEASES}/{}", release(&app));
    let public = app.anonymous();
    let page = public.get(&format!("{path}/report.html"));
    assert_eq!(page.bytes, public.get(&format!("{path}/report.html")).bytes);
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let text = String::from_utf8(page.bytes).expect("text");
    assert!(text.contains("<h1>Statistik &lt;IKM&gt; 2026</h1>") && text.contains("Data contoh"));
    assert!(text.contains("Kabupaten Sidoarjo") && text.contains("&lt; 10"));
    for foreign in ["http:", "https:", "src=", "<script", "<link", "url("] {
        assert!(!text.contains(foreign), "{foreign}");
    }
    let workbook = public.get(&format!("{path}/report.xlsx"));
    assert_eq!(workbook.status, 200);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(workbook.bytes, public.get(&format!("{path}/report.xlsx")).bytes);
    let all = public.get(&format!("{path}/cells?region=35&by=none")).expect(200);
    use calamine::Reader;
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(workbook.bytes)).expect("a workbook");
    let sheet = book.worksheet_range("Kabupaten-kota").expect("a sheet");
    let cell = |row, column| sheet.get_value((row, column)).expect("a cell").clone();
    assert_eq!(cell(3, 0), calamine::Data::String("35".into()));
    let count = all["items"][0]["count"].as_f64().expect("a count");
    assert_eq!(cell(3, 2), calamine::Data::Float(count));
    assert_eq!(sheet.height(), 3 + 39);
}

#[test]
fn the_program_makes_releases_and_verifies_them() {
    let app = TestApp::new();
    app.registry.generate(50, 9, |_, _| ()).expect("records");
    let run = |arguments: &[&str]| {
        let mut command = crate::program::sentra(&app.db);
        let out = command.args(arguments).stdout(std::process::Stdio::piped()).output();
        let out = out.expect("the program");
        (out.status.success(), String::from_utf8(out.stdout).expect("text"))
    };
    let make = ["release", "make", "--title", "Rilis", "--contact", "Dinas"];
    let (made, line) = run(&make);
    assert!(made && line.contains("sealed"), "{line}");
    let id = line.split_whitespace().next().expect("an id");
    assert_eq!(run(&["release", "list"]).1, line);
    let (same, told) = run(&["release", "verify", id]);
    assert!(same && told.contains("the same"), "{told}");
    execute_on(&app.db.url, "UPDATE releases SET sha256 = 'x'");
    assert!(!run(&["release", "verify", id]).0);
}

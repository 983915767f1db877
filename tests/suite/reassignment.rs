//! Records go where their region went.

use std::collections::HashMap;

use sentra::domain::actor::Actor;
use sentra::domain::lifecycle::{Action, Grounds};
use sentra::registry::reassign::{ReassignOptions, ReassignReport, Why};
use sentra::registry::writing::{Change, IfMatch, Written};
use sentra::registry::{Registry, RegistryError};
use serde_json::{Value, json};

use crate::app::{TestApp, TestDb, draft};
use crate::editions::{EAST, OLD, WEST, day, import_split, log};

pub fn created(registry: &Registry, region: &str, point: Option<(f64, f64)>) -> uuid::Uuid {
    let mut value = draft("Tas Melati");
    value["region"] = region.into();
    match point {
        Some((lon, lat)) => value["point"] = json!({"lon": lon, "lat": lat, "method": "gps"}),
        None => drop(value.as_object_mut().expect("an object").remove("point")),
    }
    let draft = Written::from_json(value).expect("a draft");
    registry.create_enterprise(&Actor::Operator, draft, None).expect("created").0.id
}

pub fn document(registry: &Registry, id: uuid::Uuid) -> Value {
    let seen = registry.enterprise(&Actor::Operator, id).expect("found");
    serde_json::from_str(&seen.document).expect("JSON")
}

pub fn reassign(dry_run: bool, mapping: Option<&str>) -> ReassignOptions {
    let mapping = mapping.map(|text| text.as_bytes().to_vec());
    ReassignOptions { edition: "2026".into(), mapping, dry_run }
}

fn run(registry: &Registry, options: &ReassignOptions) -> ReassignReport {
    registry.reassign(options, |_, _| true).expect("a report")
}

#[test]
fn records_go_where_their_region_went() {
    let app = TestApp::new();
    let registry = &app.registry;
    let west = created(registry, OLD, Some((112.70, -7.505)));
    let east = created(registry, OLD, Some((112.75, -7.51)));
    let by_name = created(registry, "35.15.06.2016", None);
    let mapped = created(registry, "35.15.06.2004", None);
    let open = created(registry, OLD, None);
    let lost = created(registry, "35.15.06.2011", None);
    let elsewhere = created(registry, "35.74.01", None);
    // In a district that stays, with a point in the one that was split.
    let outside = created(registry, "35.15.07", Some((112.70, -7.505)));
    let closed = created(registry, OLD, Some((112.70, -7.505)));
    let close = Change::Act { action: Action::Close, grounds: Grounds::default() };
    registry.change_enterprise(&Actor::Operator, closed, IfMatch::Any, close).expect("closed");
    import_split(registry);

    let mapping = "lama,baru\n35.15.06.2004,35.15.30.2004\n";
    let before = log(&app.db).len();
    let foreseen = run(registry, &reassign(true, Some(mapping)));
    assert_eq!(log(&app.db).len(), before);
    assert_eq!(document(registry, west)["region"], OLD);
    let report = run(registry, &reassign(false, Some(mapping)));
    assert_eq!((&foreseen.tally, &foreseen.job), (&report.tally, &None));

    let region = |id| document(registry, id)["region"].clone();
    assert_eq!((region(west), region(east)), (json!(WEST), json!(EAST)));
    assert_eq!((region(by_name), region(mapped)), (json!("35.15.30.2016"), json!("35.15.30.2004")));
    assert_eq!((region(open), region(lost)), (json!(OLD), json!("35.15.06.2011")));
    assert_eq!(region(closed), WEST);
    let document_of_west = document(registry, west);
    assert_eq!(document_of_west["region_name"], "Tanggulangin Barat, Kabupaten Sidoarjo");
    assert_eq!(
        document_of_west["located_in"],
        json!({"regency": "35.15", "district": WEST, "approximate": false})
    );
    assert_eq!(document_of_west["quality"], Value::Null);
    assert_eq!(document(registry, outside)["located_in"]["district"], WEST);
    for unchanged in [open, lost, elsewhere] {
        assert_eq!(document(registry, unchanged)["revision"], 1);
    }

    let tally = &report.tally;
    assert_eq!(
        (tally.examined, tally.unchanged, tally.reassigned, tally.relocated, tally.ambiguous),
        (9, 3, 5, 4, 2)
    );
    assert_eq!(tally.reassigned_to[OLD], [(WEST.to_owned(), 2), (EAST.to_owned(), 1)].into());
    let candidates: HashMap<String, Vec<String>> = report
        .findings
        .iter()
        .map(|finding| match &finding.why {
            Why::Ambiguous { candidates, .. } => {
                (finding.id.clone(), candidates.iter().map(ToString::to_string).collect())
            }
            Why::Unreadable { message } => panic!("{message}"),
        })
        .collect();
    assert_eq!(candidates[&open.to_string()], [WEST, EAST]);
    assert_eq!(candidates[&lost.to_string()], [EAST]);

    // Each change says why, and is one revision.
    let job = report.job.expect("a job");
    let changes = log(&app.db);
    let written: Vec<_> = changes.iter().filter(|change| change.action == "reassign").collect();
    assert_eq!(written.len(), 6);
    for change in written {
        assert_eq!(change.job_id.as_deref(), Some(job.as_str()));
        assert_eq!(change.reason.as_deref(), Some("edition 2026"));
    }
    // Again: nothing is left to do.
    let again = run(registry, &reassign(false, Some(mapping)));
    assert_eq!((again.tally.unchanged, again.tally.ambiguous), (9, 2));
    // What was left is settled by a mapping.
    let mapping = "old,new\n3515062011,35.15.31.2010\n35.15.06,35.15.31\n";
    assert_eq!(run(registry, &reassign(false, Some(mapping))).tally.ambiguous, 0);
    assert_eq!((region(open), region(lost)), (json!(EAST), json!("35.15.31.2010")));
}

#[test]
fn a_mapping_to_regions_that_are_not_there_is_refused_by_line() {
    let app = TestApp::new();
    import_split(&app.registry);
    let mapping = "lama,baru\n35.15.06,35.15.30\n35.15.06.2001,35.15.06.2002\n35.15.98,35.15.30\n";
    let result = app.registry.reassign(&reassign(false, Some(mapping)), |_, _| true);
    let Err(RegistryError::Invalid(faults)) = result else { panic!("{result:?}") };
    let lines: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(lines, ["line 3", "line 4"]);
}

#[test]
fn a_job_that_was_stopped_goes_on_and_changes_each_record_once() {
    let db = TestDb::new();
    let registry = db.open();
    let ids: Vec<uuid::Uuid> =
        (0..40).map(|_| created(&registry, "35.15.06.2016", Some((112.70, -7.505)))).collect();
    let total = ids.len() + registry.generate(300, 7, |_, _| {}).expect("generated");
    import_split(&registry);

    let mut batches = 0;
    let stopped = registry.reassign(&reassign(false, None), |done, of| {
        batches += 1;
        assert!(done < of && of == total);
        false
    });
    assert!(matches!(stopped, Err(RegistryError::Stopped)) && batches == 1);
    drop(registry);
    // Once more, by another process, also among those that change.
    let registry = db.open();
    let stopped = registry.reassign(&reassign(false, None), |done, _| done < 30);
    assert!(matches!(stopped, Err(RegistryError::Stopped)));
    assert!(log(&db).iter().filter(|change| change.action == "reassign").count() < ids.len());
    drop(registry);

    let registry = db.open();
    let mut seen = Vec::new();
    let report = registry
        .reassign(&reassign(false, None), |done, _| {
            seen.push(done);
            true
        })
        .expect("a report");
    assert!(seen[0] > 32 && seen.last() == Some(&total), "{seen:?}");
    assert_eq!(report.tally.examined, total);
    assert!(report.tally.reassigned >= ids.len());
    let mut times: HashMap<String, usize> = HashMap::new();
    for change in log(&db).into_iter().filter(|change| change.action == "reassign") {
        assert_eq!(change.job_id, report.job);
        *times.entry(change.entity_id).or_default() += 1;
    }
    assert!(times.values().all(|&times| times == 1));
    assert_eq!(times.len() + report.tally.unchanged, total);
    for id in ids {
        let found = document(&registry, id);
        assert_eq!((&found["region"], &found["revision"]), (&json!("35.15.30.2016"), &json!(2)));
    }
    // A job that is done is not gone on with: the next is a new one.
    let next = run(&registry, &reassign(false, None));
    assert_eq!((next.tally.unchanged, next.job == report.job), (total, false));
}

/// What the public sees follows, and nothing else of the record comes with it.
#[test]
fn the_public_projection_follows() {
    use sentra::domain::codes::BasisKind;
    use sentra::domain::enterprise::PublicationBasis;
    use sentra::registry::import::ImportOptions;
    let app = TestApp::new();
    let basis = PublicationBasis {
        kind: BasisKind::AlreadyPublic,
        text: "uji".into(),
        on: day("2025-01-01"),
    };
    let options =
        ImportOptions { name: "a.csv".into(), publish: Some(basis), ..ImportOptions::default() };
    let list = "Nama,Pemilik,Desa,Kecamatan,Kabupaten,Komoditas\nTas Ayu,Siti,Kedensari,Tanggulangin,Sidoarjo,tas\n";
    app.registry
        .import(&Actor::Operator, list.as_bytes(), &options, |_, _| true)
        .expect("a report");
    import_split(&app.registry);
    run(&app.registry, &reassign(false, None));
    let items = app.anonymous().all(&format!("/api/v1/enterprises?region={WEST}"));
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["region_name"], "Kedensari, Tanggulangin Barat, Kabupaten Sidoarjo");
    assert!(!items[0].to_string().contains("Siti"));
    assert_eq!(
        app.anonymous().get(&format!("/api/v1/enterprises?region={OLD}")).expect(200)["matched"],
        0
    );
}

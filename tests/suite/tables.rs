//! All that a database holds, read column by column as the schema has it.

use std::collections::BTreeMap;

use sentra::db::{self, AnyConnection, Db};

/// Longer than a tuple may be.
#[derive(Debug, diesel::Queryable)]
#[expect(dead_code, reason = "written out whole")]
struct ReleaseRow {
    id: String,
    title: String,
    reference_date: chrono::NaiveDate,
    contact: String,
    note: Option<String>,
    state: String,
    position: Option<i64>,
    done: i64,
    total: i64,
    created_by: String,
    created_at: chrono::NaiveDateTime,
    updated_at: chrono::NaiveDateTime,
    sealed_at: Option<chrono::NaiveDateTime>,
    seq: Option<i64>,
    sample: bool,
    sha256: Option<String>,
    document: Option<String>,
    thresholds: Option<String>,
    withdrawn_by: Option<String>,
    withdrawn_at: Option<chrono::NaiveDateTime>,
    reason: Option<String>,
    campaign_id: Option<String>,
    licence: Option<String>,
}

/// Every row of every table as text, sorted.
pub fn all_rows(url: &str) -> BTreeMap<&'static str, Vec<String>> {
    use diesel::prelude::*;
    use sentra::db::schema as s;
    let db = Db::open(url).expect("a database");
    let mut all = BTreeMap::new();
    macro_rules! read {
        ($connection:ident, $($table:ident : $row:ty),* $(,)?) => {
            $(
                let rows: Vec<$row> = s::$table::table
                    .select(s::$table::all_columns)
                    .load($connection)
                    .unwrap_or_else(|error| panic!("{}: {error}", stringify!($table)));
                let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
                rows.sort();
                all.insert(stringify!($table), rows);
            )*
        };
    }
    type Time = chrono::NaiveDateTime;
    type Day = Option<chrono::NaiveDate>;
    type Text = Option<String>;
    db.read(|connection: &mut AnyConnection| {
        read!(
            connection,
            settings: (String, String),
            regions: (String, String, Text, String, Text, f64, f64, Text, String, Day, Day),
            region_geometries: (String, String, bool, String, String),
            commodities: (String, String, String, String, Text, Text, String),
            kbli: (String, String, String),
            kbli_editions: (String, Day),
            kbli_concordances: (String, String, String, String),
            jobs: (String, String, String, String, String, String, Time, Time),
            job_findings: (String, String, String),
            enterprises: (i64, String, i32, bool, String, Time, String, Text),
            atlas_rows: (i64, i32, Vec<u8>),
            revisions: (String, i32, String),
            changes: (i64, Time, String, String, Text, Text, String, String, String, i32),
            source_rows: (String, String, String),
            products: (String, i32, String, Text, Text, Option<f64>, Option<f64>, Option<i32>),
            documents: (String, String, i32, bool, bool, String, String, String, Text, String, Text),
            restricted: (String, String, Vec<u8>, Vec<u8>, Option<Vec<u8>>),
            vault_keys: (String, Vec<u8>),
            reads: db::reads::ReadRow,
            merges: (String, String, Time, i32, i32, i32),
            person_requests: (String, String, String, String, Time, String, Text),
            duplicates: db::duplicates::PairRow,
            duplicate_blocks: (i64, i64, i64),
            imports: db::imports::ImportRow,
            import_records: db::imports::records::RecordRow,
            import_restricted: db::imports::records::EarlierSealed,
            import_files: (i64, String, i32, String, Vec<u8>),
            removed_records: (String, String, Text, Text, bool),
            saved_mappings: (String, String, String, String, String, Time),
            questionnaires: db::campaigns::QuestionnaireRow,
            campaigns: db::campaigns::CampaignRow,
            campaign_targets: db::campaigns::TargetRow,
            assignments: db::campaigns::AssignmentRow,
            devices: db::campaigns::devices::DeviceRow,
            visits: db::campaigns::visits::VisitRow,
            visit_photos: db::campaigns::visits::PhotoRow,
            village_counts: db::campaigns::coverage::VillageCounts,
            stale_villages: (i64, String, String),
            releases: ReleaseRow,
            candidate_searches: db::candidate_searches::SearchRow,
            candidates: db::candidates::CandidateRow,
            areas: (String, String, Time),
            users: db::users::UserRow,
            grants: (String, Time, String, String, Time),
            session_families: (String, String, Time, Time, Time, bool, String),
            sessions: (String, String, Time, Text, Option<Time>),
            sign_in_failures: (String, i32, Time, Option<Time>),
            signing_keys: (String, Vec<u8>, Vec<u8>, Time, Time),
            clients: (String, String, String, i32, String, Text, String, Time, Time, Option<Time>, Option<Time>, Option<i32>),
            client_usage: db::client_usage::UsageRow,
            owner_links: db::owner_links::LinkRow,
            desk_checks: db::desk_checks::CheckRow,
            idempotency_keys: (String, String, String, String, Time),
        );
        Ok::<(), db::DbError>(())
    })
    .expect("a connection");
    all
}

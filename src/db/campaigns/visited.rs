//! Which records were visited in which campaigns.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::schema::visits;
use crate::db::{AnyConnection, DbError, on_backend};

/// Keeps one statement under SQLite's number of variables.
const CHUNK: usize = 8_000;

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = BigInt)]
    key: i64,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Keys of the records to which a visit of a campaign was applied, and of those into which such
/// were merged, however often.
pub fn keys(connection: &mut AnyConnection, campaign_id: &str) -> Result<Vec<i64>, DbError> {
    const SQL: &str = "WITH RECURSIVE visited(id) AS ( \
         SELECT enterprise_id FROM visits \
         WHERE campaign_id = $1 AND state = 'applied' AND enterprise_id IS NOT NULL \
         UNION \
         SELECT m.survivor_id FROM merges m JOIN visited ON m.duplicate_id = visited.id) \
         SELECT e.key FROM visited JOIN enterprises e ON e.id = visited.id";
    let rows: Vec<Key> = on_backend!(connection, |inner| {
        diesel::sql_query(SQL).bind::<Text, _>(campaign_id).load(inner)
    })?;
    Ok(rows.into_iter().map(|row| row.key).collect())
}

/// The campaigns of these visits, and those in which these enterprises were visited.
pub fn campaigns_of(
    connection: &mut AnyConnection,
    visit_ids: &[String],
    enterprise_ids: &[String],
) -> Result<Vec<String>, DbError> {
    let mut campaigns: Vec<String> = Vec::new();
    for ids in visit_ids.chunks(CHUNK) {
        let found: Vec<String> = on_backend!(connection, |inner| {
            let of = visits::table.filter(visits::id.eq_any(ids));
            of.select(visits::campaign_id).distinct().load(inner)
        })?;
        campaigns.extend(found);
    }
    for ids in enterprise_ids.chunks(CHUNK) {
        let found: Vec<String> = on_backend!(connection, |inner| {
            let of = visits::table.filter(visits::enterprise_id.eq_any(ids));
            of.select(visits::campaign_id).distinct().load(inner)
        })?;
        campaigns.extend(found);
    }
    Ok(campaigns)
}

/// The campaigns in which a record was visited, or one that was merged into it, whatever became of
/// the visit.
pub fn of_record(
    connection: &mut AnyConnection,
    enterprise_id: &str,
) -> Result<Vec<String>, DbError> {
    const SQL: &str = "WITH RECURSIVE one(id) AS ( \
         SELECT id FROM enterprises WHERE id = $1 \
         UNION \
         SELECT m.duplicate_id FROM merges m JOIN one ON m.survivor_id = one.id) \
         SELECT DISTINCT v.campaign_id AS id FROM visits v JOIN one ON v.enterprise_id = one.id";
    let rows: Vec<Id> = on_backend!(connection, |inner| {
        diesel::sql_query(SQL).bind::<Text, _>(enterprise_id).load(inner)
    })?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

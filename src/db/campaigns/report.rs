//! What a campaign came to: sums over its visits.

use chrono::NaiveDate;
use diesel::sql_types::{BigInt, Date, Text};
use diesel::{QueryableByName, RunQueryDsl};

use crate::db::{AnyConnection, DbError, on_backend};

/// What somebody did in a village.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub struct Worked {
    #[diesel(sql_type = Text)]
    pub enumerator: String,
    #[diesel(sql_type = Text)]
    pub village: String,
    #[diesel(sql_type = BigInt)]
    pub visits: i64,
    #[diesel(sql_type = BigInt)]
    pub new: i64,
    #[diesel(sql_type = BigInt)]
    pub revisits: i64,
    #[diesel(sql_type = Date)]
    pub last: NaiveDate,
}

/// What each enumerator did in each village of an area.
pub fn worked(
    connection: &mut AnyConnection,
    campaign_id: &str,
    area: &str,
) -> Result<Vec<Worked>, DbError> {
    const SQL: &str = "SELECT enumerator, village, count(*) AS visits, \
                       count(CASE WHEN kind = 'new' THEN 1 END) AS \"new\", \
                       count(CASE WHEN kind = 'revisit' THEN 1 END) AS revisits, \
                       max(visited_on) AS last \
                       FROM visits WHERE campaign_id = $1 AND village LIKE $2 \
                       AND state NOT IN ('superseded', 'dismissed', 'partial') \
                       GROUP BY enumerator, village ORDER BY enumerator, village";
    let rows = on_backend!(connection, |inner| {
        diesel::sql_query(SQL)
            .bind::<Text, _>(campaign_id)
            .bind::<Text, _>(format!("{area}%"))
            .load(inner)
    })?;
    Ok(rows)
}

/// Visits of a day with one outcome.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub struct Outcomes {
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    #[diesel(sql_type = Text)]
    pub outcome: String,
    #[diesel(sql_type = BigInt)]
    pub visits: i64,
}

/// What came of a campaign's visits, by day.
pub fn outcomes(
    connection: &mut AnyConnection,
    campaign_id: &str,
) -> Result<Vec<Outcomes>, DbError> {
    const SQL: &str = "SELECT visited_on AS day, outcome, count(*) AS visits FROM visits \
                       WHERE campaign_id = $1 \
                       AND state NOT IN ('superseded', 'dismissed', 'partial') \
                       GROUP BY visited_on, outcome";
    let rows = on_backend!(connection, |inner| {
        diesel::sql_query(SQL).bind::<Text, _>(campaign_id).load(inner)
    })?;
    Ok(rows)
}

/// Pairs of one status.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
pub struct Pairs {
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = BigInt)]
    pub pairs: i64,
}

/// Pairs of possible duplicates in which a visited record stands, by what became of them.
pub fn pairs(connection: &mut AnyConnection, campaign_id: &str) -> Result<Vec<Pairs>, DbError> {
    const SQL: &str = "WITH visited AS ( \
                       SELECT enterprise_id AS id FROM visits WHERE campaign_id = $1 \
                       AND state = 'applied' AND enterprise_id IS NOT NULL) \
                       SELECT status, count(*) AS pairs FROM duplicates \
                       WHERE first_id IN (SELECT id FROM visited) \
                       OR second_id IN (SELECT id FROM visited) GROUP BY status";
    let rows = on_backend!(connection, |inner| {
        diesel::sql_query(SQL).bind::<Text, _>(campaign_id).load(inner)
    })?;
    Ok(rows)
}

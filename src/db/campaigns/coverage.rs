//! What a campaign's visits to each village come to. The counts are kept; a write that may change
//! them names its village as stale, and who asks next counts that one again.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::schema::{stale_villages, village_counts, visits};
use crate::db::{AnyConnection, DbError, on_backend};

/// The advisory lock that all processes count under; any number no other lock has.
const COUNT_LOCK: i64 = 0x0073_656e_7472_6105;
/// Villages counted in one transaction.
const VILLAGES_AT_ONCE: i64 = 200;

/// The visits of a village. Enterprises are counted once each, those that were merged as one.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable, AsChangeset, QueryableByName)]
#[diesel(table_name = village_counts)]
pub struct VillageCounts {
    pub campaign_id: String,
    pub village: String,
    pub visits: i64,
    pub found: i64,
    pub new_found: i64,
    pub not_found: i64,
    pub refused: i64,
    pub held: i64,
    /// Visits that found none in the whole village.
    pub zeros: i64,
}

/// Counted, each village of a campaign.
pub fn counts(
    connection: &mut AnyConnection,
    campaign_id: &str,
) -> Result<Vec<VillageCounts>, DbError> {
    let of = village_counts::table.filter(village_counts::campaign_id.eq(campaign_id));
    Ok(of.load(connection)?)
}

/// The same, from the visits themselves: of a snapshot, in which nothing is written.
pub fn counted(
    connection: &mut AnyConnection,
    campaign_id: &str,
) -> Result<Vec<VillageCounts>, DbError> {
    let sql = COUNT.replace("{among}", "");
    let rows = on_backend!(connection, |inner| {
        diesel::sql_query(&sql).bind::<Text, _>(campaign_id).load(inner)
    })?;
    Ok(rows)
}

/// Whether some of a campaign's counts are not what its visits say.
pub fn is_stale(connection: &mut AnyConnection, campaign_id: &str) -> Result<bool, DbError> {
    let of = stale_villages::table.filter(stale_villages::campaign_id.eq(campaign_id));
    let one: Option<i64> = of.select(stale_villages::key).first(connection).optional()?;
    Ok(one.is_some())
}

/// A village's counts are to be made again.
pub fn mark(tx: &mut AnyConnection, campaign_id: &str, village: &str) -> Result<(), DbError> {
    let row = (stale_villages::campaign_id.eq(campaign_id), stale_villages::village.eq(village));
    on_backend!(tx, |inner| diesel::insert_into(stale_villages::table).values(row).execute(inner))?;
    Ok(())
}

/// The same of the village that a visit was in.
pub fn mark_of_visit(tx: &mut AnyConnection, visit_id: &str) -> Result<(), DbError> {
    let of = visits::table.filter(visits::id.eq(visit_id));
    let place: Option<(String, String)> =
        of.select((visits::campaign_id, visits::village)).first(tx).optional()?;
    place.map_or(Ok(()), |(campaign, village)| mark(tx, &campaign, &village))
}

/// The same of the villages in which enterprises were visited.
pub fn mark_of_enterprises(tx: &mut AnyConnection, ids: &[String]) -> Result<(), DbError> {
    let places: Vec<(String, String)> = visits::table
        .filter(visits::enterprise_id.eq_any(ids))
        .select((visits::campaign_id, visits::village))
        .distinct()
        .load(tx)?;
    places.iter().try_for_each(|(campaign, village)| mark(tx, campaign, village))
}

/// Counts some stale villages of a campaign again: false once none is left.
pub fn count_again(tx: &mut AnyConnection, campaign_id: &str) -> Result<bool, DbError> {
    if let AnyConnection::Pg(pg) = tx {
        // Whoever counts later sees at least as much, and is the one whose figures stay.
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
            .bind::<BigInt, _>(COUNT_LOCK)
            .execute(pg)?;
    }
    // Taken away before counting: what is committed from here on names its village anew.
    let taken: Vec<Stale> = on_backend!(tx, |inner| {
        diesel::sql_query(TAKE)
            .bind::<Text, _>(campaign_id)
            .bind::<BigInt, _>(VILLAGES_AT_ONCE)
            .load(inner)
    })?;
    let mut villages: Vec<String> = taken.into_iter().map(|stale| stale.village).collect();
    villages.sort_unstable();
    villages.dedup();
    if villages.is_empty() {
        return Ok(false);
    }
    let places: Vec<String> = (2..villages.len() + 2).map(|place| format!("${place}")).collect();
    let among = format!("AND v.village IN ({}) ", places.join(","));
    let sql = COUNT.replace("{among}", &among);
    let counted: Vec<VillageCounts> = on_backend!(tx, |inner| {
        let mut query = diesel::sql_query(&sql).into_boxed().bind::<Text, _>(campaign_id);
        for village in &villages {
            query = query.bind::<Text, _>(village);
        }
        query.load(inner)
    })?;
    on_backend!(tx, |inner| {
        let of = village_counts::table.filter(village_counts::campaign_id.eq(campaign_id));
        diesel::delete(of.filter(village_counts::village.eq_any(&villages))).execute(inner)?;
        diesel::insert_into(village_counts::table).values(&counted).execute(inner)
    })?;
    Ok(true)
}

/// A stale village.
#[derive(QueryableByName)]
struct Stale {
    #[diesel(sql_type = Text)]
    village: String,
}

const TAKE: &str = "DELETE FROM stale_villages WHERE campaign_id = $1 AND village IN \
                    (SELECT DISTINCT village FROM stale_villages WHERE campaign_id = $1 LIMIT $2) \
                    RETURNING village";

const COUNT: &str = "SELECT v.campaign_id, v.village, count(*) AS visits, \
     count(DISTINCT CASE WHEN v.state = 'applied' AND v.outcome = 'found' \
           THEN COALESCE(m.survivor_id, v.enterprise_id) END) AS found, \
     count(DISTINCT CASE WHEN v.state = 'applied' AND v.kind = 'new' \
           THEN COALESCE(m.survivor_id, v.enterprise_id) END) AS new_found, \
     count(DISTINCT CASE WHEN v.outcome IN ('not_found', 'closed', 'moved') \
           THEN COALESCE(v.enterprise_id, v.id) END) AS not_found, \
     count(DISTINCT CASE WHEN v.outcome = 'refused' \
           THEN COALESCE(v.enterprise_id, v.id) END) AS refused, \
     count(CASE WHEN v.state IN ('conflict', 'faulty', 'waiting') THEN 1 END) AS held, \
     count(CASE WHEN v.outcome = 'no_enterprises' THEN 1 END) AS zeros \
     FROM visits v LEFT JOIN merges m ON m.duplicate_id = v.enterprise_id \
     WHERE v.campaign_id = $1 {among}\
     AND v.state NOT IN ('superseded', 'dismissed', 'partial') \
     GROUP BY v.campaign_id, v.village";

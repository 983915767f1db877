//! How much service clients ask for, by day: counted in memory, added to the database now and then,
//! so that a process that is killed loses the last minute of it. Nothing of what was asked is kept.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use parking_lot::Mutex;

use super::account_rules::bounds;
use super::{Registry, RegistryError};
use crate::db::client_usage::UsageRow;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::projection::jakarta_date;

/// Counts that are not in the database yet, by client and day.
#[derive(Default)]
pub struct Tallies(Mutex<HashMap<(String, NaiveDate), Tally>>);

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    requests: i64,
    errors: i64,
    refused: i64,
    bytes: i64,
    last_at: NaiveDateTime,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    /// By an error of another kind than the next one.
    Failed,
    /// Asked too often.
    Refused,
}

/// What was asked in some time: the errors and the refused are among the requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub requests: i64,
    pub errors: i64,
    pub refused: i64,
    /// Of answers, before compression.
    pub bytes: i64,
    pub last_at: Option<DateTime<Utc>>,
}

/// What a client asked for, day by day; days without a request are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientUsage {
    pub id: String,
    pub name: String,
    pub total: Usage,
    pub days: Vec<(NaiveDate, Usage)>,
}

/// A page of clients.
pub struct UsagePage {
    pub items: Vec<ClientUsage>,
    /// The first day that was asked for.
    pub since: NaiveDate,
    /// Id to go on after.
    pub next: Option<String>,
}

impl Tallies {
    fn count(&self, client: &str, now: DateTime<Utc>, change: impl FnOnce(&mut Tally)) {
        let mut tallies = self.0.lock();
        let tally = tallies.entry((client.to_owned(), jakarta_date(now))).or_default();
        tally.last_at = tally.last_at.max(now.naive_utc());
        change(tally);
    }

    /// Puts back what could not be stored.
    fn put_back(&self, taken: HashMap<(String, NaiveDate), Tally>) {
        let mut tallies = self.0.lock();
        for (of, earlier) in taken {
            let tally = tallies.entry(of).or_default();
            tally.requests += earlier.requests;
            tally.errors += earlier.errors;
            tally.refused += earlier.refused;
            tally.bytes += earlier.bytes;
            tally.last_at = tally.last_at.max(earlier.last_at);
        }
    }
}

impl Usage {
    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.errors += other.errors;
        self.refused += other.refused;
        self.bytes += other.bytes;
        self.last_at = self.last_at.max(other.last_at);
    }
}

impl Registry {
    /// Counts a request of a service client.
    pub fn count_request(&self, client: &str, outcome: Outcome) {
        self.client_usage.count(client, self.clock.now(), |tally| {
            tally.requests += 1;
            tally.errors += i64::from(outcome == Outcome::Failed);
            tally.refused += i64::from(outcome == Outcome::Refused);
        });
    }

    /// Counts bytes that a service client was answered.
    pub fn count_bytes(&self, client: &str, bytes: u64) {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.client_usage.count(client, self.clock.now(), |tally| tally.bytes += bytes);
    }

    /// Adds what was counted to the database.
    ///
    /// # Errors
    /// The database's: then it is added another time.
    pub fn flush_client_usage(&self) -> Result<(), RegistryError> {
        let taken = std::mem::take(&mut *self.client_usage.0.lock());
        if taken.is_empty() {
            return Ok(());
        }
        let mut rows: Vec<UsageRow> = taken.iter().map(row).collect();
        // In one order: processes that add to the same rows wait, and do not stand in each other's way.
        rows.sort_by(|a, b| (&a.client_id, a.day).cmp(&(&b.client_id, b.day)));
        let stored = self.db.write(|tx: &mut AnyConnection| {
            rows.iter().try_for_each(|row| db::client_usage::add(tx, row))
        });
        if let Err(error) = stored {
            self.client_usage.put_back(taken);
            return Err(error.into());
        }
        Ok(())
    }

    /// What the service clients that somebody manages asked for in so many days, today the last.
    ///
    /// # Errors
    /// Not allowed; the database's.
    pub fn client_usage(
        &self,
        actor: &Actor,
        days: u32,
        after: Option<&str>,
        limit: usize,
    ) -> Result<UsagePage, RegistryError> {
        actor.require(Right::ManageAccess)?;
        self.flush_client_usage()?;
        let today = jakarta_date(self.clock.now());
        let since = today - TimeDelta::days(i64::from(days.max(1)) - 1);
        let within = bounds(actor).map(ToString::to_string);
        // One more tells whether there is a next page.
        let rows = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let (clients, more, usage) = self.db.read(|connection| {
            let mut clients = db::clients::list(connection, within.as_deref(), after, rows)?;
            let more = clients.len() > limit;
            clients.truncate(limit);
            let ids: Vec<String> = clients.iter().map(|row| row.id.clone()).collect();
            let usage = db::client_usage::since(connection, &ids, since)?;
            Ok::<_, RegistryError>((clients, more, usage))
        })?;
        let next = clients.last().filter(|_| more).map(|row| row.id.clone());
        let mut by_client: HashMap<String, Vec<(NaiveDate, Usage)>> = HashMap::new();
        for row in usage {
            let (day, of_day) = (row.day, of_row(&row));
            by_client.entry(row.client_id).or_default().push((day, of_day));
        }
        let items = clients.into_iter().map(|row| {
            let days = by_client.remove(&row.id).unwrap_or_default();
            let mut total = Usage::default();
            for (_, usage) in &days {
                total.add(usage);
            }
            ClientUsage { id: row.id, name: row.name, total, days }
        });
        Ok(UsagePage { items: items.collect(), since, next })
    }
}

fn row(((client_id, day), tally): (&(String, NaiveDate), &Tally)) -> UsageRow {
    let Tally { requests, errors, refused, bytes, last_at } = *tally;
    UsageRow { client_id: client_id.clone(), day: *day, requests, errors, refused, bytes, last_at }
}

fn of_row(row: &UsageRow) -> Usage {
    let UsageRow { requests, errors, refused, bytes, last_at, .. } = *row;
    Usage { requests, errors, refused, bytes, last_at: Some(last_at.and_utc()) }
}

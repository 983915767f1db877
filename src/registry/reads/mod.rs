//! The log of reads: who read what of the internal and restricted tiers, when and in which request.
//! Restricted values are logged in the transaction that reads them; the rest through a buffer that
//! costs the reader nothing. Nothing is ever taken out of the log.

mod buffer;
mod report;

use chrono::{DateTime, NaiveDateTime, Utc};
use uuid::Uuid;

pub use self::buffer::Buffer;
use self::buffer::Waiting;
pub use self::report::Span;
use super::{Registry, RegistryError};
use crate::db::reads::{ReadQuery, ReadRow, ReadWrite};
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::reading::{Detail, LoggedRead, ReadKind};
use crate::domain::restricted::without_national_ids;

/// Who reads, and in which request.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub actor: &'a Actor,
    pub request_id: Option<&'a str>,
}

impl<'a> From<&'a Actor> for Reader<'a> {
    fn from(actor: &'a Actor) -> Self {
        Self { actor, request_id: None }
    }
}

/// What was read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) kind: ReadKind,
    pub(super) entity: &'static str,
    pub(super) entity_id: Option<String>,
    pub(super) region: Option<String>,
    pub(super) purpose: Option<String>,
    pub(super) filter: Option<String>,
    /// Rows of the internal or restricted tier.
    pub(super) count: usize,
    pub(super) detail: Detail,
}

impl Reading {
    /// Of one record or document, which says itself whose it is.
    pub(super) fn of_one(
        kind: ReadKind,
        entity: &'static str,
        entity_id: &str,
        document: &str,
    ) -> Self {
        #[derive(serde::Deserialize)]
        struct Stated {
            responsible_region: String,
        }
        let stated: Option<Stated> = serde_json::from_str(document).ok();
        Self {
            entity_id: Some(entity_id.to_owned()),
            region: stated.map(|stated| stated.responsible_region),
            count: 1,
            ..Self::of_many(kind, entity)
        }
    }

    /// Of many.
    pub(super) fn of_many(kind: ReadKind, entity: &'static str) -> Self {
        Self {
            kind,
            entity,
            entity_id: None,
            region: None,
            purpose: None,
            filter: None,
            count: 0,
            detail: Detail::default(),
        }
    }
}

/// A filter as it may be kept: what looks like a NIK in its words is crossed out.
pub(super) fn logged_filter(canonical: &str) -> String {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(canonical).unwrap_or_default();
    let kept = pairs.into_iter().map(|(name, value)| {
        let kept = match name.as_str() {
            "q" => without_national_ids(&value),
            // Of an expression what stands in quotes: positions have as many digits.
            "filter" => {
                let pieces = value.split('\'').enumerate().map(|(at, piece)| {
                    let quoted = if at % 2 == 1 { without_national_ids(piece) } else { None };
                    quoted.unwrap_or_else(|| piece.to_owned())
                });
                Some(pieces.collect::<Vec<_>>().join("'"))
            }
            _ => None,
        };
        (name, kept.unwrap_or(value))
    });
    // Pairs of strings always can be written.
    serde_urlencoded::to_string(kept.collect::<Vec<_>>()).unwrap_or_default()
}

/// Which part of the log is asked for.
#[derive(Debug, Clone, Default)]
pub struct LogQuery {
    pub actor: Option<String>,
    pub enterprise: Option<Uuid>,
    pub kinds: Vec<ReadKind>,
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// The last one of the page before.
    pub below: Option<i64>,
    pub limit: usize,
}

/// A page of the log, the newest first.
pub struct LogPage {
    pub items: Vec<LoggedRead>,
    pub next: Option<i64>,
}

impl Registry {
    /// Logs a reading without waiting for the database.
    ///
    /// # Errors
    /// If the log cannot take it: then nothing is to be answered.
    pub(super) fn log_read(
        &self,
        reader: Reader,
        began_at: NaiveDateTime,
        reading: Reading,
    ) -> Result<(), RegistryError> {
        Ok(self.reads.add(self.waiting(reader, began_at, reading))?)
    }

    /// Logs readings in the transaction that does them.
    pub(super) fn log_reads_in(
        &self,
        tx: &mut AnyConnection,
        reader: Reader,
        began_at: NaiveDateTime,
        readings: Vec<Reading>,
    ) -> Result<(), RegistryError> {
        let rows =
            readings.into_iter().map(|reading| self.waiting(reader, began_at, reading).into_row());
        Ok(db::reads::add(tx, &rows.collect::<Vec<_>>())?)
    }

    fn waiting(&self, reader: Reader, began_at: NaiveDateTime, reading: Reading) -> Waiting {
        let row = ReadWrite {
            began_at,
            at: self.clock.now_naive(),
            actor: reader.actor.name().to_owned(),
            scope: reader.actor.visibility().scope(),
            kind: reading.kind.into(),
            entity: reading.entity,
            entity_id: reading.entity_id,
            region: reading.region,
            purpose: reading.purpose,
            filter: reading.filter,
            count: i64::try_from(reading.count).unwrap_or(i64::MAX),
            detail: String::new(),
            request_id: reader.request_id.map(str::to_owned),
        };
        Waiting { row, detail: reading.detail }
    }

    /// Waits until all readings up to now are in the log.
    ///
    /// # Errors
    /// If the database does not take them in time.
    pub fn flush_reads(&self) -> Result<(), RegistryError> {
        Ok(self.reads.flush()?)
    }

    /// A page of the log. An auditor of an area is told what concerns it.
    ///
    /// # Errors
    /// Not allowed; the database's.
    pub fn logged_reads(&self, actor: &Actor, query: &LogQuery) -> Result<LogPage, RegistryError> {
        let region = audited_region(actor)?;
        self.flush_reads()?;
        let chosen = ReadQuery {
            actor: query.actor.clone(),
            entity_id: query.enterprise.map(|id| id.to_string()),
            kinds: query.kinds.iter().map(|kind| (*kind).into()).collect(),
            since: query.since.map(|since| since.naive_utc()),
            until: query.until.map(|until| until.naive_utc()),
            region,
        };
        // One more tells whether there is a next page.
        let limit = i64::try_from(query.limit + 1).unwrap_or(i64::MAX);
        let mut rows = self
            .db
            .read(|connection| db::reads::newest(connection, &chosen, query.below, limit))?;
        let more = rows.len() > query.limit;
        rows.truncate(query.limit);
        let next = rows.last().filter(|_| more).map(|row| row.seq);
        let items = rows.into_iter().map(logged).collect::<Result<_, _>>()?;
        Ok(LogPage { items, next })
    }
}

/// The area that somebody may read the log of; None: all of it.
fn audited_region(actor: &Actor) -> Result<Option<String>, RegistryError> {
    actor.require(Right::ReadLog)?;
    Ok(match actor.audits() {
        Some(Visibility::Internal { area }) => area.map(|area| area.to_string()),
        _ => None,
    })
}

fn logged(row: ReadRow) -> Result<LoggedRead, RegistryError> {
    let unknown = |_| RegistryError::Internal("a stored kind of reading is known");
    Ok(LoggedRead {
        seq: row.seq,
        began_at: row.began_at.and_utc(),
        at: row.at.and_utc(),
        actor: row.actor,
        scope: row.scope,
        kind: row.kind.parse().map_err(unknown)?,
        entity: row.entity,
        entity_id: row.entity_id,
        purpose: row.purpose,
        filter: row.filter,
        count: row.count,
        detail: serde_json::from_str(&row.detail)?,
        request_id: row.request_id,
    })
}

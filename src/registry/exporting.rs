//! Exports: all records that pass a filter, at the reader's tier. One thread reads ahead while
//! another writes what was read; what is read at a time has a bound.

use std::sync::mpsc::sync_channel;

use super::enterprises::{Check, ENTITY, Seen, documents_for, seen};
use super::reads::{Reader, Reading, logged_filter};
use super::writing::new_id;
use super::{Registry, RegistryError};
use crate::db;
use crate::db::enterprises::EnterpriseRow;
use crate::db::exports::Which;
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::filter::Filter;
use crate::domain::projection::jakarta_date;
use crate::domain::reading::{Detail, ExportState, ReadKind};
use crate::exchange::export::metadata::{ExportCounts, Facts, LogPlace, Metadata};
use crate::exchange::export::{self, Choice, Column, ExportError, Layout, Out, Source};

/// Records read at a time.
const BATCH: usize = 1_000;
/// Batches that wait to be written.
const AHEAD: usize = 2;

/// In which order records are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Near ones one after the other.
    Curve,
    /// As they lie in the table: the quickest to read.
    Table,
}

impl From<ExportError> for RegistryError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Document(error) => error.into(),
            ExportError::Io(error) if is_of_the_reader(&error) => Self::Stopped,
            ExportError::Io(error) => {
                tracing::error!(%error, "an export cannot be written");
                Self::Internal("an export cannot be written")
            }
        }
    }
}

/// Whether somebody left who was to read it.
fn is_of_the_reader(error: &std::io::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = error.source();
    }
    false
}

impl Seen {
    /// The same, to be written to a file.
    pub fn source(&self) -> Source<'_> {
        let Self { id, internal, lon, lat, .. } = *self;
        Source { id, internal, document: &self.document, lon, lat }
    }
}

impl Registry {
    /// The columns that somebody asks for; None: the format's own.
    ///
    /// # Errors
    /// Internal ones, by name, for those who may not have them in an export.
    pub fn export_columns(
        &self,
        actor: &Actor,
        choice: &Choice,
    ) -> Result<Option<Vec<&'static Column>>, RegistryError> {
        let may = actor.may(Right::ExportInternal);
        let refused = choice.internal().filter(|_| !may);
        let fault = |name| FieldFault::new(format!("columns.{name}"), Fault::InternalOnly);
        let faults: Vec<FieldFault> = refused.map(fault).collect();
        if faults.is_empty() {
            Ok(choice.columns(may))
        } else {
            Err(RegistryError::InternalOnly(faults))
        }
    }

    /// Writes all records that pass a filter as a file; how many there are. `sized` is told how many
    /// bytes there are, before the first one, where the format knows.
    ///
    /// # Errors
    /// As [`Self::scan_enterprises`], and what writing fails with.
    pub fn export_enterprises<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        filter: Filter,
        layout: &Layout,
        out: Out<'_>,
        sized: &mut dyn FnMut(u64),
    ) -> Result<usize, RegistryError> {
        let order = if layout.format.is_spatial() { Order::Curve } else { Order::Table };
        let mut encoder = export::encoder(layout, out)?;
        let mut count = 0;
        self.scan_in_order(reader.into(), filter, order, |batch| {
            count += batch.len();
            batch.iter().try_for_each(|seen| encoder.add(&seen.source()))?;
            Ok(())
        })?;
        encoder.finish(sized)?;
        Ok(count)
    }

    /// What an export of this filter would be.
    ///
    /// # Errors
    /// As [`Self::scan_enterprises`].
    pub fn export_metadata<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        mut filter: Filter,
        columns: Option<&[&'static Column]>,
    ) -> Result<Metadata, RegistryError> {
        let (reader, now) = (reader.into(), self.clock.now());
        let actor = exporting(reader.actor);
        let view = self.view_for(actor, &mut filter)?;
        let staff = actor.visibility() != Visibility::Public;
        let (enterprises, internal) = view.count_by_tier(&filter);
        if staff {
            let detail = Detail { matched: Some(enterprises), ..Detail::default() };
            let filter = Some(logged_filter(filter.canonical()));
            let reading = Reading {
                filter,
                count: internal,
                detail,
                ..Reading::of_many(ReadKind::Stats, ENTITY)
            };
            self.log_read(reader, now.naive_utc(), reading)?;
        }
        let log = || {
            self.db.read(|connection| {
                let epoch = db::log::epoch(connection)?.ok_or(RegistryError::NotSeeded)?;
                Ok::<_, RegistryError>(LogPlace { epoch, seq: db::log::last_seq(connection)? })
            })
        };
        let facts = Facts {
            query: filter.canonical(),
            as_of: filter.public.as_of,
            now,
            today: jakarta_date(now),
            internal: staff,
            counts: ExportCounts {
                enterprises: enterprises as u64,
                internal: staff.then_some(internal),
            },
            columns,
            log: if staff { Some(log()?) } else { None },
        };
        Ok(Metadata::new(facts, &self.reference()))
    }

    /// Hands all records that pass a filter to `each`, a batch at a time, in the order of the curve.
    /// Where the internal tier is in it, the log has a line before the first batch and one after
    /// the last.
    ///
    /// # Errors
    /// As [`Self::list_enterprises`], and what `each` fails with.
    pub fn scan_enterprises<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        filter: Filter,
        each: impl FnMut(Vec<Seen>) -> Result<(), RegistryError>,
    ) -> Result<usize, RegistryError> {
        self.scan_in_order(reader.into(), filter, Order::Curve, each)
    }

    /// The same in either order.
    fn scan_in_order(
        &self,
        reader: Reader,
        mut filter: Filter,
        order: Order,
        mut each: impl FnMut(Vec<Seen>) -> Result<(), RegistryError>,
    ) -> Result<usize, RegistryError> {
        let began = self.clock.now_naive();
        let actor = exporting(reader.actor);
        let view = self.view_for(actor, &mut filter)?;
        let logs = actor.visibility() != Visibility::Public;
        let export = new_id(self.clock.now());
        let line = |state, count| Reading {
            filter: Some(logged_filter(filter.canonical())),
            count,
            detail: Detail {
                export: Some(export),
                state: Some(state),
                typos: super::enterprises::logged_typos(view.asked()),
                ..Detail::default()
            },
            ..Reading::of_many(ReadKind::Export, ENTITY)
        };
        if logs {
            self.log_read(reader, began, line(ExportState::Begun, 0))?;
            self.flush_reads()?;
        }
        let mut keys = view.keys(&filter);
        if order == Order::Table {
            keys.sort_unstable();
        }
        let check = Check { filter: &filter, view: &view };
        let mut internal = 0;
        let sent = self.read_ahead(actor, &keys, order, check, |batch| {
            let of_batch = batch.iter().filter(|seen| seen.internal).count();
            each(batch)?;
            internal += of_batch;
            Ok(())
        });
        if logs {
            let state = if sent.is_ok() { ExportState::Done } else { ExportState::Broken };
            self.log_read(reader, began, line(state, internal))?;
        }
        sent.map(|()| keys.len())
    }

    /// Reads the records of these keys, a batch at a time; the next ones while `each` is busy.
    fn read_ahead(
        &self,
        actor: &Actor,
        keys: &[i64],
        order: Order,
        check: Check,
        mut each: impl FnMut(Vec<Seen>) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError> {
        if keys.len() <= BATCH {
            return if keys.is_empty() {
                Ok(())
            } else {
                each(self.read_batch(actor, keys, order, check)?)
            };
        }
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(AHEAD);
            let reading = move || {
                for batch in keys.chunks(BATCH) {
                    let batch = self.read_batch(actor, batch, order, check);
                    let failed = batch.is_err();
                    // Whoever takes them may have left.
                    if sender.send(batch).is_err() || failed {
                        break;
                    }
                }
            };
            std::thread::Builder::new()
                .name("sentra-export".to_owned())
                .spawn_scoped(scope, reading)
                .map_err(|_| RegistryError::Internal("an export has no thread to read"))?;
            for batch in receiver {
                each(batch?)?;
            }
            Ok(())
        })
    }

    fn read_batch(
        &self,
        actor: &Actor,
        keys: &[i64],
        order: Order,
        check: Check,
    ) -> Result<Vec<Seen>, RegistryError> {
        let span = match (order, keys) {
            (Order::Table, [first, .., last]) => Some((*first, *last)),
            _ => None,
        };
        // Where most of a stretch of the table is wanted it is read as it lies.
        let dense = |(first, last): &(i64, i64)| {
            usize::try_from(last - first).is_ok_and(|span| span < 2 * keys.len())
        };
        let Some((first, last)) = span.filter(dense) else {
            return self.seen_by_keys(actor, keys, check);
        };
        let (visibility, reference) = (actor.visibility(), self.reference());
        self.db.read(|connection| {
            let which = Which::Between(first, last);
            let rows = db::exports::read(connection, which, documents_for(&visibility))?;
            let wanted = rows.into_iter().filter(wanted(keys));
            seen(connection, wanted, &visibility, &reference, Some(check))
        })
    }
}

/// Whether a row, of rows in the order of their keys, is one of these.
fn wanted(keys: &[i64]) -> impl FnMut(&EnterpriseRow) -> bool {
    let mut left = keys.iter().copied().peekable();
    move |row| {
        while left.next_if(|key| *key < row.key).is_some() {}
        left.next_if_eq(&row.key).is_some()
    }
}

/// An export that may not hold the internal tier is that of the public.
fn exporting(actor: &Actor) -> &Actor {
    static PUBLIC: Actor = Actor::Anonymous;
    if actor.may(Right::ExportInternal) { actor } else { &PUBLIC }
}

//! Reports of runs, row by row: in compressed, encrypted pieces that say in clear only how many rows
//! of which outcome they hold, so that a page is found without opening the others.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;
use uuid::Uuid;

use super::files::PIECE;
use super::of_import;
use super::work::Lease;
use crate::db::imports::ImportRow;
use crate::db::{self, AnyConnection};
use crate::registry::import::{Report, RowOutcome, RowReport};
use crate::registry::reads::Reader;
use crate::registry::vault::FileKey;
use crate::registry::{Registry, RegistryError};

/// Of which run a report is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
    serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ImportRun)]
pub enum RunKind {
    Preview,
    #[default]
    Result,
    /// Records that an undo skipped.
    Undo,
}

/// Which rows are asked for.
#[derive(Debug, Clone, Default)]
pub struct RowQuery {
    pub run: RunKind,
    /// Any of these; empty: all.
    pub outcomes: Vec<RowOutcome>,
    /// Piece and place of the last row of the page before.
    pub after: Option<(i32, usize)>,
    pub limit: usize,
}

/// A page of a report.
pub struct RowPage {
    /// As [`RowReport`].
    pub items: Vec<Box<RawValue>>,
    pub next: Option<(i32, usize)>,
    pub matched: usize,
}

/// Rows of a piece by outcome.
type ByOutcome = BTreeMap<String, usize>;

/// The rows of a report, piece by piece.
pub(super) struct Pieces<'a> {
    registry: &'a Registry,
    import_key: i64,
    run: RunKind,
    /// None: there are none any more.
    key: Option<FileKey>,
    number: i32,
}

impl Pieces<'_> {
    /// The rows of the next piece; None behind the last.
    pub(super) fn next_rows<T: DeserializeOwned>(
        &mut self,
    ) -> Result<Option<Vec<T>>, RegistryError> {
        let Some(key) = &self.key else { return Ok(None) };
        let name: &str = self.run.into();
        let sealed = self.registry.db.read(|connection| {
            db::imports::files::get(connection, self.import_key, name, self.number)
        })?;
        let Some(sealed) = sealed else { return Ok(None) };
        let lines = unpacked(&key.open(name, self.number, &sealed)?)?;
        self.number += 1;
        let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        Ok(Some(lines.map(serde_json::from_slice).collect::<Result<_, _>>()?))
    }
}

impl Registry {
    /// The report of a run from its beginning.
    pub(super) fn pieces(
        &self,
        row: &ImportRow,
        run: RunKind,
    ) -> Result<Pieces<'_>, RegistryError> {
        let key = self.db.read(|connection| self.file_key(connection, row))?;
        Ok(Pieces { registry: self, import_key: row.key, run, key, number: 0 })
    }

    /// Keeps the report of a run in the place of the one before.
    pub(super) fn keep_report(
        &self,
        lease: &Lease,
        kind: RunKind,
        report: &Report,
    ) -> Result<(), RegistryError> {
        let name: &str = kind.into();
        let (key, owner) = (lease.row.key, &lease.owner);
        let leased = |tx: &mut AnyConnection| {
            let leased = db::imports::is_leased(tx, key, owner)?;
            if leased { Ok(()) } else { Err(RegistryError::Stopped) }
        };
        let file_key = self.db.write(|tx| {
            leased(tx)?;
            db::imports::files::remove(tx, key, name)?;
            // The file may have been taken away meanwhile: then there is no report.
            let row = db::imports::for_update(tx, key)?;
            self.file_key(tx, &row)
        })?;
        let Some(file_key) = file_key else { return Ok(()) };
        let mut number = 0;
        let (mut lines, mut counts) = (Vec::with_capacity(PIECE), ByOutcome::new());
        let mut rows = report.rows.iter().peekable();
        while let Some(row) = rows.next() {
            add_line(&mut lines, &mut counts, row)?;
            if lines.len() >= PIECE || rows.peek().is_none() {
                self.db.write(|tx| {
                    leased(tx)?;
                    let place = (key, name, number);
                    Self::add_rows(tx, &file_key, place, &lines, &counts)
                })?;
                number += 1;
                lines.clear();
                counts.clear();
            }
        }
        Ok(())
    }

    fn add_rows(
        tx: &mut AnyConnection,
        key: &FileKey,
        place: (i64, &str, i32),
        lines: &[u8],
        counts: &ByOutcome,
    ) -> Result<(), RegistryError> {
        Self::add_piece(tx, key, place, serde_json::to_string(counts)?, packed(lines)?)
    }

    /// Adds a piece to the report of an undo.
    pub(super) fn add_skipped(
        &self,
        tx: &mut AnyConnection,
        lease: &Lease,
        skipped: &[RowReport],
    ) -> Result<(), RegistryError> {
        // Another process may have given it one.
        let row = db::imports::for_update(tx, lease.row.key)?;
        let Some(key) = self.file_key(tx, &row)? else { return Ok(()) };
        let name: &str = RunKind::Undo.into();
        let pieces = db::imports::files::index(tx, row.key, name)?;
        let number = pieces.last().map_or(0, |(number, _)| number + 1);
        let (mut lines, mut counts) = (Vec::new(), ByOutcome::new());
        for row in skipped {
            add_line(&mut lines, &mut counts, row)?;
        }
        Self::add_rows(tx, &key, (row.key, name, number), &lines, &counts)
    }

    /// A page of the report of a run.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn import_rows<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        query: &RowQuery,
    ) -> Result<RowPage, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let row = self.own_import(reader.actor, id)?;
        let counts: super::AllCounts = serde_json::from_str(&row.counts)?;
        let finished = match query.run {
            RunKind::Preview => counts.preview.is_some(),
            RunKind::Result => counts.result.is_some(),
            RunKind::Undo => counts.undo.is_some(),
        };
        let page = self.db.read(|connection| {
            let none = RowPage { items: Vec::new(), next: None, matched: 0 };
            let key = self.file_key(connection, &row)?.filter(|_| finished);
            let Some(key) = key else { return Ok(none) };
            self.page(connection, row.key, &key, query)
        })?;
        self.log_read(reader, began, of_import(&row, page.items.len()))?;
        Ok(page)
    }

    #[expect(clippy::unused_self, reason = "it reads of the registry's database")]
    fn page(
        &self,
        connection: &mut AnyConnection,
        import_key: i64,
        key: &FileKey,
        query: &RowQuery,
    ) -> Result<RowPage, RegistryError> {
        let name: &str = query.run.into();
        let wanted = |outcome: &str| {
            query.outcomes.is_empty() || query.outcomes.iter().any(|one| one.name() == outcome)
        };
        let mut page = RowPage { items: Vec::new(), next: None, matched: 0 };
        let mut full = false;
        for (number, counts) in db::imports::files::index(connection, import_key, name)? {
            let counts: ByOutcome = serde_json::from_str(&counts)?;
            let here: usize =
                counts.iter().filter(|(outcome, _)| wanted(outcome)).map(|(_, count)| count).sum();
            page.matched += here;
            let before = query.after.is_some_and(|(piece, _)| number < piece);
            if here == 0 || before || full {
                continue;
            }
            let sealed = db::imports::files::get(connection, import_key, name, number)?;
            let Some(sealed) = sealed else { continue };
            let lines = unpacked(&key.open(name, number, &sealed)?)?;
            let skip = match query.after {
                Some((piece, place)) if piece == number => place.saturating_add(1),
                _ => 0,
            };
            for (place, line) in lines.split(|byte| *byte == b'\n').enumerate().skip(skip) {
                if line.is_empty() || !wanted(&outcome_of(line)?) {
                    continue;
                }
                // One more tells whether there is a next page.
                if page.items.len() == query.limit {
                    full = true;
                    break;
                }
                page.items.push(serde_json::from_slice(line)?);
                page.next = Some((number, place));
            }
        }
        if !full {
            page.next = None;
        }
        Ok(page)
    }
}

fn add_line(
    lines: &mut Vec<u8>,
    counts: &mut ByOutcome,
    row: &RowReport,
) -> Result<(), RegistryError> {
    serde_json::to_writer(&mut *lines, row)?;
    lines.push(b'\n');
    *counts.entry(row.outcome.name().to_owned()).or_default() += 1;
    Ok(())
}

fn outcome_of(line: &[u8]) -> Result<String, RegistryError> {
    #[derive(Deserialize)]
    struct Told {
        outcome: String,
    }
    let told: Told = serde_json::from_slice(line)?;
    Ok(told.outcome)
}

fn packed(lines: &[u8]) -> Result<Vec<u8>, RegistryError> {
    let failed = |_| RegistryError::Internal("writing to memory does not fail");
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(lines).map_err(failed)?;
    encoder.finish().map_err(failed)
}

fn unpacked(packed: &[u8]) -> Result<Vec<u8>, RegistryError> {
    let mut lines = Vec::new();
    let failed = |_| RegistryError::Internal("a piece of a report can be unpacked");
    DeflateDecoder::new(packed).read_to_end(&mut lines).map_err(failed)?;
    Ok(lines)
}

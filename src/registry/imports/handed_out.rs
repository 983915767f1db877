//! What offices are given to fill in: a list corrected, and the template of a regency.

use std::collections::VecDeque;
use std::io::Cursor;

use chrono::Datelike;
use serde::Deserialize;
use uuid::Uuid;

use super::rows::RunKind;
use super::{AllCounts, State, of_import, state};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::projection::jakarta_date;
use crate::domain::region::RegionCode;
use crate::exchange::corrected::{self, CorrectedError, Remark, Row};
use crate::exchange::template::{self, TemplateError};
use crate::registry::import::{self, RowOutcome, RowReport};
use crate::registry::reads::Reader;
use crate::registry::{Registry, RegistryError};

/// A workbook with the name that it is saved under.
pub struct HandedOut {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// As much of a stored row of a report as goes back to its office.
#[derive(Deserialize)]
pub(super) struct ToldRow {
    row: usize,
    sheet: Option<String>,
    outcome: RowOutcome,
    id: Option<Uuid>,
    messages: Vec<ToldMessage>,
}

#[derive(Deserialize)]
struct ToldMessage {
    field: String,
    cell: Option<String>,
    text: String,
    suggestion: Option<String>,
}

impl Registry {
    /// An uploaded list with what there is to say of its rows: after the import, or after its
    /// preview.
    ///
    /// # Errors
    /// Not allowed; not found; there is no report yet, or the file is gone.
    pub fn corrected_file<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
    ) -> Result<HandedOut, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let row = self.own_import(reader.actor, id)?;
        let counts: AllCounts = serde_json::from_str(&row.counts)?;
        let (run, counted) = match (counts.result, counts.preview) {
            (Some(counted), _) => (RunKind::Result, counted),
            (None, Some(counted)) => (RunKind::Preview, counted),
            (None, None) => {
                let value = state(&row)?.name();
                return Err(RegistryError::WrongTransition {
                    action: "corrected",
                    field: "state",
                    value,
                });
            }
        };
        let _place = self.memory.place(usize::try_from(row.size).unwrap_or_default())?;
        let file = import::read(&self.file_of(&row)?)?;
        // What an undone import had made is no more.
        let ids = state(&row)? != State::Undone;
        let mut pieces = self.pieces(&row, run)?;
        let mut broken = None;
        let mut waiting = VecDeque::new();
        let rows = std::iter::from_fn(|| {
            while waiting.is_empty() {
                match pieces.next_rows::<ToldRow>() {
                    Ok(Some(rows)) => waiting.extend(rows),
                    Ok(None) => return None,
                    Err(error) => {
                        broken = Some(error);
                        return None;
                    }
                }
            }
            waiting.pop_front().map(|told| told.handed_back(ids))
        });
        let bytes = written(&file, rows)?;
        if let Some(error) = broken {
            return Err(error);
        }
        self.log_read(reader, began, of_import(&row, counted.read))?;
        Ok(HandedOut { name: corrected_name(&row.name), bytes })
    }

    /// The workbook that offices of a regency fill in.
    ///
    /// # Errors
    /// Not allowed; a region that is no regency of the province.
    pub fn template(
        &self,
        actor: &Actor,
        regency: &RegionCode,
    ) -> Result<HandedOut, RegistryError> {
        actor.require(Right::ImportLists)?;
        let year = jakarta_date(self.clock.now()).year();
        let bytes = template::workbook(regency, &self.reference(), year);
        let bytes = bytes.map_err(|error| match error {
            TemplateError::NoRegency(code) => {
                let fault = Fault::RegionUnknown { value: code.to_string() };
                RegistryError::BadParameters(vec![FieldFault::new("region", fault)])
            }
            TemplateError::Workbook(error) => unwritten(&error),
        })?;
        Ok(HandedOut { name: format!("sentra-{regency}.xlsx"), bytes })
    }
}

/// A list with what became of its rows, for the command line.
///
/// # Errors
/// A file that cannot be read as a list.
pub fn corrected_list(bytes: &[u8], rows: &[RowReport]) -> Result<Vec<u8>, RegistryError> {
    written(&import::read(bytes)?, rows.iter().map(Row::from))
}

fn written(
    file: &crate::exchange::list::ListFile,
    rows: impl Iterator<Item = Row>,
) -> Result<Vec<u8>, RegistryError> {
    let mut out = Cursor::new(Vec::new());
    corrected::write(file, rows, &mut out).map_err(|error: CorrectedError| unwritten(&error))?;
    Ok(out.into_inner())
}

fn unwritten(error: &dyn std::error::Error) -> RegistryError {
    tracing::error!(%error, "a workbook could not be written");
    RegistryError::Internal("a workbook can be written")
}

/// `daftar.xlsx` goes back as `daftar-dikoreksi.xlsx`.
fn corrected_name(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{}-dikoreksi.xlsx", stem.trim_end_matches("-dikoreksi"))
}

impl ToldRow {
    fn handed_back(self, ids: bool) -> Row {
        let remark = |message: ToldMessage| Remark {
            field: message.field,
            cell: message.cell,
            text: message.text,
            suggestion: message.suggestion,
        };
        Row {
            number: self.row,
            sheet: self.sheet,
            verdict: self.outcome.into(),
            id: self.id.filter(|_| ids),
            remarks: self.messages.into_iter().map(remark).collect(),
        }
    }
}

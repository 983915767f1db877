//! What became of a list: every row of every sheet under exactly one outcome.

use std::sync::Arc;

use serde::Serialize;
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::fault::{FieldFault, Lang};
use crate::exchange::corrected::{self, Remark, Verdict};
use crate::exchange::list::{Sheet, SheetKind};
use crate::exchange::mapping::Mapping;
use crate::exchange::understand::{Message, address_of};

/// What became of a file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    pub file: String,
    pub dry_run: bool,
    pub read: usize,
    pub accepted: usize,
    pub warned: usize,
    pub rejected: usize,
    pub skipped: usize,
    pub unchanged: usize,
    /// Records that were, or would be, made and revised.
    pub created: usize,
    pub updated: usize,
    pub sheets: Vec<SheetReport>,
    pub rows: Vec<RowReport>,
}

/// What a sheet was taken for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SheetReport {
    pub kind: SheetKind,
    /// Why it is no list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// Numbers of the rows that the header is in; titles stand above them.
    pub header_rows: Vec<usize>,
    /// Rows below it.
    pub rows: usize,
    /// The region that its rows are taken to be in where they do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The same for every list with these headers: by it a corrected mapping is kept for the next one.
    pub layout: String,
    /// What each column was taken for.
    #[serde(flatten)]
    pub mapping: Mapping,
}

impl SheetReport {
    pub fn of(sheet: &Sheet) -> Self {
        let context = &sheet.context;
        let region = context.district.as_ref().or(context.regency.as_ref());
        Self {
            kind: sheet.kind,
            explanation: sheet.refusal().map(|fault| fault.text(Lang::Id)),
            header_rows: sheet.header_rows(),
            rows: sheet.len(),
            region: region.map(ToString::to_string),
            layout: sheet.mapping.fingerprint(),
            mapping: sheet.mapping.clone(),
        }
    }
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowReport {
    pub row: usize,
    pub sheet: Option<Arc<str>>,
    pub outcome: RowOutcome,
    pub id: Option<Uuid>,
    pub messages: Vec<RowMessage>,
}

/// The outcomes of a row.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, EnumString, IntoStaticStr, VariantNames, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RowOutcome {
    Accepted,
    /// Accepted, with something to look at.
    Warned,
    Rejected,
    /// No record: a sum, a heading, the same as an earlier row, or held back.
    Skipped,
    /// Taken in before, and nothing is new.
    Unchanged,
}

impl RowOutcome {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Something a person should know of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowMessage {
    /// The column's header, or the field where no column is to blame.
    pub field: String,
    /// As a spreadsheet names it: `F12`; null where no cell is to blame or the file has none.
    pub cell: Option<String>,
    /// As it stands there; of the restricted tier, stars.
    pub value: String,
    pub code: &'static str,
    pub text: String,
    /// What to write instead, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl RowMessage {
    /// Reports speak Indonesian: they go back to the offices.
    pub fn of(message: Message, row: usize, addressed: bool) -> Self {
        let cell = message.column.filter(|_| addressed).map(|column| address_of(column, row));
        Self { cell, value: message.value, suggestion: message.suggestion, ..message.fault.into() }
    }
}

/// About the row as a whole.
impl From<FieldFault> for RowMessage {
    fn from(found: FieldFault) -> Self {
        Self {
            field: found.field,
            cell: None,
            value: String::new(),
            code: found.fault.code(),
            text: found.fault.text(Lang::Id),
            suggestion: None,
        }
    }
}

impl Report {
    pub(super) fn add_all(&mut self, rows: Vec<RowReport>) {
        for row in rows {
            self.add(row);
        }
    }

    fn add(&mut self, row: RowReport) {
        self.read += 1;
        *match row.outcome {
            RowOutcome::Accepted => &mut self.accepted,
            RowOutcome::Warned => &mut self.warned,
            RowOutcome::Rejected => &mut self.rejected,
            RowOutcome::Skipped => &mut self.skipped,
            RowOutcome::Unchanged => &mut self.unchanged,
        } += 1;
        self.rows.push(row);
    }
}

/// For the corrected file.
impl From<&RowReport> for corrected::Row {
    fn from(report: &RowReport) -> Self {
        let verdict = match report.outcome {
            RowOutcome::Rejected => Verdict::Rejected,
            RowOutcome::Warned => Verdict::Look,
            RowOutcome::Skipped => Verdict::Skipped,
            RowOutcome::Accepted | RowOutcome::Unchanged => Verdict::Good,
        };
        let remark = |message: &RowMessage| Remark {
            field: message.field.clone(),
            cell: message.cell.clone(),
            text: message.text.clone(),
            suggestion: message.suggestion.clone(),
        };
        Self {
            number: report.row,
            sheet: report.sheet.as_deref().map(str::to_owned),
            verdict,
            id: report.id,
            remarks: report.messages.iter().map(remark).collect(),
        }
    }
}

//! How imports are represented.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::codes::Kind;
use crate::domain::enterprise::PublicationBasis;
use crate::domain::fault::Lang;
use crate::registry::imports::{Counts, Import, State, UndoCounts};

/// An import with its sheets.
#[derive(Serialize, ToSchema)]
pub struct ImportView {
    #[serde(flatten)]
    import: ImportItem,
    /// What each sheet is taken for; empty once the file is gone, absent for auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<ImportSheet>>)]
    sheets: Option<Box<RawValue>>,
}

/// An import.
#[derive(Serialize, ToSchema)]
pub struct ImportItem {
    id: Uuid,
    file: ImportFile,
    /// Of whom the list is: corrected mappings are kept under it and its layout.
    #[schema(example = "Disperindag Kab. Sidoarjo")]
    source: Option<String>,
    state: State,
    /// Who uploaded it.
    by: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    options: ImportOptionsView,
    /// Of what runs now.
    progress: Option<ImportProgress>,
    preview: Option<Counts>,
    result: Option<Counts>,
    undo: Option<UndoCounts>,
    /// Why it failed, in the caller's language.
    problem: Option<String>,
    /// Earlier imports of the same bytes that the caller sees.
    same_file: Vec<Uuid>,
}

/// The file of an import.
#[derive(Serialize, ToSchema)]
pub struct ImportFile {
    #[schema(example = "IKM 2025.xlsx")]
    name: String,
    size: u64,
    sha256: String,
    expires_at: Option<DateTime<Utc>>,
    /// It is still there.
    available: bool,
}

/// How a list is taken in.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportOptions)]
pub struct ImportOptionsView {
    kind: Option<Kind>,
    all_or_nothing: bool,
    publish: Option<PublicationBasis>,
}

/// How far what runs is, in rows or, of an undo, in records.
#[derive(Serialize, ToSchema)]
pub struct ImportProgress {
    done: u64,
    total: u64,
}

/// What a sheet is taken for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of what is stored, for the document")]
pub struct ImportSheet {
    #[schema(inline)]
    kind: ImportSheetKind,
    /// Why it is no list, in Indonesian.
    #[schema(required = false)]
    explanation: Option<String>,
    /// Numbers of the header's rows; titles stand above them.
    header_rows: Vec<usize>,
    /// Rows below it.
    rows: usize,
    /// Where its rows are taken to be if they do not say.
    #[schema(required = false)]
    region: Option<String>,
    /// The same for every list with these headers.
    layout: String,
    #[schema(required = false)]
    sheet: Option<String>,
    columns: Vec<ImportColumn>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of what is stored, for the document")]
#[schema(rename_all = "snake_case")]
pub enum ImportSheetKind {
    List,
    Recapitulation,
    NoNames,
    Hidden,
}

/// What a column is taken for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of what is stored, for the document")]
pub struct ImportColumn {
    /// As a spreadsheet names it.
    #[schema(example = "F")]
    column: String,
    header: String,
    /// Null: nobody knows.
    field: Option<String>,
    /// 0 to 1; below 0.75 a person should look.
    confidence: f64,
    /// In Indonesian.
    why: String,
    /// Values as they stand; stars for restricted ones; empty while something runs.
    samples: Vec<String>,
    /// In what its amounts of money are, where the header says.
    #[schema(required = false, value_type = Object)]
    scale: Option<String>,
}

impl ImportView {
    pub fn of(mut import: Import, lang: Lang) -> Self {
        let sheets = import.sheets.take();
        Self { import: ImportItem::of(import, lang), sheets }
    }
}

impl ImportItem {
    pub fn of(import: Import, lang: Lang) -> Self {
        Self {
            id: import.id,
            file: ImportFile {
                name: import.name,
                size: import.size,
                sha256: import.sha256,
                expires_at: import.expires_at,
                available: import.available,
            },
            source: import.source,
            state: import.state,
            by: import.by,
            created_at: import.created_at,
            updated_at: import.updated_at,
            finished_at: import.finished_at,
            options: ImportOptionsView {
                kind: import.options.kind,
                all_or_nothing: import.options.all_or_nothing,
                publish: import.options.publish,
            },
            progress: import.progress.map(|(done, total)| ImportProgress { done, total }),
            preview: import.preview,
            result: import.result,
            undo: import.undo,
            problem: import.problem.map(|problem| match lang {
                Lang::Id => problem.id,
                Lang::En => problem.en,
            }),
            same_file: import.same_file,
        }
    }
}

//! What the columns of an uploaded list are: proposed, as a person corrected it, kept for the next
//! list of the same source and layout.

use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::files::{MAPPING, SHEETS};
use super::{AllCounts, Import, Options, State, state};
use crate::db::imports::mappings::MappingRow;
use crate::db::imports::{ImportChange, ImportRow};
use crate::db::{self, AnyConnection};
use crate::domain::fault::{Fault, FieldFault};
use crate::exchange::list::{ListFile, Sheet};
use crate::exchange::mapping::{Field, Mapping, SavedMapping};
use crate::registry::import::{ImportOptions, SheetReport};
use crate::registry::reads::Reader;
use crate::registry::{Registry, RegistryError, import};

/// Values of a column that are shown.
const SAMPLES: usize = 3;

/// What a person says of the columns.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportMapping)]
pub struct GivenMapping {
    pub sheets: Vec<GivenSheet>,
    /// Keep it for the next list of this source with this layout.
    #[serde(default)]
    pub save: bool,
}

/// What a person says of a sheet's columns; those that are left out stay as they are.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportMappingSheet)]
pub struct GivenSheet {
    /// Null where the file's format has no sheets.
    #[serde(default)]
    pub sheet: Option<String>,
    pub columns: Vec<GivenColumn>,
}

/// What a person says of a column.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportMappingColumn)]
pub struct GivenColumn {
    #[serde(default)]
    pub header: String,
    /// As a spreadsheet names it.
    #[schema(example = "F")]
    pub column: String,
    /// One of `/imports/fields`; null: nobody knows.
    #[schema(example = "owner")]
    pub field: Option<String>,
}

/// What sheets are taken for, and the mapping that led to it.
pub(super) struct Proposed {
    shown: Vec<u8>,
    saved: Option<SavedMapping>,
    pub(super) mappings: Vec<(Mapping, String)>,
}

impl Registry {
    /// Proposes what the columns of a list are; what was kept of this source and layout stands.
    pub(super) fn proposed(
        &self,
        row: &ImportRow,
        file: &ListFile,
    ) -> Result<Proposed, RegistryError> {
        let first = self.sheets_with(row, file, None)?;
        let Some(source) = &row.source else { return Ok(first) };
        let mut saved = SavedMapping::default();
        self.db.read(|connection| {
            for (mapping, layout) in &first.mappings {
                let area = row.area.as_deref().unwrap_or_default();
                if let Some(kept) = db::imports::mappings::get(connection, area, source, layout)? {
                    let kept: Mapping = serde_json::from_str(&kept)?;
                    saved.sheets.push(Mapping { sheet: mapping.sheet.clone(), ..kept });
                }
            }
            Ok::<_, RegistryError>(())
        })?;
        if saved.sheets.is_empty() {
            return Ok(first);
        }
        self.sheets_with(row, file, Some(saved))
    }

    fn sheets_with(
        &self,
        row: &ImportRow,
        file: &ListFile,
        saved: Option<SavedMapping>,
    ) -> Result<Proposed, RegistryError> {
        let stored: Options = serde_json::from_str(&row.options)?;
        let options = ImportOptions {
            kind: stored.kind,
            mapping: saved.clone(),
            home: row.area.as_deref().and_then(|area| area.parse().ok()),
            ..ImportOptions::default()
        };
        let reference = self.reference();
        let sheets = file.sheets(&reference, &self.ask(&options));
        let shown = sheets.iter().map(shown).collect::<Result<Vec<_>, RegistryError>>()?;
        let mappings = sheets
            .iter()
            .map(|sheet| (sheet.mapping.clone(), sheet.mapping.fingerprint()))
            .collect();
        Ok(Proposed { shown: serde_json::to_vec(&shown)?, saved, mappings })
    }

    /// Keeps what was proposed, encrypted: samples of the values stand in it.
    pub(super) fn keep_sheets(
        &self,
        tx: &mut AnyConnection,
        row: &ImportRow,
        proposed: &Proposed,
    ) -> Result<(), RegistryError> {
        let key = self.file_key(tx, row)?.ok_or(RegistryError::FileGone)?;
        Self::put_piece(tx, &key, row.key, SHEETS, proposed.shown.clone())?;
        if let Some(saved) = &proposed.saved {
            Self::put_piece(tx, &key, row.key, MAPPING, serde_json::to_vec(saved)?)?;
        }
        Ok(())
    }

    /// What the sheets are taken for; None once the file is gone. Without samples nothing of the
    /// values is in it.
    pub(super) fn sheets_of(
        &self,
        connection: &mut AnyConnection,
        row: &ImportRow,
        samples: bool,
    ) -> Result<Option<Box<RawValue>>, RegistryError> {
        let Some(shown) = self.piece(connection, row, SHEETS, 0)? else { return Ok(None) };
        if samples {
            return Ok(Some(serde_json::from_slice(&shown)?));
        }
        let mut sheets: Vec<serde_json::Value> = serde_json::from_slice(&shown)?;
        let columns = sheets.iter_mut().filter_map(|sheet| sheet["columns"].as_array_mut());
        for column in columns.flatten() {
            column["samples"] = serde_json::json!([]);
        }
        Ok(Some(RawValue::from_string(serde_json::to_string(&sheets)?)?))
    }

    /// What a person said of the columns.
    pub(super) fn mapping_of(
        &self,
        row: &ImportRow,
    ) -> Result<Option<SavedMapping>, RegistryError> {
        let said = self.db.read(|connection| self.piece(connection, row, MAPPING, 0))?;
        Ok(said.map(|said| serde_json::from_slice(&said)).transpose()?)
    }

    /// Takes the columns of an import for what a person says.
    ///
    /// # Errors
    /// Not allowed; not found; while something runs; a column or field that there is none of.
    pub fn map_import<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        given: &GivenMapping,
    ) -> Result<Import, RegistryError> {
        let reader = reader.into();
        let row = self.own_import(reader.actor, id)?;
        mappable(&row)?;
        let _place = self.memory.place(usize::try_from(row.size).unwrap_or_default())?;
        let file = import::read(&self.file_of(&row)?)?;
        let now_said = self.mapping_of(&row)?;
        let before = self.sheets_with(&row, &file, now_said)?;
        let said = said(&before.mappings, given)?;
        let proposed = self.sheets_with(&row, &file, Some(said.clone()))?;
        self.db.write(|tx| {
            let row = db::imports::for_update(tx, row.key)?;
            mappable(&row)?;
            self.keep_sheets(tx, &row, &proposed)?;
            if given.save
                && let Some(source) = &row.source
            {
                for (mapping, (_, layout)) in said.sheets.iter().zip(&proposed.mappings) {
                    let kept = MappingRow {
                        area: row.area.clone().unwrap_or_default(),
                        source: source.clone(),
                        layout: layout.clone(),
                        mapping: serde_json::to_string(mapping)?,
                        saved_by: reader.actor.name().to_owned(),
                        saved_at: self.clock.now_naive(),
                    };
                    db::imports::mappings::put(tx, &kept)?;
                }
            }
            // What was seen of it before was of another mapping.
            let counts: AllCounts = serde_json::from_str(&row.counts)?;
            let counts = AllCounts { preview: None, ..counts };
            let state = match state(&row)? {
                State::Previewed => State::Uploaded,
                other => other,
            };
            let change = ImportChange {
                state: state.name().to_owned(),
                counts: serde_json::to_string(&counts)?,
                updated_at: self.clock.now_naive(),
                ..row.clone().into()
            };
            Ok::<_, RegistryError>(db::imports::update(tx, row.key, &change)?)
        })?;
        self.import_of(reader, id)
    }
}

fn mappable(row: &ImportRow) -> Result<(), RegistryError> {
    let state = state(row)?;
    if state.is_running() || state == State::Undone {
        let (action, field, value) = ("map", "state", state.name());
        return Err(RegistryError::WrongTransition { action, field, value });
    }
    Ok(())
}

/// The mappings of the sheets with what a person says in them.
fn said(now: &[(Mapping, String)], given: &GivenMapping) -> Result<SavedMapping, RegistryError> {
    let mut sheets: Vec<Mapping> = now.iter().map(|(mapping, _)| mapping.clone()).collect();
    let mut faults = Vec::new();
    for (at, sheet) in given.sheets.iter().enumerate() {
        let Some(mapping) = sheets.iter_mut().find(|mapping| mapping.sheet == sheet.sheet) else {
            let value = sheet.sheet.clone().unwrap_or_default();
            let fault = Fault::UnknownCode { value, allowed: String::new() };
            faults.push(FieldFault::new(format!("sheets[{at}].sheet"), fault));
            continue;
        };
        for (place, column) in sheet.columns.iter().enumerate() {
            let named = |field: &str| format!("sheets[{at}].columns[{place}].{field}");
            let field: Option<Field> = match column.field.as_deref().map(str::parse) {
                None => None,
                Some(Ok(field)) => Some(field),
                Some(Err(_)) => {
                    let value = column.field.clone().unwrap_or_default();
                    let fault = Fault::UnknownCode { value, allowed: "/imports/fields".into() };
                    faults.push(FieldFault::new(named("field"), fault));
                    continue;
                }
            };
            let mut columns = mapping.columns.iter_mut();
            match columns.find(|known| known.column == column.column) {
                Some(known) => known.field = field,
                None => {
                    let value = column.column.clone();
                    let fault = Fault::UnknownCode { value, allowed: String::new() };
                    faults.push(FieldFault::new(named("column"), fault));
                }
            }
        }
    }
    if faults.is_empty() {
        Ok(SavedMapping { sheets })
    } else {
        Err(RegistryError::Invalid(faults))
    }
}

/// A sheet with samples of its columns.
fn shown(sheet: &Sheet) -> Result<serde_json::Value, RegistryError> {
    let mut report = serde_json::to_value(SheetReport::of(sheet))?;
    let samples = sheet.samples(SAMPLES);
    if let Some(columns) = report["columns"].as_array_mut() {
        for (column, samples) in columns.iter_mut().zip(samples) {
            column["samples"] = serde_json::to_value(samples)?;
        }
    }
    Ok(report)
}

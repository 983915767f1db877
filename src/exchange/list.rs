//! A file as a list of enterprises: its sheets, what each of them is, what its columns are, and its
//! rows, one after the other, each understood, skipped or refused. Reads nothing but its bytes and
//! the reference data, and stores nothing: the command line and the API go through it alike.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::layout::{Body, RowKind, Table, section};
use super::mapping::{Field, Mapping, SavedMapping};
use super::sheet::{self, Grid, Limits, ReadError, one_line};
use super::template::is_own_sheet;
use super::understand::{Context, Reader, Understood};
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::Kind;
use crate::domain::reference::Reference;
use crate::domain::region::{Level, RegionCode};
use crate::domain::restricted::without_national_ids;

/// Rows that the list's regency is learnt from, spread over a sheet.
const SAMPLE: usize = 2_000;
/// Rows that values are shown of, and the longest that is shown.
const SHOWN_OF: usize = 200;
const SHOWN: usize = 80;
/// What a sheet's regency is taken to be, where this share of these rows lies in it.
const MAJORITY: f64 = 0.8;

/// A file that was read.
pub struct ListFile {
    grids: Vec<Grid>,
}

/// What is known of a list beside the file, and what a person said of its columns.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// On whose list the rows stand, where neither a column nor a title says.
    pub kind: Option<Kind>,
    pub today: Option<NaiveDate>,
    pub saved: Option<SavedMapping>,
    /// Where rows lie if nothing in the file says: the regency of whoever sends it.
    pub regency: Option<RegionCode>,
}

/// What a sheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    List,
    /// Counts by region or kind.
    Recapitulation,
    /// No column says whose rows these are.
    NoNames,
    Hidden,
}

/// A sheet, ready to be read row by row.
pub struct Sheet<'a> {
    pub kind: SheetKind,
    pub mapping: Mapping,
    pub context: Context,
    table: Table<'a>,
    reference: &'a Reference,
    /// The file has lists in other sheets.
    beside_lists: bool,
}

/// A row below a header.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedRow {
    /// As a person counts it.
    pub number: usize,
    pub what: Listed,
}

/// What a row came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Listed {
    Record(Box<Understood>),
    /// No record.
    Skipped(CellFault),
    /// The sheet is no list of records.
    Refused(CellFault),
}

impl ListFile {
    /// Reads a file.
    ///
    /// # Errors
    /// As [`sheet::read`].
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, ReadError> {
        Ok(Self { grids: sheet::read(bytes, limits)? })
    }

    #[cfg(test)]
    pub(super) fn of(grids: Vec<Grid>) -> Self {
        Self { grids }
    }

    /// Its sheets as they stand.
    pub(super) fn grids(&self) -> &[Grid] {
        &self.grids
    }

    /// Finds out what its sheets are. Those of our own template that explain it are none.
    pub fn sheets<'a>(&'a self, reference: &'a Reference, ask: &Ask) -> Vec<Sheet<'a>> {
        let grids = self.grids.iter().filter(|grid| !is_own_sheet(grid));
        let tables = grids.filter_map(Table::of);
        let mut sheets: Vec<Sheet> = tables.map(|table| Sheet::of(table, reference, ask)).collect();
        // A sheet that does not say of which regency it is is of the other sheets'.
        let mut known = sheets.iter().filter_map(|sheet| sheet.context.regency.as_ref());
        let regency = known.next().filter(|first| known.all(|other| other == *first)).cloned();
        let regency = regency.or_else(|| ask.regency.clone());
        let lists = sheets.iter().filter(|sheet| sheet.kind == SheetKind::List).count();
        for sheet in &mut sheets {
            sheet.beside_lists = lists > 0;
            if sheet.context.regency.is_none() {
                sheet.is_of(regency.clone());
            }
        }
        sheets
    }
}

impl<'a> Sheet<'a> {
    fn of(table: Table<'a>, reference: &'a Reference, ask: &Ask) -> Self {
        let mapping = Mapping::propose(&table, reference, ask.saved.as_ref());
        let titles = table.titles();
        let context = Context {
            regency: None,
            district: None,
            kind: ask.kind.or_else(|| titles.kind()),
            year: titles.year(),
            today: ask.today,
        };
        let regency = titles.regency(&reference.gazetteer);
        let kind = kind_of(&table, &mapping);
        let mut sheet = Self { kind, mapping, context, table, reference, beside_lists: false };
        sheet.is_of(regency);
        if sheet.context.regency.is_none() && sheet.kind == SheetKind::List {
            let regency = sheet.majority();
            sheet.is_of(regency);
        }
        sheet
    }

    /// Takes the sheet to be of a regency; its title or name may say of which district there.
    fn is_of(&mut self, regency: Option<RegionCode>) {
        let gazetteer = &self.reference.gazetteer;
        let of_title = self.table.titles().district(gazetteer, regency.as_ref());
        let of_name = || section(self.table.sheet_name()?, gazetteer, regency.as_ref());
        self.context.district = of_title.or_else(of_name);
        let of_district = || self.context.district.as_ref()?.at(Level::Regency);
        self.context.regency = regency.or_else(of_district);
    }

    pub fn name(&self) -> Option<&'a str> {
        self.table.sheet_name()
    }

    /// Whether its cells have addresses such as `F12`.
    pub fn is_addressed(&self) -> bool {
        self.table.grid().addressed
    }

    /// The first different values of each column of the mapping, as they stand; of restricted ones,
    /// and of what looks like a NIK, stars.
    pub fn samples(&self, most: usize) -> Vec<Vec<String>> {
        let cells = self.table.sample(SHOWN_OF);
        let columns = self.table.columns().iter().zip(&self.mapping.columns);
        let samples = columns.map(|(head, column)| {
            let mut found: Vec<String> = Vec::new();
            for cell in cells.get(&head.column).into_iter().flatten() {
                let text: String = one_line(cell.text).chars().take(SHOWN).collect();
                let text = if column.field.is_some_and(Field::is_restricted) {
                    "*".repeat(text.chars().count().min(16))
                } else {
                    without_national_ids(&text).unwrap_or(text)
                };
                if !text.is_empty() && !found.contains(&text) {
                    found.push(text);
                }
                if found.len() == most {
                    break;
                }
            }
            found
        });
        samples.collect()
    }

    /// Numbers of the header's rows.
    pub fn header_rows(&self) -> Vec<usize> {
        self.table.header_rows()
    }

    /// How many rows are below the header.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Why it is no list, for people.
    pub fn refusal(&self) -> Option<CellFault> {
        match self.kind {
            SheetKind::List => None,
            SheetKind::Recapitulation => Some(CellFault::Recapitulation),
            SheetKind::NoNames => Some(CellFault::NoNames),
            SheetKind::Hidden => Some(CellFault::HiddenSheet),
        }
    }

    /// All its rows in their order.
    pub fn rows(&self) -> impl Iterator<Item = ListedRow> + use<'_> {
        let mut reader = self.reader();
        let gazetteer = &self.reference.gazetteer;
        let body = Body::of(&self.table, &self.mapping, gazetteer, self.context.regency.as_ref());
        let refusal = self.refusal();
        let mut current: Option<RegionCode> = None;
        self.table.rows().map(move |row| {
            let what = match (&refusal, self.kind) {
                (Some(why), SheetKind::Recapitulation) => Listed::Refused(why.clone()),
                (Some(why), _) if self.beside_lists => Listed::Skipped(why.clone()),
                (Some(why), _) => Listed::Refused(why.clone()),
                (None, _) => match body.kind(&row) {
                    RowKind::Record => {
                        Listed::Record(Box::new(reader.read(&row, current.as_ref())))
                    }
                    RowKind::ColumnNumbers => Listed::Skipped(CellFault::ColumnNumbers),
                    RowKind::Subtotal => Listed::Skipped(CellFault::Subtotal),
                    RowKind::HeaderAgain => Listed::Skipped(CellFault::HeaderAgain),
                    RowKind::Example => Listed::Skipped(CellFault::ExampleRow),
                    RowKind::Note => Listed::Skipped(CellFault::NotARecord),
                    RowKind::Section(region) => {
                        let named = gazetteer.full_name(&region);
                        current = Some(region);
                        Listed::Skipped(CellFault::SectionRow { region: named })
                    }
                },
            };
            ListedRow { number: row.number, what }
        })
    }

    fn reader(&self) -> Reader<'_> {
        let columns = self.table.columns().iter().map(|head| head.column);
        Reader::of(&self.mapping, columns, self.reference, self.context.clone())
    }

    /// The regency where most rows of settled place lie.
    fn majority(&self) -> Option<RegionCode> {
        let mut reader = self.reader();
        let mut counts: HashMap<RegionCode, usize> = HashMap::new();
        for row in self.table.spread(SAMPLE) {
            let understood = reader.read(&row, None);
            let region = understood.draft.region.filter(|_| !understood.ambiguous);
            if let Some(regency) = region.and_then(|region| region.at(Level::Regency)) {
                *counts.entry(regency).or_default() += 1;
            }
        }
        let all: usize = counts.values().sum();
        let (regency, most) =
            counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))?;
        #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
        let share = most as f64 / all as f64;
        (share >= MAJORITY).then_some(regency)
    }
}

fn kind_of(table: &Table, mapping: &Mapping) -> SheetKind {
    if table.grid().hidden {
        return SheetKind::Hidden;
    }
    if [Field::Name, Field::Owner, Field::Contact].iter().any(|field| mapping.has(*field)) {
        return SheetKind::List;
    }
    let groups = [
        Field::Village,
        Field::District,
        Field::Regency,
        Field::Sector,
        Field::Commodity,
        Field::ProductType,
        Field::Product,
        Field::Kbli,
    ];
    let grouped = groups.iter().any(|field| mapping.has(*field));
    let sample = table.sample(100);
    let numeric = sample.values().filter(|cells| {
        let numbers = cells.iter().filter(|cell| super::values::money::plain(**cell).is_some());
        cells.len() > 1 && numbers.count() * 5 >= cells.len() * 4
    });
    let counted = mapping.has(Field::UnitCount) || numeric.count() >= 2;
    if grouped && counted || mapping.has(Field::UnitCount) {
        SheetKind::Recapitulation
    } else {
        SheetKind::NoNames
    }
}

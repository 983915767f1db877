//! Where in a sheet the list is: titles above it, its header of one to three rows, its records, and
//! the rows between and below them that are none.

mod body;
mod find;
mod titles;

use std::collections::HashMap;

pub use self::body::{Body, RowKind, section};
pub use self::titles::Titles;
use super::mapping::{Field, header};
use super::sheet::{Cell, Grid, RowCells};
use crate::domain::text::squash;

/// Columns that the corrected file adds: the record's id, and what there is to say of the row.
pub const ID_COLUMN: &str = "ID Sentra";
pub const NOTE_COLUMN: &str = "Catatan Sentra";

/// Whether a header is of a column that the corrected file added.
pub fn is_added(header: &str) -> bool {
    // Most headers are not even this long.
    matches!(header.len(), 9..=20)
        && matches!(squash(header).as_str(), "idsentra" | "catatansentra")
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// From 0.
    pub column: usize,
    /// On one line; of several header rows, all that say something of it.
    pub header: String,
    /// What the lowest of these rows says.
    pub lowest: String,
}

/// A sheet with its header found.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    grid: &'a Grid,
    columns: Vec<Head>,
    /// Places of the header's rows in the grid.
    header: std::ops::Range<usize>,
    titles: Titles,
}

impl<'a> Table<'a> {
    /// Finds the header; None in a sheet that holds nothing.
    pub fn of(grid: &'a Grid) -> Option<Self> {
        let header = find::header(grid)?;
        let mut columns = find::columns(grid, &header);
        let named: Vec<usize> = columns.iter().map(|head| head.column).collect();
        // Columns without a header that hold something: their values may speak.
        let mut bare: Vec<usize> = (header.end..grid.len().min(header.end + 200))
            .flat_map(|place| grid.row(place).iter().map(|(column, _)| column).collect::<Vec<_>>())
            .filter(|column| !named.contains(column))
            .collect();
        bare.sort_unstable();
        bare.dedup();
        let unnamed = |column| Head { column, header: String::new(), lowest: String::new() };
        columns.extend(bare.into_iter().map(unnamed));
        columns.sort_by_key(|head| head.column);
        let above = (0..header.start).flat_map(|place| grid.row(place).iter().collect::<Vec<_>>());
        let titles = Titles::of(above.map(|(_, cell)| cell.text));
        Some(Self { grid, columns, header, titles })
    }

    pub fn sheet_name(&self) -> Option<&'a str> {
        self.grid.name.as_deref()
    }

    pub fn grid(&self) -> &'a Grid {
        self.grid
    }

    pub fn columns(&self) -> &[Head] {
        &self.columns
    }

    pub fn titles(&self) -> &Titles {
        &self.titles
    }

    /// Numbers of the header's rows, as a person counts them.
    pub fn header_rows(&self) -> Vec<usize> {
        self.header.clone().map(|place| self.grid.row(place).number).collect()
    }

    /// Places of the header's rows in the grid.
    pub fn header_places(&self) -> std::ops::Range<usize> {
        self.header.clone()
    }

    /// The rows below the header.
    pub fn rows(&self) -> impl Iterator<Item = RowCells<'a>> + use<'a> {
        let (grid, start) = (self.grid, self.header.end);
        (start..grid.len()).map(move |place| grid.row(place))
    }

    /// How many rows are below the header.
    pub fn len(&self) -> usize {
        self.grid.len() - self.header.end
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows spread over the table.
    pub fn spread(&self, most: usize) -> impl Iterator<Item = RowCells<'a>> + use<'a> {
        let step = self.len().div_ceil(most.max(1)).max(1);
        self.rows().step_by(step)
    }

    /// Values by column, of rows spread over the table.
    pub fn sample(&self, most: usize) -> HashMap<usize, Vec<Cell<'a>>> {
        let mut sample: HashMap<usize, Vec<Cell>> = HashMap::new();
        for row in self.spread(most) {
            for (column, cell) in row.iter() {
                sample.entry(column).or_default().push(cell);
            }
        }
        sample
    }
}

/// The field that a column's header names.
fn known(head: &Head) -> Option<(Field, f64)> {
    let meaning = header::meaning_in(&head.header, &head.lowest);
    meaning.map(|meaning| (meaning.field, meaning.confidence))
}

#[cfg(test)]
mod tests;

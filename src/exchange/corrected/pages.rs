//! Where in the corrected file a grid's rows and the two columns of ours stand. A grid of more rows
//! than a sheet of this format has goes on in another sheet, under its header.

use std::collections::HashMap;

use rust_xlsxwriter::{IgnoreError, Worksheet, XlsxError};

use super::cells;
use crate::domain::text::squash;
use crate::exchange::layout::{ID_COLUMN, NOTE_COLUMN, Table};
use crate::exchange::sheet::{Grid, RowCells};
use crate::exchange::template;

/// Rows of a sheet in this format.
const ROWS: usize = 1_048_576;
/// Characters of a sheet's name in this format.
const NAME: usize = 31;
/// Rows whose texts settle how wide columns are.
const LOOKED_AT: usize = 200;

/// A part of a grid that is one sheet.
pub struct Page {
    pub id_column: usize,
    pub note_column: usize,
    /// Numbers of the header's rows; none where the sheet is ours or empty.
    header: Vec<usize>,
    /// Places of the header's rows in the grid, where they stand again above.
    repeated: std::ops::Range<usize>,
    /// Places in the grid.
    rows: std::ops::Range<usize>,
    /// Columns by their squashed headers.
    named: HashMap<String, usize>,
    widths: Vec<usize>,
    /// How many places a row moves: where the format of the file has no numbers of rows, down.
    moves: Move,
    first: bool,
}

/// From a row's number to its place in the sheet.
#[derive(Debug, Clone, Copy)]
enum Move {
    /// Row 1 is place 0.
    Numbered,
    /// Row 0 is place 0: the header of a file without one.
    Counted,
    /// This row is at that place.
    From(usize, usize),
}

impl Page {
    /// The sheets that a grid becomes.
    pub fn all(grid: &Grid) -> Vec<Self> {
        let start = if grid.addressed { Move::Numbered } else { Move::Counted };
        let table = Table::of(grid).filter(|_| !template::is_own_sheet(grid));
        let header = table.as_ref().map(Table::header_rows).unwrap_or_default();
        let places = table.as_ref().map(Table::header_places).unwrap_or_default();
        let mut pages: Vec<Self> = Vec::new();
        let mut from = 0;
        loop {
            let first = pages.is_empty();
            let moves = match grid.len() {
                len if first || from >= len => start,
                _ => Move::From(grid.row(from).number, places.len()),
            };
            let end = (from..grid.len())
                .find(|place| moves.place(grid.row(*place).number) >= ROWS)
                .unwrap_or(grid.len());
            let repeated = if first { 0..0 } else { places.clone() };
            pages.push(Self::of(grid, table.as_ref(), &header, (repeated, from..end), moves));
            if let Some(page) = pages.last_mut() {
                page.first = first;
            }
            // A row that does not fit on a page of its own does not exist.
            if end >= grid.len() || end == from {
                return pages;
            }
            from = end;
        }
    }

    fn of(
        grid: &Grid,
        table: Option<&Table>,
        header: &[usize],
        (repeated, rows): (std::ops::Range<usize>, std::ops::Range<usize>),
        moves: Move,
    ) -> Self {
        let heads = table.map(Table::columns).unwrap_or_default();
        let known = |name: &str| {
            let squashed = squash(name);
            heads.iter().find(|head| squash(&head.lowest) == squashed).map(|head| head.column)
        };
        let own = [known(ID_COLUMN), known(NOTE_COLUMN)];
        let width = (0..grid.len())
            .filter_map(|place| grid.row(place).iter().map(|(column, _)| column + 1).max())
            .max()
            .unwrap_or_default();
        let id_column = own[0].unwrap_or(width);
        let note_column = own[1].unwrap_or(width + usize::from(own[0].is_none()));
        let named = heads.iter().map(|head| (squash(&head.header), head.column)).collect();
        let top = header.first().copied().unwrap_or_default();
        let mut widths = vec![0; width];
        let looked_at = (0..grid.len()).map(|place| grid.row(place));
        for row in looked_at.filter(|row| row.number >= top).take(LOOKED_AT) {
            for (column, cell) in row.iter() {
                let longest = cell.text.lines().map(|line| line.chars().count()).max();
                widths[column] = widths[column].max(longest.unwrap_or_default());
            }
        }
        Self {
            id_column,
            note_column,
            header: header.to_vec(),
            repeated,
            rows,
            named,
            widths,
            moves,
            first: true,
        }
    }

    pub fn is_first(&self) -> bool {
        self.first
    }

    /// Its rows of the grid, each with its place in the sheet.
    pub fn rows<'a>(&self, grid: &'a Grid) -> impl Iterator<Item = (u32, RowCells<'a>)> + use<'a> {
        let index = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let moves = self.moves;
        let above = self.repeated.clone().enumerate();
        let above = above.map(move |(at, place)| (index(at), grid.row(place)));
        let rows = self.rows.clone().map(|place| grid.row(place));
        above.chain(rows.map(move |row| (index(moves.place(row.number)), row)))
    }

    pub fn is_header(&self, number: usize) -> bool {
        self.header.contains(&number)
    }

    pub fn is_last_header(&self, number: usize) -> bool {
        self.header.last() == Some(&number)
    }

    /// Whether a column is one of ours.
    pub fn is_own(&self, column: usize) -> bool {
        column == self.id_column || column == self.note_column
    }

    pub fn column_named(&self, header: &str) -> Option<usize> {
        let squashed = squash(header);
        self.named.get(&squashed).copied().filter(|_| !squashed.is_empty())
    }

    /// Widths of columns, and the header held fast.
    pub fn lay_out(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        for (column, width) in self.widths.iter().enumerate() {
            let width = u32::try_from((*width).clamp(8, 40)).unwrap_or(40);
            sheet.set_column_width(cells::column(column), width + 2)?;
        }
        let last = u32::try_from(ROWS - 1).unwrap_or(u32::MAX);
        let right = cells::column(self.widths.len() + 1);
        sheet.ignore_error_range(0, 0, last, right, IgnoreError::NumberStoredAsText)?;
        let Some(last) = self.header.last() else { return Ok(()) };
        sheet.set_column_width(cells::column(self.id_column), 38)?;
        sheet.set_column_width(cells::column(self.note_column), 80)?;
        let below = match self.moves {
            Move::From(_, places) => places,
            moves => moves.place(*last) + 1,
        };
        if let Some(below) = u32::try_from(below).ok().filter(|below| *below <= 20) {
            sheet.set_freeze_panes(below, 0)?;
        }
        Ok(())
    }
}

impl Move {
    fn place(self, number: usize) -> usize {
        match self {
            Self::Numbered => number.saturating_sub(1),
            Self::Counted => number,
            Self::From(first, place) => number.saturating_sub(first) + place,
        }
    }
}

/// Names of sheets: as they were, as far as this format takes them.
#[derive(Default)]
pub struct Names(Vec<String>);

impl Names {
    pub fn unique(&mut self, name: Option<&str>) -> String {
        let plain: String = name
            .unwrap_or("Data")
            .chars()
            .map(|character| match character {
                '[' | ']' | ':' | '*' | '?' | '/' | '\\' => ' ',
                other if other.is_control() => ' ',
                other => other,
            })
            .collect();
        let plain = plain.trim_matches(['\'', ' ']);
        let plain = if plain.is_empty() { "Data" } else { plain };
        let mut found = cut(plain, NAME);
        for number in 2.. {
            let taken = self.0.iter().any(|known| known.to_lowercase() == found.to_lowercase());
            if !taken && !found.eq_ignore_ascii_case("history") {
                break;
            }
            let end = format!(" {number}");
            found = cut(plain, NAME - end.len()) + &end;
        }
        self.0.push(found.clone());
        found
    }
}

/// The format counts in UTF-16 units.
fn cut(text: &str, most: usize) -> String {
    let mut units = 0;
    let fits = |character: &char| {
        units += character.len_utf16();
        units <= most
    };
    let short: String = text.chars().take_while(fits).collect();
    short.trim_end_matches(['\'', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_made_fit_and_unlike() {
        let mut names = Names::default();
        let long = "Kecamatan yang namanya sangat panjang sekali";
        let found = [Some("Candi"), Some("candi"), Some("a/b"), None, Some("'"), Some(long)];
        let found = found.map(|name| names.unique(name));
        let expected =
            ["Candi", "candi 2", "a b", "Data", "Data 2", "Kecamatan yang namanya sangat p"];
        assert_eq!(found, expected);
    }
}

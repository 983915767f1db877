//! The cells of a sheet that hold something, packed: a million rows cost little more than their
//! text.

use super::ReadError;
use super::limits::Limits;
use crate::domain::file_fault::Bound;

/// What kind of value a cell held in its file. In CSV all is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CellKind {
    #[default]
    Text,
    /// A number, written here with a decimal point.
    Number,
    /// A date, written here as `2026-01-31`.
    Date,
    Bool,
}

/// A cell as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell<'a> {
    /// Trimmed; a line break inside it is `\n`.
    pub text: &'a str,
    pub kind: CellKind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Packed {
    /// Where the text ends in the grid's; it begins where the cell before ends.
    end: u32,
    column: u16,
    kind: CellKind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct PackedRow {
    /// As a person counts it in the file, from 1; for GeoJSON the feature's place.
    number: u32,
    /// Where its cells end in the grid's.
    end: u32,
}

/// A sheet, or a whole file where its format has none. Rows and cells that hold nothing are left
/// out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grid {
    pub name: Option<String>,
    /// A person does not see the sheet in its program.
    pub hidden: bool,
    /// Its cells have addresses such as `F12`.
    pub addressed: bool,
    text: String,
    cells: Vec<Packed>,
    rows: Vec<PackedRow>,
    /// Cells came otherwise than from left to right and from above.
    disordered: bool,
}

impl Grid {
    pub fn new(name: Option<String>) -> Self {
        Self { name, addressed: true, ..Self::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows hold something.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// A row by its place among those that hold something.
    pub fn row(&self, place: usize) -> RowCells<'_> {
        let start = place.checked_sub(1).map_or(0, |before| self.rows[before].end as usize);
        let row = self.rows[place];
        let text = start.checked_sub(1).map_or(0, |before| self.cells[before].end as usize);
        RowCells { number: row.number as usize, grid: self, cells: start..row.end as usize, text }
    }

    /// Adds a cell to the row of that number; cells come in the order of the sheet. Empty ones are
    /// left out.
    pub(in crate::exchange) fn push(
        &mut self,
        row: usize,
        column: usize,
        text: &str,
        kind: CellKind,
        limits: &Limits,
    ) -> Result<(), ReadError> {
        let before = self.text.len();
        clean_into(text, &mut self.text);
        if self.text.len() == before {
            return Ok(());
        }
        let too_many = |of, max| Err(ReadError::too_many(of, max));
        if self.text.len() > limits.text_bytes {
            return too_many(Bound::Text, limits.text_bytes);
        }
        if column >= limits.columns {
            return too_many(Bound::Columns, limits.columns);
        }
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        let before = self.rows.last().zip(self.cells.last());
        self.disordered |= before.is_some_and(|(last, cell)| {
            (number, column) <= (last.number, usize::from(cell.column))
        });
        if self.rows.last().is_none_or(|last| last.number != number) {
            if self.rows.len() >= limits.rows {
                return too_many(Bound::Rows, limits.rows);
            }
            self.rows.push(PackedRow { number, end: self.count() });
        }
        if self.cells.len() >= limits.cells {
            return too_many(Bound::Cells, limits.cells);
        }
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        self.cells.push(Packed { end, column, kind });
        let count = self.count();
        if let Some(last) = self.rows.last_mut() {
            last.end = count;
        }
        Ok(())
    }

    /// Gives back the room that it grew by beyond what it holds.
    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.cells.shrink_to_fit();
        self.rows.shrink_to_fit();
    }

    /// The same cells in their order; of several at one place the last, as programs show it.
    pub(super) fn in_order(self) -> Self {
        if !self.disordered {
            return self;
        }
        let rows = (0..self.len()).map(|place| self.row(place));
        let mut cells: Vec<(usize, usize, Cell)> = rows
            .flat_map(|row| {
                let number = row.number;
                row.iter().map(move |(column, cell)| (number, column, cell)).collect::<Vec<_>>()
            })
            .collect();
        // Stable: those at one place stay in the order they came in.
        cells.sort_by_key(|(row, column, _)| (*row, *column));
        let mut grid = Self::new(self.name.clone());
        (grid.hidden, grid.addressed) = (self.hidden, self.addressed);
        // All within the limits already.
        let limits = Limits::default().none();
        for (place, (row, column, cell)) in cells.iter().enumerate() {
            let next = cells.get(place + 1).map(|(row, column, _)| (*row, *column));
            if next != Some((*row, *column)) {
                let pushed = grid.push(*row, *column, cell.text, cell.kind, &limits);
                debug_assert!(pushed.is_ok(), "there is no limit");
            }
        }
        grid
    }

    fn count(&self) -> u32 {
        u32::try_from(self.cells.len()).unwrap_or(u32::MAX)
    }
}

/// The cells of a row.
#[derive(Debug, Clone)]
pub struct RowCells<'a> {
    pub number: usize,
    grid: &'a Grid,
    cells: std::ops::Range<usize>,
    /// Where the first one's text begins.
    text: usize,
}

impl<'a> RowCells<'a> {
    /// Its cells with their columns, from 0.
    pub fn iter(&self) -> impl Iterator<Item = (usize, Cell<'a>)> + use<'a> {
        let (grid, mut start) = (self.grid, self.text);
        grid.cells[self.cells.clone()].iter().map(move |cell| {
            let text = &grid.text[start..cell.end as usize];
            start = cell.end as usize;
            (usize::from(cell.column), Cell { text, kind: cell.kind })
        })
    }

    pub fn len(&self) -> usize {
        self.cells.len()
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

/// A column as a spreadsheet names it: 0 is `A`, 27 is `AB`.
pub fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// A cell's text on one line.
pub fn one_line(text: &str) -> String {
    if text.contains('\n') { text.replace('\n', " ") } else { text.to_owned() }
}

/// A text without the dirt that its program left: `_x000D_`, runs of space, controls, marks that
/// cannot be seen. A line break stays, as one.
fn clean_into(text: &str, out: &mut String) {
    let start = out.len();
    let plain = |byte: u8| (b'!'..=b'~').contains(&byte) || byte == b' ';
    let simple = text.bytes().all(plain) && !text.contains("  ") && !text.contains("_x");
    if simple {
        out.push_str(text.trim_matches(' '));
        return;
    }
    let replaced;
    let text = if text.contains("_x000") {
        replaced = text.replace("_x000D_", "\r").replace("_x000A_", "\n").replace("_x0009_", " ");
        replaced.as_str()
    } else {
        text
    };
    // What stands between words: nothing, a space, or a line break, which is the stronger.
    let (mut space, mut line) = (false, false);
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}' => line = true,
            hidden if is_hidden(hidden) => {}
            blank if blank.is_whitespace() || blank.is_control() => space = true,
            other => {
                if out.len() > start && (space || line) {
                    out.push(if line { '\n' } else { ' ' });
                }
                (space, line) = (false, false);
                out.push(other);
            }
        }
    }
}

/// Marks that change how a text looks and are not seen themselves.
fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        let mut out = String::new();
        clean_into(text, &mut out);
        out
    }

    #[test]
    fn dirt_goes_and_line_breaks_stay() {
        assert_eq!(
            clean("  Tas _x000D_\nDompet\r\n\r\n Sepatu\u{a0} kulit "),
            "Tas\nDompet\nSepatu kulit"
        );
        assert_eq!(clean("\u{202e}Sari\0\u{200b} Roti\t"), "Sari Roti");
        assert_eq!(clean(" \u{feff}\n "), "");
        assert_eq!(clean("Jl. A  No. 1"), "Jl. A No. 1");
    }

    #[test]
    fn cells_come_out_as_they_went_in() {
        let mut grid = Grid::new(None);
        let limits = Limits::default();
        let mut push = |row, column, text: &str| {
            grid.push(row, column, text, CellKind::Text, &limits).expect("within limits");
        };
        push(3, 0, "a");
        push(3, 1, " ");
        push(3, 2, "bc");
        push(5, 1, "");
        push(7, 9, "d");
        assert_eq!(grid.len(), 2);
        let row = |place: usize| -> (usize, Vec<(usize, &str)>) {
            let row = grid.row(place);
            (row.number, row.iter().map(|(column, cell)| (column, cell.text)).collect())
        };
        assert_eq!(row(0), (3, vec![(0, "a"), (2, "bc")]));
        assert_eq!(row(1), (7, vec![(9, "d")]));
    }

    #[test]
    fn cells_out_of_order_are_put_in_order_and_the_last_at_a_place_counts() {
        let mut grid = Grid::new(Some("A".to_owned()));
        let limits = Limits::default();
        for (row, column, text) in
            [(2, 1, "b"), (1, 0, "kepala"), (2, 0, "a"), (2, 1, "c"), (2, 0, "x\ny")]
        {
            grid.push(row, column, text, CellKind::Text, &limits).expect("within limits");
        }
        let grid = grid.in_order();
        let rows = (0..grid.len()).map(|place| grid.row(place));
        let rows: Vec<(usize, Vec<(usize, &str)>)> = rows
            .map(|row| (row.number, row.iter().map(|(at, cell)| (at, cell.text)).collect()))
            .collect();
        assert_eq!(rows, [(1, vec![(0, "kepala")]), (2, vec![(0, "x\ny"), (1, "c")])]);
    }

    #[test]
    fn columns_are_named_as_in_a_spreadsheet() {
        let names: Vec<String> = [0, 5, 25, 26, 701, 702].map(column_letters).into();
        assert_eq!(names, ["A", "F", "Z", "AA", "ZZ", "AAA"]);
    }
}

//! Finding the header: the row, or rows, whose cells say what columns are called.

use std::ops::Range;

use super::{Head, known};
use crate::exchange::sheet::{Cell, CellKind, Grid, one_line};

/// Rows in which a header is looked for.
const WITHIN: usize = 40;
/// A header's rows.
const MOST_ROWS: usize = 3;

/// Places of the header's rows; None in a sheet that holds nothing.
pub fn header(grid: &Grid) -> Option<Range<usize>> {
    let last = grid.len().min(WITHIN);
    let mut best: Option<(f64, Range<usize>)> = None;
    for start in 0..last {
        for rows in 1..=MOST_ROWS.min(grid.len() - start) {
            let range = start..start + rows;
            // Below a header's first row no row may look like a record.
            let last = start + rows - 1;
            // A title is one cell; the upper row of a header has several.
            let titled = grid.row(start).len() < 2;
            if rows > 1 && (titled || looks_like_values(grid, last) || !is_below_merged(grid, last))
            {
                break;
            }
            let score = score(grid, &range);
            if best.as_ref().is_none_or(|(known, _)| score > *known + 0.01) {
                best = Some((score, range));
            }
        }
    }
    match best {
        Some((score, range)) if score > 0.5 => Some(range),
        // Nobody knows a word of it: the first row with the most cells.
        _ => {
            let fullest = (0..last).rev().max_by_key(|place| grid.row(*place).len())?;
            Some(fullest..fullest + 1)
        }
    }
}

/// How much of a header the rows are: the columns that are known by them, less what tells against.
fn score(grid: &Grid, range: &Range<usize>) -> f64 {
    let heads = columns(grid, range);
    let mut fields = Vec::new();
    let mut score = 0.0;
    for head in &heads {
        match known(head) {
            // A field known twice is likelier a row of values: "Kota", "Kota", "Kota".
            Some((field, sure)) if !fields.contains(&field) || field.may_repeat() => {
                fields.push(field);
                score += sure;
            }
            Some(_) => score += 0.1,
            None => score -= 0.05,
        }
    }
    let values = (range.clone())
        .flat_map(|place| grid.row(place).iter().collect::<Vec<_>>())
        .filter(|(_, cell)| is_value(*cell))
        .count();
    #[expect(clippy::cast_precision_loss, reason = "a number of cells")]
    let values = values as f64;
    #[expect(clippy::cast_precision_loss, reason = "three at most")]
    let rows = (range.len() - 1) as f64;
    score - values - 0.2 * rows
}

/// Whether a row has a cell below none: the row above is merged over it. A record has all its cells
/// below the header's.
fn is_below_merged(grid: &Grid, place: usize) -> bool {
    let above: Vec<usize> = grid.row(place - 1).iter().map(|(column, _)| column).collect();
    grid.row(place).iter().any(|(column, _)| !above.contains(&column))
}

fn looks_like_values(grid: &Grid, place: usize) -> bool {
    let row = grid.row(place);
    let values = row.iter().filter(|(_, cell)| is_value(*cell)).count();
    values * 4 >= row.len()
}

/// A number, a date, an identifier: nothing that a column is called. A year alone may be.
fn is_value(cell: Cell) -> bool {
    if cell.kind != CellKind::Text {
        return true;
    }
    let digits = cell.text.bytes().filter(u8::is_ascii_digit).count();
    let letters = cell.text.chars().filter(|character| character.is_alphabetic()).count();
    let is_year = digits == 4 && letters == 0 && cell.text.starts_with("20");
    digits > 0 && digits >= letters && !is_year || cell.text.contains('@')
}

/// The columns as the rows of a header name them. A cell that is merged over several columns stands
/// in the first of them: it goes for the next ones too, as long as these have a name of their own in
/// a row below.
pub fn columns(grid: &Grid, range: &Range<usize>) -> Vec<Head> {
    let width = range
        .clone()
        .filter_map(|place| grid.row(place).iter().map(|(column, _)| column + 1).max())
        .max()
        .unwrap_or_default();
    let rows: Vec<Vec<Option<String>>> = range
        .clone()
        .map(|place| {
            let mut cells = vec![None; width];
            for (column, cell) in grid.row(place).iter() {
                cells[column] = Some(one_line(cell.text));
            }
            cells
        })
        .collect();
    let mut names: Vec<Vec<String>> = vec![Vec::new(); width];
    for (depth, row) in rows.iter().enumerate() {
        let named_below =
            |column: usize| rows[depth + 1..].iter().any(|below| below[column].is_some());
        let mut over: Option<&String> = None;
        for column in 0..width {
            let own = row[column].as_ref();
            if own.is_some() {
                over = own.filter(|_| named_below(column));
            } else if !named_below(column) {
                over = None;
            }
            let name = own.or(over.filter(|_| own.is_none()));
            if let Some(name) = name.filter(|name| !names[column].contains(name)) {
                names[column].push(name.clone());
            }
        }
    }
    let head = |(column, names): (usize, Vec<String>)| {
        let lowest = names.last()?.clone();
        // Nothing stands over a column of ours.
        let names = if super::is_added(&lowest) { vec![lowest.clone()] } else { names };
        Some(Head { column, header: names.join(" "), lowest })
    };
    names.into_iter().enumerate().filter_map(head).collect()
}

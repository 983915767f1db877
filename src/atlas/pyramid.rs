//! What tiles without a filter are drawn from: the active rows of a segment, counted in the cells of
//! each zoom; of the finer zooms only in cells that hold many.

use super::columns::Columns;
use super::limits::{CROWDED, WORTH};
use super::tile::{Heap, end_of_run};
use super::traits::first;
use crate::domain::codes::Existence;

/// Zooms of cells that are all kept.
const FINEST: u8 = 16;
const COARSEST: u8 = 4;
/// The last zoom of which those with many rows are kept.
const CROWDED_FINEST: u8 = 20;

/// Cells of a zoom in the order of the curve.
#[derive(Debug, Default)]
pub struct Pyramid {
    /// From the coarsest zoom.
    levels: Vec<Vec<PyramidCell>>,
}

/// A cell with the rows that lie in it.
#[derive(Debug, Clone, Copy)]
pub struct PyramidCell {
    /// Morton code, cut to the zoom's bits.
    pub code: u64,
    pub start: u32,
    pub end: u32,
    pub heap: Heap,
}

impl Pyramid {
    pub fn of(columns: &Columns) -> Self {
        if columns.len() < WORTH {
            return Self::default();
        }
        let mut levels = vec![cells(columns, FINEST, 1)];
        for _ in COARSEST..FINEST {
            let below = levels.last().map_or(&[][..], Vec::as_slice);
            let groups = below.chunk_by(|a, b| a.code >> 2 == b.code >> 2);
            levels.push(groups.map(joined).collect());
        }
        levels.reverse();
        levels.extend((FINEST + 1..=CROWDED_FINEST).map(|zoom| cells(columns, zoom, CROWDED)));
        levels.iter_mut().for_each(Vec::shrink_to_fit);
        Self { levels }
    }

    /// The cells of a zoom that are kept; None where none of the zoom are.
    pub fn level(&self, zoom: u8) -> Option<&[PyramidCell]> {
        let level = zoom.checked_sub(COARSEST)?;
        self.levels.get(usize::from(level)).map(Vec::as_slice)
    }

    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.capacity() * size_of::<PyramidCell>()).sum()
    }
}

fn joined(cells: &[PyramidCell]) -> PyramidCell {
    let mut heap = cells[0].heap;
    for cell in &cells[1..] {
        heap.join(&cell.heap);
    }
    PyramidCell {
        code: cells[0].code >> 2,
        start: cells[0].start,
        end: cells[cells.len() - 1].end,
        heap,
    }
}

/// The cells of a zoom with at least so many rows.
fn cells(columns: &Columns, zoom: u8, least: usize) -> Vec<PyramidCell> {
    let shift = 64 - 2 * u32::from(zoom);
    let active = first::existence(Existence::Active);
    let mut cells: Vec<PyramidCell> = Vec::new();
    let mut start = 0;
    while start < columns.len() {
        let code = columns.morton(start) >> shift;
        let end = end_of_run(start, columns.len(), |row| columns.morton(row) >> shift == code);
        if end - start >= least {
            let mut heap = Heap::default();
            for from in (start..end).step_by(64) {
                let words = columns.plain.first[from..end.min(from + 64)].iter().enumerate();
                let passes =
                    words.fold(0, |bits, (at, word)| bits | u64::from(word & active != 0) << at);
                heap.add(columns, 0, from, passes);
            }
            let (start, end) = (super::segment::number(start), super::segment::number(end));
            cells.push(PyramidCell { code, start, end, heap });
        }
        start = end;
    }
    cells
}

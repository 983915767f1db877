//! What coarse tiles without a filter are drawn from: the active rows of a segment, counted in the
//! cells of each zoom.

use super::columns::Columns;
use super::limits::WORTH;
use super::tile::Heap;
use super::traits::first;
use crate::domain::codes::Existence;

/// Zooms of cells that are kept.
const FINEST: u8 = 16;
const COARSEST: u8 = 4;

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
        let mut levels = vec![finest(columns)];
        for _ in COARSEST..FINEST {
            let below = levels.last().map_or(&[][..], Vec::as_slice);
            let groups = below.chunk_by(|a, b| a.code >> 2 == b.code >> 2);
            levels.push(groups.map(joined).collect());
        }
        levels.reverse();
        Self { levels }
    }

    /// The cells of a zoom, if they are kept.
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

fn finest(columns: &Columns) -> Vec<PyramidCell> {
    let shift = 64 - 2 * u32::from(FINEST);
    let active = first::existence(Existence::Active);
    let mut cells: Vec<PyramidCell> = Vec::new();
    for row in 0..super::segment::number(columns.len()) {
        let code = columns.morton(row as usize) >> shift;
        if cells.last().is_none_or(|cell| cell.code != code) {
            cells.push(PyramidCell { code, start: row, end: row, heap: Heap::default() });
        }
        let Some(cell) = cells.last_mut() else { continue };
        cell.end = row + 1;
        if columns.plain.first[row as usize] & active != 0 {
            cell.heap.add(columns, row as usize, 0);
        }
    }
    cells
}

//! A tile as cells: records near each other are drawn as one.

use super::row::Common;
use super::view::View;
use crate::domain::codes::Sector;
use crate::domain::filter::Filter;
use crate::geography::mercator::Tile;

/// A tile has 2⁴ × 2⁴ cells: drawn 512 pixels wide, a cell has room for a circle with a number.
const CELL_BITS: u32 = 4;

/// The records of one cell of a tile.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell<'a> {
    pub count: u32,
    /// Mean position.
    pub lon: f64,
    pub lat: f64,
    /// The main sector that most of them have.
    pub sector: Option<Sector>,
    /// They all lie on one and the same point, such as their village's: zooming in parts them never.
    pub stack: bool,
    /// Id, name, and whether its position is its own, where it is one record.
    pub single: Option<(uuid::Uuid, &'a str, bool)>,
}

impl View {
    /// The cells of a tile that hold a record, in the order of the curve.
    pub fn tile(&self, filter: &Filter, tile: Tile) -> Vec<Cell<'_>> {
        let rows = self.matching_in(filter, tile.range());
        let shift = 64_u32.saturating_sub(2 * (u32::from(tile.z) + CELL_BITS));
        rows.chunk_by(|a, b| a.morton >> shift == b.morton >> shift).map(cell).collect()
    }
}

fn cell<'a>(rows: &[&'a Common]) -> Cell<'a> {
    let first = rows[0];
    let mut by_sector = [0_u32; 16];
    let (mut lon, mut lat) = (0.0, 0.0);
    for row in rows {
        lon += row.lon;
        lat += row.lat;
        if let Some(sector) = row.main_sector {
            by_sector[sector.index()] += 1;
        }
    }
    let most = by_sector.iter().max().copied().unwrap_or_default();
    let leading = Sector::all()
        .iter()
        .zip(by_sector)
        .find(|(_, count)| *count == most && most > 0)
        .and_then(|(sector, _)| Sector::from_code(&sector.code));
    let single = (rows.len() == 1).then_some((first.id, &*first.name, first.exact));
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let count = rows.len() as f64;
    Cell {
        count: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        lon: lon / count,
        lat: lat / count,
        sector: leading,
        stack: rows.len() > 1 && rows.iter().all(|row| row.morton == first.morton),
        single,
    }
}

//! A tile as cells: records near each other are drawn as one.

use super::columns::{Columns, NO_SECTOR};
use super::scan::{Part, Stretch, scan, test};
use super::view::View;
use crate::domain::codes::Sector;
use crate::domain::filter::Filter;
use crate::geography::mercator::{Tile, interleave, position};
use crate::geography::{Run, cover};

/// The records of one cell of a tile.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub count: u32,
    /// Mean position on the Mercator grid.
    pub x: f64,
    pub y: f64,
    /// The main sector that most of them have.
    pub sector: Option<Sector>,
    /// They all lie on one and the same point, such as their village's: zooming in parts them never.
    pub stack: bool,
    /// Where it is one record.
    pub single: Option<Single>,
}

/// A record that is alone in its cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Single {
    pub id: uuid::Uuid,
    pub name: String,
    /// Its position is its own.
    pub exact: bool,
}

/// Records heaped up into a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heap {
    pub count: u32,
    x: u64,
    y: u64,
    sectors: [u32; 15],
    /// The first record, and whether all lie where it does.
    of: u32,
    row: u32,
    at: (u32, u32),
    one_point: bool,
}

impl Default for Heap {
    fn default() -> Self {
        let (of, row, at) = (0, 0, (0, 0));
        Self { count: 0, x: 0, y: 0, sectors: [0; 15], of, row, at, one_point: true }
    }
}

impl Heap {
    #[inline]
    pub fn add(&mut self, columns: &Columns, row: usize, of: usize) {
        let plain = &columns.plain;
        let (x, y) = (plain.x[row], plain.y[row]);
        if self.count == 0 {
            (self.of, self.row) = (super::segment::number(of), super::segment::number(row));
            self.at = (x, y);
        }
        self.count += 1;
        self.x += u64::from(x);
        self.y += u64::from(y);
        self.sectors[usize::from(plain.main[row]) & 15] += 1;
        self.one_point &= (x, y) == self.at;
    }

    pub fn join(&mut self, other: &Self) {
        if self.count == 0 {
            *self = *other;
            return;
        }
        if other.count == 0 {
            return;
        }
        self.one_point &= other.one_point && self.at == other.at;
        self.count += other.count;
        self.x += other.x;
        self.y += other.y;
        for (sum, more) in self.sectors.iter_mut().zip(other.sectors) {
            *sum += more;
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "sums are far below 2^52 where it would matter")]
    fn cell(&self, parts: &[Part]) -> Cell {
        let known = &self.sectors[..usize::from(NO_SECTOR)];
        let most = known.iter().max().copied().unwrap_or_default();
        let leading = known.iter().position(|count| *count == most).filter(|_| most > 0);
        let single = (self.count == 1).then(|| {
            let (part, row) = (&parts[self.of as usize], self.row as usize);
            let exact = part.columns.plain.first[row] & super::traits::first::EXACT != 0;
            Single { id: part.id(row), name: part.name(row), exact }
        });
        Cell {
            count: self.count,
            x: self.x as f64 / f64::from(self.count),
            y: self.y as f64 / f64::from(self.count),
            sector: leading
                .and_then(|place| Sector::all().get(place))
                .and_then(|sector| Sector::from_code(&sector.code)),
            stack: self.count > 1 && self.one_point,
            single,
        }
    }
}

impl Cell {
    /// Mean position in degrees.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "on the grid")]
    pub fn position(&self) -> (f64, f64) {
        position(self.x as u32, self.y as u32)
    }
}

/// Cells of a zoom with what lies in them, by their codes.
type Heaps = Vec<(u64, Heap)>;

impl View {
    /// The cells of a tile that hold a record, in the order of the curve: 2^`bits` × 2^`bits` of
    /// them at most.
    pub fn tile(&self, filter: &Filter, tile: Tile, bits: u8) -> Vec<Cell> {
        let tests = self.tests(filter);
        let parts = self.parts(&tests);
        let zoom = tile.z + bits;
        let shapes = filter.public.shapes();
        let mut heaps = Heaps::new();
        let mut open = Vec::new();
        for (of, part) in parts.iter().enumerate() {
            let level = part.pyramid.level(zoom).filter(|_| part.test.is_default());
            match level.filter(|_| shapes.is_empty()) {
                Some(cells) => from_pyramid(&parts, of, cells, zoom, tile, &mut heaps),
                None => open.push(of),
            }
        }
        if !open.is_empty() {
            let runs = cover(tile, &shapes);
            let stretches: Vec<Stretch> = super::scan::stretches(&parts, &runs)
                .into_iter()
                .filter(|stretch| open.contains(&stretch.of))
                .collect();
            let shift = 32_u32.saturating_sub(u32::from(zoom));
            heaps.extend(scan(
                &parts,
                &stretches,
                &shapes,
                |heaps: &mut Heaps, found| heap_up(heaps, found, shift),
                Extend::extend,
            ));
        }
        heaps.sort_by_key(|(code, _)| *code);
        let same = heaps.chunk_by(|a, b| a.0 == b.0);
        let joined = same.map(|heaps| {
            let mut all = heaps[0].1;
            heaps[1..].iter().for_each(|(_, heap)| all.join(heap));
            all
        });
        joined.filter(|heap| heap.count > 0).map(|heap| heap.cell(&parts)).collect()
    }
}

/// Adds the rows found to the last heap while they lie in its cell.
fn heap_up(heaps: &mut Heaps, found: &super::scan::Found, shift: u32) {
    let columns = found.part.columns;
    let cell = |row: usize| {
        (columns.plain.x[row].checked_shr(shift), columns.plain.y[row].checked_shr(shift))
    };
    let mut rows = found.rows().peekable();
    while let Some(first) = rows.peek().copied() {
        let here = cell(first);
        let mut heap = Heap::default();
        while let Some(row) = rows.next_if(|row| cell(*row) == here) {
            heap.add(columns, row, found.of);
        }
        let code = interleave(here.0.unwrap_or_default(), here.1.unwrap_or_default());
        match heaps.last_mut() {
            Some((last, all)) if *last == code => all.join(&heap),
            _ => heaps.push((code, heap)),
        }
    }
}

/// Takes the cells of a tile from the pyramid; those that hold dead rows are counted again.
fn from_pyramid(
    parts: &[Part],
    of: usize,
    cells: &[super::pyramid::PyramidCell],
    zoom: u8,
    tile: Tile,
    heaps: &mut Heaps,
) {
    let shift = 64 - 2 * u32::from(zoom);
    let Run { first, last, .. } = tile.run();
    let start = cells.partition_point(|cell| cell.code < first >> shift);
    let end = cells.partition_point(|cell| cell.code <= last >> shift);
    let dead = parts[of].dead;
    for cell in &cells[start..end] {
        let rows = cell.start as usize..cell.end as usize;
        if dead.any(&rows) {
            let stretch = Stretch { of, rows, edge: false };
            test(parts, &stretch, &[], &mut |found| {
                heap_up(heaps, found, 32 - u32::from(zoom));
            });
        } else {
            let mut heap = cell.heap;
            heap.set_part(of);
            heaps.push((cell.code, heap));
        }
    }
}

impl Heap {
    fn set_part(&mut self, of: usize) {
        self.of = super::segment::number(of);
    }
}

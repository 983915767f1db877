//! A tile as cells: records near each other are drawn as one.

use std::ops::Range;

use super::columns::{Columns, NO_SECTOR};
use super::scan::{Found, Part, Stretch, scan, test};
use super::traits::{bits, first};
use super::view::View;
use crate::domain::codes::Sector;
use crate::domain::filter::Filter;
use crate::domain::size::SizeClass;
use crate::geography::cover;
use crate::geography::mercator::{Tile, interleave, position};

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
    /// A bit for each kind.
    pub kinds: u8,
    pub size_class: SizeClass,
    /// Its position is its own.
    pub exact: bool,
    /// Only where cells are large enough for people to point at: to look up thousands of names
    /// takes longer than all the rest.
    pub name: Option<String>,
}

/// Tiles of at most 2⁴ × 2⁴ cells have names.
const NAMED_BITS: u8 = 4;

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

/// One in the byte of each sector: a word's rows are counted in two numbers of eight bytes.
const LANES: [(u64, u64); 16] = {
    let mut lanes = [(0, 0); 16];
    let mut at = 0;
    while at < 8 {
        lanes[at] = (1 << (8 * at), 0);
        lanes[at + 8] = (0, 1 << (8 * at));
        at += 1;
    }
    lanes
};

impl Default for Heap {
    fn default() -> Self {
        let (of, row, at) = (0, 0, (0, 0));
        Self { count: 0, x: 0, y: 0, sectors: [0; 15], of, row, at, one_point: true }
    }
}

impl Heap {
    /// Adds the rows of a word that passed: bit `i` is row `start + i`.
    #[inline]
    pub fn add(&mut self, columns: &Columns, of: usize, start: usize, word: u64) {
        if word == 0 {
            return;
        }
        let plain = &columns.plain;
        let first = start + word.trailing_zeros() as usize;
        let last = start + 63 - word.leading_zeros() as usize;
        if self.count == 0 {
            (self.of, self.row) = (super::segment::number(of), super::segment::number(first));
            self.at = (plain.x[first], plain.y[first]);
        }
        // Rows are in the order of their places: if the outermost are on the point, all are.
        self.one_point &= [first, last].iter().all(|row| (plain.x[*row], plain.y[*row]) == self.at);
        self.count += word.count_ones();
        let rows = start..=last;
        let (xs, ys, main) =
            (&plain.x[rows.clone()], &plain.y[rows.clone()], &plain.main[rows.clone()]);
        let (mut x, mut y, mut low, mut high) = (0, 0, 0, 0);
        for at in bits(word) {
            x += u64::from(xs[at]);
            y += u64::from(ys[at]);
            let (a, b) = LANES[usize::from(main[at]) & 15];
            low += a;
            high += b;
        }
        self.x += x;
        self.y += y;
        let counts = low.to_le_bytes().into_iter().chain(high.to_le_bytes());
        self.sectors.iter_mut().zip(counts).for_each(|(sum, more)| *sum += u32::from(more));
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
    fn cell(&self, sectors: &[Option<Sector>]) -> Cell {
        let known = &self.sectors[..usize::from(NO_SECTOR)];
        let most = known.iter().max().copied().unwrap_or_default();
        let leading = known.iter().position(|count| *count == most).filter(|_| most > 0);
        Cell {
            count: self.count,
            x: self.x as f64 / f64::from(self.count),
            y: self.y as f64 / f64::from(self.count),
            sector: leading.and_then(|place| sectors.get(place).copied().flatten()),
            stack: self.count > 1 && self.one_point,
            single: None,
        }
    }

    /// The only record of it.
    fn single(&self, parts: &[Part], named: bool) -> Single {
        let (part, row) = (&parts[self.of as usize], self.row as usize);
        let traits = part.columns.plain.first[row];
        Single {
            id: part.id(row),
            kinds: first::kinds_of(traits),
            size_class: first::size_of(traits),
            exact: traits & first::EXACT != 0,
            name: named.then(|| part.name(row)),
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
        let mut heaps = Heaps::with_capacity(1 << (2 * bits));
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
        if parts.len() > 1 {
            heaps.sort_by_key(|(code, _)| *code);
        }
        heaps.dedup_by(|(code, heap), (last, all)| {
            let same = code == last;
            if same {
                all.join(heap);
            }
            same
        });
        let sectors: Vec<Option<Sector>> =
            Sector::all().iter().map(|sector| Sector::from_code(&sector.code)).collect();
        heaps.retain(|(_, heap)| heap.count > 0);
        let mut cells: Vec<Cell> = heaps.iter().map(|(_, heap)| heap.cell(&sectors)).collect();
        // In a loop of their own: what is looked up lies all over the memory, and the processor
        // fetches for several at once where nothing else stands between.
        for (cell, (_, heap)) in cells.iter_mut().zip(&heaps) {
            if heap.count == 1 {
                cell.single = Some(heap.single(&parts, bits <= NAMED_BITS));
            }
        }
        cells
    }
}

/// Adds the rows found to the last heap while they lie in its cell.
fn heap_up(heaps: &mut Heaps, found: &Found, shift: u32) {
    let columns = found.part.columns;
    let plain = &columns.plain;
    let cell = |row: usize| {
        let cut = |at: u32| at.checked_shr(shift).unwrap_or_default();
        (cut(plain.x[row]), cut(plain.y[row]))
    };
    let mut from = 0;
    while let Some(first) = found.next(from) {
        let here = cell(found.start + first);
        let inside = |at: usize| cell(found.start + at) == here;
        let end = end_of_run(first, found.len, inside);
        let code = interleave(here.0, here.1);
        if heaps.last().is_none_or(|(last, _)| *last != code) {
            heaps.push((code, Heap::default()));
        }
        let Some((_, heap)) = heaps.last_mut() else { return };
        for at in first / 64..end.div_ceil(64) {
            let mut word = found.words[at];
            if at == first / 64 {
                word &= u64::MAX << (first % 64);
            }
            if end < 64 * (at + 1) {
                word &= !(u64::MAX << (end % 64));
            }
            heap.add(columns, found.of, found.start + 64 * at, word);
        }
        from = end;
    }
}

/// Where a run ends that begins at `first`, before `end` at the latest: in steps that double, then
/// in halves.
pub fn end_of_run(first: usize, end: usize, inside: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut step) = (first, 1);
    while low + step < end && inside(low + step) {
        low += step;
        step *= 2;
    }
    let mut high = end.min(low + step);
    // `low` is inside; `high` is not, or is the end.
    while high - low > 1 {
        let middle = usize::midpoint(low, high);
        if inside(middle) { low = middle } else { high = middle }
    }
    high
}

/// Takes the cells of a tile from the pyramid; those that it does not have, or that hold dead rows,
/// are counted.
fn from_pyramid(
    parts: &[Part],
    of: usize,
    cells: &[super::pyramid::PyramidCell],
    zoom: u8,
    tile: Tile,
    heaps: &mut Heaps,
) {
    let part = &parts[of];
    let shift = 64 - 2 * u32::from(zoom);
    let run = tile.run();
    let rows = part.columns.rows(&run);
    let start = cells.partition_point(|cell| cell.code < run.first >> shift);
    let end = cells.partition_point(|cell| cell.code <= run.last >> shift);
    let count = |heaps: &mut Heaps, rows: Range<usize>| {
        let stretch = Stretch { of, rows, edge: false };
        test(parts, &stretch, &[], &mut |found| heap_up(heaps, found, 32 - u32::from(zoom)));
    };
    let mut from = rows.start;
    for cell in &cells[start..end] {
        let rows = cell.start as usize..cell.end as usize;
        count(heaps, from..rows.start);
        from = rows.end;
        if part.dead.any(&rows) {
            count(heaps, rows);
        } else {
            let mut heap = cell.heap;
            heap.set_part(of);
            heaps.push((cell.code, heap));
        }
    }
    count(heaps, from..rows.end);
}

impl Heap {
    fn set_part(&mut self, of: usize) {
        self.of = super::segment::number(of);
    }
}

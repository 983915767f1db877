//! A look into an XLS file before its reader: chains of sectors that never end, and sheets that
//! would become rectangles larger than the machine. Its reader follows both as they are.

use super::{Limits, ReadError};
use crate::domain::file_fault::Bound;

/// The first number that is no sector.
const RESERVED: u32 = 0xFFFF_FFFA;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const DIFAT: u32 = 0xFFFF_FFFC;
/// A stream shorter than this lies in small sectors.
const SMALL_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;
/// Bytes of an entry of the directory.
const ENTRY: usize = 128;

fn damaged(detail: &str) -> ReadError {
    ReadError::damaged("XLS", detail)
}

/// Refuses what would not end, or not within the limits. What is damaged otherwise is left to the
/// reader.
pub fn check(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    let Some(file) = Compound::of(bytes)? else { return Ok(()) };
    let entries = file.directory();
    let root = entries.first().copied();
    let small_table = file.stream(word(bytes, 60), usize::MAX);
    let small: Vec<u32> = words(&small_table).collect();
    if has_cycle(&small) {
        return Err(damaged("a chain of small sectors never ends"));
    }
    for name in ["Workbook", "Book"] {
        let Some(entry) = entries.iter().find(|entry| entry.is(name)) else { continue };
        let (start, length) = (entry.start(), entry.length());
        if length < SMALL_STREAM {
            let root = root.map(|root| file.stream(root.start(), root.length()));
            let sectors = root.unwrap_or_default();
            check_sheets(&chain(&sectors, SMALL_SECTOR, 0, &small, start, length), limits)?;
        } else {
            check_sheets(&file.stream(start, length), limits)?;
        }
    }
    Ok(())
}

struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// The sector after each.
    next: Vec<u32>,
}

/// An entry of the directory.
#[derive(Clone, Copy)]
struct Entry([u8; ENTRY]);

impl Entry {
    fn is(&self, name: &str) -> bool {
        let letters = self.0[..64].as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
        let letters = letters.take_while(|letter| *letter != 0);
        let name = name.bytes().map(|letter| u16::from(letter.to_ascii_lowercase()));
        letters.map(|letter| if (65..91).contains(&letter) { letter + 32 } else { letter }).eq(name)
    }

    fn start(&self) -> u32 {
        word(&self.0, 116)
    }

    fn length(&self) -> usize {
        word(&self.0, 120) as usize
    }
}

impl<'a> Compound<'a> {
    /// None where its reader refuses it at once.
    fn of(bytes: &'a [u8]) -> Result<Option<Self>, ReadError> {
        let shift = bytes.get(30).copied().unwrap_or_default();
        if bytes.len() < 512 || !matches!(shift, 9 | 12) {
            return Ok(None);
        }
        let sector = 1_usize << shift;
        let most = bytes.len() / sector + 1;
        let mut file = Self { bytes, sector, next: Vec::new() };
        let mut tables: Vec<u32> = words(&bytes[76..512]).collect();
        let mut more = word(bytes, 68);
        let mut seen = 0;
        while more < RESERVED {
            seen += 1;
            if seen > most {
                return Err(damaged("a chain of tables never ends"));
            }
            tables.extend(words(file.sector(more)));
            more = tables.pop().unwrap_or(END_OF_CHAIN);
        }
        tables.retain(|id| *id < DIFAT);
        // Each table is a sector of its own.
        if tables.len() > most {
            return Err(damaged("more tables than sectors"));
        }
        file.next = tables.iter().flat_map(|id| words(file.sector(*id))).collect();
        if has_cycle(&file.next) {
            return Err(damaged("a chain of sectors never ends"));
        }
        Ok(Some(file))
    }

    /// A sector, as much of it as there is.
    fn sector(&self, id: u32) -> &'a [u8] {
        part(self.bytes, self.sector, 1, id)
    }

    fn stream(&self, start: u32, length: usize) -> Vec<u8> {
        chain(self.bytes, self.sector, 1, &self.next, start, length)
    }

    fn directory(&self) -> Vec<Entry> {
        let stream = self.stream(word(self.bytes, 48), usize::MAX);
        stream.as_chunks::<ENTRY>().0.iter().map(|entry| Entry(*entry)).collect()
    }
}

/// The sector of a number among sectors of a size, behind so many others.
fn part(bytes: &[u8], size: usize, behind: usize, id: u32) -> &[u8] {
    let start = (id as usize + behind).saturating_mul(size).min(bytes.len());
    &bytes[start..(start + size).min(bytes.len())]
}

/// The bytes of a chain, which has no cycle.
fn chain(
    bytes: &[u8],
    size: usize,
    behind: usize,
    next: &[u32],
    start: u32,
    length: usize,
) -> Vec<u8> {
    let (mut out, mut id) = (Vec::new(), start);
    while id < RESERVED && out.len() < length {
        let sector = part(bytes, size, behind, id);
        out.extend_from_slice(&sector[..sector.len().min(length - out.len())]);
        id = next.get(id as usize).copied().unwrap_or(END_OF_CHAIN);
    }
    out
}

/// Whether following the table from anywhere comes back to where it was.
fn has_cycle(next: &[u32]) -> bool {
    // Of the walk that came by; 0: none did.
    let mut walks = vec![0_u32; next.len()];
    for start in 0..next.len() {
        let walk = u32::try_from(start + 1).unwrap_or(u32::MAX);
        let mut at = start;
        while walks[at] == 0 {
            walks[at] = walk;
            match usize::try_from(next[at]).ok().filter(|after| *after < next.len()) {
                Some(after) if walks[after] == walk => return true,
                Some(after) => at = after,
                None => break,
            }
        }
    }
    false
}

/// Where the cells of a sheet are, as far as they are gone through.
#[derive(Default)]
struct Extent {
    rows: Option<(u32, u32)>,
    columns: Option<(u32, u32)>,
    stated: usize,
}

impl Extent {
    fn take(&mut self, row: u32, column: u32) {
        let wider = |known: Option<(u32, u32)>, at: u32| {
            let (low, high) = known.unwrap_or((at, at));
            Some((low.min(at), high.max(at)))
        };
        self.rows = wider(self.rows, row);
        self.columns = wider(self.columns, column);
    }

    /// Cells that the reader makes of it: the values' rectangle, and the formulas'.
    fn cells(&self) -> usize {
        let length =
            |ends: Option<(u32, u32)>| ends.map_or(0, |(low, high)| (high - low) as usize + 1);
        length(self.rows).saturating_mul(length(self.columns)).saturating_mul(2)
    }
}

/// Sums up what the sheets of a workbook would become.
fn check_sheets(stream: &[u8], limits: &Limits) -> Result<(), ReadError> {
    let max = limits.rectangle();
    let (mut cells, mut gone_through) = (0_usize, 0_usize);
    let sheets = Records(stream).take_while(|(kind, _)| *kind != EOF);
    for (_, data) in sheets.filter(|(kind, data)| *kind == BOUND_SHEET && data.len() >= 4) {
        let Some(rest) = stream.get(word(data, 0) as usize..) else { continue };
        let (mut extent, mut depth) = (Extent::default(), 0_usize);
        for (kind, data) in Records(rest) {
            gone_through += data.len() + 4;
            match kind {
                BEGINNING => depth += 1,
                EOF if depth <= 1 => break,
                EOF => depth -= 1,
                DIMENSIONS if depth <= 1 => extent.stated = extent.stated.max(stated(data)),
                _ if depth <= 1 && CELLS.contains(&kind) && data.len() >= 4 => {
                    let (row, column) = (half(data, 0), half(data, 2));
                    extent.take(row, column);
                    if kind == SEVERAL {
                        let more = u32::try_from(data.len() / 6).unwrap_or(u32::MAX);
                        extent.take(row, column.saturating_add(more));
                    }
                }
                _ => {}
            }
        }
        cells = cells.saturating_add(extent.cells());
        // What it sets aside for a sheet is free again after it.
        if cells.max(extent.stated) > max {
            return Err(ReadError::too_many(Bound::Cells, max));
        }
        // Each sheet has its own part of the stream.
        if gone_through > stream.len().saturating_mul(2) + (1 << 16) {
            return Err(damaged("its sheets lie in one another"));
        }
    }
    Ok(())
}

const BEGINNING: u16 = 0x0809;
const EOF: u16 = 0x000A;
const BOUND_SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const SEVERAL: u16 = 0x00BD;
/// Records that are cells; the row and the column stand first.
const CELLS: [u16; 8] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD, SEVERAL, 0x0006];

/// The rectangle that a sheet says it has, as its reader counts it: an end stands one behind the
/// last, columns that cannot be begin at the first, and a row's end before its start counts round.
fn stated(data: &[u8]) -> usize {
    let (rows, (left, right)) = match data.len() {
        14.. => ((word(data, 0), word(data, 4)), (half(data, 8), half(data, 10))),
        10.. => ((half(data, 0), half(data, 2)), (half(data, 4), half(data, 6))),
        _ => return 0,
    };
    if rows.1 == 0 || right == 0 {
        return 1;
    }
    let left = if left > 0xFF || right < left { 0 } else { left };
    let length = |(low, end): (u32, u32)| end.wrapping_sub(low) as usize;
    length(rows).saturating_mul(length((left, right)))
}

/// The records of a stream: of which kind, and what they hold.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let [kind0, kind1, length0, length1, rest @ ..] = self.0 else { return None };
        let length = usize::from(u16::from_le_bytes([*length0, *length1]));
        let (data, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((u16::from_le_bytes([*kind0, *kind1]), data))
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word))
}

fn word(bytes: &[u8], at: usize) -> u32 {
    words(bytes.get(at..).unwrap_or_default()).next().unwrap_or(END_OF_CHAIN)
}

fn half(bytes: &[u8], at: usize) -> u32 {
    let pair = bytes.get(at..at + 2).and_then(|pair| pair.try_into().ok());
    u32::from(u16::from_le_bytes(pair.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::file_fault::FileFault;

    const SOUND: &[u8] = include_bytes!("../../../tests/workbooks/ikm.xls");

    #[test]
    fn a_sound_workbook_passes_and_its_cells_are_counted() {
        assert_eq!(check(SOUND, &Limits::default()), Ok(()));
        let few = Limits { cells: 20, ..Limits::default() };
        assert_eq!(check(SOUND, &few), Err(ReadError::too_many(Bound::Cells, 20)));
    }

    /// A reader that follows it takes all memory there is.
    #[test]
    fn a_chain_that_never_ends_is_refused() {
        let mut bytes = SOUND.to_vec();
        let table = (word(&bytes, 76) as usize + 1) * 512;
        let directory = word(&bytes, 48);
        let at = table + directory as usize * 4;
        bytes[at..at + 4].copy_from_slice(&directory.to_le_bytes());
        let refused = check(&bytes, &Limits::default());
        assert!(matches!(refused, Err(ReadError(FileFault::Damaged { .. }))), "{refused:?}");
    }

    #[test]
    fn cycles_are_found_wherever_they_begin() {
        assert!(!has_cycle(&[1, 2, END_OF_CHAIN, 1, 9]));
        assert!(has_cycle(&[END_OF_CHAIN, 2, 3, 1]) && has_cycle(&[0]));
    }

    #[test]
    fn a_sheet_that_says_it_is_the_largest_is_refused() {
        let record = |kind: u16, data: &[u8]| {
            let length = u16::try_from(data.len()).expect("short");
            [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
        };
        let sheet = |dimensions: &[u8]| {
            let head = record(BOUND_SHEET, &[22, 0, 0, 0, 0, 0, 1, b'A', 0, 0]);
            let end = record(EOF, &[]);
            assert_eq!(head.len() + end.len(), 18);
            [head, end, vec![0; 4], record(BEGINNING, &[]), record(DIMENSIONS, dimensions)].concat()
        };
        let largest = [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 1, 0, 0];
        let refused = check_sheets(&sheet(&largest), &Limits::default());
        assert!(matches!(refused, Err(ReadError(FileFault::TooMany { of: Bound::Cells, .. }))));
        // Columns that cannot be, and rows that end before they begin.
        for odd in [
            [0, 0, 0, 0, 0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0],
            [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 5, 0, 0, 0],
        ] {
            let refused = check_sheets(&sheet(&odd), &Limits::default());
            assert!(matches!(refused, Err(ReadError(FileFault::TooMany { of: Bound::Cells, .. }))));
        }
        let small = [0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 5, 0, 0, 0];
        assert_eq!(check_sheets(&sheet(&small), &Limits::default()), Ok(()));
    }
}
